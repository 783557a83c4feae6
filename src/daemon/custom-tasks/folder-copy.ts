import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, parse, sep } from 'node:path'

/** Paths below a folder; the folder itself is ''. */
export interface Listing {
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

export interface Contents {
  readonly files: ReadonlyMap<string, Buffer>
  /** Of names, bytes and when they were written: saving a module again is asking for it again. */
  readonly digest: string
}

const MIB = 1 << 20

/** A folder that has more was hardly meant. */
const MOST_BYTES = 64 * MIB

/**
 * What stands in a folder and its folders: not what is hidden, not packages.
 *
 * @param without  folders that are left out, as absolute paths
 * @throws what the system says of the folder
 */
export async function listFolder(root: string, without: ReadonlySet<string>, below = ''): Promise<Listing> {
  const [folders, files] = [[below], [] as string[]]
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || without.has(join(root, path))) continue
    if (entry.isDirectory()) {
      const inner = await listFolder(root, without, path)
      folders.push(...inner.folders)
      files.push(...inner.files)
    } else files.push(path)
  }
  return { folders, files: files.sort() }
}

/** @throws what the system says of a file, and RangeError when there is too much */
export async function readFiles(root: string, paths: readonly string[]): Promise<Contents> {
  const files = new Map<string, Buffer>()
  const hash = createHash('sha256')
  let left = MOST_BYTES
  for (const path of paths) {
    // Links to files are followed; sockets, and links to folders or to nowhere, are nothing to import.
    const about = await stat(join(root, path)).catch(() => undefined)
    if (!about?.isFile()) continue
    left -= about.size
    if (left < 0) throw new RangeError(`its files have more than ${MOST_BYTES / MIB} MiB`)
    const bytes = await readFile(join(root, path))
    hash.update(`${JSON.stringify(path)} ${bytes.length} ${about.mtimeMs}\n`).update(bytes)
    files.set(path, bytes)
  }
  return { files, digest: hash.digest('hex') }
}

/** Writes files as they were read into a new folder, from which imports of packages find what they found before. */
export async function writeCopy({ files }: Contents, from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const [path, bytes] of files) {
    if (path.includes(sep)) await mkdir(dirname(join(to, path)), { recursive: true })
    await writeFile(join(to, path), bytes)
  }
  for (const name of ['node_modules', 'package.json']) {
    const found = files.has(name) ? undefined : nearest(name, from)
    if (found !== undefined) await symlink(found, join(to, name))
  }
}

/** As Node looks for it: here, or in a folder above. */
function nearest(name: string, folder: string): string | undefined {
  const path = join(folder, name)
  if (existsSync(path)) return path
  return folder === parse(folder).root ? undefined : nearest(name, dirname(folder))
}
