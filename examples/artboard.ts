import { createServer } from 'node:http'
import { enqueueSvgGeneration, getJobStatus, PlotdError, render, SvgBuilder } from '../src/index.ts'

/*
 * An artboard service that uses plotd. A program outside of this repository imports from 'plotd' instead of
 * '../src/index.ts'. The service answers requests for simple shapes at once. It queues complex patterns, urgent ones
 * first, and its clients ask for the state of the job. When no daemon runs, the service renders the pattern itself: the
 * caller waits longer, but no request is lost.
 *
 *   POST /artboards       {"id", "width", "height", "complexity"?, "pattern"?, "urgent"?}
 *   GET  /artboards/<job>
 */

interface ArtboardRequest {
  readonly id: string
  /** mm */
  readonly width: number
  readonly height: number
  readonly complexity?: 'simple' | 'complex'
  readonly pattern?: string
  readonly urgent?: boolean
}

export async function createArtboard(request: ArtboardRequest): Promise<object> {
  const { id, width, height, pattern = 'spiral' } = request
  if (request.complexity === 'simple') {
    const svg = new SvgBuilder(width, height)
    svg.rect(10, 10, 50, 50)
    return { status: 'finished', svg: svg.toString() }
  }
  try {
    const job = await enqueueSvgGeneration({
      width,
      height,
      patternType: pattern,
      filename: `artboard_${id}.svg`,
      priority: request.urgent ? 'high' : 'default',
    })
    return { status: 'generating', job: job.id, message: 'Complex pattern queued for generation' }
  } catch (error) {
    if (!(error instanceof PlotdError && error.code === 'ERR_DAEMON_AWAY')) throw error
    const { svg } = await render('pattern', { pattern, width, height })
    return { status: 'finished', svg }
  }
}

export async function artboardStatus(job: string): Promise<object> {
  const { status, result, error } = await getJobStatus(job)
  if (status === 'finished') return { ready: true, path: result }
  if (status === 'failed') return { ready: false, error }
  return { ready: false, status }
}

const server = createServer(async (request, response) => {
  try {
    const [, job] = /^\/artboards\/(\w+)$/.exec(request.url ?? '') ?? []
    let body = ''
    for await (const chunk of request) body += chunk
    const answer = job ? await artboardStatus(job) : await createArtboard(JSON.parse(body) as ArtboardRequest)
    response.end(JSON.stringify(answer))
  } catch (error) {
    response.statusCode = 400
    response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
  }
})

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  console.log(`artboards at http://127.0.0.1:${(server.address() as { port: number }).port}/artboards`)
})
