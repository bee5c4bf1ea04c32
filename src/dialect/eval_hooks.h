// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The evaluation functions that rows name in EVAL(...); dialect.c alone includes this.
#ifndef DIALECT_EVAL_HOOKS_H
#define DIALECT_EVAL_HOOKS_H

#include "dialect/eval.h"

HOOK_EVAL(cf_eval_assert); HOOK_EVAL(func_eval_call); HOOK_EVAL(lam_eval_dim);
HOOK_EVAL(memref_eval_alloc); HOOK_EVAL(memref_eval_cast); HOOK_EVAL(memref_eval_copy);
HOOK_EVAL(memref_eval_dealloc); HOOK_EVAL(memref_eval_dim); HOOK_EVAL(memref_eval_load);
HOOK_EVAL(memref_eval_nothing); HOOK_EVAL(memref_eval_pointer); HOOK_EVAL(memref_eval_reshape);
HOOK_EVAL(memref_eval_store); HOOK_EVAL(memref_eval_subview); HOOK_EVAL(scf_eval_execute_region);
HOOK_EVAL(scf_eval_for); HOOK_EVAL(scf_eval_forall); HOOK_EVAL(scf_eval_if);
HOOK_EVAL(scf_eval_while); HOOK_EVAL(tile_eval_frame); HOOK_EVAL(tile_eval_load);
HOOK_EVAL(tile_eval_store); HOOK_EVAL(vector_eval_bitcast); HOOK_EVAL(vector_eval_broadcast);
HOOK_EVAL(vector_eval_contract); HOOK_EVAL(vector_eval_extract);
HOOK_EVAL(vector_eval_extractelement); HOOK_EVAL(vector_eval_insert);
HOOK_EVAL(vector_eval_insertelement); HOOK_EVAL(vector_eval_load); HOOK_EVAL(vector_eval_mask);
HOOK_EVAL(vector_eval_maskedload); HOOK_EVAL(vector_eval_maskedstore);
HOOK_EVAL(vector_eval_multi_reduction); HOOK_EVAL(vector_eval_outerproduct);
HOOK_EVAL(vector_eval_reduction); HOOK_EVAL(vector_eval_shape_cast);
HOOK_EVAL(vector_eval_shuffle); HOOK_EVAL(vector_eval_store);
HOOK_EVAL(vector_eval_strided_slice); HOOK_EVAL(vector_eval_transfer_read);
HOOK_EVAL(vector_eval_transfer_write); HOOK_EVAL(vector_eval_transpose);

HOOK_EVAL(lam_eval_buffer); HOOK_EVAL(lam_eval_weights);

HOOK_EVAL(lam_eval_group); HOOK_EVAL(linalg_eval_named); HOOK_EVAL(linalg_eval_generic);
HOOK_EVAL(linalg_eval_index); HOOK_EVAL(tensor_eval_dim); HOOK_EVAL(tensor_eval_empty);
HOOK_EVAL(tensor_eval_extract); HOOK_EVAL(tensor_eval_pad); HOOK_EVAL(tensor_eval_reshape);
HOOK_EVAL(tensor_eval_slice);

#endif
