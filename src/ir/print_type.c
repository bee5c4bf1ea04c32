// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types as text, in MLIR's spelling.
#include "ir/print.h"

static const char *float_name(u32 kind) {
	switch (kind) {
	case IR_TYPE_F4E2M1FN: return "f4E2M1FN";
	case IR_TYPE_F6E2M3FN: return "f6E2M3FN";
	case IR_TYPE_F6E3M2FN: return "f6E3M2FN";
	case IR_TYPE_F8E3M4: return "f8E3M4";
	case IR_TYPE_F8E4M3: return "f8E4M3";
	case IR_TYPE_F8E4M3FN: return "f8E4M3FN";
	case IR_TYPE_F8E4M3FNUZ: return "f8E4M3FNUZ";
	case IR_TYPE_F8E4M3B11FNUZ: return "f8E4M3B11FNUZ";
	case IR_TYPE_F8E5M2: return "f8E5M2";
	case IR_TYPE_F8E5M2FNUZ: return "f8E5M2FNUZ";
	case IR_TYPE_F8E8M0FNU: return "f8E8M0FNU";
	case IR_TYPE_BF16: return "bf16";
	case IR_TYPE_F16: return "f16";
	case IR_TYPE_TF32: return "tf32";
	case IR_TYPE_F32: return "f32";
	case IR_TYPE_F64: return "f64";
	default: UNREACHABLE();
	}
}

static void print_shape(struct ir_printer *pr, ir_type t) {
	for (u32 i = 0; i < t->rank; i++) {
		bool scalable = t->scalable && t->scalable[i];
		if (t->shape[i] == IR_DYNAMIC)
			strbuf_add_char(pr->out, '?');
		else
			strbuf_addf(pr->out, scalable ? "[%lld]" : "%lld", (long long)t->shape[i]);
		strbuf_add_char(pr->out, 'x');
	}
}

static void print_shaped(struct ir_printer *pr, const char *name, ir_type t) {
	bool unranked = t->kind == IR_TYPE_UNRANKED_TENSOR || t->kind == IR_TYPE_UNRANKED_MEMREF;
	strbuf_add_z(pr->out, name);
	strbuf_add_char(pr->out, '<');
	if (unranked)
		strbuf_add_z(pr->out, "*x");
	else
		print_shape(pr, t);
	ir_printer_type(pr, t->element);
	ir_attr extra[] = {t->encoding, t->layout, t->memory_space};
	for (u32 i = 0; i < ARRAY_SIZE(extra); i++) {
		if (!extra[i])
			continue;
		strbuf_add_z(pr->out, ", ");
		ir_printer_attr_elided(pr, extra[i], IR_TYPE_MAY_GO);
	}
	strbuf_add_char(pr->out, '>');
}

static void print_results(struct ir_printer *pr, u32 n, const ir_type *types) {
	bool bare = n == 1 && types[0]->kind != IR_TYPE_FUNCTION;
	if (!bare)
		strbuf_add_char(pr->out, '(');
	ir_printer_types(pr, n, types);
	if (!bare)
		strbuf_add_char(pr->out, ')');
}

static void print_dialect(struct ir_printer *pr, ir_type t) {
	strbuf_add_char(pr->out, '!');
	strbuf_add(pr->out, ir_name_str(pr->c, t->dialect));
	if (t->name) {
		strbuf_add_char(pr->out, '.');
		strbuf_add(pr->out, ir_name_str(pr->c, t->name));
	}
	if (t->body.size || !t->name)
		strbuf_addf(pr->out, "<%.*s>", STR_ARG(t->body));
}

void ir_printer_type(struct ir_printer *pr, ir_type t) {
	static const char *const signs[] = {"i", "si", "ui"};
	switch ((enum ir_type_kind)t->kind) {
	case IR_TYPE_NONE: strbuf_add_z(pr->out, "none"); return;
	case IR_TYPE_INDEX: strbuf_add_z(pr->out, "index"); return;
	case IR_TYPE_INTEGER: strbuf_addf(pr->out, "%s%u", signs[t->signedness], t->width); return;
	case IR_TYPE_COMPLEX: print_shaped(pr, "complex", t); return;
	case IR_TYPE_VECTOR: print_shaped(pr, "vector", t); return;
	case IR_TYPE_TENSOR:
	case IR_TYPE_UNRANKED_TENSOR: print_shaped(pr, "tensor", t); return;
	case IR_TYPE_MEMREF:
	case IR_TYPE_UNRANKED_MEMREF: print_shaped(pr, "memref", t); return;
	case IR_TYPE_FUNCTION:
		strbuf_add_char(pr->out, '(');
		ir_printer_types(pr, t->num_inputs, t->types);
		strbuf_add_z(pr->out, ") -> ");
		print_results(pr, t->num_results, t->num_results ? t->types + t->num_inputs : NULL);
		return;
	case IR_TYPE_TUPLE:
		strbuf_add_z(pr->out, "tuple<");
		ir_printer_types(pr, t->num_inputs, t->types);
		strbuf_add_char(pr->out, '>');
		return;
	case IR_TYPE_DIALECT: print_dialect(pr, t); return;
	default: strbuf_add_z(pr->out, float_name(t->kind)); return;
	}
}

void ir_printer_types(struct ir_printer *pr, u32 n, const ir_type *types) {
	for (u32 i = 0; i < n; i++) {
		if (i)
			strbuf_add_z(pr->out, ", ");
		ir_printer_type(pr, types[i]);
	}
}

void ir_printer_arrow_types(struct ir_printer *pr, u32 n, const ir_type *types) {
	strbuf_add_z(pr->out, " -> ");
	print_results(pr, n, types);
}

void ir_print_type(const struct ir_context *c, ir_type t, struct strbuf *out) {
	struct ir_printer pr;
	ir_printer_init(&pr, (struct ir_context *)c, out);
	ir_printer_type(&pr, t);
	ir_printer_deinit(&pr);
}
