// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recursive descent over the tokens of a rule file. A `for` parses its body once for each tuple,
// with the holes `<name>` of words filled in as tokens are read.
#include "rulegen.h"

struct hole {
	struct str name, text;
};
struct parser {
	struct rulegen *g;
	struct tokens tokens;
	u32 at;
	VEC(struct hole) holes;
};

// ---- tokens -----------------------------------------------------------------------------------

// A syntax error ends the run: what follows would be guesses.
static BASE_NORETURN void give_up(void) {
	base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "syntax error");
}

static struct str fill_holes(struct parser *p, struct str text, u32 line) {
	if (str_find_char(text, '<') < 0)
		return text;
	struct strbuf out;
	strbuf_init(&out, &p->g->arena);
	while (text.size) {
		i64 open = str_find_char(text, '<');
		if (open < 0) {
			strbuf_add(&out, text);
			break;
		}
		i64 close = str_find_char(text, '>');
		struct str name = str_make(text.data + open + 1, (size_t)(close - open - 1));
		strbuf_add(&out, str_take(text, (size_t)open));
		u32 i = p->holes.size;
		while (i > 0 && !str_eq(p->holes.data[i - 1].name, name))
			i--;
		if (i == 0) {
			rulegen_error(p->g, line, "no `for` gives <%.*s>", STR_ARG(name));
			give_up();
		}
		strbuf_add(&out, p->holes.data[i - 1].text);
		text = str_drop(text, (size_t)close + 1);
	}
	return strbuf_str(&out);
}

static struct token peek(struct parser *p) {
	struct token t = p->tokens.data[p->at];
	if (t.kind == TOKEN_WORD || t.kind == TOKEN_VARIABLE) {
		t.text = fill_holes(p, t.text, t.line);
		// A hole filled with a number is one.
		if (t.kind == TOKEN_WORD && t.text.size && t.text.data[0] >= '0' && t.text.data[0] <= '9')
			t.kind = TOKEN_INTEGER;
	}
	return t;
}

static struct token next(struct parser *p) {
	struct token t = peek(p);
	if (t.kind != TOKEN_END)
		p->at++;
	return t;
}

static bool is_mark(struct token t, const char *text) {
	return t.kind == TOKEN_MARK && str_eq_z(t.text, text);
}

static bool accept(struct parser *p, const char *mark) {
	if (!is_mark(peek(p), mark))
		return false;
	p->at++;
	return true;
}

static bool accept_word(struct parser *p, const char *word) {
	struct token t = peek(p);
	if (t.kind != TOKEN_WORD || !str_eq_z(t.text, word))
		return false;
	p->at++;
	return true;
}

static BASE_NORETURN void syntax_error(struct parser *p, const char *wanted) {
	struct token t = peek(p);
	rulegen_error(p->g, t.line, "expected %s before '%.*s'", wanted, STR_ARG(t.text));
	give_up();
}

static void expect(struct parser *p, const char *mark) {
	if (!accept(p, mark))
		syntax_error(p, mark);
}

static struct str expect_kind(struct parser *p, enum token_kind kind, const char *wanted) {
	if (peek(p).kind != kind)
		syntax_error(p, wanted);
	return next(p).text;
}

static struct str expect_word(struct parser *p) { return expect_kind(p, TOKEN_WORD, "a word"); }

static i64 expect_integer(struct parser *p) {
	i64 v;
	if (!str_parse_i64(expect_kind(p, TOKEN_INTEGER, "an integer"), &v))
		syntax_error(p, "an integer of 64 bits");
	return v;
}

// ---- nodes ------------------------------------------------------------------------------------

static struct node *new_node(struct parser *p, enum node_kind kind, struct str name) {
	struct node *n = ARENA_NEW(&p->g->arena, struct node);
	n->kind = (u8)kind;
	n->name = name;
	n->line = peek(p).line;
	return n;
}

static u32 type_bits(struct parser *p, struct str name) {
	u32 index;
	for (u32 i = 0; i < p->g->num_aliases; i++)
		if (str_eq(p->g->aliases[i].name, name))
			return p->g->aliases[i].types;
	if (rulegen_find_type(name, &index))
		return 1u << index;
	rulegen_error(p->g, peek(p).line, "unknown type '%.*s'", STR_ARG(name));
	return 0;
}

// `i32|i64`, `vf32.64`
static void parse_types(struct parser *p, struct node *n) {
	do {
		struct str rest, names = str_split(expect_word(p), '.', &rest);
		i64 bytes = 0;
		if (rest.size && !str_parse_i64(rest, &bytes))
			syntax_error(p, "a type's size in bytes");
		while (names.size) {  // a hole may hold several
			struct str name = str_split(names, '|', &names);
			n->types |= type_bits(p, name);
		}
		n->bytes = (u32)bytes;
	} while (accept(p, "|"));
}

static struct node *parse_number(struct parser *p) {
	struct token t = next(p);
	struct node *n = new_node(p, t.kind == TOKEN_FLOAT ? NODE_FLOAT : NODE_INTEGER, t.text);
	n->line = t.line;
	if (t.kind == TOKEN_FLOAT ? !str_parse_f64(t.text, &n->real)
	                          : !str_parse_i64(t.text, &n->integer))
		rulegen_error(p->g, t.line, "malformed number '%.*s'", STR_ARG(t.text));
	return n;
}

static struct node *parse_call_args(struct parser *p, struct str name);

// An argument of a guard or helper, or the value of an attribute.
static struct node *parse_argument(struct parser *p) {
	struct token t = peek(p);
	if (t.kind == TOKEN_INTEGER || t.kind == TOKEN_FLOAT)
		return parse_number(p);
	if (t.kind == TOKEN_VARIABLE)
		return new_node(p, NODE_VARIABLE, next(p).text);
	struct str word = expect_word(p);
	if (is_mark(peek(p), "(") && peek(p).glued)
		return parse_call_args(p, word);
	return new_node(p, NODE_WORD, word);
}

static struct node *parse_call_args(struct parser *p, struct str name) {
	struct node *n = new_node(p, NODE_CALL, name);
	expect(p, "(");
	if (accept(p, ")"))
		return n;
	do
		vec_push(&p->g->arena, n->args, parse_argument(p));
	while (accept(p, ","));
	expect(p, ")");
	return n;
}

// `word=value` in front of operands; false when what follows is no attribute.
static bool parse_attr(struct parser *p, struct node *n) {
	if (peek(p).kind != TOKEN_WORD || !is_mark(p->tokens.data[p->at + 1], "="))
		return false;
	struct node_attr a = {.name = next(p).text};
	expect(p, "=");
	a.value = parse_argument(p);
	vec_push(&p->g->arena, n->attrs, a);
	return true;
}

// What may follow a pattern.
static void parse_suffix(struct parser *p, struct node *n) {
	if (accept(p, "*"))
		n->shared = true;
	if (accept(p, ":"))
		parse_types(p, n);
	if (accept(p, "@"))
		n->bind = expect_word(p);
}

static struct node *parse_pattern(struct parser *p);

static struct node *parse_pattern_operand(struct parser *p) {
	struct token t = peek(p);
	if (is_mark(t, "("))
		return parse_pattern(p);
	if (t.kind == TOKEN_INTEGER || t.kind == TOKEN_FLOAT)
		return parse_number(p);
	struct node *n;
	if (t.kind == TOKEN_VARIABLE) {
		n = new_node(p, NODE_VARIABLE, next(p).text);
	} else if (accept_word(p, "_")) {
		n = new_node(p, NODE_ANY, STR("_"));
	} else {
		syntax_error(p, "an operand");
	}
	if (accept(p, ":"))
		parse_types(p, n);
	return n;
}

static struct node *parse_pattern(struct parser *p) {
	expect(p, "(");
	struct node *n = new_node(p, NODE_OP, expect_word(p));
	while (parse_attr(p, n))
		;
	while (!accept(p, ")")) {
		if (accept(p, "...")) {
			n->rest = true;
			expect(p, ")");
			break;
		}
		vec_push(&p->g->arena, n->args, parse_pattern_operand(p));
	}
	parse_suffix(p, n);
	return n;
}

static struct node *parse_result(struct parser *p);

static struct node *parse_result_operand(struct parser *p) {
	struct node *n;
	if (is_mark(peek(p), "("))
		n = parse_result(p);
	else
		n = parse_argument(p);
	if (accept(p, "#")) {
		n->result = (u32)expect_integer(p);
		n->result_given = true;
	}
	n->overwritten = accept(p, "!");
	return n;
}

// The word of an instruction: name, `.SIZE`, `.$x`, `{z}`.
static void parse_inst_word(struct parser *p, struct node *n) {
	i64 dot = str_rfind_char(n->name, '.'), size = 0;
	n->kind = NODE_INST;
	if (dot >= 0) {
		struct str suffix = str_drop(n->name, (size_t)dot + 1);
		n->name = str_take(n->name, (size_t)dot);
		if (suffix.size == 0)
			n->size_of = expect_kind(p, TOKEN_VARIABLE, "a variable");
		else if (str_parse_i64(suffix, &size))
			n->size = (u32)size;
		else
			rulegen_error(p->g, n->line, "malformed size '.%.*s'", STR_ARG(suffix));
	}
	if (accept(p, "{")) {
		if (!accept_word(p, "z"))
			syntax_error(p, "z");
		n->zeroing = true;
		expect(p, "}");
	}
}

static struct node *parse_result(struct parser *p) {
	expect(p, "(");
	struct node *n = new_node(p, NODE_OP, expect_word(p));
	if (p->g->target)
		parse_inst_word(p, n);
	while (parse_attr(p, n))
		;
	while (!accept(p, ")"))
		vec_push(&p->g->arena, n->args, parse_result_operand(p));
	if (accept(p, ":"))
		n->bind = expect_kind(p, TOKEN_VARIABLE, "a variable");
	return n;
}

// ---- rules ------------------------------------------------------------------------------------

static void parse_results(struct parser *p, struct rule *r) {
	while (peek(p).kind == TOKEN_VARIABLE && is_mark(p->tokens.data[p->at + 1], "=")) {
		struct rule_let let = {.name = next(p).text};
		expect(p, "=");
		let.value = parse_result_operand(p);
		vec_push(&p->g->arena, r->lets, let);
		expect(p, ";");
	}
	struct token after = p->tokens.data[p->at + 1];
	bool list = is_mark(peek(p), "(") && (is_mark(after, ")") || after.kind == TOKEN_VARIABLE);
	if (!list) {
		vec_push(&p->g->arena, r->results, parse_result_operand(p));
		return;
	}
	expect(p, "(");
	if (accept(p, ")"))
		return;
	do
		vec_push(&p->g->arena, r->results, parse_result_operand(p));
	while (accept(p, ","));
	expect(p, ")");
}

static void parse_guards(struct parser *p, struct rule *r) {
	while (accept(p, "&&")) {
		bool negated = accept(p, "!");
		struct node *n = parse_call_args(p, expect_word(p));
		n->negated = negated;
		vec_push(&p->g->arena, r->guards, n);
	}
}

static void parse_rule(struct parser *p) {
	struct rule *r = ARENA_NEW(&p->g->arena, struct rule);
	r->line = peek(p).line;
	r->name = expect_word(p);
	if (peek(p).kind == TOKEN_INTEGER)
		r->priority = expect_integer(p);
	r->drop_attrs = accept_word(p, "drop");
	expect(p, ":");
	r->pattern = parse_pattern(p);
	parse_guards(p, r);
	expect(p, "=>");
	parse_results(p, r);
	r->id = p->g->rules.size;
	for (u32 i = 0; i < p->g->rules.size; i++)
		if (str_eq(p->g->rules.data[i]->name, r->name))
			rulegen_error(p->g, r->line, "rule '%.*s' stands on line %u already", STR_ARG(r->name),
			              p->g->rules.data[i]->line);
	vec_push(&p->g->arena, p->g->rules, r);
}

static const char *const kind_words[KIND_COUNT] = {
	[KIND_VALUE] = "value", [KIND_ATTR] = "attr",     [KIND_OP] = "op",     [KIND_TYPE] = "type",
	[KIND_INT] = "int",     [KIND_IMM] = "imm",       [KIND_COND] = "cond", [KIND_MEM] = "mem",
	[KIND_EDGE] = "edge",   [KIND_SYMBOL] = "symbol", [KIND_TEMP] = "temp",
};

static struct rule_param parse_param(struct parser *p) {
	struct str word = expect_word(p);
	for (u32 k = 0; k < KIND_COUNT; k++)
		if (kind_words[k] && str_eq_z(word, kind_words[k]))
			return (struct rule_param){(enum rule_kind)k, {0}, false};
	if (str_eq_z(word, "choice"))
		return (struct rule_param){KIND_INT, {0}, true};
	if (!str_ends_with(word, STR("_")))
		rulegen_error(p->g, peek(p).line, "unknown kind '%.*s'", STR_ARG(word));
	return (struct rule_param){KIND_WORD, word, false};
}

static void parse_function(struct parser *p, bool guard) {
	struct rule_function f = {.line = peek(p).line, .guard = guard, .result = KIND_INT};
	f.name = expect_word(p);
	expect(p, "(");
	if (!accept(p, ")")) {
		do
			vec_push(&p->g->arena, f.params, parse_param(p));
		while (accept(p, ","));
		expect(p, ")");
	}
	if (!guard) {
		expect(p, "->");
		f.result = parse_param(p).kind;
	}
	vec_push(&p->g->arena, p->g->functions, f);
}

static void parse_alias(struct parser *p) {
	struct node n = {0};
	struct str name = expect_word(p);
	expect(p, "=");
	parse_types(p, &n);
	CHECK(p->g->num_aliases < ARRAY_SIZE(p->g->aliases));
	p->g->aliases[p->g->num_aliases].name = name;
	p->g->aliases[p->g->num_aliases++].types = n.types;
}

static void parse_items(struct parser *p, bool braced);

// for a b in (x y) (z w) { ... }
static void parse_for(struct parser *p) {
	VEC(struct str) names = {0}, values = {0};
	struct arena *a = &p->g->arena;
	while (!accept_word(p, "in"))
		vec_push(a, names, expect_word(p));
	while (accept(p, "(")) {
		u32 n = 0;
		for (; !accept(p, ")"); n++) {
			struct str value = next(p).text;
			while (accept(p, "|")) {
				struct str more = expect_word(p);
				value = str_format(a, "%.*s|%.*s", STR_ARG(value), STR_ARG(more));
			}
			vec_push(a, values, value);
		}
		if (n != names.size) {
			rulegen_error(p->g, peek(p).line, "%u words for %u names", n, names.size);
			give_up();
		}
	}
	expect(p, "{");
	u32 body = p->at, outer = p->holes.size;
	for (u32 i = 0; i + names.size <= values.size; i += names.size) {
		p->at = body;
		p->holes.size = outer;
		for (u32 k = 0; k < names.size; k++)
			vec_push(a, p->holes, (struct hole){names.data[k], values.data[i + k]});
		parse_items(p, true);
	}
	p->holes.size = outer;
	if (values.size == 0)
		syntax_error(p, "a tuple");
}

static void parse_items(struct parser *p, bool braced) {
	while (braced ? !accept(p, "}") : peek(p).kind != TOKEN_END) {
		if (accept_word(p, "for"))
			parse_for(p);
		else if (accept_word(p, "types"))
			parse_alias(p);
		else if (accept_word(p, "guard"))
			parse_function(p, true);
		else if (accept_word(p, "helper"))
			parse_function(p, false);
		else
			parse_rule(p);
	}
}

void rulegen_parse(struct rulegen *g) {
	struct parser p = {.g = g};
	rulegen_lex(g, g->text, &p.tokens);
	if (!accept_word(&p, "rules"))
		syntax_error(&p, "rules NAME for TARGET");
	g->set = expect_word(&p);
	if (!accept_word(&p, "for"))
		syntax_error(&p, "for");
	struct str target = expect_word(&p);
	if (!str_eq_z(target, "ir")) {
		g->target = rulegen_find_target(target);
		if (!g->target)
			rulegen_error(g, 1, "unknown target '%.*s'", STR_ARG(target));
	}
	parse_items(&p, false);
}
