// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From tile-level IR in native form to machine SSA.
//
// Requires: func.func of cf blocks; scalars and 1-D vectors of at most a register; addresses are
// index values (tile_memref_to_address). Establishes: selected functions in SSA with virtual
// registers and operand constraints. Bit for bit: no rule contracts, reassociates or approximates.
//
// Instructions come from the target's isel.rules. What rules cannot say is lowered by these
// structural lowerings, and by no others:
//
//    1  blocks, edges and block arguments; dead arguments are left out       (here)
//    2  function arguments                                                   (here)
//    3  calls                                                                (here)
//    4  returns                                                              (here)
//    5  frame slots (tile.frame)                                             (here)
//    6  addresses: base + index * scale + displacement                       (select.c)
//    7  loads as memory operands                                             (select.c)
//    8  constants as memory operands                                         (select.c)
//    9  broadcasts as memory operands                                        (select.c)
//   10  exchange of commuting operands                                       (select.c)
//   11  lanes of masks in vector registers                                   (select_mask.c)
//   12  conversion of such masks between lane widths (target/x86_64/isel_mask.c) 13  masks of
//   constants and of the first n lanes                          (target/x86_64/isel_mask.c) 14
//   constants: idioms, immediates, read-only data                        (target/x86_64/isel.c) 15
//   shuffles, slices and concatenations (target/x86_64/isel_shuffle.c) 16  narrowing of integer
//   lanes without a narrowing instruction           (target/x86_64/isel_shuffle.c) 17  single lanes
//   read and replaced                                       (target/x86_64/isel_shuffle.c) 18 lanes
//   at run-time positions, through the frame                       (target/x86_64/isel_shuffle.c)
#include "ir/dominance.h"
#include "mach/select.h"

// ---- values and liveness ----------------------------------------------------------------------

static void number_value(struct select *s, const struct ir_value *v) {
	map_set(&s->numbers, map_ptr(v), s->num_slots++);
}

static void number_values(struct select *s) {
	map_init(&s->numbers, s->arena);
	s->num_slots = 1;
	for (struct ir_block *b = s->func->regions[0].first; b; b = b->next) {
		for (u32 i = 0; i < b->num_args; i++)
			number_value(s, b->args[i]);
		for (struct ir_op *op = b->first; op; op = op->next)
			for (u32 i = 0; i < op->num_results; i++)
				number_value(s, &op->results[i]);
	}
	s->slots = ARENA_ARRAY(s->arena, struct select_slot, s->num_slots);
}

static struct select_slot *slot_of(struct select *s, const struct ir_value *v) {
	u64 number;
	CHECK(map_find(&s->numbers, map_ptr(v), &number));
	return &s->slots[number];
}

struct marker {
	struct select *s;
	VEC(struct ir_value *) work;
};

static void mark(struct marker *m, struct ir_value *v) {
	struct select_slot *slot = slot_of(m->s, v);
	if (slot->live)
		return;
	slot->live = true;
	vec_push(m->s->arena, m->work, v);
}

static bool has_effect(struct ir_op *op) {
	if (op->info->traits & IR_TERMINATOR)
		return true;
	return !(op->info->traits & IR_PURE) && !ir_op_is_dead(op) &&
	       !(op_is(op, OP_tile_load) || op_is(op, OP_tile_frame) ||
	         op->info->traits & IR_ELEMENTWISE);
}

// The operands that an op itself reads; what a branch hands on is marked with its argument.
static void mark_operands(struct marker *m, struct ir_op *op) {
	u32 end = op->num_operands;
	if (op->num_successors)
		end = op_is(op, OP_cf_br) ? 0 : 1;
	for (u32 i = 0; i < end; i++)
		mark(m, ir_operand_get(op, i));
}

static void mark_incoming(struct marker *m, const struct ir_value *arg) {
	for (struct ir_block_ref *p = arg->block->preds; p; p = p->next) {
		u32 successor = (u32)(p - p->owner->successors);
		struct ir_range args = dialect_successor_operands(p->owner, successor);
		mark(m, ir_operand_get(p->owner, args.first + arg->index));
	}
}

// Marks the values that reach an effect. Block arguments that do not are left out of the edges.
static void mark_live(struct select *s) {
	struct marker m = {.s = s};
	struct ir_region *body = &s->func->regions[0];
	for (u32 i = 0; i < body->first->num_args; i++)
		slot_of(s, body->first->args[i])->live = true;
	for (struct ir_block *b = body->first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			if (has_effect(op))
				mark_operands(&m, op);
	while (m.work.size) {
		struct ir_value *v = vec_pop(m.work);
		if (v->is_argument)
			mark_incoming(&m, v);
		else
			mark_operands(&m, v->op);
	}
}

// ---- blocks and edges -------------------------------------------------------------------------

static mach_block block_of(const struct select *s, const struct ir_block *b) {
	return (mach_block)map_get_or(&s->blocks, map_ptr(b), MACH_NONE);
}

// Reachable blocks and the values of their arguments, in the order of the text.
static void make_blocks(struct select *s, const struct ir_region_cfg *cfg,
                        const struct ir_dominators *dominators) {
	map_init(&s->blocks, s->arena);
	struct ir_block *entry = s->func->regions[0].first;
	for (u32 i = 0; i < cfg->count; i++)
		if (dominators->rpo_index[i] != UINT32_MAX)
			map_set(&s->blocks, map_ptr(cfg->blocks[i]), mach_block_add(s->f));
	for (struct ir_block *b = entry->next; b; b = b->next)
		for (u32 i = 0; block_of(s, b) != MACH_NONE && i < b->num_args; i++) {
			if (!slot_of(s, b->args[i])->live)
				continue;
			mach_value v = select_value(s, b->args[i]);
			vec_push(s->f->arena, s->f->blocks.data[block_of(s, b)].params, v);
			s->f->values.data[v].block = block_of(s, b);
			if (!select_type(s, b->args[i]))
				ir_op_error(s->diags, s->func,
				            "has a block argument of a type that no register holds");
		}
}

static void make_edges(struct select *s, struct ir_op *branch) {
	for (u32 i = 0; i < branch->num_successors; i++) {
		struct ir_block *to = branch->successors[i].block;
		struct ir_range args = dialect_successor_operands(branch, i);
		mach_value *values = ARENA_ARRAY(s->arena, mach_value, args.count + 1);
		u32 n = 0;
		for (u32 k = 0; k < args.count; k++)
			if (slot_of(s, to->args[k])->live)
				values[n++] = select_value(s, ir_operand_get(branch, args.first + k));
		mach_succ_add(s->f, s->block, block_of(s, to), n, values);
	}
}

// ---- calling convention -----------------------------------------------------------------------

struct signature {
	u32 n;
	u8 *cls, *bytes;
	struct mach_abi_loc *locs;
};

static struct signature signature_of(struct select *s, u32 n, const ir_type *types,
                                     const struct ir_op *op, bool results) {
	struct signature sig = {n, ARENA_ARRAY(s->arena, u8, n + 1), ARENA_ARRAY(s->arena, u8, n + 1),
	                        ARENA_ARRAY(s->arena, struct mach_abi_loc, n + 1)};
	for (u32 i = 0; i < n; i++) {
		struct ir_value v = {.type = types[i]};
		u32 bit = select_type_bits(types[i]), bank = SELECT_BANK_GPR;
		bool mask = bit == 1u << SELECT_vi1;
		if (!bit || mask) {
			s->failed = true;
			ir_op_error(s->diags, op,
			            "passes a type that the C calling convention has no register for");
			continue;
		}
		bank = bit & ((1u << SELECT_f16) - 1) ? SELECT_BANK_GPR : SELECT_BANK_VEC;
		sig.cls[i] = s->target->classes[bank];
		sig.bytes[i] = (u8)BASE_MAX(select_bytes(s, &v), 4u);
	}
	if (s->failed)
		return sig;
	if (results)
		s->f->target->abi_results(sig.cls, sig.bytes, n, sig.locs);
	else
		s->f->outgoing_bytes = BASE_MAX(
			s->f->outgoing_bytes, s->f->target->abi_arguments(sig.cls, sig.bytes, n, sig.locs));
	return sig;
}

static void append_pending(struct select *s) {
	for (u32 i = s->pending.size; i-- > 0;)
		vec_push(s->arena, s->reversed, s->pending.data[i]);
	s->pending.size = 0;
}

// Arguments in registers are parameters of the entry block, known before anyone asks for them.
static struct signature make_arguments(struct select *s) {
	struct ir_block *entry = s->func->regions[0].first;
	ir_type *types = ARENA_ARRAY(s->arena, ir_type, entry->num_args + 1);
	for (u32 i = 0; i < entry->num_args; i++)
		types[i] = entry->args[i]->type;
	struct signature sig = signature_of(s, entry->num_args, types, s->func, false);
	s->f->outgoing_bytes = 0;  // these lie in the caller's frame
	for (u32 i = 0; !s->failed && i < entry->num_args; i++)
		if (sig.locs[i].reg != MACH_NO_REG)
			slot_of(s, entry->args[i])->value =
				mach_entry_param(s->f, sig.cls[i], sig.bytes[i], sig.locs[i].reg);
	return sig;
}

// Others are loaded from where the caller put them.
static void load_arguments(struct select *s, const struct signature *sig) {
	struct ir_block *entry = s->func->regions[0].first;
	for (u32 i = 0; !s->failed && i < entry->num_args; i++) {
		if (sig->locs[i].reg != MACH_NO_REG || !slot_of(s, entry->args[i])->value)
			continue;
		struct mach_slot slot = {.bytes = sig->bytes[i],
		                         .align = 8,
		                         .offset = (i32)sig->locs[i].stack_offset,
		                         .incoming = true};
		vec_push(s->f->arena, s->f->slots, slot);
		s->f->target->build_reload(s->f, select_value(s, entry->args[i]), s->f->slots.size - 1,
		                           &s->pending);
	}
	append_pending(s);
}

static void store_argument(struct select *s, mach_value v, u32 offset) {
	// A spill to a slot of no size, whose address is then that of the outgoing argument.
	u32 slot = select_frame_slot(s, 0, 1), first = s->pending.size;
	s->f->target->build_spill(s->f, v, slot, &s->pending);
	for (u32 i = first; i < s->pending.size; i++) {
		struct mach_inst_data *d = mach_inst_get(s->f, s->pending.data[i]);
		for (u32 k = 0; k < d->num_operands; k++) {
			struct mach_operand *o = &s->f->operands.data[d->operands + k];
			if (o->kind != MACH_OP_MEM || s->f->mems.data[o->payload].slot != slot)
				continue;
			struct mach_mem m = select_mem_none();
			m.base_fixed = s->f->target->stack_reg;
			m.disp = (i32)offset;
			s->f->mems.data[o->payload] = m;
		}
	}
}

static void select_call(struct select *s, struct ir_op *op) {
	ir_type *types = ARENA_ARRAY(s->arena, ir_type, op->num_operands + op->num_results + 1);
	for (u32 i = 0; i < op->num_operands; i++)
		types[i] = ir_operand_get(op, i)->type;
	for (u32 i = 0; i < op->num_results; i++)
		types[op->num_operands + i] = op->results[i].type;
	struct signature args = signature_of(s, op->num_operands, types, op, false);
	struct signature results = signature_of(s, op->num_results, types + op->num_operands, op, true);
	if (s->failed)
		return;
	struct mach_operand *ops =
		ARENA_ARRAY(s->arena, struct mach_operand, op->num_operands + op->num_results + 2);
	u32 n = 0;
	for (u32 i = 0; i < op->num_results; i++) {
		bool wanted = slot_of(s, &op->results[i])->value != 0;
		ops[n] = mach_def_fixed(select_result(s, op, i), results.locs[i].reg);
		if (!wanted)
			ops[n].flags |= MACH_DEAD;
		n++;
	}
	ir_attr callee = ir_op_attr(op, NAME_callee);
	struct str name = ir_name_str(op->module->context, callee->path[callee->count - 1]);
	ops[n++] = mach_symbol_operand(select_symbol_named(s, name));
	for (u32 i = 0; i < op->num_operands; i++) {
		mach_value v = select_value(s, ir_operand_get(op, i));
		if (args.locs[i].reg == MACH_NO_REG)
			store_argument(s, v, args.locs[i].stack_offset);
		else
			ops[n++] = mach_use_fixed(v, args.locs[i].reg);
	}
	select_emit(s, s->target->call, 0, 0, n, ops);
}

static void select_return(struct select *s, struct ir_op *op) {
	ir_type *types = ARENA_ARRAY(s->arena, ir_type, op->num_operands + 1);
	for (u32 i = 0; i < op->num_operands; i++)
		types[i] = ir_operand_get(op, i)->type;
	struct signature sig = signature_of(s, op->num_operands, types, op, true);
	struct mach_operand *ops = ARENA_ARRAY(s->arena, struct mach_operand, op->num_operands + 1);
	for (u32 i = 0; !s->failed && i < op->num_operands; i++)
		ops[i] = mach_use_fixed(select_value(s, ir_operand_get(op, i)), sig.locs[i].reg);
	select_emit(s, s->target->ret, 0, 0, s->failed ? 0 : op->num_operands, ops);
}

// ---- ops --------------------------------------------------------------------------------------

static u32 line_of(struct select *s, const struct select_options *o, struct ir_op *op) {
	u64 line = o->lines ? map_get_or(o->lines, map_ptr(op), 0) : ir_loc_diag(op->loc).line;
	if (line == 0)
		return 0;
	if (vec_last(s->f->locs) != line)
		vec_push(s->f->arena, s->f->locs, (u32)line);
	return s->f->locs.size - 1;
}

static void select_op(struct select *s, struct ir_op *op) {
	s->op = op;
	s->conversion.natural = 0;
	if (op->num_successors)
		make_edges(s, op);
	if (op_is(op, OP_func_call))
		select_call(s, op);
	else if (op_is(op, OP_func_return))
		select_return(s, op);
	else if (!s->target->rules(s, op))
		select_fail(s, op);
	if (s->conversion.natural)
		s->target->convert_mask(s, s->conversion.natural, s->conversion.natural_bytes,
		                        s->conversion.wanted_bytes, s->conversion.lanes,
		                        s->conversion.wanted);
	append_pending(s);
}

static bool is_write(const struct ir_op *op) {
	if (op->info->traits & (IR_PURE | IR_ELEMENTWISE))
		return false;
	return !op_is(op, OP_tile_load) && !op_is(op, OP_tile_prefetch) && !op_is(op, OP_tile_frame);
}

static bool is_wanted(struct select *s, struct ir_op *op) {
	if (op_is(op, OP_tile_frame) && map_find(&s->frames, map_ptr(op), NULL) &&
	    !slot_of(s, &op->results[0])->value)
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		if (slot_of(s, &op->results[i])->value)
			return true;
	return has_effect(op);
}

static void select_block(struct select *s, const struct select_options *o,
                         const struct signature *arguments, struct ir_block *b) {
	u32 writes = 0;
	s->block = block_of(s, b);
	s->reversed.size = 0;
	for (struct ir_op *op = b->first; op; op = op->next) {
		if (op_is(op, OP_tile_load))
			map_set(&s->writes, map_ptr(op), 1 + writes);
		writes += is_write(op);
	}
	for (struct ir_op *op = b->last; op; op = op->prev) {
		writes -= is_write(op);
		s->writes_before = writes;
		if (!is_wanted(s, op))
			continue;
		s->loc = line_of(s, o, op);
		select_op(s, op);
	}
	if (s->block == 0)
		load_arguments(s, arguments);
	for (u32 i = s->reversed.size; i-- > 0;)
		mach_append(s->f, s->block, s->reversed.data[i]);
}

static void make_frames(struct select *s) {
	map_init(&s->frames, s->arena);
	for (struct ir_block *b = s->func->regions[0].first; b; b = b->next)
		for (struct ir_op *op = b->first; op; op = op->next)
			if (op_is(op, OP_tile_frame)) {
				u32 slot = select_frame_slot(s, (u32)ir_op_int(op, NAME_size, 0),
				                             (u32)ir_op_int(op, NAME_alignment, 64));
				map_set(&s->frames, map_ptr(op), 1 + slot);
			}
}

// ---- functions --------------------------------------------------------------------------------

static bool select_function(struct select *s, const struct select_options *o) {
	struct ir_region_cfg cfg;
	struct ir_dominators dominators;
	number_values(s);
	mark_live(s);
	s->masks_in_vectors = s->target->masks_in_vectors(o->cpu);
	if (s->masks_in_vectors)
		select_mask_lanes(s);
	map_init(&s->writes, s->arena);
	make_frames(s);
	ir_region_cfg_init(&cfg, &s->func->regions[0], s->arena);
	ir_dominators_compute(&cfg.cfg, s->arena, &dominators);
	make_blocks(s, &cfg, &dominators);
	struct signature arguments = make_arguments(s);
	// Reverse post-order backwards: every block after those it dominates.
	for (u32 i = dominators.reachable; i-- > 0;)
		select_block(s, o, &arguments, cfg.blocks[dominators.rpo[i]]);
	return !s->failed;
}

static bool is_private(const struct ir_op *func) {
	ir_attr visibility = ir_op_attr(func, NAME_sym_visibility);
	return visibility && str_eq_z(visibility->text, "private");
}

static bool has_body(const struct ir_op *op) {
	return op_is(op, OP_func_func) && op->regions[0].first;
}

struct mach_unit *mach_lower_tile(struct ir_module *m, const struct mach_target *t,
                                  const struct select_options *o, struct arena *a,
                                  struct diag_engine *d) {
	struct mach_unit *unit = mach_unit_create(a, t);
	struct arena scratch;
	bool ok = true;
	arena_init(&scratch);
	// All functions exist before the first call is selected.
	for (struct ir_op *op = ir_module_body(m)->first; op; op = op->next)
		if (has_body(op)) {
			struct str name = str_copy(a, ir_op_attr(op, NAME_sym_name)->text);
			mach_func_create(unit, o->cpu, name, !is_private(op));
			mach_symbol_add(unit, (struct mach_symbol){.name = name,
			                                           .kind = MACH_SYMBOL_FUNC,
			                                           .global = !is_private(op),
			                                           .align = 16,
			                                           .func = unit->funcs.size - 1});
		}
	u32 number = 0;
	for (struct ir_op *op = ir_module_body(m)->first; op; op = op->next) {
		if (!has_body(op))
			continue;
		struct select s = {.f = unit->funcs.data[number++],
		                   .unit = unit,
		                   .target = t->select,
		                   .arena = &scratch,
		                   .diags = d,
		                   .func = op,
		                   .hits = o->hits};
		ok &= select_function(&s, o);
		arena_reset(&scratch);
	}
	arena_deinit(&scratch);
	return ok ? unit : NULL;
}
