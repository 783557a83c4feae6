import { messageOf } from '../../src/errors.ts'
import type { Attributes } from './ipp/values.ts'
import { shorten, stringOf, stringsOf } from './ipp/values.ts'

/** A service as multicast DNS announces it. */
export interface Announcement {
  readonly name: string
  readonly type: 'ipp' | 'ipps'
  readonly port: number
  /** `universal` for AirPrint, `print` for IPP Everywhere. */
  readonly subtypes: readonly string[]
  readonly txt: Readonly<Record<string, string>>
}

/** Maximum number of bytes of a DNS label. */
const MAX_NAME = 63

/**
 * The announcement of a printer from its attributes, by PWG 5100.14, section 4.2, and Apple's Bonjour Printing
 * Specification.
 *
 * @param printer  the name of the printer, which is the last part of its path
 */
export function announcementOf(printer: string, attributes: Attributes, port: number): Announcement {
  const textOf = (name: string): string => stringOf(attributes.get(name)) ?? ''
  const isSecure = textOf('uri-security-supported') === 'tls'
  const needsPassword = textOf('uri-authentication-supported') === 'basic'
  return {
    name: shorten(textOf('printer-info'), MAX_NAME),
    type: isSecure ? 'ipps' : 'ipp',
    port,
    subtypes: ['universal', 'print'],
    txt: {
      txtvers: '1',
      qtotal: '1',
      rp: `ipp/print/${encodeURIComponent(printer)}`,
      ty: textOf('printer-make-and-model'),
      product: `(${textOf('printer-make-and-model')})`,
      note: textOf('printer-location'),
      adminurl: textOf('printer-more-info'),
      pdl: PDL.join(','),
      URF: stringsOf(attributes.get('urf-supported')).join(','),
      UUID: textOf('printer-uuid').replace('urn:uuid:', ''),
      kind: stringsOf(attributes.get('printer-kind')).join(','),
      air: needsPassword ? 'username,password' : 'none',
      ...(isSecure && { TLS: '1.2' }),
      Color: 'T',
      Duplex: 'F',
      Copies: 'T',
      Collate: 'T',
      priority: '50',
    },
  }
}

const PDL = ['application/pdf', 'image/urf', 'image/pwg-raster', 'image/jpeg', 'image/png', 'image/svg+xml'] as const

/** Announces printers on the local network. @returns a function that withdraws the announcements */
export async function announce(
  services: readonly Announcement[],
  log: (message: string) => void,
): Promise<() => Promise<void>> {
  const { Bonjour } = await import('bonjour-service')
  const bonjour = new Bonjour({}, (error: unknown) => log(`the printer cannot be announced: ${messageOf(error)}`))
  for (const { subtypes, txt, ...service } of services) {
    const published = bonjour.publish({ ...service, subtypes: [...subtypes], txt })
    published.on('error', (error: unknown) => log(`${service.name} cannot be announced: ${messageOf(error)}`))
  }
  return () =>
    new Promise((resolve) => {
      bonjour.unpublishAll(() => bonjour.destroy(() => resolve()))
    })
}
