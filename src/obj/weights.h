// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights beside the object: the same contents as .lrodata, in a file of their own.
#ifndef OBJ_WEIGHTS_H
#define OBJ_WEIGHTS_H

#include "obj/obj.h"

// Writes weights and footer; returns their hash, which is obj.weights_hash of the object.
u64 obj_weights_write(const struct obj_content *c, struct obj_sink *to);

#endif
