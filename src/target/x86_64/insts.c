// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tables made from regs.def and insts.def. This file holds the vocabulary of insts.def: operand
// forms, feature and attribute names are short here and nowhere else.
#include "target/x86_64/x86.h"

const struct mach_reg_info x86_regs[X86_REG_COUNT] = {
#define REG_GPR(id, name8, name4, name2, name1, encoding, dwarf)                                   \
	[X86_##id] = {name8, X86_GPR, encoding, dwarf},
#define REG_VEC(id, name, encoding, dwarf) [X86_##id] = {name, X86_VEC, encoding, dwarf},
#define REG_MASK(id, name, encoding, dwarf) [X86_##id] = {name, X86_MASK, encoding, dwarf},
#define REG_FLAGS(id, name, encoding, dwarf) [X86_##id] = {name, X86_FLAGS, encoding, dwarf},
#include "target/x86_64/regs.def"
#undef REG_GPR
#undef REG_VEC
#undef REG_MASK
#undef REG_FLAGS
};

const struct x86_tuple_info x86_tuples[X86_TUPLE_COUNT] = {
#define TUPLE(id, broadcast, bytes) [X86_TUPLE_##id] = {broadcast, bytes},
#include "target/x86_64/tuple.def"
#undef TUPLE
};

// ---------------------------------------------------------------------------------------------
// Operand forms: kind, class, tied, fixed register, place, width as register and in memory, name.

#define FORM(kind_, cls_, tied_, fixed_, place_, width_, mem_width_, name_, ...)                   \
	{.kind = MACH_OP_##kind_,                                                                      \
	 .cls = X86_##cls_,                                                                            \
	 .tied = tied_,                                                                                \
	 .fixed = fixed_,                                                                              \
	 .place = X86_PLACE_##place_,                                                                  \
	 .width = width_,                                                                              \
	 .mem_width = mem_width_,                                                                      \
	 .name = name_,                                                                                \
	 __VA_ARGS__}
#define ANY MACH_NO_REG
#define SIZE X86_WIDTH_SIZE
#define HALF X86_WIDTH_HALF
#define QUARTER X86_WIDTH_QUARTER
#define EIGHTH X86_WIDTH_EIGHTH
#define DEF_(cls, place, width) FORM(DEF, cls, 0, ANY, place, width, 0, "dst", )
#define USE_(cls, place, width) FORM(USE, cls, 0, ANY, place, width, 0, "src", )
#define MEM_(cls, width, mem_width) FORM(USE, cls, 0, ANY, RM, width, mem_width, "src", .mem = true)
#define TIED_(cls, to, place, width) FORM(USE, cls, to, ANY, place, width, 0, "acc", )
#define ADDRESS_(place, mem_width) FORM(MEM, GPR, 0, ANY, place, 0, mem_width, "mem", .mem = true)
#define IMM_(place) FORM(IMM, GPR, 0, ANY, place, 0, 0, "imm", )

// General registers: by the operation's size unless a number says the bytes.
#define Rr DEF_(GPR, REG, SIZE)
#define Rr4 DEF_(GPR, REG, 4)
#define Rrk DEF_(GPR, REG, X86_WIDTH_AT_LEAST_4)
#define Rvd DEF_(GPR, VVVV, SIZE)
#define Rn DEF_(GPR, RM, SIZE)
#define Rn1 DEF_(GPR, RM, 1)
#define Rn4 DEF_(GPR, RM, 4)
#define Rn8 DEF_(GPR, RM, 8)
#define Ro DEF_(GPR, OPCODE, SIZE)
#define Rx DEF_(GPR, NONE, SIZE)
#define Rz DEF_(GPR, REG_RM, SIZE)
#define Rs USE_(GPR, REG, SIZE)
#define Rp USE_(GPR, OPCODE, SIZE)
#define Ru USE_(GPR, RM, SIZE)
#define Ru4 USE_(GPR, RM, 4)
#define Ru8 USE_(GPR, RM, 8)
#define Rk USE_(GPR, RM, X86_WIDTH_AT_LEAST_4)
#define Rv USE_(GPR, VVVV, SIZE)
#define Rm MEM_(GPR, SIZE, SIZE)
#define Rm1x MEM_(GPR, 4, 1)
#define Rm2x MEM_(GPR, 4, 2)
#define Rm4 MEM_(GPR, 4, 4)
#define Rm8 MEM_(GPR, 8, 8)
#define Rb MEM_(GPR, 1, 1)
#define Rw MEM_(GPR, 2, 2)
#define Rd MEM_(GPR, 4, 4)
#define Rt TIED_(GPR, 1, NONE, SIZE)
#define Rts TIED_(GPR, 1, REG, SIZE)
#define Rt2 TIED_(GPR, 2, NONE, SIZE)
#define Dax FORM(DEF, GPR, 0, X86_rax, NONE, SIZE, 0, "rax", )
#define Ddx FORM(DEF, GPR, 0, X86_rdx, NONE, SIZE, 0, "rdx", )
#define Uax FORM(USE, GPR, 0, X86_rax, NONE, SIZE, 0, "rax", )
#define Uaxt FORM(USE, GPR, 1, X86_rax, NONE, SIZE, 0, "rax", )
#define Udx FORM(USE, GPR, 0, X86_rdx, NONE, SIZE, 0, "rdx", )
#define Udxt FORM(USE, GPR, 2, X86_rdx, NONE, SIZE, 0, "rdx", )
#define Ucl FORM(USE, GPR, 0, X86_rcx, FIXED, 1, 0, "count", )
#define Fd FORM(DEF, FLAGS, 0, X86_rflags, NONE, 0, 0, "flags", .implicit = true)
#define Fu FORM(USE, FLAGS, 0, X86_rflags, NONE, 0, 0, "flags", .implicit = true)

// Vectors.
#define Vr DEF_(VEC, REG, SIZE)
#define Vrh DEF_(VEC, REG, HALF)
#define Vrq DEF_(VEC, REG, QUARTER)
#define Vn DEF_(VEC, RM, SIZE)
#define Vnh DEF_(VEC, RM, HALF)
#define Vnq DEF_(VEC, RM, QUARTER)
#define Vno DEF_(VEC, RM, EIGHTH)
#define Vvd DEF_(VEC, VVVV, SIZE)
#define Xr DEF_(VEC, REG, 16)
#define Xn DEF_(VEC, RM, 16)
#define Yn DEF_(VEC, RM, 32)
#define V3 DEF_(VEC, REG_VVVV_RM, 16)
#define V3s DEF_(VEC, REG_VVVV_RM, SIZE)
#define Vs USE_(VEC, REG, SIZE)
#define Vsh USE_(VEC, REG, HALF)
#define Vv USE_(VEC, VVVV, SIZE)
#define Vu USE_(VEC, RM, SIZE)
#define Vi USE_(VEC, IS4, SIZE)
#define Xs USE_(VEC, REG, 16)
#define Xv USE_(VEC, VVVV, 16)
#define Xu USE_(VEC, RM, 16)
#define Vt TIED_(VEC, 1, NONE, SIZE)
#define Vth TIED_(VEC, 1, NONE, HALF)
#define Xt TIED_(VEC, 1, NONE, 16)
#define Wm MEM_(VEC, SIZE, SIZE)
#define Wh MEM_(VEC, HALF, HALF)
#define Wq MEM_(VEC, QUARTER, QUARTER)
#define Wo MEM_(VEC, EIGHTH, EIGHTH)
#define Wdup MEM_(VEC, SIZE, X86_WIDTH_DUP)
#define Xm1 MEM_(VEC, 16, 1)
#define Xm2 MEM_(VEC, 16, 2)
#define Xm4 MEM_(VEC, 16, 4)
#define Xm8 MEM_(VEC, 16, 8)
#define Xm16 MEM_(VEC, 16, 16)
#define Ym32 MEM_(VEC, 32, 32)
// Gathers and scatters: destination and VEX mask are written before the last element is read.
#define Vge FORM(DEF, VEC, 0, ANY, REG, SIZE, 0, "dst", .early_clobber = true)
#define Vgeh FORM(DEF, VEC, 0, ANY, REG, HALF, 0, "dst", .early_clobber = true)
#define Vgm FORM(DEF, VEC, 0, ANY, NONE, SIZE, 0, "mask", .early_clobber = true)
#define Vgmh FORM(DEF, VEC, 0, ANY, NONE, HALF, 0, "mask", .early_clobber = true)
#define Vgt TIED_(VEC, 2, VVVV, SIZE)
#define Vgth TIED_(VEC, 2, VVVV, HALF)
#define Kg DEF_(MASK, NONE, 0)
#define Kgt TIED_(MASK, 2, AAA, 0)
#define Kgt1 TIED_(MASK, 1, AAA, 0)
#define Gm ADDRESS_(VSIB, SIZE)
#define Gmh ADDRESS_(VSIB_HALF, SIZE)
#define Gmq ADDRESS_(VSIB, HALF)

// Masks.
#define Kr DEF_(MASK, REG, 0)
#define K3 DEF_(MASK, REG_VVVV_RM, 0)
#define Ks USE_(MASK, REG, 0)
#define Kv USE_(MASK, VVVV, 0)
#define Ku USE_(MASK, RM, 0)
#define Km MEM_(MASK, 0, SIZE)
#define K FORM(USE, MASK, 0, ANY, AAA, 0, 0, "mask", .optional = true)
#define P FORM(USE, VEC, 1, ANY, NONE, SIZE, 0, "pass", .optional = true)

// Memory, immediates, conditions, targets.
#define M ADDRESS_(RM, SIZE)
#define Mh ADDRESS_(RM, HALF)
#define Mq ADDRESS_(RM, QUARTER)
#define Mo ADDRESS_(RM, EIGHTH)
#define M0 ADDRESS_(RM, 0)
#define M1 ADDRESS_(RM, 1)
#define M2 ADDRESS_(RM, 2)
#define M4 ADDRESS_(RM, 4)
#define M8 ADDRESS_(RM, 8)
#define M16 ADDRESS_(RM, 16)
#define M32 ADDRESS_(RM, 32)
#define Ib IMM_(IMM8)
#define Ip IMM_(PREDICATE)
#define Iz IMM_(IMM)
#define Iq IMM_(IMM64)
#define Cc FORM(COND, GPR, 0, ANY, COND, 0, 0, "cond", )
#define E FORM(EDGE, GPR, 0, ANY, RELATIVE, 0, 0, "target", )
#define En FORM(EDGE, GPR, 0, ANY, NONE, 0, 0, "else", )
#define S FORM(SYMBOL, GPR, 0, ANY, RELATIVE, 0, 0, "callee", )

#define OPS(...)                                                                                   \
	.operands = (const struct mach_operand_info[]){__VA_ARGS__},                                   \
	.num_operands =                                                                                \
		sizeof((const struct mach_operand_info[]){__VA_ARGS__}) / sizeof(struct mach_operand_info)
#define NO_OPS .operands = NULL, .num_operands = 0

// Flags column.
enum {
	LD = MACH_LOADS,
	ST = MACH_STORES,
	EFF = MACH_EFFECT,
	TERM = MACH_TERMINATOR,
	CALLS = MACH_CALL,
	COMM = MACH_COMMUTES,
	REMAT = MACH_REMAT,
	MOVE = MACH_IS_MOVE,
	FW = MACH_WRITES_FLAGS,
	FR = MACH_READS_FLAGS,
};

const struct mach_inst_info x86_insts[X86_OP_COUNT] = {
#define GENERIC(id, name_, flags_)                                                                 \
	[MACH_##id] = {.name = name_, .mnemonic = name_, .flags = flags_, .sched = X86_SCHED_MOV},
#include "mach/generic.def"
#undef GENERIC
#define LEGACY(id, mnemonic_, operands_, prefix, map, opcode, digit, sizes, feature, attrs,        \
               flags_, sched_)                                                                     \
	[X86_##id] = {.name = #id,                                                                     \
	              .mnemonic = mnemonic_,                                                           \
	              .flags = flags_,                                                                 \
	              .sched = X86_SCHED_##sched_,                                                     \
	              operands_},
#define VEX(id, mnemonic_, operands_, pp, map, opcode, digit, vex_w, evex_w, sizes, tuple, modes,  \
            vex_feature, evex_feature, attrs, flags_, sched_)                                      \
	[X86_##id] = {.name = #id,                                                                     \
	              .mnemonic = mnemonic_,                                                           \
	              .flags = flags_,                                                                 \
	              .sched = X86_SCHED_##sched_,                                                     \
	              operands_},
#include "target/x86_64/insts.def"
#undef LEGACY
#undef VEX
};

// ---------------------------------------------------------------------------------------------
// Encoding columns.

enum {
#define FEATURE(id, ...) id = X86_##id,
#include "target/x86_64/feature.def"
#undef FEATURE
	KF = X86_KF,
	KDQ = X86_KDQ,
};
enum { ONE = 0, W = 2, D = 4, Q = 8, DQ = 12, WDQ = 14, BWDQ = 15 };
enum { Y32 = 32, Z64 = 64, XY = 48, YZ = 96, XYZ = 112 };
enum { Z = X86_MODE_Z, ER = X86_MODE_ER, SAE = X86_MODE_SAE, ER8 = X86_MODE_ER8 };
enum {
	BYTE = X86_ATTR_BYTE,
	IMM8 = X86_ATTR_IMM8,
	SHIFT1 = X86_ATTR_SHIFT1,
	MOVI = X86_ATTR_MOVI,
	XCHG = X86_ATTR_XCHG,
	D64 = X86_ATTR_D64,
	LOCK = X86_ATTR_LOCK,
	CC = X86_ATTR_COND,
	SUFFIX = X86_ATTR_SUFFIX,
	OPHI = X86_ATTR_OPCODE_DQ,
	L1 = X86_ATTR_L1,
	RM0 = X86_ATTR_RM0,
	RCMID = X86_ATTR_ROUND_FIRST,
	MEMEVEX = X86_ATTR_MEM_EVEX,
	IMM4 = X86_ATTR_IMM4,
};
#define ALTERNATIVE(opcode) ((u32)(opcode) << X86_ATTR_OPCODE_SHIFT)
#define ACC(opcode) X86_ATTR_ACC | ALTERNATIVE(opcode)
#define REV(opcode) X86_ATTR_REVERSED | ALTERNATIVE(opcode)
#define REVQ X86_ATTR_REVERSED_66 | ALTERNATIVE(0xD6)
#define DIGIT_R X86_DIGIT_R
#define DIGIT_0 0
#define DIGIT_1 1
#define DIGIT_2 2
#define DIGIT_3 3
#define DIGIT_4 4
#define DIGIT_5 5
#define DIGIT_6 6
#define DIGIT_7 7
#define W_WIG X86_WIG
#define W_W0 X86_W0
#define W_W1 X86_W1
#define W_WS X86_WS
#define W_WK X86_WK
#define W_WKQ X86_WKQ
#define W_WKS X86_WKS
#define W__ X86_NO_ENCODING

const struct x86_encoding x86_encodings[X86_OP_COUNT] = {
#define LEGACY(id, mnemonic, operands, prefix, map, opcode, digit, sizes, feature, attrs, flags,   \
               sched)                                                                              \
	[X86_##id] = {true, X86_##prefix, X86_MAP_##map, opcode, DIGIT_##digit, 0,                     \
	              0,    sizes,        X86_TUPLE_NA,  0,      feature,       0,                     \
	              attrs},
#define VEX(id, mnemonic, operands, pp, map, opcode, digit, vex_w, evex_w, sizes, tuple, modes,    \
            vex_feature, evex_feature, attrs, flags, sched)                                        \
	[X86_##id] = {false,      X86_##pp, X86_MAP_##map,     opcode, DIGIT_##digit, W_##vex_w,       \
	              W_##evex_w, sizes,    X86_TUPLE_##tuple, modes,  vex_feature,   evex_feature,    \
	              attrs},
#include "target/x86_64/insts.def"
#undef LEGACY
#undef VEX
};
