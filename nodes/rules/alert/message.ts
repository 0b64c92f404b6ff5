/** What is told of an alarm. */
import { MessageError } from "../../contract/errors.ts";
import type { OperatorContext } from "../../contract/operator.ts";
import type { AlarmEvent, Alert, Point } from "../../contract/point.ts";
import { type CompiledTemplate, compileTemplate } from "../../expression/template.ts";
import type { Watched } from "./alerting.ts";
import { type AlertConfig, defaultMessages, messageVariables, priorities } from "./config.ts";

const limitTitles = { "": undefined, hihi: "HiHi", hi: "Hi", lo: "Lo", lolo: "LoLo" };

/** Makes the message about an event. `by` is who caused it, when that is a person. */
export function alertMaker(
  config: AlertConfig,
  context: Pick<OperatorContext, "ruleId" | "ruleName">,
): (event: AlarmEvent, about: Watched, by: string | undefined) => Alert {
  const message = compileTemplate(config.message ?? defaultMessages[config.kind], messageVariables, { missing: "?" });
  const clearedMessage = compileTemplate(config.clearedMessage, messageVariables, { missing: "?" });
  const category = config.category === undefined ? {} : { category: config.category };

  return (event, { id, raisedAt, point, alarm, limit }, by) => {
    const { level, threshold } = limit;
    const about = { level, rule_id: context.ruleId, rule_name: context.ruleName };
    const priority = config.priority ?? priorities[level];
    const state = alarm.isActive ? "active" : "cleared";
    const variables = { ...about, priority, limit: limitTitles[limit.name], threshold };
    const { shelvedUntilMs, missed } = alarm;
    return {
      id,
      ...about,
      ...category,
      state,
      event,
      alarm_state: alarm.state,
      priority,
      ...(limit.name === "" ? {} : { limit: limit.name }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(shelvedUntilMs === undefined ? {} : { shelved_until: new Date(shelvedUntilMs).toISOString() }),
      ...(missed === 0 ? {} : { missed }),
      ...(by === undefined ? {} : { by }),
      message: words(state === "active" ? message : clearedMessage, point, variables),
      device_id: point.device_id,
      key: point.key,
      value: point.value,
      tags: point.tags,
      timestamp: state === "active" ? raisedAt : point.timestamp,
    };
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
