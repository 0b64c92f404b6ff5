/** Commands that only change what one looks at. */
import type { Editor } from "../state/editor.ts";
import type { Command } from "./command.ts";

function toggleDrawer({ view }: Editor): void {
  view.toggleDrawer(view.getState().drawer === "closed" ? "debug" : view.getState().drawer);
}

export const viewCommands: readonly Command[] = [
  {
    id: "commands",
    title: "command.commands",
    section: "view",
    keys: ["mod+k", "mod+shift+p"],
    everywhere: true,
    run: ({ view }) => view.show({ kind: "commands" }),
  },
  {
    id: "find",
    title: "command.find",
    section: "view",
    keys: ["mod+f"],
    everywhere: true,
    run: ({ view }) => view.show({ kind: "find" }),
  },
  { id: "fit", title: "command.fit", section: "view", keys: ["f"], run: ({ canvas }) => canvas.current?.fit() },
  {
    id: "zoom-in",
    title: "command.zoomIn",
    section: "view",
    keys: ["+", "="],
    run: ({ canvas }) => canvas.current?.zoomBy(1.25),
  },
  {
    id: "zoom-out",
    title: "command.zoomOut",
    section: "view",
    keys: ["-"],
    run: ({ canvas }) => canvas.current?.zoomBy(0.8),
  },
  {
    id: "focus",
    title: "command.focusSelection",
    section: "view",
    keys: ["."],
    isEnabled: ({ documents }) => documents.getState().selection.nodes.size > 0,
    run: ({ canvas, documents }) => canvas.current?.centre([...documents.getState().selection.nodes]),
  },
  {
    id: "palette",
    title: "command.palette",
    section: "view",
    keys: ["b"],
    run: ({ view }) => view.remember({ paletteOpen: !view.getState().paletteOpen }),
  },
  { id: "drawer", title: "command.drawer", section: "view", keys: ["j"], run: toggleDrawer },
  {
    id: "trial",
    title: "command.trial",
    section: "view",
    keys: ["y"],
    run: ({ view }) => view.remember({ drawer: "trial" }),
  },
  {
    id: "problems",
    title: "command.problems",
    section: "view",
    keys: ["p"],
    run: ({ view }) => view.toggleDrawer("problems"),
  },
  {
    id: "alarms",
    title: "command.alarms",
    section: "view",
    keys: ["l"],
    run: ({ view }) => view.toggleDrawer("alarms"),
  },
  {
    id: "subjects",
    title: "command.subjects",
    section: "view",
    keys: ["u"],
    run: ({ view }) => view.toggleDrawer("subjects"),
  },
  {
    id: "letters",
    title: "command.letters",
    section: "view",
    keys: ["k"],
    run: ({ view }) => view.toggleDrawer("letters"),
  },
  {
    id: "history",
    title: "command.history",
    section: "view",
    keys: ["h"],
    run: ({ view }) => view.toggleDrawer("history"),
  },
  {
    id: "send",
    title: "command.send",
    section: "gateway",
    keys: ["i"],
    run: ({ documents, view }) => {
      const [only] = documents.getState().selection.nodes;
      view.show({ kind: "send", node: only });
    },
  },
  {
    id: "shortcuts",
    title: "command.shortcuts",
    section: "view",
    keys: ["?"],
    run: ({ view }) => view.show({ kind: "shortcuts" }),
  },
];
