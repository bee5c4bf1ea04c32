// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds and proofs over the bounds of named symbols.
//
// The question is always the least value of a polynomial whose atoms range over intervals. Interval
// arithmetic term by term is exact when no atom stands in two terms. Otherwise four refinements
// are tried, each sound by itself, and the best answer counts:
//   - monotone atoms: where the derivative by an atom has one sign, the atom goes to that end;
//     where it has not and the polynomial is linear in it, to both ends;
//   - an atom common to all terms is taken out, and the two factors' ranges are multiplied;
//   - floordiv and mod atoms are replaced by their linear bounds (y - d + 1 <= d * (y floordiv d)
//   <= y,
//     y mod d <= y for y >= 0), so that N - 2 * (N floordiv 2) >= 0 is seen;
//   - min and max atoms are replaced by their operands, one by one.
// Each step removes an atom, and a budget bounds the number of steps; running out only makes the
// answer less sharp.
#include "ir/expr.h"

__extension__ typedef __int128 i128;

enum { BOUNDS_BUDGET = 96, BOUNDS_DEPTH = 10, BOUNDS_KNOWN = 64 };
#define INFINITE ((i128)1 << 120)  // and beyond: no bound

struct range {
	i128 low, high;
};
struct bounds {
	struct ir_context *c;
	u32 budget, depth;
	// Ranges of composite atoms, or a nest of divisions would be walked once a path to its inside.
	struct {
		ir_expr atom;
		struct range range;
	} known[BOUNDS_KNOWN];
};

static struct range expr_range(struct bounds *b, ir_expr e);
static i128 poly_low(struct bounds *b, const struct ir_poly *p, bool enough_at_zero);

// ---- arithmetic with infinities ---------------------------------------------------------------

static i128 clamp(i128 v) { return v > INFINITE ? INFINITE : v < -INFINITE ? -INFINITE : v; }

static bool is_finite(i128 v) { return v > -INFINITE && v < INFINITE; }

static i128 times(i128 a, i128 b) {
	i128 product;
	if (a == 0 || b == 0)
		return 0;
	bool negative = (a < 0) != (b < 0);
	if (!is_finite(a) || !is_finite(b) || __builtin_mul_overflow(a, b, &product))
		return negative ? -INFINITE : INFINITE;
	return clamp(product);
}

static i128 add_low(i128 a, i128 b) {
	return a <= -INFINITE || b <= -INFINITE ? -INFINITE : clamp(a + b);
}

static i128 add_high(i128 a, i128 b) {
	return a >= INFINITE || b >= INFINITE ? INFINITE : clamp(a + b);
}

static i128 floor_quotient(i128 a, i128 d) {
	if (!is_finite(a))
		return a;
	if (!is_finite(d))
		return a < 0 ? -1 : 0;
	return a / d - (a % d != 0 && a < 0);
}

static struct range range_times(struct range a, struct range b) {
	i128 v[4] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low),
	             times(a.high, b.high)};
	struct range r = {v[0], v[0]};
	for (u32 i = 1; i < 4; i++) {
		r.low = BASE_MIN(r.low, v[i]);
		r.high = BASE_MAX(r.high, v[i]);
	}
	return r;
}

static const struct range everything = {-INFINITE, INFINITE};

// ---- atoms ------------------------------------------------------------------------------------

static struct range quotient_range(struct range y, struct range d) {
	if (d.low <= 0)
		return everything;
	return (struct range){BASE_MIN(floor_quotient(y.low, d.low), floor_quotient(y.low, d.high)),
	                      BASE_MAX(floor_quotient(y.high, d.low), floor_quotient(y.high, d.high))};
}

static struct range remainder_range(struct range y, struct range d) {
	if (d.low <= 0)
		return everything;
	if (y.low >= 0 && y.high < d.low)
		return y;
	struct range r = {0, is_finite(d.high) ? d.high - 1 : INFINITE};
	if (y.low >= 0)
		r.high = BASE_MIN(r.high, y.high);
	return r;
}

static struct range negated(struct range r) { return (struct range){-r.high, -r.low}; }

static struct range composite_range(struct bounds *b, ir_expr e) {
	struct range l = expr_range(b, e->lhs), r = expr_range(b, e->rhs);
	switch (e->kind) {
	case IR_EXPR_FLOORDIV: return quotient_range(l, r);
	case IR_EXPR_CEILDIV: return negated(quotient_range(negated(l), r));
	case IR_EXPR_MOD: return remainder_range(l, r);
	case IR_EXPR_MIN: return (struct range){BASE_MIN(l.low, r.low), BASE_MIN(l.high, r.high)};
	default: return (struct range){BASE_MAX(l.low, r.low), BASE_MAX(l.high, r.high)};
	}
}

static struct range atom_range(struct bounds *b, ir_expr e) {
	i64 min, max;
	switch (e->kind) {
	case IR_EXPR_CONST: return (struct range){e->value, e->value};
	case IR_EXPR_NAMED:
		ir_symbol_get_bounds(b->c, (ir_name)e->value, &min, &max);
		return (struct range){min == INT64_MIN ? -INFINITE : min,
		                      max == INT64_MAX ? INFINITE : max};
	case IR_EXPR_DIM:
	case IR_EXPR_SYM: return everything;
	case IR_EXPR_ADD:
	case IR_EXPR_MUL: return expr_range(b, e);
	default: break;
	}
	u32 slot = e->id % BOUNDS_KNOWN;
	if (b->known[slot].atom != e) {
		struct range r = composite_range(b, e);  // may use the slot meanwhile
		b->known[slot].atom = e;
		b->known[slot].range = r;
	}
	return b->known[slot].range;
}

// ---- polynomials ------------------------------------------------------------------------------

static struct range power_range(struct range x, u32 power) {
	struct range r = x;
	for (u32 i = 1; i < power; i++)
		r = range_times(r, x);
	if (power % 2 == 0)
		r.low = BASE_MAX(r.low, 0);
	return r;
}

static struct range term_range(struct bounds *b, const struct ir_poly *p, const struct ir_term *t) {
	struct range r = {t->coef, t->coef};
	const ir_expr *atoms = ir_term_atoms(p, t);
	for (u32 i = 0, power; i < t->count; i += power) {
		power = 1;
		while (i + power < t->count && atoms[i + power] == atoms[i])
			power++;
		r = range_times(r, power_range(atom_range(b, atoms[i]), power));
	}
	return r;
}

static i128 plain_low(struct bounds *b, const struct ir_poly *p) {
	i128 low = 0;
	for (u32 i = 0; i < p->num_terms; i++)
		low = add_low(low, term_range(b, p, &p->terms[i]).low);
	return low;
}

static i128 plain_high(struct bounds *b, const struct ir_poly *p) {
	i128 high = 0;
	for (u32 i = 0; i < p->num_terms; i++)
		high = add_high(high, term_range(b, p, &p->terms[i]).high);
	return high;
}

static i128 poly_high(struct bounds *b, const struct ir_poly *p) {
	struct ir_poly negated;
	ir_poly_init(&negated, p->context);
	ir_poly_add(&negated, p, -1);
	return negated.failed ? INFINITE : -poly_low(b, &negated, false);
}

// p = slope * atom + rest where p is linear in the atom; false otherwise. For higher powers the
// slope is the derivative all the same.
static bool split_linear(const struct ir_poly *p, ir_expr atom, struct ir_poly *slope,
                         struct ir_poly *rest) {
	bool linear = true;
	ir_poly_init(slope, p->context);
	ir_poly_init(rest, p->context);
	for (u32 i = 0; i < p->num_terms; i++) {
		const struct ir_term *t = &p->terms[i];
		ir_expr others[IR_POLY_ATOMS];
		u32 n = 0, power = 0;
		for (u32 k = 0; k < t->count; k++) {
			bool here = ir_term_atoms(p, t)[k] == atom;
			if (!here || power > 0)
				others[n++] = ir_term_atoms(p, t)[k];
			power += here;
		}
		i64 coef;
		linear &= power <= 1;
		slope->failed |= __builtin_mul_overflow(t->coef, (i64)power, &coef);
		ir_poly_add_term(slope, coef, n, others);
		if (power == 0)
			ir_poly_add_term(rest, t->coef, n, others);
	}
	return linear && !slope->failed && !rest->failed;
}

static i128 low_with(struct bounds *b, const struct ir_poly *p, ir_expr atom,
                     const struct ir_poly *value, bool enough_at_zero) {
	struct ir_poly out;
	ir_poly_substitute(&out, p, atom, value);
	return out.failed ? -INFINITE : poly_low(b, &out, enough_at_zero);
}

static i128 low_with_const(struct bounds *b, const struct ir_poly *p, ir_expr atom, i128 value,
                           bool enough_at_zero) {
	if (value < INT64_MIN || value > INT64_MAX)
		return -INFINITE;
	struct ir_poly q;
	ir_poly_init(&q, p->context);
	ir_poly_add_term(&q, (i64)value, 0, NULL);
	return low_with(b, p, atom, &q, enough_at_zero);
}

static i128 low_at_ends(struct bounds *b, const struct ir_poly *p, ir_expr atom,
                        bool enough_at_zero) {
	struct ir_poly slope, rest;
	bool linear = split_linear(p, atom, &slope, &rest);
	if (slope.failed)
		return -INFINITE;
	// The slope's sign at true values carries over to the end only where it does not depend on the
	// atom; else it must hold over the whole box.
	struct range x = atom_range(b, atom);
	if ((linear ? poly_low(b, &slope, true) : plain_low(b, &slope)) >= 0)
		return low_with_const(b, p, atom, x.low, enough_at_zero);
	if ((linear ? poly_high(b, &slope) : plain_high(b, &slope)) <= 0)
		return low_with_const(b, p, atom, x.high, enough_at_zero);
	if (!linear)
		return -INFINITE;
	i128 low = low_with_const(b, p, atom, x.low, enough_at_zero);
	return low <= -INFINITE ? low
	                        : BASE_MIN(low, low_with_const(b, p, atom, x.high, enough_at_zero));
}

// ---- floordiv and mod -------------------------------------------------------------------------

// The least value of (slope * y + d * rest) / d, with a shift of y for the lower end.
static i128 low_scaled(struct bounds *b, const struct ir_poly *slope, const struct ir_poly *rest,
                       ir_expr y, i64 shift, i64 d, bool enough_at_zero) {
	struct ir_poly value, out;
	ir_poly_init(&value, slope->context);
	ir_poly_add_expr(&value, y, 1);
	ir_poly_add_term(&value, shift, 0, NULL);
	ir_poly_mul(&out, slope, &value);
	ir_poly_add(&out, rest, d);
	if (out.failed)
		return -INFINITE;
	i128 low = poly_low(b, &out, enough_at_zero);
	return is_finite(low) ? -floor_quotient(-low, d) : low;  // integers: round up
}

static i128 low_of_division(struct bounds *b, const struct ir_poly *p, ir_expr atom,
                            bool enough_at_zero) {
	struct ir_poly slope, rest;
	if (!split_linear(p, atom, &slope, &rest))
		return -INFINITE;
	bool is_const = ir_expr_is_const(atom->rhs) && atom->rhs->value > 0;
	i64 d = is_const ? atom->rhs->value : 1;
	if (atom->kind == IR_EXPR_FLOORDIV && is_const && poly_low(b, &slope, true) >= 0)
		return low_scaled(b, &slope, &rest, atom->lhs, 1 - d, d, enough_at_zero);
	if (poly_high(b, &slope) > 0)
		return -INFINITE;
	if (atom->kind == IR_EXPR_FLOORDIV && is_const)
		return low_scaled(b, &slope, &rest, atom->lhs, 0, d, enough_at_zero);
	// y mod d <= y and y floordiv d <= y for y >= 0, d >= 1.
	if (expr_range(b, atom->lhs).low < 0 || expr_range(b, atom->rhs).low < 1)
		return -INFINITE;
	return low_scaled(b, &slope, &rest, atom->lhs, 0, 1, enough_at_zero);
}

static i128 low_of_choice(struct bounds *b, const struct ir_poly *p, ir_expr atom,
                          bool enough_at_zero) {
	struct ir_poly slope, rest, value;
	bool linear = split_linear(p, atom, &slope, &rest);
	i128 low[2];
	for (u32 i = 0; i < 2; i++) {
		ir_poly_init(&value, p->context);
		ir_poly_add_expr(&value, i ? atom->rhs : atom->lhs, 1);
		low[i] = low_with(b, p, atom, &value, enough_at_zero);
	}
	// min is at most either operand, max at least: with the right sign each gives a bound.
	bool either = linear && (atom->kind == IR_EXPR_MIN ? poly_high(b, &slope) <= 0
	                                                   : poly_low(b, &slope, true) >= 0);
	return either ? BASE_MAX(low[0], low[1]) : BASE_MIN(low[0], low[1]);
}

// An atom that stands in every term: p = atom * q.
static i128 low_of_product(struct bounds *b, const struct ir_poly *p, ir_expr atom) {
	struct ir_poly factor, q;
	ir_poly_of(&factor, p->context, atom);
	if (!ir_poly_divide(&q, p, &factor))
		return -INFINITE;
	struct range r = {poly_low(b, &q, false), poly_high(b, &q)};
	return range_times(atom_range(b, atom), r).low;
}

// ---- the least value --------------------------------------------------------------------------

static bool seen_before(const struct ir_poly *p, u32 term, u32 at, ir_expr atom) {
	for (u32 i = 0; i <= term; i++)
		for (u32 k = 0; k < (i == term ? at : p->terms[i].count); k++)
			if (ir_term_atoms(p, &p->terms[i])[k] == atom)
				return true;
	return false;
}

static u32 terms_with(const struct ir_poly *p, ir_expr atom) {
	u32 n = 0;
	for (u32 i = 0; i < p->num_terms; i++)
		for (u32 k = 0; k < p->terms[i].count; k++)
			if (ir_term_atoms(p, &p->terms[i])[k] == atom) {
				n++;
				break;
			}
	return n;
}

static i128 low_by_atom(struct bounds *b, const struct ir_poly *p, ir_expr atom,
                        bool enough_at_zero) {
	i128 low = -INFINITE;
	u32 terms = terms_with(p, atom);
	if (terms > 1)
		low = low_at_ends(b, p, atom, enough_at_zero);
	if (terms > 1 && terms == p->num_terms && !(enough_at_zero && low >= 0)) {
		i128 product = low_of_product(b, p, atom);
		low = BASE_MAX(low, product);
	}
	if (enough_at_zero && low >= 0)
		return low;
	i128 other = -INFINITE;
	if (atom->kind == IR_EXPR_FLOORDIV || atom->kind == IR_EXPR_MOD)
		other = low_of_division(b, p, atom, enough_at_zero);
	else if (atom->kind == IR_EXPR_MIN || atom->kind == IR_EXPR_MAX)
		other = low_of_choice(b, p, atom, enough_at_zero);
	return BASE_MAX(low, other);
}

// `enough_at_zero` stops at the first proof that the value is not negative.
static i128 poly_low(struct bounds *b, const struct ir_poly *p, bool enough_at_zero) {
	i128 low = p->failed ? -INFINITE : plain_low(b, p);
	if ((enough_at_zero && low >= 0) || p->failed || b->budget == 0 || b->depth == BOUNDS_DEPTH)
		return low;
	b->depth++;
	for (u32 i = 0; i < p->num_terms; i++)
		for (u32 k = 0; k < p->terms[i].count && b->budget > 0; k++) {
			ir_expr atom = ir_term_atoms(p, &p->terms[i])[k];
			bool composite = atom->kind > IR_EXPR_NAMED;
			if (seen_before(p, i, k, atom) || (!composite && terms_with(p, atom) < 2))
				continue;
			b->budget--;
			i128 better = low_by_atom(b, p, atom, enough_at_zero);
			low = BASE_MAX(low, better);
			if (enough_at_zero && low >= 0)
				break;
		}
	b->depth--;
	return low;
}

static struct range expr_range(struct bounds *b, ir_expr e) {
	if (e->kind != IR_EXPR_ADD && e->kind != IR_EXPR_MUL)
		return atom_range(b, e);
	struct ir_poly p;
	ir_poly_init(&p, b->c);
	ir_poly_add_expr(&p, e, 1);
	if (p.failed)
		return everything;
	return (struct range){poly_low(b, &p, false), poly_high(b, &p)};
}

bool ir_expr_bounds(struct ir_context *c, ir_expr e, i64 *min, i64 *max) {
	struct bounds b = {.c = c, .budget = BOUNDS_BUDGET};
	struct range r = expr_range(&b, e);
	if (r.low < INT64_MIN || r.high > INT64_MAX)
		return false;
	*min = (i64)r.low;
	*max = (i64)r.high;
	return true;
}

bool ir_expr_provably_le(struct ir_context *c, ir_expr lhs, ir_expr rhs) {
	if (lhs == rhs)
		return true;
	struct bounds b = {.c = c, .budget = BOUNDS_BUDGET};
	struct ir_poly p;
	ir_poly_init(&p, c);
	ir_poly_add_expr(&p, rhs, 1);
	ir_poly_add_expr(&p, lhs, -1);
	return !p.failed && poly_low(&b, &p, true) >= 0;
}
