import { isIPv6 } from 'node:net'

/** A name or address of a computer as a URL has it, with brackets around an IPv6 address. */
export const hostInUrl = (name: string): string => (isIPv6(name) ? `[${name}]` : name)
