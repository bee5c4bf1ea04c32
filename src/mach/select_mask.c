// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Masks in vector registers: how wide are the lanes of a mask? A mask is as wide as what was
// compared to make it, or else as what it selects; masks that meet (in block arguments, logic, or a
// selection between masks) share one width, so that conversions stand only where a comparison of
// other lanes joins them, or where one mask governs lanes of several widths.
// Union-find over the values; near-linear.
#include "mach/select.h"

struct lanes {
	struct select *s;
	u32 *parent;
	u8 *made, *used;  // by root: lane bytes of comparisons, of what is governed; 0 none
};

static bool is_mask(const struct ir_value *v) {
	return v->type->kind == IR_TYPE_VECTOR && ir_type_is_int(v->type->element, 1);
}

static u32 number_of(const struct lanes *l, const struct ir_value *v) {
	return (u32)map_get_or(&l->s->numbers, map_ptr(v), 0);
}

static u32 root(struct lanes *l, u32 n) {
	while (l->parent[n] != n)
		n = l->parent[n] = l->parent[l->parent[n]];
	return n;
}

static void join(struct lanes *l, const struct ir_value *a, const struct ir_value *b) {
	if (!is_mask(a) || !is_mask(b))
		return;
	u32 x = root(l, number_of(l, a)), y = root(l, number_of(l, b));
	l->parent[BASE_MAX(x, y)] = BASE_MIN(x, y);
}

static void join_op(struct lanes *l, const struct ir_op *op) {
	for (u32 i = 0; op->num_results && i < op->num_operands; i++)
		join(l, &op->results[0], ir_operand_get(op, i));
	for (u32 i = 0; i < op->num_successors; i++) {
		struct ir_range args = dialect_successor_operands(op, i);
		for (u32 k = 0; k < args.count; k++)
			join(l, ir_operand_get(op, args.first + k), op->successors[i].block->args[k]);
	}
}

static void note(struct lanes *l, u8 *table, const struct ir_value *mask,
                 const struct ir_value *lanes) {
	u32 bytes = (u32)ir_type_bytes(ir_type_scalar(lanes->type));
	u32 n = root(l, number_of(l, mask));
	if (is_mask(mask) && !is_mask(lanes) && table[n] == 0)
		table[n] = (u8)bytes;
}

static void note_op(struct lanes *l, const struct ir_op *op) {
	switch (op->info->id) {
	case OP_arith_cmpi:
	case OP_arith_cmpf: note(l, l->made, &op->results[0], ir_operand_get(op, 0)); break;
	case OP_arith_select: note(l, l->used, ir_operand_get(op, 0), &op->results[0]); break;
	case OP_tile_load:
		if (op->num_operands == 3)
			note(l, l->used, ir_operand_get(op, 1), &op->results[0]);
		break;
	case OP_tile_store:
		if (op->num_operands == 3)
			note(l, l->used, ir_operand_get(op, 2), ir_operand_get(op, 0));
		break;
	default: break;
	}
}

// What nothing says gets 32-byte registers full.
static u32 width_of(const struct lanes *l, u32 n, u32 count) {
	u32 bytes = l->made[n] ? l->made[n] : l->used[n] ? l->used[n] : 4;
	while (bytes > 1 && bytes * count > 32)
		bytes /= 2;
	return bytes;
}

static void set_width(struct lanes *l, const struct ir_value *v) {
	if (is_mask(v))
		l->s->slots[number_of(l, v)].mask_bytes =
			(u8)width_of(l, root(l, number_of(l, v)), select_lanes(v));
}

void select_mask_lanes(struct select *s) {
	struct lanes l = {s, ARENA_ARRAY(s->arena, u32, s->num_slots),
	                  ARENA_ARRAY(s->arena, u8, s->num_slots),
	                  ARENA_ARRAY(s->arena, u8, s->num_slots)};
	struct ir_region *body = &s->func->regions[0];
	for (u32 i = 0; i < s->num_slots; i++)
		l.parent[i] = i;
	for (struct ir_block *b = body->first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			join_op(&l, op);
	for (struct ir_block *b = body->first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			note_op(&l, op);
	for (struct ir_block *b = body->first; b; b = b->next) {
		for (u32 i = 0; i < b->num_args; i++)
			set_width(&l, b->args[i]);
		for (struct ir_op *op = b->first; op; op = op->next)
			for (u32 i = 0; i < op->num_results; i++)
				set_width(&l, &op->results[i]);
	}
}
