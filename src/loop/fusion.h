// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which operations become one kernel.
#ifndef LOOP_FUSION_H
#define LOOP_FUSION_H

#include "loop/plan.h"

// A producer and a consumer that stay apart, and why; for the report.
struct loop_refusal {
	struct ir_op *producer, *consumer;  // producer: the last op of the group
	const char *why;                    // static
};
struct loop_refusals {
	struct arena *arena;
	VEC(struct loop_refusal) list;
};

// Copies (broadcasts, transposes) become access maps of their readers.
void loop_fold_copies(struct ir_op *func, struct arena *scratch);
// Readers of a tensor that is also padded read the inside of the padded one.
void loop_share_pads(struct ir_op *func);
// Copies for parts of joined tensors and outputs that no kernel can compute in place (copy_parts.c).
void loop_copy_parts(struct ir_op *func, struct arena *scratch);
// Every linalg.generic and tensor.pad of the function's body ends up in a lam.group. False after a
// diagnostic. `refusals` may be NULL.
bool loop_fuse(struct ir_op *func, const struct loop_machine *m, struct arena *scratch, struct loop_refusals *refusals);

#endif
