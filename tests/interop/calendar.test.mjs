// The calendar of a plan as another library reads it: ical.js parses, expands and judges what libical wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ICAL from 'ical.js';
import { sharedDesk } from '../api/lib/desk.mjs';

const desk = sharedDesk();
const read = async (plan, query = '') => {
  const answer = await desk.get(`/care-plans/${plan.id}/calendar.ics${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

/** { calendar, events by uid } of an answer; what RFC 5545 asks of any calendar is checked on the way. */
function parsed({ text }) {
  assert.match(text, /^BEGIN:VCALENDAR\r\n[^]*END:VCALENDAR\r\n$/);
  assert.ok(!/[^\r]\n/.test(text), 'every line ends in CRLF');
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, `a line of ${Buffer.byteLength(line)} bytes`);
  const calendar = new ICAL.Component(ICAL.parse(text));
  assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = {};
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component);
    assert.ok(!events[event.uid], `${event.uid} stands twice`);
    assert.equal(component.getAllProperties('dtstamp').length, 1);
    assert.ok(event.startDate.compare(event.endDate) < 0, 'ends after it begins');
    events[event.uid] = { event, component, status: component.getFirstPropertyValue('status'), alarms: component.getAllSubcomponents('valarm').length };
  }
  return { calendar, events };
}
const day = time => time.toString().slice(0, 10);
const find = (events, part) => Object.keys(events).filter(uid => uid.includes(part)).map(uid => events[uid]);

test('windows, reminders, sessions and check-ins', async () => {
  const plan = await desk.newPlan('P-days');
  const before = parsed(await read(plan));
  assert.equal(find(before.events, '.window-').length, plan.plan.sessions.length);
  for (const window of plan.plan.sessions) {
    const [{ event, status }] = find(before.events, `.window-${window.number}@`);
    assert.equal(status, 'TENTATIVE');
    assert.equal(day(event.startDate), window.from);
    assert.equal(event.duration.toSeconds(), (Date.parse(window.to) - Date.parse(window.from)) / 1000 + 86400, 'both days included');
  }
  const [recheck] = find(before.events, '.review-recheck@');
  assert.equal(day(recheck.event.startDate), plan.recheck_due);
  assert.equal(recheck.alarms, 1);
  const session = await desk.write('POST', `/care-plans/${plan.id}/sessions`, { planned_on: plan.starts_on });
  const after = parsed(await read(plan));
  assert.equal(find(after.events, '.window-1@')[0].status, 'CANCELLED', 'the first session is booked');
  assert.equal(find(after.events, '.window-2@')[0].status, 'TENTATIVE');
  const { event, status } = after.events[`${session.json.session_id}@unknot`];
  assert.equal(status, 'CONFIRMED');
  assert.equal(day(event.startDate), plan.starts_on);
  assert.ok(event.startDate.isDate);
  const [checkIn] = find(after.events, `${session.json.session_id}.check-in@`);
  assert.equal(Date.parse(day(checkIn.event.startDate)) - Date.parse(plan.starts_on), 86400_000);
  assert.deepEqual(Object.keys(before.events).filter(uid => !after.events[uid]), [], 'no id goes away');
});

test('an appointment stands at its hour in the zone of the plan, also across a change of the clocks', async () => {
  const plan = await desk.newPlan('P-zone', { time_zone: 'America/New_York', start: '2027-02-10' });
  for (const [from, to, local] of [['2027-02-16T14:00:00Z', '2027-02-16T15:00:00Z', '09:00'], ['2027-03-16T14:00:00Z', '2027-03-16T15:00:00Z', '10:00']]) {
    const made = await desk.write('POST', `/care-plans/${plan.id}/sessions`, { planned_on: from.slice(0, 10), window_from: from, window_to: to });
    assert.equal(made.status, 201, made.text);
    const { calendar, events } = parsed(await read(plan));
    assert.equal(calendar.getFirstSubcomponent('vtimezone').getFirstPropertyValue('tzid'), 'America/New_York');
    const { event, component } = events[`${made.json.session_id}@unknot`];
    assert.equal(component.getFirstProperty('dtstart').getParameter('tzid'), 'America/New_York');
    assert.equal(event.startDate.toString().slice(11, 16), local);
    assert.equal(event.startDate.toJSDate().toISOString(), new Date(from).toISOString(), 'by the zone that is described in it');
  }
});

test('UTC and zones nobody knows', async () => {
  for (const time_zone of ['UTC', 'Nowhere/Special']) {
    const plan = await desk.newPlan('P-utc', { time_zone, start: '2027-02-10' });
    await desk.write('POST', `/care-plans/${plan.id}/sessions`, { planned_on: '2027-02-12', window_from: '2027-02-12T08:00:00Z', window_to: '2027-02-12T09:00:00Z' });
    const { calendar, events } = parsed(await read(plan));
    assert.equal(calendar.getAllSubcomponents('vtimezone').length, 0);
    const times = Object.values(events).filter(e => !e.event.startDate.isDate);
    assert.deepEqual(times.map(e => e.event.startDate.toString()), ['2027-02-12T08:00:00Z']);
  }
});

test('what is off stays as cancelled, and no sequence goes back', async () => {
  const plan = await desk.newPlan('P-off');
  const booked = async json => (await desk.write('POST', `/care-plans/${plan.id}/sessions`, json)).json;
  const one = await booked({ planned_on: plan.starts_on });
  const two = await booked({ planned_on: plan.plan.sessions[1].from });
  const three = await booked({ planned_on: plan.plan.sessions[2].from });
  const sequences = {};
  const look = async () => {
    const { events } = parsed(await read(plan));
    for (const [uid, { event }] of Object.entries(events)) {
      assert.ok(event.sequence >= (sequences[uid] ?? 0), `${uid} went back`);
      sequences[uid] = event.sequence;
    }
    return session => events[`${session.session_id}@unknot`].status;
  };
  const first = (await look())(one);
  assert.equal(first, 'CONFIRMED');
  const at = sequences[`${one.session_id}@unknot`];
  await desk.patch(`/care-plans/${plan.id}/sessions/${one.session_id}`, { status: 'cancelled' });
  await desk.remove(`/care-plans/${plan.id}/sessions/${two.session_id}`);
  let status = await look();
  assert.deepEqual([status(one), status(two), status(three)], ['CANCELLED', 'CANCELLED', 'CONFIRMED']);
  assert.ok(sequences[`${one.session_id}@unknot`] > at, 'a change has a higher sequence');
  await desk.patch(`/care-plans/${plan.id}`, { status: 'on-hold' });
  status = await look();
  assert.equal(status(three), 'TENTATIVE');
  await desk.patch(`/care-plans/${plan.id}`, { status: 'revoked' });
  status = await look();
  assert.equal(status(three), 'CANCELLED');
});

test('the same plan gives the same bytes; 304; titles are discreet unless they are asked for', async () => {
  const plan = await desk.newPlan('P-same');
  await desk.newSession(plan, { planned_on: plan.starts_on, notes: 'tender, near L4; and\nnumb' });
  const first = await read(plan), again = await read(plan);
  assert.equal(again.text, first.text);
  const known = await desk.get(`/care-plans/${plan.id}/calendar.ics`, { headers: { 'if-none-match': first.headers.etag } });
  assert.equal(known.status, 304);
  assert.doesNotMatch(first.text, /massage|swedish|pain|tender/i);
  const { events, calendar } = parsed(await read(plan, '?titles=full'));
  assert.match(calendar.getFirstPropertyValue('x-wr-calname'), /Swedish/);
  const [session] = Object.values(events).filter(e => e.event.uid.startsWith('s-') && !e.event.uid.includes('check-in'));
  assert.equal(session.event.summary, 'Massage, session 1', 'escaped and read back');
  assert.match(session.event.description, /never above \d\. Bring the summary/);
  assert.equal((await desk.get(`/care-plans/${plan.id}/calendar.ics?titles=loud`)).status, 422);
});
