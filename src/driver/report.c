// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the command says on stderr.
#include "driver/driver.h"

#include <stdio.h>

void driver_print_diag(void *user, const struct diag *d) {
	struct arena a;
	struct strbuf text;
	(void)user;
	arena_init(&a);
	strbuf_init(&text, &a);
	diag_render(d, &text);
	fwrite(text.data, 1, text.size, stderr);
	arena_deinit(&a);
}

int driver_environment_error(struct status s, const char *what) {
	fprintf(stderr, "lamella: %s: %s\n", what, s.message ? s.message : "failed");
	if (s.os_error)
		fprintf(stderr, "lamella: %s\n", strerror(s.os_error));
	return DRIVER_FAILED;
}

int driver_internal_error(const struct base_failure *f) {
	if (f->kind == BASE_FAILURE_OUT_OF_MEMORY) {
		fprintf(stderr, "lamella: out of memory\n");
		return DRIVER_FAILED;
	}
	fprintf(stderr,
	        "lamella: internal error at %s:%d: %s\nlamella: this is a bug; please report it with "
	        "the input\n",
	        f->file ? f->file : "?", f->line, f->message);
	return DRIVER_INTERNAL;
}
