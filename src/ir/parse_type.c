// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types: builtin ones by their grammar, dialect ones as balanced text. Whatever the constructors in
// type.c take for granted (element types, extents, layouts that fit the rank) is checked here.
// Shapes are read character by character, because `4x8xf32` is no sequence of MLIR tokens.
#include "ir/parse.h"

enum { RANK_MAX = 64 };

struct float_name {
	const char *name;
	enum ir_type_kind kind;
};
static const struct float_name float_names[] = {
	{"bf16", IR_TYPE_BF16},
	{"f16", IR_TYPE_F16},
	{"f32", IR_TYPE_F32},
	{"f4E2M1FN", IR_TYPE_F4E2M1FN},
	{"f64", IR_TYPE_F64},
	{"f6E2M3FN", IR_TYPE_F6E2M3FN},
	{"f6E3M2FN", IR_TYPE_F6E3M2FN},
	{"f8E3M4", IR_TYPE_F8E3M4},
	{"f8E4M3", IR_TYPE_F8E4M3},
	{"f8E4M3B11FNUZ", IR_TYPE_F8E4M3B11FNUZ},
	{"f8E4M3FN", IR_TYPE_F8E4M3FN},
	{"f8E4M3FNUZ", IR_TYPE_F8E4M3FNUZ},
	{"f8E5M2", IR_TYPE_F8E5M2},
	{"f8E5M2FNUZ", IR_TYPE_F8E5M2FNUZ},
	{"f8E8M0FNU", IR_TYPE_F8E8M0FNU},
	{"tf32", IR_TYPE_TF32},
};

// ---- scalars ----------------------------------------------------------------------------------

// `i32`, `si8`, `ui1`: the width, or 0 when the word is no integer type.
static u64 integer_width(struct str s, enum ir_signedness *sign) {
	*sign = str_starts_with(s, STR("si"))   ? IR_SIGNED
	        : str_starts_with(s, STR("ui")) ? IR_UNSIGNED
	                                        : IR_SIGNLESS;
	size_t skip = *sign == IR_SIGNLESS ? 1 : 2;
	if (s.size <= skip || s.data[skip - 1] != 'i' || s.data[skip] == '0')
		return 0;
	u64 width = 0;
	for (size_t i = skip; i < s.size; i++) {
		if (!ir_char_is_digit(s.data[i]))
			return 0;
		if (width < 1u << 28)
			width = width * 10 + (u64)(s.data[i] - '0');
	}
	return width;
}

static bool parse_scalar(struct ir_parser *p, struct str word, ir_type *out, bool *present) {
	*present = true;
	enum ir_signedness sign;
	u64 width = integer_width(word, &sign);
	if (width >= 1u << 24)
		return ir_parser_error(p, p->tok.at, "integer types have at most 16777215 bits");
	if (width) {
		*out = ir_type_integer(p->c, (u32)width, sign);
		return true;
	}
	if (str_eq_z(word, "index") || str_eq_z(word, "none")) {
		*out = word.data[0] == 'i' ? ir_type_index(p->c) : ir_type_none(p->c);
		return true;
	}
	for (u32 i = 0; i < ARRAY_SIZE(float_names); i++) {
		if (str_eq_z(word, float_names[i].name)) {
			*out = ir_type_float(p->c, float_names[i].kind);
			return true;
		}
	}
	if (str_eq_z(word, "f80") || str_eq_z(word, "f128"))
		return ir_parser_error(p, p->tok.at, "floats wider than f64 are not supported");
	*present = false;
	return true;
}

// ---- shapes -----------------------------------------------------------------------------------

struct shape {
	i64 *dims;
	u8 *scalable;  // one flag a dimension
	u32 rank, cap;
};

static bool shape_add(struct ir_parser *p, struct shape *s, i64 dim, bool scalable) {
	if (s->rank >= RANK_MAX)
		return ir_parser_error(p, p->tok.at, "shapes have at most %d dimensions", RANK_MAX);
	s->dims[s->rank] = dim;
	s->scalable[s->rank++] = scalable;
	return true;
}

static bool read_extent(struct ir_parser *p, u32 *at, i64 *out) {
	const char *d = p->lexer.text.data;
	u32 start = *at;
	i64 v = 0;
	for (; *at < p->lexer.text.size && ir_char_is_digit(d[*at]); (*at)++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, d[*at] - '0', &v))
			return ir_parser_error(p, start, "dimension does not fit 63 bits");
	*out = v;
	return true;
}

// One `4x`, `?x` or `[4]x` at the next token; *present is false when a type stands there.
static bool parse_dimension(struct ir_parser *p, bool vector, struct shape *s, bool *present) {
	const struct str text = p->lexer.text;
	u32 at = p->tok.at;
	i64 dim = IR_DYNAMIC;
	bool question = ir_parser_peek(p, "?"), bracket = vector && ir_parser_peek(p, "[");
	*present =
		question || bracket || ir_parser_is(p, IR_TOKEN_INTEGER) || ir_parser_is(p, IR_TOKEN_FLOAT);
	if (!*present)
		return true;
	if (question && vector)
		return ir_parser_error(p, at, "vectors have constant dimensions; [4] is a scalable one");
	at += question || bracket;
	if (!question && (at >= text.size || !ir_char_is_digit(text.data[at])))
		return ir_parser_error(p, at, "expected a dimension");
	if (!question && !read_extent(p, &at, &dim))
		return false;
	if (vector && dim == 0)
		return ir_parser_error(p, p->tok.at, "vector dimensions are positive");
	if (bracket && (at >= text.size || text.data[at++] != ']'))
		return ir_parser_error(p, at, "expected ']'");
	ir_parser_rewind(p, at);
	if (!ir_parser_is(p, IR_TOKEN_BARE) || ir_parser_spelling(p).data[0] != 'x')
		return ir_parser_error(p, p->tok.at, "expected 'x' in dimension list");
	ir_parser_rewind(p, p->tok.at + 1);
	return shape_add(p, s, dim, bracket);
}

static bool parse_shape(struct ir_parser *p, bool vector, struct shape *s) {
	s->rank = 0;
	s->dims = ARENA_ARRAY(&p->scratch, i64, RANK_MAX);
	s->scalable = ARENA_ARRAY(&p->scratch, u8, RANK_MAX);
	bool more = true;
	while (more)
		if (!parse_dimension(p, vector, s, &more))
			return false;
	return true;
}

bool ir_shape_count(ir_type t, u64 *count) {
	i64 n = 1;
	bool zero = false;
	for (u32 i = 0; i < t->rank; i++) {
		if (t->shape[i] == IR_DYNAMIC)
			return false;
		zero |= t->shape[i] == 0;
		if (!zero && __builtin_mul_overflow(n, t->shape[i], &n))
			n = -1, i = t->rank;
	}
	*count = zero ? 0 : (u64)n;
	return zero || n >= 0;
}

// The bytes of a tensor, memref or vector must have a size that 63 bits hold, where it is known.
static bool check_size(struct ir_parser *p, u32 at, const struct shape *s, ir_type element) {
	bool vector = element->kind == IR_TYPE_VECTOR;
	ir_type scalar = ir_type_scalar(element);
	bool sized = ir_type_is_int_or_index(scalar) || ir_type_is_float(scalar) ||
	             scalar->kind == IR_TYPE_COMPLEX;
	i64 n = sized ? (i64)ir_type_bytes(scalar) : 16;
	for (u32 i = 0; vector && i < element->rank; i++)
		n *= element->shape[i];  // was checked itself
	for (u32 i = 0; i < s->rank; i++)
		if (s->dims[i] > 0 && __builtin_mul_overflow(n, s->dims[i], &n))
			return ir_parser_error(p, at, "the size in bytes does not fit 63 bits");
	return true;
}

// ---- shaped types -----------------------------------------------------------------------------

static bool is_number(ir_type t) { return ir_type_is_int_or_index(t) || ir_type_is_float(t); }

static bool parse_vector(struct ir_parser *p, ir_type *out) {
	struct shape s;
	ir_type element;
	u32 at = p->tok.at;
	if (!ir_parser_literal(p, "<") || !parse_shape(p, true, &s))
		return false;
	u32 element_at = p->tok.at;
	if (!ir_parser_type(p, &element) || !ir_parser_literal(p, ">"))
		return false;
	if (!is_number(element))
		return ir_parser_error(p, element_at, "vector elements are integers, index or floats");
	if (!check_size(p, at, &s, element))
		return false;
	*out = ir_type_vector(p->c, s.rank, s.dims, s.scalable, element);
	return true;
}

static bool is_tensor_element(ir_type t) {
	return is_number(t) || t->kind == IR_TYPE_COMPLEX || t->kind == IR_TYPE_VECTOR ||
	       t->kind == IR_TYPE_DIALECT;
}

static bool parse_tensor(struct ir_parser *p, ir_type *out) {
	if (!ir_parser_literal(p, "<"))
		return false;
	struct shape s;
	ir_type element;
	u32 at = p->tok.at;
	bool unranked = ir_parser_optional(p, "*");
	if (unranked) {
		if (!ir_parser_is(p, IR_TOKEN_BARE) || ir_parser_spelling(p).data[0] != 'x')
			return ir_parser_expected(p, "'x' after '*'");
		ir_parser_rewind(p, p->tok.at + 1);
	} else if (!parse_shape(p, false, &s)) {
		return false;
	}
	u32 element_at = p->tok.at;
	ir_attr encoding = NULL;
	if (!ir_parser_type(p, &element) ||
	    (!unranked && ir_parser_optional(p, ",") && !ir_parser_attr(p, NULL, &encoding)) ||
	    !ir_parser_literal(p, ">"))
		return false;
	if (!is_tensor_element(element))
		return ir_parser_error(p, element_at, "this type cannot be the element of a tensor");
	if (unranked) {
		*out = ir_type_unranked(p->c, IR_TYPE_UNRANKED_TENSOR, element, NULL);
		return true;
	}
	if (!check_size(p, at, &s, element))
		return false;
	*out = ir_type_tensor(p->c, s.rank, s.dims, element, encoding);
	return true;
}

static bool is_memory_space(ir_attr a) {
	return a->kind == IR_ATTR_INTEGER || a->kind == IR_ATTR_STRING || a->kind == IR_ATTR_DIALECT ||
	       a->kind == IR_ATTR_DICT;
}

static bool check_layout(struct ir_parser *p, u32 at, ir_attr layout, u32 rank) {
	u32 dims = layout->kind == IR_ATTR_AFFINE_MAP ? layout->num_dims : layout->count;
	return dims == rank ||
	       ir_parser_error(p, at, "layout is for rank %u, the memref's rank is %u", dims, rank);
}

// `, layout, space`, both optional.
static bool parse_layout_and_space(struct ir_parser *p, bool unranked, u32 rank, ir_attr *layout,
                                   ir_attr *space) {
	*layout = *space = NULL;
	while (ir_parser_optional(p, ",")) {
		u32 at = p->tok.at;
		ir_attr a;
		if (!ir_parser_attr(p, NULL, &a))
			return false;
		if (a->kind == IR_ATTR_AFFINE_MAP || a->kind == IR_ATTR_STRIDED_LAYOUT) {
			if (unranked || *layout || *space)
				return ir_parser_error(p, at, "unexpected layout");
			if (!check_layout(p, at, a, rank))
				return false;
			*layout = a;
		} else if (*space || !is_memory_space(a)) {
			return ir_parser_error(p, at, "expected a memory space (an integer or a string)");
		} else {
			*space = a;
		}
	}
	return true;
}

static bool is_memref_element(ir_type t) {
	return is_tensor_element(t) || t->kind == IR_TYPE_MEMREF || t->kind == IR_TYPE_UNRANKED_MEMREF;
}

static bool parse_memref(struct ir_parser *p, ir_type *out) {
	if (!ir_parser_literal(p, "<"))
		return false;
	struct shape s = {0};
	ir_type element;
	ir_attr layout, space;
	u32 at = p->tok.at;
	bool unranked = ir_parser_optional(p, "*");
	if (unranked) {
		if (!ir_parser_is(p, IR_TOKEN_BARE) || ir_parser_spelling(p).data[0] != 'x')
			return ir_parser_expected(p, "'x' after '*'");
		ir_parser_rewind(p, p->tok.at + 1);
	} else if (!parse_shape(p, false, &s)) {
		return false;
	}
	u32 element_at = p->tok.at;
	if (!ir_parser_type(p, &element) ||
	    !parse_layout_and_space(p, unranked, s.rank, &layout, &space) || !ir_parser_literal(p, ">"))
		return false;
	if (!is_memref_element(element))
		return ir_parser_error(p, element_at, "this type cannot be the element of a memref");
	if (unranked) {
		*out = ir_type_unranked(p->c, IR_TYPE_UNRANKED_MEMREF, element, space);
		return true;
	}
	if (!check_size(p, at, &s, element))
		return false;
	*out = ir_type_memref(p->c, s.rank, s.dims, element, layout, space);
	return true;
}

// ---- other types ------------------------------------------------------------------------------

static bool parse_complex(struct ir_parser *p, ir_type *out) {
	ir_type element;
	if (!ir_parser_literal(p, "<"))
		return false;
	u32 at = p->tok.at;
	if (!ir_parser_type(p, &element) || !ir_parser_literal(p, ">"))
		return false;
	if (!ir_type_is_float(element) && element->kind != IR_TYPE_INTEGER)
		return ir_parser_error(p, at, "complex numbers are of floats or integers");
	*out = ir_type_complex(p->c, element);
	return true;
}

static bool parse_tuple(struct ir_parser *p, ir_type *out) {
	struct ir_types elements = {0};
	if (!ir_parser_types(p, IR_DELIM_ANGLE, &elements))
		return false;
	*out = ir_type_tuple(p->c, elements.size, elements.data);
	return true;
}

static bool parse_function(struct ir_parser *p, ir_type *out) {
	struct ir_types inputs = {0}, results = {0};
	if (!ir_parser_function_type(p, &inputs, &results))
		return false;
	*out = ir_type_function(p->c, inputs.size, inputs.data, results.size, results.data);
	return true;
}

// !dialect.name, !dialect.name<body>, !dialect<body>, !alias
static bool parse_bang(struct ir_parser *p, ir_type *out) {
	struct str word = str_drop(ir_parser_spelling(p), 1), name;
	u32 end = p->tok.at + p->tok.size;
	bool adjacent = end < p->lexer.text.size && p->lexer.text.data[end] == '<';
	if (str_find_char(word, '.') < 0 && !adjacent) {
		struct ir_alias *a;
		if (!ir_parser_alias_use(p, true, &a))
			return false;
		*out = a->type;
		return true;
	}
	struct str dialect = str_split(word, '.', &name);
	struct str body = {0};
	if (dialect.size == 0 || dialect.size + 1 == word.size)
		return ir_parser_error(p, p->tok.at, "expected !dialect.name");
	ir_parser_advance(p);
	if (adjacent && !ir_parser_body(p, &body))
		return false;
	*out = ir_type_dialect(p->c, ir_name_get(p->c, dialect), ir_name_get(p->c, name), body);
	return true;
}

static bool parse_word(struct ir_parser *p, ir_type *out, bool *present) {
	struct str word = ir_parser_spelling(p);
	static const struct {
		const char *name;
		bool (*parse)(struct ir_parser *p, ir_type *out);
	} forms[] = {
		{"vector", parse_vector},   {"tensor", parse_tensor}, {"memref", parse_memref},
		{"complex", parse_complex}, {"tuple", parse_tuple},
	};
	for (u32 i = 0; i < ARRAY_SIZE(forms); i++) {
		if (str_eq_z(word, forms[i].name)) {
			*present = true;
			ir_parser_advance(p);
			return forms[i].parse(p, out);
		}
	}
	if (!parse_scalar(p, word, out, present))
		return false;
	if (*present)
		ir_parser_advance(p);
	return true;
}

bool ir_parser_optional_type(struct ir_parser *p, ir_type *out, bool *present) {
	bool paren = ir_parser_peek(p, "("), bang = ir_parser_is(p, IR_TOKEN_BANG);
	*present = paren || bang;
	if (!*present && !ir_parser_is(p, IR_TOKEN_BARE))
		return true;
	if (!ir_parser_enter(p))
		return false;
	bool ok = paren  ? parse_function(p, out)
	          : bang ? parse_bang(p, out)
	                 : parse_word(p, out, present);
	ir_parser_leave(p);
	return ok;
}

bool ir_parser_type(struct ir_parser *p, ir_type *out) {
	bool present;
	return ir_parser_optional_type(p, out, &present) &&
	       (present || ir_parser_expected(p, "a type"));
}

// ---- lists ------------------------------------------------------------------------------------

void ir_parser_add_type(struct ir_parser *p, struct ir_types *list, ir_type t) {
	vec_push(&p->scratch, *list, t);
}

static bool type_item(struct ir_parser *p, void *user) {
	ir_type t;
	if (!ir_parser_type(p, &t))
		return false;
	ir_parser_add_type(p, user, t);
	return true;
}

bool ir_parser_types(struct ir_parser *p, enum ir_delim delim, struct ir_types *out) {
	return ir_parser_list(p, delim, type_item, out);
}

bool ir_parser_colon_type(struct ir_parser *p, ir_type *out) {
	return ir_parser_literal(p, ":") && ir_parser_type(p, out);
}

bool ir_parser_colon_types(struct ir_parser *p, struct ir_types *out) {
	return ir_parser_literal(p, ":") && ir_parser_types(p, IR_DELIM_NONE, out);
}

bool ir_parser_optional_colon_types(struct ir_parser *p, struct ir_types *out) {
	return !ir_parser_peek(p, ":") || ir_parser_colon_types(p, out);
}

// After `->`: one type or a list in parentheses.
static bool parse_result_types(struct ir_parser *p, struct ir_types *out) {
	if (ir_parser_peek(p, "("))
		return ir_parser_types(p, IR_DELIM_PAREN, out);
	return type_item(p, out);
}

bool ir_parser_optional_arrow_types(struct ir_parser *p, struct ir_types *out) {
	return !ir_parser_optional(p, "->") || parse_result_types(p, out);
}

bool ir_parser_function_type(struct ir_parser *p, struct ir_types *inputs,
                             struct ir_types *results) {
	return ir_parser_types(p, IR_DELIM_PAREN, inputs) && ir_parser_literal(p, "->") &&
	       parse_result_types(p, results);
}
