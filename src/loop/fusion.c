// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fuse: forms fusion groups. A group starts with the first op that has none and grows by the earliest
// reader of its results, as long as the analysis finds one iteration space and the planner accepts
// the statements as one kernel; a refused edge is recorded with its reason. Taking the earliest reader
// only keeps the group convex: nothing outside it lies between two members.
#include "loop/fusion.h"

#include "dialect/dialect.h"

#define GROUP_MAX 31

struct fusion {
	struct ir_op *func;
	struct ir_context *context;
	struct arena *arena;
	const struct loop_machine *machine;
	struct loop_refusals *refusals;
	struct ir_op *members[GROUP_MAX];
	u32 count;
	u32 groups;
	struct strmap names;     // kernel names taken -> count
};

static bool is_statement(const struct ir_op *op) {
	return op->info->id == OP_linalg_generic || op->info->id == OP_tensor_pad;
}

static bool is_member(const struct fusion *f, const struct ir_op *op) {
	for (u32 i = 0; i < f->count; i++)
		if (f->members[i] == op)
			return true;
	return false;
}

// The op of the function's body that holds a use.
static struct ir_op *top_level(const struct fusion *f, struct ir_op *op) {
	while (op->block != f->func->regions[0].first)
		op = ir_op_parent(op);
	return op;
}

static struct ir_op *earliest_reader(struct fusion *f) {
	struct ir_op *best = NULL;
	for (u32 i = 0; i < f->count; i++)
		for (u32 r = 0; r < f->members[i]->num_results; r++)
			IR_USES(ir_result_get(f->members[i], r), u) {
				struct ir_op *user = top_level(f, u->owner);
				if (!is_member(f, user) && (!best || ir_op_is_before(user, best)))
					best = user;
			}
	return best;
}

static void record_refusal(struct fusion *f, struct ir_op *consumer, const char *why) {
	if (f->refusals)
		vec_push(f->refusals->arena, f->refusals->list, ((struct loop_refusal){f->members[f->count - 1], consumer, why}));
}

// A padded result is a member's last word: its readers look beyond the border.
static bool accepts(struct fusion *f, struct ir_op *op) {
	const char *why = "not a structured operation";
	bool ok = is_statement(op) && f->count < GROUP_MAX;
	if (ok) {
		f->members[f->count++] = op;
		struct arena_mark mark = arena_save(f->arena);
		struct loop_group g;
		ok = loop_group_analyse_ops(NULL, f->members, f->count, f->arena, &g, &why) &&
		     loop_plan_accepts(&g, f->machine, f->arena, &why);
		arena_restore(f->arena, mark);
		if (!ok)
			f->count--;
	}
	if (!ok)
		record_refusal(f, op, why);
	return ok;
}

// ---------------------------------------------------------------------------------------------
// Building lam.group

struct outline {
	VEC(struct ir_value *) inputs;   // values from outside that become operands
	VEC(struct ir_value *) results;  // members' results that are used outside
	struct map inside;               // outside value -> value in the region
};

// Constants, empty and filled tensors are made anew inside, so that the kernel knows them.
static bool is_recreated(const struct ir_value *v) {
	const struct ir_op *def = ir_value_def(v);
	if (!def)
		return false;
	if (def->info->id == OP_tensor_empty || def->info->id == OP_linalg_fill || def->info->id == OP_lam_dim)
		return true;
	ir_attr c = ir_value_constant(v);
	return c && (v->type->kind != IR_TYPE_TENSOR || (c->kind == IR_ATTR_DENSE_ELEMENTS && c->splat));
}

static void find_inputs(struct fusion *f, struct outline *o, struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		struct ir_op *def = ir_value_def(v);
		if ((def && is_member(f, def)) || map_find(&o->inside, map_ptr(v), NULL))
			continue;
		map_set(&o->inside, map_ptr(v), 0);
		if (is_recreated(v)) {
			find_inputs(f, o, def);
			continue;
		}
		vec_push(f->arena, o->inputs, v);
	}
	for (u32 r = 0; r < op->num_regions; r++)
		for (struct ir_op *inner = op->regions[r].first ? op->regions[r].first->first : NULL; inner; inner = inner->next)
			for (u32 i = 0; i < inner->num_operands; i++) {
				struct ir_value *v = ir_operand_get(inner, i);
				struct ir_op *def = ir_value_def(v);
				if (!def || ir_op_is_ancestor(op, def) || map_find(&o->inside, map_ptr(v), NULL))
					continue;
				map_set(&o->inside, map_ptr(v), 0);
				if (!is_recreated(v))
					vec_push(f->arena, o->inputs, v);
			}
}

static void find_results(struct fusion *f, struct outline *o) {
	for (u32 i = 0; i < f->count; i++)
		for (u32 r = 0; r < f->members[i]->num_results; r++) {
			struct ir_value *v = ir_result_get(f->members[i], r);
			bool outside = false;
			IR_USES(v, u)
				outside |= !is_member(f, top_level(f, u->owner));
			if (outside)
				vec_push(f->arena, o->results, v);
		}
}

static struct ir_value *bring_inside(struct fusion *f, struct outline *o, struct ir_builder *b, struct ir_value *v) {
	u64 found;
	if (map_find(&o->inside, map_ptr(v), &found) && found)
		return (struct ir_value *)(uintptr_t)found;
	struct ir_op *def = ir_value_def(v);
	if (!def || is_member(f, def) || !is_recreated(v))
		return v;
	struct map operands;
	map_init(&operands, f->arena);
	for (u32 i = 0; i < def->num_operands; i++)
		map_set(&operands, map_ptr(ir_operand_get(def, i)), map_ptr(bring_inside(f, o, b, ir_operand_get(def, i))));
	struct ir_op *copy = ir_op_clone(f->func->module, def, &operands);
	if (b->before)
		ir_op_insert_before(copy, b->before);
	else
		ir_op_append(b->block, copy);
	struct ir_value *inner = ir_result_get(copy, v->index);
	map_set(&o->inside, map_ptr(v), map_ptr(inner));
	return inner;
}

static void redirect_operands(struct fusion *f, struct outline *o, struct ir_builder *b, struct ir_op *op, struct ir_op *member) {
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		struct ir_op *def = ir_value_def(v);
		if (def && ir_op_is_ancestor(member, def))
			continue;
		struct ir_value *inner = bring_inside(f, o, b, v);
		if (inner != v)
			ir_op_set_operand(op, i, inner);
	}
	for (u32 r = 0; r < op->num_regions; r++)
		for (struct ir_op *x = op->regions[r].first ? op->regions[r].first->first : NULL; x; x = x->next)
			redirect_operands(f, o, b, x, member);
}

// A kernel is named after the node its root comes from.
static struct str kernel_name(struct fusion *f) {
	struct diag_loc loc = ir_loc_diag(f->members[0]->loc);
	struct strbuf name;
	strbuf_init(&name, f->arena);
	for (size_t i = 0; i < loc.node.size; i++) {
		char c = loc.node.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (plain)
			strbuf_add_char(&name, c);
		else if (name.size && name.data[name.size - 1] != '_')
			strbuf_add_char(&name, '_');
	}
	struct str wish = strbuf_str(&name);
	if (!wish.size)
		wish = str_format(f->arena, "kernel%u", f->groups);
	else if (wish.data[0] >= '0' && wish.data[0] <= '9')
		wish = str_format(f->arena, "node_%.*s", STR_ARG(wish));
	u64 taken = 0;
	bool again = strmap_find(&f->names, wish, &taken);
	strmap_set(&f->names, wish, taken + 1);
	return again ? str_format(f->arena, "%.*s_%u", STR_ARG(wish), (u32)taken + 1) : wish;
}

static void outline_group(struct fusion *f) {
	struct ir_module *m = f->func->module;
	struct outline o = {0};
	map_init(&o.inside, f->arena);
	for (u32 i = 0; i < f->count; i++)
		find_inputs(f, &o, f->members[i]);
	find_results(f, &o);
	ir_type *types = ARENA_ARRAY(f->arena, ir_type, o.results.size + 1);
	for (u32 i = 0; i < o.results.size; i++)
		types[i] = o.results.data[i]->type;
	ir_name name = ir_symbol_unique(m->op, kernel_name(f));
	ir_attr locs[GROUP_MAX];
	for (u32 i = 0; i < f->count; i++)
		locs[i] = f->members[i]->loc;
	struct ir_named_attr props[] = {{NAME_sym_name, ir_attr_string(f->context, ir_name_str(f->context, name))}};
	struct ir_op_desc d = {.info = ir_op_info_get(f->context, OP_lam_group), .loc = ir_loc_fused(f->context, f->count, locs),
	                       .num_operands = o.inputs.size, .operands = o.inputs.data, .num_results = o.results.size, .results = types,
	                       .num_regions = 1, .num_props = 1, .props = props};
	struct ir_op *group = ir_op_create(m, &d);
	ir_op_insert_after(group, f->members[f->count - 1]);
	struct ir_block *body = ir_block_create(m);
	ir_block_append(&group->regions[0], body);
	for (u32 i = 0; i < o.inputs.size; i++)
		map_set(&o.inside, map_ptr(o.inputs.data[i]), map_ptr(ir_block_add_arg(m, body, o.inputs.data[i]->type)));
	for (u32 i = 0; i < o.results.size; i++)
		ir_value_replace_uses(o.results.data[i], ir_result_get(group, i));
	for (u32 i = 0; i < f->count; i++) {
		ir_op_remove(f->members[i]);
		ir_op_append(body, f->members[i]);
		struct ir_builder b = ir_builder_before(f->members[i]);
		// Uses between members were redirected to the group's results above: take them back inside.
		for (u32 k = 0; k < o.results.size; k++)
			map_set(&o.inside, map_ptr(ir_result_get(group, k)), map_ptr(o.results.data[k]));
		redirect_operands(f, &o, &b, f->members[i], f->members[i]);
	}
	struct ir_op_desc y = {.info = ir_op_info_get(f->context, OP_lam_yield), .num_operands = o.results.size, .operands = o.results.data};
	ir_op_append(body, ir_op_create(m, &y));
	f->groups++;
}

bool loop_fuse(struct ir_op *func, const struct loop_machine *machine, struct arena *scratch, struct loop_refusals *refusals) {
	struct fusion f = {.func = func, .context = func->module->context, .arena = scratch, .machine = machine, .refusals = refusals};
	struct ir_block *body = func->regions[0].first;
	bool ok = true;
	strmap_init(&f.names, scratch);
	for (struct ir_op *op = body->first; op;) {
		if (!is_statement(op)) {
			op = op->next;
			continue;
		}
		f.count = 1;
		f.members[0] = op;
		struct loop_group g;
		const char *why = "";
		if (!loop_group_analyse_ops(NULL, f.members, 1, scratch, &g, &why) || !loop_plan_accepts(&g, machine, scratch, &why)) {
			diag_emit(ir_diags(f.context), DIAG_graph_not_lowered, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), why);
			ok = false;
			op = op->next;
			continue;
		}
		for (struct ir_op *reader = earliest_reader(&f); reader && accepts(&f, reader);)
			reader = earliest_reader(&f);
		struct ir_op *next = op->next;
		while (next && is_member(&f, next))
			next = next->next;
		outline_group(&f);
		op = next;
	}
	for (struct ir_op *op = body->last, *prev; op; op = prev) {
		prev = op->prev;
		if (ir_op_is_dead(op))
			ir_op_erase(op);
	}
	return ok;
}
