/**
 * A custom importer. Copy this file into the folder of custom tasks: plotd then draws GeoJSON files as maps at a round
 * scale, with a scale bar. `plotd plot walk.geojson` recognizes the file by its content.
 *
 * The map is an equirectangular projection about its middle: distances are true near the middle, in all directions.
 */

/** Metres of one degree of latitude. */
const DEGREE = 111_320
/** The sides of A4 and the white border, mm. A wide map is in landscape, a high one in portrait. */
const [LONG, SHORT, MARGIN] = [297, 210, 15]
/** Height of the space below the map for the scale bar, mm. */
const FOOT = 14
const MAX_DEPTH = 50
const MAX_POSITIONS = 2_000_000

export default ({ defineImporter, SvgBuilder }) =>
  defineImporter({
    name: 'geojson',
    title: 'a map in GeoJSON',
    extensions: ['geojson'],
    sniff: (bytes) => {
      const head = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart()
      return (
        head.startsWith('{') &&
        /"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|(Multi)?(Point|LineString|Polygon))"/.test(head)
      )
    },
    read: (bytes, { font }) => {
      const shapes = shapesOf(JSON.parse(new TextDecoder().decode(bytes)))
      const note = (count, message) => (count > 0 ? [{ code: 'not-drawn', message, count }] : [])
      const notes = [
        ...note(shapes.skipped, 'a geometry without positions, of an unknown type, or nested too deep'),
        ...note(shapes.leftOut, 'an invalid position in a line: expected a longitude and a latitude'),
      ]
      return { svg: mapOf(shapes.list, new SheetOf(shapes.list), SvgBuilder, font), notes }
    },
  })

/** Lines and points with their names and colours. */
function shapesOf(root) {
  const list = []
  const count = { skipped: 0, leftOut: 0, positions: 0 }
  const add = (kind, positions, properties) => {
    const given = Array.isArray(positions) ? positions : []
    const valid = given.filter(
      (each) => Array.isArray(each) && Number.isFinite(each[0]) && Number.isFinite(each[1]) && Math.abs(each[1]) <= 90,
    )
    count.positions += valid.length
    if (count.positions > MAX_POSITIONS) throw new Error(`the map has more than ${MAX_POSITIONS} positions`)
    if (valid.length === 0) {
      count.skipped++
      return
    }
    count.leftOut += given.length - valid.length
    list.push({ kind, positions: valid, name: properties?.name, color: colorOf(properties?.stroke) })
  }
  const walk = (node, properties, depth) => {
    const { type, coordinates } = node ?? {}
    if (depth > MAX_DEPTH) count.skipped++
    else if (type === 'FeatureCollection') for (const each of node.features ?? []) walk(each, undefined, depth + 1)
    else if (type === 'Feature') walk(node.geometry, node.properties, depth + 1)
    else if (type === 'GeometryCollection') for (const each of node.geometries ?? []) walk(each, properties, depth + 1)
    else if (type === 'Point') add('point', [coordinates], properties)
    else if (type === 'MultiPoint') for (const each of coordinates ?? []) add('point', [each], properties)
    else if (type === 'LineString') add('line', coordinates, properties)
    else if (type === 'MultiLineString' || type === 'Polygon')
      for (const each of coordinates ?? []) add('line', each, properties)
    else if (type === 'MultiPolygon')
      for (const polygon of coordinates ?? []) for (const ring of polygon ?? []) add('line', ring, properties)
    else count.skipped++
  }
  walk(root, undefined, 0)
  if (list.length === 0) throw new Error('the map has no positions')
  return { list, skipped: count.skipped, leftOut: count.leftOut }
}

const colorOf = (stroke) =>
  typeof stroke === 'string' && /^#(?:[\da-f]{3}){1,2}$/i.test(stroke) ? stroke.toLowerCase() : '#000000'

/** The projection, the scale and the paper. */
class SheetOf {
  constructor(shapes) {
    const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
    for (const { positions } of shapes)
      for (const [longitude, latitude] of positions) {
        box.west = Math.min(box.west, longitude)
        box.east = Math.max(box.east, longitude)
        box.south = Math.min(box.south, latitude)
        box.north = Math.max(box.north, latitude)
      }
    this.box = box
    this.shrink = Math.max(0.01, Math.cos((((box.south + box.north) / 2) * Math.PI) / 180))
    const [wide, high] = [(box.east - box.west) * DEGREE * this.shrink, (box.north - box.south) * DEGREE]
    const isWide = wide > high
    this.width = isWide ? LONG : SHORT
    this.height = isWide ? SHORT : LONG
    const room = [this.width - 2 * MARGIN, this.height - 2 * MARGIN - FOOT]
    this.scale = roundUp(Math.max((1000 * wide) / room[0], (1000 * high) / room[1], 100))
    this.left = (this.width - (1000 * wide) / this.scale) / 2
    this.top = MARGIN + (room[1] - (1000 * high) / this.scale) / 2
  }

  /** Converts a position to x and y on the paper, mm. */
  place([longitude, latitude]) {
    const mm = (1000 * DEGREE) / this.scale
    return [this.left + (longitude - this.box.west) * this.shrink * mm, this.top + (this.box.north - latitude) * mm]
  }
}

/** Rounds `value` up to 1, 2.5 or 5 times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2.5, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10)
}

function mapOf(shapes, sheet, SvgBuilder, font) {
  const svg = new SvgBuilder(sheet.width, sheet.height, { title: `Map 1 : ${sheet.scale}` })
  for (const [color, list] of grouped(shapes)) {
    svg.layer(`map ${color}`, undefined, { color })
    for (const { kind, positions, name } of list) {
      const places = positions.map((position) => sheet.place(position))
      const [[x, y]] = places
      if (kind === 'line') svg.polyline(places)
      else svg.circle(x, y, 0.8)
      if (kind === 'point' && typeof name === 'string' && name !== '')
        svg.hersheyText(x + 1.6, y + 1, name.slice(0, 80), { font, size: 2.2 })
    }
    svg.end()
  }
  return scaleBar(svg, sheet, font).toString()
}

function grouped(shapes) {
  const groups = new Map()
  for (const shape of shapes) {
    const group = groups.get(shape.color)
    if (group === undefined) groups.set(shape.color, [shape])
    else group.push(shape)
  }
  return groups
}

/** Draws a bar of a round number of metres, at most 60 mm long, with its length, and the scale as a ratio. */
function scaleBar(svg, { width, height, scale }, font) {
  const most = (60 * scale) / 1000
  const metres = roundUp(most / 2.5)
  const length = (1000 * metres) / scale
  const [x, y] = [MARGIN, height - MARGIN]
  const words = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  const ratio = `1 : ${scale.toLocaleString('en').replaceAll(',', ' ')}`
  svg.layer('scale')
  svg.polyline([x, y - 2, x, y, x + length, y, x + length, y - 2])
  svg.hersheyText(x + length + 3, y, words, { font, size: 2.5 })
  svg.hersheyText(width - MARGIN, y, ratio, { font, size: 2.5, align: 'right' })
  return svg.end()
}
