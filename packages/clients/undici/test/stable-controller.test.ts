import { describe, expect, test } from 'vitest';
import { StableController } from '../src/stable-controller.ts';
import { OK, RecordedController, recordedCall } from './recording.ts';

const mine = new Error('mine');

describe.each<[when: string, follow: (controller: StableController) => void]>([
  ['an attempt', () => {}],
  ['a connection', (controller) => controller.follow({ controller: undefined, resume() {} })],
])('before there is %s', (_, follow) => {
  test('nothing is paused, aborted or received', () => {
    const controller = new StableController(() => {});
    follow(controller);

    controller.rawHeaders = ['x-raw', 'mine'];
    controller.rawTrailers = ['x-raw', 'mine'];

    expect(controller).toMatchObject({
      paused: false,
      aborted: false,
      reason: null,
      rawHeaders: null,
      rawTrailers: null,
    });
  });

  test('the caller may pause and resume', () => {
    const controller = new StableController(() => {});
    follow(controller);

    controller.pause();
    const { paused } = controller;
    controller.resume();

    expect([paused, controller.paused]).toEqual([true, false]);
  });
});

test('it acts on the attempt that it follows', () => {
  const { relay, connection, caller } = recordedCall();
  const { controller } = caller;
  relay.open(OK);

  controller.pause();
  controller.resume();
  controller.rawHeaders = ['x-raw', 'mine'];
  controller.rawTrailers = ['x-sum', 'mine'];

  expect(connection.calls).toEqual(['resume', 'pause', 'resume']);
  expect(connection).toMatchObject({ rawHeaders: ['x-raw', 'mine'], rawTrailers: ['x-sum', 'mine'] });
  expect(controller).toMatchObject({ rawHeaders: ['x-raw', 'mine'], rawTrailers: ['x-sum', 'mine'] });
});

test('it shows the abort of the connection, but its own reason first', () => {
  const controller = new StableController(() => {});
  const others = new Error('others');
  const connection = Object.assign(new RecordedController(), { aborted: true, reason: others });
  controller.follow({ controller: connection, resume() {} });
  const before = [controller.aborted, controller.reason];

  controller.abort(mine);

  expect(before).toEqual([true, others]);
  expect([controller.aborted, controller.reason]).toEqual([true, mine]);
});

test('it aborts once', () => {
  const reasons: Error[] = [];
  const controller = new StableController((reason) => void reasons.push(reason));

  controller.abort(mine);
  controller.abort(new Error('later'));

  expect(reasons).toEqual([mine]);
  expect(controller.reason).toBe(mine);
});
