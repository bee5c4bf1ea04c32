// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy driver. Why a work list: a rewrite can enable others only at the op's users, at the
// producers of its operands and at what it made, so those are looked at again and nothing else; a
// round over everything is repeated only while one changed something, because some patterns look
// further (at blocks, at uses of uses). The laws that make it end stand in rewrite.h.
//
// Invariant: `positions` maps exactly the ops on the list, so an erased op is never looked at,
// though its memory may be an op again. (The scheme is that of MLIR's GreedyPatternRewriteDriver.)
#include "ir/rewrite.h"

#include "ir/module.h"

enum { ROUNDS_MAX = 10, REWRITES_AN_OP = 64, REWRITES_LEAST = 20000 };

struct rewrite_entry {
	const struct ir_pattern *pattern;
	u32 set;
};

// ---- work list --------------------------------------------------------------------------------

static void push(struct ir_rewriter *r, struct ir_op *op) {
	if (!op || map_find(&r->positions, map_ptr(op), NULL))
		return;
	vec_push(r->arena, r->worklist, op);
	map_set(&r->positions, map_ptr(op), r->worklist.size);
}

static void take_out(struct ir_rewriter *r, struct ir_op *op) {
	u64 position;
	if (!map_find(&r->positions, map_ptr(op), &position))
		return;
	r->worklist.data[position - 1] = NULL;
	map_remove(&r->positions, map_ptr(op));
}

static struct ir_op *pop(struct ir_rewriter *r) {
	while (r->worklist.size) {
		struct ir_op *op = vec_pop(r->worklist);
		if (op) {
			map_remove(&r->positions, map_ptr(op));
			return op;
		}
	}
	return NULL;
}

static void push_users(struct ir_rewriter *r, const struct ir_value *v) {
	IR_USES(v, u)
	push(r, u->owner);
}

static void push_producers(struct ir_rewriter *r, const struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		push(r, ir_value_def(ir_operand_get(op, i)));
}

// ---- listener ---------------------------------------------------------------------------------

static void on_created(void *user, struct ir_op *op) {
	struct ir_rewriter *r = user;
	push(r, op);
	vec_push(r->arena, r->created, op);
	if (r->options->listener && r->options->listener->created)
		r->options->listener->created(r->options->listener->user, op);
}

static void on_changed(void *user, struct ir_op *op) {
	struct ir_rewriter *r = user;
	push(r, op);
	if (r->options->listener && r->options->listener->changed)
		r->options->listener->changed(r->options->listener->user, op);
}

// ---- constants --------------------------------------------------------------------------------

// The region whose entry block holds the constants that `op` uses; NULL when there is none.
static struct ir_region *constant_scope(const struct ir_op *op) {
	for (struct ir_block *b = op->block; b && b->region; b = b->region->op->block) {
		const struct ir_op *owner = b->region->op;
		if (owner->info->traits & IR_SYMBOL_TABLE)
			return NULL;
		if (owner->info->traits & IR_ISOLATED || !owner->block)
			return b->region;
	}
	return NULL;
}

static u64 constant_key(const struct ir_region *scope, const struct ir_op_info *info, ir_attr value,
                        ir_type type) {
	u64 h = base_hash_u64(map_ptr(scope), info->id);
	return base_hash_u64(map_ptr(value), base_hash_u64(map_ptr(type), h));
}

static u64 constant_key_of(const struct ir_region *scope, const struct ir_op *op) {
	return constant_key(scope, op->info, ir_op_attr(op, NAME_value), op->results[0].type);
}

static struct ir_op *find_constant(struct ir_rewriter *r, u64 key, const struct ir_region *scope,
                                   ir_attr value, ir_type type) {
	struct ir_op *op = (struct ir_op *)(uintptr_t)map_get_or(&r->constants, key, 0);
	bool same = op && ir_op_attr(op, NAME_value) == value && op->results[0].type == type &&
	            op->block && op->block->region == scope;
	return same ? op : NULL;
}

static bool is_constant(const struct ir_op *op) { return (op->info->traits & IR_CONSTANT) != 0; }

static void forget_constant(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_region *scope = is_constant(op) ? constant_scope(op) : NULL;
	if (!scope)
		return;
	u64 key = constant_key_of(scope, op);
	if (map_get_or(&r->constants, key, 0) == map_ptr(op))
		map_remove(&r->constants, key);
}

// Law 6 for a constant that is there already. True when it was replaced by an equal one.
static bool settle_constant(struct ir_rewriter *r, struct ir_op *op) {
	struct ir_region *scope = constant_scope(op);
	ir_attr value = ir_op_attr(op, NAME_value);
	if (!scope || !value)
		return false;
	u64 key = constant_key_of(scope, op);
	struct ir_op *known = find_constant(r, key, scope, value, op->results[0].type);
	if (known && known != op && known->info == op->info) {
		ir_rewrite_replace_1(r, op, ir_result_get(known, 0));
		return true;
	}
	bool in_front = op->block == scope->first && (!op->prev || is_constant(op->prev));
	if (!in_front && scope->first->first != op) {
		ir_op_remove(op);
		ir_op_insert_before(op, scope->first->first);
	}
	map_set(&r->constants, key, map_ptr(op));
	return false;
}

struct ir_value *ir_rewrite_constant(struct ir_rewriter *r, struct ir_op *user, ir_attr value,
                                     ir_type type) {
	struct ir_region *scope = constant_scope(user);
	if (!r->options->constant || !value)
		return NULL;
	struct ir_builder b = r->b;
	if (scope) {
		b.block = scope->first;
		b.before = scope->first->first;
	}
	b.loc = ir_loc_unknown(r->context);
	// Which op it will be is the dialects' choice, so it is made before it is looked up.
	b.listener = NULL;
	struct ir_value *v = r->options->constant(&b, user, value, type);
	struct ir_op *op = v ? ir_value_def(v) : NULL;
	if (!op)
		return NULL;
	u64 key = scope ? constant_key_of(scope, op) : 0;
	struct ir_op *known = scope ? find_constant(r, key, scope, value, type) : NULL;
	if (known && known->info == op->info) {
		ir_op_erase(op);
		return ir_result_get(known, 0);
	}
	if (scope)
		map_set(&r->constants, key, map_ptr(op));
	on_created(r, op);
	return v;
}

// ---- erasing ----------------------------------------------------------------------------------

static bool forget_producers(void *user, struct ir_op *op) {
	push_producers(user, op);
	return true;
}

static bool forget(void *user, struct ir_op *op) {
	struct ir_rewriter *r = user;
	take_out(r, op);
	forget_constant(r, op);
	for (u32 i = 0; i < r->created.size; i++)
		if (r->created.data[i] == op)
			r->created.data[i] = NULL;
	if (r->options->listener && r->options->listener->erased)
		r->options->listener->erased(r->options->listener->user, op);
	r->stats.erased++;
	return true;
}

// The op is about to go with everything inside: producers outside may be dead then, those inside
// must not stay on the list.
static void forget_all(struct ir_rewriter *r, struct ir_op *op) {
	ir_walk(op, false, forget_producers, r);
	ir_walk(op, false, forget, r);
}

// ---- changes ----------------------------------------------------------------------------------

void ir_rewrite_changed(struct ir_rewriter *r, struct ir_op *op) {
	on_changed(r, op);
	for (u32 i = 0; i < op->num_results; i++)
		push_users(r, &op->results[i]);
}

void ir_rewrite_erase(struct ir_rewriter *r, struct ir_op *op) {
	forget_all(r, op);
	if (r->b.before == op)
		r->b.before = op->next;
	ir_op_erase(op);
}

void ir_rewrite_replace_uses(struct ir_rewriter *r, struct ir_value *from, struct ir_value *to) {
	ASSERT(from->type == to->type);
	if (from == to || ir_value_unused(from))
		return;
	IR_USES(from, u)
	on_changed(r, u->owner);
	ir_value_replace_uses(from, to);
}

void ir_rewrite_replace(struct ir_rewriter *r, struct ir_op *op, struct ir_value *const *values) {
	for (u32 i = 0; i < op->num_results; i++)
		if (!ir_value_unused(&op->results[i])) {
			CHECK_MSG(values[i]->type == op->results[i].type, "a rewrite of %s changes a type",
			          op->info->full_name.data);
			ir_rewrite_replace_uses(r, &op->results[i], values[i]);
		}
	ir_rewrite_erase(r, op);
}

void ir_rewrite_set_operand(struct ir_rewriter *r, struct ir_op *op, u32 i, struct ir_value *v) {
	push(r, ir_value_def(ir_operand_get(op, i)));
	ir_op_set_operand(op, i, v);
	ir_rewrite_changed(r, op);
}

void ir_rewrite_erase_block(struct ir_rewriter *r, struct ir_block *b) {
	for (struct ir_op *op = b->first; op; op = op->next)
		forget_all(r, op);
	ir_block_erase(b);
}

void ir_rewrite_inline_block(struct ir_rewriter *r, struct ir_block *b, struct ir_op *before,
                             struct ir_value *const *values) {
	for (u32 i = 0; i < b->num_args; i++)
		ir_rewrite_replace_uses(r, b->args[i], values[i]);
	while (b->first) {
		struct ir_op *op = b->first;
		ir_op_remove(op);
		ir_op_insert_before(op, before);
		push(r, op);
	}
	ir_block_erase(b);
}

struct ir_op *ir_rewrite_recreate(struct ir_rewriter *r, struct ir_op *op, u32 num_operands,
                                  struct ir_value *const *operands, u32 num_results,
                                  const ir_type *results) {
	struct ir_op *made = ir_op_recreate(op, num_operands, operands, num_results, results);
	on_created(r, made);
	return made;
}

// ---- folding ----------------------------------------------------------------------------------

// Law 4: constants on the right.
static bool constants_right(struct ir_rewriter *r, struct ir_op *op) {
	if (!(op->info->traits & IR_COMMUTATIVE) || op->num_operands != 2)
		return false;
	struct ir_value *a = ir_operand_get(op, 0), *b = ir_operand_get(op, 1);
	if (!ir_value_constant(a) || ir_value_constant(b))
		return false;
	ir_op_set_operand(op, 0, b);
	ir_op_set_operand(op, 1, a);
	ir_rewrite_changed(r, op);
	return true;
}

// Values for the fold's results, or false when a constant cannot be made.
static bool fold_values(struct ir_rewriter *r, struct ir_op *op,
                        const struct ir_fold_result *folded, struct ir_value **values) {
	for (u32 i = 0; i < op->num_results; i++) {
		values[i] = folded[i].value;
		if (!values[i])
			values[i] = ir_rewrite_constant(r, op, folded[i].attr, op->results[i].type);
		if (!values[i] || values[i]->type != op->results[i].type)
			return false;
	}
	return true;
}

// Whether the fold says nothing but that it changed the op in place.
static bool folded_in_place(const struct ir_op *op, const struct ir_fold_result *folded) {
	bool named = false;
	for (u32 i = 0; i < op->num_results; i++) {
		named |= folded[i].attr || folded[i].value;
		if (folded[i].value && ir_value_def(folded[i].value) == op)
			return true;
	}
	return !named;
}

static bool try_fold(struct ir_rewriter *r, struct ir_op *op) {
	if (!op->info->row->hooks.fold || is_constant(op))
		return false;
	struct arena_mark mark = arena_save(r->arena);
	ir_attr *operands = ARENA_ARRAY(r->arena, ir_attr, op->num_operands);
	struct ir_fold_result *folded = ARENA_ARRAY(r->arena, struct ir_fold_result, op->num_results);
	for (u32 i = 0; i < op->num_operands; i++)
		operands[i] = ir_value_constant(ir_operand_get(op, i));
	if (!op->info->row->hooks.fold(r->context, op, operands, folded)) {
		arena_restore(r->arena, mark);
		return false;
	}
	// From here on lists may grow in the arena, so nothing is given back.
	if (folded_in_place(op, folded)) {
		push_producers(r, op);
		ir_rewrite_changed(r, op);
		return true;
	}
	struct ir_value **values = ARENA_ARRAY(r->arena, struct ir_value *, op->num_results);
	if (!fold_values(r, op, folded, values))
		return false;
	ir_rewrite_replace(r, op, values);
	return true;
}

// ---- patterns ---------------------------------------------------------------------------------

static void build_index(struct ir_rewriter *r) {
	u32 roots = ir_op_info_count(r->context) + 1, total = 0;  // one more for IR_ANY_OP
	const struct ir_rewrite_options *o = r->options;
	u32 *first = ARENA_ARRAY(r->arena, u32, roots + 1);
	for (u32 s = 0; s < o->num_sets; s++)
		for (u32 i = 0; i < o->sets[s]->num_patterns; i++) {
			u16 root = o->sets[s]->patterns[i].root;
			first[root == IR_ANY_OP ? roots : root + 1u]++;
			total++;
		}
	for (u32 i = 1; i <= roots; i++)
		first[i] += first[i - 1];
	struct rewrite_entry *entries = ARENA_ARRAY(r->arena, struct rewrite_entry, total + 1);
	u32 *at = ARENA_COPY_ARRAY(r->arena, u32, first, roots + 1);
	for (u32 s = 0; s < o->num_sets; s++)
		for (u32 i = 0; i < o->sets[s]->num_patterns; i++) {
			const struct ir_pattern *p = &o->sets[s]->patterns[i];
			entries[at[p->root == IR_ANY_OP ? roots - 1 : p->root]++] =
				(struct rewrite_entry){p, s};
		}
	r->entries = entries;
	r->first_entry = first;
}

static bool try_entries(struct ir_rewriter *r, struct ir_op *op, u32 root) {
	for (u32 i = r->first_entry[root]; i < r->first_entry[root + 1]; i++) {
		r->set = r->entries[i].set;
		r->created.size = 0;
		r->b.block = op->block;
		r->b.before = op;
		r->b.loc = op->loc;
		const char *activity = base_set_activity(r->entries[i].pattern->name);
		bool changed = r->entries[i].pattern->apply(r, op);
		base_set_activity(activity);
		if (changed)
			return true;
		ASSERT(r->created.size == 0);
	}
	return false;
}

static bool try_patterns(struct ir_rewriter *r, struct ir_op *op) {
	return try_entries(r, op, op->info->id) || try_entries(r, op, ir_op_info_count(r->context));
}

// ---- unreachable blocks -----------------------------------------------------------------------

static void mark_reachable(struct ir_rewriter *r, struct ir_block *entry, struct map *reached) {
	VEC(struct ir_block *) stack = {0};
	map_set(reached, map_ptr(entry), 1);
	vec_push(r->arena, stack, entry);
	while (stack.size) {
		struct ir_op *last = ir_block_terminator(vec_pop(stack));
		for (u32 i = 0; last && i < last->num_successors; i++) {
			struct ir_block *to = last->successors[i].block;
			if (map_find(reached, map_ptr(to), NULL))
				continue;
			map_set(reached, map_ptr(to), 1);
			vec_push(r->arena, stack, to);
		}
	}
}

// Blocks that nothing reaches may use each other's values in a circle, so all let go first.
static bool remove_unreachable(struct ir_rewriter *r, struct ir_region *region) {
	struct map reached;
	bool any = false;
	map_init(&reached, r->arena);
	mark_reachable(r, region->first, &reached);
	for (struct ir_block *b = region->first; b; b = b->next)
		for (struct ir_op *op = b->first; op && !map_find(&reached, map_ptr(b), NULL);
		     op = op->next) {
			forget_all(r, op);
			ir_op_drop_references(op);
			any = true;
		}
	for (struct ir_block *b = region->first, *next; b; b = next) {
		next = b->next;
		if (!map_find(&reached, map_ptr(b), NULL))
			ir_block_erase(b);
	}
	return any;
}

static bool clean_regions(void *user, struct ir_op *op) {
	struct ir_rewriter *r = user;
	for (u32 i = 0; i < op->num_regions; i++)
		if (op->regions[i].first && op->regions[i].first->next)
			r->stats.rewrites += remove_unreachable(r, &op->regions[i]);
	return true;
}

// ---- the driver -------------------------------------------------------------------------------

static bool visit(struct ir_rewriter *r, struct ir_op *op) {
	if (ir_op_is_dead(op)) {
		ir_rewrite_erase(r, op);
		return true;
	}
	if (is_constant(op))
		return settle_constant(r, op);
	if (constants_right(r, op)) {
		push(r, op);
		return true;
	}
	if (!r->options->no_fold && try_fold(r, op)) {
		r->stats.folds++;
		return true;
	}
	if (!try_patterns(r, op))
		return false;
	r->stats.rewrites++;
	return true;
}

struct collection {
	struct ir_op_list ops;
	struct arena *arena;
};

static bool collect(void *user, struct ir_op *op) {
	struct collection *c = user;
	vec_push(c->arena, c->ops, op);
	return true;
}

// One round over everything below root, in program order; true when something changed.
static bool run_round(struct ir_rewriter *r, struct ir_op *root) {
	struct collection all = {.arena = r->arena};
	u32 before = r->stats.rewrites;
	ir_walk(root, false, clean_regions, r);
	r->worklist.size = 0;
	map_clear(&r->positions);
	ir_walk(root, false, collect, &all);
	// The list is a stack: the first op is pushed last, and root, which stands first, not at all.
	for (u32 i = all.ops.size; i-- > 1;)
		push(r, all.ops.data[i]);
	u64 limit = r->options->rewrites_max ? r->options->rewrites_max
	                                     : (u64)REWRITES_AN_OP * all.ops.size + REWRITES_LEAST;
	bool changed = r->stats.rewrites != before;
	struct ir_op *op;
	for (u64 steps = 0; (op = pop(r));) {
		const char *name = op->info->full_name.data;
		if (!visit(r, op))
			continue;
		changed = true;
		CHECK_MSG(++steps <= limit,
		          "rewriting does not end: a law of ir/rewrite.h is broken near %s (%s)", name,
		          r->options->num_sets ? r->options->sets[r->set]->name : "folding");
	}
	return changed;
}

bool ir_rewrite_greedily(struct ir_op *root, const struct ir_rewrite_options *o,
                         struct arena *scratch, struct ir_rewrite_stats *stats) {
	struct ir_rewriter r = {.context = root->module->context, .arena = scratch, .options = o};
	r.listener = (struct ir_listener){&r, on_created, on_changed, NULL};
	r.b = (struct ir_builder){.module = root->module, .loc = root->loc, .listener = &r.listener};
	map_init(&r.positions, scratch);
	map_init(&r.constants, scratch);
	build_index(&r);
	bool changed = false;
	for (u32 round = 0; round < ROUNDS_MAX; round++) {
		r.stats.rounds++;
		if (!run_round(&r, root))
			break;
		changed = true;
	}
	if (stats)
		*stats = r.stats;
	return changed;
}
