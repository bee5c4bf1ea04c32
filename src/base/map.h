// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hash tables in arenas. `struct map` maps u64 to u64 (pointers cast through uintptr_t); it must
// never be iterated into output when keys are pointers (the order would depend on addresses).
// `struct strmap` maps text to u64. `struct intern` finds equal things by hash and callback.
// Deletion leaves a tombstone; the table is rebuilt when those pile up.
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_slot {
	u64 key, value;
};
struct map {
	struct arena *arena;
	struct map_slot *slots;
	u8 *state;  // per slot: 0 free, 1 used, 2 tombstone
	u32 size, used, cap;
};
void map_init(struct map *m, struct arena *a);
void map_set(struct map *m, u64 key, u64 value);
bool map_find(const struct map *m, u64 key, u64 *value);  // value may be NULL
u64 map_get_or(const struct map *m, u64 key, u64 otherwise);
bool map_remove(struct map *m, u64 key);
void map_clear(struct map *m);
static inline u64 map_ptr(const void *p) { return (u64)(uintptr_t)p; }

struct strmap_slot {
	struct str key;
	u64 value;
	u64 hash;
};
struct strmap {
	struct arena *arena;
	struct strmap_slot *slots;
	u32 size, cap;
};
void strmap_init(struct strmap *m, struct arena *a);
void strmap_set(struct strmap *m, struct str key, u64 value);  // key is borrowed
bool strmap_find(const struct strmap *m, struct str key, u64 *value);

// Interning: entries are pointers with a known hash.
struct intern {
	struct arena *arena;
	void **slots;
	u64 *hashes;
	u32 size, cap;
};
typedef bool intern_equal_fn(const void *entry, const void *probe);
void intern_init(struct intern *t, struct arena *a);
void *intern_find(const struct intern *t, u64 hash, intern_equal_fn *equal, const void *probe);
void intern_add(struct intern *t, u64 hash, void *entry);

#endif
