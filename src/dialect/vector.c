// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector ops that take vectors apart and put them together: result types and verification.
// Memory: vector_memory.c; contractions and reductions: vector_contract.c; folds: vector_fold.c.
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static bool scalable_at(ir_type t, u32 i) { return t->scalable && t->scalable[i]; }

ir_type vector_type(struct ir_context *c, u32 rank, const i64 *shape, const u8 *scalable,
                    ir_type element) {
	bool any = false;
	for (u32 i = 0; i < rank; i++)
		any |= scalable[i];
	return ir_type_vector(c, rank, shape, any ? scalable : NULL, element);
}

// The vector of dimensions [first, rank) of t; its element when there are none.
static ir_type drop_leading(struct ir_context *c, ir_type t, u32 first) {
	if (first == t->rank)
		return t->element;
	u8 scalable[RANK_MAX];
	for (u32 i = first; i < t->rank; i++)
		scalable[i - first] = scalable_at(t, i);
	return vector_type(c, t->rank - first, t->shape + first, scalable, t->element);
}

// t with the size of one dimension replaced.
static ir_type with_size(struct ir_context *c, ir_type t, u32 dim, i64 size) {
	i64 shape[RANK_MAX];
	memcpy(shape, t->shape, sizeof(*shape) * t->rank);
	shape[dim] = size;
	return ir_type_vector(c, t->rank, shape, t->scalable, t->element);
}

static bool too_deep(struct diag_engine *d, struct ir_op *op, ir_type t) {
	return ir_type_is_ranked(t) && t->rank > RANK_MAX &&
	       !ir_op_error(d, op, "supports vectors of at most %u dimensions", RANK_MAX);
}

static bool wrong_type(struct diag_engine *d, struct ir_op *op, ir_type expected) {
	return ir_op_error(d, op, "expects its result to be %s, got %s",
	                   dialect_type_text(d, op, expected),
	                   dialect_type_text(d, op, op->results[0].type));
}

// ---- positions --------------------------------------------------------------------------------

// static_position: at most the vector's rank, and inside it where constant.
static bool verify_position(struct diag_engine *d, struct ir_op *op, ir_type vector, u32 group) {
	ir_attr position = ir_op_attr(op, NAME_static_position);
	if (position->count > vector->rank)
		return ir_op_error(d, op,
		                   "expected position attribute of rank no greater than vector rank");
	u32 dynamic = 0;
	for (u32 i = 0; i < position->count; i++) {
		i64 at = ir_attr_array_int(position, i);
		dynamic += at == IR_DYNAMIC;
		if (at != IR_DYNAMIC && (at < 0 || at >= vector->shape[i]))
			return ir_op_error(d, op,
			                   "expected position attribute #%u to be a non-negative integer "
			                   "smaller than the corresponding vector dimension",
			                   i + 1);
	}
	if (dynamic != ir_op_operand_group(op, group).count)
		return ir_op_error(d, op, "expects %u dynamic positions, got %u", dynamic,
		                   ir_op_operand_group(op, group).count);
	return true;
}

HOOK_INFER(vector_infer_extract) {
	ir_type vector = operand_type(op, 0);
	ir_attr position = ir_op_attr(op, NAME_static_position);
	if (!position || position->count > vector->rank || too_deep(ir_diags(c), op, vector))
		return ir_op_error(ir_diags(c), op,
		                   "expected position attribute of rank no greater than vector rank");
	results[0] = drop_leading(c, vector, position->count);
	return true;
}

// vector<1xT> stands for T.
static bool same_or_unit(ir_type a, ir_type b) {
	return a == b || (a->kind == IR_TYPE_VECTOR && a->rank == 1 && a->shape[0] == 1 &&
	                  !a->scalable && a->element == b);
}

HOOK_VERIFY(vector_verify_extract) {
	ir_type vector = operand_type(op, 0);
	if (too_deep(d, op, vector) || !verify_position(d, op, vector, 1))
		return false;
	ir_type expected = drop_leading(c, vector, ir_op_attr(op, NAME_static_position)->count),
			type = op->results[0].type;
	return same_or_unit(type, expected) || same_or_unit(expected, type) ||
	       wrong_type(d, op, expected);
}

HOOK_VERIFY(vector_verify_insert) {
	ir_type source = operand_type(op, 0), dest = operand_type(op, 1);
	if (too_deep(d, op, dest) || !verify_position(d, op, dest, 2))
		return false;
	u32 n = ir_op_attr(op, NAME_static_position)->count;
	if (source->kind == IR_TYPE_VECTOR && source->rank + n != dest->rank)
		return ir_op_error(
			d, op, "expected position attribute rank + source rank to match dest vector rank");
	if (source->kind != IR_TYPE_VECTOR && n != dest->rank)
		return ir_op_error(d, op, "expected position attribute rank to match the dest vector rank");
	ir_type expected = drop_leading(c, dest, n);
	bool rank_0 =
		source->kind == IR_TYPE_VECTOR && source->rank == 0 && source->element == expected;
	return source == expected || rank_0 ||
	       ir_op_error(d, op, "expects a source of type %s", dialect_type_text(d, op, expected));
}

static bool verify_element_position(struct diag_engine *d, struct ir_op *op, ir_type vector,
                                    bool has_position) {
	if (vector->rank > 1)
		return ir_op_error(d, op, "unexpected >1 vector rank");
	if (vector->rank == 0 && has_position)
		return ir_op_error(d, op, "expected position to be empty with 0-D vector");
	if (vector->rank == 1 && !has_position)
		return ir_op_error(d, op, "expected position for 1-D vector");
	return true;
}

HOOK_VERIFY(vector_verify_extractelement) {
	return verify_element_position(d, op, operand_type(op, 0), op->num_operands > 1);
}

HOOK_VERIFY(vector_verify_insertelement) {
	return verify_element_position(d, op, operand_type(op, 1), op->num_operands > 2);
}

// ---- shapes -----------------------------------------------------------------------------------

// Trailing dimensions match or are stretched from 1; leading ones are new.
HOOK_VERIFY(vector_verify_broadcast) {
	ir_type source = operand_type(op, 0), dest = op->results[0].type;
	if (ir_type_scalar(source) != dest->element)
		return ir_op_error(d, op, "source operand and result have same element type");
	if (source->kind != IR_TYPE_VECTOR)
		return !ir_type_is_shaped(source) ||
		       ir_op_error(d, op, "source type is not a vector or scalar");
	if (source->rank > dest->rank)
		return ir_op_error(d, op, "source rank higher than destination rank");
	u32 lead = dest->rank - source->rank;
	for (u32 i = 0; i < source->rank; i++) {
		bool fixed_unit = source->shape[i] == 1 && !scalable_at(source, i);
		bool same = source->shape[i] == dest->shape[lead + i] &&
		            scalable_at(source, i) == scalable_at(dest, lead + i);
		if (!same && !fixed_unit)
			return ir_op_error(d, op, "dimension mismatch (%lld vs. %lld)",
			                   (long long)source->shape[i], (long long)dest->shape[lead + i]);
	}
	return true;
}

HOOK_INFER(vector_infer_shuffle) {
	ir_attr mask = ir_op_attr(op, NAME_mask);
	ir_type v1 = operand_type(op, 0);
	if (!mask || v1->rank == 0 || too_deep(ir_diags(c), op, v1))
		return ir_op_error(ir_diags(c), op, "needs a mask and vectors of rank 1 or more");
	results[0] = with_size(c, v1, 0, mask->count);
	return true;
}

HOOK_VERIFY(vector_verify_shuffle) {
	ir_type v1 = operand_type(op, 0), v2 = operand_type(op, 1), type = op->results[0].type;
	ir_attr mask = ir_op_attr(op, NAME_mask);
	if (v1->scalable || v2->scalable || v1->rank != v2->rank || type->rank != v1->rank ||
	    too_deep(d, op, v1))
		return ir_op_error(d, op, "rank mismatch");
	for (u32 i = 1; i < v1->rank; i++)
		if (v1->shape[i] != v2->shape[i] || v1->shape[i] != type->shape[i])
			return ir_op_error(d, op, "dimension mismatch");
	if (v1->element != v2->element || v1->element != type->element)
		return ir_op_error(d, op, "operands and result have same element type");
	if (mask->count == 0 || type->shape[0] != mask->count)
		return ir_op_error(d, op, "mask length mismatch");
	for (u32 i = 0; i < mask->count; i++) {
		i64 from = ir_attr_array_int(mask, i);
		if (from < 0 || (u64)from >= (u64)v1->shape[0] + (u64)v2->shape[0])
			return ir_op_error(d, op, "mask index #%u out of range", i + 1);
	}
	return true;
}

HOOK_INFER(vector_infer_interleave) {
	ir_type v = operand_type(op, 0);
	if (too_deep(ir_diags(c), op, v))
		return false;
	i64 two = 2, last = v->rank ? dialect_known_product(v->shape[v->rank - 1], 2) : 2;
	if (last == IR_DYNAMIC)
		return ir_op_error(ir_diags(c), op, "doubles a dimension beyond 63 bits");
	results[0] = v->rank ? with_size(c, v, v->rank - 1u, last)
	                     : ir_type_vector(c, 1, &two, NULL, v->element);
	return true;
}

HOOK_VERIFY(vector_verify_interleave) {
	ir_type expected;
	return !vector_infer_interleave(c, op, &expected) || op->results[0].type == expected ||
	       wrong_type(d, op, expected);
}

HOOK_INFER(vector_infer_deinterleave) {
	ir_type v = operand_type(op, 0);
	if (too_deep(ir_diags(c), op, v))
		return false;
	results[0] = results[1] = with_size(c, v, v->rank - 1u, v->shape[v->rank - 1] / 2);
	return true;
}

HOOK_VERIFY(vector_verify_deinterleave) {
	ir_type v = operand_type(op, 0), expected[2];
	if (v->shape[v->rank - 1] % 2)
		return ir_op_error(
			d, op, "the trailing dimension of the source vector has an even number of elements");
	return !vector_infer_deinterleave(c, op, expected) || op->results[0].type == expected[0] ||
	       wrong_type(d, op, expected[0]);
}

HOOK_INFER(vector_infer_transpose) {
	ir_type v = operand_type(op, 0);
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	i64 shape[RANK_MAX];
	u8 scalable[RANK_MAX];
	if (!permutation || permutation->count != v->rank || too_deep(ir_diags(c), op, v))
		return ir_op_error(ir_diags(c), op, "transposition length mismatch");
	for (u32 i = 0; i < v->rank; i++) {
		i64 from = ir_attr_array_int(permutation, i);
		if (from < 0 || from >= v->rank)
			return ir_op_error(ir_diags(c), op, "transposition index out of range: %lld",
			                   (long long)from);
		shape[i] = v->shape[from];
		scalable[i] = scalable_at(v, (u32)from);
	}
	results[0] = vector_type(c, v->rank, shape, scalable, v->element);
	return true;
}

HOOK_VERIFY(vector_verify_transpose) {
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	ir_type expected;
	if (!dialect_is_permutation(permutation))
		return ir_op_error(d, op,
		                   "the permutation names a dimension twice or one that is not there");
	return vector_infer_transpose(c, op, &expected) &&
	       (op->results[0].type == expected || wrong_type(d, op, expected));
}

static u32 rank_without_trailing_ones(ir_type t) {
	u32 rank = t->rank;
	while (rank && t->shape[rank - 1] == 1)
		rank--;
	return rank;
}

// Whether each dimension of `few` is the product of a run of `many`'s, in order.
static bool groups_dimensions(ir_type few, ir_type many) {
	u32 few_rank = rank_without_trailing_ones(few), many_rank = rank_without_trailing_ones(many),
		k = 0;
	for (u32 i = 0; i < few_rank; i++) {
		i64 product = 1;
		while (k < many_rank && product < few->shape[i])
			product *= many->shape[k++];
		if (product != few->shape[i])
			return false;
	}
	return k == many_rank;
}

HOOK_VERIFY(vector_verify_shape_cast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	if (from->element != to->element)
		return ir_op_error(d, op, "source/result vectors must have same element type");
	if (ir_type_num_elements(from) != ir_type_num_elements(to) ||
	    (from->scalable != NULL) != (to->scalable != NULL))
		return ir_op_error(d, op, "source/result number of elements must match");
	if (from->rank != to->rank &&
	    !(from->rank < to->rank ? groups_dimensions(from, to) : groups_dimensions(to, from)))
		return ir_op_error(d, op, "invalid shape cast");
	return true;
}

HOOK_VERIFY(vector_verify_bitcast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	if (from->rank != to->rank)
		return ir_op_error(d, op, "source and result have same rank");
	for (u32 i = 0; i + 1 < from->rank; i++)
		if (from->shape[i] != to->shape[i] || scalable_at(from, i) != scalable_at(to, i))
			return ir_op_error(d, op, "dimension size mismatch at: %u", i);
	if (from->element->kind == IR_TYPE_INDEX || to->element->kind == IR_TYPE_INDEX)
		return from->element == to->element ||
		       ir_op_error(d, op, "an index has no fixed number of bits");
	i64 last_from = from->rank ? from->shape[from->rank - 1] : 1,
		last_to = to->rank ? to->shape[to->rank - 1] : 1;
	if (last_from * ir_type_bits(from->element) != last_to * ir_type_bits(to->element))
		return ir_op_error(d, op, "source/result bitwidth of the minor 1-D vectors must be equal");
	return true;
}

static u32 vector_rank(ir_type memref) {
	return memref->element->kind == IR_TYPE_VECTOR ? memref->element->rank : 0;
}

// Dimension i of a memref, counting those of its element vectors behind its own.
static i64 flat_size(ir_type memref, u32 i) {
	return i < memref->rank ? memref->shape[i] : memref->element->shape[i - memref->rank];
}

HOOK_VERIFY(vector_verify_type_cast) {
	ir_type from = operand_type(op, 0), to = op->results[0].type;
	ir_type scalar = ir_type_scalar(to->element);
	if (!ir_type_has_static_shape(from) || from->layout)
		return ir_op_error(d, op,
		                   "expects operand to be a memref with identity layout and static shape");
	if (to->layout || to->memory_space != from->memory_space)
		return ir_op_error(d, op,
		                   "expects result to be a memref with identity layout in the memory space "
		                   "of the operand");
	if (scalar != ir_type_scalar(from->element))
		return ir_op_error(d, op, "expects same underlying scalar type for operand and result");
	bool same = to->rank + vector_rank(to) == from->rank + vector_rank(from);
	for (u32 i = 0; same && i < from->rank + vector_rank(from); i++)
		same = flat_size(from, i) == flat_size(to, i);
	return same || ir_op_error(d, op,
	                           "expects operand and result to have the same dimensions, those of "
	                           "their elements included");
}

// ---- slices -----------------------------------------------------------------------------------

HOOK_INFER(vector_infer_extract_strided_slice) {
	ir_type v = operand_type(op, 0);
	ir_attr sizes = ir_op_attr(op, NAME_sizes);
	i64 shape[RANK_MAX];
	u8 scalable[RANK_MAX];
	if (!sizes || sizes->count > v->rank || too_deep(ir_diags(c), op, v))
		return ir_op_error(
			ir_diags(c), op,
			"expected offsets, sizes, and strides attributes of rank no greater than vector rank");
	for (u32 i = 0; i < v->rank; i++) {
		shape[i] = i < sizes->count ? ir_attr_array_int(sizes, i) : v->shape[i];
		scalable[i] = scalable_at(v, i);
	}
	for (u32 i = 0; i < sizes->count; i++)
		if (shape[i] <= 0)
			return ir_op_error(ir_diags(c), op, "expected sizes to be confined to [1, %lld]",
			                   (long long)v->shape[i]);
	results[0] = vector_type(c, v->rank, shape, scalable, v->element);
	return true;
}

static bool unit_strides(struct diag_engine *d, struct ir_op *op) {
	ir_attr strides = ir_op_attr(op, NAME_strides);
	for (u32 i = 0; i < strides->count; i++)
		if (ir_attr_array_int(strides, i) != 1)
			return ir_op_error(d, op, "expected strides to be confined to [1, 2)");
	return true;
}

HOOK_VERIFY(vector_verify_extract_strided_slice) {
	ir_type v = operand_type(op, 0), expected;
	ir_attr offsets = ir_op_attr(op, NAME_offsets), sizes = ir_op_attr(op, NAME_sizes),
			strides = ir_op_attr(op, NAME_strides);
	if (offsets->count != sizes->count || offsets->count != strides->count)
		return ir_op_error(d, op, "expected offsets, sizes and strides attributes of same size");
	if (!vector_infer_extract_strided_slice(c, op, &expected) || !unit_strides(d, op))
		return false;
	for (u32 i = 0; i < offsets->count; i++) {
		i64 at = ir_attr_array_int(offsets, i), size = ir_attr_array_int(sizes, i);
		if (at < 0 || at >= v->shape[i])
			return ir_op_error(d, op, "expected offsets dimension %u to be confined to [0, %lld)",
			                   i, (long long)v->shape[i]);
		if (size > v->shape[i] - at)
			return ir_op_error(
				d, op, "expected sum(offsets, sizes) dimension %u to be confined to [1, %lld]", i,
				(long long)v->shape[i]);
		if (scalable_at(v, i) && (at != 0 || size != v->shape[i]))
			return ir_op_error(d, op,
			                   "expected size at idx=%u to match the corresponding base size from "
			                   "the input vector, since the dimension is scalable",
			                   i);
	}
	return op->results[0].type == expected || wrong_type(d, op, expected);
}

HOOK_VERIFY(vector_verify_insert_strided_slice) {
	ir_type source = operand_type(op, 0), dest = operand_type(op, 1);
	ir_attr offsets = ir_op_attr(op, NAME_offsets), strides = ir_op_attr(op, NAME_strides);
	if (source->element != dest->element)
		return ir_op_error(d, op, "operand #0 and result have same element type");
	if (offsets->count != dest->rank)
		return ir_op_error(d, op, "expected offsets of same size as destination vector rank");
	if (strides->count != source->rank)
		return ir_op_error(d, op, "expected strides of same size as source vector rank");
	if (source->rank > dest->rank)
		return ir_op_error(d, op, "expected source rank to be no greater than destination rank");
	if (!unit_strides(d, op))
		return false;
	u32 lead = dest->rank - source->rank;
	for (u32 i = 0; i < dest->rank; i++) {
		i64 at = ir_attr_array_int(offsets, i), size = i < lead ? 1 : source->shape[i - lead];
		if (at < 0 || at >= dest->shape[i] || size > dest->shape[i] - at)
			return ir_op_error(d, op,
			                   "expected sum(offsets, source vector shape) dimension %u to be "
			                   "confined to [1, %lld]",
			                   i, (long long)dest->shape[i]);
		bool scalable = i >= lead && scalable_at(source, i - lead);
		if (scalable_at(dest, i) != scalable || (scalable && (at != 0 || size != dest->shape[i])))
			return ir_op_error(d, op,
			                   "mismatching scalable flags or a part of a scalable dimension at "
			                   "source vector dimension %u",
			                   i);
	}
	return true;
}

static bool verify_scalable_part(struct diag_engine *d, struct ir_op *op, ir_type part,
                                 ir_type whole) {
	i64 at = ir_op_int(op, NAME_pos, 0);
	if (part->rank != 1 || whole->rank != 1 || !scalable_at(whole, 0))
		return ir_op_error(d, op, "needs a vector of rank 1 and a scalable one of rank 1");
	if (part->element != whole->element)
		return ir_op_error(d, op, "source and destination have the same element type");
	if (at < 0 || at % part->shape[0])
		return ir_op_error(d, op, "position is a multiple of the %s length",
		                   op_is(op, OP_vector_scalable_insert) ? "source" : "result");
	return true;
}

HOOK_VERIFY(vector_verify_scalable_insert) {
	return verify_scalable_part(d, op, operand_type(op, 0), operand_type(op, 1));
}

HOOK_VERIFY(vector_verify_scalable_extract) {
	return verify_scalable_part(d, op, op->results[0].type, operand_type(op, 0));
}

// ---- masks and sequences ----------------------------------------------------------------------

HOOK_VERIFY(vector_verify_constant_mask) {
	ir_type type = op->results[0].type;
	ir_attr sizes = ir_op_attr(op, NAME_mask_dim_sizes);
	if (type->rank == 0) {
		i64 v = sizes->count == 1 ? ir_attr_array_int(sizes, 0) : -1;
		return v == 0 || v == 1 ||
		       ir_op_error(d, op, "mask dim size must be one of 0 or 1 for a 0-D mask");
	}
	if (sizes->count != type->rank)
		return ir_op_error(d, op, "must specify array attr of size equal vector result rank");
	bool any_zero = false, all_zero = true;
	for (u32 i = 0; i < type->rank; i++) {
		i64 size = ir_attr_array_int(sizes, i);
		if (size < 0 || size > type->shape[i])
			return ir_op_error(d, op,
			                   "array attr of size out of bounds of vector result dimension size");
		if (scalable_at(type, i) && size != 0 && size != type->shape[i])
			return ir_op_error(d, op, "only supports 'none set' or 'all set' scalable dimensions");
		any_zero |= size == 0;
		all_zero &= size == 0;
	}
	if (any_zero && !all_zero)
		return ir_op_error(d, op,
		                   "expected all mask dim sizes to be zeros, as a result of conjunction "
		                   "with zero mask dim");
	return true;
}

HOOK_VERIFY(vector_verify_create_mask) {
	u32 rank = op->results[0].type->rank;
	if (op->num_operands != BASE_MAX(rank, 1u))
		return ir_op_error(d, op, "must specify an operand for each result vector dimension");
	return true;
}

HOOK_VERIFY(vector_verify_step) {
	ir_type type = op->results[0].type;
	return (type->rank == 1 && type->element->kind == IR_TYPE_INDEX) ||
	       ir_op_error(d, op, "result #0 must be vector of index values of ranks 1");
}

// ---- print ------------------------------------------------------------------------------------

HOOK_VERIFY(vector_verify_print) {
	bool newline = dialect_enum(op, IR_ATTR_IS_print_punctuation, NAME_punctuation, -1) ==
	               IR_print_punctuation_newline;
	if (ir_op_attr(op, NAME_stringLiteral) && (op->num_operands || !newline))
		return ir_op_error(d, op, "`source` or `punctuation` are not set when printing strings");
	if (op->num_operands) {
		ir_type type = ir_type_scalar(operand_type(op, 0));
		if (ir_type_is_shaped(operand_type(op, 0)) && operand_type(op, 0)->kind != IR_TYPE_VECTOR)
			type = NULL;
		if (!type || (!ir_type_is_int_or_index(type) && !ir_type_is_float(type)))
			return ir_op_error(d, op,
			                   "operand #0 must be a vector, an integer, an index or a float");
	}
	return true;
}

// [%value : type] [str "text" | punctuation <comma>] {attrs}
HOOK_PARSE(vector_parse_print) {
	struct ir_op_state s;
	struct ir_name_use source;
	struct ir_context *c = ir_parser_context(p);
	ir_type type;
	ir_attr attr;
	bool present;
	ir_parser_begin(p, &s);
	if (!ir_parser_optional_operand(p, &source, &present))
		return false;
	if (present &&
	    (!ir_parser_colon_type(p, &type) || !ir_parser_resolve_one(p, &s, &source, type)))
		return false;
	for (;;) {
		struct str text;
		u32 at = ir_parser_at(p);
		if (ir_parser_optional(p, "str")) {
			if (!ir_parser_string(p, &text))
				return false;
			ir_parser_set_attr(p, &s, NAME_stringLiteral, ir_attr_string(c, text));
		} else if (ir_parser_optional(p, "punctuation")) {
			if (!ir_parser_literal(p, "<") || !ir_parser_keyword(p, &text) ||
			    !ir_parser_literal(p, ">"))
				return false;
			attr = ir_attr_constraint_parse(c, IR_ATTR_IS_print_punctuation, text);
			if (!attr)
				return ir_parser_error(p, at,
				                       "expected no_punctuation, newline, comma, open or close");
			ir_parser_set_attr(p, &s, NAME_punctuation, attr);
		} else {
			break;
		}
	}
	return ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(vector_print_print) {
	ir_attr text = ir_op_attr(op, NAME_stringLiteral);
	i64 punctuation = dialect_enum(op, IR_ATTR_IS_print_punctuation, NAME_punctuation,
	                               IR_print_punctuation_newline);
	if (op->num_operands) {
		ir_printer_text(p, " ");
		ir_printer_value(p, ir_operand_get(op, 0));
		ir_printer_text(p, " : ");
		ir_printer_type(p, operand_type(op, 0));
	}
	if (text) {
		ir_printer_text(p, " str ");
		ir_printer_string(p, text->text);
	}
	if (punctuation != IR_print_punctuation_newline) {
		struct ir_enum_info info = ir_enum_get(IR_ATTR_IS_print_punctuation);
		for (u32 i = 0; i < info.num_cases; i++)
			if (info.cases[i].value == punctuation)
				ir_printer_format(p, " punctuation <%s>", info.cases[i].keyword);
	}
	ir_printer_attr_dict(p, op, 2, (const ir_name[]){NAME_stringLiteral, NAME_punctuation});
}
