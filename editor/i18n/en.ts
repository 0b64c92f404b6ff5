export const en = {
  "app.name": "Sluice",
} as const;
