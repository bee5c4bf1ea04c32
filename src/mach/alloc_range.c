// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Live ranges from liveness: one walk backwards over the layout. Ranges that touch are one, so that
// a value that lives through many blocks in a row, or a chain of tied values, costs one interval.
// The same walk counts how many values live at once, which says whether anything must be spilled.
//
// Requires liveness; each value's register set.
#include "mach/alloc.h"

struct walk {
	struct alloc *al;
	struct alloc_ranges *r;
	u32 *end;     // by value: where its open range ends, 0 when not live
	u32 live[ALLOC_CLASSES_MAX][ALLOC_SUBSETS_MAX];
	u32 *pressure;  // of the block
};

static inline void count(struct walk *w, mach_value v, u32 change) {
	struct alloc *al = w->al;
	u32 cls = al->f->values.data[v].cls;
	const struct alloc_class *c = &al->classes[cls];
	w->live[cls][0] += change;
	for (u32 s = 1; s < c->num_subsets; s++)
		if (!(al->values.data[v].allowed & ~c->subsets[s]))
			w->live[cls][s] += change;
}

static inline void open_range(struct walk *w, mach_value v, u32 end) {
	if (w->end[v])
		return;
	w->end[v] = end;
	count(w, v, 1);
}

static void add_range(struct walk *w, mach_value v, u32 from, u32 to) {
	struct alloc_ranges *r = w->r;
	u32 first = r->first[v];
	if (first && r->pool.data[first].from == to) {
		r->pool.data[first].from = from;
		return;
	}
	vec_push(w->al->a, r->pool, (struct alloc_range){from, to, first});
	r->first[v] = r->pool.size - 1;
}

static inline void close_range(struct walk *w, mach_value v, u32 from) {
	add_range(w, v, from, w->end[v]);
	w->end[v] = 0;
	count(w, v, (u32)-1);
}

// ---- limits -----------------------------------------------------------------------------------

static void check_limits(struct walk *w) {
	struct alloc *al = w->al;
	for (u32 c = 0; c < al->f->target->num_classes; c++) {
		const struct alloc_class *class = &al->classes[c];
		w->pressure[c] = BASE_MAX(w->pressure[c], w->live[c][0]);
		for (u32 s = 0; s < class->num_subsets && !class->flags; s++)
			w->r->excess |= w->live[c][s] > (u32)__builtin_popcountll(class->subsets[s]);
	}
}

struct alloc_fixed alloc_fixed_of(struct alloc *al, mach_inst i, u32 c) {
	struct mach_func *f = al->f;
	const struct alloc_class *class = &al->classes[c];
	const struct mach_inst_data *d = mach_inst_get(f, i);
	struct alloc_fixed x = {0, 0};
	if (mach_flags_of(f, i) & MACH_CALL)
		x.after = alloc_mask(class, f->target->caller_saved) & class->all;
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
			continue;
		mach_reg r = o->payload ? al->values.data[o->payload].pre : o->fixed;
		if (r == MACH_NO_REG || f->target->regs[r].cls != c)
			continue;
		u64 bit = alloc_mask(class, mach_reg_bit(r)) & class->all;
		if (o->kind == MACH_OP_DEF)
			x.after |= bit;
		else
			x.before |= bit;
	}
	return x;
}

bool alloc_has_fixed(struct alloc *al, mach_inst i) {
	struct mach_func *f = al->f;
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	if (mach_flags_of(f, i) & MACH_CALL)
		return true;
	for (u32 k = 0; k < d->num_operands; k++)
		if (ops[k].kind == MACH_OP_DEF || ops[k].kind == MACH_OP_USE)
			if (ops[k].payload ? al->values.data[ops[k].payload].pre != MACH_NO_REG
			                   : f->target->regs[ops[k].fixed].cls != f->target->flags_class)
				return true;
	return false;
}

// Live now is what lives through i, early-clobbered results included.
static void check_through(struct walk *w, mach_inst i) {
	struct alloc *al = w->al;
	for (u32 c = 0; c < al->f->target->num_classes; c++) {
		const struct alloc_class *class = &al->classes[c];
		struct alloc_fixed x = alloc_fixed_of(al, i, c);
		for (u32 s = 0; s < class->num_subsets && !class->flags; s++) {
			u64 left = class->subsets[s] & ~(x.before | x.after);
			w->r->excess |= w->live[c][s] > (u32)__builtin_popcountll(left);
		}
	}
}

// ---- the walk ---------------------------------------------------------------------------------

static void walk_inst(struct walk *w, mach_inst i, u32 place) {
	struct mach_func *f = w->al->f;
	bool early = false;
	MACH_DEFS(f, i, o) {
		if (o->payload)
			open_range(w, o->payload, 2 * place + 2);
		early |= o->flags & MACH_EARLY_CLOBBER;
	}
	check_limits(w);
	MACH_DEFS(f, i, o)
		if (o->payload && !(o->flags & MACH_EARLY_CLOBBER))
			close_range(w, o->payload, 2 * place + 1);
	if (alloc_has_fixed(w->al, i))
		check_through(w, i);
	MACH_USES(f, i, u)
		open_range(w, *u.value, 2 * place + 1);
	check_limits(w);
	if (early)
		MACH_DEFS(f, i, o)
			if (o->payload && o->flags & MACH_EARLY_CLOBBER)
				close_range(w, o->payload, 2 * place);
}

static void walk_block(struct walk *w, mach_block b, u32 place) {
	struct alloc *al = w->al;
	struct mach_func *f = al->f;
	const struct mach_block_data *block = &f->blocks.data[b];
	const struct mach_values *out = &al->live.live_out[b], *in = &al->live.live_in[b];
	for (u32 i = 0; i < out->size; i++)
		open_range(w, out->data[i], 2 * place + 2);
	for (u32 s = 0; s < block->succs.size; s++)
		for (u32 i = 0; i < block->succs.data[s].num_args; i++)
			open_range(w, f->operands.data[block->succs.data[s].args + i].payload, 2 * place + 1);
	for (u32 k = block->insts.size; k-- > 0;)
		walk_inst(w, block->insts.data[k], --place);
	place--;
	for (u32 i = 0; i < block->params.size; i++)
		open_range(w, block->params.data[i], 2 * place + 1);
	check_limits(w);
	for (u32 i = 0; i < block->params.size; i++)
		close_range(w, block->params.data[i], 2 * place);
	for (u32 i = 0; i < in->size; i++)
		close_range(w, in->data[i], 2 * place);
	ASSERT(place == w->r->block_start[b]);
}

void alloc_ranges_compute(struct alloc *al) {
	struct mach_func *f = al->f;
	struct alloc_ranges *r = &al->ranges;
	struct walk w = {.al = al, .r = r, .end = ARENA_ARRAY(al->a, u32, f->values.size)};
	*r = (struct alloc_ranges){.first = ARENA_ARRAY(al->a, u32, f->values.size),
	                           .block_start = ARENA_ARRAY(al->a, u32, f->blocks.size),
	                           .pressure = ARENA_ARRAY(al->a, u32, f->blocks.size * f->target->num_classes)};
	vec_push(al->a, r->pool, (struct alloc_range){0});
	MACH_LAYOUT(f, b) {
		r->block_start[b] = r->num_places;
		r->num_places += f->blocks.data[b].insts.size + 2;
	}
	u32 place = r->num_places;
	for (u32 l = f->layout.size; l-- > 0;) {
		mach_block b = f->layout.data[l];
		w.pressure = r->pressure + b * f->target->num_classes;
		walk_block(&w, b, place - 1);
		place = r->block_start[b];
	}
}
