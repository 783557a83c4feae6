import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { packageRoot } from '../../../../src/threads.ts'
import { removeFolder } from '../../../support/remove-folder.ts'

const ARCHIVE = pathToFileURL(join(packageRoot, 'dist/clients/cli/fonts/archive.js')).href

it("`filesIn('.')` names each file by its whole path below the working folder", () => {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-archive-'))
  mkdirSync(join(folder, 'kanji'))
  writeFileSync(join(folder, '04e00.svg'), '')
  writeFileSync(join(folder, 'kanji', '04e01.svg'), '')
  const program = `import { filesIn } from '${ARCHIVE}'
    console.log(JSON.stringify([...(await filesIn('.', () => true)).keys()].sort()))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
  expect(JSON.parse(stdout.toString())).toEqual(['04e00.svg', join('kanji', '04e01.svg')])
  removeFolder(folder)
})
