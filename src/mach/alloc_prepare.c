// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Brings operands into a form where each constraint concerns one value for one instruction:
//   - an address is named by one instruction (it will be renamed there);
//   - a use in a fixed register reads a temporary that a copy right before made, a definition in a
//     fixed register writes a temporary that is copied right after; parameters of the entry arrive
//     in temporaries. Copies that turn out needless are coalesced, so `ret rax` costs nothing;
//   - the value of a tied use dies there: where it is needed afterwards a copy is tied instead, or
//     the operands are exchanged when the row commutes;
//   - what registers a value may have is the intersection of what its operands accept.
//
// Requires SSA form, repaired flags, liveness. Preserves liveness across blocks: temporaries are
// local to a block and original values keep their names there.
#include "mach/alloc.h"

struct prepare {
	struct alloc *al;
	mach_block block;
	u32 *needed;               // by value: 1 + block where the walk has met a later use
	u32 num_values;            // before temporaries were made
	struct mach_insts reversed;
	bool changed;
};

static bool needed_later(const struct prepare *p, mach_value v) { return p->needed[v] == p->block + 1; }

mach_value alloc_new_value(struct alloc *al, mach_value model) {
	struct mach_func *f = al->f;
	mach_value v = mach_value_add(f, f->values.data[model].cls, f->values.data[model].bytes);
	f->values.data[v].block = f->values.data[model].block;
	f->values.data[v].hint = f->values.data[model].hint;
	vec_push(al->a, al->values,
	         (struct alloc_value){alloc_class_of(al, v)->all, MACH_NO_REG, MACH_NO_REG});
	return v;
}

mach_inst alloc_copy(struct alloc *al, mach_value to, mach_value from) {
	struct mach_operand ops[] = {mach_def(to), mach_use(from)};
	return mach_inst_make(al->f, MACH_COPY, 0, 0, 2, ops);
}

// ---- addresses --------------------------------------------------------------------------------

static void unshare_addresses(struct alloc *al) {
	struct mach_func *f = al->f;
	struct bitset seen = bitset_make(al->a, f->mems.size);
	MACH_LAYOUT(f, b) {
		const struct mach_block_data *block = &f->blocks.data[b];
		for (u32 i = 0; i < block->insts.size; i++) {
			const struct mach_inst_data *d = mach_inst_get(f, block->insts.data[i]);
			for (u32 k = 0; k < d->num_operands; k++) {
				struct mach_operand *o = &f->operands.data[d->operands + k];
				if (o->kind != MACH_OP_MEM)
					continue;
				if (bitset_has(&seen, o->payload)) {
					struct mach_mem m = f->mems.data[o->payload];
					vec_push(f->arena, f->mems, m);
					o->payload = f->mems.size - 1;
				} else {
					bitset_add(&seen, o->payload);
				}
			}
		}
	}
}

// ---- fixed registers --------------------------------------------------------------------------

// A copy of all `to` from all `from` at once.
static mach_inst copy_all(struct alloc *al, u32 n, const mach_value *to, const mach_value *from) {
	struct mach_operand *ops = ARENA_ARRAY(al->a, struct mach_operand, 2 * n);
	for (u32 i = 0; i < n; i++) {
		ops[i] = mach_def(to[i]);
		ops[n + i] = mach_use(from[i]);
	}
	return mach_inst_make(al->f, n == 1 ? MACH_COPY : MACH_PARCOPY, 0, 0, 2 * n, ops);
}

struct pairs {
	VEC(mach_value) to, from;
};

static mach_value fixed_temporary(struct alloc *al, mach_value v, mach_reg r) {
	mach_value t = alloc_new_value(al, v);
	al->values.data[t].pre = r;
	al->values.data[t].allowed = alloc_bit(alloc_class_of(al, t), r);
	return t;
}

static bool is_coloured(struct alloc *al, mach_value v) { return v && !alloc_class_of(al, v)->flags; }

// The register of operand k, or of the operand that it is tied to.
static mach_reg fixed_reg(const struct mach_func *f, mach_inst i, u32 k) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	if (ops[k].fixed != MACH_NO_REG)
		return ops[k].fixed;
	if (ops[k].tied)
		return ops[ops[k].tied - 1].fixed;
	for (u32 u = d->num_defs; k < d->num_defs && u < d->num_operands; u++)
		if (ops[u].kind == MACH_OP_USE && ops[u].tied == k + 1)
			return ops[u].fixed;
	return MACH_NO_REG;
}

// Definitions in fixed registers; dead ones need no copy.
static void isolate_fixed_defs(struct prepare *p, mach_inst i) {
	struct alloc *al = p->al;
	struct mach_func *f = al->f;
	struct pairs c = {0};
	u32 n = mach_inst_get(f, i)->num_defs;
	for (u32 k = 0; k < n; k++) {
		struct mach_operand *o = mach_operands(f, i) + k;
		mach_value v = o->payload;
		mach_reg r = fixed_reg(f, i, k);
		if (r == MACH_NO_REG || !is_coloured(al, v))
			continue;
		mach_value t = fixed_temporary(al, v, r);
		f->values.data[t].def = i;
		(mach_operands(f, i) + k)->payload = t;
		vec_push(al->a, c.to, v);
		vec_push(al->a, c.from, t);
	}
	if (!c.to.size)
		return;
	mach_inst copy = copy_all(al, c.to.size, c.to.data, c.from.data);
	vec_push(al->a, p->reversed, copy);
	p->changed = true;
}

static void isolate_fixed_uses(struct prepare *p, mach_inst i) {
	struct alloc *al = p->al;
	struct mach_func *f = al->f;
	struct pairs c = {0};
	for (u32 k = mach_inst_get(f, i)->num_defs; k < mach_inst_get(f, i)->num_operands; k++) {
		struct mach_operand *o = mach_operands(f, i) + k;
		mach_value v = o->payload;
		mach_reg r = o->kind == MACH_OP_USE ? fixed_reg(f, i, k) : MACH_NO_REG;
		if (r == MACH_NO_REG || !is_coloured(al, v))
			continue;
		mach_value t = fixed_temporary(al, v, r);
		f->values.data[t].block = p->block;
		(mach_operands(f, i) + k)->payload = t;
		vec_push(al->a, c.to, t);
		vec_push(al->a, c.from, v);
	}
	if (!c.to.size)
		return;
	mach_inst copy = copy_all(al, c.to.size, c.to.data, c.from.data);
	vec_push(al->a, p->reversed, copy);
	p->changed = true;
}

// ---- ties -------------------------------------------------------------------------------------

// Is `v` read by another operand of i than number `except` in a way that a tie would disturb?
static bool read_elsewhere(const struct mach_func *f, mach_inst i, u32 except, mach_value v) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	bool early = ops[ops[except].tied - 1].flags & MACH_EARLY_CLOBBER;
	for (u32 k = d->num_defs; k < d->num_operands; k++) {
		if (k == except)
			continue;
		if (ops[k].kind == MACH_OP_USE && ops[k].payload == v && (early || (ops[k].tied && k < except)))
			return true;
		if (ops[k].kind == MACH_OP_MEM && early) {
			const struct mach_mem *m = &f->mems.data[ops[k].payload];
			if (m->base == v || m->index == v)
				return true;
		}
	}
	return false;
}

// Exchanges the first two uses of a commuting row when the second may be overwritten.
static bool exchange(struct prepare *p, mach_inst i, u32 tied) {
	struct mach_func *f = p->al->f;
	const struct mach_inst_data *d = mach_inst_get(f, i);
	struct mach_operand *a = mach_operands(f, i) + tied, *b = a + 1;
	bool possible = mach_info(f, i)->flags & MACH_COMMUTES && tied == d->num_defs &&
	                tied + 1 < d->num_operands && b->kind == MACH_OP_USE && !b->tied && b->payload;
	if (!possible || a->fixed != MACH_NO_REG || b->fixed != MACH_NO_REG ||
	    needed_later(p, b->payload) || read_elsewhere(f, i, tied + 1, b->payload))
		return false;
	mach_value v = a->payload;
	a->payload = b->payload;
	b->payload = v;
	return true;
}

static void isolate_ties(struct prepare *p, mach_inst i) {
	struct alloc *al = p->al;
	struct mach_func *f = al->f;
	for (u32 k = mach_inst_get(f, i)->num_defs; k < mach_inst_get(f, i)->num_operands; k++) {
		struct mach_operand *o = mach_operands(f, i) + k;
		mach_value v = o->payload;
		if (o->kind != MACH_OP_USE || !o->tied || !is_coloured(al, v) || fixed_reg(f, i, k) != MACH_NO_REG)
			continue;
		if (!needed_later(p, v) && !read_elsewhere(f, i, k, v))
			continue;
		if (exchange(p, i, k))
			continue;
		mach_value t = alloc_new_value(al, v);
		f->values.data[t].block = p->block;
		mach_inst copy = alloc_copy(al, t, v);
		(mach_operands(f, i) + k)->payload = t;
		vec_push(al->a, p->reversed, copy);
		p->changed = true;
	}
}

// ---- blocks -----------------------------------------------------------------------------------

static void note_needed(struct prepare *p, mach_block b) {
	struct mach_func *f = p->al->f;
	const struct mach_values *out = &p->al->live.live_out[b];
	const struct mach_block_data *block = &f->blocks.data[b];
	p->block = b;
	for (u32 i = 0; i < out->size; i++)
		p->needed[out->data[i]] = b + 1;
	for (u32 s = 0; s < block->succs.size; s++)
		for (u32 i = 0; i < block->succs.data[s].num_args; i++)
			p->needed[f->operands.data[block->succs.data[s].args + i].payload] = b + 1;
}

static bool has_constraints(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	for (u32 k = 0; k < d->num_operands; k++)
		if (ops[k].tied || (ops[k].fixed != MACH_NO_REG && ops[k].payload && !mach_is_flags(f, ops[k].payload)))
			return true;
	return false;
}

static void mark_uses(struct prepare *p, mach_inst i) {
	MACH_USES(p->al->f, i, u)
		if (*u.value < p->num_values)
			p->needed[*u.value] = p->block + 1;
}

// Parameters of the entry: those that somebody reads are copied out of where they arrive.
static void isolate_parameters(struct prepare *p) {
	struct alloc *al = p->al;
	struct mach_func *f = al->f;
	struct pairs c = {0};
	for (u32 k = 0; k < f->blocks.data[0].params.size; k++) {
		mach_value v = f->blocks.data[0].params.data[k];
		mach_reg r = f->values.data[v].reg;
		if (!needed_later(p, v)) {
			al->values.data[v].pre = r;
			al->values.data[v].allowed = alloc_bit(alloc_class_of(al, v), r);
			continue;
		}
		mach_value t = fixed_temporary(al, v, r);
		f->values.data[v].reg = MACH_NO_REG;
		f->values.data[t].reg = r;
		f->blocks.data[0].params.data[k] = t;
		vec_push(al->a, c.to, v);
		vec_push(al->a, c.from, t);
	}
	if (!c.to.size)
		return;
	mach_inst copy = copy_all(al, c.to.size, c.to.data, c.from.data);
	vec_push(al->a, p->reversed, copy);
	p->changed = true;
}

static void prepare_block(struct prepare *p, mach_block b) {
	struct mach_func *f = p->al->f;
	struct mach_block_data *block = &f->blocks.data[b];
	vec_clear(p->reversed);
	p->changed = false;
	note_needed(p, b);
	for (u32 k = block->insts.size; k-- > 0;) {
		mach_inst i = block->insts.data[k];
		if (!has_constraints(f, i)) {
			vec_push(p->al->a, p->reversed, i);
			mark_uses(p, i);
			continue;
		}
		mach_inst first = f->insts.size;
		isolate_fixed_defs(p, i);
		vec_push(p->al->a, p->reversed, i);
		isolate_ties(p, i);
		isolate_fixed_uses(p, i);
		mark_uses(p, i);
		for (mach_inst c = first; c < f->insts.size; c++)
			mark_uses(p, c);
	}
	if (b == 0)
		isolate_parameters(p);
	if (!p->changed)
		return;
	vec_clear(block->insts);
	for (u32 k = p->reversed.size; k-- > 0;)
		vec_push(f->arena, block->insts, p->reversed.data[k]);
}

// ---- what registers a value may have ----------------------------------------------------------

static void restrict_value(struct alloc *al, mach_inst i, u32 operand, mach_value v) {
	if (alloc_class_of(al, v)->flags || al->values.data[v].pre != MACH_NO_REG)
		return;
	u64 allowed = al->values.data[v].allowed & alloc_operand_mask(al, i, operand, v);
	CHECK_MSG(allowed, "%s: no register suits all operands that name %%%u; copy it for one of them",
	          mach_info(al->f, i)->name, v);
	al->values.data[v].allowed = allowed;
}

static void restrict_operands(struct alloc *al, mach_inst i) {
	struct mach_func *f = al->f;
	const struct mach_inst_data *d = mach_inst_get(f, i);
	if (d->opcode < MACH_GENERIC_COUNT)
		return;
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		if (o->kind == MACH_OP_MEM) {
			const struct mach_mem *m = &f->mems.data[o->payload];
			if (m->base)
				restrict_value(al, i, k, m->base);
			if (m->index)
				restrict_value(al, i, k, m->index);
		} else if ((o->kind == MACH_OP_DEF || o->kind == MACH_OP_USE) && o->payload) {
			restrict_value(al, i, k, o->payload);
		}
	}
}

static void collect_subsets(struct alloc *al) {
	for (mach_value v = 1; v < al->values.size; v++) {
		struct alloc_class *c = alloc_class_of(al, v);
		u64 allowed = al->values.data[v].allowed;
		bool known = c->flags || al->values.data[v].pre != MACH_NO_REG;
		for (u32 s = 0; s < c->num_subsets && !known; s++)
			known = c->subsets[s] == allowed;
		if (known)
			continue;
		CHECK_MSG(c->num_subsets < ALLOC_SUBSETS_MAX, "too many kinds of register restrictions");
		c->subsets[c->num_subsets++] = allowed;
	}
}

static void init_classes(struct alloc *al) {
	const struct mach_target *t = al->f->target;
	CHECK(t->num_classes <= ALLOC_CLASSES_MAX);
	for (u32 c = 0; c < t->num_classes; c++) {
		struct mach_regset regs = mach_allocatable(al->f, (u8)c);
		struct alloc_class *class = &al->classes[c];
		*class = (struct alloc_class){.flags = c == t->flags_class, .num_subsets = 1};
		while (class->first < MACH_REGS_MAX - 1 && !mach_regset_has(regs, class->first))
			class->first++;
		class->all = alloc_mask(class, regs);
		CHECK_MSG((u32)__builtin_popcountll(class->all) == mach_regset_count(regs),
		          "the registers of a class lie within 64 numbers");
		class->subsets[0] = class->all;
	}
}

void alloc_prepare(struct alloc *al) {
	struct mach_func *f = al->f;
	struct prepare p = {.al = al, .num_values = f->values.size};
	init_classes(al);
	vec_reserve(al->a, al->values, f->values.size);
	for (mach_value v = 0; v < f->values.size; v++)
		vec_push(al->a, al->values,
		         (struct alloc_value){v ? alloc_class_of(al, v)->all : 0, MACH_NO_REG, MACH_NO_REG});
	unshare_addresses(al);
	p.needed = ARENA_ARRAY(al->a, u32, f->values.size);
	MACH_LAYOUT(f, b)
		prepare_block(&p, b);
	MACH_LAYOUT(f, b)
		for (u32 i = 0; i < f->blocks.data[b].insts.size; i++)
			restrict_operands(al, f->blocks.data[b].insts.data[i]);
	collect_subsets(al);
}
