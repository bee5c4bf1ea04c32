// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A whole unit as assembler source for --emit=asm: the GNU directives that LLVM and GNU as share,
// and exactly the instructions that emit.c encodes (the same shrinking, the same branches).
#include "target/x86_64/x86.h"

struct writer {
	const struct mach_unit *unit;
	const struct mach_func *f;
	struct strbuf *out;
	struct x86_unwind unwind;
};

static bool is_plain_name(struct str name) {
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		bool letter =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return name.size > 0;
}

static void print_name(struct str name, struct strbuf *out) {
	if (is_plain_name(name)) {
		strbuf_add(out, name);
		return;
	}
	strbuf_add_char(out, '"');
	strbuf_add_escaped(out, name);
	strbuf_add_char(out, '"');
}

static void print_label(const struct writer *w, mach_block b) {
	u32 index = 0;
	while (index < w->unit->funcs.size && w->unit->funcs.data[index] != w->f)
		index++;
	strbuf_addf(w->out, ".L%u_%u", index, b);
}

static void name_operand(const void *user, const struct x86_operand *o, struct strbuf *out) {
	const struct writer *w = user;
	if (o->kind == MACH_OP_EDGE)
		print_label(w, (mach_block)o->imm);
	else
		print_name(w->unit->symbols.data[o->kind == MACH_OP_MEM ? o->mem.symbol : (u32)o->imm].name,
		           out);
}

static void print_unwind_rows(struct writer *w) {
	for (u32 i = 0; i < w->unwind.num_rows; i++) {
		const struct mach_cfi *row = &w->unwind.rows[i];
		switch ((enum mach_cfi_op)row->op) {
		case MACH_CFI_DEF_CFA:
			strbuf_addf(w->out, "\t.cfi_def_cfa %u, %d\n", row->reg, row->value);
			break;
		case MACH_CFI_DEF_CFA_OFFSET:
			strbuf_addf(w->out, "\t.cfi_def_cfa_offset %d\n", row->value);
			break;
		case MACH_CFI_DEF_CFA_REGISTER:
			strbuf_addf(w->out, "\t.cfi_def_cfa_register %u\n", row->reg);
			break;
		case MACH_CFI_OFFSET:
			strbuf_addf(w->out, "\t.cfi_offset %u, %d\n", row->reg, row->value);
			break;
		case MACH_CFI_REMEMBER: strbuf_add_z(w->out, "\t.cfi_remember_state\n"); break;
		case MACH_CFI_RESTORE: strbuf_add_z(w->out, "\t.cfi_restore_state\n"); break;
		case MACH_CFI_RESTORE_REG: strbuf_addf(w->out, "\t.cfi_restore %u\n", row->reg); break;
		}
	}
	w->unwind.num_rows = 0;
}

static void print_inst(struct writer *w, const struct x86_inst *x) {
	x86_unwind_before(&w->unwind, x);
	print_unwind_rows(w);
	strbuf_add_char(w->out, '\t');
	x86_print(x, w->f->cpu->features, (struct x86_namer){name_operand, w}, w->out);
	strbuf_add_char(w->out, '\n');
	x86_unwind_after(&w->unwind, x);
	print_unwind_rows(w);
}

static void print_block(struct writer *w, mach_block b, mach_block next) {
	const struct mach_block_data *block = &w->f->blocks.data[b];
	if (block->align > 1)
		strbuf_addf(w->out, "\t.p2align %u\n", base_log2(block->align));
	print_label(w, b);
	strbuf_add_z(w->out, ":\n");
	for (u32 i = 0; i < block->insts.size; i++) {
		const struct mach_inst_data *inst = &w->f->insts.data[block->insts.data[i]];
		if (x86_is_invisible(w->f, inst))
			continue;
		if (x86_is_branch(inst->opcode)) {
			struct x86_branches branches = x86_branches_of(w->f, b, inst, next);
			for (u32 j = 0; j < branches.count; j++)
				print_inst(w, &branches.insts[j]);
			continue;
		}
		struct x86_inst x;
		x86_inst_of(w->f, inst, &x);
		x86_shrink(&x, w->f->cpu->features);
		print_inst(w, &x);
	}
}

// Blocks are aligned with respect to the function's start.
static u32 func_align(const struct mach_func *f) {
	u32 align = X86_FUNC_ALIGN;
	for (u32 b = 0; b < f->blocks.size; b++)
		align = BASE_MAX(align, f->blocks.data[b].align);
	return align;
}

static void print_func(struct writer *w) {
	struct strbuf *out = w->out;
	const struct mach_func *f = w->f;
	strbuf_add_z(out, "\n\t.text\n");
	if (f->external) {
		strbuf_add_z(out, "\t.globl ");
		print_name(f->name, out);
		strbuf_add_char(out, '\n');
	}
	strbuf_addf(out, "\t.p2align %u\n\t.type ", base_log2(func_align(f)));
	print_name(f->name, out);
	strbuf_add_z(out, ", @function\n");
	print_name(f->name, out);
	strbuf_add_z(out, ":\n\t.cfi_startproc\n");
	x86_unwind_start(&w->unwind);
	for (u32 i = 0; i < f->layout.size; i++)
		print_block(w, f->layout.data[i],
		            i + 1 < f->layout.size ? f->layout.data[i + 1] : MACH_NONE);
	strbuf_add_z(out, "\t.cfi_endproc\n\t.size ");
	print_name(f->name, out);
	strbuf_add_z(out, ", . - ");
	print_name(f->name, out);
	strbuf_add_char(out, '\n');
}

static void print_data(const struct mach_symbol *s, struct strbuf *out) {
	strbuf_add_z(out, s->kind == MACH_SYMBOL_RODATA ? "\n\t.section .rodata\n" : "\n\t.data\n");
	if (s->global) {
		strbuf_add_z(out, "\t.globl ");
		print_name(s->name, out);
		strbuf_add_char(out, '\n');
	}
	strbuf_addf(out, "\t.p2align %u\n", base_log2(s->align ? s->align : 1));
	print_name(s->name, out);
	strbuf_add_z(out, ":\n");
	for (u64 i = 0; i < s->size; i++)
		strbuf_addf(out, "%s%u", i % 16 == 0 ? (i ? "\n\t.byte " : "\t.byte ") : ", ", s->data[i]);
	strbuf_add_char(out, '\n');
}

void x86_print_asm(const struct mach_unit *unit, struct strbuf *out) {
	struct writer w = {.unit = unit, .out = out};
	strbuf_add_z(out, "\t.intel_syntax noprefix\n");
	for (u32 i = 0; i < unit->funcs.size; i++) {
		w.f = unit->funcs.data[i];
		print_func(&w);
	}
	for (u32 i = 0; i < unit->symbols.size; i++) {
		const struct mach_symbol *s = &unit->symbols.data[i];
		if (s->kind == MACH_SYMBOL_RODATA || s->kind == MACH_SYMBOL_DATA)
			print_data(s, out);
	}
	strbuf_add_z(out, "\n\t.section \".note.GNU-stack\",\"\",@progbits\n");
}
