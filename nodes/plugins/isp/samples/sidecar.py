#!/usr/bin/env python3
"""A sidecar for Sluice in Python, standard library only. Change read() and process(), keep the rest.

The gateway starts it with ISP_PORT set and connects to it. To try it alone:
    ISP_PORT=50052 python3 sidecar.py     and in another terminal     sluice isp-check 127.0.0.1:50052
"""
import json
import os
import random
import socket
import sys
import threading
import time

NAME = "sample-python"
MAX_LINE_BYTES = 1_048_576
PROCESS_CREDITS = 8


def read(settings):
    """What a device says now. Called every `interval_ms` of the settings; raise an error when it cannot be reached."""
    device = settings.get("device", "machine-1")
    return [
        {"key": "temperature", "source": device, "value": round(random.gauss(60, 2), 2), "type": "float", "quality": 1},
        {"key": "running", "source": device, "value": True, "type": "bool", "quality": 1},
    ]


def process(point, settings):
    """What becomes of a point the gateway sends: any number of points. Raise an error when it cannot be handled."""
    if isinstance(point["value"], bool) or not isinstance(point["value"], (int, float)):
        raise ValueError(f"{point['key']} is no number")
    return [{**point, "value": point["value"] * settings.get("factor", 2), "type": "float"}]


class Sidecar:
    def __init__(self):
        self.settings = None
        self.stats = {"data_points_collected": 0, "errors_count": 0, "start_time": time.time_ns(), "last_data_time": 0}
        self.clients = set()
        self.lock = threading.Lock()

    def serve(self, port):
        server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.poll, daemon=True).start()
        while True:
            connection, _ = server.accept()
            client = Client(connection, self)
            with self.lock:
                self.clients.add(client)
            threading.Thread(target=client.run, daemon=True).start()

    def poll(self):
        heartbeat_at = time.monotonic() + 15
        while True:
            if self.settings is None:
                time.sleep(0.05)
                continue
            time.sleep(max(0.01, self.settings.get("interval_ms", 1000) / 1000))
            try:
                now = time.time_ns()
                points = [{"timestamp": now, **point} for point in read(self.settings)]
                self.stats["data_points_collected"] += len(points)
                self.stats["last_data_time"] = now
                if points:
                    self.broadcast("DATA", {"points": points})
            except Exception as error:  # the device is away: say so, try again at the next interval
                self.stats["errors_count"] += 1
                self.stats["last_error"] = str(error)
            if time.monotonic() >= heartbeat_at:
                heartbeat_at += 15
                self.broadcast("HEARTBEAT")

    def broadcast(self, kind, payload=None):
        with self.lock:
            clients = list(self.clients)
        for client in clients:
            client.send(kind, payload=payload)

    def answer(self, kind, payload):
        """The data of the RESPONSE to a request. An error becomes the reason why not."""
        if kind == "CONFIG":
            self.settings = {name: value for name, value in payload.items() if name != "isp"}
            if "isp" not in payload:  # a gateway that speaks the first version
                return "configured"
            capabilities = {"version": 2, "name": NAME, "capabilities": ["process"]}
            return {"isp": {**capabilities, "credits": PROCESS_CREDITS, "max_line_bytes": MAX_LINE_BYTES}}
        if kind == "STATUS":
            return {"name": NAME, "running": self.settings is not None, "connected": True, "health": "healthy"}
        if kind == "METRICS":
            uptime = (time.time_ns() - self.stats["start_time"]) // 1_000_000_000
            return {**self.stats, "connection_uptime": uptime, "average_response_time": 0}
        if kind == "DATA":
            return {"points": [made for point in payload["points"] for made in process(point, self.settings or {})]}
        return None


class Client:
    def __init__(self, connection, sidecar):
        self.connection = connection
        self.sidecar = sidecar
        self.lock = threading.Lock()

    def run(self):
        self.connection.settimeout(60)  # the gateway says something at least every 30 s
        try:
            with self.connection.makefile("rb") as lines:
                while line := lines.readline(MAX_LINE_BYTES + 1):
                    if len(line) > MAX_LINE_BYTES:
                        break
                    self.receive(line)
        except (OSError, TimeoutError):
            pass
        finally:
            with self.sidecar.lock:
                self.sidecar.clients.discard(self)
            self.connection.close()

    def receive(self, line):
        try:
            frame = json.loads(line)
            kind, request = frame["type"], frame.get("id")
        except (ValueError, TypeError, KeyError):
            print("a line that is no frame", file=sys.stderr, flush=True)
            return
        if kind not in ("CONFIG", "STATUS", "METRICS", "DATA") or request is None:
            return
        try:
            payload = {"success": True, "data": self.sidecar.answer(kind, frame.get("payload") or {})}
        except Exception as error:
            payload = {"success": False, "error": str(error)}
        self.send("RESPONSE", request, payload)

    def send(self, kind, request=None, payload=None):
        frame = {"type": kind, "timestamp": time.time_ns()}
        if request is not None:
            frame["id"] = request
        if payload is not None:
            frame["payload"] = payload
        line = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            with self.lock:  # two frames must never mix
                self.connection.sendall(line)
        except OSError:
            pass


def end_with_the_gateway():
    """The gateway holds our standard input open as long as it lives."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    if os.environ.get("ISP_SUPERVISED") == "1":
        threading.Thread(target=end_with_the_gateway, daemon=True).start()
    Sidecar().serve(int(os.environ.get("ISP_PORT", "50052")))
