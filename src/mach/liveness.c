// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which values live into and out of blocks. Values are taken one after the other, and each is
// followed from the blocks that use it up to the block that defines it; a block's list has the value
// already if it is the last one there. The cost is that of the answer, and lists come out sorted.
//
// Requires SSA form with predecessors and values' blocks up to date.
// Reference: Brandner, Boissinot, Darte, Dupont de Dinechin, Rastello, "Computing Liveness Sets for
// SSA-Form Programs" (2011), the variant that goes by values.
#include "mach/operands.h"

struct far_use {  // a block that uses a value defined elsewhere
	mach_value value;
	mach_block block;
};
struct collector {
	const struct mach_func *f;
	struct arena *a;
	VEC(struct far_use) uses;
	mach_block *last;  // by value: 1 + the block that was collected last
};

static inline void collect(struct collector *c, mach_value v, mach_block b) {
	if (c->f->values.data[v].block == b || c->last[v] == b + 1)
		return;
	c->last[v] = b + 1;
	vec_push(c->a, c->uses, (struct far_use){v, b});
}

static void collect_block(struct collector *c, mach_block b) {
	const struct mach_func *f = c->f;
	const struct mach_block_data *block = &f->blocks.data[b];
	for (u32 i = 0; i < block->insts.size; i++)
		MACH_USES(f, block->insts.data[i], u)
			collect(c, *u.value, b);
	for (u32 s = 0; s < block->succs.size; s++)
		for (u32 i = 0; i < block->succs.data[s].num_args; i++)
			collect(c, f->operands.data[block->succs.data[s].args + i].payload, b);
}

// Sorted by value: those of v are blocks[first[v]] .. blocks[first[v + 1]].
static mach_block *sort_uses(const struct collector *c, u32 *first) {
	u32 n = c->f->values.size;
	mach_block *blocks = ARENA_ARRAY(c->a, mach_block, c->uses.size + 1);
	for (u32 i = 0; i < c->uses.size; i++)
		first[c->uses.data[i].value + 1]++;
	for (u32 v = 0; v < n; v++)
		first[v + 1] += first[v];
	for (u32 i = c->uses.size; i-- > 0;)
		blocks[--first[c->uses.data[i].value + 1]] = c->uses.data[i].block;
	memmove(first, first + 1, sizeof *first * n);
	first[n] = c->uses.size;
	return blocks;
}

static bool add(struct arena *a, struct mach_values *list, mach_value v) {
	if (list->size && vec_last(*list) == v)
		return false;
	vec_push(a, *list, v);
	return true;
}

struct mach_liveness mach_liveness_compute(const struct mach_func *f, struct arena *a) {
	struct mach_liveness l = {ARENA_ARRAY(a, struct mach_values, f->blocks.size + 1),
	                          ARENA_ARRAY(a, struct mach_values, f->blocks.size + 1)};
	struct collector c = {.f = f, .a = a, .last = ARENA_ARRAY(a, mach_block, f->values.size)};
	MACH_LAYOUT(f, b)
		collect_block(&c, b);
	u32 *first = ARENA_ARRAY(a, u32, f->values.size + 2);
	const mach_block *blocks = sort_uses(&c, first);
	VEC(mach_block) work = {0};
	for (mach_value v = 1; v < f->values.size; v++) {
		for (u32 i = first[v]; i < first[v + 1]; i++)
			if (add(a, &l.live_in[blocks[i]], v))
				vec_push(a, work, blocks[i]);
		while (work.size) {
			const struct mach_block_data *block = &f->blocks.data[vec_pop(work)];
			for (u32 p = 0; p < block->preds.size; p++) {
				mach_block pred = block->preds.data[p];
				if (add(a, &l.live_out[pred], v) && f->values.data[v].block != pred &&
				    add(a, &l.live_in[pred], v))
					vec_push(a, work, pred);
			}
		}
	}
	return l;
}
