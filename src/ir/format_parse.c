// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads an op by its assembly format: elements fill in names and types a group of the signature;
// then the types that the text did not give are derived from the signature, and the names are
// resolved in its order.
#include "ir/constraint.h"
#include "ir/format.h"
#include "ir/parse.h"

struct group {              // of operands or results
	struct ir_names names;  // operands only
	struct ir_types types;
	bool typed;
};
struct run {
	struct ir_parser *p;
	const struct ir_op_info *info;
	struct ir_op_state s;
	struct group *operands, *results;
	struct ir_types all_results;
	bool all_results_given;
};

// ---- attributes -------------------------------------------------------------------------------

static bool unknown_keyword(struct ir_parser *p, u32 at, u16 constraint) {
	struct ir_enum_info e = ir_enum_get(constraint);
	struct strbuf b;
	strbuf_init(&b, &p->scratch);
	for (u32 i = 0; i < e.num_cases; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : "", e.cases[i].keyword);
	return ir_parser_error(p, at, "expected %s: %.*s", e.separator ? "some of" : "one of",
	                       STR_ARG(b));
}

// A keyword, `<keywords>` or the full `#dialect.name<keywords>`.
static bool parse_enum(struct ir_parser *p, u16 constraint, ir_attr *out) {
	struct ir_enum_info e = ir_enum_get(constraint);
	struct str text;
	u32 at = p->tok.at;
	if (ir_parser_is(p, IR_TOKEN_HASH))
		return ir_parser_attr(p, NULL, out);
	if (e.storage == IR_ENUM_DIALECT) {
		if (!ir_parser_peek(p, "<"))
			return ir_parser_expected(p, "'<'");
		if (!ir_parser_body(p, &text))
			return false;
	} else if (!ir_parser_optional_keyword(p, &text)) {
		return unknown_keyword(p, at, constraint);
	}
	i64 value;
	if (!ir_enum_parse(constraint, text, &value))
		return unknown_keyword(p, at, constraint);
	*out = ir_enum_attr(p->c, constraint, value);
	return true;
}

static ir_type array_element(struct ir_context *c, u16 constraint) {
	switch (constraint) {
	case IR_ATTR_IS_i64_array: return ir_type_int(c, 64);
	case IR_ATTR_IS_i32_array: return ir_type_int(c, 32);
	case IR_ATTR_IS_i8_array: return ir_type_int(c, 8);
	case IR_ATTR_IS_bool_array: return ir_type_int(c, 1);
	default: return NULL;
	}
}

static bool parse_attr(struct ir_parser *p, const struct ir_attr_info *info, ir_attr *out) {
	u32 at = p->tok.at;
	ir_name symbol;
	ir_type element = array_element(p->c, info->constraint);
	if (ir_attr_constraint_is_enum(info->constraint)) {
		if (!parse_enum(p, info->constraint, out))
			return false;
	} else if (info->constraint == IR_ATTR_IS_symbol_name) {
		if (!ir_parser_symbol(p, &symbol))
			return false;
		*out = ir_attr_string(p->c, ir_name_str(p->c, symbol));
	} else if (element && ir_parser_peek(p, "[")) {
		if (!ir_parser_array_elements(p, element, out))
			return false;
	} else if (!ir_parser_attr(p, ir_attr_constraint_number(p->c, info->constraint), out)) {
		return false;
	}
	return ir_attr_constraint_accepts(p->c, info->constraint, *out) ||
	       ir_parser_error(p, at, "expected %s", ir_attr_constraint_doc(info->constraint));
}

// Whether the next token can open the attribute: enough where an optional group begins with one.
static bool attr_begins(struct ir_parser *p, const struct ir_attr_info *info) {
	if (ir_attr_constraint_is_enum(info->constraint)) {
		i64 value;
		bool bracket = ir_enum_get(info->constraint).storage == IR_ENUM_DIALECT;
		return ir_parser_is(p, IR_TOKEN_HASH) || (bracket && ir_parser_peek(p, "<")) ||
		       (!bracket && ir_parser_is(p, IR_TOKEN_BARE) &&
		        ir_enum_parse(info->constraint, ir_parser_spelling(p), &value));
	}
	switch (info->constraint) {
	case IR_ATTR_IS_symbol_name:
	case IR_ATTR_IS_symbol:
	case IR_ATTR_IS_flat_symbol: return ir_parser_is(p, IR_TOKEN_AT);
	case IR_ATTR_IS_string: return ir_parser_is(p, IR_TOKEN_STRING);
	case IR_ATTR_IS_unit: return ir_parser_peek(p, "unit");
	default: break;
	}
	if (array_element(p->c, info->constraint))
		return ir_parser_peek(p, "[") || ir_parser_peek(p, "array");
	return ir_parser_is(p, IR_TOKEN_INTEGER) || ir_parser_is(p, IR_TOKEN_FLOAT) ||
	       ir_parser_is(p, IR_TOKEN_STRING) || ir_parser_is(p, IR_TOKEN_AT) ||
	       ir_parser_is(p, IR_TOKEN_HASH) || ir_parser_peek(p, "-") || ir_parser_peek(p, "[") ||
	       ir_parser_peek(p, "dense") || ir_parser_peek(p, "affine_map");
}

// ---- elements ---------------------------------------------------------------------------------

// Operands of one group: one, at most one, or a list.
static bool parse_operands(struct run *r, u16 group) {
	struct group *g = &r->operands[group];
	u8 arity = r->info->operands[group].arity;
	struct ir_name_use use;
	bool present = true;
	if (arity == 2)
		return ir_parser_operands(r->p, IR_DELIM_NONE, &g->names);
	if (!(arity ? ir_parser_optional_operand(r->p, &use, &present) : ir_parser_operand(r->p, &use)))
		return false;
	if (present)
		vec_push(&r->p->scratch, g->names, use);
	return true;
}

// All operands in one list, dealt out to the groups.
static bool parse_all_operands(struct run *r) {
	struct ir_names all = {0};
	u32 at = r->p->tok.at, groups = r->info->num_operand_groups, single = 0, next = 0;
	if (!ir_parser_operands(r->p, IR_DELIM_NONE, &all))
		return false;
	for (u32 i = 0; i < groups; i++)
		single += r->info->operands[i].arity == 0;
	if (all.size < single)
		return ir_parser_error(r->p, at, "expected %u operands, but found %u", single, all.size);
	for (u32 i = 0; i < groups; i++) {
		u32 n = r->info->operands[i].arity ? all.size - single : 1;
		for (u32 k = 0; k < n && next < all.size; k++, next++)
			vec_push(&r->p->scratch, r->operands[i].names, all.data[next]);
	}
	return next == all.size ||
	       ir_parser_error(r->p, at, "expected %u operands, but found %u", single, all.size);
}

static struct group *type_group(struct run *r, bool result, u16 index) {
	return result ? &r->results[index] : &r->operands[index];
}

static bool parse_group_types(struct run *r, bool result, u16 index) {
	struct group *g = type_group(r, result, index);
	u8 arity = result ? r->info->results[index].arity : r->info->operands[index].arity;
	bool present = true;
	ir_type t;
	g->typed = true;
	if (arity == 2 && !result && g->names.size == 0)
		return true;
	if (arity == 2)
		return ir_parser_types(r->p, IR_DELIM_NONE, &g->types);
	if (!(arity ? ir_parser_optional_type(r->p, &t, &present) : ir_parser_type(r->p, &t)))
		return false;
	if (present)
		ir_parser_add_type(r->p, &g->types, t);
	return true;
}

// Deals types of all operands out to the groups, whose numbers of names are known.
static bool deal_operand_types(struct run *r, u32 at, const struct ir_types *all) {
	u32 total = 0, next = 0;
	for (u32 i = 0; i < r->info->num_operand_groups; i++)
		total += r->operands[i].names.size;
	if (total != all->size)
		return ir_parser_error(r->p, at, "%u operands, but %u types", total, all->size);
	for (u32 i = 0; i < r->info->num_operand_groups; i++) {
		r->operands[i].typed = true;
		for (u32 k = 0; k < r->operands[i].names.size; k++)
			ir_parser_add_type(r->p, &r->operands[i].types, all->data[next++]);
	}
	return true;
}

// Types of all results; dealt out to the groups as far as that is clear.
static void deal_result_types(struct run *r, const struct ir_types *all) {
	u32 single = 0, next = 0;
	r->all_results = *all;
	r->all_results_given = true;
	for (u32 i = 0; i < r->info->num_result_groups; i++)
		single += r->info->results[i].arity == 0;
	for (u32 i = 0; all->size >= single && i < r->info->num_result_groups; i++) {
		u32 n = r->info->results[i].arity ? all->size - single : 1;
		r->results[i].typed = true;
		for (u32 k = 0; k < n && next < all->size; k++)
			ir_parser_add_type(r->p, &r->results[i].types, all->data[next++]);
	}
}

static bool give_types(struct run *r, u32 at, bool result, u16 index,
                       const struct ir_types *types) {
	if (index == IR_FORMAT_ALL) {
		if (!result)
			return deal_operand_types(r, at, types);
		deal_result_types(r, types);
		return true;
	}
	struct group *g = type_group(r, result, index);
	g->types = *types;
	g->typed = true;
	return true;
}

static bool parse_types(struct run *r, bool result, u16 index) {
	if (index != IR_FORMAT_ALL)
		return parse_group_types(r, result, index);
	struct ir_types all = {0};
	u32 at = r->p->tok.at, expected = 0;
	for (u32 i = 0; !result && i < r->info->num_operand_groups; i++)
		expected += r->operands[i].names.size;
	if ((result || expected) && !ir_parser_types(r->p, IR_DELIM_NONE, &all))
		return false;
	return give_types(r, at, result, index, &all);
}

static bool parse_functional_type(struct run *r, const struct ir_format_element *e) {
	struct ir_types inputs = {0}, results = {0};
	u32 at = r->p->tok.at;
	return ir_parser_function_type(r->p, &inputs, &results) &&
	       give_types(r, at, false, e->index, &inputs) &&
	       give_types(r, at, true, e->index2, &results);
}

static bool parse_custom(struct run *r, const struct ir_format_element *e) {
	struct ir_custom_arg args[IR_CUSTOM_ARGS_MOST];
	ir_attr attrs[IR_CUSTOM_ARGS_MOST] = {0};
	for (u32 i = 0; i < e->num_args; i++) {
		args[i] = (struct ir_custom_arg){.kind = (enum ir_custom_kind)e->args[i].kind,
		                                 .index = e->args[i].index,
		                                 .attr = &attrs[i]};
		if (args[i].kind == IR_CUSTOM_OPERANDS)
			args[i].operands = &r->operands[args[i].index].names;
		else if (args[i].kind != IR_CUSTOM_ATTR)
			args[i].types =
				&type_group(r, args[i].kind == IR_CUSTOM_RESULT_TYPES, args[i].index)->types;
	}
	if (!ir_custom_table[e->custom].parse(r->p, args))
		return false;
	for (u32 i = 0; i < e->num_args; i++) {
		if (args[i].kind == IR_CUSTOM_ATTR)
			ir_parser_set_attr(r->p, &r->s, r->info->attrs[args[i].index].name, attrs[i]);
		else if (args[i].types)
			type_group(r, args[i].kind == IR_CUSTOM_RESULT_TYPES, args[i].index)->typed = true;
	}
	return true;
}

static bool parse_region(struct run *r, u16 index) {
	bool variadic = r->info->variadic_regions && index + 1 == r->info->num_regions;
	bool present = ir_parser_peek(r->p, "{");
	if (variadic && !present)
		return true;
	do {
		if (!ir_parser_region(r->p, &r->s, NULL, 0))
			return false;
		if ((r->info->traits & IR_IMPLICIT_TERMINATOR) && !ir_parser_ensure_terminator(r->p, &r->s))
			return false;
	} while (variadic && ir_parser_optional(r->p, ","));
	return true;
}

static bool parse_successor(struct run *r, u16 index) {
	bool variadic = r->info->variadic_successors && index + 1 == r->info->num_successors;
	if (variadic && !ir_parser_is(r->p, IR_TOKEN_CARET))
		return true;
	do {
		if (!ir_parser_successor(r->p, &r->s))
			return false;
	} while (variadic && ir_parser_optional(r->p, ","));
	return true;
}

static bool parse_list(struct run *r, const struct ir_format_element *e, u32 n);

// Whether the group is there, which its first element says.
static bool group_begins(struct run *r, const struct ir_format_element *e) {
	struct ir_parser *p = r->p;
	switch (e->kind) {
	case IR_FORMAT_LITERAL: return ir_parser_peek(p, e->text.data);
	case IR_FORMAT_OPERANDS:
	case IR_FORMAT_ALL_OPERANDS: return ir_parser_is(p, IR_TOKEN_PERCENT);
	case IR_FORMAT_ATTR: return attr_begins(p, &r->info->attrs[e->index]);
	case IR_FORMAT_REGION: return ir_parser_peek(p, "{");
	case IR_FORMAT_SUCCESSOR: return ir_parser_is(p, IR_TOKEN_CARET);
	case IR_FORMAT_OPERAND_TYPES: return r->operands[e->index].names.size != 0;
	case IR_FORMAT_CUSTOM: return ir_parser_peek(p, "[");
	default: return !ir_parser_is(p, IR_TOKEN_EOF) && !ir_parser_peek(p, "}");
	}
}

static bool parse_optional(struct run *r, const struct ir_format_element *e) {
	const struct ir_format_element *list = e->then_list;
	u32 first = 0;
	while (first + 1 < e->num_then && list[first].kind == IR_FORMAT_BLANK)
		first++;
	if (!group_begins(r, &list[first]))
		return parse_list(r, e->else_list, e->num_else);
	for (u32 i = 0; i < e->num_then; i++)
		if (list[i].elided)
			ir_parser_set_attr(r->p, &r->s, r->info->attrs[list[i].index].name,
			                   ir_attr_unit(r->p->c));
	return parse_list(r, list, e->num_then);
}

static bool parse_element(struct run *r, const struct ir_format_element *e) {
	ir_attr a;
	switch ((enum ir_format_kind)e->kind) {
	case IR_FORMAT_LITERAL: return ir_parser_literal(r->p, e->text.data);
	case IR_FORMAT_BLANK:
	case IR_FORMAT_NEWLINE: return true;
	case IR_FORMAT_OPERANDS: return parse_operands(r, e->index);
	case IR_FORMAT_ATTR:
		if (e->elided)
			return true;
		if (!parse_attr(r->p, &r->info->attrs[e->index], &a))
			return false;
		ir_parser_set_attr(r->p, &r->s, r->info->attrs[e->index].name, a);
		return true;
	case IR_FORMAT_REGION: return parse_region(r, e->index);
	case IR_FORMAT_SUCCESSOR: return parse_successor(r, e->index);
	case IR_FORMAT_OPERAND_TYPES: return parse_types(r, false, e->index);
	case IR_FORMAT_RESULT_TYPES: return parse_types(r, true, e->index);
	case IR_FORMAT_ALL_OPERANDS: return parse_all_operands(r);
	case IR_FORMAT_FUNCTIONAL_TYPE: return parse_functional_type(r, e);
	case IR_FORMAT_ATTR_DICT: return ir_parser_attr_dict(r->p, &r->s);
	case IR_FORMAT_ATTR_DICT_KEYWORD: return ir_parser_attr_dict_with_keyword(r->p, &r->s);
	case IR_FORMAT_OPTIONAL: return parse_optional(r, e);
	case IR_FORMAT_CUSTOM: return parse_custom(r, e);
	}
	UNREACHABLE();
}

static bool parse_list(struct run *r, const struct ir_format_element *e, u32 n) {
	for (u32 i = 0; i < n; i++)
		if (!parse_element(r, &e[i]))
			return false;
	return true;
}

// ---- types that the text does not give --------------------------------------------------------

static u32 num_groups(const struct run *r) {
	return r->info->num_operand_groups + r->info->num_result_groups;
}
static struct group *group_at(struct run *r, u32 i, const struct ir_group_info **info) {
	u32 operands = r->info->num_operand_groups;
	*info = i < operands ? &r->info->operands[i] : &r->info->results[i - operands];
	return i < operands ? &r->operands[i] : &r->results[i - operands];
}

// The first type of a typed group that the predicate's group must agree with.
static ir_type variable_type(struct run *r, u16 variable) {
	for (u32 i = 0; variable && i < num_groups(r); i++) {
		const struct ir_group_info *info;
		struct group *g = group_at(r, i, &info);
		if (info->variable == variable && g->typed && g->types.size)
			return g->types.data[0];
	}
	return NULL;
}

// A group whose types are those of group i, one by one: `same` of it, or the one it is `same` as.
static const struct ir_types *same_types(struct run *r, u32 i, const struct ir_group_info *info) {
	const struct ir_group_info *other;
	if (info->constraint == IR_CONSTRAINT_same && info->of != UINT16_MAX) {
		struct group *g = group_at(r, info->of, &other);
		return g->typed ? &g->types : NULL;
	}
	for (u32 k = 0; k < num_groups(r); k++) {
		struct group *g = group_at(r, k, &other);
		if (other->constraint == IR_CONSTRAINT_same && other->of == i && g->typed)
			return &g->types;
	}
	return NULL;
}

static ir_type derived_type(struct run *r, const struct ir_group_info *info) {
	const struct ir_group_info *other;
	if (info->variable)
		return variable_type(r, info->variable);
	if (info->of == UINT16_MAX)
		return ir_constraint_type(r->p->c, info->constraint, NULL);
	struct group *of = group_at(r, info->of, &other);
	return of->typed && of->types.size
	           ? ir_constraint_type(r->p->c, info->constraint, of->types.data[0])
	           : NULL;
}

// Gives group i its types when they follow from others; whether it did.
static bool derive_group(struct run *r, u32 i) {
	const struct ir_group_info *info;
	struct group *g = group_at(r, i, &info);
	bool operand = i < r->info->num_operand_groups;
	if (g->typed)
		return false;
	u32 n = operand ? g->names.size : 1;
	const struct ir_types *same = same_types(r, i, info);
	if (same && (info->arity == 2 ? !operand || same->size == n : same->size == n)) {
		g->types = *same;
		g->typed = true;
		return true;
	}
	if (!operand && info->arity)
		return false;
	ir_type t = derived_type(r, info);
	if (!t && n)
		return false;
	for (u32 k = 0; k < n; k++)
		ir_parser_add_type(r->p, &g->types, t);
	return g->typed = true;
}

// What the signature does not say either is taken from the values, as far as they are defined.
static bool known_types(struct run *r, struct group *g) {
	for (u32 k = 0; k < g->names.size; k++) {
		ir_type t = ir_parser_known_type(r->p, &g->names.data[k]);
		if (!t)
			return ir_parser_error(r->p, g->names.data[k].at,
			                       "the type of '%%%.*s' is not known here",
			                       STR_ARG(g->names.data[k].name));
		ir_parser_add_type(r->p, &g->types, t);
	}
	return g->typed = true;
}

static bool derive_types(struct run *r) {
	bool changed = true;
	while (changed) {
		changed = false;
		for (u32 i = 0; i < num_groups(r); i++)
			changed |= derive_group(r, i);
	}
	for (u32 i = 0; i < r->info->num_operand_groups; i++)
		if (!r->operands[i].typed && !known_types(r, &r->operands[i]))
			return false;
	for (u32 i = 0; i < num_groups(r); i++)
		derive_group(r, i);
	return true;
}

static bool resolve(struct run *r) {
	u32 *counts = ARENA_ARRAY(&r->p->scratch, u32, r->info->num_operand_groups);
	for (u32 i = 0; i < r->info->num_operand_groups; i++) {
		counts[i] = r->operands[i].names.size;
		if (!ir_parser_resolve(r->p, &r->s, &r->operands[i].names, &r->operands[i].types))
			return false;
	}
	if (r->info->operand_segments)
		ir_parser_set_segments(r->p, &r->s, r->info->num_operand_groups, counts);
	return true;
}

// The result types, or none when one is left to inference.
static void collect_results(struct run *r) {
	const struct ir_op_info *info = r->info;
	if (r->all_results_given) {
		r->s.results = r->all_results;
		return;
	}
	i32 *sizes = ARENA_ARRAY(&r->p->scratch, i32, info->num_result_groups);
	for (u32 i = 0; i < info->num_result_groups; i++)
		if (!r->results[i].typed && info->results[i].arity == 0)
			return;
	for (u32 i = 0; i < info->num_result_groups; i++) {
		sizes[i] = (i32)r->results[i].types.size;
		for (u32 k = 0; k < r->results[i].types.size; k++)
			ir_parser_add_type(r->p, &r->s.results, r->results[i].types.data[k]);
	}
	if (info->result_segments)
		ir_parser_set_attr(r->p, &r->s, NAME_resultSegmentSizes,
		                   ir_attr_i32_array(r->p->c, info->num_result_groups, sizes));
}

bool ir_format_parse(struct ir_parser *p, const struct ir_op_info *info, struct ir_op **out) {
	const struct ir_format *f = info->format;
	struct run r = {.p = p, .info = info};
	r.operands = ARENA_ARRAY(&p->scratch, struct group, num_groups(&r));
	r.results = r.operands + info->num_operand_groups;
	ir_parser_begin(p, &r.s);
	if (!parse_list(&r, f->elements, f->num_elements) || !derive_types(&r) || !resolve(&r))
		return false;
	collect_results(&r);
	return ir_parser_finish(p, &r.s, out);
}
