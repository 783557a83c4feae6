/**
 * pdf.js needs three global classes of canvases. At its start, pdf.js tries to load an optional native library of
 * 32 MB, and takes from the library each of the three classes that is not defined. plotd reads the operator lists of
 * pdf.js and never draws on a canvas. So this file, imported before pdf.js, defines the missing classes. Then plotd
 * also works without the library. pdf.js calls the methods of `Matrix` only to convert the bitmap of a glyph to a path.
 */
class Matrix {
  a = 1
  b = 0
  c = 0
  d = 1
  e = 0
  f = 0

  scaleSelf(x: number, y = x): this {
    this.a *= x
    this.b *= x
    this.c *= y
    this.d *= y
    return this
  }

  translateSelf(x: number, y: number): this {
    this.e += this.a * x + this.c * y
    this.f += this.b * x + this.d * y
    return this
  }
}

const CLASSES = { DOMMatrix: Matrix, ImageData: class {}, Path2D: class {} }
for (const [name, own] of Object.entries(CLASSES)) Reflect.set(globalThis, name, Reflect.get(globalThis, name) ?? own)
