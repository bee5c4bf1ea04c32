/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Runs every held-out digit through the compiled model and compares each of its
 * outputs with the one that ONNX Runtime recorded.
 *
 *   lamella compile digits.onnx -o digits.o --dim N=1
 *   cc -O2 digits.c digits.o -o digits && ./digits heldout.bin
 *
 * Exit status: 0 all outputs agree, 1 an output differs by more than 1e-4, the
 * model reports a failure or the file is unusable, 2 wrong usage.
 */
#define _POSIX_C_SOURCE 200112L

#include "digits.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 10, PIXEL_MAX = 16 };

static int run_model(const float *image, float *out)
{
    static _Alignas(64) unsigned char arena[DIGITS_ARENA_BYTES + 64];
    struct digits_io io = {.size = sizeof io, .image = image, .logits = out};
    int status = digits_run(&io, digits_weights, arena, NULL);
    return status;
}

/* heldout.bin, little-endian: a header, labels, pixels, recorded outputs (README.md). */
enum {
    HEADER_BYTES = 32,
    RECORD_BYTES = 1 + PIXELS + CLASSES * 4,
    COUNT_MAX    = 100000,
};

struct heldout {
    unsigned char *bytes; /* the whole file; owns what the pointers below borrow */
    const unsigned char *labels;
    const unsigned char *pixels;
    const unsigned char *outputs;
    size_t count;
};

struct result {
    size_t correct;
    size_t correct_recorded;
    size_t outputs_wrong;
    float difference_max;
    double *seconds; /* one per image */
};

static uint32_t read_u32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static float read_f32(const unsigned char *bytes)
{
    uint32_t bits = read_u32(bytes);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool header_fits(const unsigned char *header)
{
    return memcmp(header, "DIGITS01", 8) == 0 && read_u32(header + 8) == HEADER_BYTES &&
           read_u32(header + 12) >= 1 && read_u32(header + 12) <= COUNT_MAX &&
           read_u32(header + 16) == SIDE && read_u32(header + 20) == SIDE &&
           read_u32(header + 24) == CLASSES && read_u32(header + 28) == PIXEL_MAX;
}

/* Reads what follows the header; false where the file ends early or late. */
static bool read_records(FILE *file, size_t count, struct heldout *heldout)
{
    size_t size_bytes = count * RECORD_BYTES;
    heldout->bytes    = malloc(size_bytes);
    if (!heldout->bytes || fread(heldout->bytes, 1, size_bytes, file) != size_bytes) return false;
    heldout->labels  = heldout->bytes;
    heldout->pixels  = heldout->labels + count;
    heldout->outputs = heldout->pixels + count * PIXELS;
    heldout->count   = count;
    return fgetc(file) == EOF && !ferror(file);
}

static bool heldout_init(struct heldout *heldout, const char *path)
{
    *heldout   = (struct heldout){0};
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    unsigned char header[HEADER_BYTES];
    bool usable = fread(header, 1, sizeof header, file) == sizeof header && header_fits(header) &&
                  read_records(file, read_u32(header + 12), heldout);
    fclose(file);
    if (!usable) {
        fprintf(stderr, "%s: not a whole held-out digits file\n", path);
        free(heldout->bytes);
    }
    return usable;
}

static void heldout_deinit(struct heldout *heldout)
{
    free(heldout->bytes);
    *heldout = (struct heldout){0};
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int largest(const float *outputs)
{
    int best = 0;
    for (int i = 1; i < CLASSES; i++)
        if (outputs[i] > outputs[best]) best = i;
    return best;
}

static void compare(const float *outputs, const float *recorded, struct result *result)
{
    const float tolerance = 1e-4f;
    for (int i = 0; i < CLASSES; i++) {
        float difference = fabsf(outputs[i] - recorded[i]);
        /* A NaN must count as wrong, and stay the largest difference once it is. */
        if (!(difference <= tolerance)) result->outputs_wrong++;
        if (isnan(difference) || difference > result->difference_max)
            result->difference_max = difference;
    }
}

/* The model's status for one image; its outputs are compared and its time kept. */
static int run_image(const struct heldout *heldout, size_t index, struct result *result)
{
    float image[PIXELS], recorded[CLASSES], outputs[CLASSES];
    for (size_t i = 0; i < PIXELS; i++)
        image[i] = (float)heldout->pixels[index * PIXELS + i] / PIXEL_MAX;
    for (size_t i = 0; i < CLASSES; i++) {
        recorded[i] = read_f32(heldout->outputs + (index * CLASSES + i) * 4);
        outputs[i]  = NAN; /* an output that the model leaves unwritten is a mismatch */
    }
    double start           = now_seconds();
    int status             = run_model(image, outputs);
    result->seconds[index] = now_seconds() - start;
    if (status != 0) return status;

    compare(outputs, recorded, result);
    result->correct += largest(outputs) == heldout->labels[index];
    result->correct_recorded += largest(recorded) == heldout->labels[index];
    return 0;
}

static int compare_seconds(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print_result(const struct result *result, size_t count)
{
    qsort(result->seconds, count, sizeof *result->seconds, compare_seconds);
    printf("images              %zu\n", count);
    printf("accuracy            %.2f %% (ONNX Runtime: %.2f %%)\n",
           100.0 * (double)result->correct / (double)count,
           100.0 * (double)result->correct_recorded / (double)count);
    printf("largest difference  %.3g\n", (double)result->difference_max);
    printf("outputs off by more than 1e-4: %zu of %zu\n", result->outputs_wrong, count * CLASSES);
    printf("median latency      %.2f us an image\n", result->seconds[count / 2] * 1e6);
}

/* True where every output of every image agrees. */
static bool run_all(const struct heldout *heldout)
{
    struct result result = {.seconds = malloc(heldout->count * sizeof *result.seconds)};
    if (!result.seconds) {
        fputs("out of memory\n", stderr);
        return false;
    }
    int status = 0;
    for (size_t i = 0; i < heldout->count && status == 0; i++) {
        status = run_image(heldout, i, &result);
        if (status != 0) fprintf(stderr, "image %zu: the model returned status %d\n", i, status);
    }
    if (status == 0) print_result(&result, heldout->count);
    free(result.seconds);
    return status == 0 && result.outputs_wrong == 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: digits heldout.bin\n", stderr);
        return 2;
    }
    struct heldout heldout;
    if (!heldout_init(&heldout, argv[1])) return 1;
    bool agrees = run_all(&heldout);
    heldout_deinit(&heldout);
    return agrees ? 0 : 1;
}
