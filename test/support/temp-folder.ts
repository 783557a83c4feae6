import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { removeFolder } from './remove-folder.ts'

/**
 * A new empty folder, removed after the tests of the file, or of the `describe` that calls this function. A folder that
 * a test makes while it runs is removed at the end of the run.
 */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-test-'))
  afterAll(() => removeFolder(folder))
  return folder
}
