// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XXH64 after its specification: four 64-bit lanes over 32-byte stripes, merged at the end, then
// the tail by 8, 4 and 1 bytes, then an avalanche. Reads are little-endian whatever the host.
#include "obj/hash.h"

static const u64 prime1 = 0x9e3779b185ebca87ull, prime2 = 0xc2b2ae3d27d4eb4full,
				 prime3 = 0x165667b19e3779f9ull, prime4 = 0x85ebca77c2b2ae63ull,
				 prime5 = 0x27d4eb2f165667c5ull;
enum { STRIPE_BYTES = 32 };

static u64 rotate_left(u64 x, u32 n) { return x << n | x >> (64 - n); }

static u64 read_u64(const u8 *p) {
	u64 v;
	memcpy(&v, p, sizeof v);
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap64(v);
}

static u32 read_u32(const u8 *p) {
	u32 v;
	memcpy(&v, p, sizeof v);
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap32(v);
}

static u64 mix_lane(u64 lane, u64 input) { return rotate_left(lane + input * prime2, 31) * prime1; }

void obj_hash_init(struct obj_hash *h, u64 seed) {
	*h = (struct obj_hash){.seed = seed};
	h->lanes[0] = seed + prime1 + prime2;
	h->lanes[1] = seed + prime2;
	h->lanes[2] = seed;
	h->lanes[3] = seed - prime1;
}

// Lanes are kept in registers over the whole run: this loop decides the speed.
static void add_stripes(struct obj_hash *h, const u8 *p, size_t stripes) {
	u64 a = h->lanes[0], b = h->lanes[1], c = h->lanes[2], d = h->lanes[3];
	for (; stripes; stripes--, p += STRIPE_BYTES) {
		a = mix_lane(a, read_u64(p));
		b = mix_lane(b, read_u64(p + 8));
		c = mix_lane(c, read_u64(p + 16));
		d = mix_lane(d, read_u64(p + 24));
	}
	h->lanes[0] = a, h->lanes[1] = b, h->lanes[2] = c, h->lanes[3] = d;
}

void obj_hash_add(struct obj_hash *h, const void *data, size_t size) {
	if (size == 0)
		return;
	const u8 *p = data;
	size_t pending = h->total_bytes % STRIPE_BYTES;
	h->total_bytes += size;
	if (pending && size >= STRIPE_BYTES - pending) {
		size_t taken = STRIPE_BYTES - pending;
		memcpy(h->pending + pending, p, taken);
		add_stripes(h, h->pending, 1);
		p += taken, size -= taken, pending = 0;
	}
	if (!pending) {
		add_stripes(h, p, size / STRIPE_BYTES);
		p += size / STRIPE_BYTES * STRIPE_BYTES, size %= STRIPE_BYTES;
	}
	if (size)
		memcpy(h->pending + pending, p, size);
}

static u64 merge_lanes(const struct obj_hash *h) {
	if (h->total_bytes < STRIPE_BYTES)
		return h->seed + prime5;
	const u64 *l = h->lanes;
	u64 v =
		rotate_left(l[0], 1) + rotate_left(l[1], 7) + rotate_left(l[2], 12) + rotate_left(l[3], 18);
	for (u32 i = 0; i < 4; i++)
		v = (v ^ mix_lane(0, l[i])) * prime1 + prime4;
	return v;
}

u64 obj_hash_value(const struct obj_hash *h) {
	u64 v = merge_lanes(h) + h->total_bytes;
	const u8 *p = h->pending, *end = p + h->total_bytes % STRIPE_BYTES;
	for (; end - p >= 8; p += 8)
		v = rotate_left(v ^ mix_lane(0, read_u64(p)), 27) * prime1 + prime4;
	for (; end - p >= 4; p += 4)
		v = rotate_left(v ^ read_u32(p) * prime1, 23) * prime2 + prime3;
	for (; p < end; p++)
		v = rotate_left(v ^ *p * prime5, 11) * prime1;
	v = (v ^ v >> 33) * prime2;
	v = (v ^ v >> 29) * prime3;
	return v ^ v >> 32;
}

u64 obj_hash_bytes(const void *data, size_t size, u64 seed) {
	struct obj_hash h;
	obj_hash_init(&h, seed);
	obj_hash_add(&h, data, size);
	return obj_hash_value(&h);
}
