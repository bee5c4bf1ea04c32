// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lamella opt: reads MLIR text, verifies it, prints it. Options are spelled as mlir-opt's. With
// --split-input-file each part between lines `// -----` is a module with a context of its own.
#include "base/file.h"
#include "dialect/dialect.h"
#include "driver/compile_tile.h"
#include "driver/driver.h"
#include "driver/pass.h"
#include "import/onnx.h"

#include <stdio.h>

struct opt {
	struct arena arena;
	bool generic, debug_info, split, check_expected, no_verify;
	u64 elide;
	struct pass_options passes;
	struct str pipeline;
	struct str schedule;     // file of schedules to take instead of planning
	bool print_schedule;
	u64 vector_bytes;
	struct str emit, cpu, coverage;
	struct compile_tile compile;
	struct str output;
	struct str input;  // file name
	struct file_view text;
	struct strbuf out;
	bool failed;
};

static void print_module(struct opt *o, struct ir_module *m) {
	struct ir_print_options options = {
		.generic = o->generic,
		.locations = o->debug_info,
		.elide_elements = (u32)BASE_MIN(o->elide, (u64)UINT32_MAX),
		.resource_data = true,
	};
	ir_print(m->op, &options, &o->out);
}

static void print_dump(void *user, struct str text) {
	(void)user;
	fwrite(text.data, 1, text.size, stderr);
}

// --schedule=FILE: entries by kernel name. Names borrow from the text, which is kept.
static bool read_schedules(struct opt *o, struct ir_context *c, struct pass_context *p) {
	struct file_view v;
	struct status s = file_map(str_z(&o->arena, o->schedule), &o->arena, &v);
	if (!status_ok(s)) {
		driver_environment_error(s, str_z(&o->arena, o->schedule));
		return false;
	}
	struct str text = str_copy(&o->arena, str_make((const char *)v.data, v.size));
	file_unmap(&v);
	return loop_schedule_parse(&o->arena, text, o->schedule, ir_diags(c), &p->schedules, &p->num_schedules);
}

static bool run_pipeline(struct opt *o, struct ir_context *c, struct ir_module *m) {
	struct arena scratch;
	struct pass_pipeline pipeline = {0};
	if (!o->pipeline.size)
		return true;
	arena_init(&scratch);
	struct pass_context p = {.context = c,
	                         .scratch = &scratch,
	                         .tile = {(u32)o->vector_bytes, o->vector_bytes == 64},
	                         .reassoc = true};
	p.loop = pass_default_machine((u32)o->vector_bytes);
	struct strbuf planned;
	strbuf_init(&planned, &o->arena);
	p.schedule_out = o->print_schedule ? &planned : NULL;
	if (o->schedule.size && !read_schedules(o, c, &p)) {
		arena_deinit(&scratch);
		return false;
	}
	o->passes.print = print_dump;
	bool ok = pass_parse_pipeline(&o->arena, o->pipeline, ir_diags(c), &pipeline) &&
	          pass_run(&p, m, &pipeline, &o->passes);
	if (o->print_schedule)
		fwrite(planned.data, 1, planned.size, stderr);
	arena_deinit(&scratch);
	return ok && (o->no_verify || ir_verify(m->op, ir_diags(c)));
}

// --emit=mach: the selected machine code's text instead of the module's.
static bool print_mach(struct opt *o, struct ir_module *m) {
	struct arena a;
	arena_init(&a);
	if (o->coverage.size && !o->compile.hits)
		o->compile.hits = ARENA_ARRAY(&o->arena, u64, o->compile.target->select->num_rules);
	struct mach_unit *unit = compile_tile_select(m, &o->compile, &a);
	if (unit)
		mach_print_unit(unit, &o->out);
	arena_deinit(&a);
	return unit != NULL;
}

static void process_module(struct opt *o, struct ir_context *c, struct str text, u32 first_line) {
	struct ir_parse_options options = {.first_line = first_line};
	struct diag_engine *d = ir_diags(c);
	bool onnx = str_eq_z(file_extension(o->input), ".onnx");
	struct ir_module *m =
		onnx ? onnx_import(c, text, o->input, NULL) : ir_parse(c, text, o->input, &options);
	bool ok = m && (o->no_verify || ir_verify(m->op, d)) && run_pipeline(o, c, m);
	if (ok && o->emit.size)
		ok = print_mach(o, m);
	else if (ok && !o->check_expected)
		print_module(o, m);
	if (m)
		ir_module_destroy(m);
	if (o->check_expected) {
		o->failed |= !driver_check_expected(text, first_line, d);
		return;
	}
	diag_flush(d);
	o->failed |= !ok;
}

static void process_part(struct opt *o, struct str text, u32 first_line) {
	struct base_recovery r;
	struct ir_context *c = ir_context_create();
	CHECK(c);
	if (BASE_RECOVER(&r)) {
		struct base_failure failure = r.failure;
		ir_diags(c)->handler = driver_print_diag;
		diag_flush(ir_diags(c));
		ir_context_destroy(c);
		base_fail_again(&failure);
	}
	dialect_register_all(c);
	ir_diags(c)->handler = driver_print_diag;
	process_module(o, c, text, first_line);
	base_recovery_pop(&r);
	ir_context_destroy(c);
}

static void process_parts(struct opt *o) {
	struct str rest = str_make((const char *)o->text.data, o->text.size), part = rest;
	u32 line = 1, first_line = 1;
	while (o->split && rest.size) {
		struct str this_line = str_split(rest, '\n', &rest);
		line++;
		if (!str_starts_with(this_line, STR("// -----")))
			continue;
		process_part(o, str_make(part.data, (size_t)(this_line.data - part.data)), first_line);
		strbuf_add_z(&o->out, o->check_expected ? "" : "\n// -----\n\n");
		part = rest;
		first_line = line;
	}
	process_part(o, part, first_line);
}

static struct status write_output(struct opt *o) {
	struct file_out f;
	struct status s =
		file_out_open(&f, o->output.size ? str_z(&o->arena, o->output) : "-", &o->arena);
	if (!status_ok(s))
		return s;
	file_out_write(&f, o->out.data, o->out.size);
	return file_out_commit(&f, &o->arena);
}

static int run(struct opt *o) {
	const char *path = str_z(&o->arena, o->input);
	struct status s = file_map(path, &o->arena, &o->text);
	if (!status_ok(s))
		return driver_environment_error(s, path);
	if (str_eq_z(o->input, "-"))
		o->input = STR("<stdin>");
	process_parts(o);
	file_unmap(&o->text);
	if (o->coverage.size && o->compile.hits) {
		s = compile_tile_coverage(&o->compile, str_z(&o->arena, o->coverage), &o->arena);
		if (!status_ok(s))
			return driver_environment_error(s, "coverage");
	}
	if (o->check_expected || o->failed)
		return o->failed ? DRIVER_FAILED : DRIVER_OK;
	s = write_output(o);
	return status_ok(s) ? DRIVER_OK : driver_environment_error(s, "output");
}

static bool check_words(struct opt *o, const struct driver_words *words) {
	if (words->words.size > 1)
		fprintf(stderr, "lamella: opt reads one file\n");
	else if (o->emit.size && !str_eq_z(o->emit, "mach"))
		fprintf(stderr, "lamella: opt prints mach beside modules, not '%.*s'\n", STR_ARG(o->emit));
	else if (!compile_tile_cpu(o->cpu.size ? o->cpu : STR("native"), &o->compile))
		fprintf(stderr, "lamella: unknown CPU '%.*s'\n", STR_ARG(o->cpu));
	else
		return true;
	return false;
}

int driver_opt(int argc, char **argv) {
	struct opt o = {.vector_bytes = 32};
	struct driver_words words = {0};
	struct driver_option options[] = {
		{"o", DRIVER_TEXT, &o.output, "FILE", "where to write; standard output when not given"},
		{"mlir-print-op-generic", DRIVER_FLAG, &o.generic, NULL,
	     "print every op in its generic form"},
		{"mlir-print-debuginfo", DRIVER_FLAG, &o.debug_info, NULL, "print locations"},
		{"mlir-elide-elementsattrs-if-larger", DRIVER_NUMBER, &o.elide, "N",
	     "leave out constants of more elements"},
		{"split-input-file", DRIVER_FLAG, &o.split, NULL, "lines '// -----' separate modules"},
		{"verify-diagnostics", DRIVER_FLAG, &o.check_expected, NULL,
	     "compare with comments '// expected-error {{...}}'"},
		{"pass-pipeline", DRIVER_TEXT, &o.pipeline, "PIPELINE",
	     "passes to run, e.g. builtin.module(func.func(tile-to-native),cse)"},
		{"schedule", DRIVER_TEXT, &o.schedule, "FILE", "schedules for kernels by name, instead of the planner's"},
		{"print-schedule", DRIVER_FLAG, &o.print_schedule, NULL, "print the schedule of each kernel that bufferise makes (on stderr)"},
		{"vector-bytes", DRIVER_NUMBER, &o.vector_bytes, "N",
	     "native vector size that passes assume: 16, 32 (default) or 64"},
		{"emit", DRIVER_TEXT, &o.emit, "mach", "print machine code after selection instead of the module"},
		{"mcpu", DRIVER_TEXT, &o.cpu, "NAME", "CPU to select for: native (default), x86-64-v3, x86-64-v4, ..."},
		{"rule-coverage", DRIVER_TEXT, &o.coverage, "FILE", "add the selection rules that were hit to a file"},
		{"mlir-print-ir-after-all", DRIVER_FLAG, &o.passes.print_after_all, NULL,
	     "print the module after each pass (on stderr)"},
		{"mlir-print-ir-before-all", DRIVER_FLAG, &o.passes.print_before_all, NULL,
	     "print the module before each pass (on stderr)"},
		{"mlir-print-ir-after", DRIVER_TEXT, &o.passes.print_after, "PASS",
	     "print the module after a pass (on stderr)"},
		{"mlir-print-ir-before", DRIVER_TEXT, &o.passes.print_before, "PASS",
	     "print the module before a pass (on stderr)"},
		{"verify-each", DRIVER_FLAG, &o.passes.verify_each, NULL, "verify after each pass"},
		{"mlir-timing", DRIVER_FLAG, &o.passes.timing, NULL,
	     "print how long each pass took (on stderr)"},
		{"no-verify", DRIVER_FLAG, &o.no_verify, NULL, "print without verifying"},
	};
	struct base_recovery r;
	int status;
	arena_init(&o.arena);
	if (BASE_RECOVER(&r)) {
		status = driver_internal_error(&r.failure);
		arena_deinit(&o.arena);
		return status;
	}
	strbuf_init(&o.out, &o.arena);
	if (driver_parse_options(&o.arena, argc, argv, "opt [options] FILE", options,
	                         ARRAY_SIZE(options), &words, &status)) {
		o.input = words.words.size ? words.words.data[0] : STR("-");
		status = check_words(&o, &words) ? run(&o) : DRIVER_USAGE;
	}
	base_recovery_pop(&r);
	arena_deinit(&o.arena);
	return status;
}
