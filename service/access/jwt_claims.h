/* What a token whose signature holds says about its caller. Inside of the room. */
#ifndef UNKNOT_ACCESS_JWT_CLAIMS_H
#define UNKNOT_ACCESS_JWT_CLAIMS_H

#include "access/jwt.h"

/* Goes on from JWT_CLAIMS; fills the principal when everything passes. */
void jwt_claims_judge(const struct jwt_rules *rules, const json_t *claims, int64_t now,
                      struct jwt_verdict *verdict);

/* Sets the detail; whatever is not printable ASCII becomes a question mark. */
void jwt_detail(struct jwt_verdict *verdict, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
