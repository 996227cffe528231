/* Content negotiation, RFC 9110 section 12: what the client takes and what it sends. */
#ifndef UNKNOT_HTTP_MEDIA_H
#define UNKNOT_HTTP_MEDIA_H

#include "http/text.h"

/* The offer the client likes best, the earlier one when equal; an empty span when it takes none.
   `offers` is a comma list of media types; a missing Accept (NULL) takes everything. */
struct text_span media_choose(const char *accept, const char *offers);

/* Is a body of this Content-Type one of the `accepted`? Parameters are ignored but for a charset,
   which must be UTF-8. */
bool media_is_one_of(const char *content_type, const char *accepted);

bool media_takes_gzip(const char *accept_encoding);

/* The best language we speak. Never NULL: nobody is refused for the language. */
const char *media_language(const char *accept_language);

#endif
