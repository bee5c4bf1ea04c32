// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref-to-address, shared parts: linear forms of addresses and memrefs as base plus strides.
#ifndef TILE_ADDRESS_H
#define TILE_ADDRESS_H

#include "base/map.h"
#include "base/vec.h"
#include "tile/tile.h"

#define ADDRESS_TERMS_MAX 24
#define ADDRESS_RANK_MAX 16

// coefficient * value [* factor]; factor is a run-time stride in bytes, NULL for 1.
struct address_term {
	struct ir_value *value, *factor;
	i64 coefficient;
};
struct address_form {
	i64 constant;
	u32 count;
	struct address_term terms[ADDRESS_TERMS_MAX];
};
struct address_stride {
	struct ir_value *value;  // NULL: `bytes` is constant
	i64 bytes;
};
struct address_memref {
	struct address_form base;
	struct address_stride strides[ADDRESS_RANK_MAX];
	struct ir_value *sizes[ADDRESS_RANK_MAX];  // run-time ones, else NULL
	ir_type type;
	u32 alias;               // number of the root buffer, from 1
};
struct address_access {
	struct ir_op *op;
	struct address_form form;
	u32 alias;
};
struct address_pass {
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;
	struct ir_builder b;
	struct map memrefs;      // value -> struct address_memref *
	struct map forms;        // index value -> struct address_form *
	VEC(struct address_access) accesses;
	VEC(struct ir_op *) dead;
	u32 aliases;
	bool failed;
};

// A term is added, equal ones merged; false when there are too many.
bool address_add(struct address_form *f, struct address_term t);
const struct address_form *address_form_of(struct address_pass *p, struct ir_value *index);
struct ir_value *address_build(struct address_pass *p, const struct address_form *f);  // without its constant
void address_reduce_loops(struct address_pass *p, struct ir_op *func);                 // address_loops.c
void address_rewrite_access(struct address_pass *p, struct address_access *a);

#endif
