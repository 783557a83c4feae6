import { stripVTControlCharacters } from 'node:util'

/**
 * What others wrote, titles and messages, may hold what steers a terminal or turns the line round: of this, colour is
 * all that goes through.
 */
export const harmless = (text: string): string =>
  text
    .split(COLOR)
    .map((part, i) => (i % 2 === 1 ? part : stripVTControlCharacters(part).replaceAll(STEERING, '')))
    .join('')

const COLOR = new RegExp(`(${String.fromCharCode(27)}\\[[\\d;]*m)`)
const STEERING = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
