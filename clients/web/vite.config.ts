import { defineConfig } from 'vite'

/** The build of the page. The daemon serves all files of the page, and the page sends requests only to the daemon. */
export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  base: './',
  publicDir: 'public',
  // Node's build of the CSV reader needs `Buffer`, which browsers lack.
  resolve: { alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: 'warn',
})
