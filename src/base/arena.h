// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bump allocation with a lifetime. There are three lifetimes in the compiler: context (interned
// things), module (IR) and pass (scratch); each is an arena. Nothing is freed singly; ops of the
// IR are recycled through size-class free lists of their module (ir/op.c), not here.
// Not thread safe: one arena, one thread at a time.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunk;  // newest first
	u8 *next, *end;
	size_t used_bytes;      // handed out since init
	size_t reserved_bytes;  // taken from the system
	size_t reserved_max;    // 0: no limit; beyond it BASE_FAILURE_OUT_OF_MEMORY
};

struct arena_mark {
	struct arena_chunk *chunk;
	u8 *next;
	size_t used_bytes;
};

void arena_init(struct arena *a);
void arena_deinit(struct arena *a);
void arena_reset(struct arena *a);  // keeps one chunk, forgets all contents

// Never NULL: exhaustion unwinds to the recovery point. Alignment is a power of two.
void *arena_alloc(struct arena *a, size_t size, size_t align);
void *arena_alloc_zero(struct arena *a, size_t size, size_t align);
void *arena_copy(struct arena *a, const void *data, size_t size, size_t align);
// Grows in place when `old` was the latest allocation, else copies.
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size, size_t align);

struct arena_mark arena_save(const struct arena *a);
void arena_restore(struct arena *a, struct arena_mark m);

#define ARENA_NEW(a, T) ((T *)arena_alloc_zero((a), sizeof(T), _Alignof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc_zero((a), sizeof(T) * (size_t)(n), _Alignof(T)))
#define ARENA_COPY_ARRAY(a, T, p, n)                                                               \
	((T *)arena_copy((a), (p), sizeof(T) * (size_t)(n), _Alignof(T)))

#endif
