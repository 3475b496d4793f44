import { adapterSuite } from '@twicesafe/testing';
import type { Got } from 'got';
import got14 from 'got14';
import got15 from 'got15';
import { keys } from '../src/index.ts';
import { subjectOf } from './got-subject.ts';

const scheme = keys.custom({ header: 'Idempotency-Key' });

adapterSuite(subjectOf('got 14', got14 as unknown as Got), scheme);
adapterSuite(subjectOf('got 15', got15 as unknown as Got), scheme);
adapterSuite(subjectOf('got 16'), scheme);
