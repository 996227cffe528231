/* Names that all of the FHIR view shares: our canonical URLs, and the systems of others. */
#ifndef UNKNOT_INTEROP_FHIR_NAMES_H
#define UNKNOT_INTEROP_FHIR_NAMES_H

/*
 * Canonical URLs are names, the same in every installation: they are not where a server is, so this
 * is no setting. Answers, plans and feedback carry them from one system to another, and two names
 * for one thing would keep these from being understood. Nobody can own a name under .example: it
 * stays ours wherever we run. Who changes the knowledge gives it another version (release.json);
 * who publishes definitions of their own changes this line.
 */
#define FHIR_CANONICAL "https://unknot.example/fhir"
#define FHIR_CODES(name) FHIR_CANONICAL "/CodeSystem/" name /* "technique", "finding", "rule" */

#define SYSTEM_PROBLEM FHIR_CODES("problem")
#define SYSTEM_TRIAGE FHIR_CODES("triage")
#define SYSTEM_VERDICT FHIR_CODES("verdict")
#define SYSTEM_TECHNIQUE FHIR_CODES("technique")
#define SYSTEM_LOINC "http://loinc.org"
#define SYSTEM_UCUM "http://unitsofmeasure.org"

#endif
