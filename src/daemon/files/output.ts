import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { PlotdError } from '../../errors.ts'

const TYPES: Readonly<Record<string, string>> = { '.svg': 'image/svg+xml', '.png': 'image/png' }

/**
 * Headers for an SVG, which may contain scripts of a stranger. With these headers a browser that opens the SVG runs no
 * script and loads nothing. The browser also treats the SVG as a page of another site.
 */
export const OUTPUT_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export const outputType = (path: string): string => TYPES[extname(path)] ?? 'application/octet-stream'

/** Opens a file below the output folder for reading. @throws PlotdError ERR_OUTPUT_PATH, ERR_FILE */
export async function openOutput(folder: string, path: string): Promise<{ file: FileHandle; type: string }> {
  const requested = join(folder, path)
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(requested)])
    if (!real.startsWith(root + sep)) throw outside(path)
    // Without O_NONBLOCK, a named pipe would hold a thread of the process until a writer comes.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if ((await file.stat()).isFile()) return { file, type: outputType(real) }
    await file.close()
  } catch (error) {
    if (error instanceof PlotdError) throw error
  }
  throw new PlotdError('ERR_FILE', `there is no output ${JSON.stringify(path)}`, { path })
}

/** Whether `openOutput` would open the path. @param sha256  the file must have this hash, hex; undefined accepts all */
export async function hasOutput(folder: string, path: string, sha256?: string): Promise<boolean> {
  if (sha256 !== undefined) return (await outputHash(folder, path)) === sha256
  const output = await openOutput(folder, path).catch(() => undefined)
  await output?.file.close()
  return output !== undefined
}

/** The SHA-256 of a file that `openOutput` would open, hex; undefined when `openOutput` would open none. */
export async function outputHash(folder: string, path: string): Promise<string | undefined> {
  const output = await openOutput(folder, path).catch(() => undefined)
  try {
    return output && (await hashOf(output.file))
  } finally {
    await output?.file.close()
  }
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of file.createReadStream({ autoClose: false })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

const outside = (path: string) =>
  new PlotdError('ERR_OUTPUT_PATH', `${JSON.stringify(path)} is not inside the output folder`, { path })
