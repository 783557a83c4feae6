/**
 * Characters that XML 1.0 (section 2.2) forbids even as references: most control characters, lone surrogates, U+FFFE
 * and U+FFFF. Any of them makes the whole document unreadable, so U+FFFD replaces them. U+FFFD also replaces DEL and
 * the C1 controls, which XML allows.
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

/** Escapes text between tags. Carriage returns become references, because parsers convert them to line feeds. */
export const escapeText = (text: string): string => text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>\r]/g, entity)

/**
 * Escapes an attribute in double quotes. Tabs and line ends become references, because parsers convert them to blanks.
 */
export const escapeAttribute = (text: string): string =>
  text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>"\t\n\r]/g, entity)
