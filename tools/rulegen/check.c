// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resolves the names in rules against the tables and checks counts, kinds and register classes, so
// that a mistake is an error with its line when the compiler is built.
#include "rulegen.h"

const char *const rulegen_kind_names[KIND_COUNT] = {
	[KIND_NONE] = "nothing",       [KIND_VALUE] = "value",
	[KIND_ATTR] = "attribute",     [KIND_OP] = "op",
	[KIND_TYPE] = "type",          [KIND_INT] = "integer",
	[KIND_WORD] = "word",          [KIND_IMM] = "immediate",
	[KIND_COND] = "condition",     [KIND_MEM] = "address",
	[KIND_EDGE] = "edge",          [KIND_SYMBOL] = "symbol",
	[KIND_TEMP] = "machine value",
};

struct variable {
	struct str name;
	enum rule_kind kind;
	u32 types, uses, line;
};
struct check {
	struct rulegen *g;
	const struct rule *rule;
	VEC(struct variable) variables;
};

static struct variable *find(struct check *c, struct str name) {
	for (u32 i = 0; i < c->variables.size; i++)
		if (str_eq(c->variables.data[i].name, name))
			return &c->variables.data[i];
	return NULL;
}

static struct variable *use(struct check *c, const struct node *n) {
	struct variable *v = find(c, n->name);
	if (v)
		v->uses++;
	else
		rulegen_error(c->g, n->line, "$%.*s is not bound", STR_ARG(n->name));
	return v;
}

static void define(struct check *c, struct str name, enum rule_kind kind, u32 types, u32 line) {
	struct variable *v = find(c, name);
	if (!v) {
		vec_push(&c->g->arena, c->variables, (struct variable){name, kind, types, 1, line});
		return;
	}
	v->uses++;
	if (v->kind != kind)
		rulegen_error(c->g, line, "$%.*s is %s and %s", STR_ARG(name), rulegen_kind_names[v->kind],
		              rulegen_kind_names[kind]);
}

// ---- patterns ---------------------------------------------------------------------------------

static void check_pattern(struct check *c, struct node *n);

static void check_pattern_attr(struct check *c, struct node *n, struct node_attr *a) {
	a->info = rulegen_find_attr(n->op, a->name);
	if (!a->info) {
		rulegen_error(c->g, n->line, "%.*s has no attribute '%.*s'", STR_ARG(n->op->name),
		              STR_ARG(a->name));
		return;
	}
	if (!rulegen_is_name(a->name))
		rulegen_error(c->g, n->line, "'%.*s' is no row of ir/name.def", STR_ARG(a->name));
	struct node *v = a->value;
	if (v->kind == NODE_VARIABLE)
		define(c, v->name, KIND_ATTR, 0, v->line);
	else if (v->kind == NODE_WORD && rulegen_enum_value(a->info->constraint, v->name, &v->integer))
		v->kind = NODE_INTEGER;
	else if (v->kind != NODE_INTEGER)
		rulegen_error(c->g, v->line, "'%.*s' is no value of attribute '%.*s'", STR_ARG(v->name),
		              STR_ARG(a->name));
}

static void check_operand_count(struct check *c, const struct node *n) {
	u32 least = 0;
	for (u32 i = 0; i < n->op->num_operands; i++)
		least += n->op->operands[i].arity == 0;
	bool open = n->op->num_operands && n->op->operands[n->op->num_operands - 1].arity == 2;
	if (n->args.size > n->op->num_operands && !open)
		rulegen_error(c->g, n->line, "%.*s takes at most %u operands", STR_ARG(n->op->name),
		              n->op->num_operands);
	if (n->args.size < least && !n->rest)
		rulegen_error(c->g, n->line, "%.*s takes %u operands", STR_ARG(n->op->name), least);
}

static void check_constant_pattern(struct check *c, struct node *n) {
	if (n->args.size > 1)
		rulegen_error(c->g, n->line, "%.*s has one value", STR_ARG(n->op->name));
	n->shared = true;  // a constant may be used again at no cost
	if (n->args.size == 1 && n->args.data[0]->kind == NODE_VARIABLE)
		define(c, n->args.data[0]->name, KIND_ATTR, 0, n->line);
}

static void check_pattern_operand(struct check *c, struct node *n, u32 i) {
	struct node *operand = n->args.data[i];
	const struct rule_op *op = n->op;
	// An operand of the same type variable as the result has the result's types.
	if (i < op->num_operands && op->num_results && !operand->types && n->types &&
	    op->operands[i].type.data[0] == '$' && str_eq(op->operands[i].type, op->results[0].type))
		operand->types = n->types;
	if (operand->kind == NODE_VARIABLE)
		define(c, operand->name, KIND_VALUE, operand->types, operand->line);
	else if (operand->kind == NODE_OP)
		check_pattern(c, operand);
	else if (operand->kind != NODE_ANY)
		rulegen_error(c->g, operand->line, "a number stands only for a constant op's value");
}

static void check_pattern(struct check *c, struct node *n) {
	n->op = rulegen_find_op(c->g, n->name);
	if (!n->op) {
		rulegen_error(c->g, n->line, "unknown op '%.*s'", STR_ARG(n->name));
		return;
	}
	if (n->types && !c->g->target)
		rulegen_error(c->g, n->line, "types are for selection; use a guard");
	if (n->bind.size)
		define(c, n->bind, KIND_OP, 0, n->line);
	for (u32 i = 0; i < n->attrs.size; i++)
		check_pattern_attr(c, n, &n->attrs.data[i]);
	if (n->op->constant) {
		check_constant_pattern(c, n);
		return;
	}
	check_operand_count(c, n);
	for (u32 i = 0; i < n->args.size; i++)
		check_pattern_operand(c, n, i);
}

// ---- calls ------------------------------------------------------------------------------------

static enum rule_kind check_call(struct check *c, struct node *n, bool guard);

static void check_argument(struct check *c, struct node *n, const struct node *call,
                           struct rule_param want) {
	enum rule_kind got = KIND_NONE;
	if (n->kind == NODE_VARIABLE) {
		struct variable *v = use(c, n);
		got = v ? v->kind : want.kind;
		// A bound op stands for its first result; the type of a value is that of its variable.
		if (got == KIND_OP && want.kind != KIND_OP)
			got = KIND_VALUE;
		if (want.kind == KIND_TYPE && got == KIND_VALUE)
			got = KIND_TYPE;
	} else if (n->kind == NODE_CALL) {
		got = check_call(c, n, false);
	} else if (n->kind == NODE_INTEGER) {
		got = KIND_INT;
	} else if (n->kind == NODE_WORD) {
		got = KIND_WORD;
	}
	n->value_kind = (u8)want.kind;
	if (got != want.kind)
		rulegen_error(c->g, n->line, "%.*s wants a %s here, not a %s", STR_ARG(call->name),
		              rulegen_kind_names[want.kind], rulegen_kind_names[got]);
}

static enum rule_kind check_call(struct check *c, struct node *n, bool guard) {
	struct rulegen *g = c->g;
	for (u32 i = 0; i < g->functions.size && !n->function; i++)
		if (str_eq(g->functions.data[i].name, n->name) && g->functions.data[i].guard == guard)
			n->function = &g->functions.data[i], g->functions.data[i].used = true;
	if (!n->function) {
		rulegen_error(g, n->line, "no %s '%.*s' is declared", guard ? "guard" : "helper",
		              STR_ARG(n->name));
		return KIND_NONE;
	}
	if (n->function->params.size != n->args.size)
		rulegen_error(g, n->line, "%.*s takes %u arguments", STR_ARG(n->name),
		              n->function->params.size);
	for (u32 i = 0; i < BASE_MIN(n->args.size, n->function->params.size); i++)
		check_argument(c, n->args.data[i], n, n->function->params.data[i]);
	// In selection a helper makes machine values.
	enum rule_kind result = n->function->result;
	n->value_kind = (u8)(g->target && result == KIND_VALUE ? KIND_TEMP : result);
	return (enum rule_kind)n->value_kind;
}

// ---- results of ir rules ----------------------------------------------------------------------

static void check_value(struct check *c, struct node *n);

static void check_result_attr(struct check *c, struct node *n, struct node_attr *a) {
	a->info = rulegen_find_attr(n->op, a->name);
	if (!a->info || !rulegen_is_name(a->name)) {
		rulegen_error(c->g, n->line, "%.*s has no attribute '%.*s' of ir/name.def",
		              STR_ARG(n->op->name), STR_ARG(a->name));
		return;
	}
	struct node *v = a->value;
	enum rule_kind got = KIND_ATTR;
	if (v->kind == NODE_VARIABLE) {
		struct variable *x = use(c, v);
		got = x ? x->kind : KIND_ATTR;
	} else if (v->kind == NODE_CALL) {
		got = check_call(c, v, false);
	} else if (v->kind == NODE_WORD &&
	           rulegen_enum_value(a->info->constraint, v->name, &v->integer)) {
		v->kind = NODE_INTEGER;
	} else if (v->kind != NODE_INTEGER) {
		got = KIND_NONE;
	}
	if (got != KIND_ATTR)
		rulegen_error(c->g, v->line, "'%.*s' is no value of attribute '%.*s'", STR_ARG(v->name),
		              STR_ARG(a->name));
}

static void check_constant_result(struct check *c, struct node *n) {
	if (n->args.size != 1) {
		rulegen_error(c->g, n->line, "%.*s has one value", STR_ARG(n->op->name));
		return;
	}
	struct node *v = n->args.data[0];
	struct variable *x = v->kind == NODE_VARIABLE ? use(c, v) : NULL;
	enum rule_kind got = v->kind == NODE_CALL ? check_call(c, v, false) : x ? x->kind : KIND_ATTR;
	if (got != KIND_ATTR)
		rulegen_error(c->g, v->line, "a constant's value is an attribute, not a %s",
		              rulegen_kind_names[got]);
}

static void check_op_result(struct check *c, struct node *n) {
	n->op = rulegen_find_op(c->g, n->name);
	if (!n->op) {
		rulegen_error(c->g, n->line, "unknown op '%.*s'", STR_ARG(n->name));
		return;
	}
	if (n->bind.size) {
		struct node type = {.name = n->bind, .line = n->line};
		struct variable *v = use(c, &type);
		if (v && v->kind != KIND_VALUE && v->kind != KIND_OP)
			rulegen_error(c->g, n->line, "$%.*s has no type", STR_ARG(n->bind));
	}
	for (u32 i = 0; i < n->attrs.size; i++)
		check_result_attr(c, n, &n->attrs.data[i]);
	if (n->op->constant) {
		check_constant_result(c, n);
		return;
	}
	u32 flexible = 0;
	for (u32 i = 0; i < n->op->num_operands; i++)
		flexible += n->op->operands[i].arity != 0;
	if (flexible > 1 || n->op->num_regions || n->op->num_successors)
		rulegen_error(c->g, n->line, "%.*s is not made by a rule: write a C pattern",
		              STR_ARG(n->op->name));
	check_operand_count(c, n);
	for (u32 i = 0; i < n->args.size; i++)
		check_value(c, n->args.data[i]);
}

static void check_value(struct check *c, struct node *n) {
	enum rule_kind got = KIND_NONE;
	if (n->kind == NODE_OP) {
		check_op_result(c, n);
		got = KIND_VALUE;
	} else if (n->kind == NODE_CALL) {
		got = check_call(c, n, false);
	} else if (n->kind == NODE_VARIABLE) {
		struct variable *v = use(c, n);
		got = v && v->kind != KIND_OP ? v->kind : KIND_VALUE;
	}
	n->value_kind = (u8)got;
	if (got != KIND_VALUE)
		rulegen_error(c->g, n->line, "expected a value here, not a %s", rulegen_kind_names[got]);
}

// ---- results of selection rules ---------------------------------------------------------------

static void check_inst(struct check *c, struct node *n);

static bool class_fits(const struct check *c, u32 types, u8 cls) {
	const struct rule_target *t = c->g->target;
	for (u32 i = 0; i < 32; i++)
		if ((types >> i) & 1) {
			u8 bank = rulegen_type(i)->bank;
			// A mask may also live in vector registers.
			if (t->classes[bank] != cls && !(bank == 2 && cls == t->classes[1]))
				return false;
		}
	return true;
}

static const struct mach_operand_info *nth_def(const struct node *n, u32 index) {
	for (u32 i = 0; i < n->inst->num_operands; i++)
		if (n->inst->operands[i].kind == MACH_OP_DEF && index-- == 0)
			return &n->inst->operands[i];
	return NULL;
}

static void check_register(struct check *c, struct node *n, const struct mach_operand_info *o) {
	if (n->kind == NODE_INST) {
		// Flags are found without a number.
		for (u32 i = 0; !n->result_given && n->inst && nth_def(n, i); i++)
			if (nth_def(n, i)->cls == o->cls) {
				n->result = i;
				break;
			}
		const struct mach_operand_info *def = n->inst ? nth_def(n, n->result) : NULL;
		if (n->inst && (!def || def->cls != o->cls))
			rulegen_error(c->g, n->line, "%.*s has no result %u of the class wanted",
			              STR_ARG(n->name), n->result);
		n->value_kind = KIND_TEMP;
	} else if (n->kind == NODE_VARIABLE) {
		struct variable *v = find(c, n->name);
		if (v && v->kind == KIND_VALUE && v->types && !class_fits(c, v->types, o->cls))
			rulegen_error(c->g, n->line, "$%.*s is not of the operand's register class",
			              STR_ARG(n->name));
	}
}

static void check_inst_operand(struct check *c, struct node *n, struct node *arg,
                               const struct mach_operand_info *o) {
	static const enum rule_kind wanted[] = {
		[MACH_OP_USE] = KIND_VALUE, [MACH_OP_IMM] = KIND_IMM,       [MACH_OP_MEM] = KIND_MEM,
		[MACH_OP_EDGE] = KIND_EDGE, [MACH_OP_SYMBOL] = KIND_SYMBOL, [MACH_OP_COND] = KIND_COND,
	};
	enum rule_kind want = wanted[o->kind], got = KIND_NONE;
	if (arg->kind == NODE_WORD && str_eq_z(arg->name, "_") && o->optional) {
		arg->kind = NODE_ANY;
		return;
	}
	if (arg->kind == NODE_OP || arg->kind == NODE_INST) {
		check_inst(c, arg);
		if (arg->inst && c->g->target->sizes(arg->inst_index) && !arg->size && !arg->size_of.size)
			rulegen_error(c->g, arg->line, "(%.*s ...) inside another instruction needs a size",
			              STR_ARG(arg->name));
		got = KIND_VALUE;
	} else if (arg->kind == NODE_CALL) {
		got = check_call(c, arg, false);
	} else if (arg->kind == NODE_VARIABLE) {
		struct variable *v = use(c, arg);
		got = !v ? want : v->kind == KIND_OP ? KIND_VALUE : v->kind;
		arg->value_kind = (u8)got;
	} else if (arg->kind == NODE_INTEGER && (o->kind == MACH_OP_IMM || o->kind == MACH_OP_EDGE)) {
		got = want;
	} else if (arg->kind == NODE_WORD && o->kind == MACH_OP_COND) {
		got = KIND_COND;
	}
	if (got == KIND_TEMP || (got == KIND_MEM && o->mem))
		got = want;
	if (got != want)
		rulegen_error(c->g, arg->line, "%.*s: operand '%s' wants a %s, not a %s", STR_ARG(n->name),
		              o->name, rulegen_kind_names[want], rulegen_kind_names[got]);
	if (o->kind == MACH_OP_USE)
		check_register(c, arg, o);
	if (arg->overwritten != (o->tied != 0))
		rulegen_error(c->g, arg->line, "%.*s: operand '%s' is%s overwritten: `!`", STR_ARG(n->name),
		              o->name, o->tied ? "" : " not");
}

static void check_inst_size(struct check *c, const struct node *n) {
	u32 sizes = c->g->target->sizes(n->inst_index);
	if (n->size && !(sizes & n->size))
		rulegen_error(c->g, n->line, "%.*s has no size %u", STR_ARG(n->name), n->size);
	if (n->size_of.size) {
		struct node size = {.name = n->size_of, .line = n->line};
		struct variable *v = use(c, &size);
		if (v && v->kind != KIND_VALUE && v->kind != KIND_OP)
			rulegen_error(c->g, n->line, "$%.*s has no size", STR_ARG(n->size_of));
	}
}

static void check_inst(struct check *c, struct node *n) {
	const struct rule_target *t = c->g->target;
	for (u32 i = 0; i < t->num_insts && !n->inst; i++)
		if (t->insts[i].name && str_eq_z(n->name, t->insts[i].name)) {
			n->inst = &t->insts[i];
			n->inst_index = i;
		}
	if (!n->inst || n->inst_index < MACH_GENERIC_COUNT) {
		rulegen_error(c->g, n->line, "unknown instruction '%.*s'", STR_ARG(n->name));
		n->inst = NULL;
		return;
	}
	check_inst_size(c, n);
	u32 at = 0;
	for (u32 i = 0; i < n->inst->num_operands; i++) {
		const struct mach_operand_info *o = &n->inst->operands[i];
		if (o->kind == MACH_OP_DEF)
			continue;
		if (at < n->args.size)
			check_inst_operand(c, n, n->args.data[at++], o);
		else if (!o->optional)
			rulegen_error(c->g, n->line, "%.*s: operand '%s' is missing", STR_ARG(n->name),
			              o->name);
	}
	if (at < n->args.size)
		rulegen_error(c->g, n->line, "%.*s has only %u operands", STR_ARG(n->name), at);
}

static void check_machine_result(struct check *c, struct node *n) {
	if (n->kind == NODE_INST) {
		check_inst(c, n);
		n->value_kind = KIND_TEMP;
		bool no_results = c->rule->pattern->op && c->rule->pattern->op->num_results == 0;
		if (n->inst && !no_results && !nth_def(n, n->result))
			rulegen_error(c->g, n->line, "%.*s has no result %u", STR_ARG(n->name), n->result);
		return;
	}
	enum rule_kind got = KIND_NONE;
	if (n->kind == NODE_CALL) {
		got = check_call(c, n, false);
	} else if (n->kind == NODE_VARIABLE) {
		struct variable *v = use(c, n);
		got = v && v->kind != KIND_OP ? v->kind : KIND_VALUE;
		n->value_kind = (u8)got;
	}
	if (got != KIND_VALUE && got != KIND_TEMP)
		rulegen_error(c->g, n->line, "expected a value here, not a %s", rulegen_kind_names[got]);
}

// ---- rules ------------------------------------------------------------------------------------

static void check_result(struct check *c, struct node *n) {
	if (c->g->target)
		check_machine_result(c, n);
	else
		check_value(c, n);
}

static void check_result_count(struct check *c, const struct rule *r) {
	const struct rule_op *op = r->pattern->op;
	if (!op)
		return;
	for (u32 i = 0; i < op->num_results; i++)
		if (op->results[i].arity)
			return;
	// An instruction without result stands for an op without one.
	u32 given = op->num_results == 0 && c->g->target ? 0 : r->results.size;
	if (given != op->num_results)
		rulegen_error(c->g, r->line, "%.*s has %u results, the rule gives %u", STR_ARG(op->name),
		              op->num_results, r->results.size);
}

static void check_rule(struct rulegen *g, struct rule *r) {
	struct check c = {.g = g, .rule = r};
	define(&c, STR("op"), KIND_OP, 0, r->line);
	find(&c, STR("op"))->uses++;
	check_pattern(&c, r->pattern);
	for (u32 i = 0; i < r->guards.size; i++)
		check_call(&c, r->guards.data[i], true);
	for (u32 i = 0; i < r->lets.size; i++) {
		check_result(&c, r->lets.data[i].value);
		define(&c, r->lets.data[i].name, g->target ? KIND_TEMP : KIND_VALUE, 0, r->line);
	}
	for (u32 i = 0; i < r->results.size; i++)
		check_result(&c, r->results.data[i]);
	check_result_count(&c, r);
	for (u32 i = 0; i < c.variables.size; i++)
		if (c.variables.data[i].uses == 1)
			rulegen_error(g, c.variables.data[i].line, "$%.*s is used nowhere else: write _",
			              STR_ARG(c.variables.data[i].name));
}

void rulegen_check(struct rulegen *g) {
	for (u32 i = 0; i < g->rules.size; i++)
		check_rule(g, g->rules.data[i]);
	for (u32 i = 0; i < g->functions.size; i++)
		if (!g->functions.data[i].used)
			rulegen_error(g, g->functions.data[i].line, "%s '%.*s' is not used",
			              g->functions.data[i].guard ? "guard" : "helper",
			              STR_ARG(g->functions.data[i].name));
}
