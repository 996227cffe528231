#include "interop/cds_order.h"

#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_names.h"

/* Words for techniques, folded; a blank is the edge of a word. The first that fit count together.
 */
static const struct {
    const char *words, *technique;
} names[] = {
    {" deep tissue", "deep_tissue"},
    {" swedish massage", "swedish"},
    {" classic massage", "swedish"},
    {" relaxation massage", "swedish"},
    {" trigger point massage", "trigger_point"},
    {" trigger point therapy", "trigger_point"},
    {" trigger point release", "trigger_point"},
    {" myofascial release", "myofascial_release"},
    {" neuromuscular therapy", "neuromuscular"},
    {" neuromuscular massage", "neuromuscular"},
    {" sports massage", "sports"},
    {" shiatsu", "shiatsu_acupressure"},
    {" acupressure", "shiatsu_acupressure"},
    {" thai massage", "thai"},
    {" tuina", "tuina"},
    {" tui na ", "tuina"},
    {" hot stone", "hot_stone"},
    {" prenatal massage", "prenatal"},
    {" pregnancy massage", "prenatal"},
    {" chair massage", "chair"},
    {" manual lymphatic drainage", "mld"},
    {" manual lymph drainage", "mld"},
    {" craniosacral", "craniosacral"},
    {" cranio sacral", "craniosacral"},
    {" instrument assisted soft tissue", "iastm"},
    {" iastm ", "iastm"},
    {" gua sha ", "iastm"},
    {" graston", "iastm"},
    {" cupping", "cupping"},
    {" reflexology", "reflexology"},
    {" foam roll", "self_massage"},
    {" self massage", "self_massage"},
    {" effleurage", "gentle_effleurage"},
    {" massage gun", "percussive_device"},
    {" percussive massage", "percussive_device"},
    {" cross friction massage", "cross_friction"},
    {" transverse friction massage", "cross_friction"},
};

/* Massage in a few languages, and what is none. */
static const char *const massage[] = {" massage",  " masaje",     " massaggio",
                                      " massagem", " petrissage", " soft tissue mobili"};
static const char *const other_massage[] = {
    " cardiac massage", " heart massage",     " carotid",          " uterine massage",
    " fundal massage",  " prostatic massage", " prostate massage", " ocular massage"};

/* Codes that mean massage, whatever they are called. CPT 97140 is manual therapy of all kinds. */
static const struct {
    const char *system, *code;
} codes[] = {
    {"http://www.ama-assn.org/go/cpt", "97124"}, {"http://www.ama-assn.org/go/cpt", "97140"},
    {"urn:oid:2.16.840.1.113883.6.12", "97124"}, {"urn:oid:2.16.840.1.113883.6.12", "97140"},
    {"http://snomed.info/sct", "387854002"},
};

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

/* What has been read of one order so far. */
struct reading {
    const struct knowledge *knowledge;
    struct arena *arena;
    technique_set techniques;
    bool massage;
};

static technique_set technique_named(const struct knowledge *knowledge, const char *id) {
    int64_t number = id ? name_map_get(&knowledge->technique_names, id) : -1;
    return number < 0 ? 0 : UINT32_C(1) << number;
}

static bool has_one(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static void read_words(struct reading *reading, const char *text) {
    enum { LONGEST = 500 };
    size_t len = text ? strnlen(text, LONGEST) : 0;
    const char *folded = len ? fold_words(reading->arena, text, len) : NULL;
    size_t size = folded ? strlen(folded) + 3 : 0;
    char *padded = folded ? arena_take(reading->arena, size) : NULL;
    if (!padded)
        return;
    (void)snprintf(padded, size, " %s ", folded);
    if (has_one(padded, other_massage, sizeof other_massage / sizeof *other_massage))
        return;
    reading->massage |= has_one(padded, massage, sizeof massage / sizeof *massage);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        technique_set found = strstr(padded, names[i].words)
                                  ? technique_named(reading->knowledge, names[i].technique)
                                  : 0;
        reading->techniques |= found;
        reading->massage |= found != 0;
    }
}

static void read_coding(struct reading *reading, const json_t *coding) {
    const char *system = text_of(coding, "system"), *code = text_of(coding, "code");
    if (system && code && strcmp(system, SYSTEM_TECHNIQUE) == 0) {
        technique_set found = technique_named(reading->knowledge, code);
        reading->techniques |= found;
        reading->massage |= found != 0;
    }
    for (size_t i = 0; system && code && i < sizeof codes / sizeof *codes; i++)
        reading->massage |=
            strcmp(codes[i].system, system) == 0 && strcmp(codes[i].code, code) == 0;
    read_words(reading, text_of(coding, "display"));
}

static void read_concept(struct reading *reading, const json_t *concept) {
    size_t i;
    json_t *item;
    if (json_is_array(concept)) {
        json_array_foreach(concept, i, item) {
            if (json_is_object(item))
                read_concept(reading, item);
        }
        return;
    }
    read_words(reading, text_of(concept, "text"));
    json_array_foreach(json_object_get(concept, "coding"), i, item) read_coding(reading, item);
}

/* Where each kind of resource says what it is about: concepts, then plain texts. */
static const struct kind {
    const char *type;
    const char *concepts[5];
    const char *texts[3];
} kinds[] = {
    {"ServiceRequest", {"code", "orderDetail", "performerType"}, {NULL}},
    {"Appointment",
     {"serviceType", "serviceCategory", "specialty", "appointmentType"},
     {"description", "comment"}},
    {"Task", {"code"}, {"description"}},
    {"DeviceRequest", {"codeCodeableConcept"}, {NULL}},
};

static const struct kind *kind_of(const json_t *resource) {
    const char *type = text_of(resource, "resourceType");
    for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

static bool is_open(const json_t *resource) {
    static const char *const over[] = {"revoked", "completed", "entered-in-error", "cancelled",
                                       "noshow",  "fulfilled", "rejected"};
    const char *status = text_of(resource, "status");
    for (size_t i = 0; status && i < sizeof over / sizeof *over; i++)
        if (strcmp(status, over[i]) == 0)
            return false;
    return !json_is_true(json_object_get(resource, "doNotPerform"));
}

static bool is_selected(const json_t *resource, const json_t *selections) {
    const char *type = text_of(resource, "resourceType"), *id = text_of(resource, "id");
    char name[128];
    size_t i;
    json_t *item;
    if (!selections)
        return true;
    (void)snprintf(name, sizeof name, "%s/%s", type ? type : "", id ? id : "");
    json_array_foreach(selections, i, item) {
        const char *selected = json_string_value(item);
        if (selected && strcmp(selected, name) == 0)
            return true;
    }
    return false;
}

static void read_order(struct reading *reading, const json_t *resource, struct cds_orders *orders) {
    const struct kind *kind = kind_of(resource);
    if (!kind || !is_open(resource))
        return;
    for (size_t i = 0; i < sizeof kind->concepts / sizeof *kind->concepts && kind->concepts[i]; i++)
        read_concept(reading, json_object_get(resource, kind->concepts[i]));
    for (size_t i = 0; i < sizeof kind->texts / sizeof *kind->texts && kind->texts[i]; i++)
        read_words(reading, text_of(resource, kind->texts[i]));
    if (!reading->massage)
        return;
    orders->more |= orders->count == CDS_ORDERS_MAX;
    if (orders->count < CDS_ORDERS_MAX)
        orders->all[orders->count++] = (struct cds_order){resource, reading->techniques};
}

void cds_orders_find(const struct knowledge *knowledge, const json_t *bundle,
                     const json_t *selections, struct arena *arena, struct cds_orders *orders) {
    size_t i;
    json_t *entry;
    *orders = (struct cds_orders){0};
    json_array_foreach(json_object_get(bundle, "entry"), i, entry) {
        const json_t *resource = json_object_get(entry, "resource");
        struct reading reading = {.knowledge = knowledge, .arena = arena};
        if (is_selected(resource, selections))
            read_order(&reading, resource, orders);
    }
}

bool cds_order_name(const struct cds_order *order, char *name, size_t size) {
    const char *type = text_of(order->resource, "resourceType");
    const char *id = text_of(order->resource, "id");
    if (!type || !id || !fhir_id_is(id))
        return false;
    return snprintf(name, size, "%s/%s", type, id) < (int)size;
}
