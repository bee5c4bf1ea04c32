// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Masks: constants, the first n lanes, single lanes, and on CPUs that keep masks in vectors their
// conversion between lanes of different bytes. Wider lanes come from sign extension, narrower ones
// from packing with signed saturation, which leaves 0 and -1 alone.
#include "target/x86_64/isel.h"

// ---- constants --------------------------------------------------------------------------------

u64 x86_isel_mask_constant(const struct ir_op *op) {
	u32 lanes = select_lanes(&op->results[0]);
	u64 all = lanes == 64 ? UINT64_MAX : (1ull << lanes) - 1, bits = 0;
	if (op_is(op, OP_vector_constant_mask)) {
		i64 n = ir_attr_array_int(ir_op_attr(op, NAME_mask_dim_sizes), 0);
		return n >= 64 ? all : all & ((1ull << n) - 1);
	}
	ir_attr value = ir_op_attr(op, NAME_value);
	for (u32 i = 0; i < lanes; i++)
		bits |= (u64)(ir_dense_get_int(value, value->splat ? 0 : i) & 1) << i;
	return bits;
}

static mach_value mask_of(struct select *s, u64 bits) {
	mach_value r = x86_isel_1(s, X86_movabs, 8, 0, select_imm((i64)bits));
	return x86_isel_1(s, X86_kmov_from_gpr, 8, 0, select_temp(r));
}

mach_value x86_isel_lane_mask(struct select *s, u32 lanes) {
	return mask_of(s, lanes == 64 ? UINT64_MAX : (1ull << lanes) - 1);
}

// min(max(n, 0), lanes), signed.
mach_value x86_isel_lane_count(struct select *s, struct ir_op *op) {
	struct ir_value *n = ir_operand_get(op, 0);
	struct select_operand lanes = select_imm(select_lanes(&op->results[0]));
	mach_value most = x86_isel_1(s, X86_mov_i, 4, 0, lanes);
	mach_value flags = select_inst(s, X86_cmp_i, 8, false, 0, 0, NULL, 2,
	                               (struct select_operand[]){select_reg(n), lanes});
	mach_value low =
		select_inst(s, X86_cmov, 8, false, 0, 0, NULL, 4,
	                (struct select_operand[]){select_reg(n), select_temp(most),
	                                          select_cond(X86_COND_G), select_temp(flags)});
	mach_value none = x86_isel_1(s, X86_mov_i, 4, 0, select_imm(0));
	flags = x86_isel_2(s, X86_test, 8, 0, select_temp(low), select_temp(low));
	return select_inst(s, X86_cmov, 8, false, 0, 0, NULL, 4,
	                   (struct select_operand[]){select_temp(low), select_temp(none),
	                                             select_cond(X86_COND_S), select_temp(flags)});
}

// ---- lanes of other bytes ---------------------------------------------------------------------

static mach_value widened(struct select *s, mach_value from, u32 from_bytes, u32 to_bytes, u32 size,
                          mach_value into) {
	static const u16 rows[4][4] = {
		{0, X86_vpmovsxbw, X86_vpmovsxbd, X86_vpmovsxbq},
		{0, 0, X86_vpmovsxwd, X86_vpmovsxwq},
		{0, 0, 0, X86_vpmovsxdq},
	};
	return x86_isel_1(s, rows[base_log2(from_bytes)][base_log2(to_bytes)], size, into,
	                  select_temp(from));
}

// Lanes of half the bytes. 32 bytes are packed from their two halves, so that the order is kept.
static mach_value halved(struct select *s, mach_value from, u32 lane_bytes, u32 bytes,
                         mach_value into) {
	struct select_operand low = select_temp(from), high = low;
	if (bytes > 16)
		high = select_temp(x86_isel_2(s, X86_vextracti32x4, 32, 0, low, select_imm(1)));
	if (lane_bytes == 8)
		return x86_isel_3(s, X86_vshufps, 16, into, low, high, select_imm(0x88));
	return x86_isel_2(s, lane_bytes == 4 ? X86_vpackssdw : X86_vpacksswb, 16, into, low, high);
}

void x86_isel_convert_mask(struct select *s, mach_value from, u32 from_bytes, u32 to_bytes,
                           u32 lanes, mach_value into) {
	if (to_bytes > from_bytes) {
		widened(s, from, from_bytes, to_bytes, x86_isel_size(lanes * to_bytes), into);
		return;
	}
	for (; from_bytes > to_bytes; from_bytes /= 2)
		from =
			halved(s, from, from_bytes, lanes * from_bytes, from_bytes == 2 * to_bytes ? into : 0);
}

mach_value x86_isel_lanes_of(struct select *s, struct ir_value *mask, u32 bytes) {
	mach_value from = select_value(s, mask);
	u32 each = select_lane_bytes(s, mask), lanes = select_lanes(mask);
	if (each == bytes)
		return from;
	mach_value to = select_new(s, SELECT_BANK_VEC, BASE_MAX(bytes * lanes, 4u));
	x86_isel_convert_mask(s, from, each, bytes, lanes, to);
	return to;
}

// ---- one lane ---------------------------------------------------------------------------------

// The mask as bits of a general register, shifted by the lane's number.
mach_value x86_isel_mask_lane(struct select *s, struct ir_op *op) {
	struct ir_value *mask = ir_operand_get(op, 0);
	mach_value bits;
	if (s->masks_in_vectors)
		bits = x86_isel_1(s, X86_vpmovmskb, x86_isel_size(select_lanes(mask)), 0,
		                  select_temp(x86_isel_lanes_of(s, mask, 1)));
	else
		bits = x86_isel_1(s, X86_kmov_to_gpr, 8, 0, select_use(mask));
	if (op->num_operands > 1) {
		bits = x86_isel_2(s, X86_shrx, 8, 0, select_temp(bits), select_reg(ir_operand_get(op, 1)));
	} else {
		i64 at = ir_attr_array_int(ir_op_attr(op, NAME_static_position), 0);
		if (at)
			bits = x86_isel_2(s, X86_shr_i, 8, 0, select_temp(bits), select_imm(at));
	}
	return x86_isel_2(s, X86_and_i, 4, select_result(s, op, 0), select_temp(bits), select_imm(1));
}
