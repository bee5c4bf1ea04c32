// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scf-to-cf: structured loops and conditionals become blocks with arguments. Loops are rotated: the
// test before the first iteration guards a body that tests at its end, so an iteration takes one
// branch. Innermost ops first, so that a lowered body is already a list of blocks.
//
// Requires: no scf.forall (distribute ran), scf.for/if/while/execute_region only. Establishes: cf.br
// and cf.cond_br; blocks in source order.
#include "tile/tile.h"

struct lowering {
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;
	bool failed;
};

static struct ir_op *branch(struct lowering *l, struct ir_block *from, ir_attr loc, struct ir_block *to, u32 n,
                            struct ir_value *const *args) {
	struct ir_builder b = ir_builder_at_end(from, l->module);
	b.loc = loc;
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_cf_br), .num_operands = n, .operands = args,
	                       .num_successors = 1, .successors = &to};
	return ir_build(&b, &d);
}

static void conditional(struct lowering *l, struct ir_block *from, ir_attr loc, struct ir_value *condition,
                        struct ir_block *yes, u32 num_yes, struct ir_value *const *yes_args, struct ir_block *no, u32 num_no,
                        struct ir_value *const *no_args) {
	struct ir_builder b = ir_builder_at_end(from, l->module);
	b.loc = loc;
	struct ir_value **operands = ARENA_ARRAY(l->arena, struct ir_value *, 1 + num_yes + num_no);
	operands[0] = condition;
	if (num_yes)
		memcpy(operands + 1, yes_args, sizeof(*operands) * num_yes);
	if (num_no)
		memcpy(operands + 1 + num_yes, no_args, sizeof(*operands) * num_no);
	struct ir_block *targets[] = {yes, no};
	struct ir_named_attr props[] = {
		{NAME_operandSegmentSizes, ir_attr_i32_array(l->context, 3, (i32[]){1, (i32)num_yes, (i32)num_no})}};
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_cf_cond_br), .num_operands = 1 + num_yes + num_no,
	                       .operands = operands, .num_successors = 2, .successors = targets, .num_props = 1, .props = props};
	ir_build(&b, &d);
}

static struct ir_value **operands_of(struct lowering *l, const struct ir_op *op, u32 first) {
	struct ir_value **v = ARENA_ARRAY(l->arena, struct ir_value *, op->num_operands + 1);
	for (u32 i = first; i < op->num_operands; i++)
		v[i - first] = ir_operand_get(op, i);
	return v;
}

// The block behind `op`, with an argument for each of its results, which take over their uses.
static struct ir_block *continuation(struct lowering *l, struct ir_op *op) {
	struct ir_block *after = ir_block_split(op->next);
	for (u32 i = 0; i < op->num_results; i++) {
		struct ir_value *arg = ir_block_add_arg(l->module, after, ir_result_get(op, i)->type);
		ir_value_replace_uses(ir_result_get(op, i), arg);
	}
	return after;
}

static struct ir_value *compare(struct lowering *l, struct ir_block *block, ir_attr loc, struct ir_value *x, struct ir_value *y) {
	struct ir_builder b = ir_builder_at_end(block, l->module);
	b.loc = loc;
	struct ir_value *operands[] = {x, y};
	struct ir_named_attr props[] = {{NAME_predicate, ir_attr_i64(l->context, 2 /* slt */)}, {0}};
	return ir_result_get(ir_build_op(&b, OP_arith_cmpi, 2, operands, props), 0);
}

// for: before: cond_br lb < ub, body(lb, inits), after(inits)
//      body(iv, args...): ...; next = iv + step; cond_br next < ub, body(next, yielded), after(yielded)
static void lower_for(struct lowering *l, struct ir_op *op) {
	ir_attr loc = op->loc;
	struct ir_block *before = op->block, *after = continuation(l, op);
	struct ir_value *lower = ir_operand_get(op, 0), *upper = ir_operand_get(op, 1), *step = ir_operand_get(op, 2);
	u32 carried = op->num_operands - 3;
	struct ir_value **inits = operands_of(l, op, 2);  // [0] is replaced by the lower bound
	inits[0] = lower;
	struct ir_block *body = op->regions[0].first, *last = op->regions[0].last;
	struct ir_op *yield = ir_block_terminator(last);
	struct ir_value **yielded = ARENA_ARRAY(l->arena, struct ir_value *, carried + 1);
	for (u32 i = 0; i < carried; i++)
		yielded[1 + i] = ir_operand_get(yield, i);
	ir_op_erase(yield);
	struct ir_builder b = ir_builder_at_end(last, l->module);
	b.loc = loc;
	yielded[0] = ir_build_2(&b, OP_arith_addi, body->args[0], step);
	conditional(l, last, loc, compare(l, last, loc, yielded[0], upper), body, carried + 1, yielded, after, carried, yielded + 1);
	ir_region_move_blocks(&op->regions[0], before->region, after);
	i64 from, to;
	bool runs = ir_value_constant_int(lower, &from) && ir_value_constant_int(upper, &to) && from < to;
	struct ir_value *guard = runs ? NULL : compare(l, before, loc, lower, upper);
	ir_op_erase(op);
	if (runs)
		branch(l, before, loc, body, carried + 1, inits);
	else
		conditional(l, before, loc, guard, body, carried + 1, inits, after, carried, inits + 1);
}

// Ends the blocks of a region whose yields continue at `after`, and moves them before it.
static struct ir_block *inline_region(struct lowering *l, struct ir_region *r, struct ir_block *after) {
	struct ir_block *first = r->first;
	for (struct ir_block *b = r->first; b; b = b->next) {
		struct ir_op *end = ir_block_terminator(b);
		if (end->info->id != OP_scf_yield)
			continue;
		branch(l, b, end->loc, after, end->num_operands, operands_of(l, end, 0));
		ir_op_erase(end);
	}
	ir_region_move_blocks(r, after->region, after);
	return first;
}

static void lower_if(struct lowering *l, struct ir_op *op) {
	struct ir_block *before = op->block, *after = continuation(l, op);
	struct ir_value *condition = ir_operand_get(op, 0);
	ir_attr loc = op->loc;
	struct ir_block *yes = inline_region(l, &op->regions[0], after);
	bool has_else = op->num_regions > 1 && op->regions[1].first;
	struct ir_block *no = has_else ? inline_region(l, &op->regions[1], after) : after;
	ir_op_erase(op);
	conditional(l, before, loc, condition, yes, 0, NULL, no, 0, NULL);
}

// while: before-region tests and hands its condition operands to the body or to the results.
static void lower_while(struct lowering *l, struct ir_op *op) {
	struct ir_block *before = op->block, *after = continuation(l, op);
	struct ir_block *test = op->regions[0].first, *body = op->regions[1].first;
	ir_attr loc = op->loc;
	struct ir_value **inits = operands_of(l, op, 0);
	u32 num_inits = op->num_operands;
	for (struct ir_block *b = op->regions[0].first; b; b = b->next) {
		struct ir_op *end = ir_block_terminator(b);
		if (end->info->id != OP_scf_condition)
			continue;
		struct ir_value *condition = ir_operand_get(end, 0), **args = operands_of(l, end, 1);
		u32 n = end->num_operands - 1;
		ir_op_erase(end);
		conditional(l, b, loc, condition, body, n, args, after, n, args);
	}
	ir_region_move_blocks(&op->regions[0], after->region, after);
	for (struct ir_block *b = op->regions[1].first; b; b = b->next) {
		struct ir_op *end = ir_block_terminator(b);
		if (end->info->id != OP_scf_yield)
			continue;
		struct ir_value **args = operands_of(l, end, 0);
		u32 n = end->num_operands;
		ir_op_erase(end);
		branch(l, b, loc, test, n, args);
	}
	ir_region_move_blocks(&op->regions[1], after->region, after);
	ir_op_erase(op);
	branch(l, before, loc, test, num_inits, inits);
}

static void lower_execute_region(struct lowering *l, struct ir_op *op) {
	struct ir_block *before = op->block, *after = continuation(l, op);
	ir_attr loc = op->loc;
	struct ir_block *first = inline_region(l, &op->regions[0], after);
	ir_op_erase(op);
	branch(l, before, loc, first, 0, NULL);
}

static void lower_one(struct lowering *l, struct ir_op *op) {
	switch (op->info->id) {
	case OP_scf_for: lower_for(l, op); break;
	case OP_scf_if: lower_if(l, op); break;
	case OP_scf_while: lower_while(l, op); break;
	case OP_scf_execute_region: lower_execute_region(l, op); break;
	case OP_func_func: break;
	default: {
		diag_emit(ir_diags(l->context), DIAG_tile_structure, ir_loc_diag(op->loc), STR_ARG(op->info->full_name));
		l->failed = true;
	}
	}
}

struct structured_ops {
	struct arena *arena;
	VEC(struct ir_op *) ops;
};

static bool note_op(void *user, struct ir_op *op) {
	struct structured_ops *all = user;
	if (op->num_regions)
		vec_push(all->arena, all->ops, op);
	return true;
}

bool tile_scf_to_cf(struct ir_op *func, struct arena *scratch) {
	struct lowering l = {.context = func->module->context, .module = func->module, .arena = scratch};
	// Listed first, since lowering moves blocks; post-order, so that inner ops are lowered first.
	struct structured_ops all = {.arena = scratch};
	ir_walk(func, true, note_op, &all);
	for (u32 i = 0; i < all.ops.size && !l.failed; i++)
		lower_one(&l, all.ops.data[i]);
	return !l.failed;
}
