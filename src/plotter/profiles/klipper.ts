/** Whether an answer to M115 comes from Klipper, or from Kalico, which speaks Klipper's dialect. */
export function isKlipper(info: string): boolean {
  return /FIRMWARE_NAME:\s*(Klipper|Kalico)\b/i.test(info)
}
