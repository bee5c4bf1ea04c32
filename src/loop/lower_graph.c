// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lower-graph: StableHLO on tensors becomes linalg.generic and tensor ops in destination-passing form:
// every computation is an iteration space with affine accesses and a scalar body. Sizes stay
// symbolic: result types carry them, tensor.empty takes them from lam.dim.
//
// Requires: canonical stablehlo in static form (sizes may be named expressions). Establishes: no
// stablehlo op is left in the function; control flow is scf.
#include "loop/lower_graph.h"

void lower_refuse(struct lower_graph *l, struct ir_op *op, const char *why) {
	diag_emit(ir_diags(l->context), DIAG_graph_not_lowered, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), why);
	l->failed = true;
}

ir_attr lower_map(struct lower_graph *l, u32 num_dims, u32 n, const ir_expr *results) {
	return ir_attr_affine_map(l->context, num_dims, 0, n, results);
}

ir_attr lower_identity(struct lower_graph *l, u32 n) { return ir_attr_identity_map(l->context, n); }

// ---------------------------------------------------------------------------------------------
// Destinations

static struct ir_value *size_value(struct lower_graph *l, ir_expr size) {
	struct strbuf text;
	strbuf_init(&text, l->arena);
	ir_expr_print(l->context, size, &text);
	struct ir_named_attr props[] = {{NAME_size, ir_attr_string(l->context, strbuf_str(&text))}, {0}};
	return ir_result_get(ir_build_op(&l->b, OP_lam_dim, 0, NULL, props), 0);
}

struct ir_value *lower_empty(struct lower_graph *l, ir_type tensor) {
	struct ir_value *sizes[LOWER_DIMS_MAX];
	u32 n = 0;
	for (u32 i = 0; i < tensor->rank; i++) {
		if (tensor->shape[i] != IR_DYNAMIC)
			continue;
		CHECK_MSG(tensor->dims[i], "a run-time size without a name");
		sizes[n++] = size_value(l, tensor->dims[i]);
	}
	return dialect_build_sized(&l->b, OP_tensor_empty, tensor, n, sizes);
}

static struct ir_op *start_structured(struct lower_graph *l, const struct ir_op_desc *d, u32 n, const ir_type *args) {
	struct ir_op *op = ir_build(&l->b, d);
	struct ir_block *body = ir_block_create(l->module);
	ir_block_append(&op->regions[0], body);
	for (u32 i = 0; i < n; i++)
		ir_block_add_arg(l->module, body, args[i]);
	return op;
}

static void yield(struct lower_graph *l, struct ir_builder *b, struct ir_value *v) {
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_linalg_yield), .num_operands = 1, .operands = &v};
	ir_build(b, &d);
}

struct ir_value *lower_filled(struct lower_graph *l, ir_type tensor, struct ir_value *scalar) {
	struct ir_value *operands[] = {scalar, lower_empty(l, tensor)};
	struct ir_named_attr props[] = {{NAME_operandSegmentSizes, ir_attr_i32_array(l->context, 2, (i32[]){1, 1})}};
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_linalg_fill), .num_operands = 2, .operands = operands, .num_results = 1,
	                       .results = &tensor, .num_regions = 1, .num_props = 1, .props = props};
	ir_type args[] = {scalar->type, tensor->element};
	struct ir_op *op = start_structured(l, &d, 2, args);
	struct ir_builder b = ir_builder_at_end(op->regions[0].first, l->module);
	yield(l, &b, op->regions[0].first->args[0]);
	return ir_result_get(op, 0);
}

static ir_attr iterator_attr(struct lower_graph *l, bool reduction) {
	return ir_attr_dialect(l->context, ir_name_get(l->context, STR("linalg")), ir_name_get(l->context, STR("iterator_type")),
	                       reduction ? STR("reduction") : STR("parallel"), 0, NULL);
}

struct ir_value *lower_build_generic(struct lower_graph *l, const struct lower_nest *n, lower_body_fn *body, const void *user) {
	struct ir_value *operands[9];
	ir_attr iterators[LOWER_DIMS_MAX];
	ir_type elements[9];
	for (u32 i = 0; i < n->num_inputs; i++)
		operands[i] = n->inputs[i];
	operands[n->num_inputs] = n->init;
	for (u32 i = 0; i <= n->num_inputs; i++)
		elements[i] = operands[i]->type->element;
	for (u32 d = 0; d < n->num_dims; d++)
		iterators[d] = iterator_attr(l, (n->reduction >> d) & 1);
	struct ir_named_attr props[] = {
		{NAME_indexing_maps, ir_attr_array(l->context, n->num_inputs + 1, n->maps)},
		{NAME_iterator_types, ir_attr_array(l->context, n->num_dims, iterators)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(l->context, 2, (i32[]){(i32)n->num_inputs, 1})},
	};
	ir_type result = n->init->type;
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_linalg_generic), .num_operands = n->num_inputs + 1, .operands = operands,
	                       .num_results = 1, .results = &result, .num_regions = 1, .num_props = 3, .props = props};
	struct ir_op *op = start_structured(l, &d, n->num_inputs + 1, elements);
	struct ir_builder b = ir_builder_at_end(op->regions[0].first, l->module);
	b.loc = l->b.loc;
	yield(l, &b, body(l, &b, op->regions[0].first->args, user));
	return ir_result_get(op, 0);
}

// ---------------------------------------------------------------------------------------------
// Constants and data movement

static struct ir_value *constant(struct lower_graph *l, struct ir_op *op) {
	return dialect_const(&l->b, ir_op_attr(op, NAME_value));
}

static struct ir_value *copy_body(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user) {
	(void)l, (void)b, (void)user;
	return args[0];
}

static struct ir_value *move(struct lower_graph *l, struct ir_op *op, ir_attr from) {
	ir_type type = ir_result_get(op, 0)->type;
	struct lower_nest n = {.num_dims = type->rank, .num_inputs = 1, .inputs = {ir_operand_get(op, 0)},
	                       .maps = {from, lower_identity(l, type->rank)}, .init = lower_empty(l, type)};
	return lower_build_generic(l, &n, copy_body, NULL);
}

static struct ir_value *broadcast_in_dim(struct lower_graph *l, struct ir_op *op) {
	ir_type source = ir_operand_get(op, 0)->type, type = ir_result_get(op, 0)->type;
	ir_attr dims = ir_op_attr(op, NAME_broadcast_dimensions);
	ir_expr results[LOWER_DIMS_MAX];
	for (u32 i = 0; i < source->rank; i++) {
		u32 d = (u32)ir_attr_array_int(dims, i);
		bool stretch = source->shape[i] == 1 && type->shape[d] != 1;
		results[i] = stretch ? ir_expr_const(l->context, 0) : ir_expr_dim(l->context, d);
	}
	return move(l, op, lower_map(l, type->rank, source->rank, results));
}

static struct ir_value *transpose(struct lower_graph *l, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	ir_expr results[LOWER_DIMS_MAX];
	for (u32 i = 0; i < type->rank; i++)
		results[ir_attr_array_int(permutation, i)] = ir_expr_dim(l->context, i);
	return move(l, op, lower_map(l, type->rank, type->rank, results));
}

static struct ir_value *reverse(struct lower_graph *l, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr dims = ir_op_attr(op, NAME_dimensions);
	ir_expr results[LOWER_DIMS_MAX];
	for (u32 i = 0; i < type->rank; i++) {
		results[i] = ir_expr_dim(l->context, i);
		for (u32 k = 0; k < dims->count; k++)
			if (ir_attr_array_int(dims, k) == i)
				results[i] = ir_expr_binary(l->context, IR_EXPR_ADD,
				                            ir_expr_binary(l->context, IR_EXPR_MUL, results[i], ir_expr_const(l->context, -1)),
				                            ir_expr_binary(l->context, IR_EXPR_ADD, type->dims[i], ir_expr_const(l->context, -1)));
	}
	return move(l, op, lower_map(l, type->rank, type->rank, results));
}

static struct ir_value *strided_slice(struct lower_graph *l, struct ir_op *op) {
	struct ir_value *v = ir_operand_get(op, 0);
	struct dialect_index offsets[LOWER_DIMS_MAX], sizes[LOWER_DIMS_MAX], strides[LOWER_DIMS_MAX];
	ir_type type = ir_result_get(op, 0)->type;
	if (!ir_type_has_static_shape(type)) {
		lower_refuse(l, op, "a slice whose size is known only at run time");
		return NULL;
	}
	for (u32 i = 0; i < type->rank; i++) {
		offsets[i] = dialect_index_const(ir_attr_array_int(ir_op_attr(op, NAME_start_indices), i));
		strides[i] = dialect_index_const(ir_attr_array_int(ir_op_attr(op, NAME_strides), i));
		sizes[i] = dialect_index_const(type->shape[i]);
	}
	return dialect_build_slice(&l->b, OP_tensor_extract_slice, v, type->rank, offsets, sizes, strides, NULL);
}

static struct ir_value *concatenate(struct lower_graph *l, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	u32 dim = (u32)ir_op_int(op, NAME_dimension, 0);
	struct ir_value *whole = lower_empty(l, type);
	i64 at = 0;
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *part = ir_operand_get(op, i);
		if (!ir_type_has_static_shape(part->type)) {
			lower_refuse(l, op, "joins tensors of run-time size");
			return NULL;
		}
		struct dialect_index offsets[LOWER_DIMS_MAX], sizes[LOWER_DIMS_MAX], strides[LOWER_DIMS_MAX];
		for (u32 d = 0; d < type->rank; d++) {
			offsets[d] = dialect_index_const(d == dim ? at : 0);
			sizes[d] = dialect_index_const(part->type->shape[d]);
			strides[d] = dialect_index_const(1);
		}
		whole = dialect_build_insert_slice(&l->b, OP_tensor_insert_slice, part, whole, type->rank, offsets, sizes, strides);
		at += part->type->shape[dim];
	}
	return whole;
}

struct ir_value *lower_padded(struct lower_graph *l, struct ir_value *v, const i64 *low, const i64 *high, struct ir_value *fill) {
	ir_expr dims[LOWER_DIMS_MAX];
	bool any = false;
	for (u32 i = 0; i < v->type->rank; i++) {
		any |= low[i] || high[i];
		dims[i] = ir_expr_binary(l->context, IR_EXPR_ADD, v->type->dims[i], ir_expr_const(l->context, low[i] + high[i]));
	}
	if (!any)
		return v;
	ir_type type = ir_type_tensor_dims(l->context, v->type->rank, dims, v->type->element);
	struct ir_named_attr props[] = {
		{NAME_static_low, ir_attr_i64_array(l->context, v->type->rank, low)},
		{NAME_static_high, ir_attr_i64_array(l->context, v->type->rank, high)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(l->context, 3, (i32[]){1, 0, 0})},
	};
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_tensor_pad), .num_operands = 1, .operands = &v, .num_results = 1,
	                       .results = &type, .num_regions = 1, .num_props = 3, .props = props};
	ir_type args[LOWER_DIMS_MAX];
	for (u32 i = 0; i < v->type->rank; i++)
		args[i] = ir_type_index(l->context);
	struct ir_op *op = start_structured(l, &d, v->type->rank, args);
	struct ir_builder b = ir_builder_at_end(op->regions[0].first, l->module);
	struct ir_op_desc y = {.info = ir_op_info_get(l->context, OP_tensor_yield), .num_operands = 1, .operands = &fill};
	ir_build(&b, &y);
	return ir_result_get(op, 0);
}

// The single element of a constant 0-d tensor as a scalar.
static struct ir_value *scalar_of(struct lower_graph *l, struct ir_value *tensor) {
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_tensor_extract), .num_operands = 1, .operands = &tensor,
	                       .num_results = 1, .results = &tensor->type->element};
	ir_attr c = ir_value_constant(tensor);
	if (c && c->kind == IR_ATTR_DENSE_ELEMENTS) {
		ir_type t = tensor->type->element;
		return dialect_const(&l->b, ir_type_is_float(t) ? ir_attr_float(l->context, t, ir_dense_get_float(c, 0))
		                                                 : ir_attr_integer(l->context, t, ir_dense_get_int(c, 0)));
	}
	return ir_result_get(ir_build(&l->b, &d), 0);
}

static struct ir_value *pad(struct lower_graph *l, struct ir_op *op) {
	i64 low[LOWER_DIMS_MAX], high[LOWER_DIMS_MAX];
	struct ir_value *v = ir_operand_get(op, 0);
	for (u32 i = 0; i < v->type->rank; i++) {
		low[i] = ir_attr_array_int(ir_op_attr(op, NAME_edge_padding_low), i);
		high[i] = ir_attr_array_int(ir_op_attr(op, NAME_edge_padding_high), i);
		if (low[i] < 0 || high[i] < 0 || ir_attr_array_int(ir_op_attr(op, NAME_interior_padding), i)) {
			lower_refuse(l, op, "negative or interior padding");
			return NULL;
		}
	}
	return lower_padded(l, v, low, high, scalar_of(l, ir_operand_get(op, 1)));
}

// Row-major regrouping of dims: dims of the finer shape are taken until their product is that of the
// coarser one's dim; the last group takes what is left, which must be ones. NULL when it does not work out.
static ir_attr reassociation(struct lower_graph *l, ir_type fine, ir_type coarse) {
	ir_attr groups[LOWER_DIMS_MAX], numbers[LOWER_DIMS_MAX];
	u32 at = 0;
	ir_expr one = ir_expr_const(l->context, 1);
	for (u32 i = 0; i < coarse->rank; i++) {
		u32 n = 0;
		ir_expr product = one;
		while (at < fine->rank && (n == 0 || product != coarse->dims[i] || i + 1 == coarse->rank)) {
			product = ir_expr_binary(l->context, IR_EXPR_MUL, product, fine->dims[at]);
			numbers[n++] = ir_attr_i64(l->context, at++);
		}
		if (product != coarse->dims[i] || n == 0)
			return NULL;
		groups[i] = ir_attr_array(l->context, n, numbers);
	}
	return at == fine->rank ? ir_attr_array(l->context, coarse->rank, groups) : NULL;
}

static struct ir_value *regroup(struct lower_graph *l, struct ir_value *v, ir_type type, ir_attr groups, bool expand) {
	struct ir_named_attr props[2] = {{NAME_reassociation, groups}, {0}};
	struct ir_value *operands[1 + LOWER_DIMS_MAX] = {v};
	u32 n = 1, num_operands = 1;
	if (expand) {
		props[n++] = (struct ir_named_attr){NAME_static_output_shape, ir_attr_i64_array(l->context, type->rank, type->shape)};
		for (u32 i = 0; i < type->rank; i++)
			if (type->shape[i] == IR_DYNAMIC)
				operands[num_operands++] = size_value(l, type->dims[i]);
	}
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, expand ? OP_tensor_expand_shape : OP_tensor_collapse_shape),
	                       .num_operands = num_operands, .operands = operands, .num_results = 1, .results = &type, .num_props = n, .props = props};
	return ir_result_get(ir_build(&l->b, &d), 0);
}

static struct ir_value *reshape(struct lower_graph *l, struct ir_op *op) {
	struct ir_value *v = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	if (v->type == type)
		return v;
	ir_attr groups = type->rank < v->type->rank ? reassociation(l, v->type, type) : reassociation(l, type, v->type);
	if (groups)
		return regroup(l, v, type, groups, type->rank > v->type->rank);
	ir_expr total = ir_expr_const(l->context, 1);
	for (u32 i = 0; i < type->rank; i++)
		total = ir_expr_binary(l->context, IR_EXPR_MUL, total, type->dims[i]);
	ir_type flat = ir_type_tensor_dims(l->context, 1, &total, type->element);
	ir_attr down = reassociation(l, v->type, flat), up = reassociation(l, type, flat);
	if ((v->type->rank != 1 && !down) || (type->rank != 1 && !up)) {
		lower_refuse(l, op, "reshapes a tensor whose sizes are not provably those of the result");
		return NULL;
	}
	v = v->type->rank == 1 ? v : regroup(l, v, flat, down, false);
	return type->rank == 1 ? v : regroup(l, v, type, up, true);
}

static struct ir_value *iota_body(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user) {
	struct ir_named_attr props[] = {{NAME_dim, ir_attr_i64(l->context, *(const i64 *)user)}, {0}};
	struct ir_value *i = ir_result_get(ir_build_op(b, OP_linalg_index, 0, NULL, props), 0);
	ir_type element = args[0]->type;
	ir_type i64_type = ir_type_int(l->context, 64), to = ir_type_is_float(element) ? i64_type : element;
	if (element->kind == IR_TYPE_INDEX)
		return i;
	struct ir_op_desc cast = {.info = ir_op_info_get(l->context, OP_arith_index_cast), .num_operands = 1, .operands = &i, .num_results = 1, .results = &to};
	struct ir_value *v = ir_result_get(ir_build(b, &cast), 0);
	if (!ir_type_is_float(element))
		return v;
	struct ir_op_desc fp = {.info = ir_op_info_get(l->context, OP_arith_sitofp), .num_operands = 1, .operands = &v, .num_results = 1, .results = &element};
	return ir_result_get(ir_build(b, &fp), 0);
}

static struct ir_value *iota(struct lower_graph *l, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	i64 dim = ir_op_int(op, NAME_iota_dimension, 0);
	struct lower_nest n = {.num_dims = type->rank, .maps = {lower_identity(l, type->rank)}, .init = lower_empty(l, type)};
	return lower_build_generic(l, &n, iota_body, &dim);
}

// ---------------------------------------------------------------------------------------------

static struct ir_value *lower_op(struct lower_graph *l, struct ir_op *op) {
	switch (op->info->id) {
	case OP_stablehlo_constant: return constant(l, op);
	case OP_stablehlo_broadcast_in_dim: return broadcast_in_dim(l, op);
	case OP_stablehlo_transpose: return transpose(l, op);
	case OP_stablehlo_reverse: return reverse(l, op);
	case OP_stablehlo_reshape: return reshape(l, op);
	case OP_stablehlo_slice: return strided_slice(l, op);
	case OP_stablehlo_concatenate: return concatenate(l, op);
	case OP_stablehlo_pad: return pad(l, op);
	case OP_stablehlo_iota: return iota(l, op);
	case OP_stablehlo_dot_general: return lower_dot_general(l, op);
	case OP_stablehlo_convolution: return lower_convolution(l, op);
	case OP_stablehlo_reduce: return lower_reduce(l, op);
	case OP_stablehlo_reduce_window: return lower_reduce_window(l, op);
	default:
		if (op->info->traits & IR_ELEMENTWISE)
			return lower_elementwise(l, op);
		lower_refuse(l, op, "no lowering to loops; `lamella check` lists what is supported");
		return NULL;
	}
}

static bool is_graph_op(const struct ir_op *op) { return str_starts_with(op->info->full_name, STR("stablehlo.")); }

bool loop_lower_graph(struct ir_op *func, struct arena *scratch) {
	struct lower_graph l = {.context = func->module->context, .module = func->module, .arena = scratch};
	struct ir_block *body = func->regions[0].first;
	for (struct ir_op *op = body ? body->first : NULL, *next; op; op = next) {
		next = op->next;
		if (!is_graph_op(op))
			continue;
		l.b = ir_builder_before(op);
		l.b.loc = op->loc;
		struct ir_value *v = lower_op(&l, op);
		if (!v)
			continue;  // refused; go on, so that all problems are reported at once
		ir_op_replace(op, &v);
	}
	return !l.failed;
}
