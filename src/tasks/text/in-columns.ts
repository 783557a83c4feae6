import { rotation, transformStrokes } from '../../geometry/affine.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import { verticalText } from '../../hershey/index.ts'
import { largestFit } from '../fit-text.ts'
import { SMALLEST, type TextParams } from './schema.ts'
import { boxToFit, centre, letters, roomOf, type SheetText, sizeOf, tooLong } from './sheet-room.ts'

const VERTICAL_ALIGN = { left: 'top', center: 'middle', right: 'bottom', justify: 'top' } as const

/** Text in columns from right to left. @throws PlotdError ERR_PARAMS when it does not fit the sheet */
export function inColumns(params: TextParams): SheetText {
  const { align, lineSpacing, latin, size, tabWidth } = params
  const room = roomOf(params)
  const turn = rotation(params.rotation)
  const options = {
    ...letters(params),
    align: VERTICAL_ALIGN[align],
    lineSpacing,
    latin,
    ...(tabWidth !== undefined && { tabWidth }),
  }
  const columnsAt = (candidate: number, height: number | undefined) => {
    const { strokes } = verticalText(params.text, {
      ...options,
      size: candidate,
      ...(height !== undefined && { height }),
    })
    return params.rotation % 360 === 0 ? strokes : transformStrokes(turn, strokes)
  }
  if (!params.fit) return centre(columnsAt(size, room.y), params, room)
  const box = boxToFit(room)
  const fitted = largestFit({ largest: box.height, smallest: SMALLEST }, (candidate) => {
    const strokes = columnsAt(candidate, box.height)
    const [width, height] = sizeOf(boundsOf(strokes))
    return width <= box.width && height <= box.height ? { strokes, size: candidate } : undefined
  })
  if (!fitted) throw tooLong(params)
  return { ...centre(fitted.strokes, params, room), fittedSize: fitted.size }
}
