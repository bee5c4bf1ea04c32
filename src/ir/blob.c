// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blobs: constants too large to intern. They are named, and found by name when text refers to
// them; identity is the blob's, so nothing reads gigabytes only to compare.
#include "ir/context.h"

struct blob_task {
	struct str name;
	struct ir_blob *blob;
};

// MLIR's text takes identifiers only; other characters become `_`.
static struct str identifier_of(struct arena *a, struct str name) {
	bool digit = name.data[0] >= '0' && name.data[0] <= '9';
	char *out = arena_alloc(a, name.size + 2, 1);
	size_t n = 0;
	if (digit || name.data[0] == '.' || name.data[0] == '$')
		out[n++] = '_';
	for (size_t i = 0; i < name.size; i++) {
		char ch = name.data[i];
		bool kept = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '$';
		out[n++] = kept ? ch : '_';
	}
	return str_make(out, n);
}

static void blob_add(struct ir_context *c, void *user) {
	struct blob_task *task = user;
	struct str wish = identifier_of(&c->arena, task->name), name = wish;
	for (u32 i = 1; strmap_find(&c->blobs, name, NULL); i++)
		name = str_format(&c->arena, "%.*s_%u", STR_ARG(wish), i);
	struct ir_blob *b = ARENA_NEW(&c->arena, struct ir_blob);
	*b = *task->blob;
	b->name = ir_name_get(c, name);
	strmap_set(&c->blobs, ir_name_str(c, b->name), map_ptr(b));
	task->blob = b;
}

struct ir_blob *ir_blob_create(struct ir_context *c, struct str name, const u8 *data, u64 size,
                               u32 align) {
	CHECK(base_is_pow2(align) && (data || size == 0));
	struct ir_blob blob = {.data = data, .size = size, .align = align};
	struct blob_task task = {name.size ? name : STR("blob"), &blob};
	ir_context_guarded(c, blob_add, &task);
	return task.blob;
}

struct ir_blob *ir_blob_find(struct ir_context *c, struct str name) {
	u64 found = 0;
	ir_context_lock(c);
	strmap_find(&c->blobs, name, &found);
	ir_context_unlock(c);
	return (struct ir_blob *)(uintptr_t)found;
}

// The same value whoever computes it, so concurrent calls may both store it.
u64 ir_blob_hash(struct ir_blob *b) {
	u64 hash = __atomic_load_n(&b->hash, __ATOMIC_RELAXED);
	if (hash == 0) {
		hash = base_hash_bytes(b->data, b->size, b->size);
		hash += hash == 0;
		__atomic_store_n(&b->hash, hash, __ATOMIC_RELAXED);
	}
	return hash;
}
