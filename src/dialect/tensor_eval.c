// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of tensors and of structured ops on them: linalg.generic and linalg.fill run their bodies
// point by point in row-major order of the iteration space, which is the order of a reduction before
// any schedule; a fusion group runs its region.
#include "dialect/eval_hooks.h"
#include "dialect/hooks.h"

static u64 element_bytes(const struct eval_value *v) { return ir_type_bytes(ir_type_scalar(v->type)); }

// Row-major number -> position and back, by run-time sizes.
static void position_of(const i64 *sizes, u32 rank, u64 n, i64 *out) {
	for (u32 i = rank; i-- > 0;) {
		out[i] = (i64)(n % (u64)sizes[i]);
		n /= (u64)sizes[i];
	}
}

static u64 number_of(const i64 *sizes, u32 rank, const i64 *position) {
	u64 n = 0;
	for (u32 i = 0; i < rank; i++)
		n = n * (u64)sizes[i] + (u64)position[i];
	return n;
}

HOOK_EVAL(tensor_eval_empty) {
	i64 sizes[EVAL_RANK_MAX];
	u32 next = 0;
	for (u32 i = 0; i < results[0].type->rank; i++)
		sizes[i] = results[0].type->shape[i] == IR_DYNAMIC ? eval_int(&operands[next++]) : results[0].type->shape[i];
	eval_resize(e, &results[0], sizes);
	return true;
}

HOOK_EVAL(tensor_eval_dim) {
	i64 i = eval_int(&operands[1]);
	if (i < 0 || i >= operands[0].type->rank)
		return eval_error(e, op, "dimension %lld of a tensor of rank %u", (long long)i, operands[0].type->rank);
	eval_set_int(&results[0], eval_size(&operands[0], (u32)i));
	return true;
}

HOOK_EVAL(tensor_eval_extract) {
	i64 at[EVAL_RANK_MAX];
	for (u32 i = 0; i < operands[0].type->rank; i++) {
		at[i] = eval_int(&operands[1 + i]);
		if (at[i] < 0 || at[i] >= eval_size(&operands[0], i))
			return eval_error(e, op, "index %lld of dimension %u", (long long)at[i], i);
	}
	u64 bytes = element_bytes(&operands[0]);
	memcpy(results[0].data, operands[0].data + number_of(operands[0].sizes, operands[0].type->rank, at) * bytes, bytes);
	return true;
}

// Collapsed dims are products of their groups; expanded ones are given.
HOOK_EVAL(tensor_eval_reshape) {
	struct eval_value *r = &results[0];
	ir_attr groups = ir_op_attr(op, NAME_reassociation);
	i64 sizes[EVAL_RANK_MAX];
	u32 next = 1;
	for (u32 i = 0; i < r->type->rank; i++) {
		sizes[i] = r->type->shape[i];
		if (sizes[i] != IR_DYNAMIC)
			continue;
		if (op->info->id == OP_tensor_expand_shape) {
			sizes[i] = eval_int(&operands[next++]);
			continue;
		}
		sizes[i] = 1;
		for (u32 k = 0; k < groups->elements[i]->count; k++)
			sizes[i] *= operands[0].sizes[ir_attr_array_int(groups->elements[i], k)];
	}
	eval_resize(e, r, sizes);
	memcpy(r->data, operands[0].data, eval_count(r) * element_bytes(r));
	return true;
}

// extract_slice: results[0] is the slice of operand 0. insert_slice: operand 0 goes into a copy of operand 1.
HOOK_EVAL(tensor_eval_slice) {
	bool insert = op->info->id == OP_tensor_insert_slice;
	const struct eval_value *whole = insert ? &operands[1] : &operands[0];
	u32 rank = whole->type->rank, next = insert ? 2 : 1;
	i64 offsets[EVAL_RANK_MAX], sizes[EVAL_RANK_MAX], strides[EVAL_RANK_MAX];
	for (u32 i = 0; i < rank; i++)
		offsets[i] = eval_mixed(op, operands, NAME_static_offsets, i, &next);
	for (u32 i = 0; i < rank; i++)
		sizes[i] = eval_mixed(op, operands, NAME_static_sizes, i, &next);
	for (u32 i = 0; i < rank; i++) {
		strides[i] = eval_mixed(op, operands, NAME_static_strides, i, &next);
		if (sizes[i] && (offsets[i] < 0 || offsets[i] + (sizes[i] - 1) * strides[i] >= whole->sizes[i]))
			return eval_error(e, op, "the slice leaves dimension %u", i);
	}
	if ((insert ? operands[0].type : results[0].type)->rank != rank)
		return eval_error(e, op, "the interpreter runs slices of full rank only");
	if (insert)
		eval_copy(e, &results[0], whole);
	else
		eval_resize(e, &results[0], sizes);
	u64 bytes = element_bytes(whole), count = 1;
	for (u32 i = 0; i < rank; i++)
		count *= (u64)sizes[i];
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX];
		position_of(sizes, rank, n, at);
		for (u32 i = 0; i < rank; i++)
			at[i] = offsets[i] + at[i] * strides[i];
		u64 k = number_of(whole->sizes, rank, at);
		if (insert)
			memcpy(results[0].data + k * bytes, operands[0].data + n * bytes, bytes);
		else
			memcpy(results[0].data + n * bytes, whole->data + k * bytes, bytes);
	}
	return true;
}

HOOK_EVAL(tensor_eval_pad) {
	const struct eval_value *v = &operands[0];
	u32 rank = v->type->rank, next = 1;
	i64 low[EVAL_RANK_MAX], sizes[EVAL_RANK_MAX];
	ir_type index = ir_type_index(eval_context(e));
	for (u32 i = 0; i < rank; i++)
		low[i] = eval_mixed(op, operands, NAME_static_low, i, &next);
	for (u32 i = 0; i < rank; i++)
		sizes[i] = low[i] + v->sizes[i] + eval_mixed(op, operands, NAME_static_high, i, &next);
	eval_resize(e, &results[0], sizes);
	u64 bytes = element_bytes(v), count = eval_count(&results[0]);
	for (u64 n = 0; n < count; n++) {
		i64 at[EVAL_RANK_MAX];
		bool inside = true;
		position_of(sizes, rank, n, at);
		for (u32 i = 0; i < rank; i++)
			inside &= at[i] >= low[i] && at[i] < low[i] + v->sizes[i];
		if (inside) {
			for (u32 i = 0; i < rank; i++)
				at[i] -= low[i];
			memcpy(results[0].data + n * bytes, v->data + number_of(v->sizes, rank, at) * bytes, bytes);
			continue;
		}
		u8 storage[EVAL_RANK_MAX][8];
		struct eval_value args[EVAL_RANK_MAX];
		struct eval_end end;
		for (u32 i = 0; i < rank; i++) {
			args[i] = (struct eval_value){.type = index, .data = storage[i], .capacity = 8};
			eval_set_int(&args[i], at[i]);
		}
		if (!eval_region(e, &op->regions[0], rank, args, &end))
			return false;
		memcpy(results[0].data + n * bytes, end.values[0].data, bytes);
	}
	return true;
}

// ---- linalg -------------------------------------------------------------------------------------

HOOK_EVAL(linalg_eval_named) {
	if (op->info->id != OP_linalg_fill || op->num_results != 1)
		return eval_error(e, op, "of the named ops the interpreter runs linalg.fill on tensors; generalise the others");
	u64 bytes = element_bytes(&results[0]);
	eval_copy(e, &results[0], &operands[1]);
	for (u64 n = 0; n < eval_count(&results[0]); n++)
		memcpy(results[0].data + n * bytes, operands[0].data, bytes);
	return true;
}

struct nest {
	ir_attr maps;
	u32 rank;
	i64 extent[EVAL_RANK_MAX], point[EVAL_RANK_MAX];
};

static bool read_nest(struct eval *e, struct ir_op *op, const struct eval_value *operands, struct nest *n) {
	n->maps = ir_op_attr(op, NAME_indexing_maps);
	n->rank = n->maps->elements[0]->num_dims;
	for (u32 d = 0; d < n->rank; d++)
		n->extent[d] = -1;
	for (u32 i = 0; i < op->num_operands; i++)
		for (u32 j = 0; j < n->maps->elements[i]->count; j++)
			if (n->maps->elements[i]->exprs[j]->kind == IR_EXPR_DIM)
				n->extent[n->maps->elements[i]->exprs[j]->value] = eval_size(&operands[i], j);
	for (u32 d = 0; d < n->rank; d++)
		if (n->extent[d] < 0)
			return eval_error(e, op, "no operand's shape gives dimension %u", d);
	return true;
}

static bool element_at(struct eval *e, struct ir_op *op, const struct nest *n, u32 operand, const struct eval_value *v, u8 **out) {
	i64 at[EVAL_RANK_MAX];
	ir_attr map = n->maps->elements[operand];
	for (u32 j = 0; j < map->count; j++)
		if (!ir_expr_evaluate(map->exprs[j], n->point, NULL, NULL, &at[j]) || at[j] < 0 || at[j] >= eval_size(v, j))
			return eval_error(e, op, "operand %u is accessed outside its dimension %u", operand, j);
	*out = v->data + number_of(v->sizes, map->count, at) * element_bytes(v);
	return true;
}

HOOK_EVAL(linalg_eval_generic) {
	struct nest n;
	u32 inputs = ir_op_operand_group(op, 0).count, outputs = op->num_operands - inputs;
	if (op->num_results != outputs || op->num_operands > 16)
		return eval_error(e, op, "the interpreter runs structured ops on tensors only");
	if (!read_nest(e, op, operands, &n))
		return false;
	u64 total = 1;
	for (u32 d = 0; d < n.rank; d++)
		total *= (u64)n.extent[d];
	for (u32 k = 0; k < outputs; k++)
		eval_copy(e, &results[k], &operands[inputs + k]);
	for (u64 step = 0; step < total; step++) {
		struct eval_value args[16];
		struct eval_end end;
		position_of(n.extent, n.rank, step, n.point);
		for (u32 i = 0; i < op->num_operands; i++) {
			const struct eval_value *v = i < inputs ? &operands[i] : &results[i - inputs];
			args[i] = (struct eval_value){.type = v->type->element, .capacity = element_bytes(v)};
			if (!element_at(e, op, &n, i, v, &args[i].data))
				return false;
		}
		eval_push_point(e, n.point);
		bool ok = eval_region(e, &op->regions[0], op->num_operands, args, &end);
		eval_pop_point(e);
		if (!ok)
			return false;
		for (u32 k = 0; k < outputs; k++)
			memcpy(args[inputs + k].data, end.values[k].data, args[inputs + k].capacity);
	}
	return true;
}

HOOK_EVAL(linalg_eval_index) {
	eval_set_int(&results[0], eval_point(e)[ir_op_int(op, NAME_dim, 0)]);
	return true;
}

HOOK_EVAL(lam_eval_group) {
	struct eval_end end;
	if (!eval_region(e, &op->regions[0], op->num_operands, operands, &end))
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		eval_copy(e, &results[i], &end.values[i]);
	return true;
}
