// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What rules ask and do: types, folding of producers, construction of instructions. Folding a load
// into an instruction is decided here, from the instruction's row (which operand may be memory, how
// wide it is there, which element it can broadcast): rules name the operation only.
//
// A producer is folded where no write to memory stands between it and the instruction and nobody
// else uses it. Operands that may be exchanged are, when only the first could be memory, or when
// the first would have to be copied before it is overwritten.
#include "mach/select.h"

// ---- types ------------------------------------------------------------------------------------

static const u8 banks[] = {
#define SELECT_TYPE(id, bank) SELECT_BANK_##bank,
#include "mach/select_type.def"
#undef SELECT_TYPE
};

static enum select_type_id scalar_type(ir_type t) {
	switch (t->kind) {
	case IR_TYPE_INDEX: return SELECT_i64;
	case IR_TYPE_F16: return SELECT_f16;
	case IR_TYPE_BF16: return SELECT_bf16;
	case IR_TYPE_F32: return SELECT_f32;
	case IR_TYPE_F64: return SELECT_f64;
	case IR_TYPE_INTEGER: break;
	default: return SELECT_TYPE_COUNT;
	}
	switch (t->width) {
	case 1: return SELECT_i1;
	case 8: return SELECT_i8;
	case 16: return SELECT_i16;
	case 32: return SELECT_i32;
	case 64: return SELECT_i64;
	default: return SELECT_TYPE_COUNT;
	}
}

static enum select_type_id vector_of(enum select_type_id element) {
	static const u8 vectors[] = {
		[SELECT_i1] = SELECT_vi1,   [SELECT_i8] = SELECT_vi8,     [SELECT_i16] = SELECT_vi16,
		[SELECT_i32] = SELECT_vi32, [SELECT_i64] = SELECT_vi64,   [SELECT_f16] = SELECT_vf16,
		[SELECT_f32] = SELECT_vf32, [SELECT_bf16] = SELECT_vbf16, [SELECT_f64] = SELECT_vf64,
	};
	return element < ARRAY_SIZE(vectors) ? (enum select_type_id)vectors[element]
	                                     : SELECT_TYPE_COUNT;
}

static enum select_type_id type_of(ir_type t) {
	if (t->kind != IR_TYPE_VECTOR)
		return scalar_type(t);
	bool native = t->rank == 1 && !t->scalable && base_is_pow2((u64)t->shape[0]);
	enum select_type_id id = native ? vector_of(scalar_type(t->element)) : SELECT_TYPE_COUNT;
	if (id == SELECT_TYPE_COUNT)
		return id;
	u64 bytes = (u64)t->shape[0] * (id == SELECT_vi1 ? 1 : ir_type_bytes(t->element));
	return bytes <= 64 ? id : SELECT_TYPE_COUNT;
}

u32 select_type_bits(ir_type t) {
	enum select_type_id id = type_of(t);
	return id == SELECT_TYPE_COUNT ? 0 : 1u << id;
}

u32 select_type(const struct select *s, const struct ir_value *v) {
	(void)s;
	return select_type_bits(v->type);
}

u32 select_lanes(const struct ir_value *v) {
	return v->type->kind == IR_TYPE_VECTOR ? (u32)v->type->shape[0] : 1;
}

static struct select_slot *slot_of(const struct select *s, const struct ir_value *v) {
	u64 number;
	CHECK(map_find(&s->numbers, map_ptr(v), &number));
	return &s->slots[number];
}

u32 select_lane_bytes(const struct select *s, const struct ir_value *v) {
	ir_type t = ir_type_scalar(v->type);
	if (!ir_type_is_int(t, 1) || v->type->kind != IR_TYPE_VECTOR)
		return (u32)ir_type_bytes(t);
	return s->masks_in_vectors ? slot_of(s, v)->mask_bytes : 1;
}

u32 select_bytes(const struct select *s, const struct ir_value *v) {
	u32 lanes = select_lanes(v);
	if (type_of(v->type) == SELECT_vi1 && !s->masks_in_vectors)
		return lanes <= 8 ? 1 : lanes / 8;
	return lanes * select_lane_bytes(s, v);
}

static u32 smallest(u32 bytes, u32 sizes) {
	u32 fitting = sizes & ~(base_is_pow2(bytes) ? bytes - 1 : 0);
	CHECK_MSG(fitting, "an instruction of no size that holds %u bytes", bytes);
	return fitting & -fitting;
}

u32 select_size_of(const struct select *s, const struct ir_value *v, u32 sizes) {
	return smallest(select_bytes(s, v), sizes);
}

u32 select_size(const struct select *s, const struct ir_op *op, u32 sizes) {
	ASSERT(op->num_results);
	const struct ir_value *v = &op->results[0];
	u32 bytes = select_bytes(s, v);
	bool integer = banks[type_of(v->type)] == SELECT_BANK_GPR;
	return smallest(integer && sizes & 4 ? BASE_MAX(bytes, 4u) : bytes, sizes);
}

// ---- values -----------------------------------------------------------------------------------

mach_value select_new(struct select *s, enum select_bank bank, u32 bytes) {
	return mach_value_add(s->f, s->target->classes[bank], (u8)bytes);
}

// Bytes that moves and spills must keep.
static u32 content_bytes(const struct select *s, const struct ir_value *v, enum select_bank bank) {
	u32 bytes = select_bytes(s, v);
	if (bank == SELECT_BANK_MASK && !s->masks_in_vectors)
		return 8;
	return BASE_MAX(bytes, 4u);
}

mach_value select_value(struct select *s, struct ir_value *v) {
	struct select_slot *slot = slot_of(s, v);
	if (slot->value)
		return slot->value;
	enum select_type_id type = type_of(v->type);
	if (type == SELECT_TYPE_COUNT) {
		s->failed = true;  // reported where the value is made
		return slot->value = select_new(s, SELECT_BANK_GPR, 8);
	}
	enum select_bank bank = banks[type];
	u32 bytes = content_bytes(s, v, bank);
	if (bank == SELECT_BANK_MASK && s->masks_in_vectors)
		bank = SELECT_BANK_VEC;
	return slot->value = select_new(s, bank, bytes);
}

bool select_is_asked(const struct select *s, const struct ir_value *v) {
	return slot_of(s, v)->value != 0;
}

static bool compares(const struct ir_op *op) {
	return op_is(op, OP_arith_cmpi) || op_is(op, OP_arith_cmpf);
}

// Lanes that the op's own instructions give a mask: those of what is compared; one byte when
// loaded.
static u32 natural_mask_bytes(const struct select *s, const struct ir_op *op) {
	if (compares(op) || op_is(op, OP_arith_trunci))
		return select_lane_bytes(s, ir_operand_get(op, 0));
	return op_is(op, OP_tile_load) ? 1 : select_lane_bytes(s, &op->results[0]);
}

mach_value select_result(struct select *s, struct ir_op *op, u32 i) {
	struct ir_value *v = &op->results[i];
	mach_value value = select_value(s, v);
	if (!s->masks_in_vectors || type_of(v->type) != SELECT_vi1)
		return value;
	u32 natural = natural_mask_bytes(s, op), wanted = select_lane_bytes(s, v);
	if (natural == wanted)
		return value;
	if (!s->conversion.natural) {
		s->conversion.natural =
			select_new(s, SELECT_BANK_VEC, BASE_MAX(natural * select_lanes(v), 4u));
		s->conversion.wanted = value;
		s->conversion.natural_bytes = natural;
		s->conversion.wanted_bytes = wanted;
		s->conversion.lanes = select_lanes(v);
	}
	return s->conversion.natural;
}

// ---- folding ----------------------------------------------------------------------------------

static bool reads_memory(const struct ir_op *op) { return op_is(op, OP_tile_load); }

enum { WRITES_LOOKED_AT = 64 };

// Whether no write between a load and `user`, both in one block, can touch what is loaded.
static bool undisturbed(const struct select *s, const struct ir_op *load,
                        const struct ir_op *user) {
	u64 before = map_get_or(&s->writes, map_ptr(load), 0);
	if (before == 0)
		return false;
	u32 writes = s->writes_before - (u32)(before - 1);
	i64 alias = ir_op_int(load, NAME_alias, 0);
	if (writes == 0)
		return true;
	// Other buffers are other numbers; a few writes are looked at.
	if (writes > WRITES_LOOKED_AT || alias == 0)
		return false;
	u32 steps = 0;
	for (const struct ir_op *op = load->next; op != user && writes; op = op->next, steps++) {
		if (op->info->traits & IR_PURE || reads_memory(op))
			continue;
		if (!op_is(op, OP_tile_store) || steps > 8 * WRITES_LOOKED_AT)
			return false;
		i64 other = ir_op_int(op, NAME_alias, 0);
		if (other == 0 || other == alias)
			return false;
		writes--;
	}
	return true;
}

static bool foldable(struct select *s, const struct ir_op *user, const struct ir_op *def) {
	if (def->block != user->block || slot_of(s, &def->results[0])->value)
		return false;
	return reads_memory(def) ? undisturbed(s, def, user) : (def->info->traits & IR_PURE) != 0;
}

// Ops that may be undefined, but read and write nothing (divisions).
static bool pure_enough(const struct ir_op *op) { return op->info->traits & IR_ELEMENTWISE; }

struct ir_op *select_def(struct select *s, const struct ir_op *user, const struct ir_value *v,
                         u16 id, bool shared) {
	struct ir_op *def = ir_value_def(v);
	if (!def || def->info->id != id || v->index != 0)
		return NULL;
	if (def->info->traits & IR_CONSTANT)
		return def;
	if (shared)
		return def->block == user->block && (def->info->traits & IR_PURE || pure_enough(def))
		           ? def
		           : NULL;
	return ir_value_one_use(v) && foldable(s, user, def) ? def : NULL;
}

// ---- memory -----------------------------------------------------------------------------------

struct mach_mem select_mem_none(void) {
	return (struct mach_mem){
		.base_fixed = MACH_NO_REG, .scale = 1, .symbol = MACH_NONE, .slot = MACH_NONE};
}

struct mach_mem select_slot_mem(u32 slot, i32 disp) {
	struct mach_mem m = select_mem_none();
	m.slot = slot;
	m.disp = disp;
	return m;
}

u32 select_frame_slot(struct select *s, u32 bytes, u32 align) {
	vec_push(s->f->arena, s->f->slots, (struct mach_slot){.bytes = bytes, .align = align});
	return s->f->slots.size - 1;
}

struct mach_mem select_constant_mem(struct select *s, const void *data, u32 bytes, u32 align) {
	struct mach_mem m = select_mem_none();
	m.symbol = mach_constant(s->unit, data, bytes, align);
	m.align_log2 = (u8)base_log2(align);
	return m;
}

u32 select_symbol_named(struct select *s, struct str name) {
	for (u32 i = 0; i < s->unit->symbols.size; i++)
		if (str_eq(s->unit->symbols.data[i].name, name))
			return i;
	struct mach_symbol symbol = {
		.name = str_copy(s->unit->arena, name), .kind = MACH_SYMBOL_UNDEFINED, .global = true};
	return mach_symbol_add(s->unit, symbol);
}

// A shift by 0 to 3 or a multiplication by 1, 2, 4, 8: the value and its scale.
static struct ir_value *scaled(struct ir_value *v, u8 *scale) {
	struct ir_op *def = ir_value_def(v);
	i64 n;
	*scale = 1;
	if (op_is(def, OP_arith_shli) && ir_value_constant_int(ir_operand_get(def, 1), &n) && n >= 0 &&
	    n <= 3)
		*scale = (u8)(1 << n);
	else if (op_is(def, OP_arith_muli) && ir_value_constant_int(ir_operand_get(def, 1), &n) &&
	         (n == 1 || n == 2 || n == 4 || n == 8))
		*scale = (u8)n;
	else
		return v;
	return ir_operand_get(def, 0);
}

static bool is_address_use(const struct ir_operand *u) {
	u32 address = op_is(u->owner, OP_tile_store) ? 1 : 0;
	bool access = op_is(u->owner, OP_tile_load) || op_is(u->owner, OP_tile_store) ||
	              op_is(u->owner, OP_tile_prefetch);
	return access && u == &u->owner->operands[address];
}

// A sum that only addresses use costs nothing inside them, as long as they stand in its block.
static bool only_in_addresses(const struct ir_value *v) {
	u32 uses = 0;
	IR_USES(v, u)
	if (!is_address_use(u) || u->owner->block != v->op->block || ++uses > 16)
		return false;
	return true;
}

// Adds a constant found in front of the address; false when the displacement would not fit.
static bool add_disp(i64 *disp, i64 c) {
	i64 sum;
	if (__builtin_add_overflow(*disp, c, &sum) || sum < INT32_MIN || sum > INT32_MAX)
		return false;
	*disp = sum;
	return true;
}

static struct ir_value *strip_constants(struct ir_value *v, i64 *disp) {
	struct ir_op *def = ir_value_def(v);
	i64 c;
	while (op_is(def, OP_arith_addi) && ir_value_constant_int(ir_operand_get(def, 1), &c) &&
	       add_disp(disp, c)) {
		v = ir_operand_get(def, 0);
		def = ir_value_def(v);
	}
	return v;
}

// base + index * scale: a sum whose one side is scaled is taken apart, else the sum is the base.
static void base_and_index(struct select *s, struct ir_value *v, struct mach_mem *m) {
	struct ir_op *def = ir_value_def(v);
	u8 scale;
	if (op_is(def, OP_arith_addi) && only_in_addresses(v)) {
		struct ir_value *a = ir_operand_get(def, 0), *b = ir_operand_get(def, 1);
		struct ir_value *index = scaled(b, &scale);
		if (scale == 1) {
			index = scaled(a, &scale);
			a = scale == 1 ? a : b;
			index = scale == 1 ? b : index;
		}
		m->base = select_value(s, a);
		m->index = select_value(s, index);
		m->scale = scale;
		return;
	}
	m->base = select_value(s, v);
}

struct mach_mem select_address(struct select *s, struct ir_value *address, i64 disp) {
	struct mach_mem m = select_mem_none();
	i64 sum = 0;
	CHECK(add_disp(&sum, disp));
	struct ir_value *v = strip_constants(address, &sum);
	struct ir_op *def = ir_value_def(v);
	u64 frame = op_is(def, OP_tile_frame) ? map_get_or(&s->frames, map_ptr(def), 0) : 0;
	m.disp = (i32)sum;
	if (frame)
		m.slot = (u32)frame - 1;
	else
		base_and_index(s, v, &m);
	return m;
}

struct mach_mem select_access(struct select *s, const struct ir_op *op) {
	struct ir_value *address = ir_operand_get(op, op_is(op, OP_tile_store) ? 1 : 0);
	i64 offset = ir_op_int(op, NAME_offset, 0), alias = ir_op_int(op, NAME_alias, 0);
	i64 alignment = ir_op_int(op, NAME_alignment, 1);
	bool fits = offset >= INT32_MIN && offset <= INT32_MAX;
	if (!fits)
		s->failed = true,
		ir_op_error(s->diags, op, "has an offset of more than 32 bits; add it to the address");
	struct mach_mem m = select_address(s, address, fits ? offset : 0);
	m.alias = alias > 0 && alias <= UINT8_MAX ? (u8)alias : 0;
	m.align_log2 = alignment > 0 ? (u8)BASE_MIN(base_log2((u64)alignment), 6u) : 0;
	return m;
}

static void store_lane(ir_type element, ir_attr a, u64 i, u8 *out) {
	if (ir_type_is_float(element))
		ir_element_store_float(element, out,
		                       a->kind == IR_ATTR_FLOAT ? a->real : ir_dense_get_float(a, i));
	else
		ir_element_store_int(element, out,
		                     a->kind == IR_ATTR_INTEGER ? a->integer : ir_dense_get_int(a, i));
}

const u8 *select_constant_bytes(struct select *s, ir_attr a, u32 *size) {
	bool dense = a->kind == IR_ATTR_DENSE_ELEMENTS;
	if (!dense && a->kind != IR_ATTR_INTEGER && a->kind != IR_ATTR_FLOAT)
		return NULL;
	ir_type element = ir_type_scalar(a->type);
	u32 lane = (u32)ir_type_bytes(element), lanes = dense ? (u32)ir_type_num_elements(a->type) : 1;
	*size = lane * lanes;
	u8 *bytes = ARENA_ARRAY(s->arena, u8, BASE_MAX(*size, 8u));
	for (u32 i = 0; i < lanes; i++) {
		store_lane(element, a, dense && a->splat ? 0 : i, bytes + i * lane);
		if (ir_type_is_int(element, 1))
			bytes[i] &= 1;
	}
	return bytes;
}

// ---- memory operands --------------------------------------------------------------------------

static bool plain_load(const struct ir_op *op) {
	return op_is(op, OP_tile_load) && op->num_operands == 1;
}

// The load behind a value when it is of that many bytes and may be folded into the op being
// selected.
static struct ir_op *foldable_load(struct select *s, const struct ir_value *v, u32 bytes) {
	struct ir_op *def = ir_value_def(v);
	bool fits = plain_load(def) && ir_value_one_use(v) && select_bytes(s, v) == bytes &&
	            type_of(v->type) != SELECT_vi1 && type_of(v->type) != SELECT_i1;
	return fits && foldable(s, s->op, def) ? def : NULL;
}

// A constant of this block that nobody else uses: read where it is used.
static ir_attr foldable_constant(struct select *s, const struct ir_value *v) {
	struct ir_op *def = ir_value_def(v);
	if (!def || !(def->info->traits & IR_CONSTANT) || def->block != s->op->block ||
	    !ir_value_one_use(v) || slot_of(s, v)->value)
		return NULL;
	return banks[type_of(v->type)] == SELECT_BANK_VEC ? ir_op_attr(def, NAME_value) : NULL;
}

static bool all_zero(const u8 *bytes, u32 n) {
	for (u32 i = 0; i < n; i++)
		if (bytes[i])
			return false;
	return true;
}

static bool fold_plain(struct select *s, struct ir_value *v, u32 bytes, struct mach_mem *m) {
	struct ir_op *load = foldable_load(s, v, bytes);
	if (load) {
		*m = select_access(s, load);
		return true;
	}
	ir_attr constant = foldable_constant(s, v);
	u32 size;
	const u8 *data = constant ? select_constant_bytes(s, constant, &size) : NULL;
	if (!data || size != bytes || all_zero(data, size))
		return false;
	*m = select_constant_mem(s, data, size, size);
	return true;
}

// A broadcast of a loaded element, or a splat constant.
static bool fold_broadcast(struct select *s, struct ir_value *v, u32 element, struct mach_mem *m) {
	struct ir_op *def = ir_value_def(v);
	if (v->type->kind != IR_TYPE_VECTOR || ir_type_bytes(v->type->element) != element ||
	    select_bytes(s, v) < 16)
		return false;
	ir_attr constant = foldable_constant(s, v);
	if (constant && constant->splat) {
		u32 size;
		const u8 *data = select_constant_bytes(s, constant, &size);
		if (!data || all_zero(data, element))
			return false;
		*m = select_constant_mem(s, data, element, element);
		return true;
	}
	if (!op_is(def, OP_vector_broadcast) || !ir_value_one_use(v) || !foldable(s, s->op, def))
		return false;
	struct ir_value *scalar = ir_operand_get(def, 0);
	struct ir_op *load =
		scalar->type->kind == IR_TYPE_VECTOR ? NULL : foldable_load(s, scalar, element);
	if (load)
		*m = select_access(s, load);
	return load != NULL;
}

// Tries to make operand `op` of an instruction a memory operand.
static bool fold_operand(struct select *s, u16 opcode, u32 size, u32 op, struct ir_value *v,
                         u8 *mode, struct mach_mem *m) {
	const struct select_target *t = s->target;
	const struct mach_operand_info *info = &s->f->target->insts[opcode].operands[op];
	if (!info->mem || !t->mem_allowed(s->f->cpu, opcode, (u8)size, op))
		return false;
	if (fold_plain(s, v, t->operand_bytes(opcode, (u8)size, op, true), m))
		return true;
	u32 element = t->broadcast_bytes(s->f->cpu, opcode, (u8)size, op);
	if (!element || select_bytes(s, v) != t->operand_bytes(opcode, (u8)size, op, true) ||
	    !fold_broadcast(s, v, element, m))
		return false;
	*mode |= t->broadcast;
	return true;
}

// A broadcast of this block, of nobody else, whose element is loaded for it.
static bool foldable_broadcast(struct select *s, const struct ir_value *v, u32 element) {
	struct ir_op *def = ir_value_def(v);
	return op_is(def, OP_vector_broadcast) && ir_value_one_use(v) && foldable(s, s->op, def) &&
	       ir_operand_get(def, 0)->type->kind != IR_TYPE_VECTOR &&
	       foldable_load(s, ir_operand_get(def, 0), element);
}

bool select_folds(struct select *s, struct ir_value *v, bool broadcast) {
	if (foldable_load(s, v, select_bytes(s, v)) || foldable_constant(s, v))
		return true;
	u32 element = (u32)ir_type_bytes(ir_type_scalar(v->type));
	return broadcast && element >= 4 && foldable_broadcast(s, v, element);
}

static bool could_fold(struct select *s, u16 opcode, u32 size, u32 op,
                       const struct select_operand *o) {
	if (o->kind != SELECT_USE)
		return false;
	const struct mach_operand_info *info = &s->f->target->insts[opcode].operands[op];
	if (!info->mem || !s->target->mem_allowed(s->f->cpu, opcode, (u8)size, op))
		return false;
	u32 bytes = s->target->operand_bytes(opcode, (u8)size, op, true);
	if (foldable_load(s, o->value, bytes))
		return true;
	u32 element = s->target->broadcast_bytes(s->f->cpu, opcode, (u8)size, op);
	return element && foldable_broadcast(s, o->value, element);
}

// ---- instructions -----------------------------------------------------------------------------

mach_inst select_emit(struct select *s, u16 opcode, u8 size, u8 mode, u32 n,
                      const struct mach_operand *ops) {
	mach_inst i = mach_inst_make(s->f, opcode, size, mode, n, ops);
	mach_inst_get(s->f, i)->loc = s->loc;
	vec_push(s->arena, s->pending, i);
	return i;
}

void select_copy(struct select *s, mach_value to, mach_value from) {
	if (to == from)
		return;
	select_emit(s, MACH_COPY, 0, 0, 2, (struct mach_operand[]){mach_def(to), mach_use(from)});
}

// The operand numbers of the first two uses of a row.
static bool first_uses(const struct mach_inst_info *info, u32 *a, u32 *b) {
	u32 found = 0, at[2] = {0, 0};
	for (u32 i = 0; i < info->num_operands && found < 2; i++)
		if (info->operands[i].kind == MACH_OP_USE)
			at[found++] = i;
	*a = at[0];
	*b = at[1];
	return found == 2;
}

// Exchanges the first two uses where that saves a load or a copy.
static void commute(struct select *s, u16 opcode, u32 size, struct select_operand *ops, u32 n) {
	const struct mach_inst_info *info = &s->f->target->insts[opcode];
	u32 a, b;
	if (!(info->flags & MACH_COMMUTES) || n < 2 || !first_uses(info, &a, &b) ||
	    ops[0].kind != SELECT_USE)
		return;
	bool fold_second = could_fold(s, opcode, size, b, &ops[1]),
		 fold_first = could_fold(s, opcode, size, b, &ops[0]);
	bool keeps_first = info->operands[a].tied && ops[1].kind != SELECT_NONE &&
	                   !ir_value_one_use(ops[0].value) &&
	                   (ops[1].kind == SELECT_TEMP ||
	                    (ops[1].kind == SELECT_USE && ir_value_one_use(ops[1].value)));
	if (fold_second || (!fold_first && !keeps_first))
		return;
	struct select_operand t = ops[0];
	ops[0] = ops[1];
	ops[1] = t;
}

static struct mach_operand make_operand(struct select *s, const struct select_operand *o) {
	switch (o->kind) {
	case SELECT_USE:
	case SELECT_REG: return mach_use(select_value(s, o->value));
	case SELECT_TEMP: return mach_use(o->temp);
	case SELECT_IMM: return mach_imm(s->f, o->imm);
	case SELECT_COND: return mach_cond_operand(o->number);
	case SELECT_MEM: return mach_mem_operand(s->f, o->mem);
	case SELECT_EDGE: return mach_edge_operand(o->number);
	case SELECT_SYMBOL: return mach_symbol_operand(o->number);
	case SELECT_NONE: break;
	}
	return (struct mach_operand){.kind = MACH_OP_NONE, .fixed = MACH_NO_REG};
}

// Content of a definition that has no ir value: what the row names, or a whole mask.
static u32 def_bytes(const struct select *s, u16 opcode, u32 size, u32 op, u8 cls) {
	if (cls == s->target->classes[SELECT_BANK_MASK])
		return 8;
	u32 bytes = s->target->operand_bytes(opcode, (u8)size, op, false);
	return cls == s->target->classes[SELECT_BANK_GPR] ? BASE_MAX(bytes, 4u) : bytes;
}

// Whether an instruction gives the same anywhere: it reads no register, and no memory but
// constants. One that writes flags could not stand where flags are alive.
static bool repeatable(const struct select *s, mach_inst i) {
	const struct mach_inst_data *d = mach_inst_get(s->f, i);
	const struct mach_inst_info *info = &s->f->target->insts[d->opcode];
	bool constant = false;
	if (info->flags & (MACH_WRITES_FLAGS | MACH_STORES | MACH_EFFECT) || d->num_defs != 1)
		return false;
	for (u32 k = 1; k < d->num_operands; k++) {
		const struct mach_operand *o = &s->f->operands.data[d->operands + k];
		if (o->kind == MACH_OP_USE)
			return false;
		u32 symbol = o->kind == MACH_OP_MEM ? s->f->mems.data[o->payload].symbol : MACH_NONE;
		if (o->kind == MACH_OP_MEM &&
		    (symbol == MACH_NONE || s->unit->symbols.data[symbol].kind != MACH_SYMBOL_RODATA))
			return false;
		constant |= o->kind == MACH_OP_MEM;
	}
	return constant || info->flags & MACH_REMAT;
}

enum { OPERANDS_MAX = 16 };

mach_value select_inst(struct select *s, u16 opcode, u32 size, bool zeroing, u32 result,
                       mach_value into, mach_value *defs, u32 n,
                       const struct select_operand *given) {
	const struct mach_inst_info *info = &s->f->target->insts[opcode];
	struct select_operand ops[OPERANDS_MAX];
	struct mach_operand out[OPERANDS_MAX];
	u32 at = 0, count = 0, def = 0;
	mach_value value = 0;
	u8 mode = zeroing ? s->target->zeroing : 0;
	bool memory = false;
	ASSERT(n <= OPERANDS_MAX && info->num_operands <= OPERANDS_MAX);
	if (n)
		memcpy(ops, given, n * sizeof *ops);
	for (u32 i = 0; i < n; i++)
		memory |= ops[i].kind == SELECT_MEM;
	commute(s, opcode, size, ops, n);
	for (u32 i = 0; i < info->num_operands; i++) {
		const struct mach_operand_info *o = &info->operands[i];
		if (o->kind == MACH_OP_DEF) {
			bool wanted = def == result;
			if (!wanted && !defs && o->implicit) {
				def++;  // flags that nobody reads: the row makes them a clobber
				continue;
			}
			mach_value v =
				wanted && into
					? into
					: mach_value_add(s->f, o->cls, (u8)def_bytes(s, opcode, size, i, o->cls));
			out[count] = mach_def(v);
			if (!wanted && !defs)
				out[count].flags |= MACH_DEAD;
			if (defs)
				defs[def] = v;
			if (wanted)
				value = v;
			def++, count++;
			continue;
		}
		if (at == n)
			break;
		struct mach_mem m;
		const struct select_operand *p = &ops[at++];
		if (p->kind == SELECT_USE && !memory &&
		    fold_operand(s, opcode, size, i, p->value, &mode, &m)) {
			out[count++] = mach_mem_operand(s->f, m);
			memory = true;
		} else {
			out[count++] = make_operand(s, p);
		}
	}
	mach_inst made = select_emit(s, opcode, (u8)size, mode, count, out);
	if (repeatable(s, made))
		s->f->values.data[value].remat = 1 + made;
	return value;
}

void select_fail(struct select *s, const struct ir_op *op) {
	s->failed = true;
	struct strbuf types;
	strbuf_init(&types, &s->diags->arena);
	for (u32 i = 0; i < op->num_operands + op->num_results; i++) {
		ir_type t = i < op->num_operands ? ir_operand_get(op, i)->type
		                                 : op->results[i - op->num_operands].type;
		strbuf_add_z(&types, i == op->num_operands ? " -> " : i ? ", " : "");
		ir_print_type(op->module->context, t, &types);
	}
	diag_emit(s->diags, DIAG_select_no_rule, ir_loc_diag(op->loc), STR_ARG(op->info->full_name),
	          types.data ? types.data : "", s->f->cpu->name);
	diag_help(s->diags,
	          "lower it to other ops before, or compile for a CPU that has such an instruction");
}
