// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SSA names and block labels. A name is looked up in the scope of the innermost isolated region;
// names that a nested region defines go out of scope with it. A use before the definition gets a
// stand-in value, whose uses the definition takes over; what is left at the end of the isolated
// region is an error.
#include "ir/parse.h"

// ---- scopes -----------------------------------------------------------------------------------

void ir_parser_scope_push(struct ir_parser *p, struct ir_scope *s) {
	*s = (struct ir_scope){.outer = p->scope};
	strmap_init(&s->names, s->outer ? &p->names : &p->keep);
	p->scope = s;
}

// Each name once, in the order of first use.
bool ir_parser_scope_pop(struct ir_parser *p) {
	struct ir_scope *s = p->scope;
	bool ok = true;
	for (u32 i = 0; i < s->forwards.size; i++) {
		struct ir_definition *def = s->forwards.data[i].def;
		if (!def->value || !def->forward)
			continue;
		ok = false;
		p->failed = true;
		diag_emit(p->d, DIAG_parse_undefined_value, ir_lexer_loc(&p->lexer, def->at),
		          STR_ARG(s->forwards.data[i].name));
	}
	p->scope = s->outer;
	return ok;
}

// What the outermost scope holds lives as long as the text.
static struct arena *scope_arena(struct ir_parser *p) {
	return p->scope->outer ? &p->names : &p->keep;
}

// The entry "name" or "name#number"; made when absent.
static struct ir_definition *find_definition(struct ir_parser *p, struct str name, u32 number,
                                             struct str *key) {
	*key = number ? str_format(scope_arena(p), "%.*s#%u", STR_ARG(name), number) : name;
	u64 found;
	if (strmap_find(&p->scope->names, *key, &found))
		return (struct ir_definition *)(uintptr_t)found;
	struct ir_definition *def = ARENA_NEW(scope_arena(p), struct ir_definition);
	strmap_set(&p->scope->names, *key, map_ptr(def));
	return def;
}

// ---- definitions ------------------------------------------------------------------------------

static void report_type(struct ir_parser *p, u32 at, struct str name, ir_type used, ir_type has,
                        u32 other) {
	struct strbuf a, b;
	strbuf_init(&a, &p->scratch);
	strbuf_init(&b, &p->scratch);
	ir_print_type(p->c, used, &a);
	ir_print_type(p->c, has, &b);
	p->failed = true;
	diag_emit(p->d, DIAG_parse_value_type, ir_lexer_loc(&p->lexer, at), STR_ARG(name), STR_ARG(a),
	          STR_ARG(b));
	diag_note(p->d, ir_lexer_loc(&p->lexer, other), "see here");
}

bool ir_parser_define(struct ir_parser *p, struct str name, u32 number, struct ir_value *v,
                      u32 at) {
	struct str key;
	struct ir_definition *def = find_definition(p, name, number, &key);
	if (def->value && !def->forward) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_redefinition, ir_lexer_loc(&p->lexer, at),
		          STR_ARG(str_format(&p->scratch, "%%%.*s", STR_ARG(key))));
		diag_note(p->d, ir_lexer_loc(&p->lexer, def->at), "first defined here");
		return true;  // the syntax is sound
	}
	if (def->value) {
		if (def->value->type != v->type)
			report_type(p, def->at, key, def->value->type, v->type, at);
		ir_value_replace_uses(def->value, v);
	}
	*def = (struct ir_definition){.value = v, .at = at};
	vec_push(scope_arena(p), p->scope->defined, def);
	return true;
}

struct ir_value *ir_parser_stand_in(struct ir_parser *p, ir_type type) {
	struct ir_value *v = ARENA_NEW(scope_arena(p), struct ir_value);
	v->type = type;
	v->is_argument = true;  // of no block
	return v;
}

struct ir_value *ir_parser_lookup(struct ir_parser *p, const struct ir_name_use *use,
                                  ir_type type) {
	struct str key;
	struct ir_definition *def = find_definition(p, use->name, use->number, &key);
	if (!def->value) {
		*def = (struct ir_definition){
			.value = ir_parser_stand_in(p, type), .at = use->at, .forward = true};
		struct ir_forward f = {def, key};
		vec_push(scope_arena(p), p->scope->forwards, f);
	}
	if (def->value->type == type)
		return def->value;
	report_type(p, use->at, key, type, def->value->type, def->at);
	return ir_parser_stand_in(p, type);
}

ir_type ir_parser_known_type(struct ir_parser *p, const struct ir_name_use *use) {
	struct str key;
	struct ir_definition *def = find_definition(p, use->name, use->number, &key);
	return def->value ? def->value->type : NULL;
}

// ---- operands ---------------------------------------------------------------------------------

bool ir_parser_optional_operand(struct ir_parser *p, struct ir_name_use *out, bool *present) {
	*present = ir_parser_is(p, IR_TOKEN_PERCENT);
	if (!*present)
		return true;
	*out = (struct ir_name_use){.name = str_drop(ir_parser_spelling(p), 1), .at = p->tok.at};
	ir_parser_advance(p);
	if (!ir_parser_is(p, IR_TOKEN_HASH) || !ir_char_is_digit(ir_parser_spelling(p).data[1]))
		return true;
	i64 number;
	if (!str_parse_i64(str_drop(ir_parser_spelling(p), 1), &number) || number > UINT16_MAX)
		return ir_parser_error(p, p->tok.at, "no op has that many results");
	out->number = (u32)number;
	ir_parser_advance(p);
	return true;
}

bool ir_parser_operand(struct ir_parser *p, struct ir_name_use *out) {
	bool present;
	return ir_parser_optional_operand(p, out, &present) &&
	       (present || ir_parser_expected(p, "a value such as %0"));
}

static bool operand_item(struct ir_parser *p, void *user) {
	struct ir_names *list = user;
	struct ir_name_use use;
	if (!ir_parser_operand(p, &use))
		return false;
	vec_push(&p->scratch, *list, use);
	return true;
}

bool ir_parser_operands(struct ir_parser *p, enum ir_delim delim, struct ir_names *out) {
	if (delim == IR_DELIM_NONE && !ir_parser_is(p, IR_TOKEN_PERCENT))
		return true;
	return ir_parser_list(p, delim, operand_item, out);
}

bool ir_parser_resolve_one(struct ir_parser *p, struct ir_op_state *s,
                           const struct ir_name_use *name, ir_type type) {
	struct ir_value *v = ir_parser_lookup(p, name, type);
	vec_push(&p->scratch, s->operands, v);
	return true;
}

bool ir_parser_resolve_same(struct ir_parser *p, struct ir_op_state *s,
                            const struct ir_names *names, ir_type type) {
	for (u32 i = 0; i < names->size; i++)
		if (!ir_parser_resolve_one(p, s, &names->data[i], type))
			return false;
	return true;
}

bool ir_parser_resolve(struct ir_parser *p, struct ir_op_state *s, const struct ir_names *names,
                       const struct ir_types *types) {
	if (names->size != types->size)
		return ir_parser_error(p, names->size ? names->data[0].at : p->tok.at,
		                       "%u operands, but %u types", names->size, types->size);
	for (u32 i = 0; i < names->size; i++)
		if (!ir_parser_resolve_one(p, s, &names->data[i], types->data[i]))
			return false;
	return true;
}

// ---- labels -----------------------------------------------------------------------------------

bool ir_parser_label(struct ir_parser *p, bool define, struct ir_block **out) {
	if (!ir_parser_is(p, IR_TOKEN_CARET))
		return ir_parser_expected(p, "a block such as ^bb0");
	struct str name = str_drop(ir_parser_spelling(p), 1);
	u64 found;
	struct ir_label *l;
	if (strmap_find(&p->labels->names, name, &found)) {
		l = (struct ir_label *)(uintptr_t)found;
	} else {
		l = ARENA_NEW(&p->names, struct ir_label);
		*l = (struct ir_label){.block = ir_block_create(p->module), .at = p->tok.at};
		strmap_set(&p->labels->names, name, map_ptr(l));
		struct ir_forward_label f = {l, name};
		vec_push(&p->names, p->labels->forwards, f);
	}
	if (define && l->defined) {
		p->failed = true;
		diag_emit(p->d, DIAG_parse_redefinition, ir_lexer_loc(&p->lexer, p->tok.at),
		          (int)name.size + 1, name.data - 1);
		diag_note(p->d, ir_lexer_loc(&p->lexer, l->at), "first defined here");
		return false;
	}
	if (define)
		l->at = p->tok.at;
	l->defined |= define;
	*out = l->block;
	ir_parser_advance(p);
	return true;
}
