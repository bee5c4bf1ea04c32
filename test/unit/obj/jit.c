// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The JIT runs the bytes of the object: same answers as when linked, calls to symbols near and far,
// no page both writable and executable, weights where they lie, and everything given back.
#include "sample.h"

#include <sys/mman.h>
#include <unwind.h>

#include "unit/unit.h"

struct calls {
	u32 count, through;
	void *target;
};
static struct calls calls;

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *c, void *user) {
	struct calls *s = user;
	s->through += _Unwind_FindEnclosingFunction((void *)(_Unwind_GetIP(c) - 1)) == s->target;
	return _URC_NO_REASON;
}

static int probe(void) {
	calls.count++;
	_Unwind_Backtrace(on_frame, &calls);
	return 4711;
}

static void *resolve(void *user, struct str name) {
	return str_eq_z(name, user) ? (void *)(uintptr_t)probe : NULL;
}

// Access of the page an address lies in, "r-xp", from the kernel's own table.
static void access_of(const void *p, char access[5]) {
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	strcpy(access, "none");
	while (fgets(line, sizeof line, f)) {
		unsigned long from, to;
		char text[5];
		sscanf(line, "%lx-%lx %4s", &from, &to, text);
		assert_false(text[1] == 'w' && text[2] == 'x');
		if ((uintptr_t)p >= from && (uintptr_t)p < to)
			strcpy(access, text);
	}
	fclose(f);
}

typedef int run_fn(int);
typedef int probe_fn(void);
typedef u32 get_fn(i64);

static void check_module(const struct obj_jit *j) {
	run_fn *run = (run_fn *)(uintptr_t)obj_jit_find(j, STR("sample_run"));
	probe_fn *call = (probe_fn *)(uintptr_t)obj_jit_find(j, STR("sample_probe"));
	get_fn *get = (get_fn *)(uintptr_t)obj_jit_find(j, STR("sample_get"));
	assert_true(run && call && get);
	assert_int_equal(run(5), (5 + 6) * SAMPLE_FACTOR + 5);
	calls = (struct calls){.target = (void *)(uintptr_t)call};
	assert_int_equal(call(), 4711);
	assert_int_equal(calls.count, 1);
	assert_int_equal(calls.through, 1);
	assert_int_equal(get(0), 0);
	assert_int_equal(get(99999), sample_weight(99999));
	assert_null(obj_jit_find(j, STR("conv_1/kernel:0")));
	assert_null(obj_jit_find(j, STR("far_away")));
}

static void check_places(const struct obj_jit *j) {
	const u8 *run = obj_jit_find(j, STR("sample_run"));
	struct obj_jit_place place;
	assert_true(obj_jit_locate(j, run + 23, &place));
	assert_str(place.name, "sample_run");
	assert_int_equal(place.offset, 23);
	assert_false(obj_jit_locate(j, run + 24, &place));
	assert_false(obj_jit_locate(j, (void *)(uintptr_t)probe, &place));
}

static void check_access(const struct obj_jit *j) {
	char access[5];
	access_of(obj_jit_find(j, STR("sample_run")), access);
	assert_string_equal(access, "r-xp");
	const struct sample_descriptor *d = obj_jit_find(j, STR("sample_descriptor"));
	access_of(d, access);
	assert_string_equal(access, "r--p");
	access_of(d->weights, access);
	assert_string_equal(access, "r--p");
	assert_ptr_equal(d->weights, obj_jit_find(j, STR("sample_weights")));
	assert_int_equal((uintptr_t)d->weights % 64, 0);
}

UNIT_TEST(runs_what_was_linked) {
	struct arena a;
	arena_init(&a);
	struct obj_file *file = sample_object(&a, "far_away");
	struct obj_jit *j;
	struct obj_jit_externs externs = {resolve, "far_away"};
	assert_true(status_ok(obj_jit_link(file, externs, &a, &j)));
	check_module(j);
	check_places(j);
	check_access(j);
	const struct sample_descriptor *d = obj_jit_find(j, STR("sample_descriptor"));
	assert_true(d->weights_hash == obj_elf_hash(file, OBJ_HASH_WEIGHTS));
	assert_true(d->content_hash == obj_elf_hash(file, OBJ_HASH_CONTENT));
	const void *code = obj_jit_find(j, STR("sample_run")), *weights = d->weights;
	obj_jit_unload(j);
	obj_jit_unload(NULL);
	char access[5];
	access_of(code, access);
	assert_string_equal(access, "none");
	access_of(weights, access);
	assert_string_equal(access, "none");
	arena_deinit(&a);
}

// An object from disk: its weights are the mapped file's pages.
UNIT_TEST(loads_a_mapped_file) {
	struct arena a;
	arena_init(&a);
	struct obj_file *file = sample_object(&a, "far_away");
	char path[] = "/tmp/lamella-jit-XXXXXX";
	close(mkstemp(path));
	assert_true(sample_save(&a, path, sample_bytes(&a, file), obj_elf_size(file)));
	struct file_view v;
	assert_true(status_ok(file_map(path, &a, &v)));
	unlink(path);
	struct obj_jit *first, *second;
	struct obj_jit_externs externs = {resolve, "far_away"};
	assert_true(status_ok(obj_jit_load(v.data, v.size, externs, &a, &first)));
	assert_true(status_ok(obj_jit_load(v.data, v.size, externs, &a, &second)));
	check_module(first);
	const u8 *weights = obj_jit_find(first, STR("sample_weights"));
	assert_true(weights > v.data && weights < v.data + v.size);
	assert_ptr_equal(weights, obj_jit_find(second, STR("sample_weights")));
	obj_jit_unload(first);
	check_module(second);
	obj_jit_unload(second);
	file_unmap(&v);
	arena_deinit(&a);
}

UNIT_TEST(undefined_symbols_are_named) {
	struct arena a;
	arena_init(&a);
	struct obj_jit *j;
	struct obj_jit_externs externs = {resolve, "other"};
	struct status s = obj_jit_link(sample_object(&a, "far_away"), externs, &a, &j);
	assert_int_equal(s.code, STATUS_UNSUPPORTED);
	assert_string_equal(s.message, "undefined symbols: far_away");
	assert_null(j);
	s = obj_jit_link(sample_object(&a, "far_away"), (struct obj_jit_externs){0}, &a, &j);
	assert_int_equal(s.code, STATUS_UNSUPPORTED);
	arena_deinit(&a);
}

// Data of an object and data from outside, referred to by 32 bits: near works, far is said.
static struct obj_file *reader(struct arena *a, const char *name) {
	struct obj *o = obj_create(a, EM_X86_64);
	static const u8 code[] = {0x8b, 0x05, 0, 0, 0, 0, 0xc3};  // mov name(%rip), %eax; ret
	obj_append(o, OBJ_TEXT, code, sizeof code, 16);
	static const u32 seventeen = 17;
	u64 at = obj_append(o, OBJ_DATA, &seventeen, 4, 4);
	obj_symbol_add(o, (struct obj_symbol){STR("near"), OBJ_DATA, false, true, at, 4});
	obj_symbol_add(o, (struct obj_symbol){STR("read"), OBJ_TEXT, true, true, 0, sizeof code});
	u32 symbol = name ? obj_symbol_add(o, (struct obj_symbol){.name = str_from(name),
	                                                          .section = OBJ_UNDEFINED,
	                                                          .global = true})
	                  : 0;
	obj_reloc_add(o, OBJ_TEXT, (struct obj_reloc){2, symbol, OBJ_RELOC_PC32, -4});
	return obj_elf_layout(o);
}

UNIT_TEST(data_near_and_far) {
	struct arena a;
	arena_init(&a);
	struct obj_jit *j;
	assert_true(status_ok(obj_jit_link(reader(&a, NULL), (struct obj_jit_externs){0}, &a, &j)));
	probe_fn *read = (probe_fn *)(uintptr_t)obj_jit_find(j, STR("read"));
	u32 *near = obj_jit_find(j, STR("near"));
	char access[5];
	access_of(near, access);
	assert_string_equal(access, "rw-p");
	assert_int_equal(read(), 17);
	*near = 18;
	assert_int_equal(read(), 18);
	obj_jit_unload(j);
	struct status s =
		obj_jit_link(reader(&a, "far_data"), (struct obj_jit_externs){resolve, "far_data"}, &a, &j);
	bool reachable = status_ok(s);  // where the kernel put the mapping near this program
	if (!reachable)
		assert_string_equal(s.message, "symbol 'far_data' is out of reach of JIT code");
	obj_jit_unload(j);
	arena_deinit(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_what_was_linked),
		cmocka_unit_test(loads_a_mapped_file),
		cmocka_unit_test(undefined_symbols_are_named),
		cmocka_unit_test(data_near_and_far),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
