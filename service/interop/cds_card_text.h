/* The words of a card: a summary on one short line, and the detail as GitHub-flavoured markdown. */
#ifndef UNKNOT_INTEROP_CDS_CARD_TEXT_H
#define UNKNOT_INTEROP_CDS_CARD_TEXT_H

#include "base/buffer.h"
#include "interop/cds_cards.h"

/* Does a rule that something of the record speaks for limit a technique of which nothing can be
   said yet? */
bool cds_limits(const struct decision *decision, const struct acting *acting, unsigned technique);

/* The rule that a card leads with: the most severe that explains one of the techniques, those
   first that something of the record speaks for; NULL: none. */
const struct acting *cds_leading_rule(const struct decision *decision, technique_set techniques);

/* "Deep tissue massage, Cupping and 3 more" */
void cds_names(const struct decision *decision, technique_set techniques, unsigned at_most,
               struct buffer *out);

/* "current anticoagulant treatment": what of the record a rule speaks of. */
void cds_because(const struct decision *decision, const struct rule *rule, char *out, size_t size);

/* Cuts to CDS_SUMMARY_MAX bytes between characters, with an ellipsis. */
void cds_cut(char *summary);

/* ---- paragraphs of the detail ---- */

/* The rules behind a verdict, each with its page. */
void cds_write_reasons(const struct cds_case *about, technique_set techniques, struct buffer *out);
/* Pressure, minutes, areas and changes of permitted techniques. */
void cds_write_limits(const struct cds_case *about, technique_set techniques, struct buffer *out);
/* What to ask first. */
void cds_write_questions(const struct cds_case *about, struct buffer *out);
/* What of the record nobody showed us: the first words of a card, or none. */
void cds_write_missing(const struct cds_case *about, struct buffer *out);
/* What choosing "I asked the safety questions" would put on record. */
void cds_write_attested(struct buffer *out);
/* What of the record was not read; and that this is no diagnosis. */
void cds_write_record(const struct cds_case *about, struct buffer *out);

#endif
