import { describe, expect, it } from 'vitest'
import { candidateAt, usbIds } from '../../../../clients/cli/setup/usb-ids.ts'

describe('the USB ids of a port', () => {
  it('name the machine that the port may lead to', () => {
    const axidraw = { path: 'COM3', vendorId: '04d8', productId: 'fd92' }
    expect(usbIds(axidraw)).toBe('04d8:fd92')
    expect(candidateAt(axidraw)).toMatchObject({ dialect: 'ebb', name: 'axidraw' })
  })

  it('decide which dialect is tried first', () => {
    expect(candidateAt({ path: '/dev/ttyUSB0', vendorId: '1a86', productId: '7523' })?.dialect).toBe('grbl')
    expect(candidateAt({ path: '/dev/ttyUSB1', vendorId: '067b', productId: '2303' })?.dialect).toBe('hpgl')
  })

  it('name no machine for a built-in port or an unlisted chip', () => {
    expect(candidateAt({ path: '/dev/ttyS0' })).toBeUndefined()
    expect(candidateAt({ path: '/dev/ttyACM1', vendorId: 'ffff', productId: '0001' })).toBeUndefined()
  })
})
