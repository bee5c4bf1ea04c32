// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas and the vectors in them.
#include "base/arena.h"
#include "base/vec.h"

#include "unit/unit.h"

UNIT_TEST(alignment_and_zero) {
	struct arena a;
	arena_init(&a);
	for (size_t align = 1; align <= 4096; align *= 2) {
		arena_alloc(&a, 1, 1);
		u8 *p = arena_alloc_zero(&a, 33, align);
		assert_int_equal((uintptr_t)p % align, 0);
		for (int i = 0; i < 33; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, 33);
	}
	assert_non_null(arena_alloc(&a, 0, 1));
	arena_deinit(&a);
	assert_int_equal(a.reserved_bytes, 0);
}

UNIT_TEST(chunks_grow_geometrically) {
	struct arena a;
	arena_init(&a);
	assert_int_equal(a.reserved_bytes, 0);
	u32 changes = 0;
	size_t reserved = 0;
	for (u32 i = 0; i < 100000; i++) {
		*ARENA_NEW(&a, u64) = i;
		changes += a.reserved_bytes != reserved;
		reserved = a.reserved_bytes;
	}
	assert_int_equal(a.used_bytes, 800000);
	assert_true(changes <= 6);
	u8 *big = arena_alloc(&a, 10 << 20, 64);
	big[(10 << 20) - 1] = 1;
	arena_deinit(&a);
}

UNIT_TEST(grow_in_place_and_by_copy) {
	struct arena a;
	arena_init(&a);
	u8 *p = arena_alloc(&a, 10, 8);
	memset(p, 7, 10);
	assert_ptr_equal(arena_grow(&a, p, 10, 20, 8), p);
	arena_alloc(&a, 1, 1);
	u8 *q = arena_grow(&a, p, 20, 40, 8);
	assert_ptr_not_equal(q, p);
	assert_memory_equal(q, p, 10);
	u8 *huge = arena_grow(&a, q, 40, 1 << 20, 8);  // does not fit in the first chunk
	assert_memory_equal(huge, p, 10);
	assert_non_null(arena_grow(&a, NULL, 0, 8, 8));
	arena_deinit(&a);
}

UNIT_TEST(save_restore_reset) {
	struct arena a;
	arena_init(&a);
	struct arena_mark empty = arena_save(&a);
	ARENA_NEW(&a, u64);
	struct arena_mark m = arena_save(&a);
	void *first = arena_alloc(&a, 100, 8);
	arena_alloc(&a, 1 << 20, 8);
	arena_restore(&a, m);
	assert_int_equal(a.used_bytes, 8);
	assert_ptr_equal(arena_alloc(&a, 100, 8), first);
	arena_alloc(&a, 1 << 20, 8);
	arena_reset(&a);
	assert_int_equal(a.used_bytes, 0);
	assert_true(a.reserved_bytes >= 1 << 20);
	size_t reserved = a.reserved_bytes;
	arena_alloc(&a, 1 << 19, 8);
	assert_int_equal(a.reserved_bytes, reserved);
	arena_restore(&a, empty);
	assert_int_equal(a.reserved_bytes, 0);
	arena_reset(&a);
	arena_alloc(&a, 1, 1);
	arena_deinit(&a);
}

UNIT_TEST(foreign_mark_is_refused) {
	struct arena a, b;
	arena_init(&a);
	arena_init(&b);
	arena_alloc(&a, 1, 1);
	arena_alloc(&b, 1, 1);
	struct arena_mark m = arena_save(&b);
	struct base_failure f;
	assert_fails(BASE_FAILURE_INTERNAL, f, arena_restore(&a, m));
	arena_deinit(&b);
}

UNIT_TEST(limit_unwinds_and_recovers) {
	struct arena a;
	arena_init(&a);
	a.reserved_max = 200 << 10;
	volatile u32 got = 0;
	struct base_failure f;
	assert_fails(BASE_FAILURE_OUT_OF_MEMORY, f, for (;; got = got + 1) arena_alloc(&a, 1024, 8));
	assert_true(got >= 160 && got < 200);  // the last chunk is cut to the limit
	assert_true(a.reserved_bytes <= a.reserved_max);
	assert_non_null(strstr(f.message, "204800"));
	arena_deinit(&a);
	assert_int_equal(a.reserved_max, 200 << 10);
	assert_non_null(arena_alloc(&a, 1024, 8));
	assert_fails(BASE_FAILURE_OUT_OF_MEMORY, f, arena_alloc(&a, 1 << 20, 8));
	arena_deinit(&a);
	a.reserved_max = 0;
	assert_fails(BASE_FAILURE_OUT_OF_MEMORY, f, arena_alloc(&a, SIZE_MAX - 4, 8));
	arena_deinit(&a);
}

UNIT_TEST(vectors) {
	struct arena a;
	arena_init(&a);
	VEC(u32) v = {0};
	for (u32 i = 0; i < 1000; i++)
		vec_push(&a, v, i);
	assert_int_equal(v.size, 1000);
	for (u32 i = 0; i < 1000; i++)
		assert_int_equal(v.data[i], i);
	assert_int_equal(vec_last(v), 999);
	assert_int_equal(vec_pop(v), 999);
	vec_clear(v);
	assert_int_equal(v.size, 0);
	vec_resize_zero(&a, v, 3000);
	assert_int_equal(v.data[2999], 0);
	assert_true(v.cap >= 3000);
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alignment_and_zero),
	    cmocka_unit_test(chunks_grow_geometrically),
	    cmocka_unit_test(grow_in_place_and_by_copy),
	    cmocka_unit_test(save_restore_reset),
	    cmocka_unit_test(foreign_mark_is_refused),
	    cmocka_unit_test(limit_unwinds_and_recovers),
	    cmocka_unit_test(vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
