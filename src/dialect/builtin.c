// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// builtin and func: casts under way, functions, calls and returns. The text of functions is the
// parser's and printer's own (ir/text.h), since other dialects have functions too.
#include "dialect/hooks.h"

// A cast of a cast back to the original types; a cast that changes nothing.
HOOK_FOLD(builtin_fold_cast) {
	bool same = op->num_operands == op->num_results;
	for (u32 i = 0; same && i < op->num_operands; i++)
		same = ir_operand_get(op, i)->type == op->results[i].type;
	if (same) {
		for (u32 i = 0; i < op->num_operands; i++)
			results[i] = (struct ir_fold_result){NULL, ir_operand_get(op, i)};
		return true;
	}
	struct ir_op *inner = op->num_operands ? ir_value_def(ir_operand_get(op, 0)) : NULL;
	if (!op_is(inner, OP_builtin_unrealized_conversion_cast) ||
	    inner->num_results != op->num_operands || inner->num_operands != op->num_results)
		return false;
	for (u32 i = 0; i < op->num_operands; i++)
		if (ir_operand_get(op, i) != ir_result_get(inner, i))
			return false;
	for (u32 i = 0; i < op->num_results; i++)
		if (ir_operand_get(inner, i)->type != op->results[i].type)
			return false;
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = (struct ir_fold_result){NULL, ir_operand_get(inner, i)};
	return true;
}

HOOK_VERIFY(builtin_verify_module) {
	for (u32 i = 0; op->attrs && i < op->attrs->count; i++) {
		struct str name = ir_name_str(c, op->attrs->entries[i].name);
		if (str_find_char(name, '.') < 0)
			return ir_op_error(
				d, op, "can only contain attributes with dialect-prefixed names, found: '%.*s'",
				STR_ARG(name));
	}
	return true;
}

HOOK_VERIFY(builtin_verify_cast) {
	return op->num_results > 0 ||
	       ir_op_error(d, op, "expected at least one result for cast operation");
}

// ---- func -------------------------------------------------------------------------------------

static ir_type function_type(const struct ir_op *func) {
	ir_attr a = ir_op_attr(func, NAME_function_type);
	ASSERT(a && a->kind == IR_ATTR_TYPE && a->type->kind == IR_TYPE_FUNCTION);
	return a->type;
}

static bool verify_attr_list(struct diag_engine *d, struct ir_op *op, ir_name name,
                             const char *what, u32 count) {
	ir_attr list = ir_op_attr(op, name);
	if (list && list->count != count)
		return ir_op_error(d, op,
		                   "expects %s attribute array to have the same number of elements as the "
		                   "number of function %s, got %u, but expected %u",
		                   what, name == NAME_arg_attrs ? "arguments" : "results", list->count,
		                   count);
	return true;
}

HOOK_VERIFY(func_verify_func) {
	ir_type type = function_type(op);
	if (!verify_attr_list(d, op, NAME_arg_attrs, "argument", type->num_inputs) ||
	    !verify_attr_list(d, op, NAME_res_attrs, "result", type->num_results))
		return false;
	struct ir_block *entry = op->regions[0].first;
	if (!entry) {
		ir_attr visibility = ir_op_attr(op, NAME_sym_visibility);
		if (!visibility || str_eq(visibility->text, STR("public")))
			return ir_op_error(d, op, "symbol declaration cannot have public visibility");
		return true;
	}
	if (entry->num_args != type->num_inputs)
		return ir_op_error(d, op, "entry block must have %u arguments to match function signature",
		                   type->num_inputs);
	for (u32 i = 0; i < entry->num_args; i++)
		if (entry->args[i]->type != type->types[i])
			return ir_op_error(d, op,
			                   "type of entry block argument #%u(%s) must match the type of the "
			                   "corresponding argument in function signature(%s)",
			                   i, dialect_type_text(d, op, entry->args[i]->type),
			                   dialect_type_text(d, op, type->types[i]));
	return true;
}

HOOK_VERIFY(func_verify_return) {
	struct ir_op *func = ir_op_parent(op);
	if (!op_is(func, OP_func_func))
		return ir_op_error(d, op, "expects parent op 'func.func'");
	ir_type type = function_type(func);
	if (op->num_operands != type->num_results)
		return ir_op_error(d, op, "has %u operands, but enclosing function (@%.*s) returns %u",
		                   op->num_operands, STR_ARG(ir_name_str(c, ir_symbol_of(func))),
		                   type->num_results);
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_type given = ir_operand_get(op, i)->type, wanted = type->types[type->num_inputs + i];
		if (given != wanted)
			return ir_op_error(d, op,
			                   "type of return operand %u (%s) doesn't match function result type "
			                   "(%s) in function @%.*s",
			                   i, dialect_type_text(d, op, given), dialect_type_text(d, op, wanted),
			                   STR_ARG(ir_name_str(c, ir_symbol_of(func))));
	}
	return true;
}

// Operands from `first` on and the results against a function type.
static bool verify_signature(struct diag_engine *d, struct ir_op *op, ir_type type, u32 first) {
	if (op->num_operands - first != type->num_inputs)
		return ir_op_error(d, op, "incorrect number of operands for callee: %u, expected %u",
		                   op->num_operands - first, type->num_inputs);
	for (u32 i = 0; i < type->num_inputs; i++)
		if (ir_operand_get(op, first + i)->type != type->types[i])
			return ir_op_error(d, op,
			                   "operand type mismatch: expected operand type %s, but provided %s "
			                   "for operand number %u",
			                   dialect_type_text(d, op, type->types[i]),
			                   dialect_type_text(d, op, ir_operand_get(op, first + i)->type), i);
	if (op->num_results != type->num_results)
		return ir_op_error(d, op, "incorrect number of results for callee: %u, expected %u",
		                   op->num_results, type->num_results);
	for (u32 i = 0; i < type->num_results; i++)
		if (op->results[i].type != type->types[type->num_inputs + i])
			return ir_op_error(d, op,
			                   "result type mismatch: expected result type %s, but provided %s for "
			                   "result number %u",
			                   dialect_type_text(d, op, type->types[type->num_inputs + i]),
			                   dialect_type_text(d, op, op->results[i].type), i);
	return true;
}

HOOK_VERIFY(func_verify_call) {
	ir_attr callee = ir_op_attr(op, NAME_callee);
	struct ir_op *func = dialect_symbol(op, callee);
	if (!op_is(func, OP_func_func))
		return ir_op_error(d, op, "'%.*s' does not reference a valid function",
		                   STR_ARG(ir_name_str(c, callee->path[0])));
	return verify_signature(d, op, function_type(func), 0);
}

HOOK_VERIFY(func_verify_call_indirect) {
	return verify_signature(d, op, ir_operand_get(op, 0)->type, 1);
}

HOOK_INFER(func_infer_call_indirect) {
	ir_type type = ir_operand_get(op, 0)->type;
	op->num_results = type->num_results;
	for (u32 i = 0; i < type->num_results; i++)
		results[i] = type->types[type->num_inputs + i];
	return true;
}

// %callee(%operands) : (types) -> types
HOOK_PARSE(func_parse_call_indirect) {
	struct ir_op_state s;
	struct ir_name_use callee;
	struct ir_names operands = {0};
	struct ir_types inputs = {0};
	ir_type type;
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &callee) || !ir_parser_operands(p, IR_DELIM_PAREN, &operands) ||
	    !ir_parser_attr_dict(p, &s))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_colon_type(p, &type))
		return false;
	if (type->kind != IR_TYPE_FUNCTION)
		return ir_parser_error(p, at, "expected a function type");
	for (u32 i = 0; i < type->num_inputs; i++)
		ir_parser_add_type(p, &inputs, type->types[i]);
	for (u32 i = 0; i < type->num_results; i++)
		ir_parser_add_type(p, &s.results, type->types[type->num_inputs + i]);
	return ir_parser_resolve_one(p, &s, &callee, type) &&
	       ir_parser_resolve(p, &s, &operands, &inputs) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(func_print_call_indirect) {
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_text(p, "(");
	ir_printer_operands(p, op, (struct ir_range){1, op->num_operands - 1});
	ir_printer_text(p, ")");
	ir_printer_attr_dict(p, op, 0, NULL);
	ir_printer_text(p, " : ");
	ir_printer_type(p, ir_operand_get(op, 0)->type);
}

HOOK_VERIFY(func_verify_constant) {
	ir_attr value = ir_op_attr(op, NAME_value);
	struct ir_op *func = dialect_symbol(op, value);
	if (!op_is(func, OP_func_func))
		return ir_op_error(d, op, "reference to undefined function '%.*s'",
		                   STR_ARG(ir_name_str(c, value->path[0])));
	if (function_type(func) != op->results[0].type)
		return ir_op_error(d, op, "reference to function with mismatched type");
	return true;
}
