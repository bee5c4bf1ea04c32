// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instruction selection for x86-64, shared parts: short makers of instructions for the structural
// lowerings, which are in isel_mask.c and isel_shuffle.c; rules, guards and simple helpers are in
// isel.rules and isel.c.
#ifndef TARGET_X86_64_ISEL_H
#define TARGET_X86_64_ISEL_H

#include "mach/select.h"
#include "target/x86_64/x86.h"

enum {
	X86_EVEX_FEATURES = X86_AVX512F | X86_AVX512BW | X86_AVX512CD | X86_AVX512DQ | X86_AVX512VL
};
static inline bool x86_isel_evex(const struct mach_cpu *cpu) {
	return (cpu->features & X86_EVEX_FEATURES) == X86_EVEX_FEATURES;
}
// The register size that holds so many bytes.
static inline u32 x86_isel_size(u32 bytes) { return bytes <= 16 ? 16 : bytes <= 32 ? 32 : 64; }

// Result 0 of an instruction without mode; `into` 0: a new value.
mach_value x86_isel_1(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a);
mach_value x86_isel_2(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a, struct select_operand b);
mach_value x86_isel_3(struct select *s, u16 opcode, u32 size, mach_value into,
                      struct select_operand a, struct select_operand b, struct select_operand c);
struct mach_mem x86_isel_data(struct select *s, const void *bytes, u32 n);

// Structural lowerings (numbers: mach/lower_tile.c).
void x86_isel_convert_mask(struct select *s, mach_value from, u32 from_bytes, u32 to_bytes,
                           u32 lanes, mach_value into);                            // 12
mach_value x86_isel_lanes_of(struct select *s, struct ir_value *mask, u32 bytes);  // 12
u64 x86_isel_mask_constant(const struct ir_op *op);                                // 13
mach_value x86_isel_lane_mask(struct select *s, u32 lanes);                        // 13
mach_value x86_isel_lane_count(struct select *s, struct ir_op *op);                // 13
mach_value x86_isel_mask_lane(struct select *s, struct ir_op *op);                 // 17
mach_value x86_isel_shuffle(struct select *s, struct ir_op *op);                   // 15
mach_value x86_isel_narrow(struct select *s, mach_value from, u32 lanes, u32 from_bytes,
                           u32 to_bytes, mach_value into);          // 16
mach_value x86_isel_lane(struct select *s, struct ir_op *op);       // 17, 18
mach_value x86_isel_with_lane(struct select *s, struct ir_op *op);  // 17, 18

#endif
