// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominators and loops on random graphs, against their definitions: a dominates b when removing a
// leaves b unreachable; the loop of a header is what reaches a back edge's source without passing
// the header.
#include "ir/cfg.h"

#include "unit/unit.h"

enum { NODES_MOST = 24, SUCCS_MOST = 3 };

struct graph {
	u32 count;
	u32 num_succs[NODES_MOST];
	u32 succs[NODES_MOST][SUCCS_MOST];
};

static u32 num_succs(const void *graph, u32 node) {
	return ((const struct graph *)graph)->num_succs[node];
}
static u32 succ(const void *graph, u32 node, u32 i) {
	return ((const struct graph *)graph)->succs[node][i];
}
static struct ir_cfg view(const struct graph *g) {
	return (struct ir_cfg){.count = g->count, .graph = g, .num_succs = num_succs, .succ = succ};
}

static u32 next_random(u64 *seed) {
	*seed = base_hash_u64(*seed, 1);
	return (u32)(*seed >> 32);
}

static void random_graph(struct graph *g, u64 *seed) {
	g->count = 1 + next_random(seed) % NODES_MOST;
	for (u32 n = 0; n < g->count; n++) {
		g->num_succs[n] = next_random(seed) % (SUCCS_MOST + 1);
		for (u32 i = 0; i < g->num_succs[n]; i++)
			g->succs[n][i] = next_random(seed) % g->count;
	}
}

// Nodes that `from` reaches without entering `without` (UINT32_MAX: none).
static u32 reach(const struct graph *g, u32 from, u32 without) {
	u32 seen = from == without ? 0 : 1u << from;
	for (bool changed = true; changed;) {
		changed = false;
		for (u32 n = 0; n < g->count; n++)
			for (u32 i = 0; (seen >> n & 1) && i < g->num_succs[n]; i++) {
				u32 bit = 1u << g->succs[n][i];
				if (g->succs[n][i] == without || (seen & bit))
					continue;
				seen |= bit;
				changed = true;
			}
	}
	return seen;
}

static void check_dominators(const struct graph *g, const struct ir_dominators *d) {
	u32 reachable = reach(g, 0, UINT32_MAX);
	assert_int_equal(d->reachable, (u32)__builtin_popcount(reachable));
	for (u32 a = 0; a < g->count; a++) {
		u32 without = reach(g, 0, a);
		for (u32 b = 0; b < g->count; b++) {
			bool both = (reachable >> a & 1) && (reachable >> b & 1);
			assert_int_equal(ir_dominates(d, a, b), both && !(without >> b & 1));
		}
	}
	for (u32 i = 0; i < d->reachable; i++)
		assert_int_equal(d->rpo_index[d->rpo[i]], i);
}

// The loop of a header by definition, on reducible graphs: back edges' sources and what reaches
// them.
static u32 natural_loop(const struct graph *g, const struct ir_dominators *d, u32 header) {
	u32 body = 0;
	for (u32 n = 0; n < g->count; n++)
		for (u32 i = 0; i < g->num_succs[n]; i++)
			if (g->succs[n][i] == header && ir_dominates(d, header, n))
				body |= 1u << header | 1u << n;
	for (bool changed = body != 0; changed;) {
		changed = false;
		for (u32 n = 0; n < g->count; n++)
			for (u32 i = 0; d->rpo_index[n] != UINT32_MAX && i < g->num_succs[n]; i++)
				if (g->succs[n][i] != header && (body >> g->succs[n][i] & 1) && !(body >> n & 1)) {
					body |= 1u << n;
					changed = true;
				}
	}
	return body;
}

static u32 loop_nodes(const struct graph *g, const struct ir_loops *l, u32 loop) {
	u32 nodes = 0;
	for (u32 n = 0; n < g->count; n++)
		for (u32 at = l->loop_of[n]; at != UINT32_MAX; at = l->loops[at].parent)
			nodes |= at == loop ? 1u << n : 0;
	return nodes;
}

static void check_loops(const struct graph *g, const struct ir_dominators *d,
                        const struct ir_loops *l) {
	bool reducible = true;
	u32 headers = 0;
	for (u32 i = 0; i < l->count; i++) {
		const struct ir_loop *p = &l->loops[i];
		reducible &= !p->irreducible;
		headers |= 1u << p->header;
		assert_int_equal(p->depth, p->parent == UINT32_MAX ? 1 : l->loops[p->parent].depth + 1);
		assert_true(loop_nodes(g, l, i) >> p->header & 1);
		assert_int_equal(l->loop_of[p->header], i);
	}
	for (u32 n = 0; reducible && n < g->count; n++) {
		u32 expected = d->rpo_index[n] == UINT32_MAX ? 0 : natural_loop(g, d, n);
		assert_int_equal(expected != 0, headers >> n & 1);
		for (u32 i = 0; i < l->count; i++)
			if (l->loops[i].header == n)
				assert_int_equal(loop_nodes(g, l, i), expected);
	}
}

UNIT_TEST(random_graphs) {
	struct arena a;
	u64 seed = 7;
	u32 with_loops = 0, irreducible = 0;
	arena_init(&a);
	for (u32 round = 0; round < 4000; round++) {
		struct graph g;
		struct ir_dominators d;
		struct ir_loops l;
		random_graph(&g, &seed);
		struct ir_cfg cfg = view(&g);
		ir_dominators_compute(&cfg, &a, &d);
		check_dominators(&g, &d);
		ir_loops_compute(&cfg, &d, &a, &l);
		check_loops(&g, &d, &l);
		with_loops += l.count != 0;
		for (u32 i = 0; i < l.count; i++)
			irreducible += l.loops[i].irreducible;
		arena_reset(&a);
	}
	assert_true(with_loops > 500 && irreducible > 100);
	arena_deinit(&a);
}

// 0 -> 1 -> 2 -> 2, 2 -> 1, 1 -> 3: loops {1, 2} and {2}.
UNIT_TEST(nested_loops) {
	struct graph g = {.count = 4, .num_succs = {1, 2, 2, 0}, .succs = {{1}, {2, 3}, {2, 1}}};
	struct ir_cfg cfg = view(&g);
	struct arena a;
	struct ir_dominators d;
	struct ir_loops l;
	arena_init(&a);
	ir_dominators_compute(&cfg, &a, &d);
	ir_loops_compute(&cfg, &d, &a, &l);
	assert_int_equal(l.count, 2);
	assert_int_equal(ir_loop_depth(&l, 0), 0);
	assert_int_equal(ir_loop_depth(&l, 1), 1);
	assert_int_equal(ir_loop_depth(&l, 2), 2);
	assert_int_equal(ir_loop_depth(&l, 3), 0);
	arena_deinit(&a);
}

// Two ways into the cycle {1, 2}: one irreducible loop.
UNIT_TEST(irreducible) {
	struct graph g = {.count = 3, .num_succs = {2, 1, 1}, .succs = {{1, 2}, {2}, {1}}};
	struct ir_cfg cfg = view(&g);
	struct arena a;
	struct ir_dominators d;
	struct ir_loops l;
	arena_init(&a);
	ir_dominators_compute(&cfg, &a, &d);
	ir_loops_compute(&cfg, &d, &a, &l);
	assert_int_equal(l.count, 1);
	assert_true(l.loops[0].irreducible);
	assert_true(ir_loop_depth(&l, 1) == 1 && ir_loop_depth(&l, 2) == 1);
	arena_deinit(&a);
}

// Chains as long as the stack would not allow.
static u32 chain_succs(const void *graph, u32 node) { return node + 1 < *(const u32 *)graph; }
static u32 chain_succ(const void *graph, u32 node, u32 i) {
	(void)graph;
	return node + 1 + i;
}
UNIT_TEST(long_chain) {
	u32 count = 300000;
	struct ir_cfg cfg = {
		.count = count, .graph = &count, .num_succs = chain_succs, .succ = chain_succ};
	struct arena a;
	struct ir_dominators d;
	struct ir_loops l;
	arena_init(&a);
	ir_dominators_compute(&cfg, &a, &d);
	ir_loops_compute(&cfg, &d, &a, &l);
	assert_true(ir_dominates(&d, 1, count - 1) && !ir_dominates(&d, count - 1, 1) && l.count == 0);
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_graphs),
		cmocka_unit_test(nested_loops),
		cmocka_unit_test(irreducible),
		cmocka_unit_test(long_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
