/*
 * jansson takes a piece of memory for every value, key and table: hundreds for a request, all given
 * back together, more than the C library keeps at hand. With json_memory_keep() each thread keeps
 * small pieces for the next request instead.
 */
#ifndef UNKNOT_BASE_JSON_MEMORY_H
#define UNKNOT_BASE_JSON_MEMORY_H

/* Once, before there are threads. Does nothing under a sanitizer, which must see every piece. */
void json_memory_keep(void);

#endif
