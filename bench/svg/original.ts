import { gunzipSync } from 'node:zlib'

function decodeText(bytes: Buffer): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const encoding = /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(plain.subarray(0, 200).toString('latin1'))?.[1]
  return new TextDecoder(plain[0] === 0xff ? 'utf-16le' : (encoding ?? 'utf-8'))
    .decode(plain)
    .replace(/encoding=["'][\w-]+["']/, '')
}

/**
 * The text of an SVG, with the declarations of namespaces that a browser requires.
 *
 * @param viewBox  the viewBox for a root that has none; undefined adds none
 */
export function originalSvg(bytes: Buffer, viewBox?: string): string {
  const svg = decodeText(bytes)
  const root = /<((?:\w+:)?)svg(?=[\s>/])[^>]*>/.exec(svg)
  if (root === null) return svg
  const lacking = [
    [root[1] === '' ? 'xmlns' : `xmlns:${root[1]?.slice(0, -1)}`, 'http://www.w3.org/2000/svg'],
    ['xmlns:xlink', 'http://www.w3.org/1999/xlink'],
    ['xmlns:inkscape', 'http://www.inkscape.org/namespaces/inkscape'],
    ['xmlns:sodipodi', 'http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'],
    ...(viewBox === undefined ? [] : [['viewBox', viewBox]]),
  ].filter(([name = '']) => !new RegExp(`\\s${name}\\s*=`).test(root[0]))
  const added = lacking.map(([name, value]) => ` ${name}="${value}"`).join('')
  const start = root.index + (/^<[\w:]+/.exec(root[0])?.[0].length ?? 0)
  return `${svg.slice(0, start)}${added}${svg.slice(start)}`
}
