/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * runtime.h: what running compiled models takes beside the models themselves: threads, weights from
 * a file, and calls without the model's own header. Library liblamella_rt.a, needs libc and threads
 * only. A model can do without any of it: see abi.h.
 *
 * Functions that return int return a status as model_run does: 0, or LAM_STATUS(code, detail).
 */
#ifndef LAMELLA_RUNTIME_H
#define LAMELLA_RUNTIME_H

#include <stddef.h>

#include "lamella/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Threads ----------------------------------------------------------------------------------
 */

/* A pool of threads that serves as environment. The thread that runs a model is worker 0, the
 * others belong to the pool: between runs they spin for a while, then sleep.
 *
 * One run uses the pool at a time. A run that comes while another one has it, from another thread
 * or from within, gets one worker: it runs on its own thread, with the same results. */
struct lam_pool;

enum lam_pool_flag {
	LAM_POOL_PIN = 1 /* worker i > 0 stays on the i-th processor that the process may run on; the
	                  * caller's thread is left alone */
};
struct lam_pool_options {
	uint32_t size;        /* sizeof(struct lam_pool_options) */
	uint32_t num_workers; /* with the caller's thread; 0: processors that the process may run on */
	uint32_t flags;       /* enum lam_pool_flag */
	uint32_t spin_us;     /* how long workers look for work before they sleep; 0: 100 */
	size_t stack_bytes;   /* of each thread; 0: the system's default. See lam_model.stack_bytes */
};
#define LAM_POOL_WORKERS_MAX 1024u

/* `options` may be NULL: all defaults. *out is set to NULL on failure: LAM_ERROR_ABI (more workers
 * than the maximum, an options struct that is too small), LAM_ERROR_NO_MEMORY, LAM_ERROR_IO (the
 * system gives no threads). */
int lam_pool_create(const struct lam_pool_options *options, struct lam_pool **out);
/* Ends the threads. No run may be using the pool. NULL is fine. */
void lam_pool_destroy(struct lam_pool *pool);
/* The pool as an environment, valid as long as the pool is. */
const struct lam_env *lam_pool_env(struct lam_pool *pool);

/* ---- Weights -----------------------------------------------------------------------------------
 */

/* A model's file of weights, mapped read-only: processes that map the same file share its pages. */
struct lam_weights {
	const void *data; /* what run takes; LAM_WEIGHTS_ALIGN */
	uint64_t bytes;
	void *mapping;
	size_t mapping_bytes;
};
enum lam_weights_flag {
	LAM_WEIGHTS_PREFAULT = 1 /* read everything in now, so that no run waits for the disk */
};
/* Checks that the file is complete and holds what the model was compiled with (size and hash in its
 * footer against the descriptor; the weights themselves are not read). On failure *out is zeros:
 * LAM_ERROR_IO with errno, LAM_ERROR_WEIGHTS when it is another file, LAM_ERROR_NO_MEMORY. */
int lam_weights_map(const char *path, const struct lam_model *model, uint32_t flags,
                    struct lam_weights *out);
void lam_weights_unmap(struct lam_weights *weights); /* zeros are fine */

/* ---- Models by their descriptor ----------------------------------------------------------------
 */

/* 0 when this library can read the descriptor and the processor can run the code. */
int lam_model_check(const struct lam_model *model);

/* Size of an axis of model->tensors[tensor]; `dims` in the order of model->dims. -1: it does not
 * fit in 63 bits. The number of elements and bytes likewise (bytes are rounded up for packed types;
 * UINT64_MAX when they do not fit). */
int64_t lam_tensor_size(const struct lam_model *model, uint32_t tensor, uint32_t axis,
                        const int64_t *dims);
int64_t lam_tensor_elements(const struct lam_model *model, uint32_t tensor, const int64_t *dims);
uint64_t lam_tensor_bytes(const struct lam_model *model, uint32_t tensor, const int64_t *dims);

/* Index in model->tensors or model->dims of a name or identifier; -1: none. */
int32_t lam_tensor_find(const struct lam_model *model, const char *name);
int32_t lam_dim_find(const struct lam_model *model, const char *name);

uint32_t lam_type_bits(enum lam_type type);    /* of an element; 0: unknown type */
const char *lam_type_name(enum lam_type type); /* "f32"; NULL: unknown type */

/* Runs a model without its header. `tensors`: the data of model->tensors, in that order. `dims`: of
 * model->dims; chosen ones are read, returned ones are written. */
int lam_model_call(const struct lam_model *model, void *const *tensors, int64_t *dims,
                   const void *weights, void *arena, const struct lam_env *env);

/* Writes a sentence about a status into `text` (always ended by 0), which names the tensor, size or
 * check meant. `model` may be NULL. Returns the length it would have, as snprintf does. */
int lam_status_text(const struct lam_model *model, int status, char *text, size_t text_bytes);

#ifdef __cplusplus
}
#endif

#endif
