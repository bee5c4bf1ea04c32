// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analytical planner: from a fusion group and a CPU's row to a schedule tree.
#ifndef LOOP_PLAN_H
#define LOOP_PLAN_H

#include "loop/loop.h"

// What the planner knows of a machine; filled from the target's cpu.def row or an accelerator's
// machine file. Sizes in bytes, bandwidths in bytes a cycle.
struct loop_machine {
	u32 vector_bytes;
	u32 num_vector_regs;
	float fma_per_cycle;        // vector FMA instructions
	float loads_per_cycle;      // vector loads from the first level
	u32 fma_latency;            // cycles
	u32 num_levels;
	struct loop_machine_level {
		u64 bytes;
		float bytes_per_cycle;
	} levels[4];
	bool broadcast_operand;     // an FMA may take a broadcast scalar from memory
};

// The schedule the planner chooses; never NULL for a group that loop_group_analyse accepted.
struct loop_schedule *loop_plan(const struct loop_group *g, const struct loop_machine *m, struct arena *a);

// Whether the planner has a schedule for these statements as one kernel; else why not.
bool loop_plan_accepts(const struct loop_group *g, const struct loop_machine *m, struct arena *a, const char **why);

#endif
