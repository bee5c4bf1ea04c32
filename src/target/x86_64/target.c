// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The target structure: register classes, which registers an operand may use, what may be folded
// into memory operands, and the moves, spills and reloads that the allocator asks for.
//
// rsp is never allocatable, and rbp neither: it is the frame pointer of functions whose slots need
// more alignment than the stack has, which is known only after allocation (frame.c).
#include "target/x86_64/x86.h"

#define BIT(r) (1ull << (r))
#define RANGE(first, n) (((1ull << (n)) - 1) << (first))
#define GPRS RANGE(X86_rax, 16)
#define CALLEE_SAVED (BIT(X86_rbx) | BIT(X86_rbp) | RANGE(X86_r12, 4))
#define CALLER_SAVED                                                                               \
	((GPRS & ~CALLEE_SAVED & ~BIT(X86_rsp)) | RANGE(X86_zmm0, 32) | RANGE(X86_k0, 8) |             \
	 BIT(X86_rflags))

static const struct mach_class_info classes[X86_CLASS_COUNT] = {
	[X86_GPR] = {.name = "gpr",
                 .regs = {{GPRS}},
                 .allocatable = {{GPRS & ~(BIT(X86_rsp) | BIT(X86_rbp))}},
                 .spill_bytes = 8,
                 .spillable = true},
	[X86_VEC] = {.name = "vec",
                 .regs = {{RANGE(X86_zmm0, 32)}},
                 .allocatable = {{RANGE(X86_zmm0, 32)}},
                 .spill_bytes = 64,
                 .spillable = true},
	[X86_MASK] = {.name = "mask",
                  .regs = {{RANGE(X86_k0, 8)}},
                  .allocatable = {{RANGE(X86_k0, 8)}},
                  .spill_bytes = 8,
                  .spillable = true,
                  .spill_through = X86_GPR + 1},
	[X86_FLAGS] = {.name = "flags",
                   .regs = {{BIT(X86_rflags)}},
                   .allocatable = {{BIT(X86_rflags)}}},
};

// Vector registers above 15 exist with AVX-512 only, wherever the value sits.
static struct mach_regset class_regs(const struct mach_func *f, u8 cls) {
	if (cls == X86_VEC && !(f->cpu->features & X86_AVX512F))
		return (struct mach_regset){{RANGE(X86_zmm0, 16)}};
	return classes[cls].regs;
}

// The row's operand: operands stand in the row's order, optional ones at the end may be left out.
// Calls and returns carry more than the row knows: NULL.
static const struct mach_operand_info *operand_info(const struct mach_inst_data *inst, u32 op) {
	if (!x86_is_op(inst->opcode))
		return NULL;
	const struct mach_inst_info *info = &x86_insts[inst->opcode];
	return info->flags & MACH_CALL || op >= info->num_operands ? NULL : &info->operands[op];
}

struct mach_regset x86_operand_regs(const struct mach_func *f, const struct mach_inst_data *inst,
                                    u32 op) {
	const struct mach_operand *o = &f->operands.data[inst->operands + op];
	if (o->fixed != MACH_NO_REG)
		return (struct mach_regset){{BIT(o->fixed)}};
	const struct mach_operand_info *info = operand_info(inst, op);
	if (o->kind == MACH_OP_MEM) {
		struct mach_regset set = {{GPRS}};
		bool vsib = info && (info->place == X86_PLACE_VSIB || info->place == X86_PLACE_VSIB_HALF);
		bool evex = x86_available(inst->opcode, inst->size, true, f->cpu->features);
		set.bits[0] |= vsib ? RANGE(X86_zmm0, evex ? 32 : 16) : 0;
		return set;
	}
	if (!info)
		return class_regs(f, f->values.data[o->payload].cls);
	if (info->place == X86_PLACE_AAA)
		return (struct mach_regset){{RANGE(X86_k1, 7)}};
	// A mask tied to a gather's write mask is bound to k1-k7 through it.
	if (info->cls == X86_MASK && info->place == X86_PLACE_NONE)
		return (struct mach_regset){{RANGE(X86_k1, 7)}};
	if (info->cls == X86_VEC && !x86_available(inst->opcode, inst->size, true, f->cpu->features))
		return (struct mach_regset){{RANGE(X86_zmm0, 16)}};
	return classes[info->cls].regs;
}

bool x86_can_fold_mem(const struct mach_func *f, const struct mach_inst_data *inst, u32 op) {
	const struct mach_operand_info *info = operand_info(inst, op);
	const struct mach_operand *ops = f->operands.data + inst->operands;
	if (!info || !info->mem || ops[op].kind != MACH_OP_USE || inst->mode & X86_ROUND_MASK)
		return false;
	for (u32 i = 0; i < inst->num_operands; i++)
		if (ops[i].kind == MACH_OP_MEM ||
		    (i != op && ops[i].kind == MACH_OP_USE && ops[i].payload == ops[op].payload))
			return false;
	if (x86_encodings[inst->opcode].attrs & X86_ATTR_MEM_EVEX &&
	    !x86_available(inst->opcode, inst->size, true, f->cpu->features))
		return false;
	u32 width = info->cls == X86_MASK ? inst->size : x86_width_bytes(info->mem_width, inst->size);
	return width <= f->values.data[ops[op].payload].bytes;
}

// ---------------------------------------------------------------------------------------------
// Moves

static mach_inst make(struct mach_func *f, u16 opcode, u8 size, u32 n,
                      const struct mach_operand *ops) {
	struct mach_inst_data inst = {
		.opcode = opcode, .size = size, .operands = f->operands.size, .num_operands = (u16)n};
	for (u32 i = 0; i < n; i++) {
		inst.num_defs += ops[i].kind == MACH_OP_DEF;
		vec_push(f->arena, f->operands, ops[i]);
	}
	vec_push(f->arena, f->insts, inst);
	return f->insts.size - 1;
}

static struct mach_operand value_operand(u8 kind, mach_value v) {
	return (struct mach_operand){.kind = kind, .fixed = MACH_NO_REG, .payload = v};
}

// Bytes of a vector operation that moves `bytes` of content.
static u8 vector_size(u8 bytes) { return bytes <= 16 ? 16 : bytes <= 32 ? 32 : 64; }
static u8 mask_size(u8 bytes) { return bytes <= 2 ? 2 : 8; }

// The row that moves from class to class, and its size.
static u16 move_opcode(const struct mach_func *f, mach_value to, mach_value from, u8 *size) {
	u8 bytes = f->values.data[from].bytes;
	u8 from_cls = f->values.data[from].cls, to_cls = f->values.data[to].cls;
	switch (to_cls * X86_CLASS_COUNT + from_cls) {
	case X86_GPR *X86_CLASS_COUNT + X86_GPR: *size = bytes <= 4 ? 4 : 8; return X86_mov;
	case X86_VEC *X86_CLASS_COUNT + X86_VEC: *size = vector_size(bytes); return X86_vmovaps;
	case X86_MASK *X86_CLASS_COUNT + X86_MASK: *size = mask_size(bytes); return X86_kmov;
	case X86_MASK *X86_CLASS_COUNT + X86_GPR: *size = mask_size(bytes); return X86_kmov_from_gpr;
	case X86_GPR *X86_CLASS_COUNT + X86_MASK: *size = mask_size(bytes); return X86_kmov_to_gpr;
	case X86_VEC *X86_CLASS_COUNT + X86_GPR:
		*size = 0;
		return bytes <= 4 ? X86_vmovd : X86_vmovq_from_gpr;
	case X86_GPR *X86_CLASS_COUNT + X86_VEC:
		*size = 0;
		return bytes <= 4 ? X86_vmovd_r : X86_vmovq_r;
	default: CHECK_MSG(false, "flags cannot be moved"); return 0;
	}
}

void x86_build_move(struct mach_func *f, mach_value to, mach_value from, struct mach_insts *out) {
	u8 size;
	u16 opcode = move_opcode(f, to, from, &size);
	struct mach_operand ops[] = {value_operand(MACH_OP_DEF, to), value_operand(MACH_OP_USE, from)};
	vec_push(f->arena, *out, make(f, opcode, size, 2, ops));
}

static struct mach_operand slot_operand(struct mach_func *f, u32 slot) {
	vec_push(f->arena, f->mems,
	         (struct mach_mem){
				 .base_fixed = MACH_NO_REG, .scale = 1, .symbol = MACH_NONE, .slot = slot});
	return (struct mach_operand){
		.kind = MACH_OP_MEM, .fixed = MACH_NO_REG, .payload = f->mems.size - 1};
}

// Rows that load and store a whole value of a class.
static void slot_rows(u8 cls, u8 bytes, u16 *load, u16 *store, u8 *size) {
	switch (cls) {
	case X86_GPR:
		*size = bytes <= 4 ? 4 : 8;
		*load = X86_mov;
		*store = X86_mov_m;
		return;
	case X86_MASK:
		*size = mask_size(bytes);
		*load = X86_kmov;
		*store = X86_kmov_m;
		return;
	default: break;
	}
	CHECK_MSG(cls == X86_VEC, "flags cannot be spilled");
	*size = bytes <= 8 ? 0 : vector_size(bytes);
	*load = bytes <= 4 ? X86_vmovss_l : bytes <= 8 ? X86_vmovsd_l : X86_vmovups;
	*store = bytes <= 4 ? X86_vmovss_m : bytes <= 8 ? X86_vmovsd_m : X86_vmovups_m;
}

void x86_build_spill(struct mach_func *f, mach_value from, u32 slot, struct mach_insts *out) {
	u16 load, store;
	u8 size;
	slot_rows(f->values.data[from].cls, f->values.data[from].bytes, &load, &store, &size);
	struct mach_operand ops[] = {slot_operand(f, slot), value_operand(MACH_OP_USE, from)};
	vec_push(f->arena, *out, make(f, store, size, 2, ops));
}

void x86_build_reload(struct mach_func *f, mach_value to, u32 slot, struct mach_insts *out) {
	u16 load, store;
	u8 size;
	slot_rows(f->values.data[to].cls, f->values.data[to].bytes, &load, &store, &size);
	struct mach_operand ops[] = {value_operand(MACH_OP_DEF, to), slot_operand(f, slot)};
	vec_push(f->arena, *out, make(f, load, size, 2, ops));
}

static bool swap_supported(u8 cls) { return cls == X86_GPR; }

static void build_swap(struct mach_func *f, const mach_value to[2], const mach_value from[2],
                       struct mach_insts *out) {
	u8 bytes = BASE_MAX(f->values.data[from[0]].bytes, f->values.data[from[1]].bytes);
	struct mach_operand ops[] = {
		value_operand(MACH_OP_DEF, to[0]), value_operand(MACH_OP_DEF, to[1]),
		value_operand(MACH_OP_USE, from[0]), value_operand(MACH_OP_USE, from[1])};
	ops[2].tied = 1;
	ops[3].tied = 2;
	vec_push(f->arena, *out, make(f, X86_xchg, bytes <= 4 ? 4 : 8, 4, ops));
}

static struct mach_regset allocatable_regs(const struct mach_func *f, u8 cls) {
	return mach_regset_and(class_regs(f, cls), classes[cls].allocatable);
}

const struct mach_target x86_target = {
	.name = "x86_64",
	.elf_machine = 62,  // EM_X86_64
	.classes = classes,
	.num_classes = X86_CLASS_COUNT,
	.regs = x86_regs,
	.num_regs = X86_REG_COUNT,
	.insts = x86_insts,
	.num_insts = X86_OP_COUNT,
	.cpus = x86_cpus,
	.num_cpus = X86_CPU_COUNT,
	.flags_class = X86_FLAGS,
	.jump = X86_jmp,
	.stack_reg = X86_rsp,
	.callee_saved = {{CALLEE_SAVED}},
	.caller_saved = {{CALLER_SAVED}},
	.operand_regs = x86_operand_regs,
	.build_move = x86_build_move,
	.build_spill = x86_build_spill,
	.build_reload = x86_build_reload,
	.swap_supported = swap_supported,
	.build_swap = build_swap,
	.allocatable_regs = allocatable_regs,
	.lower_frame = x86_lower_frame,
	.can_fold_mem = x86_can_fold_mem,
	.emit = x86_emit,
	.cond_name = x86_cond_name,
	.cond_invert = x86_cond_invert,
	.num_conds = X86_COND_COUNT,
	.print_mode = x86_print_mode,
	.parse_mode = x86_parse_mode,
	.abi_arguments = x86_abi_arguments,
	.abi_results = x86_abi_results,
	.select = &x86_select,
	.print_asm = x86_print_asm,
};
