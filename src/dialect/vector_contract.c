// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector ops that combine elements: contract, outerproduct, reduction, multi_reduction, scan, and
// products of flat matrices.
//
// contract iterates over the space that its maps' dimensions span: acc[map2] = kind(acc[map2],
// lhs[map0] * rhs[map1]). Each map names distinct dimensions; every dimension is used by lhs or
// rhs; a reduction dimension stands in both and not in acc.
#include "dialect/hooks.h"

enum { CONTRACT_LHS, CONTRACT_RHS, CONTRACT_ACC, CONTRACT_OPERANDS, DIMS_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

i64 vector_kind(const struct ir_op *op) {
	return dialect_enum(op, IR_ATTR_IS_combining_kind, NAME_kind, IR_combining_kind_add);
}

bool vector_kind_fits(i64 kind, ir_type element) {
	switch (kind) {
	case IR_combining_kind_add:
	case IR_combining_kind_mul:
		return ir_type_is_int_or_index(element) || ir_type_is_float(element);
	case IR_combining_kind_minui:
	case IR_combining_kind_minsi:
	case IR_combining_kind_maxui:
	case IR_combining_kind_maxsi:
	case IR_combining_kind_and:
	case IR_combining_kind_or:
	case IR_combining_kind_xor: return ir_type_is_int_or_index(element);
	case IR_combining_kind_minnumf:
	case IR_combining_kind_maxnumf:
	case IR_combining_kind_minimumf:
	case IR_combining_kind_maximumf: return ir_type_is_float(element);
	default: return false;
	}
}

// ---- contract ---------------------------------------------------------------------------------

static bool is_reduction(struct ir_context *c, ir_attr iterators, u32 i) {
	i64 v;
	return ir_enum_value(c, IR_ATTR_IS_vector_iterator, iterators->elements[i], &v) &&
	       v == IR_vector_iterator_reduction;
}

// Where a map's results name dimension `dim`: the result's number, or -1.
static i64 position_of(ir_attr map, u32 dim) {
	for (u32 i = 0; i < map->count; i++)
		if (map->exprs[i]->kind == IR_EXPR_DIM && map->exprs[i]->value == dim)
			return i;
	return -1;
}

static bool verify_contract_map(struct diag_engine *d, struct ir_op *op, u32 i, ir_attr map,
                                u32 num_dims) {
	ir_type type = operand_type(op, i);
	u32 rank = type->kind == IR_TYPE_VECTOR ? type->rank : 0;
	if (map->kind != IR_ATTR_AFFINE_MAP)
		return ir_op_error(d, op, "expected indexing map %u to be an affine map", i);
	if (map->num_syms)
		return ir_op_error(d, op, "expected indexing map %u to have no symbols", i);
	if (map->num_dims != num_dims)
		return ir_op_error(d, op, "expected indexing map %u to have %u number of inputs", i,
		                   num_dims);
	if (map->count != rank)
		return ir_op_error(d, op, "expected indexing map %u to have %u number of outputs", i, rank);
	for (u32 k = 0; k < map->count; k++)
		if (map->exprs[k]->kind != IR_EXPR_DIM || position_of(map, (u32)map->exprs[k]->value) != k)
			return ir_op_error(
				d, op, "expected indexing map %u to be a projected permutation of its inputs", i);
	return true;
}

// The size of each iteration dimension, from the operands; false when two disagree.
static bool contract_sizes(const struct ir_op *op, ir_attr maps, u32 num_dims, i64 *sizes,
                           u8 *scalable) {
	for (u32 k = 0; k < num_dims; k++)
		sizes[k] = IR_DYNAMIC, scalable[k] = 0;
	for (u32 i = 0; i < CONTRACT_OPERANDS; i++) {
		ir_attr map = maps->elements[i];
		ir_type type = operand_type(op, i);
		for (u32 k = 0; k < map->count; k++) {
			u32 dim = (u32)map->exprs[k]->value;
			u8 flag = type->scalable ? type->scalable[k] : 0;
			if (sizes[dim] != IR_DYNAMIC && (sizes[dim] != type->shape[k] || scalable[dim] != flag))
				return false;
			sizes[dim] = type->shape[k];
			scalable[dim] = flag;
		}
	}
	return true;
}

static bool verify_contract_dims(struct ir_context *c, struct diag_engine *d, struct ir_op *op,
                                 ir_attr maps, ir_attr iterators) {
	bool contracts = false;
	for (u32 k = 0; k < iterators->count; k++) {
		bool in[CONTRACT_OPERANDS];
		for (u32 i = 0; i < CONTRACT_OPERANDS; i++)
			in[i] = position_of(maps->elements[i], k) >= 0;
		if (!in[CONTRACT_LHS] && !in[CONTRACT_RHS])
			return ir_op_error(d, op, "iteration dimension #%u is used by neither lhs nor rhs", k);
		if (is_reduction(c, iterators, k) && in[CONTRACT_ACC])
			return ir_op_error(
				d, op, "reduction dimension #%u must not appear in the accumulator's map", k);
		if (!is_reduction(c, iterators, k) && !in[CONTRACT_ACC])
			return ir_op_error(d, op, "parallel dimension #%u must appear in the accumulator's map",
			                   k);
		contracts |= is_reduction(c, iterators, k) && in[CONTRACT_LHS] && in[CONTRACT_RHS];
	}
	return contracts || ir_op_error(d, op, "expected at least one contracting dimension pair");
}

HOOK_VERIFY(vector_verify_contract) {
	ir_type lhs = operand_type(op, CONTRACT_LHS), rhs = operand_type(op, CONTRACT_RHS),
			acc = operand_type(op, CONTRACT_ACC);
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps),
			iterators = ir_op_attr(op, NAME_iterator_types);
	if (lhs->element != rhs->element)
		return ir_op_error(d, op, "failed to verify that lhs and rhs have same element type");
	if (op->results[0].type != acc)
		return ir_op_error(d, op, "expects its result to have the accumulator's type");
	if (maps->count != CONTRACT_OPERANDS)
		return ir_op_error(d, op, "expected an indexing map for each vector operand");
	if (iterators->count > DIMS_MAX)
		return ir_op_error(d, op, "supports at most %u iteration dimensions", DIMS_MAX);
	for (u32 i = 0; i < CONTRACT_OPERANDS; i++)
		if (!verify_contract_map(d, op, i, maps->elements[i], iterators->count))
			return false;
	i64 sizes[DIMS_MAX];
	u8 scalable[DIMS_MAX];
	if (!verify_contract_dims(c, d, op, maps, iterators))
		return false;
	if (!contract_sizes(op, maps, iterators->count, sizes, scalable))
		return ir_op_error(
			d, op,
			"invalid contracting dimension map: sizes of a dimension differ between operands");
	return vector_kind_fits(vector_kind(op), ir_type_scalar(acc)) ||
	       ir_op_error(d, op, "unsupported contraction type");
}

// {indexing_maps = [...], iterator_types = ["parallel", ...], kind = ...} %lhs, %rhs, %acc : t, t
// into t
HOOK_PARSE(vector_parse_contract) {
	struct ir_context *c = ir_parser_context(p);
	struct ir_op_state s;
	struct ir_name_use operands[CONTRACT_OPERANDS];
	struct ir_types types = {0};
	ir_type result;
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_attr_dict(p, &s))
		return false;
	for (u32 i = 0; i < s.attrs.size; i++)
		if (s.attrs.data[i].name == NAME_iterator_types &&
		    !dialect_parse_iterators(c, IR_ATTR_IS_vector_iterator, s.attrs.data[i].value,
		                             &s.attrs.data[i].value))
			return ir_parser_error(
				p, at, "iterator_types must be an array of \"parallel\" and \"reduction\"");
	for (u32 i = 0; i < CONTRACT_OPERANDS; i++)
		if ((i && !ir_parser_literal(p, ",")) || !ir_parser_operand(p, &operands[i]))
			return false;
	at = ir_parser_at(p);
	if (!ir_parser_attr_dict(p, &s) || !ir_parser_colon_types(p, &types) ||
	    !ir_parser_literal(p, "into") || !ir_parser_type(p, &result))
		return false;
	if (types.size != 2)
		return ir_parser_error(p, at, "expected the types of lhs and rhs");
	ir_parser_add_type(p, &types, result);
	ir_parser_add_type(p, &s.results, result);
	for (u32 i = 0; i < CONTRACT_OPERANDS; i++)
		if (!ir_parser_resolve_one(p, &s, &operands[i], types.data[i]))
			return false;
	return ir_parser_finish(p, &s, out);
}

HOOK_PRINT(vector_print_contract) {
	static const ir_name names[] = {NAME_indexing_maps, NAME_iterator_types, NAME_kind};
	struct ir_context *c = ir_printer_context(p);
	ir_printer_text(p, " {indexing_maps = ");
	ir_printer_attr(p, ir_op_attr(op, NAME_indexing_maps));
	ir_printer_text(p, ", iterator_types = ");
	dialect_print_iterators(p, IR_ATTR_IS_vector_iterator, ir_op_attr(op, NAME_iterator_types));
	ir_printer_text(p, ", kind = ");
	ir_printer_attr(p, ir_enum_attr(c, IR_ATTR_IS_combining_kind, vector_kind(op)));
	ir_printer_text(p, "} ");
	ir_printer_operands(p, op, (struct ir_range){0, CONTRACT_OPERANDS});
	ir_printer_attr_dict(p, op, ARRAY_SIZE(names), names);
	ir_printer_text(p, " : ");
	ir_printer_operand_types(p, op, (struct ir_range){0, 2});
	ir_printer_text(p, " into ");
	ir_printer_type(p, op->results[0].type);
}

// The mask that vector.mask gives to a contract: the iteration space.
static ir_type contract_mask(struct ir_context *c, const struct ir_op *op) {
	i64 sizes[DIMS_MAX];
	u8 scalable[DIMS_MAX];
	u32 n = ir_op_attr(op, NAME_iterator_types)->count;
	if (n > DIMS_MAX || !contract_sizes(op, ir_op_attr(op, NAME_indexing_maps), n, sizes, scalable))
		return NULL;
	return vector_type(c, n, sizes, scalable, ir_type_int(c, 1));
}

// ---- outerproduct -----------------------------------------------------------------------------

HOOK_INFER(vector_infer_outerproduct) {
	ir_type lhs = operand_type(op, 0), rhs = operand_type(op, 1);
	if (lhs->kind != IR_TYPE_VECTOR || lhs->rank != 1 ||
	    (rhs->kind == IR_TYPE_VECTOR && rhs->rank != 1))
		return ir_op_error(
			ir_diags(c), op,
			"expected 1-d vector for operand #1 and 1-d vector or scalar for operand #2");
	if (rhs->kind != IR_TYPE_VECTOR) {
		results[0] = lhs;
		return true;
	}
	i64 shape[2] = {lhs->shape[0], rhs->shape[0]};
	u8 scalable[2] = {lhs->scalable != NULL, rhs->scalable != NULL};
	results[0] = vector_type(c, 2, shape, scalable, lhs->element);
	return true;
}

HOOK_VERIFY(vector_verify_outerproduct) {
	ir_type expected, lhs = operand_type(op, 0), rhs = operand_type(op, 1);
	if (!vector_infer_outerproduct(c, op, &expected))
		return false;
	if (lhs->element != ir_type_scalar(rhs))
		return ir_op_error(d, op, "operands have the same element type");
	if (op->results[0].type != expected)
		return ir_op_error(d, op, "expected result type %s", dialect_type_text(d, op, expected));
	if (op->num_operands > 2 && operand_type(op, 2) != expected)
		return ir_op_error(d, op, "expected operand #3 of same type as result type");
	return vector_kind_fits(vector_kind(op), lhs->element) ||
	       ir_op_error(d, op, "unsupported outerproduct type");
}

// %lhs, %rhs [, %acc] {kind} : t, t
HOOK_PARSE(vector_parse_outerproduct) {
	struct ir_op_state s;
	struct ir_names operands = {0};
	struct ir_types types = {0};
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_operands(p, IR_DELIM_NONE, &operands) || !ir_parser_attr_dict(p, &s) ||
	    !ir_parser_colon_types(p, &types))
		return false;
	if (operands.size < 2 || operands.size > 3)
		return ir_parser_error(p, at, "expected at least 2 operands and at most 3");
	if (types.size != 2)
		return ir_parser_error(p, at, "expected 2 types");
	if (types.data[0]->kind != IR_TYPE_VECTOR || types.data[0]->rank != 1)
		return ir_parser_error(p, at, "expected 1-d vector for operand #1");
	ir_type lhs = types.data[0], rhs = types.data[1], result = lhs;
	if (rhs->kind == IR_TYPE_VECTOR) {
		if (rhs->rank != 1)
			return ir_parser_error(p, at, "expected 1-d vector for operand #2");
		i64 shape[2] = {lhs->shape[0], rhs->shape[0]};
		u8 scalable[2] = {lhs->scalable != NULL, rhs->scalable != NULL};
		result = vector_type(ir_parser_context(p), 2, shape, scalable, lhs->element);
	}
	ir_type all[3] = {lhs, rhs, result};
	ir_parser_add_type(p, &s.results, result);
	for (u32 i = 0; i < operands.size; i++)
		if (!ir_parser_resolve_one(p, &s, &operands.data[i], all[i]))
			return false;
	return ir_parser_finish(p, &s, out);
}

HOOK_PRINT(vector_print_outerproduct) {
	ir_printer_text(p, " ");
	ir_printer_operands(p, op, (struct ir_range){0, op->num_operands});
	ir_printer_attr_dict(p, op, 0, NULL);
	ir_printer_text(p, " : ");
	ir_printer_operand_types(p, op, (struct ir_range){0, 2});
}

// ---- reductions -------------------------------------------------------------------------------

HOOK_INFER(vector_infer_reduction) {
	results[0] = operand_type(op, 0)->element;
	return true;
}

HOOK_VERIFY(vector_verify_reduction) {
	ir_type vector = operand_type(op, 0), type = op->results[0].type;
	if (vector->rank > 1)
		return ir_op_error(d, op, "unsupported reduction rank: %u", vector->rank);
	if (type != vector->element)
		return ir_op_error(d, op, "source operand and result have same element type");
	if (op->num_operands > 1 && operand_type(op, 1) != type)
		return ir_op_error(d, op, "dest and acc have the same type");
	if (!vector_kind_fits(vector_kind(op), type))
		return ir_op_error(d, op, "unsupported reduction type %s for kind",
		                   dialect_type_text(d, op, type));
	return true;
}

HOOK_VERIFY(vector_verify_multi_reduction) {
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	ir_attr dims = ir_op_attr(op, NAME_reduction_dims);
	bool reduced[DIMS_MAX] = {false};
	i64 shape[DIMS_MAX];
	u8 scalable[DIMS_MAX];
	if (source->rank > DIMS_MAX)
		return ir_op_error(d, op, "supports at most %u dimensions", DIMS_MAX);
	for (u32 i = 0; i < dims->count; i++) {
		i64 dim = ir_attr_array_int(dims, i);
		if (dim < 0 || dim >= source->rank || reduced[dim])
			return ir_op_error(d, op, "reduction dimension %lld is out of range or named twice",
			                   (long long)dim);
		reduced[dim] = true;
	}
	u32 n = 0;
	for (u32 i = 0; i < source->rank; i++)
		if (!reduced[i]) {
			shape[n] = source->shape[i];
			scalable[n++] = source->scalable ? source->scalable[i] : 0;
		}
	ir_type expected = n ? vector_type(c, n, shape, scalable, source->element) : source->element;
	if (type != expected)
		return ir_op_error(d, op, "destination type %s is incompatible with source type %s",
		                   dialect_type_text(d, op, type), dialect_type_text(d, op, source));
	return vector_kind_fits(vector_kind(op), source->element) ||
	       ir_op_error(d, op, "unsupported reduction type for kind");
}

HOOK_VERIFY(vector_verify_scan) {
	ir_type source = operand_type(op, 0), initial = operand_type(op, 1);
	i64 dim = ir_op_int(op, NAME_reduction_dim, -1);
	if (dim < 0 || dim >= source->rank)
		return ir_op_error(d, op, "reduction dimension %lld has to be less than %u", (long long)dim,
		                   source->rank);
	if (initial->rank + 1 != source->rank)
		return ir_op_error(d, op, "initial value rank %u has to be equal to %u", initial->rank,
		                   source->rank - 1);
	for (u32 i = 0; i < initial->rank; i++)
		if (initial->shape[i] != source->shape[i < dim ? i : i + 1])
			return ir_op_error(d, op, "incompatible input/initial value shapes");
	if (initial->element != source->element)
		return ir_op_error(d, op, "incompatible input/initial value element types");
	return vector_kind_fits(vector_kind(op), source->element) ||
	       ir_op_error(d, op, "unsupported reduction type for kind");
}

// ---- matrices in flat vectors -----------------------------------------------------------------

static bool is_flat(ir_type t, i64 elements) {
	return t->rank == 1 && t->shape[0] == elements && !t->scalable;
}

HOOK_VERIFY(vector_verify_matrix_multiply) {
	i64 m = ir_op_int(op, NAME_lhs_rows, 0), k = ir_op_int(op, NAME_lhs_columns, 0),
		n = ir_op_int(op, NAME_rhs_columns, 0);
	ir_type lhs = operand_type(op, 0), rhs = operand_type(op, 1), type = op->results[0].type;
	if (lhs->element != type->element || rhs->element != type->element)
		return ir_op_error(d, op, "operands and result have same element type");
	return (is_flat(lhs, m * k) && is_flat(rhs, k * n) && is_flat(type, m * n)) ||
	       ir_op_error(
			   d, op,
			   "lengths of the vectors must be the products of the matrices' rows and columns");
}

HOOK_VERIFY(vector_verify_flat_transpose) {
	i64 elements = ir_op_int(op, NAME_rows, 0) * ir_op_int(op, NAME_columns, 0);
	ir_type source = operand_type(op, 0), type = op->results[0].type;
	return (source->element == type->element && is_flat(source, elements) &&
	        is_flat(type, elements)) ||
	       ir_op_error(
			   d, op,
			   "source operand and result must have rows * columns elements of the same type");
}

// ---- masks of these ops -----------------------------------------------------------------------

ir_type vector_combining_mask(struct ir_context *c, const struct ir_op *op) {
	switch ((enum op_id)op->info->id) {
	case OP_vector_contract: return contract_mask(c, op);
	case OP_vector_outerproduct:
		return ir_type_with_element(c, op->results[0].type, ir_type_int(c, 1));
	case OP_vector_reduction:
	case OP_vector_multi_reduction:
		return ir_type_with_element(c, operand_type(op, 0), ir_type_int(c, 1));
	default: return NULL;
	}
}
