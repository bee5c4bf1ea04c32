// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What structured ops compute over: loops, maps, sizes. Named ops derive them from their row's
// letters (linalg_named.def), so that nothing about an op is written twice.
#include "dialect/linalg.h"

#include "dialect/hooks.h"

enum { RANK_MAX = 64 };

static const struct linalg_named named_ops[] = {
#define NAMED(name, attributes, loops, accesses, body, text)                                       \
	[OP_linalg_##name - OP_linalg_copy] = {loops, accesses, LINALG_BODY_##body},
#include "dialect/linalg_named.def"
#undef NAMED
};
_Static_assert(OP_linalg_copy + ARRAY_SIZE(named_ops) == OP_linalg_fill + 1,
               "named ops are numbered in the order of their rows");

const struct linalg_named *linalg_named(const struct ir_op *op) {
	u32 id = op->info->id;
	return id >= OP_linalg_copy && id < OP_linalg_copy + ARRAY_SIZE(named_ops)
	           ? &named_ops[id - OP_linalg_copy]
	           : NULL;
}

bool linalg_is_structured(const struct ir_op *op) {
	switch ((enum op_id)op->info->id) {
	case OP_linalg_generic:
	case OP_linalg_map:
	case OP_linalg_reduce:
	case OP_linalg_transpose:
	case OP_linalg_broadcast: return true;
	default: return linalg_named(op) != NULL;
	}
}

// ---- operands ---------------------------------------------------------------------------------

struct ir_range linalg_inputs(const struct ir_op *op) {
	switch ((enum op_id)op->info->id) {
	case OP_linalg_reduce: return (struct ir_range){0, op->num_operands / 2};
	default: return ir_op_operand_group(op, 0);
	}
}

struct ir_range linalg_outputs(const struct ir_op *op) {
	struct ir_range inputs = linalg_inputs(op);
	return (struct ir_range){inputs.count, op->num_operands - inputs.count};
}

struct ir_block *linalg_body(const struct ir_op *op) { return op->regions[0].first; }

static ir_type operand_type(const struct ir_op *op, u32 i) { return ir_operand_get(op, i)->type; }

static u32 rank_of(ir_type t) {
	return ir_type_is_ranked(t) && t->kind != IR_TYPE_VECTOR ? t->rank : 0;
}

static ir_type first_output(const struct ir_op *op) {
	return operand_type(op, linalg_outputs(op).first);
}

// ---- loops ------------------------------------------------------------------------------------

u32 linalg_num_loops(const struct ir_op *op) {
	const struct linalg_named *named = linalg_named(op);
	if (named)
		return named->loops[0] ? (u32)strlen(named->loops) : rank_of(first_output(op));
	switch ((enum op_id)op->info->id) {
	case OP_linalg_generic: return ir_op_attr(op, NAME_iterator_types)->count;
	case OP_linalg_reduce: return rank_of(operand_type(op, 0));
	case OP_linalg_map:
	case OP_linalg_transpose:
	case OP_linalg_broadcast: return rank_of(first_output(op));
	default:
		CHECK_MSG(false, "'%.*s' is not structured", STR_ARG(op->info->full_name));
		UNREACHABLE();
	}
}

static bool lists(ir_attr array, i64 v) {
	for (u32 i = 0; i < array->count; i++)
		if (ir_attr_array_int(array, i) == v)
			return true;
	return false;
}

// The output's access of a row: the last word.
static const char *output_access(const struct linalg_named *named) {
	const char *blank = strrchr(named->accesses, ' ');
	return blank ? blank + 1 : named->accesses;
}

bool linalg_is_reduction(const struct ir_op *op, u32 loop) {
	const struct linalg_named *named = linalg_named(op);
	if (named)
		return named->loops[0] && !strchr(output_access(named), named->loops[loop]);
	if (op_is(op, OP_linalg_generic)) {
		i64 v = IR_linalg_iterator_parallel;
		ir_enum_value(op->module->context, IR_ATTR_IS_linalg_iterator,
		              ir_op_attr(op, NAME_iterator_types)->elements[loop], &v);
		return v == IR_linalg_iterator_reduction;
	}
	return op_is(op, OP_linalg_reduce) && lists(ir_op_attr(op, NAME_dimensions), loop);
}

// ---- maps -------------------------------------------------------------------------------------

static i64 window_attr(const struct ir_op *op, ir_name name, u32 w) {
	for (u32 i = 0; i < op->info->num_attrs; i++)
		if (op->info->attrs[i].name == name && op->props[i])
			return ir_dense_get_int(op->props[i], w);
	return 1;
}

i64 linalg_stride(const struct ir_op *op, u32 w) { return window_attr(op, NAME_strides, w); }

i64 linalg_dilation(const struct ir_op *op, u32 w) { return window_attr(op, NAME_dilations, w); }

static ir_expr loop_letter(struct ir_context *c, const struct linalg_named *named, char letter) {
	const char *at = strchr(named->loops, letter);
	CHECK(at && letter);
	return ir_expr_dim(c, (u32)(at - named->loops));
}

static ir_expr scaled(struct ir_context *c, ir_expr e, i64 factor) {
	return ir_expr_binary(c, IR_EXPR_MUL, e, ir_expr_const(c, factor));
}

// One word of a row's accesses, as a map. Windows are numbered as they come.
static ir_attr access_map(struct ir_context *c, const struct ir_op *op,
                          const struct linalg_named *named, struct str access, u32 num_loops) {
	ir_expr exprs[RANK_MAX];
	u32 n = 0, window = 0;
	for (size_t i = 0; i < access.size; i++) {
		CHECK(n < RANK_MAX);
		if (access.data[i] == '-')
			break;
		if (access.data[i] == '*')
			return ir_attr_identity_map(c, num_loops);
		if (access.data[i] != '(') {
			exprs[n++] = loop_letter(c, named, access.data[i]);
			continue;
		}
		ir_expr at =
			scaled(c, loop_letter(c, named, access.data[i + 1]), linalg_stride(op, window));
		ir_expr tap =
			scaled(c, loop_letter(c, named, access.data[i + 2]), linalg_dilation(op, window));
		exprs[n++] = ir_expr_binary(c, IR_EXPR_ADD, at, tap);
		window++;
		i += 3;
	}
	return ir_attr_affine_map(c, num_loops, 0, n, exprs);
}

static ir_attr named_map(struct ir_context *c, const struct ir_op *op,
                         const struct linalg_named *named, u32 i) {
	struct str rest = str_from(named->accesses), access = str_split(rest, ' ', &rest);
	while (i--)
		access = str_split(rest, ' ', &rest);
	return access_map(c, op, named, access, linalg_num_loops(op));
}

// The loops that `dimensions` does not list, in order.
static ir_attr map_without(struct ir_context *c, u32 num_loops, ir_attr dimensions) {
	ir_expr exprs[RANK_MAX];
	u32 n = 0;
	CHECK(num_loops <= RANK_MAX);
	for (u32 i = 0; i < num_loops; i++)
		if (!lists(dimensions, i))
			exprs[n++] = ir_expr_dim(c, i);
	return ir_attr_affine_map(c, num_loops, 0, n, exprs);
}

// Input dimension permutation[i] is loop i.
static ir_attr transpose_map(struct ir_context *c, ir_attr permutation) {
	ir_expr exprs[RANK_MAX];
	CHECK(permutation->count <= RANK_MAX);
	for (u32 i = 0; i < permutation->count; i++)
		exprs[ir_attr_array_int(permutation, i)] = ir_expr_dim(c, i);
	return ir_attr_affine_map(c, permutation->count, 0, permutation->count, exprs);
}

ir_attr linalg_map(const struct ir_op *op, u32 i) {
	struct ir_context *c = op->module->context;
	const struct linalg_named *named = linalg_named(op);
	u32 num_inputs = linalg_inputs(op).count;
	ASSERT(i < op->num_operands);
	if (named)
		return named_map(c, op, named, i);
	switch ((enum op_id)op->info->id) {
	case OP_linalg_generic: return ir_op_attr(op, NAME_indexing_maps)->elements[i];
	case OP_linalg_map: return ir_attr_identity_map(c, linalg_num_loops(op));
	case OP_linalg_reduce:
		return i < num_inputs
		           ? ir_attr_identity_map(c, linalg_num_loops(op))
		           : map_without(c, linalg_num_loops(op), ir_op_attr(op, NAME_dimensions));
	case OP_linalg_broadcast:
		return i < num_inputs
		           ? map_without(c, linalg_num_loops(op), ir_op_attr(op, NAME_dimensions))
		           : ir_attr_identity_map(c, linalg_num_loops(op));
	case OP_linalg_transpose:
		return i < num_inputs ? transpose_map(c, ir_op_attr(op, NAME_permutation))
		                      : ir_attr_identity_map(c, linalg_num_loops(op));
	default:
		CHECK_MSG(false, "'%.*s' is not structured", STR_ARG(op->info->full_name));
		UNREACHABLE();
	}
}

bool linalg_loop_sizes(const struct ir_op *op, i64 *sizes) {
	u32 n = linalg_num_loops(op);
	bool known[RANK_MAX] = {false};
	if (n > RANK_MAX)
		return false;
	for (u32 i = 0; i < op->num_operands; i++) {
		ir_attr map = linalg_map(op, i);
		ir_type type = operand_type(op, i);
		for (u32 k = 0; k < map->count && k < rank_of(type); k++) {
			if (map->exprs[k]->kind != IR_EXPR_DIM)
				continue;
			u32 loop = (u32)map->exprs[k]->value;
			if (!known[loop] || sizes[loop] == IR_DYNAMIC)
				sizes[loop] = type->shape[k];
			known[loop] = true;
		}
	}
	for (u32 i = 0; i < n; i++)
		if (!known[i])
			return false;
	return true;
}

// ---- effects ----------------------------------------------------------------------------------

// Reads input buffers; reads and writes output buffers. Tensors are values.
HOOK_EFFECTS(linalg_effects) {
	u32 num_inputs = linalg_is_structured(op) ? linalg_inputs(op).count : 1;
	for (u32 i = 0; i < op->num_operands; i++)
		if (operand_type(op, i)->kind == IR_TYPE_MEMREF)
			dialect_add_effect(a, list, count,
			                   i < num_inputs ? IR_EFFECT_READ : IR_EFFECT_READ | IR_EFFECT_WRITE,
			                   ir_operand_get(op, i));
}
