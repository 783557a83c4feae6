/**
 * When pdf.js is loaded it looks for three classes of canvases, and takes them from an optional native library of 32 MB. plotd
 * reads instructions and never draws on a canvas, so empty classes serve where that library is not installed.
 */
for (const name of ['DOMMatrix', 'ImageData', 'Path2D'])
  Reflect.set(globalThis, name, Reflect.get(globalThis, name) ?? class {})
