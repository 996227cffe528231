// The catalogue: lists and items agree, filters filter, searches fold, mistakes are named.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { call, get } from './lib/http.mjs';
import { ROOT, startService } from './lib/service.mjs';

const service = await startService();
after(() => service.stop());
const whole = {};
const list = async target => {
  const { json, status } = await get(service, target);
  assert.equal(status, 200, target);
  assert.equal(json.total, json.items.length, target);
  return json.items;
};
const ids = items => items.map(i => i.id ?? i.key ?? i.name);

for (const name of ['techniques', 'presentations', 'findings', 'red-flags', 'contraindications', 'guidance', 'sources', 'problems'])
  whole[name] = await list(`/${name}`);

for (const [name, path] of [['techniques', 'techniques'], ['presentations', 'presentations'], ['findings', 'findings'],
  ['contraindications', 'contraindications'], ['red-flags', 'contraindications'], ['sources', 'sources'], ['problems', 'problems']])
  test(`every entry of /${name} has a page of its own under /${path}`, async () => {
    assert.ok(whole[name].length > 0);
    assert.equal(new Set(ids(whole[name])).size, whole[name].length, 'no id twice');
    for (const item of whole[name]) {
      const id = item.id ?? item.key ?? item.name;
      const { status, json } = await get(service, `/${path}/${id}`);
      assert.equal(status, 200, id);
      if (name === 'red-flags') assert.equal(json.id, id);
      else assert.deepEqual(json, item);
    }
  });

test('/knowledge names version, hash and day, and counts what the lists hold', async () => {
  const { json } = await get(service, '/knowledge');
  const released = JSON.parse(readFileSync(`${ROOT}db/knowledge/release.json`, 'utf8'));
  assert.equal(json.version, released.version);
  assert.match(json.sha256, /^[0-9a-f]{64}$/);
  assert.equal(json.counts.techniques, whole.techniques.length);
  assert.equal(json.counts.presentations, whole.presentations.length);
  assert.equal(json.counts.findings, whole.findings.length);
  assert.equal(json.counts.red_flags, whole['red-flags'].length);
  assert.equal(json.counts.guidance, whole.guidance.length);
  assert.equal(json.counts.sources, whole.sources.length);
  assert.equal(json.counts.areas, json.areas.length);
  assert.equal(json.counts.positions, json.positions.length);
  assert.equal(json.counts.groups, json.groups.length);
  assert.ok(json.uncertain.length > 0, 'what is uncertain is said');
  assert.ok(json.not_contraindications.length > 0);
  assert.ok(json.counts.rules >= 500, `${json.counts.rules} rules`);
});

test('/knowledge counts every rule: red flags, contraindications and their kin each have a page', async () => {
  const rules = new Set([...ids(whole['red-flags']), ...ids(whole.contraindications)]);
  const { json } = await get(service, '/knowledge');
  assert.ok(rules.size <= json.counts.rules);
  for (const id of ['C1.rf_saddle', 'C2.E1']) assert.equal((await get(service, `/contraindications/${id}`)).status, 200, id);
});

test('every source, technique, finding and position that an entry names exists', async () => {
  const sources = new Set(ids(whole.sources));
  const techniques = new Set(ids(whole.techniques));
  const findings = new Set(ids(whole.findings));
  const positions = new Set(ids((await get(service, '/knowledge')).json.positions));
  const rules = [...whole.contraindications, ...whole['red-flags']];
  for (const item of [...rules, ...whole.techniques.map(t => t.evidence), ...whole.presentations.map(p => p.evidence)])
    for (const source of item.sources) assert.ok(sources.has(source), `${item.id}: ${source}`);
  for (const rule of whole.contraindications) {
    for (const technique of rule.techniques) assert.ok(techniques.has(technique), `${rule.id}: ${technique}`);
    for (const finding of rule.findings) assert.ok(findings.has(finding), `${rule.id}: ${finding}`);
  }
  for (const technique of whole.techniques)
    for (const position of technique.positions) assert.ok(positions.has(position), `${technique.id}: ${position}`);
  for (const presentation of whole.presentations)
    assert.deepEqual(Object.keys(presentation.fit).sort(), [...techniques].sort(), presentation.id);
});

test('/techniques?presentation= keeps those that fit, the best first, and says how well', async () => {
  for (const presentation of whole.presentations) {
    const items = await list(`/techniques?presentation=${presentation.id}`);
    const fitting = Object.entries(presentation.fit).filter(([, fit]) => fit > 0).map(([id]) => id);
    assert.deepEqual(ids(items).sort(), fitting.sort());
    assert.deepEqual(items.map(i => i.fit), items.map(i => presentation.fit[i.id]), `${presentation.id}: fit`);
    assert.deepEqual(items.map(i => i.fit), items.map(i => i.fit).sort((a, b) => b - a), `${presentation.id}: best first`);
  }
});

const recount = async (target, from, keep) =>
  assert.deepEqual(ids(await list(target)), ids(whole[from].filter(keep)), target);
const values = (from, member) => [...new Set(whole[from].flatMap(i => i[member]))].filter(v => v !== undefined && v !== null);

test('/techniques filters by pressure, position, group, training and evidence', async () => {
  for (const p of [1, 2, 3, 4, 5]) await recount(`/techniques?max_pressure=${p}`, 'techniques', t => t.pressure.min <= p);
  for (const p of values('techniques', 'positions')) await recount(`/techniques?position=${p}`, 'techniques', t => t.positions.includes(p));
  for (const g of values('techniques', 'groups')) await recount(`/techniques?group=${g}`, 'techniques', t => t.groups.includes(g));
  for (const n of values('techniques', 'training_needed')) await recount(`/techniques?training=${n}`, 'techniques', t => t.training_needed === n);
  for (const e of new Set(whole.techniques.map(t => t.evidence.level))) await recount(`/techniques?evidence=${e}`, 'techniques', t => t.evidence.level === e);
});

test('/findings filters by kind, section, way of asking and checklist', async () => {
  for (const member of ['kind', 'section', 'asked', 'checklist'])
    for (const value of values('findings', member)) await recount(`/findings?${member}=${value}`, 'findings', f => f[member] === value);
});

test('/contraindications filters by effect, technique, finding and section', async () => {
  for (const member of ['effect', 'section'])
    for (const value of values('contraindications', member))
      await recount(`/contraindications?${member}=${value}`, 'contraindications', r => r[member] === value);
  for (const id of ['swedish', 'deep_tissue', 'mld']) await recount(`/contraindications?technique=${id}`, 'contraindications', r => r.techniques.includes(id));
  for (const id of ['anticoagulant', 'pregnancy', 'rf_fever']) await recount(`/contraindications?finding=${id}`, 'contraindications', r => r.findings.includes(id));
});

test('/guidance?phase= and /therapist-credentials?country= filter', async () => {
  for (const phase of ['preparation', 'session', 'aftercare']) {
    await recount(`/guidance?phase=${phase}`, 'guidance', g => g.phase === phase);
    assert.ok((await list(`/guidance?phase=${phase}`)).length > 0);
  }
  const all = (await get(service, '/therapist-credentials')).json;
  assert.ok(all.training.length && all.questions.length && all.warning_signs.length && all.duty.length && all.warning_signs_action);
  const countries = all.items.map(i => i.country).filter(c => /^[A-Z]{2}$/.test(c));
  assert.ok(countries.length > 3);
  for (const country of countries) {
    const { json } = await get(service, `/therapist-credentials?country=${country}`);
    assert.ok(json.items.length > 0 && json.items.every(i => i.country === country), country);
    assert.deepEqual({ ...json, items: 0, total: 0 }, { ...all, items: 0, total: 0 }, 'the rest holds for all countries');
  }
});

test('a country we have no entry for gets the entry for any other country', async () => {
  const { json } = await get(service, '/therapist-credentials?country=VU');
  assert.ok(json.items.length > 0);
});

test('filters combine', async () => {
  await recount('/techniques?max_pressure=2&position=seated', 'techniques', t => t.pressure.min <= 2 && t.positions.includes('seated'));
  await recount('/contraindications?effect=ABS&section=D1', 'contraindications', r => r.effect === 'ABS' && r.section === 'D1');
});

const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
test('q finds whole texts, ids and names, whatever their case and accents', async () => {
  const plain = ids(await list('/techniques?q=swedish'));
  assert.ok(plain.includes('swedish'));
  for (const q of ['SWEDISH', 'Swédish', 'sWe%CC%81dish', '%20swedish%20']) assert.deepEqual(ids(await list(`/techniques?q=${encodeURI(q).replaceAll('%25', '%')}`)), plain, q);
  assert.deepEqual(ids(await list('/techniques?q=long+strokes')), ids(await list('/techniques?q=strokes%20long')), 'the order of words says nothing');
  assert.ok(ids(await list('/techniques?q=tui+na')).includes('tuina') || ids(await list('/techniques?q=tuina')).includes('tuina'));
  assert.deepEqual(await list('/techniques?q=zzzzzzzz'), []);
  const accented = [...whole.findings, ...whole.techniques].find(i => /\p{L}\p{M}/u.test(JSON.stringify(i).normalize('NFD')));
  if (accented) {
    const word = JSON.stringify(accented).match(/[\p{L}]*[^\x00-\x7F\P{L}][\p{L}]*/u)[0];
    assert.equal(ids(await list(`/findings?q=${encodeURIComponent(word)}`)).join(), ids(await list(`/findings?q=${encodeURIComponent(folded(word))}`)).join(), word);
  }
});

test('q works on findings and contraindications too', async () => {
  assert.ok(ids(await list('/findings?q=saddle')).includes('rf_saddle'));
  assert.ok(ids(await list('/contraindications?q=ANTICOAGULANT')).length > 0);
});

// A bad value names the parameter; where something near is known, it is offered.
for (const [target, parameter, hint] of [
  ['/techniques?presentation=nslbp_chronik', 'presentation', 'nslbp_chronic'],
  ['/techniques?position=pronee', 'position', 'prone'],
  ['/techniques?group=LIGTH', 'group', 'LIGHT'],
  ['/techniques?training=nonee', 'training', 'none'],
  ['/techniques?evidence=moderat', 'evidence', null],
  ['/techniques?max_pressure=0', 'max_pressure', '1 to 5'],
  ['/techniques?max_pressure=6', 'max_pressure', '1 to 5'],
  ['/techniques?max_pressure=2.5', 'max_pressure', 'whole number'],
  ['/techniques?max_pressure=high', 'max_pressure', 'whole number'],
  ['/techniques?max_pressure=', 'max_pressure', null],
  ['/techniques?q=', 'q', null],
  [`/techniques?q=${'x'.repeat(101)}`, 'q', '100'],
  ['/techniques?positon=prone', 'positon', 'position'],
  ['/techniques?max_presure=3', 'max_presure', 'max_pressure'],
  ['/techniques?q=a&q=b', 'q', null],
  ['/findings?kind=medicin', 'kind', 'medicine'],
  ['/findings?asked=cor', 'asked', 'core'],
  ['/findings?checklist=healt_now', 'checklist', 'health_now'],
  ['/findings?section=D99', 'section', null],
  ['/contraindications?effect=ABSS', 'effect', 'ABS'],
  ['/contraindications?technique=sweedish', 'technique', 'swedish'],
  ['/contraindications?finding=rf_sadle', 'finding', 'rf_saddle'],
  ['/contraindications?section=Z9', 'section', null],
  ['/guidance?phase=afterwards', 'phase', null],
  ['/guidance?phase=aftercar', 'phase', 'aftercare'],
  ['/therapist-credentials?country=Germany', 'country', null],
  ['/recommendations?view=breif', 'view', 'brief'],
])
  test(`${target.slice(0, 60)} is refused${hint ? `, with a hint at ${hint}` : ''}`, async () => {
    const answer = target.startsWith('/rec') ? await call(service, 'POST', target, { json: {} }) : await get(service, target);
    assert.equal(answer.status, 422, answer.text.slice(0, 200));
    assert.equal(answer.json.code, 'invalid_parameter');
    assert.equal(answer.json.errors[0].parameter, parameter);
    if (hint) assert.ok(answer.json.errors[0].detail.includes(hint), answer.json.errors[0].detail);
  });

test('all bad filters are named at once', async () => {
  const { json } = await get(service, '/techniques?max_pressure=9&position=pronee&presentation=nope&group=LIGTH');
  assert.deepEqual(json.errors.map(e => e.parameter).sort(), ['group', 'max_pressure', 'position', 'presentation']);
});

test('a filter we do not know does not hide the value that is wrong', async () => {
  const { json } = await get(service, '/techniques?max_pressure=9&positon=prone');
  assert.deepEqual(json.errors.map(e => e.parameter).sort(), ['max_pressure', 'positon']);
});

for (const [target, hint] of [['/techniques/sweedish', 'swedish'], ['/presentations/nslbp_chronik', 'nslbp_chronic'],
  ['/findings/rf_sadle', 'rf_saddle'], ['/contraindications/C1.rf_sadle', 'C1.rf_saddle'], ['/sources/furlan2051', 'furlan2015'],
  ['/problems/not-fond', 'not-found']])
  test(`${target} is 404 and asks: did you mean ${hint}?`, async () => {
    const { status, json } = await get(service, target);
    assert.equal(status, 404);
    assert.ok(json.detail?.includes(hint), json.detail);
  });

test('lists are the same at every request', async () => {
  for (const name of Object.keys(whole)) assert.deepEqual(await list(`/${name}`), whole[name]);
});

test('what nobody has asked for yet is the same for all who ask at once, compressed or not', async t => {
  const fresh = await startService({ settings: { threads: 8 } });
  t.after(() => fresh.stop());
  const targets = ['/contraindications', '/contraindications/C1.rf_saddle', '/contraindications?q=clot', '/questionnaire', '/knowledge', '/', '/fhir/CodeSystem/rule', '/fhir/Questionnaire/massage-intake'];
  const answers = await Promise.all(Array.from({ length: 64 }, async (_, i) => {
    const target = targets[i % targets.length], coding = i % 16 < 8 ? 'gzip' : 'identity';
    const answer = await fetch(fresh.url + target, { headers: { 'accept-encoding': coding } });
    assert.equal(answer.status, 200, target);
    return { target, etag: answer.headers.get('etag'), coding, text: await answer.text() };
  }));
  for (const target of targets) {
    const [first, ...others] = answers.filter(answer => answer.target === target);
    for (const other of others) {
      assert.ok(other.text === first.text, target);
      if (other.coding === first.coding) assert.equal(other.etag, first.etag, target);
    }
  }
});
