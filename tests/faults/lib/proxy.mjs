// A PostgreSQL wire proxy on Unix sockets: a slow network, or a slow database. It knows just enough of the protocol to
// tell statements apart: a client's message is a letter and a length.
import { rmSync } from 'node:fs';
import net from 'node:net';
import { scratch } from './cluster.mjs';

const STATEMENTS = new Set(['E', 'Q']); // Execute, simple Query

/** Calls message(letter or '' for start-up, bytes) for every whole message of a client. */
function messages(message) {
  let rest = Buffer.alloc(0), started = false;
  return bytes => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      message(started ? String.fromCharCode(rest[0]) : '', Buffer.from(rest.subarray(0, length)));
      rest = rest.subarray(length);
      started = true; // no TLS on a Unix socket: what comes first is the start-up message
    }
  };
}

export class Proxy {
  /**
   * delays: { flush: ms every burst of a client takes to arrive, statement: ms each statement in it takes }. The
   * members may be changed while it runs.
   */
  static async start(cluster, delays) {
    const proxy = new Proxy();
    proxy.delays = delays;
    proxy.dir = scratch();
    proxy.server = net.createServer(client => proxy.#carry(client, `${cluster.dir}/.s.PGSQL.5432`));
    await new Promise(resolve => { proxy.server.listen({ path: `${proxy.dir}/.s.PGSQL.5432`, writableAll: true }, resolve); });
    return proxy;
  }

  #carry(client, path) {
    const server = net.connect({ path });
    const queue = []; // { at, bytes }, in the order they came
    let free = 0, timer; // when the database is done with what was sent before
    const pass = () => {
      timer = undefined;
      while (queue.length && queue[0].at <= Date.now()) {
        const { bytes } = queue.shift();
        if (server.writable) server.write(bytes);
      }
      if (queue.length) timer = setTimeout(pass, Math.max(1, queue[0].at - Date.now()));
      else if (client.destroyed) server.end(); // what was on its way still arrives
    };
    client.on('data', messages((letter, bytes) => {
      free = Math.max(free, Date.now() + this.delays.flush);
      if (STATEMENTS.has(letter)) free += this.delays.statement;
      queue.push({ at: free, bytes });
      if (!timer) pass();
    }));
    client.on('error', () => {}).on('close', () => { if (!timer) pass(); });
    server.on('data', bytes => { if (client.writable) client.write(bytes); });
    server.on('error', () => {}).on('close', () => client.destroy());
  }

  async stop() {
    this.server.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
