import { isIPv6 } from 'node:net'

/** A name or address of a computer as a URL has it: an IPv6 address is in brackets. */
export const hostInUrl = (name: string): string => (isIPv6(name) ? `[${name}]` : name)
