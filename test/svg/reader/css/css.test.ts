import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../../src/svg/reader/css/calc.ts'
import { drawn } from '../support.ts'

/** Which of the lines a, b and c are drawn. */
function shown(style: string, outer = ''): string {
  const line = (id: string, y: number) => `<path id="${id}" class="k ${id}" d="M0 ${y}H1" stroke="red"/>`
  const ids = ['a', 'b', 'c']
  const svg = `<style>${style}</style><g ${outer}>${ids.map((id, i) => line(id, i)).join('')}</g>`
  return drawn(svg)
    .map(([, y = 0]) => ids[y])
    .join('')
}

describe('the reader of styles', () => {
  it.each([
    ['#b{display:none}', 'ac'],
    ['.b{display:none}', 'ac'],
    ['path{display:none}', ''],
    ['*{display:none}', ''],
    ['#a,#b{display:none}', 'c'],
    ['g > path{display:none}', ''],
    ['g path.c{display:none}', 'ab'],
    ['#a + path{display:none}', 'ac'],
    ['#a ~ path{display:none}', 'a'],
    ['path:first-child{display:none}', 'bc'],
    ['path:nth-child(odd){display:none}', 'b'],
    ['path:nth-child(2 of .b, .c){display:none}', 'ab'],
    ['path:nth-last-child(1 of :not(.c)){display:none}', 'ac'],
    ['path:nth-child(1 of #b){display:none} path.k.b{display:inline}', 'ac'],
    ['path:nth-child(1 of .of-c, .c){display:none}', 'ab'],
    ['path:nth-child(1 of path.c, .of-c){display:none}', 'ab'],
    ['path:not(.a){display:none}', 'a'],
    ['[id=b]{display:none}', 'ac'],
    ['svg|path{display:none}', 'abc'],
    ['*|path{display:none}', ''],
    ['path{display:none} #b{display:inline}', 'b'],
    ['#b{display:inline} path{display:none}', 'b'],
    ['.k{display:none} .b{display:inline}', 'b'],
    ['.k.b{display:inline} .k{display:none}', 'b'],
    ['#b{display:inline} path{display:none!important}', ''],
    ['#b{display:none!important;display:inline}', 'ac'],
    ['@media print{path{display:none}}', 'abc'],
    ['@media screen{#b{display:none}}', 'ac'],
    ['/* #a{display:none} */ #b{display:none}', 'ac'],
    ['#a{display:none} }}} #b{display:none}', 'bc'],
    ['#a{stroke:none;stroke:nonsense}', 'bc'],
    ['path{--d:none} #a{display:var(--d)} #b{display:VAR(--d)}', 'c'],
    ['#a{visibility:hidden}', 'bc'],
    ['#a{opacity:0}', 'bc'],
    ['#a{stroke-opacity:0%}', 'bc'],
    ['#a{stroke:rgba(192,192,192,0.0001)} #b{opacity:0.001} #c{stroke-opacity:1%}', 'c'],
    ['#a{stroke-width:0}', 'bc'],
    ['#a{stroke-width:-1}', 'abc'],
    ['#a{stroke:rgba(0,0,0,0)} #b{stroke:#fff0} #c{STROKE:NONE}', ''],
    ['#a{stroke:url(#missing)} #b{stroke:url(#missing) blue}', 'bc'],
    ['svg{--p:red;--q:var(--p)} #a{--p:none;stroke:var(--q)} #b{--q:var(--p);--p:none;stroke:var(--q)}', 'ac'],
    ['#a{--p:var(--p,red);stroke:var(--p)} #b{--p:var(--p,none);stroke:var(--p,red)}', 'bc'],
    ['@property --p{syntax:"&lt;color>";inherits:false;initial-value:red} path{stroke:var(--p)}', 'abc'],
    ['@property --p{syntax:"*";inherits:true;initial-value:none} #a{stroke:var(--p)} g{--p:red} #b{--p:none}', 'abc'],
    ['@layer a{:root{--p:none}} path{stroke:var(--p)} @property --p{syntax:"*";inherits:true;initial-value:red}', ''],
    ['@property --p{syntax:"*";inherits:true} path{stroke:var(--p)} #a{stroke:var(--p,red)}', 'a'],
    ['#a{stroke:Light-Dark(Transparent,red)} #b{stroke:light-dark(rgb(0,0,0),Red)}', 'bc'],
    ['path{stroke:none} #a{stroke:light-dark(rgb(0, 0, 0), rgb(255, 255, 255))}', 'a'],
    ['path{stroke:none;--c:#111} #b{stroke:light-dark(#fff, var(--d, var(--c)))}', 'b'],
    ['path{stroke:none} #a{stroke:light-dark(red)} #b{stroke:light-dark(red,none)} #c{stroke:light-dark(red,}', ''],
  ])('reads %s, which leaves the lines %j', (style, expected) => {
    // The lines have no fill, so that only their strokes show.
    expect(shown(style, 'fill="none"')).toBe(expected)
  })

  it.each([
    ['g{.a{display:none} @media screen{.b{display:none}}}', 'c'],
    ['g{.a{@media screen{display:none}} @supports (display:grid){.b{display:none}}}', 'c'],
    ['path{.x &amp;{display:none} &amp;{display:none} display:inline}', 'abc'],
    ['path{display:inline; &amp;.a{display:none} display:inline; &amp;.b{display:none}}', 'c'],
    ['g{path{display:none; svg &amp;.b{display:inline}}}', 'b'],
    ['path{.a&amp;{display:none} :is(.b)&amp;{display:none}}', 'c'],
    ['#a{.b:not([id="&amp;"]){display:none}} g{.c:not([id="&amp;"]){display:none}}', 'ab'],
    ['g{path:not(.a){display:none}}', 'a'],
    ['g{path:not(.a){display:none} display:inline; path:first-child{display:none}}', ''],
    ['svg{g path{&amp;:not(.a){display:none} .x &amp;{display:none}}}', 'a'],
    ['g{.a:is(.k,.x),.x{display:none}}', 'bc'],
    ['g{.a[class*="}"],.b{display:none}}', 'ac'],
    ['g{.a{display:none/*;*/} .b{/*}*/display:none}}', 'c'],
    ['g{--s:{x}; .a{display:none}}', 'bc'],
    ['@layer x{g{.a{display:none} @layer y{.b{display:none}}}} .b{display:inline}', 'bc'],
  ])('applies nested rules and the declarations between them, as in %s', (style, expected) => {
    expect(shown(style)).toBe(expected)
  })

  it.each([
    ['@layer x,y; @layer y{.a{display:none}} @layer x{.a{display:inline}}', 'bc'],
    ['@layer x,y; @layer y{.a{display:none!important}} @layer x{.a{display:inline!important}}', 'abc'],
    ['@layer x{.a{display:none!important}} .a{display:inline!important}', 'bc'],
    ['@layer x{@layer y{.a{display:none}} .a{display:inline}}', 'abc'],
    ['@layer x{.a{display:inline} .b{display:none}} @layer y{.a{display:none}} @layer x.z{.b{display:inline}}', 'c'],
    ['@layer x,y;</style><style>@layer y{.a{display:none}} @layer x{.a{display:inline}}', 'bc'],
  ])('ranks the cascade layers of a document, as in %s', (style, expected) => {
    expect(shown(style)).toBe(expected)
  })

  it.each([
    ['@media (min-aspect-ratio:1/100){.a{display:none}} @media (resolution>=1dppx){.b{display:none}}', 'c'],
    ['@media (min-resolution:192dpi){.a{display:none}} @media (monochrome){.b{display:none}}', 'abc'],
    ['@media (min-width:1e-1px){.a{display:none}} @media (1e5px>=device-width){.b{display:none}}', 'c'],
    ['@media (orientation){.a{display:none}} @media (prefers-reduced-motion){.b{display:none}}', 'bc'],
    ['@media (color:8) and (display-mode:browser){.a{display:none}}', 'bc'],
    ['@media not (hue:1){.a{display:none}} @media not screen and (hue){.b{display:none}}', 'abc'],
    ['@media (not (1px>hue)) or (color){.a{display:none}} @media not ((hue) and (grid)){.b{display:none}}', 'c'],
    ['@media not (width>9wx){.a{display:none}} @media not (prefers-contrast){.b{display:none}}', 'ac'],
  ])('evaluates the features of a media query, as in %s', (style, expected) => {
    expect(shown(style)).toBe(expected)
  })

  it('ranks style sheets below style attributes, and above presentation attributes', () => {
    const svg = (element: string) => drawn(`<style>.k{stroke:none}</style>${element}`).length
    expect(svg('<path class="k" fill="none" d="M0 0H1" stroke="red"/>')).toBe(0)
    expect(svg('<path class="k" fill="none" d="M0 0H1" style="stroke:red"/>')).toBe(1)
    expect(svg('<path class="k" fill="none" d="M0 0H1" style="stroke: red; fill: url(data:a;b)"/>')).toBe(1)
  })

  it.each([
    ['', 1],
    ['--d:none', 0],
  ])('inherits the variables of a `use` in a copy within another copy: style="%s"', (style, strokes) => {
    const inner = '<path id="p" style="display:var(--d)" d="M0 0H9" stroke="red"/>'
    const defs = `<defs>${inner}<g id="b"><use href="#p"/></g><g id="a"><use href="#b"/></g></defs>`
    expect(drawn(`${defs}<use href="#a" style="${style}"/>`)).toHaveLength(strokes)
  })

  it('matches :root only with the root of the document, and not with the root of a copy', () => {
    const svg = '<style>:root{stroke:none}</style><path id="p" d="M0 0H9" fill="none" stroke="red"/><use href="#p"/>'
    expect(drawn(svg)).toHaveLength(2)
  })

  it('reads properties with the prefix -webkit-, as Chromium does', () => {
    const line = (style: string) => drawn(`<path style="${style}" d="M0 0H9" stroke="red"/>`)
    expect(line('-webkit-transform: translate(5px)')).toEqual([[5, 0, 14, 0]])
    expect(line('-webkit-opacity: 0')).toEqual([])
    expect(line('-WebKit-Clip-Path: url(#c)')).toEqual([[0, 0, 9, 0]])
    expect(line('-webkit-stroke: none')).toHaveLength(1)
  })

  it('allows 30 variables in one value of a style attribute', () => {
    const dashes = `stroke-dasharray:${'var(--a) '.repeat(30)}`
    expect(drawn(`<path style="--a:1;${dashes}" d="M0 0H100" stroke="red"/>`)).toHaveLength(50)
  })

  it('inherits properties from groups, and applies the keywords initial and inherit', () => {
    expect(drawn('<g fill="none" stroke="red"><path d="M0 0H1"/></g>')).toHaveLength(1)
    expect(drawn('<g fill="none" stroke="red"><path d="M0 0H1" stroke="none"/></g>')).toHaveLength(0)
    expect(drawn('<g fill="none"><path fill="initial" d="M0 0H1V1z"/></g>')).toHaveLength(1)
    expect(drawn('<g stroke="red" fill="none"><path style="stroke:none;stroke:inherit" d="M0 0H1"/></g>')).toHaveLength(
      1,
    )
    expect(drawn('<g visibility="hidden"><path d="M0 0H1V1z"/><path visibility="visible" d="M0 5H1V6z"/></g>')).toEqual(
      [[0, 5, 1, 5, 1, 6, 0, 5]],
    )
  })

  it('places shapes by geometry properties of a style sheet', () => {
    expect(drawn('<style>rect{x:1px;y:2px;width:3px;height:4px}</style><rect x="9"/>')).toEqual([
      [1, 2, 4, 2, 4, 6, 1, 6, 1, 2],
    ])
    expect(drawn('<style>path{d:path("M1 1H5V5z")}</style><path d="M0 0H1"/>')).toEqual([[1, 1, 5, 1, 5, 5, 1, 1]])
  })
})

describe('transforms', () => {
  const line = (attributes: string) => drawn(`<line x2="10" stroke="red" ${attributes}/>`)[0]
  it.each([
    ['transform="translate(5)"', [5, 0, 15, 0]],
    ['transform="translate(5,6)"', [5, 6, 15, 6]],
    ['transform="scale(2)"', [0, 0, 20, 0]],
    ['transform="rotate(90)"', [0, 0, 0, 10]],
    ['transform="rotate(90 10 0)"', [10, -10, 10, 0]],
    ['transform="skewY(45)"', [0, 0, 10, 10]],
    ['transform="matrix(1 0 0 1 3 4)"', [3, 4, 13, 4]],
    ['transform=" translate( 1 , 2 ) , scale(2) "', [1, 2, 21, 2]],
    ['transform="translate(1)scale(2)"', [1, 0, 21, 0]],
    ['transform="translate(1) wobble(3)"', [0, 0, 10, 0]],
    ['transform="rotate(1 2)"', [0, 0, 10, 0]],
    ['transform="scale(0)"', undefined],
    ['transform="rotate(90)" transform-origin="10 0"', [10, -10, 10, 0]],
    ['style="transform:translate(5px,6px)"', [5, 6, 15, 6]],
    ['style="transform:rotate(0.25turn)"', [0, 0, 0, 10]],
    ['style="transform:rotate(calc(0.5turn - 180deg/2))"', [0, 0, 0, 10]],
    ['style="transform:rotate(calc(90px))"', [0, 0, 10, 0]],
    ['style="transform:rotate(calc(90%))"', [0, 0, 10, 0]],
    ['style="transform:rotate(calc(45deg + 45px))"', [0, 0, 10, 0]],
    ['style="transform:scale(50%)"', [0, 0, 5, 0]],
    ['style="transform:translate(10%,20%)"', [10, 20, 20, 20]],
    ['style="transform:rotate(90deg);transform-origin:center;transform-box:fill-box"', [5, -5, 5, 5]],
    ['style="transform-box:stroke-box" transform="rotate(90)"', [-0.5, -0.5, -0.5, 9.5]],
    ['style="transform:rotate(90deg);transform-origin:0 0;transform-box:stroke-box"', [-0.5, -0.5, -0.5, 9.5]],
    ['style="translate:1px 2px;scale:2"', [1, 2, 21, 2]],
    ['style="transform:none" transform="scale(2)"', [0, 0, 10, 0]],
    ['style="transform:var(--none)" transform="scale(2)"', [0, 0, 10, 0]],
    ['style="transform:translate(calc(1e1px))"', [10, 0, 20, 0]],
    ['style="transform:scale(calc(2e0))"', [0, 0, 20, 0]],
    ['style="transform:translate(10cqw,10cqmax)"', [37.795, 37.795, 47.795, 37.795]],
    ['style="transform:translate3d(1px,2px,3px) scale3d(2,3,4)"', [1, 2, 21, 2]],
    ['style="transform:rotate(90deg,5px,5px)"', [0, 0, 10, 0]],
    ['style="transform:scale(2,2,2)"', [0, 0, 10, 0]],
    ['style="transform:matrix(1,0,0,1,3,4,5)"', [0, 0, 10, 0]],
    ['style="transform:scaleX(2,3)"', [0, 0, 10, 0]],
    ['style="transform:scale3d(2,3)"', [0, 0, 10, 0]],
    ['style="transform:rotate3d(0,0,1,90deg,1)"', [0, 0, 10, 0]],
    ['style="translate:1px 2px 3px;scale:2 3 4"', [1, 2, 21, 2]],
    ['style="translate:calc(1px + 1px) calc(3px - 1px);scale:calc(1 + 1) 2"', [2, 2, 22, 2]],
    ['style="rotate:z 90deg"', [0, 0, 0, 10]],
    ['style="rotate:90deg Z"', [0, 0, 0, 10]],
    ['style="rotate:0 0 2 0.25turn"', [0, 0, 0, 10]],
    ['style="rotate:y 60deg"', [0, 0, 5, 0]],
    ['style="translate:1px;rotate:x 0deg"', [1, 0, 11, 0]],
    ['style="translate:1px;rotate:w 90deg"', [0, 0, 10, 0]],
    ['transform="rotate(90)" transform-origin="calc(5px + 5%) 0"', [10, -10, 10, 0]],
    ['style="transform:rotate(90deg);transform-origin:calc(5px + 5%) 0"', [10, -10, 10, 0]],
    ['style="transform:rotate(90deg);transform-origin:0 top"', [0, 0, 0, 10]],
    ['style="transform:rotate(90deg);transform-origin:10px 0;transform-origin:top 5px"', [10, -10, 10, 0]],
    ['style="transform:rotate(90deg);transform-origin:10px 0;transform-origin:5px left"', [10, -10, 10, 0]],
    ['style="transform:rotate(90deg);transform-origin:10px 0;transform-origin:left right"', [10, -10, 10, 0]],
  ])('in %s are applied if they are valid', (attributes, expected) => {
    expect(line(attributes)).toEqual(expected)
  })
})

describe('a math function', () => {
  it.each([
    ['calc(pi)', Math.PI],
    ['calc(constructor)', undefined],
    ['round(up, 5, -2)', 6],
    ['round(down, 5, -2)', 4],
    ['round(5, -2)', 6],
    ['sin(atan2(3px, 4px))', 0.6],
    ['sin(atan2(3, 4))', 0.6],
    ['tan(atan2(90deg, 1turn))', 0.25],
    ['sin(3px)', undefined],
  ])('%s has the value %s', (text, value) => {
    const result = evaluate(text, (number) => number)
    expect(result?.toFixed(12)).toBe(value?.toFixed(12))
  })
})
