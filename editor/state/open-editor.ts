/** Opens the editor: fetches what there is, follows the live feed, and keeps everything in step until it is closed. */
import type { LiveEvent, Session, StoredFlow, Tap, TapSample } from "../../server/api/contract.ts";
import { createAccount, may } from "../account/account.ts";
import { createSecrets } from "../account/secrets.ts";
import { createAlarms } from "../alarms/alarms.ts";
import { createSamples } from "../debug/samples.ts";
import { connectLive } from "../gateway/live.ts";
import { request } from "../gateway/request.ts";
import { createSubjects } from "../subjects/subjects.ts";
import { createTraces } from "../trace/trace.ts";
import { createBenches } from "../trial/bench.ts";
import { createCheck } from "./check.ts";
import { createDeployment } from "./deployment.ts";
import { createDocuments, currentFlow, type Documents } from "./document.ts";
import { keepDrafts, readDrafts } from "./drafts.ts";
import type { Editor } from "./editor.ts";
import { createLive, type Link, nodeKey } from "./live.ts";
import { tapsOf } from "./taps.ts";
import { createView } from "./view.ts";
import { categoryOf } from "./wiring.ts";

export interface Opening {
  readonly session: Session;
  readonly storage: Storage;
  readonly languages: readonly string[];
  /** Where the WebSocket is: `ws://host/api/live`. */
  readonly liveUrl: string;
}

/** Things to tell a person that happen by themselves. */
export interface News {
  onStorageFull(): void;
  onFollowed(flow: StoredFlow, author: string): void;
}

/** Rejects with `RequestError` when the gateway does not answer; nothing is left running then. */
export async function openEditor(
  { session, storage, languages, liveUrl }: Opening,
  news: News,
): Promise<{ readonly editor: Editor; close(): void }> {
  const [catalog, flows, status, health] = await Promise.all([
    request("GET /api/catalog"),
    request("GET /api/flows"),
    request("GET /api/status"),
    request("GET /api/health"),
  ]);
  const account = createAccount(session);
  const documents = createDocuments();
  const live = createLive();
  const view = createView(storage, languages);
  const samples = createSamples();
  const subjects = createSubjects();
  const alarms = createAlarms();
  const benches = createBenches();
  const traces = createTraces(async (id) => (await request("GET /api/traces/:id", { params: { id } })).hops);
  const check = createCheck(documents, (document, signal) =>
    request("POST /api/check", { body: { document }, signal }),
  );
  const deployment = createDeployment(documents, check, (body) => request("POST /api/deploy", { body }));
  const secrets = createSecrets(() => check.askAll());
  if (may(session, "editor")) void secrets.load();
  documents.load(flows, readDrafts(storage));
  live.begin(status.statuses, status.nodes);
  live.setHealth(health);

  let wasLost = false;
  const onLink = (link: Link) => {
    live.setLink(link);
    if (link.state === "lost") {
      wasLost = true;
      // A session that has ended looks like a line that breaks.
      void account.look();
    }
    // What comes after a pause is told from the beginning.
    if (link.state === "open") subjects.clear();
    if (link.state !== "open" || !wasLost) return;
    wasLost = false;
    void catchUp();
  };
  const catchUp = async () => {
    const [stored, now] = await Promise.all([request("GET /api/flows"), request("GET /api/status")]);
    live.begin(now.statuses, now.nodes);
    const present = new Map(stored.map((flow) => [flow.document.id, flow]));
    for (const id of Object.keys(documents.getState().flows)) documents.follow(id, present.get(id) ?? null);
    for (const [id, flow] of present) documents.follow(id, flow);
    check.askAll();
  };
  const onDeployed = async ({ flows: ids, author }: Extract<LiveEvent, { type: "deployed" }>) => {
    await deployment.settled();
    for (const { id, revision } of ids) {
      if ((documents.getState().flows[id]?.base?.revision ?? 0) === revision) continue;
      const stored = revision === 0 ? null : await request("GET /api/flows/:id", { params: { id } });
      documents.follow(id, stored);
      // A flow that could not follow says so on its canvas.
      const followed = documents.getState().flows[id]?.newer === undefined;
      if (stored !== null && followed) news.onFollowed(stored, author);
    }
  };
  const types = new Map(catalog.nodes.map((type) => [type.type, type]));
  const isValueOf = ({ flow, node, port }: TapSample) => {
    const type = documents.getState().flows[flow]?.base?.document.nodes.find(({ id }) => id === node)?.type ?? "";
    const description = types.get(type);
    if (description?.outputsFrom !== undefined) return port !== "failed";
    return port === (description?.outputs[0]?.name ?? "in");
  };
  const onEvent = (event: LiveEvent) => {
    if (event.type === "activity") {
      live.take(event, isValueOf);
      samples.push(event);
    } else if (event.type === "health") live.setHealth(event.health);
    else if (event.type === "alarms") alarms.take(event.counts);
    else if (event.type === "subjects") subjects.take(event);
    // What could not be fetched now is fetched again by the next event or reconnect.
    else onDeployed(event).catch(() => undefined);
  };
  const feed = connectLive({ url: liveUrl, onEvent, onLink });

  let tapped: readonly Tap[] = [];
  const tapSelection = () => {
    const taps = tapsOf(currentFlow(documents.getState()), documents.getState().selection, view.getState().pinned);
    if (JSON.stringify(taps) !== JSON.stringify(tapped)) feed.tap(taps);
    tapped = taps;
  };
  tapSelection();
  const ends = [
    documents.subscribe(tapSelection),
    view.subscribe(tapSelection),
    keepDrafts(documents, storage, news.onStorageFull),
    check.close,
    feed.close,
    traces.stop,
  ];
  const ticking = setInterval(() => live.tick(sinksOf(documents)), 1_000);
  check.askAll();

  return {
    editor: {
      account,
      secrets,
      catalog,
      types,
      documents,
      live,
      view,
      samples,
      subjects,
      alarms,
      benches,
      traces,
      check,
      deployment,
      feed,
      canvas: { current: undefined },
    },
    close() {
      clearInterval(ticking);
      for (const end of ends) end();
    },
  };
}

function sinksOf(documents: Documents): ReadonlySet<string> {
  const flows = Object.values(documents.getState().flows);
  const keys = flows.flatMap(({ id, history }) =>
    history.present.nodes.filter(({ type }) => categoryOf(type) === "sink").map((node) => nodeKey(id, node.id)),
  );
  return new Set(keys);
}
