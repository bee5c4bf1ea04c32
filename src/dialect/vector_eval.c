// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of vector ops. Reductions define the order of IEEE operations at the tile level:
// vector.reduction without `reassoc` combines in order; with it, and in vector.multi_reduction, by
// halving, x[i] with x[i + n/2], n the next power of two, until one is left; dims from outer to inner.
#include "dialect/eval_hooks.h"
#include "dialect/hooks.h"

static u64 element_bytes(const struct eval_value *v) { return ir_type_bytes(ir_type_scalar(v->type)); }

// Row-major number <-> position.
static void position_of(ir_type t, u64 n, i64 *out) {
	for (u32 i = t->rank; i-- > 0;) {
		out[i] = (i64)(n % (u64)t->shape[i]);
		n /= (u64)t->shape[i];
	}
}

static u64 number_of(ir_type t, const i64 *position) {
	u64 n = 0;
	for (u32 i = 0; i < t->rank; i++)
		n = n * (u64)t->shape[i] + (u64)position[i];
	return n;
}

// ---- shapes -----------------------------------------------------------------------------------

HOOK_EVAL(vector_eval_broadcast) {
	ir_type from = operands[0].type, to = results[0].type;
	u64 bytes = element_bytes(&results[0]), count = eval_count(&results[0]);
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX], source[EVAL_RANK_MAX];
		position_of(to, n, at);
		u64 k = 0;
		if (from->kind == IR_TYPE_VECTOR && from->rank) {
			for (u32 i = 0; i < from->rank; i++)
				source[i] = from->shape[i] == 1 ? 0 : at[to->rank - from->rank + i];
			k = number_of(from, source);
		}
		memcpy(results[0].data + n * bytes, operands[0].data + k * bytes, bytes);
	}
	return true;
}

HOOK_EVAL(vector_eval_shape_cast) {
	memcpy(results[0].data, operands[0].data, eval_count(&results[0]) * element_bytes(&results[0]));
	return true;
}

HOOK_EVAL(vector_eval_bitcast) {
	memcpy(results[0].data, operands[0].data, eval_count(&operands[0]) * element_bytes(&operands[0]));
	return true;
}

HOOK_EVAL(vector_eval_transpose) {
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	ir_type from = operands[0].type, to = results[0].type;
	u64 bytes = element_bytes(&results[0]), count = eval_count(&results[0]);
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX], source[EVAL_RANK_MAX];
		position_of(to, n, at);
		for (u32 i = 0; i < to->rank; i++)
			source[ir_attr_array_int(permutation, i)] = at[i];
		memcpy(results[0].data + n * bytes, operands[0].data + number_of(from, source) * bytes, bytes);
	}
	return true;
}

// First element and number of elements of the part at a (static or run-time) position.
static bool part_at(struct eval *e, struct ir_op *op, const struct eval_value *dynamic, ir_type whole, u64 *first, u64 *count) {
	ir_attr list = ir_op_attr(op, NAME_static_position);
	u32 next = 0;
	*first = 0;
	*count = (u64)ir_type_num_elements(whole);
	for (u32 i = 0; i < list->count; i++) {
		i64 p = ir_attr_array_int(list, i);
		if (p == IR_DYNAMIC)
			p = eval_int(&dynamic[next++]);
		if (p < 0 || p >= whole->shape[i])
			return eval_error(e, op, "position %lld of a dimension of %lld", (long long)p, (long long)whole->shape[i]);
		*count /= (u64)whole->shape[i];
		*first += (u64)p * *count;
	}
	return true;
}

HOOK_EVAL(vector_eval_extract) {
	u64 first, count, bytes = element_bytes(&operands[0]);
	if (!part_at(e, op, operands + 1, operands[0].type, &first, &count))
		return false;
	memcpy(results[0].data, operands[0].data + first * bytes, count * bytes);
	return true;
}

HOOK_EVAL(vector_eval_insert) {
	u64 first, count, bytes = element_bytes(&results[0]);
	if (!part_at(e, op, operands + 2, results[0].type, &first, &count))
		return false;
	eval_copy(e, &results[0], &operands[1]);
	memcpy(results[0].data + first * bytes, operands[0].data, count * bytes);
	return true;
}

HOOK_EVAL(vector_eval_extractelement) {
	u64 bytes = element_bytes(&results[0]);
	i64 at = op->num_operands > 1 ? eval_int(&operands[1]) : 0;
	if (at < 0 || (u64)at >= eval_count(&operands[0]))
		return eval_error(e, op, "position %lld", (long long)at);
	memcpy(results[0].data, operands[0].data + (u64)at * bytes, bytes);
	return true;
}

HOOK_EVAL(vector_eval_insertelement) {
	u64 bytes = element_bytes(&results[0]);
	i64 at = op->num_operands > 2 ? eval_int(&operands[2]) : 0;
	if (at < 0 || (u64)at >= eval_count(&results[0]))
		return eval_error(e, op, "position %lld", (long long)at);
	eval_copy(e, &results[0], &operands[1]);
	memcpy(results[0].data + (u64)at * bytes, operands[0].data, bytes);
	return true;
}

HOOK_EVAL(vector_eval_shuffle) {
	ir_attr mask = ir_op_attr(op, NAME_mask);
	i64 first = operands[0].type->rank ? operands[0].type->shape[0] : 1;
	u64 bytes = eval_count(&operands[0]) / (u64)first * element_bytes(&operands[0]);
	for (u32 i = 0; i < mask->count; i++) {
		i64 from = ir_attr_array_int(mask, i);
		const u8 *p = from < first ? operands[0].data + (u64)from * bytes : operands[1].data + (u64)(from - first) * bytes;
		if (from >= 0)
			memcpy(results[0].data + i * bytes, p, bytes);
		else
			memset(results[0].data + i * bytes, 0, bytes);
	}
	return true;
}

HOOK_EVAL(vector_eval_strided_slice) {
	bool insert = op->num_operands == 2;
	const struct eval_value *part = insert ? &operands[0] : &results[0];
	ir_type whole = insert ? results[0].type : operands[0].type;
	ir_attr offsets = ir_op_attr(op, NAME_offsets), strides = ir_op_attr(op, NAME_strides);
	u64 bytes = element_bytes(&results[0]), count = eval_count(part);
	u32 shift = whole->rank - part->type->rank;
	if (insert)
		eval_copy(e, &results[0], &operands[1]);
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX], in[EVAL_RANK_MAX] = {0};
		position_of(part->type, n, at);
		for (u32 i = 0; i < whole->rank; i++) {
			u32 k = i - shift;
			i64 stride = strides && k < strides->count ? ir_attr_array_int(strides, k) : 1;
			in[i] = (i >= shift ? at[k] * stride : 0) + (i < offsets->count ? ir_attr_array_int(offsets, i) : 0);
		}
		u8 *w = (insert ? results[0].data : operands[0].data) + number_of(whole, in) * bytes, *p = part->data + n * bytes;
		memcpy(insert ? w : p, insert ? p : w, bytes);
	}
	return true;
}

HOOK_EVAL(vector_eval_mask) {
	ir_type t = results[0].type;
	ir_attr sizes = ir_op_attr(op, NAME_mask_dim_sizes);
	u64 count = eval_count(&results[0]);
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX];
		position_of(t, n, at);
		bool in = true;
		for (u32 i = 0; i < t->rank; i++)
			in &= at[i] < (sizes ? ir_attr_array_int(sizes, i) : eval_int(&operands[i]));
		results[0].data[n] = in;
	}
	return true;
}

// ---- reductions -------------------------------------------------------------------------------

// values[0..count) combined by halving; the absent ones of the next power of two are skipped.
static bool fold_halves(struct eval *e, u16 combiner, ir_type element, union ir_scalar *values, u64 count) {
	u64 size = 1;
	while (size < count)
		size *= 2;
	for (u64 half = size / 2; half >= 1; half /= 2)
		for (u64 i = 0; i < half && i + half < count && i + half < 2 * half; i++)
			if (!eval_combine(e, combiner, element, values[i], values[i + half], &values[i]))
				return false;
	return true;
}

HOOK_EVAL(vector_eval_reduction) {
	ir_type element = operands[0].type->element;
	bool is_float = ir_type_is_float(element);
	u16 combiner = dialect_combining_op(ir_op_attr(op, NAME_kind), is_float);
	ir_attr flags = ir_op_attr(op, NAME_fastmath);
	bool tree = !is_float || (flags && (str_find(flags->text, STR("reassoc")) >= 0 || str_find(flags->text, STR("fast")) >= 0));
	u64 count = eval_count(&operands[0]), bytes = element_bytes(&operands[0]);
	union ir_scalar values[4096], acc;
	if (count > ARRAY_SIZE(values))
		return eval_error(e, op, "a vector of more than 4096 elements");
	for (u64 i = 0; i < count; i++)
		eval_load(element, operands[0].data + i * bytes, &values[i]);
	bool has_acc = op->num_operands > 1;
	if (has_acc)
		eval_load(element, operands[1].data, &acc);
	if (tree) {
		if (!fold_halves(e, combiner, element, values, count))
			return false;
		if (has_acc && !eval_combine(e, combiner, element, acc, values[0], &values[0]))
			return false;
		acc = values[0];
	} else {
		u64 i = 0;
		if (!has_acc)
			acc = values[i++];
		for (; i < count; i++)
			if (!eval_combine(e, combiner, element, acc, values[i], &acc))
				return false;
	}
	eval_store(element, results[0].data, acc);
	return true;
}

// The reduced outer dims are folded first, then the last one if it is reduced: as the native code does.
HOOK_EVAL(vector_eval_multi_reduction) {
	ir_type t = operands[0].type, element = t->element;
	u16 combiner = dialect_combining_op(ir_op_attr(op, NAME_kind), ir_type_is_float(element));
	ir_attr dims = ir_op_attr(op, NAME_reduction_dims);
	bool reduced[EVAL_RANK_MAX] = {false};
	for (u32 i = 0; i < dims->count; i++)
		reduced[ir_attr_array_int(dims, i)] = true;
	u64 bytes = element_bytes(&operands[0]), kept = 1, folded = 1, length = (u64)t->shape[t->rank - 1];
	for (u32 i = 0; i + 1 < t->rank; i++)
		*(reduced[i] ? &folded : &kept) *= (u64)t->shape[i];
	bool last = reduced[t->rank - 1];
	union ir_scalar column[1024], line[4096];
	if (folded > ARRAY_SIZE(column) || length > ARRAY_SIZE(line))
		return eval_error(e, op, "a vector too large to reduce");
	for (u64 k = 0; k < kept; k++) {
		for (u64 c = 0; c < length; c++) {
			for (u64 f = 0; f < folded; f++) {
				u64 at = 0, weight = length, kk = k, ff = f;
				for (u32 i = t->rank - 1; i-- > 0;) {
					u64 *from = reduced[i] ? &ff : &kk;
					at += *from % (u64)t->shape[i] * weight;
					*from /= (u64)t->shape[i];
					weight *= (u64)t->shape[i];
				}
				eval_load(element, operands[0].data + (at + c) * bytes, &column[f]);
			}
			if (!fold_halves(e, combiner, element, column, folded))
				return false;
			line[c] = column[0];
		}
		if (last && !fold_halves(e, combiner, element, line, length))
			return false;
		for (u64 c = 0; c < (last ? 1 : length); c++) {
			u64 at = last ? k : k * length + c;
			union ir_scalar acc;
			eval_load(element, operands[1].data + at * bytes, &acc);
			if (!eval_combine(e, combiner, element, acc, line[c], &acc))
				return false;
			eval_store(element, results[0].data + at * bytes, acc);
		}
	}
	return true;
}

// ---- contractions -----------------------------------------------------------------------------

// acc = fma(x, y, acc) for floats, the reduced dims outermost and in order.
static bool multiply_add(struct eval *e, ir_type element, const u8 *x, const u8 *y, u8 *acc) {
	union ir_scalar in[3], out;
	eval_load(element, x, &in[0]);
	eval_load(element, y, &in[1]);
	eval_load(element, acc, &in[2]);
	struct ir_lane lane = {.in = element, .out = element};
	if (ir_type_is_float(element)) {
		if (!ir_op_info_get(eval_context(e), OP_math_fma)->row->hooks.scalar(&lane, in, &out))
			return false;
	} else {
		out.i = (i64)((u64)in[0].i * (u64)in[1].i + (u64)in[2].i);
	}
	eval_store(element, acc, out);
	return true;
}

HOOK_EVAL(vector_eval_outerproduct) {
	ir_type t = results[0].type, element = t->element;
	u64 bytes = element_bytes(&results[0]), columns = t->rank == 2 ? (u64)t->shape[1] : 1;
	for (u64 i = 0; i < (u64)t->shape[0]; i++)
		for (u64 j = 0; j < columns; j++) {
			u8 *r = results[0].data + (i * columns + j) * bytes;
			const u8 *x = operands[0].data + i * bytes, *y = operands[1].data + (t->rank == 2 ? j : 0) * bytes;
			if (op->num_operands > 2) {
				memcpy(r, operands[2].data + (i * columns + j) * bytes, bytes);
				if (!multiply_add(e, element, x, y, r))
					return false;
			} else {
				union ir_scalar a, b, product;
				eval_load(element, x, &a);
				eval_load(element, y, &b);
				if (!eval_combine(e, ir_type_is_float(element) ? OP_arith_mulf : OP_arith_muli, element, a, b, &product))
					return false;
				eval_store(element, r, product);
			}
		}
	return true;
}

HOOK_EVAL(vector_eval_contract) {
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps), iterators = ir_op_attr(op, NAME_iterator_types), kind = ir_op_attr(op, NAME_kind);
	ir_type element = ir_type_scalar(results[0].type);
	if ((kind && !str_eq_z(kind->text, "add")) || ir_type_scalar(operands[0].type) != element)
		return eval_error(e, op, "the interpreter runs contractions that add, of one element type");
	u32 rank = maps->elements[0]->num_dims, order[EVAL_RANK_MAX], n = 0;
	i64 extent[EVAL_RANK_MAX], point[EVAL_RANK_MAX] = {0};
	u64 bytes = ir_type_bytes(element), total = 1;
	for (u32 k = 0; k < 3; k++)
		for (u32 j = 0; j < maps->elements[k]->count; j++)
			extent[maps->elements[k]->exprs[j]->value] = operands[k].type->shape[j];
	for (u32 pass = 0; pass < 2; pass++)
		for (u32 d = 0; d < rank; d++)
			if ((str_find(iterators->elements[d]->text, STR("reduction")) >= 0) == (pass == 0))
				order[n++] = d;
	for (u32 d = 0; d < rank; d++)
		total *= (u64)extent[d];
	eval_copy(e, &results[0], &operands[2]);
	for (u64 step = 0; step < total; step++) {
		u64 rest = step, at[3];
		for (u32 i = n; i-- > 0;) {
			point[order[i]] = (i64)(rest % (u64)extent[order[i]]);
			rest /= (u64)extent[order[i]];
		}
		for (u32 k = 0; k < 3; k++) {
			at[k] = 0;
			for (u32 j = 0; j < maps->elements[k]->count; j++)
				at[k] = at[k] * (u64)operands[k].type->shape[j] + (u64)point[maps->elements[k]->exprs[j]->value];
		}
		if (!multiply_add(e, element, operands[0].data + at[0] * bytes, operands[1].data + at[1] * bytes, results[0].data + at[2] * bytes))
			return false;
	}
	return true;
}
