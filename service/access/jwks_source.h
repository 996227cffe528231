/*
 * Where the keys come from: a file, looked at again when it changes, or one https URL that the
 * operator allows. What cannot be read leaves the old keys in force, those of a URL for a day.
 */
#ifndef UNKNOT_ACCESS_JWKS_SOURCE_H
#define UNKNOT_ACCESS_JWKS_SOURCE_H

#include <stdint.h>

#include "access/jwks.h"

struct jwks_source_settings {
    const char *file;        /* one of the two */
    const char *url;         /* https */
    const char *allowed;     /* comma list of URLs; a URL that is not in it is refused at start */
    const char *ca_file;     /* NULL: the system's certificates */
    unsigned refresh_s;      /* how old keys of a URL may get; 0: an hour */
    unsigned min_interval_s; /* between two fetches, whatever tokens say; 0: 30 */
};

struct jwks_source;

/* Borrows the texts. Reads a file at once and refuses a bad one; a URL is not asked yet. */
enum status jwks_source_new(const struct jwks_source_settings *settings,
                            struct jwks_source **source, char *message, size_t size) MUST_CHECK;
void jwks_source_free(struct jwks_source *source);

/* The keys in force, with a reference for the caller; NULL when there are none. Never waits for a
   network; looks at the file at most once a second. */
struct jwks *jwks_source_keys(struct jwks_source *source, uint64_t now_ms) MUST_CHECK;

/* Would asking the URL help with this kid (NULL: with age alone), and may it be asked again? */
bool jwks_source_is_due(struct jwks_source *source, const char *kid, uint64_t now_ms);

/* Asks the URL if that is due; may take seconds, so on a worker only. One thread asks at a time. */
void jwks_source_refresh(struct jwks_source *source, const char *kid, uint64_t now_ms);

#endif
