// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards and helpers of isel.rules, and what the selection driver asks of the target.
#include "target/x86_64/isel.h"

#include <math.h>

#include "dialect/hooks.h"
#include "ir/rewrite.h"

// ---- making instructions ----------------------------------------------------------------------

mach_value x86_isel_1(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a) {
	return select_inst(s, opcode, size, false, 0, into, NULL, 1, &a);
}

mach_value x86_isel_2(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a, struct select_operand b) {
	return select_inst(s, opcode, size, false, 0, into, NULL, 2, (struct select_operand[]){a, b});
}

mach_value x86_isel_3(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a, struct select_operand b, struct select_operand c) {
	return select_inst(s, opcode, size, false, 0, into, NULL, 3,
	                   (struct select_operand[]){a, b, c});
}

struct mach_mem x86_isel_data(struct select *s, const void *bytes, u32 n) {
	return select_constant_mem(s, bytes, n, base_is_pow2(n) ? BASE_MIN(n, 64u) : 16);
}

// ---- guards -----------------------------------------------------------------------------------

static bool evex(struct select *s) { return !s->masks_in_vectors; }

static i64 integer(ir_attr a) {
	i64 v;
	CHECK(dialect_attr_int(a, &v));
	return ir_type_is_int(ir_type_scalar(a->type), 1) ? v & 1 : v;
}

static bool fits_i32(struct select *s, ir_attr a) {
	(void)s;
	return integer(a) == (i32)integer(a);
}

static bool is_power_of_two(struct select *s, ir_attr a) {
	(void)s;
	return integer(a) > 0 && base_is_pow2((u64)integer(a));
}

static bool one_use(struct select *s, const struct ir_value *v) {
	(void)s;
	return ir_value_one_use(v);
}

static bool times_lea(struct select *s, ir_attr a) {
	(void)s;
	return integer(a) == 3 || integer(a) == 5 || integer(a) == 9;
}

// The value and scale of a product that an address can take in; scale 1 when it is none.
static struct ir_value *scaled(struct select *s, const struct ir_op *user, struct ir_value *v,
                               u8 *scale) {
	struct ir_op *def = ir_value_def(v);
	i64 n;
	*scale = 1;
	if (!def || def->block != user->block || !ir_value_one_use(v) || select_is_asked(s, v))
		return v;
	if (op_is(def, OP_arith_shli) && ir_value_constant_int(ir_operand_get(def, 1), &n) && n >= 1 &&
	    n <= 3)
		*scale = (u8)(1 << n);
	else if (op_is(def, OP_arith_muli) && ir_value_constant_int(ir_operand_get(def, 1), &n) &&
	         (n == 2 || n == 4 || n == 8))
		*scale = (u8)n;
	return *scale == 1 ? v : ir_operand_get(def, 0);
}

static bool constant_i32(const struct ir_value *v, i64 *c) {
	return ir_value_constant_int(v, c) && *c == (i32)*c;
}

// Three operands, a scaled one, or two that live on: in place would need more instructions.
static bool wants_lea(struct select *s, const struct ir_op *op) {
	struct ir_value *a = ir_operand_get(op, 0), *b = ir_operand_get(op, 1);
	u8 scale_a, scale_b;
	i64 c;
	if (constant_i32(b, &c))
		return !ir_value_one_use(a);
	if (ir_value_constant(a) || ir_value_constant(b))
		return false;
	scaled(s, op, a, &scale_a);
	scaled(s, op, b, &scale_b);
	return scale_a > 1 || scale_b > 1 || (!ir_value_one_use(a) && !ir_value_one_use(b));
}

static bool flag_order(struct select *s, ir_attr p) {
	(void)s;
	switch (p->integer) {
	case IR_cmpf_predicate_ogt:
	case IR_cmpf_predicate_oge:
	case IR_cmpf_predicate_ueq:
	case IR_cmpf_predicate_one:
	case IR_cmpf_predicate_ult:
	case IR_cmpf_predicate_ule:
	case IR_cmpf_predicate_uno:
	case IR_cmpf_predicate_ord: return true;
	default: return false;
	}
}

static bool flag_order_swapped(struct select *s, ir_attr p) {
	(void)s;
	switch (p->integer) {
	case IR_cmpf_predicate_olt:
	case IR_cmpf_predicate_ole:
	case IR_cmpf_predicate_ugt:
	case IR_cmpf_predicate_uge: return true;
	default: return false;
	}
}

static bool all_bytes(struct select *s, ir_attr a, u8 byte) {
	u32 size;
	struct arena_mark mark = arena_save(s->arena);
	const u8 *bytes = select_constant_bytes(s, a, &size);
	bool same = bytes != NULL;
	for (u32 i = 0; same && i < size; i++)
		same = bytes[i] == byte;
	arena_restore(s->arena, mark);
	return same;
}

static bool is_zero(struct select *s, ir_attr a) { return all_bytes(s, a, 0); }
static bool is_ones(struct select *s, ir_attr a) { return all_bytes(s, a, 0xff); }

static bool is_splat(struct select *s, ir_attr a) {
	(void)s;
	return a->kind == IR_ATTR_DENSE_ELEMENTS && a->splat;
}

static bool is_full_mask(struct select *s, ir_attr a) {
	return is_splat(s, a) && integer(a) == 1 && a->type->shape[0] >= 8;
}

static bool small(struct select *s, const struct ir_value *v) { return select_bytes(s, v) < 16; }

static bool signed_or_equal(struct select *s, ir_attr p) {
	(void)s;
	return p->integer <= IR_cmpi_predicate_sge;
}

static bool mask_lanes(struct select *s, i64 bytes, const struct ir_value *v) {
	return select_lane_bytes(s, v) == bytes;
}

static bool lanes_are(struct select *s, i64 lanes, const struct ir_value *v) {
	(void)s;
	return select_lanes(v) == lanes;
}

static bool is_nontemporal(struct select *s, const struct ir_op *op) {
	i64 bytes = select_bytes(s, ir_operand_get(op, 0));
	return ir_op_attr(op, NAME_nontemporal) && bytes >= 16 &&
	       ir_op_int(op, NAME_alignment, 1) % bytes == 0 && op->num_operands == 2;
}

static bool folds(struct select *s, struct ir_value *v) { return select_folds(s, v, evex(s)); }

// ---- immediates and conditions ----------------------------------------------------------------

static i64 imm(struct select *s, ir_attr a) {
	(void)s;
	return integer(a);
}

static i64 log_2(struct select *s, ir_attr a) {
	(void)s;
	return base_log2((u64)integer(a));
}

static i64 minus_one(struct select *s, ir_attr a) {
	(void)s;
	return integer(a) - 1;
}

// On i1 the signed order is the unsigned one turned round, since 1 stands for -1.
static u32 icond(struct select *s, ir_attr predicate, const struct ir_value *v) {
	static const u8 conds[] = {X86_COND_E,  X86_COND_NE, X86_COND_L,  X86_COND_LE, X86_COND_G,
	                           X86_COND_GE, X86_COND_B,  X86_COND_BE, X86_COND_A,  X86_COND_AE};
	static const u8 bits[] = {X86_COND_E,  X86_COND_NE, X86_COND_A,  X86_COND_AE, X86_COND_B,
	                          X86_COND_BE, X86_COND_B,  X86_COND_BE, X86_COND_A,  X86_COND_AE};
	(void)s;
	return (ir_type_is_int(v->type, 1) ? bits : conds)[predicate->integer];
}

// ucomis sets CF, ZF and PF for unordered, ZF for equal, CF for less, none for greater.
static u32 fcond(struct select *s, ir_attr predicate) {
	(void)s;
	switch (predicate->integer) {
	case IR_cmpf_predicate_ogt:
	case IR_cmpf_predicate_olt: return X86_COND_A;
	case IR_cmpf_predicate_oge:
	case IR_cmpf_predicate_ole: return X86_COND_AE;
	case IR_cmpf_predicate_ult:
	case IR_cmpf_predicate_ugt: return X86_COND_B;
	case IR_cmpf_predicate_ule:
	case IR_cmpf_predicate_uge: return X86_COND_BE;
	case IR_cmpf_predicate_ueq: return X86_COND_E;
	case IR_cmpf_predicate_one: return X86_COND_NE;
	case IR_cmpf_predicate_uno: return X86_COND_P;
	default: ASSERT(predicate->integer == IR_cmpf_predicate_ord); return X86_COND_NP;
	}
}

// The quiet form of each predicate (Intel SDM volume 2, CMPPS, table 3-1).
static i64 vcmp(struct select *s, ir_attr predicate) {
	static const u8 quiet[] = {0x0b, 0x00, 0x1e, 0x1d, 0x11, 0x12, 0x0c, 0x07,
	                           0x08, 0x16, 0x15, 0x19, 0x1a, 0x04, 0x03, 0x0f};
	(void)s;
	return quiet[predicate->integer];
}

static i64 vpcmp(struct select *s, ir_attr predicate) {
	static const u8 codes[] = {0, 4, 1, 2, 6, 5, 1, 2, 6, 5};
	(void)s;
	return codes[predicate->integer];
}

// ---- addresses --------------------------------------------------------------------------------

static struct mach_mem access(struct select *s, const struct ir_op *op) {
	return select_access(s, op);
}

static struct mach_mem frame(struct select *s, const struct ir_op *op) {
	return select_slot_mem((u32)map_get_or(&s->frames, map_ptr(op), 0) - 1, 0);
}

static struct mach_mem plain(struct select *s, struct ir_value *v) {
	struct mach_mem m = select_mem_none();
	m.base = select_value(s, v);
	return m;
}

static struct mach_mem sum(struct select *s, const struct ir_op *op) {
	struct mach_mem m = select_mem_none();
	struct ir_value *a = ir_operand_get(op, 0), *b = ir_operand_get(op, 1);
	i64 c;
	if (constant_i32(b, &c)) {
		m.base = select_value(s, a);
		m.disp = (i32)c;
		return m;
	}
	struct ir_value *index = scaled(s, op, b, &m.scale);
	if (m.scale == 1) {
		index = scaled(s, op, a, &m.scale);
		a = b;
	}
	m.base = select_value(s, a);
	m.index = select_value(s, index);
	return m;
}

static struct mach_mem times(struct select *s, struct ir_value *v, ir_attr factor) {
	struct mach_mem m = plain(s, v);
	m.index = m.base;
	m.scale = (u8)(integer(factor) - 1);
	return m;
}

// ---- constants in memory ----------------------------------------------------------------------

static struct mach_mem data(struct select *s, ir_attr a) {
	u32 size;
	const u8 *bytes = select_constant_bytes(s, a, &size);
	u8 padded[64] = {0};
	CHECK(size <= sizeof padded);
	memcpy(padded, bytes, size);
	return x86_isel_data(s, padded, BASE_MAX(size, 16u));
}

static struct mach_mem element(struct select *s, ir_attr a) {
	u32 size;
	return x86_isel_data(s, select_constant_bytes(s, a, &size),
	                     (u32)ir_type_bytes(ir_type_scalar(a->type)));
}

static struct mach_mem scalar(struct select *s, ir_attr a) { return element(s, a); }

// `lane` repeated over as many bytes as the value has, 16 at least.
static struct mach_mem repeated(struct select *s, const struct ir_value *v, const u8 *lane) {
	u8 bytes[64];
	u32 n = x86_isel_size(select_bytes(s, v)), each = select_lane_bytes(s, v);
	for (u32 i = 0; i < n; i++)
		bytes[i] = lane[i % each];
	return x86_isel_data(s, bytes, n);
}

static struct mach_mem sign_bits(struct select *s, const struct ir_value *v) {
	u8 lane[8] = {0};
	lane[select_lane_bytes(s, v) - 1] = 0x80;
	return repeated(s, v, lane);
}

static struct mach_mem abs_bits(struct select *s, const struct ir_value *v) {
	u8 lane[8];
	memset(lane, 0xff, sizeof lane);
	lane[select_lane_bytes(s, v) - 1] = 0x7f;
	return repeated(s, v, lane);
}

static struct mach_mem float_lanes(struct select *s, const struct ir_value *v, double x) {
	u8 lane[8] = {0};
	ir_element_store_float(ir_type_scalar(v->type), lane, x);
	return repeated(s, v, lane);
}

// Beside the integers that rules name there is one half: splat_f(v, 0).
static struct mach_mem splat_f(struct select *s, const struct ir_value *v, i64 n) {
	return float_lanes(s, v, n == 0 ? 0.5 : (double)n);
}

static struct mach_mem power_f(struct select *s, const struct ir_value *v, i64 exponent) {
	return float_lanes(s, v, ldexp(1, (int)exponent));
}

static struct mach_mem splat_i(struct select *s, const struct ir_value *v, i64 n) {
	u8 lane[8] = {0};
	u64 bits = (u64)n;
	memcpy(lane, &bits, sizeof bits);
	return repeated(s, v, lane);
}

static struct mach_mem byte_mask(struct select *s, ir_attr count, const struct ir_op *op) {
	u8 lane[8] = {op_is(op, OP_arith_shli) ? (u8)(0xff << integer(count))
	                                       : (u8)(0xff >> integer(count))};
	return repeated(s, &op->results[0], lane);
}

static struct mach_mem byte_sign(struct select *s, ir_attr count, const struct ir_op *op) {
	u8 lane[8] = {(u8)(0x80 >> integer(count))};
	return repeated(s, &op->results[0], lane);
}

static struct mach_mem mask_data(struct select *s, const struct ir_op *op) {
	u8 bytes[64] = {0};
	u64 mask = x86_isel_mask_constant(op);
	u32 each = select_lane_bytes(s, &op->results[0]), n = select_lanes(&op->results[0]) * each;
	for (u32 i = 0; i < n; i++)
		bytes[i] = (mask >> (i / each)) & 1 ? 0xff : 0;
	return x86_isel_data(s, bytes, x86_isel_size(n));
}

static struct mach_mem iota(struct select *s, const struct ir_op *op) {
	u8 bytes[64] = {0};
	u32 each = select_lane_bytes(s, &op->results[0]),
		n = x86_isel_size(select_bytes(s, &op->results[0]));
	for (u32 i = 0; i < n / each; i++)
		bytes[i * each] = (u8)i;
	return x86_isel_data(s, bytes, n);
}

// ---- structural lowerings by the names that rules use
// ---------------------------------------------

static i64 mask_bits(struct select *s, const struct ir_op *op) {
	(void)s;
	return (i64)x86_isel_mask_constant(op);
}

static mach_value lanes_of(struct select *s, struct ir_value *mask, const struct ir_value *like) {
	return x86_isel_lanes_of(s, mask, select_lane_bytes(s, like));
}

static mach_value byte_lanes(struct select *s, struct ir_value *mask) {
	return x86_isel_lanes_of(s, mask, 1);
}
static mach_value lane_mask(struct select *s, const struct ir_op *op) {
	return x86_isel_lane_mask(s, select_lanes(&op->results[0]));
}
static mach_value lane_count(struct select *s, struct ir_op *op) {
	return x86_isel_lane_count(s, op);
}
static mach_value mask_lane(struct select *s, struct ir_op *op) {
	return x86_isel_mask_lane(s, op);
}
static mach_value shuffled(struct select *s, struct ir_op *op) { return x86_isel_shuffle(s, op); }
static mach_value lane(struct select *s, struct ir_op *op) { return x86_isel_lane(s, op); }
static mach_value with_lane(struct select *s, struct ir_op *op) {
	return x86_isel_with_lane(s, op);
}

static mach_value narrowed_temp(struct select *s, mach_value from, struct ir_op *op) {
	struct ir_value *to = &op->results[0];
	return x86_isel_narrow(s, from, select_lanes(to), 4, select_lane_bytes(s, to),
	                       select_result(s, op, 0));
}

static mach_value narrowed(struct select *s, struct ir_op *op) {
	struct ir_value *from = ir_operand_get(op, 0), *to = &op->results[0];
	return x86_isel_narrow(s, select_value(s, from), select_lanes(to), select_lane_bytes(s, from),
	                       select_lane_bytes(s, to), select_result(s, op, 0));
}

#include "target/x86_64/isel.rules.inc"

// ---- what the driver asks -----------------------------------------------------------------------

static bool masks_in_vectors(const struct mach_cpu *cpu) { return !x86_isel_evex(cpu); }
static u32 sizes(u16 opcode) { return x86_encodings[opcode].sizes; }

static u32 operand_bytes(u16 opcode, u8 size, u32 op, bool in_memory) {
	const struct mach_operand_info *o = &x86_insts[opcode].operands[op];
	return x86_width_bytes(in_memory ? o->mem_width : o->width, size);
}

// Which encoding the memory form has on this CPU; memory forms of some rows are EVEX only.
static bool mem_allowed(const struct mach_cpu *cpu, u16 opcode, u8 size, u32 op) {
	bool evex_form = x86_available(opcode, size, true, cpu->features);
	(void)op;
	return !(x86_encodings[opcode].attrs & X86_ATTR_MEM_EVEX) || evex_form;
}

static u32 broadcast_bytes(const struct mach_cpu *cpu, u16 opcode, u8 size, u32 op) {
	const struct x86_encoding *row = &x86_encodings[opcode];
	if (x86_insts[opcode].operands[op].place != X86_PLACE_RM ||
	    !x86_available(opcode, size, true, cpu->features))
		return 0;
	return x86_tuples[row->tuple].broadcast;
}

const struct select_target x86_select = {
	.rules = x86_isel_select,
	.set = "x86_isel",
	.rule_names = x86_isel_rule_names,
	.num_rules = ARRAY_SIZE(x86_isel_rule_names),
	.classes = {X86_GPR, X86_VEC, X86_MASK},
	.zeroing = X86_ZEROING,
	.broadcast = X86_BROADCAST,
	.call = X86_call,
	.ret = X86_ret,
	.masks_in_vectors = masks_in_vectors,
	.sizes = sizes,
	.operand_bytes = operand_bytes,
	.mem_allowed = mem_allowed,
	.broadcast_bytes = broadcast_bytes,
	.convert_mask = x86_isel_convert_mask,
};
