// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Simplifications of any IR that need no patterns.
#ifndef IR_SIMPLIFY_H
#define IR_SIMPLIFY_H

#include "ir/ir.h"

// Common subexpressions and dead ops below `root`; gives the number of ops removed.
u32 ir_cse(struct ir_op *root, struct arena *scratch);
// Dead ops only.
u32 ir_remove_dead(struct ir_op *root);

#endif
