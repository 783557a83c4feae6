import { page } from '../support.ts'
import { filled, type Hostile, levels, list, nested } from './make.ts'

/** Hostile files: values, selectors and style sheets. */
export const STYLES: readonly Hostile[] = [
  {
    name: 'calc() nested deep in an attribute',
    svg: (s) => page(`<rect height="9" width="${nested(levels(s, 400_000), 'calc(', '1', ')')}"/>`),
  },
  {
    name: 'calc() nested deep in a style attribute',
    svg: (s) => page(`<rect height="9" style="width:${nested(levels(s, 400_000), 'calc(', '1', ')')}"/>`),
  },
  {
    name: 'calc() nested deep and not closed',
    svg: (s) => page(`<rect height="9" style="width:${'calc('.repeat(levels(s, 700_000))}"/>`),
  },
  {
    name: 'calc() nested deep in a style sheet',
    svg: (s) => page(`<style>rect{width:${nested(levels(s, 400_000), 'calc(', '1', ')')}}</style><rect height="9"/>`),
  },
  {
    name: 'calc() nested deep in a transform',
    svg: (s) =>
      page(`<rect height="9" width="9" style="transform:rotate(${nested(levels(s, 400_000), 'calc(', '1', ')')})"/>`),
  },
  {
    name: 'a long sum in calc(), used again and again',
    svg: (s) =>
      page(
        `<rect id="a" height="9" width="calc(1${filled(s / 2, () => ' + 1')})"/>${filled(s / 2, () => '<use href="#a"/>')}`,
      ),
  },
  {
    name: 'variables that double an empty value',
    svg: (s) =>
      page(
        `<rect height="9" style="--v0:;${list(levels(s, 60), (i) => `--v${i + 1}:var(--v${i}) var(--v${i});`)}width:var(--v23)"/>`.repeat(
          levels(s, 100),
        ),
      ),
  },
  {
    name: 'many variables on many elements',
    svg: (s) =>
      page(
        `<g style="${filled(s / 2, (i) => `--a${i}:1;`)}">${filled(s / 2, () => '<g style="--b:1;fill:var(--b)"/>')}</g>`,
      ),
  },
  {
    name: 'variables in nested groups that <use> copies',
    svg: (s) =>
      page(
        `<g id="a">${nested(levels(s, 400), '<g style="--a:1;stroke-width:var(--a)">', '<rect width="9" height="9"/>', '</g>')}</g><use href="#a"/>`,
      ),
  },
  {
    name: 'inherit in nested groups that <use> copies',
    svg: (s) =>
      page(
        `<g id="a" style="--a:1">${nested(levels(s, 400), '<g style="opacity:inherit;overflow:inherit;display:inherit;filter:inherit">', '<rect width="9" height="9"/>', '</g>')}</g><use href="#a"/>`,
      ),
  },
  {
    name: 'many rules on many elements',
    svg: (s) => page(`<style>${filled(s / 2, (i) => `*{r:${i}}`)}</style>${filled(s / 2, () => '<g/>')}`),
  },
  {
    name: 'one rule with many declarations on many elements',
    svg: (s) => page(`<style>*{${filled(s / 2, (i) => `--a${i}:1;`)}}</style>${filled(s / 2, () => '<g/>')}`),
  },
  {
    name: 'descendant combinators that nothing matches',
    svg: (s) =>
      page(
        `<style>.nope ${'* '.repeat(levels(s, 60))}{fill:none}</style>${nested(levels(s, 400), '<g>', '<rect width="9" height="9"/>', '</g>')}`,
      ),
  },
  {
    name: 'sibling combinators that nothing matches',
    svg: (s) => page(`<style>.nope ${'~ * '.repeat(levels(s, 60))}{fill:none}</style>${filled(s, () => '<g/>')}`),
  },
  {
    name: ':has() on many elements',
    svg: (s) => page(`<style>g:has(.nope){fill:none}</style>${filled(s, () => '<g><g/></g>')}`),
  },
  {
    name: ':has() on the parent of many elements',
    svg: (s) => page(`<style>:has(.nope) rect{fill:none}</style>${filled(s, () => '<rect/>')}`),
  },
  {
    name: ':nth-last-child() on many elements',
    svg: (s) => page(`<style>:nth-last-child(3n+1){fill:none}</style>${filled(s, () => '<rect/>')}`),
  },
  {
    name: ':not() nested deep',
    svg: (s) =>
      page(`<style>${nested(levels(s, 400_000), ':not(', 'g', ')')}{fill:none}</style><rect width="9" height="9"/>`),
  },
  {
    name: 'a very long selector list',
    svg: (s) => page(`<style>${filled(s, () => 'g a,')}g{fill:none}</style><rect width="9" height="9"/>`),
  },
  {
    name: 'nested rules whose selectors multiply',
    svg: (s) =>
      page(
        `<style>${nested(levels(s, 9), `${list(levels(s, 200), () => 'g,')}a{`, 'fill:none', '}')}</style><rect width="9" height="9"/>`,
      ),
  },
  {
    name: 'nested rules that repeat their parent',
    svg: (s) =>
      page(
        `<style>g{${nested(levels(s, 9), `${'&amp; '.repeat(levels(s, 200))}a{`, 'fill:none', '}')}}</style><rect width="9" height="9"/>`,
      ),
  },
  {
    name: 'blocks nested deep',
    svg: (s) =>
      page(`<style>${nested(levels(s, 1_000_000), 'g{', 'fill:none', '}')}</style><rect width="9" height="9"/>`),
  },
  {
    name: '@media nested deep',
    svg: (s) =>
      page(
        `<style>${nested(levels(s, 200_000), '@media all{', 'g{fill:none}', '}')}</style><rect width="9" height="9"/>`,
      ),
  },
  {
    name: 'a media query nested deep',
    svg: (s) =>
      page(
        `<style media="${nested(levels(s, 1_000_000), '(', 'color', ')')}">g{fill:none}</style><rect width="9" height="9"/>`,
      ),
  },
  {
    name: 'many cascade layers',
    svg: (s) => page(`<style>${filled(s, (i) => `@layer l${i}{}`)}</style><rect width="9" height="9"/>`),
  },
  {
    name: 'many @import rules',
    svg: (s) => page(`<style>${filled(s, (i) => `@import url(a${i}.css);`)}</style><rect width="9" height="9"/>`),
  },
  {
    name: 'a colour of many digits',
    svg: (s) => page(`<rect width="9" height="9" fill="rgb(${'1'.repeat(levels(s, 3_000_000))}x,0,0)"/>`),
  },
  {
    name: 'a long colour that many shapes inherit',
    svg: (s) =>
      page(
        `<g fill="currentColor" color="rgb(from ${'a'.repeat(levels(s, 2_000_000))})">${filled(s / 2, (i) => `<rect width="9" height="9" stroke-width="${i}"/>`)}</g>`,
      ),
  },
  {
    name: 'a filter of many blanks',
    svg: (s) => page(`<rect width="9" height="9" style="filter:opacity(${' '.repeat(levels(s, 3_000_000))}"/>`),
  },
  {
    name: 'a long animation-name on many copies',
    svg: (s) =>
      page(
        `<style>@keyframes k{}</style><g id="a" style="animation-name:${filled(s / 2, () => 'a,')}b"/>${filled(s / 2, () => '<use href="#a"/>')}<rect width="9" height="9"/>`,
      ),
  },
]
