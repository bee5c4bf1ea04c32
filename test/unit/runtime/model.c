// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models by their descriptor, with a model written by hand as the compiler would make it: sizes
// over symbols, the call through struct model_io, statuses in words; and its file of weights.
#include "lamella/runtime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "obj/weights.h"
#include "unit/unit.h"

// What model.h would declare: y[N, 3] = x[N, 3] + w[3]; kept[K] = the sums above 0.
struct model_io {
	uint64_t size;
	const float *x;
	float *y;
	float *kept;
	int64_t N;
	int64_t *K;
};

enum { INPUT_X, OUTPUT_Y, OUTPUT_KEPT, NUM_TENSORS };
enum { DIM_N, DIM_K, NUM_DIMS };

static int check_arguments(const struct model_io *io, const float *w, void *arena) {
	if (io->size < sizeof *io)
		return LAM_ERROR_ABI;
	if (!io->x || (uintptr_t)io->x % sizeof(float))
		return LAM_STATUS(LAM_ERROR_POINTER, INPUT_X);
	if (!io->y || (uintptr_t)io->y % sizeof(float))
		return LAM_STATUS(LAM_ERROR_POINTER, OUTPUT_Y);
	if (io->N < 1 || io->N > 64)
		return LAM_STATUS(LAM_ERROR_DIM, DIM_N);
	if (io->N % 2)
		return LAM_STATUS(LAM_ERROR_CHECK, 0);
	if (!w || (uintptr_t)w % LAM_WEIGHTS_ALIGN)
		return LAM_ERROR_WEIGHTS;
	return !arena || (uintptr_t)arena % LAM_ARENA_ALIGN ? LAM_ERROR_ARENA : LAM_OK;
}

static int model_run(const void *fields, const void *weights, void *arena,
                     const struct lam_env *env) {
	(void)env;
	const struct model_io *io = fields;
	const float *w = weights;
	int status = check_arguments(io, w, arena);
	if (status != LAM_OK)
		return status;
	int64_t kept = 0;
	for (int64_t i = 0; i < io->N; i++) {
		float sum = 0;
		for (u32 k = 0; k < 3; k++)
			sum += io->y[3 * i + k] = io->x[3 * i + k] + w[k];
		if (sum > 0)
			io->kept[kept++] = sum;
	}
	if (io->K)
		*io->K = kept;
	return LAM_OK;
}

static uint64_t model_arena_bytes(const int64_t *dims, uint32_t workers) {
	return 64 + 4 * (uint64_t)dims[DIM_N] * (workers ? workers : 1);
}

static int cpu_ok(void) { return 1; }
static int cpu_not_ok(void) { return 0; }

static const float weights[3] = {1, -2, 0.5f};

static const struct lam_dim dims[] = {
	{"N", 1, 64, offsetof(struct model_io, N), 0},
	{"K", 0, 64, offsetof(struct model_io, K), LAM_DIM_RETURNED},
};
static const struct lam_term terms[] = {
	{LAM_TERM_DIM, 0, DIM_N},
	{LAM_TERM_CONSTANT, 0, 3},
	{LAM_TERM_DIM, 0, DIM_K},
};
static const struct lam_size sizes[] = {{0, 1}, {1, 1}, {2, 1}};
static const struct lam_tensor tensors[] = {
	{"x:0", "x_0", LAM_F32, 2, 0, offsetof(struct model_io, x), 4, 0, -1, 0},
	{"y", "y", LAM_F32, 2, 0, offsetof(struct model_io, y), 4, LAM_TENSOR_OUTPUT, 0, 0},
	{"kept", "kept", LAM_F32, 1, 2, offsetof(struct model_io, kept), 4, LAM_TENSOR_OUTPUT, -1, 0},
};
static const struct lam_check checks[] = {{"Reshape_3: N must be even"}};

static const struct lam_model model = {
	.size = sizeof model,
	.version = LAM_ABI_VERSION,
	.prefix = "model",
	.dims = dims,
	.tensors = tensors,
	.sizes = sizes,
	.terms = terms,
	.checks = checks,
	.num_dims = NUM_DIMS,
	.num_inputs = 1,
	.num_outputs = 2,
	.num_checks = 1,
	.io_bytes = sizeof(struct model_io),
	.weights_bytes = sizeof weights,
	.arena_bytes = model_arena_bytes,
	.cpu_ok = cpu_ok,
	.run = model_run,
};

UNIT_TEST(descriptor_is_checked) {
	assert_int_equal(lam_model_check(&model), LAM_OK);
	struct lam_model m = model;
	m.cpu_ok = cpu_not_ok;
	assert_int_equal(lam_model_check(&m), LAM_ERROR_CPU);
	m = model;
	m.version++;
	assert_int_equal(lam_model_check(&m), LAM_ERROR_ABI);
	m = model;
	m.size = 8;
	assert_int_equal(lam_model_check(&m), LAM_ERROR_ABI);
	m.size = sizeof m + 8;  // of a later library
	assert_int_equal(lam_model_check(&m), LAM_OK);
}

UNIT_TEST(sizes_follow_the_dims) {
	int64_t d[NUM_DIMS] = {10, 4};
	assert_int_equal(lam_tensor_size(&model, INPUT_X, 0, d), 10);
	assert_int_equal(lam_tensor_size(&model, INPUT_X, 1, d), 3);
	assert_int_equal(lam_tensor_elements(&model, INPUT_X, d), 30);
	assert_int_equal(lam_tensor_bytes(&model, INPUT_X, d), 120);
	assert_int_equal(lam_tensor_bytes(&model, OUTPUT_KEPT, d), 16);
	assert_int_equal(lam_tensor_find(&model, "x:0"), INPUT_X);
	assert_int_equal(lam_tensor_find(&model, "x_0"), INPUT_X);
	assert_int_equal(lam_tensor_find(&model, "kept"), OUTPUT_KEPT);
	assert_int_equal(lam_tensor_find(&model, "x"), -1);
	assert_int_equal(lam_dim_find(&model, "K"), DIM_K);
	assert_int_equal(lam_dim_find(&model, "M"), -1);
}

static int64_t evaluate(const struct lam_term *t, u32 n, const int64_t *d) {
	struct lam_model m = model;
	static const struct lam_tensor tensor = {.rank = 1, .type = LAM_F32};
	struct lam_size size = {0, n};
	m.terms = t;
	m.sizes = &size;
	m.tensors = &tensor;
	return lam_tensor_size(&m, 0, 0, d);
}

static int64_t binary(enum lam_term_op op, int64_t a, int64_t b) {
	// 1000 is added, because sizes are not negative.
	struct lam_term t[] = {{LAM_TERM_DIM, 0, 0},
	                       {LAM_TERM_DIM, 0, 1},
	                       {op, 0, 0},
	                       {LAM_TERM_CONSTANT, 0, 1000},
	                       {LAM_TERM_ADD, 0, 0}};
	int64_t r = evaluate(t, 5, (int64_t[]){a, b});
	return r < 0 ? INT64_MIN : r - 1000;
}

UNIT_TEST(terms_divide_down) {
	for (int64_t a = -7; a <= 7; a++) {
		for (int64_t b = 1; b <= 4; b++) {
			int64_t down = (a + 8 * b) / b - 8;
			assert_int_equal(binary(LAM_TERM_FLOORDIV, a, b), down);
			assert_int_equal(binary(LAM_TERM_CEILDIV, a, b), (a + 8 * b + b - 1) / b - 8);
			assert_int_equal(binary(LAM_TERM_MOD, a, b), a - b * down);
			assert_int_equal(binary(LAM_TERM_ADD, a, b), a + b);
			assert_int_equal(binary(LAM_TERM_MUL, a, b), a * b);
			assert_int_equal(binary(LAM_TERM_MIN, a, b), BASE_MIN(a, b));
			assert_int_equal(binary(LAM_TERM_MAX, a, b), BASE_MAX(a, b));
		}
	}
	assert_int_equal(binary(LAM_TERM_MOD, INT64_MIN, 3), 1);
	assert_true(binary(LAM_TERM_MOD, 1, 0) == INT64_MIN);
	assert_true(binary(LAM_TERM_FLOORDIV, 1, -1) == INT64_MIN);
	assert_true(binary(LAM_TERM_ADD, INT64_MAX, 1) == INT64_MIN);
	assert_true(binary(LAM_TERM_MUL, INT64_MAX, 2) == INT64_MIN);
	assert_true(binary((enum lam_term_op)99, 1, 1) == INT64_MIN);
}

UNIT_TEST(bad_terms_have_no_size) {
	int64_t d[] = {3};
	struct lam_term t[LAM_TERM_DEPTH_MAX + 1];
	for (u32 i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = (struct lam_term){LAM_TERM_DIM, 0, 0};
	assert_int_equal(evaluate(t, 1, d), 3);
	assert_int_equal(evaluate(t, 0, d), -1);
	assert_int_equal(evaluate(t, 2, d), -1);
	assert_int_equal(evaluate(t, ARRAY_SIZE(t), d), -1);
	t[0].op = LAM_TERM_ADD;
	assert_int_equal(evaluate(t, 1, d), -1);
	d[0] = -3;
	assert_int_equal(evaluate(t + 1, 1, d), -1);
}

UNIT_TEST(bytes_do_not_wrap) {
	struct lam_term t[] = {{LAM_TERM_DIM, 0, 0}};
	struct lam_size s[] = {{0, 1}, {0, 1}, {0, 1}};
	struct lam_tensor tensor = {.rank = 1, .type = LAM_I4};
	struct lam_model m = model;
	m.terms = t;
	m.sizes = s;
	m.tensors = &tensor;
	assert_int_equal(lam_tensor_bytes(&m, 0, (int64_t[]){3}), 2);
	assert_true(lam_tensor_bytes(&m, 0, (int64_t[]){INT64_MAX}) == UINT64_MAX);
	tensor.rank = 3;
	assert_int_equal(lam_tensor_elements(&m, 0, (int64_t[]){10}), 1000);
	assert_int_equal(lam_tensor_elements(&m, 0, (int64_t[]){INT64_MAX / 2}), -1);
	assert_int_equal(lam_tensor_elements(&m, 0, (int64_t[]){0}), 0);
	tensor.rank = 0;
	assert_int_equal(lam_tensor_elements(&m, 0, NULL), 1);
	assert_int_equal(lam_type_bits(LAM_C128), 128);
	assert_string_equal(lam_type_name(LAM_BF16), "bf16");
	assert_int_equal(lam_type_bits((enum lam_type)8), 0);  // ONNX's strings
	assert_null(lam_type_name((enum lam_type)1000));
}

UNIT_TEST(call_without_the_header) {
	_Alignas(LAM_ARENA_ALIGN) char arena[1024];
	_Alignas(LAM_WEIGHTS_ALIGN) float w[3];
	memcpy(w, weights, sizeof w);
	float x[6] = {1, 2, 3, -1, -2, -3}, y[6], kept[2];
	void *data[NUM_TENSORS] = {x, y, kept};
	int64_t d[NUM_DIMS] = {2, -5};
	assert_true(model.arena_bytes(d, 0) <= sizeof arena);
	assert_int_equal(lam_model_call(&model, data, d, w, arena, NULL), LAM_OK);
	for (u32 i = 0; i < 6; i++)
		assert_true(y[i] == x[i] + w[i % 3]);
	assert_int_equal(d[DIM_K], 1);
	assert_true(kept[0] == 5.5f);
	d[DIM_N] = 65;
	assert_int_equal(lam_model_call(&model, data, d, w, arena, NULL), LAM_STATUS(LAM_ERROR_DIM, 0));
	data[OUTPUT_Y] = NULL;
	assert_int_equal(lam_model_call(&model, data, d, w, arena, NULL),
	                 LAM_STATUS(LAM_ERROR_POINTER, 1));
}

static void expect_text(int status, const struct lam_model *m, const char *expected) {
	char text[128];
	assert_int_equal(lam_status_text(m, status, text, sizeof text), strlen(expected));
	assert_string_equal(text, expected);
}

UNIT_TEST(statuses_in_words) {
	expect_text(LAM_OK, &model, "success");
	expect_text(LAM_STATUS(LAM_ERROR_POINTER, OUTPUT_Y), &model,
	            "the pointer of output 'y' is NULL, or not aligned to 4 bytes");
	expect_text(LAM_STATUS(LAM_ERROR_POINTER, 9), &model,
	            "a tensor's pointer is NULL or misaligned");
	expect_text(LAM_STATUS(LAM_ERROR_DIM, 0), &model, "size 'N' is outside its bounds 1..64");
	expect_text(LAM_STATUS(LAM_ERROR_DIM, 0), NULL, "a size is outside its bounds");
	expect_text(LAM_STATUS(LAM_ERROR_CHECK, 0), &model, "Reshape_3: N must be even");
	expect_text(LAM_STATUS(LAM_ERROR_IO, ENOENT), NULL,
	            "the system said: No such file or directory");
	expect_text(200, &model, "unknown status");
	for (int code = 0; code <= LAM_ERROR_IO; code++) {
		char text[128];
		assert_true(lam_status_text(NULL, code, text, sizeof text) > 0);
		assert_string_not_equal(text, "unknown status");
	}
	char small[5];
	assert_int_equal(lam_status_text(NULL, LAM_OK, small, sizeof small), 7);
	assert_string_equal(small, "succ");
}

// ---------------------------------------------------------------------------------------------
// Weights

struct fixture {
	struct arena arena;
	char path[64];
	struct lam_model model;
};

// A file of weights as the compiler writes it, cut or changed at `at` (SIZE_MAX: neither).
static void write_weights(struct fixture *f, size_t cut_to, size_t flip_at) {
	struct obj_content c = {.align = 64};
	obj_content_append(&f->arena, &c, weights, sizeof weights, 64);
	obj_content_append(&f->arena, &c, weights, sizeof weights, 64);
	u8 bytes[512], *next = bytes;
	struct obj_sink sink = obj_sink_memory(&next);
	f->model = model;
	f->model.weights_hash = obj_weights_write(&c, &sink);
	f->model.weights_bytes = c.size;
	assert_int_equal(sink.written_bytes, 128 + sizeof(struct lam_weights_footer));
	if (flip_at != SIZE_MAX)
		bytes[flip_at] ^= 1;
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, f->path, &f->arena)));
	file_out_write(&out, bytes, BASE_MIN((size_t)sink.written_bytes, cut_to));
	assert_true(status_ok(file_out_commit(&out, &f->arena)));
}

static int map_status(struct fixture *f, u32 flags) {
	struct lam_weights w;
	int status = lam_weights_map(f->path, &f->model, flags, &w);
	if (status == LAM_OK) {
		assert_int_equal((uintptr_t)w.data % 4096, 0);
		assert_int_equal(w.bytes, 64 + sizeof weights);
		assert_memory_equal(w.data, weights, sizeof weights);
		assert_memory_equal((const char *)w.data + 64, weights, sizeof weights);
	}
	lam_weights_unmap(&w);
	assert_null(w.data);
	return status;
}

UNIT_TEST(weights_are_mapped_and_checked) {
	struct fixture f = {.path = "/tmp/lamella-weights-XXXXXX"};
	arena_init(&f.arena);
	close(mkstemp(f.path));
	write_weights(&f, SIZE_MAX, SIZE_MAX);
	assert_int_equal(map_status(&f, 0), LAM_OK);
	assert_int_equal(map_status(&f, LAM_WEIGHTS_PREFAULT), LAM_OK);
	f.model.weights_hash++;
	assert_int_equal(map_status(&f, 0), LAM_ERROR_WEIGHTS);
	for (size_t cut = 0; cut < 192; cut += 16) {
		write_weights(&f, cut, SIZE_MAX);
		assert_int_equal(map_status(&f, 0), LAM_ERROR_WEIGHTS);
	}
	for (size_t at = 128; at < 160; at++) {  // magic, size, version, bytes, hash
		write_weights(&f, SIZE_MAX, at);
		assert_int_equal(map_status(&f, 0), LAM_ERROR_WEIGHTS);
	}
	unlink(f.path);
	assert_int_equal(map_status(&f, 0), LAM_STATUS(LAM_ERROR_IO, ENOENT));
	arena_deinit(&f.arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptor_is_checked), cmocka_unit_test(sizes_follow_the_dims),
		cmocka_unit_test(terms_divide_down),     cmocka_unit_test(bad_terms_have_no_size),
		cmocka_unit_test(bytes_do_not_wrap),     cmocka_unit_test(call_without_the_header),
		cmocka_unit_test(statuses_in_words),     cmocka_unit_test(weights_are_mapped_and_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
