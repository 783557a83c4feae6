import { drawPattern, enqueueSvgGeneration, getJobStatus, PlotdError, readSvg, SvgBuilder } from 'plotd'
import { connect, type WireJob } from 'plotd/client'

const svg: string = new SvgBuilder(210, 148).hersheyText(105, 74, 'typed', 0.5).toString()
export const strokes: number = readSvg(svg).drawing.layers.length
export const drawn: typeof drawPattern = drawPattern

export async function queue(): Promise<WireJob['status'] | undefined> {
  try {
    const { id } = await enqueueSvgGeneration({ width: 200, height: 200, patternType: 'spiral', filename: 'a.svg' })
    const status: string = (await getJobStatus(id)).status
    await using client = await connect()
    return (await client.call('job.get', { id })).status ?? status
  } catch (thrown) {
    if (thrown instanceof PlotdError && thrown.code === 'ERR_DAEMON_AWAY') return undefined
    throw thrown
  }
}
