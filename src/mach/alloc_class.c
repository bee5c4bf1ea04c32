// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Congruence classes: which values are to share a register. Tied operands first: the use dies where
// the definition begins, so chains of them never interfere. Then block parameters with their
// arguments and copies with their sources, the most frequent first (innermost loops), each joined
// if the two classes live nowhere at the same time, some register suits both, and a fixed register of
// one is free wherever the other lives.
//
// Interference is a walk along two sorted lists of intervals. Lists stay short: what touches is one
// interval, and a tie makes its two sides touch.
//
// Reference: Boissinot, Darte, Rastello, Dupont de Dinechin, Guillon, "Revisiting Out-of-SSA
// Translation for Correctness, Code Quality, and Efficiency" (2009), for coalescing by weight on
// classes with a linear interference test.
#include <stdlib.h>

#include "mach/alloc.h"

struct affinity {
	mach_value a, b;
	float weight;
	u32 order;
};
struct joiner {
	struct alloc *al;
	VEC(struct affinity) affinities;
};

static mach_value find(struct alloc_web *w, mach_value v) {
	while (w[v].web != v)
		v = w[v].web = w[w[v].web].web;
	return v;
}

mach_value alloc_web_of(const struct alloc *al, mach_value v) { return find(al->webs, v); }

mach_value alloc_class_root(const struct alloc *al, mach_value v) {
	struct alloc_web *w = al->webs;
	v = find(w, v);
	while (w[v].class != v)
		v = w[v].class = w[w[v].class].class;
	return v;
}

// ---- lists of intervals -----------------------------------------------------------------------

static bool overlap(const struct alloc_ranges *r, u32 a, u32 b) {
	while (a && b) {
		const struct alloc_range *x = &r->pool.data[a], *y = &r->pool.data[b];
		if (x->to <= y->from)
			a = x->next;
		else if (y->to <= x->from)
			b = y->next;
		else
			return true;
	}
	return false;
}

// Takes both lists, which do not overlap.
static u32 merge(struct alloc_ranges *r, u32 a, u32 b) {
	u32 head = 0, last = 0;
	while (a || b) {
		bool take_a = a && (!b || r->pool.data[a].from < r->pool.data[b].from);
		u32 n = take_a ? a : b;
		struct alloc_range *x = &r->pool.data[n];
		if (take_a)
			a = x->next;
		else
			b = x->next;
		if (last && r->pool.data[last].to == x->from) {
			r->pool.data[last].to = x->to;
			continue;
		}
		ASSERT(!last || r->pool.data[last].to < x->from);
		if (last)
			r->pool.data[last].next = n;
		else
			head = n;
		last = n;
	}
	if (last)
		r->pool.data[last].next = 0;
	return head;
}

static u32 copy_list(struct alloc *al, u32 list) {
	struct alloc_ranges *r = &al->ranges;
	u32 head = 0, last = 0;
	for (; list; list = r->pool.data[list].next) {
		vec_push(al->a, r->pool,
		         (struct alloc_range){r->pool.data[list].from, r->pool.data[list].to, 0});
		if (last)
			r->pool.data[last].next = r->pool.size - 1;
		else
			head = r->pool.size - 1;
		last = r->pool.size - 1;
	}
	return head;
}

// ---- webs -------------------------------------------------------------------------------------

static void join_tie(struct alloc *al, mach_value a, mach_value b) {
	struct alloc_web *w = al->webs;
	a = find(w, a);
	b = find(w, b);
	if (a == b)
		return;
	w[b].web = a;
	al->ranges.first[a] = merge(&al->ranges, al->ranges.first[a], al->ranges.first[b]);
	w[a].allowed &= w[b].allowed;
	w[a].depth = BASE_MAX(w[a].depth, w[b].depth);
	if (w[a].hint == MACH_NO_REG)
		w[a].hint = w[b].hint;
	if (w[a].pre == MACH_NO_REG)
		w[a].pre = w[b].pre;
	CHECK_MSG(w[a].allowed, "no register suits all values tied to %%%u", a);
}

static void add_affinity(struct joiner *j, mach_value a, mach_value b, mach_block block) {
	const struct mach_func *f = j->al->f;
	if (a == b || f->values.data[a].cls != f->values.data[b].cls || mach_is_flags(f, a))
		return;
	vec_push(j->al->a, j->affinities,
	         (struct affinity){a, b, f->blocks.data[block].frequency, j->affinities.size});
}

static inline void note_depth(struct alloc *al, mach_value v, u32 depth) {
	al->webs[v].depth = BASE_MAX(al->webs[v].depth, depth);
}

static void collect_inst(struct joiner *j, mach_inst i, mach_block b) {
	struct alloc *al = j->al;
	const struct mach_func *f = al->f;
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	u32 depth = f->blocks.data[b].loop_depth;
	MACH_DEFS(f, i, o)
		note_depth(al, o->payload, depth);
	MACH_USES(f, i, u)
		note_depth(al, *u.value, depth);
	if (d->opcode == MACH_COPY || d->opcode == MACH_PARCOPY) {
		for (u32 k = 0; k < d->num_defs; k++)
			add_affinity(j, ops[k].payload, ops[d->num_defs + k].payload, b);
		return;
	}
	for (u32 k = d->num_defs; k < d->num_operands; k++)
		if (ops[k].kind == MACH_OP_USE && ops[k].tied && ops[k].payload)
			join_tie(al, ops[ops[k].tied - 1].payload, ops[k].payload);
}

static void collect_edges(struct joiner *j, mach_block b) {
	const struct mach_func *f = j->al->f;
	const struct mach_block_data *block = &f->blocks.data[b];
	for (u32 s = 0; s < block->succs.size; s++) {
		const struct mach_edge *e = &block->succs.data[s];
		for (u32 i = 0; i < e->num_args; i++)
			add_affinity(j, f->blocks.data[e->to].params.data[i], f->operands.data[e->args + i].payload,
			             block->succs.size == 1 ? b : e->to);
	}
}

// ---- classes ----------------------------------------------------------------------------------

static void init_class(struct alloc *al, mach_value web) {
	struct alloc_web *w = &al->webs[web];
	w->class = web;
	w->last = web;
	w->next = 0;
	w->ranges = copy_list(al, al->ranges.first[web]);
}

static bool fits(struct alloc *al, const struct alloc_web *fixed, const struct alloc_web *other, u32 cls) {
	u64 bit = alloc_bit(&al->classes[cls], fixed->pre);
	return other->allowed & bit && !(alloc_busy(al, cls, other->ranges, bit) & bit);
}

static void join(struct alloc *al, mach_value a, mach_value b) {
	struct alloc_web *x = &al->webs[a], *y = &al->webs[b];
	u32 cls = al->f->values.data[a].cls;
	x = &al->webs[a = alloc_class_root(al, a)];
	y = &al->webs[b = alloc_class_root(al, b)];
	if (a == b || !(x->allowed & y->allowed) ||
	    (x->pre != MACH_NO_REG && y->pre != MACH_NO_REG && x->pre != y->pre) ||
	    overlap(&al->ranges, x->ranges, y->ranges))
		return;
	if (x->pre != MACH_NO_REG && y->pre == MACH_NO_REG) {
		if (!fits(al, x, y, cls))
			return;
		alloc_occupy(al, cls, y->ranges, alloc_bit(&al->classes[cls], x->pre));
	} else if (y->pre != MACH_NO_REG && x->pre == MACH_NO_REG) {
		if (!fits(al, y, x, cls))
			return;
		alloc_occupy(al, cls, x->ranges, alloc_bit(&al->classes[cls], y->pre));
		x->pre = y->pre;
	}
	y->class = a;
	al->webs[x->last].next = b;
	x->last = y->last;
	x->ranges = merge(&al->ranges, x->ranges, y->ranges);
	x->allowed &= y->allowed;
	x->depth = BASE_MAX(x->depth, y->depth);
	if (x->hint == MACH_NO_REG)
		x->hint = y->hint;
}

static int by_weight(const void *a, const void *b) {
	const struct affinity *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void alloc_classes_build(struct alloc *al) {
	struct mach_func *f = al->f;
	struct joiner j = {.al = al};
	al->webs = ARENA_ARRAY(al->a, struct alloc_web, f->values.size);
	for (mach_value v = 1; v < f->values.size; v++) {
		struct alloc_value *value = &al->values.data[v];
		al->webs[v] = (struct alloc_web){.web = v,
		                                 .allowed = value->allowed,
		                                 .pre = value->pre,
		                                 .hint = f->values.data[v].hint};
	}
	MACH_LAYOUT(f, b) {
		for (u32 i = 0; i < f->blocks.data[b].insts.size; i++)
			collect_inst(&j, f->blocks.data[b].insts.data[i], b);
		collect_edges(&j, b);
	}
	for (mach_value v = 1; v < f->values.size; v++)
		if (al->webs[v].web == v && al->ranges.first[v])
			init_class(al, v);
	if (j.affinities.size)
		qsort(j.affinities.data, j.affinities.size, sizeof *j.affinities.data, by_weight);
	for (u32 i = 0; i < j.affinities.size; i++)
		join(al, j.affinities.data[i].a, j.affinities.data[i].b);
}
