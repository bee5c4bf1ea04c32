// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole functions against LLVM's assembler: random blocks, branches near and far, alignment, calls,
// constants, frames of all kinds. Our assembler source of the unit, assembled by llvm-mc, must have
// the bytes, the relocations and the unwind rows that x86_emit makes.
//
//   layout [--llvm-mc=PROGRAM] [--functions=N]
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "target/x86_64/x86.h"
#include "unit/target/x86_64/build.h"

static u64 random_state = 88172645463325252ull;

static u32 any(u32 bound) {
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)((random_state >> 11) % bound);
}

// ---------------------------------------------------------------------------------------------
// Random functions

enum { RODATA_SYMBOL, CALLEE_SYMBOL, SYMBOLS };

static mach_reg any_gpr(void) {
	mach_reg r = (mach_reg)any(16);
	return r == X86_rsp || r == X86_rbp ? X86_rax : r;
}

static void add_body_inst(struct mach_func *f, mach_block b, bool calls) {
	mach_reg a = any_gpr(), c = any_gpr();
	struct mach_operand slot =
		f->slots.size ? build_slot(f, any(f->slots.size), 0) : build_mem(f, X86_rsi, 32);
	switch (any(calls ? 8 : 7)) {
	case 0:
		build_inst(f, b, X86_add_i, 8, 0, build_def(f, a), build_flags_def(), build_use(a),
		           build_imm(f, any(2) ? 5 : 5000));
		return;
	case 1: build_inst(f, b, X86_mov, 4, 0, build_def(f, a), build_use(c)); return;
	case 2: build_inst(f, b, X86_mov_m, 8, 0, slot, build_use(a)); return;
	case 3:
		build_inst(f, b, X86_vaddps, 32, 0, build_def(f, X86_zmm0 + any(16)), build_use(X86_zmm9),
		           build_symbol_mem(f, RODATA_SYMBOL));
		return;
	case 4: build_inst(f, b, X86_vmovups, 32, 0, build_def(f, X86_zmm0 + any(16)), slot); return;
	case 5: build_inst(f, b, X86_lea, 8, 0, build_def(f, a), slot); return;
	case 6: build_inst(f, b, MACH_COPY, 0, 0, build_def(f, a), build_use(a)); return;
	default: build_inst(f, b, X86_call, 0, 0, build_symbol(CALLEE_SYMBOL)); return;
	}
}

static void add_terminator(struct mach_func *f, mach_block b, u32 blocks) {
	switch (any(5)) {
	case 0: build_inst(f, b, X86_ret, 0, 0, build_use(X86_rax)); return;
	case 1:
		build_edge(f, b, any(blocks));
		build_inst(f, b, X86_jmp, 0, 0, build_edge_operand(0));
		return;
	default:
		build_edge(f, b, any(blocks));
		build_edge(f, b, any(2) ? any(blocks) : (b + 1) % blocks);
		build_inst(f, b, X86_jcc, 0, 0, build_cond(any(X86_COND_COUNT)), build_edge_operand(0),
		           build_edge_operand(1), build_flags_use());
	}
}

static void random_function(struct mach_unit *u, u32 index) {
	static const u32 aligns[] = {1, 8, 16, 32, 64};
	struct mach_func *f =
		build_func(u, &x86_cpus[X86_CPU_v3], str_format(u->arena, "f%u", index), any(2));
	u32 blocks = 1 + any(40), length = any(3) == 0 ? 40 : 6;
	f->has_calls = any(2);
	for (u32 i = any(4); i > 0; i--)
		build_slot_add(f, 32 + any(3) * 8, aligns[any(any(2) ? 3 : 5)]);
	for (u32 b = 0; b < blocks; b++) {
		mach_block id = build_block(f);
		f->blocks.data[id].align = any(6) == 0 ? 16u << any(3) : 0;
	}
	for (u32 b = 0; b < blocks; b++) {
		for (u32 i = any(length); i > 0; i--)
			add_body_inst(f, b, f->has_calls);
		if (b + 1 < blocks || any(2))
			add_terminator(f, b, blocks);
		else
			build_inst_bare(f, b, X86_ret, 0);
	}
	for (u32 b = 1; b < blocks; b++) {  // another layout, with the entry first
		u32 other = 1 + any(blocks - 1);
		mach_block t = f->layout.data[b];
		f->layout.data[b] = f->layout.data[other];
		f->layout.data[other] = t;
	}
	x86_lower_frame(f);
}

static struct mach_unit *random_unit(struct arena *a, u32 functions) {
	static const u8 data[64] = {1, 2, 3};
	struct mach_unit *u = build_unit(a);
	build_unit_symbol(u, (struct mach_symbol){.name = STR("table.0"),
	                                          .kind = MACH_SYMBOL_RODATA,
	                                          .align = 64,
	                                          .data = data,
	                                          .size = sizeof data});
	build_unit_symbol(u,
	                  (struct mach_symbol){.name = STR("callee"), .kind = MACH_SYMBOL_UNDEFINED});
	for (u32 i = 0; i < functions; i++)
		random_function(u, i);
	return u;
}

// ---------------------------------------------------------------------------------------------
// What llvm-mc made of it

struct object {
	struct str file;
	const Elf64_Shdr *sections;
	u32 num_sections;
	struct str text, relocs, symbols, strings, eh_frame;
};

static struct str section_data(const struct object *o, u32 i) {
	return str_make(o->file.data + o->sections[i].sh_offset, o->sections[i].sh_size);
}

static bool read_object(struct arena *a, const char *path, struct object *o) {
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	char *data = arena_alloc(a, (size_t)size, 16);
	*o = (struct object){.file = str_make(data, fread(data, 1, (size_t)size, f))};
	fclose(f);
	const Elf64_Ehdr *h = (const void *)data;
	o->sections = (const void *)(data + h->e_shoff);
	o->num_sections = h->e_shnum;
	for (u32 i = 0; i < o->num_sections; i++) {
		const char *name = data + o->sections[h->e_shstrndx].sh_offset + o->sections[i].sh_name;
		struct str s = section_data(o, i);
		if (strcmp(name, ".text") == 0)
			o->text = s;
		else if (strcmp(name, ".rela.text") == 0)
			o->relocs = s;
		else if (strcmp(name, ".symtab") == 0)
			o->symbols = s;
		else if (strcmp(name, ".strtab") == 0)
			o->strings = s;
		else if (strcmp(name, ".eh_frame") == 0)
			o->eh_frame = s;
	}
	return true;
}

// Where a function starts.
static i64 symbol_value(const struct object *o, struct str name) {
	const Elf64_Sym *symbols = (const void *)o->symbols.data;
	for (size_t i = 0; i < o->symbols.size / sizeof *symbols; i++)
		if (str_eq_z(name, o->strings.data + symbols[i].st_name))
			return (i64)symbols[i].st_value;
	return -1;
}

static bool same_relocs(const struct object *o, u64 start, const struct mach_code *code) {
	const Elf64_Rela *relocs = (const void *)o->relocs.data;
	u32 n = 0;
	for (size_t i = 0; i < o->relocs.size / sizeof *relocs; i++) {
		if (relocs[i].r_offset < start || relocs[i].r_offset >= start + code->bytes.size)
			continue;
		if (n == code->relocs.size)
			return false;
		const struct mach_reloc *r = &code->relocs.data[n++];
		u32 type = r->kind == MACH_RELOC_PLT32 ? R_X86_64_PLT32 : R_X86_64_PC32;
		// The table is at the start of its section, so a section symbol has the same addend.
		if (relocs[i].r_offset != start + r->offset || ELF64_R_TYPE(relocs[i].r_info) != type ||
		    relocs[i].r_addend != r->addend)
			return false;
	}
	return n == code->relocs.size;
}

static u64 read_uleb(const u8 **p) {
	u64 v = 0;
	for (u32 shift = 0;; shift += 7) {
		u8 byte = *(*p)++;
		v |= (u64)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
}

static u32 read_le(const u8 **p, u32 bytes) {
	u32 v = 0;
	for (u32 i = 0; i < bytes; i++)
		v |= (u32) * (*p)++ << (8 * i);
	return v;
}

// One unwind row of a program of call frame instructions, or false at its end.
static bool next_row(const u8 **p, const u8 *end, u32 *at, struct mach_cfi *row) {
	while (*p < end) {
		u8 op = *(*p)++;
		*row = (struct mach_cfi){.offset = *at};
		switch (op >> 6) {
		case 1: *at += op & 63; continue;
		case 2:
			row->op = MACH_CFI_OFFSET, row->reg = op & 63, row->value = -8 * (i32)read_uleb(p);
			row->offset = *at;
			return true;
		case 3:
			row->op = MACH_CFI_RESTORE_REG, row->reg = op & 63;
			row->offset = *at;
			return true;
		default: break;
		}
		switch (op) {
		case 0x00: continue;
		case 0x02: *at += read_le(p, 1); continue;
		case 0x03: *at += read_le(p, 2); continue;
		case 0x04: *at += read_le(p, 4); continue;
		case 0x0a: row->op = MACH_CFI_REMEMBER; return true;
		case 0x0b: row->op = MACH_CFI_RESTORE; return true;
		case 0x0c:
			row->op = MACH_CFI_DEF_CFA, row->reg = (u8)read_uleb(p), row->value = (i32)read_uleb(p);
			return true;
		case 0x0d: row->op = MACH_CFI_DEF_CFA_REGISTER, row->reg = (u8)read_uleb(p); return true;
		case 0x0e: row->op = MACH_CFI_DEF_CFA_OFFSET, row->value = (i32)read_uleb(p); return true;
		default: return false;
		}
	}
	return false;
}

// FDEs stand in the order of the functions, behind one CIE. `entry` moves to the next one.
static bool same_unwind(const struct object *o, u32 *entry, const struct mach_code *code) {
	const u8 *p = (const u8 *)o->eh_frame.data + *entry;
	u32 length = read_le(&p, 4);
	const u8 *end = p + length;
	*entry += length + 4;
	p += 4 + 8;  // CIE pointer, start and size
	bool right_size = read_le(&p, 0) == 0;
	p += read_uleb(&p);
	u32 at = 0, n = 0;
	for (struct mach_cfi row; next_row(&p, end, &at, &row); n++)
		if (n >= code->cfi.size || memcmp(&row, &code->cfi.data[n], sizeof row) != 0)
			return false;
	return right_size && n == code->cfi.size;
}

// ---------------------------------------------------------------------------------------------

static u32 compare(struct arena *a, const struct mach_unit *u, const struct object *o,
                   u32 *near_branches) {
	u32 failures = 0, entry = 0;
	const u8 *p = (const u8 *)o->eh_frame.data;
	entry = read_le(&p, 4) + 4;
	for (u32 i = 0; i < u->funcs.size; i++) {
		const struct mach_func *f = u->funcs.data[i];
		struct mach_code code = {.arena = a};
		x86_emit(f, &code);
		i64 start = symbol_value(o, f->name);
		bool bytes = start >= 0 && (u64)start + code.bytes.size <= o->text.size &&
		             memcmp(o->text.data + start, code.bytes.data, code.bytes.size) == 0;
		bool relocs = bytes && same_relocs(o, (u64)start, &code);
		bool unwind = same_unwind(o, &entry, &code);
		for (u32 j = 0; j + 1 < code.bytes.size; j++)
			*near_branches += code.bytes.data[j] == 0x0f && code.bytes.data[j + 1] >> 4 == 8;
		if (bytes && relocs && unwind)
			continue;
		failures++;
		printf("%.*s: %s\n", STR_ARG(f->name),
		       !bytes    ? "other bytes"
		       : !relocs ? "other relocations"
		                 : "other unwind rows");
	}
	return failures;
}

int main(int argc, char **argv) {
	const char *llvm_mc = "llvm-mc-19";
	u32 functions = 400;
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--llvm-mc=", 10) == 0)
			llvm_mc = argv[i] + 10;
		else if (strncmp(argv[i], "--functions=", 12) == 0)
			functions = (u32)atoi(argv[i] + 12);
		else
			return fprintf(stderr, "usage: layout [--llvm-mc=PROGRAM] [--functions=N]\n"), 2;
	struct arena a;
	arena_init(&a);
	struct mach_unit *u = random_unit(&a, functions);
	struct strbuf text;
	strbuf_init(&text, &a);
	x86_print_asm(u, &text);
	char source[] = "/tmp/lamella-layout-XXXXXX", command[256], path[64];
	int fd = mkstemp(source);
	if (fd < 0 || write(fd, text.data, text.size) != (ssize_t)text.size)
		return perror(source), 2;
	close(fd);
	snprintf(path, sizeof path, "%s.o", source);
	snprintf(command, sizeof command, "%s -triple=x86_64-linux-gnu -filetype=obj %s -o %s", llvm_mc,
	         source, path);
	struct object o = {0};
	u32 near_branches = 0, failures = 1;
	if (system(command) == 0 && read_object(&a, path, &o))
		failures = compare(&a, u, &o, &near_branches);
	printf("%u functions, %zu bytes, about %u near branches, %u failures\n", functions, o.text.size,
	       near_branches, failures);
	unlink(source);
	unlink(path);
	arena_deinit(&a);
	return failures != 0;
}
