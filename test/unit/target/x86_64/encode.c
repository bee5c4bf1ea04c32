// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Encoder and assembler text on a few instructions of each kind, written out from the manual; the
// shortest equivalents; what is invalid. All rows: test/target/x86_64/sweep.c.
#include "target/x86_64/x86.h"

#include "unit/unit.h"

static const u64 all = ((u64)1 << X86_FEATURE_COUNT) - 1;

static struct x86_operand def(mach_reg r) {
	return (struct x86_operand){.kind = MACH_OP_DEF, .reg = r};
}
static struct x86_operand use(mach_reg r) {
	return (struct x86_operand){.kind = MACH_OP_USE, .reg = r};
}
static struct x86_operand imm(i64 v) { return (struct x86_operand){.kind = MACH_OP_IMM, .imm = v}; }
static struct x86_operand cond(u32 c) {
	return (struct x86_operand){.kind = MACH_OP_COND, .imm = c};
}
static struct x86_operand none(void) { return (struct x86_operand){0}; }
static struct x86_operand mem(mach_reg base, mach_reg index, u8 scale, i32 disp) {
	return (struct x86_operand){.kind = MACH_OP_MEM, .mem = {base, index, scale, disp, MACH_NONE}};
}
static struct x86_operand symbol(u32 s, i32 disp) {
	return (struct x86_operand){.kind = MACH_OP_MEM, .mem = {MACH_NO_REG, MACH_NO_REG, 1, disp, s}};
}
#define NO MACH_NO_REG
#define INST(op, size_, mode_, ...)                                                                \
	((struct x86_inst){.opcode = X86_##op,                                                         \
	                   .size = size_,                                                              \
	                   .mode = mode_,                                                              \
	                   .num_operands = x86_insts[X86_##op].num_operands,                           \
	                   .operands = {__VA_ARGS__}})

static void name(const void *user, const struct x86_operand *o, struct strbuf *out) {
	(void)user, (void)o;
	strbuf_add_z(out, "table");
}

static struct x86_code check_with(struct x86_inst x, u64 features, const char *text,
                                  const char *hex) {
	struct arena a;
	arena_init(&a);
	const char *why = x86_invalid(&x, features);
	if (why)
		fail_msg("%s: %s", text, why);
	x86_shrink(&x, features);
	struct strbuf got;
	strbuf_init(&got, &a);
	x86_print(&x, features, (struct x86_namer){name, NULL}, &got);
	assert_string_equal(got.data, text);
	struct x86_code c;
	x86_encode(&x, features, &c);
	struct strbuf bytes;
	strbuf_init(&bytes, &a);
	for (u32 i = 0; i < c.size; i++)
		strbuf_addf(&bytes, "%02x", c.bytes[i]);
	assert_string_equal(bytes.data, hex);
	arena_deinit(&a);
	return c;
}
static struct x86_code check(struct x86_inst x, const char *text, const char *hex) {
	return check_with(x, all, text, hex);
}

UNIT_TEST(general_registers) {
	check(INST(add, 4, 0, def(X86_rax), none(), use(X86_rax), use(X86_rcx)), "add\teax, ecx",
	      "01c8");
	check(INST(add, 8, 0, def(X86_r9), none(), use(X86_r9), mem(X86_r12, X86_r13, 8, -8)),
	      "add\tr9, qword ptr [r12 + 8*r13 - 8]", "4f034cecf8");
	check(INST(add_i, 4, 0, def(X86_rax), none(), use(X86_rax), imm(1000)), "add\teax, 1000",
	      "05e8030000");
	check(INST(add_i, 8, 0, def(X86_rsi), none(), use(X86_rsi), imm(-8)), "add\trsi, -8",
	      "4883c6f8");
	check(INST(mov_m, 1, 0, mem(X86_rbp, NO, 1, 0), use(X86_rsi)), "mov\tbyte ptr [rbp], sil",
	      "40887500");
	check(INST(shl_i, 8, 0, def(X86_rdx), none(), use(X86_rdx), imm(1)), "shl\trdx", "48d1e2");
	check(INST(sar_cl, 4, 0, def(X86_rdx), none(), use(X86_rdx), use(X86_rcx)), "sar\tedx, cl",
	      "d3fa");
	check(INST(setcc, 0, 0, def(X86_rdi), cond(X86_COND_LE), none()), "setle\tdil", "400f9ec7");
	check(INST(lock_xadd, 8, 0, def(X86_rax), none(), mem(X86_rdi, NO, 1, 0), use(X86_rax)),
	      "lock xadd\tqword ptr [rdi], rax", "f0480fc107");
	check(INST(popcnt, 8, 0, def(X86_rax), none(), use(X86_r8)), "popcnt\trax, r8", "f3490fb8c0");
	check(INST(movabs, 8, 0, def(X86_r10), imm(0x1122334455667788)),
	      "movabs\tr10, 1234605616436508552", "49ba8877665544332211");
	check(INST(shlx, 8, 0, def(X86_rax), use(X86_rcx), use(X86_rdx)), "shlx\trax, rcx, rdx",
	      "c4e2e9f7c1");
}

UNIT_TEST(vex) {
	check(INST(vaddps, 32, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3)),
	      "vaddps\tymm1, ymm2, ymm3", "c5ec58cb");
	check(INST(vfmadd231ps, 32, 0, def(X86_zmm1), use(X86_zmm1), use(X86_zmm2),
	           mem(X86_rsi, X86_rax, 4, 32)),
	      "vfmadd231ps\tymm1, ymm2, ymmword ptr [rsi + 4*rax + 32]", "c4e26db84c8620");
	check(INST(vmovups, 32, 0, def(X86_zmm0), use(X86_zmm9)), "vmovups\tymm0, ymm9",
	      "c57c11c8");  // reversed for VEX2
	check(INST(vblendvps, 16, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3), use(X86_zmm4)),
	      "vblendvps\txmm1, xmm2, xmm3, xmm4", "c4e3694acb40");
	check(INST(kmov, 2, 0, def(X86_k1), use(X86_k2)), "kmovw\tk1, k2", "c5f890ca");
	check(INST(vzero, 0, 0, def(X86_zmm5)), "vxorps\txmm5, xmm5, xmm5", "c5d057ed");
	check(INST(vzero, 0, 0, def(X86_zmm20)), "vxorps\txmm20, xmm20, xmm20", "62a15c0057e4");
}

UNIT_TEST(evex) {
	check(INST(vaddps, 64, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3)),
	      "vaddps\tzmm1, zmm2, zmm3", "62f16c4858cb");
	check(INST(vaddps, 64, X86_BROADCAST, def(X86_zmm1), use(X86_zmm2), mem(X86_rax, NO, 1, 508)),
	      "vaddps\tzmm1, zmm2, dword ptr [rax + 508]{1to16}", "62f16c5858487f");
	check(INST(vaddps, 64, X86_ZEROING, def(X86_zmm17), use(X86_zmm2), mem(X86_rax, NO, 1, 64),
	           use(X86_k3)),
	      "vaddps\tzmm17 {k3} {z}, zmm2, zmmword ptr [rax + 64]", "62e16ccb584801");
	check(INST(vaddps, 64, X86_ROUND_DOWN, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3)),
	      "vaddps\tzmm1, zmm2, zmm3, {rd-sae}", "62f16c3858cb");
	check(INST(vaddps, 32, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3), use(X86_k1),
	           use(X86_zmm1)),
	      "vaddps\tymm1 {k1}, ymm2, ymm3", "62f16c2958cb");
	check(INST(vmovups_m, 64, 0, mem(X86_rdi, NO, 1, 0), use(X86_zmm31), use(X86_k7)),
	      "vmovups\tzmmword ptr [rdi] {k7}, zmm31", "62617c4f113f");
	check(INST(vcmpps_k, 64, 0, def(X86_k2), use(X86_zmm1), use(X86_zmm2), imm(1)),
	      "vcmpltps\tk2, zmm1, zmm2", "62f17448c2d201");
	check(INST(vgatherdps, 64, 0, def(X86_zmm1), def(X86_k1), use(X86_zmm1), use(X86_k1),
	           mem(X86_rax, X86_zmm18, 4, 8)),
	      "vgatherdps\tzmm1 {k1}, [rax + 4*zmm18 + 8]", "62f27d41924c9002");
	check(INST(vpandd, 16, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm3)),
	      "vpand\txmm1, xmm2, xmm3", "c5e9dbcb");
	check(INST(vpandd, 16, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm16)),
	      "vpandd\txmm1, xmm2, xmm16", "62b16d08dbc8");
}

// Where the VEX form needs a feature that the CPU lacks, EVEX takes its place.
UNIT_TEST(encoding_follows_the_cpu) {
	struct x86_inst x =
		INST(vpdpbusd, 32, 0, def(X86_zmm1), use(X86_zmm1), use(X86_zmm2), use(X86_zmm3));
	check_with(x, x86_cpus[X86_CPU_spr].features, "{vex} vpdpbusd\tymm1, ymm2, ymm3", "c4e26d50cb");
	check_with(x, x86_cpus[X86_CPU_znver4].features, "vpdpbusd\tymm1, ymm2, ymm3", "62f26d2850cb");
	assert_non_null(x86_invalid(&x, x86_cpus[X86_CPU_v4].features));
	x = INST(vaddps, 32, 0, def(X86_zmm1), use(X86_zmm2), use(X86_zmm16));
	assert_null(x86_invalid(&x, x86_cpus[X86_CPU_v4].features));
	assert_non_null(x86_invalid(&x, x86_cpus[X86_CPU_v3].features));
}

UNIT_TEST(relocations_count_from_the_end) {
	struct x86_code c =
		check(INST(vpermilps_i, 32, 0, def(X86_zmm1), symbol(7, 32), imm(5)),
	          "vpermilps\tymm1, ymmword ptr [rip + table + 32], 5", "c4e37d040d0000000005");
	assert_int_equal(c.reloc_at, 5);
	assert_int_equal(c.reloc_symbol, 7);
	assert_int_equal(c.reloc_addend, 32 - 5);  // four bytes and the immediate
	assert_int_equal(c.reloc_kind, MACH_RELOC_PC32);
	c = check(INST(call, 0, 0, {.kind = MACH_OP_SYMBOL, .imm = 3}), "call\ttable", "e800000000");
	assert_int_equal(c.reloc_addend, -4);
	assert_int_equal(c.reloc_kind, MACH_RELOC_PLT32);
}

UNIT_TEST(shortest_equivalents) {
	check(INST(mov_i, 8, 0, def(X86_rax), imm(5)), "mov\teax, 5", "b805000000");
	check(INST(mov_i, 8, 0, def(X86_rax), imm(-5)), "mov\trax, -5", "48c7c0fbffffff");
	check(INST(movabs, 8, 0, def(X86_rax), imm(0xffffffff)), "mov\teax, 4294967295", "b8ffffffff");
	check(INST(movabs, 8, 0, def(X86_rax), imm(-1)), "mov\trax, -1", "48c7c0ffffffff");
	check(INST(and_i, 8, 0, def(X86_rcx), none(), use(X86_rcx), imm(255)), "and\tecx, 255",
	      "81e1ff000000");
	check(INST(test_i, 8, 0, none(), use(X86_rcx), imm(1)), "test\tcl, 1", "f6c101");
	check(INST(cmp_i, 8, 0, none(), use(X86_rcx), imm(0)), "test\trcx, rcx", "4885c9");
	check(INST(movzx8, 8, 0, def(X86_rax), use(X86_rcx)), "movzx\teax, cl", "0fb6c1");
	check(INST(movsx32, 8, 0, def(X86_rax), use(X86_rax)), "cdqe", "4898");
	check(INST(lea, 8, 0, def(X86_rax), mem(NO, X86_rcx, 2, 8)), "lea\trax, [rcx + rcx + 8]",
	      "488d440908");
	check(INST(lea, 8, 0, def(X86_rax), mem(X86_rbp, X86_rcx, 1, 0)), "lea\trax, [rcx + rbp]",
	      "488d0429");
	check(INST(vaddps, 16, 0, def(X86_zmm0), use(X86_zmm1), use(X86_zmm8)),
	      "vaddps\txmm0, xmm8, xmm1", "c5b858c1");
	check(INST(vsubps, 16, 0, def(X86_zmm0), use(X86_zmm1), use(X86_zmm8)),
	      "vsubps\txmm0, xmm1, xmm8", "c4c1705cc0");
	check(INST(vpcmpd_k, 64, 0, def(X86_k1), use(X86_zmm1), use(X86_zmm2), imm(0), use(X86_k2)),
	      "vpcmpeqd\tk1 {k2}, zmm1, zmm2", "62f1754a76ca");
}

UNIT_TEST(what_is_invalid) {
	static const struct {
		struct x86_inst inst;
		const char *why;
	} cases[] = {
		{{.opcode = X86_add, .size = 3}, "the row does not have this size"},
		{{.opcode = X86_vaddps, .size = 64, .operands = {{.kind = MACH_OP_DEF, .reg = X86_zmm0}}},
	     "an operand is missing"},
		{{.opcode = X86_jmp_r, .operands = {{.kind = MACH_OP_USE, .reg = X86_zmm0}}},
	     "the register is not of the operand's class"},
		{{.opcode = X86_mov_i,
	      .size = 4,
	      .operands = {{.kind = MACH_OP_DEF, .reg = X86_rax},
	                   {.kind = MACH_OP_IMM, .imm = 1ll << 32}}},
	     "the immediate is too wide"},
	};
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(x86_invalid(&cases[i].inst, all), cases[i].why);
	struct x86_inst x = INST(vaddps, 64, X86_ZEROING, def(X86_zmm0), use(X86_zmm0), use(X86_zmm0));
	assert_string_equal(x86_invalid(&x, all), "zeroing needs a write mask");
	x.operands[3] = use(X86_k0);
	assert_string_equal(x86_invalid(&x, all), "k0 cannot be a write mask");
	x = INST(vfmadd231ps, 64, 0, def(X86_zmm0), use(X86_zmm1), use(X86_zmm0), use(X86_zmm0));
	assert_string_equal(x86_invalid(&x, all), "tied operands differ");
	x = INST(vaddps, 32, X86_ROUND_UP, def(X86_zmm0), use(X86_zmm0), use(X86_zmm0));
	assert_string_equal(x86_invalid(&x, all),
	                    "rounding and {sae} are for registers of 64 bytes or scalars");
}

UNIT_TEST(no_operations_fill_any_size) {
	for (u32 n = 0; n <= 64; n++) {
		u8 bytes[65];
		memset(bytes, 0xcc, sizeof bytes);
		x86_encode_nops(bytes, n);
		assert_int_equal(bytes[n], 0xcc);
		for (u32 i = 0; i < n; i++)
			assert_int_not_equal(bytes[i], 0xcc);
	}
}

UNIT_TEST(mode_text_round_trips) {
	struct arena a;
	arena_init(&a);
	for (u32 mode = 0; mode < 6u << X86_ROUND_SHIFT; mode++) {
		struct mach_inst_data inst = {.mode = (u8)mode}, back = {.mode = 0xff};
		struct strbuf text;
		strbuf_init(&text, &a);
		x86_print_mode(&inst, &text);
		assert_true(x86_parse_mode(strbuf_str(&text), &back));
		assert_int_equal(back.mode, mode);
	}
	struct mach_inst_data inst;
	assert_false(x86_parse_mode(STR("{k1}"), &inst));
	assert_false(x86_parse_mode(STR("z"), &inst));
	for (u32 c = 0; c < X86_COND_COUNT; c++)
		assert_int_equal(x86_cond_invert(x86_cond_invert(c)), c);
	assert_string_equal(x86_cond_name(x86_cond_invert(X86_COND_B)), "ae");
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(general_registers),
		cmocka_unit_test(vex),
		cmocka_unit_test(evex),
		cmocka_unit_test(encoding_follows_the_cpu),
		cmocka_unit_test(relocations_count_from_the_end),
		cmocka_unit_test(shortest_equivalents),
		cmocka_unit_test(what_is_invalid),
		cmocka_unit_test(no_operations_fill_any_size),
		cmocka_unit_test(mode_text_round_trips),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
