import { readFile, stat } from 'node:fs/promises'
import { PlotdError } from '../../../src/errors.ts'
import { parseJson } from '../../node/typed.ts'
import { fileError } from '../files.ts'
import { readStdin } from '../io.ts'

export { fieldsOf, type Schema, typed } from '../../node/typed.ts'

/** --line-spacing is lineSpacing. */
export const camel = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `--params`: JSON itself, `@file`, or `-` for stdin. @throws PlotdError ERR_PARAMS, ERR_FILE */
export async function jsonParams(source: string | undefined): Promise<Record<string, unknown>> {
  if (source === undefined) return {}
  const text = source === '-' ? await readText('-') : source.startsWith('@') ? await readText(source.slice(1)) : source
  const value = parseJson(text, '--params')
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw new PlotdError('ERR_PARAMS', '--params: expected a JSON object')
}

/** A file's text, or stdin's for '-'. @throws PlotdError ERR_FILE */
export const readText = async (file: string): Promise<string> => (await readBytes(file)).toString('utf8')

/** Bytes: a megabyte goes through everywhere. */
const MANY = 1 << 20

/**
 * A file as it is, or stdin for '-'.
 *
 * @param most  bytes, or whom to ask when there are many; a file that is longer is not read
 * @throws PlotdError ERR_FILE, ERR_SVG_LIMIT
 */
export async function readBytes(
  file: string,
  most: number | (() => Promise<number>) = Infinity,
): Promise<Buffer<ArrayBuffer>> {
  if (file === '-') return readStdin()
  try {
    const { size } = await stat(file)
    const limit = typeof most === 'number' ? most : size > MANY ? await most() : MANY
    if (size > limit)
      throw new PlotdError('ERR_SVG_LIMIT', `${file} has ${size} bytes, at most ${limit} are read`, {
        limit: 'bytes',
        most: limit,
      })
    return await readFile(file)
  } catch (thrown) {
    if (thrown instanceof PlotdError) throw thrown
    throw fileError(file, thrown)
  }
}
