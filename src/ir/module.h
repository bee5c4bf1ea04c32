// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of a module, for src/ir: ops, blocks and block arguments come from size classes, so what
// is erased is used again. A class holds multiples of 32 bytes up to 640, then powers of two.
#ifndef IR_MODULE_H
#define IR_MODULE_H

#include "ir/ir.h"

void *ir_module_alloc(struct ir_module *m, size_t size);         // zeroed
void ir_module_free(struct ir_module *m, void *p, size_t size);  // the size it was allocated with

// Unhooks every operand and successor of the ops below (ops of `r`'s blocks, nested regions too),
// so that they can be freed in any order.
void ir_region_drop_references(struct ir_region *r);
// Frees blocks and ops whose references were dropped.
void ir_region_free(struct ir_module *m, struct ir_region *r);
void ir_block_free(struct ir_module *m, struct ir_block *b);
void ir_op_drop_references(struct ir_op *op);
void ir_op_free(struct ir_op *op);

#endif
