// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text of structured ops: `ins(...) outs(...)`, the traits of generic, and the short form
// `{ arith.addf }` of map and reduce, which is read and printed in full.
#include "dialect/hooks.h"
#include "dialect/linalg.h"

// ---- ins, outs --------------------------------------------------------------------------------

struct operands {
	struct ir_names inputs, outputs;
	struct ir_types input_types, output_types;
};

static bool parse_clause(struct ir_parser *p, const char *keyword, struct ir_names *names,
                         struct ir_types *types) {
	if (!ir_parser_optional(p, keyword))
		return true;
	if (!ir_parser_literal(p, "("))
		return false;
	if (ir_parser_optional(p, ")"))
		return true;
	return ir_parser_operands(p, IR_DELIM_NONE, names) && ir_parser_colon_types(p, types) &&
	       ir_parser_literal(p, ")");
}

// Reads and resolves both clauses.
static bool parse_operands(struct ir_parser *p, struct ir_op_state *s, struct operands *o) {
	if (!parse_clause(p, "ins", &o->inputs, &o->input_types) ||
	    !parse_clause(p, "outs", &o->outputs, &o->output_types))
		return false;
	if (!ir_parser_resolve(p, s, &o->inputs, &o->input_types) ||
	    !ir_parser_resolve(p, s, &o->outputs, &o->output_types))
		return false;
	u32 counts[2] = {o->inputs.size, o->outputs.size};
	if (s->info->operand_segments)
		ir_parser_set_segments(p, s, 2, counts);
	return true;
}

// A result for each tensor among the outputs.
static void add_tensor_results(struct ir_parser *p, struct ir_op_state *s,
                               const struct operands *o) {
	for (u32 i = 0; i < o->output_types.size; i++)
		if (o->output_types.data[i]->kind == IR_TYPE_TENSOR)
			ir_parser_add_type(p, &s->results, o->output_types.data[i]);
}

static void print_clause(struct ir_printer *p, struct ir_op *op, const char *keyword,
                         struct ir_range range) {
	if (!range.count)
		return;
	ir_printer_format(p, " %s(", keyword);
	ir_printer_operands(p, op, range);
	ir_printer_text(p, " : ");
	ir_printer_operand_types(p, op, range);
	ir_printer_text(p, ")");
}

static void print_operands(struct ir_printer *p, struct ir_op *op) {
	print_clause(p, op, "ins", linalg_inputs(op));
	print_clause(p, op, "outs", linalg_outputs(op));
}

static void print_results(struct ir_printer *p, struct ir_op *op) {
	ir_type types[op->num_results + 1];
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = op->results[i].type;
	if (op->num_results)
		ir_printer_arrow_types(p, op->num_results, types);
}

// ---- generic ----------------------------------------------------------------------------------

// {indexing_maps = [...], iterator_types = ["parallel", ...]} ins(...) outs(...) [attrs = {...}] {
// body } [-> types]
HOOK_PARSE(linalg_parse_generic) {
	struct ir_context *c = ir_parser_context(p);
	struct ir_op_state s;
	struct operands o = {0};
	ir_attr traits;
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_attr(p, NULL, &traits))
		return false;
	if (traits->kind != IR_ATTR_DICT)
		return ir_parser_error(p, at,
		                       "expected a dictionary with indexing_maps and iterator_types");
	for (u32 i = 0; i < traits->count; i++) {
		struct ir_named_attr e = traits->entries[i];
		if (e.name == NAME_iterator_types &&
		    !dialect_parse_iterators(c, IR_ATTR_IS_linalg_iterator, e.value, &e.value))
			return ir_parser_error(
				p, at,
				"iterator_types must be an array of \"parallel\", \"reduction\" and \"window\"");
		ir_parser_set_attr(p, &s, e.name, e.value);
	}
	if (!parse_operands(p, &s, &o))
		return false;
	if (ir_parser_optional(p, "attrs") &&
	    (!ir_parser_literal(p, "=") || !ir_parser_attr_dict(p, &s)))
		return false;
	return ir_parser_region(p, &s, NULL, 0) && ir_parser_ensure_terminator(p, &s) &&
	       ir_parser_optional_arrow_types(p, &s.results) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(linalg_print_generic) {
	static const ir_name names[] = {NAME_doc, NAME_indexing_maps, NAME_iterator_types,
	                                NAME_library_call};
	ir_attr doc = ir_op_attr(op, NAME_doc), library_call = ir_op_attr(op, NAME_library_call);
	ir_printer_text(p, " {");
	if (doc) {
		ir_printer_text(p, "doc = ");
		ir_printer_attr(p, doc);
		ir_printer_text(p, ", ");
	}
	ir_printer_text(p, "indexing_maps = ");
	ir_printer_attr(p, ir_op_attr(op, NAME_indexing_maps));
	ir_printer_text(p, ", iterator_types = ");
	dialect_print_iterators(p, IR_ATTR_IS_linalg_iterator, ir_op_attr(op, NAME_iterator_types));
	if (library_call) {
		ir_printer_text(p, ", library_call = ");
		ir_printer_attr(p, library_call);
	}
	ir_printer_text(p, "}");
	print_operands(p, op);
	if (op->attrs && op->attrs->count) {
		ir_printer_text(p, " attrs =");
		ir_printer_attr_dict(p, op, ARRAY_SIZE(names), names);
	}
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0], IR_PRINT_REGION_ALL);
	print_results(p, op);
}

// ---- named ------------------------------------------------------------------------------------

// [{attrs}] ins(...) outs(...) [-> types]; the body is what the name says.
HOOK_PARSE(linalg_parse_named) {
	struct ir_op_state s;
	struct operands o = {0};
	ir_parser_begin(p, &s);
	u32 at = s.at;
	if (!ir_parser_attr_dict(p, &s) || !parse_operands(p, &s, &o) ||
	    !ir_parser_optional_arrow_types(p, &s.results))
		return false;
	ir_parser_empty_region(p, &s);
	if (!ir_parser_finish(p, &s, out))
		return false;
	if (!linalg_body_possible(*out))
		return ir_parser_error(
			p, at, "'%.*s' has no body for operands of this number or these element types",
			STR_ARG(s.info->full_name));
	linalg_fill_body(*out);
	return true;
}

HOOK_PRINT(linalg_print_named) {
	// mlir-opt notes the maps in its generic form; here they always follow from the op.
	ir_name memo = ir_name_get(ir_printer_context(p), STR("linalg.memoized_indexing_maps"));
	ir_printer_attr_dict(p, op, 1, &memo);
	print_operands(p, op);
	print_results(p, op);
}

// ---- transpose, broadcast ---------------------------------------------------------------------

static bool parse_i64(struct ir_parser *p, void *user) {
	struct {
		i64 *data;
		u32 size, cap;
	} *list = user;
	i64 v;
	if (!ir_parser_integer(p, &v))
		return false;
	vec_push(ir_parser_arena(p), *list, v);
	return true;
}

// `keyword = [1, 0]`
static bool parse_dimensions(struct ir_parser *p, struct ir_op_state *s, const char *keyword,
                             ir_name name) {
	struct {
		i64 *data;
		u32 size, cap;
	} list = {0};
	if (!ir_parser_literal(p, keyword) || !ir_parser_literal(p, "=") ||
	    !ir_parser_list(p, IR_DELIM_SQUARE, parse_i64, &list))
		return false;
	ir_parser_set_attr(p, s, name, ir_attr_i64_array(ir_parser_context(p), list.size, list.data));
	return true;
}

static void print_dimensions(struct ir_printer *p, struct ir_op *op, const char *keyword,
                             ir_name name) {
	ir_attr list = ir_op_attr(op, name);
	ir_printer_format(p, " %s = [", keyword);
	for (u32 i = 0; i < list->count; i++)
		ir_printer_format(p, "%s%lld", i ? ", " : "", (long long)ir_attr_array_int(list, i));
	ir_printer_text(p, "]");
}

static bool parse_moved(struct ir_parser *p, struct ir_op **out, const char *keyword,
                        ir_name name) {
	struct ir_op_state s;
	struct operands o = {0};
	ir_parser_begin(p, &s);
	u32 at = s.at;
	if (!ir_parser_attr_dict(p, &s) || !parse_operands(p, &s, &o) ||
	    !parse_dimensions(p, &s, keyword, name) || !ir_parser_attr_dict(p, &s))
		return false;
	if (o.inputs.size != 1 || o.outputs.size != 1)
		return ir_parser_error(p, at, "'%.*s' takes one input and one init",
		                       STR_ARG(s.info->full_name));
	add_tensor_results(p, &s, &o);
	ir_parser_empty_region(p, &s);
	if (!ir_parser_finish(p, &s, out))
		return false;
	linalg_fill_body(*out);
	return true;
}

HOOK_PARSE(linalg_parse_transpose) { return parse_moved(p, out, "permutation", NAME_permutation); }

HOOK_PARSE(linalg_parse_broadcast) { return parse_moved(p, out, "dimensions", NAME_dimensions); }

HOOK_PRINT(linalg_print_transpose) {
	print_operands(p, op);
	print_dimensions(p, op, "permutation", NAME_permutation);
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_permutation});
}

HOOK_PRINT(linalg_print_broadcast) {
	print_operands(p, op);
	print_dimensions(p, op, "dimensions", NAME_dimensions);
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_dimensions});
}

// ---- map, reduce ------------------------------------------------------------------------------

// The short form's op: `{ arith.addf {fastmath = #arith.fastmath<fast>} }`.
struct payload {
	const struct ir_op_info *info;
	ir_attr attrs;
};

static bool parse_payload(struct ir_parser *p, struct payload *payload) {
	struct str dialect, name;
	if (!ir_parser_literal(p, "{"))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_keyword(p, &dialect))
		return false;
	struct str full = dialect;
	if (ir_parser_optional(p, ".")) {
		if (!ir_parser_keyword(p, &name))
			return false;
		full = str_format(ir_parser_arena(p), "%.*s.%.*s", STR_ARG(dialect), STR_ARG(name));
	}
	payload->info = ir_op_info_find(ir_parser_context(p), full);
	if (!payload->info)
		return ir_parser_error(p, at, "unknown op '%.*s'", STR_ARG(full));
	if (payload->info->num_result_groups != 1 || payload->info->num_regions)
		return ir_parser_error(p, at,
		                       "'%.*s' can't stand for a body: it needs one result and no region",
		                       STR_ARG(full));
	return ir_parser_dict(p, &payload->attrs) && ir_parser_literal(p, "}");
}

// The body that the short form stands for: the op on the elements, in reduce the accumulator first.
static bool fill_payload(struct ir_parser *p, u32 at, struct ir_op *op,
                         const struct payload *payload) {
	bool reduce = op_is(op, OP_linalg_reduce);
	u32 n = reduce ? op->num_operands : op->num_operands - 1;
	struct ir_block *body = ir_block_create(op->module);
	struct ir_value *values[n + 1];
	ir_block_append(&op->regions[0], body);
	for (u32 i = 0; i < n; i++)
		ir_block_add_arg(op->module, body, ir_type_scalar(ir_operand_get(op, i)->type));
	for (u32 i = 0; i < n; i++)
		values[i] = body->args[reduce ? (i + n - 1) % n : i];
	ir_type result = ir_type_scalar(ir_operand_get(op, op->num_operands - 1)->type);
	u32 attrs = payload->attrs ? payload->attrs->count : 0, num_props = 0, num_attrs = 0;
	struct ir_named_attr props[attrs + 1], others[attrs + 1];
	for (u32 i = 0; i < attrs; i++) {
		bool prop = false;
		for (u32 k = 0; k < payload->info->num_attrs; k++)
			prop |= payload->info->attrs[k].name == payload->attrs->entries[i].name;
		*(prop ? &props[num_props++] : &others[num_attrs++]) = payload->attrs->entries[i];
	}
	struct ir_op_desc desc = {.info = payload->info,
	                          .loc = op->loc,
	                          .num_operands = n,
	                          .operands = values,
	                          .num_results = 1,
	                          .results = &result,
	                          .props = props,
	                          .num_props = num_props,
	                          .attrs = others,
	                          .num_attrs = num_attrs};
	if (payload->info->num_operand_groups != n)
		return ir_parser_error(p, at, "'%.*s' does not take %u operands",
		                       STR_ARG(payload->info->full_name), n);
	struct ir_builder b = ir_builder_at_end(body, op->module);
	b.loc = op->loc;
	struct ir_value *element = ir_result_get(ir_build(&b, &desc), 0);
	dialect_build_yield(&b, OP_linalg_yield, 1, &element);
	return true;
}

// [{ op }] ins(...) outs(...) [dimensions = [...]] [(%a: t, ...) { body }]
static bool parse_with_body(struct ir_parser *p, struct ir_op **out, bool reduce) {
	struct ir_op_state s;
	struct operands o = {0};
	struct payload payload = {0};
	struct ir_args args = {0};
	ir_parser_begin(p, &s);
	u32 at = s.at;
	if (ir_parser_peek(p, "{") && !parse_payload(p, &payload))
		return false;
	if (!ir_parser_attr_dict(p, &s) || !parse_operands(p, &s, &o) ||
	    (reduce && !parse_dimensions(p, &s, "dimensions", NAME_dimensions)) ||
	    !ir_parser_attr_dict(p, &s))
		return false;
	if (o.outputs.size == 0 || (reduce ? o.inputs.size != o.outputs.size : o.outputs.size != 1))
		return ir_parser_error(p, at, "'%.*s' takes %s", STR_ARG(s.info->full_name),
		                       reduce ? "as many inits as inputs" : "one init");
	add_tensor_results(p, &s, &o);
	if (!payload.info)
		return ir_parser_args(p, IR_DELIM_PAREN, true, true, &args) &&
		       ir_parser_region(p, &s, args.data, args.size) &&
		       ir_parser_ensure_terminator(p, &s) && ir_parser_finish(p, &s, out);
	ir_parser_empty_region(p, &s);
	return ir_parser_finish(p, &s, out) && fill_payload(p, at, *out, &payload);
}

HOOK_PARSE(linalg_parse_map) { return parse_with_body(p, out, false); }

HOOK_PARSE(linalg_parse_reduce) { return parse_with_body(p, out, true); }

static void print_body(struct ir_printer *p, struct ir_op *op) {
	struct ir_block *body = linalg_body(op);
	ir_printer_newline(p);
	ir_printer_text(p, "  (");
	for (u32 i = 0; i < body->num_args; i++) {
		ir_printer_text(p, i ? ", " : "");
		ir_printer_value(p, body->args[i]);
		ir_printer_text(p, ": ");
		ir_printer_type(p, body->args[i]->type);
	}
	ir_printer_text(p, ") ");
	ir_printer_region(p, &op->regions[0], IR_PRINT_TERMINATORS);
}

HOOK_PRINT(linalg_print_map) {
	print_operands(p, op);
	ir_printer_attr_dict(p, op, 0, NULL);
	print_body(p, op);
}

HOOK_PRINT(linalg_print_reduce) {
	print_operands(p, op);
	print_dimensions(p, op, "dimensions", NAME_dimensions);
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_dimensions});
	print_body(p, op);
}
