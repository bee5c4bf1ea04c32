// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recovery points, failures, activities, hashing.
#include "base/base.h"

#include "unit/unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

UNIT_TEST(failure_is_reported_at_the_point) {
	struct base_failure f;
	assert_fails(BASE_FAILURE_INTERNAL, f, CHECK(1 == 2));
	assert_string_equal(f.message, "1 == 2");
	assert_non_null(strstr(f.file, "base.c"));
	assert_true(f.line > 0);
	assert_fails(BASE_FAILURE_INTERNAL, f, CHECK_MSG(0, "op %d of %s", 7, "main"));
	assert_string_equal(f.message, "op 7 of main");
	assert_fails(BASE_FAILURE_INTERNAL, f, UNREACHABLE());
	assert_string_equal(f.message, "unreachable");
}

UNIT_TEST(points_nest) {
	struct base_recovery outer, inner;
	volatile int order = 0;
	if (BASE_RECOVER(&outer)) {
		assert_int_equal(order, 1);
		assert_string_equal(outer.failure.message, "inner");
		return;
	}
	if (BASE_RECOVER(&inner)) {
		order = 1;
		base_fail_again(&inner.failure);
	}
	base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "inner");
}

UNIT_TEST(pop_must_match) {
	struct base_failure f;
	struct base_recovery other = {0};
	assert_fails(BASE_FAILURE_INTERNAL, f, base_recovery_pop(&other));
}

UNIT_TEST(activity_is_named_and_restored) {
	struct base_failure f;
	assert_null(base_set_activity("pass one"));
	assert_fails(BASE_FAILURE_INTERNAL, f, base_set_activity("pass two"); CHECK(false));
	assert_string_equal(f.message, "false (in pass two)");
	assert_string_equal(base_set_activity(NULL), "pass one");
}

UNIT_TEST(long_messages_are_cut) {
	struct base_failure f;
	assert_fails(BASE_FAILURE_INTERNAL, f, CHECK_MSG(0, "%0999d", 1));
	assert_int_equal(strlen(f.message), sizeof f.message - 1);
}

UNIT_TEST(without_a_point_the_process_aborts) {
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		CHECK_MSG(0, "nobody listens");
	}
	close(fds[1]);
	char text[256] = {0};
	assert_true(read(fds[0], text, sizeof text - 1) > 0);
	close(fds[0]);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "nobody listens"));
}

UNIT_TEST(small_arithmetic) {
	assert_int_equal(base_align_up(0, 8), 0);
	assert_int_equal(base_align_up(9, 8), 16);
	assert_false(base_is_pow2(0));
	assert_true(base_is_pow2(1ull << 63));
	assert_int_equal(base_log2(1), 0);
	assert_int_equal(base_log2(1ull << 40), 40);
}

UNIT_TEST(hash_is_stable) {
	assert_true(base_hash_bytes("abc", 3, 0) == base_hash_bytes("abc", 3, 0));
	assert_true(base_hash_bytes("abc", 3, 0) != base_hash_bytes("abd", 3, 0));
	assert_true(base_hash_bytes("abc", 3, 0) != base_hash_bytes("abc", 3, 1));
	assert_true(base_hash_u64(1, 0) != base_hash_u64(2, 0));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(failure_is_reported_at_the_point),
	    cmocka_unit_test(points_nest),
	    cmocka_unit_test(pop_must_match),
	    cmocka_unit_test(activity_is_named_and_restored),
	    cmocka_unit_test(long_messages_are_cut),
	    cmocka_unit_test(without_a_point_the_process_aborts),
	    cmocka_unit_test(small_arithmetic),
	    cmocka_unit_test(hash_is_stable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
