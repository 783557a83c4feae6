import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '../src/threads.ts'
import { sources } from './support/sources.ts'

/** Folders whose comments are read. */
const WITH_COMMENTS = ['src', 'clients', 'bench']
/**
 * A comment may name any file or folder below these folders. It may also use the words of their code, of files that
 * match OTHER_TEXTS, of all files in `.ci`, and of package.json.
 */
const ROOTS = [...WITH_COMMENTS, 'test', 'examples', 'docs', '.ci']
const OTHER_TEXTS = /\.(mjs|mts|json|py|toml|html|css|sh|inx)$/
/** Matches folders of generated files and of collected data. Their words name nothing in the code. */
const DATA = /(^|\/)(node_modules|dist|golden|fixtures|corpus)(\/|$)/

/**
 * A comment or a string literal: `//` in a literal begins no comment. A literal in back quotes may have several lines.
 */
const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
const WORD = /[A-Za-z_$][\w$]*(?:-[\w$]+)*/g
/** A name in a comment: `word`, `a.b`, `file.ts`, `call()`, `#private`, `$VARIABLE`. */
const NAME = /`[#@$]?([A-Za-z_][\w$]*(?:[-./#][\w$]+)*)(?:\(\))?`/g

/** Names of standards: a colour of CSS, a feature of OpenType, an attribute of IPP, tags of languages. */
const OUTSIDE = ['currentColor', 'ss01', 'media-supported', 'de-AT', 'ro-MD']

const isComment = (part: string): boolean => part.startsWith('/*') || part.startsWith('//')

function commentsIn(text: string): string[] {
  return (text.match(COMMENT_OR_TEXT) ?? []).filter(isComment)
}

const withoutComments = (text: string): string =>
  text.replace(COMMENT_OR_TEXT, (part) => (isComment(part) ? ' ' : part))

/** Adds every word of a text, and each part of a word with hyphens. */
function addWords(known: Set<string>, text: string): void {
  for (const word of text.match(WORD) ?? []) {
    known.add(word)
    known.add(word.replace(/^\$/, ''))
    if (word.includes('-')) for (const part of word.split('-')) known.add(part)
  }
}

/** The names and words that a comment may use: those that the comment of `ROOTS` lists, and `OUTSIDE`. */
function knownNames(): ReadonlySet<string> {
  const known = new Set<string>(OUTSIDE)
  addWords(known, readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  for (const root of ROOTS) {
    for (const entry of readdirSync(join(packageRoot, root), { recursive: true, withFileTypes: true })) {
      const { name, parentPath } = entry
      known.add(name)
      known.add(name.replace(/\.\w+$/, ''))
      if (!entry.isFile() || DATA.test(relative(packageRoot, parentPath))) continue
      if (root === '.ci' || OTHER_TEXTS.test(name)) addWords(known, readFileSync(join(parentPath, name), 'utf8'))
    }
  }
  for (const root of [...WITH_COMMENTS, 'test', 'examples']) {
    for (const { text } of sources(root)) addWords(known, withoutComments(text))
  }
  return known
}

function staleNames(comment: string, known: ReadonlySet<string>): string[] {
  const names = [...comment.matchAll(NAME)].map(([, name = '']) => name)
  return names.filter((name) => {
    if (known.has(name) || known.has(basename(name))) return false
    return !name.split(/[./#@]/).every((part) => part === '' || known.has(part))
  })
}

it('comments name only things that exist', () => {
  const known = knownNames()
  const stale = WITH_COMMENTS.flatMap((root) =>
    sources(root).flatMap(({ path, text }) =>
      commentsIn(text).flatMap((comment) => staleNames(comment, known).map((name) => `${root}/${path}: ${name}`)),
    ),
  )
  expect(stale).toEqual([])
})

it('the check of comments finds a name that exists nowhere, and no other', () => {
  const known = new Set(['render', 'loop', 'render-loop', 'queue', 'pause', 'journal.ts'])
  const comment =
    '/* `render-loop` calls `queue.pause()`, see `spool/journal.ts`. `gone` and `queue.gone` are stale. */'
  expect(staleNames(comment, known)).toEqual(['gone', 'queue.gone'])
  expect(commentsIn("const a = '// no comment' // yes")).toEqual(['// yes'])
})
