/**
 * What the views are made of: where they stand (`useView`), headings, the shop's own words, prices, pictures, lists that
 * begin short, pages of a list, and what is said where something fails.
 *
 * @module
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { type Format, toWebAddress } from "./format.ts";
import type { ViewHost } from "./host.ts";
import { type Money, type Read, readResult } from "./results.ts";

/** A call of a tool: its name, and its arguments. */
export interface Call {
  tool: string;
  args: Record<string, unknown>;
}
/** Where a view stands. */
export interface View extends Call {
  host: ViewHost;
  format: Format;
  /** Of its first heading, 1 to 4. */
  level: number;
  /** Shows what a tool says, in the place of this view, with a way back. */
  open(tool: string, args: Record<string, unknown>): void;
  /** Makes this view's call again, with other arguments, and shows what it says instead. */
  redo(args: Record<string, unknown>): void;
  /** `redo` is under way. */
  isBusy: boolean;
  /** The answer to `redo` has not arrived. */
  isLost: boolean;
  /** Says what has changed to those who cannot see it. */
  announce(text: string): void;
  /** Gives the focus to the view's first heading, once what has changed is drawn. */
  moveToTitle(): void;
}
const ViewContext = createContext<View | undefined>(undefined);
export const ViewProvider = ViewContext.Provider;
export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new TypeError("a part of a view stands outside of ToolView");
  return view;
}

/** A heading, `step` levels below the view's first one. The first one takes the focus when its view opens. */
export function Title({
  step = 0,
  id,
  children,
}: {
  step?: number;
  id?: string;
  children: ReactNode;
}) {
  const Heading = `h${useView().level + step}` as "h2"; // and they go on
  const isFirst = step === 0 && { tabIndex: -1, "data-title": "" };
  return (
    <Heading id={id} className={`title title-${step}`} {...isFirst}>
      {children}
    </Heading>
  );
}
/** A part of a view under a heading of its own. */
export function Part({
  title,
  name,
  children,
}: {
  title: string;
  name: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`part part-${name}`} aria-labelledby={id}>
      <Title step={1} id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}
/** What the shop wrote, in whichever direction it reads. */
export const ShopText = ({ children, lines }: { children: string; lines?: boolean }) =>
  lines ? (
    <p className="prose" dir="auto">
      {children}
    </p>
  ) : (
    <bdi dir="auto">{children}</bdi>
  );
/** For an element whose sentences are the server's: they are in English, whatever the language of the view. */
export const SERVER = { lang: "en", dir: "ltr" } as const;
/** `color: zinc, capacity: 5 L` */
export const Options = ({ options }: { options: Record<string, string> | undefined }) =>
  options &&
  Object.keys(options).length > 0 && (
    <span className="options">
      {Object.entries(options).map(([name, value]) => (
        <span key={name}>
          <ShopText>{name}</ShopText>{" "}
          <b>
            <ShopText>{value}</ShopText>
          </b>
        </span>
      ))}
    </span>
  );
export const Price = ({ money }: { money: Money }) => (
  <bdi className="price">{useView().format.money(money)}</bdi>
);
export function When({ written, style }: { written: string; style?: "day" | "long" | "time" }) {
  const { text, dateTime } = useView().format.date(written, style);
  return dateTime ? <time dateTime={dateTime}>{text}</time> : <ShopText>{text}</ShopText>;
}
/** Names and values; a row whose value is not there has no place. */
export function Facts({
  rows,
  className = "facts",
}: {
  rows: [string, ReactNode][];
  className?: string;
}) {
  const there = rows.filter(([, value]) => value !== undefined && value !== false);
  if (!there.length) return undefined;
  return (
    <dl className={className}>
      {there.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
export const Badge = ({ tone, children }: { tone: string; children: ReactNode }) => (
  <span className={`badge tone-${tone}`}>{children}</span>
);

/** A picture from where the host allows; the first letter of its name where there is none, or it does not load. */
export function Picture({
  url,
  name,
  alt = name,
}: {
  url: string | undefined;
  name: string;
  alt?: string;
}) {
  const { host, format } = useView();
  const [broken, setBroken] = useState<string>();
  const address = toWebAddress(url);
  const isThere = address && address !== broken && host.allowsImage(address);
  const [first] = new Intl.Segmenter(format.locale).segment(name.trim());
  return (
    <span className="picture">
      {isThere ? (
        <img
          src={address}
          alt={alt}
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setBroken(address)}
        />
      ) : (
        <span className="initial" aria-hidden="true">
          {first?.segment.toLocaleUpperCase(format.locale)}
        </span>
      )}
    </span>
  );
}

/** A list that begins with a few entries and shows the others when asked to. */
export function Fold<T>({
  all,
  first,
  children,
}: {
  all: T[];
  first: number;
  children(shown: T[]): ReactNode;
}) {
  const { say } = useView().format;
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  if (all.length <= first + 1) return children(all); // one more takes no more room than the button
  return (
    <>
      <div id={id}>{children(isOpen ? all : all.slice(0, first))}</div>
      <button
        type="button"
        className="quiet"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? say("showFewer") : say("showAll", { n: all.length })}
      </button>
    </>
  );
}

/** What has to be said with a result: what is missing from it, and when it was so. */
export function Remarks({
  of,
}: {
  of: { notes?: string[]; truncated?: boolean; as_of?: string }[];
}) {
  const { say } = useView().format;
  const notes = [...new Set(of.flatMap(({ notes = [] }) => notes))];
  const isCut = of.some(({ truncated }) => truncated);
  const asOf = of.at(-1)?.as_of;
  if (!notes.length && !isCut && !asOf) return undefined;
  return (
    <footer className="remarks">
      {isCut && <p className="cut">{say("cut")}</p>}
      {notes.length > 0 && (
        <ul aria-label={say("notes")}>
          {notes.map((note) => (
            <li key={note} {...SERVER}>
              <ShopText>{note}</ShopText>
            </li>
          ))}
        </ul>
      )}
      {asOf && <AsOf written={asOf} />}
    </footer>
  );
}
function AsOf({ written }: { written: string }) {
  const { say, date } = useView().format;
  const { text, dateTime } = date(written, "time");
  return (
    <p>
      <time dateTime={dateTime}>{say("asOf", { when: text })}</time>
    </p>
  );
}
/** What has failed, in words, and how to go on. */
/** Whether the server says of a failure that another attempt fails likewise: no button may say otherwise. */
export const isFinal = (text: string) => text.includes("Trying again will not help");
interface FailureProps {
  title: string;
  text: string;
  /** The words are the server's. */
  isTold?: boolean;
  children?: ReactNode;
}
export function Failure({ title, text, isTold, children }: FailureProps) {
  return (
    <div className="failure" role="alert">
      <Title>{title}</Title>
      <div {...(isTold && SERVER)}>
        <ShopText lines>{text}</ShopText>
      </div>
      {children && <div className="buttons">{children}</div>}
    </div>
  );
}

interface Paged {
  next_cursor?: string | undefined;
  truncated?: boolean | undefined;
}
/**
 * The pages of a list, from the one that is there: `more` reads the next one, and is undefined where there is none;
 * `isAll` where the shop has said all that there is.
 * @param toPage the page that an answer is
 */
export function usePages<Page extends Paged>(
  first: Page,
  toPage: (read: Read) => Page | undefined,
) {
  const { host, format, tool, args, announce } = useView();
  const [start, setStart] = useState(first);
  const [further, setFurther] = useState<Page[]>([]);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  if (start !== first) {
    setStart(first); // another result, whose pages are others
    setFurther([]);
    setProblem(undefined);
    setBusy(false);
  }
  const latest = useRef(first);
  useEffect(() => void (latest.current = first), [first]);
  const pages = start === first ? [first, ...further] : [first];
  const cursor = pages.at(-1)?.next_cursor;
  async function more() {
    if (isBusy) return;
    setBusy(true);
    announce(format.say("working"));
    const lost = { text: format.say("noAnswer"), isError: true, structuredContent: undefined };
    const answer = await host.call(tool, { ...args, cursor }).catch(() => lost);
    const read = answer.isError ? undefined : readResult(tool, answer.structuredContent);
    const page = read && toPage(read);
    if (latest.current !== first) return; // this is a page of the list before
    setBusy(false);
    setProblem(page ? undefined : answer.isError ? answer.text : format.say("notShown"));
    announce("");
    if (page) setFurther((known) => [...known, page]);
  }
  const isAll = cursor === undefined && !pages.some(({ truncated }) => truncated);
  return { pages, isAll, isBusy, problem, more: cursor === undefined ? undefined : more };
}
/** The rows of a list and, below them, the way to more; which then have the focus. */
export function Pages({
  rows,
  pages: { more, isBusy, problem },
  className,
  news,
}: {
  rows: ReactNode[];
  pages: Pick<ReturnType<typeof usePages>, "more" | "isBusy" | "problem">;
  className: string;
  /** What is said of further rows. */
  news(n: number): string;
}) {
  const { format, announce } = useView();
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(rows.length);
  useEffect(() => {
    const known = before.current;
    before.current = rows.length;
    if (rows.length <= known) return;
    announce(news(rows.length - known));
    list.current?.children[known]?.querySelector<HTMLElement>("button, a")?.focus();
  });
  return (
    <>
      <ul ref={list} className={className}>
        {rows.map((row, n) => (
          <li key={n}>{row}</li>
        ))}
      </ul>
      {problem && (
        <p className="problem" role="alert" dir="auto">
          {problem}
        </p>
      )}
      {more && (
        <button type="button" className="wide" aria-disabled={isBusy} onClick={() => void more()}>
          {format.say(isBusy ? "working" : problem ? "again" : "more")}
        </button>
      )}
    </>
  );
}
/** A link to a page of the shop's, which opens outside of the view; nothing for what is no http(s) address. */
export function WebLink({ url, children }: { url: string | undefined; children: ReactNode }) {
  const { host } = useView();
  const address = toWebAddress(url);
  if (!address) return undefined;
  return (
    <a
      className="link"
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        host.openLink(address);
      }}
    >
      {children}
    </a>
  );
}
