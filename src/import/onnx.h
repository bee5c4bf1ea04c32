// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX models: the file as structures (onnx_read.c), and their translation to stablehlo
// (onnx_import.c and the onnx_ops_*.c behind the operator table onnx_ops.def).
#ifndef IMPORT_ONNX_H
#define IMPORT_ONNX_H

#include "base/file.h"
#include "dialect/dialect.h"

// ---------------------------------------------------------------------------------------------
// The file. Strings and tensor bytes are ranges of the mapped file; lists live in the arena.

enum onnx_type {  // TensorProto.DataType
	ONNX_FLOAT = 1, ONNX_UINT8, ONNX_INT8, ONNX_UINT16, ONNX_INT16, ONNX_INT32, ONNX_INT64, ONNX_STRING, ONNX_BOOL,
	ONNX_FLOAT16, ONNX_DOUBLE, ONNX_UINT32, ONNX_UINT64, ONNX_COMPLEX64, ONNX_COMPLEX128, ONNX_BFLOAT16,
};
struct onnx_ints {
	i64 *data;
	u32 size, cap;
};
struct onnx_reals {
	double *data;
	u32 size, cap;
};
struct onnx_texts {
	struct str *data;
	u32 size, cap;
};
struct onnx_tensor {
	struct str name;
	i32 type;                   // enum onnx_type
	struct onnx_ints dims;
	struct str raw;             // raw_data
	struct onnx_reals floats;   // float_data, double_data
	struct onnx_ints ints;      // int32_data, int64_data, uint64_data
	bool external;
};
struct onnx_dim {
	i64 value;                  // -1 when not known
	struct str param;
};
struct onnx_value_info {
	struct str name;
	i32 elem_type;              // 0 when it is no tensor
	bool has_shape;
	VEC(struct onnx_dim) dims;
};
struct onnx_attribute {
	struct str name, s;
	float f;
	i64 i;
	struct onnx_tensor *t;
	bool has_graph;
	struct onnx_ints ints;
	struct onnx_reals floats;
	struct onnx_texts strings;
};
struct onnx_node {
	struct str name, op_type, domain;
	struct onnx_texts inputs, outputs;
	VEC(struct onnx_attribute) attributes;
};
struct onnx_graph {
	struct str name;
	VEC(struct onnx_node) nodes;
	VEC(struct onnx_tensor) initializers;
	VEC(struct onnx_value_info) inputs;
	VEC(struct onnx_value_info) outputs;
};
struct onnx_model {
	i64 ir_version, opset;      // of the default domain
	struct onnx_graph graph;
};
// False after a diagnostic that says where in the file reading failed.
bool onnx_read(struct arena *a, struct str bytes, struct str file, struct diag_engine *d, struct onnx_model *out);
// A serialized TensorProto alone (test data sets).
bool onnx_read_tensor(struct arena *a, struct str bytes, struct str file, struct diag_engine *d, struct onnx_tensor *out);

// ---------------------------------------------------------------------------------------------
// Import

struct onnx_import_options {
	struct map dims;            // symbol (ir_name) -> fixed size + 1; from --dim
};
// The model as a module with one func.func @main; NULL after diagnostics (all unsupported nodes at
// once). The mapped bytes must outlive the context: weights are ranges of them.
struct ir_module *onnx_import(struct ir_context *c, struct str bytes, struct str file, const struct onnx_import_options *o);
// NULL for a type without an IR counterpart (strings).
ir_type onnx_element_type(struct ir_context *c, i32 type);

// What operator functions work with.
struct onnx_value {
	struct ir_value *value;     // a tensor; made on demand for shape values
	// The contents of small integer tensors of rank 0 or 1, as expressions over symbols; NULL else.
	ir_expr *exprs;
	u32 num_exprs;
	bool scalar;                // rank 0
	ir_type element;            // of exprs
};
struct onnx_importer {
	struct ir_context *context;
	struct ir_module *module;
	struct arena *arena;        // until the end of the import
	struct ir_builder b;
	struct diag_engine *diags;
	struct str file;
	const struct onnx_model *model;
	const struct onnx_import_options *options;
	struct strmap values;       // name -> struct onnx_value *
	const struct onnx_node *node;  // in hand
	bool failed;                // the node in hand
};
typedef void onnx_op_fn(struct onnx_importer *im, const struct onnx_node *n);

// Reports "node 'NAME' (OP): message"; marks the node failed.
void onnx_refuse(struct onnx_importer *im, const char *format, ...) BASE_PRINTF(2, 3);
bool onnx_has_input(const struct onnx_node *n, u32 i);
struct onnx_value *onnx_input(struct onnx_importer *im, u32 i);      // NULL after a diagnostic
struct ir_value *onnx_tensor_input(struct onnx_importer *im, u32 i); // as a tensor; NULL after a diagnostic
bool onnx_shape_input(struct onnx_importer *im, u32 i, ir_expr **out, u32 *n);  // contents known at compile time
bool onnx_ints_input(struct onnx_importer *im, u32 i, i64 **out, u32 *n);       // ... and constant
void onnx_output(struct onnx_importer *im, u32 i, struct ir_value *v);
void onnx_output_exprs(struct onnx_importer *im, u32 i, ir_expr *exprs, u32 n, bool scalar, ir_type element);
const struct onnx_attribute *onnx_attr(const struct onnx_node *n, const char *name);
i64 onnx_attr_int(const struct onnx_node *n, const char *name, i64 otherwise);
float onnx_attr_float(const struct onnx_node *n, const char *name, float otherwise);
struct str onnx_attr_string(const struct onnx_node *n, const char *name);  // empty when absent

// Builders of stablehlo.
struct ir_value *onnx_build(struct onnx_importer *im, u16 id, u32 n, struct ir_value *const *operands, ir_type result,
                            const struct ir_named_attr *props, u32 num_props);
struct ir_value *onnx_unary(struct onnx_importer *im, u16 id, struct ir_value *x);
struct ir_value *onnx_binary(struct onnx_importer *im, u16 id, struct ir_value *x, struct ir_value *y);  // numpy broadcasting
struct ir_value *onnx_splat(struct onnx_importer *im, ir_type element, double v);      // rank 0 constant
struct ir_value *onnx_constant_like(struct onnx_importer *im, struct ir_value *x, double v);  // x's shape
struct ir_value *onnx_broadcast(struct onnx_importer *im, struct ir_value *x, u32 rank, const ir_expr *dims, const i64 *where);
struct ir_value *onnx_reshape(struct onnx_importer *im, struct ir_value *x, u32 rank, const ir_expr *dims);
struct ir_value *onnx_transpose(struct onnx_importer *im, struct ir_value *x, const i64 *permutation);
struct ir_value *onnx_dense(struct onnx_importer *im, ir_type tensor, const void *data);
struct ir_value *onnx_reduce(struct onnx_importer *im, u16 combiner, struct ir_value *x, u32 mask, double init, bool keep);
ir_type onnx_tensor_type(struct onnx_importer *im, u32 rank, const ir_expr *dims, ir_type element);
static inline ir_expr onnx_const(struct onnx_importer *im, i64 v) { return ir_expr_const(im->context, v); }

#define ONNX_OP(name, since, fn) onnx_op_fn fn;
#include "import/onnx_ops.def"
#undef ONNX_OP

#endif
