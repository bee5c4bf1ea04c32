// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libFuzzer entry for the IR's text: any bytes are read; what is accepted and verifies must print
// in both forms, read back, verify, and print the same again. Start it from test/**/*.mlir:
//   make fuzz && build/fuzz/fuzz_ir_text -max_len=4096 CORPUS test/dialect test/ir
#include <stdio.h>
#include <stdlib.h>

#include "dialect/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str print(struct arena *a, struct ir_module *m, bool generic, bool locations) {
	struct strbuf text;
	strbuf_init(&text, a);
	ir_print(m->op,
	         &(struct ir_print_options){
				 .generic = generic, .locations = locations, .resource_data = true},
	         &text);
	return strbuf_str(&text);
}

static void fail(const char *what, struct ir_context *c, struct str text) {
	struct arena a;
	struct strbuf b;
	arena_init(&a);
	strbuf_init(&b, &a);
	for (struct diag *d = ir_diags(c)->first; d; d = d->next)
		diag_render(d, &b);
	fprintf(stderr, "%s:\n%.*s\n%.*s\n", what, STR_ARG(b), STR_ARG(text));
	abort();
}

// What was printed must read back and print as it did.
static void check_round_trip(struct ir_context *c, struct arena *a, struct str text, bool generic,
                             bool locations) {
	struct ir_module *m = ir_parse(c, text, STR("printed"), NULL);
	if (!m)
		fail("printed text does not read back", c, text);
	if (!ir_verify(m->op, ir_diags(c)))
		fail("printed text does not verify", c, text);
	struct str again = print(a, m, generic, locations);
	if (!str_eq(text, again)) {
		fprintf(stderr, "%.*s\n", STR_ARG(again));
		fail("printed text changes", c, text);
	}
	ir_module_destroy(m);
}

static void run(struct ir_context *c, struct arena *a, struct str text) {
	struct ir_module *m = ir_parse(c, text, STR("fuzz"), NULL);
	if (m && ir_verify(m->op, ir_diags(c)))
		for (u32 form = 0; form < 4; form++)
			check_round_trip(c, a, print(a, m, form & 1, form & 2), form & 1, form & 2);
	if (m)
		ir_module_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ir_context *c = ir_context_create();
	struct arena a;
	struct base_recovery r;
	arena_init(&a);
	if (BASE_RECOVER(&r)) {
		fprintf(stderr, "%s:%d: %s\n", r.failure.file, r.failure.line, r.failure.message);
		abort();
	}
	dialect_register_all(c);
	run(c, &a, str_make((const char *)data, size));
	base_recovery_pop(&r);
	ir_context_destroy(c);
	arena_deinit(&a);
	return 0;
}
