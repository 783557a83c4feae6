import { page } from '../support.ts'
import { chance, filled, type Hostile, levels, scribble } from './make.ts'

/** Hostile files: dashes, markers, clips, hidden lines and fills. */
export const PAINT: readonly Hostile[] = [
  {
    name: 'a long list of dashes, on many subpaths',
    svg: (s) =>
      page(
        `<path stroke="red" stroke-dashoffset="1" stroke-dasharray="${filled(s / 2, () => '1 ')}" d="${filled(s / 2, () => 'M0 0h1')}"/>`,
      ),
  },
  {
    name: 'dashes that leave no ink',
    svg: () => page('<path stroke="red" stroke-dasharray="0 .1" d="M0 0h1e30"/>'),
  },
  {
    name: 'dashes of a page-wide path',
    svg: (s) => page(`<path stroke="red" fill="none" stroke-dasharray=".03" d="${filled(s, () => 'M0 0h99')}"/>`),
  },
  {
    name: 'markers on every vertex',
    svg: (s) =>
      page(
        `<marker id="m"><path d="M0 0h1"/></marker><path stroke="red" marker-mid="url(#m)" d="M0 0${filled(s, () => 'h1')}"/>`,
      ),
  },
  {
    name: 'missing markers on every vertex',
    svg: (s) => page(`<path stroke="red" marker-mid="url(#m)" d="M0 0${filled(s, () => 'h1')}"/>`),
  },
  {
    name: 'a path clipped by itself',
    svg: (s) => {
      const d = scribble(levels(s, 6000))
      return page(
        `<clipPath id="c"><path d="${d}"/></clipPath><path stroke="red" fill="none" d="${d}" clip-path="url(#c)"/>`,
      )
    },
  },
  {
    name: 'a clipPath of many shapes on many shapes',
    svg: (s) =>
      page(
        `<clipPath id="c">${filled(s / 2, () => '<rect width="99" height="99"/>')}</clipPath>${filled(s / 2, () => '<path stroke="red" d="M1 1h9" clip-path="url(#c)"/>')}`,
      ),
  },
  {
    name: 'a clipPath of tall edges',
    svg: (s) =>
      page(
        `<clipPath id="c"><path d="M0 0${filled(s, () => 'v99h1v-99')}"/></clipPath><path stroke="red" d="M1 1h9" clip-path="url(#c)"/>`,
      ),
  },
  {
    name: 'a clip-path polygon() of many points, on many shapes',
    svg: (s) =>
      page(
        `<g style="clip-path:polygon(0 0${filled(s / 2, (i) => `,${i % 99}px 9px`)})">${filled(s / 2, () => '<g style="clip-path:inherit"><path d="M0 0h9" stroke="red"/></g>')}</g>`,
      ),
  },
  {
    name: 'a clipPath of many shapes that another clipPath clips',
    svg: (s) =>
      page(
        `<clipPath id="c">${filled(s / 2, () => '<rect width="9" height="9" clip-path="url(#d)"/>')}</clipPath><clipPath id="d">${filled(s / 2, () => '<rect width="9" height="9"/>')}</clipPath><rect width="9" height="9" clip-path="url(#c)"/>`,
      ),
  },
  {
    name: 'hidden lines under shapes that lie on each other',
    svg: (s) => page(filled(s, () => '<rect width="9" height="9"/>')),
    options: { hide: true },
  },
  {
    name: 'hidden lines of many <use> elements',
    svg: (s) =>
      page(`<path id="a" d="${filled(s / 2, (i) => `M${i % 99} 0v99`)}"/>${filled(s / 2, () => '<use href="#a"/>')}`),
    options: { hide: true },
  },
  {
    name: 'a hatch of one long path',
    svg: (s) => page(`<path d="M0 0${filled(s, (i) => `L${chance(i, 99)} ${chance(3 * i + 1, 99)}`)}"/>`),
    options: { fill: { mode: 'hatch', spacing: 0.1 } },
  },
  {
    name: 'a hatch of a shape of enormous size',
    svg: () => page('<rect width="1e5" height="1e5"/>'),
    options: { fill: { mode: 'crosshatch', spacing: 0.01 } },
  },
  {
    name: 'rings in a shape of enormous size',
    svg: () => page('<rect width="1e5" height="1e5"/>'),
    options: { fill: { mode: 'contour', spacing: 0.1 } },
  },
  {
    name: 'rings in a scribble',
    svg: (s) => page(`<path d="${scribble(levels(s, 20_000))}"/>`),
    options: { fill: { mode: 'contour', spacing: 0.5 } },
  },
  {
    name: 'rings in many shapes',
    svg: (s) => page(filled(s, () => '<circle r="90"/>')),
    options: { fill: { mode: 'contour', spacing: 0.1 } },
  },
]
