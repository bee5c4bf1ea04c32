// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What functions generated from rule files call: tests of producers, attributes and constants, and
// the replacement's ops. Why not inline in the generated text: it stays short and readable.
#include "ir/rewrite.h"

// ---- tests ------------------------------------------------------------------------------------

struct ir_op *ir_rule_def(const struct ir_value *v, u16 id, bool shared) {
	struct ir_op *op = ir_value_def(v);
	if (!op || op->info->id != id || v->index != 0)
		return NULL;
	return shared || ir_value_one_use(v) ? op : NULL;
}

static u32 int_width(ir_type t) { return t->kind == IR_TYPE_INTEGER ? t->width : 64; }

static i64 wrap(u32 bits, i64 v) {
	return bits >= 64 || bits == 0 ? v : (i64)((u64)v << (64 - bits)) >> (64 - bits);
}

bool ir_rule_is_int(ir_attr a, i64 v) {
	if (!a)
		return false;
	if (a->kind == IR_ATTR_INTEGER)
		return wrap(int_width(a->type), a->integer) == wrap(int_width(a->type), v);
	if (a->kind != IR_ATTR_DENSE_ELEMENTS || !a->splat ||
	    !ir_type_is_int_or_index(a->type->element))
		return false;
	u32 bits = int_width(a->type->element);
	return wrap(bits, ir_dense_get_int(a, 0)) == wrap(bits, v);
}

bool ir_rule_is_float(ir_attr a, double v) {
	double x;
	if (a && a->kind == IR_ATTR_FLOAT)
		x = a->real;
	else if (a && a->kind == IR_ATTR_DENSE_ELEMENTS && a->splat &&
	         ir_type_is_float(a->type->element))
		x = ir_dense_get_float(a, 0);
	else
		return false;
	return memcmp(&x, &v, sizeof x) == 0;
}

bool ir_rule_attr_is(const struct ir_op *op, ir_name name, u16 constraint, i64 v) {
	ir_attr a = ir_op_attr(op, name);
	i64 value;
	if (!a)
		return false;
	if (ir_attr_constraint_is_enum(constraint))
		return ir_enum_value(op->module->context, constraint, a, &value) && value == v;
	return a->kind == IR_ATTR_INTEGER && a->integer == v;
}

// ---- making -----------------------------------------------------------------------------------

ir_attr ir_rule_attr(struct ir_rewriter *r, u16 constraint, i64 v) {
	if (ir_attr_constraint_is_enum(constraint))
		return ir_enum_attr(r->context, constraint, v);
	ir_type type = ir_attr_constraint_number(r->context, constraint);
	CHECK(type);
	return ir_attr_integer(r->context, type, v);
}

ir_attr ir_rule_int_attr(struct ir_rewriter *r, ir_type type, i64 v) {
	if (!ir_type_is_shaped(type))
		return ir_attr_integer(r->context, type, v);
	u8 bytes[8] = {0};
	CHECK(ir_type_bytes(type->element) <= sizeof bytes);
	ir_element_store_int(type->element, bytes, v);
	return ir_attr_dense(r->context, type, bytes, ir_type_bytes(type->element), true);
}

ir_attr ir_rule_float_attr(struct ir_rewriter *r, ir_type type, double v) {
	if (!ir_type_is_shaped(type))
		return ir_attr_float(r->context, type, v);
	u8 bytes[8] = {0};
	ir_element_store_float(type->element, bytes, v);
	return ir_attr_dense(r->context, type, bytes, ir_type_bytes(type->element), true);
}

void ir_rule_hit(struct ir_rewriter *r, u32 rule) {
	if (r->options->hits && r->options->hits[r->set])
		r->options->hits[r->set][rule]++;
}

struct ir_value *ir_rule_build(struct ir_rewriter *r, u16 id, ir_type result, u32 n,
                               struct ir_value *const *operands,
                               const struct ir_named_attr *props) {
	u32 num_props = 0;
	while (props[num_props].name != NAME_none)
		num_props++;
	struct ir_op_desc d = {.info = ir_op_info_get(r->context, id),
	                       .num_operands = n,
	                       .operands = operands,
	                       .num_props = num_props,
	                       .props = props};
	if (result) {
		d.num_results = 1;
		d.results = &result;
	}
	return ir_result_get(ir_build(&r->b, &d), 0);
}

struct ir_value *ir_rule_constant(struct ir_rewriter *r, u16 id, ir_attr value) {
	struct ir_named_attr props[] = {{NAME_value, value}, {NAME_none, NULL}};
	ASSERT(value && value->type);
	return ir_rule_build(r, id, value->type, 0, NULL, props);
}

static bool was_created(const struct ir_rewriter *r, const struct ir_op *op) {
	for (u32 i = 0; op && i < r->created.size; i++)
		if (r->created.data[i] == op)
			return true;
	return false;
}

// Law 7.
static void keep_attributes(struct ir_rewriter *r, const struct ir_op *op, u32 n,
                            struct ir_value *const *values) {
	for (u32 i = 0; i < n; i++) {
		struct ir_op *def = ir_value_def(values[i]);
		if (was_created(r, def) && !def->attrs && values[i]->type == op->results[i].type)
			def->attrs = op->attrs;
	}
}

void ir_rule_replace(struct ir_rewriter *r, struct ir_op *op, u32 n, struct ir_value *const *values,
                     bool keep_attrs) {
	ASSERT(n == op->num_results);
	if (keep_attrs && op->attrs)
		keep_attributes(r, op, n, values);
	ir_rewrite_replace(r, op, values);
}
