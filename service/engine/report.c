/* Mistakes, in the order they were met. */
#include "engine/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report_init(struct report *report) {
    *report = (struct report){0};
    arena_init(&report->arena, 4096);
}

void report_free(struct report *report) {
    arena_free(&report->arena);
    free(report->mistakes);
    *report = (struct report){0};
}

static const char *copy(struct report *report, const char *word) {
    char *text = word ? arena_copy(&report->arena, word, strlen(word)) : NULL;
    return text ? text : "";
}

void report_add(struct report *report, const char *file, const char *id, const char *format, ...) {
    char reason[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    if (report->count == report->room) {
        size_t room = report->room ? report->room * 2 : 16;
        struct mistake *mistakes = realloc(report->mistakes, room * sizeof *mistakes);
        if (!mistakes) {
            report->failed = true;
            return;
        }
        report->mistakes = mistakes;
        report->room = room;
    }
    report->mistakes[report->count++] = (struct mistake){
        .file = copy(report, file), .id = copy(report, id), .reason = copy(report, reason)};
}
