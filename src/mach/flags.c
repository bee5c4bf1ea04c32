// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One flags value at a time. Condition flags live in one register that can be neither saved nor
// moved, and most integer instructions write it. Where a use would read flags that another
// instruction has written since, the instruction that made them is repeated in front of the use.
//
// Requires SSA form. Establishes: on every way from a definition of flags to a use of them no other
// instruction writes flags. Scheduler and allocator keep that: the one orders writers of flags
// around live ones, the other inserts nothing that writes flags.
//
// Repeating is right in SSA form: the operands of the original dominate every use of its result, and
// none of them can have been redefined since without passing the original again. An instruction
// that reads memory, or flags itself, cannot be repeated; selection keeps those next to their use.
#include "mach/operands.h"

struct repair {
	struct mach_func *f;
	struct arena *scratch;
	mach_value *out;  // by block: flags held at its end
	mach_value held;
	struct mach_insts list;
	bool changed;
};

static mach_value flags_def(const struct mach_func *f, mach_inst i) {
	MACH_DEFS(f, i, o)
		if (o->payload && mach_is_flags(f, o->payload))
			return o->payload;
	return 0;
}

// Copies the definition of flags `v`; its other results are new values that nobody reads.
static mach_value repeat(struct repair *r, mach_value v) {
	struct mach_func *f = r->f;
	mach_inst def = f->values.data[v].def;
	CHECK_MSG(def != MACH_NONE && mach_repeatable(f, def),
	          "flags of '%s' are overwritten before they are used, and it cannot be repeated",
	          def == MACH_NONE ? "a parameter" : mach_info(f, def)->name);
	mach_inst copy = mach_inst_clone(f, def);
	mach_value result = 0;
	struct mach_operand *ops = mach_operands(f, copy);
	for (u32 k = 0; k < mach_inst_get(f, copy)->num_defs; k++) {
		if (!ops[k].payload)
			continue;
		const struct mach_value_data *old = &f->values.data[ops[k].payload];
		bool flags = ops[k].payload == v;
		mach_value n = mach_value_add(f, old->cls, old->bytes);
		f->values.data[n].def = copy;
		f->values.data[n].block = f->values.data[v].block;
		ops[k].payload = n;
		if (flags)
			result = n;
	}
	vec_push(r->scratch, r->list, copy);
	r->changed = true;
	return result;
}

// The flags operand of instruction i, as an index into the pool; MACH_NONE when it reads none.
static u32 flags_use(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	for (u32 k = d->num_defs; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		if (o->kind == MACH_OP_USE && o->payload && mach_is_flags(f, o->payload))
			return d->operands + k;
	}
	return MACH_NONE;
}

static void repair_block(struct repair *r, mach_block b) {
	struct mach_func *f = r->f;
	u32 n = f->blocks.data[b].insts.size;
	vec_clear(r->list);
	r->changed = false;
	for (u32 k = 0; k < n; k++) {
		mach_inst i = f->blocks.data[b].insts.data[k];
		u32 use = flags_use(f, i);
		if (use != MACH_NONE && f->operands.data[use].payload != r->held) {
			r->held = repeat(r, f->operands.data[use].payload);
			f->values.data[r->held].block = b;
			f->operands.data[use].payload = r->held;
		}
		if (mach_flags_of(f, i) & (MACH_WRITES_FLAGS | MACH_CALL))
			r->held = flags_def(f, i);
		vec_push(r->scratch, r->list, i);
	}
	if (!r->changed)
		return;
	vec_clear(f->blocks.data[b].insts);
	for (u32 k = 0; k < r->list.size; k++)
		vec_push(f->arena, f->blocks.data[b].insts, r->list.data[k]);
}

void mach_repair_flags(struct mach_func *f, struct arena *scratch) {
	if (f->target->flags_class == 0xff)
		return;
	struct arena_mark mark = arena_save(scratch);
	struct ir_cfg cfg = mach_cfg(f);
	struct ir_dominators dom;
	ir_dominators_compute(&cfg, scratch, &dom);
	struct repair r = {
		.f = f, .scratch = scratch, .out = ARENA_ARRAY(scratch, mach_value, f->blocks.size)};
	for (u32 k = 0; k < dom.reachable; k++) {
		mach_block b = dom.rpo[k];
		const struct mach_block_data *block = &f->blocks.data[b];
		r.held = block->preds.size == 1 ? r.out[block->preds.data[0]] : 0;
		repair_block(&r, b);
		r.out[b] = r.held;
	}
	arena_restore(scratch, mark);
}
