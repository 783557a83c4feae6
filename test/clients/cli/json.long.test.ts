import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../clients/cli/command-line.ts'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { svgToPng } from '../../../src/index.ts'
import { ServedDaemon } from './daemon.ts'

const DRAWING =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="30mm"><path d="M9 9H90" stroke="#000"/></svg>'

/** A word, or a function that returns the word when the verb runs: the path of a file, or the id of `plot`'s job. */
type Word = string | ((context: { readonly folder: string; readonly id: string }) => string)
const SVG: Word = ({ folder }) => join(folder, 'drawing.svg')
const JOB: Word = ({ id }) => id

interface Run {
  readonly words: readonly Word[]
  /** The exit code of a verb that cannot succeed here; its error is JSON. */
  readonly code?: number
}

/**
 * Every verb as a program calls it. The order matters: a verb uses the state that earlier verbs leave. Other
 * tests run the verbs that are marked 'elsewhere'.
 */
const RUNS: Readonly<Record<string, Run | 'elsewhere'>> = {
  setup: 'elsewhere',
  serve: 'elsewhere',
  demo: 'elsewhere',
  postcard: { words: ['Ada', 'Hello!'] },
  envelope: { words: ['Ada', '1 Main St\nLondon'] },
  'place-card': { words: ['Ada', 'Table 4'] },
  'n-up': { words: [SVG] },
  tile: { words: [SVG] },
  pattern: { words: ['spiral', '--turns', '3'] },
  photo: { words: [({ folder }) => join(folder, 'photo.png')] },
  text: { words: ['Hi'] },
  svg: { words: [SVG] },
  submit: { words: ['text', 'text=Hi'] },
  watch: { words: ['last'] },
  plot: { words: [SVG, '--margin', '5', '--plotter', 'fast'] },
  wait: { words: [JOB, '--until', 'rendered'] },
  plan: { words: [JOB, '-o', ({ folder }) => join(folder, 'plan.gcode'), '--for', 'grbl-servo'] },
  list: { words: [] },
  show: { words: [JOB] },
  log: { words: [JOB] },
  hold: { words: [JOB] },
  release: { words: [JOB] },
  top: { words: [JOB] },
  cancel: { words: [JOB] },
  retry: { words: [JOB] },
  again: { words: [JOB] },
  batches: { words: [] },
  batch: { words: ['nobody'], code: 5 },
  printer: { words: [] },
  spoiled: { words: [JOB], code: 6 },
  export: { words: [] },
  import: { words: [({ folder }) => join(folder, 'jobs.jsonl')] },
  forget: { words: [JOB], code: 6 },
  purge: { words: ['--older', '0'] },
  plotters: { words: [] },
  farm: { words: [] },
  maintenance: { words: ['fast', '--end'] },
  pause: { words: ['--queue'] },
  resume: { words: ['--queue'] },
  pen: { words: ['up'] },
  pens: { words: [] },
  notify: { words: ['test'], code: 2 },
  adjust: { words: ['--pen-down', '30'] },
  jog: { words: ['1', '1'] },
  home: { words: [] },
  motors: { words: ['on'] },
  align: { words: [] },
  clear: { words: [], code: 6 },
  mark: { words: ['--forget'] },
  frame: { words: ['nobody'], code: 5 },
  ready: { words: ['--sheets', '1'] },
  unready: { words: [] },
  calibrate: { words: ['square'] },
  ports: { words: ['--all'] },
  preview: { words: [SVG] },
  prepare: { words: [SVG] },
  simulate: { words: ['--tcp', '0', '--for', '0.1'] },
  fonts: { words: ['futural'] },
  patterns: { words: ['spiral'] },
  templates: { words: ['birthday'] },
  task: { words: ['list'] },
  config: { words: [] },
  spool: { words: ['migrate', 'folder'], code: 2 },
  token: { words: ['list'] },
  open: { words: ['--print'] },
  doctor: { words: [] },
  completion: { words: ['bash'] },
}

/** Verbs that print nothing when there is nothing to list. */
const MAY_BE_SILENT = new Set(['log', 'ports', 'batches', 'pens'])

describe('every verb with --json', () => {
  let daemon: ServedDaemon
  let id = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('fast=sim:ebb?speed=30')
    writeFileSync(join(daemon.folder, 'drawing.svg'), DRAWING)
    writeFileSync(join(daemon.folder, 'photo.png'), await svgToPng(DRAWING, { width: 32 }))
    writeFileSync(join(daemon.folder, 'jobs.jsonl'), '')
  })
  afterAll(() => daemon.stop())

  it('is in the table of this test', () => {
    expect(Object.keys(RUNS).sort()).toEqual(Object.keys(VERBS).sort())
  })

  it.each(Object.entries(RUNS).filter((entry): entry is [string, Run] => entry[1] !== 'elsewhere'))(
    '%s prints JSON lines to one stream and nothing to the other',
    async (verb, { words, code: expectedCode = 0 }) => {
      const context = { folder: daemon.folder, id }
      const typed = words.map((word) => (typeof word === 'string' ? word : word(context)))
      const { code, out, err } = await daemon.run([verb, ...typed, '--json'])
      expect(code, err).toBe(expectedCode)
      const [answer, silent] = expectedCode === 0 ? [out, err] : [err, out]
      expect(silent).toBe('')
      const lines = answer.split('\n').filter((line) => line !== '')
      if (!MAY_BE_SILENT.has(verb)) expect(lines).not.toEqual([])
      const values = lines.map((line) => JSON.parse(line) as { readonly id?: string; readonly error?: object })
      if (expectedCode !== 0)
        expect(values[0]?.error).toMatchObject({ code: expect.any(String), remedy: expect.any(String) })
      if (verb === 'plot') {
        id = values[0]?.id ?? ''
        // Later verbs use this job, which must wait for a sheet.
        await daemon.until(['show', id], ([job]) => job?.['status'] === 'rendered')
      }
    },
  )
})

describe('a verb that takes no parameters of a task', () => {
  const strict = Object.keys(VERBS).filter(
    (name) =>
      ![
        'postcard',
        'envelope',
        'place-card',
        'n-up',
        'tile',
        'pattern',
        'photo',
        'text',
        'svg',
        'plot',
        'submit',
      ].includes(name),
  )

  it.each(strict)('%s refuses a flag that it does not have, and the error names the verb', async (name) => {
    const { operands = '' } = VERBS[name] ?? {}
    const words = ['1', '1'].slice(0, operands.split('<').length - 1)
    const refused = runCommandLine([name, ...words, '--no-such-flag-1'], VERBS, 80, async () => {})
    await expect(refused).rejects.toMatchObject({ code: 'ERR_PARAMS', detail: { verb: name } })
  })
})
