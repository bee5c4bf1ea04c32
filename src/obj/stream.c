// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sinks and contents: bytes in order, each piece written once, in chunks of its maker's choice.
#include "obj/obj.h"

void obj_sink_write(struct obj_sink *to, const void *data, size_t size) {
	if (size == 0)
		return;
	if (to->hash)
		obj_hash_add(to->hash, data, size);
	to->write(to->user, data, size);
	to->written_bytes += size;
}

void obj_sink_fill(struct obj_sink *to, u8 byte, u64 size) {
	u8 block[256];
	memset(block, byte, sizeof block);
	for (; size > sizeof block; size -= sizeof block)
		obj_sink_write(to, block, sizeof block);
	obj_sink_write(to, block, (size_t)size);
}

static void write_to_file(void *user, const void *data, size_t size) {
	file_out_write(user, data, size);
}

struct obj_sink obj_sink_file(struct file_out *f) {
	return (struct obj_sink){.write = write_to_file, .user = f};
}

static void write_to_memory(void *user, const void *data, size_t size) {
	u8 **next = user;
	memcpy(*next, data, size);
	*next += size;
}

struct obj_sink obj_sink_memory(u8 **next) {
	return (struct obj_sink){.write = write_to_memory, .user = next};
}

static u64 append_piece(struct arena *a, struct obj_content *c, struct obj_piece p, u32 align) {
	CHECK(base_is_pow2(align));
	CHECK(p.size <= UINT64_MAX / 4 - c->size);
	p.offset = base_align_up(c->size, align);
	c->size = p.offset + p.size;
	c->align = BASE_MAX(c->align, align);
	vec_push(a, c->pieces, p);
	return p.offset;
}

u64 obj_content_append(struct arena *a, struct obj_content *c, const void *data, u64 size,
                       u32 align) {
	CHECK(data || size == 0);
	static const u8 nothing[1];
	return append_piece(a, c, (struct obj_piece){.size = size, .data = data ? data : nothing},
	                    align);
}

u64 obj_content_append_source(struct arena *a, struct obj_content *c, struct obj_source s) {
	CHECK(s.write);
	return append_piece(a, c, (struct obj_piece){.size = s.size, .source = s}, s.align);
}

void obj_content_write(const struct obj_content *c, struct obj_sink *to) {
	u64 at = 0;
	for (u32 i = 0; i < c->pieces.size; i++) {
		const struct obj_piece *p = &c->pieces.data[i];
		obj_sink_fill(to, c->fill, p->offset - at);
		u64 start = to->written_bytes;
		if (p->data)
			obj_sink_write(to, p->data, (size_t)p->size);
		else
			p->source.write(p->source.user, to);
		CHECK_MSG(to->written_bytes - start == p->size,
		          "contents made %llu bytes and had promised %llu",
		          (unsigned long long)(to->written_bytes - start), (unsigned long long)p->size);
		at = p->offset + p->size;
	}
	obj_sink_fill(to, c->fill, c->size - at);
}
