// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier: an op's shape and types against its row, its traits, its blocks, its own hook, and
// then, for the ops it isolates, dominance. Inner ops come first, so a hook may rely on the
// terminators of its regions. Every problem is told, each once; an op whose shape is wrong is not
// looked at further. Broken links between ops are our bug and a failed CHECK.
#include "ir/dominance.h"
#include "ir/signature.h"

struct verifier {
	struct ir_context *c;
	struct diag_engine *d;
	struct arena arena;  // dominance
	struct ir_dominance dominance;
	bool sound;  // blocks end in terminators, and branches stay in their region
};

bool ir_op_error(struct diag_engine *d, const struct ir_op *op, const char *format, ...) {
	struct arena a;
	arena_init(&a);
	struct strbuf text;
	strbuf_init(&text, &a);
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	strbuf_add_char(&text, '\0');
	diag_emit(d, DIAG_op_invalid, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), text.data);
	arena_deinit(&a);
	return false;
}

// ---- row --------------------------------------------------------------------------------------

struct reporter {
	struct verifier *v;
	struct ir_op *op;
};

static void report(void *user, struct str problem) {
	struct reporter *r = user;
	ir_op_error(r->v->d, r->op, "%.*s", STR_ARG(problem));
}

static void check_links(const struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++) {
		const struct ir_operand *u = &op->operands[i];
		CHECK_MSG(u->value && u->owner == op && *u->link == u, "%s: operand %u is not linked",
		          op->info->full_name.data, i);
	}
	for (u32 i = 0; i < op->num_successors; i++)
		CHECK_MSG(op->successors[i].block && op->successors[i].owner == op,
		          "%s: successor %u is not linked", op->info->full_name.data, i);
}

static bool check_row(struct verifier *v, struct ir_op *op) {
	struct reporter r = {v, op};
	struct arena a;
	arena_init(&a);
	ir_type *types = ARENA_ARRAY(&a, ir_type, op->num_operands + op->num_results);
	for (u32 i = 0; i < op->num_operands; i++)
		types[i] = op->operands[i].value->type;
	for (u32 i = 0; i < op->num_results; i++)
		types[op->num_operands + i] = op->results[i].type;
	struct ir_signature s = {
		.info = op->info,
		.operands = types,
		.results = types + op->num_operands,
		.num_operands = op->num_operands,
		.num_results = op->num_results,
		.num_regions = op->num_regions,
		.num_successors = op->num_successors,
		.operand_segments =
			op->info->operand_segments ? ir_op_attr(op, NAME_operandSegmentSizes) : NULL,
		.result_segments =
			op->info->result_segments ? ir_op_attr(op, NAME_resultSegmentSizes) : NULL,
	};
	bool ok = ir_signature_check_counts(&s, report, &r);
	ok = ok && ir_signature_check_types(v->c, &s, report, &r);
	ok = ir_signature_check_props(v->c, op->info, op->props, report, &r) && ok;
	arena_deinit(&a);
	return ok;
}

// ---- traits -----------------------------------------------------------------------------------

static bool same_sizes(ir_type a, ir_type b) {
	if (!ir_type_is_ranked(a) || !ir_type_is_ranked(b))
		return true;
	if (a->rank != b->rank)
		return false;
	for (u32 i = 0; i < a->rank; i++)
		if (a->shape[i] != b->shape[i] && a->shape[i] != IR_DYNAMIC && b->shape[i] != IR_DYNAMIC)
			return false;
	return true;
}

// All shaped operands and results have one shape; and when an operand has, every result has.
static bool check_shapes(struct verifier *v, struct ir_op *op) {
	ir_type first = NULL;
	bool from_operand = false;
	for (u32 i = 0; i < op->num_operands + op->num_results; i++) {
		bool operand = i < op->num_operands;
		ir_type t = operand ? op->operands[i].value->type : op->results[i - op->num_operands].type;
		if (!ir_type_is_shaped(t)) {
			if (!operand && from_operand)
				return ir_op_error(v->d, op,
				                   "requires a shaped result, since an operand is shaped");
			continue;
		}
		from_operand |= operand;
		first = first ? first : t;
		if (!same_sizes(first, t))
			return ir_op_error(v->d, op, "requires the same shape for all operands and results");
	}
	return true;
}

static bool check_symbol(struct verifier *v, struct ir_op *op) {
	static const char *const visibilities[] = {"public", "private", "nested"};
	ir_attr name = ir_op_attr(op, NAME_sym_name), visibility = ir_op_attr(op, NAME_sym_visibility);
	if (name && (name->kind != IR_ATTR_STRING || name->text.size == 0))
		return ir_op_error(v->d, op, "requires a 'sym_name' that is a string and not empty");
	if (!visibility)
		return true;
	for (u32 i = 0; i < ARRAY_SIZE(visibilities); i++)
		if (visibility->kind == IR_ATTR_STRING && str_eq_z(visibility->text, visibilities[i]))
			return true;
	return ir_op_error(v->d, op, "requires visibility to be public, private or nested");
}

static bool check_symbol_table(struct verifier *v, struct ir_op *table) {
	struct arena a;
	struct map seen;
	bool ok = true;
	arena_init(&a);
	map_init(&seen, &a);
	for (struct ir_block *b = table->num_regions ? table->regions[0].first : NULL; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next) {
			ir_name name = ir_symbol_of(op);
			u64 found;
			if (!name)
				continue;
			if (map_find(&seen, name, &found)) {
				ok = ir_op_error(v->d, op, "redefinition of symbol named '%s'",
				                 ir_name_str(v->c, name).data);
				diag_note(v->d, ir_loc_diag(((struct ir_op *)(uintptr_t)found)->loc),
				          "first defined here");
			}
			map_set(&seen, name, map_ptr(op));
		}
	arena_deinit(&a);
	return ok;
}

static bool check_traits(struct verifier *v, struct ir_op *op) {
	u32 traits = op->info->traits;
	bool ok = true;
	if (traits & (IR_ELEMENTWISE | IR_SAME_SHAPE))
		ok = check_shapes(v, op);
	if (traits & IR_SYMBOL)
		ok = check_symbol(v, op) && ok;
	if (traits & IR_SYMBOL_TABLE)
		ok = check_symbol_table(v, op) && ok;
	if ((traits & IR_TERMINATOR) && op->next)
		ok = ir_op_error(v->d, op, "must be the last operation in the parent block");
	if (!(traits & IR_TERMINATOR) && op->num_successors)
		ok = ir_op_error(v->d, op, "has successors, but is no terminator");
	return ok;
}

// ---- regions ----------------------------------------------------------------------------------

static bool check_terminator(struct verifier *v, struct ir_op *op, const struct ir_block *b,
                             u32 region) {
	u32 traits = op->info->traits;
	if (traits & IR_NO_TERMINATOR)
		return true;
	if (!b->last)
		return ir_op_error(
			v->d, op, "has an empty block in region #%u; expected at least a terminator", region);
	if (!(b->last->info->traits & IR_TERMINATOR)) {
		ir_op_error(v->d, b->last, "is the last of its block, but no terminator");
		return false;
	}
	if ((traits & IR_IMPLICIT_TERMINATOR) && b->last->info != op->info->terminator)
		return ir_op_error(v->d, op, "expects regions to end with '%s', found '%s'",
		                   op->info->terminator->full_name.data, b->last->info->full_name.data);
	return true;
}

static bool check_successors(struct verifier *v, const struct ir_block *b) {
	struct ir_op *t = b->last;
	for (u32 i = 0; t && i < t->num_successors; i++) {
		const struct ir_block *to = t->successors[i].block;
		if (to->region != b->region)
			return ir_op_error(v->d, t, "branches to a block of another region");
		if (to == b->region->first)
			return ir_op_error(v->d, t, "branches to the entry block of its region");
	}
	return true;
}

static bool verify_op(struct verifier *v, struct ir_op *op);

// Whether the region is sound as far as the op around it looks: its blocks and their terminators.
static bool verify_region(struct verifier *v, struct ir_op *op, u32 index) {
	struct ir_region *r = &op->regions[index];
	bool ok = true;
	if ((op->info->traits & IR_SINGLE_BLOCK) && r->first != r->last)
		ok = ir_op_error(v->d, op, "expects region #%u to have 0 or 1 blocks", index);
	for (struct ir_block *b = r->first; b; b = b->next) {
		for (struct ir_op *o = b->first; o; o = o->next) {
			bool sound = verify_op(v, o);
			ok = ok && (sound || o->next);
		}
		bool sound = check_terminator(v, op, b, index);
		sound = check_successors(v, b) && sound;
		v->sound &= sound;
		ok &= sound;
	}
	return ok;
}

static bool verify_op(struct verifier *v, struct ir_op *op) {
	check_links(op);
	bool regions_ok = true;
	for (u32 i = 0; i < op->num_regions; i++)
		regions_ok = verify_region(v, op, i) && regions_ok;
	bool ok = check_row(v, op);
	ok = ok && check_traits(v, op);
	const struct ir_op_hooks *hooks = &op->info->row->hooks;
	if (ok && regions_ok && hooks->verify)
		ok = hooks->verify(v->c, op, v->d);
	return ok;
}

// ---- dominance --------------------------------------------------------------------------------

// The isolated op between the user and the value's region, or NULL.
static struct ir_op *isolation_between(const struct ir_region *region, struct ir_op *user) {
	for (struct ir_op *op = user; op && op->block && op->block->region != region;
	     op = ir_op_parent(op)) {
		struct ir_op *around = ir_op_parent(op);
		if (around && (around->info->traits & IR_ISOLATED))
			return around;
	}
	return NULL;
}

static void check_operand(struct verifier *v, struct ir_op *op, u32 i) {
	struct ir_value *value = op->operands[i].value;
	const struct ir_block *block = ir_value_block(value);
	struct ir_op *isolated = block ? isolation_between(block->region, op) : NULL;
	const char *why = isolated ? "uses a value from outside the isolated region around it"
	                           : "does not dominate this use";
	if (!isolated && ir_value_dominates(&v->dominance, value, op))
		return;
	ir_op_error(v->d, op, "operand #%u %s", i, why);
	if (!value->is_argument)
		diag_note(v->d, ir_loc_diag(value->op->loc), "operand defined here");
}

static void check_dominance(struct verifier *v, struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		check_operand(v, op, i);
	for (u32 r = 0; r < op->num_regions; r++)
		for (struct ir_block *b = op->regions[r].first; b; b = b->next) {
			if (!ir_block_reachable(&v->dominance, b))
				continue;  // never runs, and ways there have no order
			for (struct ir_op *o = b->first; o; o = o->next)
				check_dominance(v, o);
		}
}

bool ir_verify(struct ir_op *op, struct diag_engine *d) {
	struct verifier v = {.c = op->module->context, .d = d, .sound = true};
	struct base_recovery r;
	u32 errors = d->errors;
	arena_init(&v.arena);
	if (BASE_RECOVER(&r)) {
		struct base_failure failure = r.failure;
		arena_deinit(&v.arena);
		base_fail_again(&failure);
	}
	ir_dominance_init(&v.dominance, &v.arena);
	verify_op(&v, op);
	if (v.sound)
		for (u32 i = 0; i < op->num_regions; i++)
			for (struct ir_block *b = op->regions[i].first; b; b = b->next)
				for (struct ir_op *o = b->first; ir_block_reachable(&v.dominance, b) && o;
				     o = o->next)
					check_dominance(&v, o);
	base_recovery_pop(&r);
	arena_deinit(&v.arena);
	return d->errors == errors;
}
