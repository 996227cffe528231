/* The drawing. Whole numbers only: the viewBox counts tenths of a point. */
#include "care/chart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "care/markup.h"
#include "care/words.h"

enum {
    TENTH = 10,
    LEFT = 520,
    RIGHT = 6900,
    TOP = 1000,
    BOTTOM = 3200, /* of the plot */
    ROW_SESSIONS = 3690,
    ROW_LEGEND = 4150,
    TICKS_MAX = 8,
};

struct chart {
    const struct progress *progress;
    struct care_words words;
    struct buffer *out;
    int64_t from, to; /* moments at the left and right edge */
};

static const char style[] =
    "<style>"
    ".bg{fill:#ffffff}.card{fill:none;stroke:#e2e8ee}"
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "fill:#52606d;font-size:125px}"
    ".title{font-size:215px;font-weight:650;fill:#1f2933}.sub{font-size:145px}"
    ".grid{stroke:#e8edf2;stroke-width:10}.axis{stroke:#cbd5de;stroke-width:12}"
    ".line{fill:none;stroke:#0b7a75;stroke-width:36;stroke-linecap:round;stroke-linejoin:round}"
    ".area{fill:url(#unknot-fade)}.dot{fill:#ffffff;stroke:#0b7a75;stroke-width:28}"
    ".now{fill:#0b7a75}.nowtext{fill:#ffffff;font-weight:650;font-size:135px}"
    ".goal{stroke:#5b7fb5;stroke-width:18;stroke-dasharray:70 55}.goaltext{fill:#3f639b}"
    ".today{stroke:#9aa5b1;stroke-width:12;stroke-dasharray:20 35}"
    ".done{fill:#0b7a75}.missed{fill:none;stroke:#7b8794;stroke-width:20}"
    ".planned{fill:#dfe7ed;stroke:#9aa9b6;stroke-width:12}.adverse{fill:#c2570c}.mark{fill:#ffffff;"
    "font-weight:700;"
    "font-size:110px}.fade{stop-color:#0b7a75}"
    "@media (prefers-color-scheme:dark){"
    ".bg{fill:#12181f}.card{stroke:#2a343f}text{fill:#a9b6c2}.title{fill:#f0f4f8}"
    ".grid{stroke:#222b35}.axis{stroke:#3a4753}.line{stroke:#4fd1c5}"
    ".dot{fill:#12181f;stroke:#4fd1c5}.now{fill:#4fd1c5}.nowtext{fill:#0b1f1e}"
    ".goal{stroke:#7ea6e0}.goaltext{fill:#9dbdee}.today{stroke:#667482}.done{fill:#4fd1c5}"
    ".missed{stroke:#8896a4}.planned{fill:#2b3742;stroke:#5a6a78}.adverse{fill:#f6a04d}.mark{fill:#"
    "1d1206}"
    ".fade{stop-color:#4fd1c5}}"
    "</style>"
    "<defs><linearGradient id=\"unknot-fade\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">"
    "<stop class=\"fade\" offset=\"0\" stop-opacity=\".22\"/>"
    "<stop class=\"fade\" offset=\"1\" stop-opacity=\".02\"/></linearGradient></defs>";

/* ---- small pieces ---- */

static void put_filled(struct chart *chart, const char *phrase, const struct care_slot *slots,
                       size_t count) {
    char path[40] = "chart.";
    struct buffer filled;
    strncat(path, phrase, sizeof path - sizeof "chart.");
    buffer_init(&filled);
    care_fill(&filled, care_phrase(chart->words, path), slots, count);
    markup_escape(chart->out, filled.data ? filled.data : "");
    chart->out->failed |= filled.failed;
    buffer_free(&filled);
}

static void put_phrase(struct chart *chart, const char *phrase) {
    put_filled(chart, phrase, NULL, 0);
}

static void put_number_phrase(struct chart *chart, const char *phrase, int64_t thousandths) {
    char number[CARE_NUMBER];
    care_number(thousandths, number);
    struct care_slot slot = {"n", number};
    put_filled(chart, phrase, &slot, 1);
}

static int64_t x_of(const struct chart *chart, int64_t at) {
    int64_t x = LEFT + (at - chart->from) * (RIGHT - LEFT) / (chart->to - chart->from);
    return x < LEFT ? LEFT : x > RIGHT ? RIGHT : x;
}

static int64_t y_of(int64_t score) {
    return BOTTOM - score * (BOTTOM - TOP) / 10000;
}

static void open_text(struct chart *chart, int64_t x, int64_t y, const char *anchor,
                      const char *class) {
    (void)buffer_printf(
        chart->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" text-anchor=\"%s\" class=\"%s\">", x,
        y, anchor, class);
}

static void close_text(struct chart *chart) {
    (void)buffer_puts(chart->out, "</text>\n");
}

static void put_line(struct chart *chart, const char *class, int64_t x1, int64_t y1, int64_t x2,
                     int64_t y2) {
    (void)buffer_printf(chart->out,
                        "<line class=\"%s\" x1=\"%" PRId64 "\" y1=\"%" PRId64 "\" x2=\"%" PRId64
                        "\" y2=\"%" PRId64 "\"/>\n",
                        class, x1, y1, x2, y2);
}

/* ---- frame ---- */

static void put_scale(struct chart *chart) {
    for (int score = 0; score <= 10; score += 2) {
        int64_t y = y_of((int64_t)score * 1000);
        put_line(chart, score ? "grid" : "axis", LEFT, y, RIGHT, y);
        open_text(chart, LEFT - 110, y + 45, "end", "tick");
        (void)buffer_printf(chart->out, "%d", score);
        close_text(chart);
    }
}

static void put_weeks(struct chart *chart) {
    int64_t week = INT64_C(7) * DAY_SECONDS, weeks = (chart->to - chart->from + week - 1) / week;
    int64_t step = (weeks + TICKS_MAX - 1) / TICKS_MAX;
    for (int64_t i = 0; i < weeks; i += step) {
        int64_t at = chart->from + i * week, x = x_of(chart, at);
        if (x > RIGHT - 400)
            break;
        put_line(chart, "axis", x, BOTTOM, x, BOTTOM + 50);
        open_text(chart, x, BOTTOM + 190, i ? "middle" : "start", "tick");
        put_number_phrase(chart, "week", (i + 1) * 1000);
        close_text(chart);
    }
}

static void put_today(struct chart *chart) {
    int64_t today = (int64_t)chart->progress->input->today * DAY_SECONDS + DAY_SECONDS / 2;
    if (today <= chart->from || today >= chart->to)
        return;
    int64_t x = x_of(chart, today);
    put_line(chart, "today", x, TOP, x, ROW_SESSIONS + 110);
    open_text(chart, x, ROW_SESSIONS + 250, "middle", "tick");
    put_phrase(chart, "today");
    close_text(chart);
}

static void put_goal(struct chart *chart) {
    const struct progress_input *input = chart->progress->input;
    if (input->goal != INSTRUMENT_NRS || input->target < 0)
        return;
    int64_t y = y_of(input->target);
    put_line(chart, "goal", LEFT, y, RIGHT, y);
    open_text(chart, RIGHT, y > TOP + 200 ? y - 45 : y + 150, "end", "goaltext");
    put_number_phrase(chart, "goal", input->target);
    close_text(chart);
}

/* ---- pain ---- */

static void put_points(struct chart *chart) {
    for (size_t i = 0; i < chart->progress->pain_count; i++) {
        const struct measured *point = &chart->progress->pain[i];
        (void)buffer_printf(chart->out, "%s%" PRId64 " %" PRId64, i ? " L" : "M",
                            x_of(chart, point->at), y_of(point->score));
    }
}

static void put_area(struct chart *chart) {
    const struct progress *progress = chart->progress;
    if (progress->pain_count < 2)
        return;
    (void)buffer_puts(chart->out, "<path class=\"area\" d=\"");
    put_points(chart);
    (void)buffer_printf(chart->out, " L%" PRId64 " %d L%" PRId64 " %d Z\"/>\n",
                        x_of(chart, progress->pain[progress->pain_count - 1].at), BOTTOM,
                        x_of(chart, progress->pain[0].at), BOTTOM);
}

static void put_curve(struct chart *chart) {
    const struct progress *progress = chart->progress;
    (void)buffer_puts(chart->out, "<path class=\"line\" d=\"");
    put_points(chart);
    (void)buffer_puts(chart->out, "\"/>\n");
    for (size_t i = 0; i < progress->pain_count; i++)
        (void)buffer_printf(
            chart->out, "<circle class=\"dot\" cx=\"%" PRId64 "\" cy=\"%" PRId64 "\" r=\"52\"/>\n",
            x_of(chart, progress->pain[i].at), y_of(progress->pain[i].score));
}

/* The newest score in a bubble above its dot, pushed in from the edges. */
static void put_latest(struct chart *chart) {
    enum { HALF = 390, HIGH = 230 };
    const struct measured *last = &chart->progress->pain[chart->progress->pain_count - 1];
    int64_t x = x_of(chart, last->at), y = y_of(last->score) - 130 - HIGH;
    if (y < TOP - 100)
        y = y_of(last->score) + 130;
    x = x > RIGHT - HALF ? RIGHT - HALF : x < LEFT + HALF ? LEFT + HALF : x;
    (void)buffer_printf(chart->out,
                        "<rect class=\"now\" x=\"%" PRId64 "\" y=\"%" PRId64
                        "\" width=\"%d\" height=\"%d\" rx=\"115\"/>\n",
                        x - HALF, y, 2 * HALF, HIGH);
    open_text(chart, x, y + 162, "middle", "nowtext");
    put_number_phrase(chart, "latest", last->score);
    close_text(chart);
}

static void put_pain(struct chart *chart) {
    if (chart->progress->pain_count == 0) {
        open_text(chart, (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2, "middle", "sub");
        put_phrase(chart, "empty");
        close_text(chart);
        return;
    }
    put_curve(chart);
    put_latest(chart);
}

/* ---- sessions ---- */

enum { MARK_RADIUS = 70 };

static void put_mark(struct chart *chart, const char *class, int64_t x, int64_t y) {
    (void)buffer_printf(chart->out,
                        "<circle class=\"%s\" cx=\"%" PRId64 "\" cy=\"%" PRId64 "\" r=\"%d\"/>\n",
                        class, x, y, MARK_RADIUS);
}

/* A triangle with an exclamation mark: shape and colour both say it. */
static void put_warning(struct chart *chart, int64_t x, int64_t y) {
    (void)buffer_printf(chart->out,
                        "<path class=\"adverse\" d=\"M%" PRId64 " %" PRId64 " l105 180 h-210 z\"/>"
                        "<text x=\"%" PRId64 "\" y=\"%" PRId64
                        "\" text-anchor=\"middle\" class=\"mark\">!</text>\n",
                        x, y - 100, x, y + 60);
}

static const char *mark_of(const struct chart *chart, const struct session_seen *session) {
    if (session->state == SESSION_DONE)
        return "done";
    if (session->state == SESSION_MISSED || session->due < chart->progress->input->today)
        return "missed";
    return "planned";
}

static void put_session(struct chart *chart, const struct session_seen *session) {
    bool done = session->state == SESSION_DONE && session->at != NO_MOMENT;
    int64_t at = done ? session->at : (int64_t)session->due * DAY_SECONDS + DAY_SECONDS / 2;
    if (session->state == SESSION_CANCELLED)
        return;
    if (done && session->adverse)
        put_warning(chart, x_of(chart, at), ROW_SESSIONS);
    else
        put_mark(chart, mark_of(chart, session), x_of(chart, at), ROW_SESSIONS);
}

static void put_sessions(struct chart *chart) {
    const struct progress_input *input = chart->progress->input;
    for (size_t i = 0; i < input->session_count; i++)
        put_session(chart, &input->sessions[i]);
}

static void put_legend(struct chart *chart) {
    static const char *const rows[][2] = {{"done", "session_done"},
                                          {"missed", "session_missed"},
                                          {"planned", "session_planned"},
                                          {NULL, "adverse"}};
    int64_t x = LEFT + MARK_RADIUS;
    for (size_t i = 0; i < 4; i++, x += 1250) {
        if (rows[i][0])
            put_mark(chart, rows[i][0], x, ROW_LEGEND);
        else
            put_warning(chart, x, ROW_LEGEND);
        open_text(chart, x + 150, ROW_LEGEND + 45, "start", "tick");
        put_phrase(chart, rows[i][1]);
        close_text(chart);
    }
}

/* ---- words ---- */

static void put_summary(struct chart *chart) {
    const struct course *course = &chart->progress->courses[INSTRUMENT_NRS];
    char from[CARE_NUMBER], to[CARE_NUMBER];
    care_number(course->first.score, from);
    care_number(course->last.score, to);
    struct care_slot slots[] = {{"from", from}, {"to", to}};
    if (course->count == 0) {
        put_phrase(chart, "empty");
        return;
    }
    put_filled(chart, course->count == 1 ? "summary_one" : "summary", slots, 2);
    if (course->count == 1)
        return;
    (void)buffer_puts(chart->out, " ");
    put_phrase(chart, meaning_name(course->meaning));
}

static void put_description(struct chart *chart) {
    const struct progress *progress = chart->progress;
    const struct course *course = &progress->courses[INSTRUMENT_NRS];
    char first[MOMENT_TEXT], last[MOMENT_TEXT], numbers[7][CARE_NUMBER];
    int planned = progress->input->planned;
    const int64_t values[] = {(int64_t)course->count * 1000,
                              course->first.score,
                              course->last.score,
                              (int64_t)progress->done * 1000,
                              (int64_t)progress->missed * 1000,
                              (int64_t)planned * 1000,
                              (int64_t)progress->adverse * 1000};
    for (size_t i = 0; i < 7; i++)
        care_number(values[i], numbers[i]);
    if (course->count == 0) {
        put_phrase(chart, "empty");
        return;
    }
    moment_text(course->first.at, first);
    moment_text(course->last.at, last);
    first[10] = last[10] = '\0';
    struct care_slot slots[] = {
        {"scores", numbers[0]},  {"from", numbers[1]},   {"to", numbers[2]},
        {"done", numbers[3]},    {"missed", numbers[4]}, {"planned", numbers[5]},
        {"adverse", numbers[6]}, {"first", first},       {"last", last}};
    put_filled(chart, "describe", slots, 9);
}

static void put_head(struct chart *chart) {
    (void)buffer_printf(chart->out,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                        "role=\"img\" aria-labelledby=\"unknot-title unknot-desc\" xml:lang=\"%s\">"
                        "\n<title id=\"unknot-title\">",
                        CHART_WIDTH * TENTH, CHART_HEIGHT * TENTH,
                        chart->words.knowledge->languages[chart->words.language]);
    put_phrase(chart, "title");
    (void)buffer_puts(chart->out, "</title>\n<desc id=\"unknot-desc\">");
    put_description(chart);
    (void)buffer_puts(chart->out, "</desc>\n");
    (void)buffer_puts(chart->out, style);
    (void)buffer_printf(chart->out,
                        "\n<rect class=\"bg\" width=\"%d\" height=\"%d\" rx=\"160\"/>\n"
                        "<g aria-hidden=\"true\">\n",
                        CHART_WIDTH * TENTH, CHART_HEIGHT * TENTH);
    open_text(chart, LEFT - 270, 370, "start", "title");
    put_phrase(chart, "title");
    close_text(chart);
    open_text(chart, LEFT - 270, 620, "start", "sub");
    put_summary(chart);
    close_text(chart);
    open_text(chart, LEFT - 270, 850, "start", "tick");
    put_phrase(chart, "pain");
    close_text(chart);
}

/* ---- the whole ---- */

/* The weeks of the plan, widened so that nothing falls outside. */
static void set_edges(struct chart *chart) {
    const struct progress *progress = chart->progress;
    const struct progress_input *input = progress->input;
    chart->from = (int64_t)input->starts_on * DAY_SECONDS;
    chart->to = ((int64_t)input->stops_on + 1) * DAY_SECONDS;
    if (progress->pain_count) {
        int64_t first = progress->pain[0].at, last = progress->pain[progress->pain_count - 1].at;
        chart->from = first < chart->from ? first : chart->from;
        chart->to = last > chart->to ? last : chart->to;
    }
    for (size_t i = 0; i < input->session_count; i++)
        if (input->sessions[i].at != NO_MOMENT && input->sessions[i].at > chart->to)
            chart->to = input->sessions[i].at;
    if (chart->to - chart->from < INT64_C(7) * DAY_SECONDS)
        chart->to = chart->from + INT64_C(7) * DAY_SECONDS;
}

enum status chart_write(const struct progress *progress, struct buffer *out) {
    struct chart chart = {.progress = progress,
                          .words = {progress->input->knowledge, progress->input->language},
                          .out = out};
    set_edges(&chart);
    put_head(&chart);
    put_area(&chart);
    put_scale(&chart);
    put_weeks(&chart);
    put_goal(&chart);
    put_today(&chart);
    put_sessions(&chart);
    put_pain(&chart);
    put_legend(&chart);
    (void)buffer_puts(out, "</g>\n</svg>\n");
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
