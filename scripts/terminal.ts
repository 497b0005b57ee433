/** Questions to whoever sits at the terminal. */
import { createInterface } from "node:readline";

/** Puts a question there, and gives what was typed; the end of the input is no answer, and Ctrl-C ends the program. */
export const askAt =
  (output: NodeJS.WriteStream) =>
  (question: string): Promise<string> =>
    new Promise((resolve) => {
      const terminal = createInterface({ input: process.stdin, output });
      let answer = "";
      terminal.once("close", () => resolve(answer));
      terminal.once("SIGINT", () => process.exit(130));
      terminal.question(question, (given) => {
        answer = given;
        terminal.close();
      });
    });
/** Whether somebody said yes. */
export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer.trim());
