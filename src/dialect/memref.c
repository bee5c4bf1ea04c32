// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref: verification, effects, inferred types, folds, and the text of prefetch and transpose. How
// views change layouts: memref_type.c.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static bool expected_type(struct diag_engine *d, struct ir_op *op, ir_type expected) {
	if (!expected)
		return ir_op_error(d, op, "is not possible: the layout of %s is not strided that way",
		                   dialect_type_text(d, op, operand_type(op, 0)));
	return op->results[0].type == expected ||
	       ir_op_error(d, op, "expected result type to be %s, but found %s",
	                   dialect_type_text(d, op, expected),
	                   dialect_type_text(d, op, op->results[0].type));
}

// ---- effects ----------------------------------------------------------------------------------

HOOK_EFFECTS(memref_effects_alloc) {
	dialect_add_effect(a, list, count, IR_EFFECT_ALLOC, ir_result_get(op, 0));
}

HOOK_EFFECTS(memref_effects_dealloc) {
	dialect_add_effect(a, list, count, IR_EFFECT_FREE, ir_operand_get(op, 0));
}

HOOK_EFFECTS(memref_effects_copy) {
	dialect_add_effect(a, list, count, IR_EFFECT_READ, ir_operand_get(op, 0));
	dialect_add_effect(a, list, count, IR_EFFECT_WRITE, ir_operand_get(op, 1));
}

// ---- buffers ----------------------------------------------------------------------------------

static bool verify_alignment(struct diag_engine *d, struct ir_op *op) {
	i64 alignment = ir_op_int(op, NAME_alignment, 1);
	return (alignment > 0 && base_is_pow2((u64)alignment)) ||
	       ir_op_error(d, op, "alignment attribute value %lld is not a power of 2",
	                   (long long)alignment);
}

HOOK_VERIFY(memref_verify_alloc) {
	ir_type type = op->results[0].type;
	u32 symbols =
		type->layout && type->layout->kind == IR_ATTR_AFFINE_MAP ? type->layout->num_syms : 0;
	if (!dialect_verify_dynamic_sizes(d, op, ir_op_operand_group(op, 0).count, type))
		return false;
	if (ir_op_operand_group(op, 1).count != symbols)
		return ir_op_error(d, op, "symbol operand count does not equal memref symbol count");
	return verify_alignment(d, op);
}

HOOK_VERIFY(memref_verify_realloc) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	if (source->rank != 1 || type->rank != 1 || source->layout || type->layout)
		return ir_op_error(
			d, op, "unsupported layout or rank: needs memrefs of rank 1 with identity layout");
	if (source->element != type->element || source->memory_space != type->memory_space)
		return ir_op_error(d, op, "element type or memory space of source and result differ");
	if ((type->shape[0] == IR_DYNAMIC) != (op->num_operands == 2))
		return ir_op_error(d, op, "needs a size operand exactly when the result's size is dynamic");
	return true;
}

HOOK_VERIFY(memref_verify_assume_alignment) { return verify_alignment(d, op); }

// load and store: an index for each dimension.
HOOK_VERIFY(memref_verify_access) {
	bool store = op_is(op, OP_memref_store);
	u32 given = ir_op_operand_group(op, store ? 2 : 1).count, rank = operand_type(op, store)->rank;
	return given == rank ||
	       ir_op_error(d, op, "incorrect number of indices for %s, expected %u but got %u",
	                   store ? "store" : "load", rank, given);
}

HOOK_VERIFY(memref_verify_atomic_rmw) {
	ir_type memref = operand_type(op, 1), value = operand_type(op, 0);
	if (ir_op_operand_group(op, 2).count != memref->rank)
		return ir_op_error(d, op, "expects the number of subscripts to be equal to memref rank");
	if (memref->element != value)
		return ir_op_error(d, op, "value type matches element type of memref");
	switch (ir_op_int(op, NAME_kind, 0)) {
	case IR_atomic_kind_addf:
	case IR_atomic_kind_mulf:
	case IR_atomic_kind_maximumf:
	case IR_atomic_kind_minimumf:
	case IR_atomic_kind_maxnumf:
	case IR_atomic_kind_minnumf:
		return ir_type_is_float(value) ||
		       ir_op_error(d, op, "with this kind expects a floating-point type");
	case IR_atomic_kind_assign: return true;
	default:
		return value->kind == IR_TYPE_INTEGER ||
		       ir_op_error(d, op, "with this kind expects an integer type");
	}
}

HOOK_VERIFY(memref_verify_copy) {
	ir_type source = operand_type(op, 0), target = operand_type(op, 1);
	if (source->element != target->element)
		return ir_op_error(d, op, "requires the same element type for all operands");
	if (ir_type_is_ranked(source) && ir_type_is_ranked(target) &&
	    !dialect_shapes_match(source, target))
		return ir_op_error(d, op, "requires the same shape for all operands");
	return true;
}

// ---- casts ------------------------------------------------------------------------------------

static bool casts(ir_type from, ir_type to) {
	if (from->element != to->element || from->memory_space != to->memory_space)
		return false;
	if (!ir_type_is_ranked(from) || !ir_type_is_ranked(to))
		return ir_type_is_ranked(from) || ir_type_is_ranked(to);
	if (!dialect_shapes_match(from, to))
		return false;
	if (from->layout == to->layout)
		return true;
	i64 from_strides[RANK_MAX], to_strides[RANK_MAX], from_offset, to_offset;
	if (!memref_layout(from, from_strides, &from_offset) ||
	    !memref_layout(to, to_strides, &to_offset))
		return false;
	bool match = dialect_sizes_match(from_offset, to_offset);
	for (u32 i = 0; match && i < from->rank; i++)
		match = from->shape[i] == 1 || dialect_sizes_match(from_strides[i], to_strides[i]);
	return match;
}

HOOK_VERIFY(memref_verify_cast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	return casts(from, to) ||
	       ir_op_error(d, op, "operand type %s and result type %s are cast incompatible",
	                   dialect_type_text(d, op, from), dialect_type_text(d, op, to));
}

HOOK_VERIFY(memref_verify_memory_space_cast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	bool same = from->kind == to->kind && from->element == to->element &&
	            (!ir_type_is_ranked(from) ||
	             (dialect_shapes_match(from, to) && from->layout == to->layout));
	return same || ir_op_error(d, op, "operand type %s and result type %s are cast incompatible",
	                           dialect_type_text(d, op, from), dialect_type_text(d, op, to));
}

// To the same type; a cast of a cast that could have been made at once.
HOOK_FOLD(memref_fold_cast) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = op->results[0].type;
	if (source->type == type)
		return dialect_fold_to_value(results, source);
	struct ir_op *inner = ir_value_def(source);
	if (!op_is(inner, (enum op_id)op->info->id))
		return false;
	struct ir_value *origin = ir_operand_get(inner, 0);
	if (origin->type == type)
		return dialect_fold_to_value(results, origin);
	if (op_is(op, OP_memref_cast) && !casts(origin->type, type))
		return false;
	ir_op_set_operand(op, 0, origin);
	return true;
}

HOOK_VERIFY(memref_verify_reinterpret_cast) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	i64 strides[RANK_MAX], offset;
	ir_attr offsets = ir_op_attr(op, NAME_static_offsets),
			sizes = ir_op_attr(op, NAME_static_sizes), steps = ir_op_attr(op, NAME_static_strides);
	static const ir_name lists[] = {NAME_static_offsets, NAME_static_sizes, NAME_static_strides};
	if (source->element != type->element || source->memory_space != type->memory_space)
		return ir_op_error(d, op,
		                   "different element types or memory spaces specified for source type %s "
		                   "and result memref type %s",
		                   dialect_type_text(d, op, source), dialect_type_text(d, op, type));
	if (offsets->count != 1 || sizes->count != type->rank || steps->count != type->rank)
		return ir_op_error(d, op, "expected 1 offset, %u sizes and %u strides", type->rank,
		                   type->rank);
	for (u32 k = 0; k < 3; k++) {
		ir_attr list = ir_op_attr(op, lists[k]);
		u32 dynamic = 0;
		for (u32 i = 0; i < list->count; i++)
			dynamic += ir_attr_array_int(list, i) == IR_DYNAMIC;
		if (dynamic != ir_op_operand_group(op, 1 + k).count)
			return ir_op_error(d, op,
			                   "expected an operand for each dynamic offset, size and stride");
	}
	if (!memref_layout(type, strides, &offset))
		return ir_op_error(d, op, "expected result type to have a strided layout");
	if (!dialect_sizes_match(offset, ir_attr_array_int(offsets, 0)))
		return ir_op_error(d, op, "expected result type with offset = %lld instead of %lld",
		                   (long long)ir_attr_array_int(offsets, 0), (long long)offset);
	for (u32 i = 0; i < type->rank; i++) {
		if (!dialect_sizes_match(type->shape[i], ir_attr_array_int(sizes, i)))
			return ir_op_error(
				d, op, "expected result type with size = %lld instead of %lld in dim = %u",
				(long long)ir_attr_array_int(sizes, i), (long long)type->shape[i], i);
		if (!dialect_sizes_match(strides[i], ir_attr_array_int(steps, i)))
			return ir_op_error(
				d, op, "expected result type with stride = %lld instead of %lld in dim = %u",
				(long long)ir_attr_array_int(steps, i), (long long)strides[i], i);
	}
	return true;
}

// Only the base buffer of the source counts, so casts before it don't.
HOOK_FOLD(memref_fold_reinterpret_cast) {
	struct ir_op *inner = ir_value_def(ir_operand_get(op, 0));
	if (!op_is(inner, OP_memref_reinterpret_cast) && !op_is(inner, OP_memref_cast))
		return false;
	ir_op_set_operand(op, 0, ir_operand_get(inner, 0));
	return true;
}

// ---- views ------------------------------------------------------------------------------------

HOOK_INFER(memref_infer_subview) {
	ir_type source = operand_type(op, 0);
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	results[0] = dialect_static_slices(op, source->rank, offsets, sizes, strides)
	                 ? dialect_subview_type(c, source, offsets, sizes, strides)
	                 : NULL;
	return results[0] ||
	       ir_op_error(ir_diags(c), op,
	                   "has no subview type: its lists or its source's layout do not allow it");
}

HOOK_VERIFY(memref_verify_subview) {
	ir_type source = operand_type(op, 0), type = op->results[0].type, expected;
	if (!dialect_verify_slices(d, op, 1, source, false) || !memref_infer_subview(c, op, &expected))
		return false;
	if (type->memory_space != source->memory_space)
		return ir_op_error(
			d, op,
			"different memory spaces specified for base memref type %s and subview memref type %s",
			dialect_type_text(d, op, source), dialect_type_text(d, op, type));
	return dialect_is_rank_reduced(expected, type, NULL) ||
	       ir_op_error(d, op,
	                   "expected result type to be %s or a rank-reduced version. (mismatch of "
	                   "result sizes, layout or element type: %s)",
	                   dialect_type_text(d, op, expected), dialect_type_text(d, op, type));
}

// All of it.
HOOK_FOLD(memref_fold_subview) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = source->type;
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	if (op->results[0].type != type || !ir_type_has_static_shape(type) ||
	    !dialect_static_slices(op, type->rank, offsets, sizes, strides))
		return false;
	for (u32 i = 0; i < type->rank; i++)
		if (offsets[i] != 0 || strides[i] != 1 || sizes[i] != type->shape[i])
			return false;
	return dialect_fold_to_value(results, source);
}

HOOK_VERIFY(memref_verify_expand_shape) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	ir_attr shape = ir_op_attr(op, NAME_static_output_shape);
	if (!dialect_verify_reassociation(d, op, type, source))
		return false;
	if (shape->count != type->rank)
		return ir_op_error(d, op,
		                   "expected number of static shape bounds to be equal to the output rank "
		                   "(%u) but found %u",
		                   type->rank, shape->count);
	for (u32 i = 0; i < type->rank; i++)
		if (!dialect_sizes_match(ir_attr_array_int(shape, i), type->shape[i]))
			return ir_op_error(d, op, "invalid output shape provided at pos %u", i);
	if (!dialect_verify_dynamic_sizes(d, op, ir_op_operand_group(op, 1).count, type))
		return false;
	return expected_type(
		d, op,
		memref_expanded(c, source, type->shape, type->rank, ir_op_attr(op, NAME_reassociation)));
}

HOOK_VERIFY(memref_verify_collapse_shape) {
	ir_type source = operand_type(op, 0);
	return dialect_verify_reassociation(d, op, source, op->results[0].type) &&
	       expected_type(d, op, memref_collapsed(c, source, ir_op_attr(op, NAME_reassociation)));
}

HOOK_VERIFY(memref_verify_view) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	if (source->rank != 1 || !ir_type_is_int(source->element, 8) || source->layout)
		return ir_op_error(d, op, "operand #0 must be a memref of bytes of rank 1 without layout");
	if (type->layout)
		return ir_op_error(d, op, "unsupported map for result memref type %s",
		                   dialect_type_text(d, op, type));
	if (type->memory_space != source->memory_space)
		return ir_op_error(
			d, op,
			"different memory spaces specified for base memref type %s and view memref type %s",
			dialect_type_text(d, op, source), dialect_type_text(d, op, type));
	return dialect_verify_dynamic_sizes(d, op, ir_op_operand_group(op, 2).count, type);
}

// Base buffer of rank 0, offset, sizes, strides.
HOOK_INFER(memref_infer_metadata) {
	ir_type source = operand_type(op, 0);
	op->num_results = 2 + 2 * source->rank;
	results[0] = ir_type_memref(c, 0, NULL, source->element, NULL, source->memory_space);
	for (u32 i = 1; i < op->num_results; i++)
		results[i] = ir_type_index(c);
	return true;
}

HOOK_VERIFY(memref_verify_metadata) {
	ir_type source = operand_type(op, 0), base = op->results[0].type;
	if (op->num_results != 2 + 2 * (u32)source->rank)
		return ir_op_error(d, op, "expects %u sizes and as many strides among its results",
		                   source->rank);
	return (base->rank == 0 && base->element == source->element) ||
	       ir_op_error(d, op, "expects a base buffer of rank 0 with the source's elements");
}

// ---- transpose --------------------------------------------------------------------------------

HOOK_INFER(memref_infer_transpose) {
	results[0] = memref_transposed(c, operand_type(op, 0), ir_op_attr(op, NAME_permutation));
	return results[0] ||
	       ir_op_error(ir_diags(c), op, "expected a permutation map of same rank as the input");
}

HOOK_VERIFY(memref_verify_transpose) {
	ir_type source = operand_type(op, 0), type = op->results[0].type, expected;
	ir_attr map = ir_op_attr(op, NAME_permutation);
	for (u32 i = 0; i < map->count; i++)
		for (u32 k = 0; k < i; k++)
			if (map->exprs[i] == map->exprs[k])
				return ir_op_error(d, op, "expected a permutation map");
	if (map->num_dims != source->rank || map->count != source->rank)
		return ir_op_error(d, op, "expected a permutation map of same rank as the input");
	if (!memref_infer_transpose(c, op, &expected))
		return false;
	return (dialect_shapes_match(type, expected) && type->element == expected->element &&
	        memref_same_layout(type, expected)) ||
	       expected_type(d, op, expected);
}

HOOK_FOLD(memref_fold_transpose) {
	struct ir_value *source = ir_operand_get(op, 0);
	return ir_op_attr(op, NAME_permutation) == ir_attr_identity_map(c, source->type->rank) &&
	       source->type == op->results[0].type && dialect_fold_to_value(results, source);
}

struct name_list {
	struct str *data;
	u32 size, cap;
};

static bool parse_name(struct ir_parser *p, void *user) {
	struct name_list *list = user;
	struct str name;
	if (!ir_parser_keyword(p, &name))
		return false;
	vec_push(ir_parser_arena(p), *list, name);
	return true;
}

// %in (d0, d1) -> (d1, d0) : type to type
HOOK_PARSE(memref_parse_transpose) {
	struct ir_context *c = ir_parser_context(p);
	struct ir_op_state s;
	struct ir_name_use in;
	struct name_list dims = {0}, order = {0};
	ir_type from, to;
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &in))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_list(p, IR_DELIM_PAREN, parse_name, &dims) || !ir_parser_literal(p, "->") ||
	    !ir_parser_list(p, IR_DELIM_PAREN, parse_name, &order))
		return false;
	ir_expr *exprs = ARENA_ARRAY(ir_parser_arena(p), ir_expr, order.size + 1);
	for (u32 i = 0; i < order.size; i++) {
		for (u32 k = 0; k < dims.size && !exprs[i]; k++)
			if (str_eq(order.data[i], dims.data[k]))
				exprs[i] = ir_expr_dim(c, k);
		if (!exprs[i])
			return ir_parser_error(p, at, "'%.*s' is no dimension of this map",
			                       STR_ARG(order.data[i]));
	}
	ir_parser_set_attr(p, &s, NAME_permutation,
	                   ir_attr_affine_map(c, dims.size, 0, order.size, exprs));
	if (!ir_parser_attr_dict(p, &s) || !ir_parser_colon_type(p, &from) ||
	    !ir_parser_literal(p, "to") || !ir_parser_type(p, &to))
		return false;
	ir_parser_add_type(p, &s.results, to);
	return ir_parser_resolve_one(p, &s, &in, from) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(memref_print_transpose) {
	ir_attr map = ir_op_attr(op, NAME_permutation);
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_text(p, " (");
	for (u32 i = 0; i < map->num_dims; i++)
		ir_printer_format(p, "%sd%u", i ? ", " : "", i);
	ir_printer_text(p, ") -> (");
	for (u32 i = 0; i < map->count; i++)
		ir_printer_format(p, "%sd%lld", i ? ", " : "", (long long)map->exprs[i]->value);
	ir_printer_text(p, ")");
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_permutation});
	ir_printer_text(p, " : ");
	ir_printer_type(p, operand_type(op, 0));
	ir_printer_text(p, " to ");
	ir_printer_type(p, op->results[0].type);
}

// ---- prefetch ---------------------------------------------------------------------------------

HOOK_VERIFY(memref_verify_prefetch) {
	i64 hint = ir_op_int(op, NAME_localityHint, 0);
	if (hint < 0 || hint > 3)
		return ir_op_error(d, op,
		                   "attribute 'localityHint' failed to satisfy constraint: 32-bit signless "
		                   "integer attribute whose minimum value is 0 whose maximum value is 3");
	return ir_op_operand_group(op, 1).count == operand_type(op, 0)->rank ||
	       ir_op_error(d, op, "too few or too many indices");
}

// %memref[%i, ...], read|write, locality<0..3>, data|instr : type
HOOK_PARSE(memref_parse_prefetch) {
	struct ir_context *c = ir_parser_context(p);
	struct ir_op_state s;
	struct ir_name_use memref;
	struct ir_names indices = {0};
	struct str access, cache;
	ir_type type;
	i64 hint;
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_operand(p, &memref) || !ir_parser_operands(p, IR_DELIM_SQUARE, &indices) ||
	    !ir_parser_literal(p, ",") || !ir_parser_keyword(p, &access) ||
	    !ir_parser_literal(p, ",") || !ir_parser_literal(p, "locality") ||
	    !ir_parser_literal(p, "<") || !ir_parser_integer(p, &hint) || !ir_parser_literal(p, ">") ||
	    !ir_parser_literal(p, ",") || !ir_parser_keyword(p, &cache) ||
	    !ir_parser_attr_dict(p, &s) || !ir_parser_colon_type(p, &type))
		return false;
	if (!str_eq(access, STR("read")) && !str_eq(access, STR("write")))
		return ir_parser_error(p, at, "rw specifier has to be 'read' or 'write'");
	if (!str_eq(cache, STR("data")) && !str_eq(cache, STR("instr")))
		return ir_parser_error(p, at, "cache type has to be 'data' or 'instr'");
	ir_parser_set_attr(p, &s, NAME_isWrite, ir_attr_bool(c, str_eq(access, STR("write"))));
	ir_parser_set_attr(p, &s, NAME_localityHint, ir_attr_integer(c, ir_type_int(c, 32), hint));
	ir_parser_set_attr(p, &s, NAME_isDataCache, ir_attr_bool(c, str_eq(cache, STR("data"))));
	return ir_parser_resolve_one(p, &s, &memref, type) &&
	       ir_parser_resolve_same(p, &s, &indices, ir_type_index(c)) &&
	       ir_parser_finish(p, &s, out);
}

HOOK_PRINT(memref_print_prefetch) {
	static const ir_name names[] = {NAME_isWrite, NAME_localityHint, NAME_isDataCache};
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_text(p, "[");
	ir_printer_operands(p, op, ir_op_operand_group(op, 1));
	ir_printer_format(p, "], %s, locality<%d>, %s",
	                  ir_op_int(op, NAME_isWrite, 0) ? "write" : "read",
	                  (int)ir_op_int(op, NAME_localityHint, 0),
	                  ir_op_int(op, NAME_isDataCache, 0) ? "data" : "instr");
	ir_printer_attr_dict(p, op, ARRAY_SIZE(names), names);
	ir_printer_text(p, " : ");
	ir_printer_type(p, operand_type(op, 0));
}

// ---- globals ----------------------------------------------------------------------------------

HOOK_VERIFY(memref_verify_get_global) {
	ir_attr name = ir_op_attr(op, NAME_name);
	struct ir_op *global = dialect_symbol(op, name);
	if (!op_is(global, OP_memref_global))
		return ir_op_error(d, op, "'%.*s' does not reference a valid global memref",
		                   STR_ARG(ir_name_str(c, name->path[0])));
	ir_type type = ir_op_attr(global, NAME_type)->type;
	return type == op->results[0].type ||
	       ir_op_error(d, op, "result type %s does not match type %s of the global memref @%.*s",
	                   dialect_type_text(d, op, op->results[0].type),
	                   dialect_type_text(d, op, type), STR_ARG(ir_name_str(c, name->path[0])));
}

// The tensor that initialises a global; unit stands for `uninitialized`.
HOOK_VERIFY(memref_verify_global) {
	ir_type type = ir_op_attr(op, NAME_type)->type;
	ir_attr value = ir_op_attr(op, NAME_initial_value);
	if (type->kind != IR_TYPE_MEMREF || !ir_type_has_static_shape(type))
		return ir_op_error(d, op, "type should be static shaped memref, but got %s",
		                   dialect_type_text(d, op, type));
	if (value && value->kind != IR_ATTR_UNIT) {
		ir_type tensor = ir_type_tensor(c, type->rank, type->shape, type->element, NULL);
		if (value->kind != IR_ATTR_DENSE_ELEMENTS && value->kind != IR_ATTR_DENSE_RESOURCE)
			return ir_op_error(d, op, "initial value should be a unit or elements attribute");
		if (value->type != tensor)
			return ir_op_error(d, op, "initial value expected to be of type %s, but was of type %s",
			                   dialect_type_text(d, op, tensor),
			                   dialect_type_text(d, op, value->type));
	}
	return verify_alignment(d, op);
}
