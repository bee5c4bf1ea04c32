// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unwind rows follow from the instructions that move rsp or rbp, which only frame.c makes; no
// second description of the frame exists that could disagree. The rows of an epilogue are undone
// behind its return, for the blocks that follow in the layout.
//
// At entry the CFA is rsp + 8, which the object's CIE says. Reference: DWARF 5, 6.4.
#include "target/x86_64/x86.h"

static void add_row(struct x86_unwind *u, u8 op, u16 dwarf, i32 value) {
	ASSERT(u->num_rows < ARRAY_SIZE(u->rows));
	u->rows[u->num_rows++] = (struct mach_cfi){0, op, (u8)dwarf, value};
}

void x86_unwind_start(struct x86_unwind *u) { *u = (struct x86_unwind){.depth = 8}; }

static void move_cfa(struct x86_unwind *u, u32 depth) {
	u->depth = depth;
	if (!u->cfa_is_rbp)
		add_row(u, MACH_CFI_DEF_CFA_OFFSET, 0, (i32)depth);
}

static bool writes(const struct x86_inst *x, mach_reg r) {
	return x->operands[0].kind == MACH_OP_DEF && x->operands[0].reg == r;
}

// Does the instruction undo the frame?
static bool starts_epilogue(const struct x86_inst *x) {
	switch (x->opcode) {
	case X86_pop: return true;
	case X86_add_i:
	case X86_lea:
	case X86_mov: return writes(x, X86_rsp);
	default: return false;
	}
}

void x86_unwind_before(struct x86_unwind *u, const struct x86_inst *x) {
	if (u->restore_due) {
		add_row(u, MACH_CFI_RESTORE, 0, 0);
		u->restore_due = u->in_epilogue = false;
		u->depth = u->body_depth;
		u->cfa_is_rbp = u->body_cfa_is_rbp;
	}
	if (u->in_epilogue || !starts_epilogue(x))
		return;
	add_row(u, MACH_CFI_REMEMBER, 0, 0);
	u->in_epilogue = true;
	u->body_depth = u->depth;
	u->body_cfa_is_rbp = u->cfa_is_rbp;
}

static void after_pop(struct x86_unwind *u, mach_reg r) {
	if (r == X86_rbp && u->cfa_is_rbp) {  // the frame pointer, saved first
		u->cfa_is_rbp = false;
		u->depth = 8;
		add_row(u, MACH_CFI_DEF_CFA, x86_regs[X86_rsp].dwarf, 8);
	} else {
		move_cfa(u, u->depth - 8);
	}
	add_row(u, MACH_CFI_RESTORE_REG, x86_regs[r].dwarf, 0);
}

void x86_unwind_after(struct x86_unwind *u, const struct x86_inst *x) {
	switch (x->opcode) {
	case X86_push:
		move_cfa(u, u->depth + 8);
		add_row(u, MACH_CFI_OFFSET, x86_regs[x->operands[0].reg].dwarf, -(i32)u->depth);
		break;
	case X86_pop: after_pop(u, x->operands[0].reg); break;
	case X86_sub_i:
		if (writes(x, X86_rsp))
			move_cfa(u, u->depth + (u32)x->operands[3].imm);
		break;
	case X86_add_i:
		if (writes(x, X86_rsp))
			move_cfa(u, u->depth - (u32)x->operands[3].imm);
		break;
	case X86_mov:
		if (writes(x, X86_rbp) && x->operands[1].kind == MACH_OP_USE &&
		    x->operands[1].reg == X86_rsp) {
			u->cfa_is_rbp = true;
			add_row(u, MACH_CFI_DEF_CFA_REGISTER, x86_regs[X86_rbp].dwarf, 0);
		}
		break;
	case X86_ret: u->restore_due = u->in_epilogue; break;
	default: break;
	}
}
