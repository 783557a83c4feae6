import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import {
  aboutHere,
  aboutOf,
  checkAgainst,
  machinesOf,
  offeredTasks,
  problemsOf,
} from '../../../src/daemon/farm/offer.ts'
import type { HostView } from '../../../src/spool/index.ts'
import { SVG_FONT } from '../../support/font-file.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const about = (more: Partial<ReturnType<typeof aboutOf>> = {}) => ({ plotters: [], modules: {}, fonts: {}, ...more })

const host = (more: Parameters<typeof about>[0], id = 'west'): HostView => ({
  ...{ id, isStarting: false, silentMs: 0 },
  offer: { url: 'http://west:7475', version: '0.1.0', plotters: [], tasks: [], about: about(more) },
})

describe('the facts of this host', () => {
  it('leave out the fonts that cannot be read', async () => {
    const fonts = tempFolder()
    mkdirSync(join(fonts, 'folder.svg'))
    symlinkSync('nothing', join(fonts, 'link.svg'))
    writeFileSync(join(fonts, 'boxes.svg'), SVG_FONT)
    const here = await aboutHere(
      configSchema.parse({ state: fonts, output: fonts, fonts }),
      { tasks: {}, unusable: [] },
      [],
    )
    expect(Object.keys(here.fonts)).toEqual(['boxes.svg'])
  })
})

describe('a host that joins others', () => {
  it('is refused when a custom task or a font of the same name differs', () => {
    const here = about({ modules: { stars: '1' }, fonts: { 'ann.jhf': 'a' } })
    expect(() => checkAgainst(here, [host({ modules: { stars: '1' }, fonts: { 'ann.jhf': 'a' } })])).not.toThrow()
    expect(() => checkAgainst(here, [host({ modules: { stars: '2' } })])).toThrow('the custom task stars here differs')
    expect(() => checkAgainst(here, [host({ fonts: { 'ann.jhf': 'b' } })])).toThrow('the font ann.jhf here differs')
  })

  it('is refused when each host has fonts that the other lacks: no host could render all jobs', () => {
    const here = about({ fonts: { 'ann.jhf': 'a' } })
    expect(() => checkAgainst(here, [host({ fonts: { 'bob.jhf': 'b' } })])).toThrow('copy the fonts to both')
  })

  it('renders only patterns and photos while it lacks a font that another host has', () => {
    const [text, pattern] = ['text', 'pattern']
    expect(offeredTasks([text, pattern], about(), [host({ fonts: { 'ann.jhf': 'a' } })])).toEqual([pattern])
    expect(offeredTasks([text, pattern], about({ fonts: { 'ann.jhf': 'a' } }), [host({})])).toEqual([text, pattern])
    expect(problemsOf(about({ fonts: { 'ann.jhf': 'a' } }), host({}))[0]).toContain('lacks the fonts ann.jhf')
  })
})

describe('the description of another host', () => {
  it('counts as empty when it is missing, or when a newer version wrote it in a form that cannot be read', () => {
    const odd = { ...host({}), offer: { url: '', version: '9', plotters: [], tasks: [], about: { plotters: 'many' } } }
    expect(aboutOf(odd)).toEqual(about())
    expect(aboutOf({ ...host({}), offer: undefined })).toEqual(about())
  })

  it('gives machines for planning, but no machine with a profile that this version does not know', () => {
    const view = {
      ...{
        name: 'ada',
        url: 'sim:ebb',
        profile: 'axidraw-v3',
        widthMm: 300,
        heightMm: 218,
        gate: true,
        queuePaused: false,
      },
      ...{ state: { is: 'idle', ready: false } as const, planned: {}, adjusted: {}, tags: ['gold'] },
    }
    const offered = aboutOf(
      host({
        plotters: [
          { view, profile: 'axidraw-v3' },
          { view, profile: 'of-next-year' },
        ],
      }),
    )
    const machines = machinesOf(offered, () => undefined)
    expect(machines).toMatchObject([{ name: 'ada', tags: ['gold'], pace: 1, profile: { name: 'axidraw-v3' } }])
  })
})
