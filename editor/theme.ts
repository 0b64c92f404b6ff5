/** How Mantine looks here: dense, quiet, one accent. The colours of panels and categories are in `theme.css`. */

import { createTheme, type MantineColorsTuple } from "@mantine/core";
import { type Language, translate } from "./i18n/messages.ts";

const accent: MantineColorsTuple = [
  "#eaf3ff",
  "#d3e4fb",
  "#a5c7f4",
  "#74a8ee",
  "#4d8ee8",
  "#347de5",
  "#1f6fdc",
  "#135fc4",
  "#0a54b0",
  "#00489c",
];

/** Mantine's greys of the dark scheme in the tint of `theme.css`, from text to ground. */
const dark: MantineColorsTuple = [
  "#e3e8ee",
  "#c3cbd5",
  "#a0abb9",
  "#7d8997",
  "#4a5361",
  "#343b47",
  "#232830",
  "#1a1e25",
  "#161a20",
  "#12151a",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  fontFamily:
    '"Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", Menlo, monospace',
  fontSizes: { xs: "11px", sm: "12.5px", md: "13.5px", lg: "15px", xl: "18px" },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "md" } },
    TextInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 450, withArrow: true, multiline: true, maw: 340, fz: 12 } },
    // Without the placeholder the first item takes the focus: a menu may hold nothing but items.
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 }, withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 100 },
        centered: true,
        radius: "md",
        overlayProps: { backgroundOpacity: 0.28 },
        // Its <header> would count as the head of the page.
        attributes: { header: { role: "none" } },
      },
    },
  },
});

/** What components say by themselves, by language. */
export function worded(language: Language) {
  return createTheme({
    components: { CloseButton: { defaultProps: { "aria-label": translate(language, "dialog.close") } } },
  });
}
