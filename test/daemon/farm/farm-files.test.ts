import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { FarmFiles } from '../../../src/daemon/farm/farm-files.ts'
import type { Peer } from '../../../src/daemon/farm/peer.ts'
import type { Peers } from '../../../src/daemon/farm/peers.ts'
import type { Uploads } from '../../../src/daemon/files/index.ts'
import { encodePlan, makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { drawing } from '../../plotter/prepare/support.ts'
import { planOf } from '../../support/plan-bytes.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/**
 * The files of host `east`. Its peer `north` does not answer. The peers `west` and `south` answer; each sends its file
 * whatever `east` asks for, if it has one.
 */
function filesOfEast(folder = tempFolder(), files: { readonly west?: Uint8Array; readonly south?: Uint8Array } = {}) {
  const peer = (name: string, isReached: boolean, file?: Uint8Array) => {
    const answer = file === undefined ? { status: 404, body: new Uint8Array() } : { status: 200, body: file }
    return { name, isReached, send: async () => answer } as unknown as Peer
  }
  const [west, south] = [peer('west', true, files.west), peer('south', true, files.south)]
  const all = [west, south, peer('north', false)]
  const peers = {
    reached: () => [west, south],
    peer: (host: string) => all.find(({ name }) => name === host),
  } as unknown as Peers
  return new FarmFiles({
    peers,
    host: 'east',
    output: join(folder, 'output'),
    plans: join(folder, 'plans'),
    uploadsFolder: join(folder, 'uploads'),
    uploads: {} as unknown as Uploads,
    copies: join(folder, 'copies'),
    log: pino({ level: 'silent' }),
  })
}

describe('an SVG that no host has', () => {
  it.each([
    ['this host', 'east/a.svg', 'host east has no SVG east/a.svg: retry the job'],
    ['a host that answers', 'west/a.svg', 'host west has no SVG west/a.svg: retry the job'],
    [
      'a host that does not answer',
      'north/a.svg',
      'no host that answers has the SVG north/a.svg: start host north, or retry the job',
    ],
    ['no host', 'a.svg', 'no host that answers has the SVG a.svg: start the host that has it, or retry the job'],
  ])('is reported with the remedy when its path names %s', async (_, path, message) => {
    await expect(filesOfEast().findRecord({ path })).rejects.toMatchObject({ code: 'ERR_FILE', message })
  })
})

it('old copies are removed, but an old folder and a link to nothing stay', async () => {
  const folder = tempFolder()
  const copies = join(folder, 'copies')
  for (const name of ['', 'lost+found']) mkdirSync(join(copies, name))
  symlinkSync('/nowhere', join(copies, 'a-link'))
  for (const name of ['fresh', 'old']) writeFileSync(join(copies, name), '<svg/>')
  for (const name of ['lost+found', 'old']) utimesSync(join(copies, name), 0, 0)
  await filesOfEast(folder).removeOldCopies(90)
  expect(readdirSync(copies).sort()).toEqual(['a-link', 'fresh', 'lost+found'])
})

it('a plan is fetched from another host after one host has sent a damaged copy', async () => {
  const folder = tempFolder()
  const { plan } = makePlan(drawing([50, 1, 60, 1]), {}, profileNamed('axidraw-v3'))
  const bytes = encodePlan(plan)
  const files = filesOfEast(folder, { west: bytes.subarray(0, bytes.length - 9), south: bytes })
  await files.fetchPlan(plan.hash)
  expect((await planOf(readFileSync(join(folder, 'plans', plan.hash)))).hash).toBe(plan.hash)
})
