// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Polynomials over atoms (expr.h): what canonical form, bounds and proofs are computed with.
// Everything lives on the caller's stack; what outgrows it or overflows 64 bits is marked failed,
// and the caller keeps the unsimplified expression.
#include "ir/expr.h"

#include "ir/context.h"

int ir_expr_compare(const struct ir_context *c, ir_expr a, ir_expr b) {
	if (a == b)
		return 0;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	switch (a->kind) {
	case IR_EXPR_CONST:
	case IR_EXPR_DIM:
	case IR_EXPR_SYM: return a->value < b->value ? -1 : 1;
	case IR_EXPR_NAMED:
		return str_compare(ir_name_str(c, (ir_name)a->value), ir_name_str(c, (ir_name)b->value));
	default: break;
	}
	int order = ir_expr_compare(c, a->lhs, b->lhs);
	return order ? order : ir_expr_compare(c, a->rhs, b->rhs);
}

// Descending: the longer product or the one with the earlier atom comes first, a constant last.
static int term_order(const struct ir_context *c, u32 n, const ir_expr *a, u32 m,
                      const ir_expr *b) {
	for (u32 i = 0; i < n && i < m; i++) {
		int order = ir_expr_compare(c, a[i], b[i]);
		if (order)
			return order;
	}
	return n == m ? 0 : n > m ? -1 : 1;
}

void ir_poly_copy(struct ir_poly *to, const struct ir_poly *from) {
	ir_poly_init(to, from->context);
	to->failed = from->failed;
	to->num_terms = from->num_terms;
	to->num_atoms = from->num_atoms;
	memcpy(to->terms, from->terms, sizeof *from->terms * from->num_terms);
	memcpy(to->atoms, from->atoms, sizeof *from->atoms * from->num_atoms);
}

// The position of the term with these atoms, or where it belongs.
static u32 term_find(const struct ir_poly *p, u32 count, const ir_expr *atoms, bool *found) {
	u32 low = 0, high = p->num_terms;
	while (low < high) {
		u32 mid = (low + high) / 2;
		const struct ir_term *t = &p->terms[mid];
		int order = term_order(p->context, count, atoms, t->count, ir_term_atoms(p, t));
		if (order == 0) {
			*found = true;
			return mid;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	*found = false;
	return low;
}

void ir_poly_add_term(struct ir_poly *p, i64 coef, u32 count, const ir_expr *atoms) {
	if (coef == 0 || p->failed)
		return;
	bool found;
	u32 at = term_find(p, count, atoms, &found);
	struct ir_term *t = &p->terms[at];
	if (found) {
		p->failed = __builtin_add_overflow(t->coef, coef, &t->coef);
		if (t->coef == 0)
			memmove(t, t + 1, sizeof *t * (--p->num_terms - at));
		return;
	}
	if (p->num_terms == IR_POLY_TERMS || count > (u32)IR_POLY_ATOMS - p->num_atoms) {
		p->failed = true;
		return;
	}
	memmove(t + 1, t, sizeof *t * (p->num_terms++ - at));
	*t = (struct ir_term){coef, p->num_atoms, (u16)count};
	for (u32 i = 0; i < count; i++)
		p->atoms[p->num_atoms++] = atoms[i];
}

// Factors of a product: constants into *coef, atoms (sorted) into the list.
struct factors {
	const struct ir_context *context;
	i64 coef;
	u32 count;
	bool failed;
	ir_expr atoms[32];
};

static void factors_add_atom(struct factors *f, ir_expr e) {
	if (f->count == ARRAY_SIZE(f->atoms)) {
		f->failed = true;
		return;
	}
	u32 at = f->count++;
	for (; at > 0 && ir_expr_compare(f->context, e, f->atoms[at - 1]) < 0; at--)
		f->atoms[at] = f->atoms[at - 1];
	f->atoms[at] = e;
}

static void factors_add(struct factors *f, ir_expr e) {
	for (; e->kind == IR_EXPR_MUL; e = e->lhs)
		factors_add(f, e->rhs);
	if (e->kind == IR_EXPR_CONST)
		f->failed |= __builtin_mul_overflow(f->coef, e->value, &f->coef);
	else
		factors_add_atom(f, e);
}

void ir_poly_add_expr(struct ir_poly *p, ir_expr e, i64 scale) {
	for (; e->kind == IR_EXPR_ADD; e = e->lhs)
		ir_poly_add_expr(p, e->rhs, scale);
	struct factors f = {.context = p->context, .coef = scale};
	factors_add(&f, e);
	p->failed |= f.failed;
	ir_poly_add_term(p, f.coef, f.count, f.atoms);
}

void ir_poly_add(struct ir_poly *p, const struct ir_poly *q, i64 scale) {
	p->failed |= q->failed;
	for (u32 i = 0; i < q->num_terms; i++) {
		const struct ir_term *t = &q->terms[i];
		i64 coef;
		p->failed |= __builtin_mul_overflow(t->coef, scale, &coef);
		ir_poly_add_term(p, coef, t->count, ir_term_atoms(q, t));
	}
}

// p += coef * (atoms of a) * (atoms of b).
static void add_product(struct ir_poly *p, i64 coef, u32 n, const ir_expr *a, u32 m,
                        const ir_expr *b) {
	ir_expr merged[64];
	if (n + m > ARRAY_SIZE(merged)) {
		p->failed = true;
		return;
	}
	u32 i = 0, j = 0, k = 0;
	while (i < n || j < m)
		merged[k++] =
			j == m || (i < n && ir_expr_compare(p->context, a[i], b[j]) <= 0) ? a[i++] : b[j++];
	ir_poly_add_term(p, coef, k, merged);
}

// out += scale * a * t, where t is a term of b.
static void add_scaled(struct ir_poly *out, const struct ir_poly *a, const struct ir_poly *b,
                       const struct ir_term *t, i64 scale) {
	for (u32 i = 0; i < a->num_terms && !out->failed; i++) {
		const struct ir_term *s = &a->terms[i];
		i64 coef;
		out->failed |= __builtin_mul_overflow(s->coef, t->coef, &coef) ||
		               __builtin_mul_overflow(coef, scale, &coef);
		if (!out->failed)
			add_product(out, coef, s->count, ir_term_atoms(a, s), t->count, ir_term_atoms(b, t));
	}
}

void ir_poly_mul(struct ir_poly *out, const struct ir_poly *a, const struct ir_poly *b) {
	ir_poly_init(out, a->context);
	out->failed = a->failed || b->failed;
	for (u32 j = 0; j < b->num_terms && !out->failed; j++)
		add_scaled(out, a, b, &b->terms[j], 1);
}

// out += coef * rest * q^power.
static void add_power(struct ir_poly *out, i64 coef, u32 count, const ir_expr *rest,
                      const struct ir_poly *q, u32 power) {
	struct ir_poly product, next;
	ir_poly_init(&product, out->context);
	ir_poly_add_term(&product, coef, count, rest);
	for (; power > 0; power--) {
		ir_poly_mul(&next, &product, q);
		ir_poly_copy(&product, &next);
	}
	ir_poly_add(out, &product, 1);
}

void ir_poly_substitute(struct ir_poly *out, const struct ir_poly *p, ir_expr atom,
                        const struct ir_poly *q) {
	ir_poly_init(out, p->context);
	out->failed = p->failed || q->failed;
	for (u32 i = 0; i < p->num_terms && !out->failed; i++) {
		const struct ir_term *t = &p->terms[i];
		ir_expr rest[IR_POLY_ATOMS];
		u32 n = 0;
		for (u32 k = 0; k < t->count; k++)
			if (ir_term_atoms(p, t)[k] != atom)
				rest[n++] = ir_term_atoms(p, t)[k];
		if (n == t->count)
			ir_poly_add_term(out, t->coef, n, rest);
		else
			add_power(out, t->coef, n, rest, q, t->count - n);
	}
}

// The quotient of two terms; false when d does not divide t.
static bool term_divide(const struct ir_poly *p, const struct ir_term *t, const struct ir_poly *q,
                        const struct ir_term *d, i64 *coef, u32 *count, ir_expr *atoms) {
	if (d->coef == -1 ? t->coef == INT64_MIN : t->coef % d->coef != 0)
		return false;
	*coef = t->coef / d->coef;
	*count = 0;
	u32 j = 0;
	for (u32 i = 0; i < t->count; i++) {
		ir_expr a = ir_term_atoms(p, t)[i];
		if (j < d->count && ir_term_atoms(q, d)[j] == a)
			j++;
		else
			atoms[(*count)++] = a;
	}
	return j == d->count;
}

bool ir_poly_divide(struct ir_poly *quotient, const struct ir_poly *p, const struct ir_poly *d) {
	ir_poly_init(quotient, p->context);
	if (p->failed || d->failed || d->num_terms == 0)
		return false;
	struct ir_poly rest;
	ir_poly_copy(&rest, p);
	for (u32 steps = 0; rest.num_terms > 0; steps++) {
		i64 coef;
		u32 count;
		ir_expr atoms[IR_POLY_ATOMS];
		if (steps > IR_POLY_TERMS ||
		    !term_divide(&rest, &rest.terms[0], d, &d->terms[0], &coef, &count, atoms))
			return false;
		u32 before = quotient->num_terms;
		ir_poly_add_term(quotient, coef, count, atoms);
		if (quotient->failed || quotient->num_terms != before + 1)
			return false;
		struct ir_poly product;  // -d * the new term, which is the last
		ir_poly_init(&product, p->context);
		add_scaled(&product, d, quotient, &quotient->terms[before], -1);
		ir_poly_add(&product, &rest, 1);
		if (product.failed)
			return false;
		ir_poly_copy(&rest, &product);
	}
	return true;
}

bool ir_poly_is_const(const struct ir_poly *p, i64 *value) {
	if (p->failed || p->num_terms > 1 || (p->num_terms == 1 && p->terms[0].count > 0))
		return false;
	*value = p->num_terms ? p->terms[0].coef : 0;
	return true;
}

static ir_expr term_expr(struct ir_context *c, const struct ir_poly *p, const struct ir_term *t) {
	if (t->count == 0)
		return ir_expr_const(c, t->coef);
	const ir_expr *atoms = ir_term_atoms(p, t);
	ir_expr e = atoms[0];
	for (u32 i = 1; i < t->count; i++)
		e = ir_expr_node(c, IR_EXPR_MUL, 0, e, atoms[i]);
	return t->coef == 1 ? e : ir_expr_node(c, IR_EXPR_MUL, 0, e, ir_expr_const(c, t->coef));
}

ir_expr ir_poly_expr(struct ir_context *c, const struct ir_poly *p) {
	ASSERT(!p->failed);
	if (p->num_terms == 0)
		return ir_expr_const(c, 0);
	ir_expr e = term_expr(c, p, &p->terms[0]);
	for (u32 i = 1; i < p->num_terms; i++)
		e = ir_expr_node(c, IR_EXPR_ADD, 0, e, term_expr(c, p, &p->terms[i]));
	return e;
}
