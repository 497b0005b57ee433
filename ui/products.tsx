/**
 * The catalogue: a grid of products, and one product with its variants, which are chosen by their options.
 *
 * @module
 */
import { useId, useState } from "react";
import { toWebAddress } from "./format.ts";
import {
  Badge,
  Fold,
  Options,
  Pages,
  Picture,
  Price,
  Remarks,
  ShopText,
  Title,
  usePages,
  useView,
  WebLink,
} from "./parts.tsx";
import type { Product, ProductItem, ProductPage, ProductRow } from "./results.ts";

export function ProductGrid({ page }: { page: ProductPage }) {
  const { args, format } = useView();
  const { say } = format;
  const pages = usePages(page, (read) => (read.kind === "products" ? read.data : undefined));
  const rows = pages.pages.flatMap(({ products }) => products);
  const query = typeof args["query"] === "string" ? args["query"].trim() : "";
  return (
    <section className="products">
      <header className="head">
        <Title>{query ? say("productsFor", { query }) : say("products")}</Title>
        {rows.length > 0 && (
          <p className="count">
            {say(pages.isAll ? "productCount" : "productsSoFar", { n: rows.length })}
          </p>
        )}
      </header>
      {rows.length === 0 && pages.isAll && <p className="none">{say("noProducts")}</p>}
      <Pages
        className="grid"
        pages={pages}
        rows={rows.map((row) => (
          <ProductCard key={row.product_id} row={row} />
        ))}
        news={(n) => say("moreProducts", { n, all: rows.length })}
      />
      <Remarks of={pages.pages} />
    </section>
  );
}
function ProductCard({ row }: { row: ProductRow }) {
  const { open } = useView();
  const { product_id, category, price, available, image } = row;
  const name = row.name.trim() || product_id;
  return (
    <article className="card">
      <Picture url={image} name={name} />
      <Title step={1}>
        <button type="button" className="cover" onClick={() => open("get_product", { product_id })}>
          <ShopText>{name}</ShopText>
        </button>
      </Title>
      {category && (
        <p className="muted">
          <ShopText>{category}</ShopText>
        </p>
      )}
      <p className="offer">
        {price && <Price money={price} />} <Availability available={available} />
      </p>
    </article>
  );
}
function Availability({ available }: { available: boolean | undefined }) {
  const { say } = useView().format;
  if (available === undefined) return undefined;
  return (
    <Badge tone={available ? "success" : "neutral"}>
      {say(available ? "available" : "soldOut")}
    </Badge>
  );
}

export function ProductDetail({ product }: { product: Product }) {
  const { say } = useView().format;
  const { category, description, images = [], items = [], url } = product;
  const name = product.name.trim() || product.product_id;
  return (
    <article className="product">
      <Gallery name={name} images={images} />
      <div className="about">
        {category && (
          <p className="muted">
            <ShopText>{category}</ShopText>
          </p>
        )}
        <Title>
          <ShopText>{name}</ShopText>
        </Title>
        {items.length > 0 ? <Chooser items={items} product={product} /> : <Offer of={product} />}
        {description && <ShopText lines>{description}</ShopText>}
        <WebLink url={url}>{say("atTheShop")}</WebLink>
      </div>
      {items.length > 1 && <Variants items={items} />}
      <Remarks of={[product]} />
    </article>
  );
}
/** What a product or a variant costs, and whether it can be had. */
function Offer({ of: { price, available } }: { of: Pick<ProductItem, "price" | "available"> }) {
  const { say } = useView().format;
  return (
    <p className="offer big">
      {price ? <Price money={price} /> : <span className="muted">{say("priceUnknown")}</span>}{" "}
      <Availability available={available} />
    </p>
  );
}
const MOST_PICTURES = 12;
function Gallery({ name, images }: { name: string; images: string[] }) {
  const { host, format } = useView();
  const { say } = format;
  const [at, setAt] = useState(0);
  const shown = images
    .filter((url) => host.allowsImage(toWebAddress(url) ?? ""))
    .slice(0, MOST_PICTURES);
  const altOf = (n: number) => say("picture", { name, n: n + 1, all: shown.length });
  return (
    <div className="gallery">
      <Picture url={shown[at]} name={name} alt={altOf(at)} />
      {shown.length > 1 && (
        <ul className="thumbs" aria-label={say("pictures", { name })}>
          {shown.map((url, n) => (
            <li key={n}>
              <button
                type="button"
                aria-label={altOf(n)}
                aria-pressed={n === at}
                onClick={() => setAt(n)}
              >
                <Picture url={url} name={name} alt="" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

// ── Variants ────────────────────────────────────────────────────────────────────────────────────

const valueOf = (item: ProductItem, option: string) => item.options?.[option] ?? "";
/** The options by which every variant can be told from the others; undefined where they cannot. */
export function optionsOf(items: ProductItem[]): { name: string; values: string[] }[] | undefined {
  const names = [...new Set(items.flatMap(({ options = {} }) => Object.keys(options)))];
  const choices = items.map((item) => JSON.stringify(names.map((name) => valueOf(item, name))));
  const isWhole = items.every(({ options = {} }) =>
    names.every((name) => Object.hasOwn(options, name)),
  );
  if (!names.length || !isWhole || new Set(choices).size < items.length) return undefined;
  return names.map((name) => {
    return { name, values: [...new Set(items.map((item) => valueOf(item, name)))] };
  });
}
/** The variant with one option changed and as many of the others kept as there can be. */
export function withOption(items: ProductItem[], from: ProductItem, option: string, value: string) {
  const kept = (item: ProductItem) =>
    Object.entries(from.options ?? {}).filter(
      ([name, other]) => name !== option && valueOf(item, name) === other,
    ).length;
  const rank = (item: ProductItem) => kept(item) * 2 + Number(item.available !== false);
  return items
    .filter((item) => valueOf(item, option) === value)
    .toSorted((one, other) => rank(other) - rank(one))[0];
}
const MOST_PILLS = 12;
function Chooser({ items, product }: { items: ProductItem[]; product: Product }) {
  const [chosen, choose] = useState<ProductItem>();
  const choice = optionsOf(items);
  const preset = items.find(({ available }) => available !== false) ?? items[0];
  const item = chosen && items.includes(chosen) ? chosen : preset;
  if (!item) return undefined;
  const offer = {
    price: items.some(({ price }) => price) ? item.price : product.price,
    available: items.some((one) => one.available !== undefined)
      ? item.available
      : product.available,
  };
  if (items.length === 1)
    return (
      <>
        <Offer of={offer} />
        <Options options={item.options} />
      </>
    );
  if (!choice) return <Offer of={product} />;
  return (
    <div className="chooser">
      <div role="status">
        <Offer of={offer} />
      </div>
      {choice.map(({ name, values }) => (
        <Option
          key={name}
          name={name}
          chosen={valueOf(item, name)}
          values={values.map((value) => {
            const next = withOption(items, item, name, value);
            const isNear =
              next &&
              choice.every(
                (o) => o.name === name || valueOf(next, o.name) === valueOf(item, o.name),
              );
            const state = !isNear ? "other" : next.available === false ? "sold-out" : "there";
            return { value, state, choose: () => choose(next) };
          })}
        />
      ))}
      <p className="muted small">
        <bdi>{item.item_id}</bdi>
      </p>
    </div>
  );
}
interface OptionValue {
  value: string;
  /** `other`: only with another choice elsewhere */
  state: "there" | "sold-out" | "other";
  choose(): void;
}
function Option({ name, chosen, values }: { name: string; chosen: string; values: OptionValue[] }) {
  const { say } = useView().format;
  const id = useId();
  if (values.length > MOST_PILLS)
    return (
      <p className="option">
        <label htmlFor={id}>
          <ShopText>{name}</ShopText>
        </label>
        <select
          id={id}
          value={chosen}
          onChange={({ target }) => values.find(({ value }) => value === target.value)?.choose()}
        >
          {values.map(({ value, state }) => (
            <option key={value} value={value}>
              {state === "sold-out" ? `${value} (${say("soldOut")})` : value}
            </option>
          ))}
        </select>
      </p>
    );
  return (
    <fieldset className="option">
      <legend>
        <ShopText>{name}</ShopText>
      </legend>
      <div className="pills">
        {values.map(({ value, state, choose }) => (
          <label key={value} className={`pill ${state}`}>
            <input
              type="radio"
              name={id}
              value={value}
              checked={value === chosen}
              onChange={choose}
            />
            <ShopText>{value}</ShopText>
            {state === "sold-out" && <span className="unseen"> ({say("soldOut")})</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
function Variants({ items }: { items: ProductItem[] }) {
  const { say } = useView().format;
  return (
    <details className="variants">
      <summary>{say("variants", { n: items.length })}</summary>
      <Fold all={items} first={20}>
        {(shown) => (
          <table>
            <thead>
              <tr>
                <th scope="col">{say("variant")}</th>
                <th scope="col" className="number">
                  {say("price")}
                </th>
                <th scope="col" className="state">
                  {say("availability")}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ item_id, options, price, available }, n) => (
                <tr key={n}>
                  <th scope="row">
                    {Object.keys(options ?? {}).length ? (
                      <Options options={options} />
                    ) : (
                      <bdi>{item_id}</bdi>
                    )}
                  </th>
                  <td className="number">{price && <Price money={price} />}</td>
                  <td>
                    <Availability available={available} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Fold>
    </details>
  );
}
