/* What stands where. The whole page is set dry first, to find the size of letters that fits. */
#include "paper/page.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper/figure.h"
#include "paper/ink.h"
#include "paper/language.h"

enum { MARGIN = 32, BETWEEN = 16, BANNER_FILL = 0xfef3f2, BANNER_EDGE = 0xb42318 };

static const double scale_most = 1.24, scale_least = 0.62, scale_step = 0.02;

static const struct style plain = {9.2, false, false, INK};
static const struct style strong = {9.2, true, false, INK};
static const struct style small = {8, false, false, SOFT};
static const struct style heading = {10, true, false, GREEN};
static const struct style warning = {10, true, false, RED};
static const struct style foot = {7, false, false, SOFT};

struct sheet {
    const json_t *page;
    struct ink ink;
    double width, height;
};

static const char *text_of(const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static const json_t *part(const struct sheet *sheet, const char *name) {
    return json_object_get(sheet->page, name);
}

/* ---- pieces ---- */

static void put_items(struct column *column, const json_t *items) {
    size_t i;
    json_t *item;
    ink_begin(column->ink, "L");
    json_array_foreach(items, i, item) ink_item(column, plain, json_string_value(item));
    ink_end(column->ink, "L");
}

static void put_section(struct column *column, const json_t *section) {
    ink_text(column, "H2", heading, text_of(section, "label"));
    ink_gap(column, 1.5);
    put_items(column, json_object_get(section, "items"));
    ink_gap(column, 5);
}

/* Labels on the left, what they say on the right. */
static void put_pairs(struct column *column, const json_t *pairs) {
    size_t i;
    json_t *pair;
    double labels = 0;
    json_array_foreach(pairs, i, pair) {
        double width = ink_width(column->ink, strong, text_of(pair, "label"));
        labels = width > labels ? width : labels;
    }
    labels = labels < column->width * 0.55 ? labels : column->width * 0.55;
    json_array_foreach(pairs, i, pair) {
        double gap = 8 * column->ink->scale;
        struct column left = {column->ink, column->x, column->y, labels + 1};
        struct column right = {column->ink, column->x + labels + gap, column->y,
                               column->width - labels - gap};
        ink_begin(column->ink, "P");
        ink_text(&left, "Span", strong, text_of(pair, "label"));
        ink_text(&right, "Span", plain, text_of(pair, "text"));
        ink_end(column->ink, "P");
        column->y = left.y > right.y ? left.y : right.y;
        ink_gap(column, 2);
    }
}

static void draw_banner(struct column *column, const void *text) {
    ink_text(column, "P", warning, text);
}

static void draw_stop(struct column *column, const void *section) {
    ink_text(column, "H2", warning, text_of(section, "label"));
    ink_gap(column, 1.5);
    put_items(column, json_object_get(section, "items"));
}

static void draw_dates(struct column *column, const void *page) {
    put_pairs(column, json_object_get(page, "dates"));
    ink_text(column, "P", small, text_of(page, "expires"));
}

/* Five fields, those that may be used filled. */
static void put_scale(struct column *column, const json_t *pressure) {
    struct ink *ink = column->ink;
    int max = (int)json_integer_value(json_object_get(pressure, "max"));
    double width = 26 * ink->scale, height = 15 * ink->scale, gap = 4 * ink->scale;
    for (int level = 1; level <= 5; level++) {
        struct column cell = {ink, column->x + (level - 1) * (width + gap),
                              column->y + 1.8 * ink->scale, width};
        char number[8];
        (void)snprintf(number, sizeof number, "%d", level);
        if (!ink->dry) {
            cairo_rectangle(ink->cairo, cell.x, column->y, width, height);
            ink_colour(ink, level <= max ? 0xd5efec : 0xf1f3f5);
            cairo_fill_preserve(ink->cairo);
            ink_colour(ink, level <= max ? EDGE : 0x9aa9b6);
            cairo_set_line_width(ink->cairo, 1);
            cairo_stroke(ink->cairo);
        }
        ink_text(&cell, "Span",
                 (struct style){9.2, level <= max, true, level <= max ? GREEN : SOFT}, number);
        if (!ink->dry && level > max) {
            ink_colour(ink, SOFT);
            cairo_move_to(ink->cairo, cell.x + 3, column->y + height - 3);
            cairo_line_to(ink->cairo, cell.x + width - 3, column->y + 3);
            cairo_stroke(ink->cairo);
        }
    }
    column->y += height;
    ink_gap(column, 2.5);
    ink_text(column, "P", small, text_of(pressure, "scale"));
    ink_gap(column, 6);
}

static void put_names(struct column *column, const json_t *body, const char *label,
                      const json_t *areas) {
    struct buffer text;
    size_t i;
    json_t *area;
    if (!json_array_size(areas))
        return;
    buffer_init(&text);
    (void)buffer_printf(&text, "%s: ", text_of(body, label));
    json_array_foreach(areas, i, area) {
        (void)buffer_printf(&text, "%s%s", i ? ", " : "", text_of(area, "name"));
        if (json_object_get(area, "max"))
            (void)buffer_printf(&text, " %d",
                                (int)json_integer_value(json_object_get(area, "max")));
    }
    ink_text(column, "P", plain, text.data ? text.data : "");
    ink_gap(column, 2);
    buffer_free(&text);
}

static void put_body(struct column *column, const json_t *body) {
    const json_t *avoid = json_object_get(body, "areas_to_avoid");
    ink_text(column, "H2", heading, text_of(body, "label"));
    ink_gap(column, 3);
    figure_draw(column, body);
    ink_gap(column, 2);
    if (!json_array_size(avoid)) {
        ink_text(column, "P", plain, text_of(body, "nothing"));
        ink_gap(column, 2);
    }
    put_names(column, body, "avoid", avoid);
    put_names(column, body, "limited", json_object_get(body, "areas_limited"));
    ink_gap(column, 4);
}

/* ---- the page ---- */

static void put_head(struct sheet *sheet, struct column *column) {
    struct ink *ink = &sheet->ink;
    size_t i;
    json_t *banner;
    ink_text(column, "H1", (struct style){19, true, false, GREEN}, text_of(sheet->page, "title"));
    ink_text(column, "P", (struct style){9.2, false, false, SOFT}, text_of(sheet->page, "lead"));
    ink_gap(column, 5);
    if (!ink->dry) {
        ink_colour(ink, EDGE);
        cairo_set_line_width(ink->cairo, 2);
        cairo_move_to(ink->cairo, column->x, column->y);
        cairo_line_to(ink->cairo, column->x + column->width, column->y);
        cairo_stroke(ink->cairo);
    }
    ink_gap(column, 8);
    json_array_foreach(part(sheet, "banners"), i, banner) {
        ink_box(column, BANNER_FILL, BANNER_EDGE, draw_banner, json_string_value(banner));
        ink_gap(column, 5);
    }
}

static double put_left(struct sheet *sheet, struct column column) {
    put_pairs(&column, part(sheet, "facts"));
    ink_gap(&column, 3);
    put_scale(&column, part(sheet, "pressure"));
    put_section(&column, part(sheet, "cautions"));
    ink_box(&column, BANNER_FILL, BANNER_EDGE, draw_stop, part(sheet, "stop"));
    ink_gap(&column, 8);
    put_section(&column, part(sheet, "pause"));
    return column.y;
}

static double put_right(struct sheet *sheet, struct column column) {
    ink_box(&column, 0xf2faf9, EDGE, draw_dates, sheet->page);
    ink_gap(&column, 8);
    put_body(&column, part(sheet, "body"));
    put_section(&column, part(sheet, "clearances"));
    return column.y;
}

static void put_foot(struct sheet *sheet, struct column *column) {
    struct buffer sources;
    size_t i;
    json_t *line;
    buffer_init(&sources);
    (void)buffer_printf(&sources, "%s: %s", text_of(part(sheet, "sources"), "label"),
                        text_of(part(sheet, "sources"), "text"));
    ink_text(column, "P", foot, sources.data ? sources.data : "");
    json_array_foreach(part(sheet, "footer"), i, line)
        ink_text(column, "P", foot, json_string_value(line));
    buffer_free(&sources);
}

/* At the lower edge, where there is room left. */
static void sink_foot(struct sheet *sheet, struct column *column) {
    bool dry = sheet->ink.dry;
    struct column trial = *column;
    if (dry)
        return;
    sheet->ink.dry = true;
    put_foot(sheet, &trial);
    sheet->ink.dry = false;
    double room = sheet->height - MARGIN - trial.y;
    column->y += room > 0 ? room : 0;
}

/* Sets everything; where it ends. */
static double put_page(struct sheet *sheet) {
    struct column whole = {&sheet->ink, MARGIN, MARGIN, sheet->width - 2 * MARGIN};
    put_head(sheet, &whole);
    double half = (whole.width - BETWEEN) * 0.54;
    struct column left = {&sheet->ink, MARGIN, whole.y, half};
    struct column right = {&sheet->ink, MARGIN + half + BETWEEN, whole.y,
                           whole.width - half - BETWEEN};
    double one = put_left(sheet, left), two = put_right(sheet, right);
    whole.y = one > two ? one : two;
    ink_gap(&whole, 4);
    sink_foot(sheet, &whole);
    put_foot(sheet, &whole);
    return whole.y + MARGIN;
}

static cairo_status_t keep_bytes(void *buffer, const unsigned char *bytes, unsigned len) {
    return buffer_append(buffer, bytes, len) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void describe(const struct sheet *sheet, cairo_surface_t *surface) {
    const char *changed = text_of(sheet->page, "changed");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   text_of(sheet->page, "title"));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Unknot");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, changed);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, changed);
}

/* The largest letters with which it fits, or a longer sheet. */
static void fit(struct sheet *sheet) {
    double end;
    sheet->ink.dry = true;
    sheet->ink.scale = scale_most + scale_step;
    do {
        sheet->ink.scale -= scale_step;
        end = put_page(sheet);
    } while (end > sheet->height && sheet->ink.scale > scale_least);
    sheet->height = end > sheet->height ? end : sheet->height;
    sheet->ink.dry = false;
}

/* Paper has no pixels to fit letters to. */
static void set_fonts(PangoContext *context) {
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
}

enum status page_print(const json_t *page, bool letter, struct buffer *pdf) {
    struct sheet sheet = {
        .page = page, .width = letter ? 612 : 595.276, .height = letter ? 792 : 841.89};
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(keep_bytes, pdf, sheet.width, sheet.height);
    sheet.ink.cairo = cairo_create(surface);
    sheet.ink.context = pango_cairo_create_context(sheet.ink.cairo);
    set_fonts(sheet.ink.context);
    pango_context_set_language(sheet.ink.context,
                               pango_language_from_string(text_of(page, "language")));
    fit(&sheet);
    cairo_pdf_surface_set_size(surface, sheet.width, sheet.height);
    describe(&sheet, surface);
    ink_begin(&sheet.ink, "Document");
    (void)put_page(&sheet);
    ink_end(&sheet.ink, "Document");
    cairo_show_page(sheet.ink.cairo);
    g_object_unref(sheet.ink.context);
    cairo_destroy(sheet.ink.cairo);
    cairo_surface_finish(surface);
    bool good = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && !pdf->failed;
    cairo_surface_destroy(surface);
    return good ? language_add(pdf, text_of(page, "language"),
                               text_of(json_object_get(page, "body"), "description"))
                : STATUS_NO_MEMORY;
}
