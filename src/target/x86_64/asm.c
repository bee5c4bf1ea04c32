// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembler text of physical instructions, Intel syntax as LLVM's assembler reads and writes it
// (the sweep compares character by character, blanks aside), and the text of mode bits in mach
// text.
#include "target/x86_64/x86.h"

static const char *const gpr_names[][4] = {
#define REG_GPR(id, name8, name4, name2, name1, encoding, dwarf)                                   \
	[X86_##id] = {name1, name2, name4, name8},
#define REG_VEC(...)
#define REG_MASK(...)
#define REG_FLAGS(...)
#include "target/x86_64/regs.def"
#undef REG_GPR
#undef REG_VEC
#undef REG_MASK
#undef REG_FLAGS
};

static void print_reg(mach_reg r, u32 width, struct strbuf *out) {
	switch (x86_regs[r].cls) {
	case X86_GPR: strbuf_add_z(out, gpr_names[r][base_log2(width)]); return;
	case X86_VEC:
		strbuf_add_char(out, width <= 16 ? 'x' : width == 32 ? 'y' : 'z');
		strbuf_add_z(out, x86_regs[r].name + 1);
		return;
	default: strbuf_add_z(out, x86_regs[r].name); return;
	}
}

// ---------------------------------------------------------------------------------------------
// Mnemonics

static const char *const cond_names[X86_COND_COUNT] = {"o", "no", "b", "ae", "e", "ne", "be", "a",
                                                       "s", "ns", "p", "np", "l", "ge", "le", "g"};

const char *x86_cond_name(u32 cond) {
	ASSERT(cond < X86_COND_COUNT);
	return cond_names[cond];
}

u32 x86_cond_invert(u32 cond) { return cond ^ 1; }

static const char *const float_predicates[32] = {
	"eq",    "lt",     "le",     "unord",    "neq",    "nlt",    "nle",    "ord",
	"eq_uq", "nge",    "ngt",    "false",    "neq_oq", "ge",     "gt",     "true",
	"eq_os", "lt_oq",  "le_oq",  "unord_s",  "neq_us", "nlt_uq", "nle_uq", "ord_s",
	"eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq",  "gt_oq",  "true_us",
};
static const char *const int_predicates[8] = {"eq", "lt", "le", NULL, "neq", "nlt", "nle", NULL};

// The predicate's name that goes into the mnemonic, or NULL.
static const char *predicate_name(const char *mnemonic, i64 imm) {
	bool ints = mnemonic[1] == 'p';
	if (imm < 0 || imm >= (ints ? 8 : 32))
		return NULL;
	return ints ? int_predicates[imm] : float_predicates[imm];
}

static const struct x86_operand *operand_at(const struct x86_inst *x, u8 place) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	for (u32 i = 0; i < info->num_operands; i++)
		if (info->operands[i].place == place)
			return &x->operands[i];
	return NULL;
}

static void print_mnemonic(const struct x86_inst *x, u64 features, struct strbuf *out) {
	u32 attrs = x86_encodings[x->opcode].attrs;
	struct str vex, evex = str_split(str_from(x86_insts[x->opcode].mnemonic), '/', &vex);
	struct str name = vex.size && !x86_needs_evex(x, features) ? vex : evex;
	if (attrs & X86_ATTR_LOCK)
		strbuf_add_z(out, "lock ");
	const struct x86_operand *predicate = operand_at(x, X86_PLACE_PREDICATE);
	const char *middle = predicate ? predicate_name(name.data, predicate->imm) : NULL;
	if (middle) {
		size_t stem = name.data[1] == 'p' ? strlen("vpcmp") : strlen("vcmp");
		strbuf_add(out, str_take(name, stem));
		strbuf_add_z(out, middle);
		name = str_drop(name, stem);
	}
	strbuf_add(out, name);
	if (attrs & X86_ATTR_SUFFIX)
		strbuf_add_char(out, "bwdq"[base_log2(x->size)]);
	if (attrs & X86_ATTR_COND)
		strbuf_add_z(out, x86_cond_name((u32)operand_at(x, X86_PLACE_COND)->imm));
}

// ---------------------------------------------------------------------------------------------
// Operands

static const char *width_name(u32 bytes) {
	static const char *const names[] = {"byte",    "word",    "dword",  "qword",
	                                    "xmmword", "ymmword", "zmmword"};
	return names[base_log2(bytes)];
}

static void print_address(const struct x86_inst *x, const struct x86_operand *o,
                          const struct mach_operand_info *info, struct x86_namer namer,
                          struct strbuf *out) {
	const struct x86_mem *m = &o->mem;
	strbuf_add_char(out, '[');
	bool any = false;
	if (m->symbol != MACH_NONE) {
		strbuf_add_z(out, "rip + ");
		namer.name(namer.user, o, out);
		any = true;
	}
	if (m->base != MACH_NO_REG) {
		print_reg(m->base, 8, out);
		any = true;
	}
	if (m->index != MACH_NO_REG) {
		if (any)
			strbuf_add_z(out, " + ");
		u32 vector = info->place == X86_PLACE_VSIB        ? x->size
		             : info->place == X86_PLACE_VSIB_HALF ? x->size / 2
		                                                  : 0;
		if (m->scale != 1 || (vector && !any))
			strbuf_addf(out, "%u*", m->scale);
		print_reg(m->index, vector ? vector : 8, out);
		any = true;
	}
	if (!any)
		strbuf_addf(out, "%d", m->disp);
	else if (m->disp)
		strbuf_addf(out, " %c %lld", m->disp < 0 ? '-' : '+',
		            m->disp < 0 ? -(long long)m->disp : m->disp);
	strbuf_add_char(out, ']');
}

static void print_mem(const struct x86_inst *x, const struct x86_operand *o,
                      const struct mach_operand_info *info, struct x86_namer namer,
                      struct strbuf *out) {
	// LLVM says a gather's size with the vector's, GNU as with the element's name; both take
	// neither.
	u32 width = info->place == X86_PLACE_RM ? x86_width_bytes(info->mem_width, x->size) : 0;
	u32 element =
		x->mode & X86_BROADCAST ? x86_tuples[x86_encodings[x->opcode].tuple].broadcast : 0;
	if (width)
		strbuf_addf(out, "%s ptr ", width_name(element ? element : width));
	print_address(x, o, info, namer, out);
	if (element)
		strbuf_addf(out, "{1to%u}", width / element);
}

// As LLVM's disassembler: 8-bit forms and 8-byte operations are signed, the others unsigned.
static void print_imm(const struct x86_inst *x, const struct x86_operand *o, u8 place,
                      struct strbuf *out) {
	i64 v = o->imm;
	bool imm8 = x86_encodings[x->opcode].attrs & X86_ATTR_IMM8 && v >= INT8_MIN && v <= INT8_MAX;
	if (place == X86_PLACE_IMM8 || place == X86_PLACE_PREDICATE)
		v = (u8)v;
	else if (place == X86_PLACE_IMM && x->size == 1)
		v = (i8)v;
	else if (place == X86_PLACE_IMM && !imm8 && x->size < 8)
		v = x->size == 2 ? (i64)(u16)v : (i64)(u32)v;
	strbuf_add_i64(out, v);
}

static const char *const rounding_names[] = {"",         "{rn-sae}", "{rd-sae}",
                                             "{ru-sae}", "{rz-sae}", "{sae}"};

struct printer {
	const struct x86_inst *x;
	struct x86_namer namer;
	struct strbuf *out;
	u32 printed;
	bool rounding_due;
};

static void separate(struct printer *p) { strbuf_add_z(p->out, p->printed++ ? ", " : "\t"); }

static void print_rounding(struct printer *p) {
	if (!p->rounding_due)
		return;
	separate(p);
	strbuf_add_z(p->out, rounding_names[(p->x->mode & X86_ROUND_MASK) >> X86_ROUND_SHIFT]);
	p->rounding_due = false;
}

// The write mask stands behind the destination.
static void print_write_mask(struct printer *p) {
	const struct x86_operand *mask = operand_at(p->x, X86_PLACE_AAA);
	if (p->printed != 1 || !mask || mask->kind != MACH_OP_USE)
		return;
	strbuf_addf(p->out, " {%s}%s", x86_regs[mask->reg].name,
	            p->x->mode & X86_ZEROING ? " {z}" : "");
}

static u32 times_printed(u8 place) {
	switch (place) {
	case X86_PLACE_NONE:
	case X86_PLACE_AAA:
	case X86_PLACE_COND: return 0;
	case X86_PLACE_REG_RM: return 2;
	case X86_PLACE_REG_VVVV_RM: return 3;
	default: return 1;
	}
}

static void print_operand(struct printer *p, const struct x86_operand *o,
                          const struct mach_operand_info *info) {
	const struct x86_inst *x = p->x;
	u32 attrs = x86_encodings[x->opcode].attrs;
	if (o->kind == MACH_OP_NONE)
		return;
	if (info->place == X86_PLACE_PREDICATE && predicate_name(x86_insts[x->opcode].mnemonic, o->imm))
		return;
	if (attrs & X86_ATTR_SHIFT1 && o->kind == MACH_OP_IMM && o->imm == 1)
		return;
	if (o->kind == MACH_OP_IMM || (attrs & X86_ATTR_ROUND_FIRST && info->place == X86_PLACE_RM))
		print_rounding(p);
	for (u32 n = times_printed(info->place); n > 0; n--) {
		separate(p);
		switch (o->kind) {
		case MACH_OP_MEM: print_mem(x, o, info, p->namer, p->out); break;
		case MACH_OP_IMM: print_imm(x, o, info->place, p->out); break;
		case MACH_OP_EDGE:
		case MACH_OP_SYMBOL: p->namer.name(p->namer.user, o, p->out); break;
		default: print_reg(o->reg, x86_width_bytes(info->width, x->size), p->out); break;
		}
		print_write_mask(p);
	}
}

void x86_print(const struct x86_inst *x, u64 features, struct x86_namer namer, struct strbuf *out) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	struct printer p = {x, namer, out, 0, (x->mode & X86_ROUND_MASK) != 0};
	print_mnemonic(x, features, out);
	for (u32 i = 0; i < info->num_operands; i++)
		print_operand(&p, &x->operands[i], &info->operands[i]);
	print_rounding(&p);
}

// ---------------------------------------------------------------------------------------------
// Mode bits in mach text: {z}, {bcst}, {rn-sae}...

void x86_print_mode(const struct mach_inst_data *inst, struct strbuf *out) {
	if (inst->mode & X86_ZEROING)
		strbuf_add_z(out, "{z}");
	if (inst->mode & X86_BROADCAST)
		strbuf_add_z(out, "{bcst}");
	strbuf_add_z(out, rounding_names[(inst->mode & X86_ROUND_MASK) >> X86_ROUND_SHIFT]);
}

static bool parse_one_mode(struct str s, u8 *mode) {
	if (str_eq_z(s, "{z}"))
		*mode |= X86_ZEROING;
	else if (str_eq_z(s, "{bcst}"))
		*mode |= X86_BROADCAST;
	else
		for (u32 i = 1;; i++) {
			if (i == ARRAY_SIZE(rounding_names))
				return false;
			if (!str_eq_z(s, rounding_names[i]))
				continue;
			*mode |= (u8)(i << X86_ROUND_SHIFT);
			break;
		}
	return true;
}

bool x86_parse_mode(struct str text, struct mach_inst_data *inst) {
	inst->mode = 0;
	while (text.size) {
		i64 end = str_find_char(text, '}');
		if (end < 0 || !parse_one_mode(str_take(text, (size_t)end + 1), &inst->mode))
			return false;
		text = str_drop(text, (size_t)end + 1);
	}
	return true;
}
