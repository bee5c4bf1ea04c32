// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// rulegen compiles a rule file (NAME.rules) into C (NAME.rules.inc): one front end, two back ends.
// `rules NAME for ir` gives matchers that rewrite ops; `rules NAME for TARGET` gives selectors from
// ops to machine instructions. The language:
//
//   [name] or [name priority]: PATTERN && guard(...) && !guard(...) => $t = NODE; RESULT
//
//   PATTERN    (dialect.op attr=VALUE ... OPERAND ...)     then, in this order, each optional:
//              `*` the value may have more uses than this  (else a producer must have one use)
//              `:type|type` the type of its first result   (selection; `:type.32` also its bytes)
//              `@name` binds the op; where a value is wanted $name is its first result
//   OPERAND    $x (any value, the same one where it stands twice; `:type` as above), _, or a
//   PATTERN;
//              in an op with a constant's trait: $x (its attribute) or a literal 0, -1, 1.0, -0.0
//              `...` ends the list: more operands may follow
//   VALUE      $x (the attribute), an enum keyword, or an integer
//   RESULT     NODE, `$x`, `($x, $y)` for several results, or `()` to erase an op without results
//   NODE       ir:        (dialect.op attr=VALUE ... OPERAND ...):$x   result type of value $x
//              selection: (instruction{z}.SIZE OPERAND ...)#N          result number N
//              `$x!` marks an operand whose register the instruction overwrites; SIZE is bytes or
//              $x
//   helper(...) may stand for a value, an attribute, an immediate, an address, ...
//
//   guard f(value, attr, op, int, type, PREFIX_)   bool f(context, ...), a C function of the file
//     (`choice` is an int for which the guard holds only at one value, all else equal)
//   helper f(...) -> value                         that includes the result; PREFIX_ takes a word
//   for a b in (x y) (z w) { rules with <a>, <b> inside words }
//   types int = i8|i16|i32
//
// Among the rules of one root op, tried first is the higher priority, then the more specific. Two
// rules of equal priority that can match the same op without one being more specific are an error,
// so is a rule that can never be reached. Operands of commutative ops match in either order.
#ifndef TOOLS_RULEGEN_H
#define TOOLS_RULEGEN_H

#include "base/map.h"
#include "base/vec.h"
#include "mach/mach.h"

// ---------------------------------------------------------------------------------------------
// Tables (tables.c)

struct rule_group {  // operand or result group of an op
	struct str name;
	struct str type;  // `$T`, `index`, ...
	u8 arity;         // 0 one, 1 optional, 2 any number
};
struct rule_attr_info {
	struct str name, constraint;
	bool optional;
};
struct rule_op {
	struct str name, id;  // arith.addi, arith_addi
	bool commutative, constant, elementwise;
	u32 num_operands, num_results, num_attrs;
	const struct rule_group *operands, *results;
	const struct rule_attr_info *attrs;
	u32 num_regions, num_successors;
};
struct rule_type {  // a row of mach/select_type.def
	const char *name;
	u8 bank;  // index into rule_target.classes
};
struct rule_target {
	const char *name, *prefix;  // "x86_64", "X86_"
	const struct mach_inst_info *insts;
	u32 num_insts;
	// Sizes an instruction has, as a bit set of their values; 0: no size field.
	u32 (*sizes)(u32 inst);
	u8 classes[3];  // by bank: general, vector, mask
};

struct rulegen;
const struct rule_op *rulegen_find_op(struct rulegen *g, struct str name);
static inline bool rulegen_fixed_operands(const struct rule_op *op) {
	for (u32 i = 0; i < op->num_operands; i++)
		if (op->operands[i].arity)
			return false;
	return true;
}
const struct rule_attr_info *rulegen_find_attr(const struct rule_op *op, struct str name);
// The value of an enum's keyword; false when the constraint is no enum or has no such keyword.
bool rulegen_enum_value(struct str constraint, struct str keyword, i64 *value);
bool rulegen_is_enum(struct str constraint);
bool rulegen_is_name(struct str name);  // has an enumerator in ir/name.def
bool rulegen_find_type(struct str name, u32 *index);
const struct rule_type *rulegen_type(u32 index);
const struct rule_target *rulegen_find_target(struct str name);
void rulegen_load_tables(struct rulegen *g);

// ---------------------------------------------------------------------------------------------
// Tokens (lexer.c)

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_VARIABLE, TOKEN_INTEGER, TOKEN_FLOAT, TOKEN_MARK };
struct token {
	enum token_kind kind;
	struct str text;  // VARIABLE: without `$`
	u32 line;
	bool glued;  // no blank in front: `f(` is a call, `eq (` is not
};
struct tokens {
	struct token *data;
	u32 size, cap;
};
void rulegen_lex(struct rulegen *g, struct str text, struct tokens *out);

// ---------------------------------------------------------------------------------------------
// Rules (parse.c makes them, check.c resolves names and kinds)

enum node_kind {
	NODE_ANY,       // _
	NODE_VARIABLE,  // $x
	NODE_OP,        // (dialect.op ...)
	NODE_INST,      // (instruction ...)
	NODE_CALL,      // helper(...) or a guard
	NODE_INTEGER,
	NODE_FLOAT,
	NODE_WORD,  // an enum keyword, or an argument with a prefix
};
// What a variable or an argument stands for. The later ones exist in selection only.
enum rule_kind {
	KIND_NONE,
	KIND_VALUE,
	KIND_ATTR,
	KIND_OP,
	KIND_TYPE,
	KIND_INT,
	KIND_WORD,
	KIND_IMM,
	KIND_COND,
	KIND_MEM,
	KIND_EDGE,
	KIND_SYMBOL,
	KIND_TEMP,  // a machine value made by the rule
	KIND_COUNT,
};
extern const char *const rulegen_kind_names[KIND_COUNT];

struct node;
struct node_attr {
	struct str name;
	struct node *value;
	const struct rule_attr_info *info;
};
struct node {
	u8 kind;           // enum node_kind
	u8 value_kind;     // enum rule_kind, after check.c
	bool shared;       // `*`
	bool overwritten;  // `!`
	bool rest;         // operand list ends with `...`
	bool negated;      // a guard with `!`
	bool zeroing;      // {z}
	u32 line;
	struct str name;
	struct str bind;  // @name; type variable of an ir NODE
	VEC(struct node *) args;
	VEC(struct node_attr) attrs;
	u32 types;           // bit set of types, 0: any
	u32 bytes;           // `:type.32`, 0: any
	u32 size;            // instruction size, 0: default
	struct str size_of;  // `.$x`
	u32 result;          // #N
	bool result_given;
	i64 integer;
	double real;
	const struct rule_op *op;
	const struct mach_inst_info *inst;
	u32 inst_index;
	const struct rule_function *function;
};
struct rule_param {
	enum rule_kind kind;
	struct str prefix;  // KIND_WORD
	bool choice;        // an integer; the guard holds for one of them only
};
struct rule_function {  // a declared guard or helper
	struct str name;
	bool guard, used;
	u32 line;
	enum rule_kind result;
	VEC(struct rule_param) params;
};
struct rule_let {
	struct str name;
	struct node *value;
};
struct rule {
	struct str name;
	u32 id;
	i64 priority;
	bool drop_attrs;  // discardable attributes are not kept
	u32 line;
	struct node *pattern;
	VEC(struct node *) guards;
	VEC(struct rule_let) lets;
	VEC(struct node *) results;  // empty: `()`
};
// A rule's pattern with the operands of commutative ops in one order.
struct variant {
	const struct rule *rule;
	struct node *pattern;
	u32 order;  // among the variants of its root
};

struct rulegen {
	struct arena arena;
	struct str file, text;
	u32 errors;
	struct str set;                    // name of the rule set
	const struct rule_target *target;  // NULL: ir
	struct strmap ops;
	VEC(struct rule_op) op_rows;
	VEC(struct rule_function) functions;
	VEC(struct rule *) rules;
	VEC(struct variant) variants;  // by root, in order of trial (order.c)
	struct {
		struct str name;
		u32 types;
	} aliases[64];
	u32 num_aliases;
	struct strbuf out;
};
void rulegen_error(struct rulegen *g, u32 line, const char *format, ...) BASE_PRINTF(3, 4);
void rulegen_parse(struct rulegen *g);
void rulegen_check(struct rulegen *g);
void rulegen_order(struct rulegen *g);
void rulegen_emit_ir(struct rulegen *g);
void rulegen_emit_select(struct rulegen *g);

// Shared by the back ends (emit.c): C expressions for variables are kept in a scope.
struct binding {
	struct str name;
	u8 kind;          // enum rule_kind
	struct str code;  // C expression
	u32 types;        // of a value, selection
};
struct scope {
	const struct rule *rule;
	VEC(struct binding) bindings;
	u32 temps;
};
const struct binding *rulegen_lookup(const struct scope *s, struct str name);
// The C expression of a variable as a value: a bound op stands for its first result.
struct str rulegen_value_code(struct rulegen *g, const struct scope *s, struct str name);
void rulegen_bind(struct rulegen *g, struct scope *s, struct str name, enum rule_kind kind,
                  struct str code);
// Tests of a pattern, each leaving the enclosing do { } while (0) with `break`.
void rulegen_emit_match(struct rulegen *g, struct scope *s, const struct node *pattern);
void rulegen_emit_guards(struct rulegen *g, struct scope *s, const struct rule *r);
struct str rulegen_emit_call(struct rulegen *g, struct scope *s, const struct node *call);
void rulegen_emit_names(struct rulegen *g);
void rulegen_emitf(struct rulegen *g, const char *format, ...) BASE_PRINTF(2, 3);

#endif
