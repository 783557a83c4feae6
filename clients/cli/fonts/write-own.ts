import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname } from 'node:path'
import { hostInUrl } from '../../../src/daemon/protocol/host-names.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import type { LetterSample, WrittenFont, WrittenSheet } from '../../../src/index.ts'
import { readBytes, writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { GUIDES, writePage } from './write-page.ts'

type Local = typeof import('../../../src/index.ts')

/** Maximum number of bytes of one request of the page. 200 letters that a fast tablet records have about 2 MB. */
const MAX_BYTES = 24 << 20
/** After the user presses “Try it”, the page shows these words in the new font. */
const SAMPLE = 'Sphinx of black quartz, judge my vow'

/** A request of the page. */
interface Message {
  readonly baseline: number
  readonly xLine: number
  readonly samples: readonly LetterSample[]
  readonly finish: boolean
}

/**
 * `plotd fonts write FILE`: makes an SVG font from the alphabet that the user writes on a page. Serves the page on
 * one address under a secret path, until the user finishes or stops the command.
 *
 * @throws PlotdError ERR_PARAMS for a file that is not an .svg, or an address that this computer does not have
 */
export async function writeOwn(local: Local, file: string, host: string, io: Io): Promise<number> {
  requireSvg(file)
  const path = `/${randomBytes(18).toString('base64url')}`
  let finish: (font: WrittenFont) => void = () => {}
  const finished = new Promise<WrittenFont>((resolve) => {
    finish = resolve
  })
  const server = createServer((request, response) => {
    if (request.url === `${path}/photo` && request.method === 'POST') return void answerPhoto(local, request, response)
    if (request.url !== path) return send(response, 404, { message: 'There is nothing here.' })
    if (request.method === 'GET') return answerPage(response)
    if (request.method !== 'POST') return send(response, 405, { message: 'Expected GET or POST.' })
    void answerSamples(local, file, request, response, finish)
  })
  const url = await listen(server, host, path)
  io.answer({ url, file }, () => [`Write your alphabet on ${url}`, `The font goes to ${file}. Ctrl-C ends the page.`])
  const { characters, forms } = await finished
  server.close()
  server.closeIdleConnections()
  io.answer({ path: file, characters, forms }, () => [
    `Wrote ${characters} characters in ${forms} forms to ${file}.`,
    `Use it: plotd text "Dear Ada," --font ${file} --hand 1`,
  ])
  return 0
}

/**
 * `plotd fonts write FILE --photo PHOTO`: makes the font from photographs of the filled-in sheet, without a page. A
 * letter that is on several photographs gets several forms.
 *
 * @throws PlotdError ERR_PARAMS, ERR_FILE, ERR_LIMIT, ERR_FONT_INVALID; an error about a photograph names it
 */
export async function writeFromPhotos(local: Local, file: string, photos: readonly string[], io: Io): Promise<number> {
  requireSvg(file)
  const sheets: WrittenSheet[] = []
  for (const photo of photos) sheets.push(await sheetOn(local, photo))
  const [first] = sheets
  if (!first) throw new PlotdError('ERR_PARAMS', '--photo: expected a photograph')
  const { baseline, xLine } = first
  const samples = sheets.flatMap((sheet) => sheet.samples)
  const font = local.fontFromSamples({ name: basename(file).replace(/\.svg$/i, ''), baseline, xLine, samples })
  await writeFileOrExplain(file, font.svg)
  const { characters, forms, again } = font
  const empty = first.empty.filter((text) => !samples.some((sample) => sample.text === text))
  io.answer({ path: file, characters, forms, empty, again }, () => [
    `Wrote ${characters} characters and pairs in ${forms} forms to ${file}.`,
    ...(empty.length > 0 ? [`Without ink on the sheet: ${empty.join(' ')}`] : []),
    ...(again.length > 0 ? [`Worth writing again: ${again.join(' ')}`] : []),
    `Use it: plotd text "Dear Ada," --font ${file} --hand 1`,
  ])
  return 0
}

async function sheetOn(local: Local, path: string): Promise<WrittenSheet> {
  const bytes = await readBytes(path)
  try {
    return await local.readAlphabetSheet(bytes)
  } catch (thrown) {
    const { code, message } = toPlotdError(thrown)
    throw new PlotdError(code, `${path}: ${message}`, { path }, thrown)
  }
}

function requireSvg(file: string): void {
  if (!/\.svg$/i.test(file)) throw new PlotdError('ERR_PARAMS', `Expected: plotd fonts write FILE.svg, got '${file}'`)
}

/** Answers with the letters of a photograph, scaled to the boxes of the page. */
async function answerPhoto(local: Local, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const sheet = await local.readAlphabetSheet(await bodyOf(request))
    const scale = (GUIDES.baseline - GUIDES.xLine) / (sheet.baseline - sheet.xLine)
    const toFont = ([x, y]: readonly [number, number]) => [x * scale, GUIDES.baseline + (y - sheet.baseline) * scale]
    const samples = sheet.samples.map(({ strokes, ...rest }) => ({
      ...rest,
      strokes: strokes.map((line) => line.map(toFont)),
    }))
    const message = `${samples.length} boxes were read from the photograph.`
    const empty = sheet.empty.length > 0 ? ` Without ink: ${sheet.empty.join(' ')}` : ''
    send(response, 200, { samples, message: message + empty })
  } catch (thrown) {
    send(response, 400, { message: toPlotdError(thrown).message })
  }
}

function listen(server: Server, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new PlotdError('ERR_PARAMS', `cannot listen on ${host}`, { host }, cause)))
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      resolve(`http://${hostInUrl(host)}:${port}${path}`)
    })
  })
}

function answerPage(response: ServerResponse): void {
  const nonce = randomBytes(12).toString('base64')
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
    'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'`,
  })
  response.end(writePage(nonce))
}

/** Makes the font and writes its file. @param finish  called when the user is done */
async function answerSamples(
  local: Local,
  file: string,
  request: IncomingMessage,
  response: ServerResponse,
  finish: (font: WrittenFont) => void,
): Promise<void> {
  try {
    const message = messageIn((await bodyOf(request)).toString('utf8'))
    const font = local.fontFromSamples({ ...message, name: basename(file).replace(/\.svg$/i, '') })
    const sample = sampleOf(local, font, file)
    await writeFileOrExplain(file, font.svg)
    const words = `${font.characters} characters in ${font.forms} forms are in ${basename(file)}.`
    const again = font.again.length > 0 ? ` Worth another try: ${font.again.join(' ')}` : ''
    const answer = { message: words + again, again: font.again, sample }
    // The server closes only after the page has its answer.
    send(response, 200, answer, () => {
      if (message.finish) finish(font)
    })
  } catch (thrown) {
    send(response, 400, { message: toPlotdError(thrown).message })
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += (part as Buffer).length
    if (bytes > MAX_BYTES) throw new PlotdError('ERR_PARAMS', `more than ${MAX_BYTES} bytes were sent`)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

/** Reads a request of the page. @throws PlotdError ERR_PARAMS when a value is missing or of the wrong type */
function messageIn(body: string): Message {
  const { baseline, xLine, samples, finish } = parsed(body) ?? {}
  const isNumber = (candidate: unknown): candidate is number =>
    typeof candidate === 'number' && Number.isFinite(candidate)
  if (!isNumber(baseline) || !isNumber(xLine))
    throw new PlotdError('ERR_PARAMS', 'expected numbers for baseline and xLine')
  const isPoint = (point: unknown) => Array.isArray(point) && isNumber(point[0]) && isNumber(point[1])
  const isSample = (sample: Partial<LetterSample> | null) =>
    typeof sample?.text === 'string' &&
    Array.isArray(sample.strokes) &&
    sample.strokes.every((line) => Array.isArray(line) && line.every(isPoint))
  if (!Array.isArray(samples) || !samples.every(isSample))
    throw new PlotdError('ERR_PARAMS', 'expected samples with a text and strokes of points')
  return { baseline, xLine, samples, finish: finish === true }
}

function parsed(body: string): Partial<Message> | null {
  try {
    return JSON.parse(body) as Partial<Message> | null
  } catch (error) {
    throw new PlotdError('ERR_PARAMS', 'expected JSON', {}, error)
  }
}

/** The text `SAMPLE` in the new font, as a small SVG. */
function sampleOf(local: Local, { svg }: WrittenFont, file: string): string {
  const font = local.fontFromSvg(svg, basename(file, extname(file)))
  const { strokes, bounds } = local.layoutText(SAMPLE, { font, size: 8, hand: { seed: 1, amount: 0.6 } })
  const moved = strokes.points.map((value, i) => value - (i % 2 === 0 ? bounds.minX : bounds.minY) + 2)
  const [width, height] = [bounds.maxX - bounds.minX + 4, bounds.maxY - bounds.minY + 4]
  return local
    .drawingToSvg(local.drawingOf({ points: moved, starts: strokes.starts }, width, height), { strokeWidth: 0.5 })
    .replace(/^<\?xml[^>]*>\s*/, '')
}

function send(response: ServerResponse, status: number, body: object, sent?: () => void): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
  response.once('close', () => sent?.())
  response.end(JSON.stringify(body))
}
