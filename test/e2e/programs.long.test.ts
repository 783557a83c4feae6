import { spawn, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { type Child, daemonProcess } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'

const PAGES = join(packageRoot, 'docs/programs')

interface Snippet {
  readonly language: string
  /** The name of its file; '' for commands. */
  readonly file: string
  readonly text: string
}

let folder: string
let daemon: (Child & { url: string }) | undefined
let client: PlotdClient
const snippets = new Map<string, Snippet[]>()
/** The snippets that a test has used. */
const used = new Set<Snippet>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plotd-programs-'))
  const plotters = [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }]
  const places = { state: join(folder, 'state'), output: join(folder, 'output') }
  daemon = await daemonProcess({ port: 0, ...places, plotters })
  client = await connect({ state: places.state })
  // A project that has installed plotd, and a user who has it on the path.
  await writeFile(join(folder, 'package.json'), '{"name": "a-project", "private": true}')
  await mkdir(join(folder, 'node_modules'))
  await symlink(packageRoot, join(folder, 'node_modules/plotd'))
  await mkdir(join(folder, 'bin'))
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${join(packageRoot, 'dist/clients/cli/main.js')}' "$@"\n`
  await writeFile(join(folder, 'bin/plotd'), shim)
  await chmod(join(folder, 'bin/plotd'), 0o755)
  for (const page of await readdir(PAGES)) {
    const text = await readFile(join(PAGES, page), 'utf8')
    const blocks = [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```/gm)]
    snippets.set(
      page,
      blocks.map(([, language = '', file = '', body = '']) => ({ language, file, text: body })),
    )
  }
})
afterAll(async () => {
  client.close()
  await daemon?.kill('SIGTERM')
  removeFolder(folder)
})

/** From a page, takes the first snippet that has the name `file`, or that has no name and the language `file`. */
function take(page: string, file: string): string {
  const snippet = snippets.get(page)?.find((each) => each.file === file || (each.file === '' && each.language === file))
  if (snippet === undefined) throw new Error(`${page} has no ${file}`)
  used.add(snippet)
  return snippet.text
}

function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const otherVariables = Object.entries(process.env).filter(([name]) => !name.startsWith('PLOTD_'))
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`
  const python = { PYTHONPATH: join(packageRoot, 'clients/python'), PYTHONDONTWRITEBYTECODE: '1' }
  return { ...Object.fromEntries(otherVariables), PATH: path, PLOTD_STATE: join(folder, 'state'), ...python, ...more }
}

/** Runs a program in the folder of the project. @returns what it printed */
function run(command: string, ...words: readonly string[]): Promise<string> {
  const child = spawn(command, words, { cwd: folder, env: environment() })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${words.join(' ')}: ${code}\n${out}`)),
    )
  })
}

async function runSnippet(page: string, file: string): Promise<string> {
  await writeFile(join(folder, file), take(page, file))
  return run(file.endsWith('.py') ? 'python3' : process.execPath, file)
}

/** Runs the server that a page of the docs shows. @returns its address, with the port that it prints */
async function serve(page: string, file: string, env: Record<string, string> = {}): Promise<string> {
  await writeFile(join(folder, file), take(page, file))
  const child = spawn(process.execPath, [file], { cwd: folder, env: environment({ PORT: '0', ...env }) })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return `http://127.0.0.1:${/\d+$/.exec(String(value))?.[0]}`
}

const newest = async () => (await client.call('job.list', { sort: 'newest', limit: 1 })).jobs[0]

/** Calls the daemon over HTTP, as another program would. */
async function rpc(body: string, authorization: string): Promise<Record<string, never>> {
  const headers = { 'content-type': 'application/json', authorization }
  const answer = await fetch(`${daemon?.url}/rpc`, { method: 'POST', headers, body })
  return (await answer.json()) as Record<string, never>
}
const token = async (name: string) => (await client.call('token.new', { name, role: 'submit' })).secret

describe('docs/programs/node.md', () => {
  it('queues a card and waits for it', async () => {
    expect(await runSnippet('node.md', 'queue.mjs')).toMatch(/^finished .*postcard_Ada_birthday\.svg/)
  })

  it('submits its own drawing, which waits for a sheet', async () => {
    expect(await runSnippet('node.md', 'drawing.mjs')).toBe('rendered\n')
    expect(await newest()).toMatchObject({ status: 'rendered', title: 'hello' })
  })

  it('queues a batch, and asks for its ink later', async () => {
    const text = take('node.md', 'batch.mjs').replace('await using', 'const') // for Node 20, as the page says
    await writeFile(join(folder, 'batch.mjs'), `${text}\nplotd.close()\n`)
    expect(await run(process.execPath, 'batch.mjs')).toContain('postcards/postcard_Cleo_invitation.svg')
    const { jobs } = await client.call('job.list', { tag: 'friday', status: ['rendered'] })
    expect(jobs.map(({ plot }) => plot?.plotter)).toEqual(['any', 'any', 'any'])
  })

  it('follows a job', async () => {
    expect(await runSnippet('node.md', 'follow.mjs')).toMatch(/finished/)
  })

  it('queues a job, or renders it in its own process when no daemon answers', async () => {
    expect(await runSnippet('node.md', 'away.mjs')).toMatch(/^queued \w{26}/)
    const alone = spawnSync(process.execPath, ['away.mjs'], {
      cwd: folder,
      env: environment({ PLOTD_STATE: join(folder, 'nowhere') }),
      encoding: 'utf8',
    })
    expect(alone.stdout).toMatch(/^rendered here \d+/)
  })
})

const hasPython = process.env['CI'] !== undefined || spawnSync('python3', ['--version']).error === undefined
describe.runIf(hasPython)('docs/programs/python.md', () => {
  it('queues a card and waits for it', async () => {
    expect(await runSnippet('python.md', 'queue_card.py')).toMatch(/^finished .*postcard_Ada_birthday.*\.svg/)
  })

  it('submits its own drawing, which waits for a sheet', async () => {
    expect(await runSnippet('python.md', 'drawing.py')).toBe('rendered\n')
    expect(await newest()).toMatchObject({ status: 'rendered', plot: { copies: 2 } })
  })

  it('queues many cards with asyncio', async () => {
    expect(await runSnippet('python.md', 'many.py')).toContain('postcard_Bea_invitation')
  })

  it('queues a job, or says that no daemon answers', async () => {
    expect(await runSnippet('python.md', 'away.py')).toMatch(/^queued \w{26}/)
    const alone = spawnSync('python3', ['away.py'], {
      cwd: folder,
      env: environment({ PLOTD_STATE: join(folder, 'nowhere') }),
      encoding: 'utf8',
    })
    expect(alone.stdout).toMatch(/^draw it here instead: .*plotd serve/)
  })
})

describe('docs/programs/shop-webhook.md', () => {
  it('queues one card for an order whose webhook comes twice, and refuses a forged webhook', async () => {
    const url = await serve('shop-webhook.md', 'shop.mjs', { SHOP_SECRET: 'secret' })
    const body = JSON.stringify({ id: 1017, billing: { first_name: 'Ada' } })
    const order = (secret: string) =>
      fetch(url, {
        method: 'POST',
        body,
        headers: { 'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64') },
      })
    const ids = [await (await order('secret')).text(), await (await order('secret')).text()]
    expect(ids[0]).toBe(ids[1])
    expect(await newest()).toMatchObject({ id: ids[0], priority: 25, plot: { plotter: 'any' } })
    expect((await order('forged')).status).toBe(401)
  })

  it('still answers after a body that breaks off, and after a body that is no JSON', async () => {
    const url = new URL(await serve('shop-webhook.md', 'shop.mjs', { SHOP_SECRET: 'secret' }))
    const half = createConnection(Number(url.port), url.hostname)
    half.write('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n{')
    await once(half, 'ready')
    half.resetAndDestroy()
    const body = 'no JSON'
    const signature = createHmac('sha256', 'secret').update(body).digest('base64')
    const headers = { 'x-wc-webhook-signature': signature }
    for (let n = 0; n < 2; n++) expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(503)
  })
})

describe('docs/programs/home-assistant.md', () => {
  interface Request {
    readonly payload: string
    readonly headers: { readonly Authorization: string }
    readonly sensor?: readonly { readonly value_template: string }[]
  }

  it('shows the plotter and queues a card', async () => {
    const token = (await run('sh', '-euc', take('home-assistant.md', 'sh'))).trim()
    const secrets = parse(take('home-assistant.md', 'secrets.yaml')) as Record<string, string>
    const secret = { tag: '!secret', resolve: (name: string) => secrets[name] }
    const text = take('home-assistant.md', 'configuration.yaml')
    const { rest, rest_command } = parse(text, { customTags: [secret] }) as {
      rest: readonly Request[]
      rest_command: { plot_card: Request }
    }
    const authorization = `Bearer ${token}`
    const state = async ({ payload, headers, sensor = [] }: Request) => {
      expect(headers.Authorization).toBe('Bearer THE-TOKEN')
      const value = await rpc(payload, authorization)
      // Without the braces, and with `&& !` for `and not`, JavaScript gives these Jinja templates the same value.
      return sensor.map(({ value_template: template }) => {
        const code = template.replace(/^\{\{|\}\}$/g, '').replace(/\band not\b/, '&& !')
        return runInNewContext(code, { value_json: value }) as unknown
      })
    }
    const [plotter, queue] = rest
    expect(plotter && (await state(plotter))).toEqual(['idle', true])
    expect(queue && (await state(queue))).toEqual([expect.any(Number)])
    const words: Record<string, string> = { recipient: 'Ada "the first"', message: 'Dinner is\nready' }
    const { payload, headers } = rest_command.plot_card
    expect(headers.Authorization).toBe('Bearer THE-TOKEN')
    const filled = payload.replace(/\{\{ (\w+) \| to_json \}\}/g, (_, name: string) => JSON.stringify(words[name]))
    expect(await rpc(filled, authorization)).toMatchObject({ result: { task: 'postcard', plot: { plotter: 'any' } } })
  })
})

describe('docs/programs/n8n.md', () => {
  it('queues a card and waits for it, and answers with the same card when its order comes twice', async () => {
    const { nodes, connections } = JSON.parse(take('n8n.md', 'workflow.json')) as {
      nodes: readonly { name: string; parameters: { jsonBody?: string } }[]
      connections: Record<string, { main: readonly (readonly { node: string }[])[] }>
    }
    const authorization = `Bearer ${await token('n8n')}`
    const flow = async (body: object): Promise<unknown> => {
      let json: unknown = { body }
      for (let name: string | undefined = 'Webhook'; name; name = connections[name]?.main[0]?.[0]?.node) {
        const { jsonBody } = nodes.find((each) => each.name === name)?.parameters ?? {}
        const code = jsonBody?.replace(/^=\{\{|\}\}$/g, '')
        if (code) json = await rpc(runInNewContext(code, { $json: json }) as string, authorization)
      }
      return json
    }
    const order = { id: 'order 17', recipient: 'Ada', message: 'Thank you!' }
    const ready = { result: { jobs: [{ status: 'finished', idempotencyKey: 'order 17' }], waiting: [] } }
    expect(await flow(order)).toMatchObject(ready)
    expect(await flow(order)).toMatchObject(ready)
  })
})

describe('docs/programs/processing.md', () => {
  const circle = '<circle cx="280" cy="198" r="90" style="stroke:black; fill:none;"/>'
  // The head that Processing's library writes.
  const drawn = `<?xml version="1.0"?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.0//EN' 'http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/svg10.dtd'>
<svg xmlns="http://www.w3.org/2000/svg" width="560" height="397">${circle}</svg>`

  it('queues the file of a sketch by the command in the sketch', async () => {
    const sketch = take('processing.md', 'sketch.pde')
    await writeFile(join(folder, 'sketch.svg'), drawn)
    const [, words = ''] = /exec\((.*)\);/.exec(sketch) ?? []
    const [program = '', ...rest] = words.split(', ').map((word) => (word === 'file' ? 'sketch.svg' : JSON.parse(word)))
    expect(await run(program, ...rest)).toMatch(/^Queued/)
    expect(await newest()).toMatchObject({ title: 'sketch', plot: { pageSize: '148x105mm' } })
  })

  it('shows a server that takes the SVG of a p5.js sketch, and refuses a body of a type that a form can send', async () => {
    const url = await serve('processing.md', 'sketch-server.mjs')
    const fetchHere = (path: string, options: RequestInit) => fetch(url + path, options)
    const code = `${take('processing.md', 'plot-key.js')}; plotDrawing`
    const send = runInNewContext(code, { fetch: fetchHere }) as (svg: string) => Promise<string>
    const id = await send(drawn)
    expect(await newest()).toMatchObject({ id, title: 'sketch', plot: { plotter: 'any' } })
    expect((await fetch(url, { method: 'POST', body: drawn })).status).toBe(415)
    expect(await send('<svg')).toContain('not well-formed')
    expect(await (await fetch(url)).text()).toContain('index.html')
  })
})

const flask = ['python3', '/usr/bin/python3'].find((each) => spawnSync(each, ['-c', 'import flask']).status === 0)
if (flask === undefined && process.env['CI'] !== undefined) throw new Error('CI needs python3-flask')
if (flask === undefined) console.warn('skipped in part: no Flask (apt install python3-flask)')

describe('docs/programs/flask-from-rq.md', () => {
  it.runIf(flask !== undefined)(
    'shows an app that queues by importance, shows the state of a job, and reports when plotd is away',
    async () => {
      const app = take('flask-from-rq.md', 'app.py')
      await writeFile(join(folder, 'app.py'), app)
      await writeFile(
        join(folder, 'try_app.py'),
        `
import os
from app import app
from plotd import wait_for_job
browser = app.test_client()
size = {"id": "7", "width": 120, "height": 90}
assert "<rect" in browser.post("/api/artboard/create", json={**size, "complexity": "simple"}).get_json()["svg"]
made = browser.post("/api/artboard/create", json={**size, "urgent": True}).get_json()
assert made["status"] == "generating", made
assert wait_for_job(made["job_id"]).priority == 75
status = browser.get("/api/artboard/status/" + made["job_id"]).get_json()
assert status["ready"] and open(status["path"]).read().startswith("<"), status
assert status["path"].endswith("/artboard_7.svg"), status
card = browser.post("/api/artboard/postcard", json={"recipient": "Ada", "message": "Hi \\U0001F382"}).get_json()
assert any("U+1F382" in loss for loss in card["will_not_be_drawn"]), card
assert browser.get("/api/artboard/status/nobody").get_json() == {"ready": False, "status": "not_found"}
os.environ["PLOTD_STATE"] = "/nowhere"
assert browser.post("/api/artboard/create", json=size).status_code == 503
print("all is well")
`,
      )
      expect(await run(flask ?? '', 'try_app.py')).toContain('all is well')
    },
  )
})

it('the tests use every snippet of docs/programs whose program is installed', () => {
  const optional = (page: string) => (page === 'python.md' && !hasPython) || (page === 'flask-from-rq.md' && !flask)
  const left = [...snippets].flatMap(([page, all]) =>
    optional(page)
      ? []
      : all.filter((each) => !used.has(each)).map(({ language, file }) => `${page} ${file || language}`),
  )
  expect(left).toEqual([])
})
