// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parser's ground: tokens, keywords, lists, aliases; and its entries ir_parse, ir_parse_type,
// ir_parse_attr.
//
// Aliases are noted before parsing starts, by looking at the first token of each line, and read
// when they are first used: MLIR prints those of locations after the ops that use them.
#include "ir/parse.h"

static bool parser_init(struct ir_parser *p, struct ir_context *c, struct str text, struct str file,
                        u32 first_line) {
	p->c = c;
	p->d = ir_diags(c);
	arena_init(&p->scratch);
	arena_init(&p->names);
	arena_init(&p->keep);
	strmap_init(&p->aliases, &p->keep);
	strmap_init(&p->resources, &p->keep);
	strmap_init(&p->reported, &p->keep);
	p->expanded_max = 64 * (u64)text.size + 100000;
	p->default_dialect = STR("builtin");
	if (!ir_lexer_init(&p->lexer, &p->keep, p->d, text, file, first_line))
		return false;
	ir_parser_advance(p);
	return true;
}

static void parser_deinit(struct ir_parser *p) {
	arena_deinit(&p->scratch);
	arena_deinit(&p->names);
	arena_deinit(&p->keep);
}

// ---- tokens -----------------------------------------------------------------------------------

void ir_parser_advance(struct ir_parser *p) {
	p->last_end = p->tok.at + p->tok.size;
	p->tok = ir_lexer_next(&p->lexer);
}

void ir_parser_rewind(struct ir_parser *p, u32 at) {
	p->lexer.next = at;
	p->tok = ir_lexer_next(&p->lexer);
}

struct ir_context *ir_parser_context(struct ir_parser *p) { return p->c; }

struct arena *ir_parser_arena(struct ir_parser *p) { return &p->scratch; }

u32 ir_parser_at(struct ir_parser *p) { return p->tok.at; }

bool ir_parser_error(struct ir_parser *p, u32 at, const char *format, ...) {
	p->failed = true;
	if (ir_parser_is(p, IR_TOKEN_ERROR) && at == p->tok.at)
		return false;  // the lexer said what is wrong there
	va_list args;
	va_start(args, format);
	struct strbuf message;
	strbuf_init(&message, &p->scratch);
	strbuf_addv(&message, format, args);
	va_end(args);
	strbuf_add_char(&message, '\0');
	diag_emit(p->d, DIAG_parse_syntax, ir_lexer_loc(&p->lexer, at), message.data);
	return false;
}

bool ir_parser_expected(struct ir_parser *p, const char *what) {
	p->failed = true;
	if (!ir_parser_is(p, IR_TOKEN_ERROR))
		diag_emit(p->d, DIAG_parse_expected, ir_lexer_loc(&p->lexer, p->tok.at), what);
	return false;
}

bool ir_parser_enter(struct ir_parser *p) {
	if (p->depth >= IR_NESTING_MAX) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_too_deep, ir_lexer_loc(&p->lexer, p->tok.at), IR_NESTING_MAX);
		return false;
	}
	p->depth++;
	p->deepest = BASE_MAX(p->deepest, p->depth);
	return true;
}

bool ir_parser_expand(struct ir_parser *p, u32 at, u64 characters) {
	p->expanded += characters;
	return p->expanded <= p->expanded_max ||
	       ir_parser_error(p, at, "aliases stand for more than %llu characters",
	                       (unsigned long long)p->expanded_max);
}

bool ir_parser_token_u64(const struct ir_parser *p, struct ir_token t, u64 *out) {
	struct str s = ir_token_text(&p->lexer, t);
	bool hex = s.size > 2 && s.data[1] == 'x';
	u64 v = 0;
	for (size_t i = hex ? 2 : 0; i < s.size; i++)
		if (__builtin_mul_overflow(v, hex ? 16u : 10u, &v) ||
		    __builtin_add_overflow(v, (u64)ir_char_hex(s.data[i]), &v))
			return false;
	*out = v;
	return true;
}

bool ir_parser_peek(struct ir_parser *p, const char *text) {
	return (ir_parser_is(p, IR_TOKEN_BARE) || ir_parser_is(p, IR_TOKEN_PUNCTUATION)) &&
	       str_eq_z(ir_parser_spelling(p), text);
}

bool ir_parser_optional(struct ir_parser *p, const char *text) {
	if (!ir_parser_peek(p, text))
		return false;
	ir_parser_advance(p);
	return true;
}

bool ir_parser_literal(struct ir_parser *p, const char *text) {
	if (ir_parser_optional(p, text))
		return true;
	return ir_parser_expected(p, str_format(&p->scratch, "'%s'", text).data);
}

bool ir_parser_optional_keyword(struct ir_parser *p, struct str *out) {
	if (!ir_parser_is(p, IR_TOKEN_BARE))
		return false;
	*out = ir_parser_spelling(p);
	ir_parser_advance(p);
	return true;
}

bool ir_parser_keyword(struct ir_parser *p, struct str *out) {
	return ir_parser_optional_keyword(p, out) || ir_parser_expected(p, "a keyword");
}

bool ir_parser_optional_integer(struct ir_parser *p, i64 *out, bool *present) {
	u32 at = p->tok.at;
	bool negative = ir_parser_optional(p, "-");
	*present = negative || ir_parser_is(p, IR_TOKEN_INTEGER);
	if (!*present)
		return true;
	if (!ir_parser_is(p, IR_TOKEN_INTEGER))
		return ir_parser_expected(p, "an integer");
	u64 v;
	if (!ir_parser_token_u64(p, p->tok, &v) || v > (u64)INT64_MAX + negative)
		return ir_parser_error(p, at, "integer does not fit 64 bits");
	ir_parser_advance(p);
	*out = negative ? (i64)(0 - v) : (i64)v;
	return true;
}

bool ir_parser_integer(struct ir_parser *p, i64 *out) {
	bool present;
	return ir_parser_optional_integer(p, out, &present) &&
	       (present || ir_parser_expected(p, "an integer"));
}

bool ir_parser_string(struct ir_parser *p, struct str *out) {
	if (!ir_parser_is(p, IR_TOKEN_STRING))
		return ir_parser_expected(p, "a string");
	*out = ir_lexer_unescape(&p->scratch, ir_parser_spelling(p));
	ir_parser_advance(p);
	return true;
}

bool ir_parser_optional_symbol(struct ir_parser *p, ir_name *out) {
	if (!ir_parser_is(p, IR_TOKEN_AT))
		return false;
	struct str s = str_drop(ir_parser_spelling(p), 1);
	if (s.data[0] == '"')
		s = ir_lexer_unescape(&p->scratch, s);
	if (s.size == 0)
		return false;
	*out = ir_name_get(p->c, s);
	ir_parser_advance(p);
	return true;
}

bool ir_parser_symbol(struct ir_parser *p, ir_name *out) {
	return ir_parser_optional_symbol(p, out) ||
	       ir_parser_expected(p, "a symbol name such as @main");
}

bool ir_parser_list(struct ir_parser *p, enum ir_delim delim, ir_parser_item_fn *item, void *user) {
	static const char *const open[] = {"(", "[", "{", "<"}, *const close[] = {")", "]", "}", ">"};
	if (delim == IR_DELIM_NONE) {
		do {
			if (!item(p, user))
				return false;
		} while (ir_parser_optional(p, ","));
		return true;
	}
	bool optional = delim >= IR_DELIM_OPTIONAL_PAREN;
	u32 kind = optional ? delim - IR_DELIM_OPTIONAL_PAREN : delim - IR_DELIM_PAREN;
	if (optional && !ir_parser_peek(p, open[kind]))
		return true;
	if (!ir_parser_literal(p, open[kind]))
		return false;
	if (ir_parser_optional(p, close[kind]))
		return true;
	do {
		if (!item(p, user))
			return false;
	} while (ir_parser_optional(p, ","));
	return ir_parser_literal(p, close[kind]);
}

// ---- aliases ----------------------------------------------------------------------------------

// Notes the `#name =` or `!name =` that starts at `at`, if one does.
static void note_alias(struct ir_parser *p, u32 at) {
	ir_parser_rewind(p, at);
	struct str name = ir_parser_spelling(p);
	if ((!ir_parser_is(p, IR_TOKEN_HASH) && !ir_parser_is(p, IR_TOKEN_BANG)) ||
	    str_find_char(name, '.') >= 0)
		return;
	u32 name_at = p->tok.at;
	ir_parser_advance(p);
	if (!ir_parser_peek(p, "=") || strmap_find(&p->aliases, name, NULL))
		return;
	struct ir_alias *a = ARENA_NEW(&p->keep, struct ir_alias);
	a->at = name_at;
	strmap_set(&p->aliases, name, map_ptr(a));
}

void ir_parser_find_aliases(struct ir_parser *p) {
	struct str text = p->lexer.text;
	u32 start = p->tok.at, told = p->lexer.error_at;
	p->lexer.error_at = UINT32_MAX;  // silent: the true pass will report
	for (u32 i = 0; i < p->lexer.num_lines; i++) {
		u32 at = p->lexer.lines[i];
		while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\t'))
			at++;
		if (at >= text.size)
			break;
		if (text.data[at] == '#' || text.data[at] == '!')
			note_alias(p, at);
		else if (!p->resources_at && str_starts_with(str_drop(text, at), STR("{-#")))
			p->resources_at = at + 1;  // so that 0 means none
	}
	p->lexer.error_at = told;
	ir_parser_rewind(p, start);
}

// Reads `#name = value`, which is next, into *a.
static bool parse_alias(struct ir_parser *p, struct ir_alias *a) {
	bool is_type = ir_parser_is(p, IR_TOKEN_BANG);
	u64 expanded = p->expanded;
	u32 start = p->tok.at;
	u32 deepest = p->deepest;
	a->state = IR_ALIAS_PARSING;
	p->deepest = p->depth;
	ir_parser_advance(p);
	bool ok = ir_parser_literal(p, "=") &&
	          (is_type ? ir_parser_type(p, &a->type) : ir_parser_attr(p, NULL, &a->attr));
	a->weight = p->last_end - start + (p->expanded - expanded);
	a->depth = p->deepest - p->depth;
	a->state = ok ? IR_ALIAS_READY : IR_ALIAS_BROKEN;
	p->deepest = BASE_MAX(deepest, p->deepest);
	return ok;
}

// Reads the definition of an alias that is used before it.
static bool parse_alias_ahead(struct ir_parser *p, struct ir_alias *a) {
	u32 back = p->tok.at, depth = p->depth;
	ir_parser_rewind(p, a->at);
	bool ok = parse_alias(p, a);
	p->depth = depth;
	ir_parser_rewind(p, back);
	return ok;
}

bool ir_parser_alias_use(struct ir_parser *p, bool type, struct ir_alias **out) {
	struct str name = ir_parser_spelling(p);
	u64 found;
	if (!strmap_find(&p->aliases, name, &found)) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_undefined_alias, ir_lexer_loc(&p->lexer, p->tok.at),
		          STR_ARG(name));
		return false;
	}
	struct ir_alias *a = (struct ir_alias *)(uintptr_t)found;
	if (a->state == IR_ALIAS_SEEN && !parse_alias_ahead(p, a))
		return false;
	if (a->state == IR_ALIAS_PARSING)
		return ir_parser_error(p, p->tok.at, "alias '%.*s' is defined by itself", STR_ARG(name));
	if (a->state == IR_ALIAS_BROKEN || (type ? !a->type : !a->attr)) {
		p->failed = true;
		return false;  // reported at its definition
	}
	if (!ir_parser_expand(p, p->tok.at, a->weight))
		return false;
	p->deepest = BASE_MAX(p->deepest, p->depth + a->depth);
	if (p->depth + a->depth > IR_NESTING_MAX) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_too_deep, ir_lexer_loc(&p->lexer, p->tok.at), IR_NESTING_MAX);
		return false;
	}
	ir_parser_advance(p);
	*out = a;
	return true;
}

bool ir_parser_alias_def(struct ir_parser *p) {
	struct str name = ir_parser_spelling(p);
	u32 at = p->tok.at;
	u64 found;
	if (str_find_char(name, '.') >= 0)
		return ir_parser_error(p, at, "names with a '.' are reserved for dialects");
	if (!strmap_find(&p->aliases, name, &found)) {  // not the first thing on its line
		struct ir_alias *a = ARENA_NEW(&p->keep, struct ir_alias);
		a->at = at;
		strmap_set(&p->aliases, name, map_ptr(a));
		found = map_ptr(a);
	}
	struct ir_alias *a = (struct ir_alias *)(uintptr_t)found, again = {.at = at};
	if (a->at != at) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_redefinition, ir_lexer_loc(&p->lexer, at), STR_ARG(name));
		diag_note(p->d, ir_lexer_loc(&p->lexer, a->at), "first defined here");
		a = &again;
	}
	if (a->state == IR_ALIAS_BROKEN)
		return false;
	// Read again even if it was used before, to get past it.
	return parse_alias(p, a);
}

// ---- entries ----------------------------------------------------------------------------------

static bool at_end(struct ir_parser *p) {
	return ir_parser_is(p, IR_TOKEN_EOF) || ir_parser_expected(p, "end of text");
}

// The op that the text consists of, when it is one module, becomes the module itself.
static void adopt_module(struct ir_module *m) {
	struct ir_op *only = ir_module_body(m)->first;
	if (!only || only->next || only->info != m->op->info)
		return;
	ir_op_remove(only);
	ir_op_erase(m->op);
	m->op = only;
}

static bool parse_module(struct ir_parser *p) {
	ir_parser_find_aliases(p);
	u32 start = p->tok.at;
	if (p->resources_at) {
		ir_parser_rewind(p, p->resources_at - 1);
		ir_parser_resources(p);
		ir_parser_rewind(p, start);
	}
	p->module = ir_module_create(p->c);
	p->module->op->loc = ir_loc_file(p->c, p->lexer.file, 0, 0);
	struct ir_scope scope;
	struct ir_labels labels = {0};
	strmap_init(&labels.names, &p->keep);
	p->labels = &labels;
	ir_parser_scope_push(p, &scope);
	bool ok = ir_parser_ops(p, ir_module_body(p->module), true) && at_end(p);
	ok = ir_parser_check_labels(p) && ok;
	return ir_parser_scope_pop(p) && ok && !p->failed;
}

struct ir_module *ir_parse(struct ir_context *c, struct str text, struct str file,
                           const struct ir_parse_options *o) {
	struct ir_parser p = {0};
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		struct base_failure failure = r.failure;
		if (p.module)
			ir_module_destroy(p.module);
		parser_deinit(&p);
		base_fail_again(&failure);
	}
	u32 errors = ir_diags(c)->errors;
	bool ok = parser_init(&p, c, text, file, o ? o->first_line : 1) && parse_module(&p);
	struct ir_module *m = p.module;
	ok = ok && ir_diags(c)->errors == errors;
	if (ok)
		adopt_module(m);
	else if (m)
		ir_module_destroy(m);
	base_recovery_pop(&r);
	parser_deinit(&p);
	return ok ? m : NULL;
}

ir_type ir_parse_type(struct ir_context *c, struct str text) {
	struct ir_parser p = {0};
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		struct base_failure failure = r.failure;
		parser_deinit(&p);
		base_fail_again(&failure);
	}
	ir_type t = NULL;
	bool ok = parser_init(&p, c, text, STR("<type>"), 1) && ir_parser_type(&p, &t) && at_end(&p);
	base_recovery_pop(&r);
	parser_deinit(&p);
	return ok ? t : NULL;
}

ir_attr ir_parse_attr(struct ir_context *c, struct str text) {
	struct ir_parser p = {0};
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		struct base_failure failure = r.failure;
		parser_deinit(&p);
		base_fail_again(&failure);
	}
	ir_attr a = NULL;
	bool ok = parser_init(&p, c, text, STR("<attribute>"), 1) && ir_parser_attr(&p, NULL, &a) &&
	          at_end(&p);
	base_recovery_pop(&r);
	parser_deinit(&p);
	return ok ? a : NULL;
}
