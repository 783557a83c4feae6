import { deflateSync } from 'node:zlib'
import { at, type Drawing, type Layer, x, y } from '../../geometry/drawing.ts'

/** The look and the title of a PDF. */
export interface PdfOptions {
  /** Width of the pen, mm; default 0.3. */
  readonly strokeWidth?: number
  readonly title?: string
}

const POINTS_PER_MM = 72 / 25.4

/**
 * Writes drawings as a PDF at true size, one page for each drawing. The strokes have round caps and joins, as a pen
 * draws them.
 */
export function drawingsToPdf(drawings: readonly Drawing[], { strokeWidth = 0.3, title }: PdfOptions = {}): Uint8Array {
  const objects: Buffer[] = []
  const add = (text: string, stream?: Buffer): number => {
    const body = stream ? [Buffer.from(`${text}\nstream\n`), stream, Buffer.from('\nendstream')] : [Buffer.from(text)]
    objects.push(Buffer.concat(body))
    return objects.length
  }
  add('<< /Type /Catalog /Pages 2 0 R >>')
  const pages: number[] = []
  objects.push(Buffer.alloc(0)) // reserves the place of the page tree, which needs the numbers of the pages
  for (const drawing of drawings) {
    const content = deflateSync(pageContent(drawing, strokeWidth))
    const stream = add(`<< /Length ${content.length} /Filter /FlateDecode >>`, content)
    const box = `[0 0 ${short(drawing.width * POINTS_PER_MM)} ${short(drawing.height * POINTS_PER_MM)}]`
    pages.push(add(`<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Resources << >> /Contents ${stream} 0 R >>`))
  }
  const pageRefs = pages.map((page) => `${page} 0 R`).join(' ')
  objects[1] = Buffer.from(`<< /Type /Pages /Kids [${pageRefs}] /Count ${pages.length} >>`)
  const info = title === undefined ? '' : ` /Info ${add(`<< /Title ${text(title)} >>`)} 0 R`
  return pdfFile(objects, info)
}

/** The content of one page, in mm from the top-left corner. */
function pageContent(drawing: Drawing, strokeWidth: number): string {
  const scale = POINTS_PER_MM.toFixed(6)
  const flip = `${scale} 0 0 -${scale} 0 ${short(drawing.height * POINTS_PER_MM)} cm`
  const layers = drawing.layers.map((layer) => `${colorOperands(layer.color)} RG\n${strokes(drawing, layer)}`)
  return `${flip}\n1 J 1 j ${short(strokeWidth)} w\n${layers.join('\n')}\n`
}

function strokes(drawing: Drawing, { first, count }: Layer): string {
  const parts: string[] = []
  for (let s = first; s < first + count; s++) {
    const from = at(drawing.starts, s)
    const end = at(drawing.starts, s + 1)
    for (let i = from; i < end; i++) {
      parts.push(`${short(x(drawing.points, i))} ${short(y(drawing.points, i))} ${i === from ? 'm' : 'l'}`)
    }
    // A dot is a line from a point to itself, which round caps make visible.
    if (end - from === 1) parts.push(`${short(x(drawing.points, from))} ${short(y(drawing.points, from))} l`)
    parts.push('S')
  }
  return parts.join('\n')
}

/** Operands of the PDF operator RG for a colour #rgb or #rrggbb; black for any other text. */
function colorOperands(color = ''): string {
  const [, long, brief] = /^#(?:([\da-f]{6})|([\da-f]{3}))$/i.exec(color) ?? []
  const hex = long ?? (brief ?? '000').replace(/./g, '$&$&')
  return [0, 2, 4].map((i) => short(Number.parseInt(hex.slice(i, i + 2), 16) / 255)).join(' ')
}

/** A number with at most three decimals. */
const short = (value: number): string => String(Math.round(value * 1000) / 1000 + 0)

/** Encodes a text as UTF-16 with a byte order mark, in hex, so that no character needs escaping. */
const text = (value: string): string => `<FEFF${Buffer.from(value, 'utf16le').swap16().toString('hex')}>`

function pdfFile(objects: readonly Buffer[], info: string): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')]
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [i, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    offsets.push(length)
    length += whole.length
    parts.push(whole)
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R${info} >>\nstartxref\n${length}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(end)])
}
