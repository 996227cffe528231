// A form client: walks a Questionnaire as R4 says (enableWhen, enableBehavior), asks a person what is shown, and sends
// what was answered. Nothing else is known to it; what the Questionnaire hides is never asked.

/** Values of an answer, whatever their type, for comparing. */
const plain = answer => {
  const [name, value] = Object.entries(answer).find(([member]) => member.startsWith('value')) ?? [];
  return name === 'valueCoding' ? `${value.system ?? ''}|${value.code}` : value;
};
const expected = condition => {
  const [name, value] = Object.entries(condition).find(([member]) => member.startsWith('answer'));
  return name === 'answerCoding' ? `${value.system ?? ''}|${value.code}` : value;
};

const COMPARE = {
  '=': (have, want) => have.includes(want),
  '!=': (have, want) => !have.includes(want), // R4: no answer equals it, so also without any answer
  '>': (have, want) => have.some(v => v > want),
  '<': (have, want) => have.some(v => v < want),
  '>=': (have, want) => have.some(v => v >= want),
  '<=': (have, want) => have.some(v => v <= want),
  exists: (have, want) => (have.length > 0) === want,
};

/**
 * fill(questionnaire, ask) -> { response, shown }: `ask(item)` gives a list of answers ([{ valueX }], empty: left out);
 * `shown` is the set of linkIds that were enabled in the end. Asks again until nothing changes any more.
 */
export function fill(questionnaire, ask) {
  let answers = new Map();
  let shown = new Set();
  const enabled = item => {
    if (!item.enableWhen) return true;
    const holds = item.enableWhen.map(c => COMPARE[c.operator]((answers.get(c.question) ?? []).map(plain), expected(c)));
    return item.enableBehavior === 'all' ? holds.every(Boolean) : holds.some(Boolean);
  };
  const walk = (items, next) => (items ?? []).filter(enabled).flatMap(item => {
    next.shown.add(item.linkId);
    if (item.type === 'group') {
      const below = walk(item.item, next);
      return below.length ? [{ linkId: item.linkId, item: below }] : [];
    }
    const given = ask(item);
    if (!given.length) return [];
    next.answers.set(item.linkId, given);
    const below = walk(item.item, next);
    return [{ linkId: item.linkId, answer: given.map((answer, i) => (below.length && i === 0 ? { ...answer, item: below } : answer)) }];
  });
  for (let round = 0; round < 20; round++) {
    const next = { answers: new Map(), shown: new Set() };
    const item = walk(questionnaire.item, next);
    const settled = next.shown.size === shown.size && [...next.shown].every(link => shown.has(link));
    ({ answers, shown } = next);
    if (settled)
      return { shown, response: {
        resourceType: 'QuestionnaireResponse', questionnaire: `${questionnaire.url}|${questionnaire.version}`, status: 'completed', item } };
  }
  throw new Error('the form does not settle');
}

/**
 * A person who answers: { age: 40, sex: 'female', 'pain.areas': ['low_back'], medications: ['x'], rf_saddle: 'present',
 * 'rf_saddle.weeks_ago': 3, ... } -> ask(item). Findings that are not mentioned are absent; measured ones (`measured`) and
 * everything else that is not mentioned is left out.
 */
export const answering = (person, measured = new Set()) => item => {
  const options = item.answerOption?.map(o => o.valueCoding);
  const said = person[item.linkId];
  const states = options?.some(o => o.code === 'absent');
  if (said === undefined) return states && !measured.has(item.linkId) ? [{ valueCoding: options.find(o => o.code === 'absent') }] : [];
  const list = Array.isArray(said) ? said : [said];
  if (item.type === 'choice') return list.map(code => {
    const option = options.find(o => o.code === code || o.code.endsWith(`.${code}`));
    if (!option) throw new Error(`${item.linkId} has no ${code}`);
    return { valueCoding: option };
  });
  const name = { integer: 'valueInteger', decimal: 'valueDecimal', boolean: 'valueBoolean', date: 'valueDate', string: 'valueString' }[item.type] ?? 'valueString';
  return list.map(value => ({ [name]: value }));
};
