/**
 * Runs in the browser, on the SVG with which plotd's drawing is compared: the original. This code makes every visible
 * shape and letter a thin black outline, and removes things that no pen draws (images, filters, masks). The rest is the
 * expected drawing. This code is a string, because it runs in the browser, with the browser's types. `thin` is the
 * width of a pixel of the picture, in px of the page. `gone` has the elements that `VANISHING` finds; this code makes
 * them transparent.
 */
const FORCE_OUTLINE = `((window, document, { width, height, thin, gone }) => {
  const root = document.documentElement
  root.setAttribute('width', width)
  root.setAttribute('height', height)
  root.style.setProperty('width', width + 'px', 'important')
  root.style.setProperty('height', height + 'px', 'important')
  root.style.setProperty('background', 'none', 'important')
  const set = (element, name, value) => element.style.setProperty(name, value, 'important')
  /** Browsers show 256 steps of opacity: less than half a step shows nothing. */
  const FAINTEST = 1 / 510
  /** A computed colour with an opacity of 0. */
  const CLEAR = /^rgba\\(.*, 0\\)$|\\/ (?:0|none)\\)$/
  const shows = (paint, opacity) => paint !== 'none' && Number(opacity) >= FAINTEST && !CLEAR.test(paint)
  const chain = (server) => {
    const links = []
    while (server && links.length < 20 && !links.includes(server)) {
      links.push(server)
      const href = server.getAttribute('href') ?? server.getAttributeNS('http://www.w3.org/1999/xlink', 'href')
      const next = href?.startsWith('#') ? document.getElementById(href.slice(1)) : null
      server = /^(linearGradient|radialGradient|pattern)$/.test(next?.localName) ? next : null
    }
    return links
  }
  /**
   * Whether exactly one side of the bounding box is 0. An element that is not rendered where it stands, such as one in
   * defs, has a box with two sides of 0.
   */
  const flat = (shape) => {
    const { width, height } = shape.getBBox()
    return (width === 0) !== (height === 0)
  }
  /**
   * The state of a gradient or pattern: 'usable', 'empty' (the shape gets no paint, even with a fallback colour), or
   * 'unusable' (the shape gets the fallback colour).
   */
  const serverState = (server, shape) => {
    if (!/^(linearGradient|radialGradient|pattern)$/.test(server?.localName)) return 'unusable'
    const links = chain(server)
    const sameKind = links.filter(({ localName }) => (localName === 'pattern') === (server.localName === 'pattern'))
    const stated = (name) => sameKind.find((link) => link.hasAttribute(name))?.getAttribute(name)
    const isPattern = server.localName === 'pattern'
    const units = stated(isPattern ? 'patternUnits' : 'gradientUnits')
    if (units !== 'userSpaceOnUse' && flat(shape)) return 'unusable'
    if (isPattern) {
      if (!(parseFloat(stated('width')) > 0 && parseFloat(stated('height')) > 0)) return 'unusable'
      return sameKind.some((link) => link.querySelector('*:not(title, desc, metadata)')) ? 'usable' : 'empty'
    }
    const stops = sameKind.map((link) => [...link.children].filter(({ localName }) => localName === 'stop')).find((list) => list.length > 0) ?? []
    const seen = (stop) => Number(window.getComputedStyle(stop).stopOpacity) >= FAINTEST && !CLEAR.test(window.getComputedStyle(stop).stopColor)
    return stops.some(seen) ? 'usable' : 'empty'
  }
  const user = (shape) => {
    const marker = shape.closest('marker')
    return marker && [...document.querySelectorAll('path, line, polyline, polygon')].find((candidate) => {
      const { markerStart, markerMid, markerEnd } = window.getComputedStyle(candidate)
      return candidate !== shape && (markerStart + markerMid + markerEnd).includes('#' + marker.id + '"')
    })
  }
  const paints = (paint, shape) => {
    const [, kind] = /^context-(fill|stroke)$/.exec(paint) ?? []
    if (kind !== undefined) {
      const painter = user(shape)
      return !painter || paints(window.getComputedStyle(painter)[kind] ?? 'none', painter)
    }
    const id = /^url\\("?#([^")]*)/.exec(paint)?.[1]
    if (id === undefined) return paint !== 'none'
    const state = serverState(document.getElementById(id), shape)
    return state === 'usable' || (state === 'unusable' && !/^url\\([^)]*\\) *$/.test(paint) && !/none$/.test(paint))
  }
  const scaleOf = (matrix) => (matrix ? Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c)) || 1 : 1)
  const markerScale = (marker, plans) => {
    const user = plans.find(({ markers }) => markers.includes('#' + marker.id + '"'))
    if (!user) return 1
    const box = marker.viewBox.baseVal
    const units = marker.getAttribute('markerUnits') === 'userSpaceOnUse' ? 1 : user.width
    const inner = box && box.width ? Math.min(marker.markerWidth.baseVal.value / box.width, marker.markerHeight.baseVal.value / box.height) : 1
    return user.scale * units * inner || 1
  }
  /** The style of each text: outlines in the stroke font. Text in a clip path has the font 'plotd bars' instead. */
  const LETTERS = {
    'font-family': 'plotd strokes',
    'font-weight': 'normal',
    'font-style': 'normal',
    'font-stretch': 'normal',
    'font-variant': 'normal',
    'font-kerning': 'none',
    'font-synthesis': 'none',
    'font-size-adjust': 'none',
    'text-rendering': 'geometricPrecision',
    'text-shadow': 'none',
    fill: 'none',
    'stroke-opacity': '1',
    'stroke-dasharray': 'none',
    'stroke-linejoin': 'round',
    'vector-effect': 'none',
  }
  // The document has a blob URL, so it can refer to its own elements only by plain fragments. This loop removes blanks
  // around such a fragment.
  for (const element of document.querySelectorAll('*')) for (const name of ['href', 'xlink:href']) {
    const href = element.getAttribute(name)
    if (/^\\s+#|^#.*\\s$/.test(href)) element.setAttribute(name, href.trim())
  }
  const plans = []
  for (const shape of document.querySelectorAll('rect, circle, ellipse, line, polyline, polygon, path')) {
    if (shape.namespaceURI !== 'http://www.w3.org/2000/svg') continue
    const style = window.getComputedStyle(shape)
    const stroked = shows(style.stroke, style.strokeOpacity) && paints(style.stroke, shape) && parseFloat(style.strokeWidth) > 0
    const filled = shape.localName !== 'line' && shows(style.fill, style.fillOpacity) && paints(style.fill, shape)
    const marked = /url/.test(style.markerStart + style.markerMid + style.markerEnd)
    const markers = style.markerStart + style.markerMid + style.markerEnd
    plans.push({ shape, markers, width: parseFloat(style.strokeWidth), scale: scaleOf(shape.getScreenCTM()), stroked, filled, marked, dashed: style.strokeDasharray !== 'none' && stroked, cap: style.strokeLinecap })
  }
  for (const { shape, stroked, filled, marked, dashed, cap } of plans) {
    if (marked && !shape.closest('marker')) {
      const copy = shape.cloneNode(false)
      copy.removeAttribute('id')
      set(copy, 'stroke', 'none')
      set(copy, 'fill', 'none')
      shape.after(copy)
    }
    set(shape, 'marker', 'none')
    set(shape, 'fill', 'none')
    set(shape, 'stroke', stroked || filled ? 'black' : 'none')
    set(shape, 'stroke-opacity', '1')
    set(shape, 'stroke-linejoin', 'round')
    set(shape, 'stroke-linecap', stroked ? cap : 'butt')
    if (dashed) {
      const scale = scaleOf(shape.getScreenCTM())
      if (window.getComputedStyle(shape).vectorEffect === 'none') set(shape, 'stroke-width', thin / scale + 'px')
    } else if (shape.closest('marker')) {
      set(shape, 'stroke-dasharray', 'none')
      set(shape, 'stroke-width', thin / markerScale(shape.closest('marker'), plans) + 'px')
    } else {
      set(shape, 'stroke-dasharray', 'none')
      set(shape, 'vector-effect', 'non-scaling-stroke')
      set(shape, 'stroke-width', '1px')
    }
  }
  const words = [...document.querySelectorAll('text, text *')].map((element) => {
    const style = window.getComputedStyle(element)
    const stroked = shows(style.stroke, style.strokeOpacity) && parseFloat(style.strokeWidth) > 0
    return { element, shown: stroked || shows(style.fill, style.fillOpacity), scale: scaleOf(element.getScreenCTM?.()) }
  })
  const clipping = [...document.querySelectorAll('clipPath use')].map((use) => document.getElementById((use.getAttribute('href') ?? use.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '').slice(1)))
  for (const { element, shown, scale } of words) {
    if (!element.style) continue
    for (const [name, value] of Object.entries(LETTERS)) set(element, name, value)
    if (element.closest('clipPath') || clipping.some((used) => used?.contains(element))) set(element, 'font-family', 'plotd bars')
    set(element, 'stroke', shown ? 'black' : 'none')
    set(element, 'stroke-width', thin / scale + 'px')
  }
  for (const element of document.querySelectorAll('*')) {
    if (!element.style) continue
    const style = window.getComputedStyle(element)
    if (gone.has(element)) set(element, 'opacity', '0')
    if (style.filter !== 'none') set(element, 'filter', 'none')
    if (style.mask && style.mask !== 'none') set(element, 'mask', 'none')
    if (Number(style.opacity) >= FAINTEST && Number(style.opacity) < 1) set(element, 'opacity', '1')
    if (/^(image|foreignObject|video|audio)$/.test(element.localName)) set(element, 'display', 'none')
  }
})`

/**
 * Finds the elements that their own mask or filter makes invisible in the browser. Shows each candidate alone on the
 * page, first with its mask and filter, then without them. Tests only the first 24 candidates; the others count as
 * visible.
 */
const VANISHING = `(async (window, document, inkOf) => {
  const gone = new Set()
  const all = [...document.querySelectorAll('*')]
  const effects = all.filter((element) => {
    const { filter, mask } = window.getComputedStyle(element)
    return element.style && (filter !== 'none' || (mask && mask !== 'none'))
  })
  for (const element of effects.slice(0, 24)) {
    const shown = async (without) => {
      const copy = document.cloneNode(true)
      const copies = [...copy.querySelectorAll('*')]
      copy.documentElement.style.setProperty('visibility', 'hidden', 'important')
      all.forEach((other, i) => {
        const seen = window.getComputedStyle(other).visibility === 'visible'
        if (seen && (other === element || other.localName === 'mask')) copies[i].style.setProperty('visibility', 'visible')
        // A filter may flood its region even around hidden elements.
        if (other.style && !other.contains(element) && !other.closest('mask')) copies[i].style.setProperty('filter', 'none', 'important')
      })
      const own = copies[all.indexOf(element)]
      if (without) for (const name of ['filter', 'mask']) own.style.setProperty(name, 'none', 'important')
      return (await inkOf(new XMLSerializer().serializeToString(copy))).some((ink) => ink > 0)
    }
    if (!(await shown(false)) && (await shown(true))) gone.add(element)
  }
  return gone
})`

/**
 * Compares two pictures: the original SVG after FORCE_OUTLINE, and plotd's drawing of it. Both are scaled from the size
 * of the page to that of the picture. Counts ink: pixels whose darkest channel is below 200. A pixel of ink is missing
 * when no pixel within `radius` of it is below 245 in the other picture. The outermost two pixels are left out, because
 * the page cuts a line along its edge in half, and rounding decides whether this half counts. Scripts do not run.
 */
export const COMPARE = `(async ({ original, ours, width, height, scale, radius, pictures }) => {
  const force = ${FORCE_OUTLINE}
  const vanishing = ${VANISHING}
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const picture = async (svg) => {
    const image = new Image()
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg)
    await image.decode()
    context.fillStyle = 'white'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, width * scale, height * scale)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const ink = new Uint8Array(canvas.width * canvas.height)
    const pixels = new Uint32Array(data.buffer)
    for (let i = 0; i < ink.length; i++) {
      if (pixels[i] === 0xffffffff) continue // white
      const darkest = Math.min(data[4 * i], data[4 * i + 1], data[4 * i + 2])
      ink[i] = darkest < 200 ? 2 : darkest < 245 ? 1 : 0
    }
    const url = pictures ? await toUrl() : ''
    return { ink, url }
  }
  const toUrl = async () => {
    const reader = new FileReader()
    reader.readAsDataURL(await canvas.convertToBlob())
    await new Promise((resolve) => (reader.onload = resolve))
    return reader.result
  }
  const forced = await new Promise((resolve, reject) => {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-same-origin')
    frame.style.cssText = 'border: 0; width: ' + width + 'px; height: ' + height + 'px'
    setTimeout(() => reject(new Error('not loaded in 20 s')), 20000)
    frame.onload = async () => {
      try {
        const inside = frame.contentDocument
        if (inside.documentElement.localName !== 'svg' || inside.querySelector('parsererror')) throw new Error('not shown')
        inside.documentElement.pauseAnimations?.()
        inside.documentElement.setCurrentTime?.(0)
        // An animated element gets its style with the next frame.
        if (inside.querySelector('set, animate, animateTransform, animateMotion')) await new Promise(frame.contentWindow.requestAnimationFrame)
        const gone = await vanishing(frame.contentWindow, inside, async (svg) => (await picture(svg)).ink)
        force(frame.contentWindow, inside, { width, height, thin: 1 / scale, gone })
        resolve(new XMLSerializer().serializeToString(inside.documentElement))
      } catch (error) {
        reject(error)
      } finally {
        frame.remove()
        URL.revokeObjectURL(frame.src)
      }
    }
    frame.src = URL.createObjectURL(new Blob([original], { type: 'image/svg+xml' }))
    document.body.append(frame)
  })
  const missing = (from, other) => {
    let [count, lost] = [0, 0]
    for (let y = 2; y < canvas.height - 2; y++) for (let x = 2; x < canvas.width - 2; x++) {
      if (from[y * canvas.width + x] < 2) continue
      count++
      let hasInk = false
      for (let v = y - radius; v <= y + radius && !hasInk; v++)
        for (let u = x - radius; u <= x + radius && !hasInk; u++)
          hasInk = other[v * canvas.width + u] > 0
      if (!hasInk) lost++
    }
    return { count, lost }
  }
  const [one, two] = [await picture(forced), await picture(ours)]
  return { original: { ...missing(one.ink, two.ink), picture: one.url }, ours: { ...missing(two.ink, one.ink), picture: two.url } }
})`
