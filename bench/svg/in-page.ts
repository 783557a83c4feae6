/**
 * Runs inside the page that shows the original: makes every visible shape a thin black outline and takes away what no
 * pen draws (images, filters, masks, text), so that what remains is what a drawing should hold. A string, because it
 * is for the browser's language and types, not for Node's.
 */
export const FORCE_OUTLINE = `(({ width, height, boxWidth, boxHeight }) => {
  const root = document.documentElement
  root.pauseAnimations?.()
  root.setCurrentTime?.(0)
  if (!root.getAttribute('viewBox')) root.setAttribute('viewBox', '0 0 ' + boxWidth + ' ' + boxHeight)
  root.setAttribute('width', width)
  root.setAttribute('height', height)
  root.style.setProperty('width', width + 'px', 'important')
  root.style.setProperty('height', height + 'px', 'important')
  root.style.setProperty('background', 'white', 'important')
  const set = (element, name, value) => element.style.setProperty(name, value, 'important')
  const shows = (paint, opacity) => paint !== 'none' && Number(opacity) !== 0 && !/^rgba\\(.*, 0\\)$/.test(paint)
  const paints = (paint) => {
    const id = /^url\\("?#([^")]*)/.exec(paint)?.[1]
    if (id === undefined) return paint !== 'none'
    if (!/^url\\([^)]*\\) *$/.test(paint) && !/none$/.test(paint)) return true
    let server = document.getElementById(id)
    if (!/^(linearGradient|radialGradient|pattern)$/.test(server?.localName)) return false
    for (let i = 0; server && i < 20; i++) {
      if (server.childElementCount > 0) return true
      const href = server.getAttribute('href') ?? server.getAttributeNS('http://www.w3.org/1999/xlink', 'href')
      server = href?.startsWith('#') ? document.getElementById(href.slice(1)) : null
    }
    return false
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
  const plans = []
  for (const shape of document.querySelectorAll('rect, circle, ellipse, line, polyline, polygon, path')) {
    if (shape.namespaceURI !== 'http://www.w3.org/2000/svg') continue
    const style = getComputedStyle(shape)
    const stroked = shows(style.stroke, style.strokeOpacity) && paints(style.stroke) && parseFloat(style.strokeWidth) > 0
    const filled = shape.localName !== 'line' && shows(style.fill, style.fillOpacity) && paints(style.fill)
    const marked = /url/.test(style.markerStart + style.markerMid + style.markerEnd) && (stroked || filled)
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
      if (getComputedStyle(shape).vectorEffect === 'none') set(shape, 'stroke-width', 1 / scale + 'px')
    } else if (shape.closest('marker')) {
      set(shape, 'stroke-dasharray', 'none')
      set(shape, 'stroke-width', 1 / markerScale(shape.closest('marker'), plans) + 'px')
    } else {
      set(shape, 'stroke-dasharray', 'none')
      set(shape, 'vector-effect', 'non-scaling-stroke')
      set(shape, 'stroke-width', '1px')
    }
  }
  for (const element of document.querySelectorAll('*')) {
    if (!element.style) continue
    const style = getComputedStyle(element)
    if (style.filter !== 'none') set(element, 'filter', 'none')
    if (style.mask && style.mask !== 'none') set(element, 'mask', 'none')
    if (Number(style.opacity) > 0 && Number(style.opacity) < 1) set(element, 'opacity', '1')
    if (/^(image|foreignObject|text|video|audio)$/.test(element.localName)) set(element, 'display', 'none')
  }
})`

/**
 * Compares two pictures of one size: ink is what is not nearly white. A pixel of ink is missing when no pixel in its
 * neighbourhood has ink in the other picture. The outermost two pixels are left out: a line along the edge of the page
 * is cut in half, and which half is seen is a matter of rounding.
 */
export const COMPARE = `(async ({ a, b, radius }) => {
  const pixels = async (png) => {
    const image = new Image()
    image.src = 'data:image/png;base64,' + png
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    const ink = new Uint8Array(image.width * image.height)
    for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i] < 200 ? 2 : data[4 * i] < 245 ? 1 : 0
    return { ink, width: image.width, height: image.height }
  }
  const [one, two] = [await pixels(a), await pixels(b)]
  const { width, height } = one
  const missing = (from, other) => {
    let [count, lost] = [0, 0]
    for (let y = 2; y < height - 2; y++) for (let x = 2; x < width - 2; x++) {
      if (from[y * width + x] < 2) continue
      count++
      let found = false
      for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius) && !found; v++)
        for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius) && !found; u++)
          found = other[v * width + u] > 0
      if (!found) lost++
    }
    return { count, lost }
  }
  return { original: missing(one.ink, two.ink), ours: missing(two.ink, one.ink) }
})`
