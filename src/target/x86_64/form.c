// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which encoding an instruction may take and which one it gets, what makes it invalid, and its
// shortest equivalent. EVEX is taken only when something asks for it: 64 bytes, a mask, broadcast
// or rounding, a register above 15, an immediate or memory form that VEX lacks, or a row or CPU
// without the VEX form.
#include "target/x86_64/x86.h"

enum { VECTOR_SIZES = 16 | 32 | 64 };

// Features of mask operations by operand bytes.
static u32 mask_features(u32 pseudo, u8 size) {
	if (size >= 4)
		return X86_AVX512BW;
	return size == 1 || pseudo == X86_KDQ ? X86_AVX512DQ : X86_AVX512F;
}

u32 x86_features_needed(u16 opcode, u8 size, bool evex) {
	const struct x86_encoding *row = &x86_encodings[opcode];
	if (evex)
		return row->evex_features | (row->sizes & VECTOR_SIZES && size < 64 ? X86_AVX512VL : 0);
	if (row->vex_features == X86_KF || row->vex_features == X86_KDQ)
		return mask_features(row->vex_features, size);
	return row->vex_features;
}

bool x86_available(u16 opcode, u8 size, bool evex, u64 features) {
	const struct x86_encoding *row = &x86_encodings[opcode];
	if (row->legacy)
		return !evex && (row->vex_features & ~features) == 0;
	if (evex ? row->evex_w == X86_NO_ENCODING : row->vex_w == X86_NO_ENCODING || size == 64)
		return false;
	return (x86_features_needed(opcode, size, evex) & ~features) == 0;
}

static bool operand_needs_evex(const struct x86_operand *o, const struct mach_operand_info *info,
                               u32 attrs) {
	if (o->kind == MACH_OP_MEM)
		return (o->mem.index != MACH_NO_REG && x86_regs[o->mem.index].encoding >= 16) ||
		       (attrs & X86_ATTR_MEM_EVEX && info->place == X86_PLACE_RM);
	if (o->kind == MACH_OP_IMM)
		return attrs & X86_ATTR_IMM4 && (o->imm & ~15) != 0;
	if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
		return false;
	return info->place == X86_PLACE_AAA ||
	       (info->cls == X86_VEC && x86_regs[o->reg].encoding >= 16);
}

bool x86_needs_evex(const struct x86_inst *x, u64 features) {
	const struct x86_encoding *row = &x86_encodings[x->opcode];
	if (row->legacy || row->evex_w == X86_NO_ENCODING)
		return false;
	if (!x86_available(x->opcode, x->size, false, features) || x->mode)
		return true;
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	for (u32 i = 0; i < info->num_operands; i++)
		if (operand_needs_evex(&x->operands[i], &info->operands[i], row->attrs))
			return true;
	return false;
}

// ---------------------------------------------------------------------------------------------
// Validity

static const char *invalid_mem(const struct x86_mem *m, const struct mach_operand_info *info,
                               bool evex) {
	bool vsib = info->place == X86_PLACE_VSIB || info->place == X86_PLACE_VSIB_HALF;
	if (m->symbol != MACH_NONE)
		return m->base != MACH_NO_REG || m->index != MACH_NO_REG || vsib
		           ? "a symbol's address has no base and no index"
		           : NULL;
	if (m->base != MACH_NO_REG && x86_regs[m->base].cls != X86_GPR)
		return "the base is no general register";
	if (m->index == MACH_NO_REG)
		return vsib ? "the vector of indices is missing" : NULL;
	if (m->index == X86_rsp || x86_regs[m->index].cls != (vsib ? X86_VEC : X86_GPR))
		return "the index is not of its class";
	if (vsib && !evex && x86_regs[m->index].encoding >= 16)
		return "registers above 15 need EVEX";
	return m->scale == 1 || m->scale == 2 || m->scale == 4 || m->scale == 8
	           ? NULL
	           : "scale is not 1 2 4 8";
}

static const char *invalid_imm(i64 v, const struct x86_inst *x,
                               const struct mach_operand_info *info) {
	switch ((enum x86_place)info->place) {
	case X86_PLACE_IMM8:
	case X86_PLACE_PREDICATE: return v < -128 || v > 255 ? "the immediate has 8 bits" : NULL;
	case X86_PLACE_IMM: {
		u32 bits = x->size >= 4 ? 32 : x->size * 8u;
		i64 max = x->size == 8 ? INT32_MAX : (i64)((1ull << bits) - 1);
		return v < -(i64)(1ull << (bits - 1)) || v > max ? "the immediate is too wide" : NULL;
	}
	default: return NULL;
	}
}

static const char *invalid_operand(const struct x86_inst *x, u32 i, bool evex) {
	const struct mach_operand_info *info = &x86_insts[x->opcode].operands[i];
	const struct x86_operand *o = &x->operands[i];
	if (o->kind == MACH_OP_NONE)
		return info->optional || info->implicit || info->place == X86_PLACE_NONE
		           ? NULL
		           : "an operand is missing";
	if (o->kind == MACH_OP_MEM)
		return info->mem ? invalid_mem(&o->mem, info, evex) : "the operand cannot be memory";
	if (o->kind != info->kind)
		return "the operand is of another kind than the row's";
	if (o->kind == MACH_OP_IMM)
		return invalid_imm(o->imm, x, info);
	if (o->kind != MACH_OP_DEF && o->kind != MACH_OP_USE)
		return NULL;
	if (o->reg >= X86_REG_COUNT || x86_regs[o->reg].cls != info->cls)
		return "the register is not of the operand's class";
	if (info->fixed != MACH_NO_REG && o->reg != info->fixed)
		return "the register is not the row's fixed one";
	if (info->tied && o->reg != x->operands[info->tied - 1].reg)
		return "tied operands differ";
	if (info->place == X86_PLACE_AAA && o->reg == X86_k0)
		return "k0 cannot be a write mask";
	return info->cls == X86_VEC && !evex && x86_regs[o->reg].encoding >= 16
	           ? "registers above 15 need EVEX"
	           : NULL;
}

static bool has_place(const struct x86_inst *x, u8 place, u8 kind) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	for (u32 i = 0; i < info->num_operands; i++)
		if (info->operands[i].place == place && x->operands[i].kind == kind)
			return true;
	return false;
}

static const char *invalid_mode(const struct x86_inst *x) {
	const struct x86_encoding *row = &x86_encodings[x->opcode];
	bool mem = has_place(x, X86_PLACE_RM, MACH_OP_MEM);
	u8 rounding = x->mode & X86_ROUND_MASK;
	if (x->mode & X86_ZEROING &&
	    (!(row->modes & X86_MODE_Z) || !has_place(x, X86_PLACE_AAA, MACH_OP_USE)))
		return "zeroing needs a write mask";
	if (x->mode & X86_BROADCAST && (!mem || !x86_tuples[row->tuple].broadcast))
		return "broadcast needs a memory operand of full or half vectors";
	if (!rounding)
		return NULL;
	if (mem || (row->sizes & VECTOR_SIZES && x->size != 64))
		return "rounding and {sae} are for registers of 64 bytes or scalars";
	u8 modes = rounding == X86_SAE ? X86_MODE_SAE
	           : x->size == 8      ? X86_MODE_ER | X86_MODE_ER8
	                               : X86_MODE_ER;
	return row->modes & modes ? NULL : "no embedded rounding or {sae}";
}

const char *x86_invalid(const struct x86_inst *x, u64 features) {
	const struct x86_encoding *row = &x86_encodings[x->opcode];
	if (row->sizes ? !base_is_pow2(x->size) || !(row->sizes & x->size) : x->size != 0)
		return "the row does not have this size";
	bool evex = x86_needs_evex(x, features);
	if (!x86_available(x->opcode, x->size, evex, features))
		return "the CPU lacks the instruction in this form";
	for (u32 i = 0; i < x86_insts[x->opcode].num_operands; i++) {
		const char *why = invalid_operand(x, i, evex);
		if (why)
			return why;
	}
	if (x->opcode == X86_xchg && x->operands[0].reg == x->operands[1].reg)
		return "an exchange of a register with itself";
	return invalid_mode(x);
}

// ---------------------------------------------------------------------------------------------
// Shortest equivalents

static bool is_reg(const struct x86_operand *o, mach_reg r) {
	return (o->kind == MACH_OP_USE || o->kind == MACH_OP_DEF) && o->reg == r;
}

// Equal flags: a nonnegative 32-bit immediate clears the upper half and the sign.
static void shrink_imm(struct x86_inst *x, u32 op) {
	i64 v = x->operands[op].imm;
	if (x86_insts[x->opcode].operands[op].place == X86_PLACE_IMM && x->size < 8) {
		u32 unused = 64 - 8u * x->size;
		v = x->operands[op].imm = (i64)((u64)v << unused) >> unused;
	}
	switch (x->opcode) {
	case X86_movabs:
		if (v >= INT32_MIN && v <= UINT32_MAX)
			x->opcode = X86_mov_i;
		BASE_FALLTHROUGH;
	case X86_mov_i:
		if (x->opcode == X86_mov_i && x->size == 8 && v >= 0)
			x->size = 4;
		break;
	case X86_and_i:
		if (x->size == 8 && v >= 0)
			x->size = 4;
		break;
	case X86_cmp_i:
		if (v == 0 && x->operands[1].kind == MACH_OP_USE) {
			x->opcode = X86_test;  // the same flags
			x->operands[2] = x->operands[1];
		}
		break;
	case X86_test_i:
		if (v >= 0 && v <= INT8_MAX)
			x->size = 1;
		else if (x->size == 8 && v >= 0)
			x->size = 4;
		break;
	default: break;
	}
}

static void shrink_general(struct x86_inst *x) {
	if (x->opcode == X86_xchg && is_reg(&x->operands[1], X86_rax)) {
		for (u32 i = 0; i < 4; i += 2) {  // rax first, as its short form reads
			struct x86_operand t = x->operands[i];
			x->operands[i] = x->operands[i + 1];
			x->operands[i + 1] = t;
		}
		return;
	}
	bool in_rax = is_reg(&x->operands[0], X86_rax) && is_reg(&x->operands[1], X86_rax);
	switch (x->opcode) {
	case X86_movzx8:
	case X86_movzx16:
		if (x->size == 8)
			x->size = 4;  // writing 32 bits clears the rest
		break;
	case X86_movsx8:
		if (in_rax && x->size == 2)
			x->opcode = X86_cbw;
		break;
	case X86_movsx16:
		if (in_rax && x->size == 4)
			x->opcode = X86_cwde;
		break;
	case X86_movsx32:
		if (in_rax)
			x->opcode = X86_cdqe;
		break;
	default: break;
	}
}

// Comparison for equality and signed greater-than have opcodes of their own, without immediate.
static void shrink_compare(struct x86_inst *x) {
	static const struct {
		u16 opcode, equal, greater;
	} rows[] = {
		{X86_vpcmpb_k, X86_vpcmpeqb_k, X86_vpcmpgtb_k}, {X86_vpcmpub_k, X86_vpcmpeqb_k, 0},
		{X86_vpcmpw_k, X86_vpcmpeqw_k, X86_vpcmpgtw_k}, {X86_vpcmpuw_k, X86_vpcmpeqw_k, 0},
		{X86_vpcmpd_k, X86_vpcmpeqd_k, X86_vpcmpgtd_k}, {X86_vpcmpud_k, X86_vpcmpeqd_k, 0},
		{X86_vpcmpq_k, X86_vpcmpeqq_k, X86_vpcmpgtq_k}, {X86_vpcmpuq_k, X86_vpcmpeqq_k, 0},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].opcode != x->opcode)
			continue;
		i64 predicate = x->operands[3].imm;
		u16 opcode = predicate == 0 ? rows[i].equal : predicate == 6 ? rows[i].greater : 0;
		if (!opcode)
			return;
		x->opcode = opcode;
		x->operands[3] = x->operands[4];  // the write mask moves up
		x->operands[4].kind = MACH_OP_NONE;
		x->num_operands--;
		return;
	}
}

// VEX2 has no B bit: of two sources that commute, the one below 8 goes to ModRM.rm.
static void commute_for_vex2(struct x86_inst *x) {
	const struct x86_encoding *row = &x86_encodings[x->opcode];
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	if (row->map != X86_MAP_0F || row->vex_w == X86_W1 || row->vex_w == X86_WS ||
	    row->digit != X86_DIGIT_R)
		return;
	for (u32 i = 1; i + 1 < info->num_operands; i++) {
		struct x86_operand *a = &x->operands[i], *b = &x->operands[i + 1];
		if (info->operands[i].place != X86_PLACE_VVVV ||
		    info->operands[i + 1].place != X86_PLACE_RM)
			continue;
		// Predicates 0 3 4 7 and their variants are symmetric.
		bool commutes =
			info->flags & MACH_COMMUTES ||
			(i + 2 < info->num_operands && info->operands[i + 2].place == X86_PLACE_PREDICATE &&
		     ((x->operands[i + 2].imm & 3) == 0 || (x->operands[i + 2].imm & 3) == 3));
		if (!commutes || a->kind != MACH_OP_USE || b->kind != MACH_OP_USE ||
		    info->operands[i].cls == X86_MASK)
			return;
		if (x86_regs[b->reg].encoding >= 8 && x86_regs[a->reg].encoding < 8) {
			struct x86_operand t = *a;
			*a = *b;
			*b = t;
		}
		return;
	}
}

// An index without base costs four bytes of displacement, and so does rbp or r13 as base one byte.
static void shrink_mem(struct x86_mem *m) {
	if (m->symbol != MACH_NONE || m->index == MACH_NO_REG)
		return;
	if (m->base == MACH_NO_REG && m->scale <= 2) {
		m->base = m->index;
		if (m->scale == 1)
			m->index = MACH_NO_REG;
		m->scale = 1;
	} else if (m->base != MACH_NO_REG && m->scale == 1 && m->disp == 0 && m->base != X86_rsp &&
	           (x86_regs[m->base].encoding & 7) == 5 && (x86_regs[m->index].encoding & 7) != 5) {
		mach_reg base = m->base;
		m->base = m->index;
		m->index = base;
	}
}

void x86_shrink(struct x86_inst *x, u64 features) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	for (u32 i = 0; i < info->num_operands; i++) {
		if (x->operands[i].kind == MACH_OP_MEM && info->operands[i].place == X86_PLACE_RM)
			shrink_mem(&x->operands[i].mem);
		if (x->operands[i].kind == MACH_OP_IMM)
			shrink_imm(x, i);
	}
	if (x86_encodings[x->opcode].legacy) {
		shrink_general(x);
		return;
	}
	shrink_compare(x);
	if (!x86_needs_evex(x, features))
		commute_for_vex2(x);
}
