// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A growable array in an arena: `VEC(u32) ids = {0}; vec_push(a, ids, 7);`. Zero-initialised is
// empty. Pointers into it are valid until the next push. Old storage stays in the arena (doubling
// bounds the waste by the final size).
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(T)                                                                                     \
	struct {                                                                                       \
		T *data;                                                                                   \
		u32 size, cap;                                                                             \
	}

#define vec_reserve(a, v, n)                                                                       \
	((u32)(n) > (v).cap ? (void)((v).data = vec_grow_((a), (v).data, sizeof(*(v).data),            \
	                                                  _Alignof(max_align_t), &(v).cap, (u32)(n)))  \
	                    : (void)0)
#define vec_push(a, v, ...)                                                                        \
	do {                                                                                           \
		vec_reserve((a), (v), (v).size + 1);                                                       \
		(v).data[(v).size++] = (__VA_ARGS__);                                                      \
	} while (0)
#define vec_pop(v) ((v).data[--(v).size])
#define vec_last(v) ((v).data[(v).size - 1])
#define vec_clear(v) ((void)((v).size = 0))
#define vec_resize_zero(a, v, n)                                                                   \
	do {                                                                                           \
		u32 vec_n_ = (u32)(n);                                                                     \
		vec_reserve((a), (v), vec_n_);                                                             \
		if (vec_n_ > (v).size)                                                                     \
			memset((v).data + (v).size, 0, sizeof(*(v).data) * (vec_n_ - (v).size));               \
		(v).size = vec_n_;                                                                         \
	} while (0)

static inline void *vec_grow_(struct arena *a, void *data, size_t elem, size_t align, u32 *cap,
                              u32 need) {
	u32 new_cap = *cap ? *cap * 2 : 8;
	if (new_cap < need)
		new_cap = need;
	CHECK(new_cap > *cap);
	data = arena_grow(a, data, elem * *cap, elem * new_cap, align);
	*cap = new_cap;
	return data;
}

#endif
