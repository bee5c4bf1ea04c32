// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The System V calling convention, as far as generated code needs it: integers and pointers in
// general registers, floats and vectors in vector registers, the rest on the stack in order. No
// aggregates, no variable argument lists. A call clobbers every vector and mask register.
//
// Reference: System V ABI, AMD64 supplement, 3.2.
#include "target/x86_64/x86.h"

static const mach_reg argument_gprs[] = {X86_rdi, X86_rsi, X86_rdx, X86_rcx, X86_r8, X86_r9};
static const mach_reg result_gprs[] = {X86_rax, X86_rdx};
enum { ARGUMENT_VECS = 8, RESULT_VECS = 2 };

u32 x86_abi_arguments(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out) {
	u32 gprs = 0, vecs = 0, stack = 0;
	for (u32 i = 0; i < n; i++) {
		CHECK_MSG(cls[i] == X86_GPR || cls[i] == X86_VEC, "the C ABI passes no masks and no flags");
		out[i] = (struct mach_abi_loc){MACH_NO_REG, 0};
		if (cls[i] == X86_GPR && gprs < ARRAY_SIZE(argument_gprs)) {
			out[i].reg = argument_gprs[gprs++];
		} else if (cls[i] == X86_VEC && vecs < ARGUMENT_VECS) {
			out[i].reg = (mach_reg)(X86_zmm0 + vecs++);
		} else {
			u32 size = BASE_MAX(bytes[i], 8u);
			stack = (u32)base_align_up(stack, size);
			out[i].stack_offset = stack;
			stack += size;
		}
	}
	return (u32)base_align_up(stack, 8);
}

u32 x86_abi_results(const u8 *cls, const u8 *bytes, u32 n, struct mach_abi_loc *out) {
	u32 gprs = 0, vecs = 0;
	(void)bytes;
	for (u32 i = 0; i < n; i++) {
		bool gpr = cls[i] == X86_GPR;
		CHECK_MSG(gpr || cls[i] == X86_VEC, "the C ABI returns no masks and no flags");
		CHECK_MSG(gpr ? gprs < ARRAY_SIZE(result_gprs) : vecs < RESULT_VECS,
		          "results that do not fit in registers go through a pointer argument");
		out[i] =
			(struct mach_abi_loc){gpr ? result_gprs[gprs++] : (mach_reg)(X86_zmm0 + vecs++), 0};
	}
	return 0;
}
