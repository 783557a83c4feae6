import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
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

/**
 * Serves the built page. The files of the page need no token, but the later requests of the page do.
 *
 * @returns a handler, which answers false when the page has no such file
 */
export function page(folder: string = join(packageRoot, 'dist', 'web')) {
  if (!existsSync(join(folder, 'index.html'))) return () => false
  const serve = sirv(folder, {
    etag: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    },
  })
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    let isServed = true
    serve(request, response, () => {
      isServed = false
    })
    return isServed
  }
}

/**
 * The page's address for a browser on the daemon's machine: the loopback address when the daemon listens on all
 * addresses.
 */
export const pageAddress = (url: string): string =>
  url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
