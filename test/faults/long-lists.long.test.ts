import { describe, expect, it } from 'vitest'
import { contactSheets } from '../../clients/cli/jobs/contact-sheet.ts'
import { drawingOf, strokeCount, strokesFrom } from '../../src/geometry/drawing.ts'
import { fontFromSamples } from '../../src/hershey/index.ts'
import { importers, importOptions, readDocument } from '../../src/import/index.ts'
import { prepare } from '../../src/plotter/prepare/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { pwg } from '../support/print-raster.ts'

/** More than the 31,000 arguments for which the small stack of this test (vitest.config.ts) has room. */
const MANY = 40_000

const svgOf = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">${inner}</svg>`

async function imported(name: string, bytes: Uint8Array): Promise<string> {
  const importer = importers.find((each) => each.name === name)
  if (!importer) throw new Error(`there is no importer ${name}`)
  return (await readDocument(importer, bytes, importOptions({ font: 'rowmans', hatches: 'lines' }))).svg
}

/** A hatch of 40 × 100 mm, whose pattern has about 50,000 dashes. */
function dashes(): string {
  const corners = [0, 0, 40, 0, 40, 100, 0, 100]
  const loop = [0, 2, 4, 6].map((i) => `10\n${corners[i]}\n20\n${corners[i + 1]}\n`).join('')
  const head = '8\n0\n10\n0\n20\n0\n30\n0\n2\nDASHES\n70\n0\n71\n0\n91\n1\n92\n2\n72\n0\n73\n1\n93\n4\n'
  const family = '53\n0\n43\n0\n44\n0\n45\n0\n46\n0.8\n79\n2\n49\n0.05\n49\n-0.05\n'
  const pattern = `97\n0\n75\n0\n76\n1\n52\n0\n41\n1\n77\n0\n78\n1\n${family}98\n0\n`
  return `0\nSECTION\n2\nENTITIES\n0\nHATCH\n${head}${loop}${pattern}0\nENDSEC\n0\nEOF\n`
}

/** A hatch (solid) with one loop: a line, and a spline through many points. */
function hatch(): string {
  const fit = Array.from({ length: MANY }, (_, i) => `11\n${i / 1000}\n21\n${i % 7}\n`).join('')
  const edges = `72\n1\n10\n-1\n20\n0\n11\n0\n21\n0\n72\n4\n94\n3\n73\n0\n74\n0\n95\n0\n96\n0\n97\n${MANY}\n${fit}`
  const head = '8\n0\n10\n0\n20\n0\n30\n0\n2\nSOLID\n70\n1\n71\n0\n91\n1\n92\n1\n93\n2\n'
  return `0\nSECTION\n2\nENTITIES\n0\nHATCH\n${head}${edges}97\n0\n75\n0\n76\n1\n98\n0\n0\nENDSEC\n0\nEOF\n`
}

describe('a list that is too long for the arguments of a call', () => {
  it('has more items than a call can pass', () => {
    expect(() => Math.max(...new Array<number>(MANY).fill(0))).toThrow(RangeError)
  })

  it('may be the characters of a text', () => {
    const { drawing } = readSvg(svgOf(`<text x="1" y="5" font-size="1">${'a'.repeat(MANY)}</text>`))
    expect(strokeCount(drawing)).toBeGreaterThan(100)
  })

  it('may be the words of a media query', () => {
    const style = `@media (min-width:1px) and ${'a '.repeat(MANY)}(min-width:1px){rect{stroke:red}}`
    const { drawing } = readSvg(svgOf(`<style>${style}</style><rect width="5" height="5" stroke="black" fill="none"/>`))
    expect(strokeCount(drawing)).toBe(1)
  })

  it('may be the points of an edge of a hatch', async () => {
    expect(await imported('dxf', new TextEncoder().encode(hatch()))).toContain('<path')
  })

  it('may be the dashes of the pattern of a hatch', async () => {
    const svg = await imported('dxf', new TextEncoder().encode(dashes()))
    expect(svg.match(/M/g)?.length).toBeGreaterThan(MANY)
  })

  it('may be the strokes of a scanned page', async () => {
    const shade = (x: number, y: number) => (x % 24 < 16 && y % 10 < 3 ? 0 : 255)
    const svg = await imported('raster', pwg([{ width: 24 * 205, height: 10 * 205, dpi: 1200, shade }]))
    expect(svg.match(/M/g)?.length).toBeGreaterThan(MANY)
  })

  it('may be the layers of a drawing whose repeated ink is removed', () => {
    const lines = Array.from({ length: MANY }, (_, i) => [i / 2000, 0, i / 2000, 1])
    // Of these two, the second repeats the middle of the first.
    lines.push([0, 50, 100, 50], [40, 50, 60, 50])
    const { layers, ...drawing } = drawingOf(strokesFrom(lines), 100, 100)
    const [layer] = layers
    if (!layer) throw new Error('a drawing has a layer')
    const each = lines.slice(1).map((_, i) => ({ ...layer, name: `${i}`, first: i, count: i === MANY ? 2 : 1 }))
    const { report } = prepare({ ...drawing, layers: each }, { once: true, keepOrder: true })
    expect(report.repeats?.mm).toBeCloseTo(20, 1)
  })

  it('may be the strokes of a card on a contact sheet', () => {
    const drawing = drawingOf(strokesFrom(Array.from({ length: MANY }, (_, i) => [0, 0, i % 9, 9])), 10, 10)
    const [page] = contactSheets([{ label: 'a', drawing }], { columns: 1, title: 't' }, () => [])
    expect(page && strokeCount(page)).toBe(MANY + 1)
  })

  it('may be the strokes of a written letter', () => {
    type Point = readonly [x: number, y: number]
    const strokes = Array.from({ length: MANY }, (_, i): Point[] => [
      [i / 10_000, 10],
      [i / 10_000, 11],
    ])
    const samples = [{ text: 'a', strokes }]
    expect(fontFromSamples({ name: 'hand', baseline: 20, xLine: 10, samples }).characters).toBe(1)
  })
})
