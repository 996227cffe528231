// A small HTTP client for load: one connection, no checks, an answer or null.
import http from 'node:http';

export class Client {
  constructor(at) {
    this.at = at; // { host, port }; may change
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** { status, headers, text } or null where the connection broke or nothing came in time. */
  send(method, path, headers = {}, json = undefined, within = 30_000) {
    const body = json === undefined || typeof json === 'string' ? json : JSON.stringify(json); // a text is sent as it is
    const more = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise(resolve => {
      const request = http.request({
        host: this.at.host, port: this.at.port, method, path, agent: this.agent, headers: { ...more, ...headers }, timeout: within,
      }, response => {
        const pieces = [];
        response.on('data', piece => pieces.push(piece));
        response.on('error', () => resolve(null));
        response.on('aborted', () => resolve(null));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() }));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(null));
      request.end(body);
    });
  }

  close() { this.agent.destroy(); }
}
