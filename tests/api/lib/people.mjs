// Intakes the tests share.
import { readFileSync } from 'node:fs';
import { ROOT } from './service.mjs';

export const example = name => JSON.parse(readFileSync(`${ROOT}api/examples/${name}.json`, 'utf8'));
export const examples = JSON.parse(readFileSync(`${ROOT}api/examples/index.json`, 'utf8'));
export const exampleText = file => readFileSync(`${ROOT}api/examples/${file}`, 'utf8');
export const verdicts = answer => Object.fromEntries(
  [...answer.recommendations, ...answer.not_preferred, ...answer.excluded].map(t => [t.technique, t.verdict]));
export const red = { id: 'rf_saddle', state: 'present' };
