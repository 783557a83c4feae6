import { describe, expect, it } from 'vitest'
import { exported, newJob } from '../src/daemon/protocol/job.ts'
import { PlotdError } from '../src/errors.ts'
import type { Job } from '../src/spool/job.ts'
import { JOB_LIMITS, type Range } from '../src/spool/job-fields.ts'
import { memorySpool } from '../src/spool/memory.ts'
import type { NewJob } from '../src/spool/spool.ts'

/** A field of a job, with its limits. */
interface Limited {
  /** The largest allowed number or size. */
  readonly most: number
  /** The smallest allowed number. */
  readonly least?: number
  /** The field with the number `size`, or with a value of this size. */
  readonly of: (size: number) => Partial<NewJob>
}

const plot = (fields: object): Partial<NewJob> => ({ plot: { plotter: 'any', copies: 1, ...fields } })
const chars = (most: number, of: (value: string) => Partial<NewJob>): Limited => ({
  most,
  of: (size) => of('x'.repeat(size)),
})
const list = (most: number, of: (items: string[]) => Partial<NewJob>): Limited => ({
  most,
  of: (size) => of(Array.from({ length: size }, (_, i) => `x${i}`)),
})
const range = ({ min, max }: Range, of: (value: number) => Partial<NewJob>): Limited => ({ least: min, most: max, of })

const { plot: PLOT, retries, ...LIMITS } = JOB_LIMITS

/** Every limit of JOB_LIMITS, under its name in JOB_LIMITS. */
const FIELDS: Readonly<Record<string, Limited>> = {
  task: chars(LIMITS.task, (task) => ({ task })),
  title: chars(LIMITS.title, (title) => ({ title })),
  tag: chars(LIMITS.tag, (tag) => ({ tags: [tag] })),
  tags: list(LIMITS.tags, (tags) => ({ tags })),
  output: chars(LIMITS.output, (output) => ({ output })),
  idempotencyKey: chars(LIMITS.idempotencyKey, (idempotencyKey) => ({ idempotencyKey })),
  owner: chars(LIMITS.owner, (owner) => ({ owner })),
  batch: chars(LIMITS.batch, (name) => ({ batch: { name, row: 1 } })),
  why: chars(LIMITS.why, (why) => ({ spoils: { job: 'j', by: 'b', why } })),
  row: range(LIMITS.row, (row) => ({ batch: { name: 'cards', row } })),
  values: { most: LIMITS.values, of: (size) => ({ params: Array.from({ length: size - 1 }, () => 1) }) },
  id: chars(LIMITS.id, (id) => ({ dependsOn: [id] })),
  dependsOn: list(LIMITS.dependsOn, (dependsOn) => ({ dependsOn })),
  priority: range(LIMITS.priority, (priority) => ({ priority })),
  timeoutMs: range(LIMITS.timeoutMs, (timeoutMs) => ({ timeoutMs })),
  // No lower limit is tested, because a submit refuses each `runAt` in the past.
  runAt: { most: LIMITS.runAt.max, of: (runAt) => ({ runAt }) },
  'retries.max': range(retries.max, (max) => ({ retries: { max, backoffMs: 1 } })),
  'retries.backoffMs': range(retries.backoffMs, (backoffMs) => ({ retries: { max: 1, backoffMs } })),
  'plot.plotter': chars(PLOT.plotter, (plotter) => plot({ plotter })),
  'plot.pen': chars(PLOT.pen, (pen) => plot({ pen })),
  'plot.layer': chars(PLOT.layer, (layer) => plot({ layers: [layer] })),
  'plot.pageSize': chars(PLOT.pageSize, (pageSize) => plot({ pageSize })),
  'plot.need': chars(PLOT.need, (need) => plot({ needs: [need] })),
  'plot.option': chars(PLOT.option, (option) => plot({ options: { [option]: 1 } })),
  'plot.copies': range(PLOT.copies, (copies) => plot({ copies })),
  'plot.layers': list(PLOT.layers, (layers) => plot({ layers })),
  'plot.needs': list(PLOT.needs, (needs) => plot({ needs })),
  // Names, quotes and the other fields count as 48 characters.
  'plot.json': { most: PLOT.json, of: (size) => plot({ options: { a: 'x'.repeat(size - 48) } }) },
}

/** Fields of an export that `job.submit` does not take: the caller's token gives `owner`, `job.spoiled` gives `why`. */
const OF_EXPORTS: ReadonlySet<string> = new Set(['owner', 'why'])

const RECORD = {
  ...{ id: '01HF7YAT00B5RYN9NBZ1FVW359', task: 'text', title: 't', tags: [], priority: 50, timeoutMs: 1000 },
  ...{ dependsOn: [], retries: { max: 0, backoffMs: 1 }, order: 1, status: 'queued', createdAt: 1, attempts: 0 },
} as const

const onWire = (name: string, fields: Partial<NewJob>): boolean =>
  OF_EXPORTS.has(name)
    ? exported.safeParse({ ...RECORD, ...fields }).success
    : newJob.safeParse({ task: 'text', ...fields }).success

/** Whether the spool takes the field, in a new job and in a job of an export. */
async function inSpool(fields: Partial<NewJob>): Promise<boolean[]> {
  const isAccepted = async (act: (spool: ReturnType<typeof memorySpool>) => Promise<unknown>): Promise<boolean> => {
    const spool = memorySpool()
    try {
      await act(spool)
      return true
    } catch (thrown) {
      // The ids in this test name no jobs. The spool reports an unknown job only after it has checked the limits.
      if (thrown instanceof PlotdError && thrown.code === 'ERR_JOB_UNKNOWN') return true
      if (thrown instanceof PlotdError && thrown.code === 'ERR_PARAMS') return false
      throw thrown
    } finally {
      await spool.close()
    }
  }
  return [
    await isAccepted((spool) => spool.submit([{ task: 'text', params: 1, ...fields }])),
    await isAccepted((spool) => spool.import([{ ...RECORD, params: 1, ...fields } as Job])),
  ]
}

describe('each limit of a job’s field', () => {
  const names = (limits: object): string[] =>
    Object.entries(limits).flatMap(([name, limit]) => {
      const isLimit = typeof limit === 'number' || ('min' in (limit as object) && 'max' in (limit as object))
      return isLimit ? [name] : []
    })

  it('has a case in this file', () => {
    const all = [
      ...names(LIMITS),
      ...Object.keys(retries).map((name) => `retries.${name}`),
      ...names(PLOT).map((name) => `plot.${name}`),
    ]
    expect(Object.keys(FIELDS).sort()).toEqual(all.sort())
  })

  it.each(Object.entries(FIELDS))(
    '%s: a value at the limit passes, and a value beyond it does not',
    async (name, field) => {
      const { most, least, of } = field
      const sizes = [
        [most, true],
        [most + (most > 2 ** 52 ? 2 : 1), false],
        ...(least === undefined
          ? []
          : [
              [least, true],
              [least - 1, false],
            ]),
      ] as const
      for (const [size, passes] of sizes) {
        expect([size, onWire(name, of(size as number))]).toEqual([size, passes])
        expect([size, ...(await inSpool(of(size as number)))]).toEqual([size, passes, passes])
      }
    },
  )

  it.each(Object.entries(FIELDS).filter(([, { least }]) => least !== undefined))(
    '%s: for a fraction, NaN and infinity, the spool decides as the wire does',
    async (name, { of }) => {
      for (const number of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const wire = onWire(name, of(number))
        expect([number, ...(await inSpool(of(number)))]).toEqual([number, wire, wire])
      }
    },
  )
})
