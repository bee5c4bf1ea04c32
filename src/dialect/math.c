// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// math beyond its lanes (math_scalar.c).
#include "dialect/hooks.h"

// x to the power of 1 is x, and to the power of 0 is 1.
HOOK_FOLD(math_fold_ipowi) {
	i64 exponent;
	if (dialect_attr_int(operands[1], &exponent)) {
		if (exponent == 1)
			return dialect_fold_to_value(results, ir_operand_get(op, 0));
		if (exponent == 0)
			return dialect_fold_to_int(c, op, results, 1);
	}
	return dialect_fold_lanes(c, op, operands, results);
}
