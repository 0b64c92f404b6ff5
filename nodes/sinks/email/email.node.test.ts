/** The sink against a mail server that speaks SMTP. */
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { openSink, point, record } from "../testing.ts";
import email from "./email.node.ts";

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

const servers: SMTPServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve)))));

/** A mail server on a free port, and the mails it has taken. */
async function mailServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onData(stream, { envelope }, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      stream.on("end", () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
    ...options,
  });
  servers.push(server);
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const open = (config: Readonly<Record<string, unknown>> = {}) => openSink(email, { ...settings, port, ...config });
  return { mails, port, open };
}

const settings = {
  host: "127.0.0.1",
  encryption: "none",
  from: "gateway@plant.example",
  to: ["shift@plant.example"],
};

const alert = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: "a1",
  rule_id: "f_hot",
  rule_name: "Too hot",
  level: "critical",
  state: "active",
  event: "raised",
  alarm_state: "active-unacknowledged",
  priority: "critical",
  message: "furnace is at 95 °C",
  device_id: "d1",
  key: "temperature",
  value: 95,
  tags: {},
  timestamp: "2026-01-01T10:00:00.000Z",
  ...more,
});

/** The decoded body. */
const bodyOf = ({ text }: Mail) => {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
};
/** A field of the head, with encoded words in it decoded. */
const head = ({ text }: Mail, name: string) => {
  const line = new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(text)?.[1] ?? "";
  return line
    .replace(/\r\n[ \t]/g, " ")
    .replace(/\?= =\?/g, "?==?")
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, coded: string) => {
      const bytes = coded
        .replaceAll("_", " ")
        .replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, "latin1").toString("utf8");
    })
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, coded: string) => Buffer.from(coded, "base64").toString("utf8"));
};

describe("a mail", () => {
  test("tells an alert to everybody, with all that is known of it", async () => {
    const { mails, open } = await mailServer();
    const sink = await open({ to: ["shift@plant.example", "boss@plant.example"] });
    await sink.write(point(95, { alerts: [alert({ limit: "hihi" })] }));
    expect(mails).toHaveLength(1);
    const [mail] = mails as [Mail];
    expect(mail.to).toEqual(["shift@plant.example", "boss@plant.example"]);
    expect(head(mail, "Subject")).toBe("CRITICAL: furnace is at 95 °C");
    expect(head(mail, "From")).toContain("gateway@plant.example");
    const body = bodyOf(mail);
    for (const part of [
      "device: d1",
      "value: 95",
      "event: raised",
      "priority: critical",
      "limit: hihi",
      "rule: Too hot",
    ])
      expect(body).toContain(part);
    expect(sink.statuses.at(-1)).toBe("connected: ");
    await sink.close();
  });

  test("gathers a batch, and tells what came twice once", async () => {
    const { mails, open } = await mailServer();
    const sink = await open();
    const copy = record({ ...alert() });
    await sink.write(
      point(95, { alerts: [alert(), alert({ id: "a2", message: "and the oven" })] }),
      copy,
      point(70, { alerts: [alert({ event: "cleared", state: "cleared", message: "back to normal" })] }),
    );
    const [mail] = mails as [Mail];
    expect(mails).toHaveLength(1);
    expect(head(mail, "Subject")).toBe("3 messages: CRITICAL: furnace is at 95 °C …");
    expect(bodyOf(mail).match(/furnace is at 95/g)).toHaveLength(1);
    expect(bodyOf(mail)).toContain("Over: back to normal");
    await sink.close();
  });

  test("says what its templates say, and any message can be one", async () => {
    const { mails, open } = await mailServer();
    const own = await open({ subject: "$" + "{alert.level} $" + "{device_id}", text: "$" + "{value + 1}" });
    await own.write(point(95, { alerts: [alert()] }));
    expect(head(mails[0] as Mail, "Subject")).toBe("critical d1");
    expect(bodyOf(mails[0] as Mail).trim()).toBe("96");
    await expect(own.write(point(95))).rejects.toThrow(MessageError);
    const plain = await open();
    await plain.write(point(21.5));
    expect(head(mails[1] as Mail, "Subject")).toBe("d1 temperature: 21.5");
    await own.close();
    await plain.close();
  });

  test("cannot be given other heads by what a message says", async () => {
    const { mails, open } = await mailServer();
    const sink = await open();
    await sink.write(point(1, { alerts: [alert({ message: "hot\r\nBcc: thief@evil.example\r\n\r\nbody" })] }));
    const [mail] = mails as [Mail];
    expect(mail.to).toEqual(["shift@plant.example"]);
    expect(mail.text.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/im);
    expect(head(mail, "Subject")).toBe("CRITICAL: hot Bcc: thief@evil.example body");
    await sink.close();
  });

  test("sent again after a break has the same id", async () => {
    const { mails, open } = await mailServer();
    for (const value of [1, 1, 2]) {
      const sink = await open();
      await sink.write(point(95, { alerts: [alert({ id: `a${value}` })] }));
      await sink.close();
    }
    const [first, again, other] = mails.map((mail) => head(mail, "Message-ID"));
    expect(first).toBe(again);
    expect(first).not.toBe(other);
  });
});

describe("what the server says", () => {
  test("a login is needed and used; a wrong one is told, and tried again by the runtime", async () => {
    const { mails, open } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === "gateway" && password === "right" ? done(null, { user: username }) : done(new Error("no")),
    });
    const sink = await open({ user: "gateway", password: "right" });
    await sink.write(point(1, { alerts: [alert()] }));
    expect(mails).toHaveLength(1);
    await sink.close();
    await expect(open({ user: "gateway", password: "wrong" })).rejects.toThrow(/refuses user or password/);
  });

  test("a recipient it does not know is a dead letter when there is no other, else told on the card", async () => {
    const refuse = (code: number) => Object.assign(new Error("no such user"), { responseCode: code });
    const { mails, open } = await mailServer({
      onRcptTo: ({ address }, _session, done) => done(address.startsWith("gone") ? refuse(550) : null),
    });
    const none = await open({ to: ["gone@plant.example"] });
    await expect(none.write(point(1, { alerts: [alert()] }))).rejects.toThrow(MessageError);
    await none.close();
    const some = await open({ to: ["gone@plant.example", "shift@plant.example"] });
    await some.write(point(1, { alerts: [alert()] }));
    expect(mails.map(({ to }) => to)).toEqual([["shift@plant.example"]]);
    expect(some.statuses.at(-1)).toBe("degraded: the mail server does not take gone@plant.example");
    await some.close();
  });

  test("what it may take later, and a server that is away, wait", async () => {
    const busy = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error("try later"), { responseCode: 451 })),
    });
    const sink = await busy.open();
    await expect(sink.write(point(1, { alerts: [alert()] }))).rejects.toThrow(ConnectionError);
    await sink.close();
    await expect(openSink(email, { ...settings, port: 1 })).rejects.toThrow(/nothing listens at 127\.0\.0\.1:1/);
  });

  test("a certificate that nobody knows is refused, unless it is not to be checked", async () => {
    const { mails, open } = await mailServer({ secure: true });
    await expect(open({ encryption: "tls" })).rejects.toThrow(ConnectionError);
    const sink = await open({ encryption: "tls", tls: { rejectUnauthorized: false } });
    await sink.write(point(1, { alerts: [alert()] }));
    expect(mails).toHaveLength(1);
    await sink.close();
  });

  test("without STARTTLS nothing is sent to a server that should have it", async () => {
    const { mails, open } = await mailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    await expect(open({ encryption: "starttls" })).rejects.toThrow(ConnectionError);
    expect(mails).toEqual([]);
  });
});

test("addresses are checked before anything runs", () => {
  const issues = (config: Readonly<Record<string, unknown>>) =>
    email.config.safeParse({ ...settings, ...config }).error?.issues.map(({ message }) => message);
  expect(issues({ to: [] })).toEqual(["write at least one address"]);
  expect(issues({ from: "gateway" })).toEqual(['"gateway" is not an e-mail address']);
  expect(issues({ to: ["a@b.example\r\nBcc: x@y.example"] })).toHaveLength(1);
});
