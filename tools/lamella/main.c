// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command: finds the verb and hands over. Everything else is in src/driver.
#include "driver/driver.h"

#include <stdio.h>

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{"verify", driver_verify, "compare compiled code with the interpreter"},
	{"opt", driver_opt, "read, verify and print MLIR text"},
};

static void print_usage(FILE *to) {
	fprintf(to, "usage: lamella VERB [options] ...\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fprintf(to, "\n`lamella VERB --help` lists the options of a verb.\n");
}

int main(int argc, char **argv) {
	if (argc < 2) {
		print_usage(stderr);
		return DRIVER_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return DRIVER_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("lamella %s\n", LAM_VERSION);
		return DRIVER_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	fprintf(stderr, "lamella: unknown verb '%s'\n", argv[1]);
	print_usage(stderr);
	return DRIVER_USAGE;
}
