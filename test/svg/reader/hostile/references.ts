import { page } from '../support.ts'
import { filled, type Hostile, levels, list, nested } from './make.ts'

/** Hostile files: many layers, chains of references, elements that are used again and again, and deep nesting. */
export const REFERENCES: readonly Hostile[] = [
  {
    name: 'a layer for each line',
    svg: (s) =>
      page(filled(s, (i) => `<g inkscape:groupmode="layer" inkscape:label="${i}"><path d="M1 1h5" stroke="red"/></g>`)),
  },
  {
    name: 'a colour for each line, and a layer for each colour',
    svg: (s) => page(filled(s, (i) => `<path d="M1 1h5" fill="none" stroke="#${i.toString(16).padStart(6, '0')}"/>`)),
    options: { layers: 'color' },
  },
  {
    name: 'a chain of clipPaths',
    svg: (s) =>
      page(
        `${list(
          levels(s, 20_000),
          (i) => `<clipPath id="c${i}" clip-path="url(#c${i + 1})"><rect width="99" height="99"/></clipPath>`,
        )}<rect width="9" height="9" clip-path="url(#c0)"/>`,
      ),
  },
  {
    name: 'a chain of clipPaths through the shapes in them',
    svg: (s) =>
      page(
        `${list(
          levels(s, 20_000),
          (i) => `<clipPath id="c${i}"><rect width="99" height="99" clip-path="url(#c${i + 1})"/></clipPath>`,
        )}<rect width="9" height="9" clip-path="url(#c0)"/>`,
      ),
  },
  {
    name: 'clipPaths that each use the next one twice',
    svg: (s) =>
      page(
        `${list(
          levels(s, 40),
          (i) =>
            `<clipPath id="c${i}"><rect width="99" height="99" clip-path="url(#c${i + 1})"/><rect width="9" height="99" clip-path="url(#c${i + 1})"/></clipPath>`,
        )}<rect width="9" height="9" clip-path="url(#c0)"/>`,
      ),
  },
  {
    name: 'a chain of masks',
    svg: (s) =>
      page(
        `${list(
          levels(s, 20_000),
          (i) => `<mask id="c${i}"><rect fill="#fff" width="99" height="99" mask="url(#c${i + 1})"/></mask>`,
        )}<rect width="9" height="9" mask="url(#c0)"/>`,
      ),
  },
  {
    name: 'masks that each use the next one twice',
    svg: (s) =>
      page(
        list(levels(s, 60), (i) => `<mask id="c${i}"><g mask="url(#c${i + 1})"/><g mask="url(#c${i + 1})"/></mask>`) +
          '<rect width="9" height="9" mask="url(#c0)"/>',
      ),
  },
  {
    name: 'a mask of groups that each use the next one twice',
    svg: (s) =>
      page(
        `<mask id="m"><use href="#u0"/></mask>${list(levels(s, 60), (i) => `<g id="u${i}"><use href="#u${i + 1}"/><use href="#u${i + 1}"/></g>`)}<rect width="9" height="9" mask="url(#m)"/>`,
      ),
  },
  {
    name: 'a chain of markers in markers',
    svg: (s) =>
      page(
        list(levels(s, 20_000), (i) => `<marker id="c${i}"><path d="M0 0h1" marker-end="url(#c${i + 1})"/></marker>`) +
          '<path d="M0 0h1" stroke="red" marker-end="url(#c0)"/>',
      ),
  },
  {
    name: 'a chain of use',
    svg: (s) => page(`${list(levels(s, 20_000), (i) => `<use id="c${i}" href="#c${i + 1}"/>`)}<use href="#c0"/>`),
  },
  {
    name: 'use of a large group, again and again',
    svg: (s) =>
      page(
        `<g id="a" fill="none">${filled(s / 2, () => '<rect width="9" height="9"/>')}</g>${filled(s / 2, () => '<use href="#a"/>')}`,
      ),
  },
  {
    name: 'use of a group of unknown elements, again and again',
    svg: (s) => page(`<g id="a">${filled(s / 2, () => '<x/>')}</g>${filled(s / 2, () => '<use href="#a"/>')}`),
  },
  {
    name: 'use of a long and a short path in turn',
    svg: (s) =>
      page(
        `<defs><path id="a" fill="none" d="M0 0${filled(s / 2, () => 'h1h-1')}"/><path id="b" fill="none" d="M0 0"/></defs>${filled(s / 2, () => '<use href="#a"/><use href="#b"/>')}`,
      ),
  },
  {
    name: 'use of a symbol with many attributes',
    svg: (s) =>
      page(
        `<symbol id="a" ${list(levels(s, 999), (i) => `a${i}="" `)}/>${filled(s / 2, () => '<use href="#a" width="9"/>')}`,
      ),
  },
  {
    name: 'nested groups with a transform box around each',
    svg: (s) =>
      page(
        nested(
          levels(s, 240),
          '<g style="transform-box:fill-box;transform-origin:center;transform:rotate(1deg)"><rect width="9" height="9"/>',
          '',
          '</g>',
        ),
      ),
  },
  {
    name: 'nested svg elements',
    svg: (s) => page(nested(levels(s, 20_000), '<svg>', '<rect width="9" height="9"/>', '</svg>')),
  },
  {
    name: 'nested switch elements',
    svg: (s) => page(nested(levels(s, 20_000), '<switch>', '<rect width="9" height="9"/>', '</switch>')),
  },
  {
    name: 'a switch with many children, used again and again',
    svg: (s) =>
      page(
        `<switch id="a">${filled(s / 2, () => '<g systemLanguage="xx"/>')}</switch>${filled(s / 2, () => '<use href="#a"/>')}`,
      ),
  },
  {
    name: 'a gradient with many stops on many shapes',
    svg: (s) =>
      page(
        `<linearGradient id="a">${filled(s / 2, () => '<stop stop-opacity="0"/>')}</linearGradient>${filled(s / 2, () => '<rect fill="url(#a)" width="9" height="9"/>')}`,
      ),
  },
  {
    name: 'a chain of gradients',
    svg: (s) =>
      page(
        filled(
          s,
          (i) => `<linearGradient id="g${i}" href="#g${i + 1}"/><rect fill="url(#g${i})" width="9" height="9"/>`,
        ),
      ),
  },
]
