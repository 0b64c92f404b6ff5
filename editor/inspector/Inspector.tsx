import { Tabs } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import type {
  CatalogDescription,
  FlowConnection,
  FlowDocument,
  FlowNode,
  NodeDescription,
  NodeInsight,
  Problem,
} from "../../server/api/contract.ts";
import type { CodeHelp } from "../code/code-help.ts";
import { useT } from "../i18n/messages.ts";
import { noProblems, problemsOfConnection } from "../widgets/place-problems.ts";
import { type SecretNames, type Surroundings, SurroundingsContext } from "../widgets/surroundings.ts";
import { ConfigTab } from "./ConfigTab.tsx";
import { SubjectsTab } from "./SubjectsTab.tsx";
import "./inspector.css";

/** The Markdown renderer is only fetched when somebody asks for help. */
const HelpTab = lazy(() => import("./HelpTab.tsx").then(({ HelpTab: component }) => ({ default: component })));

export interface InspectorProps {
  readonly node: FlowNode;
  /** `undefined` for a type this gateway does not know. */
  readonly description: NodeDescription | undefined;
  readonly document: FlowDocument;
  readonly catalog: CatalogDescription;
  /** Of this node or of the whole flow: the inspector shows those that concern the node and its connections. */
  readonly problems: readonly Problem[];
  /** What the server said of the node at the last check. */
  readonly insight: NodeInsight | undefined;
  /** The same of a conversion that the compiler put behind the node. */
  readonly between?: NodeInsight | undefined;
  readonly live: ReactNode;
  readonly code?: CodeHelp;
  readonly secrets?: SecretNames | undefined;
  readonly readTag?: Surroundings["readTag"];
  onChange(node: FlowNode): void;
  onConnectionsChange(connections: FlowConnection[]): void;
}

/** Everything about the selected node: its form, its live values, its subjects, its help. */
export function Inspector(props: InspectorProps) {
  const { node, description, document, catalog, problems, insight, live, code, secrets, readTag, onConnectionsChange } =
    props;
  const t = useT();
  const surroundings = useMemo<Surroundings>(
    () => ({
      connections: document.connections,
      connectionTypes: catalog.connections,
      code,
      secrets,
      readTag,
      users: (connection) => usersOf(document, catalog, connection),
      problemsOf: (connection) => {
        const index = document.connections.findIndex(({ id }) => id === connection);
        return index < 0 ? noProblems : problemsOfConnection(problems, index);
      },
      onConnectionsChange: (connections) => onConnectionsChange([...connections]),
    }),
    [document, catalog, problems, code, secrets, readTag, onConnectionsChange],
  );
  return (
    <SurroundingsContext value={surroundings}>
      <Tabs defaultValue="config" keepMounted={false} className="inspector">
        <Tabs.List grow aria-label={t("inspector.tabs")}>
          <Tabs.Tab value="config">{t("inspector.config")}</Tabs.Tab>
          <Tabs.Tab value="live">{t("inspector.live")}</Tabs.Tab>
          <Tabs.Tab value="subjects">{t("inspector.subjects")}</Tabs.Tab>
          <Tabs.Tab value="help">{t("inspector.help")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="config" className="inspector__panel">
          <ConfigTab key={node.id} {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="live" className="inspector__panel">
          {live ?? <p className="inspector__quiet">{t("inspector.nothingLive")}</p>}
        </Tabs.Panel>
        <Tabs.Panel value="subjects" className="inspector__panel">
          <SubjectsTab insight={insight} between={props.between} nameOf={(id) => nameIn(document, id)} />
        </Tabs.Panel>
        <Tabs.Panel value="help" className="inspector__panel">
          {description === undefined ? (
            <p className="inspector__quiet">{t("inspector.unknownTypeHint")}</p>
          ) : (
            <Suspense>
              <HelpTab node={node} description={description} document={document} onChange={props.onChange} />
            </Suspense>
          )}
        </Tabs.Panel>
      </Tabs>
    </SurroundingsContext>
  );
}

/** What the compiler put in between, `plc~convert`, is named after what it serves. */
function nameIn({ nodes }: FlowDocument, node: string): string {
  const [id = node, added] = node.split("~");
  const name = nodes.find((other) => other.id === id)?.name || id;
  return added === undefined ? name : `${name} → ${added}`;
}

function usersOf(document: FlowDocument, catalog: CatalogDescription, connection: string): number {
  const type = document.connections.find(({ id }) => id === connection)?.type;
  const fitting = new Set(catalog.nodes.filter((node) => node.connection === type).map((node) => node.type));
  return document.nodes.filter((node) => fitting.has(node.type) && Object.values(node.config).includes(connection))
    .length;
}
