// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Construction of units and functions: pools that only grow, referred to by 32-bit numbers. Nothing
// here looks at the target but for the rows that table.c fills operands from.
#include "mach/mach.h"

// ---- units ------------------------------------------------------------------------------------

struct mach_unit *mach_unit_create(struct arena *a, const struct mach_target *t) {
	struct mach_unit *u = ARENA_NEW(a, struct mach_unit);
	u->target = t;
	u->arena = a;
	return u;
}

u32 mach_symbol_add(struct mach_unit *u, struct mach_symbol s) {
	vec_push(u->arena, u->symbols, s);
	return u->symbols.size - 1;
}

static bool is_constant(const struct mach_symbol *s, const void *data, u32 size, u32 align) {
	return s->kind == MACH_SYMBOL_RODATA && !s->global && s->size == size && s->align == align &&
	       memcmp(s->data, data, size) == 0;
}

u32 mach_constant(struct mach_unit *u, const void *data, u32 size, u32 align) {
	ASSERT(size && base_is_pow2(align));
	if (!u->constants.arena)
		map_init(&u->constants, u->arena);
	u64 key = base_hash_bytes(data, size, align), found;
	while (map_find(&u->constants, key, &found)) {
		if (is_constant(&u->symbols.data[found - 1], data, size, align))
			return (u32)found - 1;
		key = base_hash_u64(key, 1);
	}
	u32 symbol = mach_symbol_add(
		u, (struct mach_symbol){.name = str_format(u->arena, ".LC%u", u->constants.used),
	                            .kind = MACH_SYMBOL_RODATA,
	                            .align = align,
	                            .data = arena_copy(u->arena, data, size, align),
	                            .size = size});
	map_set(&u->constants, key, 1 + symbol);
	return symbol;
}

// ---- functions --------------------------------------------------------------------------------

struct mach_func *mach_func_create(struct mach_unit *u, const struct mach_cpu *cpu, struct str name,
                                   bool external) {
	struct mach_func *f = ARENA_NEW(u->arena, struct mach_func);
	f->target = u->target;
	f->cpu = cpu;
	f->arena = u->arena;
	f->name = name;
	f->external = external;
	f->unit = u;
	vec_push(f->arena, f->values, (struct mach_value_data){.def = MACH_NONE, .reg = MACH_NO_REG});
	vec_push(f->arena, f->locs, 0);
	vec_push(u->arena, u->funcs, f);
	return f;
}

mach_block mach_block_add(struct mach_func *f) {
	vec_push(f->arena, f->blocks, (struct mach_block_data){.frequency = 1});
	vec_push(f->arena, f->layout, f->blocks.size - 1);
	return f->blocks.size - 1;
}

mach_value mach_value_add(struct mach_func *f, u8 cls, u8 bytes) {
	ASSERT(cls < f->target->num_classes);
	vec_push(f->arena, f->values,
	         (struct mach_value_data){.cls = cls,
	                                  .reg = MACH_NO_REG,
	                                  .hint = MACH_NO_REG,
	                                  .bytes = bytes,
	                                  .def = MACH_NONE});
	return f->values.size - 1;
}

mach_value mach_block_param(struct mach_func *f, mach_block b, u8 cls, u8 bytes) {
	mach_value v = mach_value_add(f, cls, bytes);
	f->values.data[v].block = b;
	vec_push(f->arena, f->blocks.data[b].params, v);
	return v;
}

mach_value mach_entry_param(struct mach_func *f, u8 cls, u8 bytes, mach_reg r) {
	ASSERT(mach_regset_has(f->target->classes[cls].regs, r));
	mach_value v = mach_block_param(f, 0, cls, bytes);
	f->values.data[v].reg = r;
	return v;
}

// ---- operands ---------------------------------------------------------------------------------

struct mach_operand mach_def(mach_value v) {
	return (struct mach_operand){.kind = MACH_OP_DEF, .fixed = MACH_NO_REG, .payload = v};
}
struct mach_operand mach_def_fixed(mach_value v, mach_reg r) {
	return (struct mach_operand){.kind = MACH_OP_DEF, .fixed = r, .payload = v};
}
struct mach_operand mach_use(mach_value v) {
	return (struct mach_operand){.kind = MACH_OP_USE, .fixed = MACH_NO_REG, .payload = v};
}
struct mach_operand mach_use_fixed(mach_value v, mach_reg r) {
	return (struct mach_operand){.kind = MACH_OP_USE, .fixed = r, .payload = v};
}
struct mach_operand mach_imm(struct mach_func *f, i64 v) {
	vec_push(f->arena, f->imms, v);
	return (struct mach_operand){
		.kind = MACH_OP_IMM, .fixed = MACH_NO_REG, .payload = f->imms.size - 1};
}
struct mach_operand mach_mem_operand(struct mach_func *f, struct mach_mem m) {
	vec_push(f->arena, f->mems, m);
	return (struct mach_operand){
		.kind = MACH_OP_MEM, .fixed = MACH_NO_REG, .payload = f->mems.size - 1};
}
struct mach_operand mach_symbol_operand(u32 symbol) {
	return (struct mach_operand){.kind = MACH_OP_SYMBOL, .fixed = MACH_NO_REG, .payload = symbol};
}
struct mach_operand mach_cond_operand(u32 cond) {
	return (struct mach_operand){.kind = MACH_OP_COND, .fixed = MACH_NO_REG, .payload = cond};
}
struct mach_operand mach_edge_operand(u32 successor) {
	return (struct mach_operand){.kind = MACH_OP_EDGE, .fixed = MACH_NO_REG, .payload = successor};
}
struct mach_operand mach_slot_operand(u32 slot) {
	return (struct mach_operand){.kind = MACH_OP_SLOT, .fixed = MACH_NO_REG, .payload = slot};
}

// ---- blocks -----------------------------------------------------------------------------------

void mach_append(struct mach_func *f, mach_block b, mach_inst i) {
	struct mach_operand *ops = mach_operands(f, i);
	for (u32 k = 0; k < f->insts.data[i].num_defs; k++)
		if (ops[k].payload)
			f->values.data[ops[k].payload].block = b;
	vec_push(f->arena, f->blocks.data[b].insts, i);
	f->has_calls |= (mach_info(f, i)->flags & MACH_CALL) != 0;
}

u32 mach_succ_add(struct mach_func *f, mach_block from, mach_block to, u32 n,
                  const mach_value *args) {
	struct mach_edge e = {.to = to, .args = f->operands.size, .num_args = n};
	for (u32 i = 0; i < n; i++)
		vec_push(f->arena, f->operands, mach_use(args[i]));
	vec_push(f->arena, f->blocks.data[from].succs, e);
	return f->blocks.data[from].succs.size - 1;
}

void mach_number(struct mach_func *f) {
	u32 order = 0;
	for (u32 l = 0; l < f->layout.size; l++) {
		mach_block b = f->layout.data[l];
		const struct mach_block_data *block = &f->blocks.data[b];
		for (u32 i = 0; i < block->params.size; i++) {
			f->values.data[block->params.data[i]].def = MACH_NONE;
			f->values.data[block->params.data[i]].block = b;
		}
		for (u32 i = 0; i < block->insts.size; i++) {
			mach_inst id = block->insts.data[i];
			struct mach_inst_data *d = mach_inst_get(f, id);
			d->order = order++;
			for (u32 k = 0; k < d->num_defs; k++) {
				mach_value v = f->operands.data[d->operands + k].payload;
				if (!v)
					continue;
				f->values.data[v].def = id;
				f->values.data[v].block = b;
			}
		}
	}
}

// ---- copies -----------------------------------------------------------------------------------

#define COPY_VEC(a, to, from)                                                                      \
	do {                                                                                           \
		(to).size = (to).cap = (from).size;                                                        \
		(to).data = arena_copy((a), (from).data, sizeof(*(from).data) * (from).size,               \
		                       _Alignof(max_align_t));                                             \
	} while (0)

struct mach_func *mach_func_copy(const struct mach_func *f, struct arena *a) {
	struct mach_func *c = ARENA_NEW(a, struct mach_func);
	*c = *f;
	c->arena = a;
	COPY_VEC(a, c->insts, f->insts);
	COPY_VEC(a, c->operands, f->operands);
	COPY_VEC(a, c->values, f->values);
	COPY_VEC(a, c->blocks, f->blocks);
	COPY_VEC(a, c->layout, f->layout);
	COPY_VEC(a, c->mems, f->mems);
	COPY_VEC(a, c->imms, f->imms);
	COPY_VEC(a, c->slots, f->slots);
	COPY_VEC(a, c->locs, f->locs);
	for (u32 b = 0; b < f->blocks.size; b++) {
		const struct mach_block_data *from = &f->blocks.data[b];
		struct mach_block_data *to = &c->blocks.data[b];
		COPY_VEC(a, to->insts, from->insts);
		COPY_VEC(a, to->params, from->params);
		COPY_VEC(a, to->succs, from->succs);
		COPY_VEC(a, to->preds, from->preds);
	}
	return c;
}
