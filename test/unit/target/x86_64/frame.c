// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Frames, by running what was emitted: callee-saved registers survive, slots are where they should
// be and as aligned as they should be, stack arguments arrive and leave, calls see an aligned
// stack.
#include <stdio.h>
#include <sys/mman.h>

#include "unit/unit.h"

#include "unit/target/x86_64/build.h"

typedef u64 function(u64, u64, u64, u64, u64, u64, u64, u64);

struct fixture {
	struct arena a;
	struct mach_func *f;
	void *code;
};
enum { CODE_BYTES = 4096 };

static void start(struct fixture *x) {
	arena_init(&x->a);
	x->f = build_func(build_unit(&x->a), &x86_cpus[X86_CPU_v3], STR("f"), true);
	x->code = NULL;
	build_block(x->f);
}

// Lowers the frame, emits, and makes the bytes executable.
static function *finish(struct fixture *x) {
	struct mach_code code = {.arena = &x->a};
	build_inst_bare(x->f, 0, X86_ret, 0);
	x86_lower_frame(x->f);
	x86_emit(x->f, &code);
	assert_true(code.bytes.size <= CODE_BYTES);
	x->code = mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(x->code, MAP_FAILED);
	memcpy(x->code, code.bytes.data, code.bytes.size);
	assert_int_equal(mprotect(x->code, CODE_BYTES, PROT_READ | PROT_EXEC), 0);
	return (function *)(uintptr_t)x->code;
}

static void end(struct fixture *x) {
	munmap(x->code, CODE_BYTES);
	arena_deinit(&x->a);
}

// Calls with known callee-saved registers and reports those that changed.
static u64 call_checked(function *fn, u64 a, u64 b, u32 *clobbered) {
	u64 result, changed = 0;
	// Below the red zone, on an aligned stack.
	__asm__ volatile(
		"movq %%rsp, %%r10\n\taddq $-128, %%rsp\n\tandq $-16, %%rsp\n\t"
		"pushq %%r10\n\tpushq %%rbp\n\tmovq $11, %%rbx\n\tmovq $12, %%r12\n\t"
		"movq $13, %%r13\n\tmovq $14, %%r14\n\tmovq $15, %%r15\n\tmovq $16, %%rbp\n\t"
		"call *%%rax\n\t"
		"xorq $11, %%rbx\n\txorq $12, %%r12\n\txorq $13, %%r13\n\txorq $14, %%r14\n\t"
		"xorq $15, %%r15\n\txorq $16, %%rbp\n\torq %%rbp, %%rbx\n\torq %%r12, %%rbx\n\t"
		"orq %%r13, %%rbx\n\torq %%r14, %%rbx\n\torq %%r15, %%rbx\n\tpopq %%rbp\n\tpopq %%rsp"
		: "=a"(result), "=&b"(changed), "+D"(a), "+S"(b)
		: "a"(fn)
		: "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc",
		  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
		  "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	*clobbered = (u32)changed;
	return result;
}

static void move(struct mach_func *f, mach_reg to, mach_reg from) {
	build_inst(f, 0, X86_mov, 8, 0, build_def(f, to), build_use(from));
}
static void add(struct mach_func *f, mach_reg to, mach_reg from) {
	build_inst(f, 0, X86_add, 8, 0, build_def(f, to), build_flags_def(), build_use(to),
	           build_use(from));
}

UNIT_TEST(callee_saved_registers_survive) {
	static const mach_reg saved[] = {X86_rbx, X86_r12, X86_r13, X86_r14, X86_r15};
	for (u32 n = 0; n <= ARRAY_SIZE(saved); n++)
		for (u32 align = 8; align <= 64; align *= 2) {
			struct fixture x;
			start(&x);
			u32 slot = build_slot_add(x.f, 64, align);
			move(x.f, X86_rax, X86_rdi);
			for (u32 i = 0; i < n; i++) {
				move(x.f, saved[i], X86_rsi);
				build_inst(x.f, 0, X86_mov_m, 8, 0, build_slot(x.f, slot, (i32)(8 * i)),
				           build_use(saved[i]));
				add(x.f, X86_rax, saved[i]);
			}
			u32 clobbered;
			assert_int_equal(call_checked(finish(&x), 1000, 7, &clobbered), 1000 + 7 * n);
			assert_int_equal(clobbered, 0);
			end(&x);
		}
}

UNIT_TEST(slots_are_aligned_and_apart) {
	for (u32 align = 1; align <= 64; align *= 2) {
		struct fixture x;
		start(&x);
		u32 small = build_slot_add(x.f, 4, 4), wanted = build_slot_add(x.f, 40, align),
			last = build_slot_add(x.f, 1, 1);
		move(x.f, X86_rbx, X86_rdi);  // an odd number of pushes
		build_inst(x.f, 0, X86_lea, 8, 0, build_def(x.f, X86_rax), build_slot(x.f, wanted, 0));
		u32 clobbered;
		u64 address = call_checked(finish(&x), 0, 0, &clobbered);
		assert_int_equal(address % align, 0);
		assert_int_equal(clobbered, 0);
		const struct mach_slot *s = x.f->slots.data;
		assert_true(s[small].offset >= s[wanted].offset + 40 ||
		            s[small].offset + 4 <= s[wanted].offset);
		assert_true(s[last].offset >= s[small].offset + 4 || s[last].offset + 1 <= s[small].offset);
		assert_true(x.f->frame_bytes >= 45);
		end(&x);
	}
}

UNIT_TEST(incoming_stack_arguments_arrive) {
	for (u32 align = 8; align <= 64; align *= 2) {
		struct fixture x;
		start(&x);
		u32 seventh = build_slot_add(x.f, 8, 8), eighth = build_slot_add(x.f, 8, 8);
		x.f->slots.data[seventh].incoming = x.f->slots.data[eighth].incoming = true;
		x.f->slots.data[eighth].offset = 8;
		build_slot_add(x.f, 24, align);
		move(x.f, X86_r15, X86_rdi);
		build_inst(x.f, 0, X86_mov, 8, 0, build_def(x.f, X86_rax), build_slot(x.f, seventh, 0));
		build_inst(x.f, 0, X86_sub, 8, 0, build_def(x.f, X86_rax), build_flags_def(),
		           build_use(X86_rax), build_slot(x.f, eighth, 0));
		function *fn = finish(&x);
		assert_int_equal(fn(1, 2, 3, 4, 5, 6, 777, 7), 770);
		end(&x);
	}
}

static u64 callee(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h) {
	(void)c, (void)d, (void)e, (void)f;
	bool aligned = (uintptr_t)__builtin_frame_address(0) % 16 == 0;  // where rbp was pushed
	return aligned ? a + b + 10 * g + 100 * h : 0;
}

// f(fn, x) = fn(x, 1, ..., 2, 3), and x is kept over the call.
UNIT_TEST(calls_see_an_aligned_stack) {
	for (u32 align = 8; align <= 64; align *= 2)
		for (u32 extra = 0; extra < 2; extra++) {
			struct fixture x;
			start(&x);
			x.f->has_calls = true;
			x.f->outgoing_bytes = 16;
			build_slot_add(x.f, 24, align);
			move(x.f, X86_rax, X86_rdi);
			move(x.f, X86_rbx, X86_rsi);
			if (extra)
				move(x.f, X86_r14, X86_rsi);
			move(x.f, X86_rdi, X86_rsi);
			build_inst(x.f, 0, X86_mov_i, 8, 0, build_def(x.f, X86_rsi), build_imm(x.f, 1));
			build_inst(x.f, 0, X86_mov_mi, 8, 0, build_mem(x.f, X86_rsp, 0), build_imm(x.f, 2));
			build_inst(x.f, 0, X86_mov_mi, 8, 0, build_mem(x.f, X86_rsp, 8), build_imm(x.f, 3));
			build_inst(x.f, 0, X86_call_r, 0, 0, build_def(x.f, X86_rax), build_use(X86_rax),
			           build_use(X86_rdi), build_use(X86_rsi));
			add(x.f, X86_rax, X86_rbx);
			u32 clobbered;
			u64 got = call_checked(finish(&x), (u64)(uintptr_t)callee, 5000, &clobbered);
			assert_int_equal(got, 5000 + 1 + 20 + 300 + 5000);
			assert_int_equal(clobbered, 0);
			end(&x);
		}
}

UNIT_TEST(no_frame_where_none_is_needed) {
	struct fixture x;
	start(&x);
	move(x.f, X86_rax, X86_rdi);
	finish(&x);
	assert_int_equal(x.f->blocks.data[0].insts.size, 2);
	assert_int_equal(x.f->frame_bytes, 0);
	end(&x);
}

static u32 count_vzeroupper(const struct mach_func *f) {
	u32 n = 0;
	for (u32 i = 0; i < f->blocks.data[0].insts.size; i++)
		n += f->insts.data[f->blocks.data[0].insts.data[i]].opcode == X86_vzeroupper;
	return n;
}

// Of a function with a 32-byte value and one call.
static u32 vzerouppers(bool external, u8 vector_bytes, u8 callee_kind) {
	struct fixture x;
	start(&x);
	x.f->external = external;
	x.f->has_calls = true;
	build_value(x.f, X86_zmm3, vector_bytes);
	u32 symbol =
		build_unit_symbol(x.f->unit, (struct mach_symbol){.name = STR("g"), .kind = callee_kind});
	build_inst(x.f, 0, X86_call, 0, 0, build_symbol(symbol));
	build_inst_bare(x.f, 0, X86_ret, 0);
	x86_lower_frame(x.f);
	u32 n = count_vzeroupper(x.f);
	arena_deinit(&x.a);
	return n;
}

UNIT_TEST(upper_halves_stay_inside) {
	assert_int_equal(vzerouppers(true, 32, MACH_SYMBOL_UNDEFINED),
	                 2);  // at the call and at the return
	assert_int_equal(vzerouppers(false, 32, MACH_SYMBOL_UNDEFINED), 1);
	assert_int_equal(vzerouppers(true, 16, MACH_SYMBOL_UNDEFINED), 0);
	assert_int_equal(vzerouppers(true, 16, MACH_SYMBOL_FUNC), 1);  // the callee may have used them
	assert_int_equal(vzerouppers(false, 32, MACH_SYMBOL_FUNC), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callee_saved_registers_survive),
		cmocka_unit_test(slots_are_aligned_and_apart),
		cmocka_unit_test(incoming_stack_arguments_arrive),
		cmocka_unit_test(calls_see_an_aligned_stack),
		cmocka_unit_test(no_frame_where_none_is_needed),
		cmocka_unit_test(upper_halves_stay_inside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
