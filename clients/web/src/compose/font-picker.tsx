import { useEffect, useRef, useState } from 'preact/hooks'
import type { Result } from '../../../../src/daemon/protocol/index.ts'
import { type Store, useStore } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { sample } from './design-samples.ts'

type Font = Result<'fonts.list'>['fonts'][number]

interface Props {
  readonly id: string
  readonly store: Store
  readonly value: string
  readonly onFont: (font: string) => void
  readonly 'aria-describedby': string
  readonly 'aria-invalid'?: boolean
}

/** Chooses a font by a sample of each. The list opens in place, so that the sheet stays in sight. */
export function FontPicker({ id, store, value, onFont, ...described }: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div class="font-picker">
      <button type="button" id={id} {...described} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {value === '' ? 'Choose a font' : value}
      </button>
      {isOpen && (
        <FontList
          store={store}
          value={value}
          onFont={(font) => {
            onFont(font)
            setOpen(false)
            document.getElementById(id)?.focus()
          }}
        />
      )}
    </div>
  )
}

interface ListProps {
  readonly store: Store
  readonly value: string
  readonly onFont: (font: string) => void
}

function FontList({ store, value, onFont }: ListProps) {
  const { fonts: version } = useStore(store)
  const { fonts = [] } = useAnswer(() => store.request('fonts.list', {}), [store, version], { keep: true }) ?? {}
  return (
    <ul class="fonts" aria-label="Fonts">
      {fonts.map((font) => (
        <li key={font.name}>
          <button
            type="button"
            aria-label={`${font.name}, ${font.style}`}
            aria-pressed={font.name === value}
            onClick={() => onFont(font.name)}
          >
            <span class="font-name">
              {font.name} <span class="quiet">{font.style}</span>
            </span>
            <FontSample store={store} font={font} version={version} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Samples this far out of sight are rendered too. */
const AHEAD = '400px'

/** A line in the font. It is rendered when it comes near. */
function FontSample({ store, font, version }: { store: Store; font: Font; version: number }) {
  const box = useRef<HTMLSpanElement>(null)
  const [url, setUrl] = useState<string | undefined>()
  useEffect(() => {
    if (!box.current) return
    let release = (): void => {}
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        observer.disconnect()
        const rendered = sample(store.client, 'text', fontSampleParams(font), version)
        release = rendered.release
        rendered.url.then(setUrl, () => undefined) // the font has its name as well
      },
      { rootMargin: AHEAD },
    )
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      release()
    }
  }, [store, font.name, version])
  return (
    <span ref={box} class="font-sample">
      {url !== undefined && <img src={url} alt="" />}
    </span>
  )
}

/** Characters of a font's sample text that fit into one line of the list. */
const SAMPLE_CHARS = 22

/** The first words of the font's own sample, in one line on a sheet that is as large as they need. Lengths in mm. */
const fontSampleParams = ({ name, sample: words }: Font) => ({
  text: words.slice(0, Math.max(words.lastIndexOf(' ', SAMPLE_CHARS), 1) || SAMPLE_CHARS),
  font: name,
  size: 5,
  margin: 2.5,
})
