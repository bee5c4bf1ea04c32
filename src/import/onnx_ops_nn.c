// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX operators of neural networks: convolution, pooling, matrix products, normalisation, softmax.
#include <math.h>

#include "import/onnx.h"

// ---------------------------------------------------------------------------------------------
// Windows

struct window {
	u32 spatial;
	i64 kernel[8], stride[8], dilation[8], low[8], high[8];
};

static i64 list_or(const struct onnx_node *n, const char *name, u32 i, i64 otherwise) {
	const struct onnx_attribute *a = onnx_attr(n, name);
	return a && i < a->ints.size ? a->ints.data[i] : otherwise;
}

// auto_pad SAME: out = ceil(in / stride); the odd element goes to the end for SAME_UPPER.
static bool read_window(struct onnx_importer *im, const struct onnx_node *n, ir_type x, const i64 *kernel, struct window *w) {
	struct str same = onnx_attr_string(n, "auto_pad");
	bool upper = str_eq_z(same, "SAME_UPPER"), lower = str_eq_z(same, "SAME_LOWER");
	if (x->rank < 3 || x->rank > 5) {
		onnx_refuse(im, "an input of rank %u; 1 to 3 spatial dimensions are supported", x->rank);
		return false;
	}
	w->spatial = x->rank - 2;
	for (u32 i = 0; i < w->spatial; i++) {
		w->kernel[i] = kernel ? kernel[i] : list_or(n, "kernel_shape", i, 1);
		w->stride[i] = list_or(n, "strides", i, 1);
		w->dilation[i] = list_or(n, "dilations", i, 1);
		w->low[i] = list_or(n, "pads", i, 0);
		w->high[i] = list_or(n, "pads", i + w->spatial, 0);
		if (w->kernel[i] < 1 || w->stride[i] < 1 || w->dilation[i] < 1 || w->low[i] < 0 || w->high[i] < 0) {
			onnx_refuse(im, "a window with sizes, strides or dilations below 1, or negative padding");
			return false;
		}
		if (!upper && !lower)
			continue;
		i64 in = x->shape[2 + i];
		if (in == IR_DYNAMIC) {
			onnx_refuse(im, "auto_pad over a run-time size; fix it with --dim");
			return false;
		}
		i64 span = (w->kernel[i] - 1) * w->dilation[i] + 1, out = (in + w->stride[i] - 1) / w->stride[i];
		i64 total = BASE_MAX((out - 1) * w->stride[i] + span - in, 0);
		w->low[i] = upper ? total / 2 : total - total / 2;
		w->high[i] = total - w->low[i];
	}
	return true;
}

// floor or ceil((in + low + high - span) / stride) + 1; in ceil mode no window may start in the padding.
static ir_expr window_size(struct onnx_importer *im, const struct window *w, u32 i, ir_expr in, bool ceil_mode) {
	i64 span = (w->kernel[i] - 1) * w->dilation[i] + 1;
	ir_expr room = ir_expr_binary(im->context, IR_EXPR_ADD, in, onnx_const(im, w->low[i] + w->high[i] - span));
	if (!ceil_mode || !ir_expr_is_const(in)) {
		ir_expr steps = ir_expr_binary(im->context, IR_EXPR_FLOORDIV, room, onnx_const(im, w->stride[i]));
		return ir_expr_binary(im->context, IR_EXPR_ADD, steps, onnx_const(im, 1));
	}
	i64 out = (room->value + w->stride[i] - 1) / w->stride[i] + 1;
	if ((out - 1) * w->stride[i] >= in->value + w->low[i])
		out--;
	return onnx_const(im, out);
}

static ir_attr padding_attr(struct onnx_importer *im, u32 n, const i64 *low, const i64 *high) {
	i64 pairs[32], shape[] = {n, 2};
	for (u32 i = 0; i < n; i++) {
		pairs[2 * i] = low[i];
		pairs[2 * i + 1] = high[i];
	}
	return ir_attr_dense(im->context, ir_type_tensor(im->context, 2, shape, ir_type_int(im->context, 64), NULL), pairs, sizeof(i64) * 2 * n, false);
}

static ir_attr number_list(struct onnx_importer *im, u32 from, u32 n) {
	i64 v[8] = {0};
	for (u32 i = 0; i < n; i++)
		v[i] = from + i;
	return ir_attr_i64_array(im->context, n, v);
}

// #stablehlo.conv<[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]>: ONNX's NCHW and OIHW.
static ir_attr conv_dimensions(struct onnx_importer *im, u32 spatial) {
	struct ir_context *c = im->context;
	ir_attr zero = ir_attr_i64(c, 0), one = ir_attr_i64(c, 1), rest = number_list(im, 2, spatial);
	struct ir_named_attr entries[] = {
		{NAME_input_batch_dimension, zero}, {NAME_input_feature_dimension, one}, {NAME_input_spatial_dimensions, rest},
		{NAME_kernel_output_feature_dimension, zero}, {NAME_kernel_input_feature_dimension, one}, {NAME_kernel_spatial_dimensions, rest},
		{NAME_output_batch_dimension, zero}, {NAME_output_feature_dimension, one}, {NAME_output_spatial_dimensions, rest},
	};
	struct strbuf body;
	strbuf_init(&body, im->arena);
	for (u32 k = 0; k < 3; k++) {
		strbuf_add_z(&body, k == 0 ? "[b, f" : k == 1 ? "x[o, i" : "->[b, f");
		for (u32 i = 0; i < spatial; i++)
			strbuf_addf(&body, ", %u", i);
		strbuf_add_char(&body, ']');
	}
	return ir_attr_dialect(c, ir_name_get(c, STR("stablehlo")), ir_name_get(c, STR("conv")), strbuf_str(&body), ARRAY_SIZE(entries), entries);
}

static struct ir_value *add_channels(struct onnx_importer *im, struct ir_value *x, struct ir_value *bias) {
	i64 where[] = {1};
	struct ir_value *wide = onnx_broadcast(im, bias, x->type->rank, x->type->dims, where);
	return onnx_binary(im, OP_stablehlo_add, x, wide);
}

void onnx_op_conv(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0), *k = x ? onnx_tensor_input(im, 1) : NULL;
	struct window w;
	if (!k)
		return;
	if (k->type->rank != x->type->rank || !ir_type_has_static_shape(k->type)) {
		onnx_refuse(im, "a kernel of another rank than the input, or of run-time size");
		return;
	}
	if (!read_window(im, n, x->type, k->type->shape + 2, &w))
		return;
	i64 groups = onnx_attr_int(n, "group", 1);
	if (groups < 1 || x->type->shape[1] != k->type->shape[1] * groups || k->type->shape[0] % groups) {
		onnx_refuse(im, "%lld input channels, a kernel of %lld, %lld groups", (long long)x->type->shape[1], (long long)k->type->shape[1], (long long)groups);
		return;
	}
	ir_expr dims[8] = {x->type->dims[0], k->type->dims[0]};
	for (u32 i = 0; i < w.spatial; i++)
		dims[2 + i] = window_size(im, &w, i, x->type->dims[2 + i], false);
	struct ir_named_attr props[] = {
		{NAME_window_strides, ir_attr_i64_array(im->context, w.spatial, w.stride)},
		{NAME_padding, padding_attr(im, w.spatial, w.low, w.high)},
		{NAME_rhs_dilation, ir_attr_i64_array(im->context, w.spatial, w.dilation)},
		{NAME_dimension_numbers, conv_dimensions(im, w.spatial)},
		{NAME_feature_group_count, ir_attr_i64(im->context, groups)},
		{NAME_batch_group_count, ir_attr_i64(im->context, 1)},
	};
	struct ir_value *operands[] = {x, k};
	struct ir_value *y = onnx_build(im, OP_stablehlo_convolution, 2, operands, onnx_tensor_type(im, x->type->rank, dims, x->type->element), props, 6);
	if (onnx_has_input(n, 2)) {
		struct ir_value *bias = onnx_tensor_input(im, 2);
		y = bias ? add_channels(im, y, bias) : NULL;
	}
	onnx_output(im, 0, y);
}

static struct ir_value *reduce_window(struct onnx_importer *im, u16 combiner, struct ir_value *x, const struct window *w, bool ceil_mode, double init) {
	ir_expr dims[8];
	i64 size[8] = {1, 1}, stride[8] = {1, 1}, dilation[8] = {1, 1}, low[8] = {0}, high[8] = {0};
	u32 rank = x->type->rank;
	for (u32 i = 0; i < rank; i++) {
		dims[i] = x->type->dims[i];
		if (i < 2)
			continue;
		size[i] = w->kernel[i - 2];
		stride[i] = w->stride[i - 2];
		dilation[i] = w->dilation[i - 2];
		low[i] = w->low[i - 2];
		high[i] = w->high[i - 2];
		dims[i] = window_size(im, w, i - 2, x->type->dims[i], ceil_mode);
		if (ceil_mode && ir_expr_is_const(dims[i])) {  // what the last window reaches beyond
			i64 reach = (dims[i]->value - 1) * stride[i] + (size[i] - 1) * dilation[i] + 1;
			high[i] = BASE_MAX(high[i], reach - x->type->shape[i] - low[i]);
		}
	}
	ir_type scalar = ir_type_tensor(im->context, 0, NULL, x->type->element, NULL);
	struct ir_value *operands[] = {x, onnx_splat(im, x->type->element, init)};
	struct ir_named_attr props[] = {
		{NAME_window_dimensions, ir_attr_i64_array(im->context, rank, size)}, {NAME_window_strides, ir_attr_i64_array(im->context, rank, stride)},
		{NAME_window_dilations, ir_attr_i64_array(im->context, rank, dilation)}, {NAME_padding, padding_attr(im, rank, low, high)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(im->context, 2, (i32[]){1, 1})},
	};
	ir_type result = onnx_tensor_type(im, rank, dims, x->type->element);
	const struct ir_op_info *info = ir_op_info_get(im->context, OP_stablehlo_reduce_window);
	struct ir_op_desc d = {.info = info, .num_operands = 2, .operands = operands, .num_results = 1, .results = &result, .num_regions = 1,
	                       .num_props = info->operand_segments ? 5 : 4, .props = props};
	struct ir_op *op = ir_build(&im->b, &d);
	struct ir_block *body = ir_block_create(im->module);
	ir_block_append(&op->regions[0], body);
	struct ir_value *both[] = {ir_block_add_arg(im->module, body, scalar), NULL};
	both[1] = ir_block_add_arg(im->module, body, scalar);
	struct ir_builder outer = im->b;
	im->b = ir_builder_at_end(body, im->module);
	struct ir_value *v = onnx_build(im, combiner, 2, both, scalar, NULL, 0);
	struct ir_op_desc end = {.info = ir_op_info_get(im->context, OP_stablehlo_return), .num_operands = 1, .operands = &v};
	ir_build(&im->b, &end);
	im->b = outer;
	return ir_result_get(op, 0);
}

void onnx_op_max_pool(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	struct window w;
	if (!x || !read_window(im, n, x->type, NULL, &w))
		return;
	if (n->outputs.size > 1 && n->outputs.data[1].size)
		onnx_refuse(im, "the output of indices");
	else
		onnx_output(im, 0, reduce_window(im, OP_stablehlo_maximum, x, &w, onnx_attr_int(n, "ceil_mode", 0), -__builtin_inf()));
}

// Number of elements of the input under each window, as a constant of the result's spatial shape.
static struct ir_value *window_counts(struct onnx_importer *im, ir_type out, ir_type in, const struct window *w) {
	i64 shape[8] = {1, 1}, total = 1;
	for (u32 i = 0; i < w->spatial; i++) {
		shape[2 + i] = out->shape[2 + i];
		if (shape[2 + i] == IR_DYNAMIC || in->shape[2 + i] == IR_DYNAMIC) {
			onnx_refuse(im, "averages at the border of a run-time size; fix it with --dim");
			return NULL;
		}
		total *= shape[2 + i];
	}
	ir_type t = ir_type_tensor(im->context, out->rank, shape, out->element, NULL);
	u8 *data = ARENA_ARRAY(im->arena, u8, (u64)total * ir_type_bytes(out->element));
	for (i64 e = 0; e < total; e++) {
		i64 rest = e, count = 1;
		for (u32 i = w->spatial; i-- > 0;) {
			i64 first = rest % shape[2 + i] * w->stride[i] - w->low[i], inside = 0;
			rest /= shape[2 + i];
			for (i64 k = 0; k < w->kernel[i]; k++)
				inside += first + k * w->dilation[i] >= 0 && first + k * w->dilation[i] < in->shape[2 + i];
			count *= inside;
		}
		ir_element_store_float(out->element, data + (u64)e * ir_type_bytes(out->element), (double)count);
	}
	return onnx_dense(im, t, data);
}

void onnx_op_average_pool(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	struct window w;
	if (!x || !read_window(im, n, x->type, NULL, &w))
		return;
	bool padded = false, ceil_mode = onnx_attr_int(n, "ceil_mode", 0);
	i64 points = 1;
	for (u32 i = 0; i < w.spatial; i++) {
		padded |= w.low[i] || w.high[i];
		points *= w.kernel[i];
	}
	struct ir_value *sum = reduce_window(im, OP_stablehlo_add, x, &w, ceil_mode, 0);
	if ((!padded || onnx_attr_int(n, "count_include_pad", 0)) && !ceil_mode) {
		onnx_output(im, 0, onnx_binary(im, OP_stablehlo_divide, sum, onnx_constant_like(im, sum, (double)points)));
		return;
	}
	struct ir_value *counts = window_counts(im, sum->type, x->type, &w);
	if (counts)
		onnx_output(im, 0, onnx_binary(im, OP_stablehlo_divide, sum, counts));
}

void onnx_op_global_average_pool(struct onnx_importer *im, const struct onnx_node *n) {
	(void)n;
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	i64 points = 1;
	for (u32 i = 2; i < x->type->rank; i++) {
		if (x->type->shape[i] == IR_DYNAMIC) {
			onnx_refuse(im, "averages over a run-time size; fix it with --dim");
			return;
		}
		points *= x->type->shape[i];
	}
	struct ir_value *sum = onnx_reduce(im, OP_stablehlo_add, x, ((1u << x->type->rank) - 1) & ~3u, 0, true);
	onnx_output(im, 0, onnx_binary(im, OP_stablehlo_divide, sum, onnx_constant_like(im, sum, (double)points)));
}

// ---------------------------------------------------------------------------------------------
// Matrix products

static ir_attr dot_dimensions(struct onnx_importer *im, u32 batch, u32 lhs, u32 rhs) {
	struct ir_context *c = im->context;
	i64 left = lhs, right = rhs;
	ir_attr batches = number_list(im, 0, batch);
	struct ir_named_attr entries[] = {
		{NAME_lhs_batching_dimensions, batches}, {NAME_rhs_batching_dimensions, batches},
		{NAME_lhs_contracting_dimensions, ir_attr_i64_array(c, 1, &left)}, {NAME_rhs_contracting_dimensions, ir_attr_i64_array(c, 1, &right)},
	};
	struct strbuf body;
	strbuf_init(&body, im->arena);
	for (u32 side = 0; side < 2 && batch; side++) {
		strbuf_addf(&body, "%s_batching_dimensions = [", side ? "rhs" : "lhs");
		for (u32 i = 0; i < batch; i++)
			strbuf_addf(&body, i ? ", %u" : "%u", i);
		strbuf_add_z(&body, "], ");
	}
	strbuf_addf(&body, "lhs_contracting_dimensions = [%u], rhs_contracting_dimensions = [%u]", lhs, rhs);
	return ir_attr_dialect(c, ir_name_get(c, STR("stablehlo")), ir_name_get(c, STR("dot")), strbuf_str(&body), ARRAY_SIZE(entries), entries);
}

static struct ir_value *dot(struct onnx_importer *im, struct ir_value *x, struct ir_value *y, u32 batch, u32 lhs, u32 rhs) {
	if (x->type->dims[lhs] != y->type->dims[rhs] || x->type->element != y->type->element) {
		onnx_refuse(im, "matrix sizes or element types do not match");
		return NULL;
	}
	ir_expr dims[16];
	u32 rank = 0;
	for (u32 i = 0; i < x->type->rank; i++)
		if (i != lhs)
			dims[rank++] = x->type->dims[i];
	for (u32 i = batch; i < y->type->rank; i++)
		if (i != rhs)
			dims[rank++] = y->type->dims[i];
	struct ir_named_attr prop = {NAME_dot_dimension_numbers, dot_dimensions(im, batch, lhs, rhs)};
	struct ir_value *operands[] = {x, y};
	return onnx_build(im, OP_stablehlo_dot_general, 2, operands, onnx_tensor_type(im, rank, dims, x->type->element), &prop, 1);
}

void onnx_op_gemm(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *a = onnx_tensor_input(im, 0), *b = a ? onnx_tensor_input(im, 1) : NULL;
	if (!b)
		return;
	if (a->type->rank != 2 || b->type->rank != 2) {
		onnx_refuse(im, "operands of rank %u and %u instead of 2", a->type->rank, b->type->rank);
		return;
	}
	u32 left = onnx_attr_int(n, "transA", 0) ? 0 : 1, right = onnx_attr_int(n, "transB", 0) ? 1 : 0;
	float alpha = onnx_attr_float(n, "alpha", 1), beta = onnx_attr_float(n, "beta", 1);
	struct ir_value *y = dot(im, a, b, 0, left, right);
	if (y && alpha != 1)
		y = onnx_binary(im, OP_stablehlo_multiply, y, onnx_constant_like(im, y, alpha));
	if (y && onnx_has_input(n, 2)) {
		struct ir_value *c = onnx_tensor_input(im, 2);
		if (c && beta != 1)
			c = onnx_binary(im, OP_stablehlo_multiply, c, onnx_constant_like(im, c, beta));
		y = c ? onnx_binary(im, OP_stablehlo_add, y, c) : NULL;
	}
	onnx_output(im, 0, y);
}

// A matrix on the right serves all batches of the left; otherwise batch dims broadcast.
void onnx_op_matmul(struct onnx_importer *im, const struct onnx_node *n) {
	(void)n;
	struct ir_value *a = onnx_tensor_input(im, 0), *b = a ? onnx_tensor_input(im, 1) : NULL;
	if (!b)
		return;
	u32 ra = a->type->rank, rb = b->type->rank;
	if (ra == 0 || rb == 0) {
		onnx_refuse(im, "an operand without dimensions");
	} else if (rb <= 2) {
		onnx_output(im, 0, dot(im, a, b, 0, ra - 1, 0));
	} else if (ra == rb) {
		bool same = true;
		for (u32 i = 0; i + 2 < ra; i++)
			same &= a->type->dims[i] == b->type->dims[i];
		if (same)
			onnx_output(im, 0, dot(im, a, b, ra - 2, ra - 1, ra - 2));
		else
			onnx_refuse(im, "batch dimensions that broadcast");
	} else {
		onnx_refuse(im, "operands of rank %u and %u", ra, rb);
	}
}

// ---------------------------------------------------------------------------------------------
// Normalisation

// The elements of a float constant; NULL when the value is none.
static double *constant_elements(struct onnx_importer *im, struct ir_value *v, u64 *count) {
	ir_attr c = ir_value_constant(v);
	if (!c || !ir_type_is_float(v->type->element))
		return NULL;
	*count = (u64)ir_type_num_elements(v->type);
	u64 bytes = ir_type_bytes(v->type->element);
	double *out = ARENA_ARRAY(im->arena, double, *count + 1);
	for (u64 i = 0; i < *count; i++)
		out[i] = c->kind == IR_ATTR_DENSE_RESOURCE ? ir_element_load_float(v->type->element, c->blob->data + i * bytes)
		                                           : ir_dense_get_float(c, i);
	return out;
}

// In inference batch norm is x * a + b with a = scale / sqrt(var + eps), b = bias - mean * a, which are
// computed here in double when the statistics are constants.
void onnx_op_batch_normalization(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0), *in[4];
	double *c[4], eps = onnx_attr_float(n, "epsilon", 1e-5f);
	u64 count = 0;
	bool known = true;
	for (u32 i = 0; i < 4; i++) {
		in[i] = x ? onnx_tensor_input(im, 1 + i) : NULL;
		if (!in[i])
			return;
		c[i] = constant_elements(im, in[i], &count);
		known &= c[i] != NULL;
	}
	if (onnx_attr_int(n, "training_mode", 0)) {
		onnx_refuse(im, "training mode; export the model for inference");
		return;
	}
	i64 where[] = {1};
	if (!known) {
		struct ir_value *wide[4];
		for (u32 i = 0; i < 4; i++)
			wide[i] = onnx_broadcast(im, in[i], x->type->rank, x->type->dims, where);
		struct ir_value *variance = onnx_binary(im, OP_stablehlo_add, wide[3], onnx_constant_like(im, x, eps));
		struct ir_value *y = onnx_binary(im, OP_stablehlo_subtract, x, wide[2]);
		y = onnx_binary(im, OP_stablehlo_multiply, y, onnx_unary(im, OP_stablehlo_rsqrt, variance));
		y = onnx_binary(im, OP_stablehlo_multiply, y, wide[0]);
		onnx_output(im, 0, onnx_binary(im, OP_stablehlo_add, y, wide[1]));
		return;
	}
	ir_type t = in[0]->type;
	u64 bytes = ir_type_bytes(t->element);
	u8 *a = ARENA_ARRAY(im->arena, u8, bytes * count + 1), *b = ARENA_ARRAY(im->arena, u8, bytes * count + 1);
	for (u64 i = 0; i < count; i++) {
		double scale = c[0][i] / sqrt(c[3][i] + eps);
		ir_element_store_float(t->element, a + i * bytes, scale);
		ir_element_store_float(t->element, b + i * bytes, c[1][i] - c[2][i] * scale);
	}
	struct ir_value *wide_a = onnx_broadcast(im, onnx_dense(im, t, a), x->type->rank, x->type->dims, where);
	struct ir_value *wide_b = onnx_broadcast(im, onnx_dense(im, t, b), x->type->rank, x->type->dims, where);
	onnx_output(im, 0, onnx_binary(im, OP_stablehlo_add, onnx_binary(im, OP_stablehlo_multiply, x, wide_a), wide_b));
}

// exp(x - max) / sum over one axis; before opset 13 over all axes from `axis` on.
void onnx_op_softmax(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	bool one_axis = im->model->opset >= 13;
	i64 axis = onnx_attr_int(n, "axis", one_axis ? -1 : 1);
	u32 at = (u32)(axis < 0 ? axis + x->type->rank : axis), rank = x->type->rank, mask;
	if (at >= rank) {
		onnx_refuse(im, "axis %lld of a tensor of rank %u", (long long)axis, rank);
		return;
	}
	mask = one_axis ? 1u << at : ((1u << rank) - 1) & ~((1u << at) - 1);
	struct ir_value *max = onnx_reduce(im, OP_stablehlo_maximum, x, mask, -__builtin_inf(), true);
	struct ir_value *e = onnx_unary(im, OP_stablehlo_exponential, onnx_binary(im, OP_stablehlo_subtract, x, max));
	struct ir_value *sum = onnx_reduce(im, OP_stablehlo_add, e, mask, 0, true);
	onnx_output(im, 0, onnx_binary(im, OP_stablehlo_divide, e, sum));
}
