// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ground everything stands on: fixed-width names, assertions and the recovery point.
//
// Three kinds of error, three mechanisms (doc: ARCHITECTURE.md, "Errors"):
//   - bad input is a diagnostic (diag.h),
//   - trouble of the environment is a must-check `struct status` (status.h),
//   - a bug of ours is an assertion: CHECK (always on) or ASSERT (debug and test builds).
// A failed assertion or exhausted memory unwinds to the innermost recovery point of the calling
// thread; a public entry point sets one, so the library never aborts its host.
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BASE_MIN(a, b) ((a) < (b) ? (a) : (b))
#define BASE_MAX(a, b) ((a) > (b) ? (a) : (b))
#define BASE_CONCAT_(a, b) a##b
#define BASE_CONCAT(a, b) BASE_CONCAT_(a, b)
#define BASE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define BASE_MUST_CHECK __attribute__((warn_unused_result))
#ifdef __clang__
#define BASE_MUST_CHECK_TYPE __attribute__((warn_unused_result))
#else
#define BASE_MUST_CHECK_TYPE  // GCC knows it for functions only
#endif
#define BASE_NORETURN __attribute__((noreturn))
#define BASE_UNUSED __attribute__((unused))
#define BASE_FALLTHROUGH __attribute__((fallthrough))

enum base_failure_kind {
	BASE_FAILURE_NONE,
	BASE_FAILURE_INTERNAL,       // a failed CHECK/ASSERT
	BASE_FAILURE_OUT_OF_MEMORY,  // the allocator said no, or the memory limit is reached
};

// What went wrong, filled in before control returns to the recovery point.
struct base_failure {
	enum base_failure_kind kind;
	const char *file;  // static string
	int line;
	char message[512];
};

// A recovery point. Usage:
//   struct base_recovery r;
//   if (BASE_RECOVER(&r)) { ...r.failure says why...; return; }   // reached again on failure
//   ...work...
//   base_recovery_pop(&r);
// Recovery points nest per thread. Locals changed between setting the point and the failure
// must be volatile (setjmp's rule). Memory of arenas made inside is released by their owner.
struct base_recovery {
	jmp_buf env;
	struct base_recovery *outer;
	const char *activity;  // restored when control comes back here
	struct base_failure failure;
};
void base_recovery_push(struct base_recovery *r);
void base_recovery_pop(struct base_recovery *r);
#define BASE_RECOVER(r) (base_recovery_push(r), setjmp((r)->env) != 0)

// Never returns: unwinds to the innermost recovery point, or prints and aborts when there is none.
BASE_NORETURN void base_fail(enum base_failure_kind kind, const char *file, int line,
                             const char *format, ...) BASE_PRINTF(4, 5);

// Raises a failure that was caught elsewhere (a worker thread, an inner point) once more.
BASE_NORETURN void base_fail_again(const struct base_failure *failure);

// The work in progress, for messages of failed assertions ("pass canonicalize, op stablehlo.add").
// A static or longer-lived string; per thread; returns the previous one so that callers restore it.
const char *base_set_activity(const char *activity);

#define CHECK(cond)                                                                                \
	((cond) ? (void)0 : base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "%s", #cond))
#define CHECK_MSG(cond, ...)                                                                       \
	((cond) ? (void)0 : base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, __VA_ARGS__))
#define UNREACHABLE() base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "unreachable")
#ifdef NDEBUG
#define ASSERT(cond) ((void)sizeof(cond))
#else
#define ASSERT(cond) CHECK(cond)
#endif

static inline u64 base_align_up(u64 value, u64 align) { return (value + align - 1) & ~(align - 1); }
static inline bool base_is_pow2(u64 v) { return v != 0 && (v & (v - 1)) == 0; }
static inline u32 base_log2(u64 v) { return 63u - (u32)__builtin_clzll(v | 1); }

// FNV-1a with a final mix; stable across runs and machines (outputs never depend on it).
u64 base_hash_bytes(const void *data, size_t size, u64 seed);
static inline u64 base_hash_u64(u64 a, u64 seed) {
	a ^= seed + 0x9e3779b97f4a7c15ull;
	a *= 0xff51afd7ed558ccdull;
	a ^= a >> 32;
	a *= 0xc4ceb9fe1a85ec53ull;
	return a ^ (a >> 29);
}

#endif
