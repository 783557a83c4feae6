import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readSvg } from '../../../../src/svg/index.ts'
import { lines } from '../support.ts'

const root = (attributes: string, inside = '<path d="M0 0L96 48" stroke="red"/>'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`

const size = (svg: string): [number, number] => {
  const { width, height } = readSvg(svg).drawing
  return [Number(width.toFixed(3)), Number(height.toFixed(3))]
}

describe('the SVG reader', () => {
  it.each([
    ['width="210mm" height="148mm"', [210, 148]],
    ['width="21cm" height="14.8cm"', [210, 148]],
    ['width="8in" height="4in"', [203.2, 101.6]],
    ['width="96" height="48px"', [25.4, 12.7]],
    ['width="72pt" height="6pc"', [25.4, 25.4]],
    ['width="40Q" height="40q"', [10, 10]],
    ['width="2em" height="1em" font-size="48"', [25.4, 12.7]],
    ['width="4EM" height="8Ex" font-size="48"', [50.8, 50.8]],
    ['viewBox="0 0 96 48"', [25.4, 12.7]],
    ['viewBox="0,0,96,48" width="100%" height="100%"', [25.4, 12.7]],
    ['viewBox="0 0 96 48" width="100mm"', [100, 50]],
    ['viewBox="0 0 96 48" height="100mm"', [200, 100]],
    ['viewBox="0 0 0 48" width="10mm" height="20mm"', [10, 20]],
    ['viewBox="rubbish" width="10mm" height="20mm"', [10, 20]],
    ['width="10furlongs" height="20mm" viewBox="0 0 10 10"', [20, 20]],
    ['width="-5" height="0" viewBox="0 0 96 48"', [25.4, 12.7]],
    ['', [25.4, 12.7]],
  ])('reads that a page with %s measures %j mm', (attributes, expected) => {
    expect(size(root(attributes))).toEqual(expected)
  })

  it.each([
    ['', [[0, 25, 100, 75]]],
    ['preserveAspectRatio="none"', [[0, 0, 100, 100]]],
    ['preserveAspectRatio="xMinYMin"', [[0, 0, 100, 50]]],
    ['preserveAspectRatio="xMaxYMax meet"', [[0, 50, 100, 100]]],
    ['preserveAspectRatio="xMinYMin slice"', [[0, 0, 200, 100]]],
    ['preserveAspectRatio="xMidYMid slice"', [[-50, 0, 150, 100]]],
    ['preserveAspectRatio="rubbish"', [[0, 25, 100, 75]]],
  ])('places the viewBox on the page: %s', (aspect, expected) => {
    expect(lines(readSvg(root(`width="100mm" height="100mm" viewBox="0 0 96 48" ${aspect}`)).drawing)).toEqual(expected)
  })

  it('keeps coordinates to the last bit when the unit is the millimetre', () => {
    const inside = '<path d="M65.4125 33.1375L23.9375 25.1313" stroke="red"/>'
    const page = root('width="279.4mm" height="215.9mm" viewBox="0 0 279.4 215.9"', inside)
    expect([...readSvg(page).drawing.points]).toEqual([65.4125, 33.1375, 23.9375, 25.1313])
  })

  it('reads lengths in inches, cm, %, em and ex', () => {
    const inside =
      '<line x1="1in" y1="1cm" x2="50%" y2="25%" stroke="red"/><line x2="2em" y2="1ex" font-size="96" stroke="red"/>'
    expect(lines(readSvg(root('width="100mm" height="100mm"', inside)).drawing)).toEqual([
      [25.4, 10, 50, 25],
      [0, 0, 50.8, 12.7],
    ])
  })
})

describe('the reader of SVG bytes', () => {
  const text =
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><path d="M0 0H9" stroke="red" id="é"/></svg>'
  const declared = (encoding: string): string => text.replace('"1.0"', `"1.0" encoding="${encoding}"`)

  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 little-endian', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 big-endian', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['Latin 1', Buffer.from(declared('ISO-8859-1'), 'latin1')],
    ['gzip', gzipSync(text)],
  ])('reads %s', (_name, bytes) => {
    expect(readSvg(bytes).drawing.width).toBeCloseTo(25.4)
  })

  it.each(['ISO-8859-1', 'windows-1252'])('reads the dash and the euro sign of a file in %s', (encoding) => {
    const withText = (content: string): string => content.replace(/<path.*\/>/, '<text y="24">– 5 €</text>')
    const bytes = Buffer.from(withText(declared(encoding)).replace('–', '\x96').replace('€', '\x80'), 'latin1')
    expect(lines(readSvg(bytes).drawing)).toEqual(lines(readSvg(withText(text)).drawing))
  })

  it.each<[string, Uint8Array]>([
    ['bytes that are no UTF-8', Buffer.from(text, 'latin1')],
    ['an unknown encoding', Buffer.from(declared('klingon'))],
    ['a damaged archive', gzipSync(text).subarray(0, 40)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readSvg(bytes)).toThrowError(expect.objectContaining({ code: 'ERR_SVG_INVALID' }))
  })
})
