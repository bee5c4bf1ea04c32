// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registration of the op tables, effects that many rows share, and constants.
#include "dialect/hooks.h"

#if LAM_INTERP
#include "dialect/eval_hooks.h"
#define EVAL(f) .eval = f,
#else
#define EVAL(f) .eval = NULL,
#endif

static const struct ir_op_row op_rows[] = {
#define OP(dialect_name, id, ...)                                                                  \
	[OP_##dialect_name##_##id] = {.dialect = #dialect_name, .name = #id, __VA_ARGS__},
#define OP_DOTTED(dialect_name, id, text, ...)                                                     \
	[OP_##dialect_name##_##id] = {.dialect = #dialect_name, .name = text, __VA_ARGS__},
#include "dialect/dialects.def"
};
_Static_assert(ARRAY_SIZE(op_rows) == OP_COUNT, "a row for each op_id");

void dialect_register_all(struct ir_context *c) { ir_context_register_ops(c, op_rows, OP_COUNT); }

// ---- effects ----------------------------------------------------------------------------------

static void add_effect(struct arena *a, struct ir_effect_on **list, u32 *count,
                       struct ir_effect_on e) {
	struct ir_effect_on *grown = ARENA_ARRAY(a, struct ir_effect_on, *count + 1);
	if (*count)
		memcpy(grown, *list, sizeof(**list) * *count);
	grown[(*count)++] = e;
	*list = grown;
}

void dialect_add_effect(struct arena *a, struct ir_effect_on **list, u32 *count, u8 effect,
                        struct ir_value *value) {
	add_effect(a, list, count,
	           (struct ir_effect_on){effect, value, value ? NAME_none : NAME_memory});
}

// None, though the op may be undefined for some operands and is therefore not pure.
HOOK_EFFECTS(dialect_effects_none) {}

// The memrefs among the operands; tensors are values and have no effects.
static void effects_on_memrefs(struct ir_op *op, struct arena *a, struct ir_effect_on **list,
                               u32 *count, u8 effect) {
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		if (v->type->kind == IR_TYPE_MEMREF || v->type->kind == IR_TYPE_UNRANKED_MEMREF)
			dialect_add_effect(a, list, count, effect, v);
	}
}

HOOK_EFFECTS(dialect_effects_read) { effects_on_memrefs(op, a, list, count, IR_EFFECT_READ); }

HOOK_EFFECTS(dialect_effects_write) { effects_on_memrefs(op, a, list, count, IR_EFFECT_WRITE); }

// Keeps the op and its place among memory accesses: hints, promises, output.
HOOK_EFFECTS(dialect_effects_write_memory) {
	dialect_add_effect(a, list, count, IR_EFFECT_WRITE, NULL);
}

// ---- constants --------------------------------------------------------------------------------

ir_attr dialect_int_attr(struct ir_context *c, ir_type type, i64 v) {
	if (!ir_type_is_shaped(type))
		return ir_attr_integer(c, type, v);
	u8 bytes[8] = {0};
	CHECK(ir_type_bytes(type->element) <= sizeof bytes);
	ir_element_store_int(type->element, bytes, v);
	return ir_attr_dense(c, type, bytes, ir_type_bytes(type->element), true);
}

ir_attr dialect_float_attr(struct ir_context *c, ir_type type, double v) {
	if (!ir_type_is_shaped(type))
		return ir_attr_float(c, type, v);
	u8 bytes[8] = {0};
	ir_element_store_float(type->element, bytes, v);
	return ir_attr_dense(c, type, bytes, ir_type_bytes(type->element), true);
}

ir_attr dialect_zero_attr(struct ir_context *c, ir_type type) {
	return ir_type_is_float(ir_type_scalar(type)) ? dialect_float_attr(c, type, 0)
	                                              : dialect_int_attr(c, type, 0);
}

bool dialect_attr_int(ir_attr a, i64 *v) {
	if (!a)
		return false;
	if (a->kind == IR_ATTR_INTEGER) {
		*v = a->integer;
		return true;
	}
	if (a->kind != IR_ATTR_DENSE_ELEMENTS || !a->splat ||
	    !ir_type_is_int_or_index(a->type->element))
		return false;
	*v = ir_element_load_int(a->type->element, a->data);
	return true;
}

bool dialect_attr_float(ir_attr a, double *v) {
	if (!a)
		return false;
	if (a->kind == IR_ATTR_FLOAT) {
		*v = a->real;
		return true;
	}
	if (a->kind != IR_ATTR_DENSE_ELEMENTS || !a->splat || !ir_type_is_float(a->type->element))
		return false;
	*v = ir_element_load_float(a->type->element, a->data);
	return true;
}

struct ir_value *dialect_const(struct ir_builder *b, ir_attr value) {
	const struct ir_named_attr props[] = {{NAME_value, value}, {NAME_none, NULL}};
	return ir_result_get(ir_build_op(b, OP_arith_constant, 0, NULL, props), 0);
}

struct ir_value *dialect_const_index(struct ir_builder *b, i64 v) {
	struct ir_context *c = b->module->context;
	return dialect_const(b, ir_attr_integer(c, ir_type_index(c), v));
}

struct ir_value *dialect_const_int(struct ir_builder *b, ir_type type, i64 v) {
	return dialect_const(b, dialect_int_attr(b->module->context, type, v));
}

struct ir_value *dialect_const_float(struct ir_builder *b, ir_type type, double v) {
	return dialect_const(b, dialect_float_attr(b->module->context, type, v));
}

struct ir_value *dialect_const_zero(struct ir_builder *b, ir_type type) {
	return dialect_const(b, dialect_zero_attr(b->module->context, type));
}

// ---- what verifiers share ---------------------------------------------------------------------

const char *dialect_type_text(struct diag_engine *d, const struct ir_op *op, ir_type t) {
	struct strbuf text;
	strbuf_init(&text, &d->arena);
	strbuf_add_char(&text, '\'');
	ir_print_type(op->module->context, t, &text);
	strbuf_add_char(&text, '\'');
	return text.data;
}

struct ir_op *dialect_symbol(struct ir_op *user, ir_attr symbol) {
	if (!symbol || symbol->kind != IR_ATTR_SYMBOL)
		return NULL;
	struct ir_op *table = ir_op_parent(user);
	while (table && !(table->info->traits & IR_SYMBOL_TABLE))
		table = ir_op_parent(table);
	// @outer::@inner goes on inside the op found.
	for (u32 i = 0; table && i < symbol->count; i++)
		table = ir_symbol_find(table, symbol->path[i]);
	return table;
}

bool dialect_verify_yield(struct diag_engine *d, struct ir_op *op, u32 region, u16 yield_id, u32 n,
                          const ir_type *types) {
	struct ir_block *block = op->regions[region].first;
	struct ir_op *yield = block ? ir_block_terminator(block) : NULL;
	if (!yield || yield->info->id != yield_id)
		return ir_op_error(d, op, "expects region #%u to end with '%.*s'", region,
		                   STR_ARG(ir_op_info_get(op->module->context, yield_id)->full_name));
	if (yield->num_operands != n)
		return ir_op_error(d, yield, "yields %u values, but %u are expected by '%.*s'",
		                   yield->num_operands, n, STR_ARG(op->info->full_name));
	for (u32 i = 0; i < n; i++)
		if (ir_operand_get(yield, i)->type != types[i])
			return ir_op_error(d, yield, "type of yielded value #%u is %s, but '%.*s' expects %s",
			                   i, dialect_type_text(d, op, ir_operand_get(yield, i)->type),
			                   STR_ARG(op->info->full_name), dialect_type_text(d, op, types[i]));
	return true;
}

bool dialect_verify_dynamic_sizes(struct diag_engine *d, struct ir_op *op, u32 count,
                                  ir_type type) {
	u32 dynamic = 0;
	for (u32 i = 0; i < type->rank; i++)
		dynamic += type->shape[i] == IR_DYNAMIC;
	if (dynamic != count)
		return ir_op_error(d, op, "has %u size operands, but its type %s has %u dynamic sizes",
		                   count, dialect_type_text(d, op, type), dynamic);
	return true;
}

bool dialect_is_permutation(ir_attr list) {
	struct arena scratch;
	arena_init(&scratch);
	struct bitset seen = bitset_make(&scratch, list->count);
	bool ok = true;
	for (u32 i = 0; ok && i < list->count; i++) {
		i64 v = ir_attr_array_int(list, i);
		ok = v >= 0 && v < list->count && !bitset_has(&seen, (u32)v);
		if (ok)
			bitset_add(&seen, (u32)v);
	}
	arena_deinit(&scratch);
	return ok;
}

bool dialect_is_speculatable(const struct ir_op *op) {
	if (op->info->traits & (IR_PURE | IR_SPECULATABLE))
		return true;
	i64 v;
	if (op->num_operands != 2 || !ir_value_constant_int(ir_operand_get(op, 1), &v))
		return false;
	switch ((enum op_id)op->info->id) {
	case OP_arith_divui:
	case OP_arith_ceildivui:
	case OP_arith_remui: return v != 0;
	case OP_arith_divsi:
	case OP_arith_ceildivsi:
	case OP_arith_floordivsi:
	case OP_arith_remsi: return v != 0 && v != -1;
	case OP_memref_dim:
	case OP_tensor_dim: {
		ir_type t = ir_operand_get(op, 0)->type;
		return ir_type_is_ranked(t) && v >= 0 && v < t->rank;
	}
	default: return false;
	}
}

// ---- iterator types ---------------------------------------------------------------------------

bool dialect_parse_iterators(struct ir_context *c, u16 constraint, ir_attr strings, ir_attr *out) {
	if (!strings || strings->kind != IR_ATTR_ARRAY)
		return false;
	struct arena scratch;
	arena_init(&scratch);
	ir_attr *iterators = ARENA_ARRAY(&scratch, ir_attr, strings->count + 1);
	bool ok = true;
	for (u32 i = 0; ok && i < strings->count; i++) {
		ir_attr e = strings->elements[i];
		iterators[i] =
			e->kind == IR_ATTR_STRING ? ir_attr_constraint_parse(c, constraint, e->text) : e;
		ok = iterators[i] && ir_attr_constraint_accepts(c, constraint, iterators[i]);
	}
	if (ok)
		*out = ir_attr_array(c, strings->count, iterators);
	arena_deinit(&scratch);
	return ok;
}

void dialect_print_iterators(struct ir_printer *p, u16 constraint, ir_attr iterators) {
	struct ir_enum_info info = ir_enum_get(constraint);
	ir_printer_text(p, "[");
	for (u32 i = 0; i < iterators->count; i++) {
		i64 value = 0;
		ir_enum_value(ir_printer_context(p), constraint, iterators->elements[i], &value);
		for (u32 k = 0; k < info.num_cases; k++)
			if (info.cases[k].value == value)
				ir_printer_format(p, "%s\"%s\"", i ? ", " : "", info.cases[k].keyword);
	}
	ir_printer_text(p, "]");
}

ir_attr dialect_int_list(struct ir_context *c, u32 n, const i64 *values) {
	ir_attr list[128];
	CHECK(n <= ARRAY_SIZE(list));
	for (u32 i = 0; i < n; i++)
		list[i] = ir_attr_i64(c, values[i]);
	return ir_attr_array(c, n, list);
}
