// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// arith's folds: constants lane by lane (fold.c, arith_scalar.c) and identities that hold for every
// value, NaN, signed zeros and infinities included, unless the op's fastmath flags waive them.
#include <math.h>

#include "dialect/hooks.h"

static bool is_int(ir_attr a, i64 v) {
	i64 x;
	return dialect_attr_int(a, &x) && x == v;
}
// All bits set.
static bool is_ones(ir_attr a) { return is_int(a, -1); }
static bool is_float(ir_attr a, double v) {
	double x;
	return dialect_attr_float(a, &x) && x == v && signbit(x) == signbit(v);
}
static struct ir_value *lhs(const struct ir_op *op) { return ir_operand_get(op, 0); }
static struct ir_value *rhs(const struct ir_op *op) { return ir_operand_get(op, 1); }
// The op of that id behind a value, or NULL.
static struct ir_op *def_of(const struct ir_value *v, enum op_id id) {
	struct ir_op *def = ir_value_def(v);
	return op_is(def, id) ? def : NULL;
}
// Whether the op's fastmath flags include all of these.
static bool has_fastmath(const struct ir_op *op, i64 flags) {
	return (dialect_enum(op, IR_ATTR_IS_fastmath, NAME_fastmath, IR_fastmath_none) & flags) ==
	       flags;
}
// x when `neutral` stands on either side.
static bool fold_neutral(struct ir_op *op, bool lhs_neutral, bool rhs_neutral,
                         struct ir_fold_result *results) {
	if (rhs_neutral)
		return dialect_fold_to_value(results, lhs(op));
	return lhs_neutral && dialect_fold_to_value(results, rhs(op));
}

HOOK_FOLD(arith_fold_constant) { return dialect_fold_to_attr(results, ir_op_attr(op, NAME_value)); }

// ---- integers ---------------------------------------------------------------------------------

HOOK_FOLD(arith_fold_addi) {
	if (fold_neutral(op, is_int(operands[0], 0), is_int(operands[1], 0), results))
		return true;
	struct ir_op *sub = def_of(lhs(op), OP_arith_subi);
	if (sub && rhs(sub) == rhs(op))  // (a - b) + b
		return dialect_fold_to_value(results, lhs(sub));
	sub = def_of(rhs(op), OP_arith_subi);
	if (sub && rhs(sub) == lhs(op))  // b + (a - b)
		return dialect_fold_to_value(results, lhs(sub));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_subi) {
	if (lhs(op) == rhs(op) && dialect_is_static(op->results[0].type))
		return dialect_fold_to_int(c, op, results, 0);
	if (is_int(operands[1], 0))
		return dialect_fold_to_value(results, lhs(op));
	struct ir_op *add = def_of(lhs(op), OP_arith_addi);
	if (add && rhs(add) == rhs(op))  // (a + b) - b
		return dialect_fold_to_value(results, lhs(add));
	if (add && lhs(add) == rhs(op))  // (b + a) - b
		return dialect_fold_to_value(results, rhs(add));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_muli) {
	for (u32 i = 0; i < 2; i++)
		if (is_int(operands[i], 0))
			return dialect_fold_to_attr(results, operands[i]);
	return fold_neutral(op, is_int(operands[0], 1), is_int(operands[1], 1), results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_extended) { return dialect_fold_lanes(c, op, operands, results); }

HOOK_FOLD(arith_fold_div) {
	if (is_int(operands[1], 1))
		return dialect_fold_to_value(results, lhs(op));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_rem) {
	if (is_int(operands[1], 1))
		return dialect_fold_to_int(c, op, results, 0);
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_andi) {
	for (u32 i = 0; i < 2; i++)
		if (is_int(operands[i], 0))
			return dialect_fold_to_attr(results, operands[i]);
	return fold_neutral(op, is_ones(operands[0]), is_ones(operands[1]) || lhs(op) == rhs(op),
	                    results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_ori) {
	for (u32 i = 0; i < 2; i++)
		if (is_ones(operands[i]))
			return dialect_fold_to_attr(results, operands[i]);
	return fold_neutral(op, is_int(operands[0], 0), is_int(operands[1], 0) || lhs(op) == rhs(op),
	                    results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_xori) {
	if (fold_neutral(op, is_int(operands[0], 0), is_int(operands[1], 0), results))
		return true;
	if (lhs(op) == rhs(op) && dialect_is_static(op->results[0].type))
		return dialect_fold_to_int(c, op, results, 0);
	struct ir_op *inner = def_of(lhs(op), OP_arith_xori);
	if (inner && rhs(inner) == rhs(op))  // (a ^ b) ^ b
		return dialect_fold_to_value(results, lhs(inner));
	if (inner && lhs(inner) == rhs(op))  // (b ^ a) ^ b
		return dialect_fold_to_value(results, rhs(inner));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_shift) {
	if (is_int(operands[1], 0))
		return dialect_fold_to_value(results, lhs(op));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_minmaxi) {
	if (lhs(op) == rhs(op))
		return dialect_fold_to_value(results, lhs(op));
	u32 bits = dialect_int_width(ir_type_scalar(op->results[0].type));
	if (bits > 64)
		return false;
	i64 smallest = dialect_wrap(bits, 1ull << (bits - 1)), largest = ~smallest;
	i64 neutral = op_is(op, OP_arith_maxsi)   ? smallest
	              : op_is(op, OP_arith_minsi) ? largest
	              : op_is(op, OP_arith_maxui) ? 0
	                                          : -1;
	// The other end of the order absorbs: its complement in two's complement.
	for (u32 i = 0; i < 2; i++)
		if (is_int(operands[i], ~neutral))
			return dialect_fold_to_attr(results, operands[i]);
	return fold_neutral(op, is_int(operands[0], neutral), is_int(operands[1], neutral), results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

// ---- floats -----------------------------------------------------------------------------------

HOOK_FOLD(arith_fold_negf) {
	struct ir_op *inner = def_of(lhs(op), OP_arith_negf);
	if (inner)
		return dialect_fold_to_value(results, lhs(inner));
	return dialect_fold_lanes(c, op, operands, results);
}

// x + -0 is x; x + +0 turns -0 into +0.
HOOK_FOLD(arith_fold_addf) {
	bool any_zero = has_fastmath(op, IR_fastmath_nsz);
	bool neutral[2];
	for (u32 i = 0; i < 2; i++)
		neutral[i] = is_float(operands[i], -0.0) || (any_zero && is_float(operands[i], 0.0));
	return fold_neutral(op, neutral[0], neutral[1], results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_subf) {
	if (is_float(operands[1], 0.0))
		return dialect_fold_to_value(results, lhs(op));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_mulf) {
	if (fold_neutral(op, is_float(operands[0], 1.0), is_float(operands[1], 1.0), results))
		return true;
	if (has_fastmath(op, IR_fastmath_nnan | IR_fastmath_nsz))
		for (u32 i = 0; i < 2; i++)
			if (is_float(operands[i], 0.0))
				return dialect_fold_to_attr(results, operands[i]);
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_divf) {
	if (is_float(operands[1], 1.0))
		return dialect_fold_to_value(results, lhs(op));
	return dialect_fold_lanes(c, op, operands, results);
}

// maximumf keeps NaN, so -inf is neutral; for maxnumf it is not (NaN gives -inf), but NaN is.
HOOK_FOLD(arith_fold_minmaxf) {
	if (lhs(op) == rhs(op))
		return dialect_fold_to_value(results, lhs(op));
	bool maximum = op_is(op, OP_arith_maximumf), minimum = op_is(op, OP_arith_minimumf);
	bool neutral[2];
	for (u32 i = 0; i < 2; i++) {
		double v;
		neutral[i] = dialect_attr_float(operands[i], &v) && (maximum   ? v == -INFINITY
		                                                     : minimum ? v == INFINITY
		                                                               : isnan(v));
	}
	return fold_neutral(op, neutral[0], neutral[1], results) ||
	       dialect_fold_lanes(c, op, operands, results);
}

// ---- casts ------------------------------------------------------------------------------------

// Widening twice is widening once.
HOOK_FOLD(arith_fold_ext) {
	struct ir_op *inner = def_of(lhs(op), (enum op_id)op->info->id);
	if (inner) {
		ir_op_set_operand(op, 0, lhs(inner));
		return true;
	}
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_trunc) {
	struct ir_op *def = ir_value_def(lhs(op));
	ir_type type = op->results[0].type;
	bool widened = op_is(op, OP_arith_trunci)
	                   ? op_is(def, OP_arith_extui) || op_is(def, OP_arith_extsi)
	                   : op_is(def, OP_arith_extf);
	if (widened && lhs(def)->type == type)  // back to where it came from
		return dialect_fold_to_value(results, lhs(def));
	// Integers keep their low bits whichever way they got wide or narrow in between.
	if (op_is(op, OP_arith_trunci) && (widened || op_is(def, OP_arith_trunci)) &&
	    ir_type_scalar(lhs(def)->type)->width > ir_type_scalar(type)->width) {
		ir_op_set_operand(op, 0, lhs(def));
		return true;
	}
	if (ir_op_int(op, NAME_roundingmode, IR_roundingmode_to_nearest_even) !=
	    IR_roundingmode_to_nearest_even)
		return false;
	return dialect_fold_lanes(c, op, operands, results);
}

// Through index and back: index is at least as wide as the integer.
HOOK_FOLD(arith_fold_index_cast) {
	struct ir_op *inner = def_of(lhs(op), (enum op_id)op->info->id);
	if (inner && lhs(inner)->type == op->results[0].type) {
		ir_type source = ir_type_scalar(lhs(inner)->type);
		if (source->kind == IR_TYPE_INTEGER && source->width <= 64)
			return dialect_fold_to_value(results, lhs(inner));
	}
	if (!ir_type_is_int_or_index(ir_type_scalar(op->results[0].type)) ||
	    op->results[0].type->kind == IR_TYPE_MEMREF)
		return false;
	return dialect_fold_lanes(c, op, operands, results);
}

// The same bytes as elements of another type. Scalars go through double, which does not keep what
// a NaN carries in narrow types: those are left alone.
static bool fold_bits(struct ir_context *c, ir_type type, ir_attr a,
                      struct ir_fold_result *results) {
	if (!a || type->kind == IR_TYPE_MEMREF || !dialect_is_static(type))
		return false;
	if (a->kind == IR_ATTR_DENSE_ELEMENTS)
		return dialect_fold_to_attr(results,
		                            ir_attr_dense(c, type, a->data, a->data_size, a->splat));
	u8 bytes[8] = {0}, again[8] = {0};
	if (ir_type_bits(type) > 64)
		return false;
	if (a->kind == IR_ATTR_FLOAT)
		ir_element_store_float(a->type, bytes, a->real);
	else if (a->kind == IR_ATTR_INTEGER)
		ir_element_store_int(a->type, bytes, a->integer);
	else
		return false;
	if (!ir_type_is_float(type))
		return dialect_fold_to_attr(results,
		                            ir_attr_integer(c, type, ir_element_load_int(type, bytes)));
	double v = ir_element_load_float(type, bytes);
	ir_element_store_float(type, again, v);
	return memcmp(bytes, again, sizeof bytes) == 0 &&
	       dialect_fold_to_attr(results, ir_attr_float(c, type, v));
}

HOOK_FOLD(arith_fold_bitcast) {
	ir_type type = op->results[0].type;
	if (lhs(op)->type == type)
		return dialect_fold_to_value(results, lhs(op));
	struct ir_op *inner = def_of(lhs(op), OP_arith_bitcast);
	if (inner && lhs(inner)->type == type)
		return dialect_fold_to_value(results, lhs(inner));
	if (inner) {
		ir_op_set_operand(op, 0, lhs(inner));
		return true;
	}
	return fold_bits(c, type, operands[0], results);
}

// ---- comparisons ------------------------------------------------------------------------------

HOOK_FOLD(arith_fold_cmpi) {
	i64 predicate = ir_op_int(op, NAME_predicate, IR_cmpi_predicate_eq);
	if (lhs(op) == rhs(op) && dialect_is_static(op->results[0].type)) {
		bool holds = predicate == IR_cmpi_predicate_eq || predicate == IR_cmpi_predicate_sle ||
		             predicate == IR_cmpi_predicate_sge || predicate == IR_cmpi_predicate_ule ||
		             predicate == IR_cmpi_predicate_uge;
		return dialect_fold_to_int(c, op, results, holds);
	}
	// On i1: x != 0 and x == 1 are x.
	i64 v;
	if (ir_type_is_int(ir_type_scalar(lhs(op)->type), 1) && dialect_attr_int(operands[1], &v) &&
	    (v ? predicate == IR_cmpi_predicate_eq : predicate == IR_cmpi_predicate_ne))
		return dialect_fold_to_value(results, lhs(op));
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_cmpf) {
	i64 predicate = ir_op_int(op, NAME_predicate, IR_cmpf_predicate_false);
	bool always = predicate == IR_cmpf_predicate_true, never = predicate == IR_cmpf_predicate_false;
	if ((always || never) && dialect_is_static(op->results[0].type))
		return dialect_fold_to_int(c, op, results, always);
	return dialect_fold_lanes(c, op, operands, results);
}

HOOK_FOLD(arith_fold_select) {
	struct ir_value *t = ir_operand_get(op, 1), *f = ir_operand_get(op, 2);
	if (t == f)
		return dialect_fold_to_value(results, t);
	i64 v;
	if (dialect_attr_int(operands[0], &v))
		return dialect_fold_to_value(results, v ? t : f);
	// select c, true, false on i1 is c.
	i64 tv, fv;
	if (lhs(op)->type == t->type && dialect_attr_int(operands[1], &tv) &&
	    dialect_attr_int(operands[2], &fv) && tv && !fv)
		return dialect_fold_to_value(results, lhs(op));
	// select (a == b), a, b is b; select (a != b), a, b is a. Equal integers are the same value.
	struct ir_op *cmp = def_of(lhs(op), OP_arith_cmpi);
	if (cmp && ((lhs(cmp) == t && rhs(cmp) == f) || (lhs(cmp) == f && rhs(cmp) == t))) {
		i64 predicate = ir_op_int(cmp, NAME_predicate, 0);
		if (predicate == IR_cmpi_predicate_eq)
			return dialect_fold_to_value(results, f);
		if (predicate == IR_cmpi_predicate_ne)
			return dialect_fold_to_value(results, t);
	}
	return false;
}
