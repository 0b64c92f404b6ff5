/** What people read about the conversion. */
import { formatNames, formats } from "./formats/formats.ts";

const formatRows = formatNames.map((name) => `| \`${name}\` | ${formats[name].help} |`).join("\n");

export const help = `Adapters hand on what a device sent, untouched. **Convert** makes points of it: a device, a key, a value with its type, a quality, a time and tags. Wire an adapter straight to a rule and this node, with everything left as it is, stands in between without being drawn.

### What it makes of a message
| Message | Points |
| --- | --- |
| \`25.5\` | one, of type float. Its key is **Key**, or the one the adapter names, or the last level of the topic, or \`value\` |
| \`ON\` | one, of type string |
| \`{"temperature": 21.5, "humidity": 40}\` | one for each field |
| \`{"motor": {"speed": 1450}}\` | one, with the key \`motor.speed\` |
| \`{"position": {"latitude": 47.4, "longitude": 8.5}}\` | one, of type location; likewise vectors (\`x y z\`), colours (\`r g b\`), lists and matrices |
| \`{"key": "temperature", "value": 21.5, "quality": 0}\` | that point. \`device_id\`, \`type\`, \`timestamp\`, \`tags\` and fields of your own are taken over |
| \`[{…}, {…}]\` or \`{"points": […]}\` | the points of each member |
| \`{"values": {…}, "timestamp": …, "tags": {…}, "quality": …}\` | one for each value, with what stands beside \`values\` |
| bytes that are no text | one, of type binary, as base64 |

A list of plain numbers is one value. A list of objects is a list of readings. An object of values may also hold \`device_id\`, \`timestamp\` and \`tags\`, which then hold for all of them. Units that the adapter knows become the tag \`unit\`.

### Formats
| Format | The payload is |
| --- | --- |
${formatRows}

A payload with several messages makes points of each; one that cannot be read does not cost the others. What the adapter has decoded already is taken as it is by \`auto\`, \`json\` and \`text\`.

**Before the format** the payload can be unpacked: bytes written as hex digits or base64, and gzip, zlib or Zstandard, with a limit to what it may become. When the payload is a text inside a JSON message, as networks of LoRaWAN sensors send it, **Payload from** says where; **Device id from** and **Time from** then also find what stands around it.

**Protocol Buffers**: fields that proto3 leaves out because they are zero are there as zeros; unknown fields are passed over. **Sparkplug B** needs the topic, as the MQTT adapter hands it on. Births, and what they named, are remembered over restarts; data of a node whose birth was never seen is an error that asks for a rebirth, which the gateway does not send itself. When a node or device dies, what it sent last becomes \`null\` with quality 500. Data sets and templates are not read. **Patterns** are those of RE2, which take time in proportion to the text.

### Numbers
Whole numbers are \`int\`, others \`float\`. A sensor that sends \`21.5\` and then \`22\` changes its type; where that matters (a column of a database), set **Numbers** to *All are float*, or name the key under **Types**. Whole numbers beyond 2⁵³ keep all their digits: their type is \`int\`, their value the digits as text. \`null\` stays \`null\`: no reading.

### Times
RFC 3339 (in **Time zone** without an offset), or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by size. **Times are** names one unit, or a pattern such as \`dd.MM.yyyy HH:mm:ss\`. Without a time in the message it is when the adapter received it.

### When something is wrong
One bad value never costs the others: they leave first, then the error says what was refused and where. What is not what its format says, numbers no computer can hold, values that do not fit their type, more than 64 levels, or more values than **Values per message** are errors on \`iot.errors.plugins.>\`, with the message.
`;
