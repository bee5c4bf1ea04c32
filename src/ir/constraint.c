// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraints on types and attributes. A type constraint is a set of element kinds and a set of
// shapes, two words of bits a row; the few relations between groups are one switch.
#include "ir/constraint.h"

// ---- types ------------------------------------------------------------------------------------

enum {
	ELEMENT_I1 = 1,
	ELEMENT_INT = 2,     // signless, but i1
	ELEMENT_SIGNED = 4,  // signed or unsigned
	ELEMENT_INDEX = 8,
	ELEMENT_FLOAT = 16,
	ELEMENT_COMPLEX = 32,
	ELEMENT_FUNCTION = 64,
	ELEMENT_TUPLE = 128,
	ELEMENT_OTHER = 256,  // none, dialects' types, shaped types inside shaped types
	ELEMENT_ANY = 511,
};
enum {
	SHAPE_SCALAR = 1,
	SHAPE_VECTOR = 2,  // rank 1 or more
	SHAPE_RANK0 = 4,   // vector of rank 0
	SHAPE_TENSOR = 8,
	SHAPE_UNRANKED_TENSOR = 16,
	SHAPE_MEMREF = 32,
	SHAPE_UNRANKED_MEMREF = 64,
	SHAPE_TENSORS = SHAPE_TENSOR | SHAPE_UNRANKED_TENSOR,
	SHAPE_MEMREFS = SHAPE_MEMREF | SHAPE_UNRANKED_MEMREF,
	SHAPE_ALL = 127,
};

static u32 element_kind(ir_type t) {
	switch (t->kind) {
	case IR_TYPE_INDEX: return ELEMENT_INDEX;
	case IR_TYPE_INTEGER:
		return t->signedness != IR_SIGNLESS ? ELEMENT_SIGNED
		       : t->width == 1              ? ELEMENT_I1
		                                    : ELEMENT_INT;
	case IR_TYPE_COMPLEX: return ELEMENT_COMPLEX;
	case IR_TYPE_FUNCTION: return ELEMENT_FUNCTION;
	case IR_TYPE_TUPLE: return ELEMENT_TUPLE;
	default: return ir_type_is_float(t) ? ELEMENT_FLOAT : ELEMENT_OTHER;
	}
}

static u32 shape_kind(ir_type t) {
	switch (t->kind) {
	case IR_TYPE_VECTOR: return t->rank ? SHAPE_VECTOR : SHAPE_RANK0;
	case IR_TYPE_TENSOR: return SHAPE_TENSOR;
	case IR_TYPE_UNRANKED_TENSOR: return SHAPE_UNRANKED_TENSOR;
	case IR_TYPE_MEMREF: return SHAPE_MEMREF;
	case IR_TYPE_UNRANKED_MEMREF: return SHAPE_UNRANKED_MEMREF;
	default: return SHAPE_SCALAR;
	}
}

enum row_kind { ROW_MASKS, ROW_SOLE, ROW_DIALECT, ROW_RELATED };
// clang-format off
enum { I1 = ELEMENT_I1, INT = ELEMENT_INT, INDEX = ELEMENT_INDEX, FLOAT = ELEMENT_FLOAT, COMPLEX = ELEMENT_COMPLEX,
       FUNCTION = ELEMENT_FUNCTION, TUPLE = ELEMENT_TUPLE, SIGNED = ELEMENT_SIGNED, ANY = ELEMENT_ANY };
enum { SCALAR = SHAPE_SCALAR, VECTOR = SHAPE_VECTOR, RANK0 = SHAPE_RANK0, TENSOR = SHAPE_TENSOR, MEMREF = SHAPE_MEMREF,
       TENSORS = SHAPE_TENSORS, MEMREFS = SHAPE_MEMREFS, ALL = SHAPE_ALL };
// clang-format on

static const struct {
	const char *id, *doc;
	enum row_kind kind;
	u32 elements, shapes;
	const char *dialect, *name;
} type_rows[IR_CONSTRAINT_COUNT] = {
#define TYPE(id, elements, shapes, doc) {#id, doc, ROW_MASKS, elements, shapes, NULL, NULL},
#define TYPE_SOLE(id, type, doc) {#id, doc, ROW_SOLE, 0, 0, NULL, NULL},
#define TYPE_DIALECT(id, dialect, name, doc) {#id, doc, ROW_DIALECT, 0, 0, dialect, name},
#define TYPE_RELATED(id, doc) {#id, doc, ROW_RELATED, 0, 0, NULL, NULL},
#include "ir/constraint.def"
};

bool ir_constraint_find(struct str name, u16 *out) {
	for (u16 i = 0; i < IR_CONSTRAINT_COUNT; i++)
		if (str_eq_z(name, type_rows[i].id)) {
			*out = i;
			return true;
		}
	return false;
}

const char *ir_constraint_doc(u16 constraint) {
	ASSERT(constraint < IR_CONSTRAINT_COUNT);
	return type_rows[constraint].doc;
}

bool ir_constraint_is_related(u16 constraint) {
	ASSERT(constraint < IR_CONSTRAINT_COUNT);
	return type_rows[constraint].kind == ROW_RELATED;
}

static ir_type sole_type(struct ir_context *c, u16 constraint) {
	switch (constraint) {
#define TYPE_SOLE(id, type, doc)                                                                   \
	case IR_CONSTRAINT_##id: return type;
#include "ir/constraint.def"
	default: return NULL;
	}
}

bool ir_constraint_accepts(struct ir_context *c, u16 constraint, ir_type t) {
	ASSERT(constraint < IR_CONSTRAINT_COUNT);
	switch (type_rows[constraint].kind) {
	case ROW_MASKS:
		return (type_rows[constraint].shapes & shape_kind(t)) &&
		       (type_rows[constraint].elements & element_kind(ir_type_scalar(t)));
	case ROW_SOLE: return t == sole_type(c, constraint);
	case ROW_DIALECT:
		return t->kind == IR_TYPE_DIALECT &&
		       str_eq_z(ir_name_str(c, t->dialect), type_rows[constraint].dialect) &&
		       str_eq_z(ir_name_str(c, t->name), type_rows[constraint].name);
	default: return true;
	}
}

static bool same_sizes(ir_type a, ir_type b) {
	if (!ir_type_is_ranked(a) || !ir_type_is_ranked(b))
		return ir_type_is_shaped(a) == ir_type_is_shaped(b);
	if (a->rank != b->rank)
		return false;
	for (u32 i = 0; i < a->rank; i++)
		if (a->shape[i] != b->shape[i] && a->shape[i] != IR_DYNAMIC && b->shape[i] != IR_DYNAMIC)
			return false;
	return true;
}

ir_type ir_constraint_type(struct ir_context *c, u16 constraint, ir_type of) {
	if (!of)
		return sole_type(c, constraint);
	switch (constraint) {
	case IR_CONSTRAINT_same: return of;
	case IR_CONSTRAINT_element: return ir_type_element(of);
	case IR_CONSTRAINT_bool_of: return ir_type_with_element(c, of, ir_type_int(c, 1));
	default: return NULL;
	}
}

bool ir_constraint_relates(struct ir_context *c, u16 constraint, ir_type t, ir_type of) {
	switch (constraint) {
	case IR_CONSTRAINT_same_shape: return same_sizes(t, of);
	case IR_CONSTRAINT_same_element: return ir_type_scalar(t) == ir_type_scalar(of);
	default: return t == ir_constraint_type(c, constraint, of);
	}
}

// ---- attributes -------------------------------------------------------------------------------

static bool is_int(ir_attr a, u32 width) {
	return a->kind == IR_ATTR_INTEGER && ir_type_is_int(a->type, width);
}

static bool is_dense_array(ir_attr a, u32 width) {
	return a->kind == IR_ATTR_DENSE_ARRAY && ir_type_is_int(a->type, width);
}

#define ATTR(id, test, doc)                                                                        \
	static bool attr_is_##id(BASE_UNUSED ir_attr a) { return test; }
#include "ir/constraint.def"

static const struct {
	const char *id, *doc;
	bool (*test)(ir_attr a);  // NULL: an array of `element`
	u16 element;
} attr_rows[IR_ATTR_IS_ENUM] = {
#define ATTR(id, test, doc) {#id, doc, attr_is_##id, 0},
#define ATTR_ARRAY(id, element, doc) {#id, doc, NULL, IR_ATTR_IS_##element},
#include "ir/constraint.def"
};

bool ir_attr_constraint_find(struct str name, u16 *out) {
	for (u16 i = 0; i < IR_ATTR_IS_ENUM; i++)
		if (str_eq_z(name, attr_rows[i].id)) {
			*out = i;
			return true;
		}
	for (u16 i = IR_ATTR_IS_ENUM; i < IR_ATTR_IS_ENUM + IR_ENUM_COUNT; i++)
		if (str_eq_z(name, ir_enum_get(i).id)) {
			*out = i;
			return true;
		}
	return false;
}

const char *ir_attr_constraint_doc(u16 constraint) {
	return ir_attr_constraint_is_enum(constraint) ? "enumerated attribute"
	                                              : attr_rows[constraint].doc;
}

bool ir_attr_constraint_element(u16 constraint, u16 *element) {
	if (ir_attr_constraint_is_enum(constraint) || attr_rows[constraint].test)
		return false;
	*element = attr_rows[constraint].element;
	return true;
}

bool ir_attr_constraint_accepts(struct ir_context *c, u16 constraint, ir_attr a) {
	i64 value;
	u16 element;
	if (ir_attr_constraint_is_enum(constraint))
		return ir_enum_value(c, constraint, a, &value);
	if (!ir_attr_constraint_element(constraint, &element))
		return attr_rows[constraint].test(a);
	if (a->kind != IR_ATTR_ARRAY)
		return false;
	for (u32 i = 0; i < a->count; i++)
		if (!ir_attr_constraint_accepts(c, element, a->elements[i]))
			return false;
	return true;
}

ir_type ir_attr_constraint_number(struct ir_context *c, u16 constraint) {
	switch (constraint) {
	case IR_ATTR_IS_bool: return ir_type_int(c, 1);
	case IR_ATTR_IS_i8: return ir_type_int(c, 8);
	case IR_ATTR_IS_i32: return ir_type_int(c, 32);
	case IR_ATTR_IS_i64: return ir_type_int(c, 64);
	case IR_ATTR_IS_index: return ir_type_index(c);
	case IR_ATTR_IS_f32: return ir_type_float(c, IR_TYPE_F32);
	case IR_ATTR_IS_f64: return ir_type_float(c, IR_TYPE_F64);
	default: return NULL;
	}
}

static ir_attr parse_list(struct ir_context *c, u16 constraint, struct str text) {
	i64 values[64];
	u32 n = 0;
	if (!str_starts_with(text, STR("[")) || !str_ends_with(text, STR("]")))
		return NULL;
	struct str rest = str_trim(str_make(text.data + 1, text.size - 2));
	while (rest.size) {
		struct str item = str_trim(str_split(rest, ',', &rest));
		if (n == ARRAY_SIZE(values) || !str_parse_i64(item, &values[n++]))
			return NULL;
	}
	if (constraint == IR_ATTR_IS_i64_array)
		return ir_attr_i64_array(c, n, values);
	ir_attr elements[ARRAY_SIZE(values)];
	for (u32 i = 0; i < n; i++)
		elements[i] = ir_attr_i64(c, values[i]);
	return ir_attr_array(c, n, elements);
}

ir_attr ir_attr_constraint_parse(struct ir_context *c, u16 constraint, struct str text) {
	i64 value;
	double real;
	if (ir_attr_constraint_is_enum(constraint))
		return ir_enum_parse(constraint, text, &value) ? ir_enum_attr(c, constraint, value) : NULL;
	if (constraint == IR_ATTR_IS_bool)
		return str_eq_z(text, "true") || str_eq_z(text, "false")
		           ? ir_attr_bool(c, str_eq_z(text, "true"))
		           : NULL;
	if (constraint == IR_ATTR_IS_string)
		return ir_attr_string(c, text);
	if (constraint == IR_ATTR_IS_i64_array || constraint == IR_ATTR_IS_i64_array_attr ||
	    constraint == IR_ATTR_IS_array)
		return parse_list(c, constraint, text);
	ir_type number = ir_attr_constraint_number(c, constraint);
	if (!number)
		return NULL;
	if (ir_type_is_float(number))
		return str_parse_f64(text, &real) ? ir_attr_float(c, number, real) : NULL;
	return str_parse_i64(text, &value) ? ir_attr_integer(c, number, value) : NULL;
}
