/** `Firefox on Windows`, from the `User-Agent` header: for people who look at their sessions, not for decisions. */
export function browserTitle(userAgent: string): string {
  const find = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find([
    [/Edg\//, "Edge"],
    [/Firefox\//, "Firefox"],
    [/Chrome\/|Chromium\//, "Chrome"],
    [/Safari\//, "Safari"],
  ]);
  const system = find([
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/Linux|X11/, "Linux"],
  ]);
  if (browser === undefined) return system === undefined ? "a program" : `a program on ${system}`;
  return system === undefined ? browser : `${browser} on ${system}`;
}
