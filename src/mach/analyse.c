// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The control-flow view of a function, and what follows from it: predecessors, critical edges, loop
// depth and how often blocks run.
//
// Frequencies are static guesses: a loop runs ten times, leaves through each of its exits equally
// often; other branches go either way. They only rank places for spills, moves and coalescing.
#include "mach/operands.h"

static u32 num_succs(const void *graph, u32 node) {
	const struct mach_func *f = graph;
	return f->blocks.data[node].succs.size;
}
static u32 succ(const void *graph, u32 node, u32 i) {
	const struct mach_func *f = graph;
	return f->blocks.data[node].succs.data[i].to;
}

struct ir_cfg mach_cfg(const struct mach_func *f) {
	return (struct ir_cfg){
		.count = f->blocks.size, .graph = f, .num_succs = num_succs, .succ = succ};
}

// In layout order; a block that is reached by two edges of the same branch appears twice.
void mach_build_preds(struct mach_func *f) {
	for (u32 b = 0; b < f->blocks.size; b++)
		vec_clear(f->blocks.data[b].preds);
	MACH_LAYOUT(f, b) {
		for (u32 i = 0; i < f->blocks.data[b].succs.size; i++)
			vec_push(f->arena, f->blocks.data[f->blocks.data[b].succs.data[i].to].preds, b);
	}
}

// ---- critical edges ---------------------------------------------------------------------------

static mach_block split_edge(struct mach_func *f, mach_block from, u32 s) {
	mach_block n = f->blocks.size;
	struct mach_edge e = f->blocks.data[from].succs.data[s];
	struct mach_operand edge = mach_edge_operand(0);
	vec_push(f->arena, f->blocks,
	         (struct mach_block_data){.frequency = f->blocks.data[from].frequency / 2,
	                                  .loop_depth = BASE_MIN(f->blocks.data[from].loop_depth,
	                                                         f->blocks.data[e.to].loop_depth)});
	mach_inst jump = mach_inst_make(f, f->target->jump, 0, 0, 1, &edge);
	mach_inst_get(f, jump)->loc = mach_inst_get(f, mach_terminator(f, from))->loc;
	vec_push(f->arena, f->blocks.data[n].insts, jump);
	vec_push(f->arena, f->blocks.data[n].succs, e);
	f->blocks.data[from].succs.data[s] = (struct mach_edge){.to = n};
	return n;
}

// A new block stands right after its predecessor, so that the way through it needs one jump. Blocks
// that stay empty are removed again at the end of allocation.
void mach_split_critical_edges(struct mach_func *f) {
	VEC(mach_block) layout = {0};
	mach_build_preds(f);
	for (u32 l = 0; l < f->layout.size; l++) {
		mach_block b = f->layout.data[l];
		vec_push(f->arena, layout, b);
		if (f->blocks.data[b].succs.size < 2)
			continue;
		for (u32 s = 0; s < f->blocks.data[b].succs.size; s++)
			if (f->blocks.data[f->blocks.data[b].succs.data[s].to].preds.size > 1)
				vec_push(f->arena, layout, split_edge(f, b, s));
	}
	if (layout.size != f->layout.size) {
		f->layout.data = layout.data;
		f->layout.size = layout.size;
		f->layout.cap = layout.cap;
		mach_build_preds(f);
	}
}

// ---- loops and frequencies --------------------------------------------------------------------

enum { LOOP_TRIPS = 10 };

struct analysis {
	struct mach_func *f;
	const struct ir_dominators *dom;
	const struct ir_loops *loops;
	float *inflow;  // per block, from blocks that come earlier in reverse post-order
};

static bool in_loop(const struct ir_loops *l, u32 node, u32 loop) {
	u32 n = l->loop_of[node];
	while (n != UINT32_MAX && n != loop)
		n = l->loops[n].parent;
	return n == loop;
}

static void note_loops(struct mach_func *f, const struct ir_loops *l, struct arena *scratch) {
	struct bitset outer = bitset_make(scratch, l->count);
	for (u32 i = 0; i < l->count; i++)
		if (l->loops[i].parent != UINT32_MAX)
			bitset_add(&outer, l->loops[i].parent);
	for (u32 b = 0; b < f->blocks.size; b++) {
		u32 loop = l->loop_of[b];
		f->blocks.data[b].loop_depth = ir_loop_depth(l, b);
		f->blocks.data[b].innermost = loop != UINT32_MAX && !bitset_has(&outer, loop);
	}
}

// Of a block's executions, how many go to successor s.
static float share(const struct analysis *a, mach_block b, u32 s) {
	const struct mach_block_data *block = &a->f->blocks.data[b];
	u32 loop = a->loops->loop_of[b], exits = 0, n = block->succs.size;
	if (n == 1)
		return 1;
	for (u32 i = 0; loop != UINT32_MAX && i < n; i++)
		exits += !in_loop(a->loops, block->succs.data[i].to, loop);
	if (exits == 0 || exits == n)
		return 1.0f / (float)n;
	bool exit = !in_loop(a->loops, block->succs.data[s].to, loop);
	return exit ? 1.0f / (float)(LOOP_TRIPS * exits)
	            : (1.0f - 1.0f / LOOP_TRIPS) / (float)(n - exits);
}

static void estimate_frequencies(struct analysis *a) {
	struct mach_func *f = a->f;
	a->inflow[0] = 1;
	for (u32 i = 0; i < a->dom->reachable; i++) {
		u32 b = a->dom->rpo[i];
		struct mach_block_data *block = &f->blocks.data[b];
		u32 loop = a->loops->loop_of[b];
		bool header = loop != UINT32_MAX && a->loops->loops[loop].header == b;
		block->frequency = BASE_MIN(a->inflow[b] * (header ? LOOP_TRIPS : 1), 1e12f);
		for (u32 s = 0; s < block->succs.size; s++)
			if (a->dom->rpo_index[block->succs.data[s].to] > i)
				a->inflow[block->succs.data[s].to] += block->frequency * share(a, b, s);
	}
}

// Blocks nothing leads to are taken out of the layout and emptied.
static void drop_unreachable(struct mach_func *f, const struct ir_dominators *dom) {
	u32 kept = 0;
	for (u32 l = 0; l < f->layout.size; l++) {
		mach_block b = f->layout.data[l];
		if (dom->rpo_index[b] != UINT32_MAX) {
			f->layout.data[kept++] = b;
			continue;
		}
		vec_clear(f->blocks.data[b].insts);
		vec_clear(f->blocks.data[b].params);
		vec_clear(f->blocks.data[b].succs);
	}
	f->layout.size = kept;
}

void mach_analyse(struct mach_func *f) {
	struct arena_mark mark = arena_save(f->arena);
	struct ir_cfg cfg = mach_cfg(f);
	struct ir_dominators dom;
	struct ir_loops loops;
	ir_dominators_compute(&cfg, f->arena, &dom);
	ir_loops_compute(&cfg, &dom, f->arena, &loops);
	drop_unreachable(f, &dom);
	struct analysis a = {f, &dom, &loops, ARENA_ARRAY(f->arena, float, f->blocks.size)};
	note_loops(f, &loops, f->arena);
	estimate_frequencies(&a);
	arena_restore(f->arena, mark);
	mach_build_preds(f);
}
