// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory effects of ops as the rows state them: IR_PURE none, a hook the listed ones,
// IR_RECURSIVE_EFFECTS those of the regions (and of the hook, if any), else anything.
#include "ir/ir.h"

// The union of all effects, as bits of enum ir_effect; all bits when unknown. Allocation of the
// op's own result is left out on request: it vanishes with the op.
enum { EFFECT_ALL = IR_EFFECT_READ | IR_EFFECT_WRITE | IR_EFFECT_ALLOC | IR_EFFECT_FREE };

static u32 hook_effects(struct ir_op *op) {
	struct arena *a = &op->module->scratch;
	struct arena_mark mark = arena_save(a);
	struct ir_effect_on *list = NULL;
	u32 count = 0, all = 0;
	op->info->row->hooks.effects(op, a, &list, &count);
	for (u32 i = 0; i < count; i++)
		all |= list[i].effect;
	arena_restore(a, mark);
	return all;
}

static u32 op_effects(struct ir_op *op) {
	if (op->info->traits & IR_PURE)
		return 0;
	bool recursive = op->info->traits & IR_RECURSIVE_EFFECTS,
		 hook = op->info->row->hooks.effects != NULL;
	if (!recursive && !hook)
		return EFFECT_ALL;
	u32 all = hook ? hook_effects(op) : 0;
	for (u32 r = 0; recursive && r < op->num_regions; r++)
		for (struct ir_block *b = op->regions[r].first; b; b = b->next)
			for (struct ir_op *o = b->first; o && all != EFFECT_ALL; o = o->next)
				all |= op_effects(o);
	return all;
}

bool ir_op_has_effects(struct ir_op *op) { return op_effects(op) != 0; }

bool ir_op_is_dead(struct ir_op *op) {
	for (u32 i = 0; i < op->num_results; i++)
		if (!ir_value_unused(&op->results[i]))
			return false;
	if (op->info->traits & (IR_TERMINATOR | IR_SYMBOL))
		return false;
	return (op_effects(op) & (IR_EFFECT_WRITE | IR_EFFECT_FREE)) == 0;
}
