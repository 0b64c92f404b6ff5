import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev:editor` finds a running gateway. */
const gateway = process.env["SLUICE_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: "editor",
  plugins: [react()],
  // The server puts a nonce of its own into each answer, so that styles need no exception from the security policy.
  html: { cspNonce: "__CSP_NONCE__" },
  build: { outDir: "../dist/editor", emptyOutDir: true, sourcemap: true },
  server: { proxy: { "/api": { target: gateway, ws: true }, "/ws": { target: gateway, ws: true } } },
  test: {
    projects: [
      {
        test: {
          name: "server",
          root: ".",
          environment: "node",
          include: ["{flows,nodes,server,docs}/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [react()],
        test: { name: "editor", root: ".", environment: "happy-dom", include: ["editor/**/*.test.{ts,tsx}"] },
      },
      {
        test: {
          name: "product",
          root: ".",
          environment: "node",
          include: ["test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
