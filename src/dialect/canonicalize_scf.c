// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical forms of scf and cf: loops and branches that run a known number of times go; what a
// loop carries around unchanged becomes a plain value; results nobody wants are dropped. (MLIR's
// patterns of the same ops.)
#include "dialect/canonicalize.h"

enum { VALUES_MAX = 256 };

// ---- for --------------------------------------------------------------------------------------

// Iterations of a loop with constant bounds; false when unknown.
static bool trip_count(const struct ir_op *op, u64 *count) {
	i64 lower, upper, step;
	if (!ir_value_constant_int(ir_operand_get(op, 0), &lower) ||
	    !ir_value_constant_int(ir_operand_get(op, 1), &upper) ||
	    !ir_value_constant_int(ir_operand_get(op, 2), &step) || step <= 0)
		return false;
	*count = lower >= upper ? 0 : ((u64)upper - (u64)lower + (u64)step - 1) / (u64)step;
	return true;
}

static struct ir_block *body_of(const struct ir_op *op) { return op->regions[0].first; }

// Moves a body with its yield in front of the op and lets the yielded values replace the results.
static void inline_body(struct ir_rewriter *r, struct ir_op *op, struct ir_block *body,
                        struct ir_value *const *args) {
	struct ir_op *yield = ir_block_terminator(body);
	ir_rewrite_inline_block(r, body, op, args);
	struct ir_value *values[VALUES_MAX];
	CHECK(yield->num_operands <= VALUES_MAX);
	for (u32 i = 0; i < op->num_results; i++)
		values[i] = ir_operand_get(yield, i);
	ir_rewrite_erase(r, yield);
	ir_rewrite_replace(r, op, values);
}

static bool for_known_trips(struct ir_rewriter *r, struct ir_op *op) {
	u64 count;
	struct ir_value *args[VALUES_MAX];
	if (!trip_count(op, &count) || count > 1 || op->num_results >= VALUES_MAX)
		return false;
	args[0] = ir_operand_get(op, 0);
	for (u32 i = 0; i < op->num_results; i++)
		args[1 + i] = ir_operand_get(op, 3 + i);
	if (count == 0)
		ir_rewrite_replace(r, op, args + 1);
	else
		inline_body(r, op, body_of(op), args);
	return true;
}

// Whether carried value i is the same in every iteration, or wanted by nobody.
static bool carried_for_nothing(struct ir_op *op, u32 i) {
	struct ir_value *arg = body_of(op)->args[1 + i], *init = ir_operand_get(op, 3 + i);
	struct ir_value *next = ir_operand_get(ir_block_terminator(body_of(op)), i);
	return next == arg || next == init ||
	       (ir_value_unused(arg) && ir_value_unused(&op->results[i]));
}

static bool for_carried_unchanged(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_block *body = body_of(op);
	struct ir_op *yield = ir_block_terminator(body);
	struct ir_value *operands[VALUES_MAX], *yields[VALUES_MAX], *values[VALUES_MAX];
	ir_type types[VALUES_MAX];
	u32 kept = 0, position[VALUES_MAX];
	if (op->num_operands >= VALUES_MAX)
		return false;
	for (u32 i = 0; i < 3; i++)
		operands[i] = ir_operand_get(op, i);
	for (u32 i = 0; i < op->num_results; i++) {
		position[i] = UINT32_MAX;
		if (carried_for_nothing(op, i))
			continue;
		operands[3 + kept] = ir_operand_get(op, 3 + i);
		yields[kept] = ir_operand_get(yield, i);
		types[kept] = op->results[i].type;
		position[i] = kept++;
	}
	if (kept == op->num_results)
		return false;
	u32 n = op->num_results;
	for (u32 i = n; i-- > 0;)
		if (position[i] == UINT32_MAX) {
			ir_rewrite_replace_uses(r, body->args[1 + i], ir_operand_get(op, 3 + i));
			ir_block_remove_arg(body, 1 + i);
		}
	ir_rewrite_recreate(r, yield, kept, yields, 0, NULL);
	ir_rewrite_erase(r, yield);
	struct ir_op *made = ir_rewrite_recreate(r, op, 3 + kept, operands, kept, types);
	for (u32 i = 0; i < n; i++)
		values[i] = position[i] == UINT32_MAX ? ir_operand_get(op, 3 + i)
		                                      : ir_result_get(made, position[i]);
	ir_rewrite_replace(r, op, values);
	return true;
}

// ---- if ---------------------------------------------------------------------------------------

static bool if_known(struct ir_rewriter *r, struct ir_op *op) {
	i64 condition;
	if (!ir_value_constant_int(ir_operand_get(op, 0), &condition) || op->num_results > VALUES_MAX)
		return false;
	struct ir_block *taken = op->regions[condition ? 0 : 1].first;
	if (taken)
		inline_body(r, op, taken, NULL);
	else
		ir_rewrite_erase(r, op);
	return true;
}

// Inside a region the condition is known.
static bool if_condition_inside(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_value *condition = ir_operand_get(op, 0);
	bool changed = false;
	if (ir_value_constant(condition))
		return false;
	for (struct ir_operand *u = condition->uses, *next; u; u = next) {
		next = u->next;
		struct ir_op *user = u->owner, *inside = user;
		while (inside && ir_op_parent(inside) != op)
			inside = ir_op_parent(inside);
		if (!inside)
			continue;
		bool holds = inside->block->region == &op->regions[0];
		struct ir_value *known = ir_rewrite_constant(
			r, op, ir_attr_integer(r->context, condition->type, holds ? -1 : 0), condition->type);
		if (!known)
			return changed;
		ir_rewrite_set_operand(r, user, (u32)(u - user->operands), known);
		changed = true;
	}
	return changed;
}

static bool only_yields(const struct ir_region *region) {
	return region->first && region->first->first == region->first->last;
}

static bool if_to_select(struct ir_rewriter *r, struct ir_op *op) {
	if (!op->num_results || !only_yields(&op->regions[0]) || !only_yields(&op->regions[1]) ||
	    op->num_results > VALUES_MAX)
		return false;
	struct ir_op *t = op->regions[0].first->last, *f = op->regions[1].first->last;
	struct ir_value *values[VALUES_MAX];
	for (u32 i = 0; i < op->num_results; i++) {
		struct ir_value *a = ir_operand_get(t, i), *b = ir_operand_get(f, i);
		values[i] = a == b ? a : ir_build_3(&r->b, OP_arith_select, ir_operand_get(op, 0), a, b);
	}
	ir_rewrite_replace(r, op, values);
	return true;
}

static bool if_unused_results(struct ir_rewriter *r, struct ir_op *op) {
	ir_type types[VALUES_MAX];
	struct ir_value *values[VALUES_MAX], *condition = ir_operand_get(op, 0);
	u32 kept[VALUES_MAX], n = 0;
	if (op->num_results > VALUES_MAX)
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		if (!ir_value_unused(&op->results[i])) {
			types[n] = op->results[i].type;
			kept[n++] = i;
		}
	if (n == op->num_results)
		return false;
	for (u32 k = 0; k < 2; k++) {
		struct ir_op *yield = ir_block_terminator(op->regions[k].first);
		for (u32 i = 0; i < n; i++)
			values[i] = ir_operand_get(yield, kept[i]);
		ir_rewrite_recreate(r, yield, n, values, 0, NULL);
		ir_rewrite_erase(r, yield);
	}
	struct ir_op *made = ir_rewrite_recreate(r, op, 1, &condition, n, types);
	for (u32 i = 0; i < n; i++)
		ir_rewrite_replace_uses(r, &op->results[kept[i]], ir_result_get(made, i));
	ir_rewrite_erase(r, op);
	return true;
}

static bool if_empty_else(struct ir_rewriter *r, struct ir_op *op) {
	if (op->num_results || !only_yields(&op->regions[1]))
		return false;
	ir_rewrite_erase_block(r, op->regions[1].first);
	ir_rewrite_changed(r, op);
	return true;
}

// if a { if b { ... } } with nothing else inside is if a & b.
static bool if_nested(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_block *outer = op->regions[0].first;
	struct ir_op *inner = outer->first;
	if (op->num_results || op->regions[1].first || !op_is(inner, OP_scf_if) ||
	    inner->next != outer->last || inner->num_results || inner->regions[1].first)
		return false;
	struct ir_value *both =
		ir_build_2(&r->b, OP_arith_andi, ir_operand_get(op, 0), ir_operand_get(inner, 0));
	ir_rewrite_set_operand(r, op, 0, both);
	struct ir_block *body = inner->regions[0].first;
	struct ir_op *yield = ir_block_terminator(body);
	ir_rewrite_inline_block(r, body, inner, NULL);
	ir_rewrite_erase(r, yield);
	ir_rewrite_erase(r, inner);
	return true;
}

// ---- others -----------------------------------------------------------------------------------

static bool execute_region_inline(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_block *body = body_of(op);
	if (!body || body->next || op->num_results > VALUES_MAX ||
	    !op_is(ir_block_terminator(body), OP_scf_yield))
		return false;
	inline_body(r, op, body, NULL);
	return true;
}

static bool index_switch_known(struct ir_rewriter *r, struct ir_op *op) {
	i64 value;
	if (!ir_value_constant_int(ir_operand_get(op, 0), &value) || op->num_results > VALUES_MAX)
		return false;
	ir_attr cases = ir_op_attr(op, NAME_cases);
	u32 region = 0;
	for (u32 i = 0; i < cases->count; i++)
		if (ir_attr_array_int(cases, i) == value)
			region = 1 + i;
	inline_body(r, op, op->regions[region].first, NULL);
	return true;
}

// cf.cond_br on a constant, or to one block with equal operands.
static bool cond_br_known(struct ir_rewriter *r, struct ir_op *op) {
	i64 condition;
	struct ir_range t = dialect_successor_operands(op, 0), f = dialect_successor_operands(op, 1);
	bool known = ir_value_constant_int(ir_operand_get(op, 0), &condition);
	bool same = op->successors[0].block == op->successors[1].block && t.count == f.count;
	for (u32 i = 0; same && i < t.count; i++)
		same = ir_operand_get(op, t.first + i) == ir_operand_get(op, f.first + i);
	if ((!known && !same) || t.count > VALUES_MAX || f.count > VALUES_MAX)
		return false;
	struct ir_range taken = known && !condition ? f : t;
	struct ir_value *values[VALUES_MAX];
	for (u32 i = 0; i < taken.count; i++)
		values[i] = ir_operand_get(op, taken.first + i);
	struct ir_block *dest = op->successors[known && !condition ? 1 : 0].block;
	ir_build(&r->b, &(struct ir_op_desc){.info = ir_op_info_get(r->context, OP_cf_br),
	                                     .num_operands = taken.count,
	                                     .operands = values,
	                                     .num_successors = 1,
	                                     .successors = &dest});
	ir_rewrite_erase(r, op);
	return true;
}

// A block that only this branch reaches continues in place.
static bool br_merge(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_block *dest = op->successors[0].block;
	if (dest == op->block || !dest->preds || dest->preds->next || dest == dest->region->first ||
	    op->num_operands > VALUES_MAX)
		return false;
	struct ir_value *values[VALUES_MAX];
	for (u32 i = 0; i < op->num_operands; i++)
		values[i] = ir_operand_get(op, i);
	// The block is left without predecessors before it goes.
	struct ir_op *yield =
		ir_build(&r->b, &(struct ir_op_desc){.info = ir_op_info_get(r->context, OP_scf_yield)});
	ir_rewrite_erase(r, op);
	ir_rewrite_inline_block(r, dest, yield, values);
	ir_rewrite_erase(r, yield);
	return true;
}

static const struct ir_pattern patterns[] = {
	{OP_scf_for, "for with at most one iteration", for_known_trips},
	{OP_scf_for, "for that carries values unchanged", for_carried_unchanged},
	{OP_scf_if, "if with a known condition", if_known},
	{OP_scf_if, "condition inside its if", if_condition_inside},
	{OP_scf_if, "if that only selects", if_to_select},
	{OP_scf_if, "unused results of if", if_unused_results},
	{OP_scf_if, "empty else", if_empty_else},
	{OP_scf_if, "if directly inside if", if_nested},
	{OP_scf_execute_region, "execute_region of one block", execute_region_inline},
	{OP_scf_index_switch, "switch with a known argument", index_switch_known},
	{OP_cf_cond_br, "branch with a known condition", cond_br_known},
	{OP_cf_br, "branch to a block of its own", br_merge},
};
const struct ir_pattern_set dialect_canonicalize_scf = {
	.name = "scf", .patterns = patterns, .num_patterns = ARRAY_SIZE(patterns)};
