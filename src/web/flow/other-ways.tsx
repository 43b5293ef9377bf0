import { useState } from 'react';

import { type Message } from '../message';
import { sentenceFor } from '../sentences';
import { SessionEndedError } from '../session';
import { type Outcome } from './outcome';
import { MessageView, Route, Text } from './step-view';
import { type Way, type WayContext, ways } from './ways';
import { rejectionWords, type RejectionReason } from '../../flow/words';

interface OtherWaysProps extends WayContext {
  /** The way from which the browser comes back. */
  readonly arrival: RejectionReason | undefined;
  /** Called when the session has ended, with the reason. */
  readonly onSessionEnd: (message: Message) => void;
}

/** Ways to get in that the person may try, each against the real login and the real API. */
export function OtherWays({ arrival, onSessionEnd, ...context }: OtherWaysProps) {
  const { configuration, recorder } = context;
  const [outcomes, setOutcomes] = useState(recorder.outcomes);
  const [last, setLast] = useState(arrival);
  const [problem, setProblem] = useState<readonly [RejectionReason, string]>();
  const [trying, setTrying] = useState<RejectionReason>();

  async function tryWay(name: RejectionReason) {
    setTrying(name);
    setLast(undefined);
    setProblem(undefined);
    try {
      const outcome = await ways[name].run(context);
      if (outcome) {
        recorder.outcomeReceived(outcome);
        setOutcomes(recorder.outcomes);
        setLast(name);
      }
    } catch (error) {
      if (error instanceof SessionEndedError) {
        onSessionEnd({ kind: 'error', text: sentenceFor(error) });
        return;
      }
      setProblem([name, sentenceFor(error)]);
    }
    setTrying(undefined);
  }

  // Without a protected GET, the page can only send requests to the token endpoint.
  const shown = (Object.entries(ways) as [RejectionReason, Way][]).filter(
    ([, { expected }]) => expected === 400 || configuration.protectedResourceUrl !== undefined,
  );

  return (
    <details className="part" open={arrival !== undefined}>
      <summary>
        <h2>Try to get in another way</h2>
      </summary>
      <p>Each button sends a real request to the same login and the same API. All of them should be rejected.</p>
      <ul className="ways">
        {shown.map(([name, { title, text }]) => {
          const outcome = outcomes[name];
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
                  aria-label={`Try ${title.charAt(0).toLowerCase()}${title.slice(1)}${outcome ? '. Try again' : ''}`}
                  aria-disabled={trying !== undefined}
                  onClick={() => void (trying ?? tryWay(name))}
                >
                  {outcome ? 'Try again' : 'Try'}
                </button>
              </div>
              <div role="status">
                {trying === name && <p className="aside">Trying…</p>}
                {problem?.[0] === name && <p className="error">{problem[1]}</p>}
                {outcome && trying !== name && (
                  <OutcomeView outcome={outcome} isOpen={last === name} isArrival={arrival === name} />
                )}
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

interface OutcomeProps {
  readonly outcome: Outcome;
  readonly isOpen: boolean;
  /** Whether the browser has just come back with it from the hosted login. */
  readonly isArrival: boolean;
}

/** The outcome of a request: the response, the reason, and how to correct such a client. */
function OutcomeView({ outcome, isOpen, isArrival }: OutcomeProps) {
  const { way, note, steps, status } = outcome;
  const { reason, troubleshooting } = rejectionWords[way];
  const isExpected = status === undefined ? steps.length === 0 : status === ways[way].expected;
  return (
    <details className="outcome" aria-label="Outcome" open={isOpen}>
      <summary
        className={status !== undefined && status < 400 ? 'verdict let-in' : 'verdict'}
        ref={isArrival ? takeFocus : undefined}
      >
        {verdictOf(status)}
      </summary>
      <p>
        <Text>{note}</Text>
      </p>
      {isExpected ? (
        <>
          <p>
            <Text>{reason}</Text>
          </p>
          <h4>If you see this in your own client</h4>
          <dl className="troubleshooting">
            <dt>What you see</dt>
            <dd>
              <Text>{troubleshooting.symptom}</Text>
            </dd>
            <dt>Why</dt>
            <dd>
              <Text>{troubleshooting.cause}</Text>
            </dd>
            <dt>What to do</dt>
            <dd>
              <Text>{troubleshooting.remedy}</Text>
            </dd>
          </dl>
        </>
      ) : (
        status !== undefined && (
          <p className="error">
            {`The response should be ${ways[way].expected}. Compare the stack with the README, or run npm run check.`}
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
    </details>
  );
}

function verdictOf(status: number | undefined): string {
  if (status === undefined) {
    return 'Nothing was sent';
  }
  return status < 400 ? `Let in: ${status}` : `Rejected: ${status}`;
}
