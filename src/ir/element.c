// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of constants: from and to the bytes in memory. Small floats are described by one row
// each (exponent and mantissa bits, bias, what stands for infinity and NaN) and share one decoder
// and one encoder, which rounds to nearest even in a single step from double.
//
// Reference: the names are those of MLIR's float types; OCP "8-bit Floating Point Specification"
// and "Microscaling Formats"; FNUZ variants as in LLVM's APFloat.
#include "ir/ir.h"

#include <math.h>

enum specials {
	SPECIALS_IEEE,    // top exponent: infinity, NaN
	SPECIALS_FN,      // all ones is NaN, no infinity: overflow gives NaN
	SPECIALS_FNUZ,    // the pattern of -0 is NaN, no infinity, no -0
	SPECIALS_FINITE,  // neither: overflow and NaN give the largest
};
struct float_format {
	u8 exponent_bits, mantissa_bits;
	i16 bias;
	u8 specials;
};

// clang-format off
static const struct float_format formats[] = {
	[IR_TYPE_F4E2M1FN]       = {2, 1, 1, SPECIALS_FINITE},
	[IR_TYPE_F6E2M3FN]       = {2, 3, 1, SPECIALS_FINITE},
	[IR_TYPE_F6E3M2FN]       = {3, 2, 3, SPECIALS_FINITE},
	[IR_TYPE_F8E3M4]         = {3, 4, 3, SPECIALS_IEEE},
	[IR_TYPE_F8E4M3]         = {4, 3, 7, SPECIALS_IEEE},
	[IR_TYPE_F8E4M3FN]       = {4, 3, 7, SPECIALS_FN},
	[IR_TYPE_F8E4M3FNUZ]     = {4, 3, 8, SPECIALS_FNUZ},
	[IR_TYPE_F8E4M3B11FNUZ]  = {4, 3, 11, SPECIALS_FNUZ},
	[IR_TYPE_F8E5M2]         = {5, 2, 15, SPECIALS_IEEE},
	[IR_TYPE_F8E5M2FNUZ]     = {5, 2, 16, SPECIALS_FNUZ},
	[IR_TYPE_BF16]           = {8, 7, 127, SPECIALS_IEEE},
	[IR_TYPE_F16]            = {5, 10, 15, SPECIALS_IEEE},
	[IR_TYPE_TF32]           = {8, 10, 127, SPECIALS_IEEE},
};
// clang-format on

static u64 load_bytes(const void *p, u64 size) {
	u64 v = 0;
	memcpy(&v, p, size);
	return v;
}

// ---- decoding ---------------------------------------------------------------------------------

static double decode(const struct float_format *f, u32 bits) {
	u32 m_bits = f->mantissa_bits, e_max = (1u << f->exponent_bits) - 1;
	u32 mantissa = bits & ((1u << m_bits) - 1), exponent = bits >> m_bits & e_max;
	bool negative = bits >> (m_bits + f->exponent_bits) & 1;
	bool ones = exponent == e_max && mantissa == (1u << m_bits) - 1;
	if ((f->specials == SPECIALS_FN && ones) ||
	    (f->specials == SPECIALS_FNUZ && negative && exponent == 0 && mantissa == 0))
		return negative ? -(double)NAN : (double)NAN;
	double v;
	if (f->specials == SPECIALS_IEEE && exponent == e_max)
		v = mantissa ? (double)NAN : (double)INFINITY;
	else if (exponent == 0)
		v = ldexp(mantissa, 1 - f->bias - (int)m_bits);
	else
		v = ldexp(mantissa | 1u << m_bits, (int)exponent - f->bias - (int)m_bits);
	return negative ? -v : v;
}

double ir_element_load_float(ir_type element, const void *p) {
	float f32;
	double f64;
	u32 bits;
	switch (element->kind) {
	case IR_TYPE_F64: memcpy(&f64, p, sizeof f64); return f64;
	case IR_TYPE_F32: memcpy(&f32, p, sizeof f32); return f32;
	case IR_TYPE_BF16:
		bits = (u32)load_bytes(p, 2) << 16;
		memcpy(&f32, &bits, sizeof f32);
		return f32;
	case IR_TYPE_F8E8M0FNU:
		bits = (u32)load_bytes(p, 1);
		return bits == 0xff ? (double)NAN : ldexp(1.0, (int)bits - 127);
	default: break;
	}
	CHECK_MSG(ir_type_is_float(element), "the element is no float");
	return decode(&formats[element->kind], (u32)load_bytes(p, ir_type_bytes(element)));
}

// ---- encoding ---------------------------------------------------------------------------------

// The largest magnitude's pattern.
static u32 largest(const struct float_format *f) {
	u32 all = (1u << (f->exponent_bits + f->mantissa_bits)) - 1;
	switch (f->specials) {
	case SPECIALS_IEEE: return all - (1u << f->mantissa_bits);
	case SPECIALS_FN: return all - 1;
	default: return all;
	}
}

static u32 encode_nan(const struct float_format *f, u32 sign) {
	u32 all = (1u << (f->exponent_bits + f->mantissa_bits)) - 1,
		top = 1u << (f->exponent_bits + f->mantissa_bits);
	switch (f->specials) {
	case SPECIALS_IEEE:
		return sign | (all - (1u << (f->mantissa_bits - 1)) + 1);  // the quiet bit only
	case SPECIALS_FN: return sign | all;
	case SPECIALS_FNUZ: return top;
	default: return sign | all;
	}
}

static u32 encode_overflow(const struct float_format *f, u32 sign) {
	switch (f->specials) {
	case SPECIALS_IEEE: return sign | (largest(f) + 1);
	case SPECIALS_FINITE: return sign | largest(f);
	default: return encode_nan(f, sign);
	}
}

// v >> shift, rounded to nearest, ties to even.
static u64 shift_round(u64 v, u32 shift) {
	if (shift == 0)
		return v;
	if (shift > 63)
		return 0;
	u64 half = 1ull << (shift - 1), rest = v & ((1ull << shift) - 1), q = v >> shift;
	return q + (rest > half || (rest == half && (q & 1)));
}

static u32 encode(const struct float_format *f, double v) {
	u64 bits;
	memcpy(&bits, &v, sizeof bits);
	u32 sign = bits >> 63 ? 1u << (f->exponent_bits + f->mantissa_bits) : 0;
	if (isnan(v))
		return encode_nan(f, sign);
	if (isinf(v))
		return encode_overflow(f, sign);
	int exponent = (int)(bits >> 52 & 0x7ff) - 1023 + f->bias;  // in f's terms; double's own
	u64 mantissa = bits & ((1ull << 52) - 1);                   // subnormals are far below f's
	u32 drop = 52 - f->mantissa_bits;
	u64 magnitude;
	if (exponent >= 1)
		magnitude =
			shift_round((u64)exponent << 52 | mantissa, drop);  // a carry raises the exponent
	else
		magnitude = shift_round(mantissa | 1ull << 52, drop + (u32)BASE_MIN(1 - exponent, 63));
	if (magnitude > largest(f))
		return encode_overflow(f, sign);
	return f->specials == SPECIALS_FNUZ && magnitude == 0 ? 0 : sign | (u32)magnitude;
}

// A power of two with no sign and no zero: the smallest stands for what is below, NaN for the rest.
// Its one significant bit is odd, so nearest-even takes ties up.
static u8 encode_e8m0(double v) {
	if (!(v >= 0) || isinf(v))
		return 0xff;
	int exponent;
	double fraction = frexp(v, &exponent);  // v = fraction * 2^exponent, fraction in [0.5, 1)
	int biased = exponent - 1 + 127;
	biased += fraction >= 0.75;
	return v == 0 || biased < 0 ? 0 : biased > 254 ? 0xff : (u8)biased;
}

void ir_element_store_float(ir_type element, void *p, double v) {
	float f32;
	u32 bits;
	u8 e8m0;
	switch (element->kind) {
	case IR_TYPE_F64: memcpy(p, &v, sizeof v); return;
	case IR_TYPE_F32:
		f32 = (float)v;
		memcpy(p, &f32, sizeof f32);
		return;
	case IR_TYPE_F8E8M0FNU:
		e8m0 = encode_e8m0(v);
		memcpy(p, &e8m0, 1);
		return;
	default: break;
	}
	CHECK_MSG(ir_type_is_float(element), "the element is no float");
	bits = encode(&formats[element->kind], v);
	memcpy(p, &bits, ir_type_bytes(element));
}

// ---- integers ---------------------------------------------------------------------------------

i64 ir_element_load_int(ir_type element, const void *p) {
	CHECK_MSG(ir_type_is_int_or_index(element), "the element is no integer");
	u64 size = ir_type_bytes(element);
	u64 v = load_bytes(p, BASE_MIN(size, 8));
	u32 width = ir_type_bits(element);
	if (width >= 64)
		return (i64)v;
	v <<= 64 - width;
	return element->signedness == IR_UNSIGNED ? (i64)(v >> (64 - width)) : (i64)v >> (64 - width);
}

void ir_element_store_int(ir_type element, void *p, i64 v) {
	CHECK_MSG(ir_type_is_int_or_index(element), "the element is no integer");
	u64 size = ir_type_bytes(element);
	u32 width = ir_type_bits(element);
	u64 bits = width < 64 ? (u64)v & ((1ull << width) - 1) : (u64)v;
	memcpy(p, &bits, BASE_MIN(size, 8));
	if (size > 8)
		memset((u8 *)p + 8, v < 0 && element->signedness != IR_UNSIGNED ? 0xff : 0, size - 8);
}
