// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the ops of a fusion group to statements over one list of dimensions.
//
// Each linalg.generic has its own iteration dims. A consumer that reads a producer's result at a dim
// where the producer writes at a dim makes the two dims one (union-find over (statement, dim) pairs);
// what remains are the group's dims, numbered from the last statement with the most dims (the root)
// backwards, so that a kernel's d0, d1, ... are those of its root op.
#include "dialect/dialect.h"
#include "loop/loop.h"

struct analysis {
	struct loop_group *g;
	struct ir_context *context;
	const char *why;
	u32 parent[32 * LOOP_DIMS_MAX];  // union-find over stmt * LOOP_DIMS_MAX + dim
	u32 num_dims[32];                // per statement, before unification
	ir_expr extents[32 * LOOP_DIMS_MAX];
	u32 group_dim[32 * LOOP_DIMS_MAX];
};
#define LOOP_STMTS_MAX 32

static u32 find_class(struct analysis *a, u32 x) {
	while (a->parent[x] != x)
		x = a->parent[x] = a->parent[a->parent[x]];
	return x;
}

static bool refuse(struct analysis *a, const char *why) {
	a->why = why;
	return false;
}

static bool is_reduction_iterator(ir_attr iterator) {
	return str_find(iterator->text, STR("reduction")) >= 0;
}

static u32 stmt_of_value(const struct loop_group *g, const struct ir_value *v) {
	const struct ir_op *def = ir_value_def(v);
	for (u32 i = 0; i < g->num_stmts; i++)
		if (g->stmts[i].op == def)
			return i;
	return LOOP_NONE;
}

// The accumulator of output `k` is the body's block argument behind the inputs.
static struct ir_value *body_accumulator(const struct ir_block *body, u32 num_inputs, u32 k) {
	return body->args[num_inputs + k];
}

// Reduction bodies are `yield combine(acc, f(inputs))`, one combiner for all outputs.
static bool classify(struct analysis *a, struct loop_stmt *s) {
	struct ir_block *body = s->op->regions[0].first;
	if (s->op->info->id == OP_tensor_pad) {
		s->kind = LOOP_STMT_PAD;
		return true;
	}
	if (!s->reduction) {
		s->kind = LOOP_STMT_POINTWISE;
		return true;
	}
	if (s->num_outputs != 1)
		return refuse(a, "a reduction with several results");
	struct ir_op *yield = ir_block_terminator(body);
	struct ir_value *acc = body_accumulator(body, s->num_inputs, 0);
	struct ir_op *combine = ir_value_def(ir_operand_get(yield, 0));
	if (!combine || combine->num_operands != 2 || !dialect_combining_kind(combine->info->id))
		return refuse(a, "a reduction whose body is no associative operation on its accumulator");
	u32 acc_at = ir_operand_get(combine, 0) == acc ? 0 : ir_operand_get(combine, 1) == acc ? 1 : 2;
	if (acc_at == 2 || !ir_value_one_use(acc))
		return refuse(a, "a reduction whose body does not combine into its accumulator once");
	struct ir_op *term = ir_value_def(ir_operand_get(combine, 1 - acc_at));
	s->combiner = combine->info->id;
	s->kind = combine->info->id == OP_arith_addf && term && term->info->id == OP_arith_mulf ? LOOP_STMT_CONTRACT
	                                                                                        : LOOP_STMT_REDUCE;
	return true;
}

static bool collect(struct analysis *a, struct ir_op *const *ops, u32 n) {
	struct loop_group *g = a->g;
	if (n == 0 || n > LOOP_STMTS_MAX)
		return refuse(a, n ? "more than 32 statements" : "no computation");
	g->stmts = ARENA_ARRAY(g->arena, struct loop_stmt, n);
	for (u32 i = 0; i < n; i++)
		g->stmts[g->num_stmts++].op = ops[i];
	return true;
}

// The affine map of operand `i`, inputs first: indexing_maps of a generic. A pad iterates over its
// source, which it writes shifted by the low padding.
static ir_attr map_of(const struct analysis *a, const struct ir_op *op, u32 i) {
	if (op->info->id == OP_linalg_generic)
		return ir_op_attr(op, NAME_indexing_maps)->elements[i];
	u32 rank = ir_result_get(op, 0)->type->rank;
	if (i == 0)
		return ir_attr_identity_map(a->context, rank);
	ir_expr shifted[LOOP_DIMS_MAX];
	ir_attr low = ir_op_attr(op, NAME_static_low);
	for (u32 d = 0; d < rank; d++)
		shifted[d] = ir_expr_binary(a->context, IR_EXPR_ADD, ir_expr_dim(a->context, d),
		                            ir_expr_const(a->context, ir_attr_array_int(low, d)));
	return ir_attr_affine_map(a->context, rank, 0, rank, shifted);
}

// Extent of a statement's dim: the size of an operand whose map has that dim alone at some position.
static bool find_extents(struct analysis *a, u32 stmt) {
	struct ir_op *op = a->g->stmts[stmt].op;
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_attr map = map_of(a, op, i);
		ir_type type = ir_operand_get(op, i)->type;
		for (u32 j = 0; j < map->count; j++) {
			if (map->exprs[j]->kind != IR_EXPR_DIM)
				continue;
			ir_expr *slot = &a->extents[stmt * LOOP_DIMS_MAX + (u32)map->exprs[j]->value];
			if (!type->dims[j])
				return refuse(a, "a size that has no name");
			if (!*slot || ir_expr_is_const(type->dims[j]))
				*slot = type->dims[j];
		}
	}
	for (u32 d = 0; d < a->num_dims[stmt]; d++)
		if (!a->extents[stmt * LOOP_DIMS_MAX + d])
			return refuse(a, "an iteration dimension that no operand's shape gives");
	return true;
}

static bool read_stmt(struct analysis *a, u32 index) {
	struct loop_stmt *s = &a->g->stmts[index];
	a->num_dims[index] = map_of(a, s->op, 0)->num_dims;
	if (a->num_dims[index] > LOOP_DIMS_MAX)
		return refuse(a, "more than 16 iteration dimensions");
	bool pad = s->op->info->id == OP_tensor_pad;
	s->num_inputs = pad ? 1 : ir_op_operand_group(s->op, 0).count;
	s->num_outputs = pad ? 1 : ir_op_operand_group(s->op, 1).count;
	ir_attr iterators = pad ? NULL : ir_op_attr(s->op, NAME_iterator_types);
	for (u32 d = 0; d < a->num_dims[index]; d++) {
		u32 id = index * LOOP_DIMS_MAX + d;
		a->parent[id] = id;
		if (iterators && is_reduction_iterator(iterators->elements[d]))
			s->reduction |= 1u << d;  // by own dims here; renumbered in bind_accesses
	}
	return find_extents(a, index) && classify(a, s);
}

// Joins the dims of `reader`'s operand `k` with those its in-group producer writes.
static bool unify(struct analysis *a, u32 reader, u32 k) {
	struct ir_op *op = a->g->stmts[reader].op;
	u32 producer = stmt_of_value(a->g, ir_operand_get(op, k));
	if (producer == LOOP_NONE)
		return true;
	const struct loop_stmt *p = &a->g->stmts[producer];
	ir_attr read = map_of(a, op, k);
	ir_attr written = map_of(a, p->op, p->num_inputs + ir_operand_get(op, k)->index);
	for (u32 j = 0; j < read->count; j++) {
		ir_expr r = read->exprs[j], w = written->exprs[j];
		if (r->kind == IR_EXPR_DIM && w->kind == IR_EXPR_DIM) {
			u32 x = find_class(a, reader * LOOP_DIMS_MAX + (u32)r->value);
			u32 y = find_class(a, producer * LOOP_DIMS_MAX + (u32)w->value);
			a->parent[BASE_MAX(x, y)] = BASE_MIN(x, y);
		} else if (r != w || !ir_expr_is_const(r)) {
			return refuse(a, "a result that is read at other points than it is written at");
		}
	}
	return true;
}

static bool number_dims(struct analysis *a) {
	struct loop_group *g = a->g;
	u32 root = 0;
	for (u32 i = 0; i < g->num_stmts; i++)
		if (a->num_dims[i] >= a->num_dims[root])
			root = i;
	for (u32 i = 0; i < g->num_stmts * LOOP_DIMS_MAX; i++)
		a->group_dim[i] = LOOP_NONE;
	for (u32 k = 0; k < g->num_stmts; k++) {
		u32 stmt = k == 0 ? root : k <= root ? k - 1 : k;
		for (u32 d = 0; d < a->num_dims[stmt]; d++) {
			u32 cls = find_class(a, stmt * LOOP_DIMS_MAX + d);
			if (a->group_dim[cls] != LOOP_NONE)
				continue;
			if (g->num_dims == LOOP_DIMS_MAX)
				return refuse(a, "more than 16 dimensions");
			g->dims[g->num_dims] = (struct loop_dim){a->extents[cls], g->num_dims};
			a->group_dim[cls] = g->num_dims++;
		}
	}
	for (u32 stmt = 0; stmt < g->num_stmts; stmt++) {
		u32 seen = 0;
		for (u32 d = 0; d < a->num_dims[stmt]; d++) {
			u32 dim = a->group_dim[find_class(a, stmt * LOOP_DIMS_MAX + d)];
			if (g->dims[dim].extent != a->extents[stmt * LOOP_DIMS_MAX + d])
				return refuse(a, "sizes that are not provably equal");
			if (seen & (1u << dim))
				return refuse(a, "one dimension that serves as two of a statement");
			seen |= 1u << dim;
		}
	}
	return true;
}

static ir_attr map_over_group(struct analysis *a, u32 stmt, ir_attr map) {
	ir_expr dims[LOOP_DIMS_MAX], results[LOOP_DIMS_MAX * 2];
	for (u32 d = 0; d < a->num_dims[stmt]; d++)
		dims[d] = ir_expr_dim(a->context, a->group_dim[find_class(a, stmt * LOOP_DIMS_MAX + d)]);
	CHECK(map->count <= ARRAY_SIZE(results));
	for (u32 j = 0; j < map->count; j++)
		results[j] = ir_expr_substitute(a->context, map->exprs[j], dims, NULL, NULL);
	return ir_attr_affine_map(a->context, a->g->num_dims, 0, map->count, results);
}

static bool is_member(const struct loop_group *g, const struct ir_op *op) {
	for (u32 i = 0; i < g->num_stmts; i++)
		if (g->stmts[i].op == op)
			return true;
	return false;
}

// Which result of the group a value is: the operand number in its lam.yield; while the group is only
// being considered, 0 for a value that is used outside.
static u32 yielded_as(const struct loop_group *g, struct ir_value *v) {
	IR_USES(v, use) {
		if (use->owner->info->id == OP_lam_yield)
			return (u32)(use - use->owner->operands);
		if (!g->op && !is_member(g, use->owner))
			return 0;
	}
	return LOOP_NONE;
}

static void bind_accesses(struct analysis *a, u32 index) {
	struct loop_group *g = a->g;
	struct loop_stmt *s = &g->stmts[index];
	u32 n = s->num_inputs + s->num_outputs;
	struct loop_access *all = ARENA_ARRAY(g->arena, struct loop_access, n);
	for (u32 i = 0; i < n; i++) {
		struct ir_value *v = i < s->op->num_operands ? ir_operand_get(s->op, i) : ir_result_get(s->op, i - s->num_inputs);
		all[i] = (struct loop_access){v, map_over_group(a, index, map_of(a, s->op, i)), v->type, LOOP_NONE};
		if (i < s->num_inputs)
			all[i].producer = stmt_of_value(g, v);
	}
	s->inputs = all;
	s->outputs = all + s->num_inputs;
	u32 own_reduction = s->reduction;
	s->reduction = 0;
	for (u32 d = 0; d < a->num_dims[index]; d++) {
		u32 dim = a->group_dim[find_class(a, index * LOOP_DIMS_MAX + d)];
		s->dims |= 1u << dim;
		if (own_reduction & (1u << d))
			s->reduction |= 1u << dim;
	}
	s->inits = ARENA_ARRAY(g->arena, struct ir_value *, s->num_outputs);
	s->yields = ARENA_ARRAY(g->arena, u32, s->num_outputs);
	for (u32 k = 0; k < s->num_outputs; k++) {
		struct ir_value *init = s->kind == LOOP_STMT_PAD ? NULL : s->outputs[k].tensor;
		struct ir_op *def = init ? ir_value_def(init) : NULL;
		s->inits[k] = def && def->info->id == OP_tensor_empty ? NULL : init;
		s->yields[k] = yielded_as(g, ir_result_get(s->op, k));
		s->escapes |= s->yields[k] != LOOP_NONE;
	}
}

bool loop_group_analyse_ops(struct ir_op *group, struct ir_op *const *ops, u32 num_ops, struct arena *arena,
                            struct loop_group *g, const char **why) {
	*g = (struct loop_group){.op = group, .arena = arena};
	struct analysis *a = ARENA_NEW(arena, struct analysis);
	a->g = g;
	a->context = ops[0]->module->context;
	if (group)
		g->name = ir_op_attr(group, NAME_sym_name)->text;
	bool ok = collect(a, ops, num_ops);
	for (u32 i = 0; ok && i < g->num_stmts; i++)
		ok = read_stmt(a, i);
	for (u32 i = 0; ok && i < g->num_stmts; i++)
		for (u32 k = 0; ok && k < g->stmts[i].op->num_operands; k++)
			ok = unify(a, i, k);
	ok = ok && number_dims(a);
	for (u32 i = 0; ok && i < g->num_stmts; i++)
		bind_accesses(a, i);
	*why = a->why;
	return ok;
}

bool loop_group_analyse(struct ir_op *group, struct arena *arena, struct loop_group *g, const char **why) {
	VEC(struct ir_op *) ops = {0};
	for (struct ir_op *op = group->regions[0].first->first; op; op = op->next)
		if (op->info->id == OP_linalg_generic || op->info->id == OP_tensor_pad)
			vec_push(arena, ops, op);
	if (!ops.size) {
		*why = "no computation";
		return false;
	}
	return loop_group_analyse_ops(group, ops.data, ops.size, arena, g, why);
}
