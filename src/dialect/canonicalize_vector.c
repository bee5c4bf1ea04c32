// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical forms of vector ops: masks that are known, positions that are constant, elements read
// through the ops that put them there. (MLIR's patterns of the same ops.)
#include "dialect/canonicalize.h"

enum { RANK_MAX = 16 };

// ---- masks ------------------------------------------------------------------------------------

enum mask_state { MASK_UNKNOWN, MASK_NONE, MASK_ALL };

// What is known of a mask from the op that made it.
static enum mask_state mask_state(const struct ir_value *mask) {
	i64 bit;
	if (ir_value_constant_int(mask, &bit))
		return bit ? MASK_ALL : MASK_NONE;
	struct ir_op *def = ir_value_def(mask);
	ir_attr sizes =
		op_is(def, OP_vector_constant_mask) ? ir_op_attr(def, NAME_mask_dim_sizes) : NULL;
	bool all = sizes != NULL;
	for (u32 i = 0; sizes && i < sizes->count; i++) {
		if (ir_attr_array_int(sizes, i) == 0)
			return MASK_NONE;
		all &= ir_attr_array_int(sizes, i) == mask->type->shape[i];
	}
	return all ? MASK_ALL : MASK_UNKNOWN;
}

// create_mask of constants is constant_mask, with sizes clamped to the shape.
static bool create_mask_constant(struct ir_rewriter *r, struct ir_op *op) {
	ir_type type = op->results[0].type;
	ir_attr sizes[RANK_MAX];
	bool empty = false;
	if (op->num_operands > RANK_MAX || op->num_operands == 0 || type->scalable)
		return false;
	i64 values[RANK_MAX];
	for (u32 i = 0; i < op->num_operands; i++) {
		if (!ir_value_constant_int(ir_operand_get(op, i), &values[i]))
			return false;
		values[i] = BASE_MAX(0, BASE_MIN(values[i], type->shape[i]));
		empty |= values[i] == 0;
	}
	for (u32 i = 0; i < op->num_operands; i++)
		sizes[i] = ir_attr_i64(r->context, empty ? 0 : values[i]);
	struct ir_named_attr props[] = {
		{NAME_mask_dim_sizes, ir_attr_array(r->context, op->num_operands, sizes)},
		{NAME_none, NULL}};
	ir_rewrite_replace_1(r, op, ir_rule_build(r, OP_vector_constant_mask, type, 0, NULL, props));
	return true;
}

// A masked load or store under a full mask is a plain one; under an empty mask it is nothing.
static bool masked_access(struct ir_rewriter *r, struct ir_op *op) {
	bool load = op_is(op, OP_vector_maskedload);
	struct ir_range indices = ir_op_operand_group(op, 1), mask = ir_op_operand_group(op, 2);
	struct ir_value *last = ir_operand_get(op, op->num_operands - 1);  // passed through, or stored
	enum mask_state state = mask_state(ir_operand_get(op, mask.first));
	if (state == MASK_UNKNOWN || indices.count > RANK_MAX)
		return false;
	if (state == MASK_NONE) {
		if (load)
			ir_rewrite_replace_1(r, op, last);
		else
			ir_rewrite_erase(r, op);
		return true;
	}
	struct ir_value *operands[RANK_MAX + 2];
	u32 n = 0;
	if (!load)
		operands[n++] = last;
	for (u32 i = 0; i <= indices.count; i++)
		operands[n++] = ir_operand_get(op, i);
	struct ir_op *made = ir_build(
		&r->b, &(struct ir_op_desc){
				   .info = ir_op_info_get(r->context, load ? OP_vector_load : OP_vector_store),
				   .num_operands = n,
				   .operands = operands,
				   .num_results = load,
				   .results = load ? &last->type : NULL});
	made->attrs = op->attrs;
	if (load)
		ir_rewrite_replace_1(r, op, ir_result_get(made, 0));
	else
		ir_rewrite_erase(r, op);
	return true;
}

// A transfer with a full mask needs none.
static bool transfer_full_mask(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_range mask = ir_op_operand_group(op, 3);
	if (mask.count == 0 || mask_state(ir_operand_get(op, mask.first)) != MASK_ALL ||
	    op->num_operands > 32)
		return false;
	struct ir_value *operands[32];
	for (u32 i = 0; i < op->num_operands - 1; i++)
		operands[i] = ir_operand_get(op, i);
	ASSERT(mask.first == op->num_operands - 1);
	ir_type types[1];
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = op->results[i].type;
	struct ir_op *made =
		ir_rewrite_recreate(r, op, op->num_operands - 1, operands, op->num_results, types);
	ir_attr segments = ir_op_attr(op, NAME_operandSegmentSizes);
	i32 sizes[4];
	for (u32 i = 0; i < 4; i++)
		sizes[i] = i == 3 ? 0 : (i32)ir_attr_array_int(segments, i);
	ir_op_set_prop(made, NAME_operandSegmentSizes, ir_attr_i32_array(r->context, 4, sizes));
	struct ir_value *result = op->num_results ? ir_result_get(made, 0) : NULL;
	ir_rewrite_replace(r, op, &result);
	return true;
}

// ---- elements ---------------------------------------------------------------------------------

// extractelement and insertelement at a constant place are extract and insert.
static bool element_at_constant(struct ir_rewriter *r, struct ir_op *op) {
	bool extract = op_is(op, OP_vector_extractelement);
	u32 vectors = extract ? 1 : 2;
	i64 at = 0;
	if (op->num_operands > vectors && !ir_value_constant_int(ir_operand_get(op, vectors), &at))
		return false;
	ir_type vector = ir_operand_get(op, vectors - 1)->type;
	if (vector->rank == 1 && (at < 0 || at >= vector->shape[0]))
		return false;
	struct ir_named_attr props[] = {
		{NAME_static_position, ir_attr_i64_array(r->context, vector->rank, &at)},
		{NAME_none, NULL}};
	struct ir_value *operands[] = {ir_operand_get(op, 0), extract ? NULL : ir_operand_get(op, 1)};
	ir_rewrite_replace_1(r, op,
	                     ir_rule_build(r, extract ? OP_vector_extract : OP_vector_insert,
	                                   op->results[0].type, vectors, operands, props));
	return true;
}

// Run-time positions that are constants move into the attribute.
static bool position_constants(struct ir_rewriter *r, struct ir_op *op) {
	bool extract = op_is(op, OP_vector_extract);
	u32 first = extract ? 1 : 2, dynamic = 0, kept = first;
	ir_attr position = ir_op_attr(op, NAME_static_position);
	struct ir_value *operands[RANK_MAX + 2];
	i64 places[RANK_MAX];
	bool changed = false;
	if (op->num_operands == first || position->count > RANK_MAX)
		return false;
	for (u32 i = 0; i < first; i++)
		operands[i] = ir_operand_get(op, i);
	for (u32 i = 0; i < position->count; i++) {
		places[i] = ir_attr_array_int(position, i);
		if (places[i] != IR_DYNAMIC)
			continue;
		struct ir_value *v = ir_operand_get(op, first + dynamic++);
		i64 at;
		i64 size = ir_operand_get(op, first - 1)->type->shape[i];
		if (ir_value_constant_int(v, &at) && at >= 0 && at < size) {
			places[i] = at;
			changed = true;
		} else {
			operands[kept++] = v;
		}
	}
	if (!changed)
		return false;
	struct ir_named_attr props[] = {
		{NAME_static_position, ir_attr_i64_array(r->context, position->count, places)},
		{NAME_none, NULL}};
	struct ir_value *made =
		ir_rule_build(r, op->info->id, op->results[0].type, kept, operands, props);
	ir_rewrite_replace_1(r, op, made);
	return true;
}

static bool constant_position(const struct ir_op *op, ir_attr *position) {
	*position = ir_op_attr(op, NAME_static_position);
	for (u32 i = 0; i < (*position)->count; i++)
		if (ir_attr_array_int(*position, i) == IR_DYNAMIC)
			return false;
	return true;
}

// An element read through an insert at another place.
static bool extract_past_insert(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_op *insert = ir_value_def(ir_operand_get(op, 0));
	ir_attr a, b;
	if (!op_is(insert, OP_vector_insert) || !constant_position(op, &a) ||
	    !constant_position(insert, &b))
		return false;
	for (u32 i = 0; i < BASE_MIN(a->count, b->count); i++)
		if (ir_attr_array_int(a, i) != ir_attr_array_int(b, i)) {
			ir_rewrite_set_operand(r, op, 0, ir_operand_get(insert, 1));
			return true;
		}
	return false;
}

// extract of extract: one with both positions.
static bool extract_of_extract(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_op *inner = ir_value_def(ir_operand_get(op, 0));
	ir_attr a, b;
	if (!op_is(inner, OP_vector_extract) || !constant_position(op, &a) ||
	    !constant_position(inner, &b) || a->count + b->count > RANK_MAX)
		return false;
	i64 places[RANK_MAX];
	for (u32 i = 0; i < a->count + b->count; i++)
		places[i] = i < b->count ? ir_attr_array_int(b, i) : ir_attr_array_int(a, i - b->count);
	struct ir_named_attr props[] = {
		{NAME_static_position, ir_attr_i64_array(r->context, a->count + b->count, places)},
		{NAME_none, NULL}};
	struct ir_value *source = ir_operand_get(inner, 0);
	ir_rewrite_replace_1(
		r, op, ir_rule_build(r, OP_vector_extract, op->results[0].type, 1, &source, props));
	return true;
}

// The only element of a vector is its reduction (combined with the accumulator, if any, by the op
// of the kind; that is left to lowering).
static bool reduction_of_one(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_value *vector = ir_operand_get(op, 0);
	if (op->num_operands != 1 || vector->type->rank != 1 || vector->type->shape[0] != 1 ||
	    vector->type->scalable)
		return false;
	i64 at = 0;
	struct ir_named_attr props[] = {{NAME_static_position, ir_attr_i64_array(r->context, 1, &at)},
	                                {NAME_none, NULL}};
	ir_rewrite_replace_1(
		r, op, ir_rule_build(r, OP_vector_extract, op->results[0].type, 1, &vector, props));
	return true;
}

static const struct ir_pattern patterns[] = {
	{OP_vector_create_mask, "mask of constants", create_mask_constant},
	{OP_vector_maskedload, "load under a known mask", masked_access},
	{OP_vector_maskedstore, "store under a known mask", masked_access},
	{OP_vector_transfer_read, "read under a full mask", transfer_full_mask},
	{OP_vector_transfer_write, "write under a full mask", transfer_full_mask},
	{OP_vector_extractelement, "element at a constant place", element_at_constant},
	{OP_vector_insertelement, "element at a constant place", element_at_constant},
	{OP_vector_extract, "constant positions", position_constants},
	{OP_vector_insert, "constant positions", position_constants},
	{OP_vector_extract, "extract past an insert", extract_past_insert},
	{OP_vector_extract, "extract of extract", extract_of_extract},
	{OP_vector_reduction, "reduction of one element", reduction_of_one},
};
const struct ir_pattern_set dialect_canonicalize_vector = {
	.name = "vector", .patterns = patterns, .num_patterns = ARRAY_SIZE(patterns)};
