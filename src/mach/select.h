// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instruction selection: what the driver (lower_tile.c), generated selectors (tools/rulegen, from
// target/NAME/isel.rules) and a target's helper functions (target/NAME/isel.c) share.
//
// Blocks are selected in post-order and each from its last op to its first, so that users come
// before producers. An op is selected when it has effects or when a result was asked for; a rule
// that folds a producer into an instruction does not ask for its result, and the producer is then
// never reached by anyone: folding needs no bookkeeping. Instructions of one op are emitted in
// order into `pending`, which the driver puts in front of what the block has so far.
#ifndef MACH_SELECT_H
#define MACH_SELECT_H

#include "dialect/dialect.h"
#include "mach/mach.h"

enum select_type_id {
#define SELECT_TYPE(id, bank) SELECT_##id,
#include "mach/select_type.def"
#undef SELECT_TYPE
	SELECT_TYPE_COUNT,
};
enum select_bank { SELECT_BANK_GPR, SELECT_BANK_VEC, SELECT_BANK_MASK };

struct select;

// What a target brings; mach_target.select points here.
struct select_target {
	bool (*rules)(struct select *s, struct ir_op *op);  // false: no rule matches
	const char *set;                                    // name of the rule set
	const char *const *rule_names;
	u32 num_rules;
	u8 classes[3];          // register class by bank
	u8 zeroing, broadcast;  // bits of an instruction's mode
	u16 call;               // row: symbol, then arguments in fixed registers
	u16 ret;                // row: results in fixed registers
	bool (*masks_in_vectors)(const struct mach_cpu *cpu);
	u32 (*sizes)(u16 opcode);  // allowed sizes as a bit set of their values; 0: no size
	// Bytes of operand `op` as a register or in memory.
	u32 (*operand_bytes)(u16 opcode, u8 size, u32 op, bool in_memory);
	// May the operand be memory on this CPU, and which element would an embedded broadcast read
	// (bytes; 0: none)?
	bool (*mem_allowed)(const struct mach_cpu *cpu, u16 opcode, u8 size, u32 op);
	u32 (*broadcast_bytes)(const struct mach_cpu *cpu, u16 opcode, u8 size, u32 op);
	// Masks in vectors: the same mask with lanes of other bytes, defined as `into`.
	void (*convert_mask)(struct select *s, mach_value from, u32 from_bytes, u32 to_bytes, u32 lanes,
	                     mach_value into);
};

// What an operand of an instruction under construction is.
enum select_operand_kind {
	SELECT_NONE,
	SELECT_USE,
	SELECT_REG,
	SELECT_TEMP,
	SELECT_IMM,
	SELECT_COND,
	SELECT_MEM,
	SELECT_EDGE,
	SELECT_SYMBOL,
};
struct select_operand {
	enum select_operand_kind kind;
	struct ir_value *value;  // USE: may be folded where the row allows memory; REG: used twice by
	                         // the rule, so not
	mach_value temp;
	i64 imm;
	u32 number;  // COND, EDGE, SYMBOL
	struct mach_mem mem;
};
static inline struct select_operand select_none(void) {
	return (struct select_operand){.kind = SELECT_NONE};
}
static inline struct select_operand select_use(struct ir_value *v) {
	return (struct select_operand){.kind = SELECT_USE, .value = v};
}
static inline struct select_operand select_reg(struct ir_value *v) {
	return (struct select_operand){.kind = SELECT_REG, .value = v};
}
static inline struct select_operand select_temp(mach_value v) {
	return (struct select_operand){.kind = SELECT_TEMP, .temp = v};
}
static inline struct select_operand select_imm(i64 v) {
	return (struct select_operand){.kind = SELECT_IMM, .imm = v};
}
static inline struct select_operand select_cond(u32 c) {
	return (struct select_operand){.kind = SELECT_COND, .number = c};
}
static inline struct select_operand select_mem(struct mach_mem m) {
	return (struct select_operand){.kind = SELECT_MEM, .mem = m};
}
static inline struct select_operand select_edge(u32 e) {
	return (struct select_operand){.kind = SELECT_EDGE, .number = e};
}
static inline struct select_operand select_symbol(u32 n) {
	return (struct select_operand){.kind = SELECT_SYMBOL, .number = n};
}

// Per ir value.
struct select_slot {
	mach_value value;  // 0: nobody asked for it yet
	u8 mask_bytes;     // masks in vectors: bytes of a lane
	bool live;         // block arguments: reaches an effect
};
struct select {
	struct mach_func *f;
	struct mach_unit *unit;
	const struct select_target *target;
	struct arena *arena;  // scratch
	struct diag_engine *diags;
	struct ir_op *func;
	struct map numbers;  // ir value -> index of its slot
	struct select_slot *slots;
	u32 num_slots;
	struct map blocks;  // ir block -> mach block
	struct map writes;  // load -> 1 + number of memory writes before it in its block
	struct map frames;  // tile.frame -> 1 + slot number
	struct ir_op *op;   // being selected
	u32 writes_before;  // memory writes in front of it in its block
	mach_block block;
	u32 loc;
	struct mach_insts pending;   // of the op being selected, in order
	struct mach_insts reversed;  // of the block so far, last one first
	// Masks in vectors: a comparison's own lanes, to be converted to the lanes its mask has.
	struct {
		mach_value natural, wanted;
		u32 natural_bytes, wanted_bytes, lanes;
	} conversion;
	bool masks_in_vectors;
	bool failed;
	u64 *hits;  // by rule; may be NULL
};

// ---- what rules ask (select.c)
// -------------------------------------------------------------------

u32 select_type(const struct select *s,
                const struct ir_value *v);  // one bit, 0 when no register holds the type
u32 select_type_bits(ir_type t);
u32 select_bytes(const struct select *s, const struct ir_value *v);  // of content
u32 select_lanes(const struct ir_value *v);                          // 1 for scalars
u32 select_lane_bytes(const struct select *s,
                      const struct ir_value *v);  // of one lane; of a mask in vectors too
// The op behind a value, if it may be computed where `user` stands: a constant; else an op of the
// same block, with no other use unless `shared`, and no write in between when it reads memory.
struct ir_op *select_def(struct select *s, const struct ir_op *user, const struct ir_value *v,
                         u16 id, bool shared);

// The size field: the smallest allowed that holds the op's result (integers below 4 bytes: 4), or a
// value.
u32 select_size(const struct select *s, const struct ir_op *op, u32 sizes);
u32 select_size_of(const struct select *s, const struct ir_value *v, u32 sizes);

// ---- what rules do -----------------------------------------------------------------------------

static inline void select_hit(struct select *s, u32 rule) {
	if (s->hits)
		s->hits[rule]++;
}
mach_value select_value(struct select *s, struct ir_value *v);  // asks for it
bool select_is_asked(const struct select *s, const struct ir_value *v);
// Whether an instruction would take the value from memory (`broadcast`: as one element, too).
bool select_folds(struct select *s, struct ir_value *v, bool broadcast);
mach_value select_result(struct select *s, struct ir_op *op, u32 i);  // the value to define
mach_value select_new(struct select *s, enum select_bank bank, u32 bytes);
// Emits an instruction. Operands are those of the row but its definitions; absent optional ones at
// the end may be left out. Gives definition number `result`, which is `into` unless that is 0;
// `defs`, when not NULL, receives all definitions.
mach_value select_inst(struct select *s, u16 opcode, u32 size, bool zeroing, u32 result,
                       mach_value into, mach_value *defs, u32 n, const struct select_operand *ops);
void select_copy(struct select *s, mach_value to, mach_value from);
mach_inst select_emit(struct select *s, u16 opcode, u8 size, u8 mode, u32 n,
                      const struct mach_operand *ops);

// Addresses and constants.
struct mach_mem select_mem_none(void);
struct mach_mem select_address(struct select *s, struct ir_value *address, i64 disp);
struct mach_mem select_access(struct select *s,
                              const struct ir_op *op);  // of a tile.load, store, prefetch
struct mach_mem select_constant_mem(struct select *s, const void *data, u32 bytes, u32 align);
struct mach_mem select_slot_mem(u32 slot, i32 disp);
u32 select_frame_slot(struct select *s, u32 bytes, u32 align);
u32 select_symbol_named(struct select *s, struct str name);
// The bytes of a constant's lanes as they lie in memory (masks: one byte a lane); NULL when the
// attribute has none. `size` gets their number.
const u8 *select_constant_bytes(struct select *s, ir_attr a, u32 *size);

// Reports that nothing in the target's rules fits the op.
void select_fail(struct select *s, const struct ir_op *op);

// ---- masks in vectors (select_mask.c)
// -------------------------------------------------------------

// Gives every mask of the function the width of its lanes.
void select_mask_lanes(struct select *s);

// ---- the driver (lower_tile.c) -----------------------------------------------------------------

struct select_options {
	const struct mach_cpu *cpu;
	u64 *hits;          // counts by rule of the target's set; may be NULL
	struct map *lines;  // ir op -> line of the printed import; may be NULL
};
// Selects every function of a module in native form (tile/native.h). NULL after diagnostics.
struct mach_unit *mach_lower_tile(struct ir_module *m, const struct mach_target *t,
                                  const struct select_options *o, struct arena *a,
                                  struct diag_engine *d);

#endif
