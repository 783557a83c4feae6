import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { acceptOnThread } from '../../../src/daemon/render/accept-jobs.ts'
import { checkJobs, renderWarnings } from '../../../src/daemon/render/check-jobs.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const uploads = tempFolder()
const machine = { name: 'axi', profile: profileNamed(DEFAULT_PROFILE), pace: 1 }

it('a check and a submit of a tiled drawing accept a sheet without ink or marks, and report the losses of the file', async () => {
  const ink = '<image width="9" height="9" href="a.png"/><path d="M5 5h9" stroke="black"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400mm" height="90mm" viewBox="0 0 400 90">${ink}</svg>`
  const upload = createHash('sha256').update(svg).digest('hex')
  await writeFile(join(uploads, upload), svg)
  const params = { upload, sheet: 'a6', marks: false, tile: 2 }
  const plot = { plotter: 'any', copies: 1 } as const
  const job = { task: 'tile', params, plot, machines: [machine], uploads } as const
  const [check] = await checkJobs({ jobs: [job], maxQuick: 0 })
  expect(check).toMatchObject({ warnings: [{ code: 'not-drawn' }] })
  expect(check?.error).toBeUndefined()
  const first = { ...job, params: { ...params, tile: 1 } }
  const loss = [expect.objectContaining({ code: 'not-drawn' })]
  expect(await renderWarnings({ jobs: [first, job], maxQuick: 0 })).toEqual([loss, loss])
})

it('a submit of a tiled drawing accepts a sheet on which the chosen layer has no ink, and refuses a layer that the drawing lacks', async () => {
  const layer = (name: string, d: string) =>
    `<g inkscape:groupmode="layer" inkscape:label="${name}"><path d="${d}"/></g>`
  const ink = `<g fill="none" stroke="black">${layer('frame', 'M5 5H295')}${layer('seal', 'M5 9h9')}</g>`
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
  const svg = `<svg ${names} width="300mm" height="90mm" viewBox="0 0 300 90">${ink}</svg>`
  const upload = createHash('sha256').update(svg).digest('hex')
  await writeFile(join(uploads, upload), svg)
  const sheets = (layers: (string | number)[], marks: boolean, options = {}) =>
    [1, 2].map((tile) => {
      const params = { upload, sheet: 'a6', marks, tile }
      const plot = { plotter: 'any', copies: 1, layers, options }
      return { task: 'tile', params, plot, machines: [machine], uploads } as const
    })
  for (const marks of [true, false]) {
    for (const layers of [['seal'], [2]])
      expect(await renderWarnings({ jobs: sheets(layers, marks), maxQuick: 0 })).toEqual([[], []])
    await expect(renderWarnings({ jobs: sheets(['sea'], marks), maxQuick: 0 })).rejects.toThrow('"sea" is not a layer')
    const dropped = expect.objectContaining({ code: 'dropped' })
    const short = sheets(['seal'], marks, { dropShorterThan: 20 })
    expect(await renderWarnings({ jobs: short, maxQuick: 0 }), 'the ink of the seal is lost').toEqual([[dropped], []])
  }
})

it('a check of a file for a custom importer has the notes of the importer', async () => {
  const module = join(tempFolder(), 'dots.mjs')
  const code = `export default ({ defineImporter }) => defineImporter({
    name: 'dots', title: 'dots', sniff: () => true,
    read: () => ({
      svg: '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1h7" stroke="red"/></svg>',
      notes: [{ code: 'not-drawn', message: 'two dots' }],
    }),
  })`
  await writeFile(module, code)
  const upload = createHash('sha256').update('DOTS').digest('hex')
  await writeFile(join(uploads, upload), 'DOTS')
  const job = { task: 'dots', params: { upload, name: 'a.dots' }, machines: [machine], uploads, module } as const
  const [check] = await checkJobs({ jobs: [job], maxQuick: 0, modules: [module] })
  expect(check).toMatchObject({ warnings: [{ code: 'not-drawn', message: 'two dots', kind: 'loss' }] })
})

it.each([
  ['title', 'its title is number, expected a text'],
  ['outputName', 'its output name is number, expected a text of at most 500 characters'],
])('a check refuses, with the message of a submit, a custom task whose %s is a number', async (field, message) => {
  const module = join(tempFolder(), 'dots.mjs')
  const code = `export default ({ z }) => ({
    name: 'dots', schema: z.strictObject({}), title: () => 'Dots', outputName: () => 'dots.svg', render() {},
    ${field}: () => 5,
  })`
  await writeFile(module, code)
  const job = { task: 'dots', params: {}, machines: [machine], uploads } as const
  const checks = await checkJobs({ jobs: [job], maxQuick: 0, modules: [module] })
  expect(checks).toMatchObject([{ error: { message: expect.stringContaining(message) } }])
  await expect(acceptOnThread({ jobs: [job], modules: [module] })).rejects.toThrow(message)
})
