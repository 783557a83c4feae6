import { PlotdError } from '../../src/errors.ts'

/** The codes of Node for a certificate that this computer does not accept, such as CERT_HAS_EXPIRED. */
const CERTIFICATE = /CERT|UNABLE_TO_VERIFY/
const REMEDY =
  'To accept your own certificate, set NODE_EXTRA_CA_CERTS to its file. The name in the address must be on the certificate.'

const WITH_TLS =
  'If the daemon has a certificate, its address begins with https://. Otherwise start the daemon with `plotd serve`.'
const NO_TLS =
  'The program at this port uses no TLS. The address of a daemon without a certificate begins with http://.'

/** The error of a request that got no answer. @param why  the cause in words or as a code */
export function noAnswer(url: string, why: string, cause: NodeJS.ErrnoException): PlotdError {
  const { code = '' } = cause
  if (!CERTIFICATE.test(code)) {
    const remedy = schemeRemedy(url, cause)
    const detail = { url, ...(remedy !== undefined && { remedy }) }
    return new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url} (${why})`, detail, cause)
  }
  const message = `this computer does not accept the certificate of ${url} (${code})`
  return new PlotdError('ERR_DAEMON_AWAY', message, { url, remedy: REMEDY }, cause)
}

/** How to correct the scheme of an address that may have the wrong one. */
function schemeRemedy(url: string, { code, message }: NodeJS.ErrnoException): string | undefined {
  // A server with TLS closes the connection of a client without TLS, and answers nothing.
  if (code === 'ECONNRESET' && url.startsWith('http:')) return WITH_TLS
  return code === 'EPROTO' && message.includes(':wrong version number:') ? NO_TLS : undefined
}
