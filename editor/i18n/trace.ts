import { messageTable } from "./table.ts";

export const trace = messageTable({
  en: {
    "trace.title": "Trace {id}",
    "trace.back": "Back to all messages",
    "trace.series": "Follow",
    "trace.everything": "Everything",
    "trace.asking": "Asking the gateway …",
    "trace.unknown":
      "The gateway no longer remembers the whole way of this message. Below is what was seen of it here.",
    "trace.took": "{nodes} {nodes|node|nodes} in {ms} ms",
    "trace.list": "Nodes this message passed",
    "trace.after": "after {ms} ms",
    "trace.in": "in",
    "trace.ended": "nothing left this node",
    "trace.onCard": "In this trace: {text}",
  },
  zh: {
    "trace.title": "追踪 {id}",
    "trace.back": "返回所有消息",
    "trace.series": "跟踪",
    "trace.everything": "全部",
    "trace.asking": "正在询问网关…",
    "trace.unknown": "网关已不再记得此消息的完整路径。以下是此处看到的部分。",
    "trace.took": "{nodes} 个节点，{ms} 毫秒",
    "trace.list": "此消息经过的节点",
    "trace.after": "{ms} 毫秒后",
    "trace.in": "输入",
    "trace.ended": "此节点没有输出",
    "trace.onCard": "此追踪中：{text}",
  },
});
