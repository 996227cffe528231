/* Access control from the settings. */
#ifndef UNKNOT_CLI_SERVE_ACCESS_H
#define UNKNOT_CLI_SERVE_ACCESS_H

#include "access/access.h"
#include "access/cds_clients.h"
#include "cli/settings.h"
#include "store/store.h"

/* One for several generations of the service (see serve_generation.h), and the texts it borrows. */
struct serve_access;

/* NULL after saying on stderr what is wrong. `store` is where the store will stand; it may be NULL
   until then. `replay` outlives it. Whoever gets it holds it. */
struct serve_access *serve_access_new(const struct settings *settings, struct store **store,
                                      struct token_replay *replay);

struct serve_access *serve_access_hold(struct serve_access *shared);
void serve_access_let_go(struct serve_access *shared); /* NULL is fine */

struct access *serve_access_of(struct serve_access *shared);
struct cds_clients *serve_access_cds_clients(struct serve_access *shared); /* NULL: none */

#endif
