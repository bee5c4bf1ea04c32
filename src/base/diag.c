// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collecting and rendering diagnostics. Beyond errors_max a diagnostic is counted only: a broken
// file with a million errors must not take a million messages' memory.
#include "base/diag.h"

static const struct {
	const char *name;
	enum diag_severity severity;
} diag_rows[DIAG_ID_COUNT] = {
#define DIAG(id, severity, format) [DIAG_##id] = {#id, severity},
#include "base/diag.def"
#undef DIAG
};

void diag_init(struct diag_engine *e) {
	*e = (struct diag_engine){.errors_max = 100};
	arena_init(&e->arena);
}

void diag_deinit(struct diag_engine *e) {
	arena_deinit(&e->arena);
	*e = (struct diag_engine){0};
}

static struct diag *diag_new(struct diag_engine *e, enum diag_severity severity,
                             struct diag_loc loc, const char *format, va_list args) {
	struct diag *d = ARENA_NEW(&e->arena, struct diag);
	struct strbuf message;
	strbuf_init(&message, &e->arena);
	strbuf_addv(&message, format, args);
	d->severity = severity;
	d->loc = loc;
	d->message = strbuf_str(&message);
	return d;
}

// Counts it; false when its kind is already represented often enough.
static bool diag_count(struct diag_engine *e, enum diag_severity severity) {
	if (severity == DIAG_ERROR)
		return e->errors++ < e->errors_max;
	if (severity == DIAG_WARNING)
		return e->warnings++ < e->errors_max;
	return true;
}

void diag_emit_format(struct diag_engine *e, enum diag_id id, const char *format,
                      struct diag_loc loc, ...) {
	ASSERT(id < DIAG_ID_COUNT);
	e->last_dropped = !diag_count(e, diag_rows[id].severity);
	if (e->last_dropped)
		return;
	va_list args;
	va_start(args, loc);
	struct diag *d = diag_new(e, diag_rows[id].severity, loc, format, args);
	va_end(args);
	d->id = id;
	if (e->last)
		e->last->next = d;
	else
		e->first = d;
	e->last = d;
}

static void diag_attach(struct diag_engine *e, enum diag_severity severity, struct diag_loc loc,
                        const char *format, va_list args) {
	CHECK_MSG(e->last || e->last_dropped, "a note without a diagnostic");
	if (e->last_dropped)
		return;
	struct diag *d = diag_new(e, severity, loc, format, args);
	d->id = e->last->id;
	struct diag **tail = &e->last->notes;
	while (*tail)
		tail = &(*tail)->next;
	*tail = d;
}

void diag_note(struct diag_engine *e, struct diag_loc loc, const char *format, ...) {
	va_list args;
	va_start(args, format);
	diag_attach(e, DIAG_NOTE, loc, format, args);
	va_end(args);
}

void diag_help(struct diag_engine *e, const char *format, ...) {
	va_list args;
	va_start(args, format);
	diag_attach(e, DIAG_HELP, (struct diag_loc){0}, format, args);
	va_end(args);
}

void diag_flush(struct diag_engine *e) {
	struct diag *d = e->flushed ? e->flushed->next : e->first;
	for (; d; d = d->next) {
		if (e->handler)
			e->handler(e->handler_user, d);
		e->flushed = d;
	}
}

const char *diag_id_name(enum diag_id id) {
	return id < DIAG_ID_COUNT ? diag_rows[id].name : "unknown";
}

const char *diag_severity_name(enum diag_severity s) {
	static const char *const names[] = {
		[DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_REMARK] = "remark",
		[DIAG_NOTE] = "note",   [DIAG_HELP] = "help",
	};
	return s < ARRAY_SIZE(names) ? names[s] : "unknown";
}

static void render_loc(const struct diag_loc *loc, struct strbuf *out) {
	if (loc->file.size) {
		strbuf_add(out, loc->file);
		if (loc->line)
			strbuf_addf(out, ":%u", loc->line);
		if (loc->line && loc->column)
			strbuf_addf(out, ":%u", loc->column);
		strbuf_add_z(out, ": ");
	}
	if (loc->node.size)
		strbuf_addf(out, "%.*s: ", STR_ARG(loc->node));
}

static void render_line(const struct diag *d, bool with_id, struct strbuf *out) {
	render_loc(&d->loc, out);
	strbuf_addf(out, "%s: %.*s", diag_severity_name(d->severity), STR_ARG(d->message));
	if (with_id)
		strbuf_addf(out, " [%s]", diag_id_name(d->id));
	strbuf_add_char(out, '\n');
}

void diag_render(const struct diag *d, struct strbuf *out) {
	render_line(d, true, out);
	for (const struct diag *note = d->notes; note; note = note->next)
		render_line(note, false, out);
}
