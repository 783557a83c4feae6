import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { entryNamed, withPlotter } from '../../../../clients/cli/setup/config-text.ts'
import { changedEntry, plotterEntry } from '../../../../clients/cli/setup/machine.ts'
import { type Identity, suggestion } from '../../../../src/index.ts'

const ebb: Identity = { dialect: 'ebb', model: 'EBB 2.8.1', baud: 115_200 }
const grbl = (settings: Record<number, number>): Identity => ({
  dialect: 'grbl',
  model: 'grbl 1.1h',
  baud: 115_200,
  settings,
})
const hp = (model: string, limits: NonNullable<Identity['limits']>): Identity => ({
  dialect: 'hpgl',
  model,
  baud: 9600,
  limits,
})
const answers = { name: 'x', profile: 'grbl-servo' }

describe('the entry of a plotter', () => {
  it('has the name of the profile, and no settings, when no setting differs from the profile', () => {
    const { entry } = plotterEntry('serial:/dev/ttyACM0', ebb, {
      name: 'axi',
      profile: 'axidraw-v3',
      penUp: 60,
      penDown: 30,
    })
    expect(entry).toEqual({ name: 'axi', url: 'serial:/dev/ttyACM0', profile: 'axidraw-v3' })
  })

  it('holds the pen heights that differ', () => {
    const {
      entry: { profile },
    } = plotterEntry('serial:x', ebb, { name: 'axi', profile: 'axidraw-v3', penUp: 75, penDown: 30 })
    expect(profile).toEqual({ base: 'axidraw-v3', pen: { upPercent: 75 } })
  })

  it('lets drawings of a homing grbl machine begin at its back left corner', () => {
    const {
      entry: { profile },
    } = plotterEntry('serial:x', grbl({ 22: 1, 27: 1, 130: 400, 131: 300 }), {
      ...answers,
      size: { width: 390, height: 290 },
    })
    expect(profile).toEqual({
      base: 'grbl-servo',
      width: 390,
      height: 290,
      grbl: { homing: true, homeAt: { x: -399, y: -1 } },
    })
  })

  it('says that y grows toward the user, when the user answers so', () => {
    expect(plotterEntry('serial:x', grbl({}), { ...answers, yUp: false }).entry.profile).toEqual({
      base: 'grbl-servo',
      grbl: { yUp: false },
    })
  })

  it('has the size of the paper that the switches of an HP 7475A are set to: A4, A3 or ANSI', () => {
    expect(suggestion(hp('7475A', [0, 0, 11_040, 7721])).choices[0]).toBe('hp-7475a-a4')
    expect(suggestion(hp('7475A', [0, 0, 16_158, 11_040])).choices[0]).toBe('hp-7475a')
    const { entry: ansi } = plotterEntry('serial:x', hp('7475A', [0, 0, 10_365, 7962]), {
      name: 'hp',
      profile: 'hp-7475a-a4',
    })
    expect(ansi.profile).toMatchObject({ base: 'hp-7475a-a4', width: 259.125, hpgl: { origin: { x: 0, y: 7962 } } })
    const { entry: a4 } = plotterEntry('serial:x', hp('7475A', [0, 0, 11_040, 7721]), {
      name: 'hp',
      profile: 'hp-7475a-a4',
    })
    expect(a4.profile).toBe('hp-7475a-a4')
  })

  it('refuses a profile of another dialect', () => {
    expect(() => plotterEntry('serial:x', ebb, answers)).toThrow(/is for grbl boards, and this board is EBB 2.8.1/)
  })

  it('keeps settings that a later setup does not name', () => {
    const entry = { name: 'axi', url: 'serial:x', profile: { base: 'axidraw-v3', pen: { upPercent: 70 } } }
    expect(changedEntry(entry, {})).toEqual(entry)
    expect(changedEntry(entry, { 'pen-down': 40 }).profile).toEqual({
      base: 'axidraw-v3',
      pen: { upPercent: 70, downPercent: 40 },
    })
  })

  it('takes no profile of another dialect in a later setup', () => {
    const entry = { name: 'axi', url: 'serial:x', profile: 'axidraw-v3' }
    expect(changedEntry(entry, { profile: 'axidraw-v3-a3' }).profile).toBe('axidraw-v3-a3')
    expect(() => changedEntry(entry, { profile: 'hp-7475a' })).toThrow(/is for hpgl boards, and the plotter axi/)
  })
})

describe('the configuration file', () => {
  const entry = { name: 'axi', url: 'serial:/dev/ttyACM0', profile: 'axidraw-v3' }

  it('has the plotter and a folder for the SVGs when it is new', () => {
    expect(parse(withPlotter(undefined, entry, { output: '~/plots' }, 'f'))).toEqual({
      output: '~/plots',
      plotters: [entry],
    })
  })

  it.each([
    ['- a', 'expected keys'],
    ['plotters', 'expected keys'],
    ['plotters: axi', 'expected a list of plotters'],
    ['plotters:\n  axi: serial', 'expected a list of plotters'],
  ])('is refused, and so not replaced, when it holds no keys or no list of plotters: %j', (text, message) => {
    const refusal = expect.objectContaining({ code: 'ERR_CONFIG', message: expect.stringContaining(message) })
    expect(() => withPlotter(text, entry, {}, 'f')).toThrowError(refusal)
  })

  it('gets the plotter when it is empty or holds only comments', () => {
    for (const text of ['', '# mine\n']) expect(parse(withPlotter(text, entry, {}, 'f'))).toEqual({ plotters: [entry] })
  })

  it('keeps comments, other keys and other plotters', () => {
    const text =
      '# mine\noutput: /srv/out # on the large disk\nplotters:\n  - name: hp # in the cellar\n    url: serial:/dev/ttyUSB0\n    profile: hp-7475a\n'
    const after = withPlotter(text, entry, { output: '~/plots' }, 'f')
    expect(after).toContain('# in the cellar')
    expect(after).toContain('output: /srv/out # on the large disk')
    expect(parse(after).plotters).toEqual([{ name: 'hp', url: 'serial:/dev/ttyUSB0', profile: 'hp-7475a' }, entry])
  })

  it('replaces the entry of the same name or device, and does not change when it is written again', () => {
    const first = withPlotter(undefined, entry, {}, 'f')
    expect(withPlotter(first, entry, {}, 'f')).toBe(first)
    const moved = { ...entry, url: 'serial:/dev/ttyACM1' }
    expect(parse(withPlotter(first, moved, {}, 'f')).plotters).toEqual([moved])
    const renamed = withPlotter(first, { ...entry, name: 'desk' }, {}, 'f')
    expect(parse(renamed).plotters).toEqual([{ ...entry, name: 'desk' }])
    expect(entryNamed(renamed, 'desk')).toEqual({ ...entry, name: 'desk' })
  })

  it('keeps each of two simulators at one URL, and is refused when name and port belong to different plotters', () => {
    const [one, two] = ['one', 'two'].map((name) => ({ ...entry, name, url: 'sim:ebb' }))
    const changed = { ...entry, name: 'two', url: 'sim:ebb', profile: 'axidraw-v3-a3' }
    expect(parse(withPlotter(stringify({ plotters: [one, two] }), changed, {}, 'f')).plotters).toEqual([one, changed])
    const text = stringify({ plotters: [entry, { ...entry, name: 'hp', url: 'serial:/dev/ttyUSB0' }] })
    for (const settings of ['', '?baud=9600']) {
      const atAxi = { ...entry, name: 'hp', url: `${entry.url}${settings}` }
      expect(() => withPlotter(text, atAxi, {}, 'f')).toThrow(/axi is at serial:.*another --name than hp/)
    }
  })

  it('is refused when it is no YAML', () => {
    expect(() => withPlotter('plotters: [', entry, {}, 'config.yaml')).toThrow(/config.yaml/)
  })
})
