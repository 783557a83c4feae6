import { rmSync } from 'node:fs'

/**
 * Removes a temporary folder of a test.
 *
 * A process that was just killed may leave a child that still writes into the folder, or removes its own files there.
 * The end of the run removes what remains.
 */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
