// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks of an op against the columns signature, attrs, regions and successors of its row. Every
// problem is reported; the wording is that of MLIR's generated verifiers.
#include "ir/signature.h"

#include "ir/constraint.h"

struct checker {
	struct ir_context *c;
	const struct ir_signature *s;
	ir_signature_report *report;
	void *user;
	bool ok;
};

static void problem(struct checker *k, const char *format, ...) BASE_PRINTF(2, 3);
static void problem(struct checker *k, const char *format, ...) {
	struct arena a;
	arena_init(&a);
	struct strbuf text;
	strbuf_init(&text, &a);
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	k->ok = false;
	k->report(k->user, strbuf_str(&text));
	arena_deinit(&a);
}

// ---- counts -----------------------------------------------------------------------------------

static const char *plural(u32 n) { return n == 1 ? "" : "s"; }

static void check_number(struct checker *k, const char *what, u32 fixed, bool variadic, u32 found) {
	if (variadic ? found < fixed : found != fixed)
		problem(k, "expected %u%s %s%s, but found %u", fixed, variadic ? " or more" : "", what,
		        plural(fixed), found);
}

// Operands or results that are one group's worth of a variable number.
static void check_groups(struct checker *k, const char *what, const struct ir_group_info *groups,
                         u32 n, u32 found) {
	u32 single = 0, optional = 0, variadic = 0;
	for (u32 i = 0; i < n; i++) {
		single += groups[i].arity == 0;
		optional += groups[i].arity == 1;
		variadic += groups[i].arity == 2;
	}
	if (variadic || !optional)
		check_number(k, what, single, variadic, found);
	else if (found < single || found > single + optional)
		problem(k, "expected %u or %u %ss, but found %u", single, single + optional, what, found);
}

static void check_segments(struct checker *k, const char *what, const char *name, ir_attr sizes,
                           const struct ir_group_info *groups, u32 n, u32 found) {
	if (!sizes || sizes->kind != IR_ATTR_DENSE_ARRAY || !ir_type_is_int(sizes->type, 32) ||
	    sizes->count != n) {
		problem(k, "requires attribute '%s' of type array<i32> with %u sizes", name, n);
		return;
	}
	u64 total = 0;
	for (u32 i = 0; i < n; i++) {
		i64 size = ir_attr_array_int(sizes, i);
		if (size < 0 || (groups[i].arity == 0 && size != 1) || (groups[i].arity == 1 && size > 1)) {
			problem(k, "attribute '%s' has size %lld for %s group #%u", name, (long long)size, what,
			        i);
			return;
		}
		total += (u64)size;
	}
	if (total != found)
		problem(
			k,
			"%s count (%u) does not match with the total size (%llu) specified in attribute '%s'",
			what, found, (unsigned long long)total, name);
}

bool ir_signature_check_counts(const struct ir_signature *s, ir_signature_report *report,
                               void *user) {
	struct checker k = {.s = s, .report = report, .user = user, .ok = true};
	const struct ir_op_info *i = s->info;
	if (i->operand_segments)
		check_segments(&k, "operand", "operandSegmentSizes", s->operand_segments, i->operands,
		               i->num_operand_groups, s->num_operands);
	else
		check_groups(&k, "operand", i->operands, i->num_operand_groups, s->num_operands);
	if (i->result_segments)
		check_segments(&k, "result", "resultSegmentSizes", s->result_segments, i->results,
		               i->num_result_groups, s->num_results);
	else
		check_groups(&k, "result", i->results, i->num_result_groups, s->num_results);
	check_number(&k, "region", i->num_regions - i->variadic_regions, i->variadic_regions,
	             s->num_regions);
	check_number(&k, "successor", i->num_successors - i->variadic_successors,
	             i->variadic_successors, s->num_successors);
	return k.ok;
}

struct ir_range ir_signature_group(const struct ir_signature *s, bool result, u32 group) {
	const struct ir_op_info *i = s->info;
	const struct ir_group_info *groups = result ? i->results : i->operands;
	u32 n = result ? i->num_result_groups : i->num_operand_groups;
	u32 total = result ? s->num_results : s->num_operands;
	ir_attr sizes = result ? s->result_segments : s->operand_segments;
	bool segments = result ? i->result_segments : i->operand_segments;
	struct ir_range r = {0, 0};
	for (u32 g = 0; g <= group; g++) {
		r.first += r.count;
		r.count = segments          ? (u32)ir_attr_array_int(sizes, g)
		          : groups[g].arity ? total - (n - 1)
		                            : 1;
	}
	return r;
}

// ---- types ------------------------------------------------------------------------------------

static const struct ir_group_info *group_info(const struct ir_signature *s, u32 group, bool *result,
                                              u32 *index) {
	*result = group >= s->info->num_operand_groups;
	*index = *result ? group - s->info->num_operand_groups : group;
	return *result ? &s->info->results[*index] : &s->info->operands[*index];
}

static ir_type type_at(const struct ir_signature *s, bool result, u32 i) {
	return result ? s->results[i] : s->operands[i];
}

static struct str type_text(struct arena *a, struct ir_context *c, ir_type t) {
	struct strbuf b;
	strbuf_init(&b, a);
	ir_print_type(c, t, &b);
	return strbuf_str(&b);
}

static void report_type(struct checker *k, bool result, u32 i, const char *doc) {
	struct arena a;
	arena_init(&a);
	problem(k, "%s #%u must be %s, but got '%.*s'", result ? "result" : "operand", i, doc,
	        STR_ARG(type_text(&a, k->c, type_at(k->s, result, i))));
	arena_deinit(&a);
}

// The doc of a related constraint with its group's name in place of %s.
static void report_relation(struct checker *k, bool result, u32 i, const struct ir_group_info *g,
                            struct str other) {
	struct arena a;
	arena_init(&a);
	struct str before = str_from(ir_constraint_doc(g->constraint)), after;
	i64 hole = str_find(before, STR("%s"));
	after = hole < 0 ? (struct str){0} : str_drop(before, (size_t)hole + 2);
	before = hole < 0 ? before : str_take(before, (size_t)hole);
	report_type(
		k, result, i,
		str_format(&a, "%.*s'%.*s'%.*s", STR_ARG(before), STR_ARG(other), STR_ARG(after)).data);
	arena_deinit(&a);
}

static void check_relation(struct checker *k, const struct ir_group_info *g, bool result,
                           struct ir_range r) {
	bool other_result;
	u32 other;
	const struct ir_group_info *of = group_info(k->s, g->of, &other_result, &other);
	if (other_result && !k->s->results)
		return;
	struct ir_range from = ir_signature_group(k->s, other_result, other);
	if (from.count == 0)
		return;
	bool in_order = g->constraint == IR_CONSTRAINT_same && g->arity == 2;
	if (in_order && r.count != from.count) {
		problem(k, "has %u values in '%s', but %u in '%s'", r.count,
		        ir_name_str(k->c, g->name).data, from.count, ir_name_str(k->c, of->name).data);
		return;
	}
	for (u32 i = 0; i < r.count; i++) {
		ir_type t = type_at(k->s, result, r.first + i);
		if (!ir_constraint_relates(k->c, g->constraint, t,
		                           type_at(k->s, other_result, from.first + (in_order ? i : 0))))
			report_relation(k, result, r.first + i, g, ir_name_str(k->c, of->name));
	}
}

static bool check_constraint(struct checker *k, const struct ir_group_info *g, bool result,
                             struct ir_range r) {
	for (u32 i = 0; i < r.count; i++) {
		if (ir_constraint_accepts(k->c, g->constraint, type_at(k->s, result, r.first + i)))
			continue;
		const char *variadic = g->arity == 2 ? "variadic of " : "";
		struct arena a;
		arena_init(&a);
		report_type(k, result, r.first + i,
		            str_format(&a, "%s%s", variadic, ir_constraint_doc(g->constraint)).data);
		arena_deinit(&a);
		return false;
	}
	return true;
}

// All values of one type variable have the type of its first.
static void check_variable(struct checker *k, u32 variable) {
	u32 groups =
		k->s->info->num_operand_groups + (k->s->results ? k->s->info->num_result_groups : 0);
	ir_type first = NULL;
	for (u32 g = 0; g < groups; g++) {
		bool result;
		u32 index;
		if (group_info(k->s, g, &result, &index)->variable != variable)
			continue;
		struct ir_range r = ir_signature_group(k->s, result, index);
		for (u32 i = 0; i < r.count; i++) {
			ir_type t = type_at(k->s, result, r.first + i);
			first = first ? first : t;
			if (t == first)
				continue;
			struct arena a;
			arena_init(&a);
			report_type(k, result, r.first + i,
			            str_format(&a, "of the same type as the others, '%.*s'",
			                       STR_ARG(type_text(&a, k->c, first)))
			                .data);
			arena_deinit(&a);
			return;
		}
	}
}

bool ir_signature_check_types(struct ir_context *c, const struct ir_signature *s,
                              ir_signature_report *report, void *user) {
	struct checker k = {c, s, report, user, true};
	u32 groups = s->info->num_operand_groups + (s->results ? s->info->num_result_groups : 0);
	u32 variables = 0;
	for (u32 i = 0; i < groups; i++) {
		bool result;
		u32 index;
		const struct ir_group_info *g = group_info(s, i, &result, &index);
		struct ir_range r = ir_signature_group(s, result, index);
		variables = BASE_MAX(variables, (u32)g->variable);
		if (!ir_constraint_is_related(g->constraint))
			check_constraint(&k, g, result, r);
	}
	if (!k.ok)
		return false;  // relations of wrong types say nothing new
	for (u32 i = 0; i < groups; i++) {
		bool result;
		u32 index;
		const struct ir_group_info *g = group_info(s, i, &result, &index);
		if (ir_constraint_is_related(g->constraint) && g->of != UINT16_MAX)
			check_relation(&k, g, result, ir_signature_group(s, result, index));
	}
	for (u32 v = 1; v <= variables; v++)
		check_variable(&k, v);
	return k.ok;
}

// ---- properties -------------------------------------------------------------------------------

bool ir_signature_check_props(struct ir_context *c, const struct ir_op_info *info,
                              const ir_attr *props, ir_signature_report *report, void *user) {
	struct checker k = {.c = c, .report = report, .user = user, .ok = true};
	for (u32 i = 0; i < info->num_attrs; i++) {
		const struct ir_attr_info *a = &info->attrs[i];
		const char *name = ir_name_str(c, a->name).data;
		if (!props[i] && !a->optional)
			problem(&k, "requires attribute '%s'", name);
		else if (props[i] && !ir_attr_constraint_accepts(c, a->constraint, props[i]))
			problem(&k, "attribute '%s' failed to satisfy constraint: %s", name,
			        ir_attr_constraint_doc(a->constraint));
	}
	return k.ok;
}
