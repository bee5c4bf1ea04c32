// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// affine.apply, min, max: `map(%dims)[%symbols]`, evaluation and folding.
#include "dialect/hooks.h"

static ir_attr map_of(const struct ir_op *op) { return ir_op_attr(op, NAME_map); }

HOOK_VERIFY(affine_verify_map) {
	ir_attr map = map_of(op);
	if (map->num_dims + map->num_syms != op->num_operands)
		return ir_op_error(d, op,
		                   "operand count and affine map dimension and symbol count must match");
	if (op_is(op, OP_affine_apply) ? map->count != 1 : map->count == 0)
		return ir_op_error(d, op,
		                   op_is(op, OP_affine_apply) ? "mapping must produce one value"
		                                              : "expects at least one value");
	return true;
}

HOOK_PARSE(affine_parse_map) {
	struct ir_op_state s;
	struct ir_names dims = {0}, symbols = {0};
	ir_attr map;
	ir_type index = ir_type_index(ir_parser_context(p));
	ir_parser_begin(p, &s);
	u32 at = ir_parser_at(p);
	if (!ir_parser_attr(p, NULL, &map))
		return false;
	if (map->kind != IR_ATTR_AFFINE_MAP)
		return ir_parser_error(p, at, "expected an affine map");
	if (!ir_parser_operands(p, IR_DELIM_PAREN, &dims) ||
	    !ir_parser_operands(p, IR_DELIM_OPTIONAL_SQUARE, &symbols))
		return false;
	if (dims.size != map->num_dims || symbols.size != map->num_syms)
		return ir_parser_error(p, at,
		                       "dimension or symbol index mismatch: the map has %u dimensions and "
		                       "%u symbols, but %u and %u operands are given",
		                       map->num_dims, map->num_syms, dims.size, symbols.size);
	ir_parser_set_attr(p, &s, NAME_map, map);
	ir_parser_add_type(p, &s.results, index);
	return ir_parser_resolve_same(p, &s, &dims, index) &&
	       ir_parser_resolve_same(p, &s, &symbols, index) && ir_parser_attr_dict(p, &s) &&
	       ir_parser_finish(p, &s, out);
}

HOOK_PRINT(affine_print_map) {
	ir_attr map = map_of(op);
	ir_printer_text(p, " ");
	ir_printer_attr(p, map);
	ir_printer_text(p, "(");
	ir_printer_operands(p, op, (struct ir_range){0, map->num_dims});
	ir_printer_text(p, ")");
	if (map->num_syms) {
		ir_printer_text(p, "[");
		ir_printer_operands(p, op, (struct ir_range){map->num_dims, map->num_syms});
		ir_printer_text(p, "]");
	}
	ir_printer_attr_dict(p, op, 1, (const ir_name[]){NAME_map});
}

// ---- folding ----------------------------------------------------------------------------------

bool dialect_evaluate_map(u16 id, ir_attr map, const i64 *operands, i64 *value) {
	for (u32 i = 0; i < map->count; i++) {
		i64 v;
		if (!ir_expr_evaluate(map->exprs[i], operands, operands + map->num_dims, NULL, &v))
			return false;
		if (i == 0 || (id == OP_affine_min ? v < *value : v > *value))
			*value = v;
	}
	return map->count > 0;
}

static bool all_constant(const struct ir_op *op, const ir_attr *operands, i64 *values) {
	for (u32 i = 0; i < op->num_operands; i++)
		if (!dialect_attr_int(operands[i], &values[i]))
			return false;
	return true;
}

// A map of one result that is an operand or a constant.
static bool fold_single(struct ir_context *c, struct ir_op *op, struct ir_fold_result *results) {
	ir_attr map = map_of(op);
	ir_expr e = map->exprs[0];
	if (e->kind == IR_EXPR_CONST)
		return dialect_fold_to_int(c, op, results, e->value);
	if (e->kind == IR_EXPR_DIM)
		return dialect_fold_to_value(results, ir_operand_get(op, (u32)e->value));
	if (e->kind == IR_EXPR_SYM)
		return dialect_fold_to_value(results, ir_operand_get(op, map->num_dims + (u32)e->value));
	return false;
}

// Constant operands go into the map's expressions; the operands stay, unused by them, so that the
// change is in place. Says whether anything changed.
static bool substitute_constants(struct ir_context *c, struct ir_op *op, const ir_attr *operands) {
	ir_attr map = map_of(op);
	ir_expr dims[map->num_dims + 1], syms[map->num_syms + 1], exprs[map->count + 1];
	for (u32 i = 0; i < op->num_operands; i++) {
		bool dim = i < map->num_dims;
		u32 position = dim ? i : i - map->num_dims;
		i64 v;
		ir_expr e = dialect_attr_int(operands[i], &v) ? ir_expr_const(c, v)
		            : dim                             ? ir_expr_dim(c, position)
		                                              : ir_expr_sym(c, position);
		*(dim ? &dims[position] : &syms[position]) = e;
	}
	bool changed = false;
	for (u32 i = 0; i < map->count; i++) {
		exprs[i] = ir_expr_substitute(c, map->exprs[i], dims, syms, NULL);
		changed |= exprs[i] != map->exprs[i];
	}
	if (changed)
		ir_op_set_prop(op, NAME_map,
		               ir_attr_affine_map(c, map->num_dims, map->num_syms, map->count, exprs));
	return changed;
}

HOOK_FOLD(affine_fold_apply) {
	i64 values[op->num_operands + 1], v;
	if (all_constant(op, operands, values) &&
	    dialect_evaluate_map(OP_affine_apply, map_of(op), values, &v))
		return dialect_fold_to_int(c, op, results, v);
	return fold_single(c, op, results) || substitute_constants(c, op, operands);
}

// Keeps results that can win: equal ones once, and of several constants the winning one.
static bool prune_results(struct ir_context *c, struct ir_op *op) {
	ir_attr map = map_of(op);
	ir_expr kept[map->count];
	u32 n = 0, constant = UINT32_MAX;
	bool smallest = op_is(op, OP_affine_min);
	for (u32 i = 0; i < map->count; i++) {
		ir_expr e = map->exprs[i];
		if (e->kind == IR_EXPR_CONST && constant != UINT32_MAX) {
			if (smallest ? e->value < kept[constant]->value : e->value > kept[constant]->value)
				kept[constant] = e;
			continue;
		}
		bool seen = false;
		for (u32 k = 0; k < n; k++)
			seen |= kept[k] == e;
		if (seen)
			continue;
		if (e->kind == IR_EXPR_CONST)
			constant = n;
		kept[n++] = e;
	}
	if (n == map->count)
		return false;
	ir_op_set_prop(op, NAME_map, ir_attr_affine_map(c, map->num_dims, map->num_syms, n, kept));
	return true;
}

HOOK_FOLD(affine_fold_minmax) {
	i64 values[op->num_operands + 1], v;
	if (all_constant(op, operands, values) &&
	    dialect_evaluate_map(op->info->id, map_of(op), values, &v))
		return dialect_fold_to_int(c, op, results, v);
	if (map_of(op)->count == 1 && fold_single(c, op, results))
		return true;
	bool changed = substitute_constants(c, op, operands);
	return prune_results(c, op) || changed;
}
