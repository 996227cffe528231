#include "paper/ink.h"

#include <stdlib.h>

/* Fonts of Debian that look alike everywhere; what they lack is taken from others. */
#define FAMILY "Liberation Sans, DejaVu Sans"

enum { BOX_PADDING = 6, BULLET = 9 };

void ink_begin(struct ink *ink, const char *tag) {
    if (!ink->dry && tag)
        cairo_tag_begin(ink->cairo, tag, NULL);
}

void ink_end(struct ink *ink, const char *tag) {
    if (!ink->dry && tag)
        cairo_tag_end(ink->cairo, tag);
}

void ink_colour(struct ink *ink, int colour) {
    struct colour c = COLOUR(colour);
    cairo_set_source_rgb(ink->cairo, c.red, c.green, c.blue);
}

static PangoLayout *layout_of(struct ink *ink, struct style style, const char *text) {
    PangoLayout *layout = pango_layout_new(ink->context);
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);
    pango_font_description_set_absolute_size(font, style.size * ink->scale * PANGO_SCALE);
    if (style.bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, 1.02F);
    if (style.centred)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

void ink_text(struct column *column, const char *tag, struct style style, const char *text) {
    struct ink *ink = column->ink;
    int height = 0;
    PangoLayout *layout = layout_of(ink, style, text);
    pango_layout_set_width(layout, (int)(column->width * PANGO_SCALE));
    pango_layout_get_size(layout, NULL, &height);
    if (!ink->dry) {
        ink_begin(ink, tag);
        ink_colour(ink, style.colour);
        cairo_move_to(ink->cairo, column->x, column->y);
        pango_cairo_show_layout(ink->cairo, layout);
        ink_end(ink, tag);
    }
    column->y += (double)height / PANGO_SCALE;
    g_object_unref(layout);
}

double ink_width(struct ink *ink, struct style style, const char *text) {
    int width = 0;
    PangoLayout *layout = layout_of(ink, style, text);
    pango_layout_get_size(layout, &width, NULL);
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

void ink_gap(struct column *column, double points) {
    column->y += points * column->ink->scale;
}

void ink_item(struct column *column, struct style style, const char *text) {
    struct ink *ink = column->ink;
    double indent = BULLET * ink->scale;
    struct column mark = {ink, column->x, column->y, indent};
    struct column body = {ink, column->x + indent, column->y, column->width - indent};
    ink_begin(ink, "LI");
    ink_text(&mark, "Lbl", style, "\u2022");
    ink_text(&body, "LBody", style, text);
    ink_end(ink, "LI");
    column->y = body.y;
    ink_gap(column, 0.8);
}

static void rounded(cairo_t *cairo, double x, double y, double width, double height) {
    enum { RADIUS = 4 };
    static const double quarter = 1.5707963267948966;
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - RADIUS, y + RADIUS, RADIUS, -quarter, 0);
    cairo_arc(cairo, x + width - RADIUS, y + height - RADIUS, RADIUS, 0, quarter);
    cairo_arc(cairo, x + RADIUS, y + height - RADIUS, RADIUS, quarter, 2 * quarter);
    cairo_arc(cairo, x + RADIUS, y + RADIUS, RADIUS, 2 * quarter, 3 * quarter);
    cairo_close_path(cairo);
}

void ink_box(struct column *column, int fill, int edge,
             void (*draw)(struct column *column, const void *what), const void *what) {
    struct ink *ink = column->ink;
    double padding = BOX_PADDING * ink->scale, top = column->y;
    struct column inner = {ink, column->x + padding, top + padding, column->width - 2 * padding};
    struct column start = inner;
    bool dry = ink->dry;
    ink->dry = true;
    draw(&inner, what);
    ink->dry = dry;
    column->y = inner.y + padding;
    if (dry)
        return;
    rounded(ink->cairo, column->x, top, column->width, column->y - top);
    ink_colour(ink, fill);
    cairo_fill_preserve(ink->cairo);
    ink_colour(ink, edge);
    cairo_set_line_width(ink->cairo, 1.2);
    cairo_stroke(ink->cairo);
    draw(&start, what);
}

void ink_path(cairo_t *cairo, const char *path) {
    while (*path) {
        char command = *path++;
        double n[6] = {0};
        int wanted = command == 'C' ? 6 : command == 'M' || command == 'L' ? 2 : 0;
        for (int i = 0; i < wanted; i++) {
            char *end;
            n[i] = strtod(path, &end);
            path = end;
        }
        if (command == 'M')
            cairo_move_to(cairo, n[0], n[1]);
        else if (command == 'L')
            cairo_line_to(cairo, n[0], n[1]);
        else if (command == 'C')
            cairo_curve_to(cairo, n[0], n[1], n[2], n[3], n[4], n[5]);
        else if (command == 'Z')
            cairo_close_path(cairo);
    }
}
