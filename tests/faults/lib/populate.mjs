// A tenant as a clinic has it after some weeks: plans, sessions, measurements, a therapist, a deleted plan, an
// erased patient. And every answer that can be read of it, to be compared byte by byte.
import assert from 'node:assert/strict';
import { operations } from '../../api/lib/contract.mjs';
import { call } from '../../api/lib/http.mjs';
import { example } from '../../api/lib/people.mjs';

const patch = { 'content-type': 'application/merge-patch+json' };

class Tenant {
  constructor(service, key) { Object.assign(this, { service, key, number: 0 }); }

  async write(method, path, json, headers = {}, wanted = [200, 201, 204]) {
    const answer = await call(this.service, method, path, {
      json, headers: { authorization: `Bearer ${this.key}`, 'idempotency-key': `fill-${++this.number}-${Date.now()}`, ...headers },
    });
    assert.ok(wanted.includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  async plan(patient, intake, more = {}) {
    return (await this.write('POST', '/care-plans', { patient, intake: example(intake), time_zone: 'Europe/Berlin', ...more })).json;
  }

  async etag(path) {
    return (await call(this.service, 'GET', path, { headers: { authorization: `Bearer ${this.key}` } })).headers.etag;
  }

  async change(path, json) { return this.write('PATCH', path, json, { ...patch, 'if-match': await this.etag(path) }); }
}

export async function populate(service, key) {
  const tenant = new Tenant(service, key);
  const erased = await tenant.plan('P-4', 'office-worker');
  await tenant.write('DELETE', '/patients/P-4');
  const since = new Date().toISOString();
  const therapist = (await tenant.write('POST', '/therapists', {
    name: 'Zoë Ångström', techniques: ['swedish'], pressure: { min: 1, max: 4 }, languages: ['en', 'de'],
  })).json;
  const plan = await tenant.plan('P-1', 'office-worker', { therapist: therapist.therapist_id });
  const other = await tenant.plan('P-2 “quoted” 😀', 'warfarin');
  const gone = await tenant.plan('P-3', 'runner');
  const session = { status: 'done', technique: plan.technique, pressure_used: 2, minutes: 40 };
  for (const [day, before, after] of [['10', 6, 4], ['13', 5, 3], ['17', 4, 2]])
    await tenant.write('POST', `/care-plans/${plan.id}/sessions`, { ...session, planned_on: `2026-11-${day}`, pain_before: before, pain_after: after });
  await tenant.write('POST', `/care-plans/${other.id}/sessions`, {
    ...session, technique: other.technique, planned_on: '2026-11-12', notes: 'a\tnote\nof two lines\\', adverse_events: [{ id: 'ae_soreness' }],
  });
  await tenant.write('POST', `/care-plans/${plan.id}/measurements`, { instrument: 'nrs', score: 6 });
  await tenant.write('POST', `/care-plans/${plan.id}/measurements`, { instrument: 'nrs', score: 3 });
  await tenant.write('POST', `/care-plans/${plan.id}/measurements`, { instrument: 'rmdq', score: 9 });
  const link = (await tenant.write('POST', `/care-plans/${plan.id}/calendar-links`, {})).json;
  await tenant.change(`/care-plans/${plan.id}`, { title: "Miriam's plan; DROP TABLE x --" });
  await tenant.change(`/care-plans/${other.id}`, { status: 'on-hold' });
  await tenant.write('DELETE', `/care-plans/${gone.id}`, undefined, { 'if-match': await tenant.etag(`/care-plans/${gone.id}`) });
  return { since, calendar: new URL(link.url, service.url).pathname, plans: [plan.id, other.id], gone: gone.id, erased: erased.id, patients: ['P-1', 'P-2 “quoted” 😀'], therapist: therapist.therapist_id };
}

/** Everything that GET gives of the tenant: [what, status, etag, body]. */
export async function answersOf(service, key, tenant) {
  const headers = { authorization: `Bearer ${key}` };
  const answers = [];
  const get = async (path, accept) => {
    const answer = await call(service, 'GET', path, { headers: accept ? { ...headers, accept } : headers });
    answers.push([`${path} ${accept ?? ''}`, answer.status, answer.headers.etag ?? '', answer.text]);
    return answer.json;
  };
  // First: an export is an event, and a read that was refused, too.
  await get('/audit-events?limit=200');
  for (const patient of tenant.patients) await get(`/patients/${encodeURIComponent(patient)}/export`);
  await get('/care-plans?limit=200');
  for (const patient of tenant.patients) await get(`/care-plans?patient=${encodeURIComponent(patient)}`);
  for (const plan of [...tenant.plans, tenant.gone, tenant.erased]) {
    const { version } = await get(`/care-plans/${plan}`);
    await get(`/care-plans/${plan}/history?limit=200`);
    for (let number = 1; number <= (version ?? 1); number++) await get(`/care-plans/${plan}/versions/${number}`);
    const sessions = await get(`/care-plans/${plan}/sessions?limit=200`);
    for (const session of sessions.items ?? []) await get(`/care-plans/${plan}/sessions/${session.session_id}`);
    await get(`/care-plans/${plan}/measurements?limit=200`);
    await get(`/care-plans/${plan}/progress`);
    await get(`/care-plans/${plan}/progress`, 'image/svg+xml');
    await get(`/therapists/matches?care_plan=${plan}`);
    await get(`/care-plans/${plan}/summary`);
    await get(`/care-plans/${plan}/calendar.ics`);
    await get(`/care-plans/${plan}/calendar-links`);
  }
  await get(tenant.calendar);
  await get('/therapists?limit=200');
  await get(`/therapists/${tenant.therapist}`);
  const since = await get(`/care-plans?changed_since=${tenant.since}&limit=200`);
  delete since.next_changed_since; // the time of the question
  answers.at(-1)[3] = JSON.stringify(since);
  return answers;
}

/** The GET operations of plans, people and therapists that no answer above came from: a new route cannot be forgotten. */
export function notRead(answers) {
  const guarded = operations.filter(o => o.method === 'GET' && /^\/(care-plans|therapists|patients|audit-events)/.test(o.path));
  return guarded.filter(o => {
    const form = new RegExp(`^${o.path.replace(/\{\w+\}/g, '[^/?]+')}(\\?\\S*)? `);
    return !answers.some(([what]) => form.test(what));
  }).map(o => o.path);
}
