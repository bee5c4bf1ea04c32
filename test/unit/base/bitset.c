// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bit sets around the word boundaries.
#include "base/bitset.h"

#include "unit/unit.h"

static void check_size(struct arena *a, u32 bits) {
	struct bitset s = bitset_make(a, bits), t = bitset_make(a, bits);
	assert_true(bitset_empty(&s));
	u32 expected = 0;
	for (u32 i = 0; i < bits; i += 3, expected++)
		bitset_add(&s, i);
	assert_int_equal(bitset_count(&s), expected);
	u32 seen = 0;
	BITSET_EACH(&s, i) {
		assert_int_equal(i, seen * 3);
		seen++;
	}
	assert_int_equal(seen, expected);
	assert_int_equal(bitset_union(&t, &s), bits != 0);
	assert_false(bitset_union(&t, &s));
	assert_true(bitset_equal(&s, &t));
	bitset_subtract(&t, &s);
	assert_true(bitset_empty(&t));
	bitset_copy(&t, &s);
	if (bits) {
		bitset_remove(&t, 0);
		assert_false(bitset_has(&t, 0));
		assert_false(bitset_equal(&s, &t));
	}
	bitset_intersect(&s, &t);
	assert_true(bitset_equal(&s, &t));
	bitset_clear(&s);
	assert_true(bitset_empty(&s));
	assert_int_equal(bitset_next(&s, bits), UINT32_MAX);
}

UNIT_TEST(sizes_around_words) {
	struct arena a;
	arena_init(&a);
	for (u32 bits = 0; bits <= 200; bits++)
		check_size(&a, bits);
	arena_deinit(&a);
}

#ifndef NDEBUG
UNIT_TEST(out_of_range_is_our_bug) {
	struct arena a;
	arena_init(&a);
	struct bitset s = bitset_make(&a, 10);
	struct base_failure f;
	assert_fails(BASE_FAILURE_INTERNAL, f, bitset_add(&s, 10));
	arena_deinit(&a);
}
#endif

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes_around_words),
#ifndef NDEBUG
	    cmocka_unit_test(out_of_range_is_our_bug),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
