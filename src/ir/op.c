// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations: one allocation holds the op and, behind it, results, operands, successors, regions
// and properties. Use lists are intrusive and doubly linked through `link`, so adding and removing
// a use is O(1).
//
// Position in a block is a number with gaps; inserting takes the middle of a gap or, when there is
// none, gives way for a few ops; only when that fails is the block renumbered, lazily, at the next
// ir_op_is_before.
#include "ir/module.h"

// ---- use lists --------------------------------------------------------------------------------

static void use_add(struct ir_operand *u, struct ir_value *v) {
	ASSERT(v);
	u->value = v;
	u->next = v->uses;
	u->link = &v->uses;
	if (u->next)
		u->next->link = &u->next;
	v->uses = u;
}

static void use_remove(struct ir_operand *u) {
	if (!u->value)
		return;
	*u->link = u->next;
	if (u->next)
		u->next->link = u->link;
	u->value = NULL;
}

static void successor_add(struct ir_block_ref *s, struct ir_block *b) {
	ASSERT(b);
	s->block = b;
	s->next = b->preds;
	s->link = &b->preds;
	if (s->next)
		s->next->link = &s->next;
	b->preds = s;
}

static void successor_remove(struct ir_block_ref *s) {
	if (!s->block)
		return;
	*s->link = s->next;
	if (s->next)
		s->next->link = s->link;
	s->block = NULL;
}

void ir_op_set_operand(struct ir_op *op, u32 i, struct ir_value *v) {
	ASSERT(i < op->num_operands);
	if (op->operands[i].value == v)
		return;
	use_remove(&op->operands[i]);
	use_add(&op->operands[i], v);
}

void ir_op_set_successor(struct ir_op *op, u32 i, struct ir_block *b) {
	ASSERT(i < op->num_successors);
	successor_remove(&op->successors[i]);
	successor_add(&op->successors[i], b);
}

void ir_value_replace_uses(struct ir_value *from, struct ir_value *to) {
	ASSERT(from != to && to);
	struct ir_operand *last = NULL;
	for (struct ir_operand *u = from->uses; u; u = u->next) {
		u->value = to;
		last = u;
	}
	if (!last)
		return;
	last->next = to->uses;
	if (to->uses)
		to->uses->link = &last->next;
	to->uses = from->uses;
	to->uses->link = &to->uses;
	from->uses = NULL;
}

// ---- creating ---------------------------------------------------------------------------------

// The number of regions and successors an op of this kind may have.
static void check_shape(const struct ir_op_desc *d) {
	const struct ir_op_info *info = d->info;
	u32 fixed_regions = info->num_regions - info->variadic_regions;
	u32 fixed_successors = info->num_successors - info->variadic_successors;
	CHECK_MSG(info->variadic_regions ? d->num_regions >= fixed_regions
	                                 : d->num_regions == fixed_regions,
	          "%s: created with %u regions", info->full_name.data, d->num_regions);
	CHECK_MSG(info->variadic_successors ? d->num_successors >= fixed_successors
	                                    : d->num_successors == fixed_successors,
	          "%s: created with %u successors", info->full_name.data, d->num_successors);
}

static struct ir_op *op_alloc(struct ir_module *m, const struct ir_op_desc *d) {
	_Static_assert(sizeof(struct ir_op) % 8 == 0 && sizeof(struct ir_value) % 8 == 0 &&
	                   sizeof(struct ir_operand) % 8 == 0 && sizeof(struct ir_block_ref) % 8 == 0 &&
	                   sizeof(struct ir_region) % 8 == 0,
	               "parts are laid out back to back");
	size_t results = sizeof(struct ir_op),
		   operands = results + sizeof(struct ir_value) * (size_t)d->num_results;
	size_t successors = operands + sizeof(struct ir_operand) * (size_t)d->num_operands;
	size_t regions = successors + sizeof(struct ir_block_ref) * (size_t)d->num_successors;
	size_t props = regions + sizeof(struct ir_region) * (size_t)d->num_regions;
	size_t size = props + sizeof(ir_attr) * d->info->num_attrs;
	CHECK(size <= UINT32_MAX);
	u8 *p = ir_module_alloc(m, size);
	struct ir_op *op = (struct ir_op *)p;
	op->alloc_size = (u32)size;
	op->results = (struct ir_value *)(p + results);
	op->operands = (struct ir_operand *)(p + operands);
	op->successors = (struct ir_block_ref *)(p + successors);
	op->regions = (struct ir_region *)(p + regions);
	op->props = (ir_attr *)(p + props);
	return op;
}

static i64 prop_index(const struct ir_op_info *info, ir_name name) {
	for (u32 i = 0; i < info->num_attrs; i++)
		if (info->attrs[i].name == name)
			return i;
	return -1;
}

static void init_attributes(struct ir_op *op, const struct ir_op_desc *d) {
	for (u32 i = 0; i < d->info->num_attrs; i++)
		op->props[i] = d->info->attrs[i].default_value;
	for (u32 i = 0; i < d->num_props; i++) {
		i64 at = prop_index(d->info, d->props[i].name);
		CHECK_MSG(at >= 0, "%s has no property '%s'", d->info->full_name.data,
		          ir_name_str(op->module->context, d->props[i].name).data);
		if (d->props[i].value)
			op->props[at] = d->props[i].value;
	}
	if (d->num_attrs)
		op->attrs = ir_attr_dict(op->module->context, d->num_attrs, d->attrs);
}

struct ir_op *ir_op_create(struct ir_module *m, const struct ir_op_desc *d) {
	check_shape(d);
	struct ir_op *op = op_alloc(m, d);
	op->info = d->info;
	op->module = m;
	op->loc = d->loc ? d->loc : ir_loc_unknown(m->context);
	op->num_operands = d->num_operands;
	op->num_results = d->num_results;
	op->num_regions = d->num_regions;
	op->num_successors = d->num_successors;
	for (u32 i = 0; i < d->num_results; i++) {
		ASSERT(d->results[i]);
		op->results[i] = (struct ir_value){.type = d->results[i], .op = op, .index = i};
	}
	for (u32 i = 0; i < d->num_operands; i++) {
		op->operands[i].owner = op;
		use_add(&op->operands[i], d->operands[i]);
	}
	for (u32 i = 0; i < d->num_successors; i++) {
		op->successors[i].owner = op;
		successor_add(&op->successors[i], d->successors[i]);
	}
	for (u32 i = 0; i < d->num_regions; i++)
		op->regions[i].op = op;
	init_attributes(op, d);
	return op;
}

// ---- order and insertion ----------------------------------------------------------------------

enum { ORDER_GAP = 256, ORDER_YIELD = 16, ORDER_STEPS = 32 };

// Numbers an op that has just been linked in, giving way to it when its neighbours touch.
static void order_insert(struct ir_op *op) {
	struct ir_block *b = op->block;
	if (!b->order_valid)
		return;
	u32 low = op->prev ? op->prev->order : 0;
	if (!op->next) {
		b->order_valid = low <= UINT32_MAX - ORDER_GAP;
		op->order = low + ORDER_GAP;
		return;
	}
	if (op->next->order - low > 1) {
		op->order = low + (op->next->order - low) / 2;
		return;
	}
	u32 order = low;
	struct ir_op *o = op;
	for (u32 steps = 0; o && (o == op || o->order <= order); o = o->next, steps++) {
		if (steps == ORDER_STEPS || order > UINT32_MAX - ORDER_YIELD) {
			b->order_valid = false;
			return;
		}
		order = o->order = order + ORDER_YIELD;
	}
}

static void order_renumber(struct ir_block *b) {
	u64 count = 0;
	for (struct ir_op *op = b->first; op; op = op->next)
		count++;
	u64 gap = BASE_MIN((u64)ORDER_GAP, UINT32_MAX / (count + 1));
	CHECK(gap > 0);
	u64 order = 0;
	for (struct ir_op *op = b->first; op; op = op->next)
		op->order = (u32)(order += gap);
	b->order_valid = true;
}

bool ir_op_is_before(struct ir_op *a, struct ir_op *b) {
	ASSERT(a->block && a->block == b->block);
	if (!a->block->order_valid)
		order_renumber(a->block);
	return a->order < b->order;
}

static void op_link(struct ir_op *op, struct ir_block *b, struct ir_op *prev, struct ir_op *next) {
	ASSERT(!op->block);
	op->block = b;
	op->prev = prev;
	op->next = next;
	*(prev ? &prev->next : &b->first) = op;
	*(next ? &next->prev : &b->last) = op;
	order_insert(op);
}

void ir_op_insert_before(struct ir_op *op, struct ir_op *before) {
	op_link(op, before->block, before->prev, before);
}

void ir_op_insert_after(struct ir_op *op, struct ir_op *after) {
	op_link(op, after->block, after, after->next);
}

void ir_op_append(struct ir_block *b, struct ir_op *op) { op_link(op, b, b->last, NULL); }

void ir_op_remove(struct ir_op *op) {
	struct ir_block *b = op->block;
	if (!b)
		return;
	*(op->prev ? &op->prev->next : &b->first) = op->next;
	*(op->next ? &op->next->prev : &b->last) = op->prev;
	op->block = NULL;
	op->prev = op->next = NULL;
}

// ---- erasing ----------------------------------------------------------------------------------

void ir_op_drop_references(struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		use_remove(&op->operands[i]);
	for (u32 i = 0; i < op->num_successors; i++)
		successor_remove(&op->successors[i]);
	for (u32 i = 0; i < op->num_regions; i++)
		ir_region_drop_references(&op->regions[i]);
}

void ir_op_free(struct ir_op *op) {
	struct ir_module *m = op->module;
	for (u32 i = 0; i < op->num_results; i++)
		CHECK_MSG(ir_value_unused(&op->results[i]), "%s is erased while its result is in use",
		          op->info->full_name.data);
	for (u32 i = 0; i < op->num_regions; i++)
		ir_region_free(m, &op->regions[i]);
	ir_module_free(m, op, op->alloc_size);
}

void ir_op_erase(struct ir_op *op) {
	ir_op_remove(op);
	ir_op_drop_references(op);
	ir_op_free(op);
}

void ir_op_replace(struct ir_op *op, struct ir_value *const *values) {
	for (u32 i = 0; i < op->num_results; i++)
		if (!ir_value_unused(&op->results[i]))
			ir_value_replace_uses(&op->results[i], values[i]);
	ir_op_erase(op);
}

// ---- attributes -------------------------------------------------------------------------------

void ir_op_set_prop(struct ir_op *op, ir_name name, ir_attr value) {
	i64 at = prop_index(op->info, name);
	CHECK_MSG(at >= 0, "%s has no property '%s'", op->info->full_name.data,
	          ir_name_str(op->module->context, name).data);
	op->props[at] = value;
}

void ir_op_set_attr(struct ir_op *op, ir_name name, ir_attr value) {
	struct arena *scratch = &op->module->scratch;
	struct arena_mark mark = arena_save(scratch);
	u32 count = op->attrs ? op->attrs->count : 0, n = 0;
	struct ir_named_attr *entries = ARENA_ARRAY(scratch, struct ir_named_attr, count + 1);
	for (u32 i = 0; i < count; i++)
		if (op->attrs->entries[i].name != name)
			entries[n++] = op->attrs->entries[i];
	if (value)
		entries[n++] = (struct ir_named_attr){name, value};
	op->attrs = n ? ir_attr_dict(op->module->context, n, entries) : NULL;
	arena_restore(scratch, mark);
}

ir_attr ir_op_attr(const struct ir_op *op, ir_name name) {
	i64 at = prop_index(op->info, name);
	return at >= 0 ? op->props[at] : ir_dict_get(op->attrs, name);
}

i64 ir_op_int(const struct ir_op *op, ir_name name, i64 otherwise) {
	ir_attr a = ir_op_attr(op, name);
	if (!a)
		return otherwise;
	CHECK_MSG(a->kind == IR_ATTR_INTEGER, "%s: attribute is no integer", op->info->full_name.data);
	return a->integer;
}

// ---- groups -----------------------------------------------------------------------------------

static struct ir_range group_range(const struct ir_op *op, const struct ir_group_info *groups,
                                   u32 num_groups, u32 group, u32 total, bool segments,
                                   ir_name segment_name) {
	ASSERT(group < num_groups);
	struct ir_range r = {0, 1};
	if (segments) {
		ir_attr sizes = ir_op_attr(op, segment_name);
		CHECK_MSG(sizes && sizes->count == num_groups, "%s: segment sizes are missing",
		          op->info->full_name.data);
		for (u32 i = 0; i < group; i++)
			r.first += (u32)ir_attr_array_int(sizes, i);
		r.count = (u32)ir_attr_array_int(sizes, group);
		return r;
	}
	u32 flexible =
		total + 1 < num_groups ? 0 : total - (num_groups - 1);  // of the only one that is
	for (u32 i = 0; i < group; i++)
		r.first += groups[i].arity ? flexible : 1;
	r.count = groups[group].arity ? flexible : 1;
	return r;
}

struct ir_range ir_op_operand_group(const struct ir_op *op, u32 group) {
	const struct ir_op_info *info = op->info;
	return group_range(op, info->operands, info->num_operand_groups, group, op->num_operands,
	                   info->operand_segments, NAME_operandSegmentSizes);
}

struct ir_range ir_op_result_group(const struct ir_op *op, u32 group) {
	const struct ir_op_info *info = op->info;
	return group_range(op, info->results, info->num_result_groups, group, op->num_results,
	                   info->result_segments, NAME_resultSegmentSizes);
}

// ---- questions --------------------------------------------------------------------------------

struct ir_block *ir_value_block(const struct ir_value *v) {
	return v->is_argument ? v->block : v->op->block;
}

struct ir_op *ir_op_parent(const struct ir_op *op) {
	return op->block && op->block->region ? op->block->region->op : NULL;
}

bool ir_op_is_ancestor(const struct ir_op *outer, const struct ir_op *inner) {
	for (; inner; inner = ir_op_parent(inner))
		if (inner == outer)
			return true;
	return false;
}

ir_attr ir_value_constant(const struct ir_value *v) {
	const struct ir_op *op = ir_value_def(v);
	return op && (op->info->traits & IR_CONSTANT) ? ir_op_attr(op, NAME_value) : NULL;
}

bool ir_value_constant_int(const struct ir_value *v, i64 *out) {
	ir_attr a = ir_value_constant(v);
	if (!a)
		return false;
	if (a->kind == IR_ATTR_INTEGER) {
		*out = a->integer;
		return true;
	}
	if (a->kind != IR_ATTR_DENSE_ELEMENTS || !a->splat ||
	    !ir_type_is_int_or_index(a->type->element))
		return false;
	*out = ir_dense_get_int(a, 0);
	return true;
}
