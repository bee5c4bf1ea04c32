// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies of ops. Blocks and arguments of a region are made before its ops, so successors and
// arguments always map. A use that comes before its definition (blocks in any order, graph
// regions) keeps the old value at first; a second pass over the copy replaces those.
#include "ir/ir.h"

struct cloner {
	struct ir_module *module;
	struct map *map;
	const struct ir_op *root;
	bool forward;  // a value of the original inside was used before it was copied
};

static struct ir_value *mapped_value(struct cloner *k, struct ir_value *v) {
	u64 found;
	if (map_find(k->map, map_ptr(v), &found))
		return (struct ir_value *)(uintptr_t)found;
	if (!v->is_argument && ir_op_is_ancestor(k->root, v->op))
		k->forward = true;
	return v;
}

static struct ir_block *mapped_block(struct cloner *k, struct ir_block *b) {
	return (struct ir_block *)(uintptr_t)map_get_or(k->map, map_ptr(b), map_ptr(b));
}

static struct ir_op *clone_op(struct cloner *k, struct ir_op *op);

static void clone_region(struct cloner *k, struct ir_region *from, struct ir_region *to) {
	for (struct ir_block *b = from->first; b; b = b->next) {
		struct ir_block *copy = ir_block_create(k->module);
		map_set(k->map, map_ptr(b), map_ptr(copy));
		ir_block_append(to, copy);
		for (u32 i = 0; i < b->num_args; i++)
			map_set(k->map, map_ptr(b->args[i]),
			        map_ptr(ir_block_add_arg(k->module, copy, b->args[i]->type)));
	}
	for (struct ir_block *b = from->first, *copy = to->first; b; b = b->next, copy = copy->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			ir_op_append(copy, clone_op(k, op));
}

static struct ir_op *clone_shallow(struct cloner *k, struct ir_op *op) {
	struct arena *scratch = &k->module->scratch;
	struct arena_mark mark = arena_save(scratch);
	struct ir_value **operands = ARENA_ARRAY(scratch, struct ir_value *, op->num_operands);
	ir_type *results = ARENA_ARRAY(scratch, ir_type, op->num_results);
	struct ir_block **successors = ARENA_ARRAY(scratch, struct ir_block *, op->num_successors);
	for (u32 i = 0; i < op->num_operands; i++)
		operands[i] = mapped_value(k, op->operands[i].value);
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = op->results[i].type;
	for (u32 i = 0; i < op->num_successors; i++)
		successors[i] = mapped_block(k, op->successors[i].block);
	struct ir_op *copy =
		ir_op_create(k->module, &(struct ir_op_desc){.info = op->info,
	                                                 .loc = op->loc,
	                                                 .num_operands = op->num_operands,
	                                                 .operands = operands,
	                                                 .num_results = op->num_results,
	                                                 .results = results,
	                                                 .num_regions = op->num_regions,
	                                                 .num_successors = op->num_successors,
	                                                 .successors = successors});
	memcpy(copy->props, op->props, sizeof *op->props * op->info->num_attrs);
	copy->attrs = op->attrs;
	arena_restore(scratch, mark);
	return copy;
}

static struct ir_op *clone_op(struct cloner *k, struct ir_op *op) {
	struct ir_op *copy = clone_shallow(k, op);
	for (u32 i = 0; i < op->num_results; i++)
		map_set(k->map, map_ptr(&op->results[i]), map_ptr(&copy->results[i]));
	for (u32 i = 0; i < op->num_regions; i++)
		clone_region(k, &op->regions[i], &copy->regions[i]);
	return copy;
}

static bool fix_forward(void *user, struct ir_op *op) {
	const struct map *map = user;
	u64 found;
	for (u32 i = 0; i < op->num_operands; i++)
		if (map_find(map, map_ptr(op->operands[i].value), &found))
			ir_op_set_operand(op, i, (struct ir_value *)(uintptr_t)found);
	return true;
}

struct ir_op *ir_op_clone(struct ir_module *m, struct ir_op *op, struct map *map) {
	struct arena
		own_arena;  // not the module's scratch: clone_shallow gives that back between insertions
	struct map own;
	arena_init(&own_arena);
	map_init(&own, &own_arena);
	struct cloner k = {.module = m, .map = map ? map : &own, .root = op};
	struct ir_op *copy = clone_op(&k, op);
	if (k.forward)
		ir_walk(copy, false, fix_forward, k.map);
	arena_deinit(&own_arena);
	return copy;
}

struct ir_op *ir_op_recreate(struct ir_op *op, u32 num_operands, struct ir_value *const *operands,
                             u32 num_results, const ir_type *results) {
	struct arena *scratch = &op->module->scratch;
	struct arena_mark mark = arena_save(scratch);
	struct ir_block **successors = ARENA_ARRAY(scratch, struct ir_block *, op->num_successors);
	for (u32 i = 0; i < op->num_successors; i++)
		successors[i] = op->successors[i].block;
	struct ir_op *copy =
		ir_op_create(op->module, &(struct ir_op_desc){.info = op->info,
	                                                  .loc = op->loc,
	                                                  .num_operands = num_operands,
	                                                  .operands = operands,
	                                                  .num_results = num_results,
	                                                  .results = results,
	                                                  .num_regions = op->num_regions,
	                                                  .num_successors = op->num_successors,
	                                                  .successors = successors});
	memcpy(copy->props, op->props, sizeof *op->props * op->info->num_attrs);
	copy->attrs = op->attrs;
	for (u32 i = 0; i < op->num_regions; i++)
		ir_region_move_blocks(&op->regions[i], &copy->regions[i], NULL);
	if (op->block)
		ir_op_insert_before(copy, op);
	arena_restore(scratch, mark);
	return copy;
}
