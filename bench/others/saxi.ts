import { type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { packageVersion, start } from './child.ts'
import type { Program } from './program.ts'

/** What its page does: plans the paths, in CSS px, posts the plan to its server, and waits to hear that it is drawn. */
const SCRIPT = `
const { startServer } = require('saxi').server
const { replan } = require('saxi/dist/server/massager')
const { PaperSize } = require('saxi/dist/server/paper-size')
const { defaultPlanOptions } = require('saxi/dist/server/planning')
const WebSocket = require('ws')
const [port, device] = [Number(process.argv[1]), process.argv[2]]
const paths = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const as = { fitPage: false, cropToMargins: false, marginMm: 0, sortPaths: false, pathJoinRadius: 0,
  pointJoinRadius: 0, minimumPathLength: 0, rotateDrawing: 0, layerMode: 'all',
  paperSize: new PaperSize({ x: 300, y: 218 }) }
const plan = replan(paths, { ...defaultPlanOptions, ...as })
startServer(port, device).then((server) => {
  const socket = new WebSocket('ws://127.0.0.1:' + port)
  const begin = () => fetch('http://127.0.0.1:' + port + '/plot', { method: 'POST',
    headers: { 'content-type': 'application/json' }, body: JSON.stringify(plan.serialize()) })
  let begun = false
  socket.on('message', (text) => {
    const message = JSON.parse(text)
    if (message.c === 'dev' && message.p.path && !begun) { begun = true; begin() }
    if (message.c === 'finished') setTimeout(() => process.exit(0), 1000)
  })
})
process.on('unhandledRejection', (error) => { console.log('ERROR ' + error.message); process.exit(1) })
`

const PX_PER_MM = 96 / 25.4

export function saxi(firmware: '2.5.3' | '2.8.1' | '3.0.3', port: number): Program {
  return {
    name: `saxi, on firmware ${firmware}`,
    dialect: 'ebb',
    simulator: { firmware },
    version: (folder) => packageVersion(folder, 'saxi'),
    async draw(strokes, { path, folder }) {
      const input = JSON.stringify(pixels(strokes))
      const child = start(process.execPath, ['-e', SCRIPT, String(port), path], { cwd: folder, input })
      const code = await child.ended
      const complaints = child
        .said()
        .split('\n')
        .filter((line) => /^ERROR|Error|unexpected data/.test(line))
      return code === 0 ? complaints : [...complaints, `exit code ${code}`]
    },
  }
}

function pixels(strokes: Strokes): { x: number; y: number }[][] {
  return Array.from({ length: strokeCount(strokes) }, (_, i) => {
    const points = stroke(strokes, i)
    return Array.from({ length: points.length / 2 }, (_, v) => ({
      x: (points[2 * v] ?? 0) * PX_PER_MM,
      y: (points[2 * v + 1] ?? 0) * PX_PER_MM,
    }))
  })
}
