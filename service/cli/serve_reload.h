/* SIGHUP: settings, knowledge, certificate and access anew; checked first, all or nothing. */
#ifndef UNKNOT_CLI_SERVE_RELOAD_H
#define UNKNOT_CLI_SERVE_RELOAD_H

#include "cli/serve_access.h"
#include "http/server.h"
#include "resources/app_current.h"

/* What `unknot serve` has at work. */
struct serve_running {
    const struct settings *started; /* what can only be set at the start is as here */
    struct settings latest;         /* owned */
    struct app_current current;
    struct store *store;         /* NULL: decisions only */
    struct token_replay *replay; /* of all clients there ever were: SIGHUP forgets no token */
    struct serve_access *access; /* of the current app, and held here too */
    struct server *server;
};

/* Fills what the settings say about the server. False after saying on stderr what is wrong. */
bool serve_fill_server(struct server_settings *server, const struct settings *settings,
                       struct serve_running *running);

/* Reads the certificate that the settings name, if any, and shows it. False after saying what is
   wrong. */
bool serve_show_certificate(const struct settings *settings);

/* Takes over what changed, or says in the log and in /metrics why everything stays as it was. */
void serve_reload(struct serve_running *running);

#endif
