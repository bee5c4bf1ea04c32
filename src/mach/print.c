// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text form, generated from the target's tables; parse.c reads it back.
//
//   unit    = {symbol} {func}
//   symbol  = ("rodata" | "data" | "undefined") ["global"] "@"name ["align" n] ["=" hex bytes]
//   func    = "func" "@"name "cpu" string ["external"] ["outgoing" n] "{" {slot} {block} "}"
//   slot    = "slot" n "bytes" n "align" n ["at" offset] ["incoming"]
//   block   = "^bb"n ["(" value {"," value} ")"] ["align" n] ":" {inst}
//   inst    = [value {"," value} "="] row ["."bits] modes operand {"," operand} ["remat"] ["loc" n]
//   value   = "%"n ":"class ["/"bytes] ["~"hint] ["="fixed] ["@"register]     where defined
//   operand = "%"n ["="fixed] ["@"register] | "$"register | integer | condition | "@"symbol
//           | "slot"n | "^bb"n ["(" operand {"," operand} ")"] | memory | "_"  (absent)
//   memory  = "[" term {"+" term} {"," ("align" n | "alias" n)} "]"
//
// A value's bytes are left out when they are the instruction's size, or its class's for rows without
// a size and for parameters. Ties and dead clobbers come from the row and are never written.
#include "mach/text.h"

u32 mach_text_bytes(const struct mach_func *f, u8 cls, u8 size) {
	return size ? size : f->target->classes[cls].spill_bytes;
}

static const char *reg_name(const struct mach_func *f, mach_reg r) {
	ASSERT(r < f->target->num_regs);
	return f->target->regs[r].name;
}

static void print_places(const struct mach_func *f, mach_reg fixed, mach_reg reg,
                         struct strbuf *out) {
	if (fixed != MACH_NO_REG)
		strbuf_addf(out, "=%s", reg_name(f, fixed));
	if (reg != MACH_NO_REG)
		strbuf_addf(out, "@%s", reg_name(f, reg));
}

static void print_value(const struct mach_func *f, mach_value v, mach_reg fixed,
                        struct strbuf *out) {
	strbuf_addf(out, "%%%u", v);
	print_places(f, fixed, f->values.data[v].reg, out);
}

static void print_new_value(const struct mach_func *f, mach_value v, u8 size, mach_reg fixed,
                            struct strbuf *out) {
	const struct mach_value_data *d = &f->values.data[v];
	strbuf_addf(out, "%%%u:%s", v, f->target->classes[d->cls].name);
	if (d->bytes != mach_text_bytes(f, d->cls, size))
		strbuf_addf(out, "/%u", d->bytes);
	if (d->hint != MACH_NO_REG)
		strbuf_addf(out, "~%s", reg_name(f, d->hint));
	print_places(f, fixed, d->reg, out);
}

static void print_symbol_name(const struct mach_func *f, u32 symbol, struct strbuf *out) {
	struct str name = f->unit->symbols.data[symbol].name;
	strbuf_addf(out, "@%.*s", STR_ARG(name));
}

static void print_plus(struct strbuf *out, bool *any) {
	if (*any)
		strbuf_add_z(out, " + ");
	*any = true;
}

static void print_mem(const struct mach_func *f, const struct mach_mem *m, struct strbuf *out) {
	bool any = false;
	strbuf_add_char(out, '[');
	if (m->symbol != MACH_NONE) {
		print_plus(out, &any);
		print_symbol_name(f, m->symbol, out);
	}
	if (m->slot != MACH_NONE) {
		print_plus(out, &any);
		strbuf_addf(out, "slot%u", m->slot);
	}
	if (m->base_fixed != MACH_NO_REG) {
		print_plus(out, &any);
		strbuf_addf(out, "$%s", reg_name(f, m->base_fixed));
	}
	if (m->base) {
		print_plus(out, &any);
		print_value(f, m->base, MACH_NO_REG, out);
	}
	if (m->index) {
		print_plus(out, &any);
		print_value(f, m->index, MACH_NO_REG, out);
		strbuf_addf(out, "*%u", m->scale ? m->scale : 1);
	}
	if (m->disp || !any) {
		if (any)
			strbuf_add_z(out, m->disp < 0 ? " - " : " + ");
		strbuf_add_i64(out, any && m->disp < 0 ? -(i64)m->disp : m->disp);
	}
	if (m->align_log2)
		strbuf_addf(out, ", align %u", 1u << m->align_log2);
	if (m->alias)
		strbuf_addf(out, ", alias %u", m->alias);
	strbuf_add_char(out, ']');
}

static void print_edge(const struct mach_func *f, mach_block b, u32 succ, struct strbuf *out) {
	if (succ >= f->blocks.data[b].succs.size) {
		strbuf_addf(out, "^missing%u", succ);
		return;
	}
	const struct mach_edge *e = &f->blocks.data[b].succs.data[succ];
	strbuf_addf(out, "^bb%u", e->to);
	for (u32 i = 0; i < e->num_args; i++) {
		strbuf_add_z(out, i ? ", " : "(");
		print_value(f, f->operands.data[e->args + i].payload, MACH_NO_REG, out);
	}
	if (e->num_args)
		strbuf_add_char(out, ')');
}

static void print_operand(const struct mach_func *f, mach_block b, const struct mach_operand *o,
                          struct strbuf *out) {
	switch ((enum mach_operand_kind)o->kind) {
	case MACH_OP_NONE: strbuf_add_char(out, '_'); break;
	case MACH_OP_DEF:
	case MACH_OP_USE:
		if (o->payload)
			print_value(f, o->payload, o->fixed, out);
		else
			strbuf_addf(out, "$%s", reg_name(f, o->fixed));
		break;
	case MACH_OP_IMM: strbuf_add_i64(out, f->imms.data[o->payload]); break;
	case MACH_OP_MEM: print_mem(f, &f->mems.data[o->payload], out); break;
	case MACH_OP_EDGE: print_edge(f, b, o->payload, out); break;
	case MACH_OP_SYMBOL: print_symbol_name(f, o->payload, out); break;
	case MACH_OP_COND: strbuf_add_z(out, f->target->cond_name(o->payload)); break;
	case MACH_OP_SLOT: strbuf_addf(out, "slot%u", o->payload); break;
	}
}

static bool is_dead_clobber(const struct mach_operand *o) {
	return o->payload == 0 && o->flags & MACH_IMPLICIT;
}

static void print_defs(const struct mach_func *f, const struct mach_inst_data *d,
                       struct strbuf *out) {
	u32 printed = 0;
	for (u32 i = 0; i < d->num_defs; i++) {
		const struct mach_operand *o = &f->operands.data[d->operands + i];
		if (is_dead_clobber(o))
			continue;
		strbuf_add_z(out, printed++ ? ", " : "");
		if (o->payload)
			print_new_value(f, o->payload, d->size, o->fixed, out);
		else
			strbuf_addf(out, "$%s", reg_name(f, o->fixed));
	}
	if (printed)
		strbuf_add_z(out, " = ");
}

// Marked by hand: rows that always are need no mark.
static bool marked_remat(const struct mach_func *f, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	return d->num_defs && !(mach_info(f, i)->flags & MACH_REMAT) &&
	       f->values.data[f->operands.data[d->operands].payload].remat == 1 + i;
}

void mach_print_inst(const struct mach_func *f, mach_block b, mach_inst i, struct strbuf *out) {
	const struct mach_inst_data *d = mach_inst_get(f, i);
	print_defs(f, d, out);
	strbuf_add_z(out, mach_info(f, i)->name);
	if (d->size)
		strbuf_addf(out, ".%u", d->size * 8u);
	if (f->target->print_mode && d->opcode >= MACH_GENERIC_COUNT)
		f->target->print_mode(d, out);
	for (u32 k = d->num_defs; k < d->num_operands; k++) {
		strbuf_add_z(out, k == d->num_defs ? " " : ", ");
		print_operand(f, b, &f->operands.data[d->operands + k], out);
	}
	if (marked_remat(f, i))
		strbuf_add_z(out, " remat");
	if (d->loc)
		strbuf_addf(out, " loc %u", f->locs.data[d->loc]);
}

static void print_block(const struct mach_func *f, mach_block b, struct strbuf *out) {
	const struct mach_block_data *block = &f->blocks.data[b];
	strbuf_addf(out, "^bb%u", b);
	for (u32 i = 0; i < block->params.size; i++) {
		mach_value v = block->params.data[i];
		strbuf_add_z(out, i ? ", " : "(");
		print_new_value(f, v, 0, MACH_NO_REG, out);
	}
	if (block->params.size)
		strbuf_add_char(out, ')');
	if (block->align)
		strbuf_addf(out, " align %u", block->align);
	strbuf_add_z(out, ":\n");
	for (u32 i = 0; i < block->insts.size; i++) {
		strbuf_add_z(out, "  ");
		mach_print_inst(f, b, block->insts.data[i], out);
		strbuf_add_char(out, '\n');
	}
}

void mach_print_func(const struct mach_func *f, struct strbuf *out) {
	strbuf_addf(out, "func @%.*s cpu \"%s\"%s", STR_ARG(f->name), f->cpu->name,
	            f->external ? " external" : "");
	if (f->outgoing_bytes)
		strbuf_addf(out, " outgoing %u", f->outgoing_bytes);
	strbuf_add_z(out, " {\n");
	for (u32 i = 0; i < f->slots.size; i++) {
		const struct mach_slot *s = &f->slots.data[i];
		strbuf_addf(out, "  slot %u bytes %u align %u", i, s->bytes, s->align);
		if (s->offset)
			strbuf_addf(out, " at %d", s->offset);
		strbuf_add_z(out, s->incoming ? " incoming\n" : "\n");
	}
	for (u32 l = 0; l < f->layout.size; l++)
		print_block(f, f->layout.data[l], out);
	strbuf_add_z(out, "}\n");
}

static void print_symbol(const struct mach_symbol *s, struct strbuf *out) {
	static const char *const kinds[] = {[MACH_SYMBOL_FUNC] = "func",
	                                    [MACH_SYMBOL_RODATA] = "rodata",
	                                    [MACH_SYMBOL_DATA] = "data",
	                                    [MACH_SYMBOL_UNDEFINED] = "undefined"};
	if (s->kind == MACH_SYMBOL_FUNC)
		return;  // the function's own text
	strbuf_addf(out, "%s%s @%.*s", kinds[s->kind], s->global ? " global" : "", STR_ARG(s->name));
	if (s->kind == MACH_SYMBOL_UNDEFINED) {
		strbuf_add_char(out, '\n');
		return;
	}
	strbuf_addf(out, " align %u = ", s->align);
	for (u64 i = 0; i < s->size; i++)
		strbuf_addf(out, "%02x", s->data[i]);
	strbuf_add_char(out, '\n');
}

void mach_print_unit(const struct mach_unit *u, struct strbuf *out) {
	for (u32 i = 0; i < u->symbols.size; i++)
		print_symbol(&u->symbols.data[i], out);
	for (u32 i = 0; i < u->funcs.size; i++) {
		if (out->size)
			strbuf_add_char(out, '\n');
		mach_print_func(u->funcs.data[i], out);
	}
}
