/**
 * The shop itself: its name, currency and hours, its categories and its policies.
 *
 * @module
 */
import { toTitle } from "./format.ts";
import { Facts, Fold, Part, Remarks, ShopText, Title, useView } from "./parts.tsx";
import type { Shop } from "./results.ts";

export function ShopInfo({ shop }: { shop: Shop }) {
  const { say, number, currencyName } = useView().format;
  const { name, currency, support_hours: hours, categories = [], policies = {} } = shop;
  const rules = Object.entries(policies);
  return (
    <article className="shop">
      <header className="head">
        <Title>
          <ShopText>{name.trim() || say("shop")}</ShopText>
        </Title>
        <Facts
          rows={[
            [say("currency"), currency && <bdi>{currencyName(currency)}</bdi>],
            [say("hours"), hours && <ShopText>{hours}</ShopText>],
          ]}
        />
      </header>
      {categories.length > 0 && (
        <Part name="categories" title={say("categories")}>
          <Fold all={categories} first={12}>
            {(shown) => (
              <ul className="categories">
                {shown.map(({ name, count }, n) => (
                  <li key={n}>
                    <ShopText>{name}</ShopText>{" "}
                    {count !== undefined && <span className="muted">{number(count)}</span>}
                  </li>
                ))}
              </ul>
            )}
          </Fold>
        </Part>
      )}
      {rules.length > 0 && (
        <Part name="policies" title={say("policies")}>
          {rules.map(([name, text]) => (
            <details key={name}>
              <summary>
                <ShopText>{toTitle(name)}</ShopText>
              </summary>
              <ShopText lines>{text}</ShopText>
            </details>
          ))}
        </Part>
      )}
      <Remarks of={[shop]} />
    </article>
  );
}
