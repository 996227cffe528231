/* What a request brings to prove who calls, before anybody believed it. Inside of the room. */
#ifndef UNKNOT_ACCESS_CREDENTIAL_H
#define UNKNOT_ACCESS_CREDENTIAL_H

#include "access/api_key.h"
#include "http/request.h"

enum credential_kind {
    CREDENTIAL_NONE,
    CREDENTIAL_BAD, /* there, but nothing that could ever be accepted */
    CREDENTIAL_KEY,
    CREDENTIAL_TOKEN,
};

struct credential {
    enum credential_kind kind;
    const char *text; /* borrowed from the request; never to be logged */
    size_t len;
    unsigned char hash[DIGEST_BYTES]; /* of the text */
    struct api_key key;               /* of CREDENTIAL_KEY */
};

/* Reads `Authorization: Bearer …`, or a key in `X-Api-Key`; both are one too many. */
void credential_read(const struct http_request *request, struct credential *credential);

/* As above, from the bare text. */
void credential_of_text(const char *text, size_t len, struct credential *credential);

#endif
