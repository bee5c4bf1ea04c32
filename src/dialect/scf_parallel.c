// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scf's parallel part: forall with its in_parallel terminator, parallel with reduce. Iterations of
// forall write disjoint slices of the shared tensors; those of parallel combine values in any
// order.
#include "dialect/hooks.h"

// ---- index lists in parentheses ---------------------------------------------------------------

struct index_list {
	struct ir_names names;  // the entries that are values
	struct {
		i64 *data;
		u32 size, cap;
	} constants;  // IR_DYNAMIC where a value stands
};

static bool parse_index(struct ir_parser *p, void *user) {
	struct index_list *list = user;
	struct ir_name_use name;
	bool present;
	i64 constant = IR_DYNAMIC;
	if (!ir_parser_optional_operand(p, &name, &present))
		return false;
	if (present)
		vec_push(ir_parser_arena(p), list->names, name);
	else if (!ir_parser_integer(p, &constant))
		return false;
	vec_push(ir_parser_arena(p), list->constants, constant);
	return true;
}

static bool parse_indices(struct ir_parser *p, struct index_list *list) {
	return ir_parser_list(p, IR_DELIM_PAREN, parse_index, list);
}

static void print_indices(struct ir_printer *p, struct ir_op *op, ir_name constants, u32 group) {
	ir_attr list = ir_op_attr(op, constants);
	ir_printer_text(p, "(");
	for (u32 i = 0; i < list->count; i++) {
		struct dialect_index e = dialect_mixed(op, constants, group, i);
		if (i)
			ir_printer_text(p, ", ");
		if (e.value)
			ir_printer_value(p, e.value);
		else
			ir_printer_i64(p, e.constant);
	}
	ir_printer_text(p, ")");
}

static void print_args(struct ir_printer *p, struct ir_value *const *args, u32 n) {
	ir_printer_text(p, "(");
	for (u32 i = 0; i < n; i++) {
		if (i)
			ir_printer_text(p, ", ");
		ir_printer_value(p, args[i]);
	}
	ir_printer_text(p, ")");
}

// ---- forall -----------------------------------------------------------------------------------

enum { FORALL_LOWER, FORALL_UPPER, FORALL_STEP, FORALL_OUTPUTS };
static const ir_name forall_lists[] = {NAME_staticLowerBound, NAME_staticUpperBound,
                                       NAME_staticStep};

HOOK_VERIFY(scf_verify_forall) {
	u32 rank = ir_op_attr(op, NAME_staticUpperBound)->count;
	static const char *const names[] = {"lower bound", "upper bound", "step"};
	for (u32 k = 0; k < 3; k++) {
		ir_attr list = ir_op_attr(op, forall_lists[k]);
		u32 dynamic = 0;
		for (u32 i = 0; i < list->count; i++)
			dynamic += ir_attr_array_int(list, i) == IR_DYNAMIC;
		if (list->count != rank)
			return ir_op_error(d, op, "expected %u %s values, got %u", rank, names[k], list->count);
		if (dynamic != ir_op_operand_group(op, k).count)
			return ir_op_error(d, op, "expected %u dynamic %s values", dynamic, names[k]);
	}
	struct ir_range outputs = ir_op_operand_group(op, FORALL_OUTPUTS);
	struct ir_block *body = op->regions[0].first;
	if (op->num_results != outputs.count)
		return ir_op_error(d, op, "produces %u results, but has only %u outputs", op->num_results,
		                   outputs.count);
	if (!body || body->num_args != rank + outputs.count)
		return ir_op_error(d, op, "region expects %u arguments", rank + outputs.count);
	for (u32 i = 0; i < rank; i++)
		if (body->args[i]->type->kind != IR_TYPE_INDEX)
			return ir_op_error(d, op, "expects %u-th block argument to be an index", i);
	for (u32 i = 0; i < outputs.count; i++) {
		ir_type type = ir_operand_get(op, outputs.first + i)->type;
		if (op->results[i].type != type || body->args[rank + i]->type != type)
			return ir_op_error(
				d, op,
				"type mismatch between %u-th output and corresponding block argument or result", i);
	}
	ir_attr mapping = ir_op_attr(op, NAME_mapping);
	if (mapping && mapping->count && mapping->count != rank)
		return ir_op_error(d, op, "mapping attribute size must match op rank");
	if (!op_is(ir_block_terminator(body), OP_scf_forall_in_parallel))
		return ir_op_error(d, op, "expects its region to end with 'scf.forall.in_parallel'");
	return true;
}

// No iteration in some dimension: the results are the outputs as they came.
HOOK_FOLD(scf_fold_forall) {
	ir_attr lower = ir_op_attr(op, NAME_staticLowerBound),
			upper = ir_op_attr(op, NAME_staticUpperBound);
	bool none = false;
	for (u32 i = 0; i < lower->count; i++) {
		i64 from = ir_attr_array_int(lower, i), to = ir_attr_array_int(upper, i);
		none |= from != IR_DYNAMIC && to != IR_DYNAMIC && from >= to;
	}
	if (!none || !op->num_results)
		return false;
	u32 first = ir_op_operand_group(op, FORALL_OUTPUTS).first;
	for (u32 i = 0; i < op->num_results; i++)
		results[i] = (struct ir_fold_result){NULL, ir_operand_get(op, first + i)};
	return true;
}

static bool all_are(ir_attr list, i64 v) {
	for (u32 i = 0; i < list->count; i++)
		if (ir_attr_array_int(list, i) != v)
			return false;
	return true;
}

// (%i, ...) in (upper) | (%i, ...) = (lower) to (upper) step (step)
static bool parse_bounds(struct ir_parser *p, struct ir_args *ivs, struct index_list *lists) {
	struct arena *a = ir_parser_arena(p);
	if (!ir_parser_args(p, IR_DELIM_PAREN, false, false, ivs))
		return false;
	if (ir_parser_optional(p, "in")) {
		if (!parse_indices(p, &lists[FORALL_UPPER]))
			return false;
		for (u32 i = 0; i < lists[FORALL_UPPER].constants.size; i++) {
			vec_push(a, lists[FORALL_LOWER].constants, 0);
			vec_push(a, lists[FORALL_STEP].constants, 1);
		}
		return true;
	}
	return ir_parser_literal(p, "=") && parse_indices(p, &lists[FORALL_LOWER]) &&
	       ir_parser_literal(p, "to") && parse_indices(p, &lists[FORALL_UPPER]) &&
	       ir_parser_literal(p, "step") && parse_indices(p, &lists[FORALL_STEP]);
}

HOOK_PARSE(scf_parse_forall) {
	struct ir_context *c = ir_parser_context(p);
	ir_type index = ir_type_index(c);
	struct ir_op_state s;
	struct ir_args args = {0};
	struct index_list lists[3] = {0};
	struct scf_assignments outputs = {0};
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!parse_bounds(p, &args, lists))
		return false;
	for (u32 i = 0; i < args.size; i++)
		args.data[i].type = index;
	if (ir_parser_optional(p, "shared_outs") &&
	    (!scf_parse_assignments(p, &outputs) || !ir_parser_optional_arrow_types(p, &s.results)))
		return false;
	if (outputs.args.size != s.results.size)
		return ir_parser_error(p, at, "mismatch between out operands and types");
	for (u32 k = 0; k < 3; k++) {
		if (lists[k].constants.size != args.size)
			return ir_parser_error(
				p, at, "expected %u bounds and steps, one for each induction variable", args.size);
		if (!ir_parser_resolve_same(p, &s, &lists[k].names, index))
			return false;
		ir_parser_set_attr(p, &s, forall_lists[k],
		                   ir_attr_i64_array(c, lists[k].constants.size, lists[k].constants.data));
	}
	for (u32 i = 0; i < outputs.args.size; i++) {
		outputs.args.data[i].type = s.results.data[i];
		vec_push(ir_parser_arena(p), args, outputs.args.data[i]);
	}
	u32 counts[4] = {lists[0].names.size, lists[1].names.size, lists[2].names.size,
	                 outputs.inits.size};
	ir_parser_set_segments(p, &s, 4, counts);
	if (!ir_parser_resolve(p, &s, &outputs.inits, &s.results) ||
	    !ir_parser_region(p, &s, args.data, args.size) || !ir_parser_ensure_terminator(p, &s) ||
	    !ir_parser_attr_dict(p, &s) || !ir_parser_finish(p, &s, out))
		return false;
	struct ir_op *last = (*out)->regions[0].first->last;
	if (op_is(last, OP_scf_forall_in_parallel))
		dialect_ensure_block(last);
	return true;
}

HOOK_PRINT(scf_print_forall) {
	struct ir_block *body = op->regions[0].first;
	ir_attr lower = ir_op_attr(op, NAME_staticLowerBound), step = ir_op_attr(op, NAME_staticStep);
	u32 rank = lower->count;
	ir_printer_text(p, " ");
	print_args(p, body->args, rank);
	if (all_are(lower, 0) && all_are(step, 1)) {
		ir_printer_text(p, " in ");
		print_indices(p, op, NAME_staticUpperBound, FORALL_UPPER);
	} else {
		ir_printer_text(p, " = ");
		print_indices(p, op, NAME_staticLowerBound, FORALL_LOWER);
		ir_printer_text(p, " to ");
		print_indices(p, op, NAME_staticUpperBound, FORALL_UPPER);
		ir_printer_text(p, " step ");
		print_indices(p, op, NAME_staticStep, FORALL_STEP);
	}
	scf_print_assignments(p, " shared_outs", body->args + rank, op,
	                      ir_op_operand_group(op, FORALL_OUTPUTS));
	if (op->num_results) {
		ir_printer_text(p, " -> (");
		ir_printer_result_types(p, op, (struct ir_range){0, op->num_results});
		ir_printer_text(p, ")");
	}
	ir_printer_text(p, " ");
	bool bare = op->num_results == 0 && body->last && body->last->regions[0].first &&
	            !body->last->regions[0].first->first;
	ir_printer_region(p, &op->regions[0], bare ? 0 : IR_PRINT_TERMINATORS);
	ir_printer_attr_dict(p, op, 3, forall_lists);
}

HOOK_VERIFY(scf_verify_in_parallel) {
	struct ir_op *forall = ir_op_parent(op);
	if (!op_is(forall, OP_scf_forall))
		return ir_op_error(d, op, "expects parent op 'scf.forall'");
	struct ir_block *body = op->regions[0].first;
	u32 first_output = ir_op_attr(forall, NAME_staticUpperBound)->count;
	for (struct ir_op *inner = body ? body->first : NULL; inner; inner = inner->next) {
		if (!op_is(inner, OP_tensor_parallel_insert_slice))
			return ir_op_error(d, op, "expected only tensor.parallel_insert_slice ops");
		struct ir_value *dest = ir_operand_get(inner, 1);
		if (!dest->is_argument || dest->block != op->block || dest->index < first_output)
			return ir_op_error(d, op, "may only insert into an output block argument");
	}
	return true;
}

HOOK_PARSE(scf_parse_in_parallel) {
	struct ir_op_state s;
	ir_parser_begin(p, &s);
	if (!ir_parser_region(p, &s, NULL, 0) || !ir_parser_attr_dict(p, &s) ||
	    !ir_parser_finish(p, &s, out))
		return false;
	dialect_ensure_block(*out);
	return true;
}

HOOK_PRINT(scf_print_in_parallel) {
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0], IR_PRINT_TERMINATORS);
	ir_printer_attr_dict(p, op, 0, NULL);
}

// ---- parallel ---------------------------------------------------------------------------------

enum { PARALLEL_INITS = 3 };

HOOK_VERIFY(scf_verify_parallel) {
	u32 rank = ir_op_operand_group(op, 0).count,
		inits = ir_op_operand_group(op, PARALLEL_INITS).count;
	struct ir_block *body = op->regions[0].first;
	if (rank == 0)
		return ir_op_error(d, op,
		                   "needs at least one tuple element for lowerBound, upperBound and step");
	if (ir_op_operand_group(op, 1).count != rank || ir_op_operand_group(op, 2).count != rank)
		return ir_op_error(d, op, "expects as many upper bounds and steps as lower bounds: %u",
		                   rank);
	if (!body || body->num_args != rank)
		return ir_op_error(
			d, op, "expects the same number of induction variables as bound and step values: %u",
			rank);
	for (u32 i = 0; i < rank; i++)
		if (body->args[i]->type->kind != IR_TYPE_INDEX)
			return ir_op_error(d, op,
			                   "expects arguments for the induction variable to be of index type");
	struct ir_op *reduce = ir_block_terminator(body);
	if (!op_is(reduce, OP_scf_reduce))
		return ir_op_error(d, op, "expects body to terminate with 'scf.reduce'");
	if (op->num_results != reduce->num_operands || op->num_results != inits)
		return ir_op_error(d, op,
		                   "expects number of results: %u to be the same as number of reductions: "
		                   "%u and of initial values: %u",
		                   op->num_results, reduce->num_operands, inits);
	u32 first = ir_op_operand_group(op, PARALLEL_INITS).first;
	for (u32 i = 0; i < inits; i++)
		if (op->results[i].type != ir_operand_get(reduce, i)->type ||
		    op->results[i].type != ir_operand_get(op, first + i)->type)
			return ir_op_error(
				d, op,
				"expects type of result #%u, its initial value and its reduction to be the same",
				i);
	return true;
}

HOOK_VERIFY(scf_verify_reduce) {
	if (!op_is(ir_op_parent(op), OP_scf_parallel))
		return ir_op_error(d, op, "expects parent op 'scf.parallel'");
	if (op->num_operands != op->num_regions)
		return ir_op_error(d, op,
		                   "expects number of operands to match number of reductions: %u and %u",
		                   op->num_operands, op->num_regions);
	for (u32 i = 0; i < op->num_regions; i++) {
		struct ir_block *body = op->regions[i].first;
		ir_type type = ir_operand_get(op, i)->type;
		if (!body || body->num_args != 2 || body->args[0]->type != type ||
		    body->args[1]->type != type)
			return ir_op_error(d, op, "expects two block arguments with type %s in reduction #%u",
			                   dialect_type_text(d, op, type), i);
		struct ir_op *last = ir_block_terminator(body);
		if (!op_is(last, OP_scf_reduce_return) || ir_operand_get(last, 0)->type != type)
			return ir_op_error(
				d, op,
				"the body of reduction #%u must be terminated with 'scf.reduce.return' of type %s",
				i, dialect_type_text(d, op, type));
	}
	return true;
}

HOOK_VERIFY(scf_verify_reduce_return) {
	return op_is(ir_op_parent(op), OP_scf_reduce) ||
	       ir_op_error(d, op, "expects parent op 'scf.reduce'");
}

// (%i, ...) = (lower) to (upper) step (step) [init (inits) -> types] { body }
HOOK_PARSE(scf_parse_parallel) {
	ir_type index = ir_type_index(ir_parser_context(p));
	struct ir_op_state s;
	struct ir_args ivs = {0};
	struct ir_names bounds[3] = {0}, inits = {0};
	static const char *const words[] = {"=", "to", "step"};
	ir_parser_begin(p, &s);
	if (!ir_parser_args(p, IR_DELIM_PAREN, false, false, &ivs))
		return false;
	for (u32 k = 0; k < 3; k++) {
		u32 at = ir_parser_at(p);
		if (!ir_parser_literal(p, words[k]) || !ir_parser_operands(p, IR_DELIM_PAREN, &bounds[k]))
			return false;
		if (bounds[k].size != ivs.size)
			return ir_parser_error(p, at, "expected %u operands, one for each induction variable",
			                       ivs.size);
		if (!ir_parser_resolve_same(p, &s, &bounds[k], index))
			return false;
	}
	u32 at = ir_parser_at(p);
	if (ir_parser_optional(p, "init") && !ir_parser_operands(p, IR_DELIM_PAREN, &inits))
		return false;
	if (!ir_parser_optional_arrow_types(p, &s.results))
		return false;
	if (inits.size != s.results.size)
		return ir_parser_error(p, at, "expected as many result types as initial values");
	for (u32 i = 0; i < ivs.size; i++)
		ivs.data[i].type = index;
	u32 counts[4] = {ivs.size, ivs.size, ivs.size, inits.size};
	ir_parser_set_segments(p, &s, 4, counts);
	return ir_parser_resolve(p, &s, &inits, &s.results) &&
	       ir_parser_region(p, &s, ivs.data, ivs.size) && ir_parser_ensure_terminator(p, &s) &&
	       ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
}

HOOK_PRINT(scf_print_parallel) {
	struct ir_block *body = op->regions[0].first;
	static const char *const words[] = {" = (", ") to (", ") step ("};
	ir_printer_text(p, " ");
	print_args(p, body->args, body->num_args);
	for (u32 k = 0; k < 3; k++) {
		ir_printer_text(p, words[k]);
		ir_printer_operands(p, op, ir_op_operand_group(op, k));
	}
	ir_printer_text(p, ")");
	if (op->num_results) {
		ir_type types[op->num_results];
		for (u32 i = 0; i < op->num_results; i++)
			types[i] = op->results[i].type;
		ir_printer_text(p, " init (");
		ir_printer_operands(p, op, ir_op_operand_group(op, PARALLEL_INITS));
		ir_printer_text(p, ")");
		ir_printer_arrow_types(p, op->num_results, types);
	}
	ir_printer_text(p, " ");
	ir_printer_region(p, &op->regions[0],
	                  op->num_results ? IR_PRINT_TERMINATORS
	                                  : ir_printer_terminator_flag(&op->regions[0]));
	ir_printer_attr_dict(p, op, 0, NULL);
}
