import { adapterSuite } from '@twicesafe/testing/suites/client';
import ky from 'ky';
import { keys } from '../src/index.ts';
import { subjectOf } from './ky-subject.ts';

adapterSuite(subjectOf('wrapKy', ky), keys.custom({ header: 'Idempotency-Key' }));
