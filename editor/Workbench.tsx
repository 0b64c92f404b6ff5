import { SignInAgain } from "./account/SignInAgain.tsx";
import { Canvas } from "./canvas/Canvas.tsx";
import { useKeyboard } from "./commands/use-keyboard.ts";
import { Dialogs } from "./Dialogs.tsx";
import { Drawer } from "./drawer/Drawer.tsx";
import { Header } from "./header/Header.tsx";
import { useFileDrop } from "./import/use-file-drop.ts";
import { Palette } from "./palette/Palette.tsx";
import { PaletteTab } from "./palette/PaletteTab.tsx";
import { SidePanel } from "./SidePanel.tsx";
import { useView } from "./state/editor.ts";

/** The whole screen: header, palette, canvas over drawer, side panel. */
export function Workbench() {
  useKeyboard();
  useFileDrop();
  const paletteOpen = useView((view) => view.paletteOpen);
  return (
    <div className="workbench">
      <Header />
      <div className="workbench__body">
        {paletteOpen ? <Palette /> : <PaletteTab />}
        <main className="workbench__middle">
          <Canvas />
          <Drawer />
        </main>
        <SidePanel />
      </div>
      <Dialogs />
      <SignInAgain />
    </div>
  );
}
