// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile: verification and effects of accesses at integer addresses.
#include "dialect/hooks.h"

// A mask has a lane of i1 for each lane of the value.
static bool verify_mask(struct diag_engine *d, struct ir_op *op, ir_type value, struct ir_range mask) {
	if (!mask.count)
		return true;
	ir_type m = ir_operand_get(op, mask.first)->type;
	if (value->kind != IR_TYPE_VECTOR || m->kind != IR_TYPE_VECTOR || m->rank != value->rank || m->shape[0] != value->shape[0])
		return ir_op_error(d, op, "mask must have a lane for each of %s", dialect_type_text(d, op, value));
	return true;
}

static bool verify_accessed(struct diag_engine *d, struct ir_op *op, ir_type t) {
	ir_type scalar = ir_type_scalar(t);
	bool vector = t->kind == IR_TYPE_VECTOR && t->rank == 1 && !t->scalable;
	if (!(vector || t == scalar) || !(ir_type_is_float(scalar) || ir_type_is_int_or_index(scalar)) || ir_type_bits(scalar) < 8)
		return ir_op_error(d, op, "accesses scalars and 1-D vectors of whole bytes, not %s", dialect_type_text(d, op, t));
	return true;
}

HOOK_VERIFY(tile_verify_load) {
	ir_type t = ir_result_get(op, 0)->type;
	struct ir_range mask = ir_op_operand_group(op, 1), passthru = ir_op_operand_group(op, 2);
	if (mask.count != passthru.count)
		return ir_op_error(d, op, "a mask and a value for the lanes it leaves out come together");
	if (passthru.count && ir_operand_get(op, passthru.first)->type != t)
		return ir_op_error(d, op, "value for masked-off lanes must have the result's type");
	return verify_accessed(d, op, t) && verify_mask(d, op, t, mask);
}

HOOK_VERIFY(tile_verify_store) {
	ir_type t = ir_operand_get(op, 0)->type;
	return verify_accessed(d, op, t) && verify_mask(d, op, t, ir_op_operand_group(op, 2));
}

HOOK_EFFECTS(tile_effects_load) {
	dialect_add_effect(a, list, count, IR_EFFECT_READ, NULL);
}

HOOK_EFFECTS(tile_effects_store) {
	dialect_add_effect(a, list, count, IR_EFFECT_WRITE, NULL);
}

HOOK_EFFECTS(tile_effects_prefetch) {
	dialect_add_effect(a, list, count, IR_EFFECT_WRITE, NULL);
}

HOOK_EFFECTS(tile_effects_frame) {
	dialect_add_effect(a, list, count, IR_EFFECT_ALLOC, ir_result_get(op, 0));
}
