/* Is the request framed so that every proxy before us reads the same? What is not is refused and
   the connection closed: request smuggling lives in the differences. */
#ifndef UNKNOT_HTTP_WIRE_H
#define UNKNOT_HTTP_WIRE_H

#include <stdint.h>

#include "http/request.h"

struct wire_facts {
    uint64_t content_length; /* 0 when there is none */
    bool chunked;
};

/* NULL when the headers are sound, else what is wrong with them. */
const char *wire_check(const struct http_header *headers, size_t count, bool http11,
                       struct wire_facts *facts);

/* The header block as it lies in memory after libmicrohttpd 0.9.75 has put a NUL where a line or a
   name ended: a bare LF leaves one NUL where CR LF leaves two, and a folded line or a NUL in a
   value breaks the sequence. `block` starts at the first header name. NULL when every line ended in
   CR LF. */
const char *wire_check_block(const char *block, const char *end, const struct http_header *headers,
                             size_t count);

#endif
