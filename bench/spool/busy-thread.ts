import { onThread } from '../../src/spool/index.ts'

/** Reports that it has begun, then loops for ever. */
export const run = onThread<unknown, string>((_, tell) => {
  tell({ type: 'progress', done: 0 })
  for (;;) Math.sqrt(2)
})
