// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What printer, parser and messages of mach share.
#ifndef MACH_TEXT_H
#define MACH_TEXT_H

#include "mach/mach.h"

// Bytes of content that the text form leaves out: of a value of class `cls` that an instruction of
// `size` defines (0: no size, or a parameter).
u32 mach_text_bytes(const struct mach_func *f, u8 cls, u8 size);
void mach_print_inst(const struct mach_func *f, mach_block b, mach_inst i, struct strbuf *out);

#endif
