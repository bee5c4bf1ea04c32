// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Selection for a CPU by name (the way on to an object is compile_object.c). Rule coverage is appended to a file, so that tests of many processes add up.
#include "driver/compile_tile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "target/x86_64/x86.h"

bool compile_tile_cpu(struct str name, struct compile_tile *out) {
	out->target = &x86_target;
	if (str_eq_z(name, "native")) {
		out->cpu = x86_host_cpu();
		return out->cpu != NULL;
	}
	for (u32 i = 0; i < x86_target.num_cpus; i++)
		if (str_eq_z(name, x86_target.cpus[i].name)) {
			out->cpu = &x86_target.cpus[i];
			return true;
		}
	return false;
}

struct mach_unit *compile_tile_select(struct ir_module *m, const struct compile_tile *o,
                                      struct arena *a) {
	struct diag_engine *d = ir_diags(m->context);
	struct select_options options = {.cpu = o->cpu, .hits = o->hits, .lines = o->lines};
	struct mach_unit *unit = mach_lower_tile(m, o->target, &options, a, d);
	for (u32 i = 0; unit && i < unit->funcs.size; i++)
		CHECK_MSG(mach_verify(unit->funcs.data[i], false, d),
		          "selection made invalid machine code");
	return unit;
}

struct status compile_tile_coverage(const struct compile_tile *o, const char *path,
                                    struct arena *messages) {
	const struct select_target *t = o->target->select;
	struct strbuf text;
	strbuf_init(&text, messages);
	for (u32 i = 0; i < t->num_rules; i++)
		if (o->hits[i])
			strbuf_addf(&text, "%s.%s %llu\n", t->set, t->rule_names[i],
			            (unsigned long long)o->hits[i]);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	bool written =
		fd >= 0 && (text.size == 0 || write(fd, text.data, text.size) == (ssize_t)text.size);
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (written)
		return STATUS_SUCCESS;
	return (struct status){STATUS_IO, error, str_format(messages, "cannot write %s", path).data};
}
