/** Configurations of the HTTP poll as the help shows them; that they are valid is a test. */
export const examples = [
  {
    title: "A power meter every five seconds",
    config: { url: "http://10.0.0.5/api/values", interval: "5s", deviceId: "meter-1", unchanged: "drop" },
  },
  {
    title: "A cloud service that gives what is new since the last answer",
    config: {
      url: "https://api.example.com/v1/measurements",
      interval: "1m",
      query: { since: `\${state.since}` },
      state: [{ name: "since", from: "body.last_id", initial: "0" }],
      pagination: { kind: "cursor", next: "body.next", parameter: "cursor" },
      auth: {
        kind: "oauth2",
        tokenUrl: "https://login.example.com/oauth/token",
        clientId: "gateway",
        clientSecret: { $secret: "cloud-client" },
        scope: "read",
      },
    },
  },
  {
    title: "A question by POST to a device that names itself",
    config: {
      url: "http://10.0.0.7/query",
      method: "POST",
      body: `{"from": "\${last}", "to": "\${now}"}`,
      deviceId: `\${body.serial}`,
      timeout: "2s",
    },
  },
];
