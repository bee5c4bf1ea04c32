// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last rewriting of a function, once registers and frame are settled: a general register gets
// zero by xor (two bytes, and no execution unit) where nobody reads the flags it destroys. Earlier
// it must stay `mov r, 0`, which the allocator may repeat anywhere, flags live or not.
#include "target/x86_64/x86.h"

static bool touches_flags(const struct mach_func *f, const struct mach_inst_data *inst, u8 kind) {
	for (u32 i = 0; i < inst->num_operands; i++) {
		const struct mach_operand *o = &f->operands.data[inst->operands + i];
		if (o->kind == kind &&
		    (o->payload ? f->values.data[o->payload].cls == X86_FLAGS : o->fixed == X86_rflags))
			return true;
	}
	return x86_is_op(inst->opcode) && x86_insts[inst->opcode].flags & MACH_CALL &&
	       kind == MACH_OP_DEF;
}

// Does some block read flags that another one set?
static bool flags_cross_blocks(const struct mach_func *f) {
	for (u32 b = 0; b < f->blocks.size; b++) {
		bool set = false;
		for (u32 i = 0; i < f->blocks.data[b].insts.size && !set; i++) {
			const struct mach_inst_data *inst = &f->insts.data[f->blocks.data[b].insts.data[i]];
			if (touches_flags(f, inst, MACH_OP_USE))
				return true;
			set = touches_flags(f, inst, MACH_OP_DEF);
		}
	}
	return false;
}

static bool is_zero(const struct mach_func *f, const struct mach_inst_data *inst) {
	return inst->opcode == X86_mov_i && inst->size >= 4 &&
	       f->imms.data[f->operands.data[inst->operands + 1].payload] == 0;
}

static void make_zero_idiom(struct mach_func *f, struct mach_inst_data *inst) {
	struct mach_operand def = f->operands.data[inst->operands];
	inst->opcode = X86_zero;
	inst->size = 4;
	inst->operands = f->operands.size;
	inst->num_defs = inst->num_operands = 2;
	vec_push(f->arena, f->operands, def);
	vec_push(f->arena, f->operands,
	         (struct mach_operand){
				 .kind = MACH_OP_DEF, .fixed = X86_rflags, .flags = MACH_IMPLICIT | MACH_DEAD});
}

void x86_late(struct mach_func *f) {
	if (flags_cross_blocks(f))
		return;
	for (u32 b = 0; b < f->blocks.size; b++) {
		bool live = false;
		for (u32 i = f->blocks.data[b].insts.size; i-- > 0;) {
			struct mach_inst_data *inst = &f->insts.data[f->blocks.data[b].insts.data[i]];
			live = (live && !touches_flags(f, inst, MACH_OP_DEF)) ||
			       touches_flags(f, inst, MACH_OP_USE);
			if (!live && is_zero(f, inst))
				make_zero_idiom(f, inst);
		}
	}
}
