// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A side file of weights: the contents that .lrodata would have, from offset 0, so that they start
// on a page when mapped; then a footer with their hash (lamella/abi.h), which is known only then.
#include "obj/weights.h"

#include "lamella/abi.h"

u64 obj_weights_write(const struct obj_content *c, struct obj_sink *to) {
	CHECK(!to->hash);
	u64 start = to->written_bytes;
	struct obj_hash hash;
	obj_hash_init(&hash, 0);
	to->hash = &hash;
	obj_content_write(c, to);
	to->hash = NULL;
	obj_sink_fill(to, 0, base_align_up(c->size, LAM_WEIGHTS_ALIGN) - (to->written_bytes - start));
	struct lam_weights_footer footer = {.magic = LAM_WEIGHTS_MAGIC,
	                                    .size = sizeof footer,
	                                    .version = LAM_ABI_VERSION,
	                                    .bytes = c->size,
	                                    .hash = obj_hash_value(&hash)};
	obj_sink_write(to, &footer, sizeof footer);
	return footer.hash;
}
