// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer expressions, canonical on construction. Sums and products are expanded polynomials with
// terms in a structural order (expr.h), so equal polynomials are one pointer whatever the order
// they were built in. floordiv and mod give up everything that divides, reduce constants, cancel
// common factors and flatten nests; ceildiv by a constant is a floordiv; min and max are flat,
// sorted and free of operands that another one bounds by a constant distance.
//
// Laws: (1) a canonical expression evaluates to the value of what it was built from, wherever that
// has one (a symbolic divisor is taken to be nonzero, and results fit 64 bits); (2) rules never
// consult the bounds of named symbols, which may change later; (3) what overflows 64 bits or the
// polynomials' fixed room is kept as built.
#include "ir/expr.h"

#include "ir/context.h"

// ---- nodes ------------------------------------------------------------------------------------

static bool expr_equal(const void *entry, const void *probe) {
	const struct ir_expr *a = entry, *b = probe;
	return a->kind == b->kind && a->value == b->value && a->lhs == b->lhs && a->rhs == b->rhs;
}

static void *expr_make(struct ir_context *c, const void *probe) {
	struct ir_expr *e = ARENA_NEW(&c->arena, struct ir_expr);
	*e = *(const struct ir_expr *)probe;
	e->id = c->exprs.size + 1;
	return e;
}

ir_expr ir_expr_node(struct ir_context *c, enum ir_expr_kind kind, i64 value, ir_expr lhs,
                     ir_expr rhs) {
	struct ir_expr probe = {.kind = kind, .value = value, .lhs = lhs, .rhs = rhs};
	u64 h = base_hash_u64((u64)value, (u64)kind);
	h = IR_HASH_ID(lhs, h);
	h = IR_HASH_ID(rhs, h);
	return ir_intern(c, &c->exprs, h, expr_equal, &probe, expr_make);
}

void ir_exprs_init(struct ir_context *c) {
	for (i64 v = -128; v <= 128; v++)
		c->small_consts[v + 128] = ir_expr_node(c, IR_EXPR_CONST, v, NULL, NULL);
}

ir_expr ir_expr_const(struct ir_context *c, i64 v) {
	return v >= -128 && v <= 128 ? c->small_consts[v + 128]
	                             : ir_expr_node(c, IR_EXPR_CONST, v, NULL, NULL);
}

ir_expr ir_expr_dim(struct ir_context *c, u32 position) {
	return ir_expr_node(c, IR_EXPR_DIM, position, NULL, NULL);
}

ir_expr ir_expr_sym(struct ir_context *c, u32 position) {
	return ir_expr_node(c, IR_EXPR_SYM, position, NULL, NULL);
}

ir_expr ir_expr_named(struct ir_context *c, ir_name symbol) {
	CHECK(symbol != NAME_none);
	return ir_expr_node(c, IR_EXPR_NAMED, symbol, NULL, NULL);
}

// ---- sums and products ------------------------------------------------------------------------

// The product of a term's atoms but for the one at `skip`.
static void term_without(struct ir_poly *out, const struct ir_poly *p, const struct ir_term *t,
                         u32 skip) {
	ir_expr rest[IR_POLY_ATOMS];
	u32 n = 0;
	for (u32 i = 0; i < t->count; i++)
		if (i != skip)
			rest[n++] = ir_term_atoms(p, t)[i];
	ir_poly_init(out, p->context);
	ir_poly_add_term(out, 1, n, rest);
}

// p's coefficient for exactly the atoms of the one-term polynomial `m` times `atom`.
static i64 coefficient_of(const struct ir_poly *p, const struct ir_poly *m, ir_expr atom) {
	struct ir_poly a, product;
	ir_poly_of(&a, p->context, atom);
	ir_poly_mul(&product, m, &a);
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i], *s = &product.terms[0];
		if (t->count == s->count && memcmp(ir_term_atoms(p, t), ir_term_atoms(&product, s),
		                                   sizeof(ir_expr) * s->count) == 0)
			return t->coef;
	}
	return 0;
}

// a * (x mod d) + a*d * (x floordiv d) = a * x, each times the same factors.
static bool join_quotient(struct ir_context *c, struct ir_poly *p, const struct ir_term *t,
                          u32 at) {
	ir_expr mod = ir_term_atoms(p, t)[at];
	i64 d, want;
	if (mod->kind != IR_EXPR_MOD || !ir_expr_const_divisor(mod, &d) ||
	    __builtin_mul_overflow(t->coef, d, &want))
		return false;
	struct ir_poly rest, x, sum, scaled;
	term_without(&rest, p, t, at);
	ir_expr div = ir_expr_node(c, IR_EXPR_FLOORDIV, 0, mod->lhs, mod->rhs);
	if (coefficient_of(p, &rest, div) != want)
		return false;
	ir_poly_of(&x, c, mod->lhs);
	ir_poly_mul(&scaled, &rest, &x);
	ir_poly_copy(&sum, p);
	ir_poly_add(&sum, &scaled, t->coef);
	ir_poly_of(&x, c, mod);
	ir_poly_mul(&scaled, &rest, &x);
	ir_poly_add(&sum, &scaled, -t->coef);
	ir_poly_of(&x, c, div);
	ir_poly_mul(&scaled, &rest, &x);
	ir_poly_add(&sum, &scaled, -want);
	if (sum.failed)
		return false;
	ir_poly_copy(p, &sum);
	return true;
}

// k*x - k*d * (x floordiv d) = k * (x mod d), when p holds all terms of k*x but for its constant.
static bool join_remainder(struct ir_context *c, struct ir_poly *p, const struct ir_term *t) {
	i64 d;
	if (t->count != 1 || t->coef == INT64_MIN)
		return false;
	ir_expr div = ir_term_atoms(p, t)[0];
	if (div->kind != IR_EXPR_FLOORDIV || !ir_expr_const_divisor(div, &d) || t->coef % d != 0)
		return false;
	i64 k = -(t->coef / d), divided = t->coef;
	struct ir_poly x, sum;
	ir_poly_of(&x, c, div->lhs);
	ir_poly_copy(&sum, p);
	ir_poly_add(&sum, &x, -k);
	i64 lost = 0;
	for (u32 i = 0; i < x.num_terms; i++)
		lost += x.terms[i].count > 0;
	if (sum.failed || x.failed || sum.num_terms > p->num_terms - (u32)lost + 1)
		return false;
	u32 now = 0, before = 0;
	for (u32 i = 0; i < sum.num_terms; i++)
		now += sum.terms[i].count > 0;
	for (u32 i = 0; i < p->num_terms; i++)
		before += p->terms[i].count > 0;
	if (now + (u32)lost != before)
		return false;
	ir_poly_add_expr(&sum, div, -divided);
	ir_poly_add_expr(&sum, ir_expr_binary(c, IR_EXPR_MOD, div->lhs, div->rhs), k);
	if (sum.failed)
		return false;
	ir_poly_copy(p, &sum);
	return true;
}

static bool join_once(struct ir_context *c, struct ir_poly *p) {
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i];
		if (join_remainder(c, p, t))
			return true;
		for (u32 k = 0; k < t->count; k++)
			if (join_quotient(c, p, t, k))
				return true;
	}
	return false;
}

static bool has_floordiv(const struct ir_poly *p) {
	for (u32 i = 0; i < p->num_terms; i++)
		for (u32 k = 0; k < p->terms[i].count; k++)
			if (ir_term_atoms(p, &p->terms[i])[k]->kind == IR_EXPR_FLOORDIV)
				return true;
	return false;
}

bool ir_poly_join(struct ir_context *c, struct ir_poly *p) {
	bool joined = false;
	while (has_floordiv(p) && join_once(c, p))
		joined = true;
	return joined;
}

static ir_expr poly_canonical(struct ir_context *c, struct ir_poly *p) {
	ir_poly_join(c, p);
	return ir_poly_expr(c, p);
}

static ir_expr expr_add(struct ir_context *c, ir_expr lhs, ir_expr rhs) {
	struct ir_poly p;
	ir_poly_of(&p, c, lhs);
	ir_poly_add_expr(&p, rhs, 1);
	return p.failed ? ir_expr_node(c, IR_EXPR_ADD, 0, lhs, rhs) : poly_canonical(c, &p);
}

static ir_expr expr_mul(struct ir_context *c, ir_expr lhs, ir_expr rhs) {
	struct ir_poly a, b, p;
	ir_poly_of(&a, c, lhs);
	ir_poly_of(&b, c, rhs);
	ir_poly_mul(&p, &a, &b);
	return p.failed ? ir_expr_node(c, IR_EXPR_MUL, 0, lhs, rhs) : poly_canonical(c, &p);
}

// ---- min, max ---------------------------------------------------------------------------------

enum { MINMAX_MOST = 32 };
struct operands {
	enum ir_expr_kind kind;
	u32 count;
	bool failed;
	ir_expr list[MINMAX_MOST];
};

// Whether min or max of a and b is a whatever their symbols are.
static bool wins(const struct ir_context *c, enum ir_expr_kind kind, ir_expr a, ir_expr b) {
	enum ir_expr_kind other = kind == IR_EXPR_MIN ? IR_EXPR_MAX : IR_EXPR_MIN;
	for (ir_expr e = b; e->kind == other; e = e->lhs)  // min(a, max(a, x)) = a
		if (e->rhs == a || e->lhs == a)
			return true;
	struct ir_poly p;
	i64 distance, a_min, a_max, b_min, b_max;
	ir_poly_of(&p, c, a);
	ir_poly_add_expr(&p, b, -1);
	if (ir_poly_is_const(&p, &distance))
		return kind == IR_EXPR_MIN ? distance <= 0 : distance >= 0;
	if (!ir_expr_form_range(a, &a_min, &a_max) || !ir_expr_form_range(b, &b_min, &b_max))
		return false;
	return kind == IR_EXPR_MIN ? a_max <= b_min : a_min >= b_max;
}

static void operands_add(const struct ir_context *c, struct operands *o, ir_expr e) {
	if (e->kind == o->kind) {
		operands_add(c, o, e->lhs);
		operands_add(c, o, e->rhs);
		return;
	}
	for (u32 i = 0; i < o->count; i++)
		if (wins(c, o->kind, o->list[i], e))
			return;
	u32 n = 0;
	for (u32 i = 0; i < o->count; i++)
		if (!wins(c, o->kind, e, o->list[i]))
			o->list[n++] = o->list[i];
	o->count = n;
	o->failed |= n == MINMAX_MOST;
	if (o->failed)
		return;
	u32 at = o->count++;
	for (; at > 0 && ir_expr_compare(c, e, o->list[at - 1]) < 0; at--)
		o->list[at] = o->list[at - 1];
	o->list[at] = e;
}

static ir_expr expr_minmax(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs, ir_expr rhs) {
	struct operands o = {.kind = kind};
	operands_add(c, &o, lhs);
	operands_add(c, &o, rhs);
	if (o.failed)
		return ir_expr_node(c, kind, 0, lhs, rhs);
	ir_expr e = o.list[0];
	for (u32 i = 1; i < o.count; i++)
		e = ir_expr_node(c, kind, 0, e, o.list[i]);
	return e;
}

// ---- building ---------------------------------------------------------------------------------

static bool evaluate_binary(enum ir_expr_kind kind, i64 a, i64 b, i64 *out) {
	bool divides = kind == IR_EXPR_FLOORDIV || kind == IR_EXPR_CEILDIV || kind == IR_EXPR_MOD;
	if (divides && (b == 0 || (a == INT64_MIN && b == -1)))
		return false;
	switch (kind) {
	case IR_EXPR_ADD: return !__builtin_add_overflow(a, b, out);
	case IR_EXPR_MUL: return !__builtin_mul_overflow(a, b, out);
	case IR_EXPR_FLOORDIV: *out = ir_floordiv(a, b); return true;
	case IR_EXPR_CEILDIV: *out = a / b + (a % b != 0 && (a < 0) == (b < 0)); return true;
	case IR_EXPR_MOD: *out = a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0); return true;
	case IR_EXPR_MIN: *out = BASE_MIN(a, b); return true;
	case IR_EXPR_MAX: *out = BASE_MAX(a, b); return true;
	default: UNREACHABLE();
	}
}

ir_expr ir_expr_binary(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs, ir_expr rhs) {
	ASSERT(lhs && rhs);
	i64 folded;
	if (ir_expr_is_const(lhs) && ir_expr_is_const(rhs) &&
	    evaluate_binary(kind, lhs->value, rhs->value, &folded))
		return ir_expr_const(c, folded);
	switch (kind) {
	case IR_EXPR_ADD: return expr_add(c, lhs, rhs);
	case IR_EXPR_MUL: return expr_mul(c, lhs, rhs);
	case IR_EXPR_FLOORDIV:
	case IR_EXPR_CEILDIV:
	case IR_EXPR_MOD: return ir_expr_divide(c, kind, lhs, rhs);
	case IR_EXPR_MIN:
	case IR_EXPR_MAX: return expr_minmax(c, kind, lhs, rhs);
	default: CHECK_MSG(false, "not a binary expression"); UNREACHABLE();
	}
}

// ---- uses -------------------------------------------------------------------------------------

ir_expr ir_expr_substitute(struct ir_context *c, ir_expr e, const ir_expr *dims,
                           const ir_expr *syms, const struct map *named) {
	u64 found;
	switch (e->kind) {
	case IR_EXPR_CONST: return e;
	case IR_EXPR_DIM: return dims ? dims[e->value] : e;
	case IR_EXPR_SYM: return syms ? syms[e->value] : e;
	case IR_EXPR_NAMED:
		return named && map_find(named, (u64)e->value, &found) ? (ir_expr)(uintptr_t)found : e;
	default: break;
	}
	ir_expr lhs = ir_expr_substitute(c, e->lhs, dims, syms, named);
	ir_expr rhs = ir_expr_substitute(c, e->rhs, dims, syms, named);
	return lhs == e->lhs && rhs == e->rhs ? e : ir_expr_binary(c, e->kind, lhs, rhs);
}

bool ir_expr_evaluate(ir_expr e, const i64 *dims, const i64 *syms, const struct map *named,
                      i64 *out) {
	u64 found;
	switch (e->kind) {
	case IR_EXPR_CONST: *out = e->value; return true;
	case IR_EXPR_DIM: return dims && (*out = dims[e->value], true);
	case IR_EXPR_SYM: return syms && (*out = syms[e->value], true);
	case IR_EXPR_NAMED:
		return named && map_find(named, (u64)e->value, &found) && (*out = (i64)found, true);
	default: break;
	}
	i64 lhs, rhs;
	return ir_expr_evaluate(e->lhs, dims, syms, named, &lhs) &&
	       ir_expr_evaluate(e->rhs, dims, syms, named, &rhs) &&
	       evaluate_binary(e->kind, lhs, rhs, out);
}

bool ir_expr_uses_dim(ir_expr e, u32 position) {
	if (e->kind == IR_EXPR_DIM)
		return e->value == (i64)position;
	return e->lhs && (ir_expr_uses_dim(e->lhs, position) || ir_expr_uses_dim(e->rhs, position));
}

// The greatest number known to divide the value; 0 divides only 0.
static i64 known_divisor(ir_expr e) {
	i64 a, b, product;
	switch (e->kind) {
	case IR_EXPR_CONST:
		return e->value == INT64_MIN ? INT64_MAX / 2 + 1 : e->value < 0 ? -e->value : e->value;
	case IR_EXPR_MUL:
		a = known_divisor(e->lhs);
		b = known_divisor(e->rhs);
		return __builtin_mul_overflow(a, b, &product) ? BASE_MAX(a, b) : product;
	case IR_EXPR_ADD:
	case IR_EXPR_MIN:
	case IR_EXPR_MAX:
	case IR_EXPR_MOD: return ir_gcd(known_divisor(e->lhs), known_divisor(e->rhs));
	default: return 1;
	}
}

bool ir_expr_is_multiple_of(ir_expr e, i64 factor) {
	if (factor == 0)
		return ir_expr_is_const(e) && e->value == 0;
	return factor == INT64_MIN ? ir_expr_is_const(e) && e->value % factor == 0
	                           : known_divisor(e) % factor == 0;
}

// A term of a strided layout: one dim at most, times a constant (else the coefficient is dynamic).
static bool linear_term(ir_expr e, u32 num_dims, i64 *coefs) {
	i64 coef = 1;
	u32 at = num_dims;  // the offset's slot
	for (ir_expr f = e;; f = f->lhs) {
		ir_expr leaf = f->kind == IR_EXPR_MUL ? f->rhs : f;
		if (leaf->kind == IR_EXPR_CONST)
			coef = coef == IR_DYNAMIC ? coef : coef * leaf->value;
		else if (leaf->kind == IR_EXPR_SYM)
			coef = IR_DYNAMIC;
		else if (leaf->kind == IR_EXPR_DIM && at == num_dims && leaf->value < (i64)num_dims)
			at = (u32)leaf->value;
		else
			return false;
		if (f->kind != IR_EXPR_MUL)
			break;
	}
	coefs[at] = coefs[at] == IR_DYNAMIC || coef == IR_DYNAMIC ? IR_DYNAMIC : coefs[at] + coef;
	return true;
}

bool ir_expr_linear(ir_expr e, u32 num_dims, i64 *strides, i64 *offset) {
	enum { DIMS_MOST = 64 };
	i64 coefs[DIMS_MOST + 1] = {0};
	if (num_dims > DIMS_MOST)
		return false;
	for (; e->kind == IR_EXPR_ADD; e = e->lhs)
		if (!linear_term(e->rhs, num_dims, coefs))
			return false;
	if (!linear_term(e, num_dims, coefs))
		return false;
	memcpy(strides, coefs, sizeof *strides * num_dims);
	*offset = coefs[num_dims];
	return true;
}
