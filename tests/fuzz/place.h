/* Where a complaint points to must be a place of the body. */
#ifndef UNKNOT_TESTS_PLACE_H
#define UNKNOT_TESTS_PLACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/complaints.h"
#include "base/hex.h"

enum { PLACE_STEP_SIZE = 4096 };

/* One step of a JSON pointer in a URI fragment (RFC 6901, 3 and 6); false: it is none. */
static inline bool place_step(const char **at, char step[PLACE_STEP_SIZE]) {
    size_t used = 0;
    const char *s = *at;
    for (s++; *s && *s != '/'; s++) {
        int c = (unsigned char)*s;
        if (c == '%') {
            int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);
            c = high << 4 | low;
            s += 2;
            if (low < 0 || c == 0)
                return false;
        } else if (c <= ' ' || c >= 127 || strchr("\"<>\\^`{|}#[]", c)) {
            return false;
        }
        if (used == PLACE_STEP_SIZE - 1)
            return false;
        step[used++] = (char)c;
    }
    step[used] = '\0';
    *at = s;
    for (char *from = step, *to = step; (*to = *from) != '\0'; from++, to++)
        if (*from == '~') {
            from++;
            if (*from != '0' && *from != '1')
                return false;
            *to = *from == '0' ? '~' : '/';
        }
    return true;
}

/* Does it lead to a value, or to what an object could have there? */
static inline bool place_is_in(const json_t *body, const char *pointer) {
    char step[PLACE_STEP_SIZE], *end;
    const char *at = pointer + 1;
    if (*pointer != '#')
        return false;
    while (*at) {
        if (*at != '/' || !body || !place_step(&at, step))
            return false;
        if (json_is_array(body))
            body = json_array_get(body, strtoul(step, &end, 10));
        else if (json_is_object(body))
            body = json_object_get(body, step);
        else
            return false;
        if (!body && *at)
            return false;
    }
    return true;
}

static inline void places_are_in(const json_t *body, const struct complaints *complaints) {
    for (size_t i = 0; i < complaints->count; i++)
        if (!place_is_in(body, complaints->all[i].pointer))
            abort();
}

#endif
