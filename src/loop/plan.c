// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analytical planner. Nothing is timed: a choice is scored by a model of the machine.
//
// Register tiles of contractions follow the analysis of Low, Igual, Smith and Quintana-Orti,
// "Analytical Modeling Is Enough for High-Performance BLIS" (ACM TOMS 43(2), 2016): enough independent
// accumulators to cover the FMA latency, as few operand loads per FMA as the register file allows;
// remainders of the extents are charged at the cost of the tiles that run them.
//
// Groups without contraction: outer dims parallel, the innermost contiguous dim vectorised, one
// sequential sweep per phase; a phase ends where a reduction must be complete.
#include "loop/plan.h"

#include "dialect/dialect.h"
#include "loop/apply.h"

struct planner {
	const struct loop_group *g;
	const struct loop_machine *m;
	struct arena *a;
	u32 lanes;         // of the group's widest-used element type
};

static bool has(u32 mask, u32 dim) { return (mask >> dim) & 1; }

static i64 extent_of(const struct loop_group *g, u32 dim) {
	return ir_expr_is_const(g->dims[dim].extent) ? g->dims[dim].extent->value : IR_DYNAMIC;
}

// Does `dim` walk the tensor's last dimension with stride 1 (possibly shifted by a constant)?
static bool contiguous_in(const struct loop_access *access, u32 dim) {
	if (!access->map->count)
		return false;
	ir_expr e = access->map->exprs[access->map->count - 1];
	if (e->kind == IR_EXPR_ADD && ir_expr_is_const(e->rhs))
		e = e->lhs;
	else if (e->kind == IR_EXPR_ADD && ir_expr_is_const(e->lhs))
		e = e->rhs;
	return e->kind == IR_EXPR_DIM && (u32)e->value == dim;
}

static bool reads_dim(const struct loop_access *access, u32 dim) {
	for (u32 j = 0; j < access->map->count; j++)
		if (ir_expr_uses_dim(access->map->exprs[j], dim))
			return true;
	return false;
}

// The dim to vectorise statement `s` over: the one that is contiguous in its result and in most of
// what it reads; for a full reduction of the contiguous dim, that one.
static u32 vector_dim_of(const struct planner *p, const struct loop_stmt *s) {
	u32 best = LOOP_NONE;
	i64 best_score = -1;
	for (u32 d = 0; d < p->g->num_dims; d++) {
		if (!has(s->dims, d) || extent_of(p->g, d) == 1)
			continue;
		i64 score = 0;
		for (u32 k = 0; k < s->num_outputs; k++)
			score += contiguous_in(&s->outputs[k], d) ? 4 : reads_dim(&s->outputs[k], d) ? -4 : 0;
		for (u32 k = 0; k < s->num_inputs; k++)
			score += contiguous_in(&s->inputs[k], d) ? 3 : reads_dim(&s->inputs[k], d) ? -3 : 0;
		score = score * 64 + (extent_of(p->g, d) == IR_DYNAMIC ? 8 : BASE_MIN(extent_of(p->g, d), 63));
		if (score > best_score)
			best_score = score, best = d;
	}
	return best;
}

// ---------------------------------------------------------------------------------------------
// Nodes

static struct loop_node *new_band(struct planner *p, bool parallel) {
	struct loop_node *n = ARENA_NEW(p->a, struct loop_node);
	n->kind = LOOP_NODE_BAND;
	n->parallel = parallel;
	n->vector_dim = LOOP_NONE;
	return n;
}

static struct loop_node *new_tile(struct planner *p, u32 vector_dim, u32 capacity) {
	struct loop_node *n = ARENA_NEW(p->a, struct loop_node);
	n->kind = LOOP_NODE_TILE;
	n->vector_dim = vector_dim;
	n->stmts = ARENA_ARRAY(p->a, u32, capacity);
	return n;
}

static void add_step(struct loop_node *n, u32 dim, i64 size) {
	n->steps[n->num_steps++] = (struct loop_step){dim, size};
}

static void add_child(struct loop_node *parent, struct loop_node *child) {
	struct loop_node **tail = &parent->children;
	while (*tail)
		tail = &(*tail)->next;
	*tail = child;
	parent->num_children++;
}

// ---------------------------------------------------------------------------------------------
// Contractions

struct register_tile {
	u32 rows_dim, cols_dim;   // cols is the vector dim; rows may be LOOP_NONE
	i64 rows, cols;
	double cost;              // modelled cycles per point of the reduction, over the whole extents
};

// Cycles of one step of the reduction on a rows x (cols in vectors) tile.
static double tile_cycles(const struct loop_machine *m, i64 rows, i64 vectors) {
	double fma = (double)(rows * vectors) / m->fma_per_cycle;
	double loads = (double)(vectors + rows * (m->broadcast_operand && vectors == 1 ? 1 : 1)) / m->loads_per_cycle;
	double latency = m->fma_latency;  // each accumulator is updated once a step
	double cycles = fma > loads ? fma : loads;
	return cycles > latency ? cycles : latency;
}

static double split_cycles(const struct loop_machine *m, i64 extent, i64 rows, i64 vectors) {
	if (extent == IR_DYNAMIC)
		return tile_cycles(m, rows, vectors) / (double)rows;
	double total = (double)(extent / rows) * tile_cycles(m, rows, vectors);
	if (extent % rows)
		total += tile_cycles(m, extent % rows, vectors);
	return total / (double)extent;
}

// Registers: accumulators, the column vectors of one step, and one for the row operand.
static bool tile_fits(const struct loop_machine *m, i64 rows, i64 vectors) {
	return rows * vectors + vectors + 1 <= (i64)m->num_vector_regs;
}

static void choose_register_tile(const struct planner *p, u32 rows_dim, u32 cols_dim, struct register_tile *best) {
	i64 rows_extent = rows_dim == LOOP_NONE ? 1 : extent_of(p->g, rows_dim);
	i64 cols_extent = extent_of(p->g, cols_dim);
	i64 vectors_max = cols_extent == IR_DYNAMIC ? 4 : (cols_extent + p->lanes - 1) / p->lanes;
	i64 rows_max = rows_extent == IR_DYNAMIC ? 32 : rows_extent;
	for (i64 vectors = 1; vectors <= vectors_max && vectors <= 16; vectors++)
		for (i64 rows = 1; rows <= rows_max && tile_fits(p->m, rows, vectors); rows++) {
			double column_tiles = cols_extent == IR_DYNAMIC
			                          ? 1.0 / (double)(vectors * p->lanes)
			                          : (double)((vectors_max + vectors - 1) / vectors) / (double)cols_extent;
			double cost = split_cycles(p->m, rows_extent, rows, vectors) * column_tiles;
			// A tie goes to the squarer tile: fewer operand loads leave slots for the epilogue.
			cost *= 1.0 + 0.002 * (double)(rows + vectors) / (double)(rows * vectors);
			if (cost < best->cost) {
				i64 cols = vectors * p->lanes;
				if (cols_extent != IR_DYNAMIC && cols > cols_extent)
					cols = cols_extent;
				*best = (struct register_tile){rows_dim, cols_dim, rows, cols, cost};
			}
		}
}

// The row dim: parallel, not the vector dim, in the result, walked by one contraction operand only
// (so that the other operand's vectors are shared by all rows), linear without another tile dim.
static struct register_tile plan_register_tile(const struct planner *p, const struct loop_stmt *s) {
	struct register_tile best = {LOOP_NONE, vector_dim_of(p, s), 1, 1, 1e300};
	if (best.cols_dim == LOOP_NONE)
		return best;
	u32 cols = best.cols_dim;
	choose_register_tile(p, LOOP_NONE, cols, &best);
	for (u32 d = 0; d < p->g->num_dims; d++) {
		if (d == cols || !has(s->dims & ~s->reduction, d) || extent_of(p->g, d) == 1)
			continue;
		u32 readers = 0;
		for (u32 k = 0; k < s->num_inputs; k++)
			readers += reads_dim(&s->inputs[k], d) && reads_dim(&s->inputs[k], cols);
		if (readers == 0)
			choose_register_tile(p, d, cols, &best);
	}
	return best;
}

static double reduction_points(const struct loop_group *g, const struct loop_stmt *s) {
	double n = 1;
	for (u32 d = 0; d < g->num_dims; d++)
		if (has(s->reduction, d))
			n *= extent_of(g, d) == IR_DYNAMIC ? 64 : (double)extent_of(g, d);
	return n;
}

static double parallel_points(const struct loop_group *g, const struct loop_stmt *s) {
	double n = 1;
	for (u32 d = 0; d < g->num_dims; d++)
		if (has(s->dims & ~s->reduction, d))
			n *= extent_of(g, d) == IR_DYNAMIC ? 64 : (double)extent_of(g, d);
	return n;
}

// One contraction with what is pointwise behind it on the same parallel dims.
static struct loop_node *plan_contraction(struct planner *p, u32 root, struct loop_schedule *schedule) {
	const struct loop_stmt *s = &p->g->stmts[root];
	struct register_tile t = plan_register_tile(p, s);
	u32 kept = s->dims & ~s->reduction;
	struct loop_node *outer = new_band(p, true), *inner = new_band(p, false), *reduce = new_band(p, false);
	// Work items: every parallel dim but the rows; the rows are a sequential sweep inside, so that the
	// column operand's panel stays in the first cache level.
	for (u32 d = 0; d < p->g->num_dims; d++)
		if (has(kept, d) && d != t.rows_dim)
			add_step(outer, d, d == t.cols_dim ? t.cols : 1);
	if (t.rows_dim != LOOP_NONE)
		add_step(outer->num_steps ? inner : outer, t.rows_dim, t.rows);
	for (u32 d = 0; d < p->g->num_dims; d++)
		if (has(s->reduction, d))
			add_step(reduce, d, 1);
	struct loop_node *body = new_tile(p, t.cols_dim, p->g->num_stmts), *epilogue = new_tile(p, t.cols_dim, p->g->num_stmts);
	for (struct loop_node *n = body; n; n = n == body ? epilogue : NULL) {
		if (t.rows_dim != LOOP_NONE)
			add_step(n, t.rows_dim, t.rows);
		if (t.cols_dim != LOOP_NONE)
			add_step(n, t.cols_dim, t.cols);
	}
	body->stmts[body->num_stmts++] = root;
	for (u32 i = 0; i < p->g->num_stmts; i++)
		if (i != root)
			epilogue->stmts[epilogue->num_stmts++] = i;
	add_child(reduce, body);
	struct loop_node *holder = inner->num_steps ? inner : outer;
	add_child(holder, reduce->num_steps ? reduce : body);
	if (epilogue->num_stmts)
		add_child(holder, epilogue);
	if (holder == inner && outer->num_steps)
		add_child(outer, inner);
	schedule->cycles = t.cost * reduction_points(p->g, s) * parallel_points(p->g, s);
	return outer->num_steps ? outer : inner->num_steps ? inner : reduce;
}

// ---------------------------------------------------------------------------------------------
// Everything else: phases over a shared parallel band

static u32 common_parallel_dims(const struct loop_group *g) {
	u32 mask = UINT32_MAX;
	for (u32 i = 0; i < g->num_stmts; i++)
		mask &= g->stmts[i].dims & ~g->stmts[i].reduction;
	return mask;
}

// Does `s` need the complete result of a reduction in `phase`?
static bool needs_completed(const struct loop_group *g, u32 s, u32 phase) {
	for (u32 k = 0; k < g->stmts[s].num_inputs; k++) {
		u32 producer = g->stmts[s].inputs[k].producer;
		if (producer == LOOP_NONE || !has(phase, producer))
			continue;
		if (g->stmts[producer].reduction || needs_completed(g, producer, phase))
			return true;
	}
	return false;
}

// The inner loops and the leaf of one phase.
static struct loop_node *plan_phase(struct planner *p, u32 phase, u32 outer_dims) {
	const struct loop_group *g = p->g;
	u32 dims = 0, last = 0;
	for (u32 i = 0; i < g->num_stmts; i++)
		if (has(phase, i))
			dims |= g->stmts[i].dims, last = i;
	u32 inner = dims & ~outer_dims, vector_dim = LOOP_NONE;
	for (u32 i = 0; i < g->num_stmts && vector_dim == LOOP_NONE; i++) {
		u32 candidate = has(phase, last - i % (last + 1)) ? vector_dim_of(p, &g->stmts[last - i % (last + 1)]) : LOOP_NONE;
		if (candidate != LOOP_NONE && has(inner, candidate))
			vector_dim = candidate;
	}
	struct loop_node *band = new_band(p, false), *tile = new_tile(p, vector_dim, g->num_stmts);
	u32 reduced = 0;
	i64 size = p->lanes;
	for (u32 i = 0; i < g->num_stmts; i++)
		if (has(phase, i))
			reduced |= g->stmts[i].reduction;
	if (vector_dim != LOOP_NONE && extent_of(g, vector_dim) != IR_DYNAMIC && extent_of(g, vector_dim) < size)
		size = extent_of(g, vector_dim);
	// Reduced dims innermost: an accumulator belongs to one box of the others. The vector dim is the
	// last of its kind.
	for (u32 pass = 0; pass < 2; pass++) {
		u32 kind = pass ? inner & reduced : inner & ~reduced;
		for (u32 d = 0; d < g->num_dims; d++)
			if (has(kind, d) && d != vector_dim && extent_of(g, d) != 1)
				add_step(band, d, 1);
		if (vector_dim != LOOP_NONE && has(kind, vector_dim))
			add_step(band, vector_dim, size);
	}
	if (vector_dim != LOOP_NONE)
		add_step(tile, vector_dim, size);
	for (u32 i = 0; i < g->num_stmts; i++)
		if (has(phase, i))
			tile->stmts[tile->num_stmts++] = i;
	if (!band->num_steps)
		return tile;
	add_child(band, tile);
	return band;
}

static struct loop_node *plan_phases(struct planner *p, struct loop_schedule *schedule) {
	const struct loop_group *g = p->g;
	u32 shared = common_parallel_dims(g), outer_dims = 0;
	// The contiguous dim of the last statement stays inside, to be vectorised.
	u32 inner = vector_dim_of(p, &g->stmts[g->num_stmts - 1]);
	struct loop_node *outer = new_band(p, true);
	for (u32 d = 0; d < g->num_dims; d++)
		if (has(shared, d) && d != inner && extent_of(g, d) != 1) {
			add_step(outer, d, 1);
			outer_dims |= 1u << d;
		}
	// A purely pointwise group over one dim still has to be distributed: by blocks of it.
	if (!outer->num_steps && inner != LOOP_NONE && has(shared, inner) && extent_of(g, inner) != IR_DYNAMIC &&
	    extent_of(g, inner) >= 4096) {
		add_step(outer, inner, 1024);
	}
	u32 phase = 0;
	struct loop_node *first = NULL, **tail = &first;
	for (u32 i = 0; i <= g->num_stmts; i++) {
		bool cut = i == g->num_stmts || needs_completed(g, i, phase) ||
		           (phase && ((g->stmts[i].dims & ~outer_dims) == 0) != ((g->stmts[i - 1].dims & ~outer_dims) == 0));
		if (cut && phase) {
			*tail = plan_phase(p, phase, outer_dims);
			tail = &(*tail)->next;
			phase = 0;
		}
		if (i < g->num_stmts)
			phase |= 1u << i;
	}
	double points = 0;
	for (u32 i = 0; i < g->num_stmts; i++)
		points += parallel_points(g, &g->stmts[i]) * reduction_points(g, &g->stmts[i]);
	schedule->cycles = points / p->lanes;
	if (!outer->num_steps)
		return first;
	outer->children = first;
	for (struct loop_node *c = first; c; c = c->next)
		outer->num_children++;
	return outer;
}

// A contraction whose result feeds only pointwise statements over the same parallel dims.
static u32 contraction_root(const struct loop_group *g) {
	u32 root = LOOP_NONE;
	for (u32 i = 0; i < g->num_stmts; i++) {
		if (g->stmts[i].reduction) {
			if (root != LOOP_NONE || g->stmts[i].kind != LOOP_STMT_CONTRACT || i != 0)
				return LOOP_NONE;
			root = i;
		}
	}
	if (root == LOOP_NONE)
		return LOOP_NONE;
	u32 kept = g->stmts[root].dims & ~g->stmts[root].reduction;
	for (u32 i = 0; i < g->num_stmts; i++)
		if (i != root && (g->stmts[i].dims & ~kept))
			return LOOP_NONE;
	return root;
}

bool loop_plan_accepts(const struct loop_group *g, const struct loop_machine *m, struct arena *a, const char **why) {
	bool contracts = false;
	for (u32 i = 0; i < g->num_stmts; i++)
		contracts |= g->stmts[i].kind == LOOP_STMT_CONTRACT;
	if (contracts && contraction_root(g) == LOOP_NONE) {
		*why = "a contraction with more than pointwise work behind it";
		return false;
	}
	if (!contracts && g->num_stmts > 1 && !common_parallel_dims(g)) {
		*why = "no parallel dimension in common";
		return false;
	}
	return contracts || loop_apply_keeps(g, loop_plan(g, m, a)->root, why);
}

static double bytes_touched(const struct loop_group *g) {
	double bytes = 0;
	if (!g->op)
		return 0;
	for (u32 i = 0; i < g->op->num_operands + g->op->num_results; i++) {
		ir_type t = i < g->op->num_operands ? ir_operand_get(g->op, i)->type : ir_result_get(g->op, i - g->op->num_operands)->type;
		if (ir_type_is_ranked(t) && ir_type_has_static_shape(t))
			bytes += (double)ir_type_num_elements(t) * (double)ir_type_bytes(t->element);
	}
	return bytes;
}

struct loop_schedule *loop_plan(const struct loop_group *g, const struct loop_machine *m, struct arena *a) {
	struct planner p = {.g = g, .m = m, .a = a};
	u64 widest = 1;
	for (u32 i = 0; i < g->num_stmts; i++)
		widest = BASE_MAX(widest, ir_type_bytes(g->stmts[i].outputs[0].type->element));
	p.lanes = (u32)(m->vector_bytes / widest);
	struct loop_schedule *s = ARENA_NEW(a, struct loop_schedule);
	s->kernel = g->name;
	u32 root = contraction_root(g);
	s->algorithm = root == LOOP_NONE ? STR("sweep") : STR("direct");
	s->root = root == LOOP_NONE ? plan_phases(&p, s) : plan_contraction(&p, root, s);
	s->bytes = bytes_touched(g);
	return s;
}
