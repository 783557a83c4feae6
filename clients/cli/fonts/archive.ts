import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { PlotdError } from '../../../src/errors.ts'

/**
 * Limits on the wanted files of a folder or an archive: their number, and their bytes together. An unpacked .tgz as a
 * whole also has at most MAX_BYTES.
 */
const [MAX_FILES, MAX_BYTES] = [60_000, 256 << 20] as const

/** Whether the file at this path of a folder or an archive is needed. */
type PathFilter = (path: string) => boolean

/**
 * The wanted files of a folder, a .zip or a .tgz by their paths. A single file is wanted always, with the path ''.
 *
 * @throws PlotdError ERR_FILE when a file cannot be read, or the files exceed the limits
 */
export async function filesIn(path: string, isWanted: PathFilter): Promise<Map<string, Uint8Array>> {
  try {
    if ((await stat(path)).isDirectory()) return await inFolder(path, isWanted)
    const bytes = await readFile(path)
    if (bytes.readUInt32LE(0) === 0x04034b50) return inZip(bytes, isWanted)
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
    return plain.toString('latin1', 257, 262) === 'ustar' ? inTar(plain, isWanted) : new Map([['', plain]])
  } catch (cause) {
    if (cause instanceof PlotdError) throw cause
    throw new PlotdError('ERR_FILE', `${path} cannot be read as a folder, a .zip or a .tgz`, { path }, cause)
  }
}

async function inFolder(folder: string, isWanted: PathFilter): Promise<Map<string, Uint8Array>> {
  const files = new Files(folder)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name))
    if (entry.isFile() && isWanted(path)) files.add(path, await readFile(join(folder, path)))
  }
  return files.all
}

/** Reads the wanted files that the central directory of a .zip lists. */
function inZip(bytes: Buffer, isWanted: PathFilter): Map<string, Uint8Array> {
  const files = new Files('the archive')
  let offset = bytes.readUInt32LE(bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16)
  while (offset + 46 <= bytes.length && bytes.readUInt32LE(offset) === 0x02014b50) {
    const [method, packed, size] = [
      bytes.readUInt16LE(offset + 10),
      bytes.readUInt32LE(offset + 20),
      bytes.readUInt32LE(offset + 24),
    ]
    const [name, extra, comment] = [28, 30, 32].map((k) => bytes.readUInt16LE(offset + k)) as [number, number, number]
    const local = bytes.readUInt32LE(offset + 42)
    const path = bytes.toString('utf8', offset + 46, offset + 46 + name)
    offset += 46 + name + extra + comment
    if (path.endsWith('/') || !isWanted(path)) continue
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(start, start + packed)
    files.add(path, method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.min(size || 1, MAX_BYTES) }))
  }
  return files.all
}

function inTar(bytes: Buffer, isWanted: PathFilter): Map<string, Uint8Array> {
  const files = new Files('the archive')
  const text = (offset: number, length: number) => bytes.toString('utf8', offset, offset + length).replace(/\0.*$/s, '')
  for (let header = 0; header + 512 <= bytes.length; ) {
    const size = Number.parseInt(text(header + 124, 12).trim() || '0', 8)
    const path = [text(header + 345, 155), text(header, 100)].filter((part) => part !== '').join('/')
    if (path === '' || !(size >= 0)) break
    const type = text(header + 156, 1)
    if ((type === '0' || type === '') && isWanted(path))
      files.add(path, bytes.subarray(header + 512, header + 512 + size))
    header += 512 + 512 * Math.ceil(size / 512)
  }
  return files.all
}

class Files {
  readonly all = new Map<string, Uint8Array>()
  readonly #source: string
  #bytes = 0

  constructor(source: string) {
    this.#source = source
  }

  add(path: string, bytes: Uint8Array): void {
    this.#bytes += bytes.length
    if (this.all.size >= MAX_FILES || this.#bytes > MAX_BYTES) {
      const most = `at most ${MAX_FILES} files and ${MAX_BYTES} bytes`
      throw new PlotdError('ERR_FILE', `${this.#source} has too many files or bytes for a font: expected ${most}`)
    }
    this.all.set(path, bytes)
  }
}
