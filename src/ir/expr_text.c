// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expressions as text: MLIR's affine syntax (d0, s0, *, floordiv, ceildiv, mod) with named symbols
// and min(...), max(...). Names that are no identifiers stand in single quotes.
#include "ir/expr.h"

#include "ir/context.h"

// ---- printing ---------------------------------------------------------------------------------

struct expr_printer {
	const struct ir_context *c;
	struct strbuf *out;
	bool compact;  // no blanks around + - *
};

static bool is_letter(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

static bool is_word_char(char ch) {
	return is_letter(ch) || (ch >= '0' && ch <= '9') || ch == '.' || ch == '$';
}

static bool is_keyword(struct str s) {
	return str_eq_z(s, "floordiv") || str_eq_z(s, "ceildiv") || str_eq_z(s, "mod") ||
	       str_eq_z(s, "min") || str_eq_z(s, "max");
}

static bool is_identifier(struct str s) {
	if (s.size == 0 || !is_letter(s.data[0]) || is_keyword(s))
		return false;
	for (size_t i = 1; i < s.size; i++)
		if (!is_word_char(s.data[i]))
			return false;
	return true;
}

static void print_name(struct expr_printer *p, ir_name name) {
	struct str s = ir_name_str(p->c, name);
	if (is_identifier(s)) {
		strbuf_add(p->out, s);
		return;
	}
	strbuf_add_char(p->out, '\'');
	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] == '\'')
			strbuf_add_char(p->out, '\'');  // doubled
		strbuf_add_char(p->out, s.data[i]);
	}
	strbuf_add_char(p->out, '\'');
}

static void print_mark(struct expr_printer *p, const char *mark) {
	strbuf_addf(p->out, p->compact ? "%s" : " %s ", mark);
}

static void print_expr(struct expr_printer *p, ir_expr e, bool as_factor);

static void print_operands(struct expr_printer *p, ir_expr e, enum ir_expr_kind kind) {
	if (e->kind != kind) {
		print_expr(p, e, false);
		return;
	}
	print_operands(p, e->lhs, kind);
	strbuf_add_z(p->out, p->compact ? "," : ", ");
	print_operands(p, e->rhs, kind);
}

// The negated term when e has a negative coefficient: `a - b` for a + b * -1.
static bool print_subtracted(struct expr_printer *p, ir_expr e) {
	i64 coef = e->kind == IR_EXPR_CONST                             ? e->value
	           : e->kind == IR_EXPR_MUL && ir_expr_is_const(e->rhs) ? e->rhs->value
	                                                                : 0;
	if (coef >= 0 || coef == INT64_MIN)
		return false;
	print_mark(p, "-");
	if (e->kind == IR_EXPR_CONST) {
		strbuf_add_i64(p->out, -coef);
		return true;
	}
	print_expr(p, e->lhs, true);
	if (coef != -1) {
		print_mark(p, "*");
		strbuf_add_i64(p->out, -coef);
	}
	return true;
}

static void print_sum(struct expr_printer *p, ir_expr e) {
	print_expr(p, e->lhs, false);
	if (print_subtracted(p, e->rhs))
		return;
	print_mark(p, "+");
	print_expr(p, e->rhs, e->rhs->kind == IR_EXPR_ADD);
}

static bool is_negation(ir_expr e) {
	return e->kind == IR_EXPR_MUL && ir_expr_is_const(e->rhs) && e->rhs->value == -1 &&
	       e->lhs->kind <= IR_EXPR_NAMED;
}

static void print_product(struct expr_printer *p, ir_expr e) {
	if (is_negation(e)) {
		strbuf_add_char(p->out, '-');
		print_expr(p, e->lhs, false);
		return;
	}
	// A product's left side binds alike; its right side is printed in parentheses if composite.
	print_expr(p, e->lhs, e->lhs->kind == IR_EXPR_ADD || is_negation(e->lhs));
	switch (e->kind) {
	case IR_EXPR_MUL: print_mark(p, "*"); break;
	case IR_EXPR_FLOORDIV: strbuf_add_z(p->out, " floordiv "); break;
	case IR_EXPR_CEILDIV: strbuf_add_z(p->out, " ceildiv "); break;
	default: strbuf_add_z(p->out, " mod "); break;
	}
	bool composite = e->rhs->kind >= IR_EXPR_ADD && e->rhs->kind <= IR_EXPR_MOD;
	print_expr(p, e->rhs, composite);
}

static void print_expr(struct expr_printer *p, ir_expr e, bool parenthesised) {
	switch (e->kind) {
	case IR_EXPR_CONST: strbuf_add_i64(p->out, e->value); return;
	case IR_EXPR_DIM: strbuf_addf(p->out, "d%lld", (long long)e->value); return;
	case IR_EXPR_SYM: strbuf_addf(p->out, "s%lld", (long long)e->value); return;
	case IR_EXPR_NAMED: print_name(p, (ir_name)e->value); return;
	case IR_EXPR_MIN:
	case IR_EXPR_MAX:
		strbuf_add_z(p->out, e->kind == IR_EXPR_MIN ? "min(" : "max(");
		print_operands(p, e, e->kind);
		strbuf_add_char(p->out, ')');
		return;
	default: break;
	}
	if (parenthesised)
		strbuf_add_char(p->out, '(');
	if (e->kind == IR_EXPR_ADD)
		print_sum(p, e);
	else
		print_product(p, e);
	if (parenthesised)
		strbuf_add_char(p->out, ')');
}

void ir_expr_print(const struct ir_context *c, ir_expr e, struct strbuf *out) {
	print_expr(&(struct expr_printer){c, out, false}, e, false);
}

void ir_expr_print_compact(const struct ir_context *c, ir_expr e, struct strbuf *out) {
	print_expr(&(struct expr_printer){c, out, true}, e, false);
}

// ---- parsing ----------------------------------------------------------------------------------

enum { EXPR_NESTING_MAX = 128 };
struct expr_parser {
	struct ir_context *c;
	struct str rest;
	u32 depth;
};

static void parse_blanks(struct expr_parser *p) {
	while (p->rest.size && (p->rest.data[0] == ' ' || p->rest.data[0] == '\t'))
		p->rest = str_drop(p->rest, 1);
}

static bool parse_mark(struct expr_parser *p, char mark) {
	parse_blanks(p);
	if (!p->rest.size || p->rest.data[0] != mark)
		return false;
	p->rest = str_drop(p->rest, 1);
	return true;
}

static struct str parse_word(struct expr_parser *p) {
	parse_blanks(p);
	size_t n = 0;
	while (n < p->rest.size && is_word_char(p->rest.data[n]))
		n++;
	struct str word = str_take(p->rest, n);
	p->rest = str_drop(p->rest, n);
	return word;
}

static ir_expr parse_sum(struct expr_parser *p);

// 'any text', a quote inside doubled.
static ir_expr parse_quoted(struct expr_parser *p) {
	char text[256];
	size_t n = 0;
	for (;;) {
		if (!p->rest.size || n == sizeof text)
			return NULL;
		char ch = p->rest.data[0];
		p->rest = str_drop(p->rest, 1);
		if (ch == '\'') {
			if (!p->rest.size || p->rest.data[0] != '\'')
				break;
			p->rest = str_drop(p->rest, 1);
		}
		text[n++] = ch;
	}
	return n ? ir_expr_named(p->c, ir_name_get(p->c, str_make(text, n))) : NULL;
}

static ir_expr parse_minmax(struct expr_parser *p, enum ir_expr_kind kind) {
	if (!parse_mark(p, '('))
		return NULL;
	ir_expr e = parse_sum(p);
	while (e && parse_mark(p, ',')) {
		ir_expr next = parse_sum(p);
		e = next ? ir_expr_binary(p->c, kind, e, next) : NULL;
	}
	return e && parse_mark(p, ')') ? e : NULL;
}

static ir_expr parse_factor(struct expr_parser *p) {
	if (parse_mark(p, '-')) {
		ir_expr e = parse_factor(p);
		return e ? ir_expr_binary(p->c, IR_EXPR_MUL, e, ir_expr_const(p->c, -1)) : NULL;
	}
	if (parse_mark(p, '(')) {
		ir_expr e = parse_sum(p);
		return e && parse_mark(p, ')') ? e : NULL;
	}
	if (parse_mark(p, '\''))
		return parse_quoted(p);
	struct str word = parse_word(p);
	i64 value;
	if (str_eq_z(word, "min") || str_eq_z(word, "max"))
		return parse_minmax(p, str_eq_z(word, "min") ? IR_EXPR_MIN : IR_EXPR_MAX);
	if (is_identifier(word))
		return ir_expr_named(p->c, ir_name_get(p->c, word));
	return word.size && str_parse_i64(word, &value) ? ir_expr_const(p->c, value) : NULL;
}

static ir_expr parse_product(struct expr_parser *p) {
	ir_expr e = parse_factor(p);
	while (e) {
		struct str before = p->rest;
		enum ir_expr_kind kind;
		if (parse_mark(p, '*')) {
			kind = IR_EXPR_MUL;
		} else {
			struct str word = parse_word(p);
			if (str_eq_z(word, "floordiv")) {
				kind = IR_EXPR_FLOORDIV;
			} else if (str_eq_z(word, "ceildiv")) {
				kind = IR_EXPR_CEILDIV;
			} else if (str_eq_z(word, "mod")) {
				kind = IR_EXPR_MOD;
			} else {
				p->rest = before;
				break;
			}
		}
		ir_expr rhs = parse_factor(p);
		e = rhs ? ir_expr_binary(p->c, kind, e, rhs) : NULL;
	}
	return e;
}

static ir_expr parse_sum(struct expr_parser *p) {
	if (p->depth == EXPR_NESTING_MAX)
		return NULL;
	p->depth++;
	ir_expr e = parse_product(p);
	while (e) {
		bool minus = parse_mark(p, '-');
		if (!minus && !parse_mark(p, '+'))
			break;
		ir_expr rhs = parse_product(p);
		if (rhs && minus)
			rhs = ir_expr_binary(p->c, IR_EXPR_MUL, rhs, ir_expr_const(p->c, -1));
		e = rhs ? ir_expr_binary(p->c, IR_EXPR_ADD, e, rhs) : NULL;
	}
	p->depth--;
	return e;
}

ir_expr ir_expr_parse(struct ir_context *c, struct str text) {
	struct expr_parser p = {.c = c, .rest = text};
	ir_expr e = parse_sum(&p);
	parse_blanks(&p);
	return p.rest.size ? NULL : e;
}

bool ir_expr_parse_next(struct ir_context *c, struct str *rest, ir_expr *out) {
	struct expr_parser p = {.c = c, .rest = *rest};
	*out = NULL;
	if (!parse_mark(&p, '?') && !(*out = parse_sum(&p)))
		return false;
	parse_blanks(&p);
	bool more = parse_mark(&p, ',');
	*rest = p.rest;
	return more ? p.rest.size > 0 : p.rest.size == 0;
}
