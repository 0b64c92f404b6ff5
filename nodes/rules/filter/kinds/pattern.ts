import { MessageError } from "../../../contract/errors.ts";
import { show } from "../../../expression/kinds.ts";
import { glob } from "../../../points/glob.ts";
import { type Filter, rejected } from "../decision.ts";

export const pattern: Filter = {
  line: ({ field, pattern: wanted = "" }) => `${field} like ${wanted}`,
  create({ field, pattern: wanted = "*" }) {
    const matches = glob(wanted);
    const other = rejected(`its ${field} is not like ${wanted}`);
    return (point) => {
      const text = point[field];
      if (typeof text === "string") return matches(text) ? undefined : other;
      const name = `${point.key} of ${point.device_id}`;
      throw new MessageError("type_mismatch", `a pattern needs text, but ${name} is ${show(text)}`);
    };
  },
};
