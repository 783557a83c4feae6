import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/threads.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

let folder: string
let daemon: StartedDaemon
beforeAll(async () => {
  daemon = await startedDaemon()
  folder = daemon.folder
})
afterAll(() => daemon.close())

/** Runs a program of another language as its user would. */
function run(command: string, words: readonly string[], input = ''): Promise<{ code: number | null; out: string }> {
  const env = { ...process.env, PLOTD_STATE: join(folder, 'state') }
  const child = spawn(command, words, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out }))
  })
}
/** CI installs Python and curl. Elsewhere a missing program skips its tests. */
const has = (program: string): boolean =>
  process.env['CI'] !== undefined || spawnSync(program, ['--version']).error === undefined

describe.runIf(has('python3'))('the Python client', () => {
  const client = join(packageRoot, 'examples/plotd_client.py')

  it('queues a postcard and follows it to its SVG', async () => {
    const { code, out } = await run('python3', [client, 'Ada', 'Many happy returns!'])
    expect(out).toMatch(/^(queued|started)/)
    expect(out).toContain('finished')
    const path = out.trim().split('\n').at(-1) ?? ''
    expect(await readFile(join(folder, 'output', path), 'utf8')).toContain('<svg')
    expect(code).toBe(0)
  })

  const evaluate = async (lines: string): Promise<string> => {
    const path = JSON.stringify(join(packageRoot, 'examples'))
    const script = `import sys; sys.path.insert(0, ${path})\nfrom plotd_client import Plotd, PlotdError\n${lines}`
    return (await run('python3', ['-B', '-c', script])).out.trim()
  }

  it('raises the daemon’s error with its code', async () => {
    const script = `
try: Plotd.find().call("job.cancel", {"id": "nobody"})
except PlotdError as error: print(error.code)`
    expect(await evaluate(script)).toBe('ERR_JOB_UNKNOWN')
  })

  it('raises the error when the daemon refuses to send the changes of a job', async () => {
    const script = `
import plotd_client
class Refusing:
    def __init__(self, connection, *rest): connection.close()
    def send(self, text): pass
    def receive(self): return '{"id": 1, "error": {"message": "too many", "data": {"code": "ERR_LIMIT"}}}'
    def close(self): pass
plotd_client.WebSocket = Refusing
try: next(Plotd.find().watch("nobody"))
except PlotdError as error: print(error.code)`
    expect(await evaluate(script)).toBe('ERR_LIMIT')
  })

  it('sends a call of any length', async () => {
    const call = (size: number): string => `
import json, plotd_client
plotd = Plotd.find()
socket = plotd_client.WebSocket(*plotd.connect(), plotd.token)
socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "job.list"}).ljust(${size}))
print(json.loads(socket.receive())["id"])`
    for (const size of [125, 126, 65_535, 65_536]) expect(await evaluate(call(size)), `${size} bytes`).toBe('1')
  })

  it('calls a daemon at an IPv6 address', async () => {
    const other = await startedDaemon({ host: '::1' })
    const { url, token } = other.daemon
    expect(url).toContain('[::1]')
    const place = `${JSON.stringify(url)}, ${JSON.stringify(token)}, verify=True`
    expect(await evaluate(`print(Plotd(${place}).call("job.list")["total"])`)).toBe('0')
    await other.close()
  })
})

describe.runIf(has('curl'))('docs/curl.md', () => {
  it('contains only steps that work', async () => {
    const page = await readFile(join(packageRoot, 'docs/curl.md'), 'utf8')
    const script = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n')
    const { code, out } = await run('sh', ['-eu', '-s'], script)
    expect(out).toContain('"name":"plotd"')
    expect(await readFile(join(folder, 'card.svg'), 'utf8')).toContain('<svg')
    expect(out).toContain('"title":"card"')
    expect(out).toContain('ERR_JOB_UNKNOWN')
    expect(code).toBe(0)
  })
})
