// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lam: verification and effects.
#include "dialect/hooks.h"

HOOK_VERIFY(lam_verify_group) {
	struct ir_block *body = op->regions[0].first;
	if (!body || body->num_args != op->num_operands)
		return ir_op_error(d, op, "needs a block with one argument for each operand");
	for (u32 i = 0; i < op->num_operands; i++)
		if (body->args[i]->type != ir_operand_get(op, i)->type)
			return ir_op_error(d, op, "argument #%u has another type than its operand", i);
	ir_type *types = ARENA_ARRAY(&d->arena, ir_type, op->num_results + 1);
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = ir_result_get(op, i)->type;
	return dialect_verify_yield(d, op, 0, OP_lam_yield, op->num_results, types);
}

static bool verify_size(struct ir_context *c, struct ir_op *op, struct diag_engine *d, ir_name attr) {
	struct str text = ir_op_attr(op, attr)->text;
	if (!ir_expr_parse(c, text))
		return ir_op_error(d, op, "'%.*s' is no size expression", STR_ARG(text));
	return true;
}

HOOK_VERIFY(lam_verify_dim) {
	return verify_size(c, op, d, NAME_size);
}

HOOK_FOLD(lam_fold_dim) {
	ir_expr e = ir_expr_parse(c, ir_op_attr(op, NAME_size)->text);
	if (!e || !ir_expr_is_const(e))
		return false;
	return dialect_fold_to_attr(results, ir_attr_integer(c, ir_type_index(c), e->value));
}

HOOK_VERIFY(lam_verify_buffer) {
	return verify_size(c, op, d, NAME_offset);
}

HOOK_EFFECTS(lam_effects_buffer) {
	dialect_add_effect(a, list, count, IR_EFFECT_ALLOC, ir_result_get(op, 0));
}

HOOK_VERIFY(lam_verify_launch) {
	struct ir_op *kernel = dialect_symbol(op, ir_op_attr(op, NAME_callee));
	if (!kernel || kernel->info->id != OP_func_func)
		return ir_op_error(d, op, "callee is no function");
	ir_type type = ir_op_attr(kernel, NAME_function_type)->type;
	if (type->num_inputs != op->num_operands || type->num_results)
		return ir_op_error(d, op, "kernel takes %u arguments and gives nothing, %u are handed over", type->num_inputs, op->num_operands);
	for (u32 i = 0; i < op->num_operands; i++)
		if (ir_operand_get(op, i)->type != type->types[i])
			return ir_op_error(d, op, "operand #%u has another type than the kernel's argument", i);
	return true;
}

HOOK_EFFECTS(lam_effects_launch) {
	dialect_add_effect(a, list, count, IR_EFFECT_READ | IR_EFFECT_WRITE, NULL);
}
