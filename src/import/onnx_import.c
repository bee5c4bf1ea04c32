// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX graph -> stablehlo: values, constants, symbolic sizes, and the walk over the nodes. Operators
// are functions of onnx_ops.def. Integer shape arithmetic (Shape, Gather, Concat, Mul, ...) is carried
// out on expressions over named symbols and never reaches the graph when it ends in a shape.
#include "import/onnx.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name;
	i64 since;
	onnx_op_fn *fn;
} operators[] = {
#define ONNX_OP(name, since, fn) {#name, since, fn},
#include "import/onnx_ops.def"
#undef ONNX_OP
};

// ---------------------------------------------------------------------------------------------
// Diagnostics and attributes

static struct diag_loc node_loc(const struct onnx_importer *im) {
	struct diag_loc loc = {.file = im->file};
	if (im->node)
		loc.node = im->node->name.size ? im->node->name : im->node->outputs.size ? im->node->outputs.data[0] : im->node->op_type;
	return loc;
}

void onnx_refuse(struct onnx_importer *im, const char *format, ...) {
	char message[300];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (!im->failed)
		diag_emit(im->diags, DIAG_onnx_unsupported, node_loc(im), STR_ARG(im->node ? im->node->op_type : STR("graph")), message);
	im->failed = true;
}

const struct onnx_attribute *onnx_attr(const struct onnx_node *n, const char *name) {
	for (u32 i = 0; i < n->attributes.size; i++)
		if (str_eq_z(n->attributes.data[i].name, name))
			return &n->attributes.data[i];
	return NULL;
}

i64 onnx_attr_int(const struct onnx_node *n, const char *name, i64 otherwise) {
	const struct onnx_attribute *a = onnx_attr(n, name);
	return a ? a->i : otherwise;
}

float onnx_attr_float(const struct onnx_node *n, const char *name, float otherwise) {
	const struct onnx_attribute *a = onnx_attr(n, name);
	return a ? a->f : otherwise;
}

struct str onnx_attr_string(const struct onnx_node *n, const char *name) {
	const struct onnx_attribute *a = onnx_attr(n, name);
	return a ? a->s : (struct str){0};
}

// ---------------------------------------------------------------------------------------------
// Types and builders

ir_type onnx_element_type(struct ir_context *c, i32 type) {
	switch (type) {
	case ONNX_FLOAT: return ir_type_float(c, IR_TYPE_F32);
	case ONNX_DOUBLE: return ir_type_float(c, IR_TYPE_F64);
	case ONNX_FLOAT16: return ir_type_float(c, IR_TYPE_F16);
	case ONNX_BFLOAT16: return ir_type_float(c, IR_TYPE_BF16);
	case ONNX_BOOL: return ir_type_int(c, 1);
	case ONNX_INT8: return ir_type_int(c, 8);
	case ONNX_INT16: return ir_type_int(c, 16);
	case ONNX_INT32: return ir_type_int(c, 32);
	case ONNX_INT64: return ir_type_int(c, 64);
	case ONNX_UINT8: return ir_type_integer(c, 8, IR_UNSIGNED);
	case ONNX_UINT16: return ir_type_integer(c, 16, IR_UNSIGNED);
	case ONNX_UINT32: return ir_type_integer(c, 32, IR_UNSIGNED);
	case ONNX_UINT64: return ir_type_integer(c, 64, IR_UNSIGNED);
	default: return NULL;
	}
}

ir_type onnx_tensor_type(struct onnx_importer *im, u32 rank, const ir_expr *dims, ir_type element) {
	return ir_type_tensor_dims(im->context, rank, dims, element);
}

struct ir_value *onnx_build(struct onnx_importer *im, u16 id, u32 n, struct ir_value *const *operands, ir_type result,
                            const struct ir_named_attr *props, u32 num_props) {
	struct ir_op_desc d = {.info = ir_op_info_get(im->context, id), .num_operands = n, .operands = operands, .num_results = 1,
	                       .results = &result, .num_props = num_props, .props = props};
	return ir_result_get(ir_build(&im->b, &d), 0);
}

struct ir_value *onnx_dense(struct onnx_importer *im, ir_type tensor, const void *data) {
	u64 bytes = (u64)ir_type_num_elements(tensor) * ir_type_bytes(tensor->element);
	struct ir_named_attr prop = {NAME_value, ir_attr_dense(im->context, tensor, data, bytes, false)};
	return onnx_build(im, OP_stablehlo_constant, 0, NULL, tensor, &prop, 1);
}

static struct ir_value *splat_of(struct onnx_importer *im, ir_type tensor, double v) {
	u8 bytes[16] = {0};
	ir_type e = tensor->element;
	if (ir_type_is_float(e))
		ir_element_store_float(e, bytes, v);
	else
		ir_element_store_int(e, bytes, (i64)v);
	struct ir_named_attr prop = {NAME_value, ir_attr_dense(im->context, tensor, bytes, ir_type_bytes(e), true)};
	return onnx_build(im, OP_stablehlo_constant, 0, NULL, tensor, &prop, 1);
}

struct ir_value *onnx_splat(struct onnx_importer *im, ir_type element, double v) {
	return splat_of(im, ir_type_tensor(im->context, 0, NULL, element, NULL), v);
}

struct ir_value *onnx_broadcast(struct onnx_importer *im, struct ir_value *x, u32 rank, const ir_expr *dims, const i64 *where) {
	ir_type t = onnx_tensor_type(im, rank, dims, x->type->element);
	if (t == x->type)
		return x;
	struct ir_named_attr prop = {NAME_broadcast_dimensions, ir_attr_i64_array(im->context, x->type->rank, where)};
	return onnx_build(im, OP_stablehlo_broadcast_in_dim, 1, &x, t, &prop, 1);
}

struct ir_value *onnx_constant_like(struct onnx_importer *im, struct ir_value *x, double v) {
	if (ir_type_has_static_shape(x->type))
		return splat_of(im, x->type, v);
	return onnx_broadcast(im, onnx_splat(im, x->type->element, v), x->type->rank, x->type->dims, NULL);
}

struct ir_value *onnx_reshape(struct onnx_importer *im, struct ir_value *x, u32 rank, const ir_expr *dims) {
	ir_type t = onnx_tensor_type(im, rank, dims, x->type->element);
	return t == x->type ? x : onnx_build(im, OP_stablehlo_reshape, 1, &x, t, NULL, 0);
}

struct ir_value *onnx_transpose(struct onnx_importer *im, struct ir_value *x, const i64 *permutation) {
	ir_expr dims[16];
	u32 rank = x->type->rank;
	bool identity = true;
	for (u32 i = 0; i < rank; i++) {
		dims[i] = x->type->dims[permutation[i]];
		identity &= permutation[i] == i;
	}
	if (identity)
		return x;
	struct ir_named_attr prop = {NAME_permutation, ir_attr_i64_array(im->context, rank, permutation)};
	return onnx_build(im, OP_stablehlo_transpose, 1, &x, onnx_tensor_type(im, rank, dims, x->type->element), &prop, 1);
}

struct ir_value *onnx_unary(struct onnx_importer *im, u16 id, struct ir_value *x) {
	return onnx_build(im, id, 1, &x, x->type, NULL, 0);
}

// Numpy's rule; a symbolic size equals only itself, and stretches from 1.
static bool common_shape(struct onnx_importer *im, ir_type x, ir_type y, u32 *rank, ir_expr *dims) {
	*rank = BASE_MAX(x->rank, y->rank);
	for (u32 i = 0; i < *rank; i++) {
		ir_expr one = onnx_const(im, 1);
		ir_expr a = i + x->rank >= *rank ? x->dims[i + x->rank - *rank] : one;
		ir_expr b = i + y->rank >= *rank ? y->dims[i + y->rank - *rank] : one;
		if (a != b && a != one && b != one) {
			onnx_refuse(im, "shapes do not broadcast: dimension %u from the left differs", i);
			return false;
		}
		dims[i] = a == one ? b : a;
	}
	return true;
}

struct ir_value *onnx_binary(struct onnx_importer *im, u16 id, struct ir_value *x, struct ir_value *y) {
	u32 rank;
	ir_expr dims[16];
	if (x->type->element != y->type->element) {
		onnx_refuse(im, "operands of different element types");
		return NULL;
	}
	if (!common_shape(im, x->type, y->type, &rank, dims))
		return NULL;
	struct ir_value *operands[] = {x, y};
	for (u32 k = 0; k < 2; k++) {
		i64 where[16];
		u32 own = operands[k]->type->rank;
		for (u32 i = 0; i < own; i++)
			where[i] = rank - own + i;
		operands[k] = onnx_broadcast(im, operands[k], rank, dims, where);
	}
	return onnx_build(im, id, 2, operands, onnx_tensor_type(im, rank, dims, x->type->element), NULL, 0);
}

struct ir_value *onnx_reduce(struct onnx_importer *im, u16 combiner, struct ir_value *x, u32 mask, double init, bool keep) {
	ir_type scalar = ir_type_tensor(im->context, 0, NULL, x->type->element, NULL);
	struct ir_value *operands[] = {x, onnx_splat(im, x->type->element, init)};
	i64 dims[16];
	ir_expr kept[16], full[16];
	u32 n = 0, k = 0;
	for (u32 i = 0; i < x->type->rank; i++) {
		full[i] = (mask >> i) & 1 ? onnx_const(im, 1) : x->type->dims[i];
		if ((mask >> i) & 1)
			dims[n++] = i;
		else
			kept[k++] = x->type->dims[i];
	}
	struct ir_named_attr props[] = {
		{NAME_dimensions, ir_attr_i64_array(im->context, n, dims)},
		{NAME_operandSegmentSizes, ir_attr_i32_array(im->context, 2, (i32[]){1, 1})},
	};
	ir_type result = onnx_tensor_type(im, k, kept, x->type->element);
	const struct ir_op_info *info = ir_op_info_get(im->context, OP_stablehlo_reduce);
	struct ir_op_desc d = {.info = info, .num_operands = 2, .operands = operands, .num_results = 1, .results = &result, .num_regions = 1,
	                       .num_props = info->operand_segments ? 2 : 1, .props = props};
	struct ir_op *op = ir_build(&im->b, &d);
	struct ir_block *body = ir_block_create(im->module);
	ir_block_append(&op->regions[0], body);
	struct ir_value *a = ir_block_add_arg(im->module, body, scalar), *b = ir_block_add_arg(im->module, body, scalar);
	struct ir_builder outer = im->b;
	im->b = ir_builder_at_end(body, im->module);
	struct ir_value *both[] = {a, b}, *v = onnx_build(im, combiner, 2, both, scalar, NULL, 0);
	struct ir_op_desc end = {.info = ir_op_info_get(im->context, OP_stablehlo_return), .num_operands = 1, .operands = &v};
	ir_build(&im->b, &end);
	im->b = outer;
	return keep ? onnx_reshape(im, ir_result_get(op, 0), x->type->rank, full) : ir_result_get(op, 0);
}

// ---------------------------------------------------------------------------------------------
// Values

bool onnx_has_input(const struct onnx_node *n, u32 i) { return i < n->inputs.size && n->inputs.data[i].size; }

struct onnx_value *onnx_input(struct onnx_importer *im, u32 i) {
	u64 found;
	if (!onnx_has_input(im->node, i)) {
		onnx_refuse(im, "input %u is missing", i);
		return NULL;
	}
	if (strmap_find(&im->values, im->node->inputs.data[i], &found))
		return (struct onnx_value *)(uintptr_t)found;
	onnx_refuse(im, "input '%.*s' is produced by no earlier node, input or initializer", STR_ARG(im->node->inputs.data[i]));
	return NULL;
}

// A shape value that is used as data: constants become a dense tensor.
static struct ir_value *materialise(struct onnx_importer *im, struct onnx_value *v) {
	i64 n = v->num_exprs;
	ir_type t = ir_type_tensor(im->context, v->scalar ? 0 : 1, &n, v->element, NULL);
	u64 bytes = ir_type_bytes(v->element);
	u8 *data = ARENA_ARRAY(im->arena, u8, bytes * v->num_exprs + 1);
	for (u32 i = 0; i < v->num_exprs; i++) {
		if (!ir_expr_is_const(v->exprs[i])) {
			onnx_refuse(im, "a run-time size is used as data; fix it with --dim");
			return NULL;
		}
		ir_element_store_int(v->element, data + i * bytes, v->exprs[i]->value);
	}
	return v->value = onnx_dense(im, t, data);
}

struct ir_value *onnx_tensor_input(struct onnx_importer *im, u32 i) {
	struct onnx_value *v = onnx_input(im, i);
	return !v ? NULL : v->value ? v->value : materialise(im, v);
}

bool onnx_shape_input(struct onnx_importer *im, u32 i, ir_expr **out, u32 *n) {
	struct onnx_value *v = onnx_input(im, i);
	if (v && !v->exprs)
		onnx_refuse(im, "input '%.*s' must be known at compile time", STR_ARG(im->node->inputs.data[i]));
	if (!v || !v->exprs)
		return false;
	*out = v->exprs;
	*n = v->num_exprs;
	return true;
}

bool onnx_ints_input(struct onnx_importer *im, u32 i, i64 **out, u32 *n) {
	ir_expr *exprs;
	if (!onnx_shape_input(im, i, &exprs, n))
		return false;
	*out = ARENA_ARRAY(im->arena, i64, *n + 1);
	for (u32 k = 0; k < *n; k++) {
		if (!ir_expr_is_const(exprs[k])) {
			onnx_refuse(im, "input '%.*s' depends on a run-time size", STR_ARG(im->node->inputs.data[i]));
			return false;
		}
		(*out)[k] = exprs[k]->value;
	}
	return true;
}

static void define(struct onnx_importer *im, struct str name, struct onnx_value *v) {
	if (strmap_find(&im->values, name, NULL)) {
		onnx_refuse(im, "value '%.*s' is produced twice", STR_ARG(name));
		return;
	}
	strmap_set(&im->values, name, map_ptr(v));
}

void onnx_output(struct onnx_importer *im, u32 i, struct ir_value *v) {
	if (!v || i >= im->node->outputs.size || !im->node->outputs.data[i].size)
		return;
	struct onnx_value *o = ARENA_NEW(im->arena, struct onnx_value);
	o->value = v;
	define(im, im->node->outputs.data[i], o);
}

void onnx_output_exprs(struct onnx_importer *im, u32 i, ir_expr *exprs, u32 n, bool scalar, ir_type element) {
	struct onnx_value *o = ARENA_NEW(im->arena, struct onnx_value);
	*o = (struct onnx_value){.exprs = exprs, .num_exprs = n, .scalar = scalar, .element = element};
	define(im, im->node->outputs.data[i], o);
}

// ---------------------------------------------------------------------------------------------
// Tensors of the file

static void typed_data(struct onnx_importer *im, const struct onnx_tensor *t, ir_type element, u64 count, u8 *out) {
	u64 bytes = ir_type_bytes(element);
	for (u64 i = 0; i < count; i++) {
		if (t->floats.size)
			ir_element_store_float(element, out + i * bytes, i < t->floats.size ? t->floats.data[i] : 0);
		else if (ir_type_is_float(element) && t->ints.size && bytes == 2)  // f16 and bf16 travel as bits
			memcpy(out + i * bytes, &t->ints.data[i], 2);
		else
			ir_element_store_int(element, out + i * bytes, i < t->ints.size ? t->ints.data[i] : 0);
	}
	(void)im;
}

static struct onnx_value *import_tensor(struct onnx_importer *im, const struct onnx_tensor *t, struct str name) {
	ir_type element = onnx_element_type(im->context, t->type);
	i64 shape[16], count = 1;
	if (!element || t->dims.size > 16 || t->external) {
		onnx_refuse(im, t->external ? "tensor '%.*s': its data lie in another file, which is not read yet; save the model with its data inside"
		                            : "tensor '%.*s': its type or rank has no counterpart", STR_ARG(name));
		return NULL;
	}
	for (u32 i = 0; i < t->dims.size; i++) {
		shape[i] = t->dims.data[i];
		if (shape[i] < 0 || __builtin_mul_overflow(count, BASE_MAX(shape[i], 1), &count) || count > ((i64)1 << 40)) {
			onnx_refuse(im, "tensor '%.*s': dimension %lld", STR_ARG(name), (long long)shape[i]);
			return NULL;
		}
	}
	ir_type type = ir_type_tensor(im->context, t->dims.size, shape, element, NULL);
	u64 elements = (u64)ir_type_num_elements(type), bytes = elements * ir_type_bytes(element);
	bool raw = t->raw.size || bytes == 0;
	u64 given = raw ? t->raw.size : (t->floats.size ? t->floats.size : t->ints.size) * ir_type_bytes(element);
	if (given != bytes) {
		onnx_refuse(im, "tensor '%.*s': %llu bytes of data for a shape of %llu", STR_ARG(name), (unsigned long long)given, (unsigned long long)bytes);
		return NULL;
	}
	const u8 *data = (const u8 *)t->raw.data;
	if (!raw) {
		u8 *converted = ARENA_ARRAY(im->arena, u8, bytes + 1);
		typed_data(im, t, element, elements, converted);
		data = converted;
	}
	struct onnx_value *v = ARENA_NEW(im->arena, struct onnx_value);
	ir_attr value;
	if (bytes > 1024) {
		if (!raw) {  // the converted bytes must live as long as the context
			ir_context_lock(im->context);
			data = arena_copy(ir_context_arena(im->context), data, bytes, 64);
			ir_context_unlock(im->context);
		}
		value = ir_attr_dense_resource(im->context, type, ir_blob_create(im->context, name, data, bytes, 64));
	} else {
		value = ir_attr_dense(im->context, type, data, bytes, false);
	}
	struct ir_named_attr prop = {NAME_value, value};
	v->value = onnx_build(im, OP_stablehlo_constant, 0, NULL, type, &prop, 1);
	if (!ir_type_is_float(element) && type->rank <= 1 && elements <= 256 && elements) {
		v->exprs = ARENA_ARRAY(im->arena, ir_expr, elements);
		for (u32 i = 0; i < elements; i++)
			v->exprs[i] = onnx_const(im, ir_element_load_int(element, data + i * ir_type_bytes(element)));
		v->num_exprs = (u32)elements;
		v->scalar = type->rank == 0;
		v->element = element;
	}
	return v;
}

void onnx_op_constant(struct onnx_importer *im, const struct onnx_node *n) {
	const struct onnx_attribute *a = onnx_attr(n, "value");
	if (!a || !a->t) {
		onnx_refuse(im, "only constants given by a tensor");
		return;
	}
	struct onnx_value *v = import_tensor(im, a->t, n->outputs.data[0]);
	if (v)
		define(im, n->outputs.data[0], v);
}

// ---------------------------------------------------------------------------------------------
// The graph

static ir_expr input_size(struct onnx_importer *im, const struct onnx_value_info *v, u32 axis) {
	const struct onnx_dim *d = &v->dims.data[axis];
	if (d->value >= 0)
		return onnx_const(im, d->value);
	struct str name = d->param.size ? d->param : str_format(im->arena, "%.*s.%u", STR_ARG(v->name), axis);
	ir_name symbol = ir_name_get(im->context, name);
	u64 fixed = im->options ? map_get_or(&im->options->dims, symbol, 0) : 0;
	return fixed ? onnx_const(im, (i64)fixed - 1) : ir_expr_named(im->context, symbol);
}

static ir_attr text_attr(struct onnx_importer *im, struct str s) { return ir_attr_string(im->context, s); }

static struct ir_op *create_main(struct onnx_importer *im) {
	const struct onnx_graph *g = &im->model->graph;
	VEC(ir_type) types = {0};
	VEC(ir_attr) names = {0};
	VEC(struct str) keys = {0};
	struct strmap initializers;
	strmap_init(&initializers, im->arena);
	for (u32 i = 0; i < g->initializers.size; i++)
		strmap_set(&initializers, g->initializers.data[i].name, 1);
	for (u32 i = 0; i < g->inputs.size; i++) {
		const struct onnx_value_info *v = &g->inputs.data[i];
		if (strmap_find(&initializers, v->name, NULL))
			continue;
		ir_type element = onnx_element_type(im->context, v->elem_type);
		if (!element || !v->has_shape || v->dims.size > 16) {
			onnx_refuse(im, "input '%.*s' is no tensor of numbers with a known rank", STR_ARG(v->name));
			continue;
		}
		ir_expr dims[16];
		for (u32 d = 0; d < v->dims.size; d++)
			dims[d] = input_size(im, v, d);
		vec_push(im->arena, types, onnx_tensor_type(im, v->dims.size, dims, element));
		struct ir_named_attr name = {ir_name_get(im->context, STR("lam.name")), text_attr(im, v->name)};
		vec_push(im->arena, names, ir_attr_dict(im->context, 1, &name));
		vec_push(im->arena, keys, v->name);
	}
	if (im->failed)
		return NULL;
	ir_type type = ir_type_function(im->context, types.size, types.data, 0, NULL);
	struct ir_named_attr props[] = {{NAME_sym_name, text_attr(im, STR("main"))}, {NAME_function_type, ir_attr_type(im->context, type)},
	                                {NAME_arg_attrs, ir_attr_array(im->context, names.size, names.data)}};
	struct ir_op_desc d = {.info = ir_op_info_get(im->context, OP_func_func), .num_regions = 1, .num_props = 3, .props = props};
	struct ir_op *f = ir_op_create(im->module, &d);
	ir_op_append(ir_module_body(im->module), f);
	struct ir_block *entry = ir_block_create(im->module);
	ir_block_append(&f->regions[0], entry);
	for (u32 i = 0; i < types.size; i++) {
		struct onnx_value *v = ARENA_NEW(im->arena, struct onnx_value);
		v->value = ir_block_add_arg(im->module, entry, types.data[i]);
		define(im, keys.data[i], v);
	}
	im->b = ir_builder_at_end(entry, im->module);
	return f;
}

static void import_node(struct onnx_importer *im, const struct onnx_node *n) {
	im->node = n;
	im->failed = false;
	im->b.loc = ir_loc_name(im->context, node_loc(im).node, NULL);
	if (!n->outputs.size) {
		onnx_refuse(im, "a node without outputs");
		return;
	}
	bool own_domain = n->domain.size && !str_eq_z(n->domain, "ai.onnx");
	for (u32 i = 0; i < ARRAY_SIZE(operators) && !own_domain; i++)
		if (str_eq_z(n->op_type, operators[i].name)) {
			operators[i].fn(im, n);
			return;
		}
	onnx_refuse(im, "this operator is not supported yet");
}

static bool return_outputs(struct onnx_importer *im, struct ir_op *f) {
	const struct onnx_graph *g = &im->model->graph;
	struct ir_value **values = ARENA_ARRAY(im->arena, struct ir_value *, g->outputs.size + 1);
	ir_type *types = ARENA_ARRAY(im->arena, ir_type, g->outputs.size + 1);
	ir_attr *names = ARENA_ARRAY(im->arena, ir_attr, g->outputs.size + 1);
	im->node = NULL;
	im->failed = false;
	for (u32 i = 0; i < g->outputs.size; i++) {
		u64 found;
		if (!strmap_find(&im->values, g->outputs.data[i].name, &found)) {
			onnx_refuse(im, "output '%.*s' is produced by no node", STR_ARG(g->outputs.data[i].name));
			return false;
		}
		struct onnx_value *v = (struct onnx_value *)(uintptr_t)found;
		values[i] = v->value ? v->value : materialise(im, v);
		if (!values[i])
			return false;
		types[i] = values[i]->type;
		struct ir_named_attr name = {ir_name_get(im->context, STR("lam.name")), text_attr(im, g->outputs.data[i].name)};
		names[i] = ir_attr_dict(im->context, 1, &name);
	}
	struct ir_op_desc d = {.info = ir_op_info_get(im->context, OP_func_return), .num_operands = g->outputs.size, .operands = values};
	ir_build(&im->b, &d);
	ir_type old = ir_op_attr(f, NAME_function_type)->type;
	ir_op_set_prop(f, NAME_function_type, ir_attr_type(im->context, ir_type_function(im->context, old->num_inputs, old->types, g->outputs.size, types)));
	ir_op_set_prop(f, NAME_res_attrs, ir_attr_array(im->context, g->outputs.size, names));
	return true;
}

struct ir_module *onnx_import(struct ir_context *c, struct str bytes, struct str file, const struct onnx_import_options *o) {
	struct arena arena;
	struct onnx_model model;
	arena_init(&arena);
	struct ir_module *m = NULL;
	struct onnx_importer im = {.context = c, .arena = &arena, .diags = ir_diags(c), .file = file, .model = &model, .options = o};
	u32 errors = im.diags->errors;
	if (onnx_read(&arena, bytes, file, im.diags, &model)) {
		m = im.module = ir_module_create(c);
		strmap_init(&im.values, &arena);
		struct ir_op *f = create_main(&im);
		for (u32 i = 0; f && i < model.graph.initializers.size; i++) {
			const struct onnx_tensor *t = &model.graph.initializers.data[i];
			im.failed = false;
			im.b.loc = ir_loc_name(c, t->name, NULL);
			struct onnx_value *v = import_tensor(&im, t, t->name);
			if (v && !strmap_find(&im.values, t->name, NULL))
				define(&im, t->name, v);
		}
		for (u32 i = 0; f && i < model.graph.nodes.size; i++)
			import_node(&im, &model.graph.nodes.data[i]);
		if (f && im.diags->errors == errors)
			return_outputs(&im, f);
	}
	arena_deinit(&arena);
	if (im.diags->errors == errors)
		return m;
	if (m)
		ir_module_destroy(m);
	return NULL;
}
