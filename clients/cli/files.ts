import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
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
    throw new PlotdError('ERR_FILE', toPlotdError(thrown).message, { file }, thrown)
  }
}
