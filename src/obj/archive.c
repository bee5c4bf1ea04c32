// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ar format in its System V / GNU variant: "!<arch>\n", a symbol index "/" (big-endian 32-bit
// offsets of the defining members' headers; "/SYM64/" with 64-bit ones when the archive is larger),
// a table "//" of names longer than 15 characters, then the members, each at an even offset.
// Dates, owners and groups are 0 and the mode 0644, as `ar D` writes them. Reference: ar(5),
// binutils' bfd documentation.
//
// Sizes are known after layout, so the index is written before the members without seeking back.
#include "obj/archive.h"

#include <stdio.h>

enum { MAGIC_BYTES = 8, HEADER_BYTES = 60, SHORT_NAME_MAX = 15 };

struct archive {
	struct arena *arena;
	const struct obj_member *members;
	u32 num_members;
	u64 *offsets;         // of the members' headers
	struct strbuf names;  // long ones
	u32 num_symbols;
	u64 symbol_names_bytes;
	u32 word_bytes;  // of the index
};

static bool is_indexed(const struct obj_symbol *s) {
	return s->global && s->section != OBJ_UNDEFINED;
}

static u64 even(u64 size) { return size + (size & 1); }

static u64 index_bytes(const struct archive *ar) {
	return even(ar->word_bytes * (1ull + ar->num_symbols) + ar->symbol_names_bytes);
}

static void count_symbols(struct archive *ar) {
	for (u32 m = 0; m < ar->num_members; m++) {
		const struct obj *o = obj_file_object(ar->members[m].file);
		for (u32 i = 0; i < o->symbols.size; i++) {
			const struct obj_symbol *s = &o->symbols.data[i];
			if (!is_indexed(s))
				continue;
			ar->num_symbols++;
			ar->symbol_names_bytes += s->name.size + 1;
		}
	}
}

static void place_members(struct archive *ar) {
	u64 at = MAGIC_BYTES + HEADER_BYTES + index_bytes(ar);
	if (ar->names.size)
		at += HEADER_BYTES + even(ar->names.size);
	for (u32 m = 0; m < ar->num_members; m++) {
		ar->offsets[m] = at;
		at += HEADER_BYTES + even(obj_elf_size(ar->members[m].file));
	}
}

static void write_header(struct obj_sink *to, const char *name, u64 size) {
	char header[HEADER_BYTES + 1];
	bool dated = name[0] != '/' || (name[1] >= '0' && name[1] <= '9');  // a file, not a table
	int n = snprintf(header, sizeof header, "%-16s%-12s%-6s%-6s%-8s%-10llu`\n", name, "0", "0", "0",
	                 dated ? "644" : "0", (unsigned long long)size);
	CHECK(n == HEADER_BYTES);  // sizes have 10 digits
	obj_sink_write(to, header, HEADER_BYTES);
}

static void write_word(const struct archive *ar, struct obj_sink *to, u64 v) {
	u8 bytes[8];
	for (u32 i = 0; i < ar->word_bytes; i++)
		bytes[i] = (u8)(v >> 8 * (ar->word_bytes - 1 - i));
	obj_sink_write(to, bytes, ar->word_bytes);
}

// Calls with names == false write each symbol's member, with names == true the names.
static void write_index_part(const struct archive *ar, struct obj_sink *to, bool names) {
	for (u32 m = 0; m < ar->num_members; m++) {
		const struct obj *o = obj_file_object(ar->members[m].file);
		for (u32 i = 0; i < o->symbols.size; i++) {
			const struct obj_symbol *s = &o->symbols.data[i];
			if (!is_indexed(s))
				continue;
			if (!names) {
				write_word(ar, to, ar->offsets[m]);
				continue;
			}
			obj_sink_write(to, s->name.data, s->name.size);
			obj_sink_fill(to, 0, 1);
		}
	}
}

static void write_index(const struct archive *ar, struct obj_sink *to) {
	write_header(to, ar->word_bytes == 8 ? "/SYM64/" : "/", index_bytes(ar));
	u64 start = to->written_bytes;
	write_word(ar, to, ar->num_symbols);
	write_index_part(ar, to, false);
	write_index_part(ar, to, true);
	obj_sink_fill(to, 0, start + index_bytes(ar) - to->written_bytes);
}

// "name/" in the header, or "/N" with the name at N of the table.
static const char **member_names(struct archive *ar) {
	const char **names = ARENA_ARRAY(ar->arena, const char *, ar->num_members);
	for (u32 m = 0; m < ar->num_members; m++) {
		struct str name = ar->members[m].name;
		CHECK(name.size && str_find_char(name, '/') < 0);
		if (name.size <= SHORT_NAME_MAX) {
			names[m] = str_format(ar->arena, "%.*s/", STR_ARG(name)).data;
			continue;
		}
		names[m] = str_format(ar->arena, "/%zu", ar->names.size).data;
		strbuf_add(&ar->names, name);
		strbuf_add_z(&ar->names, "/\n");
	}
	return names;
}

static void pad_even(struct obj_sink *to, u64 size) {
	if (size & 1)
		obj_sink_write(to, "\n", 1);
}

void obj_archive_write(const struct obj_member *members, u32 n, struct arena *scratch,
                       struct obj_sink *to) {
	struct archive ar = {.arena = scratch, .members = members, .num_members = n, .word_bytes = 4};
	ar.offsets = ARENA_ARRAY(scratch, u64, n);
	strbuf_init(&ar.names, scratch);
	const char **names = member_names(&ar);
	count_symbols(&ar);
	place_members(&ar);
	if (n && ar.offsets[n - 1] > UINT32_MAX) {
		ar.word_bytes = 8;
		place_members(&ar);
	}
	obj_sink_write(to, "!<arch>\n", MAGIC_BYTES);
	write_index(&ar, to);
	if (ar.names.size) {
		write_header(to, "//", ar.names.size);
		obj_sink_write(to, ar.names.data, ar.names.size);
		pad_even(to, ar.names.size);
	}
	for (u32 m = 0; m < n; m++) {
		u64 size = obj_elf_size(members[m].file);
		write_header(to, names[m], size);
		obj_elf_write(members[m].file, to);
		pad_even(to, size);
	}
}
