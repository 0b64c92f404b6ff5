import { arrangeCommands } from "./arrange-commands.ts";
import type { Command } from "./command.ts";
import { editCommands } from "./edit-commands.ts";
import { flowCommands } from "./flow-commands.ts";
import { viewCommands } from "./view-commands.ts";

/** Every action of the editor, in the order of the command palette. */
export const commands: readonly Command[] = [...editCommands, ...arrangeCommands, ...viewCommands, ...flowCommands];
