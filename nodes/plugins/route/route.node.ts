import { defineOperator } from "../../contract/operator.ts";
import { Collector } from "./collector.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { portsOf } from "./matching.ts";
import { settings } from "./settings.ts";
import { split } from "./split.ts";

export default defineOperator({
  type: "plugin.route",
  title: "Route",
  summary: "Sends points different ways by device, key, tag or condition",
  help,
  icon: "route",
  keywords: ["switch", "branch", "case", "if", "split", "merge", "batch", "fan out", "distribute"],
  accepts: "point",
  outputs: [{ name: "out", title: "Everything else" }],
  outputsFrom: { list: "routes", name: "name" },
  config: settings,
  examples,
  line({ routes, match }) {
    if (routes.length === 0) return "everything goes on";
    const names = [...new Set(routes.map(({ name }) => name))];
    const shown = names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    return `${match === "first" ? "first of" : "all of"} ${shown}`;
  },
  scope: ({ lists }, incoming) => (lists === "keep" ? incoming : { devices: incoming.devices }),
  batches: ({ send }) => send === "batch",
  create(config, { clock, emit }) {
    const ports = portsOf(config);
    const { lists, send, collectFor, maxPoints } = config;
    const collector =
      send === "batch" && collectFor > 0 ? new Collector({ clock, emit }, collectFor, maxPoints) : undefined;
    return {
      process(point, trace) {
        for (const each of lists === "split" ? split(point) : [point])
          for (const port of ports(each))
            if (collector === undefined) emit(each, { port });
            else collector.add(each, port, trace);
      },
      close: () => collector?.flush(),
    };
  },
});
