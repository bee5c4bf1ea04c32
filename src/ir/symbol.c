// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbol tables: the ops directly inside an op's first region that have a sym_name. Looked up by
// walking the list; tables have as many entries as a program has functions and globals.
#include "ir/ir.h"

static ir_attr symbol_text(const struct ir_op *op) {
	if (!(op->info->traits & IR_SYMBOL))
		return NULL;
	ir_attr name = ir_op_attr(op, NAME_sym_name);
	return name && name->kind == IR_ATTR_STRING ? name : NULL;
}

ir_name ir_symbol_of(struct ir_op *op) {
	ir_attr name = symbol_text(op);
	return name ? ir_name_get(op->module->context, name->text) : NAME_none;
}

static struct ir_op *find_text(struct ir_op *table, struct str text) {
	if (table->num_regions == 0)
		return NULL;
	for (struct ir_block *b = table->regions[0].first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next) {
			ir_attr name = symbol_text(op);
			if (name && str_eq(name->text, text))
				return op;
		}
	return NULL;
}

struct ir_op *ir_symbol_find(struct ir_op *table, ir_name symbol) {
	return symbol == NAME_none ? NULL
	                           : find_text(table, ir_name_str(table->module->context, symbol));
}

ir_name ir_symbol_unique(struct ir_op *table, struct str wish) {
	struct ir_context *c = table->module->context;
	struct arena *scratch = &table->module->scratch;
	struct arena_mark mark = arena_save(scratch);
	struct str name = wish;
	for (u32 i = 0; find_text(table, name); i++)
		name = str_format(scratch, "%.*s_%u", STR_ARG(wish), i);
	ir_name n = ir_name_get(c, name);
	arena_restore(scratch, mark);
	return n;
}
