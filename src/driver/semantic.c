// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Generated inputs, interpretation of a function in its original or lowered form, comparison.
#include "driver/semantic.h"

#include "dialect/dialect.h"
#if LAM_INTERP
#include "interp/interp.h"
#endif

static u64 next_random(u64 *state) {  // splitmix64
	u64 z = (*state += 0x9e3779b97f4a7c15ull);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static void fill(ir_type element, u8 *p, u64 count, u64 *state) {
	u64 bytes = ir_type_bytes(element);
	for (u64 i = 0; i < count; i++) {
		u64 r = next_random(state);
		if (ir_type_is_float(element))
			ir_element_store_float(element, p + i * bytes, (double)(i64)(r % 4001) / 1000.0 - 2.0);
		else if (ir_type_is_int(element, 1))
			p[i] = r & 1;
		else
			ir_element_store_int(element, p + i * bytes, (i64)(r % 201) - 100);
	}
}

bool semantic_generate(ir_type function, u64 seed, struct arena *a, struct semantic_case *out, const char **why) {
	u64 state = seed * 7919 + 1;
	*out = (struct semantic_case){.num_args = function->num_inputs, .seed = seed};
	out->args = ARENA_ARRAY(a, struct semantic_arg, function->num_inputs + 1);
	for (u32 i = 0; i < function->num_inputs; i++) {
		struct semantic_arg *arg = &out->args[i];
		ir_type t = arg->type = function->types[i];
		u64 count = 1;
		if (t->kind == IR_TYPE_INDEX) {
			arg->size = 8;
			arg->data = ARENA_ARRAY(a, u8, 64);
			ir_element_store_int(t, arg->data, (i64)(next_random(&state) % 40) + 1);
			continue;
		}
		if (t->kind == IR_TYPE_MEMREF && t->rank <= 16 && !t->layout) {
			for (u32 d = 0; d < t->rank; d++) {
				arg->sizes[d] = t->shape[d] == IR_DYNAMIC ? (i64)(next_random(&state) % 40) + 1 : t->shape[d];
				count *= (u64)arg->sizes[d];
			}
		} else if (!ir_type_is_float(t) && t->kind != IR_TYPE_INTEGER) {
			*why = "arguments other than scalars and dense memrefs";
			return false;
		}
		ir_type element = ir_type_scalar(t);
		arg->size = count * ir_type_bytes(element);
		arg->data = arena_alloc_zero(a, arg->size + 64, 64);
		fill(element, arg->data, count, &state);
	}
	return true;
}

struct semantic_case semantic_copy(const struct semantic_case *c, struct arena *a) {
	struct semantic_case out = *c;
	out.args = ARENA_COPY_ARRAY(a, struct semantic_arg, c->args, c->num_args + 1);
	for (u32 i = 0; i < c->num_args; i++) {
		out.args[i].data = arena_alloc_zero(a, c->args[i].size + 64, 64);
		memcpy(out.args[i].data, c->args[i].data, c->args[i].size);
	}
	return out;
}

#if LAM_INTERP
// Arguments for the function's present form: a memref as it is, or its address and run-time sizes.
static u32 bind_args(struct interp *in, struct ir_op *func, struct semantic_case *c, struct eval_value *out) {
	ir_type type = ir_op_attr(func, NAME_function_type)->type, index = ir_type_index(func->module->context);
	u32 n = 0;
	for (u32 i = 0; i < c->num_args; i++) {
		struct semantic_arg *a = &c->args[i];
		if (a->type->kind != IR_TYPE_MEMREF) {
			out[n++] = interp_scalar(in, a->type, a->data);
			continue;
		}
		struct eval_buffer *b = interp_map_buffer(in, a->data, a->size);
		if (n < type->num_inputs && type->types[n]->kind == IR_TYPE_MEMREF) {
			out[n++] = interp_memref(a->type, b, a->sizes);
			continue;
		}
		i64 address = (i64)(uintptr_t)a->data;
		out[n++] = interp_scalar(in, index, &address);
		for (u32 d = 0; d < a->type->rank; d++)
			if (a->type->shape[d] == IR_DYNAMIC)
				out[n++] = interp_scalar(in, index, &a->sizes[d]);
	}
	// Worker number and count of a distributed kernel: one worker.
	for (i64 v = 0; n < type->num_inputs; v++)
		out[n++] = interp_scalar(in, index, &v);
	return n;
}

bool semantic_interpret(struct ir_module *m, struct ir_op *func, struct semantic_case *c, struct strbuf *results) {
	struct interp *in = interp_create(m);
	struct eval_value args[128], out[16];
	CHECK(in && c->num_args * 4 < ARRAY_SIZE(args));
	u32 n = bind_args(in, func, c, args);
	ir_type type = ir_op_attr(func, NAME_function_type)->type;
	bool ok = n == type->num_inputs && type->num_results <= ARRAY_SIZE(out) && interp_call(in, func, n, args, out);
	for (u32 i = 0; ok && i < type->num_results; i++)
		strbuf_add(results, str_make((const char *)out[i].data, ir_type_bytes(ir_type_scalar(type->types[type->num_inputs + i]))));
	interp_destroy(in);
	return ok;
}
#endif

bool semantic_equal(const struct semantic_case *x, const struct semantic_case *y, struct str rx, struct str ry, struct strbuf *what) {
	for (u32 i = 0; i < x->num_args; i++) {
		const struct semantic_arg *a = &x->args[i], *b = &y->args[i];
		ir_type element = ir_type_scalar(a->type);
		u64 bytes = ir_type_bytes(element);
		for (u64 e = 0; e * bytes < a->size; e++) {
			if (memcmp(a->data + e * bytes, b->data + e * bytes, bytes) == 0)
				continue;
			bool f = ir_type_is_float(element);
			double p = f ? ir_element_load_float(element, a->data + e * bytes) : (double)ir_element_load_int(element, a->data + e * bytes);
			double q = f ? ir_element_load_float(element, b->data + e * bytes) : (double)ir_element_load_int(element, b->data + e * bytes);
			if (p != p && q != q)
				continue;  // NaN payloads are not promised
			strbuf_addf(what, "argument %u, element %llu: %.9g instead of %.9g", i, (unsigned long long)e, q, p);
			return false;
		}
	}
	if (!str_eq(rx, ry))
		strbuf_add_z(what, "results differ");
	return str_eq(rx, ry);
}
