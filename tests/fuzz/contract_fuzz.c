/* Any JSON against a contract that uses every keyword: no crash, and every complaint is a proper
 * one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/contract_fixture.h"
#include "base/json_text.h"
#include "contract/contract.h"
#include "place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct contract *load_fixture(void) {
    char message[512], json[] = FIXTURE;
    for (char *c = json; *c; c++)
        if (*c == '\'')
            *c = '"';
    struct contract *contract = contract_load(json, strlen(json), message, sizeof message);
    if (!contract)
        abort();
    return contract;
}

static void judge(const struct complaints *complaints, char first) {
    for (size_t i = 0; i < complaints->count; i++) {
        const struct complaint *complaint = &complaints->all[i];
        json_t *text = json_string(complaint->detail); /* NULL when it is not UTF-8 */
        if (!text || complaint->pointer[0] != first || !*complaint->code || !*complaint->detail)
            abort();
        json_decref(text);
    }
}

static void check_as_query(const struct contract *contract, const json_t *value,
                           struct complaints *complaints) {
    struct contract_pair pairs[16];
    size_t count = 0;
    json_t *object = (json_t *)(uintptr_t)value;
    const char *name;
    json_t *member;
    json_object_foreach(object, name, member) {
        if (count < 16 && json_is_string(member))
            pairs[count++] = (struct contract_pair){name, json_string_value(member)};
    }
    contract_check_query(contract, "listTechniques", pairs, count, complaints);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct contract *contract;
    if (!contract)
        contract = load_fixture();
    struct json_text_problem problem;
    json_t *value = json_text_parse((const char *)data, size, &problem);
    if (!value)
        return 0;
    struct arena arena;
    struct complaints complaints;
    arena_init(&arena, 4096);
    complaints_init(&complaints, &arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), value, &complaints);
    judge(&complaints, '#');
    places_are_in(value, &complaints);
    complaints_init(&complaints, &arena);
    check_as_query(contract, value, &complaints);
    judge(&complaints, '?');
    arena_free(&arena);
    json_decref(value);
    return 0;
}
