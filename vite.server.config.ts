/** How the server is built: `dist/` keeps the path of what is started or looked up by its path, and shares the rest. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const started = ["server/main.ts", "server/runtime/worker.ts", "server/trial/worker.ts"];
const lookedUp = [...below("nodes", /\.(node|connection)\.ts$/), ...below("bench", /-run\.ts$/)];

export default defineConfig({
  // Libraries are bundled too: opening their many small files takes more than half of the time to start. Not those that
  // bring native code or cannot be bundled.
  ssr: { noExternal: true, external: ["better-sqlite3", "@serialport/bindings-cpp", "jsonc-parser"] },
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    emptyOutDir: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries([...started, ...lookedUp].map((file) => [file.replace(/\.ts$/, ""), file])),
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "server/chunks/[name]-[hash].js",
        // Every thread holds the text of what it has loaded. Names and lines stay, for the sake of stack traces.
        comments: false,
        minify: { mangle: false, compress: false, codegen: { removeWhitespace: false } },
      },
    },
  },
});

function below(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => name.test(file))
    .map((file) => join(folder, file));
}
