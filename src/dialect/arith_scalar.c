// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// arith on one lane: the definition that constant folding, the interpreter and fuzzing share.
//
// Floats are computed in double and then rounded to their type. For + - * / and sqrt this equals
// one rounding as long as 53 >= 2p + 2, that is for every type up to f32 (S. Figueroa, "When is
// double rounding innocuous?", 1995); f64 rounds once anyway. A NaN that an operation creates is
// the positive quiet one, whatever the host's is. Integers wrap to their width; what arith leaves
// undefined gives false.
#include <math.h>

#include "dialect/hooks.h"

// Integers of more than 64 bits have no lane.
#define INT_LANE(name)                                                                             \
	bool arith_##name(const struct ir_lane *t, const union ir_scalar *in, union ir_scalar *out) {  \
		u32 bits = dialect_int_width(t->in);                                                       \
		return bits <= 64 && name(bits, in[0].i, in[1].i, &out->i);                                \
	}

static bool addi(u32 bits, i64 a, i64 b, i64 *out) {
	*out = dialect_wrap(bits, (u64)a + (u64)b);
	return true;
}
static bool subi(u32 bits, i64 a, i64 b, i64 *out) {
	*out = dialect_wrap(bits, (u64)a - (u64)b);
	return true;
}
static bool muli(u32 bits, i64 a, i64 b, i64 *out) {
	*out = dialect_wrap(bits, (u64)a * (u64)b);
	return true;
}
static bool divui(u32 bits, i64 a, i64 b, i64 *out) {
	if (b == 0)
		return false;
	*out = dialect_wrap(bits, dialect_zext(bits, a) / dialect_zext(bits, b));
	return true;
}
static bool remui(u32 bits, i64 a, i64 b, i64 *out) {
	if (b == 0)
		return false;
	*out = dialect_wrap(bits, dialect_zext(bits, a) % dialect_zext(bits, b));
	return true;
}
static bool ceildivui(u32 bits, i64 a, i64 b, i64 *out) {
	if (b == 0)
		return false;
	u64 x = dialect_zext(bits, a), y = dialect_zext(bits, b);
	*out = dialect_wrap(bits, x / y + (x % y != 0));
	return true;
}
// Quotient and remainder exist: no zero divisor and not the smallest value by -1.
static bool divides(u32 bits, i64 a, i64 b) {
	return b != 0 && !(b == -1 && a == dialect_wrap(bits, 1ull << (bits - 1)));
}
static bool divsi(u32 bits, i64 a, i64 b, i64 *out) {
	if (!divides(bits, a, b))
		return false;
	*out = a / b;
	return true;
}
static bool remsi(u32 bits, i64 a, i64 b, i64 *out) {
	if (!divides(bits, a, b))
		return false;
	*out = a % b;
	return true;
}
static bool ceildivsi(u32 bits, i64 a, i64 b, i64 *out) {
	if (!divides(bits, a, b))
		return false;
	*out = a / b + (a % b != 0 && (a < 0) == (b < 0));
	return true;
}
static bool floordivsi(u32 bits, i64 a, i64 b, i64 *out) {
	if (!divides(bits, a, b))
		return false;
	*out = a / b - (a % b != 0 && (a < 0) != (b < 0));
	return true;
}
static bool andi(u32 bits, i64 a, i64 b, i64 *out) {
	(void)bits;
	*out = a & b;
	return true;
}
static bool ori(u32 bits, i64 a, i64 b, i64 *out) {
	(void)bits;
	*out = a | b;
	return true;
}
static bool xori(u32 bits, i64 a, i64 b, i64 *out) {
	(void)bits;
	*out = a ^ b;
	return true;
}
static bool shli(u32 bits, i64 a, i64 b, i64 *out) {
	if (dialect_zext(bits, b) >= bits)
		return false;
	*out = dialect_wrap(bits, (u64)a << dialect_zext(bits, b));
	return true;
}
static bool shrui(u32 bits, i64 a, i64 b, i64 *out) {
	if (dialect_zext(bits, b) >= bits)
		return false;
	*out = dialect_wrap(bits, dialect_zext(bits, a) >> dialect_zext(bits, b));
	return true;
}
static bool shrsi(u32 bits, i64 a, i64 b, i64 *out) {
	if (dialect_zext(bits, b) >= bits)
		return false;
	*out = a >> dialect_zext(bits, b);
	return true;
}
static bool maxsi(u32 bits, i64 a, i64 b, i64 *out) {
	(void)bits;
	*out = a > b ? a : b;
	return true;
}
static bool minsi(u32 bits, i64 a, i64 b, i64 *out) {
	(void)bits;
	*out = a < b ? a : b;
	return true;
}
static bool maxui(u32 bits, i64 a, i64 b, i64 *out) {
	*out = dialect_zext(bits, a) > dialect_zext(bits, b) ? a : b;
	return true;
}
static bool minui(u32 bits, i64 a, i64 b, i64 *out) {
	*out = dialect_zext(bits, a) < dialect_zext(bits, b) ? a : b;
	return true;
}

INT_LANE(addi)
INT_LANE(subi)
INT_LANE(muli)
INT_LANE(divui)
INT_LANE(remui)
INT_LANE(ceildivui)
INT_LANE(divsi)
INT_LANE(remsi)
INT_LANE(ceildivsi)
INT_LANE(floordivsi)
INT_LANE(andi)
INT_LANE(ori)
INT_LANE(xori)
INT_LANE(shli)
INT_LANE(shrui)
INT_LANE(shrsi)
INT_LANE(maxsi)
INT_LANE(minsi)
INT_LANE(maxui)
INT_LANE(minui)

HOOK_SCALAR(arith_addui_extended) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	u64 a = dialect_zext(bits, in[0].i),
		sum = dialect_zext(bits, (i64)(a + dialect_zext(bits, in[1].i)));
	out[0].i = dialect_wrap(bits, sum);
	out[1].i = dialect_wrap(1, sum < a);
	return true;
}

HOOK_SCALAR(arith_mulsi_extended) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	__extension__ __int128 product = (__int128)in[0].i * in[1].i;
	out[0].i = dialect_wrap(bits, (u64)product);
	out[1].i = dialect_wrap(bits, (u64)(product >> bits));
	return true;
}

HOOK_SCALAR(arith_mului_extended) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	__extension__ unsigned __int128 product =
		(unsigned __int128)dialect_zext(bits, in[0].i) * dialect_zext(bits, in[1].i);
	out[0].i = dialect_wrap(bits, (u64)product);
	out[1].i = dialect_wrap(bits, (u64)(product >> bits));
	return true;
}

// ---- floats -----------------------------------------------------------------------------------

double dialect_round(ir_type t, double v) {
	if (t->kind == IR_TYPE_F64)
		return v;
	if (t->kind == IR_TYPE_F32)
		return (double)(float)v;
	u8 bytes[8] = {0};
	ir_element_store_float(t, bytes, v);
	return ir_element_load_float(t, bytes);
}

// Rounds a computed result; a NaN that no operand brought in becomes the positive quiet one.
static bool finish(ir_type t, double v, const union ir_scalar *in, u32 n, union ir_scalar *out) {
	if (isnan(v)) {
		bool inherited = false;
		for (u32 i = 0; i < n; i++)
			inherited |= isnan(in[i].f);
		if (!inherited)
			v = (double)NAN;
	}
	out->f = dialect_round(t, v);
	return true;
}

HOOK_SCALAR(arith_negf) {
	out->f = -in[0].f;
	return true;
}
HOOK_SCALAR(arith_addf) { return finish(t->out, in[0].f + in[1].f, in, 2, out); }
HOOK_SCALAR(arith_subf) { return finish(t->out, in[0].f - in[1].f, in, 2, out); }
HOOK_SCALAR(arith_mulf) { return finish(t->out, in[0].f * in[1].f, in, 2, out); }
HOOK_SCALAR(arith_divf) { return finish(t->out, in[0].f / in[1].f, in, 2, out); }
HOOK_SCALAR(arith_remf) { return finish(t->out, fmod(in[0].f, in[1].f), in, 2, out); }

// a below b, counting -0 below +0.
static bool below(double a, double b) { return a < b || (a == b && signbit(a) > signbit(b)); }
HOOK_SCALAR(arith_maximumf) {
	double a = in[0].f, b = in[1].f;
	out->f = isnan(a) ? a : isnan(b) ? b : below(a, b) ? b : a;
	return true;
}
HOOK_SCALAR(arith_minimumf) {
	double a = in[0].f, b = in[1].f;
	out->f = isnan(a) ? a : isnan(b) ? b : below(b, a) ? b : a;
	return true;
}
HOOK_SCALAR(arith_maxnumf) {
	double a = in[0].f, b = in[1].f;
	out->f = isnan(a) ? b : isnan(b) ? a : below(a, b) ? b : a;
	return true;
}
HOOK_SCALAR(arith_minnumf) {
	double a = in[0].f, b = in[1].f;
	out->f = isnan(a) ? b : isnan(b) ? a : below(b, a) ? b : a;
	return true;
}

// ---- conversions ------------------------------------------------------------------------------

// An integer as the double that rounds to any narrower float as the integer itself would: exact up
// to 53 bits, beyond that the lowest bit says whether something was cut off (rounding to odd).
static double magnitude(ir_type t, u64 v) {
	if (t->kind == IR_TYPE_F64 || v < 1ull << 53)
		return (double)v;
	u32 shift = 11 - (u32)__builtin_clzll(v);
	u64 kept = v >> shift | ((v & ((1ull << shift) - 1)) != 0);
	return ldexp((double)kept, (int)shift);
}
HOOK_SCALAR(arith_uitofp) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	out->f = dialect_round(t->out, magnitude(t->out, dialect_zext(bits, in[0].i)));
	return true;
}
HOOK_SCALAR(arith_sitofp) {
	if (dialect_int_width(t->in) > 64)
		return false;
	double v = magnitude(t->out, in[0].i < 0 ? 0 - (u64)in[0].i : (u64)in[0].i);
	out->f = dialect_round(t->out, in[0].i < 0 ? -v : v);
	return true;
}
HOOK_SCALAR(arith_fptoui) {
	u32 bits = dialect_int_width(t->out);
	double v = trunc(in[0].f);
	if (bits > 64 || !(v >= 0 && v < ldexp(1, (int)bits)))
		return false;
	out->i = dialect_wrap(bits, (u64)v);
	return true;
}
HOOK_SCALAR(arith_fptosi) {
	u32 bits = dialect_int_width(t->out);
	if (bits > 64 || bits == 0)
		return false;
	double v = trunc(in[0].f), limit = ldexp(1, (int)bits - 1);
	if (!(v >= -limit && v < limit))
		return false;
	out->i = (i64)v;
	return true;
}
HOOK_SCALAR(arith_extui) {
	if (dialect_int_width(t->out) > 64)
		return false;
	out->i =
		dialect_wrap(dialect_int_width(t->out), dialect_zext(dialect_int_width(t->in), in[0].i));
	return true;
}
HOOK_SCALAR(arith_extsi) {
	out->i = in[0].i;
	return dialect_int_width(t->out) <= 64;
}
HOOK_SCALAR(arith_trunci) {
	out->i = dialect_wrap(dialect_int_width(t->out), (u64)in[0].i);
	return dialect_int_width(t->in) <= 64;
}
HOOK_SCALAR(arith_index_cast) {
	out->i = dialect_wrap(dialect_int_width(t->out), (u64)in[0].i);
	return dialect_int_width(t->in) <= 64 && dialect_int_width(t->out) <= 64;
}
HOOK_SCALAR(arith_index_castui) {
	out->i =
		dialect_wrap(dialect_int_width(t->out), dialect_zext(dialect_int_width(t->in), in[0].i));
	return dialect_int_width(t->in) <= 64 && dialect_int_width(t->out) <= 64;
}
HOOK_SCALAR(arith_extf) {
	out->f = dialect_round(t->out, in[0].f);
	return true;
}
HOOK_SCALAR(arith_truncf) {
	out->f = dialect_round(t->out, in[0].f);
	return true;
}

// Through the bytes of memory; index and integers wider than 64 bits have no fixed ones.
HOOK_SCALAR(arith_bitcast) {
	u8 bytes[8] = {0};
	if (ir_type_bits(t->in) > 64 || ir_type_bits(t->in) != ir_type_bits(t->out))
		return false;
	if (ir_type_is_float(t->in))
		ir_element_store_float(t->in, bytes, in[0].f);
	else
		ir_element_store_int(t->in, bytes, in[0].i);
	if (ir_type_is_float(t->out))
		out->f = ir_element_load_float(t->out, bytes);
	else
		out->i = ir_element_load_int(t->out, bytes);
	return true;
}

// ---- comparisons ------------------------------------------------------------------------------

HOOK_SCALAR(arith_cmpi) {
	u32 bits = dialect_int_width(t->in);
	i64 a = in[0].i, b = in[1].i;
	u64 ua = dialect_zext(bits, a), ub = dialect_zext(bits, b);
	bool r;
	switch (t->predicate) {
	case IR_cmpi_predicate_eq: r = a == b; break;
	case IR_cmpi_predicate_ne: r = a != b; break;
	case IR_cmpi_predicate_slt: r = a < b; break;
	case IR_cmpi_predicate_sle: r = a <= b; break;
	case IR_cmpi_predicate_sgt: r = a > b; break;
	case IR_cmpi_predicate_sge: r = a >= b; break;
	case IR_cmpi_predicate_ult: r = ua < ub; break;
	case IR_cmpi_predicate_ule: r = ua <= ub; break;
	case IR_cmpi_predicate_ugt: r = ua > ub; break;
	case IR_cmpi_predicate_uge: r = ua >= ub; break;
	default: return false;
	}
	out->i = dialect_wrap(1, r);
	return bits <= 64;
}

HOOK_SCALAR(arith_cmpf) {
	double a = in[0].f, b = in[1].f;
	bool unordered = isnan(a) || isnan(b);
	// The predicate's bits: 1 equal, 2 greater, 4 less, 8 unordered; numbers: ir/enum.def.
	static const u8 accepts[] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 8, 15};
	if (t->predicate < 0 || t->predicate >= (i64)ARRAY_SIZE(accepts))
		return false;
	u32 relation = unordered ? 8 : a == b ? 1 : a > b ? 2 : 4;
	out->i = dialect_wrap(1, (accepts[t->predicate] & relation) != 0);
	return true;
}
