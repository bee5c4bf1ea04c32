// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions on physical registers, for tests of what comes after allocation: operands have a fixed
// register and no value. Registers that are defined are recorded as values too, since the frame
// asks which ones are in use.
#ifndef TEST_UNIT_TARGET_X86_64_BUILD_H
#define TEST_UNIT_TARGET_X86_64_BUILD_H

#include "target/x86_64/x86.h"

static inline struct mach_unit *build_unit(struct arena *a) {
	struct mach_unit *u = ARENA_NEW(a, struct mach_unit);
	u->target = &x86_target;
	u->arena = a;
	return u;
}
static inline u32 build_unit_symbol(struct mach_unit *u, struct mach_symbol s) {
	vec_push(u->arena, u->symbols, s);
	return u->symbols.size - 1;
}
static inline struct mach_func *build_func(struct mach_unit *u, const struct mach_cpu *cpu,
                                           struct str name, bool external) {
	struct mach_func *f = ARENA_NEW(u->arena, struct mach_func);
	f->target = u->target;
	f->cpu = cpu;
	f->arena = u->arena;
	f->name = name;
	f->external = external;
	f->unit = u;
	vec_push(f->arena, f->values, (struct mach_value_data){.reg = MACH_NO_REG});
	vec_push(f->arena, f->locs, 0u);
	vec_push(u->arena, u->funcs, f);
	return f;
}
static inline mach_block build_block(struct mach_func *f) {
	vec_push(f->arena, f->blocks, (struct mach_block_data){0});
	vec_push(f->arena, f->layout, f->blocks.size - 1);
	return f->blocks.size - 1;
}
static inline void build_edge(struct mach_func *f, mach_block from, mach_block to) {
	vec_push(f->arena, f->blocks.data[from].succs, (struct mach_edge){.to = to});
}
static inline u32 build_slot_add(struct mach_func *f, u32 bytes, u32 align) {
	vec_push(f->arena, f->slots, (struct mach_slot){.bytes = bytes, .align = align});
	return f->slots.size - 1;
}
static inline mach_value build_value(struct mach_func *f, mach_reg r, u8 bytes) {
	vec_push(f->arena, f->values,
	         (struct mach_value_data){
				 .cls = x86_regs[r].cls, .reg = r, .hint = MACH_NO_REG, .bytes = bytes});
	return f->values.size - 1;
}

// Operands.
static inline struct mach_operand build_def(struct mach_func *f, mach_reg r) {
	build_value(f, r, 8);
	return (struct mach_operand){.kind = MACH_OP_DEF, .fixed = r};
}
static inline struct mach_operand build_use(mach_reg r) {
	return (struct mach_operand){.kind = MACH_OP_USE, .fixed = r};
}
static inline struct mach_operand build_flags_def(void) {
	return (struct mach_operand){.kind = MACH_OP_DEF, .fixed = X86_rflags};
}
static inline struct mach_operand build_flags_use(void) { return build_use(X86_rflags); }
static inline struct mach_operand build_imm(struct mach_func *f, i64 v) {
	vec_push(f->arena, f->imms, v);
	return (struct mach_operand){
		.kind = MACH_OP_IMM, .fixed = MACH_NO_REG, .payload = f->imms.size - 1};
}
static inline struct mach_operand build_mem_data(struct mach_func *f, struct mach_mem m) {
	vec_push(f->arena, f->mems, m);
	return (struct mach_operand){
		.kind = MACH_OP_MEM, .fixed = MACH_NO_REG, .payload = f->mems.size - 1};
}
static inline struct mach_operand build_mem(struct mach_func *f, mach_reg base, i32 disp) {
	return build_mem_data(
		f,
		(struct mach_mem){
			.base_fixed = base, .scale = 1, .disp = disp, .symbol = MACH_NONE, .slot = MACH_NONE});
}
static inline struct mach_operand build_slot(struct mach_func *f, u32 slot, i32 disp) {
	return build_mem_data(f, (struct mach_mem){.base_fixed = MACH_NO_REG,
	                                           .scale = 1,
	                                           .disp = disp,
	                                           .symbol = MACH_NONE,
	                                           .slot = slot});
}
static inline struct mach_operand build_symbol_mem(struct mach_func *f, u32 symbol) {
	return build_mem_data(
		f, (struct mach_mem){
			   .base_fixed = MACH_NO_REG, .scale = 1, .symbol = symbol, .slot = MACH_NONE});
}
static inline struct mach_operand build_symbol(u32 symbol) {
	return (struct mach_operand){.kind = MACH_OP_SYMBOL, .fixed = MACH_NO_REG, .payload = symbol};
}
static inline struct mach_operand build_cond(u32 cond) {
	return (struct mach_operand){.kind = MACH_OP_COND, .fixed = MACH_NO_REG, .payload = cond};
}
static inline struct mach_operand build_edge_operand(u32 successor) {
	return (struct mach_operand){.kind = MACH_OP_EDGE, .fixed = MACH_NO_REG, .payload = successor};
}

static inline mach_inst build_inst_array(struct mach_func *f, mach_block b, u16 opcode, u8 size,
                                         u8 mode, u32 n, const struct mach_operand *ops) {
	struct mach_inst_data inst = {.opcode = opcode,
	                              .size = size,
	                              .mode = mode,
	                              .operands = f->operands.size,
	                              .num_operands = (u16)n};
	for (u32 i = 0; i < n; i++) {
		inst.num_defs += ops[i].kind == MACH_OP_DEF;
		vec_push(f->arena, f->operands, ops[i]);
	}
	vec_push(f->arena, f->insts, inst);
	if (b != MACH_NONE)
		vec_push(f->arena, f->blocks.data[b].insts, f->insts.size - 1);
	return f->insts.size - 1;
}
// build_inst(f, block, opcode, size, mode, operands...), at least one operand; build_inst_bare
// without.
#define build_inst(f, b, opcode, size, mode, ...)                                                  \
	build_inst_array((f), (b), (opcode), (size), (mode),                                           \
	                 sizeof((struct mach_operand[]){__VA_ARGS__}) / sizeof(struct mach_operand),   \
	                 (const struct mach_operand[]){__VA_ARGS__})
#define build_inst_bare(f, b, opcode, size) build_inst_array((f), (b), (opcode), (size), 0, 0, NULL)

#endif
