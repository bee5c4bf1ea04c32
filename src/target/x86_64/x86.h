// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x86-64: names generated from the tables (registers, opcodes, features, scheduling classes), the
// physical instruction that encoder and assembler printer share, and the target's own functions.
//
// A mach instruction becomes a `struct x86_inst` (operands with registers instead of values) in
// emit.c; x86_shrink picks its shortest equivalent; x86_encode and x86_print then agree on every
// bit of it, which test/target/x86_64/sweep.c proves against LLVM's assembler and disassembler.
#ifndef TARGET_X86_64_X86_H
#define TARGET_X86_64_X86_H

#include "mach/mach.h"

enum x86_class { X86_GPR, X86_VEC, X86_MASK, X86_FLAGS, X86_CLASS_COUNT };

enum x86_reg {
#define REG_GPR(id, name8, name4, name2, name1, encoding, dwarf) X86_##id,
#define REG_VEC(id, name, encoding, dwarf) X86_##id,
#define REG_MASK(id, name, encoding, dwarf) X86_##id,
#define REG_FLAGS(id, name, encoding, dwarf) X86_##id,
#include "target/x86_64/regs.def"
#undef REG_GPR
#undef REG_VEC
#undef REG_MASK
#undef REG_FLAGS
	X86_REG_COUNT,
};
_Static_assert(X86_REG_COUNT <= 64, "the sets of registers written out in target.c are one word");

enum x86_op {
	X86_BEFORE_FIRST = MACH_GENERIC_COUNT - 1,
#define LEGACY(id, ...) X86_##id,
#define VEX(id, ...) X86_##id,
#include "target/x86_64/insts.def"
#undef LEGACY
#undef VEX
	X86_OP_COUNT,
};

enum x86_feature_index {
#define FEATURE(id, ...) X86_FEATURE_##id,
#include "target/x86_64/feature.def"
#undef FEATURE
	X86_FEATURE_COUNT,
	// Stand for what an operation on masks of its size needs.
	X86_FEATURE_KF = 29,
	X86_FEATURE_KDQ = 30,
};
enum x86_feature {
#define FEATURE(id, ...) X86_##id = 1 << X86_FEATURE_##id,
#include "target/x86_64/feature.def"
#undef FEATURE
	X86_KF = 1 << X86_FEATURE_KF,
	X86_KDQ = 1 << X86_FEATURE_KDQ,
};
_Static_assert(X86_FEATURE_COUNT <= X86_FEATURE_KF, "feature bits fit an int");

enum x86_sched_class {
#define SCHED(id, ...) X86_SCHED_##id,
#include "target/x86_64/sched.def"
#undef SCHED
	X86_SCHED_COUNT,
};

enum x86_tuple {
#define TUPLE(id, ...) X86_TUPLE_##id,
#include "target/x86_64/tuple.def"
#undef TUPLE
	X86_TUPLE_COUNT,
};

// Bits of mach_inst_data.mode.
enum x86_mode {
	X86_ZEROING = 1,    // masked-off lanes become zero instead of keeping the passed-in value
	X86_BROADCAST = 2,  // the memory operand is one element
	X86_ROUND_SHIFT = 2,
	X86_ROUND_NEAREST =
		1 << X86_ROUND_SHIFT,  // {rn-sae}; with embedded rounding exceptions are suppressed
	X86_ROUND_DOWN = 2 << X86_ROUND_SHIFT,
	X86_ROUND_UP = 3 << X86_ROUND_SHIFT,
	X86_ROUND_ZERO = 4 << X86_ROUND_SHIFT,
	X86_SAE = 5 << X86_ROUND_SHIFT,
	X86_ROUND_MASK = 7 << X86_ROUND_SHIFT,
};

// Condition codes in encoding order; inverting flips the lowest bit.
enum x86_cond {
	X86_COND_O,
	X86_COND_NO,
	X86_COND_B,
	X86_COND_AE,
	X86_COND_E,
	X86_COND_NE,
	X86_COND_BE,
	X86_COND_A,
	X86_COND_S,
	X86_COND_NS,
	X86_COND_P,
	X86_COND_NP,
	X86_COND_L,
	X86_COND_GE,
	X86_COND_LE,
	X86_COND_G,
	X86_COND_COUNT,
};

// mach_operand_info.place: where an operand goes. An operand without a place is neither encoded nor
// printed (tied and implicit ones).
enum x86_place {
	X86_PLACE_NONE,
	X86_PLACE_REG,     // ModRM.reg
	X86_PLACE_RM,      // ModRM.rm, register or memory
	X86_PLACE_VVVV,    // VEX.vvvv
	X86_PLACE_IS4,     // imm8[7:4]
	X86_PLACE_OPCODE,  // low three opcode bits
	X86_PLACE_AAA,     // EVEX.aaa, the write mask
	X86_PLACE_REG_RM,  // ModRM.reg and ModRM.rm: zero idioms
	X86_PLACE_REG_VVVV_RM,
	X86_PLACE_VSIB,       // memory with a vector of indices, of the instruction's size
	X86_PLACE_VSIB_HALF,  // of half that size
	X86_PLACE_IMM8,
	X86_PLACE_PREDICATE,  // imm8, printed as part of a compare's mnemonic
	X86_PLACE_IMM,        // as wide as the operation, 32 bits at most, sign-extended
	X86_PLACE_IMM64,
	X86_PLACE_COND,      // low four opcode bits
	X86_PLACE_RELATIVE,  // branch and call targets
	X86_PLACE_FIXED,     // printed, not encoded (cl)
};
// mach_operand_info.width and mem_width: bytes, or relative to the instruction's size.
enum x86_width {
	X86_WIDTH_SIZE = 0x80,
	X86_WIDTH_HALF,
	X86_WIDTH_QUARTER,
	X86_WIDTH_EIGHTH,
	X86_WIDTH_DUP,         // 8, 32, 64
	X86_WIDTH_AT_LEAST_4,  // of the size, 4 when smaller
};

enum x86_prefix { X86_NP, X86_66, X86_F3, X86_F2, X86_KK, X86_KR };
enum x86_map { X86_MAP_00, X86_MAP_0F, X86_MAP_38, X86_MAP_3A, X86_MAP_M5 = 5, X86_MAP_M6 };
enum x86_w { X86_NO_ENCODING, X86_WIG, X86_W0, X86_W1, X86_WS, X86_WK, X86_WKQ, X86_WKS };
enum x86_row_mode { X86_MODE_Z = 1, X86_MODE_ER = 2, X86_MODE_SAE = 4, X86_MODE_ER8 = 8 };
enum { X86_DIGIT_R = 0xff };

// Attributes of a row; the highest byte is an alternative opcode.
enum x86_attr {
	X86_ATTR_BYTE = 1,    // size 1 has the opcode less one
	X86_ATTR_IMM8 = 2,    // an 8-bit immediate has the opcode plus two
	X86_ATTR_ACC = 4,     // shorter form for rax: the alternative opcode
	X86_ATTR_SHIFT1 = 8,  // shift by one: opcode | 0x10, no immediate
	X86_ATTR_MOVI = 16,   // B0+r/B8+r unless 8 bytes
	X86_ATTR_XCHG = 32,   // 90+r with rax
	X86_ATTR_D64 = 64,    // 8 bytes without REX.W
	X86_ATTR_LOCK = 128,
	X86_ATTR_COND = 256,          // the condition is added to opcode and mnemonic
	X86_ATTR_SUFFIX = 512,        // b w d q by size
	X86_ATTR_OPCODE_DQ = 1024,    // opcode plus one for 4 and 8 bytes
	X86_ATTR_L1 = 2048,           // VEX.L = 1 whatever the size
	X86_ATTR_RM0 = 4096,          // ModRM is mod 3, rm 0 (fences)
	X86_ATTR_ROUND_FIRST = 8192,  // rounding is printed before the last source
	X86_ATTR_MEM_EVEX = 16384,    // the memory form exists only with EVEX
	X86_ATTR_IMM4 = 32768,        // with VEX the immediate has four bits
	X86_ATTR_REVERSED =
		65536,  // between registers: alternative opcode, ModRM.reg and .rm exchanged
	X86_ATTR_REVERSED_66 = 131072,  // same, prefix 66
	X86_ATTR_OPCODE_SHIFT = 24,
};

struct x86_encoding {  // what a row says beyond mach_inst_info
	bool legacy;
	u8 prefix, map, opcode, digit;
	u8 vex_w, evex_w;  // enum x86_w
	u8 sizes;          // bit set of allowed `size` fields (each a power of two); 0: none
	u8 tuple, modes;
	u32 vex_features, evex_features;  // legacy: vex_features
	u32 attrs;
};
struct x86_tuple_info {
	u8 broadcast;  // bytes of the element, 0: no broadcast
	u8 bytes;      // N of disp8*N; 0: width of the memory operand
};
extern const struct x86_tuple_info x86_tuples[X86_TUPLE_COUNT];
extern const struct x86_encoding x86_encodings[X86_OP_COUNT];
extern const struct mach_inst_info x86_insts[X86_OP_COUNT];
extern const struct mach_reg_info x86_regs[X86_REG_COUNT];
extern const struct mach_target x86_target;
extern const struct select_target x86_select;  // isel.c

// ---------------------------------------------------------------------------------------------
// Physical instructions

enum { X86_OPERANDS_MAX = 8, X86_INST_BYTES_MAX = 15, X86_FUNC_ALIGN = 16 };

struct x86_mem {
	mach_reg base, index;  // MACH_NO_REG: none
	u8 scale;
	i32 disp;
	u32 symbol;  // MACH_NONE, or relative to rip with no base and index
};
struct x86_operand {
	u8 kind;  // enum mach_operand_kind: DEF and USE are registers
	mach_reg reg;
	i64 imm;  // IMM, COND; EDGE: block; SYMBOL
	struct x86_mem mem;
};
struct x86_inst {
	u16 opcode;
	u8 size, mode;
	u8 num_operands;  // as many as the row has; absent optional ones are MACH_OP_NONE
	struct x86_operand operands[X86_OPERANDS_MAX];
};
struct x86_code {  // one encoded instruction
	u8 size;
	u8 bytes[X86_INST_BYTES_MAX];
	u8 reloc_at;  // offset of the 32-bit field, 0: none
	u32 reloc_symbol;
	i32 reloc_addend;
	u8 reloc_kind;
};

static inline bool x86_is_op(u16 opcode) { return opcode >= MACH_GENERIC_COUNT; }
static inline u32 x86_width_bytes(u8 width, u8 size) {
	switch (width) {
	case X86_WIDTH_SIZE: return size;
	case X86_WIDTH_HALF: return size / 2;
	case X86_WIDTH_QUARTER: return size / 4;
	case X86_WIDTH_EIGHTH: return size / 8;
	case X86_WIDTH_DUP: return size == 16 ? 8 : size;
	case X86_WIDTH_AT_LEAST_4: return size < 4 ? 4 : size;
	default: return width;
	}
}
// Features the row needs at this size with EVEX or without.
u32 x86_features_needed(u16 opcode, u8 size, bool evex);
// Can the row be encoded at all on a CPU with `features`, with EVEX or without?
bool x86_available(u16 opcode, u8 size, bool evex, u64 features);
// Does this instruction take the EVEX encoding? (Only when it must.)
bool x86_needs_evex(const struct x86_inst *x, u64 features);
// NULL, or why the instruction cannot be encoded.
const char *x86_invalid(const struct x86_inst *x, u64 features);
// The shortest instruction with the same effect.
void x86_shrink(struct x86_inst *x, u64 features);
void x86_encode(const struct x86_inst *x, u64 features, struct x86_code *out);
// jmp and jcc to a block with an 8-bit distance (the last byte); x86_encode makes the last 4 bytes.
void x86_encode_short_branch(const struct x86_inst *x, struct x86_code *out);
// Fills `size` bytes with the longest no-operations.
void x86_encode_nops(u8 *bytes, u32 size);

// Intel syntax. Symbols and blocks are named by the callback.
typedef void x86_name_fn(const void *user, const struct x86_operand *o, struct strbuf *out);
struct x86_namer {
	x86_name_fn *name;  // of an EDGE, a SYMBOL, or a MEM operand's symbol
	const void *user;
};
void x86_print(const struct x86_inst *x, u64 features, struct x86_namer namer, struct strbuf *out);
const char *x86_cond_name(u32 cond);
u32 x86_cond_invert(u32 cond);
void x86_print_mode(const struct mach_inst_data *inst, struct strbuf *out);
bool x86_parse_mode(struct str text, struct mach_inst_data *inst);

// ---------------------------------------------------------------------------------------------
// Functions

// With registers instead of values; the function is allocated.
void x86_inst_of(const struct mach_func *f, const struct mach_inst_data *inst,
                 struct x86_inst *out);
bool x86_is_invisible(const struct mach_func *f, const struct mach_inst_data *inst);
static inline bool x86_is_branch(u16 opcode) { return opcode == X86_jmp || opcode == X86_jcc; }
// What a jmp or jcc that ends block b becomes when `next` (or MACH_NONE) follows in the layout.
struct x86_branches {
	u32 count;
	struct x86_inst
		insts[2];  // operands: of jcc COND and EDGE, of jmp EDGE; the edge's imm is a block
};
struct x86_branches x86_branches_of(const struct mach_func *f, mach_block b,
                                    const struct mach_inst_data *inst, mach_block next);
void x86_emit(const struct mach_func *f, struct mach_code *out);

// Unwind rows of the instructions that move rsp or rbp, in layout order: rows[] is what became true
// before or after an instruction; the caller takes and clears them.
struct x86_unwind {
	u32 depth, body_depth;  // bytes between the CFA and rsp; in the function's body
	bool cfa_is_rbp, body_cfa_is_rbp;
	bool in_epilogue, restore_due;
	u32 num_rows;
	struct mach_cfi rows[4];
};
void x86_unwind_start(struct x86_unwind *u);
void x86_unwind_before(struct x86_unwind *u, const struct x86_inst *x);
void x86_unwind_after(struct x86_unwind *u, const struct x86_inst *x);
void x86_print_asm(const struct mach_unit *u, struct strbuf *out);

struct mach_regset x86_operand_regs(const struct mach_func *f, const struct mach_inst_data *inst,
                                    u32 op);
bool x86_can_fold_mem(const struct mach_func *f, const struct mach_inst_data *inst, u32 op);
void x86_build_move(struct mach_func *f, mach_value to, mach_value from, struct mach_insts *out);
void x86_build_spill(struct mach_func *f, mach_value from, u32 slot, struct mach_insts *out);
void x86_build_reload(struct mach_func *f, mach_value to, u32 slot, struct mach_insts *out);
void x86_lower_frame(struct mach_func *f);
// Rewrites what only settled registers allow; the last step of x86_lower_frame.
void x86_late(struct mach_func *f);

u32 x86_abi_arguments(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out);
u32 x86_abi_results(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out);

// Rows of cpu.def, in order.
enum x86_cpu_index {
#define CPU(id, ...) X86_CPU_##id,
#include "target/x86_64/cpu.def"
#undef CPU
	X86_CPU_COUNT,
};
extern const struct mach_cpu x86_cpus[X86_CPU_COUNT];
// The machine we run on: features that both processor and operating system support, 0 elsewhere
// than on x86-64; and the row of cpu.def that fits best, NULL below x86-64-v3.
u64 x86_host_features(void);
const struct mach_cpu *x86_host_cpu(void);

#endif
