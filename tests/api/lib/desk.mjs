// A clinic at its own desk: requests with its key, writes with fresh Idempotency-Keys, changes of the version that is there.
//   const desk = sharedDesk();               // started before the file's tests, stopped after them
//   const plan = await desk.newPlan('P-1', { intake: example('warfarin') });
//   await desk.patch(`/care-plans/${plan.id}`, { status: 'on-hold' });
import { after, before } from 'node:test';
import { Clinic, MERGE_PATCH, once } from './clinic.mjs';

class Desk extends Clinic {
  /** key: another one; null: none. */
  send(method, target, { key = this.key, ...options } = {}) { return this.call(method, target, { ...options, key }); }

  get(target, options) { return this.send('GET', target, options); }

  write(method, target, json, { headers, ...options } = {}) {
    return this.send(method, target, { json, ...options, headers: { ...once(), ...headers } });
  }

  async patch(target, json) {
    const etag = await this.etag(target, this.key);
    return this.write('PATCH', target, json, { headers: { 'if-match': etag, ...MERGE_PATCH } });
  }

  async remove(target) {
    return this.write('DELETE', target, undefined, { headers: { 'if-match': await this.etag(target, this.key) } });
  }

  newPlan(patient, more) { return this.plan(patient, this.key, more); }

  newSession(plan, json) { return this.made(`/care-plans/${plan.id}/sessions`, json, { key: this.key }); }
}

export function sharedDesk(settings) {
  const desk = new Desk();
  before(async () => {
    await desk.start(settings);
    desk.key = desk.makeKey();
  });
  after(() => desk.end());
  return desk;
}
