import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { healthy, judged, settle, silent } from './verdict.ts';

describe('settle', () => {
  it('leaves out a message that is empty or absent', () => {
    assert.deepEqual(settle(healthy('')), { status: 'Healthy' });
    assert.deepEqual(settle(healthy()), { status: 'Healthy' });
    assert.deepEqual(settle(judged('Missing', 'gone')), { status: 'Missing', message: 'gone' });
  });

  it('takes a status that is no code for Unknown', () => {
    const invalid = { status: 'Unknown', message: 'Lua returned an invalid health status' };
    assert.deepEqual(settle(judged('Paused', 'x')), invalid);
    assert.deepEqual(settle(judged(undefined, 'x')), invalid);
  });

  it('waits where nothing was said, or no text', () => {
    assert.deepEqual(settle(silent), { status: 'Progressing' });
    assert.deepEqual(settle(judged('Healthy', 3)), { status: 'Progressing' });
    assert.deepEqual(settle(judged(true, 'x')), { status: 'Progressing' });
  });
});
