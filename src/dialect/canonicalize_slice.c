// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical forms of memref and tensor ops: sizes and positions that are constants move into types
// and static lists, accesses look through casts, buffers that nobody reads go. (MLIR's patterns of
// the same ops.) Where a result's type gets more precise a cast gives users the type they had.
#include "dialect/canonicalize.h"

enum { RANK_MAX = 16 };

static struct ir_value *cast_to(struct ir_rewriter *r, struct ir_value *v, ir_type type) {
	if (v->type == type)
		return v;
	return ir_rule_build(r, type->kind == IR_TYPE_MEMREF ? OP_memref_cast : OP_tensor_cast, type, 1,
	                     &v, (struct ir_named_attr[]){{NAME_none, NULL}});
}

// ---- slices with constant entries -------------------------------------------------------------

struct slice_lists {
	struct dialect_index offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	bool changed;
};

static struct dialect_index known_entry(struct slice_lists *lists, struct dialect_index i) {
	i64 constant;
	if (!i.value || !ir_value_constant_int(i.value, &constant) || constant == IR_DYNAMIC ||
	    constant < 0)
		return i;
	lists->changed = true;
	return dialect_index_const(constant);
}

static void read_lists(const struct ir_op *op, u32 first_group, u32 rank, struct slice_lists *out) {
	out->changed = false;
	for (u32 i = 0; i < rank; i++) {
		out->offsets[i] = known_entry(out, dialect_mixed(op, NAME_static_offsets, first_group, i));
		out->sizes[i] = known_entry(out, dialect_mixed(op, NAME_static_sizes, first_group + 1, i));
		out->strides[i] =
			known_entry(out, dialect_mixed(op, NAME_static_strides, first_group + 2, i));
	}
}

// subview, extract_slice of full rank; rank-reduced ones keep their operands.
static bool slice_constants(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0);
	struct slice_lists lists;
	u32 rank = source->type->rank;
	if (rank > RANK_MAX || op->results[0].type->rank != rank || op->num_operands == 1)
		return false;
	read_lists(op, 1, rank, &lists);
	if (!lists.changed)
		return false;
	struct ir_value *made = dialect_build_slice(&r->b, op->info->id, source, rank, lists.offsets,
	                                            lists.sizes, lists.strides, NULL);
	ir_value_def(made)->attrs = op->attrs;
	ir_rewrite_replace_1(r, op, cast_to(r, made, op->results[0].type));
	return true;
}

static bool insert_slice_constants(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0), *dest = ir_operand_get(op, 1);
	struct slice_lists lists;
	u32 rank = dest->type->rank;
	if (rank > RANK_MAX || source->type->rank != rank || op->num_operands == 2)
		return false;
	read_lists(op, 2, rank, &lists);
	if (!lists.changed)
		return false;
	// The source must have the sizes that are now known.
	i64 shape[RANK_MAX];
	for (u32 i = 0; i < rank; i++) {
		shape[i] = lists.sizes[i].value ? source->type->shape[i] : lists.sizes[i].constant;
		if (source->type->shape[i] != IR_DYNAMIC)
			shape[i] = source->type->shape[i];
	}
	ir_type type = ir_type_with_shape(r->context, source->type, rank, shape);
	if (!source->type->encoding)
		source = cast_to(r, source, type);
	struct ir_value *made = dialect_build_insert_slice(&r->b, op->info->id, source, dest, rank,
	                                                   lists.offsets, lists.sizes, lists.strides);
	ir_value_def(made)->attrs = op->attrs;
	ir_rewrite_replace_1(r, op, made);
	return true;
}

// ---- buffers of constant size -----------------------------------------------------------------

// alloc, alloca, tensor.empty
static bool sized_constants(struct ir_rewriter *r, struct ir_op *op) {
	ir_type type = op->results[0].type;
	struct ir_range dynamic = ir_op_operand_group(op, 0);
	struct ir_value *sizes[RANK_MAX];
	i64 shape[RANK_MAX];
	u32 kept = 0, at = 0;
	if (type->rank > RANK_MAX || dynamic.count == 0 || dynamic.count != op->num_operands ||
	    (type->kind == IR_TYPE_MEMREF && type->layout) || type->encoding)
		return false;
	for (u32 i = 0; i < type->rank; i++) {
		shape[i] = type->shape[i];
		if (shape[i] != IR_DYNAMIC)
			continue;
		struct ir_value *size = ir_operand_get(op, at++);
		i64 constant;
		if (ir_value_constant_int(size, &constant) && constant >= 0)
			shape[i] = constant;
		else
			sizes[kept++] = size;
	}
	if (kept == dynamic.count)
		return false;
	ir_type known =
		type->kind == IR_TYPE_MEMREF
			? ir_type_memref(r->context, type->rank, shape, type->element, NULL, type->memory_space)
			: ir_type_tensor(r->context, type->rank, shape, type->element, NULL);
	struct ir_value *made = dialect_build_sized(&r->b, op->info->id, known, kept, sizes);
	struct ir_op *def = ir_value_def(made);
	def->attrs = op->attrs;
	if (type->kind == IR_TYPE_MEMREF)
		ir_op_set_prop(def, NAME_alignment, ir_op_attr(op, NAME_alignment));
	ir_rewrite_replace_1(r, op, cast_to(r, made, type));
	return true;
}

// A buffer that is only written and freed.
static bool alloc_unread(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_value *buffer = &op->results[0];
	if (ir_value_unused(buffer))
		return false;  // dead anyway
	IR_USES(buffer, u) {
		bool store = op_is(u->owner, OP_memref_store) && u == &u->owner->operands[1];
		if (!store && !op_is(u->owner, OP_memref_dealloc))
			return false;
	}
	while (buffer->uses)
		ir_rewrite_erase(r, buffer->uses->owner);
	ir_rewrite_erase(r, op);
	return true;
}

// ---- casts ------------------------------------------------------------------------------------

// Accesses and copies do not mind how much of a buffer's type is known.
static bool access_through_cast(struct ir_rewriter *r, struct ir_op *op) {
	bool changed = false;
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_op *cast = ir_value_def(ir_operand_get(op, i));
		if (!op_is(cast, OP_memref_cast))
			continue;
		ir_type from = ir_operand_get(cast, 0)->type;
		if (!ir_type_is_ranked(from) ||
		    from->element != ir_type_element(ir_operand_get(op, i)->type))
			continue;
		ir_rewrite_set_operand(r, op, i, ir_operand_get(cast, 0));
		changed = true;
	}
	return changed;
}

static bool copy_to_itself(struct ir_rewriter *r, struct ir_op *op) {
	if (ir_operand_get(op, 0) != ir_operand_get(op, 1))
		return false;
	ir_rewrite_erase(r, op);
	return true;
}

// ---- reshapes ---------------------------------------------------------------------------------

// collapse of collapse, expand of expand: groups of groups. `outer` lists groups of `inner`'s
// groups.
static ir_attr joined_groups(struct ir_rewriter *r, ir_attr outer, ir_attr inner) {
	ir_attr groups[RANK_MAX];
	for (u32 i = 0; i < outer->count; i++) {
		ir_attr dims[RANK_MAX];
		u32 n = 0;
		for (u32 k = 0; k < outer->elements[i]->count; k++) {
			u32 group = (u32)ir_attr_array_int(outer->elements[i], k);
			if (group >= inner->count)
				return NULL;
			for (u32 d = 0; d < inner->elements[group]->count; d++) {
				if (n == RANK_MAX)
					return NULL;
				dims[n++] = inner->elements[group]->elements[d];
			}
		}
		groups[i] = ir_attr_array(r->context, n, dims);
	}
	return ir_attr_array(r->context, outer->count, groups);
}

static bool collapse_twice(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_op *inner = ir_value_def(ir_operand_get(op, 0));
	ir_attr outer = ir_op_attr(op, NAME_reassociation);
	if (!inner || inner->info != op->info || outer->count > RANK_MAX)
		return false;
	ir_attr groups = joined_groups(r, outer, ir_op_attr(inner, NAME_reassociation));
	if (!groups)
		return false;
	struct ir_value *source = ir_operand_get(inner, 0);
	struct ir_named_attr props[] = {{NAME_reassociation, groups}, {NAME_none, NULL}};
	ir_rewrite_replace_1(r, op,
	                     ir_rule_build(r, op->info->id, op->results[0].type, 1, &source, props));
	return true;
}

static bool expand_twice(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_op *inner = ir_value_def(ir_operand_get(op, 0));
	ir_type type = op->results[0].type;
	if (!inner || inner->info != op->info || !ir_type_has_static_shape(type) ||
	    type->rank > RANK_MAX || inner->num_operands != 1)
		return false;
	ir_attr groups =
		joined_groups(r, ir_op_attr(inner, NAME_reassociation), ir_op_attr(op, NAME_reassociation));
	if (!groups)
		return false;
	struct ir_value *source = ir_operand_get(inner, 0);
	struct ir_named_attr props[] = {
		{NAME_reassociation, groups},
		{NAME_static_output_shape, ir_op_attr(op, NAME_static_output_shape)},
		{NAME_none, NULL}};
	ir_rewrite_replace_1(r, op, ir_rule_build(r, op->info->id, type, 1, &source, props));
	return true;
}

static const struct ir_pattern patterns[] = {
	{OP_memref_subview, "constant entries of a slice", slice_constants},
	{OP_tensor_extract_slice, "constant entries of a slice", slice_constants},
	{OP_tensor_insert_slice, "constant entries of a slice", insert_slice_constants},
	{OP_memref_alloc, "buffer of constant size", sized_constants},
	{OP_memref_alloca, "buffer of constant size", sized_constants},
	{OP_tensor_empty, "tensor of constant size", sized_constants},
	{OP_memref_alloc, "buffer that nobody reads", alloc_unread},
	{OP_memref_alloca, "buffer that nobody reads", alloc_unread},
	{OP_memref_load, "access through a cast", access_through_cast},
	{OP_memref_store, "access through a cast", access_through_cast},
	{OP_memref_copy, "access through a cast", access_through_cast},
	{OP_memref_dealloc, "access through a cast", access_through_cast},
	{OP_vector_load, "access through a cast", access_through_cast},
	{OP_vector_store, "access through a cast", access_through_cast},
	{OP_memref_copy, "copy to itself", copy_to_itself},
	{OP_memref_collapse_shape, "collapse of collapse", collapse_twice},
	{OP_tensor_collapse_shape, "collapse of collapse", collapse_twice},
	{OP_memref_expand_shape, "expand of expand", expand_twice},
	{OP_tensor_expand_shape, "expand of expand", expand_twice},
};
const struct ir_pattern_set dialect_canonicalize_slice = {
	.name = "slice", .patterns = patterns, .num_patterns = ARRAY_SIZE(patterns)};
