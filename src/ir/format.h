// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A compiled assembly format: a list of elements that parsing and printing both walk. Where blanks
// go when printing depends on neighbours only, so it is settled at compile time.
#ifndef IR_FORMAT_H
#define IR_FORMAT_H

#include "ir/text.h"

enum ir_format_kind {
	IR_FORMAT_LITERAL,  // text
	IR_FORMAT_BLANK,    // ` `; an empty one only has its effect on neighbours
	IR_FORMAT_NEWLINE,
	IR_FORMAT_OPERANDS,         // $operand
	IR_FORMAT_ATTR,             // $attr
	IR_FORMAT_REGION,           // $region
	IR_FORMAT_SUCCESSOR,        // $successor
	IR_FORMAT_OPERAND_TYPES,    // type($operand)
	IR_FORMAT_RESULT_TYPES,     // type($result)
	IR_FORMAT_ALL_OPERANDS,     // operands
	IR_FORMAT_FUNCTIONAL_TYPE,  // functional-type(a, b)
	IR_FORMAT_ATTR_DICT,
	IR_FORMAT_ATTR_DICT_KEYWORD,
	IR_FORMAT_OPTIONAL,  // ( ... ^ ...)? or ( ... ) : ( ... )?
	IR_FORMAT_CUSTOM,    // custom<Name>(...)
};
enum ir_custom {
#define CUSTOM(name, arguments) IR_CUSTOM_##name,
#include "ir/custom.def"
#undef CUSTOM
	IR_CUSTOM_COUNT
};

enum { IR_CUSTOM_ARGS_MOST = 4 };
#define IR_FORMAT_ALL                                                                              \
	UINT16_MAX  // as index: type(operands), type(results), functional-type(operands, results)

struct ir_format_element {
	u8 kind;      // enum ir_format_kind
	bool blank;   // print ` ` before it
	bool anchor;  // of its optional group
	bool elided;  // a unit attribute that the group's presence stands for
	u16 index;    // group, property, region or successor
	u16 index2;   // FUNCTIONAL_TYPE: the result group
	u16 num_then, num_else;
	struct str text;                                        // LITERAL
	const struct ir_format_element *then_list, *else_list;  // OPTIONAL
	enum ir_custom custom;
	u16 num_args;  // CUSTOM
	struct {
		u16 kind, index;  // enum ir_custom_kind; group or property
	} args[IR_CUSTOM_ARGS_MOST];
};
struct ir_format {
	const struct ir_format_element *elements;
	u32 num_elements;
	const ir_name *spoken;  // attributes that stand in the format, so attr-dict leaves them out
	u32 num_spoken;
};

struct ir_custom_hooks {
	const char *name;
	u32 num_args;
	bool (*parse)(struct ir_parser *p, const struct ir_custom_arg *args);
	void (*print)(struct ir_printer *pr, struct ir_op *op, const struct ir_custom_arg *args);
};
extern const struct ir_custom_hooks ir_custom_table[IR_CUSTOM_COUNT];

#endif
