// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding to a fixed point: every op is offered to its `fold` column with what is known of its
// operands; constants that come out are materialised at the function's start, one of a kind. An op
// is visited again when an operand changed. Terminates, since a fold only replaces an op by something
// that existed or by a constant, or changes it in place in one direction (ir.h, fold).
#include "ir/simplify.h"

struct folder {
	struct ir_context *context;
	struct arena *arena;
	struct map queued;                 // op -> 1 while in the list
	VEC(struct ir_op *) work;
	bool changed;
};

static void queue(struct folder *f, struct ir_op *op) {
	u64 in;
	if (map_find(&f->queued, map_ptr(op), &in) && in)
		return;
	map_set(&f->queued, map_ptr(op), 1);
	vec_push(f->arena, f->work, op);
}

static void queue_users(struct folder *f, const struct ir_value *v) {
	IR_USES(v, u)
		queue(f, u->owner);
}

static struct ir_value *materialise(struct folder *f, struct ir_op *at, ir_attr value, ir_type type) {
	bool hlo = str_starts_with(at->info->full_name, STR("stablehlo."));
	const struct ir_op_info *info = ir_op_info_find(f->context, hlo ? STR("stablehlo.constant") : STR("arith.constant"));
	struct ir_named_attr prop = {NAME_value, value};
	struct ir_op_desc d = {.info = info, .loc = at->loc, .num_results = 1, .results = &type, .num_props = 1, .props = &prop};
	struct ir_op *op = ir_op_create(at->module, &d);
	ir_op_insert_before(op, at);
	return ir_result_get(op, 0);
}

static bool constant_possible(ir_type t) {
	return ir_type_is_int_or_index(t) || ir_type_is_float(t) ||
	       ((t->kind == IR_TYPE_VECTOR || t->kind == IR_TYPE_TENSOR) && ir_type_has_static_shape(t));
}

static bool fold_op(struct folder *f, struct ir_op *op) {
	if (!op->info->row->hooks.fold || (op->info->traits & IR_CONSTANT))
		return false;
	ir_attr operands[64];
	struct ir_fold_result results[16] = {{NULL, NULL}};
	if (op->num_operands > ARRAY_SIZE(operands) || op->num_results > ARRAY_SIZE(results))
		return false;
	for (u32 i = 0; i < op->num_operands; i++)
		operands[i] = ir_value_constant(ir_operand_get(op, i));
	if (!op->info->row->hooks.fold(f->context, op, operands, results))
		return false;
	bool replaced = op->num_results > 0;
	for (u32 i = 0; i < op->num_results; i++) {
		replaced &= results[i].attr || results[i].value;
		if (results[i].attr && !constant_possible(ir_result_get(op, i)->type))
			return false;
	}
	if (!replaced) {  // changed in place
		for (u32 i = 0; i < op->num_results; i++)
			queue_users(f, ir_result_get(op, i));
		queue(f, op);
		return true;
	}
	struct ir_value *values[16];
	for (u32 i = 0; i < op->num_results; i++) {
		struct ir_value *r = ir_result_get(op, i);
		queue_users(f, r);
		values[i] = results[i].value ? results[i].value : materialise(f, op, results[i].attr, r->type);
	}
	for (u32 i = 0; i < op->num_results; i++)
		ir_value_replace_uses(ir_result_get(op, i), values[i]);
	return true;
}

static bool queue_op(void *user, struct ir_op *op) {
	queue(user, op);
	return true;
}

bool ir_canonicalize(struct ir_op *root, struct arena *scratch) {
	struct folder f = {.context = root->module->context, .arena = scratch};
	map_init(&f.queued, scratch);
	ir_walk(root, false, queue_op, &f);
	for (u32 i = 0; i < f.work.size; i++) {
		struct ir_op *op = f.work.data[i];
		map_set(&f.queued, map_ptr(op), 0);
		if (op->block && !ir_op_is_dead(op))
			f.changed |= fold_op(&f, op);
	}
	ir_remove_dead(root);
	return true;
}
