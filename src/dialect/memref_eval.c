// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of memrefs (views of buffers) and of tile's loads and stores at integer addresses.
#include "dialect/eval_hooks.h"
#include "dialect/hooks.h"

static void read_indices(const struct eval_value *operands, u32 rank, i64 *out) {
	for (u32 i = 0; i < rank; i++)
		out[i] = eval_int(&operands[i]);
}

HOOK_EVAL(memref_eval_load) {
	i64 indices[EVAL_RANK_MAX];
	u64 bytes = ir_type_bytes(results[0].type);
	read_indices(operands + 1, operands[0].type->rank, indices);
	u8 *p = eval_element(e, op, &operands[0], indices, bytes);
	if (p)
		memcpy(results[0].data, p, bytes);
	return p != NULL;
}

HOOK_EVAL(memref_eval_store) {
	i64 indices[EVAL_RANK_MAX];
	u64 bytes = ir_type_bytes(operands[0].type);
	read_indices(operands + 2, operands[1].type->rank, indices);
	u8 *p = eval_element(e, op, &operands[1], indices, bytes);
	if (p)
		memcpy(p, operands[0].data, bytes);
	return p != NULL;
}

HOOK_EVAL(memref_eval_alloc) {
	struct eval_value *m = &results[0];
	i64 stride = 1;
	u32 next = ir_op_operand_group(op, 0).first;
	for (u32 i = 0; i < m->type->rank; i++)
		m->sizes[i] = m->type->shape[i] == IR_DYNAMIC ? eval_int(&operands[next++]) : m->type->shape[i];
	for (u32 i = m->type->rank; i-- > 0;) {
		if (m->sizes[i] < 0 || m->sizes[i] > INT32_MAX || stride > ((i64)1 << 40))
			return eval_error(e, op, "size %lld", (long long)m->sizes[i]);
		m->strides[i] = stride;
		stride *= m->sizes[i];
	}
	m->offset = 0;
	m->buffer = eval_allocate(e, (u64)stride * ir_type_bytes(m->type->element), (u64)ir_op_int(op, NAME_alignment, 64));
	return true;
}

HOOK_EVAL(memref_eval_dealloc) {
	operands[0].buffer->freed = true;
	return true;
}

HOOK_EVAL(memref_eval_subview) {
	const struct eval_value *m = &operands[0];
	u32 rank = m->type->rank, next = 1;
	i64 offsets[EVAL_RANK_MAX], sizes[EVAL_RANK_MAX], strides[EVAL_RANK_MAX], shape[EVAL_RANK_MAX];
	for (u32 i = 0; i < rank; i++)
		offsets[i] = eval_mixed(op, operands, NAME_static_offsets, i, &next);
	for (u32 i = 0; i < rank; i++)
		sizes[i] = eval_mixed(op, operands, NAME_static_sizes, i, &next);
	for (u32 i = 0; i < rank; i++)
		strides[i] = eval_mixed(op, operands, NAME_static_strides, i, &next);
	struct eval_value *r = &results[0];
	r->buffer = m->buffer;
	r->offset = m->offset;
	bool dropped[EVAL_RANK_MAX] = {false};
	for (u32 i = 0; i < rank; i++) {
		if (sizes[i] && (offsets[i] < 0 || offsets[i] + (sizes[i] - 1) * strides[i] >= m->sizes[i]))
			return eval_error(e, op, "dimension %u: %lld + %lld * %lld leaves the source's %lld", i, (long long)offsets[i],
			                  (long long)sizes[i], (long long)strides[i], (long long)m->sizes[i]);
		r->offset += offsets[i] * m->strides[i];
		shape[i] = ir_attr_array_int(ir_op_attr(op, NAME_static_sizes), i);
	}
	if (r->type->rank != rank) {
		ir_type full = ir_type_memref(eval_context(e), rank, shape, r->type->element, NULL, NULL);
		ir_type kept = ir_type_memref(eval_context(e), r->type->rank, r->type->shape, r->type->element, NULL, NULL);
		if (!dialect_is_rank_reduced(full, kept, dropped))
			return eval_error(e, op, "result is no part of its source");
	}
	for (u32 i = 0, k = 0; i < rank; i++)
		if (!dropped[i]) {
			r->sizes[k] = sizes[i];
			r->strides[k++] = strides[i] * m->strides[i];
		}
	return true;
}

HOOK_EVAL(memref_eval_cast) {
	ir_type type = results[0].type;
	results[0] = operands[0];
	results[0].type = type;
	return true;
}

// Dense row-major views: the same elements under another shape. A collapsed dim is the product of its
// group; expanded ones are given.
HOOK_EVAL(memref_eval_reshape) {
	struct eval_value *r = &results[0];
	i64 stride = 1;
	u32 next = 1;
	ir_attr groups = ir_op_attr(op, NAME_reassociation);
	r->buffer = operands[0].buffer;
	r->offset = operands[0].offset;
	for (u32 i = 0; i < r->type->rank; i++) {
		r->sizes[i] = r->type->shape[i];
		if (r->sizes[i] != IR_DYNAMIC)
			continue;
		if (op->info->id == OP_memref_expand_shape) {
			r->sizes[i] = eval_int(&operands[next++]);
			continue;
		}
		r->sizes[i] = 1;
		for (u32 k = 0; k < groups->elements[i]->count; k++)
			r->sizes[i] *= operands[0].sizes[ir_attr_array_int(groups->elements[i], k)];
	}
	for (u32 i = r->type->rank; i-- > 0;) {
		r->strides[i] = stride;
		stride *= r->sizes[i];
	}
	return true;
}

HOOK_EVAL(memref_eval_dim) {
	i64 i = eval_int(&operands[1]);
	if (i < 0 || i >= operands[0].type->rank)
		return eval_error(e, op, "dimension %lld of a memref of rank %u", (long long)i, operands[0].type->rank);
	eval_set_int(&results[0], operands[0].sizes[i]);
	return true;
}

HOOK_EVAL(memref_eval_copy) {
	const struct eval_value *from = &operands[0], *to = &operands[1];
	u64 count = eval_count(from), bytes = ir_type_bytes(from->type->element);
	for (u64 n = 0; n < count; n++) {
		i64 indices[EVAL_RANK_MAX];
		u64 rest = n;
		for (u32 i = from->type->rank; i-- > 0;) {
			indices[i] = (i64)(rest % (u64)from->sizes[i]);
			rest /= (u64)from->sizes[i];
		}
		u8 *p = eval_element(e, op, from, indices, bytes), *q = p ? eval_element(e, op, to, indices, bytes) : NULL;
		if (!q)
			return false;
		memmove(q, p, bytes);
	}
	return true;
}

HOOK_EVAL(memref_eval_pointer) {
	const struct eval_value *m = &operands[0];
	eval_set_int(&results[0], (i64)(uintptr_t)(m->buffer->data + m->offset * (i64)ir_type_bytes(m->type->element)));
	return true;
}

HOOK_EVAL(memref_eval_nothing) {
	return true;
}

// ---- tile -----------------------------------------------------------------------------------

// One lane after the other: lanes that are masked off are not accessed.
static bool access_lanes(struct eval *e, struct ir_op *op, i64 address, ir_type t, const struct eval_value *mask, u8 *data, bool write) {
	u64 bytes = ir_type_bytes(ir_type_scalar(t)), lanes = t->kind == IR_TYPE_VECTOR ? (u64)t->shape[0] : 1;
	for (u64 i = 0; i < lanes; i++) {
		if (mask && !mask->data[i])
			continue;
		u8 *p = eval_address(e, op, address + (i64)(i * bytes), bytes);
		if (!p)
			return false;
		if (write)
			memcpy(p, data + i * bytes, bytes);
		else
			memcpy(data + i * bytes, p, bytes);
	}
	return true;
}

HOOK_EVAL(tile_eval_load) {
	struct ir_range mask = ir_op_operand_group(op, 1), passthru = ir_op_operand_group(op, 2);
	if (passthru.count)
		eval_copy(e, &results[0], &operands[passthru.first]);
	i64 address = eval_int(&operands[0]) + ir_op_int(op, NAME_offset, 0);
	return access_lanes(e, op, address, results[0].type, mask.count ? &operands[mask.first] : NULL, results[0].data, false);
}

HOOK_EVAL(tile_eval_store) {
	struct ir_range mask = ir_op_operand_group(op, 2);
	i64 address = eval_int(&operands[1]) + ir_op_int(op, NAME_offset, 0);
	return access_lanes(e, op, address, operands[0].type, mask.count ? &operands[mask.first] : NULL, operands[0].data, true);
}

HOOK_EVAL(tile_eval_frame) {
	struct eval_buffer *b = eval_allocate(e, (u64)ir_op_int(op, NAME_size, 0), (u64)ir_op_int(op, NAME_alignment, 64));
	eval_set_int(&results[0], (i64)(uintptr_t)b->data);
	return true;
}

HOOK_EVAL(lam_eval_dim) {
	i64 v;
	ir_expr size = ir_expr_parse(eval_context(e), ir_op_attr(op, NAME_size)->text);
	if (!size || !eval_symbol(e, size, &v))
		return eval_error(e, op, "a symbol of '%.*s' has no value; bind it with --dim", STR_ARG(ir_op_attr(op, NAME_size)->text));
	eval_set_int(&results[0], v);
	return true;
}

// A buffer of the arena on its own: what the memory plan says is not relied on here.
HOOK_EVAL(lam_eval_buffer) {
	return memref_eval_alloc(e, op, operands, results);
}

HOOK_EVAL(lam_eval_weights) {
	struct eval_value *m = &results[0];
	ir_attr value = ir_op_attr(op, NAME_value);
	i64 stride = 1;
	for (u32 i = m->type->rank; i-- > 0;) {
		m->sizes[i] = m->type->shape[i];
		m->strides[i] = stride;
		stride *= m->sizes[i];
	}
	u64 bytes = ir_type_bytes(m->type->element), size = (u64)stride * bytes;
	m->offset = 0;
	m->buffer = eval_allocate(e, size, 64);
	if (value->kind == IR_ATTR_DENSE_RESOURCE && value->blob->size >= size)
		memcpy(m->buffer->data, value->blob->data, size);
	else if (value->kind == IR_ATTR_DENSE_ELEMENTS)
		for (i64 i = 0; i < stride; i++)
			memcpy(m->buffer->data + (u64)i * bytes, value->data + (value->splat ? 0 : (u64)i * bytes), bytes);
	else
		return eval_error(e, op, "weights without data");
	return true;
}
