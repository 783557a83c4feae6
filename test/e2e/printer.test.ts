import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cups } from '../../bench/print/cups.ts'
import { openPrinters, type Printers } from '../../clients/printer/index.ts'
import { integer, keyword, keywords, numberOf, stringsOf, text } from '../../clients/printer/ipp/values.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { drawingOf, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { drawingsToPdf } from '../../src/svg/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { freePort } from '../support/free-port.ts'
import { isLong, runs } from '../support/fuzz.ts'
import { ipp, ippRequest, JPEG, post } from '../support/ipp-client.ts'
import { urf } from '../support/print-raster.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">' +
    '<path d="M20 30H80M20 40H80" fill="none" stroke="black"/></svg>',
)
const PAGE = drawingOf(strokesOf([20, 30, 80, 30], [20, 40, 80, 40]), 210, 297)
const PDF = Buffer.from(drawingsToPdf([PAGE, PAGE, PAGE]))
const temp = tempFolder()

let board: RunningSimulator
let plotd: StartedDaemon
let printers: Printers
let log: string[] = []
let url = ''
let open: (more?: object) => Promise<void>

beforeAll(async () => {
  board = await runSimulator('ebb', { tcp: 0, speed: 200 })
  plotd = await startedDaemon({
    plotters: [{ name: 'axi', url: `${board.url}?speed=200`, profile: 'axidraw-v3' }],
    limits: { uploadBytes: 1024 * 1024 },
  })
  open = async (more = {}) => {
    log = []
    const config = { ...plotd.config, printer: { ...plotd.config.printer, enabled: true, port: 0, ...more } }
    printers = await openPrinters({ ...plotd.daemon, version: '1' }, config, (line) => log.push(line))
    url = `${printers.url}/axi`
  }
  await open()
  await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
})
afterAll(async () => {
  await printers.close()
  await plotd.close()
  await board.close()
})

const queued = async () => (await plotd.client.call('job.list', { sort: 'newest', limit: 20 })).jobs
const idOf = async (answer: Promise<{ job: ReadonlyMap<string, Parameters<typeof numberOf>[0]> }>) =>
  numberOf((await answer).job.get('job-id')) ?? 0
const state = async (id: number) => {
  const { job } = await ipp(url, 'Get-Job-Attributes', { operation: { 'job-id': integer(id) } })
  return `${numberOf(job.get('job-state'))} ${stringsOf(job.get('job-state-reasons')).join()}`
}

describe('plotd as a printer', () => {
  it('queues an SVG as a job of the plotter that the URL names, with the requested attributes', async () => {
    const answer = await ipp(url, 'Print-Job', {
      document: SVG,
      operation: { 'job-name': { is: 'name', value: 'Letter' } },
      job: { copies: integer(2), media: keyword('iso_a4_210x297mm'), 'job-priority': integer(80) },
    })
    expect(answer.status).toBe('ok')
    const [job] = await queued()
    expect(job).toMatchObject({ title: 'Letter', priority: 80, owner: 'ipp-printer', tags: ['printed', 'ada'] })
    expect(job?.plot).toMatchObject({ plotter: 'axi', copies: 2, pageSize: '210x297mm', options: { sheet: 'shrink' } })
    await until(async () => (await state(numberOf(answer.job.get('job-id')) ?? 0)) === '4 resources-are-not-ready')
    const { printer } = await ipp(url, 'Get-Printer-Attributes')
    expect(stringsOf(printer.get('printer-state-reasons'))).toEqual(['media-needed'])
    await ipp(url, 'Cancel-My-Jobs')
  })

  it('queues a job for each page of each copy of a PDF of 3 pages, and follows `page-ranges` and `number-up`', async () => {
    await ipp(url, 'Print-Job', { document: PDF, job: { copies: integer(2) } })
    const pages = (await queued()).slice(0, 6).reverse()
    expect(pages.map(({ title }) => title.slice(-8))).toEqual([1, 2, 3, 1, 2, 3].map((page) => `(${page} of 3)`))
    const ranges = { is: 'range', low: 2, high: 2 } as const
    await ipp(url, 'Print-Job', { document: PDF, job: { 'page-ranges': ranges } })
    expect((await queued())[0]).toMatchObject({ title: 'Printed document' })
    await ipp(url, 'Print-Job', { document: PDF, job: { 'number-up': integer(2) } })
    const sheets = (await queued()).slice(0, 2).reverse()
    expect(sheets.map(({ title }) => title)).toEqual(['Printed document (1 to 2 of 3)', 'Printed document (3 of 3)'])
    await ipp(url, 'Cancel-My-Jobs')
    expect((await queued()).slice(0, 9).map(({ status }) => status)).toEqual(Array(9).fill('canceled'))
  })

  it.each([
    ['a JPEG', JPEG, 'photo'],
    ['a raster page', urf([{ width: 300, height: 300, dpi: 100, shade: (x, y) => (x === y ? 0 : 255) }]), 'svg'],
    ['an SVG in gzip', gzipSync(SVG), 'svg', 'gzip'],
    ['an SVG in raw deflate', deflateRawSync(SVG), 'svg', 'deflate'],
  ])('recognizes %s by its content, not by the named format', async (_, document, task, compression = 'none') => {
    const operation = {
      compression: keyword(compression),
      'document-format': { is: 'mimeMediaType', value: 'text/plain' } as const,
    }
    expect(await ipp(url, 'Print-Job', { document, operation })).toMatchObject({ status: 'ok' })
    expect((await queued())[0]).toMatchObject({ task })
    await ipp(url, 'Cancel-My-Jobs')
  })

  it('refuses documents and attributes that it does not support, and queues nothing', async () => {
    const before = (await queued()).length
    const send = async (document: Uint8Array, operation = {}) =>
      (await ipp(url, 'Print-Job', { document, operation })).status
    expect(await send(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]))).toBe('document-format-not-supported')
    expect(await send(Buffer.from('<svg'))).toBe('document-format-error')
    expect(await send(Buffer.alloc(0))).toBe('document-format-error')
    expect(await send(SVG, { 'document-format': { is: 'mimeMediaType', value: 'application/postscript' } })).toBe(
      'document-format-not-supported',
    )
    expect(await send(SVG, { compression: keyword('gzip') })).toBe('compression-error')
    expect(await send(gzipSync(Buffer.alloc(50_000_000)), { compression: keyword('gzip') })).toBe(
      'request-entity-too-large',
    )
    const faithful = {
      job: { sides: keyword('two-sided-long-edge') },
      operation: { 'ipp-attribute-fidelity': { is: 'boolean', value: true } as const },
    }
    expect((await ipp(url, 'Print-Job', { document: SVG, ...faithful })).status).toBe(
      'attributes-or-values-not-supported',
    )
    expect((await queued()).length).toBe(before)
  })

  it('accepts a document after the job was created, holds and releases the job, and lets only the owner change the job', async () => {
    const id = await idOf(ipp(url, 'Create-Job', { job: { 'job-hold-until': keyword('indefinite') } }))
    const target = { 'job-id': integer(id) }
    expect(await state(id)).toBe('4 job-incoming')
    const last = { 'last-document': { is: 'boolean', value: true } as const }
    expect((await ipp(url, 'Send-Document', { operation: target, document: SVG })).status).toBe('bad-request')
    expect((await ipp(url, 'Send-Document', { operation: { ...target, ...last }, document: SVG })).status).toBe('ok')
    expect((await ipp(url, 'Send-Document', { operation: { ...target, ...last }, document: SVG })).status).toBe(
      'multiple-document-jobs-not-supported',
    )
    expect(await state(id)).toBe('4 job-hold-until-specified')
    expect((await ipp(url, 'Release-Job', { operation: target, user: 'eve' })).status).toBe('not-authorized')
    expect((await ipp(url, 'Release-Job', { operation: target })).status).toBe('ok')
    await until(async () => (await state(id)) === '4 resources-are-not-ready')
    expect((await ipp(url, 'Cancel-Job', { operation: target })).status).toBe('ok')
    expect(await state(id)).toBe('7 job-canceled-by-user')
    expect((await ipp(url, 'Cancel-Job', { operation: target })).status).toBe('not-possible')
  })

  it('knows its jobs by their numbers after a restart, and gives no number twice', async () => {
    const id = await idOf(ipp(url, 'Print-Job', { document: SVG }))
    await printers.close()
    await plotd.client.call('job.cancel', { id: (await queued())[0]?.id ?? '' })
    await open()
    expect(await state(id)).toBe('7 job-canceled-by-user')
    expect(await idOf(ipp(url, 'Create-Job'))).toBe(id + 1)
    await ipp(url, 'Cancel-My-Jobs')
  })

  it('asks for a token when the configuration requires it, and follows the role of that token', async () => {
    await printers.close()
    await open({ password: true })
    const secret = async (role: 'watch' | 'submit') =>
      (await plotd.client.call('token.new', { name: role, role })).secret
    expect((await ipp(url, 'Get-Printer-Attributes')).status).toBe('ok')
    expect(await ipp(url, 'Print-Job', { document: SVG })).toMatchObject({ http: 401, status: 'not-authenticated' })
    expect(await ipp(url, 'Print-Job', { document: SVG, password: 'wrong' })).toMatchObject({ http: 401 })
    expect((await ipp(url, 'Print-Job', { document: SVG, password: await secret('watch') })).status).toBe(
      'not-authorized',
    )
    const password = await secret('submit')
    const id = await idOf(ipp(url, 'Print-Job', { document: SVG, password }))
    const [job] = await queued()
    expect(job).toMatchObject({ owner: 'submit' })
    expect((await ipp(url, 'Cancel-Job', { password, operation: { 'job-id': integer(id) } })).status).toBe(
      'not-authorized',
    )
    await plotd.client.call('job.cancel', { id: job?.id ?? '' })

    const waiting = { 'job-id': integer(await idOf(ipp(url, 'Create-Job', { password }))) }
    const last = { ...waiting, 'last-document': { is: 'boolean', value: true } as const }
    const other = (await plotd.client.call('token.new', { name: 'other', role: 'submit' })).secret
    const byOther = { password: other, document: SVG, operation: last }
    expect((await ipp(url, 'Send-Document', byOther)).status).toBe('not-authorized')
    for (const operation of ['Close-Job', 'Cancel-Job'] as const)
      expect((await ipp(url, operation, { password: other, operation: waiting })).status).toBe('not-authorized')
    expect((await ipp(url, 'Send-Document', { ...byOther, password })).status).toBe('ok')
    for (const { id: sent, status } of await queued())
      if (status !== 'canceled') await plotd.client.call('job.cancel', { id: sent })

    const [first, second] = await Promise.all(
      ['first', 'second'].map(async (name) => (await plotd.client.call('token.new', { name, role: 'own' })).secret),
    )
    const idFor = (by: string | undefined, operation: 'Print-Job' | 'Create-Job') =>
      idOf(ipp(url, operation, { password: by ?? '', ...(operation === 'Print-Job' && { document: SVG }) }))
    const [theirs, expected, ours] = [
      await idFor(first, 'Print-Job'),
      await idFor(first, 'Create-Job'),
      await idFor(second, 'Print-Job'),
    ]
    const as = (by: string | undefined, more = {}) => ({ password: by ?? '', operation: more })
    const named = as(second, { 'job-ids': integer(theirs) })
    expect((await ipp(url, 'Cancel-My-Jobs', named)).status).toBe('not-authorized')
    expect((await ipp(url, 'Cancel-My-Jobs', as(second))).status).toBe('ok')
    const left = (await ipp(url, 'Get-Jobs', as(second))).jobs.map((each) => numberOf(each.get('job-id')))
    expect([theirs, expected, ours].map((each) => left.includes(each))).toEqual([true, true, false])
    expect((await ipp(url, 'Cancel-My-Jobs', as(first))).status).toBe('ok')

    await plotd.client.call('token.revoke', { name: 'submit' })
    expect(await ipp(url, 'Get-Jobs', { password })).toMatchObject({ http: 401 })
    await printers.close()
    await open()
  })

  it('holds at its start the jobs of a print that it has not answered, even if the client printed with a token of its own', async () => {
    const { secret: password } = await plotd.client.call('token.new', { name: 'phone', role: 'own' })
    const id = await idOf(ipp(url, 'Print-Job', { document: SVG, password }))
    const [job] = await queued()
    expect(job).toMatchObject({ owner: 'phone' })
    await printers.close()
    const file = join(plotd.config.state, 'printer.json')
    const kept = JSON.parse(await readFile(file, 'utf8')) as { jobs: { id: number; jobs?: unknown }[] }
    for (const printJob of kept.jobs) if (printJob.id === id) delete printJob.jobs
    await writeFile(file, JSON.stringify(kept))
    await open()
    await until(async () => (await state(id)) === '4 job-hold-until-specified')
    expect(await plotd.client.call('job.get', { id: job?.id ?? '' })).toMatchObject({ status: 'held' })
    await ipp(url, 'Cancel-Job', { password, operation: { 'job-id': integer(id) } })
  })

  it('refuses requests from web pages and requests to other host names, and does not listen on the network without TLS', async () => {
    const body = ippRequest(url, 'Get-Printer-Attributes')
    const http = async (headers: Record<string, string>, at = url) => (await post(at, body, headers)).http
    expect(await http({})).toBe(200)
    expect(await http({ 'Content-Type': 'text/plain' })).toBe(415)
    expect(await http({ Origin: 'http://evil.example' })).toBe(403)
    expect(await http({}, url.replace('/ipp/print/axi', '/rpc'))).toBe(404)
    expect((await ipp(url, 'Get-Jobs', { headers: { Host: 'evil.example:8631' } })).status).toBe('forbidden')
    await expect(
      openPrinters(
        { ...plotd.daemon, version: '1' },
        { ...plotd.config, printer: { ...plotd.config.printer, host: '0.0.0.0' } },
        () => {},
      ),
    ).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('answers damaged requests, queues nothing, and continues', async () => {
    const valid = ippRequest(url, 'Print-Job', {
      document: SVG,
      job: { copies: integer(1), media: keywords('a', 'b') },
    })
    const before = (await queued()).length
    const change = fc.record({ at: fc.nat(250), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const bytes = Buffer.from(valid.subarray(0, valid.length - SVG.length))
        for (const { at, to } of changes) bytes[at % bytes.length] = to
        expect((await post(url, bytes)).http).toBe(200)
      }),
      runs(1000, 30),
    )
    const damaged = valid.subarray(0, 20)
    damaged[1] = 2
    expect([...(await post(url, damaged)).body.subarray(0, 2)]).toEqual([2, 2])
    expect((await ipp(url, 'Get-Printer-Attributes')).status).toBe('ok')
    expect((await queued()).length).toBe(before)
    expect(log.filter((line) => line.includes('a bug'))).toEqual([])
    await ipp(url, 'Identify-Printer', { operation: { message: text('hello') } })
    expect(log).toContain('axi: hello')
  })
})

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

const withIpptool = () => {
  it('passes the tests of IPP/1.1 and 2.0', async () => {
    const tests = join(temp, 'ipptool')
    await mkdir(tests, { recursive: true })
    for (const name of ['ipp-1.1.test', 'ipp-2.0.test']) {
      await writeFile(join(tests, name), await readFile(`/usr/share/cups/ipptool/${name}`))
    }
    for (const name of ['document-a4', 'document-letter']) {
      await writeFile(join(tests, `${name}.pdf`), drawingsToPdf([PAGE]))
      await writeFile(join(tests, `${name}.ps`), '%!PS\nshowpage\n')
    }
    for (const name of ['color.jpg', 'gray.jpg']) await writeFile(join(tests, name), JPEG)
    await plotd.client.call('plotter.ready', { name: 'axi', sheets: 1000 })
    const stdout = await run('ipptool', ['-V', '2.0', '-tI', '-f', 'document-a4.pdf', url, 'ipp-2.0.test'], tests)
    await plotd.client.call('plotter.unready', { name: 'axi' })
    expect(stdout.split('\n').filter((line) => line.includes('[FAIL]'))).toEqual([])
    expect(stdout.match(/\[(PASS|SKIP)\]/g)).toHaveLength(67)
    const { jobs } = await plotd.client.call('job.list', { limit: 1000 })
    const open = jobs.filter(({ status }) => !['finished', 'failed', 'canceled'].includes(status))
    for (const { id } of open) await plotd.client.call('job.cancel', { id })
  })
}
if (isLong) describe.skipIf(!has('ipptool'))('ipptool (skipped without cups-ipp-utils)', withIpptool)

const isRoot = process.getuid?.() === 0

describe.skipIf(!has('cupsd') || !has('lpadmin') || !isRoot)('CUPS (skipped without cups or without root)', () => {
  it('adds the printer without a driver, and `lp` queues the pages in their order; a page is drawn after `ready`', async () => {
    const folder = join(temp, 'cups')
    const cups = await Cups.start(folder, await freePort())
    try {
      const address = `${url.replace('127.0.0.1', 'localhost')}?waitjob=false`
      await cups.run('lpadmin', '-p', 'plotd', '-E', '-m', 'everywhere', '-v', address)
      expect(await cups.run('lpoptions', '-p', 'plotd', '-l')).toMatch(/PageSize.*\*A4/)
      const before = strokeCount(board.board.ink.strokes())
      const second = drawingOf(strokesOf([20, 30, 80, 30]), 210, 297)
      await writeFile(join(folder, 'pages.pdf'), drawingsToPdf([PAGE, second]))
      await cups.run('lp', '-d', 'plotd', '-t', 'from-lp', join(folder, 'pages.pdf'))
      const idOfPage = async (page: number) =>
        (await queued()).find(({ title }) => title === `from-lp (${page} of 2)`)?.id ?? ''
      await until(async () => (await idOfPage(2)) !== '')
      const id = await idOfPage(1)
      const is = async () => (await plotd.client.call('job.get', { id })).status
      await until(async () => (await is()) === 'rendered')
      expect(strokeCount(board.board.ink.strokes())).toBe(before)
      await plotd.client.call('plotter.ready', { name: 'axi', job: id })
      await until(async () => (await is()) === 'finished')
      const ink = board.board.ink.strokes()
      expect(strokeCount(ink)).toBe(before + 2)
      // The page lies on its long side, with its top at the left: x = 20 … 80 mm on the page is y = 190 … 130 mm here.
      const { minX, minY, maxX, maxY } = boundsOf({ points: ink.points.slice(2 * (ink.starts[before] ?? 0)) })
      expect([minX, minY, maxX, maxY].map(Math.round)).toEqual([30, 130, 40, 190])
    } finally {
      await cups.stop()
    }
  })
})

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(program, args, { cwd })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  await once(child, 'close')
  return stdout
}
