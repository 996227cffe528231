#include "interop/fhir_bundle.h"

#include "interop/fhir_json.h"

json_t *fhir_bundle(const char *type) {
    return json_pack("{s:s, s:s}", "resourceType", "Bundle", "type", type);
}

static json_t *list_of(json_t *bundle, const char *key) {
    json_t *list = json_object_get(bundle, key);
    if (list)
        return list;
    list = json_array();
    return list && json_object_set_new(bundle, key, list) == 0 ? list : NULL;
}

bool fhir_bundle_link(json_t *bundle, const char *relation, const char *url) {
    if (!url)
        return true;
    json_t *list = list_of(bundle, "link");
    json_t *link = json_pack("{s:s, s:s}", "relation", relation, "url", url);
    if (list && link)
        return json_array_append_new(list, link) == 0;
    json_decref(link);
    return false;
}

bool fhir_bundle_total(json_t *bundle, long long total) {
    return json_object_set_new(bundle, "total", json_integer(total)) == 0;
}

bool fhir_bundle_entry(json_t *bundle, json_t *entry_owned) {
    json_t *list = entry_owned ? list_of(bundle, "entry") : NULL;
    bool good = list && json_array_append(list, entry_owned) == 0;
    json_decref(entry_owned);
    return good;
}

bool fhir_bundle_add(json_t *bundle, const char *full_url, json_t *resource_owned,
                     const char *mode) {
    json_t *entry = resource_owned ? json_object() : NULL;
    bool good = entry && fhir_set_text(entry, "fullUrl", full_url) &&
                json_object_set(entry, "resource", resource_owned) == 0;
    if (good && mode)
        good = fhir_set(entry, "search", json_pack("{s:s}", "mode", mode));
    good = good && fhir_bundle_entry(bundle, json_incref(entry));
    json_decref(entry);
    json_decref(resource_owned);
    return good;
}

json_t *fhir_bundle_last(json_t *bundle) {
    json_t *list = json_object_get(bundle, "entry");
    size_t count = json_array_size(list);
    return count ? json_array_get(list, count - 1) : NULL;
}

json_t *fhir_full_url(const char *base, const json_t *resource) {
    return json_sprintf("%s/%s/%s", base, fhir_text(resource, "resourceType"),
                        fhir_text(resource, "id"));
}
