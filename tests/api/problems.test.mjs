// Problems: each type can be opened where its `type` points, and means what it says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, get, post, postText, rawCall } from './lib/http.mjs';
import { sharedService } from './lib/service.mjs';

const service = sharedService();

// One request for each problem a client can provoke here.
const provoke = {
  'malformed-request': () => rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'),
  'malformed-query': () => get(service, '/techniques?q=%ff'),
  'malformed-json': () => postText(service, '/recommendations', '{'),
  'not-found': () => get(service, '/nowhere'),
  'method-not-allowed': () => call(service, 'DELETE', '/techniques'),
  'not-acceptable': () => get(service, '/techniques', { accept: 'image/png' }),
  'content-too-large': () => postText(service, '/recommendations', ' '.repeat(256 * 1024 + 1)),
  'target-too-long': () => get(service, `/techniques?q=${'a'.repeat(4100)}`),
  'unsupported-media-type': () => call(service, 'POST', '/recommendations', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  'expectation-failed': () => rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nExpect: cake\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'),
  'invalid-content': () => post(service, '/recommendations', { age: 'old' }),
  'invalid-parameter': () => get(service, '/techniques?max_pressure=9'),
  'headers-too-large': () => get(service, '/techniques', { 'x-long': 'a'.repeat(8200) }),
};

for (const [name, request] of Object.entries(provoke))
  test(`${name}: the problem, and the page its type points to`, async () => {
    const given = await request();
    const { status, json, headers } = given.answer ?? given;
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.equal(json.type, `/problems/${name}`);
    assert.equal(json.code, name.replaceAll('-', '_'));
    const page = await get(service, new URL(json.type, service.url).pathname);
    assert.equal(page.status, 200);
    assert.equal(page.json.type, json.type);
    assert.equal(page.json.name, name);
    assert.equal(page.json.status, status);
    assert.equal(page.json.title, json.title);
    assert.ok(page.json.description.length > 20);
  });

test('every kind of problem that is listed can be opened', async () => {
  const { json } = await get(service, '/problems');
  assert.ok(json.items.length >= Object.keys(provoke).length);
  for (const item of json.items) assert.deepEqual((await get(service, item.type)).json, item);
  const listed = json.items.map(i => i.name);
  for (const name of Object.keys(provoke)) assert.ok(listed.includes(name), name);
});

test('each occurrence has its own instance, with the trace id in it', async () => {
  const [one, two] = [await get(service, '/nowhere'), await get(service, '/nowhere')];
  assert.notEqual(one.json.instance, two.json.instance);
  assert.ok(one.json.instance.endsWith(one.json.trace_id));
});

test('a problem is sent even to those who accept only JSON, or only problems', async () => {
  for (const accept of ['application/json', 'application/problem+json', '*/*', 'application/*'])
    assert.equal((await get(service, '/techniques/nowhere', { accept })).status, 404, accept);
});
