// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens of MLIR text. A token is a slice of the text; keywords are bare identifiers.
#ifndef IR_LEXER_H
#define IR_LEXER_H

#include "base/diag.h"

enum ir_token_kind {
	IR_TOKEN_EOF,
	IR_TOKEN_ERROR,    // reported already
	IR_TOKEN_BARE,     // for, affine_map, f32, arith.addi
	IR_TOKEN_AT,       // @name, @"any text"
	IR_TOKEN_PERCENT,  // %0
	IR_TOKEN_CARET,    // ^bb0
	IR_TOKEN_HASH,     // #map, #arith.fastmath
	IR_TOKEN_BANG,     // !t, !quant.uniform
	IR_TOKEN_STRING,
	IR_TOKEN_INTEGER,      // 12, 0xFF
	IR_TOKEN_FLOAT,        // 1.5, 1.e-3
	IR_TOKEN_PUNCTUATION,  // one of -> :: ... {-# #-} and : , = > < { } ( ) [ ] - + * / ? |
};
struct ir_token {
	enum ir_token_kind kind;
	u32 at, size;
};

struct ir_lexer {
	struct str text;
	struct diag_engine *diags;
	struct str file;
	u32 first_line;
	u32 next;      // where lexing goes on
	u32 error_at;  // one past the last reported lexical error: nothing before is told twice
	u32 *lines;    // offsets of line starts
	u32 num_lines;
};

// False (after a diagnostic) when the text is too large to have 32-bit positions.
bool ir_lexer_init(struct ir_lexer *l, struct arena *a, struct diag_engine *d, struct str text,
                   struct str file, u32 first_line);
struct ir_token ir_lexer_next(struct ir_lexer *l);
void ir_lexer_position(const struct ir_lexer *l, u32 at, u32 *line, u32 *column);
struct diag_loc ir_lexer_loc(const struct ir_lexer *l, u32 at);
static inline struct str ir_token_text(const struct ir_lexer *l, struct ir_token t) {
	return str_make(l->text.data + t.at, t.size);
}
// The text between the quotes of a STRING (or of the quoted part of an AT), escapes resolved.
struct str ir_lexer_unescape(struct arena *a, struct str quoted);

static inline bool ir_char_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ir_char_is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// -1 for no hexadecimal digit
static inline int ir_char_hex(char c) {
	if (ir_char_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
