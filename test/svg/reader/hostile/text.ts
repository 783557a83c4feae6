import { page } from '../support.ts'
import { filled, type Hostile, levels, list, nested } from './make.ts'

/** Hostile files: texts, transforms, filters, layers, namespaces, animations. */
export const TEXT: readonly Hostile[] = [
  {
    name: 'a very long text',
    svg: (s) => page(`<text>${filled(s, () => 'ab')}</text>`),
  },
  {
    name: 'a very long text from right to left',
    svg: (s) => page(`<text>${filled(s, () => 'א')}</text>`),
  },
  {
    name: 'brackets in a text from right to left',
    svg: (s) => page(`<text direction="rtl">א${filled(s, () => '()')}</text>`),
  },
  {
    name: 'many texts in a font-family with a long name',
    svg: (s) =>
      page(`<g font-family="${'a'.repeat(levels(s, 2_000_000))}">${filled(s / 2, () => '<text>a</text>')}</g>`),
  },
  {
    name: 'a letter with very many accents',
    svg: (s) => page(`<text>a${filled(s / 2, () => '\u0301')}</text>`),
  },
  {
    name: 'tspans nested deep, each with dx and two decorations',
    svg: (s) =>
      page(
        `<text>${nested(
          levels(s, 450),
          '<tspan dx="1" text-decoration="underline overline">',
          filled(s / 4, () => 'ab'),
          '</tspan>',
        )}</text>`,
      ),
  },
  {
    name: 'very many tspans, each with its own textLength',
    svg: (s) =>
      page(`<text>${filled(s / 2, () => '<tspan textLength="9">ab</tspan>')}${filled(s / 4, () => 'ab')}</text>`),
  },
  {
    name: 'texts on a long path',
    svg: (s) =>
      page(
        `<path id="p" d="M0 0${filled(s / 2, () => 'q1 2 3 4')}"/>${filled(s / 2, (i) => `<text transform="scale(${1 + (i % 7)})"><textPath href="#p">a</textPath></text>`)}`,
      ),
  },
  {
    name: 'a very long list of transforms on an element that is used again and again',
    svg: (s) =>
      page(
        `<rect id="a" transform="${filled(s / 2, () => 'scale(1)')}" width="9" height="9"/>${filled(s / 2, () => '<use href="#a"/>')}`,
      ),
  },
  {
    name: 'a filter with a long list on an element that is used again and again',
    svg: (s) =>
      page(
        `<filter id="f"><feConvolveMatrix kernelMatrix="${filled(s / 2, () => '1 ')}"/></filter><rect id="a" filter="url(#f)" width="9" height="9"/>${filled(s / 2, () => '<use href="#a"/>')}`,
      ),
  },
  {
    name: 'many top-level groups',
    svg: (s) => page(filled(s, () => '<g><path d="M0 0h1"/></g>')),
    options: { layers: 'group' },
  },
  {
    name: 'a colour for every shape',
    svg: (s) => page(filled(s, (i) => `<path stroke="#${(i % 0xffffff).toString(16).padStart(6, '0')}" d="M0 0h1"/>`)),
    options: { layers: 'color' },
  },
  {
    name: 'many namespaces that many elements inherit',
    svg: (s) =>
      page(`<g ${list(levels(s, 999), (i) => `xmlns:a${i}="x" `)}>${filled(s / 2, () => '<g xmlns:b="x"/>')}</g>`),
  },
  {
    name: 'attributes that the DTD gives to every <g>',
    svg: (s) =>
      `<!DOCTYPE svg [<!ATTLIST g ${list(levels(s, 990), (i) => `a${i} CDATA "" `)}>]>${page(filled(s / 2, () => '<g/>'))}`,
  },
  {
    name: 'a document type declaration that begins again and again',
    svg: (s) => `${'<!DOCTYPE'.repeat(levels(s, 11_000))}${page('')}`,
  },
  {
    name: 'many animations that began earlier, along a long path',
    svg: (s) =>
      page(
        `<path id="p" d="M0 0${filled(s / 2, (i) => `q${i} 9 1 1`)}"/><g>${filled(s / 2, () => '<animateMotion begin="-1s" dur="2s"><mpath xlink:href="#p"/></animateMotion>')}</g>`,
      ),
  },
  {
    name: 'an animation with a long list of values',
    svg: (s) =>
      page(
        `<g><animate attributeName="x" begin="-${filled(s / 3, () => '1')}x;-1s" dur="2s" keyTimes="${filled(s / 3, () => '0;')}" values="${filled(s / 3, () => '1 2;')}"/></g>`,
      ),
  },
  {
    name: 'many animations of one element along a long path',
    svg: (s) =>
      page(
        `<path id="p" d="M0 0${filled(s / 2, () => 'h1')}"/><g>${filled(s / 2, () => '<animateMotion><mpath xlink:href="#p"/></animateMotion>')}</g>`,
      ),
  },
]
