// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile-to-native: ops that move elements without computing: broadcasts, shape casts, transposes,
// extraction and insertion, masks. Where source and result are cut at the same places slices are
// handed on; otherwise elements are taken out and put together again.
#include "tile/native.h"

static struct ir_value **new_slices(struct native *n, ir_type t) {
	return ARENA_ARRAY(n->arena, struct ir_value *, native_count(native_shape_of(n, t)));
}

static struct ir_value *undefined(struct native *n, ir_type type) {
	u8 zero[16] = {0};
	ir_type element = type->element;
	struct ir_named_attr prop = {NAME_value, ir_attr_dense(n->context, type, zero, ir_type_bytes(element), true)};
	return native_build(n, OP_arith_constant, 0, NULL, type, &prop, 1);
}

// A slice put together from scalars.
static struct ir_value *gather_slice(struct native *n, ir_type type, u32 count, struct ir_value *const *elements) {
	if (type->kind != IR_TYPE_VECTOR)
		return elements[0];
	struct ir_value *v = undefined(n, type);
	for (u32 i = 0; i < count; i++) {
		i64 position = i;
		struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
		struct ir_value *operands[] = {elements[i], v};
		v = native_build(n, OP_vector_insert, 2, operands, type, &prop, 1);
	}
	return v;
}

// Builds a vector whose element e (row-major) is element source_of(user, e) of `source`.
typedef u32 element_source_fn(const void *user, u32 element);
static struct ir_value **rearrange(struct native *n, struct ir_value *source, ir_type type, element_source_fn *source_of,
                                   const void *user) {
	struct native_shape to = native_shape_of(n, type), from = native_shape_of(n, source->type);
	struct ir_value **out = new_slices(n, type), *elements[64];
	for (u32 i = 0; i < native_count(to); i++) {
		u32 chunk = i % to.chunks, active = native_active(to, chunk);
		CHECK(active <= ARRAY_SIZE(elements));
		for (u32 k = 0; k < active; k++) {
			u32 e = source_of(user, i / to.chunks * to.length + chunk * to.lanes + k);
			elements[k] = native_element(n, source, e / from.length, e % from.length);
		}
		out[i] = gather_slice(n, native_slice_type(n, to, chunk, type->element), active, elements);
	}
	return out;
}

// ---------------------------------------------------------------------------------------------

// Line of the source that line `line` of the result repeats; source dims of size 1 stretch.
static u32 broadcast_line(ir_type source, ir_type result, u32 line) {
	u32 from = 0, weight = 1, shift = result->rank - source->rank;
	for (u32 i = result->rank - 1; i-- > 0;) {
		u32 position = line % (u32)result->shape[i];
		line /= (u32)result->shape[i];
		if (i < shift)
			continue;
		if (source->shape[i - shift] != 1)
			from += position * weight;
		weight *= (u32)source->shape[i - shift];
	}
	return from;
}

void native_broadcast(struct native *n, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	struct native_shape to = native_shape_of(n, type);
	struct ir_value **out = new_slices(n, type), *by_width[2] = {NULL, NULL};
	bool scalar = source->type->kind != IR_TYPE_VECTOR || source->type->rank == 0;
	bool stretch = !scalar && source->type->shape[source->type->rank - 1] == 1;
	for (u32 i = 0; i < native_count(to); i++) {
		u32 chunk = i % to.chunks, tail = chunk + 1 == to.chunks;
		ir_type slice = native_slice_type(n, to, chunk, type->element);
		if (scalar) {
			if (!by_width[tail])
				by_width[tail] = native_splat(n, native_slices(n, source)[0], slice);
			out[i] = by_width[tail];
			continue;
		}
		u32 line = broadcast_line(source->type, type, i / to.chunks);
		if (stretch) {
			struct ir_value *element = native_element(n, source, line, 0);
			bool same = i && chunk && !tail;
			out[i] = same ? out[i - 1] : native_splat(n, element, slice);
		} else {
			out[i] = native_slices(n, source)[line * to.chunks + chunk];
		}
	}
	native_set(n, ir_result_get(op, 0), out);
}

static u32 same_element(const void *user, u32 element) {
	(void)user;
	return element;
}

void native_shape_cast(struct native *n, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	struct native_shape from = native_shape_of(n, source->type), to = native_shape_of(n, type);
	bool whole = from.length == to.length || (from.length % from.lanes == 0 && to.length % to.lanes == 0 && from.lanes == to.lanes);
	native_set(n, ir_result_get(op, 0), whole ? native_slices(n, source) : rearrange(n, source, type, same_element, NULL));
}

struct transposition {
	ir_type source, result;
	const i64 *permutation;
};

static u32 transposed_element(const void *user, u32 element) {
	const struct transposition *t = user;
	u32 position[16];
	for (u32 i = t->result->rank; i-- > 0;) {
		position[t->permutation[i]] = element % (u32)t->result->shape[i];
		element /= (u32)t->result->shape[i];
	}
	u32 at = 0;
	for (u32 i = 0; i < t->source->rank; i++)
		at = at * (u32)t->source->shape[i] + position[i];
	return at;
}

void native_transpose(struct native *n, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	i64 order[16];
	CHECK(type->rank <= ARRAY_SIZE(order));
	for (u32 i = 0; i < type->rank; i++)
		order[i] = ir_attr_array_int(permutation, i);
	struct transposition t = {source->type, type, order};
	if (type->rank && order[type->rank - 1] != type->rank - 1) {
		native_set(n, ir_result_get(op, 0), rearrange(n, source, type, transposed_element, &t));
		return;
	}
	// The last dim stays: whole lines move.
	struct native_shape s = native_shape_of(n, type);
	struct ir_value **out = new_slices(n, type), **in = native_slices(n, source);
	for (u32 i = 0; i < native_count(s); i++)
		out[i] = in[transposed_element(&t, i / s.chunks * s.length) / s.length * s.chunks + i % s.chunks];
	native_set(n, ir_result_get(op, 0), out);
}

// ---------------------------------------------------------------------------------------------
// Extraction and insertion at static positions

static bool static_position(struct native *n, struct ir_op *op, ir_attr positions, u32 *first_element, ir_type whole) {
	u32 at = 0;
	for (u32 i = 0; i < whole->rank; i++) {
		i64 p = i < positions->count ? ir_attr_array_int(positions, i) : 0;
		if (p == IR_DYNAMIC) {
			native_fail(n, op, "a position known only at run time; load the element from memory instead");
			return false;
		}
		at = at * (u32)whole->shape[i] + (u32)p;
	}
	*first_element = at;
	return true;
}

void native_extract(struct native *n, struct ir_op *op) {
	struct ir_value *source = ir_operand_get(op, 0);
	struct native_shape from = native_shape_of(n, source->type);
	u32 first;
	if (!static_position(n, op, ir_op_attr(op, NAME_static_position), &first, source->type))
		return;
	ir_type type = ir_result_get(op, 0)->type;
	struct ir_value **out = new_slices(n, type);
	if (type->kind == IR_TYPE_VECTOR) {
		struct ir_value **in = native_slices(n, source) + first / from.length * from.chunks;
		for (u32 i = 0; i < native_count(native_shape_of(n, type)); i++)
			out[i] = in[i];
	} else {
		out[0] = native_element(n, source, first / from.length, first % from.length);
	}
	native_set(n, ir_result_get(op, 0), out);
}

void native_insert(struct native *n, struct ir_op *op) {
	struct ir_value *piece = ir_operand_get(op, 0), *whole = ir_operand_get(op, 1);
	struct native_shape s = native_shape_of(n, whole->type);
	u32 first;
	if (!static_position(n, op, ir_op_attr(op, NAME_static_position), &first, whole->type))
		return;
	struct ir_value **out = new_slices(n, whole->type), **in = native_slices(n, whole), **part = native_slices(n, piece);
	memcpy(out, in, sizeof(struct ir_value *) * native_count(s));
	u32 slice = first / s.length * s.chunks + first % s.length / s.lanes;
	if (piece->type->kind == IR_TYPE_VECTOR) {
		for (u32 i = 0; i < native_count(native_shape_of(n, piece->type)); i++)
			out[slice + i] = part[i];
	} else if (s.lanes == 1) {
		out[slice] = part[0];
	} else {
		i64 position = first % s.length % s.lanes;
		struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
		struct ir_value *operands[] = {part[0], in[slice]};
		out[slice] = native_build(n, OP_vector_insert, 2, operands, in[slice]->type, &prop, 1);
	}
	native_set(n, ir_result_get(op, 0), out);
}

struct window {
	ir_type source, result;
	ir_attr offsets;
};

static u32 window_element(const void *user, u32 element) {
	const struct window *w = user;
	u32 at = 0, position[16];
	for (u32 i = w->result->rank; i-- > 0;) {
		position[i] = element % (u32)w->result->shape[i];
		element /= (u32)w->result->shape[i];
	}
	for (u32 i = 0; i < w->source->rank; i++)
		at = at * (u32)w->source->shape[i] + position[i] + (i < w->offsets->count ? (u32)ir_attr_array_int(w->offsets, i) : 0);
	return at;
}

static bool unit_strides(struct ir_op *op) {
	ir_attr strides = ir_op_attr(op, NAME_strides);
	for (u32 i = 0; strides && i < strides->count; i++)
		if (ir_attr_array_int(strides, i) != 1)
			return false;
	return true;
}

void native_strided_slice(struct native *n, struct ir_op *op) {
	if (!unit_strides(op)) {
		native_fail(n, op, "strides other than 1");
		return;
	}
	struct ir_value *source = ir_operand_get(op, 0);
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr offsets = ir_op_attr(op, NAME_offsets);
	if (op->info->id == OP_vector_extract_strided_slice) {
		struct window w = {source->type, type, offsets};
		native_set(n, ir_result_get(op, 0), rearrange(n, source, type, window_element, &w));
		return;
	}
	// insert_strided_slice: element by element into copies of the destination's slices.
	struct ir_value *whole = ir_operand_get(op, 1);
	struct native_shape s = native_shape_of(n, type), p = native_shape_of(n, source->type);
	if (source->type->rank != type->rank) {
		native_fail(n, op, "a piece of lower rank; shape_cast it to the rank of the vector");
		return;
	}
	struct ir_value **out = new_slices(n, type);
	memcpy(out, native_slices(n, whole), sizeof(struct ir_value *) * native_count(s));
	struct window w = {type, source->type, offsets};
	for (u32 e = 0; e < p.lines * p.length; e++) {
		u32 at = window_element(&w, e), slice = at / s.length * s.chunks + at % s.length / s.lanes;
		struct ir_value *element = native_element(n, source, e / p.length, e % p.length);
		i64 position = at % s.length % s.lanes;
		struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
		struct ir_value *operands[] = {element, out[slice]};
		out[slice] = s.lanes == 1 ? element : native_build(n, OP_vector_insert, 2, operands, out[slice]->type, &prop, 1);
	}
	native_set(n, ir_result_get(op, 0), out);
}

// ---------------------------------------------------------------------------------------------
// Masks: bit [i, j, ...] is set where every position is below its bound.

static struct ir_value *index_const(struct native *n, i64 v) {
	struct ir_named_attr prop = {NAME_value, ir_attr_integer(n->context, ir_type_index(n->context), v)};
	return native_build(n, OP_arith_constant, 0, NULL, ir_type_index(n->context), &prop, 1);
}

static struct ir_value *bound(struct native *n, struct ir_op *op, u32 dim) {
	return op->info->id == OP_vector_create_mask ? ir_operand_get(op, dim)
	                                             : index_const(n, ir_attr_array_int(ir_op_attr(op, NAME_mask_dim_sizes), dim));
}

void native_create_mask(struct native *n, struct ir_op *op) {
	ir_type type = ir_result_get(op, 0)->type;
	struct native_shape s = native_shape_of(n, type);
	struct ir_value **out = new_slices(n, type);
	u32 last = type->rank - 1;
	struct ir_value *columns = bound(n, op, last);
	for (u32 i = 0; i < native_count(s); i++) {
		u32 chunk = i % s.chunks, line = i / s.chunks;
		ir_type slice = native_slice_type(n, s, chunk, type->element);
		struct ir_value *shift[] = {columns, index_const(n, (i64)chunk * s.lanes)};
		struct ir_value *left = chunk ? native_build(n, OP_arith_subi, 2, shift, columns->type, NULL, 0) : columns;
		for (u32 d = last; d-- > 0;) {
			struct ir_value *compared[] = {index_const(n, line % (u32)type->shape[d]), bound(n, op, d)};
			line /= (u32)type->shape[d];
			struct ir_named_attr slt = {NAME_predicate, ir_attr_i64(n->context, 2)};
			struct ir_value *in = native_build(n, OP_arith_cmpi, 2, compared, ir_type_int(n->context, 1), &slt, 1);
			struct ir_value *chosen[] = {in, left, index_const(n, 0)};
			left = native_build(n, OP_arith_select, 3, chosen, left->type, NULL, 0);
		}
		if (slice->kind == IR_TYPE_VECTOR) {
			out[i] = native_build(n, OP_vector_create_mask, 1, &left, slice, NULL, 0);
		} else {
			struct ir_value *compared[] = {index_const(n, 0), left};
			struct ir_named_attr slt = {NAME_predicate, ir_attr_i64(n->context, 2)};
			out[i] = native_build(n, OP_arith_cmpi, 2, compared, slice, &slt, 1);
		}
	}
	native_set(n, ir_result_get(op, 0), out);
}
