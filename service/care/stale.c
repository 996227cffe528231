/* Answers and clearances that time has overtaken. */
#include <limits.h>

#include "care/recheck.h"

enum { NO_IS_GOOD_FOR = 30 }; /* days */

/* First day on which the answer to a finding is too old; INT_MAX: it does not get old. */
static int due_of(const struct intake *intake, unsigned finding) {
    const struct finding *row = &intake->knowledge->findings[finding];
    enum answer_state state = intake->answers[finding].state;
    int days = row->recheck_days;
    if (row->asked == ASKED_DERIVED || state == ANSWER_NOT_ASKED || days <= 0)
        return INT_MAX;
    if (state == ANSWER_ABSENT && days < NO_IS_GOOD_FOR)
        days = NO_IS_GOOD_FOR;
    return intake->as_of + days;
}

int answers_due(const struct intake *intake) {
    int earliest = INT_MAX;
    for (unsigned f = 0; f < intake->knowledge->finding_count; f++) {
        int due = due_of(intake, f);
        earliest = due < earliest ? due : earliest;
    }
    return earliest;
}

unsigned answers_stale(struct json_writer *json, const struct intake *intake, int today) {
    char answered[11], due_on[11];
    unsigned count = 0;
    date_text(intake->as_of, answered);
    jw_open_array(json);
    for (unsigned f = 0; f < intake->knowledge->finding_count; f++) {
        int due = due_of(intake, f);
        if (due > today)
            continue;
        count++;
        date_text(due, due_on);
        jw_open_object(json);
        jw_member_text(json, "finding", intake->knowledge->findings[f].id);
        jw_member_text(json, "answered", answered);
        jw_member_text(json, "due", due_on);
        jw_close_object(json);
    }
    jw_close_array(json);
    return count;
}

unsigned review_by_time(const struct intake *intake, int clearance_to, int today) {
    unsigned reasons = answers_due(intake) <= today ? REVIEW_ANSWERS_STALE : 0;
    if (clearance_to < today)
        reasons |= REVIEW_CLEARANCE_ENDED;
    return reasons;
}

const char *review_reason_name(enum review_reason reason) {
    switch (reason) {
    case REVIEW_ANSWERS_STALE:
        return "answers_stale";
    case REVIEW_CLEARANCE_ENDED:
        return "clearance_ended";
    case REVIEW_KNOWLEDGE_STRICTER:
        return "knowledge_stricter";
    }
    return "?";
}
