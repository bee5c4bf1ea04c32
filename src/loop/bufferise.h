// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From fusion groups on tensors to a program of kernel launches on memrefs.
#ifndef LOOP_BUFFERISE_H
#define LOOP_BUFFERISE_H

#include "loop/plan.h"

struct loop_program_options {
	const struct loop_machine *machine;
	bool reassoc;
	const struct loop_schedule *schedules;  // by kernel name; others are planned
	u32 num_schedules;
	struct strbuf *schedule_out;            // receives the schedules used, may be NULL
};
// Requires: a function of lam.group, constants, tensor views and return. Establishes: the function's
// arguments are its inputs and results as memrefs, then an index for each named symbol it uses (names
// in the attribute lam.symbols); every group is a kernel function that lam.launch runs; buffers are
// lam.buffer with planned offsets, lam.arena_bytes tells their total.
bool loop_bufferise(struct ir_op *func, const struct loop_program_options *o, struct arena *scratch);

// Offsets for the lam.buffer ops of a program (memory_plan.c).
bool loop_plan_memory(struct ir_op *func, struct arena *scratch);

#endif
