// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// arith's verification and the text of select, whose condition type is written only when it is no
// i1.
#include "dialect/hooks.h"

HOOK_INFER(arith_infer_constant) {
	ir_attr value = ir_op_attr(op, NAME_value);
	if (!value || !value->type)
		return ir_op_error(ir_diags(c), op, "requires a typed 'value'");
	results[0] = value->type;
	return true;
}

HOOK_VERIFY(arith_verify_constant) {
	ir_attr value = ir_op_attr(op, NAME_value);
	ir_type type = op->results[0].type;
	if (value->type != type)
		return ir_op_error(d, op, "failed to verify that all of {value, result} have same type");
	if (type->kind == IR_TYPE_INTEGER && type->signedness != IR_SIGNLESS)
		return ir_op_error(d, op, "integer return type must be signless");
	bool number = value->kind == IR_ATTR_INTEGER || value->kind == IR_ATTR_FLOAT;
	if (!number && value->kind != IR_ATTR_DENSE_ELEMENTS && value->kind != IR_ATTR_DENSE_RESOURCE)
		return ir_op_error(d, op, "value must be an integer, float, or elements attribute");
	return true;
}

// ---- casts ------------------------------------------------------------------------------------

static bool incompatible(struct diag_engine *d, struct ir_op *op) {
	return ir_op_error(d, op, "operand type %s and result type %s are cast incompatible",
	                   dialect_type_text(d, op, ir_operand_get(op, 0)->type),
	                   dialect_type_text(d, op, op->results[0].type));
}

static bool verify_width(struct diag_engine *d, struct ir_op *op, bool widens) {
	u32 from = ir_type_bits(ir_type_scalar(ir_operand_get(op, 0)->type));
	u32 to = ir_type_bits(ir_type_scalar(op->results[0].type));
	if (widens ? to > from : to < from)
		return true;
	return ir_op_error(d, op, "result type %s must be %s than operand type %s",
	                   dialect_type_text(d, op, op->results[0].type), widens ? "wider" : "shorter",
	                   dialect_type_text(d, op, ir_operand_get(op, 0)->type));
}

HOOK_VERIFY(arith_verify_widens) { return verify_width(d, op, true); }

HOOK_VERIFY(arith_verify_narrows) { return verify_width(d, op, false); }

HOOK_VERIFY(arith_verify_index_cast) {
	ir_type from = ir_type_scalar(ir_operand_get(op, 0)->type),
			to = ir_type_scalar(op->results[0].type);
	if ((from->kind == IR_TYPE_INDEX) == (to->kind == IR_TYPE_INDEX))
		return incompatible(d, op);
	return true;
}

HOOK_VERIFY(arith_verify_bitcast) {
	ir_type from = ir_type_scalar(ir_operand_get(op, 0)->type),
			to = ir_type_scalar(op->results[0].type);
	bool index = from->kind == IR_TYPE_INDEX || to->kind == IR_TYPE_INDEX;
	if (index ? from != to : ir_type_bits(from) != ir_type_bits(to))
		return incompatible(d, op);
	return true;
}

// ---- select -----------------------------------------------------------------------------------

// %condition, %true, %false : [condition type,] type
HOOK_PARSE(arith_parse_select) {
	struct ir_op_state s;
	struct ir_name_use condition, t, f;
	struct ir_types types = {0};
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &condition) || !ir_parser_literal(p, ",") ||
	    !ir_parser_operand(p, &t) || !ir_parser_literal(p, ",") || !ir_parser_operand(p, &f) ||
	    !ir_parser_attr_dict(p, &s) || !ir_parser_colon_types(p, &types))
		return false;
	if (types.size != 1 && types.size != 2)
		return ir_parser_error(p, ir_parser_at(p), "expected one or two types");
	ir_type type = types.data[types.size - 1];
	ir_type condition_type = types.size == 2 ? types.data[0] : ir_type_int(ir_parser_context(p), 1);
	ir_parser_add_type(p, &s.results, type);
	return ir_parser_resolve_one(p, &s, &condition, condition_type) &&
	       ir_parser_resolve_one(p, &s, &t, type) && ir_parser_resolve_one(p, &s, &f, type) &&
	       ir_parser_finish(p, &s, out);
}

HOOK_PRINT(arith_print_select) {
	ir_type condition = ir_operand_get(op, 0)->type;
	ir_printer_text(p, " ");
	ir_printer_operands(p, op, (struct ir_range){0, 3});
	ir_printer_attr_dict(p, op, 0, NULL);
	ir_printer_text(p, " : ");
	if (ir_type_is_shaped(condition)) {
		ir_printer_type(p, condition);
		ir_printer_text(p, ", ");
	}
	ir_printer_type(p, op->results[0].type);
}
