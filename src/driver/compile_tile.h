// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a tile-level module in native form (tile/native.h; addresses, blocks) to machine code.
#ifndef DRIVER_COMPILE_TILE_H
#define DRIVER_COMPILE_TILE_H

#include "mach/select.h"
#include "obj/obj.h"

struct compile_tile {
	const struct mach_target *target;
	const struct mach_cpu *cpu;
	struct map
		*lines;  // ir op -> line of the printed import; NULL: lines of the text it was read from
	struct str source;                  // what lines count in; empty: no debug information
	u64 *hits;                          // counts by rule of the target's selection set; may be NULL
	struct mach_allocate_stats *stats;  // summed over the functions; may be NULL
};

// The target and CPU of `--mcpu=NAME`; "native" is the machine we run on. False: unknown.
bool compile_tile_cpu(struct str name, struct compile_tile *out);
// Selected machine SSA, verified. NULL after diagnostics.
struct mach_unit *compile_tile_select(struct ir_module *m, const struct compile_tile *o,
                                      struct arena *a);
// Selected, scheduled, allocated and encoded: an object without unwind and debug sections yet.
// NULL after diagnostics. Everything lives in `a`.
struct obj *compile_tile_object(struct ir_module *m, const struct compile_tile *o, struct arena *a);
// Adds a line `SET.RULE COUNT` for each rule that was hit to a file.
struct status compile_tile_coverage(const struct compile_tile *o, const char *path,
                                    struct arena *messages);

#endif
