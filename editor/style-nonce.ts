/** The nonce that the server put into this page: its security policy applies no style made here without it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Mantine's dialogs lock scrolling with a style of react-remove-scroll, which looks for the nonce in this global. */
export function offerStyleNonce(): void {
  Object.assign(window, { __webpack_nonce__: styleNonce() });
}
