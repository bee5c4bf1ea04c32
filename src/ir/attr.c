// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes: interned by hash of all their parts, as types are. Constants are stored in one form:
// integers extended from their width, floats rounded to their type, dense elements of less than a
// byte masked, equal elements as a splat; so equal constants are one pointer.
#include <stdlib.h>

#include "ir/context.h"

static u64 attr_hash(const struct ir_attr *a) {
	u64 h = base_hash_u64((u64)a->kind | (u64)a->splat << 8 | (u64)a->count << 16, 2);
	h = base_hash_u64((u64)a->num_dims | (u64)a->num_syms << 32, h);
	h = base_hash_u64((u64)a->line | (u64)a->column << 32, h);
	h = base_hash_u64((u64)a->dialect | (u64)a->name << 32, h);
	h = base_hash_u64((u64)a->integer, h);
	h = IR_HASH_ID(a->type, h);
	if (a->text.size)
		h = base_hash_bytes(a->text.data, a->text.size, h);
	if (a->data_size)
		h = base_hash_bytes(a->data, a->data_size, h);
	for (u32 i = 0; i < a->count; i++) {
		if (a->elements)
			h = IR_HASH_ID(a->elements[i], h);
		if (a->entries)
			h = IR_HASH_ID(a->entries[i].value, base_hash_u64(a->entries[i].name, h));
		if (a->path)
			h = base_hash_u64(a->path[i], h);
		if (a->exprs)
			h = IR_HASH_ID(a->exprs[i], h);
		if (a->strides)
			h = base_hash_u64((u64)a->strides[i], h);
	}
	return a->blob ? base_hash_u64(a->blob->name, h) : h;
}

static bool array_equal(const void *a, const void *b, size_t size) {
	return !a == !b && (!a || size == 0 || memcmp(a, b, size) == 0);
}

static bool entries_equal(const struct ir_attr *a, const struct ir_attr *b) {
	if (!a->entries || !b->entries)
		return a->entries == b->entries;
	for (u32 i = 0; i < a->count; i++)
		if (a->entries[i].name != b->entries[i].name || a->entries[i].value != b->entries[i].value)
			return false;
	return true;
}

static bool attr_equal(const void *entry, const void *probe) {
	const struct ir_attr *a = entry, *b = probe;
	return a->kind == b->kind && a->splat == b->splat && a->count == b->count &&
	       a->num_dims == b->num_dims && a->num_syms == b->num_syms && a->line == b->line &&
	       a->column == b->column && a->type == b->type && a->integer == b->integer &&
	       a->dialect == b->dialect && a->name == b->name && a->blob == b->blob &&
	       a->data_size == b->data_size && str_eq(a->text, b->text) &&
	       array_equal(a->data, b->data, a->data_size) &&
	       array_equal(a->elements, b->elements, sizeof *a->elements * a->count) &&
	       entries_equal(a, b) && array_equal(a->path, b->path, sizeof *a->path * a->count) &&
	       array_equal(a->exprs, b->exprs, sizeof *a->exprs * a->count) &&
	       array_equal(a->strides, b->strides, sizeof *a->strides * a->count);
}

#define COPY_PART(T, field)                                                                        \
	if (a->field)                                                                                  \
	a->field = ARENA_COPY_ARRAY(&c->arena, T, a->field, a->count)

static void *attr_make(struct ir_context *c, const void *probe) {
	struct ir_attr *a = ARENA_NEW(&c->arena, struct ir_attr);
	*a = *(const struct ir_attr *)probe;
	a->text = str_copy(&c->arena, a->text);
	if (a->data)
		a->data = arena_copy(&c->arena, a->data, a->data_size, 16);
	COPY_PART(ir_attr, elements);
	COPY_PART(struct ir_named_attr, entries);
	COPY_PART(ir_name, path);
	COPY_PART(ir_expr, exprs);
	COPY_PART(i64, strides);
	a->id = c->attrs.size + 1;
	return a;
}

// The probe's pointers are NULL for what its kind lacks and for empty arrays.
static ir_attr attr_intern(struct ir_context *c, const struct ir_attr *probe) {
	return ir_intern(c, &c->attrs, attr_hash(probe), attr_equal, probe, attr_make);
}

void ir_attrs_init(struct ir_context *c) {
	c->unit = attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_UNIT});
	c->loc_unknown = attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_LOC_UNKNOWN});
	c->boolean[0] = ir_attr_integer(c, ir_type_int(c, 1), 0);
	c->boolean[1] = ir_attr_integer(c, ir_type_int(c, 1), 1);
}

// ---- scalars ----------------------------------------------------------------------------------

ir_attr ir_attr_unit(struct ir_context *c) { return c->unit; }

ir_attr ir_attr_bool(struct ir_context *c, bool v) { return c->boolean[v]; }

ir_attr ir_attr_integer(struct ir_context *c, ir_type type, i64 v) {
	CHECK(ir_type_is_int_or_index(type));
	u32 width = type->kind == IR_TYPE_INDEX ? 64 : type->width;
	if (width < 64) {
		u64 high = (u64)v << (64 - width);
		v = type->signedness == IR_UNSIGNED ? (i64)(high >> (64 - width))
		                                    : (i64)high >> (64 - width);
	}
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_INTEGER, .type = type, .integer = v});
}

ir_attr ir_attr_float(struct ir_context *c, ir_type type, double v) {
	CHECK(ir_type_is_float(type));
	u8 bytes[8];
	ir_element_store_float(type, bytes, v);
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_FLOAT,
	                                        .type = type,
	                                        .real = ir_element_load_float(type, bytes)});
}

ir_attr ir_attr_string(struct ir_context *c, struct str s) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_STRING, .text = s});
}

ir_attr ir_attr_symbol(struct ir_context *c, u32 n, const ir_name *path) {
	CHECK(n > 0);
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_SYMBOL, .count = n, .path = path});
}

ir_attr ir_attr_type(struct ir_context *c, ir_type t) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_TYPE, .type = t});
}

// ---- collections ------------------------------------------------------------------------------

ir_attr ir_attr_array(struct ir_context *c, u32 n, const ir_attr *elements) {
	return attr_intern(
		c, &(struct ir_attr){.kind = IR_ATTR_ARRAY, .count = n, .elements = n ? elements : NULL});
}

static int entry_order(const void *a, const void *b, void *context) {
	const struct ir_named_attr *x = a, *y = b;
	return str_compare(ir_name_str(context, x->name), ir_name_str(context, y->name));
}

static ir_attr dict_sorted(struct ir_context *c, u32 n, const struct ir_named_attr *entries) {
	return attr_intern(
		c, &(struct ir_attr){.kind = IR_ATTR_DICT, .count = n, .entries = n ? entries : NULL});
}

struct dict_task {
	u32 n;
	const struct ir_named_attr *entries;
	ir_attr dict;
};

static void sort_dict(struct ir_context *c, void *user) {
	struct dict_task *task = user;
	struct ir_named_attr *copy =
		ARENA_COPY_ARRAY(&c->scratch, struct ir_named_attr, task->entries, task->n);
	qsort_r(copy, task->n, sizeof *copy, entry_order, c);
	for (u32 i = 1; i < task->n; i++)
		CHECK_MSG(copy[i - 1].name != copy[i].name, "attribute '%s' stands twice in a dictionary",
		          ir_name_str(c, copy[i].name).data);
	task->dict = dict_sorted(c, task->n, copy);
}

ir_attr ir_attr_dict(struct ir_context *c, u32 n, const struct ir_named_attr *entries) {
	bool sorted = true;
	for (u32 i = 1; i < n && sorted; i++)
		sorted = entry_order(&entries[i - 1], &entries[i], c) < 0;
	if (sorted)
		return dict_sorted(c, n, entries);
	struct dict_task task = {n, entries, NULL};
	ir_context_guarded(c, sort_dict, &task);
	return task.dict;
}

ir_attr ir_attr_dialect(struct ir_context *c, ir_name dialect, ir_name name, struct str body, u32 n,
                        const struct ir_named_attr *params) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_DIALECT,
	                                        .dialect = dialect,
	                                        .name = name,
	                                        .text = body,
	                                        .count = n,
	                                        .entries = n ? params : NULL});
}

// ---- dense ------------------------------------------------------------------------------------

// Elements that are all equal become a splat.
static ir_attr dense_intern(struct ir_context *c, const struct ir_attr *probe) {
	struct ir_attr p = *probe;
	if (p.kind == IR_ATTR_DENSE_ELEMENTS && !p.splat) {
		size_t element = ir_type_bytes(p.type->element);
		p.splat = memcmp(p.data, p.data + element, p.data_size - element) == 0;
		p.data_size = p.splat ? element : p.data_size;
	}
	return attr_intern(c, &p);
}

// Whether bytes of such an element hold bits beyond its width.
static bool has_padding(ir_type element) {
	return element->kind == IR_TYPE_INTEGER && element->width < 64 &&
	       ir_type_bytes(element) * 8 != element->width;
}

struct masked_task {
	struct ir_attr probe;
	ir_type element;
	ir_attr attr;
};

// Padding is cleared, so that equal values are equal bytes.
static void intern_masked(struct ir_context *c, void *user) {
	struct masked_task *task = user;
	size_t bytes = ir_type_bytes(task->element);
	u64 mask = (1ull << task->element->width) - 1;
	u8 *data = arena_copy(&c->scratch, task->probe.data, task->probe.data_size, 8);
	for (size_t i = 0; i < task->probe.data_size; i++)
		data[i] &= (u8)(mask >> (8 * (i % bytes)));
	task->probe.data = data;
	task->attr = dense_intern(c, &task->probe);
}

static ir_attr dense_intern_masked(struct ir_context *c, const struct ir_attr *probe,
                                   ir_type element) {
	if (!has_padding(element))
		return dense_intern(c, probe);
	struct masked_task task = {.probe = *probe, .element = element};
	ir_context_guarded(c, intern_masked, &task);
	return task.attr;
}

ir_attr ir_attr_dense_array(struct ir_context *c, ir_type element, u32 n, const void *data) {
	CHECK(ir_type_is_float(element) || element->kind == IR_TYPE_INTEGER);
	size_t size = ir_type_bytes(element) * n;
	struct ir_attr probe = {.kind = IR_ATTR_DENSE_ARRAY,
	                        .type = element,
	                        .count = n,
	                        .data = n ? data : NULL,
	                        .data_size = size};
	return n ? dense_intern_masked(c, &probe, element) : attr_intern(c, &probe);
}

ir_attr ir_attr_i64_array(struct ir_context *c, u32 n, const i64 *values) {
	return ir_attr_dense_array(c, ir_type_int(c, 64), n, values);
}

ir_attr ir_attr_i32_array(struct ir_context *c, u32 n, const i32 *values) {
	return ir_attr_dense_array(c, ir_type_int(c, 32), n, values);
}

ir_attr ir_attr_dense(struct ir_context *c, ir_type shaped, const void *data, size_t size,
                      bool splat) {
	CHECK(ir_type_is_shaped(shaped));
	size_t element = ir_type_bytes(shaped->element);
	u64 count = (u64)ir_type_num_elements(shaped);
	CHECK_MSG(size == (splat ? element : element * count),
	          "dense data of %zu bytes for %llu elements of %zu", size, (unsigned long long)count,
	          element);
	if (count == 0)
		return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_DENSE_ELEMENTS, .type = shaped});
	struct ir_attr probe = {.kind = IR_ATTR_DENSE_ELEMENTS,
	                        .type = shaped,
	                        .splat = splat,
	                        .data = data,
	                        .data_size = size};
	return dense_intern_masked(c, &probe, shaped->element);
}

ir_attr ir_attr_dense_resource(struct ir_context *c, ir_type shaped, struct ir_blob *blob) {
	CHECK(ir_type_is_shaped(shaped) && blob);
	return attr_intern(
		c, &(struct ir_attr){.kind = IR_ATTR_DENSE_RESOURCE, .type = shaped, .blob = blob});
}

u64 ir_dense_count(ir_attr a) {
	if (a->kind == IR_ATTR_DENSE_ARRAY)
		return a->count;
	CHECK(a->kind == IR_ATTR_DENSE_ELEMENTS || a->kind == IR_ATTR_DENSE_RESOURCE);
	return (u64)ir_type_num_elements(a->type);
}

static const u8 *dense_at(ir_attr a, u64 i, ir_type *element) {
	CHECK(i < ir_dense_count(a));
	*element = ir_type_scalar(a->type);
	u64 size = ir_type_bytes(*element);
	if (a->kind == IR_ATTR_DENSE_RESOURCE) {
		CHECK(a->blob->size >= (i + 1) * size);
		return a->blob->data + i * size;
	}
	return a->splat ? a->data : a->data + i * size;
}

double ir_dense_get_float(ir_attr dense, u64 i) {
	ir_type element;
	const u8 *p = dense_at(dense, i, &element);
	return ir_element_load_float(element, p);
}

i64 ir_dense_get_int(ir_attr dense, u64 i) {
	ir_type element;
	const u8 *p = dense_at(dense, i, &element);
	return ir_element_load_int(element, p);
}

// ---- maps and layouts -------------------------------------------------------------------------

ir_attr ir_attr_affine_map(struct ir_context *c, u32 num_dims, u32 num_syms, u32 n,
                           const ir_expr *results) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_AFFINE_MAP,
	                                        .num_dims = num_dims,
	                                        .num_syms = num_syms,
	                                        .count = n,
	                                        .exprs = n ? results : NULL});
}

ir_attr ir_attr_identity_map(struct ir_context *c, u32 rank) {
	ir_expr dims[64];
	CHECK(rank <= ARRAY_SIZE(dims));
	for (u32 i = 0; i < rank; i++)
		dims[i] = ir_expr_dim(c, i);
	return ir_attr_affine_map(c, rank, 0, rank, dims);
}

ir_attr ir_attr_strided(struct ir_context *c, u32 rank, const i64 *strides, i64 offset) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_STRIDED_LAYOUT,
	                                        .count = rank,
	                                        .offset = offset,
	                                        .strides = rank ? strides : NULL});
}

// ---- locations --------------------------------------------------------------------------------

ir_attr ir_loc_unknown(struct ir_context *c) { return c->loc_unknown; }

ir_attr ir_loc_file(struct ir_context *c, struct str file, u32 line, u32 column) {
	return attr_intern(
		c,
		&(struct ir_attr){.kind = IR_ATTR_LOC_FILE, .text = file, .line = line, .column = column});
}

ir_attr ir_loc_name(struct ir_context *c, struct str name, ir_attr child) {
	return attr_intern(
		c,
		&(struct ir_attr){.kind = IR_ATTR_LOC_NAME, .text = name, .count = 1, .elements = &child});
}

struct fused_task {
	u32 n;
	const ir_attr *locs;
	ir_attr loc;
};

static void fuse(struct ir_context *c, void *user) {
	struct fused_task *task = user;
	ir_attr *kept = ARENA_ARRAY(&c->scratch, ir_attr, task->n);
	u32 count = 0;
	for (u32 i = 0; i < task->n; i++) {
		bool seen = task->locs[i] == c->loc_unknown;
		for (u32 k = 0; k < count && !seen; k++)
			seen = kept[k] == task->locs[i];
		if (!seen)
			kept[count++] = task->locs[i];
	}
	struct ir_attr probe = {.kind = IR_ATTR_LOC_FUSED, .count = count, .elements = kept};
	task->loc = count == 0 ? c->loc_unknown : count == 1 ? kept[0] : attr_intern(c, &probe);
}

ir_attr ir_loc_fused(struct ir_context *c, u32 n, const ir_attr *locs) {
	struct fused_task task = {n, locs, NULL};
	ir_context_guarded(c, fuse, &task);
	return task.loc;
}

ir_attr ir_loc_callsite(struct ir_context *c, ir_attr callee, ir_attr caller) {
	return attr_intern(c, &(struct ir_attr){.kind = IR_ATTR_LOC_CALLSITE,
	                                        .count = 2,
	                                        .elements = (ir_attr[]){callee, caller}});
}

static void loc_find(ir_attr loc, struct diag_loc *out) {
	if (!loc)
		return;
	if (loc->kind == IR_ATTR_LOC_FILE && out->line == 0) {
		out->file = loc->text;
		out->line = loc->line;
		out->column = loc->column;
	}
	if (loc->kind == IR_ATTR_LOC_NAME && out->node.size == 0)
		out->node = loc->text;
	for (u32 i = 0; i < loc->count; i++)
		if (loc->elements)
			loc_find(loc->elements[i], out);
}

struct diag_loc ir_loc_diag(ir_attr loc) {
	struct diag_loc out = {0};
	loc_find(loc, &out);
	return out;
}

// ---- reading ----------------------------------------------------------------------------------

ir_attr ir_dict_get(ir_attr dict, ir_name name) {
	if (!dict)
		return NULL;
	ASSERT(dict->kind == IR_ATTR_DICT);
	for (u32 i = 0; i < dict->count; i++)
		if (dict->entries[i].name == name)
			return dict->entries[i].value;
	return NULL;
}

i64 ir_attr_array_int(ir_attr a, u32 i) {
	if (a->kind != IR_ATTR_ARRAY)
		return ir_dense_get_int(a, i);
	CHECK(i < a->count && a->elements[i]->kind == IR_ATTR_INTEGER);
	return a->elements[i]->integer;
}
