import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importOptions, readDocument } from '../../src/import/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { tasksOf } from '../../src/tasks/custom.ts'

const MODULE = join(import.meta.dirname, '..', '..', 'examples', 'tasks', 'geojson.mjs')
const importer = async () => {
  const [task] = await tasksOf(MODULE)
  if (task === undefined || !('importer' in task)) throw new TypeError('expected an importer')
  return task.importer as Parameters<typeof readDocument>[0]
}
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const read = async (value: unknown) =>
  readDocument(await importer(), bytesOf(value), importOptions({ font: 'rowmans' }))

/** Metres in one degree of latitude. */
const DEGREE = 111_320
const square = (metres: number) => {
  const [x, y] = [metres / DEGREE / Math.cos((50 * Math.PI) / 180), metres / DEGREE]
  const ring = [
    [8, 50 - y / 2],
    [8 + x, 50 - y / 2],
    [8 + x, 50 + y / 2],
    [8, 50 + y / 2],
    [8, 50 - y / 2],
  ]
  return { type: 'Feature', properties: { stroke: '#ff0000' }, geometry: { type: 'Polygon', coordinates: [ring] } }
}

describe('the example of an importer for GeoJSON', () => {
  it('recognizes maps by their content', async () => {
    const geojson = await importer()
    expect(geojson.sniff(bytesOf({ type: 'FeatureCollection', features: [] }), 'x')).toBe(true)
    expect(geojson.sniff(bytesOf({ type: 'invoice' }), 'x.geojson')).toBe(false)
  })

  it('draws at the round scale that it writes', async () => {
    const { svg } = await read(square(4000))
    const [, scale = 0] = (/<title>Map 1 : (\d+)/.exec(svg) ?? []).map(Number)
    const { drawing } = readSvg(svg)
    const [first = 0, y0 = 0, second = 0] = drawing.points
    expect(scale).toBe(25_000)
    expect(second - first).toBeCloseTo((4000 * 1000) / scale, 0)
    expect(y0).toBeGreaterThan(0)
    expect(drawing.layers.map(({ name }) => name)).toEqual(['map #ff0000', 'scale'])
  })

  it('names points, and notes features without a position', async () => {
    const point = { type: 'Feature', properties: { name: 'Home' }, geometry: { type: 'Point', coordinates: [8, 50] } }
    const empty = { type: 'Feature', properties: null, geometry: null }
    const { svg, notes } = await read({ type: 'FeatureCollection', features: [point, empty, square(100)] })
    expect(svg).toContain('aria-label="Home"')
    expect(notes).toMatchObject([{ code: 'not-drawn', count: 1 }])
  })

  it('notes the positions that it leaves out of a line', async () => {
    const positions = [[8, 50], [8.1, 95], [8.2], [8.3, 50.1]]
    const line = { type: 'Feature', properties: null, geometry: { type: 'LineString', coordinates: positions } }
    expect((await read(line)).notes).toMatchObject([{ code: 'not-drawn', count: 2 }])
  })
})
