// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of ops: what `eval` hooks see of the interpreter (src/interp) and the values they work
// on. Element-wise ops need no hook: the interpreter applies their `scalar` column lane by lane.
//
// A hook finds its operands evaluated and its results' storage made (one element after the other,
// row-major, ir_type_bytes each; memrefs as views). It writes the results and gives true, or reports
// a diagnostic and gives false: undefined behaviour (an index out of range, a division by zero) is an
// error of the evaluated program, never of the host.
#ifndef DIALECT_EVAL_H
#define DIALECT_EVAL_H

#include "ir/ir.h"

#define EVAL_RANK_MAX 16

// A run of memory that memrefs and integer addresses point into.
struct eval_buffer {
	u8 *data;
	u64 size;
	bool freed;
};
struct eval_value {
	ir_type type;
	u8 *data;                    // scalars, vectors, tensors: elements
	// memrefs, and tensors of run-time shape (sizes only)
	struct eval_buffer *buffer;
	i64 offset;                  // in elements
	i64 sizes[EVAL_RANK_MAX], strides[EVAL_RANK_MAX];
	u64 capacity;                // bytes at `data`
};

struct eval;  // the interpreter's state: an object, so several may run in one process

struct ir_context *eval_context(struct eval *e);
bool eval_error(struct eval *e, struct ir_op *op, const char *format, ...) BASE_PRINTF(3, 4);

// Scalars.
i64 eval_int(const struct eval_value *v);          // integer or index, sign-extended
double eval_float(const struct eval_value *v);
void eval_set_int(struct eval_value *v, i64 x);
void eval_set_float(struct eval_value *v, double x);
void eval_load(ir_type element, const u8 *p, union ir_scalar *out);
void eval_store(ir_type element, u8 *p, union ir_scalar v);

// Entry i of a mixed list (static_sizes, ...): the constant, or the next operand.
i64 eval_mixed(const struct ir_op *op, const struct eval_value *operands, ir_name list, u32 i, u32 *next);

// Shapes: of vectors and tensors by type and sizes, of memrefs by sizes.
u64 eval_count(const struct eval_value *v);        // number of elements
i64 eval_size(const struct eval_value *v, u32 dim);
void eval_resize(struct eval *e, struct eval_value *v, const i64 *sizes);  // a tensor of run-time shape
void eval_copy(struct eval *e, struct eval_value *to, const struct eval_value *from);

// Memory. Pointer to `bytes` bytes at an element of a memref, or at an integer address; NULL after a
// diagnostic when any of it lies outside its buffer.
u8 *eval_element(struct eval *e, struct ir_op *op, const struct eval_value *memref, const i64 *indices, u64 bytes);
u8 *eval_address(struct eval *e, struct ir_op *op, i64 address, u64 bytes);
struct eval_buffer *eval_allocate(struct eval *e, u64 bytes, u64 align);   // contents undefined: filled with a pattern

// Runs a region from its entry block; `ends` gets the operands of the terminator that left it.
struct eval_end {
	struct ir_op *terminator;
	u32 count;
	struct eval_value *values;    // copies, valid until the region runs again
};
bool eval_region(struct eval *e, struct ir_region *r, u32 count, const struct eval_value *args, struct eval_end *end);
bool eval_call(struct eval *e, struct ir_op *func, u32 count, const struct eval_value *args, struct eval_end *end);
// The value of a size expression with the program's symbols bound; false when one is not.
bool eval_symbol(struct eval *e, ir_expr size, i64 *out);
// The iteration point of the structured op being run (linalg.index); points nest.
void eval_push_point(struct eval *e, const i64 *point);
void eval_pop_point(struct eval *e);
const i64 *eval_point(struct eval *e);
// Applies a combining op (arith id) to two elements.
bool eval_combine(struct eval *e, u16 op_id, ir_type element, union ir_scalar x, union ir_scalar y, union ir_scalar *out);

#define HOOK_EVAL(name)                                                                            \
	bool name(BASE_UNUSED struct eval *e, BASE_UNUSED struct ir_op *op,                            \
	          BASE_UNUSED const struct eval_value *operands, BASE_UNUSED struct eval_value *results)

#endif
