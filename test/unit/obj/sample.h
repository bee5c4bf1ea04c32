// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sample object for the tests of src/obj: four functions of x86-64 bytes written by hand, with
// every kind of reference, constants, weights made while written, a descriptor with hashes, line
// and unwind rows. Included by test programs, so everything is static.
#ifndef TEST_UNIT_OBJ_SAMPLE_H
#define TEST_UNIT_OBJ_SAMPLE_H

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "obj/archive.h"
#include "obj/jit.h"
#include "obj/obj.h"

enum { SAMPLE_WEIGHTS = 100000, SAMPLE_FACTOR = 7 };

struct sample_func {
	const char *name;
	bool global;
	u32 size;
	u8 bytes[40];
	u32 num_relocs, num_lines, num_cfi;
	struct mach_reloc relocs[2];
	struct mach_line lines[4];
	struct mach_cfi cfi[5];
};

enum {
	SAMPLE_LEAF,
	SAMPLE_RUN,
	SAMPLE_PROBE,
	SAMPLE_FUNCS,
	SAMPLE_CONST = SAMPLE_FUNCS,
	SAMPLE_EXTERN
};

static const struct sample_func sample_funcs[SAMPLE_FUNCS] = {
	// lea (%rdi,%rsi,2), %eax; ret
	{.name = "conv_1/kernel:0",
     .size = 4,
     .bytes = {0x8d, 0x04, 0x77, 0xc3},
     .num_lines = 2,
     .lines = {{0, 4}, {3, 5}}},
	// push %rbx; mov %edi, %ebx; mov $3, %esi; call leaf; imul constant(%rip), %eax; add %ebx,
	// %eax;
	// pop %rbx; ret
	{.name = "sample_run",
     .global = true,
     .size = 24,
     .bytes = {0x53, 0x89, 0xfb, 0xbe, 3, 0, 0, 0, 0xe8, 0,    0,    0,
               0,    0x0f, 0xaf, 0x05, 0, 0, 0, 0, 0x01, 0xd8, 0x5b, 0xc3},
     .num_relocs = 2,
     .relocs = {{9, SAMPLE_LEAF, -4, MACH_RELOC_PLT32}, {16, SAMPLE_CONST, -4, MACH_RELOC_PC32}},
     .num_lines = 4,
     .lines = {{0, 10}, {3, 300}, {13, 12}, {20, 13}},
     .num_cfi = 3,
     .cfi = {{1, MACH_CFI_DEF_CFA_OFFSET, 0, 16},
             {1, MACH_CFI_OFFSET, 3, -16},
             {23, MACH_CFI_DEF_CFA_OFFSET, 0, 8}}},
	// push %rbp; mov %rsp, %rbp; push %rbx; push %rax; call extern; lea -8(%rbp), %rsp; pop
	// %rbx;
	// pop %rbp; ret
	{.name = "sample_probe",
     .global = true,
     .size = 18,
     .bytes = {0x55, 0x48, 0x89, 0xe5, 0x53, 0x50, 0xe8, 0, 0, 0, 0, 0x48, 0x8d, 0x65, 0xf8, 0x5b,
               0x5d, 0xc3},
     .num_relocs = 1,
     .relocs = {{7, SAMPLE_EXTERN, -4, MACH_RELOC_PLT32}},
     .num_lines = 3,
     .lines = {{0, 20}, {6, 21}, {11, 22}},
     .num_cfi = 5,
     .cfi = {{1, MACH_CFI_DEF_CFA_OFFSET, 0, 16},
             {1, MACH_CFI_OFFSET, 6, -16},
             {4, MACH_CFI_DEF_CFA_REGISTER, 6, 0},
             {5, MACH_CFI_OFFSET, 3, -24},
             {17, MACH_CFI_DEF_CFA, 7, 8}}},
};

static const struct mach_target sample_target = {.name = "x86_64", .elf_machine = EM_X86_64};

// lea 0(%rip), %rdx; movabs $weights - 7, %rax; add %rdx, %rax; mov (%rax,%rdi,4), %eax; ret
static const u8 sample_weight_code[] = {0x48, 0x8d, 0x15, 0,    0,    0,    0,    0x48,
                                        0xb8, 0,    0,    0,    0,    0,    0,    0,
                                        0,    0x48, 0x01, 0xd0, 0x8b, 0x04, 0xb8, 0xc3};

struct sample_descriptor {
	u64 weights_hash, content_hash;
	const u32 *weights;
};

static u32 sample_weight(u32 i) { return i * 2654435761u; }

static inline void sample_write_weights(void *user, struct obj_sink *to) {
	(void)user;
	u32 chunk[1000];
	for (u32 i = 0; i < SAMPLE_WEIGHTS;) {
		u32 n = BASE_MIN(SAMPLE_WEIGHTS - i, (u32)ARRAY_SIZE(chunk));
		for (u32 k = 0; k < n; k++)
			chunk[k] = sample_weight(i++);
		obj_sink_write(to, chunk, n * sizeof *chunk);
	}
}

static inline void sample_code(struct arena *a, const struct sample_func *f,
                               struct mach_code *code) {
	*code = (struct mach_code){.arena = a, .align = 16};
	for (u32 i = 0; i < f->size; i++)
		vec_push(a, code->bytes, f->bytes[i]);
	for (u32 i = 0; i < f->num_relocs; i++)
		vec_push(a, code->relocs, f->relocs[i]);
	for (u32 i = 0; i < f->num_lines; i++)
		vec_push(a, code->lines, f->lines[i]);
	for (u32 i = 0; i < f->num_cfi; i++)
		vec_push(a, code->cfi, f->cfi[i]);
}

static inline void sample_add_unit(struct obj *o, struct arena *a, const char *extern_name) {
	struct mach_unit *u = ARENA_NEW(a, struct mach_unit);
	*u = (struct mach_unit){.target = &sample_target, .arena = a};
	struct mach_code *codes = ARENA_ARRAY(a, struct mach_code, SAMPLE_FUNCS);
	for (u32 i = 0; i < SAMPLE_FUNCS; i++) {
		const struct sample_func *f = &sample_funcs[i];
		sample_code(a, f, &codes[i]);
		vec_push(a, u->funcs, ARENA_NEW(a, struct mach_func));
		vec_push(a, u->symbols,
		         (struct mach_symbol){.name = str_from(f->name),
		                              .kind = MACH_SYMBOL_FUNC,
		                              .global = f->global,
		                              .func = i});
	}
	static const u32 factor = SAMPLE_FACTOR;
	vec_push(a, u->symbols,
	         (struct mach_symbol){
				 .kind = MACH_SYMBOL_RODATA, .align = 4, .data = (const u8 *)&factor, .size = 4});
	vec_push(a, u->symbols,
	         (struct mach_symbol){.name = str_from(extern_name), .kind = MACH_SYMBOL_UNDEFINED});
	obj_add_unit(o, u, codes);
}

static inline void sample_add_weights(struct obj *o) {
	u64 at = obj_append_source(
		o, OBJ_LRODATA, (struct obj_source){4 * SAMPLE_WEIGHTS, 64, sample_write_weights, NULL});
	u32 weights = obj_symbol_add(o, (struct obj_symbol){.name = STR("sample_weights"),
	                                                    .section = OBJ_LRODATA,
	                                                    .global = true,
	                                                    .offset = at,
	                                                    .size = 4 * SAMPLE_WEIGHTS});
	u64 code = obj_append(o, OBJ_TEXT, sample_weight_code, sizeof sample_weight_code, 16);
	u32 get = obj_symbol_add(o, (struct obj_symbol){.name = STR("sample_get"),
	                                                .section = OBJ_TEXT,
	                                                .function = true,
	                                                .global = true,
	                                                .offset = code,
	                                                .size = sizeof sample_weight_code});
	vec_push(o->arena, o->functions, (struct obj_function){.symbol = get});
	obj_reloc_add(o, OBJ_TEXT, (struct obj_reloc){code + 9, weights, OBJ_RELOC_PC64, 2});
	static const struct sample_descriptor zero;
	u64 d = obj_append(o, OBJ_DATA_REL_RO, &zero, sizeof zero, 8);
	obj_hash_slot_add(o, d, OBJ_HASH_WEIGHTS);
	obj_hash_slot_add(o, d + 8, OBJ_HASH_CONTENT);
	obj_reloc_add(o, OBJ_DATA_REL_RO, (struct obj_reloc){d + 16, weights, OBJ_RELOC_ABS64, 0});
	obj_symbol_add(o, (struct obj_symbol){.name = STR("sample_descriptor"),
	                                      .section = OBJ_DATA_REL_RO,
	                                      .global = true,
	                                      .offset = d,
	                                      .size = sizeof zero});
}

// The whole sample, laid out. What it calls is `extern_name`.
static inline struct obj_file *sample_object(struct arena *a, const char *extern_name) {
	struct obj *o = obj_create(a, EM_X86_64);
	sample_add_unit(o, a, extern_name);
	sample_add_weights(o);
	obj_build_eh_frame(o);
	obj_build_dwarf(o, (struct obj_debug){STR("model.mlir"), STR("lamella test")});
	return obj_elf_layout(o);
}

static inline u8 *sample_bytes(struct arena *a, struct obj_file *f) {
	u8 *bytes = arena_alloc(a, obj_elf_size(f), 64), *next = bytes;
	struct obj_sink sink = obj_sink_memory(&next);
	obj_elf_write(f, &sink);
	return bytes;
}

static inline bool sample_save(struct arena *a, const char *path, const void *data, size_t size) {
	struct file_out out;
	if (!status_ok(file_out_open(&out, path, a)))
		return false;
	file_out_write(&out, data, size);
	return status_ok(file_out_commit(&out, a));
}

#endif
