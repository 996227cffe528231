/* Complaints: the place as a JSON pointer (RFC 6901, in a URI fragment) and words that fit into a
   complaint whole, so that no character is ever cut in two. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json_pointer.h"
#include "base/utf8.h"
#include "contract/check.h"

enum { POINTER_SIZE = 512, PLACES_MAX = 136, SUGGESTIONS_MAX = 20 };

/* A name too long to spell ends the pointer at the object that holds it. */
static void spell_pointer(char pointer[POINTER_SIZE], const struct place *place) {
    const struct place *steps[PLACES_MAX];
    size_t count = 0;
    bool fits = true;
    for (; place->up && count < PLACES_MAX; place = place->up)
        steps[count++] = place;
    (void)snprintf(pointer, POINTER_SIZE, "#");
    while (fits && count > 0) {
        char index[24];
        place = steps[--count];
        (void)snprintf(index, sizeof index, "%zu", place->index);
        fits = json_pointer_add(pointer, POINTER_SIZE, place->key ? place->key : index);
    }
}

static void spell_parameter(char pointer[POINTER_SIZE], const char *name) {
    (void)snprintf(pointer, POINTER_SIZE, "?");
    if (name && !json_pointer_spell(pointer + 1, POINTER_SIZE - 1, name))
        pointer[1] = '\0';
}

bool check_is_silent(const struct check *check) {
    return check->trying || check->out->count == COMPLAINTS_MAX;
}

void check_fault(struct check *check, const struct place *place, const char *code,
                 const char *format, ...) {
    check->faults++;
    if (check->trying)
        return;
    char pointer[POINTER_SIZE] = "", detail[400] = "";
    if (!check_is_silent(check)) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(detail, sizeof detail, format, args);
        va_end(args);
        (void)utf8_mend(detail, strlen(detail)); /* vsnprintf may have stopped in a character */
        if (check->in_query)
            spell_parameter(pointer, place->key);
        else
            spell_pointer(pointer, place);
    }
    complain(check->out, pointer, code, "%s", detail);
}

void check_suggest(const struct check *check, const struct name_map *names, const char *text,
                   char words[SCALAR_WORDS]) {
    words[0] = '\0';
    /* Comparing with hundreds of names is slow; whoever makes that many mistakes needs the
     * documentation. */
    if (check_is_silent(check) || check->out->count >= SUGGESTIONS_MAX)
        return;
    const char *nearest = name_map_nearest(names, text);
    if (nearest && strlen(nearest) < 64)
        (void)snprintf(words, SCALAR_WORDS, "; did you mean '%s'?", nearest);
}
