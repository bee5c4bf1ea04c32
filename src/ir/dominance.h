// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominance among blocks and values of the IR, over the analyses of cfg.h. Computed a region at a
// time when first asked; valid until blocks or successors change.
#ifndef IR_DOMINANCE_H
#define IR_DOMINANCE_H

#include "ir/cfg.h"
#include "ir/ir.h"

// The blocks of a region as a graph; node numbers follow the list of blocks.
struct ir_region_cfg {
	struct ir_block **blocks;
	u32 count;
	struct map index;   // struct ir_block * -> node
	struct ir_cfg cfg;  // its `graph` is this struct: do not move it
};
void ir_region_cfg_init(struct ir_region_cfg *r, const struct ir_region *region, struct arena *a);

struct ir_dominance {
	struct arena *arena;
	struct map regions;  // struct ir_region * -> entry
};
void ir_dominance_init(struct ir_dominance *d, struct arena *a);
// Blocks of one region. Every block dominates itself; unreachable ones dominate and are dominated
// by themselves only.
bool ir_block_dominates(struct ir_dominance *d, const struct ir_block *a, const struct ir_block *b);
bool ir_block_reachable(struct ir_dominance *d, const struct ir_block *b);
// Whether `v` may be an operand of `user`: its definition comes before on every way there, in the
// same region or one around it. Isolation is not considered; a graph region (a module's) has no
// order.
bool ir_value_dominates(struct ir_dominance *d, const struct ir_value *v, struct ir_op *user);
static inline bool ir_op_is_graph(const struct ir_op *op) {  // whose regions are unordered
	return op && (op->info->traits & IR_SYMBOL_TABLE) && (op->info->traits & IR_NO_TERMINATOR);
}

#endif
