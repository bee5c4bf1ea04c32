// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns a fusion group and its schedule tree into one tile-level kernel: bands become loops, tile
// leaves become n-D vector operations on memrefs. The tree is walked once, outside in; each step of a
// band shrinks the box in hand, remainders are the same subtree on the smaller box, so a tile never
// needs a mask for a size known at compile time.
//
// Requires: the tree passed loop_schedule_verify. Establishes: a func.func with memref and index
// arguments in the order inputs, results, symbolic sizes; scf.forall for parallel bands (attribute
// lam.level = "thread"), scf.for for others with accumulators as iter_args.
#include "loop/apply.h"

static void emit_nodes(struct loop_apply *a, const struct loop_node *n);

// ---------------------------------------------------------------------------------------------
// What a subtree contains

static u32 stmts_below(const struct loop_node *n) {
	u32 mask = 0;
	if (n->kind == LOOP_NODE_TILE) {
		for (u32 i = 0; i < n->num_stmts; i++)
			mask |= 1u << n->stmts[i];
		return mask;
	}
	for (const struct loop_node *c = n->children; c; c = c->next)
		mask |= stmts_below(c);
	return mask;
}

// ---------------------------------------------------------------------------------------------
// Values kept between leaves

struct keeper {
	const struct loop_group *g;
	struct ir_context *context;
	u32 leaf_of[32];       // statement -> leaf number
	u32 dims_at[32];       // statement -> dims of the bands around its leaf
	u32 leaves;
};

static void number_leaves(struct keeper *k, const struct loop_node *n, u32 dims) {
	for (; n; n = n->next) {
		u32 here = dims;
		if (n->kind == LOOP_NODE_TILE) {
			for (u32 i = 0; i < n->num_stmts; i++) {
				k->leaf_of[n->stmts[i]] = k->leaves;
				k->dims_at[n->stmts[i]] = here;
			}
			k->leaves++;
			continue;
		}
		for (u32 i = 0; i < n->num_steps; i++)
			here |= 1u << n->steps[i].dim;
		number_leaves(k, n->children, here);
	}
}

// The dims of the bands around both leaves.
static u32 common_dims(const struct loop_node *n, u32 x, u32 y, u32 dims) {
	for (; n; n = n->next) {
		u32 below = stmts_below(n);
		if (n->kind != LOOP_NODE_BAND || !(below & (1u << x)) || !(below & (1u << y)))
			continue;
		for (u32 i = 0; i < n->num_steps; i++)
			dims |= 1u << n->steps[i].dim;
		return common_dims(n->children, x, y, dims);
	}
	return dims;
}

// Can the reader use the SSA value, because it sits on the same box as the producer's result? Bands
// around the producer that the reader is not in may only step dims the producer reduces.
static bool forwarded(const struct keeper *k, const struct loop_node *root, u32 producer, u32 reader) {
	const struct loop_stmt *p = &k->g->stmts[producer];
	u32 kept = p->dims & ~p->reduction, shared = common_dims(root, producer, reader, 0);
	return k->leaf_of[producer] == k->leaf_of[reader] || !((k->dims_at[producer] & ~shared) & kept);
}

#define LOOP_SCRATCH_BYTES_MAX (32u << 10)

// A value that another loop nest reads lives in a small buffer of the kernel's frame over the dims that
// are not common to both: its shape and the map of accesses to it. False when it does not fit.
static bool kept_shape(const struct keeper *k, u32 shared, u32 producer, i64 *shape, ir_expr *results, const char **why) {
	ir_type type = k->g->stmts[producer].outputs[0].type;
	ir_attr map = k->g->stmts[producer].outputs[0].map;
	u64 bytes = ir_type_bytes(type->element);
	for (u32 j = 0; j < map->count; j++) {
		bool common = map->exprs[j]->kind == IR_EXPR_DIM && (shared & (1u << map->exprs[j]->value));
		shape[j] = common ? 1 : type->shape[j];
		results[j] = common ? ir_expr_const(k->context, 0) : map->exprs[j];
		if (shape[j] == IR_DYNAMIC) {
			*why = "a value kept between loops has a run-time size";
			return false;
		}
		bytes *= (u64)shape[j];
	}
	*why = "a value kept between loops takes more than 32 KiB";
	return bytes <= LOOP_SCRATCH_BYTES_MAX;
}

bool loop_apply_keeps(const struct loop_group *g, const struct loop_node *root, const char **why) {
	struct keeper k = {.g = g, .context = g->stmts[0].op->module->context};
	i64 shape[LOOP_DIMS_MAX];
	ir_expr results[LOOP_DIMS_MAX];
	number_leaves(&k, root, 0);
	for (u32 i = 0; i < g->num_stmts; i++)
		for (u32 j = 0; j < g->stmts[i].num_inputs; j++) {
			u32 p = g->stmts[i].inputs[j].producer;
			if (p == LOOP_NONE || forwarded(&k, root, p, i) || g->stmts[p].escapes)
				continue;
			if (!kept_shape(&k, common_dims(root, p, i, 0), p, shape, results, why))
				return false;
		}
	return true;
}

static void place_value(struct loop_apply *a, struct keeper *k, const struct loop_node *root, u32 producer, u32 reader) {
	const struct loop_stmt *p = &a->g->stmts[producer];
	u32 slot = a->value_base[producer];
	const char *why = "";
	if (a->scratch[slot])
		return;
	if (p->yields[0] != LOOP_NONE) {
		a->scratch[slot] = a->outs[p->yields[0]];
		return;
	}
	i64 shape[LOOP_DIMS_MAX];
	ir_expr results[LOOP_DIMS_MAX];
	bool fits = kept_shape(k, common_dims(root, producer, reader, 0), producer, shape, results, &why);
	CHECK_MSG(fits, "%s", why);
	u32 rank = p->outputs[0].map->count;
	ir_type memref = ir_type_memref(a->context, rank, shape, p->outputs[0].type->element, NULL, NULL);
	struct ir_named_attr props[] = {
		{NAME_alignment, ir_attr_i64(a->context, 64)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 2, (i32[]){0, 0})},
	};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_memref_alloca), .num_results = 1, .results = &memref,
	                       .num_props = 2, .props = props};
	a->scratch[slot] = ir_result_get(ir_build(&a->b, &d), 0);
	// The accesses of the group are those of full tensors: redirect producer and readers.
	ir_attr kept = ir_attr_affine_map(a->context, a->g->num_dims, 0, rank, results);
	p->outputs[0].map = kept;
	for (u32 i = 0; i < a->g->num_stmts; i++)
		for (u32 j = 0; j < a->g->stmts[i].num_inputs; j++)
			if (a->g->stmts[i].inputs[j].producer == producer)
				a->g->stmts[i].inputs[j].map = kept;
}

static void place_values(struct loop_apply *a, const struct loop_node *root) {
	struct keeper k = {.g = a->g, .context = a->context};
	number_leaves(&k, root, 0);
	for (u32 i = 0; i < a->g->num_stmts; i++)
		for (u32 j = 0; j < a->g->stmts[i].num_inputs; j++) {
			u32 p = a->g->stmts[i].inputs[j].producer;
			if (p != LOOP_NONE && !forwarded(&k, root, p, i))
				place_value(a, &k, root, p, i);
		}
}

// ---------------------------------------------------------------------------------------------
// Accumulators

// The reductions below `n` whose accumulators a loop over `dim` carries.
static u32 carried_by(struct loop_apply *a, const struct loop_node *n, u32 dim) {
	u32 mask = 0, below = stmts_below(n);
	for (u32 s = 0; s < a->g->num_stmts; s++)
		if ((below & (1u << s)) && (a->g->stmts[s].reduction & (1u << dim)))
			mask |= 1u << s;
	return mask;
}

// Shapes of accumulators are those of the innermost boxes: shrink the box to the tile that holds the
// statement, so that the start value has the shape the leaf will give it.
static void shrink_to_leaf(struct loop_apply *a, const struct loop_node *n, u32 stmt) {
	for (; n; n = n->next) {
		if (!(stmts_below(n) & (1u << stmt)))
			continue;
		for (u32 i = 0; i < n->num_steps; i++)
			if (a->box.size[n->steps[i].dim] == IR_DYNAMIC || n->steps[i].size < a->box.size[n->steps[i].dim])
				a->box.size[n->steps[i].dim] = n->steps[i].size;
		if (n->kind == LOOP_NODE_TILE) {
			a->vector_dim = n->vector_dim;
			return;
		}
		shrink_to_leaf(a, n->children, stmt);
		return;
	}
}

static void open_accumulators(struct loop_apply *a, const struct loop_node *n, u32 mask) {
	for (u32 s = 0; s < a->g->num_stmts; s++) {
		if (!(mask & (1u << s)) || a->acc[a->value_base[s]])
			continue;
		struct loop_box box = a->box;
		u32 vector_dim = a->vector_dim;
		shrink_to_leaf(a, n, s);
		a->acc[a->value_base[s]] = loop_apply_init(a, s);
		a->box = box;
		a->vector_dim = vector_dim;
	}
}

// Completes every reduction of `mask` that no open loop continues.
static void finish_accumulators(struct loop_apply *a, const struct loop_node *n, u32 mask) {
	for (u32 s = 0; s < a->g->num_stmts; s++) {
		if (!(mask & (1u << s)) || (a->g->stmts[s].reduction & a->open) || !a->acc[a->value_base[s]])
			continue;
		struct loop_box box = a->box;
		u32 vector_dim = a->vector_dim;
		shrink_to_leaf(a, n, s);
		loop_apply_finish(a, s);
		a->box = box;
		a->vector_dim = vector_dim;
	}
}

// ---------------------------------------------------------------------------------------------
// Loops

static void emit_step(struct loop_apply *a, const struct loop_node *n, u32 i);

static void forget_values(struct loop_apply *a, u32 stmts) {
	for (u32 s = 0; s < a->g->num_stmts; s++)
		if (stmts & (1u << s))
			for (u32 k = 0; k < a->g->stmts[s].num_outputs; k++)
				a->value[a->value_base[s] + k] = NULL;
}

// for iv = 0 to full step `size`, carrying the accumulators in `carried`.
static void emit_for(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value *upper, u32 carried) {
	u32 dim = n->steps[i].dim, count = 0, stmts[32];
	struct ir_value *operands[3 + 32] = {loop_index_const(a, 0), upper, loop_index_const(a, n->steps[i].size)};
	ir_type types[32];
	for (u32 s = 0; s < a->g->num_stmts; s++)
		if (carried & (1u << s)) {
			operands[3 + count] = a->acc[a->value_base[s]];
			types[count] = operands[3 + count]->type;
			stmts[count++] = s;
		}
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_scf_for), .num_operands = 3 + count, .operands = operands,
	                       .num_results = count, .results = types, .num_regions = 1};
	struct ir_op *loop = ir_build(&a->b, &d);
	struct ir_builder outer = a->b;
	struct ir_block *body = ir_block_create(a->b.module);
	ir_block_append(&loop->regions[0], body);
	struct ir_value *iv = ir_block_add_arg(a->b.module, body, ir_type_index(a->context));
	for (u32 c = 0; c < count; c++)
		a->acc[a->value_base[stmts[c]]] = ir_block_add_arg(a->b.module, body, types[c]);
	a->b.block = body;
	a->b.before = NULL;
	struct loop_box box = a->box;
	a->box.offset[dim] = loop_index_add(a, a->box.offset[dim], iv);
	a->box.size[dim] = n->steps[i].size;
	u32 open = a->open;
	a->open |= 1u << dim;
	emit_step(a, n, i + 1);
	a->open = open;
	a->box = box;
	struct ir_value *yielded[32];
	for (u32 c = 0; c < count; c++)
		yielded[c] = a->acc[a->value_base[stmts[c]]];
	struct ir_op_desc y = {.info = ir_op_info_get(a->context, OP_scf_yield), .num_operands = count, .operands = yielded};
	ir_build(&a->b, &y);
	a->b = outer;
	for (u32 c = 0; c < count; c++)
		a->acc[a->value_base[stmts[c]]] = ir_result_get(loop, c);
}

static void emit_at(struct loop_apply *a, const struct loop_node *n, u32 i, i64 start, i64 size, i64 active) {
	struct loop_box box = a->box;
	u32 dim = n->steps[i].dim;
	a->box.base[dim] += start;
	a->box.size[dim] = size;
	a->box.active[dim] = active;
	u32 open = a->open;
	a->open |= 1u << dim;
	emit_step(a, n, i + 1);
	a->open = open;
	a->box = box;
}

// Static extents: whole steps in a loop (or unrolled), then the remainder as a smaller box.
static void emit_static(struct loop_apply *a, const struct loop_node *n, u32 i, u32 carried) {
	u32 dim = n->steps[i].dim;
	i64 step = n->steps[i].size, extent = a->box.size[dim], whole = extent / step, rest = extent % step;
	u32 below = stmts_below(n);
	if (n->unroll || whole == 1) {
		for (i64 k = 0; k < whole; k++) {
			if (k)
				forget_values(a, below);
			emit_at(a, n, i, k * step, step, 0);
		}
	} else if (whole > 1) {
		emit_for(a, n, i, loop_index_const(a, whole * step), carried);
		forget_values(a, below);
	}
	if (rest) {
		if (whole)
			forget_values(a, below);
		// The accumulator of a reduced dim keeps its shape: the last tile is whole, and lanes beyond the
		// extent take no part.
		bool padded = carried && whole;
		emit_at(a, n, i, whole * step, padded ? step : rest, padded ? rest : 0);
	}
	if (whole + (rest != 0) > 1)  // what stands there now is of the last box only
		forget_values(a, below);
}

// A run-time extent: whole steps, then single points.
static void emit_dynamic(struct loop_apply *a, const struct loop_node *n, u32 i, u32 carried) {
	u32 dim = n->steps[i].dim;
	i64 step = n->steps[i].size;
	struct ir_value *extent = a->extent[dim];
	u32 below = stmts_below(n);
	if (step == 1) {
		emit_for(a, n, i, extent, carried);
		forget_values(a, below);
		return;
	}
	struct ir_value *size = loop_index_const(a, step);
	struct ir_value *rest = ir_build_2(&a->b, OP_arith_remui, extent, size);
	struct ir_value *whole = ir_build_2(&a->b, OP_arith_subi, extent, rest);
	emit_for(a, n, i, whole, carried);
	forget_values(a, below);
	struct loop_node points = *n;
	points.steps[i].size = 1;
	struct loop_box box = a->box;
	a->box.offset[dim] = loop_index_add(a, a->box.offset[dim], whole);
	emit_for(a, &points, i, rest, carried);
	a->box = box;
	forget_values(a, below);
}

static void emit_step(struct loop_apply *a, const struct loop_node *n, u32 i) {
	if (i == n->num_steps) {
		emit_nodes(a, n->children);
		return;
	}
	u32 dim = n->steps[i].dim, carried = carried_by(a, n, dim);
	open_accumulators(a, n, carried);
	if (a->box.size[dim] == IR_DYNAMIC)
		emit_dynamic(a, n, i, carried);
	else
		emit_static(a, n, i, carried);
	finish_accumulators(a, n, carried);
}

// ---------------------------------------------------------------------------------------------
// Parallel bands: one scf.forall over the tiles of all steps.

static struct ir_value *num_tiles(struct loop_apply *a, struct loop_step s, i64 *constant_count) {
	i64 extent = a->box.size[s.dim];
	if (extent != IR_DYNAMIC) {
		*constant_count = (extent + s.size - 1) / s.size;
		return NULL;
	}
	*constant_count = IR_DYNAMIC;
	struct ir_value *up = loop_index_add(a, a->extent[s.dim], loop_index_const(a, s.size - 1));
	return s.size == 1 ? a->extent[s.dim] : ir_build_2(&a->b, OP_arith_divui, up, loop_index_const(a, s.size));
}

// Chooses between whole and partial tiles of step i, then goes on with the next.
static void emit_parallel_step(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value **ivs);

static void emit_parallel_box(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value **ivs, i64 size) {
	struct loop_box box = a->box;
	u32 dim = n->steps[i].dim;
	a->box.offset[dim] = loop_index_add(a, a->box.offset[dim], loop_index_scale(a, ivs[i], n->steps[i].size));
	a->box.size[dim] = size;
	emit_parallel_step(a, n, i + 1, ivs);
	a->box = box;
}

static void end_region(struct loop_apply *a, u16 terminator) {
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, terminator)};
	ir_build(&a->b, &d);
}

// if (condition) { box of size x } else { box of size y }
static void emit_choice(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value **ivs,
                        struct ir_value *condition, i64 x, i64 y) {
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_scf_if), .num_operands = 1, .operands = &condition, .num_regions = 2};
	struct ir_op *op = ir_build(&a->b, &d);
	struct ir_builder outer = a->b;
	for (u32 r = 0; r < 2; r++) {
		struct ir_block *block = ir_block_create(a->b.module);
		ir_block_append(&op->regions[r], block);
		a->b.block = block;
		a->b.before = NULL;
		if (r == 0 || y)
			emit_parallel_box(a, n, i, ivs, r == 0 ? x : y);
		end_region(a, OP_scf_yield);
		forget_values(a, stmts_below(n));
		a->b = outer;
	}
}

static struct ir_value *compare(struct loop_apply *a, i64 predicate, struct ir_value *x, struct ir_value *y) {
	struct ir_value *operands[] = {x, y};
	struct ir_named_attr props[] = {{NAME_predicate, ir_attr_i64(a->context, predicate)}, {0}};
	return ir_result_get(ir_build_op(&a->b, OP_arith_cmpi, 2, operands, props), 0);
}

// A run-time extent whose last tile may be partial: whole tile, or its points one by one.
static void emit_parallel_dynamic(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value **ivs) {
	struct loop_step s = n->steps[i];
	struct ir_value *start = loop_index_scale(a, ivs[i], s.size);
	struct ir_value *left = ir_build_2(&a->b, OP_arith_subi, a->extent[s.dim], start);
	struct ir_value *full = compare(a, 9 /* uge */, left, loop_index_const(a, s.size));
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_scf_if), .num_operands = 1, .operands = &full, .num_regions = 2};
	struct ir_op *op = ir_build(&a->b, &d);
	struct ir_builder outer = a->b;
	for (u32 r = 0; r < 2; r++) {
		struct ir_block *block = ir_block_create(a->b.module);
		ir_block_append(&op->regions[r], block);
		a->b.block = block;
		a->b.before = NULL;
		if (r == 0) {
			emit_parallel_box(a, n, i, ivs, s.size);
		} else {
			struct ir_value *bounds[] = {loop_index_const(a, 0), left, loop_index_const(a, 1)};
			struct ir_op_desc f = {.info = ir_op_info_get(a->context, OP_scf_for), .num_operands = 3, .operands = bounds, .num_regions = 1};
			struct ir_op *loop = ir_build(&a->b, &f);
			struct ir_builder around = a->b;
			struct ir_block *body = ir_block_create(a->b.module);
			ir_block_append(&loop->regions[0], body);
			struct ir_value *iv = ir_block_add_arg(a->b.module, body, ir_type_index(a->context));
			a->b.block = body;
			a->b.before = NULL;
			struct loop_box box = a->box;
			a->box.offset[s.dim] = loop_index_add(a, loop_index_add(a, a->box.offset[s.dim], start), iv);
			a->box.size[s.dim] = 1;
			emit_parallel_step(a, n, i + 1, ivs);
			a->box = box;
			end_region(a, OP_scf_yield);
			a->b = around;
		}
		end_region(a, OP_scf_yield);
		forget_values(a, stmts_below(n));
		a->b = outer;
	}
}

static void emit_parallel_step(struct loop_apply *a, const struct loop_node *n, u32 i, struct ir_value **ivs) {
	if (i == n->num_steps) {
		emit_nodes(a, n->children);
		return;
	}
	struct loop_step s = n->steps[i];
	i64 extent = a->box.size[s.dim];
	if (extent == IR_DYNAMIC && s.size > 1) {
		emit_parallel_dynamic(a, n, i, ivs);
		return;
	}
	i64 rest = extent == IR_DYNAMIC ? 0 : extent % s.size;
	if (!rest) {
		emit_parallel_box(a, n, i, ivs, s.size);
	} else if (extent < s.size) {
		emit_parallel_box(a, n, i, ivs, extent);
	} else {
		struct ir_value *whole = compare(a, 6 /* ult */, ivs[i], loop_index_const(a, extent / s.size));
		emit_choice(a, n, i, ivs, whole, s.size, rest);
	}
}

static void emit_parallel(struct loop_apply *a, const struct loop_node *n) {
	struct ir_value *dynamic[LOOP_DIMS_MAX];
	i64 upper[LOOP_DIMS_MAX], zero[LOOP_DIMS_MAX] = {0}, one[LOOP_DIMS_MAX];
	u32 num_dynamic = 0;
	for (u32 i = 0; i < n->num_steps; i++) {
		struct ir_value *v = num_tiles(a, n->steps[i], &upper[i]);
		one[i] = 1;
		if (v)
			dynamic[num_dynamic++] = v;
	}
	struct ir_named_attr props[] = {
		{NAME_staticLowerBound, ir_attr_i64_array(a->context, n->num_steps, zero)},
		{NAME_staticUpperBound, ir_attr_i64_array(a->context, n->num_steps, upper)},
		{NAME_staticStep, ir_attr_i64_array(a->context, n->num_steps, one)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 4, (i32[]){0, (i32)num_dynamic, 0, 0})},
	};
	struct ir_named_attr level = {ir_name_get(a->context, STR("lam.level")), ir_attr_string(a->context, STR("thread"))};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_scf_forall), .num_operands = num_dynamic, .operands = dynamic,
	                       .num_regions = 1, .num_props = 4, .props = props, .num_attrs = 1, .attrs = &level};
	struct ir_op *forall = ir_build(&a->b, &d);
	struct ir_builder outer = a->b;
	struct ir_block *body = ir_block_create(a->b.module);
	ir_block_append(&forall->regions[0], body);
	struct ir_value *ivs[LOOP_DIMS_MAX];
	for (u32 i = 0; i < n->num_steps; i++)
		ivs[i] = ir_block_add_arg(a->b.module, body, ir_type_index(a->context));
	a->b.block = body;
	a->b.before = NULL;
	emit_parallel_step(a, n, 0, ivs);
	struct ir_op_desc end = {.info = ir_op_info_get(a->context, OP_scf_forall_in_parallel), .num_regions = 1};
	struct ir_op *in_parallel = ir_build(&a->b, &end);
	ir_block_append(&in_parallel->regions[0], ir_block_create(a->b.module));
	a->b = outer;
	forget_values(a, stmts_below(n));
}

// ---------------------------------------------------------------------------------------------

static void emit_tile(struct loop_apply *a, const struct loop_node *n) {
	struct loop_box box = a->box;
	u32 vector_dim = a->vector_dim;
	a->vector_dim = n->vector_dim;
	for (u32 i = 0; i < n->num_stmts; i++) {
		u32 s = n->stmts[i];
		loop_apply_stmt(a, s);
		// A reduction with no loop around it is complete at once.
		if (a->g->stmts[s].reduction && !(a->g->stmts[s].reduction & a->open))
			loop_apply_finish(a, s);
	}
	a->box = box;
	a->vector_dim = vector_dim;
}

static void emit_nodes(struct loop_apply *a, const struct loop_node *n) {
	for (; n; n = n->next) {
		if (n->kind == LOOP_NODE_TILE)
			emit_tile(a, n);
		else if (n->parallel)
			emit_parallel(a, n);
		else
			emit_step(a, n, 0);
	}
}

// ---------------------------------------------------------------------------------------------
// The kernel function

// The run-time extents a kernel needs are index arguments behind its buffers, one a dim in order.
static u32 dynamic_dims(const struct loop_group *g) {
	u32 n = 0;
	for (u32 d = 0; d < g->num_dims; d++)
		n += !ir_expr_is_const(g->dims[d].extent);
	return n;
}

static struct ir_op *create_function(struct loop_apply *a, struct ir_module *m, struct str name, const ir_type *buffers) {
	struct ir_op *group = a->g->op;
	u32 num_results = group->num_results, n = group->num_operands + num_results + dynamic_dims(a->g);
	ir_type *types = ARENA_ARRAY(a->arena, ir_type, n + 1);
	u32 at = group->num_operands + num_results;
	memcpy(types, buffers, sizeof(ir_type) * at);
	while (at < n)
		types[at++] = ir_type_index(a->context);
	ir_type type = ir_type_function(a->context, n, types, 0, NULL);
	struct ir_named_attr props[] = {{NAME_sym_name, ir_attr_string(a->context, name)}, {NAME_function_type, ir_attr_type(a->context, type)}};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_func_func), .loc = group->loc, .num_regions = 1, .num_props = 2, .props = props};
	struct ir_op *f = ir_op_create(m, &d);
	ir_op_append(ir_module_body(m), f);
	struct ir_block *entry = ir_block_create(m);
	ir_block_append(&f->regions[0], entry);
	struct ir_value **args = ARENA_ARRAY(a->arena, struct ir_value *, n + 1);
	for (u32 i = 0; i < n; i++)
		args[i] = ir_block_add_arg(m, entry, types[i]);
	a->args = args;
	a->outs = args + group->num_operands;
	at = group->num_operands + num_results;
	for (u32 i = 0; i < a->g->num_dims; i++)
		if (!ir_expr_is_const(a->g->dims[i].extent))
			a->extent[i] = args[at++];
	return f;
}

struct ir_op *loop_apply_schedule(struct ir_module *m, const struct loop_group *g, const struct loop_schedule *s,
                                  const ir_type *types, bool reassoc) {
	struct loop_apply *a = ARENA_NEW(g->arena, struct loop_apply);
	*a = (struct loop_apply){.context = m->context, .arena = g->arena, .g = g, .vector_dim = LOOP_NONE, .reassoc = reassoc};
	struct ir_op *f = create_function(a, m, g->name, types);
	a->b = ir_builder_at_end(f->regions[0].first, m);
	a->b.loc = g->op->loc;
	u32 slots = 0;
	a->value_base = ARENA_ARRAY(g->arena, u32, g->num_stmts);
	for (u32 i = 0; i < g->num_stmts; i++) {
		a->value_base[i] = slots;
		slots += g->stmts[i].num_outputs;
	}
	a->value = ARENA_ARRAY(g->arena, struct ir_value *, slots);
	a->acc = ARENA_ARRAY(g->arena, struct ir_value *, slots);
	a->scratch = ARENA_ARRAY(g->arena, struct ir_value *, slots);
	for (u32 d = 0; d < g->num_dims; d++)
		a->box.size[d] = ir_expr_is_const(g->dims[d].extent) ? g->dims[d].extent->value : IR_DYNAMIC;
	place_values(a, s->root);
	emit_nodes(a, s->root);
	for (u32 i = 0; i < g->num_stmts; i++)
		if (g->stmts[i].kind == LOOP_STMT_PAD)
			loop_apply_border(a, i);
	end_region(a, OP_func_return);
	return f;
}
