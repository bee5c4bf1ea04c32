// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the allocator and selection ask the target: registers of an operand, folding into memory
// operands, moves, spills and reloads, where the C ABI passes values.
#include "unit/unit.h"

#include "unit/target/x86_64/build.h"

struct fixture {
	struct arena a;
	struct mach_func *f;
};

static void start(struct fixture *x, enum x86_cpu_index cpu) {
	arena_init(&x->a);
	x->f = build_func(build_unit(&x->a), &x86_cpus[cpu], STR("f"), true);
	build_block(x->f);
}

static struct mach_operand value_def(mach_value v) {
	return (struct mach_operand){.kind = MACH_OP_DEF, .fixed = MACH_NO_REG, .payload = v};
}
static struct mach_operand value_use(mach_value v) {
	return (struct mach_operand){.kind = MACH_OP_USE, .fixed = MACH_NO_REG, .payload = v};
}

static u32 regs_of(const struct mach_func *f, mach_inst i, u32 op) {
	return mach_regset_count(x86_operand_regs(f, &f->insts.data[i], op));
}

UNIT_TEST(registers_of_operands) {
	static const struct {
		enum x86_cpu_index cpu;
		u32 vaddps, vptest, copy;
	} cases[] = {{X86_CPU_v3, 16, 16, 16}, {X86_CPU_v4, 32, 16, 32}};
	for (u32 c = 0; c < ARRAY_SIZE(cases); c++) {
		struct fixture x;
		start(&x, cases[c].cpu);
		struct mach_func *f = x.f;
		mach_value v = build_value(f, X86_zmm0, 32), k = build_value(f, X86_k0, 4),
				   r = build_value(f, X86_rcx, 8);
		mach_inst vaddps = build_inst(f, 0, X86_vaddps, 32, 0, value_def(v), value_use(v),
		                              value_use(v), value_use(k), value_use(v));
		assert_int_equal(regs_of(f, vaddps, 0), cases[c].vaddps);
		assert_int_equal(regs_of(f, vaddps, 2), cases[c].vaddps);
		assert_int_equal(regs_of(f, vaddps, 3), 7);  // not k0
		mach_inst vptest =
			build_inst(f, 0, X86_vptest, 32, 0, build_flags_def(), value_use(v), value_use(v));
		assert_int_equal(regs_of(f, vptest, 0), 1);
		assert_int_equal(regs_of(f, vptest, 1), cases[c].vptest);
		mach_inst copy = build_inst(f, 0, MACH_COPY, 0, 0, value_def(v), value_use(v));
		assert_int_equal(regs_of(f, copy, 0), cases[c].copy);
		mach_inst shift = build_inst(f, 0, X86_shl_cl, 8, 0, value_def(r), build_flags_def(),
		                             value_use(r), build_use(X86_rcx));
		assert_int_equal(regs_of(f, shift, 0), 16);
		assert_int_equal(regs_of(f, shift, 3), 1);
		arena_deinit(&x.a);
	}
	struct fixture x;
	start(&x, X86_CPU_v3);
	assert_int_equal(mach_regset_count(x86_target.allocatable_regs(x.f, X86_VEC)), 16);
	assert_int_equal(mach_regset_count(x86_target.allocatable_regs(x.f, X86_GPR)), 14);
	arena_deinit(&x.a);
	assert_false(mach_regset_has(x86_target.classes[X86_GPR].allocatable, X86_rsp));
	assert_false(mach_regset_has(x86_target.classes[X86_GPR].allocatable, X86_rbp));
}

// Bytes of a reload that vaddps of `size` folds, or not.
static bool folds(enum x86_cpu_index cpu, u16 opcode, u8 size, u8 bytes, u8 mode) {
	struct fixture x;
	start(&x, cpu);
	mach_value a = build_value(x.f, X86_zmm0, bytes), b = build_value(x.f, X86_zmm1, bytes);
	mach_inst i =
		opcode == X86_vpslld_i
			? build_inst(x.f, 0, opcode, size, mode, value_def(a), value_use(b), build_imm(x.f, 3))
			: build_inst(x.f, 0, opcode, size, mode, value_def(a), value_use(a), value_use(b));
	bool result = x86_can_fold_mem(x.f, &x.f->insts.data[i], opcode == X86_vpslld_i ? 1 : 2);
	arena_deinit(&x.a);
	return result;
}

UNIT_TEST(folding_into_memory_operands) {
	assert_true(folds(X86_CPU_v3, X86_vaddps, 32, 32, 0));
	assert_true(folds(X86_CPU_v3, X86_vaddss, 0, 4, 0));
	assert_false(folds(X86_CPU_v3, X86_vaddps, 32, 16, 0));  // would read past the slot
	assert_false(folds(X86_CPU_v4, X86_vaddps, 64, 64, X86_ROUND_UP));
	assert_false(folds(X86_CPU_v3, X86_vpslld_i, 32, 32, 0));  // only EVEX has this memory form
	assert_true(folds(X86_CPU_v4, X86_vpslld_i, 32, 32, 0));
	assert_false(folds(X86_CPU_v4, X86_vmovhlps, 0, 16, 0));  // no memory form
	struct fixture x;
	start(&x, X86_CPU_v3);
	mach_value v = build_value(x.f, X86_zmm0, 32);
	mach_inst twice =
		build_inst(x.f, 0, X86_vaddps, 32, 0, value_def(v), value_use(v), value_use(v));
	assert_false(x86_can_fold_mem(x.f, &x.f->insts.data[twice], 2));
	arena_deinit(&x.a);
}

static void print_slot(const void *user, const struct x86_operand *o, struct strbuf *out) {
	(void)user, (void)o, (void)out;
}

static void assert_text(struct fixture *x, const struct mach_insts *insts, const char *expected) {
	struct strbuf text;
	strbuf_init(&text, &x->a);
	for (u32 i = 0; i < insts->size; i++) {
		struct x86_inst inst;
		x86_inst_of(x->f, &x->f->insts.data[insts->data[i]], &inst);
		assert_null(x86_invalid(&inst, x->f->cpu->features));
		x86_print(&inst, x->f->cpu->features, (struct x86_namer){print_slot, NULL}, &text);
	}
	assert_string_equal(text.data, expected);
}

UNIT_TEST(moves_between_registers) {
	static const struct {
		mach_reg to, from;
		u8 bytes;
		const char *text;
	} cases[] = {
		{X86_rax, X86_r9, 8, "mov\trax, r9"},
		{X86_rax, X86_r9, 1, "mov\teax, r9d"},
		{X86_zmm1, X86_zmm2, 4, "vmovaps\txmm1, xmm2"},
		{X86_zmm1, X86_zmm20, 32, "vmovaps\tymm1, ymm20"},
		{X86_zmm1, X86_zmm2, 64, "vmovaps\tzmm1, zmm2"},
		{X86_k1, X86_k2, 2, "kmovw\tk1, k2"},
		{X86_k1, X86_k2, 8, "kmovq\tk1, k2"},
		{X86_k1, X86_rdx, 2, "kmovw\tk1, edx"},
		{X86_rdx, X86_k1, 8, "kmovq\trdx, k1"},
		{X86_zmm3, X86_rdx, 4, "vmovd\txmm3, edx"},
		{X86_rdx, X86_zmm3, 8, "vmovq\trdx, xmm3"},
	};
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture x;
		start(&x, X86_CPU_v4);
		mach_value to = build_value(x.f, cases[i].to, cases[i].bytes),
				   from = build_value(x.f, cases[i].from, cases[i].bytes);
		struct mach_insts out = {0};
		x86_build_move(x.f, to, from, &out);
		assert_text(&x, &out, cases[i].text);
		arena_deinit(&x.a);
	}
}

UNIT_TEST(swaps_of_general_registers) {
	struct fixture x;
	start(&x, X86_CPU_v4);
	mach_value from[] = {build_value(x.f, X86_rcx, 4), build_value(x.f, X86_r8, 8)};
	mach_value to[] = {build_value(x.f, X86_rcx, 8), build_value(x.f, X86_r8, 4)};
	struct mach_insts out = {0};
	x86_target.build_swap(x.f, to, from, &out);
	assert_text(&x, &out, "xchg\trcx, r8");
	assert_true(x86_target.swap_supported(X86_GPR));
	assert_false(x86_target.swap_supported(X86_VEC));
	arena_deinit(&x.a);
}

UNIT_TEST(spills_and_reloads) {
	static const struct {
		mach_reg reg;
		u8 bytes;
		const char *spill, *reload;
	} cases[] = {
		{X86_rax, 8, "mov\tqword ptr [rsp], rax", "mov\trax, qword ptr [rsp]"},
		{X86_rax, 2, "mov\tdword ptr [rsp], eax", "mov\teax, dword ptr [rsp]"},
		{X86_zmm1, 4, "vmovss\tdword ptr [rsp], xmm1", "vmovss\txmm1, dword ptr [rsp]"},
		{X86_zmm1, 8, "vmovsd\tqword ptr [rsp], xmm1", "vmovsd\txmm1, qword ptr [rsp]"},
		{X86_zmm1, 64, "vmovups\tzmmword ptr [rsp], zmm1", "vmovups\tzmm1, zmmword ptr [rsp]"},
		{X86_k3, 2, "kmovw\tword ptr [rsp], k3", "kmovw\tk3, word ptr [rsp]"},
		{X86_k3, 8, "kmovq\tqword ptr [rsp], k3", "kmovq\tk3, qword ptr [rsp]"},
	};
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture x;
		start(&x, X86_CPU_v4);
		u32 slot = build_slot_add(x.f, 64, 16);
		mach_value v = build_value(x.f, cases[i].reg, cases[i].bytes);
		struct mach_insts spill = {0}, reload = {0};
		x86_build_spill(x.f, v, slot, &spill);
		x86_build_reload(x.f, v, slot, &reload);
		build_inst_bare(x.f, 0, X86_ret, 0);
		x86_lower_frame(x.f);
		assert_text(&x, &spill, cases[i].spill);
		assert_text(&x, &reload, cases[i].reload);
		arena_deinit(&x.a);
	}
}

UNIT_TEST(arguments_of_the_c_abi) {
	enum { N = 20 };
	u8 cls[N], bytes[N];
	struct mach_abi_loc locs[N];
	for (u32 i = 0; i < N; i++) {
		cls[i] = i % 2 ? X86_VEC : X86_GPR;
		bytes[i] = 8;
	}
	static const mach_reg gprs[] = {X86_rdi, X86_rsi, X86_rdx, X86_rcx, X86_r8, X86_r9};
	assert_int_equal(x86_abi_arguments(cls, bytes, N, locs), 8 * (N - 6 - 8));
	for (u32 i = 0; i < 12; i++)
		assert_int_equal(locs[i].reg, i % 2 ? X86_zmm0 + i / 2 : gprs[i / 2]);
	assert_int_equal(locs[12].reg, MACH_NO_REG);
	assert_int_equal(locs[12].stack_offset, 0);
	assert_int_equal(locs[13].reg, X86_zmm6);
	assert_int_equal(locs[14].stack_offset, 8);
	assert_int_equal(x86_abi_results(cls, bytes, 2, locs), 0);
	assert_int_equal(locs[0].reg, X86_rax);
	assert_int_equal(locs[1].reg, X86_zmm0);
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, x86_abi_results(cls, bytes, 6, locs));
	assert_string_equal(failure.message,
	                    "results that do not fit in registers go through a pointer argument");
}

UNIT_TEST(every_register_is_someones) {
	struct mach_regset both = mach_regset_and(x86_target.caller_saved, x86_target.callee_saved);
	struct mach_regset either = mach_regset_or(x86_target.caller_saved, x86_target.callee_saved);
	assert_true(mach_regset_empty(both));
	for (mach_reg r = 0; r < X86_REG_COUNT; r++)
		assert_int_equal(mach_regset_has(either, r), r != X86_rsp);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_of_operands),
		cmocka_unit_test(folding_into_memory_operands),
		cmocka_unit_test(moves_between_registers),
		cmocka_unit_test(swaps_of_general_registers),
		cmocka_unit_test(spills_and_reloads),
		cmocka_unit_test(arguments_of_the_c_abi),
		cmocka_unit_test(every_register_is_someones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
