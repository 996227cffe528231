/*
 * A knowledge release, compiled: every id is a small number, every set a mask, every text already
 * escaped for JSON. Built once by knowledge_load() and only read afterwards, from any thread.
 *
 * Numbers: weeks and measured values are thousandths (1.5 weeks is 1500), so that no answer depends
 * on floating point.
 */
#ifndef UNKNOT_ENGINE_KNOWLEDGE_H
#define UNKNOT_ENGINE_KNOWLEDGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/name_map.h"
#include "engine/report.h"

enum {
    MAX_TECHNIQUES = 32, /* bits of technique_set */
    MAX_AREAS = 32,      /* bits of area_set */
    MAX_POSITIONS = 8,   /* bits of position_set */
    MAX_PRESENTATIONS = 32,
    MAX_CHOICES = 32, /* bits of a detail set */
    MAX_LANGUAGES = 8,
};

typedef uint32_t technique_set;
typedef uint32_t area_set;
typedef uint8_t position_set;
typedef uint32_t presentation_set;

/* A text in one language: as it is, and as a JSON string with quotes. */
struct words {
    const char *utf8;
    const char *json;
    uint32_t json_len;
};

/* A text in every language of the release; NULL where there is none. Index by language number; 0 is
 * English. */
typedef const struct words *text;

/* JSON made ready at load, in one language. */
struct prepared {
    const char *json;
    size_t len;
};

enum asked { ASKED_CORE, ASKED_CONDITIONAL, ASKED_DERIVED, ASKED_CLINIC };
enum polarity { POLARITY_RISK, POLARITY_PROTECTIVE, POLARITY_NEUTRAL, POLARITY_GATE };
enum if_unsure { UNSURE_IGNORE, UNSURE_CAUTION, UNSURE_CLEARANCE, UNSURE_ASK_AGAIN };

enum { ATTRIBUTE_WEEKS_AGO = 1, ATTRIBUTE_VALUE = 2, ATTRIBUTE_AREAS = 4, ATTRIBUTE_DETAIL = 8 };

enum effect {
    EFFECT_NONE,
    EFFECT_TECH,
    EFFECT_MOD,
    EFFECT_LOC,
    EFFECT_CLR,
    EFFECT_ABS,
    EFFECT_CLINICIAN,
    EFFECT_URGENT,
    EFFECT_EMERGENCY,
    EFFECT_COUNT
};

enum triage { TRIAGE_SELF_CARE, TRIAGE_CLINICIAN, TRIAGE_URGENT, TRIAGE_EMERGENCY };

struct choice {
    const char *id;
    text label;
};

struct finding {
    const char *id;
    const char *kind;
    const char *section;
    enum asked asked;
    enum polarity polarity;
    enum if_unsure if_unsure;
    unsigned attributes;
    bool measured;    /* not given means not known: comparisons are false, nothing is asked of the
                         logic */
    int64_t min, max; /* of the number attribute, thousandths */
    const char *unit; /* of the number attribute */
    int recheck_days;
    int checklist; /* -1: in none */
    unsigned choice_count;
    const struct choice *choices; /* mildest first */
    text question, simpler, clinical_name;
    const struct expression *asked_when; /* NULL: always */
    const struct expression *derived;    /* NULL: not computed */
    bool only_if_certain; /* a derived fact that lifts something: undecided means no */
    uint32_t asked_node;  /* node that says whether it is asked; NO_NODE: always */
};

enum training_need { TRAINING_NONE, TRAINING_TECHNIQUE, TRAINING_PRENATAL, TRAINING_LYMPHOEDEMA };

struct technique {
    const char *id;
    text name, summary;
    int pressure_min, pressure_max, pressure_default;
    int minutes_min, minutes_max, per_week_max;
    position_set positions;
    enum training_need training;
    int evidence_rank;          /* 0..100, larger is better supported */
    const char *evidence_level; /* NULL: not said */
    text evidence, therapist_need;
    const struct prepared *evidence_json;     /* by language: {level, text, sources} */
    const struct prepared *side_effects_json; /* by language: [text] */
};

struct presentation {
    const char *id;
    text name;
    text role;                             /* what massage can do for it, NULL: not said */
    const struct expression *derived_from; /* NULL: only when stated */
    int implies;                           /* finding number, -1: none */
    bool implies_weeks, implies_areas;     /* which attributes the pain gives the implied finding */
    uint32_t node;                         /* of derived_from; NO_NODE: only when stated */
    bool nslbp;                  /* "no special cause": does not count as a specific presentation */
    uint8_t fit[MAX_TECHNIQUES]; /* 0..3 */
};

struct named_text {
    const char *id;
    text words;
};

/* Where a token applies: everywhere, in an area set, or where a finding is. */
struct place {
    area_set areas;  /* 0 with finding < 0: everywhere */
    int16_t finding; /* -1: none; else its areas attribute */
};

struct token {
    technique_set techniques;
    struct place place;
    const char *part; /* component of the technique, NULL: all of it */
};

struct rule {
    const char *id;
    const char *clinical_id;
    enum effect effect;
    enum if_unsure if_unsure;
    bool always;          /* holds for everybody: never changes a verdict */
    bool dose_only;       /* tunes an ordinary course: never changes a verdict */
    bool c1_item;         /* a red-flag item that hits() counts */
    uint8_t cap;          /* 0: none */
    uint16_t minutes_max; /* 0: none */
    position_set blocked_positions;
    technique_set blocked;  /* whole techniques that may not be used */
    technique_set withheld; /* techniques that wait for clearance (CLR, clinician) */
    technique_set touched;  /* techniques whose verdict becomes `caution` at least */
    technique_set positions_scope;
    uint16_t restrict_count, scope_count, expert_count, avoid_count, modification_count,
        source_count, reads_count;
    const struct token *restricts, *scope, *expert;
    const struct place *avoid;
    const uint16_t *modifications;
    const uint16_t *sources;
    const uint16_t *reads; /* findings the condition reads, directly or through derived facts */
    const char *basis;     /* ready JSON array */
    const char *confidence;
    const char *corrections; /* ready JSON array, NULL: none */
    text lay, clinical, action, uncertain;
    const struct expression *condition;
    uint32_t node;
};

struct checklist {
    const char *id;
    text title;
    int order;
    bool core;
    unsigned finding_count;
    const uint16_t *findings;
};

enum advice {
    ADVICE_PREPARATION,
    ADVICE_SESSION,
    ADVICE_AFTERCARE,
    ADVICE_CARE,      /* what helps without massage */
    ADVICE_TRAINING,  /* what the therapist must have learnt */
    ADVICE_WATCH_FOR, /* signs that make it an emergency */
    ADVICE_ASK_THERAPIST,
    ADVICE_WARNING_SIGN,
};

/* Advice that is shown unless (or only if) a condition holds. */
struct tip {
    const char *id;
    enum advice phase;
    bool only_if; /* the condition must hold; otherwise it must not */
    text words, instead, why;
    const struct expression *condition;
    uint32_t node; /* of the condition; NO_NODE: always shown */
    uint16_t reads_count;
    const uint16_t *reads;  /* findings the condition reads */
    const char *confidence; /* NULL: none given */
    const char *sources;    /* ready JSON array */
};

struct source {
    const char *key;
};

/* Names of other people's shapes for the same facts: see codes.h and medicines.h. */
struct medicine_table;
struct code_table;
struct graph;

/* One file of a release, borrowed. */
struct knowledge_file {
    const char *name; /* "rules_d1", without folder and ending */
    const char *bytes;
    size_t len;
    bool lasting; /* the bytes live as long as the program: a release need not copy them */
};

struct knowledge {
    struct arena arena;
    json_t *files; /* object: file name without .json -> document, of those at hand; read-only */
    const struct knowledge_file *made_of; /* all files */
    size_t made_of_count;
    const char *version, *date;
    text status; /* signed off, or not */
    char sha256[DIGEST_HEX];

    unsigned language_count;
    const char *languages[MAX_LANGUAGES];

    unsigned technique_count, area_count, position_count, presentation_count, finding_count,
        rule_count, checklist_count, modification_count, tip_count, source_count;
    struct technique *techniques;
    struct named_text *areas, *positions, *modifications;
    area_set pain_sets_leg; /* areas of the set LEG, for the safety net */
    struct presentation *presentations;
    struct finding *findings; /* derived facts follow the asked ones */
    const uint16_t *core;     /* numbers of the core questions */
    unsigned core_count;
    struct rule *rules; /* most severe effect first */
    struct checklist *checklists;
    struct tip *tips;
    struct source *sources;

    struct name_map technique_names, group_names, area_names, set_names, position_names,
        presentation_names, finding_names, rule_names, modification_names, checklist_names,
        source_names;
    technique_set *groups;
    area_set *sets;

    struct named_text *phrases; /* texts.json, flattened: "triage.emergency.action" */
    unsigned phrase_count;
    struct name_map phrase_names;

    struct medicine_table *medicines;
    struct code_table *codes;
    bool snomed; /* SNOMED CT codes count; off unless the operator has a licence for them */
    struct graph *graph;
};

/*
 * Compiles a release from its files. Every mistake goes into `report` with file, id and reason;
 * with one mistake there is no release (NULL). Files that are not lasting need not outlive the
 * call. Free with knowledge_free().
 */
struct knowledge *knowledge_load(const struct knowledge_file *files, size_t count,
                                 struct report *report) MUST_CHECK;

/* A file of the release as JSON, read again; the caller owns it. NULL: no such file, or no memory.
 */
json_t *knowledge_read(const struct knowledge *knowledge, const char *name) MUST_CHECK;

/*
 * Files for somebody who makes something of them: what is not at hand is read when it is first
 * asked for, and kept until knowledge_reader_end().
 */
struct knowledge_reader {
    const struct knowledge *knowledge;
    json_t *read; /* object: file name -> document */
    bool failed;  /* a file could not be read: there was no memory */
};

void knowledge_reader_begin(struct knowledge_reader *reader, const struct knowledge *knowledge);
void knowledge_reader_end(struct knowledge_reader *reader);

/* A member of a file, such as its rows; NULL: none. Borrowed. */
json_t *knowledge_member(struct knowledge_reader *reader, const char *file, const char *member);

/* NULL is fine. */
void knowledge_free(struct knowledge *knowledge);

/* The text of a phrase, "" when the release has none. */
const struct words *knowledge_phrase(const struct knowledge *knowledge, const char *id,
                                     unsigned language);

/* The number of a language by its tag; 0 (English) for any that the release has not. */
unsigned knowledge_language(const struct knowledge *knowledge, const char *tag);

/* Every technique the rule stops, withholds or limits. */
technique_set rule_affects(const struct rule *rule);

/* How many letters of the rule's id name its section: 2 of "D1.anticoagulant.stable". */
size_t rule_section_len(const struct rule *rule);

const char *effect_name(enum effect effect);
const char *triage_name(enum triage triage);
const char *asked_name(enum asked asked);
const char *training_need_name(enum training_need training);

/* "preparation", "session" or "aftercare"; NULL: advice that is not about a massage. */
const char *phase_name(enum advice phase);

/* The words of a text in a language, falling back to English; an empty text for NULL. */
const struct words *text_in(text words, unsigned language);

#endif
