// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commutative variants, and the order in which the rules of a root op are tried.
//
// Two patterns are compared place by place; the relation of the whole is the meet of the parts:
// disjoint if any part is, else equal, more specific, less specific, or overlapping. Guards count
// as further conditions, known by their text with variables replaced by the places that bind them;
// a guard and its negation are disjoint. Within one priority a more specific variant goes first,
// and an overlap is an error: the file must say by priorities who wins. A variant that is less
// general than one tried before it can never be reached, which is an error too.
// (Maranget, "Warnings for pattern matching", JFP 2007, for the general problem; conditions here
// are conjunctions, so comparing pairs is enough.)
#include "rulegen.h"

enum relation { EQUAL, NARROWER, WIDER, OVERLAPPING, DISJOINT };

static enum relation meet(enum relation a, enum relation b) {
	if (a == DISJOINT || b == DISJOINT)
		return DISJOINT;
	if (a == EQUAL || a == b)
		return b;
	return b == EQUAL ? a : OVERLAPPING;
}

// A condition that only one side states, or both state differently but compatibly.
static enum relation presence(bool a, bool b) { return a == b ? EQUAL : a ? NARROWER : WIDER; }

// ---- variants ---------------------------------------------------------------------------------

static bool mentions(const struct node *n, struct str variable) {
	if (n->kind == NODE_VARIABLE && str_eq(n->name, variable))
		return true;
	for (u32 i = 0; i < n->args.size; i++)
		if (mentions(n->args.data[i], variable))
			return true;
	for (u32 i = 0; i < n->attrs.size; i++)
		if (mentions(n->attrs.data[i].value, variable))
			return true;
	return false;
}

static u32 occurrences(const struct node *n, struct str variable) {
	u32 count = n->kind == NODE_VARIABLE && str_eq(n->name, variable);
	for (u32 i = 0; i < n->args.size; i++)
		count += occurrences(n->args.data[i], variable);
	return count;
}

// Whether it makes no difference which of the two operands stands first.
static bool interchangeable(const struct rule *r, const struct node *a, const struct node *b) {
	const struct node *sides[] = {a, b};
	for (u32 s = 0; s < 2; s++) {
		if (sides[s]->kind == NODE_ANY)
			continue;
		if (sides[s]->kind != NODE_VARIABLE || occurrences(r->pattern, sides[s]->name) > 1)
			return false;
		for (u32 i = 0; i < r->guards.size; i++)
			if (mentions(r->guards.data[i], sides[s]->name))
				return false;
	}
	return a->types == b->types && a->bytes == b->bytes;
}

static bool is_constant(const struct node *n) {
	return n->kind == NODE_OP && n->op && n->op->constant;
}

// In the ir, constants of a commutative op stand on the right before any rule is tried.
static bool commutes(const struct rulegen *g, const struct rule *r, const struct node *n) {
	if (n->kind != NODE_OP || !n->op || !n->op->commutative || n->args.size != 2 || n->rest)
		return false;
	if (interchangeable(r, n->args.data[0], n->args.data[1]))
		return false;
	return g->target || !is_constant(n->args.data[1]) || is_constant(n->args.data[0]);
}

// A copy of the pattern in which the commutative ops chosen by the bits of `swaps` are swapped.
static struct node *swapped(struct rulegen *g, const struct rule *r, const struct node *n,
                            u32 swaps, u32 *at) {
	struct node *copy = ARENA_NEW(&g->arena, struct node);
	*copy = *n;
	copy->args.data = ARENA_COPY_ARRAY(&g->arena, struct node *, n->args.data, n->args.size);
	bool swap = commutes(g, r, n) && ((swaps >> (*at)++) & 1);
	for (u32 i = 0; i < n->args.size; i++)
		copy->args.data[i] = swapped(g, r, n->args.data[swap ? 1 - i : i], swaps, at);
	return copy;
}

static u32 count_commutative(struct rulegen *g, const struct rule *r, const struct node *n) {
	u32 count = commutes(g, r, n);
	for (u32 i = 0; i < n->args.size; i++)
		count += count_commutative(g, r, n->args.data[i]);
	return count;
}

static void add_variants(struct rulegen *g, const struct rule *r) {
	u32 count = count_commutative(g, r, r->pattern);
	if (count > 4)
		rulegen_error(g, r->line, "more than 4 commutative ops in a pattern");
	for (u32 swaps = 0; swaps < 1u << BASE_MIN(count, 4u); swaps++) {
		u32 at = 0;
		vec_push(&g->arena, g->variants,
		         (struct variant){r, swapped(g, r, r->pattern, swaps, &at), 0});
	}
}

// ---- comparing --------------------------------------------------------------------------------

static enum relation compare_sets(u32 a, u32 b) {
	a = a ? a : UINT32_MAX;
	b = b ? b : UINT32_MAX;
	if (!(a & b))
		return DISJOINT;
	return a == b ? EQUAL : (a & b) == a ? NARROWER : (a & b) == b ? WIDER : OVERLAPPING;
}

static bool is_literal(const struct node *n) {
	return n->kind == NODE_INTEGER || n->kind == NODE_FLOAT;
}

static enum relation compare_literals(const struct node *a, const struct node *b) {
	if (is_literal(a) != is_literal(b))
		return presence(is_literal(a), is_literal(b));
	if (!is_literal(a))
		return EQUAL;
	bool same = a->kind == b->kind && a->integer == b->integer &&
	            memcmp(&a->real, &b->real, sizeof a->real) == 0;
	return same ? EQUAL : DISJOINT;
}

static const struct node *attr_value(const struct node *n, struct str name) {
	for (u32 i = 0; i < n->attrs.size; i++)
		if (str_eq(n->attrs.data[i].name, name))
			return n->attrs.data[i].value;
	return NULL;
}

static enum relation compare_attrs(const struct node *a, const struct node *b) {
	enum relation r = EQUAL;
	for (u32 i = 0; i < a->attrs.size; i++) {
		const struct node *other = attr_value(b, a->attrs.data[i].name);
		r = meet(r, other ? compare_literals(a->attrs.data[i].value, other) : NARROWER);
	}
	for (u32 i = 0; i < b->attrs.size; i++)
		if (!attr_value(a, b->attrs.data[i].name))
			r = meet(r, WIDER);
	return r;
}

static enum relation compare_nodes(const struct node *a, const struct node *b);

static enum relation compare_ops(const struct node *a, const struct node *b) {
	if (a->op != b->op)
		return DISJOINT;
	enum relation r = meet(compare_attrs(a, b), presence(!a->shared, !b->shared));
	if (a->op && a->op->constant) {
		if (a->args.size && b->args.size)
			return meet(r, compare_literals(a->args.data[0], b->args.data[0]));
		return r;
	}
	if (a->args.size != b->args.size && !a->rest && !b->rest)
		return DISJOINT;
	r = meet(r, presence(!a->rest, !b->rest));
	for (u32 i = 0; i < BASE_MIN(a->args.size, b->args.size); i++)
		r = meet(r, compare_nodes(a->args.data[i], b->args.data[i]));
	return r;
}

static enum relation compare_nodes(const struct node *a, const struct node *b) {
	enum relation r = compare_sets(a->types, b->types);
	if (a->bytes && b->bytes && a->bytes != b->bytes)
		return DISJOINT;
	r = meet(r, presence(a->bytes != 0, b->bytes != 0));
	if (a->kind == NODE_OP && b->kind == NODE_OP)
		return meet(r, compare_ops(a, b));
	return meet(r, presence(a->kind == NODE_OP, b->kind == NODE_OP));
}

// ---- conditions beside the pattern ------------------------------------------------------------

// Where a variable is bound first: operand numbers and attribute names from the root.
static bool find_place(const struct node *n, struct str variable, struct strbuf *place) {
	size_t here = place->size;
	if ((n->kind == NODE_VARIABLE && str_eq(n->name, variable)) || str_eq(n->bind, variable))
		return true;
	for (u32 i = 0; i < n->attrs.size; i++)
		if (mentions(n->attrs.data[i].value, variable)) {
			strbuf_addf(place, ".%.*s", STR_ARG(n->attrs.data[i].name));
			return true;
		}
	for (u32 i = 0; i < n->args.size; i++) {
		strbuf_addf(place, ".%u", i);
		if (find_place(n->args.data[i], variable, place))
			return true;
		place->size = here;
	}
	return false;
}

struct conditions {
	struct {
		struct str text, choice;
		bool negated;
	} list[48];
	u32 count;
};

// The text of a guard; its choice argument stands apart.
static void condition_text(const struct node *n, const struct node *pattern, struct strbuf *out,
                           struct str *choice) {
	if (n->kind == NODE_VARIABLE) {
		find_place(pattern, n->name, out);
		return;
	}
	strbuf_add(out, n->name);
	for (u32 i = 0; i < n->args.size; i++) {
		strbuf_add_char(out, i ? ',' : '(');
		if (n->function && n->function->params.data[i].choice)
			*choice = n->args.data[i]->name;
		else
			condition_text(n->args.data[i], pattern, out, choice);
	}
}

// Each further place of a variable is the condition that it holds the value of the first.
static void add_repeats(struct rulegen *g, const struct node *n, const struct node *root,
                        struct strbuf *place, struct conditions *c) {
	size_t here = place->size;
	if (n->kind == NODE_VARIABLE && occurrences(root, n->name) > 1 &&
	    c->count < ARRAY_SIZE(c->list)) {
		struct strbuf first, text;
		strbuf_init(&first, &g->arena);
		strbuf_init(&text, &g->arena);
		find_place(root, n->name, &first);
		strbuf_addf(&text, "=%.*s=%.*s", STR_ARG(strbuf_str(&first)), STR_ARG(strbuf_str(place)));
		if (!str_eq(strbuf_str(&first), strbuf_str(place)))
			c->list[c->count++].text = strbuf_str(&text);
	}
	for (u32 i = 0; i < n->args.size; i++) {
		strbuf_addf(place, ".%u", i);
		add_repeats(g, n->args.data[i], root, place, c);
		place->size = here;
	}
}

static struct conditions conditions_of(struct rulegen *g, const struct variant *v) {
	struct conditions c = {0};
	for (u32 i = 0; i < v->rule->guards.size && c.count < ARRAY_SIZE(c.list); i++) {
		struct strbuf text;
		strbuf_init(&text, &g->arena);
		condition_text(v->rule->guards.data[i], v->pattern, &text, &c.list[c.count].choice);
		c.list[c.count].text = strbuf_str(&text);
		c.list[c.count++].negated = v->rule->guards.data[i]->negated;
	}
	struct strbuf place;
	strbuf_init(&place, &g->arena);
	add_repeats(g, v->pattern, v->pattern, &place, &c);
	return c;
}

static enum relation compare_conditions(const struct conditions *a, const struct conditions *b) {
	u32 shared = 0;
	for (u32 i = 0; i < a->count; i++)
		for (u32 k = 0; k < b->count; k++)
			if (str_eq(a->list[i].text, b->list[k].text)) {
				bool same = str_eq(a->list[i].choice, b->list[k].choice);
				bool opposite = a->list[i].negated != b->list[k].negated;
				if (same ? opposite : !a->list[i].negated && !b->list[k].negated)
					return DISJOINT;
				shared += same;
			}
	bool a_more = shared < a->count, b_more = shared < b->count;
	return a_more && b_more ? OVERLAPPING : presence(a_more, b_more);
}

static enum relation compare(struct rulegen *g, const struct variant *a, const struct variant *b) {
	enum relation r = compare_nodes(a->pattern, b->pattern);
	if (r == DISJOINT)
		return r;
	struct conditions ca = conditions_of(g, a), cb = conditions_of(g, b);
	return meet(r, compare_conditions(&ca, &cb));
}

// ---- order ------------------------------------------------------------------------------------

static void report(struct rulegen *g, const struct variant *a, const struct variant *b,
                   enum relation r) {
	i64 pa = a->rule->priority, pb = b->rule->priority;
	if (r == EQUAL || (r == NARROWER && pa < pb))
		rulegen_error(g, a->rule->line,
		              "rule '%.*s' is never reached: '%.*s' on line %u takes all it matches",
		              STR_ARG(a->rule->name), STR_ARG(b->rule->name), b->rule->line);
	else if (r == WIDER && pb < pa)
		report(g, b, a, NARROWER);
	else if (r == OVERLAPPING && pa == pb)
		rulegen_error(g, a->rule->line,
		              "rule '%.*s' overlaps '%.*s' on line %u: give one a priority",
		              STR_ARG(a->rule->name), STR_ARG(b->rule->name), b->rule->line);
}

// Sorts the variants [first, end) of one root: by priority, the more specific before the more
// general, else as they stand in the file.
static void sort_root(struct rulegen *g, struct variant *v, u32 n) {
	u8 *relations = ARENA_ARRAY(&g->arena, u8, (size_t)n * n);
	struct map reported;
	map_init(&reported, &g->arena);
	for (u32 i = 0; i < n; i++)
		for (u32 k = 0; k < i; k++) {
			enum relation r = compare(g, &v[i], &v[k]);
			// Each pair of rules is reported once, though several of their variants may clash.
			u64 pair = (u64)v[i].rule->id << 32 | v[k].rule->id;
			u32 errors = g->errors;
			if (v[i].rule != v[k].rule && !map_find(&reported, pair, NULL))
				report(g, &v[i], &v[k], r);
			if (g->errors > errors)
				map_set(&reported, pair, 1);
			relations[i * n + k] = (u8)r;
			relations[k * n + i] = (u8)(r == NARROWER ? WIDER : r == WIDER ? NARROWER : r);
		}
	struct variant *sorted = ARENA_ARRAY(&g->arena, struct variant, n);
	bool *done = ARENA_ARRAY(&g->arena, bool, n);
	for (u32 at = 0; at < n; at++) {
		u32 best = UINT32_MAX;
		for (u32 i = 0; i < n; i++) {
			bool ready =
				!done[i] && (best == UINT32_MAX || v[i].rule->priority > v[best].rule->priority);
			for (u32 k = 0; ready && k < n; k++)
				ready = done[k] || k == i || v[k].rule->priority < v[i].rule->priority ||
				        (v[k].rule->priority == v[i].rule->priority &&
				         relations[k * n + i] != NARROWER);
			if (ready)
				best = i;
		}
		CHECK(best != UINT32_MAX);
		done[best] = true;
		sorted[at] = v[best];
		sorted[at].order = at;
	}
	memcpy(v, sorted, n * sizeof *v);
}

// A variant that says the same as an earlier one of its rule is left out.
static void drop_repeats(struct rulegen *g) {
	u32 kept = 0;
	for (u32 i = 0; i < g->variants.size; i++) {
		const struct variant *v = &g->variants.data[i];
		bool repeats = false;
		for (u32 k = kept; !repeats && k > 0 && g->variants.data[k - 1].rule == v->rule; k--)
			repeats = compare(g, &g->variants.data[k - 1], v) == EQUAL;
		if (!repeats)
			g->variants.data[kept++] = *v;
	}
	g->variants.size = kept;
}

// Variants of one root next to each other, roots in the order of their first rule.
static void group_roots(struct rulegen *g) {
	struct variant *grouped = ARENA_ARRAY(&g->arena, struct variant, g->variants.size);
	bool *taken = ARENA_ARRAY(&g->arena, bool, g->variants.size);
	u32 n = 0;
	for (u32 i = 0; i < g->variants.size; i++)
		for (u32 k = i; !taken[i] && k < g->variants.size; k++)
			if (g->variants.data[k].pattern->op == g->variants.data[i].pattern->op) {
				grouped[n++] = g->variants.data[k];
				if (k != i)
					taken[k] = true;
			}
	CHECK(n == g->variants.size);
	memcpy(g->variants.data, grouped, n * sizeof *grouped);
}

void rulegen_order(struct rulegen *g) {
	for (u32 i = 0; i < g->rules.size; i++)
		add_variants(g, g->rules.data[i]);
	drop_repeats(g);
	group_roots(g);
	for (u32 first = 0, end; first < g->variants.size; first = end) {
		end = first + 1;
		while (end < g->variants.size &&
		       g->variants.data[end].pattern->op == g->variants.data[first].pattern->op)
			end++;
		sort_root(g, g->variants.data + first, end - first);
	}
}
