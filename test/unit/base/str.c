// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Slices, numbers and text building.
#include "base/str.h"

#include <locale.h>
#include <math.h>

#include "unit/unit.h"

UNIT_TEST(slices) {
	struct str s = STR("alpha,beta,gamma"), rest;
	assert_str(str_split(s, ',', &rest), "alpha");
	assert_str(rest, "beta,gamma");
	assert_str(str_split(STR("one"), ',', &rest), "one");
	assert_int_equal(rest.size, 0);
	assert_str(str_split(STR(",x"), ',', &rest), "");
	assert_str(rest, "x");
	assert_true(str_starts_with(s, STR("alpha")) && str_starts_with(s, STR("")));
	assert_false(str_starts_with(STR("al"), s));
	assert_true(str_ends_with(s, STR("gamma")));
	assert_false(str_ends_with(s, STR("beta")));
	assert_str(str_trim(STR(" \t\n x y \r")), "x y");
	assert_str(str_trim(STR("   ")), "");
	assert_str(str_drop(s, 100), "");
	assert_str(str_take(s, 100), "alpha,beta,gamma");
	assert_int_equal(str_drop(str_from(NULL), 3).size, 0);
}

UNIT_TEST(finding) {
	struct str s = STR("a.b.c");
	assert_int_equal(str_find(s, STR("b.c")), 2);
	assert_int_equal(str_find(s, STR("")), 0);
	assert_int_equal(str_find(s, STR("x")), -1);
	assert_int_equal(str_find(str_from(NULL), STR("x")), -1);
	assert_int_equal(str_find_char(s, '.'), 1);
	assert_int_equal(str_rfind_char(s, '.'), 3);
	assert_int_equal(str_find_char(s, 'z'), -1);
	assert_int_equal(str_rfind_char(str_from(NULL), 'z'), -1);
}

UNIT_TEST(order) {
	assert_int_equal(str_compare(STR("a"), STR("b")), -1);
	assert_int_equal(str_compare(STR("ab"), STR("a")), 1);
	assert_int_equal(str_compare(STR(""), str_from(NULL)), 0);
	assert_int_equal(str_compare(STR("\xff"), STR("a")), 1);  // bytes are unsigned
	assert_true(str_eq(STR(""), str_from(NULL)));
	assert_false(str_eq_z(STR("ab"), "a"));
}

static i64 integer(const char *z, bool expected) {
	i64 v = 12345;
	assert_int_equal(str_parse_i64(str_from(z), &v), expected);
	return v;
}

UNIT_TEST(integers) {
	assert_true(integer("0", true) == 0);
	assert_true(integer("-17", true) == -17);
	assert_true(integer("+17", true) == 17);
	assert_true(integer("0x1F", true) == 31);
	assert_true(integer("9223372036854775807", true) == INT64_MAX);
	assert_true(integer("-9223372036854775808", true) == INT64_MIN);
	assert_true(integer("0x7fffffffffffffff", true) == INT64_MAX);
	static const char *const bad[] = {
	    "", "-", "0x", "1a", " 1", "1 ", "--1", "9223372036854775808", "-9223372036854775809",
	    "99999999999999999999999", "0xfffffffffffffffff",
	};
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(integer(bad[i], false) == 12345);
}

static bool real_is(const char *z, double expected) {
	double v;
	return str_parse_f64(str_from(z), &v) && memcmp(&v, &expected, sizeof v) == 0;
}

UNIT_TEST(reals) {
	assert_true(real_is("1.5", 1.5));
	assert_true(real_is("-0.0", -0.0));
	assert_true(real_is("1e-400", 0.0));
	assert_true(real_is("1e999", INFINITY));
	assert_true(real_is("0x1.8p3", 12.0));
	assert_true(real_is("-inf", -INFINITY));
	assert_true(real_is("2.2250738585072011e-308", 0x0.fffffffffffffp-1022));
	char longer[400];  // half way between two doubles, and a bit more in the last digit
	memset(longer, '0', sizeof longer);
	memcpy(longer, "9007199254740993.", 17);
	longer[398] = '1';
	longer[399] = 0;
	assert_true(real_is(longer, 9007199254740994.0));
	longer[398] = '0';
	assert_true(real_is(longer, 9007199254740992.0));
	double v;
	assert_false(str_parse_f64(STR(""), &v));
	assert_false(str_parse_f64(STR(" 1"), &v));
	assert_false(str_parse_f64(STR("1,5"), &v));
	assert_false(str_parse_f64(STR("1.5x"), &v));
	assert_false(str_parse_f64(str_make("1\0002", 3), &v));
}

// A host program may have set any locale; try those that write a decimal comma.
UNIT_TEST(locale_does_not_matter) {
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"};
	struct arena a;
	arena_init(&a);
	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		setlocale(LC_ALL, names[i]);
		assert_true(real_is("1.5", 1.5));
		assert_str(str_format(&a, "%.2f", 1.5), "1.50");
	}
	setlocale(LC_ALL, "C");
	arena_deinit(&a);
}

UNIT_TEST(distance) {
	assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 10), 3);
	assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 2), 2);
	assert_int_equal(str_distance(STR("same"), STR("same"), 3), 0);
	assert_int_equal(str_distance(STR(""), STR("abc"), 9), 3);
	assert_int_equal(str_distance(STR("abcdefgh"), STR(""), 3), 3);
}

UNIT_TEST(building) {
	struct arena a;
	arena_init(&a);
	struct strbuf b;
	strbuf_init(&b, &a);
	assert_str(strbuf_str(&b), "");
	strbuf_add_z(&b, "n = ");
	strbuf_add_i64(&b, INT64_MIN);
	strbuf_add_char(&b, ' ');
	strbuf_add_u64(&b, UINT64_MAX);
	strbuf_add_repeat(&b, '.', 3);
	strbuf_addf(&b, "%s", "");
	assert_str(strbuf_str(&b), "n = -9223372036854775808 18446744073709551615...");
	assert_int_equal(b.data[b.size], 0);
	assert_int_equal(str_format(&a, "%0300d", 7).size, 300);
	const char *z = str_z(&a, str_make("abcdef", 3));
	assert_string_equal(z, "abc");
	arena_deinit(&a);
}

UNIT_TEST(buffers_grow_between_other_allocations) {
	struct arena a;
	arena_init(&a);
	struct strbuf b;
	strbuf_init(&b, &a);
	for (u32 i = 0; i < 10000; i++) {
		strbuf_add_char(&b, (char)('a' + i % 26));
		if (i % 100 == 0)
			arena_alloc(&a, 1, 1);
	}
	assert_int_equal(b.size, 10000);
	for (u32 i = 0; i < 10000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	arena_deinit(&a);
}

UNIT_TEST(escapes) {
	struct arena a;
	arena_init(&a);
	struct strbuf b;
	strbuf_init(&b, &a);
	strbuf_add_escaped(&b, str_make("a\"\\\n\t\x01\xc3\0", 8));
	assert_str(strbuf_str(&b), "a\\\"\\\\\\n\\t\\01\\C3\\00");
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slices),
	    cmocka_unit_test(finding),
	    cmocka_unit_test(order),
	    cmocka_unit_test(integers),
	    cmocka_unit_test(reals),
	    cmocka_unit_test(locale_does_not_matter),
	    cmocka_unit_test(distance),
	    cmocka_unit_test(building),
	    cmocka_unit_test(buffers_grow_between_other_allocations),
	    cmocka_unit_test(escapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
