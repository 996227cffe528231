#include "resources/ids.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

enum status id_new(char id[ID_SIZE]) {
    unsigned char random[ID_SIZE - 1];
    if (gnutls_rnd(GNUTLS_RND_RANDOM, random, sizeof random) != 0)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < sizeof random; i++)
        id[i] = letters[random[i] & 31];
    id[ID_SIZE - 1] = '\0';
    return STATUS_OK;
}

enum status sub_id_new(char letter, char id[SUB_ID_SIZE]) {
    id[0] = letter;
    id[1] = '-';
    return id_new(id + 2);
}

/* `len` bytes of `alphabet` and then the end. */
static bool is_made_of(const char *text, const char *alphabet, size_t len) {
    return strspn(text, alphabet) == len && text[len] == '\0';
}

bool id_is_plain(const char *text) {
    return is_made_of(text, letters, ID_SIZE - 1);
}

bool sub_id_is(char letter, const char *text) {
    return text[0] == letter && text[1] == '-' && id_is_plain(text + 2);
}

bool patient_id_is(const char *text) {
    return is_made_of(text, "0123456789abcdef", PATIENT_ID_SIZE - 1);
}

bool plan_ref_parse(const char *text, struct plan_ref *ref) {
    if (strlen(text) != PLAN_REF_SIZE - 1 || text[PATIENT_ID_SIZE - 1] != '.')
        return false;
    memcpy(ref->patient_id, text, PATIENT_ID_SIZE - 1);
    ref->patient_id[PATIENT_ID_SIZE - 1] = '\0';
    memcpy(ref->plan_id, text + PATIENT_ID_SIZE, ID_SIZE);
    return patient_id_is(ref->patient_id) && id_is_plain(ref->plan_id);
}

void plan_ref_text(const struct plan_ref *ref, char text[PLAN_REF_SIZE]) {
    (void)snprintf(text, PLAN_REF_SIZE, "%s.%s", ref->patient_id, ref->plan_id);
}
