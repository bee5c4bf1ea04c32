// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the machine we run on can do, for --mcpu=native: CPUID says what the processor has, XGETBV
// what the operating system saves at a context switch; a vector feature needs both.
//
// Reference: Intel SDM volume 1, 14.3 and 15.2 (detection), volume 2, CPUID and XGETBV.
#include "target/x86_64/x86.h"

enum vendor { ANY, INTEL, AMD };

static const u8 vendor_of_cpu[] = {
#define CPU(id, name, vendor, ...) vendor,
#include "target/x86_64/cpu.def"
#undef CPU
};

#ifdef __x86_64__
#include <cpuid.h>

enum cpuid_register { EAX, EBX, ECX, EDX };
// XCR0: SSE and AVX state; opmask, upper halves and upper registers of AVX-512.
enum { XMM = 1 << 1, YMM = XMM | 1 << 2, ZMM = YMM | 7 << 5 };

static const struct {
	u32 leaf, subleaf;
	u8 reg, bit;
	u32 state;
} cpuid_bits[X86_FEATURE_COUNT] = {
#define FEATURE(id, name, leaf, subleaf, reg, bit, state)                                          \
	[X86_FEATURE_##id] = {leaf, subleaf, reg, bit, state},
#include "target/x86_64/feature.def"
#undef FEATURE
};

static bool cpuid_leaf(u32 leaf, u32 subleaf, u32 out[4]) {
	memset(out, 0, 4 * sizeof out[0]);
	return __get_cpuid_count(leaf, subleaf, &out[EAX], &out[EBX], &out[ECX], &out[EDX]);
}

static u64 saved_state(void) {
	enum { OSXSAVE = 27 };
	u32 r[4];
	if (!cpuid_leaf(1, 0, r) || !(r[ECX] >> OSXSAVE & 1))
		return 0;
	u32 low, high;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (u64)high << 32 | low;
}

u64 x86_host_features(void) {
	u64 state = saved_state(), features = 0;
	for (u32 i = 0; i < X86_FEATURE_COUNT; i++) {
		u32 r[4];
		if (!cpuid_leaf(cpuid_bits[i].leaf, cpuid_bits[i].subleaf, r))
			continue;
		bool saved = (state & cpuid_bits[i].state) == cpuid_bits[i].state;
		if (saved && r[cpuid_bits[i].reg] >> cpuid_bits[i].bit & 1)
			features |= (u64)1 << i;
	}
	return features;
}

static enum vendor host_vendor(void) {
	u32 r[4];
	if (!cpuid_leaf(0, 0, r))
		return ANY;
	char name[12];
	memcpy(name, &r[EBX], 4);
	memcpy(name + 4, &r[EDX], 4);
	memcpy(name + 8, &r[ECX], 4);
	return memcmp(name, "GenuineIntel", 12) == 0   ? INTEL
	       : memcmp(name, "AuthenticAMD", 12) == 0 ? AMD
	                                               : ANY;
}
#else
u64 x86_host_features(void) { return 0; }
static enum vendor host_vendor(void) { return ANY; }
#endif

const struct mach_cpu *x86_host_cpu(void) {
	u64 features = x86_host_features();
	enum vendor vendor = host_vendor();
	const struct mach_cpu *best = NULL;
	for (u32 i = 0; i < X86_CPU_COUNT; i++)
		if ((x86_cpus[i].features & ~features) == 0 &&
		    (vendor_of_cpu[i] == ANY || vendor_of_cpu[i] == vendor))
			best = &x86_cpus[i];
	return best;
}
