/** A cascade layer, with the layers that it contains by name. */
interface Layer {
  readonly inner: Map<string, Layer>
  rank: number
}

/** Deepest level of nested layers. Deeper layers count as the layer around them. */
const MAX_DEPTH = 20

/**
 * The cascade layers of a document (CSS Cascade 5, section 6.4.1), in the order in which the document first names them.
 */
export class CascadeLayers {
  /** This layer stands for the rules outside of layers, and comes last. */
  readonly #root: Layer = { inner: new Map(), rank: 0 }
  #unnamed = 0
  /** The layer of the initial values of `@property`. It comes first, so each rule wins over it. */
  readonly initial = this.named('', '@property')

  /** Names a layer inside `outer`. @param name  '' for a layer without a name @returns the whole name, such as `a.b` */
  named(outer: string, name: string): string {
    // A layer without a name differs from all others.
    const own = name === '' ? `#${this.#unnamed++}` : name
    const whole = outer === '' ? own : `${outer}.${own}`
    this.#layer(whole)
    return whole
  }

  /** Ranks all layers. A layer with a higher rank wins. The rank of '' is 0, and the rank of each layer is below 0. */
  ranked(): (name: string) => number {
    let count = 0
    const visit = (layer: Layer): void => {
      for (const inner of layer.inner.values()) visit(inner)
      layer.rank = count++
    }
    visit(this.#root)
    return (name) => this.#layer(name).rank - this.#root.rank
  }

  #layer(name: string): Layer {
    let layer = this.#root
    for (const part of name === '' ? [] : name.split('.').slice(0, MAX_DEPTH)) {
      const inner = layer.inner.get(part) ?? { inner: new Map<string, Layer>(), rank: 0 }
      layer.inner.set(part, inner)
      layer = inner
    }
    return layer
  }
}
