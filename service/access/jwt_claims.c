#include "access/jwt_claims.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "http/text.h"

enum { SUBJECT_MAX = 200 };
static const double last_time = 253402300799.0; /* the end of the year 9999 */

static const char *text_of(const json_t *claims, const char *name) {
    return name ? json_string_value(json_object_get(claims, name)) : NULL;
}

static bool check_issuer(const struct jwt_rules *rules, const json_t *claims,
                         struct jwt_verdict *verdict) {
    const char *issuer = text_of(claims, "iss");
    if (issuer && strcmp(issuer, rules->issuer) == 0)
        return true;
    jwt_detail(verdict, "iss is %s", issuer ? issuer : "missing");
    return false;
}

static bool is_ours(const char *audiences, const json_t *audience) {
    struct text_span ours;
    const char *theirs = json_string_value(audience);
    while (theirs && text_next_element(&audiences, &ours))
        if (strlen(theirs) == ours.len && memcmp(theirs, ours.start, ours.len) == 0)
            return true;
    return false;
}

static bool check_audience(const struct jwt_rules *rules, const json_t *claims,
                           struct jwt_verdict *verdict) {
    const json_t *audience = json_object_get(claims, "aud");
    bool found = is_ours(rules->audiences, audience);
    for (size_t i = 0; !found && i < json_array_size(audience); i++)
        found = is_ours(rules->audiences, json_array_get(audience, i));
    if (!found)
        jwt_detail(verdict, "aud is %s",
                   json_is_string(audience) ? json_string_value(audience)
                   : audience               ? "a list of others"
                                            : "missing");
    return found;
}

/* A NumericDate in whole seconds; false when it is there and is none. */
static bool read_time(const json_t *claims, const char *name, bool *there, int64_t *time) {
    const json_t *value = json_object_get(claims, name);
    double seconds = json_number_value(value);
    *there = value != NULL;
    if (!value)
        return true;
    if (!json_is_number(value) || !(seconds >= 0 && seconds <= last_time))
        return false;
    *time = (int64_t)floor(seconds);
    return true;
}

static bool check_expiry(const json_t *claims, int64_t now, int64_t *expires,
                         struct jwt_verdict *verdict) {
    bool there;
    if (!read_time(claims, "exp", &there, expires) || !there) {
        jwt_detail(verdict, "exp is %s", there ? "no time" : "missing");
        return false;
    }
    if (now < *expires + JWT_LEEWAY_S)
        return true;
    jwt_detail(verdict, "it expired %lld seconds ago", (long long)(now - *expires));
    return false;
}

static bool is_past(const json_t *claims, const char *name, int64_t now,
                    struct jwt_verdict *verdict) {
    int64_t time = 0;
    bool there;
    if (!read_time(claims, name, &there, &time)) {
        jwt_detail(verdict, "%s is no time", name);
        return false;
    }
    if (!there || time <= now + JWT_LEEWAY_S)
        return true;
    jwt_detail(verdict, "%s is %lld seconds ahead", name, (long long)(time - now));
    return false;
}

static bool is_printable(const char *text, size_t max) {
    size_t len = text ? strlen(text) : 0;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            return false;
    return len > 0 && len <= max;
}

static bool check_subject(const json_t *claims, struct principal *draft) {
    const char *subject = text_of(claims, "sub");
    if (!is_printable(subject, SUBJECT_MAX))
        return false;
    (void)snprintf(draft->name, sizeof draft->name, "jwt:%s", subject);
    return true;
}

static bool check_tenant(const struct jwt_rules *rules, const json_t *claims,
                         struct principal *draft) {
    char only[TENANT_SIZE];
    const json_t *member =
        rules->tenant_claim ? json_object_get(claims, rules->tenant_claim) : NULL;
    const char *text = json_string_value(member);
    if (rules->tenant && !tenant_parse(rules->tenant, strlen(rules->tenant), only))
        return false;
    if (!member && rules->tenant) {
        memcpy(draft->tenant, only, sizeof only);
        return true;
    }
    return text && tenant_parse(text, strlen(text), draft->tenant) &&
           (!rules->tenant || strcmp(only, draft->tenant) == 0);
}

static bool has_word(const char *list, const char *word) {
    size_t len = strlen(word);
    while (*(list += strspn(list, " "))) {
        size_t next = strcspn(list, " ");
        if (next == len && memcmp(list, word, len) == 0)
            return true;
        list += next;
    }
    return false;
}

/* The scope claim; `scp` is what some issuers call it, arrays are not accepted. */
static const char *scope_text(const json_t *claims) {
    const char *text = text_of(claims, "scope");
    if (!text)
        text = text_of(claims, "scp");
    return text ? text : "";
}

/*
 * A token that names nobody is not thereby a clinic's: an issuer that forgets the patient claim
 * must not hand out everybody. Scopes of a context count only for a caller of that context.
 */
static bool check_caller(const struct jwt_rules *rules, const json_t *claims,
                         struct principal *draft, struct jwt_verdict *verdict) {
    const json_t *patient =
        rules->patient_claim ? json_object_get(claims, rules->patient_claim) : NULL;
    const json_t *therapist =
        rules->therapist_claim ? json_object_get(claims, rules->therapist_claim) : NULL;
    const char *list = scope_text(claims);
    const char *subject = json_string_value(patient ? patient : therapist);
    unsigned context = patient ? SMART_PATIENT : therapist ? SMART_USER : SMART_SYSTEM;
    unsigned seen = 0;
    draft->scopes = scopes_parse(list, NULL) | scopes_parse_smart(list, context, &seen);
    draft->kind = patient ? PRINCIPAL_PATIENT : therapist ? PRINCIPAL_THERAPIST : PRINCIPAL_CLINIC;
    draft->subject_is_reference = patient != NULL;
    if (patient && therapist)
        jwt_detail(verdict, "it names a patient and a therapist");
    else if (patient || therapist)
        return is_printable(subject, PRINCIPAL_SUBJECT_SIZE - 1) &&
               snprintf(draft->subject, sizeof draft->subject, "%s", subject) > 0;
    else if ((seen & (SMART_USER | SMART_PATIENT)) ||
             (!(seen & SMART_SYSTEM) && !has_word(list, "clinic")))
        jwt_detail(verdict, "it does not say that it acts for a whole clinic");
    else
        return true;
    return false;
}

static bool passes(enum jwt_check check, const struct jwt_rules *rules, const json_t *claims,
                   int64_t now, struct principal *draft, struct jwt_verdict *verdict) {
    switch (check) {
    case JWT_CLAIMS:
        return json_is_object(claims);
    case JWT_ISSUER:
        return check_issuer(rules, claims, verdict);
    case JWT_AUDIENCE:
        return check_audience(rules, claims, verdict);
    case JWT_EXPIRY:
        return check_expiry(claims, now, &draft->expires_at, verdict);
    case JWT_NOT_BEFORE:
        return is_past(claims, "nbf", now, verdict) && is_past(claims, "iat", now, verdict);
    case JWT_SUBJECT:
        return check_subject(claims, draft);
    case JWT_TENANT:
        return check_tenant(rules, claims, draft);
    default:
        return check_caller(rules, claims, draft, verdict);
    }
}

void jwt_claims_judge(const struct jwt_rules *rules, const json_t *claims, int64_t now,
                      struct jwt_verdict *verdict) {
    struct principal draft = {0};
    verdict->reached = JWT_CLAIMS;
    while (verdict->reached < JWT_ACCEPTED &&
           passes(verdict->reached, rules, claims, now, &draft, verdict))
        verdict->reached++;
    if (verdict->reached != JWT_ACCEPTED)
        return;
    draft.expires_at += JWT_LEEWAY_S;
    verdict->principal = principal_new(&draft);
    verdict->no_memory = verdict->principal == NULL;
}
