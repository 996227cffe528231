/*
 * The link a calendar program reads: /calendars/<token>.ics. A token says whose tenant, patient and
 * link it is, signed with a secret of the tenant: what we did not make is known without asking the
 * database for it. Whether the link still holds is in its row.
 */
#ifndef UNKNOT_RESOURCES_CALENDAR_TOKEN_H
#define UNKNOT_RESOURCES_CALENDAR_TOKEN_H

#include "access/principal.h"
#include "resources/tenant_secrets.h"

enum {
    CALENDAR_TOKEN_LEN = 120, /* base64url of 16 + 16 + 26 + 32 bytes */
    CALENDAR_PATH_SIZE = 160, /* "/calendars/<token>.ics" */
};

struct calendar_token {
    char tenant[TENANT_SIZE];
    char patient_id[PATIENT_ID_SIZE];
    char link_id[SUB_ID_SIZE];
    unsigned char mac[32];
};

/* Signs the first three members and writes the path; the rest of the token is filled. */
enum status calendar_token_path(struct calendar_token *token, const struct tenant_secrets *secrets,
                                char path[CALENDAR_PATH_SIZE]) MUST_CHECK;

/* Reads "<token>.ics". False: not of this form; who made it is another question. */
bool calendar_token_parse(const char *file, struct calendar_token *token) MUST_CHECK;

/* Did we sign it? In constant time. */
bool calendar_token_is_ours(const struct calendar_token *token,
                            const struct tenant_secrets *secrets) MUST_CHECK;

#endif
