// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From an allocated, framed function to bytes with relocations, line rows and unwind rows.
//
// Instructions are encoded once, in layout order, into runs of bytes that end at a branch or an
// alignment. Branches start short (2 bytes) and grow to the near form while their distance does not
// fit; growing never makes another branch shorter except through alignment, and no branch shrinks
// back, so this ends. Then runs, branches and no-operations are written at their final places.
//
// Reference: T. G. Szymanski, Assembling Code for Machines with Span-Dependent Instructions,
// CACM 21(4), 1978.
#include "target/x86_64/x86.h"

// ---------------------------------------------------------------------------------------------
// Values to registers

static mach_reg operand_reg(const struct mach_func *f, const struct mach_operand *o) {
	if (!o->payload)
		return o->fixed;
	mach_reg r = f->values.data[o->payload].reg;
	ASSERT(r != MACH_NO_REG);
	return r;
}

static mach_reg value_reg(const struct mach_func *f, mach_value v) {
	return v ? f->values.data[v].reg : MACH_NO_REG;
}

static struct x86_mem mem_of(const struct mach_func *f, const struct mach_mem *m) {
	CHECK_MSG(m->slot == MACH_NONE, "slots have addresses after frame lowering only");
	mach_reg base = m->base_fixed != MACH_NO_REG ? m->base_fixed : value_reg(f, m->base);
	return (struct x86_mem){base, value_reg(f, m->index), m->scale ? m->scale : 1, m->disp,
	                        m->symbol};
}

static struct x86_operand operand_of(const struct mach_func *f, const struct mach_operand *o) {
	struct x86_operand x = {.kind = o->kind, .reg = MACH_NO_REG};
	switch ((enum mach_operand_kind)o->kind) {
	case MACH_OP_DEF:
	case MACH_OP_USE: x.reg = operand_reg(f, o); break;
	case MACH_OP_IMM: x.imm = f->imms.data[o->payload]; break;
	case MACH_OP_MEM: x.mem = mem_of(f, &f->mems.data[o->payload]); break;
	default: x.imm = o->payload; break;
	}
	return x;
}

// A call carries results, callee, arguments; its row knows the callee only.
void x86_inst_of(const struct mach_func *f, const struct mach_inst_data *inst,
                 struct x86_inst *out) {
	const struct mach_inst_info *info = &x86_insts[inst->opcode];
	u32 first = info->flags & MACH_CALL ? inst->num_defs : 0;
	*out = (struct x86_inst){.opcode = inst->opcode,
	                         .size = inst->size,
	                         .mode = inst->mode,
	                         .num_operands = info->num_operands};
	for (u32 i = 0; i < info->num_operands && first + i < inst->num_operands; i++)
		out->operands[i] = operand_of(f, &f->operands.data[inst->operands + first + i]);
}

// Leaves no bytes: nothing to do, or a copy onto itself.
bool x86_is_invisible(const struct mach_func *f, const struct mach_inst_data *inst) {
	const struct mach_operand *ops = f->operands.data + inst->operands;
	switch (inst->opcode) {
	case MACH_NOP:
	case MACH_UNDEF: return true;
	case MACH_COPY:
		CHECK_MSG(operand_reg(f, &ops[0]) == operand_reg(f, &ops[1]),
		          "a copy between registers was not resolved");
		return true;
	default:
		CHECK_MSG(x86_is_op(inst->opcode), "a generic instruction was left in the function");
		return false;
	}
}

// ---------------------------------------------------------------------------------------------
// Branches: what a terminator becomes where its block stands in the layout.

static void add_branch(struct x86_branches *b, u16 opcode, u32 cond, mach_block to) {
	struct x86_inst *x = &b->insts[b->count++];
	*x = (struct x86_inst){.opcode = opcode, .num_operands = x86_insts[opcode].num_operands};
	u32 n = 0;
	if (opcode == X86_jcc)
		x->operands[n++] = (struct x86_operand){.kind = MACH_OP_COND, .imm = cond};
	x->operands[n] = (struct x86_operand){.kind = MACH_OP_EDGE, .imm = to};
}

struct x86_branches x86_branches_of(const struct mach_func *f, mach_block b,
                                    const struct mach_inst_data *inst, mach_block next) {
	const struct mach_operand *ops = f->operands.data + inst->operands;
	const struct mach_edge *succs = f->blocks.data[b].succs.data;
	struct x86_branches out = {0};
	if (inst->opcode == X86_jmp) {
		if (succs[ops[0].payload].to != next)
			add_branch(&out, X86_jmp, 0, succs[ops[0].payload].to);
		return out;
	}
	u32 cond = ops[0].payload;
	mach_block taken = succs[ops[1].payload].to, other = succs[ops[2].payload].to;
	if (taken == next && other != next) {
		add_branch(&out, X86_jcc, x86_cond_invert(cond), other);
		return out;
	}
	if (taken != other)
		add_branch(&out, X86_jcc, cond, taken);
	if (other != next)
		add_branch(&out, X86_jmp, 0, other);
	return out;
}

// ---------------------------------------------------------------------------------------------
// Pieces of the function: bytes, then at most one branch or alignment

enum piece_kind { PIECE_BYTES, PIECE_BRANCH, PIECE_ALIGN };
struct piece {
	u32 raw, raw_bytes;  // run in `raw`
	u8 kind;             // what follows the run
	bool near_form;
	u32 align;
	mach_block to;
	struct x86_inst branch;
	u32 at;  // final offset of what follows the run
};

// A place that moves with its piece: relocations, lines and unwind rows.
struct place {
	u32 piece, offset;
};

struct emitter {
	const struct mach_func *f;
	struct mach_code *out;
	struct arena *a;
	VEC(u8) raw;
	VEC(struct piece) pieces;  // the last one is open
	VEC(struct place) reloc_places, line_places, cfi_places;
	u32 *block_piece, *block_offset;  // where each block starts
	u32 line;
	struct x86_unwind unwind;
};

static struct piece *open_piece(struct emitter *e) { return &vec_last(e->pieces); }

static void start_piece(struct emitter *e) {
	vec_push(e->a, e->pieces, (struct piece){.raw = e->raw.size, .kind = PIECE_BYTES});
}

static struct place here(struct emitter *e) {
	return (struct place){e->pieces.size - 1, open_piece(e)->raw_bytes};
}

static void add_bytes(struct emitter *e, const struct x86_code *c) {
	if (c->reloc_at) {
		struct place p = here(e);
		p.offset += c->reloc_at;
		vec_push(e->a, e->reloc_places, p);
		vec_push(e->a, e->out->relocs,
		         (struct mach_reloc){0, c->reloc_symbol, c->reloc_addend, c->reloc_kind});
	}
	vec_reserve(e->a, e->raw, e->raw.size + c->size);
	memcpy(e->raw.data + e->raw.size, c->bytes, c->size);
	e->raw.size += c->size;
	open_piece(e)->raw_bytes += c->size;
}

static void add_branch_piece(struct emitter *e, const struct x86_inst *x) {
	struct piece *p = open_piece(e);
	p->kind = PIECE_BRANCH;
	p->branch = *x;
	p->to = (mach_block)x->operands[x->opcode == X86_jcc].imm;
	start_piece(e);
}

static void add_alignment(struct emitter *e, u32 align) {
	ASSERT(base_is_pow2(align));
	e->out->align = BASE_MAX(e->out->align, align);
	open_piece(e)->kind = PIECE_ALIGN;
	open_piece(e)->align = align;
	start_piece(e);
}

// ---------------------------------------------------------------------------------------------
// Encoding in layout order

static void add_line(struct emitter *e, u32 loc) {
	u32 line = loc < e->f->locs.size ? e->f->locs.data[loc] : 0;
	if (line == e->line || line == 0)
		return;
	e->line = line;
	vec_push(e->a, e->line_places, here(e));
	vec_push(e->a, e->out->lines, (struct mach_line){0, line});
}

static void add_unwind_rows(struct emitter *e) {
	for (u32 i = 0; i < e->unwind.num_rows; i++) {
		vec_push(e->a, e->cfi_places, here(e));
		vec_push(e->a, e->out->cfi, e->unwind.rows[i]);
	}
	e->unwind.num_rows = 0;
}

static void encode_inst(struct emitter *e, const struct mach_inst_data *inst) {
	struct x86_inst x;
	struct x86_code code;
	u64 features = e->f->cpu->features;
	x86_inst_of(e->f, inst, &x);
	x86_shrink(&x, features);
#ifndef NDEBUG
	const char *why = x86_invalid(&x, features);
	CHECK_MSG(!why, "%s: %s", x86_insts[x.opcode].name, why);
#endif
	x86_encode(&x, features, &code);
	x86_unwind_before(&e->unwind, &x);
	add_unwind_rows(e);
	add_bytes(e, &code);
	x86_unwind_after(&e->unwind, &x);
	add_unwind_rows(e);
}

static void encode_block(struct emitter *e, mach_block b, mach_block next) {
	const struct mach_block_data *block = &e->f->blocks.data[b];
	if (block->align > 1)
		add_alignment(e, block->align);
	e->block_piece[b] = e->pieces.size - 1;
	e->block_offset[b] = open_piece(e)->raw_bytes;
	for (u32 i = 0; i < block->insts.size; i++) {
		const struct mach_inst_data *inst = &e->f->insts.data[block->insts.data[i]];
		if (x86_is_invisible(e->f, inst))
			continue;
		add_line(e, inst->loc);
		if (!x86_is_branch(inst->opcode)) {
			encode_inst(e, inst);
			continue;
		}
		struct x86_branches branches = x86_branches_of(e->f, b, inst, next);
		for (u32 j = 0; j < branches.count; j++) {
			x86_unwind_before(&e->unwind, &branches.insts[j]);
			add_unwind_rows(e);
			add_branch_piece(e, &branches.insts[j]);
		}
	}
}

// ---------------------------------------------------------------------------------------------
// Relaxation

static u32 branch_bytes(const struct piece *p) {
	return !p->near_form ? 2 : p->branch.opcode == X86_jmp ? 5 : 6;
}

// Assigns final offsets to the pieces under the present lengths; returns the size.
static u32 place_pieces(struct emitter *e) {
	u32 at = 0;
	for (u32 i = 0; i < e->pieces.size; i++) {
		struct piece *p = &e->pieces.data[i];
		at += p->raw_bytes;
		p->at = at;
		if (p->kind == PIECE_BRANCH)
			at += branch_bytes(p);
		else if (p->kind == PIECE_ALIGN)
			at = (u32)base_align_up(at, p->align);
	}
	return at;
}

static u32 final_offset(const struct emitter *e, struct place p) {
	const struct piece *piece = &e->pieces.data[p.piece];
	return piece->at - piece->raw_bytes + p.offset;
}

static i64 distance(const struct emitter *e, const struct piece *p) {
	u32 target = final_offset(e, (struct place){e->block_piece[p->to], e->block_offset[p->to]});
	return (i64)target - (i64)(p->at + branch_bytes(p));
}

static u32 relax(struct emitter *e) {
	for (;;) {
		u32 size = place_pieces(e);
		bool grown = false;
		for (u32 i = 0; i < e->pieces.size; i++) {
			struct piece *p = &e->pieces.data[i];
			if (p->kind != PIECE_BRANCH || p->near_form)
				continue;
			i64 d = distance(e, p);
			if (d < INT8_MIN || d > INT8_MAX)
				p->near_form = grown = true;
		}
		if (!grown)
			return size;
	}
}

static void write_branch(struct emitter *e, const struct piece *p, u8 *bytes) {
	struct x86_code code;
	i64 d = distance(e, p);
	if (p->near_form)
		x86_encode(&p->branch, e->f->cpu->features, &code);
	else
		x86_encode_short_branch(&p->branch, &code);
	u32 field = p->near_form ? 4 : 1;
	for (u32 i = 0; i < field; i++)
		code.bytes[code.size - field + i] = (u8)((u64)d >> (8 * i));
	memcpy(bytes + p->at, code.bytes, code.size);
}

static void write_pieces(struct emitter *e, u8 *bytes) {
	for (u32 i = 0; i < e->pieces.size; i++) {
		const struct piece *p = &e->pieces.data[i];
		if (p->raw_bytes)
			memcpy(bytes + p->at - p->raw_bytes, e->raw.data + p->raw, p->raw_bytes);
		if (p->kind == PIECE_BRANCH)
			write_branch(e, p, bytes);
		else if (p->kind == PIECE_ALIGN)
			x86_encode_nops(bytes + p->at, (u32)base_align_up(p->at, p->align) - p->at);
	}
}

static void finish(struct emitter *e) {
	struct mach_code *out = e->out;
	u32 size = relax(e);
	vec_resize_zero(out->arena, out->bytes, size);
	write_pieces(e, out->bytes.data);
	for (u32 i = 0; i < out->relocs.size; i++)
		out->relocs.data[i].offset = final_offset(e, e->reloc_places.data[i]);
	for (u32 i = 0; i < out->lines.size; i++)
		out->lines.data[i].offset = final_offset(e, e->line_places.data[i]);
	for (u32 i = 0; i < out->cfi.size; i++)
		out->cfi.data[i].offset = final_offset(e, e->cfi_places.data[i]);
}

void x86_emit(const struct mach_func *f, struct mach_code *out) {
	struct emitter e = {.f = f, .out = out, .a = out->arena};
	ASSERT(out->bytes.size == 0 && out->relocs.size == 0 && out->lines.size == 0 &&
	       out->cfi.size == 0);
	out->align = X86_FUNC_ALIGN;
	e.block_piece = ARENA_ARRAY(e.a, u32, f->blocks.size + 1);
	e.block_offset = ARENA_ARRAY(e.a, u32, f->blocks.size + 1);
	start_piece(&e);
	x86_unwind_start(&e.unwind);
	for (u32 i = 0; i < f->layout.size; i++)
		encode_block(&e, f->layout.data[i],
		             i + 1 < f->layout.size ? f->layout.data[i + 1] : MACH_NONE);
	finish(&e);
}
