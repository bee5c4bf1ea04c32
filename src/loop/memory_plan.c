// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory plan: offsets in the arena for a program's buffers. A buffer lives from the first launch
// that has it (or a view of it) to the last. Buffers are placed by decreasing size, each at the lowest
// offset that is provably free of every placed buffer alive at the same time ("greedy by size" of
// Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020); sizes and
// offsets are expressions, so a symbolic size takes part when the order is provable within its bounds.
#include "dialect/dialect.h"
#include "loop/bufferise.h"

#define ARENA_ALIGNMENT 64

struct piece {
	struct ir_op *op;
	ir_expr size, offset;
	i64 weight;            // size at the upper bounds of its symbols: order of placement
	u32 first, last;
	u32 index;
};

static void note_uses(const struct ir_value *v, const struct map *order, struct piece *p) {
	IR_USES(v, u) {
		u64 at = map_get_or(order, map_ptr(u->owner), UINT32_MAX);
		if (u->owner->info->id == OP_lam_launch) {
			p->first = BASE_MIN(p->first, (u32)at);
			p->last = BASE_MAX(p->last, (u32)at);
			continue;
		}
		for (u32 r = 0; r < u->owner->num_results; r++)
			note_uses(ir_result_get(u->owner, r), order, p);
	}
}

static ir_expr align_up(struct ir_context *c, ir_expr e) {
	ir_expr align = ir_expr_const(c, ARENA_ALIGNMENT);
	if (ir_expr_is_multiple_of(e, ARENA_ALIGNMENT))
		return e;
	return ir_expr_binary(c, IR_EXPR_MUL, ir_expr_binary(c, IR_EXPR_CEILDIV, e, align), align);
}

static bool alive_together(const struct piece *x, const struct piece *y) { return x->first <= y->last && y->first <= x->last; }

static bool apart(struct ir_context *c, ir_expr offset, const struct piece *p, const struct piece *q) {
	ir_expr end = ir_expr_binary(c, IR_EXPR_ADD, offset, p->size), other = ir_expr_binary(c, IR_EXPR_ADD, q->offset, q->size);
	return ir_expr_provably_le(c, end, q->offset) || ir_expr_provably_le(c, other, offset);
}

static bool fits(struct ir_context *c, ir_expr offset, const struct piece *p, struct piece *const *placed, u32 n) {
	for (u32 i = 0; i < n; i++)
		if (alive_together(p, placed[i]) && !apart(c, offset, p, placed[i]))
			return false;
	return true;
}

static void place(struct ir_context *c, struct piece *p, struct piece *const *placed, u32 n) {
	p->offset = NULL;
	ir_expr candidate = ir_expr_const(c, 0);
	for (u32 i = 0; i <= n; i++) {
		bool lower = !p->offset || (candidate != p->offset && ir_expr_provably_le(c, candidate, p->offset));
		if (lower && fits(c, candidate, p, placed, n))
			p->offset = candidate;
		if (i < n)
			candidate = ir_expr_binary(c, IR_EXPR_ADD, placed[i]->offset, placed[i]->size);
	}
	if (p->offset)
		return;
	// Behind everything: the maximum of all ends.
	p->offset = ir_expr_const(c, 0);
	for (u32 i = 0; i < n; i++)
		p->offset = ir_expr_binary(c, IR_EXPR_MAX, p->offset, ir_expr_binary(c, IR_EXPR_ADD, placed[i]->offset, placed[i]->size));
}

static ir_expr larger(struct ir_context *c, ir_expr x, ir_expr y) {
	return ir_expr_provably_le(c, x, y) ? y : ir_expr_provably_le(c, y, x) ? x : ir_expr_binary(c, IR_EXPR_MAX, x, y);
}

static void sort_by_weight(struct piece **list, u32 n) {
	for (u32 gap = n / 2; gap; gap /= 2)
		for (u32 i = gap; i < n; i++)
			for (u32 k = i; k >= gap; k -= gap) {
				struct piece *x = list[k - gap], *y = list[k];
				if (x->weight > y->weight || (x->weight == y->weight && x->index < y->index))
					break;
				list[k - gap] = y;
				list[k] = x;
			}
}

static ir_attr expr_attr(struct ir_context *c, struct arena *a, ir_expr e) {
	struct strbuf text;
	strbuf_init(&text, a);
	ir_expr_print(c, e, &text);
	return ir_attr_string(c, strbuf_str(&text));
}

bool loop_plan_memory(struct ir_op *func, struct arena *scratch) {
	struct ir_context *c = func->module->context;
	struct map order;
	map_init(&order, scratch);
	VEC(struct piece *) pieces = {0};
	u32 launches = 0;
	for (struct ir_op *op = func->regions[0].first->first; op; op = op->next)
		if (op->info->id == OP_lam_launch)
			map_set(&order, map_ptr(op), launches++);
	for (struct ir_op *op = func->regions[0].first->first; op; op = op->next) {
		if (op->info->id != OP_lam_buffer)
			continue;
		struct piece *p = ARENA_NEW(scratch, struct piece);
		*p = (struct piece){.op = op, .first = UINT32_MAX, .index = pieces.size};
		i64 low = 0;
		p->size = align_up(c, ir_expr_parse(c, ir_op_attr(op, NAME_size)->text));
		if (!ir_expr_bounds(c, p->size, &low, &p->weight))
			p->weight = INT64_MAX;
		note_uses(ir_result_get(op, 0), &order, p);
		vec_push(scratch, pieces, p);
	}
	sort_by_weight(pieces.data, pieces.size);
	ir_expr total = ir_expr_const(c, 0);
	i64 *alive = ARENA_ARRAY(scratch, i64, launches + 1), peak = 0;
	for (u32 i = 0; i < pieces.size; i++) {
		struct piece *p = pieces.data[i];
		place(c, p, pieces.data, i);
		total = larger(c, total, ir_expr_binary(c, IR_EXPR_ADD, p->offset, p->size));
		ir_op_set_prop(p->op, NAME_offset, expr_attr(c, scratch, p->offset));
		for (u32 k = p->first; k <= p->last && k < launches; k++) {
			alive[k] += ir_expr_is_const(p->size) ? p->size->value : 0;
			peak = BASE_MAX(peak, alive[k]);
		}
	}
	ir_op_set_attr(func, ir_name_get(c, STR("lam.arena_bytes")), expr_attr(c, scratch, total));
	ir_op_set_attr(func, ir_name_get(c, STR("lam.live_bytes")), ir_attr_i64(c, peak));
	return true;
}
