// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading a relocatable object: sections that are allocated are copied into one fresh mapping,
// grouped by the access they end with (code, read-only, data), relocated while it is readable and
// writable, then protected. No page is ever writable and executable. One mapping keeps distances
// within 32 bits; symbols from outside may be farther, so each gets a slot and a jump through it,
// and calls that cannot reach go there. Large read-only sections (weights) stay in the image.
//
// The image is our own: what does not fit the format is a bug and fails a CHECK.
#include "obj/jit.h"

#include <elf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { HOST_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { HOST_MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { HOST_MACHINE = EM_RISCV };
#endif

// libgcc's registry of unwind tables; absent where nothing links libgcc_s, and then nobody unwinds.
extern void __register_frame(const void *) __attribute__((weak));
extern void __deregister_frame(const void *) __attribute__((weak));

enum segment { SEGMENT_CODE, SEGMENT_READ, SEGMENT_WRITE, SEGMENT_COUNT };
enum {
	STUB_BYTES = 8,
	TERMINATOR_BYTES = 4,
	LEAD_BYTES = 64,  // before the first function: hosts built with -fsanitize=function read there
};

struct obj_jit {
	const u8 *image;
	size_t image_bytes;
	bool owns_image;
	const struct obj_machine *machine;
	const Elf64_Ehdr *header;
	const Elf64_Shdr *sections;
	const Elf64_Sym *symbols;
	u32 num_symbols;
	const char *names;
	u8 **addresses;       // of each section, NULL: not loaded
	u8 **externs;         // of each undefined symbol
	u64 *extern_numbers;  // their places among stubs and slots
	u8 *base;
	u64 segment_offset[SEGMENT_COUNT + 1];
	u64 stubs, slots;  // offsets from the base, of the jumps and of the addresses they read
	const u8 *frames;  // .eh_frame, NULL: none
};

static struct status os_failure(const char *what) {
	return (struct status){errno == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO, errno, what};
}

static const char *section_name(const struct obj_jit *j, const Elf64_Shdr *s) {
	return (const char *)j->image + j->sections[j->header->e_shstrndx].sh_offset + s->sh_name;
}

static bool stays_in_image(const struct obj_jit *j, const Elf64_Shdr *s) {
	return strcmp(section_name(j, s), ".lrodata") == 0;
}

static enum segment segment_of(const struct obj_jit *j, const Elf64_Shdr *s) {
	if (s->sh_flags & SHF_EXECINSTR)
		return SEGMENT_CODE;
	bool written = (s->sh_flags & SHF_WRITE) && strcmp(section_name(j, s), ".data.rel.ro") != 0;
	return written ? SEGMENT_WRITE : SEGMENT_READ;
}

// ---------------------------------------------------------------------------------------------
// Reading the image

static void read_headers(struct obj_jit *j, struct arena *a) {
	CHECK(j->image_bytes >= sizeof(Elf64_Ehdr) && (uintptr_t)j->image % 64 == 0);
	j->header = (const Elf64_Ehdr *)j->image;
	CHECK(memcmp(j->header->e_ident, ELFMAG, SELFMAG) == 0 && j->header->e_type == ET_REL);
	CHECK(j->header->e_machine == HOST_MACHINE);
	j->machine = obj_machine_find(j->header->e_machine);
	j->sections = (const Elf64_Shdr *)(j->image + j->header->e_shoff);
	u32 n = j->header->e_shnum;
	CHECK(j->header->e_shoff + n * sizeof(Elf64_Shdr) <= j->image_bytes);
	j->addresses = ARENA_ARRAY(a, u8 *, n);
	for (u32 i = 0; i < n; i++) {
		const Elf64_Shdr *s = &j->sections[i];
		CHECK(s->sh_type == SHT_NOBITS || s->sh_offset + s->sh_size <= j->image_bytes);
		if (s->sh_type == SHT_SYMTAB) {
			j->symbols = (const Elf64_Sym *)(j->image + s->sh_offset);
			j->num_symbols = (u32)(s->sh_size / sizeof(Elf64_Sym));
			j->names = (const char *)j->image + j->sections[s->sh_link].sh_offset;
		}
	}
	CHECK(j->symbols);
}

static bool is_extern(const struct obj_jit *j, u32 symbol) {
	return symbol && j->symbols[symbol].st_shndx == SHN_UNDEF;
}

static struct status resolve_externs(struct obj_jit *j, struct obj_jit_externs externs,
                                     struct arena *a, u64 *count) {
	j->externs = ARENA_ARRAY(a, u8 *, j->num_symbols);
	j->extern_numbers = ARENA_ARRAY(a, u64, j->num_symbols);
	struct strbuf missing;
	strbuf_init(&missing, a);
	*count = 0;
	for (u32 i = 0; i < j->num_symbols; i++) {
		if (!is_extern(j, i))
			continue;
		struct str name = str_from(j->names + j->symbols[i].st_name);
		j->externs[i] = externs.resolve ? externs.resolve(externs.user, name) : NULL;
		j->extern_numbers[i] = (*count)++;
		if (!j->externs[i])
			strbuf_addf(&missing, "%s%.*s",
			            missing.size ? ", " : "undefined symbols: ", STR_ARG(name));
	}
	if (missing.size)
		return (struct status){STATUS_UNSUPPORTED, 0, missing.data};
	return STATUS_SUCCESS;
}

// ---------------------------------------------------------------------------------------------
// Placing

static u64 page_bytes(void) { return (u64)sysconf(_SC_PAGESIZE); }

// Offsets of sections from the base, as addresses for now; returns the size of the mapping.
static u64 place_sections(struct obj_jit *j, u64 num_externs, u64 *offsets) {
	u64 at = 0;
	for (u32 segment = 0; segment < SEGMENT_COUNT; segment++) {
		j->segment_offset[segment] = at = base_align_up(at, page_bytes());
		at += segment == SEGMENT_CODE ? LEAD_BYTES : 0;
		for (u32 i = 1; i < j->header->e_shnum; i++) {
			const Elf64_Shdr *s = &j->sections[i];
			bool loaded = (s->sh_flags & SHF_ALLOC) && !stays_in_image(j, s);
			if (!loaded || segment_of(j, s) != segment)
				continue;
			offsets[i] = at = base_align_up(at, BASE_MAX(s->sh_addralign, 1));
			at += s->sh_size + TERMINATOR_BYTES;
		}
		if (segment == SEGMENT_CODE) {
			j->stubs = at = base_align_up(at, STUB_BYTES);
			at += STUB_BYTES * num_externs;
		} else if (segment == SEGMENT_READ) {
			j->slots = at = base_align_up(at, sizeof(u64));
			at += sizeof(u64) * num_externs;
		}
	}
	at = base_align_up(at, page_bytes());
	j->segment_offset[SEGMENT_COUNT] = at;
	return at;
}

static void copy_sections(struct obj_jit *j, const u64 *offsets) {
	for (u32 i = 1; i < j->header->e_shnum; i++) {
		const Elf64_Shdr *s = &j->sections[i];
		if (!(s->sh_flags & SHF_ALLOC))
			continue;
		const u8 *from = j->image + s->sh_offset;
		if (stays_in_image(j, s)) {
			j->addresses[i] = (u8 *)(uintptr_t)from;
			continue;
		}
		j->addresses[i] = j->base + offsets[i];
		if (s->sh_type != SHT_NOBITS && s->sh_size)
			memcpy(j->addresses[i], from, s->sh_size);
		if (strcmp(section_name(j, s), ".eh_frame") == 0)
			j->frames = j->addresses[i];  // the zeros that follow end it
	}
}

static u8 *stub_of(const struct obj_jit *j, u32 symbol) {
	return j->base + j->stubs + STUB_BYTES * j->extern_numbers[symbol];
}

// jmp *slot(%rip): the one way to reach 64 bits without a register.
static void write_stubs(struct obj_jit *j) {
	for (u32 i = 0; i < j->num_symbols; i++) {
		if (!is_extern(j, i))
			continue;
		CHECK_MSG(HOST_MACHINE == EM_X86_64, "calls out of JIT code need a stub for this machine");
		u8 *stub = stub_of(j, i);
		u8 *slot = j->base + j->slots + sizeof(u64) * j->extern_numbers[i];
		memcpy(slot, &j->externs[i], sizeof(u64));
		i32 distance = (i32)(slot - (stub + 6));
		memcpy(stub, (const u8[]){0xff, 0x25}, 2);
		memcpy(stub + 2, &distance, 4);
		memset(stub + 6, j->machine->text_fill, 2);
	}
}

static struct status map_sections(struct obj_jit *j, u64 num_externs, struct arena *a) {
	u64 *offsets = ARENA_ARRAY(a, u64, j->header->e_shnum);
	u64 size = place_sections(j, num_externs, offsets);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return os_failure("cannot map memory for compiled code");
	j->base = p;
	copy_sections(j, offsets);
	write_stubs(j);
	return STATUS_SUCCESS;
}

// ---------------------------------------------------------------------------------------------
// Relocating

static u8 *symbol_address(const struct obj_jit *j, u32 symbol) {
	if (is_extern(j, symbol))
		return j->externs[symbol];
	const Elf64_Sym *s = &j->symbols[symbol];
	CHECK(s->st_shndx < j->header->e_shnum && j->addresses[s->st_shndx]);
	return j->addresses[s->st_shndx] + s->st_value;
}

static enum obj_reloc_kind reloc_kind(const struct obj_machine *m, u32 elf_type) {
	for (u32 k = 0; k < OBJ_RELOC_KIND_COUNT; k++)
		if (m->relocs[k].elf_type == elf_type && elf_type)
			return k;
	base_fail(BASE_FAILURE_INTERNAL, __FILE__, __LINE__, "relocation type %u", elf_type);
}

static bool fits(i64 value, const struct obj_reloc_info *info) {
	if (info->bytes == 8)
		return true;
	return info->is_signed ? value == (i32)value : value == (i64)(u32)value;
}

static struct status apply(const struct obj_jit *j, u8 *section, const Elf64_Rela *r,
                           struct arena *a) {
	u32 symbol = (u32)ELF64_R_SYM(r->r_info);
	enum obj_reloc_kind kind = reloc_kind(j->machine, (u32)ELF64_R_TYPE(r->r_info));
	const struct obj_reloc_info *info = &j->machine->relocs[kind];
	u8 *place = section + r->r_offset;
	u64 minus = info->pc_relative ? (u64)(uintptr_t)place : 0;
	i64 value = (i64)((u64)(uintptr_t)symbol_address(j, symbol) + (u64)r->r_addend - minus);
	if (!fits(value, info) && kind == OBJ_RELOC_PLT32 && is_extern(j, symbol))
		value = (i64)((u64)(uintptr_t)stub_of(j, symbol) + (u64)r->r_addend - minus);
	if (!fits(value, info)) {
		struct str message = str_format(a, "symbol '%s' is out of reach of JIT code",
		                                j->names + j->symbols[symbol].st_name);
		return (struct status){STATUS_UNSUPPORTED, 0, message.data};
	}
	memcpy(place, &value, info->bytes);
	return STATUS_SUCCESS;
}

static struct status relocate(const struct obj_jit *j, struct arena *a) {
	struct status s = STATUS_SUCCESS;
	for (u32 i = 1; i < j->header->e_shnum && status_ok(s); i++) {
		const Elf64_Shdr *h = &j->sections[i];
		if (h->sh_type != SHT_RELA || !j->addresses[h->sh_info])
			continue;
		CHECK(!stays_in_image(j, &j->sections[h->sh_info]));
		const Elf64_Rela *rela = (const Elf64_Rela *)(j->image + h->sh_offset);
		for (u64 k = 0; k < h->sh_size / sizeof *rela && status_ok(s); k++)
			s = apply(j, j->addresses[h->sh_info], &rela[k], a);
	}
	return s;
}

static struct status protect(const struct obj_jit *j) {
	static const int access[SEGMENT_COUNT] = {PROT_READ | PROT_EXEC, PROT_READ,
	                                          PROT_READ | PROT_WRITE};
	for (u32 i = 0; i < SEGMENT_COUNT; i++) {
		u64 size = j->segment_offset[i + 1] - j->segment_offset[i];
		u8 *start = j->base + j->segment_offset[i];
		if (size && mprotect(start, size, access[i]) != 0)
			return os_failure("cannot make compiled code executable");
		if (size && i == SEGMENT_CODE)
			__builtin___clear_cache((char *)start, (char *)start + size);
	}
	return STATUS_SUCCESS;
}

// ---------------------------------------------------------------------------------------------

static struct status load(struct obj_jit *j, struct obj_jit_externs externs, struct arena *a) {
	read_headers(j, a);
	u64 num_externs;
	struct status s = resolve_externs(j, externs, a, &num_externs);
	if (status_ok(s))
		s = map_sections(j, num_externs, a);
	if (status_ok(s))
		s = relocate(j, a);
	if (status_ok(s))
		s = protect(j);
	if (!status_ok(s))
		j->frames = NULL;
	if (j->frames && __register_frame)
		__register_frame(j->frames);
	return s;
}

struct status obj_jit_load(const u8 *image, size_t size, struct obj_jit_externs externs,
                           struct arena *a, struct obj_jit **out) {
	struct obj_jit *j = ARENA_NEW(a, struct obj_jit);
	*j = (struct obj_jit){.image = image, .image_bytes = size};
	struct status s = load(j, externs, a);
	if (!status_ok(s))
		obj_jit_unload(j);
	*out = status_ok(s) ? j : NULL;
	return s;
}

struct status obj_jit_link(struct obj_file *f, struct obj_jit_externs externs, struct arena *a,
                           struct obj_jit **out) {
	*out = NULL;
	size_t size = obj_elf_size(f);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return os_failure("cannot map memory for the compiled object");
	u8 *next = p;
	struct obj_sink sink = obj_sink_memory(&next);
	obj_elf_write(f, &sink);
	struct obj_jit *j = ARENA_NEW(a, struct obj_jit);
	*j = (struct obj_jit){.image = p, .image_bytes = size, .owns_image = true};
	struct status s = mprotect(p, size, PROT_READ) == 0
	                      ? load(j, externs, a)
	                      : os_failure("cannot protect the compiled object");
	if (!status_ok(s))
		obj_jit_unload(j);
	*out = status_ok(s) ? j : NULL;
	return s;
}

void obj_jit_unload(struct obj_jit *j) {
	if (!j)
		return;
	if (j->frames && __deregister_frame)
		__deregister_frame(j->frames);
	if (j->base)
		munmap(j->base, j->segment_offset[SEGMENT_COUNT]);
	if (j->owns_image)
		munmap((void *)(uintptr_t)j->image, j->image_bytes);
	*j = (struct obj_jit){0};
}

void *obj_jit_find(const struct obj_jit *j, struct str name) {
	for (u32 i = 1; i < j->num_symbols; i++) {
		const Elf64_Sym *s = &j->symbols[i];
		bool defined = ELF64_ST_BIND(s->st_info) == STB_GLOBAL && s->st_shndx != SHN_UNDEF;
		if (defined && str_eq(str_from(j->names + s->st_name), name))
			return symbol_address(j, i);
	}
	return NULL;
}

bool obj_jit_locate(const struct obj_jit *j, const void *address, struct obj_jit_place *out) {
	for (u32 i = 1; i < j->num_symbols; i++) {
		const Elf64_Sym *s = &j->symbols[i];
		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || s->st_shndx == SHN_UNDEF)
			continue;
		u64 offset = (u64)((uintptr_t)address - (uintptr_t)symbol_address(j, i));
		if (offset < s->st_size) {
			*out = (struct obj_jit_place){str_from(j->names + s->st_name), offset};
			return true;
		}
	}
	return false;
}
