/** Requests for nodes, across threads; travels on the port of `endpoint-bridge.ts`. */
import type { Endpoints, HookAnswer, HookLimits, HookRequest, Opened } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";

export type HookToMain = { readonly type: "hook" } & (
  | { readonly what: "open"; readonly hook: number; readonly path: string; readonly limits: HookLimits }
  | { readonly what: "close"; readonly hook: number }
  | { readonly what: "answer"; readonly request: number; readonly answer: HookAnswer }
  /** No answer: words for the client, who may try again, unless it is a `defect` of our own, to be logged. */
  | { readonly what: "failed"; readonly request: number; readonly message: string; readonly defect: boolean }
);

export type HookToWorker = { readonly type: "hook" } & (
  | { readonly what: "opened"; readonly hook: number }
  | { readonly what: "refused"; readonly hook: number; readonly message: string }
  | { readonly what: "closed"; readonly hook: number }
  | { readonly what: "request"; readonly hook: number; readonly request: number; readonly data: HookRequest }
);

interface Hook {
  onRequest(request: HookRequest): Promise<HookAnswer>;
  opened(): void;
  refused(error: Error): void;
  closed(): void;
}

/** The worker's end. */
export function createHooksProxy(post: (message: HookToMain) => void) {
  const hooks = new Map<number, Hook>();
  let lastHook = 0;

  const answer = async (hook: Hook | undefined, request: number, data: HookRequest) => {
    try {
      if (hook === undefined) throw new ConnectionError("the flow no longer serves this path");
      post({ type: "hook", what: "answer", request, answer: await hook.onRequest(data) });
    } catch (error) {
      const defect = !(error instanceof ConnectionError);
      const message = error instanceof Error ? (defect && error.stack) || error.message : String(error);
      post({ type: "hook", what: "failed", request, message, defect });
    }
  };

  return {
    http(path: string, limits: HookLimits, onRequest: Hook["onRequest"]): Promise<Opened> {
      const hook = ++lastHook;
      return new Promise((resolve, reject) => {
        let closed = () => {};
        const isClosed = new Promise<void>((end) => {
          closed = end;
        });
        const close = () => {
          post({ type: "hook", what: "close", hook });
          return isClosed;
        };
        hooks.set(hook, { onRequest, opened: () => resolve({ close }), refused: reject, closed });
        post({ type: "hook", what: "open", hook, path, limits });
      });
    },
    receive(message: HookToWorker): void {
      const hook = hooks.get(message.hook);
      switch (message.what) {
        case "opened":
          hook?.opened();
          return;
        case "request":
          void answer(hook, message.request, message.data);
          return;
        case "refused":
          hook?.refused(new ConnectionError(message.message));
          break;
        case "closed":
          hook?.closed();
      }
      hooks.delete(message.hook);
    },
  };
}

/** The main thread's end. */
export function serveHooks(post: (message: HookToWorker) => void, target: Pick<Endpoints, "http">) {
  const opening = new Map<number, Promise<Opened | undefined>>();
  const underWay = new Map<number, { answer(answer: HookAnswer): void; fail(error: Error): void }>();
  let lastRequest = 0;

  const ask = (hook: number, data: HookRequest) =>
    new Promise<HookAnswer>((resolve, reject) => {
      const request = ++lastRequest;
      underWay.set(request, { answer: resolve, fail: reject });
      post({ type: "hook", what: "request", hook, request, data });
    });

  const open = async (hook: number, path: string, limits: HookLimits): Promise<Opened | undefined> => {
    try {
      const opened = await target.http(path, limits, (request) => ask(hook, request));
      post({ type: "hook", what: "opened", hook });
      return opened;
    } catch (error) {
      post({ type: "hook", what: "refused", hook, message: (error as Error).message });
      return undefined;
    }
  };

  const close = async (hook: number): Promise<void> => {
    const opened = await opening.get(hook);
    opening.delete(hook);
    await opened?.close();
    post({ type: "hook", what: "closed", hook });
  };

  return {
    receive(message: HookToMain): void {
      switch (message.what) {
        case "open":
          opening.set(message.hook, open(message.hook, message.path, message.limits));
          return;
        case "close":
          void close(message.hook);
          return;
        case "answer":
          underWay.get(message.request)?.answer(message.answer);
          break;
        case "failed":
          underWay
            .get(message.request)
            ?.fail(message.defect ? new Error(message.message) : new ConnectionError(message.message));
      }
      underWay.delete(message.request);
    },
    /** The worker has ended: its paths are free, and nobody answers what is under way. */
    close(): void {
      for (const hook of opening.keys()) void close(hook);
      for (const { fail } of underWay.values()) fail(new ConnectionError("the gateway is restarting its flows"));
      underWay.clear();
    },
  };
}
