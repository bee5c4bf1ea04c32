// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strength reduction of addresses, outermost loop first. In a loop, the part of an address that is
// fixed outside plus what follows the induction variable becomes one pointer: carried by the loop and
// bumped once an iteration if it follows it, computed before the loop otherwise. Accesses that agree
// in that part share the pointer, and differ by constants, which stay displacements. Inner loops then
// see one value where a sum was. (Cf. Allen, Cocke and Kennedy, "Reduction of Operator Strength",
// 1981; here forms are linear by construction, so no search is needed.)
#include "tile/address.h"

#define POINTERS_MAX 10  // per loop: what the general registers hold beside counters and bases

struct pointer {
	struct address_form part;     // outer terms and terms in the induction variable
	bool moves;
	struct ir_value *value;       // inside the loop
};
struct loop_pointers {
	struct pointer list[POINTERS_MAX];
	u32 count;
};

static bool is_inside(const struct ir_value *v, struct ir_op *loop) {
	struct ir_op *holder = v->is_argument ? v->block->region->op : v->op;
	return ir_op_is_ancestor(loop, holder) && holder != loop ? true : v->is_argument && holder == loop;
}

static bool same_part(const struct address_form *x, const struct address_form *y) {
	if (x->count != y->count)
		return false;
	for (u32 i = 0; i < x->count; i++) {
		bool found = false;
		for (u32 k = 0; k < y->count && !found; k++)
			found = x->terms[i].value == y->terms[k].value && x->terms[i].factor == y->terms[k].factor &&
			        x->terms[i].coefficient == y->terms[k].coefficient;
		if (!found)
			return false;
	}
	return true;
}

// The part of an access that a pointer of this loop can stand for; the rest goes to `inner`.
static void split_form(struct ir_op *loop, struct ir_value *iv, const struct address_form *f, struct address_form *part,
                       struct address_form *inner, bool *moves) {
	*part = (struct address_form){0};
	*inner = (struct address_form){.constant = f->constant};
	*moves = false;
	for (u32 i = 0; i < f->count; i++) {
		struct address_term t = f->terms[i];
		bool follows = t.value == iv && !(t.factor && is_inside(t.factor, loop));
		bool fixed = !is_inside(t.value, loop) && !(t.factor && is_inside(t.factor, loop));
		*moves |= follows;
		address_add(follows || fixed ? part : inner, t);
	}
}

static bool worth_a_pointer(const struct address_form *part, bool moves) {
	return moves || part->count > 1 || (part->count == 1 && (part->terms[0].coefficient != 1 || part->terms[0].factor));
}

static void collect_pointers(struct address_pass *p, struct ir_op *loop, struct ir_value *iv, struct loop_pointers *all) {
	for (u32 i = 0; i < p->accesses.size; i++) {
		if (!ir_op_is_ancestor(loop, p->accesses.data[i].op))
			continue;
		struct pointer x = {.value = NULL};
		struct address_form inner;
		split_form(loop, iv, &p->accesses.data[i].form, &x.part, &inner, &x.moves);
		if (!worth_a_pointer(&x.part, x.moves))
			continue;
		u32 k = 0;
		while (k < all->count && !same_part(&all->list[k].part, &x.part))
			k++;
		if (k == all->count && all->count < POINTERS_MAX)
			all->list[all->count++] = x;
	}
}

// The pointer's value where the induction variable is `at`.
static struct ir_value *start_of(struct address_pass *p, const struct address_form *part, struct ir_value *iv, struct ir_value *at) {
	struct address_form f = {0};
	i64 first, extra = 0;
	for (u32 i = 0; i < part->count; i++) {
		struct address_term t = part->terms[i];
		if (t.value == iv) {
			if (ir_value_constant_int(at, &first)) {
				if (t.factor && first)
					address_add(&f, (struct address_term){t.factor, NULL, t.coefficient * first});
				else if (!t.factor)
					extra += t.coefficient * first;
				continue;
			}
			t.value = at;
		}
		address_add(&f, t);
	}
	struct ir_value *v = address_build(p, &f);
	return extra ? ir_build_2(&p->b, OP_arith_addi, v, dialect_const_index(&p->b, extra)) : v;
}

static struct ir_value *bump_of(struct address_pass *p, const struct address_form *part, struct ir_value *iv, struct ir_value *step) {
	struct address_form f = {0};
	i64 c;
	for (u32 i = 0; i < part->count; i++)
		if (part->terms[i].value == iv) {
			struct address_term t = part->terms[i];
			if (ir_value_constant_int(step, &c)) {
				if (!t.factor) {
					f.constant += t.coefficient * c;
					continue;
				}
				t = (struct address_term){t.factor, NULL, t.coefficient * c};
			} else {
				t.value = step;
			}
			address_add(&f, t);
		}
	struct ir_value *sum = f.count ? address_build(p, &f) : NULL;
	struct ir_value *constant = f.constant || !sum ? dialect_const_index(&p->b, f.constant) : NULL;
	return !sum ? constant : !constant ? sum : ir_build_2(&p->b, OP_arith_addi, sum, constant);
}

// The loop with one more carried value for each moving pointer.
static struct ir_op *add_carried(struct address_pass *p, struct ir_op *loop, struct loop_pointers *all, struct ir_value **bumps) {
	struct ir_value *operands[3 + 64 + POINTERS_MAX];
	ir_type types[64 + POINTERS_MAX], index = ir_type_index(p->context);
	u32 n = loop->num_operands, results = loop->num_results;
	CHECK(n <= 3 + 64);
	struct ir_block *body = loop->regions[0].first;
	struct ir_value *iv = body->args[0];
	for (u32 i = 0; i < n; i++)
		operands[i] = ir_operand_get(loop, i);
	for (u32 i = 0; i < results; i++)
		types[i] = ir_result_get(loop, i)->type;
	struct ir_value *inside[POINTERS_MAX], *step[POINTERS_MAX];
	u32 moving = 0;
	for (u32 k = 0; k < all->count; k++) {
		struct ir_value *start = start_of(p, &all->list[k].part, iv, operands[0]);
		if (!all->list[k].moves) {
			all->list[k].value = start;
			continue;
		}
		operands[n + moving] = start;
		types[results + moving] = index;
		all->list[k].value = inside[moving] = ir_block_add_arg(p->module, body, index);
		step[moving++] = bumps[k];
	}
	if (!moving)
		return loop;
	struct ir_op *yield = body->last;
	struct ir_value *yielded[64 + POINTERS_MAX];
	for (u32 i = 0; i < yield->num_operands; i++)
		yielded[i] = ir_operand_get(yield, i);
	p->b = ir_builder_before(yield);
	for (u32 m = 0; m < moving; m++)
		yielded[yield->num_operands + m] = ir_build_2(&p->b, OP_arith_addi, inside[m], step[m]);
	ir_op_recreate(yield, yield->num_operands + moving, yielded, 0, NULL);
	ir_op_erase(yield);
	struct ir_op *copy = ir_op_recreate(loop, n + moving, operands, results + moving, types);
	for (u32 i = 0; i < results; i++)
		ir_value_replace_uses(ir_result_get(loop, i), ir_result_get(copy, i));
	ir_op_erase(loop);
	return copy;
}

static void use_pointers(struct address_pass *p, struct ir_op *loop, struct ir_value *iv, const struct loop_pointers *all) {
	for (u32 i = 0; i < p->accesses.size; i++) {
		struct address_access *a = &p->accesses.data[i];
		if (!ir_op_is_ancestor(loop, a->op))
			continue;
		struct address_form part, inner;
		bool moves;
		split_form(loop, iv, &a->form, &part, &inner, &moves);
		for (u32 k = 0; k < all->count; k++)
			if (worth_a_pointer(&part, moves) && same_part(&all->list[k].part, &part)) {
				address_add(&inner, (struct address_term){all->list[k].value, NULL, 1});
				a->form = inner;
				break;
			}
	}
}

static struct ir_op *reduce_loop(struct address_pass *p, struct ir_op *loop) {
	struct ir_value *iv = loop->regions[0].first->args[0];
	struct loop_pointers all = {.count = 0};
	collect_pointers(p, loop, iv, &all);
	if (!all.count || loop->num_operands > 3 + 64)
		return loop;
	p->b = ir_builder_before(loop);
	p->b.loc = loop->loc;
	struct ir_value *bumps[POINTERS_MAX] = {NULL};
	for (u32 k = 0; k < all.count; k++)
		if (all.list[k].moves)
			bumps[k] = bump_of(p, &all.list[k].part, iv, ir_operand_get(loop, 2));
	loop = add_carried(p, loop, &all, bumps);
	use_pointers(p, loop, iv, &all);
	return loop;
}

static void reduce_block(struct address_pass *p, struct ir_block *block) {
	for (struct ir_op *op = block->first; op; op = op->next) {
		if (op->info->id == OP_scf_for)
			op = reduce_loop(p, op);
		for (u32 r = 0; r < op->num_regions; r++)
			for (struct ir_block *b = op->regions[r].first; b; b = b->next)
				reduce_block(p, b);
	}
}

void address_reduce_loops(struct address_pass *p, struct ir_op *func) {
	for (struct ir_block *b = func->regions[0].first; b; b = b->next)
		reduce_block(p, b);
}
