// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lower-graph: element-wise ops. One table says which arith or math op a stablehlo op is on floats,
// signed integers, unsigned integers and booleans; what needs several ops is built here. The same
// function serves whole tensors (as the body of a linalg.generic) and the ops of reduction regions.
#include "loop/lower_graph.h"

struct scalar_row {
	u16 hlo, on_float, on_signed, on_unsigned, on_bool;
};
static const struct scalar_row scalar_rows[] = {
	{OP_stablehlo_abs, OP_math_absf, OP_math_absi, 0, 0},
	{OP_stablehlo_add, OP_arith_addf, OP_arith_addi, OP_arith_addi, OP_arith_ori},
	{OP_stablehlo_and, 0, OP_arith_andi, OP_arith_andi, OP_arith_andi},
	{OP_stablehlo_atan2, OP_math_atan2, 0, 0, 0},
	{OP_stablehlo_cbrt, OP_math_cbrt, 0, 0, 0},
	{OP_stablehlo_ceil, OP_math_ceil, 0, 0, 0},
	{OP_stablehlo_cosine, OP_math_cos, 0, 0, 0},
	{OP_stablehlo_count_leading_zeros, 0, OP_math_ctlz, OP_math_ctlz, 0},
	{OP_stablehlo_divide, OP_arith_divf, OP_arith_divsi, OP_arith_divui, 0},
	{OP_stablehlo_exponential, OP_math_exp, 0, 0, 0},
	{OP_stablehlo_exponential_minus_one, OP_math_expm1, 0, 0, 0},
	{OP_stablehlo_floor, OP_math_floor, 0, 0, 0},
	{OP_stablehlo_log, OP_math_log, 0, 0, 0},
	{OP_stablehlo_log_plus_one, OP_math_log1p, 0, 0, 0},
	{OP_stablehlo_maximum, OP_arith_maximumf, OP_arith_maxsi, OP_arith_maxui, OP_arith_ori},
	{OP_stablehlo_minimum, OP_arith_minimumf, OP_arith_minsi, OP_arith_minui, OP_arith_andi},
	{OP_stablehlo_multiply, OP_arith_mulf, OP_arith_muli, OP_arith_muli, OP_arith_andi},
	{OP_stablehlo_negate, OP_arith_negf, 0, 0, 0},
	{OP_stablehlo_or, 0, OP_arith_ori, OP_arith_ori, OP_arith_ori},
	{OP_stablehlo_popcnt, 0, OP_math_ctpop, OP_math_ctpop, 0},
	{OP_stablehlo_power, OP_math_powf, OP_math_ipowi, 0, 0},
	{OP_stablehlo_remainder, OP_arith_remf, OP_arith_remsi, OP_arith_remui, 0},
	{OP_stablehlo_round_nearest_afz, OP_math_round, 0, 0, 0},
	{OP_stablehlo_round_nearest_even, OP_math_roundeven, 0, 0, 0},
	{OP_stablehlo_rsqrt, OP_math_rsqrt, 0, 0, 0},
	{OP_stablehlo_sine, OP_math_sin, 0, 0, 0},
	{OP_stablehlo_sqrt, OP_math_sqrt, 0, 0, 0},
	{OP_stablehlo_subtract, OP_arith_subf, OP_arith_subi, OP_arith_subi, 0},
	{OP_stablehlo_tan, OP_math_tan, 0, 0, 0},
	{OP_stablehlo_tanh, OP_math_tanh, 0, 0, 0},
	{OP_stablehlo_xor, 0, OP_arith_xori, OP_arith_xori, OP_arith_xori},
};

static struct ir_value *build(struct ir_builder *b, u16 id, u32 n, struct ir_value *const *operands, ir_type type,
                              const struct ir_named_attr *props, u32 num_props) {
	struct ir_op_desc d = {.info = ir_op_info_get(b->module->context, id), .num_operands = n, .operands = operands,
	                       .num_results = 1, .results = &type, .num_props = num_props, .props = props};
	return ir_result_get(ir_build(b, &d), 0);
}

static struct ir_value *compare_floats(struct ir_builder *b, i64 predicate, struct ir_value *x, struct ir_value *y) {
	struct ir_named_attr prop = {NAME_predicate, ir_attr_i64(b->module->context, predicate)};
	struct ir_value *operands[] = {x, y};
	return build(b, OP_arith_cmpf, 2, operands, ir_type_int(b->module->context, 1), &prop, 1);
}

static struct ir_value *choose(struct ir_builder *b, struct ir_value *condition, struct ir_value *x, struct ir_value *y) {
	return ir_build_3(b, OP_arith_select, condition, x, y);
}

// Predicates of arith.cmpf (ordered, but != unordered, as StableHLO's compare has it) and arith.cmpi.
static struct ir_value *scalar_compare(struct ir_builder *b, struct ir_op *op, struct ir_value *const *args, ir_type type) {
	static const struct {
		const char *direction;
		i64 on_float, on_signed, on_unsigned;
	} rows[] = {{"EQ", 1, 0, 0}, {"NE", 13, 1, 1}, {"GE", 3, 5, 9}, {"GT", 2, 4, 8}, {"LE", 5, 3, 7}, {"LT", 4, 2, 6}};
	struct str direction = ir_op_attr(op, NAME_comparison_direction)->text;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		if (str_find(direction, str_from(rows[i].direction)) < 0)
			continue;
		bool is_float = ir_type_is_float(type), is_unsigned = type->kind == IR_TYPE_INTEGER && (type->signedness == IR_UNSIGNED || type->width == 1);
		if (is_float)
			return compare_floats(b, rows[i].on_float, args[0], args[1]);
		struct ir_named_attr prop = {NAME_predicate, ir_attr_i64(b->module->context, is_unsigned ? rows[i].on_unsigned : rows[i].on_signed)};
		return build(b, OP_arith_cmpi, 2, args, ir_type_int(b->module->context, 1), &prop, 1);
	}
	return NULL;
}

static u16 conversion(ir_type from, ir_type to) {
	bool ff = ir_type_is_float(from), tf = ir_type_is_float(to);
	u32 fw = ir_type_bits(from), tw = ir_type_bits(to);
	bool from_unsigned = from->kind == IR_TYPE_INTEGER && (from->signedness == IR_UNSIGNED || from->width == 1);
	if (ff && tf)
		return fw < tw ? OP_arith_extf : OP_arith_truncf;
	if (ff)
		return to->signedness == IR_UNSIGNED ? OP_arith_fptoui : OP_arith_fptosi;
	if (tf)
		return from_unsigned ? OP_arith_uitofp : OP_arith_sitofp;
	return fw < tw ? (from_unsigned ? OP_arith_extui : OP_arith_extsi) : OP_arith_trunci;
}

static struct ir_value *scalar_convert(struct ir_builder *b, struct ir_value *v, ir_type from, ir_type to) {
	if (from == to || v->type == to)
		return v;
	if (ir_type_is_int(to, 1)) {  // != 0
		struct ir_value *operands[] = {v, dialect_const_zero(b, v->type)};
		if (ir_type_is_float(from))
			return compare_floats(b, 13, operands[0], operands[1]);
		struct ir_named_attr prop = {NAME_predicate, ir_attr_i64(b->module->context, 1)};
		return build(b, OP_arith_cmpi, 2, operands, to, &prop, 1);
	}
	if (!ir_type_is_float(from) && !ir_type_is_float(to) && ir_type_bits(from) == ir_type_bits(to))
		return v;
	return build(b, conversion(from, to), 1, &v, to, NULL, 0);
}

static struct ir_value *logistic(struct ir_builder *b, struct ir_value *x) {
	struct ir_value *negated = ir_build_1(b, OP_arith_negf, x), *one = dialect_const_float(b, x->type, 1);
	return ir_build_2(b, OP_arith_divf, one, ir_build_2(b, OP_arith_addf, one, ir_build_1(b, OP_math_exp, negated)));
}

// Sign of a float keeps zeros and NaN.
static struct ir_value *sign(struct ir_builder *b, struct ir_value *x) {
	struct ir_value *zero = dialect_const_zero(b, x->type);
	if (ir_type_is_float(x->type)) {
		struct ir_value *one = ir_build_2(b, OP_math_copysign, dialect_const_float(b, x->type, 1), x);
		return choose(b, compare_floats(b, 6 /* one */, x, zero), one, x);
	}
	struct ir_named_attr slt = {NAME_predicate, ir_attr_i64(b->module->context, 2)}, ne = {NAME_predicate, ir_attr_i64(b->module->context, 1)};
	struct ir_value *operands[] = {x, zero};
	ir_type i1 = ir_type_int(b->module->context, 1);
	struct ir_value *negative = build(b, OP_arith_cmpi, 2, operands, i1, &slt, 1), *nonzero = build(b, OP_arith_cmpi, 2, operands, i1, &ne, 1);
	struct ir_value *unit = choose(b, negative, dialect_const_int(b, x->type, -1), dialect_const_int(b, x->type, 1));
	return choose(b, nonzero, unit, zero);
}

static struct ir_value *shift(struct ir_builder *b, u16 id, struct ir_value *x, struct ir_value *by) {
	struct ir_value *width = dialect_const_int(b, x->type, ir_type_bits(x->type));
	struct ir_named_attr ult = {NAME_predicate, ir_attr_i64(b->module->context, 6)};
	struct ir_value *operands[] = {by, width};
	struct ir_value *inside = build(b, OP_arith_cmpi, 2, operands, ir_type_int(b->module->context, 1), &ult, 1);
	struct ir_value *last = dialect_const_int(b, x->type, ir_type_bits(x->type) - 1);
	struct ir_value *shifted = ir_build_2(b, id, x, choose(b, inside, by, last));
	return id == OP_arith_shrsi ? shifted : choose(b, inside, shifted, dialect_const_zero(b, x->type));
}

static struct ir_value *clamp(struct ir_builder *b, struct ir_value *const *a, ir_type type) {
	bool is_float = ir_type_is_float(type), is_unsigned = type->signedness == IR_UNSIGNED;
	u16 max = is_float ? OP_arith_maximumf : is_unsigned ? OP_arith_maxui : OP_arith_maxsi;
	u16 min = is_float ? OP_arith_minimumf : is_unsigned ? OP_arith_minui : OP_arith_minsi;
	return ir_build_2(b, min, ir_build_2(b, max, a[1], a[0]), a[2]);
}

struct ir_value *lower_scalar(struct lower_graph *l, struct ir_builder *b, struct ir_op *op, struct ir_value *const *a) {
	ir_type from = ir_type_scalar(ir_operand_get(op, 0)->type), to = ir_type_scalar(ir_result_get(op, 0)->type);
	switch (op->info->id) {
	case OP_stablehlo_compare: return scalar_compare(b, op, a, from);
	case OP_stablehlo_select: return choose(b, a[0], a[1], a[2]);
	case OP_stablehlo_convert: return scalar_convert(b, a[0], from, to);
	case OP_stablehlo_clamp: return clamp(b, a, to);
	case OP_stablehlo_logistic: return logistic(b, a[0]);
	case OP_stablehlo_sign: return sign(b, a[0]);
	case OP_stablehlo_shift_left: return shift(b, OP_arith_shli, a[0], a[1]);
	case OP_stablehlo_shift_right_logical: return shift(b, OP_arith_shrui, a[0], a[1]);
	case OP_stablehlo_shift_right_arithmetic: return shift(b, OP_arith_shrsi, a[0], a[1]);
	case OP_stablehlo_not:
		return ir_build_2(b, OP_arith_xori, a[0], dialect_const_int(b, a[0]->type, -1));
	case OP_stablehlo_is_finite: {
		struct ir_value *inf = dialect_const_float(b, from, __builtin_inf());
		return compare_floats(b, 4 /* olt */, ir_build_1(b, OP_math_absf, a[0]), inf);
	}
	default: break;
	}
	if (op->info->id == OP_stablehlo_negate && !ir_type_is_float(from))
		return ir_build_2(b, OP_arith_subi, dialect_const_zero(b, a[0]->type), a[0]);
	for (u32 i = 0; i < ARRAY_SIZE(scalar_rows); i++) {
		const struct scalar_row *r = &scalar_rows[i];
		if (r->hlo != op->info->id)
			continue;
		u16 id = ir_type_is_float(from)      ? r->on_float
		         : ir_type_is_int(from, 1)   ? r->on_bool
		         : from->kind != IR_TYPE_INTEGER ? 0
		         : from->signedness == IR_UNSIGNED ? r->on_unsigned
		                                           : r->on_signed;
		if (!id)
			break;
		return op->num_operands == 1 ? ir_build_1(b, id, a[0]) : ir_build_2(b, id, a[0], a[1]);
	}
	lower_refuse(l, op, "this operation on this element type");
	return NULL;
}

static struct ir_value *elementwise_body(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user) {
	struct ir_op *op = *(struct ir_op *const *)user;
	struct ir_value *v = lower_scalar(l, b, op, args);
	return v ? v : args[op->num_operands];
}

// Operands of rank 0 (the predicate of select, the bounds of clamp) serve every element.
struct ir_value *lower_elementwise(struct lower_graph *l, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	struct lower_nest n = {.num_dims = type->rank, .num_inputs = op->num_operands, .init = lower_empty(l, type)};
	CHECK(op->num_operands <= ARRAY_SIZE(n.inputs));
	for (u32 i = 0; i < op->num_operands; i++) {
		n.inputs[i] = ir_operand_get(op, i);
		n.maps[i] = n.inputs[i]->type->rank == 0 ? lower_map(l, type->rank, 0, NULL) : lower_identity(l, type->rank);
	}
	n.maps[op->num_operands] = lower_identity(l, type->rank);
	return lower_build_generic(l, &n, elementwise_body, &op);
}
