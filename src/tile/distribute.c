// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// distribute: scf.forall with `lam.level = "thread"` becomes a loop over this worker's share of the
// linearised iterations. The function gets two more index arguments, the worker's number and the
// number of workers; worker w of n runs iterations [total * w / n, total * (w + 1) / n). Shares
// depend on n, results do not: iterations write disjoint memory and each runs whole on one worker.
#include "tile/tile.h"

struct distribution {
	struct ir_context *context;
	struct ir_module *module;
	struct ir_builder b;
	struct ir_value *worker, *workers;
};

static struct ir_value *index_const(struct distribution *d, i64 v) { return dialect_const_index(&d->b, v); }

static struct ir_value *times(struct distribution *d, struct ir_value *x, struct ir_value *y) {
	return ir_build_2(&d->b, OP_arith_muli, x, y);
}

// Number of iterations of each dim; lower bounds are 0 and steps 1 (checked by the caller).
static u32 counts_of(struct distribution *d, struct ir_op *forall, struct ir_value **counts) {
	ir_attr upper = ir_op_attr(forall, NAME_staticUpperBound);
	struct ir_range dynamic = ir_op_operand_group(forall, 1);
	u32 at = dynamic.first;
	for (u32 i = 0; i < upper->count; i++) {
		i64 v = ir_attr_array_int(upper, i);
		counts[i] = v == IR_DYNAMIC ? ir_operand_get(forall, at++) : index_const(d, v);
	}
	return upper->count;
}

static bool plain(struct ir_op *forall) {
	ir_attr lower = ir_op_attr(forall, NAME_staticLowerBound), step = ir_op_attr(forall, NAME_staticStep);
	for (u32 i = 0; i < lower->count; i++)
		if (ir_attr_array_int(lower, i) != 0 || ir_attr_array_int(step, i) != 1)
			return false;
	return forall->num_results == 0;
}

// Iteration number -> position in each dim, last dim fastest.
static void delinearise(struct distribution *d, struct ir_value *linear, u32 n, struct ir_value *const *counts,
                        struct ir_value **out) {
	for (u32 i = n; i-- > 1;) {
		i64 c;
		if (ir_value_constant_int(counts[i], &c) && c == 1) {
			out[i] = index_const(d, 0);
			continue;
		}
		out[i] = ir_build_2(&d->b, OP_arith_remui, linear, counts[i]);
		linear = ir_build_2(&d->b, OP_arith_divui, linear, counts[i]);
	}
	out[0] = linear;
}

static void lower_forall(struct distribution *d, struct ir_op *forall) {
	struct ir_value *counts[16] = {NULL}, *position[16];
	d->b = ir_builder_before(forall);
	d->b.loc = forall->loc;
	u32 n = counts_of(d, forall, counts);
	struct ir_value *total = counts[0], *next = ir_build_2(&d->b, OP_arith_addi, d->worker, index_const(d, 1));
	for (u32 i = 1; i < n; i++)
		total = times(d, total, counts[i]);
	struct ir_value *from = ir_build_2(&d->b, OP_arith_divui, times(d, total, d->worker), d->workers);
	struct ir_value *to = ir_build_2(&d->b, OP_arith_divui, times(d, total, next), d->workers);
	struct ir_op *loop = dialect_build_for(&d->b, from, to, index_const(d, 1), 0, NULL);
	struct ir_block *body = loop->regions[0].first, *source = forall->regions[0].first;
	d->b = ir_builder_before(body->last);
	d->b.loc = forall->loc;
	delinearise(d, body->args[0], n, counts, position);
	for (u32 i = 0; i < n; i++)
		ir_value_replace_uses(source->args[i], position[i]);
	ir_op_erase(source->last);  // scf.forall.in_parallel
	for (struct ir_op *op = source->first, *after; op; op = after) {
		after = op->next;
		ir_op_remove(op);
		ir_op_insert_before(op, body->last);
	}
	ir_op_erase(forall);
}

struct foralls {
	struct ir_op *list[64];
	u32 count;
};

static bool note_forall(void *user, struct ir_op *op) {
	struct foralls *f = user;
	if (op->info->id == OP_scf_forall) {
		CHECK_MSG(f->count < ARRAY_SIZE(f->list), "more than 64 parallel bands in a kernel");
		f->list[f->count++] = op;
	}
	return true;
}

bool tile_distribute(struct ir_op *func, struct arena *scratch) {
	struct foralls all = {.count = 0};
	ir_walk(func, true, note_forall, &all);
	if (!all.count)
		return true;
	struct distribution d = {.context = func->module->context, .module = func->module};
	struct ir_block *entry = func->regions[0].first;
	ir_type type = ir_op_attr(func, NAME_function_type)->type, index = ir_type_index(d.context);
	u32 n = type->num_inputs;
	ir_type *inputs = ARENA_ARRAY(scratch, ir_type, n + 2);
	memcpy(inputs, type->types, sizeof(ir_type) * n);
	inputs[n] = inputs[n + 1] = index;
	type = ir_type_function(d.context, n + 2, inputs, type->num_results, type->types + n);
	ir_op_set_prop(func, NAME_function_type, ir_attr_type(d.context, type));
	d.worker = ir_block_add_arg(d.module, entry, index);
	d.workers = ir_block_add_arg(d.module, entry, index);
	for (u32 i = 0; i < all.count; i++) {
		if (!plain(all.list[i])) {
			diag_emit(ir_diags(d.context), DIAG_tile_structure, ir_loc_diag(all.list[i]->loc), STR_ARG(all.list[i]->info->full_name));
			return false;
		}
		lower_forall(&d, all.list[i]);
	}
	return true;
}
