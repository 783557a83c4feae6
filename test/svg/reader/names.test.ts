import { describe, expect, it } from 'vitest'
import { readSvg } from '../../../src/svg/index.ts'
import { drawn, read } from './support.ts'

describe('a name from Object.prototype in an SVG', () => {
  it('as an element draws nothing', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    expect(drawn(names.map((name) => `<${name} r="2"/><g class="a"><${name}/></g>`).join(''))).toEqual([])
  })

  it('as an entity is undefined', () => {
    const svg = '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&constructor;</svg>'
    expect(() => readSvg(svg)).toThrow(/undefined entity/)
  })

  it('as a colour is invalid', () => {
    const { layers } = read('<path stroke="red" d="M1 1h2"/><path stroke="constructor" d="M1 1h2"/>', {
      layers: 'color',
      strokesOnly: true,
    }).drawing
    expect(layers.map(({ name, count }) => [name, count])).toEqual([['#ff0000', 1]])
  })

  it.each([
    ['clip path', '<path stroke="red" d="M1 1h2" style="clip-path:constructor(1)"/>'],
    ['media feature', '<style>@media (constructor) { path { display: none } }</style><path d="M1 1h2"/>'],
    ['unit', '<path stroke="red" fill="none" stroke-width="2constructor" d="M1 1h2"/>'],
    ['font size', '<text x="2" y="9" font-size="constructor">l</text>'],
  ])('as a %s hides nothing', (_kind, inside) => {
    expect(drawn(inside)).toHaveLength(1)
  })
})

it('a reference to an entity stands for itself in a CDATA section', () => {
  const dtd = '<!DOCTYPE svg [<!ENTITY a "<path d=\'M1 1h9\'/>"><!ENTITY b "b">]>'
  const text = '<text y="9"><![CDATA[&a;&b;]]></text>'
  const strokes = (entity: string, written: string) => {
    const style = '<style>path { stroke: red } text { fill: none; stroke: blue }</style>'
    const body = `${style}${entity}${written}`
    return readSvg(`${dtd}<svg xmlns="http://www.w3.org/2000/svg" width="99mm" height="9mm">${body}</svg>`).drawing
  }
  const escaped = text.replace('<![CDATA[', '').replace(']]>', '').replaceAll('&', '&amp;')
  expect(strokes('&a;', text)).toEqual(strokes('&a;', escaped))
})
