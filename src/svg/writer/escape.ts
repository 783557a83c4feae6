/**
 * Characters that XML 1.0 (section 2.2) admits in no form, not even as a reference: most control characters, lone
 * surrogates, U+FFFE and U+FFFF. One of them anywhere makes the whole document unreadable. (C1 controls, which XML only
 * discourages, go with them.)
 */
const INADMISSIBLE = /(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\uFFFE\uFFFF]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

const entity = (character: string): string => ENTITIES[character] ?? character

/** Text between tags. Carriage returns are written as references because a parser would turn them into line feeds. */
export const escapeText = (text: string): string => text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>\r]/g, entity)

/** Text of an attribute between double quotes, where a parser would turn every white space into a blank. */
export const escapeAttribute = (text: string): string =>
  text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>"\t\n\r]/g, entity)
