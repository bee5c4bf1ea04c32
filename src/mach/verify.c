// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every function must satisfy, and what an allocated one must besides.
//
//   always      the layout starts with the entry and holds each block once; blocks end with their
//               only terminator; edges have an argument of the right class for each parameter;
//               operands are those of the row, ties and classes included; each value is defined once
//               and its definition dominates its uses; parameters of the entry say where they
//               arrive; no parameter is of the flags class
//   allocated   every value has a register that its operands accept; tied and fixed operands sit
//               where they must; arguments sit where the parameter does; at each use the register
//               holds the value on every way there (so that at most one flags value lives at a time)
//
// Problems are collected; the first few of a function are enough to see what is wrong.
#include "mach/operands.h"
#include "mach/text.h"

struct verifier {
	const struct mach_func *f;
	struct diag_engine *diags;
	struct arena a;
	struct ir_dominators dom;
	mach_block *def_block;  // by value: 1 + block
	u32 *def_order;         // position in the block, 0 for parameters
	mach_block block;
	mach_inst inst;         // MACH_NONE at the block's borders
	u32 errors;
};

static void error(struct verifier *v, const char *format, ...) BASE_PRINTF(2, 3);
static void error(struct verifier *v, const char *format, ...) {
	enum { ENOUGH = 10 };
	struct strbuf text, at;
	va_list args;
	if (v->errors++ >= ENOUGH)
		return;
	strbuf_init(&text, &v->a);
	strbuf_init(&at, &v->a);
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	diag_emit(v->diags, DIAG_mach_invalid, (struct diag_loc){0}, STR_ARG(v->f->name), v->block,
	          STR_ARG(strbuf_str(&text)));
	if (v->inst == MACH_NONE)
		return;
	mach_print_inst(v->f, v->block, v->inst, &at);
	diag_note(v->diags, (struct diag_loc){0}, "in %.*s", STR_ARG(strbuf_str(&at)));
}

// ---- structure --------------------------------------------------------------------------------

static void define(struct verifier *v, mach_value value, u32 order) {
	if (value == 0)
		return;
	if (value >= v->f->values.size) {
		error(v, "a value that does not exist");
		return;
	}
	if (v->def_block[value])
		error(v, "%%%u is defined twice", value);
	v->def_block[value] = v->block + 1;
	v->def_order[value] = order;
}

static bool check_layout(struct verifier *v) {
	const struct mach_func *f = v->f;
	struct bitset seen = bitset_make(&v->a, f->blocks.size);
	if (f->layout.size == 0 || f->layout.data[0] != 0) {
		error(v, "the layout does not start with the entry");
		return false;
	}
	for (u32 i = 0; i < f->layout.size; i++) {
		if (f->layout.data[i] >= f->blocks.size || bitset_has(&seen, f->layout.data[i])) {
			error(v, "the layout does not hold each block once");
			return false;
		}
		bitset_add(&seen, f->layout.data[i]);
	}
	MACH_LAYOUT(f, b)
		for (u32 s = 0; s < f->blocks.data[b].succs.size; s++) {
			mach_block to = f->blocks.data[b].succs.data[s].to;
			v->block = b;
			if (to < f->blocks.size && bitset_has(&seen, to) && to != 0)
				continue;
			error(v, "an edge to a block that is not in the layout, or to the entry");
			return false;
		}
	return true;
}

static void check_shape(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_block_data *block = &f->blocks.data[v->block];
	if (block->insts.size == 0)
		error(v, "the block is empty");
	for (u32 i = 0; i < block->params.size; i++) {
		mach_value p = block->params.data[i];
		define(v, p, 0);
		if (p < f->values.size && mach_is_flags(f, p))
			error(v, "parameter %%%u is of the flags class", p);
		if (p < f->values.size && v->block == 0 && f->values.data[p].reg == MACH_NO_REG)
			error(v, "entry parameter %%%u does not say where it arrives", p);
	}
	for (u32 i = 0; i < block->insts.size; i++) {
		v->inst = block->insts.data[i];
		bool last = i + 1 == block->insts.size;
		if (last != ((mach_flags_of(f, v->inst) & MACH_TERMINATOR) != 0))
			error(v, last ? "the block does not end with a terminator"
			              : "a terminator within the block");
		MACH_DEFS(f, v->inst, o)
			define(v, o->payload, i + 1);
	}
	v->inst = MACH_NONE;
}

// ---- operands ---------------------------------------------------------------------------------

static bool check_operand_kind(const struct mach_operand_info *row, const struct mach_operand *o) {
	if (o->kind == MACH_OP_NONE)
		return row->optional;
	if (o->kind == MACH_OP_MEM)
		return row->kind == MACH_OP_MEM || (row->kind == MACH_OP_USE && row->mem);
	return o->kind == row->kind;
}

static u8 operand_class(const struct mach_func *f, const struct mach_operand *o) {
	return o->payload ? f->values.data[o->payload].cls : f->target->regs[o->fixed].cls;
}

static void check_row(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_inst_data *d = mach_inst_get(f, v->inst);
	const struct mach_inst_info *info = mach_info(f, v->inst);
	const struct mach_operand *ops = mach_operands(f, v->inst);
	if (info->flags & MACH_CALL)
		return;
	for (u32 i = 0; i < info->num_operands; i++) {
		const struct mach_operand_info *row = &info->operands[i];
		if (i >= d->num_operands) {
			if (!row->optional)
				error(v, "operand %u (%s) is missing", i, row->name);
			return;
		}
		if (!check_operand_kind(row, &ops[i])) {
			error(v, "operand %u (%s) is of the wrong kind", i, row->name);
			continue;
		}
		if (ops[i].kind != MACH_OP_DEF && ops[i].kind != MACH_OP_USE)
			continue;
		if (operand_class(f, &ops[i]) != row->cls)
			error(v, "operand %u (%s) is of the wrong class", i, row->name);
		if (ops[i].kind == MACH_OP_USE && ops[i].tied != row->tied)
			error(v, "operand %u (%s) is not tied as its row says", i, row->name);
	}
	if (d->num_operands > info->num_operands && !(info->flags & MACH_TERMINATOR))
		error(v, "more operands than the row has");
}

static void check_generic(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_inst_data *d = mach_inst_get(f, v->inst);
	const struct mach_operand *ops = mach_operands(f, v->inst);
	u32 uses = d->num_operands - d->num_defs;
	bool ok = true;
	switch ((enum mach_generic_op)d->opcode) {
	case MACH_NOP: ok = d->num_operands == 0; break;
	case MACH_COPY:
	case MACH_PARCOPY: ok = uses == d->num_defs && (d->opcode == MACH_PARCOPY || uses == 1); break;
	case MACH_SPILL: ok = d->num_defs == 0 && uses == 2 && ops[1].kind == MACH_OP_SLOT; break;
	case MACH_RELOAD: ok = d->num_defs == 1 && uses == 1 && ops[1].kind == MACH_OP_SLOT; break;
	case MACH_UNDEF: ok = d->num_defs == 1 && uses == 0; break;
	default: break;
	}
	for (u32 i = 0; ok && d->opcode == MACH_PARCOPY && i < uses; i++)
		ok = ops[d->num_defs + i].kind == MACH_OP_USE &&
		     operand_class(f, &ops[i]) == operand_class(f, &ops[d->num_defs + i]);
	if (!ok)
		error(v, "the operands are not those of a %s", mach_info(f, v->inst)->name);
}

static void check_edges(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_block_data *block = &f->blocks.data[v->block];
	for (u32 s = 0; s < block->succs.size; s++) {
		const struct mach_edge *e = &block->succs.data[s];
		const struct mach_block_data *to = &f->blocks.data[e->to];
		if (e->num_args != to->params.size) {
			error(v, "%u arguments for the %u parameters of ^bb%u", e->num_args, to->params.size,
			      e->to);
			continue;
		}
		for (u32 i = 0; i < e->num_args; i++) {
			mach_value arg = f->operands.data[e->args + i].payload;
			if (f->values.data[arg].cls != f->values.data[to->params.data[i]].cls)
				error(v, "argument %%%u is of another class than %%%u", arg, to->params.data[i]);
		}
	}
}

// ---- dominance --------------------------------------------------------------------------------

static void check_use(struct verifier *v, mach_value value, u32 order) {
	if (value >= v->f->values.size || !v->def_block[value]) {
		error(v, "%%%u is not defined", value);
		return;
	}
	mach_block def = v->def_block[value] - 1;
	bool before = def == v->block ? v->def_order[value] < order
	                              : ir_dominates(&v->dom, def, v->block);
	if (!before)
		error(v, "%%%u does not dominate its use", value);
}

static void check_block(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_block_data *block = &f->blocks.data[v->block];
	for (u32 i = 0; i < block->insts.size; i++) {
		v->inst = block->insts.data[i];
		const struct mach_inst_data *d = mach_inst_get(f, v->inst);
		const struct mach_operand *ops = mach_operands(f, v->inst);
		if (d->opcode < MACH_GENERIC_COUNT)
			check_generic(v);
		else
			check_row(v);
		for (u32 k = 0; k < d->num_operands; k++)
			if (ops[k].kind == MACH_OP_EDGE && ops[k].payload >= block->succs.size)
				error(v, "an edge that the block does not have");
		MACH_USES(f, v->inst, u)
			check_use(v, *u.value, i + 1);
	}
	v->inst = MACH_NONE;
	for (u32 s = 0; s < block->succs.size; s++)
		for (u32 i = 0; i < block->succs.data[s].num_args; i++)
			check_use(v, f->operands.data[block->succs.data[s].args + i].payload, UINT32_MAX);
	check_edges(v);
}

// ---- allocated form ---------------------------------------------------------------------------

// What each register holds at the end of a block: a value, or 0 when that depends on the way taken.
struct reg_state {
	mach_value held[MACH_REGS_MAX];
	bool known;  // some way here has been seen
};

static mach_reg operand_reg(const struct mach_func *f, const struct mach_operand *o) {
	return o->payload ? f->values.data[o->payload].reg : o->fixed;
}

static void check_places(struct verifier *v) {
	const struct mach_func *f = v->f;
	const struct mach_inst_data *d = mach_inst_get(f, v->inst);
	const struct mach_operand *ops = mach_operands(f, v->inst);
	for (u32 i = 0; i < d->num_operands; i++) {
		if (ops[i].kind != MACH_OP_DEF && ops[i].kind != MACH_OP_USE)
			continue;
		mach_reg r = operand_reg(f, &ops[i]);
		if (r == MACH_NO_REG) {
			error(v, "%%%u has no register", ops[i].payload);
			continue;
		}
		if (ops[i].fixed != MACH_NO_REG && r != ops[i].fixed)
			error(v, "%%%u is not in %s", ops[i].payload, f->target->regs[ops[i].fixed].name);
		if (ops[i].payload && !mach_regset_has(f->target->operand_regs(f, d, i), r))
			error(v, "operand %u does not accept %s", i, f->target->regs[r].name);
		if (ops[i].kind == MACH_OP_USE && ops[i].tied &&
		    r != operand_reg(f, &ops[ops[i].tied - 1]))
			error(v, "operand %u is not in the register of its definition", i);
	}
}

static void check_held(struct verifier *v, const struct reg_state *s, mach_value value) {
	mach_reg r = v->f->values.data[value].reg;
	if (r == MACH_NO_REG || s->held[r] != value)
		error(v, "%%%u is used where %s does not hold it", value,
		      r == MACH_NO_REG ? "its register" : v->f->target->regs[r].name);
}

static void clobber(struct reg_state *s, struct mach_regset set) {
	for (u32 r = 0; r < MACH_REGS_MAX; r++)
		if (mach_regset_has(set, (mach_reg)r))
			s->held[r] = 0;
}

static void step(const struct mach_func *f, mach_inst i, struct reg_state *s) {
	if (mach_flags_of(f, i) & MACH_CALL)
		clobber(s, f->target->caller_saved);
	MACH_DEFS(f, i, o) {
		mach_reg r = operand_reg(f, o);
		if (r != MACH_NO_REG)
			s->held[r] = o->payload;
	}
}

// Early-clobber definitions are written while the uses are still to be read.
static void check_early_clobbers(struct verifier *v) {
	const struct mach_func *f = v->f;
	MACH_DEFS(f, v->inst, o) {
		if (!(o->flags & MACH_EARLY_CLOBBER))
			continue;
		MACH_USES(f, v->inst, u) {
			bool tied = u.operand->kind == MACH_OP_USE && u.operand->tied == 1 + (o - mach_defs(f, v->inst));
			if (!tied && f->values.data[*u.value].reg == operand_reg(f, o))
				error(v, "%%%u is overwritten before it is read", *u.value);
		}
	}
}

static void enter_block(const struct mach_func *f, mach_block b, const struct reg_state *outs,
                        struct reg_state *s) {
	const struct mach_block_data *block = &f->blocks.data[b];
	memset(s, 0, sizeof *s);
	for (u32 p = 0; p < block->preds.size; p++) {
		const struct reg_state *from = &outs[block->preds.data[p]];
		if (!from->known)
			continue;
		for (u32 r = 0; r < MACH_REGS_MAX; r++)
			s->held[r] = !s->known || s->held[r] == from->held[r] ? from->held[r] : 0;
		s->known = true;
	}
	s->known = true;
	for (u32 i = 0; i < block->params.size; i++)
		if (f->values.data[block->params.data[i]].reg != MACH_NO_REG)
			s->held[f->values.data[block->params.data[i]].reg] = block->params.data[i];
}

static void check_allocated_block(struct verifier *v, const struct reg_state *outs) {
	const struct mach_func *f = v->f;
	const struct mach_block_data *block = &f->blocks.data[v->block];
	struct reg_state s;
	enter_block(f, v->block, outs, &s);
	for (u32 i = 0; i < block->insts.size; i++) {
		v->inst = block->insts.data[i];
		MACH_USES(f, v->inst, u)
			check_held(v, &s, *u.value);
		check_places(v);
		check_early_clobbers(v);
		step(f, v->inst, &s);
	}
	v->inst = MACH_NONE;
	for (u32 e = 0; e < block->succs.size; e++)
		for (u32 i = 0; i < block->succs.data[e].num_args; i++) {
			mach_value arg = f->operands.data[block->succs.data[e].args + i].payload;
			mach_value param = f->blocks.data[block->succs.data[e].to].params.data[i];
			check_held(v, &s, arg);
			if (f->values.data[arg].reg != f->values.data[param].reg)
				error(v, "argument %%%u is not where parameter %%%u is", arg, param);
		}
}

static void check_allocated(struct verifier *v) {
	const struct mach_func *f = v->f;
	struct reg_state *outs = ARENA_ARRAY(&v->a, struct reg_state, f->blocks.size), s;
	for (bool changed = true; changed;) {
		changed = false;
		for (u32 i = 0; i < v->dom.reachable; i++) {
			mach_block b = v->dom.rpo[i];
			enter_block(f, b, outs, &s);
			for (u32 k = 0; k < f->blocks.data[b].insts.size; k++)
				step(f, f->blocks.data[b].insts.data[k], &s);
			if (memcmp(&s, &outs[b], sizeof s) == 0)
				continue;
			outs[b] = s;
			changed = true;
		}
	}
	MACH_LAYOUT(f, b) {
		v->block = b;
		check_allocated_block(v, outs);
	}
}

bool mach_verify(const struct mach_func *f, bool allocated, struct diag_engine *d) {
	struct verifier v = {.f = f, .diags = d, .inst = MACH_NONE};
	struct ir_cfg cfg = mach_cfg(f);
	arena_init(&v.a);
	v.def_block = ARENA_ARRAY(&v.a, mach_block, f->values.size);
	v.def_order = ARENA_ARRAY(&v.a, u32, f->values.size);
	if (check_layout(&v)) {
		MACH_LAYOUT(f, b) {
			v.block = b;
			check_shape(&v);
		}
		ir_dominators_compute(&cfg, &v.a, &v.dom);
		MACH_LAYOUT(f, b) {
			v.block = b;
			if (v.dom.rpo_index[b] == UINT32_MAX)
				error(&v, "nothing leads to the block");
			else if (!v.errors)
				check_block(&v);
		}
		if (allocated && !v.errors)
			check_allocated(&v);
	}
	arena_deinit(&v.a);
	return v.errors == 0;
}
