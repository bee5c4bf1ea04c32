// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of views of buffers: what subview, expand_shape, collapse_shape and transpose make of
// sizes, strides and offset. IR_DYNAMIC in a result is what is known only at run time.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

bool memref_layout(ir_type t, i64 *strides, i64 *offset) {
	return t->rank <= RANK_MAX && ir_memref_strides(t, strides, offset);
}

ir_type dialect_subview_type(struct ir_context *c, ir_type source, const i64 *offsets,
                             const i64 *sizes, const i64 *strides) {
	i64 result_strides[RANK_MAX], offset;
	if (!memref_layout(source, result_strides, &offset))
		return NULL;
	for (u32 i = 0; i < source->rank; i++) {
		offset = dialect_known_sum(offset, dialect_known_product(offsets[i], result_strides[i]));
		result_strides[i] = dialect_known_product(result_strides[i], strides[i]);
	}
	return ir_type_memref(c, source->rank, sizes, source->element,
	                      ir_attr_strided(c, source->rank, result_strides, offset),
	                      source->memory_space);
}

ir_type memref_transposed(struct ir_context *c, ir_type source, ir_attr map) {
	i64 strides[RANK_MAX], sizes[RANK_MAX], result_strides[RANK_MAX], offset;
	if (!memref_layout(source, strides, &offset) || map->count != source->rank)
		return NULL;
	for (u32 i = 0; i < map->count; i++) {
		ir_expr e = map->exprs[i];
		if (e->kind != IR_EXPR_DIM || e->value >= source->rank)
			return NULL;
		sizes[i] = source->shape[e->value];
		result_strides[i] = strides[e->value];
	}
	return ir_type_memref(c, source->rank, sizes, source->element,
	                      ir_attr_strided(c, source->rank, result_strides, offset),
	                      source->memory_space);
}

// Range of the group that reassociation entry i lists; groups were checked to be consecutive.
static struct ir_range group_range(ir_attr reassociation, u32 i) {
	ir_attr group = reassociation->elements[i];
	return (struct ir_range){(u32)ir_attr_array_int(group, 0), group->count};
}

// Each group's innermost stride is the source's, the others follow from the sizes.
ir_type memref_expanded(struct ir_context *c, ir_type source, const i64 *shape, u32 rank,
                        ir_attr reassociation) {
	i64 strides[RANK_MAX], result_strides[RANK_MAX], offset;
	if (rank > RANK_MAX || !memref_layout(source, strides, &offset))
		return NULL;
	if (!source->layout)
		return ir_type_memref(c, rank, shape, source->element, NULL, source->memory_space);
	for (u32 i = 0; i < reassociation->count; i++) {
		struct ir_range group = group_range(reassociation, i);
		i64 stride = strides[i];
		for (u32 k = group.count; k-- > 0;) {
			result_strides[group.first + k] = stride;
			stride = dialect_known_product(stride, shape[group.first + k]);
		}
	}
	return ir_type_memref(c, rank, shape, source->element,
	                      ir_attr_strided(c, rank, result_strides, offset), source->memory_space);
}

// The stride of a joined group: its innermost dimension's, units aside, whose strides mean nothing.
// A run-time size may turn out to be one, so what stands outside of it is not known.
static i64 joined_stride(ir_type source, const i64 *strides, struct ir_range group) {
	u32 k = group.count - 1;
	while (k > 0 && source->shape[group.first + k] == 1)
		k--;
	return k > 0 && source->shape[group.first + k] == IR_DYNAMIC ? IR_DYNAMIC
	                                                             : strides[group.first + k];
}

static bool is_contiguous(ir_type source, const i64 *strides, struct ir_range group, i64 stride) {
	for (u32 k = group.count; k-- > 1;) {
		stride = dialect_known_product(stride, source->shape[group.first + k]);
		u32 outer = group.first + k - 1;
		if (source->shape[outer] != 1 && stride != IR_DYNAMIC && strides[outer] != IR_DYNAMIC &&
		    stride != strides[outer])
			return false;
	}
	return true;
}

ir_type memref_collapsed(struct ir_context *c, ir_type source, ir_attr reassociation) {
	i64 strides[RANK_MAX], sizes[RANK_MAX], result_strides[RANK_MAX], offset;
	u32 rank = reassociation->count;
	if (rank > RANK_MAX || !memref_layout(source, strides, &offset))
		return NULL;
	for (u32 i = 0; i < rank; i++) {
		struct ir_range group = group_range(reassociation, i);
		sizes[i] = 1;
		for (u32 k = 0; k < group.count; k++)
			sizes[i] = dialect_known_product(sizes[i], source->shape[group.first + k]);
		result_strides[i] = joined_stride(source, strides, group);
		if (source->layout && !is_contiguous(source, strides, group, result_strides[i]))
			return NULL;
	}
	ir_attr layout = source->layout ? ir_attr_strided(c, rank, result_strides, offset) : NULL;
	return ir_type_memref(c, rank, sizes, source->element, layout, source->memory_space);
}

bool memref_same_layout(ir_type a, ir_type b) {
	i64 a_strides[RANK_MAX], b_strides[RANK_MAX], a_offset, b_offset;
	if (a->layout == b->layout)
		return true;
	if (!memref_layout(a, a_strides, &a_offset) || !memref_layout(b, b_strides, &b_offset))
		return false;
	return a->rank == b->rank && a_offset == b_offset &&
	       memcmp(a_strides, b_strides, sizeof(*a_strides) * a->rank) == 0;
}
