import { z } from "zod";
import { checkSettings, defineCheck } from "../check.ts";

const sign = { equal: "=", atLeast: "≥" } as const;

export const quality = defineCheck({
  settings: checkSettings("quality", "Quality", {
    compare: z
      .enum(["equal", "atLeast"])
      .default("equal")
      .meta({ title: "Must be", labels: { equal: "Equal to", atLeast: "At least" } }),
    quality: z
      .number()
      .default(0)
      .meta({ title: "Quality", description: "0 is good here; with the codes of OPC it is 192 and above." }),
  }),
  words: ({ compare, quality: wanted }) => `quality ${sign[compare]} ${wanted}`,
  create: ({ compare, quality: wanted }) => ({
    reason({ quality: found }) {
      const isFine = compare === "equal" ? found === wanted : found >= wanted;
      return isFine ? undefined : `its quality is ${found}, not ${sign[compare]} ${wanted}`;
    },
  }),
});
