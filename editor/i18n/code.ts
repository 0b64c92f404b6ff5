import { messageTable } from "./table.ts";

export const code = messageTable({
  en: {
    "code.preview": "Result on the last message",
    "code.series": "Message to try it on",
    "code.noMessage": "No message has come to this node yet: the result appears here when one does.",
  },
  zh: {
    "code.preview": "最新消息的结果",
    "code.series": "用于试算的消息",
    "code.noMessage": "尚无消息到达此节点：消息到来后在此显示结果。",
  },
});
