// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel loops: every index once, failures carried back.
#include "base/thread.h"

#include <stdatomic.h>

#include "unit/unit.h"

static void mark(void *user, u32 index) { atomic_fetch_add(&((atomic_uint *)user)[index], 1); }

UNIT_TEST(each_index_once) {
	static const u32 thread_counts[] = {0, 1, 2, 8, 100000};
	for (u32 t = 0; t < ARRAY_SIZE(thread_counts); t++) {
		atomic_uint seen[5000] = {0};
		thread_for(thread_counts[t], ARRAY_SIZE(seen), mark, seen);
		for (u32 i = 0; i < ARRAY_SIZE(seen); i++)
			assert_int_equal(seen[i], 1);
	}
	thread_for(4, 0, mark, NULL);
	assert_true(thread_hardware_count() >= 1);
}

static void fail_from_37(BASE_UNUSED void *user, u32 index) {
	CHECK_MSG(index < 37, "item %u", index);
}

static void fails_on(u32 threads) {
	struct base_failure f;
	base_set_activity("codegen");
	assert_fails(BASE_FAILURE_INTERNAL, f, thread_for(threads, 100, fail_from_37, NULL));
	assert_string_equal(f.message, "item 37 (in codegen)");
	assert_string_equal(base_set_activity(NULL), "codegen");
}

UNIT_TEST(smallest_failing_index_is_raised) {
	for (u32 threads = 1; threads <= 8; threads++)
		for (u32 round = 0; round < 20; round++)
			fails_on(threads);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_index_once),
	    cmocka_unit_test(smallest_failing_index_is_raised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
