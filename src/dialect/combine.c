// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Combining operations: which op a `kind` of the vector dialect means, the kind of an op, and the value
// that leaves every other unchanged. One table for reductions of all levels.
#include "dialect/dialect.h"

static const struct combining {
	const char *kind;
	u16 on_int, on_float;
} combinings[] = {
	{"add", OP_arith_addi, OP_arith_addf},  {"mul", OP_arith_muli, OP_arith_mulf},
	{"minsi", OP_arith_minsi, 0},           {"maxsi", OP_arith_maxsi, 0},
	{"minui", OP_arith_minui, 0},           {"maxui", OP_arith_maxui, 0},
	{"minimumf", 0, OP_arith_minimumf},     {"maximumf", 0, OP_arith_maximumf},
	{"minnumf", 0, OP_arith_minnumf},       {"maxnumf", 0, OP_arith_maxnumf},
	{"and", OP_arith_andi, 0},              {"or", OP_arith_ori, 0},
	{"xor", OP_arith_xori, 0},
};

u16 dialect_combining_op(ir_attr kind, bool is_float) {
	struct str text = kind ? kind->text : STR("add");
	for (u32 i = 0; i < ARRAY_SIZE(combinings); i++)
		if (str_eq_z(text, combinings[i].kind))
			return is_float ? combinings[i].on_float : combinings[i].on_int;
	return 0;
}

const char *dialect_combining_kind(u16 op) {
	for (u32 i = 0; i < ARRAY_SIZE(combinings); i++)
		if (op && (combinings[i].on_int == op || combinings[i].on_float == op))
			return combinings[i].kind;
	return NULL;
}

ir_attr dialect_neutral_attr(struct ir_context *c, u16 op, ir_type element) {
	double inf = __builtin_inf();
	i64 max = ir_type_is_int_or_index(element) ? (i64)((1ull << (ir_type_bits(element) - 1)) - 1) : 0;
	switch (op) {
	case OP_arith_addf: return ir_attr_float(c, element, -0.0);  // x + -0 is x for every x
	case OP_arith_mulf: return ir_attr_float(c, element, 1);
	case OP_arith_maximumf: case OP_arith_maxnumf: return ir_attr_float(c, element, -inf);
	case OP_arith_minimumf: case OP_arith_minnumf: return ir_attr_float(c, element, inf);
	case OP_arith_muli: return ir_attr_integer(c, element, 1);
	case OP_arith_andi: case OP_arith_minui: return ir_attr_integer(c, element, -1);
	case OP_arith_maxsi: return ir_attr_integer(c, element, -max - 1);
	case OP_arith_minsi: return ir_attr_integer(c, element, max);
	default: return ir_attr_integer(c, element, 0);
	}
}
