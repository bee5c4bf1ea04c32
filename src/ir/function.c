// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The custom form of functions, shared by every dialect that has some:
//   func.func private @name(%a: t {attrs}, ...) -> (t {attrs}) attributes {...} { body }
// Reference: MLIR's FunctionImplementation.
#include "ir/parse.h"
#include "ir/print.h"

struct attr_list {
	ir_attr *data;
	u32 size, cap;
	bool any;  // some dictionary is not empty
};

static void add_dict(struct ir_parser *p, struct attr_list *list, ir_attr dict) {
	list->any |= dict != NULL;
	ir_attr a = dict ? dict : ir_attr_dict(p->c, 0, NULL);
	vec_push(&p->scratch, *list, a);
}

static ir_attr dict_array(struct ir_parser *p, const struct attr_list *list) {
	return list->any ? ir_attr_array(p->c, list->size, list->data) : NULL;
}

// ---- parsing ----------------------------------------------------------------------------------

struct signature {
	struct ir_args args;
	struct ir_types inputs, results;
	struct attr_list arg_attrs, result_attrs;
	bool named;  // arguments have names
};

// `%a: t {attrs}`, or in a declaration `t {attrs}`
static bool argument_item(struct ir_parser *p, void *user) {
	struct signature *s = user;
	struct ir_arg a = {0};
	u32 at = p->tok.at;
	bool named = ir_parser_is(p, IR_TOKEN_PERCENT);
	if (s->inputs.size && named != s->named)
		return ir_parser_error(p, at, "some arguments have names and some have none");
	s->named = named;
	ir_attr loc;
	if (named ? !ir_parser_arg(p, true, true, &a)
	          : !(ir_parser_type(p, &a.type) && ir_parser_dict(p, &a.attrs) &&
	              ir_parser_optional_loc(p, &loc)))
		return false;
	vec_push(&p->scratch, s->args, a);
	ir_parser_add_type(p, &s->inputs, a.type);
	add_dict(p, &s->arg_attrs, a.attrs);
	return true;
}

static bool result_item(struct ir_parser *p, void *user) {
	struct signature *s = user;
	ir_type t;
	ir_attr attrs;
	if (!ir_parser_type(p, &t) || !ir_parser_dict(p, &attrs))
		return false;
	ir_parser_add_type(p, &s->results, t);
	add_dict(p, &s->result_attrs, attrs);
	return true;
}

static bool plain_result(struct ir_parser *p, struct signature *s) {
	ir_type t;
	if (!ir_parser_type(p, &t))
		return false;
	ir_parser_add_type(p, &s->results, t);
	add_dict(p, &s->result_attrs, NULL);
	return true;
}

static bool parse_signature(struct ir_parser *p, struct signature *s) {
	if (!ir_parser_list(p, IR_DELIM_PAREN, argument_item, s))
		return false;
	if (!ir_parser_optional(p, "->"))
		return true;
	return ir_parser_peek(p, "(") ? ir_parser_list(p, IR_DELIM_PAREN, result_item, s)
	                              : plain_result(p, s);
}

static bool parse_name(struct ir_parser *p, struct ir_op_state *s) {
	static const char *const visibilities[] = {"public", "private", "nested"};
	ir_name name;
	for (u32 i = 0; i < ARRAY_SIZE(visibilities); i++)
		if (ir_parser_optional(p, visibilities[i]))
			ir_parser_set_attr(p, s, NAME_sym_visibility,
			                   ir_attr_string(p->c, str_from(visibilities[i])));
	if (!ir_parser_symbol(p, &name))
		return false;
	ir_parser_set_attr(p, s, NAME_sym_name, ir_attr_string(p->c, ir_name_str(p->c, name)));
	return true;
}

static bool parse_body(struct ir_parser *p, struct ir_op_state *s, const struct signature *sig) {
	u32 at = p->tok.at;
	if (!ir_parser_peek(p, "{")) {
		ir_parser_empty_region(p, s);
		return true;
	}
	if (sig->inputs.size && !sig->named)
		return ir_parser_error(p, at, "a function with a body names its arguments");
	if (!ir_parser_region(p, s, sig->args.data, sig->args.size))
		return false;
	return vec_last(s->regions)->first ||
	       ir_parser_error(p, at, "expected a function body that is not empty");
}

bool ir_parser_function(struct ir_parser *p, struct ir_op **out) {
	struct ir_op_state s;
	struct signature sig = {0};
	ir_parser_begin(p, &s);
	if (!parse_name(p, &s) || !parse_signature(p, &sig))
		return false;
	ir_type t = ir_type_function(p->c, sig.inputs.size, sig.inputs.data, sig.results.size,
	                             sig.results.data);
	ir_parser_set_attr(p, &s, NAME_function_type, ir_attr_type(p->c, t));
	ir_parser_set_attr(p, &s, NAME_arg_attrs, dict_array(p, &sig.arg_attrs));
	ir_parser_set_attr(p, &s, NAME_res_attrs, dict_array(p, &sig.result_attrs));
	return ir_parser_attr_dict_with_keyword(p, &s) && parse_body(p, &s, &sig) &&
	       ir_parser_finish(p, &s, out);
}

// ---- printing ---------------------------------------------------------------------------------

// The dictionary of argument or result i; NULL when it has none.
static ir_attr dict_of(ir_attr array, u32 i) {
	if (!array || array->kind != IR_ATTR_ARRAY || i >= array->count ||
	    array->elements[i]->kind != IR_ATTR_DICT)
		return NULL;
	return array->elements[i]->count ? array->elements[i] : NULL;
}

static void print_arguments(struct ir_printer *pr, struct ir_op *op, ir_type t) {
	struct ir_block *entry = op->regions[0].first;
	ir_attr attrs = ir_op_attr(op, NAME_arg_attrs);
	ir_printer_text(pr, "(");
	for (u32 i = 0; i < t->num_inputs; i++) {
		ir_printer_text(pr, i ? ", " : "");
		if (entry && i < entry->num_args) {
			ir_printer_value(pr, entry->args[i]);
			ir_printer_text(pr, ": ");
		}
		ir_printer_type(pr, t->types[i]);
		ir_printer_dict(pr, dict_of(attrs, i));
	}
	ir_printer_text(pr, ")");
}

static void print_results(struct ir_printer *pr, struct ir_op *op, ir_type t) {
	ir_attr attrs = ir_op_attr(op, NAME_res_attrs);
	if (t->num_results == 0)
		return;
	const ir_type *types = t->types + t->num_inputs;
	bool parens = t->num_results > 1 || types[0]->kind == IR_TYPE_FUNCTION || dict_of(attrs, 0);
	ir_printer_text(pr, parens ? " -> (" : " -> ");
	for (u32 i = 0; i < t->num_results; i++) {
		ir_printer_text(pr, i ? ", " : "");
		ir_printer_type(pr, types[i]);
		ir_printer_dict(pr, dict_of(attrs, i));
	}
	ir_printer_text(pr, parens ? ")" : "");
}

void ir_printer_function(struct ir_printer *pr, struct ir_op *op) {
	static const ir_name spoken[] = {NAME_sym_name, NAME_function_type, NAME_sym_visibility,
	                                 NAME_arg_attrs, NAME_res_attrs};
	ir_attr visibility = ir_op_attr(op, NAME_sym_visibility);
	ir_type t = ir_op_attr(op, NAME_function_type)->type;
	ir_printer_text(pr, " ");
	if (visibility) {
		ir_printer_str(pr, visibility->text);
		ir_printer_text(pr, " ");
	}
	ir_printer_symbol(pr, ir_name_get(pr->c, ir_op_attr(op, NAME_sym_name)->text));
	print_arguments(pr, op, t);
	print_results(pr, op, t);
	ir_printer_attr_dict_with_keyword(pr, op, ARRAY_SIZE(spoken), spoken);
	if (!op->regions[0].first)
		return;
	ir_printer_text(pr, " ");
	ir_printer_region(pr, &op->regions[0], IR_PRINT_TERMINATORS);
}
