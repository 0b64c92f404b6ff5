/** A text cut to what the close frame of a WebSocket can hold: 123 bytes. */
export function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, 123)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
}
