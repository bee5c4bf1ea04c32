// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lower-graph: dot_general and convolution as iteration spaces. dims of a dot: batch, lhs free, rhs
// free, then the contracted ones (reduction). dims of a convolution: those of the result in its own
// order, with the group in front of the output feature when there are groups, then input feature and
// window (reduction); padding becomes a tensor.pad in front.
#include "loop/lower_graph.h"

static struct ir_value *multiply_add(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *a, const void *user) {
	(void)l, (void)user;
	struct ir_value *x = a[0], *y = a[1];
	ir_type acc = a[2]->type;
	bool is_float = ir_type_is_float(acc);
	struct ir_value *wide[2] = {x, y};
	for (u32 i = 0; i < 2; i++)
		if (wide[i]->type != acc) {
			u16 id = ir_type_is_float(wide[i]->type) ? OP_arith_extf
			         : wide[i]->type->signedness == IR_UNSIGNED ? OP_arith_extui : OP_arith_extsi;
			struct ir_op_desc d = {.info = ir_op_info_get(b->module->context, id), .num_operands = 1, .operands = &wide[i],
			                       .num_results = 1, .results = &acc};
			wide[i] = ir_result_get(ir_build(b, &d), 0);
		}
	struct ir_value *product = ir_build_2(b, is_float ? OP_arith_mulf : OP_arith_muli, wide[0], wide[1]);
	return ir_build_2(b, is_float ? OP_arith_addf : OP_arith_addi, a[2], product);
}

// A field of a structured attribute such as #stablehlo.dot<...>.
static ir_attr field(ir_attr structured, ir_name name) {
	for (u32 i = 0; i < structured->count; i++)
		if (structured->entries[i].name == name)
			return structured->entries[i].value;
	return NULL;
}

static bool holds(ir_attr list, i64 v) {
	for (u32 i = 0; list && i < list->count; i++)
		if (ir_attr_array_int(list, i) == v)
			return true;
	return false;
}

struct ir_value *lower_dot_general(struct lower_graph *l, struct ir_op *op) {
	ir_attr numbers = ir_op_attr(op, NAME_dot_dimension_numbers);
	ir_attr batch[2] = {field(numbers, NAME_lhs_batching_dimensions), field(numbers, NAME_rhs_batching_dimensions)};
	ir_attr contracted[2] = {field(numbers, NAME_lhs_contracting_dimensions), field(numbers, NAME_rhs_contracting_dimensions)};
	ir_type type = ir_result_get(op, 0)->type;
	u32 num_batch = batch[0] ? batch[0]->count : 0, num_contracted = contracted[0] ? contracted[0]->count : 0;
	struct lower_nest n = {.num_dims = type->rank + num_contracted, .num_inputs = 2};
	u32 next_free = num_batch;
	for (u32 side = 0; side < 2; side++) {
		struct ir_value *v = n.inputs[side] = ir_operand_get(op, side);
		ir_expr results[LOWER_DIMS_MAX];
		for (u32 i = 0; i < num_batch; i++)
			results[ir_attr_array_int(batch[side], i)] = ir_expr_dim(l->context, i);
		for (u32 i = 0; i < num_contracted; i++)
			results[ir_attr_array_int(contracted[side], i)] = ir_expr_dim(l->context, type->rank + i);
		for (u32 d = 0; d < v->type->rank; d++)
			if (!holds(batch[side], d) && !holds(contracted[side], d))
				results[d] = ir_expr_dim(l->context, next_free++);
		n.maps[side] = lower_map(l, n.num_dims, v->type->rank, results);
	}
	ir_expr out[LOWER_DIMS_MAX];
	for (u32 i = 0; i < type->rank; i++)
		out[i] = ir_expr_dim(l->context, i);
	n.maps[2] = lower_map(l, n.num_dims, type->rank, out);
	n.reduction = ((1u << num_contracted) - 1) << type->rank;
	n.init = lower_filled(l, type, dialect_const_zero(&l->b, type->element));
	return lower_build_generic(l, &n, multiply_add, NULL);
}

// ---------------------------------------------------------------------------------------------

struct convolution {
	ir_attr numbers;
	i64 in_batch, in_feature, k_in, k_out, out_batch, out_feature;
	ir_attr in_spatial, k_spatial, out_spatial;
	u32 spatial;
	i64 groups;
};

static i64 entry(ir_attr numbers, ir_name name) {
	ir_attr a = field(numbers, name);
	return a ? a->integer : 0;
}

static void read_convolution(struct ir_op *op, struct convolution *c) {
	ir_attr n = c->numbers = ir_op_attr(op, NAME_dimension_numbers);
	c->in_batch = entry(n, NAME_input_batch_dimension);
	c->in_feature = entry(n, NAME_input_feature_dimension);
	c->k_in = entry(n, NAME_kernel_input_feature_dimension);
	c->k_out = entry(n, NAME_kernel_output_feature_dimension);
	c->out_batch = entry(n, NAME_output_batch_dimension);
	c->out_feature = entry(n, NAME_output_feature_dimension);
	c->in_spatial = field(n, NAME_input_spatial_dimensions);
	c->k_spatial = field(n, NAME_kernel_spatial_dimensions);
	c->out_spatial = field(n, NAME_output_spatial_dimensions);
	c->spatial = c->in_spatial ? c->in_spatial->count : 0;
	c->groups = ir_op_int(op, NAME_feature_group_count, 1);
}

static bool any_not(ir_attr list, i64 v) {
	for (u32 i = 0; list && i < list->count; i++)
		if (ir_attr_array_int(list, i) != v)
			return true;
	return false;
}

static ir_expr affine2(struct lower_graph *l, u32 x, i64 by_x, u32 y, i64 by_y) {
	ir_expr a = ir_expr_binary(l->context, IR_EXPR_MUL, ir_expr_dim(l->context, x), ir_expr_const(l->context, by_x));
	ir_expr b = ir_expr_binary(l->context, IR_EXPR_MUL, ir_expr_dim(l->context, y), ir_expr_const(l->context, by_y));
	return ir_expr_binary(l->context, IR_EXPR_ADD, a, b);
}

static struct ir_value *padded_input(struct lower_graph *l, struct ir_op *op, const struct convolution *c) {
	struct ir_value *v = ir_operand_get(op, 0);
	ir_attr padding = ir_op_attr(op, NAME_padding);
	i64 low[LOWER_DIMS_MAX] = {0}, high[LOWER_DIMS_MAX] = {0};
	for (u32 i = 0; padding && i < c->spatial; i++) {
		low[ir_attr_array_int(c->in_spatial, i)] = ir_attr_array_int(padding, 2 * i);
		high[ir_attr_array_int(c->in_spatial, i)] = ir_attr_array_int(padding, 2 * i + 1);
	}
	for (u32 d = 0; d < v->type->rank; d++)
		if (low[d] < 0 || high[d] < 0) {
			lower_refuse(l, op, "negative padding");
			return NULL;
		}
	return lower_padded(l, v, low, high, dialect_const_zero(&l->b, v->type->element));
}

// With groups g the features of the three tensors are g * x + y of a group dim and a dim inside: that is
// one linear expression for the input, and for depthwise kernels (one channel a group) it is the dim.
struct ir_value *lower_convolution(struct lower_graph *l, struct ir_op *op) {
	struct convolution c;
	if (!field(ir_op_attr(op, NAME_dimension_numbers), NAME_input_spatial_dimensions)) {
		lower_refuse(l, op, "dimension numbers read from text; only those of an import are structured yet");
		return NULL;
	}
	read_convolution(op, &c);
	if (any_not(ir_op_attr(op, NAME_lhs_dilation), 1) || any_not(ir_op_attr(op, NAME_window_reversal), 0) ||
	    ir_op_int(op, NAME_batch_group_count, 1) != 1) {
		lower_refuse(l, op, "input dilation, window reversal or batch groups");
		return NULL;
	}
	struct ir_value *input = padded_input(l, op, &c), *kernel = ir_operand_get(op, 1);
	if (!input)
		return NULL;
	ir_type type = ir_result_get(op, 0)->type;
	i64 per_group = kernel->type->shape[c.k_in];
	bool depthwise = c.groups > 1 && per_group == 1 && kernel->type->shape[c.k_out] == c.groups;
	if (c.groups > 1 && !depthwise) {
		lower_refuse(l, op, "groups of several channels; only depthwise groups have a lowering");
		return NULL;
	}
	// dims: result dims, then [input feature unless depthwise], then window.
	u32 rank = type->rank, in_dim = rank, window = depthwise ? rank : rank + 1;
	ir_expr in[LOWER_DIMS_MAX], k[LOWER_DIMS_MAX], out[LOWER_DIMS_MAX];
	ir_attr strides = ir_op_attr(op, NAME_window_strides), dilation = ir_op_attr(op, NAME_rhs_dilation);
	for (u32 i = 0; i < rank; i++)
		out[i] = ir_expr_dim(l->context, i);
	in[c.in_batch] = ir_expr_dim(l->context, (u32)c.out_batch);
	in[c.in_feature] = ir_expr_dim(l->context, depthwise ? (u32)c.out_feature : in_dim);
	k[c.k_out] = ir_expr_dim(l->context, (u32)c.out_feature);
	k[c.k_in] = depthwise ? ir_expr_const(l->context, 0) : ir_expr_dim(l->context, in_dim);
	for (u32 i = 0; i < c.spatial; i++) {
		k[ir_attr_array_int(c.k_spatial, i)] = ir_expr_dim(l->context, window + i);
		in[ir_attr_array_int(c.in_spatial, i)] =
			affine2(l, (u32)ir_attr_array_int(c.out_spatial, i), strides ? ir_attr_array_int(strides, i) : 1, window + i,
		            dilation ? ir_attr_array_int(dilation, i) : 1);
	}
	struct lower_nest n = {.num_dims = window + c.spatial, .num_inputs = 2, .inputs = {input, kernel}};
	n.maps[0] = lower_map(l, n.num_dims, input->type->rank, in);
	n.maps[1] = lower_map(l, n.num_dims, kernel->type->rank, k);
	n.maps[2] = lower_map(l, n.num_dims, rank, out);
	n.reduction = ((1u << (n.num_dims - rank)) - 1) << rank;
	n.init = lower_filled(l, type, dialect_const_zero(&l->b, type->element));
	return lower_build_generic(l, &n, multiply_add, NULL);
}
