/** The words of the spool's job states, spelt again here because plotter/ does not import spool/. */
export type PauseReason = 'operator' | 'pen-change' | 'sheet'
export type InterruptReason = 'restart' | 'connection-lost' | 'device-fault' | 'power-lost'
