// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants: dense<...> as nested lists, a splat, nothing or a hexadecimal string; array<i64: ...>;
// dense_resource<name> and the section of resources at the end of a text.
// The type of a dense constant stands behind it, so its elements are noted first and read later.
#include "ir/context.h"
#include "ir/parse.h"

struct element {
	struct ir_token token;
	bool negative;
};
struct element_list {
	struct element *data;
	u32 size, cap;
	bool complex;  // elements come in pairs
	bool scalar;   // not in brackets
	struct {
		u64 *data;  // extents of the brackets, outermost first
		u32 size, cap;
	} shape;
	bool leaves;  // the innermost level is known to hold elements
};

static bool parse_number_element(struct ir_parser *p, struct element_list *list) {
	bool negative = ir_parser_optional(p, "-");
	struct element e = {.negative = negative, .token = p->tok};
	bool word = ir_parser_peek(p, "true") || ir_parser_peek(p, "false");
	if (e.token.kind != IR_TOKEN_INTEGER && e.token.kind != IR_TOKEN_FLOAT && (!word || e.negative))
		return ir_parser_expected(p, "a number, true or false");
	ir_parser_advance(p);
	vec_push(&p->scratch, *list, e);
	return true;
}

static bool parse_element(struct ir_parser *p, struct element_list *list) {
	bool complex = ir_parser_peek(p, "(");
	if (list->size && complex != list->complex)
		return ir_parser_error(p, p->tok.at, "some elements are complex and some are not");
	list->complex = complex;
	if (!complex)
		return parse_number_element(p, list);
	return ir_parser_literal(p, "(") && parse_number_element(p, list) &&
	       ir_parser_literal(p, ",") && parse_number_element(p, list) && ir_parser_literal(p, ")");
}

static bool ragged(struct ir_parser *p, u32 at) {
	return ir_parser_error(p, at, "the lists of this constant are not of one shape");
}

static bool parse_bracket(struct ir_parser *p, struct element_list *list, u32 level);

static bool parse_bracket_entries(struct ir_parser *p, struct element_list *list, u32 level,
                                  u64 *count) {
	do {
		u32 at = p->tok.at;
		bool nested = ir_parser_peek(p, "[");
		bool innermost = level + 1 == list->shape.size;
		if (nested ? innermost && list->leaves : !innermost)
			return ragged(p, at);
		if (!nested)
			list->leaves = true;
		if (!(nested ? parse_bracket(p, list, level + 1) : parse_element(p, list)))
			return false;
		++*count;
	} while (ir_parser_optional(p, ","));
	return true;
}

static bool parse_bracket(struct ir_parser *p, struct element_list *list, u32 level) {
	u32 at = p->tok.at;
	bool first = level == list->shape.size;
	if (!ir_parser_enter(p))
		return false;
	if (first)
		vec_push(&p->scratch, list->shape, 0);
	ir_parser_advance(p);
	u64 count = 0;
	bool ok = ir_parser_peek(p, "]") || parse_bracket_entries(p, list, level, &count);
	ok = ok && ir_parser_literal(p, "]");
	ir_parser_leave(p);
	if (ok && count == 0)
		list->leaves = true;
	if (first)
		list->shape.data[level] = count;
	return ok && (list->shape.data[level] == count || ragged(p, at));
}

// ---- from tokens to bytes ---------------------------------------------------------------------

static bool store_element(struct ir_parser *p, const struct element *e, ir_type type, u8 *to) {
	union ir_scalar v;
	if (e->token.kind == IR_TOKEN_BARE) {
		if (!ir_type_is_int(type, 1))
			return ir_parser_error(p, e->token.at, "true and false are of type i1");
		*to = ir_token_text(&p->lexer, e->token).data[0] == 't';
		return true;
	}
	if (ir_type_is_int_or_index(type) && ir_type_bits(type) > 64)
		return ir_parser_error(p, e->token.at,
		                       "constants of more than 64 bits an element are not supported");
	if (!ir_parser_number_value(p, e->token, e->negative, type, &v))
		return false;
	if (ir_type_is_float(type))
		ir_element_store_float(type, to, v.f);
	else
		ir_element_store_int(type, to, v.i);
	return true;
}

static bool is_constant_element(ir_type t) {
	return ir_type_is_int_or_index(t) || ir_type_is_float(t) || t->kind == IR_TYPE_COMPLEX;
}

static bool check_shape(struct ir_parser *p, u32 at, const struct element_list *list,
                        ir_type type) {
	bool same = list->shape.size == type->rank;
	for (u32 i = 0; same && i < type->rank; i++)
		same = list->shape.data[i] == (u64)type->shape[i];
	return same ||
	       ir_parser_error(p, at, "the shape of the constant's lists is not that of its type");
}

static bool make_listed(struct ir_parser *p, u32 at, const struct element_list *list, ir_type type,
                        ir_attr *out) {
	ir_type element = type->element;
	bool complex = element->kind == IR_TYPE_COMPLEX;
	if (list->complex != complex && list->size)
		return ir_parser_error(p, at,
		                       complex ? "complex elements are written (real, imaginary)"
		                               : "the type is not complex");
	if (!list->scalar && !check_shape(p, at, list, type))
		return false;
	ir_type part = complex ? element->element : element;
	size_t size = ir_type_bytes(part);
	u8 *bytes = ARENA_ARRAY(&p->scratch, u8, size * list->size + 8);
	for (u32 i = 0; i < list->size; i++)
		if (!store_element(p, &list->data[i], part, bytes + size * i))
			return false;
	*out = ir_attr_dense(p->c, type, bytes, size * list->size, list->scalar);
	return true;
}

// Decodes "0x..." into the arena; false when it is none.
static bool decode_hex(struct arena *a, struct str quoted, u8 **bytes, size_t *size) {
	struct str s = str_make(quoted.data + 1, quoted.size - 2);
	if (!str_starts_with(s, STR("0x")) || s.size % 2)
		return false;
	s = str_drop(s, 2);
	*size = s.size / 2;
	*bytes = arena_alloc(a, *size + 8, 64);
	for (size_t i = 0; i < *size; i++) {
		int high = ir_char_hex(s.data[2 * i]), low = ir_char_hex(s.data[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		(*bytes)[i] = (u8)(high * 16 + low);
	}
	return true;
}

// i1 constants are written as bits.
static u8 *unpack_bits(struct ir_parser *p, const u8 *packed, u64 count) {
	u8 *bytes = ARENA_ARRAY(&p->scratch, u8, count + 1);
	for (u64 i = 0; i < count; i++)
		bytes[i] = packed[i / 8] >> (i % 8) & 1;
	return bytes;
}

static bool make_hex(struct ir_parser *p, struct ir_token t, ir_type type, u64 count,
                     ir_attr *out) {
	u8 *bytes;
	size_t size;
	if (!decode_hex(&p->scratch, ir_token_text(&p->lexer, t), &bytes, &size))
		return ir_parser_error(p, t.at, "expected a hexadecimal string \"0x...\"");
	bool bits = ir_type_is_int(type->element, 1);
	size_t element = ir_type_bytes(type->element);
	bool splat = size == element && count != 1 && (!bits || count > 8);
	size_t expected = bits ? (count + 7) / 8 : count * element;
	if (!splat && size != expected)
		return ir_parser_error(p, t.at, "the hexadecimal string has %zu bytes, the type needs %zu",
		                       size, expected);
	if (bits && splat)
		bytes[0] &= 1;
	else if (bits)
		bytes = unpack_bits(p, bytes, count);
	*out = ir_attr_dense(p->c, type, bytes, splat ? element : count * element, splat);
	return true;
}

// The type of a constant, given or behind it, and how many elements it has.
static bool parse_dense_type(struct ir_parser *p, ir_type implied, ir_type *type, u64 *count) {
	u32 at = p->tok.at;
	*type = implied;
	if (!implied && !ir_parser_colon_type(p, type))
		return false;
	if (((*type)->kind != IR_TYPE_TENSOR && (*type)->kind != IR_TYPE_VECTOR) ||
	    !ir_shape_count(*type, count))
		return ir_parser_error(p, at,
		                       "a dense constant has a vector or tensor type of constant shape");
	return is_constant_element((*type)->element) ||
	       ir_parser_error(p, at, "this element type has no constants");
}

static bool make_dense(struct ir_parser *p, u32 at, const struct element_list *list,
                       struct ir_token hex, ir_type type, u64 count, ir_attr *out) {
	if (hex.kind == IR_TOKEN_STRING)
		return make_hex(p, hex, type, count, out);
	if (list->size == 0 && list->shape.size == 0) {
		if (count)
			return ir_parser_error(p, at, "a constant without elements, but its type has some");
		*out = ir_attr_dense(p->c, type, NULL, 0, false);
		return true;
	}
	if (type->scalable && !list->scalar)
		return ir_parser_error(p, at, "a constant of scalable type is a splat");
	if (list->scalar && count == 0)
		return ir_parser_error(p, at, "a splat needs a type with elements");
	return make_listed(p, at, list, type, out);
}

bool ir_parser_dense(struct ir_parser *p, ir_type implied, ir_attr *out) {
	struct element_list list = {0};
	struct ir_token hex = {0};
	u32 at = p->tok.at;
	if (!ir_parser_literal(p, "<"))
		return false;
	if (ir_parser_is(p, IR_TOKEN_STRING)) {
		hex = p->tok;
		ir_parser_advance(p);
	} else if (ir_parser_peek(p, "[")) {
		if (!parse_bracket(p, &list, 0))
			return false;
	} else if (!ir_parser_peek(p, ">")) {
		list.scalar = true;
		if (!parse_element(p, &list))
			return false;
	}
	ir_type type;
	u64 count;
	return ir_parser_literal(p, ">") && parse_dense_type(p, implied, &type, &count) &&
	       make_dense(p, at, &list, hex, type, count, out);
}

// ---- array<i64: 1, 2> -------------------------------------------------------------------------

struct array_items {
	struct ir_parser *p;
	ir_type element;
	struct {
		u8 *data;
		u32 size, cap;
	} bytes;
};

static bool array_item(struct ir_parser *p, void *user) {
	struct array_items *items = user;
	struct element_list one = {0};
	size_t size = ir_type_bytes(items->element);
	u8 bytes[8];
	if (!parse_number_element(p, &one) || !store_element(p, &one.data[0], items->element, bytes))
		return false;
	for (size_t i = 0; i < size; i++)
		vec_push(&p->scratch, items->bytes, bytes[i]);
	return true;
}

static bool make_array(struct ir_parser *p, const struct array_items *items, ir_attr *out) {
	u32 n = items->bytes.size / (u32)ir_type_bytes(items->element);
	*out = ir_attr_dense_array(p->c, items->element, n, items->bytes.data);
	return true;
}

bool ir_parser_array_elements(struct ir_parser *p, ir_type element, ir_attr *out) {
	struct array_items items = {.element = element};
	return ir_parser_list(p, IR_DELIM_SQUARE, array_item, &items) && make_array(p, &items, out);
}

bool ir_parser_dense_array(struct ir_parser *p, ir_attr *out) {
	struct array_items items = {0};
	if (!ir_parser_literal(p, "<"))
		return false;
	u32 at = p->tok.at;
	if (!ir_parser_type(p, &items.element))
		return false;
	bool number = items.element->kind == IR_TYPE_INTEGER || ir_type_is_float(items.element);
	if (!number || ir_type_bits(items.element) > 64)
		return ir_parser_error(p, at, "array<> has integers or floats of at most 64 bits");
	if (ir_parser_optional(p, ":") && !ir_parser_list(p, IR_DELIM_NONE, array_item, &items))
		return false;
	return ir_parser_literal(p, ">") && make_array(p, &items, out);
}

// ---- resources --------------------------------------------------------------------------------

// A key: an identifier or a string.
static bool parse_key(struct ir_parser *p, struct str *out) {
	if (ir_parser_is(p, IR_TOKEN_STRING))
		return ir_parser_string(p, out);
	return ir_parser_optional_keyword(p, out) || ir_parser_expected(p, "a name");
}

// The blob of that name: of this text's resources, else one that the context knows, else an empty
// one, which stands for data that is not here.
static struct ir_blob *find_resource(struct ir_parser *p, struct str key) {
	u64 found;
	if (strmap_find(&p->resources, key, &found))
		return (struct ir_blob *)(uintptr_t)found;
	struct ir_blob *b = ir_blob_find(p->c, key);
	if (!b)
		b = ir_blob_create(p->c, key, NULL, 0, 1);
	strmap_set(&p->resources, str_copy(&p->keep, key), map_ptr(b));
	return b;
}

bool ir_parser_dense_resource(struct ir_parser *p, ir_type implied, ir_attr *out) {
	struct str key;
	ir_type type;
	u64 count;
	u32 at = p->tok.at;
	if (!ir_parser_literal(p, "<") || !parse_key(p, &key) || !ir_parser_literal(p, ">") ||
	    !parse_dense_type(p, implied, &type, &count))
		return false;
	if (key.size == 0)
		return ir_parser_error(p, at, "a resource needs a name");
	struct ir_blob *b = find_resource(p, key);
	u64 bytes = count * ir_type_bytes(type->element);
	if (b->data && b->size != bytes)
		return ir_parser_error(p, at, "resource '%.*s' has %llu bytes, the type needs %llu",
		                       STR_ARG(key), (unsigned long long)b->size,
		                       (unsigned long long)bytes);
	*out = ir_attr_dense_resource(p->c, type, b);
	return true;
}

struct blob_bytes {
	struct str quoted;
	u8 *bytes;
	size_t size;
	bool ok;
};

static void decode_blob(struct ir_context *c, void *user) {
	struct blob_bytes *b = user;
	b->ok = decode_hex(ir_context_arena(c), b->quoted, &b->bytes, &b->size);
}

// The context's blob of that name when it is the same, so that reading a text again changes
// nothing.
static struct ir_blob *known_blob(struct ir_context *c, struct str key, const u8 *data, u64 size,
                                  u32 align) {
	struct ir_blob *b = ir_blob_find(c, key);
	bool same = b && b->data && b->size == size && b->align == align;
	return same && memcmp(b->data, data, size) == 0 ? b : NULL;
}

// `name: "0x<alignment, 4 bytes><data>"`
static bool blob_item(struct ir_parser *p, void *user) {
	(void)user;
	struct str key;
	u32 at = p->tok.at;
	if (!parse_key(p, &key) || !ir_parser_literal(p, ":"))
		return false;
	if (!ir_parser_is(p, IR_TOKEN_STRING))
		return ir_parser_expected(p, "a hexadecimal string \"0x...\"");
	struct blob_bytes b = {.quoted = ir_parser_spelling(p)};
	ir_context_guarded(p->c, decode_blob, &b);
	u32 align = 0;
	if (b.ok && b.size >= sizeof align)
		memcpy(&align, b.bytes, sizeof align);
	if (!base_is_pow2(align) || key.size == 0)
		return ir_parser_error(
			p, p->tok.at, "expected \"0x\", 4 bytes of alignment (a power of two), and the data");
	if (strmap_find(&p->resources, key, NULL))
		return ir_parser_error(p, at, "resource '%.*s' stands twice", STR_ARG(key));
	ir_parser_advance(p);
	// The data is moved to the front, which the arena aligned.
	memmove(b.bytes, b.bytes + sizeof align, b.size - sizeof align);
	struct ir_blob *blob = known_blob(p->c, key, b.bytes, b.size - sizeof align, align);
	if (!blob)
		blob = ir_blob_create(p->c, key, b.bytes, b.size - sizeof align, align);
	strmap_set(&p->resources, str_copy(&p->keep, key), map_ptr(blob));
	return true;
}

// A value of a resource that means nothing to us.
static bool skip_item(struct ir_parser *p, void *user) {
	struct str key;
	if (!parse_key(p, &key) || !ir_parser_literal(p, ":"))
		return false;
	if (ir_parser_peek(p, "{")) {
		if (!ir_parser_enter(p))
			return false;
		bool ok = ir_parser_list(p, IR_DELIM_BRACES, skip_item, user);
		ir_parser_leave(p);
		return ok;
	}
	if (!ir_parser_is(p, IR_TOKEN_STRING) && !ir_parser_is(p, IR_TOKEN_BARE) &&
	    !ir_parser_is(p, IR_TOKEN_INTEGER))
		return ir_parser_expected(p, "a string");
	ir_parser_advance(p);
	return true;
}

static bool dialect_item(struct ir_parser *p, void *user) {
	struct str dialect;
	if (!parse_key(p, &dialect) || !ir_parser_literal(p, ":"))
		return false;
	bool builtin = str_eq_z(dialect, "builtin");
	return ir_parser_list(p, IR_DELIM_BRACES, builtin ? blob_item : skip_item, user);
}

static bool section_item(struct ir_parser *p, void *user) {
	struct str section;
	if (!parse_key(p, &section) || !ir_parser_literal(p, ":"))
		return false;
	bool dialects = str_eq_z(section, "dialect_resources");
	return ir_parser_list(p, IR_DELIM_BRACES, dialects ? dialect_item : skip_item, user);
}

bool ir_parser_resources(struct ir_parser *p) {
	if (!ir_parser_literal(p, "{-#"))
		return false;
	if (ir_parser_optional(p, "#-}"))
		return true;
	return ir_parser_list(p, IR_DELIM_NONE, section_item, NULL) && ir_parser_literal(p, "#-}");
}

bool ir_parser_skip_resources(struct ir_parser *p) {
	while (!ir_parser_peek(p, "#-}")) {
		if (ir_parser_is(p, IR_TOKEN_EOF))
			return ir_parser_expected(p, "'#-}'");
		ir_parser_advance(p);
	}
	ir_parser_advance(p);
	return true;
}
