// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Splits MLIR text into tokens, on demand: the parser sets `next` back where the grammar depends on
// context (`4x8xf32` in a shape). The text needs no terminator and may hold any bytes.
// Reference: MLIR Language Reference, "Notation" and the token rules of its grammar.
#include "ir/lexer.h"

bool ir_lexer_init(struct ir_lexer *l, struct arena *a, struct diag_engine *d, struct str text,
                   struct str file, u32 first_line) {
	*l = (struct ir_lexer){
		.text = text, .diags = d, .file = file, .first_line = first_line ? first_line : 1};
	if (text.size >= UINT32_MAX) {
		diag_emit(d, DIAG_parse_syntax, ((struct diag_loc){.file = file}),
		          "text is larger than 4 GiB");
		return false;
	}
	u32 count = 1;
	const char *end = text.data + text.size;
	for (const char *s = text.data; s < end && (s = memchr(s, '\n', (size_t)(end - s))); s++)
		count++;
	l->lines = ARENA_ARRAY(a, u32, count);
	l->num_lines = 1;
	for (const char *s = text.data; s < end && (s = memchr(s, '\n', (size_t)(end - s))); s++)
		l->lines[l->num_lines++] = (u32)(s - text.data) + 1;
	return true;
}

void ir_lexer_position(const struct ir_lexer *l, u32 at, u32 *line, u32 *column) {
	u32 low = 0, high = l->num_lines;
	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;
		if (l->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	*line = low + l->first_line;
	*column = at - l->lines[low] + 1;
}

struct diag_loc ir_lexer_loc(const struct ir_lexer *l, u32 at) {
	struct diag_loc loc = {.file = l->file};
	ir_lexer_position(l, at, &loc.line, &loc.column);
	return loc;
}

static char peek(const struct ir_lexer *l, u32 at) {
	return at < l->text.size ? l->text.data[at] : '\0';
}

static struct ir_token lexical_error(struct ir_lexer *l, u32 at, const char *what) {
	if (at >= l->error_at) {
		l->error_at = at + 1;
		diag_emit(l->diags, DIAG_parse_syntax, ir_lexer_loc(l, at), what);
	}
	if (l->next <= at)
		l->next = at + 1;
	return (struct ir_token){IR_TOKEN_ERROR, at, l->next - at};
}

static struct ir_token token_to(struct ir_lexer *l, enum ir_token_kind kind, u32 start, u32 end) {
	l->next = end;
	return (struct ir_token){kind, start, end - start};
}

static u32 skip_blanks(const struct ir_lexer *l, u32 at) {
	const char *d = l->text.data;
	u32 size = (u32)l->text.size;
	for (; at < size; at++) {
		if (d[at] == '/' && peek(l, at + 1) == '/') {
			const char *end = memchr(d + at, '\n', size - at);
			if (!end)
				return size;
			at = (u32)(end - d);
		} else if (d[at] != ' ' && d[at] != '\t' && d[at] != '\n' && d[at] != '\r') {
			break;
		}
	}
	return at;
}

static bool is_bare_char(char c) {
	return ir_char_is_letter(c) || ir_char_is_digit(c) || c == '_' || c == '$' || c == '.';
}
static bool is_suffix_char(char c) { return is_bare_char(c) || c == '-'; }

// The offset past a string literal that opens at `at`, or 0 when it does not end on its line.
static u32 string_end(const struct ir_lexer *l, u32 at) {
	const char *d = l->text.data;
	for (u32 i = at + 1; i < l->text.size; i++) {
		if (d[i] == '"')
			return i + 1;
		if (d[i] == '\n' || d[i] == '\v' || d[i] == '\f')
			return 0;
		if (d[i] != '\\')
			continue;
		char e = peek(l, i + 1);
		if (e == '"' || e == '\\' || e == 'n' || e == 't')
			i += 1;
		else if (ir_char_hex(e) >= 0 && ir_char_hex(peek(l, i + 2)) >= 0)
			i += 2;
		else
			return 0;
	}
	return 0;
}

static struct ir_token lex_string(struct ir_lexer *l, enum ir_token_kind kind, u32 start,
                                  u32 quote) {
	u32 end = string_end(l, quote);
	return end ? token_to(l, kind, start, end)
	           : lexical_error(l, start, "string has no end or a bad escape");
}

// `%`, `^`, `#`, `!` followed by digits or by an identifier that may hold `-`.
static struct ir_token lex_prefixed(struct ir_lexer *l, enum ir_token_kind kind, u32 start,
                                    const char *what) {
	u32 at = start + 1;
	if (ir_char_is_digit(peek(l, at))) {
		while (ir_char_is_digit(peek(l, at)))
			at++;
	} else {
		while (is_suffix_char(peek(l, at)))
			at++;
	}
	return at > start + 1 ? token_to(l, kind, start, at) : lexical_error(l, start, what);
}

static struct ir_token lex_at(struct ir_lexer *l, u32 start) {
	u32 at = start + 1;
	char c = peek(l, at);
	if (c == '"')
		return lex_string(l, IR_TOKEN_AT, start, at);
	if (!ir_char_is_letter(c) && c != '_')
		return lexical_error(l, start, "expected a symbol name after '@'");
	while (is_suffix_char(peek(l, at)) && peek(l, at) != '-')
		at++;
	return token_to(l, IR_TOKEN_AT, start, at);
}

static struct ir_token lex_number(struct ir_lexer *l, u32 start) {
	u32 at = start;
	if (peek(l, at) == '0' && peek(l, at + 1) == 'x' && ir_char_hex(peek(l, at + 2)) >= 0) {
		for (at += 2; ir_char_hex(peek(l, at)) >= 0;)
			at++;
		return token_to(l, IR_TOKEN_INTEGER, start, at);
	}
	while (ir_char_is_digit(peek(l, at)))
		at++;
	if (peek(l, at) != '.')
		return token_to(l, IR_TOKEN_INTEGER, start, at);
	for (at++; ir_char_is_digit(peek(l, at));)
		at++;
	char e = peek(l, at);
	if (e == 'e' || e == 'E') {
		bool sign = peek(l, at + 1) == '-' || peek(l, at + 1) == '+';
		if (ir_char_is_digit(peek(l, at + 1 + sign)))
			for (at += 1 + sign; ir_char_is_digit(peek(l, at));)
				at++;
	}
	return token_to(l, IR_TOKEN_FLOAT, start, at);
}

static struct ir_token lex_punctuation(struct ir_lexer *l, u32 start) {
	static const char *const marks[] = {"{-#", "...", "->", "::"};
	for (u32 i = 0; i < ARRAY_SIZE(marks); i++)
		if (str_starts_with(str_drop(l->text, start), str_from(marks[i])))
			return token_to(l, IR_TOKEN_PUNCTUATION, start, start + (u32)strlen(marks[i]));
	char c = peek(l, start);
	if (c != '\0' && strchr(":,=><{}()[]-+*/?|", c))
		return token_to(l, IR_TOKEN_PUNCTUATION, start, start + 1);
	return lexical_error(l, start, "unexpected character");
}

struct ir_token ir_lexer_next(struct ir_lexer *l) {
	u32 at = skip_blanks(l, l->next);
	l->next = at;
	if (at >= l->text.size)
		return (struct ir_token){IR_TOKEN_EOF, at, 0};
	char c = peek(l, at);
	if (ir_char_is_letter(c) || c == '_') {
		u32 end = at + 1;
		while (is_bare_char(peek(l, end)))
			end++;
		return token_to(l, IR_TOKEN_BARE, at, end);
	}
	if (ir_char_is_digit(c))
		return lex_number(l, at);
	switch (c) {
	case '%': return lex_prefixed(l, IR_TOKEN_PERCENT, at, "expected a value name after '%'");
	case '^': return lex_prefixed(l, IR_TOKEN_CARET, at, "expected a block name after '^'");
	case '!': return lex_prefixed(l, IR_TOKEN_BANG, at, "expected a type after '!'");
	case '#':
		if (peek(l, at + 1) == '-' && peek(l, at + 2) == '}')
			return token_to(l, IR_TOKEN_PUNCTUATION, at, at + 3);
		return lex_prefixed(l, IR_TOKEN_HASH, at, "expected an attribute after '#'");
	case '@': return lex_at(l, at);
	case '"': return lex_string(l, IR_TOKEN_STRING, at, at);
	default: return lex_punctuation(l, at);
	}
}

struct str ir_lexer_unescape(struct arena *a, struct str quoted) {
	ASSERT(quoted.size >= 2 && quoted.data[0] == '"');
	struct str s = str_make(quoted.data + 1, quoted.size - 2);
	if (str_find_char(s, '\\') < 0)
		return s;
	char *out = arena_alloc(a, s.size + 1, 1);
	size_t size = 0;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (c == '\\') {
			c = s.data[++i];
			if (c == 'n' || c == 't')
				c = c == 'n' ? '\n' : '\t';
			else if (c != '"' && c != '\\')
				c = (char)(ir_char_hex(c) * 16 + ir_char_hex(s.data[++i]));
		}
		out[size++] = c;
	}
	out[size] = '\0';
	return str_make(out, size);
}
