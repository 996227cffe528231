#include "base/complaints.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complaints_init(struct complaints *complaints, struct arena *arena) {
    complaints->arena = arena;
    complaints->count = 0;
    complaints->total = 0;
}

void complain(struct complaints *complaints, const char *pointer, const char *code,
              const char *format, ...) {
    char detail[400];
    complaints->total++;
    if (complaints->count == COMPLAINTS_MAX)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    const char *kept_pointer = arena_copy(complaints->arena, pointer, strlen(pointer));
    const char *kept_detail = arena_copy(complaints->arena, detail, strlen(detail));
    if (kept_pointer && kept_detail)
        complaints->all[complaints->count++] =
            (struct complaint){.pointer = kept_pointer, .code = code, .detail = kept_detail};
}
