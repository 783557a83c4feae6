import { expect, it } from 'vitest'
import { Turns } from '../src/turns.ts'

it('work in turns begins when earlier work has ended, even by an error, and each caller gets its own outcome', async () => {
  const turns = new Turns()
  const begun: string[] = []
  let fail: (why: Error) => void = () => {}
  const first = turns.run(() => {
    begun.push('first')
    return new Promise<string>((_, reject) => {
      fail = reject
    })
  })
  const second = turns.run(async () => begun.push('second'))
  await new Promise(setImmediate)
  expect(begun).toEqual(['first'])
  fail(new Error('full'))
  await turns.end()
  expect(begun).toEqual(['first', 'second'])
  await expect(first).rejects.toThrow('full')
  expect(await second).toBe(2)
})
