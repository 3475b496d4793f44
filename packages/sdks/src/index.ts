export * from '@twicesafe/core';
