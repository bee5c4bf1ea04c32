// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The context's inside, for src/ir only. Everything interned lives in one arena behind one
// recursive lock. Interned things never move and never change, so readers take no lock; names are
// kept in blocks of doubling size for the same reason.
#ifndef IR_CONTEXT_H
#define IR_CONTEXT_H

#include <pthread.h>

#include "ir/ir.h"

enum { IR_NAME_BLOCKS = 22, IR_NAME_BLOCK_FIRST = 512, IR_INT_WIDTHS = 65 };
_Static_assert((int)IR_KNOWN_NAME_COUNT <= (int)IR_NAME_BLOCK_FIRST,
               "known names fit the first block");

struct ir_symbol_bounds {
	i64 min, max;
};

struct ir_context {
	struct arena arena;
	struct arena scratch;  // of the function that ir_context_guarded runs
	pthread_mutex_t lock;  // recursive: making a type may intern its size expressions
	struct diag_engine diags;

	struct strmap name_ids;
	struct str *name_blocks[IR_NAME_BLOCKS];
	u32 num_names;

	struct intern types, attrs, exprs;
	struct map symbol_bounds;  // ir_name -> struct ir_symbol_bounds *
	struct strmap blobs;

	// Made with the context, so that asking for them takes no lock.
	ir_type none, index, ints[IR_INT_WIDTHS], floats[IR_TYPE_F64 - IR_TYPE_F4E2M1FN + 1];
	ir_attr unit, boolean[2], loc_unknown;
	ir_expr small_consts[257];  // -128..128

	const struct ir_op_info *ops;
	u32 num_ops;
	struct strmap op_ids;
};

// Runs fn under the lock, with c->scratch to use freely; a failure inside (memory, a CHECK)
// releases both on its way out.
void ir_context_guarded(struct ir_context *c, void (*fn)(struct ir_context *c, void *user),
                        void *user);
// The entry equal to `probe`, or the one that `make` copies from it into the context's arena.
typedef void *ir_intern_make_fn(struct ir_context *c, const void *probe);
void *ir_intern(struct ir_context *c, struct intern *t, u64 hash, intern_equal_fn *equal,
                const void *probe, ir_intern_make_fn *make);

void ir_types_init(struct ir_context *c);
void ir_attrs_init(struct ir_context *c);
void ir_exprs_init(struct ir_context *c);

// The hash of what an interned pointer stands for; 0 for NULL.
#define IR_HASH_ID(p, seed) base_hash_u64((p) ? (u64)(p)->id + 1 : 0, (seed))

#endif
