// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collecting, limiting, flushing and rendering diagnostics.
#include "base/diag.h"

#include "unit/unit.h"

static struct diag_loc at(u32 line, u32 column) {
	return (struct diag_loc){.file = STR("model.mlir"), .line = line, .column = column};
}

UNIT_TEST(rendering) {
	struct diag_engine e;
	diag_init(&e);
	diag_emit(&e, DIAG_parse_syntax, at(3, 7), "expected ')'");
	diag_note(&e, at(2, 0), "to match this %s", "'('");
	diag_help(&e, "close it");
	diag_emit(&e, DIAG_parse_syntax, (struct diag_loc){.node = STR("conv1")}, "bad");
	struct strbuf b;
	strbuf_init(&b, &e.arena);
	diag_render(e.first, &b);
	diag_render(e.first->next, &b);
	assert_str(strbuf_str(&b), "model.mlir:3:7: error: expected ')' [parse_syntax]\n"
	                           "model.mlir:2: note: to match this '('\n"
	                           "help: close it\n"
	                           "conv1: error: bad [parse_syntax]\n");
	assert_int_equal(e.errors, 2);
	diag_deinit(&e);
}

struct counter {
	u32 calls, notes;
};

static void count(void *user, const struct diag *d) {
	struct counter *c = user;
	c->calls++;
	for (const struct diag *n = d->notes; n; n = n->next)
		c->notes++;
}

UNIT_TEST(flush_hands_over_once) {
	struct diag_engine e;
	struct counter c = {0};
	diag_init(&e);
	e.handler = count;
	e.handler_user = &c;
	diag_flush(&e);
	diag_emit(&e, DIAG_parse_syntax, at(1, 1), "a");
	diag_flush(&e);
	diag_flush(&e);
	assert_int_equal(c.calls, 1);
	diag_emit(&e, DIAG_parse_syntax, at(1, 1), "b");
	diag_help(&e, "x");
	diag_emit(&e, DIAG_parse_syntax, at(1, 1), "c");
	diag_flush(&e);
	assert_int_equal(c.calls, 3);
	assert_int_equal(c.notes, 1);
	diag_deinit(&e);
}

UNIT_TEST(too_many_are_counted_only) {
	struct diag_engine e;
	diag_init(&e);
	e.errors_max = 2;
	for (u32 i = 0; i < 10; i++) {
		diag_emit(&e, DIAG_parse_syntax, at(i, 1), "x");
		diag_help(&e, "help %u", i);
	}
	assert_int_equal(e.errors, 10);
	assert_ptr_equal(e.first->next, e.last);
	assert_null(e.last->notes->next);
	e.errors_max = 0;
	diag_deinit(&e);
}

UNIT_TEST(notes_need_a_diagnostic) {
	struct diag_engine e;
	struct base_failure f;
	diag_init(&e);
	assert_fails(BASE_FAILURE_INTERNAL, f, diag_help(&e, "lost"));
	diag_deinit(&e);
}

UNIT_TEST(names) {
	assert_string_equal(diag_id_name(DIAG_parse_syntax), "parse_syntax");
	assert_string_equal(diag_id_name(DIAG_ID_COUNT), "unknown");
	assert_string_equal(diag_severity_name(DIAG_WARNING), "warning");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rendering),
	    cmocka_unit_test(flush_hands_over_once),
	    cmocka_unit_test(too_many_are_counted_only),
	    cmocka_unit_test(notes_need_a_diagnostic),
	    cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
