import { describe, expect, it } from 'vitest'
import { announcementOf } from '../../clients/printer/discovery.ts'
import { attributes, keywords, text, uri } from '../../clients/printer/ipp/values.ts'

describe('the announcement of a printer', () => {
  const printer = {
    'printer-info': text('plotd axidraw'),
    'printer-make-and-model': text('plotd axidraw-v3'),
    'printer-location': text('studio'),
    'printer-more-info': uri('https://studio.local:7475'),
    'printer-uuid': uri('urn:uuid:ccf48151-e936-562e-ba2a-1bf30c87fb2b'),
    'printer-kind': keywords('document', 'photo'),
    'urf-supported': keywords('V1.4', 'W8', 'RS300'),
  }

  it('has the records that AirPrint and IPP Everywhere look for', () => {
    const secure = { 'uri-security-supported': keywords('tls'), 'uri-authentication-supported': keywords('basic') }
    const { name, type, port, subtypes, txt } = announcementOf('axidraw', attributes({ ...printer, ...secure }), 8631)
    expect({ name, type, port, subtypes }).toEqual({
      ...{ name: 'plotd axidraw', type: 'ipps', port: 8631, subtypes: ['universal', 'print'] },
    })
    expect(txt).toMatchObject({
      ...{ rp: 'ipp/print/axidraw', ty: 'plotd axidraw-v3', note: 'studio', TLS: '1.2', air: 'username,password' },
      ...{ URF: 'V1.4,W8,RS300', UUID: 'ccf48151-e936-562e-ba2a-1bf30c87fb2b', kind: 'document,photo' },
    })
    expect(txt['pdl']).toMatch(/application\/pdf.*image\/urf/)
    for (const [key, value] of Object.entries(txt)) expect(`${key}=${value}`.length).toBeLessThan(256)
  })

  it('shortens a long name at the end of a character', () => {
    const long = { ...printer, 'printer-info': text('ö'.repeat(40)) }
    expect(announcementOf('any', attributes(long), 8631).name).toBe('ö'.repeat(31))
  })

  it('asks for no password without authentication, and shortens a long name to the 63 bytes that DNS allows', () => {
    const open = {
      'uri-security-supported': keywords('none'),
      'uri-authentication-supported': keywords('requesting-user-name'),
    }
    const long = { ...printer, 'printer-info': text('plotd '.repeat(20)) }
    const { name, type, txt } = announcementOf('any', attributes({ ...long, ...open }), 8631)
    expect([type, txt['air'], txt['TLS'], name.length]).toEqual(['ipp', 'none', undefined, 63])
  })
})
