// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// math on one lane: exact results for the ops that fold (rounding, sqrt, fma, bits), and libm's in
// double, rounded to the type, as reference for the others. Why double suffices: arith_scalar.c.
#include <math.h>

#include "dialect/hooks.h"

#define UNARY(name, expression)                                                                    \
	bool math_##name(const struct ir_lane *t, const union ir_scalar *in, union ir_scalar *out) {   \
		double x = in[0].f, y = (expression);                                                      \
		out->f = dialect_round(t->out, isnan(y) && !isnan(x) ? (double)NAN : y);                   \
		return true;                                                                               \
	}

UNARY(absf, fabs(x))
UNARY(ceil, ceil(x))
UNARY(floor, floor(x))
UNARY(round, round(x))
UNARY(roundeven, roundeven(x))
UNARY(trunc, trunc(x))
UNARY(sqrt, sqrt(x))
UNARY(acos, acos(x))
UNARY(acosh, acosh(x))
UNARY(asin, asin(x))
UNARY(asinh, asinh(x))
UNARY(atan, atan(x))
UNARY(atanh, atanh(x))
UNARY(cbrt, cbrt(x))
UNARY(cos, cos(x))
UNARY(cosh, cosh(x))
UNARY(erf, erf(x))
UNARY(exp, exp(x))
UNARY(exp2, exp2(x))
UNARY(expm1, expm1(x))
UNARY(log, log(x))
UNARY(log10, log10(x))
UNARY(log1p, log1p(x))
UNARY(log2, log2(x))
UNARY(rsqrt, 1 / sqrt(x))
UNARY(sin, sin(x))
UNARY(sinh, sinh(x))
UNARY(tan, tan(x))
UNARY(tanh, tanh(x))

HOOK_SCALAR(math_atan2) {
	out->f = dialect_round(t->out, atan2(in[0].f, in[1].f));
	return true;
}
HOOK_SCALAR(math_powf) {
	out->f = dialect_round(t->out, pow(in[0].f, in[1].f));
	return true;
}
HOOK_SCALAR(math_copysign) {
	out->f = copysign(in[0].f, in[1].f);
	return true;
}

// f32 needs its own fma: rounding the double one again could round twice. For types of at most 11
// significant bits the double result is exact or too far from a tie to matter.
HOOK_SCALAR(math_fma) {
	double r = t->out->kind == IR_TYPE_F32
	               ? (double)fmaf((float)in[0].f, (float)in[1].f, (float)in[2].f)
	               : fma(in[0].f, in[1].f, in[2].f);
	if (isnan(r) && !isnan(in[0].f) && !isnan(in[1].f) && !isnan(in[2].f))
		r = (double)NAN;
	out->f = dialect_round(t->out, r);
	return true;
}

// By repeated squaring in double: the reference for an op without one exact result.
HOOK_SCALAR(math_fpowi) {
	double base = in[0].f, r = 1;
	u64 n = in[1].i < 0 ? 0 - (u64)in[1].i : (u64)in[1].i;
	for (; n; n >>= 1, base *= base)
		if (n & 1)
			r *= base;
	out->f = dialect_round(t->out, in[1].i < 0 ? 1 / r : r);
	return true;
}

HOOK_SCALAR(math_absi) {
	u32 bits = dialect_int_width(t->in);
	out->i = dialect_wrap(bits, in[0].i < 0 ? 0 - (u64)in[0].i : (u64)in[0].i);
	return bits <= 64;
}
HOOK_SCALAR(math_ctlz) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	u64 v = dialect_zext(bits, in[0].i);
	out->i = dialect_wrap(bits, v ? (u64)__builtin_clzll(v) - (64 - bits) : bits);
	return true;
}
HOOK_SCALAR(math_cttz) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	u64 v = dialect_zext(bits, in[0].i);
	out->i = dialect_wrap(bits, v ? (u64)__builtin_ctzll(v) : bits);
	return true;
}
HOOK_SCALAR(math_ctpop) {
	u32 bits = dialect_int_width(t->in);
	if (bits > 64)
		return false;
	out->i = dialect_wrap(bits, (u64)__builtin_popcountll(dialect_zext(bits, in[0].i)));
	return true;
}

// A negative exponent: the integer part of 1 / base^n.
HOOK_SCALAR(math_ipowi) {
	u32 bits = dialect_int_width(t->in);
	i64 base = in[0].i, n = in[1].i;
	if (bits > 64 || (n < 0 && base == 0))
		return false;
	if (n < 0) {
		out->i = base == 1    ? dialect_wrap(bits, 1)
		         : base == -1 ? dialect_wrap(bits, n & 1 ? (u64)-1 : 1)
		                      : 0;
		return true;
	}
	u64 r = 1, b = (u64)base;
	for (u64 e = (u64)n; e; e >>= 1, b *= b)
		if (e & 1)
			r *= b;
	out->i = dialect_wrap(bits, r);
	return true;
}
