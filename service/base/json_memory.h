/*
 * jansson takes a piece of memory for every value, key and table: hundreds for a request, all given
 * back together, more than the C library keeps at hand. From json_memory_start() on each thread
 * keeps small pieces for the next request instead.
 *
 * And it remembers that one could not be had. A tree that lost a member for want of memory looks
 * like one that never had it: an intake without its red flag. Whoever answers or stores what was
 * made of trees asks json_memory_failed() first, so that nobody else has to.
 */
#ifndef UNKNOT_BASE_JSON_MEMORY_H
#define UNKNOT_BASE_JSON_MEMORY_H

#include <stdbool.h>

/* Once, before there are threads. */
void json_memory_start(void);

/* This thread begins a request: forgets what failed before. */
void json_memory_begin(void);

/* Since then jansson could not have a piece of memory in this thread. */
bool json_memory_failed(void);

#endif
