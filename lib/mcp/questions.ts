import { type ElicitationAnswer, elicitationAnswer } from './elicitation.ts';

/** Of one call's questions. */
const MAX_ANSWERS = 5;
/** Of the server's words and of the answer, in a note. Characters. */
const MAX_SHOWN = 200;
/** Notes that wait to be taken. */
const MAX_NOTES = 100;

/** What one client does with the questions of its server (docs/adr/questions-of-servers.md). */
export interface Questions {
  /** A call is under way until what is given back is called. */
  begin(tool: string): () => void;
  /** To `elicitation/create`; declined where no call is under way, or its answers are used up. */
  answer(params: unknown): ElicitationAnswer;
  /** Takes the notes that nobody has taken: a sentence for each question, and what came of it. In the server's words, so untrusted. */
  take(): string[];
}

interface UnderWay {
  readonly tool: string;
  left: number;
}

export function openQuestions(): Questions {
  const underWay = new Set<UnderWay>();
  let notes: string[] = [];
  let unnoted = 0;

  const note = (sentence: string): void => {
    if (notes.length < MAX_NOTES) notes.push(sentence);
    else unnoted += 1;
  };
  return {
    begin(tool) {
      const call = { tool, left: MAX_ANSWERS };
      underWay.add(call);
      return () => void underWay.delete(call);
    },
    answer(params) {
      // The older protocol does not say which call a question belongs to: it is charged to any that may still be asked.
      const call = [...underWay].find(({ left }) => left > 0);
      if (call !== undefined) call.left -= 1;
      const answer: ElicitationAnswer = call === undefined ? { action: 'decline' } : elicitationAnswer(params);
      const during = [...new Set([...underWay].map(({ tool }) => tool))].slice(0, MAX_ANSWERS).join(', ');
      note(`${during === '' ? 'Unasked' : `During ${during}`} the server asked ${shown(messageOf(params))}: ${saidOf(answer)}.`);
      return answer;
    },
    take() {
      const taken = unnoted === 0 ? notes : [...notes, `The server asked ${unnoted} more questions.`];
      notes = [];
      unnoted = 0;
      return taken;
    },
  };
}

const messageOf = (params: unknown): unknown => Reflect.get(Object(params), 'message') ?? '';
const shown = (value: unknown): string => JSON.stringify(value).slice(0, MAX_SHOWN);

const saidOf = (answer: ElicitationAnswer): string =>
  answer.action === 'accept' ? `answered with its own defaults, ${shown(answer.content)}` : 'declined';
