// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element conversion: every code of every small float, rounding between neighbours, and the
// formats' corner values from their specifications (checked against ml_dtypes 0.6).
#include "ir/ir.h"

#include <math.h>

#include "unit/unit.h"

static int setup(void **state) {
	*state = ir_context_create();
	return *state == NULL;
}

static int teardown(void **state) {
	ir_context_destroy(*state);
	return 0;
}

static u32 store(ir_type t, double v) {
	u32 bits = 0;
	ir_element_store_float(t, &bits, v);
	return bits;
}

static double load(ir_type t, u32 bits) { return ir_element_load_float(t, &bits); }

static const enum ir_type_kind kinds[] = {
	IR_TYPE_F4E2M1FN, IR_TYPE_F6E2M3FN,   IR_TYPE_F6E3M2FN,   IR_TYPE_F8E3M4,
	IR_TYPE_F8E4M3,   IR_TYPE_F8E4M3FN,   IR_TYPE_F8E4M3FNUZ, IR_TYPE_F8E4M3B11FNUZ,
	IR_TYPE_F8E5M2,   IR_TYPE_F8E5M2FNUZ, IR_TYPE_F8E8M0FNU,  IR_TYPE_BF16,
	IR_TYPE_F16,
};

UNIT_TEST(every_code_comes_back) {
	struct ir_context *c = *state;
	for (u32 k = 0; k < ARRAY_SIZE(kinds); k++) {
		ir_type t = ir_type_float(c, kinds[k]);
		u32 codes = 1u << ir_type_bits(t), nans = 0;
		for (u32 code = 0; code < codes; code++) {
			double v = load(t, code);
			nans += isnan(v);
			if (!isnan(v))
				assert_int_equal(store(t, v), code);
		}
		assert_int_equal(nans > 0, kinds[k] > IR_TYPE_F6E3M2FN);
		assert_int_equal(isnan(load(t, store(t, NAN))), kinds[k] > IR_TYPE_F6E3M2FN);
	}
}

// Codes of positive values ascend, so neighbours are code and code + 1.
UNIT_TEST(rounds_to_nearest_even) {
	struct ir_context *c = *state;
	for (u32 k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (kinds[k] == IR_TYPE_F8E8M0FNU)
			continue;
		ir_type t = ir_type_float(c, kinds[k]);
		u32 sign = 1u << (ir_type_bits(t) - 1);
		for (u32 code = 0; code + 1 < sign; code++) {
			double low = load(t, code), high = load(t, code + 1), middle = (low + high) / 2;
			if (!isfinite(low) || !isfinite(high))
				break;
			assert_int_equal(store(t, middle), code + (code & 1));
			assert_int_equal(store(t, nextafter(middle, 0)), code);
			assert_int_equal(store(t, nextafter(middle, INFINITY)), code + 1);
			if (code || load(t, sign) == 0)
				assert_int_equal(store(t, -nextafter(middle, INFINITY)), sign | (code + 1));
		}
	}
}

UNIT_TEST(corner_values) {
	struct ir_context *c = *state;
	static const struct {
		enum ir_type_kind kind;
		double value;
		u32 code;
		// clang-format off
	} rows[] = {
		{IR_TYPE_F4E2M1FN, 6, 0x7},          {IR_TYPE_F4E2M1FN, -100, 0xf},      {IR_TYPE_F4E2M1FN, 0.5, 0x1},
		{IR_TYPE_F6E2M3FN, 7.5, 0x1f},       {IR_TYPE_F6E2M3FN, INFINITY, 0x1f}, {IR_TYPE_F6E3M2FN, 28, 0x1f},
		{IR_TYPE_F8E3M4, 15.5, 0x6f},        {IR_TYPE_F8E3M4, 16, 0x70},         {IR_TYPE_F8E4M3, 240, 0x77},
		{IR_TYPE_F8E4M3, 1000, 0x78},        {IR_TYPE_F8E4M3FN, 448, 0x7e},      {IR_TYPE_F8E4M3FN, 464, 0x7e},
		{IR_TYPE_F8E4M3FN, 465, 0x7f},       {IR_TYPE_F8E4M3FN, -INFINITY, 0xff}, {IR_TYPE_F8E4M3FNUZ, 240, 0x7f},
		{IR_TYPE_F8E4M3FNUZ, -0.0, 0},       {IR_TYPE_F8E4M3FNUZ, 500, 0x80},    {IR_TYPE_F8E4M3B11FNUZ, 30, 0x7f},
		{IR_TYPE_F8E5M2, 57344, 0x7b},       {IR_TYPE_F8E5M2, 1e6, 0x7c},        {IR_TYPE_F8E5M2FNUZ, 57344, 0x7f},
		{IR_TYPE_F8E8M0FNU, 1, 127},         {IR_TYPE_F8E8M0FNU, 1.5, 128},      {IR_TYPE_F8E8M0FNU, 1.4, 127},
		{IR_TYPE_F8E8M0FNU, 0, 0},           {IR_TYPE_F8E8M0FNU, -1, 255},       {IR_TYPE_F8E8M0FNU, 1e39, 255},
		{IR_TYPE_F16, 65504, 0x7bff},        {IR_TYPE_F16, 65520, 0x7c00},       {IR_TYPE_F16, 65519, 0x7bff},
		{IR_TYPE_F16, 5.960464477539063e-8, 1}, {IR_TYPE_F16, 2.98e-8, 0},       {IR_TYPE_F16, -0.0, 0x8000},
		{IR_TYPE_BF16, 1, 0x3f80},           {IR_TYPE_BF16, 3.4e38, 0x7f80},     {IR_TYPE_BF16, 1.00390625, 0x3f80},
		{IR_TYPE_BF16, 1.01171875, 0x3f82},  {IR_TYPE_BF16, NAN, 0x7fc0},        {IR_TYPE_F16, NAN, 0x7e00},
	};
	// clang-format on
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		if (store(ir_type_float(c, rows[i].kind), rows[i].value) != rows[i].code)
			fail_msg("row %u: %g is stored as %x", i, rows[i].value,
			         store(ir_type_float(c, rows[i].kind), rows[i].value));
	// From double in one step: above the tie by less than a float can say.
	assert_int_equal(store(ir_type_float(c, IR_TYPE_F16), 1.00048828125 + 1e-12), 0x3c01);
	ir_type f32 = ir_type_float(c, IR_TYPE_F32), f64 = ir_type_float(c, IR_TYPE_F64);
	double bytes;
	ir_element_store_float(f64, &bytes, 0.1);
	assert_true(ir_element_load_float(f64, &bytes) == 0.1);
	assert_int_equal(store(f32, 0.1), 0x3dcccccd);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, load(ir_type_index(c), 0));
	assert_string_equal(failure.message, "the element is no float");
}

UNIT_TEST(integers) {
	struct ir_context *c = *state;
	static const struct {
		u32 width;
		enum ir_signedness sign;
		i64 stored, loaded;
	} rows[] = {
		{1, IR_SIGNLESS, 1, -1},   {1, IR_UNSIGNED, 1, 1},
		{4, IR_SIGNLESS, 9, -7},   {4, IR_UNSIGNED, 25, 9},
		{8, IR_SIGNED, 255, -1},   {8, IR_UNSIGNED, -1, 255},
		{24, IR_SIGNLESS, -2, -2}, {33, IR_SIGNLESS, 1ll << 32, -(1ll << 32)},
		{64, IR_SIGNLESS, -5, -5}, {128, IR_SIGNLESS, -5, -5},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		ir_type t = ir_type_integer(c, rows[i].width, rows[i].sign);
		u8 bytes[16];
		memset(bytes, 0xaa, sizeof bytes);
		ir_element_store_int(t, bytes, rows[i].stored);
		assert_int_equal(ir_element_load_int(t, bytes), rows[i].loaded);
		if (rows[i].width == 128)
			assert_int_equal(bytes[15], 0xff);
	}
	i64 v;
	ir_element_store_int(ir_type_index(c), &v, INT64_MIN);
	assert_true(ir_element_load_int(ir_type_index(c), &v) == INT64_MIN);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_code_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(rounds_to_nearest_even, setup, teardown),
		cmocka_unit_test_setup_teardown(corner_values, setup, teardown),
		cmocka_unit_test_setup_teardown(integers, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
