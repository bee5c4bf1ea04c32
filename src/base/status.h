// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trouble of the environment (files, memory limits, processes): a word that must be checked.
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "base/str.h"

enum status_code {
	STATUS_OK,
	STATUS_INVALID_INPUT,  // diagnostics were already reported
	STATUS_IO,             // open, read, write, map, rename
	STATUS_NO_MEMORY,
	STATUS_UNSUPPORTED,
	STATUS_INTERNAL,
};
struct BASE_MUST_CHECK_TYPE status {
	enum status_code code;
	int os_error;         // errno when code is STATUS_IO
	const char *message;  // static, or in the arena the callee was given; NULL when OK
};
#define STATUS_SUCCESS ((struct status){STATUS_OK, 0, NULL})
static inline bool status_ok(struct status s) { return s.code == STATUS_OK; }

#endif
