// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector ops that access memory or tensors: transfer_read/write, load/store and their masked,
// indexed and compressing forms, and the region op vector.mask.
//
// A transfer's permutation map says which dimension of the source each dimension of the vector
// walks; the constant 0 repeats. Its mask covers the walked dimensions in the source's order.
#include "dialect/hooks.h"

enum { DIMS_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static ir_type mask_of(struct ir_context *c, ir_type vector) {
	return ir_type_with_element(c, vector, ir_type_int(c, 1));
}

// ---- transfers --------------------------------------------------------------------------------

// Operand groups: transfer_read (source, indices, padding, mask), transfer_write (vector, source,
// indices, mask).
static bool is_read(const struct ir_op *op) { return op_is(op, OP_vector_transfer_read); }
static ir_type transfer_source(const struct ir_op *op) {
	return operand_type(op, is_read(op) ? 0 : 1);
}
static ir_type transfer_vector(const struct ir_op *op) {
	return is_read(op) ? op->results[0].type : operand_type(op, 0);
}

// The map of the last dimensions in order, which is not written.
static ir_attr minor_identity(struct ir_context *c, ir_type source, ir_type vector) {
	u32 inner = source->element->kind == IR_TYPE_VECTOR ? source->element->rank : 0;
	u32 n = vector->rank - BASE_MIN(inner, (u32)vector->rank);
	ir_expr exprs[DIMS_MAX];
	if (n > source->rank || n > DIMS_MAX)
		return NULL;
	for (u32 i = 0; i < n; i++)
		exprs[i] = ir_expr_dim(c, source->rank - n + i);
	return ir_attr_affine_map(c, source->rank, 0, n, exprs);
}

// The mask of a transfer: the sizes of the vector along the walked dimensions, in source order; a
// mask of rank 0 is written as one element. NULL when the map is malformed.
static ir_type transfer_mask(struct ir_context *c, ir_type vector, ir_attr map) {
	i64 shape[DIMS_MAX];
	u8 scalable[DIMS_MAX];
	u32 n = 0;
	if (map->num_dims > DIMS_MAX || map->count > vector->rank)
		return NULL;
	for (u32 dim = 0; dim < map->num_dims; dim++)
		for (u32 i = 0; i < map->count; i++)
			if (map->exprs[i]->kind == IR_EXPR_DIM && map->exprs[i]->value == dim && n < DIMS_MAX) {
				shape[n] = vector->shape[i];
				scalable[n++] = vector->scalable ? vector->scalable[i] : 0;
			}
	if (n == 0)
		shape[0] = 1, scalable[0] = 0, n = 1;
	return vector_type(c, n, shape, scalable, ir_type_int(c, 1));
}

static bool verify_transfer_map(struct diag_engine *d, struct ir_op *op, ir_attr map,
                                ir_type source, ir_type vector) {
	u32 inner = source->element->kind == IR_TYPE_VECTOR ? source->element->rank : 0;
	if (map->num_syms)
		return ir_op_error(d, op, "requires permutation_map without symbols");
	if (map->num_dims != source->rank)
		return ir_op_error(
			d, op,
			"requires a permutation_map with input dims of the same rank as the source type");
	if (map->count + inner != vector->rank)
		return ir_op_error(
			d, op,
			"requires a permutation_map with result dims of the same rank as the vector type");
	for (u32 i = 0; i < map->count; i++) {
		ir_expr e = map->exprs[i];
		if (e->kind == IR_EXPR_CONST && e->value == 0)
			continue;
		if (e->kind != IR_EXPR_DIM)
			return ir_op_error(d, op,
			                   "requires a projected permutation_map (at most one dim or the zero "
			                   "constant can appear in each result)");
		for (u32 k = 0; k < i; k++)
			if (map->exprs[k] == e)
				return ir_op_error(d, op,
				                   "requires a permutation_map that is a permutation (found one "
				                   "dim used more than once)");
	}
	return true;
}

static bool verify_transfer_elements(struct diag_engine *d, struct ir_op *op, ir_type source,
                                     ir_type vector) {
	ir_type element = source->element;
	if (element->kind != IR_TYPE_VECTOR)
		return element == vector->element ||
		       ir_op_error(d, op, "requires source and vector of the same elemental type");
	bool same = element->rank <= vector->rank && element->element == vector->element;
	for (u32 i = 0; same && i < element->rank; i++)
		same = element->shape[i] == vector->shape[vector->rank - element->rank + i];
	return same ||
	       ir_op_error(
			   d, op,
			   "requires the source's element vector to be the minor dimensions of the vector");
}

static bool verify_transfer(struct ir_context *c, struct diag_engine *d, struct ir_op *op,
                            u32 indices_group, u32 mask_group) {
	ir_type source = transfer_source(op), vector = transfer_vector(op);
	ir_attr map = ir_op_attr(op, NAME_permutation_map), in_bounds = ir_op_attr(op, NAME_in_bounds);
	struct ir_range indices = ir_op_operand_group(op, indices_group),
					mask = ir_op_operand_group(op, mask_group);
	if (indices.count != source->rank)
		return ir_op_error(d, op, "requires %u indices", source->rank);
	if (!verify_transfer_elements(d, op, source, vector) ||
	    !verify_transfer_map(d, op, map, source, vector))
		return false;
	if (in_bounds->count != map->count)
		return ir_op_error(d, op,
		                   "expects the in_bounds attr of same rank as permutation_map results: %u "
		                   "vs inBounds of size: %u",
		                   map->count, in_bounds->count);
	for (u32 i = 0; i < map->count; i++)
		if (map->exprs[i]->kind == IR_EXPR_CONST && !ir_attr_array_int(in_bounds, i))
			return ir_op_error(d, op, "requires broadcast dimensions to be in-bounds");
	if (!mask.count)
		return true;
	ir_type expected = transfer_mask(c, vector, map), given = operand_type(op, mask.first);
	if (source->element->kind == IR_TYPE_VECTOR)
		return ir_op_error(d, op, "does not support masks with vector element type");
	return given == expected ||
	       ir_op_error(d, op, "inferred mask type (%s) and mask operand type (%s) don't match",
	                   expected ? dialect_type_text(d, op, expected) : "none",
	                   dialect_type_text(d, op, given));
}

HOOK_VERIFY(vector_verify_transfer_read) {
	struct ir_range padding = ir_op_operand_group(op, 2);
	if (operand_type(op, padding.first) != transfer_source(op)->element)
		return ir_op_error(d, op, "requires formal padding and source of the same elemental type");
	return verify_transfer(c, d, op, 1, 3);
}

HOOK_VERIFY(vector_verify_transfer_write) {
	ir_type source = transfer_source(op);
	if (op->num_results != (source->kind == IR_TYPE_TENSOR) ||
	    (op->num_results && op->results[0].type != source))
		return ir_op_error(d, op, "gives back a tensor destination, and nothing for a memref");
	return verify_transfer(c, d, op, 2, 3);
}

HOOK_INFER(vector_infer_transfer_write) {
	op->num_results = transfer_source(op)->kind == IR_TYPE_TENSOR;
	results[0] = transfer_source(op);
	return true;
}

// `permutation_map` and `in_bounds` where the text left them out; checks what the mask's type
// needs.
static bool complete_transfer(struct ir_parser *p, struct ir_op_state *s, u32 at, ir_type source,
                              ir_type vector, ir_attr *map) {
	struct ir_context *c = ir_parser_context(p);
	ir_attr in_bounds = NULL;
	*map = NULL;
	if ((source->kind != IR_TYPE_TENSOR && source->kind != IR_TYPE_MEMREF) ||
	    vector->kind != IR_TYPE_VECTOR)
		return ir_parser_error(p, at, "requires memref or ranked tensor type and a vector type");
	for (u32 i = 0; i < s->attrs.size; i++) {
		if (s->attrs.data[i].name == NAME_permutation_map)
			*map = s->attrs.data[i].value;
		if (s->attrs.data[i].name == NAME_in_bounds)
			in_bounds = s->attrs.data[i].value;
	}
	if (!*map) {
		*map = minor_identity(c, source, vector);
		if (!*map)
			return ir_parser_error(
				p, at, "expected a custom permutation_map when rank(source) != rank(destination)");
		ir_parser_set_attr(p, s, NAME_permutation_map, *map);
	}
	if ((*map)->kind != IR_ATTR_AFFINE_MAP)
		return ir_parser_error(p, at, "permutation_map must be an affine map");
	if (!in_bounds) {
		ir_attr *outside = ARENA_ARRAY(ir_parser_arena(p), ir_attr, (*map)->count + 1);
		for (u32 i = 0; i < (*map)->count; i++)
			outside[i] = ir_attr_bool(c, false);
		ir_parser_set_attr(p, s, NAME_in_bounds, ir_attr_array(c, (*map)->count, outside));
	}
	return true;
}

// `, %mask`; resolved last.
static bool parse_mask(struct ir_parser *p, struct ir_name_use *mask, bool *present) {
	*present = ir_parser_optional(p, ",");
	return !*present || ir_parser_operand(p, mask);
}

static bool resolve_mask(struct ir_parser *p, struct ir_op_state *s, u32 at,
                         const struct ir_name_use *mask, bool present, ir_type vector,
                         ir_attr map) {
	if (!present)
		return true;
	ir_type type = transfer_mask(ir_parser_context(p), vector, map);
	if (!type)
		return ir_parser_error(p, at, "the mask's type does not follow from permutation_map");
	return ir_parser_resolve_one(p, s, mask, type);
}

// read:  %source[%i, ...], %padding[, %mask] {attrs} : source type, vector type
// write: %vector, %dest[%i, ...][, %mask] {attrs} : vector type, dest type
static bool parse_transfer(struct ir_parser *p, struct ir_op **out, bool read) {
	struct ir_op_state s;
	struct ir_name_use source, vector, padding, mask;
	struct ir_names indices = {0};
	struct ir_types types = {0};
	ir_attr map;
	bool masked;
	ir_parser_begin(p, &s);
	if (!read && (!ir_parser_operand(p, &vector) || !ir_parser_literal(p, ",")))
		return false;
	if (!ir_parser_operand(p, &source) || !ir_parser_operands(p, IR_DELIM_SQUARE, &indices))
		return false;
	if (read && (!ir_parser_literal(p, ",") || !ir_parser_operand(p, &padding)))
		return false;
	if (!parse_mask(p, &mask, &masked) || !ir_parser_attr_dict(p, &s))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_colon_types(p, &types))
		return false;
	if (types.size != 2)
		return ir_parser_error(p, at, "requires two types");
	ir_type source_type = types.data[!read], vector_type = types.data[read];
	if (!complete_transfer(p, &s, at, source_type, vector_type, &map))
		return false;
	u32 counts[4] = {1, read ? indices.size : 1, read ? 1 : indices.size, masked};
	ir_parser_set_segments(p, &s, 4, counts);
	if (read || source_type->kind == IR_TYPE_TENSOR)
		ir_parser_add_type(p, &s.results, read ? vector_type : source_type);
	return (read || ir_parser_resolve_one(p, &s, &vector, vector_type)) &&
	       ir_parser_resolve_one(p, &s, &source, source_type) &&
	       ir_parser_resolve_same(p, &s, &indices, ir_type_index(ir_parser_context(p))) &&
	       (!read || ir_parser_resolve_one(p, &s, &padding, source_type->element)) &&
	       resolve_mask(p, &s, at, &mask, masked, vector_type, map) && ir_parser_finish(p, &s, out);
}

HOOK_PARSE(vector_parse_transfer_read) { return parse_transfer(p, out, true); }

HOOK_PARSE(vector_parse_transfer_write) { return parse_transfer(p, out, false); }

static void print_transfer_attrs(struct ir_printer *p, struct ir_op *op) {
	ir_name elided[2];
	u32 n = 0;
	ir_attr in_bounds = ir_op_attr(op, NAME_in_bounds);
	bool any = false;
	for (u32 i = 0; i < in_bounds->count; i++)
		any |= ir_attr_array_int(in_bounds, i) != 0;
	if (!any)
		elided[n++] = NAME_in_bounds;
	if (ir_op_attr(op, NAME_permutation_map) ==
	    minor_identity(ir_printer_context(p), transfer_source(op), transfer_vector(op)))
		elided[n++] = NAME_permutation_map;
	ir_printer_attr_dict(p, op, n, elided);
}

static void print_indices_and(struct ir_printer *p, struct ir_op *op, u32 group, u32 next_group) {
	ir_printer_text(p, "[");
	ir_printer_operands(p, op, ir_op_operand_group(op, group));
	ir_printer_text(p, "]");
	for (u32 g = next_group; g < 4; g++) {
		struct ir_range range = ir_op_operand_group(op, g);
		if (!range.count)
			continue;
		ir_printer_text(p, ", ");
		ir_printer_operands(p, op, range);
	}
}

HOOK_PRINT(vector_print_transfer_read) {
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	print_indices_and(p, op, 1, 2);
	print_transfer_attrs(p, op);
	ir_printer_text(p, " : ");
	ir_printer_type(p, operand_type(op, 0));
	ir_printer_text(p, ", ");
	ir_printer_type(p, op->results[0].type);
}

HOOK_PRINT(vector_print_transfer_write) {
	ir_printer_text(p, " ");
	ir_printer_operands(p, op, (struct ir_range){0, 2});
	print_indices_and(p, op, 2, 3);
	print_transfer_attrs(p, op);
	ir_printer_text(p, " : ");
	ir_printer_operand_types(p, op, (struct ir_range){0, 2});
}

// ---- loads and stores -------------------------------------------------------------------------

// The value a load gives or a store takes: the last operand of stores.
static ir_type accessed_vector(const struct ir_op *op) {
	if (op->num_results)
		return op->results[0].type;
	return operand_type(op, op_is(op, OP_vector_store) ? 0 : op->num_operands - 1);
}

static bool verify_access(struct diag_engine *d, struct ir_op *op, ir_type memref, ir_type vector,
                          u32 indices_group) {
	i64 strides[DIMS_MAX], offset;
	struct ir_range indices = ir_op_operand_group(op, indices_group);
	if (memref->rank > DIMS_MAX || !ir_memref_strides(memref, strides, &offset) ||
	    (memref->rank && strides[memref->rank - 1] != 1))
		return ir_op_error(d, op, "most minor memref dim must have unit stride");
	if (indices.count != memref->rank)
		return ir_op_error(d, op, "requires %u indices", memref->rank);
	if (memref->element->kind == IR_TYPE_VECTOR)
		return memref->element == vector ||
		       ir_op_error(d, op, "base memref and the vector differ in type");
	return memref->element == vector->element ||
	       ir_op_error(d, op, "base and vector element types should match");
}

HOOK_VERIFY(vector_verify_load) {
	return verify_access(d, op, operand_type(op, 0), accessed_vector(op), 1);
}

HOOK_VERIFY(vector_verify_store) {
	return verify_access(d, op, operand_type(op, 1), accessed_vector(op), 2);
}

// maskedload/store, expandload, compressstore: rank 1, as long as the mask.
HOOK_VERIFY(vector_verify_masked) {
	ir_type memref = operand_type(op, 0), vector = accessed_vector(op);
	ir_type mask = operand_type(op, ir_op_operand_group(op, 2).first);
	if (vector->rank != 1)
		return ir_op_error(d, op, "expects vectors of rank 1");
	if (memref->element != vector->element)
		return ir_op_error(d, op, "base and vector element type should match");
	if (ir_op_operand_group(op, 1).count != memref->rank)
		return ir_op_error(d, op, "requires %u indices", memref->rank);
	return mask == mask_of(c, vector) ||
	       ir_op_error(d, op, "expected vector dim to match mask dim");
}

HOOK_VERIFY(vector_verify_gather) {
	ir_type base = operand_type(op, 0), vector = accessed_vector(op);
	ir_type index = operand_type(op, ir_op_operand_group(op, 2).first),
			mask = operand_type(op, ir_op_operand_group(op, 3).first);
	if (op_is(op, OP_vector_scatter) && vector->rank != 1)
		return ir_op_error(d, op, "expects vectors of rank 1");
	if (base->element != vector->element)
		return ir_op_error(d, op, "base and vector element type should match");
	if (ir_op_operand_group(op, 1).count != base->rank)
		return ir_op_error(d, op, "requires %u indices", base->rank);
	if (mask_of(c, index) != mask_of(c, vector))
		return ir_op_error(d, op, "expected vector dim to match indices dim");
	return mask == mask_of(c, vector) ||
	       ir_op_error(d, op, "expected vector dim to match mask dim");
}

// ---- mask -------------------------------------------------------------------------------------

// The mask that an op in vector.mask expects; NULL when it can't be masked.
static ir_type expected_mask(struct ir_context *c, const struct ir_op *op) {
	switch ((enum op_id)op->info->id) {
	case OP_vector_transfer_read:
	case OP_vector_transfer_write:
		return transfer_mask(c, transfer_vector(op), ir_op_attr(op, NAME_permutation_map));
	case OP_vector_gather: return mask_of(c, op->results[0].type);
	default: return vector_combining_mask(c, op);
	}
}

HOOK_VERIFY(vector_verify_mask) {
	struct ir_block *body = op->regions[0].first;
	struct ir_op *yield = body ? ir_block_terminator(body) : NULL,
				 *masked = yield ? yield->prev : NULL;
	if (!op_is(yield, OP_vector_yield) || (masked && masked->prev))
		return ir_op_error(d, op, "expects only one operation to mask");
	if (body->num_args)
		return ir_op_error(d, op, "expects no region arguments");
	if (yield->num_operands != op->num_results)
		return ir_op_error(d, op, "expects number of results to match mask region yielded values");
	for (u32 i = 0; i < op->num_results; i++)
		if (op->results[i].type != ir_operand_get(yield, i)->type)
			return ir_op_error(d, op,
			                   "expects result type to match mask region yielded value types");
	if (op->num_operands > 1 &&
	    (op->num_results != 1 || operand_type(op, 1) != op->results[0].type))
		return ir_op_error(d, op, "expects passthru type to match result type");
	if (!masked)
		return op->num_operands > 1 || op->num_results == 0 ||
		       ir_op_error(d, op, "expects an operation to mask");
	ir_type expected = expected_mask(c, masked);
	if (!expected)
		return ir_op_error(d, op, "expects a MaskableOpInterface within the mask region");
	return operand_type(op, 0) == expected ||
	       ir_op_error(d, op, "expects a %s mask for the maskable operation",
	                   dialect_type_text(d, op, expected));
}

// %mask[, %passthru] { op } : mask type [-> types]; the yield of the op's results is implied.
HOOK_PARSE(vector_parse_mask) {
	struct ir_op_state s;
	struct ir_name_use mask, passthru;
	ir_type type;
	bool has_passthru;
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &mask) || !parse_mask(p, &passthru, &has_passthru) ||
	    !ir_parser_literal(p, "{"))
		return false;
	ir_parser_empty_region(p, &s);
	if (!ir_parser_peek(p, "}") && !ir_parser_nested_op(p, &s))
		return false;
	if (!ir_parser_literal(p, "}") || !ir_parser_attr_dict(p, &s) ||
	    !ir_parser_colon_type(p, &type))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_optional_arrow_types(p, &s.results) ||
	    !ir_parser_resolve_one(p, &s, &mask, type))
		return false;
	if (has_passthru && s.results.size != 1)
		return ir_parser_error(p, at, "expects a result when passthru argument is provided");
	if (has_passthru && !ir_parser_resolve_one(p, &s, &passthru, s.results.data[0]))
		return false;
	struct ir_block *body = s.regions.data[0]->first;
	if (body && body->last && !op_is(body->last, OP_vector_yield)) {
		struct ir_op *masked = body->last;
		struct ir_builder b = ir_builder_at_end(body, masked->module);
		struct ir_value *values[masked->num_results + 1];
		for (u32 i = 0; i < masked->num_results; i++)
			values[i] = ir_result_get(masked, i);
		b.loc = s.loc;
		dialect_build_yield(&b, OP_vector_yield, masked->num_results, values);
	}
	return ir_parser_ensure_terminator(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(vector_print_mask) {
	ir_printer_text(p, " ");
	ir_printer_operands(p, op, (struct ir_range){0, op->num_operands});
	ir_printer_text(p, " { ");
	struct ir_op *masked = op->regions[0].first->first;
	if (masked && !(op_is(masked, OP_vector_yield) && masked->num_operands == 0))
		ir_printer_nested_op(p, masked);
	ir_printer_text(p, " }");
	ir_printer_attr_dict(p, op, 0, NULL);
	ir_printer_text(p, " : ");
	ir_printer_type(p, operand_type(op, 0));
	if (op->num_results) {
		ir_printer_text(p, " -> ");
		ir_printer_result_types(p, op, (struct ir_range){0, op->num_results});
	}
}
