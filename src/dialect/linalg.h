// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structured ops (linalg.generic, the named ones, map, reduce, transpose, broadcast) as what they
// are to later levels: a nest of parallel and reduction loops, an affine map from loops to the
// position in each operand, and a scalar body whose arguments are the operands' elements.
#ifndef DIALECT_LINALG_H
#define DIALECT_LINALG_H

#include "dialect/dialect.h"

// Bodies of named ops: `a`, `b`, ... are input elements converted to the output's element type
// where the row has a conversion, `o` is the output's element.
enum linalg_body {
	LINALG_BODY_CAST,   // a
	LINALG_BODY_FILL,   // a
	LINALG_BODY_UNARY,  // function of attribute `fun`
	LINALG_BODY_EXP,
	LINALG_BODY_LOG,
	LINALG_BODY_ABS,
	LINALG_BODY_CEIL,
	LINALG_BODY_FLOOR,
	LINALG_BODY_NEGF,
	LINALG_BODY_RECIPROCAL,
	LINALG_BODY_ROUND,
	LINALG_BODY_SQRT,
	LINALG_BODY_RSQRT,
	LINALG_BODY_SQUARE,
	LINALG_BODY_TANH,
	LINALG_BODY_ERF,
	LINALG_BODY_BINARY,  // function of attribute `fun`
	LINALG_BODY_ADD,
	LINALG_BODY_SUB,
	LINALG_BODY_MUL,
	LINALG_BODY_DIV,
	LINALG_BODY_DIV_UNSIGNED,
	LINALG_BODY_MAX_SIGNED,
	LINALG_BODY_MIN_SIGNED,
	LINALG_BODY_MAX_UNSIGNED,
	LINALG_BODY_MIN_UNSIGNED,
	LINALG_BODY_POWF,
	LINALG_BODY_SELECT,               // a ? b : c
	LINALG_BODY_MUL_ADD,              // o + a * b
	LINALG_BODY_MUL_CAST_ADD,         // o + (a * b), the product in a's type (batch_reduce_matmul)
	LINALG_BODY_MUL_ADD_ZERO_POINTS,  // o + (a - c) * (b - d)
	LINALG_BODY_REDUCE_ADD,
	LINALG_BODY_REDUCE_MAX_SIGNED,
	LINALG_BODY_REDUCE_MIN_SIGNED,
	LINALG_BODY_REDUCE_MAX_UNSIGNED,
	LINALG_BODY_REDUCE_MIN_UNSIGNED,  // o combined with a
};

// The row of a named op in linalg_named.def.
struct linalg_named {
	const char *loops, *accesses;
	enum linalg_body body;
};
const struct linalg_named *linalg_named(const struct ir_op *op);  // NULL when op is no named one

bool linalg_is_structured(const struct ir_op *op);
// Operands are inputs, then outputs; the body's arguments are in the same order.
struct ir_range linalg_inputs(const struct ir_op *op);
struct ir_range linalg_outputs(const struct ir_op *op);
struct ir_block *linalg_body(const struct ir_op *op);
u32 linalg_num_loops(const struct ir_op *op);
bool linalg_is_reduction(const struct ir_op *op, u32 loop);
// Loops to position in operand i.
ir_attr linalg_map(const struct ir_op *op, u32 i);
// Sizes of the loops from the operands' types; IR_DYNAMIC where unknown. False when a loop's size
// follows from no operand.
bool linalg_loop_sizes(const struct ir_op *op, i64 *sizes);
// Stride and dilation of window `w` (in the order of spatial dimensions); 1 when not given.
i64 linalg_stride(const struct ir_op *op, u32 w);
i64 linalg_dilation(const struct ir_op *op, u32 w);

// A named op with its body; results for tensor outputs. `props` ends with NAME_none, may be NULL.
struct ir_op *linalg_build_named(struct ir_builder *b, u16 id, u32 num_inputs,
                                 struct ir_value *const *inputs, u32 num_outputs,
                                 struct ir_value *const *outputs,
                                 const struct ir_named_attr *props);
// linalg.generic with `maps` (inputs, then outputs) and a body of arguments only; the caller fills
// it and ends it with dialect_build_yield(.., OP_linalg_yield, ..).
struct ir_op *linalg_build_generic(struct ir_builder *b, u32 num_inputs,
                                   struct ir_value *const *inputs, u32 num_outputs,
                                   struct ir_value *const *outputs, const ir_attr *maps,
                                   u32 num_loops, const bool *reduction);
// Makes the body of an op without one (a named op, transpose, broadcast).
void linalg_fill_body(struct ir_op *op);

#endif
