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

/** A list of fonts with a sample of each font. The list opens in place, so that the sheet stays in sight. */
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
  const { fontsVersion } = useStore(store)
  const { fonts = [] } = useAnswer(() => store.request('fonts.list', {}), [store, fontsVersion], { keep: true }) ?? {}
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
            <FontSample store={store} font={font} version={fontsVersion} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Distance of the list from the window at which the page requests the samples that the list shows. */
const AHEAD = '400px'

/** A picture of a line in the font. The page requests it from the daemon when the list shows it, near the window. */
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
        const picture = sample(store.client, 'text', fontSampleParams(font), version)
        release = picture.release
        // Without a picture the list shows only the font's name and style.
        picture.url.then(setUrl, () => undefined)
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

/** Number of characters of a font's sample text that fit into one line of the list. */
const SAMPLE_CHARS = 22

/** Parameters of a line with the first words of the font's sample text, without a fixed sheet. Lengths in mm. */
function fontSampleParams({ name, sample: text }: Font) {
  const space = text.lastIndexOf(' ', SAMPLE_CHARS)
  return { text: text.slice(0, space > 0 ? space : SAMPLE_CHARS), font: name, size: 5, margin: 2.5 }
}
