// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding that several dialects share: ops lane by lane over constants, elements moved about,
// dimensions and ranks of known types. A fold never makes IR: it names an existing value, gives a
// constant, or changes its op in place; it shrinks or canonicalises in one direction, so it ends.
#include "dialect/hooks.h"

bool dialect_fold_to_value(struct ir_fold_result *results, struct ir_value *v) {
	results[0] = (struct ir_fold_result){NULL, v};
	return true;
}

bool dialect_fold_to_attr(struct ir_fold_result *results, ir_attr a) {
	ASSERT(a);
	results[0] = (struct ir_fold_result){a, NULL};
	return true;
}

bool dialect_fold_to_int(struct ir_context *c, struct ir_op *op, struct ir_fold_result *results,
                         i64 v) {
	return dialect_fold_to_attr(results, dialect_int_attr(c, op->results[0].type, v));
}

bool dialect_may_fold(ir_type type) {
	if (!ir_type_is_shaped(type))
		return true;
	return ir_type_is_ranked(type) && ir_type_has_static_shape(type) &&
	       (u64)ir_type_num_elements(type) <= DIALECT_FOLD_BYTES / ir_type_bytes(type->element);
}

// ---- lane by lane -----------------------------------------------------------------------------

static bool has_lanes(ir_attr a) {
	if (!a)
		return false;
	if (a->kind == IR_ATTR_INTEGER || a->kind == IR_ATTR_FLOAT)
		return true;
	return a->kind == IR_ATTR_DENSE_ELEMENTS &&
	       (ir_type_is_float(a->type->element) || ir_type_is_int_or_index(a->type->element));
}

static bool is_splat(ir_attr a) { return a->kind != IR_ATTR_DENSE_ELEMENTS || a->splat; }

static union ir_scalar lane_load(ir_attr a, u64 i) {
	if (a->kind == IR_ATTR_INTEGER)
		return (union ir_scalar){.i = a->integer};
	if (a->kind == IR_ATTR_FLOAT)
		return (union ir_scalar){.f = a->real};
	const u8 *p = a->data + (a->splat ? 0 : i) * ir_type_bytes(a->type->element);
	if (ir_type_is_float(a->type->element))
		return (union ir_scalar){.f = ir_element_load_float(a->type->element, p)};
	return (union ir_scalar){.i = ir_element_load_int(a->type->element, p)};
}

static void lane_store(ir_type element, u8 *p, union ir_scalar v) {
	if (ir_type_is_float(element))
		ir_element_store_float(element, p, v.f);
	else
		ir_element_store_int(element, p, v.i);
}

static ir_attr lane_attr(struct ir_context *c, ir_type type, union ir_scalar v) {
	if (ir_type_is_float(type))
		return ir_attr_float(c, type, v.f);
	return ir_attr_integer(c, type, v.i);
}

enum { LANE_OPERANDS = 3, LANE_RESULTS = 2 };

// Dense results of `count` lanes each (1: splats).
static bool fold_dense(struct ir_context *c, struct ir_op *op, const struct ir_lane *lane,
                       const ir_attr *operands, u64 count, struct arena *scratch,
                       struct ir_fold_result *results) {
	u8 *bytes[LANE_RESULTS];
	u64 size[LANE_RESULTS];
	for (u32 r = 0; r < op->num_results; r++) {
		size[r] = ir_type_bytes(ir_type_scalar(op->results[r].type));
		bytes[r] = arena_alloc_zero(scratch, size[r] * count, 8);
	}
	for (u64 i = 0; i < count; i++) {
		union ir_scalar in[LANE_OPERANDS], out[LANE_RESULTS];
		for (u32 k = 0; k < op->num_operands; k++)
			in[k] = lane_load(operands[k], i);
		if (!op->info->row->hooks.scalar(lane, in, out))
			return false;
		for (u32 r = 0; r < op->num_results; r++)
			lane_store(ir_type_scalar(op->results[r].type), bytes[r] + i * size[r], out[r]);
	}
	for (u32 r = 0; r < op->num_results; r++)
		results[r] = (struct ir_fold_result){
			ir_attr_dense(c, op->results[r].type, bytes[r], size[r] * count, count == 1), NULL};
	return true;
}

HOOK_FOLD(dialect_fold_lanes) {
	ASSERT(op->info->row->hooks.scalar && op->num_operands <= LANE_OPERANDS &&
	       op->num_results <= LANE_RESULTS);
	bool splat = true;
	for (u32 k = 0; k < op->num_operands; k++) {
		if (!has_lanes(operands[k]))
			return false;
		splat &= is_splat(operands[k]);
	}
	ir_type type = op->results[0].type;
	struct ir_lane lane = {.in = ir_type_scalar(ir_operand_get(op, 0)->type),
	                       .out = ir_type_scalar(type),
	                       .predicate = ir_op_int(op, NAME_predicate, 0)};
	if (!ir_type_is_shaped(type)) {
		union ir_scalar in[LANE_OPERANDS], out[LANE_RESULTS];
		for (u32 k = 0; k < op->num_operands; k++)
			in[k] = lane_load(operands[k], 0);
		if (!op->info->row->hooks.scalar(&lane, in, out))
			return false;
		for (u32 r = 0; r < op->num_results; r++)
			results[r] = (struct ir_fold_result){lane_attr(c, op->results[r].type, out[r]), NULL};
		return true;
	}
	if (!ir_type_has_static_shape(type) || (!splat && !dialect_may_fold(type)))
		return false;
	struct arena scratch;
	arena_init(&scratch);
	u64 count = splat ? 1 : (u64)ir_type_num_elements(type);
	bool done = fold_dense(c, op, &lane, operands, count, &scratch, results);
	arena_deinit(&scratch);
	return done;
}

// ---- elements moved about ---------------------------------------------------------------------

bool dialect_fold_rearranged(struct ir_context *c, ir_type type, ir_attr from,
                             dialect_position_fn *source, const void *user,
                             struct ir_fold_result *results) {
	if (!from || from->kind != IR_ATTR_DENSE_ELEMENTS || !ir_type_is_shaped(type) ||
	    !ir_type_has_static_shape(type))
		return false;
	u64 size = ir_type_bytes(type->element);
	if (from->splat)
		return dialect_fold_to_attr(results, ir_attr_dense(c, type, from->data, size, true));
	if (!dialect_may_fold(type))
		return false;
	u64 count = (u64)ir_type_num_elements(type);
	struct arena scratch;
	arena_init(&scratch);
	u8 *bytes = arena_alloc(&scratch, size * count + 1, 8);
	for (u64 i = 0; i < count; i++)
		memcpy(bytes + i * size, from->data + source(user, i) * size, size);
	ir_attr folded = ir_attr_dense(c, type, bytes, size * count, false);
	arena_deinit(&scratch);
	return dialect_fold_to_attr(results, folded);
}

// Scalars to dense elements: vector.from_elements, tensor.from_elements.
HOOK_FOLD(dialect_fold_from_elements) {
	ir_type type = op->results[0].type;
	if (op->num_operands == 0 || !dialect_may_fold(type))
		return false;
	for (u32 i = 0; i < op->num_operands; i++)
		if (!has_lanes(operands[i]))
			return false;
	u64 size = ir_type_bytes(type->element);
	struct arena scratch;
	arena_init(&scratch);
	u8 *bytes = arena_alloc_zero(&scratch, size * op->num_operands, 8);
	bool splat = true;
	for (u32 i = 0; i < op->num_operands; i++) {
		lane_store(type->element, bytes + i * size, lane_load(operands[i], 0));
		splat &= memcmp(bytes, bytes + i * size, size) == 0;
	}
	ir_attr folded = ir_attr_dense(c, type, bytes, splat ? size : size * op->num_operands, splat);
	arena_deinit(&scratch);
	return dialect_fold_to_attr(results, folded);
}

// ---- dimensions -------------------------------------------------------------------------------

// The run-time size of dimension `dim` where the defining op was given it as an operand.
static struct ir_value *run_time_size(const struct ir_value *shaped, u32 dim) {
	struct ir_op *def = ir_value_def(shaped);
	if (!op_is(def, OP_memref_alloc) && !op_is(def, OP_memref_alloca) &&
	    !op_is(def, OP_tensor_empty) && !op_is(def, OP_tensor_generate))
		return NULL;
	u32 dynamic = 0;
	for (u32 i = 0; i < dim; i++)
		dynamic += shaped->type->shape[i] == IR_DYNAMIC;
	ASSERT(dynamic < def->num_operands);
	return ir_operand_get(def, dynamic);
}

// memref.dim, tensor.dim: static sizes, sizes that were operands, entries of index lists.
HOOK_FOLD(dialect_fold_dim) {
	struct ir_value *source = ir_operand_get(op, 0);
	i64 dim;
	if (!dialect_attr_int(operands[1], &dim) || !ir_type_is_ranked(source->type) || dim < 0 ||
	    dim >= source->type->rank)
		return false;
	if (source->type->shape[dim] != IR_DYNAMIC)
		return dialect_fold_to_int(c, op, results, source->type->shape[dim]);
	struct ir_value *size = run_time_size(source, (u32)dim);
	if (size)
		return dialect_fold_to_value(results, size);
	struct ir_op *def = ir_value_def(source);
	if ((op_is(def, OP_memref_subview) || op_is(def, OP_tensor_extract_slice)) &&
	    def->results[0].type->rank == ir_operand_get(def, 0)->type->rank) {
		struct dialect_index i = dialect_mixed(def, NAME_static_sizes, 2, (u32)dim);
		return i.value ? dialect_fold_to_value(results, i.value)
		               : dialect_fold_to_int(c, op, results, i.constant);
	}
	if (op_is(def, OP_memref_cast) && ir_type_is_ranked(ir_operand_get(def, 0)->type)) {
		ir_op_set_operand(op, 0, ir_operand_get(def, 0));
		return true;
	}
	// A destination-style op's result has the destination's sizes.
	if (op_is(def, OP_tensor_insert_slice) || op_is(def, OP_tensor_insert)) {
		ir_op_set_operand(op, 0, ir_operand_get(def, 1));
		return true;
	}
	return false;
}

HOOK_FOLD(dialect_fold_rank) {
	ir_type t = ir_operand_get(op, 0)->type;
	return ir_type_is_ranked(t) && dialect_fold_to_int(c, op, results, t->rank);
}

static u64 same_position(const void *user, u64 i) {
	(void)user;
	return i;
}

// expand_shape, collapse_shape: of the inverse, of the same type, of a constant.
HOOK_FOLD(dialect_fold_reshape) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = op->results[0].type;
	if (source->type == type && op->num_operands == 1)
		return dialect_fold_to_value(results, source);
	struct ir_op *def = ir_value_def(source);
	bool expands = op_is(op, OP_memref_expand_shape) || op_is(op, OP_tensor_expand_shape);
	enum op_id inverse = op->info->id == OP_memref_expand_shape     ? OP_memref_collapse_shape
	                     : op->info->id == OP_memref_collapse_shape ? OP_memref_expand_shape
	                     : op->info->id == OP_tensor_expand_shape   ? OP_tensor_collapse_shape
	                                                                : OP_tensor_expand_shape;
	if (op_is(def, inverse) && ir_operand_get(def, 0)->type == type &&
	    ir_op_attr(op, NAME_reassociation) == ir_op_attr(def, NAME_reassociation) &&
	    (!expands || ir_type_has_static_shape(type)))
		return dialect_fold_to_value(results, ir_operand_get(def, 0));
	if (type->kind != IR_TYPE_TENSOR)
		return false;
	return dialect_fold_rearranged(c, type, operands[0], same_position, NULL, results);
}
