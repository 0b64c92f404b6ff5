/** For a POSIX shell; subjects of the product never hold what double quotes would not keep, others are single-quoted. */
export function subscribeCommand(subject: string): string {
  return /["$`\\!]/.test(subject) ? `nats sub '${subject.replaceAll("'", `'\\''`)}'` : `nats sub "${subject}"`;
}
