// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of structured control flow and calls. scf.forall runs its iterations in an order that
// is not the written one, since none is promised: last to first.
#include "dialect/eval_hooks.h"
#include "dialect/hooks.h"

HOOK_EVAL(scf_eval_for) {
	i64 lower = eval_int(&operands[0]), upper = eval_int(&operands[1]), step = eval_int(&operands[2]);
	u32 carried = op->num_operands - 3;
	if (step <= 0)
		return eval_error(e, op, "step %lld is not positive", (long long)step);
	for (u32 i = 0; i < carried; i++)
		eval_copy(e, &results[i], &operands[3 + i]);
	u8 counter[8];
	struct eval_value iv = {.type = operands[0].type, .data = counter, .capacity = 8}, args[1 + 128];
	CHECK(carried < 128);
	for (i64 at = lower; at < upper; at += step) {
		struct eval_end end;
		eval_set_int(&iv, at);
		args[0] = iv;
		for (u32 i = 0; i < carried; i++)
			args[1 + i] = results[i];
		if (!eval_region(e, &op->regions[0], 1 + carried, args, &end))
			return false;
		for (u32 i = 0; i < carried; i++)
			eval_copy(e, &results[i], &end.values[i]);
	}
	return true;
}

HOOK_EVAL(scf_eval_if) {
	u32 chosen = eval_int(&operands[0]) ? 0 : 1;
	struct eval_end end;
	if (chosen >= op->num_regions || !op->regions[chosen].first)
		return true;
	if (!eval_region(e, &op->regions[chosen], 0, NULL, &end))
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		eval_copy(e, &results[i], &end.values[i]);
	return true;
}

HOOK_EVAL(scf_eval_while) {
	struct eval_end end = {.count = op->num_operands};
	struct eval_value args[128];
	CHECK(op->num_operands <= 128);
	for (u32 i = 0; i < op->num_operands; i++)
		args[i] = operands[i];
	for (;;) {
		if (!eval_region(e, &op->regions[0], end.count, args, &end))
			return false;
		bool again = eval_int(&end.values[0]);
		for (u32 i = 0; i + 1 < end.count; i++)
			args[i] = end.values[1 + i];
		if (!again)
			break;
		if (!eval_region(e, &op->regions[1], end.count - 1, args, &end))
			return false;
		for (u32 i = 0; i < end.count; i++)
			args[i] = end.values[i];
	}
	for (u32 i = 0; i < op->num_results; i++)
		eval_copy(e, &results[i], &args[i]);
	return true;
}

HOOK_EVAL(scf_eval_execute_region) {
	struct eval_end end;
	if (!eval_region(e, &op->regions[0], 0, NULL, &end))
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		eval_copy(e, &results[i], &end.values[i]);
	return true;
}

HOOK_EVAL(scf_eval_forall) {
	u32 rank = ir_op_attr(op, NAME_staticUpperBound)->count, next = 0;
	i64 lower[EVAL_RANK_MAX], upper[EVAL_RANK_MAX], step[EVAL_RANK_MAX], total = 1, sizes[EVAL_RANK_MAX];
	if (op->num_results)
		return eval_error(e, op, "the interpreter runs scf.forall on memrefs only");
	for (u32 i = 0; i < rank; i++)
		lower[i] = eval_mixed(op, operands, NAME_staticLowerBound, i, &next);
	for (u32 i = 0; i < rank; i++)
		upper[i] = eval_mixed(op, operands, NAME_staticUpperBound, i, &next);
	for (u32 i = 0; i < rank; i++) {
		step[i] = eval_mixed(op, operands, NAME_staticStep, i, &next);
		sizes[i] = upper[i] <= lower[i] ? 0 : (upper[i] - lower[i] + step[i] - 1) / step[i];
		total *= sizes[i];
	}
	ir_type index = ir_type_index(eval_context(e));
	for (i64 n = total; n-- > 0;) {
		u8 storage[EVAL_RANK_MAX][8];
		struct eval_value args[EVAL_RANK_MAX];
		i64 rest = n;
		for (u32 i = rank; i-- > 0;) {
			args[i] = (struct eval_value){.type = index, .data = storage[i], .capacity = 8};
			eval_set_int(&args[i], lower[i] + rest % sizes[i] * step[i]);
			rest /= sizes[i];
		}
		struct eval_end end;
		if (!eval_region(e, &op->regions[0], rank, args, &end))
			return false;
	}
	return true;
}

HOOK_EVAL(func_eval_call) {
	struct ir_op *callee = dialect_symbol(op, ir_op_attr(op, NAME_callee));
	struct eval_end end;
	if (!callee)
		return eval_error(e, op, "calls a function that does not exist");
	if (!eval_call(e, callee, op->num_operands, operands, &end))
		return false;
	for (u32 i = 0; i < op->num_results; i++)
		eval_copy(e, &results[i], &end.values[i]);
	return true;
}

HOOK_EVAL(cf_eval_assert) {
	if (!eval_int(&operands[0]))
		return eval_error(e, op, "assertion failed: %.*s", STR_ARG(ir_op_attr(op, NAME_msg)->text));
	return true;
}
