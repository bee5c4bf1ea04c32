// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of values and blocks, given the way mlir-opt gives them: numbers count through a region and
// go on from there in the regions inside it; arguments of entry blocks are %arg0, ...; constants
// are named after their value; ops may have names for their results. A name that is taken gets
// `_0`,
// `_1`, ... behind it. In the generic form only arguments have names, and numbers are unique in the
// whole text; regions then take theirs in the order of mlir-opt's stack, the last one first.
#include "ir/print.h"

struct counters {
	u32 value, argument, conflict;
};
struct namer {
	struct ir_printer *pr;
	struct strmap used;  // name -> 1 while it is taken
	struct {
		struct str *data;
		u32 size, cap;
	} taken;  // in order; a region gives its own back
};

// ---- lists of names in rows -------------------------------------------------------------------

// Entry i of "a, b, c"; the last entry when `last` and there are fewer.
static struct str list_entry(const char *list, u32 i, bool last) {
	struct str rest = str_from(list), entry = {0};
	for (u32 k = 0; k <= i; k++) {
		if (rest.size == 0)
			return last ? entry : (struct str){0};
		entry = str_trim(str_split(rest, ',', &rest));
	}
	return entry;
}

static u32 list_count(const char *list) {
	u32 n = list && *list;
	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

struct ir_range ir_printer_result_group(const struct ir_printer *pr, const struct ir_op *op,
                                        u32 i) {
	u32 names = pr->options.generic ? 0 : list_count(op->info->row->hooks.result_names);
	if (names <= 1)
		return (struct ir_range){0, op->num_results};
	u32 last = BASE_MIN(names, op->num_results) - 1;
	return i < last ? (struct ir_range){i, 1} : (struct ir_range){last, op->num_results - last};
}

// ---- naming -----------------------------------------------------------------------------------

static void set_number(struct namer *n, const struct ir_value *v, struct counters *k) {
	map_set(&n->pr->values, map_ptr(v), (u64)k->value++ * 2 + 1);
}

static void set_name(struct namer *n, const struct ir_value *v, struct str wish,
                     struct counters *k) {
	struct arena *a = &n->pr->arena;
	u64 used;
	struct str *name = ARENA_NEW(a, struct str);
	*name = str_copy(a, wish);
	while (strmap_find(&n->used, *name, &used) && used)
		*name = str_format(a, "%.*s_%u", STR_ARG(wish), k->conflict++);
	strmap_set(&n->used, *name, 1);
	vec_push(a, n->taken, *name);
	map_set(&n->pr->values, map_ptr(v), map_ptr(name));
}

// c42_i32, c7 (of type index), true, cst
static struct str constant_name(struct namer *n, const struct ir_op *op) {
	ir_attr v = ir_op_attr(op, NAME_value);
	if (v && v->kind == IR_ATTR_SYMBOL)
		return STR("f");
	if (!v || v->kind != IR_ATTR_INTEGER)
		return STR("cst");
	if (ir_type_is_int(v->type, 1))
		return v->integer ? STR("true") : STR("false");
	struct strbuf b;
	strbuf_init(&b, &n->pr->arena);
	strbuf_addf(&b, "c%lld", (long long)v->integer);
	if (v->type->kind == IR_TYPE_INTEGER) {
		strbuf_add_char(&b, '_');
		ir_print_type(n->pr->c, v->type, &b);
	}
	return strbuf_str(&b);
}

static void name_results(struct namer *n, const struct ir_op *op, struct counters *k) {
	const struct ir_op_info *info = op->info;
	const char *names = n->pr->options.generic ? NULL : info->row->hooks.result_names;
	for (u32 i = 0; i < op->num_results; i++) {
		if (ir_printer_result_group(n->pr, op, i).first != i)
			continue;
		struct str name = names ? list_entry(names, i, false) : (struct str){0};
		if (!n->pr->options.generic && !names && (info->traits & IR_CONSTANT))
			name = constant_name(n, op);
		if (name.size)
			set_name(n, &op->results[i], name, k);
		else
			set_number(n, &op->results[i], k);
	}
}

static void name_args(struct namer *n, const struct ir_region *r, const struct ir_block *b,
                      struct counters *k) {
	bool entry = b == r->first;
	const char *names =
		entry && r->op && !n->pr->options.generic ? r->op->info->row->hooks.arg_names : NULL;
	u32 first_group =
		names && r->op->info->num_operand_groups ? ir_op_operand_group(r->op, 0).count : 0;
	for (u32 i = 0; i < b->num_args; i++) {
		if (names)
			set_name(n, b->args[i], list_entry(names, i >= first_group, true), k);
		else if (entry)
			set_name(n, b->args[i], str_format(&n->pr->arena, "arg%u", k->argument++), k);
		else
			set_number(n, b->args[i], k);
	}
}

static void name_blocks(struct namer *n, const struct ir_region *r, struct counters *k) {
	u32 number = 0;
	for (const struct ir_block *b = r->first; b; b = b->next) {
		map_set(&n->pr->blocks, map_ptr(b), number++);
		name_args(n, r, b, k);
		for (const struct ir_op *op = b->first; op; op = op->next)
			name_results(n, op, k);
	}
}

static void name_region(struct namer *n, const struct ir_region *r, struct counters k) {
	u32 mark = n->taken.size;
	name_blocks(n, r, &k);
	for (const struct ir_block *b = r->first; b; b = b->next)
		for (const struct ir_op *op = b->first; op; op = op->next)
			for (u32 i = 0; i < op->num_regions; i++)
				name_region(n, &op->regions[i], k);
	while (n->taken.size > mark)
		strmap_set(&n->used, vec_pop(n->taken), 0);
}

static void name_uniquely(struct namer *n, const struct ir_op *root, struct counters *k) {
	struct {
		const struct ir_region **data;
		u32 size, cap;
	} stack = {0};
	struct arena *a = &n->pr->arena;
	for (u32 i = 0; i < root->num_regions; i++)
		vec_push(a, stack, &root->regions[i]);
	while (stack.size) {
		const struct ir_region *r = vec_pop(stack);
		name_blocks(n, r, k);
		for (const struct ir_block *b = r->first; b; b = b->next)
			for (const struct ir_op *op = b->first; op; op = op->next)
				for (u32 i = 0; i < op->num_regions; i++)
					vec_push(a, stack, &op->regions[i]);
	}
}

void ir_printer_number_values(struct ir_printer *pr, struct ir_op *root) {
	struct namer n = {.pr = pr};
	struct counters k = {0};
	strmap_init(&n.used, &pr->arena);
	name_results(&n, root, &k);
	if (pr->options.generic) {
		name_uniquely(&n, root, &k);
		return;
	}
	for (u32 i = 0; i < root->num_regions; i++)
		name_region(&n, &root->regions[i], k);
}

void ir_printer_value_name(struct ir_printer *pr, const struct ir_value *v) {
	u64 found;
	if (!map_find(&pr->values, map_ptr(v), &found))
		strbuf_add_z(pr->out, "<<unknown value>>");  // of an op outside what is printed
	else if (found & 1)
		strbuf_addf(pr->out, "%%%llu", (unsigned long long)(found >> 1));
	else
		strbuf_addf(pr->out, "%%%.*s", STR_ARG(*(const struct str *)(uintptr_t)found));
}
