// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expressions from the inside, for src/ir: polynomials over atoms, and the text form's pieces.
//
// An expression is a sum of terms, a term is a coefficient times a product of atoms, an atom is any
// expression that is neither a sum nor a product: a symbol, floordiv, ceildiv, mod, min or max.
// Terms are kept in descending lexicographic order over sorted atoms, which is a monomial order
// (compatible with multiplication), so the first term of a product is the product of first terms
// and exact division works from the front.
#ifndef IR_EXPR_H
#define IR_EXPR_H

#include "ir/ir.h"

enum { IR_POLY_TERMS = 96, IR_POLY_ATOMS = 384 };

struct ir_term {
	i64 coef;          // never 0
	u16 first, count;  // atoms[first .. first + count), ascending
};
// Lives on the stack; only the used part is ever written. `failed` says that a coefficient
// overflowed or the room was too small: the contents are then worthless.
struct ir_poly {
	const struct ir_context *context;
	bool failed;
	u16 num_terms, num_atoms;
	struct ir_term terms[IR_POLY_TERMS];
	ir_expr atoms[IR_POLY_ATOMS];
};
static inline void ir_poly_init(struct ir_poly *p, const struct ir_context *c) {
	p->context = c;
	p->failed = false;
	p->num_terms = p->num_atoms = 0;
}
static inline const ir_expr *ir_term_atoms(const struct ir_poly *p, const struct ir_term *t) {
	return &p->atoms[t->first];
}
void ir_poly_copy(struct ir_poly *to, const struct ir_poly *from);
// p += coef * product of the atoms (sorted).
void ir_poly_add_term(struct ir_poly *p, i64 coef, u32 count, const ir_expr *atoms);
void ir_poly_add_expr(struct ir_poly *p, ir_expr e, i64 scale);
void ir_poly_add(struct ir_poly *p, const struct ir_poly *q, i64 scale);
void ir_poly_mul(struct ir_poly *out, const struct ir_poly *a, const struct ir_poly *b);
// out = p with every `atom` replaced by q.
void ir_poly_substitute(struct ir_poly *out, const struct ir_poly *p, ir_expr atom,
                        const struct ir_poly *q);
// quotient such that p = quotient * d exactly; false when there is none (or p, d failed).
bool ir_poly_divide(struct ir_poly *quotient, const struct ir_poly *p, const struct ir_poly *d);
bool ir_poly_is_const(const struct ir_poly *p, i64 *value);
ir_expr ir_poly_expr(struct ir_context *c, const struct ir_poly *p);
// Joins quotients and remainders of the same division where that makes both vanish into what was
// divided, or one of them; false when there was nothing to join.
bool ir_poly_join(struct ir_context *c, struct ir_poly *p);
static inline void ir_poly_of(struct ir_poly *p, const struct ir_context *c, ir_expr e) {
	ir_poly_init(p, c);
	ir_poly_add_expr(p, e, 1);
}

// Structural order, the same in every run: symbols by kind, position or text, then composites.
int ir_expr_compare(const struct ir_context *c, ir_expr a, ir_expr b);
// The node itself, without any simplification.
ir_expr ir_expr_node(struct ir_context *c, enum ir_expr_kind kind, i64 value, ir_expr lhs,
                     ir_expr rhs);

// Canonical floordiv, ceildiv, mod (expr_divide.c).
ir_expr ir_expr_divide(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs, ir_expr rhs);
// e is a floordiv or mod by a constant *d > 0.
bool ir_expr_const_divisor(ir_expr e, i64 *d);
// The range of values that follows from the form alone (remainders by constants); false when open.
bool ir_expr_form_range(ir_expr e, i64 *min, i64 *max);

static inline i64 ir_floordiv(i64 a, i64 b) {
	i64 q = a / b;
	return q - (a % b != 0 && (a < 0) != (b < 0));
}

static inline i64 ir_gcd(i64 a, i64 b) {
	while (b) {
		i64 r = a % b;
		a = b;
		b = r;
	}
	return a < 0 ? -a : a;
}

// Takes `EXPR` or `?` (NULL) and a following comma off the front of a list; false when malformed.
bool ir_expr_parse_next(struct ir_context *c, struct str *rest, ir_expr *out);
void ir_expr_print_compact(const struct ir_context *c, ir_expr e, struct strbuf *out);
// Coefficients of a map result that is linear in its dims: IR_DYNAMIC where they hold symbols.
bool ir_expr_linear(ir_expr e, u32 num_dims, i64 *strides, i64 *offset);

#endif
