import { rmSync } from 'node:fs'

/**
 * Removes a temporary folder of a test. Ignores errors of the file system: a child of a killed process may still write
 * into the folder, or remove its own files there. The end of the run removes all remaining files.
 */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
