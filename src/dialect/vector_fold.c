// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector's folds: pieces of constants, pieces of what was just put together, ops that change
// nothing. Elements of constants are found by position: a fold describes where element i of its
// result stands in the source (dialect_fold_rearranged).
#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static struct ir_value *operand(const struct ir_op *op, u32 i) { return ir_operand_get(op, i); }

static bool is_constant_list(ir_attr list) {
	for (u32 i = 0; i < list->count; i++)
		if (ir_attr_array_int(list, i) == IR_DYNAMIC)
			return false;
	return true;
}

static void row_major(const i64 *shape, u32 rank, i64 *strides) {
	i64 stride = 1;
	for (u32 i = rank; i-- > 0;) {
		strides[i] = stride;
		stride *= shape[i];
	}
}

// Element i of a box of `sizes` stands at base + sum of index_k * steps[k].
struct box {
	u32 rank;
	i64 base;
	i64 sizes[RANK_MAX], steps[RANK_MAX];
};

static u64 box_position(const void *user, u64 i) {
	const struct box *b = user;
	i64 at = b->base;
	for (u32 k = b->rank; k-- > 0;) {
		at += (i64)(i % (u64)b->sizes[k]) * b->steps[k];
		i /= (u64)b->sizes[k];
	}
	return (u64)at;
}

static bool fold_box(struct ir_context *c, ir_type type, ir_attr from, const struct box *b,
                     struct ir_fold_result *results) {
	return dialect_fold_rearranged(c, type, from, box_position, b, results);
}

// The scalar that every element of a value is, where an op made it so.
static struct ir_value *splatted(const struct ir_value *v) {
	struct ir_op *def = ir_value_def(v);
	if ((op_is(def, OP_vector_splat) || op_is(def, OP_vector_broadcast)) &&
	    !ir_type_is_shaped(operand(def, 0)->type))
		return operand(def, 0);
	return NULL;
}

// The element of a constant as an attribute.
static ir_attr element_attr(struct ir_context *c, ir_attr dense, u64 i) {
	if (ir_type_is_float(dense->type->element))
		return ir_attr_float(c, dense->type->element, ir_dense_get_float(dense, i));
	if (ir_type_is_int_or_index(dense->type->element))
		return ir_attr_integer(c, dense->type->element, ir_dense_get_int(dense, i));
	return NULL;
}

static bool fold_element(struct ir_context *c, ir_attr dense, u64 i,
                         struct ir_fold_result *results) {
	ir_attr a = dense && dense->kind == IR_ATTR_DENSE_ELEMENTS
	                ? element_attr(c, dense, dense->splat ? 0 : i)
	                : NULL;
	return a && dialect_fold_to_attr(results, a);
}

// ---- from scalars -----------------------------------------------------------------------------

// A scalar constant as splat of a type; not of complex numbers.
static ir_attr splat_attr(struct ir_context *c, ir_type type, ir_attr scalar) {
	if (!scalar)
		return NULL;
	if (scalar->kind == IR_ATTR_INTEGER)
		return dialect_int_attr(c, type, scalar->integer);
	return scalar->kind == IR_ATTR_FLOAT ? dialect_float_attr(c, type, scalar->real) : NULL;
}

HOOK_FOLD(vector_fold_splat) {
	ir_attr splat = splat_attr(c, op->results[0].type, operands[0]);
	return splat && dialect_fold_to_attr(results, splat);
}

HOOK_FOLD(vector_fold_broadcast) {
	ir_type from = operand(op, 0)->type, to = op->results[0].type;
	if (from == to)
		return dialect_fold_to_value(results, operand(op, 0));
	struct ir_op *inner = ir_value_def(operand(op, 0));
	if (op_is(inner, OP_vector_broadcast)) {
		ir_op_set_operand(op, 0, operand(inner, 0));
		return true;
	}
	if (!ir_type_is_shaped(from)) {
		ir_attr splat = splat_attr(c, to, operands[0]);
		return splat && dialect_fold_to_attr(results, splat);
	}
	if (to->rank > RANK_MAX)
		return false;
	struct box b = {.rank = to->rank};
	u32 lead = to->rank - from->rank;
	row_major(from->shape, from->rank, b.steps + lead);
	for (u32 i = 0; i < to->rank; i++) {
		b.sizes[i] = to->shape[i];
		if (i < lead || from->shape[i - lead] == 1)
			b.steps[i] = 0;
	}
	return fold_box(c, to, operands[0], &b, results);
}

HOOK_FOLD(vector_fold_step) {
	ir_type type = op->results[0].type;
	if (type->scalable || !dialect_may_fold(type))
		return false;
	struct arena scratch;
	arena_init(&scratch);
	u64 n = (u64)type->shape[0];
	u64 *values = ARENA_ARRAY(&scratch, u64, n);
	for (u64 i = 0; i < n; i++)
		values[i] = i;
	ir_attr folded = ir_attr_dense(c, type, values, sizeof(*values) * n, n == 1);
	arena_deinit(&scratch);
	return dialect_fold_to_attr(results, folded);
}

// ---- elements and sub-vectors -----------------------------------------------------------------

// The row-major position that constant leading indices give, and the number of elements there.
static u64 leading_position(ir_type t, ir_attr position, u64 *count) {
	u64 at = 0;
	*count = 1;
	for (u32 i = 0; i < t->rank; i++) {
		at =
			at * (u64)t->shape[i] + (i < position->count ? (u64)ir_attr_array_int(position, i) : 0);
		if (i >= position->count)
			*count *= (u64)t->shape[i];
	}
	return at;
}

// What stands at the position of an extract where the vector was put together.
static struct ir_value *inserted_at(const struct ir_op *extract, struct ir_value *vector,
                                    ir_attr position) {
	struct ir_op *def = ir_value_def(vector);
	struct ir_value *scalar = splatted(vector);
	u64 count;
	if (scalar && position->count == vector->type->rank)
		return scalar;
	if (op_is(def, OP_vector_insert) && ir_op_attr(def, NAME_static_position) == position &&
	    is_constant_list(position))
		return operand(def, 0);
	if (op_is(def, OP_vector_from_elements) && position->count == vector->type->rank &&
	    is_constant_list(position))
		return operand(def, (u32)leading_position(vector->type, position, &count));
	if (op_is(def, OP_vector_broadcast) && operand(def, 0)->type == extract->results[0].type)
		return operand(def, 0)->type->rank + position->count == vector->type->rank ? operand(def, 0)
		                                                                           : NULL;
	return NULL;
}

HOOK_FOLD(vector_fold_extract) {
	struct ir_value *vector = operand(op, 0);
	ir_attr position = ir_op_attr(op, NAME_static_position);
	ir_type type = op->results[0].type;
	if (position->count == 0 && type == vector->type)
		return dialect_fold_to_value(results, vector);
	struct ir_value *there = inserted_at(op, vector, position);
	if (there && there->type == type)
		return dialect_fold_to_value(results, there);
	if (!operands[0] || operands[0]->kind != IR_ATTR_DENSE_ELEMENTS ||
	    (!operands[0]->splat && !is_constant_list(position)))
		return false;
	u64 count, at = operands[0]->splat ? 0 : leading_position(vector->type, position, &count);
	if (!ir_type_is_shaped(type))
		return fold_element(c, operands[0], at, results);
	struct box b = {
		.rank = 1, .base = (i64)at, .sizes = {(i64)ir_type_num_elements(type)}, .steps = {1}};
	return fold_box(c, type, operands[0], &b, results);
}

HOOK_FOLD(vector_fold_extractelement) {
	struct ir_value *vector = operand(op, 0), *scalar = splatted(vector);
	i64 at = 0;
	if (scalar)
		return dialect_fold_to_value(results, scalar);
	if (op->num_operands > 1 && !dialect_attr_int(operands[1], &at))
		return false;
	if (vector->type->rank == 1 && (at < 0 || at >= vector->type->shape[0]))
		return false;
	return fold_element(c, operands[0], (u64)at, results);
}

// A constant with `count` elements from position `at` on replaced.
static bool fold_replaced(struct ir_context *c, ir_attr dest, ir_attr source, u64 at, u64 count,
                          struct ir_fold_result *results) {
	if (!dest || !source || dest->kind != IR_ATTR_DENSE_ELEMENTS || !dialect_may_fold(dest->type) ||
	    dest->type->scalable)
		return false;
	ir_type element = dest->type->element;
	u64 size = ir_type_bytes(element), n = (u64)ir_type_num_elements(dest->type);
	if (source->kind != IR_ATTR_DENSE_ELEMENTS) {
		i64 shape[1] = {(i64)count};
		source = splat_attr(c, ir_type_vector(c, 1, shape, NULL, element), source);
	}
	if (!source || at + count > n)
		return false;
	struct arena scratch;
	arena_init(&scratch);
	u8 *bytes = arena_alloc(&scratch, size * n, 8);
	for (u64 i = 0; i < n; i++)
		memcpy(bytes + i * size, dest->data + (dest->splat ? 0 : i * size), size);
	for (u64 i = 0; i < count; i++)
		memcpy(bytes + (at + i) * size, source->data + (source->splat ? 0 : i * size), size);
	bool splat = true;
	for (u64 i = 1; splat && i < n; i++)
		splat = memcmp(bytes, bytes + i * size, size) == 0;
	ir_attr folded = ir_attr_dense(c, dest->type, bytes, splat ? size : size * n, splat);
	arena_deinit(&scratch);
	return dialect_fold_to_attr(results, folded);
}

HOOK_FOLD(vector_fold_insert) {
	ir_attr position = ir_op_attr(op, NAME_static_position);
	ir_type dest = operand(op, 1)->type;
	if (position->count == 0 && operand(op, 0)->type == dest)
		return dialect_fold_to_value(results, operand(op, 0));
	if (!is_constant_list(position) || !ir_type_has_static_shape(dest))
		return false;
	u64 count, at = leading_position(dest, position, &count);
	return fold_replaced(c, operands[1], operands[0], at, count, results);
}

HOOK_FOLD(vector_fold_insertelement) {
	i64 at = 0;
	if (op->num_operands > 2 && !dialect_attr_int(operands[2], &at))
		return false;
	return at >= 0 && fold_replaced(c, operands[1], operands[0], (u64)at, 1, results);
}

// ---- slices -----------------------------------------------------------------------------------

HOOK_FOLD(vector_fold_extract_strided_slice) {
	ir_type from = operand(op, 0)->type, to = op->results[0].type;
	ir_attr offsets = ir_op_attr(op, NAME_offsets);
	if (from == to)
		return dialect_fold_to_value(results, operand(op, 0));
	struct ir_op *def = ir_value_def(operand(op, 0));
	if (op_is(def, OP_vector_insert_strided_slice) && operand(def, 0)->type == to &&
	    offsets->count == from->rank && ir_op_attr(def, NAME_offsets) == offsets)
		return dialect_fold_to_value(results, operand(def, 0));
	if (from->rank > RANK_MAX)
		return false;
	struct box b = {.rank = from->rank};
	row_major(from->shape, from->rank, b.steps);
	for (u32 i = 0; i < from->rank; i++) {
		b.sizes[i] = to->shape[i];
		if (i < offsets->count)
			b.base += ir_attr_array_int(offsets, i) * b.steps[i];
	}
	return fold_box(c, to, operands[0], &b, results);
}

// All of the destination; equal splats.
HOOK_FOLD(vector_fold_insert_strided_slice) {
	if (operand(op, 0)->type == operand(op, 1)->type)
		return dialect_fold_to_value(results, operand(op, 0));
	ir_attr source = operands[0], dest = operands[1];
	if (source && dest && source->kind == IR_ATTR_DENSE_ELEMENTS &&
	    dest->kind == IR_ATTR_DENSE_ELEMENTS && source->splat && dest->splat &&
	    source->data_size == dest->data_size &&
	    memcmp(source->data, dest->data, source->data_size) == 0)
		return dialect_fold_to_value(results, operand(op, 1));
	return false;
}

// ---- permutations -----------------------------------------------------------------------------

HOOK_FOLD(vector_fold_transpose) {
	ir_attr permutation = ir_op_attr(op, NAME_permutation);
	ir_type from = operand(op, 0)->type, to = op->results[0].type;
	bool identity = true;
	for (u32 i = 0; i < permutation->count; i++)
		identity &= ir_attr_array_int(permutation, i) == i;
	if (identity)
		return dialect_fold_to_value(results, operand(op, 0));
	if (from->rank > RANK_MAX)
		return false;
	struct ir_op *inner = ir_value_def(operand(op, 0));
	if (op_is(inner, OP_vector_transpose)) {
		ir_attr first = ir_op_attr(inner, NAME_permutation);
		i64 both[RANK_MAX];
		for (u32 i = 0; i < permutation->count; i++)
			both[i] = ir_attr_array_int(first, (u32)ir_attr_array_int(permutation, i));
		ir_op_set_operand(op, 0, operand(inner, 0));
		ir_op_set_prop(op, NAME_permutation, ir_attr_i64_array(c, permutation->count, both));
		return true;
	}
	i64 strides[RANK_MAX];
	struct box b = {.rank = to->rank};
	row_major(from->shape, from->rank, strides);
	for (u32 i = 0; i < to->rank; i++) {
		b.sizes[i] = to->shape[i];
		b.steps[i] = strides[ir_attr_array_int(permutation, i)];
	}
	return fold_box(c, to, operands[0], &b, results);
}

static u64 same_position(const void *user, u64 i) {
	(void)user;
	return i;
}

HOOK_FOLD(vector_fold_shape_cast) {
	ir_type type = op->results[0].type;
	if (operand(op, 0)->type == type)
		return dialect_fold_to_value(results, operand(op, 0));
	struct ir_op *inner = ir_value_def(operand(op, 0));
	if (op_is(inner, OP_vector_shape_cast) && operand(inner, 0)->type == type)
		return dialect_fold_to_value(results, operand(inner, 0));
	return dialect_fold_rearranged(c, type, operands[0], same_position, NULL, results);
}

HOOK_FOLD(vector_fold_bitcast) {
	ir_type type = op->results[0].type;
	if (operand(op, 0)->type == type)
		return dialect_fold_to_value(results, operand(op, 0));
	struct ir_op *inner = ir_value_def(operand(op, 0));
	if (!op_is(inner, OP_vector_bitcast))
		return false;
	if (operand(inner, 0)->type == type)
		return dialect_fold_to_value(results, operand(inner, 0));
	ir_op_set_operand(op, 0, operand(inner, 0));
	return true;
}

// Two constants side by side; `slice` elements a leading position.
struct pair {
	const struct ir_attr *mask;
	u64 slice;
};

static u64 shuffled_position(const void *user, u64 i) {
	const struct pair *s = user;
	return (u64)ir_attr_array_int(s->mask, (u32)(i / s->slice)) * s->slice + i % s->slice;
}

// The concatenation of two constants along the leading dimension.
static ir_attr joined(struct ir_context *c, ir_attr a, ir_attr b) {
	ir_type t = a->type;
	i64 shape[RANK_MAX];
	memcpy(shape, t->shape, sizeof(*shape) * t->rank);
	shape[0] = t->shape[0] + b->type->shape[0];
	ir_type type = ir_type_vector(c, t->rank, shape, NULL, t->element);
	if (!dialect_may_fold(type))
		return NULL;
	u64 size = ir_type_bytes(t->element),
		n[2] = {(u64)ir_type_num_elements(t), (u64)ir_type_num_elements(b->type)}, at = 0;
	struct arena scratch;
	arena_init(&scratch);
	u8 *bytes = arena_alloc(&scratch, size * (n[0] + n[1]), 8);
	for (u32 k = 0; k < 2; k++) {
		ir_attr from = k ? b : a;
		for (u64 i = 0; i < n[k]; i++, at += size)
			memcpy(bytes + at, from->data + (from->splat ? 0 : i * size), size);
	}
	ir_attr both = ir_attr_dense(c, type, bytes, at, false);
	arena_deinit(&scratch);
	return both;
}

static bool are_dense(const ir_attr *operands) {
	return operands[0] && operands[1] && operands[0]->kind == IR_ATTR_DENSE_ELEMENTS &&
	       operands[1]->kind == IR_ATTR_DENSE_ELEMENTS;
}

HOOK_FOLD(vector_fold_shuffle) {
	ir_attr mask = ir_op_attr(op, NAME_mask);
	ir_type v1 = operand(op, 0)->type, v2 = operand(op, 1)->type, type = op->results[0].type;
	bool first = type == v1, second = type == v2;
	for (u32 i = 0; i < mask->count; i++) {
		first &= ir_attr_array_int(mask, i) == i;
		second &= ir_attr_array_int(mask, i) == v1->shape[0] + i;
	}
	if (first || second)
		return dialect_fold_to_value(results, operand(op, first ? 0 : 1));
	if (!are_dense(operands) || v1->rank > RANK_MAX)
		return false;
	ir_attr both = joined(c, operands[0], operands[1]);
	struct pair s = {mask, (u64)(ir_type_num_elements(type) / mask->count)};
	return both && dialect_fold_rearranged(c, type, both, shuffled_position, &s, results);
}

// Element i of lhs is followed by element i of rhs: positions in the two side by side.
static u64 interleaved_position(const void *user, u64 i) {
	const u64 *count = user;
	return i / 2 + (i % 2 ? *count : 0);
}

HOOK_FOLD(vector_fold_interleave) {
	ir_type type = operand(op, 0)->type;
	if (!are_dense(operands) || type->rank != 1 || type->scalable)
		return false;
	u64 count = (u64)type->shape[0];
	ir_attr both = joined(c, operands[0], operands[1]);
	return both && dialect_fold_rearranged(c, op->results[0].type, both, interleaved_position,
	                                       &count, results);
}

HOOK_FOLD(vector_fold_deinterleave) {
	ir_type type = op->results[0].type;
	struct ir_op *def = ir_value_def(operand(op, 0));
	if (op_is(def, OP_vector_interleave) && operand(def, 0)->type == type) {
		results[0] = (struct ir_fold_result){NULL, operand(def, 0)};
		results[1] = (struct ir_fold_result){NULL, operand(def, 1)};
		return true;
	}
	i64 n = ir_type_has_static_shape(type) ? ir_type_num_elements(type) : 0;
	for (u32 k = 0; k < 2; k++) {
		struct box b = {.rank = 1, .base = k, .sizes = {n}, .steps = {2}};
		if (!fold_box(c, type, operands[0], &b, &results[k]))
			return false;
	}
	return true;
}

// ---- reductions -------------------------------------------------------------------------------

// Integers only: their order does not matter.
HOOK_FOLD(vector_fold_reduction) {
	static const u16 by_kind[] = {
		[IR_combining_kind_add] = OP_arith_addi,    [IR_combining_kind_mul] = OP_arith_muli,
		[IR_combining_kind_minui] = OP_arith_minui, [IR_combining_kind_minsi] = OP_arith_minsi,
		[IR_combining_kind_maxui] = OP_arith_maxui, [IR_combining_kind_maxsi] = OP_arith_maxsi,
		[IR_combining_kind_and] = OP_arith_andi,    [IR_combining_kind_or] = OP_arith_ori,
		[IR_combining_kind_xor] = OP_arith_xori,
	};
	ir_type type = op->results[0].type, vector = operand(op, 0)->type;
	i64 kind = vector_kind(op), acc = 0;
	if (!ir_type_is_int_or_index(type) || !operands[0] ||
	    operands[0]->kind != IR_ATTR_DENSE_ELEMENTS || vector->scalable)
		return false;
	if (op->num_operands > 1 && !dialect_attr_int(operands[1], &acc))
		return false;
	const struct ir_op_info *combine = ir_op_info_get(c, by_kind[kind]);
	struct ir_lane lane = {.in = type, .out = type};
	u64 n = (u64)ir_type_num_elements(vector), first = op->num_operands == 1;
	if (n == 0)
		return false;
	if (first)
		acc = ir_dense_get_int(operands[0], 0);
	for (u64 i = first; i < n; i++) {
		union ir_scalar in[2] = {{.i = acc}, {.i = ir_dense_get_int(operands[0], i)}}, out;
		if (!combine->row->hooks.scalar(&lane, in, &out))
			return false;
		acc = out.i;
	}
	return dialect_fold_to_int(c, op, results, acc);
}

// ---- memory -----------------------------------------------------------------------------------

// maskedload, expandload, gather with no lane: the pass-through value, the last operand.
HOOK_FOLD(vector_fold_masked_load) {
	i64 mask;
	u32 at = ir_op_operand_group(op, op_is(op, OP_vector_gather) ? 3 : 2).first;
	return dialect_attr_int(operands[at], &mask) && mask == 0 &&
	       dialect_fold_to_value(results, operand(op, op->num_operands - 1));
}

// Marks the dimensions of a transfer as in bounds that can be seen to be, in place.
HOOK_FOLD(vector_fold_transfer) {
	bool read = op_is(op, OP_vector_transfer_read);
	ir_type source = operand(op, read ? 0 : 1)->type,
			vector = read ? op->results[0].type : operand(op, 0)->type;
	ir_attr map = ir_op_attr(op, NAME_permutation_map), in_bounds = ir_op_attr(op, NAME_in_bounds);
	u32 first_index = ir_op_operand_group(op, read ? 1 : 2).first;
	if (map->count > RANK_MAX)
		return false;
	ir_attr flags[RANK_MAX];
	bool changed = false;
	for (u32 i = 0; i < map->count; i++) {
		flags[i] = in_bounds->elements[i];
		if (flags[i]->integer || map->exprs[i]->kind != IR_EXPR_DIM ||
		    (vector->scalable && vector->scalable[i]))
			continue;
		u32 dim = (u32)map->exprs[i]->value;
		i64 at, end;
		if (source->shape[dim] == IR_DYNAMIC ||
		    !dialect_attr_int(operands[first_index + dim], &at) || at < 0 ||
		    __builtin_add_overflow(at, vector->shape[i], &end) || end > source->shape[dim])
			continue;
		flags[i] = ir_attr_bool(c, true);
		changed = true;
	}
	if (changed)
		ir_op_set_prop(op, NAME_in_bounds, ir_attr_array(c, map->count, flags));
	return changed;
}
