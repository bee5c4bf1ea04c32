// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What memref and tensor share: slices given by partly static offsets, sizes and strides; dropped
// unit dimensions; groups of dimensions (reassociation); dim and reshape.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

// ---- slices -----------------------------------------------------------------------------------

static const ir_name slice_lists[] = {NAME_static_offsets, NAME_static_sizes, NAME_static_strides};

bool dialect_static_slices(const struct ir_op *op, u32 rank, i64 *offsets, i64 *sizes,
                           i64 *strides) {
	i64 *out[] = {offsets, sizes, strides};
	if (rank > RANK_MAX)
		return false;
	for (u32 k = 0; k < 3; k++) {
		ir_attr list = ir_op_attr(op, slice_lists[k]);
		if (!list || list->count != rank)
			return false;
		for (u32 i = 0; i < rank; i++)
			out[k][i] = ir_attr_array_int(list, i);
	}
	return true;
}

// The last element that the slice touches lies inside.
static bool slice_inside(i64 size, i64 at, i64 count, i64 stride) {
	if (at != IR_DYNAMIC && at < 0)
		return false;
	if (size == IR_DYNAMIC || at == IR_DYNAMIC)
		return true;
	if (count == IR_DYNAMIC || stride == IR_DYNAMIC || count <= 0)
		return at <= size;
	i64 last;
	return !__builtin_mul_overflow(count - 1, stride, &last) &&
	       !__builtin_add_overflow(last, at, &last) && last < size && last >= 0;
}

bool dialect_verify_slices(struct diag_engine *d, struct ir_op *op, u32 first_group, ir_type whole,
                           bool bounds) {
	static const char *const names[] = {"offset", "size", "stride"};
	i64 lists[3][RANK_MAX];
	u32 rank = whole->rank;
	if (rank > RANK_MAX)
		return ir_op_error(d, op, "supports at most %u dimensions", RANK_MAX);
	for (u32 k = 0; k < 3; k++) {
		ir_attr list = ir_op_attr(op, slice_lists[k]);
		u32 dynamic = 0;
		if (list->count != rank)
			return ir_op_error(d, op, "expected %u %s values, got %u", rank, names[k], list->count);
		for (u32 i = 0; i < rank; i++) {
			lists[k][i] = ir_attr_array_int(list, i);
			dynamic += lists[k][i] == IR_DYNAMIC;
		}
		if (ir_op_operand_group(op, first_group + k).count != dynamic)
			return ir_op_error(d, op, "expected %u dynamic %s values", dynamic, names[k]);
	}
	for (u32 i = 0; i < rank; i++) {
		if (lists[1][i] != IR_DYNAMIC && lists[1][i] < 0)
			return ir_op_error(d, op, "expected sizes to be non-negative, but got %lld",
			                   (long long)lists[1][i]);
		if (bounds && !slice_inside(whole->shape[i], lists[0][i], lists[1][i], lists[2][i]))
			return ir_op_error(d, op, "slice along dimension %u runs out-of-bounds", i);
	}
	return true;
}

// ---- dropped unit dimensions, groups ----------------------------------------------------------

bool dialect_is_rank_reduced(ir_type full, ir_type reduced, bool *dropped) {
	i64 full_strides[RANK_MAX], strides[RANK_MAX], full_offset, offset;
	bool strided = full->kind == IR_TYPE_MEMREF;
	if (full->rank > RANK_MAX || reduced->rank > full->rank || full->element != reduced->element)
		return false;
	if (strided && (!memref_layout(full, full_strides, &full_offset) ||
	                !memref_layout(reduced, strides, &offset)))
		return false;
	u32 k = 0;
	for (u32 i = 0; i < full->rank; i++) {
		bool kept = k < reduced->rank && full->shape[i] == reduced->shape[k] &&
		            (!strided || full_strides[i] == strides[k]);
		if (!kept && full->shape[i] != 1)
			return false;
		if (dropped)
			dropped[i] = !kept;
		k += kept;
	}
	return k == reduced->rank && (!strided || full_offset == offset);
}

bool dialect_verify_reassociation(struct diag_engine *d, struct ir_op *op, ir_type expanded,
                                  ir_type collapsed) {
	ir_attr reassociation = ir_op_attr(op, NAME_reassociation);
	if (reassociation->count != collapsed->rank)
		return ir_op_error(
			d, op,
			"expected rank of the collapsed type (%u) to be the number of reassociation maps (%u)",
			collapsed->rank, reassociation->count);
	u32 next = 0;
	for (u32 i = 0; i < reassociation->count; i++) {
		ir_attr group = reassociation->elements[i];
		i64 product = 1;
		if (group->count == 0)
			return ir_op_error(d, op, "reassociation map #%u is empty", i);
		for (u32 k = 0; k < group->count; k++, next++) {
			if (ir_attr_array_int(group, k) != next || next >= expanded->rank)
				return ir_op_error(d, op,
				                   "expected reassociation map #%u to be valid and contiguous", i);
			product = dialect_known_product(product, expanded->shape[next]);
		}
		if (product != collapsed->shape[i])
			return ir_op_error(
				d, op,
				"expected dimension %u of collapsed type to be %s, as the expanded dimensions say",
				i, product == IR_DYNAMIC ? "dynamic" : "the product of static sizes");
	}
	if (next != expanded->rank)
		return ir_op_error(
			d, op, "expected the reassociation to cover all %u dimensions of the expanded type",
			expanded->rank);
	return true;
}

// ---- dim, reshape, from_elements --------------------------------------------------------------

HOOK_VERIFY(dialect_verify_dim) {
	ir_type type = ir_operand_get(op, 0)->type;
	return !ir_type_is_ranked(type) || type->rank > 0 ||
	       ir_op_error(d, op, "operand #0 must not have rank 0");
}

// memref.reshape, tensor.reshape: the shape operand has one entry for each dimension of the result.
HOOK_VERIFY(dialect_verify_reshape) {
	ir_type source = ir_operand_get(op, 0)->type, shape = ir_operand_get(op, 1)->type,
			type = op->results[0].type;
	if (source->element != type->element)
		return ir_op_error(d, op,
		                   "element types of source and destination types should be the same");
	if (shape->rank != 1 || !ir_type_is_int_or_index(shape->element))
		return ir_op_error(d, op,
		                   "the shape operand must be of rank 1 with integer or index elements");
	if (ir_type_is_ranked(type)) {
		if (shape->shape[0] != IR_DYNAMIC && shape->shape[0] != type->rank)
			return ir_op_error(d, op, "length of shape operand differs from the result's rank");
		if (ir_type_is_ranked(source) && ir_type_has_static_shape(source) &&
		    ir_type_has_static_shape(type) &&
		    ir_type_num_elements(source) != ir_type_num_elements(type))
			return ir_op_error(d, op,
			                   "source and destination should have the same number of elements");
		if (type->kind == IR_TYPE_MEMREF &&
		    (type->layout || (ir_type_is_ranked(source) && source->layout)))
			return ir_op_error(d, op,
			                   "source and result memref types should have identity layouts");
	}
	return true;
}

HOOK_VERIFY(dialect_verify_from_elements) {
	ir_type type = op->results[0].type;
	if (!ir_type_has_static_shape(type) || (type->kind == IR_TYPE_VECTOR && type->scalable))
		return ir_op_error(d, op, "result must have a static shape");
	return (u64)ir_type_num_elements(type) == op->num_operands ||
	       ir_op_error(d, op,
	                   "number of operands (%u) differs from the result's number of elements",
	                   op->num_operands);
}
