// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewriting back end: one function a root op, its variants tried in order, and the pattern set
// that ir_rewrite_greedily takes (ir/rewrite.h). Operations are built in front of the root.
#include "rulegen.h"

static struct str emit_value(struct rulegen *g, struct scope *s, const struct node *n,
                             struct str type);

static struct str attr_code(struct rulegen *g, struct scope *s, const struct node_attr *t) {
	struct arena *a = &g->arena;
	if (t->value->kind == NODE_VARIABLE)
		return rulegen_lookup(s, t->value->name)->code;
	if (t->value->kind == NODE_CALL)
		return rulegen_emit_call(g, s, t->value);
	return str_format(a, "ir_rule_attr(r, IR_ATTR_IS_%.*s, %lldll)", STR_ARG(t->info->constraint),
	                  (long long)t->value->integer);
}

static struct str emit_constant(struct rulegen *g, struct scope *s, const struct node *n,
                                struct str type) {
	const struct node *v = n->args.data[0];
	struct arena *a = &g->arena;
	struct str attr;
	if (v->kind == NODE_VARIABLE)
		attr = rulegen_lookup(s, v->name)->code;
	else if (v->kind == NODE_CALL)
		attr = rulegen_emit_call(g, s, v);
	else if (v->kind == NODE_FLOAT)
		attr = str_format(a, "ir_rule_float_attr(r, %.*s, %a)", STR_ARG(type), v->real);
	else
		attr = str_format(a, "ir_rule_int_attr(r, %.*s, %lldll)", STR_ARG(type),
		                  (long long)v->integer);
	struct str name = str_format(a, "t%u", ++s->temps);
	rulegen_emitf(g, "\t\tstruct ir_value *%.*s = ir_rule_constant(r, OP_%.*s, %.*s);\n",
	              STR_ARG(name), STR_ARG(n->op->id), STR_ARG(attr));
	return name;
}

// `type` is the result type when the node does not say: empty for inferred.
static struct str emit_op(struct rulegen *g, struct scope *s, const struct node *n,
                          struct str type) {
	struct arena *a = &g->arena;
	if (n->bind.size) {
		struct str value = rulegen_value_code(g, s, n->bind);
		type = str_format(a, "(%.*s)->type", STR_ARG(value));
	}
	if (n->op->constant)
		return emit_constant(g, s, n, type.size ? type : STR("ir_result_get(op, 0)->type"));
	struct strbuf args, attrs;
	strbuf_init(&args, a);
	strbuf_init(&attrs, a);
	for (u32 i = 0; i < n->args.size; i++) {
		struct str value = emit_value(g, s, n->args.data[i], (struct str){0});
		strbuf_addf(&args, "%s%.*s", i ? ", " : "", STR_ARG(value));
	}
	for (u32 i = 0; i < n->attrs.size; i++) {
		struct str value = attr_code(g, s, &n->attrs.data[i]);
		strbuf_addf(&attrs, "{NAME_%.*s, %.*s}, ", STR_ARG(n->attrs.data[i].name), STR_ARG(value));
	}
	struct str name = str_format(a, "t%u", ++s->temps);
	rulegen_emitf(g, "\t\tstruct ir_value *%.*s = ir_rule_build(\n\t\t\tr, OP_%.*s, %.*s, %u, ",
	              STR_ARG(name), STR_ARG(n->op->id), STR_ARG(type.size ? type : STR("NULL")),
	              n->args.size);
	if (n->args.size)
		rulegen_emitf(g, "(struct ir_value *[]){%s}", args.data);
	else
		rulegen_emitf(g, "NULL");
	rulegen_emitf(g, ",\n\t\t\t(struct ir_named_attr[]){%s{NAME_none, NULL}});\n",
	              attrs.data ? attrs.data : "");
	return name;
}

static struct str emit_value(struct rulegen *g, struct scope *s, const struct node *n,
                             struct str type) {
	if (n->kind == NODE_OP)
		return emit_op(g, s, n, type);
	if (n->kind == NODE_VARIABLE)
		return rulegen_value_code(g, s, n->name);
	struct str call = rulegen_emit_call(g, s, n), name = str_format(&g->arena, "t%u", ++s->temps);
	rulegen_emitf(g, "\t\tstruct ir_value *%.*s = %.*s;\n", STR_ARG(name), STR_ARG(call));
	return name;
}

static void emit_rewrite(struct rulegen *g, struct scope *s, const struct rule *r) {
	struct arena *a = &g->arena;
	struct strbuf values;
	strbuf_init(&values, a);
	rulegen_emitf(g, "\t\tir_rule_hit(r, %u);\n", r->id);
	for (u32 i = 0; i < r->lets.size; i++)
		rulegen_bind(g, s, r->lets.data[i].name, KIND_VALUE,
		             emit_value(g, s, r->lets.data[i].value, (struct str){0}));
	for (u32 i = 0; i < r->results.size; i++) {
		struct str type = str_format(a, "ir_result_get(op, %u)->type", i);
		struct str value = emit_value(g, s, r->results.data[i], type);
		strbuf_addf(&values, "%s%.*s", i ? ", " : "", STR_ARG(value));
	}
	if (r->results.size)
		rulegen_emitf(g, "\t\tir_rule_replace(r, op, %u, (struct ir_value *[]){%s}, %s);\n",
		              r->results.size, values.data, r->drop_attrs ? "false" : "true");
	else
		rulegen_emitf(g, "\t\tir_rule_replace(r, op, 0, NULL, false);\n");
	rulegen_emitf(g, "\t\treturn true;\n");
}

void rulegen_emit_ir(struct rulegen *g) {
	struct strbuf table;
	u32 roots = 0;
	strbuf_init(&table, &g->arena);
	rulegen_emit_names(g);
	for (u32 i = 0; i < g->variants.size; i++) {
		const struct variant *v = &g->variants.data[i];
		struct str id = v->pattern->op->id;
		if (v->order == 0) {
			roots++;
			rulegen_emitf(g, "static bool %.*s_%.*s(struct ir_rewriter *r, struct ir_op *op) {\n",
			              STR_ARG(g->set), STR_ARG(id));
			strbuf_addf(&table, "\t{OP_%.*s, \"%.*s rules of %.*s\", %.*s_%.*s},\n", STR_ARG(id),
			            STR_ARG(g->set), STR_ARG(v->pattern->op->name), STR_ARG(g->set),
			            STR_ARG(id));
		}
		struct scope s = {0};
		rulegen_emitf(g, "\tdo {  // %.*s:%u %.*s\n", STR_ARG(g->file), v->rule->line,
		              STR_ARG(v->rule->name));
		rulegen_emit_match(g, &s, v->pattern);
		rulegen_emit_guards(g, &s, v->rule);
		emit_rewrite(g, &s, v->rule);
		rulegen_emitf(g, "\t} while (0);\n");
		if (i + 1 == g->variants.size || g->variants.data[i + 1].order == 0)
			rulegen_emitf(g, "\treturn false;\n}\n\n");
	}
	rulegen_emitf(g, "static const struct ir_pattern %.*s_rule_patterns[] = {\n%s};\n\n",
	              STR_ARG(g->set), table.data);
	rulegen_emitf(g,
	              "static const struct ir_pattern_set %.*s_rules = {\n"
	              "\t.name = \"%.*s\",\n\t.patterns = %.*s_rule_patterns,\n\t.num_patterns = %u,\n"
	              "\t.rules = %.*s_rule_names,\n\t.num_rules = %u,\n};\n",
	              STR_ARG(g->set), STR_ARG(g->set), STR_ARG(g->set), roots, STR_ARG(g->set),
	              g->rules.size);
}
