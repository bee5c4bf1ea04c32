// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter: runs a function of any ir level. It is the oracle: machine code must equal it bit
// for bit at the tile level. Element order, rounding and the order of reductions are those the
// dialects' rows define.
#ifndef INTERP_INTERP_H
#define INTERP_INTERP_H

#include "dialect/eval.h"

struct interp;

// Uses the module as it is; it must not change while the interpreter lives. NULL when memory is out.
struct interp *interp_create(struct ir_module *m);
void interp_destroy(struct interp *i);
struct eval *interp_eval(struct interp *i);

// Steps (ops executed) after which a run is given up with a diagnostic; default 10^10.
void interp_set_step_limit(struct interp *i, u64 steps);
// Symbols of lam.dim.
void interp_bind_symbol(struct interp *i, ir_name symbol, i64 value);

// Makes host memory known, so that memrefs and addresses may point into it.
struct eval_buffer *interp_map_buffer(struct interp *i, void *data, u64 size);
// A memref value over a mapped buffer with the type's identity layout; `sizes` for `?` dims or NULL.
struct eval_value interp_memref(ir_type type, struct eval_buffer *b, const i64 *sizes);
struct eval_value interp_scalar(struct interp *i, ir_type type, const void *bytes);

// Calls a function; results (at most func's) are copies that live until the next call.
bool interp_call(struct interp *i, struct ir_op *func, u32 num_args, const struct eval_value *args, struct eval_value *results);

#endif
