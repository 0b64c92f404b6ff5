import { expressionHelp } from "../../expression/help.ts";

export const help = `Sends each point on by the route it fits. Every route has an output port of its own on the card, by the name you give it; what fits no route leaves by *Everything else*.

## Routes

A route can ask for a **device** or **key** (\`boiler-*\`; \`*\` stands for any characters), for **tags**, for **types**, for good or bad **quality**, and for a **condition** such as \`value > 80\`. All that is filled in has to be so; a route with nothing filled in takes everything. *The first route that fits* makes the order count; *every route that fits* sends a point to several ports.

Points are not changed, and like all points of plugins they go to \`iot.processed.{device_id}.{key}\`, whichever way they leave; the envelope names the port. A rule wired to a port gets only what leaves by it. A point whose condition cannot be evaluated is told on \`iot.errors.plugins.>\` and leaves by none.

Rename a route, and its wires are marked until you draw them anew.

## Take apart and put together

- **A list of values** can become a point for each member: \`spectrum\` with \`[1, 2]\` becomes \`spectrum.0\` and \`spectrum.1\`, or \`spectrum.name\` where the list has labels; a time series becomes one point for each sample, at its time.
- **Points of a device together** sends what one message brought, or what was collected over a time, in one message on \`iot.processed.batch.{device_id}\`. Up to *Collect at most* points wait in memory; on a deploy they are sent, when the gateway is killed they are lost. Messages that come as a batch are taken apart before they get here.

${expressionHelp}`;
