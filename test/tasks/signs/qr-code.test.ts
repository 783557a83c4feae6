import fc from 'fast-check'
import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { drawingOf, type Strokes, strokeCount } from '../../../src/geometry/drawing.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
import { HpglDriver } from '../../../src/plotter/drivers/hpgl/driver.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { render } from '../../../src/tasks/index.ts'
import { type QrCode, qrCode, smallestModule } from '../../../src/tasks/signs/qr-code.ts'
import { runs } from '../../support/fuzz.ts'
import { raster } from '../../support/raster.ts'

/** The text that the decoder jsQR reads; undefined if it finds no code. */
function decoded(strokes: Strokes, side: number, line: number): string | undefined {
  const { width, height, gray } = raster(strokes, side, side, line, 8)
  const rgba = new Uint8ClampedArray(4 * gray.length).fill(255)
  for (const [i, value] of gray.entries()) rgba.fill(value, 4 * i, 4 * i + 3)
  return jsQR.default(rgba, width, height)?.data
}

async function simulated({ strokes, side }: QrCode): Promise<Strokes> {
  const clock = new VirtualClock()
  const plotter = new HpglPlotter({ clock })
  const driver = new HpglDriver(simulatorPort(plotter.cable), profileNamed('hp-7475a'), clock)
  await driver.connect()
  const estimate = { seconds: 0, penDownMm: 0, travelMm: 0, lifts: 0 }
  const plan = { ...drawingOf(strokes, side, side), hash: 'test', estimate }
  for await (const _ of driver.plot(plan, { signal: new AbortController().signal }));
  return plotter.ink.strokes()
}

describe('a QR code in ink', () => {
  it('is read from the ink of a simulated plotter, with thin, normal and wide lines', async () => {
    const text = 'https://example.org/menu?table=7'
    const code = qrCode(text, { pen: 0.5 })
    const ink = await simulated(code)
    expect(strokeCount(ink)).toBe(strokeCount(code.strokes))
    for (const share of [0.7, 1, 1.3]) expect(decoded(ink, code.side, 0.5 * share)).toBe(text)
  })

  it('is read for random texts and three pens, at 0.7, 1 and 1.3 of the line width', () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 80,
      unit: fc.constantFrom(...Array.from('abcXYZ0189:/?&=.-_ é')),
    })
    fc.assert(
      fc.property(text, fc.constantFrom(0.3, 0.5, 0.7), fc.constantFrom(0.7, 1, 1.3), (words, pen, share) => {
        const { strokes, side } = qrCode(words, { pen })
        expect(decoded(strokes, side, pen * share)).toBe(words)
      }),
      runs(100),
    )
  })

  it('is not read without the last third of its strokes', () => {
    const { strokes, side } = qrCode('https://example.org/menu', { pen: 0.5 })
    const starts = strokes.starts.slice(0, Math.floor(strokeCount(strokes) * 0.66))
    expect(decoded({ ...strokes, starts }, side, 0.5)).toBeUndefined()
  })

  it('keeps a quiet zone of four modules around its ink', () => {
    const { strokes, side, modules } = qrCode('quiet', { pen: 0.5, module: 1.2 })
    expect(side).toBeCloseTo((modules + 8) * 1.2)
    const { minX, minY, maxX, maxY } = boundsOf(strokes)
    for (const edge of [minX, minY, side - maxX, side - maxY]) expect(edge).toBeCloseTo(4 * 1.2 + 0.25)
  })

  it('is refused when its modules are too small for the pen', () => {
    expect(smallestModule(0.3)).toBe(0.8)
    expect(() => qrCode('x', { pen: 0.7, module: 1 })).toThrow(
      expect.objectContaining({
        code: 'ERR_PARAMS',
        message: 'module is 1 mm, expected at least 1.4 mm with a pen of 0.7 mm',
      }),
    )
  })

  it('is refused for a text with a lone surrogate', () => {
    expect(() => qrCode('a\ud800b', { pen: 0.5 })).toThrow('code has U+D800, half of a character')
  })

  it('leaves out the blanks around its text, and is refused for blanks alone', async () => {
    const [code, padded] = await Promise.all(
      ['https://example.org', '  https://example.org\n'].map((text) => render('qr', { code: text })),
    )
    expect(padded?.svg).toBe(code?.svg)
    await expect(render('qr', { code: ' \n' })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('has a title of whole characters in one line', async () => {
    const { title } = await render('qr', { code: `${'x'.repeat(39)}\u{1f600}` })
    expect(title).toBe(`QR code “${'x'.repeat(39)}…”`)
    expect((await render('qr', { code: 'WIFI:\nT:WPA' })).title).toBe('QR code “WIFI: T:WPA”')
  })

  it('stands on the back of a postcard, and is reported when only the front is drawn', async () => {
    const card = { recipient: 'Ada', code: 'https://example.org/album' }
    const plain = await render('postcard', { recipient: 'Ada', side: 'back' })
    const { drawing } = await render('postcard', { ...card, side: 'back' })
    if (!drawing || !plain.drawing) throw new Error('the task gives no drawing')
    expect(decoded(drawing, 210, 0.5)).toBe(card.code)
    expect(inkLength(drawing)).toBeGreaterThan(inkLength(plain.drawing) + 500)
    expect((await render('postcard', card)).warnings).toMatchObject([{ code: 'not-drawn' }])
  })

  it('is refused when it is larger than its place on a card', async () => {
    const code = 'x'.repeat(400)
    const refused = { code: 'ERR_PARAMS', message: expect.stringContaining('expected a') }
    await expect(render('postcard', { recipient: 'Ada', size: 'a6', side: 'back', code })).rejects.toMatchObject(
      refused,
    )
    await expect(render('place-card', { name: 'Ada', code })).rejects.toMatchObject(refused)
  })
})
