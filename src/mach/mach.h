// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mach: one machine IR for all targets. SSA over virtual registers in flat arrays with 32-bit
// references; block parameters instead of phis; a text form generated from the target's insts.def.
//
// Life of a function: lower_tile selects (SSA, virtual registers, operand constraints) -> schedule
// -> allocate (spill, coalesce, colour; every value gets one register, or a slot) -> checker ->
// frame -> emit (bytes, relocations, line rows, unwind rows). The form stays SSA to the end: the
// allocator splits live ranges by inserting moves that define new values.
//
// Operand model (from the first day, because it cannot be added later):
//   - each operand row has a register set it accepts (mach_operand_info.regs): zmm16-31 only where
//     the encoding is EVEX, k1-k7 as predicates, rcx for variable shifts, no rsp as index;
//   - fixed registers (calls, division): operand.fixed;
//   - tied operands: the use must sit in the register of def `tied`;
//   - early-clobber defs; clobbered register sets of an instruction (calls);
//   - flags are a register class that cannot be spilled or moved: its defs are rematerialised or
//     kept glued to the use (the scheduler and the allocator keep at most one flags value live);
//   - parallel copies on edges, cycles included, are resolved by mach_moves.
// Allocation, scheduling and frames are optional per target (PTX keeps virtual registers).
#ifndef MACH_MACH_H
#define MACH_MACH_H

#include "base/bitset.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/vec.h"
#include "ir/cfg.h"

typedef u32 mach_value;  // 0: none
typedef u32 mach_block;  // index into func.blocks; 0 is the entry
typedef u32 mach_inst;   // index into func.insts
typedef u8 mach_reg;     // target register number, dense over all classes; MACH_NO_REG: none

#define MACH_NO_REG 0xff
#define MACH_REGS_MAX 128
#define MACH_NONE UINT32_MAX

struct mach_regset {
	u64 bits[MACH_REGS_MAX / 64];
};
static inline bool mach_regset_has(struct mach_regset s, mach_reg r) { return (s.bits[r / 64] >> (r % 64)) & 1; }
static inline void mach_regset_add(struct mach_regset *s, mach_reg r) { s->bits[r / 64] |= 1ull << (r % 64); }
static inline void mach_regset_remove(struct mach_regset *s, mach_reg r) { s->bits[r / 64] &= ~(1ull << (r % 64)); }
static inline struct mach_regset mach_regset_and(struct mach_regset a, struct mach_regset b) {
	return (struct mach_regset){{a.bits[0] & b.bits[0], a.bits[1] & b.bits[1]}};
}
static inline struct mach_regset mach_regset_or(struct mach_regset a, struct mach_regset b) {
	return (struct mach_regset){{a.bits[0] | b.bits[0], a.bits[1] | b.bits[1]}};
}
static inline struct mach_regset mach_regset_andnot(struct mach_regset a, struct mach_regset b) {
	return (struct mach_regset){{a.bits[0] & ~b.bits[0], a.bits[1] & ~b.bits[1]}};
}
static inline bool mach_regset_empty(struct mach_regset s) { return (s.bits[0] | s.bits[1]) == 0; }
static inline u32 mach_regset_count(struct mach_regset s) {
	return (u32)(__builtin_popcountll(s.bits[0]) + __builtin_popcountll(s.bits[1]));
}

// ---------------------------------------------------------------------------------------------
// Operands

enum mach_operand_kind {
	MACH_OP_NONE,
	MACH_OP_DEF,     // value defined here
	MACH_OP_USE,     // value read here
	MACH_OP_IMM,     // imm pool index (64-bit immediates), see mach_imm
	MACH_OP_MEM,     // mem pool index: an address; its base and index are uses as well
	MACH_OP_EDGE,    // successor number of this block (terminators)
	MACH_OP_SYMBOL,  // symbol number (calls, addresses of constants)
	MACH_OP_COND,    // condition code of the target (payload)
	MACH_OP_SLOT,    // frame slot number (before frame lowering)
};
struct mach_operand {
	u8 kind;        // enum mach_operand_kind
	mach_reg fixed; // DEF, USE: must sit in this register; MACH_NO_REG: any of the row's set
	u8 tied;        // USE: 1 + operand number of the DEF that shares the register; 0 none
	u8 flags;       // enum mach_operand_flag
	u32 payload;
};
enum mach_operand_flag {
	MACH_EARLY_CLOBBER = 1,  // DEF written before the uses are read
	MACH_IMPLICIT = 2,       // not printed by the assembler syntax (flags, fixed rax of a division)
	MACH_DEAD = 4,           // DEF never read
};
// base + index * scale + disp (+ symbol, rip-relative, with no base and index; or a frame slot).
struct mach_mem {
	mach_value base, index;  // 0: none
	mach_reg base_fixed;     // MACH_NO_REG, or a register such as rsp after frame lowering
	u8 scale;                // 1 2 4 8
	u8 align_log2;           // known alignment of the address
	u8 alias;                // alias class: 0 may touch anything; equal nonzero classes may alias, different ones never
	i32 disp;
	u32 symbol;              // MACH_NONE: none
	u32 slot;                // MACH_NONE: none
};

struct mach_inst_data {
	u16 opcode;       // row of the target's insts.def, or a generic one (enum mach_generic_op)
	u8 size;          // bytes of the operation: gpr 1 2 4 8, vector 16 32 64, else 0
	u8 mode;          // target bits: zeroing, broadcast, rounding (x86: enum x86_mode)
	u32 operands;     // first in func.operands
	u16 num_operands;
	u16 num_defs;     // DEFs come first
	u32 loc;          // index into func.locs: source op for line rows; 0 none
	u32 order;        // position number, refreshed by mach_number
};

// Opcodes every target has; they come before the target's own.
enum mach_generic_op {
#define GENERIC(id, name, flags) MACH_##id,
#include "mach/generic.def"
#undef GENERIC
	MACH_GENERIC_COUNT,
};

struct mach_value_data {
	u8 cls;           // register class
	mach_reg reg;     // assigned, or MACH_NO_REG; of entry parameters: where they arrive
	mach_reg hint;    // preferred register, or MACH_NO_REG
	u8 bytes;         // of content (spill size)
	mach_inst def;    // defining instruction, or MACH_NONE for block parameters
	mach_block block; // where it is defined
	u32 remat;        // 1 + instruction that recreates it anywhere (no uses, no effects); 0 none
};
struct mach_edge {
	mach_block to;
	u32 args, num_args;     // operands (USE) in func.operands, one a parameter of `to`
};
struct mach_block_data {
	VEC(mach_inst) insts;   // in order; the last one is the terminator
	VEC(mach_value) params;
	VEC(struct mach_edge) succs;
	VEC(mach_block) preds;  // rebuilt by mach_build_preds
	u32 loop_depth;         // by mach_analyse
	bool innermost;         // in a loop that holds no other loop; by mach_analyse
	float frequency;        // estimated executions per call
	u32 align;              // bytes, 0 none: loop headers
};
struct mach_slot {
	u32 bytes, align;
	i32 offset;             // from the frame base, after frame lowering; incoming: from the first stack argument
	bool incoming;          // lies among the caller's stack arguments: `offset` is given, not assigned
};

struct mach_func {
	const struct mach_target *target;
	const struct mach_cpu *cpu;
	struct arena *arena;
	struct str name;
	bool external;           // global symbol, called through the C ABI
	VEC(struct mach_inst_data) insts;
	VEC(struct mach_operand) operands;
	VEC(struct mach_value_data) values;   // [0] is unused
	VEC(struct mach_block_data) blocks;   // [0] is the entry
	VEC(mach_block) layout;               // emission order
	VEC(struct mach_mem) mems;
	VEC(i64) imms;
	VEC(struct mach_slot) slots;
	VEC(u32) locs;                        // line numbers of the printed import; [0] is 0
	struct mach_unit *unit;
	u32 frame_bytes, outgoing_bytes;      // after frame lowering
	struct mach_regset used_callee_saved;
	bool has_calls;
};

// A unit is what becomes one object: functions, constant data, symbols.
enum mach_symbol_kind { MACH_SYMBOL_FUNC, MACH_SYMBOL_RODATA, MACH_SYMBOL_DATA, MACH_SYMBOL_UNDEFINED };
struct mach_symbol {
	struct str name;
	u8 kind;             // enum mach_symbol_kind
	bool global;
	u32 align;
	const u8 *data;      // RODATA/DATA contents
	u64 size;
	u32 func;            // FUNC: index into unit.funcs
};
struct mach_unit {
	const struct mach_target *target;
	struct arena *arena;
	VEC(struct mach_symbol) symbols;
	VEC(struct mach_func *) funcs;
	struct map constants;  // hash of bytes and alignment -> 1 + symbol
};
u32 mach_symbol_add(struct mach_unit *u, struct mach_symbol s);
// Interned read-only constant (vector constants, shuffle tables); equal bytes and align share a symbol.
u32 mach_constant(struct mach_unit *u, const void *data, u32 size, u32 align);

// A list of instructions for vec_push.
struct mach_insts {
	mach_inst *data;
	u32 size, cap;
};

// ---------------------------------------------------------------------------------------------
// Target description: data and function pointers, the same shape for every target

struct mach_class_info {
	const char *name;             // "gpr", "vec", "mask", "flags"
	struct mach_regset regs;      // all
	struct mach_regset allocatable;
	u32 spill_bytes;              // largest content
	bool spillable;
	u8 spill_through;             // class index + 1 whose registers carry spills (mask through gpr); 0: direct
};
struct mach_reg_info {
	const char *name;
	u8 cls;
	u8 encoding;
	u16 dwarf;
};
// An operand of an instruction row.
struct mach_operand_info {
	u8 kind;                      // enum mach_operand_kind; USE may also hold MEM where `mem` is set
	u8 cls;
	u8 tied;                      // 1 + def operand, 0 none
	mach_reg fixed;
	bool mem, optional, implicit, early_clobber;
	u8 place, width, mem_width;   // the target's: where the encoding puts it, bytes it names as register and in memory
	const char *name;
};
enum mach_inst_flag {
	MACH_TERMINATOR = 1, MACH_CALL = 2, MACH_LOADS = 4, MACH_STORES = 8, MACH_EFFECT = 16,  // EFFECT: never removed or reordered
	MACH_COMMUTES = 32,           // operands 1 and 2 (uses) may be exchanged
	MACH_REMAT = 64,              // cheap, no uses: rematerialise instead of spilling
	MACH_IS_MOVE = 128, MACH_WRITES_FLAGS = 256, MACH_READS_FLAGS = 512,
};
struct mach_inst_info {
	const char *name, *mnemonic;
	const struct mach_operand_info *operands;
	u8 num_operands;
	u32 flags;                    // enum mach_inst_flag
	u16 sched;                    // row of sched.def
};
struct mach_sched_info {          // per scheduling class of a CPU
	u8 latency;                   // cycles to the result
	u8 load_latency;              // added when the memory form is used
	u16 ports;                    // bit set of issue ports; any one of them
	u8 uops;
	u8 occupancy;                 // cycles a port is busy (reciprocal throughput)
};
struct mach_cpu {                 // a row of cpu.def
	const char *name;
	u64 features;                 // target bits
	u32 issue_width;              // uops a cycle
	u32 vector_bytes;             // widest the planner should use
	u32 num_vector_regs;
	const struct mach_sched_info *sched;
	const struct mach_sched_info *sched_wide;  // for 64-byte vector instructions; NULL: as `sched`
	u32 num_ports;
	// Memory levels, fastest first: capacity bytes, bytes a cycle one core reads, line bytes, cores that share it.
	struct mach_memory_level {
		u64 bytes;
		float read_bytes_per_cycle;
		u32 line_bytes, shared_by;
	} levels[4];
	u32 num_levels;
	float fma_per_cycle;          // vector FMA instructions a cycle
};

// Where the C ABI passes one argument or result.
struct mach_abi_loc {
	mach_reg reg;      // MACH_NO_REG: on the stack
	u32 stack_offset;  // caller: from the stack pointer at the call; callee: an incoming slot's offset
};

struct mach_code;
struct select_target;  // mach/select.h
struct mach_target {
	const char *name;             // "x86_64"
	u16 elf_machine;
	const struct mach_class_info *classes;
	u32 num_classes;
	const struct mach_reg_info *regs;
	u32 num_regs;
	const struct mach_inst_info *insts;  // indexed by opcode; generic rows first
	u32 num_insts;
	const struct mach_cpu *cpus;
	u32 num_cpus;
	u8 flags_class;               // class index of the condition flags, 0xff none
	u16 jump;                     // row of the unconditional branch: its one operand is the edge
	mach_reg stack_reg;
	struct mach_regset callee_saved, caller_saved;
	// Registers operand `op` of `inst` may use on this CPU (EVEX/VEX, mask rules, size rules).
	struct mach_regset (*operand_regs)(const struct mach_func *f, const struct mach_inst_data *inst, u32 op);
	// Emits physical moves: register to register, slot loads and stores; used after colouring.
	void (*build_move)(struct mach_func *f, mach_value to, mach_value from, struct mach_insts *out);
	void (*build_spill)(struct mach_func *f, mach_value from, u32 slot, struct mach_insts *out);
	void (*build_reload)(struct mach_func *f, mach_value to, u32 slot, struct mach_insts *out);
	bool (*swap_supported)(u8 cls);  // an exchange exists (cycle breaking without a scratch register)
	// to[0] := from[1], to[1] := from[0]; to[i] and from[i] share a register. NULL when no class has one.
	void (*build_swap)(struct mach_func *f, const mach_value to[2], const mach_value from[2], struct mach_insts *out);
	// Registers the allocator may hand out on the function's CPU; NULL: the class's `allocatable`.
	struct mach_regset (*allocatable_regs)(const struct mach_func *f, u8 cls);
	// Prologue, epilogue, slot addresses; fills frame fields.
	void (*lower_frame)(struct mach_func *f);
	// Is this memory form of operand `op` allowed (folding a reload)?
	bool (*can_fold_mem)(const struct mach_func *f, const struct mach_inst_data *inst, u32 op);
	void (*emit)(const struct mach_func *f, struct mach_code *out);
	const char *(*cond_name)(u32 cond);
	u32 (*cond_invert)(u32 cond);
	u32 num_conds;
	// Text of the mode bits after mnemonic and size ("{z}{rn-sae}"), and back.
	void (*print_mode)(const struct mach_inst_data *inst, struct strbuf *out);
	bool (*parse_mode)(struct str text, struct mach_inst_data *inst);
	// C ABI: locations of n arguments (or results) of classes cls[] and sizes bytes[]; returns the
	// bytes of stack they take. Results that do not fit in registers: CHECK fails.
	u32 (*abi_arguments)(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out);
	u32 (*abi_results)(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out);
	const struct select_target *select;  // instruction selection from the tile level
	// Assembler source of the whole unit (functions after frame lowering), for --emit=asm.
	void (*print_asm)(const struct mach_unit *u, struct strbuf *out);
};

// ---------------------------------------------------------------------------------------------
// Emitted code: bytes with relocations, line rows and unwind rows; src/obj turns it into a file

enum mach_reloc_kind { MACH_RELOC_PC32, MACH_RELOC_PLT32, MACH_RELOC_ABS64, MACH_RELOC_PC64 };
struct mach_reloc {
	u32 offset;        // in bytes
	u32 symbol;        // unit symbol
	i32 addend;
	u8 kind;
};
struct mach_line { u32 offset, line; };
struct mach_cfi {      // unwind row: from `offset` on, CFA = reg + cfa_offset; saved registers so far
	u32 offset;
	u8 op;             // enum mach_cfi_op
	u8 reg;            // DWARF number
	i32 value;         // DEF_CFA*: offset of the CFA; OFFSET: saved at CFA + value, which is negative
};
enum mach_cfi_op { MACH_CFI_DEF_CFA, MACH_CFI_DEF_CFA_OFFSET, MACH_CFI_DEF_CFA_REGISTER, MACH_CFI_OFFSET, MACH_CFI_REMEMBER, MACH_CFI_RESTORE, MACH_CFI_RESTORE_REG };
struct mach_code {
	struct arena *arena;
	VEC(u8) bytes;
	VEC(struct mach_reloc) relocs;
	VEC(struct mach_line) lines;
	VEC(struct mach_cfi) cfi;
	u32 align;
};

// ---------------------------------------------------------------------------------------------
// Construction

struct mach_unit *mach_unit_create(struct arena *a, const struct mach_target *t);
struct mach_func *mach_func_create(struct mach_unit *u, const struct mach_cpu *cpu, struct str name, bool external);
mach_block mach_block_add(struct mach_func *f);  // appended to the layout too
mach_value mach_value_add(struct mach_func *f, u8 cls, u8 bytes);
mach_value mach_block_param(struct mach_func *f, mach_block b, u8 cls, u8 bytes);
// A parameter of the entry block, which arrives in register r: its `reg` is set from the start.
mach_value mach_entry_param(struct mach_func *f, u8 cls, u8 bytes, mach_reg r);
// Operand makers.
struct mach_operand mach_def(mach_value v);
struct mach_operand mach_def_fixed(mach_value v, mach_reg r);
struct mach_operand mach_use(mach_value v);
struct mach_operand mach_use_fixed(mach_value v, mach_reg r);
struct mach_operand mach_imm(struct mach_func *f, i64 v);
struct mach_operand mach_mem_operand(struct mach_func *f, struct mach_mem m);
struct mach_operand mach_symbol_operand(u32 symbol);
struct mach_operand mach_cond_operand(u32 cond);
struct mach_operand mach_edge_operand(u32 successor);
struct mach_operand mach_slot_operand(u32 slot);
// Makes an instruction (not yet in a block); the row's ties, fixed registers and implicit operands
// are filled in from the table where the caller left them out.
mach_inst mach_inst_make(struct mach_func *f, u16 opcode, u8 size, u8 mode, u32 n, const struct mach_operand *ops);
// The same instruction once more, on the same values; addresses and immediates are its own.
mach_inst mach_inst_clone(struct mach_func *f, mach_inst i);
// Gives the same results wherever its operands are the same: no effects, reads constant memory only.
bool mach_repeatable(const struct mach_func *f, mach_inst i);
void mach_append(struct mach_func *f, mach_block b, mach_inst i);
u32 mach_succ_add(struct mach_func *f, mach_block from, mach_block to, u32 n, const mach_value *args);

static inline struct mach_inst_data *mach_inst_get(const struct mach_func *f, mach_inst i) { return &f->insts.data[i]; }
static inline struct mach_operand *mach_operands(const struct mach_func *f, mach_inst i) {
	return f->operands.data + f->insts.data[i].operands;
}
// Latency, ports and occupancy of an instruction on the function's CPU.
static inline const struct mach_sched_info *mach_sched(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = &f->insts.data[i];
	bool wide = d->size == 64 && f->cpu->sched_wide;
	return (wide ? f->cpu->sched_wide : f->cpu->sched) + f->target->insts[d->opcode].sched;
}
static inline const struct mach_inst_info *mach_info(const struct mach_func *f, mach_inst i) {
	return &f->target->insts[f->insts.data[i].opcode];
}

// ---------------------------------------------------------------------------------------------
// Analyses and passes over a function (each file in src/mach says what it requires and establishes)

struct ir_cfg mach_cfg(const struct mach_func *f);
void mach_build_preds(struct mach_func *f);
void mach_number(struct mach_func *f);               // insts[].order; values' def and block
void mach_analyse(struct mach_func *f);              // loop depth, frequencies; splits critical edges first when asked elsewhere
// Values that live across block borders, as lists in increasing order: near-linear where bit sets of
// values by blocks would be quadratic. Parameters are not among what is live into their block;
// arguments of edges count as used at the end of the block and are live out only if used later.
struct mach_values {
	mach_value *data;
	u32 size, cap;
};
struct mach_liveness {                               // per block
	struct mach_values *live_in, *live_out;
};
struct mach_liveness mach_liveness_compute(const struct mach_func *f, struct arena *a);
bool mach_verify(const struct mach_func *f, bool allocated, struct diag_engine *d);

void mach_split_critical_edges(struct mach_func *f);
// Repeats compares so that one flags value lives at a time; scheduling and allocation begin with it.
void mach_repair_flags(struct mach_func *f, struct arena *scratch);
void mach_schedule(struct mach_func *f, struct arena *scratch);
struct mach_allocate_stats {
	u32 spills, reloads, moves, remats, splits;
	u32 inner_loop_spills, inner_loop_moves;         // in blocks of deepest loops
};
void mach_allocate(struct mach_func *f, struct arena *scratch, struct mach_allocate_stats *stats);
// Independent of the allocator: symbolic execution over registers and slots proves that each use
// reads the value the unallocated function named. `before` is a copy made before allocation.
bool mach_check_allocation(const struct mach_func *before, const struct mach_func *after, struct diag_engine *d);
struct mach_func *mach_func_copy(const struct mach_func *f, struct arena *a);

// Text: one function or a whole unit. The parser is for tests and tools.
void mach_print_func(const struct mach_func *f, struct strbuf *out);
void mach_print_unit(const struct mach_unit *u, struct strbuf *out);
struct mach_unit *mach_parse(struct arena *a, const struct mach_target *t, struct str text, struct str file, struct diag_engine *d);

// The whole way from selected SSA to bytes.
void mach_finish(struct mach_func *f, struct arena *scratch, struct mach_code *out, struct mach_allocate_stats *stats);

#endif
