// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text: `struct str` is a borrowed slice (not NUL-terminated unless said so); `struct strbuf`
// builds text in an arena. Output numbers never depend on the locale.
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>

#include "base/arena.h"

struct str {
	const char *data;
	size_t size;
};
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).size, (s).data  // for "%.*s"

static inline struct str str_from(const char *z) { return (struct str){z, z ? strlen(z) : 0}; }
static inline struct str str_make(const char *d, size_t n) { return (struct str){d, n}; }
static inline bool str_eq(struct str a, struct str b) {
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}
static inline bool str_eq_z(struct str a, const char *z) { return str_eq(a, str_from(z)); }
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
struct str str_drop(struct str s, size_t n);  // without the first n characters
struct str str_take(struct str s, size_t n);
struct str str_trim(struct str s);              // ASCII white space on both ends
i64 str_find(struct str s, struct str needle);  // byte offset or -1
i64 str_find_char(struct str s, char c);
i64 str_rfind_char(struct str s, char c);
int str_compare(struct str a, struct str b);  // bytewise order, as memcmp
// Splits at the first `c`: returns the part before it, *rest gets what follows (empty if none).
struct str str_split(struct str s, char c, struct str *rest);
bool str_parse_i64(struct str s, i64 *out);  // whole string, decimal or 0x; false on overflow
// Whole string, C locale, correctly rounded; also hexadecimal, inf and nan. Overflow gives
// infinity.
bool str_parse_f64(struct str s, double *out);
struct str str_copy(struct arena *a, struct str s);  // NUL-terminated copy
const char *str_z(struct arena *a, struct str s);
struct str str_format(struct arena *a, const char *format, ...) BASE_PRINTF(2, 3);
// Levenshtein distance, or `limit` when it is not smaller; for "did you mean".
u32 str_distance(struct str a, struct str b, u32 limit);

struct strbuf {
	struct arena *arena;
	char *data;  // NUL-terminated once anything was appended
	size_t size, cap;
};
void strbuf_init(struct strbuf *b, struct arena *a);
void strbuf_add(struct strbuf *b, struct str s);
void strbuf_add_z(struct strbuf *b, const char *z);
void strbuf_add_char(struct strbuf *b, char c);
void strbuf_add_repeat(struct strbuf *b, char c, size_t n);
void strbuf_addf(struct strbuf *b, const char *format, ...) BASE_PRINTF(2, 3);
void strbuf_addv(struct strbuf *b, const char *format, va_list args);
void strbuf_add_i64(struct strbuf *b, i64 v);
void strbuf_add_u64(struct strbuf *b, u64 v);
// MLIR string escapes: printable ASCII as is, `\"`, `\\`, `\n`, `\t`, else `\HH`.
void strbuf_add_escaped(struct strbuf *b, struct str s);
struct str strbuf_str(const struct strbuf *b);

#endif
