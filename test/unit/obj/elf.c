// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects as other tools see them: linked by the system's cc and run, read without complaint by
// readelf and LLVM, resolved by addr2line and gdb, unwound through, archived; always the same
// bytes.
#include "sample.h"

#include "unit/unit.h"

struct fixture {
	struct arena arena;
	char dir[64];
};

static int setup(void **state) {
	struct fixture *f = calloc(1, sizeof *f);
	arena_init(&f->arena);
	strcpy(f->dir, "/tmp/lamella-obj-XXXXXX");
	*state = f;
	return mkdtemp(f->dir) ? 0 : -1;
}

static int teardown(void **state) {
	struct fixture *f = *state;
	int r = system(str_format(&f->arena, "rm -r %s", f->dir).data);
	arena_deinit(&f->arena);
	free(f);
	return r;
}

// Runs a shell command in the fixture's directory; returns its stdout and stderr.
static struct str shell(struct fixture *f, int expected, const char *command) {
	const char *line = str_format(&f->arena, "cd %s && (%s) > out.txt 2>&1", f->dir, command).data;
	int r = system(line);
	struct file_view v;
	assert_true(
		status_ok(file_map(str_format(&f->arena, "%s/out.txt", f->dir).data, &f->arena, &v)));
	struct str text = str_copy(&f->arena, str_make((const char *)v.data, v.size));
	file_unmap(&v);
	if (r != expected << 8)
		print_error("%s: status %d\n%.*s\n", command, r, STR_ARG(text));
	assert_int_equal(r, expected << 8);
	return text;
}

static bool contains(struct str text, const char *what) {
	return str_find(text, str_from(what)) >= 0;
}

static const char *path_of(struct fixture *f, const char *name) {
	return str_format(&f->arena, "%s/%s", f->dir, name).data;
}

static struct obj_file *write_sample(struct fixture *f) {
	struct obj_file *file = sample_object(&f->arena, "probe");
	const u8 *bytes = sample_bytes(&f->arena, file);
	assert_true(sample_save(&f->arena, path_of(f, "model.o"), bytes, obj_elf_size(file)));
	return file;
}

static const char user_program[] =
	"#include <stdio.h>\n"
	"#include <unwind.h>\n"
	"int sample_run(int), sample_probe(void); unsigned sample_get(long);\n"
	"extern const struct { unsigned long long weights, content; const unsigned *data; }\n"
	"  sample_descriptor;\n"
	"static int through, reached;\n"
	"int main(void);\n"
	"static _Unwind_Reason_Code frame(struct _Unwind_Context *c, void *p) {\n"
	"  void *f = _Unwind_FindEnclosingFunction((char *)_Unwind_GetIP(c) - 1); (void)p;\n"
	"  through += f == (void *)sample_probe; reached += f == (void *)main;\n"
	"  return _URC_NO_REASON;\n"
	"}\n"
	"int probe(void) { _Unwind_Backtrace(frame, 0); return 42; }\n"
	"int main(void) {\n"
	"  printf(\"run %d probe %d\\n\", sample_run(5), sample_probe());\n"
	"  printf(\"through %d reached %d\\n\", through, reached);\n"
	"  printf(\"get %u %u\\n\", sample_get(0), sample_get(99999));\n"
	"  printf(\"data %d %u\\n\", (int)((unsigned long)sample_descriptor.data % 64),\n"
	"         sample_descriptor.data[3]);\n"
	"  printf(\"hash %llx %llx\\n\", sample_descriptor.weights, sample_descriptor.content);\n"
	"}\n";

static void expect_program(struct fixture *f, struct obj_file *file) {
	struct str out = shell(f, 0, "./user");
	const char *expected =
		str_format(&f->arena,
	               "run %d probe 42\nthrough 1 reached 1\nget 0 %u\ndata 0 %u\nhash %llx %llx\n",
	               (5 + 6) * SAMPLE_FACTOR + 5, sample_weight(99999), sample_weight(3),
	               (unsigned long long)obj_elf_hash(file, OBJ_HASH_WEIGHTS),
	               (unsigned long long)obj_elf_hash(file, OBJ_HASH_CONTENT))
			.data;
	assert_str(out, expected);
}

static void save_user(struct fixture *f) {
	assert_true(
		sample_save(&f->arena, path_of(f, "user.c"), user_program, sizeof user_program - 1));
}

static void links_runs_and_unwinds(void **state) {
	struct fixture *f = *state;
	struct obj_file *file = write_sample(f);
	save_user(f);
	static const char *const flags[] = {"-pie", "-no-pie", "-static"};
	for (u32 i = 0; i < ARRAY_SIZE(flags); i++) {
		// -z text: no relocation may be left to code; warnings of the linker are errors.
		shell(f, 0,
		      str_format(&f->arena,
		                 "cc %s %s -Wl,--fatal-warnings -Wl,-z,text user.c model.o -o user",
		                 flags[i], i == 1 ? "-fno-pie" : "-fPIE")
		          .data);
		expect_program(f, file);
	}
	assert_true(contains(shell(f, 0, "readelf -lW user | grep GNU_STACK"), "RW "));
}

static void becomes_part_of_a_shared_object(void **state) {
	struct fixture *f = *state;
	struct obj_file *file = write_sample(f);
	save_user(f);
	shell(f, 0, "cc -shared -Wl,--fatal-warnings -Wl,-z,text model.o -o libmodel.so");
	shell(f, 0, "cc -fPIE user.c -rdynamic -Wl,-rpath,. -L. -lmodel -o user");
	expect_program(f, file);
}

static void readers_do_not_complain(void **state) {
	struct fixture *f = *state;
	write_sample(f);
	struct str text = shell(f, 0, "readelf -aW model.o");
	assert_false(contains(text, "Warning") || contains(text, "Error"));
	assert_true(contains(text, "conv_1/kernel:0"));
	assert_true(contains(text, ".note.GNU-stack"));
	text = shell(f, 0, "readelf -SW model.o | grep ' .lrodata'");
	assert_true(contains(text, " Al ") && contains(text, " 64"));
	text = shell(f, 0, "llvm-readobj-19 -a --elf-output-style=JSON --unwind model.o >/dev/null");
	assert_int_equal(text.size, 0);
	text = shell(f, 0, "llvm-dwarfdump-19 --verify --quiet model.o");
	assert_int_equal(text.size, 0);
	text = shell(f, 0, "llvm-dwarfdump-19 --verify model.o");
	assert_true(contains(text, "No errors."));
	assert_false(contains(text, "warning") || contains(text, "error:"));
	text = shell(f, 0,
	             "readelf --debug-dump=info,line,aranges,abbrev,str,str-offsets,frames model.o"
	             " > /dev/null");
	assert_int_equal(text.size, 0);
	// The local call was resolved here; what is left refers to what lies elsewhere.
	text = shell(f, 0, "readelf -rW model.o | grep -c 'conv_1' || true");
	assert_str(text, "0\n");
	assert_str(shell(f, 0, "nm -u model.o"), "                 U probe\n");
}

static void unwind_rows_are_as_given(void **state) {
	struct fixture *f = *state;
	write_sample(f);
	struct str text = shell(f, 0, "llvm-dwarfdump-19 --eh-frame model.o");
	static const char *const rows[] = {
		"CFA=RSP+8: RIP=[CFA-8]",
		"CFA=RSP+16: RBX=[CFA-16], RIP=[CFA-8]",
		"CFA=RBP+16: RBX=[CFA-24], RBP=[CFA-16], RIP=[CFA-8]",
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		assert_true(contains(text, rows[i]));
}

static void debuggers_resolve_lines(void **state) {
	struct fixture *f = *state;
	write_sample(f);
	save_user(f);
	shell(f, 0, "cc -no-pie -fno-pie user.c model.o -o user");
	const char *ask =
		"a=$(nm user | awk '$3 == \"sample_run\" {print $1}');"
		"for o in 0 3 12 13 23; do addr2line -f -e user $(printf %x $((0x$a+$o))); done";
	assert_str(shell(f, 0, ask), "sample_run\n./model.mlir:10\nsample_run\n./model.mlir:300\n"
	                             "sample_run\n./model.mlir:300\nsample_run\n./model.mlir:12\n"
	                             "sample_run\n./model.mlir:13\n");
	struct str text =
		shell(f, 0,
	          "gdb -nx -batch -ex 'break probe' -ex run -ex bt -ex 'info line sample_get'"
	          " -ex 'break model.mlir:12' -ex 'info breakpoints'  ./user");
	assert_true(contains(text, "in sample_probe () at ./model.mlir:21"));
	assert_true(contains(text, "in main ()"));
	assert_true(contains(text, "in sample_run at ./model.mlir:12"));
}

// What the line table says for every byte, against the rows it was made of.
static void line_rows_survive(void **state) {
	struct fixture *f = *state;
	struct obj *o = obj_create(&f->arena, EM_X86_64);
	struct mach_unit u = {.target = &sample_target, .arena = &f->arena};
	struct mach_code code = {.arena = &f->arena};
	u32 seed = 1, at = 0;
	for (u32 i = 0; i < 300; i++) {
		seed = seed * 1664525 + 1013904223;
		u32 line = (seed >> 8) % (i % 3 ? 12 : 100000) + 1;
		vec_push(&f->arena, code.lines, (struct mach_line){at, line});
		at += i % 50 ? (seed >> 20) % 30 : 70000;  // zero steps too: the last row counts
	}
	vec_resize_zero(&f->arena, code.bytes, at + 1);
	vec_push(&f->arena, u.funcs, ARENA_NEW(&f->arena, struct mach_func));
	vec_push(&f->arena, u.symbols,
	         (struct mach_symbol){.name = STR("f"), .kind = MACH_SYMBOL_FUNC});
	obj_add_unit(o, &u, &code);
	obj_build_eh_frame(o);
	obj_build_dwarf(o, (struct obj_debug){STR("model.mlir"), STR("lamella test")});
	struct obj_file *file = obj_elf_layout(o);
	assert_true(sample_save(&f->arena, path_of(f, "model.o"), sample_bytes(&f->arena, file),
	                        obj_elf_size(file)));
	shell(f, 0, "llvm-dwarfdump-19 --verify --quiet model.o");
	struct str text = shell(f, 0, "llvm-dwarfdump-19 --debug-line model.o | grep '^0x'");
	u32 line_before = 0;
	for (u32 i = 0; i < code.lines.size; i++) {
		const struct mach_line *l = &code.lines.data[i];
		if ((i + 1 < code.lines.size && l[1].offset == l->offset) || l->line == line_before)
			continue;
		line_before = l->line;
		struct str row = str_split(text, '\n', &text);
		const char *want = str_format(&f->arena, "0x%016x %6u ", l->offset, l->line).data;
		assert_true(str_starts_with(row, str_from(want)));
	}
	assert_true(contains(text, "end_sequence"));
}

static void archives_are_searched(void **state) {
	struct fixture *f = *state;
	struct obj_file *file = sample_object(&f->arena, "probe");
	struct obj *other = obj_create(&f->arena, EM_X86_64);
	static const u8 odd[] = {1, 2, 3};
	obj_append(other, OBJ_RODATA, odd, sizeof odd, 1);
	obj_symbol_add(
		other,
		(struct obj_symbol){.name = STR("odd"), .section = OBJ_RODATA, .global = true, .size = 3});
	struct obj_member members[] = {
		{STR("a_rather_long_name_for_a_member.o"), obj_elf_layout(other)}, {STR("model.o"), file}};
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, path_of(f, "libmodel.a"), &f->arena)));
	struct obj_sink sink = obj_sink_file(&out);
	obj_archive_write(members, 2, &f->arena, &sink);
	assert_true(status_ok(file_out_commit(&out, &f->arena)));
	assert_str(shell(f, 0, "ar t libmodel.a"), "a_rather_long_name_for_a_member.o\nmodel.o\n");
	struct str text = shell(f, 0, "nm -s libmodel.a; llvm-nm-19 -M libmodel.a");
	assert_true(contains(text, "sample_run in model.o"));
	assert_true(contains(text, "odd in a_rather_long_name_for_a_member.o"));
	assert_str(shell(f, 0, "ar xo libmodel.a && stat -c %Y model.o"), "0\n");
	save_user(f);
	shell(f, 0, "cc user.c -Wl,--fatal-warnings -L. -lmodel -o user");
	expect_program(f, file);
}

static void same_bytes_every_time(void **state) {
	struct fixture *f = *state;
	struct obj_file *first = sample_object(&f->arena, "probe"), *second;
	const u8 *bytes = sample_bytes(&f->arena, first);
	struct arena other;
	arena_init(&other);
	for (u32 i = 0; i < 5; i++) {
		arena_alloc(&other, 1 + i * 40000, 1);
		second = sample_object(&other, "probe");
		assert_int_equal(obj_elf_size(second), obj_elf_size(first));
		assert_memory_equal(sample_bytes(&other, second), bytes, obj_elf_size(first));
	}
	arena_deinit(&other);
	// The file is what memory got.
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, path_of(f, "model.o"), &f->arena)));
	struct obj_sink sink = obj_sink_file(&out);
	obj_elf_write(first, &sink);
	assert_true(status_ok(file_out_commit(&out, &f->arena)));
	struct file_view v;
	assert_true(status_ok(file_map(path_of(f, "model.o"), &f->arena, &v)));
	assert_int_equal(v.size, obj_elf_size(first));
	assert_memory_equal(v.data, bytes, v.size);
	file_unmap(&v);
}

static u64 content_hash(struct fixture *f, u8 constant, u8 code, i64 addend, bool debug) {
	struct obj *o = obj_create(&f->arena, EM_X86_64);
	u8 text[] = {code, 0, 0, 0, 0, 0, 0, 0, 0};
	obj_append(o, OBJ_TEXT, text, sizeof text, 1);
	obj_append(o, OBJ_RODATA, &constant, 1, 1);
	obj_reloc_add(o, OBJ_TEXT,
	              (struct obj_reloc){1, obj_section_symbol(o, OBJ_RODATA), OBJ_RELOC_PC32, addend});
	if (debug)
		obj_append(o, OBJ_DEBUG_STR, "x", 2, 1);
	struct obj_file *file = obj_elf_layout(o);
	sample_bytes(&f->arena, file);
	return obj_elf_hash(file, OBJ_HASH_CONTENT);
}

static void hash_is_of_what_computes(void **state) {
	struct fixture *f = *state;
	u64 h = content_hash(f, 1, 2, 3, false);
	assert_true(h != content_hash(f, 9, 2, 3, false));
	assert_true(h != content_hash(f, 1, 9, 3, false));
	assert_true(h != content_hash(f, 1, 2, 9, false));
	assert_true(h == content_hash(f, 1, 2, 3, true));
	struct obj_file *file = sample_object(&f->arena, "probe");
	sample_bytes(&f->arena, file);
	u32 *weights = ARENA_ARRAY(&f->arena, u32, SAMPLE_WEIGHTS);
	for (u32 i = 0; i < SAMPLE_WEIGHTS; i++)
		weights[i] = sample_weight(i);
	assert_true(obj_elf_hash(file, OBJ_HASH_WEIGHTS) ==
	            obj_hash_bytes(weights, 4 * SAMPLE_WEIGHTS, 0));
}

// Other machines: the same container with other numbers.
static void other_machines_are_rows(void **state) {
	struct fixture *f = *state;
	static const struct {
		u16 machine;
		const char *arch, *reloc;
	} rows[] = {{EM_AARCH64, "aarch64", "R_AARCH64_ABS64"}, {EM_RISCV, "riscv64", "R_RISCV_64"}};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct obj *o = obj_create(&f->arena, rows[i].machine);
		u32 data[2] = {0};
		obj_append(o, OBJ_DATA_REL_RO, data, 8, 8);
		obj_append(o, OBJ_LRODATA, "weights", 8, 64);
		u32 symbol = obj_section_symbol(o, OBJ_LRODATA);
		obj_reloc_add(o, OBJ_DATA_REL_RO, (struct obj_reloc){0, symbol, OBJ_RELOC_ABS64, 0});
		struct obj_file *file = obj_elf_layout(o);
		assert_true(sample_save(&f->arena, path_of(f, "m.o"), sample_bytes(&f->arena, file),
		                        obj_elf_size(file)));
		struct str text = shell(f, 0, "llvm-readobj-19 -h -S -r m.o");
		assert_true(contains(text, rows[i].arch) && contains(text, rows[i].reloc));
		assert_false(contains(text, "warning"));
	}
}

static void bugs_are_caught(void **state) {
	struct fixture *f = *state;
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, obj_create(&f->arena, EM_NONE));
	struct obj *o = obj_create(&f->arena, EM_X86_64);
	obj_append(o, OBJ_RODATA, "abcd", 4, 4);
	obj_append(o, OBJ_LRODATA, "abcd", 4, 4);
	u32 weights = obj_section_symbol(o, OBJ_LRODATA);
	// Weights may be out of reach of 32 bits; references must lie inside their section.
	assert_fails(BASE_FAILURE_INTERNAL, failure,
	             obj_reloc_add(o, OBJ_RODATA, (struct obj_reloc){0, weights, OBJ_RELOC_PC32, 0}));
	assert_fails(BASE_FAILURE_INTERNAL, failure,
	             obj_reloc_add(o, OBJ_RODATA, (struct obj_reloc){0, weights, OBJ_RELOC_PC64, 0}));
	struct obj_symbol s = {.name = STR("twice"), .section = OBJ_RODATA, .global = true};
	obj_symbol_add(o, s);
	obj_symbol_add(o, s);
	assert_fails(BASE_FAILURE_INTERNAL, failure, obj_elf_layout(o));
	assert_non_null(strstr(failure.message, "'twice'"));
	// A source that breaks its promise.
	o = obj_create(&f->arena, EM_X86_64);
	obj_append_source(o, OBJ_LRODATA, (struct obj_source){4, 4, sample_write_weights, NULL});
	struct obj_file *file = obj_elf_layout(o);
	u8 *bytes = arena_alloc(&f->arena, 1 << 20, 64);
	struct obj_sink sink = obj_sink_memory(&bytes);
	assert_fails(BASE_FAILURE_INTERNAL, failure, obj_elf_write(file, &sink));
	assert_non_null(strstr(failure.message, "had promised 4"));
}

#define OBJ_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
		OBJ_TEST(links_runs_and_unwinds),   OBJ_TEST(becomes_part_of_a_shared_object),
		OBJ_TEST(readers_do_not_complain),  OBJ_TEST(unwind_rows_are_as_given),
		OBJ_TEST(debuggers_resolve_lines),  OBJ_TEST(line_rows_survive),
		OBJ_TEST(archives_are_searched),    OBJ_TEST(same_bytes_every_time),
		OBJ_TEST(hash_is_of_what_computes), OBJ_TEST(other_machines_are_rows),
		OBJ_TEST(bugs_are_caught),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
