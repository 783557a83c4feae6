import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endSharedServer, OWNER, RUN_FOLDER } from './postgres-shared.ts'
import { removeFolder } from './remove-folder.ts'

/** One PostgreSQL server for all calls of `sharedDatabase` in a run. The first call starts the server. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-run-'))
  writeFileSync(join(folder, OWNER), `${process.pid}`)
  process.env[RUN_FOLDER] = folder
  return async () => {
    await endSharedServer(folder)
    removeFolder(folder)
  }
}
