// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles assembly formats. The language is MLIR's declarative one: literals in backquotes,
// $variables, directives, optional groups with an anchor `^`. A malformed format is a bug of ours:
// a failed CHECK that names the op.
// Reference: MLIR, "Operation Definition Specification", section "Declarative Assembly Format".
#include "ir/format.h"

#include "ir/constraint.h"
#include "ir/lexer.h"

enum { ELEMENTS_MOST = 64, GROUPS_MOST = 32 };

struct compiler {
	struct ir_context *c;
	struct arena *arena;
	const struct ir_op_info *info;
	struct str rest;
	bool blank_due, after_punctuation;  // MLIR's rule for blanks (place_blank)
	ir_name spoken[ELEMENTS_MOST];
	u32 num_spoken;
	bool operands_said[GROUPS_MOST], regions_said[GROUPS_MOST], successors_said[GROUPS_MOST];
};
struct element_list {
	struct ir_format_element data[ELEMENTS_MOST];
	u32 size;
};

static BASE_NORETURN void format_error(const struct compiler *k, const char *what) {
	base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "op %.*s: column format: %s at '%.*s'",
	          STR_ARG(k->info->full_name), what, STR_ARG(k->rest));
}

// ---- reading ----------------------------------------------------------------------------------

static bool take(struct compiler *k, const char *mark) {
	k->rest = str_trim(k->rest);
	if (!str_starts_with(k->rest, str_from(mark)))
		return false;
	k->rest = str_drop(k->rest, strlen(mark));
	return true;
}

static void expect(struct compiler *k, const char *mark) {
	if (!take(k, mark))
		format_error(k, mark);
}

static struct str take_name(struct compiler *k) {
	size_t n = 0;
	while (n < k->rest.size && (k->rest.data[n] == '_' || ir_char_is_letter(k->rest.data[n]) ||
	                            ir_char_is_digit(k->rest.data[n])))
		n++;
	if (n == 0)
		format_error(k, "a name is missing");
	struct str name = str_take(k->rest, n);
	k->rest = str_drop(k->rest, n);
	return name;
}

static u16 find_group(const struct compiler *k, const struct ir_group_info *groups, u32 n,
                      struct str name) {
	for (u16 i = 0; i < n; i++)
		if (str_eq(ir_name_str(k->c, groups[i].name), name))
			return i;
	return UINT16_MAX;
}
static u16 find_operand(const struct compiler *k, struct str name) {
	return find_group(k, k->info->operands, k->info->num_operand_groups, name);
}
static u16 find_result(const struct compiler *k, struct str name) {
	return find_group(k, k->info->results, k->info->num_result_groups, name);
}
static u16 find_attr(const struct compiler *k, struct str name) {
	for (u16 i = 0; i < k->info->num_attrs; i++)
		if (str_eq(ir_name_str(k->c, k->info->attrs[i].name), name))
			return i;
	return UINT16_MAX;
}
static u16 find_name(const struct compiler *k, const ir_name *names, u32 n, struct str name) {
	for (u16 i = 0; i < n; i++)
		if (str_eq(ir_name_str(k->c, names[i]), name))
			return i;
	return UINT16_MAX;
}

static void say_attr(struct compiler *k, u16 index) {
	CHECK(k->num_spoken < ELEMENTS_MOST);
	k->spoken[k->num_spoken++] = k->info->attrs[index].name;
}

// ---- blanks -----------------------------------------------------------------------------------

static bool is_one_of(struct str text, const char *set) {
	return strchr(set, text.data[0]) != NULL;
}

// A literal: `,` and closing marks follow without a blank, opening marks are not followed by one.
static bool blank_before_literal(const struct compiler *k, struct str text) {
	if (!k->blank_due)
		return false;
	if (text.size != 1 && !str_eq_z(text, "->"))
		return true;
	return !is_one_of(text, k->after_punctuation ? ">)}]," : "<>(){}[],");
}

static void place_blank(struct compiler *k, struct ir_format_element *e) {
	switch (e->kind) {
	case IR_FORMAT_LITERAL:
		e->blank = blank_before_literal(k, e->text);
		k->blank_due = e->text.size != 1 || !is_one_of(e->text, "<({[");
		k->after_punctuation = e->text.data[0] != '_' && !ir_char_is_letter(e->text.data[0]);
		break;
	case IR_FORMAT_BLANK:
		e->blank = e->text.size != 0;
		k->after_punctuation = !e->blank;
		k->blank_due = false;
		break;
	case IR_FORMAT_NEWLINE:
	case IR_FORMAT_OPTIONAL: break;
	case IR_FORMAT_ATTR_DICT:
	case IR_FORMAT_ATTR_DICT_KEYWORD: k->after_punctuation = false; break;
	default:
		if (e->elided)
			break;
		e->blank = k->blank_due || !k->after_punctuation;
		k->after_punctuation = false;
		k->blank_due = true;
	}
}

// ---- elements ---------------------------------------------------------------------------------

static struct ir_format_element literal(struct compiler *k) {
	i64 end = str_find_char(k->rest, '`');
	if (end < 0)
		format_error(k, "a literal has no end");
	struct ir_format_element e = {.kind = IR_FORMAT_LITERAL,
	                              .text = str_take(k->rest, (size_t)end)};
	k->rest = str_drop(k->rest, (size_t)end + 1);
	if (e.text.size == 0 || str_eq_z(e.text, " "))
		e.kind = IR_FORMAT_BLANK;
	else if (str_eq_z(e.text, "\\n"))
		e.kind = IR_FORMAT_NEWLINE;
	else
		e.text = str_copy(k->arena, e.text);
	return e;
}

static struct ir_format_element variable(struct compiler *k) {
	struct str name = take_name(k);
	u16 at = find_operand(k, name);
	if (at != UINT16_MAX) {
		k->operands_said[at] = true;
		return (struct ir_format_element){.kind = IR_FORMAT_OPERANDS, .index = at};
	}
	if ((at = find_attr(k, name)) != UINT16_MAX) {
		say_attr(k, at);
		return (struct ir_format_element){.kind = IR_FORMAT_ATTR, .index = at};
	}
	if ((at = find_name(k, k->info->region_names, k->info->num_regions, name)) != UINT16_MAX) {
		k->regions_said[at] = true;
		return (struct ir_format_element){.kind = IR_FORMAT_REGION, .index = at};
	}
	if ((at = find_name(k, k->info->successor_names, k->info->num_successors, name)) == UINT16_MAX)
		format_error(k, "unknown variable before");
	k->successors_said[at] = true;
	return (struct ir_format_element){.kind = IR_FORMAT_SUCCESSOR, .index = at};
}

// `$x`, `operands` or `results`, as the argument of a type directive.
static struct ir_format_element type_argument(struct compiler *k) {
	struct ir_format_element e = {.kind = IR_FORMAT_OPERAND_TYPES, .index = IR_FORMAT_ALL};
	if (take(k, "operands"))
		return e;
	e.kind = IR_FORMAT_RESULT_TYPES;
	if (take(k, "results"))
		return e;
	expect(k, "$");
	struct str name = take_name(k);
	e.index = find_result(k, name);
	if (e.index == UINT16_MAX) {
		e.kind = IR_FORMAT_OPERAND_TYPES;
		e.index = find_operand(k, name);
	}
	if (e.index == UINT16_MAX)
		format_error(k, "unknown operand or result before");
	return e;
}

static struct ir_format_element functional_type(struct compiler *k) {
	expect(k, "(");
	struct ir_format_element in = type_argument(k);
	expect(k, ",");
	struct ir_format_element out = type_argument(k);
	expect(k, ")");
	if (in.kind != IR_FORMAT_OPERAND_TYPES || out.kind != IR_FORMAT_RESULT_TYPES)
		format_error(k, "functional-type takes operands and results, before");
	return (struct ir_format_element){
		.kind = IR_FORMAT_FUNCTIONAL_TYPE, .index = in.index, .index2 = out.index};
}

static void custom_argument(struct compiler *k, struct ir_format_element *e) {
	u16 kind, index;
	if (take(k, "type(")) {
		struct ir_format_element t = type_argument(k);
		expect(k, ")");
		kind = t.kind == IR_FORMAT_RESULT_TYPES ? IR_CUSTOM_RESULT_TYPES : IR_CUSTOM_OPERAND_TYPES;
		index = t.index;
	} else {
		expect(k, "$");
		struct ir_format_element v = variable(k);
		if (v.kind != IR_FORMAT_OPERANDS && v.kind != IR_FORMAT_ATTR)
			format_error(k, "a custom directive takes operands, attributes and types, before");
		kind = v.kind == IR_FORMAT_ATTR ? IR_CUSTOM_ATTR : IR_CUSTOM_OPERANDS;
		index = v.index;
	}
	e->args[e->num_args].kind = kind;
	e->args[e->num_args++].index = index;
}

static struct ir_format_element custom(struct compiler *k) {
	struct str name = take_name(k);
	struct ir_format_element e = {.kind = IR_FORMAT_CUSTOM};
	u32 which = 0;
	while (which < IR_CUSTOM_COUNT && !str_eq_z(name, ir_custom_table[which].name))
		which++;
	if (which == IR_CUSTOM_COUNT)
		format_error(k, "no such custom directive (ir/custom.def) before");
	e.custom = (enum ir_custom)which;
	expect(k, ">");
	expect(k, "(");
	do {
		if (e.num_args == ARRAY_SIZE(e.args))
			format_error(k, "too many arguments before");
		custom_argument(k, &e);
	} while (take(k, ","));
	expect(k, ")");
	if (e.num_args != ir_custom_table[which].num_args)
		format_error(k, "wrong number of arguments before");
	return e;
}

static struct ir_format_element directive(struct compiler *k) {
	struct ir_format_element e = {0};
	if (take(k, "custom<"))
		return custom(k);
	if (take(k, "functional-type"))
		return functional_type(k);
	if (take(k, "attr-dict-with-keyword")) {
		e.kind = IR_FORMAT_ATTR_DICT_KEYWORD;
	} else if (take(k, "attr-dict")) {
		e.kind = IR_FORMAT_ATTR_DICT;
	} else if (take(k, "type")) {
		expect(k, "(");
		e = type_argument(k);
		expect(k, ")");
	} else if (take(k, "operands")) {
		e.kind = IR_FORMAT_ALL_OPERANDS;
		for (u32 i = 0; i < k->info->num_operand_groups; i++)
			k->operands_said[i] = true;
	} else {
		format_error(k, "unknown directive");
	}
	return e;
}

static void compile_list(struct compiler *k, struct element_list *list, bool in_group);

static const struct ir_format_element *keep(struct compiler *k, const struct element_list *list) {
	return ARENA_COPY_ARRAY(k->arena, struct ir_format_element, list->data, list->size);
}

static void check_anchor(const struct compiler *k, const struct element_list *list) {
	u32 anchors = 0;
	for (u32 i = 0; i < list->size; i++)
		anchors += list->data[i].anchor;
	if (anchors != 1)
		format_error(k, "an optional group has one anchor, before");
}

// ( then )? or ( then ) : ( else )?, after the opening parenthesis
static struct ir_format_element optional_group(struct compiler *k) {
	struct ir_format_element e = {.kind = IR_FORMAT_OPTIONAL};
	struct element_list list;
	compile_list(k, &list, true);
	check_anchor(k, &list);
	e.then_list = keep(k, &list);
	e.num_then = (u16)list.size;
	if (take(k, ":")) {
		expect(k, "(");
		compile_list(k, &list, true);
		e.else_list = keep(k, &list);
		e.num_else = (u16)list.size;
	}
	expect(k, "?");
	return e;
}

static bool is_unit(const struct compiler *k, const struct ir_format_element *e) {
	return e->kind == IR_FORMAT_ATTR && k->info->attrs[e->index].constraint == IR_ATTR_IS_unit;
}

static void compile_list(struct compiler *k, struct element_list *list, bool in_group) {
	list->size = 0;
	while (in_group ? !take(k, ")") : (k->rest = str_trim(k->rest)).size != 0) {
		struct ir_format_element e;
		if (take(k, "`"))
			e = literal(k);
		else if (take(k, "$"))
			e = variable(k);
		else if (take(k, "("))
			e = optional_group(k);
		else
			e = directive(k);
		if (in_group && take(k, "^"))
			e.anchor = true;
		// The presence of its group says a unit attribute, unless the group opens with it.
		e.elided = e.anchor && list->size && is_unit(k, &e);
		place_blank(k, &e);
		CHECK(list->size < ELEMENTS_MOST);
		list->data[list->size++] = e;
	}
}

static void check_complete(struct compiler *k) {
	const struct ir_op_info *i = k->info;
	for (u32 g = 0; g < i->num_operand_groups; g++)
		if (!k->operands_said[g])
			format_error(k, ir_name_str(k->c, i->operands[g].name).data);
	for (u32 g = 0; g < i->num_regions; g++)
		if (!k->regions_said[g])
			format_error(k, ir_name_str(k->c, i->region_names[g]).data);
	for (u32 g = 0; g < i->num_successors; g++)
		if (!k->successors_said[g])
			format_error(k, ir_name_str(k->c, i->successor_names[g]).data);
}

const void *ir_format_compile(struct ir_context *c, struct arena *a, const struct ir_op_info *info,
                              const char *format) {
	CHECK(info->num_operand_groups < GROUPS_MOST && info->num_regions < GROUPS_MOST &&
	      info->num_successors < GROUPS_MOST);
	struct compiler k = {
		.c = c, .arena = a, .info = info, .rest = str_from(format), .blank_due = true};
	struct element_list list;
	compile_list(&k, &list, false);
	check_complete(&k);
	struct ir_format *f = ARENA_NEW(a, struct ir_format);
	f->elements = keep(&k, &list);
	f->num_elements = list.size;
	f->spoken = ARENA_COPY_ARRAY(a, ir_name, k.spoken, k.num_spoken);
	f->num_spoken = k.num_spoken;
	return f;
}
