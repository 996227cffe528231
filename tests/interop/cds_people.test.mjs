// Invented people as records in FHIR, each with the cards that a careful clinician expects (tests/interop/people/*.json).
//   "@days:30" is the day 30 days ago, "@years:70" the day 70 years and a month ago. expect:
//   cards: exactly these, "indicator topic"; critical: is there such a card; topics, not_topics; speaks: at least one card;
//   says: somewhere in the details; rule, not_rule; contraindicated: techniques; plans: can be chosen; no_critical
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { get } from '../api/lib/http.mjs';
import { ROOT, startService } from '../api/lib/service.mjs';
import { appointment, cards, order } from './lib/cds.mjs';
import { assertFhir } from './lib/fhir_validate.mjs';
import { responseOf } from './lib/responses.mjs';

const service = await startService();
after(() => service.stop());

const FOLDER = `${ROOT}tests/interop/people/`;
const people = readdirSync(FOLDER).filter(f => f.endsWith('.json')).map(f => JSON.parse(readFileSync(FOLDER + f, 'utf8')));
const { json: form } = await get(service, '/questionnaire');
const day = (days, years = 0) => {
  const date = new Date(Date.now() - days * 86_400_000);
  date.setUTCFullYear(date.getUTCFullYear() - years);
  return date.toISOString().slice(0, 10);
};
const dated = value => JSON.parse(JSON.stringify(value)
  .replace(/@days:(\d+)/g, (_, n) => day(Number(n))).replace(/@years:(\d+)/g, (_, n) => day(31, Number(n))));

/** All questions answered with no, but for what is present. */
function answersOf({ present = [] }) {
  const touched = form.checklists.filter(c => c.items.some(i => present.includes(i.finding)));
  return responseOf({
    pain: { intensity: 4, duration_weeks: 30, areas: ['low_back'] },
    none_of: form.checklists.filter(c => !touched.includes(c)).map(c => c.id),
    findings: present.map(id => ({ id, state: 'present' })),
  }, { subject: { reference: 'Patient/p1' }, authored: new Date().toISOString() });
}

function callOf(person) {
  const record = dated(person.record);
  for (const resource of record) assertFhir(resource, person.name);
  if (person.answers) record.push(answersOf(person.answers));
  const made = person.hook === 'appointment-book' ? appointment : order;
  return { record, orders: person.what ? [made(person.what)] : [], conditions: dated(person.new ?? []) };
}

const checks = {
  cards: (list, wanted) => assert.deepEqual(list.map(c => `${c.indicator} ${c.source.topic.code}`), wanted),
  critical: (list, wanted) => assert.equal(list.some(c => c.indicator === 'critical'), wanted),
  no_critical: list => assert.ok(list.every(c => c.indicator !== 'critical' || c.source.topic.code === 'contraindicated')),
  speaks: list => assert.ok(list.length > 0),
  topics: (list, wanted) => wanted.forEach(t => assert.ok(list.some(c => c.source.topic.code === t), t)),
  not_topics: (list, wanted) => wanted.forEach(t => assert.ok(list.every(c => c.source.topic.code !== t), t)),
  says: (list, wanted) => assert.ok(list.some(c => `${c.summary} ${c.detail}`.includes(wanted)), `nobody says ${wanted}`),
  rule: (list, wanted) => assert.ok(list.some(c => c.detail.includes(`[${wanted}]`)), `not by ${wanted}`),
  not_rule: (list, wanted) => assert.ok(list.every(c => !c.detail.includes(`[${wanted}]`)), `by ${wanted}`),
  contraindicated: (list, wanted) => wanted.forEach(t => {
    const name = t.replace('_', ' ');
    assert.ok(list.some(c => c.source.topic.code === 'contraindicated' && c.summary.toLowerCase().includes(name)), t);
  }),
  plans: list => assert.ok(list.some(c => c.suggestions?.some(s => s.actions[0].resource?.resourceType === 'CarePlan'))),
};

test('there are at least thirty people, each with an expectation', () => {
  assert.ok(people.length >= 30, String(people.length));
  for (const person of people) {
    assert.ok(person.story && Object.keys(person.expect).length > 0, person.name);
    for (const name of Object.keys(person.expect)) assert.ok(checks[name], `${person.name}: ${name}`);
  }
});

for (const person of people)
  test(`${person.name}: ${person.story}`, async () => {
    const list = await cards(service, person.hook, callOf(person));
    try {
      for (const [name, wanted] of Object.entries(person.expect)) checks[name](list, wanted);
    } catch (error) {
      error.message += `\n${list.map(c => `${c.indicator} ${c.source.topic.code}: ${c.summary}`).join('\n')}`;
      throw error;
    }
  });
