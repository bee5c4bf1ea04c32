// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks, block arguments and regions. Arguments are allocations of their own, so that a list may
// grow and shrink while values keep their addresses.
#include "ir/module.h"

struct ir_block *ir_block_create(struct ir_module *m) {
	struct ir_block *b = ir_module_alloc(m, sizeof *b);
	b->order_valid = true;
	return b;
}

// ---- arguments --------------------------------------------------------------------------------

struct ir_value *ir_block_insert_arg(struct ir_module *m, struct ir_block *b, u32 at,
                                     ir_type type) {
	ASSERT(at <= b->num_args && type);
	if (b->num_args == b->cap_args) {
		u32 cap = b->cap_args ? 2 * b->cap_args : 4;
		struct ir_value **args = ir_module_alloc(m, sizeof *args * cap);
		if (b->num_args) {
			memcpy(args, b->args, sizeof *args * b->num_args);
			ir_module_free(m, b->args, sizeof *args * b->cap_args);
		}
		b->args = args;
		b->cap_args = cap;
	}
	struct ir_value *v = ir_module_alloc(m, sizeof *v);
	*v = (struct ir_value){.type = type, .block = b, .is_argument = true};
	memmove(&b->args[at + 1], &b->args[at], sizeof *b->args * (b->num_args - at));
	b->args[at] = v;
	b->num_args++;
	for (u32 i = at; i < b->num_args; i++)
		b->args[i]->index = i;
	return v;
}

struct ir_value *ir_block_add_arg(struct ir_module *m, struct ir_block *b, ir_type type) {
	return ir_block_insert_arg(m, b, b->num_args, type);
}

// The module that owns a block; blocks in no region have none that they know of.
static struct ir_module *block_module(const struct ir_block *b) {
	return b->region ? b->region->op->module : b->first ? b->first->module : NULL;
}

void ir_block_remove_arg(struct ir_block *b, u32 i) {
	ASSERT(i < b->num_args);
	CHECK_MSG(ir_value_unused(b->args[i]), "a block argument in use is removed");
	struct ir_module *m = block_module(b);
	if (m)
		ir_module_free(m, b->args[i], sizeof *b->args[i]);
	b->num_args--;
	memmove(&b->args[i], &b->args[i + 1], sizeof *b->args * (b->num_args - i));
	for (; i < b->num_args; i++)
		b->args[i]->index = i;
}

// ---- lists ------------------------------------------------------------------------------------

static void block_link(struct ir_block *b, struct ir_region *r, struct ir_block *prev,
                       struct ir_block *next) {
	ASSERT(!b->region);
	b->region = r;
	b->prev = prev;
	b->next = next;
	*(prev ? &prev->next : &r->first) = b;
	*(next ? &next->prev : &r->last) = b;
}

void ir_block_append(struct ir_region *r, struct ir_block *b) { block_link(b, r, r->last, NULL); }

void ir_block_insert_before(struct ir_block *b, struct ir_block *before) {
	ASSERT(before->region);
	block_link(b, before->region, before->prev, before);
}

void ir_block_remove(struct ir_block *b) {
	struct ir_region *r = b->region;
	if (!r)
		return;
	*(b->prev ? &b->prev->next : &r->first) = b->next;
	*(b->next ? &b->next->prev : &r->last) = b->prev;
	b->region = NULL;
	b->prev = b->next = NULL;
}

void ir_region_move_blocks(struct ir_region *from, struct ir_region *to, struct ir_block *before) {
	ASSERT(from != to && (!before || before->region == to));
	if (!from->first)
		return;
	for (struct ir_block *b = from->first; b; b = b->next)
		b->region = to;
	struct ir_block *prev = before ? before->prev : to->last;
	from->first->prev = prev;
	from->last->next = before;
	*(prev ? &prev->next : &to->first) = from->first;
	*(before ? &before->prev : &to->last) = from->last;
	from->first = from->last = NULL;
}

struct ir_block *ir_block_split(struct ir_op *before) {
	struct ir_block *b = before->block;
	ASSERT(b);
	struct ir_block *rest = ir_block_create(before->module);
	if (b->region)
		block_link(rest, b->region, b, b->next);
	rest->first = before;
	rest->last = b->last;
	rest->order_valid = b->order_valid;  // numbers still ascend
	b->last = before->prev;
	*(before->prev ? &before->prev->next : &b->first) = NULL;
	before->prev = NULL;
	for (struct ir_op *op = before; op; op = op->next)
		op->block = rest;
	return rest;
}

// ---- erasing ----------------------------------------------------------------------------------

void ir_region_drop_references(struct ir_region *r) {
	for (struct ir_block *b = r->first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			ir_op_drop_references(op);
}

void ir_block_free(struct ir_module *m, struct ir_block *b) {
	CHECK_MSG(!b->preds, "a block with predecessors is erased");
	for (struct ir_op *op = b->first, *next; op; op = next) {
		next = op->next;
		ir_op_free(op);
	}
	for (u32 i = 0; i < b->num_args; i++) {
		CHECK_MSG(ir_value_unused(b->args[i]), "a block is erased while an argument is in use");
		ir_module_free(m, b->args[i], sizeof *b->args[i]);
	}
	if (b->cap_args)
		ir_module_free(m, b->args, sizeof *b->args * b->cap_args);
	ir_module_free(m, b, sizeof *b);
}

void ir_region_free(struct ir_module *m, struct ir_region *r) {
	for (struct ir_block *b = r->first, *next; b; b = next) {
		next = b->next;
		ir_block_free(m, b);
	}
	r->first = r->last = NULL;
}

void ir_block_erase(struct ir_block *b) {
	struct ir_module *m = block_module(b);
	for (struct ir_op *op = b->first; op; op = op->next)
		ir_op_drop_references(op);
	ir_block_remove(b);
	if (m)
		ir_block_free(m, b);
	else
		CHECK(!b->preds);  // an empty block outside any region: its memory stays until the module
		                   // ends
}
