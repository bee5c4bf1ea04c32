// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Maps, string maps and interning, compared with a plain array as the model.
#include "base/map.h"

#include "unit/unit.h"

UNIT_TEST(map_agrees_with_an_array) {
	enum { KEYS = 509, STEPS = 40000 };
	struct arena a;
	arena_init(&a);
	struct map m;
	map_init(&m, &a);
	assert_false(map_find(&m, 1, NULL));
	assert_false(map_remove(&m, 1));
	u64 model[KEYS] = {0}, seed = 1, alive = 0;
	for (u32 step = 0; step < STEPS; step++) {
		seed = base_hash_u64(seed, step);
		u64 key = seed % KEYS, value = (seed >> 20) | 1, found = 0;
		assert_int_equal(map_find(&m, key, &found), model[key] != 0);
		assert_true(found == model[key]);
		if (seed >> 63) {
			alive += model[key] == 0;
			map_set(&m, key, model[key] = value);
		} else {
			alive -= model[key] != 0;
			assert_int_equal(map_remove(&m, key), model[key] != 0);
			model[key] = 0;
		}
		assert_int_equal(m.size, alive);
	}
	assert_true(m.cap <= 2048);  // tombstones do not make it grow
	assert_int_equal(map_get_or(&m, KEYS + 1, 42), 42);
	map_clear(&m);
	assert_false(map_find(&m, 0, NULL));
	map_set(&m, map_ptr(&m), 5);
	assert_int_equal(map_get_or(&m, map_ptr(&m), 0), 5);
	arena_deinit(&a);
}

UNIT_TEST(strmap_finds_what_was_set) {
	struct arena a;
	arena_init(&a);
	struct strmap m;
	strmap_init(&m, &a);
	u64 v = 0;
	assert_false(strmap_find(&m, STR(""), &v));
	for (u32 i = 0; i < 2000; i++)
		strmap_set(&m, str_format(&a, "key%u", i), i);
	strmap_set(&m, STR(""), 7);
	strmap_set(&m, STR("key3"), 33);
	assert_int_equal(m.size, 2001);
	assert_true(strmap_find(&m, STR(""), &v) && v == 7);
	assert_true(strmap_find(&m, STR("key3"), &v) && v == 33);
	assert_true(strmap_find(&m, STR("key1999"), &v) && v == 1999);
	assert_true(strmap_find(&m, STR("key1999"), NULL));
	assert_false(strmap_find(&m, STR("key2000"), &v));
	arena_deinit(&a);
}

static bool same_text(const void *entry, const void *probe) {
	return str_eq(*(const struct str *)entry, *(const struct str *)probe);
}

UNIT_TEST(intern_gives_one_pointer) {
	struct arena a;
	arena_init(&a);
	struct intern t;
	intern_init(&t, &a);
	for (u32 round = 0; round < 2; round++) {
		for (u32 i = 0; i < 500; i++) {
			struct str text = str_format(&a, "%u", i);
			u64 hash = i % 7;  // collisions on purpose
			struct str *found = intern_find(&t, hash, same_text, &text);
			assert_int_equal(found != NULL, round == 1);
			if (!found)
				intern_add(&t, hash, ARENA_COPY_ARRAY(&a, struct str, &text, 1));
		}
	}
	assert_int_equal(t.size, 500);
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(map_agrees_with_an_array),
	    cmocka_unit_test(strmap_finds_what_was_set),
	    cmocka_unit_test(intern_gives_one_pointer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
