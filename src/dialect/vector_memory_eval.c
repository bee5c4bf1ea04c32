// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of vector loads, stores and transfers: element by element, so that lanes which are
// masked off or out of bounds touch no memory.
#include "dialect/eval_hooks.h"
#include "dialect/hooks.h"

struct access {
	struct eval *e;
	struct ir_op *op;
	const struct eval_value *memref, *mask, *padding, *indices;
	ir_type vector;
	ir_attr map, in_bounds;
};

// Memref indices of an element of the vector; false when the element is not accessed.
static bool element_indices(const struct access *a, u64 n, i64 *out) {
	i64 at[EVAL_RANK_MAX];
	u64 rest = n;
	u32 rank = a->memref->type->rank;
	for (u32 i = a->vector->rank; i-- > 0;) {
		at[i] = (i64)(rest % (u64)a->vector->shape[i]);
		rest /= (u64)a->vector->shape[i];
	}
	if (a->mask && !a->mask->data[n])
		return false;
	for (u32 j = 0; j < rank; j++)
		out[j] = eval_int(&a->indices[j]);
	for (u32 i = 0; i < a->vector->rank; i++) {
		u32 j = rank - a->vector->rank + i;
		if (a->map) {
			if (a->map->exprs[i]->kind != IR_EXPR_DIM)
				continue;  // broadcast along this dim
			j = (u32)a->map->exprs[i]->value;
		}
		out[j] += at[i];
		bool promised = !a->map || (a->in_bounds && i < a->in_bounds->count && a->in_bounds->elements[i]->integer);
		if (!promised && (out[j] < 0 || out[j] >= a->memref->sizes[j]))
			return false;
	}
	return true;
}

static bool run(const struct access *a, u8 *data, bool write) {
	u64 bytes = ir_type_bytes(a->vector->element), count = (u64)ir_type_num_elements(a->vector);
	for (u64 n = 0; n < count; n++) {
		i64 indices[EVAL_RANK_MAX];
		if (!element_indices(a, n, indices)) {
			if (!write && a->padding) {
				bool spread = a->padding->type->kind == IR_TYPE_VECTOR;
				memcpy(data + n * bytes, a->padding->data + (spread ? n * bytes : 0), bytes);
			}
			continue;
		}
		u8 *p = eval_element(a->e, a->op, a->memref, indices, bytes);
		if (!p)
			return false;
		memcpy(write ? p : data + n * bytes, write ? data + n * bytes : p, bytes);
	}
	return true;
}

HOOK_EVAL(vector_eval_transfer_read) {
	struct ir_range mask = ir_op_operand_group(op, 3);
	if (operands[0].type->kind != IR_TYPE_MEMREF)
		return eval_error(e, op, "the interpreter reads memrefs only");
	struct access a = {e, op, &operands[0], mask.count ? &operands[mask.first] : NULL, &operands[ir_op_operand_group(op, 2).first],
	                   operands + 1, results[0].type, ir_op_attr(op, NAME_permutation_map), ir_op_attr(op, NAME_in_bounds)};
	return run(&a, results[0].data, false);
}

HOOK_EVAL(vector_eval_transfer_write) {
	struct ir_range mask = ir_op_operand_group(op, 3);
	if (operands[1].type->kind != IR_TYPE_MEMREF)
		return eval_error(e, op, "the interpreter writes memrefs only");
	struct access a = {e, op, &operands[1], mask.count ? &operands[mask.first] : NULL, NULL, operands + 2, operands[0].type,
	                   ir_op_attr(op, NAME_permutation_map), ir_op_attr(op, NAME_in_bounds)};
	return run(&a, operands[0].data, true);
}

HOOK_EVAL(vector_eval_load) {
	struct access a = {.e = e, .op = op, .memref = &operands[0], .indices = operands + 1, .vector = results[0].type};
	return run(&a, results[0].data, false);
}

HOOK_EVAL(vector_eval_store) {
	struct access a = {.e = e, .op = op, .memref = &operands[1], .indices = operands + 2, .vector = operands[0].type};
	return run(&a, operands[0].data, true);
}

HOOK_EVAL(vector_eval_maskedload) {
	u32 rank = operands[0].type->rank;
	struct access a = {.e = e, .op = op, .memref = &operands[0], .indices = operands + 1, .mask = &operands[1 + rank],
	                   .padding = &operands[2 + rank], .vector = results[0].type};
	return run(&a, results[0].data, false);
}

HOOK_EVAL(vector_eval_maskedstore) {
	u32 rank = operands[0].type->rank;
	struct access a = {.e = e, .op = op, .memref = &operands[0], .indices = operands + 1, .mask = &operands[1 + rank],
	                   .vector = operands[2 + rank].type};
	return run(&a, operands[2 + rank].data, true);
}
