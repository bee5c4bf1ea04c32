// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens of rule files. A word holds letters, digits, `_`, `.` and holes `<name>` that a `for`
// fills.
#include "rulegen.h"

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of `<name>` at the start of s, 0 when it is none.
static size_t hole_size(struct str s) {
	size_t n = 1;
	if (s.size < 3 || s.data[0] != '<')
		return 0;
	while (n < s.size && (is_letter(s.data[n]) || is_digit(s.data[n])))
		n++;
	return n > 1 && n < s.size && s.data[n] == '>' ? n + 1 : 0;
}

static size_t word_size(struct str s, bool dots) {
	size_t n = 0;
	while (n < s.size) {
		size_t hole = hole_size(str_drop(s, n));
		if (hole)
			n += hole;
		else if (is_letter(s.data[n]) || is_digit(s.data[n]) || (dots && s.data[n] == '.'))
			n++;
		else
			break;
	}
	// `...` ends an operand list and is no part of a word.
	while (n >= 3 && str_ends_with(str_take(s, n), STR("...")))
		n -= 3;
	return n;
}

static size_t number_size(struct str s, bool *is_float) {
	size_t n = s.data[0] == '-';
	bool hex = s.size > n + 1 && s.data[n] == '0' && s.data[n + 1] == 'x';
	*is_float = false;
	for (; n < s.size; n++) {
		char c = s.data[n];
		bool exponent = !hex && (c == 'e' || c == 'E');
		if (!is_digit(c) && c != '.' && !exponent && !(hex && is_letter(c)) &&
		    !((c == '-' || c == '+') && n && (s.data[n - 1] | 32) == 'e' && !hex))
			break;
		*is_float |= c == '.' || exponent;
	}
	return n;
}

static struct token next_token(struct str s, u32 line) {
	static const char *const marks[] = {"=>", "->", "&&", "..."};
	struct token t = {TOKEN_MARK, str_take(s, 1), line, false};
	char c = s.data[0];
	bool is_float;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (str_starts_with(s, str_from(marks[i]))) {
			t.text = str_take(s, strlen(marks[i]));
			return t;
		}
	if (c == '$' && s.size > 1 && (is_letter(s.data[1]) || s.data[1] == '<')) {
		t.kind = TOKEN_VARIABLE;
		t.text = str_take(s, 1 + word_size(str_drop(s, 1), false));
	} else if (is_letter(c) || hole_size(s)) {
		t.kind = TOKEN_WORD;
		t.text = str_take(s, word_size(s, true));
	} else if (is_digit(c) || (c == '-' && s.size > 1 && is_digit(s.data[1]))) {
		t.text = str_take(s, number_size(s, &is_float));
		t.kind = is_float ? TOKEN_FLOAT : TOKEN_INTEGER;
	}
	return t;
}

void rulegen_lex(struct rulegen *g, struct str text, struct tokens *out) {
	u32 line = 1;
	bool glued = false;
	while (text.size) {
		char c = text.data[0];
		if (c == '\n' || c == ' ' || c == '\t') {
			line += c == '\n';
			text = str_drop(text, 1);
			glued = false;
			continue;
		}
		if (str_starts_with(text, STR("//"))) {
			i64 end = str_find_char(text, '\n');
			text = str_drop(text, end < 0 ? text.size : (size_t)end);
			continue;
		}
		struct token t = next_token(text, line);
		t.glued = glued;
		glued = true;
		text = str_drop(text, t.text.size);
		if (t.kind == TOKEN_VARIABLE)
			t.text = str_drop(t.text, 1);
		vec_push(&g->arena, *out, t);
	}
	vec_push(&g->arena, *out, (struct token){TOKEN_END, STR("end of file"), line, false});
}
