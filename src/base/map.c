// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Open addressing with linear probing over a power-of-two table that is at most three quarters
// full, tombstones included; so a probe always ends at a free slot.
#include "base/map.h"

enum { SLOT_FREE, SLOT_USED, SLOT_TOMBSTONE };
enum { CAP_FIRST = 16 };

static bool too_full(u32 used, u32 cap) { return used + 1 > cap - cap / 4; }

static u32 cap_for(u32 size) {
	u32 cap = CAP_FIRST;
	while (cap / 2 < size + 1) {
		CHECK(cap < 1u << 31);
		cap *= 2;
	}
	return cap;
}

void map_init(struct map *m, struct arena *a) { *m = (struct map){.arena = a}; }

// The key's slot, or UINT32_MAX.
static u32 map_slot_of(const struct map *m, u64 key) {
	if (m->cap == 0)
		return UINT32_MAX;
	u32 mask = m->cap - 1;
	u32 i = (u32)base_hash_u64(key, 0) & mask;
	while (m->state[i] != SLOT_FREE) {
		if (m->state[i] == SLOT_USED && m->slots[i].key == key)
			return i;
		i = (i + 1) & mask;
	}
	return UINT32_MAX;
}

static void map_insert_new(struct map *m, u64 key, u64 value) {
	u32 mask = m->cap - 1;
	u32 i = (u32)base_hash_u64(key, 0) & mask;
	while (m->state[i] == SLOT_USED)
		i = (i + 1) & mask;
	m->used += m->state[i] == SLOT_FREE;
	m->state[i] = SLOT_USED;
	m->slots[i] = (struct map_slot){key, value};
	m->size++;
}

static void map_rebuild(struct map *m) {
	struct map old = *m;
	m->cap = cap_for(old.size);
	m->slots = ARENA_ARRAY(m->arena, struct map_slot, m->cap);
	m->state = ARENA_ARRAY(m->arena, u8, m->cap);
	m->size = m->used = 0;
	for (u32 i = 0; i < old.cap; i++)
		if (old.state[i] == SLOT_USED)
			map_insert_new(m, old.slots[i].key, old.slots[i].value);
}

void map_set(struct map *m, u64 key, u64 value) {
	u32 i = map_slot_of(m, key);
	if (i != UINT32_MAX) {
		m->slots[i].value = value;
		return;
	}
	if (too_full(m->used, m->cap))
		map_rebuild(m);
	map_insert_new(m, key, value);
}

bool map_find(const struct map *m, u64 key, u64 *value) {
	u32 i = map_slot_of(m, key);
	if (i == UINT32_MAX)
		return false;
	if (value)
		*value = m->slots[i].value;
	return true;
}

u64 map_get_or(const struct map *m, u64 key, u64 otherwise) {
	u32 i = map_slot_of(m, key);
	return i == UINT32_MAX ? otherwise : m->slots[i].value;
}

bool map_remove(struct map *m, u64 key) {
	u32 i = map_slot_of(m, key);
	if (i == UINT32_MAX)
		return false;
	m->state[i] = SLOT_TOMBSTONE;
	m->size--;
	return true;
}

void map_clear(struct map *m) {
	if (m->cap)
		memset(m->state, SLOT_FREE, m->cap);
	m->size = m->used = 0;
}

void strmap_init(struct strmap *m, struct arena *a) { *m = (struct strmap){.arena = a}; }

// Zero marks a free slot, so no text hashes to it.
static u64 text_hash(struct str s) {
	u64 h = base_hash_bytes(s.data, s.size, 0);
	return h ? h : 1;
}

// The key's slot, or the free slot where it belongs.
static struct strmap_slot *strmap_slot_of(const struct strmap *m, u64 hash, struct str key) {
	u32 mask = m->cap - 1;
	u32 i = (u32)hash & mask;
	while (m->slots[i].hash && !(m->slots[i].hash == hash && str_eq(m->slots[i].key, key)))
		i = (i + 1) & mask;
	return &m->slots[i];
}

static void strmap_rebuild(struct strmap *m) {
	struct strmap old = *m;
	m->cap = cap_for(old.size);
	m->slots = ARENA_ARRAY(m->arena, struct strmap_slot, m->cap);
	for (u32 i = 0; i < old.cap; i++)
		if (old.slots[i].hash)
			*strmap_slot_of(m, old.slots[i].hash, old.slots[i].key) = old.slots[i];
}

void strmap_set(struct strmap *m, struct str key, u64 value) {
	if (too_full(m->size, m->cap))
		strmap_rebuild(m);
	u64 hash = text_hash(key);
	struct strmap_slot *slot = strmap_slot_of(m, hash, key);
	if (slot->hash) {
		slot->value = value;
		return;
	}
	*slot = (struct strmap_slot){key, value, hash};
	m->size++;
}

bool strmap_find(const struct strmap *m, struct str key, u64 *value) {
	if (m->cap == 0)
		return false;
	const struct strmap_slot *slot = strmap_slot_of(m, text_hash(key), key);
	if (!slot->hash)
		return false;
	if (value)
		*value = slot->value;
	return true;
}

void intern_init(struct intern *t, struct arena *a) { *t = (struct intern){.arena = a}; }

void *intern_find(const struct intern *t, u64 hash, intern_equal_fn *equal, const void *probe) {
	if (t->cap == 0)
		return NULL;
	u32 mask = t->cap - 1;
	for (u32 i = (u32)hash & mask; t->slots[i]; i = (i + 1) & mask)
		if (t->hashes[i] == hash && equal(t->slots[i], probe))
			return t->slots[i];
	return NULL;
}

static void intern_insert(struct intern *t, u64 hash, void *entry) {
	u32 mask = t->cap - 1;
	u32 i = (u32)hash & mask;
	while (t->slots[i])
		i = (i + 1) & mask;
	t->slots[i] = entry;
	t->hashes[i] = hash;
	t->size++;
}

static void intern_rebuild(struct intern *t) {
	struct intern old = *t;
	t->cap = cap_for(old.size);
	t->slots = ARENA_ARRAY(t->arena, void *, t->cap);
	t->hashes = ARENA_ARRAY(t->arena, u64, t->cap);
	t->size = 0;
	for (u32 i = 0; i < old.cap; i++)
		if (old.slots[i])
			intern_insert(t, old.hashes[i], old.slots[i]);
}

void intern_add(struct intern *t, u64 hash, void *entry) {
	CHECK(entry);
	if (too_full(t->size, t->cap))
		intern_rebuild(t);
	intern_insert(t, hash, entry);
}
