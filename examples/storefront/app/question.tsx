/**
 * A question before a change. It names all that the server says of it; whatever is not a yes is a no.
 *
 * @module
 */
import { useLayoutEffect, useRef } from "react";

export function Question({ message, onAnswer }: { message: string; onAnswer(yes: boolean): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal(); // the browser keeps the focus within
    return () => shown?.close(); // and gives it back
  }, []);
  const [title, ...lines] = message.split("\n");
  return (
    <dialog
      ref={dialog}
      className="question"
      aria-labelledby="question"
      aria-describedby="account"
      onClose={() => dialog.current?.open || onAnswer(false)}
    >
      <h2 id="question">{title}</h2>
      <dl id="account">
        {lines.map((line, nth) => {
          const [, name, value = line] = /^([^:"]{1,40}): (.*)$/.exec(line) ?? [];
          return (
            <div key={nth}>
              {name && <dt>{name}</dt>}
              <dd>{value}</dd>
            </div>
          );
        })}
      </dl>
      <div className="answers">
        <button autoFocus onClick={() => onAnswer(false)}>
          No, leave it as it is
        </button>
        <button className="primary" onClick={() => onAnswer(true)}>
          Yes, do this
        </button>
      </div>
    </dialog>
  );
}
