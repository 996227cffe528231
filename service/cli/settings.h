/*
 * Every setting is one row of one table: it drives the flags, the environment, the file, --help,
 * the sample configuration and the check that README tells the truth. Later wins: default, file,
 * environment, flag.
 */
#ifndef UNKNOT_CLI_SETTINGS_H
#define UNKNOT_CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"

struct settings {
    const char *listen;
    const char *public_url;
    const char *tls_certificate;
    const char *tls_key;
    const char *state_dir;
    const char *knowledge;
    bool snomed;
    const char *database_url;
    const char *owner_url;
    bool migrate;
    bool pgbouncer;
    long workers;
    long statement_ms;
    bool anonymous;
    long caller_quota;
    long address_quota;
    const char *jwt_issuer;
    const char *jwt_audience;
    const char *jwt_tenant;
    const char *jwt_tenant_claim;
    const char *jwt_patient_claim;
    const char *jwt_therapist_claim;
    const char *jwt_issuers;
    const char *jwt_token_url;
    const char *cds_clients;
    const char *cds_fhir_servers;
    long cds_fetch_ms;
    const char *jwks;
    const char *jwks_allowed;
    const char *outbound_ca;
    long threads;
    long connections;
    long connections_per_address;
    long header_seconds;
    long body_seconds;
    long idle_seconds;
    long export_rows;
    long request_ms;
    long batch_mb;
    long batches_mb;
    long drain_delay_ms;
    long drain_limit_ms;
    const char *trusted_proxies;
    bool log_clients;
    char **words; /* owned: the flags as they were given, for settings_read_again() */
};

enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_SWITCH };

struct setting {
    const char *name; /* "listen": the flag is --listen, the variable UNKNOT_LISTEN */
    enum setting_type type;
    bool live;            /* SIGHUP takes it over; else it needs a restart */
    size_t offset;        /* into struct settings */
    const char *fallback; /* default, as text */
    long min, max;        /* of a number */
    const char *unit;     /* shown behind the name, may be NULL */
    const char *help;
};

extern const struct setting settings_table[];
extern const size_t settings_count;

/*
 * Fills the settings from defaults, the file of --config or UNKNOT_CONFIG, the environment and the
 * flags; flags are taken out of argv. STATUS_INVALID after saying on stderr what is wrong.
 */
enum status settings_read(struct settings *settings, int *argc, char **argv) MUST_CHECK;

/*
 * Reads everything once more, as settings_read() did for `before`: the file may have changed since.
 * STATUS_INVALID after saying on stderr what is wrong.
 */
enum status settings_read_again(const struct settings *before,
                                struct settings *settings) MUST_CHECK;

/* A copy of its own, freed by settings_free(). Without words: it cannot be read again. */
enum status settings_copy(const struct settings *from, struct settings *to) MUST_CHECK;

/* Is this setting the same in both? */
bool setting_is_same(const struct setting *setting, const struct settings *a,
                     const struct settings *b);

/* Frees what settings_read() took. */
void settings_free(struct settings *settings);

/* "UNKNOT_STATE_DIR" of "state-dir". */
void setting_variable(const struct setting *setting, char *out, size_t size);

/* The table for --help. */
void settings_help(FILE *out);

/* The table as a configuration file with comments, and as the table of README. */
void settings_sample(FILE *out);
void settings_markdown(FILE *out);

#endif
