import { onThread } from '../../src/spool/index.ts'

/** Reports its start, then ends. */
export const run = onThread<unknown, string>((_, tell) => {
  tell({ type: 'progress', done: 0 })
  return 'done'
})
