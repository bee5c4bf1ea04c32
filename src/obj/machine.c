// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The machines of machine.def as tables.
#include <elf.h>

#include "obj/obj.h"

enum machine_id {
#define MACHINE(id, ...) MACHINE_##id,
#define RELOC(...)
#include "obj/machine.def"
#undef MACHINE
#undef RELOC
	MACHINE_COUNT,
};

static const struct obj_reloc_info machine_relocs[MACHINE_COUNT][OBJ_RELOC_KIND_COUNT] = {
#define MACHINE(...)
#define RELOC(machine, kind, type, bytes, pc_relative, is_signed)                                  \
	[MACHINE_##machine][OBJ_RELOC_##kind] = {type, bytes, pc_relative, is_signed},
#include "obj/machine.def"
#undef MACHINE
#undef RELOC
};

static const struct obj_machine machines[MACHINE_COUNT] = {
#define RELOC(...)
#define MACHINE(id, number, elf_flags, large, fill, code, data, ra, cfa, cfa_at, ra_at)            \
	{#id,  number, elf_flags, large,  fill,  code,                                                 \
	 data, ra,     cfa,       cfa_at, ra_at, machine_relocs[MACHINE_##id]},
#include "obj/machine.def"
#undef MACHINE
#undef RELOC
};

const struct obj_machine *obj_machine_find(u16 elf_machine) {
	for (u32 i = 0; i < MACHINE_COUNT; i++)
		if (machines[i].elf_machine == elf_machine)
			return &machines[i];
	return NULL;
}
