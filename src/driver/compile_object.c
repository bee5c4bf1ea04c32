// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The back half of the compiler as one function read from top to bottom: select, finish each
// function (mach_finish: schedule, allocate, check, frame, encode), hand code and constants to obj.
#include "driver/compile_tile.h"

static void add_stats(struct mach_allocate_stats *sum, const struct mach_allocate_stats *s) {
	sum->spills += s->spills;
	sum->reloads += s->reloads;
	sum->moves += s->moves;
	sum->remats += s->remats;
	sum->splits += s->splits;
	sum->inner_loop_spills += s->inner_loop_spills;
	sum->inner_loop_moves += s->inner_loop_moves;
}

struct obj *compile_tile_object(struct ir_module *m, const struct compile_tile *o,
                                struct arena *a) {
	struct mach_unit *unit = compile_tile_select(m, o, a);
	if (!unit)
		return NULL;
	struct mach_code *codes = ARENA_ARRAY(a, struct mach_code, unit->funcs.size + 1);
	struct arena scratch;
	arena_init(&scratch);
	for (u32 i = 0; i < unit->funcs.size; i++) {
		struct mach_allocate_stats stats = {0};
		codes[i].arena = a;
		mach_finish(unit->funcs.data[i], &scratch, &codes[i], &stats);
		if (o->stats)
			add_stats(o->stats, &stats);
		arena_reset(&scratch);
	}
	arena_deinit(&scratch);
	struct obj *object = obj_create(a, o->target->elf_machine);
	obj_add_unit(object, unit, codes);
	return object;
}
