/**
 * The room `text`: lays out plain text and Markdown on pages. `markdown-blocks` turns Markdown into paragraphs,
 * `styled-font` draws emphasized and strong text, and `read-text` makes the pages.
 */
import { defineImporter, type Importer, type ImportOptions } from '../importer.ts'
import { headOf, isText } from '../sniff.ts'
import type { ReadTextOptions } from './read-text.ts'

const MARKDOWN_NAME = /\.(?:md|markdown|mkd|mdown)$/i
/** Matches a file name with an extension of at most 8 characters. */
const EXTENSION = /\.\w{1,8}$/

const optionsOf = ({ font, text }: ImportOptions, isMarkdown: boolean): ReadTextOptions => ({
  font,
  ...text,
  isMarkdown,
})

/**
 * Recognizes Markdown by the extension of the file name. Without an extension, the text must have a heading and one
 * more sign of Markdown, such as bold text, a link, a list or a block of code.
 */
export const markdown: Importer = defineImporter({
  name: 'markdown',
  title: 'a Markdown text',
  extensions: ['md', 'markdown'],
  isPlainText: true,
  sniff: (bytes, name) => {
    if (!isText(bytes) || (EXTENSION.test(name) && !MARKDOWN_NAME.test(name))) return false
    const head = headOf(bytes)
    return MARKDOWN_NAME.test(name) || (/^#{1,6} \S/m.test(head) && /\*\*\S|\]\(|^[-*+] \S|^\d+\. \S|^```/m.test(head))
  },
  pages: async (bytes, options) => (await import('./read-text.ts')).textPages(bytes, optionsOf(options, true)),
  read: async (bytes, options) =>
    (await import('./read-text.ts')).readText(bytes, options.page, optionsOf(options, true)),
})

export const text: Importer = defineImporter({
  name: 'text',
  title: 'a plain text',
  extensions: ['txt', 'text'],
  isPlainText: true,
  sniff: (bytes) => bytes.length > 0 && isText(bytes),
  pages: async (bytes, options) => (await import('./read-text.ts')).textPages(bytes, optionsOf(options, false)),
  read: async (bytes, options) =>
    (await import('./read-text.ts')).readText(bytes, options.page, optionsOf(options, false)),
})
