/** How what leaves a node gets onto the subjects of its stage. Everything constant is made once, when the node starts. */
import { isOperator } from "../../nodes/contract/catalog.ts";
import type { Emission, Trace } from "../../nodes/contract/operator.ts";
import type { Aggregate, Alert, Point } from "../../nodes/contract/point.ts";
import { type HeaderBlock, PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import { modules, ruleSubject, subjects } from "../bus/subjects.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import type { PointJson } from "./point-json.ts";
import type { Services } from "./services.ts";

export interface Output {
  /** `original` is the point that caused it; the point itself when a timer did. */
  publish(port: string, point: Point, original: Point, trace: Trace, emission: Emission | undefined): void;
  /** Tells on the rule's own subject that it could not handle `original`. */
  publishFailure(original: Point, trace: Trace, error: { readonly type: string; readonly message: string }): void;
  /** All that one message caused has been emitted: what was held back to be sent together is sent. */
  settle(): void;
}

type Send = (subject: string, payload: Uint8Array, headers: HeaderBlock, trace: Trace, point: Point) => void;

/**
 * Publishes, and turns a message the server would refuse for its size into an error that names the limit. In a durable
 * flow what a stream takes is stored before the message that caused it is acknowledged.
 */
function sender({ bus, errors, results }: Services, { id, delivery }: FlowPlan, plan: OperatorPlan): Send {
  const isDurable = delivery === "durable" && bus.stored !== undefined;
  const node = `${id}/${plan.id}`;
  return (subject, payload, headers, trace, point) => {
    const report = (type: string, message: string) => {
      const { device_id: deviceId, key } = point;
      errors.report({
        module: plan.category,
        flow: id,
        node: plan.id,
        type,
        message,
        deviceId,
        key,
        traceId: trace.id,
        subject,
      });
    };
    const onRefused = ({ message }: PayloadTooLargeError) => report("payload_too_large", message);
    if (isDurable && results.isStored(subject)) {
      if (!results.publish({ node, subject, payload, headers, onRefused }))
        report("not_stored", "nothing can be stored, and too many results of timers wait already");
      return;
    }
    try {
      bus.publish(subject, payload, headers, point.device_id);
    } catch (error) {
      if (!(error instanceof PayloadTooLargeError)) throw error;
      onRefused(error);
    }
  };
}

/** Alerts are few and matter: in a live flow, too, it is known whether the stream has one, and told when it has not. */
function alertSender(services: Services, flow: FlowPlan, plan: OperatorPlan): Send {
  const { bus, errors, results } = services;
  const send = sender(services, flow, plan);
  if (flow.delivery === "durable") return send;
  return (subject, payload, headers, trace, point) => {
    const { stored } = bus;
    if (stored === undefined || bus.status().state !== "connected" || !results.isStored(subject)) {
      send(subject, payload, headers, trace, point);
      return;
    }
    stored.publish(subject, payload, { headers }).catch((error: Error) =>
      errors.report({
        module: plan.category,
        flow: flow.id,
        node: plan.id,
        type: error instanceof PayloadTooLargeError ? "payload_too_large" : "not_stored",
        message: error.message,
        deviceId: point.device_id,
        key: point.key,
        traceId: trace.id,
        subject,
        original: textOf(payload),
      }),
    );
  };
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
}

/**
 * A plugin publishes each point on `iot.processed.{device_id}.{key}`, whatever its port; the envelope names the port.
 * One that batches publishes all points it made of one message together, by device, on `iot.processed.batch.{device_id}`.
 */
export function pluginOutput(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson): Output {
  const send = sender(services, flow, plan);
  const headers = messageHeaders("point");
  const encoders = encodersByPort(modules.plugin.source, flow.id, plan.id);
  const unpublished = new Set(plan.unpublished);
  const batch = batches(services, plan)
    ? new Map<string, { port: string; points: Point[]; trace: Trace }>()
    : undefined;
  /** In one message, or in as many as the server's limit makes of it. */
  const sendTogether = (port: string, points: readonly Point[], trace: Trace) => {
    const [first] = points;
    if (first === undefined) return;
    const payload = encoders(port)(JSON.stringify({ points }), trace, services.clock.now());
    const block = headers(trace.id);
    if (points.length > 1 && payload.length + block.bytes.length > services.bus.maxPayloadBytes()) {
      const middle = Math.ceil(points.length / 2);
      sendTogether(port, points.slice(0, middle), trace);
      sendTogether(port, points.slice(middle), trace);
    } else send(subjects.batch(first.device_id), payload, block, trace, first);
  };
  return {
    publish(port, point, _original, trace) {
      if (unpublished.has(port)) return;
      if (batch !== undefined) {
        const name = `${port} ${point.device_id}`;
        const pending = batch.get(name);
        if (pending === undefined) batch.set(name, { port, points: [point], trace });
        else pending.points.push(point);
        return;
      }
      const payload = encoders(port)(json.of(point), trace, services.clock.now());
      send(subjects.processed(point.device_id, point.key), payload, headers(trace.id), trace, point);
    },
    publishFailure() {},
    settle() {
      if (batch === undefined || batch.size === 0) return;
      for (const { port, points, trace } of batch.values()) sendTogether(port, points, trace);
      batch.clear();
    },
  };
}

function batches({ catalog }: Services, plan: OperatorPlan): boolean {
  const definition = catalog.nodes.get(plan.type);
  if (definition === undefined || !isOperator(definition) || definition.batches === undefined) return false;
  return definition.batches(definition.config.parse(plan.config));
}

/** A rule publishes its result under its own id, by outcome, and by device and key; alerts and aggregates beside it. */
export function ruleOutput(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson): Output {
  const { clock } = services;
  const send = sender(services, flow, plan);
  const sendAlert = alertSender(services, flow, plan);
  const ruleId = plan.ruleId ?? "";
  const action = plan.type.slice(plan.type.indexOf(".") + 1);
  const about = `"rule_id":${JSON.stringify(ruleId)},"rule_name":${JSON.stringify(flow.names[plan.id] || ruleId)},"flow_id":${JSON.stringify(flow.id)}`;
  const succeeded = `,"actions":[{"type":${JSON.stringify(action)},"success":true}]`;
  const encoders = encodersByPort(modules.rule.source, flow.id, plan.id);
  const bare = flow.results.format === "bare";
  const own = ruleSubject(services.outputSubject, ruleId);
  const unpublished = new Set(plan.unpublished);
  const kinds = {
    result: messageHeaders("result"),
    status: messageHeaders("status"),
    data: messageHeaders("data"),
    alert: messageHeaders("alert"),
    aggregate: messageHeaders("aggregate"),
  };
  const encode = (port: string, data: string, trace: Trace) =>
    bare ? Buffer.from(data) : encoders(port)(data, trace, clock.now());

  const publishAlerts = (alerts: readonly Alert[], trace: Trace, point: Point) => {
    for (const alert of alerts) {
      const payload = encode("out", JSON.stringify(alert), trace);
      sendAlert(subjects.alert(alert.level, alert.device_id), payload, kinds.alert(trace.id), trace, point);
      if (alert.category === undefined) continue;
      const copy = messageHeaders("alert", { "Iot-Dup-Of": alert.id });
      sendAlert(subjects.alertCategory(alert.category, alert.device_id), payload, copy(trace.id), trace, point);
    }
  };
  const publishAggregates = (aggregates: readonly Aggregate[], trace: Trace, point: Point) => {
    for (const aggregate of aggregates) {
      const payload = encode("out", JSON.stringify(aggregate), trace);
      const targets =
        aggregate.device_id !== undefined
          ? [subjects.aggregate(aggregate.device_id, aggregate.key)]
          : Object.keys(aggregate.functions).map((name) => subjects.aggregateGroup(aggregate.window, name));
      for (const subject of targets) send(subject, payload, kinds.aggregate(trace.id), trace, point);
    }
  };

  return {
    publish(port, point, original, trace, emission) {
      if (unpublished.has(port)) return;
      const processed = json.of(point);
      let data = `${processed.slice(0, -1)},${about},"success":true,"original":${json.of(original)},"processed":${processed}${succeeded},"processed_at":"${isoTime(clock.now())}"`;
      if (port !== "out") data += `,"port":${JSON.stringify(port)}`;
      if (emission?.reason !== undefined) data += `,"reason":${JSON.stringify(emission.reason)}`;
      if (emission?.alerts !== undefined) data += `,"alerts":${JSON.stringify(emission.alerts)}`;
      if (emission?.aggregates !== undefined) data += `,"aggregates":${JSON.stringify(emission.aggregates)}`;
      const payload = encode(port, `${data}}`, trace);
      if (port === "out") {
        send(own, payload, kinds.result(trace.id), trace, point);
        if (flow.results.status)
          send(subjects.ruleStatus(ruleId, "success"), payload, kinds.status(trace.id), trace, point);
        if (flow.results.data)
          send(subjects.ruleData(point.device_id, point.key), payload, kinds.data(trace.id), trace, point);
      } else {
        send(subjects.rulePort(ruleId, port), payload, kinds.result(trace.id), trace, point);
      }
      if (emission?.alerts !== undefined) publishAlerts(emission.alerts, trace, point);
      if (emission?.aggregates !== undefined) publishAggregates(emission.aggregates, trace, point);
    },
    publishFailure(original, trace, error) {
      const before = json.of(original);
      const action0 = `,"actions":[{"type":${JSON.stringify(action)},"success":false,"error":${JSON.stringify(error.message)}}]`;
      const failure = JSON.stringify({ ...error, node: plan.id, attempt: 1 });
      const data = `${before.slice(0, -1)},${about},"success":false,"original":${before},"processed":null${action0},"processed_at":"${isoTime(clock.now())}","error":${failure}}`;
      const payload = encode("failed", data, trace);
      send(subjects.ruleStatus(ruleId, "failed"), payload, kinds.status(trace.id), trace, original);
    },
    settle() {},
  };
}

function encodersByPort(source: string, flow: string, node: string) {
  const out = envelopeEncoder({ source, flow, node });
  const others = new Map<string, ReturnType<typeof envelopeEncoder>>();
  return (port: string) => {
    if (port === "out") return out;
    let encoder = others.get(port);
    if (encoder === undefined) {
      encoder = envelopeEncoder({ source, flow, node, port });
      others.set(port, encoder);
    }
    return encoder;
  };
}
