import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../clients/printer/ipp/codes.ts'
import { decode } from '../../clients/printer/ipp/decode.ts'
import { encode } from '../../clients/printer/ipp/encode.ts'
import {
  type Attributes,
  attributes,
  collection,
  dateTime,
  dpi,
  enumeration,
  integer,
  keywords,
  type Message,
  NO_VALUE,
  name,
  range,
  text,
  UNSUPPORTED,
  type Value,
} from '../../clients/printer/ipp/values.ts'
import { runs } from '../support/fuzz.ts'

const message = (job: Attributes): Message => ({
  version: [2, 0],
  code: 2,
  requestId: 7,
  groups: [
    { tag: 1, attributes: attributes({ 'attributes-charset': { is: 'charset', value: 'utf-8' } }) },
    { tag: 2, attributes: job },
  ],
})

/** A Get-Printer-Attributes request, byte by byte as RFC 8010 appendix A writes its examples. */
const EXAMPLE = Buffer.concat([
  Buffer.from([1, 1, 0, 0x0b, 0, 0, 0, 1, 1]),
  Buffer.from([0x47, 0, 18]),
  Buffer.from('attributes-charset'),
  Buffer.from([0, 5]),
  Buffer.from('utf-8'),
  Buffer.from([0x44, 0, 20]),
  Buffer.from('requested-attributes'),
  Buffer.from([0, 3]),
  Buffer.from('all'),
  Buffer.from([0x44, 0, 0, 0, 4]),
  Buffer.from('name'),
  Buffer.from([3]),
])

/** 'read', or the status of the refusal. */
const outcomeOf = (bytes: Uint8Array): string => {
  try {
    decode(bytes)
    return 'read'
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.status
    throw thrown
  }
}

describe('the codec of IPP', () => {
  it('reads a request, writes the same bytes, and finds the start of the document', () => {
    const { message: read, end } = decode(Buffer.concat([EXAMPLE, Buffer.from('%PDF')]))
    expect(end).toBe(EXAMPLE.length)
    expect(read.code).toBe(0x0b)
    expect(read.groups[0]?.attributes.get('requested-attributes')).toEqual(keywords('all', 'name'))
    expect(encode(read)).toEqual(EXAMPLE)
  })

  it('reads back the values that it writes: numbers, strings, dates, bytes and collections', () => {
    const job = attributes({
      copies: integer(3),
      'orientation-requested': enumeration(4),
      'ipp-attribute-fidelity': { is: 'boolean', value: true },
      'job-name': name('Brief für Zoë'),
      'job-message': text('…'),
      media: keywords('iso_a4_210x297mm', 'na_letter_8.5x11in'),
      'page-ranges': [range(1, 2), range(4, 9)],
      'printer-resolution': dpi(300),
      when: dateTime(Date.UTC(2026, 10, 27, 3, 4, 5, 600)),
      nothing: NO_VALUE,
      refused: UNSUPPORTED,
      raw: { is: 'octetString', value: new Uint8Array([1, 2, 255]) },
      'media-col': collection({
        'media-size': collection({ 'x-dimension': integer(21_000), 'y-dimension': integer(29_700) }),
        'media-type': keywords('a', 'b'),
      }),
    })
    const back = decode(encode(message(job))).message.groups[1]?.attributes
    expect([...(back ?? [])]).toEqual([...job].map(([key, values]) => [key, values.map(plain)]))
  })

  it('reads a text with its language, and an offset from UTC', () => {
    const withLanguage = Buffer.from([0, 2, 0x65, 0x6e, 0, 2, 0x68, 0x69])
    const date = Buffer.from([0x07, 0xea, 11, 27, 4, 0, 0, 0, 0x2b, 1, 0])
    const bytes = Buffer.concat([
      Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 2, 0x35, 0, 1, 0x74, 0, withLanguage.length]),
      withLanguage,
      Buffer.from([0x31, 0, 1, 0x64, 0, 11]),
      date,
      Buffer.from([3]),
    ])
    const job = decode(bytes).message.groups[0]?.attributes
    expect(job?.get('t')).toEqual([text('hi')])
    expect(job?.get('d')).toEqual([{ is: 'dateTime', value: new Date('2026-11-27T03:00:00Z') }])
  })

  it.each([
    ['an empty message', Buffer.alloc(0), 'bad-request'],
    ['a truncated message', EXAMPLE.subarray(0, 30), 'bad-request'],
    ['a message without its end', EXAMPLE.subarray(0, -1), 'bad-request'],
    ['a value before any attribute', Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x44, 0, 0, 0, 0, 3]), 'bad-request'],
    ['a negative length', Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x44, 0xff, 0xff, 3]), 'bad-request'],
    ['an integer of 2 bytes', Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x21, 0, 1, 65, 0, 2, 0, 0, 3]), 'bad-request'],
    ['a name that is not UTF-8', Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x44, 0, 1, 255, 0, 0, 3]), 'bad-request'],
    [
      'a date that no answer can repeat: month 13 of the year 65535',
      Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x31, 0, 1, 65, 0, 11, 255, 255, 13, 1, 0, 0, 0, 0, 0x2b, 0, 0, 3]),
      'bad-request',
    ],
    ['a collection without an end', Buffer.from([1, 1, 0, 2, 0, 0, 0, 1, 1, 0x34, 0, 1, 65, 0, 0, 3]), 'bad-request'],
  ])('refuses %s', (_, bytes, status) => {
    expect(outcomeOf(bytes)).toBe(status)
  })

  it('refuses the same attribute twice, as RFC 8011 4.1.3 wants', () => {
    const twice = encode(message(attributes({ copies: integer(1) })))
    const again = Buffer.concat([twice.subarray(0, -1), twice.subarray(-16, -1), Buffer.from([3])])
    expect(outcomeOf(twice)).toBe('read')
    expect(outcomeOf(again)).toBe('bad-request')
  })

  it('bounds attributes, values and the depth of collections', () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`a${i}`, integer(i)]))
    let deep: Value = integer(1)
    for (let i = 0; i < 9; i++) deep = collection({ in: deep })
    for (const job of [many, { values: Array.from({ length: 5001 }, integer) }, { deep }]) {
      expect(outcomeOf(encode(message(attributes(job))))).toBe('request-entity-too-large')
    }
  })

  it('reads random bytes or refuses them with a status', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['read', 'bad-request', 'request-entity-too-large']).toContain(outcomeOf(bytes))
      }),
      runs(20_000, 200),
    )
  })

  it('reads a message with changed bytes or refuses it with a status', () => {
    const valid = encode(
      message(attributes({ copies: integer(3), m: collection({ s: collection({ x: range(1, 2) }), d: dateTime(0) }) })),
    )
    const change = fc.record({ at: fc.nat(valid.length - 1), to: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(valid)
        for (const { at, to } of changes) bytes[at] = to
        expect(['read', 'bad-request', 'request-entity-too-large']).toContain(outcomeOf(bytes))
      }),
      runs(20_000, 200),
    )
  })
})

/** The value as the decoder gives it: bytes are a Buffer. */
const plain = (value: Value): Value =>
  value.is === 'octetString' ? { is: 'octetString', value: Buffer.from(value.value) } : value
