import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { FormattedText } from "./FormattedText.tsx";

const html = (text: string) => renderToStaticMarkup(<FormattedText text={text} />);

test("code, emphasis and lists are shown as such", () => {
  expect(html("try `nats sub` **now**")).toBe("<p>try <code>nats sub</code> <strong>now</strong></p>");
});

test("no HTML, script, image or address that runs something comes through", () => {
  const page = html("<b onclick=x>a</b> <script>x()</script> ![p](http://h/i.png) [l](javascript:x)");
  expect(page).not.toMatch(/<b|<script|<img|javascript:|onclick/);
  expect(page).toContain("l</a>");
});
