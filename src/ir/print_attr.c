// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes as text, in MLIR's spelling. A float is printed with six digits when those read back
// as the same number, else with as many as its type may need, else (no point in it, infinity, NaN)
// as its bits. Constants of more than 100 elements that differ are a hexadecimal string.
#include "ir/constraint.h"
#include "ir/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEX_ELEMENTS_MIN = 101 };  // mlir-opt's default

// ---- text -------------------------------------------------------------------------------------

static void add_quoted(struct strbuf *out, struct str s) {
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < s.size; i++) {
		u8 c = (u8)s.data[i];
		if (c == '\\')
			strbuf_add_z(out, "\\\\");
		else if (c >= 0x20 && c < 0x7f && c != '"')
			strbuf_add_char(out, (char)c);
		else
			strbuf_addf(out, "\\%02X", c);
	}
	strbuf_add_char(out, '"');
}

static bool is_bare(struct str s) {
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '$' || c == '.')))
			return false;
	}
	return s.size != 0;
}

void ir_printer_keyword_or_string(struct ir_printer *pr, struct str s) {
	if (is_bare(s))
		strbuf_add(pr->out, s);
	else
		add_quoted(pr->out, s);
}

void ir_printer_string(struct ir_printer *pr, struct str s) { add_quoted(pr->out, s); }

void ir_printer_symbol(struct ir_printer *pr, ir_name symbol) {
	strbuf_add_char(pr->out, '@');
	ir_printer_keyword_or_string(pr, ir_name_str(pr->c, symbol));
}

// ---- floats -----------------------------------------------------------------------------------

// d1.d2d3... * 10^exponent, without trailing zeros.
struct decimal {
	char digits[24];
	u32 count;
	int exponent;
};
enum { DECIMAL_TEXT = 1200 };  // the longest exact decimal of a double has 1077 characters

// The exact value as an integer times 10^-k (5^k stands in it for 2^-k): its digits, how many bits
// it has, and k.
static u32 exact_decimal(double v, char *text, u32 *bits, int *k) {
	int exponent;
	u64 odd = (u64)ldexp(frexp(v, &exponent), 53);
	exponent -= 53;
	for (; odd && !(odd & 1); odd >>= 1)
		exponent++;
	*k = exponent < 0 ? -exponent : 0;
	u32 odd_bits = base_log2(odd) + 1;
	*bits = exponent >= 0 ? odd_bits + (u32)exponent
	                      : (u32)(log2l((long double)odd) + *k * log2l(5)) + 1;
	snprintf(text, DECIMAL_TEXT, "%.*f", *k, v);
	u32 n = 0;
	for (const char *c = text; *c; c++)  // the point may be anything that the locale has for it
		if (*c >= '0' && *c <= '9' && (n || *c != '0'))
			text[n++] = *c;
	return n;
}

static void round_up(struct decimal *d) {
	u32 i = d->count;
	while (i > 0 && d->digits[i - 1] == '9')
		d->digits[--i] = '0';
	if (i > 0) {
		d->digits[i - 1]++;
		return;
	}
	d->digits[0] = '1';
	d->exponent++;
}

// At most `most` significant digits. As LLVM does it, to give the same text: powers of ten that are
// surely too many are cut off first, and what is then one digit too long is rounded, halves up.
static struct decimal decimal_of(double v, u32 most) {
	char text[DECIMAL_TEXT];
	u32 bits, needed = (most * 196 + 58) / 59;
	int k;
	struct decimal d = {.digits = "0", .count = 1};
	if (v == 0)
		return d;
	u32 n = exact_decimal(v, text, &bits, &k);
	d.exponent = (int)n - 1 - k;
	if (bits > needed)
		n -= (bits - needed) * 59 / 196;
	d.count = BASE_MIN(n, most);
	memcpy(d.digits, text, d.count);
	if (n > most && text[most] >= '5')
		round_up(&d);
	while (d.count > 1 && d.digits[d.count - 1] == '0')
		d.count--;
	return d;
}

// d.ddddde+XX with six digits and one more that is always 0.
static void format_six(double v, char *out, size_t size) {
	struct decimal d = decimal_of(v, 6);
	char digits[8] = "0000000";
	memcpy(digits, d.digits, d.count);
	snprintf(out, size, "%c.%se%c%02d", digits[0], digits + 1, d.exponent < 0 ? '-' : '+',
	         abs(d.exponent));
}

// All digits that the type may need; without exponent when that is short.
static void format_full(double v, u32 most, struct strbuf *out) {
	struct decimal d = decimal_of(v, most);
	int last = d.exponent - (int)d.count + 1;  // power of ten of the last digit
	bool scientific =
		last >= 0 ? last > 3 || d.count + (u32)last > most : d.exponent < 0 && -d.exponent > 3;
	if (scientific) {
		strbuf_addf(out, "%c.%.*sE%c%d", d.digits[0], (int)(d.count > 1 ? d.count - 1 : 1),
		            d.count > 1 ? d.digits + 1 : "0", d.exponent < 0 ? '-' : '+', abs(d.exponent));
		return;
	}
	if (last >= 0) {
		strbuf_add(out, str_make(d.digits, d.count));
		strbuf_add_repeat(out, '0', (size_t)last);
		return;
	}
	u32 whole = d.exponent >= 0 ? (u32)d.exponent + 1 : 0;
	if (whole)
		strbuf_add(out, str_make(d.digits, whole));
	else
		strbuf_add_char(out, '0');
	strbuf_add_char(out, '.');
	if (d.exponent < -1)
		strbuf_add_repeat(out, '0', (size_t)(-d.exponent - 1));
	strbuf_add(out, str_make(d.digits + whole, d.count - whole));
}

// Significant bits of a float type, the hidden one included.
static u32 precision(ir_type t) {
	switch (t->kind) {
	case IR_TYPE_F64: return 53;
	case IR_TYPE_F32: return 24;
	case IR_TYPE_F16:
	case IR_TYPE_TF32: return 11;
	case IR_TYPE_BF16: return 8;
	case IR_TYPE_F8E3M4: return 5;
	case IR_TYPE_F8E8M0FNU: return 1;
	case IR_TYPE_F4E2M1FN: return 2;
	case IR_TYPE_F6E3M2FN:
	case IR_TYPE_F8E5M2:
	case IR_TYPE_F8E5M2FNUZ: return 3;
	default: return 4;
	}
}

static u64 float_bits(ir_type t, double v) {
	u64 bits = 0;
	ir_element_store_float(t, &bits, v);
	return bits;
}

void ir_printer_float(struct ir_printer *pr, ir_type t, double v, bool *as_bits) {
	char text[32];
	double back;
	*as_bits = false;
	if (v - v == 0) {
		const char *sign = signbit(v) ? "-" : "";
		double magnitude = fabs(v);
		format_six(magnitude, text, sizeof text);
		if (str_parse_f64(str_from(text), &back) &&
		    float_bits(t, back) == float_bits(t, magnitude)) {
			strbuf_addf(pr->out, "%s%s", sign, text);
			return;
		}
		struct strbuf full;
		strbuf_init(&full, &pr->arena);
		format_full(magnitude, 2 + precision(t) * 59 / 196, &full);
		if (str_find_char(strbuf_str(&full), '.') >= 0) {
			strbuf_addf(pr->out, "%s%.*s", sign, STR_ARG(full));
			return;
		}
	}
	*as_bits = true;
	strbuf_addf(pr->out, "0x%llX", (unsigned long long)float_bits(t, v));
}

// ---- dense ------------------------------------------------------------------------------------

static void print_integer(struct strbuf *out, ir_type t, i64 v) {
	if (ir_type_is_int(t, 1) && t->signedness == IR_SIGNLESS)
		strbuf_add_z(out, v ? "true" : "false");
	else if (t->kind == IR_TYPE_INTEGER && t->signedness == IR_UNSIGNED)
		strbuf_add_u64(out, (u64)v);
	else
		strbuf_add_i64(out, v);
}

static void print_element(struct ir_printer *pr, ir_type t, const u8 *data) {
	bool as_bits;
	if (t->kind == IR_TYPE_COMPLEX) {
		strbuf_add_char(pr->out, '(');
		print_element(pr, t->element, data);
		strbuf_add_char(pr->out, ',');
		print_element(pr, t->element, data + ir_type_bytes(t->element));
		strbuf_add_char(pr->out, ')');
	} else if (ir_type_is_float(t)) {
		ir_printer_float(pr, t, ir_element_load_float(t, data), &as_bits);
	} else {
		print_integer(pr->out, t, ir_element_load_int(t, data));
	}
}

// Elements with brackets opened and closed where a dimension begins and ends.
static void print_nested(struct ir_printer *pr, ir_attr a, u64 count) {
	u64 size = ir_type_bytes(a->type->element);
	for (u64 i = 0; i < count; i++) {
		u64 extent = 1;
		u32 opened = 0, closed = 0;
		for (u32 d = a->type->rank; d-- > 0;) {
			extent *= (u64)a->type->shape[d];
			opened += i % extent == 0;
			closed += (i + 1) % extent == 0;
		}
		if (i)
			strbuf_add_z(pr->out, ", ");
		strbuf_add_repeat(pr->out, '[', opened);
		print_element(pr, a->type->element, a->data + i * size);
		strbuf_add_repeat(pr->out, ']', closed);
	}
}

static void print_hex_bytes(struct strbuf *out, const u8 *data, size_t size) {
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < size; i++) {
		strbuf_add_char(out, digits[data[i] >> 4]);
		strbuf_add_char(out, digits[data[i] & 15]);
	}
}

static void print_hex(struct ir_printer *pr, ir_attr a, u64 count) {
	strbuf_add_z(pr->out, "\"0x");
	if (ir_type_is_int(a->type->element, 1)) {
		for (u64 i = 0; i < count; i += 8) {
			u8 byte = 0;
			for (u64 k = i; k < count && k < i + 8; k++)
				byte |= (u8)((a->data[k] & 1) << (k - i));
			print_hex_bytes(pr->out, &byte, 1);
		}
	} else {
		print_hex_bytes(pr->out, a->data, a->data_size);
	}
	strbuf_add_char(pr->out, '"');
}

static void print_dense(struct ir_printer *pr, ir_attr a) {
	u64 count = ir_dense_count(a);
	if (pr->options.elide_elements && !a->splat && count > pr->options.elide_elements) {
		strbuf_add_z(pr->out, "dense_resource<__elided__>");
		return;
	}
	strbuf_add_z(pr->out, "dense<");
	if (a->splat)
		print_element(pr, a->type->element, a->data);
	else if (count >= HEX_ELEMENTS_MIN && !pr->collecting)
		print_hex(pr, a, count);
	else if (!pr->collecting)
		print_nested(pr, a, count);
	strbuf_add_char(pr->out, '>');
}

static void print_array_elements(struct ir_printer *pr, ir_attr a) {
	u64 size = ir_type_bytes(a->type);
	for (u32 i = 0; i < a->count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		print_element(pr, a->type, a->data + i * size);
	}
}

static void print_dense_array(struct ir_printer *pr, ir_attr a) {
	strbuf_add_z(pr->out, "array<");
	ir_printer_type(pr, a->type);
	if (a->count)
		strbuf_add_z(pr->out, ": ");
	print_array_elements(pr, a);
	strbuf_add_char(pr->out, '>');
}

// ---- maps, layouts, dialect attributes --------------------------------------------------------

static void print_map(struct ir_printer *pr, ir_attr a) {
	strbuf_add_z(pr->out, "affine_map<(");
	for (u32 i = 0; i < a->num_dims; i++)
		strbuf_addf(pr->out, "%sd%u", i ? ", " : "", i);
	strbuf_add_char(pr->out, ')');
	for (u32 i = 0; i < a->num_syms; i++)
		strbuf_addf(pr->out, "%ss%u", i ? ", " : "[", i);
	strbuf_add_z(pr->out, a->num_syms ? "] -> (" : " -> (");
	for (u32 i = 0; i < a->count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_expr_print(pr->c, a->exprs[i], pr->out);
	}
	strbuf_add_z(pr->out, ")>");
}

static void print_stride(struct ir_printer *pr, i64 v) {
	if (v == IR_DYNAMIC)
		strbuf_add_char(pr->out, '?');
	else
		strbuf_add_i64(pr->out, v);
}

static void print_strided(struct ir_printer *pr, ir_attr a) {
	strbuf_add_z(pr->out, "strided<[");
	for (u32 i = 0; i < a->count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		print_stride(pr, a->strides[i]);
	}
	strbuf_add_char(pr->out, ']');
	if (a->offset) {
		strbuf_add_z(pr->out, ", offset: ");
		print_stride(pr, a->offset);
	}
	strbuf_add_char(pr->out, '>');
}

static void print_dialect_attr(struct ir_printer *pr, ir_attr a) {
	struct str dialect = ir_name_str(pr->c, a->dialect), name = ir_name_str(pr->c, a->name);
	u16 constraint;
	bool spaced = a->name && ir_enum_find(dialect, name, &constraint) &&
	              ir_enum_get(constraint).storage == IR_ENUM_SPACED;
	strbuf_addf(pr->out, "#%.*s", STR_ARG(dialect));
	if (spaced)
		strbuf_addf(pr->out, "<%.*s %.*s>", STR_ARG(name), STR_ARG(a->text));
	else if (a->name && a->text.size)
		strbuf_addf(pr->out, ".%.*s<%.*s>", STR_ARG(name), STR_ARG(a->text));
	else if (a->name)
		strbuf_addf(pr->out, ".%.*s", STR_ARG(name));
	else
		strbuf_addf(pr->out, "<%.*s>", STR_ARG(a->text));
}

// ---- locations --------------------------------------------------------------------------------

static void print_loc_list(struct ir_printer *pr, ir_attr loc, const char *separator);

static void print_loc_inner(struct ir_printer *pr, ir_attr loc) {
	switch (loc->kind) {
	case IR_ATTR_LOC_FILE:
		add_quoted(pr->out, loc->text);
		strbuf_addf(pr->out, ":%u:%u", loc->line, loc->column);
		return;
	case IR_ATTR_LOC_NAME:
		add_quoted(pr->out, loc->text);
		if (loc->elements[0] && loc->elements[0]->kind != IR_ATTR_LOC_UNKNOWN) {
			strbuf_add_char(pr->out, '(');
			print_loc_list(pr, loc, "");
			strbuf_add_char(pr->out, ')');
		}
		return;
	case IR_ATTR_LOC_CALLSITE:
		strbuf_add_z(pr->out, "callsite(");
		print_loc_list(pr, loc, " at ");
		strbuf_add_char(pr->out, ')');
		return;
	case IR_ATTR_LOC_FUSED:
		strbuf_add_z(pr->out, "fused[");
		print_loc_list(pr, loc, ", ");
		strbuf_add_char(pr->out, ']');
		return;
	default: strbuf_add_z(pr->out, "unknown"); return;
	}
}

static void print_loc_list(struct ir_printer *pr, ir_attr loc, const char *separator) {
	for (u32 i = 0; i < loc->count; i++) {
		if (i)
			strbuf_add_z(pr->out, separator);
		if (!ir_printer_alias(pr, loc->elements[i]))
			print_loc_inner(pr, loc->elements[i]);
	}
}

void ir_printer_loc(struct ir_printer *pr, ir_attr loc) {
	strbuf_add_z(pr->out, "loc(");
	print_loc_inner(pr, loc);
	strbuf_add_char(pr->out, ')');
}

// ---- all --------------------------------------------------------------------------------------

static void print_number(struct ir_printer *pr, ir_attr a, enum ir_elision elision) {
	bool as_bits = false, is_float = a->kind == IR_ATTR_FLOAT;
	if (is_float)
		ir_printer_float(pr, a->type, a->real, &as_bits);
	else
		print_integer(pr->out, a->type, a->integer);
	bool sugar = is_float ? a->type->kind == IR_TYPE_F64 && !as_bits
	                      : ir_type_is_int(a->type, 64) && a->type->signedness == IR_SIGNLESS;
	bool boolean = !is_float && ir_type_is_int(a->type, 1) && a->type->signedness == IR_SIGNLESS;
	if (boolean || elision == IR_TYPE_GONE || (elision == IR_TYPE_MAY_GO && sugar))
		return;
	strbuf_add_z(pr->out, " : ");
	ir_printer_type(pr, a->type);
}

static void print_constant(struct ir_printer *pr, ir_attr a, enum ir_elision elision) {
	if (a->kind == IR_ATTR_DENSE_ELEMENTS) {
		print_dense(pr, a);
	} else {
		ir_printer_collect_blob(pr, a->blob);
		strbuf_add_z(pr->out, "dense_resource<");
		ir_printer_keyword_or_string(pr, ir_name_str(pr->c, a->blob->name));
		strbuf_add_char(pr->out, '>');
	}
	if (elision == IR_TYPE_GONE)
		return;
	strbuf_add_z(pr->out, " : ");
	ir_printer_type(pr, a->type);
}

static void print_array(struct ir_printer *pr, ir_attr a) {
	strbuf_add_char(pr->out, '[');
	for (u32 i = 0; i < a->count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_attr_elided(pr, a->elements[i], IR_TYPE_MAY_GO);
	}
	strbuf_add_char(pr->out, ']');
}

static void print_entries(struct ir_printer *pr, u32 n, const struct ir_named_attr *entries) {
	strbuf_add_char(pr->out, '{');
	for (u32 i = 0; i < n; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_keyword_or_string(pr, ir_name_str(pr->c, entries[i].name));
		if (entries[i].value->kind == IR_ATTR_UNIT)
			continue;
		strbuf_add_z(pr->out, " = ");
		ir_printer_attr(pr, entries[i].value);
	}
	strbuf_add_char(pr->out, '}');
}

static void print_symbol_path(struct ir_printer *pr, ir_attr a) {
	for (u32 i = 0; i < a->count; i++) {
		if (i)
			strbuf_add_z(pr->out, "::");
		ir_printer_symbol(pr, a->path[i]);
	}
}

void ir_printer_attr_elided(struct ir_printer *pr, ir_attr a, enum ir_elision elision) {
	if (ir_printer_alias(pr, a))
		return;
	switch ((enum ir_attr_kind)a->kind) {
	case IR_ATTR_UNIT: strbuf_add_z(pr->out, "unit"); return;
	case IR_ATTR_INTEGER:
	case IR_ATTR_FLOAT: print_number(pr, a, elision); return;
	case IR_ATTR_STRING: add_quoted(pr->out, a->text); return;
	case IR_ATTR_SYMBOL: print_symbol_path(pr, a); return;
	case IR_ATTR_TYPE: ir_printer_type(pr, a->type); return;
	case IR_ATTR_ARRAY: print_array(pr, a); return;
	case IR_ATTR_DICT: print_entries(pr, a->count, a->entries); return;
	case IR_ATTR_DENSE_ARRAY: print_dense_array(pr, a); return;
	case IR_ATTR_DENSE_ELEMENTS:
	case IR_ATTR_DENSE_RESOURCE: print_constant(pr, a, elision); return;
	case IR_ATTR_AFFINE_MAP: print_map(pr, a); return;
	case IR_ATTR_STRIDED_LAYOUT: print_strided(pr, a); return;
	case IR_ATTR_DIALECT: print_dialect_attr(pr, a); return;
	default: ir_printer_loc(pr, a); return;
	}
}

void ir_printer_attr(struct ir_printer *pr, ir_attr a) {
	ir_printer_attr_elided(pr, a, IR_TYPE_WRITTEN);
}

void ir_printer_attr_untyped(struct ir_printer *pr, ir_attr a) {
	ir_printer_attr_elided(pr, a, IR_TYPE_GONE);
}

void ir_printer_array_elements(struct ir_printer *pr, ir_attr a) {
	strbuf_add_char(pr->out, '[');
	print_array_elements(pr, a);
	strbuf_add_char(pr->out, ']');
}

void ir_printer_entries(struct ir_printer *pr, u32 n, const struct ir_named_attr *entries) {
	print_entries(pr, n, entries);
}

void ir_printer_dict(struct ir_printer *pr, ir_attr dict) {
	if (!dict || dict->count == 0)
		return;
	strbuf_add_char(pr->out, ' ');
	print_entries(pr, dict->count, dict->entries);
}

void ir_print_attr(const struct ir_context *c, ir_attr a, struct strbuf *out) {
	struct ir_printer pr;
	ir_printer_init(&pr, (struct ir_context *)c, out);
	ir_printer_attr(&pr, a);
	ir_printer_deinit(&pr);
}

void ir_print_attr_short(const struct ir_context *c, ir_attr a, ir_type implied,
                         struct strbuf *out) {
	struct ir_printer pr;
	ir_printer_init(&pr, (struct ir_context *)c, out);
	ir_printer_attr_elided(&pr, a, implied && a->type == implied ? IR_TYPE_GONE : IR_TYPE_WRITTEN);
	ir_printer_deinit(&pr);
}
