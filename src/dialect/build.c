// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders of ops that need more than operands and properties: loops, functions, slices, and index
// lists whose entries are partly constant. Such a list is a static array property, with IR_DYNAMIC
// where an entry is the next operand of its group.
#include "dialect/hooks.h"

static struct ir_context *context_of(const struct ir_builder *b) { return b->module->context; }

static const struct ir_op_info *info_of(const struct ir_builder *b, u16 id) {
	return ir_op_info_get(context_of(b), id);
}

// Splits a list into the property and operands (appended at *num_operands); counts the latter.
static ir_attr split_list(struct ir_context *c, u32 n, const struct dialect_index *list,
                          struct ir_value **operands, u32 *num_operands, i32 *segment) {
	i64 constants[n + 1];
	for (u32 i = 0; i < n; i++) {
		constants[i] = list[i].value ? IR_DYNAMIC : list[i].constant;
		if (list[i].value) {
			operands[(*num_operands)++] = list[i].value;
			++*segment;
		}
	}
	return ir_attr_i64_array(c, n, constants);
}

// ---- regions ----------------------------------------------------------------------------------

struct ir_builder dialect_body_builder(struct ir_op *op, u32 region) {
	struct ir_block *body = op->regions[region].first;
	ASSERT(body && !body->next);
	struct ir_builder b = ir_builder_at_end(body, op->module);
	if (body->last && body->last->info->traits & IR_TERMINATOR)
		b.before = body->last;
	b.loc = op->loc;
	return b;
}

void dialect_ensure_block(struct ir_op *op) {
	if (!op->regions[0].first)
		ir_block_append(&op->regions[0], ir_block_create(op->module));
}

struct ir_op *dialect_build_yield(struct ir_builder *b, u16 yield_id, u32 n,
                                  struct ir_value *const *values) {
	const struct ir_op_info *info = info_of(b, yield_id);
	u32 regions = info->num_regions - (u32)info->variadic_regions;
	struct ir_op *op = ir_build(
		b, &(struct ir_op_desc){
			   .info = info, .num_operands = n, .operands = values, .num_regions = regions});
	if (regions)
		dialect_ensure_block(op);
	return op;
}

// Appends a block to a region; with `end`, ended by the op's implicit terminator.
static struct ir_block *add_block(struct ir_op *op, u32 region, bool end) {
	struct ir_block *block = ir_block_create(op->module);
	ir_block_append(&op->regions[region], block);
	if (end) {
		ASSERT(op->info->terminator);
		struct ir_builder inner = ir_builder_at_end(block, op->module);
		inner.loc = op->loc;
		dialect_build_yield(&inner, op->info->terminator->id, 0, NULL);
	}
	return block;
}

struct ir_op *dialect_build_for(struct ir_builder *b, struct ir_value *lower,
                                struct ir_value *upper, struct ir_value *step, u32 n,
                                struct ir_value *const *inits) {
	struct ir_value *operands[3 + n];
	ir_type types[1 + n];  // the index, then what the loop carries
	operands[0] = lower, operands[1] = upper, operands[2] = step;
	types[0] = lower->type;
	for (u32 i = 0; i < n; i++) {
		operands[3 + i] = inits[i];
		types[1 + i] = inits[i]->type;
	}
	struct ir_op *op = ir_build(b, &(struct ir_op_desc){.info = info_of(b, OP_scf_for),
	                                                    .loc = b->loc,
	                                                    .num_operands = 3 + n,
	                                                    .operands = operands,
	                                                    .num_results = n,
	                                                    .results = types + 1,
	                                                    .num_regions = 1});
	struct ir_block *body = add_block(op, 0, n == 0);
	for (u32 i = 0; i <= n; i++)
		ir_block_add_arg(op->module, body, types[i]);
	return op;
}

struct ir_op *dialect_build_forall(struct ir_builder *b, u32 rank,
                                   const struct dialect_index *lower,
                                   const struct dialect_index *upper,
                                   const struct dialect_index *step, u32 n,
                                   struct ir_value *const *outputs, ir_attr mapping) {
	struct ir_context *c = context_of(b);
	struct ir_value *operands[3 * rank + n + 1];
	ir_type types[n + 1];
	i32 segments[4] = {0, 0, 0, (i32)n};
	u32 count = 0;
	struct ir_named_attr props[] = {{NAME_staticLowerBound, NULL},
	                                {NAME_staticUpperBound, NULL},
	                                {NAME_staticStep, NULL},
	                                {NAME_operandSegmentSizes, NULL},
	                                {NAME_mapping, mapping}};
	const struct dialect_index *lists[] = {lower, upper, step};
	for (u32 k = 0; k < 3; k++)
		props[k].value = split_list(c, rank, lists[k], operands, &count, &segments[k]);
	props[3].value = ir_attr_i32_array(c, 4, segments);
	for (u32 i = 0; i < n; i++) {
		operands[count++] = outputs[i];
		types[i] = outputs[i]->type;
	}
	struct ir_op *op = ir_build(b, &(struct ir_op_desc){.info = info_of(b, OP_scf_forall),
	                                                    .num_operands = count,
	                                                    .operands = operands,
	                                                    .num_results = n,
	                                                    .results = types,
	                                                    .num_regions = 1,
	                                                    .props = props,
	                                                    .num_props = mapping ? 5 : 4});
	struct ir_block *body = add_block(op, 0, true);
	for (u32 i = 0; i < rank; i++)
		ir_block_add_arg(op->module, body, ir_type_index(c));
	for (u32 i = 0; i < n; i++)
		ir_block_add_arg(op->module, body, types[i]);
	return op;
}

struct ir_op *dialect_build_if(struct ir_builder *b, struct ir_value *condition, u32 n,
                               const ir_type *results, bool with_else) {
	static const ir_type none[1];
	ASSERT(n == 0 || with_else);
	struct ir_op *op = ir_build(b, &(struct ir_op_desc){.info = info_of(b, OP_scf_if),
	                                                    .loc = b->loc,
	                                                    .num_operands = 1,
	                                                    .operands = &condition,
	                                                    .num_results = n,
	                                                    .results = n ? results : none,
	                                                    .num_regions = 2});
	add_block(op, 0, n == 0);
	if (with_else)
		add_block(op, 1, n == 0);
	return op;
}

struct ir_op *dialect_build_func(struct ir_builder *b, struct str name, ir_type function_type,
                                 bool declaration) {
	struct ir_context *c = context_of(b);
	ASSERT(function_type->kind == IR_TYPE_FUNCTION);
	struct ir_named_attr props[] = {
		{NAME_sym_name, ir_attr_string(c, name)},
		{NAME_function_type, ir_attr_type(c, function_type)},
		{NAME_sym_visibility, declaration ? ir_attr_string(c, STR("private")) : NULL},
	};
	struct ir_op *op = ir_build(b, &(struct ir_op_desc){.info = info_of(b, OP_func_func),
	                                                    .loc = b->loc,
	                                                    .num_regions = 1,
	                                                    .props = props,
	                                                    .num_props = declaration ? 3 : 2});
	if (declaration)
		return op;
	struct ir_block *entry = add_block(op, 0, false);
	for (u32 i = 0; i < function_type->num_inputs; i++)
		ir_block_add_arg(op->module, entry, function_type->types[i]);
	return op;
}

struct ir_op *dialect_build_return(struct ir_builder *b, u32 n, struct ir_value *const *values) {
	return dialect_build_yield(b, OP_func_return, n, values);
}

// ---- index lists ------------------------------------------------------------------------------

struct dialect_index dialect_index_of(struct ir_value *v) {
	i64 constant;
	if (ir_value_constant_int(v, &constant))
		return dialect_index_const(constant);
	return (struct dialect_index){v, IR_DYNAMIC};
}

struct ir_value *dialect_index_value(struct ir_builder *b, struct dialect_index i) {
	return i.value ? i.value : dialect_const_index(b, i.constant);
}

struct dialect_index dialect_mixed(const struct ir_op *op, ir_name static_array, u32 group, u32 i) {
	ir_attr list = ir_op_attr(op, static_array);
	CHECK(list && i < list->count);
	i64 entry = ir_attr_array_int(list, i);
	if (entry != IR_DYNAMIC)
		return dialect_index_const(entry);
	u32 dynamic = 0;
	for (u32 k = 0; k < i; k++)
		dynamic += ir_attr_array_int(list, k) == IR_DYNAMIC;
	struct ir_range range = ir_op_operand_group(op, group);
	CHECK(dynamic < range.count);
	return (struct dialect_index){ir_operand_get(op, range.first + dynamic), IR_DYNAMIC};
}

// The op with `fixed` leading operands, then offsets, sizes and strides.
static struct ir_op *build_sliced(struct ir_builder *b, u16 id, u32 fixed,
                                  struct ir_value *const *leading, u32 n,
                                  const struct dialect_index *offsets,
                                  const struct dialect_index *sizes,
                                  const struct dialect_index *strides, ir_type result) {
	struct ir_context *c = context_of(b);
	struct ir_value *operands[fixed + 3 * n];
	i32 segments[5] = {1, 1};
	u32 count = fixed;
	memcpy(operands, leading, sizeof(*leading) * fixed);
	struct ir_named_attr props[4] = {
		{NAME_static_offsets, NULL}, {NAME_static_sizes, NULL}, {NAME_static_strides, NULL}};
	const struct dialect_index *lists[3] = {offsets, sizes, strides};
	for (u32 k = 0; k < 3; k++) {
		segments[fixed + k] = 0;
		props[k].value = split_list(c, n, lists[k], operands, &count, &segments[fixed + k]);
	}
	props[3] =
		(struct ir_named_attr){NAME_operandSegmentSizes, ir_attr_i32_array(c, fixed + 3, segments)};
	return ir_build(b, &(struct ir_op_desc){.info = info_of(b, id),
	                                        .loc = b->loc,
	                                        .num_operands = count,
	                                        .operands = operands,
	                                        .num_results = result ? 1 : 0,
	                                        .results = result ? &result : NULL,
	                                        .props = props,
	                                        .num_props = 4});
}

struct ir_value *dialect_build_slice(struct ir_builder *b, u16 id, struct ir_value *source, u32 n,
                                     const struct dialect_index *offsets,
                                     const struct dialect_index *sizes,
                                     const struct dialect_index *strides, ir_type result) {
	ASSERT(id == OP_memref_subview || id == OP_tensor_extract_slice);
	ASSERT(n == source->type->rank);
	return ir_result_get(build_sliced(b, id, 1, &source, n, offsets, sizes, strides, result), 0);
}

struct ir_value *dialect_build_insert_slice(struct ir_builder *b, u16 id, struct ir_value *source,
                                            struct ir_value *dest, u32 n,
                                            const struct dialect_index *offsets,
                                            const struct dialect_index *sizes,
                                            const struct dialect_index *strides) {
	ASSERT(id == OP_tensor_insert_slice || id == OP_tensor_parallel_insert_slice);
	ASSERT(n == dest->type->rank);
	struct ir_value *leading[2] = {source, dest};
	struct ir_op *op = build_sliced(b, id, 2, leading, n, offsets, sizes, strides, NULL);
	return op->num_results ? ir_result_get(op, 0) : NULL;
}

struct dialect_index dialect_build_affine(struct ir_builder *b, u16 id, ir_attr map, u32 n,
                                          const struct dialect_index *operands) {
	ASSERT(map->num_dims + map->num_syms == n);
	i64 constants[n + 1], value;
	bool all = true;
	constants[n] = 0;
	for (u32 i = 0; i < n; i++) {
		constants[i] = operands[i].constant;
		all &= operands[i].value == NULL;
	}
	if (all && dialect_evaluate_map(id, map, constants, &value))
		return dialect_index_const(value);
	struct ir_value *values[n + 1];
	for (u32 i = 0; i < n; i++)
		values[i] = dialect_index_value(b, operands[i]);
	const struct ir_named_attr props[] = {{NAME_map, map}, {NAME_none, NULL}};
	return (struct dialect_index){ir_result_get(ir_build_op(b, id, n, values, props), 0),
	                              IR_DYNAMIC};
}

// ---- shapes -----------------------------------------------------------------------------------

struct ir_value *dialect_build_sized(struct ir_builder *b, u16 id, ir_type type, u32 n,
                                     struct ir_value *const *sizes) {
	ASSERT(id == OP_tensor_empty || id == OP_memref_alloc || id == OP_memref_alloca);
	i32 segments[2] = {(i32)n, 0};
	struct ir_named_attr segment_prop = {NAME_operandSegmentSizes,
	                                     ir_attr_i32_array(context_of(b), 2, segments)};
	return ir_result_get(
		ir_build(b, &(struct ir_op_desc){.info = info_of(b, id),
	                                     .loc = b->loc,
	                                     .num_operands = n,
	                                     .operands = sizes,
	                                     .num_results = 1,
	                                     .results = &type,
	                                     .props = &segment_prop,
	                                     .num_props = id == OP_tensor_empty ? 0 : 1}),
		0);
}

struct dialect_index dialect_build_dim(struct ir_builder *b, struct ir_value *shaped, u32 dim) {
	ir_type t = shaped->type;
	ASSERT(ir_type_is_ranked(t) && dim < t->rank);
	if (t->shape[dim] != IR_DYNAMIC)
		return dialect_index_const(t->shape[dim]);
	u16 id = t->kind == IR_TYPE_MEMREF ? OP_memref_dim : OP_tensor_dim;
	return (struct dialect_index){ir_build_2(b, id, shaped, dialect_const_index(b, dim)),
	                              IR_DYNAMIC};
}

bool dialect_shapes_match(ir_type a, ir_type b) {
	if (!ir_type_is_ranked(a) || !ir_type_is_ranked(b))
		return ir_type_is_shaped(a) == ir_type_is_shaped(b);
	if (a->rank != b->rank)
		return false;
	for (u32 i = 0; i < a->rank; i++)
		if (!dialect_sizes_match(a->shape[i], b->shape[i]))
			return false;
	return true;
}
