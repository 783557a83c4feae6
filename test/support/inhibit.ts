import { readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'

/** Says what it was asked for, runs the command as the real one does, and says when that has ended. */
export const INHIBIT = `#!/bin/sh
echo "asked: $*" >> "$INHIBIT_LOG"
while [ "\${1#--}" != "$1" ]; do shift; done
"$@" > /dev/null
echo released >> "$INHIBIT_LOG"
`

/** A folder before all others on the path, for a systemd-inhibit that tells what is done with it. */
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
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
