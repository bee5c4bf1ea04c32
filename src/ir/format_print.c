// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints an op by its assembly format.
#include "ir/constraint.h"
#include "ir/format.h"
#include "ir/print.h"

// ---- attributes -------------------------------------------------------------------------------

// Enums as keywords; numbers without their type where it is implied; dense arrays in brackets.
static void print_attr(struct ir_printer *pr, const struct ir_attr_info *info, ir_attr a) {
	i64 value;
	if (ir_attr_constraint_is_enum(info->constraint) &&
	    ir_enum_value(pr->c, info->constraint, a, &value)) {
		bool bracket = ir_enum_get(info->constraint).storage == IR_ENUM_DIALECT;
		ir_printer_text(pr, bracket ? "<" : "");
		ir_enum_print(info->constraint, value, pr->out);
		ir_printer_text(pr, bracket ? ">" : "");
	} else if (info->constraint == IR_ATTR_IS_symbol_name && a->kind == IR_ATTR_STRING) {
		ir_printer_symbol(pr, ir_name_get(pr->c, a->text));
	} else if (a->kind == IR_ATTR_DENSE_ARRAY) {
		ir_printer_array_elements(pr, a);
	} else if (ir_attr_constraint_number(pr->c, info->constraint)) {
		ir_printer_attr_untyped(pr, a);
	} else {
		ir_printer_attr(pr, a);
	}
}

// ---- elements ---------------------------------------------------------------------------------

static struct ir_range range_of(struct ir_op *op, bool result, u16 index) {
	if (index == IR_FORMAT_ALL)
		return (struct ir_range){0, result ? op->num_results : op->num_operands};
	return result ? ir_op_result_group(op, index) : ir_op_operand_group(op, index);
}

static void print_regions(struct ir_printer *pr, struct ir_op *op, u16 index) {
	bool variadic = op->info->variadic_regions && index + 1 == op->info->num_regions;
	for (u32 i = index; i < (variadic ? op->num_regions : index + 1u); i++) {
		if (i > index)
			ir_printer_text(pr, ", ");
		bool implicit = op->info->traits & IR_IMPLICIT_TERMINATOR;
		u32 terminators =
			implicit ? ir_printer_terminator_flag(&op->regions[i]) : IR_PRINT_TERMINATORS;
		ir_printer_region(pr, &op->regions[i], IR_PRINT_ENTRY_ARGS | terminators);
	}
}

static void print_successors(struct ir_printer *pr, struct ir_op *op, u16 index) {
	bool variadic = op->info->variadic_successors && index + 1 == op->info->num_successors;
	for (u32 i = index; i < (variadic ? op->num_successors : index + 1u); i++) {
		if (i > index)
			ir_printer_text(pr, ", ");
		ir_printer_successor(pr, op->successors[i].block);
	}
}

static void print_custom(struct ir_printer *pr, struct ir_op *op,
                         const struct ir_format_element *e) {
	struct ir_custom_arg args[IR_CUSTOM_ARGS_MOST] = {0};
	for (u32 i = 0; i < e->num_args; i++)
		args[i] = (struct ir_custom_arg){.kind = (enum ir_custom_kind)e->args[i].kind,
		                                 .index = e->args[i].index};
	ir_custom_table[e->custom].print(pr, op, args);
}

// Whether the anchor of an optional group is there.
static bool is_present(struct ir_op *op, const struct ir_format_element *e) {
	switch (e->kind) {
	case IR_FORMAT_OPERANDS:
	case IR_FORMAT_OPERAND_TYPES: return range_of(op, false, e->index).count != 0;
	case IR_FORMAT_RESULT_TYPES: return range_of(op, true, e->index).count != 0;
	case IR_FORMAT_ALL_OPERANDS: return op->num_operands != 0;
	case IR_FORMAT_ATTR:
		return op->props[e->index] &&
		       op->props[e->index] != op->info->attrs[e->index].default_value;
	case IR_FORMAT_REGION: return e->index < op->num_regions && op->regions[e->index].first;
	case IR_FORMAT_SUCCESSOR: return e->index < op->num_successors;
	case IR_FORMAT_CUSTOM:
		for (u32 i = 0; i < e->num_args; i++)
			if (e->args[i].kind == IR_CUSTOM_OPERANDS &&
			    ir_op_operand_group(op, e->args[i].index).count)
				return true;
		return false;
	default: return true;
	}
}

static void print_list(struct ir_printer *pr, struct ir_op *op, const struct ir_format_element *e,
                       u32 n);

static void print_optional(struct ir_printer *pr, struct ir_op *op,
                           const struct ir_format_element *e) {
	const struct ir_format_element *anchor = e->then_list;
	while (!anchor->anchor)
		anchor++;
	if (is_present(op, anchor))
		print_list(pr, op, e->then_list, e->num_then);
	else
		print_list(pr, op, e->else_list, e->num_else);
}

static void print_element(struct ir_printer *pr, struct ir_op *op,
                          const struct ir_format_element *e) {
	const struct ir_format *f = op->info->format;
	if (e->elided)
		return;
	if (e->blank)
		ir_printer_text(pr, " ");
	switch ((enum ir_format_kind)e->kind) {
	case IR_FORMAT_LITERAL: ir_printer_str(pr, e->text); return;
	case IR_FORMAT_BLANK: return;
	case IR_FORMAT_NEWLINE: ir_printer_newline(pr); return;
	case IR_FORMAT_OPERANDS: ir_printer_operands(pr, op, range_of(op, false, e->index)); return;
	case IR_FORMAT_ATTR:
		if (op->props[e->index])
			print_attr(pr, &op->info->attrs[e->index], op->props[e->index]);
		return;
	case IR_FORMAT_REGION: print_regions(pr, op, e->index); return;
	case IR_FORMAT_SUCCESSOR: print_successors(pr, op, e->index); return;
	case IR_FORMAT_OPERAND_TYPES:
		ir_printer_operand_types(pr, op, range_of(op, false, e->index));
		return;
	case IR_FORMAT_RESULT_TYPES:
		ir_printer_result_types(pr, op, range_of(op, true, e->index));
		return;
	case IR_FORMAT_ALL_OPERANDS:
		ir_printer_operands(pr, op, (struct ir_range){0, op->num_operands});
		return;
	case IR_FORMAT_FUNCTIONAL_TYPE:
		ir_printer_functional_type(pr, op, range_of(op, false, e->index),
		                           range_of(op, true, e->index2));
		return;
	case IR_FORMAT_ATTR_DICT: ir_printer_attr_dict(pr, op, f->num_spoken, f->spoken); return;
	case IR_FORMAT_ATTR_DICT_KEYWORD:
		ir_printer_attr_dict_with_keyword(pr, op, f->num_spoken, f->spoken);
		return;
	case IR_FORMAT_OPTIONAL: print_optional(pr, op, e); return;
	case IR_FORMAT_CUSTOM: print_custom(pr, op, e); return;
	}
}

static void print_list(struct ir_printer *pr, struct ir_op *op, const struct ir_format_element *e,
                       u32 n) {
	for (u32 i = 0; i < n; i++)
		print_element(pr, op, &e[i]);
}

void ir_format_print(struct ir_printer *pr, struct ir_op *op) {
	const struct ir_format *f = op->info->format;
	print_list(pr, op, f->elements, f->num_elements);
}
