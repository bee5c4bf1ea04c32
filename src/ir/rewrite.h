// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Greedy rewriting: folding, dead ops, constants and patterns, until nothing changes.
//
// Patterns are C functions registered by root op, or functions generated from a rule file
// (tools/rulegen); both come in sets. A pattern looks at the op it is given, changes the IR through
// the functions below only, and tells whether it did.
//
// The laws. Together they make the driver end; rewrites_max only guards against a law broken.
//   1. A pattern that gives true has changed the IR; one that gives false has not.
//   2. Results keep their types. Users of a value never see another type.
//   3. Each rewrite shrinks the IR (fewer ops, or cheaper ones), moves information from values into
//      types or attributes, or brings an op closer to its one canonical form. No two patterns
//      are each other's inverse, whatever sets they come from.
//   4. Canonical forms: a constant is the right operand of a commutative op; comparisons have
//      it on the right too; subtraction of a constant is addition of its negative.
//   5. Folding is tried before patterns. It names existing values or constants, or changes its op
//      in place; it makes no other ops.
//   6. Constants stand in front of the entry block of the nearest isolated op, one for each value.
//   7. Discardable attributes move to the op that replaces another with the same result types,
//      unless the rule says `drop`; they vanish when an existing value or a constant replaces it.
#ifndef IR_REWRITE_H
#define IR_REWRITE_H

#include "base/vec.h"
#include "ir/constraint.h"

struct ir_rewriter;
typedef bool ir_pattern_fn(struct ir_rewriter *r, struct ir_op *op);

#define IR_ANY_OP UINT16_MAX
struct ir_pattern {
	u16 root;  // op id, or IR_ANY_OP
	const char *name;
	ir_pattern_fn *apply;
};
struct ir_pattern_set {
	const char *name;
	const struct ir_pattern *patterns;
	u32 num_patterns;
	const char *const *rules;  // names of its rules, for counting hits; NULL for C patterns
	u32 num_rules;
};

// Makes the constant that stands for a result of `user` (the dialects know which op); NULL when
// there is none for that attribute and type.
typedef struct ir_value *ir_constant_fn(struct ir_builder *b, const struct ir_op *user,
                                        ir_attr value, ir_type type);

struct ir_rewrite_options {
	const struct ir_pattern_set *const *sets;
	u32 num_sets;
	u64 *const *hits;              // for each set, num_rules counters; NULL: not counted
	ir_constant_fn *constant;      // NULL: folds to constants are left out
	struct ir_listener *listener;  // also told of every change; may be NULL
	u32 rewrites_max;              // 0: by the number of ops
	bool no_fold;
};
struct ir_rewrite_stats {
	u32 rewrites, folds, erased, rounds;
};

// Rewrites everything below `root`, not root itself. True when anything changed.
bool ir_rewrite_greedily(struct ir_op *root, const struct ir_rewrite_options *o,
                         struct arena *scratch, struct ir_rewrite_stats *stats /* may be NULL */);

// ---------------------------------------------------------------------------------------------
// For patterns

struct ir_op_list {
	struct ir_op **data;
	u32 size, cap;
};
struct ir_rewriter {
	struct ir_context *context;
	struct ir_builder b;  // stands before the op handed to the pattern
	struct arena *arena;  // until the end of ir_rewrite_greedily
	const struct ir_rewrite_options *options;
	// The driver's own.
	struct ir_listener listener;
	struct ir_op_list worklist;           // NULL entries were taken out
	struct map positions;                 // op -> 1 + index in worklist
	struct map constants;                 // hash of scope, attribute and type -> op
	struct ir_op_list created;            // by the pattern at work
	const struct rewrite_entry *entries;  // patterns by root
	const u32 *first_entry;               // by op id; entries of IR_ANY_OP come last
	u32 set;                              // of the pattern at work
	struct ir_rewrite_stats stats;
};

void ir_rewrite_replace(struct ir_rewriter *r, struct ir_op *op, struct ir_value *const *values);
static inline void ir_rewrite_replace_1(struct ir_rewriter *r, struct ir_op *op,
                                        struct ir_value *v) {
	ir_rewrite_replace(r, op, &v);
}
void ir_rewrite_replace_uses(struct ir_rewriter *r, struct ir_value *from, struct ir_value *to);
void ir_rewrite_erase(struct ir_rewriter *r, struct ir_op *op);  // results must be unused
void ir_rewrite_set_operand(struct ir_rewriter *r, struct ir_op *op, u32 i, struct ir_value *v);
void ir_rewrite_changed(struct ir_rewriter *r, struct ir_op *op);  // after a change in place
void ir_rewrite_erase_block(struct ir_rewriter *r, struct ir_block *b);
// Moves the block's ops in front of `before`, its arguments replaced by `values`; the block goes.
// A terminator moves too and is the caller's to erase.
void ir_rewrite_inline_block(struct ir_rewriter *r, struct ir_block *b, struct ir_op *before,
                             struct ir_value *const *values);
// ir_op_recreate: the op with other operand and result counts; the old one stays, without regions.
struct ir_op *ir_rewrite_recreate(struct ir_rewriter *r, struct ir_op *op, u32 num_operands,
                                  struct ir_value *const *operands, u32 num_results,
                                  const ir_type *results);
// A constant where law 6 wants it, shared with an equal one; NULL when the dialects have none.
struct ir_value *ir_rewrite_constant(struct ir_rewriter *r, struct ir_op *user, ir_attr value,
                                     ir_type type);

// ---------------------------------------------------------------------------------------------
// For generated patterns

// The op of that kind whose first result the value is; unless `shared`, with no other use of it.
struct ir_op *ir_rule_def(const struct ir_value *v, u16 id, bool shared);
bool ir_rule_is_int(ir_attr a, i64 v);       // an integer, or a splat of it, by its width
bool ir_rule_is_float(ir_attr a, double v);  // the same bits: -0.0 is not 0.0
bool ir_rule_attr_is(const struct ir_op *op, ir_name name, u16 constraint,
                     i64 v);  // integer or enum
ir_attr ir_rule_attr(struct ir_rewriter *r, u16 constraint, i64 v);
ir_attr ir_rule_int_attr(struct ir_rewriter *r, ir_type type, i64 v);  // a splat for shaped types
ir_attr ir_rule_float_attr(struct ir_rewriter *r, ir_type type, double v);
void ir_rule_hit(struct ir_rewriter *r, u32 rule);
struct ir_value *ir_rule_build(struct ir_rewriter *r, u16 id, ir_type result, u32 n,
                               struct ir_value *const *operands, const struct ir_named_attr *props);
struct ir_value *ir_rule_constant(struct ir_rewriter *r, u16 id, ir_attr value);
void ir_rule_replace(struct ir_rewriter *r, struct ir_op *op, u32 n, struct ir_value *const *values,
                     bool keep_attrs);

#endif
