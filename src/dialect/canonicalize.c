// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The guards and helpers of canonicalize.rules, and the list of all canonicalisation sets.
#include "dialect/canonicalize.h"

#include <math.h>

#include "dialect/hooks.h"

// ---- guards -----------------------------------------------------------------------------------

static bool is_constant(struct ir_rewriter *r, const struct ir_value *v) {
	(void)r;
	return ir_value_constant(v) != NULL;
}

static bool is_scalar(struct ir_rewriter *r, const struct ir_value *v) {
	(void)r;
	return !ir_type_is_shaped(v->type);
}

static bool same_type(struct ir_rewriter *r, const struct ir_value *a, const struct ir_value *b) {
	(void)r;
	return a->type == b->type;
}

static bool is_wider_integer(struct ir_rewriter *r, const struct ir_value *narrow,
                             const struct ir_value *wide) {
	ir_type from = ir_type_scalar(narrow->type), to = ir_type_scalar(wide->type);
	return to->kind == IR_TYPE_INTEGER && to->width > from->width &&
	       ir_type_with_element(r->context, wide->type, from) == narrow->type;
}

// Powers of two only: multiplying by the reciprocal is then the same exact or once rounded value.
static bool lane_has_reciprocal(ir_type t, double v) {
	int exponent;
	if (!isfinite(v) || fabs(frexp(v, &exponent)) != 0.5)
		return false;
	// The reciprocal 2^(1-e) must be a normal number of the type.
	int limit = t->kind == IR_TYPE_F64                              ? 1022
	            : t->kind == IR_TYPE_F32 || t->kind == IR_TYPE_BF16 ? 126
	                                                                : 14;
	return exponent - 1 <= limit && exponent - 1 >= -limit;
}

static bool has_exact_reciprocal(struct ir_rewriter *r, ir_attr a) {
	double v;
	(void)r;
	ir_type t = a->type ? ir_type_scalar(a->type) : NULL;
	bool known = t && (t->kind == IR_TYPE_F64 || t->kind == IR_TYPE_F32 ||
	                   t->kind == IR_TYPE_BF16 || t->kind == IR_TYPE_F16);
	return known && dialect_attr_float(a, &v) && lane_has_reciprocal(t, v);
}

// A size that the inner cast forgot and the outer one states again stays a check at run time.
static bool may_cast(struct ir_rewriter *r, const struct ir_value *from,
                     const struct ir_value *to) {
	(void)r;
	if (!ir_type_is_ranked(from->type) || !ir_type_is_ranked(to->type) ||
	    from->type->rank != to->type->rank)
		return false;
	return dialect_shapes_match(from->type, to->type);
}

// ---- helpers ----------------------------------------------------------------------------------

static ir_attr swapped(struct ir_rewriter *r, ir_attr predicate) {
	static const u8 swap[] = {
		[IR_cmpi_predicate_eq] = IR_cmpi_predicate_eq,
		[IR_cmpi_predicate_ne] = IR_cmpi_predicate_ne,
		[IR_cmpi_predicate_slt] = IR_cmpi_predicate_sgt,
		[IR_cmpi_predicate_sle] = IR_cmpi_predicate_sge,
		[IR_cmpi_predicate_sgt] = IR_cmpi_predicate_slt,
		[IR_cmpi_predicate_sge] = IR_cmpi_predicate_sle,
		[IR_cmpi_predicate_ult] = IR_cmpi_predicate_ugt,
		[IR_cmpi_predicate_ule] = IR_cmpi_predicate_uge,
		[IR_cmpi_predicate_ugt] = IR_cmpi_predicate_ult,
		[IR_cmpi_predicate_uge] = IR_cmpi_predicate_ule,
	};
	return ir_attr_integer(r->context, predicate->type, swap[predicate->integer]);
}

static ir_attr inverted(struct ir_rewriter *r, ir_attr predicate) {
	static const u8 invert[] = {
		[IR_cmpi_predicate_eq] = IR_cmpi_predicate_ne,
		[IR_cmpi_predicate_ne] = IR_cmpi_predicate_eq,
		[IR_cmpi_predicate_slt] = IR_cmpi_predicate_sge,
		[IR_cmpi_predicate_sle] = IR_cmpi_predicate_sgt,
		[IR_cmpi_predicate_sgt] = IR_cmpi_predicate_sle,
		[IR_cmpi_predicate_sge] = IR_cmpi_predicate_slt,
		[IR_cmpi_predicate_ult] = IR_cmpi_predicate_uge,
		[IR_cmpi_predicate_ule] = IR_cmpi_predicate_ugt,
		[IR_cmpi_predicate_ugt] = IR_cmpi_predicate_ule,
		[IR_cmpi_predicate_uge] = IR_cmpi_predicate_ult,
	};
	return ir_attr_integer(r->context, predicate->type, invert[predicate->integer]);
}

// Ordered becomes unordered: the opposite of "less" is "greater, equal or unordered".
static ir_attr inverted_float(struct ir_rewriter *r, ir_attr predicate) {
	static const u8 invert[] = {
		[IR_cmpf_predicate_false] = IR_cmpf_predicate_true,
		[IR_cmpf_predicate_true] = IR_cmpf_predicate_false,
		[IR_cmpf_predicate_oeq] = IR_cmpf_predicate_une,
		[IR_cmpf_predicate_une] = IR_cmpf_predicate_oeq,
		[IR_cmpf_predicate_ogt] = IR_cmpf_predicate_ule,
		[IR_cmpf_predicate_ule] = IR_cmpf_predicate_ogt,
		[IR_cmpf_predicate_oge] = IR_cmpf_predicate_ult,
		[IR_cmpf_predicate_ult] = IR_cmpf_predicate_oge,
		[IR_cmpf_predicate_olt] = IR_cmpf_predicate_uge,
		[IR_cmpf_predicate_uge] = IR_cmpf_predicate_olt,
		[IR_cmpf_predicate_ole] = IR_cmpf_predicate_ugt,
		[IR_cmpf_predicate_ugt] = IR_cmpf_predicate_ole,
		[IR_cmpf_predicate_one] = IR_cmpf_predicate_ueq,
		[IR_cmpf_predicate_ueq] = IR_cmpf_predicate_one,
		[IR_cmpf_predicate_ord] = IR_cmpf_predicate_uno,
		[IR_cmpf_predicate_uno] = IR_cmpf_predicate_ord,
	};
	return ir_attr_integer(r->context, predicate->type, invert[predicate->integer]);
}

static ir_attr reciprocal(struct ir_rewriter *r, ir_attr a) {
	double v;
	CHECK(dialect_attr_float(a, &v));
	return dialect_float_attr(r->context, a->type, 1 / v);
}

#include "dialect/canonicalize.rules.inc"

// ---- sets -------------------------------------------------------------------------------------

const struct ir_pattern_set *const dialect_canonicalize_sets[] = {
	&canonicalize_rules,
	&dialect_canonicalize_scf,
	&dialect_canonicalize_vector,
	&dialect_canonicalize_slice,
};
const u32 dialect_canonicalize_num_sets = ARRAY_SIZE(dialect_canonicalize_sets);

struct ir_value *dialect_materialize_constant(struct ir_builder *b, const struct ir_op *user,
                                              ir_attr value, ir_type type) {
	bool scalar = ir_type_is_int_or_index(type) || ir_type_is_float(type);
	bool dense = (type->kind == IR_TYPE_VECTOR || type->kind == IR_TYPE_TENSOR) &&
	             ir_type_has_static_shape(type);
	if ((!scalar && !dense) || value->type != type)
		return NULL;
	const struct ir_named_attr props[] = {{NAME_value, value}, {NAME_none, NULL}};
	bool hlo = str_starts_with(user->info->full_name, STR("stablehlo."));
	return ir_result_get(
		ir_build_op(b, hlo ? OP_stablehlo_constant : OP_arith_constant, 0, NULL, props), 0);
}

bool dialect_canonicalize(struct ir_op *root, struct arena *scratch) {
	struct ir_rewrite_options o = {.sets = dialect_canonicalize_sets,
	                               .num_sets = dialect_canonicalize_num_sets,
	                               .constant = dialect_materialize_constant};
	return ir_rewrite_greedily(root, &o, scratch, NULL);
}
