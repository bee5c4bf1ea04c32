// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile-to-native: n-D vectors become native slices. Each op with a cut vector is replaced by the same
// op on slices; loops and branches carry slices; memory ops become native loads and stores. What
// several slices share (a broadcast scalar, a vector loaded once) is shared by construction, since
// slices are values that are handed on, not recomputed.
//
// Requires: static vector shapes, no vector in the function's signature. Establishes: every vector is
// one native value (1-D, at most vector_bytes), no vector.transfer_*, contract, outerproduct,
// multi_reduction, shape_cast. Order of floating-point operations: elements of a reduction are combined
// by halving, x[i] with x[i + n/2], n the next power of two, absent elements neutral; it does not
// depend on the native width.
#include "tile/native.h"

static u32 next_pow2(u32 v) { return v <= 1 ? 1 : 2u << base_log2(v - 1); }

struct native_shape native_shape_of(const struct native *n, ir_type t) {
	struct native_shape s = {1, 1, 1, 1, 1};
	if (t->kind != IR_TYPE_VECTOR || t->rank == 0)
		return s;
	for (u32 i = 0; i + 1 < t->rank; i++)
		s.lines *= (u32)t->shape[i];
	s.length = (u32)t->shape[t->rank - 1];
	s.lanes = BASE_MIN(n->max_lanes, next_pow2(s.length));
	s.chunks = (s.length + s.lanes - 1) / s.lanes;
	s.tail_lanes = next_pow2(s.length - (s.chunks - 1) * s.lanes);
	return s;
}

ir_type native_slice_type(const struct native *n, struct native_shape s, u32 chunk, ir_type element) {
	u32 lanes = chunk + 1 == s.chunks ? s.tail_lanes : s.lanes;
	if (s.lanes == 1)
		return element;
	// A tail of one or two elements still sits in the smallest register: 16 bytes.
	u32 least = element->kind == IR_TYPE_INTEGER && element->width == 1 ? 4 : 16 / (u32)ir_type_bytes(element);
	lanes = BASE_MIN(BASE_MAX(lanes, BASE_MIN(least, 4)), BASE_MAX(s.lanes, 4));
	i64 shape = lanes;
	return ir_type_vector(n->context, 1, &shape, NULL, element);
}

bool native_is_cut(const struct native *n, ir_type t) {
	if (t->kind != IR_TYPE_VECTOR)
		return false;
	struct native_shape s = native_shape_of(n, t);
	return t->rank != 1 || native_count(s) != 1 || native_slice_type(n, s, 0, t->element) != t;
}

void native_set(struct native *n, struct ir_value *v, struct ir_value **slices) {
	map_set(&n->slices, map_ptr(v), map_ptr(slices));
}

struct ir_value **native_slices(struct native *n, struct ir_value *v) {
	u64 found;
	if (map_find(&n->slices, map_ptr(v), &found))
		return (struct ir_value **)(uintptr_t)found;
	struct ir_value **one = ARENA_ARRAY(n->arena, struct ir_value *, 1);
	one[0] = v;
	CHECK_MSG(!native_is_cut(n, v->type), "a vector whose slices were not made");
	return one;
}

struct ir_value *native_build(struct native *n, u16 id, u32 count, struct ir_value *const *operands, ir_type result,
                              const struct ir_named_attr *props, u32 num_props) {
	struct ir_op_desc d = {.info = ir_op_info_get(n->context, id), .num_operands = count, .operands = operands,
	                       .num_results = result ? 1 : 0, .results = &result, .num_props = num_props, .props = props};
	struct ir_op *op = ir_build(&n->b, &d);
	return result ? ir_result_get(op, 0) : NULL;
}

struct ir_value *native_splat(struct native *n, struct ir_value *scalar, ir_type type) {
	return type->kind == IR_TYPE_VECTOR && scalar->type != type
	           ? native_build(n, OP_vector_broadcast, 1, &scalar, type, NULL, 0)
	           : scalar;
}

struct ir_value *native_element(struct native *n, struct ir_value *v, u32 line, u32 at) {
	struct native_shape s = native_shape_of(n, v->type);
	u64 found;
	if (map_find(&n->elements, map_ptr(v), &found))
		return ((struct ir_value **)(uintptr_t)found)[line * s.length + at];
	struct ir_value **slices = native_slices(n, v);
	struct ir_value *slice = slices[line * s.chunks + at / s.lanes];
	if (slice->type->kind != IR_TYPE_VECTOR)
		return slice;
	i64 position = at % s.lanes;
	struct ir_named_attr prop = {NAME_static_position, ir_attr_i64_array(n->context, 1, &position)};
	return native_build(n, OP_vector_extract, 1, &slice, slice->type->element, &prop, 1);
}

struct ir_value *native_prefix_mask(struct native *n, u32 active, u32 lanes) {
	i64 shape = lanes, size = active;
	ir_type type = ir_type_vector(n->context, 1, &shape, NULL, ir_type_int(n->context, 1));
	struct ir_named_attr prop = {NAME_mask_dim_sizes, dialect_int_list(n->context, 1, &size)};
	return native_build(n, OP_vector_constant_mask, 0, NULL, type, &prop, 1);
}

void native_fail(struct native *n, struct ir_op *op, const char *why) {
	n->failed = true;
	diag_emit(ir_diags(n->context), DIAG_tile_not_native, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), why);
}

// ---------------------------------------------------------------------------------------------
// Element-wise ops and constants

static u32 copy_props(const struct ir_op *op, struct ir_named_attr *props, u32 max) {
	u32 count = 0;
	for (u32 i = 0; i < op->info->num_attrs; i++)
		if (op->props[i]) {
			CHECK(count < max);
			props[count++] = (struct ir_named_attr){op->info->attrs[i].name, op->props[i]};
		}
	return count;
}

static void elementwise(struct native *n, struct ir_op *op) {
	struct ir_named_attr props[8];
	u32 num_props = copy_props(op, props, ARRAY_SIZE(props));
	struct native_shape s = native_shape_of(n, ir_result_get(op, 0)->type);
	u32 count = native_count(s);
	struct ir_value ***operands = ARENA_ARRAY(n->arena, struct ir_value **, op->num_operands + 1);
	for (u32 k = 0; k < op->num_operands; k++)
		operands[k] = native_slices(n, ir_operand_get(op, k));
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, count);
	struct ir_value *in[8];
	CHECK(op->num_operands <= ARRAY_SIZE(in) && op->num_results == 1);
	for (u32 i = 0; i < count; i++) {
		for (u32 k = 0; k < op->num_operands; k++)
			in[k] = ir_operand_get(op, k)->type->kind == IR_TYPE_VECTOR ? operands[k][i] : operands[k][0];
		ir_type type = native_slice_type(n, s, i % s.chunks, ir_result_get(op, 0)->type->element);
		u16 id = op->info->id == OP_vector_fma && s.lanes == 1 ? OP_math_fma : op->info->id;
		out[i] = native_build(n, id, op->num_operands, in, type, props, num_props);
	}
	native_set(n, ir_result_get(op, 0), out);
}

static struct ir_value *dense_slice(struct native *n, ir_attr dense, struct native_shape s, u32 slice) {
	ir_type element = dense->type->element, type = native_slice_type(n, s, slice % s.chunks, element);
	u64 bytes = ir_type_bytes(element), first = (u64)(slice / s.chunks) * s.length + (u64)(slice % s.chunks) * s.lanes;
	u32 active = native_active(s, slice % s.chunks), lanes = type->kind == IR_TYPE_VECTOR ? (u32)type->shape[0] : 1;
	u8 *data = ARENA_ARRAY(n->arena, u8, bytes * lanes);
	for (u32 i = 0; i < active; i++)
		memcpy(data + i * bytes, dense->data + (dense->splat ? 0 : (first + i) * bytes), bytes);
	// The dead lanes of a splat keep its value, so that the slice stays a splat.
	for (u32 i = active; dense->splat && i < lanes; i++)
		memcpy(data + i * bytes, dense->data, bytes);
	ir_attr value;
	if (type->kind == IR_TYPE_VECTOR)
		value = ir_attr_dense(n->context, type, data, dense->splat ? bytes : bytes * lanes, dense->splat);
	else if (ir_type_is_float(element))
		value = ir_attr_float(n->context, element, ir_element_load_float(element, data));
	else
		value = ir_attr_integer(n->context, element, ir_element_load_int(element, data));
	struct ir_named_attr prop = {NAME_value, value};
	return native_build(n, OP_arith_constant, 0, NULL, type, &prop, 1);
}

static void constant(struct native *n, struct ir_op *op) {
	ir_attr value = ir_op_attr(op, NAME_value);
	struct native_shape s = native_shape_of(n, ir_result_get(op, 0)->type);
	u32 count = native_count(s);
	struct ir_value **out = ARENA_ARRAY(n->arena, struct ir_value *, count);
	for (u32 i = 0; i < count; i++)
		out[i] = i && value->splat && i % s.chunks == 0 && s.chunks == 1 ? out[0] : dense_slice(n, value, s, i);
	native_set(n, ir_result_get(op, 0), out);
}

// ---------------------------------------------------------------------------------------------
// Structured control flow: operands, results and block arguments of vector type become several.

static u32 expanded_types(struct native *n, u32 count, const ir_type *types, ir_type **out) {
	u32 total = 0;
	for (u32 i = 0; i < count; i++)
		total += native_count(native_shape_of(n, types[i]));
	*out = ARENA_ARRAY(n->arena, ir_type, total + 1);
	u32 at = 0;
	for (u32 i = 0; i < count; i++) {
		struct native_shape s = native_shape_of(n, types[i]);
		for (u32 k = 0; k < native_count(s); k++)
			(*out)[at++] = native_is_cut(n, types[i]) ? native_slice_type(n, s, k % s.chunks, types[i]->element) : types[i];
	}
	return total;
}

static u32 expanded_operands(struct native *n, const struct ir_op *op, struct ir_value ***out) {
	u32 total = 0;
	for (u32 i = 0; i < op->num_operands; i++)
		total += native_count(native_shape_of(n, ir_operand_get(op, i)->type));
	*out = ARENA_ARRAY(n->arena, struct ir_value *, total + 1);
	u32 at = 0;
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		struct ir_value **slices = native_slices(n, v);
		for (u32 k = 0; k < native_count(native_shape_of(n, v->type)); k++)
			(*out)[at++] = slices[k];
	}
	return total;
}

static void expand_arguments(struct native *n, struct ir_block *block) {
	for (u32 i = 0; i < block->num_args; i++) {
		struct ir_value *arg = block->args[i];
		if (!native_is_cut(n, arg->type))
			continue;
		struct native_shape s = native_shape_of(n, arg->type);
		struct ir_value **slices = ARENA_ARRAY(n->arena, struct ir_value *, native_count(s));
		for (u32 k = 0; k < native_count(s); k++)
			slices[k] = ir_block_insert_arg(n->module, block, i + 1 + k, native_slice_type(n, s, k % s.chunks, arg->type->element));
		native_set(n, arg, slices);
		i += native_count(s);
	}
}

static void lower_block(struct native *n, struct ir_block *block);

// Loops, conditionals and terminators: the same op with slices in place of vectors.
static void structured(struct native *n, struct ir_op *op) {
	struct ir_value **operands;
	u32 num_operands = expanded_operands(n, op, &operands);
	ir_type *old = ARENA_ARRAY(n->arena, ir_type, op->num_results + 1), *types;
	for (u32 i = 0; i < op->num_results; i++)
		old[i] = ir_result_get(op, i)->type;
	u32 num_results = expanded_types(n, op->num_results, old, &types);
	struct ir_op *copy = op;
	bool changed = num_operands != op->num_operands;
	for (u32 i = 0; i < op->num_results; i++)
		changed |= native_is_cut(n, old[i]);
	if (changed)
		copy = ir_op_recreate(op, num_operands, operands, num_results, types);
	else
		for (u32 i = 0; i < num_operands; i++)
			ir_op_set_operand(op, i, operands[i]);
	if (copy != op) {
		u32 at = 0;
		for (u32 i = 0; i < op->num_results; i++) {
			struct native_shape s = native_shape_of(n, old[i]);
			struct ir_value **slices = ARENA_ARRAY(n->arena, struct ir_value *, native_count(s));
			for (u32 k = 0; k < native_count(s); k++)
				slices[k] = ir_result_get(copy, at++);
			if (native_is_cut(n, old[i]))
				native_set(n, ir_result_get(op, i), slices);
			else
				ir_value_replace_uses(ir_result_get(op, i), slices[0]);
		}
		vec_push(n->arena, n->dead, op);
	}
	for (u32 r = 0; r < copy->num_regions; r++)
		for (struct ir_block *b = copy->regions[r].first; b; b = b->next) {
			expand_arguments(n, b);
			lower_block(n, b);
			vec_push(n->arena, n->blocks, b);
		}
}

// ---------------------------------------------------------------------------------------------

static bool touches_cut(const struct native *n, const struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		if (native_is_cut(n, ir_operand_get(op, i)->type))
			return true;
	for (u32 i = 0; i < op->num_results; i++)
		if (native_is_cut(n, ir_result_get(op, i)->type))
			return true;
	return false;
}

static bool always_lowered(u16 id) {
	switch (id) {
	case OP_vector_transfer_read: case OP_vector_transfer_write: case OP_vector_contract: case OP_vector_outerproduct:
	case OP_vector_multi_reduction: case OP_vector_reduction: case OP_vector_shape_cast: case OP_vector_transpose:
		return true;
	default:
		return false;
	}
}

static void lower_op(struct native *n, struct ir_op *op) {
	switch (op->info->id) {
	case OP_arith_constant: constant(n, op); return;
	case OP_vector_transfer_read: case OP_vector_load: case OP_vector_maskedload: native_read(n, op); return;
	case OP_vector_transfer_write: case OP_vector_store: case OP_vector_maskedstore: native_write(n, op); return;
	case OP_vector_broadcast: case OP_vector_splat: native_broadcast(n, op); return;
	case OP_vector_shape_cast: native_shape_cast(n, op); return;
	case OP_vector_outerproduct: native_outerproduct(n, op); return;
	case OP_vector_contract: native_contract(n, op); return;
	case OP_vector_reduction: case OP_vector_multi_reduction: native_reduce(n, op); return;
	case OP_vector_extract: native_extract(n, op); return;
	case OP_vector_insert: native_insert(n, op); return;
	case OP_vector_transpose: native_transpose(n, op); return;
	case OP_vector_create_mask: case OP_vector_constant_mask: native_create_mask(n, op); return;
	case OP_vector_extract_strided_slice: case OP_vector_insert_strided_slice: native_strided_slice(n, op); return;
	default:
		if (op->info->traits & IR_ELEMENTWISE)
			elementwise(n, op);
		else
			native_fail(n, op, "this operation has no form on slices; use arith, math or vector ops that have one");
	}
}

static void lower_block(struct native *n, struct ir_block *block) {
	for (struct ir_op *op = block->first, *next; op && !n->failed; op = next) {
		next = op->next;
		n->b = ir_builder_before(op);
		n->b.loc = op->loc;
		if (op->num_regions || (op->info->traits & IR_TERMINATOR)) {
			structured(n, op);
			continue;
		}
		if (!touches_cut(n, op) && !always_lowered(op->info->id))
			continue;
		lower_op(n, op);
		if (n->failed)
			return;
		for (u32 r = 0; r < op->num_results; r++) {
			struct ir_value *v = ir_result_get(op, r);
			if (!native_is_cut(n, v->type) && !ir_value_unused(v))
				ir_value_replace_uses(v, native_slices(n, v)[0]);
		}
		vec_push(n->arena, n->dead, op);
	}
}

static void erase_replaced(struct native *n) {
	for (u32 i = n->dead.size; i-- > 0;)
		ir_op_erase(n->dead.data[i]);
	for (u32 i = 0; i < n->blocks.size; i++) {
		struct ir_block *b = n->blocks.data[i];
		for (u32 k = b->num_args; k-- > 0;)
			if (native_is_cut(n, b->args[k]->type))
				ir_block_remove_arg(b, k);
	}
}

struct widest {
	u64 bytes;
};

static bool note_element(void *user, struct ir_op *op) {
	struct widest *w = user;
	for (u32 i = 0; i < op->num_results; i++) {
		ir_type t = ir_result_get(op, i)->type;
		if (t->kind == IR_TYPE_VECTOR)
			w->bytes = BASE_MAX(w->bytes, ir_type_bytes(t->element));
	}
	return true;
}

bool tile_to_native(struct ir_op *func, const struct tile_machine *m, struct arena *scratch) {
	struct native n = {.context = func->module->context, .module = func->module, .arena = scratch, .machine = m};
	map_init(&n.slices, scratch);
	map_init(&n.elements, scratch);
	if (!func->regions[0].first)
		return true;
	struct widest w = {4};
	ir_walk(func, false, note_element, &w);
	n.max_lanes = (u32)(m->vector_bytes / w.bytes);
	struct ir_block *entry = func->regions[0].first;
	for (u32 i = 0; i < entry->num_args; i++)
		if (entry->args[i]->type->kind == IR_TYPE_VECTOR) {
			native_fail(&n, func, "vectors cannot be arguments of a function; pass a memref");
			return false;
		}
	for (struct ir_block *b = entry; b; b = b->next)
		lower_block(&n, b);
	if (!n.failed)
		erase_replaced(&n);
	return !n.failed;
}
