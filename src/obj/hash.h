// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), streaming: the identity
// of weights and code. Chosen because it is specified byte for byte, has implementations everywhere
// for whoever wants to check a file, and runs at memory speed, so that hashing 100 MB of weights
// does not show in the compile time. It tells accidental differences apart; it is no defence
// against forgery.
#ifndef OBJ_HASH_H
#define OBJ_HASH_H

#include "base/base.h"

struct obj_hash {
	u64 lanes[4];
	u64 seed, total_bytes;
	u8 pending[32];  // the last total_bytes % 32 bytes
};
void obj_hash_init(struct obj_hash *h, u64 seed);
void obj_hash_add(struct obj_hash *h, const void *data, size_t size);
u64 obj_hash_value(const struct obj_hash *h);  // of everything so far; more can be added
u64 obj_hash_bytes(const void *data, size_t size, u64 seed);

#endif
