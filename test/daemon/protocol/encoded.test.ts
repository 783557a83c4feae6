import { expect, it } from 'vitest'
import { asJson, asJsonList, Encoded } from '../../../src/daemon/protocol/encoded.ts'

const written = new Encoded(['{"svg":"<svg/>",', '"title":"ä"}'].map((piece) => new TextEncoder().encode(piece)))
const read = (answer: unknown): unknown => JSON.parse(asJson(answer).toString())

it('an answer contains an encoded result unchanged', () => {
  const answer = { jsonrpc: '2.0', id: 'a "quoted" id', result: written }
  expect(read(answer)).toEqual({ ...answer, result: { svg: '<svg/>', title: 'ä' } })
})

it('a batch contains encoded results unchanged, at any place', () => {
  const plain = { jsonrpc: '2.0', id: 2, result: { title: 'ö' } }
  const encoded = { jsonrpc: '2.0', id: 1, result: written }
  const decoded = { ...encoded, result: { svg: '<svg/>', title: 'ä' } }
  for (const [batch, expected] of [
    [
      [encoded, plain],
      [decoded, plain],
    ],
    [
      [plain, encoded, encoded],
      [plain, decoded, decoded],
    ],
  ]) {
    expect(JSON.parse(asJsonList((batch ?? []).map(asJson)).toString())).toEqual(expected)
  }
})

it('any other answer is written as JSON', () => {
  expect(read({ id: 2, result: [1] })).toEqual({ id: 2, result: [1] })
})
