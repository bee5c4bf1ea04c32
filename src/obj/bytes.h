// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Little-endian bytes under construction: unwind and debug sections.
#ifndef OBJ_BYTES_H
#define OBJ_BYTES_H

#include "base/str.h"
#include "base/vec.h"

struct obj_bytes {
	struct arena *arena;
	u8 *data;
	u32 size, cap;
};

static inline void obj_put_u8(struct obj_bytes *b, u8 v) { vec_push(b->arena, *b, v); }
static inline void obj_put_uint(struct obj_bytes *b, u64 v, u32 bytes) {
	for (u32 i = 0; i < bytes; i++)
		obj_put_u8(b, (u8)(v >> 8 * i));
}
static inline void obj_put_u16(struct obj_bytes *b, u16 v) { obj_put_uint(b, v, 2); }
static inline void obj_put_u32(struct obj_bytes *b, u32 v) { obj_put_uint(b, v, 4); }
static inline void obj_put_u64(struct obj_bytes *b, u64 v) { obj_put_uint(b, v, 8); }
static inline void obj_put_uleb(struct obj_bytes *b, u64 v) {
	for (; v >= 0x80; v >>= 7)
		obj_put_u8(b, (u8)(v | 0x80));
	obj_put_u8(b, (u8)v);
}
static inline void obj_put_sleb(struct obj_bytes *b, i64 v) {
	for (; v < -64 || v >= 64; v >>= 7)
		obj_put_u8(b, (u8)(v | 0x80));
	obj_put_u8(b, v & 0x7f);
}
static inline void obj_put_z(struct obj_bytes *b, struct str s) {
	for (size_t i = 0; i < s.size; i++)
		obj_put_u8(b, (u8)s.data[i]);
	obj_put_u8(b, 0);
}
static inline void obj_put_align(struct obj_bytes *b, u32 align, u8 fill) {
	while (b->size % align)
		obj_put_u8(b, fill);
}
static inline void obj_set_u32(struct obj_bytes *b, u32 at, u32 v) {
	ASSERT(at + 4 <= b->size);
	for (u32 i = 0; i < 4; i++)
		b->data[at + i] = (u8)(v >> 8 * i);
}

#endif
