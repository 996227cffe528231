#include "interop/cds_card_id.h"

#include <stdio.h>
#include <string.h>

enum { RULE_HEX = 8, KEY_SIZE = 600 };

static const char *const topics[CDS_TOPICS] = {
    [CDS_TRIAGE] = "triage",   [CDS_CONTRAINDICATED] = "contraindicated", [CDS_WAITING] = "waiting",
    [CDS_CAUTION] = "caution", [CDS_REASONABLE] = "reasonable",           [CDS_OPEN] = "open"};

const char *cds_topic_name(enum cds_topic topic) {
    return topics[topic];
}

enum status cds_uuid(const struct cds_case *about, enum cds_topic topic, const char *rule,
                     unsigned number, char uuid[CDS_UUID_SIZE]) {
    char key[KEY_SIZE], named[DIGEST_HEX], whole[DIGEST_HEX];
    int len = snprintf(key, sizeof key, "%.40s|%s|%s|%.64s|%.200s|%u", about->instance,
                       cds_services[about->hook].id, topics[topic], about->patient, rule, number);
    enum status status = digest_hex(rule, strlen(rule), named);
    if (status == STATUS_OK)
        status = digest_hex(key, (size_t)len, whole);
    if (status == STATUS_OK)
        (void)snprintf(uuid, CDS_UUID_SIZE, "%.8s-%02x%.2s-8%.3s-b%.3s-%.12s", named,
                       (unsigned)topic, whole, whole + 2, whole + 5, whole + 8);
    return status;
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int rule_of(const struct knowledge *knowledge, const char *uuid) {
    char named[DIGEST_HEX];
    for (unsigned i = 0; i < knowledge->rule_count; i++) {
        const char *id = knowledge->rules[i].id;
        if (digest_hex(id, strlen(id), named) == STATUS_OK && memcmp(named, uuid, RULE_HEX) == 0)
            return (int)i;
    }
    return -1;
}

bool cds_card_is_ours(const struct knowledge *knowledge, const char *uuid, enum cds_topic *topic,
                      int *rule) {
    int high = strlen(uuid) == CDS_UUID_SIZE - 1 ? hex(uuid[RULE_HEX + 1]) : -1;
    int low = high < 0 ? -1 : hex(uuid[RULE_HEX + 2]);
    if (low < 0 || high * 16 + low >= CDS_TOPICS || uuid[14] != '8' || uuid[19] != 'b')
        return false;
    *topic = (enum cds_topic)(high * 16 + low);
    *rule = rule_of(knowledge, uuid);
    return true;
}
