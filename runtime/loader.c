// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights from a file: mapped shared and read-only, checked by the footer at its end. The weights
// are not read for that, so mapping takes microseconds whatever their size, and what a run does not
// use is never loaded.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lamella/runtime.h"

static int io_status(int error) {
	return error == ENOMEM ? LAM_ERROR_NO_MEMORY : LAM_STATUS(LAM_ERROR_IO, error);
}

static int map_file(int fd, uint32_t flags, struct lam_weights *w) {
	struct stat st;
	if (fstat(fd, &st) != 0)
		return io_status(errno);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < sizeof(struct lam_weights_footer))
		return LAM_ERROR_WEIGHTS;
	int how = MAP_SHARED | (flags & LAM_WEIGHTS_PREFAULT ? MAP_POPULATE : 0);
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, how, fd, 0);
	if (p == MAP_FAILED)
		return io_status(errno);
	w->mapping = p;
	w->mapping_bytes = (size_t)st.st_size;
	return LAM_OK;
}

static bool matches(const struct lam_weights *w, const struct lam_model *model) {
	struct lam_weights_footer f;
	size_t before = w->mapping_bytes - sizeof f;
	memcpy(&f, (const char *)w->mapping + before, sizeof f);
	return f.magic == LAM_WEIGHTS_MAGIC && f.size == sizeof f && f.version == LAM_ABI_VERSION &&
	       f.bytes <= before && before - f.bytes < LAM_WEIGHTS_ALIGN &&
	       f.bytes == model->weights_bytes && f.hash == model->weights_hash;
}

int lam_weights_map(const char *path, const struct lam_model *model, uint32_t flags,
                    struct lam_weights *out) {
	*out = (struct lam_weights){0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_status(errno);
	int status = map_file(fd, flags, out);
	close(fd);
	if (status != LAM_OK)
		return status;
	if (!matches(out, model)) {
		lam_weights_unmap(out);
		return LAM_ERROR_WEIGHTS;
	}
	out->data = out->mapping;
	out->bytes = model->weights_bytes;
	return LAM_OK;
}

void lam_weights_unmap(struct lam_weights *w) {
	if (w->mapping)
		munmap(w->mapping, w->mapping_bytes);
	*w = (struct lam_weights){0};
}
