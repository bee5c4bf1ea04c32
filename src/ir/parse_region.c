// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Regions, blocks and block arguments. A region is read before its op exists: its blocks are
// collected in a region of no op and move over when the op is created.
#include "ir/parse.h"

// ---- arguments --------------------------------------------------------------------------------

bool ir_parser_arg(struct ir_parser *p, bool with_type, bool with_attrs, struct ir_arg *out) {
	ir_attr loc;
	*out = (struct ir_arg){0};
	if (!ir_parser_operand(p, &out->name))
		return false;
	if (out->name.number)
		return ir_parser_error(p, out->name.at, "an argument's name has no '#'");
	if (with_type && !ir_parser_colon_type(p, &out->type))
		return false;
	if (with_attrs && !ir_parser_dict(p, &out->attrs))
		return false;
	return ir_parser_optional_loc(p, &loc);
}

struct args_list {
	struct ir_args *out;
	bool with_types, with_attrs;
};

static bool arg_item(struct ir_parser *p, void *user) {
	struct args_list *list = user;
	struct ir_arg a;
	if (!ir_parser_arg(p, list->with_types, list->with_attrs, &a))
		return false;
	vec_push(&p->scratch, *list->out, a);
	return true;
}

bool ir_parser_args(struct ir_parser *p, enum ir_delim delim, bool with_types, bool with_attrs,
                    struct ir_args *out) {
	struct args_list list = {out, with_types, with_attrs};
	if (delim == IR_DELIM_NONE && !ir_parser_is(p, IR_TOKEN_PERCENT))
		return true;
	return ir_parser_list(p, delim, arg_item, &list);
}

static bool define_args(struct ir_parser *p, struct ir_block *b, const struct ir_arg *args, u32 n) {
	for (u32 i = 0; i < n; i++) {
		ASSERT(args[i].type);
		struct ir_value *v = ir_block_add_arg(p->module, b, args[i].type);
		if (!ir_parser_define(p, args[i].name.name, 0, v, args[i].name.at))
			return false;
	}
	return true;
}

// ---- blocks -----------------------------------------------------------------------------------

// `^name(%a: t, ...):`
static bool parse_label(struct ir_parser *p, struct ir_region *r, struct ir_block **out) {
	struct ir_args args = {0};
	if (!ir_parser_label(p, true, out))
		return false;
	ir_block_append(r, *out);
	return ir_parser_args(p, IR_DELIM_OPTIONAL_PAREN, true, false, &args) &&
	       define_args(p, *out, args.data, args.size) && ir_parser_literal(p, ":");
}

// The blocks up to `}`. The first needs no label; it has none when the op gave its arguments.
static bool parse_blocks(struct ir_parser *p, struct ir_region *r, const struct ir_arg *args, u32 n,
                         bool recover) {
	struct ir_block *b;
	if (n || !ir_parser_is(p, IR_TOKEN_CARET)) {
		if (ir_parser_is(p, IR_TOKEN_CARET))
			return ir_parser_error(p, p->tok.at,
			                       "the entry block has its arguments already and takes no label");
		b = ir_block_create(p->module);
		ir_block_append(r, b);
		if (!define_args(p, b, args, n) || !ir_parser_ops(p, b, recover))
			return false;
	}
	while (ir_parser_is(p, IR_TOKEN_CARET))
		if (!parse_label(p, r, &b) || !ir_parser_ops(p, b, recover))
			return false;
	return true;
}

bool ir_parser_check_labels(struct ir_parser *p) {
	bool ok = true;
	for (u32 i = 0; i < p->labels->forwards.size; i++) {
		const struct ir_label *l = p->labels->forwards.data[i].label;
		if (l->defined)
			continue;
		ok = false;
		p->failed = true;
		diag_emit(p->d, DIAG_parse_undefined_block, ir_lexer_loc(&p->lexer, l->at),
		          STR_ARG(p->labels->forwards.data[i].name));
	}
	return ok;
}

// ---- regions ----------------------------------------------------------------------------------

static bool parse_body(struct ir_parser *p, const struct ir_op_info *info, struct ir_region *r,
                       const struct ir_arg *args, u32 n) {
	struct ir_labels labels = {0}, *outer_labels = p->labels;
	struct str outer_dialect = p->default_dialect;
	const char *dialect = info->row->hooks.default_dialect;
	struct ir_scope inner;
	bool isolated = info->traits & IR_ISOLATED;
	if (isolated)
		ir_parser_scope_push(p, &inner);
	struct ir_scope *scope = p->scope;
	u32 mark = scope->defined.size;
	strmap_init(&labels.names, &p->names);
	p->labels = &labels;
	p->default_dialect = str_from(dialect ? dialect : "");
	bool ok = parse_blocks(p, r, args, n, info->traits & IR_SYMBOL_TABLE);
	ok = ok && ir_parser_check_labels(p);
	// After an error names are left alone: what they stand for may not have been read.
	for (u32 i = scope->defined.size; ok && i > mark; i--)
		*scope->defined.data[i - 1] = (struct ir_definition){0};
	scope->defined.size = mark;
	p->default_dialect = outer_dialect;
	p->labels = outer_labels;
	if (isolated && ok)
		ok = ir_parser_scope_pop(p);
	else if (isolated)
		p->scope = inner.outer;
	return ok && ir_parser_literal(p, "}");
}

bool ir_parser_region(struct ir_parser *p, struct ir_op_state *s, const struct ir_arg *args,
                      u32 n) {
	if (!ir_parser_literal(p, "{"))
		return false;
	ir_parser_empty_region(p, s);
	struct ir_region *r = vec_last(s->regions);
	if (n == 0 && ir_parser_optional(p, "}"))
		return true;
	if (!ir_parser_enter(p))
		return false;
	bool ok = parse_body(p, s->info, r, args, n);
	ir_parser_leave(p);
	return ok;
}

bool ir_parser_optional_region(struct ir_parser *p, struct ir_op_state *s,
                               const struct ir_arg *args, u32 n, bool *present) {
	*present = ir_parser_peek(p, "{");
	return !*present || ir_parser_region(p, s, args, n);
}

void ir_parser_empty_region(struct ir_parser *p, struct ir_op_state *s) {
	struct ir_region *r = ARENA_NEW(&p->scratch, struct ir_region);
	vec_push(&p->scratch, s->regions, r);
}

bool ir_parser_ensure_terminator(struct ir_parser *p, struct ir_op_state *s) {
	struct ir_region *r = vec_last(s->regions);
	ASSERT(s->info->terminator);
	if (!r->first)
		ir_block_append(r, ir_block_create(p->module));
	if (r->first->last && (r->first->last->info->traits & IR_TERMINATOR))
		return true;
	struct ir_op_state t = {.info = s->info->terminator, .loc = s->loc, .at = s->at};
	u32 regions = t.info->num_regions - (u32)t.info->variadic_regions;
	for (u32 i = 0; i < regions; i++)
		ir_parser_empty_region(p, &t);
	struct ir_op *op;
	if (!ir_parser_create(p, &t, false, &op))
		return false;
	ir_op_append(r->first, op);
	return true;
}

bool ir_parser_nested_op(struct ir_parser *p, struct ir_op_state *s) {
	struct ir_region *r = vec_last(s->regions);
	if (!r->first)
		ir_block_append(r, ir_block_create(p->module));
	if (!ir_parser_enter(p))
		return false;
	bool ok = ir_parser_op(p, r->first);
	ir_parser_leave(p);
	return ok;
}
