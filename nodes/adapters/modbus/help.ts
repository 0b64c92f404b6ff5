/** What people read about the Modbus adapter. */
export const help = `
Reads coils, discrete inputs and registers of Modbus devices at fixed intervals and sends their values on
\`iot.raw.modbus.{device_id}\`. A *Convert* node, or a wire straight to a rule, makes points of them.

### Tags
A tag is a value: where it stands, and what is there. All **devices** of the node have all tags, each under its own unit id;
a tag can be for one device only. Paste them from a spreadsheet: the columns are those of the table.

| Type | Registers | Value |
| --- | --- | --- |
| bool, bit | 1 | true or false; a coil or discrete input is always bool |
| int8L, int8H, uint8L, uint8H | 1 | the low or the high byte |
| int16, uint16, float16 | 1 | |
| int32, uint32, float32 | 2 | |
| int64, uint64, float64 | 4 | whole numbers beyond 2⁵³ keep all their digits, as text |
| string, bytes | **Length** | text up to the first NUL; bytes as base64 |

**Value = register × scale + offset.** With a scale or offset it is a float, otherwise what the type says.

**Is a value absurd?** Then the byte order is another one, or the address is off by one: manuals count from 0, from 1, or
write 40001 for the first holding register. 123.456 as float32 is \`42F6 E979\` in ABCD, \`E979 42F6\` in CDAB, \`F642 79E9\` in
BADC and \`79E9 F642\` in DCBA. For 64 bits the same four mean the same, and there are two more with halves of 32 bits.

### When it reads
Every **interval**, counted from start to start; a tag that names a **scan class** at that one's. Neighbouring tags are read
in one request. A value of several registers is never read in two. If the bus is too slow, scans are left out, never piled
up, and the card counts them.

**What is sent** is what changed by more than the **deadband**, or in quality, and everything once in a while.

### Writing
With **Allow writing** the node has an input. A message there is a command: the value for a tag with access rw or w, such as
\`{"key": "setpoint", "value": 75}\`; with \`device_id\` when several devices have that tag. A point is one, so a rule can be
wired to it; and from a shell, with \`{flow}\` and \`{node}\` the ids of flow and node:

\`nats request sluice.commands.{flow}.{node} '{"key": "setpoint", "value": 75}'\`

Every command is answered, also on \`sluice.replies.{flow}.{node}\`: done, or why not. It is sent **once**: when the device
does not confirm it, the answer says that nobody knows, and it is not sent again. While there is no connection, commands are
refused, not kept. **Read back** reads the tag afterwards; *Least* and *Most to write* refuse what is beyond them. Scale and
offset count backwards. Functions: 5 and 15 for coils, 6 and 16 for registers. Single bits and bytes of a register cannot be
written, since others share it.

### What is wrong, is said
Every value has a quality. A value that could not be read is \`null\`, never 0 and never the last one as if it were new.

| Quality | Meaning |
| --- | --- |
| 0 | good |
| 4 | the device has no such address, or does not know the function (exceptions 1, 2, 3). It is not asked for again until the next deploy or reconnect |
| 8 | no connection |
| 12 | the device says it failed (exceptions 4, 7, 8) |
| 16 | the register holds "not a number" |
| 24 | the unit does not answer, or not properly; also exceptions 10 and 11 of gateways |
| 68 | the device is busy (exceptions 5, 6): this is its last value |
| 84 | beyond the limits, and set to them |

One address that a device refuses costs the others nothing: the node finds it out and reads around it.
`;
