// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parser's inside: state shared by parse*.c and format.c. The grammar is MLIR's; one token of
// lookahead; recursive descent with a limit on nesting, so that no input can exhaust the stack.
//
// Errors: a function that reported gives false, callers pass that up, and the op list of the
// enclosing symbol table goes on with the next op, so every function is checked. Problems that do
// not disturb the syntax (a value of the wrong type, an unknown op in generic form) are reported
// and parsing simply continues; `failed` remembers that there was one.
#ifndef IR_PARSE_H
#define IR_PARSE_H

#include "ir/lexer.h"
#include "ir/text.h"

// Regions, types, attributes and expressions inside each other. Every pass may recurse this deep.
enum { IR_NESTING_MAX = 256 };

struct ir_alias {  // `#map = ...` or `!t = ...`
	u32 at;        // of the definition
	enum { IR_ALIAS_SEEN, IR_ALIAS_PARSING, IR_ALIAS_READY, IR_ALIAS_BROKEN } state;
	ir_type type;
	ir_attr attr;
	u32 depth;   // nesting it adds where it is used
	u64 weight;  // characters it stands for, with the aliases inside it
};
struct ir_definition {       // of an SSA name
	struct ir_value *value;  // NULL: out of scope
	u32 at;
	bool forward;  // a stand-in: used, not defined yet
};
struct ir_label {
	struct ir_block *block;
	u32 at;
	bool defined;
};
struct ir_scope {  // the names that an isolated region sees
	struct ir_scope *outer;
	struct strmap names;  // "x" or "x#1" -> struct ir_definition *
	struct {
		struct ir_definition **data;
		u32 size, cap;
	} defined;  // in order; nested regions take theirs off the end
	struct {
		struct ir_forward {
			struct ir_definition *def;
			struct str name;
		} *data;
		u32 size, cap;
	} forwards;
};
struct ir_labels {        // the block names of one region
	struct strmap names;  // -> struct ir_label *
	struct {
		struct ir_forward_label {
			struct ir_label *label;
			struct str name;
		} *data;
		u32 size, cap;
	} forwards;
};

struct ir_parser {
	struct ir_context *c;
	struct diag_engine *d;
	struct arena scratch;  // what an op needs while it is read; inner ones give theirs back first
	struct arena names;    // values and labels: until the op of the outermost table is complete
	struct arena keep;     // until the end of the text: aliases, resources
	struct ir_lexer lexer;
	struct ir_token tok;  // the next token, not consumed yet
	u32 last_end;         // where the latest consumed token ended
	bool failed;
	u32 depth, deepest;
	u64 expanded, expanded_max;  // characters that the uses of aliases stand for
	struct strmap aliases;       // "#map", "!t" -> struct ir_alias *
	struct strmap resources;     // -> struct ir_blob *
	struct strmap reported;      // unknown ops told once
	u32 resources_at;            // position of `{-#`, 0 none
	struct ir_module *module;
	struct ir_scope *scope;
	struct ir_labels *labels;
	struct str default_dialect;
	u32 op_at;  // start of the op being read, for hooks
	const struct ir_op_info *op_info;
};

// ---- tokens (parse.c) -------------------------------------------------------------------------

void ir_parser_advance(struct ir_parser *p);
void ir_parser_rewind(struct ir_parser *p, u32 at);  // the token at `at` is next
static inline struct str ir_parser_spelling(const struct ir_parser *p) {
	return ir_token_text(&p->lexer, p->tok);
}
static inline bool ir_parser_is(const struct ir_parser *p, enum ir_token_kind k) {
	return p->tok.kind == k;
}
bool ir_parser_expected(struct ir_parser *p, const char *what);  // error at the next token; false
bool ir_parser_enter(struct ir_parser *p);                       // one level deeper, or an error
static inline void ir_parser_leave(struct ir_parser *p) { p->depth--; }
// Counts what the alias used at `at` stands for; an error when aliases of aliases explode.
bool ir_parser_expand(struct ir_parser *p, u32 at, u64 characters);
// Unsigned value of an INTEGER token; false when it does not fit 64 bits.
bool ir_parser_token_u64(const struct ir_parser *p, struct ir_token t, u64 *out);

// ---- parse_type.c, parse_attr.c, parse_dense.c, parse_affine.c, parse_loc.c
// -----------------------

bool ir_parser_alias_use(struct ir_parser *p, bool type,
                         struct ir_alias **out);   // the next token names it
bool ir_parser_alias_def(struct ir_parser *p);     // at `#name =` of the top level
void ir_parser_find_aliases(struct ir_parser *p);  // notes where each is defined
bool ir_parser_resources(struct ir_parser *p);     // the {-# ... #-} section
bool ir_parser_skip_resources(struct ir_parser *p);
bool ir_parser_body(struct ir_parser *p,
                    struct str *out);  // balanced text between < and >; the next token is `<`
// The value that the INTEGER or FLOAT token stands for as a constant of that type.
bool ir_parser_number_value(struct ir_parser *p, struct ir_token t, bool negative, ir_type type,
                            union ir_scalar *out);
bool ir_parser_dense(struct ir_parser *p, ir_type implied, ir_attr *out);
bool ir_parser_dense_array(struct ir_parser *p, ir_attr *out);
bool ir_parser_dense_resource(struct ir_parser *p, ir_type implied, ir_attr *out);
bool ir_parser_affine_map(struct ir_parser *p, ir_attr *out);  // after `affine_map`
bool ir_parser_strided(struct ir_parser *p, ir_attr *out);     // after `strided`
bool ir_parser_loc(struct ir_parser *p, ir_attr *out);         // after `loc`: `(...)`
bool ir_parser_dict_entries(struct ir_parser *p, const char *close, struct ir_named_attr **entries,
                            u32 *n);
// `[1, 2]` of a dense array whose element type is known (MLIR's stripped form).
bool ir_parser_array_elements(struct ir_parser *p, ir_type element, ir_attr *out);
// Whether all extents are known and their product fits 63 bits, which it gives.
bool ir_shape_count(ir_type t, u64 *count);

// ---- parse_op.c, parse_region.c, parse_names.c ------------------------------------------------

void ir_parser_scope_push(struct ir_parser *p, struct ir_scope *s);
bool ir_parser_scope_pop(struct ir_parser *p);  // false when names stayed undefined
bool ir_parser_define(struct ir_parser *p, struct str name, u32 number, struct ir_value *v, u32 at);
struct ir_value *ir_parser_lookup(struct ir_parser *p, const struct ir_name_use *use, ir_type type);
struct ir_value *ir_parser_stand_in(struct ir_parser *p,
                                    ir_type type);  // a value that no op defines
bool ir_parser_check_labels(
	struct ir_parser *p);  // reports those of the region that stayed undefined
bool ir_parser_label(struct ir_parser *p, bool define, struct ir_block **out);
// Ops until `}`, a label or the end. With `recover` errors are told and passed over, and it gives
// true.
bool ir_parser_ops(struct ir_parser *p, struct ir_block *block, bool recover);
bool ir_parser_op(struct ir_parser *p, struct ir_block *block);
bool ir_parser_create(struct ir_parser *p, struct ir_op_state *s, bool infer, struct ir_op **out);
bool ir_format_parse(struct ir_parser *p, const struct ir_op_info *info,
                     struct ir_op **out);  // format.c

#endif
