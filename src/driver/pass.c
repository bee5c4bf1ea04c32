// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs pipelines. What each pass does stands in its own file; here are the adapters from the table's
// one signature, instrumentation, and the textual pipeline.
#include "driver/pass.h"

#include <stdio.h>
#include <time.h>

#include "dialect/canonicalize.h"
#include "ir/simplify.h"
#include "loop/bufferise.h"
#include "loop/fusion.h"
#include "loop/lower_graph.h"

static bool pass_canonicalize(struct pass_context *p, struct ir_op *op) {
	dialect_canonicalize(op, p->scratch);
	return true;
}

static bool pass_cse(struct pass_context *p, struct ir_op *op) {
	ir_cse(op, p->scratch);
	return true;
}

static bool pass_lower_graph(struct pass_context *p, struct ir_op *op) { return loop_lower_graph(op, p->scratch); }

static bool pass_bufferise(struct pass_context *p, struct ir_op *op) {
	struct loop_program_options o = {.machine = &p->loop, .reassoc = p->reassoc, .schedules = p->schedules,
	                                 .num_schedules = p->num_schedules, .schedule_out = p->schedule_out};
	return loop_bufferise(op, &o, p->scratch);
}

static bool pass_fold_copies(struct pass_context *p, struct ir_op *op) {
	loop_fold_copies(op, p->scratch);
	return true;
}

static bool pass_share_pads(struct pass_context *p, struct ir_op *op) {
	(void)p;
	loop_share_pads(op);
	return true;
}

static bool pass_copy_parts(struct pass_context *p, struct ir_op *op) {
	loop_copy_parts(op, p->scratch);
	return true;
}

static bool pass_fuse(struct pass_context *p, struct ir_op *op) { return loop_fuse(op, &p->loop, p->scratch, NULL); }
static bool pass_distribute(struct pass_context *p, struct ir_op *op) { return tile_distribute(op, p->scratch); }
static bool pass_tile_to_native(struct pass_context *p, struct ir_op *op) { return tile_to_native(op, &p->tile, p->scratch); }
static bool pass_memref_to_address(struct pass_context *p, struct ir_op *op) { return tile_memref_to_address(op, p->scratch); }
static bool pass_scf_to_cf(struct pass_context *p, struct ir_op *op) { return tile_scf_to_cf(op, p->scratch); }

static const struct pass_info passes[] = {
#define PASS(id, name, level, run, doc) {name, level, run, doc},
#define ORDER(before, after, why)
#include "driver/passes.def"
#undef PASS
#undef ORDER
};
static const struct {
	enum pass_id before, after;
	const char *why;
} orders[] = {
#define PASS(id, name, level, run, doc)
#define ORDER(before, after, why) {PASS_##before, PASS_##after, why},
#include "driver/passes.def"
#undef PASS
#undef ORDER
};

const struct pass_info *pass_get(enum pass_id id) { return &passes[id]; }

bool pass_find(struct str name, enum pass_id *out) {
	for (u32 i = 0; i < PASS_COUNT; i++)
		if (str_eq_z(name, passes[i].name)) {
			*out = (enum pass_id)i;
			return true;
		}
	return false;
}

// The rows form no cycle: repeatedly strike passes that nothing left has to precede.
void pass_check_orders(void) {
	bool gone[PASS_COUNT] = {false};
	for (u32 round = 0; round < PASS_COUNT; round++)
		for (u32 i = 0; i < PASS_COUNT; i++) {
			bool blocked = false;
			for (u32 k = 0; k < ARRAY_SIZE(orders); k++)
				blocked |= orders[k].after == (enum pass_id)i && !gone[orders[k].before];
			gone[i] |= !blocked;
		}
	for (u32 i = 0; i < PASS_COUNT; i++)
		CHECK_MSG(gone[i], "pass %s must run before itself", passes[i].name);
}

static bool check_order(const struct pass_pipeline *p, struct diag_engine *d) {
	for (u32 k = 0; k < ARRAY_SIZE(orders); k++) {
		i64 last_before = -1, first_after = -1;
		for (u32 i = 0; i < p->passes.size; i++) {
			if (p->passes.data[i] == orders[k].before)
				last_before = i;
			if (p->passes.data[i] == orders[k].after && first_after < 0)
				first_after = i;
		}
		if (last_before >= 0 && first_after >= 0 && first_after < last_before) {
			diag_emit(d, DIAG_pipeline_order, (struct diag_loc){0}, passes[orders[k].before].name, passes[orders[k].after].name,
			          orders[k].why);
			return false;
		}
	}
	return true;
}

// `builtin.module(func.func(a,b),c)` or `a,b,c`: anchors only group, since each pass knows its level.
bool pass_parse_pipeline(struct arena *a, struct str text, struct diag_engine *d, struct pass_pipeline *out) {
	size_t at = 0;
	i64 depth = 0;
	while (at < text.size) {
		size_t start = at;
		while (at < text.size && text.data[at] != ',' && text.data[at] != '(' && text.data[at] != ')')
			at++;
		struct str word = str_trim(str_make(text.data + start, at - start));
		char stop = at < text.size ? text.data[at++] : ',';
		if (stop == '(') {
			depth++;
			if (str_eq_z(word, "builtin.module") || str_eq_z(word, "func.func") || str_eq_z(word, "any"))
				continue;
		}
		if (stop == ')')
			depth--;
		if (!word.size)
			continue;
		enum pass_id id;
		if (!pass_find(word, &id)) {
			diag_emit(d, DIAG_pipeline_unknown, (struct diag_loc){0}, STR_ARG(word));
			for (u32 i = 0; i < PASS_COUNT; i++)
				if (str_distance(word, str_from(passes[i].name), 4) < 4)
					diag_help(d, "did you mean '%s'?", passes[i].name);
			return false;
		}
		vec_push(a, out->passes, id);
	}
	if (depth) {
		diag_emit(d, DIAG_pipeline_unknown, (struct diag_loc){0}, STR_ARG(text));
		diag_help(d, "parentheses of the pipeline do not match");
		return false;
	}
	return check_order(out, d);
}

struct loop_machine pass_default_machine(u32 vector_bytes) {
	return (struct loop_machine){.vector_bytes = vector_bytes, .num_vector_regs = vector_bytes == 64 ? 32 : 16, .fma_per_cycle = 2,
	                             .loads_per_cycle = 2, .fma_latency = 4, .num_levels = 3, .broadcast_operand = vector_bytes == 64,
	                             .levels = {{32 << 10, 64}, {1 << 20, 32}, {32 << 20, 16}}};
}

// ---------------------------------------------------------------------------------------------

static bool wants(const struct pass_options *o, bool all, struct str name, const struct pass_info *info) {
	return o->print && (all || (name.size && str_eq_z(name, info->name)));
}

static void dump(const struct pass_options *o, struct arena *scratch, struct ir_module *m, const char *when, const char *pass) {
	struct strbuf text;
	strbuf_init(&text, scratch);
	strbuf_addf(&text, "// -----// IR Dump %s %s //----- //\n", when, pass);
	struct ir_print_options print = {.elide_elements = 64};
	ir_print(m->op, &print, &text);
	strbuf_add_z(&text, "\n");
	o->print(o->user, strbuf_str(&text));
}

static double seconds_now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool run_one(struct pass_context *p, struct ir_module *m, const struct pass_info *info) {
	if (info->level == PASS_MODULE)
		return info->run(p, m->op);
	bool ok = true;
	for (struct ir_op *op = ir_module_body(m)->first, *next; op; op = next) {
		next = op->next;
		bool main = op->info->id == OP_func_func && str_eq_z(ir_name_str(p->context, ir_symbol_of(op)), "main");
		if (op->info->id == OP_func_func && op->regions[0].first && (info->level == PASS_FUNC || main))
			ok &= info->run(p, op);
	}
	return ok;
}

bool pass_run(struct pass_context *p, struct ir_module *m, const struct pass_pipeline *pipeline, const struct pass_options *o) {
	double seconds[PASS_COUNT] = {0}, total = seconds_now();
	for (u32 i = 0; i < pipeline->passes.size && (!o->limit || i < o->limit); i++) {
		const struct pass_info *info = &passes[pipeline->passes.data[i]];
		struct arena_mark mark = arena_save(p->scratch);
		const char *outer = base_set_activity(info->name);
		if (wants(o, o->print_before_all, o->print_before, info))
			dump(o, p->scratch, m, "Before", info->name);
		double start = seconds_now();
		bool ok = run_one(p, m, info);
		seconds[pipeline->passes.data[i]] += seconds_now() - start;
		if (wants(o, o->print_after_all, o->print_after, info))
			dump(o, p->scratch, m, ok ? "After" : "After failed", info->name);
		if (ok && o->verify_each && !ir_verify(m->op, ir_diags(p->context))) {
			diag_emit(ir_diags(p->context), DIAG_pass_broke_ir, (struct diag_loc){0}, info->name);
			ok = false;
		}
		base_set_activity(outer);
		arena_restore(p->scratch, mark);
		if (!ok)
			return false;
	}
	if (o->timing && o->print) {
		struct strbuf text;
		strbuf_init(&text, p->scratch);
		total = seconds_now() - total;
		strbuf_addf(&text, "  total %.4f s\n", total);
		for (u32 i = 0; i < PASS_COUNT; i++)
			if (seconds[i] > 0)
				strbuf_addf(&text, "  %8.4f s (%4.1f%%)  %s\n", seconds[i], 100 * seconds[i] / total, passes[i].name);
		o->print(o->user, strbuf_str(&text));
	}
	return true;
}
