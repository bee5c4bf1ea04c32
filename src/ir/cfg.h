// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Control-flow analyses over a view that both representations provide: nodes are numbered
// 0..count-1, node 0 is the entry. Dominators by Cooper, Harvey and Kennedy, "A Simple, Fast
// Dominance Algorithm" (2001); the loop forest by back edges of the dominator tree, irreducible
// cycles are reported as such and treated as one loop headed by their first node in reverse
// post-order. All results live in the arena given.
#ifndef IR_CFG_H
#define IR_CFG_H

#include "base/bitset.h"

struct ir_cfg {
	u32 count;
	const void *graph;  // handed to the callbacks
	u32 (*num_succs)(const void *graph, u32 node);
	u32 (*succ)(const void *graph, u32 node, u32 i);
};

struct ir_dominators {
	u32 count;
	u32 *idom;        // immediate dominator; the entry's is itself, UINT32_MAX when unreachable
	u32 *rpo;         // nodes in reverse post-order (reachable ones first in order)
	u32 *rpo_index;   // position of a node in rpo, UINT32_MAX when unreachable
	u32 *pre, *post;  // numbering of the dominator tree: a dominates b iff pre[a] <= pre[b] &&
	                  // post[b] <= post[a]
	u32 reachable;
};
void ir_dominators_compute(const struct ir_cfg *cfg, struct arena *a, struct ir_dominators *out);
static inline bool ir_dominates(const struct ir_dominators *d, u32 a, u32 b) {
	return d->rpo_index[a] != UINT32_MAX && d->rpo_index[b] != UINT32_MAX &&
	       d->pre[a] <= d->pre[b] && d->post[b] <= d->post[a];
}

struct ir_loop {
	u32 header;
	u32 parent;  // loop index, UINT32_MAX for outermost
	u32 depth;   // 1 for outermost
	bool irreducible;
};
struct ir_loops {
	struct ir_loop *loops;
	u32 count;
	u32 *loop_of;  // innermost loop of a node, UINT32_MAX none
};
void ir_loops_compute(const struct ir_cfg *cfg, const struct ir_dominators *d, struct arena *a,
                      struct ir_loops *out);
static inline u32 ir_loop_depth(const struct ir_loops *l, u32 node) {
	return l->loop_of[node] == UINT32_MAX ? 0 : l->loops[l->loop_of[node]].depth;
}

#endif
