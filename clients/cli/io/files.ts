import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { markedEncoding } from '../../../src/decode-with.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'

/** Writes a file and makes its folder. '-' is stdout. @throws PlotdError ERR_FILE */
export async function writeFileOrExplain(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(content)
    return
  }
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch (thrown) {
    throw fileError(file, thrown)
  }
}

/** The ends of the names of files that are no SVGs. */
const NO_SVG = /\.(png|jpe?g|pdf|gcode|hpgl|dxf)$/i

/**
 * Checks the name of a file into which an SVG is written.
 *
 * @param flag  the flag that names the file
 * @throws PlotdError ERR_PARAMS when the name ends as that of a file of another format
 */
export function requireSvgName(file: string, flag = '--output', expected = '.svg'): void {
  if (!NO_SVG.test(file)) return
  const remedy = '`plotd preview FILE -o drawing.png` writes a picture; `plotd plan JOB -o FILE` writes other formats.'
  throw new PlotdError('ERR_PARAMS', `${flag} ${file}: expected a name that ends in ${expected}`, { remedy })
}

/** Width of a picture, px. */
const PICTURE_WIDTH = 1600
/** Time limit of a picture, ms. The limit is long, because the user who waits can press Ctrl-C. */
const PICTURE_MS = 10 * 60_000

/** Draws an SVG as a PNG file. @throws PlotdError ERR_FILE, ERR_SVG_INVALID, ERR_SVG_LIMIT */
export async function writePicture(file: string, svg: string): Promise<void> {
  const { svgToPng } = await import('../../../src/index.ts')
  await writeFileOrExplain(file, await svgToPng(svg, { width: PICTURE_WIDTH, timeoutMs: PICTURE_MS }))
}

/** An error of the file system as a sentence, with the full path. */
export function fileError(file: string, thrown: unknown): PlotdError {
  const sentence = SYSTEM[(thrown as NodeJS.ErrnoException).code ?? '']
  const message = sentence === undefined ? toPlotdError(thrown).message : `${file || "''"}: ${sentence}`
  return new PlotdError('ERR_FILE', message, { file, remedy: `The full path is ${resolve(file)}.` }, thrown)
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; expected a file',
  ENOTDIR: 'a part of the path is a file; expected a folder',
  EEXIST: 'a part of the path is a file; expected a folder',
  ENAMETOOLONG: 'the name is too long',
  EACCES: 'you may not read or write it',
  EROFS: 'it is on a disk that cannot be written',
  ENOSPC: 'the disk is full',
}

/** The text of a file, or of stdin for '-', without a byte order mark. @throws PlotdError ERR_FILE */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file)
  return new TextDecoder(markedEncoding(bytes)).decode(bytes)
}

/** The words of a command line, joined by `between`. For a lone '-', the text of stdin. */
export async function textOf(words: unknown, between = ' '): Promise<string> {
  const all = [words ?? []].flat().map(String)
  return all.length === 1 && all[0] === '-' ? (await readText('-')).trimEnd() : all.join(between)
}

/** Size in bytes of the largest file for which `readBytes` does not ask for the limit. */
const SMALL = 1 << 20

/**
 * The bytes of a file, or of stdin for '-'.
 *
 * @param most  limit on a file, bytes, or a function that gives the limit and is called for large files only
 * @throws PlotdError ERR_FILE, ERR_LIMIT
 */
export async function readBytes(
  file: string,
  most: number | (() => Promise<number>) = Infinity,
): Promise<Buffer<ArrayBuffer>> {
  if (file === '-') return readStdin()
  try {
    const { size } = await stat(file)
    const limit = await limitFor(size, most)
    if (size > limit) {
      const message = `${file} has ${size} bytes, at most ${limit} are read`
      throw new PlotdError('ERR_LIMIT', message, { limit: 'bytes', most: limit })
    }
    return await readFile(file)
  } catch (thrown) {
    if (thrown instanceof PlotdError) throw thrown
    throw fileError(file, thrown)
  }
}

async function limitFor(size: number, most: number | (() => Promise<number>)): Promise<number> {
  if (typeof most === 'number') return most
  return size > SMALL ? most() : SMALL
}

export async function readStdin(): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
