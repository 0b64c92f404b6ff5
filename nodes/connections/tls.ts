/** Whom to trust and how to show who one is, for connections that can be encrypted. */
import { z } from "zod";
import { secret } from "../contract/fields.ts";

/** The field of a configuration; `program` is what is at the other end: `broker`. */
export function tlsField(program: string) {
  return z
    .strictObject({
      ca: z
        .string()
        .default("")
        .meta({
          title: "CA certificate",
          description: `PEM text of the authority that signed the ${program}'s certificate; empty: those the system knows.`,
          widget: "multiline",
        }),
      cert: z
        .string()
        .default("")
        .meta({
          title: "Client certificate",
          description: `PEM text, if the ${program} asks for one.`,
          widget: "multiline",
        }),
      key: secret({
        title: "Client key",
        description: "PEM text of the private key of the client certificate.",
      }).optional(),
      rejectUnauthorized: z
        .boolean()
        .default(true)
        .meta({
          title: `Check the ${program}'s certificate`,
          description: `Switch off only to try things: anybody on the network could then play the ${program}.`,
        }),
    })
    .refine(({ cert, key }) => (cert === "") === (key === undefined), {
      error: "client certificate and client key go together: set both or none",
    })
    .prefault({})
    .meta({ title: "TLS", advanced: true });
}

/** What `node:tls` takes. */
export function tlsOptions({ ca, cert, key, rejectUnauthorized }: z.output<ReturnType<typeof tlsField>>) {
  return {
    ...(ca === "" ? {} : { ca }),
    ...(cert === "" || key === undefined ? {} : { cert, key }),
    rejectUnauthorized,
  };
}
