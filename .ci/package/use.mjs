import { getJobStatus, readSvg, SvgBuilder } from 'plotd'
import { connect } from 'plotd/client'

const { drawing } = readSvg(new SvgBuilder(210, 148).hersheyText(105, 74, 'imported', 0.5).toString())
if (drawing.layers.length !== 1 || typeof connect !== 'function' || typeof getJobStatus !== 'function') process.exit(1)
