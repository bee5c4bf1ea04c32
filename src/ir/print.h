// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The printer's inside: state shared by print*.c. Text is made twice: the first time only to see
// which maps and locations it mentions (those get aliases) and which resources, as MLIR does.
#ifndef IR_PRINT_H
#define IR_PRINT_H

#include "ir/text.h"

struct ir_printed_alias {
	ir_attr attr;
	u32 depth;   // aliases inside it
	u32 number;  // of its kind: 0 is `#map`
	bool late;   // only locations of ops use it: defined at the end of the text
};
struct ir_printer {
	struct ir_context *c;
	struct strbuf *out;
	struct ir_print_options options;
	struct arena arena;
	bool collecting;  // the first time
	u32 indent;
	struct str default_dialect;
	struct map values;    // struct ir_value * -> number * 2 + 1, or address of a struct str
	struct map blocks;    // struct ir_block * -> number
	struct map alias_of;  // ir_attr -> index in `aliases`
	struct {
		struct ir_printed_alias *data;
		u32 size, cap;
	} aliases;
	struct {
		struct ir_blob **data;
		u32 size, cap;
	} blobs;
	struct map blob_seen;
	u32 line;  // of the text's byte `line_at`
	size_t line_at;
	bool late;  // what is printed is the location of an op
};

// How a type may be left out behind a number: when it is i64 or f64, always, or never.
enum ir_elision { IR_TYPE_WRITTEN, IR_TYPE_MAY_GO, IR_TYPE_GONE };

void ir_printer_init(struct ir_printer *pr, struct ir_context *c, struct strbuf *out);
void ir_printer_deinit(struct ir_printer *pr);
void ir_printer_attr_elided(struct ir_printer *pr, ir_attr a, enum ir_elision type);
void ir_printer_array_elements(struct ir_printer *pr, ir_attr a);  // `[1, 2]` of a dense array
void ir_printer_entries(struct ir_printer *pr, u32 n,
                        const struct ir_named_attr *entries);  // `{a = 1}`
void ir_printer_keyword_or_string(struct ir_printer *pr, struct str s);
void ir_printer_float(struct ir_printer *pr, ir_type type, double v, bool *as_bits);
void ir_printer_loc(struct ir_printer *pr, ir_attr loc);                   // loc(...) or its alias
void ir_printer_number_values(struct ir_printer *pr, struct ir_op *root);  // print_names.c
// The results that share one name with result i: `%0:2 = `.
struct ir_range ir_printer_result_group(const struct ir_printer *pr, const struct ir_op *op, u32 i);
void ir_printer_value_name(struct ir_printer *pr, const struct ir_value *v);  // without `#n`
bool ir_printer_alias(struct ir_printer *pr, ir_attr a);  // prints `#map1` when it has one
void ir_printer_collect_blob(struct ir_printer *pr, struct ir_blob *b);
void ir_printer_op(struct ir_printer *pr, struct ir_op *op);    // results, name, rest, location
void ir_format_print(struct ir_printer *pr, struct ir_op *op);  // format_print.c

#endif
