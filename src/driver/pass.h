// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass table and its runner. A pass is one row of passes.def; printing, verification, timing and
// the textual pipeline (`--pass-pipeline=builtin.module(func.func(cse,tile-to-native))`) come from it.
#ifndef DRIVER_PASS_H
#define DRIVER_PASS_H

#include "loop/plan.h"
#include "tile/tile.h"

enum pass_id {
#define PASS(id, name, level, run, doc) PASS_##id,
#define ORDER(before, after, why)
#include "driver/passes.def"
#undef PASS
#undef ORDER
	PASS_COUNT
};
enum pass_level { PASS_MODULE, PASS_FUNC, PASS_MAIN };  // given: the module, each function, the function @main

// What passes know beside the IR.
struct pass_context {
	struct ir_context *context;
	struct arena *scratch;             // emptied after each pass
	struct tile_machine tile;
	struct loop_machine loop;
	bool reassoc;                      // numerics: reductions and contractions may be reassociated
	struct loop_schedule *schedules;   // read from --schedule, may be NULL
	u32 num_schedules;
	struct strbuf *schedule_out;       // --emit=schedule: what was planned, may be NULL
};

// Cost model of a generic core with vectors of that size, for tools that have no target in hand.
struct loop_machine pass_default_machine(u32 vector_bytes);

struct pass_info {
	const char *name;
	enum pass_level level;
	bool (*run)(struct pass_context *p, struct ir_op *op);  // false after a diagnostic
	const char *doc;
};
const struct pass_info *pass_get(enum pass_id id);
bool pass_find(struct str name, enum pass_id *out);
// CHECKs that no ORDER row contradicts another; called once at start-up.
void pass_check_orders(void);

// A pipeline: passes in order.
struct pass_pipeline {
	VEC(enum pass_id) passes;
};
// Parses mlir-opt's spelling or a plain comma list; false after a diagnostic.
bool pass_parse_pipeline(struct arena *a, struct str text, struct diag_engine *d, struct pass_pipeline *out);

struct pass_options {
	bool verify_each;
	bool print_after_all, print_before_all, print_after_change;
	bool timing;
	struct str print_after, print_before;   // pass names, empty: none
	void (*print)(void *user, struct str text);  // receives dumps and the timing table
	void *user;
	u32 limit;               // run only the first `limit` passes (bisecting); 0: all
};
// Runs a pipeline on a module. False after diagnostics.
bool pass_run(struct pass_context *p, struct ir_module *m, const struct pass_pipeline *pipeline, const struct pass_options *o);

#endif
