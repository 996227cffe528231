/* API keys, scopes and principals: what is read, and what is proven by it. */
#include <check.h>
#include <string.h>

#include "access/api_key.h"
#include "access/base64url.h"

Suite *access_key_suite(void);

#define TENANT "0192f0c17d2a7c3e9f001234567890ab"
#define SECRET "AAAAAAAAAAAAAAAAAAAAA-AAAAAAAAA_AAAAAAAAAAA"
static const char good[] = "unk_" TENANT "_Ab3dEf6hIj9k_" SECRET;

START_TEST(reads_a_key) {
    struct api_key key;
    ck_assert_uint_eq(strlen(good), API_KEY_LEN);
    ck_assert(api_key_parse(good, strlen(good), &key));
    ck_assert(!key.publishable);
    ck_assert_str_eq(key.tenant, "0192f0c1-7d2a-7c3e-9f00-1234567890ab");
    ck_assert_str_eq(key.id, "Ab3dEf6hIj9k");
    ck_assert_str_eq(key.prefix, "unk_" TENANT "_Ab3dEf6hIj9k");
    ck_assert(api_key_parse("pub_" TENANT "_Ab3dEf6hIj9k_" SECRET, API_KEY_LEN, &key));
    ck_assert(key.publishable);
}
END_TEST

static const char *const bad_keys[] = {
    "",
    "unk_",
    "unk_" TENANT,
    "UNK_" TENANT "_Ab3dEf6hIj9k_" SECRET,
    "abc_" TENANT "_Ab3dEf6hIj9k_" SECRET,
    "unk_" TENANT "_Ab3dEf6hIj9k_" SECRET "A",
    "unk_" TENANT "-Ab3dEf6hIj9k_" SECRET,
    "unk_" TENANT "_Ab3dEf6hIj9k-" SECRET,
    "unk_0192F0c17d2a7c3e9f001234567890ab_Ab3dEf6hIj9k_" SECRET,
    "unk_0192g0c17d2a7c3e9f001234567890ab_Ab3dEf6hIj9k_" SECRET,
    "unk_" TENANT "_Ab3dEf6h-j9k_" SECRET,
    "unk_" TENANT "_Ab3dEf6h'j9k_" SECRET,
    "unk_" TENANT "_Ab3dEf6hIj9k_AAAAAAAAAAAAAAAAAAAAA+AAAAAAAAA_AAAAAAAAAAA",
    "unk_" TENANT "_Ab3dEf6hIj9k_AAAAAAAAAAAAAAAAAAAAA-AAAAAAAAA_AAAAAAAAAAB", /* stray bits */
    "unk_" TENANT "_Ab3dEf6hIj9k_AAAAAAAAAAAAAAAAAAAAA-AAAAAAAAA_AAAAAAAAAA ",
};

START_TEST(refuses_what_is_no_key) {
    struct api_key key;
    ck_assert_msg(!api_key_parse(bad_keys[_i], strlen(bad_keys[_i]), &key), "%s", bad_keys[_i]);
}
END_TEST

START_TEST(a_nul_is_no_letter) {
    struct api_key key;
    char text[API_KEY_SIZE];
    for (size_t i = 0; i < API_KEY_LEN; i++) {
        memcpy(text, good, sizeof text);
        text[i] = '\0';
        ck_assert_msg(!api_key_parse(text, API_KEY_LEN, &key), "%zu", i);
        ck_assert(!api_key_parse(good, i, &key));
    }
}
END_TEST

START_TEST(makes_keys) {
    struct api_key key, again, other;
    char text[API_KEY_SIZE], second[API_KEY_SIZE];
    ck_assert_int_eq(api_key_generate(TENANT, true, text, &key), STATUS_OK);
    ck_assert(api_key_parse(text, strlen(text), &again));
    ck_assert_mem_eq(&key, &again, sizeof key);
    ck_assert(key.publishable && strncmp(text, "pub_" TENANT "_", 37) == 0);
    ck_assert_int_eq(api_key_generate(TENANT, true, second, &other), STATUS_OK);
    ck_assert_str_ne(text, second);
    ck_assert_mem_ne(key.hash, other.hash, sizeof key.hash);
    ck_assert_int_eq(api_key_generate("no uuid", false, text, &key), STATUS_INVALID);
}
END_TEST

static struct api_key_row row_of(const struct api_key *key) {
    struct api_key_row row = {.kind = PRINCIPAL_CLINIC, .scopes = SCOPES_ALL, .expires_at = 1000};
    memcpy(row.hash, key->hash, sizeof row.hash);
    return row;
}

START_TEST(judges_rows) {
    struct api_key key;
    struct principal *principal;
    ck_assert(api_key_parse(good, strlen(good), &key));
    struct api_key_row row = row_of(&key);
    ck_assert_int_eq(api_key_judge(&key, &row, 999, &principal), STATUS_OK);
    ck_assert_str_eq(principal->name, "key:Ab3dEf6hIj9k");
    ck_assert_str_eq(principal->tenant, key.tenant);
    ck_assert_uint_eq(principal->scopes, SCOPES_ALL);
    principal_release(principal);
    ck_assert_int_eq(api_key_judge(&key, &row, 1000, &principal), STATUS_UNAUTHENTICATED);
    row.hash[31] ^= 1;
    ck_assert_int_eq(api_key_judge(&key, &row, 999, &principal), STATUS_UNAUTHENTICATED);
    row = row_of(&key);
    row.revoked = true;
    ck_assert_int_eq(api_key_judge(&key, &row, 999, &principal), STATUS_UNAUTHENTICATED);
    row = row_of(&key);
    row.publishable = true; /* a secret key's row must say so, too */
    ck_assert_int_eq(api_key_judge(&key, &row, 999, &principal), STATUS_UNAUTHENTICATED);
    row = row_of(&key);
    row.kind = PRINCIPAL_PATIENT; /* of nobody */
    ck_assert_int_eq(api_key_judge(&key, &row, 999, &principal), STATUS_UNAUTHENTICATED);
    ck_assert_ptr_null(principal);
}
END_TEST

START_TEST(kinds_limit_scopes) {
    struct principal draft = {.kind = PRINCIPAL_PATIENT, .scopes = SCOPES_ALL, .subject = "p"};
    struct principal *patient = principal_new(&draft);
    ck_assert(patient->scopes & SCOPE_SESSIONS_WRITE);
    ck_assert(!(patient->scopes & (SCOPE_PLANS_CLEAR | SCOPE_PATIENTS_ERASE | SCOPE_AUDIT_READ)));
    draft.kind = PRINCIPAL_CLINIC;
    draft.publishable = true;
    struct principal *app = principal_new(&draft);
    ck_assert_uint_eq(app->scopes, SCOPES_OPEN);
    ck_assert_mem_ne(app->digest, patient->digest, PRINCIPAL_DIGEST);
    char text[PRINCIPAL_DIGEST_HEX];
    principal_digest_text(app, text);
    ck_assert_uint_eq(strlen(text), 32);
    principal_release(patient);
    principal_release(app);
    principal_release(NULL);
}
END_TEST

START_TEST(reads_scopes) {
    const char *unknown;
    ck_assert_uint_eq(scopes_parse("{plans:read,plans:write}", &unknown),
                      SCOPE_PLANS_READ | SCOPE_PLANS_WRITE);
    ck_assert_ptr_null(unknown);
    ck_assert_uint_eq(scopes_parse("plans:read plans:rea audit:read", &unknown),
                      SCOPE_PLANS_READ | SCOPE_AUDIT_READ);
    ck_assert_int_eq(strncmp(unknown, "plans:rea ", 10), 0);
    ck_assert_uint_eq(scopes_parse("", NULL), 0);
    scope_set all = 0;
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        all |= scope_rows[i].scope;
        ck_assert_str_eq(scope_name(scope_rows[i].scope), scope_rows[i].name);
    }
    ck_assert_uint_eq(all, SCOPES_ALL);
    ck_assert_str_eq(scope_name(SCOPES_ALL), "");
}
END_TEST

static const struct {
    const char *list;
    unsigned contexts;
    scope_set scopes;
} smart[] = {
    {"system/Goal.rs system/Provenance.read system/AdverseEvent.r", SMART_SYSTEM, SCOPE_PLANS_READ},
    {"system/PractitionerRole.rs", SMART_SYSTEM, SCOPE_THERAPISTS_READ},
    {"system/ActivityDefinition.read system/Questionnaire.rs", SMART_SYSTEM, SCOPE_CATALOGUE_READ},
    {"system/AdverseEvent.write system/Goal.cud", SMART_SYSTEM, 0},
    {"system/CarePlan.read", SMART_SYSTEM, SCOPE_PLANS_READ},
    {"system/CarePlan.write", SMART_SYSTEM, SCOPE_PLANS_WRITE},
    {"system/CarePlan.rs", SMART_SYSTEM, SCOPE_PLANS_READ},
    {"system/CarePlan.cruds", SMART_SYSTEM, SCOPE_PLANS_READ | SCOPE_PLANS_WRITE},
    {"system/CarePlan.c", SMART_SYSTEM, 0},
    {"system/CarePlan.sr", SMART_SYSTEM, 0},
    {"system/CarePlan.", SMART_SYSTEM, 0},
    {"system/CarePlan", SMART_SYSTEM, 0},
    {"system/CarePlan.rs?category=x", SMART_SYSTEM, 0},
    {"patient/CarePlan.read", SMART_SYSTEM, 0},
    {"patient/CarePlan.read", SMART_PATIENT, SCOPE_PLANS_READ},
    {"openid system/AuditEvent.r user/Practitioner.cruds", SMART_SYSTEM, SCOPE_AUDIT_READ},
    {"system/Unheard.read", SMART_SYSTEM, 0},
    {"admin/CarePlan.read", SMART_SYSTEM | SMART_USER | SMART_PATIENT, 0},
    {"/ / system/ system/. system/*", SMART_SYSTEM, 0},
};

START_TEST(reads_smart_scopes) {
    unsigned seen;
    ck_assert_msg(scopes_parse_smart(smart[_i].list, smart[_i].contexts, &seen) == smart[_i].scopes,
                  "%s", smart[_i].list);
    /* The wildcard never brings what must be named. */
    scope_set named = SCOPE_PLANS_CLEAR | SCOPE_PATIENTS_EXPORT | SCOPE_PATIENTS_ERASE;
    ck_assert(!(scopes_parse_smart("system/*.*", SMART_SYSTEM, &seen) & named));
    ck_assert_uint_eq(seen, SMART_SYSTEM);
}
END_TEST

START_TEST(reads_tenants) {
    char tenant[TENANT_SIZE];
    ck_assert(tenant_parse("0192F0C1-7D2A-7C3E-9F00-1234567890AB", 36, tenant));
    ck_assert_str_eq(tenant, "0192f0c1-7d2a-7c3e-9f00-1234567890ab");
    ck_assert(tenant_parse(TENANT, 32, tenant));
    ck_assert(!tenant_parse("0192f0c1-7d2a-7c3e-9f00-1234567890a'", 36, tenant));
    ck_assert(!tenant_parse("0192f0c17-d2a-7c3e-9f00-1234567890ab", 36, tenant));
    ck_assert(!tenant_parse("", 0, tenant));
}
END_TEST

START_TEST(base64url_is_strict) {
    unsigned char bytes[8], all[256];
    char text[BASE64URL_LEN(256) + 1];
    size_t len;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    for (size_t n = 0; n <= sizeof all; n++) {
        unsigned char back[256];
        base64url_encode(all, n, text);
        ck_assert(base64url_decode(text, BASE64URL_LEN(n), back, &len) && len == n);
        ck_assert_mem_eq(back, all, n);
    }
    ck_assert(!base64url_decode("A", 1, bytes, &len));
    ck_assert(!base64url_decode("AB", 2, bytes, &len));
    ck_assert(!base64url_decode("AA==", 4, bytes, &len));
    ck_assert(!base64url_decode("A/", 2, bytes, &len));
    ck_assert(!base64url_decode("AA\nA", 4, bytes, &len));
}
END_TEST

Suite *access_key_suite(void) {
    Suite *suite = suite_create("access_key");
    TCase *test = tcase_create("all");
    tcase_add_test(test, reads_a_key);
    tcase_add_loop_test(test, refuses_what_is_no_key, 0, sizeof bad_keys / sizeof *bad_keys);
    tcase_add_test(test, a_nul_is_no_letter);
    tcase_add_test(test, makes_keys);
    tcase_add_test(test, judges_rows);
    tcase_add_test(test, kinds_limit_scopes);
    tcase_add_test(test, reads_scopes);
    tcase_add_loop_test(test, reads_smart_scopes, 0, sizeof smart / sizeof *smart);
    tcase_add_test(test, reads_tenants);
    tcase_add_test(test, base64url_is_strict);
    suite_add_tcase(suite, test);
    return suite;
}
