import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";
import { showForm } from "./testing.tsx";

afterEach(cleanup);

const field = (name: string | RegExp) => screen.getByRole<HTMLInputElement>("textbox", { name });
const type = (name: string | RegExp, text: string) => fireEvent.change(field(name), { target: { value: text } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const wordsOf = (element: HTMLElement) =>
  (element.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent ?? "")
    .join(" ");

describe("a value", () => {
  test("is stored when it is typed and leaves the document when it is cleared", () => {
    const form = showForm({ name: { type: "string" } }, { other: 1 });
    type("Name", "boiler");
    expect(form.value).toEqual({ other: 1, name: "boiler" });
    type("Name", "");
    expect(form.value).toEqual({ other: 1 });
  });

  test("that is not set shows its default without storing it", () => {
    const form = showForm({
      port: { type: "integer", default: 502 },
      retain: { type: "boolean", default: true },
      order: { enum: ["a", "b", "c", "d"], default: "b" },
    });
    expect(field("Port").placeholder).toBe("502");
    expect(screen.getByRole<HTMLInputElement>("switch", { name: "Retain" }).checked).toBe(true);
    expect(screen.getByRole<HTMLInputElement>("combobox", { name: "Order" }).value).toBe("b");
    expect(form.value).toEqual({});
  });

  test("that is set can go back to its default", () => {
    const form = showForm({ retain: { type: "boolean", default: true } }, { retain: false });
    press("Back to the default of Retain");
    expect(form.value).toEqual({});
  });

  test("set from outside takes the place of what was being typed", () => {
    const form = showForm({ limit: { type: "number" } }, { limit: 1 });
    type("Limit", "1e");
    act(() => form.set({ limit: 7 }));
    expect(field("Limit").value).toBe("7");
  });
});

describe("a number", () => {
  test("can be typed through what is no number yet, which never reaches the document", () => {
    const form = showForm({ limit: { type: "number" } });
    const seen = ["-", "-1", "-1e", "-1e2"].map((text) => {
      type("Limit", text);
      expect(field("Limit").value).toBe(text);
      return form.value["limit"];
    });
    expect(seen).toEqual([undefined, -1, -1, -100]);
  });

  test("that stays unfinished says so when the field is left, and what still applies", () => {
    const form = showForm({ limit: { type: "number" } }, { limit: 5 });
    fireEvent.focus(field("Limit"));
    type("Limit", "-");
    expect(wordsOf(field("Limit"))).toBe("");
    fireEvent.blur(field("Limit"));
    expect(wordsOf(field("Limit"))).toContain("5 still applies");
    expect(form.value).toEqual({ limit: 5 });
  });

  test("goes up and down by the arrow keys, within its bounds", () => {
    const form = showForm({ port: { type: "integer", default: 5, maximum: 15 } });
    fireEvent.keyDown(field("Port"), { key: "ArrowUp" });
    expect(form.value).toEqual({ port: 6 });
    fireEvent.keyDown(field("Port"), { key: "ArrowUp", shiftKey: true });
    expect(form.value).toEqual({ port: 15 });
  });

  test("outside its bounds is stored and marked, for the server has the last word", () => {
    const form = showForm({ port: { type: "integer", maximum: 10 } });
    type("Port", "11");
    expect(form.value).toEqual({ port: 11 });
    expect(wordsOf(field("Port"))).toContain("At most 10.");
    expect(field("Port").getAttribute("aria-invalid")).toBe("true");
  });
});

describe("a problem", () => {
  test("stands beside its field, and on top when it has none", () => {
    showForm({ limit: { type: "number" }, hidden: { type: "string", showWhen: { limit: [1] } } }, {}, [
      { path: ["limit"], message: "give a limit" },
      { path: ["hidden"], message: "nobody sees this field" },
      { message: "the node reaches no sink" },
    ]);
    expect(wordsOf(field("Limit"))).toContain("give a limit");
    expect(screen.getByText("nobody sees this field")).toBeTruthy();
    expect(screen.getByText("the node reaches no sink")).toBeTruthy();
  });

  test("in an advanced field unfolds it", () => {
    showForm({ a: { type: "string", advanced: true, title: "Deep" } }, {}, [{ path: ["a"], message: "wrong" }]);
    expect(wordsOf(field("Deep"))).toContain("wrong");
  });

  test("of a row marks the row", () => {
    const row = { type: "object", properties: { name: { type: "string" }, more: { type: "object", properties: {} } } };
    const rows = { rows: [{ name: "a" }, { name: "b" }] };
    showForm({ rows: { type: "array", items: row } }, rows, [{ path: ["rows", 1, "name"], message: "is there twice" }]);
    press(/^b/);
    expect(wordsOf(field("Name"))).toContain("is there twice");
  });
});

test("advanced fields are folded until asked for", () => {
  showForm({ a: { type: "string", advanced: true, title: "Deep" } });
  expect(screen.queryByRole("textbox", { name: "Deep" })).toBeNull();
  press(/Advanced/);
  expect(field("Deep")).toBeTruthy();
});

test("a field is shown only while its condition holds", () => {
  showForm({ on: { type: "boolean" }, length: { type: "string", showWhen: { on: [true] } } });
  expect(screen.queryByRole("textbox", { name: "Length" })).toBeNull();
  fireEvent.click(screen.getByRole("switch", { name: "On" }));
  expect(field("Length")).toBeTruthy();
});

describe("a list", () => {
  test("gets its next item by Enter and loses one by its button", () => {
    const form = showForm({ topics: { type: "array", items: { type: "string" } } }, { topics: ["a"] });
    fireEvent.keyDown(field("Topics, item 1"), { key: "Enter" });
    type("Topics, item 2", "b");
    expect(form.value).toEqual({ topics: ["a", "b"] });
    press("Remove item 1");
    expect(form.value).toEqual({ topics: ["b"] });
    press("Remove item 1");
    expect(form.value).toEqual({});
  });

  test("shows its default items and stores all of them with the first change", () => {
    const form = showForm({ topics: { type: "array", items: { type: "string" }, default: ["a", "b"] } });
    type("Topics, item 1", "x");
    expect(form.value).toEqual({ topics: ["x", "b"] });
  });

  test("takes several lines at once", () => {
    const form = showForm({ topics: { type: "array", items: { type: "string" } } }, { topics: [""] });
    fireEvent.paste(field("Topics, item 1"), { clipboardData: { getData: () => "a\n b \n\nc" } });
    expect(form.value).toEqual({ topics: ["a", "b", "c"] });
  });
});

describe("a table", () => {
  const schema = {
    ranges: {
      type: "array",
      items: { type: "object", properties: { from: { type: "number" }, to: { type: "number" } } },
    },
  };

  test("adds, duplicates, moves and removes rows", () => {
    const form = showForm(schema, { ranges: [{ from: 1 }] });
    press("Add row");
    type("From, row 2", "5");
    expect(form.value).toEqual({ ranges: [{ from: 1 }, { from: 5 }] });
    press("Duplicate item 2");
    press("Move item 3 up");
    press("Move item 2 up");
    expect(form.value).toEqual({ ranges: [{ from: 5 }, { from: 1 }, { from: 5 }] });
    press("Remove item 2");
    expect(form.value).toEqual({ ranges: [{ from: 5 }, { from: 5 }] });
  });

  test("takes cells from a spreadsheet", () => {
    const form = showForm(schema, { ranges: [{ from: 1 }] });
    fireEvent.paste(field("To, row 1"), { clipboardData: { getData: () => "2\n3\n" } });
    expect(form.value).toEqual({ ranges: [{ from: 1, to: 2 }, { to: 3 }] });
  });
});

test("names that stand twice wait until they are right, so that no value is lost", () => {
  const form = showForm(
    { tags: { type: "object", additionalProperties: { type: "string" } } },
    { tags: { a: "1", b: "2" } },
  );
  type("Tags, name 2", "a");
  expect(screen.getByText("Stands twice.")).toBeTruthy();
  expect(form.value).toEqual({ tags: { a: "1" } });
  type("Tags, name 2", "ab");
  expect(form.value).toEqual({ tags: { a: "1", ab: "2" } });
});

test("choosing another alternative begins its own form", () => {
  const alternative = (kind: string, key: string) => ({
    type: "object",
    properties: { kind: { const: kind }, [key]: { type: "string" } },
    required: ["kind"],
  });
  const form = showForm({ window: { oneOf: [alternative("time", "length"), alternative("count", "size")] } });
  fireEvent.click(screen.getByRole("radio", { name: "Count" }));
  type("Size", "10");
  expect(form.value).toEqual({ window: { kind: "count", size: "10" } });
  fireEvent.click(screen.getByRole("radio", { name: "Time" }));
  expect(form.value).toEqual({ window: { kind: "time" } });
});

test("a value whose type is open keeps the type that was chosen", () => {
  const form = showForm({ equals: { type: ["number", "string", "boolean"] } });
  type("Equals", "80");
  expect(form.value).toEqual({ equals: 80 });
  fireEvent.change(screen.getByRole("combobox", { name: "Type of Equals" }), { target: { value: "string" } });
  expect(form.value).toEqual({ equals: "80" });
});

test("what no widget knows is edited as JSON, and text that is none does not reach the document", () => {
  const form = showForm({ anything: {} }, { anything: [1] });
  type("Anything", '{"a": ');
  expect(wordsOf(field("Anything"))).toContain("Not JSON yet");
  expect(form.value).toEqual({ anything: [1] });
  type("Anything", '{"a": 1}');
  expect(form.value).toEqual({ anything: { a: 1 } });
});

test("a secret is stored by its name; one typed in plain is masked and warned of", () => {
  const form = showForm({ password: { widget: "secret", anyOf: [{ type: "string" }, { type: "object" }] } });
  type("Password", "plc-password");
  expect(form.value).toEqual({ password: { $secret: "plc-password" } });
  press("Type the value here instead");
  const input = screen.getByLabelText<HTMLInputElement>("Password");
  expect(input.type).toBe("password");
  fireEvent.change(input, { target: { value: "hunter2" } });
  expect(form.value).toEqual({ password: "hunter2" });
  expect(screen.getByText(/Anyone who can read the flow file/)).toBeTruthy();
});

describe("a secret, where the gateway's are known,", () => {
  const schema = { password: { widget: "secret", anyOf: [{ type: "string" }, { type: "object" }] } };
  const gateway = () => {
    const kept: [string, string][] = [];
    return {
      kept,
      secrets: {
        names: ["plc-password"],
        look: () => undefined,
        put: async (...pair: [string, string]) => void kept.push(pair),
      },
    };
  };
  const fill = (label: string, text: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
  const chooser = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Password" });

  test("is chosen by its name", () => {
    const form = showForm(schema, {}, [], gateway().secrets);
    fireEvent.click(chooser());
    fireEvent.click(screen.getByRole("option", { name: "plc-password" }));
    expect(form.value).toEqual({ password: { $secret: "plc-password" } });
  });
  test("is stored in place, and the field holds its name", async () => {
    const { kept, secrets } = gateway();
    const form = showForm(schema, {}, [], secrets);
    fireEvent.click(chooser());
    fireEvent.click(screen.getByRole("option", { name: "Store a new secret…" }));
    fill("Name", "plc-password");
    expect(screen.getByText("There is a secret of this name already.")).toBeTruthy();
    fill("Name", "broker");
    fill("Value", "hunter2");
    press("Store");
    await waitFor(() => expect(form.value).toEqual({ password: { $secret: "broker" } }));
    expect(kept).toEqual([["broker", "hunter2"]]);
    expect(document.body.innerHTML).not.toContain("hunter2");
  });
  test("that stands in plain is stored with one press", async () => {
    const { kept, secrets } = gateway();
    const form = showForm(schema, { password: "hunter2" }, [], secrets);
    press("Store it as a secret…");
    fill("Name", "broker");
    press("Store");
    await waitFor(() => expect(form.value).toEqual({ password: { $secret: "broker" } }));
    expect(kept).toEqual([["broker", "hunter2"]]);
  });
  test("that is named but not stored says so, and can be given its value", async () => {
    const { kept, secrets } = gateway();
    showForm(schema, { password: { $secret: "lost" } }, [], secrets);
    expect(chooser().value).toBe("lost (not stored yet)");
    press("Store a value for “lost”");
    fill("Value", "hunter2");
    press("Replace the value");
    await waitFor(() => expect(kept).toEqual([["lost", "hunter2"]]));
  });
});

test("a name below an expression goes where the cursor is", () => {
  const form = showForm({ condition: { type: "string", widget: "expression" } }, { condition: " > 80" });
  field("Condition").setSelectionRange(0, 0);
  fireEvent.click(within(screen.getByRole("group", { name: "Names for Condition" })).getByText("value"));
  expect(form.value).toEqual({ condition: "value > 80" });
});
