// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Failures and hashing. The stack of recovery points and the activity are the only state in the
// compiler that is not reached from an argument: a failed assertion has no context to ask. Both
// are per thread.
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local struct base_recovery *recovery_top;
static _Thread_local const char *current_activity;

void base_recovery_push(struct base_recovery *r) {
	r->outer = recovery_top;
	r->activity = current_activity;
	r->failure = (struct base_failure){0};
	recovery_top = r;
}

void base_recovery_pop(struct base_recovery *r) {
	CHECK(recovery_top == r);
	recovery_top = r->outer;
}

const char *base_set_activity(const char *activity) {
	const char *previous = current_activity;
	current_activity = activity;
	return previous;
}

BASE_NORETURN static void fail_without_recovery(const struct base_failure *f) {
	fprintf(stderr, "lamella: %s:%d: %s\n", f->file, f->line, f->message);
	abort();
}

void base_fail_again(const struct base_failure *failure) {
	struct base_recovery *r = recovery_top;
	if (!r)
		fail_without_recovery(failure);
	recovery_top = r->outer;
	current_activity = r->activity;
	r->failure = *failure;
	longjmp(r->env, 1);
}

void base_fail(enum base_failure_kind kind, const char *file, int line, const char *format, ...) {
	struct base_failure f = {.kind = kind, .file = file, .line = line};
	va_list args;
	va_start(args, format);
	int n = vsnprintf(f.message, sizeof f.message, format, args);
	va_end(args);
	if (current_activity && n >= 0 && (size_t)n < sizeof f.message)
		snprintf(f.message + n, sizeof f.message - (size_t)n, " (in %s)", current_activity);
	base_fail_again(&f);
}

u64 base_hash_bytes(const void *data, size_t size, u64 seed) {
	const u8 *p = data;
	u64 h = 0xcbf29ce484222325ull ^ seed;
	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * 0x100000001b3ull;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ull;
	return h ^ (h >> 32);
}
