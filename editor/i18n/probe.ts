import { messageTable } from "./table.ts";

export const probing = messageTable({
  en: {
    "probe.read": "Read {key} from the device now",
    "probe.asking": "Reading …",
    "probe.good": "good",
    "probe.bad": "not good (quality {quality})",
    "probe.raw": "What the device sent, in hexadecimal",
    "probe.nothing": "The device gave no value for this tag.",
    "probe.took": "read at {at} in {ms} ms",
  },
  zh: {
    "probe.read": "立即从设备读取 {key}",
    "probe.asking": "正在读取…",
    "probe.good": "良好",
    "probe.bad": "不良（质量 {quality}）",
    "probe.raw": "设备发送的内容（十六进制）",
    "probe.nothing": "设备未返回此标签的值。",
    "probe.took": "{at} 读取，用时 {ms} 毫秒",
  },
});
