// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tensor's folds: slices of everything, ops that undo each other, constants. Large constants
// (weights) are resources, which no fold touches: their transforms are evaluated when the object is
// written.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static struct ir_value *operand(const struct ir_op *op, u32 i) { return ir_operand_get(op, i); }

static bool is_splat(ir_attr a) { return a && a->kind == IR_ATTR_DENSE_ELEMENTS && a->splat; }

// The same splat in another static shape.
static bool fold_splat(struct ir_context *c, ir_type type, ir_attr splat,
                       struct ir_fold_result *results) {
	return is_splat(splat) && ir_type_has_static_shape(type) &&
	       dialect_fold_to_attr(results,
	                            ir_attr_dense(c, type, splat->data, splat->data_size, true));
}

// ---- casts ------------------------------------------------------------------------------------

HOOK_FOLD(tensor_fold_cast) {
	struct ir_value *source = operand(op, 0);
	ir_type type = op->results[0].type;
	if (source->type == type)
		return dialect_fold_to_value(results, source);
	struct ir_op *inner = ir_value_def(source);
	if (op_is(inner, OP_tensor_cast) && operand(inner, 0)->type == type)
		return dialect_fold_to_value(results, operand(inner, 0));
	return false;
}

HOOK_FOLD(tensor_fold_bitcast) {
	struct ir_value *source = operand(op, 0);
	ir_type type = op->results[0].type;
	if (source->type == type)
		return dialect_fold_to_value(results, source);
	struct ir_op *inner = ir_value_def(source);
	if (!op_is(inner, OP_tensor_bitcast))
		return false;
	if (operand(inner, 0)->type == type)
		return dialect_fold_to_value(results, operand(inner, 0));
	ir_op_set_operand(op, 0, operand(inner, 0));
	return true;
}

// ---- elements ---------------------------------------------------------------------------------

// The row-major position of constant indices inside a static shape.
static bool position(ir_type t, const ir_attr *indices, u64 *out) {
	*out = 0;
	for (u32 i = 0; i < t->rank; i++) {
		i64 at;
		if (!dialect_attr_int(indices[i], &at) || t->shape[i] == IR_DYNAMIC || at < 0 ||
		    at >= t->shape[i])
			return false;
		*out = *out * (u64)t->shape[i] + (u64)at;
	}
	return true;
}

HOOK_FOLD(tensor_fold_extract) {
	struct ir_value *tensor = operand(op, 0);
	struct ir_op *def = ir_value_def(tensor);
	u64 at;
	if (op_is(def, OP_tensor_splat))
		return dialect_fold_to_value(results, operand(def, 0));
	if (is_splat(operands[0]))
		at = 0;
	else if (!position(tensor->type, operands + 1, &at))
		return false;
	if (op_is(def, OP_tensor_from_elements))
		return dialect_fold_to_value(results, operand(def, (u32)at));
	ir_attr constant = operands[0];
	if (!constant || constant->kind != IR_ATTR_DENSE_ELEMENTS)
		return false;
	if (ir_type_is_float(tensor->type->element))
		return dialect_fold_to_attr(
			results, ir_attr_float(c, tensor->type->element, ir_dense_get_float(constant, at)));
	if (ir_type_is_int_or_index(tensor->type->element))
		return dialect_fold_to_attr(
			results, ir_attr_integer(c, tensor->type->element, ir_dense_get_int(constant, at)));
	return false;
}

// An element put where it was read from; the element of a splat into the splat.
HOOK_FOLD(tensor_fold_insert) {
	struct ir_op *read = ir_value_def(operand(op, 0));
	if (op_is(read, OP_tensor_extract) && operand(read, 0) == operand(op, 1)) {
		bool same = true;
		for (u32 i = 2; same && i < op->num_operands; i++)
			same = operand(op, i) == operand(read, i - 1);
		if (same)
			return dialect_fold_to_value(results, operand(op, 1));
	}
	if (!is_splat(operands[1]) || !operands[0])
		return false;
	ir_attr scalar = operands[0];
	i64 i;
	double f;
	bool equal = (scalar->kind == IR_ATTR_INTEGER && dialect_attr_int(operands[1], &i) &&
	              i == scalar->integer) ||
	             (scalar->kind == IR_ATTR_FLOAT && dialect_attr_float(operands[1], &f) &&
	              memcmp(&f, &scalar->real, sizeof f) == 0);
	return equal && dialect_fold_to_value(results, operand(op, 1));
}

HOOK_FOLD(tensor_fold_splat) {
	ir_type type = op->results[0].type;
	if (!operands[0] || !ir_type_has_static_shape(type))
		return false;
	if (operands[0]->kind == IR_ATTR_INTEGER)
		return dialect_fold_to_attr(results, dialect_int_attr(c, type, operands[0]->integer));
	return operands[0]->kind == IR_ATTR_FLOAT &&
	       dialect_fold_to_attr(results, dialect_float_attr(c, type, operands[0]->real));
}

// ---- slices -----------------------------------------------------------------------------------

// Whether the slice is all of a static tensor.
static bool is_whole(const struct ir_op *op, ir_type whole) {
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	if (!ir_type_has_static_shape(whole) ||
	    !dialect_static_slices(op, whole->rank, offsets, sizes, strides))
		return false;
	for (u32 i = 0; i < whole->rank; i++)
		if (offsets[i] != 0 || strides[i] != 1 || sizes[i] != whole->shape[i])
			return false;
	return true;
}

// Equal static lists and the same operands for their dynamic entries.
static bool same_slice(const struct ir_op *extract, const struct ir_op *insert) {
	static const ir_name lists[] = {NAME_static_offsets, NAME_static_sizes, NAME_static_strides};
	for (u32 k = 0; k < 3; k++) {
		struct ir_range a = ir_op_operand_group(extract, 1 + k),
						b = ir_op_operand_group(insert, 2 + k);
		if (ir_op_attr(extract, lists[k]) != ir_op_attr(insert, lists[k]) || a.count != b.count)
			return false;
		for (u32 i = 0; i < a.count; i++)
			if (operand(extract, a.first + i) != operand(insert, b.first + i))
				return false;
	}
	return true;
}

struct slice {
	ir_type source;
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
};

static u64 slice_position(const void *user, u64 i) {
	const struct slice *s = user;
	u64 at = 0, scale = 1;
	for (u32 k = s->source->rank; k-- > 0;) {
		at += ((u64)s->offsets[k] + i % (u64)s->sizes[k] * (u64)s->strides[k]) * scale;
		i /= (u64)s->sizes[k];
		scale *= (u64)s->source->shape[k];
	}
	return at;
}

static bool slice_is_static(const struct slice *s) {
	for (u32 i = 0; i < s->source->rank; i++) {
		if (s->offsets[i] < 0 || s->sizes[i] <= 0 || s->strides[i] < 0)
			return false;  // IR_DYNAMIC is negative too
		i64 last;
		if (__builtin_mul_overflow(s->sizes[i] - 1, s->strides[i], &last) ||
		    __builtin_add_overflow(last, s->offsets[i], &last) || last >= s->source->shape[i])
			return false;
	}
	return true;
}

HOOK_FOLD(tensor_fold_extract_slice) {
	struct ir_value *source = operand(op, 0);
	ir_type type = op->results[0].type;
	if (source->type == type && is_whole(op, type))
		return dialect_fold_to_value(results, source);
	struct ir_op *def = ir_value_def(source);
	if (op_is(def, OP_tensor_insert_slice) && operand(def, 0)->type == type && same_slice(op, def))
		return dialect_fold_to_value(results, operand(def, 0));
	if (fold_splat(c, type, operands[0], results))
		return true;
	struct slice s = {.source = source->type};
	if (!operands[0] ||
	    !dialect_static_slices(op, source->type->rank, s.offsets, s.sizes, s.strides) ||
	    !slice_is_static(&s))
		return false;
	return dialect_fold_rearranged(c, type, operands[0], slice_position, &s, results);
}

HOOK_FOLD(tensor_fold_insert_slice) {
	struct ir_value *source = operand(op, 0), *dest = operand(op, 1);
	if (source->type == dest->type && is_whole(op, dest->type))
		return dialect_fold_to_value(results, source);
	// What was just read from there.
	struct ir_op *def = ir_value_def(source);
	return op_is(def, OP_tensor_extract_slice) && operand(def, 0) == dest && same_slice(def, op) &&
	       dialect_fold_to_value(results, dest);
}

// ---- concat, pad, pack ------------------------------------------------------------------------

HOOK_FOLD(tensor_fold_concat) {
	return op->num_operands == 1 && operand(op, 0)->type == op->results[0].type &&
	       dialect_fold_to_value(results, operand(op, 0));
}

HOOK_FOLD(tensor_fold_pad) {
	ir_attr low = ir_op_attr(op, NAME_static_low), high = ir_op_attr(op, NAME_static_high);
	if (ir_op_attr(op, NAME_nofold) || operand(op, 0)->type != op->results[0].type)
		return false;
	for (u32 i = 0; i < low->count; i++)
		if (ir_attr_array_int(low, i) != 0 || ir_attr_array_int(high, i) != 0)
			return false;
	return dialect_fold_to_value(results, operand(op, 0));
}

static bool no_order(ir_attr order) {
	for (u32 i = 0; order && i < order->count; i++)
		if (ir_attr_array_int(order, i) != i)
			return false;
	return true;
}

// Whether one op packs as the other unpacks: same dimensions, static tiles and order.
static bool same_packing(const struct ir_op *a, const struct ir_op *b) {
	ir_attr order_a = ir_op_attr(a, NAME_outer_dims_perm),
			order_b = ir_op_attr(b, NAME_outer_dims_perm);
	ir_attr tiles = ir_op_attr(a, NAME_static_inner_tiles);
	for (u32 i = 0; i < tiles->count; i++)
		if (ir_attr_array_int(tiles, i) == IR_DYNAMIC)
			return false;
	return tiles == ir_op_attr(b, NAME_static_inner_tiles) &&
	       ir_op_attr(a, NAME_inner_dims_pos) == ir_op_attr(b, NAME_inner_dims_pos) &&
	       (order_a == order_b || (no_order(order_a) && no_order(order_b)));
}

// What unpack took apart, when nothing was cut off; a splat without padding.
HOOK_FOLD(tensor_fold_pack) {
	struct ir_op *def = ir_value_def(operand(op, 0));
	bool padded = ir_op_operand_group(op, 2).count > 0;
	ir_type type = op->results[0].type;
	if (op_is(def, OP_tensor_unpack) && !padded && operand(def, 0)->type == type &&
	    ir_type_has_static_shape(type) && ir_type_has_static_shape(operand(op, 0)->type) &&
	    same_packing(op, def))
		return dialect_fold_to_value(results, operand(def, 0));
	return !padded && fold_splat(c, type, operands[0], results);
}

HOOK_FOLD(tensor_fold_unpack) {
	struct ir_op *def = ir_value_def(operand(op, 0));
	ir_type type = op->results[0].type;
	if (op_is(def, OP_tensor_pack) && operand(def, 0)->type == type &&
	    ir_type_has_static_shape(type) && same_packing(op, def))
		return dialect_fold_to_value(results, operand(def, 0));
	return fold_splat(c, type, operands[0], results);
}
