/** How good a value is, and why not. The numbers are those of OPC DA, except that good is 0 in this gateway. */
export const quality = {
  good: 0,
  /** Bad: the device has no such address, or does not know the function. */
  configuration: 4,
  /** Bad: there is no connection to the bus. */
  notConnected: 8,
  /** Bad: the device says that it failed. */
  deviceFailure: 12,
  /** Bad: the register holds what is no number. */
  sensorFailure: 16,
  /** Bad: no reply, or none that can be believed. */
  communication: 24,
  /** Uncertain: the device is busy, this is its last value. */
  lastUsable: 68,
  /** Uncertain: beyond the limits, and set to them. */
  limited: 84,
} as const;
