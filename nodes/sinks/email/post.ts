/** Sending mails by SMTP. */
import { getSystemErrorName } from "node:util";
import { createTransport, type Transporter } from "nodemailer";
import { networkReason } from "../../connections/network-reason.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import type { Letter } from "./letter.ts";

export interface PostSettings {
  readonly host: string;
  readonly port: number;
  readonly encryption: "starttls" | "tls" | "none";
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly from: string;
  readonly to: readonly string[];
}

export interface Post {
  /** Throws `ConnectionError` when the server cannot be reached or does not let us in. */
  verify(): Promise<void>;
  /**
   * Resolves with the addresses that the server refuses for good, when it takes the mail for others. Throws
   * `ConnectionError` when it may take it later, `MessageError` when it never will.
   */
  send(letter: Letter): Promise<readonly string[]>;
  close(): void;
}

const words = { program: "mail server", language: "SMTP", plain: "smtp", secure: "smtps" };

export function openPost(settings: PostSettings): Post {
  const { host, port, encryption, user, password, tls, timeoutMs, from, to } = settings;
  const transport: Transporter = createTransport({
    host,
    port,
    secure: encryption === "tls",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    tls,
    ...(user === "" ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // What a message says must never make the gateway read a file or call an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const address = `${host}:${port}`;
  return {
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw new ConnectionError(reasonOf(error, address), { cause: error });
      }
    },
    async send({ subject, text, messageId }) {
      try {
        const { rejected } = await transport.sendMail({ from, to: [...to], subject, text, messageId });
        return (rejected as readonly (string | { address: string })[]).map((one) =>
          typeof one === "string" ? one : one.address,
        );
      } catch (error) {
        if (isForGood(error)) throw new MessageError("refused", reasonOf(error, address), { cause: error });
        throw new ConnectionError(reasonOf(error, address), { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly errno?: number;
}

/** A reply from 500 on to an envelope or a mail; one to a login is about us, and can be set right. */
function isForGood(error: unknown): boolean {
  const { code, responseCode = 0 } = error as SmtpError;
  return (code === "EENVELOPE" || code === "EMESSAGE") && responseCode >= 500;
}

function reasonOf(error: unknown, address: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, errno } = error as SmtpError;
  if (code === "EAUTH") return `${address} refuses user or password: ${error.message}`;
  // The library writes a code of its own over that of the system.
  const known =
    errno === undefined ? error : Object.assign(new Error(error.message), { code: getSystemErrorName(errno) });
  return networkReason(known, address, words) ?? `${address}: ${error.message}`;
}
