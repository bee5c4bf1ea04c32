// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XXH64 against values of the reference implementation, and any split of the input.
#include "obj/hash.h"

#include "unit/unit.h"

// Bytes of the reference's self test: the top byte of a growing product.
static void fill(u8 *p, u32 n) {
	u64 v = 2654435761u;
	for (u32 i = 0; i < n; i++, v *= 11400714785074694797ull)
		p[i] = (u8)(v >> 56);
}

UNIT_TEST(equals_the_reference) {
	assert_true(obj_hash_bytes("", 0, 0) == 0xef46db3751d8e999ull);
	assert_true(obj_hash_bytes("a", 1, 0) == 0xd24ec4f1a98c6e5bull);
	assert_true(obj_hash_bytes("abc", 3, 0) == 0x44bc2cf5ad770999ull);
	static const struct {
		u32 size;
		u64 seed, value;
	} rows[] = {
		{1, 0, 0xe934a84adb052768ull},   {1, 2654435761, 0x5014607643a9b4c3ull},
		{4, 0, 0x9136a0dca57457eeull},   {4, 2654435761, 0xcaab286bd8e9fdb5ull},
		{7, 0, 0x6c83909a9f01ed25ull},   {7, 2654435761, 0xf98d03b1ad6f9293ull},
		{8, 0, 0xcdbcf538e71d1348ull},   {8, 2654435761, 0xfe0c047a5353cdacull},
		{14, 0, 0x8282dcc4994e35c8ull},  {14, 2654435761, 0xc3bd6bf63deb6df0ull},
		{31, 0, 0x299b39a290e6d783ull},  {31, 2654435761, 0xda673d5feb5c1d79ull},
		{32, 0, 0x18b216492bb44b70ull},  {32, 2654435761, 0xb3f33bdf93ade409ull},
		{33, 0, 0x55c8dc3e578f5b59ull},  {33, 2654435761, 0xe92c292f64bc3071ull},
		{63, 0, 0xa9efbe0fa0f3f4e7ull},  {63, 2654435761, 0x6c911fadb05b6fc2ull},
		{64, 0, 0xef558f8acac2b5cdull},  {64, 2654435761, 0xb5eeba99264cc44full},
		{100, 0, 0x4bfe019cd91d9ea4ull}, {100, 2654435761, 0x4853706dc9625caeull},
		{222, 0, 0xb641ae8cb691c174ull}, {222, 2654435761, 0x20cb8ab7ae10c14aull},
		{300, 0, 0x27d0e073ec12824full}, {300, 2654435761, 0x36cb189d9f3b6ad6ull},
	};
	u8 data[300];
	fill(data, sizeof data);
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		assert_true(obj_hash_bytes(data, rows[i].size, rows[i].seed) == rows[i].value);
}

UNIT_TEST(any_split_gives_the_same) {
	u8 data[300];
	fill(data, sizeof data);
	for (u32 size = 0; size <= sizeof data; size += 7) {
		u64 whole = obj_hash_bytes(data, size, 5);
		for (u32 step = 1; step <= 70; step++) {
			struct obj_hash h;
			obj_hash_init(&h, 5);
			for (u32 at = 0; at < size; at += step)
				obj_hash_add(&h, data + at, BASE_MIN(step, size - at));
			assert_true(obj_hash_value(&h) == whole);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_reference),
		cmocka_unit_test(any_split_gives_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
