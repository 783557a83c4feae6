/** The sizes of pages, also for clients, which may import only the protocol. */
export { landscape, type PageSize, pageSize } from '../../geometry/pages.ts'
