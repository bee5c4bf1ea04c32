// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiling rows of op tables into ir_op_info (op_info.c), for the context.
#ifndef IR_OP_INFO_H
#define IR_OP_INFO_H

#include "ir/ir.h"

// Fills in `info` (whose id is set) but for `terminator` and `format`.
void ir_op_info_compile(struct ir_context *c, const struct ir_op_row *row, struct ir_op_info *info);
// What needs all rows: the implicit terminator.
void ir_op_info_link(struct ir_context *c, struct ir_op_info *info);

#endif
