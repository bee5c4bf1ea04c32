// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraints of op rows on types and attributes (constraint.def), and enumerated attributes
// (enum.def): a constraint on an attribute is a row of constraint.def or an enum.
#ifndef IR_CONSTRAINT_H
#define IR_CONSTRAINT_H

#include "ir/ir.h"

enum ir_constraint {
#define TYPE(id, elements, shapes, doc) IR_CONSTRAINT_##id,
#define TYPE_SOLE(id, type, doc) IR_CONSTRAINT_##id,
#define TYPE_DIALECT(id, dialect, name, doc) IR_CONSTRAINT_##id,
#define TYPE_RELATED(id, doc) IR_CONSTRAINT_##id,
#include "ir/constraint.def"
	IR_CONSTRAINT_COUNT
};

enum ir_attr_constraint {
#define ATTR(id, test, doc) IR_ATTR_IS_##id,
#define ATTR_ARRAY(id, element, doc) IR_ATTR_IS_##id,
#include "ir/constraint.def"
	IR_ATTR_IS_ENUM,  // the enums follow
};
enum ir_enum {
#define ENUM(id, storage, dialect, name, separator) IR_ENUM_##id,
#define CASE(enum, keyword, value)
#include "ir/enum.def"
	IR_ENUM_COUNT
};
enum {
#define ENUM(id, storage, dialect, name, separator)                                                \
	IR_ATTR_IS_##id = (int)IR_ATTR_IS_ENUM + (int)IR_ENUM_##id,
#define CASE(enum, keyword, value)
#include "ir/enum.def"
};

// C constants: IR_cmpi_predicate_slt, ...
enum {
#define ENUM(id, storage, dialect, name, separator)
#define CASE(enum, keyword, value) IR_##enum##_##keyword = value,
#include "ir/enum.def"
};

// ---- types ------------------------------------------------------------------------------------

bool ir_constraint_find(struct str name, u16 *out);
const char *ir_constraint_doc(u16 constraint);  // "%s" stands for the group of a related one
bool ir_constraint_is_related(u16 constraint);  // takes a group as argument
// Whether a type is allowed by a constraint that is not related.
bool ir_constraint_accepts(struct ir_context *c, u16 constraint, ir_type t);
// Whether t stands in the relation to `of` (a type of the group the constraint names).
bool ir_constraint_relates(struct ir_context *c, u16 constraint, ir_type t, ir_type of);
// The only type that is allowed: of a sole constraint, or of a related one given `of` (NULL when
// the constraint is not related). NULL when there is no such.
ir_type ir_constraint_type(struct ir_context *c, u16 constraint, ir_type of);

// ---- attributes -------------------------------------------------------------------------------

bool ir_attr_constraint_find(struct str name, u16 *out);  // enums too
const char *ir_attr_constraint_doc(u16 constraint);
bool ir_attr_constraint_accepts(struct ir_context *c, u16 constraint, ir_attr a);
// The element's constraint of an array constraint; false for others.
bool ir_attr_constraint_element(u16 constraint, u16 *element);
// The type of a number written without one (`3` for i64, `true` for bool); NULL when it is not
// implied.
ir_type ir_attr_constraint_number(struct ir_context *c, u16 constraint);
// An attribute from the text of a default in an op's row; NULL when malformed.
ir_attr ir_attr_constraint_parse(struct ir_context *c, u16 constraint, struct str text);

// ---- enums ------------------------------------------------------------------------------------

enum ir_enum_storage { IR_ENUM_I32, IR_ENUM_I64, IR_ENUM_DIALECT, IR_ENUM_SPACED };
struct ir_enum_case {
	const char *keyword;
	i64 value;
};
struct ir_enum_info {
	const char *id, *dialect, *name;
	u8 storage;             // enum ir_enum_storage
	const char *separator;  // NULL: one keyword
	const struct ir_enum_case *cases;
	u32 num_cases;
};
static inline bool ir_attr_constraint_is_enum(u16 constraint) {
	return constraint >= IR_ATTR_IS_ENUM;
}
struct ir_enum_info ir_enum_get(u16 constraint);  // of an enum's constraint
// The enum of storage DIALECT or SPACED with that name; false when there is none.
bool ir_enum_find(struct str dialect, struct str name, u16 *constraint);
ir_attr ir_enum_attr(struct ir_context *c, u16 constraint, i64 value);
bool ir_enum_value(struct ir_context *c, u16 constraint, ir_attr a,
                   i64 *value);  // false: not of this enum
// Keywords of a value, joined by the separator; false when the value has none.
bool ir_enum_print(u16 constraint, i64 value, struct strbuf *out);
// The value of keywords (blanks around the separator's comma are free); false when unknown.
bool ir_enum_parse(u16 constraint, struct str text, i64 *value);

#endif
