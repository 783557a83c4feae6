import { PlotdError } from '../../src/errors.ts'

/** The codes of Node for a certificate that this computer does not accept, such as CERT_HAS_EXPIRED. */
const CERTIFICATE = /CERT|UNABLE_TO_VERIFY/
const REMEDY =
  'To accept your own certificate, set NODE_EXTRA_CA_CERTS to its file. The name in the address must be on the certificate.'

/** The error of a request that got no answer. @param why  the cause in words or as a code */
export function noAnswer(url: string, why: string, cause: NodeJS.ErrnoException): PlotdError {
  const { code = '' } = cause
  if (!CERTIFICATE.test(code))
    return new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url} (${why})`, { url }, cause)
  const message = `this computer does not accept the certificate of ${url} (${code})`
  return new PlotdError('ERR_DAEMON_AWAY', message, { url, remedy: REMEDY }, cause)
}
