// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text form of schedule trees: one printer, one parser, one verifier, so that a planner's choice
// can be read, edited and handed back (`--schedule=FILE`). Grammar:
//
//   file   := { "kernel" NAME [ "algorithm" NAME ] "{" node* "}" }
//   node   := band | tile
//   band   := ( "parallel" | "for" ) step+ [ "unroll" ] "{" node* "}"
//   tile   := "tile" step* [ "vector" DIM ] ":" STMT+ ";"?
//   step   := DIM ":" INTEGER          DIM := "d" N        STMT := "s" N
// `#` starts a comment. The shape of the language follows isl's schedule trees (Verdoolaege et al.,
// "Schedule Trees", IMPACT 2014): bands, sequences (siblings) and leaves.
#include "loop/loop.h"

#include <stdarg.h>
#include <stdio.h>

// ---------------------------------------------------------------------------------------------
// Printing

static void print_steps(const struct loop_node *n, struct strbuf *out) {
	for (u32 i = 0; i < n->num_steps; i++)
		strbuf_addf(out, " d%u:%lld", n->steps[i].dim, (long long)n->steps[i].size);
}

static void print_node(const struct loop_node *n, u32 depth, struct strbuf *out) {
	strbuf_add_repeat(out, ' ', depth * 2);
	if (n->kind == LOOP_NODE_TILE) {
		strbuf_add_z(out, "tile");
		print_steps(n, out);
		if (n->vector_dim != LOOP_NONE)
			strbuf_addf(out, " vector d%u", n->vector_dim);
		strbuf_add_z(out, " :");
		for (u32 i = 0; i < n->num_stmts; i++)
			strbuf_addf(out, " s%u", n->stmts[i]);
		strbuf_add_char(out, '\n');
		return;
	}
	strbuf_add_z(out, n->parallel ? "parallel" : "for");
	print_steps(n, out);
	strbuf_add_z(out, n->unroll ? " unroll {\n" : " {\n");
	for (const struct loop_node *c = n->children; c; c = c->next)
		print_node(c, depth + 1, out);
	strbuf_add_repeat(out, ' ', depth * 2);
	strbuf_add_z(out, "}\n");
}

void loop_schedule_print(const struct loop_schedule *s, struct strbuf *out) {
	strbuf_addf(out, "kernel %.*s", STR_ARG(s->kernel));
	if (s->algorithm.size)
		strbuf_addf(out, " algorithm %.*s", STR_ARG(s->algorithm));
	strbuf_add_z(out, " {");
	if (s->cycles > 0)
		strbuf_addf(out, "  # predicted: %.0f cycles, %.0f bytes", s->cycles, s->bytes);
	strbuf_add_char(out, '\n');
	for (const struct loop_node *n = s->root; n; n = n->next)
		print_node(n, 1, out);
	strbuf_add_z(out, "}\n");
}

// ---------------------------------------------------------------------------------------------
// Parsing

struct parser {
	struct arena *a;
	struct str text, file;
	size_t at;
	u32 line;
	size_t line_start;
	struct str token;      // empty at the end
	size_t token_at;
	u32 token_line;
	size_t token_line_start;
	struct diag_engine *d;
	bool failed;
	u32 depth;
};
#define SCHEDULE_DEPTH_MAX 64

static bool is_word(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
	       c == '-' || c == '$' || c == '/';
}

static void skip_blanks(struct parser *p) {
	while (p->at < p->text.size) {
		char c = p->text.data[p->at];
		if (c == '#') {
			while (p->at < p->text.size && p->text.data[p->at] != '\n')
				p->at++;
		} else if (c == '\n') {
			p->at++;
			p->line++;
			p->line_start = p->at;
		} else if (c == ' ' || c == '\t' || c == '\r') {
			p->at++;
		} else {
			return;
		}
	}
}

static void advance(struct parser *p) {
	skip_blanks(p);
	p->token_at = p->at;
	p->token_line = p->line;
	p->token_line_start = p->line_start;
	size_t start = p->at;
	if (p->at < p->text.size && is_word(p->text.data[p->at])) {
		while (p->at < p->text.size && is_word(p->text.data[p->at]))
			p->at++;
	} else if (p->at < p->text.size) {
		p->at++;
	}
	p->token = str_make(p->text.data + start, p->at - start);
}

static void fail(struct parser *p, const char *expected) {
	if (p->failed)
		return;
	p->failed = true;
	struct diag_loc loc = {p->file, p->token_line, (u32)(p->token_at - p->token_line_start) + 1, {0}};
	struct str got = p->token.size ? p->token : STR("end of file");
	diag_emit(p->d, DIAG_schedule_syntax, loc, expected, STR_ARG(got));
}

static bool accept(struct parser *p, const char *word) {
	if (!str_eq_z(p->token, word))
		return false;
	advance(p);
	return true;
}

static void expect(struct parser *p, const char *word) {
	if (!accept(p, word))
		fail(p, word);
}

// "d3" or "s3": the number behind the letter.
static bool parse_numbered(struct parser *p, char letter, u32 *out) {
	i64 v;
	if (p->token.size < 2 || p->token.data[0] != letter || !str_parse_i64(str_drop(p->token, 1), &v) || v < 0 || v > 4095)
		return false;
	*out = (u32)v;
	advance(p);
	return true;
}

static void parse_steps(struct parser *p, struct loop_node *n) {
	u32 dim;
	while (!p->failed && parse_numbered(p, 'd', &dim)) {
		i64 size;
		expect(p, ":");
		if (p->failed || dim >= LOOP_DIMS_MAX || n->num_steps == LOOP_DIMS_MAX || !str_parse_i64(p->token, &size) ||
		    size < 1 || size > INT32_MAX) {
			fail(p, "a dimension below d16 and a step of at least 1");
			return;
		}
		advance(p);
		n->steps[n->num_steps++] = (struct loop_step){dim, size};
	}
}

static struct loop_node *parse_nodes(struct parser *p);

static struct loop_node *parse_tile(struct parser *p) {
	struct loop_node *n = ARENA_NEW(p->a, struct loop_node);
	n->kind = LOOP_NODE_TILE;
	n->vector_dim = LOOP_NONE;
	parse_steps(p, n);
	if (accept(p, "vector") && !parse_numbered(p, 'd', &n->vector_dim))
		fail(p, "a dimension such as d1");
	expect(p, ":");
	VEC(u32) stmts = {0};
	u32 s;
	while (!p->failed && parse_numbered(p, 's', &s))
		vec_push(p->a, stmts, s);
	if (!stmts.size)
		fail(p, "a statement such as s0");
	accept(p, ";");
	n->stmts = stmts.data;
	n->num_stmts = stmts.size;
	return n;
}

static struct loop_node *parse_band(struct parser *p, bool parallel) {
	struct loop_node *n = ARENA_NEW(p->a, struct loop_node);
	n->kind = LOOP_NODE_BAND;
	n->parallel = parallel;
	n->vector_dim = LOOP_NONE;
	parse_steps(p, n);
	if (!n->num_steps)
		fail(p, "a step such as d0:8");
	n->unroll = accept(p, "unroll");
	expect(p, "{");
	if (++p->depth > SCHEDULE_DEPTH_MAX)
		fail(p, "at most 64 nested bands");
	if (!p->failed)
		n->children = parse_nodes(p);
	p->depth--;
	expect(p, "}");
	for (struct loop_node *c = n->children; c; c = c->next)
		n->num_children++;
	return n;
}

static struct loop_node *parse_nodes(struct parser *p) {
	struct loop_node *first = NULL, **tail = &first;
	while (!p->failed) {
		if (accept(p, "parallel"))
			*tail = parse_band(p, true);
		else if (accept(p, "for"))
			*tail = parse_band(p, false);
		else if (accept(p, "tile"))
			*tail = parse_tile(p);
		else
			break;
		tail = &(*tail)->next;
	}
	return first;
}

bool loop_schedule_parse(struct arena *a, struct str text, struct str file, struct diag_engine *d,
                         struct loop_schedule **list, u32 *count) {
	struct parser p = {.a = a, .text = text, .file = file, .line = 1, .d = d};
	VEC(struct loop_schedule) all = {0};
	advance(&p);
	while (!p.failed && p.token.size) {
		struct loop_schedule s = {0};
		expect(&p, "kernel");
		s.kernel = p.token;
		advance(&p);
		if (accept(&p, "algorithm")) {
			s.algorithm = p.token;
			advance(&p);
		}
		expect(&p, "{");
		s.root = parse_nodes(&p);
		expect(&p, "}");
		vec_push(a, all, s);
	}
	*list = all.data;
	*count = all.size;
	return !p.failed;
}

// ---------------------------------------------------------------------------------------------
// Verification

struct verifier {
	const struct loop_group *g;
	struct diag_engine *d;
	struct diag_loc loc;
	struct str kernel;
	u32 seen;            // statements executed so far, in tree order
	u32 band_mask;       // dims of the enclosing bands
	u32 band_index[LOOP_DIMS_MAX];  // how many enclosing bands step the dim
	i64 step[LOOP_DIMS_MAX];        // innermost enclosing step, 0 none
	u32 parallel_mask;
	// Dims of reduction loops that are open at this point, per statement that has started in them.
	bool ok;
};

static void BASE_PRINTF(2, 3) refuse(struct verifier *v, const char *format, ...) {
	char message[256];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	diag_emit(v->d, DIAG_schedule_illegal, v->loc, STR_ARG(v->kernel), message);
	v->ok = false;
}

static bool node_has_stmt(const struct loop_node *n, u32 s) {
	if (n->kind == LOOP_NODE_TILE) {
		for (u32 i = 0; i < n->num_stmts; i++)
			if (n->stmts[i] == s)
				return true;
		return false;
	}
	for (const struct loop_node *c = n->children; c; c = c->next)
		if (node_has_stmt(c, s))
			return true;
	return false;
}

static void verify_stmt(struct verifier *v, const struct loop_node *tile, u32 index) {
	if (index >= v->g->num_stmts) {
		refuse(v, "statement s%u does not exist; the kernel has %u", index, v->g->num_stmts);
		return;
	}
	const struct loop_stmt *s = &v->g->stmts[index];
	if (v->seen & (1u << index))
		refuse(v, "statement s%u is executed twice", index);
	v->seen |= 1u << index;
	u32 covered = v->band_mask, named = 0;
	for (u32 i = 0; i < tile->num_steps; i++)
		named |= 1u << tile->steps[i].dim;
	covered |= named;
	for (u32 d = 0; d < v->g->num_dims; d++) {
		if (!(s->dims & (1u << d)))
			continue;
		bool unit = ir_expr_is_const(v->g->dims[d].extent) && v->g->dims[d].extent->value == 1;
		if (!(covered & (1u << d)) && !unit)
			refuse(v, "statement s%u runs over d%u, which no enclosing band or tile covers", index, d);
		if (!(named & (1u << d)) && v->step[d] > 1)
			refuse(v, "d%u is stepped by %lld, but the tile of s%u has one point of it", d, (long long)v->step[d], index);
	}
	if (s->reduction & v->parallel_mask)
		refuse(v, "statement s%u is reduced over a dimension of a parallel band", index);
	for (u32 i = 0; i < s->num_inputs; i++) {
		u32 p = s->inputs[i].producer;
		if (p != LOOP_NONE && !(v->seen & (1u << p)))
			refuse(v, "statement s%u runs before s%u, whose result it reads", index, p);
	}
}

static void verify_tile(struct verifier *v, const struct loop_node *n) {
	for (u32 i = 0; i < n->num_steps; i++) {
		struct loop_step s = n->steps[i];
		if (s.dim >= v->g->num_dims) {
			refuse(v, "dimension d%u does not exist; the kernel has %u", s.dim, v->g->num_dims);
			continue;
		}
		ir_expr extent = v->g->dims[s.dim].extent;
		bool whole = ir_expr_is_const(extent) && extent->value <= s.size;
		if (v->step[s.dim] ? v->step[s.dim] != s.size : !whole && s.size != 1)
			refuse(v, "tile size %lld of d%u is not the step of the band around it", (long long)s.size, s.dim);
	}
	for (u32 i = 0; i < n->num_stmts; i++)
		verify_stmt(v, n, n->stmts[i]);
}

// A reduction must be complete before its result is read: producer and consumer may share only
// bands over dims that the producer does not reduce.
static void verify_completion(struct verifier *v, const struct loop_node *band) {
	u32 dims = 0;
	for (u32 i = 0; i < band->num_steps; i++)
		dims |= 1u << band->steps[i].dim;
	for (u32 i = 0; i < v->g->num_stmts; i++) {
		const struct loop_stmt *s = &v->g->stmts[i];
		if (!node_has_stmt(band, i))
			continue;
		for (u32 k = 0; k < s->num_inputs; k++) {
			u32 p = s->inputs[k].producer;
			if (p != LOOP_NONE && (v->g->stmts[p].reduction & dims) && node_has_stmt(band, p))
				refuse(v, "statement s%u reads s%u inside a band that reduces it", i, p);
		}
	}
}

// An accumulator belongs to one box of the dims its statement keeps, so those are stepped outside of
// the reduced ones.
static void verify_reduction_order(struct verifier *v, const struct loop_node *n, u32 step) {
	u32 dim = n->steps[step].dim, outside = v->band_mask & ~(1u << dim);
	for (u32 i = 0; i < v->g->num_stmts; i++) {
		const struct loop_stmt *s = &v->g->stmts[i];
		if ((s->dims & ~s->reduction & (1u << dim)) && (s->reduction & outside) && node_has_stmt(n, i))
			refuse(v, "d%u is stepped inside a dimension that s%u reduces", dim, i);
	}
}

static void verify_node(struct verifier *v, const struct loop_node *n) {
	if (n->kind == LOOP_NODE_TILE) {
		verify_tile(v, n);
		return;
	}
	struct verifier outer = *v;
	for (u32 i = 0; i < n->num_steps; i++) {
		struct loop_step s = n->steps[i];
		if (s.dim >= v->g->num_dims) {
			refuse(v, "dimension d%u does not exist; the kernel has %u", s.dim, v->g->num_dims);
			return;
		}
		if (v->step[s.dim] && v->step[s.dim] % s.size)
			refuse(v, "step %lld of d%u does not divide the outer step %lld", (long long)s.size, s.dim,
			       (long long)v->step[s.dim]);
		v->step[s.dim] = s.size;
		v->band_mask |= 1u << s.dim;
		verify_reduction_order(v, n, i);
		if (n->parallel)
			v->parallel_mask |= 1u << s.dim;
	}
	verify_completion(v, n);
	for (const struct loop_node *c = n->children; c; c = c->next)
		verify_node(v, c);
	outer.seen = v->seen;
	outer.ok = v->ok;
	*v = outer;
}

bool loop_schedule_verify(const struct loop_schedule *s, const struct loop_group *g, struct diag_engine *d,
                          struct diag_loc loc) {
	struct verifier v = {.g = g, .d = d, .loc = loc, .kernel = s->kernel, .ok = true};
	for (const struct loop_node *n = s->root; n; n = n->next)
		verify_node(&v, n);
	for (u32 i = 0; i < g->num_stmts; i++)
		if (!(v.seen & (1u << i)))
			refuse(&v, "statement s%u is never executed", i);
	return v.ok;
}
