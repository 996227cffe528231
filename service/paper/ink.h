/*
 * Setting text and drawing on a sheet. Everything can be done dry: the same calls, without ink, say
 * how high something will be.
 */
#ifndef UNKNOT_PAPER_INK_H
#define UNKNOT_PAPER_INK_H

#include <pango/pangocairo.h>
#include <stdbool.h>

struct colour {
    double red, green, blue;
};
#define COLOUR(hex)                                                                                \
    ((struct colour){((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex)&255) / 255.0})

enum { INK = 0x1f2933, SOFT = 0x52606d, GREEN = 0x0b5f5b, EDGE = 0x0b7a75, RED = 0x7a1710 };

struct ink {
    cairo_t *cairo;
    PangoContext *context;
    double scale; /* of all sizes */
    bool dry;
};

struct style {
    double size; /* points at scale 1 */
    bool bold, centred;
    int colour;
};

/* A flow of lines downwards. */
struct column {
    struct ink *ink;
    double x, y, width;
};

/* Sets a text at the column's place and moves it down; `tag` is its role for those who listen
 * ("P"), NULL: within another. */
void ink_text(struct column *column, const char *tag, struct style style, const char *text);

/* Space, in points at scale 1. */
void ink_gap(struct column *column, double points);

/* A frame around what `draw` puts into the column. */
void ink_box(struct column *column, int fill, int edge,
             void (*draw)(struct column *column, const void *what), const void *what);

/* "• " and a text, as an item of a list. */
void ink_item(struct column *column, struct style style, const char *text);

void ink_begin(struct ink *ink, const char *tag);
void ink_end(struct ink *ink, const char *tag);
void ink_colour(struct ink *ink, int colour);

/* A path of M, L, C and Z in absolute numbers, as in SVG. */
void ink_path(cairo_t *cairo, const char *path);

/* The width of a line of text in points. */
double ink_width(struct ink *ink, struct style style, const char *text);

#endif
