/** Which passwords are taken: long enough, and not among those that somebody would try first (NIST SP 800-63B, 3.1.1.2). */
import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

const minLength = 12;
const maxLength = 128;

/** The scale is 0 to 4; 3 stands for at least 10⁸ guesses. */
const minScore = 3;

let estimator: Promise<ZxcvbnFactory> | undefined;

/** Why a password is not taken, in words; `undefined` when it is. `about`: what an attacker would try first, such as the user's name. */
export async function passwordProblem(password: string, about: readonly string[]): Promise<string | undefined> {
  const { length } = [...password];
  if (length < minLength)
    return `a password has at least ${minLength} characters, this one ${length}; a few words in a row are easy to remember`;
  if (length > maxLength) return `a password has at most ${maxLength} characters, this one ${length}`;
  estimator ??= loadEstimator();
  const { score } = (await estimator).check(password, [...about, "sluice"]);
  if (score >= minScore) return undefined;
  return "this password is among the first that somebody would try; take a few words that do not belong together";
}

/** Its word lists are large, and most starts of the gateway need none. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new Factory({ dictionary, graphs: adjacencyGraphs });
}
