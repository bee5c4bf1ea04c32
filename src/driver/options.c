// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options of a verb: long GNU options and single letters, from a table that --help prints too.
#include "driver/driver.h"

#include <stdio.h>

static const struct driver_option *find_option(const struct driver_option *options, u32 n,
                                               struct str name) {
	for (u32 i = 0; i < n; i++)
		if (str_eq_z(name, options[i].name))
			return &options[i];
	return NULL;
}

static void print_help(const char *usage, const struct driver_option *options, u32 n) {
	printf("usage: lamella %s\n\n", usage);
	for (u32 i = 0; i < n; i++) {
		char left[64];
		snprintf(left, sizeof left, "%s%s%s%s", options[i].name[1] ? "--" : "-", options[i].name,
		         options[i].value ? (options[i].name[1] ? "=" : " ") : "",
		         options[i].value ? options[i].value : "");
		printf("  %-34s %s\n", left, options[i].help);
	}
}

static bool usage_error(const char *usage, const char *what, struct str word) {
	fprintf(stderr, "lamella: %s '%.*s'\nusage: lamella %s (--help lists the options)\n", what,
	        STR_ARG(word), usage);
	return false;
}

static bool suggest_option(const char *usage, const struct driver_option *options, u32 n,
                           struct str name) {
	u32 best = 4;
	const char *nearest = NULL;
	for (u32 i = 0; i < n; i++) {
		u32 d = str_distance(name, str_from(options[i].name), best);
		if (d < best) {
			best = d;
			nearest = options[i].name;
		}
	}
	usage_error(usage, "unknown option", name);
	if (nearest)
		fprintf(stderr, "did you mean --%s?\n", nearest);
	return false;
}

static bool set_option(const char *usage, const struct driver_option *o, struct str value) {
	i64 number;
	switch (o->kind) {
	case DRIVER_FLAG: *(bool *)o->to = true; return true;
	case DRIVER_TEXT: *(struct str *)o->to = value; return true;
	case DRIVER_NUMBER:
		if (!str_parse_i64(value, &number) || number < 0)
			return usage_error(usage, "expected a number, not", value);
		*(u64 *)o->to = (u64)number;
		return true;
	}
	UNREACHABLE();
}

struct cursor {
	int argc, at;
	char **argv;
};

static bool parse_option(struct cursor *k, const char *usage, const struct driver_option *options,
                         u32 n, struct str word) {
	bool is_long = str_starts_with(word, STR("--"));
	struct str name = str_drop(word, is_long ? 2 : 1), value = {0};
	bool has_value = is_long && str_find_char(name, '=') >= 0;
	if (has_value)
		name = str_split(name, '=', &value);
	const struct driver_option *o = find_option(options, n, name);
	if (!o || is_long != (o->name[1] != '\0'))
		return suggest_option(usage, options, n, name);
	if (o->kind == DRIVER_FLAG && has_value)
		return usage_error(usage, "this option takes no value:", name);
	if (o->kind != DRIVER_FLAG && !has_value) {
		if (k->at == k->argc)
			return usage_error(usage, "a value is missing after", word);
		value = str_from(k->argv[k->at++]);
	}
	return set_option(usage, o, value);
}

bool driver_parse_options(struct arena *a, int argc, char **argv, const char *usage,
                          const struct driver_option *options, u32 num_options,
                          struct driver_words *rest, int *status) {
	struct cursor k = {argc, 1, argv};
	bool only_words = false;
	*status = DRIVER_USAGE;
	while (k.at < argc) {
		struct str word = str_from(argv[k.at++]);
		bool option = !only_words && word.size > 1 && word.data[0] == '-';
		if (option && str_eq_z(word, "--")) {
			only_words = true;
		} else if (option && str_eq_z(word, "--help")) {
			print_help(usage, options, num_options);
			*status = DRIVER_OK;
			return false;
		} else if (option) {
			if (!parse_option(&k, usage, options, num_options, word))
				return false;
		} else {
			vec_push(a, rest->words, word);
		}
	}
	return true;
}
