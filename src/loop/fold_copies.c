// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fold-copies: a linalg.generic that only moves elements (broadcast, transpose, reverse) vanishes into
// the access maps of the structured ops that read it: reader map' = copy's input map after reader map.
// share-pads: when a tensor is padded for one reader, its other readers take the inside of the padded
// tensor, so that only one of the two exists.
#include "dialect/dialect.h"
#include "loop/fusion.h"

static bool is_copy(struct ir_op *op) {
	if (!op || op->info->id != OP_linalg_generic || op->num_operands != 2 || op->num_results != 1)
		return false;
	struct ir_block *body = op->regions[0].first;
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps);
	return ir_operand_get(body->last, 0) == body->args[0] && maps->elements[1] == ir_attr_identity_map(op->module->context, maps->elements[1]->num_dims) &&
	       maps->elements[1]->count == maps->elements[1]->num_dims;
}

static ir_attr compose(struct ir_context *c, ir_attr outer, ir_attr inner) {
	ir_expr results[LOOP_DIMS_MAX];
	CHECK(outer->count <= LOOP_DIMS_MAX);
	for (u32 i = 0; i < outer->count; i++)
		results[i] = ir_expr_substitute(c, outer->exprs[i], inner->exprs, NULL, NULL);
	return ir_attr_affine_map(c, inner->num_dims, inner->num_syms, outer->count, results);
}

// Extents are read off the operands: the reader must still have every dim alone in some operand.
static bool extents_known(struct ir_op *op, u32 changed, ir_attr map) {
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps);
	u32 known = 0;
	for (u32 i = 0; i < maps->count; i++) {
		ir_attr m = i == changed ? map : maps->elements[i];
		for (u32 j = 0; j < m->count; j++)
			if (m->exprs[j]->kind == IR_EXPR_DIM)
				known |= 1u << m->exprs[j]->value;
	}
	return known == (1u << maps->elements[0]->num_dims) - 1;
}

static void fold_into(struct ir_op *reader, u32 operand, struct ir_op *copy) {
	struct ir_context *c = reader->module->context;
	ir_attr maps = ir_op_attr(reader, NAME_indexing_maps), all[LOOP_DIMS_MAX];
	CHECK(maps->count <= LOOP_DIMS_MAX);
	ir_attr map = compose(c, ir_op_attr(copy, NAME_indexing_maps)->elements[0], maps->elements[operand]);
	if (!extents_known(reader, operand, map))
		return;
	memcpy(all, maps->elements, sizeof(ir_attr) * maps->count);
	all[operand] = map;
	ir_op_set_prop(reader, NAME_indexing_maps, ir_attr_array(c, maps->count, all));
	ir_op_set_operand(reader, operand, ir_operand_get(copy, 0));
}

// A reshape that only adds or drops dims of size 1: the reader's map in terms of the source. The fine
// side's groups have at most one dim that is not 1. NULL for any other reshape.
static ir_attr unit_reshape_map(struct ir_op *op, ir_attr map) {
	struct ir_context *c = op->module->context;
	bool expand = op->info->id == OP_tensor_expand_shape;
	ir_attr groups = ir_op_attr(op, NAME_reassociation);
	ir_type fine = expand ? ir_result_get(op, 0)->type : ir_operand_get(op, 0)->type;
	ir_expr results[LOOP_DIMS_MAX], zero = ir_expr_const(c, 0);
	CHECK(fine->rank <= LOOP_DIMS_MAX);
	for (u32 i = 0; i < groups->count; i++) {
		u32 count = groups->elements[i]->count, first = (u32)ir_attr_array_int(groups->elements[i], 0), big = first, bigs = 0;
		for (u32 k = 0; k < count; k++)
			if (fine->shape[first + k] != 1) {
				big = first + k;
				bigs++;
			}
		if (bigs > 1)
			return NULL;
		if (expand)
			results[i] = map->exprs[big];
		for (u32 k = 0; !expand && k < count; k++)
			results[first + k] = first + k == big ? map->exprs[i] : zero;
	}
	return ir_attr_affine_map(c, map->num_dims, map->num_syms, expand ? groups->count : fine->rank, results);
}

static bool fold_reshape(struct ir_op *reader, u32 operand) {
	struct ir_op *def = ir_value_def(ir_operand_get(reader, operand));
	if (!def || (def->info->id != OP_tensor_expand_shape && def->info->id != OP_tensor_collapse_shape))
		return false;
	ir_attr maps = ir_op_attr(reader, NAME_indexing_maps), all[LOOP_DIMS_MAX];
	ir_attr map = unit_reshape_map(def, maps->elements[operand]);
	if (!map || !extents_known(reader, operand, map))
		return false;
	memcpy(all, maps->elements, sizeof(ir_attr) * maps->count);
	all[operand] = map;
	ir_op_set_prop(reader, NAME_indexing_maps, ir_attr_array(reader->module->context, maps->count, all));
	ir_op_set_operand(reader, operand, ir_operand_get(def, 0));
	return true;
}

void loop_fold_copies(struct ir_op *func, struct arena *scratch) {
	(void)scratch;
	struct ir_block *body = func->regions[0].first;
	for (struct ir_op *op = body->first; op; op = op->next) {
		if (op->info->id != OP_linalg_generic)
			continue;
		u32 inputs = ir_op_operand_group(op, 0).count;
		for (u32 i = 0; i < inputs; i++) {
			while (fold_reshape(op, i))
				;
			while (is_copy(ir_value_def(ir_operand_get(op, i)))) {
				struct ir_value *before = ir_operand_get(op, i);
				fold_into(op, i, ir_value_def(before));
				if (ir_operand_get(op, i) == before)
					break;
				while (fold_reshape(op, i))
					;
			}
		}
	}
	for (struct ir_op *op = body->last, *prev; op; op = prev) {
		prev = op->prev;
		if (ir_op_is_dead(op))
			ir_op_erase(op);
	}
}

static bool only_pads(const struct ir_value *v) {
	IR_USES(v, u)
		if (u->owner->info->id != OP_tensor_pad)
			return false;
	return true;
}

static struct ir_value *size_value(struct ir_builder *b, ir_expr size) {
	struct arena text_arena;
	struct strbuf text;
	arena_init(&text_arena);
	strbuf_init(&text, &text_arena);
	ir_expr_print(b->module->context, size, &text);
	struct ir_named_attr props[] = {{NAME_size, ir_attr_string(b->module->context, strbuf_str(&text))}, {0}};
	arena_deinit(&text_arena);
	return ir_result_get(ir_build_op(b, OP_lam_dim, 0, NULL, props), 0);
}

static void share_pad(struct ir_op *pad) {
	struct ir_value *source = ir_operand_get(pad, 0), *padded = ir_result_get(pad, 0);
	struct ir_op *def = ir_value_def(source);
	if (!def || def->block != pad->block || only_pads(source))
		return;
	// The pad moves up behind its source, the view behind the pad.
	ir_op_remove(pad);
	ir_op_insert_after(pad, def);
	struct dialect_index offsets[LOOP_DIMS_MAX], sizes[LOOP_DIMS_MAX], strides[LOOP_DIMS_MAX];
	struct ir_builder b = ir_builder_after(pad);
	b.loc = pad->loc;
	for (u32 d = 0; d < source->type->rank; d++) {
		offsets[d] = dialect_index_const(ir_attr_array_int(ir_op_attr(pad, NAME_static_low), d));
		sizes[d] = dialect_index_const(source->type->shape[d]);
		if (source->type->shape[d] == IR_DYNAMIC)
			sizes[d] = (struct dialect_index){size_value(&b, source->type->dims[d]), 0};
		strides[d] = dialect_index_const(1);
	}
	struct ir_value *inside = dialect_build_slice(&b, OP_tensor_extract_slice, padded, source->type->rank, offsets, sizes, strides, source->type);
	for (struct ir_operand *u = source->uses, *next; u; u = next) {
		next = u->next;
		if (u->owner != pad && u->owner->info->id != OP_tensor_pad)
			ir_op_set_operand(u->owner, (u32)(u - u->owner->operands), inside);
	}
}

void loop_share_pads(struct ir_op *func) {
	for (struct ir_op *op = func->regions[0].first->first, *next; op; op = next) {
		next = op->next;
		if (op->info->id == OP_tensor_pad)
			share_pad(op);
	}
}
