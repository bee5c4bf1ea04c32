// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Modules and their memory. Size classes need no header: the size is known again when a thing is
// freed. Freed memory is overwritten in debug builds, so that uses after an erase show at once.
#include "ir/module.h"

#include <stdlib.h>

enum { CLASS_STEP = 32, CLASSES_LINEAR = 20, CLASSES = 32 };
_Static_assert(sizeof((struct ir_module *)0)->free_lists == CLASSES * sizeof(void *),
               "one list a class");

// The class of a size and the size of its members; CLASSES when too large to be recycled.
static u32 class_of(size_t size, size_t *rounded) {
	u32 steps = (u32)((size + CLASS_STEP - 1) / CLASS_STEP);
	if (steps <= CLASSES_LINEAR) {
		steps += steps == 0;
		*rounded = (size_t)steps * CLASS_STEP;
		return steps - 1;
	}
	u32 k = CLASSES_LINEAR;
	for (*rounded = 1024; *rounded < size && k < CLASSES; *rounded *= 2)
		k++;
	if (k == CLASSES)
		*rounded = size;
	return k;
}

void *ir_module_alloc(struct ir_module *m, size_t size) {
	size_t rounded;
	u32 k = class_of(size, &rounded);
	void *p = k < CLASSES ? m->free_lists[k] : NULL;
	if (!p)
		return arena_alloc_zero(&m->arena, rounded, 16);
	memcpy(&m->free_lists[k], p, sizeof(void *));
	return memset(p, 0, rounded);
}

void ir_module_free(struct ir_module *m, void *p, size_t size) {
	size_t rounded;
	u32 k = class_of(size, &rounded);
	if (k == CLASSES)
		return;  // stays until the module ends
#ifndef NDEBUG
	memset(p, 0xdd, rounded);
#endif
	memcpy(p, &m->free_lists[k], sizeof(void *));
	m->free_lists[k] = p;
}

static void module_fill(struct ir_module *m, const struct ir_op_info *info) {
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		ir_module_destroy(m);
		base_fail_again(&r.failure);
	}
	arena_alloc(&m->scratch, 1, 1);  // a first chunk, which no restore gives back
	m->op = ir_op_create(m, &(struct ir_op_desc){.info = info, .num_regions = 1});
	ir_block_append(&m->op->regions[0], ir_block_create(m));
	base_recovery_pop(&r);
}

struct ir_module *ir_module_create(struct ir_context *c) {
	const struct ir_op_info *info = ir_op_info_find(c, STR("builtin.module"));
	CHECK_MSG(info, "builtin.module is not registered");
	struct ir_module *m = calloc(1, sizeof *m);
	if (!m)
		base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "out of memory for a module");
	m->context = c;
	arena_init(&m->arena);
	arena_init(&m->scratch);
	module_fill(m, info);
	return m;
}

void ir_module_destroy(struct ir_module *m) {
	if (!m)
		return;
	arena_deinit(&m->scratch);
	arena_deinit(&m->arena);
	free(m);
}

struct ir_block *ir_module_body(struct ir_module *m) { return m->op->regions[0].first; }
