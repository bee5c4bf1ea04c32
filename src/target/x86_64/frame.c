// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Frames. Requires: every value has a register, spills and parallel copies are resolved.
// Establishes: slot numbers in addresses have become rsp or rbp with a displacement; prologue and
// epilogues are ordinary instructions (emit.c derives the unwind rows from them); the frame fields
// are filled in.
//
//   higher  incoming stack arguments       rsp at entry + 8
//           return address                 rsp at entry
//           rbp                            only when slots need more than 16 bytes of alignment
//           callee-saved registers
//           slots                          widest alignment first
//   lower   outgoing stack arguments       rsp
//
// Slots are addressed from rsp, so they need no frame pointer. When one wants more than the 16
// bytes of alignment that the ABI keeps, rbp (which is never allocated) holds the entry's rsp and
// rsp is rounded down. Functions without slots, calls and callee-saved registers have no frame at
// all.
//
// Dirty upper halves of vector registers slow down SSE code on Intel before Ice Lake and must not
// leave our world: vzeroupper precedes the return of external functions and calls out of the unit.
#include "target/x86_64/x86.h"

enum { STACK_ALIGN = 16, WORD = 8 };

struct frame {
	struct mach_func *f;
	struct mach_regset saved;  // callee-saved registers in use, rbp as frame pointer excluded
	u32 num_saved;
	u32 align;  // of the slot area
	u32 bytes;  // slots and outgoing arguments: what is subtracted from rsp
	bool frame_pointer;
};

// ---------------------------------------------------------------------------------------------
// Instructions on physical registers: operands without a value, only a fixed register.

static struct mach_operand reg_operand(u8 kind, mach_reg r) {
	return (struct mach_operand){.kind = kind, .fixed = r};
}

static struct mach_operand imm_operand(struct mach_func *f, i64 v) {
	vec_push(f->arena, f->imms, v);
	return (struct mach_operand){
		.kind = MACH_OP_IMM, .fixed = MACH_NO_REG, .payload = f->imms.size - 1};
}

static void add_inst(struct mach_func *f, struct mach_insts *out, u16 opcode, u8 size, u32 n,
                     const struct mach_operand *ops) {
	struct mach_inst_data inst = {
		.opcode = opcode, .size = size, .operands = f->operands.size, .num_operands = (u16)n};
	for (u32 i = 0; i < n; i++) {
		inst.num_defs += ops[i].kind == MACH_OP_DEF;
		vec_push(f->arena, f->operands, ops[i]);
	}
	vec_push(f->arena, f->insts, inst);
	vec_push(f->arena, *out, f->insts.size - 1);
}

static void add_push(struct mach_func *f, struct mach_insts *out, mach_reg r) {
	add_inst(f, out, X86_push, 8, 1, (struct mach_operand[]){reg_operand(MACH_OP_USE, r)});
}

static void add_pop(struct mach_func *f, struct mach_insts *out, mach_reg r) {
	add_inst(f, out, X86_pop, 8, 1, (struct mach_operand[]){reg_operand(MACH_OP_DEF, r)});
}

static void add_copy(struct mach_func *f, struct mach_insts *out, mach_reg to, mach_reg from) {
	struct mach_operand ops[] = {reg_operand(MACH_OP_DEF, to), reg_operand(MACH_OP_USE, from)};
	add_inst(f, out, X86_mov, 8, 2, ops);
}

// rsp = rsp op imm, for add, sub and and.
static void add_adjust(struct mach_func *f, struct mach_insts *out, u16 opcode, i64 imm) {
	struct mach_operand ops[] = {reg_operand(MACH_OP_DEF, X86_rsp),
	                             reg_operand(MACH_OP_DEF, X86_rflags),
	                             reg_operand(MACH_OP_USE, X86_rsp), imm_operand(f, imm)};
	ops[1].flags = MACH_IMPLICIT | MACH_DEAD;
	ops[2].tied = 1;
	add_inst(f, out, opcode, 8, 4, ops);
}

static void add_lea_rsp(struct mach_func *f, struct mach_insts *out, i32 disp_from_rbp) {
	vec_push(f->arena, f->mems,
	         (struct mach_mem){.base_fixed = X86_rbp,
	                           .scale = 1,
	                           .disp = disp_from_rbp,
	                           .symbol = MACH_NONE,
	                           .slot = MACH_NONE});
	struct mach_operand mem = {
		.kind = MACH_OP_MEM, .fixed = MACH_NO_REG, .payload = f->mems.size - 1};
	add_inst(f, out, X86_lea, 8, 2,
	         (struct mach_operand[]){reg_operand(MACH_OP_DEF, X86_rsp), mem});
}

static void add_vzeroupper(struct mach_func *f, struct mach_insts *out) {
	add_inst(f, out, X86_vzeroupper, 0, 0, NULL);
}

// ---------------------------------------------------------------------------------------------
// Layout

static struct mach_regset used_callee_saved(const struct mach_func *f) {
	struct mach_regset used = {0};
	for (u32 v = 1; v < f->values.size; v++)
		if (f->values.data[v].reg != MACH_NO_REG)
			mach_regset_add(&used, f->values.data[v].reg);
	return mach_regset_and(used, f->target->callee_saved);
}

// Offsets from the bottom of the slot area; widest alignment first leaves no gaps.
static u32 assign_slots(struct mach_func *f, u32 start, u32 *align) {
	u32 offset = start;
	*align = 1;
	for (u32 a = 64; a > 0; a /= 2)
		for (u32 i = 0; i < f->slots.size; i++) {
			struct mach_slot *s = &f->slots.data[i];
			u32 wants = BASE_MIN(BASE_MAX(s->align, 1u), 64u);
			if (s->incoming || s->bytes == 0 || wants != a)
				continue;
			CHECK_MSG(s->align <= 64, "stack slots are aligned to 64 bytes at most");
			*align = BASE_MAX(*align, a);
			offset = (u32)base_align_up(offset, a);
			s->offset = (i32)offset;
			offset += s->bytes;
		}
	return offset;
}

static struct frame frame_of(struct mach_func *f) {
	struct frame fr = {.f = f, .saved = used_callee_saved(f)};
	ASSERT(!mach_regset_has(fr.saved, X86_rbp));
	fr.num_saved = mach_regset_count(fr.saved);
	u32 end = assign_slots(f, f->outgoing_bytes, &fr.align);
	fr.frame_pointer = fr.align > STACK_ALIGN;
	if (fr.frame_pointer) {
		fr.bytes = (u32)base_align_up(end, fr.align);
		return fr;
	}
	// Only calls and 16-byte slots need rsp to be a multiple of 16.
	u32 pushed = WORD + WORD * fr.num_saved;
	u32 align = f->has_calls || fr.align == STACK_ALIGN ? STACK_ALIGN : WORD;
	fr.bytes = (u32)base_align_up(pushed + end, align) - pushed;
	if (end == 0 && !f->has_calls)
		fr.bytes = 0;
	return fr;
}

// ---------------------------------------------------------------------------------------------
// Prologue and epilogue

static void add_prologue(const struct frame *fr, struct mach_insts *out) {
	struct mach_func *f = fr->f;
	if (fr->frame_pointer) {
		add_push(f, out, X86_rbp);
		add_copy(f, out, X86_rbp, X86_rsp);
	}
	for (mach_reg r = 0; r < X86_zmm0; r++)
		if (mach_regset_has(fr->saved, r))
			add_push(f, out, r);
	if (fr->bytes)
		add_adjust(f, out, X86_sub_i, fr->bytes);
	if (fr->frame_pointer)
		add_adjust(f, out, X86_and_i, -(i64)fr->align);
}

static void add_epilogue(const struct frame *fr, bool vzeroupper, struct mach_insts *out) {
	struct mach_func *f = fr->f;
	if (vzeroupper)
		add_vzeroupper(f, out);
	if (fr->frame_pointer && fr->num_saved)
		add_lea_rsp(f, out, -(i32)(WORD * fr->num_saved));
	else if (fr->frame_pointer)
		add_copy(f, out, X86_rsp, X86_rbp);
	else if (fr->bytes)
		add_adjust(f, out, X86_add_i, fr->bytes);
	for (mach_reg r = X86_zmm0; r-- > 0;)
		if (mach_regset_has(fr->saved, r))
			add_pop(f, out, r);
	if (fr->frame_pointer)
		add_pop(f, out, X86_rbp);
}

static void resolve_slots(const struct frame *fr) {
	struct mach_func *f = fr->f;
	i32 incoming = (i32)(fr->frame_pointer ? 2 * WORD : fr->bytes + WORD * fr->num_saved + WORD);
	for (u32 i = 0; i < f->mems.size; i++) {
		struct mach_mem *m = &f->mems.data[i];
		if (m->slot == MACH_NONE)
			continue;
		ASSERT(m->base == 0 && m->base_fixed == MACH_NO_REG);
		const struct mach_slot *s = &f->slots.data[m->slot];
		m->base_fixed = s->incoming && fr->frame_pointer ? X86_rbp : X86_rsp;
		m->disp += s->offset + (s->incoming ? incoming : 0);
		m->slot = MACH_NONE;
	}
}

// ---------------------------------------------------------------------------------------------
// Upper halves

static const struct mach_operand *call_target(const struct mach_func *f,
                                              const struct mach_inst_data *inst) {
	return &f->operands.data[inst->operands + inst->num_defs];
}

static bool leaves_unit(const struct mach_func *f, const struct mach_inst_data *inst) {
	const struct mach_operand *callee = call_target(f, inst);
	if (callee->kind != MACH_OP_SYMBOL)
		return true;
	return f->unit->symbols.data[callee->payload].kind == MACH_SYMBOL_UNDEFINED;
}

static bool is_call(const struct mach_inst_data *inst) {
	return x86_is_op(inst->opcode) && x86_insts[inst->opcode].flags & MACH_CALL;
}

// Upper halves are written by wide instructions here, or by functions of this unit that are called.
static bool dirties_uppers(const struct mach_func *f) {
	for (u32 v = 1; v < f->values.size; v++)
		if (f->values.data[v].cls == X86_VEC && f->values.data[v].bytes > 16)
			return true;
	for (u32 b = 0; b < f->blocks.size; b++)
		for (u32 i = 0; i < f->blocks.data[b].insts.size; i++) {
			const struct mach_inst_data *inst = &f->insts.data[f->blocks.data[b].insts.data[i]];
			if (is_call(inst) && !leaves_unit(f, inst))
				return true;
		}
	return false;
}

static bool reads_wide(const struct mach_func *f, const struct mach_inst_data *inst) {
	for (u32 i = 0; i < inst->num_operands; i++) {
		const struct mach_operand *o = &f->operands.data[inst->operands + i];
		if (o->kind == MACH_OP_USE && o->payload && f->values.data[o->payload].cls == X86_VEC &&
		    f->values.data[o->payload].bytes > 16)
			return true;
	}
	return false;
}

static void rewrite_block(const struct frame *fr, mach_block b, bool dirty) {
	struct mach_func *f = fr->f;
	struct mach_insts out = {0};
	if (b == 0)
		add_prologue(fr, &out);
	for (u32 i = 0; i < f->blocks.data[b].insts.size; i++) {
		mach_inst id = f->blocks.data[b].insts.data[i];
		struct mach_inst_data inst = f->insts.data[id];
		bool clean = dirty && !reads_wide(f, &inst);
		if (inst.opcode == X86_ret)
			add_epilogue(fr, clean && f->external, &out);
		else if (is_call(&inst) && clean && leaves_unit(f, &inst))
			add_vzeroupper(f, &out);
		vec_push(f->arena, out, id);
	}
	f->blocks.data[b].insts.data = out.data;
	f->blocks.data[b].insts.size = out.size;
	f->blocks.data[b].insts.cap = out.cap;
}

void x86_lower_frame(struct mach_func *f) {
	struct frame fr = frame_of(f);
	resolve_slots(&fr);
	bool dirty = dirties_uppers(f);
	for (mach_block b = 0; b < f->blocks.size; b++)
		rewrite_block(&fr, b, dirty);
	x86_late(f);
	f->used_callee_saved = fr.saved;
	f->frame_bytes = fr.bytes + WORD * (fr.num_saved + fr.frame_pointer) +
	                 (fr.frame_pointer ? fr.align - WORD : 0);
}
