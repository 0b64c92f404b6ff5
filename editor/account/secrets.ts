/** The names of the secrets that the gateway keeps, for whoever may use them. Values only ever go there. */
import { createStore } from "zustand/vanilla";
import type { SecretInfo } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";

export type Secrets = ReturnType<typeof createSecrets>;

/** `onStored`: a flow that lacked a secret may be right now. */
export function createSecrets(onStored: () => void) {
  /** `undefined` until they are known, and for roles that may not see them. */
  const store = createStore<{ readonly list: readonly SecretInfo[] | undefined }>(() => ({ list: undefined }));
  const load = async () => {
    const list = await request("GET /api/secrets").catch(() => undefined);
    if (list !== undefined) store.setState({ list });
  };
  const afterwards = async () => {
    await load();
    onStored();
  };
  return {
    ...store,
    load,
    /** Under a new name, or in place of the present value. Rejects with what the gateway has against it. */
    async put(name: string, value: string): Promise<void> {
      await request("PUT /api/secrets/:name", { params: { name }, body: { value } });
      await afterwards();
    },
    async remove(name: string): Promise<void> {
      await request("DELETE /api/secrets/:name", { params: { name } });
      await afterwards();
    },
  };
}
