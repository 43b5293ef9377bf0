import { type FlowStep, type Parameter, shorten } from '../../flow/flow-step';
import { type RejectionReason, rejectionWords } from '../../flow/words';

/** Explains a message of the login flow in the terminal, in the words of the page; secrets are shortened. */
export function explanation(step: FlowStep, rejection?: RejectionReason): string {
  const { title, from, to, line, summary, parameters, missing, body } = step;
  const client = (party: string) => (party === 'Browser' ? 'client' : party.toLowerCase().replace('api', 'API'));
  return [
    '',
    `${title} (${client(from)} → ${client(to)})`,
    `  ${summary}`,
    `  ${line}`,
    ...parameters.flatMap((parameter) => [
      `    ${parameter.name}: ${shown(parameter)}`,
      ...(parameter.purpose === undefined ? [] : [`      ${parameter.purpose}`]),
    ]),
    ...missing.flatMap(({ name, without }) => [`    ${name}: not sent`, `      Without it: ${without!}`]),
    ...(body ?? '')
      .split('\n')
      .map((text) => text && `    ${text}`)
      .filter(Boolean),
    ...(rejection === undefined
      ? []
      : [
          `  Why: ${rejectionWords[rejection].reason}`,
          `  What to do: ${rejectionWords[rejection].troubleshooting.remedy}`,
        ]),
  ]
    .map((text) => text.replace(/\p{Cc}/gu, '?'))
    .join('\n');
}

/** A parameter without a description can also be a secret. */
function shown({ value, purpose, isSecret }: Parameter): string {
  return isSecret || purpose === undefined ? shorten(value) : value;
}
