// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes: numbers, strings, symbols, types, lists and dictionaries here; constants, maps and
// locations in parse_dense.c, parse_affine.c, parse_loc.c. Dialect attributes are kept as balanced
// text; when that text is a list of `key = attribute`, also as entries.
#include "ir/constraint.h"
#include "ir/parse.h"

struct attr_list {
	ir_attr *data;
	u32 size, cap;
};
struct entry_list {
	struct ir_named_attr *data;
	u32 size, cap;
};

// ---- numbers ----------------------------------------------------------------------------------

// The value of `v` (negated when `negative`) as an integer of type t; false when it has none.
static bool fit_integer(ir_type t, u64 v, bool negative, i64 *out) {
	u32 width = t->kind == IR_TYPE_INDEX ? 64 : t->width;
	u64 high = width <= 64 ? 1ull << (width - 1) : 1ull << 63;  // the sign's bit
	bool is_signed = t->kind == IR_TYPE_INTEGER && t->signedness == IR_SIGNED;
	bool is_unsigned = t->kind == IR_TYPE_INTEGER && t->signedness == IR_UNSIGNED;
	u64 most = negative                  ? (is_unsigned ? 0 : high)
	           : is_signed || width > 64 ? high - 1
	                                     : high - 1 + high;
	if (v > most)
		return false;
	*out = negative ? (i64)(0 - v) : (i64)v;
	return true;
}

static bool float_value(struct ir_parser *p, struct ir_token t, bool negative, ir_type type,
                        double *out) {
	struct str text = ir_token_text(&p->lexer, t);
	u64 v;
	if (t.kind == IR_TOKEN_FLOAT) {
		if (!str_parse_f64(text, out) || *out - *out != 0)
			return ir_parser_error(p, t.at, "floating-point number is too large");
		*out = negative ? -*out : *out;
		return true;
	}
	if (text.size < 3 || text.data[1] != 'x' || negative)
		return ir_parser_error(p, t.at,
		                       "a float is written with a '.', or as its bits in hexadecimal");
	if (!ir_parser_token_u64(p, t, &v) || (ir_type_bits(type) < 64 && v >> ir_type_bits(type)))
		return ir_parser_error(p, t.at, "more bits than the float type has");
	*out = ir_element_load_float(type, &v);
	return true;
}

bool ir_parser_number_value(struct ir_parser *p, struct ir_token t, bool negative, ir_type type,
                            union ir_scalar *out) {
	u64 v;
	if (ir_type_is_float(type))
		return float_value(p, t, negative, type, &out->f);
	if (!ir_type_is_int_or_index(type))
		return ir_parser_error(p, t.at, "this type has no number constants");
	if (t.kind == IR_TOKEN_FLOAT)
		return ir_parser_error(p, t.at, "a number with a '.' needs a float type");
	return (ir_parser_token_u64(p, t, &v) && fit_integer(type, v, negative, &out->i)) ||
	       ir_parser_error(p, t.at, "integer constant out of range for its type");
}

static bool parse_number(struct ir_parser *p, ir_type type, ir_attr *out) {
	bool negative = ir_parser_optional(p, "-");
	struct ir_token t = p->tok;
	if (t.kind != IR_TOKEN_INTEGER && t.kind != IR_TOKEN_FLOAT)
		return ir_parser_expected(p, "a number");
	ir_parser_advance(p);
	if (!type && ir_parser_optional(p, ":") && !ir_parser_type(p, &type))
		return false;
	if (!type)
		type = t.kind == IR_TOKEN_FLOAT ? ir_type_float(p->c, IR_TYPE_F64) : ir_type_int(p->c, 64);
	union ir_scalar v;
	if (!ir_parser_number_value(p, t, negative, type, &v))
		return false;
	*out =
		ir_type_is_float(type) ? ir_attr_float(p->c, type, v.f) : ir_attr_integer(p->c, type, v.i);
	return true;
}

// ---- lists and dictionaries -------------------------------------------------------------------

static bool attr_item(struct ir_parser *p, void *user) {
	struct attr_list *list = user;
	ir_attr a;
	if (!ir_parser_attr(p, NULL, &a))
		return false;
	vec_push(&p->scratch, *list, a);
	return true;
}

static bool parse_array(struct ir_parser *p, ir_attr *out) {
	struct attr_list list = {0};
	if (!ir_parser_list(p, IR_DELIM_SQUARE, attr_item, &list))
		return false;
	*out = ir_attr_array(p->c, list.size, list.data);
	return true;
}

// `name = value`, or `name` for a unit attribute.
static bool parse_entry(struct ir_parser *p, struct ir_named_attr *out) {
	struct str name;
	if (ir_parser_is(p, IR_TOKEN_STRING)) {
		if (!ir_parser_string(p, &name))
			return false;
	} else if (!ir_parser_optional_keyword(p, &name)) {
		return ir_parser_expected(p, "an attribute name");
	}
	if (name.size == 0)
		return ir_parser_error(p, p->tok.at, "an attribute needs a name");
	out->name = ir_name_get(p->c, name);
	out->value = ir_attr_unit(p->c);
	return !ir_parser_optional(p, "=") || ir_parser_attr(p, NULL, &out->value);
}

// Entries up to the first thing that is no comma. A name that stands twice is an error.
static bool parse_entries(struct ir_parser *p, struct entry_list *list) {
	struct map seen;
	map_init(&seen, &p->scratch);
	do {
		u32 at = p->tok.at;
		struct ir_named_attr e;
		if (!parse_entry(p, &e))
			return false;
		if (map_find(&seen, e.name, NULL))
			return ir_parser_error(p, at, "attribute '%.*s' stands twice",
			                       STR_ARG(ir_name_str(p->c, e.name)));
		map_set(&seen, e.name, 1);
		vec_push(&p->scratch, *list, e);
	} while (ir_parser_optional(p, ","));
	return true;
}

bool ir_parser_dict_entries(struct ir_parser *p, const char *close, struct ir_named_attr **entries,
                            u32 *n) {
	struct entry_list list = {0};
	if (!ir_parser_peek(p, close) && !parse_entries(p, &list))
		return false;
	*entries = list.data;
	*n = list.size;
	return ir_parser_literal(p, close);
}

static bool parse_dict(struct ir_parser *p, ir_attr *out) {
	struct ir_named_attr *entries;
	u32 n;
	if (!ir_parser_literal(p, "{") || !ir_parser_dict_entries(p, "}", &entries, &n))
		return false;
	*out = ir_attr_dict(p->c, n, entries);
	return true;
}

bool ir_parser_dict(struct ir_parser *p, ir_attr *out) {
	*out = NULL;
	if (!ir_parser_peek(p, "{"))
		return true;
	if (!ir_parser_enter(p))
		return false;
	bool ok = parse_dict(p, out);
	ir_parser_leave(p);
	if (ok && (*out)->count == 0)
		*out = NULL;
	return ok;
}

static bool parse_symbol(struct ir_parser *p, ir_attr *out) {
	enum { PATH_MAX_PARTS = 64 };
	ir_name path[PATH_MAX_PARTS];
	u32 n = 0;
	do {
		if (n == PATH_MAX_PARTS)
			return ir_parser_error(p, p->tok.at, "a symbol has at most %d parts", PATH_MAX_PARTS);
		if (!ir_parser_symbol(p, &path[n++]))
			return false;
	} while (ir_parser_optional(p, "::"));
	*out = ir_attr_symbol(p->c, n, path);
	return true;
}

// ---- dialect attributes -----------------------------------------------------------------------

static char closing(char open) {
	return open == '<' ? '>' : open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : '\0';
}

// Adds what the alias at `at` stands for and gives the offset past its name; 0 when there is none.
static u32 expand_alias(struct ir_parser *p, u32 at, struct strbuf *out, bool *ok) {
	u32 back = p->tok.at;
	*ok = true;
	ir_parser_rewind(p, at);
	struct str name = ir_parser_spelling(p);
	u32 end = at + (u32)name.size;
	bool type = ir_parser_is(p, IR_TOKEN_BANG);
	bool known = (type || ir_parser_is(p, IR_TOKEN_HASH)) && strmap_find(&p->aliases, name, NULL) &&
	             !(end < p->lexer.text.size && p->lexer.text.data[end] == '<');
	struct ir_alias *a = NULL;
	if (known) {
		size_t before = out->size;
		*ok = ir_parser_alias_use(p, type, &a);
		if (*ok && type)
			ir_print_type(p->c, a->type, out);
		else if (*ok)
			ir_print_attr(p->c, a->attr, out);
		*ok = *ok && ir_parser_expand(p, at, out->size - before);
	}
	ir_parser_rewind(p, back);
	return known ? end : 0;
}

struct body {
	struct strbuf text;
	char stack[IR_NESTING_MAX];  // closing brackets that are due
	u32 depth;
};

// Copies a string literal, or white space with a line end as one blank. Gives the offset past it.
static u32 copy_run(struct ir_parser *p, u32 at, struct body *b) {
	const char *d = p->lexer.text.data;
	u32 size = (u32)p->lexer.text.size, end = at + 1;
	if (d[at] == '"') {
		while (end < size && d[end] != '"')
			end += d[end] == '\\' ? 2 : 1;
		end = BASE_MIN(end + 1, size);
		strbuf_add(&b->text, str_make(d + at, end - at));
		return end;
	}
	bool line = d[at] == '\n';
	for (; end < size && (d[end] == ' ' || d[end] == '\t' || d[end] == '\n' || d[end] == '\r');
	     end++)
		line |= d[end] == '\n';
	strbuf_add(&b->text, line ? STR(" ") : str_make(d + at, end - at));
	return end;
}

// Copies what stands at `at` and gives the offset past it, 0 after an error.
static u32 copy_body_char(struct ir_parser *p, u32 at, struct body *b) {
	char c = p->lexer.text.data[at];
	if (c == '"' || c == ' ' || c == '\t' || c == '\n' || c == '\r')
		return copy_run(p, at, b);
	if (c == '#' || c == '!') {
		bool ok;
		u32 end = expand_alias(p, at, &b->text, &ok);
		if (end || !ok)
			return ok ? end : 0;
	}
	bool arrow = c == '>' && at && p->lexer.text.data[at - 1] == '-';
	bool closes = (c == '>' && !arrow) || c == ')' || c == ']' || c == '}';
	if (closing(c)) {
		if (b->depth == IR_NESTING_MAX) {
			p->failed = true;
			diag_emit(p->d, DIAG_parse_too_deep, ir_lexer_loc(&p->lexer, at), IR_NESTING_MAX);
			return 0;
		}
		b->stack[b->depth++] = closing(c);
	} else if (closes && b->stack[--b->depth] != c) {
		ir_parser_error(p, at, "expected '%c'", b->stack[b->depth]);
		return 0;
	}
	strbuf_add_char(&b->text, c);
	return at + 1;
}

bool ir_parser_body(struct ir_parser *p, struct str *out) {
	ASSERT(ir_parser_peek(p, "<"));
	u32 start = p->tok.at, at = start + 1;
	struct body *b = ARENA_NEW(&p->scratch, struct body);
	strbuf_init(&b->text, &p->scratch);
	b->stack[b->depth++] = '>';
	while (b->depth) {
		if (at >= p->lexer.text.size)
			return ir_parser_error(p, start, "'<' has no matching '>'");
		at = copy_body_char(p, at, b);
		if (!at)
			return false;
	}
	ir_parser_rewind(p, at);
	struct str text = strbuf_str(&b->text);
	*out = str_trim(str_take(text, text.size - 1));
	return true;
}

// The entries of a body that is a list of `key = attribute`; none when it is anything else.
static void body_entries(struct ir_parser *p, struct str body, struct ir_named_attr **entries,
                         u32 *n) {
	*n = 0;
	size_t word = 0;
	while (word < body.size && (ir_char_is_letter(body.data[word]) || body.data[word] == '_' ||
	                            ir_char_is_digit(body.data[word])))
		word++;
	struct str rest = str_trim(str_drop(body, word));
	if (word == 0 || rest.size < 2 || rest.data[0] != '=' || rest.data[1] == '=')
		return;
	struct ir_lexer lexer = p->lexer;
	struct ir_token tok = p->tok;
	struct diag_engine *d = p->d, quiet;
	bool failed = p->failed;
	u32 depth = p->depth;
	diag_init(&quiet);
	p->d = &quiet;
	p->lexer = (struct ir_lexer){
		.text = body, .diags = &quiet, .first_line = 1, .lines = &(u32){0}, .num_lines = 1};
	ir_parser_advance(p);
	struct entry_list list = {0};
	if (parse_entries(p, &list) && ir_parser_is(p, IR_TOKEN_EOF)) {
		*entries = list.data;
		*n = list.size;
	}
	p->lexer = lexer;
	p->tok = tok;
	p->d = d;
	p->failed = failed;
	p->depth = depth;
	diag_deinit(&quiet);
}

// The attribute of an enum keeps its keywords in one spelling.
static bool make_enum(struct ir_parser *p, u32 at, u16 constraint, struct str body, ir_attr *out) {
	i64 value;
	if (!ir_enum_parse(constraint, body, &value))
		return ir_parser_error(p, at, "'%.*s' is no %s", STR_ARG(body),
		                       ir_enum_get(constraint).name);
	*out = ir_enum_attr(p->c, constraint, value);
	return true;
}

static bool make_dialect_attr(struct ir_parser *p, u32 at, struct str dialect, struct str name,
                              struct str body, ir_attr *out) {
	u16 constraint;
	struct str rest;
	if (name.size && ir_enum_find(dialect, name, &constraint))
		return make_enum(p, at, constraint, body, out);
	struct str word = str_split(body, ' ', &rest);
	if (!name.size && ir_enum_find(dialect, word, &constraint))
		return make_enum(p, at, constraint, rest, out);
	struct ir_named_attr *entries = NULL;
	u32 n;
	body_entries(p, body, &entries, &n);
	*out = ir_attr_dialect(p->c, ir_name_get(p->c, dialect), ir_name_get(p->c, name), body, n,
	                       entries);
	return true;
}

// #dialect.name, #dialect.name<body>, #dialect<body>, #alias
static bool parse_hash(struct ir_parser *p, ir_attr *out) {
	struct str word = str_drop(ir_parser_spelling(p), 1), name;
	u32 at = p->tok.at, end = p->tok.at + p->tok.size;
	bool adjacent = end < p->lexer.text.size && p->lexer.text.data[end] == '<';
	if (str_find_char(word, '.') < 0 && !adjacent) {
		struct ir_alias *a;
		if (!ir_parser_alias_use(p, false, &a))
			return false;
		*out = a->attr;
		return true;
	}
	struct str dialect = str_split(word, '.', &name), body = {0};
	if (dialect.size == 0 || dialect.size + 1 == word.size)
		return ir_parser_error(p, p->tok.at, "expected #dialect.name");
	ir_parser_advance(p);
	if (adjacent && !ir_parser_body(p, &body))
		return false;
	return make_dialect_attr(p, at, dialect, name, body, out);
}

// ---- dispatch ---------------------------------------------------------------------------------

static bool parse_type_attr(struct ir_parser *p, ir_attr *out, bool *present) {
	ir_type t;
	if (!ir_parser_optional_type(p, &t, present))
		return false;
	if (*present)
		*out = ir_attr_type(p->c, t);
	return true;
}

// Attributes that open with a word; *present is false when this word opens none.
static bool parse_word(struct ir_parser *p, ir_type implied, ir_attr *out, bool *present) {
	struct str word = ir_parser_spelling(p);
	u32 at = p->tok.at;
	*present = true;
	bool is_true = str_eq_z(word, "true");
	if (is_true || str_eq_z(word, "false") || str_eq_z(word, "unit")) {
		ir_parser_advance(p);
		*out = word.data[0] == 'u' ? ir_attr_unit(p->c) : ir_attr_bool(p->c, is_true);
		return !implied || word.data[0] == 'u' || ir_type_is_int(implied, 1) ||
		       ir_parser_error(p, at, "true and false are of type i1");
	}
	static const struct {
		const char *name;
		bool (*parse)(struct ir_parser *p, ir_attr *out);
	} plain[] = {{"affine_map", ir_parser_affine_map},
	             {"array", ir_parser_dense_array},
	             {"loc", ir_parser_loc},
	             {"strided", ir_parser_strided}};
	for (u32 i = 0; i < ARRAY_SIZE(plain); i++) {
		if (str_eq_z(word, plain[i].name)) {
			ir_parser_advance(p);
			return plain[i].parse(p, out);
		}
	}
	bool resource = str_eq_z(word, "dense_resource");
	if (resource || str_eq_z(word, "dense")) {
		ir_parser_advance(p);
		return resource ? ir_parser_dense_resource(p, implied, out)
		                : ir_parser_dense(p, implied, out);
	}
	if (str_eq_z(word, "affine_set") || str_eq_z(word, "sparse") || str_eq_z(word, "distinct"))
		return ir_parser_error(p, at, "'%.*s' attributes are not supported", STR_ARG(word));
	return parse_type_attr(p, out, present);
}

static bool parse_attr(struct ir_parser *p, ir_type implied, ir_attr *out, bool *present) {
	*present = true;
	switch (p->tok.kind) {
	case IR_TOKEN_AT: return parse_symbol(p, out);
	case IR_TOKEN_HASH: return parse_hash(p, out);
	case IR_TOKEN_INTEGER:
	case IR_TOKEN_FLOAT: return parse_number(p, implied, out);
	case IR_TOKEN_STRING: {
		struct str s;
		if (!ir_parser_string(p, &s))
			return false;
		*out = ir_attr_string(p->c, s);
		return true;
	}
	case IR_TOKEN_BARE: return parse_word(p, implied, out, present);
	default: break;
	}
	if (ir_parser_peek(p, "["))
		return parse_array(p, out);
	if (ir_parser_peek(p, "{"))
		return parse_dict(p, out);
	if (ir_parser_peek(p, "-"))
		return parse_number(p, implied, out);
	return parse_type_attr(p, out, present);
}

bool ir_parser_optional_attr(struct ir_parser *p, ir_type implied, ir_attr *out, bool *present) {
	if (!ir_parser_enter(p))
		return false;
	bool ok = parse_attr(p, implied, out, present);
	ir_parser_leave(p);
	return ok;
}

bool ir_parser_attr(struct ir_parser *p, ir_type implied, ir_attr *out) {
	bool present;
	return ir_parser_optional_attr(p, implied, out, &present) &&
	       (present || ir_parser_expected(p, "an attribute"));
}
