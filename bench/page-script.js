/** Runs inside the page that is measured, before its own scripts. */
const measured = { frames: [], delays: [], cards: new Set(), isCounting: false };

/** A card that is painted has an element at its corner, without a size. */
function insideOf(card, offset) {
  const zoom = new DOMMatrixReadOnly(getComputedStyle(document.querySelector(".react-flow__viewport")).transform).a;
  const { x, y } = card.getBoundingClientRect();
  return { x: x + offset.x * zoom, y: y + offset.y * zoom };
}

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
  /** Milliseconds since the navigation, when so many cards are on the screen: as elements, or painted where they stand. */
  drawnMs: (count) =>
    new Promise((resolve) => {
      const look = () => {
        const isThere = measures.cardsDrawn() >= count;
        if (performance.now() > 60_000) throw new Error("the cards do not come");
        requestAnimationFrame(isThere ? () => requestAnimationFrame(() => resolve(performance.now())) : look);
      };
      look();
    }),
  cardsDrawn() {
    const elements = document.querySelectorAll(".react-flow__node-card .card").length;
    const picture = document.querySelector(".painted-flow");
    if (picture === null || picture.width === 0) return elements;
    const pixels = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height).data;
    const scale = picture.width / picture.clientWidth;
    const { x, y } = picture.getBoundingClientRect();
    const isPainted = (card) => {
      const at = insideOf(card, { x: 60, y: 40 });
      const left = Math.round((at.x - x) * scale);
      const top = Math.round((at.y - y) * scale);
      return pixels[(top * picture.width + left) * 4 + 3] === 255;
    };
    return (
      elements + [...document.querySelectorAll(".react-flow__node-card:not(:has(.card))")].filter(isPainted).length
    );
  },
  /** The place nearest to a point where a press takes hold of a card, or of the empty canvas between four. */
  placeOf(what, x, y) {
    const offset = what === "card" ? { x: 60, y: 40 } : { x: -30, y: -30 };
    const places = [...document.querySelectorAll(".react-flow__node-card")].map((card) => insideOf(card, offset));
    const distance = (place) => Math.hypot(place.x - x, place.y - y);
    return places.reduce((nearest, place) => (distance(place) < distance(nearest) ? place : nearest));
  },
};
