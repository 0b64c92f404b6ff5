import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import type {
  CatalogDescription,
  FlowConnection,
  FlowDocument,
  FlowNode,
  NodeDescription,
} from "../../server/api/contract.ts";
import "../widgets/testing.tsx";
import { exampleConfig } from "./example.ts";
import { Inspector, type InspectorProps } from "./Inspector.tsx";
import { subscribeCommand } from "./subscribe-command.ts";

afterEach(cleanup);

const description: NodeDescription = {
  type: "rule.probe",
  category: "rule",
  title: "Probe",
  summary: "Looks at things",
  help: "It **looks**. <img src=x onerror=alert(1)> [bad](javascript:alert(1))",
  icon: "flask",
  keywords: [],
  inputs: [{ name: "in", title: "Input" }],
  outputs: [],
  config: {
    type: "object",
    properties: {
      connection: { type: "string", widget: "connection", connection: "mqtt", title: "Connection" },
      limit: { type: "number" },
    },
  },
  examples: [{ title: "Ten", config: { connection: "theirs", limit: 10 } }],
  connection: "mqtt",
};
const catalog: CatalogDescription = {
  nodes: [description],
  connections: [
    {
      type: "mqtt",
      title: "MQTT broker",
      summary: "",
      help: "",
      icon: "broadcast",
      config: { type: "object", properties: { url: { type: "string" } } },
    },
  ],
};
const probe: FlowNode = { id: "p", type: "rule.probe", name: "", config: {} };
const broker: FlowConnection = { id: "plant", type: "mqtt", name: "Plant", config: { url: "mqtt://a" } };

interface Shown {
  node: FlowNode;
  connections: FlowConnection[];
}

function show(over: Partial<InspectorProps> = {}): Shown {
  const shown: Shown = { node: over.node ?? probe, connections: over.document?.connections ?? [] };
  render(
    <MantineProvider env="test">
      <Page shown={shown} over={over} />
    </MantineProvider>,
  );
  return shown;
}

function Page({ shown, over }: { readonly shown: Shown; readonly over: Partial<InspectorProps> }) {
  const [node, setNode] = useState(shown.node);
  const [connections, setConnections] = useState(shown.connections);
  Object.assign(shown, { node, connections });
  const document = { format: 1, id: "f", name: "", nodes: [node], wires: [], connections } as unknown as FlowDocument;
  return (
    <Inspector
      description={description}
      catalog={catalog}
      problems={[]}
      insight={undefined}
      live={null}
      {...over}
      node={node}
      document={document}
      onChange={setNode}
      onConnectionsChange={setConnections}
    />
  );
}

const documentWith = (...connections: FlowConnection[]) => ({ connections }) as unknown as FlowDocument;
const type = (name: string, text: string) =>
  fireEvent.change(screen.getByRole("textbox", { name }), { target: { value: text } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

test("name, switch and the texts of the bus change the node and leave no trace at their defaults", () => {
  const seen = show();
  type("Name", "My probe");
  fireEvent.click(screen.getByRole("switch", { name: "Enabled" }));
  press(/On the bus/);
  type("Rule id", "probe_1");
  expect(seen.node).toEqual({ ...probe, name: "My probe", disabled: true, ruleId: "probe_1" });
  fireEvent.click(screen.getByRole("switch", { name: "Enabled" }));
  type("Rule id", "");
  expect(seen.node).toEqual({ ...probe, name: "My probe" });
});

test("a problem with the node's rule id stands beside it, not on top", () => {
  const message = "the rule id is taken";
  show({ problems: [{ code: "rule-id", severity: "error", node: "p", path: ["ruleId"], message }] });
  expect(screen.getByRole("textbox", { name: "Rule id" }).getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(message)).toBeTruthy();
});

test("a connection is created in place and chosen", () => {
  const seen = show();
  press("New MQTT broker");
  type("Url", "mqtt://10.0.0.5");
  const [, name] = screen.getAllByRole("textbox", { name: "Name" });
  if (name !== undefined) fireEvent.change(name, { target: { value: "Plant broker" } });
  press("Save");
  expect(seen.connections).toEqual([
    { id: "plant-broker", type: "mqtt", name: "Plant broker", config: { url: "mqtt://10.0.0.5" } },
  ]);
  expect(seen.node.config).toEqual({ connection: "plant-broker" });
});

test("editing a connection changes nothing until it is saved", () => {
  const seen = show({ node: { ...probe, config: { connection: "plant" } }, document: documentWith(broker) });
  press("Edit the connection");
  type("Url", "mqtt://b");
  expect(seen.connections).toEqual([broker]);
  press("Save");
  expect(seen.connections).toEqual([{ ...broker, config: { url: "mqtt://b" } }]);
});

test("a connection that is not there is named, not hidden", () => {
  show({ node: { ...probe, config: { connection: "gone" } } });
  expect(screen.getByText(/no connection “gone”/)).toBeTruthy();
});

test("help is drawn as text: no markup of its own, no script in links", async () => {
  show();
  fireEvent.click(screen.getByRole("tab", { name: "Help" }));
  expect((await screen.findByText("looks", {}, { timeout: 20_000 })).tagName).toBe("STRONG");
  expect(document.querySelector("img")).toBeNull();
  expect(screen.getByText("bad").getAttribute("href") ?? "").not.toContain("javascript");
});

test("an example becomes the node's configuration", async () => {
  const seen = show({ document: documentWith(broker) });
  fireEvent.click(screen.getByRole("tab", { name: "Help" }));
  fireEvent.click(await screen.findByRole("button", { name: "Use this configuration" }, { timeout: 20_000 }));
  expect(seen.node.config).toEqual({ limit: 10, connection: "plant" });
});

test("an example leaves the connection alone, and brings none that the flow does not have", () => {
  const [example] = description.examples;
  if (example === undefined) throw new Error("no example");
  const chosen: FlowNode = { ...probe, config: { connection: "mine" } };
  expect(exampleConfig(description, example, chosen, [])).toEqual({ connection: "mine", limit: 10 });
  expect(exampleConfig(description, example, probe, [])).toEqual({ limit: 10 });
  expect(exampleConfig(description, example, probe, [broker, { ...broker, id: "b" }])).toEqual({ limit: 10 });
});

test("a node of an unknown type keeps its configuration, as JSON", () => {
  show({ description: undefined, node: { ...probe, type: "rule.future", config: { a: 1 } } });
  expect(screen.getByText(/does not know the type “rule.future”/)).toBeTruthy();
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Config" }).value).toContain('"a": 1');
});

test("the compiled node says whose messages it takes, whom it calls and what is stored", () => {
  const compiled = {
    queue: "workers.f.p",
    ruleId: "f_p",
    inputs: [{ subject: "iot.processed.*.*", from: ["plc~convert", "p.rejected"] }],
    calls: [{ port: "out", nodes: ["p"] }],
    streams: ["IOT_DATA"],
  };
  const between = { line: "", reads: ["iot.raw.mock.d1"], publishes: [] };
  show({ insight: { line: "", reads: ["iot.processed.*.*"], publishes: ["iot.rules.f_p"], compiled }, between });
  fireEvent.click(screen.getByRole("tab", { name: "Subjects" }));
  expect(screen.getByText(/from plc → convert, p \(rejected\), and from outside/)).toBeTruthy();
  for (const text of ["workers.f.p", "f_p", "IOT_DATA"]) expect(screen.getByText(text)).toBeTruthy();
  expect(screen.getByText("Calls (out)")).toBeTruthy();
  expect(screen.getByRole("region", { name: "Conversion put in between" }).textContent).toContain("iot.raw.mock.d1");
});

test("each subject comes with the command that shows it", () => {
  show({ insight: { line: "", reads: ["iot.processed.>"], publishes: [] } });
  fireEvent.click(screen.getByRole("tab", { name: "Subjects" }));
  expect(screen.getByText(/"iot.processed.>"/)).toBeTruthy();
  expect(screen.getByText("Nothing on the bus.")).toBeTruthy();
  expect(subscribeCommand("iot.rules.*")).toBe('nats sub "iot.rules.*"');
  expect(subscribeCommand("iot.$(reboot)'")).toBe("nats sub 'iot.$(reboot)'\\'''");
});
