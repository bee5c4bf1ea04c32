// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics: what is wrong with the input, where, and the way out. Each kind is one row of
// base/diag.def (id, severity, format); a row without a test fails tidy. Problems are collected
// and reported all at once; nobody else prints to stderr.
//
//   diag_emit(engine, DIAG_parse_syntax, loc, ...)   arguments fill the row's format
//   diag_note(...), diag_help(...)                   attach to the latest diagnostic
//
// diag_emit is a macro over the row's literal id, so that the compiler checks the arguments
// against the row's format.
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/status.h"
#include "base/vec.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_REMARK, DIAG_NOTE, DIAG_HELP };

enum diag_id {
#define DIAG(id, severity, format) DIAG_##id,
#include "base/diag.def"
#undef DIAG
	DIAG_ID_COUNT
};

// The formats, one object per row, for the compiler's printf check only.
#define DIAG(id, severity, format) BASE_UNUSED static const char diag_format_DIAG_##id[] = format;
#include "base/diag.def"
#undef DIAG

// Where: file and position of text input, and/or a name (an ONNX node, an op). Strings are
// borrowed for the life of the engine; zero line means "no position".
struct diag_loc {
	struct str file;
	u32 line, column;
	struct str node;
};

struct diag {
	enum diag_id id;
	enum diag_severity severity;
	struct diag_loc loc;
	struct str message;
	struct diag *notes;  // notes and helps, in order
	struct diag *next;
};

typedef void diag_handler(void *user, const struct diag *d);

struct diag_engine {
	struct arena arena;
	struct diag *first, *last;
	u32 errors, warnings;
	u32 errors_max;         // more are counted and not stored (default 100)
	diag_handler *handler;  // called at diag_flush for each; NULL collects only
	void *handler_user;
	struct diag *flushed;  // the latest diagnostic already handed to the handler
	bool last_dropped;     // the latest was beyond errors_max, so its notes are dropped too
};
void diag_init(struct diag_engine *e);
void diag_deinit(struct diag_engine *e);
// diag_emit(engine, DIAG_id, loc, ...): the message is the row's format applied to the arguments.
#define diag_emit(e, id, ...) diag_emit_format((e), (id), diag_format_##id, __VA_ARGS__)
void diag_emit_format(struct diag_engine *e, enum diag_id id, const char *format,
                      struct diag_loc loc, ...) BASE_PRINTF(3, 5);
void diag_note(struct diag_engine *e, struct diag_loc loc, const char *format, ...)
	BASE_PRINTF(3, 4);
void diag_help(struct diag_engine *e, const char *format, ...) BASE_PRINTF(2, 3);
void diag_flush(struct diag_engine *e);  // hands what is new to the handler, in order
const char *diag_id_name(enum diag_id id);
const char *diag_severity_name(enum diag_severity s);
// "file:line:col: error: message [id]" plus notes and helps on their own lines.
void diag_render(const struct diag *d, struct strbuf *out);

#endif
