// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tile-to-native, shared parts: how an n-D vector is cut into slices.
//
// A vector of shape [..., n] is cut along its last dim into chunks of `lanes` elements; a slice is one
// chunk at one position of the outer dims, row-major. The last chunk of a line may hold fewer elements
// than lanes (`tail`): its upper lanes are undefined, and never stored or reduced. With n = 1 slices are
// scalars. Lanes are the same for all element types of a function (the widest decides), so that
// slices of operands and results correspond one to one.
#ifndef TILE_NATIVE_H
#define TILE_NATIVE_H

#include "base/map.h"
#include "base/vec.h"
#include "tile/tile.h"

#define NATIVE_SLICES_MAX 256

struct native_shape {
	u32 lines;      // product of the outer dims
	u32 chunks;     // per line
	u32 length;     // elements of a line
	u32 lanes;      // of a full chunk; 1: scalars
	u32 tail_lanes; // vector length of the last chunk (>= its elements)
};

struct native {
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;
	struct ir_builder b;
	struct map slices;      // value -> struct ir_value ** (slices of a vector)
	struct map elements;    // value -> struct ir_value ** (its elements as scalars), where readers want those
	u32 max_lanes;
	const struct tile_machine *machine;
	VEC(struct ir_op *) dead;      // replaced ops, erased last to first when all is lowered
	VEC(struct ir_block *) blocks; // whose cut arguments go then
	bool failed;
};

static inline u32 native_count(struct native_shape s) { return s.lines * s.chunks; }
struct native_shape native_shape_of(const struct native *n, ir_type vector);
// Elements of chunk c that count.
static inline u32 native_active(struct native_shape s, u32 c) {
	return c + 1 < s.chunks ? s.lanes : s.length - c * s.lanes;
}
ir_type native_slice_type(const struct native *n, struct native_shape s, u32 chunk, ir_type element);
bool native_is_cut(const struct native *n, ir_type t);  // a vector that is not itself one native value
struct ir_value **native_slices(struct native *n, struct ir_value *v);  // of an operand already lowered
void native_set(struct native *n, struct ir_value *v, struct ir_value **slices);
struct ir_value *native_element(struct native *n, struct ir_value *v, u32 line, u32 at);  // scalar at a position
struct ir_value *native_splat(struct native *n, struct ir_value *scalar, ir_type type);
struct ir_value *native_build(struct native *n, u16 id, u32 count, struct ir_value *const *operands, ir_type result,
                              const struct ir_named_attr *props, u32 num_props);
// All ones in the first `active` of `lanes` mask bits.
struct ir_value *native_prefix_mask(struct native *n, u32 active, u32 lanes);
void native_fail(struct native *n, struct ir_op *op, const char *why);

// Per kind of op; each sets the slices of the results.
void native_read(struct native *n, struct ir_op *op);           // transfer_read, load, maskedload
void native_write(struct native *n, struct ir_op *op);          // transfer_write, store, maskedstore
void native_broadcast(struct native *n, struct ir_op *op);
void native_shape_cast(struct native *n, struct ir_op *op);
void native_outerproduct(struct native *n, struct ir_op *op);
void native_contract(struct native *n, struct ir_op *op);
void native_reduce(struct native *n, struct ir_op *op);         // reduction, multi_reduction
void native_extract(struct native *n, struct ir_op *op);
void native_insert(struct native *n, struct ir_op *op);
void native_transpose(struct native *n, struct ir_op *op);
void native_create_mask(struct native *n, struct ir_op *op);
void native_strided_slice(struct native *n, struct ir_op *op);  // extract_strided_slice, insert_strided_slice

#endif
