// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders: create an op at an insertion point. Result types that the caller leaves out come from
// ir_infer_results; a caller that leaves out what cannot be inferred is a bug.
#include "ir/ir.h"

struct ir_builder ir_builder_at_end(struct ir_block *b, struct ir_module *m) {
	return (struct ir_builder){.module = m, .block = b, .loc = ir_loc_unknown(m->context)};
}

struct ir_builder ir_builder_before(struct ir_op *op) {
	return (struct ir_builder){
		.module = op->module, .block = op->block, .before = op, .loc = op->loc};
}

struct ir_builder ir_builder_after(struct ir_op *op) {
	return (struct ir_builder){
		.module = op->module, .block = op->block, .before = op->next, .loc = op->loc};
}

static struct ir_op *builder_insert(struct ir_builder *b, struct ir_op *op) {
	if (b->before)
		ir_op_insert_before(op, b->before);
	else if (b->block)
		ir_op_append(b->block, op);
	if (b->listener && b->listener->created)
		b->listener->created(b->listener->user, op);
	return op;
}

// Whether an op of this kind has no result at all, so that none given means none.
static bool has_no_results(const struct ir_op_desc *d) { return d->info->num_result_groups == 0; }

struct ir_op *ir_build(struct ir_builder *b, const struct ir_op_desc *given) {
	struct ir_op_desc d = *given;
	if (!d.loc)
		d.loc = b->loc;
	if (d.results || has_no_results(&d))
		return builder_insert(b, ir_op_create(b->module, &d));
	struct arena *scratch = &b->module->scratch;
	struct arena_mark mark = arena_save(scratch);
	ir_type *types;
	bool inferred = ir_infer_results(b->module->context, &d, NULL, scratch, &types);
	CHECK_MSG(inferred, "%s is built without result types, which cannot be inferred",
	          d.info->full_name.data);
	struct ir_op *op = ir_op_create(b->module, &d);
	arena_restore(scratch, mark);
	return builder_insert(b, op);
}

struct ir_op *ir_build_op(struct ir_builder *b, u16 id, u32 n, struct ir_value *const *operands,
                          const struct ir_named_attr *props) {
	u32 num_props = 0;
	while (props && props[num_props].name != NAME_none)
		num_props++;
	const struct ir_op_info *info = ir_op_info_get(b->module->context, id);
	return ir_build(b, &(struct ir_op_desc){.info = info,
	                                        .num_operands = n,
	                                        .operands = operands,
	                                        .num_props = num_props,
	                                        .props = props,
	                                        .num_regions = info->num_regions});
}

static struct ir_value *build_value(struct ir_builder *b, u16 id, u32 n,
                                    struct ir_value *const *operands) {
	struct ir_op *op = ir_build_op(b, id, n, operands, NULL);
	ASSERT(op->num_results == 1);
	return &op->results[0];
}

struct ir_value *ir_build_1(struct ir_builder *b, u16 id, struct ir_value *a) {
	return build_value(b, id, 1, &a);
}

struct ir_value *ir_build_2(struct ir_builder *b, u16 id, struct ir_value *a, struct ir_value *d) {
	return build_value(b, id, 2, (struct ir_value *[]){a, d});
}

struct ir_value *ir_build_3(struct ir_builder *b, u16 id, struct ir_value *a, struct ir_value *d,
                            struct ir_value *e) {
	return build_value(b, id, 3, (struct ir_value *[]){a, d, e});
}
