// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug information, DWARF 5 (https://dwarfstd.org/doc/DWARF5.pdf), 32-bit format: one compile unit
// whose source is the printed import, one subprogram a function, line rows of one op a line.
//
// .debug_info carries addresses in place (DW_FORM_addr) and names through .debug_str_offsets; all
// offsets between sections are relocations. The source is named by a relative path in directory
// ".", and there is no DW_AT_comp_dir, so that the object is the same wherever it was compiled.
#include "obj/bytes.h"
#include "obj/obj.h"

enum {  // DWARF 5, section 7
	TAG_COMPILE_UNIT = 0x11,
	TAG_SUBPROGRAM = 0x2e,
	AT_NAME = 0x03,
	AT_STMT_LIST = 0x10,
	AT_LOW_PC = 0x11,
	AT_HIGH_PC = 0x12,
	AT_LANGUAGE = 0x13,
	AT_PRODUCER = 0x25,
	AT_DECL_FILE = 0x3a,
	AT_DECL_LINE = 0x3b,
	AT_EXTERNAL = 0x3f,
	AT_FRAME_BASE = 0x40,
	AT_STR_OFFSETS_BASE = 0x72,
	FORM_ADDR = 0x01,
	FORM_DATA2 = 0x05,
	FORM_STRING = 0x08,
	FORM_DATA1 = 0x0b,
	FORM_FLAG = 0x0c,
	FORM_UDATA = 0x0f,
	FORM_SEC_OFFSET = 0x17,
	FORM_EXPRLOC = 0x18,
	FORM_STRX = 0x1a,
	UT_COMPILE = 0x01,
	LANG_C11 = 0x1d,
	OP_CALL_FRAME_CFA = 0x9c,
	LNCT_PATH = 0x01,
	LNCT_DIRECTORY_INDEX = 0x02,
	LNS_ADVANCE_PC = 2,
	LNS_ADVANCE_LINE = 3,
	LNS_SET_FILE = 4,
	LNS_OPCODE_BASE = 13,
	LNE_END_SEQUENCE = 1,
	LNE_SET_ADDRESS = 2,
	VERSION = 5,
	ADDRESS_BYTES = 8,
	LINE_BASE = -5,
	LINE_RANGE = 14,
	ABBREV_UNIT = 1,
	ABBREV_FUNCTION = 2,
};

struct reference {
	u32 section;
	struct obj_reloc reloc;
};

struct debug {
	struct obj *o;
	struct obj_debug names;
	struct obj_bytes sections[OBJ_SECTION_COUNT];
	VEC(struct reference) references;  // of all sections
	u32 num_strings;
};

static struct obj_bytes *bytes_of(struct debug *d, u32 section) { return &d->sections[section]; }

// A reference from where `section` ends now; the section gets zeros there.
static void put_reference(struct debug *d, u32 section, u32 target, i64 addend, u32 bytes) {
	struct obj_bytes *b = bytes_of(d, section);
	u32 at = b->size;
	obj_put_uint(b, 0, bytes);
	u8 kind = bytes == 8 ? OBJ_RELOC_ABS64 : OBJ_RELOC_ABS32;
	vec_push(d->o->arena, d->references,
	         (struct reference){section, {at, obj_section_symbol(d->o, target), kind, addend}});
}

static u32 open_unit(struct obj_bytes *b) {
	obj_put_u32(b, 0);
	return b->size;
}

static void close_unit(struct obj_bytes *b, u32 start) {
	obj_set_u32(b, start - 4, b->size - start);
}

static u64 function_offset(const struct debug *d, const struct obj_function *f) {
	return d->o->symbols.data[f->symbol].offset;
}

static u64 function_size(const struct debug *d, const struct obj_function *f) {
	return d->o->symbols.data[f->symbol].size;
}

// ---------------------------------------------------------------------------------------------
// Names

static void open_strings(struct debug *d) {
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_STR_OFFSETS);
	open_unit(b);
	obj_put_u16(b, VERSION);
	obj_put_u16(b, 0);
}

static void put_name(struct debug *d, struct str s) {
	obj_put_uleb(bytes_of(d, OBJ_DEBUG_INFO), d->num_strings++);
	struct obj_bytes *strings = bytes_of(d, OBJ_DEBUG_STR);
	put_reference(d, OBJ_DEBUG_STR_OFFSETS, OBJ_DEBUG_STR, strings->size, 4);
	obj_put_z(strings, s);
}

// ---------------------------------------------------------------------------------------------
// .debug_abbrev, .debug_info, .debug_aranges

static void put_abbrev(struct obj_bytes *b, u8 code, u8 tag, bool children, const u8 (*attrs)[2],
                       u32 n) {
	obj_put_uleb(b, code);
	obj_put_uleb(b, tag);
	obj_put_u8(b, children);
	for (u32 i = 0; i < n; i++) {
		obj_put_uleb(b, attrs[i][0]);
		obj_put_uleb(b, attrs[i][1]);
	}
	obj_put_u16(b, 0);
}

static void build_abbrev(struct debug *d) {
	static const u8 unit[][2] = {
		{AT_PRODUCER, FORM_STRX},
		{AT_LANGUAGE, FORM_DATA2},
		{AT_NAME, FORM_STRX},
		{AT_STR_OFFSETS_BASE, FORM_SEC_OFFSET},
		{AT_STMT_LIST, FORM_SEC_OFFSET},
		{AT_LOW_PC, FORM_ADDR},
		{AT_HIGH_PC, FORM_UDATA},
	};
	static const u8 function[][2] = {
		{AT_NAME, FORM_STRX},          {AT_DECL_FILE, FORM_DATA1}, {AT_DECL_LINE, FORM_UDATA},
		{AT_EXTERNAL, FORM_FLAG},      {AT_LOW_PC, FORM_ADDR},     {AT_HIGH_PC, FORM_UDATA},
		{AT_FRAME_BASE, FORM_EXPRLOC},
	};
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_ABBREV);
	put_abbrev(b, ABBREV_UNIT, TAG_COMPILE_UNIT, true, unit, ARRAY_SIZE(unit));
	put_abbrev(b, ABBREV_FUNCTION, TAG_SUBPROGRAM, false, function, ARRAY_SIZE(function));
	obj_put_u8(b, 0);
}

static u32 first_line(const struct obj_function *f) {
	for (u32 i = 0; i < f->num_lines; i++)
		if (f->lines[i].line)
			return f->lines[i].line;
	return 0;
}

static void put_function(struct debug *d, const struct obj_function *f) {
	const struct obj_symbol *s = &d->o->symbols.data[f->symbol];
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_INFO);
	obj_put_uleb(b, ABBREV_FUNCTION);
	put_name(d, s->name);
	obj_put_u8(b, 0);
	obj_put_uleb(b, first_line(f));
	obj_put_u8(b, s->global);
	put_reference(d, OBJ_DEBUG_INFO, OBJ_TEXT, (i64)s->offset, ADDRESS_BYTES);
	obj_put_uleb(b, s->size);
	obj_put_uleb(b, 1);
	obj_put_u8(b, OP_CALL_FRAME_CFA);
}

static void build_info(struct debug *d) {
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_INFO);
	u32 start = open_unit(b);
	obj_put_u16(b, VERSION);
	obj_put_u8(b, UT_COMPILE);
	obj_put_u8(b, ADDRESS_BYTES);
	put_reference(d, OBJ_DEBUG_INFO, OBJ_DEBUG_ABBREV, 0, 4);
	obj_put_uleb(b, ABBREV_UNIT);
	put_name(d, d->names.producer);
	obj_put_u16(b, LANG_C11);  // so that debuggers call functions and read registers as usual
	put_name(d, d->names.source);
	put_reference(d, OBJ_DEBUG_INFO, OBJ_DEBUG_STR_OFFSETS, 8, 4);
	put_reference(d, OBJ_DEBUG_INFO, OBJ_DEBUG_LINE, 0, 4);
	put_reference(d, OBJ_DEBUG_INFO, OBJ_TEXT, 0, ADDRESS_BYTES);
	obj_put_uleb(b, d->o->sections[OBJ_TEXT].content.size);
	for (u32 i = 0; i < d->o->functions.size; i++)
		put_function(d, &d->o->functions.data[i]);
	obj_put_u8(b, 0);
	close_unit(b, start);
}

static void build_aranges(struct debug *d) {
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_ARANGES);
	u32 start = open_unit(b);
	obj_put_u16(b, 2);  // of this table, in DWARF 5 as well
	put_reference(d, OBJ_DEBUG_ARANGES, OBJ_DEBUG_INFO, 0, 4);
	obj_put_u8(b, ADDRESS_BYTES);
	obj_put_u8(b, 0);
	obj_put_align(b, 2 * ADDRESS_BYTES, 0);
	put_reference(d, OBJ_DEBUG_ARANGES, OBJ_TEXT, 0, ADDRESS_BYTES);
	obj_put_u64(b, d->o->sections[OBJ_TEXT].content.size);
	obj_put_u64(b, 0);
	obj_put_u64(b, 0);
	close_unit(b, start);
}

// ---------------------------------------------------------------------------------------------
// .debug_line

static void put_line_header(struct debug *d) {
	static const u8 operand_counts[LNS_OPCODE_BASE - 1] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_LINE);
	obj_put_u16(b, VERSION);
	obj_put_u8(b, ADDRESS_BYTES);
	obj_put_u8(b, 0);
	u32 start = open_unit(b);
	obj_put_u8(b, (u8)d->o->machine->code_align);
	obj_put_u8(b, 1);  // operation a instruction
	obj_put_u8(b, 1);  // rows begin statements
	obj_put_u8(b, (u8)LINE_BASE);
	obj_put_u8(b, LINE_RANGE);
	obj_put_u8(b, LNS_OPCODE_BASE);
	for (u32 i = 0; i < ARRAY_SIZE(operand_counts); i++)
		obj_put_u8(b, operand_counts[i]);
	obj_put_u8(b, 1);
	obj_put_uleb(b, LNCT_PATH);
	obj_put_uleb(b, FORM_STRING);
	obj_put_uleb(b, 1);
	obj_put_z(b, STR("."));
	obj_put_u8(b, 2);
	obj_put_uleb(b, LNCT_PATH);
	obj_put_uleb(b, FORM_STRING);
	obj_put_uleb(b, LNCT_DIRECTORY_INDEX);
	obj_put_uleb(b, FORM_UDATA);
	obj_put_uleb(b, 1);
	obj_put_z(b, d->names.source);
	obj_put_uleb(b, 0);
	close_unit(b, start);
}

// A special opcode says both steps in one byte; what does not fit is advanced before.
static void put_line_row(struct obj_bytes *b, u32 address_step, i64 line_step) {
	if (line_step < LINE_BASE || line_step >= LINE_BASE + LINE_RANGE) {
		obj_put_u8(b, LNS_ADVANCE_LINE);
		obj_put_sleb(b, line_step);
		line_step = 0;
	}
	u64 special = (u64)(line_step - LINE_BASE) + (u64)LINE_RANGE * address_step + LNS_OPCODE_BASE;
	if (special > UINT8_MAX) {
		obj_put_u8(b, LNS_ADVANCE_PC);
		obj_put_uleb(b, address_step);
		special = (u64)(line_step - LINE_BASE) + LNS_OPCODE_BASE;
	}
	obj_put_u8(b, (u8)special);
}

// One sequence a function: the linker may move functions apart, and rows stay sorted in each.
static void put_sequence(struct debug *d, const struct obj_function *f) {
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_LINE);
	u32 unit = (u32)d->o->machine->code_align, at = 0, line = 1;
	bool any = false;
	obj_put_u8(b, 0);
	obj_put_uleb(b, 1 + ADDRESS_BYTES);
	obj_put_u8(b, LNE_SET_ADDRESS);
	put_reference(d, OBJ_DEBUG_LINE, OBJ_TEXT, (i64)function_offset(d, f), ADDRESS_BYTES);
	obj_put_u8(b, LNS_SET_FILE);
	obj_put_uleb(b, 0);
	for (u32 i = 0; i < f->num_lines; i++) {
		const struct mach_line *row = &f->lines[i];
		bool last_here = i + 1 == f->num_lines || f->lines[i + 1].offset > row->offset;
		CHECK(row->offset >= at && (row->offset - at) % unit == 0);
		if (!last_here || (any && row->line == line))
			continue;
		any = true;
		put_line_row(b, (row->offset - at) / unit, (i64)row->line - line);
		at = row->offset;
		line = row->line;
	}
	CHECK(function_size(d, f) > at);
	obj_put_u8(b, LNS_ADVANCE_PC);
	obj_put_uleb(b, (function_size(d, f) - at) / unit);
	obj_put_u8(b, 0);
	obj_put_uleb(b, 1);
	obj_put_u8(b, LNE_END_SEQUENCE);
}

static void build_line(struct debug *d) {
	struct obj_bytes *b = bytes_of(d, OBJ_DEBUG_LINE);
	u32 start = open_unit(b);
	put_line_header(d);
	for (u32 i = 0; i < d->o->functions.size; i++)
		if (d->o->functions.data[i].num_lines)
			put_sequence(d, &d->o->functions.data[i]);
	close_unit(b, start);
}

void obj_build_dwarf(struct obj *o, struct obj_debug names) {
	CHECK(o->sections[OBJ_DEBUG_INFO].content.size == 0);
	if (o->functions.size == 0)
		return;
	struct debug *d = ARENA_NEW(o->arena, struct debug);
	*d = (struct debug){.o = o, .names = names};
	for (u32 i = 0; i < OBJ_SECTION_COUNT; i++)
		d->sections[i].arena = o->arena;
	open_strings(d);
	build_abbrev(d);
	build_info(d);
	build_aranges(d);
	build_line(d);
	close_unit(bytes_of(d, OBJ_DEBUG_STR_OFFSETS), 4);
	for (u32 i = OBJ_DEBUG_ABBREV; i <= OBJ_DEBUG_STR; i++)
		obj_append(o, i, d->sections[i].data, d->sections[i].size, 1);
	for (u32 i = 0; i < d->references.size; i++)
		obj_reloc_add(o, d->references.data[i].section, d->references.data[i].reloc);
}
