// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types: interned by hash of all their parts, parts being interned already. Forms that mean the
// same are made one before interning: no scalable flag set is no flags, an identity map is no
// layout, memory space 0 is none (as MLIR does).
#include "ir/context.h"
#include "ir/expr.h"

static u64 type_hash(const struct ir_type *t) {
	u64 h = base_hash_u64(
		(u64)t->kind | (u64)t->signedness << 8 | (u64)t->rank << 16 | (u64)t->width << 32, 1);
	h = base_hash_u64((u64)t->num_inputs | (u64)t->num_results << 32, h);
	h = IR_HASH_ID(t->element, h);
	if (t->rank)
		h = base_hash_bytes(t->shape, sizeof *t->shape * t->rank, h);
	if (t->scalable)
		h = base_hash_bytes(t->scalable, t->rank, h);
	h = IR_HASH_ID(t->encoding, h);
	h = IR_HASH_ID(t->layout, h);
	h = IR_HASH_ID(t->memory_space, h);
	for (u32 i = 0; i < t->num_inputs + t->num_results; i++)
		h = IR_HASH_ID(t->types[i], h);
	h = base_hash_u64((u64)t->dialect | (u64)t->name << 32, h);
	return t->body.size ? base_hash_bytes(t->body.data, t->body.size, h) : h;
}

static bool bytes_equal(const void *a, const void *b, size_t size) {
	return size == 0 || memcmp(a, b, size) == 0;
}

static bool type_equal(const void *entry, const void *probe) {
	const struct ir_type *a = entry, *b = probe;
	return a->kind == b->kind && a->signedness == b->signedness && a->rank == b->rank &&
	       a->width == b->width && a->num_inputs == b->num_inputs &&
	       a->num_results == b->num_results && a->element == b->element &&
	       a->encoding == b->encoding && a->layout == b->layout &&
	       a->memory_space == b->memory_space && a->dialect == b->dialect && a->name == b->name &&
	       str_eq(a->body, b->body) &&
	       bytes_equal(a->shape, b->shape, sizeof *a->shape * a->rank) &&
	       !a->scalable == !b->scalable &&
	       (!a->scalable || bytes_equal(a->scalable, b->scalable, a->rank)) &&
	       bytes_equal(a->types, b->types,
	                   sizeof *a->types * ((size_t)a->num_inputs + a->num_results));
}

// Sizes of a tensor as expressions: constants, and the encoding's names for `?` in order.
static const ir_expr *tensor_dims(struct ir_context *c, const struct ir_type *t) {
	ir_expr *dims = ARENA_ARRAY(&c->arena, ir_expr, t->rank);
	bool named = t->encoding && t->encoding->kind == IR_ATTR_STRING;
	struct str rest = named ? t->encoding->text : (struct str){0};
	for (u32 i = 0; i < t->rank; i++) {
		if (t->shape[i] != IR_DYNAMIC)
			dims[i] = ir_expr_const(c, t->shape[i]);
		else if (named)
			named = ir_expr_parse_next(c, &rest, &dims[i]);
	}
	bool complete = named && rest.size == 0;
	for (u32 i = 0; !complete && i < t->rank; i++)
		if (t->shape[i] == IR_DYNAMIC)
			dims[i] = NULL;
	return dims;
}

static void *type_make(struct ir_context *c, const void *probe) {
	struct ir_type *t = ARENA_NEW(&c->arena, struct ir_type);
	*t = *(const struct ir_type *)probe;
	t->shape = t->rank ? ARENA_COPY_ARRAY(&c->arena, i64, t->shape, t->rank) : NULL;
	t->dims = NULL;
	if (t->scalable)
		t->scalable = ARENA_COPY_ARRAY(&c->arena, u8, t->scalable, t->rank);
	if (t->types)
		t->types = ARENA_COPY_ARRAY(&c->arena, ir_type, t->types, t->num_inputs + t->num_results);
	t->body = str_copy(&c->arena, t->body);
	if (t->kind == IR_TYPE_TENSOR && t->rank)
		t->dims = tensor_dims(c, t);
	t->id = c->types.size + 1;
	return t;
}

static ir_type type_intern(struct ir_context *c, const struct ir_type *probe) {
	return ir_intern(c, &c->types, type_hash(probe), type_equal, probe, type_make);
}

void ir_types_init(struct ir_context *c) {
	c->none = type_intern(c, &(struct ir_type){.kind = IR_TYPE_NONE});
	c->index = type_intern(c, &(struct ir_type){.kind = IR_TYPE_INDEX});
	for (u32 w = 1; w < IR_INT_WIDTHS; w++)
		c->ints[w] = type_intern(c, &(struct ir_type){.kind = IR_TYPE_INTEGER, .width = w});
	for (u32 k = IR_TYPE_F4E2M1FN; k <= IR_TYPE_F64; k++)
		c->floats[k - IR_TYPE_F4E2M1FN] = type_intern(c, &(struct ir_type){.kind = (u8)k});
}

// ---- constructors -----------------------------------------------------------------------------

ir_type ir_type_none(struct ir_context *c) { return c->none; }

ir_type ir_type_index(struct ir_context *c) { return c->index; }

ir_type ir_type_integer(struct ir_context *c, u32 width, enum ir_signedness s) {
	CHECK(width > 0 && width < 1u << 24);
	if (s == IR_SIGNLESS && width < IR_INT_WIDTHS)
		return c->ints[width];
	return type_intern(
		c, &(struct ir_type){.kind = IR_TYPE_INTEGER, .width = width, .signedness = (u8)s});
}

ir_type ir_type_float(struct ir_context *c, enum ir_type_kind kind) {
	CHECK(kind >= IR_TYPE_F4E2M1FN && kind <= IR_TYPE_F64);
	return c->floats[kind - IR_TYPE_F4E2M1FN];
}

ir_type ir_type_complex(struct ir_context *c, ir_type element) {
	CHECK(ir_type_is_float(element) || element->kind == IR_TYPE_INTEGER);
	return type_intern(c, &(struct ir_type){.kind = IR_TYPE_COMPLEX, .element = element});
}

static void shape_check(u32 rank, const i64 *shape, bool may_be_dynamic) {
	CHECK(rank <= UINT16_MAX);
	for (u32 i = 0; i < rank; i++)
		CHECK(shape[i] >= 0 || (may_be_dynamic && shape[i] == IR_DYNAMIC));
}

ir_type ir_type_vector(struct ir_context *c, u32 rank, const i64 *shape, const u8 *scalable,
                       ir_type element) {
	shape_check(rank, shape, false);
	bool any = false;
	for (u32 i = 0; scalable && i < rank; i++) {
		ASSERT(scalable[i] <= 1);
		any |= scalable[i] != 0;
	}
	return type_intern(c, &(struct ir_type){.kind = IR_TYPE_VECTOR,
	                                        .rank = (u16)rank,
	                                        .shape = shape,
	                                        .scalable = any ? scalable : NULL,
	                                        .element = element});
}

ir_type ir_type_tensor(struct ir_context *c, u32 rank, const i64 *shape, ir_type element,
                       ir_attr encoding) {
	shape_check(rank, shape, true);
	return type_intern(c, &(struct ir_type){.kind = IR_TYPE_TENSOR,
	                                        .rank = (u16)rank,
	                                        .shape = shape,
	                                        .element = element,
	                                        .encoding = encoding});
}

struct dims_task {
	u32 rank;
	const ir_expr *dims;
	ir_type element, type;
};

static void tensor_of_dims(struct ir_context *c, void *user) {
	struct dims_task *task = user;
	i64 *shape = ARENA_ARRAY(&c->scratch, i64, task->rank);
	struct strbuf text;
	strbuf_init(&text, &c->scratch);
	u32 unknown = 0, named = 0;
	for (u32 i = 0; i < task->rank; i++) {
		ir_expr dim = task->dims[i];
		bool is_const = dim && ir_expr_is_const(dim) && dim->value >= 0;
		shape[i] = is_const ? dim->value : IR_DYNAMIC;
		if (is_const)
			continue;
		if (unknown++)
			strbuf_add_char(&text, ',');
		if (dim)
			ir_expr_print_compact(c, dim, &text);
		else
			strbuf_add_char(&text, '?');
		named += dim != NULL;
	}
	ir_attr encoding = named ? ir_attr_string(c, strbuf_str(&text)) : NULL;
	task->type = ir_type_tensor(c, task->rank, shape, task->element, encoding);
}

ir_type ir_type_tensor_dims(struct ir_context *c, u32 rank, const ir_expr *dims, ir_type element) {
	struct dims_task task = {rank, dims, element, NULL};
	ir_context_guarded(c, tensor_of_dims, &task);
	return task.type;
}

static bool is_identity_layout(ir_attr layout, u32 rank) {
	if (!layout || layout->kind != IR_ATTR_AFFINE_MAP || layout->num_dims != rank ||
	    layout->count != rank || layout->num_syms)
		return false;
	for (u32 i = 0; i < rank; i++)
		if (layout->exprs[i]->kind != IR_EXPR_DIM || layout->exprs[i]->value != (i64)i)
			return false;
	return true;
}

ir_type ir_type_memref(struct ir_context *c, u32 rank, const i64 *shape, ir_type element,
                       ir_attr layout, ir_attr space) {
	shape_check(rank, shape, true);
	if (is_identity_layout(layout, rank))
		layout = NULL;
	if (space && space->kind == IR_ATTR_INTEGER && space->integer == 0)
		space = NULL;
	return type_intern(c, &(struct ir_type){.kind = IR_TYPE_MEMREF,
	                                        .rank = (u16)rank,
	                                        .shape = shape,
	                                        .element = element,
	                                        .layout = layout,
	                                        .memory_space = space});
}

struct function_task {
	u32 num_inputs, num_results;
	const ir_type *inputs, *results;
	ir_type type;
};

// Inputs and results become one array.
static void make_function(struct ir_context *c, void *user) {
	struct function_task *task = user;
	u32 n = task->num_inputs + task->num_results;
	ir_type *types = ARENA_ARRAY(&c->scratch, ir_type, n);
	for (u32 i = 0; i < n; i++)
		types[i] = i < task->num_inputs ? task->inputs[i] : task->results[i - task->num_inputs];
	task->type = type_intern(c, &(struct ir_type){.kind = IR_TYPE_FUNCTION,
	                                              .num_inputs = task->num_inputs,
	                                              .num_results = task->num_results,
	                                              .types = n ? types : NULL});
}

ir_type ir_type_function(struct ir_context *c, u32 num_inputs, const ir_type *inputs,
                         u32 num_results, const ir_type *results) {
	struct function_task task = {num_inputs, num_results, inputs, results, NULL};
	ir_context_guarded(c, make_function, &task);
	return task.type;
}

ir_type ir_type_tuple(struct ir_context *c, u32 n, const ir_type *elements) {
	return type_intern(
		c, &(struct ir_type){.kind = IR_TYPE_TUPLE, .num_inputs = n, .types = n ? elements : NULL});
}

ir_type ir_type_unranked(struct ir_context *c, enum ir_type_kind kind, ir_type element,
                         ir_attr space) {
	CHECK(kind == IR_TYPE_UNRANKED_MEMREF || (kind == IR_TYPE_UNRANKED_TENSOR && !space));
	if (space && space->kind == IR_ATTR_INTEGER && space->integer == 0)
		space = NULL;
	return type_intern(
		c, &(struct ir_type){.kind = (u8)kind, .element = element, .memory_space = space});
}

ir_type ir_type_dialect(struct ir_context *c, ir_name dialect, ir_name name, struct str body) {
	return type_intern(
		c,
		&(struct ir_type){.kind = IR_TYPE_DIALECT, .dialect = dialect, .name = name, .body = body});
}

// ---- questions --------------------------------------------------------------------------------

bool ir_type_has_static_shape(ir_type t) {
	if (!ir_type_is_ranked(t))
		return false;
	for (u32 i = 0; i < t->rank; i++)
		if (t->shape[i] == IR_DYNAMIC)
			return false;
	return true;
}

i64 ir_type_num_elements(ir_type t) {
	CHECK_MSG(ir_type_has_static_shape(t),
	          "the number of elements is known for static shapes only");
	i64 n = 1;
	for (u32 i = 0; i < t->rank; i++)
		CHECK_MSG(!__builtin_mul_overflow(n, t->shape[i], &n),
		          "the number of elements exceeds 63 bits");
	return n;
}

static u32 float_bits(u32 kind) {
	switch (kind) {
	case IR_TYPE_F4E2M1FN: return 4;
	case IR_TYPE_F6E2M3FN:
	case IR_TYPE_F6E3M2FN: return 6;
	case IR_TYPE_BF16:
	case IR_TYPE_F16: return 16;
	case IR_TYPE_TF32: return 19;
	case IR_TYPE_F32: return 32;
	case IR_TYPE_F64: return 64;
	default: return 8;
	}
}

u32 ir_type_bits(ir_type t) {
	switch (t->kind) {
	case IR_TYPE_INDEX: return 64;
	case IR_TYPE_INTEGER: return t->width;
	case IR_TYPE_COMPLEX: return 2 * ir_type_bits(t->element);
	default: break;
	}
	CHECK_MSG(ir_type_is_float(t), "the type has no width");
	return float_bits(t->kind);
}

u64 ir_type_bytes(ir_type element) {
	if (element->kind == IR_TYPE_COMPLEX)
		return 2 * ir_type_bytes(element->element);
	u64 bytes = 1;
	while (bytes * 8 < ir_type_bits(element))
		bytes *= 2;
	return bytes;
}

ir_type ir_type_with_element(struct ir_context *c, ir_type t, ir_type element) {
	if (!ir_type_is_shaped(t))
		return element;
	struct ir_type probe = *t;
	probe.element = element;
	probe.id = 0;
	return type_intern(c, &probe);
}

ir_type ir_type_with_shape(struct ir_context *c, ir_type shaped, u32 rank, const i64 *shape) {
	switch (shaped->kind) {
	case IR_TYPE_VECTOR: return ir_type_vector(c, rank, shape, NULL, shaped->element);
	case IR_TYPE_TENSOR:
	case IR_TYPE_UNRANKED_TENSOR: return ir_type_tensor(c, rank, shape, shaped->element, NULL);
	case IR_TYPE_MEMREF:
	case IR_TYPE_UNRANKED_MEMREF:
		return ir_type_memref(c, rank, shape, shaped->element, NULL, shaped->memory_space);
	default: CHECK_MSG(false, "the type has no shape"); UNREACHABLE();
	}
}

// ---- strides ----------------------------------------------------------------------------------

static i64 stride_mul(i64 a, i64 b) {
	i64 product;
	if (a == IR_DYNAMIC || b == IR_DYNAMIC || __builtin_mul_overflow(a, b, &product))
		return IR_DYNAMIC;
	return product;
}

static void contiguous_strides(ir_type t, i64 *strides) {
	i64 stride = 1;
	for (u32 i = t->rank; i-- > 0;) {
		strides[i] = stride;
		stride = stride_mul(stride, t->shape[i]);
	}
}

bool ir_memref_strides(ir_type t, i64 *strides, i64 *offset) {
	ASSERT(t->kind == IR_TYPE_MEMREF);
	*offset = 0;
	if (!t->layout) {
		contiguous_strides(t, strides);
		return true;
	}
	if (t->layout->kind == IR_ATTR_STRIDED_LAYOUT) {
		if (t->layout->count != t->rank)
			return false;
		for (u32 i = 0; i < t->rank; i++)
			strides[i] = t->layout->strides[i];
		*offset = t->layout->offset;
		return true;
	}
	ir_attr map = t->layout;
	return map->kind == IR_ATTR_AFFINE_MAP && map->count == 1 && map->num_dims == t->rank &&
	       ir_expr_linear(map->exprs[0], t->rank, strides, offset);
}
