// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions from rows: what a row knows about its operands is filled in where the caller left it
// out, so that selection names values and nothing else.
//   - ties, fixed registers, early-clobber and implicit marks are copied from the row;
//   - an implicit definition that was left out (flags nobody reads) becomes a clobber: a DEF
//     without a value in the row's fixed register;
//   - optional operands may be left out at the end, or be MACH_OP_NONE.
// Calls, returns and generic instructions carry operands that rows do not know; those stay as given.
//
// Invariant: the operands of an instruction of a row stand in the row's order, one each, optional
// ones at the end excepted.
#include "mach/operands.h"

static bool fits(const struct mach_func *f, const struct mach_operand_info *row,
                 const struct mach_operand *o) {
	if (o->kind == MACH_OP_NONE)
		return row->optional;
	if (o->kind == MACH_OP_MEM)
		return row->kind == MACH_OP_MEM || (row->kind == MACH_OP_USE && row->mem);
	if (o->kind != row->kind)
		return false;
	if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
		return true;
	u8 cls = o->payload ? f->values.data[o->payload].cls : f->target->regs[o->fixed].cls;
	return cls == row->cls;
}

static void fill(const struct mach_operand_info *row, struct mach_operand *o) {
	if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
		return;
	if (o->fixed == MACH_NO_REG)
		o->fixed = row->fixed;
	if (!o->tied && o->kind == MACH_OP_USE)
		o->tied = row->tied;
	o->flags |= (u8)((row->early_clobber ? MACH_EARLY_CLOBBER : 0) |
	                 (row->implicit ? MACH_IMPLICIT : 0));
}

// Appends the row's operands to the pool; returns how many there are.
static u32 fill_operands(struct mach_func *f, const struct mach_inst_info *info, u32 n,
                         const struct mach_operand *ops) {
	u32 given = 0, start = f->operands.size;
	for (u32 i = 0; i < info->num_operands; i++) {
		const struct mach_operand_info *row = &info->operands[i];
		struct mach_operand o;
		if (given < n && fits(f, row, &ops[given])) {
			o = ops[given++];
		} else if (row->implicit && row->kind == MACH_OP_DEF) {
			o = (struct mach_operand){.kind = MACH_OP_DEF, .fixed = row->fixed, .flags = MACH_DEAD};
		} else {
			CHECK_MSG(row->optional && given == n, "%s: operand %u is missing or does not fit",
			          info->name, i);
			break;
		}
		fill(row, &o);
		vec_push(f->arena, f->operands, o);
	}
	CHECK_MSG(given == n || info->flags & MACH_TERMINATOR, "%s: %u operands too many", info->name,
	          n - given);
	for (; given < n; given++)
		vec_push(f->arena, f->operands, ops[given]);
	return f->operands.size - start;
}

static u32 copy_operands(struct mach_func *f, u32 n, const struct mach_operand *ops) {
	for (u32 i = 0; i < n; i++)
		vec_push(f->arena, f->operands, ops[i]);
	return n;
}

static bool reads_values(const struct mach_func *f, const struct mach_inst_data *d) {
	for (u32 i = d->num_defs; i < d->num_operands; i++) {
		const struct mach_operand *o = &f->operands.data[d->operands + i];
		if (o->kind == MACH_OP_USE)
			return true;
		if (o->kind == MACH_OP_MEM &&
		    (f->mems.data[o->payload].base || f->mems.data[o->payload].index))
			return true;
	}
	return false;
}

mach_inst mach_inst_make(struct mach_func *f, u16 opcode, u8 size, u8 mode, u32 n,
                         const struct mach_operand *ops) {
	const struct mach_inst_info *info = &f->target->insts[opcode];
	mach_inst id = f->insts.size;
	struct mach_inst_data d = {
		.opcode = opcode, .size = size, .mode = mode, .operands = f->operands.size};
	ASSERT(opcode < f->target->num_insts);
	bool as_given = opcode < MACH_GENERIC_COUNT || info->flags & MACH_CALL;
	d.num_operands =
		(u16)(as_given ? copy_operands(f, n, ops) : fill_operands(f, info, n, ops));
	const struct mach_operand *filled = f->operands.data + d.operands;
	while (d.num_defs < d.num_operands && filled[d.num_defs].kind == MACH_OP_DEF)
		d.num_defs++;
	bool remat = info->flags & MACH_REMAT && !reads_values(f, &d);
	for (u32 i = 0; i < d.num_defs; i++) {
		if (!filled[i].payload)
			continue;
		struct mach_value_data *v = &f->values.data[filled[i].payload];
		v->def = id;
		if (remat && v->cls != f->target->flags_class)
			v->remat = 1 + id;
	}
	vec_push(f->arena, f->insts, d);
	return id;
}

static bool reads_constants_only(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		if (o->kind != MACH_OP_MEM)
			continue;
		const struct mach_mem *m = &f->mems.data[o->payload];
		if (m->symbol == MACH_NONE || m->slot != MACH_NONE ||
		    f->unit->symbols.data[m->symbol].kind != MACH_SYMBOL_RODATA)
			return false;
	}
	return true;
}

bool mach_repeatable(const struct mach_func *f, mach_inst i) {
	u32 flags = mach_flags_of(f, i);
	if (flags & (MACH_STORES | MACH_EFFECT | MACH_CALL | MACH_READS_FLAGS | MACH_TERMINATOR))
		return false;
	return !(flags & MACH_LOADS) || reads_constants_only(f, i);
}

mach_inst mach_inst_clone(struct mach_func *f, mach_inst i) {
	struct mach_inst_data d = *mach_inst_get(f, i);
	u32 from = d.operands;
	d.operands = f->operands.size;
	for (u32 k = 0; k < d.num_operands; k++) {
		struct mach_operand o = f->operands.data[from + k];
		if (o.kind == MACH_OP_MEM) {
			struct mach_mem m = f->mems.data[o.payload];
			vec_push(f->arena, f->mems, m);
			o.payload = f->mems.size - 1;
		}
		vec_push(f->arena, f->operands, o);
	}
	vec_push(f->arena, f->insts, d);
	return f->insts.size - 1;
}
