// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Object files: what the compiler hands over (code of functions, constants, weights, a descriptor)
// becomes an ELF relocatable object, a static archive, or code in this process.
//
// Life of an object: obj_create -> obj_add_unit, obj_append..., obj_symbol_add, obj_reloc_add ->
// obj_build_eh_frame, obj_build_dwarf -> obj_elf_layout -> obj_elf_write. Layout fixes every offset
// and the size of the file before a byte is written, so the file is written in one pass, front to
// back, and weights are streamed from their sources without ever being in memory as a whole.
//
// The bytes depend on the calls made here and on nothing else: no time, path, address or
// environment goes in.
#ifndef OBJ_OBJ_H
#define OBJ_OBJ_H

#include "base/file.h"
#include "mach/mach.h"
#include "obj/hash.h"

// ---------------------------------------------------------------------------------------------
// Streams

// Where bytes go, in order.
struct obj_sink {
	void (*write)(void *user, const void *data, size_t size);
	void *user;
	u64 written_bytes;
	struct obj_hash *hash;  // NULL, or takes in everything written
};
void obj_sink_write(struct obj_sink *to, const void *data, size_t size);
void obj_sink_fill(struct obj_sink *to, u8 byte, u64 size);
struct obj_sink obj_sink_file(struct file_out *f);
// Writes to memory the caller has sized (obj_file.size_bytes): `*next` moves on.
struct obj_sink obj_sink_memory(u8 **next);

// Contents that are made while they are written: a range of a mapped file, transformed weights.
// `write` calls obj_sink_write as often as it likes, for `size` bytes in all (checked).
struct obj_source {
	u64 size;
	u32 align;
	void (*write)(void *user, struct obj_sink *to);
	void *user;
};

// Contents of a section or of a side file: pieces in order, gaps filled with `fill`.
struct obj_piece {
	u64 offset, size;
	const u8 *data;  // borrowed until the object is written; NULL: `source` makes them
	struct obj_source source;
};
struct obj_content {
	VEC(struct obj_piece) pieces;
	u64 size;
	u32 align;
	u8 fill;
};
u64 obj_content_append(struct arena *a, struct obj_content *c, const void *data, u64 size,
                       u32 align);
u64 obj_content_append_source(struct arena *a, struct obj_content *c, struct obj_source s);
void obj_content_write(const struct obj_content *c, struct obj_sink *to);

// ---------------------------------------------------------------------------------------------
// An object under construction

enum obj_section_id {
#define SECTION(id, name, type, flags, align) OBJ_##id,
#include "obj/section.def"
#undef SECTION
	OBJ_SECTION_COUNT,
	OBJ_UNDEFINED = OBJ_SECTION_COUNT,  // the section of a symbol that others define
};

// The kinds of mach_reloc, and what only sections of an object need.
enum obj_reloc_kind {
	OBJ_RELOC_PC32 = MACH_RELOC_PC32,
	OBJ_RELOC_PLT32 = MACH_RELOC_PLT32,
	OBJ_RELOC_ABS64 = MACH_RELOC_ABS64,
	OBJ_RELOC_PC64 = MACH_RELOC_PC64,
	OBJ_RELOC_ABS32,  // offsets between debug sections
	OBJ_RELOC_KIND_COUNT
};
struct obj_reloc {
	u64 offset;
	u32 symbol;
	u8 kind;  // enum obj_reloc_kind
	i64 addend;
};

struct obj_symbol {
	struct str name;  // empty: local and not in the symbol table
	u32 section;      // enum obj_section_id
	bool function, global;
	u64 offset, size;
};

struct obj_section {
	struct obj_content content;
	VEC(struct obj_reloc) relocs;
};

// A function as unwinding and debugging see it. Rows are borrowed until those sections are built.
struct obj_function {
	u32 symbol;
	const struct mach_line *lines;
	const struct mach_cfi *cfi;
	u32 num_lines, num_cfi;
};

enum obj_hash_kind { OBJ_HASH_WEIGHTS, OBJ_HASH_CONTENT };
struct obj_hash_slot {
	u64 offset;  // in .data.rel.ro, 8 bytes
	u8 kind;     // enum obj_hash_kind
};

struct obj_machine;
struct obj {
	struct arena *arena;
	const struct obj_machine *machine;
	struct obj_section sections[OBJ_SECTION_COUNT];
	VEC(struct obj_symbol) symbols;
	u32 section_symbols[OBJ_SECTION_COUNT];  // 1 + symbol; 0 none yet
	VEC(struct obj_function) functions;
	VEC(struct obj_hash_slot) hash_slots;
	u64 weights_hash;  // of the side file; embedded weights (.lrodata) are hashed while written
};

struct obj *obj_create(struct arena *a, u16 elf_machine);
// Data is borrowed until the object is written. Both return the offset in the section.
u64 obj_append(struct obj *o, u32 section, const void *data, u64 size, u32 align);
u64 obj_append_source(struct obj *o, u32 section, struct obj_source s);
u32 obj_symbol_add(struct obj *o, struct obj_symbol s);
u32 obj_section_symbol(struct obj *o, u32 section);  // nameless, at offset 0
void obj_reloc_add(struct obj *o, u32 section, struct obj_reloc r);

// Adds the functions and constants of a unit; codes[i] is unit->funcs[i] emitted. Returns the
// object's symbol of each of the unit's symbols. References between functions of the unit are
// resolved here and leave no relocation.
const u32 *obj_add_unit(struct obj *o, const struct mach_unit *u, const struct mach_code *codes);

// Has 8 bytes at `offset` of .data.rel.ro (zeros until then) filled with a hash, little-endian,
// while the object is written. WEIGHTS: XXH64 of .lrodata, or weights_hash. CONTENT: the identity
// of the compiled model: weights, code, constants, descriptor, and the relocations of all.
void obj_hash_slot_add(struct obj *o, u64 offset, enum obj_hash_kind kind);

// Call once each, after the last function.
void obj_build_eh_frame(struct obj *o);
struct obj_debug {
	struct str source;    // "model.mlir": what line rows count in, relative
	struct str producer;  // "lamella 0.1.0"
};
void obj_build_dwarf(struct obj *o, struct obj_debug d);

// ---------------------------------------------------------------------------------------------
// ELF

struct obj_file;                                 // a laid out object; lives in the object's arena
struct obj_file *obj_elf_layout(struct obj *o);  // the object must not change afterwards
u64 obj_elf_size(const struct obj_file *f);
const struct obj *obj_file_object(const struct obj_file *f);
void obj_elf_write(struct obj_file *f, struct obj_sink *to);
// After writing: the hashes that were filled in.
u64 obj_elf_hash(const struct obj_file *f, enum obj_hash_kind kind);

// ---------------------------------------------------------------------------------------------
// Machines (machine.def)

struct obj_reloc_info {
	u32 elf_type;  // 0: the machine has no such reference
	u8 bytes;
	bool pc_relative, is_signed;
};
struct obj_machine {
	const char *name;
	u16 elf_machine;
	u32 elf_flags;
	u64 large_flag;  // of sections beyond the reach of 32-bit references
	u8 text_fill;
	i8 code_align, data_align;  // factors of the CIE
	u8 return_register, cfa_register;
	i8 cfa_offset, return_offset;
	const struct obj_reloc_info *relocs;  // by enum obj_reloc_kind
};
const struct obj_machine *obj_machine_find(u16 elf_machine);  // NULL: none

#endif
