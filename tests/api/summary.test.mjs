// The page for the therapist: one content, two forms. What it says, that it fits on a sheet, that nothing of it runs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { sharedDesk } from './lib/desk.mjs';
import { example } from './lib/people.mjs';

const desk = sharedDesk();
const HTML = { accept: 'text/html' }, PDF = { accept: 'application/pdf' };
const page = (plan, headers = HTML, query = '') => desk.get(`/care-plans/${plan.id}/summary${query}`, { headers });

function run(program, args, input) {
  const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, `${program}: ${done.error ?? done.stderr}`);
  return done.stdout;
}
const pdfText = pdf => run('pdftotext', ['-', '-'], pdf).replace(/\s+/g, ' ');
const pdfInfo = pdf => Object.fromEntries(run('pdfinfo', ['-'], pdf).split('\n').filter(Boolean)
  .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
const WELL_FORMED = 'import sys, xml.dom.minidom as x; x.parseString(sys.stdin.buffer.read())';
const unescaped = text => text.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ').replaceAll('&#39;', "'")
  .replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replace(/\s+/g, ' ');
const squeezed = text => text.replace(/\s+/g, ' ');

/** Both forms of a page as plain text, each checked for what must hold of any. */
async function both(plan) {
  const html = await page(plan), pdf = await page(plan, PDF);
  assert.equal(html.status, 200, html.text);
  assert.equal(pdf.status, 200, pdf.text);
  run('python3', ['-c', WELL_FORMED], html.body);
  assert.match(html.text, /<html [^>]*lang="en"/);
  for (const tag of html.text.match(/<[^>]+>/g))
    assert.doesNotMatch(tag, /^<(script|iframe|object|embed|link|base|form|a)\b|javascript:|\son\w+=|https?:\/\/(?!www\.w3\.org)/i);
  assert.match(html.headers['content-security-policy'], /default-src 'none'/);
  const info = pdfInfo(pdf.body);
  assert.equal(info.Pages, '1');
  assert.equal(info.Title, 'Massage summary');
  assert.equal(info.Tagged, 'yes');
  assert.match(pdf.body.toString('latin1'), /\/Lang \(en\)[^]*startxref[^]*%%EOF\n$/);
  return { html: unescaped(html.text), pdf: pdfText(pdf.body), markup: html.text, info };
}

test('what the plan says stands on both forms of the page', async () => {
  for (const name of ['office-worker', 'warfarin', 'pregnant', 'sciatica', 'runner']) {
    const plan = await desk.newPlan(`P-${name}`, { intake: example(name) });
    const { html, pdf, info } = await both(plan);
    assert.match(info['Page size'], /A4/);
    const { dose, modifications, technique_name } = plan.plan;
    const wanted = [technique_name, `P-${name}`, plan.id, ...modifications.map(m => m.text),
      `Start at ${dose.pressure.start} of 5, never above ${dose.pressure.max} of 5.`, `at least ${dose.gap_hours} hours apart`,
      'Numbness, tingling or a changed feeling', 'Chest pain, trouble breathing', 'does not take the place of a doctor',
      'No clearance was needed or recorded.', 'Sources:', 'Valid until'];
    for (const text of wanted) {
      assert.ok(html.includes(squeezed(text)), `${name}, HTML: ${text}`);
      assert.ok(pdf.includes(squeezed(text)), `${name}, PDF: ${text}\n${pdf}`);
    }
  }
});

test('areas to avoid and to be gentle with are drawn and named', async () => {
  const plan = await desk.newPlan('P-areas', { intake: example('pregnant') });
  const { areas_to_avoid: avoid, areas_limited: limited } = plan.plan.limits;
  assert.ok(avoid.length && Object.keys(limited).length, 'the example has both');
  const { html, pdf, markup } = await both(plan);
  assert.match(html, /Leave out: Tummy/);
  assert.match(pdf, /Leave out: Tummy/);
  assert.match(html, /Gentle only, highest pressure: [^.]*Calf 1/);
  assert.match(markup, /<svg[^>]*role="img"[^>]*aria-labelledby="unknot-figure"/);
  assert.match(markup, /<title id="unknot-figure">[^<]*Marked to leave out: Tummy\./);
  assert.ok(markup.split('class="avoid"').length > 2, 'a key and an area');
  const hex = `FEFF${[...'A body from the front'].map(c => c.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()).join('')}`;
  assert.ok((await page(plan, PDF)).body.includes(`/Alt <${hex}`), 'the figure has a text');
});

test('clearances, and a plan that may not be used, say so first', async () => {
  const cleared = await desk.newPlan('P-cleared', { intake: example('cleared-by-doctor') });
  for (const text of Object.values(await both(cleared)).slice(0, 2)) {
    assert.match(text, /Doctor: Light massage is fine\. Recorded 2 November 2026, holds until 1 February 2027\./);
    assert.doesNotMatch(text, /on hold|taken back/);
  }
  for (const [status, words] of [['on-hold', /This plan is on hold: no massage/], ['revoked', /This plan was taken back/]]) {
    assert.equal((await desk.patch(`/care-plans/${cleared.id}`, { status })).status, 200);
    for (const text of Object.values(await both(cleared)).slice(0, 2)) assert.match(text, words);
  }
});

test('strings of strangers stay strings', async () => {
  const evil = '"><script>alert(1)</script>&amp;\'</title></style><svg onload=x>\u202e\uffff{reason}%s';
  const intake = example('cleared-by-doctor');
  intake.clearances = intake.clearances.map(c => ({ ...c, reason: evil, by: evil.slice(0, 60) }));
  const plan = await desk.newPlan(evil.slice(0, 80), { intake, title: evil.slice(0, 80) });
  const { html, markup, pdf } = await both(plan);
  assert.ok(html.includes('"><script>alert(1)</script>'), 'it is there, as text');
  assert.ok(pdf.includes('<script>alert(1)</script>'));
  assert.ok(!/<script|<svg onload/.test(markup));
  assert.equal(markup.match(/<title/g).length, 2);
});

test('the longest page is still one page with everything on it', async () => {
  const plan = await desk.newPlan('R'.repeat(255), { intake: example('cleared-by-doctor') });
  const reason = `Seen today. ${'Only with a light hand, please, and never on the calves. '.repeat(6)}`.slice(0, 196);
  for (let i = 0; i < 12; i++) {
    const json = { role: 'doctor', reason: `${i} ${reason}`, findings: ['deep_vein_thrombosis'], recorded: '2026-11-02' };
    const { etag } = (await desk.get(`/care-plans/${plan.id}`)).headers;
    const made = await desk.write('POST', `/care-plans/${plan.id}/clearances`, json, { headers: { 'if-match': etag } });
    assert.ok(made.status < 300, made.text);
  }
  const { pdf } = await both(plan);
  for (let i = 0; i < 12; i++) assert.ok(pdf.includes(`${i} Seen today.`), `clearance ${i}`);
});

test('Letter, HEAD, 304; what is not offered is 406, an unknown sheet 422', async () => {
  const plan = await desk.newPlan('P-forms');
  const letter = await page(plan, PDF, '?paper=letter');
  assert.match(pdfInfo(letter.body)['Page size'], /letter/);
  assert.match((await page(plan, HTML, '?paper=letter')).text, /@page\{size:letter/);
  for (const headers of [HTML, PDF]) {
    const first = await page(plan, headers), again = await page(plan, headers);
    assert.equal(again.headers.etag, first.headers.etag, 'the same plan, the same bytes');
    const known = await page(plan, { ...headers, 'if-none-match': first.headers.etag });
    assert.equal(known.status, 304);
    assert.equal((await desk.send('HEAD', `/care-plans/${plan.id}/summary`, { headers })).status, 200);
  }
  assert.match((await page(plan, {})).headers['content-type'], /^text\/html/);
  assert.equal((await page(plan, { accept: 'application/json' })).status, 406);
  assert.equal((await page(plan, HTML, '?paper=a0')).status, 422);
  assert.equal((await page(plan, HTML, '?size=a4')).status, 422);
});

test('who may not see the plan does not see its page', async () => {
  const plan = await desk.newPlan('P-guarded');
  const target = `/care-plans/${plan.id}/summary`;
  assert.equal((await desk.get(target, { key: null, headers: HTML })).status, 401);
  assert.equal((await desk.get(target, { key: desk.makeKey('--patient', 'P-else'), headers: HTML })).status, 404);
  assert.equal((await desk.get(target, { key: desk.makeKey('--patient', 'P-guarded'), headers: HTML })).status, 200);
  assert.equal((await desk.get(target, { key: desk.makeKey('--publishable'), headers: HTML })).status, 403);
  assert.equal((await desk.remove(`/care-plans/${plan.id}`)).status, 204);
  assert.equal((await desk.get(target, { headers: HTML })).status, 410);
});
