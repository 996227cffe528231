// A steady load of writes and a ledger of every one: what was asked, what the service said of it, and, after a fault,
// what is there. Each writer makes plans of its own; a plan gets a session and a change of its title.
//   const writers = new Writers(service, key, name); ...faults, writers.at = the service that came after...
//   await writers.stop(); const figures = await writers.reckon();   // throws on a write that is lost, doubled or half
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { sleep } from '../../api/lib/http.mjs';
import { example } from '../../api/lib/people.mjs';
import { Client } from './client.mjs';

const PAUSE_MS = 12;
const AWAY_MS = 60; // after an answer that says "not now"
const AGAIN_MAX = 60; // so many are sent again in the reckoning, those with an unknown end first
const intake = example('office-worker');

const all = [];
after(() => { for (const writers of all) writers.stopped = true; }); // a test that failed left them running

const parse = text => { try { return JSON.parse(text); } catch { return {}; } };

const none = (what, list) => assert.equal(list.length, 0, `${what}: ${list.length}, such as\n${list.slice(0, 5).join('\n')}`);

/** What an answer says of a write. Anything else is a fault of the service. */
function verdict(answer) {
  if (!answer) return 'unknown';
  if (answer.status === 200 || answer.status === 201) return 'acknowledged';
  const { code, detail } = parse(answer.text);
  if (answer.status === 409 && code === 'idempotency_in_progress') return 'unknown'; // a twin of it is at work
  if (answer.status === 409 && code === 'conflict') return 'refused';
  if (![503, 504].includes(answer.status)) return 'wrong';
  return /Whether this was stored is unknown/.test(detail ?? '') ? 'unknown' : 'refused';
}

export class Writers {
  constructor(service, key, name, count = 4) {
    this.at = service;
    this.key = key;
    this.name = name;
    this.ledger = [];
    this.stopped = false;
    all.push(this);
    this.running = Array.from({ length: count }, (_, w) => this.#write(w));
  }

  get acknowledged() { return this.ledger.filter(e => e.verdict === 'acknowledged').length; }

  headers(entry) {
    return { authorization: `Bearer ${this.key}`, 'idempotency-key': entry.key, ...entry.headers };
  }

  async #send(client, entry) {
    client.at = this.at;
    const answer = await client.send(entry.method, entry.path, this.headers(entry), entry.json);
    entry.first ??= answer;
    entry.verdict = verdict(answer);
    if (entry.verdict === 'wrong') entry.fault = `${entry.method} ${entry.path}: ${answer.status} ${answer.text}`;
    entry.at = Date.now();
    if (entry.verdict === 'acknowledged') Object.assign(entry, { document: parse(answer.text), etag: answer.headers.etag, text: answer.text });
    return entry.verdict === 'acknowledged';
  }

  /** A new entry, sent once; what did not work is left for the reckoning. */
  async #enter(client, entry) {
    this.ledger.push(entry);
    const done = await this.#send(client, entry);
    await sleep(done ? PAUSE_MS : AWAY_MS);
    return done;
  }

  async #write(w) {
    const client = new Client(this.at);
    for (let n = 0; !this.stopped; n++) {
      const name = `${this.name}-${w}-${n}`;
      const create = { kind: 'plan', key: `${name}-c`, method: 'POST', path: '/care-plans', ref: name, json: { patient: name, intake, time_zone: 'Europe/London' } };
      if (!await this.#enter(client, create) || this.stopped) continue;
      const path = `/care-plans/${create.document.id}`;
      const session = {
        kind: 'session', key: `${name}-s`, method: 'POST', path: `${path}/sessions`, plan: create.document.id,
        json: { status: 'done', planned_on: '2026-11-10', pressure_used: 2, minutes: 30, pain_before: 6, pain_after: 4 },
      };
      await this.#enter(client, session);
      client.at = this.at;
      const read = await client.send('GET', path, { authorization: `Bearer ${this.key}` });
      if (this.stopped || read?.status !== 200) continue;
      await this.#enter(client, {
        kind: 'change', key: `${name}-p`, method: 'PATCH', path, plan: create.document.id, json: { title: `Title ${name}` },
        headers: { 'if-match': read.headers.etag, 'content-type': 'application/merge-patch+json' },
      });
    }
    client.close();
  }

  async stop() {
    this.stopped = true;
    await Promise.all(this.running);
  }

  // ---- the reckoning ----

  async #get(client, path) {
    client.at = this.at;
    const answer = await client.send('GET', path, { authorization: `Bearer ${this.key}` });
    assert.equal(answer?.status, 200, `GET ${path}: ${answer?.status} ${answer?.text}`);
    return JSON.parse(answer.text);
  }

  async #all(client, path) {
    const items = [];
    for (let cursor; ;) {
      const page = await this.#get(client, `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${cursor}` : ''}`);
      items.push(...page.items);
      cursor = page.next_cursor;
      if (!cursor) return items;
    }
  }

  /** How often each write is there: plans by their reference, sessions by their number, changes by their title. */
  async #count(client) {
    const plans = new Map(), below = new Map();
    for (const plan of await this.#all(client, '/care-plans')) plans.set(plan.patient, [...plans.get(plan.patient) ?? [], plan.id]);
    for (const id of new Set(this.ledger.filter(e => e.plan).map(e => e.plan)))
      below.set(id, { history: (await this.#get(client, `/care-plans/${id}/history?limit=200`)).items, sessions: await this.#all(client, `/care-plans/${id}/sessions`) });
    return entry => {
      if (entry.kind === 'plan') return plans.get(entry.ref)?.length ?? 0;
      const { history, sessions } = below.get(entry.plan);
      if (entry.kind === 'session') {
        const done = sessions.filter(s => s.status === 'done').length;
        const told = history.filter(h => h.action.startsWith('session.')).length;
        assert.equal(told, done, `${entry.key}: ${done} sessions, ${told} rows of history`);
        return done;
      }
      return history.filter(h => JSON.stringify(h).includes(entry.json.title)).length;
    };
  }

  /** What was sent again before made a new version of the plan. A replay comes before If-Match, so this hides nothing. */
  async #renew(client, entry) {
    client.at = this.at;
    const read = await client.send('GET', entry.path, { authorization: `Bearer ${this.key}` });
    entry.headers['if-match'] = read.headers.etag;
  }

  /**
   * Every acknowledged write is there once; one that was refused is not there; one whose end is unknown is there once
   * after the same key was sent again, and that twice gives the same answer.
   */
  async reckon() {
    const client = new Client(this.at);
    const of = word => this.ledger.filter(e => e.verdict === word);
    none('answers that no fault of the database excuses', this.ledger.filter(e => e.fault).map(e => e.fault));
    const before = await this.#count(client);
    const [acknowledged, refused, unknown] = ['acknowledged', 'refused', 'unknown'].map(of);
    const found = acknowledged.filter(e => before(e) === 1);
    none('acknowledged, and not there once', acknowledged.filter(e => before(e) !== 1).map(e => `${e.key}: ${before(e)} times`));
    none('refused with "Nothing was stored", and there', refused.filter(e => before(e) !== 0).map(e => `${e.key}: ${e.first?.text}`));
    const storedUnknown = unknown.filter(e => before(e) > 0).length;
    const again = [...unknown, ...refused].slice(0, AGAIN_MAX);
    for (const entry of again) {
      if (entry.kind === 'change') await this.#renew(client, entry);
      assert.ok(await this.#send(client, entry), `${entry.key} again: ${entry.fault ?? entry.verdict}`);
      const once = entry.text;
      assert.ok(await this.#send(client, entry), `${entry.key} a third time: ${entry.fault ?? entry.verdict}`);
      assert.equal(entry.text, once, `${entry.key}: the same key, another answer`);
    }
    const after = await this.#count(client);
    none('not there once after all', [...acknowledged, ...again].filter(e => after(e) !== 1).map(e => `${e.key}: ${after(e)} times`));
    none('twice', this.ledger.filter(e => after(e) > 1).map(e => `${e.key}: ${after(e)} times`));
    client.close();
    return {
      acknowledged: acknowledged.length, found: found.length, refused: refused.length, unknown: unknown.length, stored_unknown: storedUnknown,
      text: `acknowledged ${acknowledged.length}, found ${found.length}; refused ${refused.length}, found 0; unknown ${unknown.length}, `
        + `of which ${storedUnknown} had been stored; sent again: ${again.length}, none twice`,
    };
  }
}
