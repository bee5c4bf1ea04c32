// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tile level's passes on the way to machine code. Each works on one func.func.
//
//   distribute         scf.forall over workers -> ranges of a linear index    (distribute.c)
//   tile-to-native     n-D vectors -> native slices                           (native_*.c)
//   expand-math        exp, tanh, ... -> arith                                (expand_math.c)
//   memref-to-address  memrefs -> integer addresses, strength-reduced         (address_*.c)
//   scf-to-cf          structured loops -> blocks                             (scf_to_cf.c)
#ifndef TILE_TILE_H
#define TILE_TILE_H

#include "dialect/dialect.h"

struct tile_machine {
	u32 vector_bytes;      // native vector register
	bool masks;            // predicated loads and stores of any native vector at no cost
};

// Give false after a diagnostic. `scratch` is emptied by the caller.
bool tile_to_native(struct ir_op *func, const struct tile_machine *m, struct arena *scratch);
bool tile_memref_to_address(struct ir_op *func, struct arena *scratch);
bool tile_scf_to_cf(struct ir_op *func, struct arena *scratch);
bool tile_distribute(struct ir_op *func, struct arena *scratch);
bool tile_expand_math(struct ir_op *func, struct arena *scratch);

#endif
