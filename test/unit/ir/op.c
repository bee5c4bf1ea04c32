// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations, blocks and builders: lists, uses, copies, memory.
#include "unit/ir/op_rows.h"

#include "unit/unit.h"

static u32 count_uses(const struct ir_value *v) {
	u32 n = 0;
	IR_USES(v, u) {
		assert_ptr_equal(u->value, v);
		assert_ptr_equal(*u->link, u);
		n++;
	}
	return n;
}

static u32 count_ops(const struct ir_block *b) {
	u32 n = 0;
	const struct ir_op *prev = NULL;
	for (const struct ir_op *op = b->first; op; op = op->next, n++) {
		assert_ptr_equal(op->prev, prev);
		assert_ptr_equal(op->block, b);
		prev = op;
	}
	assert_ptr_equal(b->last, prev);
	return n;
}

static struct ir_op *build_symbol(struct ir_module *m, const char *name) {
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	struct ir_named_attr props[] = {{NAME_sym_name, ir_attr_string(m->context, str_from(name))},
	                                {0}};
	struct ir_op *op = ir_build_op(&b, OP_symbol, 0, NULL, props);
	ir_block_append(&op->regions[0], ir_block_create(m));
	return op;
}

UNIT_TEST(create_and_erase) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	assert_ptr_equal(ir_op_info_find(c, STR("builtin.module")), m->op->info);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	struct ir_value *x = test_source(&b, ir_type_int(c, 32)),
					*y = test_source(&b, ir_type_int(c, 32));
	struct ir_value *sum = ir_build_2(&b, OP_add, x, y), *twice = ir_build_2(&b, OP_add, sum, sum);
	assert_ptr_equal(twice->type, ir_type_int(c, 32));
	assert_true(count_uses(x) == 1 && count_uses(sum) == 2 && ir_value_one_use(x) &&
	            ir_value_unused(twice));
	assert_ptr_equal(ir_value_def(sum), sum->op);
	assert_ptr_equal(ir_value_block(sum), ir_module_body(m));
	assert_ptr_equal(ir_op_parent(sum->op), m->op);
	assert_true(ir_op_is_ancestor(m->op, sum->op) && !ir_op_is_ancestor(sum->op, m->op));
	ir_op_set_operand(twice->op, 0, x);
	assert_true(count_uses(x) == 2 && count_uses(sum) == 1);
	ir_value_replace_uses(x, y);
	assert_true(count_uses(x) == 0 && count_uses(y) == 3);
	assert_ptr_equal(ir_operand_get(twice->op, 0), y);
	ir_op_replace(sum->op, &y);
	assert_int_equal(count_uses(y), 2);
	assert_int_equal(count_ops(ir_module_body(m)), 3);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_op_erase(y->op));
	assert_string_equal(failure.message, "t.source is erased while its result is in use");
	ir_module_destroy(m);
}

UNIT_TEST(wrong_shapes_are_bugs) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	struct base_failure failure;
	struct ir_op_desc d = {.info = ir_op_info_get(c, OP_loop)};
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_op_create(m, &d));
	assert_string_equal(failure.message, "t.loop: created with 0 regions");
	d = (struct ir_op_desc){.info = ir_op_info_get(c, OP_jump)};
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_op_create(m, &d));
	struct ir_named_attr props[] = {{NAME_value, ir_attr_unit(c)}, {0}};
	struct ir_value *x = test_source(&b, ir_type_index(c));
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_build_op(&b, OP_pair, 1, &x, props));
	assert_string_equal(failure.message, "t.pair has no property 'value'");
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_op_set_prop(x->op, NAME_value, NULL));
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_build_op(&b, OP_source, 0, NULL, NULL));
	assert_string_equal(failure.message,
	                    "t.source is built without result types, which cannot be inferred");
	assert_int_equal(ir_diags(c)->errors, 1);
	ir_module_destroy(m);
}

UNIT_TEST(attributes) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *op = build_symbol(m, "f");
	assert_int_equal(ir_op_int(op, NAME_value, 0), 7);  // the row's default
	ir_op_set_prop(op, NAME_value, ir_attr_i64(c, 8));
	assert_int_equal(ir_op_int(op, NAME_value, 0), 8);
	assert_int_equal(ir_op_int(op, NAME_alignment, 5), 5);
	ir_op_set_attr(op, NAME_alignment, ir_attr_i64(c, 16));
	ir_op_set_attr(op, NAME_predicate, ir_attr_unit(c));
	ir_op_set_attr(op, NAME_alignment, ir_attr_i64(c, 32));
	assert_int_equal(op->attrs->count, 2);
	assert_int_equal(ir_op_int(op, NAME_alignment, 5), 32);
	ir_op_set_attr(op, NAME_alignment, NULL);
	ir_op_set_attr(op, NAME_predicate, NULL);
	assert_null(op->attrs);
	ir_op_set_prop(op, NAME_value, NULL);
	assert_null(ir_op_attr(op, NAME_value));
	ir_module_destroy(m);
}

UNIT_TEST(symbols) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_symbol(m, "f"), *g = build_symbol(m, "f_0");
	assert_ptr_equal(ir_symbol_find(m->op, ir_name_get(c, STR("f_0"))), g);
	assert_null(ir_symbol_find(m->op, ir_name_get(c, STR("g"))));
	assert_null(ir_symbol_find(m->op, NAME_none));
	assert_int_equal(ir_symbol_of(f), ir_name_get(c, STR("f")));
	assert_int_equal(ir_symbol_of(m->op), NAME_none);
	assert_str(ir_name_str(c, ir_symbol_unique(m->op, STR("f"))), "f_1");
	assert_str(ir_name_str(c, ir_symbol_unique(m->op, STR("g"))), "g");
	ir_module_destroy(m);
}

UNIT_TEST(operand_groups) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	struct ir_value *v[4];
	for (u32 i = 0; i < 4; i++)
		v[i] = test_source(&b, ir_type_index(c));
	ir_type memref = ir_type_memref(c, 2, (i64[2]){4, 4}, ir_type_int(c, 8), NULL, NULL);
	struct ir_value *load_operands[3] = {test_source(&b, memref), v[0], v[1]};
	struct ir_op *load = ir_build_op(&b, OP_load, 3, load_operands, NULL);
	struct ir_range r = ir_op_operand_group(load, 1);
	assert_true(r.first == 1 && r.count == 2);
	r = ir_op_operand_group(load, 0);
	assert_true(r.first == 0 && r.count == 1);
	// Two flexible groups: by segment sizes.
	ir_type types[3] = {ir_type_index(c), ir_type_index(c), ir_type_int(c, 8)};
	struct ir_named_attr props[] = {
		{NAME_operandSegmentSizes, ir_attr_i32_array(c, 3, (i32[3]){0, 1, 3})},
		{NAME_resultSegmentSizes, ir_attr_i32_array(c, 2, (i32[2]){2, 1})}};
	struct ir_op *two = ir_build(&b, &(struct ir_op_desc){.info = ir_op_info_get(c, OP_two),
	                                                      .num_operands = 4,
	                                                      .operands = v,
	                                                      .num_results = 3,
	                                                      .results = types,
	                                                      .num_props = 2,
	                                                      .props = props});
	r = ir_op_operand_group(two, 0);
	assert_true(r.first == 0 && r.count == 0);
	r = ir_op_operand_group(two, 2);
	assert_true(r.first == 1 && r.count == 3);
	r = ir_op_result_group(two, 1);
	assert_true(r.first == 2 && r.count == 1);
	ir_module_destroy(m);
}

// ---- order ------------------------------------------------------------------------------------

static void assert_order(const struct ir_block *b) {
	for (struct ir_op *op = b->first; op && op->next; op = op->next)
		assert_true(ir_op_is_before(op, op->next) && !ir_op_is_before(op->next, op));
}

UNIT_TEST(order_survives_random_insertion) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_block *body = ir_module_body(m);
	struct ir_builder b = ir_builder_at_end(body, m);
	struct ir_op *at = test_source(&b, ir_type_index(c))->op;
	u64 seed = 9;
	for (u32 i = 0; i < 3000; i++) {
		seed = base_hash_u64(seed, i);
		b = seed % 3 ? ir_builder_before(at) : ir_builder_after(at);
		struct ir_op *op = test_source(&b, ir_type_index(c))->op;
		if (seed % 7 == 0)
			at = op;
		if (seed % 11 == 0 && op->prev && op->prev != at)
			ir_op_erase(op->prev);
		if (op->next)
			assert_true(ir_op_is_before(op, op->next));
	}
	assert_order(body);
	count_ops(body);
	ir_module_destroy(m);
}

// Inserting one by one before the same op renumbers rarely.
UNIT_TEST(order_is_cheap_at_one_place) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_block *body = ir_module_body(m);
	struct ir_builder b = ir_builder_at_end(body, m);
	for (u32 i = 0; i < 1000; i++)
		test_source(&b, ir_type_index(c));
	b = ir_builder_before(body->first->next);
	u32 invalid = 0;
	for (u32 i = 0; i < 20000; i++) {
		struct ir_op *op = test_source(&b, ir_type_index(c))->op;
		invalid += !body->order_valid;
		assert_true(ir_op_is_before(op, body->last) && ir_op_is_before(body->first, op));
	}
	assert_true(invalid < 2000);
	assert_order(body);
	ir_module_destroy(m);
}

// ---- blocks -----------------------------------------------------------------------------------

UNIT_TEST(block_arguments) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_symbol(m, "f");
	struct ir_block *b = f->regions[0].first;
	struct ir_value *args[10];
	for (u32 i = 0; i < 10; i++)
		args[i] = ir_block_insert_arg(m, b, i / 2, ir_type_int(c, i + 1));
	for (u32 i = 0; i < 10; i++)
		assert_true(b->args[i]->index == i && b->args[i]->is_argument && b->args[i]->block == b);
	assert_ptr_equal(b->args[4], args[9]);
	struct ir_builder at = ir_builder_at_end(b, m);
	ir_build_op(&at, OP_yield, 1, &args[3], NULL);
	ir_block_remove_arg(b, 4);
	assert_true(b->num_args == 9 && b->args[8]->index == 8);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_block_remove_arg(b, args[3]->index));
	assert_string_equal(failure.message, "a block argument in use is removed");
	ir_module_destroy(m);
}

static struct ir_op *jump(struct ir_module *m, struct ir_block *from, struct ir_block *to) {
	struct ir_builder b = ir_builder_at_end(from, m);
	return ir_build(&b, &(struct ir_op_desc){.info = ir_op_info_get(m->context, OP_jump),
	                                         .num_successors = 1,
	                                         .successors = &to});
}

static u32 count_preds(const struct ir_block *b) {
	u32 n = 0;
	for (const struct ir_block_ref *p = b->preds; p; p = p->next, n++)
		assert_ptr_equal(p->block, b);
	return n;
}

UNIT_TEST(blocks_split_move_and_erase) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_symbol(m, "f"), *g = build_symbol(m, "g");
	struct ir_region *rf = &f->regions[0], *rg = &g->regions[0];
	struct ir_block *entry = rf->first;
	struct ir_builder b = ir_builder_at_end(entry, m);
	struct ir_value *x = test_source(&b, ir_type_index(c)), *y = test_source(&b, ir_type_index(c));
	ir_build_op(&b, OP_yield, 1, &y, NULL);
	struct ir_block *rest = ir_block_split(y->op);
	assert_true(count_ops(entry) == 1 && count_ops(rest) == 2 && rf->last == rest &&
	            rest->prev == entry);
	assert_order(rest);
	struct ir_op *j = jump(m, entry, rest);
	assert_int_equal(count_preds(rest), 1);
	assert_ptr_equal(ir_block_terminator(entry), j);
	struct ir_block *middle = ir_block_create(m);
	ir_block_insert_before(middle, rest);
	ir_op_set_successor(j, 0, middle);
	jump(m, middle, rest);
	assert_true(count_preds(middle) == 1 && count_preds(rest) == 1 && entry->next == middle);
	ir_region_move_blocks(rf, rg, rg->first);
	assert_null(rf->first);
	assert_true(rg->first == entry && rg->last->prev == rest && entry->region == rg);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, ir_block_erase(rest));
	assert_string_equal(failure.message, "a block with predecessors is erased");
	assert_true(ir_value_unused(x));
	ir_module_destroy(m);
}

UNIT_TEST(erasing_a_block_frees_its_uses) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_symbol(m, "f");
	struct ir_block *entry = f->regions[0].first, *dead = ir_block_create(m);
	ir_block_append(&f->regions[0], dead);
	struct ir_builder b = ir_builder_at_end(entry, m);
	struct ir_value *x = test_source(&b, ir_type_int(c, 8));
	struct ir_value *arg = ir_block_add_arg(m, dead, ir_type_int(c, 8));
	b = ir_builder_at_end(dead, m);
	struct ir_value *sum = ir_build_2(&b, OP_add, arg, x);
	ir_build_op(&b, OP_yield, 1, &sum, NULL);
	jump(m, dead, entry);
	ir_block_erase(dead);
	assert_true(ir_value_unused(x) && !entry->preds && f->regions[0].last == entry);
	ir_module_destroy(m);
}

// ---- copies -----------------------------------------------------------------------------------

// f: a loop around a CFG with a back edge whose second block comes before its definition.
static struct ir_op *build_nest(struct ir_module *m, const char *name) {
	struct ir_context *c = m->context;
	struct ir_op *f = build_symbol(m, name);
	struct ir_block *entry = f->regions[0].first, *late = ir_block_create(m),
					*early = ir_block_create(m);
	ir_block_append(&f->regions[0], late);  // uses what `early`, behind it, defines
	ir_block_append(&f->regions[0], early);
	struct ir_value *n = ir_block_add_arg(m, entry, ir_type_index(c));
	jump(m, entry, early);
	struct ir_builder b = ir_builder_at_end(early, m);
	struct ir_value *x = test_source(&b, ir_type_int(c, 32));
	jump(m, early, late);
	b = ir_builder_at_end(late, m);
	struct ir_value *operands[2] = {n, x};
	struct ir_op *loop = ir_build_op(&b, OP_loop, 2, operands, NULL);
	ir_op_set_attr(loop, NAME_alignment, ir_attr_i64(c, 4));
	struct ir_block *body = ir_block_create(m);
	ir_block_append(&loop->regions[0], body);
	struct ir_value *carried = ir_block_add_arg(m, body, ir_type_int(c, 32));
	struct ir_builder inner = ir_builder_at_end(body, m);
	struct ir_value *sum = ir_build_2(&inner, OP_add, carried, x);
	ir_build_op(&inner, OP_yield, 1, &sum, NULL);
	struct ir_value *i1 = test_source(&b, ir_type_int(c, 1));
	struct ir_named_attr props[] = {
		{NAME_operandSegmentSizes, ir_attr_i32_array(c, 3, (i32[3]){1, 0, 0})}};
	struct ir_block *successors[2] = {late, early};
	ir_build(&b, &(struct ir_op_desc){.info = ir_op_info_get(c, OP_branch),
	                                  .num_operands = 1,
	                                  .operands = &i1,
	                                  .num_successors = 2,
	                                  .successors = successors,
	                                  .num_props = 1,
	                                  .props = props});
	return f;
}

static bool stays_inside(void *user, struct ir_op *op) {
	struct ir_op *root = user;
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		struct ir_op *owner = v->is_argument ? v->block->region->op : v->op;
		assert_true(ir_op_is_ancestor(root, owner));
	}
	for (u32 i = 0; i < op->num_successors; i++)
		assert_true(ir_op_is_ancestor(root, op->successors[i].block->region->op));
	return true;
}

static bool count_op(void *user, struct ir_op *op) {
	(void)op;
	++*(u32 *)user;
	return true;
}

UNIT_TEST(clones_are_closed) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c), *other = ir_module_create(c);
	struct ir_op *f = build_nest(m, "f");
	u32 before = 0, after = 0;
	ir_walk(f, true, count_op, &before);
	assert_int_equal(before, 9);
	struct ir_op *g = ir_op_clone(m, f, NULL);
	ir_op_append(ir_module_body(m), g);
	ir_walk(g, false, stays_inside, g);
	ir_walk(f, false, stays_inside, f);
	ir_walk(g, true, count_op, &after);
	assert_int_equal(after, before);
	assert_ptr_equal(ir_op_attr(g, NAME_sym_name), ir_op_attr(f, NAME_sym_name));
	struct ir_op *h = ir_op_clone(other, f, NULL);
	ir_walk(h, false, stays_inside, h);
	assert_ptr_equal(h->regions[0].first->next->first->module, other);
	assert_int_equal(ir_op_int(h->regions[0].first->next->first, NAME_alignment, 0), 4);
	ir_op_erase(f);
	ir_walk(g, false, stays_inside, g);
	ir_module_destroy(m);
	ir_module_destroy(other);
}

UNIT_TEST(clone_maps_operands) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	struct ir_value *x = test_source(&b, ir_type_int(c, 32)),
					*y = test_source(&b, ir_type_int(c, 32));
	struct ir_value *sum = ir_build_2(&b, OP_add, x, x);
	struct arena a;
	arena_init(&a);
	struct map map;
	map_init(&map, &a);
	map_set(&map, map_ptr(x), map_ptr(y));
	struct ir_op *copy = ir_op_clone(m, sum->op, &map);
	assert_ptr_equal(ir_operand_get(copy, 1), y);
	assert_true(map_get_or(&map, map_ptr(sum), 0) == map_ptr(ir_result_get(copy, 0)));
	ir_op_insert_after(copy, sum->op);
	assert_true(count_uses(y) == 2 && count_uses(x) == 2);
	arena_deinit(&a);
	ir_module_destroy(m);
}

UNIT_TEST(recreate_moves_regions) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_nest(m, "f");
	struct ir_op *loop = f->regions[0].first->next->first;
	struct ir_block *body = loop->regions[0].first;
	struct ir_value *operands[3] = {ir_operand_get(loop, 0), ir_operand_get(loop, 1),
	                                ir_operand_get(loop, 1)};
	ir_type types[2] = {operands[1]->type, operands[1]->type};
	struct ir_op *wider = ir_op_recreate(loop, 3, operands, 2, types);
	assert_ptr_equal(wider->next, loop);
	assert_true(wider->regions[0].first == body && body->region->op == wider &&
	            !loop->regions[0].first);
	assert_int_equal(ir_op_int(wider, NAME_alignment, 0), 4);
	assert_int_equal(count_uses(operands[1]), 4);  // the body's, the old op's and two new ones
	struct ir_value *replacement = ir_result_get(wider, 0);
	ir_op_replace(loop, &replacement);
	assert_int_equal(count_uses(operands[1]), 3);
	ir_module_destroy(m);
}

// ---- effects and constants --------------------------------------------------------------------

UNIT_TEST(effects) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_symbol(m, "f");
	struct ir_builder b = ir_builder_at_end(f->regions[0].first, m);
	ir_type i8 = ir_type_int(c, 8);
	struct ir_value *memref = test_source(&b, ir_type_memref(c, 0, NULL, i8, NULL, NULL)),
					*n = test_source(&b, ir_type_index(c));
	struct ir_op *load = ir_build_op(&b, OP_load, 1, &memref, NULL);
	assert_ptr_equal(ir_result_get(load, 0)->type, i8);
	assert_true(ir_op_has_effects(load) && ir_op_is_dead(load));
	struct ir_op *loop = ir_build_op(&b, OP_loop, 1, &n, NULL);
	assert_int_equal(loop->num_results, 0);
	ir_block_append(&loop->regions[0], ir_block_create(m));
	assert_true(!ir_op_has_effects(loop) && ir_op_is_dead(loop));
	struct ir_builder inner = ir_builder_at_end(loop->regions[0].first, m);
	struct ir_value *operands[2] = {ir_result_get(load, 0), memref};
	struct ir_op *store = ir_build_op(&inner, OP_store, 2, operands, NULL);
	assert_true(!ir_op_is_dead(store) && !ir_op_is_dead(loop) && !ir_op_is_dead(load) &&
	            ir_op_has_effects(loop));
	struct ir_value *value = test_source(&b, ir_type_int(c, 32));
	struct ir_named_attr two[] = {{NAME_value, ir_attr_i64(c, 2)}, {0}};
	struct ir_op *split = ir_build_op(&b, OP_split, 1, &value, two);  // unknown effects
	assert_int_equal(split->num_results, 2);
	assert_true(!ir_op_is_dead(split) && ir_op_has_effects(split));
	assert_true(!ir_op_is_dead(f) && ir_op_is_dead(value->op) == false &&
	            !ir_op_is_dead(memref->op));
	struct ir_op *yield = ir_build_op(&b, OP_yield, 0, NULL, NULL);
	assert_true(!ir_op_is_dead(yield) && !ir_op_has_effects(yield));
	ir_module_destroy(m);
}

UNIT_TEST(constants) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	ir_type i32_type = ir_type_int(c, 32),
			vector = ir_type_vector(c, 1, (i64[1]){4}, NULL, i32_type);
	ir_attr values[3] = {ir_attr_integer(c, i32_type, -3),
	                     ir_attr_dense(c, vector, (i32[1]){9}, 4, true),
	                     ir_attr_dense(c, vector, (i32[4]){1, 2, 3, 4}, 16, false)};
	i64 got[3] = {0};
	for (u32 i = 0; i < 3; i++) {
		struct ir_named_attr prop = {NAME_value, values[i]};
		struct ir_op *op = ir_build(&b, &(struct ir_op_desc){.info = ir_op_info_get(c, OP_constant),
		                                                     .num_results = 1,
		                                                     .results = &values[i]->type,
		                                                     .num_props = 1,
		                                                     .props = &prop});
		assert_ptr_equal(ir_value_constant(ir_result_get(op, 0)), values[i]);
		assert_int_equal(ir_value_constant_int(ir_result_get(op, 0), &got[i]), i < 2);
	}
	assert_true(got[0] == -3 && got[1] == 9);
	assert_null(ir_value_constant(test_source(&b, i32_type)));
	ir_module_destroy(m);
}

// ---- builders and walks -----------------------------------------------------------------------

static void note_created(void *user, struct ir_op *op) { *(struct ir_op **)user = op; }

UNIT_TEST(builder_points_and_listener) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	b.loc = ir_loc_file(c, STR("x.mlir"), 1, 1);
	struct ir_op *seen = NULL;
	struct ir_listener listener = {.user = &seen, .created = note_created};
	b.listener = &listener;
	struct ir_value *x = test_source(&b, ir_type_index(c));
	assert_ptr_equal(seen, x->op);
	assert_ptr_equal(x->op->loc, b.loc);
	struct ir_builder before = ir_builder_before(x->op), after = ir_builder_after(x->op);
	struct ir_value *y = test_source(&after, ir_type_index(c)),
					*w = test_source(&before, ir_type_index(c));
	assert_ptr_equal(y->op->loc, b.loc);
	assert_true(w->op->next == x->op && x->op->next == y->op && ir_module_body(m)->last == y->op);
	struct ir_builder detached = {.module = m, .loc = b.loc};
	struct ir_value *pair = ir_result_get(ir_build_op(&detached, OP_pair, 1, &x, NULL), 0);
	assert_true(pair->op->block == NULL && pair->op->num_results == 2);
	assert_ptr_equal(pair->op->results[1].type, ir_type_index(c));
	ir_op_erase(pair->op);
	ir_module_destroy(m);
}

static bool erase_sources(void *user, struct ir_op *op) {
	(void)user;
	if (op->info->id == OP_source && ir_value_unused(ir_result_get(op, 0)))
		ir_op_erase(op);
	return true;
}

static bool stop_at_add(void *user, struct ir_op *op) {
	++*(u32 *)user;
	return op->info->id != OP_add;
}

UNIT_TEST(walks) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	build_nest(m, "f");
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	test_source(&b, ir_type_index(c));
	test_source(&b, ir_type_index(c));
	u32 all = 0, rest = 0, some = 0;
	assert_true(ir_walk(m->op, false, count_op, &all));
	assert_true(ir_walk(m->op, true, erase_sources, NULL));
	assert_true(ir_walk(m->op, true, count_op, &rest));
	assert_int_equal(rest, all - 2);
	assert_false(ir_walk(m->op, true, stop_at_add, &some));
	assert_int_equal(some, 2);  // the jump of the entry block, then the loop's first op
	ir_module_destroy(m);
}

// ---- memory -----------------------------------------------------------------------------------

UNIT_TEST(erased_ops_are_used_again) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_op *f = build_nest(m, "f");
	for (u32 warm = 0; warm < 2; warm++)
		ir_op_erase(ir_op_clone(m, f, NULL));
	size_t used = m->arena.used_bytes;
	for (u32 i = 0; i < 1000; i++)
		ir_op_erase(ir_op_clone(m, f, NULL));
	assert_true(m->arena.used_bytes == used);
	ir_module_destroy(m);
}

UNIT_TEST(large_ops) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_builder b = ir_builder_at_end(ir_module_body(m), m);
	enum { MANY = 100000 };
	struct arena a;
	arena_init(&a);
	struct ir_value **operands = ARENA_ARRAY(&a, struct ir_value *, MANY);
	struct ir_value *x = test_source(&b, ir_type_index(c));
	for (u32 n = 1; n <= MANY; n *= 10) {
		for (u32 i = 0; i < n; i++)
			operands[i] = x;
		struct ir_op *op = ir_build_op(&b, OP_yield, n, operands, NULL);
		assert_int_equal(count_uses(x), n);
		assert_ptr_equal(op->operands[n - 1].owner, op);
		ir_op_erase(op);
		assert_true(ir_value_unused(x));
	}
	arena_deinit(&a);
	ir_module_destroy(m);
}

UNIT_TEST(a_hundred_thousand_ops) {
	struct ir_context *c = *state;
	struct ir_module *m = ir_module_create(c);
	struct ir_block *body = ir_module_body(m);
	struct ir_builder b = ir_builder_at_end(body, m);
	enum { OPS = 100000 };
	struct ir_value *x = test_source(&b, ir_type_int(c, 32)), *last = x;
	for (u32 i = 0; i < OPS; i++)
		last = ir_build_2(&b, OP_add, last, x);
	assert_true(m->arena.used_bytes < (size_t)OPS * 288);
	assert_int_equal(count_ops(body), OPS + 1);
	assert_order(body);
	u32 uses = count_uses(x);
	assert_int_equal(uses, OPS + 1);
	while (body->last != x->op)
		ir_op_erase(body->last);
	assert_true(ir_value_unused(x));
	size_t used = m->arena.used_bytes;
	for (u32 i = 0; i < OPS; i++)
		last = ir_build_2(&b, OP_add, x, x);
	assert_true(m->arena.used_bytes == used);
	ir_module_destroy(m);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(create_and_erase, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_shapes_are_bugs, setup, teardown),
		cmocka_unit_test_setup_teardown(attributes, setup, teardown),
		cmocka_unit_test_setup_teardown(symbols, setup, teardown),
		cmocka_unit_test_setup_teardown(operand_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(order_survives_random_insertion, setup, teardown),
		cmocka_unit_test_setup_teardown(order_is_cheap_at_one_place, setup, teardown),
		cmocka_unit_test_setup_teardown(block_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(blocks_split_move_and_erase, setup, teardown),
		cmocka_unit_test_setup_teardown(erasing_a_block_frees_its_uses, setup, teardown),
		cmocka_unit_test_setup_teardown(clones_are_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(clone_maps_operands, setup, teardown),
		cmocka_unit_test_setup_teardown(recreate_moves_regions, setup, teardown),
		cmocka_unit_test_setup_teardown(effects, setup, teardown),
		cmocka_unit_test_setup_teardown(constants, setup, teardown),
		cmocka_unit_test_setup_teardown(builder_points_and_listener, setup, teardown),
		cmocka_unit_test_setup_teardown(walks, setup, teardown),
		cmocka_unit_test_setup_teardown(erased_ops_are_used_again, setup, teardown),
		cmocka_unit_test_setup_teardown(large_ops, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hundred_thousand_ops, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
