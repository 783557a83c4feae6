import { expect, it } from 'vitest'
import { refusalOf } from '../../clients/printer/submit.ts'
import { PlotdError } from '../../src/errors.ts'

it.each([
  ['connections', 'busy'],
  ['messagesPerSecond', 'busy'],
  ['heldBytes', 'busy'],
  ['uploadBytes', 'request-entity-too-large'],
])('a client that exceeds the limit %s of the daemon gets the status %s', (limit, status) => {
  expect(refusalOf(new PlotdError('ERR_LIMIT', 'too many', { limit }))).toMatchObject({ status })
})

it.each([
  ['ERR_DISK_FULL', {}, 'service-unavailable'],
  ['ERR_FILE', { system: 'ENOSPC' }, 'service-unavailable'],
  ['ERR_FILE', {}, 'document-format-error'],
] as const)('%s with the detail %o gets the status %s', (code, detail, status) => {
  expect(refusalOf(new PlotdError(code, 'it fails', detail))).toMatchObject({ status })
})
