import { decodeToken } from '../../flow/decoded-token';
import { type FlowStep } from '../../flow/flow-step';
import { Text } from './step-view';
import { claimWords } from '../../flow/words';

const titles: Readonly<Record<string, string>> = { access_token: 'Access token', id_token: 'ID token' };

/** Claims that hold a time, in seconds since 1970. */
const times = ['auth_time', 'exp', 'iat'];

/** The tokens of a response, decoded, line by line next to each other. */
export function TokensView({ step }: { readonly step: FlowStep }) {
  const tokens = Object.keys(titles).flatMap((name) => {
    const value = step.parameters.find((parameter) => parameter.name === name)?.value;
    const decoded = value === undefined ? undefined : decodeToken(value);
    return decoded ? [{ name, ...decoded }] : [];
  });
  if (tokens.length === 0) {
    return null;
  }
  const headerNames = namesIn(tokens.map(({ header }) => header));
  const claimNames = namesIn(tokens.map(({ claims }) => claims));
  // A title for the token, for its header and for its claims.
  const rows = 3 + headerNames.length + claimNames.length;
  return (
    <details className="message">
      <summary>Look inside the tokens</summary>
      <p>
        The access token and the ID token are not encrypted. Each has a header, claims, and a signature over both.
        Anyone who has such a token can read it, and only the user pool can sign it. The refresh token is encrypted:
        only Cognito can read it.
      </p>
      <div className="tokens">
        {tokens.map(({ name, header, claims }) => (
          <section key={name} aria-label={titles[name]} style={{ gridRow: `span ${rows}` }}>
            <h4>{titles[name]}</h4>
            <Members title="Header" names={headerNames} members={header} />
            <Members title="Claims" names={claimNames} members={claims} />
          </section>
        ))}
      </div>
    </details>
  );
}

/** Lists the names that the tokens have, those of all tokens first, so that a line of each token has the same name. */
function namesIn(tokens: readonly Readonly<Record<string, unknown>>[]): string[] {
  const names = [...new Set(tokens.flatMap((members) => Object.keys(members)))];
  const isShared = (name: string) => tokens.every((members) => name in members);
  return [...names.filter(isShared), ...names.filter((name) => !isShared(name))];
}

interface MembersProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly members: Readonly<Record<string, unknown>>;
}

function Members({ title, names, members }: MembersProps) {
  return (
    <>
      <h5>{title}</h5>
      <dl className="parameters">
        {names.map((name) => (
          <div key={name} className={name in members ? (name === 'scope' ? 'marked' : undefined) : 'absent'}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd className="value">{name in members ? valueOf(name, members[name]) : 'not in this token'}</dd>
            {name in members && name in claimWords && (
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

function valueOf(name: string, value: unknown) {
  if (times.includes(name)) {
    return new Date(Number(value) * 1000).toLocaleString();
  }
  return <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}
