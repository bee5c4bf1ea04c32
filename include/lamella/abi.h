/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * abi.h: all that compiled models and whoever runs them share. C99 and C++, no library needed.
 *
 * A compiled model is an object file with functions of the C ABI and one constant descriptor, for a
 * prefix such as `model`:
 *
 *     int model_run(const struct model_io *io, const void *weights, void *arena,
 *                   const struct lam_env *env);
 *     uint64_t model_arena_bytes(dims..., uint32_t workers);
 *     int model_cpu_ok(void);
 *     extern const struct lam_model model_descriptor;
 *
 * model.h declares them with the model's names and types. model_run never allocates, makes no
 * system call, keeps no state and touches nothing but its arguments: it may run in any number of
 * threads at once, each with its own arena. Weights are only read and may be shared.
 *
 * Compatibility. A struct that callers make opens with its size. New fields are added at the end
 * only, and an object reads a field only if the size it was given reaches that far; so old callers
 * work with new objects and the other way round, as long as LAM_ABI_VERSION is the same. It changes
 * when a field changes its meaning. Rows of the descriptor's tables do not grow (what is new goes
 * into new tables), and values of enumerations are never reused.
 *
 * Layouts are those of the target's C ABI; all targets have 64-bit pointers, which is asserted.
 */
#ifndef LAMELLA_ABI_H
#define LAMELLA_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LAM_ABI_VERSION 1u

/* ---- What model_run returns ---------------------------------------------------------------- */

/* 0, or a code in the low 8 bits with a detail above them: which tensor, dimension or check. On a
 * failure the contents of outputs are unspecified; nothing outside outputs and arena was written.
 */
enum lam_code {
	LAM_OK = 0,
	LAM_ERROR_ABI = 1,     /* io or env are of another version, or smaller than what is needed */
	LAM_ERROR_CPU = 2,     /* model_cpu_ok() is 0 (said by the runtime; model_run doesn't look) */
	LAM_ERROR_POINTER = 3, /* NULL or misaligned; detail: index in lam_model.tensors */
	LAM_ERROR_DIM = 4,     /* outside its bounds; detail: index in lam_model.dims */
	LAM_ERROR_CHECK = 5, /* sizes or data break an assumption; detail: index in lam_model.checks */
	LAM_ERROR_WEIGHTS = 6,   /* NULL or misaligned; from the runtime: not this model's weights */
	LAM_ERROR_ARENA = 7,     /* NULL or misaligned */
	LAM_ERROR_NO_MEMORY = 8, /* this and the next are the runtime's */
	LAM_ERROR_IO = 9         /* detail: errno */
};
#define LAM_STATUS(code, detail) ((int)((uint32_t)(code) | (uint32_t)(detail) << 8))
#define LAM_STATUS_CODE(status) ((uint32_t)(status) & 0xffu)
#define LAM_STATUS_DETAIL(status) ((uint32_t)(status) >> 8)

/* ---- Threads: what the caller offers ------------------------------------------------------- */

/* Work for one of `count` workers or items: `index` is below `count`. Must not throw or longjmp. */
typedef void lam_work_fn(void *arg, uint32_t index, uint32_t count);

/* The environment of a run, owned by the caller, read during the run only. NULL stands for one of
 * zeros: everything runs on the calling thread. The results never depend on any of it.
 *
 * A model uses parallel_region where it is given (one fork and join for a whole run, its own
 * barrier between kernels), else parallel_for (one call a kernel), else neither. */
struct lam_env {
	uint32_t size;    /* sizeof(struct lam_env) */
	uint32_t version; /* LAM_ABI_VERSION */

	/* Passed to the functions below. */
	void *user;

	/* Workers that parallel_region can run at once or that parallel_for uses; 0 means 1. What
	 * model_arena_bytes was asked for must be at least this. */
	uint32_t num_workers;

	/* Zero. */
	uint32_t reserved;

	/* Calls fn(arg, i, n) once for each i in 0..n-1 and returns when all have returned. All calls
	 * make progress independently of each other, as they wait for each other: each is on its own
	 * thread, the caller's may be one. n is `count`, or less, down to 1, if the environment has
	 * not as many threads to spare now; it is the same for all calls. Threads have the caller's
	 * floating-point environment and at least lam_model.stack_bytes of stack to spare. */
	void (*parallel_region)(void *user, uint32_t count, lam_work_fn *fn, void *arg);

	/* Calls fn(arg, i, count) once for each i in 0..count-1, in any order, on any threads, at once
	 * or one after another, and returns when all have returned. `count` may exceed num_workers.
	 * Threads as above. What the calls wrote is visible to the caller afterwards, and what it had
	 * written to them; likewise for parallel_region. */
	void (*parallel_for)(void *user, uint32_t count, lam_work_fn *fn, void *arg);

	/* Called by a worker that has waited at a barrier for long (some ten microseconds): lets others
	 * run (sched_yield). NULL: it goes on spinning. */
	void (*yield)(void *user);
};

/* ---- Memory --------------------------------------------------------------------------------- */

/* Arena and weights start at multiples of this. The arena needs no initial contents, keeps nothing
 * from one run to the next, and has model_arena_bytes(dims, workers) bytes for the dims of the run
 * and the workers of its environment. */
#define LAM_ARENA_ALIGN 64u
#define LAM_WEIGHTS_ALIGN 64u

/* A file of weights: the weights from offset 0, zeros up to a multiple of 64, this footer. Mapped
 * as a whole, the weights start on a page. */
#define LAM_WEIGHTS_MAGIC 0x3153544847574c4cull /* "LLWGHTS1" */
struct lam_weights_footer {
	uint64_t magic;       /* LAM_WEIGHTS_MAGIC */
	uint32_t size;        /* of this struct */
	uint32_t version;     /* LAM_ABI_VERSION */
	uint64_t bytes;       /* of weights, without padding */
	uint64_t hash;        /* XXH64 of them, seed 0 */
	uint64_t reserved[4]; /* zeros */
};

/* ---- The descriptor -------------------------------------------------------------------------- */

/* Element types, numbered as ONNX's TensorProto.DataType. Elements of 4 and 2 bits are packed, the
 * first one in the lowest bits; complex ones are real, imaginary. */
enum lam_type {
	LAM_F32 = 1,
	LAM_U8 = 2,
	LAM_I8 = 3,
	LAM_U16 = 4,
	LAM_I16 = 5,
	LAM_I32 = 6,
	LAM_I64 = 7,
	LAM_BOOL = 9, /* one byte, 0 or 1 */
	LAM_F16 = 10,
	LAM_F64 = 11,
	LAM_U32 = 12,
	LAM_U64 = 13,
	LAM_C64 = 14,  /* complex of two f32 */
	LAM_C128 = 15, /* complex of two f64 */
	LAM_BF16 = 16,
	LAM_F8E4M3FN = 17,
	LAM_F8E4M3FNUZ = 18,
	LAM_F8E5M2 = 19,
	LAM_F8E5M2FNUZ = 20,
	LAM_U4 = 21,
	LAM_I4 = 22,
	LAM_F4E2M1 = 23,
	LAM_F8E8M0 = 24,
	LAM_U2 = 25,
	LAM_I2 = 26
};

/* A size that the caller chooses (a symbol of the model's shapes, such as a batch), or one that the
 * data decide and the model returns. In io a chosen one is an int64_t, a returned one an int64_t *
 * that may be NULL. */
enum lam_dim_flag { LAM_DIM_RETURNED = 1 };
struct lam_dim {
	const char *name;
	int64_t min, max; /* inclusive; a returned one has its upper bound */
	uint32_t io_offset;
	uint32_t flags; /* enum lam_dim_flag */
};

/* Sizes of tensors are expressions over dims, in postfix order: a term pushes a value, or replaces
 * the two topmost ones a, b by a result. Division rounds down; divisors are positive. */
enum lam_term_op {
	LAM_TERM_CONSTANT = 0, /* value */
	LAM_TERM_DIM = 1,      /* dims[value] */
	LAM_TERM_ADD = 2,
	LAM_TERM_MUL = 3,
	LAM_TERM_FLOORDIV = 4,
	LAM_TERM_CEILDIV = 5,
	LAM_TERM_MOD = 6, /* a - b * floordiv(a, b) */
	LAM_TERM_MIN = 7,
	LAM_TERM_MAX = 8
};
#define LAM_TERM_DEPTH_MAX 16 /* values on the stack */
struct lam_term {
	uint32_t op; /* enum lam_term_op */
	uint32_t reserved;
	int64_t value;
};
struct lam_size {
	uint32_t first_term, num_terms; /* in lam_model.terms */
};

/* A tensor of the interface. Data are dense, row-major (the last axis is contiguous), not NULL even
 * when empty. Inputs are only read. An output may not overlap any input or other output, except as
 * `alias` says. */
enum lam_tensor_flag {
	LAM_TENSOR_OUTPUT = 1,
	LAM_TENSOR_IN_PLACE = 2 /* an output that must have the address of tensors[alias]: a state, such
	                         * as a KV cache, that is updated where it lies */
};
struct lam_tensor {
	const char *name;       /* as the model file has it */
	const char *identifier; /* of its field in struct model_io */
	uint32_t type;          /* enum lam_type */
	uint32_t rank;
	uint32_t first_size; /* `rank` of them, in lam_model.sizes */
	uint32_t io_offset;  /* of the pointer to its data in io */
	uint32_t align;      /* bytes, of that pointer; at most LAM_ARENA_ALIGN */
	uint32_t flags;      /* enum lam_tensor_flag */
	int32_t alias; /* outputs: the input whose address it may (IN_PLACE: must) have; -1 none */
	uint32_t reserved;
};

/* Something the compiler could not prove and the model checks. */
struct lam_check {
	const char *message; /* "Reshape_3: N * 7 must be divisible by 4" */
};

/* A constant of the object: pointers are into it and live as long as it is loaded. */
struct lam_model {
	uint32_t size;    /* sizeof(struct lam_model) when it was compiled */
	uint32_t version; /* LAM_ABI_VERSION */

	const char *prefix;   /* "model" */
	const char *producer; /* "lamella 0.1.0" */
	const char *target;   /* "x86_64" */
	const char *cpu;      /* what it was compiled for, "x86-64-v3" */

	/* Identity of code, constants, weights and this descriptor, and of the weights alone. Not
	 * cryptographic. */
	uint64_t content_hash;
	uint64_t weights_hash; /* lam_weights_footer.hash */

	const struct lam_dim *dims;
	const struct lam_tensor *tensors; /* inputs, then outputs */
	const struct lam_size *sizes;
	const struct lam_term *terms;
	const struct lam_check *checks;
	uint32_t num_dims;
	uint32_t num_inputs;
	uint32_t num_outputs;
	uint32_t num_checks;

	/* Bytes of struct model_io. It opens with `uint64_t size`; the rest are fields of 8 bytes at
	 * the io_offsets above, so it can be filled in without model.h. */
	uint32_t io_bytes;
	/* Stack that a run needs on each thread, including the calls it makes of env. */
	uint32_t stack_bytes;

	/* Embedded weights, to be passed to run; NULL: they are in a file (or there are none). */
	const void *weights;
	uint64_t weights_bytes;

	/* Bytes of arena, `dims` in the order of lam_model.dims (returned ones are ignored), for up to
	 * `workers` workers; 0 workers mean 1. UINT64_MAX: a dim is outside its bounds. */
	uint64_t (*arena_bytes)(const int64_t *dims, uint32_t workers);

	/* Nonzero if this processor has what the code needs. Takes long (microseconds, in a virtual
	 * machine up to a hundred): ask once. */
	int (*cpu_ok)(void);

	/* model_run. A status, see above. */
	int (*run)(const void *io, const void *weights, void *arena, const struct lam_env *env);
};

/* Frozen layouts. */
#define LAM_ABI_ASSERT_(name, condition) typedef char lam_abi_assert_##name[(condition) ? 1 : -1]
LAM_ABI_ASSERT_(pointer, sizeof(void *) == 8);
LAM_ABI_ASSERT_(env, sizeof(struct lam_env) == 48);
LAM_ABI_ASSERT_(footer, sizeof(struct lam_weights_footer) == 64);
LAM_ABI_ASSERT_(dim, sizeof(struct lam_dim) == 32);
LAM_ABI_ASSERT_(term, sizeof(struct lam_term) == 16);
LAM_ABI_ASSERT_(size, sizeof(struct lam_size) == 8);
LAM_ABI_ASSERT_(tensor, sizeof(struct lam_tensor) == 48);
LAM_ABI_ASSERT_(model, sizeof(struct lam_model) == 160);
#undef LAM_ABI_ASSERT_

#ifdef __cplusplus
}
#endif

#endif
