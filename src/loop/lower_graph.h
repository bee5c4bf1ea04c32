// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// stablehlo -> linalg and tensor ops in destination-passing form.
#ifndef LOOP_LOWER_GRAPH_H
#define LOOP_LOWER_GRAPH_H

#include "dialect/dialect.h"

struct lower_graph {
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;
	struct ir_builder b;
	bool failed;
};

// A linalg.generic under construction: operands with their maps, iterator kinds, then the body.
#define LOWER_DIMS_MAX 16
struct lower_nest {
	u32 num_dims;
	u32 reduction;                      // bit set of dims
	u32 num_inputs;
	struct ir_value *inputs[8];
	ir_attr maps[9];                    // inputs, then the output
	struct ir_value *init;              // output's initial value
};
// The body's builder: args are the inputs' elements, then the accumulator; gives the new element.
typedef struct ir_value *lower_body_fn(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user);

struct ir_value *lower_build_generic(struct lower_graph *l, const struct lower_nest *n, lower_body_fn *body, const void *user);
struct ir_value *lower_empty(struct lower_graph *l, ir_type tensor);
struct ir_value *lower_filled(struct lower_graph *l, ir_type tensor, struct ir_value *scalar);
ir_attr lower_map(struct lower_graph *l, u32 num_dims, u32 n, const ir_expr *results);
ir_attr lower_identity(struct lower_graph *l, u32 n);
void lower_refuse(struct lower_graph *l, struct ir_op *op, const char *why);

struct ir_value *lower_elementwise(struct lower_graph *l, struct ir_op *op);      // lower_graph_scalar.c
// One scalar op of a body (reduction regions, element-wise ops): NULL when there is no lowering.
struct ir_value *lower_scalar(struct lower_graph *l, struct ir_builder *b, struct ir_op *op, struct ir_value *const *args);
struct ir_value *lower_dot_general(struct lower_graph *l, struct ir_op *op);      // lower_graph_contract.c
struct ir_value *lower_convolution(struct lower_graph *l, struct ir_op *op);
struct ir_value *lower_reduce(struct lower_graph *l, struct ir_op *op);           // lower_graph_reduce.c
struct ir_value *lower_reduce_window(struct lower_graph *l, struct ir_op *op);
struct ir_value *lower_padded(struct lower_graph *l, struct ir_value *v, const i64 *low, const i64 *high, struct ir_value *fill);

// The whole function; false after diagnostics.
bool loop_lower_graph(struct ir_op *func, struct arena *scratch);

#endif
