// Invented people go through the Questionnaire as a form client shows it, and get what a careful clinician expects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from '../api/lib/http.mjs';
import { sharedService } from '../api/lib/service.mjs';
import { fhirGet, fhirPost } from './lib/fhir_call.mjs';
import { answering, fill } from './lib/form.mjs';
import { people } from './response_people.mjs';

const service = sharedService();
const coded = (concept, system) => concept?.coding?.find(c => c.system.endsWith(`/${system}`))?.code;
let questionnaire, findings, techniques, measured;

/** What all need, fetched once the service is there. */
async function prepare() {
  if (questionnaire) return;
  questionnaire = (await fhirGet(service, '/fhir/Questionnaire/massage-intake')).json;
  findings = new Map((await get(service, '/findings')).json.items.map(f => [f.id, f]));
  techniques = (await get(service, '/techniques')).json.items.map(t => t.id);
  measured = new Set([...findings.values()].filter(f => f.kind === 'measurement' || f.asked === 'clinic').map(f => f.id));
}

/** The clearances group, which nobody but a clinic fills in. */
const clearance = said => ({
  linkId: 'clearances',
  item: Object.entries(said).map(([linkId, value]) => ({
    linkId, answer: [value].flat().map(v => (/recorded|expires|began/.test(linkId) ? { valueDate: v } : { valueString: v })) })),
});

async function assess(person) {
  const { response, shown } = fill(questionnaire, answering(person.answers, measured));
  for (const said of Object.keys(person.answers)) assert.ok(shown.has(said), `the form never asks for ${said}`);
  if (person.clearance) response.item.push(clearance(person.clearance));
  response.item.push({ linkId: 'as_of', answer: [{ valueDate: '2026-11-22' }] });
  const answer = await fhirPost(service, '/fhir/QuestionnaireResponse/$assess', response);
  assert.equal(answer.status, 200, answer.text);
  const resources = answer.json.entry.map(e => e.resource);
  return { shown, risk: resources[0], issues: resources.filter(r => r.resourceType === 'DetectedIssue'), plan: resources.at(-1) };
}

test('there are enough of them', () => assert.ok(people.length >= 20));

for (const person of people) {
  test(person.name, async () => {
    await prepare();
    const { expect } = person;
    const { shown, risk, issues, plan } = await assess(person);
    const details = plan.activity.map(a => a.detail);
    const course = details.find(d => d.scheduledTiming);
    const forbidden = details.filter(d => d.doNotPerform).map(d => coded(d.code, 'technique'));
    const withheld = details.filter(d => d.doNotPerform || d.status === 'on-hold').map(d => coded(d.code, 'technique'));
    const severities = Object.fromEntries(issues.map(i => [coded(i.code, 'rule'), i.severity]));

    if (expect.triage) assert.equal(coded(risk.prediction[0].outcome, 'triage'), expect.triage);
    if (expect.status) assert.equal(risk.status, expect.status);
    for (const [rule, severity] of Object.entries(expect.issues ?? {})) assert.equal(severities[rule], severity, `${rule}: ${JSON.stringify(severities)}`);
    if (expect.only) assert.deepEqual(Object.keys(severities).sort(), Object.keys(expect.issues).sort(), 'and nothing else');
    for (const technique of expect.never === 'all' ? techniques : expect.never ?? []) assert.ok(forbidden.includes(technique), `${technique} must not be done`);
    for (const technique of expect.may ?? []) assert.ok(!withheld.includes(technique), `${technique} is left`);
    if (expect.course !== undefined) assert.equal(Boolean(course), expect.course, 'a course');
    if (expect.says) assert.match(course.description, expect.says);
    if (expect.not) assert.doesNotMatch(course.description, expect.not);

    for (const issue of issues) {
      assert.ok(issue.detail && issue.text.div && issue.implicated.length, coded(issue.code, 'rule'));
      const rule = await get(service, new URL(issue.reference).pathname);
      assert.equal(rule.status, 200, 'the reference leads to the rule and its sources');
      assert.equal(rule.json.id, coded(issue.code, 'rule'));
      if (issue.severity === 'high') assert.ok(issue.mitigation?.length, `${rule.json.id} says what to do`);
    }
    const asked = [...shown].filter(link => findings.has(link)).length;
    assert.ok(asked >= 60 && asked <= 160, `${asked} questions`);
    // Who followed the form has answered what the engine asks; what may be left are details of a yes, and "not sure".
    for (const detail of details.filter(d => d.reasonCode?.some(c => coded(c, 'finding'))))
      for (const reason of detail.reasonCode) {
        const open = coded(reason, 'finding');
        assert.ok(person.answers[open] !== undefined || findings.get(open).polarity === 'protective', `${open} was never shown`);
      }
  });
}
