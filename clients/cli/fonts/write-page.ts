/** The sections of the page: a title, the characters or pairs to write, and the number of boxes for each of them. */
const SECTIONS = [
  ['Small letters', Array.from('abcdefghijklmnopqrstuvwxyz'), 3],
  ['Capitals', Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 2],
  ['Pairs, as you write them in a word', ['th', 'er', 'in', 'an', 'll', 'tt', 'ee', 'ss', 'ff'], 1],
  ['More letters', Array.from('ßæœøłđ'), 1],
  ['Digits', Array.from('0123456789'), 2],
  ['Signs', Array.from('.,:;!?\'"’“”-–()&@%+=/€$'), 1],
] as const
/** The placeholder and title of each wide box. Where a text contains the placeholder, plotd draws the box's strokes. */
const SIGNATURES = [
  ['{sign}', 'Signature'],
  ['{mono}', 'Monogram'],
] as const
/** Width of a wide box, px. All boxes have the same height. */
const SIGNATURE_WIDTH = 340

/** The size of a letter's box, px, and the distance of each guide line from the box's top edge. */
export const GUIDES = { box: [120, 150], cap: 30, xLine: 62, baseline: 104, descender: 136 } as const

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --ink: #1b2440; --line: #9aa3b8; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf6; --line: #5d6780; --paper: #171b26; } }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink); }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
figure { margin: 0; position: relative; }
canvas { border: 1px solid var(--line); border-radius: 6px; touch-action: none; height: 150px; max-width: 100%; cursor: crosshair; }
canvas.again { border: 3px solid #c2410c; }
figcaption { position: absolute; left: 6px; top: 2px; color: var(--line); pointer-events: none; }
figure button { position: absolute; right: 2px; top: 2px; border: 0; background: none; color: var(--line); font-size: 1rem; min-width: 28px; min-height: 28px; }
footer { position: sticky; bottom: 0; background: var(--paper); border-top: 1px solid var(--line); padding: .75rem 0; display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; }
footer button { font: inherit; padding: .5rem 1.2rem; border-radius: 6px; border: 1px solid var(--ink); background: var(--ink); color: var(--paper); }
#sample svg { max-width: 100%; height: auto; } #sample svg * { stroke: var(--ink); }
`

/** The script of the page. The script stores the samples in the browser as the user wrote them, without smoothing. */
const SCRIPT = `
const { sections, signatures, signatureWidth, guides } = JSON.parse(document.getElementById('setup').textContent)
const [SIDE, H] = guides.box
const KEY = 'plotd-hand'
let saved = {}
try { saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') } catch {}
const boxes = []
let penSeen = 0
const sectionFor = (title) => {
  const section = document.createElement('section')
  section.innerHTML = '<h2></h2><div class="row"></div>'
  section.firstChild.textContent = title
  document.querySelector('main').append(section)
  return section.lastChild
}
for (const [title, texts, times] of sections) {
  const row = sectionFor(title)
  for (const text of texts) for (let n = 1; n <= times; n++) row.append(boxFor(text, text, n, SIDE))
}
const row = sectionFor('Signature and monogram: plotd draws them where a text contains {sign} or {mono}')
for (const [text, title] of signatures) row.append(boxFor(text, title, 1, signatureWidth))
function boxFor(char, title, n, W) {
  const figure = document.createElement('figure')
  const canvas = document.createElement('canvas')
  canvas.style.width = W + 'px'
  const scale = Math.max(2, devicePixelRatio)
  canvas.width = W * scale; canvas.height = H * scale
  canvas.setAttribute('aria-label', 'Write ' + title + ', sample ' + n)
  const caption = document.createElement('figcaption')
  caption.textContent = title
  const clear = document.createElement('button')
  clear.textContent = '×'; clear.type = 'button'
  clear.setAttribute('aria-label', 'Clear ' + title + ', sample ' + n)
  figure.append(canvas, caption, clear)
  const box = { char, key: char + n, canvas, strokes: saved[char + n] ?? [] }
  boxes.push(box)
  const pen = canvas.getContext('2d')
  let stroke = null
  const draw = () => {
    const css = getComputedStyle(document.documentElement)
    pen.setTransform(scale, 0, 0, scale, 0, 0)
    pen.clearRect(0, 0, W, H)
    pen.lineWidth = .6; pen.strokeStyle = css.getPropertyValue('--line')
    for (const [y, dash] of [[guides.cap, [2, 4]], [guides.xLine, [2, 4]], [guides.baseline, []], [guides.descender, [2, 4]]]) {
      pen.setLineDash(dash); pen.beginPath(); pen.moveTo(8, y); pen.lineTo(W - 8, y); pen.stroke()
    }
    pen.setLineDash([]); pen.lineWidth = 2; pen.lineCap = pen.lineJoin = 'round'; pen.strokeStyle = css.getPropertyValue('--ink')
    for (const line of box.strokes) {
      pen.beginPath(); pen.moveTo(line[0][0], line[0][1]); for (const [x, y] of line) pen.lineTo(x, y)
      if (line.length === 1) pen.lineTo(line[0][0] + .1, line[0][1])
      pen.stroke()
    }
  }
  const add = (event) => {
    const place = canvas.getBoundingClientRect()
    const events = event.getCoalescedEvents?.() ?? []
    for (const e of events.length > 0 ? events : [event])
      stroke.push([(e.clientX - place.left) * W / place.width, (e.clientY - place.top) * H / place.height, Math.round(e.timeStamp), e.pressure])
  }
  const end = () => { stroke = null; keep() }
  canvas.onpointerdown = (event) => {
    if (event.button > 0) return
    if (event.pointerType === 'pen') penSeen = Date.now()
    if (event.pointerType === 'touch' && Date.now() - penSeen < 60000) return
    try { canvas.setPointerCapture(event.pointerId) } catch {}
    stroke = []; box.strokes.push(stroke); add(event); draw(); event.preventDefault()
  }
  canvas.onpointermove = (event) => { if (stroke) { add(event); draw() } }
  canvas.onpointerup = canvas.onlostpointercapture = () => { if (stroke) end() }
  canvas.onpointercancel = () => { if (stroke) { box.strokes.pop(); end(); draw() } }
  clear.onclick = () => { box.strokes = []; canvas.classList.remove('again'); draw(); keep() }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  box.draw = draw
  draw()
  return figure
}
function keep() {
  const all = Object.fromEntries(boxes.filter((b) => b.strokes.length > 0).map((b) => [b.key, b.strokes]))
  try { localStorage.setItem(KEY, JSON.stringify(all)) } catch {}
  count()
}
function count() {
  const done = boxes.filter((b) => b.strokes.length > 0).length
  document.getElementById('count').textContent = done + ' of ' + boxes.length + ' boxes written'
  return done
}
async function send(finish) {
  const samples = boxes.filter((b) => b.strokes.length > 0).map((b) => ({ text: b.char, strokes: b.strokes }))
  const notice = document.getElementById('notice')
  try {
    const answer = await fetch(location.pathname, { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ baseline: guides.baseline, xLine: guides.xLine, samples, finish }) })
    const result = await answer.json()
    if (!answer.ok) throw new Error(result.message)
    notice.textContent = result.message
    document.getElementById('sample').innerHTML = result.sample
    for (const b of boxes) b.canvas.classList.toggle('again', result.again.includes(b.char))
  } catch (error) { notice.textContent = 'The font was not written: ' + error.message }
}
document.getElementById('photo').onchange = async ({ target }) => {
  const [file] = target.files
  target.value = ''
  if (!file) return
  const notice = document.getElementById('notice')
  notice.textContent = 'Reading the photograph…'
  try {
    const answer = await fetch(location.pathname + '/photo', { method: 'POST', body: file })
    const result = await answer.json()
    if (!answer.ok) throw new Error(result.message)
    for (const { text, sample, strokes } of result.samples) {
      const box = boxes.find(({ key }) => key === text + sample)
      if (box) { box.strokes = strokes; box.draw() }
    }
    keep()
    notice.textContent = result.message
  } catch (error) { notice.textContent = error.message }
}
document.getElementById('try').onclick = () => send(false)
document.getElementById('done').onclick = () => send(true)
count()
`

/**
 * The page on which a user writes an alphabet. The page loads nothing from elsewhere.
 *
 * @param nonce  the nonce of the content security policy
 */
export const writePage = (nonce: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Write your alphabet</title><style nonce="${nonce}">${STYLE}</style></head>
<body><h1>Write your alphabet</h1>
<p>Write each letter in its boxes with a pen, a finger or the mouse, in your usual handwriting. Letters stand on the solid
line. A box may stay empty. Several samples of a letter become several forms. This page sends your writing only to the
command <code>plotd fonts write</code> that serves it.</p>
<p>Or write on paper: <code>plotd submit alphabet-sheet --plot</code> draws a sheet with these boxes, without the boxes for
signature and monogram. Fill in the sheet with a dark pen and
<label>choose a photograph of the sheet <input id="photo" type="file" accept="image/png,image/jpeg"></label></p>
<main></main>
<footer><span id="count" role="status"></span><button id="try" type="button">Try it</button>
<button id="done" type="button">Write the font and finish</button><span id="notice" role="status"></span><div id="sample"></div></footer>
<script type="application/json" id="setup" nonce="${nonce}">${JSON.stringify({ sections: SECTIONS, signatures: SIGNATURES, signatureWidth: SIGNATURE_WIDTH, guides: GUIDES })}</script>
<script nonce="${nonce}">${SCRIPT}</script></body></html>`
