import { layoutText, type TextLayout, type TextOptions } from '../../hershey/index.ts'
import { fitText, hyphenateLongWords, largestFit, textIn } from '../fit-text.ts'
import { SMALLEST, type TextParams } from './schema.ts'
import {
  boxToFit,
  centre,
  letters,
  mustHold,
  type Room,
  roomOf,
  type SheetText,
  sideFor,
  sizeOf,
  tooLong,
} from './sheet-room.ts'

/** Text in lines. @throws PlotdError ERR_PARAMS when it does not fit the sheet */
export function inLines(params: TextParams): SheetText {
  const { align, lineSpacing, breakWords, tabWidth } = params
  const options = { ...letters(params), align, lineSpacing, breakWords, ...(tabWidth !== undefined && { tabWidth }) }
  const room = roomOf(params)
  return params.rotation % 360 === 0 ? setUpright(params, options, room) : setRotated(params, options, room)
}

function setUpright(params: TextParams, options: TextOptions, room: Room): SheetText {
  const { text, margin, size } = params
  if (params.fit) {
    const box = boxToFit(room)
    const layout = fitText(text, { ...box, largest: box.height, smallest: SMALLEST }, options)
    if (!layout) throw tooLong(params)
    return { ...place(layout, params, params.width ?? 0, params.height ?? 0), fittedSize: layout.size }
  }
  const layout = layoutText(text, { ...options, size, ...(room.x !== undefined && { width: room.x }) })
  const [inkWidth, inkHeight] = inkSize(layout)
  mustHold(inkWidth, inkHeight, params, room)
  return place(layout, params, sideFor(params.width, inkWidth, margin), sideFor(params.height, inkHeight, margin))
}

function place(layout: TextLayout, { margin }: TextParams, width: number, height: number): SheetText {
  const box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin }
  return { strokes: textIn(box, layout), width, height }
}

/**
 * Width and height of a layout: those of its cells or of its ink, whichever are larger; 0 without ink. So a line of
 * small letters counts with the full height of a line.
 */
function inkSize({ bounds, width, height }: TextLayout): [number, number] {
  const [inkWidth, inkHeight] = sizeOf(bounds)
  return inkWidth === 0 && inkHeight === 0 ? [0, 0] : [Math.max(width, inkWidth), Math.max(height, inkHeight)]
}

/**
 * Sets rotated lines. The lines wrap at the length of the room along one side of the sheet: the side to which the lines
 * are more nearly parallel.
 */
function setRotated(params: TextParams, options: TextOptions, room: Room): SheetText {
  const { text, rotation, size } = params
  const angle = (rotation * Math.PI) / 180
  const across = Math.abs(Math.cos(angle)) >= Math.abs(Math.sin(angle)) ? room.x : room.y
  const turn = { ...options, rotation, ...(across !== undefined && { width: across }) }
  if (!params.fit) return centre(layoutText(text, { ...turn, size }).strokes, params, room)
  const box = boxToFit(room)
  const words = hyphenateLongWords(text)
  const fitted = largestFit({ largest: Math.max(box.width, box.height), smallest: SMALLEST }, (candidate) => {
    // Slanted lines that have the length of the room may leave the sheet. So the loop tries shorter lines until the ink
    // fits.
    for (const share of [1, 0.8, 0.62, 0.48]) {
      const layout = layoutText(words, { ...turn, size: candidate, width: (across ?? box.width) * share })
      const [width, height] = sizeOf(layout.bounds)
      if (width <= box.width && height <= box.height) return { strokes: layout.strokes, size: candidate }
    }
    return undefined
  })
  if (!fitted) throw tooLong(params)
  return { ...centre(fitted.strokes, params, room), fittedSize: fitted.size }
}
