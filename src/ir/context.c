// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The context: interning under one lock, names, symbol bounds, and the op table.
#include "ir/context.h"

#include <stdlib.h>

#include "ir/op_info.h"

static void names_init(struct ir_context *c) {
	static const char *const known[] = {
		"",
#define NAME(id) #id,
#include "ir/name.def"
#undef NAME
	};
	_Static_assert(ARRAY_SIZE(known) == IR_KNOWN_NAME_COUNT, "one text a name");
	strmap_init(&c->name_ids, &c->arena);
	c->name_blocks[0] = ARENA_ARRAY(&c->arena, struct str, IR_NAME_BLOCK_FIRST);
	c->num_names = 1;
	for (u32 i = 1; i < IR_KNOWN_NAME_COUNT; i++) {
		ir_name n = ir_name_get(c, str_from(known[i]));
		CHECK_MSG(n == i, "ir/name.def: '%s' stands twice", known[i]);
	}
}

static void context_init(struct ir_context *c) {
	pthread_mutexattr_t attr;
	CHECK(pthread_mutexattr_init(&attr) == 0);
	CHECK(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE) == 0);
	CHECK(pthread_mutex_init(&c->lock, &attr) == 0);
	pthread_mutexattr_destroy(&attr);
	arena_init(&c->arena);
	arena_init(&c->scratch);
	diag_init(&c->diags);
	intern_init(&c->types, &c->arena);
	intern_init(&c->attrs, &c->arena);
	intern_init(&c->exprs, &c->arena);
	map_init(&c->symbol_bounds, &c->arena);
	strmap_init(&c->blobs, &c->arena);
	strmap_init(&c->op_ids, &c->arena);
}

// False when memory is exhausted; any other failure goes on.
static bool context_fill(struct ir_context *c) {
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		if (r.failure.kind == BASE_FAILURE_OUT_OF_MEMORY)
			return false;
		base_fail_again(&r.failure);
	}
	arena_alloc(&c->scratch, 1, 1);  // a first chunk, which no restore gives back
	names_init(c);
	ir_types_init(c);
	ir_exprs_init(c);
	ir_attrs_init(c);
	base_recovery_pop(&r);
	return true;
}

struct ir_context *ir_context_create(void) {
	struct ir_context *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	context_init(c);
	if (context_fill(c))
		return c;
	ir_context_destroy(c);
	return NULL;
}

void ir_context_destroy(struct ir_context *c) {
	if (!c)
		return;
	diag_deinit(&c->diags);
	arena_deinit(&c->scratch);
	arena_deinit(&c->arena);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct diag_engine *ir_diags(struct ir_context *c) { return &c->diags; }

struct arena *ir_context_arena(struct ir_context *c) { return &c->arena; }

void ir_context_lock(struct ir_context *c) { pthread_mutex_lock(&c->lock); }

void ir_context_unlock(struct ir_context *c) { pthread_mutex_unlock(&c->lock); }

// ---- interning --------------------------------------------------------------------------------

// Runs fn while the caller holds the lock, which a failure inside releases on its way out. Apart
// from the look-ups, so that finding an existing entry pays for no recovery point.
static __attribute__((noinline)) void
run_locked(struct ir_context *c, void (*fn)(struct ir_context *c, void *user), void *user) {
	const struct arena_mark mark = arena_save(&c->scratch);
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		arena_restore(&c->scratch, mark);
		ir_context_unlock(c);
		base_fail_again(&r.failure);
	}
	fn(c, user);
	base_recovery_pop(&r);
	arena_restore(&c->scratch, mark);
}

void ir_context_guarded(struct ir_context *c, void (*fn)(struct ir_context *c, void *user),
                        void *user) {
	ir_context_lock(c);
	run_locked(c, fn, user);
	ir_context_unlock(c);
}

struct intern_task {
	struct intern *table;
	u64 hash;
	const void *probe;
	ir_intern_make_fn *make;
	void *entry;
};

static void intern_make(struct ir_context *c, void *user) {
	struct intern_task *task = user;
	task->entry = task->make(c, task->probe);
	intern_add(task->table, task->hash, task->entry);
}

void *ir_intern(struct ir_context *c, struct intern *t, u64 hash, intern_equal_fn *equal,
                const void *probe, ir_intern_make_fn *make) {
	ir_context_lock(c);
	void *entry = intern_find(t, hash, equal, probe);
	if (entry) {
		ir_context_unlock(c);
		return entry;
	}
	struct intern_task task = {t, hash, probe, make, NULL};
	run_locked(c, intern_make, &task);
	ir_context_unlock(c);
	return task.entry;
}

// ---- names ------------------------------------------------------------------------------------

// Block k holds IR_NAME_BLOCK_FIRST << k names.
static struct str *name_slot(const struct ir_context *c, ir_name n, u32 *block) {
	u32 k = base_log2(n / IR_NAME_BLOCK_FIRST + 1);
	*block = k;
	u32 first = IR_NAME_BLOCK_FIRST * ((1u << k) - 1);
	return k < IR_NAME_BLOCKS && c->name_blocks[k] ? &c->name_blocks[k][n - first] : NULL;
}

struct name_task {
	struct str text;
	ir_name name;
};

static void name_add(struct ir_context *c, void *user) {
	struct name_task *task = user;
	ir_name n = c->num_names;
	u32 block;
	struct str *slot = name_slot(c, n, &block);
	if (!slot) {
		CHECK(block < IR_NAME_BLOCKS);
		c->name_blocks[block] =
			ARENA_ARRAY(&c->arena, struct str, (size_t)IR_NAME_BLOCK_FIRST << block);
		slot = name_slot(c, n, &block);
	}
	*slot = str_copy(&c->arena, task->text);
	strmap_set(&c->name_ids, *slot, n);
	c->num_names++;
	task->name = n;
}

ir_name ir_name_get(struct ir_context *c, struct str text) {
	if (text.size == 0)
		return NAME_none;
	struct name_task task = {text, NAME_none};
	u64 found;
	ir_context_lock(c);
	if (strmap_find(&c->name_ids, text, &found))
		task.name = (ir_name)found;
	else
		run_locked(c, name_add, &task);
	ir_context_unlock(c);
	return task.name;
}

struct str ir_name_str(const struct ir_context *c, ir_name n) {
	if (n == NAME_none)
		return (struct str){"", 0};
	u32 block;
	const struct str *slot = name_slot(c, n, &block);
	ASSERT(slot && slot->data);
	return *slot;
}

// ---- bounds of named symbols ------------------------------------------------------------------

struct bounds_task {
	ir_name symbol;
	struct ir_symbol_bounds bounds;
};

static void bounds_set(struct ir_context *c, void *user) {
	const struct bounds_task *task = user;
	u64 found = map_get_or(&c->symbol_bounds, task->symbol, 0);
	if (!found) {
		found = map_ptr(ARENA_NEW(&c->arena, struct ir_symbol_bounds));
		map_set(&c->symbol_bounds, task->symbol, found);
	}
	*(struct ir_symbol_bounds *)(uintptr_t)found = task->bounds;
}

void ir_symbol_set_bounds(struct ir_context *c, ir_name symbol, i64 min, i64 max) {
	CHECK(symbol != NAME_none && min <= max);
	struct bounds_task task = {symbol, {min, max}};
	ir_context_guarded(c, bounds_set, &task);
}

void ir_symbol_get_bounds(struct ir_context *c, ir_name symbol, i64 *min, i64 *max) {
	ir_context_lock(c);
	u64 found;
	struct ir_symbol_bounds b = {0, INT32_MAX};
	if (map_find(&c->symbol_bounds, symbol, &found))
		b = *(const struct ir_symbol_bounds *)(uintptr_t)found;
	ir_context_unlock(c);
	*min = b.min;
	*max = b.max;
}

// ---- op table ---------------------------------------------------------------------------------

void ir_context_register_ops(struct ir_context *c, const struct ir_op_row *rows, u32 count) {
	CHECK_MSG(c->num_ops == 0, "ops are registered once");
	CHECK(count <= UINT16_MAX);
	struct ir_op_info *ops = ARENA_ARRAY(&c->arena, struct ir_op_info, count);
	for (u32 i = 0; i < count; i++) {
		ops[i].id = (u16)i;
		ir_op_info_compile(c, &rows[i], &ops[i]);
		CHECK_MSG(!strmap_find(&c->op_ids, ops[i].full_name, NULL), "op %s: has two rows",
		          ops[i].full_name.data);
		strmap_set(&c->op_ids, ops[i].full_name, i);
	}
	c->ops = ops;
	c->num_ops = count;
	for (u32 i = 0; i < count; i++)
		ir_op_info_link(c, &ops[i]);
}

const struct ir_op_info *ir_op_info_get(struct ir_context *c, u16 id) {
	ASSERT(id < c->num_ops);
	return &c->ops[id];
}

const struct ir_op_info *ir_op_info_find(struct ir_context *c, struct str full_name) {
	u64 id;
	return strmap_find(&c->op_ids, full_name, &id) ? &c->ops[id] : NULL;
}

u32 ir_op_info_count(struct ir_context *c) { return c->num_ops; }
