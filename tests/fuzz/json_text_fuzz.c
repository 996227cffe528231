/* What passes the precheck must never make jansson complain of UTF-8 or a raw NUL, what it parses
 * must be whole, and what the quick reader reads must be what jansson reads. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "base/json_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct json_text_problem checked, parsed;
    bool passed = json_text_precheck((const char *)data, size, &checked);
    json_t *value = json_text_parse((const char *)data, size, &parsed);
    if (passed != (checked.kind == JSON_TEXT_OK) || (value && parsed.kind != JSON_TEXT_OK))
        abort();
    if (passed && parsed.kind == JSON_TEXT_INVALID_UTF8)
        abort();
    if (!value && (parsed.line < 1 || parsed.column < 1 || parsed.detail[0] == '\0'))
        abort();
    json_decref(value);
    bool no_memory;
    json_t *quick =
        passed ? json_read((const char *)data, size, JSON_TEXT_DEPTH, &no_memory) : NULL;
    json_t *slow =
        quick ? json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (quick && (!slow || !json_equal(quick, slow)))
        abort();
    json_decref(quick);
    json_decref(slow);
    return 0;
}
