/* JSON pointers (RFC 6901) as URI fragments (RFC 3986): "#/findings/0/a~1b%20c". */
#ifndef UNKNOT_BASE_JSON_POINTER_H
#define UNKNOT_BASE_JSON_POINTER_H

#include <stdbool.h>
#include <stddef.h>

/* Adds a member as a step. False: there is no room, and the pointer is as it was. */
bool json_pointer_add(char *pointer, size_t size, const char *member);

/* Any text as a fragment can hold it. False: there is no room. */
bool json_pointer_spell(char *out, size_t size, const char *text);

#endif
