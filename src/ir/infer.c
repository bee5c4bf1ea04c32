// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Result types of an op that is being made. A result follows from the signature when it shares a
// type variable with an operand, stands in a relation to one (`element(base)`, `same(inits)`), or
// can have one type only; if every result does, that is the answer. Else the row's infer hook is
// asked, on an op that exists in scratch memory only and uses no value. A hook may change the op's
// num_results when the row has variadic results. Without a hook, variadic results that nothing
// determines are taken as none.
#include "ir/constraint.h"

enum { RESULTS_ROOM = 256 };

// What the hooks and group look-ups see: an op outside any module, with operands that are not in
// use lists. Regions are the caller's.
static struct ir_op *scratch_op(struct ir_context *c, const struct ir_op_desc *d,
                                struct ir_region *regions, struct arena *a) {
	struct ir_op *op = ARENA_NEW(a, struct ir_op);
	op->info = d->info;
	op->module = ARENA_NEW(a, struct ir_module);
	op->module->context = c;
	op->loc = d->loc ? d->loc : ir_loc_unknown(c);
	op->num_operands = d->num_operands;
	op->num_results = d->num_results;
	op->num_regions = regions ? d->num_regions : 0;
	op->regions = regions;
	op->operands = ARENA_ARRAY(a, struct ir_operand, d->num_operands);
	for (u32 i = 0; i < d->num_operands; i++)
		op->operands[i] = (struct ir_operand){.value = d->operands[i], .owner = op};
	op->props = ARENA_ARRAY(a, ir_attr, d->info->num_attrs);
	for (u32 k = 0; k < d->info->num_attrs; k++) {
		op->props[k] = d->info->attrs[k].default_value;
		for (u32 i = 0; i < d->num_props; i++)
			if (d->props[i].name == d->info->attrs[k].name && d->props[i].value)
				op->props[k] = d->props[i].value;
	}
	if (d->num_attrs)
		op->attrs = ir_attr_dict(c, d->num_attrs, d->attrs);
	return op;
}

// The operands that a result's type follows from: those of its type variable, or of its relation.
static bool source_group(const struct ir_op *op, const struct ir_group_info *g,
                         struct ir_range *out) {
	const struct ir_op_info *info = op->info;
	u32 group = g->of;
	for (u32 i = 0; g->variable && group == UINT16_MAX && i < info->num_operand_groups; i++)
		if (info->operands[i].variable == g->variable && ir_op_operand_group(op, i).count > 0)
			group = i;
	if (group >= info->num_operand_groups)
		return false;
	*out = ir_op_operand_group(op, group);
	return true;
}

static ir_type type_from(struct ir_context *c, const struct ir_group_info *g, ir_type of) {
	return g->variable ? of : ir_constraint_type(c, g->constraint, of);
}

// Appends the types of one result group; false when the signature does not say.
static bool infer_group(struct ir_context *c, const struct ir_op *op, const struct ir_group_info *g,
                        ir_type *types, u32 *n) {
	struct ir_range from;
	bool has_source = source_group(op, g, &from);
	if (g->arity != 0) {
		// Any number: in step with the operands it is the same as.
		if (!has_source || g->variable || g->constraint != IR_CONSTRAINT_same)
			return !op->info->row->hooks.infer && op->num_results == 0;
		for (u32 i = 0; i < from.count; i++)
			types[(*n)++] = ir_operand_get(op, from.first + i)->type;
		return true;
	}
	ir_type t = NULL;
	if (has_source && from.count > 0)
		t = type_from(c, g, ir_operand_get(op, from.first)->type);
	else if (!g->variable && g->of == UINT16_MAX)
		t = ir_constraint_type(c, g->constraint, NULL);
	types[(*n)++] = t;
	return t != NULL;
}

static bool infer_signature(struct ir_context *c, const struct ir_op *op, ir_type *types, u32 *n) {
	*n = 0;
	for (u32 i = 0; i < op->info->num_result_groups; i++)
		if (!infer_group(c, op, &op->info->results[i], types, n))
			return false;
	return true;
}

static u32 results_room(const struct ir_op *op) {
	u32 room = RESULTS_ROOM + op->num_operands;
	for (u32 i = 0; i < op->num_regions; i++)
		for (const struct ir_block *b = op->regions[i].first; b; b = b->next)
			room += b->last ? b->last->num_operands : 0;
	return room;
}

// The number of results when every group is single, else what the caller said.
static u32 fixed_results(const struct ir_op *op) {
	u32 n = op->info->num_result_groups;
	for (u32 i = 0; i < op->info->num_result_groups; i++)
		if (op->info->results[i].arity)
			return op->num_results;
	return n;
}

bool ir_infer_results(struct ir_context *c, struct ir_op_desc *d, struct ir_region *regions,
                      struct arena *a, ir_type **types) {
	struct ir_op *op = scratch_op(c, d, regions, a);
	u32 room = results_room(op), n;
	*types = ARENA_ARRAY(a, ir_type, room);
	if (!infer_signature(c, op, *types, &n)) {
		n = op->num_results = fixed_results(op);
		if (!d->info->row->hooks.infer) {
			diag_emit(ir_diags(c), DIAG_op_invalid, ir_loc_diag(op->loc),
			          STR_ARG(d->info->full_name),
			          "has result types that cannot be inferred and must be given");
			return false;
		}
		if (!d->info->row->hooks.infer(c, op, *types))
			return false;
		n = op->num_results;
		CHECK(n <= room);
	}
	d->num_results = n;
	d->results = *types;
	return true;
}
