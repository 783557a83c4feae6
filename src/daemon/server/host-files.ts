import { open } from 'node:fs/promises'
import { PlotdError } from '../../errors.ts'
import type { RouteRequest } from './http.ts'
import { json, sendBytes } from './http-messages.ts'

/** The files that the hosts of a farm exchange, by their hash. */
export interface HostFiles {
  /** The path of a file on this host. @param name  'plan/', 'upload/' or 'svg/' and the hash */
  path(name: string): string
  /**
   * Stores a copy that another host sends.
   *
   * @param name  'plan/' or 'svg/' and the hash
   * @throws PlotdError ERR_FILE; ERR_FORBIDDEN without a farm
   */
  take(name: string, bytes: Uint8Array): Promise<void>
  /** Sends a copy of a client's upload to another host. */
  copyUpload(sha256: string): Promise<void>
}

interface Parts {
  readonly hostFiles: HostFiles
}

/** Maximum number of bytes of a copy. */
const MAX_BYTES = 512 << 20

/** Sends a file of this host to another host. @throws PlotdError ERR_FORBIDDEN, ERR_FILE */
export async function getHostFile({ hostFiles }: Parts, request: RouteRequest): Promise<void> {
  hostOnly(request)
  const file = await open(hostFiles.path(request.rest)).catch((cause: unknown) => {
    throw new PlotdError('ERR_FILE', `there is no ${request.rest} on this host`, {}, cause)
  })
  await sendBytes(file, request)
}

/** Stores a copy from another host. @throws PlotdError ERR_FORBIDDEN, ERR_LIMIT, ERR_FILE */
export async function putHostCopy({ hostFiles }: Parts, request: RouteRequest): Promise<void> {
  hostOnly(request)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new PlotdError('ERR_LIMIT', `a copy has at most ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  await hostFiles.take(request.rest, new Uint8Array(Buffer.concat(chunks)))
  json(request.response, 201, {})
}

function hostOnly({ identity }: RouteRequest): void {
  if (!identity.isHost) throw new PlotdError('ERR_FORBIDDEN', 'expected the token of a host of this farm')
}
