// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command's verbs and what they share: options, exit status, diagnostics on stderr.
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include "base/diag.h"

enum driver_exit {
	DRIVER_OK = 0,
	DRIVER_FAILED = 1,  // bad input or a mismatch
	DRIVER_USAGE = 2,
	DRIVER_INTERNAL = 70,  // our bug
};

// ---- options (driver/options.c) ----------------------------------------------------------------

enum driver_option_kind { DRIVER_FLAG, DRIVER_TEXT, DRIVER_NUMBER };
// One option of a verb: `--name`, `--name=VALUE` or `--name VALUE`. A single letter is `-o VALUE`.
struct driver_option {
	const char *name;
	enum driver_option_kind kind;
	void *to;           // bool, struct str or u64
	const char *value;  // how --help calls the value, NULL for flags
	const char *help;
};
struct driver_words {  // what is no option
	VEC(struct str) words;
};
// Reads argv[1..]; false after a message on stderr. `--help` prints the table and gives false with
// *status 0.
bool driver_parse_options(struct arena *a, int argc, char **argv, const char *usage,
                          const struct driver_option *options, u32 num_options,
                          struct driver_words *rest, int *status);

// ---- diagnostics (driver/report.c) --------------------------------------------------------------

void driver_print_diag(void *user, const struct diag *d);  // a diag_handler: renders to stderr
// "lamella: <what>: <why>" on stderr, with the reason the operating system gives; DRIVER_FAILED.
int driver_environment_error(struct status s, const char *what);
int driver_internal_error(const struct base_failure *f);  // says what and where; DRIVER_INTERNAL

// ---- --verify-diagnostics (driver/expect.c) -----------------------------------------------------

// Compares what was reported with the comments `// expected-error@+1 {{text}}` of a text whose
// first line has number first_line; tells differences on stderr. True when there is none.
bool driver_check_expected(struct str text, u32 first_line, const struct diag_engine *d);

// ---- verbs --------------------------------------------------------------------------------------

int driver_opt(int argc, char **argv);
int driver_verify(int argc, char **argv);

#endif
