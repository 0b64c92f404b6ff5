/** What the network, a serial port or a device answered, in words for people who run a plant. Pure. */

const reasons: Readonly<Record<string, (address: string) => string>> = {
  ECONNREFUSED: (address) => `nothing listens at ${address}: is the device on, and is the port right (mostly 502)?`,
  ENOTFOUND: (address) => `the name in ${address} is not known: check the spelling, or write the IP address`,
  EAI_AGAIN: (address) => `the name in ${address} cannot be looked up: is the name server reachable?`,
  ETIMEDOUT: (address) => `no answer from ${address}: is it the right address, and does a firewall block it?`,
  EHOSTUNREACH: (address) => `${address} cannot be reached: check cable, address and gateway of the network`,
  ENETUNREACH: (address) => `${address} cannot be reached: this machine has no route to that network`,
  ECONNRESET: (address) =>
    `${address} broke off the connection: many devices allow only a few clients at once, is another one connected?`,
  EPIPE: (address) => `${address} broke off the connection`,
};

/** Why connecting failed, or the connection ended, with what to do about it. */
export function networkReason(error: Error, address: string): string {
  const code: unknown = "code" in error ? error.code : undefined;
  const reason = typeof code === "string" ? reasons[code] : undefined;
  return reason?.(address) ?? `connection to ${address} failed: ${error.message}`;
}

/** Why a serial port cannot be opened, by what the system's driver says. */
export function serialReason(error: Error, path: string): string {
  const { message } = error;
  if (/no such file|file not found/i.test(message))
    return `there is no serial port ${path}: is the adapter plugged in, and is the name right?`;
  if (/permission denied|access denied/i.test(message))
    return `this gateway may not use ${path}: give its user the right (on Debian the group dialout)`;
  if (/lock|busy|temporarily unavailable/i.test(message)) return `another program uses ${path}: end it first`;
  return `the serial port ${path} cannot be used: ${message.replace(/^Error:?\s*/, "")}`;
}

const exceptions: Readonly<Record<number, string>> = {
  1: "the device does not know this function",
  2: "the device has no such address",
  3: "the device refuses this value or number of registers",
  4: "the device failed while carrying it out",
  5: "the device has accepted the request and needs time for it",
  6: "the device is busy",
  7: "the device cannot carry it out",
  8: "the device found its own memory damaged",
  10: "the Modbus gateway has no path to this unit",
  11: "the Modbus gateway got no answer from this unit",
};

/** What an exception code means. */
export function exceptionReason(code: number): string {
  return `${exceptions[code] ?? "the device refused"} (exception ${code})`;
}
