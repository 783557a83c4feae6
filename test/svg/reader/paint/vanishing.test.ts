import { describe, expect, it } from 'vitest'
import { drawn, read } from '../support.ts'

const SQUARE = '<rect x="20" y="20" width="40" height="40"'
/** Whether a shape with a mask, a filter or another effect is drawn. */
const shows = (defs: string, attribute: string, shape = SQUARE): boolean =>
  drawn(`${defs}${shape} stroke="red" ${attribute}/>`).length > 0
const masked = (inside: string, attributes = ''): boolean =>
  shows(`<mask id="m" ${attributes}>${inside}</mask>`, 'mask="url(#m)"')
const filtered = (inside: string, attributes = ''): boolean =>
  shows(`<filter id="f" ${attributes}>${inside}</filter>`, 'filter="url(#f)"')

const WHITE = '<rect width="100" height="100" fill="white"/>'
const BLACK = '<rect width="100" height="100"/>'
const MERGE = '<feMerge><feMergeNode in="SourceGraphic"/></feMerge>'
const FLAT = '<path d="M20 50H80" fill="none"'

describe('a masked shape', () => {
  it.each<[string, string, string?]>([
    ['is empty', ''],
    ['holds only a description', '<desc>white</desc>'],
    ['is black', BLACK],
    ['has white that is not shown', WHITE.replace('/>', ' display="none"/>')],
    ['has white that is hidden', WHITE, 'visibility="hidden"'],
    ['has white behind an empty clip path', `<clipPath id="c"/>${WHITE.replace('/>', ' clip-path="url(#c)"/>')}`],
    ['has white behind an empty filter', `<filter id="e"/>${WHITE.replace('/>', ' filter="url(#e)"/>')}`],
    ['has white in defs', `<defs>${WHITE}</defs>`],
    ['has no width', WHITE, 'width="0"'],
  ])('is not drawn when its mask %s', (_, inside, attributes) => {
    expect(masked(inside, attributes)).toBe(false)
  })

  it.each<[string, string, string?]>([
    ['white', WHITE],
    ['a light stroke', '<path d="M0 50H100" stroke="white" stroke-width="50"/>'],
    ['white in a group', `<g>${WHITE}</g>`],
    ['white by way of use', `<use href="#w"/><defs><rect id="w" width="99" height="99" fill="white"/></defs>`],
    ['light words', '<text y="50" fill="white">x</text>'],
    ['a gradient', '<rect width="99" height="99" fill="url(#g)"/><linearGradient id="g"><stop/></linearGradient>'],
    ['black where alpha counts', BLACK, 'mask-type="alpha"'],
    // The program cairo writes such a mask for a half-transparent group, with a filter that turns black into white.
    ['black in a group with a filter', `<filter id="f"><feColorMatrix/></filter><g filter="url(#f)">${BLACK}</g>`],
    ['white, and is its own mask', WHITE, 'mask="url(#m)"'],
    ['white, and its region has a width from calc()', WHITE, 'width="calc(60% + 60%)"'],
    ['nothing, and has display: none', '', 'display="none"'],
    ['white elsewhere, and has display: none', '<rect width="9" height="9" fill="white"/>', 'display="none"'],
    ['white behind the same mask', WHITE.replace('/>', ' mask="url(#m)"/>')],
  ])('is drawn when its mask holds %s', (_, inside, attributes) => {
    expect(masked(inside, attributes)).toBe(true)
  })

  it('is drawn when one of several masks shows it, or the mask does not exist', () => {
    const two = `<mask id="m"/><mask id="n">${WHITE}</mask>`
    expect(shows(two, 'style="mask: url(#m), url(#m)"')).toBe(false)
    expect(shows(two, 'style="mask: url(#m), url(#n)"')).toBe(true)
    expect(shows('<g id="m"/>', 'mask="url(#m)"')).toBe(true)
    expect(shows('', 'mask="url(#nowhere)"')).toBe(true)
  })

  it('is masked by the properties mask-image, -webkit-mask and -webkit-mask-image, too', () => {
    for (const name of ['mask-image', '-webkit-mask', '-webkit-mask-image'])
      expect([name, shows('<mask id="m"/>', `style="${name}: url(#m)"`)]).toEqual([name, false])
  })

  it('is not drawn when it is a level line, and the mask takes its region from the box of the line', () => {
    const mask = (units: string): string => `<mask id="m" x="0" y="0" width="100" height="100" ${units}>${WHITE}</mask>`
    expect(shows(mask(''), 'mask="url(#m)"', FLAT)).toBe(false)
    expect(shows(mask('maskUnits="userSpaceOnUse"'), 'mask="url(#m)"', FLAT)).toBe(true)
  })

  it('is not drawn when it lies outside the region of the mask or of a filter', () => {
    const region = (x: number): string => `x="${x}" y="0" width="10" height="100"`
    for (const [x, expected] of [
      [0, false],
      [15, true],
      [55, true],
      [65, false],
    ] as const) {
      expect(masked(WHITE, `maskUnits="userSpaceOnUse" ${region(x)}`)).toBe(expected)
      expect(filtered('<feOffset/>', `filterUnits="userSpaceOnUse" ${region(x)}`)).toBe(expected)
    }
  })

  it('is not drawn when a region in units of the shape’s box lies outside of the box, whatever the mask holds', () => {
    const words = '<text y="50" font-size="50" fill="white">x</text>'
    for (const [region, expected] of [
      ['x="2"', false],
      ['x="-150%" width="100%"', false],
      ['y="calc(100% + 50%)"', false],
      ['height="0.05"', false],
      ['x="0.9"', true],
      ['height="0.2"', true],
    ] as const) {
      for (const inside of [WHITE, words]) expect([region, masked(inside, region)]).toEqual([region, expected])
      expect([region, filtered('<feOffset/>', region)]).toEqual([region, expected])
    }
  })

  it('is drawn when its markers, or the paint of its filter, may lie in the region', () => {
    const region = 'maskUnits="userSpaceOnUse" filterUnits="userSpaceOnUse" x="70" y="0" width="20" height="100"'
    const line = '<path d="M20 50H60" marker-end="url(#k)" stroke="red"'
    const marker = '<marker id="k" overflow="visible"><path d="M0 0H30" stroke="red"/></marker>'
    for (const shape of [`${line} mask="url(#m)"/>`, `<g mask="url(#m)">${line}/></g>`])
      expect(drawn(`${marker}<mask id="m" ${region}>${WHITE}</mask>${shape}`)).toEqual([[70, 50, 90, 50]])
    expect(filtered(MERGE, region)).toBe(false)
    for (const inside of [
      '<feOffset dx="40"/>',
      '<feGaussianBlur stdDeviation="40"/>',
      '<feFlood/>',
      '<feComposite operator="arithmetic" k4="1"/>',
    ])
      expect([inside, filtered(inside, region)]).toEqual([inside, true])
  })

  it('is not drawn when its group has an empty mask, nor is a part of a text that has an empty mask', () => {
    expect(drawn(`<mask id="m"/><g mask="url(#m)">${SQUARE}/><text y="9">a</text></g>`)).toEqual([])
    expect(drawn(`<mask id="m"/><text y="50">a<tspan mask="url(#m)">b</tspan></text>`)).toEqual(
      drawn('<text y="50">a<tspan opacity="0">b</tspan></text>'),
    )
  })

  it('is not reported when it is invisible, but an ignored mask is reported', () => {
    expect(read(`<mask id="m"/>${SQUARE} mask="url(#m)"/>`).notDrawn).toEqual([])
    const picture = '<image href="data:image/png;base64,AA" width="9" height="9"/>'
    expect(read(`<mask id="m">${picture}</mask>${SQUARE} mask="url(#m)"/>`).notDrawn).toMatchObject([{ what: 'mask' }])
  })
})

describe('a shape that a pattern fills', () => {
  it.each<[string, boolean]>([
    ['width="50%" height="5"', true],
    ['width="calc(50%)" height="5"', true],
    ['width="0" height="5"', false],
    ['height="5"', false],
  ])('is drawn only when the pattern has a width and a height: %s', (size, expected) => {
    const pattern = `<pattern id="p" ${size}><rect width="9" height="9"/></pattern>`
    expect(drawn(`${pattern}${SQUARE} fill="url(#p)"/>`).length > 0).toBe(expected)
  })
})

describe('a filtered shape', () => {
  it.each<[string, string, string?]>([
    ['is empty', ''],
    ['has only unknown primitives', '<feWonder/><rect/>'],
    ['has no region', '<feOffset/>', 'height="-1"'],
    ['floods with nothing', '<feFlood flood-opacity="0"/>'],
    ['floods with a transparent colour', '<feFlood style="flood-color: transparent"/>'],
    ['has no picture', '<feImage href="#nowhere"/>'],
    ['merges nothing', '<feMerge/>'],
    ['makes noise of no frequency', '<feTurbulence/>'],
    ['has no light source', '<feDiffuseLighting/>'],
    ['has a matrix of the wrong size', '<feConvolveMatrix order="3" kernelMatrix="1 0"/>'],
    ['has a target outside its matrix', '<feConvolveMatrix order="1" targetX="1" kernelMatrix="1"/>'],
    ['has a primitive of no width', '<feOffset width="0"/>'],
  ])('is not drawn when its filter %s', (_, inside, attributes) => {
    expect(filtered(inside, attributes)).toBe(false)
  })

  it.each<[string, string, string?]>([
    ['shifts', '<feOffset/>'],
    ['has a region of a width from calc()', '<feOffset/>', 'width="calc(60% + 60%)"'],
    ['has a negative blur, which counts as none', '<feGaussianBlur stdDeviation="-1"/>'],
    ['floods', '<feFlood/>'],
    ['merges its source', '<feFlood flood-opacity="0"/><feMerge><feMergeNode in="SourceGraphic"/></feMerge>'],
    ['makes noise', '<feTurbulence baseFrequency="0.1"/>'],
    ['has a light source', '<feDiffuseLighting><feDistantLight/></feDiffuseLighting>'],
    ['has a valid matrix', '<feConvolveMatrix order="1" kernelMatrix="1"/>'],
  ])('is drawn when its filter %s', (_, inside, attributes) => {
    expect(filtered(inside, attributes)).toBe(true)
  })

  it.each<[string, boolean]>([
    ['opacity(0)', false],
    ['grayscale(1) opacity(0%)', false],
    ['opacity(calc(0))', false],
    ['opacity(0.5) opacity(0)', false],
    ['opacity(0) opacity(-1)', true],
    ['opacity(0.5)', true],
    ['opacity(-1)', true],
    ['url(#nowhere)', true],
    ['blur(2px)', true],
  ])('is drawn or not, as the filter functions of CSS say: %s', (filter, expected) => {
    expect(shows('', `style="filter: ${filter}"`)).toBe(expected)
  })

  it('is not drawn when it is a level line, and the filter takes its region from the box of the line', () => {
    const filter = (units: string): string =>
      `<filter id="f" x="0" y="0" width="99" height="99" ${units}><feOffset/></filter>`
    expect(shows(filter(''), 'filter="url(#f)"', FLAT)).toBe(false)
    expect(shows(filter('filterUnits="userSpaceOnUse"'), 'filter="url(#f)"', FLAT)).toBe(true)
  })

  it('is drawn in a filtered group only when its wide line reaches into the region of the filter', () => {
    const filter = `<filter id="f" filterUnits="userSpaceOnUse" x="70" y="0" width="20" height="100">${MERGE}</filter>`
    const group = (width: number) =>
      `${filter}<g filter="url(#f)"><path d="M60 20V80" stroke="red" stroke-width="${width}"/></g>`
    expect([5, 30].map((width) => drawn(group(width)).length)).toEqual([0, 1])
  })

  it('counts in a clip path even when its filter hides it', () => {
    const clip = `<filter id="f"/><clipPath id="c"><rect width="99" height="99" filter="url(#f)"/></clipPath>`
    expect(shows(clip, 'clip-path="url(#c)"')).toBe(true)
  })
})
