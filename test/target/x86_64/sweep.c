// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every row of insts.def against LLVM's assembler and disassembler: registers 0-31 in every
// operand, all kinds of addresses and displacements, masks, zeroing, broadcast, rounding, sizes,
// immediates, conditions. For each case
//   - our bytes, disassembled by llvm-mc, read as our text;
//   - our text, assembled by llvm-mc, is no shorter than our bytes, and has our relocation;
// and for each row, encoding and size
//   - our text assembles with the features that the row asks for, and no others. GNU as judges
//   that,
//     because llvm-mc assembles anything.
// A row without a case fails, and so does a row that lacks what LLVM has: masking, zeroing,
// broadcast, rounding and {sae} that a row does not allow are added to its text, which must not
// assemble.
//
//   sweep [--llvm-mc=PROGRAM] [--as=PROGRAM] [--row=ID] [--print]
//   --print: "text <tab> hex" of all cases, no checks
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "target/x86_64/x86.h"

struct sweep_case {
	u16 opcode;
	u8 size;
	bool branch;   // llvm-mc chooses its length later
	u32 features;  // that it needs
	struct x86_code code;
	struct str text;     // with a name for symbols
	struct str decoded;  // as the bytes must read: without it
};

// A text that must assemble with just these features: one for a row, a size and an encoding.
struct sweep_sample {
	u32 features;
	struct str text;
};

struct sweep {
	struct arena arena;  // of the cases at hand
	VEC(struct sweep_case) cases;
	struct arena samples_arena;
	VEC(struct sweep_sample) samples;
	u32 total;
	u64 ours, theirs;  // bytes
	u64 random;
	u32 failures;
	u32 failures_of[X86_OP_COUNT];
	const char *llvm_mc, *as, *dir;
};

static const u64 all_features = ((u64)1 << X86_FEATURE_COUNT) - 1;

static u32 any(struct sweep *s, u32 bound) {
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return (u32)((s->random >> 11) % bound);
}

static void fail(struct sweep *s, const char *what, const struct sweep_case *c, struct str theirs) {
	s->failures++;
	if (s->failures_of[c->opcode]++ >= 3)  // a few of each row say enough
		return;
	printf("%s: %s: %.*s\n  ours  ", x86_insts[c->opcode].name, what, STR_ARG(c->text));
	for (u32 i = 0; i < c->code.size; i++)
		printf("%02x ", c->code.bytes[i]);
	printf("\n  LLVM  %.*s\n", STR_ARG(theirs));
}

// ---------------------------------------------------------------------------------------------
// Cases

static void print_symbol(const void *user, const struct x86_operand *o, struct strbuf *out) {
	(void)user, (void)o;
	strbuf_add_z(out, "sym");
}

// A relocated field holds zero, and a branch or call to the next byte reads as 0.
static struct str decoded_text(struct sweep *s, struct str text) {
	i64 at = str_find(text, STR("rip + sym"));
	if (at >= 0)
		return str_format(
			&s->arena, "%.*srip]%.*s", (int)at, text.data,
			STR_ARG(str_drop(
				text, (size_t)at + (size_t)str_find_char(str_drop(text, (size_t)at), ']') + 1)));
	at = str_find(text, STR("\tsym"));
	return at < 0 ? text : str_format(&s->arena, "%.*s\t0", (int)at, text.data);
}

static void add(struct sweep *s, const struct x86_inst *x, u64 features) {
	if (x86_invalid(x, features))
		return;
	struct x86_inst y = *x;
	x86_shrink(&y, features);
	struct sweep_case c = {y.opcode,
	                       y.size,
	                       x->opcode == X86_jmp || x->opcode == X86_jcc,
	                       x86_features_needed(y.opcode, y.size, x86_needs_evex(&y, features)),
	                       {0},
	                       {0},
	                       {0}};
	x86_encode(&y, features, &c.code);
	struct strbuf text;
	strbuf_init(&text, &s->arena);
	x86_print(&y, features, (struct x86_namer){print_symbol, NULL}, &text);
	c.text = strbuf_str(&text);
	c.decoded = decoded_text(s, c.text);
	vec_push(&s->arena, s->cases, c);
	if (c.branch) {
		x86_encode_short_branch(&y, &c.code);
		vec_push(&s->arena, s->cases, c);
	}
}

static mach_reg first_reg(u8 cls) {
	return cls == X86_GPR    ? X86_rax
	       : cls == X86_VEC  ? X86_zmm0
	       : cls == X86_MASK ? X86_k0
	                         : X86_rflags;
}
static u32 num_regs(u8 cls) {
	return cls == X86_GPR ? 16 : cls == X86_VEC ? 32 : cls == X86_MASK ? 8 : 1;
}

// Which registers the operands that are not under test get.
enum background { LOW, MIDDLE, HIGH };

static mach_reg some_reg(struct sweep *s, u8 cls, enum background bg) {
	u32 n = num_regs(cls), low = BASE_MIN(n, 8u), mid = BASE_MIN(n, 16u);
	return (mach_reg)(first_reg(cls) + any(s, bg == LOW ? low : bg == MIDDLE ? mid : n));
}

static bool is_vsib(const struct mach_operand_info *info) {
	return info->place == X86_PLACE_VSIB || info->place == X86_PLACE_VSIB_HALF;
}

static struct x86_operand mem_operand(mach_reg base, mach_reg index, u8 scale, i32 disp) {
	return (struct x86_operand){.kind = MACH_OP_MEM, .mem = {base, index, scale, disp, MACH_NONE}};
}

static struct x86_operand background_mem(struct sweep *s, const struct mach_operand_info *info,
                                         enum background bg) {
	mach_reg base = some_reg(s, X86_GPR, bg);
	mach_reg index = is_vsib(info) ? some_reg(s, X86_VEC, bg) : MACH_NO_REG;
	return mem_operand(base, index, 1, 0);
}

static struct x86_operand background_operand(struct sweep *s, const struct mach_operand_info *info,
                                             enum background bg) {
	struct x86_operand o = {.kind = info->kind, .reg = MACH_NO_REG};
	switch (info->kind) {
	case MACH_OP_MEM: return background_mem(s, info, bg);
	case MACH_OP_IMM: o.imm = 1 + any(s, 8); break;
	case MACH_OP_COND: o.imm = any(s, X86_COND_COUNT); break;
	case MACH_OP_SYMBOL: break;
	case MACH_OP_EDGE: break;
	default: o.reg = info->fixed != MACH_NO_REG ? info->fixed : some_reg(s, info->cls, bg);
	}
	return o;
}

// Gathers need different registers, write masks must not be k0, tied operands follow.
static void make_consistent(struct x86_inst *x) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	mach_reg used[3], n = 0;
	for (u32 i = 0; i < info->num_operands; i++) {
		struct x86_operand *o = &x->operands[i];
		if (is_vsib(&info->operands[i]) || info->operands[i].early_clobber) {
			mach_reg *r = o->kind == MACH_OP_MEM ? &o->mem.index : &o->reg;
			for (u32 tries = 0; tries < 3; tries++)
				for (u32 j = 0; j < n; j++)
					if (used[j] == *r)
						*r = X86_zmm0 + (*r - X86_zmm0 + 1) % 8;
			used[n++] = *r;
		}
	}
	for (u32 i = 0; i < info->num_operands; i++) {
		struct x86_operand *o = &x->operands[i];
		u8 tied = info->operands[i].tied;
		if (o->kind == MACH_OP_USE && info->operands[i].place == X86_PLACE_AAA) {
			struct x86_operand *owner = tied ? &x->operands[tied - 1] : o;
			if (owner->reg == X86_k0)
				owner->reg = X86_k1;
		}
		if (o->kind == MACH_OP_USE && tied)
			o->reg = x->operands[tied - 1].reg;
	}
}

static struct x86_inst background_inst(struct sweep *s, u16 opcode, u8 size, enum background bg) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	struct x86_inst x = {.opcode = opcode, .size = size, .num_operands = info->num_operands};
	for (u32 i = 0; i < info->num_operands; i++)
		if (!info->operands[i].optional)
			x.operands[i] = background_operand(s, &info->operands[i], bg);
	make_consistent(&x);
	return x;
}

// The write mask, and for merging the source of the lanes it leaves alone.
static void set_mask(struct x86_inst *x, mach_reg k, bool zeroing) {
	const struct mach_inst_info *info = &x86_insts[x->opcode];
	for (u32 i = 0; i < info->num_operands; i++) {
		if (!info->operands[i].optional)
			continue;
		if (info->operands[i].place == X86_PLACE_AAA)
			x->operands[i] = (struct x86_operand){.kind = MACH_OP_USE, .reg = k};
		else if (!zeroing)
			x->operands[i] = (struct x86_operand){.kind = MACH_OP_USE, .reg = x->operands[0].reg};
	}
	if (zeroing)
		x->mode |= X86_ZEROING;
}

static void sweep_registers(struct sweep *s, u16 opcode, u8 size, u64 features) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	for (enum background bg = LOW; bg <= HIGH; bg++)
		for (u32 i = 0; i < info->num_operands; i++) {
			const struct mach_operand_info *op = &info->operands[i];
			if ((op->kind != MACH_OP_DEF && op->kind != MACH_OP_USE) || op->fixed != MACH_NO_REG ||
			    op->tied || op->optional)
				continue;
			for (u32 r = 0; r < num_regs(op->cls); r++) {
				struct x86_inst x = background_inst(s, opcode, size, bg);
				x.operands[i].reg = (mach_reg)(first_reg(op->cls) + r);
				make_consistent(&x);
				add(s, &x, features);
			}
		}
}

// Every base with no, a short and a long displacement.
static void sweep_bases(struct sweep *s, struct x86_inst x, u32 op, u64 features) {
	for (u32 b = 0; b < 16; b++)
		for (u32 i = 0; i < 3; i++) {
			x.operands[op].mem.base = (mach_reg)(X86_rax + b);
			x.operands[op].mem.disp = i == 0 ? 0 : i == 1 ? 64 : 64 * 127 + 1;
			add(s, &x, features);
		}
}

// Displacements around the limits of disp8 and disp8*N.
static void sweep_disps(struct sweep *s, struct x86_inst x, u32 op, u32 unit, u64 features) {
	static const i32 plain[] = {1, -1, 8, 127, 128, -128, -129, 0x12345678, -0x12345678};
	static const i32 scaled[] = {1, -1, 127, 128, -128, -129, 1000};
	x.operands[op].mem.base = some_reg(s, X86_GPR, HIGH);
	for (u32 i = 0; i < ARRAY_SIZE(plain); i++) {
		x.operands[op].mem.disp = plain[i];
		add(s, &x, features);
	}
	for (u32 i = 0; unit > 1 && i < ARRAY_SIZE(scaled); i++) {
		x.operands[op].mem.disp = scaled[i] * (i32)unit;
		add(s, &x, features);
	}
}

static void sweep_indices(struct sweep *s, struct x86_inst x, u32 op, u64 features) {
	bool vsib = is_vsib(&x86_insts[x.opcode].operands[op]);
	for (u32 i = 0; i < (vsib ? 32u : 16u); i++)
		for (u32 k = 0; k < 4; k++) {
			struct x86_inst y = x;
			struct x86_mem *m = &y.operands[op].mem;
			m->index = (mach_reg)((vsib ? X86_zmm0 : X86_rax) + i);
			m->scale = (u8)(1 << (i + k) % 4);
			m->base = k == 0   ? MACH_NO_REG
			          : k == 1 ? X86_rbp
			          : k == 2 ? X86_r13
			                   : some_reg(s, X86_GPR, HIGH);
			m->disp = k == 3 ? -72 : k == 0 && i % 2 ? 1024 : 0;
			make_consistent(&y);
			add(s, &y, features);
		}
}

// No register at all, and a symbol.
static void sweep_symbols(struct sweep *s, struct x86_inst x, u32 op, u64 features) {
	static const struct x86_mem mems[] = {
		{MACH_NO_REG, MACH_NO_REG, 1, 4096, MACH_NONE},
		{MACH_NO_REG, MACH_NO_REG, 1, 0, 0},
		{MACH_NO_REG, MACH_NO_REG, 1, 4096, 0},
	};
	for (u32 i = 0; i < ARRAY_SIZE(mems); i++) {
		x.operands[op].mem = mems[i];
		add(s, &x, features);
	}
}

static void set_mem(struct sweep *s, struct x86_inst *x, u32 op, enum background bg) {
	x->operands[op] = background_mem(s, &x86_insts[x->opcode].operands[op], bg);
	make_consistent(x);
}

static void sweep_memory(struct sweep *s, u16 opcode, u8 size, u64 features) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	const struct x86_tuple_info *tuple = &x86_tuples[x86_encodings[opcode].tuple];
	for (u32 i = 0; i < info->num_operands; i++) {
		if (!info->operands[i].mem)
			continue;
		u32 width = x86_width_bytes(info->operands[i].mem_width, size);
		u32 unit = tuple->bytes ? tuple->bytes : width;
		for (enum background bg = LOW; bg <= HIGH; bg += HIGH) {
			struct x86_inst x = background_inst(s, opcode, size, bg);
			set_mem(s, &x, i, bg);
			sweep_bases(s, x, i, features);
			sweep_disps(s, x, i, unit, features);
			sweep_indices(s, x, i, features);
			sweep_symbols(s, x, i, features);
			x.mode |= X86_BROADCAST;
			sweep_disps(s, x, i, tuple->broadcast, features);
			sweep_symbols(s, x, i, features);
			set_mask(&x, X86_k3, false);
			sweep_disps(s, x, i, tuple->broadcast, features);
		}
	}
}

static void sweep_masks(struct sweep *s, u16 opcode, u8 size, u64 features) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	for (u32 k = 1; k < 8; k++)
		for (u32 mode = 0; mode < 8; mode++) {
			struct x86_inst x = background_inst(s, opcode, size, mode & 2 ? HIGH : LOW);
			for (u32 i = 0; mode & 4 && i < info->num_operands; i++)
				if (info->operands[i].mem)
					set_mem(s, &x, i, LOW);
			for (u32 i = 0; i < info->num_operands; i++)
				if (info->operands[i].place == X86_PLACE_AAA && info->operands[i].tied)
					x.operands[info->operands[i].tied - 1].reg = (mach_reg)(X86_k0 + k);
			make_consistent(&x);
			set_mask(&x, (mach_reg)(X86_k0 + k), mode & 1);
			add(s, &x, features);
		}
}

static void sweep_rounding(struct sweep *s, u16 opcode, u8 size, u64 features) {
	for (u32 r = 1; r <= X86_SAE >> X86_ROUND_SHIFT; r++)
		for (u32 mode = 0; mode < 6; mode++) {
			struct x86_inst x = background_inst(s, opcode, size, mode & 1 ? HIGH : LOW);
			x.mode = (u8)(r << X86_ROUND_SHIFT);
			if (mode >= 2)
				set_mask(&x, (mach_reg)(X86_k1 + any(s, 7)), mode >= 4);
			add(s, &x, features);
		}
}

static void sweep_immediates(struct sweep *s, u16 opcode, u8 size, u64 features) {
	static const i64 values[] = {0,
	                             1,
	                             -1,
	                             2,
	                             127,
	                             128,
	                             -128,
	                             -129,
	                             200,
	                             255,
	                             256,
	                             32768,
	                             -32768,
	                             65535,
	                             65536,
	                             INT32_MAX,
	                             INT32_MIN,
	                             (i64)INT32_MAX + 1,
	                             UINT32_MAX,
	                             (i64)UINT32_MAX + 1,
	                             (i64)INT32_MIN - 1,
	                             INT64_MAX,
	                             INT64_MIN,
	                             0x123456789abcdef};
	const struct mach_inst_info *info = &x86_insts[opcode];
	for (u32 i = 0; i < info->num_operands; i++) {
		if (info->operands[i].kind == MACH_OP_COND)
			for (u32 c = 0; c < X86_COND_COUNT; c++) {
				struct x86_inst x = background_inst(s, opcode, size, MIDDLE);
				x.operands[i].imm = c;
				add(s, &x, features);
			}
		if (info->operands[i].kind != MACH_OP_IMM)
			continue;
		bool byte =
			info->operands[i].place != X86_PLACE_IMM && info->operands[i].place != X86_PLACE_IMM64;
		for (u32 v = 0; v < (byte ? 256 : ARRAY_SIZE(values)); v += byte && v >= 34 ? 17 : 1)
			for (u32 bg = LOW; bg <= HIGH + 1; bg++) {
				struct x86_inst x = background_inst(s, opcode, size, BASE_MIN(bg, (u32)HIGH));
				if (bg == HIGH + 1 && x86_insts[opcode].operands[0].cls == X86_GPR &&
				    x.operands[0].kind == MACH_OP_DEF)
					x.operands[0].reg = X86_rax;  // short forms with the accumulator
				make_consistent(&x);
				x.operands[i].imm = byte ? v : values[v];
				add(s, &x, features);
			}
	}
}

static void sweep_size(struct sweep *s, u16 opcode, u8 size, u64 features) {
	struct x86_inst x = background_inst(s, opcode, size, LOW);
	add(s, &x, features);
	sweep_registers(s, opcode, size, features);
	sweep_memory(s, opcode, size, features);
	sweep_masks(s, opcode, size, features);
	sweep_rounding(s, opcode, size, features);
	sweep_immediates(s, opcode, size, features);
}

static void sweep_row(struct sweep *s, u16 opcode) {
	const struct x86_encoding *row = &x86_encodings[opcode];
	// Where the VEX form is the newer one, CPUs with EVEX only exist too.
	u32 variants = row->vex_features == X86_AVXVNNI ? 2 : 1;
	for (u32 v = 0; v < variants; v++) {
		u64 features = v ? all_features & ~(u64)X86_AVXVNNI : all_features;
		for (u32 size = 1; size <= 64; size *= 2) {
			u32 before = s->cases.size;
			if (row->sizes & size)
				sweep_size(s, opcode, (u8)size, features);
			if (row->sizes & size && s->cases.size == before) {
				printf("%s: size %u is not swept\n", x86_insts[opcode].name, size);
				s->failures++;
			}
		}
		if (!row->sizes)
			sweep_size(s, opcode, 0, features);
	}
}

// ---------------------------------------------------------------------------------------------
// llvm-mc

static FILE *open_in(const struct sweep *s, const char *name, const char *mode) {
	char path[512];
	snprintf(path, sizeof path, "%s/%s", s->dir, name);
	FILE *f = fopen(path, mode);
	if (!f) {
		perror(path);
		exit(2);
	}
	return f;
}

// Runs a program on file `in` of the directory, with output in `in`.out and `in`.err.
static pid_t start(const struct sweep *s, const char *program, const char *flags, const char *in) {
	pid_t pid = fork();
	if (pid)
		return pid;
	char command[2048];
	snprintf(command, sizeof command, "cd %s; exec %s %s %s > %s.out 2> %s.err", s->dir, program,
	         flags, in, in, in);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static struct str read_all(struct sweep *s, const char *name) {
	FILE *f = open_in(s, name, "r");
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	char *data = arena_alloc(&s->arena, (size_t)size + 1, 1);
	size_t n = fread(data, 1, (size_t)size, f);
	fclose(f);
	return str_make(data, n);
}

// One blank where there are any, comments dropped.
static struct str normalise(struct sweep *s, struct str t) {
	i64 comment = str_find_char(t, '#');
	if (comment >= 0)
		t = str_take(t, (size_t)comment);
	struct strbuf b;
	strbuf_init(&b, &s->arena);
	for (size_t i = 0; i < t.size; i++) {
		bool blank = t.data[i] == ' ' || t.data[i] == '\t';
		if (!blank)
			strbuf_add_char(&b, t.data[i]);
		else if (b.size && b.data[b.size - 1] != ' ')
			strbuf_add_char(&b, ' ');
	}
	return str_trim(strbuf_str(&b));
}

static void write_disassembly_input(struct sweep *s) {
	FILE *f = open_in(s, "bytes", "w");
	for (u32 i = 0; i < s->cases.size; i++) {
		const struct x86_code *c = &s->cases.data[i].code;
		for (u32 j = 0; j < c->size; j++)
			fprintf(f, "0x%02x,", c->bytes[j]);
		fprintf(f, "\n0xf4\n");  // hlt, no row of ours, marks the end of a case
	}
	fclose(f);
}

// Without the size of a gather's address, which our text leaves out.
static struct str drop_gather_size(struct sweep *s, u16 opcode, struct str text) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	i64 ptr = str_find(text, STR(" ptr ["));
	for (u32 i = 0; i < info->num_operands && ptr >= 0; i++)
		if (is_vsib(&info->operands[i])) {
			i64 word = str_rfind_char(str_take(text, (size_t)ptr), ' ');
			return str_format(&s->arena, "%.*s %.*s", (int)word, text.data,
			                  STR_ARG(str_drop(text, (size_t)ptr + strlen(" ptr "))));
		}
	return text;
}

static void check_disassembly(struct sweep *s) {
	struct str rest = read_all(s, "bytes.out"), text = {0};
	u32 i = 0;
	while (rest.size && i < s->cases.size) {
		struct str line = normalise(s, str_split(rest, '\n', &rest));
		if (line.size == 0 || line.data[0] == '.')
			continue;
		if (!str_eq_z(line, "hlt")) {
			text =
				text.size ? str_format(&s->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(line)) : line;
			continue;
		}
		const struct sweep_case *c = &s->cases.data[i++];
		if (!str_eq(drop_gather_size(s, c->opcode, text), normalise(s, c->decoded)))
			fail(s, "reads differently", c, text);
		text = (struct str){0};
	}
	if (i != s->cases.size) {
		printf("llvm-mc disassembled %u of %u cases\n", i, s->cases.size);
		s->failures++;
	}
}

static void write_assembly_input(struct sweep *s) {
	FILE *f = open_in(s, "text", "w");
	for (u32 i = 0; i < s->cases.size; i++)
		fprintf(f, "%.*s\n", STR_ARG(s->cases.data[i].text));
	fclose(f);
}

// The value of a fixup line: "(sym+8)-4" for addend 4.
static void check_reloc(struct sweep *s, const struct sweep_case *c, struct str line) {
	i64 at = str_find(line, STR("sym"));
	struct str value = str_drop(line, (size_t)at + strlen("sym"));
	long addend = 0;
	char *end = (char *)(uintptr_t)value.data;
	while (*end == '+' || *end == '-' || *end == ')')
		if (*end == ')')
			end++;
		else
			addend += strtol(end, &end, 10);
	if (c->branch)
		return;
	if (at < 0 || !c->code.reloc_at || addend != c->code.reloc_addend)
		fail(s, "another relocation", c, line);
}

static void check_assembly(struct sweep *s) {
	struct str rest = read_all(s, "text.out");
	u32 i = 0;
	while (rest.size) {
		struct str line = str_split(rest, '\n', &rest);
		if (str_find(line, STR("fixup A")) >= 0 && i)
			check_reloc(s, &s->cases.data[i - 1], line);
		i64 at = str_find(line, STR("encoding: ["));
		if (at < 0)
			continue;
		if (i == s->cases.size)
			break;
		const struct sweep_case *c = &s->cases.data[i++];
		u32 bytes = 1;
		for (size_t j = (size_t)at; j < line.size; j++)
			bytes += line.data[j] == ',';
		if (c->branch)
			continue;
		s->ours += c->code.size;
		s->theirs += bytes;
		if (c->code.size > bytes)
			fail(s, "is longer", c, line);
	}
	if (i != s->cases.size) {
		struct str err = read_all(s, "text.err");
		printf("llvm-mc assembled %u of %u cases:\n%.*s\n", i, s->cases.size,
		       (int)BASE_MIN(err.size, 2000u), err.data);
		s->failures++;
	}
}

// ---------------------------------------------------------------------------------------------
// Features: a row's text must assemble with just what the row needs.

// GNU as has its own spelling of some features.
static const char *gnu_name(u32 feature) {
	static const char *const names[] = {
#define FEATURE(id, name, ...) name,
#include "target/x86_64/feature.def"
#undef FEATURE
	};
	switch ((enum x86_feature_index)feature) {
	case X86_FEATURE_AVXVNNI: return "avx_vnni";
	case X86_FEATURE_AVX512VBMI2: return "avx512_vbmi2";
	case X86_FEATURE_AVX512VNNI: return "avx512_vnni";
	case X86_FEATURE_AVX512BITALG: return "avx512_bitalg";
	case X86_FEATURE_AVX512VPOPCNTDQ: return "avx512_vpopcntdq";
	case X86_FEATURE_AVX512BF16: return "avx512_bf16";
	case X86_FEATURE_AVX512FP16: return "avx512_fp16";
	default: return names[feature];
	}
}

// Keeps one case of each row, size and set of features.
static void take_samples(struct sweep *s) {
	u64 last = UINT64_MAX;
	for (u32 i = 0; i < s->cases.size; i++) {
		const struct sweep_case *c = &s->cases.data[i];
		u64 key = (u64)c->opcode << 40 | (u64)c->size << 32 | c->features;
		if (key == last)
			continue;
		last = key;
		vec_push(&s->samples_arena, s->samples,
		         (struct sweep_sample){c->features, str_copy(&s->samples_arena, c->text)});
	}
}

static void check_feature_set(struct sweep *s, u32 features) {
	FILE *f = open_in(s, "features", "w");
	for (u32 i = 0; i < s->samples.size; i++)
		if (s->samples.data[i].features == features)
			fprintf(f, "%.*s\n", STR_ARG(s->samples.data[i].text));
	fclose(f);
	char flags[512];
	size_t n = (size_t)snprintf(flags, sizeof flags,
	                            "-msyntax=intel -mnaked-reg -o /dev/null -march=generic64");
	for (u32 i = 0; i < X86_FEATURE_COUNT; i++)
		if (features >> i & 1)
			n += (size_t)snprintf(flags + n, sizeof flags - n, "+%s", gnu_name(i));
	int status;
	waitpid(start(s, s->as, flags, "features"), &status, 0);
	if (status == 0)
		return;
	struct str err = read_all(s, "features.err");
	printf("not enough features: %s\n%.*s\n", flags, (int)BASE_MIN(err.size, 2000u), err.data);
	s->failures++;
}

static void check_features(struct sweep *s) {
	for (u32 i = 0; i < s->samples.size; i++) {
		u32 j = 0;
		while (s->samples.data[j].features != s->samples.data[i].features)
			j++;
		if (j == i)
			check_feature_set(s, s->samples.data[i].features);
	}
}

// ---------------------------------------------------------------------------------------------
// What a row does not allow must not exist.

static bool row_has(u16 opcode, u8 place, u8 kind) {
	const struct mach_inst_info *info = &x86_insts[opcode];
	for (u32 i = 0; i < info->num_operands; i++)
		if (info->operands[i].place == place || info->operands[i].kind == kind)
			return true;
	return false;
}

// `text` with `insert` behind its first operand.
static void write_mask(FILE *f, struct str text, const char *insert) {
	i64 comma = str_find(text, STR(", "));
	size_t at = comma < 0 ? text.size : (size_t)comma;
	fprintf(f, "%.*s %s%.*s\n", (int)at, text.data, insert, STR_ARG(str_drop(text, at)));
}

// With rounding behind the last register.
static void write_rounding(FILE *f, struct str text, bool has_imm, const char *rounding) {
	size_t at = has_imm ? (size_t)str_rfind_char(text, ',') : text.size;
	fprintf(f, "%.*s, %s%.*s\n", (int)at, text.data, rounding, STR_ARG(str_drop(text, at)));
}

// With the memory operand as one element for n lanes.
static void write_broadcasts(FILE *f, struct str text) {
	static const char *const elements[] = {"word", "dword", "qword"};
	i64 end = str_find_char(text, ']'), ptr = str_find(text, STR(" ptr ["));
	if (end < 0 || ptr < 0)
		return;
	i64 word = str_rfind_char(str_take(text, (size_t)ptr), ' ');
	for (u32 e = 0; e < ARRAY_SIZE(elements); e++)
		for (u32 n = 2; n <= 32; n *= 2)
			fprintf(f, "%.*s %s%.*s{1to%u}%.*s\n", (int)word, text.data, elements[e],
			        (int)(end + 1 - ptr), text.data + ptr, n,
			        STR_ARG(str_drop(text, (size_t)end + 1)));
}

static void write_forbidden(struct sweep *s, FILE *f, u16 opcode, u8 size, bool mem) {
	const struct x86_encoding *row = &x86_encodings[opcode];
	const struct mach_inst_info *info = &x86_insts[opcode];
	struct x86_inst x = background_inst(s, opcode, size, HIGH);
	bool has_mem = false;
	for (u32 i = 0; i < info->num_operands; i++) {
		if (mem && info->operands[i].mem)
			set_mem(s, &x, i, LOW);
		has_mem |= x.operands[i].kind == MACH_OP_MEM;
	}
	if (x86_invalid(&x, all_features) || has_mem != mem)
		return;
	struct strbuf b;
	strbuf_init(&b, &s->arena);
	x86_print(&x, all_features, (struct x86_namer){print_symbol, NULL}, &b);
	struct str text = strbuf_str(&b);
	bool has_imm = row_has(opcode, X86_PLACE_IMM8, MACH_OP_IMM) &&
	               !row_has(opcode, X86_PLACE_PREDICATE, MACH_OP_NONE);
	if (!row_has(opcode, X86_PLACE_AAA, MACH_OP_NONE) && info->operands[0].cls != X86_FLAGS)
		write_mask(f, text, "{k1}");
	else if (!(row->modes & X86_MODE_Z))
		write_mask(f, text, "{k1} {z}");
	if (mem && !x86_tuples[row->tuple].broadcast)
		write_broadcasts(f, text);
	if (mem || (size >= 16 && size < 64))
		return;
	if (!(row->modes & (size == 8 ? X86_MODE_ER | X86_MODE_ER8 : X86_MODE_ER)))
		write_rounding(f, text, has_imm, "{rn-sae}");
	if (!(row->modes & X86_MODE_SAE))
		write_rounding(f, text, has_imm, "{sae}");
}

static void check_nothing_missing(struct sweep *s, const char *only) {
	FILE *f = open_in(s, "forbidden", "w");
	for (u16 op = MACH_GENERIC_COUNT; op < X86_OP_COUNT; op++) {
		bool idiom = x86_insts[op].flags & MACH_REMAT;  // one operand for several places
		if (x86_encodings[op].evex_w == X86_NO_ENCODING || idiom ||
		    (only && strcmp(only, x86_insts[op].name) != 0))
			continue;
		for (u32 size = 0; size <= 64; size = size ? size * 2 : 1)
			for (u32 mem = 0; mem < 2; mem++)
				write_forbidden(s, f, op, (u8)size, mem);
	}
	fclose(f);
	int status;
	waitpid(start(s, s->llvm_mc, "-triple=x86_64 -x86-asm-syntax=intel --output-asm-variant=1",
	              "forbidden"),
	        &status, 0);
	struct str rest = read_all(s, "forbidden.out");
	while (rest.size) {
		struct str line = normalise(s, str_split(rest, '\n', &rest));
		if (line.size == 0 || line.data[0] == '.')
			continue;
		printf("no row allows: %.*s\n", STR_ARG(line));
		s->failures++;
	}
}

// ---------------------------------------------------------------------------------------------

static void check_cases(struct sweep *s) {
	write_disassembly_input(s);
	write_assembly_input(s);
	const char *disassemble =
		"-triple=x86_64 -mcpu=sapphirerapids --disassemble --output-asm-variant=1";
	const char *assemble =
		"-triple=x86_64 -x86-asm-syntax=intel --show-encoding --output-asm-variant=1";
	pid_t a = start(s, s->llvm_mc, disassemble, "bytes"),
		  b = start(s, s->llvm_mc, assemble, "text");
	int status;
	waitpid(a, &status, 0);
	waitpid(b, &status, 0);
	check_disassembly(s);
	check_assembly(s);
	take_samples(s);
}

static void print_cases(const struct sweep *s) {
	for (u32 i = 0; i < s->cases.size; i++) {
		const struct sweep_case *c = &s->cases.data[i];
		printf("%.*s\t", STR_ARG(c->text));
		for (u32 j = 0; j < c->code.size; j++)
			printf("%02x", c->code.bytes[j]);
		printf("\n");
	}
}

// Checks what has gathered, and forgets it.
static void finish_batch(struct sweep *s, bool print) {
	if (print)
		print_cases(s);
	else if (s->cases.size)
		check_cases(s);
	s->total += s->cases.size;
	memset(&s->cases, 0, sizeof s->cases);
	arena_reset(&s->arena);
}

static u32 sweep_rows(struct sweep *s, const char *only, bool print) {
	enum { BATCH = 200000 };
	u32 rows = 0;
	for (u16 op = MACH_GENERIC_COUNT; op < X86_OP_COUNT; op++) {
		if (only && strcmp(only, x86_insts[op].name) != 0)
			continue;
		u32 before = s->cases.size;
		s->random = 0x9e3779b97f4a7c15ull ^ (u64)op << 32;
		sweep_row(s, op);
		rows++;
		if (s->cases.size == before) {
			printf("%s is not swept\n", x86_insts[op].name);
			s->failures++;
		}
		if (s->cases.size >= BATCH)
			finish_batch(s, print);
	}
	finish_batch(s, print);
	return rows;
}

static void remove_directory(const char *dir) {
	char command[128];
	snprintf(command, sizeof command, "rm -r %s", dir);
	if (system(command) != 0)
		perror(command);
}

int main(int argc, char **argv) {
	static struct sweep s = {.llvm_mc = "llvm-mc-19", .as = "as"};
	const char *only = NULL;
	bool print = false;
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--llvm-mc=", 10) == 0)
			s.llvm_mc = argv[i] + 10;
		else if (strncmp(argv[i], "--as=", 5) == 0)
			s.as = argv[i] + 5;
		else if (strncmp(argv[i], "--row=", 6) == 0)
			only = argv[i] + 6;
		else if (strcmp(argv[i], "--print") == 0)
			print = true;
		else {
			fprintf(stderr,
			        "usage: sweep [--llvm-mc=PROGRAM] [--as=PROGRAM] [--row=ID] [--print]\n");
			return 2;
		}
	}
	char dir[] = "/tmp/lamella-sweep-XXXXXX";
	s.dir = mkdtemp(dir);
	arena_init(&s.arena);
	arena_init(&s.samples_arena);
	u32 rows = sweep_rows(&s, only, print);
	if (!print) {
		check_features(&s);
		check_nothing_missing(&s, only);
		printf("%u rows, %u cases, %u failures; %llu bytes, llvm-mc %llu\n", rows, s.total,
		       s.failures, (unsigned long long)s.ours, (unsigned long long)s.theirs);
	}
	remove_directory(s.dir);
	arena_deinit(&s.arena);
	arena_deinit(&s.samples_arena);
	return s.failures != 0;
}
