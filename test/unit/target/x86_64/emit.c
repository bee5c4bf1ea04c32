// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From functions to bytes: branches in every position, their two lengths, lines, relocations, and
// assembler source. Random functions against LLVM: test/target/x86_64/layout.c.
#include <stdio.h>

#include "unit/unit.h"

#include "unit/target/x86_64/build.h"

struct fixture {
	struct arena a;
	struct mach_unit *u;
	struct mach_func *f;
};

static void start(struct fixture *x, u32 blocks) {
	arena_init(&x->a);
	x->u = build_unit(&x->a);
	x->f = build_func(x->u, &x86_cpus[X86_CPU_v3], STR("f"), true);
	for (u32 i = 0; i < blocks; i++)
		build_block(x->f);
}

static struct mach_code emit(struct fixture *x) {
	struct mach_code code = {.arena = &x->a};
	x86_emit(x->f, &code);
	return code;
}

static void assert_bytes(const struct mach_code *code, const char *hex) {
	char got[1024];
	assert_true(code->bytes.size < 500);
	for (u32 i = 0; i < code->bytes.size; i++)
		sprintf(got + 2 * i, "%02x", code->bytes.data[i]);
	got[2 * code->bytes.size] = 0;
	assert_string_equal(got, hex);
}

static void jcc(struct mach_func *f, mach_block b, u32 c, mach_block taken, mach_block other) {
	build_edge(f, b, taken);
	build_edge(f, b, other);
	build_inst(f, b, X86_jcc, 0, 0, build_cond(c), build_edge_operand(0), build_edge_operand(1),
	           build_flags_use());
}
static void ret(struct mach_func *f, mach_block b) { build_inst_bare(f, b, X86_ret, 0); }

UNIT_TEST(branches_follow_the_layout) {
	struct fixture x;
	start(&x, 3);
	jcc(x.f, 0, X86_COND_E, 1, 2);  // taken edge next: inverted
	jcc(x.f, 1, X86_COND_E, 0, 2);  // other edge next
	ret(x.f, 2);
	struct mach_code code = emit(&x);
	assert_bytes(&code, "7502"
	                    "74fc"
	                    "c3");
	arena_deinit(&x.a);

	start(&x, 3);
	jcc(x.f, 0, X86_COND_E, 2, 0);  // neither next
	ret(x.f, 1);
	jcc(x.f, 2, X86_COND_L, 1, 1);  // both the same
	code = emit(&x);
	assert_bytes(&code, "7403"
	                    "ebfc"
	                    "c3"
	                    "ebfd");
	arena_deinit(&x.a);
}

UNIT_TEST(branch_to_the_next_block_vanishes) {
	struct fixture x;
	start(&x, 2);
	build_edge(x.f, 0, 1);
	build_inst(x.f, 0, X86_jmp, 0, 0, build_edge_operand(0));
	ret(x.f, 1);
	struct mach_code code = emit(&x);
	assert_bytes(&code, "c3");
	arena_deinit(&x.a);
}

// A jump over `bytes` bytes.
static u32 size_of_jump_over(u32 bytes) {
	struct fixture x;
	start(&x, 3);
	jcc(x.f, 0, X86_COND_E, 2, 1);
	for (u32 i = 0; i < bytes; i++)
		build_inst_bare(x.f, 1, X86_int3, 0);
	build_edge(x.f, 1, 2);
	build_inst(x.f, 1, X86_jmp, 0, 0, build_edge_operand(0));
	ret(x.f, 2);
	struct mach_code code = emit(&x);
	u32 size = code.bytes.size - bytes - 1;
	i32 distance =
		size == 2 ? (i8)code.bytes.data[1] : code.bytes.data[2] | code.bytes.data[3] << 8;
	assert_int_equal(distance, bytes);
	arena_deinit(&x.a);
	return size;
}

UNIT_TEST(branches_are_as_short_as_they_can_be) {
	assert_int_equal(size_of_jump_over(1), 2);
	assert_int_equal(size_of_jump_over(127), 2);
	assert_int_equal(size_of_jump_over(128), 6);
}

UNIT_TEST(loops_are_aligned) {
	struct fixture x;
	start(&x, 3);
	build_edge(x.f, 0, 1);
	build_inst_bare(x.f, 0, X86_int3, 0);
	build_inst(x.f, 0, X86_jmp, 0, 0, build_edge_operand(0));
	x.f->blocks.data[1].align = 32;
	jcc(x.f, 1, X86_COND_NE, 1, 2);
	ret(x.f, 2);
	struct mach_code code = emit(&x);
	assert_int_equal(code.align, 32);
	assert_int_equal(code.bytes.size, 32 + 3);
	assert_int_equal(code.bytes.data[32], 0x75);
	assert_int_equal(code.bytes.data[33], 0xfe);
	arena_deinit(&x.a);
}

UNIT_TEST(lines_and_relocations_move_with_their_code) {
	struct fixture x;
	start(&x, 3);
	vec_push(&x.a, x.f->locs, 10u);
	vec_push(&x.a, x.f->locs, 20u);
	build_unit_symbol(x.u, (struct mach_symbol){.name = STR("g"), .kind = MACH_SYMBOL_UNDEFINED});
	jcc(x.f, 0, X86_COND_E, 2, 1);
	mach_inst call = build_inst(x.f, 1, X86_call, 0, 0, build_symbol(0));
	x.f->insts.data[call].loc = 2;
	for (u32 i = 0; i < 130; i++)
		build_inst_bare(x.f, 1, X86_int3, 0);
	build_edge(x.f, 1, 2);
	build_inst(x.f, 1, X86_jmp, 0, 0, build_edge_operand(0));
	ret(x.f, 2);
	x.f->insts.data[x.f->blocks.data[0].insts.data[0]].loc = 1;
	struct mach_code code = emit(&x);
	assert_int_equal(code.relocs.size, 1);
	assert_int_equal(code.relocs.data[0].offset, 6 + 1);
	assert_int_equal(code.relocs.data[0].addend, -4);
	assert_int_equal(code.lines.size, 2);
	assert_int_equal(code.lines.data[0].offset, 0);
	assert_int_equal(code.lines.data[0].line, 10);
	assert_int_equal(code.lines.data[1].offset, 6);
	assert_int_equal(code.lines.data[1].line, 20);
	arena_deinit(&x.a);
}

UNIT_TEST(generic_instructions_leave_no_bytes_or_fail) {
	struct fixture x;
	start(&x, 1);
	build_inst(x.f, 0, MACH_COPY, 0, 0, build_def(x.f, X86_rax), build_use(X86_rax));
	build_inst(x.f, 0, MACH_UNDEF, 0, 0, build_def(x.f, X86_rax));
	ret(x.f, 0);
	struct mach_code code = emit(&x);
	assert_bytes(&code, "c3");
	build_inst(x.f, 0, MACH_COPY, 0, 0, build_def(x.f, X86_rax), build_use(X86_rcx));
	struct base_failure failure;
	assert_fails(BASE_FAILURE_INTERNAL, failure, emit(&x));
	assert_string_equal(failure.message, "a copy between registers was not resolved");
	arena_deinit(&x.a);
}

// mov r, 0 becomes xor where the flags are not wanted, which ends at the comparison.
UNIT_TEST(zero_idioms) {
	struct fixture x;
	start(&x, 2);
	struct mach_func *f = x.f;
	build_inst(f, 0, X86_mov_i, 8, 0, build_def(f, X86_rax), build_imm(f, 0));
	build_inst(f, 0, X86_cmp, 8, 0, build_flags_def(), build_use(X86_rdi), build_use(X86_rsi));
	build_inst(f, 0, X86_mov_i, 8, 0, build_def(f, X86_rcx), build_imm(f, 0));
	jcc(f, 0, X86_COND_E, 0, 1);
	build_inst(f, 1, X86_mov_i, 4, 0, build_def(f, X86_rdx), build_imm(f, 0));
	ret(f, 1);
	x86_lower_frame(f);
	struct mach_code code = emit(&x);
	assert_bytes(&code, "31c0"
	                    "4839f7"
	                    "b900000000"
	                    "74f4"
	                    "31d2"
	                    "c3");
	arena_deinit(&x.a);
}

UNIT_TEST(assembler_source) {
	static const u8 data[4] = {1, 2, 3, 255};
	struct fixture x;
	start(&x, 2);
	build_unit_symbol(x.u, (struct mach_symbol){.name = STR("conv 1"),
	                                            .kind = MACH_SYMBOL_RODATA,
	                                            .align = 4,
	                                            .data = data,
	                                            .size = 4});
	build_inst(x.f, 0, X86_vbroadcastss, 32, 0, build_def(x.f, X86_zmm0), build_symbol_mem(x.f, 0));
	build_inst(x.f, 0, X86_test, 8, 0, build_flags_def(), build_use(X86_rdi), build_use(X86_rdi));
	jcc(x.f, 0, X86_COND_E, 1, 0);
	build_slot_add(x.f, 8, 8);
	build_inst(x.f, 1, X86_mov, 8, 0, build_def(x.f, X86_rbx), build_slot(x.f, 0, 0));
	ret(x.f, 1);
	x86_lower_frame(x.f);
	struct strbuf text;
	strbuf_init(&text, &x.a);
	x86_print_asm(x.u, &text);
	assert_string_equal(
		text.data,
		"\t.intel_syntax noprefix\n\n\t.text\n\t.globl f\n\t.p2align 4\n\t.type f, @function\nf:\n"
		"\t.cfi_startproc\n.L0_0:\n\tpush\trbx\n\t.cfi_def_cfa_offset 16\n\t.cfi_offset 3, -16\n"
		"\tsub\trsp, 8\n\t.cfi_def_cfa_offset 24\n"
		"\tvbroadcastss\tymm0, dword ptr [rip + \"conv 1\"]\n\ttest\trdi, rdi\n\tjne\t.L0_0\n"
		".L0_1:\n\tmov\trbx, qword ptr [rsp]\n\t.cfi_remember_state\n\tadd\trsp, 8\n"
		"\t.cfi_def_cfa_offset 16\n\tpop\trbx\n\t.cfi_def_cfa_offset 8\n\t.cfi_restore 3\n\tret\n"
		"\t.cfi_endproc\n\t.size f, . - f\n\n\t.section .rodata\n\t.p2align 2\n\"conv 1\":\n"
		"\t.byte 1, 2, 3, 255\n\n\t.section \".note.GNU-stack\",\"\",@progbits\n");
	arena_deinit(&x.a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(branches_follow_the_layout),
		cmocka_unit_test(branch_to_the_next_block_vanishes),
		cmocka_unit_test(branches_are_as_short_as_they_can_be),
		cmocka_unit_test(loops_are_aligned),
		cmocka_unit_test(lines_and_relocations_move_with_their_code),
		cmocka_unit_test(generic_instructions_leave_no_bytes_or_fail),
		cmocka_unit_test(zero_idioms),
		cmocka_unit_test(assembler_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
