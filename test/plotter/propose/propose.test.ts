import { Duplex } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { type MachineSettings, proposeProfile, suggestion } from '../../../src/plotter/propose/index.ts'
import { type Cable, simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { type BoardIdentity, identifyPort } from '../../../src/plotter/transport/probe.ts'

/** Asks a simulated board, and takes the first suggested profile. */
async function proposed(
  board: { readonly cable: Cable },
  dialect: BoardIdentity['dialect'] | undefined,
  wishes: MachineSettings = {},
) {
  const identity = await identifyPort(async () => simulatorPort(board.cable) as Duplex, dialect)
  if (!identity) throw new Error('the board does not answer')
  const { choices, ...more } = suggestion(identity)
  const base = profileNamed(choices[0] ?? '')
  const { overrides, figures } = proposeProfile(identity, base, wishes)
  const sources = Object.fromEntries(figures.map(({ name, from }) => [name, from]))
  return { ...more, identity, base: base.name, overrides, profile: withOverrides(base, overrides), sources }
}

describe('a profile from the answers of the board', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('of grbl takes reach, steps, travel speed, acceleration, corners and the range of the servo from $$', async () => {
    const settings = { 11: 0.02, 30: 255, 100: 100, 110: 6000, 111: 9000, 120: 700, 121: 500, 130: 430, 131: 320 }
    const { base, profile, sources } = await proposed(new GrblBoard({ settings, resetsOnOpen: false }), 'grbl')
    expect(base).toBe('grbl-servo-a3')
    expect(profile).toMatchObject({ width: 430, height: 320, stepsPerMm: 100 })
    expect(profile.up).toMatchObject({ speed: 100, acceleration: 500, junctionDeviation: 0.02 })
    expect(profile.down.speed).toBe(50)
    expect(profile.grbl).toMatchObject({ homing: false, heights: { at0: 0, at100: 255 } })
    expect(sources).toMatchObject({
      reach: '$130, $131',
      steps: '$100',
      'travel speed': '$110, $111',
      'drawing speed': 'the profile grbl-servo-a3',
      acceleration: '$120, $121',
      home: '$22=0',
      pen: '$30, $31',
    })
  })

  it.each([0, -1])(
    'keeps steps, speeds and acceleration of the suggested profile when grbl reports %i for them',
    async (value) => {
      const settings = { 100: value, 110: value, 111: value, 120: value, 121: value }
      const { base, profile } = await proposed(new GrblBoard({ settings, resetsOnOpen: false }), 'grbl')
      const { stepsPerMm, down, up } = profileNamed(base)
      expect(profile).toMatchObject({ stepsPerMm, down, up })
    },
  )

  it('keeps the corners of the suggested profile when the board reports a junction deviation of 0', async () => {
    for (const [board, dialect] of [
      [new GrblBoard({ settings: { 11: 0 }, resetsOnOpen: false }), 'grbl'],
      [new GrblBoard({ firmware: 'fluidnc', settings: { 11: 0 }, resetsOnOpen: false }), 'grbl'],
      [new MarlinBoard({ settings: { junction: 0.004 }, resetsOnOpen: false }), 'marlin'],
    ] as const) {
      const { base, profile, sources } = await proposed(board, dialect)
      expect(profile.down.junctionDeviation).toBe(profileNamed(base).down.junctionDeviation)
      expect(sources['corners']).toBe(`the profile ${base}`)
    }
  })

  it.each([
    [32, 1, 'Laser mode is on', true],
    [32, 2, 'Laser mode is on', false],
    [32, 0, 'Laser mode is on', false],
    [13, 1, 'It reports positions in inches', true],
    [13, 0, 'It reports positions in inches', false],
  ])('of grbl whose setting %i is %i has the note "%s": %s', async (setting, value, text, isNamed) => {
    const { identity } = await proposed(new GrblBoard({ settings: { [setting]: value }, resetsOnOpen: false }), 'grbl')
    expect(suggestion(identity).notes.some((note) => note.startsWith(text))).toBe(isNamed)
  })

  it('of grbl with limit switches has a reach shorter by a pull-off at each end of an axis, and begins drawings at the back left', async () => {
    const settings = { 22: 1, 27: 2, 130: 300, 131: 200 }
    const { profile } = await proposed(new GrblBoard({ settings, resetsOnOpen: false }), 'grbl')
    expect(profile).toMatchObject({ width: 296, height: 196, grbl: { homing: true, homeAt: { x: -298, y: -2 } } })
  })

  it.each([
    [0, { x: -299, y: 0 }],
    [3, { x: 0, y: 199 }],
  ])(
    'of FluidNC with the homing mask %i takes `homeAt` from the axes, and the corners from a named setting',
    async (mask, homeAt) => {
      const settings = { 11: 0.03, 22: 1, 23: mask, 130: 300, 131: 200 }
      const board = new GrblBoard({ firmware: 'fluidnc', settings, resetsOnOpen: false })
      const { base, profile, sources } = await proposed(board, 'grbl')
      expect(base).toBe('fluidnc-servo')
      expect(profile).toMatchObject({ width: 299, height: 199, grbl: { homing: true, homeAt } })
      expect(profile.down.junctionDeviation).toBe(0.03)
      expect(sources).toMatchObject({ reach: '$130, $131, $/axes', corners: '$/junction_deviation_mm' })
    },
  )

  it('of FluidNC with a servo as its Z axis has the pen on Z', async () => {
    const report = ['/axes/z:', '  motor0:', '    rc_servo:', 'ok']
    const identity: BoardIdentity = { dialect: 'grbl', model: 'FluidNC 4.0', baud: 115_200, info: 'FluidNC', report }
    expect(suggestion(identity).choices[0]).toBe('fluidnc-z')
  })

  it('of grbl whose spindle has no PWM has the pen on Z', () => {
    const identity: BoardIdentity = { dialect: 'grbl', model: 'grbl 1.1h', baud: 115_200, info: '[OPT:,15,128]' }
    expect(suggestion(identity).choices[0]).toBe('grbl-z')
  })

  it.each([
    [{ 22: 1 }, 'It has limit switches ($22=1): run `plotd home` each time it is connected.'],
    [{ 22: 9 }, 'It has limit switches ($22=9): run `plotd home` each time it is connected.'],
    [{ 22: 0 }, 'It has no limit switches ($22=0): you put the carriage at home by hand.'],
    [{ 22: 8 }, 'It has no limit switches ($22=8): you put the carriage at home by hand.'],
    [{ 130: 300 }, 'It does not report $22: `grbl.homing` in its profile says whether it has limit switches.'],
    [undefined, 'It does not report $22: `grbl.homing` in its profile says whether it has limit switches.'],
  ])('of grbl with the settings %j has the note “%s”', (settings, note) => {
    const identity: BoardIdentity = {
      dialect: 'grbl',
      model: 'grbl 1.1h',
      baud: 115_200,
      ...(settings && { settings }),
    }
    expect(suggestion(identity).notes).toContain(note)
  })

  it('of Marlin takes the bed from M211, steps, speeds and corners from M503, and switches from M119', async () => {
    const board = new MarlinBoard({
      resetsOnOpen: false,
      settings: { size: [300, 310, 200], stepsPerMm: [100, 100, 400], speed: [40, 60, 5], travel: 700, junction: 0.02 },
    })
    const { name, base, profile, sources } = await proposed(board, 'marlin')
    expect([name, base]).toEqual(['printer', 'marlin-servo'])
    expect(profile).toMatchObject({ width: 300, height: 310, stepsPerMm: 100 })
    expect(profile.down).toEqual({ speed: 40, acceleration: 700, junctionDeviation: 0.02 })
    expect(profile.marlin).toMatchObject({ homing: true, homeAt: { x: 0, y: 310 } })
    expect(sources).toMatchObject({ reach: 'M211', steps: 'M92', 'drawing speed': 'M203', home: 'M119' })
  })

  it('of Klipper takes limits from SET_VELOCITY_LIMIT, and the bed from the user', async () => {
    const board = new MarlinBoard({ firmware: 'klipper' })
    const size = { width: 235, height: 240 }
    const { base, profile, sources } = await proposed(board, 'marlin', { size })
    expect(base).toBe('klipper-servo')
    expect(profile).toMatchObject({ ...size, marlin: { homing: true, homeAt: { x: 0, y: 240 } } })
    expect(sources).toMatchObject({ reach: 'you', acceleration: 'SET_VELOCITY_LIMIT', home: 'M119' })
    expect(sources['drawing speed']).toMatch(/^the profile; SET_VELOCITY_LIMIT: 300 mm\/s/)
  })

  it('of an EBB has the nickname of the board as its name, and the voltage of the motor supply in a note', async () => {
    const { name, notes, overrides } = await proposed(new EbbBoard({ nickname: 'Big Ada' }), 'ebb')
    expect(name).toBe('Big-Ada')
    expect(notes.join()).toMatch(/motor supply is 1\d(\.\d)? V/)
    expect(overrides).toEqual({})
    const low: BoardIdentity = { dialect: 'ebb', model: 'EBB 2.8.1', baud: 115_200, volts: 4.8 }
    expect(suggestion(low).notes.join()).toMatch(/no supply .*4.8 V/)
  })

  it('of HP-GL takes the sheet from OH if the sheet of the suggested profile does not lie within OH', async () => {
    const { base, overrides, sources } = await proposed(new HpglPlotter(), 'hpgl')
    expect(base).toMatch(/^hp-7475a/)
    expect(overrides).toEqual({})
    expect(sources['reach']).toMatch(/within OH/)
    const small: BoardIdentity = { dialect: 'hpgl', model: '7440A', baud: 9600, limits: [0, 0, 10_300, 7650] }
    const { choices } = suggestion(small)
    expect(choices[0]).toBe('hp-7475a-a4')
    expect(proposeProfile(small, profileNamed('hp-7475a-a4')).overrides).toEqual({
      width: 257.5,
      height: 191.25,
      hpgl: { origin: { x: 0, y: 7650 } },
    })
    const raised: BoardIdentity = { ...small, limits: [0, 1000, 12_000, 9000] }
    expect(proposeProfile(raised, profileNamed('hp-7475a-a4')).overrides).toEqual({
      width: 300,
      height: 200,
      hpgl: { origin: { x: 0, y: 9000 } },
    })
  })

  it('of HP-GL is found although an earlier program has chosen another terminator of answers', async () => {
    const plotter = new HpglPlotter()
    plotter.receive(Buffer.from('\x1b.M;;;10:'))
    await expect(proposed(plotter, 'hpgl')).resolves.toMatchObject({ identity: { model: '7475A' } })
  })

  it('is found without a move and without ink', async () => {
    for (const [board, dialect] of [
      [new EbbBoard({}), 'ebb'],
      [new GrblBoard({ resetsOnOpen: false }), 'grbl'],
      [new MarlinBoard({ resetsOnOpen: false }), 'marlin'],
      [new HpglPlotter(), 'hpgl'],
    ] as const) {
      const before = [...board.position]
      await proposed(board, dialect)
      expect([...board.position]).toEqual(before)
      expect(board.ink.strokeCount).toBe(0)
    }
  })

  describe.each([
    ['whose dialect is known', true],
    ['of an unknown dialect', false],
  ])('%s', (_, isKnown) => {
    it.each([
      ...['', 'SM,50,500,500', 'LT,1250,85899346,0,85899346,0,3', 'SP,0,100,4'].map((half) => ['ebb', half] as const),
      ...['', 'G1X50F1000', 'G1X50F1000(abc', '$J=G91X5F100'].map((half) => ['grbl', half] as const),
      ...['', 'N1 G1 X50', 'N1 M280 P0 S10'].map((half) => ['marlin', half] as const),
    ])('is found as %s, and does not run the text “%s” that an earlier program has left', async (dialect, half) => {
      vi.useFakeTimers()
      const boards = {
        ebb: () => new EbbBoard({}),
        grbl: () => new GrblBoard({ resetsOnOpen: false }),
        marlin: () => new MarlinBoard({ resetsOnOpen: false }),
      }
      const board = boards[dialect]()
      const before = [...board.position]
      board.receive(Buffer.from(half))
      const found = proposed(board, isKnown ? dialect : undefined)
      await vi.advanceTimersByTimeAsync(20_000)
      expect((await found).identity.dialect).toBe(dialect)
      expect([...board.position]).toEqual(before)
      expect([board.isMoving, board.isPenDown, board.ink.vertexCount]).toEqual([false, false, 0])
    })
  })

  it('of Marlin takes its limits from M503, also when the name of the machine contains “Klipper”', async () => {
    const board = new MarlinBoard({ resetsOnOpen: false })
    const toHost = board.cable.toHost.bind(board.cable)
    board.cable.toHost = (text) => toHost(text.replace('MACHINE_TYPE:3D Printer', 'MACHINE_TYPE:Not Klipper'))
    const { identity } = await proposed(board, 'marlin')
    expect(identity.info).toContain('Not Klipper')
    expect(identity.report?.join(' ')).toContain('M203')
  })

  it('is given up after at most 20 s when a device repeats the version and the last setting of grbl without `ok`', async () => {
    vi.useFakeTimers()
    const open = async () => {
      const port = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() })
      port.push('[VER:1]$131=\n'.repeat(1250))
      for (let i = 0; i < 30; i++) port.push('x')
      return port
    }
    const identity = identifyPort(open, 'grbl')
    await vi.advanceTimersByTimeAsync(20_000)
    await expect(identity).resolves.toBeUndefined()
  })

  it('prefers the values of the user to those of the board', async () => {
    const wishes = { size: { width: 250, height: 180 }, penDown: 20, yUp: false }
    const { profile, sources } = await proposed(new GrblBoard({ resetsOnOpen: false }), 'grbl', wishes)
    expect(profile).toMatchObject({ width: 250, height: 180, pen: { downPercent: 20 }, grbl: { yUp: false } })
    expect(sources).toMatchObject({ reach: 'you', 'pen heights': 'you' })
  })
})
