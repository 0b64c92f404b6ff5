/** Something in a rule that has no counterpart here: why. Caught where the report is written, never seen outside. */
export class Unconvertible extends Error {
  override readonly name = "Unconvertible";
}
