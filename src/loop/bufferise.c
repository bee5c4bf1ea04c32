// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bufferise: every tensor of the program gets memory. A value goes where it is wanted: into the
// caller's output when it is returned, into its part of a joined tensor, else into a buffer of the
// arena; views (reshapes, slices) share their source's memory, so there is no copy between kernels.
#include "loop/bufferise.h"

#include "dialect/dialect.h"
#include "loop/apply.h"

struct program {
	struct ir_op *func;
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;
	struct ir_builder b;
	const struct loop_program_options *o;
	struct map memrefs;              // tensor value -> its memref
	struct ir_value **outs;          // output arguments
	bool *out_taken;
	u32 num_outs;
	struct ir_op *ret;
	VEC(struct ir_op *) dead;
	bool failed;
};

static void refuse(struct program *p, struct ir_op *op, const char *why) {
	diag_emit(ir_diags(p->context), DIAG_graph_not_lowered, ir_loc_diag(op->loc), STR_ARG(op->info->full_name), why);
	p->failed = true;
}

static ir_type memref_type(struct program *p, ir_type tensor) {
	return ir_type_memref(p->context, tensor->rank, tensor->shape, tensor->element, NULL, NULL);
}

static struct ir_value *build(struct program *p, u16 id, u32 n, struct ir_value *const *operands, ir_type result,
                              const struct ir_named_attr *props, u32 num_props) {
	struct ir_op_desc d = {.info = ir_op_info_get(p->context, id), .num_operands = n, .operands = operands, .num_results = 1,
	                       .results = &result, .num_props = num_props, .props = props};
	return ir_result_get(ir_build(&p->b, &d), 0);
}

static struct ir_value *find_memref(struct program *p, const struct ir_value *v) {
	return (struct ir_value *)(uintptr_t)map_get_or(&p->memrefs, map_ptr(v), 0);
}

// ---------------------------------------------------------------------------------------------
// Views

static struct ir_value *size_value(struct program *p, ir_expr e) {
	struct strbuf text;
	strbuf_init(&text, p->arena);
	ir_expr_print(p->context, e, &text);
	struct ir_named_attr prop = {NAME_size, ir_attr_string(p->context, strbuf_str(&text))};
	return build(p, OP_lam_dim, 0, NULL, ir_type_index(p->context), &prop, 1);
}

// A part of a joined tensor may still be one run of memory: its strides are those of a dense tensor.
static bool is_dense(ir_type memref) {
	i64 strides[LOOP_DIMS_MAX], offset, dense = 1;
	if (!memref->layout)
		return true;
	if (!ir_memref_strides(memref, strides, &offset) || offset == IR_DYNAMIC || !ir_type_has_static_shape(memref))
		return false;
	for (u32 i = memref->rank; i-- > 0;) {
		if (memref->shape[i] != 1 && strides[i] != dense)
			return false;
		dense *= memref->shape[i];
	}
	return true;
}

// The dense type of a shape at the offset of another view.
static ir_type reshaped_type(struct program *p, ir_type view, ir_type shape) {
	i64 strides[LOOP_DIMS_MAX], offset, dense = 1;
	if (!view->layout)
		return memref_type(p, shape);
	CHECK(ir_memref_strides(view, strides, &offset));
	for (u32 i = shape->rank; i-- > 0;) {
		strides[i] = dense;
		dense *= shape->shape[i];
	}
	return ir_type_memref(p->context, shape->rank, shape->shape, shape->element, ir_attr_strided(p->context, shape->rank, strides, offset), NULL);
}

static struct ir_value *reshape_view(struct program *p, struct ir_value *m, ir_type shape, ir_attr groups, bool expand) {
	struct ir_named_attr props[2] = {{NAME_reassociation, groups}};
	struct ir_value *operands[1 + LOOP_DIMS_MAX] = {m};
	u32 n = 1;
	if (expand) {
		props[1] = (struct ir_named_attr){NAME_static_output_shape, ir_attr_i64_array(p->context, shape->rank, shape->shape)};
		for (u32 i = 0; i < shape->rank; i++)
			if (shape->shape[i] == IR_DYNAMIC)
				operands[n++] = size_value(p, shape->dims[i]);
	}
	return build(p, expand ? OP_memref_expand_shape : OP_memref_collapse_shape, n, operands, reshaped_type(p, m->type, shape), props, expand ? 2 : 1);
}

static struct ir_value *slice_view(struct program *p, struct ir_value *m, struct ir_op *op) {
	struct dialect_index offsets[LOOP_DIMS_MAX], sizes[LOOP_DIMS_MAX], strides[LOOP_DIMS_MAX];
	bool insert = op->info->id == OP_tensor_insert_slice;
	u32 rank = m->type->rank, base = insert ? 2 : 1;
	for (u32 i = 0; i < rank; i++) {
		offsets[i] = dialect_mixed(op, NAME_static_offsets, base, i);
		sizes[i] = dialect_mixed(op, NAME_static_sizes, base + 1, i);
		strides[i] = dialect_mixed(op, NAME_static_strides, base + 2, i);
	}
	return dialect_build_slice(&p->b, OP_memref_subview, m, rank, offsets, sizes, strides, NULL);
}

static struct ir_value *buffer(struct program *p, ir_type tensor) {
	struct ir_named_attr props[] = {{NAME_offset, ir_attr_string(p->context, STR("0"))}, {NAME_size, NULL}};
	struct ir_value *sizes[LOOP_DIMS_MAX];
	u32 n = 0;
	ir_expr bytes = ir_expr_const(p->context, (i64)ir_type_bytes(tensor->element));
	for (u32 i = 0; i < tensor->rank; i++) {
		bytes = ir_expr_binary(p->context, IR_EXPR_MUL, bytes, tensor->dims[i]);
		if (tensor->shape[i] == IR_DYNAMIC)
			sizes[n++] = size_value(p, tensor->dims[i]);
	}
	struct strbuf text;
	strbuf_init(&text, p->arena);
	ir_expr_print(p->context, bytes, &text);
	props[1].value = ir_attr_string(p->context, strbuf_str(&text));
	return build(p, OP_lam_buffer, n, sizes, memref_type(p, tensor), props, 2);
}

static struct ir_value *place(struct program *p, struct ir_value *v);

// Where a use wants the value to be; NULL when it does not care.
static struct ir_value *wanted_by(struct program *p, struct ir_value *v, struct ir_operand *use) {
	struct ir_op *op = use->owner;
	u32 number = (u32)(use - op->operands);
	if (op == p->ret && !p->out_taken[number]) {
		p->out_taken[number] = true;
		return p->outs[number];
	}
	if (op->info->id == OP_tensor_insert_slice && number == 0) {
		struct ir_value *whole = place(p, ir_result_get(op, 0));
		return slice_view(p, whole, op);
	}
	bool collapse = op->info->id == OP_tensor_collapse_shape, expand = op->info->id == OP_tensor_expand_shape;
	if (collapse || expand) {
		struct ir_value *r = ir_result_get(op, 0);
		IR_USES(r, u) {
			struct ir_value *m = find_memref(p, r) ? NULL : wanted_by(p, r, u);
			if (!m)
				continue;
			if (!is_dense(m->type)) {
				refuse(p, op, "a reshape into a part of a joined tensor");
				return NULL;
			}
			map_set(&p->memrefs, map_ptr(r), map_ptr(m));
			return reshape_view(p, m, v->type, ir_op_attr(op, NAME_reassociation), collapse);
		}
	}
	return NULL;
}

static struct ir_value *place(struct program *p, struct ir_value *v) {
	struct ir_value *m = find_memref(p, v);
	struct ir_op *def = ir_value_def(v);
	if (m)
		return m;
	// An insert_slice writes into the memory of its destination, back to the empty tensor (which several
	// joins may share, as it has no contents).
	for (struct ir_op *next = def; !m && next && next->info->id == OP_tensor_insert_slice; next = ir_value_def(ir_operand_get(next, 1)))
		m = find_memref(p, ir_operand_get(next, 1));
	// ... and a later one goes on in the same.
	for (struct ir_value *x = v; !m && x;) {
		struct ir_value *after = NULL;
		IR_USES(x, use) {
			if (use->owner->info->id == OP_tensor_insert_slice && use - use->owner->operands == 1)
				after = ir_result_get(use->owner, 0);
			else if (!m)
				m = wanted_by(p, x, use);
		}
		if (!m && after)
			m = find_memref(p, after);
		x = after;
	}
	if (!m)
		m = buffer(p, v->type);
	map_set(&p->memrefs, map_ptr(v), map_ptr(m));
	// All steps of a chain of insertions share it.
	for (struct ir_op *step = def; step && step->info->id == OP_tensor_insert_slice; step = ir_value_def(ir_operand_get(step, 1))) {
		struct ir_op *before = ir_value_def(ir_operand_get(step, 1));
		if (before && before->info->id == OP_tensor_insert_slice)
			map_set(&p->memrefs, map_ptr(ir_operand_get(step, 1)), map_ptr(m));
	}
	return m;
}

// ---------------------------------------------------------------------------------------------
// Kernels

static const struct loop_schedule *schedule_of(struct program *p, const struct loop_group *g) {
	for (u32 i = 0; i < p->o->num_schedules; i++)
		if (str_eq(p->o->schedules[i].kernel, g->name)) {
			struct diag_loc loc = {.node = g->name};
			return loop_schedule_verify(&p->o->schedules[i], g, ir_diags(p->context), loc) ? &p->o->schedules[i] : NULL;
		}
	return loop_plan(g, p->o->machine, p->arena);
}

static void lower_group(struct program *p, struct ir_op *op) {
	struct loop_group g;
	const char *why = "";
	if (!loop_group_analyse(op, p->arena, &g, &why)) {
		refuse(p, op, why);
		return;
	}
	const struct loop_schedule *s = schedule_of(p, &g);
	if (!s) {
		p->failed = true;
		return;
	}
	if (p->o->schedule_out)
		loop_schedule_print(s, p->o->schedule_out);
	u32 n = op->num_operands + op->num_results;
	struct ir_value **operands = ARENA_ARRAY(p->arena, struct ir_value *, n + LOOP_DIMS_MAX);
	ir_type *types = ARENA_ARRAY(p->arena, ir_type, n + 1);
	for (u32 i = 0; i < op->num_operands; i++) {
		struct ir_value *v = ir_operand_get(op, i);
		operands[i] = v->type->kind == IR_TYPE_TENSOR ? find_memref(p, v) : v;
		if (!operands[i]) {
			refuse(p, op, "reads a tensor that has no memory");
			return;
		}
	}
	for (u32 i = 0; i < op->num_results; i++)
		operands[op->num_operands + i] = place(p, ir_result_get(op, i));
	for (u32 i = 0; i < n; i++)
		types[i] = operands[i]->type;
	for (u32 d = 0; d < g.num_dims; d++)
		if (!ir_expr_is_const(g.dims[d].extent))
			operands[n++] = size_value(p, g.dims[d].extent);
	ir_name name = ir_name_get(p->context, g.name);
	loop_apply_schedule(p->module, &g, s, types, p->o->reassoc);
	struct ir_named_attr prop = {NAME_callee, ir_attr_symbol(p->context, 1, &name)};
	struct ir_op_desc d = {.info = ir_op_info_get(p->context, OP_lam_launch), .num_operands = n, .operands = operands, .num_props = 1, .props = &prop};
	ir_build(&p->b, &d);
}

// ---------------------------------------------------------------------------------------------

static void lower_op(struct program *p, struct ir_op *op) {
	struct ir_value *m;
	switch (op->info->id) {
	case OP_lam_group: lower_group(p, op); return;
	case OP_tensor_empty: case OP_lam_dim: return;
	case OP_arith_constant:
		if (ir_result_get(op, 0)->type->kind == IR_TYPE_TENSOR) {
			struct ir_named_attr prop = {NAME_value, ir_op_attr(op, NAME_value)};
			m = build(p, OP_lam_weights, 0, NULL, memref_type(p, ir_result_get(op, 0)->type), &prop, 1);
			map_set(&p->memrefs, map_ptr(ir_result_get(op, 0)), map_ptr(m));
		}
		return;
	case OP_tensor_collapse_shape: case OP_tensor_expand_shape:
		if (find_memref(p, ir_result_get(op, 0)))
			return;  // the source was placed by this view
		m = find_memref(p, ir_operand_get(op, 0));
		if (!m || !is_dense(m->type)) {
			refuse(p, op, "a reshape of a part of a tensor");
			return;
		}
		m = reshape_view(p, m, ir_result_get(op, 0)->type, ir_op_attr(op, NAME_reassociation), op->info->id == OP_tensor_expand_shape);
		map_set(&p->memrefs, map_ptr(ir_result_get(op, 0)), map_ptr(m));
		return;
	case OP_tensor_extract_slice:
		m = find_memref(p, ir_operand_get(op, 0));
		map_set(&p->memrefs, map_ptr(ir_result_get(op, 0)), map_ptr(slice_view(p, m, op)));
		return;
	case OP_tensor_insert_slice: {
		struct ir_value *source = ir_operand_get(op, 0);
		struct ir_op *def = ir_value_def(source);
		struct ir_op *into = ir_value_def(ir_operand_get(op, 1));
		bool fresh = into && into->info->id == OP_tensor_empty;
		bool alone = into && into->info->id == OP_tensor_insert_slice && ir_value_one_use(ir_operand_get(op, 1));
		if (!def || !ir_value_one_use(source) || !find_memref(p, ir_result_get(op, 0)))
			refuse(p, op, "joins a tensor that is also used elsewhere, or an input");
		else if (!fresh && !alone)
			refuse(p, op, "writes into a tensor that is also used elsewhere");
		return;
	}
	case OP_func_return:
		for (u32 i = 0; i < p->num_outs; i++)
			if (!p->out_taken[i])
				refuse(p, op, "returns a tensor that no kernel computes (an input, a constant, or one result twice)");
		return;
	default: refuse(p, op, "has no place in a program of kernels");
	}
}

static void change_signature(struct program *p) {
	struct ir_block *entry = p->func->regions[0].first;
	ir_type type = ir_op_attr(p->func, NAME_function_type)->type;
	u32 inputs = type->num_inputs;
	p->num_outs = type->num_results;
	ir_type *types = ARENA_ARRAY(p->arena, ir_type, inputs + p->num_outs + 1);
	p->outs = ARENA_ARRAY(p->arena, struct ir_value *, p->num_outs + 1);
	p->out_taken = ARENA_ARRAY(p->arena, bool, p->num_outs + 1);
	for (u32 i = 0; i < inputs; i++) {
		types[i] = memref_type(p, type->types[i]);
		map_set(&p->memrefs, map_ptr(entry->args[i]), map_ptr(ir_block_add_arg(p->module, entry, types[i])));
	}
	for (u32 i = 0; i < p->num_outs; i++) {
		types[inputs + i] = memref_type(p, type->types[inputs + i]);
		p->outs[i] = ir_block_add_arg(p->module, entry, types[inputs + i]);
	}
	type = ir_type_function(p->context, inputs + p->num_outs, types, 0, NULL);
	ir_op_set_prop(p->func, NAME_function_type, ir_attr_type(p->context, type));
	// Names of inputs, then of outputs, stay with the arguments.
	ir_attr in = ir_op_attr(p->func, NAME_arg_attrs), out = ir_op_attr(p->func, NAME_res_attrs);
	if (in && out) {
		ir_attr *all = ARENA_ARRAY(p->arena, ir_attr, in->count + out->count + 1);
		memcpy(all, in->elements, sizeof(ir_attr) * in->count);
		memcpy(all + in->count, out->elements, sizeof(ir_attr) * out->count);
		ir_op_set_prop(p->func, NAME_arg_attrs, ir_attr_array(p->context, in->count + out->count, all));
		ir_op_set_prop(p->func, NAME_res_attrs, NULL);
	}
	ir_op_set_attr(p->func, ir_name_get(p->context, STR("lam.num_inputs")), ir_attr_i64(p->context, inputs));
}

bool loop_bufferise(struct ir_op *func, const struct loop_program_options *o, struct arena *scratch) {
	struct program p = {.func = func, .context = func->module->context, .module = func->module, .arena = scratch, .o = o};
	struct ir_block *entry = func->regions[0].first;
	map_init(&p.memrefs, scratch);
	if (entry->last->info->id != OP_func_return || entry->next) {
		refuse(&p, func, "control flow in the program");
		return false;
	}
	p.ret = entry->last;
	u32 inputs = entry->num_args;
	change_signature(&p);
	struct ir_op *first = entry->first;
	VEC(struct ir_op *) old = {0};
	for (struct ir_op *op = first; op; op = op->next)
		vec_push(scratch, old, op);
	for (u32 i = 0; i < old.size && !p.failed; i++) {
		p.b = ir_builder_before(p.ret);
		p.b.loc = old.data[i]->loc;
		lower_op(&p, old.data[i]);
	}
	if (p.failed)
		return false;
	struct ir_op_desc d = {.info = ir_op_info_get(p.context, OP_func_return), .loc = p.ret->loc};
	ir_op_append(entry, ir_op_create(p.module, &d));
	for (u32 i = old.size; i-- > 0;)
		if (old.data[i]->info->id != OP_lam_dim || ir_value_unused(ir_result_get(old.data[i], 0)))
			ir_op_erase(old.data[i]);
	for (u32 i = inputs; i-- > 0;)
		ir_block_remove_arg(entry, i);
	return loop_plan_memory(func, scratch);
}
