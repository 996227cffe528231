/* Tokens that were used already, each until it ends: a fixed room, so that nobody can fill memory.
 */
#ifndef UNKNOT_ACCESS_TOKEN_REPLAY_H
#define UNKNOT_ACCESS_TOKEN_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct token_replay;

enum status token_replay_new(struct token_replay **replay) MUST_CHECK;
void token_replay_free(struct token_replay *replay); /* NULL is fine */

/*
 * Remembers a token by its issuer and id until `ends` (Unix seconds). STATUS_OK the first time,
 * STATUS_CONFLICT when it was used before, STATUS_UNAVAILABLE when there is no room: then it cannot
 * be told, and must be refused.
 */
enum status token_replay_use(struct token_replay *replay, const char *issuer, const char *id,
                             int64_t now, int64_t ends) MUST_CHECK;

#endif
