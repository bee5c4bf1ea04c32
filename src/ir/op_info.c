// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles the strings of op rows (signature, attributes, regions, successors; the grammar is in
// ir.h, "Operation tables") into ir_op_info. A malformed row is a bug of ours: a failed CHECK that
// names the op, the column of the row and the text in it.
//
// Also here: regions and successors are lists of names, the last with `*` when there may be any
// number, as in "defaultRegion, caseRegions*".
#include "ir/op_info.h"

#include "ir/constraint.h"
#include "ir/text.h"

enum { VARIABLES_MOST = 8, GROUPS_MOST = 24 };

struct row_reader {
	struct ir_context *c;
	struct ir_op_info *info;
	const char *column;  // "signature", "attrs", ...
	struct str rest;
	struct {
		struct str name;
		u16 constraint;
		bool bound;  // by `where`
	} variables[VARIABLES_MOST];
	u16 num_variables;
	struct str of[2 * GROUPS_MOST];  // arguments of related constraints, resolved when all groups
	                                 // are known
	struct ir_group_info groups[2 * GROUPS_MOST];
	u32 num_groups;
};

static BASE_NORETURN void row_error(const struct row_reader *r, const char *what) {
	base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "op %.*s: column %s: %s at '%.*s'",
	          STR_ARG(r->info->full_name), r->column, what, STR_ARG(r->rest));
}

static void skip_blanks(struct row_reader *r) {
	while (r->rest.size &&
	       (r->rest.data[0] == ' ' || r->rest.data[0] == '\n' || r->rest.data[0] == '\t'))
		r->rest = str_drop(r->rest, 1);
}

static bool row_optional(struct row_reader *r, const char *mark) {
	skip_blanks(r);
	if (!str_starts_with(r->rest, str_from(mark)))
		return false;
	r->rest = str_drop(r->rest, strlen(mark));
	return true;
}

static void row_expect(struct row_reader *r, const char *mark) {
	if (!row_optional(r, mark))
		row_error(r, mark);
}

static bool is_name_char(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '_';
}

static struct str row_name(struct row_reader *r) {
	skip_blanks(r);
	size_t n = 0;
	while (n < r->rest.size && is_name_char(r->rest.data[n]))
		n++;
	if (n == 0)
		row_error(r, "a name is missing");
	struct str name = str_take(r->rest, n);
	r->rest = str_drop(r->rest, n);
	return name;
}

static void row_begin(struct row_reader *r, const char *column, const char *text) {
	r->column = column;
	r->rest = str_trim(str_from(text));
}

static void row_end(struct row_reader *r) {
	skip_blanks(r);
	if (r->rest.size)
		row_error(r, "unexpected text");
}

// ---- signature --------------------------------------------------------------------------------

static u16 type_constraint(struct row_reader *r) {
	u16 constraint;
	if (!ir_constraint_find(row_name(r), &constraint))
		row_error(r, "unknown type constraint before");
	return constraint;
}

// 1-based number of a type variable, new ones appended.
static u16 variable(struct row_reader *r, struct str name) {
	for (u16 i = 0; i < r->num_variables; i++)
		if (str_eq(r->variables[i].name, name))
			return (u16)(i + 1);
	if (r->num_variables == VARIABLES_MOST)
		row_error(r, "too many type variables");
	r->variables[r->num_variables].name = name;
	r->variables[r->num_variables].constraint = IR_CONSTRAINT_any;
	return ++r->num_variables;
}

// [name:] CONSTRAINT[*|?]
static void row_group(struct row_reader *r) {
	if (r->num_groups == ARRAY_SIZE(r->groups))
		row_error(r, "too many groups");
	struct ir_group_info *g = &r->groups[r->num_groups];
	*g = (struct ir_group_info){.of = UINT16_MAX};
	struct str before = r->rest;
	bool unnamed = row_optional(r, "$");
	struct str name = row_name(r);
	if (!unnamed && row_optional(r, ":"))
		g->name = ir_name_get(r->c, name);
	else
		r->rest = before;
	if (row_optional(r, "$")) {
		g->variable = variable(r, row_name(r));
	} else {
		g->constraint = type_constraint(r);
		if (ir_constraint_is_related(g->constraint)) {
			row_expect(r, "(");
			r->of[r->num_groups] = row_name(r);
			row_expect(r, ")");
		}
	}
	g->arity = row_optional(r, "*") ? 2 : row_optional(r, "?") ? 1 : 0;
	r->num_groups++;
}

static void row_groups(struct row_reader *r) {
	row_expect(r, "(");
	if (row_optional(r, ")"))
		return;
	do
		row_group(r);
	while (row_optional(r, ","));
	row_expect(r, ")");
}

static void row_where(struct row_reader *r) {
	if (!row_optional(r, "where"))
		return;
	do {
		u16 v = variable(r, row_name(r));
		if (r->variables[v - 1].bound)
			row_error(r, "a type variable is constrained twice");
		row_expect(r, ":");
		r->variables[v - 1].constraint = type_constraint(r);
		r->variables[v - 1].bound = true;
	} while (row_optional(r, ","));
}

static void resolve_groups(struct row_reader *r) {
	bool used[VARIABLES_MOST] = {0};
	for (u32 i = 0; i < r->num_groups; i++) {
		struct ir_group_info *g = &r->groups[i];
		if (g->variable) {
			g->constraint = r->variables[g->variable - 1].constraint;
			used[g->variable - 1] = true;
		}
		if (!r->of[i].size)
			continue;
		for (u16 k = 0; k < r->num_groups; k++)
			if (k != i && r->groups[k].name &&
			    str_eq(ir_name_str(r->c, r->groups[k].name), r->of[i]))
				g->of = k;
		if (g->of == UINT16_MAX)
			row_error(r, "a constraint names no other operand or result");
	}
	for (u16 v = 0; v < r->num_variables; v++)
		if (!used[v])
			row_error(r, "a type variable after `where` is not used");
}

static u32 count_flexible(const struct ir_group_info *groups, u32 n) {
	u32 flexible = 0;
	for (u32 i = 0; i < n; i++)
		flexible += groups[i].arity != 0;
	return flexible;
}

static void compile_signature(struct row_reader *r, const char *text) {
	row_begin(r, "signature", text ? text : "() -> ()");
	row_groups(r);
	struct ir_op_info *info = r->info;
	info->num_operand_groups = (u16)r->num_groups;
	row_expect(r, "->");
	row_groups(r);
	info->num_result_groups = (u16)(r->num_groups - info->num_operand_groups);
	row_where(r);
	row_end(r);
	resolve_groups(r);
	struct ir_group_info *groups =
		ARENA_COPY_ARRAY(ir_context_arena(r->c), struct ir_group_info, r->groups, r->num_groups);
	info->operands = groups;
	info->results = groups + info->num_operand_groups;
	info->operand_segments = count_flexible(info->operands, info->num_operand_groups) > 1;
	info->result_segments = count_flexible(info->results, info->num_result_groups) > 1;
}

// ---- attributes -------------------------------------------------------------------------------

// The text of a default: up to a comma outside brackets.
static struct str default_text(struct row_reader *r) {
	skip_blanks(r);
	size_t n = 0;
	for (u32 depth = 0; n < r->rest.size && (depth || r->rest.data[n] != ','); n++) {
		depth += r->rest.data[n] == '[';
		depth -= depth && r->rest.data[n] == ']';
	}
	struct str text = str_trim(str_take(r->rest, n));
	r->rest = str_drop(r->rest, n);
	return text;
}

// name: CONSTRAINT[?] [= default]
static struct ir_attr_info row_attr(struct row_reader *r) {
	struct ir_attr_info a = {.name = ir_name_get(r->c, row_name(r))};
	row_expect(r, ":");
	if (!ir_attr_constraint_find(row_name(r), &a.constraint))
		row_error(r, "unknown attribute constraint before");
	a.optional = row_optional(r, "?");
	if (!row_optional(r, "="))
		return a;
	a.default_value = ir_attr_constraint_parse(r->c, a.constraint, default_text(r));
	if (!a.default_value)
		row_error(r, "the default cannot be read before");
	return a;
}

static void compile_attrs(struct row_reader *r, const char *text) {
	enum { ATTRS_MOST = 32 };
	struct ir_attr_info attrs[ATTRS_MOST + 2];
	u16 n = 0;
	row_begin(r, "attrs", text);
	if (r->rest.size)
		do {
			if (n == ATTRS_MOST)
				row_error(r, "too many attributes");
			attrs[n++] = row_attr(r);
		} while (row_optional(r, ","));
	row_end(r);
	if (r->info->operand_segments)
		attrs[n++] = (struct ir_attr_info){.name = NAME_operandSegmentSizes,
		                                   .constraint = IR_ATTR_IS_i32_array};
	if (r->info->result_segments)
		attrs[n++] = (struct ir_attr_info){.name = NAME_resultSegmentSizes,
		                                   .constraint = IR_ATTR_IS_i32_array};
	for (u16 i = 0; i < n; i++)
		for (u16 k = 0; k < i; k++)
			if (attrs[i].name == attrs[k].name)
				row_error(r, "an attribute stands twice");
	r->info->attrs = ARENA_COPY_ARRAY(ir_context_arena(r->c), struct ir_attr_info, attrs, n);
	r->info->num_attrs = n;
}

// ---- regions and successors -------------------------------------------------------------------

static const ir_name *compile_names(struct row_reader *r, const char *column, const char *text,
                                    u16 *count, bool *variadic) {
	ir_name names[GROUPS_MOST];
	u16 n = 0;
	row_begin(r, column, text);
	if (r->rest.size)
		do {
			if (n == GROUPS_MOST || *variadic)
				row_error(r, "too many names");
			names[n++] = ir_name_get(r->c, row_name(r));
			*variadic = row_optional(r, "*");
		} while (row_optional(r, ","));
	row_end(r);
	*count = n;
	return ARENA_COPY_ARRAY(ir_context_arena(r->c), ir_name, names, n);
}

void ir_op_info_compile(struct ir_context *c, const struct ir_op_row *row,
                        struct ir_op_info *info) {
	struct arena *a = ir_context_arena(c);
	info->row = row;
	info->traits = row->traits;
	info->dialect = ir_name_get(c, str_from(row->dialect));
	info->full_name = str_format(a, "%s.%s", row->dialect, row->name);
	info->name = ir_name_get(c, info->full_name);
	struct row_reader r = {.c = c, .info = info};
	compile_signature(&r, row->signature);
	compile_attrs(&r, row->attrs);
	info->region_names =
		compile_names(&r, "regions", row->regions, &info->num_regions, &info->variadic_regions);
	info->successor_names = compile_names(&r, "successors", row->successors, &info->num_successors,
	                                      &info->variadic_successors);
	if (row->format)
		info->format = ir_format_compile(c, a, info, row->format);
}

void ir_op_info_link(struct ir_context *c, struct ir_op_info *info) {
	const char *name = info->row->terminator;
	CHECK_MSG(name || !(info->traits & IR_IMPLICIT_TERMINATOR),
	          "op %s: an implicit terminator has no name", info->full_name.data);
	if (!name)
		return;
	info->terminator = ir_op_info_find(c, str_from(name));
	CHECK_MSG(info->terminator, "op %s: column terminator: there is no op %s", info->full_name.data,
	          name);
}
