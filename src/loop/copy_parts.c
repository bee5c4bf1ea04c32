// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// copy-parts: bufferisation lets a kernel write into its part of a joined tensor, or into the caller's
// output, when the kernel's result goes nowhere else. Parts and outputs for which that does not hold
// (an input, a constant, a value with other readers, a reshape into a part that is no run of memory)
// get an explicit copy, which becomes a kernel like any other.
#include "loop/fusion.h"
#include "loop/lower_graph.h"

static struct ir_value *copy_body(struct lower_graph *l, struct ir_builder *b, struct ir_value *const *args, const void *user) {
	(void)l, (void)b, (void)user;
	return args[0];
}

static struct ir_value *copy_of(struct lower_graph *l, struct ir_value *v) {
	struct lower_nest n = {.num_dims = v->type->rank, .num_inputs = 1, .inputs = {v}, .init = lower_empty(l, v->type)};
	n.maps[0] = n.maps[1] = lower_identity(l, v->type->rank);
	return lower_build_generic(l, &n, copy_body, NULL);
}

// A part is one run of memory when every dim before the joined one has size 1.
static bool is_run_of_memory(const struct ir_op *insert) {
	ir_type part = ir_operand_get(insert, 0)->type, whole = ir_operand_get(insert, 1)->type;
	if (part->rank != whole->rank)
		return false;
	u32 d = 0;
	while (d < whole->rank && part->shape[d] == 1 && whole->shape[d] == 1)
		d++;
	for (u32 i = d + 1; i < whole->rank; i++)
		if (part->shape[i] != whole->shape[i] || part->shape[i] == IR_DYNAMIC)
			return false;
	return true;
}

// Does a kernel compute the value for this use alone (through reshapes, where they are allowed)?
static bool is_computed_for(struct ir_value *v, bool through_reshapes) {
	struct ir_op *def = ir_value_def(v);
	while (def && ir_value_one_use(v) && through_reshapes &&
	       (def->info->id == OP_tensor_expand_shape || def->info->id == OP_tensor_collapse_shape)) {
		v = ir_operand_get(def, 0);
		def = ir_value_def(v);
	}
	return def && ir_value_one_use(v) && (def->info->id == OP_linalg_generic || def->info->id == OP_tensor_pad);
}

// Joining goes on in the memory of the first insertion: what is returned is the last one.
static bool is_join(const struct ir_value *v) {
	struct ir_op *def = ir_value_def(v);
	return def && def->info->id == OP_tensor_insert_slice && ir_value_one_use(v);
}

void loop_copy_parts(struct ir_op *func, struct arena *scratch) {
	struct lower_graph l = {.context = func->module->context, .module = func->module, .arena = scratch};
	for (struct ir_op *op = func->regions[0].first->first; op; op = op->next) {
		bool insert = op->info->id == OP_tensor_insert_slice, ret = op->info->id == OP_func_return;
		for (u32 i = 0; i < (insert ? 1 : ret ? op->num_operands : 0); i++) {
			struct ir_value *v = ir_operand_get(op, i);
			bool run = ret || is_run_of_memory(op);
			// A result with several readers may still be computed into the output, where they find it.
			struct ir_op *def = ir_value_def(v);
			bool output = ret && def && (def->info->id == OP_linalg_generic || def->info->id == OP_tensor_pad);
			if (is_computed_for(v, run) || (ret && is_join(v)) || output)
				continue;
			l.b = ir_builder_before(op);
			l.b.loc = op->loc;
			ir_op_set_operand(op, i, copy_of(&l, v));
		}
	}
}
