/** A PDF with a page of 100 × 100 points for each content stream, Helvetica as /F1, and `objects` from number 10 on. */
export function pdfFile(
  contents: readonly string[],
  {
    page = '',
    resources = '',
    catalog = '',
    objects = [],
  }: { page?: string; resources?: string; catalog?: string; objects?: readonly string[] } = {},
): Uint8Array {
  const first = 10 + objects.length
  const kids = contents.map((_, i) => `${first + 2 * i} 0 R`).join(' ')
  const all = new Map<number, string>([
    [1, `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`],
    [2, `<< /Type /Pages /Count ${contents.length} /Kids [${kids}] >>`],
    [3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'],
    ...objects.map((object, i) => [10 + i, object] as const),
    ...contents.flatMap((content, i) => [
      [
        first + 2 * i,
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] ${page} /Contents ${first + 2 * i + 1} 0 R ` +
          `/Resources << /Font << /F1 3 0 R >> ${resources} >> >>`,
      ] as const,
      [first + 2 * i + 1, stream(content)] as const,
    ]),
  ])
  let text = '%PDF-1.7\n'
  const offsets = new Map<number, number>()
  for (const [number, object] of all) {
    offsets.set(number, text.length)
    text += `${number} 0 obj\n${object}\nendobj\n`
  }
  const size = Math.max(...all.keys()) + 1
  const rows = Array.from({ length: size }, (_, i) => {
    const offset = offsets.get(i)
    return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const trailer = `trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return new Uint8Array(Buffer.from(`${text}xref\n0 ${size}\n${rows.join('')}${trailer}`, 'latin1'))
}

/** A stream object, with further entries in its dictionary. */
export const stream = (content: string, entries = ''): string =>
  `<< /Length ${content.length} ${entries} >>\nstream\n${content}\nendstream`
