import { once } from 'node:events'
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Daemon } from '../../../clients/cli/io/daemon.ts'
import { findJob } from '../../../clients/cli/jobs/find-jobs.ts'
import { width } from '../../../clients/cli/ui/text.ts'
import { TOKEN_FILE } from '../../../src/daemon/protocol/places.ts'
import { ServedDaemon } from './daemon.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start()
})
afterAll(async () => {
  await daemon.stop()
})

/** A proxy of a daemon. It closes each connection on which an HTTP request contains `word`. */
class LossyProxy {
  /** Number of connections that the proxy has closed. */
  lost = 0
  readonly #server: Server

  static async open(target: string, word: string): Promise<LossyProxy> {
    const proxy = new LossyProxy(target, word)
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  private constructor(target: string, word: string) {
    const { host, hostname, port } = new URL(target)
    this.#server = createServer((socket) => {
      const daemon = connect(Number(port), hostname)
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1')
        if (text.includes(word)) {
          this.lost++
          socket.destroy()
        } else {
          // The daemon refuses requests to another host and port than its own.
          daemon.write(text.replace(/^Host: .*$/im, `Host: ${host}`), 'latin1')
        }
      })
      socket.on('close', () => daemon.destroy())
      daemon.on('error', () => socket.destroy())
      daemon.pipe(socket)
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await once(this.#server.close(), 'close')
  }
}

const SMALL = ['--width', '60', '--height', '40', '--turns', '5']

describe('the command line', () => {
  it('queues a job, waits for it, and prints the path, size, strokes and time of its SVG', async () => {
    const { code, out, err } = await daemon.run(['pattern', 'spiral', ...SMALL, '-q', 'high', '--wait'])
    expect(code).toBe(0)
    expect(out).toBe('')
    expect(err).toMatch(/^Queued \w{6} {2}pattern "Spiral 1" {2}high/)
    expect(err).toMatch(/60 × 40 mm, 1 stroke, about/)
    const [, path = ''] = /finished {2}(\S+\.svg)/.exec(err) ?? []
    expect(readFileSync(path, 'utf8')).toContain('width="60mm"')
  })

  it('prints lines of JSON with --json --wait; the last line has the final state', async () => {
    const lines = await daemon.json('pattern', 'grid', '--cell', '20', '--wait')
    expect(lines.at(-1)).toMatchObject({ task: 'pattern', status: 'finished', result: { widthMm: 210, heightMm: 148 } })
  })

  it('prints the path of the SVG of a job, beginning with the output folder of the daemon', async () => {
    const output = join(daemon.folder, 'output')
    const { out } = await daemon.run(['pattern', 'grid', '--hold'])
    expect(out).toMatch(/^Held .* {2}→ {2}/)
    expect(out).toContain(`→  ${output}/`)
    const checked = await daemon.run(['pattern', 'grid', '--dry-run'])
    expect(checked.out).toContain(`→  ${output}/`)
    const canceled = await daemon.run(['cancel', 'last'])
    expect(canceled.out).toContain(`→  ${output}/`)
  })

  it('reports a queued job as queued when the daemon does not tell its output folder', async () => {
    await using lossy = await LossyProxy.open(daemon.url, 'server.info')
    const token = readFileSync(join(daemon.folder, 'state', TOKEN_FILE), 'utf8').trim()
    const env = { PLOTD_URL: lossy.url, PLOTD_TOKEN: token }
    const held = await daemon.run(['pattern', 'grid', '--hold'], env)
    expect(held.code).toBe(0)
    expect(held.out).toMatch(/^Held .* {2}→ {2}patterns\/\S+\.svg\n$/)
    const drawn = await daemon.run(['pattern', 'spiral', ...SMALL, '--wait'], env)
    expect(drawn.code).toBe(0)
    expect(drawn.err).toMatch(/^Queued .* {2}→ {2}patterns\/\S+\.svg\n/)
    expect(drawn.err).toMatch(/finished {2}patterns\/\S+\.svg/)
    expect(lossy.lost).toBe(2)
  })

  it('refuses to list the pens of a plotter that is not configured', async () => {
    const { code, out, err } = await daemon.run(['pens', '--plotter', 'nobody'])
    expect([code, out, err]).toEqual([5, '', expect.stringContaining('ERR_PLOTTER_UNKNOWN')])
  })

  it.each([
    ['pens', 'blue', '--forget'],
    ['pens', '--forget'],
  ])('refuses --forget without a layer: %s %s', async (...words) => {
    const { code, out, err } = await daemon.run(words)
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('--forget: expected --layer')])
  })

  it('takes any task, with parameters as words, as flags, and as JSON from stdin', async () => {
    await daemon.json('submit', 'pattern', 'pattern=grid', 'cell=30', '--hold')
    expect(await daemon.json('show', 'last')).toMatchObject([{ status: 'held', params: { pattern: 'grid', cell: 30 } }])
    await daemon.json('submit', 'pattern', '--pattern', 'spiral', '--swell-size', '20', '--hold')
    expect(await daemon.json('show', 'last')).toMatchObject([{ params: { pattern: 'spiral', swellSize: 20 } }])
    const { out } = await daemon.run(
      ['submit', 'pattern', '--params', '-', '--hold', '--json'],
      {},
      '{"pattern":"grid"}',
    )
    expect(JSON.parse(out)).toMatchObject({ status: 'held', title: 'Grid 1' })
  })

  it('refuses a file that is too large for the daemon, without reading it', async () => {
    const path = join(daemon.folder, 'enormous.svg')
    writeFileSync(path, '<svg')
    truncateSync(path, 3 * 2 ** 30) // more than Node reads in one call: reading the file would fail with another error
    const { code, err } = await daemon.run(['svg', path])
    expect(code).not.toBe(0)
    expect(err).toMatch(/has 3221225472 bytes, at most \d+ are read/)
  })

  it('names every filter of a list without jobs', async () => {
    const { out } = await daemon.run(['list', '--mine', '--search', 'nothing-like-this'])
    expect(out).toContain('No job matches --mine --search nothing-like-this.')
  })

  it('refuses an unknown parameter, and names the nearest one', async () => {
    const { code, err } = await daemon.run(['pattern', 'spiral', '--trns', '3'])
    expect(code).toBe(2)
    expect(err).toContain('trns')
    expect(err).toContain('did you mean turns')
  })

  it.each([
    [['pattern', 'spiral', '--margin', '5'], { margin: 5 }],
    [['text', 'Hi', '--align', 'center', '--margin', '5'], { align: 'center', margin: 5 }],
    [['submit', 'letter', 'text=Hi', '--align', 'justify'], { align: 'justify' }],
  ])(
    'takes --margin and --align as parameters of a task that has them, and asks for no ink: %j',
    async (words, params) => {
      const [job] = await daemon.json(...words, '--hold')
      expect(job).not.toHaveProperty('plot')
      const [shown] = await daemon.json('show', String(job?.['id']))
      expect(shown?.['params']).toMatchObject(params)
    },
  )

  it('suggests --plotter for --plottr, although a task may have any flag as a parameter', async () => {
    const { code, err } = await daemon.run(['postcard', 'Ada', 'Hello', '--plottr', 'axi'])
    expect([code, err]).toEqual([2, expect.stringContaining('Did you mean `--plotter`')])
  })

  it('names the characters of a message that will not be drawn as written; --strict refuses them', async () => {
    const card = ['postcard', 'Ada', '“Bravo” ☺ 🎂', '--hold']
    const { code, err } = await daemon.run(card)
    expect(code).toBe(0)
    expect(err).toMatch(
      /message: no font here has “🎂” \(U\+1F382, character 11\); it is left out\n.*“☺” .* drawn as “:-\)”/,
    )
    expect(err).toContain('““” (U+201C, character 1)')
    const strict = await daemon.run([...card, '--strict'])
    expect(strict.code).toBe(2)
    expect(strict.err).toContain('“🎂” (U+1F382, character 11)')
  })

  it('refuses an unknown task, with exit code 5', async () => {
    expect((await daemon.run(['submit', 'patern'])).code).toBe(5)
  })
})

describe('a table of recipients', () => {
  const people = 'Name,message,shoe size\nAda,Hello,39\nBo,“Salut” — Zoë,40\n'
  const merge = (csv: string, ...flags: readonly string[]) =>
    daemon.run(['postcard', '--csv', '-', '--map', 'name=recipient', '--hold', ...flags], {}, csv)

  it('becomes one card for each row, and none when it comes again; plotd names each unused column', async () => {
    const { code, out } = await merge(people, '--template', 'wedding')
    expect(code).toBe(0)
    expect(out).toMatch(/^Held 2 cards from 2 rows of stdin as batch \S+\.\n.*“shoe size” is not a parameter/)
    const again = await merge(people, '--template', 'wedding')
    expect(again.out).toMatch(/^Held 0 .*\n *2 jobs had been queued before/)
  })

  it('counts cards and envelopes separately when it comes again with changed cards and the same envelopes', async () => {
    const addressed = 'Name,message,address\nAda,Hello,"1 Mill Lane\nYork"\nBo,Salut,"2 Mill Lane\nYork"\n'
    const first = await merge(addressed, '--envelopes', 'c6', '--batch', 'pairs')
    expect(first.out).toMatch(/^Held 2 cards and as many envelopes from 2 rows/)
    const changed = await merge(addressed, '--envelopes', 'c6', '--batch', 'pairs', '--template', 'wedding')
    expect(changed.out).toMatch(/^Held 2 cards and 0 envelopes from 2 rows.*\n *2 jobs had been queued before/)
  })

  it('is refused as a whole when a row is bad, with the number of the row; --bad-rows skip queues the other rows', async () => {
    const { code, err } = await merge(`${people}Cy,🎂,1\n`)
    expect(code).toBe(2)
    expect(err).toMatch(
      /\[ERR_ROWS\]\n.*1 bad row of 3; nothing was queued\.\n {2}row 4: message: no font here has “🎂”/,
    )
    const { out } = await merge(`${people}Cy,🎂,1\n`, '--bad-rows', 'skip', '--json')
    expect(JSON.parse(out)).toMatchObject({ rows: 3, bad: [{ row: 4 }], extra: ['shoe size'], jobs: [{}, {}] })
  })

  it('is checked with --dry-run; one row is drawn with --preview-row; neither queues a job', async () => {
    const path = join(daemon.folder, 'row.svg')
    const before = await daemon.json('list', '--all')
    expect((await merge(people, '--dry-run')).out).toMatch(/^Checked 2 rows: 2 can be drawn\. Nothing was queued\./)
    expect((await merge(people, '--preview-row', '3', '-o', path)).out).toContain('Wrote row 3, “Blank for Bo”')
    expect(readFileSync(path, 'utf8')).toContain('<svg')
    expect(await daemon.json('list', '--all')).toHaveLength(before.length)
  })
})

describe('jobs by name', () => {
  it('are shown by the end of their id, and by `last`', async () => {
    const [job] = await daemon.json('pattern', 'spiral', '--title', 'Named', '--hold', ...SMALL)
    const id = String(job?.['id'])
    const [byEnd] = await daemon.json('show', id.slice(-6))
    const [last] = await daemon.json('show', 'last')
    expect([byEnd?.['id'], last?.['id']]).toEqual([id, id])
    expect((await daemon.run(['show', 'last'])).out).toMatch(/^Named {2}held\n[\s\S]*turns +5/)
  })

  it('are found by the end of their id behind hundreds of jobs with the same letters in their titles', async () => {
    const titled = Array.from({ length: 600 }, (_, i) => ({ id: `${i}`.padStart(26, '0'), title: 'Card' }))
    const named = ['A', 'B'].map((letter) => ({ id: `${'0'.repeat(21)}${letter}CARD`, title: '' }))
    const daemonWith = (jobs: typeof titled) =>
      ({
        call: async (_: string, { limit, cursor = '0' }: { limit: number; cursor?: string }) => {
          const end = Number(cursor) + limit
          return { jobs: jobs.slice(Number(cursor), end), ...(end < jobs.length && { next: `${end}` }) }
        },
      }) as unknown as Daemon
    expect(await findJob(daemonWith([...titled, ...named.slice(0, 1)]), 'card')).toBe(named[0]?.id)
    await expect(findJob(daemonWith([...titled, ...named]), 'card')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('make the command end with exit code 5 when they do not exist', async () => {
    const { code, err } = await daemon.run(['show', 'ZZZZZZ'])
    expect(code).toBe(5)
    expect(err).toContain('No job has the id ZZZZZZ')
  })
})

describe('the verbs about jobs', () => {
  it('ask for the row of a spoiled card', async () => {
    const { code, err } = await daemon.run(['spoiled', '--batch', 'xmas'])
    expect([code, err]).toEqual([2, expect.stringContaining('--row: expected the number of a row')])
  })

  it('cancel several jobs with one command, queue one job again and forget one job', async () => {
    const jobs = await Promise.all([1, 2].map(() => daemon.json('pattern', 'spiral', '--hold', ...SMALL)))
    const ids = jobs.map(([job]) => String(job?.['id']))
    expect((await daemon.json('cancel', ...ids)).map((job) => job['status'])).toEqual(['canceled', 'canceled'])
    expect((await daemon.json('retry', ids[0] ?? '')).map((job) => job['id'])).toEqual([ids[0]])
    expect(await daemon.json('forget', ids[1] ?? '')).toHaveLength(1)
    expect((await daemon.run(['show', ids[1] ?? ''])).code).toBe(5)
  })

  it('refuse a job whose state excludes them, with exit code 6', async () => {
    const [job] = await daemon.json('pattern', 'spiral', '--hold', ...SMALL)
    const id = String(job?.['id'])
    await daemon.json('cancel', id)
    const { code, err } = await daemon.run(['hold', id])
    expect(code).toBe(6)
    expect(err).toContain('ERR_JOB_STATE')
  })
})

describe('lists', () => {
  it('show jobs in columns that fit terminals of 30 to 100 cells', async () => {
    await daemon.json('pattern', 'spiral', '--hold', '--title', 'A title that is far too long for any table', ...SMALL)
    for (const cells of [100, 60, 40, 30]) {
      const { out } = await daemon.run(['list', '--status', 'held'], { COLUMNS: String(cells) })
      expect(out).toMatch(/^ID +STATUS +TITLE/)
      for (const line of out.split('\n')) expect(width(line)).toBeLessThanOrEqual(cells)
    }
  })

  it('print one job per line, with its whole id, for programs', async () => {
    const heldJobs = await daemon.json('list', '--status', 'held')
    expect(heldJobs.length).toBeGreaterThan(2)
    for (const job of heldJobs) expect(job).toMatchObject({ id: expect.stringMatching(/^\w{26}$/), status: 'held' })
  })
})

describe('the preview of a job', () => {
  it('prints the figures of a job and writes its picture before ink', async () => {
    await daemon.run(['pattern', 'grid', '--width', '60', '--height', '40', '--hold'])
    const { out } = await daemon.run(['preview', 'last', '--no-picture'])
    expect(out).toMatch(/job +Grid 1, held/)
    expect(out).toMatch(/page +60.×.40.mm/)
    expect(out).toMatch(/strokes +\d+.strokes, \d+.lifts/)
    const file = join(daemon.folder, 'grid.svg')
    const [figures] = await daemon.json('preview', 'last', '-o', file)
    expect(figures).toMatchObject({ widthMm: 60, heightMm: 40, repeats: { removed: false } })
    expect(readFileSync(file, 'utf8')).toContain('width="60mm"')
  })

  it.each([['--rotate=90'], ['--fit'], ['--outlines']])('refuses %s, which is for files', async (flag) => {
    await daemon.run(['pattern', 'grid', '--width', '60', '--height', '40', '--hold'])
    const { code, err } = await daemon.run(['preview', 'last', flag])
    expect([code, err]).toEqual([2, expect.stringContaining(`${flag.split('=')[0]} is for files`)])
  })
})

describe('the command line of a running daemon', () => {
  it('prints the token that the daemon accepts', async () => {
    const { out } = await daemon.run(['token'])
    const answer = await fetch(`${daemon.url}/rpc`, {
      method: 'POST',
      headers: { authorization: `Bearer ${out.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server.info', params: {} }),
    })
    expect(await answer.json()).toMatchObject({ result: { name: 'plotd' } })
  })

  it('ends with exit code 3 when the daemon does not accept a token', async () => {
    const { code, err } = await daemon.run(['list', '--token', 'wrong'])
    expect(code).toBe(3)
    expect(err).toContain('ERR_UNAUTHORIZED')
  })

  it('finds a daemon by its address in three spellings', async () => {
    const token = (await daemon.run(['token'])).out.trim()
    const urls = [daemon.url, daemon.url.replace('http', 'ws'), `${daemon.url.slice(7)}/`]
    for (const url of urls)
      expect(await daemon.run(['list', '--url', url, '--token', token]), url).toMatchObject({ code: 0, err: '' })
  })

  it('links to the page with a login code, in the fragment, where no server sees it', async () => {
    const { out } = await daemon.run(['open', '--print'])
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#login=[\w-]{24}\n$/)
    expect((await daemon.run(['open', '--print', '--url', daemon.url])).out).toContain(`${daemon.url}/#login=`)
  })

  it('finds no problem when the user runs `plotd doctor`', async () => {
    const findings = await daemon.json('doctor')
    expect(findings.map((finding) => finding['check'])).toContain('daemon')
    expect(findings.filter(({ state }) => state === 'bad')).toEqual([])
  })

  it('starts no second daemon on its state folder: exit code 6', async () => {
    const words = ['serve', '--port', '0', '--state', join(daemon.folder, 'state')]
    const { code, err } = await daemon.run(words)
    expect(code).toBe(6)
    expect(err).toContain('ERR_STATE_LOCKED')
  })

  it('writes an address file, and ends at SIGTERM with exit code 0', async () => {
    const other = await ServedDaemon.startProcess()
    const file = join(other.folder, 'state', 'daemon.json')
    expect(existsSync(file)).toBe(true)
    expect(await other.stop()).toBe(0)
  })
})

describe('tokens from the command line', () => {
  it('are made for a role, refused where the role does not suffice, listed without their secret, and revoked', async () => {
    const [token] = await daemon.json('token', 'new', 'shop', '--role', 'submit')
    const secret = String(token?.['secret'])
    const asShop = { PLOTD_TOKEN: secret }
    expect((await daemon.run(['pattern', 'spiral', '--hold', ...SMALL], asShop)).code).toBe(0)
    const refused = await daemon.run(['cancel', 'last'], asShop)
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('needs the role own')])
    const { out } = await daemon.run(['token', 'list'])
    expect(out).toMatch(
      /^TOKEN +ROLE +FOR +CREATED\nmaster +operate +programs +(just now|\d+ (s|min) ago)\nshop +submit +programs +(just now|\d+ (s|min) ago)/,
    )
    expect(out).not.toContain(secret)
    await daemon.json('token', 'revoke', 'shop')
    expect((await daemon.run(['list'], asShop)).code).toBe(3)
  })

  it('include the master token: one command replaces its secret, and the old secret is refused', async () => {
    const before = (await daemon.run(['token'])).out.trim()
    const renewed = (await daemon.run(['token', 'rotate'])).out.trim()
    expect(renewed).not.toBe(before)
    expect((await daemon.run(['token'])).out.trim()).toBe(renewed)
    expect((await daemon.run(['list'])).code).toBe(0)
    expect((await daemon.run(['list'], { PLOTD_TOKEN: before })).code).toBe(3)
  })
})
