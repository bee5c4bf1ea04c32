// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembly formats: each element of the language, read and printed; where blanks go; how types are
// derived; what malformed formats are told.
#include "ir/text.h"

#include "unit/unit.h"

enum { MODULE, SOURCE, FORM_FIRST };

// clang-format off
#define PUNCT "`a` `,` `b` `:` `c` `=` `d` `->` `e` `(` `f` `)` `[` `g` `]` `{` `h` `}` `<` `i` `>` `j` `` `(` `k` `)` ` ` `(` `l` `)`"
static const struct ir_op_row rows[] = {
	[MODULE] = {.dialect = "builtin", .name = "module", .attrs = "sym_name: string?", .regions = "body",
	            .format = "($sym_name^)? attr-dict-with-keyword $body", .traits = IR_ISOLATED | IR_SYMBOL_TABLE | IR_SINGLE_BLOCK | IR_NO_TERMINATOR,
	            .hooks = {.default_dialect = "builtin"}},
	[SOURCE] = {.dialect = "t", .name = "source", .signature = "() -> (results: any*)", .format = "attr-dict (`:` type($results)^)?"},
	{.dialect = "t", .name = "punctuation", .format = PUNCT},
	{.dialect = "t", .name = "add",      .signature = "(lhs: $T, rhs: $T) -> (result: $T) where T: int_like", .attrs = "overflow: overflow = none",
	 .format = "$lhs `,` $rhs (`overflow` `` $overflow^)? attr-dict `:` type($result)"},
	{.dialect = "t", .name = "compare",  .signature = "(lhs: $T, rhs: $T) -> (result: bool_of(lhs)) where T: int_like", .attrs = "predicate: cmpi_predicate",
	 .format = "$predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)"},
	{.dialect = "t", .name = "load",     .signature = "(base: memref, idx: index*) -> (result: element(base))", .attrs = "align: i64?, volatile: unit?",
	 .format = "$base `[` $idx `]` (`align` $align^)? (`volatile` $volatile^)? attr-dict `:` type($base)"},
	{.dialect = "t", .name = "store",    .signature = "(value: element(base), base: memref, idx: index*) -> ()", .format = "$value `,` $base `[` $idx `]` attr-dict `:` type($base)"},
	{.dialect = "t", .name = "maybe",    .signature = "(a: any?, rest: any*) -> ()", .format = "(`with` $a^ `:` type($a)) : (`without`)? (`(` $rest^ `:` type($rest) `)`)? attr-dict"},
	{.dialect = "t", .name = "call",     .signature = "(operands: any*) -> (results: any*)", .attrs = "callee: symbol", .format = "$callee `(` $operands `)` attr-dict `:` functional-type(operands, results)"},
	{.dialect = "t", .name = "both",     .signature = "(x: any, y: any) -> (z: any)", .format = "operands attr-dict `:` type(operands) `->` type(results)"},
	{.dialect = "t", .name = "slice",    .signature = "(base: any, offsets: index*, sizes: index*) -> (r: any)", .attrs = "static_offsets: i64_array, static_sizes: i64_array",
	 .format = "$base `` custom<DynamicIndexList>($offsets, $static_offsets) custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($base) `to` type($r)"},
	{.dialect = "t", .name = "values",   .attrs = "s: string, n: i32, f: f64, b: bool, l: i64_array, t: type, d: dense, k: combining_kind",
	 .format = "$s $n $f $b $l $t $d $k attr-dict"},
	{.dialect = "t", .name = "named",    .attrs = "sym_name: symbol_name, sym_visibility: string?", .regions = "body, more*", .format = "($sym_visibility^)? $sym_name $body ($more^)? attr-dict-with-keyword", .traits = IR_ISOLATED},
	{.dialect = "t", .name = "branch",   .signature = "(c: i1, args: any*) -> ()", .successors = "to, others*", .format = "$c `,` $to (`(` $args^ `:` type($args) `)`)? `[` $others `]` attr-dict", .traits = IR_TERMINATOR},
	{.dialect = "t", .name = "stop",     .format = "attr-dict", .traits = IR_TERMINATOR},
	{.dialect = "t", .name = "implicit", .regions = "body", .format = "$body attr-dict", .traits = IR_IMPLICIT_TERMINATOR | IR_SINGLE_BLOCK, .terminator = "t.stop"},
	{.dialect = "t", .name = "same",     .signature = "(in: any*) -> (out: same(in)*)", .format = "$in `:` type($in) attr-dict"},
	{.dialect = "t", .name = "unit",     .attrs = "u: unit?", .format = "($u^)? attr-dict"},
	{.dialect = "t", .name = "plain",    .signature = "(a: i32) -> (r: i32)", .format = "$a attr-dict"},
	{.dialect = "t", .name = "generic_only", .attrs = "x: i64"},
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

// Reads `text` as the body of a module and gives what is printed between its braces.
static struct str print_again(struct ir_context *c, struct arena *a, const char *text,
                              bool generic) {
	struct ir_module *m = ir_parse(c, str_from(text), STR("test"), NULL);
	if (!m) {
		struct strbuf b;
		strbuf_init(&b, a);
		for (struct diag *d = ir_diags(c)->first; d; d = d->next)
			diag_render(d, &b);
		fail_msg("%.*s", STR_ARG(b));
	}
	struct strbuf out;
	strbuf_init(&out, a);
	ir_print(m->op, &(struct ir_print_options){.generic = generic}, &out);
	ir_module_destroy(m);
	return strbuf_str(&out);
}

// `text` prints as `module { expected }`, and its generic form reads back as the same.
static void check(struct ir_context *c, const char *text, const char *expected) {
	struct arena a;
	arena_init(&a);
	struct str body = str_format(&a, "module {\n  %s\n}\n", expected);
	struct str out = print_again(c, &a, text, false);
	if (!str_eq(out, body))
		fail_msg("expected\n%.*sgot\n%.*s", STR_ARG(body), STR_ARG(out));
	struct str generic = print_again(c, &a, text, true);
	assert_true(str_eq(print_again(c, &a, str_z(&a, generic), false), body));
	assert_true(str_eq(print_again(c, &a, str_z(&a, out), false), body));
	arena_deinit(&a);
}

#define VALUES "%a, %b, %m, %i, %c = t.source : i32, i32, memref<4xf32>, index, i1 "
#define SHOWN "%0:5 = t.source : i32, i32, memref<4xf32>, index, i1\n  "

// Closing marks and commas follow without a blank; opening ones are not followed by one.
UNIT_TEST(blanks) {
	check(*state, "t.punctuation a,b:c=d->e(f)[g]{h}<i>j(k)(l)",
	      "t.punctuation a, b : c = d -> e(f) [g] {h} <i> j(k) (l)");
}

UNIT_TEST(operands_and_types) {
	check(*state, VALUES "t.add %a, %b : i32", SHOWN "%1 = t.add %0#0, %0#1 : i32");
	check(*state, VALUES "t.add %a, %b overflow<nuw,nsw> {x} : i32",
	      SHOWN "%1 = t.add %0#0, %0#1 overflow<nsw, nuw> {x} : i32");
	check(*state, VALUES "t.add %a, %b overflow<none> : i32", SHOWN "%1 = t.add %0#0, %0#1 : i32");
	check(*state, VALUES "%r = t.compare ult, %a, %b : i32",
	      SHOWN "%1 = t.compare ult, %0#0, %0#1 : i32");
	check(*state,
	      VALUES "%v = t.load %m[%i, %i] align 8 volatile {y = 1 : i32} : memref<4xf32> t.store "
	             "%v, %m[] : memref<4xf32>",
	      SHOWN "%1 = t.load %0#2[%0#3, %0#3] align 8 volatile {y = 1 : i32} : memref<4xf32>\n  "
	            "t.store %1, %0#2[] : memref<4xf32>");
	check(*state, VALUES "t.both %a, %i : i32, index -> f32",
	      SHOWN "%1 = t.both %0#0, %0#3 : i32, index -> f32");
	check(*state, VALUES "t.plain %a", SHOWN "%1 = t.plain %0#0");
	check(*state, VALUES "%x:2 = t.same %a, %c : i32, i1",
	      SHOWN "%1:2 = t.same %0#0, %0#4 : i32, i1");
}

UNIT_TEST(optional_groups) {
	check(*state, "t.maybe without", "t.maybe without");
	check(*state, VALUES "t.maybe with %a : i32 {z}", SHOWN "t.maybe with %0#0 : i32 {z}");
	check(*state, VALUES "t.maybe with %a : i32 (%b, %i : i32, index)",
	      SHOWN "t.maybe with %0#0 : i32(%0#1, %0#3 : i32, index)");
	check(*state, VALUES "t.maybe without (%b : i32)", SHOWN "t.maybe without(%0#1 : i32)");
	check(*state, "t.unit unit", "t.unit unit");
	check(*state, "t.unit", "t.unit");
}

UNIT_TEST(directives) {
	check(*state, VALUES "t.call @f::@g(%a, %i) : (i32, index) -> ()",
	      SHOWN "t.call @f::@g(%0#0, %0#3) : (i32, index) -> ()");
	check(*state, VALUES "%x:2 = t.call @f() : () -> (i32, () -> ())",
	      SHOWN "%1:2 = t.call @f() : () -> (i32, () -> ())");
	check(*state, VALUES "t.slice %m[%i, 4] [0, %i] : memref<4xf32> to i8",
	      SHOWN "%1 = t.slice %0#2[%0#3, 4] [0, %0#3] : memref<4xf32> to i8");
	check(*state, VALUES "t.slice %m[] [-1] : memref<4xf32> to i8",
	      SHOWN "%1 = t.slice %0#2[] [-1] : memref<4xf32> to i8");
}

UNIT_TEST(attributes) {
	check(*state,
	      "t.values \"a\\\"b\" -3 2.5 true [1, -2] tensor<4xf32> dense<1> : tensor<2xi8> <maxui> "
	      "{n2 = 1}",
	      "t.values \"a\\22b\" -3 2.500000e+00 true [1, -2] tensor<4xf32> dense<1> : tensor<2xi8> "
	      "<maxui> {n2 = 1 : i64}");
}

UNIT_TEST(regions) {
	check(*state, "t.named \"private\" @x {} attributes {a = 1 : i8}",
	      "t.named \"private\" @x {\n  } attributes {a = 1 : i8}");
	check(*state, "t.named @\"a b\" { t.stop } {t.stop},{}",
	      "t.named @\"a b\" {\n    t.stop\n  } {\n    t.stop\n  }, {\n  }");
	check(*state, "t.implicit {}", "t.implicit {\n  }");
	check(*state, "t.implicit { t.unit }", "t.implicit {\n    t.unit\n  }");
	check(*state, "t.implicit { t.stop {keep} }", "t.implicit {\n    t.stop {keep}\n  }");
	check(*state,
	      "t.implicit { %c = t.source : i1 t.branch %c, ^x(%c, %c : i1, i1) [] ^x(%d: i1, %e: i1): "
	      "t.branch %d, ^y [^y, ^y] ^y: t.stop }",
	      "t.implicit {\n    %0 = t.source : i1\n    t.branch %0, ^bb1(%0, %0 : i1, i1) []\n  "
	      "^bb1(%1: i1, %2: i1):  // pred: ^bb0\n"
	      "    t.branch %1, ^bb2 [^bb2, ^bb2]\n  ^bb2:  // 3 preds: ^bb1, ^bb1, ^bb1\n    t.stop\n "
	      " }");
	check(*state, "\"t.generic_only\"() {x = 1} : () -> ()",
	      "\"t.generic_only\"() <{x = 1 : i64}> : () -> ()");
}

UNIT_TEST(no_format) {
	struct ir_context *c = *state;
	assert_null(ir_parse(c, STR("t.generic_only {x = 1}"), STR("test"), NULL));
	assert_int_equal(ir_diags(c)->first->id, DIAG_parse_no_custom_form);
}

// ---- malformed formats ------------------------------------------------------------------------

static void check_malformed(const char *signature, const char *format, const char *what) {
	struct ir_context *c = ir_context_create();
	const struct ir_op_row bad = {.dialect = "t",
	                              .name = "bad",
	                              .signature = signature,
	                              .attrs = "n: i64",
	                              .regions = "r",
	                              .format = format};
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_context_register_ops(c, &bad, 1));
	if (str_find(str_from(failure.message), str_from(what)) < 0)
		fail_msg("'%s' is not in '%s'", what, failure.message);
	ir_context_destroy(c);
}

UNIT_TEST(malformed) {
	check_malformed("(a: i32) -> ()", "$a $r `open", "a literal has no end");
	check_malformed("(a: i32) -> ()", "$r attr-dict", "op t.bad: column format: a");
	check_malformed("(a: i32) -> ()", "$a attr-dict", "op t.bad: column format: r");
	check_malformed("(a: i32) -> ()", "$a $x $r", "unknown variable");
	check_malformed("(a: i32) -> ()", "$a $r type($x)", "unknown operand or result");
	check_malformed("(a: i32) -> ()", "$a $r nothing", "unknown directive");
	check_malformed("(a: i32) -> ()", "$a $r custom<Nope>($a)", "no such custom directive");
	check_malformed("(a: i32) -> ()", "$a $r custom<DynamicIndexList>($a)",
	                "wrong number of arguments");
	check_malformed("(a: i32) -> ()", "$a $r (`x` $n)?", "one anchor");
	check_malformed("(a: i32) -> ()", "$a $r functional-type(results, operands)",
	                "functional-type takes");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(blanks, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(operands_and_types, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(optional_groups, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(directives, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(attributes, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(regions, context_setup, context_teardown),
		cmocka_unit_test_setup_teardown(no_format, context_setup, context_teardown),
		cmocka_unit_test(malformed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
