import { messageTable } from "./table.ts";

export const inspector = messageTable({
  en: {},
  zh: {},
});
