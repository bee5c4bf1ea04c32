// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical floordiv, ceildiv and mod (laws: expr.c).
//
// By a constant d > 0, with x = d * whole + rest, whole taking every term whose coefficient d
// divides and the constant's multiple:
//   x floordiv d = whole + rest floordiv d;  x mod d has coefficients and constant in 0..d-1
//   a factor common to d and all coefficients of rest is cancelled, the constant rounded down
//   (y floordiv a + k) floordiv d = (y + a * k) floordiv (a * d);  (y mod (d * n)) mod d = y mod d
//   x ceildiv d = (x + d - 1) floordiv d;  a negative d is made positive
// By a symbol or product (nonzero by law 1): multiples are taken out, common factors cancelled.
#include "ir/expr.h"

bool ir_expr_const_divisor(ir_expr e, i64 *d) {
	if ((e->kind != IR_EXPR_FLOORDIV && e->kind != IR_EXPR_MOD) || !ir_expr_is_const(e->rhs))
		return false;
	*d = e->rhs->value;
	return *d > 0;
}

static ir_expr expr_scale(struct ir_context *c, ir_expr e, i64 factor) {
	return ir_expr_binary(c, IR_EXPR_MUL, e, ir_expr_const(c, factor));
}

// The range of values that follows from the form alone (remainders by constants); false when open.
bool ir_expr_form_range(ir_expr e, i64 *min, i64 *max) {
	i64 d, a, b, c, e_max;
	switch (e->kind) {
	case IR_EXPR_CONST: *min = *max = e->value; return true;
	case IR_EXPR_MOD:
		if (!ir_expr_const_divisor(e, &d))
			return false;
		*min = 0;
		*max = d - 1;
		return true;
	case IR_EXPR_ADD:
		return ir_expr_form_range(e->lhs, &a, &b) && ir_expr_form_range(e->rhs, &c, &e_max) &&
		       !__builtin_add_overflow(a, c, min) && !__builtin_add_overflow(b, e_max, max);
	case IR_EXPR_MUL:
		if (!ir_expr_is_const(e->rhs) || !ir_expr_form_range(e->lhs, &a, &b) ||
		    __builtin_mul_overflow(a, e->rhs->value, &a) ||
		    __builtin_mul_overflow(b, e->rhs->value, &b))
			return false;
		*min = BASE_MIN(a, b);
		*max = BASE_MAX(a, b);
		return true;
	case IR_EXPR_FLOORDIV:
		if (!ir_expr_const_divisor(e, &d) || !ir_expr_form_range(e->lhs, &a, &b))
			return false;
		*min = ir_floordiv(a, d);
		*max = ir_floordiv(b, d);
		return true;
	default: return false;
	}
}

// ---- by a constant ----------------------------------------------------------------------------

// p = d * whole + rest with the constant of `rest` in 0..d-1 and no coefficient of it divisible.
static void split_by_const(const struct ir_poly *p, i64 d, struct ir_poly *whole,
                           struct ir_poly *rest) {
	ir_poly_init(whole, p->context);
	ir_poly_init(rest, p->context);
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i];
		const ir_expr *atoms = ir_term_atoms(p, t);
		i64 q = t->count == 0 || t->coef % d == 0 ? ir_floordiv(t->coef, d) : 0;
		ir_poly_add_term(whole, q, t->count, atoms);
		ir_poly_add_term(rest, t->coef - q * d, t->count, atoms);
	}
}

// Divides the coefficients of p and *d by their greatest common divisor, which is returned; the
// constant of p is rounded down, *cut gets what it lost.
static i64 cancel_gcd(struct ir_poly *p, i64 *d, i64 *cut) {
	i64 g = *d;
	for (u32 i = 0; i < p->num_terms; i++)
		if (p->terms[i].count > 0)
			g = ir_gcd(p->terms[i].coef, g);
	*cut = 0;
	if (g == 1)
		return 1;
	struct ir_poly out;
	ir_poly_init(&out, p->context);
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i];
		i64 q = ir_floordiv(t->coef, g);
		*cut += t->coef - q * g;
		ir_poly_add_term(&out, q, t->count, ir_term_atoms(p, t));
	}
	ir_poly_copy(p, &out);
	*d /= g;
	return g;
}

// p = y floordiv a + k, for a constant a > 0.
static bool is_shifted_floordiv(const struct ir_poly *p, ir_expr *y, i64 *a, i64 *k) {
	if (p->num_terms == 0 || p->num_terms > 2 || p->terms[0].count != 1 || p->terms[0].coef != 1 ||
	    (p->num_terms == 2 && p->terms[1].count != 0))
		return false;
	ir_expr div = ir_term_atoms(p, &p->terms[0])[0];
	if (div->kind != IR_EXPR_FLOORDIV || !ir_expr_const_divisor(div, a))
		return false;
	*y = div->lhs;
	*k = p->num_terms == 2 ? p->terms[1].coef : 0;
	return true;
}

static ir_expr floordiv_const(struct ir_context *c, ir_expr lhs, i64 d) {
	struct ir_poly p, whole, rest;
	ir_poly_of(&p, c, lhs);
	if (p.failed)
		return ir_expr_node(c, IR_EXPR_FLOORDIV, 0, lhs, ir_expr_const(c, d));
	split_by_const(&p, d, &whole, &rest);
	i64 cut, min, max, a, k, shift, product;
	cancel_gcd(&rest, &d, &cut);
	bool joined = ir_poly_join(c, &rest);
	ir_expr r = ir_poly_expr(c, &rest), quotient, y;
	if (joined)
		quotient = floordiv_const(c, r, d);
	else if (ir_expr_form_range(r, &min, &max) && ir_floordiv(min, d) == ir_floordiv(max, d))
		quotient = ir_expr_const(c, ir_floordiv(min, d));
	else if (is_shifted_floordiv(&rest, &y, &a, &k) && !__builtin_mul_overflow(a, k, &shift) &&
	         !__builtin_mul_overflow(a, d, &product))
		quotient =
			floordiv_const(c, ir_expr_binary(c, IR_EXPR_ADD, y, ir_expr_const(c, shift)), product);
	else
		quotient = ir_expr_node(c, IR_EXPR_FLOORDIV, 0, r, ir_expr_const(c, d));
	return ir_expr_binary(c, IR_EXPR_ADD, ir_poly_expr(c, &whole), quotient);
}

// x mod (d * n) is x modulo d, so inner remainders by multiples of d fall away.
static ir_expr strip_mods(struct ir_context *c, ir_expr e, i64 d) {
	i64 inner;
	switch (e->kind) {
	case IR_EXPR_MOD:
		return ir_expr_const_divisor(e, &inner) && inner % d == 0 ? strip_mods(c, e->lhs, d) : e;
	case IR_EXPR_ADD:
	case IR_EXPR_MUL: {
		ir_expr lhs = strip_mods(c, e->lhs, d), rhs = strip_mods(c, e->rhs, d);
		return lhs == e->lhs && rhs == e->rhs ? e : ir_expr_binary(c, e->kind, lhs, rhs);
	}
	default: return e;
	}
}

static ir_expr mod_const(struct ir_context *c, ir_expr lhs, i64 d) {
	lhs = strip_mods(c, lhs, d);
	struct ir_poly p, rest;
	ir_poly_of(&p, c, lhs);
	if (p.failed)
		return ir_expr_node(c, IR_EXPR_MOD, 0, lhs, ir_expr_const(c, d));
	ir_poly_init(&rest, c);
	for (u32 i = 0; i < p.num_terms; i++) {
		const struct ir_term *t = &p.terms[i];
		i64 r = t->coef % d;
		ir_poly_add_term(&rest, r < 0 ? r + d : r, t->count, ir_term_atoms(&p, t));
	}
	i64 cut, min, max;
	i64 g = cancel_gcd(&rest, &d, &cut);
	bool again = ir_poly_join(c, &rest) || g > 1;
	ir_expr r = ir_poly_expr(c, &rest), remainder;
	if (again)
		remainder = mod_const(c, r, d);  // a smaller divisor strips more
	else if (ir_expr_form_range(r, &min, &max) && ir_floordiv(min, d) == ir_floordiv(max, d))
		remainder = ir_expr_binary(c, IR_EXPR_ADD, r, ir_expr_const(c, -d * ir_floordiv(min, d)));
	else
		remainder = ir_expr_node(c, IR_EXPR_MOD, 0, r, ir_expr_const(c, d));
	return ir_expr_binary(c, IR_EXPR_ADD, expr_scale(c, remainder, g), ir_expr_const(c, cut));
}

// Splits p = d * whole + rest for a divisor of several atoms; a divisor of several terms divides
// all of p or nothing.
static void split_by_poly(const struct ir_poly *p, const struct ir_poly *d, struct ir_poly *whole,
                          struct ir_poly *rest) {
	ir_poly_init(rest, p->context);
	if (ir_poly_divide(whole, p, d))
		return;
	ir_poly_init(whole, p->context);
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i];
		struct ir_poly one, q;
		ir_poly_init(&one, p->context);
		ir_poly_add_term(&one, t->coef, t->count, ir_term_atoms(p, t));
		bool divides = d->num_terms == 1 && ir_poly_divide(&q, &one, d);
		ir_poly_add(divides ? whole : rest, divides ? &q : &one, 1);
	}
}

// The greatest one-term polynomial that divides all terms of p and d.
static void common_factor(const struct ir_poly *p, const struct ir_poly *d, struct ir_poly *out) {
	const struct ir_term *t = &d->terms[0];
	const struct ir_poly *both[2] = {p, d};
	i64 g = 0;
	for (u32 s = 0; s < 2; s++)
		for (u32 i = 0; i < both[s]->num_terms; i++)
			g = both[s]->terms[i].coef == INT64_MIN ? 1 : ir_gcd(both[s]->terms[i].coef, g);
	ir_expr atoms[IR_POLY_ATOMS];
	u32 n = 0;
	for (u32 k = 0; k < t->count; k++) {
		atoms[n] = ir_term_atoms(d, t)[k];
		bool everywhere = true;
		for (u32 s = 0; s < 2 && everywhere; s++) {
			struct ir_poly one, q;
			ir_poly_init(&one, p->context);
			ir_poly_add_term(&one, 1, n + 1, atoms);
			everywhere = ir_poly_divide(&q, both[s], &one);
		}
		n += everywhere;
	}
	ir_poly_init(out, p->context);
	ir_poly_add_term(out, g, n, atoms);
}

// floordiv, ceildiv and mod by something that is no constant, taken to be nonzero.
static ir_expr divide_symbolic(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs,
                               ir_expr rhs) {
	struct ir_poly p, d, whole, rest, factor, small_rest, small_d;
	ir_poly_of(&p, c, lhs);
	ir_poly_of(&d, c, rhs);
	if (p.failed || d.failed)
		return ir_expr_node(c, kind, 0, lhs, rhs);
	split_by_poly(&p, &d, &whole, &rest);
	ir_expr quotient = ir_poly_expr(c, &whole);
	if (rest.num_terms == 0)
		return kind == IR_EXPR_MOD ? ir_expr_const(c, 0) : quotient;
	common_factor(&rest, &d, &factor);
	i64 one;
	bool cancels = !(ir_poly_is_const(&factor, &one) && one == 1) &&
	               ir_poly_divide(&small_rest, &rest, &factor) &&
	               ir_poly_divide(&small_d, &d, &factor);
	ir_expr inner =
		cancels ? ir_expr_binary(c, kind, ir_poly_expr(c, &small_rest), ir_poly_expr(c, &small_d))
				: ir_expr_node(c, kind, 0, ir_poly_expr(c, &rest), rhs);
	if (kind == IR_EXPR_MOD)
		return cancels ? ir_expr_binary(c, IR_EXPR_MUL, ir_poly_expr(c, &factor), inner) : inner;
	return ir_expr_binary(c, IR_EXPR_ADD, quotient, inner);
}

ir_expr ir_expr_divide(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs, ir_expr rhs) {
	if (!ir_expr_is_const(rhs))
		return divide_symbolic(c, kind, lhs, rhs);
	i64 d = rhs->value;
	if (d == 0 || d == INT64_MIN)
		return ir_expr_node(c, kind, 0, lhs, rhs);
	if (d < 0) {  // x / -d = -x / d;  x mod -d = -(-x mod d)
		ir_expr e = ir_expr_divide(c, kind, expr_scale(c, lhs, -1), ir_expr_const(c, -d));
		return kind == IR_EXPR_MOD ? expr_scale(c, e, -1) : e;
	}
	if (kind == IR_EXPR_CEILDIV)
		return floordiv_const(c, ir_expr_binary(c, IR_EXPR_ADD, lhs, ir_expr_const(c, d - 1)), d);
	return kind == IR_EXPR_FLOORDIV ? floordiv_const(c, lhs, d) : mod_const(c, lhs, d);
}
