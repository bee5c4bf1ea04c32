// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verification of linalg: maps against loops and ranks, sizes against each other, the body against
// operands and results; what softmax and the Winograd transforms ask of shapes.
#include "dialect/hooks.h"
#include "dialect/linalg.h"

enum { RANK_MAX = 64 };

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static u32 rank_of(ir_type t) {
	return t->kind == IR_TYPE_TENSOR || t->kind == IR_TYPE_MEMREF ? t->rank : 0;
}

// ---- structured ops ---------------------------------------------------------------------------

static bool verify_results(struct diag_engine *d, struct ir_op *op) {
	struct ir_range outputs = linalg_outputs(op);
	u32 n = 0;
	for (u32 i = 0; i < outputs.count; i++) {
		ir_type type = operand_type(op, outputs.first + i);
		if (!ir_type_is_ranked(type))
			return ir_op_error(d, op, "output #%u must have a rank", i);
		if (type->kind != IR_TYPE_TENSOR)
			continue;
		if (n >= op->num_results || op->results[n].type != type)
			return ir_op_error(
				d, op, "expected type of operand #%u (%s) to match type of corresponding result",
				outputs.first + i, dialect_type_text(d, op, type));
		n++;
	}
	return n == op->num_results || ir_op_error(d, op,
	                                           "expected the number of tensor results (%u) to be "
	                                           "equal to the number of output tensors (%u)",
	                                           op->num_results, n);
}

// Every loop stands alone as some result, else its size is not known.
static bool verify_loops_known(struct diag_engine *d, struct ir_op *op, u32 num_loops) {
	bool known[RANK_MAX] = {false};
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_attr map = linalg_map(op, i);
		for (u32 k = 0; k < map->count; k++)
			if (map->exprs[k]->kind == IR_EXPR_DIM)
				known[map->exprs[k]->value] = true;
	}
	for (u32 i = 0; i < num_loops; i++)
		if (!known[i])
			return ir_op_error(d, op,
			                   "expected the shape-to-loops map to be non-null: the size of loop "
			                   "#%u follows from no operand",
			                   i);
	return true;
}

static bool verify_maps(struct diag_engine *d, struct ir_op *op, u32 num_loops) {
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_attr map = linalg_map(op, i);
		u32 rank = rank_of(operand_type(op, i));
		if (map->num_syms)
			return ir_op_error(d, op, "unexpected symbols in indexing_map #%u", i);
		if (map->num_dims != num_loops)
			return ir_op_error(
				d, op, "expected indexing_map #%u to have %u dim(s) to match the number of loops",
				i, num_loops);
		if (map->count != rank)
			return ir_op_error(
				d, op,
				"expected operand rank (%u) to match the result rank of indexing_map #%u (%u)",
				rank, i, map->count);
	}
	return verify_loops_known(d, op, num_loops);
}

// Of the first and the last iteration: every position lies inside, and a loop by itself covers its
// dimension. Maps that are not monotonic are not looked at closer.
static bool verify_operand_sizes(struct diag_engine *d, struct ir_op *op, u32 i, const i64 *first,
                                 const i64 *last) {
	ir_attr map = linalg_map(op, i);
	ir_type type = operand_type(op, i);
	for (u32 k = 0; k < map->count; k++) {
		i64 a, b, size = type->shape[k];
		if (size == IR_DYNAMIC || size == 0 ||
		    !ir_expr_evaluate(map->exprs[k], first, NULL, NULL, &a) ||
		    !ir_expr_evaluate(map->exprs[k], last, NULL, NULL, &b))
			continue;
		if (BASE_MIN(a, b) < 0)
			return ir_op_error(d, op, "unexpected result less than 0 at expression #%u in map #%u",
			                   k, i);
		i64 needed = dialect_known_sum(BASE_MAX(a, b), 1);
		bool alone = map->exprs[k]->kind == IR_EXPR_DIM;
		if (needed == IR_DYNAMIC || (alone ? needed != size : needed > size))
			return ir_op_error(d, op,
			                   "inferred input/output operand #%u has shape's dimension #%u to be "
			                   "%s%lld, but found %lld",
			                   i, k, alone ? "" : "greater than or equal to ", (long long)needed,
			                   (long long)size);
	}
	return true;
}

static bool verify_sizes(struct diag_engine *d, struct ir_op *op, u32 num_loops) {
	i64 first[RANK_MAX] = {0}, last[RANK_MAX];
	if (!linalg_loop_sizes(op, last))
		return true;
	for (u32 i = 0; i < num_loops; i++) {
		if (last[i] == IR_DYNAMIC)
			return true;
		last[i]--;
	}
	for (u32 i = 0; i < op->num_operands; i++)
		if (!verify_operand_sizes(d, op, i, first, last))
			return false;
	return true;
}

// Arguments are the elements of the first `n` operands; the yield gives one for each output.
static bool verify_body(struct diag_engine *d, struct ir_op *op, u32 n) {
	struct ir_block *body = linalg_body(op);
	struct ir_range outputs = linalg_outputs(op);
	ir_type yields[outputs.count + 1];
	if (!body || body->next)
		return ir_op_error(d, op, "expects to have 1 region with 1 block");
	if (body->num_args != n)
		return ir_op_error(d, op,
		                   "expected as many non-induction variable region arguments as the number "
		                   "of input/output operands: %u, got %u",
		                   n, body->num_args);
	for (u32 i = 0; i < n; i++) {
		ir_type element = ir_type_is_shaped(operand_type(op, i)) ? operand_type(op, i)->element
		                                                         : operand_type(op, i);
		if (body->args[i]->type != element)
			return ir_op_error(d, op,
			                   "expected type of bb argument #%u (%s) to match element or self "
			                   "type of the corresponding operand (%s)",
			                   i, dialect_type_text(d, op, body->args[i]->type),
			                   dialect_type_text(d, op, element));
	}
	for (u32 i = 0; i < outputs.count; i++)
		yields[i] = operand_type(op, outputs.first + i)->element;
	return dialect_verify_yield(d, op, 0, OP_linalg_yield, outputs.count, yields);
}

static bool verify_structured(struct diag_engine *d, struct ir_op *op, u32 body_args) {
	if (linalg_outputs(op).count == 0)
		return ir_op_error(d, op, "expected at least one output operand");
	for (u32 i = 0; i < op->num_operands; i++)
		if (rank_of(operand_type(op, i)) > RANK_MAX)
			return ir_op_error(d, op, "supports operands of at most %u dimensions", RANK_MAX);
	u32 num_loops = linalg_num_loops(op);
	if (num_loops > RANK_MAX)
		return ir_op_error(d, op, "supports at most %u loops", RANK_MAX);
	return verify_results(d, op) && verify_maps(d, op, num_loops) &&
	       verify_sizes(d, op, num_loops) && verify_body(d, op, body_args);
}

HOOK_VERIFY(linalg_verify_generic) {
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps);
	if (maps->count != op->num_operands)
		return ir_op_error(d, op,
		                   "expected the number of indexing_map (%u) to be equal to the number of "
		                   "input/output operands (%u)",
		                   maps->count, op->num_operands);
	return verify_structured(d, op, op->num_operands);
}

HOOK_VERIFY(linalg_verify_named) {
	static const ir_name windows[] = {NAME_strides, NAME_dilations};
	if (!linalg_body_possible(op))
		return ir_op_error(d, op, "has no body for operands of this number or these element types");
	u32 spatial = 0;
	for (const char *s = linalg_named(op)->accesses; *s; s++)
		spatial += *s == '(';
	for (u32 k = 0; k < 2; k++) {
		ir_attr list = ir_op_attr(op, windows[k]);
		for (u32 i = 0; list && i < op->info->num_attrs; i++) {
			if (op->info->attrs[i].name != windows[k])
				continue;
			if (list->type->rank != 1 || ir_dense_count(list) != spatial)
				return ir_op_error(
					d, op, "incorrect shape for index attribute '%.*s': expected %u elements",
					STR_ARG(ir_name_str(c, windows[k])), spatial);
		}
	}
	return verify_structured(d, op, op->num_operands);
}

HOOK_VERIFY(linalg_verify_map) { return verify_structured(d, op, op->num_operands - 1); }

HOOK_VERIFY(linalg_verify_reduce) {
	ir_attr dims = ir_op_attr(op, NAME_dimensions);
	if (op->num_operands % 2 || op->num_operands == 0)
		return ir_op_error(d, op, "expects as many inits as inputs");
	ir_type input = operand_type(op, 0), init = operand_type(op, op->num_operands / 2);
	for (u32 i = 0; i < dims->count; i++) {
		i64 dim = ir_attr_array_int(dims, i);
		if (dim < 0 || dim >= rank_of(input) || (i && dim <= ir_attr_array_int(dims, i - 1)))
			return ir_op_error(
				d, op,
				"dimensions for reduction should be in increasing order and in the range [0, %u)",
				rank_of(input));
	}
	if (rank_of(init) + dims->count != rank_of(input))
		return ir_op_error(d, op,
		                   "number of dimensions after reduction %u doesn't match the init rank %u",
		                   rank_of(input) - dims->count, rank_of(init));
	return verify_structured(d, op, op->num_operands);
}

HOOK_VERIFY(linalg_verify_transpose) {
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	if (!dialect_is_permutation(permutation))
		return ir_op_error(d, op, "permutation is not valid");
	if (rank_of(operand_type(op, 0)) != permutation->count ||
	    rank_of(operand_type(op, 1)) != permutation->count)
		return ir_op_error(d, op,
		                   "size of permutation %u does not match the ranks of input and init",
		                   permutation->count);
	return verify_structured(d, op, 2);
}

HOOK_VERIFY(linalg_verify_broadcast) {
	ir_attr dims = ir_op_attr(op, NAME_dimensions);
	u32 input = rank_of(operand_type(op, 0)), init = rank_of(operand_type(op, 1));
	for (u32 i = 0; i < dims->count; i++) {
		i64 dim = ir_attr_array_int(dims, i);
		if (dim < 0 || dim >= init)
			return ir_op_error(d, op,
			                   "dimension %u is out of range. expected range: [0, %u], got: %lld",
			                   i, init - 1, (long long)dim);
		for (u32 k = 0; k < i; k++)
			if (ir_attr_array_int(dims, k) == dim)
				return ir_op_error(d, op, "names dimension %lld twice", (long long)dim);
	}
	if (input + dims->count != init)
		return ir_op_error(d, op,
		                   "input rank plus added dimensions does not match init rank. input rank: "
		                   "%u, dimensions size: %u, init rank: %u",
		                   input, dims->count, init);
	return verify_structured(d, op, 2);
}

HOOK_FOLD(linalg_fold_transpose) {
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	for (u32 i = 0; i < permutation->count; i++)
		if (ir_attr_array_int(permutation, i) != i)
			return false;
	return op->num_results == 1 && operand_type(op, 0) == op->results[0].type &&
	       dialect_fold_to_value(results, ir_operand_get(op, 0));
}

// ---- inside bodies ----------------------------------------------------------------------------

HOOK_VERIFY(linalg_verify_yield) {
	struct ir_op *parent = ir_op_parent(op);
	return (parent && linalg_is_structured(parent)) ||
	       ir_op_error(d, op, "expected parent op with LinalgOp interface");
}

HOOK_VERIFY(linalg_verify_index) {
	struct ir_op *parent = ir_op_parent(op);
	i64 dim = ir_op_int(op, NAME_dim, -1);
	if (!parent || !linalg_is_structured(parent))
		return ir_op_error(d, op, "expected parent op with LinalgOp interface");
	return (dim >= 0 && dim < linalg_num_loops(parent)) ||
	       ir_op_error(d, op,
	                   "expected dim (%lld) to be lower than the number of loops (%u) of the "
	                   "enclosing LinalgOp",
	                   (long long)dim, linalg_num_loops(parent));
}

// ---- softmax, Winograd ------------------------------------------------------------------------

HOOK_VERIFY(linalg_verify_softmax) {
	ir_type input = operand_type(op, 0), output = operand_type(op, 1);
	i64 dim = ir_op_int(op, NAME_dimension, -1);
	if (!ir_type_is_ranked(input) || !dialect_shapes_match(input, output))
		return ir_op_error(d, op, "incompatible input/output shapes");
	if (input->element != output->element)
		return ir_op_error(d, op, "input and output have same element type");
	if (dim < 0 || dim >= input->rank)
		return ir_op_error(d, op, "incorrect dimension specified");
	return verify_results(d, op);
}

// One spatial direction of a transform: `alpha` tile elements from m outputs of a filter of r, or
// untransformed when the size on the plain side is one.
static bool winograd_direction(struct diag_engine *d, struct ir_op *op, bool transformed, i64 alpha,
                               i64 expected) {
	i64 wanted = transformed ? expected : 1;
	return dialect_sizes_match(alpha, wanted) ||
	       ir_op_error(d, op, "expected a transformed size of %lld, got %lld", (long long)wanted,
	                   (long long)alpha);
}

static bool same_size(struct diag_engine *d, struct ir_op *op, i64 a, i64 b, const char *what) {
	return dialect_sizes_match(a, b) ||
	       ir_op_error(d, op, "the number of %s differs: %lld and %lld", what, (long long)a,
	                   (long long)b);
}

// The tiles of m that cover `size` outputs.
static bool tiles_cover(struct diag_engine *d, struct ir_op *op, i64 size, i64 m, i64 tiles) {
	i64 needed = size == IR_DYNAMIC ? IR_DYNAMIC : size / m + (size % m > 0);
	return dialect_sizes_match(tiles, needed) ||
	       ir_op_error(d, op, "expected %lld tiles, got %lld", (long long)needed, (long long)tiles);
}

static bool verify_filter(struct diag_engine *d, struct ir_op *op, i64 m, i64 r) {
	const i64 *f = operand_type(op, 0)->shape,
			  *out = operand_type(op, 1)->shape;  // F, H, W, C; alpha, alpha, C, F
	if (!same_size(d, op, f[0], out[3], "filters") || !same_size(d, op, f[3], out[2], "channels"))
		return false;
	for (u32 i = 0; i < 2; i++) {
		if (f[1 + i] != IR_DYNAMIC && f[1 + i] != 1 && f[1 + i] != r)
			return ir_op_error(d, op, "expect filter height and width either equal to r or 1");
		if (!winograd_direction(d, op, f[1 + i] != 1, out[i], dialect_known_sum(m, r - 1)))
			return false;
	}
	return (f[1] != 1 || f[2] != 1) ||
	       ir_op_error(d, op, "expect either filter height or width to be r");
}

static bool verify_input(struct diag_engine *d, struct ir_op *op, i64 m, i64 r) {
	const i64 *in = operand_type(op, 0)->shape,
			  *out = operand_type(op, 1)->shape;  // N, H, W, C; alpha, alpha, tiles, tiles, N, C
	if (!same_size(d, op, in[0], out[4], "images") || !same_size(d, op, in[3], out[5], "channels"))
		return false;
	for (u32 i = 0; i < 2; i++) {
		bool transformed = out[i] != 1;
		if (!winograd_direction(d, op, transformed, out[i], dialect_known_sum(m, r - 1)))
			return false;
		i64 outputs = transformed ? dialect_known_sum(in[1 + i], 1 - r) : in[1 + i];
		if (!tiles_cover(d, op, outputs, transformed ? m : 1, out[2 + i]))
			return false;
	}
	return true;
}

static bool verify_output(struct diag_engine *d, struct ir_op *op, i64 m, i64 r) {
	const i64 *v = operand_type(op, 0)->shape,
			  *out = operand_type(op, 1)->shape;  // alpha, alpha, tiles, tiles, N, F; N, H, W, F
	if (!same_size(d, op, v[4], out[0], "images") || !same_size(d, op, v[5], out[3], "filters"))
		return false;
	for (u32 i = 0; i < 2; i++) {
		bool transformed = v[i] != 1;
		if (!winograd_direction(d, op, transformed, v[i], dialect_known_sum(m, r - 1)))
			return false;
		i64 covered = dialect_known_product(v[2 + i], transformed ? m : 1);
		if (!dialect_sizes_match(out[1 + i], covered))
			return ir_op_error(d, op, "expected output size %lld, got %lld", (long long)covered,
			                   (long long)out[1 + i]);
	}
	return true;
}

HOOK_VERIFY(linalg_verify_winograd) {
	i64 m = ir_op_int(op, NAME_m, 0), r = ir_op_int(op, NAME_r, 0);
	bool filter = op_is(op, OP_linalg_winograd_filter_transform),
		 input = op_is(op, OP_linalg_winograd_input_transform);
	if (m <= 0 || r <= 0)
		return ir_op_error(d, op, "m and r must be positive");
	if (operand_type(op, 0)->rank != (filter || input ? 4 : 6) ||
	    operand_type(op, 1)->rank != (input ? 6 : 4))
		return ir_op_error(d, op,
		                   "operand ranks must be 4 for plain, 6 for transformed images and 4 for "
		                   "transformed filters");
	if (operand_type(op, 0)->element != operand_type(op, 1)->element)
		return ir_op_error(d, op, "all of {operand, output} have same element type");
	return filter  ? verify_filter(d, op, m, r)
	       : input ? verify_input(d, op, m, r)
	               : verify_output(d, op, m, r);
}
