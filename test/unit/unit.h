// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every unit test program includes: cmocka and what cmocka needs before it.
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define UNIT_TEST(name) static void name(BASE_UNUSED void **state)

// Asserts that STATEMENT fails with KIND, and keeps what was said in `out`.
#define assert_fails(expected_kind, out, ...)                                                      \
	do {                                                                                           \
		struct base_recovery unit_r_;                                                              \
		if (!BASE_RECOVER(&unit_r_)) {                                                             \
			__VA_ARGS__;                                                                           \
			base_recovery_pop(&unit_r_);                                                           \
			fail_msg("no failure from: %s", #__VA_ARGS__);                                         \
		}                                                                                          \
		assert_int_equal(unit_r_.failure.kind, (expected_kind));                                   \
		(out) = unit_r_.failure;                                                                   \
		(void)(out);                                                                               \
	} while (0)

#define assert_str(s, z)                                                                           \
	do {                                                                                           \
		struct str unit_s_ = (s);                                                                  \
		assert_int_equal(unit_s_.size, strlen(z));                                                 \
		assert_memory_equal(unit_s_.data, (z), unit_s_.size);                                      \
	} while (0)

#endif
