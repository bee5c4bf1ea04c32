// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One register for the whole life of a class. Registers that are taken are a bit mask per position,
// so one pass over a class's intervals says which registers are free in all of them: the or of the
// masks. Sixty-four positions at a time are summed up, which makes long intervals cheap.
//
// Classes of the innermost loops come first, then in the order in which they begin to live. Within
// one depth this is the order of interval colouring; where all intervals are single it never fails as
// long as no more values live than there are registers. A class that finds no register is taken
// apart into its webs; a web that finds none is left to alloc_place.c.
//
// Requires classes, and occupancy that holds what is fixed. Establishes value homes that are free of
// conflicts with each other.
#include <stdlib.h>

#include "mach/alloc.h"

enum { CHUNK = 64 };

// ---- occupancy --------------------------------------------------------------------------------

u64 alloc_busy(const struct alloc *al, u32 c, u32 ranges, u64 wanted) {
	const struct alloc_occupancy *o = &al->occupancy[c];
	u64 busy = 0;
	for (; ranges && wanted & ~busy; ranges = al->ranges.pool.data[ranges].next) {
		u32 p = al->ranges.pool.data[ranges].from, to = al->ranges.pool.data[ranges].to;
		while (p < to) {
			u32 chunk = p / CHUNK, end = (chunk + 1) * CHUNK;
			if (p % CHUNK == 0 && end <= to) {
				busy |= o->any[chunk];
				p = end;
				continue;
			}
			busy |= o->full[chunk];
			for (end = BASE_MIN(end, to); p < end; p++)
				busy |= o->at[p];
		}
	}
	return busy;
}

static void occupy_interval(struct alloc_occupancy *o, u32 p, u32 to, u64 bit) {
	while (p < to) {
		u32 chunk = p / CHUNK, end = (chunk + 1) * CHUNK;
		o->any[chunk] |= bit;
		if (p % CHUNK == 0 && end <= to) {
			o->full[chunk] |= bit;
			p = end;
			continue;
		}
		for (end = BASE_MIN(end, to); p < end; p++)
			o->at[p] |= bit;
	}
}

void alloc_occupy(struct alloc *al, u32 c, u32 ranges, u64 bit) {
	for (; ranges; ranges = al->ranges.pool.data[ranges].next)
		occupy_interval(&al->occupancy[c], al->ranges.pool.data[ranges].from,
		                al->ranges.pool.data[ranges].to, bit);
}

// What an instruction overwrites besides its results: the caller-saved registers at a call,
// registers named by operands without a value.
static void occupy_clobbers(struct alloc *al, mach_inst i, u32 place) {
	struct mach_func *f = al->f;
	if (mach_flags_of(f, i) & MACH_CALL)
		for (u32 c = 0; c < f->target->num_classes; c++)
			if (!al->classes[c].flags)
				occupy_interval(&al->occupancy[c], 2 * place + 1, 2 * place + 2,
				                alloc_mask(&al->classes[c], f->target->caller_saved) &
				                    al->classes[c].all);
	const struct mach_inst_data *d = mach_inst_get(f, i);
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		if ((o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE) || o->payload)
			continue;
		u32 cls = f->target->regs[o->fixed].cls, from = 2 * place + (o->kind == MACH_OP_DEF);
		if (!al->classes[cls].flags)
			occupy_interval(&al->occupancy[cls], from, from + 1,
			                alloc_mask(&al->classes[cls], mach_reg_bit(o->fixed)));
	}
}

void alloc_occupancy_init(struct alloc *al) {
	struct mach_func *f = al->f;
	u32 positions = 2 * al->ranges.num_places;
	for (u32 c = 0; c < f->target->num_classes; c++)
		if (!al->classes[c].flags)
			al->occupancy[c] =
				(struct alloc_occupancy){ARENA_ARRAY(al->a, u64, positions + 1),
			                             ARENA_ARRAY(al->a, u64, positions / CHUNK + 1),
			                             ARENA_ARRAY(al->a, u64, positions / CHUNK + 1)};
	MACH_LAYOUT(f, b) {
		u32 place = al->ranges.block_start[b];
		for (u32 i = 0; i < f->blocks.data[b].insts.size; i++)
			occupy_clobbers(al, f->blocks.data[b].insts.data[i], ++place);
	}
	for (mach_value v = 1; v < al->values.size; v++)
		if (al->values.data[v].pre != MACH_NO_REG && al->ranges.first[v])
			alloc_occupy(al, f->values.data[v].cls, al->ranges.first[v],
			             alloc_bit(alloc_class_of(al, v), al->values.data[v].pre));
}

// ---- assignment -------------------------------------------------------------------------------

struct candidate {
	mach_value root;
	u32 depth, start;
};

static int by_depth(const void *a, const void *b) {
	const struct candidate *x = a, *y = b;
	if (x->depth != y->depth)
		return x->depth > y->depth ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->root < y->root ? -1 : 1;
}

struct assigner {
	struct alloc *al;
	u64 saved[ALLOC_CLASSES_MAX];  // callee-saved registers nobody uses yet
	bool complete;
};

// A free register: the one asked for, else one that needs no saving, lowest first.
static u64 choose(const struct assigner *as, u32 c, u64 free, mach_reg hint) {
	const struct alloc_class *class = &as->al->classes[c];
	u64 wanted = hint != MACH_NO_REG ? alloc_mask(class, mach_reg_bit(hint)) : 0;
	if (free & wanted)
		return wanted;
	u64 cheap = free & ~as->saved[c];
	free = cheap ? cheap : free;
	return free & -free;
}

static u64 assign_ranges(struct assigner *as, u32 c, u32 ranges, u64 allowed, mach_reg hint) {
	u64 free = allowed & ~alloc_busy(as->al, c, ranges, allowed);
	if (!free)
		return 0;
	u64 bit = choose(as, c, free, hint);
	as->saved[c] &= ~bit;
	alloc_occupy(as->al, c, ranges, bit);
	return bit;
}

static void assign_class(struct assigner *as, mach_value root) {
	struct alloc *al = as->al;
	struct alloc_web *w = &al->webs[root];
	u32 c = al->f->values.data[root].cls;
	const struct alloc_class *class = &al->classes[c];
	u64 bit = w->pre != MACH_NO_REG ? alloc_bit(class, w->pre)
	                                : assign_ranges(as, c, w->ranges, w->allowed, w->hint);
	mach_reg sibling = w->hint;
	for (mach_value web = root; web; web = al->webs[web].next) {
		u64 own = bit;
		if (!bit) {
			own = assign_ranges(as, c, al->ranges.first[web], al->webs[web].allowed, sibling);
			as->complete &= own != 0;
		}
		al->values.data[web].home = own ? alloc_reg(class, own) : MACH_NO_REG;
		if (own)
			sibling = al->values.data[web].home;
	}
}

bool alloc_assign(struct alloc *al) {
	struct mach_func *f = al->f;
	struct assigner as = {.al = al, .complete = true};
	VEC(struct candidate) list = {0};
	for (u32 c = 0; c < f->target->num_classes; c++)
		as.saved[c] = alloc_mask(&al->classes[c], f->target->callee_saved);
	for (mach_value v = 1; v < f->values.size; v++)
		if (al->ranges.first[v] && al->webs[v].web == v && al->webs[v].class == v &&
		    !mach_is_flags(f, v))
			vec_push(al->a, list,
			         (struct candidate){v, al->webs[v].depth,
			                            al->ranges.pool.data[al->webs[v].ranges].from});
	if (list.size)
		qsort(list.data, list.size, sizeof *list.data, by_depth);
	for (u32 i = 0; i < list.size; i++)
		assign_class(&as, list.data[i].root);
	for (mach_value v = 1; v < f->values.size; v++) {
		mach_value web = alloc_web_of(al, v);
		al->values.data[v].home = mach_is_flags(f, v) ? al->classes[f->values.data[v].cls].first
		                                              : al->values.data[web].home;
	}
	return as.complete;
}
