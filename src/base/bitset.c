// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole-set operations of dense bit sets. Bits beyond the size are always zero.
#include "base/bitset.h"

void bitset_clear(struct bitset *s) { memset(s->words, 0, sizeof(u64) * bitset_words(s->bits)); }

void bitset_copy(struct bitset *to, const struct bitset *from) {
	ASSERT(to->bits == from->bits);
	memcpy(to->words, from->words, sizeof(u64) * bitset_words(to->bits));
}

bool bitset_union(struct bitset *to, const struct bitset *from) {
	ASSERT(to->bits == from->bits);
	u64 changed = 0;
	for (u32 i = 0; i < bitset_words(to->bits); i++) {
		changed |= from->words[i] & ~to->words[i];
		to->words[i] |= from->words[i];
	}
	return changed != 0;
}

void bitset_intersect(struct bitset *to, const struct bitset *from) {
	ASSERT(to->bits == from->bits);
	for (u32 i = 0; i < bitset_words(to->bits); i++)
		to->words[i] &= from->words[i];
}

void bitset_subtract(struct bitset *to, const struct bitset *from) {
	ASSERT(to->bits == from->bits);
	for (u32 i = 0; i < bitset_words(to->bits); i++)
		to->words[i] &= ~from->words[i];
}

bool bitset_equal(const struct bitset *a, const struct bitset *b) {
	ASSERT(a->bits == b->bits);
	return memcmp(a->words, b->words, sizeof(u64) * bitset_words(a->bits)) == 0;
}

bool bitset_empty(const struct bitset *s) { return bitset_next(s, 0) == UINT32_MAX; }

u32 bitset_count(const struct bitset *s) {
	u32 n = 0;
	for (u32 i = 0; i < bitset_words(s->bits); i++)
		n += (u32)__builtin_popcountll(s->words[i]);
	return n;
}

u32 bitset_next(const struct bitset *s, u32 from) {
	if (from >= s->bits)
		return UINT32_MAX;
	u32 i = from / 64;
	u64 word = s->words[i] & (~0ull << (from % 64));
	while (word == 0) {
		if (++i == bitset_words(s->bits))
			return UINT32_MAX;
		word = s->words[i];
	}
	return i * 64 + (u32)__builtin_ctzll(word);
}
