// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The selection back end: one function a root op that emits machine instructions through
// mach/select.h, and the dispatch over op numbers. Helpers are called in the order of the rule,
// each into a variable of its own, so that value numbers do not depend on the C compiler.
#include "rulegen.h"

static const char *const operand_makers[KIND_COUNT] = {
	[KIND_VALUE] = "select_use",     [KIND_TEMP] = "select_temp", [KIND_IMM] = "select_imm",
	[KIND_COND] = "select_cond",     [KIND_MEM] = "select_mem",   [KIND_EDGE] = "select_edge",
	[KIND_SYMBOL] = "select_symbol",
};
static const char *const helper_types[KIND_COUNT] = {
	[KIND_TEMP] = "mach_value",     [KIND_IMM] = "i64",  [KIND_COND] = "u32",
	[KIND_MEM] = "struct mach_mem", [KIND_EDGE] = "u32", [KIND_SYMBOL] = "u32",
};

static struct str emit_inst(struct rulegen *g, struct scope *s, const struct node *n,
                            struct str into, struct str defs);

static u32 uses_in(const struct node *n, struct str variable) {
	u32 count = n->kind == NODE_VARIABLE && str_eq(n->name, variable);
	for (u32 i = 0; i < n->args.size; i++)
		count += uses_in(n->args.data[i], variable);
	return count;
}

static u32 uses_in_rule(const struct rule *r, struct str variable) {
	u32 count = 0;
	for (u32 i = 0; i < r->lets.size; i++)
		count += uses_in(r->lets.data[i].value, variable);
	for (u32 i = 0; i < r->results.size; i++)
		count += uses_in(r->results.data[i], variable);
	return count;
}

static struct str new_name(struct rulegen *g, struct scope *s) {
	return str_format(&g->arena, "t%u", ++s->temps);
}

// A let variable names an array of an instruction's results.
static struct str temp_code(struct rulegen *g, const struct binding *b, const struct node *n) {
	return str_format(&g->arena, "%.*s[%u]", STR_ARG(b->code), n->result);
}

static struct str emit_helper(struct rulegen *g, struct scope *s, const struct node *n) {
	struct str call = rulegen_emit_call(g, s, n), name = new_name(g, s);
	rulegen_emitf(g, "\t\t%s %.*s = %.*s;\n", helper_types[n->value_kind], STR_ARG(name),
	              STR_ARG(call));
	return name;
}

// A `struct select_operand` expression.
static struct str emit_operand(struct rulegen *g, struct scope *s, const struct node *n,
                               const struct mach_operand_info *o) {
	struct arena *a = &g->arena;
	if (n->kind == NODE_ANY)
		return STR("select_none()");
	if (n->kind == NODE_INST) {
		struct str t = emit_inst(g, s, n, STR("0"), STR("NULL"));
		return str_format(a, "select_temp(%.*s)", STR_ARG(t));
	}
	if (n->kind == NODE_INTEGER)
		return str_format(a, "%s(%lldll)", o->kind == MACH_OP_EDGE ? "select_edge" : "select_imm",
		                  (long long)n->integer);
	if (n->kind == NODE_WORD)
		return str_format(a, "select_cond(%sCOND_%.*s)", g->target->prefix, STR_ARG(n->name));
	if (n->kind == NODE_CALL) {
		struct str t = emit_helper(g, s, n);
		return str_format(a, "%s(%.*s)", operand_makers[n->value_kind], STR_ARG(t));
	}
	const struct binding *b = rulegen_lookup(s, n->name);
	struct str code = b->kind == KIND_TEMP ? temp_code(g, b, n) : rulegen_value_code(g, s, n->name);
	enum rule_kind kind = b->kind == KIND_OP ? KIND_VALUE : (enum rule_kind)b->kind;
	// What the rule uses twice must be in a register.
	bool once = uses_in_rule(s->rule, n->name) == 1;
	return str_format(a, "%s(%.*s)",
	                  kind == KIND_VALUE && !once ? "select_reg" : operand_makers[kind],
	                  STR_ARG(code));
}

static struct str size_code(struct rulegen *g, struct scope *s, const struct node *n) {
	u32 sizes = g->target->sizes(n->inst_index);
	struct arena *a = &g->arena;
	if (sizes == 0)
		return STR("0");
	if (n->size)
		return str_format(a, "%u", n->size);
	if (n->size_of.size) {
		struct str value = rulegen_value_code(g, s, n->size_of);
		return str_format(a, "select_size_of(s, %.*s, %u)", STR_ARG(value), sizes);
	}
	return str_format(a, "select_size(s, op, %u)", sizes);
}

// Gives the C name of result number n->result. `into` is the value that result must define, "0" for
// a new one; `defs` an array that receives all results, or "NULL".
static struct str emit_inst(struct rulegen *g, struct scope *s, const struct node *n,
                            struct str into, struct str defs) {
	struct strbuf ops;
	u32 at = 0;
	strbuf_init(&ops, &g->arena);
	for (u32 i = 0; i < n->inst->num_operands && at < n->args.size; i++)
		if (n->inst->operands[i].kind != MACH_OP_DEF) {
			struct str o = emit_operand(g, s, n->args.data[at], &n->inst->operands[i]);
			strbuf_addf(&ops, "%s%.*s", at++ ? ", " : "", STR_ARG(o));
		}
	struct str name = new_name(g, s), size = size_code(g, s, n);
	rulegen_emitf(g,
	              "\t\tBASE_UNUSED mach_value %.*s = select_inst(\n\t\t\ts, %s%s, %.*s, %s, %u, "
	              "%.*s, %.*s, %u, ",
	              STR_ARG(name), g->target->prefix, n->inst->name, STR_ARG(size),
	              n->zeroing ? "true" : "false", n->result, STR_ARG(into), STR_ARG(defs), at);
	if (at)
		rulegen_emitf(g, "\n\t\t\t(struct select_operand[]){%s});\n", ops.data);
	else
		rulegen_emitf(g, "NULL);\n");
	return name;
}

static void emit_let(struct rulegen *g, struct scope *s, const struct rule_let *let) {
	struct str name = str_format(&g->arena, "v_%.*s", STR_ARG(let->name));
	if (let->value->kind == NODE_INST) {
		rulegen_emitf(g, "\t\tmach_value %.*s[%u] = {0};\n", STR_ARG(name),
		              let->value->inst->num_operands + 1u);
		emit_inst(g, s, let->value, STR("0"), name);
	} else {
		struct str value = emit_helper(g, s, let->value);
		rulegen_emitf(g, "\t\tmach_value %.*s[1] = {%.*s};\n", STR_ARG(name), STR_ARG(value));
	}
	rulegen_bind(g, s, let->name, KIND_TEMP, name);
}

static void emit_result(struct rulegen *g, struct scope *s, const struct rule *r, u32 i) {
	const struct node *n = r->results.data[i];
	bool has_result = r->pattern->op->num_results > 0;
	struct str into = str_format(&g->arena, "select_result(s, op, %u)", i);
	if (n->kind == NODE_INST) {
		emit_inst(g, s, n, has_result ? into : STR("0"), STR("NULL"));
		return;
	}
	struct str value;
	if (n->kind == NODE_CALL) {
		value = emit_helper(g, s, n);
	} else {
		const struct binding *b = rulegen_lookup(s, n->name);
		struct str code = rulegen_value_code(g, s, n->name);
		value = b->kind == KIND_TEMP
		            ? temp_code(g, b, n)
		            : str_format(&g->arena, "select_value(s, %.*s)", STR_ARG(code));
	}
	if (has_result)
		rulegen_emitf(g, "\t\tselect_copy(s, %.*s, %.*s);\n", STR_ARG(into), STR_ARG(value));
}

static void emit_variant(struct rulegen *g, const struct variant *v) {
	const struct rule *r = v->rule;
	struct scope s = {.rule = r};
	rulegen_emitf(g, "\tdo {  // %.*s:%u %.*s\n", STR_ARG(g->file), r->line, STR_ARG(r->name));
	rulegen_emit_match(g, &s, v->pattern);
	rulegen_emit_guards(g, &s, r);
	rulegen_emitf(g, "\t\tselect_hit(s, %u);\n", r->id);
	for (u32 i = 0; i < r->lets.size; i++)
		emit_let(g, &s, &r->lets.data[i]);
	for (u32 i = 0; i < r->results.size; i++)
		emit_result(g, &s, r, i);
	rulegen_emitf(g, "\t\treturn true;\n\t} while (0);\n");
}

void rulegen_emit_select(struct rulegen *g) {
	struct strbuf cases;
	strbuf_init(&cases, &g->arena);
	rulegen_emit_names(g);
	for (u32 i = 0; i < g->variants.size; i++) {
		const struct variant *v = &g->variants.data[i];
		struct str id = v->pattern->op->id;
		if (v->order == 0) {
			rulegen_emitf(
				g, "static bool %.*s_%.*s(struct select *s, BASE_UNUSED struct ir_op *op) {\n",
				STR_ARG(g->set), STR_ARG(id));
			strbuf_addf(&cases, "\tcase OP_%.*s: return %.*s_%.*s(s, op);\n", STR_ARG(id),
			            STR_ARG(g->set), STR_ARG(id));
		}
		emit_variant(g, v);
		if (i + 1 == g->variants.size || g->variants.data[i + 1].order == 0)
			rulegen_emitf(g, "\treturn false;\n}\n\n");
	}
	rulegen_emitf(g,
	              "static bool %.*s_select(struct select *s, struct ir_op *op) {\n\tswitch "
	              "(op->info->id) {\n%s",
	              STR_ARG(g->set), cases.data);
	rulegen_emitf(g, "\tdefault: return false;\n\t}\n}\n");
}
