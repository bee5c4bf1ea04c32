// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// .eh_frame: how to unwind through generated code, for debuggers, profilers and exceptions that a
// caller's callback throws. One CIE (the machine's state at entry of a function), one FDE a
// function. Reference: DWARF 5 section 6.4; System V ABI, x86-64 psABI section 4.2.4; LSB 5.0
// "Exception Frames" for augmentation "zR" and for 4-byte pc-relative addresses.
//
// The rows of mach_cfi: offsets do not decrease; DEF_CFA* give the CFA from then on; OFFSET says
// that a register is saved at CFA + value, value a negative multiple of the register size.
#include "obj/bytes.h"
#include "obj/obj.h"

enum {
	CFA_ADVANCE_LOC = 0x40,  // the operand of these three is in the low 6 bits
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0,
	CFA_NOP = 0x00,
	CFA_ADVANCE_LOC1 = 0x02,
	CFA_ADVANCE_LOC2 = 0x03,
	CFA_ADVANCE_LOC4 = 0x04,
	CFA_OFFSET_EXTENDED = 0x05,
	CFA_RESTORE_EXTENDED = 0x06,
	CFA_REMEMBER_STATE = 0x0a,
	CFA_RESTORE_STATE = 0x0b,
	CFA_DEF_CFA = 0x0c,
	CFA_DEF_CFA_REGISTER = 0x0d,
	CFA_DEF_CFA_OFFSET = 0x0e,
	POINTER_PCREL_SDATA4 = 0x1b,
	OPERAND_MAX = 0x3f,
};

static u32 open_entry(struct obj_bytes *b) {
	obj_put_u32(b, 0);
	return b->size;
}

// Entries are padded to the pointer size with no-ops; their length leaves out the length itself.
static void close_entry(struct obj_bytes *b, u32 start) {
	obj_put_align(b, 8, CFA_NOP);
	obj_set_u32(b, start - 4, b->size - start);
}

static void put_saved(struct obj_bytes *b, const struct obj_machine *m, u32 reg, i64 at) {
	CHECK(at % m->data_align == 0 && at / m->data_align >= 0);
	if (reg > OPERAND_MAX) {
		obj_put_u8(b, CFA_OFFSET_EXTENDED);
		obj_put_uleb(b, reg);
	} else {
		obj_put_u8(b, (u8)(CFA_OFFSET | reg));
	}
	obj_put_uleb(b, (u64)(at / m->data_align));
}

static void put_cie(struct obj_bytes *b, const struct obj_machine *m) {
	u32 start = open_entry(b);
	obj_put_u32(b, 0);  // a CIE
	obj_put_u8(b, 1);
	obj_put_z(b, STR("zR"));
	obj_put_uleb(b, (u64)m->code_align);
	obj_put_sleb(b, m->data_align);
	obj_put_uleb(b, m->return_register);
	obj_put_uleb(b, 1);  // of augmentation data
	obj_put_u8(b, POINTER_PCREL_SDATA4);
	obj_put_u8(b, CFA_DEF_CFA);
	obj_put_uleb(b, m->cfa_register);
	obj_put_uleb(b, (u64)m->cfa_offset);
	if (m->return_offset)
		put_saved(b, m, m->return_register, m->return_offset);
	close_entry(b, start);
}

static void put_advance(struct obj_bytes *b, const struct obj_machine *m, u32 bytes) {
	CHECK(bytes % (u32)m->code_align == 0);
	u32 delta = bytes / (u32)m->code_align;
	if (delta == 0)
		return;
	if (delta <= OPERAND_MAX) {
		obj_put_u8(b, (u8)(CFA_ADVANCE_LOC | delta));
	} else if (delta <= UINT8_MAX) {
		obj_put_u8(b, CFA_ADVANCE_LOC1);
		obj_put_u8(b, (u8)delta);
	} else if (delta <= UINT16_MAX) {
		obj_put_u8(b, CFA_ADVANCE_LOC2);
		obj_put_u16(b, (u16)delta);
	} else {
		obj_put_u8(b, CFA_ADVANCE_LOC4);
		obj_put_u32(b, delta);
	}
}

static void put_row(struct obj_bytes *b, const struct obj_machine *m, const struct mach_cfi *row) {
	switch ((enum mach_cfi_op)row->op) {
	case MACH_CFI_DEF_CFA:
		CHECK(row->value >= 0);
		obj_put_u8(b, CFA_DEF_CFA);
		obj_put_uleb(b, row->reg);
		obj_put_uleb(b, (u64)row->value);
		return;
	case MACH_CFI_DEF_CFA_OFFSET:
		CHECK(row->value >= 0);
		obj_put_u8(b, CFA_DEF_CFA_OFFSET);
		obj_put_uleb(b, (u64)row->value);
		return;
	case MACH_CFI_DEF_CFA_REGISTER:
		obj_put_u8(b, CFA_DEF_CFA_REGISTER);
		obj_put_uleb(b, row->reg);
		return;
	case MACH_CFI_OFFSET: put_saved(b, m, row->reg, row->value); return;
	case MACH_CFI_REMEMBER: obj_put_u8(b, CFA_REMEMBER_STATE); return;
	case MACH_CFI_RESTORE: obj_put_u8(b, CFA_RESTORE_STATE); return;
	case MACH_CFI_RESTORE_REG:
		if (row->reg > OPERAND_MAX) {
			obj_put_u8(b, CFA_RESTORE_EXTENDED);
			obj_put_uleb(b, row->reg);
		} else {
			obj_put_u8(b, (u8)(CFA_RESTORE | row->reg));
		}
		return;
	}
	UNREACHABLE();
}

// Returns where the address of the function goes.
static u32 put_fde(struct obj_bytes *b, const struct obj_machine *m, const struct obj_function *f,
                   u64 size) {
	CHECK(size <= UINT32_MAX);
	u32 start = open_entry(b);
	obj_put_u32(b, start);  // distance back to the CIE, which is at 0
	u32 address = b->size;
	obj_put_u32(b, 0);
	obj_put_u32(b, (u32)size);
	obj_put_uleb(b, 0);  // of augmentation data
	u32 at = 0;
	for (u32 i = 0; i < f->num_cfi; i++) {
		const struct mach_cfi *row = &f->cfi[i];
		CHECK(row->offset >= at && row->offset <= size);
		put_advance(b, m, row->offset - at);
		put_row(b, m, row);
		at = row->offset;
	}
	close_entry(b, start);
	return address;
}

void obj_build_eh_frame(struct obj *o) {
	CHECK(o->sections[OBJ_EH_FRAME].content.size == 0);
	if (o->functions.size == 0)
		return;
	struct obj_bytes b = {.arena = o->arena};
	put_cie(&b, o->machine);
	u32 *addresses = ARENA_ARRAY(o->arena, u32, o->functions.size);
	for (u32 i = 0; i < o->functions.size; i++) {
		const struct obj_function *f = &o->functions.data[i];
		addresses[i] = put_fde(&b, o->machine, f, o->symbols.data[f->symbol].size);
	}
	obj_append(o, OBJ_EH_FRAME, b.data, b.size, 8);
	u32 text = obj_section_symbol(o, OBJ_TEXT);
	for (u32 i = 0; i < o->functions.size; i++) {
		u64 offset = o->symbols.data[o->functions.data[i].symbol].offset;
		obj_reloc_add(o, OBJ_EH_FRAME,
		              (struct obj_reloc){addresses[i], text, OBJ_RELOC_PC32, (i64)offset});
	}
}
