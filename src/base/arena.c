// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas: a list of chunks, newest first, of which only the newest is bumped. Chunk sizes double
// up to a ceiling, so the number of system allocations is logarithmic in the bytes for small
// arenas and the waste is bounded for big ones. Under AddressSanitizer free space is poisoned and
// allocations are kept apart by a gap, so overruns and uses after a restore are caught.
#include "base/arena.h"

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP = 16 };
#define arena_poison(p, n) __asan_poison_memory_region((p), (n))
#define arena_unpoison(p, n) __asan_unpoison_memory_region((p), (n))
#else
enum { ARENA_GAP = 0 };
#define arena_poison(p, n) ((void)(p), (void)(n))
#define arena_unpoison(p, n) ((void)(p), (void)(n))
#endif

static const size_t chunk_bytes_first = 64u << 10;
static const size_t chunk_bytes_most = 64u << 20;

struct arena_chunk {
	struct arena_chunk *older;
	size_t size_bytes;  // with this header
	_Alignas(max_align_t) u8 data[];
};

static u8 *chunk_end(struct arena_chunk *c) { return (u8 *)c + c->size_bytes; }

static void chunk_release(struct arena *a, struct arena_chunk *c) {
	a->reserved_bytes -= c->size_bytes;
	free(c);
}

static void arena_point_at(struct arena *a, struct arena_chunk *c, u8 *next) {
	a->chunk = c;
	a->next = next;
	a->end = c ? chunk_end(c) : NULL;
	if (c)
		arena_poison(a->next, (size_t)(a->end - a->next));
}

void arena_init(struct arena *a) { *a = (struct arena){0}; }

void arena_deinit(struct arena *a) {
	for (struct arena_chunk *c = a->chunk, *older; c; c = older) {
		older = c->older;
		free(c);
	}
	*a = (struct arena){.reserved_max = a->reserved_max};
}

void arena_reset(struct arena *a) {
	if (!a->chunk)
		return;
	for (struct arena_chunk *c = a->chunk->older, *older; c; c = older) {
		older = c->older;
		chunk_release(a, c);
	}
	a->chunk->older = NULL;
	a->used_bytes = 0;
	arena_point_at(a, a->chunk, a->chunk->data);
}

// The next chunk's size: doubled, but never so much that a limit is hit that `need` would not hit.
static size_t chunk_size_bytes(const struct arena *a, size_t need) {
	size_t size = chunk_bytes_first;
	if (a->chunk)
		size = BASE_MIN(BASE_MAX(a->chunk->size_bytes * 2, chunk_bytes_first), chunk_bytes_most);
	size = BASE_MAX(size, need);
	if (a->reserved_max) {
		size_t left = a->reserved_max - BASE_MIN(a->reserved_bytes, a->reserved_max);
		if (need > left)
			base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__,
			          "memory limit of %zu bytes reached", a->reserved_max);
		size = BASE_MIN(size, left);
	}
	return size;
}

static void arena_add_chunk(struct arena *a, size_t size, size_t align) {
	if (size > SIZE_MAX / 4)
		base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "out of memory (%zu bytes)",
		          size);
	size_t bytes = chunk_size_bytes(a, sizeof(struct arena_chunk) + size + align + ARENA_GAP);
	struct arena_chunk *c = malloc(bytes);
	if (!c)
		base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "out of memory (%zu bytes)",
		          bytes);
	c->older = a->chunk;
	c->size_bytes = bytes;
	a->reserved_bytes += bytes;
	arena_point_at(a, c, c->data);
}

static size_t padding(const u8 *p, size_t align) { return -(uintptr_t)p & (align - 1); }

void *arena_alloc(struct arena *a, size_t size, size_t align) {
	ASSERT(base_is_pow2(align));
	size_t left = (size_t)(a->end - a->next);
	size_t pad = padding(a->next, align);
	if (!a->chunk || pad + ARENA_GAP > left || size > left - pad - ARENA_GAP) {
		arena_add_chunk(a, size, align);
		pad = padding(a->next, align);
	}
	u8 *p = a->next + pad;
	a->next = p + size + ARENA_GAP;
	a->used_bytes += size;
	arena_unpoison(p, size);
	return p;
}

void *arena_alloc_zero(struct arena *a, size_t size, size_t align) {
	return memset(arena_alloc(a, size, align), 0, size);
}

void *arena_copy(struct arena *a, const void *data, size_t size, size_t align) {
	void *p = arena_alloc(a, size, align);
	if (size)
		memcpy(p, data, size);
	return p;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size, size_t align) {
	ASSERT(new_size >= old_size);
	u8 *p = old;
	bool latest = p && p + old_size + ARENA_GAP == a->next;
	if (latest && padding(p, align) == 0 && new_size - old_size <= (size_t)(a->end - a->next)) {
		a->next += new_size - old_size;
		a->used_bytes += new_size - old_size;
		arena_unpoison(p, new_size);
		return p;
	}
	u8 *copy = arena_alloc(a, new_size, align);
	if (old_size)
		memcpy(copy, old, old_size);
	return copy;
}

struct arena_mark arena_save(const struct arena *a) {
	return (struct arena_mark){a->chunk, a->next, a->used_bytes};
}

void arena_restore(struct arena *a, struct arena_mark m) {
	struct arena_chunk *c = a->chunk;
	while (c != m.chunk) {
		CHECK(c);  // the mark is of this arena, and older than the latest reset
		struct arena_chunk *older = c->older;
		chunk_release(a, c);
		c = older;
	}
	a->used_bytes = m.used_bytes;
	arena_point_at(a, c, m.next);
}
