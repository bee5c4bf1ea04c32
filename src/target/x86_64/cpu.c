// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPU rows and their scheduling tables, made from cpu.def and sched.def.
#include "target/x86_64/x86.h"

// Ports of Intel cores: one bit a port. A is port 10 and B port 11.
enum {
	PNONE = 0,
	P0 = 1 << 0,
	P1 = 1 << 1,
	P23 = 3 << 2,
	P4 = 1 << 4,
	P5 = 1 << 5,
	P6 = 1 << 6,
	P49 = 1 << 4 | 1 << 9,
	P23B = P23 | 1 << 11,
	P01 = P0 | P1,
	P05 = P0 | P5,
	P06 = P0 | P6,
	P15 = P1 | P5,
	P015 = P01 | P5,
	P0156 = P015 | P6,
	P0156A = P0156 | 1 << 10,
};
// Zen 4: integer units 0-3, load and store units, vector units 0-3, vector store and transfer
// units.
enum {
	A0 = 1 << 0,
	A1 = 1 << 1,
	A03 = 1 << 0 | 1 << 3,
	A12 = 3 << 1,
	A0123 = 15,
	ALD = 3 << 4,
	AST = 1 << 6,
	F1 = 2 << 7,
	F01 = 3 << 7,
	F03 = 9 << 7,
	F12 = 6 << 7,
	F23 = 12 << 7,
	F0123 = 15 << 7,
	FST = 1 << 11,
	F45 = 1 << 11,
};

#define ROW(latency, load, uops, occupancy, ports) {latency, load, ports, uops, occupancy}
#define COLUMN(id, row) [X86_SCHED_##id] = ROW row,

static const struct mach_sched_info sched_I[X86_SCHED_COUNT] = {
#define SCHED(id, i, s, s64, z, z64) COLUMN(id, i)
#include "target/x86_64/sched.def"
#undef SCHED
};
static const struct mach_sched_info sched_S[X86_SCHED_COUNT] = {
#define SCHED(id, i, s, s64, z, z64) COLUMN(id, s)
#include "target/x86_64/sched.def"
#undef SCHED
};
static const struct mach_sched_info sched_S64[X86_SCHED_COUNT] = {
#define SCHED(id, i, s, s64, z, z64) COLUMN(id, s64)
#include "target/x86_64/sched.def"
#undef SCHED
};
static const struct mach_sched_info sched_Z[X86_SCHED_COUNT] = {
#define SCHED(id, i, s, s64, z, z64) COLUMN(id, z)
#include "target/x86_64/sched.def"
#undef SCHED
};
static const struct mach_sched_info sched_Z64[X86_SCHED_COUNT] = {
#define SCHED(id, i, s, s64, z, z64) COLUMN(id, z64)
#include "target/x86_64/sched.def"
#undef SCHED
};

#define KIB 1024ull
#define MIB (1024 * KIB)
#define LEVEL(bytes, read, shared) {bytes, read, 64, shared}
#define FEATURES_V3                                                                                \
	X86_AVX | X86_AVX2 | X86_FMA | X86_F16C | X86_BMI | X86_BMI2 | X86_LZCNT | X86_MOVBE |         \
		X86_POPCNT
#define FEATURES_V4                                                                                \
	FEATURES_V3 | X86_AVX512F | X86_AVX512BW | X86_AVX512CD | X86_AVX512DQ | X86_AVX512VL
#define FEATURES_ICELAKE                                                                           \
	FEATURES_V4 | X86_PREFETCHW | X86_AVX512IFMA | X86_AVX512VBMI | X86_AVX512VBMI2 |              \
		X86_AVX512VNNI | X86_AVX512BITALG | X86_AVX512VPOPCNTDQ
#define FEATURES_ZNVER4 FEATURES_ICELAKE | X86_AVX512BF16
#define FEATURES_SPR FEATURES_ICELAKE | X86_AVX512BF16 | X86_AVX512FP16 | X86_AVXVNNI

const struct mach_cpu x86_cpus[X86_CPU_COUNT] = {
#define CPU(id, name_, vendor, features_, issue, vector, registers, column, column64, ports, fma,  \
            level1, level2, level3, memory)                                                        \
	{.name = name_,                                                                                \
	 .features = features_,                                                                        \
	 .issue_width = issue,                                                                         \
	 .vector_bytes = vector,                                                                       \
	 .num_vector_regs = registers,                                                                 \
	 .sched = sched_##column,                                                                      \
	 .sched_wide = sched_##column64,                                                               \
	 .num_ports = ports,                                                                           \
	 .levels = {LEVEL level1, LEVEL level2, LEVEL level3, LEVEL memory},                           \
	 .num_levels = 4,                                                                              \
	 .fma_per_cycle = fma},
#include "target/x86_64/cpu.def"
#undef CPU
};
