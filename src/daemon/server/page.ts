import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { packageRoot } from '../../threads.ts'

/** The browser loads files from this daemon only, and connects to no other server. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; " +
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** A file of the page. */
interface PageFile {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
}

/**
 * Serves the files of the built page. A request for such a file needs no secret; the later requests of the page need a
 * token or a page session. The files are in memory. So a client that leaves early keeps no file open, and a new version
 * may replace the folder.
 *
 * @returns a handler, which answers false when the page has no such file
 */
export function page(folder: string = join(packageRoot, 'dist', 'web')) {
  const files = filesIn(folder)
  return ({ url = '/', headers }: IncomingMessage, response: ServerResponse): boolean => {
    const path = url.split('?', 1)[0] ?? '/'
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file === undefined) return false
    const { bytes, type, etag } = file
    if (headers['if-none-match'] === etag) response.writeHead(304, PAGE_HEADERS).end()
    else {
      const further = { 'content-type': type, 'content-length': bytes.length, etag }
      response.writeHead(200, { ...PAGE_HEADERS, ...further }).end(bytes)
    }
    return true
  }
}

/** The files of the built page by their paths; none before a build. */
function filesIn(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  if (!existsSync(join(folder, 'index.html'))) return files
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const bytes = readFileSync(join(folder, name))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
    files.set(`/${name.replaceAll('\\', '/')}`, { bytes, type, etag })
  }
  return files
}

/**
 * The page's address for a browser on the daemon's computer: the loopback address when the daemon listens on all
 * addresses.
 */
export const pageAddress = (url: string): string =>
  url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
