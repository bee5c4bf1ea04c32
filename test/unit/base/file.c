// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files: mapping, complete-or-nothing replacement, failures, listing, path arithmetic.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/unit.h"

struct fixture {
	struct arena arena;
	char dir[64];
};

static int setup(void **state) {
	struct fixture *f = calloc(1, sizeof *f);
	*state = f;
	arena_init(&f->arena);
	strcpy(f->dir, "/tmp/lamella-file-XXXXXX");
	return mkdtemp(f->dir) ? 0 : -1;
}

static int teardown(void **state) {
	struct fixture *f = *state;
	struct file_names names;
	if (status_ok(file_list(f->dir, &f->arena, &names)))
		for (u32 i = 0; i < names.names.size; i++)
			unlink(file_join(&f->arena, str_from(f->dir), names.names.data[i]).data);
	rmdir(f->dir);
	arena_deinit(&f->arena);
	free(f);
	return 0;
}

static const char *path_of(struct fixture *f, const char *name) {
	return file_join(&f->arena, str_from(f->dir), str_from(name)).data;
}

static u32 entries(struct fixture *f) {
	struct file_names names;
	assert_true(status_ok(file_list(f->dir, &f->arena, &names)));
	return names.names.size;
}

static void write_file(struct fixture *f, const char *path, const void *data, size_t size) {
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, path, &f->arena)));
	file_out_write(&out, data, size);
	assert_true(status_ok(file_out_commit(&out, &f->arena)));
}

static void assert_content(struct fixture *f, const char *path, const void *data, size_t size) {
	struct file_view v;
	assert_true(status_ok(file_map(path, &f->arena, &v)));
	assert_int_equal(v.size, size);
	assert_memory_equal(v.data, data, size);
	file_unmap(&v);
}

static void write_then_map(void **state) {
	struct fixture *f = *state;
	const char *path = path_of(f, "a.bin");
	umask(027);
	write_file(f, path, "hello", 5);
	umask(022);
	assert_content(f, path, "hello", 5);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	write_file(f, path, "", 0);
	assert_content(f, path, "", 0);
	assert_int_equal(entries(f), 1);
}

static void big_and_small_writes_mix(void **state) {
	struct fixture *f = *state;
	enum { BYTES = 300000 };
	u8 *data = arena_alloc(&f->arena, BYTES, 1);
	for (u32 i = 0; i < BYTES; i++)
		data[i] = (u8)(i * 7 + i / 251);
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, path_of(f, "b"), &f->arena)));
	size_t at = 0;
	for (size_t step = 1; at < BYTES; step = step * 5 % 99991) {
		size_t n = BASE_MIN(step, BYTES - at);
		file_out_write(&out, data + at, n);
		at += n;
	}
	assert_int_equal(out.written_bytes, BYTES);
	file_out_align(&out, 4096);
	assert_int_equal(out.written_bytes, 303104);
	assert_true(status_ok(file_out_commit(&out, &f->arena)));
	struct file_view v;
	assert_true(status_ok(file_map(path_of(f, "b"), &f->arena, &v)));
	assert_int_equal(v.size, 303104);
	assert_memory_equal(v.data, data, BYTES);
	assert_int_equal(v.data[303103], 0);
	file_unmap(&v);
}

static void nothing_changes_before_commit(void **state) {
	struct fixture *f = *state;
	const char *path = path_of(f, "c");
	write_file(f, path, "old", 3);
	struct file_out out, other;
	assert_true(status_ok(file_out_open(&out, path, &f->arena)));
	assert_true(status_ok(file_out_open(&other, path, &f->arena)));
	file_out_write(&out, "newer", 5);
	assert_content(f, path, "old", 3);
	file_out_abandon(&out);
	assert_content(f, path, "old", 3);
	file_out_write(&other, "newest", 6);
	assert_true(status_ok(file_out_commit(&other, &f->arena)));
	assert_content(f, path, "newest", 6);
	assert_int_equal(entries(f), 1);
}

// A write that stops half way (here by the file size limit) leaves the old file.
static void truncated_write_keeps_the_old_file(void **state) {
	struct fixture *f = *state;
	const char *path = path_of(f, "d");
	write_file(f, path, "old", 3);
	struct rlimit before, limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){100000, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, path, &f->arena)));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	u8 *data = arena_alloc_zero(&f->arena, 200000, 1);
	file_out_write(&out, data, 200000);
	struct status s = file_out_commit(&out, &f->arena);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(s.code, STATUS_IO);
	assert_int_equal(s.os_error, EFBIG);
	assert_non_null(strstr(s.message, path));
	assert_content(f, path, "old", 3);
	assert_int_equal(entries(f), 1);
}

static void links_are_followed(void **state) {
	struct fixture *f = *state;
	write_file(f, path_of(f, "target"), "old", 3);
	assert_int_equal(symlink("target", path_of(f, "link")), 0);
	write_file(f, path_of(f, "link"), "new", 3);
	assert_content(f, path_of(f, "target"), "new", 3);
}

static void full_device_is_reported(void **state) {
	struct fixture *f = *state;
	struct file_out out;
	assert_true(status_ok(file_out_open(&out, "/dev/full", &f->arena)));
	file_out_write(&out, "x", 1);
	struct status s = file_out_commit(&out, &f->arena);
	assert_int_equal(s.code, STATUS_IO);
	assert_int_equal(s.os_error, ENOSPC);
	assert_non_null(strstr(s.message, "/dev/full"));
	write_file(f, "/dev/null", "x", 1);
}

static void missing_and_odd_files(void **state) {
	struct fixture *f = *state;
	struct file_view v;
	struct status s = file_map(path_of(f, "none"), &f->arena, &v);
	assert_int_equal(s.code, STATUS_IO);
	assert_int_equal(s.os_error, ENOENT);
	assert_non_null(strstr(s.message, "No such file"));
	assert_int_equal(file_map(f->dir, &f->arena, &v).os_error, EISDIR);
	assert_true(status_ok(file_map("/proc/self/status", &f->arena, &v)));
	assert_true(v.size > 0 && !v.mapped);
	file_unmap(&v);
	file_unmap(&v);  // twice is harmless
	struct file_out out;
	assert_int_equal(file_out_open(&out, path_of(f, "no/dir"), &f->arena).os_error, ENOENT);
	assert_int_equal(file_out_open(&out, f->dir, &f->arena).os_error, EISDIR);
	struct file_names names;
	assert_int_equal(file_list(path_of(f, "none"), &f->arena, &names).code, STATUS_IO);
}

static void dash_is_stdin_and_stdout(void **state) {
	struct fixture *f = *state;
	const char *path = path_of(f, "io");
	int in = dup(STDIN_FILENO), out = dup(STDOUT_FILENO);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	write_file(f, "-", "through", 7);
	dup2(out, STDOUT_FILENO);
	lseek(fd, 0, SEEK_SET);
	dup2(fd, STDIN_FILENO);
	assert_content(f, "-", "through", 7);
	dup2(in, STDIN_FILENO);
	close(fd);
	close(in);
	close(out);
}

static void listing_is_sorted(void **state) {
	struct fixture *f = *state;
	static const char *const names[] = {"b", "a", "B", "ab", "_"};
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		write_file(f, path_of(f, names[i]), "", 0);
	struct file_names list;
	assert_true(status_ok(file_list(f->dir, &f->arena, &list)));
	static const char *const sorted[] = {"B", "_", "a", "ab", "b"};
	assert_int_equal(list.names.size, 5);
	for (u32 i = 0; i < 5; i++)
		assert_str(list.names.data[i], sorted[i]);
	assert_true(file_exists(path_of(f, "a")) && !file_exists(path_of(f, "z")));
	assert_true(file_is_directory(f->dir) && !file_is_directory(path_of(f, "a")));
}

static void path_arithmetic(void **state) {
	struct fixture *f = *state;
	assert_str(file_extension(STR("a/b.tar.gz")), ".gz");
	assert_str(file_extension(STR("a.d/b")), "");
	assert_str(file_extension(STR("a/.profile")), "");
	assert_str(file_stem(STR("a/b.onnx")), "b");
	assert_str(file_stem(STR("b")), "b");
	assert_str(file_directory(STR("a/b/c")), "a/b");
	assert_str(file_directory(STR("c")), ".");
	assert_str(file_directory(STR("/c")), "/");
	assert_str(file_join(&f->arena, STR("a"), STR("b")), "a/b");
	assert_str(file_join(&f->arena, STR("a/"), STR("b")), "a/b");
	assert_str(file_join(&f->arena, STR("a"), STR("/b")), "/b");
	assert_str(file_join(&f->arena, STR(""), STR("b")), "b");
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
	    FILE_TEST(write_then_map),
	    FILE_TEST(big_and_small_writes_mix),
	    FILE_TEST(nothing_changes_before_commit),
	    FILE_TEST(truncated_write_keeps_the_old_file),
	    FILE_TEST(links_are_followed),
	    FILE_TEST(full_device_is_reported),
	    FILE_TEST(missing_and_odd_files),
	    FILE_TEST(dash_is_stdin_and_stdout),
	    FILE_TEST(listing_is_sorted),
	    FILE_TEST(path_arithmetic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
