// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The builders of dialect.h and linalg.h: what they make verifies and prints as expected.
#include "dialect/dialect.h"
#include "dialect/linalg.h"
#include "unit.h"

struct fixture {
	struct ir_context *c;
	struct ir_module *m;
	struct ir_builder top;
	struct arena arena;
};

static int setup(void **state) {
	static struct fixture f;
	memset(&f, 0, sizeof f);
	f.c = ir_context_create();
	dialect_register_all(f.c);
	f.m = ir_module_create(f.c);
	f.top = ir_builder_at_end(ir_module_body(f.m), f.m);
	arena_init(&f.arena);
	*state = &f;
	return 0;
}

static int teardown(void **state) {
	struct fixture *f = *state;
	arena_deinit(&f->arena);
	ir_module_destroy(f->m);
	ir_context_destroy(f->c);
	return 0;
}

static struct ir_builder function(struct fixture *f, u32 n, const ir_type *inputs) {
	ir_type type = ir_type_function(f->c, n, inputs, 0, NULL);
	struct ir_op *func = dialect_build_func(&f->top, STR("f"), type, false);
	return ir_builder_at_end(func->regions[0].first, f->m);
}

static void assert_module(struct fixture *f, const char *expected) {
	struct strbuf out;
	strbuf_init(&out, &f->arena);
	assert_true(ir_verify(f->m->op, ir_diags(f->c)));
	ir_print(f->m->op, &(struct ir_print_options){0}, &out);
	assert_string_equal(out.data, expected);
}

static ir_type memref_2d(struct fixture *f, i64 rows, i64 columns) {
	i64 shape[2] = {rows, columns};
	return ir_type_memref(f->c, 2, shape, ir_type_float(f->c, IR_TYPE_F32), NULL, NULL);
}

static ir_type tensor_2d(struct fixture *f, i64 rows, i64 columns) {
	i64 shape[2] = {rows, columns};
	return ir_type_tensor(f->c, 2, shape, ir_type_float(f->c, IR_TYPE_F32), NULL);
}

UNIT_TEST(loops) {
	struct fixture *f = *state;
	ir_type inputs[2] = {ir_type_index(f->c), ir_type_float(f->c, IR_TYPE_F32)};
	struct ir_builder b = function(f, 2, inputs);
	struct ir_value *n = b.block->args[0], *x = b.block->args[1];
	struct ir_value *zero = dialect_const_index(&b, 0), *one = dialect_const_index(&b, 1);
	dialect_build_for(&b, zero, n, one, 0, NULL);
	struct ir_op *loop = dialect_build_for(&b, zero, n, one, 1, &x);
	struct ir_builder body = dialect_body_builder(loop, 0);
	struct ir_value *carried = body.block->args[1];
	struct ir_value *sum = ir_build_2(&body, OP_arith_addf, carried, carried);
	dialect_build_yield(&body, OP_scf_yield, 1, &sum);
	struct ir_value *c = dialect_const_int(&b, ir_type_int(f->c, 1), 1);
	dialect_build_if(&b, c, 0, NULL, true);
	struct dialect_index low = dialect_index_const(0), high = dialect_index_of(n),
						 step = dialect_index_const(1);
	dialect_build_forall(&b, 1, &low, &high, &step, 0, NULL, NULL);
	dialect_build_return(&b, 0, NULL);
	assert_module(
		f, "module {\n"
		   "  func.func @f(%arg0: index, %arg1: f32) {\n"
		   "    %c0 = arith.constant 0 : index\n"
		   "    %c1 = arith.constant 1 : index\n"
		   "    scf.for %arg2 = %c0 to %arg0 step %c1 {\n"
		   "    }\n"
		   "    %0 = scf.for %arg2 = %c0 to %arg0 step %c1 iter_args(%arg3 = %arg1) -> (f32) {\n"
		   "      %1 = arith.addf %arg3, %arg3 : f32\n"
		   "      scf.yield %1 : f32\n"
		   "    }\n"
		   "    %true = arith.constant true\n"
		   "    scf.if %true {\n"
		   "    } else {\n"
		   "    }\n"
		   "    scf.forall (%arg2) in (%arg0) {\n"
		   "    }\n"
		   "    return\n"
		   "  }\n"
		   "}\n");
}

UNIT_TEST(slices) {
	struct fixture *f = *state;
	ir_type inputs[3] = {memref_2d(f, IR_DYNAMIC, 16), tensor_2d(f, 8, 16), ir_type_index(f->c)};
	struct ir_builder b = function(f, 3, inputs);
	struct ir_value *m = b.block->args[0], *t = b.block->args[1], *i = b.block->args[2];
	struct dialect_index offsets[2] = {dialect_index_of(i), dialect_index_const(4)};
	struct dialect_index sizes[2] = {dialect_index_const(1),
	                                 dialect_index_of(dialect_const_index(&b, 8))};
	struct dialect_index strides[2] = {dialect_index_const(1), dialect_index_const(1)};
	struct ir_value *v =
		dialect_build_slice(&b, OP_memref_subview, m, 2, offsets, sizes, strides, NULL);
	assert_int_equal(v->type->shape[1], 8);
	i64 row[1] = {8};
	ir_type reduced = ir_type_tensor(f->c, 1, row, inputs[1]->element, NULL);
	struct ir_value *s =
		dialect_build_slice(&b, OP_tensor_extract_slice, t, 2, offsets, sizes, strides, reduced);
	struct ir_value *back =
		dialect_build_insert_slice(&b, OP_tensor_insert_slice, s, t, 2, offsets, sizes, strides);
	assert_ptr_equal(back->type, inputs[1]);
	struct ir_op *view = ir_value_def(v);
	assert_ptr_equal(dialect_mixed(view, NAME_static_offsets, 1, 0).value, i);
	assert_int_equal(dialect_mixed(view, NAME_static_offsets, 1, 1).constant, 4);
	assert_int_equal(dialect_build_dim(&b, m, 1).constant, 16);
	assert_true(op_is(ir_value_def(dialect_build_dim(&b, m, 0).value), OP_memref_dim));
	dialect_build_return(&b, 0, NULL);
	assert_module(
		f, "module {\n"
		   "  func.func @f(%arg0: memref<?x16xf32>, %arg1: tensor<8x16xf32>, %arg2: index) {\n"
		   "    %c8 = arith.constant 8 : index\n"
		   "    %subview = memref.subview %arg0[%arg2, 4] [1, 8] [1, 1] : memref<?x16xf32> to "
		   "memref<1x8xf32, strided<[16, 1], offset: ?>>\n"
		   "    %extracted_slice = tensor.extract_slice %arg1[%arg2, 4] [1, 8] [1, 1] : "
		   "tensor<8x16xf32> to tensor<8xf32>\n"
		   "    %inserted_slice = tensor.insert_slice %extracted_slice into %arg1[%arg2, 4] [1, 8] "
		   "[1, 1] : tensor<8xf32> into tensor<8x16xf32>\n"
		   "    %c0 = arith.constant 0 : index\n"
		   "    %dim = memref.dim %arg0, %c0 : memref<?x16xf32>\n"
		   "    return\n"
		   "  }\n"
		   "}\n");
}

UNIT_TEST(affine) {
	struct fixture *f = *state;
	ir_type inputs[1] = {ir_type_index(f->c)};
	struct ir_builder b = function(f, 1, inputs);
	ir_expr d0 = ir_expr_dim(f->c, 0),
			exprs[2] = {ir_expr_binary(f->c, IR_EXPR_MUL, d0, ir_expr_const(f->c, 3)),
	                    ir_expr_const(f->c, 7)};
	ir_attr map = ir_attr_affine_map(f->c, 1, 0, 2, exprs);
	struct dialect_index five = dialect_index_const(5), x = dialect_index_of(b.block->args[0]);
	assert_int_equal(dialect_build_affine(&b, OP_affine_min, map, 1, &five).constant, 7);
	assert_int_equal(dialect_build_affine(&b, OP_affine_max, map, 1, &five).constant, 15);
	assert_null(b.block->first);  // folded: nothing was built
	assert_true(op_is(ir_value_def(dialect_build_affine(&b, OP_affine_min, map, 1, &x).value),
	                  OP_affine_min));
}

UNIT_TEST(structured) {
	struct fixture *f = *state;
	ir_type inputs[3] = {tensor_2d(f, 4, 8), tensor_2d(f, 8, 16), tensor_2d(f, 4, 16)};
	struct ir_builder b = function(f, 3, inputs);
	struct ir_value **args = b.block->args;
	struct ir_op *matmul = linalg_build_named(&b, OP_linalg_matmul, 2, args, 1, args + 2, NULL);
	i64 sizes[3];
	assert_int_equal(linalg_num_loops(matmul), 3);
	assert_true(linalg_loop_sizes(matmul, sizes));
	assert_int_equal(sizes[0], 4);
	assert_int_equal(sizes[1], 16);
	assert_int_equal(sizes[2], 8);
	assert_false(linalg_is_reduction(matmul, 1));
	assert_true(linalg_is_reduction(matmul, 2));
	ir_expr kn[2] = {ir_expr_dim(f->c, 2), ir_expr_dim(f->c, 1)};
	assert_ptr_equal(linalg_map(matmul, 1), ir_attr_affine_map(f->c, 3, 0, 2, kn));
	assert_int_equal(linalg_inputs(matmul).count, 2);
	assert_int_equal(linalg_outputs(matmul).first, 2);
	assert_int_equal(linalg_body(matmul)->num_args, 3);

	ir_attr maps[2] = {ir_attr_identity_map(f->c, 2), ir_attr_identity_map(f->c, 2)};
	bool reduction[2] = {false, false};
	struct ir_op *generic = linalg_build_generic(&b, 1, args + 2, 1, args + 2, maps, 2, reduction);
	struct ir_builder body = dialect_body_builder(generic, 0);
	struct ir_value *negated = ir_build_1(&body, OP_arith_negf, body.block->args[0]);
	dialect_build_yield(&body, OP_linalg_yield, 1, &negated);
	dialect_build_return(&b, 0, NULL);
	assert_module(
		f,
		"#map = affine_map<(d0, d1) -> (d0, d1)>\n"
		"module {\n"
		"  func.func @f(%arg0: tensor<4x8xf32>, %arg1: tensor<8x16xf32>, %arg2: tensor<4x16xf32>) "
		"{\n"
		"    %0 = linalg.matmul ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<8x16xf32>) outs(%arg2 : "
		"tensor<4x16xf32>) -> tensor<4x16xf32>\n"
		"    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = [\"parallel\", "
		"\"parallel\"]} ins(%arg2 : tensor<4x16xf32>) outs(%arg2 : tensor<4x16xf32>) {\n"
		"    ^bb0(%in: f32, %out: f32):\n"
		"      %2 = arith.negf %in : f32\n"
		"      linalg.yield %2 : f32\n"
		"    } -> tensor<4x16xf32>\n"
		"    return\n"
		"  }\n"
		"}\n");
}

UNIT_TEST(sized) {
	struct fixture *f = *state;
	ir_type inputs[1] = {ir_type_index(f->c)};
	struct ir_builder b = function(f, 1, inputs);
	struct ir_value *n = b.block->args[0];
	dialect_build_sized(&b, OP_tensor_empty, tensor_2d(f, IR_DYNAMIC, 4), 1, &n);
	dialect_build_sized(&b, OP_memref_alloc, memref_2d(f, 2, 4), 0, NULL);
	dialect_build_return(&b, 0, NULL);
	assert_true(ir_verify(f->m->op, ir_diags(f->c)));
}

UNIT_TEST(speculation) {
	struct fixture *f = *state;
	ir_type inputs[1] = {ir_type_int(f->c, 32)};
	struct ir_builder b = function(f, 1, inputs);
	struct ir_value *x = b.block->args[0];
	struct ir_value *three = dialect_const_int(&b, inputs[0], 3),
					*minus = dialect_const_int(&b, inputs[0], -1);
	assert_true(dialect_is_speculatable(ir_value_def(ir_build_2(&b, OP_arith_divsi, x, three))));
	assert_false(dialect_is_speculatable(ir_value_def(ir_build_2(&b, OP_arith_divsi, x, minus))));
	assert_true(dialect_is_speculatable(ir_value_def(ir_build_2(&b, OP_arith_remui, x, minus))));
	assert_false(dialect_is_speculatable(ir_value_def(ir_build_2(&b, OP_arith_divui, x, x))));
	assert_true(dialect_is_speculatable(ir_value_def(ir_build_2(&b, OP_arith_addi, x, x))));
}

UNIT_TEST(rank_reduction) {
	struct fixture *f = *state;
	i64 full[3] = {1, 4, 1}, one[1] = {4}, two[2] = {4, 1}, other[1] = {5};
	ir_type e = ir_type_float(f->c, IR_TYPE_F32), t = ir_type_tensor(f->c, 3, full, e, NULL);
	bool dropped[3];
	assert_true(dialect_is_rank_reduced(t, ir_type_tensor(f->c, 1, one, e, NULL), dropped));
	assert_true(dropped[0] && !dropped[1] && dropped[2]);
	assert_true(dialect_is_rank_reduced(t, ir_type_tensor(f->c, 2, two, e, NULL), dropped));
	assert_true(dropped[0] && !dropped[1] && !dropped[2]);
	assert_false(dialect_is_rank_reduced(t, ir_type_tensor(f->c, 1, other, e, NULL), NULL));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(loops, setup, teardown),
		cmocka_unit_test_setup_teardown(slices, setup, teardown),
		cmocka_unit_test_setup_teardown(affine, setup, teardown),
		cmocka_unit_test_setup_teardown(structured, setup, teardown),
		cmocka_unit_test_setup_teardown(sized, setup, teardown),
		cmocka_unit_test_setup_teardown(speculation, setup, teardown),
		cmocka_unit_test_setup_teardown(rank_reduction, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
