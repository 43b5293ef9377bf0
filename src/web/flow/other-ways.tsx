import { useState } from 'react';

import { type Message } from '../message';
import { sentenceFor } from '../sentences';
import { SessionEndedError } from '../session';
import { type Outcome } from './outcome';
import { MessageView, Route, Text } from './step-view';
import { ways, type WayContext } from './ways';
import { refusals, type RefusalName } from '../../flow/words';

export interface OtherWaysProps extends WayContext {
  /** What came of a way that led over the hosted login. */
  readonly outcome: Outcome | undefined;
  /** Called when nobody is signed in any more, with the reason. */
  readonly onSessionEnd: (message: Message) => void;
}

/** Ways to get in that the person may try, each against the real login and the real API. */
export function OtherWays({ outcome: firstOutcome, onSessionEnd, ...context }: OtherWaysProps) {
  const [outcome, setOutcome] = useState(firstOutcome);
  const [problem, setProblem] = useState<readonly [RefusalName, string]>();
  const [trying, setTrying] = useState<RefusalName>();

  async function tryWay(name: RefusalName) {
    setTrying(name);
    setOutcome(undefined);
    setProblem(undefined);
    try {
      setOutcome(await ways[name].run(context));
    } catch (error) {
      if (error instanceof SessionEndedError) {
        onSessionEnd({ kind: 'error', text: sentenceFor(error) });
        return;
      }
      setProblem([name, sentenceFor(error)]);
    }
    setTrying(undefined);
  }

  return (
    <details className="part" open={firstOutcome !== undefined}>
      <summary>
        <h2>Try to get in another way</h2>
      </summary>
      <p>Each button really sends its request, to the same login and the same API. All of them should be refused.</p>
      <ul className="ways">
        {Object.entries(ways).map(([key, { title, text }]) => {
          const name = key as RefusalName;
          return (
            <li key={name}>
              <div className="way">
                <div>
                  <h3>{title}</h3>
                  <p>
                    <Text>{text}</Text>
                  </p>
                </div>
                <button
                  type="button"
                  className="secondary"
                  aria-label={`Try ${title.charAt(0).toLowerCase()}${title.slice(1)}`}
                  aria-disabled={trying !== undefined}
                  onClick={() => void (trying ?? tryWay(name))}
                >
                  Try
                </button>
              </div>
              <div role="status">
                {trying === name && <p className="aside">Trying…</p>}
                {problem?.[0] === name && <p className="error">{problem[1]}</p>}
                {outcome?.way === name && <OutcomeView outcome={outcome} isArrival={outcome === firstOutcome} />}
              </div>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function takeFocus(box: HTMLElement | null) {
  box?.focus();
}

/** What came of a way: the answer, the reason, and what to do about it where it was not meant. */
function OutcomeView({ outcome, isArrival }: { readonly outcome: Outcome; readonly isArrival: boolean }) {
  const { way, note, steps, status } = outcome;
  const { reason, trouble } = refusals[way];
  const isExpected = status === undefined ? steps.length === 0 : status === ways[way].expected;
  return (
    // The browser has just come back from the hosted login: the focus belongs to what came of it.
    <section className="outcome" aria-label="Outcome" tabIndex={-1} ref={isArrival ? takeFocus : undefined}>
      {status !== undefined && (
        <p className={status >= 400 ? 'verdict' : 'verdict let-in'}>
          {status >= 400 ? `Refused: ${status}` : `Let in: ${status}`}
        </p>
      )}
      <p>
        <Text>{note}</Text>
      </p>
      {isExpected ? (
        <>
          <p>
            <Text>{reason}</Text>
          </p>
          <h4>If you see this in your own client</h4>
          <dl className="trouble">
            <dt>What you see</dt>
            <dd>
              <Text>{trouble.see}</Text>
            </dd>
            <dt>Why</dt>
            <dd>
              <Text>{trouble.why}</Text>
            </dd>
            <dt>What to do</dt>
            <dd>
              <Text>{trouble.todo}</Text>
            </dd>
          </dl>
        </>
      ) : (
        status !== undefined && (
          <p className="error">
            {`The answer should be ${ways[way].expected}. Compare the stack with the README, or run npm run check.`}
          </p>
        )
      )}
      {steps.map((step, index) => (
        <details key={index} className="message" open={index === steps.length - 1}>
          <summary>
            <Route step={step} />: <code>{step.label}</code>
          </summary>
          <MessageView step={step} />
        </details>
      ))}
    </section>
  );
}
