import { decodeToken } from '../../flow/decoded-token';
import { type FlowStep } from '../../flow/flow-step';
import { Text } from './step-view';
import { claimWords } from '../../flow/words';

const titles: Readonly<Record<string, string>> = { access_token: 'Access token', id_token: 'ID token' };

/** Claims that hold a time, in seconds since 1970. */
const times = ['auth_time', 'exp', 'iat'];

/** The tokens of an answer side by side, decoded. */
export function TokensView({ step }: { readonly step: FlowStep }) {
  const tokens = Object.keys(titles).flatMap((name) => {
    const value = step.parameters.find((parameter) => parameter.name === name)?.value;
    const decoded = value === undefined ? undefined : decodeToken(value);
    return decoded ? [{ name, ...decoded }] : [];
  });
  if (tokens.length === 0) {
    return null;
  }
  return (
    <details className="message">
      <summary>Look inside the tokens</summary>
      <p>
        A token is not encrypted. It has three parts: a header, claims, and a signature over both. Anyone can read it,
        and only the user pool can sign it.
      </p>
      <div className="tokens">
        {tokens.map(({ name, header, claims }) => (
          <section key={name} aria-label={titles[name]}>
            <h4>{titles[name]}</h4>
            <Members title="Header" members={header} />
            <Members title="Claims" members={claims} />
          </section>
        ))}
      </div>
    </details>
  );
}

function Members({ title, members }: { readonly title: string; readonly members: Readonly<Record<string, unknown>> }) {
  return (
    <>
      <h5>{title}</h5>
      <dl className="parameters">
        {Object.entries(members).map(([name, value]) => (
          <div key={name} className={name === 'scope' ? 'marked' : undefined}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd className="value">
              {times.includes(name) ? new Date(Number(value) * 1000).toLocaleString() : <code>{textOf(value)}</code>}
            </dd>
            {name in claimWords && (
              <dd>
                <Text>{claimWords[name]}</Text>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
