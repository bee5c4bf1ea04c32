// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical forms of every dialect: rules (canonicalize.rules) and C patterns, by dialect. For
// ir_rewrite_greedily.
#ifndef DIALECT_CANONICALIZE_H
#define DIALECT_CANONICALIZE_H

#include "dialect/dialect.h"
#include "ir/rewrite.h"

// All sets; `count` of them.
extern const struct ir_pattern_set *const dialect_canonicalize_sets[];
extern const u32 dialect_canonicalize_num_sets;
// Makes arith.constant, or stablehlo.constant where the user is a stablehlo op.
struct ir_value *dialect_materialize_constant(struct ir_builder *b, const struct ir_op *user,
                                              ir_attr value, ir_type type);
// Folds and canonicalises everything below root. True when something changed.
bool dialect_canonicalize(struct ir_op *root, struct arena *scratch);

// The sets of C patterns (canonicalize_NAME.c).
extern const struct ir_pattern_set dialect_canonicalize_scf, dialect_canonicalize_vector,
	dialect_canonicalize_slice;

#endif
