// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dense bit sets of fixed size in an arena.
#ifndef BASE_BITSET_H
#define BASE_BITSET_H

#include "base/arena.h"

struct bitset {
	u64 *words;
	u32 bits;
};
static inline u32 bitset_words(u32 bits) { return (bits + 63) / 64; }
static inline struct bitset bitset_make(struct arena *a, u32 bits) {
	return (struct bitset){ARENA_ARRAY(a, u64, bitset_words(bits) + 1), bits};
}
static inline bool bitset_has(const struct bitset *s, u32 i) {
	ASSERT(i < s->bits);
	return (s->words[i / 64] >> (i % 64)) & 1;
}
static inline void bitset_add(struct bitset *s, u32 i) {
	ASSERT(i < s->bits);
	s->words[i / 64] |= 1ull << (i % 64);
}
static inline void bitset_remove(struct bitset *s, u32 i) {
	ASSERT(i < s->bits);
	s->words[i / 64] &= ~(1ull << (i % 64));
}
void bitset_clear(struct bitset *s);
void bitset_copy(struct bitset *to, const struct bitset *from);
bool bitset_union(struct bitset *to, const struct bitset *from);  // true when `to` changed
void bitset_intersect(struct bitset *to, const struct bitset *from);
void bitset_subtract(struct bitset *to, const struct bitset *from);
bool bitset_equal(const struct bitset *a, const struct bitset *b);
bool bitset_empty(const struct bitset *s);
u32 bitset_count(const struct bitset *s);
// The first member >= from, or UINT32_MAX.
u32 bitset_next(const struct bitset *s, u32 from);
#define BITSET_EACH(s, i)                                                                          \
	for (u32 i = bitset_next((s), 0); i != UINT32_MAX; i = bitset_next((s), i + 1))

#endif
