// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominance of blocks and values; see dominance.h. Regions of one block need no graph.
#include "ir/dominance.h"

struct entry {
	struct ir_region_cfg cfg;
	struct ir_dominators dominators;
};

static u32 num_succs(const void *graph, u32 node) {
	const struct ir_region_cfg *r = graph;
	return r->blocks[node]->last ? r->blocks[node]->last->num_successors : 0;
}

static u32 succ(const void *graph, u32 node, u32 i) {
	const struct ir_region_cfg *r = graph;
	return (u32)map_get_or(&r->index, map_ptr(r->blocks[node]->last->successors[i].block),
	                       UINT32_MAX);
}

void ir_region_cfg_init(struct ir_region_cfg *r, const struct ir_region *region, struct arena *a) {
	*r = (struct ir_region_cfg){.cfg = {.graph = r, .num_succs = num_succs, .succ = succ}};
	map_init(&r->index, a);
	for (const struct ir_block *b = region->first; b; b = b->next)
		r->count++;
	r->blocks = ARENA_ARRAY(a, struct ir_block *, r->count);
	r->cfg.count = r->count;
	u32 n = 0;
	for (struct ir_block *b = region->first; b; b = b->next) {
		map_set(&r->index, map_ptr(b), n);
		r->blocks[n++] = b;
	}
}

void ir_dominance_init(struct ir_dominance *d, struct arena *a) {
	d->arena = a;
	map_init(&d->regions, a);
}

static struct entry *entry_of(struct ir_dominance *d, const struct ir_region *region) {
	u64 found;
	if (map_find(&d->regions, map_ptr(region), &found))
		return (struct entry *)(uintptr_t)found;
	struct entry *e = ARENA_NEW(d->arena, struct entry);
	ir_region_cfg_init(&e->cfg, region, d->arena);
	ir_dominators_compute(&e->cfg.cfg, d->arena, &e->dominators);
	map_set(&d->regions, map_ptr(region), map_ptr(e));
	return e;
}

static u32 node_of(const struct entry *e, const struct ir_block *b) {
	return (u32)map_get_or(&e->cfg.index, map_ptr(b), UINT32_MAX);
}

bool ir_block_reachable(struct ir_dominance *d, const struct ir_block *b) {
	if (!b->region || b == b->region->first)
		return true;
	struct entry *e = entry_of(d, b->region);
	return e->dominators.rpo_index[node_of(e, b)] != UINT32_MAX;
}

bool ir_block_dominates(struct ir_dominance *d, const struct ir_block *a,
                        const struct ir_block *b) {
	ASSERT(a->region == b->region);
	if (a == b)
		return true;
	struct entry *e = entry_of(d, a->region);
	return ir_dominates(&e->dominators, node_of(e, a), node_of(e, b));
}

// The op around `op` (or itself) that lies directly in `region`; NULL when there is none.
static struct ir_op *ancestor_in(const struct ir_region *region, struct ir_op *op) {
	while (op && op->block && op->block->region != region)
		op = ir_op_parent(op);
	return op && op->block ? op : NULL;
}

bool ir_value_dominates(struct ir_dominance *d, const struct ir_value *v, struct ir_op *user) {
	struct ir_block *block = ir_value_block(v);
	if (!block || !block->region)
		return false;
	struct ir_op *at = ancestor_in(block->region, user);
	if (!at)
		return false;
	if (!v->is_argument && v->op == at)
		return false;
	if (ir_op_is_graph(block->region->op))
		return true;
	if (at->block != block)
		return ir_block_dominates(d, block, at->block);
	return v->is_argument || ir_op_is_before(v->op, at);
}
