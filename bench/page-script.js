/** Runs inside the page that is measured, before its own scripts. */
const measured = { frames: [], delays: [], cards: new Set(), isCounting: false };

window.measures = {
  startFrames() {
    measured.frames = [];
    measured.isCounting = true;
    let lastMs = performance.now();
    const frame = (nowMs) => {
      measured.frames.push(nowMs - lastMs);
      lastMs = nowMs;
      if (measured.isCounting) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  },
  /** Milliseconds between frames; the first two are those of the beginning. */
  endFrames() {
    measured.isCounting = false;
    return measured.frames.slice(2);
  },
  watchMoves() {
    addEventListener("pointermove", (event) =>
      requestAnimationFrame(() => measured.delays.push(performance.now() - event.timeStamp)),
    );
  },
  /** Milliseconds from each move of the mouse to the frame after it. */
  moveDelays: () => measured.delays,
  watchCards() {
    const observer = new MutationObserver((mutations) => {
      for (const { target } of mutations) {
        const element = target instanceof Element ? target : target.parentElement;
        const card = element?.closest(".react-flow__node-card");
        if (card) measured.cards.add(card);
      }
    });
    const nodes = document.querySelector(".react-flow__nodes");
    observer.observe(nodes, { subtree: true, childList: true, attributes: true, characterData: true });
  },
  /** Cards whose elements have changed since `watchCards`. */
  cardsChanged: () => measured.cards.size,
  /** Milliseconds since the navigation, when so many cards have been drawn. */
  drawnMs: (count) =>
    new Promise((resolve) => {
      const look = () => {
        const isThere = document.querySelectorAll(".react-flow__node-card").length >= count;
        if (performance.now() > 60_000) throw new Error("the cards do not come");
        requestAnimationFrame(isThere ? () => requestAnimationFrame(() => resolve(performance.now())) : look);
      };
      look();
    }),
  /** The nearest place where a press takes hold of a card, or of the empty canvas. */
  placeOf(what, x, y) {
    for (let radius = 0; radius < 300; radius++)
      for (let turn = 0; turn < 8; turn++) {
        const at = {
          x: x + radius * Math.cos((turn * Math.PI) / 4),
          y: y + radius * Math.sin((turn * Math.PI) / 4),
        };
        const element = document.elementFromPoint(at.x, at.y);
        const isCard = element?.closest(".card") && !element.closest(".react-flow__handle");
        if (what === "card" ? isCard : element?.classList.contains("react-flow__pane")) return at;
      }
    throw new Error(`there is no ${what} here`);
  },
};
