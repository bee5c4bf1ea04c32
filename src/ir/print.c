// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops, blocks and regions as text, in generic or custom form; aliases before, late aliases and
// resources behind them. What dialects' print hooks call is here too.
#include "ir/print.h"

#include <stdlib.h>

#include "ir/constraint.h"

void ir_printer_init(struct ir_printer *pr, struct ir_context *c, struct strbuf *out) {
	*pr = (struct ir_printer){.c = c, .out = out, .default_dialect = STR("builtin"), .line = 1};
	arena_init(&pr->arena);
	map_init(&pr->values, &pr->arena);
	map_init(&pr->blocks, &pr->arena);
	map_init(&pr->alias_of, &pr->arena);
	map_init(&pr->blob_seen, &pr->arena);
}

void ir_printer_deinit(struct ir_printer *pr) { arena_deinit(&pr->arena); }

// ---- what hooks call --------------------------------------------------------------------------

struct ir_context *ir_printer_context(struct ir_printer *pr) { return pr->c; }
bool ir_printer_is_generic(struct ir_printer *pr) { return pr->options.generic; }
void ir_printer_text(struct ir_printer *pr, const char *text) { strbuf_add_z(pr->out, text); }
void ir_printer_str(struct ir_printer *pr, struct str s) { strbuf_add(pr->out, s); }
void ir_printer_i64(struct ir_printer *pr, i64 v) { strbuf_add_i64(pr->out, v); }
void ir_printer_indent(struct ir_printer *pr, int by) {
	pr->indent = (u32)((int)pr->indent + 2 * by);
}

void ir_printer_format(struct ir_printer *pr, const char *format, ...) {
	va_list args;
	va_start(args, format);
	strbuf_addv(pr->out, format, args);
	va_end(args);
}

void ir_printer_newline(struct ir_printer *pr) {
	strbuf_add_char(pr->out, '\n');
	strbuf_add_repeat(pr->out, ' ', pr->indent);
}

// ---- values -----------------------------------------------------------------------------------

void ir_printer_value(struct ir_printer *pr, struct ir_value *v) {
	if (v->is_argument) {
		ir_printer_value_name(pr, v);
		return;
	}
	struct ir_range group = ir_printer_result_group(pr, v->op, v->index);
	ir_printer_value_name(pr, &v->op->results[group.first]);
	if (group.count > 1)
		strbuf_addf(pr->out, "#%u", v->index - group.first);
}

void ir_printer_operands(struct ir_printer *pr, struct ir_op *op, struct ir_range range) {
	for (u32 i = 0; i < range.count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_value(pr, ir_operand_get(op, range.first + i));
	}
}

void ir_printer_operand_types(struct ir_printer *pr, struct ir_op *op, struct ir_range range) {
	for (u32 i = 0; i < range.count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_type(pr, ir_operand_get(op, range.first + i)->type);
	}
}

void ir_printer_result_types(struct ir_printer *pr, struct ir_op *op, struct ir_range range) {
	for (u32 i = 0; i < range.count; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_type(pr, op->results[range.first + i].type);
	}
}

void ir_printer_successor(struct ir_printer *pr, struct ir_block *b) {
	strbuf_addf(pr->out, "^bb%llu", (unsigned long long)map_get_or(&pr->blocks, map_ptr(b), 0));
}

// `(a, b) -> c` of values' types
static void print_signature(struct ir_printer *pr, struct ir_op *op, struct ir_range operands,
                            struct ir_range results) {
	strbuf_add_char(pr->out, '(');
	ir_printer_operand_types(pr, op, operands);
	strbuf_add_z(pr->out, ") -> ");
	bool bare = results.count == 1 && op->results[results.first].type->kind != IR_TYPE_FUNCTION;
	strbuf_add_z(pr->out, bare ? "" : "(");
	ir_printer_result_types(pr, op, results);
	strbuf_add_z(pr->out, bare ? "" : ")");
}

void ir_printer_functional_type(struct ir_printer *pr, struct ir_op *op, struct ir_range operands,
                                struct ir_range results) {
	print_signature(pr, op, operands, results);
}

// ---- attribute dictionaries -------------------------------------------------------------------

struct entries {
	struct ir_printer *pr;
	struct ir_named_attr *data;
	u32 count;
};

static int entry_order(const void *a, const void *b, void *context) {
	const struct ir_named_attr *x = a, *y = b;
	return str_compare(ir_name_str(context, x->name), ir_name_str(context, y->name));
}

// Properties that are set; in the custom form not segment sizes and what equals its default.
static void add_props(struct entries *e, struct ir_op *op, bool generic) {
	for (u32 i = 0; i < op->info->num_attrs; i++) {
		const struct ir_attr_info *a = &op->info->attrs[i];
		bool segments = a->name == NAME_operandSegmentSizes || a->name == NAME_resultSegmentSizes;
		if (op->props[i] && (generic || (!segments && op->props[i] != a->default_value)))
			e->data[e->count++] = (struct ir_named_attr){a->name, op->props[i]};
	}
}

static struct entries op_entries(struct ir_printer *pr, struct ir_op *op, u32 num_elided,
                                 const ir_name *elided) {
	u32 discardable = op->attrs ? op->attrs->count : 0;
	struct entries e = {
		pr, ARENA_ARRAY(&pr->arena, struct ir_named_attr, op->info->num_attrs + discardable), 0};
	add_props(&e, op, false);
	for (u32 i = 0; i < discardable; i++)
		e.data[e.count++] = op->attrs->entries[i];
	u32 kept = 0;
	for (u32 i = 0; i < e.count; i++) {
		bool gone = false;
		for (u32 k = 0; k < num_elided && !gone; k++)
			gone = elided[k] == e.data[i].name;
		if (!gone)
			e.data[kept++] = e.data[i];
	}
	e.count = kept;
	qsort_r(e.data, e.count, sizeof *e.data, entry_order, pr->c);
	return e;
}

void ir_printer_attr_dict(struct ir_printer *pr, struct ir_op *op, u32 num_elided,
                          const ir_name *elided) {
	struct entries e = op_entries(pr, op, num_elided, elided);
	if (e.count == 0)
		return;
	strbuf_add_char(pr->out, ' ');
	ir_printer_entries(pr, e.count, e.data);
}

void ir_printer_attr_dict_with_keyword(struct ir_printer *pr, struct ir_op *op, u32 num_elided,
                                       const ir_name *elided) {
	struct entries e = op_entries(pr, op, num_elided, elided);
	if (e.count == 0)
		return;
	strbuf_add_z(pr->out, " attributes ");
	ir_printer_entries(pr, e.count, e.data);
}

// ---- aliases and resources --------------------------------------------------------------------

static bool is_loc(ir_attr a) { return a->kind >= IR_ATTR_LOC_UNKNOWN; }

static u32 collect_alias(struct ir_printer *pr, ir_attr a, bool late) {
	u64 found;
	if (map_find(&pr->alias_of, map_ptr(a), &found)) {
		struct ir_printed_alias *known = &pr->aliases.data[found];
		bool changes = known->late && !late;
		known->late &= late;
		for (u32 i = 0; changes && is_loc(a) && i < a->count; i++)
			if (a->elements[i])
				collect_alias(pr, a->elements[i], false);
		return pr->aliases.data[found].depth;
	}
	u32 at = pr->aliases.size, depth = 0;
	map_set(&pr->alias_of, map_ptr(a), at);
	struct ir_printed_alias alias = {.attr = a, .late = late};
	vec_push(&pr->arena, pr->aliases, alias);
	for (u32 i = 0; is_loc(a) && i < a->count; i++) {
		bool shown = a->elements[i] &&
		             (a->kind != IR_ATTR_LOC_NAME || a->elements[i]->kind != IR_ATTR_LOC_UNKNOWN);
		if (shown)
			depth = BASE_MAX(depth, collect_alias(pr, a->elements[i], late) + 1);
	}
	pr->aliases.data[at].depth = depth;
	return depth;
}

bool ir_printer_alias(struct ir_printer *pr, ir_attr a) {
	u64 found;
	if (a->kind != IR_ATTR_AFFINE_MAP && !is_loc(a))
		return false;
	if (pr->collecting) {
		collect_alias(pr, a, pr->late);
		return true;
	}
	if (!map_find(&pr->alias_of, map_ptr(a), &found))
		return false;
	strbuf_add_z(pr->out, is_loc(a) ? "#loc" : "#map");
	if (pr->aliases.data[found].number)
		strbuf_add_u64(pr->out, pr->aliases.data[found].number);
	return true;
}

void ir_printer_collect_blob(struct ir_printer *pr, struct ir_blob *b) {
	if (!pr->collecting || !b->data || map_find(&pr->blob_seen, map_ptr(b), NULL))
		return;
	map_set(&pr->blob_seen, map_ptr(b), 1);
	vec_push(&pr->arena, pr->blobs, b);
}

// Inner ones first, locations before maps, else in the order of the text. Numbers follow that
// order.
static int alias_order(const void *a, const void *b) {
	const struct ir_printed_alias *x = *(struct ir_printed_alias *const *)a,
								  *y = *(struct ir_printed_alias *const *)b;
	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	if (is_loc(x->attr) != is_loc(y->attr))
		return is_loc(x->attr) ? -1 : 1;
	return x < y ? -1 : x > y;
}

static struct ir_printed_alias **sort_aliases(struct ir_printer *pr) {
	struct ir_printed_alias **order =
		ARENA_ARRAY(&pr->arena, struct ir_printed_alias *, pr->aliases.size);
	u32 locs = 0, maps = 0;
	for (u32 i = 0; i < pr->aliases.size; i++)
		order[i] = &pr->aliases.data[i];
	if (pr->aliases.size)
		qsort(order, pr->aliases.size, sizeof *order, alias_order);
	for (u32 i = 0; i < pr->aliases.size; i++)
		order[i]->number = is_loc(order[i]->attr) ? locs++ : maps++;
	return order;
}

static void print_aliases(struct ir_printer *pr, struct ir_printed_alias **order, bool late) {
	for (u32 i = 0; i < pr->aliases.size; i++) {
		if (order[i]->late != late)
			continue;
		ir_attr a = order[i]->attr;
		ir_printer_alias(pr, a);
		strbuf_add_z(pr->out, " = ");
		map_remove(&pr->alias_of, map_ptr(a));  // so that it is spelled out
		ir_printer_attr(pr, a);
		map_set(&pr->alias_of, map_ptr(a), (u64)(order[i] - pr->aliases.data));
		strbuf_add_char(pr->out, '\n');
	}
}

static void print_blob(struct ir_printer *pr, const struct ir_blob *b, bool last) {
	static const char digits[] = "0123456789ABCDEF";
	u8 align[4];
	memcpy(align, &b->align, sizeof align);
	strbuf_add_z(pr->out, "      ");
	ir_printer_keyword_or_string(pr, ir_name_str(pr->c, b->name));
	strbuf_add_z(pr->out, ": \"0x");
	for (u64 i = 0; i < sizeof align + b->size; i++) {
		u8 byte = i < sizeof align ? align[i] : b->data[i - sizeof align];
		strbuf_add_char(pr->out, digits[byte >> 4]);
		strbuf_add_char(pr->out, digits[byte & 15]);
	}
	strbuf_add_z(pr->out, last ? "\"\n" : "\",\n");
}

static void print_resources(struct ir_printer *pr) {
	if (!pr->options.resource_data || pr->blobs.size == 0)
		return;
	strbuf_add_z(pr->out, "\n{-#\n  dialect_resources: {\n    builtin: {\n");
	for (u32 i = 0; i < pr->blobs.size; i++)
		print_blob(pr, pr->blobs.data[i], i + 1 == pr->blobs.size);
	strbuf_add_z(pr->out, "    }\n  }\n#-}\n");
}

// ---- regions ----------------------------------------------------------------------------------

static int number_order(const void *a, const void *b) {
	const u64 *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

// The blocks that lead to b, in the order of the region, one as often as it branches there.
static void print_preds(struct ir_printer *pr, struct ir_block *b) {
	u32 n = 0;
	for (const struct ir_block_ref *r = b->preds; r; r = r->next)
		n++;
	if (n == 0) {
		if (b->prev)
			strbuf_add_z(pr->out, "  // no predecessors");
		return;
	}
	u64 *numbers = ARENA_ARRAY(&pr->arena, u64, n);
	n = 0;
	for (const struct ir_block_ref *r = b->preds; r; r = r->next)
		numbers[n++] = map_get_or(&pr->blocks, map_ptr(r->owner->block), 0);
	qsort(numbers, n, sizeof *numbers, number_order);
	if (n == 1)
		strbuf_add_z(pr->out, "  // pred: ");
	else
		strbuf_addf(pr->out, "  // %u preds: ", n);
	for (u32 i = 0; i < n; i++)
		strbuf_addf(pr->out, "%s^bb%llu", i ? ", " : "", (unsigned long long)numbers[i]);
}

static void print_label(struct ir_printer *pr, struct ir_block *b) {
	strbuf_add_repeat(pr->out, ' ', pr->indent);
	ir_printer_successor(pr, b);
	for (u32 i = 0; i < b->num_args; i++) {
		strbuf_add_z(pr->out, i ? ", " : "(");
		ir_printer_value(pr, b->args[i]);
		strbuf_add_z(pr->out, ": ");
		ir_printer_type(pr, b->args[i]->type);
	}
	strbuf_add_z(pr->out, b->num_args ? "):" : ":");
	print_preds(pr, b);
	strbuf_add_char(pr->out, '\n');
}

static void print_block(struct ir_printer *pr, struct ir_block *b, bool label, bool terminator) {
	if (label)
		print_label(pr, b);
	pr->indent += 2;
	for (struct ir_op *op = b->first; op; op = op->next) {
		if (!terminator && !op->next && (op->info->traits & IR_TERMINATOR))
			break;
		strbuf_add_repeat(pr->out, ' ', pr->indent);
		ir_printer_op(pr, op);
		strbuf_add_char(pr->out, '\n');
		if (pr->collecting)
			pr->out->size = 0;  // nobody reads it
	}
	pr->indent -= 2;
}

void ir_printer_region(struct ir_printer *pr, struct ir_region *r, u32 flags) {
	const char *dialect = r->op ? r->op->info->row->hooks.default_dialect : NULL;
	struct str outer = pr->default_dialect;
	strbuf_add_z(pr->out, "{\n");
	pr->default_dialect = str_from(dialect ? dialect : "");
	for (struct ir_block *b = r->first; b; b = b->next) {
		bool entry = b == r->first;
		bool label = !entry || ((flags & IR_PRINT_EMPTY_BLOCK) && !b->first) ||
		             ((flags & IR_PRINT_ENTRY_ARGS) && b->num_args);
		print_block(pr, b, label, flags & IR_PRINT_TERMINATORS);
	}
	pr->default_dialect = outer;
	strbuf_add_repeat(pr->out, ' ', pr->indent);
	strbuf_add_char(pr->out, '}');
}

u32 ir_printer_terminator_flag(const struct ir_region *r) {
	const struct ir_op *t = r->first ? r->first->last : NULL;
	if (!t || r->first != r->last || t->info != r->op->info->terminator || t->num_operands ||
	    t->num_results)
		return IR_PRINT_TERMINATORS;
	bool plain = !t->attrs || t->attrs->count == 0;
	for (u32 i = 0; i < t->num_regions; i++)
		plain = plain && !t->regions[i].first;
	return plain ? 0 : IR_PRINT_TERMINATORS;
}

// ---- ops --------------------------------------------------------------------------------------

static void print_generic(struct ir_printer *pr, struct ir_op *op) {
	ir_printer_string(pr, op->info->full_name);
	strbuf_add_char(pr->out, '(');
	ir_printer_operands(pr, op, (struct ir_range){0, op->num_operands});
	strbuf_add_char(pr->out, ')');
	for (u32 i = 0; i < op->num_successors; i++) {
		strbuf_add_z(pr->out, i ? ", " : "[");
		ir_printer_successor(pr, op->successors[i].block);
	}
	if (op->num_successors)
		strbuf_add_char(pr->out, ']');
	struct entries e = {pr, ARENA_ARRAY(&pr->arena, struct ir_named_attr, op->info->num_attrs), 0};
	add_props(&e, op, true);
	qsort_r(e.data, e.count, sizeof *e.data, entry_order, pr->c);
	if (e.count) {
		strbuf_add_z(pr->out, " <");
		ir_printer_entries(pr, e.count, e.data);
		strbuf_add_char(pr->out, '>');
	}
	for (u32 i = 0; i < op->num_regions; i++) {
		strbuf_add_z(pr->out, i ? ", " : " (");
		ir_printer_region(pr, &op->regions[i], IR_PRINT_REGION_ALL | IR_PRINT_EMPTY_BLOCK);
	}
	if (op->num_regions)
		strbuf_add_char(pr->out, ')');
	ir_printer_dict(pr, op->attrs);
	strbuf_add_z(pr->out, " : ");
	print_signature(pr, op, (struct ir_range){0, op->num_operands},
	                (struct ir_range){0, op->num_results});
}

// The name without its dialect where that is the region's own, and the rest of the name has no dot.
static void print_op_name(struct ir_printer *pr, const struct ir_op *op) {
	struct str name = op->info->full_name, rest;
	struct str dialect = str_split(name, '.', &rest);
	bool short_name = str_eq(dialect, pr->default_dialect) && str_find_char(rest, '.') < 0;
	strbuf_add(pr->out, short_name ? rest : name);
}

static void print_results(struct ir_printer *pr, struct ir_op *op) {
	for (u32 i = 0; i < op->num_results;) {
		struct ir_range group = ir_printer_result_group(pr, op, i);
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_value_name(pr, &op->results[i]);
		if (group.count > 1)
			strbuf_addf(pr->out, ":%u", group.count);
		i += group.count;
	}
	if (op->num_results)
		strbuf_add_z(pr->out, " = ");
}

static void note_line(struct ir_printer *pr, const struct ir_op *op) {
	if (pr->collecting || !pr->options.lines)
		return;
	for (; pr->line_at < pr->out->size; pr->line_at++)
		pr->line += pr->out->data[pr->line_at] == '\n';
	map_set(pr->options.lines, map_ptr(op), pr->line);
}

void ir_printer_nested_op(struct ir_printer *pr, struct ir_op *op) {
	note_line(pr, op);
	const struct ir_op_hooks *hooks = &op->info->row->hooks;
	if (pr->options.generic || (!hooks->print && !op->info->format)) {
		print_generic(pr, op);
		return;
	}
	print_op_name(pr, op);
	if (hooks->print)
		hooks->print(pr, op);
	else
		ir_format_print(pr, op);
}

void ir_printer_op(struct ir_printer *pr, struct ir_op *op) {
	// As mlir-opt: an op's location is seen before what is inside it.
	bool late = pr->late;
	pr->late = true;
	if (pr->collecting && pr->options.locations)
		ir_printer_alias(pr, op->loc);
	pr->late = late;
	print_results(pr, op);
	ir_printer_nested_op(pr, op);
	if (pr->options.locations && !pr->collecting) {
		strbuf_add_z(pr->out, " loc(");
		if (!ir_printer_alias(pr, op->loc))
			ir_printer_attr(pr, op->loc);
		strbuf_add_char(pr->out, ')');
	}
}

static void collect(struct ir_printer *pr, struct ir_op *op) {
	struct strbuf nothing, *out = pr->out;
	strbuf_init(&nothing, &pr->arena);
	pr->collecting = true;
	pr->out = &nothing;
	ir_printer_op(pr, op);
	pr->out = out;
	pr->collecting = false;
}

void ir_print(struct ir_op *op, const struct ir_print_options *o, struct strbuf *out) {
	struct ir_printer pr;
	ir_printer_init(&pr, op->module->context, out);
	if (o)
		pr.options = *o;
	pr.line_at = out->size;
	ir_printer_number_values(&pr, op);
	collect(&pr, op);
	struct ir_printed_alias **order = sort_aliases(&pr);
	print_aliases(&pr, order, false);
	ir_printer_op(&pr, op);
	strbuf_add_char(out, '\n');
	print_aliases(&pr, order, true);
	print_resources(&pr);
	ir_printer_deinit(&pr);
}
