import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../clients/printer/ipp/codes.ts'
import {
  attributes,
  dpi,
  enumeration,
  GROUPS,
  integer,
  keyword,
  keywords,
  range,
  uri,
  type Value,
} from '../../clients/printer/ipp/values.ts'
import { mediaNames, sheetsFor, sizeOfCol, sizeOfName } from '../../clients/printer/media.ts'
import { ANY, jobsOf, stateOf, suppliesOf } from '../../clients/printer/plotter-state.ts'
import {
  fromRecord,
  stateOf as jobStateOf,
  type PrintJob,
  sheetsDone,
  toRecord,
} from '../../clients/printer/print-job.ts'
import { printerAt, requestOf } from '../../clients/printer/request.ts'
import { checkAttributes, orderOf, templateOf } from '../../clients/printer/template.ts'
import { Watch } from '../../clients/printer/watch.ts'
import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'

const AXIDRAW = { width: 300, height: 218 }

const plotter = (more: Partial<WirePlotter> = {}): WirePlotter => ({
  ...{ name: 'axidraw', url: 'sim:ebb', profile: 'axidraw-v3', widthMm: 300, heightMm: 218, gate: true },
  ...{ queuePaused: false, state: { is: 'idle', ready: false }, planned: {}, adjusted: {} },
  ...more,
})

const job = (status: WireJob['status'], more: Partial<WireJob> = {}): WireJob => ({
  ...{ id: `job-${status}`, task: 'svg', title: 'Letter', tags: [], priority: 50, order: 1, status, createdAt: 1 },
  ...{ attempts: 0, timeoutMs: 1, dependsOn: [], retries: { max: 0, backoffMs: 0 }, touched: false },
  plot: { plotter: 'axidraw', copies: 1 },
  ...more,
})

const printed = (jobs: readonly WireJob[]): PrintJob => ({
  ...{ id: 1, uuid: 'u', printer: 'axidraw', name: 'Letter', user: 'ada', createdAt: 1, template: toRecord(new Map()) },
  jobs: jobs.map(({ id }) => id),
})

const stateOfJobs = (jobs: readonly WireJob[], isGranted = false) =>
  jobStateOf(printed(jobs), { jobs: new Map(jobs.map((one) => [one.id, one])), isGranted: () => isGranted })

describe('the state of a print job', () => {
  it.each([
    ['queued', 'pending', 'job-queued'],
    ['started', 'pending', 'job-transforming'],
    ['held', 'pending-held', 'job-hold-until-specified'],
    ['scheduled', 'pending-held', 'job-hold-until-specified'],
    ['rendered', 'pending-held', 'resources-are-not-ready'],
    ['plotting', 'processing', 'job-printing'],
    ['paused', 'processing-stopped', 'job-suspended'],
    ['interrupted', 'processing-stopped', 'printer-stopped'],
    ['finished', 'completed', 'job-completed-successfully'],
    ['failed', 'aborted', 'aborted-by-system'],
    ['canceled', 'canceled', 'job-canceled-by-user'],
  ] as const)('whose job is %s is %s because of %s', (status, state, reason) => {
    expect(stateOfJobs([job(status)])).toMatchObject({ state, reasons: [reason] })
  })

  it('counts the sheet that was completed last, while the job waits for its next sheet', () => {
    const progress = { phase: 'plot', done: 9, of: 9, copiesDone: 1 } as const
    const second = job('paused', { plot: { plotter: 'axidraw', copies: 3 }, progress })
    expect(sheetsDone([second.id], new Map([[second.id, second]]))).toBe(2)
  })

  it('counts the sheets of the attempts before a retry', () => {
    const more = { plot: { plotter: 'axidraw', copies: 3 }, spent: { inkMm: 1, drawnSeconds: 1, copies: 2 } }
    const jobs = [job('finished', more), job('rendered', more)]
    const ids = jobs.map(({ id }) => id)
    expect(sheetsDone(ids, new Map(jobs.map((one) => [one.id, one])))).toBe(5 + 2)
  })

  it('gives the reason of an interrupted plot', () => {
    const cut = job('interrupted', { reason: { code: 'connection-lost', message: 'the cable was pulled' } })
    expect(stateOfJobs([cut])).toMatchObject({ state: 'processing-stopped', message: 'the cable was pulled' })
  })

  it('is pending when a grant lets the job begin, and held when the operator must act', () => {
    expect(stateOfJobs([job('rendered')], true).state).toBe('pending')
    expect(stateOfJobs([job('rendered')]).state).toBe('pending-held')
  })

  it('is held while only a plotter that may not draw the job has a grant', () => {
    const watch = new Watch(() => true)
    const grant = { for: { sheets: 1, of: 1 }, by: 'ada', since: 1, until: 2 }
    const small = plotter({ name: 'small', state: { is: 'idle', ready: true }, grant })
    watch.take({ ...{ type: 'snapshot', seq: 1, total: 0, jobs: [], paused: [] }, plotters: [small] })
    const forAny = (plotters: readonly string[]) =>
      job('rendered', { plot: { plotter: ANY, copies: 1 }, result: { plotters } as unknown as WireJob['result'] })
    expect([['small'], ['large']].map((names) => watch.isGranted(forAny(names)))).toEqual([true, false])
  })

  it('is held while the plotter that the job names is in maintenance', () => {
    const watch = new Watch(() => true)
    const open = plotter({ name: 'ada', gate: false, state: { is: 'idle', ready: true } })
    const isGrantedOn = (ada: WirePlotter) => {
      watch.take({ ...{ type: 'snapshot', seq: 1, total: 0, jobs: [], paused: [] }, plotters: [ada] })
      return watch.isGranted(job('rendered', { plot: { plotter: 'ada', copies: 1 } }))
    }
    expect(isGrantedOn(open)).toBe(true)
    expect(isGrantedOn({ ...open, maintenance: { reason: 'belt', by: 'ada', since: 1 } })).toBe(false)
  })

  it('is that of the sheet whose state is most urgent, and ends with the last sheet', () => {
    expect(stateOfJobs([job('finished'), job('plotting'), job('rendered')]).state).toBe('processing')
    expect(stateOfJobs([job('plotting'), job('interrupted')]).state).toBe('processing-stopped')
    expect(stateOfJobs([job('finished'), job('failed'), job('canceled')]).state).toBe('aborted')
    expect(stateOfJobs([job('finished'), job('canceled')]).state).toBe('canceled')
  })

  it('reports the parts that were not drawn', () => {
    const warnings = [{ code: 'not-drawn', kind: 'loss' as const, message: '2 images are not drawn' }]
    const result = {
      ...{
        path: 'a.svg',
        widthMm: 1,
        heightMm: 1,
        strokes: 1,
        penDownMm: 1,
        travelMm: 1,
        lifts: 1,
        estimateSeconds: 1,
      },
      warnings,
    }
    expect(stateOfJobs([job('finished', { result })])).toEqual({
      state: 'completed',
      reasons: ['job-completed-with-warnings'],
      message: '2 images are not drawn',
    })
  })

  it('is held until the document comes, and never changes after the end of the job', () => {
    const queue = { jobs: new Map(), isGranted: () => false }
    const { jobs: _, ...incoming } = printed([])
    expect(jobStateOf(incoming, queue)).toMatchObject({ state: 'pending-held', reasons: ['job-incoming'] })
    const ending = { state: 'completed', reasons: ['job-completed-successfully'], at: 2 } as const
    expect(jobStateOf({ ...incoming, ending }, queue).state).toBe('completed')
  })
})

describe('the state of a printer', () => {
  const view = (plotters: readonly WirePlotter[], jobs: readonly WireJob[] = [], paused: readonly string[] = []) =>
    stateOf({ name: plotters.length > 1 ? ANY : 'axidraw', plotters, jobs, paused: new Set(paused) })

  it('has the reason media-needed while a job waits for a sheet', () => {
    expect(view([plotter()], [job('rendered')])).toMatchObject({ state: 3, reasons: ['media-needed'] })
    expect(view([plotter()])).toEqual({ state: 3, reasons: ['none'] })
    expect(view([plotter({ state: { is: 'idle', ready: true } })], [job('rendered')]).reasons).toEqual(['none'])
  })

  it('needs media while a job waits between two copies, on the plotter that draws the job', () => {
    const progress = { phase: 'plot', done: 9, of: 9, copiesDone: 0, plotter: 'axidraw' } as const
    const reason = { code: 'sheet', message: 'copy 2 of 2 waits for a fresh sheet' }
    const second = job('paused', { plot: { plotter: ANY, copies: 2 }, progress, reason })
    expect(view([plotter()], [second])).toMatchObject({ state: 3, reasons: ['media-needed'] })
    expect(view([plotter({ name: 'hp' })], [second]).reasons).toEqual(['none'])
    const paused = { ...second, reason: { code: 'operator', message: 'paused by a user' } }
    expect(view([plotter()], [paused]).reasons).toEqual(['none'])
  })

  it('counts a job for the plotter `any` only where it is drawn or may be drawn', () => {
    const plot = { plotter: ANY, copies: 1 }
    const progress = { phase: 'plot', done: 0, of: 1, plotter: 'hp' } as const
    const result = { plotters: ['hp'] } as unknown as WireJob['result']
    const jobs = [
      job('plotting', { plot, progress }),
      job('rendered', { plot, ...(result && { result }) }),
      job('queued', { plot }),
    ]
    const countOf = (name: string): number => jobsOf({ name, jobs }).length
    expect(['axidraw', 'hp', ANY].map(countOf)).toEqual([1, 3, 3])
  })

  it.each([
    ['plotting', plotter({ state: { is: 'plotting', job: 'a' } }), 4, 'none'],
    ['offline', plotter({ state: { is: 'offline', why: 'no cable' } }), 5, 'connecting-to-device'],
    ['in fault', plotter({ state: { is: 'fault', code: 'ERR_DEVICE', message: 'stuck' } }), 5, 'other'],
    ['paused', plotter({ state: { is: 'paused', job: 'a', why: 'operator', since: 1 } }), 5, 'paused'],
    [
      'waiting for the next sheet',
      plotter({ state: { is: 'paused', job: 'a', why: 'sheet', since: 1 } }),
      5,
      'media-needed',
    ],
    ['in maintenance', plotter({ maintenance: { reason: 'belt', by: 'ada', since: 1 } }), 5, 'paused'],
  ])('follows from the state of its plotter: %s', (_, one, state, reason) => {
    expect(view([one])).toMatchObject({ state, reasons: [reason] })
  })

  it('is paused with its queue or with all queues', () => {
    expect(view([plotter()], [], ['axidraw'])).toMatchObject({ state: 5, reasons: ['paused'] })
    expect(view([plotter()], [], [''])).toMatchObject({ state: 5, reasons: ['paused'] })
  })

  it('reports that ink is low, and how much is left', () => {
    const pens = [{ slot: 1, pen: 'black', color: '#112233', drawnMm: 950, leftMm: 50 }]
    expect(view([plotter({ pens })]).reasons).toEqual(['marker-supply-low'])
    expect(suppliesOf([plotter({ pens })])).toEqual([{ name: 'black', color: '#112233', level: 5 }])
    expect(suppliesOf([plotter()])).toEqual([{ name: 'pen', color: 'none', level: -2 }])
  })

  it('is stopped for the printer `any` only when all plotters are stopped', () => {
    const away = plotter({ name: 'west', state: { is: 'offline', why: 'no cable' } })
    expect(view([plotter(), away])).toMatchObject({ state: 3, reasons: ['stopped-partly'] })
    expect(view([away, { ...away, name: 'east' }])).toMatchObject({ state: 5, reasons: ['connecting-to-device'] })
    expect(view([])).toMatchObject({ state: 5, reasons: ['shutdown'] })
  })

  it('separates the messages of several plotters by semicolons', () => {
    const away = plotter({ name: 'west', state: { is: 'offline', why: 'no cable' } })
    expect(view([away, { ...away, name: 'east' }]).message).toBe('west: no cable; east: no cable')
  })
})

describe('the sheets that a printer offers', () => {
  it('are those that its machine reaches in portrait or landscape', () => {
    const names = sheetsFor([AXIDRAW]).map(({ name }) => name)
    expect(names).toContain('iso_a4_210x297mm')
    expect(names).toContain('na_letter_8.5x11in')
    expect(names).not.toContain('iso_a3_297x420mm')
    expect(mediaNames([AXIDRAW]).slice(-2)).toEqual(['custom_min_50x50mm', 'custom_max_218x300mm'])
    expect(sheetsFor([{ width: 60, height: 90 }])).toEqual([{ name: 'custom_plotter_60x90mm', width: 60, height: 90 }])
  })
})

describe('reading a print request', () => {
  const template = templateOf([AXIDRAW], 'a4')
  const size = (x: number, y: number): Value => ({
    is: 'collection',
    members: attributes({
      'media-size': { is: 'collection', members: attributes({ 'x-dimension': integer(x), 'y-dimension': integer(y) }) },
    }),
  })

  it('gives the fields of a job', () => {
    const request = attributes({
      copies: integer(3),
      'media-col': size(14_800, 21_000),
      'orientation-requested': { is: 'enum', value: 5 },
      'number-up': integer(4),
      'job-priority': integer(75),
      'job-hold-until': keyword('indefinite'),
      'print-content-optimize': keyword('photo'),
      'print-scaling': keyword('fit'),
      'print-color-mode': keyword('monochrome'),
      'multiple-document-handling': keyword('separate-documents-uncollated-copies'),
      'page-ranges': [range(1, 2), range(5, 9)],
    })
    const { accepted, unsupported } = checkAttributes(request, template)
    expect(unsupported.size).toBe(0)
    expect(orderOf(fromRecord(toRecord(accepted)))).toEqual({
      ...{ copies: 3, isCollated: false, priority: 75, numberUp: 4, hold: true, sheet: { width: 148, height: 210 } },
      ...{ isLandscape: true, isUpsideDown: true, scaling: 'fit', isMonochrome: true, hasPictures: true },
      pages: [
        { from: 1, to: 2 },
        { from: 5, to: 9 },
      ],
    })
  })

  it('has defaults: one copy with one pen, shrunk if it does not fit the sheet', () => {
    expect(orderOf(new Map())).toEqual({
      copies: 1,
      isCollated: true,
      priority: 50,
      numberUp: 1,
      hold: false,
      isLandscape: false,
      isUpsideDown: false,
      scaling: 'shrink',
      isMonochrome: true,
      hasPictures: false,
      pages: [],
    })
    expect(orderOf(attributes({ 'print-color-mode': keyword('color') })).isMonochrome).toBe(false)
  })

  it('lists unsupported attributes and values, and sheets beyond the reach of the machine', () => {
    const request = attributes({
      copies: integer(0),
      media: keyword('iso_a2_420x594mm'),
      sides: keyword('two-sided-long-edge'),
      'page-ranges': [range(3, 2)],
      'punch-holes': integer(4),
      overrides: { is: 'collection', members: attributes({ pages: range(2, 2), copies: integer(2) }) },
      'job-name': { is: 'name', value: 'harmless' },
    })
    const { accepted, unsupported } = checkAttributes(request, template)
    expect([...accepted]).toEqual([])
    expect([...unsupported.keys()]).toEqual(['copies', 'media', 'sides', 'page-ranges', 'punch-holes', 'overrides'])
    expect(unsupported.get('sides')).toEqual(keywords('two-sided-long-edge'))
    expect(unsupported.get('punch-holes')).toEqual([{ is: 'unsupported' }])
  })

  it('refuses two values or none for an attribute that takes one value', () => {
    const request = attributes({
      'orientation-requested': [enumeration(3), enumeration(4)],
      'print-quality': [],
      'printer-resolution': [dpi(300), dpi(600)],
      finishings: enumeration(3),
    })
    const { accepted, unsupported } = checkAttributes(request, template)
    expect([...accepted.keys()]).toEqual(['finishings'])
    expect([...unsupported.keys()]).toEqual(['orientation-requested', 'print-quality', 'printer-resolution'])
  })

  it('reads sizes from names and collections', () => {
    expect(sizeOfName('na_index-4x6_4x6in')).toEqual({ width: 101.6, height: 152.4 })
    expect(sizeOfName('custom_card_100x150mm')).toEqual({ width: 100, height: 150 })
    expect(sizeOfName('letter')).toBeUndefined()
    expect(sizeOfCol([size(10_000, 15_000)])).toEqual({ width: 100, height: 150 })
    expect(sizeOfCol([size(0, 15_000)])).toBeUndefined()
  })

  it.each([
    ['/ipp/print', { printer: 'any', jobId: undefined }],
    ['/ipp/print/axidraw', { printer: 'axidraw', jobId: undefined }],
    ['/ipp/print/axidraw/12', { printer: 'axidraw', jobId: 12 }],
    ['/ipp/print/12', { printer: '12', jobId: undefined }],
    ['/printers/axidraw', undefined],
    ['/ipp/print/a/b', undefined],
  ])('reads the path %s', (path, target) => {
    expect(printerAt(path)).toEqual(target)
  })

  it.each([
    [{ 'printer-uri': uri('ipp://localhost/ipp/print/7') }, { printer: '7', jobId: undefined }],
    [
      { 'printer-uri': uri('ipp://localhost/ipp/print/7'), 'job-id': integer(12) },
      { printer: '7', jobId: 12 },
    ],
    [{ 'job-uri': uri('ipp://localhost/ipp/print/7/12') }, { printer: '7', jobId: 12 }],
    [{ 'job-uri': uri('ipp://localhost/ipp/print/12') }, { printer: 'any', jobId: 12 }],
  ])('finds the target of %o, also when the name of the plotter is a number', (target, expected) => {
    const operation = attributes({
      'attributes-charset': { is: 'charset', value: 'utf-8' },
      'attributes-natural-language': { is: 'naturalLanguage', value: 'en' },
      ...target,
    })
    const groups = [{ tag: GROUPS.operation, attributes: operation }]
    expect(requestOf({ version: [2, 0], code: OPERATIONS['Get-Jobs'], requestId: 1, groups })).toMatchObject(expected)
  })
})
