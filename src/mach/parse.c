// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the text form (its grammar is in print.c). For tests and tools: value and block numbers are
// kept as written, so that printing gives the same text again.
//
// Instructions are checked against rows while they are made, which needs the classes of their uses;
// definitions may stand further down, so each function is scanned for `%n:class` first.
#include <stdarg.h>

#include "mach/text.h"

struct parser {
	struct arena *a;
	struct mach_unit *unit;
	struct mach_func *f;
	struct strmap symbols;
	struct diag_engine *diags;
	struct str file;
	const char *at, *end, *start;
	mach_block block;
	bool failed;
};

// ---- characters -------------------------------------------------------------------------------

static void fail(struct parser *p, const char *format, ...) BASE_PRINTF(2, 3);
static void fail(struct parser *p, const char *format, ...) {
	if (p->failed)
		return;
	p->failed = true;
	struct diag_loc loc = {.file = p->file, .line = 1, .column = 1};
	for (const char *c = p->start; c < p->at; c++) {
		loc.column = *c == '\n' ? 1 : loc.column + 1;
		loc.line += *c == '\n';
	}
	struct strbuf text;
	va_list args;
	strbuf_init(&text, p->a);
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	diag_emit(p->diags, DIAG_parse_syntax, loc, text.data);
}

static void skip_blanks(struct parser *p) {
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t'))
		p->at++;
	if (p->at + 1 < p->end && p->at[0] == '/' && p->at[1] == '/')
		while (p->at < p->end && *p->at != '\n')
			p->at++;
}

static void skip_lines(struct parser *p) {
	for (skip_blanks(p); p->at < p->end && (*p->at == '\n' || *p->at == '\r'); skip_blanks(p))
		p->at++;
}

static char peek(struct parser *p) {
	skip_blanks(p);
	return p->at < p->end ? *p->at : 0;
}

static bool accept_char(struct parser *p, char c) {
	if (p->failed || peek(p) != c)
		return false;
	p->at++;
	return true;
}

static void expect_char(struct parser *p, char c) {
	if (!accept_char(p, c))
		fail(p, "expected '%c'", c);
}

static bool is_word_char(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct str word(struct parser *p) {
	skip_blanks(p);
	const char *start = p->at;
	while (p->at < p->end && is_word_char(*p->at))
		p->at++;
	return str_make(start, (size_t)(p->at - start));
}

static bool accept_word(struct parser *p, const char *w) {
	const char *start = p->at;
	if (!p->failed && str_eq_z(word(p), w))
		return true;
	p->at = start;
	return false;
}

static void expect_word(struct parser *p, const char *w) {
	if (!accept_word(p, w))
		fail(p, "expected '%s'", w);
}

static i64 integer(struct parser *p) {
	skip_blanks(p);
	const char *start = p->at;
	i64 v = 0;
	if (p->at < p->end && *p->at == '-')
		p->at++;
	while (p->at < p->end && is_word_char(*p->at))
		p->at++;
	if (!p->failed && !str_parse_i64(str_make(start, (size_t)(p->at - start)), &v))
		fail(p, "expected an integer");
	return v;
}

static u32 number(struct parser *p, u32 max) {
	i64 v = integer(p);
	if (v < 0 || v > max) {
		fail(p, "expected a number up to %u", max);
		return 0;
	}
	return (u32)v;
}

// Names of symbols: everything up to a blank or punctuation.
static struct str symbol_name(struct parser *p) {
	expect_char(p, '@');
	const char *start = p->at;
	while (p->at < p->end && !strchr(" \t\n,+])={", *p->at))
		p->at++;
	return str_make(start, (size_t)(p->at - start));
}

// ---- names of the target ----------------------------------------------------------------------

static mach_reg register_name(struct parser *p) {
	struct str name = word(p);
	for (u32 r = 0; r < p->unit->target->num_regs; r++)
		if (str_eq_z(name, p->unit->target->regs[r].name))
			return (mach_reg)r;
	fail(p, "no register '%.*s'", STR_ARG(name));
	return MACH_NO_REG;
}

static u8 class_name(struct parser *p) {
	struct str name = word(p);
	for (u32 c = 0; c < p->unit->target->num_classes; c++)
		if (str_eq_z(name, p->unit->target->classes[c].name))
			return (u8)c;
	fail(p, "no register class '%.*s'", STR_ARG(name));
	return 0;
}

static u16 row_name(struct parser *p) {
	struct str name = word(p);
	for (u32 i = 0; i < p->unit->target->num_insts; i++)
		if (p->unit->target->insts[i].name && str_eq_z(name, p->unit->target->insts[i].name))
			return (u16)i;
	fail(p, "no instruction '%.*s'", STR_ARG(name));
	return 0;
}

static const struct mach_cpu *cpu_name(struct parser *p) {
	expect_char(p, '"');
	const char *start = p->at;
	while (p->at < p->end && *p->at != '"' && *p->at != '\n')
		p->at++;
	struct str name = str_make(start, (size_t)(p->at - start));
	expect_char(p, '"');
	for (u32 i = 0; i < p->unit->target->num_cpus; i++)
		if (str_eq_z(name, p->unit->target->cpus[i].name))
			return &p->unit->target->cpus[i];
	fail(p, "no CPU \"%.*s\"", STR_ARG(name));
	return &p->unit->target->cpus[0];
}

static u32 find_symbol(struct parser *p) {
	struct str name = symbol_name(p);
	u64 symbol = 0;
	if (!p->failed && !strmap_find(&p->symbols, name, &symbol))
		fail(p, "no symbol '@%.*s'", STR_ARG(name));
	return (u32)symbol;
}

// ---- values -----------------------------------------------------------------------------------

enum { VALUES_MAX = 1 << 24, BLOCKS_MAX = 1 << 20 };

static mach_value value_number(struct parser *p) {
	expect_char(p, '%');
	u32 v = number(p, VALUES_MAX);
	if (v == 0 || v >= p->f->values.size || p->f->values.data[v].cls == 0xff) {
		fail(p, "value %%%u is not defined", v);
		return 0;
	}
	return v;
}

static void places(struct parser *p, mach_reg *fixed, mach_reg *reg) {
	*fixed = *reg = MACH_NO_REG;
	if (p->at < p->end && *p->at == '=') {
		p->at++;
		*fixed = register_name(p);
	}
	if (p->at < p->end && *p->at == '@') {
		p->at++;
		*reg = register_name(p);
	}
}

static struct mach_operand value_use(struct parser *p) {
	mach_value v = value_number(p);
	mach_reg fixed, reg;
	places(p, &fixed, &reg);
	if (reg != MACH_NO_REG && p->f->values.data[v].reg != reg) {
		if (p->f->values.data[v].reg != MACH_NO_REG)
			fail(p, "%%%u is in another register elsewhere", v);
		p->f->values.data[v].reg = reg;
	}
	return fixed == MACH_NO_REG ? mach_use(v) : mach_use_fixed(v, fixed);
}

struct new_value {
	mach_value value;
	mach_reg fixed;
	u32 bytes;  // 0: left out
};

static struct new_value new_value(struct parser *p) {
	struct new_value n = {.fixed = MACH_NO_REG};
	mach_reg reg;
	n.value = value_number(p);
	expect_char(p, ':');
	class_name(p);
	if (p->at < p->end && *p->at == '/') {
		p->at++;
		n.bytes = number(p, UINT8_MAX);
	}
	if (p->at < p->end && *p->at == '~') {
		p->at++;
		p->f->values.data[n.value].hint = register_name(p);
	}
	places(p, &n.fixed, &reg);
	if (reg != MACH_NO_REG)
		p->f->values.data[n.value].reg = reg;
	return n;
}

static void set_bytes(struct parser *p, struct new_value n, u8 size) {
	struct mach_value_data *d = &p->f->values.data[n.value];
	if (n.value)
		d->bytes = (u8)(n.bytes ? n.bytes : mach_text_bytes(p->f, d->cls, size));
}

// ---- operands ---------------------------------------------------------------------------------

static void mem_attribute(struct parser *p, struct mach_mem *m) {
	if (accept_word(p, "align")) {
		u32 n = number(p, 1u << 20);
		if (!base_is_pow2(n))
			fail(p, "an alignment is a power of two");
		m->align_log2 = (u8)base_log2(n);
		return;
	}
	expect_word(p, "alias");
	m->alias = (u8)number(p, UINT8_MAX);
}

static void mem_value(struct parser *p, struct mach_mem *m) {
	mach_value v = value_use(p).payload;
	if (accept_char(p, '*')) {
		m->index = v;
		m->scale = (u8)number(p, 8);
	} else {
		m->base = v;
	}
}

static void mem_term(struct parser *p, struct mach_mem *m, bool minus) {
	switch (peek(p)) {
	case '%': mem_value(p, m); return;
	case '@': m->symbol = find_symbol(p); return;
	case '$':
		p->at++;
		m->base_fixed = register_name(p);
		return;
	case 's':
		expect_word(p, "slot");
		return;
	default: break;
	}
	i64 disp = integer(p);
	m->disp = (i32)(minus ? -disp : disp);
}

static bool slot_number(struct parser *p, u32 *slot) {
	const char *start = p->at;
	struct str w = word(p);
	i64 n;
	if (str_starts_with(w, STR("slot")) && str_parse_i64(str_drop(w, 4), &n) && n >= 0 &&
	    n < p->f->slots.size) {
		*slot = (u32)n;
		return true;
	}
	p->at = start;
	return false;
}

static struct mach_operand mem_operand(struct parser *p) {
	struct mach_mem m = {
		.base_fixed = MACH_NO_REG, .scale = 1, .symbol = MACH_NONE, .slot = MACH_NONE};
	bool minus = false;
	expect_char(p, '[');
	do {
		skip_blanks(p);
		if (!slot_number(p, &m.slot))
			mem_term(p, &m, minus);
		minus = peek(p) == '-';
	} while (!p->failed && (accept_char(p, '+') || accept_char(p, '-')));
	while (!p->failed && accept_char(p, ','))
		mem_attribute(p, &m);
	expect_char(p, ']');
	return mach_mem_operand(p->f, m);
}

static mach_block block_number(struct parser *p) {
	expect_char(p, '^');
	struct str w = word(p);
	i64 n = 0;
	if (!str_starts_with(w, STR("bb")) || !str_parse_i64(str_drop(w, 2), &n) || n < 0 ||
	    n > BLOCKS_MAX) {
		fail(p, "expected a block, ^bb and a number");
		return 0;
	}
	while (p->f->blocks.size <= (u32)n)
		vec_push(p->f->arena, p->f->blocks, (struct mach_block_data){.frequency = 1});
	return (mach_block)n;
}

static struct mach_operand edge_operand(struct parser *p) {
	VEC(mach_value) args = {0};
	mach_block to = block_number(p);
	if (accept_char(p, '(')) {
		do
			vec_push(p->a, args, value_use(p).payload);
		while (!p->failed && accept_char(p, ','));
		expect_char(p, ')');
	}
	return mach_edge_operand(mach_succ_add(p->f, p->block, to, args.size, args.data));
}

static struct mach_operand condition(struct parser *p) {
	struct str w = word(p);
	for (u32 c = 0; c < p->f->target->num_conds; c++)
		if (str_eq_z(w, p->f->target->cond_name(c)))
			return mach_cond_operand(c);
	fail(p, "unknown operand '%.*s'", STR_ARG(w));
	return mach_cond_operand(0);
}

static struct mach_operand physical(struct parser *p, u8 kind) {
	expect_char(p, '$');
	return (struct mach_operand){.kind = kind, .fixed = register_name(p)};
}

static struct mach_operand operand(struct parser *p) {
	u32 slot;
	char c = peek(p);
	switch (c) {
	case '%': return value_use(p);
	case '$': return physical(p, MACH_OP_USE);
	case '[': return mem_operand(p);
	case '^': return edge_operand(p);
	case '@': return mach_symbol_operand(find_symbol(p));
	case '_': p->at++; return (struct mach_operand){.kind = MACH_OP_NONE, .fixed = MACH_NO_REG};
	default: break;
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return mach_imm(p->f, integer(p));
	if (slot_number(p, &slot))
		return mach_slot_operand(slot);
	return condition(p);
}

// ---- instructions -----------------------------------------------------------------------------

struct inst {
	VEC(struct mach_operand) operands;
	VEC(struct new_value) defs;
	u16 opcode;
	u8 size, mode;
};

static void inst_defs(struct parser *p, struct inst *in) {
	do {
		if (peek(p) == '$') {
			vec_push(p->a, in->operands, physical(p, MACH_OP_DEF));
			continue;
		}
		struct new_value n = new_value(p);
		vec_push(p->a, in->defs, n);
		vec_push(p->a, in->operands,
		         n.fixed == MACH_NO_REG ? mach_def(n.value) : mach_def_fixed(n.value, n.fixed));
	} while (!p->failed && accept_char(p, ','));
	expect_char(p, '=');
}

static void inst_mode(struct parser *p, struct inst *in) {
	if (p->at < p->end && *p->at == '.') {
		p->at++;
		u32 bits = number(p, 8 * UINT8_MAX);
		if (bits % 8)
			fail(p, "a size is a multiple of 8 bits");
		in->size = (u8)(bits / 8);
	}
	const char *start = p->at;
	while (p->at < p->end && *p->at == '{')
		while (p->at < p->end && *p->at != '\n' && *p->at++ != '}')
			;
	struct mach_inst_data d = {.opcode = in->opcode, .size = in->size};
	struct str modes = str_make(start, (size_t)(p->at - start));
	if (modes.size && !(p->unit->target->parse_mode && p->unit->target->parse_mode(modes, &d)))
		fail(p, "no such modes: %.*s", STR_ARG(modes));
	in->mode = d.mode;
}

static u32 line_index(struct mach_func *f, u32 line) {
	if (vec_last(f->locs) != line)
		vec_push(f->arena, f->locs, line);
	return f->locs.size - 1;
}

// Whether the operands are the row's is the maker's assertion; a test file's mistake is reported.
static mach_inst make(struct parser *p, const struct inst *in) {
	struct base_recovery r;
	if (BASE_RECOVER(&r)) {
		fail(p, "%s", r.failure.message);
		return MACH_NONE;
	}
	mach_inst i = mach_inst_make(p->f, in->opcode, in->size, in->mode, in->operands.size,
	                             in->operands.data);
	base_recovery_pop(&r);
	return i;
}

// Nothing, or what follows the operands.
static bool at_trailer(struct parser *p) {
	const char *start = p->at;
	char c = peek(p);
	bool found = c == 0 || c == '\n' || c == '\r' || accept_word(p, "remat") || accept_word(p, "loc");
	p->at = start;
	return found;
}

static void inst(struct parser *p) {
	struct inst in = {0};
	if (peek(p) == '%' || peek(p) == '$')
		inst_defs(p, &in);
	in.opcode = row_name(p);
	inst_mode(p, &in);
	for (u32 i = 0; i < in.defs.size; i++)
		set_bytes(p, in.defs.data[i], in.size);
	if (!at_trailer(p))
		do
			vec_push(p->a, in.operands, operand(p));
		while (!p->failed && accept_char(p, ','));
	mach_inst i = p->failed ? MACH_NONE : make(p, &in);
	if (i == MACH_NONE)
		return;
	mach_append(p->f, p->block, i);
	if (accept_word(p, "remat") && in.defs.size)
		p->f->values.data[in.defs.data[0].value].remat = 1 + i;
	if (accept_word(p, "loc"))
		mach_inst_get(p->f, i)->loc = line_index(p->f, number(p, UINT32_MAX));
}

// ---- blocks and functions ---------------------------------------------------------------------

static void block_params(struct parser *p) {
	do {
		struct new_value n = new_value(p);
		set_bytes(p, n, 0);
		p->f->values.data[n.value].block = p->block;
		vec_push(p->f->arena, p->f->blocks.data[p->block].params, n.value);
	} while (!p->failed && accept_char(p, ','));
	expect_char(p, ')');
}

static void block(struct parser *p) {
	p->block = block_number(p);
	vec_push(p->f->arena, p->f->layout, p->block);
	if (accept_char(p, '('))
		block_params(p);
	if (accept_word(p, "align"))
		p->f->blocks.data[p->block].align = number(p, 4096);
	expect_char(p, ':');
	for (skip_lines(p); !p->failed && p->at < p->end && *p->at != '^' && *p->at != '}';
	     skip_lines(p)) {
		const char *start = p->at;
		inst(p);
		if (!p->failed && p->at == start)
			fail(p, "expected an instruction");
	}
}

static void slot(struct parser *p) {
	struct mach_slot s = {0};
	if (number(p, UINT32_MAX) != p->f->slots.size)
		fail(p, "slots are numbered from 0");
	expect_word(p, "bytes");
	s.bytes = number(p, 1u << 30);
	expect_word(p, "align");
	s.align = number(p, 1u << 20);
	if (accept_word(p, "at"))
		s.offset = (i32)integer(p);
	s.incoming = accept_word(p, "incoming");
	vec_push(p->f->arena, p->f->slots, s);
	skip_lines(p);
}

// Gives every value its class before the text is read.
static void scan_values(struct parser *p) {
	const char *start = p->at;
	while (!p->failed && p->at < p->end) {
		if (*p->at == '/' && p->at + 1 < p->end && p->at[1] == '/')
			skip_blanks(p);
		if (p->at >= p->end || *p->at++ != '%')
			continue;
		u32 v = number(p, VALUES_MAX);
		if (p->failed || p->at >= p->end || *p->at != ':')
			continue;
		p->at++;
		u8 cls = class_name(p);
		while (p->f->values.size <= v)
			vec_push(p->f->arena, p->f->values,
			         (struct mach_value_data){
						 .cls = 0xff, .reg = MACH_NO_REG, .hint = MACH_NO_REG, .def = MACH_NONE});
		if (v && p->f->values.data[v].cls != 0xff)
			fail(p, "value %%%u is defined twice", v);
		p->f->values.data[v].cls = cls;
	}
	p->at = p->failed ? p->at : start;
}

// Modes in braces stand within lines; the body ends at a brace that starts one.
static const char *body_end(struct parser *p) {
	for (const char *c = p->at; c < p->end; c++)
		if (*c == '\n' && c + 1 < p->end && c[1] == '}')
			return c + 1;
	fail(p, "expected '}' at the start of a line");
	return p->end;
}

static void func_head(struct parser *p) {
	struct str name = str_copy(p->a, symbol_name(p));
	expect_word(p, "cpu");
	const struct mach_cpu *cpu = cpu_name(p);
	bool external = accept_word(p, "external");
	p->f = mach_func_create(p->unit, cpu, name, external);
	if (accept_word(p, "outgoing"))
		p->f->outgoing_bytes = number(p, 1u << 30);
	expect_char(p, '{');
}

static void func(struct parser *p) {
	func_head(p);
	const char *end = p->end;
	if (!p->failed)
		p->end = body_end(p);
	scan_values(p);
	for (skip_lines(p); accept_word(p, "slot");)
		slot(p);
	skip_lines(p);
	while (!p->failed && p->at < p->end)
		block(p);
	p->end = end;
	expect_char(p, '}');
	for (u32 v = 1; v < p->f->values.size; v++)
		if (p->f->values.data[v].cls == 0xff)  // a number that the text does not use
			p->f->values.data[v].cls = 0;
	if (!p->failed) {
		mach_number(p->f);
		mach_build_preds(p->f);
	}
}

// ---- units ------------------------------------------------------------------------------------

static int hex_digit(char c) {
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void symbol_bytes(struct parser *p, struct mach_symbol *s) {
	VEC(u8) bytes = {0};
	skip_blanks(p);
	while (p->at + 1 < p->end && hex_digit(p->at[0]) >= 0 && hex_digit(p->at[1]) >= 0) {
		vec_push(p->a, bytes, (u8)(hex_digit(p->at[0]) * 16 + hex_digit(p->at[1])));
		p->at += 2;
	}
	s->data = bytes.data;
	s->size = bytes.size;
}

static void add_symbol(struct parser *p, struct mach_symbol s) {
	strmap_set(&p->symbols, s.name, mach_symbol_add(p->unit, s));
}

static void symbol(struct parser *p, u8 kind) {
	struct mach_symbol s = {.kind = kind};
	s.global = accept_word(p, "global");
	s.name = str_copy(p->a, symbol_name(p));
	if (kind != MACH_SYMBOL_UNDEFINED) {
		expect_word(p, "align");
		s.align = number(p, 1u << 20);
		expect_char(p, '=');
		symbol_bytes(p, &s);
	}
	add_symbol(p, s);
}

// Functions may call each other in any order: their symbols come first.
static void scan_funcs(struct parser *p) {
	u32 funcs = 0;
	const char *start = p->at;
	for (skip_lines(p); p->at < p->end; skip_lines(p)) {
		bool is_func = accept_word(p, "func");
		if (is_func) {
			struct mach_symbol s = {.name = str_copy(p->a, symbol_name(p)),
			                        .kind = MACH_SYMBOL_FUNC,
			                        .func = funcs++};
			while (p->at < p->end && *p->at != '\n')
				s.global |= accept_word(p, "external") || (p->at++, false);
			add_symbol(p, s);
		}
		while (p->at < p->end && *p->at != '\n')
			p->at++;
	}
	p->at = start;
}

struct mach_unit *mach_parse(struct arena *a, const struct mach_target *t, struct str text,
                             struct str file, struct diag_engine *d) {
	struct parser p = {.a = a,
	                   .unit = mach_unit_create(a, t),
	                   .diags = d,
	                   .file = file,
	                   .at = text.data,
	                   .start = text.data,
	                   .end = text.data + text.size};
	strmap_init(&p.symbols, a);
	scan_funcs(&p);
	for (skip_lines(&p); !p.failed && p.at < p.end; skip_lines(&p)) {
		if (accept_word(&p, "func"))
			func(&p);
		else if (accept_word(&p, "rodata"))
			symbol(&p, MACH_SYMBOL_RODATA);
		else if (accept_word(&p, "data"))
			symbol(&p, MACH_SYMBOL_DATA);
		else if (accept_word(&p, "undefined"))
			symbol(&p, MACH_SYMBOL_UNDEFINED);
		else
			fail(&p, "expected 'func', 'rodata', 'data' or 'undefined'");
	}
	return p.failed ? NULL : p.unit;
}
