// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The carried model from ONNX to tile-level kernels, run by the interpreter on held-out images and
// compared with ONNX Runtime's recorded outputs: import, lowering, fusion, schedules, bufferisation.
#include "unit/unit.h"

#include "base/file.h"
#include "driver/driver.h"
#include "driver/pass.h"
#include "import/onnx.h"
#include "interp/interp.h"

#define IMAGES 4

static const char *pipelines[] = {
	"canonicalize,cse,lower-graph",
	"canonicalize,cse,lower-graph,canonicalize,cse,fold-copies,share-pads,cse,fuse",
	"canonicalize,cse,lower-graph,canonicalize,cse,fold-copies,share-pads,cse,fuse,bufferise,canonicalize,cse",
	"canonicalize,cse,lower-graph,canonicalize,cse,fold-copies,share-pads,cse,fuse,bufferise,canonicalize,cse,"
	"tile-to-native,canonicalize,cse",
};

static void run_images(struct ir_module *m, const u8 *heldout, u32 batch) {
	u32 count, header;
	memcpy(&header, heldout + 8, 4);
	memcpy(&count, heldout + 12, 4);
	const u8 *pixels = heldout + header + count, *recorded = pixels + (size_t)count * 64;
	struct ir_context *c = m->context;
	struct ir_op *f = ir_symbol_find(m->op, ir_name_get(c, STR("main")));
	ir_type type = ir_op_attr(f, NAME_function_type)->type;
	for (u32 at = 0; at < IMAGES; at += batch) {
		float image[64 * IMAGES], out[10 * IMAGES] = {0}, expected[10 * IMAGES];
		for (u32 i = 0; i < 64 * batch; i++)
			image[i] = (float)pixels[64 * at + i] / 16.0f;
		memcpy(expected, recorded + (size_t)at * 40, (size_t)batch * 40);
		struct interp *in = interp_create(m);
		interp_bind_symbol(in, ir_name_get(c, STR("N")), batch);
		i64 sizes[16] = {batch};
		struct eval_value args[2], results[1];
		bool tensors = type->num_results;  // else the output is an argument, too
		if (tensors) {
			args[0] = (struct eval_value){.type = type->types[0], .data = (u8 *)image, .sizes = {batch, 1, 8, 8}, .capacity = sizeof image};
		} else {
			args[0] = interp_memref(type->types[0], interp_map_buffer(in, image, sizeof(float) * 64 * batch), sizes);
			args[1] = interp_memref(type->types[1], interp_map_buffer(in, out, sizeof(float) * 10 * batch), sizes);
		}
		bool ok = interp_call(in, f, tensors ? 1 : 2, args, results);
		diag_flush(ir_diags(c));
		assert_true(ok);
		if (tensors)
			memcpy(out, results[0].data, sizeof(float) * 10 * batch);
		for (u32 i = 0; i < 10 * batch; i++)
			assert_true(out[i] - expected[i] < 1e-4f && expected[i] - out[i] < 1e-4f);
		interp_destroy(in);
	}
}

static void digits(const char *pipeline_text, u32 batch) {
	struct arena a;
	arena_init(&a);
	struct file_view model, heldout;
	assert_true(status_ok(file_map("examples/digits/digits.onnx", &a, &model)));
	assert_true(status_ok(file_map("examples/digits/heldout.bin", &a, &heldout)));
	struct ir_context *c = ir_context_create();
	dialect_register_all(c);
	ir_diags(c)->handler = driver_print_diag;
	struct ir_module *m = onnx_import(c, str_make((const char *)model.data, model.size), STR("digits.onnx"), NULL);
	assert_non_null(m);
	struct pass_context p = {.context = c, .scratch = &a, .tile = {64, true}, .reassoc = true, .loop = pass_default_machine(64)};
	struct pass_pipeline pipeline = {0};
	struct pass_options o = {.verify_each = true};
	assert_true(pass_parse_pipeline(&a, str_from(pipeline_text), ir_diags(c), &pipeline));
	assert_true(pass_run(&p, m, &pipeline, &o));
	run_images(m, heldout.data, batch);
	ir_module_destroy(m);
	ir_context_destroy(c);
	file_unmap(&model);
	file_unmap(&heldout);
	arena_deinit(&a);
}

static void structured_ops(void **state) {
	(void)state;
	digits(pipelines[0], 2);
}

static void fusion_groups(void **state) {
	(void)state;
	digits(pipelines[1], 4);
}

static void tiles_one_image(void **state) {
	(void)state;
	digits(pipelines[2], 1);
}

static void tiles_several_images(void **state) {
	(void)state;
	digits(pipelines[2], 2);
}

static void native_vectors(void **state) {
	(void)state;
	digits(pipelines[3], 4);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structured_ops),
		cmocka_unit_test(fusion_groups),
		cmocka_unit_test(tiles_one_image),
		cmocka_unit_test(tiles_several_images),
		cmocka_unit_test(native_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
