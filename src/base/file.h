// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files: read-only mapping, complete-or-nothing replacement, directory listing.
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/status.h"
#include "base/vec.h"

// A read-only view of a whole file; pages are shared with the page cache. "-" reads stdin into
// memory. The view ends with file_unmap.
struct file_view {
	const u8 *data;
	size_t size;
	bool mapped;  // else malloc'ed (stdin, special files)
};
struct status file_map(const char *path, struct arena *messages, struct file_view *out);
void file_unmap(struct file_view *v);

// Output that replaces PATH only when complete: written to a temporary file beside it, which is
// renamed at commit. "-" writes to stdout, devices and pipes are written directly. Dropped without
// commit, nothing changes.
struct file_out {
	int fd;
	char *temp_path, *path;  // temp_path is NULL when written directly
	u8 *buffer;
	size_t buffered, written_bytes;
	int os_error;  // first failure; later writes are ignored, commit reports it
};
struct status file_out_open(struct file_out *f, const char *path, struct arena *messages);
void file_out_write(struct file_out *f, const void *data, size_t size);
void file_out_align(struct file_out *f, size_t align);  // pads with zeros
struct status file_out_commit(struct file_out *f, struct arena *messages);
void file_out_abandon(struct file_out *f);

bool file_exists(const char *path);
bool file_is_directory(const char *path);
struct str file_extension(struct str path);  // ".onnx", or empty
struct str file_stem(struct str path);       // base name without extension
struct str file_directory(struct str path);  // up to, without the last '/'; "." when none
struct str file_join(struct arena *a, struct str dir, struct str name);
struct file_names {
	VEC(struct str) names;
};
// Entry names of a directory, sorted bytewise, without "." and "..".
struct status file_list(const char *dir, struct arena *a, struct file_names *out);

#endif
