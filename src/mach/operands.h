// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walking over what instructions read and write. An instruction reads its USE operands and the base
// and index of its MEM operands; arguments of edges are read at the end of the block.
#ifndef MACH_OPERANDS_H
#define MACH_OPERANDS_H

#include "mach/mach.h"

struct mach_uses {
	const struct mach_func *f;
	struct mach_operand *next, *end;
	struct mach_operand *operand;  // the one being read
	mach_value *value;             // where it is named
	u8 part;                       // of the operand: 0 nothing seen yet, 1 register or base, 2 index
};
static inline struct mach_uses mach_uses_of(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = &f->insts.data[i];
	struct mach_operand *first = f->operands.data + d->operands;
	return (struct mach_uses){.f = f, .next = first + d->num_defs, .end = first + d->num_operands};
}
static inline bool mach_uses_next(struct mach_uses *u) {
	for (; u->next < u->end; u->next++, u->part = 0) {
		struct mach_operand *o = u->next;
		u->operand = o;
		if (o->kind == MACH_OP_USE && u->part == 0 && o->payload) {
			u->part = 1;
			u->value = &o->payload;
			return true;
		}
		if (o->kind != MACH_OP_MEM)
			continue;
		struct mach_mem *m = &u->f->mems.data[o->payload];
		if (u->part == 0) {
			u->part = 1;
			u->value = &m->base;
			if (m->base)
				return true;
		}
		if (u->part == 1) {
			u->part = 2;
			u->value = &m->index;
			if (m->index)
				return true;
		}
	}
	return false;
}
#define MACH_USES(f, i, u) for (struct mach_uses u = mach_uses_of((f), (i)); mach_uses_next(&u);)

// Definitions; those without a value (clobbers of `fixed`) included.
static inline struct mach_operand *mach_defs(const struct mach_func *f, mach_inst i) {
	return f->operands.data + f->insts.data[i].operands;
}
#define MACH_DEFS(f, i, o)                                                                         \
	for (struct mach_operand *o = mach_defs((f), (i)),                                             \
	                         *o##_end = o + (f)->insts.data[i].num_defs;                           \
	     o < o##_end; o++)

#define MACH_LAYOUT(f, b)                                                                          \
	for (u32 b##_at = 0, b = (f)->layout.size ? (f)->layout.data[0] : 0;                           \
	     b##_at < (f)->layout.size;                                                                \
	     b##_at++, b = b##_at < (f)->layout.size ? (f)->layout.data[b##_at] : 0)

static inline mach_inst mach_terminator(const struct mach_func *f, mach_block b) {
	const struct mach_block_data *block = &f->blocks.data[b];
	ASSERT(block->insts.size);
	return vec_last(block->insts);
}
static inline bool mach_is_flags(const struct mach_func *f, mach_value v) {
	return f->values.data[v].cls == f->target->flags_class;
}
static inline u32 mach_flags_of(const struct mach_func *f, mach_inst i) {
	return f->target->insts[f->insts.data[i].opcode].flags;
}
static inline struct mach_regset mach_reg_bit(mach_reg r) {
	struct mach_regset s = {{0, 0}};
	mach_regset_add(&s, r);
	return s;
}
// Registers the allocator may hand out.
static inline struct mach_regset mach_allocatable(const struct mach_func *f, u8 cls) {
	return f->target->allocatable_regs ? f->target->allocatable_regs(f, cls)
	                                   : f->target->classes[cls].allocatable;
}

#endif
