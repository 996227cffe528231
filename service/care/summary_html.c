#include "care/summary_html.h"

#include <string.h>

#include "care/body_figure.h"
#include "care/markup.h"

/* Colours are never alone: what is left out is hatched, what is gentle carries its number. */
static const char style[] =
    ":root{color-scheme:light}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:24px;max-width:900px;background:#fff;color:#1f2933;"
    "font:14px/1.38 Arial,'Liberation Sans',Roboto,'Noto Sans',system-ui,sans-serif}"
    "header{border-bottom:3px solid #0b7a75;padding-bottom:8px;margin-bottom:12px}"
    "h1{margin:0;font-size:26px;line-height:1.2;color:#0b5f5b}"
    ".lead{margin:2px 0 0;color:#52606d}"
    "h2{margin:0 0 4px;font-size:14px;line-height:1.3;color:#0b5f5b}"
    ".banner{margin:0 0 8px;padding:8px 12px;border:2px solid #b42318;border-radius:6px;"
    "background:#fef3f2;color:#7a1710;font-weight:700}"
    ".columns{display:grid;grid-template-columns:1.18fr 1fr;gap:18px}"
    "section{margin:0 0 12px}"
    "dl{margin:0;display:grid;grid-template-columns:max-content 1fr;gap:3px 12px}"
    "dt{font-weight:700}dd{margin:0;overflow-wrap:anywhere}"
    "ul{margin:0;padding-left:18px}li{margin:1px 0;overflow-wrap:anywhere}"
    ".scale{display:flex;gap:4px;margin:6px 0 2px;padding:0;list-style:none}"
    ".scale li{width:30px;margin:0;text-align:center;border:1.5px solid #9aa9b6;border-radius:4px;"
    "color:#52606d;background:#fff}"
    ".scale .may{background:#d5efec;border-color:#0b7a75;color:#0b3f3c;font-weight:700}"
    ".scale .never{text-decoration:line-through;background:#f1f3f5}"
    "p{margin:0 0 4px}.note{margin:0;color:#52606d;font-size:12.5px}"
    ".stop{border:2px solid #b42318;border-radius:6px;padding:8px 12px;background:#fff8f7}"
    ".stop h2{color:#7a1710}"
    ".dates{border:2px solid #0b7a75;border-radius:6px;padding:8px 12px;background:#f2faf9}"
    "figure{margin:0}svg{display:block;width:100%;height:auto;max-height:430px}"
    "svg text{font:700 13px Arial,'Liberation Sans',sans-serif;fill:#1f2933;"
    "text-anchor:middle}"
    ".free{fill:#dfe7ed}.limited{fill:#f6c667;stroke:#8a5a00;stroke-width:.8}"
    ".avoid{fill:url(#unknot-hatch);stroke:#b42318;stroke-width:1.2}"
    ".key{display:flex;flex-wrap:wrap;gap:2px 14px;margin:4px 0 6px;padding:0;list-style:none;"
    "font-size:12.5px}.key svg{display:inline-block;width:16px;height:12px;margin-right:5px;"
    "vertical-align:-1px}"
    "footer{border-top:1px solid #cbd5de;padding-top:6px;color:#52606d;font-size:11px}"
    "footer p{margin:0 0 2px;overflow-wrap:anywhere}"
    "@media (max-width:640px){.columns{grid-template-columns:1fr}}"
    "@media print{*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "body{padding:0;max-width:none;font-size:8.8pt;line-height:1.26}"
    "h1{font-size:17pt}h2{font-size:9.6pt}header{margin-bottom:7pt;padding-bottom:4pt}"
    ".columns{gap:12pt;grid-template-columns:1.18fr 1fr}section{margin-bottom:7pt}"
    ".note,.key{font-size:8pt}svg{max-height:215pt}footer{font-size:7pt}"
    ".stop,.dates,.banner{padding:5pt 8pt;break-inside:avoid}}";

/* ---- small pieces ---- */

struct writing {
    const json_t *page;
    struct buffer *out;
};

static void put(const struct writing *writing, const char *markup) {
    (void)buffer_puts(writing->out, markup);
}

static void put_text(const struct writing *writing, const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    markup_escape(writing->out, text ? text : "");
}

static void put_element(const struct writing *writing, const char *open, const json_t *object,
                        const char *member, const char *close) {
    put(writing, open);
    put_text(writing, object, member);
    put(writing, close);
}

static const json_t *part(const struct writing *writing, const char *name) {
    return json_object_get(writing->page, name);
}

static void put_items(const struct writing *writing, const json_t *items) {
    size_t i;
    json_t *item;
    put(writing, "<ul>");
    json_array_foreach(items, i, item) {
        put(writing, "<li>");
        markup_escape(writing->out, json_string_value(item));
        put(writing, "</li>");
    }
    put(writing, "</ul>\n");
}

/* A heading and a list under it. */
static void put_section(const struct writing *writing, const char *open, const char *name) {
    const json_t *section = part(writing, name);
    put(writing, open);
    put_element(writing, "<h2>", section, "label", "</h2>");
    put_items(writing, json_object_get(section, "items"));
    put(writing, "</section>\n");
}

static void put_pairs(const struct writing *writing, const json_t *pairs) {
    size_t i;
    json_t *pair;
    put(writing, "<dl>");
    json_array_foreach(pairs, i, pair) {
        put_element(writing, "<dt>", pair, "label", "</dt>");
        put_element(writing, "<dd><bdi>", pair, "text", "</bdi></dd>");
    }
    put(writing, "</dl>\n");
}

/* ---- the parts ---- */

static void put_head(const struct writing *writing, const char *paper) {
    put(writing, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"");
    put_element(writing, " lang=\"", writing->page, "language", "\">\n");
    put(writing, "<head><meta charset=\"utf-8\"/>"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
                 "<meta name=\"robots\" content=\"noindex\"/>"
                 "<meta name=\"referrer\" content=\"no-referrer\"/>");
    put_element(writing, "<title>", writing->page, "title", "</title>\n<style>");
    put(writing, style);
    put(writing, strcmp(paper, "letter") == 0 ? "@page{size:letter;margin:11mm}"
                                              : "@page{size:A4;margin:11mm}");
    put(writing, "</style></head>\n<body>\n<header>");
    put_element(writing, "<h1>", writing->page, "title", "</h1>");
    put_element(writing, "<p class=\"lead\">", writing->page, "lead", "</p></header>\n<main>\n");
}

static void put_banners(const struct writing *writing) {
    size_t i;
    json_t *banner;
    json_array_foreach(part(writing, "banners"), i, banner) {
        put(writing, "<p class=\"banner\" role=\"alert\">");
        markup_escape(writing->out, json_string_value(banner));
        put(writing, "</p>\n");
    }
}

static void put_scale(const struct writing *writing) {
    const json_t *pressure = part(writing, "pressure");
    int max = (int)json_integer_value(json_object_get(pressure, "max"));
    put(writing, "<ol class=\"scale\" aria-hidden=\"true\">");
    for (int level = 1; level <= 5; level++)
        (void)buffer_printf(writing->out, "<li class=\"%s\">%d</li>",
                            level <= max ? "may" : "never", level);
    put_element(writing, "</ol><p class=\"note\">", pressure, "scale", "</p>\n");
}

/* ---- the figure ---- */

static const json_t *row_of(const json_t *rows, const char *area) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        const char *id = json_string_value(json_object_get(row, "id"));
        if (id && strcmp(id, area) == 0)
            return row;
    }
    return NULL;
}

static void put_shape(const struct writing *writing, const struct body_shape *shape) {
    const json_t *body = part(writing, "body");
    const json_t *limited = row_of(json_object_get(body, "areas_limited"), shape->area);
    bool avoid = row_of(json_object_get(body, "areas_to_avoid"), shape->area) != NULL;
    const char *class = avoid ? "avoid" : limited ? "limited" : "free";
    struct buffer *out = writing->out;
    (void)buffer_printf(out, "<path class=\"%s\" d=\"%s\"/>", class, shape->path);
    if (shape->mirrored)
        (void)buffer_printf(out,
                            "<path class=\"%s\" transform=\"translate(%d 0) scale(-1 1)\" "
                            "d=\"%s\"/>",
                            class, FIGURE_WIDTH, shape->path);
    if (avoid || !limited || !shape->label_y)
        return;
    int max = (int)json_integer_value(json_object_get(limited, "max"));
    (void)buffer_printf(out, "<text x=\"%d\" y=\"%d\">%d</text>", shape->label_x, shape->label_y,
                        max);
    if (shape->mirrored)
        (void)buffer_printf(out, "<text x=\"%d\" y=\"%d\">%d</text>", FIGURE_WIDTH - shape->label_x,
                            shape->label_y, max);
}

static void put_view(const struct writing *writing, enum body_side side, const char *name) {
    size_t count;
    const struct body_shape *shapes = body_figure(side, &count);
    (void)buffer_printf(writing->out, "<g transform=\"translate(%d 0)\">",
                        side == BODY_FRONT ? 0 : FIGURE_WIDTH + 20);
    for (size_t i = 0; i < count; i++)
        put_shape(writing, &shapes[i]);
    (void)buffer_printf(writing->out, "<text x=\"%d\" y=\"%d\">", FIGURE_WIDTH / 2,
                        FIGURE_HEIGHT + 14);
    put_text(writing, part(writing, "body"), name);
    put(writing, "</text></g>\n");
}

static void put_key_row(const struct writing *writing, const char *class, const char *name) {
    (void)buffer_printf(writing->out,
                        "<li><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect class=\"%s\" "
                        "x=\"1\" y=\"1\" width=\"14\" height=\"10\"/></svg>",
                        class);
    put_text(writing, part(writing, "body"), name);
    put(writing, "</li>");
}

static void put_names(const struct writing *writing, const json_t *areas, const char *label) {
    size_t i;
    json_t *area;
    if (!json_array_size(areas))
        return;
    put_element(writing, "<p><strong>", part(writing, "body"), label, ":</strong> ");
    json_array_foreach(areas, i, area) {
        put(writing, i ? ", " : "");
        put_text(writing, area, "name");
        if (json_object_get(area, "max"))
            (void)buffer_printf(writing->out, " %d",
                                (int)json_integer_value(json_object_get(area, "max")));
    }
    put(writing, "</p>\n");
}

static void put_figure(const struct writing *writing) {
    const json_t *body = part(writing, "body");
    const json_t *avoid = json_object_get(body, "areas_to_avoid");
    put_element(writing, "<section><h2>", body, "label", "</h2>\n<figure>");
    (void)buffer_printf(writing->out,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                        "role=\"img\" aria-labelledby=\"unknot-figure\">",
                        2 * FIGURE_WIDTH + 20, FIGURE_HEIGHT + 20);
    put_element(writing, "<title id=\"unknot-figure\">", body, "description", "</title>\n");
    put(writing, "<defs><pattern id=\"unknot-hatch\" width=\"6\" height=\"6\" "
                 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                 "<rect width=\"6\" height=\"6\" fill=\"#f9d5d2\"/>"
                 "<rect width=\"3\" height=\"6\" fill=\"#b42318\"/></pattern></defs>\n");
    put_view(writing, BODY_FRONT, "front");
    put_view(writing, BODY_BACK, "back");
    put(writing, "</svg></figure>\n<ul class=\"key\">");
    put_key_row(writing, "avoid", "avoid");
    put_key_row(writing, "limited", "limited");
    put_key_row(writing, "free", "free");
    put(writing, "</ul>\n");
    if (!json_array_size(avoid))
        put_element(writing, "<p>", body, "nothing", "</p>\n");
    put_names(writing, avoid, "avoid");
    put_names(writing, json_object_get(body, "areas_limited"), "limited");
    put(writing, "</section>\n");
}

/* ---- the whole ---- */

static void put_dates(const struct writing *writing) {
    put(writing, "<section class=\"dates\">");
    put_pairs(writing, part(writing, "dates"));
    put_element(writing, "<p class=\"note\">", writing->page, "expires", "</p></section>\n");
}

static void put_foot(const struct writing *writing) {
    size_t i;
    json_t *line;
    const json_t *sources = part(writing, "sources");
    put_element(writing, "</main>\n<footer><p><strong>", sources, "label", ":</strong> ");
    put_text(writing, sources, "text");
    put(writing, "</p>");
    json_array_foreach(part(writing, "footer"), i, line) {
        put(writing, "<p>");
        markup_escape(writing->out, json_string_value(line));
        put(writing, "</p>");
    }
    put(writing, "</footer>\n</body></html>\n");
}

enum status summary_html_write(const json_t *page, const char *paper, struct buffer *out) {
    struct writing writing = {page, out};
    put_head(&writing, paper);
    put_banners(&writing);
    put(&writing, "<div class=\"columns\"><div>\n<section>");
    put_pairs(&writing, part(&writing, "facts"));
    put_scale(&writing);
    put(&writing, "</section>\n");
    put_section(&writing, "<section>", "cautions");
    put_section(&writing, "<section class=\"stop\">", "stop");
    put_section(&writing, "<section>", "pause");
    put(&writing, "</div><div>\n");
    put_dates(&writing);
    put_figure(&writing);
    put_section(&writing, "<section>", "clearances");
    put(&writing, "</div></div>\n");
    put_foot(&writing);
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
