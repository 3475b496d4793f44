'use client';

import { explain, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import ky from 'ky';
import { useState } from 'react';

const fetch = wrapFetch();
const api = wrapKy(ky);

export default function Page() {
  const [text, show] = useState('');
  const order = async () => show(explain(await fetch('/orders', { method: 'PUT' })));
  const list = async () => show(await api('/orders').text());
  return (
    <main>
      <button type="button" onClick={order}>
        Order
      </button>
      <button type="button" onClick={list}>
        List
      </button>
      {text}
    </main>
  );
}
