# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# make                 the command build/lamella and the libraries
# make check           the fast tests (under a minute)     make test   all, with its own set-up
# make install         DESTDIR= PREFIX=/usr/local           make clean
# make tidy            the style guide as a program         make format
#
# Variables: V=1 (show commands), BUILD=dir, CC=gcc|clang-19, SANITIZE=address,undefined,
#            DEBUG=0 (no ASSERT), INTERP=0 (without the interpreter), WERROR=1,
#            CFLAGS= LDFLAGS= (appended).

BUILD ?= build
CC = gcc
AR = ar
PREFIX ?= /usr/local
DESTDIR ?=
VENV ?= build/venv
PYTHON ?= $(firstword $(wildcard $(VENV)/bin/python3) python3)
SANITIZE ?=
DEBUG ?= 1
INTERP ?= 1
WERROR ?= 0
V ?= 0
VERSION := 0.1.0

.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# $(call run,WHAT,command): one short line a command, or with V=1 the command itself.
run = $(if $(filter 1,$(V)),$(2),@printf '  %-8s %s\n' '$(1)' '$@' && $(2))

# ---- sources: one line per layer, in the order of the pipeline --------------------------------

LAYERS := base ir dialect interp import graph spmd loop tile mach target/* obj driver
SOURCES := $(sort $(wildcard $(LAYERS:%=src/%/*.c)))
ifeq ($(INTERP),0)
SOURCES := $(filter-out src/interp/% src/dialect/%_eval.c,$(SOURCES))
endif
RULES := $(sort $(wildcard $(LAYERS:%=src/%/*.rules)))
RUNTIME := $(sort $(wildcard runtime/*.c))
COMMAND := $(sort $(wildcard tools/lamella/*.c))
RULEGEN := $(sort $(wildcard tools/rulegen/*.c))
TIDY := $(sort $(wildcard tools/tidy/*.c))
UNIT := $(sort $(shell find test/unit -name '*.c' 2>/dev/null))
# Programs that compare a target's tables with an assembler.
ORACLE := $(sort $(shell find test/target -name '*.c' 2>/dev/null))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
BASE_OBJECTS := $(call objects,$(filter src/base/%,$(SOURCES)))
# Instruction tables: data that rulegen checks rules against.
TABLE_OBJECTS := $(call objects,$(wildcard src/target/*/insts.c))
OBJECTS := $(call objects,$(SOURCES))
RUNTIME_OBJECTS := $(call objects,$(RUNTIME))
UNIT_OBJECTS := $(call objects,$(UNIT))
UNIT_PROGRAMS := $(patsubst test/unit/%.c,$(BUILD)/test/unit/%,$(UNIT))
ORACLE_OBJECTS := $(call objects,$(ORACLE))
ORACLE_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(ORACLE))
GENERATED := $(if $(RULEGEN),$(patsubst src/%.rules,$(BUILD)/gen/%.rules.inc,$(RULES)))

LIBRARY := $(BUILD)/liblamella.a
RUNTIME_LIBRARY := $(BUILD)/liblamella_rt.a

# ---- flags ------------------------------------------------------------------------------------

# No contraction: the interpreter's arithmetic is the definition, to the last bit.
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g -fPIC -ffp-contract=off -fno-math-errno \
	-Wall -Wextra -Wpedantic -Wstrict-prototypes -Wmissing-prototypes -Wshadow=local \
	-DLAM_INTERP=$(INTERP) -DLAM_VERSION='"$(VERSION)"'
ifneq ($(findstring clang,$(CC)),)
ALL_CFLAGS := $(filter-out -Wshadow=local,$(ALL_CFLAGS)) -Wno-gnu-zero-variadic-macro-arguments \
	-Wno-gnu-statement-expression -Wno-gnu-folding-constant
endif
ifeq ($(DEBUG),0)
ALL_CFLAGS += -DNDEBUG
endif
ifeq ($(WERROR),1)
ALL_CFLAGS += -Werror
endif
ifneq ($(SANITIZE),)
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
ALL_LDFLAGS += -fsanitize=$(SANITIZE)
endif
ALL_CFLAGS += $(CFLAGS)
ALL_LDFLAGS += $(LDFLAGS)
INCLUDES := -Isrc -Iinclude -I$(BUILD)/gen
LIBS := -l:libprotobuf-nanopb.a -l:libjansson.a -l:libz.a -lm -lpthread

# ---- targets ----------------------------------------------------------------------------------

.PHONY: all tests check test fuzz fuzz-programs tidy format install clean
all: $(LIBRARY) $(RUNTIME_LIBRARY) $(if $(COMMAND),$(BUILD)/lamella)

# Rebuilds everything when compiler or flags change under the same build directory.
FLAGS_TEXT := $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' > $@
FORCE:

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) $(OBJECT_INCLUDES) -MMD -MP -c $< -o $@)

$(OBJECTS): OBJECT_INCLUDES = $(INCLUDES)
$(RUNTIME_OBJECTS): OBJECT_INCLUDES = -Iinclude -Iruntime
$(call objects,$(COMMAND) $(RULEGEN) $(TIDY)): OBJECT_INCLUDES = $(INCLUDES)
$(UNIT_OBJECTS) $(ORACLE_OBJECTS): OBJECT_INCLUDES = $(INCLUDES) -Iruntime -Itest -Itest/unit
$(filter-out $(BASE_OBJECTS) $(TABLE_OBJECTS),$(OBJECTS)) $(call objects,$(COMMAND)) $(UNIT_OBJECTS) $(ORACLE_OBJECTS): | $(GENERATED)

$(LIBRARY): $(OBJECTS)
$(RUNTIME_LIBRARY): $(RUNTIME_OBJECTS) $(BUILD)/flags
$(LIBRARY) $(RUNTIME_LIBRARY):
	@rm -f $@
	$(call run,AR,$(AR) rcs $@ $(filter %.o,$^))

LINK = $(CC) $(ALL_LDFLAGS) $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(BUILD)/lamella: $(call objects,$(COMMAND)) $(LIBRARY) $(RUNTIME_LIBRARY)
	$(call run,LINK,$(LINK) $(LIBS) -o $@)

# Host tools need src/base only; rulegen checks rules against the targets' instruction tables too.
TABLE_OBJECTS := $(call objects,$(sort $(wildcard src/target/*/insts.c)))
$(BUILD)/rulegen: $(call objects,$(RULEGEN)) $(TABLE_OBJECTS) $(BASE_OBJECTS)
	$(call run,LINK,$(LINK) -lm -lpthread -o $@)
$(BUILD)/tidy: $(call objects,$(TIDY)) $(BASE_OBJECTS)
	$(call run,LINK,$(LINK) -lm -lpthread -o $@)

$(BUILD)/gen/%.rules.inc: src/%.rules $(BUILD)/rulegen
	@mkdir -p $(@D)
	$(call run,RULES,$(BUILD)/rulegen $< -o $@)

$(UNIT_PROGRAMS): $(BUILD)/test/unit/%: $(BUILD)/obj/test/unit/%.o $(LIBRARY) $(RUNTIME_LIBRARY)
	@mkdir -p $(@D)
	$(call run,LINK,$(LINK) $(LIBS) -lcmocka -o $@)

$(ORACLE_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call run,LINK,$(LINK) $(LIBS) -o $@)

# libFuzzer programs, one a file of fuzz/: build/fuzz/fuzz_ir_text CORPUS test/ir test/dialect
FUZZ := $(sort $(wildcard fuzz/*.c))
fuzz:
	$(MAKE) BUILD=$(BUILD)/fuzz CC=clang-19 SANITIZE=address,undefined,fuzzer-no-link fuzz-programs
fuzz-programs: $(FUZZ:fuzz/%.c=$(BUILD)/%)
$(call objects,$(FUZZ)): OBJECT_INCLUDES = $(INCLUDES)
$(call objects,$(FUZZ)): | $(GENERATED)
$(BUILD)/fuzz_%: $(BUILD)/obj/fuzz/fuzz_%.o $(LIBRARY) $(RUNTIME_LIBRARY)
	$(call run,LINK,$(LINK) -fsanitize=fuzzer $(LIBS) -o $@)

tests: all $(UNIT_PROGRAMS) $(ORACLE_PROGRAMS) $(if $(TIDY),$(BUILD)/tidy)

check: tests
	$(PYTHON) test/run.py --build $(BUILD) --fast

test:
	test/setup.sh
	$(MAKE) tests
	$(VENV)/bin/python3 test/run.py --build $(BUILD)

tidy: $(BUILD)/tidy
	$(BUILD)/tidy .

# Tables are aligned by hand, so they stay out of the formatter's reach.
FORMATTED = $(shell find include src runtime tools test \( -name '*.c' -o -name '*.h' \) -print)
format:
	clang-format-19 -i $(FORMATTED)

install: all
	install -d $(DESTDIR)$(PREFIX)/include/lamella $(DESTDIR)$(PREFIX)/lib/pkgconfig
	$(if $(COMMAND),install -D -m 755 $(BUILD)/lamella $(DESTDIR)$(PREFIX)/bin/lamella)
	$(if $(wildcard include/lamella/*.h),install -m 644 include/lamella/*.h \
		$(DESTDIR)$(PREFIX)/include/lamella/)
	install -m 644 $(LIBRARY) $(RUNTIME_LIBRARY) $(DESTDIR)$(PREFIX)/lib/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' tools/lamella.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/lamella.pc

# The virtual environment under build/venv is kept: it depends on test/requirements.txt only.
clean:
	rm -rf $(filter-out $(VENV),$(wildcard $(BUILD)/*))

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
