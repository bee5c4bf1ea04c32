// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The style guide as a program: lengths of functions and files, layering of includes, licence lines,
// banned calls, diagnostics that nobody emits or tests. What is not in order yet stands in exempt.txt,
// one `rule subject` a line; an exemption that is no longer needed is an error too, so the list only
// shrinks.
//
//   tidy ROOT
#include <stdio.h>

#include "base/file.h"
#include "base/map.h"

#define FUNCTION_LINES_MAX 70
#define FILE_LINES_MAX 1500

static const char *const layers[] = {"base", "ir", "dialect", "interp", "import", "graph", "spmd",
                                     "loop", "tile", "mach", "target", "obj", "driver"};

struct tidy {
	struct arena arena;
	struct str root;
	struct strmap exempt;      // "rule subject" -> 1, 2 once used
	VEC(struct str) exemptions;
	struct strbuf src, test;   // all text of src and of test, to look names up in
	u32 errors, files, functions;
};

static void report(struct tidy *t, const char *rule, struct str subject, const char *what) {
	struct str key = str_format(&t->arena, "%s %.*s", rule, STR_ARG(subject));
	if (strmap_find(&t->exempt, key, NULL)) {
		strmap_set(&t->exempt, key, 2);
		return;
	}
	printf("%.*s: %s [%s]\n", STR_ARG(subject), what, rule);
	t->errors++;
}

// ---------------------------------------------------------------------------------------------
// One file

struct scan {
	struct tidy *t;
	struct str path;           // from the root
	u32 line, function_start, cases;
	struct str function;
	bool inside;
};

static struct str function_name(struct tidy *t, struct str line) {
	i64 paren = str_find_char(line, '(');
	size_t end = paren < 0 ? 0 : (size_t)paren, start = end;
	while (start > 0 && line.data[start - 1] != ' ' && line.data[start - 1] != '*')
		start--;
	return str_copy(&t->arena, str_make(line.data + start, end - start));
}

static bool starts_definition(struct str line) {
	char c = line.size ? line.data[0] : ' ';
	bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	return word && str_find_char(line, '(') > 0 && !str_ends_with(line, STR(";")) && str_find(line, STR(" = ")) < 0 &&
	       !str_starts_with(line, STR("typedef")) && !str_starts_with(line, STR("#"));
}

static void end_function(struct scan *s) {
	u32 length = s->line - s->function_start + 1;
	s->inside = false;
	s->t->functions++;
	// A switch over ops is a table: its length says nothing.
	if (length <= FUNCTION_LINES_MAX || s->cases * 3 >= length)
		return;
	struct str subject = str_format(&s->t->arena, "%.*s:%.*s", STR_ARG(s->path), STR_ARG(s->function));
	report(s->t, "function-length", subject, "function of more than 70 lines");
}

static int layer_of(struct str path) {
	for (u32 i = 0; i < ARRAY_SIZE(layers); i++) {
		struct str layer = str_from(layers[i]);
		if (str_starts_with(path, layer) && path.size > layer.size && path.data[layer.size] == '/')
			return (int)i;
	}
	return -1;
}

static void check_include(struct scan *s, struct str line) {
	struct str rest, name = line;
	if (!str_starts_with(line, STR("#include \"")) || !str_starts_with(s->path, STR("src/")))
		return;
	name = str_split(str_drop(line, 10), '"', &rest);
	int own = layer_of(str_drop(s->path, 4)), other = layer_of(name);
	if (own >= 0 && other > own) {
		struct str subject = str_format(&s->t->arena, "%.*s:%.*s", STR_ARG(s->path), STR_ARG(name));
		report(s->t, "layering", subject, "includes a later layer");
	}
}

static void check_calls(struct scan *s, struct str line) {
	static const char *const banned[] = {"malloc(", "calloc(", "realloc(", "free(", "printf(", "abort(", "exit(",
	                                     "strcpy(", "strcat(", "sprintf(", "strtok(", "assert("};
	bool free_zone = !str_starts_with(s->path, STR("src/")) || str_starts_with(s->path, STR("src/base/")) ||
	                 str_starts_with(s->path, STR("src/driver/"));
	for (u32 i = 0; i < ARRAY_SIZE(banned) && !free_zone; i++) {
		i64 at = str_find(line, str_from(banned[i]));
		char before = at > 0 ? line.data[at - 1] : ' ';
		bool whole = !((before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') || before == '_' || before == 'n');
		i64 comment = str_find(line, STR("//"));
		if (at >= 0 && whole && (comment < 0 || comment > at)) {
			struct str subject = str_format(&s->t->arena, "%.*s:%s)", STR_ARG(s->path), banned[i]);
			report(s->t, "banned-call", subject, "call that the style guide bans");
		}
	}
}

static void scan_line(struct scan *s, struct str line) {
	s->line++;
	check_include(s, line);
	check_calls(s, line);
	if (!s->inside && starts_definition(line)) {
		s->function_start = s->line;
		s->function = function_name(s->t, line);
	}
	if (!s->inside && s->function_start && str_ends_with(line, STR("{")) && !str_starts_with(line, STR("struct"))) {
		s->inside = true;
		s->cases = 0;
	} else if (s->inside && str_starts_with(line, STR("}"))) {
		end_function(s);
		s->function_start = 0;
	}
	s->cases += s->inside && str_starts_with(str_trim(line), STR("case "));
}

static void scan_file(struct tidy *t, struct str path, struct str text) {
	struct scan s = {.t = t, .path = path};
	bool code = str_ends_with(path, STR(".c")) || str_ends_with(path, STR(".h"));
	bool licensed = str_find(str_take(text, BASE_MIN(text.size, 400)), STR("SPDX-License-Identifier")) >= 0;
	t->files++;
	if (!licensed)
		report(t, "licence", path, "no SPDX line at the top");
	for (struct str rest = text; rest.size && code;)
		scan_line(&s, str_split(rest, '\n', &rest));
	if (s.line > FILE_LINES_MAX)
		report(t, "file-length", path, "file of more than 1,500 lines");
}

// ---------------------------------------------------------------------------------------------
// The tree

static bool is_source(struct str name) {
	static const char *const endings[] = {".c", ".h", ".def", ".rules", ".py", ".sh"};
	for (u32 i = 0; i < ARRAY_SIZE(endings); i++)
		if (str_ends_with(name, str_from(endings[i])))
			return true;
	return false;
}

static void visit(struct tidy *t, struct str path) {
	struct str full = file_join(&t->arena, t->root, path);
	struct file_names names = {0};
	if (!file_is_directory(full.data)) {
		struct file_view v;
		bool test = str_starts_with(path, STR("test/")), src = str_starts_with(path, STR("src/"));
		if (!(is_source(path) || test) || !status_ok(file_map(full.data, &t->arena, &v)))
			return;
		struct str text = str_make((const char *)v.data, v.size);
		if (is_source(path))
			scan_file(t, path, text);
		if ((src && !str_ends_with(path, STR("diag.def"))) || test)
			strbuf_add(src ? &t->src : &t->test, text);
		file_unmap(&v);
		return;
	}
	if (!status_ok(file_list(full.data, &t->arena, &names)))
		return;
	for (u32 i = 0; i < names.names.size; i++)
		visit(t, file_join(&t->arena, path, names.names.data[i]));
}

static void check_diagnostics(struct tidy *t) {
#define DIAG(id, severity, format)                                                                                          \
	if (str_find(strbuf_str(&t->src), STR("DIAG_" #id)) < 0)                                                                \
		report(t, "unused-diagnostic", STR(#id), "no code emits it");                                                       \
	if (str_find(strbuf_str(&t->test), STR(#id)) < 0)                                                                       \
		report(t, "untested-diagnostic", STR(#id), "no test names it");
#include "base/diag.def"
#undef DIAG
}

static void read_exemptions(struct tidy *t) {
	struct file_view v;
	struct str path = file_join(&t->arena, t->root, STR("tools/tidy/exempt.txt"));
	if (!status_ok(file_map(path.data, &t->arena, &v)))
		return;
	for (struct str rest = str_make((const char *)v.data, v.size); rest.size;) {
		struct str line = str_trim(str_split(rest, '\n', &rest));
		if (!line.size || line.data[0] == '#')
			continue;
		line = str_copy(&t->arena, line);
		strmap_set(&t->exempt, line, 1);
		vec_push(&t->arena, t->exemptions, line);
	}
	file_unmap(&v);
}

int main(int argc, char **argv) {
	struct tidy t = {.root = str_from(argc > 1 ? argv[1] : ".")};
	static const char *const roots[] = {"include", "src", "runtime", "tools", "test", "fuzz", "examples"};
	arena_init(&t.arena);
	strmap_init(&t.exempt, &t.arena);
	strbuf_init(&t.src, &t.arena);
	strbuf_init(&t.test, &t.arena);
	read_exemptions(&t);
	for (u32 i = 0; i < ARRAY_SIZE(roots); i++)
		visit(&t, str_from(roots[i]));
	check_diagnostics(&t);
	for (u32 i = 0; i < t.exemptions.size; i++) {
		u64 used = 0;
		if (strmap_find(&t.exempt, t.exemptions.data[i], &used) && used != 2) {
			printf("tools/tidy/exempt.txt: '%.*s' is no longer needed\n", STR_ARG(t.exemptions.data[i]));
			t.errors++;
		}
	}
	printf("tidy: %u files, %u functions, %u exemptions, %u errors\n", t.files, t.functions, t.exemptions.size, t.errors);
	arena_deinit(&t.arena);
	return t.errors != 0;
}
