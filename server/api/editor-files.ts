/** Serves the built editor: its page for every path that is no file, and its files, which have their hash in the name. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type RequestHandler, type Response, Router } from "express";
import helmet from "helmet";

/** Vite puts this into the page (`html.cspNonce`) wherever a nonce belongs; each answer gets its own. */
const noncePlaceholder = "__CSP_NONCE__";

const notBuilt =
  "<!doctype html><title>Sluice</title><p>The gateway runs, but the editor is not built. " +
  "Run <code>npm run build</code> (or <code>npm start</code>, which does it) and reload.";

/** `folder`: where `vite build` put the editor. It may be built while the gateway runs. */
export function editorFiles(folder: string): Router {
  const router = Router();
  const sendPage: RequestHandler = (_request, response) => {
    const page = join(folder, "index.html");
    response.setHeader("Cache-Control", "no-cache");
    if (existsSync(page)) {
      const html = readFileSync(page, "utf8").replaceAll(noncePlaceholder, nonceOf(response));
      response.type("html").send(html);
    } else response.status(503).type("html").send(notBuilt);
  };
  router.get("/index.html", sendPage);
  router.use(
    express.static(folder, {
      index: false,
      setHeaders: (response, path) => {
        const isHashed = path.startsWith(join(folder, "assets"));
        response.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    }),
  );
  router.get(/^\/(?!api\/|ws\/|assets\/).*$/, sendPage);
  return router;
}

function nonceOf(response: Response): string {
  return String(response.locals["nonce"]);
}

/** On every answer of the gateway, also the failed ones. */
export function securityHeaders() {
  const withPolicy = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on loopback: a promise of TLS would lock browsers out.
    strictTransportSecurity: false,
  });
  const router = Router();
  router.use((_request, response, next) => {
    response.locals["nonce"] = randomBytes(16).toString("base64");
    next();
  });
  router.use(withPolicy);
  return router;
}
