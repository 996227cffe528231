#include "cli/token_issuers.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json_text.h"

static const char *or_null(const char *text) {
    return text && *text ? text : NULL;
}

static struct jwks_source_settings key_source(const char *place, const struct settings *settings) {
    bool is_url = place && strstr(place, "://") != NULL;
    return (struct jwks_source_settings){.file = is_url ? NULL : place,
                                         .url = is_url ? place : NULL,
                                         .allowed = settings->jwks_allowed,
                                         .ca_file = or_null(settings->outbound_ca)};
}

/* ---- the issuer of the settings ---- */

static bool fits_together(const struct settings *settings) {
    bool some = *settings->jwt_issuer || *settings->jwt_audience || *settings->jwks;
    bool all = *settings->jwt_issuer && *settings->jwt_audience && *settings->jwks;
    if (some && !all)
        (void)fprintf(stderr, "unknot: jwt-issuer, jwt-audience and jwks go together\n");
    return !some || all;
}

static void take_settings(const struct settings *settings, struct token_issuers *issuers) {
    issuers->list[issuers->count++] = (struct token_issuer){
        .rules = {.issuer = settings->jwt_issuer,
                  .audiences = settings->jwt_audience,
                  .tenant_claim = settings->jwt_tenant_claim,
                  .tenant = or_null(settings->jwt_tenant),
                  .patient_claim = settings->jwt_patient_claim,
                  .therapist_claim = settings->jwt_therapist_claim},
        .jwks = key_source(settings->jwks, settings),
    };
}

/* ---- those of the file ---- */

static bool refuse(const char *file, const char *why) {
    (void)fprintf(stderr, "unknot: jwt-issuers: %s: %s\n", file, why);
    return false;
}

static bool is_known(const char *member) {
    static const char *const members[] = {"issuer",         "audiences",    "jwks",
                                          "tenant",         "tenant_claim", "patient_claim",
                                          "therapist_claim"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i], member) == 0)
            return true;
    return false;
}

/* Texts only, but for the list of audiences; nothing that we do not know. */
static const char *entry_fault(const json_t *entry) {
    const char *member;
    json_t *value;
    if (!json_is_object(entry))
        return "an entry is no object";
    json_object_foreach((json_t *)entry, member, value) {
        if (!is_known(member))
            return "a member is unknown: issuer, audiences, jwks, tenant, tenant_claim, "
                   "patient_claim, therapist_claim";
        if (strcmp(member, "audiences") == 0 ? !json_is_array(value) : !json_is_string(value))
            return "audiences is a list of texts, everything else a text";
    }
    if (!json_object_get(entry, "issuer") ||
        !json_array_size(json_object_get(entry, "audiences")) || !json_object_get(entry, "jwks"))
        return "an entry needs issuer, audiences and jwks";
    return NULL;
}

/* As jwt_rules has them: with commas. NULL without memory, or when one is no plain text. */
static char *audience_list(const json_t *list) {
    struct buffer text;
    size_t i, len;
    json_t *one;
    buffer_init(&text);
    json_array_foreach(list, i, one) {
        const char *audience = json_string_value(one);
        if (!audience || !*audience || strpbrk(audience, ", \t")) {
            buffer_free(&text);
            return NULL;
        }
        buffer_printf(&text, "%s%s", i ? "," : "", audience);
    }
    return buffer_steal(&text, &len);
}

static const char *word(const json_t *entry, const char *member, const char *otherwise) {
    const char *text = json_string_value(json_object_get(entry, member));
    return text ? text : otherwise;
}

static const char *take_entry(const struct settings *settings, const json_t *entry,
                              struct token_issuers *issuers) {
    const char *fault = entry_fault(entry);
    if (fault)
        return fault;
    if (issuers->count == ISSUERS_MAX)
        return "too many issuers";
    char *audiences = audience_list(json_object_get(entry, "audiences"));
    if (!audiences)
        return "an audience is a text without commas and spaces";
    issuers->audiences[issuers->count] = audiences;
    issuers->list[issuers->count++] = (struct token_issuer){
        .rules = {.issuer = word(entry, "issuer", ""),
                  .audiences = audiences,
                  .tenant_claim = word(entry, "tenant_claim", "tenant"),
                  .tenant = or_null(word(entry, "tenant", NULL)),
                  .patient_claim = word(entry, "patient_claim", "patient"),
                  .therapist_claim = word(entry, "therapist_claim", "therapist")},
        .jwks = key_source(word(entry, "jwks", ""), settings),
    };
    return NULL;
}

static bool take_file(const struct settings *settings, struct token_issuers *issuers) {
    json_error_t error;
    size_t i;
    json_t *entry;
    issuers->file = json_load_file(settings->jwt_issuers, JSON_REJECT_DUPLICATES, &error);
    if (!issuers->file)
        return refuse(settings->jwt_issuers, error.text);
    if (!json_is_array(issuers->file))
        return refuse(settings->jwt_issuers, "is no list");
    json_array_foreach(issuers->file, i, entry) {
        const char *fault = take_entry(settings, entry, issuers);
        if (fault)
            return refuse(settings->jwt_issuers, fault);
    }
    return true;
}

/* ---- both ---- */

bool token_issuers_read(const struct settings *settings, struct token_issuers *issuers) {
    *issuers = (struct token_issuers){.count = 0};
    if (!fits_together(settings))
        return false;
    if (*settings->jwt_issuer)
        take_settings(settings, issuers);
    return !*settings->jwt_issuers || take_file(settings, issuers);
}

void token_issuers_free(struct token_issuers *issuers) {
    for (size_t i = 0; i < ISSUERS_MAX; i++)
        free(issuers->audiences[i]);
    json_decref(issuers->file);
    *issuers = (struct token_issuers){.count = 0};
}
