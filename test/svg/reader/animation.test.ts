import { describe, expect, it } from 'vitest'
import { drawn, read } from './support.ts'

describe('an animated element is drawn', () => {
  it.each([
    ['a path in the animation', '<animateMotion path="M20 10H30"/>'],
    ['a motion between two places', '<animateMotion from="20,10" to="30,10"/>'],
    ['a path of the document', '<animateMotion><mpath href="#a"/></animateMotion>'],
    ['a path whose id the reference escapes', '<animateMotion><mpath href="#b%20c"/></animateMotion>'],
  ])('at the start of %s', (_, motion) => {
    const defs = '<defs><path id="a" d="M20 10H30"/><path id="b c" d="M20 10H30"/></defs>'
    expect(drawn(`${defs}<path d="M0 0H5" stroke="black">${motion}</path>`)).toEqual([[20, 10, 25, 10]])
  })

  it('in its own place when a motion has only an end', () => {
    expect(drawn('<path d="M1 1H6" stroke="black"><animateMotion to="50,50" dur="1s"/></path>')).toEqual([[1, 1, 6, 1]])
  })

  it('with its own transform when an animation of this transform has an end, no start, and perhaps a distance', () => {
    const line = (by: string): string =>
      `<path d="M1 1H6" stroke="black" transform="scale(2)">` +
      `<animateTransform attributeName="transform" type="scale" to="3" ${by} dur="1s"/></path>`
    for (const by of ['', 'by="1"']) expect(drawn(line(by))).toEqual([[2, 2, 12, 2]])
  })

  it.each([
    ['values="0;100;40" dur="4s" begin="-1s"', 50],
    ['values="0;100" keyTimes="0;1" calcMode="discrete" dur="4s" begin="-3s"', 0],
    ['from="0" to="100" dur="4s" begin="-9s" repeatCount="indefinite"', 25],
    ['from="0" to="100" dur="4s" begin="-3s;-1s"', 75],
    ['from="0" to="100" dur="4s" begin="click; -500ms"', 12.5],
    ['to="100" dur="4s" begin="-1s"', 30.25],
    ['from="0" to="100" dur="4s" begin="-5s" fill="freeze"', 7],
    ['from="0" to="100" dur="4s" begin="-1s" end="-0.5s"', 7],
    ['from="0" to="100" begin="-1s"', 0],
  ])('in the state of an animation that began earlier, as in Chromium: %s', (animation, x) => {
    const line = `<line x1="7" x2="200" stroke="black"><animate attributeName="x1" ${animation}/></line>`
    expect(drawn(line)[0]?.[0]).toBeCloseTo(x)
  })

  // In Chromium, the end of the line is at the same places.
  it.each([
    ['', 'type="rotate" to="360"', [0, 8]],
    ['rotate(20)', 'type="rotate" to="340"', [-1.389, 7.878]],
    ['rotate(20) translate(5 5)', 'type="rotate" to="340"', [-1.389, 7.878]],
    ['translate(5 5) rotate(20)', 'type="rotate" to="360"', [0, 8]],
    ['rotate(20)', 'type="rotate" to="40" additive="sum"', [7.25, 3.381]],
    ['', 'type="rotate" to="360" calcMode="discrete"', [8, 0]],
    ['rotate(20)', 'type="rotate" to="360" calcMode="discrete"', [7.518, 2.736]],
    ['translate(10 20)', 'type="rotate" by="360"', [10, 28]],
    ['rotate (20, 3 4)', 'type="rotate" to="100 50 60"', [21.149, -0.128]],
    ['scale(2)', 'type="scale" to="4 6"', [20, 0]],
    ['', 'type="scale" by="3"', [6, 0]],
    ['translate(10 20)', 'type="translate" to="100"', [40.5, 15]],
    ['translate(10)', 'type="translate" by="100,40"', [43, 10]],
    ['rotate(90)', 'type="rotate" to="soon"', [0, 8]],
    ['rotate(90)', 'type="rotate" to="10 20"', [0, 8]],
  ] as const)(
    'with its own transform %j, which an animation that began earlier changes to an end or by a distance: %s',
    (base, to, end) => {
      const animation = `<animateTransform attributeName="transform" ${to} dur="4s" begin="-1s"/>`
      const [line = []] = drawn(`<path d="M0 0H8" stroke="black" transform="${base}">${animation}</path>`)
      for (const i of [0, 1]) expect(line[2 + i]).toBeCloseTo(end[i] ?? Number.NaN, 2)
    },
  )

  it('turned, and at its place on a path, by an animation that began earlier', () => {
    const rotation = '<animateTransform attributeName="transform" type="rotate" values="0;90" dur="2s" begin="-1s"/>'
    expect(drawn(`<path d="M0 0H5" stroke="black">${rotation}</path>`)[0]?.[3]).toBeCloseTo(5 * Math.SQRT1_2)
    const motion = '<animateMotion path="M20 10H30V20" dur="4s" begin="-3s" rotate="auto"/>'
    expect(drawn(`<path d="M0 0H5" stroke="black">${motion}</path>`)).toEqual([[30, 15, 30, 20]])
  })

  it.each(['Red', 'currentColor', 'RGB(1, 2, 3)'])(
    'when only its animation gives it a stroke, whatever the case of the letters: %s',
    (paint) => {
      const animation = `<animate attributeName="stroke" values="${paint};Blue" dur="1s"/>`
      expect(drawn(`<path d="M0 0H5" fill="none">${animation}</path>`)).toEqual([[0, 0, 5, 0]])
    },
  )

  it('with the first value of an animated attribute, unless the animation begins later', () => {
    const line = (begin: string): string =>
      `<line x1="0" y1="0" x2="5" y2="0" stroke="black"><animate attributeName="x2" values="9;3" dur="1s" ${begin}/></line>`
    expect(drawn(line(''))).toEqual([[0, 0, 9, 0]])
    expect(drawn(line('begin="2s"'))).toEqual([[0, 0, 5, 0]])
  })
})

describe('the list of what is not drawn', () => {
  const fading = '<animate attributeName="opacity" values="0;1" dur="2s"/>'

  it.each([
    ['a shape', '<path d="M0 0H5" stroke="red"><animate attributeName="x" values="0;9" dur="2s"/></path>'],
    ['a text', '<text y="9">a<animate attributeName="x" values="0;9" dur="2s"/></text>'],
    ['a part of a text', '<text y="9">a<tspan>b<animate attributeName="x" values="0;9" dur="2s"/></tspan></text>'],
    ['a group', '<g><animateTransform attributeName="transform" type="rotate" values="0;90" dur="2s"/></g>'],
    ['a shape that is transparent at first', `<path d="M0 0H5" stroke="red">${fading}</path>`],
    ['a group that is transparent at first', `<g>${fading}<path d="M0 0H5" stroke="red"/></g>`],
    [
      'a shape that is hidden at first',
      '<path display="none"><set attributeName="display" to="inline" begin="1s"/></path>',
    ],
  ])('has the animation of %s, once', (_, inside) => {
    expect(read(inside).notDrawn).toEqual([{ what: 'animation', count: 1, detail: 'drawn as it begins' }])
  })

  it('has no animation inside a hidden group', () => {
    expect(read(`<g display="none"><path d="M0 0H5">${fading}</path></g>`).notDrawn).toEqual([])
  })
})

describe('CSS animations', () => {
  const KEYFRAMES = '@keyframes Fade { to { opacity: 1 } }'
  const notDrawn = (style: string, body: string) => read(`<style>${style}</style>${body}`).notDrawn

  it.each([
    ['by a rule', `${KEYFRAMES} .a { opacity: 0; animation: 2s ease Fade forwards }`, 'class="a"'],
    ['by animation-name', `${KEYFRAMES} .a { animation-name: Fade }`, 'class="a"'],
    ['by a style attribute', KEYFRAMES, 'style="animation: Fade 1s"'],
    ['with quotes', '@keyframes "Fade" {} .a { animation: "Fade" 1s }', 'class="a"'],
  ])('are listed for the element that has one: %s', (_, style, attribute) => {
    const body = `<path d="M0 0H5" stroke="black" ${attribute}/><path d="M0 9H5" stroke="black"/>`
    expect(notDrawn(style, body)).toEqual([{ what: 'CSS animation', count: 1, detail: 'drawn without it' }])
  })

  it.each([
    ['there are no keyframes', '.a { animation: Fade 1s }'],
    ['they are switched off', `${KEYFRAMES} .a { animation: none }`],
    ['no element has them', `${KEYFRAMES} .b { animation: Fade 1s }`],
  ])('are not listed when %s', (_, style) => {
    expect(notDrawn(style, '<path class="a" d="M0 0H5" stroke="black"/>')).toEqual([])
  })
})
