// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lower-graph: reduce and reduce_window. The region's ops are replayed on scalars; its first argument
// is the accumulator. A window is an extra set of reduction dims; a tensor.empty of the window's shape
// gives them their sizes.
#include "loop/lower_graph.h"

struct region_body {
	struct ir_op *op;   // reduce or reduce_window
	u32 num_inputs;     // of the nest; the element is args[0], the accumulator args[num_inputs]
};

// stablehlo ops on 0-d tensors become scalar ops.
static struct ir_value *replay_region(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user) {
	const struct region_body *r = user;
	struct ir_block *body = r->op->regions[0].first;
	struct map values;
	map_init(&values, l->arena);
	map_set(&values, map_ptr(body->args[0]), map_ptr(args[r->num_inputs]));
	map_set(&values, map_ptr(body->args[1]), map_ptr(args[0]));
	for (struct ir_op *op = body->first; op; op = op->next) {
		struct ir_value *operands[8];
		CHECK(op->num_operands <= ARRAY_SIZE(operands));
		for (u32 i = 0; i < op->num_operands; i++) {
			u64 found;
			if (!map_find(&values, map_ptr(ir_operand_get(op, i)), &found)) {
				lower_refuse(l, op, "a reduction body that reads a value from outside");
				return args[r->num_inputs];
			}
			operands[i] = (struct ir_value *)(uintptr_t)found;
		}
		if (op->info->id == OP_stablehlo_return)
			return operands[0];
		struct ir_value *v;
		if (op->info->id == OP_stablehlo_constant) {
			ir_attr c = ir_op_attr(op, NAME_value);
			ir_type t = c->type->element;
			v = dialect_const(b, ir_type_is_float(t) ? ir_attr_float(l->context, t, ir_dense_get_float(c, 0))
			                                         : ir_attr_integer(l->context, t, ir_dense_get_int(c, 0)));
		} else {
			v = lower_scalar(l, b, op, operands);
		}
		if (!v)
			return args[r->num_inputs];
		map_set(&values, map_ptr(ir_result_get(op, 0)), map_ptr(v));
	}
	UNREACHABLE();
}

static struct ir_value *init_scalar(struct lower_graph *l, struct ir_value *init) {
	ir_attr c = ir_value_constant(init);
	ir_type t = init->type->element;
	if (c && c->kind == IR_ATTR_DENSE_ELEMENTS)
		return dialect_const(&l->b, ir_type_is_float(t) ? ir_attr_float(l->context, t, ir_dense_get_float(c, 0))
		                                                 : ir_attr_integer(l->context, t, ir_dense_get_int(c, 0)));
	struct ir_op_desc d = {.info = ir_op_info_get(l->context, OP_tensor_extract), .num_operands = 1, .operands = &init,
	                       .num_results = 1, .results = &t};
	return ir_result_get(ir_build(&l->b, &d), 0);
}

struct ir_value *lower_reduce(struct lower_graph *l, struct ir_op *op) {
	if (op->num_operands != 2) {
		lower_refuse(l, op, "a reduction of several tensors at once");
		return NULL;
	}
	struct ir_value *input = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr dims = ir_op_attr(op, NAME_dimensions);
	struct lower_nest n = {.num_dims = input->type->rank, .num_inputs = 1, .inputs = {input}};
	ir_expr out[LOWER_DIMS_MAX];
	u32 kept = 0;
	for (u32 d = 0; d < input->type->rank; d++) {
		bool reduced = false;
		for (u32 i = 0; i < dims->count; i++)
			reduced |= ir_attr_array_int(dims, i) == d;
		if (reduced)
			n.reduction |= 1u << d;
		else
			out[kept++] = ir_expr_dim(l->context, d);
	}
	n.maps[0] = lower_identity(l, n.num_dims);
	n.maps[1] = lower_map(l, n.num_dims, kept, out);
	n.init = lower_filled(l, type, init_scalar(l, ir_operand_get(op, 1)));
	struct region_body body = {op, 1};
	return lower_build_generic(l, &n, replay_region, &body);
}

static bool any_not_one(ir_attr list) {
	for (u32 i = 0; list && i < list->count; i++)
		if (ir_attr_array_int(list, i) != 1)
			return true;
	return false;
}

struct ir_value *lower_reduce_window(struct lower_graph *l, struct ir_op *op) {
	if (op->num_operands != 2 || any_not_one(ir_op_attr(op, NAME_base_dilations))) {
		lower_refuse(l, op, "windows over several tensors, or with base dilation");
		return NULL;
	}
	struct ir_value *input = ir_operand_get(op, 0), *init = init_scalar(l, ir_operand_get(op, 1));
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr window = ir_op_attr(op, NAME_window_dimensions), strides = ir_op_attr(op, NAME_window_strides);
	ir_attr dilation = ir_op_attr(op, NAME_window_dilations), padding = ir_op_attr(op, NAME_padding);
	u32 rank = type->rank, num_window = 0;
	i64 low[LOWER_DIMS_MAX] = {0}, high[LOWER_DIMS_MAX] = {0}, shape[LOWER_DIMS_MAX];
	ir_expr in[LOWER_DIMS_MAX], sizes[LOWER_DIMS_MAX];
	for (u32 d = 0; d < rank; d++) {
		i64 size = ir_attr_array_int(window, d), stride = strides ? ir_attr_array_int(strides, d) : 1;
		low[d] = padding ? ir_attr_array_int(padding, 2 * d) : 0;
		high[d] = padding ? ir_attr_array_int(padding, 2 * d + 1) : 0;
		if (low[d] < 0 || high[d] < 0) {
			lower_refuse(l, op, "negative padding");
			return NULL;
		}
		in[d] = ir_expr_binary(l->context, IR_EXPR_MUL, ir_expr_dim(l->context, d), ir_expr_const(l->context, stride));
		if (size == 1)
			continue;
		ir_expr step = ir_expr_binary(l->context, IR_EXPR_MUL, ir_expr_dim(l->context, rank + num_window),
		                              ir_expr_const(l->context, dilation ? ir_attr_array_int(dilation, d) : 1));
		in[d] = ir_expr_binary(l->context, IR_EXPR_ADD, in[d], step);
		sizes[num_window] = ir_expr_dim(l->context, rank + num_window);
		shape[num_window++] = size;
	}
	struct ir_value *padded = lower_padded(l, input, low, high, init);
	ir_type window_type = ir_type_tensor(l->context, num_window, shape, type->element, NULL);
	struct lower_nest n = {.num_dims = rank + num_window, .num_inputs = 2, .inputs = {padded, lower_empty(l, window_type)}};
	n.maps[0] = lower_map(l, n.num_dims, rank, in);
	n.maps[1] = lower_map(l, n.num_dims, num_window, sizes);
	ir_expr out[LOWER_DIMS_MAX];
	for (u32 d = 0; d < rank; d++)
		out[d] = ir_expr_dim(l->context, d);
	n.maps[2] = lower_map(l, n.num_dims, rank, out);
	n.reduction = ((1u << num_window) - 1) << rank;
	n.init = lower_filled(l, type, init);
	struct region_body body = {op, 2};
	return lower_build_generic(l, &n, replay_region, &body);
}
