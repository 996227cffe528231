// wrk as the load: one thread, so that it takes no more than one of the cores.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';


/**
 * Lua for a request of wrk: { method, path, headers, body }; `each` is Lua that runs before every request and may change
 * them; `pause`: milliseconds that a connection rests before each.
 */
export const requestLua = ({ method = 'GET', headers = {}, body = '', each = '', pause = 0 }) => `
local long = ${JSON.stringify(body).replace(/\\u/g, '\\\\u')}
wrk.method = "${method}"
wrk.body = long ~= "" and long or nil
${Object.entries(headers).map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`).join('\n')}
local count = 0
math.randomseed(os.time())
local run = string.format("%x", math.random(1, 2^30))
${each && `request = function()
  count = count + 1
  ${each}
end`}
${pause ? `function delay() return ${Math.round(pause)} end` : ''}
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %.0f\\n", summary.requests, summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout, summary.duration, summary.bytes, latency:percentile(99)))
end
`;

/** { requests, errors, rate, p99 in ms, bytes } */
export async function wrk(url, request, { connections = 16, seconds = 5 } = {}) {
  const dir = mkdtempSync(`${tmpdir()}/unknot-wrk-`), script = `${dir}/request.lua`;
  writeFileSync(script, requestLua(request));
  try {
    const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', piece => { text += piece; });
    child.stderr.on('data', piece => { text += piece; });
    await new Promise((resolve, reject) => { child.on('error', reject); child.on('close', resolve); });
    const found = text.match(/RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/);
    if (!found) throw new Error(`wrk: ${text}`);
    const [requests, errors, us, bytes, p99] = found.slice(1).map(Number);
    return { requests, errors, rate: requests / (us / 1e6), bytes, p99: p99 / 1000 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
