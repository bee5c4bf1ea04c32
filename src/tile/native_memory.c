// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile-to-native: loads and stores. A transfer becomes, line by line, vector.load/store of native
// chunks; masked ones where a chunk is partial or may be out of bounds; one scalar load and a
// broadcast where the memref does not vary along the vector's last dim; scalar loads where it is not
// contiguous there.
#include "tile/native.h"

#define MEMORY_RANK_MAX 16

// One transfer, in terms common to transfer_read/write, load/store and maskedload/maskedstore.
struct transfer {
	struct ir_op *op;
	struct ir_value *memref, *padding, *mask;
	struct ir_value *index[MEMORY_RANK_MAX];
	u32 rank;                        // of the memref
	u32 vector_rank;
	int walks[MEMORY_RANK_MAX];      // vector dim -> memref dim, -1 broadcast
	bool checked[MEMORY_RANK_MAX];   // vector dim may leave the memref
	struct native_shape shape;
	ir_type vector;
};

static void read_transfer(struct transfer *t, u32 first_index, u32 num_indices) {
	t->rank = num_indices;
	for (u32 i = 0; i < num_indices; i++)
		t->index[i] = ir_operand_get(t->op, first_index + i);
	ir_attr map = ir_op_attr(t->op, NAME_permutation_map), bounds = ir_op_attr(t->op, NAME_in_bounds);
	t->vector_rank = t->vector->rank;
	for (u32 i = 0; i < t->vector_rank; i++) {
		if (map) {
			ir_expr e = map->exprs[i];
			t->walks[i] = e->kind == IR_EXPR_DIM ? (int)e->value : -1;
		} else {
			t->walks[i] = (int)(t->rank - t->vector_rank + i);
		}
		t->checked[i] = map && t->walks[i] >= 0 && !(bounds && i < bounds->count && bounds->elements[i]->integer);
	}
}

static struct transfer transfer_of(struct native *n, struct ir_op *op, bool write) {
	bool full = op->info->id == OP_vector_transfer_read || op->info->id == OP_vector_transfer_write;
	struct transfer t = {.op = op};
	struct ir_range indices = ir_op_operand_group(op, full ? (write ? 2 : 1) : write && op->info->id == OP_vector_store ? 2 : 1);
	t.vector = write && op->info->id != OP_vector_maskedstore ? ir_operand_get(op, 0)->type : NULL;
	switch (op->info->id) {
	case OP_vector_transfer_read:
		t.memref = ir_operand_get(op, 0);
		t.padding = ir_operand_get(op, ir_op_operand_group(op, 2).first);
		if (ir_op_operand_group(op, 3).count)
			t.mask = ir_operand_get(op, ir_op_operand_group(op, 3).first);
		t.vector = ir_result_get(op, 0)->type;
		break;
	case OP_vector_transfer_write:
		t.memref = ir_operand_get(op, 1);
		if (ir_op_operand_group(op, 3).count)
			t.mask = ir_operand_get(op, ir_op_operand_group(op, 3).first);
		break;
	case OP_vector_load:
		t.memref = ir_operand_get(op, 0);
		t.vector = ir_result_get(op, 0)->type;
		break;
	case OP_vector_store:
		t.memref = ir_operand_get(op, 1);
		break;
	case OP_vector_maskedload:
		t.memref = ir_operand_get(op, 0);
		t.mask = ir_operand_get(op, ir_op_operand_group(op, 2).first);
		t.padding = ir_operand_get(op, ir_op_operand_group(op, 3).first);
		t.vector = ir_result_get(op, 0)->type;
		break;
	default:
		t.memref = ir_operand_get(op, 0);
		t.mask = ir_operand_get(op, ir_op_operand_group(op, 2).first);
		t.vector = ir_operand_get(op, ir_op_operand_group(op, 3).first)->type;
		break;
	}
	t.shape = native_shape_of(n, t.vector);
	read_transfer(&t, indices.first, indices.count);
	return t;
}

static struct ir_value *index_const(struct native *n, i64 v) {
	struct ir_named_attr prop = {NAME_value, ir_attr_integer(n->context, ir_type_index(n->context), v)};
	return native_build(n, OP_arith_constant, 0, NULL, ir_type_index(n->context), &prop, 1);
}

static struct ir_value *index_plus(struct native *n, struct ir_value *v, i64 offset) {
	if (offset == 0)
		return v;
	struct ir_value *operands[] = {v, index_const(n, offset)};
	return native_build(n, OP_arith_addi, 2, operands, v->type, NULL, 0);
}

// Positions of a line in the outer vector dims.
static void line_position(const struct transfer *t, u32 line, i64 *position) {
	for (u32 i = t->vector_rank - 1; i-- > 0;) {
		position[i] = line % (u32)t->vector->shape[i];
		line /= (u32)t->vector->shape[i];
	}
}

// Memref indices of an element of the vector.
static void element_indices(struct native *n, const struct transfer *t, u32 line, u32 at, struct ir_value **out) {
	i64 position[MEMORY_RANK_MAX] = {0}, offset[MEMORY_RANK_MAX] = {0};
	line_position(t, line, position);
	position[t->vector_rank - 1] = at;
	for (u32 i = 0; i < t->vector_rank; i++)
		if (t->walks[i] >= 0)
			offset[t->walks[i]] += position[i];
	for (u32 j = 0; j < t->rank; j++)
		out[j] = index_plus(n, t->index[j], offset[j]);
}

static struct ir_value *memref_size(struct native *n, struct ir_value *memref, u32 dim) {
	if (memref->type->shape[dim] != IR_DYNAMIC)
		return index_const(n, memref->type->shape[dim]);
	struct ir_value *operands[] = {memref, index_const(n, dim)};
	return native_build(n, OP_memref_dim, 2, operands, ir_type_index(n->context), NULL, 0);
}

static struct ir_value *compare_slt(struct native *n, struct ir_value *x, struct ir_value *y) {
	struct ir_value *operands[] = {x, y};
	struct ir_named_attr prop = {NAME_predicate, ir_attr_i64(n->context, 2)};
	return native_build(n, OP_arith_cmpi, 2, operands, ir_type_int(n->context, 1), &prop, 1);
}

// Is this line inside the memref along the checked outer dims? NULL: certainly.
static struct ir_value *line_in_bounds(struct native *n, const struct transfer *t, struct ir_value *const *indices) {
	struct ir_value *all = NULL;
	for (u32 i = 0; i + 1 < t->vector_rank; i++) {
		if (!t->checked[i])
			continue;
		u32 j = (u32)t->walks[i];
		struct ir_value *in = compare_slt(n, indices[j], memref_size(n, t->memref, j));
		struct ir_value *both[] = {all, in};
		all = all ? native_build(n, OP_arith_andi, 2, both, in->type, NULL, 0) : in;
	}
	return all;
}

// The mask of a native chunk, NULL when every lane is accessed.
static struct ir_value *chunk_mask(struct native *n, const struct transfer *t, u32 slice, ir_type type,
                                   struct ir_value *const *indices) {
	u32 chunk = slice % t->shape.chunks, active = native_active(t->shape, chunk), lanes = (u32)type->shape[0];
	i64 shape = lanes;
	ir_type mask_type = ir_type_vector(n->context, 1, &shape, NULL, ir_type_int(n->context, 1));
	struct ir_value *mask = active < lanes ? native_prefix_mask(n, active, lanes) : NULL;
	u32 last = t->vector_rank - 1;
	if (t->checked[last]) {
		u32 j = (u32)t->walks[last];
		struct ir_value *room[] = {memref_size(n, t->memref, j), indices[j]};
		struct ir_value *left = native_build(n, OP_arith_subi, 2, room, room[0]->type, NULL, 0);
		if (active < lanes) {
			struct ir_value *least[] = {left, index_const(n, active)};
			left = native_build(n, OP_arith_minsi, 2, least, left->type, NULL, 0);
		}
		mask = native_build(n, OP_vector_create_mask, 1, &left, mask_type, NULL, 0);
	}
	struct ir_value *line = line_in_bounds(n, t, indices);
	struct ir_value *given = t->mask ? native_slices(n, t->mask)[slice] : NULL;
	for (u32 i = 0; i < 2; i++) {
		struct ir_value *extra = i ? given : line ? native_splat(n, line, mask_type) : NULL;
		struct ir_value *both[] = {mask, extra};
		if (extra)
			mask = mask ? native_build(n, OP_arith_andi, 2, both, mask_type, NULL, 0) : extra;
	}
	return mask;
}

static bool contiguous(const struct transfer *t) {
	i64 strides[MEMORY_RANK_MAX], offset;
	int last = t->walks[t->vector_rank - 1];
	return last >= 0 && ir_memref_strides(t->memref->type, strides, &offset) && strides[last] == 1;
}

static struct ir_value *load_scalar(struct native *n, const struct transfer *t, struct ir_value *const *indices) {
	struct ir_value *operands[MEMORY_RANK_MAX + 1] = {t->memref};
	memcpy(operands + 1, indices, sizeof(struct ir_value *) * t->rank);
	return native_build(n, OP_memref_load, t->rank + 1, operands, t->memref->type->element, NULL, 0);
}

static struct ir_value *passthru(struct native *n, const struct transfer *t, u32 slice, ir_type type) {
	if (t->padding)
		return t->padding->type->kind == IR_TYPE_VECTOR ? native_slices(n, t->padding)[slice] : native_splat(n, t->padding, type);
	ir_type element = type->element;
	u8 zero[16] = {0};
	struct ir_named_attr prop = {NAME_value, ir_attr_dense(n->context, type, zero, ir_type_bytes(element), true)};
	return native_build(n, OP_arith_constant, 0, NULL, type, &prop, 1);
}

static struct ir_value *load_chunk(struct native *n, const struct transfer *t, u32 slice, ir_type type) {
	struct ir_value *operands[MEMORY_RANK_MAX + 3] = {t->memref};
	element_indices(n, t, slice / t->shape.chunks, slice % t->shape.chunks * t->shape.lanes, operands + 1);
	struct ir_value *mask = chunk_mask(n, t, slice, type, operands + 1);
	if (!mask)
		return native_build(n, OP_vector_load, t->rank + 1, operands, type, NULL, 0);
	operands[1 + t->rank] = mask;
	operands[2 + t->rank] = passthru(n, t, slice, type);
	return native_build(n, OP_vector_maskedload, t->rank + 3, operands, type, NULL, 0);
}

// Element by element; the way out for lines that are not contiguous in memory.
static struct ir_value *load_elements(struct native *n, const struct transfer *t, u32 slice, ir_type type) {
	struct ir_value *v = passthru(n, t, slice, type), *indices[MEMORY_RANK_MAX];
	u32 chunk = slice % t->shape.chunks;
	for (u32 i = 0; i < native_active(t->shape, chunk); i++) {
		element_indices(n, t, slice / t->shape.chunks, chunk * t->shape.lanes + i, indices);
		i64 position = i;
		struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
		struct ir_value *operands[] = {load_scalar(n, t, indices), v};
		v = native_build(n, OP_vector_insert, 2, operands, type, &prop, 1);
	}
	return v;
}

static bool unsupported(struct native *n, const struct transfer *t, bool contiguous_line) {
	if (native_count(t->shape) > NATIVE_SLICES_MAX)
		native_fail(n, t->op, "the vector takes more than 256 native registers; tile it smaller");
	else if (!contiguous_line && (t->mask || t->checked[t->vector_rank - 1]))
		native_fail(n, t->op, "a masked access that is not contiguous; make the tile's last dimension contiguous in memory");
	else if (t->memref->type->kind != IR_TYPE_MEMREF)
		native_fail(n, t->op, "tensors have no memory at the tile level; bufferise first");
	return n->failed;
}

// Does this use take the vector apart, element by element? Then scalar loads (which an instruction can
// broadcast from memory) are better than a vector load.
static bool wants_elements(const struct ir_operand *use) {
	u32 number = (u32)(use - use->owner->operands);
	if (use->owner->info->id == OP_vector_outerproduct)
		return number == 0;
	if (use->owner->info->id != OP_vector_contract || number > 1)
		return false;
	ir_attr maps = ir_op_attr(use->owner, NAME_indexing_maps), own = maps->elements[number], acc = maps->elements[2];
	for (u32 j = 0; acc->count && j < own->count; j++)
		if (own->exprs[j] == acc->exprs[acc->count - 1])
			return false;
	return acc->count != 0;
}

static bool all_want_elements(const struct ir_value *v) {
	IR_USES(v, use)
		if (!wants_elements(use))
			return false;
	return !ir_value_unused(v);
}

static void read_elements(struct native *n, const struct transfer *t) {
	u32 total = t->shape.lines * t->shape.length;
	struct ir_value **elements = ARENA_ARRAY(n->arena, struct ir_value *, total), *indices[MEMORY_RANK_MAX];
	for (u32 i = 0; i < total; i++) {
		element_indices(n, t, i / t->shape.length, i % t->shape.length, indices);
		elements[i] = load_scalar(n, t, indices);
	}
	map_set(&n->elements, map_ptr(ir_result_get(t->op, 0)), map_ptr(elements));
}

void native_read(struct native *n, struct ir_op *op) {
	struct transfer t = transfer_of(n, op, false);
	bool broadcast = t.walks[t.vector_rank - 1] < 0, line = broadcast || contiguous(&t);
	if (unsupported(n, &t, line))
		return;
	bool checked = t.mask;
	for (u32 i = 0; i < t.vector_rank; i++)
		checked |= t.checked[i];
	if (!checked && native_is_cut(n, t.vector) && all_want_elements(ir_result_get(op, 0))) {
		read_elements(n, &t);
		return;
	}
	u32 count = native_count(t.shape);
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, count);
	for (u32 i = 0; i < count; i++) {
		i64 position[MEMORY_RANK_MAX] = {0};
		u32 source = i;  // the slice with position 0 along broadcast outer dims
		line_position(&t, i / t.shape.chunks, position);
		for (u32 d = 0, weight = count; d + 1 < t.vector_rank; d++) {
			weight /= (u32)t.vector->shape[d];
			if (t.walks[d] < 0)
				source -= (u32)position[d] * weight;
		}
		if (broadcast)
			source -= source % t.shape.chunks;
		ir_type type = native_slice_type(n, t.shape, i % t.shape.chunks, t.vector->element);
		if (source < i && out[source]->type == type) {
			out[i] = out[source];
		} else if (t.shape.lanes == 1 || broadcast) {
			struct ir_value *indices[MEMORY_RANK_MAX];
			element_indices(n, &t, i / t.shape.chunks, 0, indices);
			out[i] = native_splat(n, load_scalar(n, &t, indices), type);
		} else {
			out[i] = line ? load_chunk(n, &t, i, type) : load_elements(n, &t, i, type);
		}
	}
	native_set(n, ir_result_get(op, 0), out);
}

static void store_chunk(struct native *n, const struct transfer *t, u32 slice, struct ir_value *v) {
	struct ir_value *operands[MEMORY_RANK_MAX + 3] = {v, t->memref};
	element_indices(n, t, slice / t->shape.chunks, slice % t->shape.chunks * t->shape.lanes, operands + 2);
	if (t->shape.lanes == 1) {
		native_build(n, OP_memref_store, t->rank + 2, operands, NULL, NULL, 0);
		return;
	}
	struct ir_value *mask = chunk_mask(n, t, slice, v->type, operands + 2);
	if (!mask) {
		native_build(n, OP_vector_store, t->rank + 2, operands, NULL, NULL, 0);
		return;
	}
	// maskedstore takes base, indices, mask, value.
	memmove(operands, operands + 1, sizeof(struct ir_value *) * (t->rank + 1));
	operands[1 + t->rank] = mask;
	operands[2 + t->rank] = v;
	native_build(n, OP_vector_maskedstore, t->rank + 3, operands, NULL, NULL, 0);
}

static void store_elements(struct native *n, const struct transfer *t, u32 slice, struct ir_value *vector) {
	u32 chunk = slice % t->shape.chunks, line = slice / t->shape.chunks;
	for (u32 i = 0; i < native_active(t->shape, chunk); i++) {
		struct ir_value *operands[MEMORY_RANK_MAX + 2] = {native_element(n, vector, line, chunk * t->shape.lanes + i), t->memref};
		element_indices(n, t, line, chunk * t->shape.lanes + i, operands + 2);
		native_build(n, OP_memref_store, t->rank + 2, operands, NULL, NULL, 0);
	}
}

void native_write(struct native *n, struct ir_op *op) {
	struct transfer t = transfer_of(n, op, true);
	bool line = contiguous(&t) || t.shape.lanes == 1;
	if (unsupported(n, &t, line))
		return;
	struct ir_value *v = op->info->id == OP_vector_maskedstore ? ir_operand_get(op, ir_op_operand_group(op, 3).first)
	                                                           : ir_operand_get(op, 0);
	struct ir_value **slices = native_slices(n, v);
	for (u32 i = 0; i < native_count(t.shape); i++) {
		if (line)
			store_chunk(n, &t, i, slices[i]);
		else
			store_elements(n, &t, i, v);
	}
}
