// Readers that come in pieces: a phone that follows `changed_since`, and walks over the pages of a list, while others
// write, delete, and leave a transaction open for three seconds.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { call, sleep } from '../api/lib/http.mjs';
import { example } from '../api/lib/people.mjs';
import { startService } from '../api/lib/service.mjs';
import { BIN, Cluster, makeKey, unknot } from './lib/cluster.mjs';

const intake = example('office-worker');
let cluster, service, key, number = 0;
before(async () => {
  cluster = Cluster.start();
  unknot(['migrate'], cluster.env());
  key = makeKey(cluster.env(), '--tenant', 'clinic', '--new-tenant');
  service = await startService({ env: cluster.env() });
});
after(async () => {
  await service?.stop().finally(() => cluster.remove());
});

const headers = more => ({ authorization: `Bearer ${key}`, 'idempotency-key': `phone-${++number}`, ...more });
async function ask(method, path, json, more, wanted) {
  const answer = await call(service, method, path, { json, headers: headers(more) });
  assert.equal(answer.status, wanted, `${method} ${path}: ${answer.text}`);
  return answer;
}
const get = async path => (await ask('GET', path, undefined, {}, 200)).json;
const create = async patient => (await ask('POST', '/care-plans', { patient, intake, time_zone: 'UTC' }, {}, 201)).json;
const rename = async (id, title) => {
  const { etag } = (await ask('GET', `/care-plans/${id}`, undefined, {}, 200)).headers;
  return (await ask('PATCH', `/care-plans/${id}`, { title }, { 'if-match': etag, 'content-type': 'application/merge-patch+json' }, 200)).json;
};
const remove = async id => {
  const { etag } = (await ask('GET', `/care-plans/${id}`, undefined, {}, 200)).headers;
  await ask('DELETE', `/care-plans/${id}`, undefined, { 'if-match': etag }, 204);
};

async function* pages(path) {
  for (let cursor; ;) {
    const page = await get(cursor ? `${path}&cursor=${cursor}` : path);
    yield page;
    cursor = page.next_cursor;
    if (!cursor) return;
  }
}

/** What a phone does: keeps plans by id, takes the higher version, forgets tombstones, and goes on where it was told. */
class Phone {
  constructor(since) { Object.assign(this, { since, plans: new Map(), walks: [], seen: [] }); }

  async walk() {
    const items = [];
    for await (const page of pages(`/care-plans?changed_since=${this.since}&limit=5`)) {
      items.push(...page.items);
      this.since = page.next_changed_since ?? this.since;
    }
    for (const item of items) {
      const known = this.plans.get(item.id);
      if (!known || item.version >= known.version) this.plans.set(item.id, item);
    }
    this.walks.push({ at: Date.now(), next: Date.parse(this.since), ids: new Set(items.map(item => item.id)) });
  }

  get live() { return [...this.plans.values()].filter(plan => plan.status !== undefined && !plan.deleted).map(plan => [plan.id, plan.version]).sort(); }
}

/** A psql that holds a transaction open. */
function session() {
  const child = spawn(`${BIN}/psql`, ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', cluster.dir, '-U', 'unknot_owner', '-d', 'unknot'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', text => { said += text; });
  return {
    async say(sql) {
      const mark = `mark-${++number}`;
      child.stdin.write(`${sql}\n\\echo ${mark}\n`);
      for (let tries = 0; !said.includes(mark); tries++) {
        assert.ok(tries < 500 && child.exitCode === null, `psql: ${sql}`);
        await sleep(20);
      }
    },
    end: () => new Promise(resolve => { child.on('close', resolve); child.stdin.end(); }),
  };
}

test('changed_since: one transaction stays open for 3 s while others commit; the phone misses nothing', async t => {
  const old = await create('old');
  const slow = await create('slow'), gone = await create('gone');
  // Long ago: what the phone must not be sent again and again.
  cluster.sql(`UPDATE unknot.care_plans SET updated_at = updated_at - interval '10 minutes', created_at = created_at - interval '10 minutes'
    WHERE patient_id || '.' || plan_id = '${old.id}'`);
  const phone = new Phone(new Date(Date.now() - 3_600_000).toISOString());
  await phone.walk();
  assert.equal(phone.plans.size, 3);

  const held = session();
  const [patient, plan] = slow.id.split('.');
  // As care_plan_update and care_plan_create do it, with the time of the request.
  await held.say(`BEGIN; SET LOCAL unknot.tenant = '';
    WITH changed AS (UPDATE unknot.care_plans SET version = version + 1, title = 'Held', updated_at = greatest(updated_at, clock_timestamp())
      WHERE patient_id = '${patient}' AND plan_id = '${plan}' RETURNING patient_id, tenant_id, plan_id, version, updated_at)
    INSERT INTO unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change)
      SELECT patient_id, tenant_id, plan_id, version, updated_at, 'clinic', 'care_plan.patch', 'Held', '{}' FROM changed;
    INSERT INTO unknot.care_plans (patient_id, tenant_id, plan_id, version, status, patient_ref, technique, therapist_id, former_therapists, title, goal,
        document, intake, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due,
        clearance_ends, session_count, created_at, created_by, updated_at, deleted_at)
      SELECT patient_id, tenant_id, 'aaaaaaaaaaaaaaaaaaaaaaaaaa', 1, status, patient_ref, technique, therapist_id, '{}', 'Held too', goal, document, intake,
        decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, 0,
        clock_timestamp(), created_by, clock_timestamp(), NULL
      FROM unknot.care_plans WHERE patient_id = '${patient}' AND plan_id = '${plan}';`);
  const opened = Date.now();
  const others = (async () => {
    for (let n = 0; Date.now() - opened < 3000; n++) {
      const made = await create(`other-${n}`);
      if (n % 2) await rename(made.id, `Other ${n}`);
      if (n === 3) await remove(gone.id);
    }
  })();
  while (Date.now() - opened < 3000) await phone.walk();
  await others;
  const open = phone.walks.filter(walk => walk.at > opened);
  await held.say('COMMIT;');
  await held.end();
  assert.ok(open.length >= 3, `only ${open.length} walks while it was open`);
  assert.equal(phone.plans.get(slow.id).title === 'Held', false, 'it was not there before');
  await phone.walk();
  await phone.walk();

  const listed = [];
  for await (const page of pages('/care-plans?limit=50')) listed.push(...page.items.map(item => [item.id, item.version]));
  assert.deepEqual(phone.live, listed.sort());
  assert.equal(phone.plans.get(slow.id).title, 'Held');
  assert.equal(phone.plans.get(`${patient}.aaaaaaaaaaaaaaaaaaaaaaaaaa`).title, 'Held too');
  assert.equal(phone.plans.get(gone.id).status, undefined, 'a tombstone');
  assert.equal(open.some(walk => walk.ids.has(old.id)), false, 'what did not change does not come again');
  // Where a walk goes on lies before all that was open when it began: that is what makes the rest true.
  for (const walk of open) assert.ok(walk.at - walk.next >= 59_000 && walk.at - walk.next < 90_000, `next is ${walk.at - walk.next} ms back`);
  t.diagnostic(`phone: ${open.length} walks while it was open, ${listed.length} plans, none missed`);
});

test('a page walk under inserts and deletes gives every row that existed throughout exactly once', async t => {
  const stay = new Set();
  for (let n = 0; n < 45; n++) {
    stay.add((await create('stays')).id);
    if (n % 3 === 0) await create('goes');
  }
  const until = Date.now() + 5000, going = (await get('/care-plans?patient=goes&limit=200')).items.map(item => item.id);
  let inserted = 0, deleted = 0;
  const writers = [
    (async () => { while (Date.now() < until) { going.push((await create('goes')).id); inserted++; } })(),
    (async () => {
      while (Date.now() < until) {
        const id = going.splice(Math.floor(Math.random() * going.length), 1)[0];
        if (id) { await remove(id); deleted++; } else await sleep(10);
      }
    })(),
    // Changes do not move a plan in its list.
    (async () => { for (let n = 0; Date.now() < until; n++) await rename([...stay][n % stay.size], `Title ${n}`); })(),
  ];
  let walks = 0;
  while (Date.now() < until || walks < 3)
    for (const path of ['/care-plans?limit=7', '/care-plans?status=active&limit=11', '/care-plans?patient=stays&limit=4']) {
      const ids = [];
      for await (const page of pages(path)) ids.push(...page.items.map(item => item.id));
      assert.equal(new Set(ids).size, ids.length, `${path}: a row came twice`);
      assert.deepEqual([...stay].filter(id => !ids.includes(id)), [], `${path}: a row that was there all the time is missing`);
      walks++;
    }
  await Promise.all(writers);
  assert.ok(inserted > 3 && deleted > 3, `${inserted} inserts, ${deleted} deletes`);
  t.diagnostic(`walk: ${walks} walks, ${inserted} inserts and ${deleted} deletes meanwhile`);
});
