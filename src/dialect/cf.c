// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cf: which operands each successor takes, verification, the text of switch.
#include "dialect/hooks.h"

struct ir_range dialect_successor_operands(const struct ir_op *op, u32 successor) {
	ASSERT(successor < op->num_successors);
	switch ((enum op_id)op->info->id) {
	case OP_cf_br: return ir_op_operand_group(op, 0);
	case OP_cf_cond_br: return ir_op_operand_group(op, 1 + successor);
	case OP_cf_switch: break;
	default: CHECK_MSG(false, "'%.*s' is no branch", STR_ARG(op->info->full_name));
	}
	if (successor == 0)
		return ir_op_operand_group(op, 1);
	// The cases' operands are one group, cut by case_operand_segments.
	struct ir_range range = ir_op_operand_group(op, 2);
	ir_attr segments = ir_op_attr(op, NAME_case_operand_segments);
	for (u32 i = 0; i + 1 < successor; i++)
		range.first += (u32)ir_attr_array_int(segments, i);
	range.count = (u32)ir_attr_array_int(segments, successor - 1);
	return range;
}

HOOK_VERIFY(cf_verify_branch) {
	for (u32 s = 0; s < op->num_successors; s++) {
		struct ir_block *to = op->successors[s].block;
		struct ir_range given = dialect_successor_operands(op, s);
		if (given.count != to->num_args)
			return ir_op_error(d, op,
			                   "branch has %u operands for successor #%u, but target block has %u",
			                   given.count, s, to->num_args);
		for (u32 i = 0; i < given.count; i++)
			if (ir_operand_get(op, given.first + i)->type != to->args[i]->type)
				return ir_op_error(d, op, "type mismatch for bb argument #%u of successor #%u", i,
				                   s);
	}
	return true;
}

// Asserting what is known to hold does nothing, so that the op is dead.
HOOK_EFFECTS(cf_effects_assert) {
	i64 holds;
	if (!ir_value_constant_int(ir_operand_get(op, 0), &holds) || !holds)
		dialect_effects_write_memory(op, a, list, count);
}

// ---- switch -----------------------------------------------------------------------------------

HOOK_VERIFY(cf_verify_switch) {
	ir_attr values = ir_op_attr(op, NAME_case_values),
			segments = ir_op_attr(op, NAME_case_operand_segments);
	u32 cases = op->num_successors - 1;
	if (values && ir_type_scalar(values->type) != ir_operand_get(op, 0)->type)
		return ir_op_error(d, op, "'flag' type (%s) should match case value type (%s)",
		                   dialect_type_text(d, op, ir_operand_get(op, 0)->type),
		                   dialect_type_text(d, op, ir_type_scalar(values->type)));
	u32 num_values = values ? (u32)ir_dense_count(values) : 0;
	if (num_values != cases)
		return ir_op_error(
			d, op, "number of case values (%u) should match number of case destinations (%u)",
			num_values, cases);
	u64 total = 0;
	for (u32 i = 0; i < segments->count; i++)
		total += (u32)ir_attr_array_int(segments, i);
	if (segments->count != cases || total != ir_op_operand_group(op, 2).count)
		return ir_op_error(
			d, op, "case_operand_segments does not cut the case operands into one part a case");
	return cf_verify_branch(c, op, d);
}

// `^block` with optional `(%a, %b : t, u)`; the operands are kept back in `names`.
static bool parse_destination(struct ir_parser *p, struct ir_op_state *s, struct ir_names *names,
                              struct ir_types *types) {
	if (!ir_parser_successor(p, s))
		return false;
	if (!ir_parser_optional(p, "("))
		return true;
	return ir_parser_operands(p, IR_DELIM_NONE, names) && ir_parser_colon_types(p, types) &&
	       ir_parser_literal(p, ")");
}

struct switch_cases {
	struct ir_op_state *s;
	struct ir_names default_names, names;
	struct ir_types default_types, types;
	ir_type flag;
	struct {
		i64 *data;
		u32 size, cap;
	} values;
	struct {
		i32 *data;
		u32 size, cap;
	} segments;
	bool any;
};

// `default: ^bb(...)` first, then `3: ^bb(...)`.
static bool parse_case(struct ir_parser *p, void *user) {
	struct switch_cases *cases = user;
	struct arena *a = ir_parser_arena(p);
	if (!cases->any) {
		cases->any = true;
		return ir_parser_literal(p, "default") && ir_parser_literal(p, ":") &&
		       parse_destination(p, cases->s, &cases->default_names, &cases->default_types);
	}
	i64 value;
	u32 before = cases->names.size;
	if (!ir_parser_integer(p, &value) || !ir_parser_literal(p, ":") ||
	    !parse_destination(p, cases->s, &cases->names, &cases->types))
		return false;
	vec_push(a, cases->values, value);
	vec_push(a, cases->segments, (i32)(cases->names.size - before));
	return true;
}

static ir_attr case_values(struct ir_parser *p, const struct switch_cases *cases) {
	struct ir_context *c = ir_parser_context(p);
	if (cases->values.size == 0)
		return NULL;
	i64 shape[1] = {cases->values.size};
	ir_type type = ir_type_tensor(c, 1, shape, cases->flag, NULL);
	u64 size = ir_type_bytes(cases->flag);
	u8 *bytes = arena_alloc_zero(ir_parser_arena(p), size * cases->values.size, 8);
	for (u32 i = 0; i < cases->values.size; i++)
		ir_element_store_int(cases->flag, bytes + i * size, cases->values.data[i]);
	return ir_attr_dense(c, type, bytes, size * cases->values.size, false);
}

HOOK_PARSE(cf_parse_switch) {
	struct ir_op_state s;
	struct ir_name_use flag;
	struct switch_cases cases = {.s = &s};
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_operand(p, &flag) || !ir_parser_colon_type(p, &cases.flag) ||
	    !ir_parser_literal(p, ","))
		return false;
	if (cases.flag->kind != IR_TYPE_INTEGER)
		return ir_parser_error(p, at, "the flag must be an integer");
	if (!ir_parser_list(p, IR_DELIM_SQUARE, parse_case, &cases) || !ir_parser_attr_dict(p, &s))
		return false;
	u32 counts[3] = {1, cases.default_names.size, cases.names.size};
	ir_parser_set_segments(p, &s, 3, counts);
	ir_parser_set_attr(p, &s, NAME_case_values, case_values(p, &cases));
	ir_parser_set_attr(
		p, &s, NAME_case_operand_segments,
		ir_attr_i32_array(ir_parser_context(p), cases.segments.size, cases.segments.data));
	return ir_parser_resolve_one(p, &s, &flag, cases.flag) &&
	       ir_parser_resolve(p, &s, &cases.default_names, &cases.default_types) &&
	       ir_parser_resolve(p, &s, &cases.names, &cases.types) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(cf_print_switch) {
	ir_attr values = ir_op_attr(op, NAME_case_values);
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_text(p, " : ");
	ir_printer_type(p, ir_operand_get(op, 0)->type);
	ir_printer_text(p, ", [");
	for (u32 i = 0; i < op->num_successors; i++) {
		ir_printer_newline(p);
		ir_printer_text(p, "  ");
		if (i == 0)
			ir_printer_text(p, "default");
		else
			ir_printer_format(p, "%llu",
			                  (unsigned long long)dialect_zext(values->type->element->width,
			                                                   ir_dense_get_int(values, i - 1)));
		ir_printer_text(p, ": ");
		ir_printer_successor(p, op->successors[i].block);
		struct ir_range range = dialect_successor_operands(op, i);
		if (range.count) {
			ir_printer_text(p, "(");
			ir_printer_operands(p, op, range);
			ir_printer_text(p, " : ");
			ir_printer_operand_types(p, op, range);
			ir_printer_text(p, ")");
		}
		if (i + 1 < op->num_successors)
			ir_printer_text(p, ",");
	}
	if (op->num_successors > 1)
		ir_printer_newline(p);
	ir_printer_text(p, "]");
	ir_printer_attr_dict(p, op, 2, (const ir_name[]){NAME_case_values, NAME_case_operand_segments});
}
