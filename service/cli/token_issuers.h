/* Whose tokens count: the issuer of the settings, and those of the file jwt-issuers. */
#ifndef UNKNOT_CLI_TOKEN_ISSUERS_H
#define UNKNOT_CLI_TOKEN_ISSUERS_H

#include <jansson.h>

#include "access/access.h"
#include "cli/settings.h"

struct token_issuers {
    struct token_issuer list[ISSUERS_MAX];
    size_t count;
    json_t *file;                 /* owned: the texts of the list */
    char *audiences[ISSUERS_MAX]; /* owned */
};

/* Borrows the settings. False after saying on stderr what is wrong. Free in every case. */
bool token_issuers_read(const struct settings *settings, struct token_issuers *issuers);
void token_issuers_free(struct token_issuers *issuers);

#endif
