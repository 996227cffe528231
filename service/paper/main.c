/*
 * unknot-paper a4|letter: reads the page of care/summary.h as JSON and writes it as PDF. A program
 * of its own, run for one page: fonts and shaping cost memory, end the program when memory is
 * short, and read what strangers wrote. The service pays for none of that.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "paper/page.h"

/* A page takes some 50 ms; a dump would hold health data. */
static void limit_resources(void) {
    struct rlimit cpu = {10, 10}, core = {0, 0};
    (void)setrlimit(RLIMIT_CPU, &cpu);
    (void)setrlimit(RLIMIT_CORE, &core);
}

static bool write_all(const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, len);
        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

int main(int argc, char **argv) {
    enum { DONE, FAILED, WRONG_CALL };
    struct buffer pdf;
    bool letter = argc == 2 && strcmp(argv[1], "letter") == 0;
    if (argc != 2 || (!letter && strcmp(argv[1], "a4") != 0)) {
        (void)fprintf(stderr, "usage: unknot-paper a4|letter <page.json >page.pdf\n");
        return WRONG_CALL;
    }
    limit_resources();
    json_t *page = json_loadf(stdin, 0, NULL);
    buffer_init(&pdf);
    bool done = page && page_print(page, letter, &pdf) == STATUS_OK && write_all(pdf.data, pdf.len);
    json_decref(page);
    buffer_free(&pdf);
    /* Without the libraries' own goodbyes: they free what the kernel frees faster. */
    _exit(done ? DONE : FAILED);
}
