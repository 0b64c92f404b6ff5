/** What people read about the conversion. */
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

### Numbers
Whole numbers are \`int\`, others \`float\`. A sensor that sends \`21.5\` and then \`22\` changes its type; where that matters (a column of a database), set **Numbers** to *All are float*, or name the key under **Types**. Whole numbers beyond 2⁵³ keep all their digits: their type is \`int\`, their value the digits as text. \`null\` stays \`null\`: no reading.

### Times
RFC 3339 (UTC without an offset), or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by size. Without a time in the message it is when the adapter received it.

### When something is wrong
One bad value never costs the others: they leave first, then the error says what was refused and where. What is not JSON although it begins like it, numbers no computer can hold, values that do not fit their type, more than 64 levels, or more values than **Values per message** are errors on \`iot.errors.plugins.>\`, with the message.
`;
