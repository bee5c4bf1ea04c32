// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files. Output goes to an exclusively created neighbour of the target, so that rename(2) stays in
// one file system and the kernel applies the umask; readers see the old bytes or the new ones.
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 << 10 };

static struct status io_error(struct arena *messages, const char *verb, const char *path,
                              int error) {
	char text[128];
	const char *reason = strerror_r(error, text, sizeof text);
	struct str message = str_format(messages, "cannot %s '%s': %s", verb, path, reason);
	enum status_code code = error == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO;
	return (struct status){code, error, message.data};
}

// Reads to the end; 0 or an errno. On failure nothing is left allocated.
static int read_all(int fd, struct file_view *out) {
	size_t cap = BUFFER_BYTES, size = 0;
	u8 *data = malloc(cap);
	while (data) {
		ssize_t n = read(fd, data + size, cap - size);
		if (n == 0) {
			*out = (struct file_view){data, size, false};
			return 0;
		}
		if (n < 0 && errno != EINTR)
			break;
		size += n > 0 ? (size_t)n : 0;
		if (size == cap) {
			u8 *grown = realloc(data, cap *= 2);
			if (!grown)
				break;
			data = grown;
		}
	}
	int error = data ? errno : ENOMEM;
	free(data);
	return error;
}

static int map_fd(int fd, struct file_view *out) {
	struct stat st;
	if (fstat(fd, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return read_all(fd, out);
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return read_all(fd, out);
	*out = (struct file_view){p, (size_t)st.st_size, true};
	return 0;
}

struct status file_map(const char *path, struct arena *messages, struct file_view *out) {
	*out = (struct file_view){0};
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_error(messages, "open", path, errno);
	int error = is_stdin ? read_all(fd, out) : map_fd(fd, out);
	if (!is_stdin)
		close(fd);
	return error ? io_error(messages, "read", path, error) : STATUS_SUCCESS;
}

void file_unmap(struct file_view *v) {
	if (v->mapped)
		munmap((void *)(uintptr_t)v->data, v->size);
	else
		free((void *)(uintptr_t)v->data);
	*v = (struct file_view){0};
}

// Creates PATH.tmp-PID-N exclusively; concurrent writers of one target get different N.
static int open_temporary(struct file_out *f) {
	size_t size = strlen(f->path) + 48;
	f->temp_path = malloc(size);
	if (!f->temp_path)
		return ENOMEM;
	int error = 0;
	for (u32 n = 0; n < 10000; n++) {
		snprintf(f->temp_path, size, "%s.tmp-%ld-%u", f->path, (long)getpid(), n);
		f->fd = open(f->temp_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (f->fd >= 0)
			return 0;
		error = errno;
		if (error != EEXIST)
			break;
	}
	free(f->temp_path);
	f->temp_path = NULL;
	return error;
}

static int open_output(struct file_out *f, const char *path) {
	f->buffer = malloc(BUFFER_BYTES);
	if (strcmp(path, "-") == 0) {
		f->fd = STDOUT_FILENO;
		f->path = strdup("-");
		return f->path && f->buffer ? 0 : ENOMEM;
	}
	struct stat st;
	bool exists = stat(path, &st) == 0;
	f->path = exists ? realpath(path, NULL) : strdup(path);  // a link's target is replaced
	if (!f->path || !f->buffer)
		return ENOMEM;
	if (!exists || S_ISREG(st.st_mode))
		return open_temporary(f);
	f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
	return f->fd < 0 ? errno : 0;
}

static void close_output(struct file_out *f) {
	if (f->fd > STDERR_FILENO)
		close(f->fd);
	free(f->temp_path);
	free(f->path);
	free(f->buffer);
	*f = (struct file_out){.fd = -1};
}

struct status file_out_open(struct file_out *f, const char *path, struct arena *messages) {
	*f = (struct file_out){.fd = -1};
	int error = open_output(f, path);
	if (error == 0)
		return STATUS_SUCCESS;
	close_output(f);
	return io_error(messages, "create", path, error);
}

static void write_through(struct file_out *f, const u8 *p, size_t size) {
	while (size && f->os_error == 0) {
		ssize_t n = write(f->fd, p, size);
		if (n < 0 && errno != EINTR)
			f->os_error = errno;
		if (n > 0) {
			p += n;
			size -= (size_t)n;
		}
	}
}

static void flush_buffer(struct file_out *f) {
	write_through(f, f->buffer, f->buffered);
	f->buffered = 0;
}

void file_out_write(struct file_out *f, const void *data, size_t size) {
	f->written_bytes += size;
	if (size > BUFFER_BYTES - f->buffered)
		flush_buffer(f);
	if (size >= BUFFER_BYTES) {
		write_through(f, data, size);
		return;
	}
	if (size)
		memcpy(f->buffer + f->buffered, data, size);
	f->buffered += size;
}

void file_out_align(struct file_out *f, size_t align) {
	static const u8 zeros[256];
	size_t pad = (size_t)base_align_up(f->written_bytes, align) - f->written_bytes;
	for (; pad > sizeof zeros; pad -= sizeof zeros)
		file_out_write(f, zeros, sizeof zeros);
	file_out_write(f, zeros, pad);
}

struct status file_out_commit(struct file_out *f, struct arena *messages) {
	flush_buffer(f);
	bool owned = f->fd > STDERR_FILENO;
	if (owned && close(f->fd) != 0 && f->os_error == 0)
		f->os_error = errno;
	f->fd = owned ? -1 : f->fd;
	if (f->temp_path && f->os_error == 0 && rename(f->temp_path, f->path) != 0)
		f->os_error = errno;
	struct status s = STATUS_SUCCESS;
	if (f->os_error) {
		s = io_error(messages, "write", f->path, f->os_error);
		if (f->temp_path)
			unlink(f->temp_path);
	}
	close_output(f);
	return s;
}

void file_out_abandon(struct file_out *f) {
	if (f->temp_path)
		unlink(f->temp_path);
	close_output(f);
}

bool file_exists(const char *path) {
	struct stat st;
	return stat(path, &st) == 0;
}

bool file_is_directory(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static struct str base_name(struct str path) {
	return str_drop(path, (size_t)(str_rfind_char(path, '/') + 1));
}

struct str file_extension(struct str path) {
	struct str name = base_name(path);
	i64 dot = str_rfind_char(name, '.');
	return str_drop(name, dot > 0 ? (size_t)dot : name.size);  // ".profile" has none
}

struct str file_stem(struct str path) {
	struct str name = base_name(path);
	return str_take(name, name.size - file_extension(path).size);
}

struct str file_directory(struct str path) {
	i64 slash = str_rfind_char(path, '/');
	if (slash < 0)
		return STR(".");
	return str_take(path, slash == 0 ? 1 : (size_t)slash);
}

struct str file_join(struct arena *a, struct str dir, struct str name) {
	if (dir.size == 0 || str_starts_with(name, STR("/")))
		return str_copy(a, name);
	const char *between = str_ends_with(dir, STR("/")) ? "" : "/";
	return str_format(a, "%.*s%s%.*s", STR_ARG(dir), between, STR_ARG(name));
}

static int compare_names(const void *a, const void *b) {
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

struct status file_list(const char *dir, struct arena *a, struct file_names *out) {
	*out = (struct file_names){0};
	DIR *d = opendir(dir);
	if (!d)
		return io_error(a, "list", dir, errno);
	errno = 0;
	for (struct dirent *e; (e = readdir(d)); errno = 0) {
		struct str name = str_from(e->d_name);
		if (!str_eq_z(name, ".") && !str_eq_z(name, ".."))
			vec_push(a, out->names, str_copy(a, name));
	}
	int error = errno;
	closedir(d);
	if (error)
		return io_error(a, "list", dir, error);
	if (out->names.size)
		qsort(out->names.data, out->names.size, sizeof(struct str), compare_names);
	return STATUS_SUCCESS;
}
