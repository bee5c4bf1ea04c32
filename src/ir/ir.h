// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The IR: MLIR's own model in C. Operations with operands, results, attributes, successors and
// regions; blocks with arguments; interned types, attributes and names. It prints as MLIR text.
//
// Ownership and lifetimes
//   context   types, attributes, names, op tables; interned, immutable once made, freed together.
//             Interning takes the context's lock, so kernels may compile in parallel; reading
//             interned things takes none.
//   module    ops, blocks, values. One allocation an op: operands, results, successors, regions
//             and properties trail it. Erased ops go to the module's size-class free lists.
//             One module, one thread at a time.
//   pass      scratch arena, given to each pass, emptied after it.
//
// Handles: ir_type, ir_attr, ir_expr are pointers to immutable interned data, compared by ==.
// Names (op attribute names, dialect names, symbols) are small integers, ir_name; the well-known
// ones are enumerators from ir/name.def, so `NAME_value` needs no lookup.
#ifndef IR_IR_H
#define IR_IR_H

#include "base/bitset.h"
#include "base/diag.h"
#include "base/map.h"

struct ir_context;
struct ir_module;
struct ir_op;
struct ir_block;
struct ir_region;
struct ir_value;
struct ir_op_info;
struct ir_blob;
struct ir_parser;
struct ir_printer;

typedef const struct ir_type *ir_type;
typedef const struct ir_attr *ir_attr;
typedef const struct ir_expr *ir_expr;
typedef u32 ir_name;  // 0 is "no name"

// ---------------------------------------------------------------------------------------------
// Names

enum ir_known_name {
	NAME_none,
#define NAME(id) NAME_##id,
#include "ir/name.def"
#undef NAME
	IR_KNOWN_NAME_COUNT
};
ir_name ir_name_get(struct ir_context *c, struct str text);
struct str ir_name_str(const struct ir_context *c, ir_name n);

// ---------------------------------------------------------------------------------------------
// Integer expressions. One kind serves affine maps (DIM, SYM are positional) and symbolic sizes
// (NAMED symbols with bounds). Kept canonical on construction: constants folded, sums and products
// flattened and sorted by a stable order, x*c + x*d merged, floordiv/mod of exact multiples
// removed; so equal polynomials are one pointer.

enum ir_expr_kind {
	IR_EXPR_CONST, IR_EXPR_DIM, IR_EXPR_SYM, IR_EXPR_NAMED,
	IR_EXPR_ADD, IR_EXPR_MUL, IR_EXPR_FLOORDIV, IR_EXPR_CEILDIV, IR_EXPR_MOD, IR_EXPR_MIN, IR_EXPR_MAX,
};
struct ir_expr {
	enum ir_expr_kind kind;
	u32 id;          // creation order in the context: stable for one input
	i64 value;       // CONST: the value; DIM, SYM: the position; NAMED: the ir_name
	ir_expr lhs, rhs;
};
ir_expr ir_expr_const(struct ir_context *c, i64 value);
ir_expr ir_expr_dim(struct ir_context *c, u32 position);
ir_expr ir_expr_sym(struct ir_context *c, u32 position);
ir_expr ir_expr_named(struct ir_context *c, ir_name symbol);
ir_expr ir_expr_binary(struct ir_context *c, enum ir_expr_kind kind, ir_expr lhs, ir_expr rhs);
static inline bool ir_expr_is_const(ir_expr e) { return e->kind == IR_EXPR_CONST; }
// Replaces DIM i by dims[i], SYM i by syms[i] (either array may be NULL: left alone), and NAMED
// symbols found in `named` (name -> ir_expr pointer; may be NULL).
ir_expr ir_expr_substitute(struct ir_context *c, ir_expr e, const ir_expr *dims, const ir_expr *syms,
                           const struct map *named);
// The value with dims/syms/named values bound; false when a symbol has no value, on division by
// zero or overflow.
bool ir_expr_evaluate(ir_expr e, const i64 *dims, const i64 *syms, const struct map *named, i64 *out);
// Bounds over the bounds of its named symbols (ir_symbol_bounds); false when unbounded.
bool ir_expr_bounds(struct ir_context *c, ir_expr e, i64 *min, i64 *max);
bool ir_expr_is_multiple_of(ir_expr e, i64 factor);  // proven, else false
// lhs <= rhs for every value of the symbols within their bounds: proven, else false.
bool ir_expr_provably_le(struct ir_context *c, ir_expr lhs, ir_expr rhs);
bool ir_expr_uses_dim(ir_expr e, u32 position);
void ir_expr_print(const struct ir_context *c, ir_expr e, struct strbuf *out);  // affine syntax + min/max
ir_expr ir_expr_parse(struct ir_context *c, struct str text);  // NULL when malformed; names become NAMED
// Named symbols live in the context with bounds; default 0..2^31-1.
void ir_symbol_set_bounds(struct ir_context *c, ir_name symbol, i64 min, i64 max);
void ir_symbol_get_bounds(struct ir_context *c, ir_name symbol, i64 *min, i64 *max);

// ---------------------------------------------------------------------------------------------
// Types

enum ir_type_kind {
	IR_TYPE_NONE, IR_TYPE_INDEX, IR_TYPE_INTEGER,
	// floats, in this order (ir_type_is_float tests the range)
	IR_TYPE_F4E2M1FN, IR_TYPE_F6E2M3FN, IR_TYPE_F6E3M2FN, IR_TYPE_F8E3M4, IR_TYPE_F8E4M3, IR_TYPE_F8E4M3FN,
	IR_TYPE_F8E4M3FNUZ, IR_TYPE_F8E4M3B11FNUZ, IR_TYPE_F8E5M2, IR_TYPE_F8E5M2FNUZ, IR_TYPE_F8E8M0FNU,
	IR_TYPE_BF16, IR_TYPE_F16, IR_TYPE_TF32, IR_TYPE_F32, IR_TYPE_F64,
	IR_TYPE_COMPLEX, IR_TYPE_VECTOR, IR_TYPE_TENSOR, IR_TYPE_UNRANKED_TENSOR, IR_TYPE_MEMREF, IR_TYPE_UNRANKED_MEMREF,
	IR_TYPE_FUNCTION, IR_TYPE_TUPLE,
	IR_TYPE_DIALECT,  // !dialect.name<params>, e.g. !stablehlo.token, !quant.uniform<...>, !tile.token
};
enum ir_signedness { IR_SIGNLESS, IR_SIGNED, IR_UNSIGNED };
#define IR_DYNAMIC INT64_MIN  // a dimension, stride or offset known only at run time

struct ir_type {
	u8 kind;               // enum ir_type_kind
	u8 signedness;         // INTEGER
	u16 rank;              // VECTOR, TENSOR, MEMREF
	u32 width;             // INTEGER: bits
	u32 id;                // creation order
	u32 num_inputs, num_results;  // FUNCTION; TUPLE uses num_inputs
	ir_type element;       // COMPLEX, VECTOR, TENSOR, MEMREF and unranked ones
	const i64 *shape;      // rank entries, IR_DYNAMIC for `?`
	const u8 *scalable;    // VECTOR: rank flags, NULL when none
	// TENSOR: the encoding. A string attribute "N,S*2+1" names the sizes of the `?` dimensions in
	// order (mlir-opt reads it); ir_type_dim gives them as expressions. NULL when absent.
	ir_attr encoding;
	const ir_expr *dims;   // TENSOR: rank entries parsed from shape and encoding; unnamed `?` is NULL
	ir_attr layout;        // MEMREF: strided<[...], offset: o> or an affine_map; NULL is identity
	ir_attr memory_space;  // MEMREF: NULL, a string ("sram") or an integer
	const ir_type *types;  // FUNCTION: inputs then results; TUPLE: elements
	ir_name dialect, name; // DIALECT
	struct str body;       // DIALECT: text between < and >, verbatim without outer blanks
};

ir_type ir_type_none(struct ir_context *c);
ir_type ir_type_index(struct ir_context *c);
ir_type ir_type_integer(struct ir_context *c, u32 width, enum ir_signedness s);
static inline ir_type ir_type_int(struct ir_context *c, u32 width) { return ir_type_integer(c, width, IR_SIGNLESS); }
ir_type ir_type_float(struct ir_context *c, enum ir_type_kind kind);
ir_type ir_type_complex(struct ir_context *c, ir_type element);
ir_type ir_type_vector(struct ir_context *c, u32 rank, const i64 *shape, const u8 *scalable, ir_type element);
ir_type ir_type_tensor(struct ir_context *c, u32 rank, const i64 *shape, ir_type element, ir_attr encoding);
// A tensor whose sizes are expressions: constants become static, others `?` named in the encoding.
ir_type ir_type_tensor_dims(struct ir_context *c, u32 rank, const ir_expr *dims, ir_type element);
ir_type ir_type_memref(struct ir_context *c, u32 rank, const i64 *shape, ir_type element, ir_attr layout, ir_attr space);
ir_type ir_type_function(struct ir_context *c, u32 num_inputs, const ir_type *inputs, u32 num_results, const ir_type *results);
ir_type ir_type_tuple(struct ir_context *c, u32 n, const ir_type *elements);
ir_type ir_type_unranked(struct ir_context *c, enum ir_type_kind kind, ir_type element, ir_attr space);
ir_type ir_type_dialect(struct ir_context *c, ir_name dialect, ir_name name, struct str body);

static inline bool ir_type_is(ir_type t, enum ir_type_kind k) { return t->kind == k; }
static inline bool ir_type_is_float(ir_type t) { return t->kind >= IR_TYPE_F4E2M1FN && t->kind <= IR_TYPE_F64; }
static inline bool ir_type_is_int(ir_type t, u32 width) { return t->kind == IR_TYPE_INTEGER && t->width == width; }
static inline bool ir_type_is_int_or_index(ir_type t) { return t->kind == IR_TYPE_INTEGER || t->kind == IR_TYPE_INDEX; }
static inline bool ir_type_is_shaped(ir_type t) { return t->kind >= IR_TYPE_VECTOR && t->kind <= IR_TYPE_UNRANKED_MEMREF; }
static inline bool ir_type_is_ranked(ir_type t) {
	return t->kind == IR_TYPE_VECTOR || t->kind == IR_TYPE_TENSOR || t->kind == IR_TYPE_MEMREF;
}
static inline ir_type ir_type_element(ir_type t) { return ir_type_is_shaped(t) || t->kind == IR_TYPE_COMPLEX ? t->element : t; }
// The element type of a shaped type, else the type itself (complex stays complex).
static inline ir_type ir_type_scalar(ir_type t) { return ir_type_is_shaped(t) ? t->element : t; }
bool ir_type_has_static_shape(ir_type t);
i64 ir_type_num_elements(ir_type t);  // static shapes only (CHECKed), scalable dims counted as if vscale = 1
u32 ir_type_bits(ir_type t);          // width of a scalar type; index is 64, complex twice its element
u64 ir_type_bytes(ir_type element);   // bytes of one element in memory: i1, i2, i4, f4 take one byte each
ir_type ir_type_with_element(struct ir_context *c, ir_type shaped_or_scalar, ir_type element);
ir_type ir_type_with_shape(struct ir_context *c, ir_type shaped, u32 rank, const i64 *shape);  // drops encoding/layout
// Offset and strides (in elements) of a memref; false when its layout is no strided form.
bool ir_memref_strides(ir_type memref, i64 *strides, i64 *offset);

// ---------------------------------------------------------------------------------------------
// Attributes

enum ir_attr_kind {
	IR_ATTR_UNIT, IR_ATTR_INTEGER /* also bool as i1 */, IR_ATTR_FLOAT, IR_ATTR_STRING, IR_ATTR_SYMBOL, IR_ATTR_TYPE,
	IR_ATTR_ARRAY, IR_ATTR_DICT, IR_ATTR_DENSE_ARRAY, IR_ATTR_DENSE_ELEMENTS, IR_ATTR_DENSE_RESOURCE, IR_ATTR_AFFINE_MAP,
	IR_ATTR_STRIDED_LAYOUT, IR_ATTR_DIALECT,
	IR_ATTR_LOC_UNKNOWN, IR_ATTR_LOC_FILE, IR_ATTR_LOC_NAME, IR_ATTR_LOC_FUSED, IR_ATTR_LOC_CALLSITE,
};
struct ir_named_attr {
	ir_name name;
	ir_attr value;
};
struct ir_attr {
	u8 kind;             // enum ir_attr_kind
	bool splat;          // DENSE_ELEMENTS: `data` holds one element
	u32 id;              // creation order
	u32 count;           // ARRAY, DICT, SYMBOL (path), DENSE_ARRAY elements, LOC_FUSED; AFFINE_MAP results
	u32 num_dims, num_syms;  // AFFINE_MAP
	u32 line, column;    // LOC_FILE
	ir_type type;        // INTEGER, FLOAT, DENSE_*: type; TYPE: the value; DENSE_ARRAY: element type
	union {
		i64 integer;     // INTEGER: sign-extended from its width (zero-extended when unsigned)
		double real;     // FLOAT: rounded to its type
		i64 offset;      // STRIDED_LAYOUT
	};
	struct str text;     // STRING, LOC_FILE (file), LOC_NAME (name), DIALECT: body text
	const u8 *data;      // DENSE_ARRAY, DENSE_ELEMENTS: elements, little-endian, ir_type_bytes each
	size_t data_size;
	const ir_attr *elements;           // ARRAY, LOC_FUSED, LOC_CALLSITE (callee, caller); LOC_NAME: [0] child or NULL
	const struct ir_named_attr *entries; // DICT: sorted by name text; DIALECT: named parameters when parsed
	const ir_name *path;               // SYMBOL: @root::@leaf
	const ir_expr *exprs;              // AFFINE_MAP results
	const i64 *strides;                // STRIDED_LAYOUT: count entries
	ir_name dialect, name;             // DIALECT: #dialect.name<...>
	struct ir_blob *blob;              // DENSE_RESOURCE
};

ir_attr ir_attr_unit(struct ir_context *c);
ir_attr ir_attr_bool(struct ir_context *c, bool v);
ir_attr ir_attr_integer(struct ir_context *c, ir_type type, i64 v);
static inline ir_attr ir_attr_i64(struct ir_context *c, i64 v) { return ir_attr_integer(c, ir_type_int(c, 64), v); }
ir_attr ir_attr_float(struct ir_context *c, ir_type type, double v);
ir_attr ir_attr_string(struct ir_context *c, struct str s);
ir_attr ir_attr_symbol(struct ir_context *c, u32 n, const ir_name *path);
ir_attr ir_attr_type(struct ir_context *c, ir_type t);
ir_attr ir_attr_array(struct ir_context *c, u32 n, const ir_attr *elements);
ir_attr ir_attr_dict(struct ir_context *c, u32 n, const struct ir_named_attr *entries);  // sorts; duplicate names are CHECKed
ir_attr ir_attr_dense_array(struct ir_context *c, ir_type element, u32 n, const void *data);
ir_attr ir_attr_i64_array(struct ir_context *c, u32 n, const i64 *values);    // array<i64: ...>
ir_attr ir_attr_i32_array(struct ir_context *c, u32 n, const i32 *values);    // array<i32: ...>
ir_attr ir_attr_dense(struct ir_context *c, ir_type shaped, const void *data, size_t size, bool splat);  // copies
ir_attr ir_attr_dense_resource(struct ir_context *c, ir_type shaped, struct ir_blob *blob);
ir_attr ir_attr_affine_map(struct ir_context *c, u32 num_dims, u32 num_syms, u32 n, const ir_expr *results);
ir_attr ir_attr_identity_map(struct ir_context *c, u32 rank);
ir_attr ir_attr_strided(struct ir_context *c, u32 rank, const i64 *strides, i64 offset);
ir_attr ir_attr_dialect(struct ir_context *c, ir_name dialect, ir_name name, struct str body, u32 n, const struct ir_named_attr *params);
ir_attr ir_loc_unknown(struct ir_context *c);
ir_attr ir_loc_file(struct ir_context *c, struct str file, u32 line, u32 column);
ir_attr ir_loc_name(struct ir_context *c, struct str name, ir_attr child);  // child may be NULL
ir_attr ir_loc_fused(struct ir_context *c, u32 n, const ir_attr *locs);     // drops unknowns and repeats
ir_attr ir_loc_callsite(struct ir_context *c, ir_attr callee, ir_attr caller);
struct diag_loc ir_loc_diag(ir_attr loc);  // first file position and first name found

ir_attr ir_dict_get(ir_attr dict, ir_name name);  // NULL when absent; dict may be NULL
i64 ir_attr_array_int(ir_attr a, u32 i);          // ARRAY of INTEGER, integer DENSE_ARRAY or DENSE_ELEMENTS (splat too)
double ir_dense_get_float(ir_attr dense, u64 i);  // float DENSE_ELEMENTS
i64 ir_dense_get_int(ir_attr dense, u64 i);
u64 ir_dense_count(ir_attr dense);
// Converts one element between its in-memory bytes and double / i64; rounding to nearest even.
double ir_element_load_float(ir_type element, const void *p);
void ir_element_store_float(ir_type element, void *p, double v);
i64 ir_element_load_int(ir_type element, const void *p);
void ir_element_store_int(ir_type element, void *p, i64 v);

// Bytes of a constant too large to intern: a range of a mapped file, or owned bytes. Prints as
// dense_resource<name>. Blobs live with the context; `data` stays valid as long.
struct ir_blob {
	ir_name name;
	const u8 *data;
	u64 size;
	u32 align;
	u64 hash;       // of the contents; 0 until ir_blob_hash computed it
};
struct ir_blob *ir_blob_create(struct ir_context *c, struct str name, const u8 *data, u64 size, u32 align);  // renamed on clash
struct ir_blob *ir_blob_find(struct ir_context *c, struct str name);
u64 ir_blob_hash(struct ir_blob *b);

// ---------------------------------------------------------------------------------------------
// Operation tables. A dialect is one .def file of OP rows (dialect/NAME.def); everything about an
// op is a column of its row. Signature and format are compiled when the context is created (op_info.c)
// and checked there: a wrong row fails every test at once.
//
// Signature:  "(lhs: $T, rhs: $T) -> (result: $T)"  with constraints after `where`:
//   "(cond: i1_like, a: $T, b: $T) -> ($T)", "(base: memref, idx: index*) -> (result: element(base))",
//   "(lb: $I, ub: $I, step: $I, inits: any*) -> (results: any*) where I: int_or_index"
//   name: CONSTRAINT with suffix `*` variadic, `?` optional. CONSTRAINT is `$X` (a type variable, the
//   same type wherever it stands) or a named constraint (ir/constraint.def). More than one variadic or
//   optional group makes operandSegmentSizes/resultSegmentSizes a property.
// Attributes: "value: typed, fastmath: fastmath = none, static_offsets: i64_array, sym_visibility: string?"
//   (the op's inherent attributes = properties, in order; `?` optional; `= text` default, elided).
// Format: MLIR's declarative assembly format (literals in backquotes, $operand, $attr, $region,
//   $successor, type($x), functional-type(operands, results), attr-dict, attr-dict-with-keyword,
//   optional groups `( ... ^ )?`, custom<Name>($a, ...)). NULL: only the generic form, or the hooks.

enum ir_trait {
	IR_PURE = 1 << 0,            // no effects, no undefined behaviour: may be erased, hoisted, duplicated
	IR_COMMUTATIVE = 1 << 1,
	IR_TERMINATOR = 1 << 2,
	IR_SYMBOL = 1 << 3,          // has sym_name
	IR_SYMBOL_TABLE = 1 << 4,
	IR_ISOLATED = 1 << 5,        // regions see no outer values
	IR_CONSTANT = 1 << 6,        // one result given by property `value`
	IR_ELEMENTWISE = 1 << 7,     // scalar, vector or tensor, lane by lane
	IR_SINGLE_BLOCK = 1 << 8,
	IR_NO_TERMINATOR = 1 << 9,
	IR_IMPLICIT_TERMINATOR = 1 << 10,  // the custom form may omit an operand-less `terminator`
	IR_RETURN_LIKE = 1 << 11,
	IR_LOOP_LIKE = 1 << 12,
	IR_CONVERGENT = 1 << 13,
	IR_IDEMPOTENT = 1 << 14,
	IR_RECURSIVE_EFFECTS = 1 << 15,   // effects are those of the regions
	IR_DESTINATION_STYLE = 1 << 16,   // operand group `outs` ties to results in order
	IR_SAME_SHAPE = 1 << 17,          // operands and results have one shape
	IR_SPECULATABLE = 1 << 18,        // effects-free and defined for all inputs though not foldable (implied by PURE)
	IR_AFFINE_SCOPE = 1 << 19,
};

enum ir_effect { IR_EFFECT_READ = 1, IR_EFFECT_WRITE = 2, IR_EFFECT_ALLOC = 4, IR_EFFECT_FREE = 8 };
// One memory effect of an op: on the memory behind `value`, or on the named resource (NAME_memory
// for "any memory", NAME_state, ...) when value is NULL.
struct ir_effect_on {
	u8 effect;  // enum ir_effect bits
	struct ir_value *value;
	ir_name resource;
};

struct ir_builder;
struct ir_fold_result {      // one per result: either an attribute or an existing value
	ir_attr attr;
	struct ir_value *value;
};
struct ir_cost {
	double flops, bytes_read, bytes_written;
};
struct eval;        // dialect/eval.h
struct eval_value;

// One element of a scalar type: integers sign-extended from their width, floats as the double that
// the type represents exactly.
union ir_scalar {
	i64 i;
	double f;
};
struct ir_lane {
	ir_type in, out;    // element types of operand 0 and result 0
	i64 predicate;      // the property `predicate` of cmpi/cmpf
};

struct ir_op_hooks {
	// Tries to fold. operands[i] is the constant attribute of operand i or NULL. Returns true with
	// one entry a result, or (in place) true with results untouched after changing the op.
	bool (*fold)(struct ir_context *c, struct ir_op *op, const ir_attr *operands, struct ir_fold_result *results);
	// Result types from operands and properties (and regions); false after a diagnostic.
	bool (*infer)(struct ir_context *c, struct ir_op *op, ir_type *results);
	bool (*verify)(struct ir_context *c, struct ir_op *op, struct diag_engine *d);  // beyond the signature
	bool (*parse)(struct ir_parser *p, struct ir_op **out);  // custom form the format cannot say
	void (*print)(struct ir_printer *p, struct ir_op *op);
	// Appends effects; NULL with IR_PURE means none, NULL without it means "anything".
	void (*effects)(struct ir_op *op, struct arena *a, struct ir_effect_on **list, u32 *count);
	// One evaluation (dialect/eval.h); false after a diagnostic. NULL when INTERP=0.
	bool (*eval)(struct eval *e, struct ir_op *op, const struct eval_value *operands, struct eval_value *results);
	// Element-wise ops: the results of one lane, so that constant folding, evaluation and fuzzing
	// share one definition. False when the lane's result is undefined (division by zero, ...).
	bool (*scalar)(const struct ir_lane *lane, const union ir_scalar *in, union ir_scalar *out);
	struct ir_cost (*cost)(struct ir_op *op);
	// Printed names, as MLIR's OpAsmOpInterface gives them; all may be NULL. They have no meaning.
	const char *result_names;    // "base_buffer, offset": name of result i; "" or past the end: %N. Constants need none
	const char *arg_names;       // "in, out": entry block arguments tied to the first operand group, and the others
	const char *default_dialect; // ops of this dialect need no prefix inside the regions ("func")
	// Destination-passing/tiling interface and sharding rule: tables of functions that later levels
	// define (loop/tiling.h, spmd/factors.h); opaque here.
	const struct loop_tiling *tiling;
	const struct spmd_factors *sharding;
};

// A row of a dialect's .def, before compilation.
struct ir_op_row {
	const char *dialect, *name;
	const char *signature, *attrs, *regions, *successors, *format;
	u32 traits;
	const char *terminator;  // of IMPLICIT_TERMINATOR, e.g. "scf.yield"
	const char *doc;
	struct ir_op_hooks hooks;
};

struct ir_group_info {     // an operand or result group of the signature
	ir_name name;
	u8 arity;              // 0 single, 1 optional, 2 variadic
	u16 constraint;        // enum ir_constraint (ir/constraint.def)
	u16 variable;          // 1-based type variable, 0 none
	u16 of;                // constraint argument: index of the group it refers to, UINT16_MAX none
};
struct ir_attr_info {
	ir_name name;
	u16 constraint;        // enum ir_attr_constraint
	bool optional;
	ir_attr default_value; // NULL none
};
struct ir_op_info {
	u16 id;                // index in the table: enum op_id (dialect/dialect.h)
	ir_name dialect, name; // "arith", "arith.addf"
	struct str full_name;
	u32 traits;
	const struct ir_op_row *row;
	u16 num_operand_groups, num_result_groups, num_attrs, num_regions, num_successors;
	bool variadic_regions, variadic_successors;
	bool operand_segments, result_segments;  // has the segment-size property (last attrs)
	const struct ir_group_info *operands, *results;
	const struct ir_attr_info *attrs;   // properties, in order; segment sizes last
	const ir_name *region_names, *successor_names;
	const struct ir_op_info *terminator;
	const void *format;    // compiled (ir/format.c)
};

// ---------------------------------------------------------------------------------------------
// Values, operations, blocks, regions

struct ir_operand {
	struct ir_value *value;
	struct ir_op *owner;
	struct ir_operand *next;   // next use of the same value
	struct ir_operand **link;  // what points at this use
};
struct ir_value {
	ir_type type;
	struct ir_operand *uses;   // most recent first
	union {
		struct ir_op *op;      // results
		struct ir_block *block;  // block arguments
	};
	u32 index;                 // result or argument number
	bool is_argument;
};
struct ir_region {
	struct ir_op *op;          // owner
	struct ir_block *first, *last;
};
struct ir_block {
	struct ir_region *region;
	struct ir_block *prev, *next;
	struct ir_op *first, *last;
	struct ir_value **args;    // each argument is its own allocation, so arguments may be added and removed
	u32 num_args, cap_args;
	bool order_valid;
	struct ir_block_ref *preds;  // successor slots that point here
};
struct ir_block_ref {          // a successor slot of a terminator
	struct ir_block *block;
	struct ir_op *owner;
	struct ir_block_ref *next;
	struct ir_block_ref **link;
};
struct ir_op {
	const struct ir_op_info *info;
	struct ir_module *module;
	struct ir_block *block;    // NULL for a detached op and for the module op
	struct ir_op *prev, *next;
	ir_attr loc;               // never NULL
	ir_attr attrs;             // discardable attributes: DICT or NULL
	u32 num_operands, num_results, num_regions, num_successors;
	u32 order;                 // position in the block when block->order_valid
	u32 alloc_size;
	struct ir_operand *operands;
	struct ir_value *results;
	struct ir_block_ref *successors;  // operands of successors are op operands, by segment (as in MLIR)
	struct ir_region *regions;
	ir_attr *props;            // info->num_attrs entries, NULL when absent
};
struct ir_module {
	struct ir_context *context;
	struct arena arena;
	struct arena scratch;      // of src/ir's own functions, between a save and a restore
	struct ir_op *op;          // builtin.module
	void *free_lists[32];      // erased ops by size class
};

// ---------------------------------------------------------------------------------------------
// Context and modules

struct ir_context *ir_context_create(void);   // NULL when memory is exhausted
void ir_context_destroy(struct ir_context *c);
struct diag_engine *ir_diags(struct ir_context *c);
struct arena *ir_context_arena(struct ir_context *c);  // hold the lock (ir_context_lock) while allocating
void ir_context_lock(struct ir_context *c);
void ir_context_unlock(struct ir_context *c);
// Compiles rows into op infos; rows are static data and get ids in order (dialect/dialect.h keeps
// the enum beside them). Called once, before any IR is made.
void ir_context_register_ops(struct ir_context *c, const struct ir_op_row *rows, u32 count);
const struct ir_op_info *ir_op_info_get(struct ir_context *c, u16 id);
const struct ir_op_info *ir_op_info_find(struct ir_context *c, struct str full_name);
u32 ir_op_info_count(struct ir_context *c);

struct ir_module *ir_module_create(struct ir_context *c);  // with an empty builtin.module
void ir_module_destroy(struct ir_module *m);
struct ir_block *ir_module_body(struct ir_module *m);
struct ir_op *ir_symbol_find(struct ir_op *table, ir_name symbol);  // first op of that sym_name directly inside
ir_name ir_symbol_of(struct ir_op *op);                              // its sym_name, 0 when none
ir_name ir_symbol_unique(struct ir_op *table, struct str wish);      // wish, wish_0, ...

// ---------------------------------------------------------------------------------------------
// Creating and changing operations

struct ir_op_desc {           // what ir_op_create takes; zero-initialise and fill in what is needed
	const struct ir_op_info *info;
	ir_attr loc;              // NULL: unknown
	u32 num_operands, num_results, num_regions, num_successors, num_props, num_attrs;
	struct ir_value *const *operands;
	const ir_type *results;
	struct ir_block *const *successors;
	const struct ir_named_attr *props;   // by name; unset ones get their default or NULL
	const struct ir_named_attr *attrs;   // discardable
};
struct ir_op *ir_op_create(struct ir_module *m, const struct ir_op_desc *d);  // detached
void ir_op_insert_before(struct ir_op *op, struct ir_op *before);
void ir_op_insert_after(struct ir_op *op, struct ir_op *after);
void ir_op_append(struct ir_block *b, struct ir_op *op);
void ir_op_remove(struct ir_op *op);          // detaches, keeps it
void ir_op_erase(struct ir_op *op);           // results must be unused; erases nested regions too
void ir_op_replace(struct ir_op *op, struct ir_value *const *values);  // all uses, then erases
void ir_op_set_operand(struct ir_op *op, u32 i, struct ir_value *v);
void ir_op_set_successor(struct ir_op *op, u32 i, struct ir_block *b);
void ir_op_set_prop(struct ir_op *op, ir_name name, ir_attr value);    // CHECKs that the op has it
void ir_op_set_attr(struct ir_op *op, ir_name name, ir_attr value);    // discardable; NULL removes
// Property or, when the op has none of that name, discardable attribute; NULL when absent.
ir_attr ir_op_attr(const struct ir_op *op, ir_name name);
i64 ir_op_int(const struct ir_op *op, ir_name name, i64 otherwise);
// Deep copy with operands mapped through `map` (value pointer -> value pointer; unmapped stay);
// results and block arguments of the copy are added to it.
struct ir_op *ir_op_clone(struct ir_module *m, struct ir_op *op, struct map *map);
// The same op with other operand/result counts is a new op: regions move over, properties are kept
// (segment sizes recomputed by the caller). It stands before the old op, if that is in a block; the
// old op is left without regions, and its results keep their uses.
struct ir_op *ir_op_recreate(struct ir_op *op, u32 num_operands, struct ir_value *const *operands,
                             u32 num_results, const ir_type *results);
void ir_value_replace_uses(struct ir_value *from, struct ir_value *to);
static inline bool ir_value_unused(const struct ir_value *v) { return v->uses == NULL; }
static inline bool ir_value_one_use(const struct ir_value *v) { return v->uses && !v->uses->next; }
static inline struct ir_op *ir_value_def(const struct ir_value *v) { return v->is_argument ? NULL : v->op; }
struct ir_block *ir_value_block(const struct ir_value *v);
#define IR_USES(v, u) for (struct ir_operand *u = (v)->uses; u; u = u->next)

// Operand and result groups of the signature, by position.
struct ir_range {
	u32 first, count;
};
struct ir_range ir_op_operand_group(const struct ir_op *op, u32 group);
struct ir_range ir_op_result_group(const struct ir_op *op, u32 group);
static inline struct ir_value *ir_operand_get(const struct ir_op *op, u32 i) {
	ASSERT(i < op->num_operands);
	return op->operands[i].value;
}
static inline struct ir_value *ir_result_get(const struct ir_op *op, u32 i) {
	ASSERT(i < op->num_results);
	return &op->results[i];
}
bool ir_op_is_before(struct ir_op *a, struct ir_op *b);  // same block; renumbers lazily
struct ir_op *ir_op_parent(const struct ir_op *op);
bool ir_op_is_ancestor(const struct ir_op *outer, const struct ir_op *inner);  // proper or equal
bool ir_op_has_effects(struct ir_op *op);    // any effect, or unknown ones (recursive where the trait says so)
bool ir_op_is_dead(struct ir_op *op);        // unused results, no write effects, no terminator, no symbol
// The constant behind a value (IR_CONSTANT op's `value`), or NULL.
ir_attr ir_value_constant(const struct ir_value *v);
bool ir_value_constant_int(const struct ir_value *v, i64 *out);  // integer/index, or splat of it

struct ir_block *ir_block_create(struct ir_module *m);
struct ir_value *ir_block_add_arg(struct ir_module *m, struct ir_block *b, ir_type type);
struct ir_value *ir_block_insert_arg(struct ir_module *m, struct ir_block *b, u32 at, ir_type type);
void ir_block_remove_arg(struct ir_block *b, u32 i);  // must be unused
void ir_block_append(struct ir_region *r, struct ir_block *b);
void ir_block_insert_before(struct ir_block *b, struct ir_block *before);
void ir_block_remove(struct ir_block *b);
void ir_block_erase(struct ir_block *b);              // no predecessors, results unused outside
struct ir_block *ir_block_split(struct ir_op *before);  // moves `before` and what follows to a new block after
static inline struct ir_op *ir_block_terminator(const struct ir_block *b) { return b->last; }
void ir_region_move_blocks(struct ir_region *from, struct ir_region *to, struct ir_block *before);

// Every op below and including `root`, post-order (regions before their op) or pre-order. The op
// handed over may be erased by the callback in post-order.
typedef bool ir_walk_fn(void *user, struct ir_op *op);  // false stops the walk
bool ir_walk(struct ir_op *root, bool post_order, ir_walk_fn *fn, void *user);

// Builder: inserts at a point. Type inference comes from the signature or the infer hook when
// `results` is NULL.
struct ir_builder {
	struct ir_module *module;
	struct ir_block *block;
	struct ir_op *before;     // NULL: at the block's end
	ir_attr loc;              // given to created ops
	struct ir_listener *listener;  // told of creations and changes (rewriter); may be NULL
};
struct ir_listener {
	void *user;
	void (*created)(void *user, struct ir_op *op);
	void (*changed)(void *user, struct ir_op *op);
	void (*erased)(void *user, struct ir_op *op);
};
struct ir_builder ir_builder_at_end(struct ir_block *b, struct ir_module *m);
struct ir_builder ir_builder_before(struct ir_op *op);
struct ir_builder ir_builder_after(struct ir_op *op);
struct ir_op *ir_build(struct ir_builder *b, const struct ir_op_desc *d);
// Common shapes: n operands, inferred results, properties given as a NAME_none-ended list.
struct ir_op *ir_build_op(struct ir_builder *b, u16 id, u32 n, struct ir_value *const *operands,
                          const struct ir_named_attr *props /* ends with name 0; may be NULL */);
struct ir_value *ir_build_1(struct ir_builder *b, u16 id, struct ir_value *a);
struct ir_value *ir_build_2(struct ir_builder *b, u16 id, struct ir_value *a, struct ir_value *d);
struct ir_value *ir_build_3(struct ir_builder *b, u16 id, struct ir_value *a, struct ir_value *d, struct ir_value *e);

// Infers result types of an op under construction; false (and a diagnostic) when it cannot.
bool ir_infer_results(struct ir_context *c, struct ir_op_desc *d, struct ir_region *regions, struct arena *a, ir_type **types);

// ---------------------------------------------------------------------------------------------
// Text

struct ir_parse_options {
	u32 first_line;         // line number of the text's first line, for --split-input-file; 0 is 1
};
// Parses one module (a top-level op list is wrapped in a builtin.module unless it is one). NULL
// after diagnostics; what is returned is not verified yet. `text` and `file` must outlive the
// context (locations borrow the file name, resources the text). `o` may be NULL.
struct ir_module *ir_parse(struct ir_context *c, struct str text, struct str file, const struct ir_parse_options *o);
ir_type ir_parse_type(struct ir_context *c, struct str text);  // NULL after a diagnostic
ir_attr ir_parse_attr(struct ir_context *c, struct str text);

struct ir_print_options {
	bool generic;           // --mlir-print-op-generic
	bool locations;         // --mlir-print-debuginfo
	u32 elide_elements;     // dense constants above this many elements print as dense_resource<__elided__>; 0: never
	bool resource_data;     // append blobs (hex) so that the text is complete
	bool one_op_a_line;     // also fill `lines` (op -> line number) for debug information
	struct map *lines;
};
void ir_print(struct ir_op *op, const struct ir_print_options *o, struct strbuf *out);
void ir_print_type(const struct ir_context *c, ir_type t, struct strbuf *out);
void ir_print_attr(const struct ir_context *c, ir_attr a, struct strbuf *out);
void ir_print_attr_short(const struct ir_context *c, ir_attr a, ir_type implied, struct strbuf *out);  // type elided if equal

// For parse and print hooks (ir/text.h holds the full set).

// Verification: structure, signature, traits, dominance, hooks. Reports all problems; true when none.
bool ir_verify(struct ir_op *op, struct diag_engine *d);
// Reports "'dialect.op' op <message>" at the op's location; gives false, for `return ir_op_error(...)`.
bool ir_op_error(struct diag_engine *d, const struct ir_op *op, const char *format, ...) BASE_PRINTF(3, 4);

#endif
