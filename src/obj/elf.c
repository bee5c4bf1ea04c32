// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ELF64 relocatable objects, little-endian. Reference: System V ABI (gabi 4.1, chapter 4) and the
// x86-64 psABI for large sections and relocation types.
//
// File order: header, sections of section.def, relocations, symbols, names, section headers. All
// sizes are known at layout, where everything but the contents of sections is made in memory;
// writing is one pass from front to back. Symbols: one for each section, then local ones, then
// global ones, as the format demands, each group in order of creation. References to what the
// object defines go through its sections, so that they mean this object's own definition in every
// link, a shared object's included.
//
// The two hashes are filled in on the way: weights are hashed as they pass by, and .data.rel.ro
// (small, the last one of the sections that are hashed) is composed in memory.
#include <elf.h>

#include "base/map.h"
#include "obj/obj.h"

enum { HEADERS_MAX = 2 * OBJ_SECTION_COUNT + 4 };
_Static_assert(OBJ_LRODATA < OBJ_DATA_REL_RO && OBJ_TEXT < OBJ_DATA_REL_RO &&
                   OBJ_RODATA < OBJ_DATA_REL_RO && OBJ_DATA < OBJ_DATA_REL_RO,
               "what the hashes cover is written before they are");

static const struct section_info {
	const char *name;
	u32 type;
	u64 flags;
} section_infos[OBJ_SECTION_COUNT] = {
#define SECTION(id, name, type, flags, align) {name, type, flags},
#include "obj/section.def"
#undef SECTION
};

struct obj_file {
	struct obj *o;
	Elf64_Ehdr header;
	Elf64_Shdr headers[HEADERS_MAX];
	const struct obj_content *contents[HEADERS_MAX];  // of each header
	u32 num_headers;
	u32 index[OBJ_SECTION_COUNT];           // header of each section, 0: left out
	u32 rela_index[OBJ_SECTION_COUNT];      // header of its relocations
	u32 section_symbol[OBJ_SECTION_COUNT];  // in the symbol table
	u32 *symbol_index;                      // of named object symbols in the symbol table
	struct strbuf names, section_names;
	u64 size_bytes;
	u64 hashes[2];  // by enum obj_hash_kind
};

static u32 add_name(struct strbuf *names, struct str name) {
	CHECK(names->size + name.size < UINT32_MAX);
	u32 at = (u32)names->size;
	strbuf_add(names, name);
	strbuf_add_char(names, 0);
	return at;
}

static u32 add_header(struct obj_file *f, struct str name, Elf64_Shdr h,
                      const struct obj_content *content) {
	CHECK(f->num_headers < HEADERS_MAX);
	h.sh_name = add_name(&f->section_names, name);
	f->headers[f->num_headers] = h;
	f->contents[f->num_headers] = content;
	return f->num_headers++;
}

static const struct obj_content *content_of(struct arena *a, const void *data, u64 size,
                                            u32 align) {
	struct obj_content *c = ARENA_NEW(a, struct obj_content);
	obj_content_append(a, c, data, size, align);
	return c;
}

static void add_sections(struct obj_file *f) {
	struct obj *o = f->o;
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++) {
		const struct section_info *info = &section_infos[i];
		if (o->sections[i].content.size == 0 && i != OBJ_NOTE_STACK)
			continue;
		Elf64_Shdr h = {.sh_type = info->type, .sh_flags = info->flags};
		h.sh_flags |= i == OBJ_LRODATA ? o->machine->large_flag : 0;
		h.sh_entsize = info->flags & SHF_STRINGS ? 1 : 0;
		f->index[i] = add_header(f, str_from(info->name), h, &o->sections[i].content);
	}
}

// ---------------------------------------------------------------------------------------------
// Symbols

struct symbol_table {
	VEC(Elf64_Sym) entries;
	struct strmap globals;
	u32 num_locals;
};

static bool *referenced_symbols(const struct obj *o) {
	bool *used = ARENA_ARRAY(o->arena, bool, o->symbols.size);
	for (u32 s = 0; s < OBJ_SECTION_COUNT; s++)
		for (u32 i = 0; i < o->sections[s].relocs.size; i++)
			used[o->sections[s].relocs.data[i].symbol] = true;
	return used;
}

static Elf64_Sym make_symbol(struct obj_file *f, const struct obj_symbol *s) {
	bool defined = s->section != OBJ_UNDEFINED;
	u8 type = !defined ? STT_NOTYPE : s->function ? STT_FUNC : STT_OBJECT;
	return (Elf64_Sym){.st_name = add_name(&f->names, s->name),
	                   .st_info = ELF64_ST_INFO(s->global ? STB_GLOBAL : STB_LOCAL, type),
	                   .st_shndx = defined ? (u16)f->index[s->section] : SHN_UNDEF,
	                   .st_value = s->offset,
	                   .st_size = s->size};
}

static void add_named_symbols(struct obj_file *f, struct symbol_table *t, bool global) {
	const struct obj *o = f->o;
	bool *used = referenced_symbols(o);
	for (u32 i = 0; i < o->symbols.size; i++) {
		const struct obj_symbol *s = &o->symbols.data[i];
		if (!s->name.size || s->global != global || (s->section == OBJ_UNDEFINED && !used[i]))
			continue;
		if (global) {
			CHECK_MSG(!strmap_find(&t->globals, s->name, NULL), "symbol '%.*s' twice in one object",
			          STR_ARG(s->name));
			strmap_set(&t->globals, s->name, i);
		}
		f->symbol_index[i] = t->entries.size;
		vec_push(o->arena, t->entries, make_symbol(f, s));
	}
}

static void add_symbols(struct obj_file *f, struct symbol_table *t) {
	const struct obj *o = f->o;
	strmap_init(&t->globals, o->arena);
	vec_push(o->arena, t->entries, (Elf64_Sym){0});
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++) {
		if (!f->index[i] || i == OBJ_NOTE_STACK)
			continue;
		f->section_symbol[i] = t->entries.size;
		vec_push(o->arena, t->entries,
		         (Elf64_Sym){.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION),
		                     .st_shndx = (u16)f->index[i]});
	}
	add_named_symbols(f, t, false);
	t->num_locals = t->entries.size;
	add_named_symbols(f, t, true);
}

// ---------------------------------------------------------------------------------------------
// Relocations and the tables at the end

static const struct obj_content *encode_relocs(const struct obj_file *f, u32 section) {
	const struct obj *o = f->o;
	u32 n = o->sections[section].relocs.size;
	Elf64_Rela *rela = ARENA_ARRAY(o->arena, Elf64_Rela, n);
	for (u32 i = 0; i < n; i++) {
		const struct obj_reloc *r = &o->sections[section].relocs.data[i];
		const struct obj_symbol *s = &o->symbols.data[r->symbol];
		bool defined = s->section != OBJ_UNDEFINED;
		u32 symbol = defined ? f->section_symbol[s->section] : f->symbol_index[r->symbol];
		CHECK(symbol);  // the section is not empty
		rela[i].r_offset = r->offset;
		rela[i].r_info = ELF64_R_INFO((u64)symbol, o->machine->relocs[r->kind].elf_type);
		rela[i].r_addend = r->addend + (defined ? (i64)s->offset : 0);
	}
	return content_of(o->arena, rela, sizeof *rela * n, 8);
}

static void add_relocs(struct obj_file *f, u32 symtab) {
	struct obj *o = f->o;
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++) {
		if (!o->sections[i].relocs.size)
			continue;
		Elf64_Shdr h = {.sh_type = SHT_RELA,
		                .sh_flags = SHF_INFO_LINK,
		                .sh_link = symtab,
		                .sh_info = f->index[i],
		                .sh_entsize = sizeof(Elf64_Rela)};
		struct str name = str_format(o->arena, ".rela%s", section_infos[i].name);
		f->rela_index[i] = add_header(f, name, h, encode_relocs(f, i));
	}
}

static void add_tables(struct obj_file *f) {
	struct arena *a = f->o->arena;
	struct symbol_table t = {0};
	add_symbols(f, &t);
	u32 num_relas = 0;
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++)
		num_relas += f->o->sections[i].relocs.size != 0;
	u32 symtab = f->num_headers + num_relas;
	add_relocs(f, symtab);
	Elf64_Shdr h = {.sh_type = SHT_SYMTAB,
	                .sh_link = symtab + 1,
	                .sh_info = t.num_locals,
	                .sh_entsize = sizeof(Elf64_Sym)};
	u32 at = add_header(f, STR(".symtab"), h,
	                    content_of(a, t.entries.data, sizeof(Elf64_Sym) * t.entries.size, 8));
	CHECK(at == symtab);
	add_header(f, STR(".strtab"), (Elf64_Shdr){.sh_type = SHT_STRTAB},
	           content_of(a, f->names.data, f->names.size, 1));
	add_name(&f->section_names, STR(".shstrtab"));
	u32 name = (u32)(f->section_names.size - sizeof ".shstrtab");
	u32 last = f->num_headers++;
	CHECK(last < HEADERS_MAX);
	f->headers[last] = (Elf64_Shdr){.sh_name = name, .sh_type = SHT_STRTAB};
	f->contents[last] = content_of(a, f->section_names.data, f->section_names.size, 1);
}

static void assign_offsets(struct obj_file *f) {
	u64 at = sizeof(Elf64_Ehdr);
	for (u32 i = 1; i < f->num_headers; i++) {
		Elf64_Shdr *h = &f->headers[i];
		h->sh_addralign = BASE_MAX(f->contents[i]->align, 1);
		h->sh_size = f->contents[i]->size;
		h->sh_offset = base_align_up(at, h->sh_addralign);
		at = h->sh_offset + h->sh_size;
	}
	f->header.e_shoff = base_align_up(at, 8);
	f->size_bytes = f->header.e_shoff + sizeof(Elf64_Shdr) * f->num_headers;
}

struct obj_file *obj_elf_layout(struct obj *o) {
	struct obj_file *f = ARENA_NEW(o->arena, struct obj_file);
	f->o = o;
	f->symbol_index = ARENA_ARRAY(o->arena, u32, o->symbols.size);
	f->num_headers = 1;  // the null section
	strbuf_init(&f->names, o->arena);
	strbuf_init(&f->section_names, o->arena);
	add_name(&f->names, STR(""));
	add_name(&f->section_names, STR(""));
	add_sections(f);
	add_tables(f);
	f->header = (Elf64_Ehdr){.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
	                                     ELFDATA2LSB, EV_CURRENT, ELFOSABI_SYSV},
	                         .e_type = ET_REL,
	                         .e_machine = o->machine->elf_machine,
	                         .e_version = EV_CURRENT,
	                         .e_flags = o->machine->elf_flags,
	                         .e_ehsize = sizeof(Elf64_Ehdr),
	                         .e_shentsize = sizeof(Elf64_Shdr),
	                         .e_shnum = (u16)f->num_headers,
	                         .e_shstrndx = (u16)(f->num_headers - 1)};
	assign_offsets(f);
	return f;
}

u64 obj_elf_size(const struct obj_file *f) { return f->size_bytes; }

const struct obj *obj_file_object(const struct obj_file *f) { return f->o; }

u64 obj_elf_hash(const struct obj_file *f, enum obj_hash_kind kind) { return f->hashes[kind]; }

// ---------------------------------------------------------------------------------------------
// Writing

static void hash_relocs(const struct obj_file *f, struct obj_hash *h) {
	for (u32 i = 0; i <= OBJ_DATA_REL_RO; i++) {
		u32 n = f->rela_index[i];
		if (n)
			obj_hash_add(h, f->contents[n]->pieces.data[0].data, f->headers[n].sh_size);
	}
}

static void fill_slots(const struct obj_file *f, u8 *data) {
	for (u32 i = 0; i < f->o->hash_slots.size; i++) {
		const struct obj_hash_slot *slot = &f->o->hash_slots.data[i];
		for (u32 b = 0; b < 8; b++)
			data[slot->offset + b] = (u8)(f->hashes[slot->kind] >> 8 * b);
	}
}

// The last one that is hashed: `content` holds all before it.
static void write_data_rel_ro(struct obj_file *f, struct obj_hash *content, struct obj_sink *to) {
	const struct obj_content *c = &f->o->sections[OBJ_DATA_REL_RO].content;
	u8 *data = ARENA_ARRAY(f->o->arena, u8, c->size), *next = data;
	struct obj_sink compose = obj_sink_memory(&next);
	obj_content_write(c, &compose);
	obj_hash_add(content, data, c->size);
	hash_relocs(f, content);
	f->hashes[OBJ_HASH_CONTENT] = obj_hash_value(content);
	fill_slots(f, data);
	obj_sink_write(to, data, c->size);
}

static void write_weights(struct obj_file *f, struct obj_hash *content, struct obj_sink *to) {
	const struct obj_content *c = &f->o->sections[OBJ_LRODATA].content;
	f->hashes[OBJ_HASH_WEIGHTS] = f->o->weights_hash;
	if (c->size) {
		struct obj_hash weights;
		obj_hash_init(&weights, 0);
		to->hash = &weights;
		obj_content_write(c, to);
		f->hashes[OBJ_HASH_WEIGHTS] = obj_hash_value(&weights);
	}
	obj_hash_add(content, &f->hashes[OBJ_HASH_WEIGHTS], sizeof f->hashes[0]);
}

static void write_section(struct obj_file *f, u32 id, struct obj_hash *content,
                          struct obj_sink *to) {
	if (id == OBJ_LRODATA) {
		write_weights(f, content, to);
	} else if (id == OBJ_DATA_REL_RO) {
		write_data_rel_ro(f, content, to);
	} else {
		to->hash = id < OBJ_DATA_REL_RO ? content : NULL;
		obj_content_write(&f->o->sections[id].content, to);
	}
	to->hash = NULL;
}

static void seek(struct obj_sink *to, u64 start, u64 offset) {
	CHECK(to->written_bytes - start <= offset);
	obj_sink_fill(to, 0, start + offset - to->written_bytes);
}

void obj_elf_write(struct obj_file *f, struct obj_sink *to) {
	CHECK(!to->hash);  // the sink's hash is the writer's own
	u64 start = to->written_bytes;
	struct obj_hash content;
	obj_hash_init(&content, 0);
	obj_sink_write(to, &f->header, sizeof f->header);
	// Sections that are left out still count in the hashes, so that these are always made.
	for (u32 id = 0; id < OBJ_SECTION_COUNT; id++) {
		if (f->index[id])
			seek(to, start, f->headers[f->index[id]].sh_offset);
		write_section(f, id, &content, to);
	}
	for (u32 i = f->index[OBJ_NOTE_STACK] + 1; i < f->num_headers; i++) {
		seek(to, start, f->headers[i].sh_offset);
		obj_content_write(f->contents[i], to);
	}
	seek(to, start, f->header.e_shoff);
	obj_sink_write(to, f->headers, sizeof f->headers[0] * f->num_headers);
	CHECK(to->written_bytes - start == f->size_bytes);
}
