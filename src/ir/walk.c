// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks over nested ops. The recursion is as deep as regions nest, which the parser limits.
#include "ir/ir.h"

static bool walk_regions(struct ir_op *op, bool post_order, ir_walk_fn *fn, void *user) {
	for (u32 r = 0; r < op->num_regions; r++)
		for (struct ir_block *b = op->regions[r].first, *next_block; b; b = next_block) {
			next_block = b->next;
			for (struct ir_op *o = b->first, *next; o; o = next) {
				next = o->next;
				if (!ir_walk(o, post_order, fn, user))
					return false;
				if (!post_order)
					next = o->next;  // what the callback inserted behind is visited too
			}
		}
	return true;
}

bool ir_walk(struct ir_op *root, bool post_order, ir_walk_fn *fn, void *user) {
	if (post_order)
		return walk_regions(root, post_order, fn, user) && fn(user, root);
	return fn(user, root) && walk_regions(root, post_order, fn, user);
}
