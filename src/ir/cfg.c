// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Post-order, dominator tree and loop forest over an ir_cfg view. Everything is iterative, so deep
// graphs cost no stack.
//
// Dominators: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001): idoms are
// refined in reverse post-order until nothing changes; two sweeps for reducible graphs.
// Loops: a back edge goes to a node that dominates its source; the loop of a header is what reaches
// the sources without passing the header. Headers are taken innermost first (in post-order of the
// dominator tree), so an inner loop is complete when an outer one absorbs it: Havlak, "Nesting of
// Reducible and Irreducible Loops" (1997), in its simple form. An edge to a node that comes earlier
// in reverse post-order without dominating the source makes that node the header of an
// irreducible loop.
#include "ir/cfg.h"

#define NONE UINT32_MAX

struct preds {  // compressed rows: preds of n are nodes[first[n]] .. nodes[first[n + 1]]
	u32 *first, *nodes;
};

static struct preds preds_make(const struct ir_cfg *g, struct arena *a) {
	struct preds p = {.first = ARENA_ARRAY(a, u32, g->count + 2)};
	for (u32 n = 0; n < g->count; n++)
		for (u32 i = 0, e = g->num_succs(g->graph, n); i < e; i++)
			p.first[g->succ(g->graph, n, i) + 2]++;
	for (u32 n = 0; n < g->count; n++)
		p.first[n + 2] += p.first[n + 1];
	p.nodes = ARENA_ARRAY(a, u32, p.first[g->count + 1]);
	for (u32 n = 0; n < g->count; n++)
		for (u32 i = 0, e = g->num_succs(g->graph, n); i < e; i++)
			p.nodes[p.first[g->succ(g->graph, n, i) + 1]++] = n;
	return p;
}

// ---- reverse post-order -----------------------------------------------------------------------

struct visit {
	u32 node, next;  // the next successor to look at
};

static void order_make(const struct ir_cfg *g, struct arena *a, struct ir_dominators *d) {
	struct bitset seen = bitset_make(a, g->count);
	struct visit *stack = ARENA_ARRAY(a, struct visit, g->count);
	u32 depth = 0, at = g->count;
	d->rpo = ARENA_ARRAY(a, u32, g->count);
	d->rpo_index = ARENA_ARRAY(a, u32, g->count);
	memset(d->rpo_index, 0xff, sizeof *d->rpo_index * g->count);
	bitset_add(&seen, 0);
	stack[depth++] = (struct visit){0, 0};
	while (depth) {
		struct visit *top = &stack[depth - 1];
		if (top->next == g->num_succs(g->graph, top->node)) {
			d->rpo[--at] = top->node;
			depth--;
			continue;
		}
		u32 s = g->succ(g->graph, top->node, top->next++);
		ASSERT(s < g->count);
		if (bitset_has(&seen, s))
			continue;
		bitset_add(&seen, s);
		stack[depth++] = (struct visit){s, 0};
	}
	d->reachable = g->count - at;
	memmove(d->rpo, d->rpo + at, sizeof *d->rpo * d->reachable);
	for (u32 i = 0; i < d->reachable; i++)
		d->rpo_index[d->rpo[i]] = i;
	for (u32 n = 0, i = d->reachable; n < g->count; n++)
		if (d->rpo_index[n] == NONE)
			d->rpo[i++] = n;
}

// ---- dominators -------------------------------------------------------------------------------

static u32 intersect(const struct ir_dominators *d, u32 a, u32 b) {
	while (a != b) {
		while (d->rpo_index[a] > d->rpo_index[b])
			a = d->idom[a];
		while (d->rpo_index[b] > d->rpo_index[a])
			b = d->idom[b];
	}
	return a;
}

static bool refine(const struct preds *p, struct ir_dominators *d, u32 n) {
	u32 idom = NONE;
	for (u32 i = p->first[n]; i < p->first[n + 1]; i++) {
		u32 from = p->nodes[i];
		if (d->idom[from] != NONE)
			idom = idom == NONE ? from : intersect(d, from, idom);
	}
	bool changed = d->idom[n] != idom;
	d->idom[n] = idom;
	return changed;
}

// Numbers the tree so that a subtree is an interval, both going in (pre) and coming out (post).
static void number_tree(struct arena *a, struct ir_dominators *d) {
	u32 *child = ARENA_ARRAY(a, u32, d->count), *sibling = ARENA_ARRAY(a, u32, d->count);
	u32 *stack = ARENA_ARRAY(a, u32, d->count), depth = 0, in = 0, out = 0;
	d->pre = ARENA_ARRAY(a, u32, d->count);
	d->post = ARENA_ARRAY(a, u32, d->count);
	memset(child, 0xff, sizeof *child * d->count);
	memset(sibling, 0xff, sizeof *sibling * d->count);
	for (u32 i = d->reachable; i-- > 1;) {
		u32 n = d->rpo[i];
		sibling[n] = child[d->idom[n]];
		child[d->idom[n]] = n;
	}
	d->pre[0] = in++;
	stack[depth++] = 0;
	while (depth) {
		u32 n = stack[depth - 1], c = child[n];
		if (c == NONE) {
			d->post[n] = out++;
			depth--;
			continue;
		}
		child[n] = sibling[c];
		d->pre[c] = in++;
		stack[depth++] = c;
	}
}

void ir_dominators_compute(const struct ir_cfg *g, struct arena *a, struct ir_dominators *d) {
	*d = (struct ir_dominators){.count = g->count};
	if (g->count == 0)
		return;
	struct preds p = preds_make(g, a);
	order_make(g, a, d);
	d->idom = ARENA_ARRAY(a, u32, g->count);
	memset(d->idom, 0xff, sizeof *d->idom * g->count);
	d->idom[0] = 0;
	bool changed = true;
	while (changed) {
		changed = false;
		for (u32 i = 1; i < d->reachable; i++)
			changed |= refine(&p, d, d->rpo[i]);
	}
	number_tree(a, d);
}

// ---- loops ------------------------------------------------------------------------------------

struct finder {
	const struct ir_cfg *g;
	const struct ir_dominators *d;
	struct preds preds;
	struct ir_loops *out;
	u32 *work;
};

static u32 outermost(const struct ir_loops *l, u32 loop) {
	while (l->loops[loop].parent != NONE)
		loop = l->loops[loop].parent;
	return loop;
}

// Puts n, or the outermost loop that already holds it, into `loop`; the node whose predecessors
// are to be looked at then, NONE when n is inside already.
static u32 absorb(struct finder *f, u32 n, u32 loop) {
	u32 inner = f->out->loop_of[n];
	if (inner == NONE) {
		f->out->loop_of[n] = loop;
		return n;
	}
	inner = outermost(f->out, inner);
	if (inner == loop)
		return NONE;
	f->out->loops[inner].parent = loop;
	return f->out->loops[inner].header;
}

static bool is_loop_edge(const struct finder *f, u32 from, u32 header) {
	return f->d->rpo_index[from] != NONE && f->d->rpo_index[from] >= f->d->rpo_index[header];
}

// Fills the loop of `header`: what reaches its back edges' sources without going through it.
static void collect_loop(struct finder *f, u32 header, u32 loop) {
	u32 depth = 0;
	f->out->loop_of[header] = loop;
	for (u32 i = f->preds.first[header]; i < f->preds.first[header + 1]; i++) {
		u32 n =
			is_loop_edge(f, f->preds.nodes[i], header) ? absorb(f, f->preds.nodes[i], loop) : NONE;
		if (n != NONE && n != header)
			f->work[depth++] = n;
	}
	while (depth) {
		u32 n = f->work[--depth];
		for (u32 i = f->preds.first[n]; i < f->preds.first[n + 1]; i++) {
			u32 from = f->preds.nodes[i];
			// Ways into an irreducible loop that come from before its header stay outside.
			if (f->d->rpo_index[from] == NONE || f->d->rpo_index[from] < f->d->rpo_index[header])
				continue;
			u32 next = absorb(f, from, loop);
			if (next != NONE)
				f->work[depth++] = next;
		}
	}
}

// Whether edges come back to n, and whether one of them does so without n dominating it.
static bool is_header(const struct finder *f, u32 n, bool *irreducible) {
	bool header = false;
	*irreducible = false;
	for (u32 i = f->preds.first[n]; i < f->preds.first[n + 1]; i++) {
		if (!is_loop_edge(f, f->preds.nodes[i], n))
			continue;
		header = true;
		*irreducible |= !ir_dominates(f->d, n, f->preds.nodes[i]);
	}
	return header;
}

void ir_loops_compute(const struct ir_cfg *g, const struct ir_dominators *d, struct arena *a,
                      struct ir_loops *out) {
	*out = (struct ir_loops){.loop_of = ARENA_ARRAY(a, u32, g->count),
	                         .loops = ARENA_ARRAY(a, struct ir_loop, g->count)};
	memset(out->loop_of, 0xff, sizeof *out->loop_of * g->count);
	if (g->count == 0)
		return;
	struct finder f = {g, d, preds_make(g, a), out, NULL};
	f.work = ARENA_ARRAY(a, u32, f.preds.first[g->count] + g->count);
	for (u32 i = d->reachable; i-- > 0;) {  // later headers are never outside earlier ones
		bool irreducible;
		if (!is_header(&f, d->rpo[i], &irreducible))
			continue;
		u32 loop = out->count++;
		out->loops[loop] =
			(struct ir_loop){.header = d->rpo[i], .parent = NONE, .irreducible = irreducible};
		collect_loop(&f, d->rpo[i], loop);
	}
	for (u32 i = out->count; i-- > 0;)  // parents have higher numbers
		out->loops[i].depth =
			out->loops[i].parent == NONE ? 1 : out->loops[out->loops[i].parent].depth + 1;
}
