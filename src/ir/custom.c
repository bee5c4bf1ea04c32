// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The custom directives of assembly formats (custom.def), each a function that parses and one that
// prints. Reference: the functions of the same names in MLIR's dialects.
#include "ir/format.h"

// ---- DynamicIndexList -------------------------------------------------------------------------
// `[%a, 4, %b]`: values, and a static array with IR_DYNAMIC where a value stands.

struct index_list {
	struct ir_names *values;
	struct {
		i64 *data;
		u32 size, cap;
	} integers;
};

static bool index_item(struct ir_parser *p, void *user) {
	struct index_list *list = user;
	struct ir_name_use use;
	bool present;
	i64 v = IR_DYNAMIC;
	if (!ir_parser_optional_operand(p, &use, &present))
		return false;
	if (present)
		vec_push(ir_parser_arena(p), *list->values, use);
	else if (!ir_parser_integer(p, &v))
		return false;
	vec_push(ir_parser_arena(p), list->integers, v);
	return true;
}

static bool parse_DynamicIndexList(struct ir_parser *p, const struct ir_custom_arg *args) {
	struct index_list list = {.values = args[0].operands};
	if (!ir_parser_list(p, IR_DELIM_SQUARE, index_item, &list))
		return false;
	*args[1].attr = ir_attr_i64_array(ir_parser_context(p), list.integers.size, list.integers.data);
	return true;
}

static void print_DynamicIndexList(struct ir_printer *pr, struct ir_op *op,
                                   const struct ir_custom_arg *args) {
	struct ir_range values = ir_op_operand_group(op, args[0].index);
	ir_attr integers = op->props[args[1].index];
	u32 next = values.first;
	ir_printer_text(pr, "[");
	for (u32 i = 0; i < integers->count; i++) {
		i64 v = ir_attr_array_int(integers, i);
		if (i)
			ir_printer_text(pr, ", ");
		if (v != IR_DYNAMIC)
			ir_printer_i64(pr, v);
		else if (next < values.first + values.count)
			ir_printer_value(pr, ir_operand_get(op, next++));
		else
			ir_printer_text(pr, "<<missing>>");  // the verifier tells of it
	}
	ir_printer_text(pr, "]");
}

// ---- GlobalMemrefOpTypeAndInitialValue --------------------------------------------------------
// `memref<4xf32> = dense<0.0>`, `memref<4xf32> = uninitialized`, `memref<4xf32>`; the constant has
// the tensor type of the memref's shape, which is not written.

static bool parse_GlobalMemrefOpTypeAndInitialValue(struct ir_parser *p,
                                                    const struct ir_custom_arg *args) {
	struct ir_context *c = ir_parser_context(p);
	u32 at = ir_parser_at(p);
	ir_type t;
	if (!ir_parser_type(p, &t))
		return false;
	*args[0].attr = ir_attr_type(c, t);
	if (t->kind != IR_TYPE_MEMREF)
		return ir_parser_error(p, at, "a global's type is a memref");
	if (!ir_parser_optional(p, "="))
		return true;
	if (ir_parser_optional(p, "uninitialized")) {
		*args[1].attr = ir_attr_unit(c);
		return true;
	}
	return ir_parser_attr(p, ir_type_tensor(c, t->rank, t->shape, t->element, NULL), args[1].attr);
}

static void print_GlobalMemrefOpTypeAndInitialValue(struct ir_printer *pr, struct ir_op *op,
                                                    const struct ir_custom_arg *args) {
	ir_attr value = op->props[args[1].index];
	ir_printer_attr(pr, op->props[args[0].index]);
	if (!value)
		return;
	ir_printer_text(pr, " = ");
	if (value->kind == IR_ATTR_UNIT)
		ir_printer_text(pr, "uninitialized");
	else
		ir_printer_attr_untyped(pr, value);
}

const struct ir_custom_hooks ir_custom_table[IR_CUSTOM_COUNT] = {
#define CUSTOM(name, arguments) {#name, arguments, parse_##name, print_##name},
#include "ir/custom.def"
#undef CUSTOM
};
