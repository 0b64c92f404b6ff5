import { describe, expect, test } from "vitest";
import { passwordProblem } from "./password-strength.ts";
import { Passwords } from "./passwords.ts";

const good = ["correct horse battery staple", "Øl på fjeldet før frokost", "阀门三号在锅炉房的左边墙上面"];

describe("which passwords are taken", () => {
  test.each(["password123456", "qwertyuiop12", "aaaaaaaaaaaaaaaa", "plantplantplant"])(
    "%s is refused as guessable",
    async (password) => {
      expect(await passwordProblem(password, [])).toMatch(/first that somebody would try/);
    },
  );
  test("too short and too long are said with the limit", async () => {
    expect(await passwordProblem("short", [])).toMatch(/at least 12 characters, this one 5/);
    expect(await passwordProblem("x".repeat(129), [])).toMatch(/at most 128/);
  });
  test.each(good)("%s is taken", async (password) => {
    expect(await passwordProblem(password, [])).toBeUndefined();
  });
});

describe("how passwords are kept", () => {
  const passwords = new Passwords(10);

  test.each(good)("%s opens, however its letters are composed, and nothing else does", async (password) => {
    const hash = await passwords.hash(password);
    expect(hash).not.toContain(password);
    expect(await passwords.verify(password, hash)).toBe(true);
    expect(await passwords.verify(password.normalize("NFD"), hash)).toBe(true);
    expect(await passwords.verify(`${password} `, hash)).toBe(false);
  });
  test("nobody's password is never right", async () => {
    expect(await passwords.verify("correct horse battery staple", undefined)).toBe(false);
  });
  test("the product's own hashes cost what OWASP asks for, and name it", async () => {
    expect(await new Passwords().hash("correct horse battery staple")).toMatch(
      /^scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}$/,
    );
  });
  test("a hash of another cost still opens", async () => {
    expect(await new Passwords(11).verify("x", await passwords.hash("x"))).toBe(true);
  });
  test("more at once than can be answered are turned away, and the others go on", async () => {
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => passwords.hash("x")));
    const turnedAway = results.filter(
      (result) => result.status === "rejected" && result.reason.name === "TooManyHashesError",
    );
    expect([results.length - turnedAway.length, turnedAway.length]).toEqual([8, 4]);
    expect(await passwords.hash("x")).toBeDefined();
  });
});
