import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/desk.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Draws a line to x; its schema has one field. */
const stroke = (x: number | string, field = 'n', name = 'stroke') => `
export default ({ z, SvgBuilder }) => ({
  name: '${name}',
  schema: z.strictObject({ ${field}: z.int().default(1).describe('version ${x}') }),
  outputName: () => '${name}.svg',
  render: () => new SvgBuilder(200, 50).line(5, 5, ${x}, 5).toString(),
})`

const BROKEN = 'export default ({ z }) => {'

let plotd: StartedDaemon | undefined
afterEach(async () => {
  await plotd?.close()
  plotd = undefined
})

interface Line {
  readonly level: number
  readonly code?: string
  readonly file?: string
  readonly msg: string
}

async function watching(files: Readonly<Record<string, string>>, watchTasks = true) {
  const folder = join(tempFolder(), 'tasks')
  await mkdir(folder)
  const write = (file: string, text: string) => writeFile(join(folder, file), text)
  for (const [file, text] of Object.entries(files)) await write(file, text)
  const log: Line[] = []
  const logger: Logger = pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line) as Line) })
  const daemon = await startedDaemon({ tasks: folder, watchTasks, render: { workers: 2 } }, logger)
  plotd = daemon
  const { client } = daemon
  const list = async () => (await client.call('task.list', {})).tasks
  const offered = async (name: string) => (await list()).find((task) => task.name === name)
  /** What the schema says of itself. */
  const version = async (name = 'stroke') => /version [\w.]+/.exec(JSON.stringify(await offered(name)))?.[0]
  /** mm of ink of a job from now. */
  const drawn = async (task = 'stroke', params: object = {}) => {
    const { id } = await client.submit({ task, params })
    await until(async () => ['finished', 'failed'].includes((await client.call('job.get', { id })).status))
    const { result, error } = await client.call('job.get', { id })
    return error ?? result?.penDownMm
  }
  const warnings = () => log.filter(({ level }) => level >= 40)
  return { daemon, client, folder, write, offered, version, drawn, warnings }
}

describe('a folder of tasks that is watched', () => {
  it('gives the next job the new drawing and schema as soon as a module is saved', async () => {
    const { write, version, drawn, client } = await watching({ 'stroke.mjs': stroke(15) })
    // Every thread has imported the first version.
    expect(await Promise.all([drawn(), drawn(), drawn(), drawn()])).toEqual([10, 10, 10, 10])
    await write('stroke.mjs', stroke(105, 'times'))
    await until(async () => (await version()) === 'version 105')
    expect(await Promise.all([drawn(), drawn(), drawn(), drawn()])).toEqual([100, 100, 100, 100])
    await expect(client.submit({ task: 'stroke', params: { n: 2 } })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    expect(await drawn('stroke', { times: 2 })).toBe(100)
    const seen = await client.call('preview.render', { task: 'stroke', params: {} })
    expect(seen.penDownMm).toBe(100)
    const [checked] = await client.call('job.check', { jobs: [{ task: 'stroke', params: { n: 2 } }] })
    expect(checked).toMatchObject({ error: { code: 'ERR_PARAMS' } })
  })

  it('goes on with the version before when one is broken, says why, and takes it when it is mended', async () => {
    const { write, version, drawn, warnings } = await watching({
      'other.mjs': stroke(25, 'n', 'other'),
      'stroke.mjs': stroke(15),
    })
    await write('stroke.mjs', BROKEN)
    await until(() => warnings().length > 0)
    expect(warnings()).toMatchObject([{ code: 'ERR_TASK_MODULE', file: 'stroke.mjs' }])
    expect(warnings()[0]?.msg).toMatch(/^custom task: stroke.mjs: .*; it stays as it was before$/)
    // No thread had imported it while it was good.
    expect([await version(), await drawn(), await drawn('other')]).toEqual(['version 15', 10, 20])
    await write('stroke.mjs', stroke(55))
    await until(async () => (await version()) === 'version 55')
    expect([await drawn(), await drawn('other')]).toEqual([50, 20])
    expect(warnings()).toHaveLength(1)
  })

  it('keeps a module as it was when an edit takes a name that is taken', async () => {
    const { write, version, offered, drawn, warnings } = await watching({
      'a.mjs': stroke(25, 'n', 'a'),
      'stroke.mjs': stroke(15),
    })
    await write('stroke.mjs', stroke(55, 'n', 'text'))
    await until(() => warnings().length > 0)
    expect(warnings()[0]?.msg).toMatch(/the name text belongs to a task of plotd; it stays as it was before$/)
    expect([await version(), await drawn(), await drawn('a')]).toEqual(['version 15', 10, 20])
    expect((await offered('text'))?.schema['properties']).toHaveProperty('font')
  })

  it('offers what is put into it, and no longer what is taken out', async () => {
    const { folder, write, offered, drawn, client } = await watching({})
    await write('stroke.mjs', stroke(15))
    await until(async () => (await offered('stroke')) !== undefined)
    expect(await drawn()).toBe(10)
    await rm(join(folder, 'stroke.mjs'))
    await until(async () => (await offered('stroke')) === undefined)
    await expect(client.submit({ task: 'stroke', params: {} })).rejects.toMatchObject({ code: 'ERR_TASK_UNKNOWN' })
  })

  it('follows what a module imports from it, in folders that are new too', async () => {
    const text = `import { x } from '../parts/x.mjs'\n${stroke('x')}`
    const { folder, write, drawn, version } = await watching({ 'stroke.mjs': stroke(15) })
    await mkdir(join(folder, 'parts'))
    await write('parts/x.mjs', 'export const x = 25')
    await write('stroke.mjs', text)
    await until(async () => (await version()) === 'version x')
    expect(await drawn()).toBe(20)
    await write('parts/x.mjs', 'export const x = 35')
    await until(async () => (await drawn()) === 30)
  })

  it('may be made after the start, moved away and put back', async () => {
    const { folder, drawn, offered, write, version, warnings } = await watching({ 'stroke.mjs': stroke(15) })
    await rename(folder, `${folder}-away`)
    await until(() => warnings().length > 0)
    expect(warnings()[0]?.msg).toMatch(/the folder cannot be followed/)
    expect([await version(), await drawn()]).toEqual(['version 15', 10])
    await mkdir(folder)
    await until(async () => (await offered('stroke')) === undefined)
    await write('stroke.mjs', stroke(45))
    await until(async () => (await version()) === 'version 45')
    expect(await drawn()).toBe(40)
    expect(warnings()).toHaveLength(1)
  })

  it('lets a job that is being rendered finish with what it began with', async () => {
    const flags = tempFolder()
    const [begun, go] = [join(flags, 'begun'), join(flags, 'go')]
    const slow = `import { existsSync, writeFileSync } from 'node:fs'
export default ({ z, SvgBuilder }) => ({
  name: 'slow',
  schema: z.strictObject({}),
  async render() {
    writeFileSync(${JSON.stringify(begun)}, '')
    while (!existsSync(${JSON.stringify(go)})) await new Promise((done) => setTimeout(done, 5))
    const { x } = await import('../_x.mjs')
    return new SvgBuilder(200, 50).line(5, 5, x, 5).toString()
  },
})`
    const { write, drawn, version } = await watching({ 'slow.mjs': slow, '_x.mjs': 'export const x = 15' })
    const first = drawn('slow')
    await until(() => existsSync(begun))
    await write('_x.mjs', 'export const x = 95')
    await write('stroke.mjs', stroke(25))
    await until(async () => (await version()) === 'version 25')
    await writeFile(go, '')
    expect(await first).toBe(10)
    expect(await drawn('slow')).toBe(90)
  })

  it('runs no module in the thread that listens, and leaves no copies behind', async () => {
    const { daemon, write, version } = await watching({ 'stroke.mjs': stroke(15) })
    await write('stroke.mjs', `globalThis.loadedHere = true\n${stroke(25)}`)
    await until(async () => (await version()) === 'version 25')
    expect(globalThis).not.toHaveProperty('loadedHere')
    const copies = join(daemon.config.state, 'watched-tasks')
    expect(existsSync(copies)).toBe(true)
    await daemon.restart(() => expect(existsSync(copies)).toBe(false))
  })

  it('is not watched unless that is asked for', async () => {
    const { daemon, write, version, drawn } = await watching({ 'stroke.mjs': stroke(15) }, false)
    expect(await drawn()).toBe(10)
    await write('stroke.mjs', stroke(25))
    await write('more.mjs', stroke(25, 'n', 'more'))
    expect(await version()).toBe('version 15')
    // Where a folder is watched it is copied, from the start on.
    expect(existsSync(join(daemon.config.state, 'watched-tasks'))).toBe(false)
    await daemon.restart()
    expect(await daemon.client.call('task.list', {}).then(({ tasks }) => tasks.map(({ name }) => name))).toContain(
      'more',
    )
  })
})
