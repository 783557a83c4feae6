/**
 * Characters that U+FFFD replaces. XML 1.0 (section 2.2) forbids lone surrogates, U+FFFE, U+FFFF and most C0 controls,
 * even as references: one of these characters makes the whole document unreadable. XML allows DEL and the C1 controls,
 * but U+FFFD replaces these too.
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

/** Escapes text between tags. A carriage return becomes a reference, because parsers read a bare one as a line feed. */
export const escapeText = (text: string): string => text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>\r]/g, entity)

/**
 * Escapes an attribute in double quotes. Tabs and line ends become references, because parsers read bare tabs and line
 * ends as blanks.
 */
export const escapeAttribute = (text: string): string =>
  text.replace(INADMISSIBLE, '\uFFFD').replace(/[&<>"\t\n\r]/g, entity)
