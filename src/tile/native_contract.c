// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile-to-native: contractions, outer products and reductions.
//
// A contraction is a sequence of FMAs into the accumulator's slices, the reduced dims outermost and in
// order, so that each accumulator element sees its products in the order the tile level defines. One
// operand gives vectors along the accumulator's last dim, the other scalars that are broadcast.
#include "tile/native.h"

static struct ir_value *fma_slice(struct native *n, struct ir_value *x, struct ir_value *y, struct ir_value *acc) {
	struct ir_value *operands[] = {x, y, acc};
	return native_build(n, acc->type->kind == IR_TYPE_VECTOR ? OP_vector_fma : OP_math_fma, 3, operands, acc->type, NULL, 0);
}

static u16 combiner_of(struct native *n, struct ir_op *op, bool is_float) {
	u16 id = dialect_combining_op(ir_op_attr(op, NAME_kind), is_float);
	if (!id)
		native_fail(n, op, "a combining kind that the element type does not have");
	return id;
}

static struct ir_value *combine(struct native *n, u16 id, struct ir_value *x, struct ir_value *y) {
	struct ir_value *operands[] = {x, y};
	return native_build(n, id, 2, operands, x->type, NULL, 0);
}

void native_outerproduct(struct native *n, struct ir_op *op) {
	struct ir_value *a = ir_operand_get(op, 0), *b = ir_operand_get(op, 1);
	struct ir_value *acc = op->num_operands > 2 ? ir_operand_get(op, 2) : NULL;
	ir_type type = ir_result_get(op, 0)->type;
	if (b->type->kind != IR_TYPE_VECTOR || !ir_type_is_float(type->element)) {
		native_fail(n, op, "only outer products of two float vectors");
		return;
	}
	struct native_shape s = native_shape_of(n, type);
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, native_count(s)), **columns = native_slices(n, b);
	for (u32 line = 0; line < s.lines; line++) {
		struct ir_value *scalar = native_element(n, a, 0, line);
		for (u32 c = 0; c < s.chunks; c++) {
			u32 i = line * s.chunks + c;
			struct ir_value *row = native_splat(n, scalar, columns[c]->type);
			out[i] = acc ? fma_slice(n, row, columns[c], native_slices(n, acc)[i]) : combine(n, OP_arith_mulf, row, columns[c]);
		}
	}
	native_set(n, ir_result_get(op, 0), out);
}

// ---------------------------------------------------------------------------------------------
// vector.contract

struct contraction {
	ir_attr maps[3];          // lhs, rhs, acc over the iteration dims
	ir_type types[3];
	u32 num_dims;
	i64 extent[16];
	bool reduced[16];
	int vector_dim;           // iteration dim of the accumulator's last dim, -1 for a scalar accumulator
};

static bool read_contraction(struct native *n, struct ir_op *op, struct contraction *k) {
	ir_attr maps = ir_op_attr(op, NAME_indexing_maps), iterators = ir_op_attr(op, NAME_iterator_types);
	k->num_dims = maps->elements[0]->num_dims;
	CHECK(k->num_dims <= ARRAY_SIZE(k->extent));
	for (u32 i = 0; i < 3; i++) {
		k->maps[i] = maps->elements[i];
		k->types[i] = ir_operand_get(op, i)->type;
		for (u32 j = 0; j < k->maps[i]->count; j++)
			k->extent[k->maps[i]->exprs[j]->value] = k->types[i]->shape[j];
	}
	for (u32 d = 0; d < k->num_dims; d++)
		k->reduced[d] = str_find(iterators->elements[d]->text, STR("reduction")) >= 0;
	k->vector_dim = k->maps[2]->count ? (int)k->maps[2]->exprs[k->maps[2]->count - 1]->value : -1;
	ir_attr kind = ir_op_attr(op, NAME_kind);
	if (kind && !str_eq_z(kind->text, "add"))
		native_fail(n, op, "only contractions that add");
	else if (!ir_type_is_float(ir_type_scalar(k->types[2])) || ir_type_scalar(k->types[0]) != ir_type_scalar(k->types[2]))
		native_fail(n, op, "only contractions of one float type; extend the operands first");
	return !n->failed;
}

// Row-major element number of an operand at an iteration point.
static u32 element_at(const struct contraction *k, u32 operand, const i64 *point) {
	u32 at = 0;
	for (u32 j = 0; j < k->maps[operand]->count; j++)
		at = at * (u32)k->types[operand]->shape[j] + (u32)point[k->maps[operand]->exprs[j]->value];
	return at;
}

// The factor of one accumulator slice: the operand's slice where it runs along the vector dim, else
// one element, broadcast.
static struct ir_value *factor(struct native *n, struct ir_op *op, const struct contraction *k, u32 operand, const i64 *point,
                               ir_type slice) {
	struct ir_value *v = ir_operand_get(op, operand);
	ir_attr map = k->maps[operand];
	struct native_shape s = native_shape_of(n, v->type);
	u32 e = element_at(k, operand, point);
	for (u32 j = 0; j < map->count; j++) {
		if ((int)map->exprs[j]->value != k->vector_dim)
			continue;
		if (j + 1 != map->count) {
			native_fail(n, op, "an operand that holds the vector dimension, but not last; transpose it");
			return NULL;
		}
		return native_slices(n, v)[e / s.length * s.chunks + e % s.length / s.lanes];
	}
	return native_splat(n, native_element(n, v, e / s.length, e % s.length), slice);
}

static bool next_point(const struct contraction *k, i64 *point, const u32 *order, u32 count, u32 lanes) {
	for (u32 i = count; i-- > 0;) {
		u32 d = order[i];
		point[d] += (int)d == k->vector_dim ? lanes : 1;
		if (point[d] < k->extent[d])
			return true;
		point[d] = 0;
	}
	return false;
}

void native_contract(struct native *n, struct ir_op *op) {
	struct contraction k = {0};
	if (!read_contraction(n, op, &k))
		return;
	struct ir_value *acc = ir_operand_get(op, 2);
	struct native_shape s = native_shape_of(n, acc->type);
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, native_count(s));
	memcpy(out, native_slices(n, acc), sizeof(struct ir_value *) * native_count(s));
	u32 order[16], count = 0;
	for (u32 pass = 0; pass < 2; pass++)
		for (u32 d = 0; d < k.num_dims; d++)
			if (k.reduced[d] == (pass == 0))
				order[count++] = d;
	i64 point[16] = {0};
	do {
		u32 e = element_at(&k, 2, point), slice = e / s.length * s.chunks + e % s.length / s.lanes;
		struct ir_value *x = factor(n, op, &k, 0, point, out[slice]->type);
		struct ir_value *y = n->failed ? NULL : factor(n, op, &k, 1, point, out[slice]->type);
		if (n->failed)
			return;
		out[slice] = fma_slice(n, x, y, out[slice]);
	} while (next_point(&k, point, order, count, s.lanes));
	native_set(n, ir_result_get(op, 0), out);
}

// ---------------------------------------------------------------------------------------------
// Reductions

static struct ir_value *neutral(struct native *n, u16 combiner, ir_type element) {
	struct ir_named_attr prop = {NAME_value, dialect_neutral_attr(n->context, combiner, element)};
	return native_build(n, OP_arith_constant, 0, NULL, element, &prop, 1);
}

// Lanes of a native vector by halving: upper half onto lower half until one is left.
static struct ir_value *fold_lanes(struct native *n, u16 combiner, struct ir_value *v) {
	while (v->type->kind == IR_TYPE_VECTOR && v->type->shape[0] > 1) {
		i64 half = v->type->shape[0] / 2, mask[64];
		if (half == 1) {
			struct ir_value *lane[2];
			for (i64 i = 0; i < 2; i++) {
				struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &i)};
				lane[i] = native_build(n, OP_vector_extract, 1, &v, v->type->element, &prop, 1);
			}
			return combine(n, combiner, lane[0], lane[1]);
		}
		for (i64 i = 0; i < half; i++)
			mask[i] = half + i;
		ir_type type = ir_type_vector(n->context, 1, &half, NULL, v->type->element);
		struct ir_value *operands[] = {v, v};
		struct ir_named_attr high = {NAME_mask, dialect_int_list(n->context, (u32)half, mask)};
		struct ir_value *upper = native_build(n, OP_vector_shuffle, 2, operands, type, &high, 1);
		for (i64 i = 0; i < half; i++)
			mask[i] = i;
		struct ir_named_attr low = {NAME_mask, dialect_int_list(n->context, (u32)half, mask)};
		struct ir_value *lower = native_build(n, OP_vector_shuffle, 2, operands, type, &low, 1);
		v = combine(n, combiner, lower, upper);
	}
	return v;
}

static struct ir_value *with_neutral_tail(struct native *n, u16 combiner, struct ir_value *v, u32 active) {
	if (v->type->kind != IR_TYPE_VECTOR || active == v->type->shape[0])
		return v;
	struct ir_value *fill = native_splat(n, neutral(n, combiner, v->type->element), v->type);
	struct ir_value *operands[] = {native_prefix_mask(n, active, (u32)v->type->shape[0]), v, fill};
	return native_build(n, OP_arith_select, 3, operands, v->type, NULL, 0);
}

// count values combined by halving over the next power of two; absent ones are neutral, so skipped.
static struct ir_value *fold_values(struct native *n, u16 combiner, struct ir_value **values, u32 count) {
	u32 size = 1;
	while (size < count)
		size *= 2;
	for (u32 half = size / 2; half >= 1; half /= 2)
		for (u32 i = 0; i < half && i + half < count; i++)
			if (i + half < BASE_MIN(count, 2 * half))
				values[i] = combine(n, combiner, values[i], values[i + half]);
	return values[0];
}

// One line of `s.chunks` slices to a scalar. All chunks but the last are full; the last one is widened
// to full width by its neutral tail, which keeps the halving order independent of the native width.
static struct ir_value *fold_line(struct native *n, u16 combiner, struct ir_value **slices, struct native_shape s) {
	struct ir_value **chunks = ARENA_ARRAY(n->arena, struct ir_value *, s.chunks);
	for (u32 c = 0; c < s.chunks; c++)
		chunks[c] = with_neutral_tail(n, combiner, slices[c], native_active(s, c));
	ir_type full = chunks[0]->type;
	struct ir_value *last = chunks[s.chunks - 1];
	if (last->type != full) {
		i64 mask[64];
		u32 have = (u32)last->type->shape[0];
		struct ir_value *fill = native_splat(n, neutral(n, combiner, full->element), last->type);
		for (u32 i = 0; i < (u32)full->shape[0]; i++)
			mask[i] = i < have ? i : have;
		struct ir_value *operands[] = {last, fill};
		struct ir_named_attr prop = {NAME_mask, dialect_int_list(n->context, (u32)full->shape[0], mask)};
		chunks[s.chunks - 1] = native_build(n, OP_vector_shuffle, 2, operands, full, &prop, 1);
	}
	return fold_lanes(n, combiner, fold_values(n, combiner, chunks, s.chunks));
}

// In order, one element after the other: vector.reduction without `reassoc`.
static struct ir_value *fold_in_order(struct native *n, u16 combiner, struct ir_value *v, struct ir_value *acc) {
	struct native_shape s = native_shape_of(n, v->type);
	for (u32 i = 0; i < s.length; i++) {
		struct ir_value *element = native_element(n, v, 0, i);
		acc = acc ? combine(n, combiner, acc, element) : element;
	}
	return acc;
}

static bool may_reassociate(const struct ir_op *op, ir_type element) {
	if (!ir_type_is_float(element))
		return true;
	ir_attr flags = ir_op_attr(op, NAME_fastmath);
	return flags && (str_find(flags->text, STR("reassoc")) >= 0 || str_find(flags->text, STR("fast")) >= 0);
}

static void reduce_vector(struct native *n, struct ir_op *op) {
	struct ir_value *v = ir_operand_get(op, 0), *acc = op->num_operands > 1 ? ir_operand_get(op, 1) : NULL;
	struct native_shape s = native_shape_of(n, v->type);
	ir_type element = v->type->element;
	u16 combiner = combiner_of(n, op, ir_type_is_float(element));
	if (n->failed)
		return;
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, 1);
	if (may_reassociate(op, element)) {
		out[0] = s.lanes == 1 ? native_slices(n, v)[0] : fold_line(n, combiner, native_slices(n, v), s);
		if (acc)
			out[0] = combine(n, combiner, acc, out[0]);
	} else {
		out[0] = fold_in_order(n, combiner, v, acc);
	}
	native_set(n, ir_result_get(op, 0), out);
}

struct multi {
	ir_type source;
	bool reduced[16];
	bool last_reduced;
	u32 kept_lines, folded_lines;  // of the outer dims
};

// Line of the source for kept line `kept` and folded line `folded` (both row-major over their dims).
static u32 source_line(const struct multi *m, u32 kept, u32 folded) {
	u32 line = 0, weight = 1;
	for (u32 i = m->source->rank - 1; i-- > 0;) {
		u32 size = (u32)m->source->shape[i], *from = m->reduced[i] ? &folded : &kept;
		line += *from % size * weight;
		*from /= size;
		weight *= size;
	}
	return line;
}

// Slices of the source folded over the reduced outer dims: one line for each kept line.
static struct ir_value **fold_outer(struct native *n, const struct multi *m, u16 combiner, struct ir_value *v, struct native_shape s) {
	struct ir_value **in = native_slices(n, v);
	struct ir_value **lines = ARENA_ARRAY(n->arena, struct ir_value *, m->kept_lines * s.chunks);
	struct ir_value **column = ARENA_ARRAY(n->arena, struct ir_value *, m->folded_lines);
	for (u32 kept = 0; kept < m->kept_lines; kept++)
		for (u32 c = 0; c < s.chunks; c++) {
			for (u32 f = 0; f < m->folded_lines; f++)
				column[f] = in[source_line(m, kept, f) * s.chunks + c];
			lines[kept * s.chunks + c] = fold_values(n, combiner, column, m->folded_lines);
		}
	return lines;
}

static void reduce_multi(struct native *n, struct ir_op *op) {
	struct ir_value *v = ir_operand_get(op, 0), *acc = ir_operand_get(op, 1);
	struct native_shape s = native_shape_of(n, v->type);
	struct multi m = {.source = v->type, .kept_lines = 1, .folded_lines = 1};
	ir_attr dims = ir_op_attr(op, NAME_reduction_dims);
	for (u32 i = 0; i < dims->count; i++)
		m.reduced[ir_attr_array_int(dims, i)] = true;
	m.last_reduced = m.reduced[v->type->rank - 1];
	for (u32 i = 0; i + 1 < v->type->rank; i++)
		*(m.reduced[i] ? &m.folded_lines : &m.kept_lines) *= (u32)v->type->shape[i];
	u16 combiner = combiner_of(n, op, ir_type_is_float(v->type->element));
	if (n->failed)
		return;
	struct ir_value **lines = fold_outer(n, &m, combiner, v, s), **accs = native_slices(n, acc);
	struct native_shape to = native_shape_of(n, acc->type);
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, native_count(to));
	if (!m.last_reduced) {
		for (u32 i = 0; i < native_count(to); i++)
			out[i] = combine(n, combiner, accs[i], lines[i]);
		native_set(n, ir_result_get(op, 0), out);
		return;
	}
	// Each line becomes an element of the result.
	memcpy(out, accs, sizeof(struct ir_value *) * native_count(to));
	for (u32 line = 0; line < m.kept_lines; line++) {
		struct ir_value *total = s.lanes == 1 ? lines[line] : fold_line(n, combiner, lines + line * s.chunks, s);
		u32 slice = line / to.length * to.chunks + line % to.length / to.lanes;
		if (acc->type->kind != IR_TYPE_VECTOR || to.lanes == 1) {
			out[slice] = combine(n, combiner, accs[slice], total);
			continue;
		}
		i64 position = line % to.length % to.lanes;
		struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
		struct ir_value *start = native_build(n, OP_vector_extract, 1, &accs[slice], acc->type->element, &prop, 1);
		struct ir_value *operands[] = {combine(n, combiner, start, total), out[slice]};
		out[slice] = native_build(n, OP_vector_insert, 2, operands, out[slice]->type, &prop, 1);
	}
	native_set(n, ir_result_get(op, 0), out);
}

void native_reduce(struct native *n, struct ir_op *op) {
	if (op->info->id == OP_vector_reduction)
		reduce_vector(n, op);
	else
		reduce_multi(n, op);
}
