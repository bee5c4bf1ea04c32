// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Proves that an allocation is right, knowing nothing of how it was made.
//
// Specification. `before` is the function as it was given to the allocator, `after` what came back.
// Instructions of `before` keep their numbers; those with higher numbers were inserted. A location is
// a register or a stack slot that the allocator made. At each point of `after` a location holds a
// set of values of `before`: those whose current content it is known to have on every way there.
//   entry        each parameter is in the register where it arrives; all else holds nothing
//   original     the row and everything but registers is unchanged (a commuting row may have its
//                uses exchanged); each register it reads holds the value that `before` names, and is
//                one the operand accepts, with fixed and tied operands where they must be; a use may
//                have become a slot that holds the value; early-clobbered results avoid what is read.
//                Then a call's clobbered registers hold nothing, and each result holds the value
//                that `before` defines, which every other location loses
//   left out     only copies and instructions without effects whose results nobody can read then
//   inserted     a move, exchange, store to or load from a slot moves sets along (values wider than
//                what is moved are lost); an instruction equal to an original one, whose operands
//                hold what the original's are, gives that one's results (rematerialisation; repeated
//                compares); anything else is an error
//   edge         what holds an argument holds the parameter too from then on; nothing else holds the
//                parameter any more. Blocks in between hold inserted instructions only
//   join         the intersection over the predecessors
// The sets are the greatest solution of these equations, by iteration from "everything".
//
// Reference: the checker of regalloc2 (Fallin, "Cranelift's Instruction Selector and Register
// Allocator", 2022) states the same idea; Rideau and Leroy, "Validating Register Allocation and
// Spilling" (2010), prove it.
#include <stdarg.h>

#include "mach/operands.h"
#include "mach/text.h"

// Sets of values are interned: a set is a number, 0 the empty one.
struct set {
	u32 size;
	mach_value values[];
};
struct shape {           // an original instruction that others may repeat
	mach_inst inst;
	u32 next;
};
struct checker {
	const struct mach_func *before, *after;
	struct diag_engine *diags;
	struct arena a;
	VEC(struct set *) sets;
	struct map set_ids;  // hash -> id, probed
	struct map shapes;   // hash of an instruction without its values -> 1 + index into `repeats`
	VEC(struct shape) repeats;
	u32 num_locations;
	u32 *entry;          // by block and location
	bool *reached;
	u32 *state;          // by location
	mach_block block;
	mach_inst inst;
	bool report;
	u32 errors;
};

static void error(struct checker *c, const char *format, ...) BASE_PRINTF(2, 3);
static void error(struct checker *c, const char *format, ...) {
	enum { ENOUGH = 10 };
	struct strbuf text, at;
	va_list args;
	if (!c->report || c->errors++ >= ENOUGH)
		return;
	strbuf_init(&text, &c->a);
	strbuf_init(&at, &c->a);
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	diag_emit(c->diags, DIAG_mach_allocation, (struct diag_loc){0}, STR_ARG(c->after->name), c->block,
	          STR_ARG(strbuf_str(&text)));
	if (c->inst == MACH_NONE)
		return;
	mach_print_inst(c->after, c->block, c->inst, &at);
	diag_note(c->diags, (struct diag_loc){0}, "in %.*s", STR_ARG(strbuf_str(&at)));
}

// ---- sets -------------------------------------------------------------------------------------

static u32 intern_set(struct checker *c, u32 n, const mach_value *values) {
	if (n == 0)
		return 0;
	u64 key = base_hash_bytes(values, n * sizeof *values, n), id;
	while (map_find(&c->set_ids, key, &id)) {
		const struct set *s = c->sets.data[id];
		if (s->size == n && memcmp(s->values, values, n * sizeof *values) == 0)
			return (u32)id;
		key = base_hash_u64(key, 1);
	}
	struct set *s = arena_alloc(&c->a, sizeof *s + n * sizeof *values, _Alignof(struct set));
	s->size = n;
	memcpy(s->values, values, n * sizeof *values);
	vec_push(&c->a, c->sets, s);
	map_set(&c->set_ids, key, c->sets.size - 1);
	return c->sets.size - 1;
}

static bool set_has(const struct checker *c, u32 set, mach_value v) {
	const struct set *s = c->sets.data[set];
	for (u32 i = 0; i < s->size; i++)
		if (s->values[i] == v)
			return true;
	return false;
}

static u32 set_intersect(struct checker *c, u32 a, u32 b) {
	if (a == b || a == 0 || b == 0)
		return a == b ? a : 0;
	const struct set *x = c->sets.data[a];
	mach_value *kept = ARENA_ARRAY(&c->a, mach_value, x->size);
	u32 n = 0;
	for (u32 i = 0; i < x->size; i++)
		if (set_has(c, b, x->values[i]))
			kept[n++] = x->values[i];
	return intern_set(c, n, kept);
}

static u32 set_without(struct checker *c, u32 set, mach_value v) {
	if (!set_has(c, set, v))
		return set;
	const struct set *x = c->sets.data[set];
	mach_value *kept = ARENA_ARRAY(&c->a, mach_value, x->size);
	u32 n = 0;
	for (u32 i = 0; i < x->size; i++)
		if (x->values[i] != v)
			kept[n++] = x->values[i];
	return intern_set(c, n, kept);
}

static u32 set_with(struct checker *c, u32 set, mach_value v) {
	if (set_has(c, set, v))
		return set;
	const struct set *x = c->sets.data[set];
	mach_value *all = ARENA_ARRAY(&c->a, mach_value, x->size + 1);
	u32 n = 0, i = 0;
	while (i < x->size && x->values[i] < v)
		all[n++] = x->values[i++];
	all[n++] = v;
	while (i < x->size)
		all[n++] = x->values[i++];
	return intern_set(c, n, all);
}

// Values that fit in `bytes` (0: not known, all).
static u32 set_narrow(struct checker *c, u32 set, u32 bytes) {
	const struct set *x = c->sets.data[set];
	for (u32 i = 0; bytes && i < x->size; i++)
		if (c->before->values.data[x->values[i]].bytes > bytes)
			return set_narrow(c, set_without(c, set, x->values[i]), bytes);
	return set;
}

// ---- locations --------------------------------------------------------------------------------

static u32 slot_location(const struct checker *c, u32 slot) {
	return c->after->target->num_regs + slot - c->before->slots.size;
}
static bool is_new_slot(const struct checker *c, u32 slot) {
	return slot != MACH_NONE && slot >= c->before->slots.size && slot < c->after->slots.size;
}
static mach_reg operand_reg(const struct mach_func *f, const struct mach_operand *o) {
	return o->payload ? f->values.data[o->payload].reg : o->fixed;
}

static void forget(struct checker *c, mach_value v) {
	for (u32 l = 0; l < c->num_locations; l++)
		if (c->state[l])
			c->state[l] = set_without(c, c->state[l], v);
}

static bool is_inserted(const struct checker *c, mach_inst i) { return i >= c->before->insts.size; }

// ---- comparing instructions -------------------------------------------------------------------

// Everything but values and registers.
static u64 hash_shape(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	u64 h = base_hash_u64(d->opcode | (u64)d->size << 16 | (u64)d->mode << 24 | (u64)d->num_operands << 32, 7);
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = &f->operands.data[d->operands + k];
		h = base_hash_u64(o->kind, h);
		if (o->kind == MACH_OP_IMM)
			h = base_hash_u64((u64)f->imms.data[o->payload], h);
		else if (o->kind == MACH_OP_MEM)
			h = base_hash_u64((u64)(u32)f->mems.data[o->payload].disp | (u64)f->mems.data[o->payload].symbol << 32, h);
		else if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
			h = base_hash_u64(o->payload, h);
	}
	return h;
}

static bool same_address(const struct mach_mem *a, const struct mach_mem *b) {
	return a->base_fixed == b->base_fixed && a->scale == b->scale && a->disp == b->disp &&
	       a->symbol == b->symbol && a->slot == b->slot && !a->base == !b->base &&
	       !a->index == !b->index;
}

static bool same_operand(const struct checker *c, const struct mach_operand *a, const struct mach_operand *b) {
	if (a->kind != b->kind)
		return false;
	switch ((enum mach_operand_kind)a->kind) {
	case MACH_OP_NONE: return true;
	case MACH_OP_DEF:
	case MACH_OP_USE: return a->tied == b->tied && !a->payload == !b->payload;
	case MACH_OP_IMM: return c->before->imms.data[a->payload] == c->after->imms.data[b->payload];
	case MACH_OP_MEM:
		return same_address(&c->before->mems.data[a->payload], &c->after->mems.data[b->payload]);
	default: return a->payload == b->payload;
	}
}

// ---- reading ----------------------------------------------------------------------------------

static bool holds(const struct checker *c, mach_reg r, mach_value v) {
	return r != MACH_NO_REG && set_has(c, c->state[r], v);
}

static const char *reg_name(const struct checker *c, mach_reg r) {
	return r == MACH_NO_REG ? "no register" : c->after->target->regs[r].name;
}

static void expect(struct checker *c, mach_reg r, mach_value v) {
	if (!holds(c, r, v))
		error(c, "%s does not hold %%%u of the original", reg_name(c, r), v);
}

static bool reads_folded(struct checker *c, const struct mach_operand *b, const struct mach_operand *a) {
	if (b->kind != MACH_OP_USE || a->kind != MACH_OP_MEM)
		return false;
	const struct mach_mem *m = &c->after->mems.data[a->payload];
	if (!is_new_slot(c, m->slot) || m->base || m->index || m->disp)
		error(c, "a use became an address that is no slot of the allocator's");
	else if (!set_has(c, c->state[slot_location(c, m->slot)], b->payload))
		error(c, "slot%u does not hold %%%u of the original", m->slot, b->payload);
	return true;
}

// Are the values of `before` where instruction `a` of `after` reads them? Operands x and y of it are
// exchanged when x != y.
static bool reads_right(struct checker *c, mach_inst bi, mach_inst ai, u32 x, u32 y) {
	const struct mach_inst_data *d = mach_inst_get(c->before, bi);
	const struct mach_operand *bo = mach_operands(c->before, bi), *ao = mach_operands(c->after, ai);
	for (u32 k = d->num_defs; k < d->num_operands; k++) {
		const struct mach_operand *a = &ao[k], *b = &bo[k == x ? y : k == y ? x : k];
		if (b->kind == MACH_OP_USE && a->kind == MACH_OP_USE && b->payload &&
		    !holds(c, operand_reg(c->after, a), b->payload))
			return false;
		if (b->kind != MACH_OP_MEM || a->kind != MACH_OP_MEM)
			continue;
		const struct mach_mem *bm = &c->before->mems.data[b->payload], *am = &c->after->mems.data[a->payload];
		if ((bm->base && !holds(c, c->after->values.data[am->base].reg, bm->base)) ||
		    (bm->index && !holds(c, c->after->values.data[am->index].reg, bm->index)))
			return false;
	}
	return true;
}

static void report_reads(struct checker *c, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(c->before, i);
	const struct mach_operand *bo = mach_operands(c->before, i), *ao = mach_operands(c->after, i);
	for (u32 k = d->num_defs; k < d->num_operands; k++) {
		if (bo[k].kind == MACH_OP_USE && ao[k].kind == MACH_OP_USE && bo[k].payload)
			expect(c, operand_reg(c->after, &ao[k]), bo[k].payload);
		if (bo[k].kind != MACH_OP_MEM || ao[k].kind != MACH_OP_MEM)
			continue;
		const struct mach_mem *bm = &c->before->mems.data[bo[k].payload], *am = &c->after->mems.data[ao[k].payload];
		if (bm->base)
			expect(c, c->after->values.data[am->base].reg, bm->base);
		if (bm->index)
			expect(c, c->after->values.data[am->index].reg, bm->index);
	}
}

static bool may_exchange(const struct checker *c, mach_inst i, u32 *x, u32 *y) {
	const struct mach_inst_data *d = mach_inst_get(c->before, i);
	const struct mach_operand *ops = mach_operands(c->before, i);
	*x = d->num_defs;
	*y = d->num_defs + 1;
	return mach_info(c->before, i)->flags & MACH_COMMUTES && *y < d->num_operands &&
	       ops[*x].kind == MACH_OP_USE && ops[*y].kind == MACH_OP_USE;
}

static void check_reads(struct checker *c, mach_inst i) {
	u32 x, y;
	if (reads_right(c, i, i, 0, 0) || (may_exchange(c, i, &x, &y) && reads_right(c, i, i, x, y)))
		return;
	report_reads(c, i);
}

// ---- operands of original instructions --------------------------------------------------------

static void check_place(struct checker *c, mach_inst i, u32 k) {
	const struct mach_operand *b = mach_operands(c->before, i) + k, *a = mach_operands(c->after, i) + k;
	if (a->kind != MACH_OP_DEF && a->kind != MACH_OP_USE)
		return;
	mach_reg r = operand_reg(c->after, a);
	if (r == MACH_NO_REG) {
		error(c, "operand %u has no register", k);
		return;
	}
	if (b->fixed != MACH_NO_REG && r != b->fixed)
		error(c, "operand %u is in %s instead of %s", k, reg_name(c, r), reg_name(c, b->fixed));
	if (a->payload && !mach_regset_has(c->after->target->operand_regs(c->after, mach_inst_get(c->after, i), k), r))
		error(c, "operand %u does not accept %s", k, reg_name(c, r));
	if (a->kind == MACH_OP_USE && b->tied && r != operand_reg(c->after, mach_operands(c->after, i) + b->tied - 1))
		error(c, "operand %u is not where the result is that it is tied to", k);
}

static void check_address(struct checker *c, mach_inst i, u32 k) {
	const struct mach_operand *a = mach_operands(c->after, i) + k;
	if (a->kind != MACH_OP_MEM)
		return;
	const struct mach_mem *m = &c->after->mems.data[a->payload];
	struct mach_regset set = c->after->target->operand_regs(c->after, mach_inst_get(c->after, i), k);
	mach_value parts[] = {m->base, m->index};
	for (u32 p = 0; p < 2; p++) {
		mach_reg r = parts[p] ? c->after->values.data[parts[p]].reg : MACH_NO_REG;
		if (r != MACH_NO_REG && !mach_regset_has(set, r))
			error(c, "an address does not accept %s", reg_name(c, r));
	}
}

static void check_results(struct checker *c, mach_inst i) {
	const struct mach_func *f = c->after;
	const struct mach_operand *defs = mach_defs(f, i);
	u32 n = mach_inst_get(f, i)->num_defs;
	for (u32 k = 0; k < n; k++) {
		mach_reg r = operand_reg(f, &defs[k]);
		for (u32 j = 0; j < k; j++)
			if (r != MACH_NO_REG && r == operand_reg(f, &defs[j]))
				error(c, "two results in %s", reg_name(c, r));
		if (!(defs[k].flags & MACH_EARLY_CLOBBER))
			continue;
		MACH_USES(f, i, u) {
			bool tied = u.operand->kind == MACH_OP_USE && u.operand->tied == k + 1;
			if (!tied && f->values.data[*u.value].reg == r)
				error(c, "%s is overwritten before it is read", reg_name(c, r));
		}
	}
}

static bool check_unchanged(struct checker *c, mach_inst i) {
	const struct mach_inst_data *b = mach_inst_get(c->before, i), *a = mach_inst_get(c->after, i);
	bool same = b->opcode == a->opcode && b->size == a->size && b->mode == a->mode &&
	            b->num_operands == a->num_operands && b->num_defs == a->num_defs;
	for (u32 k = 0; same && k < b->num_operands; k++) {
		const struct mach_operand *bo = mach_operands(c->before, i) + k, *ao = mach_operands(c->after, i) + k;
		same = same_operand(c, bo, ao) || reads_folded(c, bo, ao);
	}
	if (!same)
		error(c, "an original instruction was changed");
	return same;
}

static void clobber_call(struct checker *c, mach_inst i) {
	if (!(mach_flags_of(c->after, i) & MACH_CALL))
		return;
	for (u32 r = 0; r < c->after->target->num_regs; r++)
		if (mach_regset_has(c->after->target->caller_saved, (mach_reg)r))
			c->state[r] = 0;
}

static void step_original(struct checker *c, mach_inst i) {
	if (!check_unchanged(c, i))
		return;
	check_reads(c, i);
	for (u32 k = 0; k < mach_inst_get(c->after, i)->num_operands; k++) {
		check_place(c, i, k);
		check_address(c, i, k);
	}
	check_results(c, i);
	clobber_call(c, i);
	u32 n = mach_inst_get(c->after, i)->num_defs;
	for (u32 k = 0; k < n; k++)
		if (mach_defs(c->before, i)[k].payload)
			forget(c, mach_defs(c->before, i)[k].payload);
	for (u32 k = 0; k < n; k++) {
		mach_reg r = operand_reg(c->after, mach_defs(c->after, i) + k);
		mach_value v = mach_defs(c->before, i)[k].payload;
		if (r != MACH_NO_REG)
			c->state[r] = v ? intern_set(c, 1, &v) : 0;
	}
}

static void step_left_out(struct checker *c, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(c->before, i);
	const struct mach_operand *ops = mach_operands(c->before, i);
	bool copies = d->opcode == MACH_COPY || d->opcode == MACH_PARCOPY;
	u32 *old = ARENA_ARRAY(&c->a, u32, c->num_locations);
	if (mach_flags_of(c->before, i) & (MACH_STORES | MACH_EFFECT | MACH_CALL | MACH_TERMINATOR))
		error(c, "instruction %u of the original was left out", i);
	memcpy(old, c->state, c->num_locations * sizeof *old);
	for (u32 k = 0; k < d->num_defs; k++)
		if (ops[k].payload)
			forget(c, ops[k].payload);
	for (u32 k = 0; copies && k < d->num_defs; k++)
		for (u32 l = 0; l < c->num_locations; l++)
			if (set_has(c, old[l], ops[d->num_defs + k].payload))
				c->state[l] = set_with(c, c->state[l], ops[k].payload);
}

// ---- inserted instructions --------------------------------------------------------------------

static void move_content(struct checker *c, mach_inst i, u32 to, u32 from) {
	c->state[to] = set_narrow(c, c->state[from], mach_inst_get(c->after, i)->size);
}

// The address operand of i when it is a slot of the allocator's, else NULL.
static const struct mach_mem *slot_operand(const struct checker *c, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(c->after, i);
	for (u32 k = 0; k < d->num_operands; k++) {
		const struct mach_operand *o = mach_operands(c->after, i) + k;
		const struct mach_mem *m = o->kind == MACH_OP_MEM ? &c->after->mems.data[o->payload] : NULL;
		if (m && is_new_slot(c, m->slot) && !m->base && !m->index && !m->disp)
			return m;
	}
	return NULL;
}

static bool step_slot(struct checker *c, mach_inst i, u32 uses, const struct mach_operand *use) {
	const struct mach_mem *m = slot_operand(c, i);
	const struct mach_inst_data *d = mach_inst_get(c->after, i);
	u32 flags = mach_flags_of(c->after, i);
	if (!m || d->num_operands != d->num_defs + uses + 1)
		return false;
	if (flags & MACH_STORES && d->num_defs == 0 && uses == 1) {
		move_content(c, i, slot_location(c, m->slot), operand_reg(c->after, use));
		return true;
	}
	if (flags & MACH_LOADS && d->num_defs == 1 && uses == 0) {
		move_content(c, i, operand_reg(c->after, mach_defs(c->after, i)), slot_location(c, m->slot));
		return true;
	}
	return false;
}

static bool is_exchange(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i);
	return d->num_defs == 2 && d->num_operands == 4 && ops[2].kind == MACH_OP_USE && ops[2].tied == 1 &&
	       ops[3].kind == MACH_OP_USE && ops[3].tied == 2 && f->target->build_swap;
}

// Repeats of original instructions: all that look the same and find their operands.
static bool step_repeat(struct checker *c, mach_inst i) {
	u64 next = map_get_or(&c->shapes, hash_shape(c->after, i), 0);
	u32 n = mach_inst_get(c->after, i)->num_defs;
	u32 *results = ARENA_ARRAY(&c->a, u32, n + 1);
	bool found = false;
	for (; next; next = c->repeats.data[next - 1].next) {
		mach_inst original = c->repeats.data[next - 1].inst;
		const struct mach_inst_data *b = mach_inst_get(c->before, original), *a = mach_inst_get(c->after, i);
		bool same = b->opcode == a->opcode && b->size == a->size && b->mode == a->mode &&
		            b->num_operands == a->num_operands && b->num_defs == n;
		for (u32 k = 0; same && k < b->num_operands; k++)
			same = same_operand(c, mach_operands(c->before, original) + k, mach_operands(c->after, i) + k);
		if (!same || !reads_right(c, original, i, 0, 0))
			continue;
		found = true;
		for (u32 k = 0; k < n; k++)
			if (mach_defs(c->before, original)[k].payload)
				results[k] = set_with(c, results[k], mach_defs(c->before, original)[k].payload);
	}
	for (u32 k = 0; found && k < n; k++)
		c->state[operand_reg(c->after, mach_defs(c->after, i) + k)] = results[k];
	return found;
}

static void step_inserted(struct checker *c, mach_inst i) {
	const struct mach_func *f = c->after;
	const struct mach_inst_data *d = mach_inst_get(f, i);
	const struct mach_operand *ops = mach_operands(f, i), *use = NULL;
	u32 uses = 0;
	for (u32 k = 0; k < d->num_operands; k++) {
		if (ops[k].kind != MACH_OP_DEF && ops[k].kind != MACH_OP_USE)
			continue;
		if (operand_reg(f, &ops[k]) == MACH_NO_REG) {
			error(c, "operand %u has no register", k);
			return;
		}
		uses += ops[k].kind == MACH_OP_USE;
		use = ops[k].kind == MACH_OP_USE ? &ops[k] : use;
	}
	if (mach_flags_of(f, i) & MACH_TERMINATOR)
		return;
	if (step_slot(c, i, uses, use) || step_repeat(c, i))
		return;
	if (is_exchange(f, i)) {
		u32 a = operand_reg(f, &ops[0]), b = operand_reg(f, &ops[1]), t = c->state[a];
		c->state[a] = set_narrow(c, c->state[b], d->size);
		c->state[b] = set_narrow(c, t, d->size);
		return;
	}
	bool moves = d->num_defs == 1 && uses == 1 && d->num_operands == 2;
	if (!moves || !(mach_flags_of(f, i) & MACH_IS_MOVE ||
	                f->target->regs[operand_reg(f, use)].cls != f->target->regs[operand_reg(f, &ops[0])].cls))
		error(c, "an inserted instruction that is no move, and repeats none of the original");
	else
		move_content(c, i, operand_reg(f, &ops[0]), operand_reg(f, use));
}

// ---- blocks -----------------------------------------------------------------------------------

static void step_block(struct checker *c, mach_block b) {
	const struct mach_block_data *after = &c->after->blocks.data[b];
	u32 at = 0, original = b < c->before->blocks.size ? c->before->blocks.data[b].insts.size : 0;
	c->block = b;
	memcpy(c->state, c->entry + (size_t)b * c->num_locations, c->num_locations * sizeof *c->state);
	for (u32 i = 0; i < after->insts.size; i++) {
		c->inst = after->insts.data[i];
		if (is_inserted(c, c->inst)) {
			step_inserted(c, c->inst);
			continue;
		}
		for (; at < original && c->before->blocks.data[b].insts.data[at] != c->inst; at++)
			step_left_out(c, c->before->blocks.data[b].insts.data[at]);
		if (at == original)
			error(c, "an original instruction is in another block or out of order");
		else
			step_original(c, c->inst);
		at++;
	}
	for (; at < original; at++)
		step_left_out(c, c->before->blocks.data[b].insts.data[at]);
	c->inst = MACH_NONE;
}

// Parameters take over what their arguments are held by, all at once.
static void cross_edge(struct checker *c, mach_block b, u32 s, u32 *out) {
	memcpy(out, c->state, c->num_locations * sizeof *out);
	if (b >= c->before->blocks.size)
		return;
	const struct mach_edge *e = &c->before->blocks.data[b].succs.data[s];
	const struct mach_block_data *to = &c->before->blocks.data[e->to];
	for (u32 l = 0; l < c->num_locations; l++) {
		if (!c->state[l])
			continue;
		for (u32 i = 0; i < e->num_args; i++)
			out[l] = set_without(c, out[l], to->params.data[i]);
		for (u32 i = 0; i < e->num_args; i++)
			if (set_has(c, c->state[l], c->before->operands.data[e->args + i].payload))
				out[l] = set_with(c, out[l], to->params.data[i]);
	}
}

// Whether an edge of `before` leads to the same block, maybe through inserted ones.
static void check_edge(struct checker *c, mach_block b, u32 s) {
	if (b >= c->before->blocks.size)
		return;
	if (c->before->blocks.data[b].succs.size != c->after->blocks.data[b].succs.size) {
		error(c, "the block has other edges than before");
		return;
	}
	mach_block to = c->after->blocks.data[b].succs.data[s].to;
	for (u32 n = 0; to >= c->before->blocks.size && n < c->after->blocks.size; n++) {
		if (c->after->blocks.data[to].succs.size != 1)
			break;
		to = c->after->blocks.data[to].succs.data[0].to;
	}
	if (to != c->before->blocks.data[b].succs.data[s].to)
		error(c, "edge %u leads to another block than before", s);
}

static bool meet(struct checker *c, mach_block b, const u32 *state) {
	u32 *entry = c->entry + (size_t)b * c->num_locations;
	bool changed = !c->reached[b];
	if (changed)
		memcpy(entry, state, c->num_locations * sizeof *entry);
	c->reached[b] = true;
	for (u32 l = 0; l < c->num_locations; l++) {
		u32 met = set_intersect(c, entry[l], state[l]);
		changed |= met != entry[l];
		entry[l] = met;
	}
	return changed;
}

static void iterate(struct checker *c) {
	u32 *out = ARENA_ARRAY(&c->a, u32, c->num_locations + 1);
	struct ir_cfg cfg = mach_cfg(c->after);
	struct ir_dominators dom;
	ir_dominators_compute(&cfg, &c->a, &dom);
	for (bool changed = true; changed;) {
		changed = false;
		for (u32 i = 0; i < dom.reachable; i++) {
			mach_block b = dom.rpo[i];
			step_block(c, b);
			for (u32 s = 0; s < c->after->blocks.data[b].succs.size; s++) {
				cross_edge(c, b, s, out);
				changed |= meet(c, c->after->blocks.data[b].succs.data[s].to, out);
			}
		}
	}
	c->report = true;
	for (u32 i = 0; i < dom.reachable; i++) {
		step_block(c, dom.rpo[i]);
		for (u32 s = 0; s < c->after->blocks.data[dom.rpo[i]].succs.size; s++)
			check_edge(c, dom.rpo[i], s);
	}
}

static void enter(struct checker *c) {
	const struct mach_block_data *b = &c->before->blocks.data[0], *a = &c->after->blocks.data[0];
	c->reached[0] = true;
	for (u32 i = 0; i < b->params.size; i++) {
		mach_reg r = c->before->values.data[b->params.data[i]].reg;
		if (i >= a->params.size || c->after->values.data[a->params.data[i]].reg != r) {
			c->report = true;
			error(c, "parameter %u of the entry does not arrive where it did", i);
			continue;
		}
		c->entry[r] = intern_set(c, 1, &b->params.data[i]);
	}
}

// What may be repeated: no effects, and memory read only where nothing can write.
static void collect_repeats(struct checker *c) {
	const struct mach_func *f = c->before;
	map_init(&c->shapes, &c->a);
	MACH_LAYOUT(f, b)
		for (u32 k = 0; k < f->blocks.data[b].insts.size; k++) {
			mach_inst i = f->blocks.data[b].insts.data[k];
			if (!mach_repeatable(f, i))
				continue;
			u64 key = hash_shape(f, i);
			vec_push(&c->a, c->repeats, (struct shape){i, (u32)map_get_or(&c->shapes, key, 0)});
			map_set(&c->shapes, key, c->repeats.size);
		}
}

bool mach_check_allocation(const struct mach_func *before, const struct mach_func *after,
                           struct diag_engine *d) {
	struct checker c = {.before = before, .after = after, .diags = d, .inst = MACH_NONE};
	arena_init(&c.a);
	map_init(&c.set_ids, &c.a);
	vec_push(&c.a, c.sets, ARENA_NEW(&c.a, struct set));
	c.num_locations = after->target->num_regs + after->slots.size - before->slots.size;
	c.entry = ARENA_ARRAY(&c.a, u32, (size_t)after->blocks.size * c.num_locations);
	c.reached = ARENA_ARRAY(&c.a, bool, after->blocks.size);
	c.state = ARENA_ARRAY(&c.a, u32, c.num_locations);
	collect_repeats(&c);
	enter(&c);
	iterate(&c);
	arena_deinit(&c.a);
	return c.errors == 0;
}
