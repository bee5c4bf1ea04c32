// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Op rows: what compiles, what is reported for malformed ones; inference from signatures;
// constraints and enums.
#include "ir/constraint.h"
#include "unit/ir/op_rows.h"

#include "unit/unit.h"

UNIT_TEST(compiled_rows) {
	struct ir_context *c = *state;
	assert_int_equal(ir_op_info_count(c), OP_count);
	const struct ir_op_info *load = ir_op_info_get(c, OP_load);
	assert_str(load->full_name, "t.load");
	assert_str(ir_name_str(c, load->name), "t.load");
	assert_str(ir_name_str(c, load->dialect), "t");
	assert_int_equal(load->num_operand_groups, 2);
	assert_str(ir_name_str(c, load->operands[1].name), "indices");
	assert_true(load->operands[0].arity == 0 && load->operands[1].arity == 2 &&
	            !load->operand_segments);
	assert_int_equal(load->operands[1].constraint, IR_CONSTRAINT_index);
	assert_true(load->results[0].constraint == IR_CONSTRAINT_element && load->results[0].of == 0);
	assert_true(load->num_attrs == 2 && load->attrs[1].optional && !load->attrs[0].optional);
	assert_ptr_equal(load->attrs[0].default_value, ir_attr_bool(c, false));
	const struct ir_op_info *add = ir_op_info_get(c, OP_add);
	assert_true(add->operands[0].variable == 1 && add->results[0].variable == 1 &&
	            add->operands[1].constraint == IR_CONSTRAINT_int_like);
	const struct ir_op_info *compare = ir_op_info_get(c, OP_compare);
	assert_true(compare->operands[1].name == NAME_none && compare->operands[1].variable == 1);
	const struct ir_op_info *two = ir_op_info_get(c, OP_two);
	assert_true(two->operand_segments && two->result_segments && two->num_attrs == 2);
	assert_true(two->attrs[0].name == NAME_operandSegmentSizes &&
	            two->attrs[1].name == NAME_resultSegmentSizes);
	const struct ir_op_info *scope = ir_op_info_get(c, OP_scope);
	assert_true(scope->num_regions == 2 && scope->variadic_regions && !scope->variadic_successors);
	assert_ptr_equal(ir_op_info_get(c, OP_loop)->terminator, ir_op_info_get(c, OP_yield));
	assert_null(ir_op_info_find(c, STR("t.nothing")));
}

static void assert_rows_fail(const struct ir_op_row *rows, u32 n, const char *message) {
	struct ir_context *c = ir_context_create();
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_context_register_ops(c, rows, n));
	assert_string_equal(failure.message, message);
	ir_context_destroy(c);
}

UNIT_TEST(malformed_rows_are_reported) {
	static const struct {
		struct ir_op_row row;
		const char *message;
		// clang-format off
	} rows[] = {
		{{.signature = "(a: nonsense) -> ()"}, "op t.x: column signature: unknown type constraint before at ') -> ()'"},
		{{.signature = "(a: index -> ()"}, "op t.x: column signature: ) at '-> ()'"},
		{{.signature = "(a: index)"}, "op t.x: column signature: -> at ''"},
		{{.signature = "(a: index) -> () x"}, "op t.x: column signature: unexpected text at 'x'"},
		{{.signature = "(a: element(b)) -> ()"}, "op t.x: column signature: a constraint names no other operand or result at ''"},
		{{.signature = "(a: element(a)) -> ()"}, "op t.x: column signature: a constraint names no other operand or result at ''"},
		{{.signature = "(a: $T) -> () where U: any"}, "op t.x: column signature: a type variable after `where` is not used at ''"},
		{{.signature = "(a: $T) -> () where T: any, T: int"}, "op t.x: column signature: a type variable is constrained twice at ': int'"},
		{{.attrs = "a i64"}, "op t.x: column attrs: : at 'i64'"},
		{{.attrs = "a: i63"}, "op t.x: column attrs: unknown attribute constraint before at ''"},
		{{.attrs = "a: i64 = x, b: i64"}, "op t.x: column attrs: the default cannot be read before at ', b: i64'"},
		{{.attrs = "a: overflow = nsx"}, "op t.x: column attrs: the default cannot be read before at ''"},
		{{.attrs = "a: i64, a: i64"}, "op t.x: column attrs: an attribute stands twice at ''"},
		{{.regions = "a*, b"}, "op t.x: column regions: too many names at ' b'"},
		{{.successors = "a,"}, "op t.x: column successors: a name is missing at ''"},
		{{.terminator = "t.y"}, "op t.x: column terminator: there is no op t.y"},
		{{.traits = IR_IMPLICIT_TERMINATOR}, "op t.x: an implicit terminator has no name"},
	};
	// clang-format on
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ir_op_row row = rows[i].row;
		row.dialect = "t";
		row.name = "x";
		assert_rows_fail(&row, 1, rows[i].message);
	}
	struct ir_op_row twice[2] = {{.dialect = "t", .name = "x"}, {.dialect = "t", .name = "x"}};
	assert_rows_fail(twice, 2, "op t.x: has two rows");
}

// ---- inference --------------------------------------------------------------------------------

UNIT_TEST(inference) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	ir_type i8 = ir_type_int(c, 8), vector = ir_type_vector(c, 2, (i64[2]){4, 8}, NULL, i8);
	struct ir_value *v = test_source(&b, vector), *s = test_source(&b, i8),
					*n = test_source(&b, ir_type_index(c));
	struct ir_value *base =
		test_source(&b, ir_type_memref(c, 1, (i64[1]){IR_DYNAMIC}, vector, NULL, NULL));
	struct ir_named_attr eq[] = {{NAME_predicate, ir_attr_i64(c, IR_cmpi_predicate_slt)}, {0}};
	assert_ptr_equal(ir_build_2(&b, OP_add, v, v)->type, vector);
	struct ir_value *both[2] = {v, v};
	assert_ptr_equal(ir_result_get(ir_build_op(&b, OP_compare, 2, both, eq), 0)->type,
	                 ir_type_vector(c, 2, (i64[2]){4, 8}, NULL, ir_type_int(c, 1)));
	both[0] = both[1] = s;
	assert_ptr_equal(ir_result_get(ir_build_op(&b, OP_compare, 2, both, eq), 0)->type,
	                 ir_type_int(c, 1));
	struct ir_value *at[2] = {base, n};
	assert_ptr_equal(ir_result_get(ir_build_op(&b, OP_load, 2, at, NULL), 0)->type, vector);
	struct ir_value *inits[3] = {n, v, s};
	struct ir_op *loop = ir_build_op(&b, OP_loop, 3, inits, NULL);
	assert_true(loop->num_results == 2 && loop->results[0].type == vector &&
	            loop->results[1].type == i8);
	struct ir_op *pair = ir_build_op(&b, OP_pair, 1, &n, NULL);
	assert_true(pair->results[0].type == ir_type_int(c, 32) &&
	            pair->results[1].type == ir_type_index(c));
	// The hook reads operands and properties and says how many results there are.
	struct ir_named_attr three[] = {{NAME_value, ir_attr_i64(c, 3)}, {0}};
	assert_int_equal(ir_build_op(&b, OP_split, 1, &s, three)->num_results, 3);
	assert_true(ir_value_one_use(s) == false && ir_diags(c)->errors == 0);
	ir_module_destroy(m);
}

UNIT_TEST(what_cannot_be_inferred_is_reported) {
	struct ir_context *c = *state;
	struct arena a;
	arena_init(&a);
	ir_type *types;
	struct ir_op_desc d = {.info = ir_op_info_get(c, OP_source),
	                       .loc = ir_loc_file(c, STR("m.mlir"), 3, 5)};
	assert_false(ir_infer_results(c, &d, NULL, &a, &types));
	struct strbuf text;
	strbuf_init(&text, &a);
	diag_render(ir_diags(c)->first, &text);
	assert_non_null(strstr(text.data, "m.mlir:3:5: error: 't.source' op has result types that "
	                                  "cannot be inferred and must be given"));
	arena_deinit(&a);
}

// ---- constraints and enums --------------------------------------------------------------------

UNIT_TEST(type_constraints) {
	struct ir_context *c = *state;
	i64 shape[1] = {4};
	ir_type i1 = ir_type_int(c, 1), i8 = ir_type_int(c, 8),
			u8_type = ir_type_integer(c, 8, IR_UNSIGNED), f32 = ir_type_float(c, IR_TYPE_F32);
	ir_type index = ir_type_index(c), vi1 = ir_type_vector(c, 1, shape, NULL, i1),
			vf = ir_type_vector(c, 1, shape, NULL, f32);
	ir_type v0 = ir_type_vector(c, 0, NULL, NULL, f32), tf = ir_type_tensor(c, 1, shape, f32, NULL),
			mf = ir_type_memref(c, 1, shape, f32, NULL, NULL);
	ir_type um = ir_type_unranked(c, IR_TYPE_UNRANKED_MEMREF, f32, NULL),
			fn = ir_type_function(c, 0, NULL, 0, NULL);
	const ir_type types[] = {i1, i8, u8_type, f32, index, vi1, vf, v0, tf, mf, um, fn};
	static const struct {
		const char *id, *accepts;  // one mark a type, in order
		// clang-format off
	} rows[] = {
		{"any", "111111111111"},        {"int", "110000000000"},          {"int_or_index", "110010000000"}, {"int_like", "110011000000"},
		{"fixed_int_like", "110001000000"}, {"float_like", "000100111000"}, {"i1_like", "100001000000"},    {"vector", "000001100000"},
		{"any_vector", "000001110000"}, {"memref", "000000000100"},       {"any_memref", "000000000110"},   {"tensor", "000000001000"},
		{"shaped", "000001111110"},     {"function", "000000000001"},     {"index", "000010000000"},        {"i1", "100000000000"},
		{"number_like_or_memref", "110111111110"},
	};
	// clang-format on
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		u16 constraint;
		assert_true(ir_constraint_find(str_from(rows[i].id), &constraint));
		for (u32 t = 0; t < ARRAY_SIZE(types); t++)
			if (ir_constraint_accepts(c, constraint, types[t]) != (rows[i].accepts[t] == '1'))
				fail_msg("%s, type %u", rows[i].id, t);
	}
	assert_true(ir_constraint_relates(c, IR_CONSTRAINT_bool_of, vi1, vf) &&
	            !ir_constraint_relates(c, IR_CONSTRAINT_bool_of, i1, vf));
	assert_true(ir_constraint_relates(c, IR_CONSTRAINT_element, f32, mf) &&
	            ir_constraint_relates(c, IR_CONSTRAINT_same_shape, vi1, mf));
	assert_true(ir_constraint_relates(c, IR_CONSTRAINT_same_element, vf, um) &&
	            !ir_constraint_relates(c, IR_CONSTRAINT_same_element, vi1, um));
	assert_null(ir_constraint_type(c, IR_CONSTRAINT_same_shape, vf));
	assert_null(ir_constraint_type(c, IR_CONSTRAINT_any, NULL));
	assert_ptr_equal(ir_constraint_type(c, IR_CONSTRAINT_index, NULL), index);
}

UNIT_TEST(attribute_constraints) {
	struct ir_context *c = *state;
	ir_attr one = ir_attr_i64(c, 1), list = ir_attr_array(c, 1, &one),
			nested = ir_attr_array(c, 1, &list);
	ir_attr dense = ir_attr_i64_array(c, 1, (i64[1]){1}), name = ir_attr_string(c, STR("x"));
	ir_attr parallel = ir_enum_attr(c, IR_ATTR_IS_linalg_iterator, IR_linalg_iterator_parallel),
			kinds = ir_attr_array(c, 1, &parallel);
	static const struct {
		const char *id, *accepts;
		// clang-format off
	} rows[] = {
		{"any", "1111111"},       {"i64", "1000000"},              {"i32", "0000000"},            {"array", "0110010"},
		{"i64_array", "0001000"}, {"i64_array_attr", "0100000"},   {"index_list_array", "0010000"}, {"string", "0000100"},
		{"typed", "1000000"},     {"iterator_types", "0000010"},   {"linalg_iterator", "0000001"}, {"vector_iterator", "0000000"},
	};
	// clang-format on
	const ir_attr attrs[] = {one, list, nested, dense, name, kinds, parallel};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		u16 constraint;
		assert_true(ir_attr_constraint_find(str_from(rows[i].id), &constraint));
		for (u32 k = 0; k < ARRAY_SIZE(attrs); k++)
			if (ir_attr_constraint_accepts(c, constraint, attrs[k]) != (rows[i].accepts[k] == '1'))
				fail_msg("%s, attribute %u", rows[i].id, k);
	}
	assert_ptr_equal(ir_attr_constraint_parse(c, IR_ATTR_IS_i64_array_attr, STR("[1]")), list);
	assert_ptr_equal(ir_attr_constraint_parse(c, IR_ATTR_IS_i64_array, STR("[ 1 ]")), dense);
	assert_ptr_equal(ir_attr_constraint_parse(c, IR_ATTR_IS_i64_array, STR("[]")),
	                 ir_attr_i64_array(c, 0, NULL));
	assert_null(ir_attr_constraint_parse(c, IR_ATTR_IS_i64_array, STR("[1")));
	assert_null(ir_attr_constraint_parse(c, IR_ATTR_IS_bool, STR("1")));
	assert_ptr_equal(ir_attr_constraint_parse(c, IR_ATTR_IS_f32, STR("0.5")),
	                 ir_attr_float(c, ir_type_float(c, IR_TYPE_F32), 0.5));
}

static void assert_enum(struct ir_context *c, u16 constraint, const char *text, i64 value,
                        const char *printed) {
	i64 got;
	assert_true(ir_enum_parse(constraint, str_from(text), &got));
	assert_int_equal(got, value);
	ir_attr a = ir_enum_attr(c, constraint, value);
	assert_true(ir_enum_value(c, constraint, a, &got));
	assert_int_equal(got, value);
	struct arena arena;
	arena_init(&arena);
	struct strbuf b;
	strbuf_init(&b, &arena);
	assert_true(ir_enum_print(constraint, value, &b));
	assert_string_equal(b.data, printed);
	arena_deinit(&arena);
}

UNIT_TEST(enums) {
	struct ir_context *c = *state;
	assert_enum(c, IR_ATTR_IS_cmpi_predicate, "slt", 2, "slt");
	assert_enum(c, IR_ATTR_IS_cmpf_predicate, "true", 15, "true");
	assert_enum(c, IR_ATTR_IS_fastmath, "nnan, contract", 34, "nnan,contract");
	assert_enum(c, IR_ATTR_IS_fastmath, "contract,nnan", 34, "nnan,contract");
	assert_enum(c, IR_ATTR_IS_fastmath, "none", 0, "none");
	assert_enum(c, IR_ATTR_IS_fastmath, "reassoc,nnan,ninf,nsz,arcp,contract,afn", 127, "fast");
	assert_enum(c, IR_ATTR_IS_overflow, "nsw,nuw", 3, "nsw, nuw");
	assert_enum(c, IR_ATTR_IS_combining_kind, "maximumf", 12, "maximumf");
	ir_attr slt = ir_enum_attr(c, IR_ATTR_IS_cmpi_predicate, IR_cmpi_predicate_slt);
	assert_ptr_equal(slt, ir_attr_i64(c, 2));
	i64 value;
	assert_false(ir_enum_value(c, IR_ATTR_IS_cmpi_predicate, ir_attr_i64(c, 10), &value));
	assert_false(ir_enum_value(c, IR_ATTR_IS_roundingmode, slt, &value));
	assert_false(ir_enum_parse(IR_ATTR_IS_cmpi_predicate, STR("slt,eq"), &value));
	assert_false(ir_enum_parse(IR_ATTR_IS_fastmath, STR("nnan,"), &value));
	assert_false(ir_enum_parse(IR_ATTR_IS_fastmath, STR(""), &value));
	assert_enum(c, IR_ATTR_IS_hlo_comparison_direction, "GE", 2, "GE");
	u16 constraint;
	assert_true(ir_enum_find(STR("stablehlo"), STR("comparison_direction"), &constraint));
	assert_int_equal(ir_enum_get(constraint).storage, IR_ENUM_SPACED);
	assert_true(ir_enum_find(STR("vector"), STR("kind"), &constraint));
	assert_int_equal(constraint, IR_ATTR_IS_combining_kind);
	assert_false(ir_enum_find(STR("arith"), STR("cmpi_predicate"), &constraint));
	struct ir_enum_info e = ir_enum_get(IR_ATTR_IS_binary_fn);
	assert_string_equal(e.cases[e.num_cases - 1].keyword, "powf");
	assert_string_equal(e.cases[0].keyword, "add");
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_enum_attr(c, IR_ATTR_IS_overflow, 8));
	assert_string_equal(failure.message, "enum overflow has no value 8");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(compiled_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed_rows_are_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(inference, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_inferred_is_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(type_constraints, setup, teardown),
		cmocka_unit_test_setup_teardown(attribute_constraints, setup, teardown),
		cmocka_unit_test_setup_teardown(enums, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
