// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX operators that compute shapes, move data, or work element by element. Small integer tensors
// whose contents are known stay expressions (struct onnx_value) as long as operators allow.
#include "import/onnx.h"

// ---------------------------------------------------------------------------------------------
// Element-wise

static u16 hlo_of(struct str op) {
	static const struct {
		const char *onnx;
		u16 hlo;
	} rows[] = {
		{"Add", OP_stablehlo_add}, {"Sub", OP_stablehlo_subtract}, {"Mul", OP_stablehlo_multiply}, {"Div", OP_stablehlo_divide},
		{"Max", OP_stablehlo_maximum}, {"Min", OP_stablehlo_minimum}, {"Sum", OP_stablehlo_add}, {"Exp", OP_stablehlo_exponential},
		{"Neg", OP_stablehlo_negate}, {"Sigmoid", OP_stablehlo_logistic}, {"Sqrt", OP_stablehlo_sqrt}, {"Tanh", OP_stablehlo_tanh},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_eq_z(op, rows[i].onnx))
			return rows[i].hlo;
	UNREACHABLE();
}

void onnx_op_unary(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (x)
		onnx_output(im, 0, onnx_unary(im, hlo_of(n->op_type), x));
}

static enum ir_expr_kind expr_of(u16 hlo) {
	return hlo == OP_stablehlo_multiply ? IR_EXPR_MUL : hlo == OP_stablehlo_divide ? IR_EXPR_FLOORDIV : IR_EXPR_ADD;
}

// Shape arithmetic: sums, products and quotients of sizes (which are not negative).
static bool binary_on_shapes(struct onnx_importer *im, u16 hlo) {
	struct onnx_value *x = onnx_input(im, 0), *y = onnx_input(im, 1);
	if (!x || !y || !x->exprs || !y->exprs || (x->num_exprs != y->num_exprs && x->num_exprs != 1 && y->num_exprs != 1))
		return false;
	u32 count = BASE_MAX(x->num_exprs, y->num_exprs);
	ir_expr *out = ARENA_ARRAY(im->arena, ir_expr, count);
	for (u32 i = 0; i < count; i++) {
		ir_expr a = x->exprs[x->num_exprs == 1 ? 0 : i], b = y->exprs[y->num_exprs == 1 ? 0 : i];
		if (hlo == OP_stablehlo_divide && ir_expr_is_const(b) && b->value == 0)
			return false;
		if (hlo == OP_stablehlo_subtract)
			b = ir_expr_binary(im->context, IR_EXPR_MUL, b, onnx_const(im, -1));
		out[i] = ir_expr_binary(im->context, expr_of(hlo), a, b);
	}
	onnx_output_exprs(im, 0, out, count, x->scalar && y->scalar, x->element);
	return true;
}

void onnx_op_binary(struct onnx_importer *im, const struct onnx_node *n) {
	u16 hlo = hlo_of(n->op_type);
	if (binary_on_shapes(im, hlo))
		return;
	struct ir_value *x = onnx_tensor_input(im, 0), *y = onnx_tensor_input(im, 1);
	// Before opset 7 the second operand may be aligned at `axis` instead of at the end.
	const struct onnx_attribute *axis = onnx_attr(n, "axis");
	if (x && y && axis && im->model->opset < 7 && onnx_attr_int(n, "broadcast", 0)) {
		ir_expr dims[16];
		i64 at = axis->i < 0 ? axis->i + x->type->rank : axis->i;
		for (u32 i = 0; i < x->type->rank - (u32)at; i++)
			dims[i] = i < y->type->rank ? y->type->dims[i] : onnx_const(im, 1);
		y = onnx_reshape(im, y, x->type->rank - (u32)at, dims);
	}
	if (x && y)
		onnx_output(im, 0, onnx_binary(im, hlo, x, y));
}

void onnx_op_variadic(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *sum = onnx_tensor_input(im, 0);
	for (u32 i = 1; sum && i < n->inputs.size; i++) {
		struct ir_value *x = onnx_tensor_input(im, i);
		sum = x ? onnx_binary(im, hlo_of(n->op_type), sum, x) : NULL;
	}
	onnx_output(im, 0, sum);
}

void onnx_op_relu(struct onnx_importer *im, const struct onnx_node *n) {
	(void)n;
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (x)
		onnx_output(im, 0, onnx_binary(im, OP_stablehlo_maximum, x, onnx_constant_like(im, x, 0)));
}

void onnx_op_identity(struct onnx_importer *im, const struct onnx_node *n) {
	struct onnx_value *v = onnx_input(im, 0);
	if (!v)
		return;
	if (v->exprs)
		onnx_output_exprs(im, 0, v->exprs, v->num_exprs, v->scalar, v->element);
	else
		onnx_output(im, 0, v->value);
	(void)n;  // Dropout's mask is never computed: a reader of it is told that no node produces it
}

void onnx_op_cast(struct onnx_importer *im, const struct onnx_node *n) {
	ir_type to = onnx_element_type(im->context, (i32)onnx_attr_int(n, "to", 0));
	struct onnx_value *v = onnx_input(im, 0);
	if (!to)
		onnx_refuse(im, "casts to a type that has no counterpart");
	if (!v || !to)
		return;
	if (v->exprs && !ir_type_is_float(to)) {
		onnx_output_exprs(im, 0, v->exprs, v->num_exprs, v->scalar, to);
		return;
	}
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (x)
		onnx_output(im, 0, onnx_build(im, OP_stablehlo_convert, 1, &x, onnx_tensor_type(im, x->type->rank, x->type->dims, to), NULL, 0));
}

static struct ir_value *bound(struct onnx_importer *im, const struct onnx_node *n, u32 input, const char *attr, struct ir_value *x) {
	const struct onnx_attribute *a = onnx_attr(n, attr);
	if (a)
		return onnx_constant_like(im, x, a->f);
	return onnx_has_input(n, input) ? onnx_tensor_input(im, input) : NULL;
}

void onnx_op_clip(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	struct ir_value *low = bound(im, n, 1, "min", x), *high = bound(im, n, 2, "max", x);
	if (low)
		x = onnx_binary(im, OP_stablehlo_maximum, x, low);
	if (high && x)
		x = onnx_binary(im, OP_stablehlo_minimum, x, high);
	onnx_output(im, 0, x);
}

// ---------------------------------------------------------------------------------------------
// Shapes

void onnx_op_shape(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	i64 rank = x->type->rank, start = onnx_attr_int(n, "start", 0), end = onnx_attr_int(n, "end", rank);
	start = BASE_MIN(BASE_MAX(start < 0 ? start + rank : start, 0), rank);
	end = BASE_MIN(BASE_MAX(end < 0 ? end + rank : end, start), rank);
	ir_expr *dims = ARENA_ARRAY(im->arena, ir_expr, rank + 1);
	memcpy(dims, x->type->dims + start, sizeof(ir_expr) * (size_t)(end - start));
	onnx_output_exprs(im, 0, dims, (u32)(end - start), false, ir_type_int(im->context, 64));
}

static bool normal_axis(struct onnx_importer *im, i64 axis, u32 rank, u32 *out) {
	if (axis < -(i64)rank || axis >= rank) {
		onnx_refuse(im, "axis %lld of a tensor of rank %u", (long long)axis, rank);
		return false;
	}
	*out = (u32)(axis < 0 ? axis + rank : axis);
	return true;
}

void onnx_op_gather(struct onnx_importer *im, const struct onnx_node *n) {
	struct onnx_value *data = onnx_input(im, 0);
	i64 *at;
	u32 count;
	if (!data)
		return;
	if (!data->exprs) {
		onnx_refuse(im, "gathers from a tensor; only shape computations are supported yet");
		return;
	}
	struct onnx_value *indices = onnx_input(im, 1);
	if (!indices || !onnx_ints_input(im, 1, &at, &count) || onnx_attr_int(n, "axis", 0) != 0)
		return;
	ir_expr *out = ARENA_ARRAY(im->arena, ir_expr, count + 1);
	for (u32 i = 0; i < count; i++) {
		u32 k;
		if (!normal_axis(im, at[i], data->num_exprs, &k))
			return;
		out[i] = data->exprs[k];
	}
	onnx_output_exprs(im, 0, out, count, indices->scalar, data->element);
}

// Axes from the attribute (older opsets) or an input.
static bool axes_of(struct onnx_importer *im, const struct onnx_node *n, u32 input, i64 **axes, u32 *count) {
	const struct onnx_attribute *a = onnx_attr(n, "axes");
	*axes = NULL;
	*count = 0;
	if (a) {
		*axes = a->ints.data;
		*count = a->ints.size;
		return true;
	}
	return !onnx_has_input(n, input) || onnx_ints_input(im, input, axes, count);
}

static bool axes_mask(struct onnx_importer *im, const i64 *axes, u32 count, u32 rank, u32 *mask) {
	*mask = 0;
	for (u32 i = 0; i < count; i++) {
		u32 axis;
		if (!normal_axis(im, axes[i], rank, &axis))
			return false;
		*mask |= 1u << axis;
	}
	return true;
}

void onnx_op_unsqueeze(struct onnx_importer *im, const struct onnx_node *n) {
	struct onnx_value *v = onnx_input(im, 0);
	i64 *axes;
	u32 count, mask;
	if (!v || !axes_of(im, n, 1, &axes, &count))
		return;
	if (v->exprs && v->scalar && count == 1) {
		onnx_output_exprs(im, 0, v->exprs, v->num_exprs, false, v->element);
		return;
	}
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x || x->type->rank + count > 16 || !axes_mask(im, axes, count, x->type->rank + count, &mask))
		return;
	ir_expr dims[16];
	for (u32 i = 0, k = 0; i < x->type->rank + count; i++)
		dims[i] = (mask >> i) & 1 ? onnx_const(im, 1) : x->type->dims[k++];
	onnx_output(im, 0, onnx_reshape(im, x, x->type->rank + count, dims));
}

void onnx_op_squeeze(struct onnx_importer *im, const struct onnx_node *n) {
	struct onnx_value *v = onnx_input(im, 0);
	i64 *axes;
	u32 count, mask, rank = 0;
	if (!v || !axes_of(im, n, 1, &axes, &count))
		return;
	if (v->exprs && !v->scalar && v->num_exprs == 1) {
		onnx_output_exprs(im, 0, v->exprs, 1, true, v->element);
		return;
	}
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x || !axes_mask(im, axes, count, x->type->rank, &mask))
		return;
	ir_expr dims[16];
	for (u32 i = 0; i < x->type->rank; i++)
		if (count ? !((mask >> i) & 1) : x->type->shape[i] != 1)
			dims[rank++] = x->type->dims[i];
	onnx_output(im, 0, onnx_reshape(im, x, rank, dims));
}

static ir_expr product(struct onnx_importer *im, u32 n, const ir_expr *dims) {
	ir_expr p = onnx_const(im, 1);
	for (u32 i = 0; i < n; i++)
		p = ir_expr_binary(im->context, IR_EXPR_MUL, p, dims[i]);
	return p;
}

void onnx_op_reshape(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	const struct onnx_attribute *a = onnx_attr(n, "shape");  // before opset 5
	ir_expr *wanted, dims[16];
	u32 rank;
	if (!x)
		return;
	if (a) {
		rank = a->ints.size;
		wanted = ARENA_ARRAY(im->arena, ir_expr, rank + 1);
		for (u32 i = 0; i < rank; i++)
			wanted[i] = onnx_const(im, a->ints.data[i]);
	} else if (!onnx_shape_input(im, 1, &wanted, &rank)) {
		return;
	}
	if (rank > 16) {
		onnx_refuse(im, "rank %u", rank);
		return;
	}
	bool zero_is_zero = onnx_attr_int(n, "allowzero", 0);
	u32 open = rank;
	for (u32 i = 0; i < rank; i++) {
		bool is_const = ir_expr_is_const(wanted[i]);
		dims[i] = wanted[i];
		if (is_const && wanted[i]->value == 0 && !zero_is_zero) {
			if (i >= x->type->rank) {
				onnx_refuse(im, "copies a size that the input does not have");
				return;
			}
			dims[i] = x->type->dims[i];
		} else if (is_const && wanted[i]->value == -1) {
			open = i;
			dims[i] = onnx_const(im, 1);
		}
	}
	ir_expr total = product(im, x->type->rank, x->type->dims), rest = product(im, rank, dims);
	if (open < rank)
		dims[open] = ir_expr_binary(im->context, IR_EXPR_FLOORDIV, total, rest);
	if (product(im, rank, dims) != total) {
		onnx_refuse(im, "the new shape does not hold the tensor's elements");
		return;
	}
	onnx_output(im, 0, onnx_reshape(im, x, rank, dims));
}

void onnx_op_flatten(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	i64 axis = onnx_attr_int(n, "axis", 1);
	u32 at = (u32)(axis < 0 ? axis + x->type->rank : axis);
	if (at > x->type->rank) {
		onnx_refuse(im, "axis %lld of a tensor of rank %u", (long long)axis, x->type->rank);
		return;
	}
	ir_expr dims[] = {product(im, at, x->type->dims), product(im, x->type->rank - at, x->type->dims + at)};
	onnx_output(im, 0, onnx_reshape(im, x, 2, dims));
}

void onnx_op_transpose(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	const struct onnx_attribute *perm = onnx_attr(n, "perm");
	if (!x)
		return;
	i64 order[16];
	u32 seen = 0;
	for (u32 i = 0; i < x->type->rank; i++) {
		order[i] = perm && i < perm->ints.size ? perm->ints.data[i] : (i64)x->type->rank - 1 - i;
		if (order[i] < 0 || order[i] >= x->type->rank || (perm && perm->ints.size != x->type->rank) || ((seen >> order[i]) & 1)) {
			onnx_refuse(im, "perm is no permutation of the tensor's axes");
			return;
		}
		seen |= 1u << order[i];
	}
	onnx_output(im, 0, onnx_transpose(im, x, order));
}

void onnx_op_concat(struct onnx_importer *im, const struct onnx_node *n) {
	VEC(ir_expr) exprs = {0};
	VEC(struct ir_value *) tensors = {0};
	bool shapes = true;
	struct onnx_value *first = onnx_input(im, 0);
	for (u32 i = 0; i < n->inputs.size && !im->failed; i++) {
		struct onnx_value *v = onnx_input(im, i);
		shapes &= v && v->exprs && !v->scalar;
		for (u32 k = 0; shapes && k < v->num_exprs; k++)
			vec_push(im->arena, exprs, v->exprs[k]);
	}
	if (im->failed)
		return;
	if (shapes) {
		onnx_output_exprs(im, 0, exprs.data, exprs.size, false, first->element);
		return;
	}
	u32 axis = 0;
	ir_expr dims[16];
	for (u32 i = 0; i < n->inputs.size; i++) {
		struct ir_value *x = onnx_tensor_input(im, i);
		if (!x || (i == 0 && !normal_axis(im, onnx_attr_int(n, "axis", 1), x->type->rank, &axis)))
			return;
		if (i == 0)
			memcpy(dims, x->type->dims, sizeof(ir_expr) * x->type->rank);
		else if (x->type->rank != tensors.data[0]->type->rank) {
			onnx_refuse(im, "inputs of different rank");
			return;
		} else
			dims[axis] = ir_expr_binary(im->context, IR_EXPR_ADD, dims[axis], x->type->dims[axis]);
		vec_push(im->arena, tensors, x);
	}
	struct ir_named_attr prop = {NAME_dimension, ir_attr_i64(im->context, axis)};
	ir_type t = tensors.data[0]->type;
	onnx_output(im, 0, onnx_build(im, OP_stablehlo_concatenate, tensors.size, tensors.data, onnx_tensor_type(im, t->rank, dims, t->element), &prop, 1));
}

// A list given by an attribute (before opset 10) or an input.
static bool slice_list(struct onnx_importer *im, const struct onnx_node *n, const char *attr, u32 input, i64 **out, u32 *count) {
	const struct onnx_attribute *a = onnx_attr(n, attr);
	*out = NULL;
	if (a) {
		*out = a->ints.data;
		*count = a->ints.size;
		return true;
	}
	return !onnx_has_input(n, input) || onnx_ints_input(im, input, out, count);
}

void onnx_op_slice(struct onnx_importer *im, const struct onnx_node *n) {
	i64 *starts, *ends, *axes, *steps, from[16], to[16], by[16];
	u32 count = 0, num_axes = 0, num_steps = 0, num_ends = 0;
	if (!slice_list(im, n, "starts", 1, &starts, &count) || !slice_list(im, n, "ends", 2, &ends, &num_ends) ||
	    !slice_list(im, n, "axes", 3, &axes, &num_axes) || !slice_list(im, n, "steps", 4, &steps, &num_steps) || !starts || !ends)
		return;
	struct ir_value *x = onnx_tensor_input(im, 0);
	if (!x)
		return;
	ir_expr dims[16];
	for (u32 i = 0; i < x->type->rank; i++) {
		from[i] = 0;
		to[i] = x->type->shape[i];
		by[i] = 1;
		dims[i] = x->type->dims[i];
	}
	for (u32 k = 0; k < count; k++) {
		u32 axis;
		if (!normal_axis(im, axes ? axes[k] : (i64)k, x->type->rank, &axis))
			return;
		i64 size = x->type->shape[axis], step = steps ? steps[k] : 1;
		if (size == IR_DYNAMIC || step < 1) {
			onnx_refuse(im, step < 1 ? "a negative step" : "slices a dimension of run-time size; fix it with --dim");
			return;
		}
		i64 start = starts[k] < 0 ? starts[k] + size : starts[k], end = ends[k] < 0 ? ends[k] + size : ends[k];
		from[axis] = BASE_MIN(BASE_MAX(start, 0), size);
		to[axis] = BASE_MIN(BASE_MAX(end, from[axis]), size);
		by[axis] = step;
		dims[axis] = onnx_const(im, (to[axis] - from[axis] + step - 1) / step);
	}
	for (u32 i = 0; i < x->type->rank; i++)
		if (to[i] == IR_DYNAMIC) {
			onnx_refuse(im, "slices a tensor of run-time size; fix it with --dim");
			return;
		}
	struct ir_named_attr props[] = {{NAME_start_indices, ir_attr_i64_array(im->context, x->type->rank, from)},
	                                {NAME_limit_indices, ir_attr_i64_array(im->context, x->type->rank, to)},
	                                {NAME_strides, ir_attr_i64_array(im->context, x->type->rank, by)}};
	onnx_output(im, 0, onnx_build(im, OP_stablehlo_slice, 1, &x, onnx_tensor_type(im, x->type->rank, dims, x->type->element), props, 3));
}

void onnx_op_constant_of_shape(struct onnx_importer *im, const struct onnx_node *n) {
	ir_expr *dims;
	u32 rank;
	const struct onnx_attribute *a = onnx_attr(n, "value");
	ir_type element = a && a->t ? onnx_element_type(im->context, a->t->type) : ir_type_float(im->context, IR_TYPE_F32);
	if (!onnx_shape_input(im, 0, &dims, &rank) || !element || rank > 16)
		return;
	u8 bytes[16] = {0};
	if (a && a->t) {
		const struct onnx_tensor *t = a->t;
		if (t->raw.size && t->raw.size <= 16)
			memcpy(bytes, t->raw.data, t->raw.size);
		else if (t->floats.size)
			ir_element_store_float(element, bytes, t->floats.data[0]);
		else if (t->ints.size)
			ir_element_store_int(element, bytes, t->ints.data[0]);
	}
	ir_type type = onnx_tensor_type(im, rank, dims, element);
	if (!ir_type_has_static_shape(type)) {
		onnx_refuse(im, "a constant of run-time size");
		return;
	}
	struct ir_named_attr prop = {NAME_value, ir_attr_dense(im->context, type, bytes, ir_type_bytes(element), true)};
	onnx_output(im, 0, onnx_build(im, OP_stablehlo_constant, 0, NULL, type, &prop, 1));
}

void onnx_op_reduce(struct onnx_importer *im, const struct onnx_node *n) {
	struct ir_value *x = onnx_tensor_input(im, 0);
	i64 *axes;
	u32 count, mask;
	if (!x || !axes_of(im, n, 1, &axes, &count))
		return;
	if (!count && onnx_attr_int(n, "noop_with_empty_axes", 0)) {
		onnx_output(im, 0, x);
		return;
	}
	if (!axes_mask(im, axes, count, x->type->rank, &mask))
		return;
	if (!count)
		mask = (1u << x->type->rank) - 1;
	bool max = str_eq_z(n->op_type, "ReduceMax"), mean = str_eq_z(n->op_type, "ReduceMean");
	struct ir_value *r = onnx_reduce(im, max ? OP_stablehlo_maximum : OP_stablehlo_add, x, mask, max ? -__builtin_inf() : 0,
	                                 onnx_attr_int(n, "keepdims", 1));
	if (mean) {
		ir_expr total = onnx_const(im, 1);
		for (u32 i = 0; i < x->type->rank; i++)
			if ((mask >> i) & 1)
				total = ir_expr_binary(im->context, IR_EXPR_MUL, total, x->type->dims[i]);
		if (!ir_expr_is_const(total)) {
			onnx_refuse(im, "a mean over a run-time size; fix it with --dim");
			return;
		}
		r = onnx_binary(im, OP_stablehlo_divide, r, onnx_constant_like(im, r, (double)total->value));
	}
	onnx_output(im, 0, r);
}
