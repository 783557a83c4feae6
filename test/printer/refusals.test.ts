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
