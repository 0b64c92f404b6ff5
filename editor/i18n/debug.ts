import { messageTable } from "./table.ts";

export const debug = messageTable({
  en: {},
  zh: {},
});
