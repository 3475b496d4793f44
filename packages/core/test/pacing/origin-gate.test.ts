import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/options/defaults.ts';
import { OriginGate } from '../../src/pacing/origin-gate.ts';

const HERE = 'https://a.test';

test('no operation waits before or after a pause', () => {
  const gate = new OriginGate();
  expect([gate.hasPauses, gate.waitMs(HERE, 0, 0)]).toEqual([false, 0]);

  gate.close(HERE, 1000, 0);

  expect([gate.waitMs(HERE, 0, 0), gate.waitMs(HERE, 0, 999), gate.waitMs(HERE, 0.5, 1000)]).toEqual([1000, 1, 0]);
});

test('waiting operations return after the pause, spread over a fifth of it', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);

  expect([gate.waitMs(HERE, 0, 400), gate.waitMs(HERE, 0.5, 400), gate.waitMs(HERE, 1, 400)]).toEqual([600, 700, 800]);
});

test('a pause of one origin is none of another', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);

  expect(gate.waitMs('https://b.test', 0, 0)).toBe(0);
});

test('a shorter pause does not end a longer one, a longer one goes on', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);
  gate.close(HERE, 200, 500);
  expect(gate.waitMs(HERE, 0, 500)).toBe(500);

  gate.close(HERE, 3000, 600);
  expect(gate.waitMs(HERE, 0, 600)).toBe(3000);
});

test('origins in memory are bounded: the pause that ends first is forgotten', () => {
  const gate = new OriginGate();
  for (let number = 0; number < DEFAULTS.maxOrigins; number++) gate.close(`https://${number}.test`, 1000 + number, 0);

  gate.close(HERE, 5000, 0);

  expect(gate.waitMs('https://0.test', 0, 0)).toBe(0);
  expect(gate.waitMs('https://1.test', 0, 0)).toBe(1001);
  expect(gate.waitMs(HERE, 0, 0)).toBe(5000);
});

test('origins that are forgotten anyway make room first', () => {
  const gate = new OriginGate();
  for (let number = 0; number < DEFAULTS.maxOrigins; number++)
    gate.close(`https://${number}.test`, number < 10 ? 1000 : 20_000, 0);

  gate.close(HERE, 5000, 12_000);
  gate.close('https://b.test', 5000, 12_000);

  expect(gate.waitMs('https://10.test', 0, 12_000)).toBe(8000);
  expect(gate.waitMs(HERE, 0, 12_000)).toBe(5000);
});

test('remembers an origin for ten times its pause, and then starts afresh', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);

  for (let answer = 1; answer <= 200; answer++) gate.answered(HERE);
  gate.close(HERE, 1, 10_999);
  expect([gate.hasPauses, gate.waitMs(HERE, 0, 10_999)]).toEqual([true, 0]);

  gate.close(HERE, 1000, 11_010);
  expect(gate.waitMs(HERE, 0, 11_010)).toBe(1000);
});

test('an origin that was forgotten is as good as new while others are remembered', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);
  gate.close('https://b.test', 9000, 0);
  for (let answer = 1; answer <= 200; answer++) gate.answered(HERE);

  gate.close(HERE, 1000, 11_000);

  expect(gate.waitMs(HERE, 0, 11_000)).toBe(1000);
});

test('an origin that sheds one in fifty delays no operation after the first pause', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);
  let held = 0;

  for (let answer = 1; answer <= 5000; answer++) {
    const nowMs = 1000 + answer * 10;
    if (answer % 50 === 0) gate.close(HERE, 1000, nowMs);
    else gate.answered(HERE);
    if (gate.waitMs(HERE, 0, nowMs) > 0) held += 1;
  }

  expect(held).toBe(0);
});

test('an origin that sheds every second answer goes on holding everybody up', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);
  for (let answer = 1; answer <= 200; answer++) gate.answered(HERE);
  let pauses = 0;

  for (let answer = 1; answer <= 100; answer++) {
    const nowMs = 1000 + answer * 1500;
    gate.answered(HERE);
    gate.close(HERE, 1000, nowMs);
    if (gate.waitMs(HERE, 0, nowMs) > 0) pauses += 1;
  }

  expect(pauses).toBeGreaterThan(90);
});

test('a new pushback extends the current pause, however well others fare', () => {
  const gate = new OriginGate();
  gate.close(HERE, 1000, 0);
  for (let answer = 1; answer <= 200; answer++) gate.answered(HERE);

  gate.close(HERE, 3000, 500);

  expect(gate.waitMs(HERE, 0, 500)).toBe(3000);
});

test('forgets the answers of origins that never asked for a pause', () => {
  const gate = new OriginGate();
  gate.answered(HERE);

  expect(gate.hasPauses).toBe(false);
});
