import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readBytes, writeFileOrExplain } from '../../../clients/cli/io/files.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { type MergeArgs, merge } from '../../../clients/cli/jobs/merge.ts'
import { showChecked } from '../../../clients/cli/jobs/submit-job.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { ServedDaemon } from './daemon.ts'
import { Terminal } from './terminal.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start('axi=sim:ebb?speed=50')
  await daemon.linked()
})
afterAll(async () => {
  await daemon.stop()
})

const SPIRAL = ['pattern', 'spiral', '--width', '40', '--height', '40', '--turns', '2', '--wait']
const rendered = async (...more: string[]): Promise<string> => {
  const lines = await daemon.json(...SPIRAL, ...more)
  return lines.at(-1)?.['id'] as string
}

describe('plotd plot JOB', () => {
  it('asks for ink of a job that was only rendered, and prints its size and time', async () => {
    const id = await rendered()
    const { code, out } = await daemon.run(['plot', id.slice(-6), '-p', 'axi', '-c', '2'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Waits for ink \w{6} {2}pattern "Spiral 1" .* for axi .*40 × 40 mm, 1 stroke, about/)
    expect(await daemon.json('show', id)).toMatchObject([{ status: 'rendered', plot: { plotter: 'axi', copies: 2 } }])
    const { code: again, err } = await daemon.run(['plot', id])
    expect(again).toBe(6)
    expect(err).toContain('only a finished job that has not been drawn can')
    await daemon.json('cancel', id)
  })

  it('takes all jobs with a tag, in the order in which they were queued, and prints their time', async () => {
    const ids = [await rendered('--tag', 'order-17'), await rendered('--tag', 'order-17')]
    const dry = await daemon.run(['plot', '--tag', 'order-17', '--dry-run'])
    expect(dry.err).toMatch(/2 jobs, 2 sheets, about \d+ s of drawing\.\nNothing was changed/)
    expect(await daemon.json('show', ids[0] ?? '')).toMatchObject([{ status: 'finished' }])
    const answer = await daemon.json('plot', '--tag', 'order-17')
    expect(answer.map((job) => job['id'])).toEqual(ids)
    const { err } = await daemon.run(['plot', '--tag', 'order-17'])
    expect(err).toContain('No rendered job matches')
    await daemon.json('cancel', ...ids)
  })

  it('takes a mail merge that was rendered without ink, by the name of its batch', async () => {
    const table = 'name,message\nAda,Hello\nBea,Hello\n'
    const merge = ['postcard', '--csv', '-', '--map', 'name=recipient', '--batch', 'people', '--template', 'blank']
    expect((await daemon.run(merge, {}, table)).code).toBe(0)
    expect((await daemon.run(['wait', '--batch', 'people'])).code).toBe(0)
    const answer = await daemon.json('plot', '--batch', 'people', '-p', 'axi')
    expect(answer.map((job) => job['status'])).toEqual(['rendered', 'rendered'])
    await daemon.json('cancel', ...answer.map((job) => job['id'] as string))
  })

  it('finds jobs by their titles, and follows one to its end', async () => {
    const id = await rendered('--title', 'A card for Ada')
    const following = daemon.run(['plot', '--search', 'for ada', '--wait'])
    await daemon.until(['show', id], ([job]) => job?.['status'] === 'rendered')
    await daemon.json('ready', 'axi')
    const { code, err } = await following
    expect(err).toContain('finished')
    expect(code).toBe(0)
  })

  it('takes a path as a file, even if the file is called “LAST”; refuses a job together with files or flags of new jobs', async () => {
    const id = await rendered()
    const file = join(daemon.folder, 'LAST')
    writeFileSync(
      file,
      '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm"><path d="M0 0h9" stroke="red"/></svg>',
    )
    expect(await daemon.json('plot', file, '--hold')).toMatchObject([{ task: 'svg', status: 'held' }])
    expect((await daemon.run(['plot', id, file])).err).toContain('expected jobs or files, not both')
    expect((await daemon.run(['plot', id, '--title', 'x'])).err).toContain('--title is for new jobs')
    expect((await daemon.run(['plot', id, '--stroke-color', 'x'])).err).toContain('--stroke-color is for files')
    expect((await daemon.run(['plot', 'ZZZZZZ'])).code).toBe(5)
    expect((await daemon.run(['plot'])).err).toContain('Expected files, jobs, --tag, --batch or --search')
    expect((await daemon.run(['plot', 'nothing.svg'])).err).toContain('there is no such file')
  })
})

it('a job with --hold is called held, also with --wait', async () => {
  const waiting = daemon.run(['text', 'Hello', '--hold', '--wait', '--title', 'Held and followed'])
  const [job] = await daemon.until(['list', '--search', 'held and followed'], (jobs) => jobs.length === 1)
  await daemon.json('release', String(job?.['id']))
  const { code, err } = await waiting
  expect([code, err]).toEqual([0, expect.stringMatching(/^Held \w{6} /)])
})

describe('plotd envelope', () => {
  it('takes each word after the name as a line of the address', async () => {
    const [job] = await daemon.json('envelope', 'Ada', '12 Mill Lane', 'York YO1 6XX', '--hold')
    const [shown] = await daemon.json('show', String(job?.['id']))
    expect(shown).toMatchObject({ params: { address: 'Ada\n12 Mill Lane\nYork YO1 6XX' } })
  })
})

describe('plotd n-up and plotd tile', () => {
  const square = (): string => {
    const file = join(daemon.folder, 'square.svg')
    const path = '<path d="M9 9h9v9z" stroke="black"/>'
    writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm">${path}</svg>`)
    return file
  }

  it.each([
    ['n-up', '--sheet', 'a6'],
    ['tile', '--sheet', 'a6', '--tile', '1'],
  ])('%s asks for ink only with --plot', async (verb, ...flags) => {
    const file = square()
    const [job] = await daemon.json(verb, file, ...flags)
    expect(job).not.toHaveProperty('plot')
    const [inked] = await daemon.json(verb, file, ...flags, '--plot')
    expect(inked).toMatchObject({ plot: { plotter: 'any' } })
    expect(inked).not.toHaveProperty('plot.options')
  })

  it('n-up with a key queues each of several sheets once, even when the command runs again', async () => {
    const files = [square(), square(), square()]
    const words = ['n-up', ...files, '--sheet', 'a6', '--columns', '1', '--rows', '2', '--key', 'cards']
    const first = await daemon.json(...words)
    const again = await daemon.json(...words)
    expect(new Set(first.map(({ id }) => id)).size).toBe(2)
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id))
  })

  it('n-up names the file that cannot be read, also on a later sheet', async () => {
    const broken = join(daemon.folder, '$& broken.svg')
    writeFileSync(broken, '<svg')
    const files = [square(), square(), square(), broken]
    const { code, err } = await daemon.run(['n-up', ...files, '--sheet', 'a6', '--columns', '1', '--rows', '2'])
    expect([code, err]).toEqual([1, expect.stringContaining(`${broken}: not well-formed`)])
  })

  it.each(['n-up', 'tile'])('%s lists losses, also with --dry-run, and refuses them with --strict', async (verb) => {
    const file = join(daemon.folder, 'picture.svg')
    const image = '<image width="9" height="9" href="a.png"/><path d="M9 9h9v9z" stroke="black"/>'
    writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm">${image}</svg>`)
    const checked = await daemon.run([verb, file, '--sheet', 'a6', '--dry-run'])
    expect(checked.out).toContain('1 × image will not be drawn')
    expect((await daemon.run([verb, file, '--sheet', 'a6'])).err).toContain('1 × image will not be drawn')
    for (const flags of [['--dry-run'], []]) {
      const { code, err } = await daemon.run([verb, file, '--sheet', 'a6', '--strict', ...flags])
      expect([code, err]).toEqual([1, expect.stringContaining('ERR_STRICT')])
    }
  })

  it('tile lists the losses of sheets without marks, too; with --dry-run it names an unknown plotter', async () => {
    const file = join(daemon.folder, 'picture.svg')
    const image = '<image width="9" height="9" href="a.png"/><path d="M9 9h9v9z" stroke="black"/>'
    writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm">${image}</svg>`)
    const tiles = ['tile', file, '--sheet', 'a6']
    expect((await daemon.run([...tiles, '--no-marks', '--hold'])).err).toContain('1 × image will not be drawn')
    expect((await daemon.run([...tiles, '--no-marks', '--strict'])).err).toContain('ERR_STRICT')
    const { err } = await daemon.run([...tiles, '--plot', '--plotter', 'nobody', '--dry-run'])
    expect(err).toContain('ERR_PLOTTER_UNKNOWN')
  })

  it.each(['n-up', 'tile'])(
    '%s refuses a document that is no SVG, and names the command that makes one',
    async (verb) => {
      const file = join(daemon.folder, 'square.plt')
      writeFileSync(file, 'IN;SP1;PU0,0;PD400,0,400,400;PU;')
      const { err } = await daemon.run([verb, file, '--sheet', 'a6'])
      expect(err).toMatch(/expected an SVG\./)
      expect(err).toContain('`plotd prepare FILE -o drawing.svg`')
    },
  )

  it('tile with --no-marks queues every sheet, also one that has no ink', async () => {
    const file = join(daemon.folder, 'gap.svg')
    const ink = '<path d="M5 5h9M350 5h9" stroke="black"/>'
    writeFileSync(
      file,
      `<svg xmlns="http://www.w3.org/2000/svg" width="400mm" height="90mm" viewBox="0 0 400 90">${ink}</svg>`,
    )
    const [answer] = await daemon.json('tile', file, '--sheet', 'a6', '--no-marks', '--plot', '--hold')
    expect(answer?.['sheets']).toHaveLength(6)
    expect((await daemon.run(['tile', file, '--sheet', 'a6', '--hold'])).out).toMatch(/^Held 6 sheets/)
  })

  it('tile takes a file that is called “.svg”', async () => {
    const file = join(daemon.folder, '.svg')
    copyFileSync(square(), file)
    expect((await daemon.run(['tile', file, '--sheet', 'a6', '--hold'])).out).toBe(
      'Held 1 sheet (A1 to A1) as batch .svg.\n',
    )
  })

  it('tile names the sheet of a warning that the first sheet does not have', async () => {
    const file = join(daemon.folder, 'repeated.svg')
    const ink = '<path d="M5 5h9M150 5h20M150 5h20" stroke="black"/>'
    writeFileSync(
      file,
      `<svg xmlns="http://www.w3.org/2000/svg" width="200mm" height="90mm" viewBox="0 0 200 90">${ink}</svg>`,
    )
    const tiles = ['tile', file, '--sheet', 'a6', '--plot']
    const warning = 'sheet C1: 20.0 mm of ink are drawn more than once'
    expect((await daemon.run([...tiles, '--dry-run'])).out).toContain(warning)
    expect((await daemon.run([...tiles, '--hold'])).err).toContain(warning)
  })

  it('tile lets a sheet wait for the jobs of --after, and refuses --wait', async () => {
    const [before] = await daemon.json('text', 'first', '--hold')
    const tiles = ['tile', square(), '--sheet', 'a6']
    const [answer] = await daemon.json(...tiles, '--after', String(before?.['id']))
    const [id] = (answer?.['jobs'] ?? []) as string[]
    expect(await daemon.json('show', String(id))).toMatchObject([{ dependsOn: [before?.['id']] }])
    expect((await daemon.run([...tiles, '--wait'])).err).toContain('`plotd wait` waits for several')
  })

  it.each(['n-up', 'tile'])('%s divides the drawing into layers by colour on request', async (verb) => {
    const file = join(daemon.folder, 'colours.svg')
    const ink = '<path d="M5 5h9" stroke="red"/><path d="M5 9h9" stroke="blue"/>'
    writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm">${ink}</svg>`)
    const flags = ['--sheet', 'a5', '--layers-by', 'color', '--layers', '2', '--plot', '--dry-run']
    const { code, err } = await daemon.run([verb, file, ...flags])
    expect([code, err]).toEqual([0, ''])
  })

  it('tile reads the drawing with the limits of the configuration', async () => {
    const tiles = ['tile', square(), '--sheet', 'a6', '--dry-run']
    expect((await daemon.run(tiles, { PLOTD_SVG_ELEMENTS: '1' })).err).toContain('ERR_SVG_LIMIT')
  })
})

it('a long dry run shows on a terminal how many jobs are checked, and then removes the line', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  for (const done of [0, 1, 2]) showChecked(done, 2, { isInteractive: true } as Io)
  showChecked(1, 2, { isInteractive: false } as Io)
  const lines = written.mock.calls.map(([text]) => text)
  written.mockRestore()
  expect(lines).toEqual(['\rChecked 0 of 2 jobs', '\rChecked 1 of 2 jobs', '\r\u001b[K'])
})

it('a dry run of `tile` whose check fails removes the line with the number of checked jobs', async () => {
  const file = join(daemon.folder, 'one.svg')
  writeFileSync(
    file,
    '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1h7" stroke="red"/></svg>',
  )
  const terminal = new Terminal(['tile', file, '--width', '9', '--dry-run'], join(daemon.folder, 'state'))
  await terminal.ended
  expect(terminal.text).toMatch(/^ Checked 0 of 1 job . tile: width: there is no such parameter/)
})

it('a merge whose check fails removes the line with the number of checked rows', async () => {
  const csv = join(daemon.folder, 'people.csv')
  writeFileSync(csv, `text\n${'Ada\n'.repeat(501)}`)
  const schema = { type: 'object', properties: { text: { type: 'string' } } }
  let checks = 0
  const call = async (method: string) => {
    if (method === 'task.list') return { tasks: [{ name: 'text', schema }] }
    if (checks++ > 0) throw new PlotdError('ERR_LIMIT', 'the message is too large')
    return Array.from({ length: 500 }, () => ({ warnings: [] }))
  }
  const args = { csv, 'bad-rows': 'refuse', 'dry-run': true, wait: false } as unknown as MergeArgs
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const io = { isInteractive: true, daemon: { call } } as unknown as Io
  const merging = merge('text', {}, args, io).catch(toPlotdError)
  expect(await merging).toMatchObject({ code: 'ERR_LIMIT' })
  const lines = written.mock.calls.map(([text]) => text)
  written.mockRestore()
  expect(lines).toEqual(['\rChecked 500 of 501 jobs', '\r\u001b[K'])
})

it('a file above the limit is refused without a guess at its format', async () => {
  const file = join(daemon.folder, 'large.bin')
  writeFileSync(file, Buffer.alloc(20))
  await expect(readBytes(file, 10)).rejects.toMatchObject({ code: 'ERR_LIMIT', detail: { most: 10 } })
})

it('an empty word, as from an unset variable, is named in the refusal', async () => {
  await expect(readBytes('')).rejects.toMatchObject({ message: "'': there is no such file" })
})

it.each([
  ['in a file', 'a.txt/b.svg', 'a part of the path is a file; expected a folder'],
  ['deep in a file', 'a.txt/b/c.svg', 'a part of the path is a file; expected a folder'],
  ['with too long a name', `${'n'.repeat(300)}.svg`, 'the name is too long'],
])('a file %s cannot be written, and the message says why', async (_, name, why) => {
  writeFileSync(join(daemon.folder, 'a.txt'), '')
  const file = join(daemon.folder, name)
  await expect(writeFileOrExplain(file, '')).rejects.toMatchObject({ code: 'ERR_FILE', message: `${file}: ${why}` })
})

describe('a table of recipients', () => {
  const merge = (...flags: string[]) => {
    const words = ['postcard', '--csv', '-', '--template', 'blank', '--json', ...flags]
    return daemon.run(words, {}, 'recipient,message,street,town\nAda,Hello,1 Mill Lane,York\n')
  }

  it('lets cards and envelopes wait for the jobs of --after', async () => {
    const [before] = await daemon.json('text', 'first', '--hold')
    const { out } = await merge('--envelopes', 'c6', '--after', String(before?.['id']))
    const { jobs } = JSON.parse(out) as { jobs: { id: string }[] }
    expect(jobs).toHaveLength(2)
    for (const { id } of jobs) expect(await daemon.json('show', id)).toMatchObject([{ dependsOn: [before?.['id']] }])
  })

  it('gives each row without a message the message of the command line', async () => {
    const csv = 'recipient,message\nAda,\nBo,Salut\n'
    const { out } = await daemon.run(['postcard', 'Friend', 'Hello', 'all', '--csv', '-', '--hold', '--json'], {}, csv)
    const { jobs } = JSON.parse(out) as { jobs: { id: string }[] }
    const shown = await Promise.all(jobs.map(async ({ id }) => (await daemon.json('show', id))[0]))
    expect(shown).toMatchObject([
      { params: { recipient: 'Ada', message: 'Hello all' } },
      { params: { recipient: 'Bo', message: 'Salut' } },
    ])
  })

  it('refuses an address of the command line for envelopes, and takes those of the table', async () => {
    const csv = 'recipient,street,town\nAda,1 Mill Lane,York\n'
    const { code, err } = await daemon.run(['envelope', 'Ada', '2 Mill Lane', '--csv', '-', '--hold'], {}, csv)
    expect([code, err]).toEqual([2, expect.stringContaining('expected the addresses in the table')])
    expect((await daemon.run(['envelope', '--csv', '-', '--hold'], {}, csv)).code).toBe(0)
  })

  it('refuses to read both the message and the table from stdin', async () => {
    const { code, err } = await daemon.run(['postcard', 'Ada', '-', '--csv', '-'], {}, 'recipient,message\nAda,Hello\n')
    expect([code, err]).toEqual([2, expect.stringContaining('--csv -: stdin is the message already; expected a file')])
  })

  it('gives its name to the batch, with a space for a line break', async () => {
    const csv = join(daemon.folder, 'my\nlist.csv')
    writeFileSync(csv, 'recipient,message\nAda,Hello\n')
    const [merged] = await daemon.json('postcard', '--csv', csv, '--hold')
    const { jobs } = merged as { jobs: { id: string }[] }
    expect(await daemon.json('show', jobs[0]?.id ?? '')).toMatchObject([{ batch: { name: 'my list' } }])
  })

  it('is answered on one line, also when the name of its batch or the title of a job has a line break', async () => {
    const csv = 'recipient,message\nAda,Hello\n'
    const { out } = await daemon.run(['postcard', '--csv', '-', '--batch', 'my\nlist', '--hold'], {}, csv)
    expect(out).toContain(' as batch my list.')
    const text = ['text', 'x', '--title', 'my\ntext']
    expect((await daemon.run([...text, '--dry-run'])).out).toContain('Checked text "my text"')
    const [job] = await daemon.json(...text, '--hold')
    expect((await daemon.run(['show', (job as { id: string }).id])).out).toMatch(/^my text {2}/)
  })

  it('refuses --output without --preview-row, because each card has a file of its own', async () => {
    const { code, err } = await merge('--output', 'card.svg')
    expect([code, err]).toEqual([2, expect.stringContaining('--output: each card has a file of its own')])
  })
})

describe('plotd retry', () => {
  it('queues the other jobs again when the daemon refuses one job', async () => {
    const [held, other] = [await daemon.json('text', 'held', '--hold'), await daemon.json('text', 'other', '--hold')]
    const [first, second] = [held, other].map(([job]) => String(job?.['id']))
    await daemon.json('cancel', String(second))
    const { code, out, err } = await daemon.run(['retry', String(first), String(second)])
    expect([code, out]).toEqual([6, expect.stringContaining(`Queued again ${String(second).slice(-6)}`)])
    expect(err).toContain('only a failed, canceled or interrupted job can')
    for (const id of [first, second]) await daemon.run(['cancel', String(id)])
  })

  it('says that a canceled job with ink draws all its copies again', async () => {
    const id = await rendered()
    await daemon.json('plot', id, '-p', 'axi', '-c', '3')
    await daemon.json('top', id)
    await daemon.json('ready', 'axi')
    await daemon.until(['show', id], ([job]) => job?.['status'] === 'paused')
    await daemon.json('cancel', id, '--yes')
    const { code, err } = await daemon.run(['retry', id])
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/Note: ink of an earlier attempt is on paper; the job now draws 3 copies/),
    ])
    expect((await daemon.run(['show', id])).out).toMatch(
      /drawn +no ink is on paper\n.*earlier +[\d.]+ mm of ink on other sheets/,
    )
    await daemon.json('cancel', id)
  })
})
