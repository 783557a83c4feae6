import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/threads.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

const EXTENSION = join(packageRoot, 'clients/inkscape')
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
/** Inkscape is a gigabyte of packages. A machine that has them runs the last test. CI leaves the test out. */
const hasInkscape = has('inkscape') && has('xvfb-run')
if (!hasInkscape) console.warn('skipped in part: no inkscape with xvfb-run (apt install inkscape xvfb xauth)')

const layer = (label: string, d: string) =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}"><path d="${d}" fill="none" stroke="red"/></g>`
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="Hills.svg"
  width="60mm" height="40mm" viewBox="0 0 60 40">${layer('1 sky', 'M5 5H55')}${layer('2 hills', 'M5 30H55M5 33H55')}</svg>`

describe.runIf(has('python3'))('the Inkscape extension', () => {
  let folder: string
  let document: string
  let daemon: StartedDaemon
  beforeAll(async () => {
    daemon = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }] })
    folder = daemon.folder
    document = join(folder, 'drawing.svg')
    await writeFile(document, DRAWING)
  })
  afterAll(() => daemon.close())

  /** Runs a program in the folder of this test, with the state folder of plotd and an Inkscape profile of the test. */
  function run(program: string, words: readonly string[], state = join(folder, 'state')) {
    const own = { PLOTD_STATE: state, INKSCAPE_PROFILE_DIR: join(folder, 'profile'), PYTHONDONTWRITEBYTECODE: '1' }
    const child = spawn(program, words, { env: { ...process.env, ...own }, cwd: folder })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, out, err }))
    })
  }
  const send = (flags: readonly string[], state?: string) =>
    run('python3', [join(EXTENSION, 'plotd_send.py'), ...flags, document], state)
  const newest = async () => (await daemon.client.call('job.list', { sort: 'newest', limit: 1 })).jobs[0]

  it('queues the document for the plotter, and returns the document unchanged', async () => {
    const flags = ['--id=g1', '--plotter=axi', '--copies=2', '--layers=2', '--priority=high', '--hold=true', '--title=']
    expect(await send(flags)).toEqual({ code: 0, out: DRAWING, err: '' })
    const job = await newest()
    expect(job).toMatchObject({ title: 'Hills', status: 'held', priority: 75 })
    expect(job?.plot).toMatchObject({ plotter: 'axi', copies: 2, layers: [2] })
  })

  it('queues a job without a plot when the plotter is `none`', async () => {
    await send(['--plotter=none', '--title=Only rendered'])
    const job = await newest()
    expect(job).toMatchObject({ title: 'Only rendered' })
    expect(job).not.toHaveProperty('plot')
  })

  it('shows size, time and layers without queueing anything', async () => {
    const before = await newest()
    const { code, err } = await send(['--action=preview'])
    expect(code).toBe(0)
    expect(err).toMatch(/60 × 40 mm, 3 strokes, about \d+ s\nLayers:\n {2}1 {2}.*sky {2}1 stroke\n {2}2 {2}.*hills/)
    expect((await newest())?.id).toBe(before?.id)
  })

  it('reports a problem as text, and exits with code 0', async () => {
    const refused = await send(['--plotter=nobody'])
    expect(refused).toMatchObject({ code: 0, out: DRAWING, err: expect.stringContaining('there is no plotter') })
    const away = await send([], join(folder, 'nowhere'))
    expect(away).toMatchObject({ code: 0, out: DRAWING, err: expect.stringContaining('plotd serve') })
  })

  it('is described for Inkscape with the flags that it takes', async () => {
    const [inx, script] = await Promise.all(
      ['plotd_send.inx', 'plotd_send.py'].map((name) => readFile(join(EXTENSION, name), 'utf8')),
    )
    const names = (pattern: RegExp, text = '') => new Set([...text.matchAll(pattern)].map(([, name]) => name))
    expect(names(/<param name="(\w+)"/g, inx)).toEqual(names(/add_argument\("--(\w+)"/g, script))
  })

  it.runIf(hasInkscape)('runs in Inkscape itself', async () => {
    const extensions = join(folder, 'profile/extensions')
    await mkdir(extensions, { recursive: true })
    for (const file of ['plotd_send.inx', 'plotd_send.py']) await cp(join(EXTENSION, file), join(extensions, file))
    await cp(join(packageRoot, 'clients/python/plotd'), join(extensions, 'plotd'), { recursive: true })
    const actions = '--actions=org.plotd.send.noprefs;export-do'
    // An extension that fails opens a window that nobody sees, and waits. `timeout` ends the wait.
    const words = ['120', 'xvfb-run', '-a', 'inkscape', '--batch-process', actions, document]
    expect(await run('timeout', words)).toMatchObject({ code: 0 })
    expect(await newest()).toMatchObject({ title: 'drawing', task: 'svg', plot: { plotter: 'any', copies: 1 } })
  })
})
