#include "paper/figure.h"

#include <stdio.h>
#include <string.h>

#include "care/body_figure.h"

enum mark { FREE, LIMITED, AVOID };
enum {
    BETWEEN = 24,     /* the two views */
    HEIGHT_MAX = 270, /* points at scale 1 */
    HATCH = 5,
    FILL_FREE = 0xdfe7ed,
    FILL_LIMITED = 0xf6c667,
    EDGE_LIMITED = 0x8a5a00,
    FILL_AVOID = 0xf9d5d2,
    EDGE_AVOID = 0xb42318,
};

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

/* Stripes within the path that was just drawn. */
static void hatch(struct ink *ink) {
    double left, top, right, bottom;
    cairo_path_extents(ink->cairo, &left, &top, &right, &bottom);
    cairo_save(ink->cairo);
    cairo_clip(ink->cairo);
    ink_colour(ink, EDGE_AVOID);
    cairo_set_line_width(ink->cairo, 2);
    int stripes = (int)((right - left + bottom - top) / HATCH) + 1;
    for (int i = 0; i < stripes; i++) {
        double x = left - (bottom - top) + i * HATCH;
        cairo_move_to(ink->cairo, x, bottom);
        cairo_line_to(ink->cairo, x + bottom - top, top);
    }
    cairo_stroke(ink->cairo);
    cairo_restore(ink->cairo);
}

/* Fills the current path in the way of its mark. */
static void fill(struct ink *ink, enum mark mark) {
    static const int fills[] = {[FREE] = FILL_FREE, [LIMITED] = FILL_LIMITED, [AVOID] = FILL_AVOID};
    cairo_path_t *path = cairo_copy_path(ink->cairo);
    ink_colour(ink, fills[mark]);
    cairo_fill_preserve(ink->cairo);
    if (mark == AVOID)
        hatch(ink);
    if (mark != FREE) {
        cairo_new_path(ink->cairo);
        cairo_append_path(ink->cairo, path);
        ink_colour(ink, mark == AVOID ? EDGE_AVOID : EDGE_LIMITED);
        cairo_set_line_width(ink->cairo, 1);
        cairo_stroke(ink->cairo);
    }
    cairo_new_path(ink->cairo);
    cairo_path_destroy(path);
}

static void put_number(struct ink *ink, int number, int x, int y) {
    cairo_text_extents_t extents;
    char text[8];
    (void)snprintf(text, sizeof text, "%d", number);
    cairo_select_font_face(ink->cairo, "Liberation Sans", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(ink->cairo, 14);
    cairo_text_extents(ink->cairo, text, &extents);
    ink_colour(ink, INK);
    cairo_move_to(ink->cairo, x - extents.width / 2 - extents.x_bearing, y);
    cairo_show_text(ink->cairo, text);
}

static void put_shape(struct ink *ink, const json_t *body, const struct body_shape *shape) {
    const json_t *limited = row_of(json_object_get(body, "areas_limited"), shape->area);
    enum mark mark = row_of(json_object_get(body, "areas_to_avoid"), shape->area) ? AVOID
                     : limited                                                    ? LIMITED
                                                                                  : FREE;
    for (int side = 0; side <= shape->mirrored; side++) {
        cairo_save(ink->cairo);
        if (side) {
            cairo_translate(ink->cairo, FIGURE_WIDTH, 0);
            cairo_scale(ink->cairo, -1, 1);
        }
        ink_path(ink->cairo, shape->path);
        fill(ink, mark);
        cairo_restore(ink->cairo);
        if (mark == LIMITED && shape->label_y)
            put_number(ink, (int)json_integer_value(json_object_get(limited, "max")),
                       side ? FIGURE_WIDTH - shape->label_x : shape->label_x, shape->label_y);
    }
}

static void put_view(struct ink *ink, const json_t *body, enum body_side side) {
    size_t count;
    const struct body_shape *shapes = body_figure(side, &count);
    for (size_t i = 0; i < count; i++)
        put_shape(ink, body, &shapes[i]);
}

static void put_views(struct column *column, const json_t *body, double size) {
    struct ink *ink = column->ink;
    double width = (2 * FIGURE_WIDTH + BETWEEN) * size;
    ink_begin(ink, "Figure");
    cairo_save(ink->cairo);
    cairo_translate(ink->cairo, column->x + (column->width - width) / 2, column->y);
    cairo_scale(ink->cairo, size, size);
    put_view(ink, body, BODY_FRONT);
    cairo_translate(ink->cairo, FIGURE_WIDTH + BETWEEN, 0);
    put_view(ink, body, BODY_BACK);
    cairo_restore(ink->cairo);
    ink_end(ink, "Figure");
}

/* The names under the views. */
static void put_captions(struct column *column, const json_t *body, double size) {
    static const char *const names[] = {"front", "back"};
    struct style style = {8, true, true, SOFT};
    double width = (2 * FIGURE_WIDTH + BETWEEN) * size, y = column->y;
    double left = column->x + (column->width - width) / 2;
    for (int side = 0; side < 2; side++) {
        struct column under = {column->ink, left + side * (FIGURE_WIDTH + BETWEEN) * size, y,
                               FIGURE_WIDTH * size};
        ink_text(&under, "Caption", style, json_string_value(json_object_get(body, names[side])));
        column->y = under.y > column->y ? under.y : column->y;
    }
}

static void put_key(struct column *column, const json_t *body, enum mark mark, const char *name) {
    struct ink *ink = column->ink;
    double width = 13 * ink->scale, height = 8 * ink->scale;
    struct column text = {ink, column->x + width + 5 * ink->scale, column->y,
                          column->width - width - 5 * ink->scale};
    if (!ink->dry) {
        cairo_rectangle(ink->cairo, column->x, column->y + 1.2 * ink->scale, width, height);
        fill(ink, mark);
    }
    ink_text(&text, "P", (struct style){8, false, false, INK},
             json_string_value(json_object_get(body, name)));
    column->y = text.y;
    ink_gap(column, 1.5);
}

void figure_draw(struct column *column, const json_t *body) {
    double size = column->width / (2 * FIGURE_WIDTH + BETWEEN);
    double most = HEIGHT_MAX * column->ink->scale / FIGURE_HEIGHT;
    size = size < most ? size : most;
    if (!column->ink->dry)
        put_views(column, body, size);
    column->y += FIGURE_HEIGHT * size;
    put_captions(column, body, size);
    ink_gap(column, 4);
    put_key(column, body, AVOID, "avoid");
    put_key(column, body, LIMITED, "limited");
    put_key(column, body, FREE, "free");
}
