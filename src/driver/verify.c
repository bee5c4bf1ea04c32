// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lamella verify: runs what was compiled and compares. For MLIR files at the tile level the expected
// results are the interpreter's, on generated inputs, bit for bit; on a mismatch the interpreter runs
// the function after each pass and names the first one that changed a result.
#include "base/file.h"
#include "dialect/dialect.h"
#include "driver/driver.h"
#include "driver/pass.h"
#include "driver/semantic.h"

#include <stdio.h>

struct verify {
	struct arena arena;
	u64 vector_bytes, seeds;
	u32 passed, failed, skipped;
	struct str file, text;
	u32 first_line;
};

static const enum pass_id tile_passes[] = {
	PASS_distribute, PASS_tile_to_native, PASS_canonicalize, PASS_cse, PASS_memref_to_address, PASS_canonicalize, PASS_cse, PASS_scf_to_cf, PASS_canonicalize, PASS_cse,
};

static struct ir_module *parse(struct verify *v, struct ir_context *c) {
	struct ir_parse_options o = {.first_line = v->first_line};
	struct ir_module *m = ir_parse(c, v->text, v->file, &o);
	return m && ir_verify(m->op, ir_diags(c)) ? m : NULL;
}

static struct ir_op *find(struct ir_module *m, struct str name) {
	return ir_symbol_find(m->op, ir_name_get(m->context, name));
}

// Runs the function after each pass of the pipeline; false when one changes a result.
static bool check_passes(struct verify *v, struct ir_context *c, struct str name, const struct semantic_case *input,
                         const struct semantic_case *expected, struct str expected_results) {
	struct ir_module *m = parse(v, c);
	struct arena scratch;
	arena_init(&scratch);
	struct pass_context p = {.context = c, .scratch = &scratch, .tile = {(u32)v->vector_bytes, v->vector_bytes == 64}, .reassoc = true};
	struct pass_options o = {.verify_each = true};
	bool ok = m != NULL;
	for (u32 i = 0; ok && i < ARRAY_SIZE(tile_passes); i++) {
		struct pass_pipeline one = {0};
		vec_push(&v->arena, one.passes, tile_passes[i]);
		struct semantic_case run = semantic_copy(input, &v->arena);
		struct strbuf results, what;
		strbuf_init(&results, &v->arena);
		strbuf_init(&what, &v->arena);
		ok = pass_run(&p, m, &one, &o);
		if (ok && !semantic_interpret(m, find(m, name), &run, &results)) {
			printf("  after %s the interpreter stops\n", pass_get(tile_passes[i])->name);
			ok = false;
		}
		if (ok && !semantic_equal(expected, &run, expected_results, strbuf_str(&results), &what)) {
			printf("  %s changes a result of @%.*s: %.*s\n", pass_get(tile_passes[i])->name, STR_ARG(name), (int)what.size, what.data);
			ok = false;
		}
	}
	if (m)
		ir_module_destroy(m);
	arena_deinit(&scratch);
	return ok;
}

static bool check_function(struct verify *v, struct ir_context *c, struct ir_module *m, struct ir_op *func) {
	struct str name = ir_name_str(c, ir_symbol_of(func));
	for (u64 seed = 1; seed <= v->seeds; seed++) {
		struct arena_mark mark = arena_save(&v->arena);
		struct semantic_case input;
		const char *why;
		if (!semantic_generate(ir_op_attr(func, NAME_function_type)->type, seed, &v->arena, &input, &why)) {
			printf("  @%.*s skipped: no generator for %s\n", STR_ARG(name), why);
			v->skipped++;
			return true;
		}
		struct semantic_case expected = semantic_copy(&input, &v->arena);
		struct strbuf results;
		strbuf_init(&results, &v->arena);
		bool ok = semantic_interpret(m, func, &expected, &results) && check_passes(v, c, name, &input, &expected, strbuf_str(&results));
		arena_restore(&v->arena, mark);
		if (!ok)
			return false;
	}
	return true;
}

static bool is_private(struct ir_op *func) {
	ir_attr visibility = ir_op_attr(func, NAME_sym_visibility);
	return visibility && str_eq_z(visibility->text, "private");
}

static void verify_part(struct verify *v, struct str text, u32 first_line) {
	struct ir_context *c = ir_context_create();
	CHECK(c);
	dialect_register_all(c);
	ir_diags(c)->handler = driver_print_diag;
	v->text = text;
	v->first_line = first_line;
	struct ir_module *m = parse(v, c);
	if (!m)
		v->failed++;
	for (struct ir_op *op = m ? ir_module_body(m)->first : NULL; op; op = op->next) {
		if (op->info->id != OP_func_func || !op->regions[0].first || is_private(op))
			continue;
		bool ok = check_function(v, c, m, op);
		*(ok ? &v->passed : &v->failed) += 1;
		struct str name = ir_name_str(c, ir_symbol_of(op));
		printf("%s %.*s @%.*s\n", ok ? "pass" : "FAIL", STR_ARG(v->file), STR_ARG(name));
	}
	diag_flush(ir_diags(c));
	if (m)
		ir_module_destroy(m);
	ir_context_destroy(c);
}

static void verify_file(struct verify *v, struct str path) {
	struct file_view view;
	struct status s = file_map(str_z(&v->arena, path), &v->arena, &view);
	if (!status_ok(s)) {
		driver_environment_error(s, str_z(&v->arena, path));
		v->failed++;
		return;
	}
	v->file = path;
	struct str rest = str_make((const char *)view.data, view.size), part = rest;
	u32 line = 1, first_line = 1;
	while (rest.size) {
		struct str this_line = str_split(rest, '\n', &rest);
		line++;
		if (!str_starts_with(this_line, STR("// -----")))
			continue;
		verify_part(v, str_make(part.data, (size_t)(this_line.data - part.data)), first_line);
		part = rest;
		first_line = line;
	}
	verify_part(v, part, first_line);
	file_unmap(&view);
}

int driver_verify(int argc, char **argv) {
	struct verify v = {.vector_bytes = 64, .seeds = 3};
	struct driver_words words = {0};
	struct driver_option options[] = {
		{"vector-bytes", DRIVER_NUMBER, &v.vector_bytes, "N", "native vector size: 16, 32 or 64 (default)"},
		{"seeds", DRIVER_NUMBER, &v.seeds, "N", "inputs generated for each function (default 3)"},
	};
	int status;
	arena_init(&v.arena);
	if (!driver_parse_options(&v.arena, argc, argv, "verify FILE.mlir...", options, ARRAY_SIZE(options), &words, &status)) {
		arena_deinit(&v.arena);
		return status;
	}
	for (u32 i = 0; i < words.words.size; i++)
		verify_file(&v, words.words.data[i]);
	printf("%u passed, %u failed, %u skipped\n", v.passed, v.failed, v.skipped);
	arena_deinit(&v.arena);
	return v.failed || !v.passed ? DRIVER_FAILED : DRIVER_OK;
}
