// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bodies of named structured ops, as ops of arith and math on the elements. The order of
// operands is MLIR's (the accumulator first), so that generalised ops are the same.
#include "dialect/hooks.h"
#include "dialect/linalg.h"

// A scalar converted to a type: integers extended with or without sign or cut, floats rounded.
static struct ir_value *convert(struct ir_builder *b, struct ir_value *v, ir_type to,
                                bool is_unsigned) {
	ir_type from = v->type;
	u16 id;
	if (from == to)
		return v;
	bool from_float = ir_type_is_float(from), to_float = ir_type_is_float(to);
	if (from->kind == IR_TYPE_INDEX || to->kind == IR_TYPE_INDEX)
		id = OP_arith_index_cast;
	else if (from_float && to_float)
		id = ir_type_bits(to) > ir_type_bits(from) ? OP_arith_extf : OP_arith_truncf;
	else if (from_float)
		id = is_unsigned ? OP_arith_fptoui : OP_arith_fptosi;
	else if (to_float)
		id = is_unsigned ? OP_arith_uitofp : OP_arith_sitofp;
	else if (to->width < from->width)
		id = OP_arith_trunci;
	else
		id = is_unsigned ? OP_arith_extui : OP_arith_extsi;
	return ir_result_get(
		ir_build(b, &(struct ir_op_desc){.info = ir_op_info_get(b->module->context, id),
	                                     .num_operands = 1,
	                                     .operands = &v,
	                                     .num_results = 1,
	                                     .results = &to}),
		0);
}

static struct ir_value *unary(struct ir_builder *b, enum linalg_body f, struct ir_value *x) {
	static const u16 ops[] = {
		[LINALG_BODY_EXP] = OP_math_exp,     [LINALG_BODY_LOG] = OP_math_log,
		[LINALG_BODY_ABS] = OP_math_absf,    [LINALG_BODY_CEIL] = OP_math_ceil,
		[LINALG_BODY_FLOOR] = OP_math_floor, [LINALG_BODY_NEGF] = OP_arith_negf,
		[LINALG_BODY_ROUND] = OP_math_round, [LINALG_BODY_SQRT] = OP_math_sqrt,
		[LINALG_BODY_RSQRT] = OP_math_rsqrt, [LINALG_BODY_TANH] = OP_math_tanh,
		[LINALG_BODY_ERF] = OP_math_erf,
	};
	if (f == LINALG_BODY_SQUARE)
		return ir_build_2(b, OP_arith_mulf, x, x);
	if (f == LINALG_BODY_RECIPROCAL)
		return ir_build_2(b, OP_arith_divf, dialect_const_float(b, x->type, 1), x);
	ASSERT(f < ARRAY_SIZE(ops) && ops[f]);
	return ir_build_1(b, ops[f], x);
}

// For floats, for integers, for i1.
static struct ir_value *binary(struct ir_builder *b, enum linalg_body f, struct ir_value *x,
                               struct ir_value *y) {
	static const u16 ops[][3] = {
		[LINALG_BODY_ADD] = {OP_arith_addf, OP_arith_addi, OP_arith_ori},
		[LINALG_BODY_SUB] = {OP_arith_subf, OP_arith_subi, OP_arith_subi},
		[LINALG_BODY_MUL] = {OP_arith_mulf, OP_arith_muli, OP_arith_andi},
		[LINALG_BODY_DIV] = {OP_arith_divf, OP_arith_divsi, OP_arith_divsi},
		[LINALG_BODY_DIV_UNSIGNED] = {OP_arith_divf, OP_arith_divui, OP_arith_divui},
		[LINALG_BODY_MAX_SIGNED] = {OP_arith_maximumf, OP_arith_maxsi, OP_arith_maxsi},
		[LINALG_BODY_MIN_SIGNED] = {OP_arith_minimumf, OP_arith_minsi, OP_arith_minsi},
		[LINALG_BODY_MAX_UNSIGNED] = {OP_arith_maximumf, OP_arith_maxui, OP_arith_maxui},
		[LINALG_BODY_MIN_UNSIGNED] = {OP_arith_minimumf, OP_arith_minui, OP_arith_minui},
	};
	if (f == LINALG_BODY_POWF)
		return ir_build_2(b, OP_math_powf, x, y);
	ASSERT(f < ARRAY_SIZE(ops));
	u32 column = ir_type_is_float(x->type) ? 0 : ir_type_is_int(x->type, 1) ? 2 : 1;
	return ir_build_2(b, ops[f][column], x, y);
}

static i64 enum_of(const struct ir_op *op, u16 constraint, ir_name name) {
	return dialect_enum(op, constraint, name, 0);
}

_Static_assert(LINALG_BODY_ERF - LINALG_BODY_EXP == IR_unary_fn_erf &&
                   LINALG_BODY_POWF - LINALG_BODY_ADD == IR_binary_fn_powf,
               "bodies are in the order of unary_fn and binary_fn");

static struct ir_value *named_body(struct ir_builder *b, const struct ir_op *op,
                                   enum linalg_body body, struct ir_value *const *args, u32 n) {
	struct ir_value *out = args[n - 1];
	bool is_unsigned = body == LINALG_BODY_REDUCE_MAX_UNSIGNED ||
	                   body == LINALG_BODY_REDUCE_MIN_UNSIGNED ||
	                   enum_of(op, IR_ATTR_IS_type_fn, NAME_cast) == IR_type_fn_cast_unsigned;
#define IN(i) convert(b, args[i], out->type, is_unsigned)
	switch (body) {
	case LINALG_BODY_CAST:
	case LINALG_BODY_FILL: return IN(0);
	case LINALG_BODY_UNARY:
		return unary(b, LINALG_BODY_EXP + (u32)enum_of(op, IR_ATTR_IS_unary_fn, NAME_fun), IN(0));
	case LINALG_BODY_BINARY: {
		struct ir_value *x = IN(0), *y = IN(1);
		return binary(b, LINALG_BODY_ADD + (u32)enum_of(op, IR_ATTR_IS_binary_fn, NAME_fun), x, y);
	}
	case LINALG_BODY_SELECT: return ir_build_3(b, OP_arith_select, args[0], args[1], args[2]);
	case LINALG_BODY_MUL_ADD: {
		struct ir_value *x = IN(0), *y = IN(1);
		return binary(b, LINALG_BODY_ADD, out, binary(b, LINALG_BODY_MUL, x, y));
	}
	case LINALG_BODY_MUL_CAST_ADD: {
		struct ir_value *product = binary(b, LINALG_BODY_MUL, args[0], IN(1));
		return binary(b, LINALG_BODY_ADD, out, convert(b, product, out->type, is_unsigned));
	}
	case LINALG_BODY_MUL_ADD_ZERO_POINTS: {
		struct ir_value *x = IN(0), *x_zero = IN(2),
						*shifted_x = binary(b, LINALG_BODY_SUB, x, x_zero);
		struct ir_value *y = IN(1), *y_zero = IN(3),
						*shifted_y = binary(b, LINALG_BODY_SUB, y, y_zero);
		return binary(b, LINALG_BODY_ADD, out, binary(b, LINALG_BODY_MUL, shifted_x, shifted_y));
	}
	case LINALG_BODY_REDUCE_ADD: return binary(b, LINALG_BODY_ADD, out, IN(0));
	case LINALG_BODY_REDUCE_MAX_SIGNED: return binary(b, LINALG_BODY_MAX_SIGNED, out, IN(0));
	case LINALG_BODY_REDUCE_MIN_SIGNED: return binary(b, LINALG_BODY_MIN_SIGNED, out, IN(0));
	case LINALG_BODY_REDUCE_MAX_UNSIGNED: return binary(b, LINALG_BODY_MAX_UNSIGNED, out, IN(0));
	case LINALG_BODY_REDUCE_MIN_UNSIGNED: return binary(b, LINALG_BODY_MIN_UNSIGNED, out, IN(0));
	default: break;
	}
#undef IN
	return body < LINALG_BODY_BINARY ? unary(b, body, args[0]) : binary(b, body, args[0], args[1]);
}

// The block with an argument for each operand's element.
static struct ir_block *add_body(struct ir_op *op) {
	ASSERT(!op->regions[0].first);
	struct ir_block *body = ir_block_create(op->module);
	ir_block_append(&op->regions[0], body);
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_type t = ir_operand_get(op, i)->type;
		ir_block_add_arg(op->module, body, ir_type_is_shaped(t) ? t->element : t);
	}
	return body;
}

bool linalg_body_possible(const struct ir_op *op) {
	const struct linalg_named *named = linalg_named(op);
	if (!named)
		return op->num_operands == 2;
	u32 words = 1;
	for (const char *s = named->accesses; *s; s++)
		words += *s == ' ';
	if (op->num_operands != words)
		return false;
	bool floats = true;
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_type t = ir_type_scalar(ir_operand_get(op, i)->type);
		if (!ir_type_is_float(t) && !ir_type_is_int_or_index(t))
			return false;
		floats &= ir_type_is_float(t);
	}
	bool converts = named->body == LINALG_BODY_CAST || named->body == LINALG_BODY_FILL ||
	                named->body == LINALG_BODY_UNARY || named->body == LINALG_BODY_BINARY ||
	                named->body >= LINALG_BODY_MUL_ADD;
	ir_type first = ir_type_scalar(ir_operand_get(op, named->body == LINALG_BODY_SELECT)->type);
	ir_type out = ir_type_scalar(ir_operand_get(op, words - 1)->type);
	for (u32 i = named->body == LINALG_BODY_SELECT; !converts && i < words; i++)
		if (ir_type_scalar(ir_operand_get(op, i)->type) != first)
			return false;
	if (named->body == LINALG_BODY_SELECT)
		return ir_type_is_int(ir_type_scalar(ir_operand_get(op, 0)->type), 1);
	if (named->body >= LINALG_BODY_UNARY && named->body < LINALG_BODY_BINARY)
		return ir_type_is_float(out);
	if (named->body == LINALG_BODY_MUL_CAST_ADD)
		return first == out || ir_type_scalar(ir_operand_get(op, 1)->type) == first;
	if (named->body == LINALG_BODY_POWF)
		return floats;
	return named->body != LINALG_BODY_BINARY || ir_type_is_float(out) ||
	       enum_of(op, IR_ATTR_IS_binary_fn, NAME_fun) != IR_binary_fn_powf;
}

void linalg_fill_body(struct ir_op *op) {
	const struct linalg_named *named = linalg_named(op);
	struct ir_block *body = add_body(op);
	struct ir_builder b = ir_builder_at_end(body, op->module);
	b.loc = op->loc;
	// transpose and broadcast give the input's element.
	struct ir_value *value =
		named ? named_body(&b, op, named->body, body->args, body->num_args) : body->args[0];
	dialect_build_yield(&b, OP_linalg_yield, 1, &value);
}

// ---- builders ---------------------------------------------------------------------------------

// The op with a result for each tensor among its outputs, and an empty region.
static struct ir_op *build_structured(struct ir_builder *b, u16 id, u32 num_inputs,
                                      struct ir_value *const *inputs, u32 num_outputs,
                                      struct ir_value *const *outputs,
                                      const struct ir_named_attr *props, u32 num_props) {
	struct ir_context *c = b->module->context;
	struct ir_value *operands[num_inputs + num_outputs + 1];
	ir_type results[num_outputs + 1];
	struct ir_named_attr all[num_props + 1];
	u32 num_results = 0;
	for (u32 i = 0; i < num_inputs; i++)
		operands[i] = inputs[i];
	for (u32 i = 0; i < num_outputs; i++) {
		operands[num_inputs + i] = outputs[i];
		if (outputs[i]->type->kind == IR_TYPE_TENSOR)
			results[num_results++] = outputs[i]->type;
	}
	if (num_props)
		memcpy(all, props, sizeof(*props) * num_props);
	i32 segments[2] = {(i32)num_inputs, (i32)num_outputs};
	const struct ir_op_info *info = ir_op_info_get(c, id);
	if (info->operand_segments)
		all[num_props++] =
			(struct ir_named_attr){NAME_operandSegmentSizes, ir_attr_i32_array(c, 2, segments)};
	return ir_build(b, &(struct ir_op_desc){.info = info,
	                                        .num_operands = num_inputs + num_outputs,
	                                        .operands = operands,
	                                        .num_results = num_results,
	                                        .results = results,
	                                        .num_regions = 1,
	                                        .props = all,
	                                        .num_props = num_props});
}

struct ir_op *linalg_build_named(struct ir_builder *b, u16 id, u32 num_inputs,
                                 struct ir_value *const *inputs, u32 num_outputs,
                                 struct ir_value *const *outputs,
                                 const struct ir_named_attr *props) {
	u32 n = 0;
	while (props && props[n].name != NAME_none)
		n++;
	struct ir_op *op = build_structured(b, id, num_inputs, inputs, num_outputs, outputs, props, n);
	CHECK_MSG(linalg_body_possible(op), "%.*s is built with operands that it has no body for",
	          STR_ARG(op->info->full_name));
	linalg_fill_body(op);
	return op;
}

struct ir_op *linalg_build_generic(struct ir_builder *b, u32 num_inputs,
                                   struct ir_value *const *inputs, u32 num_outputs,
                                   struct ir_value *const *outputs, const ir_attr *maps,
                                   u32 num_loops, const bool *reduction) {
	struct ir_context *c = b->module->context;
	ir_attr iterators[num_loops + 1];
	for (u32 i = 0; i < num_loops; i++)
		iterators[i] =
			ir_enum_attr(c, IR_ATTR_IS_linalg_iterator,
		                 reduction[i] ? IR_linalg_iterator_reduction : IR_linalg_iterator_parallel);
	const struct ir_named_attr props[] = {
		{NAME_indexing_maps, ir_attr_array(c, num_inputs + num_outputs, maps)},
		{NAME_iterator_types, ir_attr_array(c, num_loops, iterators)}};
	struct ir_op *op =
		build_structured(b, OP_linalg_generic, num_inputs, inputs, num_outputs, outputs, props, 2);
	add_body(op);
	return op;
}
