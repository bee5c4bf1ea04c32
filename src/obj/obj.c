// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Construction of objects, and what a unit of machine code becomes in one.
//
// A 32-bit reference into .lrodata is a bug: weights may lie beyond its reach.
#include "obj/obj.h"

#include <elf.h>

struct obj *obj_create(struct arena *a, u16 elf_machine) {
	struct obj *o = ARENA_NEW(a, struct obj);
	o->arena = a;
	o->machine = obj_machine_find(elf_machine);
	CHECK_MSG(o->machine, "no object files for ELF machine %u", elf_machine);
	static const u32 aligns[] = {
#define SECTION(id, name, type, flags, align) align,
#include "obj/section.def"
#undef SECTION
	};
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++)
		o->sections[i].content.align = aligns[i];
	o->sections[OBJ_TEXT].content.fill = o->machine->text_fill;
	return o;
}

u64 obj_append(struct obj *o, u32 section, const void *data, u64 size, u32 align) {
	CHECK(section < OBJ_SECTION_COUNT);
	return obj_content_append(o->arena, &o->sections[section].content, data, size, align);
}

u64 obj_append_source(struct obj *o, u32 section, struct obj_source s) {
	CHECK(section < OBJ_SECTION_COUNT);
	return obj_content_append_source(o->arena, &o->sections[section].content, s);
}

u32 obj_symbol_add(struct obj *o, struct obj_symbol s) {
	CHECK(s.section < OBJ_SECTION_COUNT || (s.section == OBJ_UNDEFINED && s.global));
	CHECK(s.name.size || !s.global);
	vec_push(o->arena, o->symbols, s);
	return o->symbols.size - 1;
}

u32 obj_section_symbol(struct obj *o, u32 section) {
	CHECK(section < OBJ_SECTION_COUNT);
	if (!o->section_symbols[section])
		o->section_symbols[section] =
			1 + obj_symbol_add(o, (struct obj_symbol){.section = section});
	return o->section_symbols[section] - 1;
}

void obj_reloc_add(struct obj *o, u32 section, struct obj_reloc r) {
	CHECK(section < OBJ_SECTION_COUNT && r.symbol < o->symbols.size);
	CHECK(r.kind < OBJ_RELOC_KIND_COUNT);
	const struct obj_reloc_info *info = &o->machine->relocs[r.kind];
	CHECK_MSG(info->elf_type, "machine %s has no reference of kind %u", o->machine->name, r.kind);
	CHECK(r.offset + info->bytes <= o->sections[section].content.size);
	CHECK(info->bytes == 8 || o->symbols.data[r.symbol].section != OBJ_LRODATA);
	vec_push(o->arena, o->sections[section].relocs, r);
}

void obj_hash_slot_add(struct obj *o, u64 offset, enum obj_hash_kind kind) {
	CHECK(offset % 8 == 0 && offset + 8 <= o->sections[OBJ_DATA_REL_RO].content.size);
	vec_push(o->arena, o->hash_slots, (struct obj_hash_slot){offset, (u8)kind});
}

// ---------------------------------------------------------------------------------------------
// Units

// Text of one function: a copy, because references inside the object are patched into it.
static u8 *add_code(struct obj *o, const struct mach_code *code, u64 *offset) {
	u8 *bytes = arena_copy(o->arena, code->bytes.data, code->bytes.size, 1);
	*offset = obj_append(o, OBJ_TEXT, bytes, code->bytes.size, BASE_MAX(code->align, 1));
	return bytes;
}

static u32 add_function(struct obj *o, const struct mach_symbol *s, const struct mach_code *code,
                        u64 offset) {
	u32 symbol = obj_symbol_add(o, (struct obj_symbol){.name = s->name,
	                                                   .section = OBJ_TEXT,
	                                                   .function = true,
	                                                   .global = s->global,
	                                                   .offset = offset,
	                                                   .size = code->bytes.size});
	vec_push(o->arena, o->functions,
	         (struct obj_function){symbol, code->lines.data, code->cfi.data, code->lines.size,
	                               code->cfi.size});
	return symbol;
}

static u32 add_data(struct obj *o, const struct mach_symbol *s) {
	struct obj_symbol symbol = {.name = s->name, .global = s->global, .size = s->size};
	switch ((enum mach_symbol_kind)s->kind) {
	case MACH_SYMBOL_UNDEFINED:
		symbol.section = OBJ_UNDEFINED;
		symbol.global = true;
		return obj_symbol_add(o, symbol);
	case MACH_SYMBOL_RODATA: symbol.section = OBJ_RODATA; break;
	case MACH_SYMBOL_DATA: symbol.section = OBJ_DATA; break;
	case MACH_SYMBOL_FUNC: UNREACHABLE();
	}
	symbol.offset = obj_append(o, symbol.section, s->data, s->size, BASE_MAX(s->align, 1));
	return obj_symbol_add(o, symbol);
}

// Distances inside .text are final: patched in, and true.
static bool resolve_in_text(const struct obj *o, u8 *code, u64 code_offset,
                            const struct mach_reloc *r, const struct obj_symbol *target) {
	const struct obj_reloc_info *info = &o->machine->relocs[r->kind];
	if (!info->pc_relative || target->section != OBJ_TEXT)
		return false;
	i64 distance = (i64)(target->offset - (code_offset + r->offset)) + r->addend;
	CHECK(info->bytes == 8 || distance == (i32)distance);
	memcpy(code + r->offset, &distance, info->bytes);  // little-endian, as all machines here are
	return true;
}

static void add_code_relocs(struct obj *o, const struct mach_code *code, u8 *bytes, u64 offset,
                            const u32 *symbols) {
	for (u32 i = 0; i < code->relocs.size; i++) {
		const struct mach_reloc *r = &code->relocs.data[i];
		u32 symbol = symbols[r->symbol];
		CHECK(r->offset + o->machine->relocs[r->kind].bytes <= code->bytes.size);
		if (!resolve_in_text(o, bytes, offset, r, &o->symbols.data[symbol]))
			obj_reloc_add(o, OBJ_TEXT,
			              (struct obj_reloc){offset + r->offset, symbol, r->kind, r->addend});
	}
}

const u32 *obj_add_unit(struct obj *o, const struct mach_unit *u, const struct mach_code *codes) {
	CHECK(u->target->elf_machine == o->machine->elf_machine);
	u32 *symbols = ARENA_ARRAY(o->arena, u32, u->symbols.size);
	u8 **bytes = ARENA_ARRAY(o->arena, u8 *, u->funcs.size);
	u64 *offsets = ARENA_ARRAY(o->arena, u64, u->funcs.size);
	for (u32 i = 0; i < u->funcs.size; i++)
		bytes[i] = add_code(o, &codes[i], &offsets[i]);
	for (u32 i = 0; i < u->symbols.size; i++) {
		const struct mach_symbol *s = &u->symbols.data[i];
		symbols[i] = s->kind == MACH_SYMBOL_FUNC
		                 ? add_function(o, s, &codes[s->func], offsets[s->func])
		                 : add_data(o, s);
	}
	for (u32 i = 0; i < u->funcs.size; i++)
		add_code_relocs(o, &codes[i], bytes[i], offsets[i], symbols);
	return symbols;
}
