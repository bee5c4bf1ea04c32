// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations in generic and custom form, and lists of them with recovery from errors.
//
// After an error inside a symbol table (a module) parsing goes on with the next op of that table:
// the first token that stands first on its line, outside all braces opened since the op began.
#include "ir/parse.h"
#include "ir/signature.h"

// ---- op states --------------------------------------------------------------------------------

static ir_attr location(struct ir_parser *p, u32 at) {
	u32 line, column;
	ir_lexer_position(&p->lexer, at, &line, &column);
	return ir_loc_file(p->c, p->lexer.file, line, column);
}

static void state_init(struct ir_parser *p, struct ir_op_state *s, const struct ir_op_info *info,
                       u32 at) {
	*s = (struct ir_op_state){.info = info, .loc = location(p, at), .at = at};
}

void ir_parser_begin(struct ir_parser *p, struct ir_op_state *s) {
	ASSERT(p->op_info);
	state_init(p, s, p->op_info, p->op_at);
}

void ir_parser_set_attr(struct ir_parser *p, struct ir_op_state *s, ir_name name, ir_attr value) {
	if (!value)
		return;
	for (u32 i = 0; i < s->attrs.size; i++) {
		if (s->attrs.data[i].name == name) {
			s->attrs.data[i].value = value;
			return;
		}
	}
	struct ir_named_attr a = {name, value};
	vec_push(&p->scratch, s->attrs, a);
}

void ir_parser_set_segments(struct ir_parser *p, struct ir_op_state *s, u32 n, const u32 *counts) {
	i32 *sizes = ARENA_ARRAY(&p->scratch, i32, n);
	for (u32 i = 0; i < n; i++)
		sizes[i] = (i32)counts[i];
	ir_parser_set_attr(p, s, NAME_operandSegmentSizes, ir_attr_i32_array(p->c, n, sizes));
}

static bool add_entries(struct ir_parser *p, struct ir_op_state *s, const char *close) {
	struct ir_named_attr *entries;
	u32 n, at = p->tok.at;
	if (!ir_parser_dict_entries(p, close, &entries, &n))
		return false;
	u32 before = s->attrs.size;  // the entries differ among themselves
	for (u32 i = 0; i < n; i++) {
		for (u32 k = 0; k < before; k++)
			if (s->attrs.data[k].name == entries[i].name)
				return ir_parser_error(p, at, "attribute '%s' is given twice",
				                       ir_name_str(p->c, entries[i].name).data);
		vec_push(&p->scratch, s->attrs, entries[i]);
	}
	return true;
}

bool ir_parser_attr_dict(struct ir_parser *p, struct ir_op_state *s) {
	return !ir_parser_optional(p, "{") || add_entries(p, s, "}");
}

bool ir_parser_attr_dict_with_keyword(struct ir_parser *p, struct ir_op_state *s) {
	if (!ir_parser_optional(p, "attributes"))
		return true;
	return ir_parser_literal(p, "{") && add_entries(p, s, "}");
}

bool ir_parser_successor(struct ir_parser *p, struct ir_op_state *s) {
	struct ir_block *b;
	if (!ir_parser_label(p, false, &b))
		return false;
	vec_push(&p->scratch, s->successors, b);
	return true;
}

// ---- creation ---------------------------------------------------------------------------------

struct reporter {
	struct ir_parser *p;
	const struct ir_op_state *s;
};

static void report(void *user, struct str problem) {
	struct reporter *r = user;
	struct ir_parser *p = r->p;
	p->failed = true;
	diag_emit(p->d, DIAG_op_invalid, ir_lexer_loc(&p->lexer, r->s->at),
	          STR_ARG(r->s->info->full_name), str_z(&p->scratch, problem));
}

// Splits attributes into the op's properties, in order of the row, and the discardable rest.
static void split_attrs(struct ir_parser *p, const struct ir_op_state *s, ir_attr *props,
                        struct ir_op_desc *d) {
	const struct ir_op_info *info = s->info;
	struct ir_named_attr *given = ARENA_ARRAY(&p->scratch, struct ir_named_attr, s->attrs.size);
	struct ir_named_attr *rest = ARENA_ARRAY(&p->scratch, struct ir_named_attr, s->attrs.size);
	for (u32 k = 0; k < info->num_attrs; k++)
		props[k] = info->attrs[k].default_value;
	for (u32 i = 0; i < s->attrs.size; i++) {
		u32 k = 0;
		while (k < info->num_attrs && info->attrs[k].name != s->attrs.data[i].name)
			k++;
		if (k < info->num_attrs) {
			given[d->num_props++] = s->attrs.data[i];
			props[k] = s->attrs.data[i].value;
		} else {
			rest[d->num_attrs++] = s->attrs.data[i];
		}
	}
	d->props = given;
	d->attrs = rest;
}

static ir_attr prop_named(const struct ir_op_info *info, const ir_attr *props, ir_name name) {
	for (u32 k = 0; k < info->num_attrs; k++)
		if (info->attrs[k].name == name)
			return props[k];
	return NULL;
}

// Whether a result is missing that must be there, or that the op's row knows how to find.
static bool needs_inference(const struct ir_op_state *s) {
	bool single = s->info->row->hooks.infer != NULL;
	for (u32 i = 0; i < s->info->num_result_groups; i++)
		single |= s->info->results[i].arity == 0;
	return single && s->results.size == 0;
}

static void attach(struct ir_parser *p, const struct ir_op_state *s, const struct ir_op_desc *d,
                   struct ir_op **out) {
	*out = ir_op_create(p->module, d);
	for (u32 i = 0; i < s->regions.size; i++)
		ir_region_move_blocks(s->regions.data[i], &(*out)->regions[i], NULL);
}

// Counts and properties must be right before anyone looks at the op; types before they are the
// base of an inference. The verifier repeats these checks with those of the results.
static bool check_state(struct ir_parser *p, struct ir_op_state *s, const struct ir_op_desc *d,
                        const ir_attr *props, bool infer) {
	struct reporter r = {p, s};
	ir_type *types = ARENA_ARRAY(&p->scratch, ir_type, d->num_operands);
	for (u32 i = 0; i < d->num_operands; i++)
		types[i] = d->operands[i]->type;
	struct ir_signature sig = {
		.info = s->info,
		.operands = types,
		.results = infer ? NULL : d->results,
		.num_operands = d->num_operands,
		.num_results = infer ? s->info->num_result_groups : d->num_results,
		.num_regions = d->num_regions,
		.num_successors = d->num_successors,
		.operand_segments = prop_named(s->info, props, NAME_operandSegmentSizes),
		.result_segments = prop_named(s->info, props, NAME_resultSegmentSizes),
	};
	bool ok = ir_signature_check_props(p->c, s->info, props, report, &r);
	return ok && ir_signature_check_counts(&sig, report, &r) &&
	       (!infer || ir_signature_check_types(p->c, &sig, report, &r));
}

static struct ir_region *scratch_regions(struct ir_parser *p, const struct ir_op_state *s) {
	struct ir_region *regions = ARENA_ARRAY(&p->scratch, struct ir_region, s->regions.size);
	for (u32 i = 0; i < s->regions.size; i++)
		regions[i] = *s->regions.data[i];
	return regions;
}

bool ir_parser_create(struct ir_parser *p, struct ir_op_state *s, bool infer, struct ir_op **out) {
	struct ir_op_desc d = {
		.info = s->info,
		.loc = s->loc,
		.num_operands = s->operands.size,
		.operands = s->operands.data,
		.num_results = s->results.size,
		.results = s->results.data,
		.num_regions = s->regions.size,
		.num_successors = s->successors.size,
		.successors = s->successors.data,
	};
	ir_attr *props = ARENA_ARRAY(&p->scratch, ir_attr, s->info->num_attrs);
	split_attrs(p, s, props, &d);
	infer = infer && needs_inference(s);
	if (!check_state(p, s, &d, props, infer))
		return false;
	if (infer) {
		ir_type *types;
		if (!ir_infer_results(p->c, &d, scratch_regions(p, s), &p->scratch, &types)) {
			p->failed = true;
			return false;
		}
		if (!check_state(p, s, &d, props, false))
			return false;
	}
	attach(p, s, &d, out);
	return true;
}

// Segment sizes nobody gave: when there is just one operand for each single group, the others are
// empty.
static void derive_segments(struct ir_parser *p, struct ir_op_state *s) {
	const struct ir_op_info *info = s->info;
	if (!info->operand_segments)
		return;
	for (u32 i = 0; i < s->attrs.size; i++)
		if (s->attrs.data[i].name == NAME_operandSegmentSizes)
			return;
	u32 *counts = ARENA_ARRAY(&p->scratch, u32, info->num_operand_groups), single = 0;
	for (u32 i = 0; i < info->num_operand_groups; i++)
		single += counts[i] = info->operands[i].arity == 0;
	if (single == s->operands.size)
		ir_parser_set_segments(p, s, info->num_operand_groups, counts);
}

bool ir_parser_finish(struct ir_parser *p, struct ir_op_state *s, struct ir_op **out) {
	derive_segments(p, s);
	return ir_parser_create(p, s, true, out);
}

// ---- names of ops -----------------------------------------------------------------------------

enum { SUGGESTIONS_MAX = 100 };  // each compares with every op

static void suggest(struct ir_parser *p, struct str name) {
	u32 best = BASE_MIN((u32)name.size / 2, 6) + 1;
	const struct ir_op_info *nearest = NULL;
	for (u32 i = 0; i < ir_op_info_count(p->c); i++) {
		const struct ir_op_info *info = ir_op_info_get(p->c, (u16)i);
		u32 d = str_distance(name, info->full_name, best);
		if (d < best) {
			best = d;
			nearest = info;
		}
	}
	if (nearest)
		diag_help(p->d, "did you mean '%.*s'?", STR_ARG(nearest->full_name));
}

// Each unknown name is told once.
static bool unknown_op(struct ir_parser *p, u32 at, struct str name) {
	p->failed = true;
	if (strmap_find(&p->reported, name, NULL))
		return false;
	strmap_set(&p->reported, str_copy(&p->keep, name), 1);
	diag_emit(p->d, DIAG_parse_unknown_op, ir_lexer_loc(&p->lexer, at), STR_ARG(name));
	if (p->d->errors <= SUGGESTIONS_MAX)
		suggest(p, str_take(name, 64));
	return false;
}

// ---- generic form -----------------------------------------------------------------------------

static bool successor_item(struct ir_parser *p, void *user) { return ir_parser_successor(p, user); }
static bool region_item(struct ir_parser *p, void *user) {
	return ir_parser_region(p, user, NULL, 0);
}

static bool check_properties(struct ir_parser *p, const struct ir_op_state *s, u32 at) {
	bool ok = true;
	for (u32 i = 0; i < s->attrs.size; i++) {
		u32 k = 0;
		while (k < s->info->num_attrs && s->info->attrs[k].name != s->attrs.data[i].name)
			k++;
		if (k == s->info->num_attrs)
			ok = ir_parser_error(p, at, "'%.*s' has no property '%s'", STR_ARG(s->info->full_name),
			                     ir_name_str(p->c, s->attrs.data[i].name).data);
	}
	return ok;
}

static bool parse_properties(struct ir_parser *p, struct ir_op_state *s, bool known) {
	u32 at = p->tok.at;
	if (!ir_parser_optional(p, "<"))
		return true;
	if (!ir_parser_literal(p, "{") || !add_entries(p, s, "}") || !ir_parser_literal(p, ">"))
		return false;
	return !known || check_properties(p, s, at);
}

// What follows the name of a generic op, up to its types.
static bool parse_generic_rest(struct ir_parser *p, struct ir_op_state *s, bool known) {
	struct ir_names operands = {0};
	struct ir_types types = {0};
	if (!ir_parser_operands(p, IR_DELIM_PAREN, &operands) ||
	    !ir_parser_list(p, IR_DELIM_OPTIONAL_SQUARE, successor_item, s) ||
	    !parse_properties(p, s, known) ||
	    !ir_parser_list(p, IR_DELIM_OPTIONAL_PAREN, region_item, s) || !ir_parser_attr_dict(p, s) ||
	    !ir_parser_literal(p, ":") || !ir_parser_function_type(p, &types, &s->results))
		return false;
	return ir_parser_resolve(p, s, &operands, &types);
}

// An op of unknown kind is told of, and read past: the values it would define get stand-ins.
struct parsed_op {
	struct ir_op *op;  // NULL: unknown
	struct ir_types results;
	bool terminator;
};

static bool parse_generic(struct ir_parser *p, struct parsed_op *out) {
	static const struct ir_op_row no_row = {.dialect = "", .name = ""};
	static const struct ir_op_info no_info = {.row = &no_row};
	struct str name;
	u32 at = p->tok.at;
	struct ir_op_state s;
	if (!ir_parser_string(p, &name))
		return false;
	const struct ir_op_info *info = ir_op_info_find(p->c, name);
	if (!info)
		unknown_op(p, at, name);
	state_init(p, &s, info ? info : &no_info, at);
	if (!parse_generic_rest(p, &s, info != NULL))
		return false;
	out->results = s.results;
	return !info || ir_parser_create(p, &s, false, &out->op);
}

// ---- custom form ------------------------------------------------------------------------------

static const struct ir_op_info *custom_info(struct ir_parser *p, struct str word) {
	struct str name = word;
	if (str_find_char(word, '.') < 0 && p->default_dialect.size)
		name = str_format(&p->scratch, "%.*s.%.*s", STR_ARG(p->default_dialect), STR_ARG(word));
	const struct ir_op_info *info = ir_op_info_find(p->c, name);
	if (!info)
		unknown_op(p, p->tok.at, str_find_char(word, '.') < 0 ? word : name);
	return info;
}

static bool parse_custom(struct ir_parser *p, struct parsed_op *out) {
	u32 at = p->tok.at, outer_at = p->op_at;
	const struct ir_op_info *info = custom_info(p, ir_parser_spelling(p)), *outer = p->op_info;
	if (!info)
		return false;
	ir_parser_advance(p);
	p->op_info = info;
	p->op_at = at;
	bool ok;
	if (info->row->hooks.parse) {
		ok = info->row->hooks.parse(p, &out->op);
	} else if (info->format) {
		ok = ir_format_parse(p, info, &out->op);
	} else {
		ok = false;
		p->failed = true;
		diag_emit(p->d, DIAG_parse_no_custom_form, ir_lexer_loc(&p->lexer, at),
		          STR_ARG(info->full_name), STR_ARG(info->full_name));
	}
	p->op_info = outer;
	p->op_at = outer_at;
	return ok;
}

// ---- results ----------------------------------------------------------------------------------

struct result_name {
	struct str name;
	u32 count, at;
};
struct result_names {
	struct result_name *data;
	u32 size, cap;
};

static bool result_item(struct ir_parser *p, void *user) {
	struct result_names *list = user;
	struct ir_name_use use;
	i64 count = 1;
	if (!ir_parser_operand(p, &use))
		return false;
	if (use.number)
		return ir_parser_error(p, use.at, "a result's name has no '#'");
	u32 at = p->tok.at;
	if (ir_parser_optional(p, ":") && !ir_parser_integer(p, &count))
		return false;
	if (count < 1 || count > UINT16_MAX)
		return ir_parser_error(p, at, "expected a number of results, at least 1");
	struct result_name r = {use.name, (u32)count, use.at};
	vec_push(&p->scratch, *list, r);
	return true;
}

static bool define_results(struct ir_parser *p, const struct result_names *names,
                           const struct parsed_op *op) {
	u32 n = op->op ? op->op->num_results : op->results.size, total = 0, next = 0;
	for (u32 i = 0; i < names->size; i++)
		total += names->data[i].count;
	if (names->size && total != n)
		return ir_parser_error(p, names->data[0].at, "the op has %u results, but %u are named", n,
		                       total);
	for (u32 i = 0; i < names->size; i++)
		for (u32 k = 0; k < names->data[i].count; k++, next++) {
			struct ir_value *v = op->op ? ir_result_get(op->op, next)
			                            : ir_parser_stand_in(p, op->results.data[next]);
			if (!ir_parser_define(p, names->data[i].name, k, v, names->data[i].at))
				return false;
		}
	return true;
}

static bool parse_op(struct ir_parser *p, struct ir_block *block) {
	struct result_names names = {0};
	struct parsed_op op = {0};
	if (ir_parser_is(p, IR_TOKEN_PERCENT) &&
	    !(ir_parser_list(p, IR_DELIM_NONE, result_item, &names) && ir_parser_literal(p, "=")))
		return false;
	bool generic = ir_parser_is(p, IR_TOKEN_STRING);
	if (!generic && !ir_parser_is(p, IR_TOKEN_BARE))
		return ir_parser_expected(p, "an operation");
	if (!(generic ? parse_generic(p, &op) : parse_custom(p, &op)))
		return false;
	if (op.op)
		ir_op_append(block, op.op);
	ir_attr loc = NULL;
	if (!ir_parser_optional_loc(p, &loc))
		return false;
	if (op.op && loc)
		op.op->loc = loc;
	return define_results(p, &names, &op);
}

bool ir_parser_op(struct ir_parser *p, struct ir_block *block) {
	struct arena_mark mark = arena_save(&p->scratch);
	bool ok = parse_op(p, block);
	arena_restore(&p->scratch, mark);
	return ok;
}

// ---- lists and recovery -----------------------------------------------------------------------

static bool first_on_line(const struct ir_parser *p, u32 at) {
	while (at > 0 && (p->lexer.text.data[at - 1] == ' ' || p->lexer.text.data[at - 1] == '\t'))
		at--;
	return at == 0 || p->lexer.text.data[at - 1] == '\n';
}

// Goes to the op after the one that began at `start` and failed at the next token.
static void skip_op(struct ir_parser *p, u32 start) {
	u32 failed_at = p->tok.at, depth = 0;
	ir_parser_rewind(p, start);
	ir_parser_advance(p);
	while (!ir_parser_is(p, IR_TOKEN_EOF)) {
		bool open = ir_parser_peek(p, "{"), close = ir_parser_peek(p, "}");
		if (depth == 0 &&
		    (close || (p->tok.at >= failed_at && first_on_line(p, p->tok.at) && !open)))
			return;
		depth += open;
		depth -= close;
		ir_parser_advance(p);
	}
}

// At the top level also an alias or the section of resources, which was read first of all.
static bool parse_table_entry(struct ir_parser *p, struct ir_block *block) {
	bool top = !p->scope->outer;
	if (top && (ir_parser_is(p, IR_TOKEN_HASH) || ir_parser_is(p, IR_TOKEN_BANG)))
		return ir_parser_alias_def(p);
	if (top && p->resources_at && p->tok.at == p->resources_at - 1)
		return ir_parser_skip_resources(p);
	return ir_parser_op(p, block);
}

// An op of a symbol table. Names are forgotten after one that nothing outside refers to.
static void parse_op_of_table(struct ir_parser *p, struct ir_block *block) {
	u32 start = p->tok.at, depth = p->depth;
	struct ir_scope *scope = p->scope;
	struct ir_labels *labels = p->labels;
	struct str dialect = p->default_dialect;
	struct ir_op *before = block->last;
	struct arena_mark mark = arena_save(&p->names);
	if (parse_table_entry(p, block)) {
		struct ir_op *op = block->last;
		if (op != before && (op->info->traits & IR_ISOLATED) &&
		    op->num_results + op->num_operands == 0)
			arena_restore(&p->names, mark);
		return;
	}
	p->depth = depth;
	p->scope = scope;
	p->labels = labels;
	p->default_dialect = dialect;
	p->op_info = NULL;
	skip_op(p, start);
}

bool ir_parser_ops(struct ir_parser *p, struct ir_block *block, bool recover) {
	while (!ir_parser_is(p, IR_TOKEN_CARET) && !ir_parser_is(p, IR_TOKEN_EOF) &&
	       !ir_parser_peek(p, "}")) {
		if (recover)
			parse_op_of_table(p, block);
		else if (!ir_parser_op(p, block))
			return false;
	}
	return true;
}
