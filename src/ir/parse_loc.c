// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locations: loc("file":1:2), loc("name"(child)), loc(callsite(a at b)), loc(fused<m>[a, b]),
// loc(unknown), loc(#alias). A fused location's metadata is read and dropped.
#include "ir/parse.h"

enum { FUSED_MAX = 4096 };

static bool parse_location(struct ir_parser *p, ir_attr *out);

// After `"file"`: `:line:column`. Newer MLIR may add `to line:column` or `to :column`, which is
// read and dropped.
static bool parse_position(struct ir_parser *p, struct str file, ir_attr *out) {
	i64 line, column, end;
	u32 at = p->tok.at;
	if (!ir_parser_literal(p, ":") || !ir_parser_integer(p, &line) || !ir_parser_literal(p, ":") ||
	    !ir_parser_integer(p, &column))
		return false;
	if (ir_parser_optional(p, "to")) {
		if (!ir_parser_peek(p, ":") && !ir_parser_integer(p, &end))
			return false;
		if (!ir_parser_literal(p, ":") || !ir_parser_integer(p, &end))
			return false;
	}
	if (line < 0 || line > UINT32_MAX || column < 0 || column > UINT32_MAX)
		return ir_parser_error(p, at, "lines and columns are 32-bit numbers");
	*out = ir_loc_file(p->c, file, (u32)line, (u32)column);
	return true;
}

// "file":line:column, "name" or "name"(child)
static bool parse_string_location(struct ir_parser *p, ir_attr *out) {
	struct str text;
	if (!ir_parser_string(p, &text))
		return false;
	if (ir_parser_peek(p, ":"))
		return parse_position(p, text, out);
	ir_attr child = NULL;
	if (ir_parser_optional(p, "(") && !(parse_location(p, &child) && ir_parser_literal(p, ")")))
		return false;
	*out = ir_loc_name(p->c, text, child);
	return true;
}

static bool location_item(struct ir_parser *p, void *user) {
	struct {
		ir_attr *data;
		u32 size, cap;
	} *list = user;
	ir_attr a;
	if (!parse_location(p, &a))
		return false;
	vec_push(&p->scratch, *list, a);
	return true;
}

static bool parse_fused(struct ir_parser *p, ir_attr *out) {
	struct {
		ir_attr *data;
		u32 size, cap;
	} list = {0};
	ir_attr metadata;
	if (ir_parser_optional(p, "<") &&
	    !(ir_parser_attr(p, NULL, &metadata) && ir_parser_literal(p, ">")))
		return false;
	u32 at = p->tok.at;
	if (!ir_parser_list(p, IR_DELIM_SQUARE, location_item, &list))
		return false;
	if (list.size > FUSED_MAX)
		return ir_parser_error(p, at, "a fused location has at most %d parts", FUSED_MAX);
	*out = ir_loc_fused(p->c, list.size, list.data);
	return true;
}

static bool parse_callsite(struct ir_parser *p, ir_attr *out) {
	ir_attr callee, caller;
	if (!ir_parser_literal(p, "(") || !parse_location(p, &callee) || !ir_parser_literal(p, "at") ||
	    !parse_location(p, &caller) || !ir_parser_literal(p, ")"))
		return false;
	*out = ir_loc_callsite(p->c, callee, caller);
	return true;
}

static bool is_location(ir_attr a) {
	return a->kind >= IR_ATTR_LOC_UNKNOWN && a->kind <= IR_ATTR_LOC_CALLSITE;
}

static bool parse_alias(struct ir_parser *p, ir_attr *out) {
	struct ir_alias *a;
	u32 at = p->tok.at;
	if (!ir_parser_alias_use(p, false, &a))
		return false;
	if (!is_location(a->attr))
		return ir_parser_error(p, at, "the alias is no location");
	*out = a->attr;
	return true;
}

static bool parse_form(struct ir_parser *p, ir_attr *out) {
	if (ir_parser_is(p, IR_TOKEN_HASH))
		return parse_alias(p, out);
	if (ir_parser_is(p, IR_TOKEN_STRING))
		return parse_string_location(p, out);
	if (ir_parser_optional(p, "callsite"))
		return parse_callsite(p, out);
	if (ir_parser_optional(p, "fused"))
		return parse_fused(p, out);
	if (ir_parser_optional(p, "loc"))
		return ir_parser_loc(p, out);
	if (!ir_parser_optional(p, "unknown"))
		return ir_parser_expected(p, "a location");
	*out = ir_loc_unknown(p->c);
	return true;
}

static bool parse_location(struct ir_parser *p, ir_attr *out) {
	if (!ir_parser_enter(p))
		return false;
	bool ok = parse_form(p, out);
	ir_parser_leave(p);
	return ok;
}

bool ir_parser_loc(struct ir_parser *p, ir_attr *out) {
	return ir_parser_literal(p, "(") && parse_location(p, out) && ir_parser_literal(p, ")");
}

bool ir_parser_optional_loc(struct ir_parser *p, ir_attr *out) {
	return !ir_parser_optional(p, "loc") || ir_parser_loc(p, out);
}
