// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes of an instruction, from its row: legacy prefixes and REX, VEX with two or three bytes, or
// EVEX. The row says where each operand goes (enum x86_place); this file knows only the formats.
//
// Choices it makes, all for size: VEX unless EVEX is needed, VEX2 unless VEX3 is needed (a move
// whose ModRM.rm would need VEX3 uses its reversed opcode), disp8 (or disp8*N) where the
// displacement fits, imm8 where the row has that form, the short forms with rax. Equivalent
// instructions are picked before, by x86_shrink.
//
// Reference: Intel SDM volume 2, chapter 2 (formats, 2.3 VEX, 2.7 EVEX) and 3-5 (rows).
#include "target/x86_64/x86.h"

// Where the operands of an instruction go.
struct layout {
	const struct x86_encoding *row;
	u8 reg, vvvv, rm, is4;  // register encodings; rm only without memory
	bool has_vvvv, has_is4, has_modrm;
	const struct x86_mem *mem;  // NULL: ModRM.rm is a register
	bool vsib;
	u8 mem_width;
	u8 mask;
	i64 imm;
	u8 imm_place;                      // X86_PLACE_NONE: no immediate
	u8 opcode_low;                     // added to the opcode: register or condition
	bool byte_rex;                     // spl bpl sil dil need a REX prefix
	const struct x86_operand *target;  // branch or call
};

static u8 reg_encoding(mach_reg r) { return r == MACH_NO_REG ? 0 : x86_regs[r].encoding; }

static void place_rm(struct layout *l, const struct x86_operand *o,
                     const struct mach_operand_info *info, u8 size) {
	l->has_modrm = true;
	if (o->kind != MACH_OP_MEM) {
		l->rm = reg_encoding(o->reg);
		return;
	}
	l->mem = &o->mem;
	l->mem_width = (u8)x86_width_bytes(info->mem_width, size);
}

static void place_reg(struct layout *l, u8 encoding) {
	l->has_modrm = true;
	l->reg = encoding;
}

static void place_vvvv(struct layout *l, u8 encoding) {
	l->has_vvvv = true;
	l->vvvv = encoding;
}

static void place_operand(struct layout *l, const struct x86_operand *o,
                          const struct mach_operand_info *info, u8 size) {
	u8 r = o->kind == MACH_OP_DEF || o->kind == MACH_OP_USE ? reg_encoding(o->reg) : 0;
	if (info->cls == X86_GPR && info->place != X86_PLACE_NONE && info->place != X86_PLACE_FIXED &&
	    x86_width_bytes(info->width, size) == 1 && r >= 4 && r < 8)
		l->byte_rex = true;
	switch ((enum x86_place)info->place) {
	case X86_PLACE_NONE:
	case X86_PLACE_FIXED: break;
	case X86_PLACE_REG: place_reg(l, r); break;
	case X86_PLACE_RM: place_rm(l, o, info, size); break;
	case X86_PLACE_VVVV: place_vvvv(l, r); break;
	case X86_PLACE_IS4: l->is4 = r, l->has_is4 = true; break;
	case X86_PLACE_OPCODE: l->opcode_low = r, l->rm = r; break;
	case X86_PLACE_AAA: l->mask = r; break;
	case X86_PLACE_REG_RM: place_reg(l, r), l->rm = r; break;
	case X86_PLACE_REG_VVVV_RM: place_reg(l, r), place_vvvv(l, r), l->rm = r; break;
	case X86_PLACE_VSIB:
	case X86_PLACE_VSIB_HALF: place_rm(l, o, info, size), l->vsib = true; break;
	case X86_PLACE_IMM8:
	case X86_PLACE_PREDICATE:
	case X86_PLACE_IMM:
	case X86_PLACE_IMM64: l->imm = o->imm, l->imm_place = info->place; break;
	case X86_PLACE_COND: l->opcode_low = (u8)o->imm; break;
	case X86_PLACE_RELATIVE: l->target = o; break;
	}
}

static struct layout layout_of(const struct x86_inst *x) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	struct layout l = {.row = &x86_encodings[x->opcode], .imm_place = X86_PLACE_NONE};
	for (u32 i = 0; i < info->num_operands; i++)
		if (x->operands[i].kind != MACH_OP_NONE)
			place_operand(&l, &x->operands[i], &info->operands[i], x->size);
	if (l.row->digit != X86_DIGIT_R)
		place_reg(&l, l.row->digit);
	if (l.row->attrs & X86_ATTR_RM0)
		l.has_modrm = true;
	return l;
}

// ---------------------------------------------------------------------------------------------
// Writing

static void put(struct x86_code *c, u8 byte) {
	ASSERT(c->size < X86_INST_BYTES_MAX);
	c->bytes[c->size++] = byte;
}

static void put_le(struct x86_code *c, u64 value, u32 bytes) {
	for (u32 i = 0; i < bytes; i++)
		put(c, (u8)(value >> (8 * i)));
}

static bool fits_i8(i64 v) { return v >= -128 && v <= 127; }

static void put_modrm(struct x86_code *c, u8 mod, u8 reg, u8 rm) {
	put(c, (u8)(mod << 6 | (reg & 7) << 3 | (rm & 7)));
}

static void put_reloc(struct x86_code *c, u32 symbol, i32 disp, u8 kind) {
	c->reloc_at = c->size;
	c->reloc_symbol = symbol;
	c->reloc_addend = disp;
	c->reloc_kind = kind;
	put_le(c, 0, 4);
}

// ModRM, SIB and displacement of a memory operand; the displacement counts in units of `scale` when
// it fits in 8 bits.
static void put_mem(struct x86_code *c, u8 reg, const struct x86_mem *m, u32 scale) {
	if (m->symbol != MACH_NONE) {
		ASSERT(m->base == MACH_NO_REG && m->index == MACH_NO_REG);
		put_modrm(c, 0, reg, 5);
		put_reloc(c, m->symbol, m->disp, MACH_RELOC_PC32);
		return;
	}
	bool has_base = m->base != MACH_NO_REG, has_index = m->index != MACH_NO_REG;
	u8 base = has_base ? reg_encoding(m->base) : 5;
	bool short_disp = m->disp % (i32)scale == 0 && fits_i8(m->disp / (i32)scale);
	u8 mod;
	if (!has_base)
		mod = 0;  // with base 5: disp32 and no base
	else if (m->disp == 0 && (base & 7) != 5)
		mod = 0;
	else
		mod = short_disp ? 1 : 2;
	if (has_index || !has_base || (base & 7) == 4) {
		u8 index = has_index ? reg_encoding(m->index) : 4;
		put_modrm(c, mod, reg, 4);
		put(c, (u8)(base_log2(has_index ? m->scale : 1) << 6 | (index & 7) << 3 | (base & 7)));
	} else {
		put_modrm(c, mod, reg, base);
	}
	if (mod == 1)
		put(c, (u8)(m->disp / (i32)scale));
	else if (mod == 2 || !has_base)
		put_le(c, (u32)m->disp, 4);
}

static void put_operands(struct x86_code *c, const struct layout *l, u32 disp_scale) {
	if (!l->has_modrm)
		return;
	if (l->mem)
		put_mem(c, l->reg, l->mem, disp_scale);
	else
		put_modrm(c, 3, l->reg, l->rm);
}

// rip-relative displacements count from the end of the instruction.
static void finish_reloc(struct x86_code *c) {
	if (c->reloc_at)
		c->reloc_addend -= c->size - c->reloc_at;
}

// ---------------------------------------------------------------------------------------------
// Legacy

static void put_legacy_prefixes(struct x86_code *c, const struct layout *l, u8 size) {
	static const u8 prefix_byte[] = {[X86_66] = 0x66, [X86_F3] = 0xf3, [X86_F2] = 0xf2};
	const struct x86_encoding *row = l->row;
	if (row->attrs & X86_ATTR_LOCK)
		put(c, 0xf0);
	if (size == 2)
		put(c, 0x66);
	if (row->prefix != X86_NP)
		put(c, prefix_byte[row->prefix]);
	u8 rex = size == 8 && !(row->attrs & X86_ATTR_D64) ? 8 : 0;
	rex |= l->reg >= 8 ? 4 : 0;
	if (l->mem) {
		rex |= reg_encoding(l->mem->index) >= 8 ? 2 : 0;
		rex |= reg_encoding(l->mem->base) >= 8 ? 1 : 0;
	} else {
		rex |= l->rm >= 8 ? 1 : 0;
	}
	if (rex || l->byte_rex)
		put(c, 0x40 | rex);
	if (row->map != X86_MAP_00)
		put(c, 0x0f);
	if (row->map == X86_MAP_38)
		put(c, 0x38);
}

static bool is_rax(const struct layout *l) { return !l->mem && l->rm == 0; }

// Picks among a row's short forms; may drop ModRM or the immediate. Between registers the store's
// opcode is as good as the load's; it is what other assemblers take.
static u8 legacy_opcode(struct layout *l, u8 size, u32 *imm_bytes) {
	u32 attrs = l->row->attrs;
	u8 alternative = (u8)(attrs >> X86_ATTR_OPCODE_SHIFT);
	u8 byte_form = attrs & X86_ATTR_BYTE && size == 1;
	u8 opcode = (u8)(l->row->opcode - byte_form);
	switch (l->imm_place) {
	case X86_PLACE_NONE: *imm_bytes = 0; break;
	case X86_PLACE_IMM: *imm_bytes = size < 4 ? size : 4; break;
	case X86_PLACE_IMM64: *imm_bytes = 8; break;
	default: *imm_bytes = 1; break;
	}
	if (attrs & X86_ATTR_IMM8 && size != 1 && fits_i8(l->imm)) {
		*imm_bytes = 1;
		return opcode + 2;
	}
	if (attrs & X86_ATTR_ACC && is_rax(l)) {
		l->has_modrm = false;
		return alternative - byte_form;
	}
	if (attrs & X86_ATTR_SHIFT1 && l->imm == 1) {
		*imm_bytes = 0;
		return opcode | 0x10;
	}
	if (attrs & X86_ATTR_REVERSED && !l->mem) {
		u8 rm = l->rm;
		l->rm = l->reg;
		l->reg = rm;
		return alternative - byte_form;
	}
	if (attrs & X86_ATTR_MOVI && !l->mem && size != 8) {
		l->has_modrm = false;
		return (u8)((size == 1 ? 0xb0 : 0xb8) + (l->rm & 7));
	}
	if (attrs & X86_ATTR_XCHG && size != 1 && (l->rm == 0 || l->reg == 0)) {
		l->rm = l->rm | l->reg;
		l->reg = 0;
		l->has_modrm = false;
		return 0x90 + (l->rm & 7);
	}
	return opcode + (l->opcode_low & (attrs & X86_ATTR_COND ? 15 : 7));
}

static void encode_legacy(struct layout *l, u8 size, struct x86_code *c) {
	u32 imm_bytes;
	u8 opcode = legacy_opcode(l, size, &imm_bytes);
	put_legacy_prefixes(c, l, size);
	put(c, opcode);
	put_operands(c, l, 1);
	put_le(c, (u64)l->imm, imm_bytes);
	if (l->target && l->target->kind == MACH_OP_SYMBOL)
		put_reloc(c, (u32)l->target->imm, 0, MACH_RELOC_PLT32);
	else if (l->target)
		put_le(c, 0, 4);  // the distance to a block, which emit.c knows
}

// ---------------------------------------------------------------------------------------------
// VEX and EVEX

static u8 vector_length(const struct x86_encoding *row, u8 size) {
	if (row->attrs & X86_ATTR_L1)
		return 1;
	return size >= 64 ? 2 : size >= 32 ? 1 : 0;
}

static u8 vex_w(u8 w, u8 size) {
	switch ((enum x86_w)w) {
	case X86_W1: return 1;
	case X86_WS:
	case X86_WKQ: return size == 8;
	case X86_WK: return size >= 4;
	case X86_WKS: return size == 2 || size == 8;
	default: return 0;
	}
}

static u8 vex_pp(u8 prefix, u8 size) {
	switch ((enum x86_prefix)prefix) {
	case X86_66: return 1;
	case X86_F3: return 2;
	case X86_F2: return 3;
	case X86_KK: return size == 1 || size == 4;
	case X86_KR: return size == 1 ? 1 : size == 2 ? 0 : 3;
	default: return 0;
	}
}

static u8 vector_opcode(const struct x86_encoding *row, u8 size) {
	return row->opcode + (row->attrs & X86_ATTR_OPCODE_DQ && size >= 4);
}

static void put_vector_imm(struct x86_code *c, const struct layout *l) {
	if (l->has_is4)
		put(c, (u8)(l->is4 << 4));
	if (l->imm_place != X86_PLACE_NONE)
		put(c, (u8)l->imm);
}

// A move between registers may exchange ModRM.reg and .rm (with another opcode), which saves a byte
// when only rm needs the B bit that VEX2 lacks.
static bool reverse_for_vex2(struct layout *l) {
	if (!(l->row->attrs & (X86_ATTR_REVERSED | X86_ATTR_REVERSED_66)) || l->mem || l->rm < 8 ||
	    l->reg >= 8)
		return false;
	u8 rm = l->rm;
	l->rm = l->reg;
	l->reg = rm;
	return true;
}

static void encode_vex(struct layout *l, u8 size, struct x86_code *c) {
	const struct x86_encoding *row = l->row;
	u8 opcode = vector_opcode(row, size), pp = vex_pp(row->prefix, size),
	   w = vex_w(row->vex_w, size);
	if (reverse_for_vex2(l)) {
		opcode = (u8)(row->attrs >> X86_ATTR_OPCODE_SHIFT);
		if (row->attrs & X86_ATTR_REVERSED_66)
			pp = 1;
	}
	bool r = l->reg < 8, x = true, b = l->rm < 8;  // stored inverted
	if (l->mem) {
		x = reg_encoding(l->mem->index) < 8;
		b = reg_encoding(l->mem->base) < 8;
	}
	u8 rest = (u8)((~(l->has_vvvv ? l->vvvv : 0) & 15) << 3 | vector_length(row, size) << 2 | pp);
	if (row->map == X86_MAP_0F && !w && x && b) {
		put(c, 0xc5);
		put(c, (u8)(r << 7 | rest));
	} else {
		put(c, 0xc4);
		put(c, (u8)(r << 7 | x << 6 | b << 5 | row->map));
		put(c, (u8)(w << 7 | rest));
	}
	put(c, opcode);
	put_operands(c, l, 1);
	put_vector_imm(c, l);
}

static u32 disp8_scale(const struct layout *l, u8 mode) {
	if (mode & X86_BROADCAST)
		return x86_tuples[l->row->tuple].broadcast;
	u32 n = x86_tuples[l->row->tuple].bytes;
	return n ? n : l->mem_width;
}

static void encode_evex(struct layout *l, u8 size, u8 mode, struct x86_code *c) {
	const struct x86_encoding *row = l->row;
	bool r = !(l->reg & 8), r4 = !(l->reg & 16), x = !(l->rm & 16), b = !(l->rm & 8);
	u8 vvvv = l->has_vvvv ? l->vvvv : 0;
	if (l->mem) {
		u8 index = reg_encoding(l->mem->index);
		x = !(index & 8);
		b = reg_encoding(l->mem->base) < 8;
		if (l->vsib)
			vvvv |= index & 16;
	}
	u8 rounding = (mode & X86_ROUND_MASK) >> X86_ROUND_SHIFT;
	u8 length = vector_length(row, size);
	if (rounding)
		length = rounding == X86_SAE >> X86_ROUND_SHIFT ? 0 : rounding - 1;
	bool bit_b = rounding || mode & X86_BROADCAST;
	put(c, 0x62);
	put(c, (u8)(r << 7 | x << 6 | b << 5 | r4 << 4 | row->map));
	put(c, (u8)(vex_w(row->evex_w, size) << 7 | (~vvvv & 15) << 3 | 4 | vex_pp(row->prefix, size)));
	put(c, (u8)((mode & X86_ZEROING ? 0x80 : 0) | length << 5 | bit_b << 4 | !(vvvv & 16) << 3 |
	            l->mask));
	put(c, vector_opcode(row, size));
	put_operands(c, l, l->mem ? disp8_scale(l, mode) : 1);
	put_vector_imm(c, l);
}

void x86_encode(const struct x86_inst *x, u64 features, struct x86_code *out) {
	ASSERT(x86_is_op(x->opcode) && x->opcode < X86_OP_COUNT);
	out->size = out->reloc_at = 0;
	struct layout l = layout_of(x);
	if (l.row->legacy)
		encode_legacy(&l, x->size, out);
	else if (x86_needs_evex(x, features))
		encode_evex(&l, x->size, x->mode, out);
	else
		encode_vex(&l, x->size, out);
	finish_reloc(out);
}

void x86_encode_short_branch(const struct x86_inst *x, struct x86_code *out) {
	out->size = out->reloc_at = 0;
	put(out, x->opcode == X86_jmp ? 0xeb : (u8)(0x70 | x->operands[0].imm));
	put(out, 0);
}

void x86_encode_nops(u8 *bytes, u32 size) {
	// The forms the vendors recommend (Intel SDM, NOP) and one with a segment prefix; up to 15
	// bytes with more operand-size prefixes, which current cores decode at full speed.
	static const u8 nops[10][10] = {
		{0x90},
		{0x66, 0x90},
		{0x0f, 0x1f, 0x00},
		{0x0f, 0x1f, 0x40, 0x00},
		{0x0f, 0x1f, 0x44, 0x00, 0x00},
		{0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
		{0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
		{0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
		{0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
		{0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
	};
	while (size) {
		u32 n = BASE_MIN(size, (u32)X86_INST_BYTES_MAX), plain = BASE_MIN(n, (u32)ARRAY_SIZE(nops));
		memset(bytes, 0x66, n - plain);
		memcpy(bytes + n - plain, nops[plain - 1], plain);
		bytes += n;
		size -= n;
	}
}
