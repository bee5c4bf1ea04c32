// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The border of a padded result. The main nest writes the inside; here each padded dim gets two slabs,
// low and high: the dims before it restricted to the inside, those behind it whole, so that every
// border element is written once. Slabs are parallel bands of their own, and no barrier is needed
// between them and the main nest, since they touch different elements.
#include "loop/apply.h"

#define BORDER_CHUNK 64  // elements of the last dim written at once

struct slab {
	i64 start[LOOP_DIMS_MAX], size[LOOP_DIMS_MAX];
	u32 rank;
};

static struct ir_value *fill_value(struct loop_apply *a, const struct loop_stmt *s) {
	struct ir_op *yield = ir_block_terminator(s->op->regions[0].first);
	ir_attr c = ir_value_constant(ir_operand_get(yield, 0));
	CHECK_MSG(c, "a padding value that is no constant");
	return dialect_const(&a->b, c);
}

static void write_chunk(struct loop_apply *a, struct ir_value *memref, struct ir_value **index, i64 size, struct ir_value *fill) {
	u32 rank = memref->type->rank;
	ir_type type = ir_type_vector(a->context, 1, &size, NULL, memref->type->element);
	struct ir_op_desc splat = {.info = ir_op_info_get(a->context, OP_vector_broadcast), .num_operands = 1, .operands = &fill,
	                           .num_results = 1, .results = &type};
	struct ir_value *operands[LOOP_DIMS_MAX + 2] = {size == 1 ? fill : ir_result_get(ir_build(&a->b, &splat), 0), memref};
	memcpy(operands + 2, index, sizeof(*index) * rank);
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, size == 1 ? OP_memref_store : OP_vector_store), .num_operands = rank + 2,
	                       .operands = operands};
	ir_build(&a->b, &d);
}

static void fill_lines(struct loop_apply *a, struct ir_value *memref, const struct slab *s, struct ir_value *const *ivs, struct ir_value *fill) {
	struct ir_value *index[LOOP_DIMS_MAX];
	u32 last = s->rank - 1;
	for (u32 d = 0; d < last; d++)
		index[d] = loop_index_add(a, ivs[d], s->start[d] ? loop_index_const(a, s->start[d]) : NULL);
	i64 whole = s->size[last] / BORDER_CHUNK * BORDER_CHUNK, rest = s->size[last] - whole;
	if (whole) {
		struct ir_op *loop = dialect_build_for(&a->b, loop_index_const(a, 0), loop_index_const(a, whole), loop_index_const(a, BORDER_CHUNK), 0, NULL);
		struct ir_builder outer = a->b;
		a->b = dialect_body_builder(loop, 0);
		index[last] = loop_index_add(a, loop->regions[0].first->args[0], loop_index_const(a, s->start[last]));
		write_chunk(a, memref, index, BORDER_CHUNK, fill);
		a->b = outer;
	}
	if (rest) {
		index[last] = loop_index_const(a, s->start[last] + whole);
		write_chunk(a, memref, index, rest, fill);
	}
}

static void fill_slab(struct loop_apply *a, struct ir_value *memref, const struct slab *s, struct ir_value *const *dynamic, struct ir_value *fill) {
	i64 upper[LOOP_DIMS_MAX], zero[LOOP_DIMS_MAX] = {0}, one[LOOP_DIMS_MAX];
	struct ir_value *sizes[LOOP_DIMS_MAX], *ivs[LOOP_DIMS_MAX];
	u32 outer_dims = s->rank - 1, n = 0;
	if (!outer_dims) {  // too little to share out: every worker writes the same values
		fill_lines(a, memref, s, NULL, fill);
		return;
	}
	for (u32 d = 0; d < outer_dims; d++) {
		upper[d] = s->size[d];
		one[d] = 1;
		if (s->size[d] == IR_DYNAMIC)
			sizes[n++] = dynamic[d];
	}
	struct ir_named_attr props[] = {
		{NAME_staticLowerBound, ir_attr_i64_array(a->context, outer_dims, zero)},
		{NAME_staticUpperBound, ir_attr_i64_array(a->context, outer_dims, upper)},
		{NAME_staticStep, ir_attr_i64_array(a->context, outer_dims, one)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(a->context, 4, (i32[]){0, (i32)n, 0, 0})},
	};
	struct ir_named_attr level = {ir_name_get(a->context, STR("lam.level")), ir_attr_string(a->context, STR("thread"))};
	struct ir_op_desc d = {.info = ir_op_info_get(a->context, OP_scf_forall), .num_operands = n, .operands = sizes, .num_regions = 1,
	                       .num_props = 4, .props = props, .num_attrs = 1, .attrs = &level};
	struct ir_op *forall = ir_build(&a->b, &d);
	struct ir_builder outer = a->b;
	struct ir_block *body = ir_block_create(a->b.module);
	ir_block_append(&forall->regions[0], body);
	for (u32 i = 0; i < outer_dims; i++)
		ivs[i] = ir_block_add_arg(a->b.module, body, ir_type_index(a->context));
	a->b.block = body;
	a->b.before = NULL;
	fill_lines(a, memref, s, ivs, fill);
	struct ir_op_desc end = {.info = ir_op_info_get(a->context, OP_scf_forall_in_parallel), .num_regions = 1};
	struct ir_op *in_parallel = ir_build(&a->b, &end);
	ir_block_append(&in_parallel->regions[0], ir_block_create(a->b.module));
	a->b = outer;
}

void loop_apply_border(struct loop_apply *a, u32 index) {
	const struct loop_stmt *s = &a->g->stmts[index];
	ir_attr low = ir_op_attr(s->op, NAME_static_low), high = ir_op_attr(s->op, NAME_static_high);
	ir_attr map = s->inputs[0].map;  // identity over the source, in group dims
	struct ir_value *memref = a->outs[s->yields[0]], *dynamic[LOOP_DIMS_MAX] = {NULL};
	struct slab slab = {.rank = map->count};
	for (u32 d = 0; d < slab.rank; d++) {  // all dims whole
		slab.size[d] = s->outputs[0].type->shape[d];
		dynamic[d] = a->extent[map->exprs[d]->value];
	}
	struct ir_value *fill = fill_value(a, s);
	for (u32 d = 0; d < slab.rank; d++) {
		i64 before = ir_attr_array_int(low, d), after = ir_attr_array_int(high, d), whole = slab.size[d];
		for (u32 side = 0; side < 2; side++) {
			struct slab part = slab;
			part.size[d] = side ? after : before;
			part.start[d] = side ? whole - after : 0;
			CHECK_MSG(!part.size[d] || whole != IR_DYNAMIC, "padding along a dimension of run-time size");
			if (part.size[d])
				fill_slab(a, memref, &part, dynamic, fill);
		}
		if (whole != IR_DYNAMIC) {
			slab.size[d] = whole - before - after;
			slab.start[d] = before;
		}
	}
}
