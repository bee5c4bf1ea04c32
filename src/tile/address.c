// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref-to-address: memrefs become integer addresses. Every access is first written as a linear form
// (constant + sum of coefficient * value) over values that are no sums themselves; address_loops.c
// turns the parts that follow a loop's induction variable into pointers carried by the loop, so that
// what is left at the access is mostly a pointer plus a constant displacement.
//
// Arguments: a memref becomes its address and, behind it, its run-time sizes in order (layout must
// be the identity or static strides). Establishes: no memref is left; tile.load/store with `alias`
// numbers: distinct arguments and allocations are distinct buffers.
#include "tile/address.h"

static bool refuse(struct address_pass *p, struct ir_op *op, const char *why) {
	diag_emit(ir_diags(p->context), DIAG_tile_no_address, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), why);
	p->failed = true;
	return false;
}

// ---------------------------------------------------------------------------------------------
// Linear forms

bool address_add(struct address_form *f, struct address_term t) {
	for (u32 i = 0; i < f->count; i++)
		if (f->terms[i].value == t.value && f->terms[i].factor == t.factor) {
			f->terms[i].coefficient += t.coefficient;
			if (f->terms[i].coefficient == 0)
				f->terms[i] = f->terms[--f->count];
			return true;
		}
	if (f->count == ADDRESS_TERMS_MAX)
		return false;
	if (t.coefficient)
		f->terms[f->count++] = t;
	return true;
}

static bool add_scaled(struct address_form *f, const struct address_form *g, i64 scale) {
	i64 c;
	if (__builtin_mul_overflow(g->constant, scale, &c) || __builtin_add_overflow(f->constant, c, &f->constant))
		return false;
	for (u32 i = 0; i < g->count; i++) {
		struct address_term t = g->terms[i];
		if (__builtin_mul_overflow(t.coefficient, scale, &t.coefficient) || !address_add(f, t))
			return false;
	}
	return true;
}

static void opaque(struct address_form *f, struct ir_value *v) {
	*f = (struct address_form){.count = 1, .terms = {{v, NULL, 1}}};
}

const struct address_form *address_form_of(struct address_pass *p, struct ir_value *v) {
	u64 found;
	if (map_find(&p->forms, map_ptr(v), &found))
		return (const struct address_form *)(uintptr_t)found;
	struct address_form *f = ARENA_NEW(p->arena, struct address_form);
	struct ir_op *def = ir_value_def(v);
	i64 c;
	bool ok = false;
	if (ir_value_constant_int(v, &c)) {
		f->constant = c;
		ok = true;
	} else if (def && (def->info->id == OP_arith_addi || def->info->id == OP_arith_subi)) {
		ok = add_scaled(f, address_form_of(p, ir_operand_get(def, 0)), 1) &&
		     add_scaled(f, address_form_of(p, ir_operand_get(def, 1)), def->info->id == OP_arith_addi ? 1 : -1);
	} else if (def && def->info->id == OP_arith_muli) {
		if (ir_value_constant_int(ir_operand_get(def, 1), &c))
			ok = add_scaled(f, address_form_of(p, ir_operand_get(def, 0)), c);
		else if (ir_value_constant_int(ir_operand_get(def, 0), &c))
			ok = add_scaled(f, address_form_of(p, ir_operand_get(def, 1)), c);
	} else if (def && def->info->id == OP_arith_index_cast && ir_type_is_int(ir_operand_get(def, 0)->type, 64)) {
		ok = add_scaled(f, address_form_of(p, ir_operand_get(def, 0)), 1);
	}
	if (!ok)
		opaque(f, v);
	map_set(&p->forms, map_ptr(v), map_ptr(f));
	return f;
}

static struct ir_value *index_const(struct address_pass *p, i64 v) { return dialect_const_index(&p->b, v); }

static struct ir_value *build_term(struct address_pass *p, struct address_term t) {
	struct ir_value *v = t.value;
	if (t.factor)
		v = ir_build_2(&p->b, OP_arith_muli, v, t.factor);
	return t.coefficient == 1 ? v : ir_build_2(&p->b, OP_arith_muli, v, index_const(p, t.coefficient));
}

// Plain values first, so that the last addition is the scaled one an addressing mode can take.
struct ir_value *address_build(struct address_pass *p, const struct address_form *f) {
	struct ir_value *sum = NULL;
	for (u32 pass = 0; pass < 2; pass++)
		for (u32 i = 0; i < f->count; i++) {
			bool plain = f->terms[i].coefficient == 1 && !f->terms[i].factor;
			if (plain != (pass == 0))
				continue;
			struct ir_value *v = build_term(p, f->terms[i]);
			sum = sum ? ir_build_2(&p->b, OP_arith_addi, sum, v) : v;
		}
	return sum ? sum : index_const(p, 0);
}

// ---------------------------------------------------------------------------------------------
// Memrefs

static const struct address_memref *memref_of(struct address_pass *p, struct ir_value *v) {
	u64 found;
	return map_find(&p->memrefs, map_ptr(v), &found) ? (const struct address_memref *)(uintptr_t)found : NULL;
}

static struct address_memref *new_memref(struct address_pass *p, struct ir_value *v) {
	struct address_memref *m = ARENA_NEW(p->arena, struct address_memref);
	m->type = v->type;
	map_set(&p->memrefs, map_ptr(v), map_ptr(m));
	return m;
}

// Strides of an identity or static layout; run-time sizes make run-time strides.
static bool fill_strides(struct address_pass *p, struct address_memref *m) {
	i64 strides[ADDRESS_RANK_MAX], offset, bytes = (i64)ir_type_bytes(m->type->element);
	if (m->type->rank > ADDRESS_RANK_MAX || !ir_memref_strides(m->type, strides, &offset))
		return false;
	if (m->type->layout) {
		for (u32 i = 0; i < m->type->rank; i++) {
			if (strides[i] == IR_DYNAMIC || offset == IR_DYNAMIC)
				return false;
			m->strides[i].bytes = strides[i] * bytes;
		}
		m->base.constant += offset * bytes;
		return true;
	}
	struct address_stride next = {NULL, bytes};
	for (u32 i = m->type->rank; i-- > 0;) {
		m->strides[i] = next;
		if (m->sizes[i])
			next.value = ir_build_2(&p->b, OP_arith_muli, m->sizes[i], next.value ? next.value : index_const(p, next.bytes));
		else if (next.value)
			next.value = ir_build_2(&p->b, OP_arith_muli, next.value, index_const(p, m->type->shape[i]));
		else
			next.bytes *= m->type->shape[i];
	}
	return true;
}

// base += index * stride
static bool add_index(struct address_pass *p, struct address_form *base, struct ir_value *index, struct address_stride s) {
	const struct address_form *f = address_form_of(p, index);
	if (!s.value)
		return add_scaled(base, f, s.bytes);
	if (f->constant && !address_add(base, (struct address_term){s.value, NULL, f->constant}))
		return false;
	for (u32 i = 0; i < f->count; i++) {
		struct address_term t = f->terms[i];
		if (t.factor)
			t.value = ir_build_2(&p->b, OP_arith_muli, t.value, t.factor);
		t.factor = s.value;
		if (!address_add(base, t))
			return false;
	}
	return true;
}

static bool lower_subview(struct address_pass *p, struct ir_op *op) {
	const struct address_memref *source = memref_of(p, ir_operand_get(op, 0));
	if (!source)
		return refuse(p, op, "a memref of unknown origin");
	struct address_memref full = *source;
	u32 rank = source->type->rank;
	for (u32 i = 0; i < rank; i++) {
		struct dialect_index offset = dialect_mixed(op, NAME_static_offsets, 1, i);
		struct dialect_index size = dialect_mixed(op, NAME_static_sizes, 2, i);
		struct dialect_index stride = dialect_mixed(op, NAME_static_strides, 3, i);
		struct address_stride s = source->strides[i];
		bool ok = offset.value ? add_index(p, &full.base, offset.value, s)
		          : s.value    ? offset.constant == 0 || address_add(&full.base, (struct address_term){s.value, NULL, offset.constant})
		                       : (full.base.constant += offset.constant * s.bytes, true);
		if (!ok)
			return refuse(p, op, "an address of more than 24 terms");
		full.sizes[i] = size.value;
		if (stride.value || (s.value && stride.constant != 1)) {
			struct ir_value *by = stride.value ? stride.value : index_const(p, stride.constant);
			full.strides[i] = (struct address_stride){ir_build_2(&p->b, OP_arith_muli, s.value ? s.value : index_const(p, s.bytes), by), 0};
		} else {
			full.strides[i].bytes *= stride.constant;
		}
	}
	struct address_memref *m = new_memref(p, ir_result_get(op, 0));
	ir_type type = m->type;
	*m = full;
	m->type = type;
	if (type->rank == rank)
		return true;
	// Rank-reduced: keep the dims that the result has.
	bool dropped[ADDRESS_RANK_MAX];
	i64 shape[ADDRESS_RANK_MAX];
	for (u32 i = 0; i < rank; i++) {
		struct dialect_index size = dialect_mixed(op, NAME_static_sizes, 2, i);
		shape[i] = size.value ? IR_DYNAMIC : size.constant;
	}
	ir_type whole = ir_type_memref(p->context, rank, shape, type->element, NULL, NULL);
	CHECK(dialect_is_rank_reduced(whole, ir_type_memref(p->context, type->rank, type->shape, type->element, NULL, NULL), dropped));
	for (u32 i = 0, k = 0; i < rank; i++)
		if (!dropped[i]) {
			m->strides[k] = full.strides[i];
			m->sizes[k++] = full.sizes[i];
		}
	return true;
}

static bool lower_alloca(struct address_pass *p, struct ir_op *op) {
	struct ir_value *v = ir_result_get(op, 0);
	if (!ir_type_has_static_shape(v->type))
		return refuse(p, op, "a frame buffer of run-time size; give it a bound");
	struct address_memref *m = new_memref(p, v);
	i64 bytes = ir_type_num_elements(v->type) * (i64)ir_type_bytes(v->type->element);
	struct ir_named_attr props[] = {{NAME_size, ir_attr_i64(p->context, bytes)},
	                                {NAME_alignment, ir_attr_i64(p->context, ir_op_int(op, NAME_alignment, 64))}, {0}};
	struct ir_builder saved = p->b;
	struct ir_block *entry = op->block;
	while (ir_op_parent(entry->first) && ir_op_parent(entry->first)->info->id != OP_func_func)
		entry = ir_op_parent(entry->first)->block;
	p->b = ir_builder_before(entry->first);
	ir_type index = ir_type_index(p->context);
	struct ir_op_desc d = {.info = ir_op_info_get(p->context, OP_tile_frame), .num_results = 1, .results = &index, .num_props = 2, .props = props};
	opaque(&m->base, ir_result_get(ir_build(&p->b, &d), 0));
	p->b = saved;
	m->alias = ++p->aliases;
	return fill_strides(p, m) || refuse(p, op, "a layout that is not strided");
}

static bool lower_cast(struct address_pass *p, struct ir_op *op) {
	const struct address_memref *source = memref_of(p, ir_operand_get(op, 0));
	if (!source)
		return refuse(p, op, "a memref of unknown origin");
	struct address_memref *m = new_memref(p, ir_result_get(op, 0));
	ir_type type = m->type;
	*m = *source;
	m->type = type;
	return true;
}

// Collapsing or expanding an identity layout keeps the bytes in place.
static bool lower_reshape(struct address_pass *p, struct ir_op *op) {
	const struct address_memref *source = memref_of(p, ir_operand_get(op, 0));
	ir_type type = ir_result_get(op, 0)->type;
	ir_attr groups = ir_op_attr(op, NAME_reassociation);
	u32 next = 1;
	if (!source)
		return refuse(p, op, "a memref of unknown origin");
	// Reshaped views are dense (the verifier's rule); an offset is part of the base already.
	struct address_memref *m = new_memref(p, ir_result_get(op, 0));
	m->type = ir_type_memref(p->context, type->rank, type->shape, type->element, NULL, NULL);
	m->base = source->base;
	m->alias = source->alias;
	for (u32 i = 0; i < type->rank; i++) {
		if (type->shape[i] != IR_DYNAMIC)
			continue;
		if (op->info->id == OP_memref_expand_shape) {
			m->sizes[i] = ir_operand_get(op, next++);
			continue;
		}
		for (u32 k = 0; k < groups->elements[i]->count; k++) {
			u32 d = (u32)ir_attr_array_int(groups->elements[i], k);
			struct ir_value *size = source->sizes[d] ? source->sizes[d] : index_const(p, source->type->shape[d]);
			m->sizes[i] = m->sizes[i] ? ir_build_2(&p->b, OP_arith_muli, m->sizes[i], size) : size;
		}
	}
	bool filled = fill_strides(p, m);
	m->type = type;
	return filled;
}

static void lower_dim(struct address_pass *p, struct ir_op *op) {
	const struct address_memref *m = memref_of(p, ir_operand_get(op, 0));
	i64 i;
	if (!m || !ir_value_constant_int(ir_operand_get(op, 1), &i) || i < 0 || i >= m->type->rank) {
		refuse(p, op, "the size of an unknown memref or dimension");
		return;
	}
	struct ir_value *size = m->sizes[i] ? m->sizes[i] : index_const(p, m->type->shape[i]);
	ir_value_replace_uses(ir_result_get(op, 0), size);
}

// ---------------------------------------------------------------------------------------------
// Accesses

static u32 memref_operand(const struct ir_op *op) {
	return op->info->id == OP_memref_store || op->info->id == OP_vector_store ? 1 : 0;
}

static bool note_access(struct address_pass *p, struct ir_op *op) {
	u32 at = memref_operand(op);
	const struct address_memref *m = memref_of(p, ir_operand_get(op, at));
	if (!m)
		return refuse(p, op, "a memref of unknown origin");
	struct address_access a = {op, m->base, m->alias};
	for (u32 i = 0; i < m->type->rank; i++)
		if (!add_index(p, &a.form, ir_operand_get(op, at + 1 + i), m->strides[i]))
			return refuse(p, op, "an address of more than 24 terms");
	vec_push(p->arena, p->accesses, a);
	return true;
}

static bool lower_op(struct address_pass *p, struct ir_op *op) {
	switch (op->info->id) {
	case OP_memref_load: case OP_memref_store: case OP_vector_load: case OP_vector_store: case OP_vector_maskedload:
	case OP_vector_maskedstore: case OP_memref_prefetch:
		return note_access(p, op);
	case OP_memref_subview: return lower_subview(p, op);
	case OP_memref_alloca: case OP_memref_alloc: return lower_alloca(p, op);
	case OP_memref_cast: case OP_memref_memory_space_cast: return lower_cast(p, op);
	case OP_memref_collapse_shape: case OP_memref_expand_shape: return lower_reshape(p, op);
	case OP_memref_dim: lower_dim(p, op); return !p->failed;
	case OP_memref_extract_aligned_pointer_as_index: {
		const struct address_memref *m = memref_of(p, ir_operand_get(op, 0));
		if (!m)
			return refuse(p, op, "a memref of unknown origin");
		struct ir_value *sum = address_build(p, &m->base);
		ir_value_replace_uses(ir_result_get(op, 0), sum);
		return true;
	}
	case OP_memref_dealloc: case OP_memref_assume_alignment: return true;
	default:
		return refuse(p, op, "memrefs reach only loads, stores, views and calls");
	}
}

static bool touches_memref(const struct ir_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		if (ir_operand_get(op, i)->type->kind == IR_TYPE_MEMREF)
			return true;
	for (u32 i = 0; i < op->num_results; i++)
		if (ir_result_get(op, i)->type->kind == IR_TYPE_MEMREF)
			return true;
	return false;
}

// A call hands over addresses and run-time sizes.
static void lower_call(struct address_pass *p, struct ir_op *op) {
	VEC(struct ir_value *) args = {0};
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		const struct address_memref *m = memref_of(p, v);
		if (!m) {
			vec_push(p->arena, args, v);
			continue;
		}
		struct ir_value *address = address_build(p, &m->base);
		if (m->base.constant)
			address = ir_build_2(&p->b, OP_arith_addi, address, index_const(p, m->base.constant));
		vec_push(p->arena, args, address);
		for (u32 k = 0; k < m->type->rank; k++)
			if (m->sizes[k])
				vec_push(p->arena, args, m->sizes[k]);
	}
	ir_type *types = ARENA_ARRAY(p->arena, ir_type, op->num_results + 1);
	for (u32 i = 0; i < op->num_results; i++)
		types[i] = ir_result_get(op, i)->type;
	struct ir_op *copy = ir_op_recreate(op, args.size, args.data, op->num_results, types);
	for (u32 i = 0; i < op->num_results; i++)
		ir_value_replace_uses(ir_result_get(op, i), ir_result_get(copy, i));
	vec_push(p->arena, p->dead, op);
}

static bool visit(void *user, struct ir_op *op) {
	struct address_pass *p = user;
	if (!touches_memref(op) || op->info->id == OP_func_func)
		return true;
	p->b = ir_builder_before(op);
	p->b.loc = op->loc;
	if (op->info->id == OP_func_call) {
		lower_call(p, op);
		return true;
	}
	u32 accesses = p->accesses.size;
	bool ok = lower_op(p, op);
	if (ok && accesses == p->accesses.size)
		vec_push(p->arena, p->dead, op);
	return ok;
}

// ---------------------------------------------------------------------------------------------
// Rewriting

static ir_type stored_type(struct address_pass *p, ir_type t) {
	return ir_type_is_int(ir_type_scalar(t), 1) ? ir_type_with_element(p->context, t, ir_type_int(p->context, 8)) : t;
}

void address_rewrite_access(struct address_pass *p, struct address_access *a) {
	struct ir_op *op = a->op;
	p->b = ir_builder_before(op);
	p->b.loc = op->loc;
	i64 constant = a->form.constant;
	struct ir_value *address = address_build(p, &a->form);
	if (constant != (i32)constant) {
		address = ir_build_2(&p->b, OP_arith_addi, address, index_const(p, constant));
		constant = 0;
	}
	struct ir_named_attr props[] = {{NAME_offset, ir_attr_i64(p->context, constant)},
	                                {NAME_alias, ir_attr_i64(p->context, a->alias)},
	                                {NAME_operandSegmentSizes, NULL}};
	if (op->info->id == OP_memref_prefetch) {
		ir_build_op(&p->b, OP_tile_prefetch, 1, &address, (struct ir_named_attr[]){props[0], {0}});
		ir_op_erase(op);
		return;
	}
	bool load = op->num_results == 1, masked = op->info->id == OP_vector_maskedload || op->info->id == OP_vector_maskedstore;
	u32 last = op->num_operands - 1;
	struct ir_value *value = load ? ir_result_get(op, 0) : masked ? ir_operand_get(op, last) : ir_operand_get(op, 0);
	struct ir_value *mask = masked ? ir_operand_get(op, last - 1) : NULL;
	ir_type type = stored_type(p, value->type);
	struct ir_value *operands[3] = {address};
	u32 n = 1;
	if (load) {
		if (masked) {
			operands[n++] = mask;
			operands[n++] = ir_operand_get(op, last);
		}
		props[2].value = ir_attr_i32_array(p->context, 3, (i32[]){1, masked, masked});
	} else {
		operands[0] = type == value->type ? value : NULL;
		if (!operands[0]) {
			struct ir_op_desc ext = {.info = ir_op_info_get(p->context, OP_arith_extui), .num_operands = 1, .operands = &value,
			                         .num_results = 1, .results = &type};
			operands[0] = ir_result_get(ir_build(&p->b, &ext), 0);
		}
		operands[n++] = address;
		if (masked)
			operands[n++] = mask;
		props[2].value = ir_attr_i32_array(p->context, 3, (i32[]){1, 1, masked});
	}
	const struct ir_op_info *info = ir_op_info_get(p->context, load ? OP_tile_load : OP_tile_store);
	struct ir_op_desc d = {.info = info, .num_operands = n, .operands = operands, .num_results = load, .results = &type,
	                       .num_props = info->operand_segments ? 3 : 2, .props = props};
	struct ir_op *copy = ir_build(&p->b, &d);
	if (load) {
		struct ir_value *loaded = ir_result_get(copy, 0);
		if (type != value->type) {
			struct ir_op_desc trunc = {.info = ir_op_info_get(p->context, OP_arith_trunci), .num_operands = 1, .operands = &loaded,
			                           .num_results = 1, .results = &value->type};
			loaded = ir_result_get(ir_build(&p->b, &trunc), 0);
		}
		ir_value_replace_uses(value, loaded);
	}
	ir_op_erase(op);
}

// Memref arguments become an address and run-time sizes.
static bool lower_arguments(struct address_pass *p, struct ir_op *func) {
	struct ir_block *entry = func->regions[0].first;
	VEC(ir_type) inputs = {0};
	ir_type index = ir_type_index(p->context), type = ir_op_attr(func, NAME_function_type)->type;
	for (u32 i = 0; i < entry->num_args; i++) {
		struct ir_value *arg = entry->args[i];
		if (arg->type->kind != IR_TYPE_MEMREF) {
			vec_push(p->arena, inputs, arg->type);
			continue;
		}
		struct address_memref *m = new_memref(p, arg);
		opaque(&m->base, ir_block_insert_arg(p->module, entry, ++i, index));
		vec_push(p->arena, inputs, index);
		m->alias = ++p->aliases;
		for (u32 k = 0; k < m->type->rank; k++)
			if (m->type->shape[k] == IR_DYNAMIC) {
				m->sizes[k] = ir_block_insert_arg(p->module, entry, ++i, index);
				vec_push(p->arena, inputs, index);
			}
		p->b = entry->first ? ir_builder_before(entry->first) : ir_builder_at_end(entry, p->module);
		if (!fill_strides(p, m))
			return refuse(p, func, "an argument's layout must be the identity or static strides");
	}
	type = ir_type_function(p->context, inputs.size, inputs.data, type->num_results, type->types + type->num_inputs);
	ir_op_set_prop(func, NAME_function_type, ir_attr_type(p->context, type));
	return true;
}

bool tile_memref_to_address(struct ir_op *func, struct arena *scratch) {
	struct address_pass p = {.context = func->module->context, .module = func->module, .arena = scratch};
	map_init(&p.memrefs, scratch);
	map_init(&p.forms, scratch);
	if (!func->regions[0].first)
		return true;
	if (!lower_arguments(&p, func))
		return false;
	ir_walk(func, false, visit, &p);
	if (p.failed)
		return false;
	address_reduce_loops(&p, func);
	for (u32 i = 0; i < p.accesses.size; i++)
		address_rewrite_access(&p, &p.accesses.data[i]);
	for (u32 i = p.dead.size; i-- > 0;)
		ir_op_erase(p.dead.data[i]);
	struct ir_block *entry = func->regions[0].first;
	for (u32 i = entry->num_args; i-- > 0;)
		if (entry->args[i]->type->kind == IR_TYPE_MEMREF)
			ir_block_remove_arg(entry, i);
	return true;
}
