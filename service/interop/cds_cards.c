#include "interop/cds_cards.h"

#include <stdio.h>
#include <string.h>

#include "interop/cds_card_id.h"
#include "interop/cds_card_text.h"
#include "interop/cds_care_plan.h"
#include "interop/fhir_json.h"

#define SYSTEM_TOPIC FHIR_CODES("cds-topic")
#define SYSTEM_OVERRIDE FHIR_CODES("override-reason")

enum { PLANS_MAX = 3, ATTESTED_MAX = 2, LINKS_MAX = 3, CANCELS_MAX = 5, SUMMARY_SIZE = 1200 };

/* One call in work. */
struct dealing {
    const struct cds_case *about;
    const struct decision *decision;
    json_t *cards;
    technique_set focus; /* what the call is about */
    bool broad;          /* about massage as such, no particular technique */
    bool failed;
};

static const char *name_of(const struct dealing *dealing, unsigned technique) {
    const struct decision *decision = dealing->decision;
    return text_in(decision->knowledge->techniques[technique].name, decision->intake->language)
        ->utf8;
}

/* ---- sets ---- */

static technique_set with_verdict(const struct decision *decision, enum verdict verdict) {
    technique_set set = 0;
    for (unsigned t = 0; t < decision->knowledge->technique_count; t++)
        if (decision->outcome.limits[t].verdict == (uint8_t)verdict)
            set |= UINT32_C(1) << t;
    return set;
}

static technique_set all_techniques(const struct decision *decision) {
    unsigned count = decision->knowledge->technique_count;
    return count >= 32 ? UINT32_MAX : (UINT32_C(1) << count) - 1;
}

/* What the call is about, with this verdict; where it is about massage as such, without what would
   be so for a person of whom nothing is known. */
static technique_set focused(const struct dealing *dealing, enum verdict verdict) {
    technique_set set = with_verdict(dealing->decision, verdict) & dealing->focus;
    if (dealing->broad)
        set &= ~with_verdict(dealing->about->before, verdict);
    return set;
}

static bool acts_before(const struct dealing *dealing, uint16_t rule) {
    const struct outcome *before = &dealing->about->before->outcome;
    for (unsigned i = 0; i < before->acting_count; i++)
        if (before->acting[i].rule == rule)
            return true;
    return false;
}

/* Techniques of which nothing can be said yet, but that the record limits already. */
static technique_set limited(const struct dealing *dealing) {
    const struct decision *decision = dealing->decision;
    technique_set set = 0;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        if (acts_before(dealing, acting->rule))
            continue;
        for (unsigned t = 0; t < decision->knowledge->technique_count; t++)
            if (cds_limits(decision, acting, t))
                set |= UINT32_C(1) << t;
    }
    return set & dealing->focus;
}

/* Permitted techniques, best first. */
static unsigned permitted(const struct decision *decision, unsigned out[MAX_TECHNIQUES]) {
    unsigned count = 0;
    for (unsigned i = 0; i < decision->ranked_count; i++)
        out[count++] = decision->ranked[i].technique;
    for (unsigned i = 0; i < decision->not_preferred_count && count < MAX_TECHNIQUES; i++)
        out[count++] = decision->not_preferred[i].technique;
    return count;
}

/* ---- suggestions ---- */

static void make_uuid(struct dealing *dealing, enum cds_topic topic, const char *rule,
                      unsigned number, char uuid[CDS_UUID_SIZE]) {
    uuid[0] = '\0';
    if (cds_uuid(dealing->about, topic, rule, number, uuid) != STATUS_OK)
        dealing->failed = true;
}

/* Takes the action. */
static void suggest(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                    const char *label, bool recommended, json_t *action_owned) {
    char uuid[CDS_UUID_SIZE];
    unsigned number = (unsigned)json_array_size(suggestions) + 1;
    make_uuid(dealing, topic, "", number, uuid);
    json_t *suggestion =
        json_pack("{s:s,s:s,s:[o]}", "label", label, "uuid", uuid, "actions", action_owned);
    /* Of a record that was not seen whole nothing follows that one should just do. */
    if (suggestion && recommended && !dealing->about->missing_count)
        (void)json_object_set_new(suggestion, "isRecommended", json_true());
    if (!suggestion || json_array_append_new(suggestions, suggestion) != 0)
        dealing->failed = true;
}

static json_t *action(const char *type, const char *description, json_t *resource_owned) {
    return json_pack("{s:s,s:s,s:o}", "type", type, "description", description, "resource",
                     resource_owned);
}

static void suggest_plan(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                         unsigned technique, bool recommended) {
    char label[200];
    json_t *plan = cds_care_plan(dealing->decision, dealing->about->patient, dealing->about->intake,
                                 technique);
    (void)snprintf(label, sizeof label, "Plan %.150s within these limits",
                   name_of(dealing, technique));
    if (plan)
        suggest(dealing, suggestions, topic, label, recommended, action("create", label, plan));
    else
        dealing->failed = true;
}

/* The order as it came, for another technique. */
static json_t *changed_order(const struct dealing *dealing, const struct cds_order *order,
                             unsigned technique) {
    const char *id = dealing->decision->knowledge->techniques[technique].id;
    const char *name = name_of(dealing, technique);
    json_t *copy = json_deep_copy(order->resource);
    json_t *concept = fhir_concept(SYSTEM_TECHNIQUE, id, name, name);
    if (!copy || !concept || json_object_set(copy, "code", concept) != 0) {
        json_decref(copy);
        copy = NULL;
    }
    json_decref(concept);
    return copy;
}

static bool is_service_request(const struct cds_order *order) {
    const char *type = json_string_value(json_object_get(order->resource, "resourceType"));
    return type && strcmp(type, "ServiceRequest") == 0;
}

static void suggest_change(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                           const struct cds_order *order, unsigned technique) {
    char label[200], reference[128];
    json_t *copy = changed_order(dealing, order, technique);
    (void)snprintf(label, sizeof label, "Order %.150s instead", name_of(dealing, technique));
    if (!copy)
        dealing->failed = true;
    else if (cds_order_name(order, reference, sizeof reference))
        suggest(dealing, suggestions, topic, label, true, action("update", label, copy));
    else
        json_decref(copy);
}

static void suggest_cancel(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                           const struct cds_order *order) {
    char label[200], reference[128];
    if (!cds_order_name(order, reference, sizeof reference))
        return;
    (void)snprintf(label, sizeof label, "Do not order this (%.120s)", reference);
    json_t *cancel =
        json_pack("{ssssss}", "type", "delete", "description", label, "resourceId", reference);
    if (cancel)
        suggest(dealing, suggestions, topic, label, false, cancel);
    else
        dealing->failed = true;
}

/* Orders that name one of these; those that name none are about all. */
static bool is_about(const struct cds_order *order, technique_set techniques) {
    return (order->techniques ? order->techniques & techniques : techniques) != 0;
}

/* When the record alone permits nothing: what would be right if the clinician vouches for the
   answers that are missing. Never the recommended one: somebody has to have asked. */
static void suggest_attested(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                             struct buffer *detail) {
    static const char what[] = "Create a draft plan that has these answers and this agreement on "
                               "record, dated today; it is judged again when it is saved";
    const struct cds_case *about = dealing->about;
    unsigned best[MAX_TECHNIQUES], given = 0;
    unsigned count = about->attested ? permitted(about->attested, best) : 0;
    if (count)
        cds_write_attested(detail);
    for (unsigned i = 0; i < count && given < ATTESTED_MAX; i++, given++) {
        char label[240];
        json_t *plan =
            cds_attested_plan(about->attested, about->patient, about->attested_intake, best[i]);
        (void)snprintf(label, sizeof label,
                       "I asked the safety questions today, all were no, and I agree: plan %.120s",
                       name_of(dealing, best[i]));
        if (plan)
            suggest(dealing, suggestions, topic, label, false, action("create", what, plan));
        else
            dealing->failed = true;
    }
}

/* Instead of what must not be: another technique, a plan, or nothing. */
static void suggest_instead(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                            technique_set techniques, struct buffer *detail) {
    unsigned best[MAX_TECHNIQUES], count = permitted(dealing->decision, best);
    const struct cds_orders *orders = dealing->about->orders;
    bool changed = false;
    for (size_t i = 0; orders && count && i < orders->count && !changed; i++) {
        const struct cds_order *order = &orders->all[i];
        changed = order->techniques && is_about(order, techniques) && is_service_request(order);
        if (changed)
            suggest_change(dealing, suggestions, topic, order, best[0]);
    }
    for (unsigned i = 0; i < count && i < PLANS_MAX; i++)
        suggest_plan(dealing, suggestions, topic, best[i], !changed && i == 0);
    if (!count)
        suggest_attested(dealing, suggestions, topic, detail);
    for (size_t i = 0, cancelled = 0; orders && i < orders->count && cancelled < CANCELS_MAX; i++)
        if (orders->all[i].techniques && is_about(&orders->all[i], techniques)) {
            suggest_cancel(dealing, suggestions, topic, &orders->all[i]);
            cancelled++;
        }
}

static void suggest_plans(struct dealing *dealing, json_t *suggestions, enum cds_topic topic,
                          technique_set techniques) {
    unsigned best[MAX_TECHNIQUES], count = permitted(dealing->decision, best), given = 0;
    for (unsigned i = 0; i < count && given < PLANS_MAX; i++)
        if (techniques >> best[i] & 1) {
            suggest_plan(dealing, suggestions, topic, best[i], given == 0);
            given++;
        }
}

/* ---- a card ---- */

static const struct kind {
    const char *indicator, *display;
    bool overridable;
} kinds[CDS_TOPICS] = {
    [CDS_TRIAGE] = {"critical", "See a clinician before any massage", true},
    [CDS_CONTRAINDICATED] = {"critical", "Contraindicated massage", true},
    [CDS_WAITING] = {"warning", "Massage that waits for a clinician", true},
    [CDS_CAUTION] = {"warning", "Massage with changes", true},
    [CDS_REASONABLE] = {"info", "Reasonable massage", false},
    [CDS_OPEN] = {"info", "Questions before massage", false},
};

const char *cds_topic_display(enum cds_topic topic) {
    return kinds[topic].display;
}

static const struct cds_override overrides[] = {
    {"clinician-cleared", "A clinician has examined the patient and agrees"},
    {"benefit-outweighs-risk", "The benefit outweighs the risk for this patient"},
    {"record-not-right", "The record is wrong or out of date"},
    {"already-adapted", "The massage is adapted already"},
    {"not-relevant", "This has nothing to do with the order"},
};

const struct cds_override *cds_override_at(size_t number) {
    return number < sizeof overrides / sizeof *overrides ? &overrides[number] : NULL;
}

static json_t *override_reasons(void) {
    const struct cds_override *reason;
    json_t *list = json_array();
    for (size_t i = 0; (reason = cds_override_at(i)) != NULL; i++)
        (void)json_array_append_new(list, json_pack("{ssssss}", "code", reason->code, "system",
                                                    SYSTEM_OVERRIDE, "display", reason->display));
    return list;
}

static json_t *source_of(const struct dealing *dealing, enum cds_topic topic) {
    return json_pack("{s:s,s:s,s:{s:s,s:s,s:s}}", "label", "Unknot massage advice", "url",
                     dealing->about->base, "topic", "code", cds_topic_name(topic), "system",
                     SYSTEM_TOPIC, "display", kinds[topic].display);
}

static json_t *link_to(const char *label, const char *base, const char *path, const char *id) {
    char url[600];
    (void)snprintf(url, sizeof url, "%.300s%s%.200s", base, path, id);
    return json_pack("{ssssss}", "label", label, "url", url, "type", "absolute");
}

static json_t *links_of(const struct dealing *dealing, const struct acting *leading) {
    const struct cds_case *about = dealing->about;
    json_t *links = json_array();
    if (leading)
        (void)json_array_append_new(
            links, link_to("The rule and its sources", about->base, "/contraindications/",
                           dealing->decision->knowledge->rules[leading->rule].id));
    if (dealing->decision->question_count)
        (void)json_array_append_new(
            links, link_to("The questions as a form", about->base, "/questionnaire", ""));
    return links;
}

static void set(struct dealing *dealing, json_t *card, const char *member, json_t *value_owned) {
    if (json_is_array(value_owned) && json_array_size(value_owned) == 0)
        json_decref(value_owned); /* no empty list anywhere */
    else if (!value_owned || json_object_set_new(card, member, value_owned) != 0)
        dealing->failed = true;
}

/* Takes the suggestions. */
static void deal(struct dealing *dealing, enum cds_topic topic, const char *indicator,
                 const struct acting *leading, char *summary, struct buffer *detail,
                 json_t *suggestions_owned) {
    const struct kind *kind = &kinds[topic];
    const char *rule = leading ? dealing->decision->knowledge->rules[leading->rule].id : "";
    char uuid[CDS_UUID_SIZE];
    json_t *card = json_object();
    cds_cut(summary);
    cds_write_record(dealing->about, detail);
    make_uuid(dealing, topic, rule, 0, uuid);
    dealing->failed |= !card || detail->failed;
    set(dealing, card, "uuid", json_string(uuid));
    set(dealing, card, "summary", json_string(summary));
    set(dealing, card, "detail", json_string(detail->data ? detail->data : ""));
    set(dealing, card, "indicator", json_string(indicator ? indicator : kind->indicator));
    set(dealing, card, "source", source_of(dealing, topic));
    if (json_array_size(suggestions_owned))
        set(dealing, card, "selectionBehavior", json_string("at-most-one"));
    set(dealing, card, "suggestions", suggestions_owned);
    if (kind->overridable)
        set(dealing, card, "overrideReasons", override_reasons());
    set(dealing, card, "links", links_of(dealing, leading));
    if (json_array_append_new(dealing->cards, card) != 0)
        dealing->failed = true;
    buffer_free(detail);
}

/* "Deep tissue massage: contraindicated (current anticoagulant treatment)" */
static void summarise(const struct dealing *dealing, technique_set techniques, const char *verdict,
                      const struct acting *leading, char out[SUMMARY_SIZE]) {
    char because[200] = "";
    struct buffer names;
    buffer_init(&names);
    cds_names(dealing->decision, techniques, 2, &names);
    if (leading)
        cds_because(dealing->decision, &dealing->decision->knowledge->rules[leading->rule], because,
                    sizeof because);
    (void)snprintf(out, SUMMARY_SIZE, "%.900s: %s%s%s%s", names.data ? names.data : "", verdict,
                   *because ? " (" : "", because, *because ? ")" : "");
    buffer_free(&names);
}

static void write_heading(const struct dealing *dealing, technique_set techniques,
                          const char *words, struct buffer *detail) {
    (void)buffer_puts(detail, "**");
    cds_names(dealing->decision, techniques, MAX_TECHNIQUES, detail);
    (void)buffer_printf(detail, "** %s\n\n", words);
}

/* ---- the cards of a call ---- */

/* A detail says first what it does not rest on. */
static void begin(const struct dealing *dealing, struct buffer *detail) {
    buffer_init(detail);
    cds_write_missing(dealing->about, detail);
}

static void deal_triage(struct dealing *dealing) {
    const struct decision *decision = dealing->decision;
    const struct outcome *outcome = &decision->outcome;
    const struct acting *root = outcome->root >= 0 ? &outcome->acting[outcome->root] : NULL;
    unsigned language = decision->intake->language;
    char summary[SUMMARY_SIZE], because[200] = "";
    struct buffer detail;
    json_t *suggestions = json_array();
    begin(dealing, &detail);
    if (root)
        cds_because(decision, &decision->knowledge->rules[root->rule], because, sizeof because);
    (void)snprintf(summary, sizeof summary, "%.200s; no massage before%s%s%s",
                   knowledge_phrase(decision->knowledge, decision_title(decision), language)->utf8,
                   *because ? " (" : "", because, *because ? ")" : "");
    (void)buffer_printf(
        &detail, "%s\n\n",
        knowledge_phrase(decision->knowledge, decision_action(decision), language)->utf8);
    if (root)
        (void)buffer_printf(
            &detail, "**Why**\n\n- %s ([%s](%s/contraindications/%s))\n\n",
            text_in(decision->knowledge->rules[root->rule].clinical, language)->utf8,
            decision->knowledge->rules[root->rule].id, dealing->about->base,
            decision->knowledge->rules[root->rule].id);
    for (size_t i = 0;
         dealing->about->orders && i < dealing->about->orders->count && i < CANCELS_MAX; i++)
        suggest_cancel(dealing, suggestions, CDS_TRIAGE, &dealing->about->orders->all[i]);
    deal(dealing, CDS_TRIAGE, outcome->triage >= TRIAGE_URGENT ? "critical" : "warning", root,
         summary, &detail, suggestions);
}

static void deal_contraindicated(struct dealing *dealing, technique_set techniques) {
    const struct acting *leading = cds_leading_rule(dealing->decision, techniques);
    char summary[SUMMARY_SIZE];
    struct buffer detail;
    json_t *suggestions = json_array();
    begin(dealing, &detail);
    summarise(dealing, techniques, "contraindicated", leading, summary);
    write_heading(dealing, techniques, "must not be used for this patient.", &detail);
    cds_write_reasons(dealing->about, techniques, &detail);
    if (!dealing->broad || dealing->about->orders)
        cds_write_questions(dealing->about, &detail);
    suggest_instead(dealing, suggestions, CDS_CONTRAINDICATED, techniques, &detail);
    deal(dealing, CDS_CONTRAINDICATED, NULL, leading, summary, &detail, suggestions);
}

static void deal_waiting(struct dealing *dealing, technique_set techniques) {
    const struct acting *leading = cds_leading_rule(dealing->decision, techniques);
    char summary[SUMMARY_SIZE];
    struct buffer detail;
    json_t *suggestions = json_array();
    begin(dealing, &detail);
    summarise(dealing, techniques, "waits for a clinician's agreement", leading, summary);
    write_heading(
        dealing, techniques,
        "may be possible once a clinician has agreed, or the open questions are answered.",
        &detail);
    cds_write_reasons(dealing->about, techniques, &detail);
    cds_write_questions(dealing->about, &detail);
    if (dealing->about->orders)
        suggest_instead(dealing, suggestions, CDS_WAITING, techniques, &detail);
    deal(dealing, CDS_WAITING, NULL, leading, summary, &detail, suggestions);
}

static void deal_caution(struct dealing *dealing, technique_set techniques) {
    const struct acting *leading = cds_leading_rule(dealing->decision, techniques);
    char summary[SUMMARY_SIZE];
    struct buffer detail;
    json_t *suggestions = json_array();
    begin(dealing, &detail);
    summarise(dealing, techniques, "only with changes", leading, summary);
    cds_write_limits(dealing->about, techniques, &detail);
    cds_write_reasons(dealing->about, techniques, &detail);
    suggest_plans(dealing, suggestions, CDS_CAUTION, techniques);
    deal(dealing, CDS_CAUTION, NULL, leading, summary, &detail, suggestions);
}

static void deal_reasonable(struct dealing *dealing, technique_set techniques) {
    char summary[SUMMARY_SIZE];
    struct buffer detail;
    json_t *suggestions = json_array();
    begin(dealing, &detail);
    summarise(dealing, techniques, "reasonable for this patient", NULL, summary);
    cds_write_limits(dealing->about, techniques, &detail);
    suggest_plans(dealing, suggestions, CDS_REASONABLE, techniques);
    deal(dealing, CDS_REASONABLE, NULL, NULL, summary, &detail, suggestions);
}

static void deal_open(struct dealing *dealing) {
    const struct decision *decision = dealing->decision;
    unsigned all = decision->question_count + decision->questions_remaining;
    char summary[SUMMARY_SIZE];
    struct buffer detail;
    begin(dealing, &detail);
    if (all)
        (void)snprintf(
            summary, sizeof summary,
            "Massage: the record alone does not say that it is safe; %u question%s first", all,
            all == 1 ? "" : "s");
    else
        (void)snprintf(summary, sizeof summary,
                       "Massage: not the whole record was seen; look at the rest first");
    (void)buffer_puts(&detail, "What the record does not mention was not asked, and does not count "
                               "as no. Until it is, no technique is recommended.\n\n");
    cds_write_questions(dealing->about, &detail);
    json_t *suggestions = json_array();
    if (dealing->about->orders)
        suggest_attested(dealing, suggestions, CDS_OPEN, &detail);
    deal(dealing, CDS_OPEN, NULL, NULL, summary, &detail, suggestions);
}

/* ---- what there is to say ---- */

static void set_focus(struct dealing *dealing) {
    const struct cds_orders *orders = dealing->about->orders;
    dealing->broad = orders == NULL;
    for (size_t i = 0; orders && i < orders->count; i++) {
        dealing->focus |= orders->all[i].techniques;
        dealing->broad |= orders->all[i].techniques == 0;
    }
    dealing->broad |= orders && orders->more;
    if (dealing->broad)
        dealing->focus = all_techniques(dealing->decision);
}

/* A call that is about the patient alone speaks when the record gives a reason to: something in it
   restricts massage, or there is back pain. */
static bool has_reason(const struct dealing *dealing) {
    const struct decision *now = dealing->decision, *before = dealing->about->before;
    bool asked = dealing->about->orders != NULL;
    bool worse = now->outcome.triage > before->outcome.triage ||
                 focused(dealing, VERDICT_CONTRAINDICATED) ||
                 focused(dealing, VERDICT_NEEDS_CLEARANCE) || focused(dealing, VERDICT_CAUTION) ||
                 limited(dealing);
    return asked || worse || (now->presentations & ~before->presentations);
}

static void deal_all(struct dealing *dealing) {
    const struct decision *decision = dealing->decision;
    bool complete = dealing->about->missing_count == 0;
    technique_set contraindicated = focused(dealing, VERDICT_CONTRAINDICATED);
    technique_set waiting = focused(dealing, VERDICT_NEEDS_CLEARANCE);
    technique_set caution = focused(dealing, VERDICT_CAUTION) | limited(dealing);
    technique_set suitable = with_verdict(decision, VERDICT_SUITABLE) & dealing->focus;
    technique_set open = with_verdict(decision, VERDICT_UNDETERMINED) & dealing->focus;
    if (decision->outcome.triage > TRIAGE_SELF_CARE)
        deal_triage(dealing);
    if (decision->outcome.triage >= TRIAGE_URGENT)
        return; /* one thing matters now */
    if (contraindicated)
        deal_contraindicated(dealing, contraindicated);
    if (waiting)
        deal_waiting(dealing, waiting);
    if (caution)
        deal_caution(dealing, caution);
    if (suitable && complete && dealing->about->hook != CDS_PROBLEM_CREATE)
        deal_reasonable(dealing, suitable);
    if ((open || (suitable && !complete)) && dealing->about->hook != CDS_PROBLEM_CREATE)
        deal_open(dealing);
}

json_t *cds_cards(const struct cds_case *about, struct arena *arena) {
    struct dealing dealing = {.about = about, .decision = about->decision, .cards = json_array()};
    if (!dealing.cards)
        return NULL;
    set_focus(&dealing);
    if (has_reason(&dealing))
        deal_all(&dealing);
    if (!dealing.failed && !arena->failed)
        return dealing.cards;
    json_decref(dealing.cards);
    return NULL;
}
