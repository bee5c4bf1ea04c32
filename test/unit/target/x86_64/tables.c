// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tables agree with themselves: flags column with operands, tied operands with definitions,
// tuples with memory widths, names with ids, CPUs with features.
#include "target/x86_64/x86.h"

#include "unit/unit.h"

static bool has_operand(const struct mach_inst_info *info, u8 kind, u8 cls) {
	for (u32 i = 0; i < info->num_operands; i++)
		if (info->operands[i].kind == kind && info->operands[i].cls == cls)
			return true;
	return false;
}

static bool may_be_mem(const struct mach_inst_info *info) {
	for (u32 i = 0; i < info->num_operands; i++)
		if (info->operands[i].mem)
			return true;
	return false;
}

#define EACH_ROW(op) for (u16 op = MACH_GENERIC_COUNT; op < X86_OP_COUNT; op++)

UNIT_TEST(flags_column_agrees_with_operands) {
	EACH_ROW(op) {
		const struct mach_inst_info *info = &x86_insts[op];
		bool writes = has_operand(info, MACH_OP_DEF, X86_FLAGS),
			 reads = has_operand(info, MACH_OP_USE, X86_FLAGS);
		if (writes != !!(info->flags & MACH_WRITES_FLAGS) ||
		    reads != !!(info->flags & MACH_READS_FLAGS))
			fail_msg("%s: flags", info->name);
		bool touches = info->flags & (MACH_LOADS | MACH_STORES) || op == X86_lea ||
		               (op >= X86_prefetchnta && op <= X86_prefetchw);
		// push and pop touch memory without an operand that says so.
		if (may_be_mem(info) != touches && op != X86_push && op != X86_pop)
			fail_msg("%s: loads or stores", info->name);
	}
}

UNIT_TEST(definitions_first_and_ties_valid) {
	EACH_ROW(op) {
		const struct mach_inst_info *info = &x86_insts[op];
		bool uses = false, optional = false;
		assert_true(info->num_operands <= X86_OPERANDS_MAX);
		for (u32 i = 0; i < info->num_operands; i++) {
			const struct mach_operand_info *o = &info->operands[i];
			bool def = o->kind == MACH_OP_DEF;
			if ((def && uses) || (optional && !o->optional))
				fail_msg("%s: order of operands", info->name);
			uses |= !def;
			optional |= o->optional;
			if (o->tied && (o->tied > i || info->operands[o->tied - 1].kind != MACH_OP_DEF ||
			                info->operands[o->tied - 1].cls != o->cls))
				fail_msg("%s: tied operand %u", info->name, i);
			if (o->fixed != MACH_NO_REG && x86_regs[o->fixed].cls != o->cls)
				fail_msg("%s: fixed operand %u", info->name, i);
		}
	}
}

UNIT_TEST(remat_rows_have_no_uses_and_leave_flags_alone) {
	EACH_ROW(op)
	assert_false(x86_insts[op].flags & MACH_REMAT && x86_insts[op].flags & MACH_WRITES_FLAGS);
	EACH_ROW(op)
	for (u32 i = 0; x86_insts[op].flags & MACH_REMAT && i < x86_insts[op].num_operands; i++)
		assert_true(x86_insts[op].operands[i].kind == MACH_OP_DEF ||
		            x86_insts[op].operands[i].kind == MACH_OP_IMM);
}

UNIT_TEST(commuting_rows_have_two_like_uses) {
	EACH_ROW(op) {
		const struct mach_inst_info *info = &x86_insts[op];
		if (!(info->flags & MACH_COMMUTES))
			continue;
		u32 first = 0;
		while (info->operands[first].kind != MACH_OP_USE)
			first++;
		if (info->operands[first + 1].kind != MACH_OP_USE ||
		    info->operands[first].cls != info->operands[first + 1].cls)
			fail_msg("%s commutes", info->name);
	}
}

UNIT_TEST(encodings_are_complete) {
	EACH_ROW(op) {
		const struct x86_encoding *row = &x86_encodings[op];
		const struct mach_inst_info *info = &x86_insts[op];
		bool mask = false;
		for (u32 i = 0; i < info->num_operands; i++)
			mask |= info->operands[i].place == X86_PLACE_AAA;
		bool evex = row->evex_w != X86_NO_ENCODING;
		bool valid = row->legacy || row->vex_w != X86_NO_ENCODING || evex;
		valid &= row->legacy || (row->vex_features != 0) == (row->vex_w != X86_NO_ENCODING);
		valid &= (row->evex_features != 0) == evex;
		valid &= evex || (!mask && !row->modes && row->tuple == X86_TUPLE_NA);
		valid &= !(row->modes & X86_MODE_Z) || mask;
		if (!valid)
			fail_msg("%s: encoding columns", info->name);
	}
}

UNIT_TEST(cpus_offer_known_features) {
	for (u32 i = 0; i < X86_CPU_COUNT; i++) {
		const struct mach_cpu *cpu = &x86_cpus[i];
		assert_int_equal(cpu->features >> X86_FEATURE_COUNT, 0);
		bool avx512 = (cpu->features & X86_AVX512F) != 0;
		assert_int_equal(cpu->num_vector_regs, avx512 ? 32 : 16);
		assert_int_equal(cpu->vector_bytes, avx512 ? 64 : 32);
		// The encoder relies on it: shorter vectors above register 15 need VL.
		assert_int_equal(avx512, (cpu->features & X86_AVX512VL) != 0);
		for (u32 level = 1; level < cpu->num_levels; level++)
			assert_true(cpu->levels[level].bytes > cpu->levels[level - 1].bytes);
		for (u32 c = 0; c < X86_SCHED_COUNT; c++) {
			assert_true(cpu->sched[c].ports >> cpu->num_ports == 0);
			assert_true(cpu->sched[c].occupancy == 0 || cpu->sched[c].ports != 0);
			assert_true(cpu->sched_wide[c].latency + 1 >= cpu->sched[c].latency);
		}
	}
}

UNIT_TEST(host_runs_a_known_cpu) {
	u64 features = x86_host_features();
	const struct mach_cpu *cpu = x86_host_cpu();
	if (cpu)
		assert_int_equal(cpu->features & ~features, 0);
	else
		assert_true((x86_cpus[X86_CPU_v3].features & ~features) != 0);
#ifdef __x86_64__
	assert_int_equal((features & X86_AVX2) != 0, __builtin_cpu_supports("avx2") != 0);
	assert_int_equal((features & X86_AVX512VL) != 0, __builtin_cpu_supports("avx512vl") != 0);
	assert_int_equal((features & X86_BMI2) != 0, __builtin_cpu_supports("bmi2") != 0);
#endif
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_column_agrees_with_operands),
		cmocka_unit_test(definitions_first_and_ties_valid),
		cmocka_unit_test(remat_rows_have_no_uses_and_leave_flags_alone),
		cmocka_unit_test(commuting_rows_have_two_like_uses),
		cmocka_unit_test(encodings_are_complete),
		cmocka_unit_test(cpus_offer_known_features),
		cmocka_unit_test(host_runs_a_known_cpu),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
