// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What both back ends generate alike: a variant's tests. They stand in a `do { } while (0)` that a
// failed test leaves with `break`; operands are taken as the pattern descends. The context is `r`
// in ir rules, `s` in selection.
#include "rulegen.h"

void rulegen_emitf(struct rulegen *g, const char *format, ...) {
	va_list args;
	va_start(args, format);
	strbuf_addv(&g->out, format, args);
	va_end(args);
}

const struct binding *rulegen_lookup(const struct scope *s, struct str name) {
	for (u32 i = 0; i < s->bindings.size; i++)
		if (str_eq(s->bindings.data[i].name, name))
			return &s->bindings.data[i];
	return NULL;
}

struct str rulegen_value_code(struct rulegen *g, const struct scope *s, struct str name) {
	const struct binding *b = rulegen_lookup(s, name);
	return b->kind == KIND_OP ? str_format(&g->arena, "ir_result_get(%.*s, 0)", STR_ARG(b->code))
	                          : b->code;
}

void rulegen_bind(struct rulegen *g, struct scope *s, struct str name, enum rule_kind kind,
                  struct str code) {
	vec_push(&g->arena, s->bindings, (struct binding){name, (u8)kind, code, 0});
}

static void emit_test(struct rulegen *g, struct str condition) {
	rulegen_emitf(g, "\t\tif (!(%.*s))\n\t\t\tbreak;\n", STR_ARG(condition));
}

// ---- patterns ---------------------------------------------------------------------------------

// Binds a variable to an expression, or tests that it is what the variable was bound to before.
static void match_variable(struct rulegen *g, struct scope *s, struct str name, enum rule_kind kind,
                           struct str code) {
	const struct binding *b = rulegen_lookup(s, name);
	if (b) {
		emit_test(g, str_format(&g->arena, "%.*s == %.*s", STR_ARG(code), STR_ARG(b->code)));
		return;
	}
	struct str variable = str_format(&g->arena, "v_%.*s", STR_ARG(name));
	rulegen_emitf(g, "\t\t%s%.*s = %.*s;\n", kind == KIND_ATTR ? "ir_attr " : "struct ir_value *",
	              STR_ARG(variable), STR_ARG(code));
	if (kind == KIND_ATTR)
		emit_test(g, variable);
	rulegen_bind(g, s, name, kind, variable);
}

static void match_types(struct rulegen *g, const struct node *n, struct str value) {
	struct arena *a = &g->arena;
	if (n->types)
		emit_test(g, str_format(a, "select_type(s, %.*s) & 0x%xu", STR_ARG(value), n->types));
	if (n->bytes)
		emit_test(g, str_format(a, "select_bytes(s, %.*s) == %u", STR_ARG(value), n->bytes));
}

static void match_constant(struct rulegen *g, struct scope *s, const struct node *n,
                           struct str op) {
	struct arena *a = &g->arena;
	const struct node *v = n->args.size ? n->args.data[0] : NULL;
	struct str attr = str_format(a, "ir_op_attr(%.*s, NAME_value)", STR_ARG(op));
	if (!v)
		return;
	if (v->kind == NODE_VARIABLE)
		match_variable(g, s, v->name, KIND_ATTR, attr);
	else if (v->kind == NODE_INTEGER)
		emit_test(
			g, str_format(a, "ir_rule_is_int(%.*s, %lldll)", STR_ARG(attr), (long long)v->integer));
	else if (v->kind == NODE_FLOAT)
		emit_test(g, str_format(a, "ir_rule_is_float(%.*s, %a)", STR_ARG(attr), v->real));
}

static void match_attrs(struct rulegen *g, struct scope *s, const struct node *n, struct str op) {
	struct arena *a = &g->arena;
	for (u32 i = 0; i < n->attrs.size; i++) {
		const struct node_attr *t = &n->attrs.data[i];
		if (t->value->kind == NODE_VARIABLE)
			match_variable(
				g, s, t->value->name, KIND_ATTR,
				str_format(a, "ir_op_attr(%.*s, NAME_%.*s)", STR_ARG(op), STR_ARG(t->name)));
		else
			emit_test(g, str_format(a, "ir_rule_attr_is(%.*s, NAME_%.*s, IR_ATTR_IS_%.*s, %lldll)",
			                        STR_ARG(op), STR_ARG(t->name), STR_ARG(t->info->constraint),
			                        (long long)t->value->integer));
	}
}

static void match_op(struct rulegen *g, struct scope *s, const struct node *n, struct str op);

static void match_operand(struct rulegen *g, struct scope *s, const struct node *n,
                          struct str value) {
	if (n->kind == NODE_VARIABLE)
		match_variable(g, s, n->name, KIND_VALUE, value);
	match_types(g, n, value);
	if (n->kind != NODE_OP)
		return;
	struct str op = str_format(&g->arena, "o%u", ++s->temps);
	if (g->target)
		rulegen_emitf(g, "\t\tstruct ir_op *%.*s = select_def(s, op, %.*s, OP_%.*s, %s);\n",
		              STR_ARG(op), STR_ARG(value), STR_ARG(n->op->id),
		              n->shared ? "true" : "false");
	else
		rulegen_emitf(g, "\t\tstruct ir_op *%.*s = ir_rule_def(%.*s, OP_%.*s, %s);\n", STR_ARG(op),
		              STR_ARG(value), STR_ARG(n->op->id), n->shared ? "true" : "false");
	emit_test(g, op);
	match_op(g, s, n, op);
}

static void match_op(struct rulegen *g, struct scope *s, const struct node *n, struct str op) {
	struct arena *a = &g->arena;
	if (n->bind.size)
		rulegen_bind(g, s, n->bind, KIND_OP, op);
	match_attrs(g, s, n, op);
	if (n->op->constant) {
		match_constant(g, s, n, op);
		return;
	}
	if (!rulegen_fixed_operands(n->op) && !(n->rest && n->args.size == 0))
		emit_test(g, str_format(a, "%.*s->num_operands %s %u", STR_ARG(op),
		                        n->rest ? ">=" : "==", n->args.size));
	for (u32 i = 0; i < n->args.size; i++)
		match_operand(g, s, n->args.data[i],
		              str_format(a, "ir_operand_get(%.*s, %u)", STR_ARG(op), i));
}

void rulegen_emit_match(struct rulegen *g, struct scope *s, const struct node *pattern) {
	rulegen_bind(g, s, STR("op"), KIND_OP, STR("op"));
	match_types(g, pattern, STR("ir_result_get(op, 0)"));
	match_op(g, s, pattern, STR("op"));
}

// ---- calls ------------------------------------------------------------------------------------

static struct str argument_code(struct rulegen *g, struct scope *s, const struct node *n) {
	struct arena *a = &g->arena;
	struct str value = {0};
	switch (n->kind) {
	case NODE_VARIABLE:
		value = rulegen_value_code(g, s, n->name);
		if (n->value_kind == KIND_TEMP)  // the first result of what was made
			return str_format(a, "%.*s[0]", STR_ARG(value));
		if (n->value_kind == KIND_OP)
			return rulegen_lookup(s, n->name)->code;
		if (n->value_kind == KIND_TYPE)
			return str_format(a, "(%.*s)->type", STR_ARG(value));
		return value;
	case NODE_INTEGER: return str_format(a, "%lldll", (long long)n->integer);
	case NODE_WORD: return n->name;
	default: return rulegen_emit_call(g, s, n);
	}
}

struct str rulegen_emit_call(struct rulegen *g, struct scope *s, const struct node *call) {
	struct strbuf out;
	strbuf_init(&out, &g->arena);
	strbuf_addf(&out, "%.*s(%s", STR_ARG(call->name), g->target ? "s" : "r");
	for (u32 i = 0; i < call->args.size; i++) {
		struct str prefix = call->function->params.data[i].prefix;
		struct str code = argument_code(g, s, call->args.data[i]);
		strbuf_addf(&out, ", %.*s%.*s", STR_ARG(prefix), STR_ARG(code));
	}
	strbuf_add_char(&out, ')');
	return strbuf_str(&out);
}

void rulegen_emit_guards(struct rulegen *g, struct scope *s, const struct rule *r) {
	for (u32 i = 0; i < r->guards.size; i++) {
		struct str call = rulegen_emit_call(g, s, r->guards.data[i]);
		emit_test(g, str_format(&g->arena, "%s%.*s", r->guards.data[i]->negated ? "!" : "",
		                        STR_ARG(call)));
	}
}

void rulegen_emit_names(struct rulegen *g) {
	rulegen_emitf(g, "static const char *const %.*s_rule_names[] = {\n", STR_ARG(g->set));
	for (u32 i = 0; i < g->rules.size; i++)
		rulegen_emitf(g, "\t\"%.*s\",\n", STR_ARG(g->rules.data[i]->name));
	rulegen_emitf(g, "};\n\n");
}
