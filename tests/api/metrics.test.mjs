// Metrics: what Prometheus reads, and counters that move.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { operations } from './lib/contract.mjs';
import { Raw, call, get, post, postText, sleep } from './lib/http.mjs';
import { sharedService } from './lib/service.mjs';

const service = sharedService();

/** The text format, strictly: every sample belongs to a family with HELP and TYPE, no sample twice. */
function parse(text) {
  assert.ok(text.endsWith('\n'), 'ends with a line feed');
  const families = new Map();
  const samples = new Map();
  for (const line of text.split('\n').slice(0, -1)) {
    const meta = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
    if (meta) {
      const family = families.get(meta[2]) ?? {};
      assert.equal(family[meta[1]], undefined, `${line}: twice`);
      families.set(meta[2], { ...family, [meta[1]]: meta[3] });
      continue;
    }
    const sample = line.match(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/);
    assert.ok(sample, `not a sample: ${line}`);
    const family = [sample[1], sample[1].replace(/_(bucket|sum|count)$/, '')].map(n => families.get(n)).find(f => f?.TYPE);
    assert.ok(family?.HELP && ['counter', 'gauge', 'histogram', 'summary'].includes(family.TYPE), `no HELP and TYPE before ${line}`);
    if (family.TYPE === 'counter') assert.match(sample[1], /_total$/, 'a counter ends with _total');
    const key = `${sample[1]}{${sample[2] ?? ''}}`;
    assert.ok(!samples.has(key), `${key}: twice`);
    samples.set(key, Number(sample[3].replace('+Inf', 'Infinity')));
  }
  return { families, samples };
}

const scrape = async () => {
  const { headers, text } = await get(service, '/metrics');
  assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4(; charset=utf-8)?$/);
  return parse(text);
};
/** The sum of all samples of a name whose labels match. */
const sum = ({ samples }, name, ...labels) =>
  [...samples].filter(([key]) => key.startsWith(`${name}{`) && labels.every(l => key.includes(l))).reduce((total, [, value]) => total + value, 0);

test('the text is what Prometheus reads', async () => {
  await get(service, '/techniques');
  const { families } = await scrape();
  assert.ok(families.size >= 8);
  for (const name of families.keys()) assert.match(name, /^(unknot|process)_/);
});

test('promtool has no complaint', { skip: spawnSync('promtool', ['--version']).error && 'promtool is not here' }, async () => {
  const { text } = await get(service, '/metrics');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});

test('requests are counted by method, route and class of status', async () => {
  const before = await scrape();
  for (let i = 0; i < 7; i++) await get(service, '/techniques/swedish');
  for (let i = 0; i < 3; i++) await get(service, '/techniques/nobody');
  for (let i = 0; i < 2; i++) await post(service, '/recommendations', {});
  await postText(service, '/recommendations', '{');
  await call(service, 'HEAD', '/techniques/swedish');
  await get(service, '/nowhere');
  const after = await scrape();
  const moved = (...labels) => sum(after, 'unknot_http_requests_total', ...labels) - sum(before, 'unknot_http_requests_total', ...labels);
  assert.equal(moved('route="/techniques/{technique_id}"', 'status="2xx"'), 8);
  assert.equal(moved('route="/techniques/{technique_id}"', 'status="4xx"'), 3);
  assert.equal(moved('route="/recommendations"', 'method="POST"', 'status="2xx"'), 2);
  assert.equal(moved('route="/recommendations"', 'status="4xx"'), 1);
  assert.equal(moved('route="unmatched"', 'status="4xx"'), 1);
});

test('durations are histograms whose buckets grow to the count', async () => {
  for (let i = 0; i < 5; i++) await post(service, '/recommendations', {});
  const { samples } = await scrape();
  const name = 'unknot_http_request_duration_seconds';
  const groups = new Map();
  for (const [key, value] of samples) {
    const bucket = key.match(new RegExp(`^${name}_bucket\\{(.*),le="([^"]+)"\\}$`));
    if (bucket) groups.set(bucket[1], [...(groups.get(bucket[1]) ?? []), [Number(bucket[2].replace('+Inf', 'Infinity')), value]]);
  }
  assert.ok(groups.size > 0);
  for (const [labels, buckets] of groups) {
    assert.deepEqual(buckets.map(b => b[0]), buckets.map(b => b[0]).sort((a, b) => a - b));
    assert.deepEqual(buckets.map(b => b[1]), buckets.map(b => b[1]).sort((a, b) => a - b), labels);
    assert.equal(buckets.at(-1)[0], Infinity);
    assert.equal(buckets.at(-1)[1], samples.get(`${name}_count{${labels}}`));
    assert.ok(samples.get(`${name}_sum{${labels}}`) > 0);
  }
});

test('what is refused at the door is counted by reason', async () => {
  const before = await scrape();
  const raw = new Raw(service);
  raw.write('GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');
  await raw.closesWithin(3000);
  await get(service, `/techniques?q=${'a'.repeat(4200)}`);
  await get(service, '/techniques', { 'x-a': 'a'.repeat(8300) });
  await postText(service, '/recommendations', ' '.repeat(300_000));
  const after = await scrape();
  for (const reason of ['malformed', 'target_too_long', 'headers_too_large', 'body_too_large'])
    assert.equal(sum(after, 'unknot_http_rejects_total', `reason="${reason}"`) - sum(before, 'unknot_http_rejects_total', `reason="${reason}"`), 1, reason);
});

test('open connections and requests under way are gauges that come back', async () => {
  const name = [...(await scrape()).families].find(([n, f]) => f.TYPE === 'gauge' && /connections/.test(n))?.[0];
  assert.ok(name, 'a gauge of connections');
  const value = async () => [...(await scrape()).samples].filter(([key]) => key.startsWith(`${name}{`)).reduce((t, [, v]) => t + v, 0);
  const before = await value();
  const raws = [...Array(20)].map(() => new Raw(service).write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'));
  for (const raw of raws) await raw.answers(1);
  assert.ok((await value()) >= before + 20);
  raws.forEach(raw => raw.destroy());
  for (let i = 0; i < 200 && (await value()) > before + 2; i++) await sleep(20);
  assert.ok((await value()) <= before + 2);
});

test('labels are few: no id, no path, no query of a client becomes one', async () => {
  for (let i = 0; i < 50; i++) {
    await get(service, `/techniques/made_up_${i}`);
    await get(service, `/made-up-${i}?q=${i}`);
    await get(service, `/techniques?q=made_up_${i}`);
  }
  const raw = new Raw(service);
  raw.write('MADEUP / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await raw.closesWithin(3000);
  const { text } = await get(service, '/metrics');
  assert.doesNotMatch(text, /made.?up/i);
  const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(m => m[1]));
  const known = new Set([...operations.map(o => o.path), 'unmatched']);
  for (const route of routes) assert.ok(known.has(route), route);
});
