// Makes a failing intake small: takes away findings, attributes, clearances and other members while it still fails.

const KEPT = ['id', 'state', 'role', 'recorded', 'system', 'code', 'text'];

/** Every intake with one thing less; big bites first. */
function* smaller(intake) {
  const without = (list, from, number) => [...list.slice(0, from), ...list.slice(from + number)];
  const lists = ['findings', 'none_of', 'presentations', 'clearances', 'medications', 'diagnoses'].filter(name => intake[name]?.length);
  for (const name of lists) {
    const list = intake[name];
    for (let bite = list.length; bite >= 1; bite = Math.floor(bite / 2)) {
      for (let from = 0; from < list.length; from += bite) yield { ...intake, [name]: without(list, from, bite) };
    }
    for (const [i, item] of list.entries()) {
      for (const key of Object.keys(item).filter(k => !KEPT.includes(k))) {
        const { [key]: _, ...rest } = item;
        yield { ...intake, [name]: list.map((other, j) => (j === i ? rest : other)) };
      }
    }
  }
  for (const key of ['age', 'sex', 'pain', 'preferences', 'none_of', 'clearances', 'presentations']) {
    if (intake[key] === undefined) continue;
    const { [key]: _, ...rest } = intake;
    yield rest;
  }
}

/** `failing`: from many intakes to as many booleans (asynchronous, so that one run of the engine answers all). */
export async function minimise(intake, failing) {
  for (;;) {
    const choices = [...smaller(intake)];
    const verdicts = await failing(choices);
    const next = choices.find((_, i) => verdicts[i]);
    if (!next) return intake;
    intake = next;
  }
}
