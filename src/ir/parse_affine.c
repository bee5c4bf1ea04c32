// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// affine_map<(d0)[s0] -> (d0 + s0, ...)> and strided<[...], offset: n>. Expressions are built on
// the fly; ir_expr_binary simplifies, so what is kept may be written differently than it was.
#include "ir/parse.h"

enum { AFFINE_NAMES_MAX = 256, AFFINE_RESULTS_MAX = 256, AFFINE_OPERATORS_MAX = 1000 };

struct affine {
	struct str names[AFFINE_NAMES_MAX];  // dimensions, then symbols
	u32 num_dims, num_syms;
	u32 operators;
};

static bool parse_sum(struct ir_parser *p, struct affine *f, ir_expr *out);

static bool is_symbolic(ir_expr e) {
	if (e->kind == IR_EXPR_DIM)
		return false;
	return (!e->lhs || is_symbolic(e->lhs)) && (!e->rhs || is_symbolic(e->rhs));
}

static bool combine(struct ir_parser *p, struct affine *f, u32 at, enum ir_expr_kind kind,
                    ir_expr *lhs, ir_expr rhs) {
	if (++f->operators > AFFINE_OPERATORS_MAX)
		return ir_parser_error(p, at, "an affine map has at most %d operators",
		                       AFFINE_OPERATORS_MAX);
	if (kind == IR_EXPR_MUL && !is_symbolic(*lhs) && !is_symbolic(rhs))
		return ir_parser_error(p, at, "not affine: a factor must be a constant or made of symbols");
	if (kind == IR_EXPR_FLOORDIV || kind == IR_EXPR_CEILDIV || kind == IR_EXPR_MOD) {
		if (!is_symbolic(rhs))
			return ir_parser_error(p, at,
			                       "not affine: the divisor must be a constant or made of symbols");
		if (ir_expr_is_const(rhs) && rhs->value <= 0)
			return ir_parser_error(p, at, "the divisor must be positive");
	}
	*lhs = ir_expr_binary(p->c, kind, *lhs, rhs);
	return true;
}

static bool parse_name(struct ir_parser *p, struct affine *f, ir_expr *out) {
	struct str word = ir_parser_spelling(p);
	for (u32 i = 0; i < f->num_dims + f->num_syms; i++) {
		if (str_eq(f->names[i], word)) {
			*out = i < f->num_dims ? ir_expr_dim(p->c, i) : ir_expr_sym(p->c, i - f->num_dims);
			ir_parser_advance(p);
			return true;
		}
	}
	return ir_parser_error(p, p->tok.at, "'%.*s' is no dimension or symbol of this map",
	                       STR_ARG(word));
}

static bool parse_negated(struct ir_parser *p, struct affine *f, ir_expr *out);

static bool parse_operand(struct ir_parser *p, struct affine *f, ir_expr *out) {
	if (ir_parser_is(p, IR_TOKEN_BARE))
		return parse_name(p, f, out);
	if (ir_parser_is(p, IR_TOKEN_INTEGER)) {
		i64 v;
		if (!ir_parser_integer(p, &v))
			return false;
		*out = ir_expr_const(p->c, v);
		return true;
	}
	if (ir_parser_optional(p, "-"))
		return parse_negated(p, f, out);
	if (!ir_parser_optional(p, "("))
		return ir_parser_expected(p, "an affine expression");
	return parse_sum(p, f, out) && ir_parser_literal(p, ")");
}

static bool parse_negated(struct ir_parser *p, struct affine *f, ir_expr *out) {
	if (!ir_parser_enter(p))
		return false;
	ir_expr e;
	bool ok = parse_operand(p, f, &e);
	ir_parser_leave(p);
	if (ok)
		*out = ir_expr_binary(p->c, IR_EXPR_MUL, e, ir_expr_const(p->c, -1));
	return ok;
}

static bool parse_product(struct ir_parser *p, struct affine *f, ir_expr *out) {
	static const struct {
		const char *name;
		enum ir_expr_kind kind;
	} operators[] = {{"*", IR_EXPR_MUL},
	                 {"floordiv", IR_EXPR_FLOORDIV},
	                 {"ceildiv", IR_EXPR_CEILDIV},
	                 {"mod", IR_EXPR_MOD}};
	if (!parse_operand(p, f, out))
		return false;
	for (;;) {
		u32 k = 0, at = p->tok.at;
		while (k < ARRAY_SIZE(operators) && !ir_parser_peek(p, operators[k].name))
			k++;
		if (k == ARRAY_SIZE(operators))
			return true;
		ir_parser_advance(p);
		ir_expr rhs;
		if (!parse_operand(p, f, &rhs) || !combine(p, f, at, operators[k].kind, out, rhs))
			return false;
	}
}

static bool parse_sum(struct ir_parser *p, struct affine *f, ir_expr *out) {
	if (!ir_parser_enter(p))
		return false;
	bool ok = parse_product(p, f, out);
	while (ok && (ir_parser_peek(p, "+") || ir_parser_peek(p, "-"))) {
		u32 at = p->tok.at;
		bool minus = ir_parser_peek(p, "-");
		ir_parser_advance(p);
		ir_expr rhs;
		ok = parse_product(p, f, &rhs);
		if (ok && minus)
			rhs = ir_expr_binary(p->c, IR_EXPR_MUL, rhs, ir_expr_const(p->c, -1));
		ok = ok && combine(p, f, at, IR_EXPR_ADD, out, rhs);
	}
	ir_parser_leave(p);
	return ok;
}

static bool parse_names(struct ir_parser *p, struct affine *f, const char *close, u32 *count) {
	if (ir_parser_optional(p, close))
		return true;
	do {
		u32 n = f->num_dims + f->num_syms;
		if (n == AFFINE_NAMES_MAX)
			return ir_parser_error(p, p->tok.at, "an affine map has at most %d names",
			                       AFFINE_NAMES_MAX);
		u32 at = p->tok.at;
		if (!ir_parser_keyword(p, &f->names[n]))
			return false;
		for (u32 i = 0; i < n; i++)
			if (str_eq(f->names[i], f->names[n]))
				return ir_parser_error(p, at, "'%.*s' stands twice", STR_ARG(f->names[n]));
		++*count;
	} while (ir_parser_optional(p, ","));
	return ir_parser_literal(p, close);
}

bool ir_parser_affine_map(struct ir_parser *p, ir_attr *out) {
	struct affine *f = ARENA_NEW(&p->scratch, struct affine);
	if (!ir_parser_literal(p, "<") || !ir_parser_literal(p, "(") ||
	    !parse_names(p, f, ")", &f->num_dims) ||
	    (ir_parser_optional(p, "[") && !parse_names(p, f, "]", &f->num_syms)) ||
	    !ir_parser_literal(p, "->") || !ir_parser_literal(p, "("))
		return false;
	ir_expr *results = ARENA_ARRAY(&p->scratch, ir_expr, AFFINE_RESULTS_MAX);
	u32 n = 0;
	if (!ir_parser_optional(p, ")")) {
		do {
			if (n == AFFINE_RESULTS_MAX)
				return ir_parser_error(p, p->tok.at, "an affine map has at most %d results",
				                       AFFINE_RESULTS_MAX);
			if (!parse_sum(p, f, &results[n++]))
				return false;
		} while (ir_parser_optional(p, ","));
		if (!ir_parser_literal(p, ")"))
			return false;
	}
	if (!ir_parser_literal(p, ">"))
		return false;
	*out = ir_attr_affine_map(p->c, f->num_dims, f->num_syms, n, results);
	return true;
}

static bool parse_stride(struct ir_parser *p, i64 *out) {
	*out = IR_DYNAMIC;
	return ir_parser_optional(p, "?") || ir_parser_integer(p, out);
}

static bool stride_item(struct ir_parser *p, void *user) {
	struct {
		i64 *data;
		u32 size, cap;
	} *list = user;
	i64 v;
	if (!parse_stride(p, &v))
		return false;
	vec_push(&p->scratch, *list, v);
	return true;
}

bool ir_parser_strided(struct ir_parser *p, ir_attr *out) {
	struct {
		i64 *data;
		u32 size, cap;
	} strides = {0};
	i64 offset = 0;
	if (!ir_parser_literal(p, "<") || !ir_parser_list(p, IR_DELIM_SQUARE, stride_item, &strides))
		return false;
	if (ir_parser_optional(p, ",") &&
	    !(ir_parser_literal(p, "offset") && ir_parser_literal(p, ":") && parse_stride(p, &offset)))
		return false;
	if (!ir_parser_literal(p, ">"))
		return false;
	*out = ir_attr_strided(p->c, strides.size, strides.data, offset);
	return true;
}
