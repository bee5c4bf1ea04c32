// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An op's shape and types against its row: shared by the parser, which must not create what other
// parts cannot handle, and the verifier.
#ifndef IR_SIGNATURE_H
#define IR_SIGNATURE_H

#include "ir/ir.h"

// An op, or one that is about to be made.
struct ir_signature {
	const struct ir_op_info *info;
	u32 num_operands, num_results, num_regions, num_successors;
	const ir_type *operands, *results;  // results: NULL when not known yet
	ir_attr operand_segments, result_segments;
};
typedef void ir_signature_report(void *user, struct str problem);

// Numbers of operands, results, regions, successors, and segment sizes. When this fails nothing
// else may be asked of the op.
bool ir_signature_check_counts(const struct ir_signature *s, ir_signature_report *report,
                               void *user);
// Types against constraints; results only when they are known.
bool ir_signature_check_types(struct ir_context *c, const struct ir_signature *s,
                              ir_signature_report *report, void *user);
// Properties: presence and constraints. `props` has info->num_attrs entries.
bool ir_signature_check_props(struct ir_context *c, const struct ir_op_info *info,
                              const ir_attr *props, ir_signature_report *report, void *user);
// Range of an operand or result group; counts were checked.
struct ir_range ir_signature_group(const struct ir_signature *s, bool result, u32 group);

#endif
