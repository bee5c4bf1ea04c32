// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register allocation on SSA form; alloc.h says which part does what.
//
//   prepare -> ranges -> [spill -> ranges] -> classes -> assign -> [place] -> moves -> clean up
//
// The parts in brackets run only where they are needed: spilling where more values live at once than
// there are registers, placing where some class found no register for its whole life. The function
// is in SSA form all the way: an allocated function names more values, each in one register.
//
// Requires SSA form. Establishes the allocated form that mach_verify describes; proved by check.c.
// References: Hack, "Register Allocation for Programs in SSA Form" (2007); Braun and Hack (2009),
// Boissinot et al. (2009), where the parts say so.
#include "mach/alloc.h"

// ---- copies on edges --------------------------------------------------------------------------

// Where copies of an edge go: to the end of the predecessor, or, when that branches, to the start
// of the successor, which no other edge reaches.
struct edge_copy {
	VEC(mach_value) to, from;
};

static mach_inst parallel_copy(struct alloc *al, const struct edge_copy *c) {
	struct mach_operand *ops = ARENA_ARRAY(al->a, struct mach_operand, 2 * c->to.size);
	for (u32 i = 0; i < c->to.size; i++) {
		ops[i] = mach_def(c->to.data[i]);
		ops[c->to.size + i] = mach_use(c->from.data[i]);
	}
	return mach_inst_make(al->f, MACH_PARCOPY, 0, 0, 2 * c->to.size, ops);
}

static void insert_inst(struct mach_func *f, mach_block b, u32 at, mach_inst i) {
	struct mach_block_data *block = &f->blocks.data[b];
	vec_push(f->arena, block->insts, i);
	memmove(block->insts.data + at + 1, block->insts.data + at,
	        sizeof *block->insts.data * (block->insts.size - 1 - at));
	block->insts.data[at] = i;
}

static mach_value value_at(struct alloc *al, mach_value model, mach_reg r, mach_block b) {
	mach_value v = alloc_new_value(al, model);
	al->values.data[v].home = r;
	al->f->values.data[v].reg = r;
	al->f->values.data[v].block = b;
	return v;
}

static void copy_edge(struct alloc *al, mach_block from, u32 s) {
	struct mach_func *f = al->f;
	struct mach_edge e = f->blocks.data[from].succs.data[s];
	bool at_end = f->blocks.data[from].succs.size == 1;
	struct edge_copy c = {0};
	for (u32 i = 0; i < e.num_args; i++) {
		mach_value arg = f->operands.data[e.args + i].payload;
		mach_value param = f->blocks.data[e.to].params.data[i];
		mach_reg source = f->values.data[arg].reg, target = f->values.data[param].reg;
		if (source == target)
			continue;
		mach_value t = value_at(al, param, at_end ? target : source, at_end ? from : e.to);
		vec_push(al->a, c.to, at_end ? t : param);
		vec_push(al->a, c.from, at_end ? arg : t);
		if (at_end)
			f->operands.data[e.args + i].payload = t;
		else
			f->blocks.data[e.to].params.data[i] = t;
	}
	if (!c.to.size)
		return;
	ASSERT(at_end || f->blocks.data[e.to].preds.size == 1);
	mach_inst copy = parallel_copy(al, &c);
	insert_inst(f, at_end ? from : e.to, at_end ? f->blocks.data[from].insts.size - 1 : 0, copy);
}

static void use_homes(struct alloc *al) {
	struct mach_func *f = al->f;
	for (mach_value v = 1; v < f->values.size; v++)
		f->values.data[v].reg = al->values.data[v].home;
	MACH_LAYOUT(f, b)
		for (u32 s = 0; s < f->blocks.data[b].succs.size; s++)
			copy_edge(al, b, s);
}

// ---- cleaning up ------------------------------------------------------------------------------

// Where a block that only jumps leads to, and with which arguments.
static bool is_forwarder(const struct mach_func *f, mach_block b) {
	const struct mach_block_data *block = &f->blocks.data[b];
	return b != 0 && block->insts.size == 1 && block->params.size == 0 && block->succs.size == 1 &&
	       mach_inst_get(f, block->insts.data[0])->opcode == f->target->jump &&
	       block->succs.data[0].to != b;
}

// Blocks that splitting made and nothing filled.
static void thread_jumps(struct mach_func *f, u32 first_split) {
	u32 kept = 0;
	MACH_LAYOUT(f, b)
		for (u32 s = 0; s < f->blocks.data[b].succs.size; s++) {
			struct mach_edge *e = &f->blocks.data[b].succs.data[s];
			if (e->to >= first_split && is_forwarder(f, e->to))
				*e = f->blocks.data[e->to].succs.data[0];
		}
	for (u32 l = 0; l < f->layout.size; l++) {
		mach_block b = f->layout.data[l];
		if (b >= first_split && is_forwarder(f, b))
			vec_clear(f->blocks.data[b].insts), vec_clear(f->blocks.data[b].succs);
		else
			f->layout.data[kept++] = b;
	}
	f->layout.size = kept;
	mach_build_preds(f);
}

// ---- the allocator ----------------------------------------------------------------------------

void mach_allocate(struct mach_func *f, struct arena *scratch, struct mach_allocate_stats *stats) {
	struct arena_mark mark = arena_save(scratch);
	struct mach_allocate_stats none = {0};
	struct alloc al = {.f = f, .a = scratch, .stats = stats ? stats : &none};
	u32 first_split = f->blocks.size;
	*al.stats = none;
	mach_split_critical_edges(f);
	mach_analyse(f);
	mach_repair_flags(f, scratch);
	mach_number(f);
	al.live = mach_liveness_compute(f, scratch);
	alloc_prepare(&al);
	alloc_ranges_compute(&al);
	CHECK_MSG(!al.ranges.excess, "spilling is needed");
	alloc_occupancy_init(&al);
	alloc_classes_build(&al);
	CHECK_MSG(alloc_assign(&al), "placing is needed");
	use_homes(&al);
	alloc_lower_moves(f, scratch, al.stats);
	thread_jumps(f, first_split);
	mach_number(f);
	arena_restore(scratch, mark);
}
