// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Common subexpression elimination over dominance, and removal of dead ops. Pure ops with equal name,
// operands, types and attributes are one; so are reads of memory with no write between them in the
// same block. Nested regions see what their op's block has. One walk over the dominator tree with a
// scoped hash table: near-linear.
//
// Requires: valid IR. Preserves: everything but what is equal or dead. Locations of a merged op are
// fused into the one that stays.
#include "ir/simplify.h"

#include "ir/cfg.h"

struct entry {
	struct ir_op *op;
	u64 hash;
	struct entry *next;      // same bucket, older scope
	struct entry *scope_next;
	u32 bucket;
	u64 version;             // of memory, for reads
};
struct cse {
	struct arena *arena;
	struct entry **buckets;
	u32 num_buckets;
	u64 memory;              // changes at every write
	u32 removed;
};

static u64 hash_op(const struct ir_op *op) {
	u64 h = base_hash_u64(op->info->id, 0x5bd1);
	for (u32 i = 0; i < op->num_operands; i++)
		h = base_hash_u64(map_ptr(ir_operand_get(op, i)), h);
	for (u32 i = 0; i < op->num_results; i++)
		h = base_hash_u64(op->results[i].type->id, h);
	for (u32 i = 0; i < op->info->num_attrs; i++)
		h = base_hash_u64(op->props[i] ? op->props[i]->id + 1 : 0, h);
	return h;
}

static bool same_op(const struct ir_op *x, const struct ir_op *y) {
	if (x->info != y->info || x->num_operands != y->num_operands || x->num_results != y->num_results || x->attrs != y->attrs)
		return false;
	for (u32 i = 0; i < x->num_operands; i++)
		if (ir_operand_get(x, i) != ir_operand_get(y, i))
			return false;
	for (u32 i = 0; i < x->num_results; i++)
		if (x->results[i].type != y->results[i].type)
			return false;
	for (u32 i = 0; i < x->info->num_attrs; i++)
		if (x->props[i] != y->props[i])
			return false;
	return true;
}

// Effects seen here: bits of ir_effect; what is unknown counts as a write.
static u8 effects_of(struct cse *c, struct ir_op *op) {
	if (op->info->traits & IR_PURE)
		return 0;
	if (op->num_regions)
		return IR_EFFECT_WRITE | IR_EFFECT_READ;
	if (!op->info->row->hooks.effects)
		return IR_EFFECT_WRITE | IR_EFFECT_READ;
	struct ir_effect_on *list = NULL;
	u32 count = 0;
	u8 all = 0;
	struct arena_mark mark = arena_save(c->arena);
	op->info->row->hooks.effects(op, c->arena, &list, &count);
	for (u32 i = 0; i < count; i++)
		all |= list[i].effect;
	arena_restore(c->arena, mark);
	return all;
}

static bool mergeable(struct ir_op *op, u8 effects) {
	return op->num_results && !op->num_regions && !op->num_successors && !(op->info->traits & (IR_TERMINATOR | IR_CONVERGENT | IR_SYMBOL)) &&
	       !(effects & ~IR_EFFECT_READ);
}

static struct ir_op *find_equal(struct cse *c, struct ir_op *op, u64 hash, bool reads) {
	for (struct entry *e = c->buckets[hash & (c->num_buckets - 1)]; e; e = e->next)
		if (e->hash == hash && same_op(e->op, op) && (!reads || (e->version == c->memory && e->op->block == op->block)))
			return e->op;
	return NULL;
}

static void visit_region(struct cse *c, struct ir_region *r);

static void visit_op(struct cse *c, struct ir_op *op, struct entry **scope) {
	if (ir_op_is_dead(op)) {
		ir_op_erase(op);
		c->removed++;
		return;
	}
	u8 effects = effects_of(c, op);
	for (u32 r = 0; r < op->num_regions; r++)
		visit_region(c, &op->regions[r]);
	if (effects & ~IR_EFFECT_READ)
		c->memory++;
	if (!mergeable(op, effects))
		return;
	u64 hash = hash_op(op);
	struct ir_op *same = find_equal(c, op, hash, effects & IR_EFFECT_READ);
	if (same) {
		struct ir_value *values[64];
		if (op->num_results > ARRAY_SIZE(values))
			return;
		for (u32 i = 0; i < op->num_results; i++)
			values[i] = ir_result_get(same, i);
		if (same->loc != op->loc)
			same->loc = ir_loc_fused(op->module->context, 2, (ir_attr[]){same->loc, op->loc});
		ir_op_replace(op, values);
		c->removed++;
		return;
	}
	struct entry *e = ARENA_NEW(c->arena, struct entry);
	u32 bucket = (u32)(hash & (c->num_buckets - 1));
	*e = (struct entry){op, hash, c->buckets[bucket], *scope, bucket, c->memory};
	c->buckets[bucket] = e;
	*scope = e;
}

static void leave_scope(struct cse *c, struct entry *scope) {
	for (; scope; scope = scope->scope_next)
		c->buckets[scope->bucket] = scope->next;
}

static void visit_block_ops(struct cse *c, struct ir_block *b, struct entry **scope) {
	c->memory++;
	for (struct ir_op *op = b->first, *next; op; op = next) {
		next = op->next;
		visit_op(c, op, scope);
	}
}

// ---------------------------------------------------------------------------------------------
// Dominator tree of a region with several blocks

struct region_graph {
	struct ir_block **blocks;
	struct map index;
};

static u32 graph_num_succs(const void *graph, u32 node) {
	struct ir_op *end = ((const struct region_graph *)graph)->blocks[node]->last;
	return end ? end->num_successors : 0;
}

static u32 graph_succ(const void *graph, u32 node, u32 i) {
	const struct region_graph *g = graph;
	return (u32)map_get_or(&g->index, map_ptr(g->blocks[node]->last->successors[i].block), 0);
}

static void visit_tree(struct cse *c, const struct region_graph *g, const struct ir_dominators *d, u32 count) {
	// Explicit stack: a node is entered, then left when its subtree is done.
	struct frame {
		u32 node, next_child;
		struct entry *scope;
	} *stack = ARENA_ARRAY(c->arena, struct frame, count + 1);
	u32 *first_child = ARENA_ARRAY(c->arena, u32, count), *sibling = ARENA_ARRAY(c->arena, u32, count), depth = 1;
	memset(first_child, 0xff, sizeof(u32) * count);
	for (u32 i = d->reachable; i-- > 1;) {
		u32 node = d->rpo[i];
		sibling[node] = first_child[d->idom[node]];
		first_child[d->idom[node]] = node;
	}
	stack[0] = (struct frame){0, first_child[0], NULL};
	visit_block_ops(c, g->blocks[0], &stack[0].scope);
	while (depth) {
		struct frame *top = &stack[depth - 1];
		if (top->next_child == UINT32_MAX) {
			leave_scope(c, top->scope);
			depth--;
			continue;
		}
		u32 child = top->next_child;
		top->next_child = sibling[child];
		stack[depth] = (struct frame){child, first_child[child], NULL};
		visit_block_ops(c, g->blocks[child], &stack[depth].scope);
		depth++;
	}
}

static void visit_region(struct cse *c, struct ir_region *r) {
	if (!r->first)
		return;
	if (r->first == r->last) {
		struct entry *scope = NULL;
		visit_block_ops(c, r->first, &scope);
		leave_scope(c, scope);
		return;
	}
	u32 count = 0;
	for (struct ir_block *b = r->first; b; b = b->next)
		count++;
	struct region_graph g = {.blocks = ARENA_ARRAY(c->arena, struct ir_block *, count)};
	map_init(&g.index, c->arena);
	count = 0;
	for (struct ir_block *b = r->first; b; b = b->next) {
		map_set(&g.index, map_ptr(b), count);
		g.blocks[count++] = b;
	}
	struct ir_cfg cfg = {count, &g, graph_num_succs, graph_succ};
	struct ir_dominators d;
	ir_dominators_compute(&cfg, c->arena, &d);
	visit_tree(c, &g, &d, count);
}

static bool count_op(void *user, struct ir_op *op) {
	(void)op;
	++*(u32 *)user;
	return true;
}

// Dead ops whose users come later in the walk become dead only then: from the end backwards.
static bool erase_dead(void *user, struct ir_op *op) {
	if (op->block && ir_op_is_dead(op)) {
		ir_op_erase(op);
		++*(u32 *)user;
	}
	return true;
}

u32 ir_remove_dead(struct ir_op *root) {
	u32 total = 0;
	for (;;) {
		u32 removed = 0;
		for (u32 r = 0; r < root->num_regions; r++)
			for (struct ir_block *b = root->regions[r].last; b; b = b->prev)
				for (struct ir_op *op = b->last, *prev; op; op = prev) {
					prev = op->prev;
					if (op->num_regions)
						removed += ir_remove_dead(op);
					erase_dead(&removed, op);
				}
		total += removed;
		if (!removed)
			return total;
	}
}

u32 ir_cse(struct ir_op *root, struct arena *scratch) {
	u32 ops = 0;
	ir_walk(root, false, count_op, &ops);
	struct cse c = {.arena = scratch, .num_buckets = 64};
	while (c.num_buckets < ops)
		c.num_buckets *= 2;
	c.buckets = ARENA_ARRAY(scratch, struct entry *, c.num_buckets);
	for (u32 r = 0; r < root->num_regions; r++)
		visit_region(&c, &root->regions[r]);
	return c.removed + ir_remove_dead(root);
}
