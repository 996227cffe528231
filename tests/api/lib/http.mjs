// call(): a request whose answer is always held against the contract. raw(): bytes on a socket.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { gunzipSync } from 'node:zlib';
import { hold } from './contract.mjs';

const keepAlive = new http.Agent({ keepAlive: true, maxSockets: 64 });
const keepAliveTls = new https.Agent({ keepAlive: true, maxSockets: 64 });

function send(service, method, target, { headers, body, agent, chunked }) {
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !chunked ? { 'content-length': body.length } : {};
    const request = (service.ca ? https : http).request({
      host: service.host, port: service.port, ca: service.ca, method, path: target, agent, headers: { ...length, ...headers },
    }, response => {
      const pieces = [];
      response.on('data', piece => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, wire: Buffer.concat(pieces) }));
    });
    request.on('error', reject);
    if (chunked) for (const piece of chunked) request.write(piece);
    request.end(chunked ? undefined : body);
  });
}

/** Adds body (unpacked), text and json to what came over the wire. */
export function unpacked(answer) {
  answer.body = answer.headers['content-encoding'] === 'gzip' && answer.wire.length ? gunzipSync(answer.wire) : answer.wire;
  answer.text = answer.body.toString('utf8');
  answer.json = /(?<!nd)json/.test(answer.headers['content-type'] ?? '') && answer.text ? JSON.parse(answer.text) : undefined;
  return answer;
}

/**
 * call(service, 'GET', '/techniques?q=oil', { headers, json | body | chunked, agent })
 * -> { status, headers, wire (bytes as sent), body (unpacked), text, json }
 */
export async function call(service, method, target, options = {}) {
  const headers = { ...options.headers };
  let { body } = options;
  if (options.json !== undefined) body = JSON.stringify(options.json);
  if ((body !== undefined || options.chunked) && !Object.keys(headers).some(h => h.toLowerCase() === 'content-type'))
    headers['content-type'] = 'application/json';
  if (typeof body === 'string') body = Buffer.from(body);
  const answer = unpacked(await send(service, method, target, { ...options, headers, body, agent: options.agent ?? (service.ca ? keepAliveTls : keepAlive) }));
  hold(method, target, answer);
  return answer;
}

export const get = (service, target, headers) => call(service, 'GET', target, { headers });
export const post = (service, target, json, options) => call(service, 'POST', target, { json, ...options });
export const postText = (service, target, body, options) => call(service, 'POST', target, { body, ...options });

/** A connection for bytes: { write, end, finish, answers(n), closed }. */
export class Raw {
  constructor(service) {
    this.received = Buffer.alloc(0);
    this.isClosed = false;
    this.socket = net.connect({ host: service.host, port: service.port, allowHalfOpen: true });
    this.closed = new Promise(resolve => {
      this.socket.on('end', () => { this.isClosed = true; this.socket.end(); this.wake?.(); resolve(); });
      this.socket.on('error', () => { this.isClosed = true; this.wake?.(); resolve(); });
      this.socket.on('close', () => { this.isClosed = true; this.wake?.(); resolve(); });
    });
    this.socket.on('data', bytes => { this.received = Buffer.concat([this.received, bytes]); this.wake?.(); });
  }

  write(bytes) { this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes); return this; }
  end() { this.socket.end(); return this; }
  destroy() { this.socket.destroy(); }

  /** The answers that have come so far, parsed. `methods`: of the requests, in order. */
  parsed(methods = []) {
    const answers = [];
    let rest = this.received;
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return { answers, rest };
      const [line, ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
      const status = Number(line.split(' ')[1]);
      const headers = {};
      for (const field of fields) headers[field.slice(0, field.indexOf(':')).toLowerCase()] = field.slice(field.indexOf(':') + 1).trim();
      const bodiless = status < 200 || status === 204 || status === 304 || methods[answers.length] === 'HEAD';
      const length = bodiless ? 0 : Number(headers['content-length'] ?? 0);
      if (rest.length < end + 4 + length) return { answers, rest };
      if (status >= 200)
        answers.push(unpacked({ line, status, headers, fields, wire: Buffer.from(rest.subarray(end + 4, end + 4 + length)) }));
      rest = rest.subarray(end + 4 + length);
    }
  }

  /** Waits for n answers or the end of the connection. */
  async answers(n, { within = 10_000, methods } = {}) {
    for (const end = Date.now() + within; ;) {
      const { answers } = this.parsed(methods);
      if (answers.length >= n || this.isClosed || Date.now() > end) return answers;
      await new Promise(resolve => { this.wake = resolve; setTimeout(resolve, 50); });
    }
  }

  /** Is the connection closed by the other side within so many milliseconds? */
  async closesWithin(ms) {
    let timer;
    const late = new Promise(resolve => { timer = setTimeout(resolve, ms, false); });
    const closed = await Promise.race([this.closed.then(() => true), late]);
    clearTimeout(timer);
    return closed;
  }
}

/** Sends bytes, waits for one answer, holds it against the contract. */
export async function rawCall(service, bytes, { method = 'POST', target = '/recommendations', within } = {}) {
  const raw = new Raw(service);
  raw.write(bytes);
  const [answer] = await raw.answers(1, { within, methods: [method] });
  if (answer) hold(method, target, answer);
  const closed = await raw.closesWithin(1500);
  raw.destroy();
  return { answer, closed };
}

export const sleep = ms => new Promise(resolve => { setTimeout(resolve, ms); });
