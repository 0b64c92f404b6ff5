/** What the webhook does, for people who set it up. */
export const help = `
Takes requests on \`http://{gateway}/hooks/{path}\` and hands what is in them on, untouched, on
\`iot.raw.http.{device_id}\`. A *Convert* node, or a wire straight to a rule, makes points of it. Two nodes cannot serve the
same path.

\`\`\`
curl http://127.0.0.1:8080/hooks/in -H 'Content-Type: application/json' -d '{"temperature": 21.5}'
\`\`\`

**Who may send.** With a **token**, or a **signature**: the HMAC of the body as it was sent, as GitHub and many others do
it. A request without, or with a wrong one, is answered 401 and told on \`iot.errors.adapters.unauthorized\`. Without sign-in
whoever reaches the gateway's port may send. Web pages from elsewhere may send only if the settings name them
(\`server.allowed_origins\`), and the gateway must be called by a name it knows (\`server.allowed_hosts\`).

**Batches.** A JSON list becomes a reading for each entry, NDJSON (\`application/x-ndjson\`) one for each line; a request is
taken as a whole or not at all. Bodies may be compressed with gzip, deflate, br or zstd.

**Which device.** A template may read \`body\`, \`query\` and \`headers\` (names in small letters:
\`\${headers["x-device"]}\`). Left empty, it is \`device_id\` in the query (\`?device_id=press-1\`) or in the content, otherwise
the path.

**What an answer promises.**

| Answer when | Status | Promise |
| --- | --- | --- |
| Received | 202 | It was checked and is in memory. If the bus is away it is lost, which is told as an error. |
| On the bus | 200 | All readings are published. While the bus is away the answer is 503, and the sender keeps them. |

On the bus does not mean on disk: raw readings are not stored. If the bus goes away in the middle of a batch, a sender that
tries again delivers the first part twice.

**Not twice.** A sender that puts a key of its own into \`Idempotency-Key\` gets the first answer again when it repeats a
request; the same key with another body is answered 422. Keys are kept in memory for some minutes (10,000 at most), so not
over a restart.

**When it is too much.** 413 for a body or batch that is too large, 429 with \`Retry-After\` for a client that comes too
often (all clients behind one proxy count as one), 503 with \`Retry-After\` while too many requests are under way.
`;
