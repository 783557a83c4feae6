import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { PlotdError, toPlotdError } from '../../src/errors.ts'

/** Write a file, making its folder. '-' is stdout. @throws PlotdError ERR_FILE */
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

/** What the system said about a file, in words, and where it was looked for. */
export function fileError(file: string, thrown: unknown): PlotdError {
  const says = SYSTEM[(thrown as NodeJS.ErrnoException).code ?? '']
  const message = says === undefined ? toPlotdError(thrown).message : `${file}: ${says}`
  return new PlotdError('ERR_FILE', message, { file, remedy: `It was looked for at ${resolve(file)}.` }, thrown)
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a folder, a file was expected',
  ENOTDIR: 'a part of the path is a file, a folder was expected',
  EACCES: 'you may not read or write it',
  EROFS: 'it is on a disk that cannot be written',
  ENOSPC: 'the disk is full',
}
