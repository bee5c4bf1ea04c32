// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interned things: names, types, attributes, locations, blobs. Equal is identical.
#include "ir/ir.h"

#include <math.h>
#include <pthread.h>

#include "base/thread.h"
#include "unit/unit.h"

static int setup(void **state) {
	*state = ir_context_create();
	return *state == NULL;
}

static int teardown(void **state) {
	ir_context_destroy(*state);
	return 0;
}

UNIT_TEST(names) {
	struct ir_context *c = *state;
	assert_int_equal(ir_name_get(c, STR("value")), NAME_value);
	assert_str(ir_name_str(c, NAME_sym_name), "sym_name");
	assert_int_equal(ir_name_get(c, STR("")), NAME_none);
	assert_str(ir_name_str(c, NAME_none), "");
	struct arena a;
	arena_init(&a);
	enum { NAMES = 5000 };
	ir_name n[NAMES];
	for (u32 i = 0; i < NAMES; i++)
		n[i] = ir_name_get(c, str_format(&a, "name%u", i));
	for (u32 i = 0; i < NAMES; i++) {
		struct str want = str_format(&a, "name%u", i);
		assert_int_equal(ir_name_get(c, want), n[i]);
		assert_true(str_eq(ir_name_str(c, n[i]), want));
	}
	arena_deinit(&a);
}

UNIT_TEST(scalar_types) {
	struct ir_context *c = *state;
	assert_ptr_equal(ir_type_int(c, 32), ir_type_int(c, 32));
	assert_ptr_not_equal(ir_type_int(c, 32), ir_type_integer(c, 32, IR_UNSIGNED));
	assert_ptr_equal(ir_type_integer(c, 128, IR_SIGNED), ir_type_integer(c, 128, IR_SIGNED));
	ir_type f32 = ir_type_float(c, IR_TYPE_F32);
	assert_true(ir_type_is_float(f32) && !ir_type_is_float(ir_type_index(c)));
	assert_int_equal(ir_type_bits(ir_type_complex(c, f32)), 64);
	assert_int_equal(ir_type_bytes(ir_type_complex(c, f32)), 8);
	static const struct {
		enum ir_type_kind kind;
		u32 bits, bytes;
	} floats[] = {{IR_TYPE_F4E2M1FN, 4, 1},  {IR_TYPE_F6E3M2FN, 6, 1}, {IR_TYPE_F8E5M2, 8, 1},
	              {IR_TYPE_F8E8M0FNU, 8, 1}, {IR_TYPE_BF16, 16, 2},    {IR_TYPE_F16, 16, 2},
	              {IR_TYPE_TF32, 19, 4},     {IR_TYPE_F64, 64, 8}};
	for (u32 i = 0; i < ARRAY_SIZE(floats); i++) {
		assert_int_equal(ir_type_bits(ir_type_float(c, floats[i].kind)), floats[i].bits);
		assert_int_equal(ir_type_bytes(ir_type_float(c, floats[i].kind)), floats[i].bytes);
	}
	static const u32 int_bytes[][2] = {{1, 1},  {2, 1},  {4, 1},  {8, 1},  {9, 2},
	                                   {24, 4}, {33, 8}, {64, 8}, {65, 16}};
	for (u32 i = 0; i < ARRAY_SIZE(int_bytes); i++)
		assert_int_equal(ir_type_bytes(ir_type_int(c, int_bytes[i][0])), int_bytes[i][1]);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_type_bits(ir_type_none(c)));
	assert_string_equal(failure.message, "the type has no width");
}

UNIT_TEST(shaped_types) {
	struct ir_context *c = *state;
	ir_type f32 = ir_type_float(c, IR_TYPE_F32);
	i64 shape[3] = {2, 3, 4}, dynamic[2] = {IR_DYNAMIC, 4};
	ir_type v = ir_type_vector(c, 3, shape, NULL, f32);
	assert_ptr_equal(v, ir_type_vector(c, 3, shape, (u8[3]){0, 0, 0}, f32));
	assert_ptr_not_equal(v, ir_type_vector(c, 3, shape, (u8[3]){0, 0, 1}, f32));
	assert_ptr_equal(ir_type_vector(c, 0, shape, NULL, f32), ir_type_vector(c, 0, NULL, NULL, f32));
	assert_int_equal(ir_type_num_elements(v), 24);
	ir_type t = ir_type_tensor(c, 2, dynamic, f32, NULL);
	assert_false(ir_type_has_static_shape(t));
	assert_true(t->dims[1]->value == 4 && t->dims[0] == NULL);
	assert_ptr_equal(ir_type_with_element(c, t, ir_type_int(c, 8)),
	                 ir_type_tensor(c, 2, dynamic, ir_type_int(c, 8), NULL));
	assert_ptr_equal(ir_type_with_element(c, f32, ir_type_int(c, 8)), ir_type_int(c, 8));
	assert_ptr_equal(ir_type_with_shape(c, v, 2, shape), ir_type_vector(c, 2, shape, NULL, f32));
	ir_type fn = ir_type_function(c, 1, &v, 2, (ir_type[2]){t, f32});
	assert_ptr_equal(fn, ir_type_function(c, 1, &v, 2, (ir_type[2]){t, f32}));
	assert_ptr_not_equal(fn, ir_type_function(c, 2, (ir_type[2]){v, t}, 1, &f32));
	assert_ptr_equal(fn->types[2], f32);
	assert_ptr_not_equal(ir_type_tuple(c, 0, NULL), ir_type_function(c, 0, NULL, 0, NULL));
	ir_name quant = ir_name_get(c, STR("quant")), uniform = ir_name_get(c, STR("uniform"));
	assert_ptr_equal(ir_type_dialect(c, quant, uniform, STR("i8:f32, 2.0")),
	                 ir_type_dialect(c, quant, uniform, STR("i8:f32, 2.0")));
	assert_ptr_not_equal(ir_type_dialect(c, quant, uniform, STR("i8:f32, 2.0")),
	                     ir_type_dialect(c, quant, uniform, STR("i8")));
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_type_num_elements(t));
	assert_string_equal(failure.message, "the number of elements is known for static shapes only");
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_type_vector(c, 2, dynamic, NULL, f32));
}

UNIT_TEST(symbolic_sizes) {
	struct ir_context *c = *state;
	ir_type f32 = ir_type_float(c, IR_TYPE_F32);
	ir_expr n = ir_expr_named(c, ir_name_get(c, STR("N"))), two = ir_expr_const(c, 2);
	ir_expr padded =
		ir_expr_binary(c, IR_EXPR_ADD, ir_expr_binary(c, IR_EXPR_MUL, n, two), ir_expr_const(c, 1));
	ir_expr least =
		ir_expr_binary(c, IR_EXPR_MIN, n, ir_expr_named(c, ir_name_get(c, STR("batch size"))));
	ir_type t = ir_type_tensor_dims(c, 5, (ir_expr[5]){n, two, padded, NULL, least}, f32);
	assert_int_equal(t->shape[1], 2);
	assert_true(t->shape[0] == IR_DYNAMIC && t->shape[2] == IR_DYNAMIC &&
	            t->shape[3] == IR_DYNAMIC);
	assert_str(t->encoding->text, "N,N*2+1,?,min(N,'batch size')");
	assert_ptr_equal(t->dims[0], n);
	assert_ptr_equal(t->dims[2], padded);
	assert_null(t->dims[3]);
	assert_ptr_equal(t->dims[4], least);
	assert_ptr_equal(t, ir_type_tensor(c, 5, t->shape, f32, t->encoding));
	// Encodings that name no sizes, or the wrong number.
	i64 shape[2] = {IR_DYNAMIC, 4};
	static const char *const others[] = {"N,M", "", "N,", "CSR stuff", ","};
	for (u32 i = 0; i < ARRAY_SIZE(others); i++)
		assert_null(
			ir_type_tensor(c, 2, shape, f32, ir_attr_string(c, str_from(others[i])))->dims[0]);
	assert_null(ir_type_tensor_dims(c, 1, (ir_expr[1]){NULL}, f32)->encoding);
}

UNIT_TEST(memref_layouts) {
	struct ir_context *c = *state;
	ir_type f32 = ir_type_float(c, IR_TYPE_F32);
	i64 shape[3] = {2, IR_DYNAMIC, 4}, strides[3], offset;
	ir_type m = ir_type_memref(c, 3, shape, f32, NULL, NULL);
	assert_ptr_equal(
		m, ir_type_memref(c, 3, shape, f32, ir_attr_identity_map(c, 3), ir_attr_i64(c, 0)));
	assert_ptr_not_equal(m, ir_type_memref(c, 3, shape, f32, NULL, ir_attr_string(c, STR("sram"))));
	assert_true(ir_memref_strides(m, strides, &offset));
	assert_true(strides[0] == IR_DYNAMIC && strides[1] == 4 && strides[2] == 1 && offset == 0);
	ir_attr strided = ir_attr_strided(c, 3, (i64[3]){100, IR_DYNAMIC, 1}, 7);
	assert_ptr_equal(strided, ir_attr_strided(c, 3, (i64[3]){100, IR_DYNAMIC, 1}, 7));
	assert_true(
		ir_memref_strides(ir_type_memref(c, 3, shape, f32, strided, NULL), strides, &offset));
	assert_true(strides[0] == 100 && strides[1] == IR_DYNAMIC && offset == 7);
	// (d0, d1)[s0] -> (d1 * 8 + d0 * s0 + 3)
	ir_expr d0 = ir_expr_dim(c, 0), d1 = ir_expr_dim(c, 1), s0 = ir_expr_sym(c, 0);
	ir_expr e =
		ir_expr_binary(c, IR_EXPR_ADD, ir_expr_binary(c, IR_EXPR_MUL, d1, ir_expr_const(c, 8)),
	                   ir_expr_const(c, 3));
	e = ir_expr_binary(c, IR_EXPR_ADD, e, ir_expr_binary(c, IR_EXPR_MUL, d0, s0));
	ir_attr map = ir_attr_affine_map(c, 2, 1, 1, &e);
	assert_true(ir_memref_strides(ir_type_memref(c, 2, shape, f32, map, NULL), strides, &offset));
	assert_true(strides[0] == IR_DYNAMIC && strides[1] == 8 && offset == 3);
	e = ir_expr_binary(c, IR_EXPR_FLOORDIV, d0, ir_expr_const(c, 8));
	map = ir_attr_affine_map(c, 2, 0, 1, &e);
	assert_false(ir_memref_strides(ir_type_memref(c, 2, shape, f32, map, NULL), strides, &offset));
	ir_attr swap = ir_attr_affine_map(c, 2, 0, 2, (ir_expr[2]){d1, d0});
	assert_false(ir_memref_strides(ir_type_memref(c, 2, shape, f32, swap, NULL), strides, &offset));
}

UNIT_TEST(scalar_attributes) {
	struct ir_context *c = *state;
	ir_type i8 = ir_type_int(c, 8), u8_type = ir_type_integer(c, 8, IR_UNSIGNED),
			f32 = ir_type_float(c, IR_TYPE_F32);
	assert_ptr_equal(ir_attr_integer(c, i8, 255), ir_attr_integer(c, i8, -1));
	assert_int_equal(ir_attr_integer(c, i8, 255)->integer, -1);
	assert_int_equal(ir_attr_integer(c, u8_type, -1)->integer, 255);
	assert_ptr_equal(ir_attr_bool(c, true), ir_attr_integer(c, ir_type_int(c, 1), 1));
	assert_ptr_not_equal(ir_attr_bool(c, true), ir_attr_bool(c, false));
	assert_ptr_equal(ir_attr_float(c, f32, 0.1), ir_attr_float(c, f32, (double)0.1f));
	assert_true(ir_attr_float(c, f32, 0.1)->real == (double)0.1f);
	assert_ptr_not_equal(ir_attr_float(c, f32, 0.0), ir_attr_float(c, f32, -0.0));
	assert_ptr_equal(ir_attr_float(c, f32, NAN), ir_attr_float(c, f32, NAN));
	assert_ptr_not_equal(ir_attr_float(c, f32, 1),
	                     ir_attr_float(c, ir_type_float(c, IR_TYPE_F64), 1));
	assert_ptr_equal(ir_attr_string(c, STR("a")), ir_attr_string(c, STR("a")));
	ir_name path[2] = {ir_name_get(c, STR("m")), ir_name_get(c, STR("f"))};
	assert_ptr_equal(ir_attr_symbol(c, 2, path), ir_attr_symbol(c, 2, path));
	assert_ptr_not_equal(ir_attr_symbol(c, 2, path), ir_attr_symbol(c, 1, path));
	assert_ptr_not_equal(ir_attr_string(c, STR("")), ir_attr_unit(c));
}

UNIT_TEST(collections) {
	struct ir_context *c = *state;
	ir_attr one = ir_attr_i64(c, 1), two = ir_attr_i64(c, 2);
	ir_attr a = ir_attr_array(c, 2, (ir_attr[2]){one, two});
	assert_ptr_equal(a, ir_attr_array(c, 2, (ir_attr[2]){one, two}));
	assert_int_equal(ir_attr_array_int(a, 1), 2);
	assert_ptr_not_equal(ir_attr_array(c, 0, NULL), ir_attr_dict(c, 0, NULL));
	ir_name zz = ir_name_get(c, STR("zz")), aa = ir_name_get(c, STR("aa"));
	ir_attr d = ir_attr_dict(c, 2, (struct ir_named_attr[2]){{zz, one}, {aa, two}});
	assert_ptr_equal(d, ir_attr_dict(c, 2, (struct ir_named_attr[2]){{aa, two}, {zz, one}}));
	assert_int_equal(d->entries[0].name, aa);
	assert_ptr_equal(ir_dict_get(d, zz), one);
	assert_null(ir_dict_get(d, NAME_value));
	assert_null(ir_dict_get(NULL, zz));
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure,
	             ir_attr_dict(c, 2, (struct ir_named_attr[2]){{aa, one}, {aa, two}}));
	assert_string_equal(failure.message, "attribute 'aa' stands twice in a dictionary");
	ir_attr dense = ir_attr_i64_array(c, 3, (i64[3]){4, -5, 6});
	assert_ptr_equal(dense, ir_attr_dense_array(c, ir_type_int(c, 64), 3, (i64[3]){4, -5, 6}));
	assert_int_equal(ir_attr_array_int(dense, 1), -5);
	assert_ptr_not_equal(ir_attr_i64_array(c, 0, NULL), ir_attr_i32_array(c, 0, NULL));
	ir_name dialect = ir_name_get(c, STR("arith"));
	assert_ptr_not_equal(ir_attr_dialect(c, dialect, zz, STR("x"), 0, NULL),
	                     ir_attr_dialect(c, dialect, zz, STR("y"), 0, NULL));
}

UNIT_TEST(dense_elements) {
	struct ir_context *c = *state;
	i64 shape[2] = {2, 2};
	ir_type i1 = ir_type_tensor(c, 2, shape, ir_type_int(c, 1), NULL),
			f32 = ir_type_vector(c, 2, shape, NULL, ir_type_float(c, IR_TYPE_F32));
	u8 bools[4] = {1, 0, 0xff, 0};
	ir_attr b = ir_attr_dense(c, i1, bools, 4, false);
	assert_ptr_equal(b, ir_attr_dense(c, i1, (u8[4]){1, 0, 1, 0}, 4, false));
	assert_true(ir_dense_get_int(b, 2) == -1 && ir_dense_get_int(b, 3) == 0 && b->data[2] == 1);
	float ones[4] = {1, 1, 1, 1}, mixed[4] = {1, 2, 3, 4};
	ir_attr s = ir_attr_dense(c, f32, ones, sizeof ones, false);
	assert_true(s->splat && s->data_size == 4);
	assert_ptr_equal(s, ir_attr_dense(c, f32, ones, 4, true));
	assert_true(ir_dense_get_float(s, 3) == 1);
	ir_attr m = ir_attr_dense(c, f32, mixed, sizeof mixed, false);
	assert_true(!m->splat && ir_dense_get_float(m, 3) == 4 && ir_dense_count(m) == 4);
	ir_type empty = ir_type_tensor(c, 1, (i64[1]){0}, ir_type_int(c, 32), NULL);
	assert_int_equal(ir_dense_count(ir_attr_dense(c, empty, NULL, 0, false)), 0);
	ir_type single = ir_type_tensor(c, 0, NULL, ir_type_int(c, 32), NULL);
	assert_true(ir_attr_dense(c, single, (i32[1]){5}, 4, false)->splat);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_attr_dense(c, f32, ones, 8, false));
	assert_string_equal(failure.message, "dense data of 8 bytes for 4 elements of 4");
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_dense_get_float(m, 4));
}

UNIT_TEST(blobs) {
	struct ir_context *c = *state;
	static const float data[4] = {1, 2, 3, 4};
	struct ir_blob *a = ir_blob_create(c, STR("w"), (const u8 *)data, sizeof data, 4);
	struct ir_blob *b = ir_blob_create(c, STR("w"), (const u8 *)data, sizeof data, 4);
	assert_str(ir_name_str(c, a->name), "w");
	assert_str(ir_name_str(c, b->name), "w_1");
	assert_ptr_equal(ir_blob_find(c, STR("w_1")), b);
	assert_null(ir_blob_find(c, STR("x")));
	assert_true(ir_blob_hash(a) == ir_blob_hash(b) && ir_blob_hash(a) != 0);
	ir_type t = ir_type_tensor(c, 1, (i64[1]){4}, ir_type_float(c, IR_TYPE_F32), NULL);
	ir_attr r = ir_attr_dense_resource(c, t, a);
	assert_ptr_equal(r, ir_attr_dense_resource(c, t, a));
	assert_ptr_not_equal(r, ir_attr_dense_resource(c, t, b));
	assert_true(ir_dense_get_float(r, 2) == 3);
}

UNIT_TEST(locations) {
	struct ir_context *c = *state;
	ir_attr unknown = ir_loc_unknown(c), file = ir_loc_file(c, STR("a.mlir"), 3, 7),
			name = ir_loc_name(c, STR("conv1"), NULL);
	assert_ptr_equal(file, ir_loc_file(c, STR("a.mlir"), 3, 7));
	assert_ptr_equal(name, ir_loc_name(c, STR("conv1"), NULL));
	assert_ptr_not_equal(name, ir_loc_name(c, STR("conv1"), file));
	assert_ptr_equal(ir_loc_fused(c, 2, (ir_attr[2]){unknown, file}), file);
	assert_ptr_equal(ir_loc_fused(c, 2, (ir_attr[2]){unknown, unknown}), unknown);
	ir_attr fused = ir_loc_fused(c, 4, (ir_attr[4]){name, unknown, file, name});
	assert_int_equal(fused->count, 2);
	struct diag_loc at = ir_loc_diag(fused);
	assert_str(at.file, "a.mlir");
	assert_str(at.node, "conv1");
	assert_true(at.line == 3 && at.column == 7);
	assert_int_equal(ir_loc_diag(unknown).line, 0);
}

// Threads that intern the same things get the same pointers.
enum { THREADS = 4, THINGS = 400 };
struct race {
	struct ir_context *c;
	const void *got[THREADS][THINGS];
};

static void race_task(void *user, u32 index) {
	struct race *r = user;
	for (i64 i = 0; i < THINGS; i++) {
		char text[16];
		size_t n = 0;
		for (i64 v = i; n < 3; v /= 10)
			text[n++] = (char)('0' + v % 10);
		ir_expr size = ir_expr_named(r->c, ir_name_get(r->c, str_make(text, n)));
		ir_expr dims[2] = {ir_expr_binary(r->c, IR_EXPR_ADD, size, ir_expr_const(r->c, i)),
		                   ir_expr_const(r->c, i)};
		r->got[index][i] =
			i % 2 ? (const void *)ir_type_tensor_dims(r->c, 2, dims, ir_type_index(r->c))
				  : (const void *)ir_attr_i64_array(r->c, 2, (i64[2]){i, i});
	}
}

static void *race_thread(void *user) {
	race_task(user, 0);
	return NULL;
}

UNIT_TEST(interning_from_several_threads) {
	struct race r = {.c = *state};
	thread_for(THREADS, THREADS, race_task, &r);
	for (u32 t = 1; t < THREADS; t++)
		assert_memory_equal(r.got[0], r.got[t], sizeof r.got[0]);
}

// Exhausted memory unwinds and leaves the lock free.
UNIT_TEST(memory_exhausted_while_interning) {
	struct ir_context *c = *state;
	struct arena *a = ir_context_arena(c);
	a->reserved_max = a->reserved_bytes + (1 << 16);
	struct base_failure failure;
	static u8 big[1 << 20];
	ir_type t = ir_type_tensor(c, 1, (i64[1]){sizeof big}, ir_type_int(c, 8), NULL);
	big[0] = 1;
	assert_fails(BASE_FAILURE_OUT_OF_MEMORY, failure, ir_attr_dense(c, t, big, sizeof big, false));
	assert_non_null(strstr(failure.message, "memory limit"));
	a->reserved_max = 0;
	struct race r = {.c = c};
	pthread_t other;  // a thread that surely is not this one
	assert_int_equal(pthread_create(&other, NULL, race_thread, &r), 0);
	pthread_join(other, NULL);
	assert_non_null(ir_attr_dense(c, t, big, sizeof big, false));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names, setup, teardown),
		cmocka_unit_test_setup_teardown(scalar_types, setup, teardown),
		cmocka_unit_test_setup_teardown(shaped_types, setup, teardown),
		cmocka_unit_test_setup_teardown(symbolic_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(memref_layouts, setup, teardown),
		cmocka_unit_test_setup_teardown(scalar_attributes, setup, teardown),
		cmocka_unit_test_setup_teardown(collections, setup, teardown),
		cmocka_unit_test_setup_teardown(dense_elements, setup, teardown),
		cmocka_unit_test_setup_teardown(blobs, setup, teardown),
		cmocka_unit_test_setup_teardown(locations, setup, teardown),
		cmocka_unit_test_setup_teardown(interning_from_several_threads, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_exhausted_while_interning, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
