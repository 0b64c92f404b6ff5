import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** Links leave the editor alone. */
const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
};

/** Markdown of whatever origin: HTML in it is left out, and no image is fetched. */
export function FormattedText({ text }: { readonly text: string }) {
  return (
    <Markdown remarkPlugins={[remarkGfm]} skipHtml disallowedElements={["img"]} components={components}>
      {text}
    </Markdown>
  );
}
