import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'
import { removeFolder } from './remove-folder.ts'

/** A systemd-inhibit that logs its arguments, runs the command as the real one does, and logs the command's end. */
export const INHIBIT = `#!/bin/sh
echo "asked: $*" >> "$INHIBIT_LOG"
while [ "\${1#--}" != "$1" ]; do shift; done
"$@" > /dev/null
echo released >> "$INHIBIT_LOG"
`

/**
 * Makes a folder at the front of PATH. The folder holds the log of INHIBIT, and the programs that a test adds with
 * `put`.
 */
export async function inhibitFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-wake-'))
  const log = join(folder, 'log')
  await writeFile(log, '')
  vi.stubEnv('INHIBIT_LOG', log)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`)
  const output = () => readFileSync(log, 'utf8')
  return {
    folder,
    output,
    times: (word: 'asked' | 'released') => output().split(word).length - 1,
    async put(name: string, script: string) {
      await writeFile(join(folder, name), script)
      await chmod(join(folder, name), 0o755)
    },
    remove() {
      vi.unstubAllEnvs()
      removeFolder(folder)
    },
  }
}
