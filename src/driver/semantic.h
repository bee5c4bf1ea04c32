// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Semantic verification: runs a function on generated inputs, as often and in as many forms as
// wanted, and compares results bit for bit. The arguments are described by the function's original
// type (memrefs, scalars); a lowered form takes the same ones as addresses and sizes.
#ifndef DRIVER_SEMANTIC_H
#define DRIVER_SEMANTIC_H

#include "ir/ir.h"

struct semantic_arg {
	ir_type type;
	u8 *data;              // element bytes; a scalar's own bytes
	u64 size;
	i64 sizes[16];         // of a memref
};
struct semantic_case {
	u32 num_args;
	struct semantic_arg *args;
	u64 seed;
};
// Arguments for a function type: floats of both signs within [-2, 2], small integers, index values and
// run-time sizes between 1 and 40. False when a type has no generator (the reason in `why`).
bool semantic_generate(ir_type function, u64 seed, struct arena *a, struct semantic_case *out, const char **why);
struct semantic_case semantic_copy(const struct semantic_case *c, struct arena *a);

// Runs `func` of a module in the interpreter; its memrefs (or addresses) are the case's buffers, which
// it changes. Results (scalars) are appended to `results`. False after a diagnostic.
bool semantic_interpret(struct ir_module *m, struct ir_op *func, struct semantic_case *c, struct strbuf *results);
// Buffers and results equal; else says where in `what`.
bool semantic_equal(const struct semantic_case *x, const struct semantic_case *y, struct str results_x, struct str results_y,
                    struct strbuf *what);

#endif
