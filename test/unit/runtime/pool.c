// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: every worker once and all at once, whatever they were doing before; nested and
// concurrent runs; sleep without processor time; the caller's floating-point environment.
#include "lamella/runtime.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base.h"
#include "unit/unit.h"

static const u32 worker_counts[] = {1, 2, 3, 5, 7};
enum { WORKERS_MAX = 8 };

static struct lam_pool *create(u32 n, u32 flags, u32 spin_us) {
	struct lam_pool_options o = {
		.size = sizeof o, .num_workers = n, .flags = flags, .spin_us = spin_us};
	struct lam_pool *p;
	assert_int_equal(lam_pool_create(&o, &p), LAM_OK);
	const struct lam_env *env = lam_pool_env(p);
	assert_int_equal(env->size, sizeof *env);
	assert_int_equal(env->version, LAM_ABI_VERSION);
	assert_int_equal(env->num_workers, n);
	return p;
}

static double seconds(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void sleep_us(u32 us) {
	nanosleep(&(struct timespec){us / 1000000, us % 1000000 * 1000l}, NULL);
}

// A region as generated code makes one: phases with a barrier between, each worker reading what its
// neighbour wrote before.
enum { PHASES = 20 };
struct region {
	const struct lam_env *env;
	u32 expected;
	atomic_uint arrived, phase, calls;
	u64 values[WORKERS_MAX], next[WORKERS_MAX];
	atomic_uint wrong;
};

static void barrier(struct region *r, u32 count) {
	u32 phase = atomic_load(&r->phase);
	if (atomic_fetch_add(&r->arrived, 1) + 1 == count) {
		atomic_store(&r->arrived, 0);
		atomic_store(&r->phase, phase + 1);
		return;
	}
	while (atomic_load(&r->phase) == phase)
		r->env->yield(r->env->user);
}

static void run_phases(void *arg, u32 index, u32 count) {
	struct region *r = arg;
	if (count != r->expected || index >= count)
		atomic_fetch_add(&r->wrong, 1);
	atomic_fetch_add(&r->calls, 1);
	for (u32 i = 0; i < PHASES; i++) {
		r->next[index] = r->values[(index + 1) % count] + 1;
		barrier(r, count);
		r->values[index] = r->next[index];
		barrier(r, count);
	}
}

static void check_region(const struct lam_env *env, u32 count, u32 expected) {
	struct region r = {.env = env, .expected = expected};
	env->parallel_region(env->user, count, run_phases, &r);
	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.calls, expected);
	for (u32 i = 0; i < expected; i++)
		assert_int_equal(r.values[i], PHASES);
}

// Workers spin, give way or sleep when the region comes: pauses of all lengths, in any order.
UNIT_TEST(regions_after_any_pause) {
	u32 seed = 12345;
	for (u32 c = 0; c < ARRAY_SIZE(worker_counts); c++) {
		u32 n = worker_counts[c];
		struct lam_pool *p = create(n, 0, 50);
		for (u32 i = 0; i < 300; i++) {
			seed = seed * 1664525 + 1013904223;
			u32 count = 1 + (seed >> 16) % WORKERS_MAX;
			check_region(lam_pool_env(p), count, BASE_MIN(count, n));
			if (seed >> 28 == 0)
				sleep_us((seed >> 8) % 300);
		}
		lam_pool_destroy(p);
	}
}

struct marks {
	atomic_uint calls[1000];
	u32 count;
	atomic_uint wrong;
};

static void mark(void *arg, u32 index, u32 count) {
	struct marks *m = arg;
	if (count != m->count || index >= count)
		atomic_fetch_add(&m->wrong, 1);
	else
		atomic_fetch_add(&m->calls[index], 1);
}

UNIT_TEST(each_item_once) {
	static const u32 item_counts[] = {0, 1, 2, 7, 1000};
	for (u32 c = 0; c < ARRAY_SIZE(worker_counts); c++) {
		struct lam_pool *p = create(worker_counts[c], LAM_POOL_PIN, 0);
		const struct lam_env *env = lam_pool_env(p);
		for (u32 k = 0; k < ARRAY_SIZE(item_counts); k++) {
			struct marks m = {.count = item_counts[k]};
			env->parallel_for(env->user, m.count, mark, &m);
			assert_int_equal(m.wrong, 0);
			for (u32 i = 0; i < 1000; i++)
				assert_int_equal(m.calls[i], i < m.count);
		}
		lam_pool_destroy(p);
	}
}

struct nest {
	const struct lam_env *env;
	atomic_uint inner_calls, inner_wide;
};

static void inner(void *arg, u32 index, u32 count) {
	struct nest *n = arg;
	atomic_fetch_add(&n->inner_calls, 1);
	if (index != 0 || count != 1)
		atomic_fetch_add(&n->inner_wide, 1);
}

static void outer(void *arg, u32 index, u32 count) {
	(void)index, (void)count;
	struct nest *n = arg;
	n->env->parallel_region(n->env->user, 3, inner, n);
}

UNIT_TEST(nested_regions_are_serial) {
	struct lam_pool *p = create(3, 0, 0);
	struct nest n = {.env = lam_pool_env(p)};
	n.env->parallel_region(n.env->user, 3, outer, &n);
	assert_int_equal(n.inner_calls, 3);
	assert_int_equal(n.inner_wide, 0);
	check_region(n.env, 3, 3);  // and the pool is free again
	lam_pool_destroy(p);
}

static void sum(void *arg, u32 index, u32 count) {
	(void)count;
	atomic_fetch_add((atomic_uint *)arg, index + 1);
}

static void *call_often(void *arg) {
	const struct lam_env *env = arg;
	for (u32 i = 0; i < 2000; i++) {
		atomic_uint total = 0;
		env->parallel_region(env->user, 3, sum, &total);
		CHECK(total == 1 || total == 3 || total == 6);  // 1, 2 or 3 workers
		total = 0;
		env->parallel_for(env->user, 10, sum, &total);
		CHECK(total == 55);
	}
	return NULL;
}

UNIT_TEST(callers_from_several_threads) {
	struct lam_pool *p = create(3, 0, 0);
	pthread_t threads[3];
	for (u32 i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, call_often, (void *)(uintptr_t)lam_pool_env(p));
	for (u32 i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	lam_pool_destroy(p);
}

UNIT_TEST(lives_and_dies_quickly) {
	for (u32 i = 0; i < 200; i++) {
		struct lam_pool *p = create(1 + i % 7, i % 2 ? LAM_POOL_PIN : 0, 1 + i % 3 * 50);
		if (i % 3)
			check_region(lam_pool_env(p), 7, 1 + i % 7);
		lam_pool_destroy(p);
	}
	lam_pool_destroy(NULL);
}

UNIT_TEST(sleeps_when_idle) {
	struct lam_pool *p = create(5, 0, 100);
	check_region(lam_pool_env(p), 5, 5);
	sleep_us(20000);
	double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
	sleep_us(200000);
	assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) - before < 0.02);
	check_region(lam_pool_env(p), 5, 5);
	lam_pool_destroy(p);
}

#if defined(__x86_64__)
static void read_mxcsr(void *arg, u32 index, u32 count) {
	(void)count;
	((u32 *)arg)[index] = __builtin_ia32_stmxcsr() & ~0x3fu;
}

UNIT_TEST(workers_round_as_the_caller) {
	struct lam_pool *p = create(3, 0, 0);
	const struct lam_env *env = lam_pool_env(p);
	u32 saved = __builtin_ia32_stmxcsr();
	static const u32 controls[] = {0x1f80, 0x9fc0, 0x7f80, 0x1f80};  // default, FTZ + DAZ, to zero
	for (u32 i = 0; i < ARRAY_SIZE(controls); i++) {
		__builtin_ia32_ldmxcsr(controls[i]);
		u32 seen[3] = {0};
		env->parallel_region(env->user, 3, read_mxcsr, seen);
		__builtin_ia32_ldmxcsr(saved);
		for (u32 k = 0; k < 3; k++)
			assert_int_equal(seen[k], controls[i]);
	}
	lam_pool_destroy(p);
}
#endif

UNIT_TEST(bad_options_are_refused) {
	struct lam_pool *p;
	struct lam_pool_options o = {.size = sizeof o - 1};
	assert_int_equal(lam_pool_create(&o, &p), LAM_ERROR_ABI);
	o = (struct lam_pool_options){.size = sizeof o, .num_workers = LAM_POOL_WORKERS_MAX + 1};
	assert_int_equal(lam_pool_create(&o, &p), LAM_ERROR_ABI);
	assert_null(p);
	o = (struct lam_pool_options){.size = sizeof o, .num_workers = 2, .stack_bytes = 1};
	assert_int_equal(LAM_STATUS_CODE(lam_pool_create(&o, &p)), LAM_ERROR_IO);
	assert_null(p);
	assert_int_equal(lam_pool_create(NULL, &p), LAM_OK);
	assert_true(lam_pool_env(p)->num_workers >= 1);
	lam_pool_destroy(p);
}

static void nothing(void *arg, u32 index, u32 count) { (void)arg, (void)index, (void)count; }

// Not a gate (other programs may be running): the figure for doc/measurements.md.
UNIT_TEST(fork_and_join_time) {
	struct lam_pool *p = create(2, 0, 0);
	const struct lam_env *env = lam_pool_env(p);
	double best = 1;
	for (u32 round = 0; round < 500; round++) {
		double start = seconds(CLOCK_MONOTONIC);
		for (u32 i = 0; i < 20; i++)
			env->parallel_region(env->user, 2, nothing, NULL);
		double each = (seconds(CLOCK_MONOTONIC) - start) / 20;
		best = BASE_MIN(best, each);
	}
	print_message("fork and join of 2 workers: %.2f us at best\n", best * 1e6);
	lam_pool_destroy(p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_after_any_pause),
		cmocka_unit_test(each_item_once),
		cmocka_unit_test(nested_regions_are_serial),
		cmocka_unit_test(callers_from_several_threads),
		cmocka_unit_test(lives_and_dies_quickly),
		cmocka_unit_test(sleeps_when_idle),
#if defined(__x86_64__)
		cmocka_unit_test(workers_round_as_the_caller),
#endif
		cmocka_unit_test(bad_options_are_refused),
		cmocka_unit_test(fork_and_join_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
