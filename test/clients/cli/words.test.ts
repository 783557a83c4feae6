import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { commandFor, flagFor } from '../../../clients/cli/args/foreign-words.ts'
import { didYouMean, distance, nearest } from '../../../clients/cli/args/suggest.ts'
import { jsonParams } from '../../../clients/cli/commands/submit.ts'
import { EXIT, exitCodeOf } from '../../../clients/cli/errors/exit-codes.ts'
import { explain, remedy } from '../../../clients/cli/errors/explain.ts'
import { nextStep } from '../../../clients/cli/errors/next-step.ts'
import { parsePlotter } from '../../../clients/cli/flags/config-flags.ts'
import { PAPER, paperOptions } from '../../../clients/cli/flags/prepare-flags.ts'
import { jobOptions, moment, plotOptions, type SubmitArgs } from '../../../clients/cli/flags/submit-flags.ts'
import { explainRefusal } from '../../../clients/cli/refusal.ts'
import { paintFor } from '../../../clients/cli/ui/paint.ts'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { convertFields, fieldsOf, type Schema } from '../../../clients/node/typed.ts'
import { prepareOptions } from '../../../src/daemon/render/plot-options.ts'
import { ERRORS, type ErrorCode, PlotdError } from '../../../src/errors.ts'
import { paramError } from '../../../src/tasks/validate.ts'
import { tempFolder } from '../../support/temp-folder.ts'

afterEach(() => void vi.unstubAllEnvs())

/** The verb of a name or an alias. */
const verbNamed = (word: string): string | undefined =>
  Object.entries(VERBS).find(([name, { aliases = [] }]) => [name, ...aliases].includes(word))?.[0]

describe('the suggestions for a misspelt word', () => {
  it('follow a distance that counts each missing letter, and each swap of two neighbouring letters', () => {
    expect([distance('list', 'list'), distance('lsit', 'list'), distance('lst', 'list')]).toEqual([0, 1, 1])
    expect([distance('postcrad', 'postcard'), distance('', 'abc')]).toEqual([1, 3])
  })

  it.each([
    ['lsit', 'list'],
    ['postcrad', 'postcard'],
    ['patern', 'pattern'],
    ['plotter', 'plotters'],
    ['cancle', 'cancel'],
    ['doctr', 'doctor'],
  ])('for %s contain %s', (word, verb) => expect(nearest(word, Object.keys(VERBS))).toContain(verb))

  it('are none for a word that resembles no verb', () => {
    expect(didYouMean('xyzzyx', Object.keys(VERBS))).toBe('')
  })

  it('may be several', () => {
    expect(didYouMean('hod', ['hold', 'hop', 'rod'])).toBe('Did you mean `hold`, `hop` or `rod`?')
  })
})

describe('verbs', () => {
  it('have the names lp and lpstat, and usual short names, as aliases', () => {
    expect(['ls', 'lpstat', 'lp', 'rm'].map((word) => verbNamed(word))).toEqual(['list', 'list', 'plot', 'cancel'])
  })

  it('have no alias twice', () => {
    const words = Object.entries(VERBS).flatMap(([name, { aliases = [] }]) => [name, ...aliases])
    expect(new Set(words).size).toBe(words.length)
  })

  it.each(Object.keys(VERBS))('%s has an example, and descriptions of the verb and of each flag', async (name) => {
    const command = await VERBS[name]?.load()
    expect(command?.about).toMatch(/^[A-Z].*[.]$/s)
    expect(command?.examples.length).toBeGreaterThan(0)
    for (const [line] of command?.examples ?? []) expect(line.split(' ')[0]).toBe(name)
    for (const [flag, options] of Object.entries(command?.flags ?? {})) expect(options.describe, flag).toBeTruthy()
  })
})

describe('words of other programs', () => {
  it('are answered with the words of plotd', () => {
    expect(commandFor('toggle')).toBe('`plotd pen toggle`')
    expect(commandFor('cupsdisable')).toBe('`plotd pause --queue`')
    expect(commandFor('stop')).toBe('`plotd pause`, or `plotd cancel ID`')
    expect(commandFor('postcrad')).toBeUndefined()
  })

  it('lead to existing verbs, and are no verbs themselves', () => {
    for (const word of ['toggle', 'stop', 'walk_x', 'linesort', 'history', 'delete']) {
      expect(verbNamed(/`plotd (\w+)/.exec(commandFor(word) ?? '')?.[1] ?? ''), word).toBeDefined()
      expect(verbNamed(word), word).toBeUndefined()
    }
  })

  it.each(['quit', 'cupsaccept', 'delete'])(
    'such as %s are refused, and the refusal names an existing verb',
    (word) => {
      const { detail } = explainRefusal({ message: '', values: { _: [word] } }, VERBS)
      expect(verbNamed(String(detail['verb']))).toBeDefined()
    },
  )

  it.each([
    ['speed_pendown', '--speed'],
    ['pen-pos-down', '--pen-down'],
    ['penPosDown', '--pen-down'],
    ['paper-size', '--page'],
    ['minimumPathLength', '--drop-shorter'],
  ])('--%s of axicli or saxi is %s', (flag, here) => expect(flagFor(flag)).toContain(here))

  it('are explained when the daemon refused them as parameters', () => {
    const issues = [{ field: 'speed_pendown', expected: 'there is no such parameter' }]
    const step = nextStep(new PlotdError('ERR_PARAMS', '', { task: 'svg', issues }))
    expect(step).toContain('Here --speed_pendown is --speed')
  })
})

describe('the next step after an error', () => {
  const states = ['scheduled', 'held', 'queued', 'started', 'rendered', 'plotting', 'paused', 'interrupted'] as const

  it.each([...states, 'finished', 'failed', 'canceled'] as const)('of a job that is %s is a command', (status) => {
    const step = nextStep(new PlotdError('ERR_JOB_STATE', '', { id: '01M89KYCB1MQMABKKY8704DZWY', status }))
    const verbs = [...(step ?? '').matchAll(/`plotd (\w+)( 04DZWY)?`/g)].map(([, verb = '']) => verb)
    expect(verbs.length).toBeGreaterThan(0)
    for (const verb of verbs) expect(VERBS).toHaveProperty(verb)
  })

  it.each(['offline', 'idle', 'plotting', 'paused', 'fault'])('of a plotter that is %s is a command', (state) => {
    const step = nextStep(new PlotdError('ERR_PLOTTER_STATE', '', { state }))
    for (const [, verb = ''] of (step ?? '').matchAll(/`plotd (\w+)/g)) expect(VERBS).toHaveProperty(verb)
    expect(step).toMatch(/`plotd \w+/)
  })

  it('names the flag that is nearest to a misspelt word, unless a parameter of the task is nearer', () => {
    const step = (field: string, suggestion?: string) => {
      const expected = 'there is no such parameter; the parameters are recipient, message'
      const issues = [{ field, expected, ...(suggestion === undefined ? {} : { suggestion }) }]
      return nextStep(new PlotdError('ERR_PARAMS', '', { task: 'postcard', issues }), {
        flags: ['plotter', 'dry-run', 'copies'],
      })
    }
    expect(step('plottr')).toBe('Did you mean `--plotter`?')
    expect(step('dryRunn')).toBe('Did you mean `--dry-run`?')
    expect(step('copis', 'code')).toBe('Did you mean `--copies`?')
    expect(step('mesage', 'message')).toContain('`plotd task show postcard`')
    expect(step('xyzzy')).toContain('`plotd task show postcard`')
  })

  it('names the task whose parameters were wrong', () => {
    expect(nextStep(new PlotdError('ERR_PARAMS', '', { task: 'text', issues: [] }))).toContain('`plotd task show text`')
  })

  it('is the help of the verb when no parameter of a task was wrong', () => {
    const step = nextStep(new PlotdError('ERR_PARAMS', '--row needs --batch'), { verb: 'spoiled' })
    expect(step).toBe('`plotd spoiled --help` shows the words and flags.')
    const ofTask = nextStep(new PlotdError('ERR_PARAMS', '', { task: 'text', issues: [] }), { verb: 'text' })
    expect(ofTask).toContain('`plotd task show text`')
  })

  it('is undefined when plotd knows no more than docs/errors.md', () => {
    expect(nextStep(new PlotdError('ERR_PARAMS', 'x'))).toBeUndefined()
  })
})

describe('errors', () => {
  const paint = paintFor(false)

  it('have three lines: what happened, to what, what to do', () => {
    const text = explain(new PlotdError('ERR_JOB_UNKNOWN', 'no job has the id 4XK9QZ'), paint)
    expect(text.split('\n')).toEqual([
      '✗ There is no such job. [ERR_JOB_UNKNOWN]',
      '  No job has the id 4XK9QZ.',
      `  → ${remedy('ERR_JOB_UNKNOWN')}`,
      '',
    ])
  })

  it('keep the name of a file or plotter as it is written', () => {
    const file = new PlotdError('ERR_FILE', 'my card.svg: there is no such file', { file: 'my card.svg' })
    expect(explain(file, paint)).toContain('\n  my card.svg: there is no such file.')
    const document = new PlotdError('ERR_PARAMS', 'my book.pdf needs 30 sheets', { file: 'my book.pdf' })
    expect(explain(document, paint)).toMatch(/^✗ my book\.pdf needs 30 sheets\./)
    const plotter = new PlotdError('ERR_PLOTTER_STATE', 'already at home', { name: 'a' })
    expect(explain(plotter, paint)).toContain('\n  Already at home.')
  })

  it('name the flag of a parameter that a task refused', () => {
    const refused = explain(paramError('margin', 10, 'a smaller margin', 'text'), paint)
    expect(refused).toMatch(/^✗ --margin is 10, expected a smaller margin\./)
    expect(refused).toContain('`plotd task show text`')
    const inRow = new PlotdError('ERR_PARAMS', 'row 2: margin is 10', { issues: [{ field: 'margin' }] })
    expect(explain(inRow, paint)).toMatch(/^✗ Row 2: --margin is 10\./)
  })

  it('about an address advise another port only when the port is taken', () => {
    const advice = (message: string) => nextStep(new PlotdError('ERR_CONFIG', message, { host: 'x', port: 80 }))
    const taken = 'cannot listen on x:80: listen EADDRINUSE: address already in use x:80'
    expect(advice(taken)).toContain('`--port 0` takes any free port')
    expect(advice(`printer: ${taken}`)).toContain('`printer.port: 0` in the configuration takes any free port')
    expect(advice('cannot listen on x:80: getaddrinfo ENOTFOUND x')).toBeUndefined()
  })

  it('have two lines when they have no message of their own', () => {
    expect(explain(new PlotdError('ERR_DEVICE_POWER'), paint).split('\n')).toHaveLength(3)
  })

  it.each(Object.keys(ERRORS) as ErrorCode[])('%s has a next step', (code) => {
    expect(remedy(code).length).toBeGreaterThan(10)
    expect(remedy(code)).not.toBe('See docs/errors.md.')
  })

  it('end with exit codes that scripts can tell apart', () => {
    const codes = (
      ['ERR_PARAMS', 'ERR_DAEMON_AWAY', 'ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', 'ERR_SVG_INVALID'] as const
    ).map((code) => exitCodeOf(new PlotdError(code)))
    expect(codes).toEqual([EXIT.usage, EXIT.away, EXIT.unknown, EXIT.state, EXIT.failed])
  })
})

describe('parameters as words', () => {
  const schema: Schema = {
    oneOf: [
      { properties: { shape: { const: 'a' }, size: { type: 'number' }, name: { type: 'string' } } },
      { properties: { shape: { const: 'b' }, size: { type: 'string' }, open: { type: 'boolean' } } },
    ],
  }

  it('get the types of the schema: 7 is a number in one field and a text in another', () => {
    expect(convertFields({ shape: 'a', size: '7', name: '7' }, schema)).toEqual({ shape: 'a', size: 7, name: '7' })
    expect(convertFields({ shape: 'b', size: '7', open: 'true' }, schema)).toEqual({
      shape: 'b',
      size: '7',
      open: true,
    })
  })

  it('stay texts when the schema does not know them', () => {
    expect(convertFields({ shape: 'a', colour: '7' }, schema)).toEqual({ shape: 'a', colour: '7' })
  })

  it('turn \\n into a line break in texts', () => {
    expect(convertFields({ name: 'Ada\\nLovelace' }, schema)).toEqual({ name: 'Ada\nLovelace' })
  })

  it('are limited to the fields of the named shape, in the order of the schema', () => {
    expect([...fieldsOf(schema, { shape: 'b' }).keys()]).toEqual(['shape', 'size', 'open'])
  })

  it('may be JSON, but malformed JSON is refused', async () => {
    expect(await jsonParams('{"turns":3}')).toEqual({ turns: 3 })
    await expect(jsonParams('[1]')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    await expect(jsonParams('{')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    await expect(jsonParams('@/nowhere.json')).rejects.toMatchObject({ code: 'ERR_FILE' })
  })

  it('may come from a JSON file with a byte order mark, in UTF-8 and UTF-16', async () => {
    const file = join(tempFolder(), 'card.json')
    for (const encoding of ['utf8', 'utf16le'] as const) {
      writeFileSync(file, '\uFEFF{"turns":3}', encoding)
      expect(await jsonParams(`@${file}`)).toEqual({ turns: 3 })
    }
  })
})

describe('the options of a job', () => {
  const now = new Date(2026, 10, 24, 12, 0).getTime()
  const flags = (given: Partial<SubmitArgs>) =>
    jobOptions({ hold: false, wait: false, plot: false, fit: false, ...given } as SubmitArgs, now)

  it('are none by default', () => expect(flags({})).toEqual({}))

  it('request ink when one of them is about ink', () => {
    expect(flags({ plot: true })).toEqual({ plot: { plotter: 'any' } })
    expect(flags({ copies: 3, layers: '1, red' })).toEqual({ plot: { plotter: 'any', copies: 3, layers: [1, 'red'] } })
  })

  it('take speed and pen height as percent, and the place of a drawing on the paper', () => {
    expect(flags({ speed: 60, 'pen-down': 25 })).toEqual({
      plot: { plotter: 'any', options: { speedPercent: 60, penDownPercent: 25 } },
    })
    const paper = paperOptions({ margin: 10, landscape: true, 'keep-order': true, 'drop-shorter': 0.5 })
    expect(plotOptions({}, paper)).toEqual({
      margin: 10,
      landscape: true,
      keepOrder: true,
      dropShorterThan: 0.5,
    })
    expect(plotOptions({})).toBeUndefined()
  })

  it('have only values that the daemon accepts', () => {
    const every = Object.fromEntries(
      Object.entries(PAPER).map(([name, { type }]) => [name, type === 'boolean' ? true : 1]),
    )
    const options = plotOptions({ speed: 1, 'pen-down': 1 }, paperOptions({ ...every, align: 'center', clip: 'page' }))
    expect(Object.keys(prepareOptions({ options: options ?? {} }))).toHaveLength(Object.keys(PAPER).length)
  })

  it('take no option of CUPS for the name of the SVG, as in `lp -o media=a5`', () => {
    expect(flags({ output: 'cards/media.svg' })).toEqual({ output: 'cards/media.svg' })
    const refused = 'this is an option of CUPS; in plotd, use'
    expect(() => flags({ output: 'media=A5' })).toThrow(`--output media=A5: ${refused} --page`)
    expect(() => flags({ output: 'fit-to-page' })).toThrow(`${refused} --fit`)
  })

  it('take priorities by name and by number', () => {
    expect([flags({ priority: 'high' }), flags({ priority: '80' })]).toEqual([{ priority: 'high' }, { priority: 80 }])
    expect(() => flags({ priority: 'soon' })).toThrow('expected high, normal, low, or 1 to 100')
  })

  it('understand times as users write them', () => {
    expect(moment('20m', now) - now).toBe(20 * 60_000)
    expect(new Date(moment('18:30', now)).getHours()).toBe(18)
    expect(moment('11:00', now) - now).toBe(23 * 3600_000)
    expect(moment('2026-12-24T18:00:00Z', now)).toBe(Date.UTC(2026, 11, 24, 18))
    expect(() => moment('soon', now)).toThrow('--at soon')
    expect(() => moment('2027-02-30', now)).toThrow('--at 2027-02-30: expected')
    expect([flags({ at: '20m' }), flags({ in: '20m' })]).toEqual(Array(2).fill({ runAt: now + 20 * 60_000 }))
    expect(() => flags({ in: '18:30' })).toThrow('--in 18:30')
    expect(() => flags({ at: '18:30', in: '1h' })).toThrow('expected one of the two, not both')
  })

  it('read a date without a time in UTC, also between blanks', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo')
    const midnight = Date.UTC(2026, 11, 24)
    expect(['2026-12-24', ' 2026-12-24', '2026-12-24 '].map((word) => moment(word, now))).toEqual(
      Array(3).fill(midnight),
    )
  })

  it('set how often a failed job is tried again', () => {
    expect(flags({ retries: 3 })).toEqual({ retries: { max: 3, backoffMs: '1s' } })
    expect(flags({ retries: 1, backoff: '1m' })).toEqual({ retries: { max: 1, backoffMs: '1m' } })
    expect(() => flags({ backoff: '1m' })).toThrow('--retries')
  })
})

describe('the flag --plotter', () => {
  it('takes NAME=URL with options', () => {
    expect(parsePlotter('a3=serial:/dev/ttyACM0?baud=9600,profile=axidraw-v3-a3,gate=off')).toEqual({
      name: 'a3',
      url: 'serial:/dev/ttyACM0?baud=9600',
      profile: 'axidraw-v3-a3',
      gate: 'off',
    })
    expect(() => parsePlotter('serial:/dev/ttyACM0')).toThrow('expected NAME=URL')
    expect(() => parsePlotter('a=sim:ebb,speed=9')).toThrow('speed=9')
  })
})
