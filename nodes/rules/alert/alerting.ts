/** From points to alerts: one alarm for each series that is not normal. */
import { randomUUID } from "node:crypto";
import { MessageError } from "../../contract/errors.ts";
import type { Operator, OperatorContext, Trace } from "../../contract/operator.ts";
import type { Alert, Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import { type CompiledTemplate, compileTemplate } from "../../expression/template.ts";
import { Alarm, type AlarmEvent, type AlarmTimes } from "./alarm.ts";
import { type AlertConfig, messageVariables } from "./config.ts";
import { selection } from "./selection.ts";

/** A series in alert, or in the delay before it. */
interface Watched {
  readonly alarm: Alarm;
  /** The latest, also while a delay runs. */
  point: Point;
  trace: Trace;
  /** Of the occurrence: made when it is raised. */
  id: string;
  raisedAt: string;
}

export function alerting(config: AlertConfig, context: OperatorContext): Operator<Point> {
  const { clock } = context;
  const isSelected = selection(config);
  const condition = compileExpression(config.condition);
  const clearCondition = config.clearCondition === undefined ? undefined : compileExpression(config.clearCondition);
  const message = compileTemplate(config.message, messageVariables, { missing: "?" });
  const clearedMessage = compileTemplate(config.clearedMessage, messageVariables, { missing: "?" });
  const times: AlarmTimes = { onDelayMs: config.onDelay, offDelayMs: config.offDelay, repeatMs: config.repeat };
  const watchedSeries = new Map<string, Watched>();

  const alertOf = (state: Alert["state"], { id, raisedAt, point }: Watched): Alert => {
    const about = { level: config.level, rule_id: context.ruleId, rule_name: context.ruleName };
    return {
      id,
      ...about,
      ...(config.category === undefined ? {} : { category: config.category }),
      state,
      message: words(state === "active" ? message : clearedMessage, point, about),
      device_id: point.device_id,
      key: point.key,
      value: point.value,
      tags: point.tags,
      timestamp: state === "active" ? raisedAt : point.timestamp,
    };
  };

  const tell = (event: AlarmEvent, series: string, watched: Watched) => {
    const { point, trace } = watched;
    if (event === "raised") {
      watched.id = randomUUID();
      watched.raisedAt = point.timestamp;
    }
    if (event === "cleared") {
      watchedSeries.delete(series);
      context.emit(point, { port: "cleared", alerts: [alertOf("cleared", watched)], trace });
    } else context.emit(point, { alerts: [alertOf("active", watched)], trace });
  };

  const watch = (series: string, point: Point, trace: Trace): Watched => {
    if (watchedSeries.size >= config.maxActive)
      throw new MessageError(
        "limit",
        `${config.maxActive} series are in alert or in delay already; raise "Alerts at a time", or narrow keys and devices`,
      );
    const alarm = new Alarm(clock, times, (event) => tell(event, series, watched));
    const watched: Watched = { alarm, point, trace, id: "", raisedAt: "" };
    watchedSeries.set(series, watched);
    return watched;
  };

  return {
    process(point, trace) {
      if (!isSelected(point)) return;
      const isOn = condition.test(point);
      const series = `${point.device_id.length} ${point.device_id}${point.key}`;
      const known = watchedSeries.get(series);
      if (known === undefined && !isOn) return;
      const isClear = !isOn && (clearCondition === undefined || clearCondition.test(point));
      const watched = known ?? watch(series, point, trace);
      watched.point = point;
      watched.trace = trace;
      watched.alarm.see(isOn ? "on" : isClear ? "off" : "between");
      if (watched.alarm.isIdle) watchedSeries.delete(series);
    },
    close() {
      for (const { alarm } of watchedSeries.values()) alarm.close();
      watchedSeries.clear();
    },
  };
}

/** An alert must not be lost over its words: when they cannot be made, plain ones and the reason take their place. */
function words(template: CompiledTemplate, point: Point, variables: Readonly<Record<string, unknown>>): string {
  try {
    return template.render(point, variables);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return `${point.device_id} ${point.key} is ${JSON.stringify(point.value)} (the message could not be made: ${error.message})`;
  }
}
