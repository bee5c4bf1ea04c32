// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small dialect for tests of the IR core, so that they depend on no other layer.
#ifndef TEST_UNIT_IR_OP_ROWS_H
#define TEST_UNIT_IR_OP_ROWS_H

#include "ir/ir.h"

enum test_op {
	OP_module,
	OP_source,
	OP_constant,
	OP_add,
	OP_compare,
	OP_load,
	OP_store,
	OP_loop,
	OP_yield,
	OP_branch,
	OP_jump,
	OP_split,
	OP_symbol,
	OP_scope,
	OP_two,
	OP_pair,
	OP_count,
};

static void test_effects_read(struct ir_op *op, struct arena *a, struct ir_effect_on **list,
                              u32 *count) {
	*list = ARENA_NEW(a, struct ir_effect_on);
	**list = (struct ir_effect_on){IR_EFFECT_READ, ir_operand_get(op, 0), NAME_none};
	*count = 1;
}

static void test_effects_write(struct ir_op *op, struct arena *a, struct ir_effect_on **list,
                               u32 *count) {
	*list = ARENA_NEW(a, struct ir_effect_on);
	**list = (struct ir_effect_on){IR_EFFECT_WRITE, ir_operand_get(op, 1), NAME_none};
	*count = 1;
}

// As many i32 results as the property says.
static bool test_infer_split(struct ir_context *c, struct ir_op *op, ir_type *results) {
	op->num_results = (u32)ir_op_int(op, NAME_value, 0);
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = ir_type_int(c, 32);
	return true;
}

// clang-format off
static const struct ir_op_row test_rows[OP_count] = {
	[OP_module]   = {.dialect = "builtin", .name = "module", .attrs = "sym_name: string?", .regions = "body",
	                 .traits = IR_ISOLATED | IR_SYMBOL_TABLE | IR_SINGLE_BLOCK | IR_NO_TERMINATOR},
	[OP_source]   = {.dialect = "t", .name = "source", .signature = "() -> (result: any)", .traits = IR_PURE},
	[OP_constant] = {.dialect = "t", .name = "constant", .signature = "() -> (result: any)", .attrs = "value: typed",
	                 .traits = IR_PURE | IR_CONSTANT},
	[OP_add]      = {.dialect = "t", .name = "add", .signature = "(lhs: $T, rhs: $T) -> (result: $T) where T: int_like",
	                 .attrs = "overflow: overflow = none", .traits = IR_PURE | IR_COMMUTATIVE},
	[OP_compare]  = {.dialect = "t", .name = "compare", .signature = "(lhs: $T, $T) -> (bool_of(lhs))",
	                 .attrs = "predicate: cmpi_predicate", .traits = IR_PURE},
	[OP_load]     = {.dialect = "t", .name = "load", .signature = "(base: memref, indices: index*) -> (result: element(base))",
	                 .attrs = "nontemporal: bool = false, alignment: i64?", .hooks = {.effects = test_effects_read}},
	[OP_store]    = {.dialect = "t", .name = "store", .signature = "(value: element(base), base: memref, indices: index*) -> ()",
	                 .hooks = {.effects = test_effects_write}},
	[OP_loop]     = {.dialect = "t", .name = "loop", .signature = "(bound: index, inits: any*) -> (results: same(inits)*)",
	                 .regions = "body", .terminator = "t.yield",
	                 .traits = IR_LOOP_LIKE | IR_SINGLE_BLOCK | IR_RECURSIVE_EFFECTS | IR_IMPLICIT_TERMINATOR},
	[OP_yield]    = {.dialect = "t", .name = "yield", .signature = "(values: any*) -> ()", .traits = IR_PURE | IR_TERMINATOR},
	[OP_branch]   = {.dialect = "t", .name = "branch", .signature = "(condition: i1, then_args: any*, else_args: any*) -> ()",
	                 .successors = "then, otherwise", .traits = IR_PURE | IR_TERMINATOR},
	[OP_jump]     = {.dialect = "t", .name = "jump", .signature = "(args: any*) -> ()", .successors = "dest",
	                 .traits = IR_PURE | IR_TERMINATOR},
	[OP_split]    = {.dialect = "t", .name = "split", .signature = "(value: i32) -> (parts: i32*)", .attrs = "value: i64",
	                 .hooks = {.infer = test_infer_split}},
	[OP_symbol]   = {.dialect = "t", .name = "symbol", .attrs = "sym_name: symbol_name, value: i64 = 7", .regions = "body",
	                 .traits = IR_SYMBOL | IR_ISOLATED},
	[OP_scope]    = {.dialect = "t", .name = "scope", .regions = "first, rest*", .traits = IR_RECURSIVE_EFFECTS},
	[OP_two]      = {.dialect = "t", .name = "two", .signature = "(a: any?, b: any, c: any*) -> (x: any*, y: any?)"},
	[OP_pair]     = {.dialect = "t", .name = "pair", .signature = "(a: index) -> (i32, n: index)", .traits = IR_PURE},
};
// clang-format on

static int setup(void **state) {
	struct ir_context *c = *state = ir_context_create();
	if (c)
		ir_context_register_ops(c, test_rows, OP_count);
	return c == NULL;
}

static int teardown(void **state) {
	ir_context_destroy(*state);
	return 0;
}

static inline struct ir_value *test_source(struct ir_builder *b, ir_type t) {
	struct ir_op_desc d = {
		.info = ir_op_info_get(b->module->context, OP_source), .num_results = 1, .results = &t};
	return &ir_build(b, &d)->results[0];
}

#endif
