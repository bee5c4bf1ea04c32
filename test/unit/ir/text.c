// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text as a whole: hostile input ends in a diagnostic, quickly and in bounded memory; types and
// attributes of strings; line numbers of ops; what the verifier says of ops that were built.
#include "ir/text.h"
#include "ir/dominance.h"

#include "unit/unit.h"

enum { MODULE, OP, FUNC, RETURN };

// clang-format off
static const struct ir_op_row rows[] = {
	[MODULE] = {.dialect = "builtin", .name = "module", .attrs = "sym_name: string?", .regions = "body",
	            .format = "($sym_name^)? attr-dict-with-keyword $body", .traits = IR_ISOLATED | IR_SYMBOL_TABLE | IR_SINGLE_BLOCK | IR_NO_TERMINATOR,
	            .hooks = {.default_dialect = "builtin"}},
	[OP]     = {.dialect = "t", .name = "op", .signature = "(in: any*) -> (out: any*)", .regions = "body*", .successors = "to*",
	            .format = "($in^ `:` type($in))? attr-dict (`[` $to^ `]`)? ($body^)? `->` type($out)"},
	[FUNC]   = {.dialect = "t", .name = "func", .attrs = "sym_name: symbol_name, function_type: function_type, sym_visibility: string?, arg_attrs: dict_array?, res_attrs: dict_array?",
	            .regions = "body", .traits = IR_ISOLATED | IR_SYMBOL, .hooks = {.parse = ir_parser_function, .print = ir_printer_function, .default_dialect = "t"}},
	[RETURN] = {.dialect = "t", .name = "return", .signature = "(in: any*) -> ()", .successors = "to*", .traits = IR_TERMINATOR,
	            .format = "($in^ `:` type($in))? (`[` $to^ `]`)? attr-dict"},
};
// clang-format on

static int context_setup(void **state) {
	struct ir_context *c = ir_context_create();
	ir_context_register_ops(c, rows, ARRAY_SIZE(rows));
	*state = c;
	return 0;
}
static int context_teardown(void **state) {
	ir_context_destroy(*state);
	return 0;
}

// ---- hostile input ----------------------------------------------------------------------------

static void assert_rejected(struct ir_context *c, struct str text, enum diag_id id) {
	assert_null(ir_parse(c, text, STR("hostile"), NULL));
	const struct diag *d = ir_diags(c)->first;
	assert_non_null(d);
	if (d->id != id)
		fail_msg("%s: %.*s", diag_id_name(d->id), STR_ARG(d->message));
}

static void check_nested(struct ir_context *c, const char *before, const char *open, u32 times,
                         enum diag_id id) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	strbuf_add_z(&b, before);
	for (u32 i = 0; i < times; i++)
		strbuf_add_z(&b, open);
	assert_rejected(c, strbuf_str(&b), id);
	arena_deinit(&a);
}

UNIT_TEST(nested_regions) {
	check_nested(*state, "", "\"t.op\"() ({", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(nested_types) { check_nested(*state, "t.op -> ", "tuple<", 100000, DIAG_parse_too_deep); }
UNIT_TEST(nested_attributes) {
	check_nested(*state, "t.op {a = ", "[", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(nested_dense) {
	check_nested(*state, "t.op {a = dense<", "[", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(nested_affine) {
	check_nested(*state, "t.op {a = affine_map<(d0) -> (", "-(", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(nested_locations) {
	check_nested(*state, "t.op -> i1 loc(", "callsite(", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(nested_bodies) {
	check_nested(*state, "t.op {a = #d.x", "<", 100000, DIAG_parse_too_deep);
}
UNIT_TEST(long_sum) {
	check_nested(*state, "t.op {a = affine_map<(d0) -> (d0", " + d0 mod 7", 100000,
	             DIAG_parse_syntax);
}
UNIT_TEST(many_dimensions) {
	check_nested(*state, "t.op -> tensor<", "1x", 100000, DIAG_parse_syntax);
}
UNIT_TEST(many_symbols) { check_nested(*state, "t.op {a = @a", "::@a", 100000, DIAG_parse_syntax); }

// Aliases that double: 2^60 elements if they were ever written out.
UNIT_TEST(exploding_aliases) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	strbuf_add_z(&b, "#a0 = 1\n");
	for (u32 i = 1; i <= 60; i++)
		strbuf_addf(&b, "#a%u = [#a%u, #a%u]\n", i, i - 1, i - 1);
	strbuf_add_z(&b, "t.op {x = #a60} -> i1\n");
	assert_rejected(*state, strbuf_str(&b), DIAG_parse_syntax);
	arena_deinit(&a);
}

// Chains of aliases nest as deep as what they stand for.
UNIT_TEST(deep_aliases) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	strbuf_add_z(&b, "#a0 = 1\n");
	for (u32 i = 1; i <= 1000; i++)
		strbuf_addf(&b, "#a%u = [#a%u]\n", i, i - 1);
	assert_rejected(*state, strbuf_str(&b), DIAG_parse_too_deep);
	arena_deinit(&a);
}

UNIT_TEST(large_counts) {
	struct ir_context *c = *state;
	assert_rejected(c, STR("%0:4294967295 = t.op -> i1"), DIAG_parse_syntax);
	assert_null(ir_parse(c, STR("t.op %0#99999999 : i1 -> i1"), STR("hostile"), NULL));
	assert_null(ir_parse(c,
	                     STR("t.op {a = dense<\"0x0000\"> : tensor<9223372036854775807xi8>} -> i1"),
	                     STR("hostile"), NULL));
	assert_null(ir_parse(c, STR("t.op {a = dense<1> : tensor<9223372036854775807xi64>} -> i1"),
	                     STR("hostile"), NULL));
	assert_null(ir_parse(c, STR("t.op -> i99999999999999999999"), STR("hostile"), NULL));
	assert_null(ir_parse(c, STR("t.op -> i16777216"), STR("hostile"), NULL));
	assert_null(ir_parse(c, STR("t.op {a = 1 : i0} -> i1"), STR("hostile"), NULL));
}

UNIT_TEST(any_bytes) {
	struct ir_context *c = *state;
	const char bytes[] = "t.op \0 \xff\xfe {a = \"\x80\xff\"} \x01 -> i1";
	assert_rejected(c, str_make(bytes, sizeof bytes - 1), DIAG_parse_syntax);
	struct ir_module *m = ir_parse(c, STR(""), STR("empty"), NULL);
	assert_non_null(m);
	assert_null(ir_module_body(m)->first);
	ir_module_destroy(m);
}

// Every problem of independent functions, and no more than the engine keeps.
UNIT_TEST(many_errors) {
	struct ir_context *c = *state;
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	for (u32 i = 0; i < 5000; i++)
		strbuf_addf(&b, "t.func @f%u() {\n  t.unknown%u\n}\n", i, i);
	assert_null(ir_parse(c, strbuf_str(&b), STR("hostile"), NULL));
	assert_int_equal(ir_diags(c)->errors, 5000);
	arena_deinit(&a);
}

// Lists long enough that anything quadratic would be noticed.
UNIT_TEST(long_lists) {
	enum { MANY = 100000 };
	struct ir_context *c = *state;
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	strbuf_add_z(&b, "t.func @f() {\n t.return [^b");
	for (u32 i = 0; i < MANY; i++)
		strbuf_add_z(&b, ", ^b");
	strbuf_add_z(&b, "]\n^b: t.return {e0");
	for (u32 i = 1; i < MANY; i++)
		strbuf_addf(&b, ", e%u", i);
	strbuf_add_z(&b, "} }");
	struct ir_module *m = ir_parse(c, strbuf_str(&b), STR("long"), NULL);
	assert_non_null(m);
	assert_true(ir_verify(m->op, ir_diags(c)));
	strbuf_init(&b, &a);
	ir_print(m->op, NULL, &b);
	assert_true(b.size > 10 * MANY);
	ir_module_destroy(m);
	arena_deinit(&a);
}

// ---- pieces of text ---------------------------------------------------------------------------

static void check_type(struct ir_context *c, const char *text, const char *expected) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	ir_type t = ir_parse_type(c, str_from(text));
	assert_non_null(t);
	ir_print_type(c, t, &b);
	assert_str(strbuf_str(&b), expected);
	assert_ptr_equal(ir_parse_type(c, strbuf_str(&b)), t);
	arena_deinit(&a);
}

UNIT_TEST(types) {
	struct ir_context *c = *state;
	check_type(c, " tensor < 4 x ?x8 x f32 > ", "tensor<4x?x8xf32>");
	check_type(c, "memref<2x2xi8, affine_map<(i, j) -> (j, i)>, 3 : i32>",
	           "memref<2x2xi8, affine_map<(d0, d1) -> (d1, d0)>, 3 : i32>");
	check_type(c, "vector<2x[4]xf8E5M2>", "vector<2x[4]xf8E5M2>");
	assert_null(ir_parse_type(c, STR("tensor<4xf32")));
	assert_null(ir_parse_type(c, STR("f32 f32")));
	assert_null(ir_parse_type(c, STR("")));
	assert_int_equal(ir_diags(c)->errors, 3);
}

static void check_attr(struct ir_context *c, const char *text, ir_type implied,
                       const char *expected) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	ir_attr v = ir_parse_attr(c, str_from(text));
	assert_non_null(v);
	ir_print_attr_short(c, v, implied, &b);
	assert_str(strbuf_str(&b), expected);
	arena_deinit(&a);
}

UNIT_TEST(attributes) {
	struct ir_context *c = *state;
	check_attr(c, "1 : i8", NULL, "1 : i8");
	check_attr(c, "1 : i8", ir_type_int(c, 8), "1");
	check_attr(c, "1 : i8", ir_type_int(c, 16), "1 : i8");
	check_attr(c, "-0x10 : si8", NULL, "-16 : si8");
	check_attr(c, "dense<[0.1, 1.]> : tensor<2xf16>", NULL,
	           "dense<[9.997550e-02, 1.000000e+00]> : tensor<2xf16>");
	check_attr(c, "loc(fused[\"f\":1:2, callsite(\"a\" at unknown)])", NULL,
	           "loc(fused[\"f\":1:2, callsite(\"a\" at unknown)])");
	ir_attr list = ir_parse_attr(c, STR("#d.list<a = [1, 2], b, c = #d.x<y z>>"));
	assert_int_equal(list->count, 3);
	assert_str(ir_name_str(c, list->entries[1].name), "b");
	assert_null(ir_parse_attr(c, STR("#d.list<")));
	assert_null(ir_parse_attr(c, STR("#alias")));
}

// ---- printing ---------------------------------------------------------------------------------

UNIT_TEST(lines) {
	struct ir_context *c = *state;
	struct arena a;
	struct map lines;
	struct strbuf out;
	arena_init(&a);
	map_init(&lines, &a);
	strbuf_init(&out, &a);
	struct ir_module *m =
		ir_parse(c, STR("t.func @f(%x: i1) {\n t.return }\nt.op {m = affine_map<() -> ()>} -> i1"),
	             STR("in"), NULL);
	assert_non_null(m);
	ir_print(m->op, &(struct ir_print_options){.lines = &lines}, &out);
	assert_str(strbuf_str(&out), "#map = affine_map<() -> ()>\nmodule {\n  t.func @f(%arg0: i1) "
	                             "{\n    return\n  }\n  %0 = t.op {m = #map} -> i1\n}\n");
	struct ir_op *func = ir_module_body(m)->first;
	assert_int_equal(map_get_or(&lines, map_ptr(m->op), 0), 2);
	assert_int_equal(map_get_or(&lines, map_ptr(func), 0), 3);
	assert_int_equal(map_get_or(&lines, map_ptr(func->regions[0].first->first), 0), 4);
	assert_int_equal(map_get_or(&lines, map_ptr(func->next), 0), 6);
	ir_module_destroy(m);
	arena_deinit(&a);
}

// Positions are those of the text, counted from the line given.
UNIT_TEST(positions) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_parse(c, STR("\n  t.op -> i1\n  t.op -> i1 loc(\"x\":7:8)"), STR("in"),
	                               &(struct ir_parse_options){.first_line = 10});
	assert_non_null(m);
	struct diag_loc loc = ir_loc_diag(ir_module_body(m)->first->loc);
	assert_str(loc.file, "in");
	assert_true(loc.line == 11 && loc.column == 3);
	assert_int_equal(ir_loc_diag(ir_module_body(m)->last->loc).line, 7);
	ir_module_destroy(m);
}

// ---- verification of what no text can say -----------------------------------------------------

UNIT_TEST(isolation) {
	struct ir_context *c = *state;
	struct ir_module *m =
		ir_parse(c, STR("%0 = t.op -> i1\nt.func @f() { t.return }"), STR("in"), NULL);
	assert_non_null(m);
	assert_true(ir_verify(m->op, ir_diags(c)));
	struct ir_op *outer = ir_module_body(m)->first, *last = outer->next->regions[0].first->first;
	struct ir_value *v = ir_result_get(outer, 0);
	ir_type t = v->type;
	struct ir_op_desc d = {.info = ir_op_info_get(c, OP),
	                       .num_operands = 1,
	                       .operands = &v,
	                       .num_results = 1,
	                       .results = &t};
	ir_op_insert_before(ir_op_create(m, &d), last);
	assert_false(ir_verify(m->op, ir_diags(c)));
	assert_int_equal(ir_diags(c)->errors, 1);
	assert_true(str_find(ir_diags(c)->first->message, STR("from outside the isolated region")) >=
	            0);
	ir_module_destroy(m);
}

UNIT_TEST(dominance) {
	struct ir_context *c = *state;
	struct arena a;
	arena_init(&a);
	struct ir_module *m =
		ir_parse(c,
	             STR("t.func @f() {\n %0 = t.op -> i1 t.return [^a, ^b] ^a: t.return [^c] ^b: "
	                 "t.return [^c] ^c: t.return ^d: t.return [^c] }"),
	             STR("in"), NULL);
	assert_non_null(m);
	struct ir_block *entry = ir_module_body(m)->first->regions[0].first;
	struct ir_block *x = entry->next, *y = x->next, *z = y->next, *never = z->next;
	struct ir_dominance d;
	ir_dominance_init(&d, &a);
	assert_true(ir_block_dominates(&d, entry, z) && !ir_block_dominates(&d, x, z) &&
	            !ir_block_dominates(&d, y, z));
	assert_true(ir_block_reachable(&d, z) && !ir_block_reachable(&d, never));
	struct ir_value *v = ir_result_get(entry->first, 0);
	assert_true(ir_value_dominates(&d, v, z->last) && !ir_value_dominates(&d, v, v->op));
	ir_module_destroy(m);
	arena_deinit(&a);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, context_setup, context_teardown)
	const struct CMUnitTest tests[] = {
		TEST(nested_regions),
		TEST(nested_types),
		TEST(nested_attributes),
		TEST(nested_dense),
		TEST(nested_affine),
		TEST(nested_locations),
		TEST(nested_bodies),
		TEST(long_sum),
		TEST(many_dimensions),
		TEST(many_symbols),
		TEST(exploding_aliases),
		TEST(deep_aliases),
		TEST(large_counts),
		TEST(any_bytes),
		TEST(many_errors),
		TEST(long_lists),
		TEST(types),
		TEST(attributes),
		TEST(lines),
		TEST(positions),
		TEST(isolation),
		TEST(dominance),
	};
#undef TEST
	return cmocka_run_group_tests(tests, NULL, NULL);
}
