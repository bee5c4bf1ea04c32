// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code in this process: loads the very bytes of a relocatable object that would be written to disk.
#ifndef OBJ_JIT_H
#define OBJ_JIT_H

#include "obj/obj.h"

struct obj_jit;

// Address of a symbol that the object does not define; NULL when it is not known either.
typedef void *obj_jit_resolve_fn(void *user, struct str name);
struct obj_jit_externs {
	obj_jit_resolve_fn *resolve;  // NULL: nothing is known
	void *user;
};

// Loads an object of this machine. `image` stays the caller's, must outlive the module and be
// aligned to 64 bytes (a mapped file is): large read-only sections are used where they lie.
// Undefined symbols and a failing mmap or mprotect are a status; message and module live in `a`.
struct status obj_jit_load(const u8 *image, size_t size, struct obj_jit_externs externs,
                           struct arena *a, struct obj_jit **out);
// Writes a laid out object to memory and loads that; the memory belongs to the module.
struct status obj_jit_link(struct obj_file *f, struct obj_jit_externs externs, struct arena *a,
                           struct obj_jit **out);
void obj_jit_unload(struct obj_jit *j);  // none of its code may be running; NULL is fine

void *obj_jit_find(const struct obj_jit *j, struct str name);  // global symbols; NULL: none

// The function an address lies in, for crash reports. False: none of this module.
struct obj_jit_place {
	struct str name;  // borrowed from the image
	u64 offset;
};
bool obj_jit_locate(const struct obj_jit *j, const void *address, struct obj_jit_place *out);

#endif
