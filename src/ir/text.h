// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text form, for those who extend it: what an op's parse and print hooks call, and custom
// directives of assembly formats. Spelling and spacing are MLIR 19's.
//
// A parse hook collects a `struct ir_op_state` and ends with ir_parser_finish; the op's name, and
// the results before it, were read already:
//
//   static bool cf_parse_br(struct ir_parser *p, struct ir_op **out) {
//       struct ir_op_state s;
//       struct ir_names args = {0};
//       struct ir_types types = {0};
//       ir_parser_begin(p, &s);
//       return ir_parser_successor(p, &s) && ... && ir_parser_resolve(p, &s, &args, &types) &&
//              ir_parser_attr_dict(p, &s) && ir_parser_finish(p, &s, out);
//   }
//
// Every parser function gives false after it reported a problem, and the hook gives up with false.
// The ones called `optional` consume nothing when the thing is absent, and say so in `*present`.
// Memory of lists and strings made here lives until the end of ir_parse.
#ifndef IR_TEXT_H
#define IR_TEXT_H

#include "ir/ir.h"

// ---------------------------------------------------------------------------------------------
// Parsing

struct ir_name_use {  // `%name` or `%name#3`: a use, or the definition of a block argument
	struct str name;  // without %
	u32 number;
	u32 at;  // position in the text (ir_parser_at)
};
struct ir_names {
	struct ir_name_use *data;
	u32 size, cap;
};
struct ir_types {
	ir_type *data;
	u32 size, cap;
};
struct ir_arg {  // `%name: type {attrs}`
	struct ir_name_use name;
	ir_type type;   // NULL when not given
	ir_attr attrs;  // DICT or NULL
};
struct ir_args {
	struct ir_arg *data;
	u32 size, cap;
};

// An op as it is being read. Fields may be read and written by hooks.
struct ir_op_state {
	const struct ir_op_info *info;
	ir_attr loc;
	u32 at;  // position of the op's name
	struct {
		struct ir_value **data;
		u32 size, cap;
	} operands;
	struct ir_types results;  // left empty: inferred
	struct {
		struct ir_named_attr *data;
		u32 size, cap;
	} attrs;  // properties and discardable ones together
	struct {
		struct ir_block **data;
		u32 size, cap;
	} successors;
	struct {
		struct ir_region **data;
		u32 size, cap;
	} regions;
};

struct ir_context *ir_parser_context(struct ir_parser *p);
struct arena *ir_parser_arena(struct ir_parser *p);  // until the end of ir_parse
u32 ir_parser_at(struct ir_parser *p);               // position of the next token, for messages

// Reports "file:line:col: error: <message>" and gives false.
bool ir_parser_error(struct ir_parser *p, u32 at, const char *format, ...) BASE_PRINTF(3, 4);

void ir_parser_begin(struct ir_parser *p, struct ir_op_state *s);
// Infers results when none were given, fills in the segment sizes from `s->attrs` or, when at most
// one group can have another size than 1, from the number of operands; creates the op.
bool ir_parser_finish(struct ir_parser *p, struct ir_op_state *s, struct ir_op **out);
// Adds or replaces an attribute; NULL adds nothing.
void ir_parser_set_attr(struct ir_parser *p, struct ir_op_state *s, ir_name name, ir_attr value);
// The segment sizes of an op whose signature has several variadic groups: one count a group.
void ir_parser_set_segments(struct ir_parser *p, struct ir_op_state *s, u32 n, const u32 *counts);
void ir_parser_add_type(struct ir_parser *p, struct ir_types *list, ir_type t);

// A keyword or punctuation mark (`->`, `,`, `(`, `for`, ...).
bool ir_parser_literal(struct ir_parser *p, const char *text);
bool ir_parser_optional(struct ir_parser *p, const char *text);  // whether it was there
bool ir_parser_peek(struct ir_parser *p, const char *text);      // the same, consuming nothing
bool ir_parser_keyword(struct ir_parser *p, struct str *out);    // any bare identifier
bool ir_parser_optional_keyword(struct ir_parser *p, struct str *out);
bool ir_parser_integer(struct ir_parser *p, i64 *out);  // with optional sign
bool ir_parser_optional_integer(struct ir_parser *p, i64 *out, bool *present);
bool ir_parser_string(struct ir_parser *p, struct str *out);  // unescaped
bool ir_parser_symbol(struct ir_parser *p, ir_name *out);     // @name
bool ir_parser_optional_symbol(struct ir_parser *p, ir_name *out);

enum ir_delim {
	IR_DELIM_NONE,
	IR_DELIM_PAREN,
	IR_DELIM_SQUARE,
	IR_DELIM_BRACES,
	IR_DELIM_ANGLE,
	IR_DELIM_OPTIONAL_PAREN,
	IR_DELIM_OPTIONAL_SQUARE,
	IR_DELIM_OPTIONAL_BRACES,
	IR_DELIM_OPTIONAL_ANGLE,
};
// A comma-separated list, empty only with a delimiter; `item` reads one entry.
typedef bool ir_parser_item_fn(struct ir_parser *p, void *user);
bool ir_parser_list(struct ir_parser *p, enum ir_delim delim, ir_parser_item_fn *item, void *user);

bool ir_parser_operand(struct ir_parser *p, struct ir_name_use *out);
bool ir_parser_optional_operand(struct ir_parser *p, struct ir_name_use *out, bool *present);
bool ir_parser_operands(struct ir_parser *p, enum ir_delim delim,
                        struct ir_names *out);  // appends; may be none
// Appends the values behind the names to the op's operands. A value used before its definition
// gets a stand-in of that type; a known value of another type is an error.
bool ir_parser_resolve(struct ir_parser *p, struct ir_op_state *s, const struct ir_names *names,
                       const struct ir_types *types);
bool ir_parser_resolve_same(struct ir_parser *p, struct ir_op_state *s,
                            const struct ir_names *names, ir_type type);
bool ir_parser_resolve_one(struct ir_parser *p, struct ir_op_state *s,
                           const struct ir_name_use *name, ir_type type);
ir_type ir_parser_known_type(struct ir_parser *p,
                             const struct ir_name_use *name);  // NULL when not defined yet

bool ir_parser_type(struct ir_parser *p, ir_type *out);
bool ir_parser_optional_type(struct ir_parser *p, ir_type *out, bool *present);
bool ir_parser_colon_type(struct ir_parser *p, ir_type *out);                          // `: type`
bool ir_parser_types(struct ir_parser *p, enum ir_delim delim, struct ir_types *out);  // `a, b`
bool ir_parser_colon_types(struct ir_parser *p, struct ir_types *out);                 // `: a, b`
bool ir_parser_optional_colon_types(struct ir_parser *p, struct ir_types *out);
bool ir_parser_optional_arrow_types(struct ir_parser *p,
                                    struct ir_types *out);  // `-> a` or `-> (a, b)`
bool ir_parser_function_type(struct ir_parser *p, struct ir_types *inputs,
                             struct ir_types *results);  // `(a, b) -> c`

// An attribute; `implied` is the type of a number or dense constant whose type is not written.
bool ir_parser_attr(struct ir_parser *p, ir_type implied, ir_attr *out);
bool ir_parser_optional_attr(struct ir_parser *p, ir_type implied, ir_attr *out, bool *present);
bool ir_parser_attr_dict(struct ir_parser *p, struct ir_op_state *s);  // optional `{...}`
bool ir_parser_attr_dict_with_keyword(struct ir_parser *p,
                                      struct ir_op_state *s);  // optional `attributes {...}`
bool ir_parser_dict(struct ir_parser *p,
                    ir_attr *out);  // optional `{...}` as an attribute; NULL when absent or empty
bool ir_parser_optional_loc(struct ir_parser *p,
                            ir_attr *out);  // `loc(...)`; *out is left alone when absent

// A block argument: `%name`, `%name: type`, `%name: type {attrs}`; a location after it is read and
// dropped.
bool ir_parser_arg(struct ir_parser *p, bool with_type, bool with_attrs, struct ir_arg *out);
bool ir_parser_args(struct ir_parser *p, enum ir_delim delim, bool with_types, bool with_attrs,
                    struct ir_args *out);
// `{ ... }` with the entry block's arguments given (or, when n is 0, as ^bb0(...) in the text);
// appends to the op's regions. Names are isolated when the op is.
bool ir_parser_region(struct ir_parser *p, struct ir_op_state *s, const struct ir_arg *args, u32 n);
bool ir_parser_optional_region(struct ir_parser *p, struct ir_op_state *s,
                               const struct ir_arg *args, u32 n, bool *present);
void ir_parser_empty_region(struct ir_parser *p, struct ir_op_state *s);
// Gives the last region its block and its operand-less terminator where the text omitted them.
bool ir_parser_ensure_terminator(struct ir_parser *p, struct ir_op_state *s);
bool ir_parser_successor(struct ir_parser *p, struct ir_op_state *s);  // ^bb1, appended
// An op in its generic or custom form, directly inside the one being parsed (vector.mask { op }):
// appended to the entry block of the op's last region.
bool ir_parser_nested_op(struct ir_parser *p, struct ir_op_state *s);

// The custom form of an op with properties sym_name, function_type, sym_visibility, arg_attrs,
// res_attrs and region 0: `private @name(%a: t {attrs}) -> (t {attrs}) attributes {...} { body }`.
bool ir_parser_function(struct ir_parser *p, struct ir_op **out);

// ---------------------------------------------------------------------------------------------
// Printing. A print hook is called after the op's name was printed, and starts with a blank.

struct ir_context *ir_printer_context(struct ir_printer *pr);
bool ir_printer_is_generic(struct ir_printer *pr);
void ir_printer_text(struct ir_printer *pr, const char *text);
void ir_printer_format(struct ir_printer *pr, const char *format, ...) BASE_PRINTF(2, 3);
void ir_printer_str(struct ir_printer *pr, struct str s);
void ir_printer_string(struct ir_printer *pr, struct str s);  // quoted and escaped
void ir_printer_i64(struct ir_printer *pr, i64 v);
void ir_printer_newline(struct ir_printer *pr);         // and indentation of the current op
void ir_printer_indent(struct ir_printer *pr, int by);  // in steps of two blanks

void ir_printer_value(struct ir_printer *pr, struct ir_value *v);
void ir_printer_operands(struct ir_printer *pr, struct ir_op *op,
                         struct ir_range range);  // `%a, %b`
void ir_printer_operand_types(struct ir_printer *pr, struct ir_op *op, struct ir_range range);
void ir_printer_result_types(struct ir_printer *pr, struct ir_op *op, struct ir_range range);
void ir_printer_type(struct ir_printer *pr, ir_type t);
void ir_printer_types(struct ir_printer *pr, u32 n, const ir_type *types);  // `a, b`
void ir_printer_arrow_types(struct ir_printer *pr, u32 n,
                            const ir_type *types);  // ` -> a`, ` -> (a, b)`; none: ` -> ()`
void ir_printer_functional_type(struct ir_printer *pr, struct ir_op *op, struct ir_range operands,
                                struct ir_range results);
void ir_printer_attr(struct ir_printer *pr, ir_attr a);
void ir_printer_attr_untyped(struct ir_printer *pr, ir_attr a);  // without its trailing type
void ir_printer_symbol(struct ir_printer *pr, ir_name symbol);   // @name
// ` {...}` of properties and discardable attributes but `elided` ones, defaults and segment sizes.
void ir_printer_attr_dict(struct ir_printer *pr, struct ir_op *op, u32 num_elided,
                          const ir_name *elided);
void ir_printer_attr_dict_with_keyword(struct ir_printer *pr, struct ir_op *op, u32 num_elided,
                                       const ir_name *elided);
void ir_printer_dict(struct ir_printer *pr, ir_attr dict);  // ` {...}`, nothing when NULL

enum ir_print_region {
	IR_PRINT_ENTRY_ARGS = 1,   // the entry block's label when it has arguments
	IR_PRINT_TERMINATORS = 2,  // also an operand-less implicit terminator
	IR_PRINT_EMPTY_BLOCK = 4,  // the label of an empty entry block
	IR_PRINT_REGION_ALL = 3,
};
void ir_printer_region(struct ir_printer *pr, struct ir_region *r, u32 flags);  // `{`, blocks, `}`
// IR_PRINT_TERMINATORS unless the region ends with its op's implicit terminator without operands
// and attributes.
u32 ir_printer_terminator_flag(const struct ir_region *r);
void ir_printer_successor(struct ir_printer *pr, struct ir_block *b);  // ^bb1
void ir_printer_nested_op(struct ir_printer *pr,
                          struct ir_op *op);  // as on a line of its own, but for the results' names
void ir_printer_function(struct ir_printer *pr,
                         struct ir_op *op);  // counterpart of ir_parser_function

// ---------------------------------------------------------------------------------------------
// Assembly formats

// Compiles a row's format; CHECKs that it is well formed and says every operand, type and region.
// Called for each row when the context is made (ir/op_info.c); the result lives in the arena.
const void *ir_format_compile(struct ir_context *c, struct arena *a, const struct ir_op_info *info,
                              const char *format);

// What custom<Name>(...) of a format hands to its C functions (ir/custom.def), in order.
enum ir_custom_kind {
	IR_CUSTOM_OPERANDS,
	IR_CUSTOM_OPERAND_TYPES,
	IR_CUSTOM_RESULT_TYPES,
	IR_CUSTOM_ATTR
};
struct ir_custom_arg {
	enum ir_custom_kind kind;
	u16 index;  // of the group or property
	// parsing: where the values go
	struct ir_names *operands;
	struct ir_types *types;
	ir_attr *attr;
};

#endif
