import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkJobs } from '../../../src/daemon/render/check-jobs.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const uploads = tempFolder()
const machine = { name: 'axi', profile: profileNamed(DEFAULT_PROFILE), pace: 1 }

it('a check accepts a sheet without ink of a tiled drawing without marks, as a submit does', async () => {
  const ink = '<path d="M5 5h9" stroke="black"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400mm" height="90mm" viewBox="0 0 400 90">${ink}</svg>`
  const upload = createHash('sha256').update(svg).digest('hex')
  await writeFile(join(uploads, upload), svg)
  const params = { upload, sheet: 'a6', marks: false, tile: 2 }
  const plot = { plotter: 'any', copies: 1 } as const
  const job = { task: 'tile', params, plot, machines: [machine], uploads } as const
  const [check] = await checkJobs({ jobs: [job], quick: 0 })
  expect(check?.error).toBeUndefined()
})
