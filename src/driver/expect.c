// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --verify-diagnostics: diagnostics are part of the input, as comments
//   // expected-error {{text}}          on this line
//   // expected-error@+2 {{text}}       two lines below; also @-1, @below, @above
// for error, warning, remark and note. The text must be a part of the message. Every error,
// warning and remark must be expected; notes need not be. Reference: mlir-opt's option.
#include "driver/driver.h"

#include <stdio.h>

struct expectation {
	enum diag_severity severity;
	u32 line;
	struct str text;
	bool met;
};
struct expectations {
	VEC(struct expectation) list;
};

static bool take(struct str *s, const char *prefix) {
	if (!str_starts_with(*s, str_from(prefix)))
		return false;
	*s = str_drop(*s, strlen(prefix));
	return true;
}

// `@+2`, `@-1`, `@below`, `@above` or nothing.
static i64 take_offset(struct str *s) {
	if (take(s, "@below"))
		return 1;
	if (take(s, "@above"))
		return -1;
	bool plus = take(s, "@+"), minus = !plus && take(s, "@-");
	i64 n = 0;
	while ((plus || minus) && s->size && s->data[0] >= '0' && s->data[0] <= '9' && n < 100000) {
		n = n * 10 + (s->data[0] - '0');
		*s = str_drop(*s, 1);
	}
	return minus ? -n : n;
}

// Reads what follows `expected-`; false when it is no expectation.
static bool parse_expectation(struct str s, u32 line, struct expectation *out) {
	static const enum diag_severity severities[] = {DIAG_ERROR, DIAG_WARNING, DIAG_REMARK,
	                                                DIAG_NOTE};
	u32 i = 0;
	while (i < ARRAY_SIZE(severities) && !take(&s, diag_severity_name(severities[i])))
		i++;
	if (i == ARRAY_SIZE(severities))
		return false;
	i64 at = (i64)line + take_offset(&s);
	s = str_trim(s);
	i64 end = str_find(s, STR("}}"));
	if (!take(&s, "{{") || end < 0)
		return false;
	*out = (struct expectation){severities[i], at > 0 ? (u32)at : 0, str_take(s, (size_t)end - 2),
	                            false};
	return true;
}

static void find_expectations(struct arena *a, struct str text, u32 line,
                              struct expectations *out) {
	for (; text.size; line++) {
		struct str rest = str_split(text, '\n', &text);
		i64 at;
		while ((at = str_find(rest, STR("expected-"))) >= 0) {
			struct expectation e;
			rest = str_drop(rest, (size_t)at + strlen("expected-"));
			if (parse_expectation(rest, line, &e))
				vec_push(a, out->list, e);
		}
	}
}

static bool meet(struct expectations *all, const struct diag *d) {
	for (u32 i = 0; i < all->list.size; i++) {
		struct expectation *e = &all->list.data[i];
		if (e->met || e->severity != d->severity || e->line != d->loc.line ||
		    str_find(d->message, e->text) < 0)
			continue;
		e->met = true;
		return true;
	}
	return false;
}

bool driver_check_expected(struct str text, u32 first_line, const struct diag_engine *d) {
	struct arena a;
	struct expectations all = {0};
	bool ok = true;
	arena_init(&a);
	find_expectations(&a, text, first_line, &all);
	for (struct diag *i = d->first; i; i = i->next) {
		if (!meet(&all, i)) {
			ok = false;
			fprintf(stderr, "unexpected: ");
			driver_print_diag(NULL, i);
		}
		for (struct diag *note = i->notes; note; note = note->next)
			meet(&all, note);
	}
	for (u32 i = 0; i < all.list.size; i++) {
		const struct expectation *e = &all.list.data[i];
		if (e->met)
			continue;
		ok = false;
		fprintf(stderr, "line %u: expected %s was not produced: %.*s\n", e->line,
		        diag_severity_name(e->severity), STR_ARG(e->text));
	}
	arena_deinit(&a);
	return ok;
}
