"""A Modbus device made with pymodbus, for tests: an independent reading of the protocol, and of byte orders.

The first line of stdin is JSON: {"framer": "socket" | "rtu", "port": …, "units": {"1": [value, …]}}, each value
{"area", "address", "type", "order", "value"}. Addresses that hold no value do not exist (exception 2).
After "ready" each line asks what stands there now, {"unit", "area", "address", "count"}, and gets a JSON list.
"""
import asyncio
import json
import struct
import sys
import types

# The serial server is not used; without the packages that it wants nothing could be imported.
for name in ("serial", "serial_asyncio"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["serial_asyncio"].create_serial_connection = None

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

ORDERS = {
    "ABCD": (Endian.Big, Endian.Big),
    "CDAB": (Endian.Big, Endian.Little),
    "BADC": (Endian.Little, Endian.Big),
    "DCBA": (Endian.Little, Endian.Little),
}
CODES = {"coil": 1, "discrete": 2, "holding": 3, "input": 4}
BLOCKS = {"coil": "co", "discrete": "di", "holding": "hr", "input": "ir"}
ADDERS = {
    "int16": "add_16bit_int", "uint16": "add_16bit_uint", "int32": "add_32bit_int", "uint32": "add_32bit_uint",
    "int64": "add_64bit_int", "uint64": "add_64bit_uint", "float16": "add_16bit_float", "float32": "add_32bit_float",
    "float64": "add_64bit_float", "string": "add_string",
}


def registers(kind, order, value):
    """The registers of a value, by pymodbus's own payload builder; it knows four of the six orders."""
    if order in ("CDABGHEF", "EFGHABCD"):
        a, b, c, d = registers(kind, "ABCD", value)
        return [b, a, d, c] if order == "CDABGHEF" else [c, d, a, b]
    byteorder, wordorder = ORDERS[order]
    builder = BinaryPayloadBuilder(byteorder=byteorder, wordorder=wordorder)
    # JavaScript writes 64 bits as text.
    number = value if kind == "string" else float(value) if kind.startswith("float") else int(value)
    getattr(builder, ADDERS[kind])(number)
    return [struct.unpack(">H", word)[0] for word in builder.build()]


def unit(values):
    blocks = {block: {} for block in BLOCKS.values()}
    for entry in values:
        block = blocks[BLOCKS[entry["area"]]]
        kind = entry.get("type", "uint16")
        raw = kind in ("bool", "registers")
        content = entry["value"] if raw else registers(kind, entry.get("order", "ABCD"), entry["value"])
        for index, word in enumerate(content if isinstance(content, list) else [content]):
            block[entry["address"] + index] = word
    # An empty block is not allowed; no test reads there.
    stores = {name: ModbusSparseDataBlock(block or {65535: 0}) for name, block in blocks.items()}
    return ModbusSlaveContext(zero_mode=True, **stores)


async def main():
    options = json.loads(sys.stdin.readline())
    units = {int(name): unit(values) for name, values in options["units"].items()}
    context = ModbusServerContext(slaves=units, single=False)
    framer = ModbusRtuFramer if options["framer"] == "rtu" else ModbusSocketFramer
    server = await StartAsyncTcpServer(
        context, framer=framer, address=("127.0.0.1", options["port"]), defer_start=True, ignore_missing_slaves=True
    )
    task = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        store = units[asked["unit"]]
        print(json.dumps(store.getValues(CODES[asked["area"]], asked["address"], asked["count"])), flush=True)
    task.cancel()


asyncio.run(main())
