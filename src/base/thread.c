// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel loops: workers take indices from a shared counter in increasing order. After a failure
// no new index is taken; as all smaller indices were taken before, the smallest failing index is
// the same for every number of threads, and that is the one raised.
#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

u32 thread_hardware_count(void) {
	cpu_set_t set;
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	int n = CPU_COUNT(&set);
	return n > 0 ? (u32)n : 1;
}

enum { THREADS_MAX = 256 };

struct thread_loop {
	thread_task_fn *fn;
	void *user;
	u32 count;
	const char *activity;
	atomic_uint next;
	atomic_bool stop;
	pthread_mutex_t lock;  // of the rest
	u32 failed_index;      // count: none
	struct base_failure failure;
};

static void note_failure(struct thread_loop *loop, u32 index, const struct base_failure *failure) {
	atomic_store(&loop->stop, true);
	pthread_mutex_lock(&loop->lock);
	if (index < loop->failed_index) {
		loop->failed_index = index;
		loop->failure = *failure;
	}
	pthread_mutex_unlock(&loop->lock);
}

static void run_one(struct thread_loop *loop, u32 index) {
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		note_failure(loop, index, &r.failure);
		return;
	}
	loop->fn(loop->user, index);
	base_recovery_pop(&r);
}

static void *worker(void *user) {
	struct thread_loop *loop = user;
	const char *previous = base_set_activity(loop->activity);
	while (!atomic_load(&loop->stop)) {
		u32 index = atomic_fetch_add(&loop->next, 1);
		if (index >= loop->count)
			break;
		run_one(loop, index);
	}
	base_set_activity(previous);
	return NULL;
}

void thread_for(u32 threads, u32 count, thread_task_fn *fn, void *user) {
	CHECK(count < UINT32_MAX - THREADS_MAX);  // each worker overshoots the counter once
	struct thread_loop loop = {.fn = fn, .user = user, .count = count, .failed_index = count};
	loop.activity = base_set_activity(NULL);
	base_set_activity(loop.activity);
	pthread_mutex_init(&loop.lock, NULL);
	pthread_t started[THREADS_MAX];
	u32 wanted = BASE_MIN(BASE_MIN(threads, count), (u32)THREADS_MAX), running = 0;
	while (running + 1 < wanted && pthread_create(&started[running], NULL, worker, &loop) == 0)
		running++;
	worker(&loop);
	for (u32 i = 0; i < running; i++)
		pthread_join(started[i], NULL);
	pthread_mutex_destroy(&loop.lock);
	if (loop.failed_index < count)
		base_fail_again(&loop.failure);
}
