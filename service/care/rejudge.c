#include "care/rejudge.h"

#include <limits.h>

#include "base/json_writer.h"

enum status rejudge(const struct knowledge *knowledge, const json_t *answers,
                    const json_t *snapshot, const char *technique, int clearance_to, int today,
                    struct arena *arena, struct buffer *change, struct rejudgement *out) {
    struct complaints complaints;
    struct json_writer json;
    const char *judged = json_string_value(json_object_get(snapshot, "as_of"));
    int64_t number = technique ? name_map_get(&knowledge->technique_names, technique) : -1;
    *out = (struct rejudgement){.stale = 0};
    complaints_init(&complaints, arena);
    struct intake *intake = intake_read(knowledge, answers, today, arena, &complaints);
    if (!intake)
        return STATUS_NO_MEMORY;
    if (complaints.total || number < 0)
        return STATUS_INVALID;
    out->stale = review_by_time(intake, clearance_to, today);
    if (judged && date_days(judged) != INT_MIN)
        intake->as_of = date_days(judged);
    const struct decision *now = decide(intake, DECIDE_OUTCOME, arena);
    if (!now)
        return STATUS_NO_MEMORY;
    jw_init(&json, change);
    enum status status = recheck_compare(snapshot, (unsigned)number, now, &json, &out->result);
    return status == STATUS_OK && !jw_ok(&json) ? STATUS_NO_MEMORY : status;
}
