// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scf's sequential part: for, if, while, execute_region, index_switch, and the terminators. What
// scf.for carries round the loop has one type as init, block argument, yielded value and result.
#include "dialect/hooks.h"

// ---- shared -----------------------------------------------------------------------------------

// `%a = %b, ...` in parentheses: block arguments and their initial values.
static bool parse_assignment(struct ir_parser *p, void *user) {
	struct scf_assignments *list = user;
	struct ir_arg arg;
	struct ir_name_use init;
	if (!ir_parser_arg(p, false, false, &arg) || !ir_parser_literal(p, "=") ||
	    !ir_parser_operand(p, &init))
		return false;
	vec_push(ir_parser_arena(p), list->args, arg);
	vec_push(ir_parser_arena(p), list->inits, init);
	return true;
}

bool scf_parse_assignments(struct ir_parser *p, struct scf_assignments *list) {
	return ir_parser_list(p, IR_DELIM_PAREN, parse_assignment, list);
}

// ` keyword(%arg = %init, ...)`, nothing when there are none.
void scf_print_assignments(struct ir_printer *p, const char *keyword, struct ir_value *const *args,
                           struct ir_op *op, struct ir_range inits) {
	if (!inits.count)
		return;
	ir_printer_text(p, keyword);
	ir_printer_text(p, "(");
	for (u32 i = 0; i < inits.count; i++) {
		if (i)
			ir_printer_text(p, ", ");
		ir_printer_value(p, args[i]);
		ir_printer_text(p, " = ");
		ir_printer_value(p, ir_operand_get(op, inits.first + i));
	}
	ir_printer_text(p, ")");
}

static void result_types(const struct ir_op *op, ir_type *types) {
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = op->results[i].type;
}

// Every region's yield gives the op's results.
static bool verify_region_yields(struct diag_engine *d, struct ir_op *op, u32 first_region) {
	ir_type types[op->num_results + 1];
	result_types(op, types);
	for (u32 r = first_region; r < op->num_regions; r++)
		if (!dialect_verify_yield(d, op, r, OP_scf_yield, op->num_results, types))
			return false;
	return true;
}

static bool verify_no_arguments(struct diag_engine *d, struct ir_op *op) {
	for (u32 r = 0; r < op->num_regions; r++)
		if (op->regions[r].first && op->regions[r].first->num_args)
			return ir_op_error(
				d, op, "region control flow edge to region #%u: expects no region arguments", r);
	return true;
}

HOOK_VERIFY(scf_verify_yield) {
	struct ir_op *parent = ir_op_parent(op);
	if (op_is(parent, OP_scf_for) || op_is(parent, OP_scf_if) || op_is(parent, OP_scf_while) ||
	    op_is(parent, OP_scf_execute_region) || op_is(parent, OP_scf_index_switch))
		return true;
	return ir_op_error(d, op,
	                   "expects parent op to be one of 'scf.execute_region, scf.for, scf.if, "
	                   "scf.index_switch, scf.while'");
}

// ---- for --------------------------------------------------------------------------------------

HOOK_VERIFY(scf_verify_for) {
	struct ir_block *body = op->regions[0].first;
	u32 n = op->num_operands - 3;
	if (op->num_results != n)
		return ir_op_error(
			d, op, "mismatch in number of loop-carried values and defined values: %u and %u", n,
			op->num_results);
	if (!body || body->num_args != n + 1)
		return ir_op_error(d, op,
		                   "expected body to have %u arguments: the induction variable and the "
		                   "loop-carried values",
		                   n + 1);
	if (body->args[0]->type != ir_operand_get(op, 0)->type)
		return ir_op_error(d, op, "expected induction variable to be same type as bounds and step");
	for (u32 i = 0; i < n; i++) {
		ir_type type = op->results[i].type;
		if (ir_operand_get(op, 3 + i)->type != type || body->args[1 + i]->type != type)
			return ir_op_error(d, op,
			                   "types mismatch between loop-carried value #%u: init %s, region "
			                   "argument %s and result %s",
			                   i, dialect_type_text(d, op, ir_operand_get(op, 3 + i)->type),
			                   dialect_type_text(d, op, body->args[1 + i]->type),
			                   dialect_type_text(d, op, type));
	}
	i64 step;
	if (ir_value_constant_int(ir_operand_get(op, 2), &step) && step <= 0)
		return ir_op_error(d, op, "constant step operand must be positive");
	return verify_region_yields(d, op, 0);
}

// No iteration: the results are the initial values.
HOOK_FOLD(scf_fold_for) {
	i64 lower, upper;
	bool none = ir_operand_get(op, 0) == ir_operand_get(op, 1) ||
	            (dialect_attr_int(operands[0], &lower) && dialect_attr_int(operands[1], &upper) &&
	             lower >= upper);
	if (!none || !op->num_results)
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = (struct ir_fold_result){NULL, ir_operand_get(op, 3 + i)};
	return true;
}

// %i = %lower to %upper step %step [iter_args(%a = %init, ...) -> (types)] [: type] { body }
HOOK_PARSE(scf_parse_for) {
	struct ir_op_state s;
	struct ir_arg iv;
	struct ir_name_use bounds[3];
	struct scf_assignments carried = {0};
	ir_type type = ir_type_index(ir_parser_context(p));
	ir_parser_begin(p, &s);
	if (!ir_parser_arg(p, false, false, &iv) || !ir_parser_literal(p, "=") ||
	    !ir_parser_operand(p, &bounds[0]) || !ir_parser_literal(p, "to") ||
	    !ir_parser_operand(p, &bounds[1]) || !ir_parser_literal(p, "step") ||
	    !ir_parser_operand(p, &bounds[2]))
		return false;
	u32 at = ir_parser_at(p);
	if (ir_parser_optional(p, "iter_args") &&
	    (!scf_parse_assignments(p, &carried) || !ir_parser_optional_arrow_types(p, &s.results)))
		return false;
	if (ir_parser_optional(p, ":") && !ir_parser_type(p, &type))
		return false;
	if (s.results.size != carried.args.size)
		return ir_parser_error(p, at,
		                       "mismatch in number of loop-carried values and defined values");
	struct ir_args args = {0};
	iv.type = type;
	vec_push(ir_parser_arena(p), args, iv);
	for (u32 i = 0; i < carried.args.size; i++) {
		carried.args.data[i].type = s.results.data[i];
		vec_push(ir_parser_arena(p), args, carried.args.data[i]);
	}
	for (u32 i = 0; i < 3; i++)
		if (!ir_parser_resolve_one(p, &s, &bounds[i], type))
			return false;
	return ir_parser_resolve(p, &s, &carried.inits, &s.results) &&
	       ir_parser_region(p, &s, args.data, args.size) && ir_parser_ensure_terminator(p, &s) &&
	       ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_for) {
	struct ir_block *body = op->regions[0].first;
	ir_type type = ir_operand_get(op, 0)->type;
	ir_printer_text(p, " ");
	ir_printer_value(p, body->args[0]);
	ir_printer_text(p, " = ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_text(p, " to ");
	ir_printer_value(p, ir_operand_get(op, 1));
	ir_printer_text(p, " step ");
	ir_printer_value(p, ir_operand_get(op, 2));
	scf_print_assignments(p, " iter_args", body->args + 1, op, ir_op_operand_group(op, 3));
	if (op->num_results) {
		ir_printer_text(p, " -> (");
		ir_printer_result_types(p, op, (struct ir_range){0, op->num_results});
		ir_printer_text(p, ")");
	}
	ir_printer_text(p, " ");
	if (type->kind != IR_TYPE_INDEX) {
		ir_printer_text(p, ": ");
		ir_printer_type(p, type);
		ir_printer_text(p, " ");
	}
	ir_printer_region(p, &op->regions[0],
	                  op->num_results ? IR_PRINT_TERMINATORS
	                                  : ir_printer_terminator_flag(&op->regions[0]));
	ir_printer_attr_dict(p, op, 0, NULL);
}

// ---- if ---------------------------------------------------------------------------------------

HOOK_VERIFY(scf_verify_if) {
	if (op->num_results && !op->regions[1].first)
		return ir_op_error(d, op, "must have an else block if defining values");
	if (!verify_no_arguments(d, op))
		return false;
	ir_type types[op->num_results + 1];
	result_types(op, types);
	return dialect_verify_yield(d, op, 0, OP_scf_yield, op->num_results, types) &&
	       (!op->regions[1].first ||
	        dialect_verify_yield(d, op, 1, OP_scf_yield, op->num_results, types));
}

// The region that yields at once, or NULL.
static struct ir_op *only_yield(const struct ir_region *r) {
	struct ir_block *block = r->first;
	return block && block->first == block->last ? block->last : NULL;
}

// A constant condition whose region computes nothing itself; regions that yield the same values.
HOOK_FOLD(scf_fold_if) {
	if (!op->num_results)
		return false;
	struct ir_op *then_yield = only_yield(&op->regions[0]),
				 *else_yield = only_yield(&op->regions[1]);
	i64 condition;
	if (dialect_attr_int(operands[0], &condition)) {
		struct ir_op *taken = condition ? then_yield : else_yield;
		for (u32 i = 0; taken && i < op->num_results; i++)
			results[i] = (struct ir_fold_result){NULL, ir_operand_get(taken, i)};
		return taken != NULL;
	}
	if (!then_yield || !else_yield)
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		if (ir_operand_get(then_yield, i) != ir_operand_get(else_yield, i))
			return false;
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = (struct ir_fold_result){NULL, ir_operand_get(then_yield, i)};
	return true;
}

// %condition [-> (types)] { then } [else { else }]
HOOK_PARSE(scf_parse_if) {
	struct ir_op_state s;
	struct ir_name_use condition;
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &condition) ||
	    !ir_parser_resolve_one(p, &s, &condition, ir_type_int(ir_parser_context(p), 1)) ||
	    !ir_parser_optional_arrow_types(p, &s.results) || !ir_parser_region(p, &s, NULL, 0) ||
	    !ir_parser_ensure_terminator(p, &s))
		return false;
	if (!ir_parser_optional(p, "else"))
		ir_parser_empty_region(p, &s);
	else if (!ir_parser_region(p, &s, NULL, 0) || !ir_parser_ensure_terminator(p, &s))
		return false;
	return ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_if) {
	u32 flags = op->num_results ? IR_PRINT_TERMINATORS : 0;
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	if (op->num_results) {
		ir_printer_text(p, " -> (");
		ir_printer_result_types(p, op, (struct ir_range){0, op->num_results});
		ir_printer_text(p, ")");
	}
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0], flags | ir_printer_terminator_flag(&op->regions[0]));
	if (op->regions[1].first) {
		ir_printer_text(p, " else ");
		ir_printer_region(p, &op->regions[1], flags | ir_printer_terminator_flag(&op->regions[1]));
	}
	ir_printer_attr_dict(p, op, 0, NULL);
}

// ---- while ------------------------------------------------------------------------------------

HOOK_VERIFY(scf_verify_condition) {
	if (!op_is(ir_op_parent(op), OP_scf_while))
		return ir_op_error(d, op, "expects parent op 'scf.while'");
	return true;
}

static bool verify_arguments(struct diag_engine *d, struct ir_op *op, struct ir_block *to, u32 n,
                             const ir_type *types, const char *what) {
	bool same = to->num_args == n;
	for (u32 i = 0; same && i < n; i++)
		same = to->args[i]->type == types[i];
	return same || ir_op_error(d, op,
	                           "expects its '%s' region to take what it is handed: number or types "
	                           "of arguments differ",
	                           what);
}

HOOK_VERIFY(scf_verify_while) {
	struct ir_block *before = op->regions[0].first, *after = op->regions[1].first;
	struct ir_op *condition = before ? ir_block_terminator(before) : NULL;
	if (!op_is(condition, OP_scf_condition))
		return ir_op_error(d, op, "expects the 'before' region to terminate with 'scf.condition'");
	if (!after || !op_is(ir_block_terminator(after), OP_scf_yield))
		return ir_op_error(d, op, "expects the 'after' region to terminate with 'scf.yield'");
	u32 inits = op->num_operands, n = op->num_results;
	ir_type init_types[inits + 1], types[n + 1];
	for (u32 i = 0; i < inits; i++)
		init_types[i] = ir_operand_get(op, i)->type;
	result_types(op, types);
	if (condition->num_operands != n + 1)
		return ir_op_error(d, op, "'scf.condition' passes %u values, but the op has %u results",
		                   condition->num_operands - 1, n);
	for (u32 i = 0; i < n; i++)
		if (ir_operand_get(condition, 1 + i)->type != types[i])
			return ir_op_error(d, op,
			                   "type of value #%u of 'scf.condition' is %s, but the result is %s",
			                   i, dialect_type_text(d, op, ir_operand_get(condition, 1 + i)->type),
			                   dialect_type_text(d, op, types[i]));
	return verify_arguments(d, op, before, inits, init_types, "before") &&
	       verify_arguments(d, op, after, n, types, "after") &&
	       dialect_verify_yield(d, op, 1, OP_scf_yield, inits, init_types);
}

// [(%a = %init, ...)] : (types) -> types { before } do { after } [attributes {...}]
HOOK_PARSE(scf_parse_while) {
	struct ir_op_state s;
	struct scf_assignments carried = {0};
	struct ir_types types = {0};
	ir_parser_begin(p, &s);
	if (ir_parser_peek(p, "(") && !scf_parse_assignments(p, &carried))
		return false;
	u32 at = ir_parser_at(p);
	if (!ir_parser_literal(p, ":") || !ir_parser_function_type(p, &types, &s.results))
		return false;
	if (types.size != carried.args.size)
		return ir_parser_error(p, at,
		                       "expected as many input types as operands (expected %u got %u)",
		                       carried.args.size, types.size);
	for (u32 i = 0; i < types.size; i++)
		carried.args.data[i].type = types.data[i];
	return ir_parser_resolve(p, &s, &carried.inits, &types) &&
	       ir_parser_region(p, &s, carried.args.data, carried.args.size) &&
	       ir_parser_literal(p, "do") && ir_parser_region(p, &s, NULL, 0) &&
	       ir_parser_attr_dict_with_keyword(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_while) {
	struct ir_range inits = {0, op->num_operands};
	scf_print_assignments(p, " ", op->regions[0].first->args, op, inits);
	ir_printer_text(p, " : (");
	ir_printer_operand_types(p, op, inits);
	ir_printer_text(p, ")");
	ir_type types[op->num_results + 1];
	result_types(op, types);
	ir_printer_arrow_types(p, op->num_results, types);
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0], IR_PRINT_TERMINATORS);
	ir_printer_text(p, " do ");
	ir_printer_region(p, &op->regions[1], IR_PRINT_REGION_ALL);
	ir_printer_attr_dict_with_keyword(p, op, 0, NULL);
}

// ---- execute_region ---------------------------------------------------------------------------

HOOK_VERIFY(scf_verify_execute_region) {
	struct ir_block *entry = op->regions[0].first;
	if (!entry)
		return ir_op_error(d, op, "region needs to have at least one block");
	if (entry->num_args)
		return ir_op_error(d, op, "region cannot have any arguments");
	for (struct ir_block *b = entry; b; b = b->next) {
		struct ir_op *yield = ir_block_terminator(b);
		if (!op_is(yield, OP_scf_yield))
			continue;
		bool same = yield->num_operands == op->num_results;
		for (u32 i = 0; same && i < op->num_results; i++)
			same = ir_operand_get(yield, i)->type == op->results[i].type;
		if (!same)
			return ir_op_error(d, yield,
			                   "yields other values than 'scf.execute_region' has results");
	}
	return true;
}

HOOK_PARSE(scf_parse_execute_region) {
	struct ir_op_state s;
	ir_parser_begin(p, &s);
	return ir_parser_optional_arrow_types(p, &s.results) && ir_parser_region(p, &s, NULL, 0) &&
	       ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_execute_region) {
	if (op->num_results) {
		ir_type types[op->num_results];
		result_types(op, types);
		ir_printer_arrow_types(p, op->num_results, types);
	}
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0], IR_PRINT_TERMINATORS);
	ir_printer_attr_dict(p, op, 0, NULL);
}

// ---- index_switch -----------------------------------------------------------------------------

HOOK_VERIFY(scf_verify_index_switch) {
	ir_attr cases = ir_op_attr(op, NAME_cases);
	if (cases->count + 1 != op->num_regions)
		return ir_op_error(d, op, "has %u case regions but %u case values", op->num_regions - 1,
		                   cases->count);
	struct arena scratch;
	struct map seen;
	arena_init(&scratch);
	map_init(&seen, &scratch);
	u32 i = 0;
	for (; i < cases->count && !map_find(&seen, (u64)ir_attr_array_int(cases, i), NULL); i++)
		map_set(&seen, (u64)ir_attr_array_int(cases, i), 1);
	arena_deinit(&scratch);
	if (i < cases->count)
		return ir_op_error(d, op, "has duplicate case value: %lld",
		                   (long long)ir_attr_array_int(cases, i));
	return verify_no_arguments(d, op) && verify_region_yields(d, op, 0);
}

// %arg {attrs} [-> types] case 2 { } ... default { }: the default region comes first in the op.
HOOK_PARSE(scf_parse_index_switch) {
	struct ir_op_state s;
	struct ir_name_use arg;
	struct ir_context *c = ir_parser_context(p);
	VEC(i64) cases = {0};
	ir_parser_begin(p, &s);
	if (!ir_parser_operand(p, &arg) || !ir_parser_resolve_one(p, &s, &arg, ir_type_index(c)) ||
	    !ir_parser_attr_dict(p, &s))
		return false;
	if (ir_parser_optional(p, "->") && !ir_parser_types(p, IR_DELIM_NONE, &s.results))
		return false;
	while (ir_parser_optional(p, "case")) {
		i64 value;
		if (!ir_parser_integer(p, &value) || !ir_parser_region(p, &s, NULL, 0) ||
		    !ir_parser_ensure_terminator(p, &s))
			return false;
		vec_push(ir_parser_arena(p), cases, value);
	}
	if (!ir_parser_literal(p, "default") || !ir_parser_region(p, &s, NULL, 0) ||
	    !ir_parser_ensure_terminator(p, &s))
		return false;
	struct ir_region *last = vec_last(s.regions);
	memmove(s.regions.data + 1, s.regions.data, sizeof(*s.regions.data) * (s.regions.size - 1));
	s.regions.data[0] = last;
	ir_parser_set_attr(p, &s, NAME_cases, ir_attr_i64_array(c, cases.size, cases.data));
	return ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_index_switch) {
	ir_attr cases = ir_op_attr(op, NAME_cases);
	ir_printer_text(p, " ");
	ir_printer_value(p, ir_operand_get(op, 0));
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_cases});
	if (op->num_results) {
		ir_printer_text(p, " -> ");
		ir_printer_result_types(p, op, (struct ir_range){0, op->num_results});
	}
	for (u32 i = 0; i < op->num_regions; i++) {
		struct ir_region *r = &op->regions[(i + 1) % op->num_regions];
		ir_printer_newline(p);
		if (i + 1 < op->num_regions) {
			ir_printer_text(p, "case ");
			ir_printer_i64(p, ir_attr_array_int(cases, i));
		} else {
			ir_printer_text(p, "default");
		}
		ir_printer_text(p, " ");
		ir_printer_region(p, r, IR_PRINT_TERMINATORS);
	}
}
