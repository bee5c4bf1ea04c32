// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tensor: verification and inferred types. Sizes known at compile time must agree exactly; an
// unknown one may stand for any. What memref does alike: slice.c. Folds: tensor_fold.c.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static bool casts_badly(struct diag_engine *d, struct ir_op *op) {
	return ir_op_error(d, op, "operand type %s and result type %s are cast incompatible",
	                   dialect_type_text(d, op, operand_type(op, 0)),
	                   dialect_type_text(d, op, op->results[0].type));
}

static bool tensors_match(ir_type a, ir_type b) {
	return !ir_type_is_ranked(a) || !ir_type_is_ranked(b) || dialect_shapes_match(a, b);
}

HOOK_VERIFY(tensor_verify_cast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	return (from->element == to->element && tensors_match(from, to)) || casts_badly(d, op);
}

HOOK_VERIFY(tensor_verify_bitcast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	bool numbers = (ir_type_is_float(from->element) || from->element->kind == IR_TYPE_INTEGER) &&
	               (ir_type_is_float(to->element) || to->element->kind == IR_TYPE_INTEGER);
	return (numbers && ir_type_bits(from->element) == ir_type_bits(to->element) &&
	        tensors_match(from, to)) ||
	       casts_badly(d, op);
}

// ---- made of sizes and elements ---------------------------------------------------------------

HOOK_VERIFY(tensor_verify_empty) {
	return dialect_verify_dynamic_sizes(d, op, op->num_operands, op->results[0].type);
}

HOOK_VERIFY(tensor_verify_splat) {
	ir_type input = operand_type(op, 0);
	if (!ir_type_is_int_or_index(input) && !ir_type_is_float(input))
		return ir_op_error(d, op, "operand #0 must be integer/index/float type");
	return dialect_verify_dynamic_sizes(d, op, op->num_operands - 1, op->results[0].type);
}

HOOK_VERIFY(tensor_verify_access) {
	bool insert = op_is(op, OP_tensor_insert);
	u32 given = ir_op_operand_group(op, insert ? 2 : 1).count,
		rank = operand_type(op, insert)->rank;
	return given == rank ||
	       ir_op_error(d, op, "incorrect number of indices for %s", insert ? "insert" : "extract");
}

HOOK_VERIFY(tensor_verify_yield) {
	struct ir_op *parent = ir_op_parent(op);
	return op_is(parent, OP_tensor_generate) || op_is(parent, OP_tensor_pad) ||
	       ir_op_error(d, op, "expects parent op to be one of 'tensor.generate, tensor.pad'");
}

// A body of `rank` index arguments that yields one element.
static bool verify_element_body(struct diag_engine *d, struct ir_op *op, ir_type type) {
	struct ir_block *body = op->regions[0].first;
	if (!body || body->num_args != type->rank)
		return ir_op_error(d, op, "must have one body argument per %s dimension",
		                   op_is(op, OP_tensor_pad) ? "input" : "result");
	for (u32 i = 0; i < body->num_args; i++)
		if (body->args[i]->type->kind != IR_TYPE_INDEX)
			return ir_op_error(d, op, "all body arguments must be index");
	return dialect_verify_yield(d, op, 0, OP_tensor_yield, 1, &type->element);
}

HOOK_VERIFY(tensor_verify_generate) {
	ir_type type = op->results[0].type;
	return dialect_verify_dynamic_sizes(d, op, op->num_operands, type) &&
	       verify_element_body(d, op, type);
}

// ---- slices -----------------------------------------------------------------------------------

HOOK_INFER(tensor_infer_extract_slice) {
	ir_type source = operand_type(op, 0);
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	if (!dialect_static_slices(op, source->rank, offsets, sizes, strides))
		return ir_op_error(ir_diags(c), op,
		                   "expects an offset, a size and a stride for each of %u dimensions",
		                   source->rank);
	results[0] = ir_type_tensor(c, source->rank, sizes, source->element, NULL);
	return true;
}

static bool verify_slice_type(struct diag_engine *d, struct ir_op *op, ir_type full,
                              ir_type given) {
	return dialect_is_rank_reduced(full, given, NULL) ||
	       ir_op_error(d, op,
	                   "expected type to be %s or a rank-reduced version. (size mismatch: %s)",
	                   dialect_type_text(d, op, full), dialect_type_text(d, op, given));
}

HOOK_VERIFY(tensor_verify_extract_slice) {
	ir_type full;
	return dialect_verify_slices(d, op, 1, operand_type(op, 0), false) &&
	       tensor_infer_extract_slice(c, op, &full) &&
	       verify_slice_type(d, op, full, op->results[0].type);
}

HOOK_VERIFY(tensor_verify_insert_slice) {
	ir_type dest = operand_type(op, 1);
	i64 offsets[RANK_MAX], sizes[RANK_MAX], strides[RANK_MAX];
	if (!dialect_verify_slices(d, op, 2, dest, false))
		return false;
	CHECK(dialect_static_slices(op, dest->rank, offsets, sizes, strides));
	return verify_slice_type(d, op, ir_type_tensor(c, dest->rank, sizes, dest->element, NULL),
	                         operand_type(op, 0));
}

HOOK_VERIFY(tensor_verify_parallel_insert_slice) {
	if (!op_is(ir_op_parent(op), OP_scf_forall_in_parallel))
		return ir_op_error(d, op,
		                   "expected ParallelCombiningOpInterface parent, scf.forall.in_parallel");
	return tensor_verify_insert_slice(c, op, d);
}

// ---- other shapes -----------------------------------------------------------------------------

HOOK_VERIFY(tensor_verify_expand_shape) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	ir_attr shape = ir_op_attr(op, NAME_static_output_shape);
	if (shape->count != type->rank)
		return ir_op_error(d, op,
		                   "expected number of static shape dims to be equal to the output rank "
		                   "(%u) but found %u inputs instead",
		                   type->rank, shape->count);
	for (u32 i = 0; i < type->rank; i++)
		if (!dialect_sizes_match(ir_attr_array_int(shape, i), type->shape[i]))
			return ir_op_error(d, op, "invalid output shape provided at pos %u", i);
	if (source->element != type->element)
		return ir_op_error(d, op, "element types of source and result differ");
	return dialect_verify_dynamic_sizes(d, op, ir_op_operand_group(op, 1).count, type) &&
	       dialect_verify_reassociation(d, op, type, source);
}

HOOK_INFER(tensor_infer_collapse_shape) {
	ir_type source = operand_type(op, 0);
	ir_attr reassociation = ir_op_attr(op, NAME_reassociation);
	i64 sizes[RANK_MAX];
	if (reassociation->count > RANK_MAX)
		return ir_op_error(ir_diags(c), op, "supports at most %u dimensions", RANK_MAX);
	u32 next = 0;
	for (u32 i = 0; i < reassociation->count; i++) {
		sizes[i] = 1;
		for (u32 k = 0; k < reassociation->elements[i]->count && next < source->rank; k++, next++)
			sizes[i] = dialect_known_product(sizes[i], source->shape[next]);
	}
	results[0] = ir_type_tensor(c, reassociation->count, sizes, source->element, NULL);
	return true;
}

HOOK_VERIFY(tensor_verify_collapse_shape) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	if (source->element != type->element)
		return ir_op_error(d, op, "element types of source and result differ");
	return dialect_verify_reassociation(d, op, source, type);
}

// The joined size where every input's is known; other dimensions as any input knows them.
HOOK_INFER(tensor_infer_concat) {
	i64 dim = ir_op_int(op, NAME_dim, -1), sizes[RANK_MAX];
	if (op->num_operands == 0)
		return ir_op_error(ir_diags(c), op, "requires at least one input");
	ir_type first = operand_type(op, 0);
	if (dim < 0 || dim >= first->rank || first->rank > RANK_MAX)
		return ir_op_error(ir_diags(c), op, "concatenation dim must be less than the tensor rank");
	memcpy(sizes, first->shape, sizeof(*sizes) * first->rank);
	for (u32 i = 1; i < op->num_operands; i++) {
		ir_type t = operand_type(op, i);
		if (t->rank != first->rank)
			return ir_op_error(ir_diags(c), op,
			                   "rank of concatenated inputs must match result rank");
		for (u32 k = 0; k < t->rank; k++) {
			if (k == dim)
				sizes[k] = dialect_known_sum(sizes[k], t->shape[k]);
			else if (sizes[k] == IR_DYNAMIC)
				sizes[k] = t->shape[k];
		}
	}
	results[0] = ir_type_tensor(c, first->rank, sizes, first->element, NULL);
	return true;
}

HOOK_VERIFY(tensor_verify_concat) {
	ir_type type = op->results[0].type, expected;
	i64 dim = ir_op_int(op, NAME_dim, -1);
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_type t = operand_type(op, i);
		if (t->element != type->element || t->rank != type->rank)
			return ir_op_error(d, op, "inputs and result element type and rank must match");
		for (u32 k = 0; k < t->rank; k++)
			if (k != dim && !dialect_sizes_match(t->shape[k], type->shape[k]))
				return ir_op_error(
					d, op, "static concatenation size mismatch along non-concatenated dimension %u",
					k);
	}
	if (!tensor_infer_concat(c, op, &expected))
		return false;
	return dialect_shapes_match(expected, type) ||
	       ir_op_error(d, op, "result type %s does not match inferred shape %s static sizes",
	                   dialect_type_text(d, op, type), dialect_type_text(d, op, expected));
}

HOOK_INFER(tensor_infer_pad) {
	ir_type source = operand_type(op, 0);
	ir_attr low = ir_op_attr(op, NAME_static_low), high = ir_op_attr(op, NAME_static_high);
	i64 sizes[RANK_MAX];
	if (source->rank > RANK_MAX || low->count != source->rank || high->count != source->rank)
		return ir_op_error(ir_diags(c), op,
		                   "expects a low and a high padding for each of %u dimensions",
		                   source->rank);
	for (u32 i = 0; i < source->rank; i++) {
		i64 below = ir_attr_array_int(low, i), above = ir_attr_array_int(high, i);
		sizes[i] = dialect_known_sum(dialect_known_sum(source->shape[i], below), above);
		if (sizes[i] != IR_DYNAMIC && sizes[i] < 0)
			return ir_op_error(ir_diags(c), op, "takes more away than dimension %u has", i);
	}
	results[0] = ir_type_tensor(c, source->rank, sizes, source->element, NULL);
	return true;
}

HOOK_VERIFY(tensor_verify_pad) {
	ir_type type = op->results[0].type, expected;
	if (!tensor_infer_pad(c, op, &expected))
		return false;
	static const ir_name lists[] = {NAME_static_low, NAME_static_high};
	for (u32 k = 0; k < 2; k++) {
		ir_attr list = ir_op_attr(op, lists[k]);
		u32 dynamic = 0;
		for (u32 i = 0; i < list->count; i++)
			dynamic += ir_attr_array_int(list, i) == IR_DYNAMIC;
		if (dynamic != ir_op_operand_group(op, 1 + k).count)
			return ir_op_error(d, op, "expects an operand for each dynamic padding");
	}
	if (type->rank != expected->rank || type->element != expected->element ||
	    !dialect_shapes_match(type, expected))
		return ir_op_error(d, op, "specified type %s does not match the inferred type %s",
		                   dialect_type_text(d, op, type), dialect_type_text(d, op, expected));
	return verify_element_body(d, op, expected);
}

// ---- gather, scatter --------------------------------------------------------------------------

// Dimensions in ascending order, inside the rank.
static bool verify_dims(struct diag_engine *d, struct ir_op *op, ir_attr dims, u32 rank,
                        u32 expected, const char *what) {
	if (dims->count == 0 || dims->count > rank)
		return ir_op_error(
			d, op, "%s_dims must be non-empty and at most the rank of the indexed tensor", what);
	for (u32 i = 0; i < dims->count; i++) {
		i64 dim = ir_attr_array_int(dims, i);
		if (dim < 0 || dim >= rank || (i && dim <= ir_attr_array_int(dims, i - 1)))
			return ir_op_error(
				d, op, "%s_dims values must be strictly increasing and inside the rank", what);
	}
	return expected == dims->count ||
	       ir_op_error(d, op, "%s_dims length must match the size of last dimension of indices",
	                   what);
}

// The type of the slices: indices' shape but its last dimension, then the indexed tensor's, with
// ones in the gathered dimensions or without them.
static bool is_slices_type(ir_type slices, ir_type indices, ir_type indexed, ir_attr dims) {
	u32 lead = indices->rank - 1u, next = 0, k = lead;
	bool reduced = slices->rank == lead + indexed->rank - dims->count;
	if ((!reduced && slices->rank != lead + indexed->rank) || slices->element != indexed->element)
		return false;
	for (u32 i = 0; i < lead; i++)
		if (slices->shape[i] != indices->shape[i])
			return false;
	for (u32 i = 0; i < indexed->rank; i++) {
		bool named = next < dims->count && ir_attr_array_int(dims, next) == i;
		next += named;
		if (named && reduced)
			continue;
		if (slices->shape[k++] != (named ? 1 : indexed->shape[i]))
			return false;
	}
	return true;
}

static bool verify_indexed(struct diag_engine *d, struct ir_op *op, ir_type slices, ir_type indices,
                           ir_type indexed, ir_name dims_name, const char *what) {
	ir_attr dims = ir_op_attr(op, dims_name);
	if (indices->rank == 0 || !ir_type_is_int_or_index(indices->element))
		return ir_op_error(d, op,
		                   "indices must be a tensor of integers or indices of rank 1 or more");
	if (!verify_dims(d, op, dims, indexed->rank, (u32)indices->shape[indices->rank - 1], what))
		return false;
	return is_slices_type(slices, indices, indexed, dims) ||
	       ir_op_error(d, op, "the type of the slices %s does not follow from indices and %s_dims",
	                   dialect_type_text(d, op, slices), what);
}

HOOK_VERIFY(tensor_verify_gather) {
	return verify_indexed(d, op, op->results[0].type, operand_type(op, 1), operand_type(op, 0),
	                      NAME_gather_dims, "gather");
}

HOOK_VERIFY(tensor_verify_scatter) {
	if (!ir_op_attr(op, NAME_unique))
		return ir_op_error(d, op, "requires 'unique' attribute to be set");
	return verify_indexed(d, op, operand_type(op, 0), operand_type(op, 2), operand_type(op, 1),
	                      NAME_scatter_dims, "scatter");
}

// ---- pack, unpack -----------------------------------------------------------------------------

static i64 ceil_div(i64 a, i64 b) { return a / b + (a % b != 0); }

// The packed type of an unpacked one: outer dimensions in tiles, permuted, then the tiles.
static ir_type packed_type(struct ir_context *c, const struct ir_op *op, ir_type plain) {
	ir_attr positions = ir_op_attr(op, NAME_inner_dims_pos),
			tiles = ir_op_attr(op, NAME_static_inner_tiles),
			order = ir_op_attr(op, NAME_outer_dims_perm);
	i64 sizes[RANK_MAX], permuted[RANK_MAX];
	for (u32 i = 0; i < plain->rank; i++)
		sizes[i] = plain->shape[i];
	for (u32 i = 0; i < tiles->count; i++) {
		i64 tile = ir_attr_array_int(tiles, i), *size = &sizes[ir_attr_array_int(positions, i)];
		*size = tile == IR_DYNAMIC || *size == IR_DYNAMIC ? IR_DYNAMIC : ceil_div(*size, tile);
	}
	for (u32 i = 0; i < plain->rank; i++)
		permuted[i] = sizes[order && order->count ? ir_attr_array_int(order, i) : i];
	for (u32 i = 0; i < tiles->count; i++)
		permuted[plain->rank + i] = ir_attr_array_int(tiles, i);
	return ir_type_tensor(c, plain->rank + tiles->count, permuted, plain->element, NULL);
}

HOOK_VERIFY(tensor_verify_pack) {
	bool packs = op_is(op, OP_tensor_pack);
	ir_type plain = operand_type(op, packs ? 0 : 1), packed = operand_type(op, packs ? 1 : 0);
	ir_attr positions = ir_op_attr(op, NAME_inner_dims_pos),
			tiles = ir_op_attr(op, NAME_static_inner_tiles),
			order = ir_op_attr(op, NAME_outer_dims_perm);
	u32 dynamic = 0;
	if (plain->element != packed->element)
		return ir_op_error(d, op, "expected packed and unpacked element types to be equal");
	if (positions->count != tiles->count || packed->rank != plain->rank + tiles->count ||
	    packed->rank > RANK_MAX)
		return ir_op_error(d, op,
		                   "packed rank != (unpacked rank + num tiling factors), got %u != %u",
		                   packed->rank, plain->rank + tiles->count);
	for (u32 i = 0; i < tiles->count; i++) {
		i64 at = ir_attr_array_int(positions, i), tile = ir_attr_array_int(tiles, i);
		dynamic += tile == IR_DYNAMIC;
		if (tile != IR_DYNAMIC && tile <= 0)
			return ir_op_error(d, op, "invalid zero tile factor");
		for (u32 k = 0; k < i; k++)
			if (ir_attr_array_int(positions, k) == at)
				at = -1;
		if (at < 0 || at >= plain->rank)
			return ir_op_error(d, op, "invalid inner_dims_pos vector");
	}
	if (dynamic != ir_op_operand_group(op, packs ? 3 : 2).count)
		return ir_op_error(d, op, "tiling factors must have an operand for each dynamic one");
	if (order && order->count && (order->count != plain->rank || !dialect_is_permutation(order)))
		return ir_op_error(d, op, "invalid outer_dims_perm vector");
	ir_type expected = packed_type(c, op, plain);
	if (!dialect_shapes_match(expected, packed))
		return ir_op_error(d, op,
		                   "the shape of output is not large enough to hold the packed data. "
		                   "Expected at least %s, got %s",
		                   dialect_type_text(d, op, expected), dialect_type_text(d, op, packed));
	if (!packs)
		return true;
	struct ir_range padding = ir_op_operand_group(op, 2);
	if (padding.count && operand_type(op, padding.first) != plain->element)
		return ir_op_error(d, op, "expected padding_value to have the element type of the source");
	for (u32 i = 0; !padding.count && i < tiles->count; i++) {
		i64 size = plain->shape[ir_attr_array_int(positions, i)],
			tile = ir_attr_array_int(tiles, i);
		if (size != IR_DYNAMIC && tile != IR_DYNAMIC && size % tile)
			return ir_op_error(d, op,
			                   "invalid tile factor or output size provided. Only full tiles are "
			                   "supported when padding_value is not set");
	}
	return true;
}
