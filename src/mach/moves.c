// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns copies, parallel copies, spills and reloads of an allocated function into the target's
// instructions. A copy within a register is no instruction: its result is another name for its
// source, and is renamed to it everywhere.
//
// A parallel copy is a graph in which each register is written at most once: trees hanging off
// cycles. Trees are emitted from their leaves; a cycle is opened by saving one register in a free
// one, by exchanges where the target has them, and else in a stack slot.
//
// Requires registers for all values; liveness is computed here, and only when a cycle asks for a
// free register. Reference: Boissinot et al. (2009), algorithm 1.
#include "mach/alloc.h"

struct mover {
	struct mach_func *f;
	struct arena *a;
	struct mach_allocate_stats *stats;
	mach_value *alias;             // by value: the same content in the same register, or 0
	u32 num_alias;
	struct mach_insts out;         // of the block being rewritten
	struct mach_liveness live;
	bool live_known, changed;
	struct mach_regset used;       // registers that some value has
	mach_block block;
	u32 index;                     // of the instruction in the block
};

struct move {
	mach_value to, from;
};
struct moves {
	VEC(struct move) list;
};

static mach_reg reg_of(const struct mover *m, mach_value v) { return m->f->values.data[v].reg; }

static mach_value resolve(struct mover *m, mach_value v) {
	while (v < m->num_alias && m->alias[v])
		v = m->alias[v];
	return v;
}

static void count_moves(struct mover *m, u32 n) {
	m->stats->moves += n;
	if (m->f->blocks.data[m->block].innermost)
		m->stats->inner_loop_moves += n;
}

static void emit_move(struct mover *m, mach_value to, mach_value from) {
	m->f->target->build_move(m->f, to, from, &m->out);
	count_moves(m, 1);
}

static mach_value value_like(struct mover *m, mach_value model, mach_reg r) {
	mach_value v = mach_value_add(m->f, m->f->values.data[model].cls, m->f->values.data[model].bytes);
	m->f->values.data[v].reg = r;
	m->f->values.data[v].block = m->block;
	return v;
}

// ---- free registers ---------------------------------------------------------------------------

static void flip(const struct mover *m, struct mach_regset *s, mach_value v, bool live) {
	mach_reg r = reg_of(m, v);
	if (r != MACH_NO_REG && live)
		mach_regset_add(s, r);
	else if (r != MACH_NO_REG)
		mach_regset_remove(s, r);
}

// Registers that hold something needed right after instruction number `index` of the block.
static struct mach_regset live_after(struct mover *m) {
	struct mach_func *f = m->f;
	const struct mach_block_data *block = &f->blocks.data[m->block];
	struct mach_regset s = {{0}};
	if (!m->live_known)
		m->live = mach_liveness_compute(f, m->a);
	m->live_known = true;
	for (u32 i = 0; i < m->live.live_out[m->block].size; i++)
		flip(m, &s, m->live.live_out[m->block].data[i], true);
	for (u32 e = 0; e < block->succs.size; e++)
		for (u32 i = 0; i < block->succs.data[e].num_args; i++)
			flip(m, &s, f->operands.data[block->succs.data[e].args + i].payload, true);
	for (u32 k = block->insts.size; --k > m->index;) {
		MACH_DEFS(f, block->insts.data[k], o) {
			if (o->payload)
				flip(m, &s, o->payload, false);
		}
		MACH_USES(f, block->insts.data[k], u)
			flip(m, &s, *u.value, true);
	}
	return s;
}

// A register of the class that is free across the parallel copy and costs nothing to use.
static mach_reg find_scratch(struct mover *m, u8 cls, const struct moves *p) {
	struct mach_regset busy = live_after(m);
	for (u32 i = 0; i < p->list.size; i++) {
		mach_regset_add(&busy, reg_of(m, p->list.data[i].to));
		mach_regset_add(&busy, reg_of(m, p->list.data[i].from));
	}
	struct mach_regset free = mach_regset_andnot(mach_allocatable(m->f, cls), busy);
	struct mach_regset unsaved = mach_regset_andnot(m->f->target->callee_saved, m->used);
	free = mach_regset_andnot(free, unsaved);
	for (u32 r = 0; r < m->f->target->num_regs; r++)
		if (mach_regset_has(free, (mach_reg)r))
			return (mach_reg)r;
	return MACH_NO_REG;
}

// ---- parallel copies --------------------------------------------------------------------------

struct graph {
	struct moves *all;               // of one parallel copy, for the scratch register
	u32 writer[MACH_REGS_MAX];       // 1 + move that writes the register
	u32 readers[MACH_REGS_MAX];      // moves still to be made that read it
	bool done[MACH_REGS_MAX];        // by move
};

static void finish_move(struct mover *m, struct graph *g, u32 i) {
	struct move mv = g->all->list.data[i];
	emit_move(m, mv.to, mv.from);
	g->done[i] = true;
	g->readers[reg_of(m, mv.from)]--;
	// What is read no more may be overwritten.
	u32 next = g->writer[reg_of(m, mv.from)];
	if (next && !g->done[next - 1] && g->readers[reg_of(m, mv.from)] == 0)
		finish_move(m, g, next - 1);
}

static void open_with_scratch(struct mover *m, struct graph *g, u32 i, mach_reg scratch) {
	struct move *mv = &g->all->list.data[i];
	mach_value saved = value_like(m, mv->to, scratch);
	mach_reg r = reg_of(m, mv->to);
	// The register that move i overwrites is read by one move of the cycle: it reads the copy.
	for (u32 k = 0; k < g->all->list.size; k++) {
		struct move *reader = &g->all->list.data[k];
		if (g->done[k] || reg_of(m, reader->from) != r)
			continue;
		m->f->values.data[saved].bytes = m->f->values.data[reader->from].bytes;
		emit_move(m, saved, reader->from);
		reader->from = saved;
		g->readers[r]--;
		g->readers[scratch]++;
		break;
	}
	finish_move(m, g, i);
}

static void open_with_slot(struct mover *m, struct graph *g, u32 i) {
	struct mach_func *f = m->f;
	struct move mv = g->all->list.data[i];
	mach_reg r = reg_of(m, mv.to);
	u32 last = 0;
	while (g->done[last] || reg_of(m, g->all->list.data[last].from) != r)
		last++;
	struct move reader = g->all->list.data[last];
	u32 bytes = f->values.data[reader.from].bytes;
	vec_push(f->arena, f->slots, (struct mach_slot){.bytes = bytes, .align = bytes});
	u32 slot = f->slots.size - 1;
	f->target->build_spill(f, reader.from, slot, &m->out);
	// All others of the cycle form a chain now; the one that read r comes last, from memory.
	g->done[last] = true;
	g->readers[r] = 0;
	finish_move(m, g, i);
	f->target->build_reload(f, reader.to, slot, &m->out);
	m->stats->spills++;
	m->stats->reloads++;
}

// r1 <- r2 <- ... <- rn <- r1, where move `first` writes r1. Exchanging r1 with r2, then r2 with r3
// and so on puts one value after the other in place and carries r1's on.
static void rotate(struct mover *m, struct graph *g, u32 first) {
	const struct move *moves = g->all->list.data;
	mach_reg start = reg_of(m, moves[first].to);
	mach_value carried = 0;
	for (u32 k = 0; k < g->all->list.size; k++)
		if (!g->done[k] && reg_of(m, moves[k].from) == start)
			carried = moves[k].from;
	for (u32 k = first;;) {
		u32 next = g->writer[reg_of(m, moves[k].from)] - 1;
		bool last = reg_of(m, moves[next].from) == start;
		mach_value moved =
			last ? moves[next].to : value_like(m, carried, reg_of(m, moves[next].to));
		mach_value to[2] = {moves[k].to, moved}, from[2] = {carried, moves[k].from};
		m->f->target->build_swap(m->f, to, from, &m->out);
		count_moves(m, 1);
		g->done[k] = true;
		if (last) {
			g->done[next] = true;
			return;
		}
		carried = moved;
		k = next;
	}
}

static void open_cycle(struct mover *m, struct graph *g, u32 i) {
	u8 cls = m->f->values.data[g->all->list.data[i].to].cls;
	mach_reg scratch = find_scratch(m, cls, g->all);
	if (scratch != MACH_NO_REG)
		open_with_scratch(m, g, i, scratch);
	else if (m->f->target->swap_supported(cls))
		rotate(m, g, i);
	else
		open_with_slot(m, g, i);
}

static void emit_parallel(struct mover *m, struct moves *p) {
	struct graph g = {.all = p};
	u32 n = p->list.size;
	CHECK_MSG(n <= MACH_REGS_MAX, "a parallel copy writes each register once");
	for (u32 i = 0; i < n; i++) {
		ASSERT(!g.writer[reg_of(m, p->list.data[i].to)]);
		g.writer[reg_of(m, p->list.data[i].to)] = 1 + i;
		g.readers[reg_of(m, p->list.data[i].from)]++;
	}
	for (u32 i = 0; i < n; i++)
		if (!g.done[i] && g.readers[reg_of(m, p->list.data[i].to)] == 0)
			finish_move(m, &g, i);
	for (u32 i = 0; i < n; i++)
		if (!g.done[i])
			open_cycle(m, &g, i);
}

// ---- instructions -----------------------------------------------------------------------------

static void rename_to(struct mover *m, mach_value v, mach_value source) {
	ASSERT(v < m->num_alias);
	m->alias[v] = source;
	m->changed = true;
}

static void lower_copies(struct mover *m, mach_inst i) {
	struct mach_func *f = m->f;
	struct moves p = {0};
	u32 n = mach_inst_get(f, i)->num_defs;
	for (u32 k = 0; k < n; k++) {
		mach_value to = mach_operands(f, i)[k].payload;
		mach_value from = resolve(m, mach_operands(f, i)[n + k].payload);
		if (reg_of(m, to) == reg_of(m, from))
			rename_to(m, to, from);
		else
			vec_push(m->a, p.list, (struct move){to, from});
	}
	if (p.list.size == 1)
		emit_move(m, p.list.data[0].to, p.list.data[0].from);
	else if (p.list.size)
		emit_parallel(m, &p);
}

static bool lower_inst(struct mover *m, mach_inst i) {
	struct mach_func *f = m->f;
	const struct mach_operand *ops = mach_operands(f, i);
	switch (mach_inst_get(f, i)->opcode) {
	case MACH_NOP: return true;
	case MACH_COPY:
	case MACH_PARCOPY: lower_copies(m, i); return true;
	case MACH_SPILL:
		f->target->build_spill(f, resolve(m, ops[0].payload), ops[1].payload, &m->out);
		return true;
	case MACH_RELOAD: f->target->build_reload(f, ops[0].payload, ops[1].payload, &m->out); return true;
	default: return false;
	}
}

static void lower_block(struct mover *m, mach_block b) {
	struct mach_func *f = m->f;
	struct mach_block_data *block = &f->blocks.data[b];
	u32 k = 0;
	while (k < block->insts.size && mach_inst_get(f, block->insts.data[k])->opcode >= MACH_UNDEF)
		k++;
	if (k == block->insts.size)
		return;
	m->block = b;
	vec_clear(m->out);
	for (u32 i = 0; i < block->insts.size; i++) {
		mach_inst id = block->insts.data[i];
		u32 first = f->insts.size;
		m->index = i;
		if (!lower_inst(m, id)) {
			vec_push(f->arena, m->out, id);
			continue;
		}
		for (mach_inst made = first; made < f->insts.size; made++)
			mach_inst_get(f, made)->loc = mach_inst_get(f, id)->loc;
	}
	vec_clear(block->insts);
	for (u32 i = 0; i < m->out.size; i++)
		vec_push(f->arena, block->insts, m->out.data[i]);
}

static void rename_uses(struct mover *m) {
	struct mach_func *f = m->f;
	MACH_LAYOUT(f, b) {
		const struct mach_block_data *block = &f->blocks.data[b];
		for (u32 i = 0; i < block->insts.size; i++)
			MACH_USES(f, block->insts.data[i], u)
				*u.value = resolve(m, *u.value);
		for (u32 s = 0; s < block->succs.size; s++)
			for (u32 i = 0; i < block->succs.data[s].num_args; i++) {
				struct mach_operand *o = &f->operands.data[block->succs.data[s].args + i];
				o->payload = resolve(m, o->payload);
			}
	}
}

void alloc_lower_moves(struct mach_func *f, struct arena *a, struct mach_allocate_stats *stats) {
	struct mover m = {.f = f, .a = a, .stats = stats, .num_alias = f->values.size};
	m.alias = ARENA_ARRAY(a, mach_value, f->values.size);
	for (mach_value v = 1; v < f->values.size; v++)
		if (reg_of(&m, v) != MACH_NO_REG)
			mach_regset_add(&m.used, reg_of(&m, v));
	MACH_LAYOUT(f, b)
		lower_block(&m, b);
	if (m.changed)
		rename_uses(&m);
}
