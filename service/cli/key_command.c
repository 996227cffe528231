/* unknot key create | list | rotate | revoke */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/database.h"
#include "cli/key_store.h"
#include "store/operator.h"

enum { GRACE_DAYS = 7, DAYS_MAX = 36500, DAY_SECONDS = 86400 };

struct key_flags {
    const char *tenant;
    const char *name;
    const char *therapist;
    const char *patient;
    const char *scopes;
    const char *key; /* the word without a flag */
    long expires_days;
    long grace_days;
    bool publishable;
    bool new_tenant;
};

static bool complain(const char *message, const char *what) {
    (void)fprintf(stderr, "unknot: %s%s%s\n", message, *what ? ": " : "", what);
    return false;
}

/* ---- flags ---- */

static bool read_days(const char *text, long *out) {
    char *end = NULL;
    errno = 0;
    *out = strtol(text, &end, 10);
    return !errno && end != text && !*end && *out >= 0 && *out <= DAYS_MAX;
}

/* One flag that takes a word. False: no such flag, or not that word. */
static bool take_word(struct key_flags *flags, const char *flag, const char *word) {
    const struct {
        const char *flag;
        const char **text;
        long *days;
    } rows[] = {
        {"--tenant", &flags->tenant, NULL},         {"--name", &flags->name, NULL},
        {"--therapist", &flags->therapist, NULL},   {"--patient", &flags->patient, NULL},
        {"--scopes", &flags->scopes, NULL},         {"--expires-days", NULL, &flags->expires_days},
        {"--grace-days", NULL, &flags->grace_days},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].flag, flag) != 0 || !word)
            continue;
        if (rows[i].days)
            return read_days(word, rows[i].days) || complain("expected a number of days", flag);
        *rows[i].text = word;
        return true;
    }
    return false;
}

static bool read_flags(int argc, char **argv, struct key_flags *flags) {
    *flags = (struct key_flags){.grace_days = GRACE_DAYS};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--publishable") == 0)
            flags->publishable = true;
        else if (strcmp(argv[i], "--new-tenant") == 0)
            flags->new_tenant = true;
        else if (argv[i][0] != '-' && !flags->key)
            flags->key = argv[i];
        else if (i + 1 < argc && take_word(flags, argv[i], argv[i + 1]))
            i++;
        else
            return complain("not understood", argv[i]);
    }
    return true;
}

/* ---- running ---- */

typedef bool (*key_action)(struct pg_connection *connection, const struct key_flags *flags);

static int with_database(const struct settings *settings, const struct key_flags *flags,
                         key_action action) {
    struct database database;
    if (!database_open(settings, &database))
        return EXIT_FAILED;
    struct pg_connection *connection = database_connect_owner(&database);
    bool done = connection && action(connection, flags);
    pg_close(connection);
    database_close(&database);
    return done ? EXIT_DONE : EXIT_FAILED;
}

/* The tenant that the flags name; "default" is made where it is missing. */
static bool choose_tenant(struct pg_connection *connection, const struct key_flags *flags,
                          char tenant[TENANT_SIZE]) {
    const char *name = flags->tenant ? flags->tenant : "default";
    if (!key_store_find_tenant(connection, name, tenant))
        return false;
    if (*tenant)
        return !flags->new_tenant || complain("there is a tenant of that name", name);
    if (flags->new_tenant || !flags->tenant)
        return key_store_make_tenant(connection, name, tenant);
    return complain("there is no such tenant (--new-tenant makes it)", name);
}

/* ---- create ---- */

static bool read_wish(const struct key_flags *flags, struct key_wish *wish) {
    const char *unknown = NULL;
    *wish = (struct key_wish){
        .name = flags->name ? flags->name : "made by unknot key create",
        .kind = flags->therapist ? PRINCIPAL_THERAPIST
                : flags->patient ? PRINCIPAL_PATIENT
                                 : PRINCIPAL_CLINIC,
        .subject = flags->therapist,
        .publishable = flags->publishable,
        .expires_days = flags->expires_days,
    };
    if (flags->scopes)
        wish->scopes = scopes_parse(flags->scopes, &unknown);
    if (unknown || (flags->scopes && !wish->scopes))
        return complain("no such scope", unknown ? unknown : flags->scopes);
    if ((flags->therapist && flags->patient) ||
        (flags->publishable && wish->kind != PRINCIPAL_CLINIC))
        return complain("a key is for one kind of caller", "");
    return true;
}

static bool create(struct pg_connection *connection, const struct key_flags *flags) {
    struct key_wish wish;
    char tenant[TENANT_SIZE], patient[33], text[API_KEY_SIZE];
    if (!read_wish(flags, &wish) || !choose_tenant(connection, flags, tenant))
        return false;
    if (flags->patient) {
        if (!key_store_patient(connection, tenant, flags->patient, patient))
            return false;
        wish.subject = patient;
    }
    if (!key_store_create(connection, tenant, &wish, text))
        return false;
    (void)printf("%s\n", text);
    (void)fprintf(stderr, "unknot: this is the only time the key is shown; keep it safe\n");
    explicit_bzero(text, sizeof text);
    return true;
}

int command_key_create(const struct settings *settings, int argc, char **argv) {
    struct key_flags flags;
    if (!read_flags(argc, argv, &flags) || flags.key)
        return EXIT_USAGE;
    return with_database(settings, &flags, create);
}

/* ---- list ---- */

static const char *state_of(const PGresult *rows, int row) {
    char now[40];
    operator_time(now, 0);
    if (!PQgetisnull(rows, row, 9))
        return "revoked";
    if (!PQgetisnull(rows, row, 8) && strncmp(PQgetvalue(rows, row, 8), now, 10) < 0)
        return "ended";
    return PQgetisnull(rows, row, 10) ? "in use" : "replaced";
}

static void print_keys(const PGresult *rows, const char *tenant) {
    for (int i = 0; i < PQntuples(rows); i++)
        (void)printf("%-12s  %-9s %-11s %-9s %-12.10s %-12.10s %-12.10s %-16s %s\n",
                     PQgetvalue(rows, i, 0), state_of(rows, i), PQgetvalue(rows, i, 1),
                     PQgetvalue(rows, i, 2), PQgetvalue(rows, i, 7),
                     PQgetisnull(rows, i, 8) ? "never" : PQgetvalue(rows, i, 8),
                     PQgetisnull(rows, i, 11) ? "never" : PQgetvalue(rows, i, 11), tenant,
                     PQgetvalue(rows, i, 4));
}

static bool list(struct pg_connection *connection, const struct key_flags *flags) {
    PGresult *tenants = key_store_run(connection, "tenants_list", 0, NULL);
    bool good = tenants != NULL;
    (void)printf("%-12s  %-9s %-11s %-9s %-12s %-12s %-12s %-16s %s\n", "KEY", "STATE", "KIND",
                 "FOR", "MADE", "ENDS", "LAST USED", "TENANT", "NAME");
    for (int i = 0; good && i < PQntuples(tenants); i++) {
        const char *const params[] = {PQgetvalue(tenants, i, 0)};
        const char *name = PQgetvalue(tenants, i, 1);
        if (flags->tenant && strcmp(flags->tenant, name) != 0)
            continue;
        PGresult *keys = key_store_run(connection, "key_list", 1, params);
        good = keys != NULL;
        if (keys)
            print_keys(keys, name);
        PQclear(keys);
    }
    PQclear(tenants);
    return good;
}

int command_key_list(const struct settings *settings, int argc, char **argv) {
    struct key_flags flags;
    if (!read_flags(argc, argv, &flags) || flags.key)
        return EXIT_USAGE;
    return with_database(settings, &flags, list);
}

/* ---- rotate, revoke ---- */

struct found_key {
    char tenant[TENANT_SIZE];
    char id[API_KEY_ID_SIZE];
    bool publishable;
};

/* Is `word` the key's id or its visible beginning, maybe with the secret behind it? */
static bool is_named(const PGresult *rows, int row, const char *word) {
    const char *prefix = PQgetvalue(rows, row, 5);
    return strcmp(PQgetvalue(rows, row, 0), word) == 0 ||
           (*prefix && strncmp(word, prefix, strlen(prefix)) == 0);
}

static bool look_in_tenant(struct pg_connection *connection, const char *tenant, const char *word,
                           struct found_key *found) {
    const char *const params[] = {tenant};
    PGresult *keys = key_store_run(connection, "key_list", 1, params);
    for (int i = 0; keys && i < PQntuples(keys) && !*found->id; i++)
        if (is_named(keys, i, word)) {
            (void)snprintf(found->tenant, sizeof found->tenant, "%s", tenant);
            (void)snprintf(found->id, sizeof found->id, "%s", PQgetvalue(keys, i, 0));
            found->publishable = strcmp(PQgetvalue(keys, i, 1), "publishable") == 0;
        }
    PQclear(keys);
    return keys != NULL;
}

static bool find_key(struct pg_connection *connection, const char *word, struct found_key *found) {
    PGresult *tenants = key_store_run(connection, "tenants_list", 0, NULL);
    bool good = tenants != NULL;
    *found = (struct found_key){0};
    for (int i = 0; good && i < PQntuples(tenants) && !*found->id; i++)
        good = look_in_tenant(connection, PQgetvalue(tenants, i, 0), word, found);
    PQclear(tenants);
    return good && (*found->id || complain("there is no such key", ""));
}

static bool rotate(struct pg_connection *connection, const struct key_flags *flags) {
    struct found_key old;
    struct api_key key;
    char text[API_KEY_SIZE], hash[2 * DIGEST_BYTES + 3], now[40], old_ends[40], ends[40];
    if (!find_key(connection, flags->key, &old))
        return false;
    if (api_key_generate(old.tenant, old.publishable, text, &key) != STATUS_OK)
        return complain("no random numbers", "");
    key_store_bytea(key.hash, DIGEST_BYTES, hash);
    operator_time(now, 0);
    operator_time(old_ends, flags->grace_days * DAY_SECONDS);
    operator_time(ends, flags->expires_days * DAY_SECONDS);
    const char *const params[] = {old.tenant, old.id, key.id,   key.prefix,
                                  hash,       now,    old_ends, flags->expires_days ? ends : NULL};
    PGresult *made = key_store_run(connection, "key_rotate", 8, params);
    if (made) {
        (void)printf("%s\n", text);
        (void)fprintf(stderr, "unknot: %s goes on until %.10s; the new key is shown only now\n",
                      old.id, old_ends);
    }
    explicit_bzero(text, sizeof text);
    PQclear(made);
    return made != NULL;
}

static bool revoke(struct pg_connection *connection, const struct key_flags *flags) {
    struct found_key key;
    char now[40];
    if (!find_key(connection, flags->key, &key))
        return false;
    operator_time(now, 0);
    const char *const params[] = {key.tenant, key.id, now};
    PGresult *ended = key_store_run(connection, "key_revoke", 3, params);
    if (ended)
        (void)printf("%s revoked\n", key.id);
    PQclear(ended);
    return ended != NULL;
}

static int change_key(const struct settings *settings, int argc, char **argv, key_action action) {
    struct key_flags flags;
    if (!read_flags(argc, argv, &flags) || !flags.key)
        return EXIT_USAGE;
    return with_database(settings, &flags, action);
}

int command_key_rotate(const struct settings *settings, int argc, char **argv) {
    return change_key(settings, argc, argv, rotate);
}

int command_key_revoke(const struct settings *settings, int argc, char **argv) {
    return change_key(settings, argc, argv, revoke);
}
