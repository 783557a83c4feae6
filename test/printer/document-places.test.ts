import { describe, expect, it } from 'vitest'
import { DocumentPlaces } from '../../clients/printer/document-places.ts'

/** Two places, on a clock in seconds. */
function places() {
  const clock = { s: 0 }
  const dropped: string[] = []
  const all = new DocumentPlaces(2, () => 1000 * clock.s)
  const take = (name: string) => all.take(() => dropped.push(name))
  return { clock, dropped, take }
}

describe('when all places for documents are taken', () => {
  it('a new document is refused while all others are fast or new', () => {
    const { clock, dropped, take } = places()
    const quick = take('quick')
    clock.s = 60
    quick.count(60_000_000)
    take('new')
    clock.s = 69
    expect(() => take('third')).toThrow(expect.objectContaining({ status: 'busy' }))
    expect(dropped).toEqual([])
  })

  it('the slowest of the slow documents loses its place', () => {
    const { clock, dropped, take } = places()
    const [slow, slower] = [take('slow'), take('slower')]
    clock.s = 11
    slow.count(500_000)
    slower.count(400_000)
    take('third')
    expect(dropped).toEqual(['slower'])
  })

  it('a document without a single byte may lose its place after ten seconds', () => {
    const { clock, dropped, take } = places()
    take('silent')
    const quick = take('quick')
    clock.s = 10
    quick.count(9_000_000)
    take('third')
    expect(dropped).toEqual(['silent'])
  })

  it('even a fast document may lose its place after two minutes', () => {
    const { clock, dropped, take } = places()
    const steady = take('steady')
    clock.s = 100
    const quick = take('quick')
    clock.s = 120
    steady.count(120 * 100_000)
    quick.count(20_000_000)
    take('third')
    expect(dropped).toEqual(['steady'])
  })

  it('a new document takes a place that another has left', () => {
    const { take } = places()
    const first = take('first')
    take('second')
    first.leave()
    take('third')
    expect(() => take('fourth')).toThrow(expect.objectContaining({ status: 'busy' }))
  })

  it('a dropped document frees no place when it leaves later', () => {
    const { clock, dropped, take } = places()
    const first = take('first')
    take('second')
    clock.s = 200
    take('third')
    first.leave()
    expect(dropped).toEqual(['first'])
    take('fourth')
    expect(dropped).toEqual(['first', 'second'])
  })
})
