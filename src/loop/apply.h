// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared by apply.c (walks the schedule tree) and apply_stmt.c (emits one statement on one tile).
#ifndef LOOP_APPLY_H
#define LOOP_APPLY_H

#include "dialect/dialect.h"
#include "loop/loop.h"

// The box being executed: for each group dim where it starts and how many points it has.
struct loop_box {
	struct ir_value *offset[LOOP_DIMS_MAX];  // NULL: zero
	i64 base[LOOP_DIMS_MAX];                 // constant added to offset
	i64 size[LOOP_DIMS_MAX];                 // IR_DYNAMIC: the dim's whole run-time extent
	i64 active[LOOP_DIMS_MAX];               // fewer points count than `size`: the last tile of a reduced dim; 0: all
};

struct loop_apply {
	struct ir_builder b;
	struct ir_context *context;
	struct arena *arena;
	const struct loop_group *g;
	struct ir_value **args;           // kernel arguments of the group's inputs (memrefs or scalars)
	struct ir_value **outs;           // memrefs of the group's results
	struct ir_value *extent[LOOP_DIMS_MAX];  // run-time extents; NULL for constants
	struct loop_box box;
	u32 vector_dim;                   // of the tile in hand
	u32 open;                         // dims of sequential loops around, for completion of reductions
	// Per statement (output 0..n-1 flattened by value_base):
	u32 *value_base;
	struct ir_value **value;          // SSA result on the current box, NULL when not at hand
	struct ir_value **acc;            // open accumulator, NULL when none
	struct ir_value **scratch;        // memref that carries the result between leaves, NULL
	bool reassoc;                     // numerics: contraction into fma allowed
};

// Runs statement `s` on the current box; a reduction adds to its open accumulator.
void loop_apply_stmt(struct loop_apply *a, u32 s);
struct ir_value *loop_apply_init(struct loop_apply *a, u32 s);  // accumulator's start on the current box
void loop_apply_finish(struct loop_apply *a, u32 s);            // accumulator -> value, written where it belongs
struct ir_value *loop_index_const(struct loop_apply *a, i64 v);
struct ir_value *loop_index_add(struct loop_apply *a, struct ir_value *x, struct ir_value *y);  // NULL is zero
struct ir_value *loop_index_scale(struct loop_apply *a, struct ir_value *x, i64 factor);
// Whether the values that the tree hands from one leaf to another fit the kernel's frame; else why not.
bool loop_apply_keeps(const struct loop_group *g, const struct loop_node *root, const char **why);
void loop_apply_border(struct loop_apply *a, u32 s);            // fills the border of a PAD's result
// The kernel of a group under a schedule: a func.func appended to `module`'s body.
// `types` are the memref types of the group's operands and results (a scalar operand's own type).
struct ir_op *loop_apply_schedule(struct ir_module *m, const struct loop_group *g, const struct loop_schedule *s,
                                  const ir_type *types, bool reassoc);

#endif
