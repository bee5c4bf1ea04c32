// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Static archives (.a) of laid out objects, with the symbol index that linkers read.
#ifndef OBJ_ARCHIVE_H
#define OBJ_ARCHIVE_H

#include "obj/obj.h"

struct obj_member {
	struct str name;        // "model.o", no '/'
	struct obj_file *file;  // laid out, not yet written
};
void obj_archive_write(const struct obj_member *members, u32 n, struct arena *scratch,
                       struct obj_sink *to);

#endif
