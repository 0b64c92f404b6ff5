/** What the HTTP poll does, for people who set it up. */
export const help = `
Asks a web address every **interval** and hands each answer on, untouched, on \`iot.raw.http.{device_id}\`. A *Convert* node,
or a wire straight to a rule, makes points of it.

**When.** Polls start at multiples of the interval; one that falls due while the last is still under way is left out and
counted. If a poll does not work (no answer in time, a status that is not success, an answer too large), the node says why
on its card and on \`iot.errors.adapters.poll_failed\`, and tries again after 1, 2, 4 … 60 seconds or when the server says
(\`Retry-After\`). It never gives up, and it never sends a value that it did not get.

**Only what is new.** With **The same answer again: leave it out** an answer that is byte for byte the last one is not
sent. Where the server gives an \`ETag\` or \`Last-Modified\`, the node asks for changes only, and an unchanged answer costs
next to nothing.

**Templates.** Address, query, headers and body may hold \`\${…}\` with

| Name | |
| --- | --- |
| \`now\`, \`last\` | time of this poll, and of the last that worked (first 1970), as text; \`now_ms\` and \`last_ms\` in milliseconds |
| \`state.name\` | what an answer gave under **Carry over** |
| \`page\`, \`cursor\` | which page is asked for |

Values in **Query** are encoded; those in the address go in as they are. Expressions about an answer (carry over, pages,
device id) also know \`body\` (decoded where it is JSON, otherwise text), \`headers\` (names in small letters:
\`headers["x-next"]\`) and \`status\`. What is carried over counts only when the whole poll has worked, so nothing is
skipped; after a failure some of it may come twice. It starts afresh when the gateway starts.

**Pages.** Each page is a reading of its own. The next one is found by the \`Link\` header, by a cursor or address in the
answer, or by counting; always on the same server.

**Which addresses.** Private networks and this machine may be called unless this node or the settings
(\`outbound.private_networks\`, \`outbound.loopback\`) say no. Link-local and cloud metadata addresses never are, whatever
name leads there. A redirect to another server gets neither sign-in nor headers, and leads neither to this machine nor
from the internet into a private network.

**Limits.** No proxy, no cookies, no client-side caching beyond that, and HTTP/1.1 only.
`;
