// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pool of threads for compiled models: fork and join in about a microsecond while it is hot, no
// processor time while it is not.
//
// One word, `ticket`, announces a region: its number and how many workers take part. Workers spin
// on it, for a while with pause, then giving way, then they sleep on a condition variable. A worker
// outside of a region never reads the job, and one inside is waited for, so the job's fields are
// plain memory: written before the ticket is released, read after it was acquired. The join is one
// counter that workers count down; the caller waits for it in the same three ways.
//
// Sleeping without a lost wake-up: a sleeper counts itself, then looks at the ticket again, both
// sequentially consistent and under the lock; the caller writes the ticket, then looks at the
// count, both sequentially consistent. One of the two sees the other. So the lock is only taken
// when somebody sleeps.
//
// The clock is read to know when to give way and when to sleep; no result depends on it.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "lamella/runtime.h"

enum {
	LINE_BYTES = 64,
	SPIN_US_DEFAULT = 100,
	PAUSES = 16,         // between two looks at the clock
	GIVE_WAY_NS = 5000,  // of waiting before others are let run
	COUNT_BITS = 16,     // of a ticket
};
_Static_assert(LAM_POOL_WORKERS_MAX < 1u << COUNT_BITS, "a ticket holds the number of workers");

// A place to wait: sleepers and who wakes them.
struct gate {
	_Alignas(LINE_BYTES) pthread_mutex_t lock;
	pthread_cond_t changed;
	atomic_uint sleepers;
};

struct worker {
	struct lam_pool *pool;
	uint32_t index;
	pthread_t thread;
};

struct lam_pool {
	// Written by the caller, read by workers.
	_Alignas(LINE_BYTES) atomic_ullong ticket;  // region number << COUNT_BITS | workers in it
	lam_work_fn *fn;
	void *arg;
	uint32_t float_control;
	// Written by workers, read by the caller.
	_Alignas(LINE_BYTES) atomic_uint running;
	_Alignas(LINE_BYTES) atomic_bool busy;
	struct gate start, end;
	_Alignas(LINE_BYTES) bool stop;  // read after a ticket, as the job is
	uint32_t num_workers;
	uint32_t spin_us;
	struct lam_env env;
	struct worker workers[];  // [0] is unused: the caller
};

static void pause_briefly(void) {
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

// Rounding, flushing of denormals: workers compute as the caller does, so that results do not
// depend on who runs a piece.
static uint32_t read_float_control(void) {
#if defined(__x86_64__)
	return __builtin_ia32_stmxcsr();
#elif defined(__aarch64__)
	uint64_t v;
	__asm__ volatile("mrs %0, fpcr" : "=r"(v));
	return (uint32_t)v;
#else
	return 0;
#endif
}

static void write_float_control(uint32_t control) {
#if defined(__x86_64__)
	__builtin_ia32_ldmxcsr(control & ~0x3fu);  // control only: no sticky exception flags
#elif defined(__aarch64__)
	__asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)control));
#else
	(void)control;
#endif
}

// ---------------------------------------------------------------------------------------------
// Waiting

typedef bool condition_fn(struct lam_pool *p, uint64_t value);

static uint64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool spin(struct lam_pool *p, condition_fn *holds, uint64_t value) {
	for (uint64_t start = 0;;) {
		for (uint32_t i = 0; i < PAUSES; i++) {
			if (holds(p, value))
				return true;
			pause_briefly();
		}
		uint64_t now = now_ns();
		start = start ? start : now;
		if (now - start >= 1000ull * p->spin_us)
			return false;
		if (now - start >= GIVE_WAY_NS)
			sched_yield();
	}
}

static void wait_for(struct lam_pool *p, struct gate *g, condition_fn *holds, uint64_t value) {
	if (spin(p, holds, value))
		return;
	pthread_mutex_lock(&g->lock);
	atomic_fetch_add(&g->sleepers, 1);
	while (!holds(p, value))
		pthread_cond_wait(&g->changed, &g->lock);
	atomic_fetch_sub(&g->sleepers, 1);
	pthread_mutex_unlock(&g->lock);
}

static void wake(struct gate *g) {
	if (atomic_load(&g->sleepers) == 0)
		return;
	pthread_mutex_lock(&g->lock);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static bool ticket_changed(struct lam_pool *p, uint64_t seen) {
	return atomic_load(&p->ticket) != seen;
}

static bool all_returned(struct lam_pool *p, uint64_t unused) {
	(void)unused;
	return atomic_load(&p->running) == 0;
}

// ---------------------------------------------------------------------------------------------
// Regions

static void *worker_main(void *user) {
	struct worker *w = user;
	struct lam_pool *p = w->pool;
	for (uint64_t seen = 0;;) {
		wait_for(p, &p->start, ticket_changed, seen);
		seen = atomic_load(&p->ticket);
		uint32_t count = (uint32_t)(seen & ((1u << COUNT_BITS) - 1));
		if (w->index >= count)
			continue;
		if (p->stop)
			return NULL;
		write_float_control(p->float_control);
		p->fn(p->arg, w->index, count);
		// After this the caller may return and destroy nothing but what it owns: the pool stays
		// until lam_pool_destroy has joined this thread.
		if (atomic_fetch_sub(&p->running, 1) == 1)
			wake(&p->end);
	}
}

static void announce(struct lam_pool *p, uint32_t count) {
	uint64_t number = atomic_load_explicit(&p->ticket, memory_order_relaxed) >> COUNT_BITS;
	atomic_store(&p->ticket, (number + 1) << COUNT_BITS | count);
	wake(&p->start);
}

static void parallel_region(void *user, uint32_t count, lam_work_fn *fn, void *arg) {
	struct lam_pool *p = user;
	if (count > p->num_workers)
		count = p->num_workers;
	if (count <= 1 || atomic_exchange(&p->busy, true)) {
		fn(arg, 0, 1);
		return;
	}
	p->fn = fn;
	p->arg = arg;
	p->float_control = read_float_control();
	atomic_store_explicit(&p->running, count - 1, memory_order_relaxed);
	announce(p, count);
	fn(arg, 0, count);
	wait_for(p, &p->end, all_returned, 0);
	atomic_store(&p->busy, false);
}

// Items in order of number, to whoever is free.
struct items {
	lam_work_fn *fn;
	void *arg;
	uint32_t count;
	_Alignas(LINE_BYTES) atomic_uint next;
};

static void take_items(void *arg, uint32_t worker, uint32_t num_workers) {
	(void)worker, (void)num_workers;
	struct items *items = arg;
	for (;;) {
		uint32_t i = atomic_fetch_add_explicit(&items->next, 1, memory_order_relaxed);
		if (i >= items->count)
			return;
		items->fn(items->arg, i, items->count);
	}
}

static void parallel_for(void *user, uint32_t count, lam_work_fn *fn, void *arg) {
	struct items items = {.fn = fn, .arg = arg, .count = count};
	parallel_region(user, count, take_items, &items);
}

static void yield(void *user) {
	(void)user;
	sched_yield();
}

// ---------------------------------------------------------------------------------------------
// Life

static uint32_t usable_processors(cpu_set_t *set) {
	CPU_ZERO(set);
	if (sched_getaffinity(0, sizeof *set, set) != 0)
		return 1;
	int n = CPU_COUNT(set);
	return n<1 ? 1 : n>(int) LAM_POOL_WORKERS_MAX ? LAM_POOL_WORKERS_MAX : (uint32_t)n;
}

// The processor of a worker: wraps around when there are more workers than processors.
static void pin(const cpu_set_t *usable, uint32_t num_usable, const struct worker *w) {
	uint32_t skip = w->index % num_usable;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, usable) || skip-- > 0)
			continue;
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		pthread_setaffinity_np(w->thread, sizeof one, &one);  // a wish: refused in some containers
		return;
	}
}

static void gate_init(struct gate *g) {
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
}

static void gate_deinit(struct gate *g) {
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->changed);
}

// Ends the threads 1..n-1, all that were started.
static void stop_threads(struct lam_pool *p, uint32_t n) {
	p->stop = true;
	announce(p, n);
	for (uint32_t i = 1; i < n; i++)
		pthread_join(p->workers[i].thread, NULL);
}

static int start_threads(struct lam_pool *p, const struct lam_pool_options *options,
                         const cpu_set_t *usable, uint32_t num_usable) {
	pthread_attr_t attr;
	if (pthread_attr_init(&attr) != 0)
		return LAM_ERROR_NO_MEMORY;
	int error = options->stack_bytes ? pthread_attr_setstacksize(&attr, options->stack_bytes) : 0;
	uint32_t started = 1;
	for (; started < p->num_workers && !error; started++) {
		struct worker *w = &p->workers[started];
		*w = (struct worker){.pool = p, .index = started};
		error = pthread_create(&w->thread, &attr, worker_main, w);
		if (error)
			break;
		if (options->flags & LAM_POOL_PIN)
			pin(usable, num_usable, w);
	}
	pthread_attr_destroy(&attr);
	if (error)
		stop_threads(p, started);
	return error ? LAM_STATUS(LAM_ERROR_IO, error) : LAM_OK;
}

static struct lam_pool *pool_allocate(uint32_t num_workers, uint32_t spin_us) {
	size_t bytes = sizeof(struct lam_pool) + num_workers * sizeof(struct worker);
	bytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
	struct lam_pool *p = aligned_alloc(LINE_BYTES, bytes);
	if (!p)
		return NULL;
	*p = (struct lam_pool){.num_workers = num_workers, .spin_us = spin_us};
	p->env = (struct lam_env){.size = sizeof p->env,
	                          .version = LAM_ABI_VERSION,
	                          .user = p,
	                          .num_workers = num_workers,
	                          .parallel_region = parallel_region,
	                          .parallel_for = parallel_for,
	                          .yield = yield};
	gate_init(&p->start);
	gate_init(&p->end);
	return p;
}

static void pool_free(struct lam_pool *p) {
	gate_deinit(&p->start);
	gate_deinit(&p->end);
	free(p);
}

int lam_pool_create(const struct lam_pool_options *options, struct lam_pool **out) {
	*out = NULL;
	static const struct lam_pool_options defaults = {.size = sizeof defaults};
	options = options ? options : &defaults;
	size_t needed = offsetof(struct lam_pool_options, stack_bytes) + sizeof options->stack_bytes;
	if (options->size < needed || options->num_workers > LAM_POOL_WORKERS_MAX)
		return LAM_ERROR_ABI;
	cpu_set_t usable;
	uint32_t num_usable = usable_processors(&usable);
	uint32_t n = options->num_workers ? options->num_workers : num_usable;
	struct lam_pool *p = pool_allocate(n, options->spin_us ? options->spin_us : SPIN_US_DEFAULT);
	if (!p)
		return LAM_ERROR_NO_MEMORY;
	int status = start_threads(p, options, &usable, num_usable);
	if (status != LAM_OK) {
		pool_free(p);
		return status;
	}
	*out = p;
	return LAM_OK;
}

void lam_pool_destroy(struct lam_pool *p) {
	if (!p)
		return;
	stop_threads(p, p->num_workers);
	pool_free(p);
}

const struct lam_env *lam_pool_env(struct lam_pool *p) { return &p->env; }
