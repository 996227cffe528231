// The condition language: text -> tree. Only syntax; meaning is in reference.mjs.
// expr := and ('|' and)*   and := not ('&' not)*   not := '!' not | atom

const TOKEN = /\s*(?:(-?\d+(?:\.\d+)?)|(<=|>=|!=|[<>=|&!(),])|([A-Za-z_][A-Za-z0-9_]*(?:[.:][A-Za-z_][A-Za-z0-9_]*)*))/y;
const COMPARE = new Set(['<', '<=', '>', '>=', '=', '!=']);

export const thousandths = number => Math.round(Number(number) * 1000);

function tokens(text) {
  const out = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new Error(`cannot read "${text}" at ${at}`);
    out.push(match[1] ?? match[2] ?? match[3]);
  }
  return out;
}

export function parse(text) {
  const list = tokens(text);
  let at = 0;
  const next = () => {
    if (at >= list.length) throw new Error(`unexpected end: ${text}`);
    return list[at++];
  };
  const need = wanted => {
    const got = next();
    if (got !== wanted) throw new Error(`expected ${wanted}, got ${got}: ${text}`);
  };

  function either() {
    const parts = [both()];
    while (list[at] === '|') { at++; parts.push(both()); }
    return parts.length === 1 ? parts[0] : { op: 'any', parts };
  }
  function both() {
    const parts = [negation()];
    while (list[at] === '&') { at++; parts.push(negation()); }
    return parts.length === 1 ? parts[0] : { op: 'all', parts };
  }
  function negation() {
    if (list[at] !== '!') return atom();
    at++;
    return { op: 'not', part: negation() };
  }
  function group() {
    need('(');
    const parts = [either()];
    while (list[at] === ',') { at++; parts.push(either()); }
    need(')');
    return parts;
  }
  function word() {
    need('(');
    const name = next();
    need(')');
    return name;
  }
  function atLeast() {
    const sign = next();
    const number = Number(next());
    if (sign === '>=') return number;
    if (sign === '>') return number + 1;
    throw new Error(`only >= and > are counted: ${text}`);
  }
  function atom() {
    const name = next();
    if (name === '(') { at--; const inner = group(); return inner[0]; }
    if (name === 'any' || name === 'all') return { op: name, parts: group() };
    if (name === 'count') { const parts = group(); return { op: 'count', parts, least: atLeast() }; }
    if (name === 'hits') { const effect = word(); return { op: 'hits', effect, least: atLeast() }; }
    if (name === 'missing') { const [id, attribute] = word().split('.'); return { op: 'missing', id, attribute }; }
    if (name === 'unsure') return { op: 'unsure', id: word() };
    if (name === 'unmatched') { word(); return { op: 'unmatched' }; }
    if (name === 'always' || name === 'no_presentation' || name === 'no_specific_presentation') return { op: name };
    if (!/^[a-z]/.test(name)) throw new Error(`bad word ${name}: ${text}`);
    return test(name);
  }
  function test(name) {
    let sign = 'is';
    let value = null;
    if (COMPARE.has(list[at])) { sign = next(); value = next(); }
    else if (list[at] === 'in') { next(); need('('); sign = 'in'; value = [next()]; while (list[at] === ',') { at++; value.push(next()); } need(')'); }
    else if (list[at] === 'has') { next(); sign = 'has'; value = next(); }
    const number = COMPARE.has(sign) && /^-?\d/.test(value) ? thousandths(value) : null;
    if (name.startsWith('presentation:')) return { op: 'presentation', id: name.slice(13) };
    if (name === 'age' || name === 'sex' || name.startsWith('pain.')) return { op: 'person', name, sign, value, number };
    const [id, attribute] = name.split('.');
    return { op: 'fact', id, attribute, sign, value, number };
  }

  const tree = either();
  if (at < list.length) throw new Error(`trailing ${list[at]}: ${text}`);
  return tree;
}

/** Every leaf of a tree. */
export function* leaves(tree) {
  if (tree.parts) for (const part of tree.parts) yield* leaves(part);
  else if (tree.part) yield* leaves(tree.part);
  else yield tree;
}
