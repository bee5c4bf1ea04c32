// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models by their descriptor: sizes of tensors, names, calls without the model's header, and
// sentences about statuses.
//
// Arithmetic on sizes is checked: dims come from callers, and a product that wraps around would
// make a buffer too small.
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lamella/runtime.h"

static const struct type_info {
	const char *name;
	uint32_t bits;
} types[] = {
	[LAM_F32] = {"f32", 32},
	[LAM_U8] = {"u8", 8},
	[LAM_I8] = {"i8", 8},
	[LAM_U16] = {"u16", 16},
	[LAM_I16] = {"i16", 16},
	[LAM_I32] = {"i32", 32},
	[LAM_I64] = {"i64", 64},
	[LAM_BOOL] = {"bool", 8},
	[LAM_F16] = {"f16", 16},
	[LAM_F64] = {"f64", 64},
	[LAM_U32] = {"u32", 32},
	[LAM_U64] = {"u64", 64},
	[LAM_C64] = {"c64", 64},
	[LAM_C128] = {"c128", 128},
	[LAM_BF16] = {"bf16", 16},
	[LAM_F8E4M3FN] = {"f8E4M3FN", 8},
	[LAM_F8E4M3FNUZ] = {"f8E4M3FNUZ", 8},
	[LAM_F8E5M2] = {"f8E5M2", 8},
	[LAM_F8E5M2FNUZ] = {"f8E5M2FNUZ", 8},
	[LAM_U4] = {"u4", 4},
	[LAM_I4] = {"i4", 4},
	[LAM_F4E2M1] = {"f4E2M1", 4},
	[LAM_F8E8M0] = {"f8E8M0", 8},
	[LAM_U2] = {"u2", 2},
	[LAM_I2] = {"i2", 2},
};

static const struct type_info *type_info(enum lam_type type) {
	bool known = (uint32_t)type < sizeof types / sizeof types[0] && types[type].name;
	return known ? &types[type] : NULL;
}

uint32_t lam_type_bits(enum lam_type type) {
	const struct type_info *t = type_info(type);
	return t ? t->bits : 0;
}

const char *lam_type_name(enum lam_type type) {
	const struct type_info *t = type_info(type);
	return t ? t->name : NULL;
}

int lam_model_check(const struct lam_model *model) {
	size_t needed = offsetof(struct lam_model, run) + sizeof model->run;
	if (model->version != LAM_ABI_VERSION || model->size < needed)
		return LAM_ERROR_ABI;
	return model->cpu_ok() ? LAM_OK : LAM_ERROR_CPU;
}

// ---------------------------------------------------------------------------------------------
// Sizes

static int64_t remainder_of(int64_t a, int64_t b) { return a % b < 0 ? a % b + b : a % b; }

static int64_t divide_down(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// False: overflow, or a divisor that is not positive.
static bool apply(enum lam_term_op op, int64_t a, int64_t b, int64_t *out) {
	bool divides = op == LAM_TERM_FLOORDIV || op == LAM_TERM_CEILDIV || op == LAM_TERM_MOD;
	if (divides && b <= 0)
		return false;
	switch (op) {
	case LAM_TERM_ADD: return !__builtin_add_overflow(a, b, out);
	case LAM_TERM_MUL: return !__builtin_mul_overflow(a, b, out);
	case LAM_TERM_FLOORDIV: *out = divide_down(a, b); return true;
	case LAM_TERM_CEILDIV: *out = divide_down(a, b) + (a % b != 0); return true;
	case LAM_TERM_MOD: *out = remainder_of(a, b); return true;
	case LAM_TERM_MIN: *out = a < b ? a : b; return true;
	case LAM_TERM_MAX: *out = a > b ? a : b; return true;
	case LAM_TERM_CONSTANT:
	case LAM_TERM_DIM: break;
	}
	return false;
}

static int64_t evaluate(const struct lam_model *m, const struct lam_size *size,
                        const int64_t *dims) {
	int64_t stack[LAM_TERM_DEPTH_MAX];
	uint32_t depth = 0;
	for (uint32_t i = 0; i < size->num_terms; i++) {
		const struct lam_term *t = &m->terms[size->first_term + i];
		bool pushes = t->op == LAM_TERM_CONSTANT || t->op == LAM_TERM_DIM;
		if (pushes && depth < LAM_TERM_DEPTH_MAX) {
			stack[depth++] = t->op == LAM_TERM_DIM ? dims[t->value] : t->value;
			continue;
		}
		if (pushes || depth < 2)
			return -1;
		depth--;
		if (!apply((enum lam_term_op)t->op, stack[depth - 1], stack[depth], &stack[depth - 1]))
			return -1;
	}
	return depth == 1 && stack[0] >= 0 ? stack[0] : -1;
}

int64_t lam_tensor_size(const struct lam_model *m, uint32_t tensor, uint32_t axis,
                        const int64_t *dims) {
	return evaluate(m, &m->sizes[m->tensors[tensor].first_size + axis], dims);
}

int64_t lam_tensor_elements(const struct lam_model *m, uint32_t tensor, const int64_t *dims) {
	int64_t n = 1;
	bool empty = false, overflow = false;  // a zero anywhere makes an overflow elsewhere harmless
	for (uint32_t axis = 0; axis < m->tensors[tensor].rank; axis++) {
		int64_t size = lam_tensor_size(m, tensor, axis, dims);
		if (size < 0)
			return -1;
		empty |= size == 0;
		overflow |= __builtin_mul_overflow(n, size, &n);
	}
	return empty ? 0 : overflow ? -1 : n;
}

uint64_t lam_tensor_bytes(const struct lam_model *m, uint32_t tensor, const int64_t *dims) {
	int64_t n = lam_tensor_elements(m, tensor, dims);
	uint64_t bits;
	uint32_t element = lam_type_bits((enum lam_type)m->tensors[tensor].type);
	if (n < 0 || __builtin_mul_overflow((uint64_t)n, element, &bits) || bits > UINT64_MAX - 7)
		return UINT64_MAX;
	return (bits + 7) / 8;
}

// ---------------------------------------------------------------------------------------------
// Names

static uint32_t num_tensors(const struct lam_model *m) { return m->num_inputs + m->num_outputs; }

int32_t lam_tensor_find(const struct lam_model *m, const char *name) {
	for (uint32_t i = 0; i < num_tensors(m); i++)
		if (strcmp(m->tensors[i].name, name) == 0)
			return (int32_t)i;
	for (uint32_t i = 0; i < num_tensors(m); i++)
		if (strcmp(m->tensors[i].identifier, name) == 0)
			return (int32_t)i;
	return -1;
}

int32_t lam_dim_find(const struct lam_model *m, const char *name) {
	for (uint32_t i = 0; i < m->num_dims; i++)
		if (strcmp(m->dims[i].name, name) == 0)
			return (int32_t)i;
	return -1;
}

// ---------------------------------------------------------------------------------------------
// Calls

static void set_field(unsigned char *io, uint32_t offset, const void *value) {
	memcpy(io + offset, value, sizeof(uint64_t));
}

int lam_model_call(const struct lam_model *m, void *const *tensors, int64_t *dims,
                   const void *weights, void *arena, const struct lam_env *env) {
	_Alignas(8) unsigned char io[m->io_bytes];  // as many words as the model has parameters
	memset(io, 0, sizeof io);
	uint64_t size = m->io_bytes;
	set_field(io, 0, &size);
	for (uint32_t i = 0; i < num_tensors(m); i++)
		set_field(io, m->tensors[i].io_offset, &tensors[i]);
	for (uint32_t i = 0; i < m->num_dims; i++) {
		int64_t *returned = &dims[i];
		bool is_returned = m->dims[i].flags & LAM_DIM_RETURNED;
		set_field(io, m->dims[i].io_offset, is_returned ? (void *)&returned : (void *)&dims[i]);
	}
	return m->run(io, weights, arena, env);
}

// ---------------------------------------------------------------------------------------------
// Statuses

static int tensor_text(const struct lam_model *m, uint32_t i, char *text, size_t n) {
	if (!m || i >= num_tensors(m))
		return snprintf(text, n, "a tensor's pointer is NULL or misaligned");
	const struct lam_tensor *t = &m->tensors[i];
	return snprintf(text, n, "the pointer of %s '%s' is NULL, or not aligned to %u bytes",
	                t->flags & LAM_TENSOR_OUTPUT ? "output" : "input", t->name, t->align);
}

static int dim_text(const struct lam_model *m, uint32_t i, char *text, size_t n) {
	if (!m || i >= m->num_dims)
		return snprintf(text, n, "a size is outside its bounds");
	return snprintf(text, n, "size '%s' is outside its bounds %lld..%lld", m->dims[i].name,
	                (long long)m->dims[i].min, (long long)m->dims[i].max);
}

static int check_text(const struct lam_model *m, uint32_t i, char *text, size_t n) {
	if (!m || i >= m->num_checks)
		return snprintf(text, n, "sizes or data break an assumption of the model");
	return snprintf(text, n, "%s", m->checks[i].message);
}

static const char *fixed_text(enum lam_code code) {
	switch (code) {
	case LAM_OK: return "success";
	case LAM_ERROR_ABI: return "caller and model use different versions of abi.h";
	case LAM_ERROR_CPU: return "the model was compiled for another processor";
	case LAM_ERROR_WEIGHTS: return "weights are missing, misaligned or not this model's";
	case LAM_ERROR_ARENA: return "the arena is NULL or misaligned";
	case LAM_ERROR_NO_MEMORY: return "out of memory";
	case LAM_ERROR_POINTER:
	case LAM_ERROR_DIM:
	case LAM_ERROR_CHECK:
	case LAM_ERROR_IO: break;
	}
	return "unknown status";
}

int lam_status_text(const struct lam_model *m, int status, char *text, size_t n) {
	uint32_t detail = LAM_STATUS_DETAIL(status);
	switch (LAM_STATUS_CODE(status)) {
	case LAM_ERROR_POINTER: return tensor_text(m, detail, text, n);
	case LAM_ERROR_DIM: return dim_text(m, detail, text, n);
	case LAM_ERROR_CHECK: return check_text(m, detail, text, n);
	case LAM_ERROR_IO: return snprintf(text, n, "the system said: %s", strerror((int)detail));
	default: return snprintf(text, n, "%s", fixed_text((enum lam_code)LAM_STATUS_CODE(status)));
	}
}
