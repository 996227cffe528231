/* Settings from four places through one table. */
#include "cli/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Taken over on SIGHUP. */
#define LIVE .live = true
#define ROW(member) .offset = offsetof(struct settings, member)

const struct setting settings_table[] = {
    {"listen", SETTING_TEXT, ROW(listen), "127.0.0.1:8080", 0, 0, "ADDRESS:PORT",
     "Where to listen; port 0 takes a free one; unix:/path, systemd and shared:ADDRESS:PORT as "
     "well"},
    {"tls-certificate", SETTING_TEXT, ROW(tls_certificate), "", 0, 0, "FILE",
     "Speak TLS: the certificate and those it hangs on, PEM; empty means plain HTTP", LIVE},
    {"tls-key", SETTING_TEXT, ROW(tls_key), "", 0, 0, "FILE",
     "The private key of tls-certificate, PEM", LIVE},
    {"state-dir", SETTING_TEXT, ROW(state_dir), "", 0, 0, "DIR",
     "Where the service keeps its state; empty means ~/.local/state/unknot (root: "
     "/var/lib/unknot)"},
    {"public-url", SETTING_TEXT, ROW(public_url), "", 0, 0, "URL",
     "How clients outside call the service, as https://clinic.example; empty means by the Host "
     "they "
     "ask for",
     LIVE},
    {"knowledge", SETTING_TEXT, ROW(knowledge), "", 0, 0, "DIR",
     "A knowledge release to use instead of the embedded one", LIVE},
    {"snomed", SETTING_SWITCH, ROW(snomed), "off", 0, 0, NULL,
     "Understand SNOMED CT codes; switch it on only with a SNOMED CT licence for where you use it",
     LIVE},
    {"database-url", SETTING_TEXT, ROW(database_url), "", 0, 0, "URL",
     "PostgreSQL to use, as libpq takes it (several hosts, TLS, passwords); empty means a private "
     "one in the state directory, none means decisions only"},
    {"owner-url", SETTING_TEXT, ROW(owner_url), "", 0, 0, "URL",
     "The same database as its owner, for migrate and key, past any pgbouncer; empty means "
     "database-url"},
    {"migrate", SETTING_SWITCH, ROW(migrate), "off", 0, 0, NULL,
     "Let serve bring the schema of database-url up to date (a private one always is)"},
    {"pgbouncer", SETTING_SWITCH, ROW(pgbouncer), "off", 0, 0, NULL,
     "The database-url leads to a pgbouncer, which takes no start options"},
    {"workers", SETTING_NUMBER, ROW(workers), "8", 1, 256, NULL,
     "Threads that use the database, each with a connection of its own"},
    {"statement-ms", SETTING_NUMBER, ROW(statement_ms), "500", 50, 60000, NULL,
     "A transaction that takes longer means that the database is in trouble"},
    {"export-rows", SETTING_NUMBER, ROW(export_rows), "1000", 1, 10000, NULL,
     "Rows of a file of a bulk export; a tenant with very many rows gets larger files", LIVE},
    {"anonymous", SETTING_SWITCH, ROW(anonymous), "on", 0, 0, NULL,
     "Whether the catalogue and decisions are open without a key", LIVE},
    {"caller-quota", SETTING_NUMBER, ROW(caller_quota), "0", 0, 1000000, NULL,
     "Requests a minute of one caller; 0 means no limit", LIVE},
    {"address-quota", SETTING_NUMBER, ROW(address_quota), "6000", 0, 1000000, NULL,
     "Requests a minute of one address without a key or with a publishable one, but for this "
     "machine's own; 0 means no limit",
     LIVE},
    {"jwt-issuer", SETTING_TEXT, ROW(jwt_issuer), "", 0, 0, "URL",
     "Whose bearer tokens count; empty means no tokens, keys only", LIVE},
    {"jwt-audience", SETTING_TEXT, ROW(jwt_audience), "", 0, 0, "LIST",
     "What a token must be meant for: one of these, separated by commas", LIVE},
    {"jwt-tenant", SETTING_TEXT, ROW(jwt_tenant), "", 0, 0, "UUID",
     "The only tenant the issuer speaks for; empty means what the token says", LIVE},
    {"jwt-tenant-claim", SETTING_TEXT, ROW(jwt_tenant_claim), "tenant", 0, 0, "NAME",
     "The claim that holds the tenant", LIVE},
    {"jwt-patient-claim", SETTING_TEXT, ROW(jwt_patient_claim), "patient", 0, 0, "NAME",
     "The claim that holds the clinic's reference of a patient", LIVE},
    {"jwt-therapist-claim", SETTING_TEXT, ROW(jwt_therapist_claim), "therapist", 0, 0, "NAME",
     "The claim that holds the id of a therapist", LIVE},
    {"jwt-issuers", SETTING_TEXT, ROW(jwt_issuers), "", 0, 0, "FILE",
     "More issuers: a JSON list of {issuer, audiences, jwks, tenant, tenant_claim, patient_claim, "
     "therapist_claim}",
     LIVE},
    {"jwt-token-url", SETTING_TEXT, ROW(jwt_token_url), "", 0, 0, "URL",
     "Where clients get the issuer's tokens, for SMART on FHIR to tell them", LIVE},
    {"cds-clients", SETTING_TEXT, ROW(cds_clients), "", 0, 0, "FILE",
     "Clinic systems that may call CDS Hooks, with their keys; empty means that all may, for "
     "trying",
     LIVE},
    {"cds-fhir-servers", SETTING_TEXT, ROW(cds_fhir_servers), "", 0, 0, "LIST",
     "FHIR servers of clinics that may be asked for what a CDS call leaves out, as "
     "https://ehr.example/fhir, separated by commas; empty means that nobody is asked",
     LIVE},
    {"cds-fetch-ms", SETTING_NUMBER, ROW(cds_fetch_ms), "400", 50, 10000, NULL,
     "Time such a server has for all that one call asks it, three quarters of request-ms at most",
     LIVE},
    {"jwks", SETTING_TEXT, ROW(jwks), "", 0, 0, "FILE|URL",
     "The issuer's keys: a file, or an https URL that is in jwks-allowed", LIVE},
    {"jwks-allowed", SETTING_TEXT, ROW(jwks_allowed), "", 0, 0, "LIST",
     "URLs that may be asked for keys, separated by commas", LIVE},
    {"outbound-ca", SETTING_TEXT, ROW(outbound_ca), "", 0, 0, "FILE",
     "Whose certificates are trusted where the service asks others, PEM; empty means the system's",
     LIVE},
    {"threads", SETTING_NUMBER, ROW(threads), "0", 0, 256, NULL,
     "HTTP threads; 0 means one a core"},
    {"connections", SETTING_NUMBER, ROW(connections), "4096", 1, 1000000, NULL,
     "Connections at most, in all"},
    {"connections-per-address", SETTING_NUMBER, ROW(connections_per_address), "0", 0, 1000000, NULL,
     "Connections at most from one address (IPv6: one /64); 0 means no limit of its own", LIVE},
    {"header-seconds", SETTING_NUMBER, ROW(header_seconds), "10", 1, 3600, NULL,
     "Time a client has to send its header", LIVE},
    {"body-seconds", SETTING_NUMBER, ROW(body_seconds), "30", 1, 3600, NULL,
     "Time a client has to send its body", LIVE},
    {"idle-seconds", SETTING_NUMBER, ROW(idle_seconds), "75", 1, 86400, NULL,
     "Time an idle connection is kept", LIVE},
    {"request-ms", SETTING_NUMBER, ROW(request_ms), "5000", 100, 600000, NULL,
     "Time a request may take once its body is there", LIVE},
    {"batch-mb", SETTING_NUMBER, ROW(batch_mb), "1024", 1, 1048576, "MIB",
     "Answers to one body of lines (application/x-ndjson) that may wait in a file, in $TMPDIR or "
     "/tmp; on a tmpfs that is memory",
     LIVE},
    {"batches-mb", SETTING_NUMBER, ROW(batches_mb), "4096", 1, 1048576, "MIB",
     "The same of all such bodies together", LIVE},
    {"drain-delay-ms", SETTING_NUMBER, ROW(drain_delay_ms), "0", 0, 600000, NULL,
     "On SIGTERM, time between saying 'not ready' and closing", LIVE},
    {"drain-limit-ms", SETTING_NUMBER, ROW(drain_limit_ms), "10000", 0, 600000, NULL,
     "On SIGTERM, time for requests under way", LIVE},
    {"trusted-proxies", SETTING_TEXT, ROW(trusted_proxies), "", 0, 0, "LIST",
     "Addresses or networks whose X-Forwarded-For counts, separated by commas"},
    {"log-clients", SETTING_SWITCH, ROW(log_clients), "off", 0, 0, NULL,
     "Write client addresses to the log", LIVE},
};
const size_t settings_count = sizeof settings_table / sizeof *settings_table;

void setting_variable(const struct setting *setting, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "UNKNOT_%s", setting->name);
    for (size_t i = 0; i < used && i < size; i++) {
        int letter = out[i] == '-' ? '_' : toupper((unsigned char)out[i]);
        out[i] = (char)letter;
    }
}

static void *field(struct settings *settings, const struct setting *setting) {
    return (char *)settings + setting->offset;
}

static bool set_number(struct settings *settings, const struct setting *setting, const char *value,
                       const char *where) {
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno || end == value || *end || number < setting->min || number > setting->max) {
        (void)fprintf(stderr, "unknot: %s: expected a whole number from %ld to %ld, not '%s'\n",
                      where, setting->min, setting->max, value);
        return false;
    }
    *(long *)field(settings, setting) = number;
    return true;
}

static bool set_switch(struct settings *settings, const struct setting *setting, const char *value,
                       const char *where) {
    bool on = strcmp(value, "on") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
    bool off = strcmp(value, "off") == 0 || strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
    if (!on && !off) {
        (void)fprintf(stderr, "unknot: %s: expected on or off, not '%s'\n", where, value);
        return false;
    }
    *(bool *)field(settings, setting) = on;
    return true;
}

static bool set_text(struct settings *settings, const struct setting *setting, const char *value) {
    char *copy = strdup(value);
    char **at = field(settings, setting);
    if (!copy)
        return false;
    free(*at);
    *at = copy;
    return true;
}

static bool set_value(struct settings *settings, const struct setting *setting, const char *value,
                      const char *where) {
    switch (setting->type) {
    case SETTING_NUMBER:
        return set_number(settings, setting, value, where);
    case SETTING_SWITCH:
        return set_switch(settings, setting, value, where);
    case SETTING_TEXT:
        break;
    }
    return set_text(settings, setting, value);
}

static const struct setting *find_setting(const char *name, size_t len) {
    for (size_t i = 0; i < settings_count; i++)
        if (strlen(settings_table[i].name) == len &&
            strncmp(settings_table[i].name, name, len) == 0)
            return &settings_table[i];
    return NULL;
}

static bool set_defaults(struct settings *settings) {
    for (size_t i = 0; i < settings_count; i++)
        if (!set_value(settings, &settings_table[i], settings_table[i].fallback,
                       settings_table[i].name))
            return false;
    return true;
}

/* One line of a configuration file: name = value, or nothing, or a comment. */
static bool set_line(struct settings *settings, char *line, const char *path, unsigned number) {
    char where[300];
    char *start = line + strspn(line, " \t");
    size_t end = strcspn(start, "\r\n");
    start[end] = '\0';
    if (!*start || *start == '#')
        return true;
    (void)snprintf(where, sizeof where, "%s:%u", path, number);
    size_t name_len = strcspn(start, " \t=");
    char *value = start + name_len + strspn(start + name_len, " \t");
    const struct setting *setting = find_setting(start, name_len);
    if (!setting || *value != '=') {
        (void)fprintf(stderr, "unknot: %s: %s '%.*s'\n", where,
                      setting ? "expected = after" : "unknown setting", (int)name_len, start);
        return false;
    }
    value++;
    value += strspn(value, " \t");
    for (size_t len = strlen(value); len && isspace((unsigned char)value[len - 1]);)
        value[--len] = '\0';
    return set_value(settings, setting, value, where);
}

static bool read_file(struct settings *settings, const char *path) {
    char line[2048];
    unsigned number = 0;
    FILE *file = fopen(path, "re");
    if (!file) {
        (void)fprintf(stderr, "unknot: cannot read the configuration %s: %s\n", path,
                      strerror(errno));
        return false;
    }
    bool good = true;
    while (good && fgets(line, sizeof line, file))
        good = set_line(settings, line, path, ++number);
    (void)fclose(file);
    return good;
}

static bool read_environment(struct settings *settings) {
    for (size_t i = 0; i < settings_count; i++) {
        char name[64];
        setting_variable(&settings_table[i], name, sizeof name);
        const char *value = getenv(name);
        if (value && !set_value(settings, &settings_table[i], value, name))
            return false;
    }
    return true;
}

/* The value of a flag: behind "=", or the next word. */
static const char *flag_value(int *at, int argc, char **argv) {
    const char *equals = strchr(argv[*at], '=');
    if (equals)
        return equals + 1;
    return *at + 1 < argc ? argv[++*at] : NULL;
}

/* A switch may stand alone: --migrate means --migrate on. */
static const char *switch_value(int *at, int argc, char **argv) {
    static const char *const words[] = {"on", "off", "true", "false", "1", "0"};
    if (strchr(argv[*at], '='))
        return flag_value(at, argc, argv);
    for (size_t i = 0; *at + 1 < argc && i < sizeof words / sizeof *words; i++)
        if (strcmp(argv[*at + 1], words[i]) == 0)
            return argv[++*at];
    return "on";
}

static const struct setting *flag_setting(const char *word) {
    return strncmp(word, "--", 2) == 0 ? find_setting(word + 2, strcspn(word + 2, "=")) : NULL;
}

/* Takes the flags that are settings out of argv. */
static bool read_flags(struct settings *settings, int *argc, char **argv) {
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        const struct setting *setting = flag_setting(argv[i]);
        bool config = strncmp(argv[i], "--config", 8) == 0 && (argv[i][8] == '=' || !argv[i][8]);
        if (!setting && !config) {
            argv[kept++] = argv[i];
            continue;
        }
        const char *flag = argv[i];
        const char *value = setting && setting->type == SETTING_SWITCH
                                ? switch_value(&i, *argc, argv)
                                : flag_value(&i, *argc, argv);
        if (!value) {
            (void)fprintf(stderr, "unknot: %s needs a value\n", flag);
            return false;
        }
        if (setting && !set_value(settings, setting, value, flag))
            return false;
    }
    argv[kept] = NULL;
    *argc = kept;
    return true;
}

static const char *config_path(int argc, char **argv) {
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], "--config", 8) == 0 && (argv[i][8] == '=' || !argv[i][8]))
            return flag_value(&i, argc, argv);
    return getenv("UNKNOT_CONFIG");
}

/* A copy with its texts behind it, in one piece. */
static char **copy_words(int argc, char **argv) {
    size_t room = ((size_t)argc + 1) * sizeof *argv;
    for (int i = 0; i < argc; i++)
        room += strlen(argv[i]) + 1;
    char **words = malloc(room);
    if (!words)
        return NULL;
    char *text = (char *)(words + argc + 1);
    for (int i = 0; i < argc; i++) {
        size_t size = strlen(argv[i]) + 1;
        words[i] = memcpy(text, argv[i], size);
        text += size;
    }
    words[argc] = NULL;
    return words;
}

enum status settings_read(struct settings *settings, int *argc, char **argv) {
    *settings = (struct settings){.words = copy_words(*argc, argv)};
    const char *path = config_path(*argc, argv);
    bool good = settings->words && set_defaults(settings) &&
                (!path || !*path || read_file(settings, path)) && read_environment(settings) &&
                read_flags(settings, argc, argv);
    if (!good)
        settings_free(settings);
    return good ? STATUS_OK : STATUS_INVALID;
}

enum status settings_read_again(const struct settings *before, struct settings *settings) {
    int argc = 0;
    while (before->words[argc])
        argc++;
    char **argv = copy_words(argc, before->words);
    if (!argv)
        return STATUS_NO_MEMORY;
    enum status status = settings_read(settings, &argc, argv);
    free(argv);
    return status;
}

enum status settings_copy(const struct settings *from, struct settings *to) {
    bool good = true;
    *to = *from;
    to->words = NULL;
    for (size_t i = 0; i < settings_count; i++)
        if (settings_table[i].type == SETTING_TEXT) {
            char **at = field(to, &settings_table[i]);
            *at = strdup(*at);
            good &= *at != NULL;
        }
    if (!good)
        settings_free(to);
    return good ? STATUS_OK : STATUS_NO_MEMORY;
}

bool setting_is_same(const struct setting *setting, const struct settings *a,
                     const struct settings *b) {
    const char *at = (const char *)a + setting->offset, *bt = (const char *)b + setting->offset;
    switch (setting->type) {
    case SETTING_NUMBER:
        return *(const long *)at == *(const long *)bt;
    case SETTING_SWITCH:
        return *(const bool *)at == *(const bool *)bt;
    case SETTING_TEXT:
        break;
    }
    return strcmp(*(char *const *)at, *(char *const *)bt) == 0;
}

void settings_free(struct settings *settings) {
    free(settings->words);
    settings->words = NULL;
    for (size_t i = 0; i < settings_count; i++)
        if (settings_table[i].type == SETTING_TEXT) {
            char **at = field(settings, &settings_table[i]);
            free(*at);
            *at = NULL;
        }
}

void settings_help(FILE *out) {
    (void)fprintf(out, "Settings, as a flag, in the environment, or in the file of --config:\n");
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        char variable[64], flag[80];
        setting_variable(setting, variable, sizeof variable);
        (void)snprintf(flag, sizeof flag, "--%s %s", setting->name,
                       setting->unit                     ? setting->unit
                       : setting->type == SETTING_SWITCH ? "on|off"
                                                         : "N");
        (void)fprintf(out, "  %-34s %s\n  %-34s %s", flag, setting->help, "", variable);
        if (*setting->fallback)
            (void)fprintf(out, ", default %s", setting->fallback);
        if (setting->type == SETTING_NUMBER)
            (void)fprintf(out, ", from %ld to %ld", setting->min, setting->max);
        (void)fprintf(out, "\n");
    }
}

void settings_sample(FILE *out) {
    (void)fprintf(out, "# Sample configuration of unknot, written by `unknot settings sample`.\n"
                       "# Use it with `unknot serve --config FILE`; flags and UNKNOT_... variables "
                       "win over it.\n");
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        (void)fprintf(out, "\n# %s", setting->help);
        if (setting->type == SETTING_NUMBER)
            (void)fprintf(out, " (%ld to %ld)", setting->min, setting->max);
        (void)fprintf(out, ".\n#%s =%s%s\n", setting->name, *setting->fallback ? " " : "",
                      setting->fallback);
    }
}

void settings_markdown(FILE *out) {
    (void)fprintf(out, "| flag | variable | default | SIGHUP | what it does |\n"
                       "|---|---|---|---|---|\n");
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        char variable[64];
        setting_variable(setting, variable, sizeof variable);
        (void)fprintf(out, "| `--%s` | `%s` | %s%s%s | %s | %s |\n", setting->name, variable,
                      *setting->fallback ? "`" : "", setting->fallback,
                      *setting->fallback ? "`" : "", setting->live ? "yes" : "", setting->help);
    }
}
