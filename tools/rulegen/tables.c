// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What rules are checked against: op rows, enums and names of the ir, selection types, and the
// instruction tables of targets. Op rows name C functions that a host tool cannot link, so a row is
// included as text and its signature, attributes and traits are read from there.
#include "rulegen.h"
#include "target/x86_64/x86.h"

// ---- op rows ----------------------------------------------------------------------------------

struct op_text {
	const char *name, *id, *row;
};
#define TEXT_(...) #__VA_ARGS__
#define TEXT(...) TEXT_(__VA_ARGS__)
#define EVAL(f) .eval = f
static const struct op_text op_texts[] = {
#define OP(dialect, id, ...) {#dialect "." #id, #dialect "_" #id, TEXT(__VA_ARGS__)},
#define OP_DOTTED(dialect, id, name, ...) {#dialect "." name, #dialect "_" #id, TEXT(__VA_ARGS__)},
#include "dialect/dialects.def"
};

// The string literals after `.column =`, joined; empty when the row has no such column.
static struct str column_string(struct rulegen *g, const char *row, const char *column) {
	const char *p = strstr(row, column);
	struct strbuf out;
	strbuf_init(&out, &g->arena);
	if (!p)
		return strbuf_str(&out);
	p += strlen(column);
	p += strspn(p, " ");
	while (*p == '"') {
		for (p++; *p != '"'; p++) {
			p += *p == '\\';
			strbuf_add_char(&out, *p);
		}
		for (p++; *p == ' ';)
			p++;
	}
	return strbuf_str(&out);
}

static bool has_trait(const char *row, const char *trait) {
	const char *p = strstr(row, ".traits ="), *end = p ? strstr(p, ", .") : NULL;
	const char *found = p ? strstr(p, trait) : NULL;
	return found && (!end || found < end);
}

static struct str take_name(struct str *s) {
	*s = str_trim(*s);
	size_t n = 0;
	while (n < s->size && (s->data[n] == '_' || (s->data[n] >= '0' && s->data[n] <= '9') ||
	                       ((s->data[n] | 32) >= 'a' && (s->data[n] | 32) <= 'z')))
		n++;
	struct str name = str_take(*s, n);
	*s = str_drop(*s, n);
	return name;
}

// The next entry of a list, up to a comma outside parentheses and brackets.
static struct str take_entry(struct str *s) {
	size_t n = 0;
	for (u32 depth = 0; n < s->size && (depth || s->data[n] != ','); n++) {
		depth += s->data[n] == '(' || s->data[n] == '[';
		depth -= s->data[n] == ')' || s->data[n] == ']';
	}
	struct str entry = str_trim(str_take(*s, n));
	*s = str_drop(*s, n + (n < s->size));
	return entry;
}

// `(a: $T, b: any*)`: the text between the parentheses is taken off the front.
static const struct rule_group *take_groups(struct rulegen *g, struct str *s, u32 *count) {
	VEC(struct rule_group) groups = {0};
	CHECK(s->size && s->data[0] == '(');
	size_t n = 0;
	u32 depth = 0;
	do {
		depth += s->data[n] == '(';
		depth -= s->data[n] == ')';
		n++;
	} while (depth);
	struct str list = str_trim(str_make(s->data + 1, n - 2));
	*s = str_trim(str_drop(*s, n));
	while (list.size) {
		struct str entry = take_entry(&list);
		struct rule_group group = {0};
		if (str_find_char(entry, ':') >= 0)
			group.name = str_trim(str_split(entry, ':', &entry));
		entry = str_trim(entry);
		group.type = entry;
		group.arity = str_ends_with(entry, STR("*")) ? 2 : str_ends_with(entry, STR("?")) ? 1 : 0;
		vec_push(&g->arena, groups, group);
		list = str_trim(list);
	}
	*count = groups.size;
	return groups.data;
}

static void load_attrs(struct rulegen *g, struct rule_op *op, struct str list) {
	VEC(struct rule_attr_info) attrs = {0};
	list = str_trim(list);
	while (list.size) {
		struct str entry = take_entry(&list);
		struct rule_attr_info a = {.name = take_name(&entry)};
		CHECK_MSG(entry.size && entry.data[0] == ':', "%s: malformed attrs at %.*s", op->name.data,
		          STR_ARG(entry));
		entry = str_drop(entry, 1);
		a.constraint = take_name(&entry);
		a.optional = str_starts_with(entry, STR("?"));
		vec_push(&g->arena, attrs, a);
		list = str_trim(list);
	}
	op->attrs = attrs.data;
	op->num_attrs = attrs.size;
}

static u32 count_names(struct str list) {
	u32 n = 0;
	for (list = str_trim(list); list.size; n++)
		take_entry(&list);
	return n;
}

static void load_op(struct rulegen *g, const struct op_text *t) {
	struct rule_op op = {.name = str_from(t->name), .id = str_from(t->id)};
	struct str signature = column_string(g, t->row, ".signature =");
	if (signature.size == 0)
		signature = STR("() -> ()");
	op.operands = take_groups(g, &signature, &op.num_operands);
	CHECK(str_starts_with(signature, STR("->")));
	signature = str_trim(str_drop(signature, 2));
	op.results = take_groups(g, &signature, &op.num_results);
	load_attrs(g, &op, column_string(g, t->row, ".attrs ="));
	op.num_regions = count_names(column_string(g, t->row, ".regions ="));
	op.num_successors = count_names(column_string(g, t->row, ".successors ="));
	op.commutative = has_trait(t->row, "IR_COMMUTATIVE");
	op.constant = has_trait(t->row, "IR_CONSTANT");
	op.elementwise = has_trait(t->row, "IR_ELEMENTWISE");
	vec_push(&g->arena, g->op_rows, op);
}

void rulegen_load_tables(struct rulegen *g) {
	strmap_init(&g->ops, &g->arena);
	for (size_t i = 0; i < ARRAY_SIZE(op_texts); i++)
		load_op(g, &op_texts[i]);
	for (u32 i = 0; i < g->op_rows.size; i++)
		strmap_set(&g->ops, g->op_rows.data[i].name, i);
}

const struct rule_op *rulegen_find_op(struct rulegen *g, struct str name) {
	u64 i;
	return strmap_find(&g->ops, name, &i) ? &g->op_rows.data[i] : NULL;
}

const struct rule_attr_info *rulegen_find_attr(const struct rule_op *op, struct str name) {
	for (u32 i = 0; i < op->num_attrs; i++)
		if (str_eq(op->attrs[i].name, name))
			return &op->attrs[i];
	return NULL;
}

// ---- enums and names --------------------------------------------------------------------------

struct enum_case {
	const char *name, *keyword;
	i64 value;
};
static const struct enum_case enum_cases[] = {
#define ENUM(id, storage, dialect, name, separator)
#define CASE(enum, keyword, value) {#enum, #keyword, value},
#include "ir/enum.def"
};

bool rulegen_is_enum(struct str constraint) {
	for (size_t i = 0; i < ARRAY_SIZE(enum_cases); i++)
		if (str_eq_z(constraint, enum_cases[i].name))
			return true;
	return false;
}

bool rulegen_enum_value(struct str constraint, struct str keyword, i64 *value) {
	for (size_t i = 0; i < ARRAY_SIZE(enum_cases); i++)
		if (str_eq_z(constraint, enum_cases[i].name) && str_eq_z(keyword, enum_cases[i].keyword)) {
			*value = enum_cases[i].value;
			return true;
		}
	return false;
}

bool rulegen_is_name(struct str name) {
	static const char *const names[] = {
#define NAME(id) #id,
#include "ir/name.def"
#undef NAME
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq_z(name, names[i]))
			return true;
	return false;
}

// ---- selection --------------------------------------------------------------------------------

enum bank { BANK_GPR, BANK_VEC, BANK_MASK };
static const struct rule_type types[] = {
#define SELECT_TYPE(id, bank) {#id, BANK_##bank},
#include "mach/select_type.def"
#undef SELECT_TYPE
};
_Static_assert(ARRAY_SIZE(types) <= 32, "types are bits of a word");

bool rulegen_find_type(struct str name, u32 *index) {
	for (*index = 0; *index < ARRAY_SIZE(types); ++*index)
		if (str_eq_z(name, types[*index].name))
			return true;
	return false;
}

const struct rule_type *rulegen_type(u32 index) { return &types[index]; }

static u32 x86_sizes(u32 inst) { return x86_encodings[inst].sizes; }

static const struct rule_target targets[] = {
	{"x86_64", "X86_", x86_insts, X86_OP_COUNT, x86_sizes, {X86_GPR, X86_VEC, X86_MASK}},
};

const struct rule_target *rulegen_find_target(struct str name) {
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (str_eq_z(name, targets[i].name))
			return &targets[i];
	return NULL;
}
