// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer expressions: canonical forms by example, and random trees against plain evaluation.
#include "ir/ir.h"

#include "unit/unit.h"

static int setup(void **state) {
	*state = ir_context_create();
	return *state == NULL;
}

static int teardown(void **state) {
	ir_context_destroy(*state);
	return 0;
}

static ir_expr parse(struct ir_context *c, const char *text) {
	ir_expr e = ir_expr_parse(c, str_from(text));
	if (!e)
		fail_msg("cannot parse '%s'", text);
	return e;
}

static void assert_prints(struct ir_context *c, ir_expr e, const char *want) {
	struct arena a;
	arena_init(&a);
	struct strbuf b;
	strbuf_init(&b, &a);
	ir_expr_print(c, e, &b);
	assert_string_equal(b.data, want);
	arena_deinit(&a);
}

UNIT_TEST(canonical_forms) {
	struct ir_context *c = *state;
	static const struct {
		const char *text, *canonical;
	} rows[] = {
		{"2 * 3 + 4", "10"},
		{"y + x", "x + y"},
		{"x + 1 + x", "x * 2 + 1"},
		{"x * 3 - x * 2", "x"},
		{"x - x", "0"},
		{"(x + 1) * (x - 1)", "x * x - 1"},
		{"(x + y) * (x + y) - x * x - y * y", "x * y * 2"},
		{"-(x - y)", "-x + y"},
		{"1 - x", "-x + 1"},
		{"x * 0", "0"},
		// divisions by constants
		{"(4 * x) floordiv 4", "x"},
		{"(4 * x + 3) floordiv 4", "x"},
		{"(4 * x + y + 9) floordiv 4", "x + (y + 1) floordiv 4 + 2"},
		{"(2 * x + 3) floordiv 4", "(x + 1) floordiv 2"},
		{"(x floordiv 2 - 1) floordiv 2", "(x + 2) floordiv 4 - 1"},
		{"x floordiv 1", "x"},
		{"x floordiv -2", "(-x) floordiv 2"},
		{"x ceildiv 4", "(x + 3) floordiv 4"},
		{"(x + 3) floordiv 4 - x ceildiv 4", "0"},
		{"(x mod 4) floordiv 4", "0"},
		{"(x mod 4 + 4) floordiv 4", "1"},
		{"x floordiv 0", "x floordiv 0"},
		// remainders
		{"(4 * x) mod 4", "0"},
		{"(5 * x + 7) mod 4", "(x + 3) mod 4"},
		{"(2 * x + 3) mod 4", "(x + 1) mod 2 * 2 + 1"},
		{"(x mod 8) mod 4", "x mod 4"},
		{"(x mod 8 + y) mod 4", "(x + y) mod 4"},
		{"(x mod 4) mod 8", "x mod 4"},
		{"x mod 1", "0"},
		{"(x floordiv 4) * 4 + x mod 4", "x"},
		{"x - (x floordiv 4) * 4", "x mod 4"},
		{"(x ceildiv 4) * 4 - x", "(x + 3) mod 4 * -1 + 3"},
		{"y * (x floordiv 4) * 8 + (x mod 4) * y * 2", "x * y * 2"},
		// by symbols
		{"(x * y) floordiv y", "x"},
		{"(x * y + z) floordiv y", "x + z floordiv y"},
		{"(x * y * 6) floordiv (y * 4)", "x * 3 floordiv 2"},
		{"(x * y + x) floordiv (y + 1)", "x"},
		{"(x * y) mod x", "0"},
		{"(x * y + z) mod x", "z mod x"},
		{"(x * z) mod (y * z)", "z * (x mod y)"},
		{"x ceildiv y", "x ceildiv y"},
		{"(x * y) ceildiv y", "x"},
		{"x floordiv x", "1"},
		// min and max
		{"min(y, x)", "min(x, y)"},
		{"min(x, min(y, x))", "min(x, y)"},
		{"min(x + 1, x)", "x"},
		{"max(x + 1, x, 3)", "max(3, x + 1)"},
		{"min(3, 7)", "3"},
		{"min(x, max(x, y))", "x"},
		{"max(min(y, x), x)", "x"},
		{"min(x mod 4, 3)", "x mod 4"},
		// names
		{"'batch size' + 1", "'batch size' + 1"},
		{"'it''s'", "'it''s'"},
		{"'mod' * 2", "'mod' * 2"},
		{"-9223372036854775807", "-9223372036854775807"},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		ir_expr e = parse(c, rows[i].text);
		assert_prints(c, e, rows[i].canonical);
		assert_ptr_equal(parse(c, rows[i].canonical), e);
	}
}

UNIT_TEST(malformed_text_gives_null) {
	struct ir_context *c = *state;
	static const char *const rows[] = {"",
	                                   "x +",
	                                   "(x",
	                                   "x)",
	                                   "min(x",
	                                   "min()",
	                                   "x y",
	                                   "3 x",
	                                   "x floordiv",
	                                   "*",
	                                   "9223372036854775808",
	                                   "'x",
	                                   "''",
	                                   "x,y"};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		assert_null(ir_expr_parse(c, str_from(rows[i])));
	char deep[600];
	memset(deep, '(', sizeof deep);
	assert_null(ir_expr_parse(c, str_make(deep, sizeof deep)));
	memset(deep, '-', sizeof deep);
	assert_null(ir_expr_parse(c, str_make(deep, sizeof deep)));
}

UNIT_TEST(overflow_keeps_the_expression) {
	struct ir_context *c = *state;
	ir_expr big = ir_expr_const(c, INT64_MAX), one = ir_expr_const(c, 1);
	ir_expr e = ir_expr_binary(c, IR_EXPR_ADD, big, one);
	i64 v;
	assert_int_equal(e->kind, IR_EXPR_ADD);
	assert_false(ir_expr_evaluate(e, NULL, NULL, NULL, &v));
	ir_expr product = ir_expr_binary(c, IR_EXPR_MUL, e, ir_expr_dim(c, 0));
	assert_false(ir_expr_evaluate(product, (i64[]){1}, NULL, NULL, &v));
	assert_false(ir_expr_evaluate(ir_expr_dim(c, 0), NULL, NULL, NULL, &v));
	// A product of sums too large to expand stays a product.
	ir_expr sum = ir_expr_const(c, 1);
	for (u32 i = 0; i < 20; i++)
		sum = ir_expr_binary(c, IR_EXPR_ADD, sum, ir_expr_dim(c, i));
	ir_expr square = ir_expr_binary(c, IR_EXPR_MUL, sum, sum);
	i64 dims[20];
	for (u32 i = 0; i < 20; i++)
		dims[i] = i;
	assert_true(ir_expr_evaluate(square, dims, NULL, NULL, &v));
	assert_int_equal(v, 191 * 191);
}

// ---- random trees -----------------------------------------------------------------------------

enum { SYMBOLS = 3, TREE_NODES = 12 };
struct tree {
	enum ir_expr_kind kind;
	i64 value;
	const struct tree *lhs, *rhs;
};
struct generator {
	struct ir_context *c;
	struct arena arena;
	u64 seed;
};

static u32 pick(struct generator *g, u32 n) {
	g->seed = base_hash_u64(g->seed, 77);
	return (u32)(g->seed >> 20) % n;
}

static const struct tree *random_tree(struct generator *g, u32 nodes) {
	struct tree *t = ARENA_NEW(&g->arena, struct tree);
	if (nodes <= 1) {
		t->kind = pick(g, 3) ? IR_EXPR_NAMED : IR_EXPR_CONST;
		t->value = t->kind == IR_EXPR_NAMED ? pick(g, SYMBOLS) : (i64)pick(g, 13) - 4;
		return t;
	}
	static const enum ir_expr_kind kinds[] = {
		IR_EXPR_ADD,      IR_EXPR_ADD,     IR_EXPR_ADD, IR_EXPR_MUL, IR_EXPR_MUL,
		IR_EXPR_FLOORDIV, IR_EXPR_CEILDIV, IR_EXPR_MOD, IR_EXPR_MIN, IR_EXPR_MAX};
	t->kind = kinds[pick(g, ARRAY_SIZE(kinds))];
	u32 left = 1 + pick(g, nodes - 1);
	t->lhs = random_tree(g, left);
	t->rhs = random_tree(g, nodes - left);
	if (t->kind >= IR_EXPR_FLOORDIV && t->kind <= IR_EXPR_MOD && pick(g, 4)) {  // mostly constants
		struct tree *d = ARENA_NEW(&g->arena, struct tree);
		*d = (struct tree){IR_EXPR_CONST, (i64)pick(g, 9) - 2, NULL, NULL};
		t->rhs = d;
	}
	return t;
}

static ir_expr symbol(struct ir_context *c, u32 i) {
	return ir_expr_named(c, ir_name_get(c, str_make(&"xyz"[i], 1)));
}

static ir_expr tree_expr(struct ir_context *c, const struct tree *t) {
	if (t->kind == IR_EXPR_CONST)
		return ir_expr_const(c, t->value);
	if (t->kind == IR_EXPR_NAMED)
		return symbol(c, (u32)t->value);
	return ir_expr_binary(c, t->kind, tree_expr(c, t->lhs), tree_expr(c, t->rhs));
}

// Division written otherwise than in the implementation: the only q with the remainder in range.
static bool divide(i64 a, i64 b, i64 *q, i64 *r) {
	if (b == 0)
		return false;
	*r = ((a % b) + b) % b;
	*q = (a - *r) / b;
	return true;
}

static bool tree_value(const struct tree *t, const i64 *symbols, i64 *out) {
	i64 a, b, q, r;
	if (t->kind == IR_EXPR_CONST || t->kind == IR_EXPR_NAMED) {
		*out = t->kind == IR_EXPR_CONST ? t->value : symbols[t->value];
		return true;
	}
	if (!tree_value(t->lhs, symbols, &a) || !tree_value(t->rhs, symbols, &b))
		return false;
	switch (t->kind) {
	case IR_EXPR_ADD: return !__builtin_add_overflow(a, b, out);
	case IR_EXPR_MUL: return !__builtin_mul_overflow(a, b, out);
	case IR_EXPR_MIN: *out = a < b ? a : b; return true;
	case IR_EXPR_MAX: *out = a > b ? a : b; return true;
	default: break;
	}
	if (!divide(a, b, &q, &r))
		return false;
	*out = t->kind == IR_EXPR_FLOORDIV ? q : t->kind == IR_EXPR_MOD ? r : q + (r != 0);
	return true;
}

static void bind_symbols(struct generator *g, struct map *m, const i64 *values) {
	for (u32 i = 0; i < SYMBOLS; i++)
		map_set(m, ir_name_get(g->c, str_make(&"xyz"[i], 1)), (u64)values[i]);
}

static void generator_init(struct generator *g, struct ir_context *c, u64 seed) {
	*g = (struct generator){.c = c, .seed = seed};
	arena_init(&g->arena);
}

UNIT_TEST(random_trees_keep_their_value) {
	struct generator g;
	generator_init(&g, *state, 1);
	struct map m;
	map_init(&m, &g.arena);
	u32 compared = 0;
	for (u32 round = 0; round < 20000; round++) {
		const struct tree *t = random_tree(&g, 2 + pick(&g, TREE_NODES));
		ir_expr e = tree_expr(g.c, t);
		for (u32 k = 0; k < 6; k++) {
			i64 values[SYMBOLS], want, got;
			for (u32 i = 0; i < SYMBOLS; i++)
				values[i] = (i64)pick(&g, 41) - 20;
			if (!tree_value(t, values, &want))
				continue;
			bind_symbols(&g, &m, values);
			assert_true(ir_expr_evaluate(e, NULL, NULL, &m, &got));
			assert_int_equal(got, want);
			compared++;
		}
	}
	assert_true(compared > 60000);
	arena_deinit(&g.arena);
}

UNIT_TEST(random_trees_print_and_parse_to_the_same_pointer) {
	struct generator g;
	generator_init(&g, *state, 2);
	for (u32 round = 0; round < 4000; round++) {
		ir_expr e = tree_expr(g.c, random_tree(&g, 2 + pick(&g, TREE_NODES)));
		struct strbuf text;
		strbuf_init(&text, &g.arena);
		ir_expr_print(g.c, e, &text);
		ir_expr back = ir_expr_parse(g.c, strbuf_str(&text));
		if (back != e)
			fail_msg("reads back otherwise: %s", text.data);
	}
	arena_deinit(&g.arena);
}

// A polynomial has one pointer whatever the order and grouping it was built in.
UNIT_TEST(polynomials_are_one_pointer) {
	struct generator g;
	generator_init(&g, *state, 3);
	for (u32 round = 0; round < 3000; round++) {
		enum { TERMS = 6 };
		ir_expr terms[TERMS], sums[2];
		for (u32 i = 0; i < TERMS; i++) {
			terms[i] = ir_expr_const(g.c, (i64)pick(&g, 9) - 4);
			for (u32 k = pick(&g, 4); k > 0; k--)
				terms[i] =
					ir_expr_binary(g.c, IR_EXPR_MUL, terms[i], symbol(g.c, pick(&g, SYMBOLS)));
		}
		for (u32 s = 0; s < 2; s++) {
			for (u32 i = 0; i < TERMS; i++) {
				u32 k = pick(&g, TERMS);
				ir_expr t = terms[i];
				terms[i] = terms[k];
				terms[k] = t;
			}
			u32 split = pick(&g, TERMS);
			ir_expr parts[2] = {ir_expr_const(g.c, 0), ir_expr_const(g.c, 0)};
			for (u32 i = 0; i < TERMS; i++)
				parts[i < split] = ir_expr_binary(g.c, IR_EXPR_ADD, parts[i < split], terms[i]);
			sums[s] = ir_expr_binary(g.c, IR_EXPR_ADD, parts[1], parts[0]);
		}
		assert_ptr_equal(sums[0], sums[1]);
	}
	arena_deinit(&g.arena);
}

UNIT_TEST(substitution_commutes_with_evaluation) {
	struct generator g;
	generator_init(&g, *state, 4);
	struct map values_map, exprs_map;
	map_init(&values_map, &g.arena);
	map_init(&exprs_map, &g.arena);
	for (u32 round = 0; round < 3000; round++) {
		const struct tree *t = random_tree(&g, 6), *inner[SYMBOLS];
		i64 values[SYMBOLS], middle[SYMBOLS], want, got;
		bool ok = true;
		for (u32 i = 0; i < SYMBOLS; i++)
			values[i] = (i64)pick(&g, 21) - 10;
		for (u32 i = 0; i < SYMBOLS; i++) {
			inner[i] = random_tree(&g, 4);
			ok = ok && tree_value(inner[i], values, &middle[i]);
			map_set(&exprs_map, ir_name_get(g.c, str_make(&"xyz"[i], 1)),
			        map_ptr(tree_expr(g.c, inner[i])));
		}
		if (!ok || !tree_value(t, middle, &want))
			continue;
		ir_expr e = ir_expr_substitute(g.c, tree_expr(g.c, t), NULL, NULL, &exprs_map);
		bind_symbols(&g, &values_map, values);
		assert_true(ir_expr_evaluate(e, NULL, NULL, &values_map, &got));
		assert_int_equal(got, want);
	}
	// Positional ones.
	ir_expr e = ir_expr_binary(g.c, IR_EXPR_ADD, ir_expr_dim(g.c, 1), ir_expr_sym(g.c, 0));
	ir_expr dims[2] = {ir_expr_const(g.c, 5), ir_expr_dim(g.c, 0)},
			syms[1] = {ir_expr_const(g.c, 7)};
	assert_prints(g.c, ir_expr_substitute(g.c, e, dims, syms, NULL), "d0 + 7");
	assert_true(ir_expr_uses_dim(e, 1));
	assert_false(ir_expr_uses_dim(e, 0));
	arena_deinit(&g.arena);
}

// ---- bounds, proofs, divisibility -------------------------------------------------------------

UNIT_TEST(proofs) {
	struct ir_context *c = *state;
	ir_symbol_set_bounds(c, ir_name_get(c, STR("N")), 1, 64);
	ir_symbol_set_bounds(c, ir_name_get(c, STR("M")), 1, 1000);
	ir_symbol_set_bounds(c, ir_name_get(c, STR("S")), 0, 4096);
	static const struct {
		const char *lhs, *rhs;
		bool proven;
	} rows[] = {
		{"N", "64", true},
		{"N", "63", false},
		{"N", "N * M", true},
		{"N * 2", "N * M", false},
		{"N + M", "N * M + 1", true},
		{"2 * (N floordiv 2)", "N", true},
		{"N", "2 * (N ceildiv 2)", true},
		{"4 * ((S + 3) floordiv 4)", "S + 3", true},
		{"S", "4 * ((S + 3) floordiv 4)", true},
		{"S mod 4", "S", true},
		{"S floordiv M", "S", true},
		{"S mod M", "S", true},
		{"min(N, S)", "N", true},
		{"min(N, S)", "S", true},
		{"N", "max(N, S)", true},
		{"max(N, 1)", "N", true},
		{"max(N, 2)", "N", false},
		{"min(N, 8) * M", "N * M", true},
		{"N * N", "64 * N", true},
		{"N", "N * N", true},
		{"M * (N floordiv 2)", "M * N", true},
		{"2 * M * (N floordiv 2)", "M * N", true},
		{"(N + 1) floordiv 2", "N", true},
		{"((N - 1) floordiv 2 + 1) * 2", "N + 1", true},
		{"S", "N", false},
		{"unknown", "2147483647", true},
		{"0", "unknown", true},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		if (ir_expr_provably_le(c, parse(c, rows[i].lhs), parse(c, rows[i].rhs)) != rows[i].proven)
			fail_msg("%s <= %s: expected %d", rows[i].lhs, rows[i].rhs, rows[i].proven);
	assert_false(ir_expr_provably_le(c, ir_expr_dim(c, 0), ir_expr_dim(c, 1)));
	assert_true(ir_expr_provably_le(c, ir_expr_dim(c, 0), ir_expr_dim(c, 0)));
}

UNIT_TEST(bounds) {
	struct ir_context *c = *state;
	i64 min, max;
	ir_symbol_get_bounds(c, ir_name_get(c, STR("fresh")), &min, &max);
	assert_true(min == 0 && max == INT32_MAX);
	ir_symbol_set_bounds(c, ir_name_get(c, STR("N")), 1, 64);
	static const struct {
		const char *text;
		i64 min, max;
	} rows[] = {
		{"7", 7, 7},
		{"N * 2 + 1", 3, 129},
		{"64 - N", 0, 63},
		{"N - N floordiv 2", 1, 32},
		{"N mod 5", 0, 4},
		{"100 mod N", 0, 63},
		{"N * N - N", 0, 4032},
		{"min(N, 10)", 1, 10},
		{"max(N, 10)", 10, 64},
		{"128 floordiv N", 2, 128},
		{"128 ceildiv N", 2, 128},
		{"(N ceildiv 16) * 16", 16, 64},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(ir_expr_bounds(c, parse(c, rows[i].text), &min, &max));
		if (min != rows[i].min || max != rows[i].max)
			fail_msg("%s is in %lld..%lld", rows[i].text, (long long)min, (long long)max);
	}
	assert_false(ir_expr_bounds(c, ir_expr_dim(c, 0), &min, &max));
	assert_false(ir_expr_bounds(c, parse(c, "N floordiv (N - 1)"), &min, &max));
}

// Every value of every assignment lies in the bounds; a proven order holds for every assignment.
UNIT_TEST(random_bounds_and_proofs_hold) {
	struct generator g;
	generator_init(&g, *state, 5);
	static const i64 low[SYMBOLS] = {0, 1, -2}, high[SYMBOLS] = {4, 6, 3};
	for (u32 i = 0; i < SYMBOLS; i++)
		ir_symbol_set_bounds(g.c, ir_name_get(g.c, str_make(&"xyz"[i], 1)), low[i], high[i]);
	u32 bounded = 0, proven = 0;
	for (u32 round = 0; round < 6000; round++) {
		const struct tree *a = random_tree(&g, 2 + pick(&g, 8)),
						  *b = random_tree(&g, 1 + pick(&g, 8));
		ir_expr ea = tree_expr(g.c, a), eb = tree_expr(g.c, b);
		i64 min = INT64_MIN, max = INT64_MAX, va, vb, v[SYMBOLS];
		bounded += ir_expr_bounds(g.c, ea, &min, &max);
		bool le = ir_expr_provably_le(g.c, ea, eb);
		proven += le;
		for (v[0] = low[0]; v[0] <= high[0]; v[0]++)
			for (v[1] = low[1]; v[1] <= high[1]; v[1]++)
				for (v[2] = low[2]; v[2] <= high[2]; v[2]++) {
					if (!tree_value(a, v, &va))
						continue;
					assert_true(min <= va && va <= max);
					if (le && tree_value(b, v, &vb))
						assert_true(va <= vb);
				}
	}
	assert_true(bounded > 4000 && proven > 500);
	arena_deinit(&g.arena);
}

// A nest whose every level names the one below twice: linear work, not exponential.
UNIT_TEST(deep_nests_are_bounded_quickly) {
	struct ir_context *c = *state;
	ir_expr e = parse(c, "N"), seven = ir_expr_const(c, 7), three = ir_expr_const(c, 3);
	ir_symbol_set_bounds(c, ir_name_get(c, STR("N")), 1, 1000);
	for (u32 i = 0; i < 60; i++) {
		ir_expr least = ir_expr_binary(c, IR_EXPR_MIN, e, seven);
		e = ir_expr_binary(c, IR_EXPR_ADD, ir_expr_binary(c, IR_EXPR_MUL, e, e), least);
		e = ir_expr_binary(c, IR_EXPR_MOD, ir_expr_binary(c, IR_EXPR_FLOORDIV, e, three),
		                   ir_expr_const(c, 1000 + i));
	}
	i64 min, max;
	assert_true(ir_expr_bounds(c, e, &min, &max));
	assert_true(min == 0 && max == 1058);
	assert_true(ir_expr_provably_le(c, e, ir_expr_const(c, 1058)));
}

UNIT_TEST(divisibility) {
	struct ir_context *c = *state;
	static const struct {
		const char *text;
		i64 factor;
		bool proven;
	} rows[] = {
		{"12", 4, true},
		{"12", 5, false},
		{"0", 7, true},
		{"x * 8", 4, true},
		{"x * 8 + 4", 4, true},
		{"x * 8 + 4", 8, false},
		{"x * 4 + y * 6", 2, true},
		{"x", 2, false},
		{"min(x * 4, 8)", 4, true},
		{"(x floordiv 2) * 2", 2, true},
		{"(x * 8) mod (y * 4)", 4, true},
		{"x * -6", -3, true},
	};
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		if (ir_expr_is_multiple_of(parse(c, rows[i].text), rows[i].factor) != rows[i].proven)
			fail_msg("%s by %lld", rows[i].text, (long long)rows[i].factor);
	assert_true(ir_expr_is_multiple_of(ir_expr_const(c, 0), 0));
	assert_false(ir_expr_is_multiple_of(ir_expr_const(c, 1), 0));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(canonical_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed_text_gives_null, setup, teardown),
		cmocka_unit_test_setup_teardown(overflow_keeps_the_expression, setup, teardown),
		cmocka_unit_test_setup_teardown(random_trees_keep_their_value, setup, teardown),
		cmocka_unit_test_setup_teardown(random_trees_print_and_parse_to_the_same_pointer, setup,
	                                    teardown),
		cmocka_unit_test_setup_teardown(polynomials_are_one_pointer, setup, teardown),
		cmocka_unit_test_setup_teardown(substitution_commutes_with_evaluation, setup, teardown),
		cmocka_unit_test_setup_teardown(proofs, setup, teardown),
		cmocka_unit_test_setup_teardown(bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(random_bounds_and_proofs_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(deep_nests_are_bounded_quickly, setup, teardown),
		cmocka_unit_test_setup_teardown(divisibility, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
