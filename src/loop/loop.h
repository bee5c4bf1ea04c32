// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loop level's own structures. A *fusion group* (lam.group, a region of linalg and tensor ops on
// tensors) is analysed into statements over one list of group dimensions; a *schedule tree* says how
// the group is executed; the applier (apply.c) turns group and tree into one tile-level kernel. The
// planner writes trees, `--schedule=FILE` reads them, both through the one text form (schedule.c).
//
//   analyse (group.c)  -> struct loop_group: statements, accesses as affine maps over group dims
//   plan    (plan.c)   -> struct loop_node tree
//   apply   (apply.c)  -> func.func on memrefs with scf loops and n-D vectors
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include "ir/ir.h"

#define LOOP_DIMS_MAX 16
#define LOOP_TILE_RANK_MAX 4

// A dimension of the group's iteration space.
struct loop_dim {
	ir_expr extent;  // constant, or an expression over named symbols
	u32 index;
};

// One operand of a statement, read or written at map(dims).
struct loop_access {
	struct ir_value *tensor;  // as seen inside the group's region
	ir_attr map;              // affine map over the group's dims (num_dims = group dims)
	ir_type type;             // of the tensor
	u32 producer;             // statement that computes it, or LOOP_NONE for a group input
};
#define LOOP_NONE UINT32_MAX

enum loop_stmt_kind {
	LOOP_STMT_POINTWISE,   // no reduction
	LOOP_STMT_REDUCE,      // body combines an accumulator by one associative op
	LOOP_STMT_CONTRACT,    // body is acc + a * b
	LOOP_STMT_PAD,         // writes its source into a larger tensor; the border is filled behind the main nest
};
struct loop_stmt {
	struct ir_op *op;               // linalg.generic (or tensor.pad)
	enum loop_stmt_kind kind;
	u32 dims;                       // bit set of group dims iterated
	u32 reduction;                  // bit set of those reduced
	u32 num_inputs, num_outputs;
	struct loop_access *inputs, *outputs;   // outputs[i] also gives the initial value's access
	struct ir_value **inits;        // initial value of each output, NULL when it is a tensor.empty
	u16 combiner;                   // REDUCE, CONTRACT: op id that combines with the accumulator
	bool escapes;                   // some result is yielded by the group
	u32 *yields;                    // per output: group result number or LOOP_NONE
};
struct loop_group {
	struct ir_op *op;               // lam.group
	struct arena *arena;
	u32 num_dims;
	struct loop_dim dims[LOOP_DIMS_MAX];
	u32 num_stmts;
	struct loop_stmt *stmts;        // in topological order
	struct str name;
};

// Fills in `g` from a lam.group; false (with the reason in `why`) when the group's ops do not share
// one iteration space. Memory lives in `a`.
bool loop_group_analyse(struct ir_op *group, struct arena *a, struct loop_group *g, const char **why);
// The same for ops that are not in a group yet; in order, producers first. `group` may be NULL.
bool loop_group_analyse_ops(struct ir_op *group, struct ir_op *const *ops, u32 num_ops, struct arena *a,
                            struct loop_group *g, const char **why);

// ---------------------------------------------------------------------------------------------
// Schedule trees
//
//   parallel d0:1 d1:32 {            a band whose iterations are distributed over workers
//     for d2:14 {                    steps of 14 over d2
//       for d4:1 d5:1 { tile d2:14 d1:32 vector d1 : s0 }
//       tile d2:14 d1:32 vector d1 : s1 s2
//     }
//   }
//
// A band steps each of its dims by the number after the colon, outermost first; a *tile* leaf runs its
// statements on boxes of the given sizes (dims not named have size 1), `vector` names the dim whose
// elements sit in one native vector. A dim's step in the innermost band that holds it equals its tile
// size, or a multiple which inner bands divide. Bands may be annotated `unroll`.

enum loop_node_kind { LOOP_NODE_BAND, LOOP_NODE_TILE };
struct loop_step {
	u32 dim;
	i64 size;
};
struct loop_node {
	enum loop_node_kind kind;
	bool parallel, unroll;
	u32 num_steps;
	struct loop_step steps[LOOP_DIMS_MAX];
	struct loop_node *children;       // BAND: executed in order
	u32 num_children;
	u32 vector_dim;                   // TILE: LOOP_NONE when scalar
	u32 *stmts, num_stmts;            // TILE
	struct loop_node *next;           // sibling
};
struct loop_schedule {
	struct str kernel;                // name of the group
	struct str algorithm;             // row of algorithm.def
	struct loop_node *root;           // list of siblings, executed in order
	double cycles, bytes;             // predicted by the planner
};

void loop_schedule_print(const struct loop_schedule *s, struct strbuf *out);
// Parses a file of `kernel NAME { ... }` entries; diagnostics carry line and column. Entries in order.
bool loop_schedule_parse(struct arena *a, struct str text, struct str file, struct diag_engine *d,
                         struct loop_schedule **list, u32 *count);
// Is the tree legal for the group: every statement once, producers before consumers, reductions
// complete before they are read, no parallel band over a reduced dim? Reports all problems.
bool loop_schedule_verify(const struct loop_schedule *s, const struct loop_group *g, struct diag_engine *d,
                          struct diag_loc loc);

#endif
