/** A group of a DXF file. */
export type Group = readonly [code: number, value: string | number]

/** Groups from a text of codes and values in turn, separated by blanks. */
export function groups(text: string): Group[] {
  const parts = text.split(' ')
  return parts.flatMap((code, i): Group[] => (i % 2 === 0 ? [[Number(code), parts[i + 1] ?? '']] : []))
}

const section = (name: string, groups: readonly Group[]): Group[] => [
  [0, 'SECTION'],
  [2, name],
  ...groups,
  [0, 'ENDSEC'],
]

export interface DxfParts {
  readonly header?: readonly Group[]
  readonly tables?: readonly Group[]
  readonly blocks?: readonly Group[]
  readonly entities: readonly Group[]
}

/** The groups of a whole file. Without a `header`, the lengths are in mm. */
export function groupsOf({ header = [], tables = [], blocks = [], entities }: DxfParts): Group[] {
  const units: Group[] =
    header.length > 0
      ? [...header]
      : [
          [9, '$INSUNITS'],
          [70, 4],
        ]
  return [
    ...section('HEADER', [[9, '$ACADVER'], [1, 'AC1015'], ...units]),
    ...section('TABLES', tables),
    ...section('BLOCKS', blocks),
    ...section('ENTITIES', entities),
    [0, 'EOF'],
  ]
}

export const asciiDxf = (parts: DxfParts, newline = '\r\n'): Uint8Array =>
  Buffer.from(
    groupsOf(parts)
      .map(([code, value]) => `${String(code).padStart(3)}${newline}${value}${newline}`)
      .join(''),
  )

/** The file as binary DXF. Group codes have two bytes; with `isOld` they have one byte, as in R12. */
export function binaryDxf(parts: DxfParts, isOld = false): Uint8Array {
  const chunks: Uint8Array[] = [Buffer.from('AutoCAD Binary DXF\r\n\u001a\0', 'latin1')]
  for (const [code, value] of groupsOf(parts)) {
    const head = Buffer.alloc(isOld ? 1 : 2)
    if (isOld) head.writeUInt8(code)
    else head.writeUInt16LE(code)
    chunks.push(head, binaryValue(code, value))
  }
  return Buffer.concat(chunks)
}

function binaryValue(code: number, value: string | number): Buffer {
  const isText = code < 10 || (code >= 100 && code < 110)
  if (isText) return Buffer.from(`${value}\0`)
  const isDouble = code < 60 || (code >= 110 && code < 150) || (code >= 210 && code < 240)
  const size = isDouble ? 8 : code >= 90 && code < 100 ? 4 : code >= 290 && code < 300 ? 1 : 2
  const buffer = Buffer.alloc(size)
  if (isDouble) buffer.writeDoubleLE(Number(value))
  else buffer.writeIntLE(Number(value), 0, size)
  return buffer
}
