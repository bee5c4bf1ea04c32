// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the protobuf wire format of ONNX files with nanopb's low-level decoder; no schema is generated
// and no tensor is copied: raw bytes stay ranges of the mapped file. Hostile input is bounded by
// construction: every list entry consumes bytes, nesting has a limit, lengths are checked by nanopb.
#include <pb_decode.h>

#include "import/onnx.h"

enum onnx_field {
#define FIELD(message, field, number) ONNX_##message##_##field = number,
#include "import/onnx.def"
#undef FIELD
};

#define ONNX_DEPTH_MAX 32

struct reader {
	struct arena *a;
	const u8 *start;
	struct str file;
	struct diag_engine *d;
	u32 depth;
	bool failed;
};

static bool fail(struct reader *r, pb_istream_t *s, const char *what) {
	if (!r->failed) {
		struct diag_loc loc = {.file = r->file};
		u64 at = (u64)((const u8 *)s->state - r->start);
		diag_emit(r->d, DIAG_onnx_malformed, loc, (unsigned long long)at, what, PB_GET_ERROR(s));
	}
	r->failed = true;
	return false;
}

// A length-delimited field as a range of the file.
static bool read_range(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, struct str *out) {
	uint64_t size = 0;
	if (wire != PB_WT_STRING || !pb_decode_varint(s, &size) || size > s->bytes_left)
		return fail(r, s, "a length that leaves the file");
	*out = str_make((const char *)s->state, (size_t)size);
	return pb_read(s, NULL, (size_t)size) || fail(r, s, "a truncated field");
}

static bool read_i64(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, i64 *out) {
	uint64_t v = 0;
	if (wire != PB_WT_VARINT || !pb_decode_varint(s, &v))
		return fail(r, s, "an integer of the wrong kind");
	*out = (i64)v;
	return true;
}

typedef bool field_fn(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user);

static bool read_fields(struct reader *r, struct str bytes, field_fn *fn, void *user) {
	pb_istream_t s = pb_istream_from_buffer((const pb_byte_t *)bytes.data, bytes.size);
	if (++r->depth > ONNX_DEPTH_MAX)
		return fail(r, &s, "messages nested deeper than 32");
	pb_wire_type_t wire;
	uint32_t tag;
	bool eof = false;
	while (!r->failed && pb_decode_tag(&s, &wire, &tag, &eof))
		if (!fn(r, &s, tag, wire, user))
			return fail(r, &s, "a field that cannot be read");
	r->depth--;
	return r->failed ? false : eof || s.bytes_left == 0 || fail(r, &s, "a truncated message");
}

static bool read_message(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, field_fn *fn, void *user) {
	struct str bytes;
	return read_range(r, s, wire, &bytes) && read_fields(r, bytes, fn, user);
}

// Repeated scalars come packed or one by one.
static bool read_ints(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, struct onnx_ints *out) {
	i64 v = 0;
	if (wire == PB_WT_VARINT) {
		if (!read_i64(r, s, wire, &v))
			return false;
		vec_push(r->a, *out, v);
		return true;
	}
	struct str bytes;
	if (!read_range(r, s, wire, &bytes))
		return false;
	pb_istream_t in = pb_istream_from_buffer((const pb_byte_t *)bytes.data, bytes.size);
	while (in.bytes_left) {
		if (!read_i64(r, &in, PB_WT_VARINT, &v))
			return false;
		vec_push(r->a, *out, v);
	}
	return true;
}

static bool read_reals(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, u32 width, struct onnx_reals *out) {
	struct str bytes;
	u8 one[8];
	if (wire == PB_WT_STRING) {
		if (!read_range(r, s, wire, &bytes) || bytes.size % width)
			return fail(r, s, "a list of numbers of odd length");
	} else {
		if (!pb_read(s, one, width))
			return fail(r, s, "a truncated number");
		bytes = str_make((const char *)one, width);
	}
	for (size_t i = 0; i < bytes.size; i += width) {
		float f;
		double v = 0;
		if (width == 4)
			memcpy(&f, bytes.data + i, 4), v = (double)f;
		else
			memcpy(&v, bytes.data + i, 8);
		vec_push(r->a, *out, v);
	}
	return true;
}

static bool push_text(struct reader *r, pb_istream_t *s, pb_wire_type_t wire, struct onnx_texts *out) {
	struct str text;
	if (!read_range(r, s, wire, &text))
		return false;
	vec_push(r->a, *out, text);
	return true;
}

// ---------------------------------------------------------------------------------------------

static bool tensor_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_tensor *t = user;
	i64 v = 0;
	switch (tag) {
	case ONNX_tensor_dims: return read_ints(r, s, wire, &t->dims);
	case ONNX_tensor_data_type:
		if (!read_i64(r, s, wire, &v))
			return false;
		t->type = (i32)v;
		return true;
	case ONNX_tensor_float_data: return read_reals(r, s, wire, 4, &t->floats);
	case ONNX_tensor_double_data: return read_reals(r, s, wire, 8, &t->floats);
	case ONNX_tensor_int32_data: case ONNX_tensor_int64_data: case ONNX_tensor_uint64_data: return read_ints(r, s, wire, &t->ints);
	case ONNX_tensor_name: return read_range(r, s, wire, &t->name);
	case ONNX_tensor_raw_data: return read_range(r, s, wire, &t->raw);
	case ONNX_tensor_data_location:
		if (!read_i64(r, s, wire, &v))
			return false;
		t->external = v == 1;
		return true;
	default: return pb_skip_field(s, wire);
	}
}

static bool attribute_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_attribute *a = user;
	switch (tag) {
	case ONNX_attribute_name: return read_range(r, s, wire, &a->name);
	case ONNX_attribute_f: return wire == PB_WT_32BIT ? pb_read(s, (pb_byte_t *)&a->f, 4) : fail(r, s, "a float of the wrong kind");
	case ONNX_attribute_i: return read_i64(r, s, wire, &a->i);
	case ONNX_attribute_s: return read_range(r, s, wire, &a->s);
	case ONNX_attribute_t:
		a->t = ARENA_NEW(r->a, struct onnx_tensor);
		return read_message(r, s, wire, tensor_field, a->t);
	case ONNX_attribute_g: a->has_graph = true; return pb_skip_field(s, wire);
	case ONNX_attribute_ints: return read_ints(r, s, wire, &a->ints);
	case ONNX_attribute_floats: return read_reals(r, s, wire, 4, &a->floats);
	case ONNX_attribute_strings: return push_text(r, s, wire, &a->strings);
	default: return pb_skip_field(s, wire);
	}
}

static bool node_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_node *n = user;
	switch (tag) {
	case ONNX_node_input: return push_text(r, s, wire, &n->inputs);
	case ONNX_node_output: return push_text(r, s, wire, &n->outputs);
	case ONNX_node_name: return read_range(r, s, wire, &n->name);
	case ONNX_node_op_type: return read_range(r, s, wire, &n->op_type);
	case ONNX_node_domain: return read_range(r, s, wire, &n->domain);
	case ONNX_node_attribute: {
		struct onnx_attribute a = {0};
		if (!read_message(r, s, wire, attribute_field, &a))
			return false;
		vec_push(r->a, n->attributes, a);
		return true;
	}
	default: return pb_skip_field(s, wire);
	}
}

static bool dim_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_dim *d = user;
	switch (tag) {
	case ONNX_dim_dim_value: return read_i64(r, s, wire, &d->value);
	case ONNX_dim_dim_param: return read_range(r, s, wire, &d->param);
	default: return pb_skip_field(s, wire);
	}
}

static bool shape_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_value_info *v = user;
	if (tag != ONNX_shape_dim)
		return pb_skip_field(s, wire);
	struct onnx_dim d = {.value = -1};
	if (!read_message(r, s, wire, dim_field, &d))
		return false;
	vec_push(r->a, v->dims, d);
	return true;
}

static bool tensor_type_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_value_info *v = user;
	i64 type = 0;
	if (tag == ONNX_tensor_type_elem_type) {
		if (!read_i64(r, s, wire, &type))
			return false;
		v->elem_type = (i32)type;
		return true;
	}
	if (tag != ONNX_tensor_type_shape)
		return pb_skip_field(s, wire);
	v->has_shape = true;
	return read_message(r, s, wire, shape_field, v);
}

static bool type_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	return tag == ONNX_type_tensor_type ? read_message(r, s, wire, tensor_type_field, user) : pb_skip_field(s, wire);
}

static bool value_info_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_value_info *v = user;
	switch (tag) {
	case ONNX_value_info_name: return read_range(r, s, wire, &v->name);
	case ONNX_value_info_type: return read_message(r, s, wire, type_field, v);
	default: return pb_skip_field(s, wire);
	}
}

static bool graph_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_graph *g = user;
	switch (tag) {
	case ONNX_graph_name: return read_range(r, s, wire, &g->name);
	case ONNX_graph_node: {
		struct onnx_node n = {0};
		if (!read_message(r, s, wire, node_field, &n))
			return false;
		vec_push(r->a, g->nodes, n);
		return true;
	}
	case ONNX_graph_initializer: {
		struct onnx_tensor t = {0};
		if (!read_message(r, s, wire, tensor_field, &t))
			return false;
		vec_push(r->a, g->initializers, t);
		return true;
	}
	case ONNX_graph_input: case ONNX_graph_output: {
		struct onnx_value_info v = {0};
		if (!read_message(r, s, wire, value_info_field, &v))
			return false;
		if (tag == ONNX_graph_input)
			vec_push(r->a, g->inputs, v);
		else
			vec_push(r->a, g->outputs, v);
		return true;
	}
	default: return pb_skip_field(s, wire);
	}
}

struct opset {
	struct str domain;
	i64 version;
};

static bool opset_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct opset *o = user;
	switch (tag) {
	case ONNX_opset_domain: return read_range(r, s, wire, &o->domain);
	case ONNX_opset_version: return read_i64(r, s, wire, &o->version);
	default: return pb_skip_field(s, wire);
	}
}

static bool model_field(struct reader *r, pb_istream_t *s, u32 tag, pb_wire_type_t wire, void *user) {
	struct onnx_model *m = user;
	switch (tag) {
	case ONNX_model_ir_version: return read_i64(r, s, wire, &m->ir_version);
	case ONNX_model_graph: return read_message(r, s, wire, graph_field, &m->graph);
	case ONNX_model_opset_import: {
		struct opset o = {0};
		if (!read_message(r, s, wire, opset_field, &o))
			return false;
		if (o.domain.size == 0 || str_eq_z(o.domain, "ai.onnx"))
			m->opset = o.version;
		return true;
	}
	default: return pb_skip_field(s, wire);
	}
}

bool onnx_read(struct arena *a, struct str bytes, struct str file, struct diag_engine *d, struct onnx_model *out) {
	struct reader r = {.a = a, .start = (const u8 *)bytes.data, .file = file, .d = d};
	*out = (struct onnx_model){0};
	if (!read_fields(&r, bytes, model_field, out))
		return false;
	if (!out->graph.nodes.size && !out->graph.outputs.size) {
		diag_emit(d, DIAG_onnx_no_graph, (struct diag_loc){.file = file});
		return false;
	}
	return true;
}

bool onnx_read_tensor(struct arena *a, struct str bytes, struct str file, struct diag_engine *d, struct onnx_tensor *out) {
	struct reader r = {.a = a, .start = (const u8 *)bytes.data, .file = file, .d = d};
	*out = (struct onnx_tensor){0};
	return read_fields(&r, bytes, tensor_field, out);
}
