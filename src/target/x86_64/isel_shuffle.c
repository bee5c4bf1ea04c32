// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lanes moved about: shuffles, slices, narrowing, single lanes.
//
// A shuffle is a list of source lanes. Cheap shapes are looked for first: nothing moves, a run of
// lanes, two halves, one lane repeated, one permutation. What is left goes bytewise through
// vpshufb, which works inside 16-byte blocks: the sources are rotated by blocks, each rotation
// gives the bytes it has in the right block, and the parts are joined. At most 8 parts.
#include "target/x86_64/isel.h"

enum { LANES_MAX = 64, VECTOR_BYTES_MAX = 64 };

struct shuffle {
	struct select *s;
	mach_value source[2];
	u32 source_bytes[2];  // of content
	u32 num_sources;
	u32 lanes, each;                      // of the result: how many, of how many bytes
	u8 from[LANES_MAX], lane[LANES_MAX];  // source and its lane
	mach_value into;
};

static struct select_operand temp(mach_value v) { return select_temp(v); }
static u32 result_bytes(const struct shuffle *h) { return h->lanes * h->each; }

static u32 register_bytes(const struct shuffle *h) {
	u32 bytes = BASE_MAX(result_bytes(h), h->source_bytes[0]);
	if (h->num_sources > 1)
		bytes = BASE_MAX(bytes, h->source_bytes[1]);
	return x86_isel_size(bytes);
}

// ---- blocks of 16 and 32 bytes ------------------------------------------------------------------

// The source from byte `at` on, of which at most 16 (or, on a block border, more) bytes count.
static mach_value from_byte(struct select *s, mach_value v, u32 bytes, u32 at, u32 count,
                            mach_value into) {
	u32 block = at / 16 * 16;
	if (at == 0)
		return v;
	if (count > 16)
		return x86_isel_2(s, X86_vextracti64x4, 64, into, temp(v), select_imm(at / 32));
	bool shift = at != block;
	if (block)
		v = x86_isel_2(s, X86_vextracti32x4, x86_isel_size(bytes), shift ? 0 : into, temp(v),
		               select_imm(block / 16));
	return shift ? x86_isel_2(s, X86_vpsrldq, 16, into, temp(v), select_imm(at - block)) : v;
}

// ---- cheap shapes -----------------------------------------------------------------------------

static bool finish(struct shuffle *h, mach_value v) {
	select_copy(h->s, h->into, v);
	return true;
}

// A run of lanes of one source.
static bool try_run(struct shuffle *h) {
	u32 first = h->lane[0] * h->each, bytes = result_bytes(h), source = h->from[0];
	for (u32 i = 0; i < h->lanes; i++)
		if (h->from[i] != source || h->lane[i] != h->lane[0] + i)
			return false;
	bool inside = first % 16 + bytes <= 16 || (first % 32 == 0 && bytes == 32) || first == 0;
	return inside && finish(h, from_byte(h->s, h->source[source], h->source_bytes[source], first,
	                                     bytes, h->into));
}

// The lower lanes of one source followed by the lower lanes of another: 4 to 32 bytes each.
static bool try_halves(struct shuffle *h) {
	u32 half = h->lanes / 2, bytes = half * h->each, a = h->from[0], b = h->from[half];
	for (u32 i = 0; i < h->lanes; i++)
		if (h->from[i] != (i < half ? a : b) || h->lane[i] != i % half)
			return false;
	struct select_operand x = temp(h->source[a]), y = temp(h->source[b]);
	switch (bytes) {
	case 4: x86_isel_2(h->s, X86_vpunpckldq, 16, h->into, x, y); return true;
	case 8: x86_isel_2(h->s, X86_vpunpcklqdq, 16, h->into, x, y); return true;
	case 16: x86_isel_3(h->s, X86_vinserti32x4, 32, h->into, x, y, select_imm(1)); return true;
	case 32: x86_isel_3(h->s, X86_vinserti64x4, 64, h->into, x, y, select_imm(1)); return true;
	default: return false;
	}
}

static bool try_repeat(struct shuffle *h) {
	static const u16 rows[] = {X86_vpbroadcastb, X86_vpbroadcastw, X86_vpbroadcastd,
	                           X86_vpbroadcastq};
	for (u32 i = 1; i < h->lanes; i++)
		if (h->from[i] != h->from[0] || h->lane[i] != h->lane[0])
			return false;
	u32 source = h->from[0];
	mach_value low = from_byte(h->s, h->source[source], h->source_bytes[source],
	                           h->lane[0] * h->each, h->each, 0);
	x86_isel_1(h->s, rows[base_log2(h->each)], x86_isel_size(result_bytes(h)), h->into, temp(low));
	return true;
}

// ---- permutations -----------------------------------------------------------------------------

static bool one_source(const struct shuffle *h) {
	for (u32 i = 1; i < h->lanes; i++)
		if (h->from[i] != h->from[0])
			return false;
	return true;
}

// Lane numbers as the indices of a permutation; those of source 1 get `second` added.
static struct mach_mem index_data(const struct shuffle *h, u32 bytes, u32 second) {
	u8 data[VECTOR_BYTES_MAX] = {0};
	for (u32 i = 0; i < h->lanes; i++) {
		u32 index = h->lane[i] + (h->from[i] != h->from[0] ? second : 0);
		data[i * h->each] = (u8)index;
		if (h->each == 8 && bytes == 16)
			data[i * 8] = (u8)(index << 1);  // vpermilpd looks at bit 1
	}
	return x86_isel_data(h->s, data, bytes);
}

static mach_value index_value(const struct shuffle *h, u32 bytes, u32 second) {
	return x86_isel_1(h->s, X86_vmovups, bytes, 0, select_mem(index_data(h, bytes, second)));
}

// vperm of one source: 4- and 8-byte lanes, 2-byte ones with EVEX; inside 16 bytes with vpermil.
static bool try_permute(struct shuffle *h) {
	u32 bytes = register_bytes(h), each = h->each;
	bool evex = !h->s->masks_in_vectors;
	struct select_operand source = temp(h->source[h->from[0]]);
	if (!one_source(h) || each == 1 || (each == 2 && !evex))
		return false;
	if (bytes == 16 && each >= 4) {
		x86_isel_2(h->s, each == 4 ? X86_vpermilps : X86_vpermilpd, 16, h->into, source,
		           select_mem(index_data(h, 16, 0)));
		return true;
	}
	if (each == 8 && bytes == 32) {
		u32 order = 0;
		for (u32 i = 0; i < h->lanes; i++)
			order |= (u32)h->lane[i] << (2 * i);
		x86_isel_2(h->s, X86_vpermq_i, 32, h->into, source, select_imm(order));
		return true;
	}
	u16 row = each == 2 ? X86_vpermw : each == 4 ? X86_vpermd : X86_vpermq;
	x86_isel_2(h->s, row, bytes, h->into, temp(index_value(h, bytes, 0)), source);
	return true;
}

static bool try_permute_two(struct shuffle *h) {
	u32 bytes = register_bytes(h), second = h->from[0] ^ 1u;
	if (h->s->masks_in_vectors || h->num_sources != 2 || h->each == 1)
		return false;
	u16 row = h->each == 2 ? X86_vpermt2w : h->each == 4 ? X86_vpermt2d : X86_vpermt2q;
	x86_isel_3(h->s, row, bytes, h->into, temp(h->source[h->from[0]]),
	           temp(index_value(h, bytes, bytes / h->each)), temp(h->source[second]));
	return true;
}

// ---- bytewise ---------------------------------------------------------------------------------

// Blocks of 16 bytes rotated down by `by`.
static mach_value rotated(struct select *s, mach_value v, u32 bytes, u32 by) {
	if (by == 0)
		return v;
	if (bytes == 32)
		return x86_isel_2(s, X86_vpermq_i, 32, 0, temp(v), select_imm(0x4e));
	u32 order = 0;
	for (u32 i = 0; i < 4; i++)
		order |= ((i + by) % 4) << (2 * i);
	return x86_isel_3(s, X86_vshufi64x2, 64, 0, temp(v), temp(v), select_imm(order));
}

struct part {
	mach_value source;
	u32 rotation;
	u8 control[VECTOR_BYTES_MAX];  // 0x80: zero
	bool used;
};

static void place_byte(struct part *parts, u32 blocks, u32 source, u32 from, u32 to) {
	u32 rotation = (from / 16 + blocks - to / 16) % blocks;
	struct part *p = &parts[source * blocks + rotation];
	p->used = true;
	p->control[to] = (u8)(from % 16);
}

static void join_parts(struct select *s, struct part *parts, u32 count, u32 bytes,
                       mach_value into) {
	u32 left = 0;
	mach_value sum = 0;
	for (u32 i = 0; i < count; i++)
		left += parts[i].used;
	ASSERT(left > 0);
	for (u32 i = 0; i < count; i++) {
		struct part *p = &parts[i];
		if (!p->used)
			continue;
		left--;
		mach_value v = rotated(s, p->source, bytes, p->rotation);
		bool only = left == 0 && sum == 0;
		v = x86_isel_2(s, X86_vpshufb, bytes, only ? into : 0, temp(v),
		               select_mem(x86_isel_data(s, p->control, bytes)));
		sum = sum ? x86_isel_2(s, X86_vpord, bytes, left == 0 ? into : 0, temp(sum), temp(v)) : v;
	}
}

static void bytewise(struct shuffle *h) {
	u32 bytes = register_bytes(h), blocks = bytes / 16, count = h->num_sources * blocks;
	struct part parts[8];
	memset(parts, 0, sizeof parts);
	for (u32 i = 0; i < count; i++) {
		parts[i].source = h->source[i / blocks];
		parts[i].rotation = i % blocks;
		memset(parts[i].control, 0x80, sizeof parts[i].control);
	}
	for (u32 i = 0; i < h->lanes; i++)
		for (u32 b = 0; b < h->each; b++)
			place_byte(parts, blocks, h->from[i], h->lane[i] * h->each + b, i * h->each + b);
	join_parts(h->s, parts, count, bytes, h->into);
}

static void emit_shuffle(struct shuffle *h) {
	if (try_run(h) || try_repeat(h) || try_halves(h) || try_permute(h) || try_permute_two(h))
		return;
	bytewise(h);
}

// ---- ops --------------------------------------------------------------------------------------

// Which lane of which operand stands at lane i of the result.
static u32 source_lane(const struct ir_op *op, u32 i, u32 first_lanes) {
	ir_attr offsets = ir_op_attr(op, NAME_offsets);
	if (op_is(op, OP_vector_shuffle))
		return (u32)ir_attr_array_int(ir_op_attr(op, NAME_mask), i);
	u32 at = (u32)ir_attr_array_int(offsets, 0);
	u32 stride = (u32)ir_attr_array_int(ir_op_attr(op, NAME_strides), 0);
	if (op_is(op, OP_vector_extract_strided_slice))
		return at + i * stride;
	// insert_strided_slice: the slice comes first, then what it is put into.
	bool inserted = i >= at && i < at + first_lanes * stride && (i - at) % stride == 0;
	return inserted ? (i - at) / stride : first_lanes + i;
}

mach_value x86_isel_shuffle(struct select *s, struct ir_op *op) {
	struct shuffle h = {.s = s,
	                    .lanes = select_lanes(&op->results[0]),
	                    .each = select_lane_bytes(s, &op->results[0]),
	                    .into = select_result(s, op, 0)};
	u32 first_lanes = select_lanes(ir_operand_get(op, 0));
	bool used[2] = {false, false};
	for (u32 i = 0; i < h.lanes; i++) {
		u32 lane = source_lane(op, i, first_lanes);
		h.from[i] = lane >= first_lanes;
		h.lane[i] = (u8)(lane - (lane >= first_lanes ? first_lanes : 0));
		used[h.from[i]] = true;
	}
	// A source that is not used, or is the same value, does not count.
	bool same = op->num_operands > 1 && ir_operand_get(op, 0) == ir_operand_get(op, 1);
	for (u32 i = 0; i < h.lanes; i++)
		if (!used[0] || same)
			h.from[i] = 0;
	u32 only = used[0] || same ? 0 : 1;
	h.num_sources = used[0] && used[1] && !same ? 2 : 1;
	for (u32 k = 0; k < h.num_sources; k++) {
		struct ir_value *v = ir_operand_get(op, h.num_sources == 2 ? k : only);
		h.source[k] = select_value(s, v);
		h.source_bytes[k] = select_bytes(s, v);
	}
	emit_shuffle(&h);
	return h.into;
}

// Keeps the low bytes of each lane.
mach_value x86_isel_narrow(struct select *s, mach_value from, u32 lanes, u32 from_bytes,
                           u32 to_bytes, mach_value into) {
	struct shuffle h = {.s = s,
	                    .source = {from},
	                    .source_bytes = {lanes * from_bytes},
	                    .num_sources = 1,
	                    .lanes = lanes,
	                    .each = to_bytes,
	                    .into = into};
	for (u32 i = 0; i < lanes; i++)
		h.lane[i] = (u8)(i * (from_bytes / to_bytes));
	emit_shuffle(&h);
	return into;
}

// ---- one lane ---------------------------------------------------------------------------------

static enum select_type_id element_type(const struct ir_value *scalar) {
	return (enum select_type_id)base_log2(select_type_bits(scalar->type));
}

// The number of a lane that an extract or insert names; false when it is known at run time only.
static bool static_lane(const struct ir_op *op, i64 *lane) {
	bool by_operand = op_is(op, OP_vector_extractelement) || op_is(op, OP_vector_insertelement);
	u32 vectors = op_is(op, OP_vector_extract) || op_is(op, OP_vector_extractelement) ? 1 : 2;
	if (by_operand)
		return ir_value_constant_int(ir_operand_get(op, vectors), lane);
	*lane = ir_attr_array_int(ir_op_attr(op, NAME_static_position), 0);
	return *lane != IR_DYNAMIC;
}

static void read_low_block(struct select *s, enum select_type_id t, mach_value block, u32 lane,
                           mach_value into) {
	struct select_operand v = temp(block), n = select_imm(lane);
	switch (t) {
	case SELECT_i8: x86_isel_2(s, X86_vpextrb, 0, into, v, n); break;
	case SELECT_i16: x86_isel_2(s, X86_vpextrw, 0, into, v, n); break;
	case SELECT_i32:
		if (lane)
			x86_isel_2(s, X86_vpextrd, 0, into, v, n);
		else
			x86_isel_1(s, X86_vmovd_r, 0, into, v);
		break;
	case SELECT_i64:
		if (lane)
			x86_isel_2(s, X86_vpextrq, 0, into, v, n);
		else
			x86_isel_1(s, X86_vmovq_r, 0, into, v);
		break;
	case SELECT_f32: x86_isel_2(s, X86_vpermilps_i, 16, into, v, n); break;
	case SELECT_f64: x86_isel_2(s, X86_vpermilpd_i, 16, into, v, n); break;
	default: x86_isel_2(s, X86_vpsrldq, 16, into, v, select_imm(2 * lane)); break;
	}
}

// A vector in the frame, and the address of one of its lanes.
static struct mach_mem spilled_lane(struct select *s, struct ir_value *vector,
                                    struct ir_value *index, u32 *slot) {
	u32 bytes = x86_isel_size(select_bytes(s, vector));
	*slot = select_frame_slot(s, bytes, bytes);
	select_inst(
		s, X86_vmovups_m, bytes, false, 0, 0, NULL, 2,
		(struct select_operand[]){select_mem(select_slot_mem(*slot, 0)), select_reg(vector)});
	struct mach_mem m = select_slot_mem(*slot, 0);
	m.index = select_value(s, index);
	m.scale = (u8)select_lane_bytes(s, vector);
	return m;
}

static void load_lane(struct select *s, enum select_type_id t, struct mach_mem m, mach_value into) {
	static const struct {
		u16 row;
		u8 size;
	} loads[] = {
		[SELECT_i8] = {X86_movzx8, 4},         [SELECT_i16] = {X86_movzx16, 4},
		[SELECT_i32] = {X86_mov, 4},           [SELECT_i64] = {X86_mov, 8},
		[SELECT_f32] = {X86_vmovss_l, 0},      [SELECT_f64] = {X86_vmovsd_l, 0},
		[SELECT_f16] = {X86_vpbroadcastw, 16}, [SELECT_bf16] = {X86_vpbroadcastw, 16},
	};
	x86_isel_1(s, loads[t].row, loads[t].size, into, select_mem(m));
}

static void store_lane(struct select *s, enum select_type_id t, struct mach_mem m,
                       struct ir_value *v) {
	static const struct {
		u16 row;
		u8 size;
	} stores[] = {
		[SELECT_i8] = {X86_mov_m, 1},     [SELECT_i16] = {X86_mov_m, 2},
		[SELECT_i32] = {X86_mov_m, 4},    [SELECT_i64] = {X86_mov_m, 8},
		[SELECT_f32] = {X86_vmovss_m, 0}, [SELECT_f64] = {X86_vmovsd_m, 0},
	};
	if (t == SELECT_f16 || t == SELECT_bf16)
		x86_isel_3(s, X86_vpextrw_m, 0, 0, select_mem(m), select_reg(v), select_imm(0));
	else
		x86_isel_2(s, stores[t].row, stores[t].size, 0, select_mem(m), select_reg(v));
}

// Indices at run time are 64 bits wide; narrower ones are not asked for.
static struct ir_value *run_time_lane(struct select *s, struct ir_op *op) {
	struct ir_value *index = ir_operand_get(op, op->num_operands - 1);
	if (select_bytes(s, index) == 8)
		return index;
	select_fail(s, op);
	return NULL;
}

mach_value x86_isel_lane(struct select *s, struct ir_op *op) {
	struct ir_value *vector = ir_operand_get(op, 0);
	mach_value into = select_result(s, op, 0);
	enum select_type_id t = element_type(&op->results[0]);
	i64 lane;
	u32 slot, each = select_lane_bytes(s, vector);
	if (!static_lane(op, &lane)) {
		struct ir_value *index = run_time_lane(s, op);
		if (index)
			load_lane(s, t, spilled_lane(s, vector, index, &slot), into);
		return into;
	}
	u32 at = (u32)lane * each;
	bool in_vector = t >= SELECT_f16 && t <= SELECT_f64;
	mach_value v = select_value(s, vector);
	if (at >= 16)
		v = x86_isel_2(s, X86_vextracti32x4, x86_isel_size(select_bytes(s, vector)),
		               in_vector && at % 16 == 0 ? into : 0, temp(v), select_imm(at / 16));
	if (in_vector && at % 16 == 0)
		select_copy(s, into, v);
	else
		read_low_block(s, t, v, at % 16 / each, into);
	return into;
}

// ---- one lane replaced --------------------------------------------------------------------------

// In 16 bytes.
static void write_low_block(struct select *s, enum select_type_id t, struct select_operand v,
                            struct select_operand x, u32 lane, mach_value into) {
	struct select_operand n = select_imm(lane);
	switch (t) {
	case SELECT_i8: x86_isel_3(s, X86_vpinsrb, 0, into, v, x, n); break;
	case SELECT_i16: x86_isel_3(s, X86_vpinsrw, 0, into, v, x, n); break;
	case SELECT_i32: x86_isel_3(s, X86_vpinsrd, 0, into, v, x, n); break;
	case SELECT_i64: x86_isel_3(s, X86_vpinsrq, 0, into, v, x, n); break;
	case SELECT_f32: x86_isel_3(s, X86_vinsertps, 0, into, v, x, select_imm(lane << 4)); break;
	case SELECT_f64: x86_isel_2(s, lane ? X86_vmovlhps : X86_vmovsd, 0, into, v, x); break;
	default: {
		mach_value wide = x86_isel_1(s, X86_vpbroadcastw, 16, 0, x);
		x86_isel_3(s, X86_vpblendw, 16, into, v, temp(wide), select_imm(1 << lane));
		break;
	}
	}
}

// The scalar in every lane, merged into the vector where the mask says.
static void write_masked(struct select *s, enum select_type_id t, u32 bytes,
                         struct ir_value *vector, struct ir_value *x, u32 lane, mach_value into) {
	static const u16 rows[] = {
		[SELECT_i8] = X86_vpbroadcastb_r,  [SELECT_i16] = X86_vpbroadcastw_r,
		[SELECT_i32] = X86_vpbroadcastd_r, [SELECT_i64] = X86_vpbroadcastq_r,
		[SELECT_f32] = X86_vbroadcastss,   [SELECT_f64] = X86_vpbroadcastq,
		[SELECT_f16] = X86_vpbroadcastw,   [SELECT_bf16] = X86_vpbroadcastw,
	};
	mach_value bit = x86_isel_1(s, X86_movabs, 8, 0, select_imm((i64)(1ull << lane)));
	mach_value mask = x86_isel_1(s, X86_kmov_from_gpr, 8, 0, temp(bit));
	x86_isel_3(s, rows[t], bytes, into, select_use(x), temp(mask), select_reg(vector));
}

// 32 bytes without masks: 4- and 8-byte lanes are blended, others go through their block.
static void write_blended(struct select *s, enum select_type_id t, struct ir_value *vector,
                          struct ir_value *x, u32 lane, u32 each, mach_value into) {
	if (each < 4) {
		u32 per_block = 16 / each, high = lane / per_block;
		struct select_operand v = select_reg(vector);
		mach_value block = high ? x86_isel_2(s, X86_vextracti32x4, 32, 0, v, select_imm(1))
		                        : select_value(s, vector);
		mach_value written = select_new(s, SELECT_BANK_VEC, 16);
		write_low_block(s, t, temp(block), select_reg(x), lane % per_block, written);
		x86_isel_3(s, X86_vinserti32x4, 32, into, v, temp(written), select_imm(high));
		return;
	}
	struct select_operand scalar = select_use(x);
	if (t == SELECT_i32 || t == SELECT_i64)
		scalar =
			temp(x86_isel_1(s, t == SELECT_i32 ? X86_vmovd : X86_vmovq_from_gpr, 0, 0, scalar));
	mach_value wide = x86_isel_1(s, each == 4 ? X86_vpbroadcastd : X86_vpbroadcastq, 32, 0, scalar);
	u32 mask = each == 4 ? 1u << lane : 3u << (2 * lane);
	x86_isel_3(s, X86_vpblendd, 32, into, select_reg(vector), temp(wide), select_imm(mask));
}

mach_value x86_isel_with_lane(struct select *s, struct ir_op *op) {
	struct ir_value *x = ir_operand_get(op, 0), *vector = ir_operand_get(op, 1);
	mach_value into = select_result(s, op, 0);
	u32 bytes = x86_isel_size(select_bytes(s, vector)), each = select_lane_bytes(s, vector), slot;
	if (!select_type(s, x) || x->type->kind == IR_TYPE_VECTOR) {
		select_fail(s, op);
		return into;
	}
	enum select_type_id t = element_type(x);
	i64 lane;
	if (!static_lane(op, &lane)) {
		struct ir_value *index = run_time_lane(s, op);
		if (!index)
			return into;
		struct mach_mem m = spilled_lane(s, vector, index, &slot);
		store_lane(s, t, m, x);
		x86_isel_1(s, X86_vmovups, bytes, into, select_mem(select_slot_mem(slot, 0)));
	} else if (bytes == 16) {
		write_low_block(s, t, select_reg(vector),
		                t == SELECT_f32 || t == SELECT_i32 || t == SELECT_i64 ? select_use(x)
		                                                                      : select_reg(x),
		                (u32)lane, into);
	} else if (!s->masks_in_vectors) {
		write_masked(s, t, bytes, vector, x, (u32)lane, into);
	} else {
		write_blended(s, t, vector, x, (u32)lane, each, into);
	}
	return into;
}
