// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Drives evaluation: frames, blocks, terminators, and element-wise ops through their `scalar` column.
//
// Each call has a frame with storage for every value of the function, made once and reused by every
// iteration of its loops, so a run of any length takes bounded memory. Block arguments are assigned
// through a copy, since branches may permute them.
#include "interp/interp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dialect/dialect.h"

#define STEPS_DEFAULT 10000000000ull
#define CALL_DEPTH_MAX 256

struct frame {
	struct arena arena;
	struct map values;      // ir_value -> its slot; ir_op -> scratch_values
};

struct eval {
	struct ir_module *module;
	struct ir_context *context;
	struct arena arena;     // buffers, results
	struct frame *frame;
	VEC(struct eval_buffer *) buffers;
	struct map symbols;
	const i64 *points[16];  // of the structured ops being run, innermost last
	u32 num_points;
	u64 steps, steps_max;
	u32 depth;
	bool failed;
};
struct interp {
	struct eval e;
};

struct ir_context *eval_context(struct eval *e) { return e->context; }

bool eval_error(struct eval *e, struct ir_op *op, const char *format, ...) {
	char message[400];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (!e->failed)
		diag_emit(ir_diags(e->context), DIAG_interp_undefined, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), message);
	e->failed = true;
	return false;
}

// ---------------------------------------------------------------------------------------------
// Storage

static u64 static_bytes(ir_type t) {
	if (t->kind == IR_TYPE_VECTOR || t->kind == IR_TYPE_TENSOR)
		return ir_type_has_static_shape(t) ? (u64)ir_type_num_elements(t) * ir_type_bytes(t->element) : 0;
	if (t->kind == IR_TYPE_INTEGER || t->kind == IR_TYPE_INDEX || ir_type_is_float(t) || t->kind == IR_TYPE_COMPLEX)
		return ir_type_bytes(t);
	return 0;
}

static void make_value(struct arena *a, struct eval_value *v, ir_type t) {
	*v = (struct eval_value){.type = t, .capacity = static_bytes(t)};
	if (v->capacity)
		v->data = arena_alloc_zero(a, v->capacity, 64);
	if (t->kind == IR_TYPE_TENSOR)
		for (u32 i = 0; i < t->rank && i < EVAL_RANK_MAX; i++)
			v->sizes[i] = t->shape[i];
}

static struct eval_value *slot_of(struct eval *e, const struct ir_value *v) {
	u64 found;
	if (map_find(&e->frame->values, map_ptr(v), &found))
		return (struct eval_value *)(uintptr_t)found;
	struct eval_value *slot = ARENA_NEW(&e->frame->arena, struct eval_value);
	make_value(&e->frame->arena, slot, v->type);
	map_set(&e->frame->values, map_ptr(v), map_ptr(slot));
	return slot;
}

// An array for `count` values that belongs to an op (`which`: 0 operands, 1 results), made once a frame.
static struct eval_value *scratch_values(struct eval *e, const struct ir_op *op, u32 which, u32 count) {
	u64 key = map_ptr(op) + which, found;
	if (map_find(&e->frame->values, key, &found))
		return (struct eval_value *)(uintptr_t)found;
	struct eval_value *v = ARENA_ARRAY(&e->frame->arena, struct eval_value, count + 1);
	map_set(&e->frame->values, key, map_ptr(v));
	return v;
}

void eval_resize(struct eval *e, struct eval_value *v, const i64 *sizes) {
	u64 count = 1;
	for (u32 i = 0; i < v->type->rank; i++) {
		v->sizes[i] = sizes[i];
		count *= (u64)sizes[i];
	}
	u64 bytes = count * ir_type_bytes(v->type->element);
	if (bytes <= v->capacity)
		return;
	v->data = arena_alloc_zero(&e->frame->arena, bytes, 64);
	v->capacity = bytes;
}

u64 eval_count(const struct eval_value *v) {
	ir_type t = v->type;
	if (t->kind == IR_TYPE_VECTOR)
		return (u64)ir_type_num_elements(t);
	u64 n = 1;
	if (t->kind == IR_TYPE_TENSOR || t->kind == IR_TYPE_MEMREF)
		for (u32 i = 0; i < t->rank; i++)
			n *= (u64)v->sizes[i];
	return n;
}

i64 eval_size(const struct eval_value *v, u32 dim) {
	return v->type->kind == IR_TYPE_VECTOR ? v->type->shape[dim] : v->sizes[dim];
}

void eval_copy(struct eval *e, struct eval_value *to, const struct eval_value *from) {
	if (to == from)
		return;
	if (from->type->kind == IR_TYPE_MEMREF || !from->data) {
		*to = *from;
		return;
	}
	if (from->type->kind == IR_TYPE_TENSOR)
		eval_resize(e, to, from->sizes);
	u64 bytes = eval_count(from) * ir_type_bytes(ir_type_scalar(from->type));
	CHECK(bytes <= to->capacity);
	memcpy(to->data, from->data, bytes);
	to->type = from->type;
}

// ---------------------------------------------------------------------------------------------
// Scalars

void eval_load(ir_type element, const u8 *p, union ir_scalar *out) {
	if (ir_type_is_float(element))
		out->f = ir_element_load_float(element, p);
	else
		out->i = ir_element_load_int(element, p);
}

void eval_store(ir_type element, u8 *p, union ir_scalar v) {
	if (ir_type_is_float(element))
		ir_element_store_float(element, p, v.f);
	else
		ir_element_store_int(element, p, v.i);
}

i64 eval_int(const struct eval_value *v) { return ir_element_load_int(ir_type_scalar(v->type), v->data); }
double eval_float(const struct eval_value *v) { return ir_element_load_float(ir_type_scalar(v->type), v->data); }
void eval_set_int(struct eval_value *v, i64 x) { ir_element_store_int(ir_type_scalar(v->type), v->data, x); }
void eval_set_float(struct eval_value *v, double x) { ir_element_store_float(ir_type_scalar(v->type), v->data, x); }

void eval_push_point(struct eval *e, const i64 *point) {
	CHECK(e->num_points < ARRAY_SIZE(e->points));
	e->points[e->num_points++] = point;
}

void eval_pop_point(struct eval *e) { e->num_points--; }

const i64 *eval_point(struct eval *e) {
	CHECK(e->num_points);
	return e->points[e->num_points - 1];
}

bool eval_symbol(struct eval *e, ir_expr size, i64 *out) { return ir_expr_evaluate(size, NULL, NULL, &e->symbols, out); }

bool eval_combine(struct eval *e, u16 id, ir_type element, union ir_scalar x, union ir_scalar y, union ir_scalar *out) {
	struct ir_lane lane = {.in = element, .out = element};
	union ir_scalar in[2] = {x, y};
	return ir_op_info_get(e->context, id)->row->hooks.scalar(&lane, in, out);
}

i64 eval_mixed(const struct ir_op *op, const struct eval_value *operands, ir_name list, u32 i, u32 *next) {
	i64 v = ir_attr_array_int(ir_op_attr(op, list), i);
	return v == IR_DYNAMIC ? eval_int(&operands[(*next)++]) : v;
}

// Copies keep bits: a float that is only moved or chosen must not pass through double, which quiets
// signalling NaNs.
static bool select_lanes(const struct eval_value *o, struct eval_value *r, u64 count) {
	u64 bytes = ir_type_bytes(ir_type_scalar(r->type));
	bool per_lane = o[0].type->kind == IR_TYPE_VECTOR || o[0].type->kind == IR_TYPE_TENSOR;
	for (u64 i = 0; i < count; i++) {
		const struct eval_value *from = o[0].data[per_lane ? i : 0] ? &o[1] : &o[2];
		memcpy(r->data + i * bytes, from->data + i * bytes, bytes);
	}
	return true;
}

static bool elementwise(struct eval *e, struct ir_op *op, const struct eval_value *o, struct eval_value *r) {
	if (r[0].type->kind == IR_TYPE_TENSOR)
		eval_resize(e, &r[0], o[op->num_operands - 1].sizes);
	u64 count = eval_count(&r[0]);
	if (op->info->id == OP_arith_select)
		return select_lanes(o, r, count);
	if (op->info->id == OP_arith_bitcast) {
		memcpy(r[0].data, o[0].data, count * ir_type_bytes(ir_type_scalar(r[0].type)));
		return true;
	}
	if (!op->info->row->hooks.scalar)
		return eval_error(e, op, "the interpreter has no evaluation for this operation");
	ir_attr predicate = ir_op_attr(op, NAME_predicate);
	struct ir_lane lane = {ir_type_scalar(o[0].type), ir_type_scalar(r[0].type), predicate ? predicate->integer : 0};
	union ir_scalar in[8], out[4];
	u64 in_bytes[8];
	ir_type in_type[8];
	bool spread[8];
	CHECK(op->num_operands <= 8 && op->num_results <= 4);
	for (u32 k = 0; k < op->num_operands; k++) {
		in_type[k] = ir_type_scalar(o[k].type);
		in_bytes[k] = ir_type_bytes(in_type[k]);
		spread[k] = o[k].type->kind == IR_TYPE_VECTOR || o[k].type->kind == IR_TYPE_TENSOR;
	}
	for (u64 i = 0; i < count; i++) {
		for (u32 k = 0; k < op->num_operands; k++)
			eval_load(in_type[k], o[k].data + (spread[k] ? i * in_bytes[k] : 0), &in[k]);
		if (!op->info->row->hooks.scalar(&lane, in, out))
			return eval_error(e, op, "undefined for its operands (division by zero, overflow or a shift beyond the width)");
		for (u32 k = 0; k < op->num_results; k++)
			eval_store(ir_type_scalar(r[k].type), r[k].data + i * ir_type_bytes(ir_type_scalar(r[k].type)), out[k]);
	}
	return true;
}

// ---------------------------------------------------------------------------------------------
// Memory

static u8 *in_buffer(struct eval *e, struct ir_op *op, struct eval_buffer *b, u8 *p, u64 bytes) {
	if (b->freed) {
		eval_error(e, op, "accesses memory that was freed");
		return NULL;
	}
	if (p < b->data || (u64)(p - b->data) > b->size || bytes > b->size - (u64)(p - b->data)) {
		eval_error(e, op, "accesses %llu bytes at offset %lld of a buffer of %llu", (unsigned long long)bytes,
		           (long long)(p - b->data), (unsigned long long)b->size);
		return NULL;
	}
	return p;
}

u8 *eval_element(struct eval *e, struct ir_op *op, const struct eval_value *m, const i64 *indices, u64 bytes) {
	i64 at = m->offset;
	for (u32 i = 0; i < m->type->rank; i++) {
		if (indices[i] < 0 || indices[i] >= m->sizes[i]) {
			eval_error(e, op, "index %lld of dimension %u is outside 0 .. %lld", (long long)indices[i], i, (long long)m->sizes[i] - 1);
			return NULL;
		}
		at += indices[i] * m->strides[i];
	}
	return in_buffer(e, op, m->buffer, m->buffer->data + at * (i64)ir_type_bytes(m->type->element), bytes);
}

u8 *eval_address(struct eval *e, struct ir_op *op, i64 address, u64 bytes) {
	u8 *p = (u8 *)(uintptr_t)address;
	for (u32 i = e->buffers.size; i-- > 0;) {
		struct eval_buffer *b = e->buffers.data[i];
		if (p >= b->data && p <= b->data + b->size)
			return in_buffer(e, op, b, p, bytes);
	}
	eval_error(e, op, "address 0x%llx is in no buffer", (unsigned long long)address);
	return NULL;
}

struct eval_buffer *eval_allocate(struct eval *e, u64 bytes, u64 align) {
	struct eval_buffer *b = ARENA_NEW(&e->frame->arena, struct eval_buffer);
	*b = (struct eval_buffer){.data = arena_alloc(&e->frame->arena, bytes + 64, BASE_MAX(align, 64)), .size = bytes};
	memset(b->data, 0xa5, bytes);  // undefined contents should look like it
	vec_push(&e->arena, e->buffers, b);
	return b;
}

// ---------------------------------------------------------------------------------------------
// Control

static bool constant(struct eval *e, struct ir_op *op, struct eval_value *r) {
	ir_attr a = ir_op_attr(op, NAME_value);
	ir_type element = ir_type_scalar(r->type);
	if (a->kind == IR_ATTR_INTEGER) {
		ir_element_store_int(element, r->data, a->integer);
		return true;
	}
	if (a->kind == IR_ATTR_FLOAT) {
		ir_element_store_float(element, r->data, a->real);
		return true;
	}
	u64 bytes = ir_type_bytes(element), count = eval_count(r);
	if (a->kind == IR_ATTR_DENSE_RESOURCE) {
		if (a->blob->size < count * bytes)
			return eval_error(e, op, "resource is shorter than its type");
		memcpy(r->data, a->blob->data, count * bytes);
		return true;
	}
	if (a->kind != IR_ATTR_DENSE_ELEMENTS)
		return eval_error(e, op, "a constant without data");
	for (u64 i = 0; i < count; i++)
		memcpy(r->data + i * bytes, a->data + (a->splat ? 0 : i * bytes), bytes);
	return true;
}

static bool execute(struct eval *e, struct ir_op *op) {
	if (++e->steps > e->steps_max)
		return eval_error(e, op, "gave up after %llu steps", (unsigned long long)e->steps_max);
	struct eval_value *o = scratch_values(e, op, 0, op->num_operands), *r = scratch_values(e, op, 1, op->num_results);
	for (u32 i = 0; i < op->num_operands; i++)
		o[i] = *slot_of(e, ir_operand_get(op, i));
	for (u32 i = 0; i < op->num_results; i++)
		r[i] = *slot_of(e, ir_result_get(op, i));
	bool ok;
	if (op->info->row->hooks.eval)
		ok = op->info->row->hooks.eval(e, op, o, r);
	else if (op->info->traits & IR_CONSTANT)
		ok = constant(e, op, &r[0]);
	else if (op->info->traits & IR_ELEMENTWISE)
		ok = elementwise(e, op, o, r);
	else
		ok = eval_error(e, op, "the interpreter has no evaluation for this operation");
	for (u32 i = 0; ok && i < op->num_results; i++)
		*slot_of(e, ir_result_get(op, i)) = r[i];
	return ok && !e->failed;
}

static bool assign_arguments(struct eval *e, struct ir_block *b, u32 count, const struct eval_value *args) {
	CHECK(count == b->num_args);
	for (u32 i = 0; i < count; i++)
		eval_copy(e, slot_of(e, b->args[i]), &args[i]);
	return true;
}

// Copies of an op's operands from `first` on, apart from the values' storage.
static struct eval_value *copies(struct eval *e, struct arena *a, struct ir_op *op, u32 first, u32 count) {
	struct eval_value *out = ARENA_ARRAY(a, struct eval_value, count + 1);
	for (u32 i = 0; i < count; i++) {
		const struct eval_value *v = slot_of(e, ir_operand_get(op, first + i));
		out[i] = *v;
		if (v->data && v->type->kind != IR_TYPE_MEMREF) {
			u64 bytes = eval_count(v) * ir_type_bytes(ir_type_scalar(v->type));
			out[i].data = arena_copy(a, v->data, bytes, 16);
			out[i].capacity = bytes;
		}
	}
	return out;
}

// The block a branch goes to, its arguments assigned; NULL after a diagnostic.
static struct ir_block *follow(struct eval *e, struct ir_op *op) {
	u32 successor = 0;
	struct ir_range args = {0, op->num_operands};
	if (op->info->id == OP_cf_cond_br) {
		successor = eval_int(slot_of(e, ir_operand_get(op, 0))) ? 0 : 1;
		args = ir_op_operand_group(op, 1 + successor);
	} else if (op->info->id != OP_cf_br) {
		eval_error(e, op, "the interpreter has no evaluation for this branch");
		return NULL;
	}
	struct ir_block *to = op->successors[successor].block;
	struct arena_mark mark = arena_save(&e->arena);
	assign_arguments(e, to, args.count, copies(e, &e->arena, op, args.first, args.count));
	arena_restore(&e->arena, mark);
	return to;
}

bool eval_region(struct eval *e, struct ir_region *r, u32 count, const struct eval_value *args, struct eval_end *end) {
	struct ir_block *b = r->first;
	CHECK(b);
	assign_arguments(e, b, count, args);
	while (b) {
		for (struct ir_op *op = b->first; op; op = op->next) {
			bool last = op->info->traits & IR_TERMINATOR;
			if (!last) {
				if (!execute(e, op))
					return false;
				continue;
			}
			if (++e->steps > e->steps_max)
				return eval_error(e, op, "gave up after %llu steps", (unsigned long long)e->steps_max);
			if (!op->num_successors) {
				end->terminator = op;
				end->count = op->num_operands;
				// The slots themselves: the caller copies what it keeps.
				end->values = scratch_values(e, op, 0, op->num_operands);
				for (u32 i = 0; i < op->num_operands; i++)
					end->values[i] = *slot_of(e, ir_operand_get(op, i));
				return true;
			}
			b = follow(e, op);
			break;
		}
		if (e->failed)
			return false;
	}
	return false;
}

bool eval_call(struct eval *e, struct ir_op *func, u32 count, const struct eval_value *args, struct eval_end *end) {
	if (!func->regions[0].first)
		return eval_error(e, func, "calls a function that has no body");
	if (++e->depth > CALL_DEPTH_MAX)
		return eval_error(e, func, "calls nested deeper than %d", CALL_DEPTH_MAX);
	struct frame *f = ARENA_NEW(&e->arena, struct frame);
	arena_init(&f->arena);
	map_init(&f->values, &f->arena);
	struct frame *caller = e->frame;
	u32 buffers = e->buffers.size;
	e->frame = f;
	bool ok = eval_region(e, &func->regions[0], count, args, end);
	if (ok) {
		struct eval_value *kept = copies(e, &e->arena, end->terminator, 0, end->count);
		end->values = kept;
	}
	e->frame = caller;
	e->buffers.size = buffers;  // what the callee allocated ends with its frame
	arena_deinit(&f->arena);
	e->depth--;
	return ok;
}

// ---------------------------------------------------------------------------------------------
// Entry points

struct interp *interp_create(struct ir_module *m) {
	struct interp *i = calloc(1, sizeof *i);
	if (!i)
		return NULL;
	i->e.module = m;
	i->e.context = m->context;
	i->e.steps_max = STEPS_DEFAULT;
	arena_init(&i->e.arena);
	map_init(&i->e.symbols, &i->e.arena);
	return i;
}

void interp_destroy(struct interp *i) {
	if (i)
		arena_deinit(&i->e.arena);
	free(i);
}

struct eval *interp_eval(struct interp *i) { return &i->e; }
void interp_set_step_limit(struct interp *i, u64 steps) { i->e.steps_max = steps; }
void interp_bind_symbol(struct interp *i, ir_name symbol, i64 value) { map_set(&i->e.symbols, symbol, (u64)value); }

struct eval_buffer *interp_map_buffer(struct interp *i, void *data, u64 size) {
	struct eval_buffer *b = ARENA_NEW(&i->e.arena, struct eval_buffer);
	*b = (struct eval_buffer){.data = data, .size = size};
	vec_push(&i->e.arena, i->e.buffers, b);
	return b;
}

struct eval_value interp_memref(ir_type type, struct eval_buffer *b, const i64 *sizes) {
	struct eval_value v = {.type = type, .buffer = b};
	i64 stride = 1, strides[EVAL_RANK_MAX], offset = 0;
	bool given = type->layout && ir_memref_strides(type, strides, &offset);
	for (u32 d = type->rank; d-- > 0;) {
		v.sizes[d] = type->shape[d] == IR_DYNAMIC ? sizes[d] : type->shape[d];
		v.strides[d] = given ? strides[d] : stride;
		stride *= v.sizes[d];
	}
	v.offset = given ? offset : 0;
	return v;
}

struct eval_value interp_scalar(struct interp *i, ir_type type, const void *bytes) {
	struct eval_value v;
	make_value(&i->e.arena, &v, type);
	memcpy(v.data, bytes, v.capacity);
	return v;
}

bool interp_call(struct interp *i, struct ir_op *func, u32 num_args, const struct eval_value *args, struct eval_value *results) {
	struct eval_end end;
	i->e.failed = false;
	i->e.depth = 0;
	i->e.num_points = 0;
	i->e.steps = 0;
	if (!eval_call(&i->e, func, num_args, args, &end))
		return false;
	for (u32 k = 0; k < end.count; k++)
		results[k] = end.values[k];
	return true;
}
