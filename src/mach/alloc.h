// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The register allocator's parts share this; nobody else includes it.
//
//   prepare   one use a memory operand; copies around fixed operands and before ties that would
//             overwrite a value still needed; what registers each value may have     alloc_prepare.c
//   ranges    live ranges as intervals of positions                                  alloc_range.c
//   classes   values that want one register, joined                                  alloc_class.c
//   spill     values in memory or recomputed where too many live at once             alloc_spill.c
//   assign    a register a class, for its whole life                                 alloc_assign.c
//   place     where that failed: values wander between registers                     alloc_place.c
//   moves     copies on edges and in blocks become instructions                      moves.c
//
// Registers are bits of a u64 relative to the lowest register of their class.
#ifndef MACH_ALLOC_H
#define MACH_ALLOC_H

#include "mach/operands.h"

enum { ALLOC_CLASSES_MAX = 8, ALLOC_SUBSETS_MAX = 8 };

struct alloc_value {
	u64 allowed;   // what all its operands accept
	mach_reg pre;  // must sit here (temporaries around fixed operands, entry parameters), or MACH_NO_REG
	mach_reg home; // assigned for its whole life, or MACH_NO_REG
};
struct alloc_class {
	u64 all;                        // allocatable
	mach_reg first;                 // bit 0
	bool flags;                     // neither spilled nor coloured: all values share the register
	u32 num_subsets;                // sets that some value is restricted to; [0] is `all`
	u64 subsets[ALLOC_SUBSETS_MAX];
};
// Live ranges as intervals of positions. Blocks in layout order, and in each its start, its
// instructions and its end, take a place each; place p is read at position 2p and written at 2p + 1.
// So a value that dies where another one is defined may share its register.
struct alloc_range {
	u32 from, to;  // positions, `to` exclusive
	u32 next;      // a later one of the same value; 0 none
};
struct alloc_ranges {
	VEC(struct alloc_range) pool;  // [0] is unused
	u32 *first;                    // by value
	u32 *block_start;              // place of a block's start
	u32 num_places;
	bool excess;                   // somewhere more values live than there are registers for them
	u32 *pressure;                 // most values of a class at once, by block * classes + class
};

// Which registers of a class are taken at which positions; see alloc_assign.c.
struct alloc_occupancy {
	u64 *at;         // by position
	u64 *any, *full; // by 64 positions: taken somewhere in them; taken in all of them (not in `at`)
};

// Values that are to share a register. A web is a chain of tied values, which must; a class is webs
// that should. Both are known by one of their values.
struct alloc_web {
	mach_value web;        // union-find parents
	mach_value class;      // of the web
	mach_value next;       // webs of the class, from its root on; 0 ends
	mach_value last;       // of a root: end of that list
	u32 ranges;            // of a class: intervals of all its webs (those of a web: ranges.first)
	u32 depth;             // loop depth of the innermost use
	u64 allowed;           // of a web, of a class
	mach_reg pre, hint;    // of a class
};

struct alloc {
	struct mach_func *f;
	struct arena *a;
	struct mach_allocate_stats *stats;
	struct ir_dominators dom;
	struct ir_loops loops;
	struct mach_liveness live;
	VEC(struct alloc_value) values;  // by value
	struct alloc_class classes[ALLOC_CLASSES_MAX];
	struct alloc_ranges ranges;
	struct alloc_occupancy occupancy[ALLOC_CLASSES_MAX];
	struct alloc_web *webs;          // by value
};

static inline u64 alloc_mask(const struct alloc_class *c, struct mach_regset s) {
	u32 word = c->first / 64, shift = c->first % 64;
	u64 mask = s.bits[word] >> shift;
	if (shift && word + 1 < MACH_REGS_MAX / 64)
		mask |= s.bits[word + 1] << (64 - shift);
	return mask;
}
static inline u64 alloc_bit(const struct alloc_class *c, mach_reg r) { return 1ull << (r - c->first); }
static inline mach_reg alloc_reg(const struct alloc_class *c, u64 mask) {
	return (mach_reg)(c->first + (u32)__builtin_ctzll(mask));
}
static inline struct alloc_class *alloc_class_of(struct alloc *al, mach_value v) {
	return &al->classes[al->f->values.data[v].cls];
}
static inline u64 alloc_operand_mask(struct alloc *al, mach_inst i, u32 operand, mach_value v) {
	struct mach_func *f = al->f;
	return alloc_mask(alloc_class_of(al, v), f->target->operand_regs(f, mach_inst_get(f, i), operand)) &
	       alloc_class_of(al, v)->all;
}

// A value like `model`, without registers of its own.
mach_value alloc_new_value(struct alloc *al, mach_value model);
mach_inst alloc_copy(struct alloc *al, mach_value to, mach_value from);
static inline float alloc_frequency(const struct alloc *al, mach_block b) {
	return al->f->blocks.data[b].frequency;
}

// Registers of class c that instruction i fixes for what it reads and what it writes (clobbers
// included): whatever lives through it keeps out of both.
struct alloc_fixed {
	u64 before, after;
};
struct alloc_fixed alloc_fixed_of(struct alloc *al, mach_inst i, u32 c);
bool alloc_has_fixed(struct alloc *al, mach_inst i);  // else both are empty for every class

void alloc_prepare(struct alloc *al);
void alloc_ranges_compute(struct alloc *al);

// Requires ranges. Fixed registers and clobbers take their places first.
void alloc_occupancy_init(struct alloc *al);
u64 alloc_busy(const struct alloc *al, u32 c, u32 ranges, u64 wanted);  // stops when nothing wanted is left
void alloc_occupy(struct alloc *al, u32 c, u32 ranges, u64 bit);

// Requires ranges and occupancy; uses up the ranges of values, which become those of webs.
void alloc_classes_build(struct alloc *al);
mach_value alloc_web_of(const struct alloc *al, mach_value v);
mach_value alloc_class_root(const struct alloc *al, mach_value v);

void alloc_lower_moves(struct mach_func *f, struct arena *a, struct mach_allocate_stats *stats);

// Gives values a home; true when all have one.
bool alloc_assign(struct alloc *al);

#endif
