// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Slices and text building. Numbers are parsed and printed under the C locale whatever the host
// program has set: printf runs between two uselocale calls, which are per thread.
#include "base/str.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// libc hands out a static object for this one; it allocates nothing and cannot fail there.
static locale_t c_locale(void) { return newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool str_starts_with(struct str s, struct str prefix) {
	return s.size >= prefix.size && str_eq(str_take(s, prefix.size), prefix);
}

bool str_ends_with(struct str s, struct str suffix) {
	return s.size >= suffix.size && str_eq(str_drop(s, s.size - suffix.size), suffix);
}

struct str str_drop(struct str s, size_t n) {
	n = BASE_MIN(n, s.size);
	return str_make(n ? s.data + n : s.data, s.size - n);
}

struct str str_take(struct str s, size_t n) { return str_make(s.data, BASE_MIN(n, s.size)); }

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s) {
	while (s.size && is_space(s.data[0]))
		s = str_drop(s, 1);
	while (s.size && is_space(s.data[s.size - 1]))
		s.size--;
	return s;
}

i64 str_find(struct str s, struct str needle) {
	if (needle.size == 0)
		return 0;
	const char *p = s.size ? memmem(s.data, s.size, needle.data, needle.size) : NULL;
	return p ? p - s.data : -1;
}

i64 str_find_char(struct str s, char c) {
	const char *p = s.size ? memchr(s.data, c, s.size) : NULL;
	return p ? p - s.data : -1;
}

i64 str_rfind_char(struct str s, char c) {
	const char *p = s.size ? memrchr(s.data, c, s.size) : NULL;
	return p ? p - s.data : -1;
}

int str_compare(struct str a, struct str b) {
	size_t common = BASE_MIN(a.size, b.size);
	int order = common ? memcmp(a.data, b.data, common) : 0;
	if (order)
		return order < 0 ? -1 : 1;
	return (a.size > b.size) - (a.size < b.size);
}

struct str str_split(struct str s, char c, struct str *rest) {
	i64 at = str_find_char(s, c);
	if (at < 0) {
		*rest = str_drop(s, s.size);
		return s;
	}
	*rest = str_drop(s, (size_t)at + 1);
	return str_take(s, (size_t)at);
}

static int digit_value(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static bool parse_u64(struct str s, u64 base, u64 *out) {
	u64 v = 0;
	for (size_t i = 0; i < s.size; i++) {
		u64 digit = (u64)digit_value(s.data[i]);
		if (digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*out = v;
	return s.size != 0;
}

bool str_parse_i64(struct str s, i64 *out) {
	bool negative = str_starts_with(s, STR("-"));
	if (negative || str_starts_with(s, STR("+")))
		s = str_drop(s, 1);
	bool hex = str_starts_with(s, STR("0x")) || str_starts_with(s, STR("0X"));
	u64 v;
	if (!parse_u64(hex ? str_drop(s, 2) : s, hex ? 16 : 10, &v))
		return false;
	if (v > (u64)INT64_MAX + negative)
		return false;
	*out = (i64)(negative ? 0 - v : v);
	return true;
}

static bool parse_terminated(const char *z, size_t size, double *out) {
	locale_t locale = c_locale();
	char *end;
	*out = strtod_l(z, &end, locale);
	freelocale(locale);
	return end == z + size;
}

bool str_parse_f64(struct str s, double *out) {
	if (s.size == 0 || is_space(s.data[0]))
		return false;
	char text[128];
	if (s.size < sizeof text) {
		memcpy(text, s.data, s.size);
		text[s.size] = 0;
		return parse_terminated(text, s.size, out);
	}
	char *heap = strndup(s.data, s.size);
	if (!heap)
		base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "out of memory");
	bool ok = parse_terminated(heap, s.size, out);
	free(heap);
	return ok;
}

struct str str_copy(struct arena *a, struct str s) {
	char *p = arena_alloc(a, s.size + 1, 1);
	if (s.size)
		memcpy(p, s.data, s.size);
	p[s.size] = 0;
	return str_make(p, s.size);
}

const char *str_z(struct arena *a, struct str s) { return str_copy(a, s).data; }

struct str str_format(struct arena *a, const char *format, ...) {
	struct strbuf b;
	strbuf_init(&b, a);
	va_list args;
	va_start(args, format);
	strbuf_addv(&b, format, args);
	va_end(args);
	return strbuf_str(&b);
}

u32 str_distance(struct str a, struct str b, u32 limit) {
	enum { LENGTH_MAX = 255 };
	size_t difference = a.size > b.size ? a.size - b.size : b.size - a.size;
	if (difference >= limit || a.size > LENGTH_MAX || b.size > LENGTH_MAX)
		return limit;
	// row[j]: distance of the prefix of `a` seen so far to the first j characters of `b`.
	u32 row[LENGTH_MAX + 1];
	for (u32 j = 0; j <= b.size; j++)
		row[j] = j;
	for (u32 i = 1; i <= a.size; i++) {
		u32 diagonal = row[0];
		row[0] = i;
		for (u32 j = 1; j <= b.size; j++) {
			u32 replace = diagonal + (a.data[i - 1] != b.data[j - 1]);
			u32 gap = BASE_MIN(row[j], row[j - 1]) + 1;
			diagonal = row[j];
			row[j] = BASE_MIN(replace, gap);
		}
	}
	return BASE_MIN(row[b.size], limit);
}

void strbuf_init(struct strbuf *b, struct arena *a) { *b = (struct strbuf){.arena = a}; }

// Room for n more characters and the terminator.
static char *strbuf_room(struct strbuf *b, size_t n) {
	size_t need = b->size + n + 1;
	if (need > b->cap) {
		size_t cap = BASE_MAX(BASE_MAX(b->cap * 2, need), (size_t)64);
		b->data = arena_grow(b->arena, b->data, b->cap, cap, 1);
		b->cap = cap;
	}
	return b->data + b->size;
}

static void strbuf_advance(struct strbuf *b, size_t n) {
	b->size += n;
	b->data[b->size] = 0;
}

void strbuf_add(struct strbuf *b, struct str s) {
	char *p = strbuf_room(b, s.size);
	if (s.size)
		memcpy(p, s.data, s.size);
	strbuf_advance(b, s.size);
}

void strbuf_add_z(struct strbuf *b, const char *z) { strbuf_add(b, str_from(z)); }

void strbuf_add_char(struct strbuf *b, char c) {
	*strbuf_room(b, 1) = c;
	strbuf_advance(b, 1);
}

void strbuf_add_repeat(struct strbuf *b, char c, size_t n) {
	memset(strbuf_room(b, n), c, n);
	strbuf_advance(b, n);
}

void strbuf_addf(struct strbuf *b, const char *format, ...) {
	va_list args;
	va_start(args, format);
	strbuf_addv(b, format, args);
	va_end(args);
}

void strbuf_addv(struct strbuf *b, const char *format, va_list args) {
	locale_t locale = c_locale(), previous = uselocale(locale);
	va_list again;
	va_copy(again, args);
	char text[256];
	int n = vsnprintf(text, sizeof text, format, args);
	char *longer = NULL;
	if (n >= (int)sizeof text && (longer = malloc((size_t)n + 1)))
		vsnprintf(longer, (size_t)n + 1, format, again);
	va_end(again);
	uselocale(previous);
	freelocale(locale);
	CHECK_MSG(n >= 0, "bad format: %s", format);
	if (n >= (int)sizeof text && !longer)
		base_fail(BASE_FAILURE_OUT_OF_MEMORY, __FILE__, __LINE__, "out of memory");
	strbuf_add(b, str_make(longer ? longer : text, (size_t)n));
	free(longer);
}

void strbuf_add_u64(struct strbuf *b, u64 v) {
	char digits[20];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	strbuf_add(b, str_make(digits + at, sizeof digits - at));
}

void strbuf_add_i64(struct strbuf *b, i64 v) {
	if (v < 0)
		strbuf_add_char(b, '-');
	strbuf_add_u64(b, v < 0 ? 0 - (u64)v : (u64)v);
}

static void add_escaped_char(struct strbuf *b, u8 c) {
	static const char hex[] = "0123456789ABCDEF";
	switch (c) {
	case '"': strbuf_add(b, STR("\\\"")); return;
	case '\\': strbuf_add(b, STR("\\\\")); return;
	case '\n': strbuf_add(b, STR("\\n")); return;
	case '\t': strbuf_add(b, STR("\\t")); return;
	default: break;
	}
	if (c >= 0x20 && c < 0x7f) {
		strbuf_add_char(b, (char)c);
		return;
	}
	strbuf_add(b, str_make((char[]){'\\', hex[c >> 4], hex[c & 15]}, 3));
}

void strbuf_add_escaped(struct strbuf *b, struct str s) {
	for (size_t i = 0; i < s.size; i++)
		add_escaped_char(b, (u8)s.data[i]);
}

struct str strbuf_str(const struct strbuf *b) {
	return b->data ? str_make(b->data, b->size) : STR("");
}
