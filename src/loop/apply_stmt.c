// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One statement on one tile: operands become n-D vectors over the tile's dims, the scalar body is
// replayed on vectors, results stay in SSA for the statements behind it and go to memory where the
// group's results or another leaf need them.
//
// Shapes: the dims of a tile with more than one point, ascending, the vector dim last. A statement
// that does not iterate over one of them has a vector of fewer dims; its readers broadcast it. With
// no such dim everything is scalar.
#include "loop/apply.h"

// The dims of `mask` with more than one point, in vector order.
static u32 tile_shape(const struct loop_apply *a, u32 mask, u32 *dims, i64 *shape) {
	u32 n = 0;
	for (u32 d = 0; d < a->g->num_dims; d++)
		if ((mask & (1u << d)) && a->box.size[d] != 1 && d != a->vector_dim)
			dims[n++] = d;
	if (a->vector_dim != LOOP_NONE && (mask & (1u << a->vector_dim)) && a->box.size[a->vector_dim] != 1)
		dims[n++] = a->vector_dim;
	for (u32 i = 0; i < n; i++)
		shape[i] = a->box.size[dims[i]];
	CHECK_MSG(n <= LOOP_TILE_RANK_MAX, "tile of more than %d dims", LOOP_TILE_RANK_MAX);
	return n;
}

static ir_type tile_type(const struct loop_apply *a, u32 mask, ir_type element) {
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, mask, dims, shape);
	return n ? ir_type_vector(a->context, n, shape, NULL, element) : element;
}

static struct ir_value *constant(struct loop_apply *a, ir_attr value, ir_type type) {
	struct ir_named_attr prop = {NAME_value, value};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_arith_constant), .num_results = 1, .results = &type,
	                       .num_props = 1, .props = &prop};
	return ir_result_get(ir_build(&a->b, &d), 0);
}

struct ir_value *loop_index_const(struct loop_apply *a, i64 v) {
	ir_type t = ir_type_index(a->context);
	return constant(a, ir_attr_integer(a->context, t, v), t);
}

struct ir_value *loop_index_add(struct loop_apply *a, struct ir_value *x, struct ir_value *y) {
	return !x ? y : !y ? x : ir_build_2(&a->b, OP_arith_addi, x, y);
}

struct ir_value *loop_index_scale(struct loop_apply *a, struct ir_value *x, i64 factor) {
	return !x || factor == 0 ? NULL : factor == 1 ? x : ir_build_2(&a->b, OP_arith_muli, x, loop_index_const(a, factor));
}

static struct ir_value *splat(struct loop_apply *a, struct ir_value *scalar, ir_type type) {
	if (type->kind != IR_TYPE_VECTOR)
		return scalar;
	ir_attr c = ir_value_constant(scalar);
	if (c && (c->kind == IR_ATTR_FLOAT || c->kind == IR_ATTR_INTEGER)) {
		u8 bytes[16] = {0};
		if (c->kind == IR_ATTR_FLOAT)
			ir_element_store_float(type->element, bytes, c->real);
		else
			ir_element_store_int(type->element, bytes, c->integer);
		return constant(a, ir_attr_dense(a->context, type, bytes, ir_type_bytes(type->element), true), type);
	}
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_vector_broadcast), .num_operands = 1, .operands = &scalar,
	                       .num_results = 1, .results = &type};
	return ir_result_get(ir_build(&a->b, &d), 0);
}

// ---------------------------------------------------------------------------------------------
// Addresses: an access on the current box as start indices plus, per tile dim, the memref dim it
// walks and the stride there.

struct place {
	u32 rank;
	struct ir_value *index[LOOP_DIMS_MAX];
	u32 walks[LOOP_DIMS_MAX];   // memref dim -> group dim of the tile that walks it, LOOP_NONE
	i64 stride[LOOP_DIMS_MAX];  // of that walk
	bool strided;
};

// Splits a linear expression over dims into per-dim coefficients; false for anything else.
static bool linear(ir_expr e, i64 factor, i64 *coefficient, i64 *constant_part) {
	switch (e->kind) {
	case IR_EXPR_CONST:
		*constant_part += factor * e->value;
		return true;
	case IR_EXPR_DIM:
		coefficient[e->value] += factor;
		return true;
	case IR_EXPR_ADD:
		return linear(e->lhs, factor, coefficient, constant_part) && linear(e->rhs, factor, coefficient, constant_part);
	case IR_EXPR_MUL:
		if (ir_expr_is_const(e->rhs))
			return linear(e->lhs, factor * e->rhs->value, coefficient, constant_part);
		return ir_expr_is_const(e->lhs) && linear(e->rhs, factor * e->lhs->value, coefficient, constant_part);
	default:
		return false;
	}
}

static void place_dim(struct loop_apply *a, ir_expr e, u32 j, struct place *p) {
	i64 coefficient[LOOP_DIMS_MAX] = {0}, start = 0;
	CHECK_MSG(linear(e, 1, coefficient, &start), "access that is not linear in the iteration dims");
	struct ir_value *index = NULL;
	p->walks[j] = LOOP_NONE;
	p->stride[j] = 1;
	for (u32 d = 0; d < a->g->num_dims; d++) {
		if (!coefficient[d])
			continue;
		start += coefficient[d] * a->box.base[d];
		index = loop_index_add(a, index, loop_index_scale(a, a->box.offset[d], coefficient[d]));
		if (a->box.size[d] == 1)
			continue;
		CHECK_MSG(p->walks[j] == LOOP_NONE, "two tile dims that walk one memory dim");
		p->walks[j] = d;
		p->stride[j] = coefficient[d];
		p->strided |= coefficient[d] != 1;
	}
	if (start || !index)
		index = loop_index_add(a, index, loop_index_const(a, start));
	p->index[j] = index;
}

static struct place place_access(struct loop_apply *a, ir_attr map) {
	struct place p = {.rank = map->count};
	for (u32 j = 0; j < map->count; j++)
		place_dim(a, map->exprs[j], j, &p);
	return p;
}

// The permutation map of a transfer: one result a vector dim, naming the memref dim it walks, or 0
// where the memref does not vary along it (broadcast).
static ir_attr permutation(struct loop_apply *a, const struct place *p, u32 n, const u32 *dims) {
	ir_expr results[LOOP_DIMS_MAX];
	for (u32 i = 0; i < n; i++) {
		results[i] = ir_expr_const(a->context, 0);
		for (u32 j = 0; j < p->rank; j++)
			if (p->walks[j] == dims[i])
				results[i] = ir_expr_dim(a->context, j);
	}
	return ir_attr_affine_map(a->context, p->rank, 0, n, results);
}

static ir_attr in_bounds(struct loop_apply *a, u32 n, const u32 *dims, const i64 *shape) {
	ir_attr flags[LOOP_DIMS_MAX];
	for (u32 i = 0; i < n; i++)
		flags[i] = ir_attr_bool(a->context, shape[i] != IR_DYNAMIC && !a->box.active[dims[i]]);
	return ir_attr_array(a->context, n, flags);
}

// A strided walk goes through a subview, so that the transfer itself is unit-strided.
static struct ir_value *strided_view(struct loop_apply *a, struct ir_value *memref, struct place *p) {
	ir_type type = memref->type;
	i64 strides[LOOP_DIMS_MAX], offset, sizes[LOOP_DIMS_MAX], steps[LOOP_DIMS_MAX], result_strides[LOOP_DIMS_MAX];
	i64 dynamic[LOOP_DIMS_MAX];
	CHECK(ir_memref_strides(type, strides, &offset));
	struct ir_value *operands[LOOP_DIMS_MAX + 1] = {memref};
	for (u32 j = 0; j < p->rank; j++) {
		operands[1 + j] = p->index[j];
		dynamic[j] = IR_DYNAMIC;
		sizes[j] = p->walks[j] == LOOP_NONE ? 1 : a->box.active[p->walks[j]] ? a->box.active[p->walks[j]] : a->box.size[p->walks[j]];
		steps[j] = p->stride[j];
		result_strides[j] = strides[j] == IR_DYNAMIC ? IR_DYNAMIC : strides[j] * steps[j];
	}
	ir_type result = ir_type_memref(a->context, p->rank, sizes, type->element,
	                                ir_attr_strided(a->context, p->rank, result_strides, IR_DYNAMIC), type->memory_space);
	struct ir_named_attr props[] = {
		{NAME_static_offsets, ir_attr_i64_array(a->context, p->rank, dynamic)},
		{NAME_static_sizes, ir_attr_i64_array(a->context, p->rank, sizes)},
		{NAME_static_strides, ir_attr_i64_array(a->context, p->rank, steps)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 4, (i32[]){1, (i32)p->rank, 0, 0})},
	};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_memref_subview), .num_operands = p->rank + 1,
	                       .operands = operands, .num_results = 1, .results = &result, .num_props = 4, .props = props};
	struct ir_value *view = ir_result_get(ir_build(&a->b, &d), 0);
	for (u32 j = 0; j < p->rank; j++)
		p->index[j] = loop_index_const(a, 0);
	return view;
}

static struct ir_value *read_memory(struct loop_apply *a, struct ir_value *memref, ir_attr map, u32 mask) {
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, mask, dims, shape);
	struct place p = place_access(a, map);
	if (n && p.strided)
		memref = strided_view(a, memref, &p);
	ir_type element = memref->type->element;
	struct ir_value *operands[LOOP_DIMS_MAX + 2] = {memref};
	memcpy(operands + 1, p.index, sizeof(struct ir_value *) * p.rank);
	if (!n) {
		struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_memref_load), .num_operands = p.rank + 1,
		                       .operands = operands, .num_results = 1, .results = &element};
		return ir_result_get(ir_build(&a->b, &d), 0);
	}
	ir_attr zero = ir_type_is_float(element) ? ir_attr_float(a->context, element, 0) : ir_attr_integer(a->context, element, 0);
	operands[1 + p.rank] = constant(a, zero, element);
	ir_type type = ir_type_vector(a->context, n, shape, NULL, element);
	struct ir_named_attr props[] = {
		{NAME_permutation_map, permutation(a, &p, n, dims)},
		{NAME_in_bounds, in_bounds(a, n, dims, shape)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 4, (i32[]){1, (i32)p.rank, 1, 0})},
	};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_vector_transfer_read), .num_operands = p.rank + 2,
	                       .operands = operands, .num_results = 1, .results = &type, .num_props = 3, .props = props};
	return ir_result_get(ir_build(&a->b, &d), 0);
}

static void write_memory(struct loop_apply *a, struct ir_value *value, struct ir_value *memref, ir_attr map, u32 mask) {
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, mask, dims, shape);
	struct place p = place_access(a, map);
	if (n && p.strided)
		memref = strided_view(a, memref, &p);
	struct ir_value *operands[LOOP_DIMS_MAX + 2] = {value, memref};
	memcpy(operands + 2, p.index, sizeof(struct ir_value *) * p.rank);
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, n ? OP_vector_transfer_write : OP_memref_store),
	                       .num_operands = p.rank + 2, .operands = operands};
	struct ir_named_attr props[] = {
		{NAME_permutation_map, permutation(a, &p, n, dims)},
		{NAME_in_bounds, in_bounds(a, n, dims, shape)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 4, (i32[]){1, 1, (i32)p.rank, 0})},
	};
	d.props = props;
	d.num_props = n ? 3 : 0;
	ir_build(&a->b, &d);
}

// ---------------------------------------------------------------------------------------------
// Operands

// A vector over the dims `have` made one over the dims `want` (a superset).
static struct ir_value *widen(struct loop_apply *a, struct ir_value *v, u32 have, u32 want) {
	ir_type element = v->type->kind == IR_TYPE_VECTOR ? v->type->element : v->type;
	ir_type type = tile_type(a, want, element);
	if (v->type == type)
		return v;
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, want, dims, shape);
	if (v->type->kind == IR_TYPE_VECTOR) {
		for (u32 i = 0; i < n; i++)
			if (!(have & (1u << dims[i])))
				shape[i] = 1;
		ir_type unit = ir_type_vector(a->context, n, shape, NULL, element);
		struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_vector_shape_cast), .num_operands = 1, .operands = &v,
		                       .num_results = 1, .results = &unit};
		v = ir_result_get(ir_build(&a->b, &d), 0);
	}
	return splat(a, v, type);
}

static struct ir_value *read_operand(struct loop_apply *a, const struct loop_stmt *s, u32 k) {
	const struct loop_access *in = &s->inputs[k];
	if (in->producer != LOOP_NONE) {
		const struct loop_stmt *p = &a->g->stmts[in->producer];
		u32 slot = a->value_base[in->producer] + in->tensor->index;
		if (a->value[slot])
			return widen(a, a->value[slot], p->dims & ~p->reduction, s->dims);
		CHECK_MSG(a->scratch[slot], "a value of another leaf that was not kept");
		return read_memory(a, a->scratch[slot], in->map, s->dims);
	}
	ir_attr value = ir_value_constant(in->tensor);
	if (value && value->kind == IR_ATTR_DENSE_ELEMENTS && value->splat) {
		ir_type element = value->type->element;
		ir_attr scalar = ir_type_is_float(element) ? ir_attr_float(a->context, element, ir_dense_get_float(value, 0))
		                                           : ir_attr_integer(a->context, element, ir_dense_get_int(value, 0));
		return splat(a, constant(a, scalar, element), tile_type(a, s->dims, element));
	}
	CHECK(in->tensor->is_argument);
	struct ir_value *arg = a->args[in->tensor->index];
	if (arg->type->kind != IR_TYPE_MEMREF)
		return splat(a, arg, tile_type(a, s->dims, arg->type));
	return read_memory(a, arg, in->map, s->dims);
}

// ---------------------------------------------------------------------------------------------
// Bodies

struct replay {
	struct loop_apply *a;
	const struct loop_stmt *s;
	struct map values;       // scalar value of the body -> tile value
};

static struct ir_value *replayed(struct replay *r, struct ir_value *v) {
	u64 found;
	if (map_find(&r->values, map_ptr(v), &found))
		return (struct ir_value *)(uintptr_t)found;
	// A constant from outside the body, or inside it.
	ir_attr c = ir_value_constant(v);
	CHECK_MSG(c, "a body that reads a value which is no constant of the group");
	struct ir_value *scalar = constant(r->a, c, v->type);
	struct ir_value *out = splat(r->a, scalar, tile_type(r->a, r->s->dims, v->type));
	map_set(&r->values, map_ptr(v), map_ptr(out));
	return out;
}

// The position along a dim as a vector of index values.
static struct ir_value *replay_index(struct replay *r, u32 own_dim) {
	struct loop_apply *a = r->a;
	// The statement's own dims are those of its maps before they were renumbered: recover the group
	// dim through the first operand that has it alone.
	ir_attr maps = ir_op_attr(r->s->op, NAME_indexing_maps);
	u32 dim = LOOP_NONE;
	for (u32 i = 0; i < maps->count && dim == LOOP_NONE; i++)
		for (u32 j = 0; j < maps->elements[i]->count; j++)
			if (maps->elements[i]->exprs[j]->kind == IR_EXPR_DIM && (u32)maps->elements[i]->exprs[j]->value == own_dim)
				dim = (u32)r->s->inputs[i].map->exprs[j]->value;
	CHECK(dim != LOOP_NONE);
	ir_type index = ir_type_index(a->context);
	struct ir_value *start = loop_index_add(a, a->box.offset[dim], loop_index_const(a, a->box.base[dim]));
	ir_type type = tile_type(a, r->s->dims, index);
	struct ir_value *base = splat(a, start, type);
	if (a->box.size[dim] == 1)
		return base;
	ir_type line = tile_type(a, 1u << dim, index);
	i64 n = line->shape[0];
	i64 *steps = ARENA_ARRAY(a->arena, i64, n);
	for (i64 i = 0; i < n; i++)
		steps[i] = i;
	struct ir_value *lanes = constant(a, ir_attr_dense(a->context, line, steps, sizeof(i64) * (size_t)n, false), line);
	return ir_build_2(&a->b, OP_arith_addi, base, widen(a, lanes, 1u << dim, r->s->dims));
}

static void replay_op(struct replay *r, struct ir_op *op) {
	struct loop_apply *a = r->a;
	if (op->info->traits & IR_CONSTANT)
		return;
	if (op->info->id == OP_linalg_index) {
		u32 dim = (u32)ir_op_int(op, NAME_dim, 0);
		map_set(&r->values, map_ptr(ir_result_get(op, 0)), map_ptr(replay_index(r, dim)));
		return;
	}
	CHECK_MSG(op->info->traits & IR_ELEMENTWISE, "op %.*s in a body is not element-wise", STR_ARG(op->info->full_name));
	struct ir_value *operands[8];
	ir_type types[4];
	CHECK(op->num_operands <= ARRAY_SIZE(operands) && op->num_results <= ARRAY_SIZE(types));
	for (u32 i = 0; i < op->num_operands; i++)
		operands[i] = replayed(r, ir_operand_get(op, i));
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = tile_type(a, r->s->dims, ir_result_get(op, i)->type);
	struct ir_named_attr props[16];
	u32 n = 0;
	for (u32 i = 0; i < op->info->num_attrs; i++)
		if (op->props[i] && n < ARRAY_SIZE(props))
			props[n++] = (struct ir_named_attr){op->info->attrs[i].name, op->props[i]};
	struct ir_op_desc d = {.info = op->info, .num_operands = op->num_operands, .operands = operands,
	                       .num_results = op->num_results, .results = types, .num_props = n, .props = props};
	struct ir_op *copy = ir_build(&a->b, &d);
	for (u32 i = 0; i < op->num_results; i++)
		map_set(&r->values, map_ptr(ir_result_get(op, i)), map_ptr(ir_result_get(copy, i)));
}

static void begin_replay(struct replay *r, struct loop_apply *a, const struct loop_stmt *s) {
	*r = (struct replay){.a = a, .s = s};
	map_init(&r->values, a->arena);
	struct ir_block *body = s->op->regions[0].first;
	for (u32 k = 0; k < s->num_inputs; k++)
		if (!ir_value_unused(body->args[k]))
			map_set(&r->values, map_ptr(body->args[k]), map_ptr(read_operand(a, s, k)));
}

static void keep_result(struct loop_apply *a, u32 index, u32 k, struct ir_value *v) {
	const struct loop_stmt *s = &a->g->stmts[index];
	u32 slot = a->value_base[index] + k, mask = s->dims & ~s->reduction;
	a->value[slot] = v;
	if (s->yields[k] != LOOP_NONE)
		write_memory(a, v, a->outs[s->yields[k]], s->outputs[k].map, mask);
	else if (a->scratch[slot])
		write_memory(a, v, a->scratch[slot], s->outputs[k].map, mask);
}

static void apply_pointwise(struct loop_apply *a, u32 index) {
	const struct loop_stmt *s = &a->g->stmts[index];
	struct replay r;
	begin_replay(&r, a, s);
	struct ir_block *body = s->op->regions[0].first;
	for (struct ir_op *op = body->first; op != body->last; op = op->next)
		replay_op(&r, op);
	for (u32 k = 0; k < s->num_outputs; k++)
		keep_result(a, index, k, replayed(&r, ir_operand_get(body->last, k)));
}

// ---------------------------------------------------------------------------------------------
// Reductions. The accumulator has all tile dims of the statement, reduced ones too; those are folded
// once when the reduction is complete, so the inner loop has no horizontal step.

static struct ir_value *neutral(struct loop_apply *a, u16 combiner, ir_type t) {
	return constant(a, dialect_neutral_attr(a->context, combiner, t), t);
}

static struct ir_value *initial_value(struct loop_apply *a, const struct loop_stmt *s, u32 mask) {
	struct ir_value *init = s->inits[0];
	ir_type element = s->outputs[0].type->element;
	if (!init)
		return NULL;
	struct ir_op *def = ir_value_def(init);
	if (def && def->info->id == OP_linalg_fill) {
		struct ir_value *v = ir_operand_get(def, 0);
		ir_attr c = ir_value_constant(v);
		struct ir_value *scalar = c ? constant(a, c, element) : a->args[v->index];
		return splat(a, scalar, tile_type(a, mask, element));
	}
	CHECK_MSG(init->is_argument, "an initial value that is no argument, fill or empty tensor");
	return read_memory(a, a->args[init->index], s->outputs[0].map, mask);
}

// A contraction whose reduction is not vectorised starts from the initial value itself; otherwise
// lanes start neutral and the initial value joins at the end.
static bool starts_from_init(const struct loop_apply *a, const struct loop_stmt *s) {
	for (u32 d = 0; d < a->g->num_dims; d++)
		if ((s->reduction & (1u << d)) && a->box.size[d] != 1)
			return false;
	return true;
}

struct ir_value *loop_apply_init(struct loop_apply *a, u32 index) {
	const struct loop_stmt *s = &a->g->stmts[index];
	ir_type element = s->outputs[0].type->element;
	if (starts_from_init(a, s)) {
		struct ir_value *v = initial_value(a, s, s->dims & ~s->reduction);
		if (v)
			return v;
	}
	return splat(a, neutral(a, s->combiner, element), tile_type(a, s->dims, element));
}

// Lanes beyond the extent of a reduced dim contribute nothing.
static struct ir_value *without_dead_lanes(struct loop_apply *a, const struct loop_stmt *s, struct ir_value *term) {
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX], counts[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, s->dims, dims, shape);
	bool any = false;
	for (u32 i = 0; i < n; i++) {
		counts[i] = a->box.active[dims[i]] ? a->box.active[dims[i]] : shape[i];
		any |= counts[i] != shape[i];
	}
	if (!any)
		return term;
	ir_type element = term->type->element, mask_type = ir_type_with_element(a->context, term->type, ir_type_int(a->context, 1));
	struct ir_named_attr prop = {NAME_mask_dim_sizes, dialect_int_list(a->context, n, counts)};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_vector_constant_mask), .num_results = 1, .results = &mask_type, .num_props = 1, .props = &prop};
	struct ir_value *mask = ir_result_get(ir_build(&a->b, &d), 0);
	struct ir_value *fill = splat(a, neutral(a, s->combiner, element), term->type);
	return ir_build_3(&a->b, OP_arith_select, mask, term, fill);
}

static bool has_dead_lanes(const struct loop_apply *a, const struct loop_stmt *s) {
	for (u32 d = 0; d < a->g->num_dims; d++)
		if ((s->dims & (1u << d)) && a->box.active[d])
			return true;
	return false;
}

static void apply_reduction(struct loop_apply *a, u32 index) {
	const struct loop_stmt *s = &a->g->stmts[index];
	u32 slot = a->value_base[index];
	if (!a->acc[slot])
		a->acc[slot] = loop_apply_init(a, index);
	struct replay r;
	begin_replay(&r, a, s);
	struct ir_block *body = s->op->regions[0].first;
	struct ir_op *combine = ir_value_def(ir_operand_get(body->last, 0));
	struct ir_value *acc = body->args[s->num_inputs];
	u32 term_at = ir_operand_get(combine, 0) == acc;
	struct ir_value *term = ir_operand_get(combine, term_at);
	bool fused = s->kind == LOOP_STMT_CONTRACT && a->reassoc && !has_dead_lanes(a, s);
	struct ir_op *product = fused ? ir_value_def(term) : NULL;
	for (struct ir_op *op = body->first; op != body->last; op = op->next)
		if (op != combine && op != product)
			replay_op(&r, op);
	if (product) {
		struct ir_value *x = replayed(&r, ir_operand_get(product, 0)), *y = replayed(&r, ir_operand_get(product, 1));
		u16 fma = a->acc[slot]->type->kind == IR_TYPE_VECTOR ? OP_vector_fma : OP_math_fma;
		a->acc[slot] = ir_build_3(&a->b, fma, x, y, a->acc[slot]);
		return;
	}
	a->acc[slot] = ir_build_2(&a->b, s->combiner, a->acc[slot], without_dead_lanes(a, s, replayed(&r, term)));
}

// Folds the reduced tile dims of an accumulator with vector.multi_reduction.
static struct ir_value *fold_lanes(struct loop_apply *a, const struct loop_stmt *s, struct ir_value *acc) {
	u32 dims[LOOP_DIMS_MAX];
	i64 shape[LOOP_DIMS_MAX], reduced[LOOP_DIMS_MAX];
	u32 n = tile_shape(a, s->dims, dims, shape), count = 0;
	for (u32 i = 0; i < n; i++)
		if (s->reduction & (1u << dims[i]))
			reduced[count++] = i;
	if (!count)
		return acc;
	ir_type element = acc->type->element, type = tile_type(a, s->dims & ~s->reduction, element);
	struct ir_value *start = splat(a, neutral(a, s->combiner, element), type);
	struct ir_value *operands[] = {acc, start};
	struct ir_named_attr props[] = {
		{NAME_kind, ir_attr_dialect(a->context, ir_name_get(a->context, STR("vector")), ir_name_get(a->context, STR("kind")),
		                            str_from(dialect_combining_kind(s->combiner)), 0, NULL)},
		{NAME_reduction_dims, dialect_int_list(a->context, count, reduced)},
	};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_vector_multi_reduction), .num_operands = 2,
	                       .operands = operands, .num_results = 1, .results = &type, .num_props = 2, .props = props};
	return ir_result_get(ir_build(&a->b, &d), 0);
}

void loop_apply_finish(struct loop_apply *a, u32 index) {
	const struct loop_stmt *s = &a->g->stmts[index];
	u32 slot = a->value_base[index];
	struct ir_value *v = fold_lanes(a, s, a->acc[slot]);
	if (!starts_from_init(a, s)) {
		struct ir_value *init = initial_value(a, s, s->dims & ~s->reduction);
		if (init)
			v = ir_build_2(&a->b, s->combiner, init, v);
	}
	a->acc[slot] = NULL;
	keep_result(a, index, 0, v);
}

void loop_apply_stmt(struct loop_apply *a, u32 index) {
	if (a->g->stmts[index].kind == LOOP_STMT_PAD)
		keep_result(a, index, 0, read_operand(a, &a->g->stmts[index], 0));
	else if (a->g->stmts[index].reduction)
		apply_reduction(a, index);
	else
		apply_pointwise(a, index);
}
