import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { boundsOf } from '../src/geometry/bounds.ts'
import type { Strokes } from '../src/geometry/drawing.ts'
import { StrokeWriter } from '../src/geometry/stroke-writer.ts'
import { drawHpgl } from '../src/import/hpgl/read-hpgl.ts'
import { lacking } from './import/apart.ts'

/*
 * `npm run bench import-hpgl -- [FOLDER]`: reads the plotter files of hp2xx (`apt-get install hp2xx`) and compares the
 * ink of the first page with that of hp2xx. Each file is compared twice: with its labels as blanks, and with an H for
 * each character of a label. An H has the same shape in the fonts of plotd and hp2xx. Fills are left out: hp2xx makes
 * them solid.
 */
const HP2XX = '/usr/bin/hp2xx'
const FOLDER = '/usr/share/doc/hp2xx/hp-tests'
/**
 * Ink agrees with other ink within this distance, mm. In HP-GL, a chord of an arc spans 5° by default. Such a chord is
 * at most 0.1 % of the radius away from the arc.
 */
const NEAR_MM = 0.25
/** Fraction of the length of the ink that may be extra or lacking. */
const MAX_LACKING = 0.01
const UNIT_MM = 0.025

export async function run(args: readonly string[]): Promise<void> {
  const folder = args[0] ?? FOLDER
  if (!existsSync(HP2XX)) {
    console.log('needs hp2xx: apt-get install hp2xx')
    return
  }
  const files = readdirSync(folder).filter((name) => /\.(hp|hpg|plt|hpgl)(\.gz)?$/i.test(name))
  const out = mkdtempSync(join(tmpdir(), 'plotd-hpgl-'))
  const agree = { H: 0, ' ': 0 }
  for (const name of files) {
    const packed = readFileSync(join(folder, name))
    const source = (name.endsWith('.gz') ? gunzipSync(packed) : packed).toString('latin1')
    for (const letter of [' ', 'H'] as const) {
      const verdict = compared(withPoints(relabelled(source, letter)), out)
      if (verdict === '') agree[letter]++
      else console.log(`${letter === 'H' ? 'labels' : 'lines '} differ: ${name}: ${verdict}`)
    }
  }
  rmSync(out, { recursive: true })
  console.log(
    `\n${files.length} files; like hp2xx: ${agree[' ']} without labels, ${agree.H} with an H for each character`,
  )
}

/** Instructions whose shapes hp2xx fills even with `-N`, its option against fills. */
const FILLS = new Set(['RA', 'RR', 'WG', 'FP'])

/**
 * Leaves out fills. Replaces every printing character of labels, buffers and symbols by `letter`. DT names the
 * character that ends a label.
 */
function relabelled(source: string, letter: string): string {
  let end = '\u0003'
  let out = ''
  for (let offset = 0; offset < source.length; ) {
    const [name = ''] = /^[A-Z]{2}/.exec(source.slice(offset, offset + 2)) ?? []
    const next = source[offset + 2] ?? ';'
    if (name === 'LB' || name === 'BL') {
      const stop = source.indexOf(end, offset + 2)
      const text = source.slice(offset + 2, stop < 0 ? source.length : stop)
      out += name + text.replace(/[!-\u00ff]/g, letter) + (stop < 0 ? '' : end)
      offset += 2 + text.length + 1
    } else if (name === 'SM' && next !== ';') {
      out += `SM${letter}`
      offset += 3
    } else if (FILLS.has(name)) {
      offset += 2 + (/^[-\d.,;\s]*/.exec(source.slice(offset + 2, offset + 100))?.[0].length ?? 0)
    } else {
      if (name === 'DT') end = next === ';' ? '\u0003' : next
      out += name || source[offset]
      offset += name.length || 1
      if (name === 'DT' && next !== ';') {
        out += next
        offset++
      }
    }
  }
  return out
}

/**
 * hp2xx begins with P2 at the far corner of an A0 sheet, and derives the size of characters from P1 and P2. Here both
 * programs begin with the points and the size of characters of an HP 7475A, and with marks that align the two drawings.
 */
function withPoints(source: string): string {
  const start = /(?<![A-Za-z])((?:BP)?IN)(?![A-OQ-Z])[;\s]*(IP[-\d.,\s]*;?)?/g
  const begun = source.replace(start, (_, name: string, own = '') => `${name};${POINTS};${own};${SIZE};`)
  return `${MARKS}${POINTS};${SIZE};${begun}`
}
const MARKS = 'SP1;PU-30000,-30000;PD-30000,-29000;PU60000,60000;PD60000,59000;PU;'
const POINTS = 'IP603,521,10603,7721'
const SIZE = 'SI0.187,0.269'

/** Says how the ink of the two programs differs; empty when it agrees. */
function compared(source: string, folder: string): string {
  const [file, result] = [join(folder, 'in.hp'), join(folder, 'out.hp')]
  writeFileSync(file, source, 'latin1')
  rmSync(result, { force: true })
  const { status, stderr } = spawnSync(HP2XX, ['-q', '-t', '-n', '-N', '-P1:1', '-m', 'hpgl', '-f', result, file])
  const ours = atOrigin(drawHpgl(Buffer.from(source, 'latin1'), { fills: false }).strokes())
  if (!existsSync(result)) return ours.points.length === 0 ? '' : `hp2xx fails (${status}): ${String(stderr).trim()}`
  const theirs = atOrigin(strokesIn(readFileSync(result, 'latin1')))
  const [extra, lacks] = [lacking(ours, theirs, NEAR_MM / UNIT_MM), lacking(theirs, ours, NEAR_MM / UNIT_MM)]
  return Math.max(extra, lacks) <= MAX_LACKING
    ? ''
    : `extra ${(100 * extra).toFixed(1)} %, lacks ${(100 * lacks).toFixed(1)} %`
}

/** The strokes of an output of hp2xx, in which each PU and PD has one point. */
function strokesIn(text: string): Strokes {
  const writer = new StrokeWriter()
  let place: [number, number] = [0, 0]
  let isOpen = false
  for (const [, name, x = '', y = ''] of text.matchAll(/(PU|PD)(-?[\d.]+),(-?[\d.]+)/g)) {
    const next: [number, number] = [Number(x), Number(y)]
    if (name === 'PU') isOpen = false
    else {
      if (!isOpen) writer.moveTo(...place)
      writer.lineTo(...next)
      isOpen = true
    }
    place = next
  }
  return writer.take()
}

/** Moves the strokes to the origin, as hp2xx does with its ink. */
function atOrigin({ points, starts }: Strokes): Strokes {
  const { minX, minY } = boundsOf({ points })
  return { points: points.map((value, i) => value - (i % 2 === 0 ? minX : minY)), starts }
}
