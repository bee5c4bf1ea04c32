// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The vocabulary of all ir levels: op numbers, registration, and what builders and passes need of
// several dialects: constants, mixed static/run-time index lists, loops, functions.
// Op tables: dialects.def. Structured ops' domains and accesses: linalg.h.
#ifndef DIALECT_DIALECT_H
#define DIALECT_DIALECT_H

#include "ir/ir.h"

enum op_id {
#define OP(dialect, id, ...) OP_##dialect##_##id,
#include "dialect/dialects.def"
	OP_COUNT
};
static inline bool op_is(const struct ir_op *op, enum op_id id) { return op && op->info->id == id; }

// Registers every op; to be called once, before any IR is made.
void dialect_register_all(struct ir_context *c);

// ---- constants --------------------------------------------------------------------------------

// arith.constant of an attribute whose type is the result's.
struct ir_value *dialect_const(struct ir_builder *b, ir_attr value);
struct ir_value *dialect_const_index(struct ir_builder *b, i64 v);
// An integer, index or float constant; a splat for a shaped type.
struct ir_value *dialect_const_int(struct ir_builder *b, ir_type type, i64 v);
struct ir_value *dialect_const_float(struct ir_builder *b, ir_type type, double v);
struct ir_value *dialect_const_zero(struct ir_builder *b, ir_type type);
// [1, 2, 3]: an array of i64 attributes.
ir_attr dialect_int_list(struct ir_context *c, u32 n, const i64 *values);
// The attributes of those constants.
ir_attr dialect_int_attr(struct ir_context *c, ir_type type, i64 v);
ir_attr dialect_float_attr(struct ir_context *c, ir_type type, double v);
ir_attr dialect_zero_attr(struct ir_context *c, ir_type type);
// The value of a scalar or splat constant attribute; false for anything else (NULL too).
bool dialect_attr_int(ir_attr a, i64 *v);
bool dialect_attr_float(ir_attr a, double *v);

// ---- index lists: some entries constant, others values ---------------------------------------

// An entry of a mixed list such as memref.subview's sizes: `value`, or `constant` when it is NULL.
struct dialect_index {
	struct ir_value *value;
	i64 constant;
};
static inline struct dialect_index dialect_index_const(i64 v) {
	return (struct dialect_index){NULL, v};
}
// A value; its constant when it is one.
struct dialect_index dialect_index_of(struct ir_value *v);
// The index as a value (builds arith.constant when needed).
struct ir_value *dialect_index_value(struct ir_builder *b, struct dialect_index i);
// Entry i of the list made of a static array property and the operand group of its dynamic entries.
struct dialect_index dialect_mixed(const struct ir_op *op, ir_name static_array, u32 group, u32 i);

// ---- combining operations (combine.c) ----------------------------------------------------------

// The arith op of a `#vector.kind<...>` (NULL: add) on integers or floats; 0 when there is none.
u16 dialect_combining_op(ir_attr kind, bool is_float);
const char *dialect_combining_kind(u16 op);  // "add" of arith.addf; NULL for an op that is none
ir_attr dialect_neutral_attr(struct ir_context *c, u16 op, ir_type element);  // leaves the other operand as it is

// ---- builders ---------------------------------------------------------------------------------

// scf.for with `n` loop-carried values; the body block has its arguments (index first) and, when
// n is 0, the yield. Otherwise the caller ends it with dialect_build_yield.
struct ir_op *dialect_build_for(struct ir_builder *b, struct ir_value *lower,
                                struct ir_value *upper, struct ir_value *step, u32 n,
                                struct ir_value *const *inits);
// scf.forall of `rank` loops over `n` shared outputs; its body has its arguments (indices first)
// and the in_parallel terminator with an empty block. `mapping` may be NULL.
struct ir_op *dialect_build_forall(struct ir_builder *b, u32 rank,
                                   const struct dialect_index *lower,
                                   const struct dialect_index *upper,
                                   const struct dialect_index *step, u32 n,
                                   struct ir_value *const *outputs, ir_attr mapping);
// scf.if with one empty block in each region (no else region unless with_else); a region whose
// op has no results is ended with scf.yield already.
struct ir_op *dialect_build_if(struct ir_builder *b, struct ir_value *condition, u32 n,
                               const ir_type *results, bool with_else);
struct ir_op *dialect_build_yield(struct ir_builder *b, u16 yield_id, u32 n,
                                  struct ir_value *const *values);
// A builder that appends to the body of a single-block region, before its terminator if there is
// one.
struct ir_builder dialect_body_builder(struct ir_op *op, u32 region);
// func.func with an entry block of its arguments; a declaration when `declaration`.
struct ir_op *dialect_build_func(struct ir_builder *b, struct str name, ir_type function_type,
                                 bool declaration);
struct ir_op *dialect_build_return(struct ir_builder *b, u32 n, struct ir_value *const *values);

// memref.subview, tensor.extract_slice: n offsets, sizes and strides. `result` NULL infers the
// type of full rank; a rank-reduced one is given.
struct ir_value *dialect_build_slice(struct ir_builder *b, u16 id, struct ir_value *source, u32 n,
                                     const struct dialect_index *offsets,
                                     const struct dialect_index *sizes,
                                     const struct dialect_index *strides, ir_type result);
// tensor.insert_slice, tensor.parallel_insert_slice (gives NULL).
struct ir_value *dialect_build_insert_slice(struct ir_builder *b, u16 id, struct ir_value *source,
                                            struct ir_value *dest, u32 n,
                                            const struct dialect_index *offsets,
                                            const struct dialect_index *sizes,
                                            const struct dialect_index *strides);
// affine.apply/min/max of a map, folded when every operand is constant.
struct dialect_index dialect_build_affine(struct ir_builder *b, u16 id, ir_attr map, u32 n,
                                          const struct dialect_index *operands);
// tensor.empty / memref.alloc / memref.alloca of a type, with its run-time sizes.
struct ir_value *dialect_build_sized(struct ir_builder *b, u16 id, ir_type type, u32 n,
                                     struct ir_value *const *sizes);
// memref.dim / tensor.dim as an index: static when the type says so.
struct dialect_index dialect_build_dim(struct ir_builder *b, struct ir_value *shaped, u32 dim);

// ---- questions --------------------------------------------------------------------------------

// The operands that a branch hands to the block arguments of a successor.
struct ir_range dialect_successor_operands(const struct ir_op *op, u32 successor);
// The type of the subview of `source` with these offsets, sizes and strides (IR_DYNAMIC: run time).
ir_type dialect_subview_type(struct ir_context *c, ir_type source, const i64 *offsets,
                             const i64 *sizes, const i64 *strides);
// Whether `reduced` is `full` without some unit dimensions (the same number counts). With
// `dropped`, marks which of full's dimensions are missing (full->rank entries).
bool dialect_is_rank_reduced(ir_type full, ir_type reduced, bool *dropped);
// Whether the op may run where it would not have run: pure, or a division by a constant that is
// defined for every dividend, or the size of a dimension that exists.
bool dialect_is_speculatable(const struct ir_op *op);
// Whether sizes agree where both are known.
static inline bool dialect_sizes_match(i64 a, i64 b) {
	return a == b || a == IR_DYNAMIC || b == IR_DYNAMIC;
}
bool dialect_shapes_match(ir_type a, ir_type b);  // rank and sizes

#endif
