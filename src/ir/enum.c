// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enumerated attributes: values and keywords from enum.def. An attribute of storage DIALECT keeps
// its keywords as the body text, so printing and reading need no table of the dialect's own.
#include "ir/constraint.h"
#include "ir/context.h"

// The position of an enum's first case among all: a CASE counts one, an ENUM none.
enum {
#define ENUM(id, storage, dialect, name, separator) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define CASE(enum, keyword, value) AT_##enum##_##keyword,
#include "ir/enum.def"
	CASE_COUNT
};

static const struct ir_enum_case cases[CASE_COUNT] = {
#define ENUM(id, storage, dialect, name, separator)
#define CASE(enum, keyword, value) {#keyword, value},
#include "ir/enum.def"
};

static const struct {
	struct ir_enum_info info;
	u32 first;
} enums[IR_ENUM_COUNT] = {
#define ENUM(id, storage, dialect, name, separator)                                                \
	{{#id, dialect, name, IR_ENUM_##storage, separator, &cases[FIRST_##id], 0}, FIRST_##id},
#define CASE(enum, keyword, value)
#include "ir/enum.def"
};

struct ir_enum_info ir_enum_get(u16 constraint) {
	ASSERT(ir_attr_constraint_is_enum(constraint));
	u32 e = constraint - (u32)IR_ATTR_IS_ENUM;
	ASSERT(e < IR_ENUM_COUNT);
	struct ir_enum_info info = enums[e].info;
	info.num_cases = (e + 1 < IR_ENUM_COUNT ? enums[e + 1].first : CASE_COUNT) - enums[e].first;
	return info;
}

bool ir_enum_find(struct str dialect, struct str name, u16 *constraint) {
	for (u16 e = 0; e < IR_ENUM_COUNT; e++) {
		const struct ir_enum_info *i = &enums[e].info;
		if (i->storage >= IR_ENUM_DIALECT && str_eq_z(dialect, i->dialect) &&
		    str_eq_z(name, i->name)) {
			*constraint = (u16)(IR_ATTR_IS_ENUM + e);
			return true;
		}
	}
	return false;
}

bool ir_enum_print(u16 constraint, i64 value, struct strbuf *out) {
	struct ir_enum_info e = ir_enum_get(constraint);
	for (u32 i = 0; i < e.num_cases; i++)
		if (e.cases[i].value == value) {
			strbuf_add_z(out, e.cases[i].keyword);
			return true;
		}
	if (!e.separator)
		return false;
	bool first = true;
	for (u32 i = 0; i < e.num_cases; i++) {
		if (!base_is_pow2((u64)e.cases[i].value) || !(value & e.cases[i].value))
			continue;
		if (!first)
			strbuf_add_z(out, e.separator);
		strbuf_add_z(out, e.cases[i].keyword);
		value &= ~e.cases[i].value;
		first = false;
	}
	return value == 0 && !first;
}

static bool keyword_value(const struct ir_enum_info *e, struct str keyword, i64 *value) {
	for (u32 i = 0; i < e->num_cases; i++)
		if (str_eq_z(keyword, e->cases[i].keyword)) {
			*value = e->cases[i].value;
			return true;
		}
	return false;
}

bool ir_enum_parse(u16 constraint, struct str text, i64 *value) {
	struct ir_enum_info e = ir_enum_get(constraint);
	if (!e.separator)
		return keyword_value(&e, str_trim(text), value);
	*value = 0;
	for (bool more = true; more;) {
		i64 bits;
		more = str_find_char(text, e.separator[0]) >= 0;
		if (!keyword_value(&e, str_trim(str_split(text, e.separator[0], &text)), &bits))
			return false;
		*value |= bits;
	}
	return true;
}

struct enum_task {
	u16 constraint;
	i64 value;
	ir_attr attr;
};

static void make_dialect_attr(struct ir_context *c, void *user) {
	struct enum_task *task = user;
	struct ir_enum_info e = ir_enum_get(task->constraint);
	struct strbuf text;
	strbuf_init(&text, &c->scratch);
	CHECK_MSG(ir_enum_print(task->constraint, task->value, &text), "enum %s has no value %lld",
	          e.id, (long long)task->value);
	task->attr = ir_attr_dialect(c, ir_name_get(c, str_from(e.dialect)),
	                             ir_name_get(c, str_from(e.name)), strbuf_str(&text), 0, NULL);
}

ir_attr ir_enum_attr(struct ir_context *c, u16 constraint, i64 value) {
	struct ir_enum_info e = ir_enum_get(constraint);
	if (e.storage == IR_ENUM_I32 || e.storage == IR_ENUM_I64)
		return ir_attr_integer(c, ir_type_int(c, e.storage == IR_ENUM_I32 ? 32 : 64), value);
	struct enum_task task = {constraint, value, NULL};
	ir_context_guarded(c, make_dialect_attr, &task);
	return task.attr;
}

bool ir_enum_value(struct ir_context *c, u16 constraint, ir_attr a, i64 *value) {
	struct ir_enum_info e = ir_enum_get(constraint);
	if (e.storage == IR_ENUM_DIALECT || e.storage == IR_ENUM_SPACED)
		return a->kind == IR_ATTR_DIALECT && str_eq_z(ir_name_str(c, a->dialect), e.dialect) &&
		       str_eq_z(ir_name_str(c, a->name), e.name) &&
		       ir_enum_parse(constraint, a->text, value);
	if (a->kind != IR_ATTR_INTEGER || !ir_type_is_int(a->type, e.storage == IR_ENUM_I32 ? 32 : 64))
		return false;
	*value = a->integer;
	for (u32 i = 0; i < e.num_cases; i++)
		if (e.cases[i].value == *value)
			return true;
	return false;
}
