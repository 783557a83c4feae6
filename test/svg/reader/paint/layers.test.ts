import { describe, expect, it } from 'vitest'
import { type Drawing, strokesOf } from '../../../../src/geometry/drawing.ts'
import { drawingToSvg, type LayerMode, readingWarnings, readSvg, SvgBuilder } from '../../../../src/svg/index.ts'
import { lines, read } from '../support.ts'

const layer = (label: string, inside: string): string =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}">${inside}</g>`
const line = (color: string, y: number): string => `<path fill="none" stroke="${color}" d="M0 ${y}H9"/>`

const layersOf = (inside: string, layers: LayerMode): string[] =>
  read(inside, { layers }).drawing.layers.map(({ name, pen, count }) => `${pen} ${name}: ${count}`)

describe('a warning', () => {
  it('shows only the start of a long reference', () => {
    const [warning] = readingWarnings(read(`<use href="data:image/svg+xml,${'x'.repeat(100_000)}"/>`))
    expect(warning?.message).toMatch(/^1 × use of another file will not be drawn \(data:image.*…\)$/)
    expect(warning?.message.length).toBeLessThan(160)
  })
})

describe('the layers of an SVG', () => {
  it("follow Inkscape's layers and AxiDraw's labels", () => {
    const inside =
      layer('2 red', line('red', 1)) + layer('!1+S40 blue', line('blue', 2)) + layer('notes', line('red', 3))
    const { layers } = read(inside).drawing
    expect(layers).toEqual([
      { name: 'red', pen: 2, first: 0, count: 1, options: {}, color: 'red' },
      { name: 'blue', pen: 1, first: 1, count: 1, options: { pauseBefore: true, speedPercent: 40 }, color: 'blue' },
      { name: 'notes', pen: 1, first: 2, count: 1, options: {}, color: 'red' },
    ])
  })

  it('without strokes keep their place if they have `data-plotd-empty`, also where hidden lines are removed', () => {
    const empty = layer('2 sea', '').replace('>', ' data-plotd-empty="true">')
    const body = layer('1 land', line('red', 1)) + empty + layer('3 sky', '') + layer('4 town', line('red', 2))
    for (const hide of [false, true]) {
      const { layers } = read(body, { hide }).drawing
      expect(layers.map(({ name, count }) => [name, count])).toEqual([
        ['land', 1],
        ['sea', 0],
        ['town', 1],
      ])
    }
  })

  it('without a number take the pen of the layer around them, also when their labels are equal', () => {
    const inside = ['1 sky', '2 sea'].map((label, i) => layer(label, layer('outline', line('red', i)))).join('')
    expect(layersOf(inside, 'inkscape')).toEqual(['1 outline: 1', '2 outline: 1'])
  })

  it.each(['rgb(calc(100 + 100) 0 0)', 'color-mix(in srgb, #f00, #00f)', 'rgb(200, 2, 3'])(
    'can be written when their colour is %s',
    (color) => {
      const { drawing } = read(layer('1 one', line(color, 1)) + layer('2 two', line('red', 2)))
      expect(lines(readSvg(drawingToSvg(drawing)).drawing)).toEqual(lines(drawing))
    },
  )

  it('do not include layers marked with %, which `hiddenLayers` lists', () => {
    const reading = read(layer('% guides', line('red', 1)) + layer('1', line('red', 2)))
    expect(reading.drawing.layers).toHaveLength(1)
    expect(reading.hiddenLayers).toEqual(['% guides'])
    expect(reading.notDrawn).toEqual([])
  })

  it('marked with % get a limited number of short warnings', () => {
    const many = Array.from({ length: 500 }, (_, i) => layer(`% ${i} ${'x'.repeat(500)}`, '')).join('')
    const warnings = readingWarnings(read(many + layer('% 1', '') + layer('% 1', '')))
    expect(warnings).toHaveLength(13)
    expect(Math.max(...warnings.map(({ message }) => message.length))).toBeLessThan(160)
    expect(warnings.at(-1)).toMatchObject({ code: 'layer-hidden', count: 489 })
  })

  it('do not include hidden layers', () => {
    expect(read(`<g inkscape:groupmode="layer" style="display:none">${line('red', 1)}</g>`).drawing.layers).toEqual([])
  })

  it('are the colours of the lines on request, whatever the spelling of a colour', () => {
    const colors = ['red', '#f00', 'blue', 'rgb(255, 0, 0)', '#0000ff', 'hsl(0 100% 50%)']
    expect(layersOf(colors.map(line).join(''), 'color')).toEqual(['1 #ff0000: 4', '2 #0000ff: 2'])
  })

  it('are one layer for a colour whose hue is written in degrees, turns, radians or gradians', () => {
    const hues = ['180', '180deg', '0.5turn', '3.14159265rad', '200grad'].map((hue) => `hsl(${hue} 100% 50%)`)
    expect(layersOf(hues.map(line).join(''), 'color')).toEqual(['1 #00ffff: 5'])
  })

  it('are top-level groups on request', () => {
    const inside = `<g id="one">${line('red', 1)}<g>${line('red', 2)}</g></g>${line('red', 3)}<g>${line('red', 4)}</g>`
    expect(layersOf(inside, 'group')).toEqual(['1 one: 2', '1 : 1', '2 group 2: 1'])
  })

  it('are the groups inside the switch of Illustrator, too', () => {
    const art = `<g id="one">${line('red', 1)}</g><g id="two">${line('red', 2)}</g>`
    const inside = `<switch><foreignObject requiredExtensions="x"/><g i:extraneous="self">${art}</g></switch>`
    expect(layersOf(inside, 'group')).toEqual(['1 one: 1', '2 two: 1'])
  })

  it.each([
    ['Inkscape', 'id="g1" inkscape:label="Red ink"'],
    ['Affinity', 'id="Red-ink" serif:id="Red ink"'],
    ['Illustrator', 'id="_Red_ink-2" data-name="Red ink"'],
    ['Illustrator (empty data-name)', 'id="Red ink" data-name=""'],
    ['CorelDRAW', 'id="Red_x0020_ink"'],
    ['Illustrator (no data-name)', 'id="_x31_-Red_x20_ink"'],
  ])('that are groups have the names that %s shows', (_, attributes) => {
    expect(layersOf(`<g ${attributes}>${line('red', 1)}</g>`, 'group')).toEqual(['1 Red ink: 1'])
  })

  it('are merged into one on request', () => {
    expect(layersOf(layer('1', line('red', 1)) + layer('2', line('blue', 2)), 'none')).toEqual(['1 : 2'])
  })

  it('are read back as they were written, with their strokes', () => {
    const drawing: Drawing = {
      ...strokesOf([0, 0, 10, 0], [1, 1, 2, 2, 3, 1, 1, 1], [5, 5]),
      width: 20,
      height: 10,
      layers: [
        { name: 'outline', pen: 3, first: 0, count: 2, options: { delayMs: 20 } },
        { name: 'dots', pen: 5, first: 2, count: 1, options: { penDownPercent: 30 } },
      ],
    }
    const { drawing: again } = readSvg(drawingToSvg(drawing, { penUp: true, background: 'white' }))
    expect(again.layers).toEqual(drawing.layers)
    expect(lines(again)).toEqual(lines(drawing))
    expect([again.width, again.height]).toEqual([20, 10])
  })

  it('are read back as SvgBuilder writes them', () => {
    const svg = new SvgBuilder(100, 50).layer('ink', (page) => page.rect(1, 2, 3, 4).hersheyText(10, 20, 'I', 1))
    const { drawing, notDrawn } = readSvg(svg.toString())
    expect([drawing.width, drawing.height, notDrawn]).toEqual([100, 50, []])
    expect(lines(drawing)[0]).toEqual([1, 2, 4, 2, 4, 6, 1, 6, 1, 2])
    expect(drawing.layers.map(({ name }) => name)).toEqual(['ink'])
  })
})
