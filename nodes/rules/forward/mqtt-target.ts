/** Forwarding to a topic of a shared broker connection. */
import type { MqttClient } from "../../connections/mqtt/client.ts";
import { topicProblem } from "../../connections/mqtt/topic-filter.ts";
import { MessageError } from "../../contract/errors.ts";
import { compileTemplate } from "../../expression/template.ts";
import { bodyOf } from "./body.ts";
import type { TargetConfig } from "./config.ts";
import type { Target } from "./target.ts";

export function mqttTarget(config: TargetConfig, client: MqttClient): Target {
  const topicOf = compileTemplate(config.topic);
  const body = bodyOf(config);
  const { qos, retain } = config;
  return {
    name: `MQTT ${config.topic}`,
    async send(point) {
      const topic = topicOf.render(point);
      const problem = topic.startsWith("$")
        ? `"${topic}": topics that begin with $ belong to the broker`
        : topicProblem(topic);
      if (problem !== undefined) throw new MessageError("bad_topic", problem);
      await client.publish(topic, body.of(point), { qos, retain });
      return undefined;
    },
    close: async () => undefined,
  };
}
