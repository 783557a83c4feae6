import { expect, it } from 'vitest'
import { httpStatus } from '../src/daemon/protocol/wire-error.ts'
import { PlotdError, toPlotdError } from '../src/errors.ts'
import { storeError } from '../src/spool/postgres/connect.ts'

/** A second copy of the module, as in another installation of plotd. */
const another = (await import('../src/errors.ts?another' as string)) as { PlotdError: typeof PlotdError }

it('a copy of plotd recognizes the errors of another copy in the same process, and no other values', () => {
  const error = new another.PlotdError('ERR_STRICT', 'would not be drawn as the file says: 1 × image')
  expect(another.PlotdError).not.toBe(PlotdError)
  expect(error).toBeInstanceOf(PlotdError)
  expect(toPlotdError(error)).toBe(error)
  expect(toPlotdError(Object.assign(new Error('odd'), { code: 'ERR_STRICT' })).code).toBe('ERR_INTERNAL')
  for (const other of [null, undefined, 'ERR_STRICT', new Error('no')]) expect(other instanceof PlotdError).toBe(false)
})

it('an error without a message gets the messages of its parts, or its name', () => {
  const parts = [new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')]
  const message = 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1'
  expect(toPlotdError(new AggregateError(parts)).message).toBe(message)
  expect(toPlotdError(new AggregateError([])).message).toBe('AggregateError')
  expect(toPlotdError(new TypeError()).message).toBe('TypeError')
})

it.each(['ENOSPC', 'EDQUOT'])(
  'a full disk is no bug: %s becomes ERR_DISK_FULL, and the message gives the remedy',
  (code) => {
    const unnamed = Object.assign(new Error(`${code}: write`), { code })
    const error = toPlotdError(Object.assign(unnamed, { path: '/var/lib/plotd/plans/1' }))
    expect(error.code).toBe('ERR_DISK_FULL')
    expect(error.message).toBe(
      `the disk with /var/lib/plotd/plans/1 is full (${code}): make room there, then try again`,
    )
    expect(error.detail).toEqual({ system: code, file: '/var/lib/plotd/plans/1' })
    expect(toPlotdError(Object.assign(new Error('write'), { code })).message).toMatch(
      /^a disk that plotd writes to is full/,
    )
    expect(toPlotdError(unnamed, 'ERR_FILE')).toMatchObject({ code: 'ERR_FILE', detail: { system: code } })
  },
)

it('the error for a full disk of the database says that nothing was changed, and where to make room', () => {
  const full = Object.assign(new Error('could not extend file "base/5/16385": No space left on device'), {
    code: '53100',
  })
  const error = storeError(full)
  expect(error.code).toBe('ERR_SPOOL_WRITE')
  expect(error.message).toMatch(/^the disk of the database is full, so nothing was changed: make room there/)
  expect(httpStatus(error)).toBe(507)
})

it.each([
  ['53300', 'sorry, too many clients already', 'the database refuses'],
  ['25006', 'cannot execute SELECT FOR UPDATE in a read-only transaction', 'the database refuses'],
  ['57P01', 'terminating connection due to administrator command', 'the database does not answer'],
])('the error for SQLSTATE %s says whether the database answers', (code, message, summary) => {
  expect(storeError(Object.assign(new Error(message), { code })).message).toBe(`${summary}: ${message}`)
})
