// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions that rows of the op tables name, and what those functions share. A hook is declared
// and defined by the same macro, so a row, its declaration and its definition cannot disagree.
// NAME.c holds a dialect's verification and text, NAME_fold.c its folding, NAME_scalar.c its lanes.
#ifndef DIALECT_HOOKS_H
#define DIALECT_HOOKS_H

#include "dialect/dialect.h"
#include "ir/constraint.h"
#include "ir/text.h"

#define HOOK_FOLD(name)                                                                            \
	bool name(BASE_UNUSED struct ir_context *c, BASE_UNUSED struct ir_op *op,                      \
	          BASE_UNUSED const ir_attr *operands, BASE_UNUSED struct ir_fold_result *results)
#define HOOK_INFER(name)                                                                           \
	bool name(BASE_UNUSED struct ir_context *c, BASE_UNUSED struct ir_op *op, ir_type *results)
#define HOOK_VERIFY(name)                                                                          \
	bool name(BASE_UNUSED struct ir_context *c, struct ir_op *op, BASE_UNUSED struct diag_engine *d)
#define HOOK_PARSE(name) bool name(struct ir_parser *p, struct ir_op **out)
#define HOOK_PRINT(name) void name(struct ir_printer *p, struct ir_op *op)
#define HOOK_EFFECTS(name)                                                                         \
	void name(BASE_UNUSED struct ir_op *op, BASE_UNUSED struct arena *a,                           \
	          BASE_UNUSED struct ir_effect_on **list, BASE_UNUSED u32 *count)
#define HOOK_SCALAR(name)                                                                          \
	bool name(BASE_UNUSED const struct ir_lane *t, const union ir_scalar *in, union ir_scalar *out)

// ---- shared ------------------------------------------------------------------------------------

// Integers as lanes hold them: sign-extended from their width; index has 64 bits.
static inline u32 dialect_int_width(ir_type t) { return t->kind == IR_TYPE_INDEX ? 64 : t->width; }
static inline i64 dialect_wrap(u32 bits, u64 v) {
	return bits >= 64 ? (i64)v : bits == 0 ? 0 : (i64)(v << (64 - bits)) >> (64 - bits);
}
static inline u64 dialect_zext(u32 bits, i64 v) {
	return bits >= 64 ? (u64)v : (u64)v & ((1ull << bits) - 1);
}
double dialect_round(ir_type t, double v);  // v rounded to a float type

// A product of sizes or strides; IR_DYNAMIC when it is not known or overflows.
static inline i64 dialect_known_product(i64 a, i64 b) {
	i64 r;
	if (a == 0 || b == 0)
		return 0;
	return a == IR_DYNAMIC || b == IR_DYNAMIC || __builtin_mul_overflow(a, b, &r) ? IR_DYNAMIC : r;
}

// The same of a sum.
static inline i64 dialect_known_sum(i64 a, i64 b) {
	i64 r;
	return a == IR_DYNAMIC || b == IR_DYNAMIC || __builtin_add_overflow(a, b, &r) ? IR_DYNAMIC : r;
}

// No size is left to the run time: a constant of that type can be written down.
static inline bool dialect_is_static(ir_type t) {
	return !ir_type_is_shaped(t) || ir_type_has_static_shape(t);
}

// The text of a type in a message, in quotes; lives as long as the diagnostics.
const char *dialect_type_text(struct diag_engine *d, const struct ir_op *op, ir_type t);
// The op that a symbol attribute names, looked up in the enclosing symbol tables; NULL when
// missing.
struct ir_op *dialect_symbol(struct ir_op *user, ir_attr symbol);
// Whether the body's only block ends with a yield of these types; reports otherwise.
bool dialect_verify_yield(struct diag_engine *d, struct ir_op *op, u32 region, u16 yield_id, u32 n,
                          const ir_type *types);
// Whether operand i of a group has an entry for each dynamic size of a type (alloc, empty, splat,
// ...).
bool dialect_verify_dynamic_sizes(struct diag_engine *d, struct ir_op *op, u32 count, ir_type type);

// Gives region 0 its block when it has none.
void dialect_ensure_block(struct ir_op *op);
// Iterator types are written as strings, ["parallel", "reduction"], and kept as enum attributes.
bool dialect_parse_iterators(struct ir_context *c, u16 constraint, ir_attr strings, ir_attr *out);
void dialect_print_iterators(struct ir_printer *p, u16 constraint, ir_attr iterators);
// Whether a list of integers is a permutation of 0 .. its length - 1.
bool dialect_is_permutation(ir_attr list);

// Groups of consecutive dimensions of `expanded`, in order, whose products are `collapsed`'s sizes.
bool dialect_verify_reassociation(struct diag_engine *d, struct ir_op *op, ir_type expanded,
                                  ir_type collapsed);
// Static offsets, sizes, strides: as many entries as the rank, with an operand for each dynamic one
// (groups first_group, +1, +2), and inside `shape` where all is known.
bool dialect_verify_slices(struct diag_engine *d, struct ir_op *op, u32 first_group, ir_type whole,
                           bool bounds);
// The three static lists of a slice op; false when an entry count is not `rank`.
bool dialect_static_slices(const struct ir_op *op, u32 rank, i64 *offsets, i64 *sizes,
                           i64 *strides);

// The value of an enumerated property or attribute.
static inline i64 dialect_enum(const struct ir_op *op, u16 constraint, ir_name name,
                               i64 otherwise) {
	i64 v;
	ir_attr a = ir_op_attr(op, name);
	return a && ir_enum_value(op->module->context, constraint, a, &v) ? v : otherwise;
}

// Results of fold hooks; each returns true.
bool dialect_fold_to_value(struct ir_fold_result *results, struct ir_value *v);
bool dialect_fold_to_attr(struct ir_fold_result *results, ir_attr a);
bool dialect_fold_to_int(struct ir_context *c, struct ir_op *op, struct ir_fold_result *results,
                         i64 v);
// A constant whose elements are those of `from` at positions that `source` gives; a splat stays
// one.
typedef u64 dialect_position_fn(const void *user, u64 result_position);
bool dialect_fold_rearranged(struct ir_context *c, ir_type type, ir_attr from,
                             dialect_position_fn *source, const void *user,
                             struct ir_fold_result *results);
// Whether folding may make a constant of that type: static and of at most DIALECT_FOLD_BYTES bytes.
#define DIALECT_FOLD_BYTES (1u << 20)
bool dialect_may_fold(ir_type type);

// The value of affine.apply/min/max for constant operands (dims, then symbols); false when
// undefined.
bool dialect_evaluate_map(u16 id, ir_attr map, const i64 *operands, i64 *value);
// Appends an effect on the memory behind a value, or on any memory when it is NULL.
void dialect_add_effect(struct arena *a, struct ir_effect_on **list, u32 *count, u8 effect,
                        struct ir_value *value);

// ---- dialect ------------------------------------------------------------------------------------

HOOK_FOLD(dialect_fold_lanes);
HOOK_FOLD(dialect_fold_from_elements);
HOOK_FOLD(dialect_fold_dim);
HOOK_FOLD(dialect_fold_rank);
HOOK_FOLD(dialect_fold_reshape);
HOOK_VERIFY(dialect_verify_from_elements);
HOOK_VERIFY(dialect_verify_dim);
HOOK_VERIFY(dialect_verify_reshape);
HOOK_EFFECTS(dialect_effects_none);
HOOK_EFFECTS(dialect_effects_read);
HOOK_EFFECTS(dialect_effects_write);
HOOK_EFFECTS(dialect_effects_write_memory);

// ---- builtin ------------------------------------------------------------------------------------

HOOK_FOLD(builtin_fold_cast);
HOOK_VERIFY(builtin_verify_module);
HOOK_VERIFY(builtin_verify_cast);

// ---- func ---------------------------------------------------------------------------------------

HOOK_INFER(func_infer_call_indirect);
HOOK_VERIFY(func_verify_func);
HOOK_VERIFY(func_verify_call);
HOOK_VERIFY(func_verify_call_indirect);
HOOK_VERIFY(func_verify_constant);
HOOK_VERIFY(func_verify_return);
HOOK_PARSE(func_parse_call_indirect);
HOOK_PRINT(func_print_call_indirect);

// ---- arith --------------------------------------------------------------------------------------

HOOK_FOLD(arith_fold_constant);
HOOK_FOLD(arith_fold_addi);
HOOK_FOLD(arith_fold_extended);
HOOK_FOLD(arith_fold_subi);
HOOK_FOLD(arith_fold_muli);
HOOK_FOLD(arith_fold_div);
HOOK_FOLD(arith_fold_rem);
HOOK_FOLD(arith_fold_andi);
HOOK_FOLD(arith_fold_ori);
HOOK_FOLD(arith_fold_xori);
HOOK_FOLD(arith_fold_shift);
HOOK_FOLD(arith_fold_negf);
HOOK_FOLD(arith_fold_addf);
HOOK_FOLD(arith_fold_subf);
HOOK_FOLD(arith_fold_minmaxf);
HOOK_FOLD(arith_fold_minmaxi);
HOOK_FOLD(arith_fold_mulf);
HOOK_FOLD(arith_fold_divf);
HOOK_FOLD(arith_fold_ext);
HOOK_FOLD(arith_fold_trunc);
HOOK_FOLD(arith_fold_index_cast);
HOOK_FOLD(arith_fold_bitcast);
HOOK_FOLD(arith_fold_cmpi);
HOOK_FOLD(arith_fold_cmpf);
HOOK_FOLD(arith_fold_select);
HOOK_INFER(arith_infer_constant);
HOOK_VERIFY(arith_verify_constant);
HOOK_VERIFY(arith_verify_widens);
HOOK_VERIFY(arith_verify_narrows);
HOOK_VERIFY(arith_verify_index_cast);
HOOK_VERIFY(arith_verify_bitcast);
HOOK_PARSE(arith_parse_select);
HOOK_PRINT(arith_print_select);
HOOK_SCALAR(arith_addi);
HOOK_SCALAR(arith_addui_extended);
HOOK_SCALAR(arith_subi);
HOOK_SCALAR(arith_muli);
HOOK_SCALAR(arith_mulsi_extended);
HOOK_SCALAR(arith_mului_extended);
HOOK_SCALAR(arith_divui);
HOOK_SCALAR(arith_divsi);
HOOK_SCALAR(arith_ceildivui);
HOOK_SCALAR(arith_ceildivsi);
HOOK_SCALAR(arith_floordivsi);
HOOK_SCALAR(arith_remui);
HOOK_SCALAR(arith_remsi);
HOOK_SCALAR(arith_andi);
HOOK_SCALAR(arith_ori);
HOOK_SCALAR(arith_xori);
HOOK_SCALAR(arith_shli);
HOOK_SCALAR(arith_shrui);
HOOK_SCALAR(arith_shrsi);
HOOK_SCALAR(arith_negf);
HOOK_SCALAR(arith_addf);
HOOK_SCALAR(arith_subf);
HOOK_SCALAR(arith_maximumf);
HOOK_SCALAR(arith_maxnumf);
HOOK_SCALAR(arith_maxsi);
HOOK_SCALAR(arith_maxui);
HOOK_SCALAR(arith_minimumf);
HOOK_SCALAR(arith_minnumf);
HOOK_SCALAR(arith_minsi);
HOOK_SCALAR(arith_minui);
HOOK_SCALAR(arith_mulf);
HOOK_SCALAR(arith_divf);
HOOK_SCALAR(arith_remf);
HOOK_SCALAR(arith_extui);
HOOK_SCALAR(arith_extsi);
HOOK_SCALAR(arith_extf);
HOOK_SCALAR(arith_trunci);
HOOK_SCALAR(arith_truncf);
HOOK_SCALAR(arith_uitofp);
HOOK_SCALAR(arith_sitofp);
HOOK_SCALAR(arith_fptoui);
HOOK_SCALAR(arith_fptosi);
HOOK_SCALAR(arith_index_cast);
HOOK_SCALAR(arith_index_castui);
HOOK_SCALAR(arith_bitcast);
HOOK_SCALAR(arith_cmpi);
HOOK_SCALAR(arith_cmpf);

// ---- math ---------------------------------------------------------------------------------------

HOOK_FOLD(math_fold_ipowi);
HOOK_SCALAR(math_absf);
HOOK_SCALAR(math_absi);
HOOK_SCALAR(math_acosh);
HOOK_SCALAR(math_asin);
HOOK_SCALAR(math_asinh);
HOOK_SCALAR(math_atan);
HOOK_SCALAR(math_atanh);
HOOK_SCALAR(math_atan2);
HOOK_SCALAR(math_cbrt);
HOOK_SCALAR(math_ceil);
HOOK_SCALAR(math_copysign);
HOOK_SCALAR(math_cos);
HOOK_SCALAR(math_acos);
HOOK_SCALAR(math_cosh);
HOOK_SCALAR(math_sin);
HOOK_SCALAR(math_sinh);
HOOK_SCALAR(math_ctlz);
HOOK_SCALAR(math_cttz);
HOOK_SCALAR(math_ctpop);
HOOK_SCALAR(math_erf);
HOOK_SCALAR(math_exp);
HOOK_SCALAR(math_exp2);
HOOK_SCALAR(math_expm1);
HOOK_SCALAR(math_floor);
HOOK_SCALAR(math_fma);
HOOK_SCALAR(math_ipowi);
HOOK_SCALAR(math_log);
HOOK_SCALAR(math_log10);
HOOK_SCALAR(math_log1p);
HOOK_SCALAR(math_log2);
HOOK_SCALAR(math_powf);
HOOK_SCALAR(math_rsqrt);
HOOK_SCALAR(math_sqrt);
HOOK_SCALAR(math_tan);
HOOK_SCALAR(math_tanh);
HOOK_SCALAR(math_roundeven);
HOOK_SCALAR(math_round);
HOOK_SCALAR(math_trunc);
HOOK_SCALAR(math_fpowi);

// ---- cf -----------------------------------------------------------------------------------------

HOOK_VERIFY(cf_verify_branch);
HOOK_VERIFY(cf_verify_switch);
HOOK_PARSE(cf_parse_switch);
HOOK_PRINT(cf_print_switch);
HOOK_EFFECTS(cf_effects_assert);

// ---- scf ----------------------------------------------------------------------------------------

// `(%arg = %init, ...)`
struct scf_assignments {
	struct ir_args args;
	struct ir_names inits;
};
bool scf_parse_assignments(struct ir_parser *p, struct scf_assignments *list);
void scf_print_assignments(struct ir_printer *p, const char *keyword, struct ir_value *const *args,
                           struct ir_op *op, struct ir_range inits);

HOOK_FOLD(scf_fold_for);
HOOK_FOLD(scf_fold_if);
HOOK_FOLD(scf_fold_forall);
HOOK_VERIFY(scf_verify_for);
HOOK_VERIFY(scf_verify_if);
HOOK_VERIFY(scf_verify_while);
HOOK_VERIFY(scf_verify_condition);
HOOK_VERIFY(scf_verify_yield);
HOOK_VERIFY(scf_verify_forall);
HOOK_VERIFY(scf_verify_in_parallel);
HOOK_VERIFY(scf_verify_execute_region);
HOOK_VERIFY(scf_verify_index_switch);
HOOK_VERIFY(scf_verify_parallel);
HOOK_VERIFY(scf_verify_reduce);
HOOK_VERIFY(scf_verify_reduce_return);
HOOK_PARSE(scf_parse_for);
HOOK_PARSE(scf_parse_if);
HOOK_PARSE(scf_parse_while);
HOOK_PARSE(scf_parse_forall);
HOOK_PARSE(scf_parse_in_parallel);
HOOK_PARSE(scf_parse_execute_region);
HOOK_PARSE(scf_parse_index_switch);
HOOK_PARSE(scf_parse_parallel);
HOOK_PRINT(scf_print_for);
HOOK_PRINT(scf_print_if);
HOOK_PRINT(scf_print_while);
HOOK_PRINT(scf_print_forall);
HOOK_PRINT(scf_print_in_parallel);
HOOK_PRINT(scf_print_execute_region);
HOOK_PRINT(scf_print_index_switch);
HOOK_PRINT(scf_print_parallel);

// ---- affine -------------------------------------------------------------------------------------

HOOK_FOLD(affine_fold_apply);
HOOK_FOLD(affine_fold_minmax);
HOOK_VERIFY(affine_verify_map);
HOOK_PARSE(affine_parse_map);
HOOK_PRINT(affine_print_map);

// ---- vector -------------------------------------------------------------------------------------

// A vector type from flags per dimension (ir_type_vector wants NULL when none is scalable).
ir_type vector_type(struct ir_context *c, u32 rank, const i64 *shape, const u8 *scalable,
                    ir_type element);
// Whether a combining kind works on elements of that type.
bool vector_kind_fits(i64 kind, ir_type element);
i64 vector_kind(const struct ir_op *op);
// The type of mask that vector.mask takes for a combining op; NULL for other ops.
ir_type vector_combining_mask(struct ir_context *c, const struct ir_op *op);

HOOK_FOLD(vector_fold_reduction);
HOOK_FOLD(vector_fold_broadcast);
HOOK_FOLD(vector_fold_shuffle);
HOOK_FOLD(vector_fold_interleave);
HOOK_FOLD(vector_fold_deinterleave);
HOOK_FOLD(vector_fold_extractelement);
HOOK_FOLD(vector_fold_extract);
HOOK_FOLD(vector_fold_insertelement);
HOOK_FOLD(vector_fold_insert);
HOOK_FOLD(vector_fold_insert_strided_slice);
HOOK_FOLD(vector_fold_extract_strided_slice);
HOOK_FOLD(vector_fold_transfer);
HOOK_FOLD(vector_fold_masked_load);
HOOK_FOLD(vector_fold_shape_cast);
HOOK_FOLD(vector_fold_bitcast);

HOOK_FOLD(vector_fold_transpose);
HOOK_FOLD(vector_fold_splat);
HOOK_FOLD(vector_fold_step);
HOOK_INFER(vector_infer_reduction);
HOOK_INFER(vector_infer_shuffle);
HOOK_INFER(vector_infer_interleave);
HOOK_INFER(vector_infer_deinterleave);
HOOK_INFER(vector_infer_extract);
HOOK_INFER(vector_infer_extract_strided_slice);
HOOK_INFER(vector_infer_outerproduct);
HOOK_INFER(vector_infer_transfer_write);
HOOK_INFER(vector_infer_transpose);
HOOK_VERIFY(vector_verify_contract);
HOOK_VERIFY(vector_verify_reduction);
HOOK_VERIFY(vector_verify_multi_reduction);
HOOK_VERIFY(vector_verify_broadcast);
HOOK_VERIFY(vector_verify_shuffle);
HOOK_VERIFY(vector_verify_interleave);
HOOK_VERIFY(vector_verify_deinterleave);
HOOK_VERIFY(vector_verify_extractelement);
HOOK_VERIFY(vector_verify_extract);
HOOK_VERIFY(vector_verify_insertelement);
HOOK_VERIFY(vector_verify_insert);
HOOK_VERIFY(vector_verify_scalable_insert);
HOOK_VERIFY(vector_verify_scalable_extract);
HOOK_VERIFY(vector_verify_insert_strided_slice);
HOOK_VERIFY(vector_verify_extract_strided_slice);
HOOK_VERIFY(vector_verify_outerproduct);
HOOK_VERIFY(vector_verify_transfer_read);
HOOK_VERIFY(vector_verify_transfer_write);
HOOK_VERIFY(vector_verify_load);
HOOK_VERIFY(vector_verify_store);
HOOK_VERIFY(vector_verify_masked);
HOOK_VERIFY(vector_verify_gather);
HOOK_VERIFY(vector_verify_shape_cast);
HOOK_VERIFY(vector_verify_bitcast);
HOOK_VERIFY(vector_verify_type_cast);
HOOK_VERIFY(vector_verify_constant_mask);
HOOK_VERIFY(vector_verify_create_mask);
HOOK_VERIFY(vector_verify_mask);
HOOK_VERIFY(vector_verify_transpose);
HOOK_VERIFY(vector_verify_print);
HOOK_VERIFY(vector_verify_matrix_multiply);
HOOK_VERIFY(vector_verify_flat_transpose);
HOOK_VERIFY(vector_verify_scan);
HOOK_VERIFY(vector_verify_step);
HOOK_PARSE(vector_parse_contract);
HOOK_PARSE(vector_parse_outerproduct);
HOOK_PARSE(vector_parse_transfer_read);
HOOK_PARSE(vector_parse_transfer_write);
HOOK_PARSE(vector_parse_mask);
HOOK_PARSE(vector_parse_print);
HOOK_PRINT(vector_print_contract);
HOOK_PRINT(vector_print_outerproduct);
HOOK_PRINT(vector_print_transfer_read);
HOOK_PRINT(vector_print_transfer_write);
HOOK_PRINT(vector_print_mask);
HOOK_PRINT(vector_print_print);

// ---- memref -------------------------------------------------------------------------------------

// Types of views (memref_type.c); NULL when the source's layout is not strided or does not allow
// it.
ir_type memref_transposed(struct ir_context *c, ir_type source, ir_attr map);
ir_type memref_expanded(struct ir_context *c, ir_type source, const i64 *shape, u32 rank,
                        ir_attr reassociation);
ir_type memref_collapsed(struct ir_context *c, ir_type source, ir_attr reassociation);
bool memref_layout(ir_type t, i64 *strides,
                   i64 *offset);                // ir_memref_strides, for at most 64 dimensions
bool memref_same_layout(ir_type a, ir_type b);  // equal strides and offset

HOOK_FOLD(memref_fold_cast);
HOOK_FOLD(memref_fold_reinterpret_cast);
HOOK_FOLD(memref_fold_subview);
HOOK_FOLD(memref_fold_transpose);
HOOK_INFER(memref_infer_metadata);
HOOK_INFER(memref_infer_subview);
HOOK_INFER(memref_infer_transpose);
HOOK_VERIFY(memref_verify_assume_alignment);
HOOK_VERIFY(memref_verify_alloc);
HOOK_VERIFY(memref_verify_cast);
HOOK_VERIFY(memref_verify_copy);
HOOK_VERIFY(memref_verify_metadata);
HOOK_VERIFY(memref_verify_get_global);
HOOK_VERIFY(memref_verify_global);
HOOK_VERIFY(memref_verify_access);
HOOK_VERIFY(memref_verify_memory_space_cast);
HOOK_VERIFY(memref_verify_prefetch);
HOOK_VERIFY(memref_verify_realloc);
HOOK_VERIFY(memref_verify_reinterpret_cast);
HOOK_VERIFY(memref_verify_expand_shape);
HOOK_VERIFY(memref_verify_collapse_shape);
HOOK_VERIFY(memref_verify_subview);
HOOK_VERIFY(memref_verify_transpose);
HOOK_VERIFY(memref_verify_view);
HOOK_VERIFY(memref_verify_atomic_rmw);
HOOK_PARSE(memref_parse_prefetch);
HOOK_PARSE(memref_parse_transpose);
HOOK_PRINT(memref_print_prefetch);
HOOK_PRINT(memref_print_transpose);
HOOK_EFFECTS(memref_effects_alloc);
HOOK_EFFECTS(memref_effects_copy);
HOOK_EFFECTS(memref_effects_dealloc);

// ---- tensor -------------------------------------------------------------------------------------

HOOK_FOLD(tensor_fold_bitcast);
HOOK_FOLD(tensor_fold_cast);
HOOK_FOLD(tensor_fold_concat);
HOOK_FOLD(tensor_fold_extract);
HOOK_FOLD(tensor_fold_extract_slice);
HOOK_FOLD(tensor_fold_insert);
HOOK_FOLD(tensor_fold_insert_slice);
HOOK_FOLD(tensor_fold_pad);
HOOK_FOLD(tensor_fold_splat);
HOOK_FOLD(tensor_fold_pack);
HOOK_FOLD(tensor_fold_unpack);
HOOK_INFER(tensor_infer_concat);
HOOK_INFER(tensor_infer_extract_slice);
HOOK_INFER(tensor_infer_collapse_shape);
HOOK_INFER(tensor_infer_pad);
HOOK_VERIFY(tensor_verify_bitcast);
HOOK_VERIFY(tensor_verify_cast);
HOOK_VERIFY(tensor_verify_concat);
HOOK_VERIFY(tensor_verify_empty);
HOOK_VERIFY(tensor_verify_access);
HOOK_VERIFY(tensor_verify_extract_slice);
HOOK_VERIFY(tensor_verify_gather);
HOOK_VERIFY(tensor_verify_generate);
HOOK_VERIFY(tensor_verify_insert_slice);
HOOK_VERIFY(tensor_verify_expand_shape);
HOOK_VERIFY(tensor_verify_collapse_shape);
HOOK_VERIFY(tensor_verify_pad);
HOOK_VERIFY(tensor_verify_parallel_insert_slice);
HOOK_VERIFY(tensor_verify_scatter);
HOOK_VERIFY(tensor_verify_splat);
HOOK_VERIFY(tensor_verify_pack);
HOOK_VERIFY(tensor_verify_yield);

// ---- linalg -------------------------------------------------------------------------------------

// Whether the operands' number and element types allow the body that the op's name stands for.
bool linalg_body_possible(const struct ir_op *op);

HOOK_FOLD(linalg_fold_transpose);
HOOK_VERIFY(linalg_verify_yield);
HOOK_VERIFY(linalg_verify_index);
HOOK_VERIFY(linalg_verify_generic);
HOOK_VERIFY(linalg_verify_map);
HOOK_VERIFY(linalg_verify_reduce);
HOOK_VERIFY(linalg_verify_transpose);
HOOK_VERIFY(linalg_verify_broadcast);
HOOK_VERIFY(linalg_verify_softmax);
HOOK_VERIFY(linalg_verify_winograd);
HOOK_VERIFY(linalg_verify_named);
HOOK_PARSE(linalg_parse_generic);
HOOK_PARSE(linalg_parse_map);
HOOK_PARSE(linalg_parse_reduce);
HOOK_PARSE(linalg_parse_transpose);
HOOK_PARSE(linalg_parse_broadcast);
HOOK_PARSE(linalg_parse_named);
HOOK_PRINT(linalg_print_generic);
HOOK_PRINT(linalg_print_map);
HOOK_PRINT(linalg_print_reduce);
HOOK_PRINT(linalg_print_transpose);
HOOK_PRINT(linalg_print_broadcast);
HOOK_PRINT(linalg_print_named);
HOOK_EFFECTS(linalg_effects);

// ---- tile and lam ------------------------------------------------------------------------------

HOOK_VERIFY(tile_verify_load);
HOOK_VERIFY(tile_verify_store);
HOOK_EFFECTS(tile_effects_load);
HOOK_EFFECTS(tile_effects_store);
HOOK_EFFECTS(tile_effects_prefetch);
HOOK_EFFECTS(tile_effects_frame);
HOOK_FOLD(lam_fold_dim);
HOOK_VERIFY(lam_verify_group);
HOOK_VERIFY(lam_verify_dim);
HOOK_VERIFY(lam_verify_buffer);
HOOK_VERIFY(lam_verify_launch);
HOOK_EFFECTS(lam_effects_buffer);
HOOK_EFFECTS(lam_effects_launch);

#endif
